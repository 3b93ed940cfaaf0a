//! The shape of a table of features, its box and its size.

use geo::{Coord, LineString};
use serde_json::Value;

use crate::dossier::faults::faults;
use crate::dossier::features::{Features, Size};
use crate::dossier::{Known, Measure, Place, Shape};
use crate::formats::filter::Filter;
use crate::formats::language::{Language, Text};
use crate::formats::table::FeatureTable;
use crate::geometry::measure;

/// The one shape of features of one dimension, of those that fit `when`, and these features. What of the file is in doubt
/// is added to `doubts`, in words.
///
/// # Errors
/// When there is none, or when areas, lines and points are mixed.
pub fn shape_of(
    table: FeatureTable,
    when: Option<&Filter>,
    doubts: &mut Vec<String>,
) -> Result<(Shape, Features), String> {
    let FeatureTable { areas, lines, points, owners, rows, unclosed, notes, .. } = table;
    let features = Features::new(owners, rows);
    doubts.extend(notes.into_iter().chain(faults(&areas, &features.owners().areas, &features, &unclosed)));
    let places = places_of(&points, &features);
    let shape = Shape::of(areas, lines, places).ok_or("no feature has a shape that can be drawn")?;
    let (shape, features) = match when {
        Some(filter) => {
            doubts.extend(features.doubts_of_filter(filter));
            let matcher = features.matcher(&shape, filter);
            let fits = |feature| matcher.matches(feature);
            features.select(&shape, fits).ok_or_else(|| format!("no feature matches {filter}"))?
        }
        None => (shape, features),
    };
    match shape {
        Shape::Mixed(_) => Err("areas, lines and points are mixed; an overlay must have one kind".to_owned()),
        _ => Ok((shape, features)),
    }
}

/// Points as places with the names that their features give them.
pub(super) fn places_of(points: &[Coord<f64>], features: &Features) -> Vec<Place> {
    let owners = &features.owners().points;
    points.iter().zip(owners).map(|(at, owner)| place(*at, &features.rows().properties(*owner as usize))).collect()
}

/// Points of a file of the user's as places: with names only where inhabitants are given by which they can be chosen.
pub(in crate::dossier) fn places(points: &[Coord<f64>], features: &Features) -> Vec<Place> {
    let owners = &features.owners().points;
    let inhabitants = memchr::memmem::Finder::new("\"population\"");
    let has_inhabitants = |owner: &u32| inhabitants.find(features.rows().text(*owner as usize).as_bytes()).is_some();
    let named = |at: &Coord<f64>, owner: &u32| match has_inhabitants(owner) {
        true => place(*at, &features.rows().properties(*owner as usize)),
        false => Place::unnamed(*at),
    };
    points.iter().zip(owners).map(|(at, owner)| named(at, owner)).collect()
}

pub(super) fn place(at: Coord<f64>, properties: &serde_json::Map<String, Value>) -> Place {
    let details = properties
        .iter()
        .filter_map(|(key, value)| {
            let value = match value {
                Value::String(text) => text.clone(),
                Value::Number(number) => number.to_string(),
                Value::Array(items) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "),
                _ => return None,
            };
            Some((key.clone(), value))
        })
        .collect();
    let population = properties.get("population").and_then(Value::as_u64);
    Place::new(at, Known { name: name_of(properties), population, details })
}

/// The names that a feature has, by language: `name_uk` or, as OpenStreetMap has it, `name:uk`. Its bare `name` is the
/// English one where no other is, and else that of the place itself.
fn name_of(properties: &serde_json::Map<String, Value>) -> Text {
    const ENGLISH: &str = Language::WINDOW;
    let text = |key: &str| properties.get(key).and_then(Value::as_str).filter(|words| !words.trim().is_empty());
    let stated = text("name_en").or_else(|| text("name:en"));
    let bare = text("name").filter(|_| stated.is_some());
    let english = stated.or_else(|| text("name")).or_else(|| text("title")).unwrap_or_default();
    let tagged = properties.iter().filter_map(|(key, value)| {
        // Such as `name_alt` is no language.
        let of_two = key.strip_prefix("name_").map(|tag| (tag, 2));
        let (tag, longest) = of_two.or_else(|| Some((key.strip_prefix("name:")?, 3)))?;
        let is_language = (2..=longest).contains(&tag.split('-').next()?.len()) || tag == Text::LOCAL;
        let words = value.as_str().filter(|words| !words.trim().is_empty())?;
        (is_language && tag != ENGLISH && Language::new(tag).is_some()).then_some((tag, words))
    });
    let names = tagged.fold(Text::new(ENGLISH, english), |names, (tag, words)| names.with(tag, words));
    match bare {
        Some(bare) if names.get(Text::LOCAL).is_none() => names.with(Text::LOCAL, bare),
        _ => names,
    }
}

/// The box around a shape and its size on the ellipsoid.
pub(in crate::dossier) fn size_of(shape: &Shape) -> Result<([f64; 4], Measure), String> {
    let bounds = bounds_of(shape).ok_or("its shape is empty")?;
    let measure = match shape {
        Shape::Area(area) => Measure::Area { km2: measure::area_m2(area) / 1e6, range_km2: None },
        Shape::Line(line) => Measure::Length { km: measure::length_m(line) / 1000.0 },
        Shape::Places(places) => Measure::Count { places: places.len() },
        Shape::Mixed(mixed) => Measure::Mixed(Size {
            km2: measure::area_m2(&mixed.areas) / 1e6,
            km: measure::length_m(&mixed.lines) / 1000.0,
            points: mixed.places.len(),
        }),
    };
    Ok((bounds, measure))
}

/// West, south, east and north of a shape; none around none. Its coordinates are finite, as those of all files are.
pub(in crate::dossier) fn bounds_of(shape: &Shape) -> Option<[f64; 4]> {
    const NOTHING: [f64; 4] = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
    let with = |[west, south, east, north]: [f64; 4], at: &Coord<f64>| {
        [west.min(at.x), south.min(at.y), east.max(at.x), north.max(at.y)]
    };
    let around = |line: &LineString<f64>| line.0.iter().fold(NOTHING, with);
    let areas = shape.polygons().iter().map(|polygon| around(polygon.exterior()));
    let lines = shape.lines().iter().map(around);
    let places = shape.places().iter().map(|place| &place.at).fold(NOTHING, with);
    let bounds = areas.chain(lines).fold(places, crate::dossier::join_bounds);
    (bounds[0] <= bounds[2]).then_some(bounds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_has_its_names_in_all_languages_and_the_one_that_it_has_where_it_is() {
        let name = |json: &str| name_of(serde_json::from_str::<Value>(json).unwrap().as_object().unwrap());
        let own = name(r#"{"title": "Donetsk", "name_en": "Donetsk", "name_uk": "Донецьк", "name_alt": "a"}"#);
        assert_eq!(own, Text::new("en", "Donetsk").with("uk", "Донецьк"));
        assert_eq!((own.name_at("local", Some("UA")), own.name_at("local", None)), (Some("Донецьк"), None));
        let openstreetmap =
            name(r#"{"name": "دونيتسك", "name:en": "A", "name:uk": "Б", "name:zh-Hant": "臺", "name:ru": " "}"#);
        assert_eq!(openstreetmap.name_in("local"), Some("دونيتسك"));
        assert_eq!(
            (openstreetmap.main(), openstreetmap.get("uk"), openstreetmap.get("zh-Hant")),
            ("A", Some("Б"), Some("臺"))
        );
        assert_eq!(openstreetmap.get("ru"), None);
        let marked = name(r#"{"name": "A", "name_en": "A", "name_local": "Б", "name_fr": "C", "name_uk": "Б"}"#);
        assert_eq!((marked.main(), marked.name_in("local"), marked.second()), ("A", Some("Б"), Some("Б")));
        assert_eq!(name(r#"{"name": "Upper pasture"}"#), Text::new("en", "Upper pasture"));
    }
}
