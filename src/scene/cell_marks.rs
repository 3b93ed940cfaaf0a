//! The letters of ground on which accounts differ, where more is contested than patterns tell apart: by them the map and its legend
//! go together without colours.

use std::sync::Arc;

use geo::Contains as _;
use kurbo::Rect;

use super::display_list::Face;
use super::labels::{Anchor, LabelCandidate, LabelLine};
use super::{Look, Scene};
use crate::document::{Shown, shown};
use crate::dossier::agreed::place_of_mark;
use crate::geometry::derive::largest_label_point;
use crate::geometry::{Coord, Frame, MultiPolygon, Point, Polygon};

/// How large letters are, and how wide and high ground is at least that has one, in points.
const SIZE_PT: f64 = 11.0;
const LEAST_PT: f64 = 13.0;

/// So many parts of one cell have its letter, the largest first.
const MOST_PARTS: usize = 6;

/// So many places are tried across ground, and so many down, where its middle is taken.
const SPOTS: usize = 5;

/// Before the names of places: without its letter ground is not found in the legend.
const PRIORITY: f64 = 3e9;

impl Scene {
    /// The letters of cells, each on the largest parts of its ground.
    pub(super) fn cell_marks(&self, look: &Look, frame: &Frame, candidates: &mut Vec<LabelCandidate>) {
        let Some(agreed) = self.dossier().agreed.as_ref().filter(|agreed| !agreed.marks.is_empty()) else { return };
        let palette = look.theme.palette();
        for (order, Shown { overlay, .. }) in shown(self.dossier(), &look.overlays).rev().enumerate() {
            let (Some(mark), Some(area)) = (agreed.marks.get(&overlay.id), overlay.shape.areas()) else { continue };
            if place_of_mark(mark).is_some_and(|place| place >= look.most_marks) {
                continue;
            }
            let mut parts: Vec<(Rect, &Polygon<f64>)> =
                area.0.iter().filter_map(|part| on_page(part, frame, LEAST_PT)).collect();
            parts.sort_by(|(a, _), (b, _)| b.area().total_cmp(&a.area()));
            for (part, (rect, polygon)) in parts.into_iter().take(MOST_PARTS).enumerate() {
                let middle = largest_label_point(&MultiPolygon(vec![polygon.clone()]), 200.0);
                let middle = middle.map(|at| frame.page_from_lon_lat(at)).filter(|at| frame.page().contains(*at));
                // Where a dot or another letter has the middle, there is room elsewhere on large ground.
                let spots: Arc<[Point]> = middle.into_iter().chain(spots_of(polygon, rect, frame)).collect();
                if spots.is_empty() {
                    continue;
                }
                candidates.push(LabelCandidate {
                    priority: PRIORITY - 10.0 * order as f64 - part as f64,
                    lines: vec![LabelLine {
                        text: mark.clone(),
                        face: Face::SansSemiBold,
                        size_pt: SIZE_PT,
                        color: palette.label,
                        letter_spacing_pt: 0.0,
                    }],
                    anchor: Anchor::AnyOf(spots),
                    halo: palette.halo,
                    dot: None,
                    key: format!("{} {part}", overlay.id),
                    repeat_pt: 0.0,
                    leader_pt: 0.0,
                });
            }
        }
    }
}

/// Whether ground has room for its letter on a map whose marks and names are drawn so large.
pub(crate) fn has_room_for_mark(area: &MultiPolygon<f64>, frame: &Frame, symbol_scale: f64) -> bool {
    area.0.iter().any(|part| on_page(part, frame, symbol_scale * LEAST_PT).is_some())
}

/// A part with what of its box lies on the page, if that has room for a letter.
fn on_page<'a>(part: &'a Polygon<f64>, frame: &Frame, least_pt: f64) -> Option<(Rect, &'a Polygon<f64>)> {
    let nothing = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
    let [west, south, east, north] = part.exterior().0.iter().fold(nothing, |[west, south, east, north], at| {
        [west.min(at.x), south.min(at.y), east.max(at.x), north.max(at.y)]
    });
    if west > east {
        return None;
    }
    let corner = |x: f64, y: f64| frame.page_from_lon_lat(Coord { x, y });
    let whole = Rect::from_points(corner(west, north), corner(east, south));
    let on_page = whole.intersect(frame.page());
    (on_page.width().min(on_page.height()) >= least_pt).then_some((on_page, part))
}

/// Places within a part on the page, spread over its box.
fn spots_of(part: &Polygon<f64>, on_page: Rect, frame: &Frame) -> impl Iterator<Item = Point> {
    let spots = (0..SPOTS * SPOTS).map(move |number| {
        let share = |step: usize| (step as f64 + 0.5) / SPOTS as f64;
        let (across, down) = (share(number % SPOTS), share(number / SPOTS));
        Point::new(on_page.x0 + across * on_page.width(), on_page.y0 + down * on_page.height())
    });
    spots.filter(|spot| part.contains(&frame.lon_lat_from_page(*spot)))
}
