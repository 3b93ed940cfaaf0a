//! The frame of a figure over the map, and the pieces that stand in it.

use super::*;

#[test]
fn the_frame_over_the_map_is_that_of_the_figure_and_is_dragged() {
    let mut harness = window();
    let view = harness.state().session().document().view;
    set_up_figure(&mut harness);
    for paper in ["Same as the view", "A4 landscape", "Column, 85 mm"] {
        if paper != "Same as the view" {
            choose_paper(&mut harness, paper);
            harness.get_by_label("Find the frame").scroll_to_me();
            harness.run_ok();
            harness.get_by_label("Find the frame").click();
            settle(&mut harness);
        }
        let off = frame_is_off_by(&harness);
        assert!(off < 0.5, "{paper}: at first the frame is off by {off} pixels");
        let page = set_up(&harness).page;
        let before = frame_on_map(&harness);
        let rect = harness.get_by_label(FRAME).rect();
        drag(&mut harness, rect.center(), rect.center() + Vec2::new(-20.0, -24.0));
        let moved = harness.get_by_label(FRAME).rect();
        assert!(
            (moved.center() - rect.center() - Vec2::new(-20.0, -24.0)).length() < 1.0,
            "{paper}: {rect:?} to {moved:?}"
        );
        assert!((moved.size() - rect.size()).length() < 6.0, "{paper}: it has another size");
        let off = frame_is_off_by(&harness);
        assert!(off < 0.5, "{paper}: moved, the frame is off by {off} pixels");
        let corner = harness.get_by_label("Lower right corner of the frame").rect().center();
        drag(&mut harness, corner, corner + (moved.min - corner) * 0.25);
        let smaller = harness.get_by_label(FRAME).rect();
        assert!((smaller.width() / moved.width() - 0.75).abs() < 0.02, "{paper}: {smaller:?} of {moved:?}");
        assert!((smaller.min - moved.min).length() < 4.0, "{paper}: the other corner stays");
        let off = frame_is_off_by(&harness);
        assert!(off < 0.5, "{paper}: scaled, the frame is off by {off} pixels");
        assert!(set_up(&harness).own_frame && set_up(&harness).page == page, "{paper}: the page is as it was");
        assert_ne!(frame_on_map(&harness), before);
        harness.get_by_label("All overlays shown").scroll_to_me();
        harness.run_ok();
        harness.get_by_label("All overlays shown").click();
        settle(&mut harness);
    }
    // Closing brings the map back as it was.
    harness.key_press(Key::Escape);
    harness.run_ok();
    assert!(harness.state().figure_set_up().is_none());
    assert_eq!(harness.state().session().document().view, view);
}

#[test]
fn the_frame_is_moved_and_scaled_by_keys() {
    let mut harness = window();
    set_up_figure(&mut harness);
    harness.get_by_label(FRAME).focus();
    harness.run_ok();
    let rect = harness.get_by_label(FRAME).rect();
    harness.key_press(Key::ArrowRight);
    harness.key_press(Key::ArrowRight);
    harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowLeft);
    settle(&mut harness);
    let moved = harness.get_by_label(FRAME).rect();
    assert!((moved.center() - rect.center() - Vec2::new(-24.0, 0.0)).length() < 1.0, "{rect:?} to {moved:?}");
    for _ in 0..4 {
        harness.key_press(Key::Minus);
    }
    settle(&mut harness);
    let smaller = harness.get_by_label(FRAME).rect();
    assert!((smaller.width() / moved.width() - 1.05_f32.powi(-4)).abs() < 0.01, "{moved:?} to {smaller:?}");
    harness.key_press(Key::Plus);
    settle(&mut harness);
    assert!(harness.get_by_label(FRAME).rect().width() > smaller.width());
    assert!(frame_is_off_by(&harness) < 0.5);
    // A drag that is given up leaves it where it was.
    let before = set_up(&harness).shows;
    harness.drag_at(smaller.center());
    harness.step();
    harness.hover_at(smaller.center() + Vec2::new(60.0, 60.0));
    harness.step();
    harness.hover_at(smaller.center() + Vec2::new(90.0, 60.0));
    harness.step();
    assert_ne!(set_up(&harness).shows, before);
    harness.key_press(Key::Escape);
    harness.step();
    harness.drop_at(smaller.center());
    settle(&mut harness);
    assert_eq!(set_up(&harness).shows, before);
    assert!(harness.state().figure_set_up().is_some(), "and the panel stays");
}

/// Whether the whole frame with its grips is seen, above the credits and beside the buttons.
fn frame_is_clear(harness: &Harness<'static, ClaimlineApp>) -> bool {
    let frame = harness.get_by_label(FRAME).rect();
    let credits = harness.get_by_label_contains("OpenStreetMap contributors").rect();
    let seen = harness.state().map_rect().with_max_y(credits.min.y).shrink(6.0);
    let buttons = ["Zoom in", "Zoom out", "Opening view"].map(|name| harness.query_by_label(name));
    let covered = buttons.into_iter().flatten().any(|button| {
        let upright = [frame.left(), frame.right()].map(|x| egui::Rect::from_x_y_ranges(x..=x, frame.y_range()));
        let level = [frame.top(), frame.bottom()].map(|y| egui::Rect::from_x_y_ranges(frame.x_range(), y..=y));
        upright.into_iter().chain(level).any(|edge| edge.expand(5.0).intersects(button.rect()))
    });
    // What is shown of a frame that goes beyond the map would be that of another.
    seen.contains_rect(frame) && !covered && frame_is_off_by(harness) < 0.5
}

#[test]
fn the_whole_frame_is_in_view_when_it_comes_back_and_when_steps_are_taken_back() {
    let mut harness = window_of(1280.0, 800.0);
    set_up_figure(&mut harness);
    assert!(frame_is_clear(&harness), "at first");
    choose_paper(&mut harness, "A4 landscape");
    assert!(frame_is_clear(&harness), "on another page");
    harness.key_press(Key::Escape);
    harness.run_ok();
    let ctx = harness.ctx.clone();
    let view = View { center: KRAMATORSK, zoom: 10.7 };
    harness.state_mut().act(&ctx, Action::SetView(view));
    harness.run_ok();
    set_up_figure(&mut harness);
    assert!(frame_is_clear(&harness), "it comes back as the page has made it");
    // A step that leaves it in view leaves the map alone.
    harness.get_by_label(FRAME).focus();
    harness.run_ok();
    harness.key_press(Key::ArrowRight);
    settle(&mut harness);
    let view = harness.state().session().document().view;
    let undo = |harness: &mut Harness<'static, ClaimlineApp>| {
        harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
        settle(harness);
    };
    undo(&mut harness);
    assert_eq!(harness.state().session().document().view, view);
    // One that takes it out of view does not.
    for _ in 0..3 {
        harness.get_by_label("Zoom in").click();
        settle(&mut harness);
    }
    harness.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    settle(&mut harness);
    assert!(frame_is_clear(&harness), "a step made again");
    undo(&mut harness);
    undo(&mut harness);
    undo(&mut harness);
    assert_eq!(set_up(&harness).page.size, PageSize::View);
    assert!(frame_is_clear(&harness), "the page taken back");
}

#[test]
fn a_figure_of_all_that_can_be_seen_leaves_the_map_as_it_was() {
    let mut harness = window_of(1280.0, 800.0);
    let ctx = harness.ctx.clone();
    for _ in 0..8 {
        harness.state_mut().act(&ctx, Action::Command(Command::ZoomOut));
        harness.run_ok();
    }
    let view = harness.state().session().document().view;
    set_up_figure(&mut harness);
    let session = harness.state().session();
    let drawn = figure::draw(session.scene(), &Ground::builtin().0, &session.drawn_document(), &set_up(&harness)).map;
    let (map, frame) = (session.frame(), drawn.world_bounds());
    let frame = map.page_from_world().transform_rect_bbox(frame);
    for (name, is_cut_off) in [
        ("Left edge", frame.x0 < -1.0),
        ("Right edge", frame.x1 > map.width_pt + 1.0),
        ("Upper edge", frame.y0 < -1.0),
        ("Lower edge", frame.y1 > map.height_pt + 1.0),
    ] {
        let has_handle = harness.query_by_label(&format!("{name} of the frame")).is_some();
        assert_eq!(has_handle, !is_cut_off, "{name} of {frame:?}");
    }
    harness.key_press(Key::Escape);
    harness.run_ok();
    assert_eq!(harness.state().session().document().view, view);
}

/// Chooses where a piece of the figure stands, by its menu.
fn choose_place(harness: &mut Harness<'static, ClaimlineApp>, piece: &str, place: &str) {
    let menu = format!("Place of {piece}");
    harness.get_by_label(&menu).scroll_to_me();
    harness.run_ok();
    harness.get_by_label(&menu).click();
    harness.run_ok();
    harness.get_by_label(place).click();
    settle(harness);
}

#[test]
fn a_piece_of_the_figure_is_dragged_and_moved_by_keys() {
    let mut harness = window();
    set_up_figure(&mut harness);
    choose_paper(&mut harness, "A4 landscape");
    let place = |harness: &Harness<'static, ClaimlineApp>, piece: Piece| set_up(harness).furniture.place_of(piece);
    let piece = |harness: &Harness<'static, ClaimlineApp>, name: &str| {
        harness.get_by_label(&format!("Move {name} with the arrow keys")).rect()
    };
    assert_eq!(place(&harness, Piece::ScaleBar), None, "it looks for the emptiest corner by itself");
    let corners =
        [("the scale bar", "Bottom left"), ("the north arrow", "Bottom left"), ("the locator map", "Top right")];
    for (name, corner) in corners {
        choose_place(&mut harness, name, corner);
    }
    assert_eq!(place(&harness, Piece::ScaleBar), Some(Corner::BottomLeft.into()));
    let at = piece(&harness, "the scale bar");
    let inset = piece(&harness, "the locator map");
    let to = at.center() + Vec2::new(120.0, -70.0);
    drag(&mut harness, at.center(), to);
    let Some(Place::Free(spot)) = place(&harness, Piece::ScaleBar) else { panic!("it stands where it was put") };
    assert!((0.05..0.95).contains(&spot.across()) && (0.05..0.95).contains(&spot.down()), "{spot:?}");
    let put = piece(&harness, "the scale bar");
    assert!((put.center() - to).length() < 4.0, "{put:?} is not at {to:?}");
    // The arrow that stood beside it stays.
    assert_eq!(place(&harness, Piece::NorthArrow), Some(Corner::BottomLeft.into()));
    // By keys it goes on from there.
    harness.get_by_label("Move the scale bar").scroll_to_me();
    harness.run_ok();
    harness.get_by_label("Move the scale bar").click();
    harness.run_ok();
    harness.key_press(Key::ArrowDown);
    harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowLeft);
    settle(&mut harness);
    let keyed = piece(&harness, "the scale bar");
    assert!(keyed.center().x < put.center().x - 3.0 && keyed.center().y > put.center().y, "{put:?} to {keyed:?}");
    // Let go near a corner it snaps there, beside what stands there already.
    drag(&mut harness, keyed.center(), inset.right_bottom() + Vec2::new(-20.0, 30.0));
    assert!(matches!(place(&harness, Piece::ScaleBar), Some(Place::Free(_))), "along the edge is no corner");
    let at = piece(&harness, "the scale bar");
    drag(&mut harness, at.center(), inset.right_top() + Vec2::new(-at.width() / 2.0 - 2.0, at.height() / 2.0 + 2.0));
    assert_eq!(place(&harness, Piece::ScaleBar), Some(Corner::TopRight.into()));
    // The title goes onto the map, and back above it.
    let title = piece(&harness, "the title").center();
    drag(&mut harness, title, title + Vec2::new(60.0, 90.0));
    assert!(matches!(place(&harness, Piece::Title), Some(Place::Free(_))));
    // So do the notes, and a table that is asked for, by corner.
    let notes = piece(&harness, "the notes");
    let map = piece(&harness, "the locator map").left_top() - Vec2::new(90.0, -70.0);
    drag(&mut harness, notes.center(), map);
    assert!(matches!(place(&harness, Piece::Notes), Some(Place::Free(_))));
    harness.get_by_label("Move the notes").scroll_to_me();
    harness.run_ok();
    harness.get_by_label("Move the notes").click();
    harness.run_ok();
    let put = place(&harness, Piece::Notes);
    harness.key_press(Key::ArrowLeft);
    settle(&mut harness);
    assert!(matches!((put, place(&harness, Piece::Notes)),
        (Some(Place::Free(put)), Some(Place::Free(keyed))) if keyed.across() < put.across()));
    choose_place(&mut harness, "the notes", "Off the map");
    assert_eq!(place(&harness, Piece::Notes), None);
    harness.get_by_label("Stated and measured").scroll_to_me();
    harness.run_ok();
    harness.get_by_label("Stated and measured").click();
    settle(&mut harness);
    choose_place(&mut harness, "the table of stated figures", "Bottom right");
    assert_eq!(place(&harness, Piece::Comparison), Some(Corner::BottomRight.into()));
    // A piece over another is warned of.
    let legend = piece(&harness, "the locator map").center();
    let title = piece(&harness, "the title").center();
    drag(&mut harness, title, legend - Vec2::new(12.0, -16.0));
    assert!(harness.query_all_by_label_contains("overlaps the").next().is_some(), "nothing is said of it");
    harness.get_by_label("Reset places").scroll_to_me();
    harness.run_ok();
    harness.get_by_label("Reset places").click();
    settle(&mut harness);
    assert!(set_up(&harness).furniture.is_usual());
    assert!(harness.query_all_by_label_contains("overlaps the").next().is_none());
}

#[test]
fn nothing_lies_over_the_frame_of_a_figure_and_its_handles() {
    let mut harness = window_of(800.0, 500.0);
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, Action::Command(Command::ShowHistory));
    harness.run_ok();
    assert!(harness.query_by_label_contains("Click a step").is_some());
    harness.state_mut().act(&ctx, Action::Command(Command::ShowGaps));
    harness.run_ok();
    assert!(harness.query_by_label_contains("no text attached").is_some());
    assert!(harness.query_by_label_contains("Click a step").is_none(), "one list at a time");
    set_up_figure(&mut harness);
    assert!(harness.query_by_label_contains("no text attached").is_none());
    assert!(harness.query_by_label_contains("Click a step").is_none());
    let handles = ["Upper left corner", "Upper right corner", "Upper edge", "Right edge", "Left edge"];
    let covered = |harness: &Harness<'static, ClaimlineApp>| {
        let buttons = ["Zoom in", "Zoom out", "Opening view"].map(|name| harness.get_by_label(name).rect());
        let seen = |name: &str| harness.query_by_label(&format!("{name} of the frame")).map(|handle| handle.rect());
        handles.into_iter().filter_map(seen).any(|handle| buttons.iter().any(|button| button.intersects(handle)))
    };
    assert!(!covered(&harness), "at first");
    // Whatever part of the frame is seen.
    for _ in 0..6 {
        harness.get_by_label("Zoom in").click();
        settle(&mut harness);
        assert!(!covered(&harness), "{:?}", harness.get_by_label(FRAME).rect());
    }
    harness.key_press(Key::Escape);
    harness.run_ok();
    assert!(harness.query_by_label_contains("no text attached").is_some(), "the list comes back");
}

#[test]
fn all_overlays_shown_are_in_the_frame_that_is_asked_for() {
    let mut harness = window();
    set_up_figure(&mut harness);
    harness.get_by_label("All overlays shown").click();
    settle(&mut harness);
    assert!(frame_is_clear(&harness));
    let [west, south, east, north] = frame_on_map(&harness);
    let session = harness.state().session();
    let shown: Vec<_> = session.document().overlays.iter().filter(|state| state.visible).collect();
    // The south of Zaporizhzhia, Kherson and Crimea among them.
    assert!(shown.iter().any(|state| session.dossier().overlay(&state.id).unwrap().bounds[1] < 46.0));
    for state in shown {
        let bounds = session.dossier().overlay(&state.id).unwrap().bounds;
        let is_in = bounds[0] > west && bounds[1] > south && bounds[2] < east && bounds[3] < north;
        assert!(is_in, "{} is not in the frame", state.id);
    }
}

#[test]
fn escape_goes_from_the_enlarged_preview_to_the_map_with_its_frame_first() {
    let mut harness = window();
    set_up_figure(&mut harness);
    assert!(harness.query_by_label_contains("Drag the frame on the map, or").is_some());
    harness.get_by_label("Enlarge the preview").click();
    settle(&mut harness);
    assert!(harness.query_by_label_contains("Drag the frame").is_none());
    assert!(harness.query_by_label_contains("Drag the parts of the figure · Esc").is_some());
    harness.key_press(Key::Escape);
    settle(&mut harness);
    assert!(harness.query_by_label(FRAME).is_some() && harness.query_by_label("Enlarge the preview").is_some());
    harness.key_press(Key::Escape);
    harness.run_ok();
    assert!(harness.state().figure_set_up().is_none());
}
