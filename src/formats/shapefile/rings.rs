//! Rings sorted into areas with holes, by their winding and by what lies within what.
//!
//! The specification has outer rings run clockwise and holes anticlockwise. Files of which the largest ring runs
//! anticlockwise have it the other way round.

use geo::coordinate_position::{CoordPos, coord_pos_relative_to_ring};
use geo::{BoundingRect as _, Coord, Geometry, LineString, MultiLineString, MultiPolygon, Polygon, Rect};

/// The rings of a record, closed, each of four positions at least.
pub(super) struct Rings(pub(super) Vec<LineString<f64>>);

/// So many steps are taken for all records of a file, of about a nanosecond each.
pub(super) const MOST_WORK: usize = 2_000_000_000;

struct Outer {
    ring: LineString<f64>,
    bounds: Rect<f64>,
    area: f64,
    holes: Vec<LineString<f64>>,
}

/// Twice the area that a ring encloses: less than nothing where it runs clockwise. Reckoned from its first position, so that
/// large coordinates cost no digits.
fn doubled_area(ring: &LineString<f64>) -> f64 {
    let Some(Coord { x, y }) = ring.0.first().copied() else { return 0.0 };
    ring.lines().map(|line| (line.start.x - x) * (line.end.y - y) - (line.end.x - x) * (line.start.y - y)).sum()
}

impl Rings {
    /// As they are.
    pub(super) fn lines(self) -> Option<Geometry<f64>> {
        Some(MultiLineString(self.0).into())
    }

    /// As areas. `work` is what may still be done.
    ///
    /// # Errors
    /// If there is more to be done.
    pub(super) fn areas(self, work: &mut usize) -> Result<Option<Geometry<f64>>, String> {
        let Self(mut rings) = self;
        if rings.len() == 1 {
            return Ok(rings.pop().map(|ring| Polygon::new(ring, Vec::new()).into()));
        }
        let areas: Vec<f64> = rings.iter().map(doubled_area).collect();
        let largest = areas.iter().copied().max_by(|a, b| a.abs().total_cmp(&b.abs())).unwrap_or_default();
        let (mut outers, mut holes) = (Vec::new(), Vec::new());
        for (index, (ring, area)) in rings.into_iter().zip(areas).enumerate() {
            // What is no number has no box.
            let Some(bounds) = ring.bounding_rect() else { continue };
            if area * largest < 0.0 {
                holes.push((index, ring, bounds, area.abs()));
            } else {
                outers.push((index, Outer { ring, bounds, area: area.abs(), holes: Vec::new() }));
            }
        }
        // The smallest comes first: of several around a hole it is the one.
        let mut order: Vec<usize> = (0..outers.len()).collect();
        order.sort_by(|a, b| outers[*a].1.area.total_cmp(&outers[*b].1.area));
        for (index, hole, bounds, area) in holes {
            let mut around = None;
            for &candidate in &order {
                let outer = &outers[candidate].1;
                spend(work, 1)?;
                if outer.area >= area && contains(outer.bounds, bounds) && is_within(&hole, &outer.ring, work)? {
                    around = Some(candidate);
                    break;
                }
            }
            match around {
                Some(outer) => outers[outer].1.holes.push(hole),
                // One that lies in nothing is an area with the wrong winding.
                None => outers.push((index, Outer { ring: hole, bounds, area, holes: Vec::new() })),
            }
        }
        outers.sort_by_key(|(index, _)| *index);
        let mut areas: Vec<_> = outers.into_iter().map(|(_, outer)| Polygon::new(outer.ring, outer.holes)).collect();
        Ok(match areas.len() {
            1 => areas.pop().map(Geometry::from),
            _ => Some(MultiPolygon(areas).into()),
        })
    }
}

fn spend(work: &mut usize, steps: usize) -> Result<(), String> {
    let left = work.checked_sub(steps);
    *work = left.ok_or("it has more rings than can be sorted into areas and holes in a reasonable time")?;
    Ok(())
}

fn contains(outer: Rect<f64>, inner: Rect<f64>) -> bool {
    outer.min().x <= inner.min().x
        && outer.min().y <= inner.min().y
        && outer.max().x >= inner.max().x
        && outer.max().y >= inner.max().y
}

/// Whether a hole lies within a ring, which it may touch.
fn is_within(hole: &LineString<f64>, ring: &LineString<f64>, work: &mut usize) -> Result<bool, String> {
    let middles = hole.lines().map(|line| (line.start + line.end) / 2.0);
    for at in hole.0.iter().copied().chain(middles) {
        spend(work, ring.0.len())?;
        match coord_pos_relative_to_ring(at, ring) {
            CoordPos::OnBoundary => {}
            position => return Ok(position == CoordPos::Inside),
        }
    }
    Ok(true)
}
