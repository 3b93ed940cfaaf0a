//! The letters of ground on which accounts differ, where more is contested than patterns tell apart: by them the map and its legend
//! go together without colours.

use std::collections::BTreeSet;
use std::sync::Arc;

use kurbo::{Rect, Vec2};

use super::display_list::Face;
use super::labels::{self, Anchor, LabelCandidate, LabelLine, PlacedLabel, Surroundings};
use super::{Look, Scene};
use crate::document::{Shown, shown};
use crate::dossier::Overlay;
use crate::dossier::agreed::place_of_mark;
use crate::geometry::derive::largest_label_point;
use crate::geometry::{Coord, Frame, MultiPolygon, Point, Polygon};

/// How large letters are, and how wide and high ground is at least that has one, in points.
const SIZE_PT: f64 = 11.0;
const LEAST_PT: f64 = 13.0;

/// So many parts of one cell have its letter, the largest first.
const MOST_PARTS: usize = 6;

/// So many places are tried across ground, and so many down, where its middle is taken.
const SPOTS: usize = 7;

/// Half of what a letter takes, in points: nearer to its edge it seems to stand on two grounds.
const HALF_PT: f64 = 5.0;

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
                // Names and dots keep the middle if they have it: on large ground there is room elsewhere.
                let middle = middle.unwrap_or(rect.center());
                let spots: Arc<[Point]> = spots_of(overlay, rect, middle, part == 0, frame).into();
                if spots.is_empty() {
                    continue;
                }
                candidates.push(LabelCandidate {
                    priority: labels::LAST - 10.0 * order as f64 - part as f64,
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
                    key: format!("{}{BEFORE_PART}{part}", overlay.id),
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

/// Places within a part of ground on the page, its middle and others spread over its box: those with room for a letter, nearest to the
/// middle first. Of ground that is too narrow for one they are any within it if it has to have a letter, or else none.
fn spots_of(overlay: &Overlay, on_page: Rect, middle: Point, is_needed: bool, frame: &Frame) -> Vec<Point> {
    let hit = overlay.hit();
    let holds = |at: Point| hit.contains(frame.lon_lat_from_page(at));
    let around = [(-1.0, -1.0), (1.0, -1.0), (-1.0, 1.0), (1.0, 1.0)].map(|(x, y)| HALF_PT * Vec2::new(x, y));
    let at = |number: usize| {
        let share = |step: usize| (step as f64 + 0.5) / SPOTS as f64;
        let (across, down) = (share(number % SPOTS), share(number / SPOTS));
        Point::new(on_page.x0 + across * on_page.width(), on_page.y0 + down * on_page.height())
    };
    let spots = std::iter::once(middle).chain((0..SPOTS * SPOTS).map(at)).filter(|spot| holds(*spot));
    let (mut roomy, mut narrow): (Vec<Point>, Vec<Point>) =
        spots.partition(|spot| around.iter().all(|corner| holds(*spot + *corner)));
    for spots in [&mut roomy, &mut narrow] {
        spots.sort_by(|a, b| a.distance_squared(middle).total_cmp(&b.distance_squared(middle)));
    }
    if is_needed {
        roomy.append(&mut narrow);
    }
    roomy
}

/// Gives names and letters their places: letters where names leave them room, but for those of ground that would then have none,
/// which go before names.
pub(super) fn place_all(candidates: &[LabelCandidate], around: &Surroundings<'_>, page: Rect) -> Vec<PlacedLabel> {
    let mut placed = labels::place_clear_of(candidates, around, page);
    let mut first: BTreeSet<usize> = BTreeSet::new();
    loop {
        let before = first.len();
        first.extend(lacking(candidates, &placed));
        if first.len() == before {
            return placed;
        }
        let mut raised = candidates.to_vec();
        first.iter().for_each(|index| raised[*index].priority += labels::FIRST - labels::LAST);
        placed = labels::place_clear_of(&raised, around, page);
    }
}

/// Between the id of a cell and the number of a part of it, in the key of a letter.
const BEFORE_PART: char = ' ';

/// The letters of the cells of which no part has one, each on the largest part: without it ground is not found in the legend.
fn lacking(candidates: &[LabelCandidate], placed: &[PlacedLabel]) -> Vec<usize> {
    let cell_of = |index: usize| {
        let candidate = candidates.get(index).filter(|candidate| candidate.priority <= labels::LAST)?;
        candidate.key.rsplit_once(BEFORE_PART).map(|(cell, _)| cell)
    };
    let mut marked: BTreeSet<&str> = placed.iter().filter_map(|label| cell_of(label.candidate)).collect();
    // The letter of the largest part comes first.
    (0..candidates.len()).filter(|index| cell_of(*index).is_some_and(|cell| marked.insert(cell))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::display_list::Color;

    fn named(key: &str, priority: f64, at: &[(f64, f64)]) -> LabelCandidate {
        let line = LabelLine {
            text: key.chars().next().unwrap_or_default().to_string(),
            face: Face::Sans,
            size_pt: 11.0,
            color: Color::rgb(0),
            letter_spacing_pt: 0.0,
        };
        LabelCandidate {
            priority,
            lines: vec![line],
            anchor: Anchor::AnyOf(at.iter().map(|at| Point::from(*at)).collect()),
            halo: Color::rgb(0xFFFFFF),
            dot: None,
            key: key.to_owned(),
            repeat_pt: 0.0,
            leader_pt: 0.0,
        }
    }

    #[test]
    fn letters_give_way_to_names_but_none_is_lost() {
        let page = Rect::new(0.0, 0.0, 200.0, 100.0);
        let all = [
            named("Oblast", 390.0, &[(50.0, 50.0), (150.0, 50.0)]),
            // One that can stand elsewhere, one that cannot, and a second part of the first.
            named("agreed-1 0", labels::LAST, &[(50.0, 50.0), (80.0, 50.0)]),
            named("agreed-2 0", labels::LAST - 10.0, &[(51.0, 51.0)]),
            named("agreed-1 1", labels::LAST - 1.0, &[(51.0, 49.0)]),
        ];
        let spots = |count: usize| {
            let placed = place_all(&all[..count], &Surroundings::default(), page);
            let at = |index: usize| {
                let label = placed.iter().find(|label| label.candidate == index)?;
                Some(10 * (label.bounds.center().x / 10.0).round() as i32)
            };
            (0..count).map(at).collect::<Vec<_>>()
        };
        assert_eq!(spots(2), [Some(50), Some(80)]);
        assert_eq!(spots(4), [Some(150), Some(80), Some(50), None]);
    }
}
