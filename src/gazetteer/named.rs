//! The one place that a name in a table stands for: called just so, and no other that may be meant.

use std::sync::LazyLock;

use super::key::{key, push_key};
use super::{Gazetteer, PlaceKind, builtin, search};
use crate::formats::plain::plain;
use crate::formats::read::{NamedPlace, PlaceNames};
use crate::geometry::measure::distance_m;

/// Of several places of one name the largest is meant where it has so many times the people of the next, and so many at least.
const LEAD: u32 = 5;
const LEAST_PEOPLE: u32 = 1000;

/// Two of one name nearer than this are one place, of which the gazetteer has a part as well.
const ONE_PLACE_M: f64 = 4000.0;

/// So many places of one name are told.
const MOST_TOLD: usize = 3;

/// Words that say that something is a region, and not which.
const REGION_WORDS: [&str; 22] = [
    "oblast",
    "область",
    "обл",
    "region",
    "province",
    "state",
    "governorate",
    "area",
    "county",
    "district",
    "raion",
    "район",
    "krai",
    "край",
    "republic",
    "республіка",
    "республика",
    "of",
    "the",
    "autonomous",
    "автономна",
    "hromada",
];

/// Looks names up in the gazetteer that comes with the program; it is put in order when the first name is looked up.
#[derive(Debug, Clone, Copy)]
pub struct BuiltinNames;

impl PlaceNames for BuiltinNames {
    fn find(&self, name: &str, within: &str) -> Result<NamedPlace, String> {
        builtin().named(name, within)
    }

    fn credit(&self) -> String {
        builtin().credit().to_owned()
    }
}

/// Whether a kind of place is one where something may have happened: a point in the middle of a region, a river or a sea says
/// nothing of that.
fn is_spot(kind: PlaceKind) -> bool {
    !matches!(
        kind,
        PlaceKind::Country
            | PlaceKind::Region
            | PlaceKind::District
            | PlaceKind::River
            | PlaceKind::Lake
            | PlaceKind::Sea
            | PlaceKind::Water
            | PlaceKind::Forest
            | PlaceKind::Road
            | PlaceKind::Area
    )
}

impl Gazetteer {
    /// The place that is called just so, in the region or country `within` unless that is empty. A region may follow the name
    /// after a comma.
    ///
    /// # Errors
    /// A text that says why there is none.
    pub fn named(&self, name: &str, within: &str) -> Result<NamedPlace, String> {
        let whole = self.called(name, within);
        match (name.split_once(','), &whole) {
            (Some((first, region)), Err(_)) if within.trim().is_empty() && !region.trim().is_empty() => {
                self.called(first, region)
            }
            _ => whole,
        }
    }

    fn called(&self, name: &str, within: &str) -> Result<NamedPlace, String> {
        let mut all = self.of_name(name);
        // As it is written, if any is: names that are written differently may be read alike.
        let written = plain(name.trim());
        if all.iter().any(|(_, own)| plain(self.name(*own)) == written) {
            all.retain(|(_, own)| plain(self.name(*own)) == written);
        }
        let mut places: Vec<u32> = all.into_iter().map(|(place, _)| place).collect();
        places.sort_unstable();
        places.dedup();
        let told = |places: &[u32]| {
            let told: Vec<String> = places.iter().take(MOST_TOLD).map(|place| self.words(*place)).collect();
            format!("{}{}", told.join("; "), if places.len() > MOST_TOLD { "; …" } else { "" })
        };
        if places.is_empty() {
            let nearest = search(&[self], name, None, 1).into_iter().next();
            let nearest = nearest.map_or_else(String::new, |found| {
                format!("; the nearest in spelling is {}", joined(&found.name, &found.within))
            });
            return Err(format!("no place is called “{}”{nearest}", name.trim()));
        }
        let (mut spots, others): (Vec<u32>, Vec<u32>) =
            places.into_iter().partition(|place| is_spot(self.kind(*place)));
        if spots.is_empty() {
            let kind = others.first().map_or("", |place| self.kind(*place).words());
            return Err(format!("“{}” is no place but a {kind}", name.trim()));
        }
        let before = spots.clone();
        if let Some(region) = self.wanted_region(within) {
            spots.retain(|place| self.lies_in(*place, &region));
        }
        if spots.is_empty() {
            return Err(format!(
                "none that is called “{}” lies in “{}”: {}",
                name.trim(),
                within.trim(),
                told(&before)
            ));
        }
        let people = |place: &u32| self.places[*place as usize].population;
        let is_settled = |place: &u32| self.kind(*place) <= PlaceKind::Former;
        spots.sort_by_key(|place| (!is_settled(place), std::cmp::Reverse(people(place)), *place));
        let first = spots[0];
        spots.retain(|place| *place == first || distance_m(self.at(*place), self.at(first)) > ONE_PLACE_M);
        let next = spots.get(1).map_or(0, people);
        let leads = people(&first) >= LEAST_PEOPLE && people(&first) >= next.saturating_mul(LEAD);
        // Donetsk was called Oleksandrivka once, as villages are now.
        let own = key(name);
        let of_today = |place: &u32| key(self.name(self.places[*place as usize].first_name)) == own;
        let is_old_name = self.kind(first) != PlaceKind::Capital && !of_today(&first) && spots.iter().any(of_today);
        if spots.len() > 1 && (!leads || is_old_name) {
            let advice = if within.trim().is_empty() { "; a column of regions tells them apart" } else { "" };
            return Err(format!(
                "{} places are called “{}”, and it is not plain which is meant{advice}: {}",
                spots.len(),
                name.trim(),
                told(&spots)
            ));
        }
        Ok(NamedPlace { at: self.at(first), what: self.words(first), others: spots.len() - 1 })
    }

    /// The places that are called just so, each with the name of it that is.
    fn of_name(&self, name: &str) -> Vec<(u32, u32)> {
        let mut wanted = Vec::new();
        push_key(name, &mut wanted);
        if wanted.is_empty() {
            return Vec::new();
        }
        let fits = self.index.find(&wanted, 0).into_iter().filter(|fit| fit.is_whole);
        let entries = fits.flat_map(|fit| (fit.first..fit.end).map(|entry| self.index.entry(entry)));
        // "Nova Kakhovka" is not called Kakhovka.
        let names = entries.filter(|entry| !entry.is_later_word()).map(|entry| entry.name());
        names.map(|name| (self.place_of_name[name as usize], name)).collect()
    }

    /// What is meant by the name of a region or country; nothing where none is named.
    fn wanted_region(&self, within: &str) -> Option<WantedRegion> {
        // Asked once for each row of a table.
        static GENERIC: LazyLock<Vec<String>> = LazyLock::new(|| REGION_WORDS.iter().map(|word| key(word)).collect());
        let all = key(within);
        let words = all.split(' ').filter(|word| !word.is_empty() && !GENERIC.iter().any(|own| own == word));
        let words: Vec<String> = words.map(str::to_owned).collect();
        if words.is_empty() {
            return None;
        }
        let full = within.replace("обл.", "область");
        let mut region = WantedRegion { words, numbers: Vec::new(), countries: Vec::new() };
        for (place, _) in [within, &full].into_iter().flat_map(|name| self.of_name(name)) {
            let number = self.places[place as usize].region;
            match self.kind(place) {
                PlaceKind::Region => region.numbers.push(number),
                PlaceKind::Country => {
                    region.countries.extend(self.regions.get(number as usize).map(|own| own.country_code.clone()));
                }
                _ => {}
            }
        }
        Some(region)
    }

    /// Whether a place lies in a region: in one that is called so, or in one each of whose words is named.
    fn lies_in(&self, place: u32, wanted: &WantedRegion) -> bool {
        let number = self.places[place as usize].region;
        let country = self.regions.get(number as usize).map_or("", |region| region.country_code.as_str());
        if wanted.numbers.contains(&number) || wanted.countries.iter().any(|own| !own.is_empty() && own == country) {
            return true;
        }
        let Some(of_place) = self.region_keys.get(number as usize) else { return false };
        // "donetska" is of Donetsk: an adjective has up to four letters more.
        let fits = |own: &str, word: &str| {
            own.starts_with(word) || own.len() > 3 && word.strip_prefix(own).is_some_and(|end| end.len() <= 4)
        };
        wanted.words.iter().all(|word| of_place.split(' ').any(|own| fits(own, word)))
    }

    fn kind(&self, place: u32) -> PlaceKind {
        self.places[place as usize].kind
    }

    /// A place with the region that it lies in.
    fn words(&self, place: u32) -> String {
        joined(self.name(self.places[place as usize].first_name), &self.region_words(place))
    }
}

/// The region or country that a place is to lie in.
struct WantedRegion {
    /// What tells of its name, as the search compares words.
    words: Vec<String>,
    /// The regions that are called so.
    numbers: Vec<u32>,
    /// The countries that are called so, by their codes.
    countries: Vec<String>,
}

fn joined(name: &str, within: &str) -> String {
    if within.is_empty() { name.to_owned() } else { format!("{name}, {within}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_for_the_place_that_is_meant_beyond_doubt() {
        for (name, within, what, is_alone) in [
            ("Bakhmut", "", "Bakhmut, Donetsk", true),
            ("Артемовск", "Донецкая область", "Bakhmut, Donetsk", true),
            ("Покровськ", "Донецька обл.", "Pokrovsk, Donetsk", true),
            ("Paris", "", "Paris, ", false),
            ("Paris, Texas", "", "Paris, Texas", true),
            ("Odesa", "Україна", "Odesa, Odes", true),
            ("Kiev", "", "Kyiv, ", false),
            ("Костянтинівка", "Донецька обл.", "Kostyantynivka, Donetsk", false),
            ("Харьков", "Харьковская область", "Kharkiv, Kharkiv", true),
        ] {
            let found = builtin().named(name, within).unwrap_or_else(|why| panic!("{name}, {within}: {why}"));
            assert!(found.what.starts_with(what), "{name}, {within}: {found:?}");
            assert!(!is_alone || found.others == 0, "{name}, {within}: {found:?}");
        }
    }

    #[test]
    fn names_of_nothing_of_too_much_and_of_regions_are_refused_with_what_to_do() {
        for (name, within, said) in [
            ("Bakhmuk", "", "the nearest in spelling is Bakhmut"),
            ("Bakhmut", "Texas", "none that is called “Bakhmut” lies in “Texas”: Bakhmut, Donetsk"),
            ("Oleksandrivka", "", "a column of regions tells them apart"),
            ("Donetsk Oblast", "", "is no place but a region"),
            ("Kakhov", "", "no place is called"),
            ("qwertzuiopasdf", "", "no place is called “qwertzuiopasdf”"),
        ] {
            let why = builtin().named(name, within).unwrap_err();
            assert!(why.contains(said), "{name}, {within}: {why}");
        }
    }
}
