//! Areas whose size is in doubt: outlines that cross themselves, and parts that lie over each other.

use geo::{Contains as _, Coord, CoordsIter as _, Line, MultiPolygon, Polygon};

use crate::geometry::chain::{ShapeRef, corners};
#[cfg(doc)]
use crate::geometry::crossing::MOST_CROSSINGS;
use crate::geometry::crossing::{first_crossing, first_jump, first_overlap, is_tangled};
use crate::geometry::derive::union_all;
use crate::geometry::measure::area_m2;
use crate::geometry::work::{self, Stopped, within_limits};

/// Vertices that are looked through for crossings in a twentieth of a second.
pub(crate) const SOON_CHECKED: usize = 100_000;

/// Parts of an area that share less than this part of it are neighbours that were drawn by two hands.
const SHARED: f64 = 1e-4;

/// Parts of an opened file that share more than this part of it are drawn and measured as one.
const MERGED: f64 = 0.01;

/// An outline whose size is in doubt, and where.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Crossing {
    /// The first such place.
    pub at: Coord<f64>,
    /// Why.
    pub kind: CrossingKind,
    /// Of an overlay's: the features that reach there, two at most.
    pub features: [Option<u32>; 2],
}

/// Why the size of an area is in doubt. Where it is a matter of the rule, `filled_km2` are the square kilometres of all
/// that the outlines go round, once each (the non-zero rule). What is measured counts parts that are gone round the
/// other way against the rest, and what several parts share for each of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum CrossingKind {
    /// Outlines cross more than [`MOST_CROSSINGS`] times, so that it is not worked out what they go round.
    Tangled,
    /// An edge goes the long way round the world, past the meridian of 180° on the other side: see [`first_jump`].
    LongWay,
    /// An outline crosses itself.
    Itself {
        /// By the non-zero rule.
        filled_km2: f64,
    },
    /// No outline crosses itself, but parts lie over each other.
    Parts {
        /// By the non-zero rule.
        filled_km2: f64,
    },
}

impl Crossing {
    fn at(at: Coord<f64>, kind: CrossingKind) -> Self {
        Self { at, kind, features: [None; 2] }
    }

    /// The same with the features that have an edge at the place, or that lie over each other there; `owners` has the feature of each part of the area.
    #[must_use]
    pub(super) fn with_features(mut self, area: &MultiPolygon<f64>, owners: &[u32]) -> Self {
        /// In degrees: places where edges cross are worked out to less than this.
        const NEAR: f64 = 1e-9;
        let edges = |polygon: &Polygon<f64>| {
            let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
            rings.flat_map(|ring| ring.lines()).filter(|edge| distance(edge, self.at) < NEAR).count()
        };
        let is_within = |polygon: &Polygon<f64>| {
            let is_shared = matches!(self.kind, CrossingKind::Parts { .. } | CrossingKind::Tangled);
            is_shared && polygon.contains(&self.at)
        };
        let near: Vec<(u32, usize)> = (area.0.iter().zip(owners))
            .filter(|(polygon, _)| {
                let is_near = |(least, most): (Coord<f64>, Coord<f64>)| {
                    let Coord { x, y } = self.at;
                    x > least.x - NEAR && x < most.x + NEAR && y > least.y - NEAR && y < most.y + NEAR
                };
                corners(&polygon.exterior().0).is_some_and(is_near)
            })
            .map(|(polygon, owner)| (*owner, edges(polygon) + usize::from(is_within(polygon))))
            .filter(|(_, signs)| *signs > 0)
            .collect();
        self.features = match self.kind {
            CrossingKind::Parts { .. } | CrossingKind::Tangled => {
                let first = near.first().map(|(owner, _)| *owner);
                [first, near.iter().map(|(owner, _)| *owner).find(|owner| Some(*owner) != first)]
            }
            // An outline that crosses itself has two edges there.
            CrossingKind::Itself { .. } | CrossingKind::LongWay => {
                let most = near.iter().rev().max_by_key(|(_, signs)| *signs);
                [most.map(|(owner, _)| *owner), None]
            }
        };
        self
    }

    /// Looks for it in an area, in time that grows with its vertices: see [`first_jump`], [`first_crossing`] and
    /// [`first_overlap`].
    ///
    /// # Errors
    /// [`Stopped::Cancelled`] if the work is cancelled before it is known.
    pub fn of(area: &MultiPolygon<f64>) -> Result<Option<Self>, Stopped> {
        if let Some(at) = first_jump(area) {
            return Ok(Some(Self::at(at, CrossingKind::LongWay)));
        }
        let crosses_itself = first_crossing(ShapeRef::Areas(area));
        let at = crosses_itself.or_else(|| first_overlap(area));
        let is_tangled = at.is_some() && is_tangled(area);
        // A search that is cancelled has found nothing, which says nothing.
        if work::is_cancelled() {
            return Err(Stopped::Cancelled);
        }
        let Some(at) = at else { return Ok(None) };
        let tangled = Self::at(at, CrossingKind::Tangled);
        if is_tangled {
            return Ok(Some(tangled));
        }
        let worked_out = within_limits(|| match crosses_itself {
            Some(_) => {
                let filled_km2 = area_m2(&union_all([area])) / 1e6;
                Some(Self::at(at, CrossingKind::Itself { filled_km2 }))
            }
            None => Overlap::at(at, area).map(|overlap| overlap.crossing),
        });
        match worked_out {
            Err(Stopped::Tangled | Stopped::TooLong(_)) => Ok(Some(tangled)),
            known => known,
        }
    }
}

/// How far a place is from an edge, in degrees.
fn distance(edge: &Line<f64>, at: Coord<f64>) -> f64 {
    let (along, to) = (edge.delta(), at - edge.start);
    let length = along.x * along.x + along.y * along.y;
    let part = if length > 0.0 { ((to.x * along.x + to.y * along.y) / length).clamp(0.0, 1.0) } else { 0.0 };
    (to.x - part * along.x).hypot(to.y - part * along.y)
}

/// Parts of an area that lie over each other, none of which crosses itself.
struct Overlap {
    crossing: Crossing,
    /// All of them, once.
    merged: MultiPolygon<f64>,
    /// What they share, as a part of the merged area.
    shared: f64,
}

impl Overlap {
    /// Near this place; none where they share next to nothing.
    fn at(at: Coord<f64>, area: &MultiPolygon<f64>) -> Option<Self> {
        let merged = union_all([area]);
        let (apart_m2, filled_m2) = (area_m2(area), area_m2(&merged));
        let shared = apart_m2 / filled_m2 - 1.0;
        let crossing = Crossing::at(at, CrossingKind::Parts { filled_km2: filled_m2 / 1e6 });
        (shared > SHARED).then_some(Self { crossing, merged, shared })
    }
}

/// Parts of an opened file that lay over each other and are one now.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Merged {
    /// A place where they did.
    pub at: Coord<f64>,
    /// Square kilometres of the parts as the file has them, what they share counted for each.
    pub apart_km2: f64,
    /// The first feature of which parts did, counted from 0.
    pub feature: u32,
    /// Of how many features parts did.
    pub features: usize,
}

/// Polygons of one feature that lie over each other made one; `owners` is kept in step.
pub(super) fn with_parts_merged(
    areas: MultiPolygon<f64>,
    owners: &mut Vec<u32>,
) -> (MultiPolygon<f64>, Option<Merged>) {
    let is_several = owners.windows(2).any(|pair| pair[0] == pair[1]);
    if !is_several || areas.coords_count() > SOON_CHECKED {
        return (areas, None);
    }
    let mut merged: Option<Merged> = None;
    let (mut all, mut owned) = (Vec::with_capacity(areas.0.len()), Vec::with_capacity(owners.len()));
    let mut polygons = areas.0.into_iter();
    for run in owners.chunk_by(|a, b| a == b) {
        let part = MultiPolygon(polygons.by_ref().take(run.len()).collect());
        let part = match overlapping_parts(&part) {
            Some(Overlap { crossing, merged: one, .. }) => {
                let apart_km2 = area_m2(&part) / 1e6;
                match &mut merged {
                    Some(merged) => {
                        merged.apart_km2 += apart_km2;
                        merged.features += 1;
                    }
                    None => merged = Some(Merged { at: crossing.at, apart_km2, feature: run[0], features: 1 }),
                }
                one
            }
            None => part,
        };
        owned.extend(std::iter::repeat_n(run[0], part.0.len()));
        all.extend(part.0);
    }
    *owners = owned;
    (MultiPolygon(all), merged)
}

fn overlapping_parts(part: &MultiPolygon<f64>) -> Option<Overlap> {
    if part.0.len() < 2 || first_crossing(ShapeRef::Areas(part)).is_some() {
        return None;
    }
    let at = first_overlap(part).filter(|_| !is_tangled(part))?;
    Overlap::at(at, part).filter(|overlap| overlap.shared > MERGED)
}

#[cfg(test)]
mod tests {
    use geo::{LineString, Polygon};

    use super::*;

    /// A star of so many corners, each edge of which crosses nearly all others.
    fn star(corners: usize) -> MultiPolygon<f64> {
        let corner = |index: usize| {
            let angle = (index * (corners / 2)) as f64 / corners as f64 * std::f64::consts::TAU;
            Coord { x: 37.5 + 0.5 * angle.cos(), y: 48.5 + 0.5 * angle.sin() }
        };
        let ring: Vec<Coord<f64>> = (0..=corners).map(corner).collect();
        MultiPolygon(vec![Polygon::new(LineString(ring), Vec::new())])
    }

    /// So many squares, each shifted a little against the one before.
    fn squares(count: usize) -> MultiPolygon<f64> {
        let square = |index: usize| {
            let (x, y) = (37.0 + 1e-5 * index as f64, 48.0 + 1e-5 * index as f64);
            let ring = vec![(x, y), (x + 1.0, y), (x + 1.0, y + 1.0), (x, y + 1.0), (x, y)];
            Polygon::new(LineString::from(ring), Vec::new())
        };
        MultiPolygon((0..count).map(square).collect())
    }

    #[test]
    fn a_search_that_is_cancelled_says_nothing() {
        let work = work::Work::default();
        work.cancel();
        assert_eq!(work.run(|| Crossing::of(&star(101))), Err(Stopped::Cancelled));
        assert_eq!(work::Work::default().run(|| Crossing::of(&squares(1))), Ok(None));
    }

    #[test]
    fn what_crosses_too_often_is_said_and_not_worked_out() {
        assert!(
            matches!(Crossing::of(&star(101)).unwrap().unwrap().kind, CrossingKind::Itself { filled_km2 } if filled_km2 > 0.0)
        );
        assert!(matches!(Crossing::of(&squares(20)).unwrap().unwrap().kind, CrossingKind::Parts { .. }));
        // 4.5 million crossings, and 100 million.
        for area in [star(3001), squares(10_000)] {
            assert_eq!(Crossing::of(&area).unwrap().unwrap().kind, CrossingKind::Tangled);
            let mut owners = vec![0; area.0.len()];
            let (kept, merged) = with_parts_merged(area.clone(), &mut owners);
            assert!(kept == area && merged.is_none());
        }
    }
}
