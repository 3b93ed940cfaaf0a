//! Where annotations are: moved, turned, scaled, brought to a bearing.

use geo::MapCoords as _;
use kurbo::{Affine, Rect, Vec2};

use super::{RADIUS_M, change_unlocked, named};
use crate::document::annotation::Shape;
use crate::document::{Annotation, AnnotationId, Document};
use crate::geometry::reshape::{self, WORLD};
use crate::geometry::{Coord, LineString, world_from_lon_lat};

/// A selection is not scaled to less than this part of the world: 4 cm at the equator.
const SMALLEST_WORLD: f64 = 1e-9;

/// Calls `visit` with every place of a shape, in its order.
pub(super) fn for_each_place(shape: &Shape, visit: &mut impl FnMut(Coord<f64>)) {
    match shape {
        Shape::Point { at, .. } => visit(*at),
        Shape::Callout { target, text_at } => {
            visit(*target);
            visit(*text_at);
        }
        Shape::Path { line, .. } => line.0.iter().for_each(|place| visit(*place)),
        Shape::Area { area, .. } => {
            for polygon in area {
                let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
                rings.flat_map(|ring| &ring.0).for_each(|place| visit(*place));
            }
        }
        Shape::Circle { center, .. } => visit(*center),
        Shape::Other(geometry) => {
            geometry.iter().flat_map(geo::CoordsIter::coords_iter).for_each(visit);
        }
    }
}

/// The shape where a change of the world takes it; radii times `factor`.
fn moved(shape: &Shape, change: Affine, factor: f64) -> Shape {
    let place = |place: Coord<f64>| reshape::moved(place, change);
    match shape {
        Shape::Point { at, kind } => Shape::Point { at: place(*at), kind: *kind },
        Shape::Callout { target, text_at } => Shape::Callout { target: place(*target), text_at: place(*text_at) },
        Shape::Path { line, kind } => Shape::Path { line: line.map_coords(place), kind: *kind },
        Shape::Area { area, kind } => Shape::Area { area: reshape::moved_area(area, change), kind: *kind },
        Shape::Circle { center, radius_m } => {
            let radius_m = (radius_m * factor).clamp(*RADIUS_M.start(), *RADIUS_M.end());
            Shape::Circle { center: place(*center), radius_m }
        }
        Shape::Other(geometry) => Shape::Other(geometry.as_ref().map(|geometry| geometry.map_coords(place))),
    }
}

/// The smallest rectangles of the world that hold the unlocked annotations of these ids, now and after a change.
fn bounds(document: &Document, ids: &[AnnotationId], change: Affine) -> Option<(Rect, Rect)> {
    let mut bounds: Option<(Rect, Rect)> = None;
    for annotation in named(document, ids).filter(|annotation| !document.is_locked(annotation)) {
        for_each_place(&annotation.shape, &mut |place| {
            let now = world_from_lon_lat(place);
            let then = change * now;
            let around = (Rect::from_points(now, now), Rect::from_points(then, then));
            bounds = Some(bounds.map_or(around, |(a, b)| (a.union_pt(now), b.union_pt(then))));
        });
    }
    bounds
}

/// The smallest rectangle of the world that holds the unlocked annotations of these ids.
fn bounds_now(document: &Document, ids: &[AnnotationId]) -> Option<Rect> {
    bounds(document, ids, Affine::IDENTITY).map(|(now, _)| now)
}

/// Carries out a change of the world on annotations, and shifts them back as a whole where it would take them out of it.
fn transform(document: &mut Document, ids: &[AnnotationId], change: Affine, factor: f64) -> usize {
    if !change.is_finite() || !factor.is_finite() || change == Affine::IDENTITY {
        return 0;
    }
    let Some((before, after)) = bounds(document, ids, change) else {
        return 0;
    };
    // What a file brought from beyond the date line may stay there.
    let Some(back) = reshape::shift_into(after, WORLD.union(before)) else {
        return 0;
    };
    let change = Affine::translate(back) * change;
    change_unlocked(document, ids, |old| {
        let shape = moved(&old.shape, change, factor);
        (shape != old.shape).then(|| Annotation { shape, ..old.clone() })
    })
}

/// Shifts annotations by so much of the world (east, south), as on the screen; nudging is this too. They stay in the
/// world together. Circles keep their radius on the ground. How many moved.
pub fn translate(document: &mut Document, ids: &[AnnotationId], by_world: Vec2) -> usize {
    transform(document, ids, Affine::translate(by_world), 1.0)
}

/// Turns annotations about a place on the map, in degrees clockwise, so that shapes keep their look; words and symbols
/// stay upright. How many moved.
pub fn rotate(document: &mut Document, ids: &[AnnotationId], about: Coord<f64>, degrees: f64) -> usize {
    if degrees.rem_euclid(360.0) == 0.0 {
        return 0;
    }
    transform(document, ids, reshape::turn(about, degrees), 1.0)
}

/// Scales annotations about a place on the map, so that shapes keep their look; of circles, the radius on the ground.
/// The factor must be above 0; what would not fit into the world, or would all but vanish, is not scaled so far. How
/// many changed.
pub fn scale(document: &mut Document, ids: &[AnnotationId], about: Coord<f64>, factor: f64) -> usize {
    if !factor.is_finite() || factor <= 0.0 {
        return 0;
    }
    let Some(now) = bounds_now(document, ids) else {
        return 0;
    };
    let size = now.width().max(now.height());
    let least = if size > 0.0 { (SMALLEST_WORLD / size).min(1.0) } else { 0.0 };
    let most = if size > 0.0 { (0.999 / size).max(1.0) } else { f64::INFINITY };
    let factor = factor.clamp(least, most);
    transform(document, ids, reshape::scale(about, factor), factor)
}

/// Turns a line about its middle so that the bearing from its first to its last place, as on the map, is a multiple of
/// `step_deg`; of a line that ends where it begins and of an area, the bearing of the longest edge. By how many degrees
/// clockwise; `None` for what has no bearing, or is locked.
pub fn align_to_bearing(document: &mut Document, id: AnnotationId, step_deg: f64) -> Option<f64> {
    let annotation = document.annotations.get(id)?;
    if document.is_locked(annotation) || !step_deg.is_finite() || step_deg <= 0.0 {
        return None;
    }
    let longest_edge = |line: &LineString<f64>| {
        let length = |edge: &&[Coord<f64>]| (world_from_lon_lat(edge[1]) - world_from_lon_lat(edge[0])).hypot2();
        let longest = line.0.windows(2).max_by(|a, b| length(a).total_cmp(&length(b)))?;
        reshape::map_bearing_deg(longest[0], longest[1])
    };
    let bearing_deg = match &annotation.shape {
        Shape::Path { line, .. } => {
            let (first, last) = line.0.first().zip(line.0.last())?;
            reshape::map_bearing_deg(*first, *last).or_else(|| longest_edge(line))
        }
        Shape::Area { area, .. } => longest_edge(area.0.first()?.exterior()),
        _ => None,
    }?;
    let turn_deg = (bearing_deg / step_deg).round() * step_deg - bearing_deg;
    let middle = crate::geometry::lon_lat_from_world(bounds_now(document, &[id])?.center());
    rotate(document, &[id], middle, turn_deg);
    Some(turn_deg)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::edit::invariants;
    use crate::document::edit::tests::{document, ids, is_shared};

    fn shape(document: &Document, id: u64) -> &Shape {
        &document.annotations.get(AnnotationId(id)).unwrap().shape
    }

    #[test]
    fn a_move_is_a_shift_of_the_map_and_circles_keep_their_radius() {
        let mut document = document();
        // pyproj 3.7.2 (PROJ 9.5.1), EPSG:3857 and back: 100 km east and 200 km north.
        let by = Vec2::new(1e5, -2e5) / 40_075_016.685_578_49;
        let before = document.clone();
        assert_eq!(translate(&mut document, &ids(&[1, 7]), by), 2);
        let Shape::Point { at, .. } = shape(&document, 1) else { panic!("a marker stays one") };
        assert!((at.x - 38.482_715_284_119_52).abs() < 1e-9 && (at.y - 49.909_825_086_590_22).abs() < 1e-9);
        let Shape::Circle { radius_m, .. } = shape(&document, 7) else { panic!("a circle stays one") };
        assert_eq!(*radius_m, 20_000.0);
        assert!(is_shared(&before, &document, 2) && !is_shared(&before, &document, 1));
    }

    #[test]
    fn a_selection_stops_together_at_the_edge_of_the_world() {
        let mut document = document();
        let all: Vec<AnnotationId> = document.annotations.iter().map(|annotation| annotation.id).collect();
        let ends = |document: &Document| match (shape(document, 1), shape(document, 7)) {
            (Shape::Point { at, .. }, Shape::Circle { center, .. }) => (*at, *center),
            _ => panic!("a marker and a circle"),
        };
        let (marker, circle) = ends(&document);
        translate(&mut document, &all, Vec2::new(-3.0, 3.0));
        let (a, b) = ends(&document);
        assert!((b.x - a.x - (circle.x - marker.x)).abs() < 1e-9);
        assert!(a.x > -180.0 && b.x > -180.0 && b.y > -85.06 && b.y < -80.0);
        let before = document.clone();
        translate(&mut document, &all, Vec2::new(f64::NAN, 0.0));
        scale(&mut document, &all, a, -1.0);
        rotate(&mut document, &all, a, 720.0);
        translate(&mut document, &all, Vec2::ZERO);
        assert!(document.annotations.is_same(&before.annotations));
        scale(&mut document, &all, b, 1e9);
        assert_eq!(invariants(&document), Ok(()));
        scale(&mut document, &all, b, 1e-30);
        assert_eq!(invariants(&document), Ok(()));
    }

    #[test]
    fn a_turn_keeps_angles_on_the_map_and_a_turn_back_undoes_it() {
        let mut document = document();
        let about = Coord { x: 37.0, y: 48.0 };
        let before = document.clone();
        assert_eq!(rotate(&mut document, &ids(&[1, 6]), about, 30.0), 2);
        let Shape::Point { at, .. } = shape(&document, 1) else { panic!("a marker stays one") };
        assert!((at.x - 38.062_247_390_044_725).abs() < 1e-9 && (at.y - 48.447_078_039_038_39).abs() < 1e-9);
        let Shape::Area { area, .. } = shape(&document, 6) else { panic!("a rectangle stays one") };
        let corner: Vec<_> = area.0[0].exterior().0.iter().map(|place| world_from_lon_lat(*place)).collect();
        assert!((corner[1] - corner[0]).dot(corner[2] - corner[1]).abs() < 1e-12);
        rotate(&mut document, &ids(&[1, 6]), about, -30.0);
        let Shape::Point { at, .. } = shape(&document, 1) else { panic!("a marker stays one") };
        let Shape::Point { at: was, .. } = shape(&before, 1) else { panic!("a marker") };
        assert!((at.x - was.x).abs() < 1e-9 && (at.y - was.y).abs() < 1e-9);
    }

    #[test]
    fn a_circle_scales_on_the_ground() {
        let mut document = document();
        scale(&mut document, &ids(&[7]), Coord { x: 37.0, y: 48.0 }, 2.5);
        assert!(matches!(shape(&document, 7), Shape::Circle { radius_m, .. } if *radius_m == 50_000.0));
    }

    #[test]
    fn a_line_turns_to_the_nearest_step() {
        let mut document = document();
        let turned = align_to_bearing(&mut document, AnnotationId(4), 15.0).unwrap();
        assert!(turned.abs() <= 7.5 && turned != 0.0);
        let Shape::Path { line, .. } = shape(&document, 4) else { panic!("a line stays one") };
        let bearing = reshape::map_bearing_deg(line.0[0], line.0[line.0.len() - 1]).unwrap() / 15.0;
        assert!((bearing - bearing.round()).abs() < 1e-9);
        assert_eq!(align_to_bearing(&mut document, AnnotationId(1), 15.0), None);
        assert_eq!(align_to_bearing(&mut document, AnnotationId(4), f64::NAN), None);
    }
}
