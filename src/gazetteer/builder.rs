//! Puts a gazetteer together, place by place, within a bound on how many it holds.

use super::index::Index;
use super::key::push_key;
use super::place::{PlaceKind, Region, size_points};
use super::{Gazetteer, Place};
use crate::geometry::Coord;

/// A gazetteer holds no more places: those of a large country, or the towns of the world. Of more, the largest are kept.
pub const MOST_PLACES: usize = 1_000_000;

/// Of a place no more names are kept.
pub(super) const MOST_NAMES: usize = 48;

/// Of a name no more bytes are kept.
const LONGEST_NAME: usize = 200;

/// All names together have no more bytes.
const MOST_BYTES: usize = 256 << 20;

/// Of the words of a name, so many after the first are found by themselves.
const LATER_WORDS: usize = 3;

/// No more regions are told apart.
const MOST_REGIONS: usize = 100_000;

/// A place as it is put in.
#[derive(Debug, Clone, Copy)]
pub struct NewPlace<'a> {
    /// Its name; a place without one is left out.
    pub name: &'a str,
    /// What it is.
    pub kind: PlaceKind,
    /// Where: longitude and latitude in degrees, WGS 84.
    pub at: Coord<f64>,
    /// How many people; 0 where unknown.
    pub population: u32,
    /// Which region, by its number.
    pub region: u32,
}

/// A gazetteer that is being put together.
#[derive(Debug)]
pub struct Builder {
    most: usize,
    names: String,
    /// Where each name ends.
    name_ends: Vec<u32>,
    places: Vec<Place>,
    regions: Vec<Region>,
    /// Places that stand out less than this are left out: there are enough of those that do more.
    floor: u8,
    left_out: u64,
    /// Whether its rivers and lakes are large ones, as those of a list of the world's are.
    has_large_waters: bool,
}

impl Default for Builder {
    fn default() -> Self {
        Self::new(MOST_PLACES)
    }
}

impl Builder {
    /// Holds so many places at most.
    pub(super) fn new(most: usize) -> Self {
        Self {
            most,
            names: String::new(),
            name_ends: Vec::new(),
            places: Vec::new(),
            // What lies in no region that is known.
            regions: vec![Region::default()],
            floor: 0,
            left_out: 0,
            has_large_waters: false,
        }
    }

    /// For a list whose rivers and lakes are large ones: they stand out among towns of their names.
    pub(super) fn of_large_waters() -> Self {
        Self { has_large_waters: true, ..Self::default() }
    }

    /// Adds a region; its number. Of too many regions, the number of the unknown one.
    pub fn add_region(&mut self, region: Region) -> u32 {
        if self.regions.len() >= MOST_REGIONS {
            return 0;
        }
        self.regions.push(region);
        (self.regions.len() - 1) as u32
    }

    /// Changes a region.
    pub fn region_mut(&mut self, number: u32) -> Option<&mut Region> {
        self.regions.get_mut(number as usize).filter(|_| number > 0)
    }

    /// Adds a place with its other names. What has no name or no place on the earth is passed over.
    pub fn add<'a>(&mut self, place: NewPlace<'_>, others: impl Iterator<Item = &'a str> + Clone) {
        let NewPlace { name, kind, at, population, region } = place;
        let name = tidy(name);
        if name.is_empty() || !(at.x.abs() <= 180.0 && at.y.abs() <= 90.0) {
            return;
        }
        let count = 1 + others.clone().take(MOST_NAMES).count();
        let weight = (size_points(kind, population, count) * 25.0) as u8;
        if weight < self.floor || self.names.len() >= MOST_BYTES {
            self.left_out += 1;
            return;
        }
        let first_name = self.name_ends.len() as u32;
        self.push_name(name);
        for other in others.map(tidy).filter(|other| !other.is_empty() && *other != name).take(MOST_NAMES - 1) {
            self.push_name(other);
        }
        self.places.push(Place {
            lon: (at.x * Place::PER_DEGREE).round() as i32,
            lat: (at.y * Place::PER_DEGREE).round() as i32,
            population,
            region: if (region as usize) < self.regions.len() { region } else { 0 },
            first_name,
            kind,
            weight,
        });
        if self.places.len() >= 2 * self.most {
            self.shed();
        }
    }

    /// How many places are held.
    pub fn count(&self) -> usize {
        self.places.len()
    }

    /// How many places were left out because there were too many.
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    fn push_name(&mut self, name: &str) {
        self.names.push_str(name);
        self.name_ends.push(self.names.len() as u32);
    }

    /// Leaves out the places that stand out least, so that no more are held than may be.
    fn shed(&mut self) {
        if self.places.len() <= self.most {
            return;
        }
        let mut of_weight = [0_usize; 256];
        for place in &self.places {
            of_weight[usize::from(place.weight)] += 1;
        }
        let (mut floor, mut count) = (255_usize, 0);
        while floor > 0 && count + of_weight[floor] <= self.most {
            count += of_weight[floor];
            floor -= 1;
        }
        // Of those that stand out alike the first are kept.
        let mut spare = self.most - count;
        let before = std::mem::take(&mut self.places);
        let (names, name_ends) = (std::mem::take(&mut self.names), std::mem::take(&mut self.name_ends));
        self.left_out += (before.len() - self.most) as u64;
        for (index, place) in before.iter().enumerate() {
            let weight = usize::from(place.weight);
            if weight < floor || (weight == floor && spare == 0) {
                continue;
            }
            spare -= usize::from(weight == floor);
            let last = before.get(index + 1).map_or(name_ends.len(), |next| next.first_name as usize);
            let first_name = self.name_ends.len() as u32;
            for name in place.first_name as usize..last {
                let start = if name == 0 { 0 } else { name_ends[name - 1] as usize };
                self.push_name(&names[start..name_ends[name] as usize]);
            }
            self.places.push(Place { first_name, ..*place });
        }
        self.floor = floor as u8;
    }

    /// Puts all names in order.
    pub fn finish(mut self, credit: &str) -> Gazetteer {
        self.shed();
        let Self { names, name_ends, mut places, regions, has_large_waters, .. } = self;
        places.shrink_to_fit();
        let (mut blob, mut unsorted) = (Vec::with_capacity(names.len()), Vec::with_capacity(name_ends.len()));
        let mut start = 0;
        let mut place = 0;
        let mut place_of_name = Vec::with_capacity(name_ends.len());
        // Keys of the place so far: names that are read alike are found by one.
        let mut of_place: Vec<(usize, usize)> = Vec::new();
        for (name, end) in name_ends.iter().enumerate() {
            while places.get(place + 1).is_some_and(|next| next.first_name as usize <= name) {
                place += 1;
                of_place.clear();
            }
            place_of_name.push(place as u32);
            let key_start = blob.len();
            push_key(&names[start..*end as usize], &mut blob);
            start = *end as usize;
            let key_end = blob.len();
            let is_there = of_place.iter().any(|(start, end)| blob[*start..*end] == blob[key_start..key_end]);
            if key_end == key_start || is_there {
                blob.truncate(key_start);
                continue;
            }
            of_place.push((key_start, key_end));
            unsorted.push((key_end as u32, name as u32, false));
            let mut words = 0;
            for at in key_start + 1..key_end {
                if blob[at - 1] == b' ' && key_end - at >= 3 && words < LATER_WORDS {
                    words += 1;
                    blob.extend_from_within(at..key_end);
                    unsorted.push((blob.len() as u32, name as u32, true));
                }
            }
        }
        let index = Index::new(&blob, &unsorted);
        drop((blob, unsorted));
        let weights = index.entries().iter().map(|entry| {
            let place = place_of_name.get(entry.name() as usize).and_then(|place| places.get(*place as usize));
            place.map_or(0, |place| place.weight)
        });
        let weights = weights.collect();
        let region_keys = regions.iter().map(|region| {
            let text = format!("{} {} {}", region.name, region.country, region.country_code);
            super::key::key(&text)
        });
        let region_keys = region_keys.collect();
        Gazetteer {
            names,
            name_ends,
            places,
            regions,
            region_keys,
            place_of_name,
            index,
            weights,
            credit: credit.to_owned(),
            left_out: self.left_out,
            has_large_waters,
        }
    }
}

/// A name on one line, of a bounded length.
fn tidy(name: &str) -> &str {
    let name = name.trim();
    let line = name.split(|letter: char| letter.is_control()).next().unwrap_or_default().trim_end();
    let mut end = line.len().min(LONGEST_NAME);
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    &line[..end]
}
