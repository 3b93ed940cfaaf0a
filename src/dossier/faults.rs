//! What is nonsense in the outlines of a file, in words: it is drawn as far as it can be, and never without a word.

use geo::coordinate_position::{CoordPos, coord_pos_relative_to_ring};
use geo::{Coord, LineString, MultiPolygon, Polygon};

use super::features::{Features, NAMED};
use super::words;
use crate::geometry::chain::corners;
use crate::geometry::hit::EdgeTree;

/// So many steps are spent on the question whether holes lie outside; what is not looked at by then is not spoken of.
const MOST_STEPS: usize = 50_000_000;

/// An outline of so many holes is worth an index: without one, 1,400 holes in 37,000 vertices take a quarter of a second.
const MANY_HOLES: usize = 4;

/// What is wrong with the outlines of features: rings that had to be closed (`unclosed`, features counted from 0), outlines
/// that go round no area, and holes outside of their outline. Time grows with the vertices.
pub(super) fn faults(areas: &MultiPolygon<f64>, owners: &[u32], features: &Features, unclosed: &[u32]) -> Vec<String> {
    let mut steps = MOST_STEPS;
    let (mut empty, mut outside) = (Vec::new(), Vec::new());
    for (polygon, owner) in areas.0.iter().zip(owners) {
        if is_flat(polygon.exterior()) {
            empty.push(*owner);
        } else if has_hole_outside(polygon, &mut steps) {
            outside.push(*owner);
        }
    }
    let told = [
        (unclosed, "an outline that does not end where it begins; it is closed"),
        (&empty, "an outline that goes round no area, and nothing of it is to be seen"),
        (&outside, "a hole that lies outside of its outline"),
    ];
    told.into_iter().filter_map(|(of, what)| said(of, what, features)).chain(repeated(features)).collect()
}

/// That features have two properties of one name, and which of them counts.
fn repeated(features: &Features) -> Option<String> {
    let of = features.rows().repeating();
    if of.is_empty() {
        return None;
    }
    let named = |feature: &u32| {
        let name = features.rows().repeated_name(*feature as usize).unwrap_or_default();
        format!("{} of {}", words::quoted(&name), words::quoted(&features.label(*feature as usize)))
    };
    let first: Vec<String> = of.iter().take(NAMED).map(named).collect();
    let more = if of.len() > NAMED { format!(" and {} more", of.len() - NAMED) } else { String::new() };
    Some(format!(
        "{} a property more than once, and the last value of it counts: {}{more}",
        words::of_features_have(of.len(), features.count()),
        first.join(", ")
    ))
}

fn said(of: &[u32], what: &str, features: &Features) -> Option<String> {
    let mut of: Vec<usize> = of.iter().map(|feature| *feature as usize).collect();
    of.dedup();
    let have = words::of_features_have(of.len(), features.count());
    (!of.is_empty()).then(|| format!("{have} {what}: {}", features.some_labels(&of)))
}

/// Whether all corners of a ring lie on one line, to within a hundred thousandth of its length: nothing lies within.
fn is_flat(ring: &LineString<f64>) -> bool {
    /// Twice the area, in square degrees, of a triangle that no flat ring has, were it as long as the equator.
    const MOST_OF_FLAT: f64 = 4e-5;
    let Some(origin) = ring.0.first() else { return true };
    let from_origin = || ring.0.iter().map(|at| *at - *origin);
    // Nearly all rings show in their first corners that they are not; the rest takes a look at each.
    if from_origin().zip(from_origin().skip(1)).any(|(one, next)| cross(one, next).abs() > MOST_OF_FLAT) {
        return false;
    }
    let along = from_origin().max_by(|a, b| square(*a).total_cmp(&square(*b))).unwrap_or_default();
    let reach = square(along);
    reach == 0.0 || from_origin().all(|at| cross(along, at).abs() <= 1e-5 * reach * 1e-5)
}

fn square(at: Coord<f64>) -> f64 {
    at.x * at.x + at.y * at.y
}

fn cross(a: Coord<f64>, b: Coord<f64>) -> f64 {
    a.x * b.y - a.y * b.x
}

/// Whether a polygon has a hole of which no corner lies within or on its outline.
fn has_hole_outside(polygon: &Polygon<f64>, steps: &mut usize) -> bool {
    let (outline, holes) = (polygon.exterior(), polygon.interiors());
    if holes.is_empty() {
        return false;
    }
    let Some(bounds) = corners(&outline.0) else { return false };
    let tree = (holes.len() >= MANY_HOLES).then(|| EdgeTree::new([&outline.0]));
    holes.iter().any(|hole| is_outside(hole, outline, bounds, tree.as_ref(), steps))
}

fn is_outside(
    hole: &LineString<f64>,
    outline: &LineString<f64>,
    (min, max): (Coord<f64>, Coord<f64>),
    tree: Option<&EdgeTree>,
    steps: &mut usize,
) -> bool {
    let Some((from, to)) = corners(&hole.0) else { return false };
    if from.x >= max.x || to.x <= min.x || from.y >= max.y || to.y <= min.y {
        return true;
    }
    // A hole that crosses the outline is another fault, which is told of elsewhere: one corner within is enough.
    for at in &hole.0 {
        if tree.is_some_and(|tree| tree.is_inside(*at)) {
            return false;
        }
        match steps.checked_sub(outline.0.len()) {
            Some(left) => *steps = left,
            None => return false,
        }
        if coord_pos_relative_to_ring(*at, outline) != CoordPos::Outside {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::dossier::own_layer;
    use crate::formats::geojson;

    fn told(coordinates: serde_json::Value) -> Vec<String> {
        let feature = |name: &str, coordinates: serde_json::Value| {
            json!({ "type": "Feature", "properties": { "name": name },
                "geometry": { "type": "Polygon", "coordinates": coordinates } })
        };
        let good = json!([[[30, 48], [31, 48], [31, 49], [30, 48]]]);
        let features = [feature("Good", good), feature("Field", coordinates)];
        let text = json!({ "type": "FeatureCollection", "features": features }).to_string();
        let (_, problems) = own_layer("fields", geojson::read_table(text.as_bytes()).unwrap()).unwrap();
        problems.into_iter().map(|problem| problem.what).collect()
    }

    #[test]
    fn properties_that_stand_twice_are_named_with_their_feature() {
        let feature = |properties: &str| {
            format!(
                r#"{{"type":"Feature","properties":{properties},"geometry":{{"type":"Point","coordinates":[37,48]}}}}"#
            )
        };
        let told = |all: &[&str]| {
            let features: Vec<String> = all.iter().map(|properties| feature(properties)).collect();
            let text = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","));
            let (layer, problems) = own_layer("a", geojson::read_table(text.as_bytes()).unwrap()).unwrap();
            (layer, problems.into_iter().map(|problem| problem.what).collect::<Vec<_>>())
        };
        let twice = r#"{"status":"held","name":"Field","status":"free"}"#;
        let (layer, said) = told(&[r#"{"status":"x"}"#, twice]);
        let what =
            "1 of its 2 features has a property more than once, and the last value of it counts: “status” of “Field”";
        assert_eq!(said, [what]);
        assert_eq!(layer.features.rows().value(1, "status"), Some("free".into()));
        let said = told(&[r#"{"a":1,"a":1}"#; 5]).1;
        assert!(said[0].ends_with("“a” of “Feature 1”, “a” of “Feature 2”, “a” of “Feature 3” and 2 more"), "{said:?}");
        assert_eq!(told(&[r#"{"a":{"a":1}}"#, r#"{"b":1,"a":2}"#]).1, [""; 0]);
    }

    #[test]
    fn outlines_that_make_no_sense_are_named() {
        let square = json!([[37, 48], [38, 48], [38, 49], [37, 49], [37, 48]]);
        // So many holes that the outline has an index, and one more.
        let holed = |last: serde_json::Value| {
            let hole = |row: usize| {
                let (x, y) = (37.1 + 0.05 * row as f64, 48.1);
                json!([[x, y], [x + 0.02, y], [x, y + 0.02], [x, y]])
            };
            let outline = json!([[37, 48], [38, 48], [38, 48.2], [37.5, 48.5], [37, 49], [37, 48]]);
            let mut rings = vec![outline];
            rings.extend((0..6).map(hole));
            rings.push(last);
            json!(rings)
        };
        for (coordinates, expected) in [
            (json!([square]), ""),
            (json!([square, [[37.2, 48.2], [37.4, 48.2], [37.4, 48.4], [37.2, 48.2]]]), ""),
            // A hole on the corner of its outline, and one that crosses it.
            (json!([square, [[37, 48], [37.4, 48.2], [37.4, 48.4], [37, 48]]]), ""),
            (holed(json!([[37, 48], [37.05, 48.02], [37.02, 48.05], [37, 48]])), ""),
            (holed(json!([[38, 48.1], [38.1, 48.1], [37.8, 48.9], [38, 48.1]])), ""),
            (holed(json!([[37.8, 48.8], [37.9, 48.8], [37.9, 48.9], [37.8, 48.8]])), "a hole that lies outside"),
            (json!([[[37, 48], [38, 48], [38, 49], [37, 49]]]), "does not end where it begins; it is closed"),
            (json!([[[37, 48], [38, 48], [37, 48], [37, 48]]]), "goes round no area"),
            (json!([[[37, 48], [38, 49], [38.5, 49.5], [37, 48]]]), "goes round no area"),
            (json!([[[37, 48], [37, 48], [37, 48], [37, 48]]]), "goes round no area"),
            (json!([square, [[39, 48], [39.5, 48], [39.5, 48.5], [39, 48]]]), "a hole that lies outside"),
            (
                json!([
                    [[37, 48], [38, 48], [37, 49], [37, 48]],
                    [[37.8, 48.8], [37.9, 48.8], [37.9, 48.9], [37.8, 48.8]]
                ]),
                "a hole that lies outside",
            ),
        ] {
            let told = told(coordinates.clone());
            match expected {
                "" => assert_eq!(told, [""; 0], "{coordinates}"),
                _ => assert!(
                    told.len() == 1 && told[0].contains(expected) && told[0].ends_with("“Field”"),
                    "{coordinates}: {told:?}"
                ),
            }
        }
    }
}
