//! Which lines the names of places keep to their side of: lines of contact, and the edges of held areas.
//!
//! The edge of a held area parts names both ways, but for where it runs along the outline of a region: there names from
//! within may reach out of it, over the sea or the next region, and none from outside may reach in.

use std::collections::HashMap;

use kurbo::{Line, Point, Rect};

use super::labels::Barrier;
use super::{Look, Scene, is_near_page};
use crate::document::{Shown, shown};
use crate::dossier::Overlay;
use crate::geometry::Frame;
use crate::geometry::clip::part_inside;

/// The longest piece of a barrier, in points.
const PIECE_PT: f64 = 24.0;
/// So near an edge lies on a region's outline: more than both are simplified by.
const ALONG_PT: f64 = 1.5;
/// Beside a line of which no width is known.
const LEAST_CLEAR_PT: f64 = 1.0;

impl Scene {
    /// The barriers of what is shown in a frame.
    pub(super) fn barriers(&self, look: &Look, frame: &Frame) -> Vec<Barrier> {
        let mut barriers = Vec::new();
        for Shown { overlay, .. } in shown(self.dossier(), &look.overlays) {
            let is_near = || overlay.levels().bounds_world().is_some_and(|bounds| is_near_page(bounds, frame));
            let clear_pt = LEAST_CLEAR_PT + overlay.style.stroke_width.clamp(0.0, 40.0) / 2.0;
            if overlay.is_line_of_contact() && is_near() {
                let casing_pt = if overlay.style.casing.is_some() { 1.6 } else { 0.0 };
                let pieces = pieces_of(overlay, frame, false);
                barriers.push(Barrier { pieces, clear_pt: clear_pt + casing_pt, area: None });
            } else if overlay.is_held_area() && is_near() {
                let outlines = Outlines::new(self.region_outlines(frame), ALONG_PT);
                let (along, apart): (Vec<Line>, Vec<Line>) =
                    pieces_of(overlay, frame, true).into_iter().partition(|piece| outlines.hold(*piece));
                barriers.push(Barrier { pieces: apart, clear_pt, area: None });
                barriers.push(Barrier { pieces: along, clear_pt, area: Some(rings_of(overlay, frame)) });
            }
        }
        barriers.retain(|barrier| !barrier.pieces.is_empty());
        barriers
    }

    /// The outlines of the dossier's regions, shown or not.
    fn region_outlines(&self, frame: &Frame) -> Vec<Line> {
        let regions = self.dossier().overlays.iter().filter(|overlay| overlay.is_region());
        let near =
            regions.filter(|overlay| overlay.levels().bounds_world().is_some_and(|all| is_near_page(all, frame)));
        near.flat_map(|overlay| pieces_of(overlay, frame, true)).collect()
    }
}

fn rings_of(overlay: &Overlay, frame: &Frame) -> Vec<Vec<Point>> {
    let page_from_world = frame.page_from_world();
    let rings = overlay.levels().at_zoom(frame.view.zoom).iter().filter(|ring| ring.closed);
    rings.map(|ring| ring.points.iter().map(|point| page_from_world * *point).collect()).collect()
}

/// The lines or the outlines of an overlay on the page and a little beyond it, in short pieces.
pub(super) fn pieces_of(overlay: &Overlay, frame: &Frame, closed: bool) -> Vec<Line> {
    let near = frame.page().inflate(PIECE_PT, PIECE_PT);
    let mut pieces = Vec::new();
    for edge in edges_of(overlay, frame, closed) {
        let (from, to) = (edge.p0, edge.p1);
        if !(from.is_finite() && to.is_finite()) {
            continue;
        }
        let Some((enter, leave)) = part_inside(from, to, near) else { continue };
        pieces.extend(in_pieces(Line::new(from.lerp(to, enter), from.lerp(to, leave)), PIECE_PT));
    }
    pieces
}

/// The edges on the page of the lines of an overlay, or of the outlines of its areas.
pub(super) fn edges_of(overlay: &Overlay, frame: &Frame, closed: bool) -> impl Iterator<Item = Line> {
    let page_from_world = frame.page_from_world();
    let rings = overlay.levels().at_zoom(frame.view.zoom).iter().filter(move |ring| ring.closed == closed);
    rings.flat_map(|ring| ring.points.windows(2)).map(move |pair| page_from_world * Line::new(pair[0], pair[1]))
}

/// A line in equal pieces that are at most so long.
pub(super) fn in_pieces(line: Line, most_pt: f64) -> impl Iterator<Item = Line> {
    let steps = (line.p0.distance(line.p1) / most_pt).ceil().max(1.0);
    let at = move |step: usize| line.p0.lerp(line.p1, step as f64 / steps);
    (0..steps as usize).map(move |step| Line::new(at(step), at(step + 1)))
}

/// Lines by the squares of a grid that they touch.
pub(super) struct Outlines {
    /// So near a line what lies along it is.
    along_pt: f64,
    lines: Vec<Line>,
    cells: HashMap<(i32, i32), Vec<usize>>,
}

impl Outlines {
    const CELL_PT: f64 = 16.0;

    pub(super) fn new(lines: Vec<Line>, along_pt: f64) -> Self {
        let mut cells: HashMap<(i32, i32), Vec<usize>> = HashMap::new();
        for (index, line) in lines.iter().enumerate() {
            let around = Rect::from_points(line.p0, line.p1).inflate(along_pt, along_pt);
            let (from, to) = (Self::cell(around.origin()), Self::cell(Point::new(around.x1, around.y1)));
            for cell in (from.0..=to.0).flat_map(|x| (from.1..=to.1).map(move |y| (x, y))) {
                cells.entry(cell).or_default().push(index);
            }
        }
        Self { along_pt, lines, cells }
    }

    fn cell(at: Point) -> (i32, i32) {
        ((at.x / Self::CELL_PT).floor() as i32, (at.y / Self::CELL_PT).floor() as i32)
    }

    /// Whether both ends and the middle of a piece lie on one of the lines.
    pub(super) fn hold(&self, piece: Line) -> bool {
        [piece.p0, piece.midpoint(), piece.p1].into_iter().all(|at| {
            let near = self.cells.get(&Self::cell(at)).map_or(&[][..], Vec::as_slice);
            near.iter().any(|index| distance(at, &self.lines[*index]) <= self.along_pt)
        })
    }
}

fn distance(at: Point, line: &Line) -> f64 {
    let along = line.p1 - line.p0;
    let length = along.hypot2();
    let share = if length > 0.0 { ((at - line.p0).dot(along) / length).clamp(0.0, 1.0) } else { 0.0 };
    at.distance(line.p0 + along * share)
}
