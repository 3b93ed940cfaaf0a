//! Tests of `select.rs`.

use super::*;
use crate::document::annotation::{PathKind, PointKind};
use crate::tools::trial::{Trial, added};
use crate::tools::{Tool, shapes};

fn trial() -> Trial {
    Trial::new(Tool::Select)
}

fn line(trial: &mut Trial, points: &[(f64, f64)]) -> AnnotationId {
    let places: Vec<Coord<f64>> = points.iter().map(|&(x, y)| trial.place(x, y)).collect();
    trial.add(shapes::path(&places, PathKind::Line).unwrap())
}

fn rectangle(trial: &mut Trial, from: (f64, f64), to: (f64, f64)) -> AnnotationId {
    let shape = shapes::rectangle(trial.place(from.0, from.1), trial.place(to.0, to.1)).unwrap();
    trial.add(shape)
}

fn marker(trial: &mut Trial, x: f64, y: f64) -> AnnotationId {
    let shape = shapes::point(trial.place(x, y), PointKind::Marker);
    trial.add(shape)
}

fn text(trial: &mut Trial, x: f64, y: f64) -> AnnotationId {
    let shape = shapes::point(trial.place(x, y), PointKind::Text);
    let id = trial.add(shape);
    trial.document.annotations.get_mut(id).unwrap().title = "Advance in May".to_owned();
    id
}

fn pages(trial: &Trial, id: AnnotationId) -> Vec<Point> {
    let mut points = Vec::new();
    crate::tools::snap::pieces(trial.shape(id), &mut |coords, _| {
        points.extend(coords.iter().map(|coord| trial.page(*coord)));
    });
    points
}

fn handle(trial: &mut Trial, kind: HandleKind) -> Point {
    let draft = trial.draft();
    draft.handles.iter().find(|handle| handle.kind == kind).unwrap_or_else(|| panic!("{:?}", draft.handles)).at
}

#[test]
fn a_click_takes_points_before_lines_before_small_areas() {
    let mut trial = trial();
    let point = marker(&mut trial, 170.0, 200.0);
    let line = line(&mut trial, &[(100.0, 200.0), (300.0, 200.0)]);
    let small = rectangle(&mut trial, (150.0, 150.0), (250.0, 250.0));
    let large = rectangle(&mut trial, (50.0, 50.0), (350.0, 350.0));
    trial.click(170.0, 200.0);
    assert_eq!(trial.selection, [point]);
    for expected in [line, small, large, point] {
        trial.click(170.0, 200.0);
        assert_eq!(trial.selection, [expected]);
    }
}

#[test]
fn alt_click_steps_down_to_the_overlays() {
    let mut trial = trial();
    let below = rectangle(&mut trial, (100.0, 100.0), (500.0, 500.0));
    let above = rectangle(&mut trial, (200.0, 200.0), (420.0, 420.0));
    trial.click(300.0, 310.0);
    assert_eq!(trial.selection, [above]);
    trial.modifiers.alt = true;
    trial.click(300.0, 310.0);
    assert_eq!(trial.selection, [below]);
    let at = Point::new(300.0, 310.0);
    assert_eq!(trial.click(300.0, 310.0), [Intent::Select(vec![]), Intent::Click { at, below: false }]);
}

#[test]
fn a_click_beside_everything_asks_for_overlays() {
    let mut trial = trial();
    let id = marker(&mut trial, 200.0, 200.0);
    trial.selection = vec![id];
    let at = Point::new(600.0, 500.0);
    assert_eq!(trial.click(600.0, 500.0), [Intent::Select(vec![]), Intent::Click { at, below: false }]);
    assert_eq!(trial.drag((600.0, 500.0), (500.0, 500.0)), []);
    assert!(!trial.takes_drag(600.0, 500.0));
}

#[test]
fn shift_click_adds_and_takes_away() {
    let mut trial = trial();
    let one = marker(&mut trial, 200.0, 200.0);
    let two = marker(&mut trial, 300.0, 200.0);
    trial.modifiers.shift = true;
    trial.click(200.0, 200.0);
    trial.click(300.0, 200.0);
    assert_eq!(trial.selection, [one, two]);
    trial.click(200.0, 200.0);
    assert_eq!(trial.selection, [two]);
}

#[test]
fn shift_drag_selects_what_is_wholly_in_the_box_and_not_locked() {
    let mut trial = trial();
    let inside = marker(&mut trial, 200.0, 200.0);
    let locked = marker(&mut trial, 250.0, 200.0);
    trial.document.annotations.get_mut(locked).unwrap().locked = true;
    line(&mut trial, &[(150.0, 150.0), (700.0, 150.0)]);
    trial.modifiers.shift = true;
    assert!(trial.takes_drag(100.0, 100.0));
    trial.press(100.0, 100.0);
    trial.move_to(300.0, 300.0);
    let shown = trial.draft().select_box.unwrap();
    assert!((shown.area() - 40_000.0).abs() < 1e-3);
    trial.release(300.0, 300.0, 1);
    assert_eq!(trial.selection, [inside]);
}

#[test]
fn a_drag_selects_and_moves_in_one_step() {
    let mut trial = trial();
    let id = line(&mut trial, &[(100.0, 200.0), (300.0, 200.0)]);
    let intents = trial.drag((150.0, 200.0), (180.0, 260.0));
    assert_eq!(intents.len(), 2);
    assert_eq!(intents[0], Intent::Select(vec![id]));
    assert!(matches!(intents[1], Intent::Edit { step: Step::Move, change: Change::Replace(_) }));
    let moved = pages(&trial, id);
    assert!(moved[0].distance(Point::new(130.0, 260.0)) < 1e-6, "{moved:?}");
    assert!(moved[1].distance(Point::new(330.0, 260.0)) < 1e-6);
}

#[test]
fn a_move_takes_the_selection_but_leaves_what_is_locked() {
    let mut trial = trial();
    let one = marker(&mut trial, 200.0, 200.0);
    let two = marker(&mut trial, 300.0, 200.0);
    let locked = marker(&mut trial, 400.0, 200.0);
    trial.document.annotations.get_mut(locked).unwrap().locked = true;
    trial.selection = vec![one, two, locked];
    trial.modifiers.shift = true;
    trial.drag((200.0, 200.0), (260.0, 230.0));
    let at = |id: AnnotationId| pages(&trial, id)[0];
    assert!(at(one).distance(Point::new(260.0, 200.0)) < 1e-6, "Shift keeps to the axis");
    assert!(at(two).distance(Point::new(360.0, 200.0)) < 1e-6);
    assert!(at(locked).distance(Point::new(400.0, 200.0)) < 1e-6);
    trial.modifiers.shift = false;
    assert!(!trial.takes_drag(400.0, 200.0));
}

#[test]
fn ctrl_drag_leaves_a_copy() {
    let mut trial = trial();
    let id = marker(&mut trial, 200.0, 200.0);
    trial.modifiers.ctrl = true;
    let intents = trial.drag((200.0, 200.0), (260.0, 230.0));
    assert!(added(&intents).is_some());
    assert_eq!(trial.document.annotations.len(), 2);
    assert!(pages(&trial, id)[0].distance(Point::new(200.0, 200.0)) < 1e-6);
    assert_ne!(trial.selection, [id]);
}

#[test]
fn giving_up_a_move_leaves_everything_until_the_next_press() {
    let mut trial = trial();
    let id = marker(&mut trial, 200.0, 200.0);
    trial.selection = vec![id];
    let before = trial.document.annotations.clone();
    trial.press(200.0, 200.0);
    trial.move_to(260.0, 200.0);
    assert!(trial.hand.is_drafting());
    trial.gesture(Gesture::Cancel);
    trial.move_to(280.0, 200.0);
    assert_eq!(trial.release(280.0, 200.0, 1), []);
    assert_eq!(trial.document.annotations, before);
}

#[test]
fn a_vertex_is_moved_added_and_removed() {
    let mut trial = trial();
    let id = line(&mut trial, &[(100.0, 200.0), (300.0, 200.0)]);
    trial.selection = vec![id];
    trial.drag((100.0, 200.0), (100.0, 300.0));
    assert!(pages(&trial, id)[0].distance(Point::new(100.0, 300.0)) < 1e-6);
    let middle = handle(&mut trial, HandleKind::Midpoint);
    let intents = trial.drag((middle.x, middle.y), (200.0, 100.0));
    assert!(matches!(intents[0], Intent::Edit { step: Step::AddVertex, .. }));
    assert!(pages(&trial, id)[1].distance(Point::new(200.0, 100.0)) < 1e-6);
    trial.modifiers.alt = true;
    let intents = trial.click(200.0, 100.0);
    assert!(matches!(intents[0], Intent::Edit { step: Step::RemoveVertex, .. }));
    assert_eq!(pages(&trial, id).len(), 2);
    assert_eq!(trial.click(100.0, 300.0), []);
    assert_eq!(pages(&trial, id).len(), 2);
}

#[test]
fn a_double_click_removes_a_vertex_but_not_if_the_first_click_was_another_tools() {
    let mut trial = trial();
    let id = line(&mut trial, &[(100.0, 200.0), (300.0, 200.0), (300.0, 400.0)]);
    trial.selection = vec![id];
    trial.press(300.0, 200.0);
    assert_eq!(trial.release(300.0, 200.0, 2), []);
    trial.press(300.0, 200.0);
    trial.release(300.0, 200.0, 2);
    assert_eq!(pages(&trial, id).len(), 2);
}

#[test]
fn a_corner_keeps_a_rectangle_one() {
    let mut trial = trial();
    let id = rectangle(&mut trial, (100.0, 100.0), (300.0, 200.0));
    trial.selection = vec![id];
    trial.drag((300.0, 200.0), (400.0, 400.0));
    let corners = pages(&trial, id);
    let bounds = corners.iter().fold(Rect::from_points(corners[0], corners[1]), |rect, at| rect.union_pt(*at));
    assert!((bounds.width() - 300.0).abs() < 1e-6 && (bounds.height() - 300.0).abs() < 1e-6);
    assert!(transform::rectangle_corners(trial.shape(id)).is_some());
}

#[test]
fn the_handle_above_turns_by_fifteen_degrees_with_shift() {
    let mut trial = trial();
    let id = rectangle(&mut trial, (100.0, 200.0), (300.0, 400.0));
    trial.selection = vec![id];
    let turn = handle(&mut trial, HandleKind::Rotate);
    trial.modifiers.shift = true;
    trial.press(turn.x, turn.y);
    trial.move_to(turn.x + 50.0, turn.y + 4.0);
    assert_eq!(trial.draft().measure.as_deref(), Some("turned 15°"));
    trial.release(turn.x + 50.0, turn.y + 4.0, 1);
    let corners = pages(&trial, id);
    let edge = (corners[1] - corners[0]).atan2().to_degrees().rem_euclid(90.0);
    assert!((edge - 15.0).abs() < 1e-6, "{edge}");
}

#[test]
fn several_are_scaled_from_the_opposite_corner() {
    let mut trial = trial();
    let one = line(&mut trial, &[(100.0, 200.0), (200.0, 200.0)]);
    let two = line(&mut trial, &[(100.0, 300.0), (200.0, 300.0)]);
    trial.selection = vec![one, two];
    let corner = trial
        .draft()
        .handles
        .into_iter()
        .filter(|handle| handle.kind == HandleKind::Scale)
        .map(|handle| handle.at)
        .max_by(|a, b| (a.x + a.y).total_cmp(&(b.x + b.y)))
        .unwrap();
    let anchor = Point::new(100.0, 200.0);
    let to = anchor + (corner - anchor) * 2.0;
    trial.drag((corner.x, corner.y), (to.x, to.y));
    assert!(pages(&trial, one)[0].distance(anchor) < 1e-6);
    assert!(pages(&trial, two)[1].distance(Point::new(300.0, 400.0)) < 1e-6);
}

#[test]
fn a_circles_radius_follows_its_handle() {
    let mut trial = trial();
    let shape = shapes::circle(trial.place(300.0, 300.0), trial.place(400.0, 300.0)).unwrap();
    let id = trial.add(shape);
    trial.selection = vec![id];
    let east = handle(&mut trial, HandleKind::Radius);
    trial.drag((east.x, east.y), (500.0, 300.0));
    let Shape::Circle { center, radius_m } = *trial.shape(id) else { panic!("a circle") };
    let expected = crate::geometry::measure::distance_m(center, trial.place(500.0, 300.0));
    assert!((radius_m - expected).abs() < 20.0, "{radius_m} {expected}");
}

#[test]
fn words_wrap_where_the_handle_is_let_go() {
    let mut trial = trial();
    let id = text(&mut trial, 300.0, 300.0);
    trial.selection = vec![id];
    let wrap = handle(&mut trial, HandleKind::Wrap);
    let intents = trial.drag((wrap.x, wrap.y), (340.0, 300.0));
    assert!(matches!(intents[0], Intent::Edit { step: Step::WrapWords, .. }));
    let width_pt = trial.document.annotations.get(id).unwrap().style.text_width_pt.unwrap();
    assert!((width_pt - 64.0).abs() <= 1.0, "{width_pt}");
}

#[test]
fn a_callouts_words_and_target_move_apart() {
    let mut trial = trial();
    let (target, text_at) = (trial.place(200.0, 200.0), trial.place(400.0, 300.0));
    let id = trial.add(shapes::callout(target, text_at).unwrap());
    trial.selection = vec![id];
    trial.drag((400.0, 300.0), (450.0, 350.0));
    trial.drag((200.0, 200.0), (220.0, 180.0));
    let places = pages(&trial, id);
    assert!(places[0].distance(Point::new(220.0, 180.0)) < 1e-6, "{places:?}");
    assert!(places[1].distance(Point::new(450.0, 350.0)) < 1e-6);
}

#[test]
fn a_double_click_on_words_types_them() {
    let mut trial = trial();
    let id = text(&mut trial, 300.0, 300.0);
    assert_eq!(trial.double_click(300.0, 300.0).last(), Some(&Intent::EditText(id)));
    trial.document.annotations.get_mut(id).unwrap().locked = true;
    assert!(!trial.double_click(300.0, 300.0).contains(&Intent::EditText(id)));
}

#[test]
fn what_is_locked_has_no_handles() {
    let mut trial = trial();
    let id = rectangle(&mut trial, (100.0, 100.0), (300.0, 200.0));
    trial.selection = vec![id];
    assert_eq!(trial.draft().handles.len(), 5);
    trial.document.annotations.get_mut(id).unwrap().locked = true;
    assert_eq!(trial.draft().handles, []);
}

#[test]
fn a_moved_point_snaps_to_others_but_not_to_itself() {
    let mut trial = trial();
    let id = marker(&mut trial, 200.0, 200.0);
    line(&mut trial, &[(300.0, 300.0), (500.0, 300.0)]);
    trial.snapping = true;
    trial.press(201.0, 198.0);
    trial.move_to(205.0, 198.0);
    assert_eq!(trial.draft().snap, None);
    trial.move_to(304.0, 301.0);
    trial.release(304.0, 301.0, 1);
    assert!(pages(&trial, id)[0].distance(Point::new(300.0, 300.0)) < 1e-6);
}

#[test]
fn handles_of_a_long_line_keep_apart_and_on_the_page() {
    let mut trial = trial();
    let points: Vec<(f64, f64)> =
        (0..20_000).map(|step| (f64::from(step) * 0.2 - 500.0, 300.0 + f64::from(step % 7))).collect();
    let id = line(&mut trial, &points);
    trial.selection = vec![id];
    let handles = trial.draft().handles;
    let vertices: Vec<Point> =
        handles.iter().filter(|handle| handle.kind == HandleKind::Vertex).map(|handle| handle.at).collect();
    assert!((20..100).contains(&vertices.len()), "{}", vertices.len());
    assert!(vertices.windows(2).all(|pair| pair[0].distance(pair[1]) >= 10.0));
}
