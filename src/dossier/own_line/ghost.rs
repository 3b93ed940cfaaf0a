//! The dossier's line beside an own one, and what the two lines count to different sides, as overlays to compare.

use std::sync::Arc;

use geo::{Area as _, MultiPolygon};

use super::{Groundwork, OwnLine, titles};
use crate::dossier::model::{Choice, PatternKind, Recipe, Side, SideNames, Style};
use crate::dossier::{Dossier, Group, Overlay, Shape, resolve, words};
use crate::geometry::derive::{self, Split};
use crate::geometry::hit::meters_per_degree;

/// The group of the overlays that compare an own line with the dossier's; it is there as long as the own line is.
pub const COMPARISON_GROUP: &str = "line-comparison";

/// The dossier's line while another stands in for it.
const BEFORE: &str = "line-before";

/// Ground that the own line adds to what is left of the line.
const GAINED: &str = "line-gained";

/// Ground that it takes away from there.
const LOST: &str = "line-lost";

/// Ground smaller than this differs by rounding only.
const LEAST_M2: f64 = 1.0;

/// What two lines count to different sides.
pub(super) struct Change {
    /// Left of the own line, and right of the dossier's.
    gained: MultiPolygon<f64>,
    /// Right of the own line, and left of the dossier's.
    lost: MultiPolygon<f64>,
}

impl Change {
    /// Compares an area on the two sides of the own line with what was left of the dossier's.
    pub(super) fn between(now: &Split, before: &MultiPolygon<f64>) -> Self {
        let large = |area: MultiPolygon<f64>| {
            // On the plane: a ragged line leaves thousands, and only rounding is sorted out.
            let m2_per_degree = area.0.first().map_or(0.0, |polygon| {
                polygon.exterior().0.first().map_or(0.0, |at| {
                    let scale = meters_per_degree(at.y);
                    scale.x * scale.y
                })
            });
            let is_large = |polygon: &geo::Polygon<f64>| polygon.unsigned_area() * m2_per_degree >= LEAST_M2;
            MultiPolygon(area.0.into_iter().filter(is_large).collect())
        };
        let [gained, lost] = derive::differences(&now.left, before).map(large);
        Self { gained, lost }
    }
}

impl Groundwork {
    /// What of an area is left of a line of the dossier's, if its recipes ask for that or for the right.
    pub(super) fn left_of(&self, area: &str, line: &str) -> Option<MultiPolygon<f64>> {
        let part = |wanted: Side| {
            self.entries().iter().find_map(|entry| match (&entry.recipe, self.shapes.get(&entry.id)) {
                (Some(Recipe::Side { of, line: by, side, when: Choice::All }), Some(Ok(Shape::Area(part))))
                    if of == area && by == line && *side == wanted =>
                {
                    Some(part)
                }
                _ => None,
            })
        };
        if let Some(left) = part(Side::Left) {
            return Some(left.clone());
        }
        match (part(Side::Right), self.shapes.get(area)) {
            (Some(right), Some(Ok(Shape::Area(area)))) => Some(derive::difference(area, right)),
            _ => None,
        }
    }

    /// The overlay that is the part of an area left of a line.
    fn part_left_of(&self, area: &str, line: &str) -> Option<&str> {
        self.entries().iter().find_map(|entry| match &entry.recipe {
            Some(Recipe::Side { of, line: by, side: Side::Left, when: Choice::All }) if of == area && by == line => {
                Some(entry.id.as_str())
            }
            _ => None,
        })
    }

    pub(super) fn side_names(&self, line: &str) -> Option<&SideNames> {
        self.entry(line)?.side_names.as_ref()
    }
}

impl Dossier {
    /// Adds the dossier's line and what has changed sides, below the own line.
    pub(super) fn add_comparison(
        &mut self,
        own: &OwnLine,
        before: &Overlay,
        area: Option<&str>,
        change: Option<Change>,
    ) {
        let as_of = self.overlay(&own.overlay).map(|line| line.as_of.clone()).unwrap_or_default();
        let mut added = vec![Overlay {
            id: self.free_id(BEFORE),
            title: titles::of_dossier(&before.title),
            gist: format!("The dossier’s line, for comparison; your own, from {}, is used instead", own.from),
            headline: None,
            group: COMPARISON_GROUP.to_owned(),
            visible: true,
            style: Style {
                stroke: Some("#7C8188".to_owned()),
                stroke_width: 2.0,
                fill: None,
                fill_opacity: 0.0,
                dash: Some(vec![2.0, 3.0]),
                ..Style::default()
            },
            ..before.clone()
        }];
        if let (Some(area), Some(change)) = (area.and_then(|id| self.overlay(id)), change) {
            let work = Arc::clone(&self.groundwork);
            let side = work.side_names(&own.overlay).map_or("left of the line", |names| &names.left);
            let part = work.part_left_of(&area.id, &own.overlay).and_then(|id| self.overlay(id));
            let part = part.map(|part| part.title.clone());
            let mut letters = side.chars();
            let named: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
            let credits = [area.credit.as_deref(), before.credit.as_deref()].into_iter().flatten();
            let notice = own.notice();
            let mut clauses = words::credit_clauses(credits);
            clauses.push(&notice);
            let credit = clauses.join("; ");
            for (id, shape, lies, color, angle_deg) in [
                (GAINED, change.gained, "by your own line", "#0F766E", 135.0),
                (LOST, change.lost, "by the dossier’s line", "#9D174D", 45.0),
            ] {
                let shape = Shape::Area(shape);
                let Ok(size) = resolve::size_of(&shape) else { continue };
                added.push(Overlay {
                    title: titles::only_with(&named, part.as_ref(), id == GAINED),
                    gist: format!("Ground that is {side} {lies} but not by the other"),
                    kind: "line-comparison".to_owned(),
                    group: COMPARISON_GROUP.to_owned(),
                    as_of: as_of.clone(),
                    style: Style {
                        stroke: Some(color.to_owned()),
                        stroke_width: 1.0,
                        fill: Some(color.to_owned()),
                        fill_opacity: 0.3,
                        pattern: PatternKind::Hatch,
                        pattern_angle: angle_deg,
                        ..Style::default()
                    },
                    recipe: Some(format!(
                        "the part of {} that is {side} {lies} but not by the other",
                        area.title.main()
                    )),
                    method: Some(format!(
                        "Worked out from the dossier’s line and your own, from {}. It shows what the two lines \
                         put on different sides, not that anything has changed hands.",
                        own.from
                    )),
                    license: area.license.clone(),
                    credit: Some(credit.clone()),
                    accuracy_m: before.accuracy_m,
                    accuracy: before.accuracy.clone(),
                    ..Overlay::bare(self.free_id(id), Arc::new(shape), size)
                });
            }
        }
        let below = self.overlays.iter().position(|overlay| overlay.id == own.overlay).map_or(0, |index| index + 1);
        self.overlays.splice(below..below, added.into_iter().map(Arc::new));
        let title = titles::compared();
        self.groups.push(Group { id: COMPARISON_GROUP.to_owned(), title, note: None });
    }

    /// Takes the comparison away again.
    pub(super) fn remove_comparison(&mut self) {
        self.overlays.retain(|overlay| !overlay.is_comparison());
        self.groups.retain(|group| group.id != COMPARISON_GROUP);
    }

    /// An id that no overlay has yet.
    fn free_id(&self, id: &str) -> String {
        let mut free = id.to_owned();
        while self.overlay(&free).is_some() {
            free.push_str("-compared");
        }
        free
    }
}

impl Overlay {
    /// Whether it is there only to compare an own line with the dossier's.
    pub fn is_comparison(&self) -> bool {
        self.group == COMPARISON_GROUP
    }
}
