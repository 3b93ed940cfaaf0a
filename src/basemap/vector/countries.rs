//! The grounds of countries and the seas around the built-in map's detail: where each lies, and what it is called.
//!
//! Ukraine's ground is the internationally recognised one, whatever else a map of it shows; see
//! `assets/basemap/countries.py`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use geo::{Coord, LineString, MultiPolygon, Polygon};
use serde::Deserialize;

use crate::geometry::boxes::is_within;
use crate::geometry::simplify::Levels;

/// A country.
#[derive(Debug)]
pub struct Country {
    /// ISO 3166-1 alpha-2.
    pub iso: String,
    /// Names by language tag.
    names: BTreeMap<String, String>,
    /// Its land, coarse: where its name may stand.
    pub land: Levels,
    /// Its ground as fine as the map's borders, reaching a little out to sea; known of few.
    pub ground: Option<Levels>,
}

impl Country {
    /// The name in a language (`local` for the country's own), or else in English.
    pub fn name(&self, tag: &str) -> &str {
        self.names.get(tag).or_else(|| self.names.get("en")).map_or(&self.iso, String::as_str)
    }
}

/// A sea.
#[derive(Debug)]
pub struct Sea {
    /// Names by language tag.
    names: BTreeMap<String, String>,
    /// Its open water, coarse: where its name may stand.
    pub water: Levels,
}

impl Sea {
    /// The name in a language, or else in English.
    pub fn name(&self, tag: &str) -> &str {
        self.names.get(tag).or_else(|| self.names.get("en")).map_or("", String::as_str)
    }
}

/// The countries whose grounds are known, and the seas between them.
#[derive(Debug, Default)]
pub struct Countries {
    /// `[west, south, east, north]` beyond which no land is known, degrees.
    pub extent: [f64; 4],
    /// By code.
    pub list: Vec<Country>,
    /// Seas.
    pub seas: Vec<Sea>,
}

impl Countries {
    /// Whether any of them has a name in a language, by its tag or the language of a regional one.
    pub fn have_names_in(&self, tag: &str) -> bool {
        let primary = tag.split('-').next().unwrap_or_default().to_lowercase();
        let has = |names: &BTreeMap<String, String>| names.contains_key(tag) || names.contains_key(&primary);
        self.list.iter().any(|country| has(&country.names)) || self.seas.iter().any(|sea| has(&sea.names))
    }

    /// Those that the program brings along.
    pub fn builtin() -> &'static Self {
        static BUILTIN: LazyLock<Countries> = LazyLock::new(|| {
            Countries::read(include_str!("../../../assets/basemap/countries.json")).unwrap_or_default()
        });
        &BUILTIN
    }

    /// Whether the lands of countries are known all over these bounds.
    pub fn are_known_in(&self, bounds: [f64; 4]) -> bool {
        is_within(bounds, self.extent)
    }

    fn read(text: &str) -> Option<Self> {
        let file: File = serde_json::from_str(text).ok()?;
        let country = |row: Row| Country {
            iso: row.iso,
            names: row.names,
            land: levels(&row.land),
            ground: row.ground.map(|rings| levels(&rings)),
        };
        let sea = |row: SeaRow| Sea { names: row.names, water: levels(&row.water) };
        Some(Self {
            extent: file.extent,
            list: file.countries.into_iter().map(country).collect(),
            seas: file.seas.into_iter().map(sea).collect(),
        })
    }

    /// The country of a code.
    pub fn find(&self, iso: &str) -> Option<&Country> {
        self.list.iter().find(|country| country.iso == iso)
    }
}

#[derive(Deserialize)]
struct File {
    extent: [f64; 4],
    countries: Vec<Row>,
    seas: Vec<SeaRow>,
}

#[derive(Deserialize)]
struct SeaRow {
    names: BTreeMap<String, String>,
    water: Vec<Vec<i64>>,
}

#[derive(Deserialize)]
struct Row {
    iso: String,
    names: BTreeMap<String, String>,
    /// Rings, even–odd: differences of hundred-thousandths of a degree, longitude first.
    land: Vec<Vec<i64>>,
    ground: Option<Vec<Vec<i64>>>,
}

fn levels(rings: &[Vec<i64>]) -> Levels {
    let ring = |steps: &Vec<i64>| {
        let (mut x, mut y) = (0, 0);
        let mut places: Vec<Coord<f64>> = Vec::with_capacity(steps.len() / 2 + 1);
        for step in steps.as_chunks::<2>().0 {
            (x, y) = (x + step[0], y + step[1]);
            places.push(Coord { x: x as f64 / 1e5, y: y as f64 / 1e5 });
        }
        Polygon::new(LineString(places), Vec::new())
    };
    Levels::new(&geo::Geometry::MultiPolygon(MultiPolygon(rings.iter().map(ring).collect())))
}

#[cfg(test)]
mod tests {
    use kurbo::{BezPath, Shape as _};

    use super::*;
    use crate::geometry::world_from_lon_lat;

    fn holds(levels: &Levels, x: f64, y: f64) -> bool {
        let at = world_from_lon_lat(Coord { x, y });
        let winding = |ring: &crate::geometry::simplify::Ring| {
            let mut path = BezPath::new();
            path.move_to(ring.points[0]);
            ring.points[1..].iter().for_each(|point| path.line_to(*point));
            path.close_path();
            path.winding(at) != 0
        };
        levels.full().iter().filter(|ring| winding(ring)).count() % 2 == 1
    }

    #[test]
    fn each_country_has_the_name_that_it_calls_itself_by() {
        let countries = Countries::builtin();
        let local = |iso| countries.find(iso).map(|country| country.name("local"));
        assert_eq!(
            [local("UA"), local("HU"), local("GE")],
            [Some("Україна"), Some("Magyarország"), Some("საქართველო")]
        );
        assert!(countries.list.iter().all(|country| country.names.contains_key("local")));
    }

    #[test]
    fn each_place_lies_on_its_own_countrys_ground() {
        let countries = Countries::builtin();
        let ukraine = countries.find("UA").expect("Ukraine");
        let russia = countries.find("RU").expect("Russia");
        let ground = ukraine.ground.as_ref().expect("its ground");
        // Kramatorsk, Simferopol, Sevastopol, Luhansk, Uzhhorod; and Rostov-on-Don, Belgorod, Chisinau, Krasnodar.
        for (x, y) in [(37.58, 48.74), (34.10, 44.95), (33.53, 44.60), (39.31, 48.57), (22.29, 48.62)] {
            assert!(holds(ground, x, y) && holds(&ukraine.land, x, y) && !holds(&russia.land, x, y), "{x}, {y}");
        }
        for (x, y) in [(39.72, 47.24), (36.59, 50.60), (28.86, 47.01), (38.98, 45.04)] {
            assert!(!holds(ground, x, y) && !holds(&ukraine.land, x, y), "{x}, {y}");
        }
        assert!(holds(&russia.land, 39.72, 47.24));
        assert_eq!((ukraine.name("uk"), russia.name("de"), russia.name("xx")), ("Україна", "Russland", "Russia"));
    }
}
