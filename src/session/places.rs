//! What overlays hold that has a name, as a gazetteer: places of a dossier, and features of layers.

use crate::dossier::features::NAMES;
use crate::dossier::{Overlay, Shape};
use crate::formats::coordinates::{Reading, readings, short_code};
use crate::formats::number::of_text;
use crate::formats::written::Written;
use crate::gazetteer::{Builder, Gazetteer, NewPlace, PlaceKind, Region, search};
use crate::geometry::{Coord, work};

/// Names of a feature that stand in one property are parted by one of these: `alt_name` of OpenStreetMap, lists of others.
const BETWEEN: [char; 3] = [';', '|', '/'];

/// The places and named features of some overlays. Where an area lies is the middle of its extent, where a line its middle
/// vertex.
pub fn gazetteer_of<'a>(overlays: impl Iterator<Item = &'a Overlay>) -> Gazetteer {
    let mut builder = Builder::default();
    for overlay in overlays {
        let region = builder.add_region(Region { name: overlay.title.main().to_owned(), ..Region::default() });
        let features = &overlay.features;
        for (index, place) in overlay.shape.places().iter().enumerate() {
            let name = place.name.main();
            if name.is_empty() || index >= MOST_LOOKED_AT {
                continue;
            }
            let people = place.population.unwrap_or(0).min(u64::from(u32::MAX)) as u32;
            let kind = if people > 0 { PlaceKind::Populated } else { PlaceKind::Feature };
            let others: Vec<&str> = place.name.iter().map(|(_, words)| words).filter(|other| *other != name).collect();
            builder.add(NewPlace { name, kind, at: place.at, population: people, region }, others.into_iter());
        }
        // What a feature of a dossier's places says is in those.
        let is_told = matches!(*overlay.shape, Shape::Places(_))
            && overlay.shape.places().iter().any(|place| !place.name.main().is_empty());
        if is_told {
            continue;
        }
        for feature in 0..features.count().min(MOST_LOOKED_AT) {
            if feature % 1024 == 0 && work::is_cancelled() {
                break;
            }
            let Some(name) = features.name(feature) else { continue };
            let Some(at) = middle(overlay, feature) else { continue };
            let (mut others, mut people) = (Vec::new(), 0);
            for (property, value) in features.rows().written(feature) {
                match value {
                    Written::Text(text) if is_name(&property) => others.push(text.into_owned()),
                    Written::Text(text) | Written::Number(text) if is_population(&property) => {
                        people = of_text(&text).filter(|people| (0.0..4e9).contains(people)).unwrap_or(0.0) as u32;
                    }
                    _ => {}
                }
            }
            let place = NewPlace { name: &name, kind: PlaceKind::Feature, at, population: people, region };
            builder.add(place, others.iter().flat_map(|names| names.split(BETWEEN)).filter(|other| *other != name));
        }
    }
    builder.finish("")
}

/// The places that a text names by their coordinates, the likeliest first; none where it names none. A short plus code is
/// taken near to the place that the words after it name, or else near to what is looked at.
pub fn coordinates(text: &str, gazetteers: &[&Gazetteer], near: Option<Coord<f64>>) -> Vec<Reading> {
    if let Ok(readings) = readings(text) {
        return readings;
    }
    let Some((code, words)) = short_code(text) else { return Vec::new() };
    let named = search(gazetteers, words, near, 1);
    let near = if words.is_empty() { near } else { named.first().map(|found| found.at) };
    near.map(|near| code.near(near)).into_iter().collect()
}

/// So many features of an overlay are looked at.
const MOST_LOOKED_AT: usize = 2_000_000;

/// Whether a property holds names: `name:uk`, `name_ru`, `alt_name`, `alternatenames` and the like.
fn is_name(property: &str) -> bool {
    let small = property.to_ascii_lowercase();
    NAMES.contains(&property)
        || ["name:", "name_", "alternatename", "alt_name", "old_name"].iter().any(|begin| small.starts_with(begin))
        || small.ends_with("_name") && !small.contains("file")
}

fn is_population(property: &str) -> bool {
    ["population", "pop", "inhabitants"].iter().any(|name| property.eq_ignore_ascii_case(name))
}

/// Where a feature lies.
fn middle(overlay: &Overlay, feature: usize) -> Option<Coord<f64>> {
    let (areas, lines, points) = overlay.features.parts(&overlay.shape, feature);
    if let Some(point) = points.first() {
        return Some(*point);
    }
    let line = lines.iter().max_by_key(|line| line.0.len());
    if let (true, Some(line)) = (areas.is_empty(), line) {
        return line.0.get(line.0.len() / 2).copied();
    }
    let [west, south, east, north] = overlay.features.bounds(&overlay.shape, feature)?;
    Some(Coord { x: f64::midpoint(west, east), y: f64::midpoint(south, north) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dossier::{builtin, own_layer};
    use crate::formats::geojson;
    use crate::gazetteer::search;

    #[test]
    fn features_are_found_by_all_their_names() {
        let json = r#"{"type":"FeatureCollection","features":[
            {"type":"Feature","properties":{"name":"Mill","name:uk":"Млин","alt_name":"Old mill;Water mill"},
             "geometry":{"type":"LineString","coordinates":[[37,48],[37.5,48.5],[38,49]]}},
            {"type":"Feature","properties":{"title":"Field","population":"1200"},
             "geometry":{"type":"Polygon","coordinates":[[[30,50],[32,50],[32,51],[30,50]]]}}]}"#;
        let (layer, _) =
            own_layer("of a test", geojson::read_all(json.as_bytes(), Default::default()).unwrap().features).unwrap();
        let gazetteer = gazetteer_of(std::iter::once(&layer));
        for wanted in ["mill", "Млин", "water mil", "Mlyn"] {
            let found = &search(&[&gazetteer], wanted, None, 3)[0];
            assert_eq!((found.name.as_str(), found.at), ("Mill", Coord { x: 37.5, y: 48.5 }), "{wanted}");
            assert_eq!((found.kind, found.within.as_str()), (PlaceKind::Feature, "of a test"));
        }
        let found = &search(&[&gazetteer], "field", None, 3)[0];
        assert_eq!((found.at, found.population), (Coord { x: 31.0, y: 50.5 }, Some(1200)));
    }

    #[test]
    fn places_of_the_dossier_are_found() {
        let (dossier, _) = builtin::berlin().unwrap();
        let gazetteer = gazetteer_of(dossier.overlays.iter().map(AsRef::as_ref));
        let found = &search(&[&gazetteer], "Слов'янськ", None, 3)[0];
        assert_eq!(found.name, "Sloviansk");
        assert!(found.population.is_some());
    }
}
