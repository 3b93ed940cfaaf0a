//! The words of annotations, each where it has room.

use kurbo::{Point, Rect, Vec2};

use super::index::{Index, Ready};
use super::lines::{self, Measured};
use super::marker::{self, MarkerStyle};
use super::shapes::{callout_box, callout_items, radius_line, stroke_width_pt};
use super::words::{Label, halo_for, ink};
use super::{GAP_PT, MARKER_THEME, hit, markers, near_page, visible};
use crate::document::Annotation;
use crate::document::annotation::{PathKind, PointKind, Shape};
use crate::geometry::Frame;
use crate::scene::Look;
use crate::scene::display_list::Item;
use crate::scene::palette::Theme;

/// The parts of the page on which annotations have words, symbols or lines, and the map's own names do well to have
/// none. Those that are being edited count as they were, so that names hold still until the edit is done.
pub(in crate::scene) fn obstacles(look: &Look, frame: &Frame) -> Vec<Rect> {
    let index = Index::of(&look.annotations, look.locale);
    let drawn = visible(&look.annotations, &look.layers);
    let mut boxes = Vec::new();
    for position in &drawn {
        let Some((annotation, ready)) = index.get(*position) else { continue };
        if !near_page(annotation, ready, frame) {
            continue;
        }
        boxes.extend(labels(annotation, ready, frame).iter().map(Label::bounds));
        boxes.extend(callout_box(annotation, ready, frame));
    }
    boxes.extend(markers(look, frame));
    boxes.retain(|rect| rect.overlaps(frame.page()));
    // Names give way to words first. Where lines cover the page, names cannot give way to them any more.
    let mut along = Vec::new();
    for position in drawn {
        let Some((annotation, ready)) = index.get(position) else { continue };
        if near_page(annotation, ready, frame) {
            outline_boxes(annotation, ready, frame, &mut along);
        }
        if along.len() > MOST_LINE_BOXES {
            return boxes;
        }
    }
    boxes.extend(along);
    boxes
}

/// Boxes along lines that the map's names keep off at most: about as many as cover a large page in lines.
pub(super) const MOST_LINE_BOXES: usize = 4000;

/// Small boxes along the lines of an annotation, as far as they are on the page.
pub(super) fn outline_boxes(annotation: &Annotation, ready: &Ready, frame: &Frame, boxes: &mut Vec<Rect>) {
    const STEP_PT: f64 = 6.0;
    let page = frame.page();
    let half = stroke_width_pt(&annotation.style) / 2.0;
    if half <= 0.0 {
        return;
    }
    let page_from_world = frame.page_from_world();
    let mut along = |from: Point, to: Point| {
        if let Some((enter, leave)) = crate::geometry::clip::part_inside(from, to, page) {
            let (start, end) = (from.lerp(to, enter), from.lerp(to, leave));
            let level = (end - start).x.abs() < 0.5 || (end - start).y.abs() < 0.5;
            let steps = if level { 1 } else { (start.distance(end) / STEP_PT).ceil().max(1.0) as usize };
            for step in 0..steps {
                let at = |step: usize| start.lerp(end, step as f64 / steps as f64);
                boxes.push(Rect::from_points(at(step), at(step + 1)).inflate(half, half));
            }
        }
    };
    match &annotation.shape {
        Shape::Point { .. } => {}
        Shape::Callout { target, .. } => {
            if let Some(body) = callout_box(annotation, ready, frame) {
                along(body.center(), frame.page_from_lon_lat(*target));
            }
        }
        Shape::Path { .. } | Shape::Area { .. } | Shape::Circle { .. } | Shape::Other(_) => {
            for ring in ready.levels(annotation).at_zoom(frame.view.zoom) {
                for pair in ring.points.windows(2) {
                    along(page_from_world * pair[0], page_from_world * pair[1]);
                }
            }
        }
    }
}

/// Everything that an annotation says on the map, each block in its place.
pub(super) fn labels(annotation: &Annotation, ready: &Ready, frame: &Frame) -> Vec<Label> {
    let words = ready.words(annotation);
    let page_from_world = frame.page_from_world();
    let mut labels = Vec::new();
    match &annotation.shape {
        Shape::Point { at, kind } => {
            let at = frame.page_from_lon_lat(*at);
            let Some(main) = &words.main else { return labels };
            labels.push(match kind {
                PointKind::Text => Label::level(main, at),
                PointKind::Marker => {
                    let marker = MarkerStyle::of(&annotation.style, MARKER_THEME);
                    let right = marker.bounds(at).x1 + GAP_PT - marker::CASING_PT;
                    Label::from_top_left(main, Point::new(right, marker.middle(at).y - main.first_middle))
                }
            });
        }
        Shape::Callout { text_at, .. } => {
            labels.extend(words.main.iter().map(|main| Label::level(main, frame.page_from_lon_lat(*text_at))));
        }
        Shape::Path { kind, .. } => {
            if words.main.is_none() && words.parts.is_empty() {
                return labels;
            }
            let levels = ready.levels(annotation);
            // A leg has a label each: its vertices must all be there.
            let rings = if words.parts.is_empty() { levels.at_zoom(frame.view.zoom) } else { levels.full() };
            let Some(ring) = rings.first() else { return labels };
            let points = lines::on_page(ring, page_from_world);
            let line = Measured::new(&points);
            let clear = stroke_width_pt(&annotation.style) / 2.0
                + if *kind == PathKind::Distance { GAP_PT } else { GAP_PT - 0.5 };
            if let Some(main) = &words.main {
                let (seat, direction, rise) = line.seat(line.middle(frame.page()), main.size.width);
                let required = words.by_user;
                labels.push(Label { required, ..Label::along(main, seat, direction, clear + rise) });
            }
            for (leg, block) in points.windows(2).zip(&words.parts) {
                if leg[0].distance(leg[1]) > block.size.width + 16.0 {
                    let label = Label::along(block, leg[0].midpoint(leg[1]), leg[1] - leg[0], -clear);
                    labels.push(Label { required: false, ..label });
                }
            }
        }
        Shape::Area { .. } | Shape::Circle { .. } | Shape::Other(_) => {
            let title = words.main.as_ref().and_then(|main| {
                let at = label_seat(annotation, ready, frame, main.size)?;
                Some(Label { required: words.by_user, ..Label::level(main, at) })
            });
            let radius = words.parts.first().zip(radius_line(annotation, ready, frame));
            match (title, radius) {
                (title, Some((block, (from, to)))) if to.x - from.x > block.size.width + 10.0 => {
                    // The title makes room for the radius.
                    labels.extend(title.map(|mut label| {
                        if label.center.distance(from) < 1.0 {
                            label.center.y -= label.block.size.height / 2.0 + 5.0;
                        }
                        label
                    }));
                    let direction = if (to.y - from.y).abs() < 1.0 { Vec2::new(1.0, 0.0) } else { to - from };
                    let label = Label::along(block, from.midpoint(to), direction, -1.5);
                    labels.push(Label { required: false, ..label });
                }
                (title, _) => labels.extend(title),
            }
        }
    }
    labels
}

/// Where words of this size stand in an area: at its widest place; where that is off the page, somewhere on the page
/// where they fit; beside it where they fit nowhere.
pub(super) fn label_seat(annotation: &Annotation, ready: &Ready, frame: &Frame, size: kurbo::Size) -> Option<Point> {
    let page_from_world = frame.page_from_world();
    let world_from_page = page_from_world.inverse();
    let bounds = page_from_world.transform_rect_bbox(ready.bounds()?);
    let beside = Point::new(bounds.x1 + GAP_PT + 1.0 + size.width / 2.0, bounds.center().y);
    if bounds.width() < 0.6 * size.width || bounds.height() < 0.6 * size.height {
        return Some(beside);
    }
    let rings = ready.levels(annotation).at_zoom(frame.view.zoom);
    let fitting = |at: Point| {
        let half = size * 0.5;
        let spots =
            [(-1.0, -1.0), (0.0, -1.0), (1.0, -1.0), (-1.0, 0.0), (1.0, 0.0), (-1.0, 1.0), (0.0, 1.0), (1.0, 1.0)];
        let inside = |(x, y): &(f64, f64)| {
            hit::inside(rings, world_from_page * (at + Vec2::new(x * half.width, y * half.height)))
        };
        spots.iter().filter(|spot| inside(spot)).count()
    };
    let widest = page_from_world * ready.label_point(annotation)?;
    if frame.page().contains(widest) {
        // A corner or two may stick out: a name belongs in its area.
        return Some(if fitting(widest) >= 6 { widest } else { beside });
    }
    let seen = bounds.intersect(frame.page()).inset(-4.0);
    if seen.width() <= size.width || seen.height() <= size.height {
        return Some(widest);
    }
    let seats = (1..8).flat_map(|row| (1..8).map(move |column| (column, row))).map(|(column, row)| {
        Point::new(seen.x0 + seen.width() * f64::from(column) / 8.0, seen.y0 + seen.height() * f64::from(row) / 8.0)
    });
    let near = |at: &Point| at.distance_squared(seen.center());
    let best = seats.filter(|at| fitting(*at) == 8).min_by(|a, b| near(a).total_cmp(&near(b)));
    Some(best.unwrap_or(widest))
}

/// The words of an annotation and what belongs to them, bottom first; only those labels that `keeps`.
pub(super) fn word_items(
    annotation: &Annotation,
    ready: &Ready,
    frame: &Frame,
    theme: Theme,
    mut keeps: impl FnMut(&Label) -> bool,
) -> Vec<Item> {
    let mut items = Vec::new();
    let ink = ink(annotation, theme);
    let mut halo = Some(halo_for(ink, theme));
    if matches!(annotation.shape, Shape::Callout { .. }) {
        items.extend(callout_items(annotation, ready, frame, theme));
        halo = None;
    }
    let near = frame.page().inflate(2.0, 2.0);
    for label in labels(annotation, ready, frame) {
        if label.bounds().overlaps(near) && keeps(&label) {
            items.extend(label.items(ink, halo));
        }
    }
    items
}

/// The room that words have taken, by squares of the page.
pub(super) struct Crowd {
    pub(super) page: Rect,
    pub(super) columns: usize,
    pub(super) cells: Vec<Vec<Rect>>,
}

impl Crowd {
    pub(super) const CELL_PT: f64 = 64.0;

    pub(super) fn new(page: Rect, taken: Vec<Rect>) -> Self {
        let across = |size: f64| (size / Self::CELL_PT).ceil().clamp(1.0, 512.0) as usize;
        let columns = across(page.width());
        let mut crowd = Self { page, columns, cells: vec![Vec::new(); columns * across(page.height())] };
        for rect in taken {
            crowd.insert(rect);
        }
        crowd
    }

    pub(super) fn touched(&self, rect: Rect) -> impl Iterator<Item = usize> + use<> {
        let rows = self.cells.len() / self.columns;
        let cell = |at: f64, count: usize| ((at / Self::CELL_PT).floor().max(0.0) as usize).min(count - 1);
        let rect = rect - self.page.origin().to_vec2();
        let columns = cell(rect.x0, self.columns)..=cell(rect.x1, self.columns);
        let across = self.columns;
        (cell(rect.y0, rows)..=cell(rect.y1, rows))
            .flat_map(move |row| columns.clone().map(move |column| row * across + column))
    }

    pub(super) fn insert(&mut self, rect: Rect) {
        for cell in self.touched(rect) {
            self.cells[cell].push(rect);
        }
    }

    /// Takes room for a label, if none of it is taken.
    pub(super) fn takes(&mut self, label: &Label) -> bool {
        let rect = label.bounds();
        let free = self.touched(rect).all(|cell| !self.cells[cell].iter().any(|other| overlap(rect, *other)));
        if free {
            self.insert(rect);
        }
        free
    }
}

pub(super) fn overlap(a: Rect, b: Rect) -> bool {
    a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1
}
