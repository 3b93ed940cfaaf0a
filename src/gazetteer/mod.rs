//! Places by their names: gazetteers, and the search in them.
//!
//! A [`Gazetteer`] holds places with all their names, and an index of the names by how they are read rather than written:
//! [`key`] makes one of English, Ukrainian, Russian, German, Polish and French spellings of a sound, in Latin and in
//! Cyrillic letters. A [`search`](search::search) finds names that begin as a text does, with up to two changes, and
//! puts first what fits best, is largest and lies nearest.
//!
//! # Limits
//! [`MOST_PLACES`] places with 48 names each; of more, those that stand out most are kept.

mod builder;
mod builtin;
mod geonames;
mod index;
mod inhabited;
mod key;
mod named;
mod place;
mod sealed;
pub mod search;

use crate::geometry::Coord;

pub use self::builder::{Builder, MOST_PLACES, NewPlace};
pub use self::builtin::builtin;
pub use self::geonames::{GeoNames, is_geonames};
pub use self::inhabited::{Town, Towns};
pub use self::key::{LONGEST_KEY, key};
pub use self::named::BuiltinNames;
pub use self::place::{PlaceKind, Region};
pub use self::sealed::{SealedError, seal, unseal};
pub use self::search::{FoundPlace, search};

use self::index::Index;

/// A place of a gazetteer.
#[derive(Debug, Clone, Copy)]
struct Place {
    /// In [`Place::PER_DEGREE`] parts of a degree.
    lon: i32,
    lat: i32,
    population: u32,
    region: u32,
    first_name: u32,
    kind: PlaceKind,
    /// [`place::size_points`] times 25.
    weight: u8,
}

impl Place {
    /// A position is held to 0.00001 degrees: about 1 m, as GeoNames gives it.
    const PER_DEGREE: f64 = 100_000.0;
}

/// Places with all their names, and the names in order.
#[derive(Debug)]
pub struct Gazetteer {
    /// The names one after the other, those of a place together, its main name first.
    names: String,
    name_ends: Vec<u32>,
    places: Vec<Place>,
    regions: Vec<Region>,
    /// What a region is found by beside a place's name.
    region_keys: Vec<String>,
    place_of_name: Vec<u32>,
    index: Index,
    /// The weight of each entry's place, in the order of the index: long stretches of it are read at once.
    weights: Vec<u8>,
    credit: String,
    left_out: u64,
    /// Whether its rivers and lakes are large ones, which are meant sooner than towns of their names.
    has_large_waters: bool,
}

impl Gazetteer {
    /// How many places it has.
    pub fn count(&self) -> usize {
        self.places.len()
    }

    /// How many names its places have.
    pub fn name_count(&self) -> usize {
        self.name_ends.len()
    }

    /// Whom it is from.
    pub fn credit(&self) -> &str {
        &self.credit
    }

    /// How many places were left out because there were more than may be.
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    /// How much memory it takes, in bytes, about.
    pub fn bytes(&self) -> usize {
        self.names.len()
            + 4 * (self.name_ends.len() + self.place_of_name.len())
            + std::mem::size_of::<Place>() * self.places.len()
            + self.weights.len()
            + self.index.bytes()
    }

    /// The regions that its places lie in.
    pub fn regions(&self) -> &[Region] {
        &self.regions
    }

    fn name(&self, name: u32) -> &str {
        let start = if name == 0 { 0 } else { self.name_ends[name as usize - 1] as usize };
        &self.names[start..self.name_ends[name as usize] as usize]
    }

    /// The names of a place, the main one first.
    fn names_of(&self, place: u32) -> impl Iterator<Item = &str> {
        let first = self.places[place as usize].first_name;
        let last = self.places.get(place as usize + 1).map_or(self.name_ends.len() as u32, |next| next.first_name);
        (first..last).map(|name| self.name(name))
    }

    fn at(&self, place: u32) -> Coord<f64> {
        let Place { lon, lat, .. } = self.places[place as usize];
        Coord { x: f64::from(lon) / Place::PER_DEGREE, y: f64::from(lat) / Place::PER_DEGREE }
    }

    /// In which region and country a place lies, as far as that is known.
    fn region_words(&self, place: u32) -> String {
        let Place { kind, region, .. } = self.places[place as usize];
        let Some(region) = self.regions.get(region as usize) else { return String::new() };
        match kind {
            PlaceKind::Country => String::new(),
            PlaceKind::Region => region.country.clone(),
            _ => region.words(),
        }
    }
}
