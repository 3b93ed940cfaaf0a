//! Areas together, without each other, and what they share.

use geo::{Coord, Geometry, MultiPolygon};
use i_overlay::core::overlay_rule::OverlayRule;

use crate::geometry::chain::corners;
use crate::geometry::hit::{EdgeTree, HitShape};
use crate::geometry::planar::{self, oriented_rings, overlay};

/// What lies in one area or the other. A border that both have vertex for vertex disappears without a sliver.
pub fn union(a: &MultiPolygon<f64>, b: &MultiPolygon<f64>) -> MultiPolygon<f64> {
    overlay(&oriented_rings(a), &oriented_rings(b), OverlayRule::Union)
}

/// What lies in the first area and not in the second.
pub fn difference(a: &MultiPolygon<f64>, b: &MultiPolygon<f64>) -> MultiPolygon<f64> {
    overlay(&oriented_rings(a), &oriented_rings(b), OverlayRule::Difference)
}

/// What lies in the first area only, and what lies in the second only: both differences at once.
pub fn differences(a: &MultiPolygon<f64>, b: &MultiPolygon<f64>) -> [MultiPolygon<f64>; 2] {
    planar::differences(&oriented_rings(a), &oriented_rings(b))
}

/// What lies in both areas.
pub fn intersection(a: &MultiPolygon<f64>, b: &MultiPolygon<f64>) -> MultiPolygon<f64> {
    overlay(&oriented_rings(a), &oriented_rings(b), OverlayRule::Intersect)
}

/// What lies in any of the areas, in one pass over all of them.
pub fn union_all<'a>(areas: impl IntoIterator<Item = &'a MultiPolygon<f64>>) -> MultiPolygon<f64> {
    let rings: Vec<Vec<Coord<f64>>> = areas.into_iter().flat_map(oriented_rings).collect();
    overlay(&rings, &[], OverlayRule::Subject)
}

/// What of an area lies within another. Where no border of the other comes near, the area comes out as it went in.
pub fn clip(area: &MultiPolygon<f64>, within: &MultiPolygon<f64>) -> MultiPolygon<f64> {
    let (rings, borders) = (oriented_rings(area), oriented_rings(within));
    let Some((min, max)) = corners(rings.iter().flatten()) else {
        return MultiPolygon(Vec::new());
    };
    let is_apart = |edge: &[Coord<f64>]| {
        edge[0].x.max(edge[1].x) < min.x
            || edge[0].x.min(edge[1].x) > max.x
            || edge[0].y.max(edge[1].y) < min.y
            || edge[0].y.min(edge[1].y) > max.y
    };
    if borders.iter().all(|ring| ring.windows(2).all(is_apart)) {
        let is_inside = EdgeTree::new(borders).is_inside((min + max) / 2.0);
        return if is_inside { area.clone() } else { MultiPolygon(Vec::new()) };
    }
    overlay(&rings, &borders, OverlayRule::Intersect)
}

/// Positions of the points that lie in the area, by the even–odd rule. On its border they may or may not.
pub fn points_within(points: &[Coord<f64>], area: &MultiPolygon<f64>) -> Vec<usize> {
    let shape = HitShape::new(&Geometry::MultiPolygon(area.clone()));
    (0..points.len()).filter(|index| shape.contains(points[*index])).collect()
}
