//! The letters of ground on which accounts differ, where more is contested than patterns tell apart: by them the map and its legend
//! go together without colours.

use kurbo::Rect;

use super::display_list::Face;
use super::labels::{Anchor, LabelCandidate, LabelLine};
use super::{Look, Scene};
use crate::document::{Shown, shown};
use crate::geometry::derive::largest_label_point;
use crate::geometry::{Coord, Frame, MultiPolygon, Polygon};

/// How large letters are, and how wide and high ground is at least that has one, in points.
const SIZE_PT: f64 = 11.0;
const LEAST_PT: f64 = 13.0;

/// So many parts of one cell have its letter, the largest first.
const MOST_PARTS: usize = 6;

/// Before the names of places: without its letter ground is not found in the legend.
const PRIORITY: f64 = 3e9;

impl Scene {
    /// The letters of cells, each on the largest parts of its ground.
    pub(super) fn cell_marks(&self, look: &Look, frame: &Frame, candidates: &mut Vec<LabelCandidate>) {
        let Some(agreed) = self.dossier().agreed.as_ref().filter(|agreed| !agreed.marks.is_empty()) else { return };
        let palette = look.theme.palette();
        for (order, Shown { overlay, .. }) in shown(self.dossier(), &look.overlays).rev().enumerate() {
            let (Some(mark), Some(area)) = (agreed.marks.get(&overlay.id), overlay.shape.areas()) else { continue };
            let mut parts: Vec<(f64, &Polygon<f64>)> = area.0.iter().filter_map(|part| sized(part, frame)).collect();
            parts.sort_by(|(a, _), (b, _)| b.total_cmp(a));
            for (part, (_, polygon)) in parts.into_iter().take(MOST_PARTS).enumerate() {
                let at = largest_label_point(&MultiPolygon(vec![polygon.clone()]), 200.0);
                let Some(page) = at.map(|at| frame.page_from_lon_lat(at)) else { continue };
                candidates.push(LabelCandidate {
                    priority: PRIORITY - 10.0 * order as f64 - part as f64,
                    lines: vec![LabelLine {
                        text: mark.clone(),
                        face: Face::SansSemiBold,
                        size_pt: SIZE_PT,
                        color: palette.label,
                        letter_spacing_pt: 0.0,
                    }],
                    anchor: Anchor::Centered(page),
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

/// A part with the size of its box on the page, if that is near the page and has room for a letter.
fn sized<'a>(part: &'a Polygon<f64>, frame: &Frame) -> Option<(f64, &'a Polygon<f64>)> {
    let nothing = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
    let [west, south, east, north] = part.exterior().0.iter().fold(nothing, |[west, south, east, north], at| {
        [west.min(at.x), south.min(at.y), east.max(at.x), north.max(at.y)]
    });
    if west > east {
        return None;
    }
    let corner = |x: f64, y: f64| frame.page_from_lon_lat(Coord { x, y });
    let on_page = Rect::from_points(corner(west, north), corner(east, south));
    let has_room = on_page.width().min(on_page.height()) >= LEAST_PT && on_page.overlaps(frame.page());
    has_room.then(|| (on_page.area(), part))
}
