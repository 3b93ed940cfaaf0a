//! The search for places: what is meant by a text, which names fit, and which of them comes first.

use std::collections::HashMap;

use super::index::Fit;
use super::key::{key, push_key};
use super::{Gazetteer, Place, PlaceKind};
use crate::formats::plain::plain;
use crate::geometry::Coord;
use crate::geometry::measure::distance_m;

/// Of names that begin alike so many are weighed; of more, those of the largest places.
const MOST_WEIGHED: usize = 12_000;

/// So many are looked at closely.
const MOST_CLOSELY: usize = 300;

/// A text is looked for up to so many letters.
const MOST_LETTERS: usize = 200;

/// Words before a name that say what it is: in English, Ukrainian and Russian, and as they are shortened; and articles.
const KINDS_BEFORE: [&str; 26] = [
    "city of",
    "town of",
    "village of",
    "city",
    "town",
    "village",
    "місто",
    "м",
    "село",
    "с",
    "селище",
    "смт",
    "город",
    "г",
    "деревня",
    "поселок",
    "пгт",
    "пос",
    "станция",
    "станція",
    "хутор",
    "misto",
    "the",
    "le",
    "la",
    "el",
];

/// A place that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundPlace {
    /// Its main name.
    pub name: String,
    /// All its names, the main one first.
    pub names: Vec<String>,
    /// The name that fits, where it is not the main one.
    pub matched: Option<String>,
    /// What it is.
    pub kind: PlaceKind,
    /// Where: longitude and latitude in degrees, WGS 84.
    pub at: Coord<f64>,
    /// How many people, where known.
    pub population: Option<u32>,
    /// In which region and country it lies; empty where unknown.
    pub within: String,
    /// Which of the gazetteers it is from.
    pub gazetteer: usize,
    /// How many letters differ between what was looked for and the name.
    pub edits: u8,
    /// How well it fits, how large it is and how near: the larger the better.
    pub score: f32,
}

/// What fits in one gazetteer.
#[derive(Debug, Clone, Copy)]
struct Hit {
    place: u32,
    name: u32,
    edits: u8,
    score: f32,
}

/// The places that a text may mean, the best first, at most so many; `near` is what is looked at, longitude and latitude in
/// degrees. A place that two gazetteers have is found once.
pub fn search(gazetteers: &[&Gazetteer], wanted: &str, near: Option<Coord<f64>>, most: usize) -> Vec<FoundPlace> {
    let end = wanted.char_indices().nth(MOST_LETTERS).map_or(wanted.len(), |(end, _)| end);
    let wanted = &wanted[..end];
    let mut hits: Vec<(usize, Hit)> = Vec::new();
    for (number, gazetteer) in gazetteers.iter().enumerate() {
        // Twins are left out afterwards.
        hits.extend(gazetteer.hits(wanted, near, 2 * most + 10).into_iter().map(|hit| (number, hit)));
    }
    hits.sort_by(|(a_of, a), (b_of, b)| b.score.total_cmp(&a.score).then(a_of.cmp(b_of)).then(a.place.cmp(&b.place)));
    let mut found: Vec<FoundPlace> = Vec::new();
    for (number, hit) in hits {
        if found.len() >= most {
            break;
        }
        let one = gazetteers[number].found(number, hit);
        if !found.iter().any(|other| is_twin(other, &one)) {
            found.push(one);
        }
    }
    found
}

/// Whether two that were found are one place.
fn is_twin(one: &FoundPlace, other: &FoundPlace) -> bool {
    const NEAR_M: f64 = 4000.0;
    let is_region = |kind: PlaceKind| matches!(kind, PlaceKind::Country | PlaceKind::Region);
    if is_region(one.kind) && one.kind == other.kind {
        return one.gazetteer != other.gazetteer && one.names.iter().any(|name| other.names.contains(name));
    }
    let is_settled = |kind: PlaceKind| kind <= PlaceKind::Former;
    (one.kind == other.kind || is_settled(one.kind) && is_settled(other.kind))
        && (one.at.y - other.at.y).abs() < 0.1
        && distance_m(one.at, other.at) < NEAR_M
        && (key(&one.name) == key(&other.name)
            || one.gazetteer != other.gazetteer && one.names.iter().skip(1).any(|name| other.names.contains(name)))
}

impl Gazetteer {
    fn found(&self, gazetteer: usize, hit: Hit) -> FoundPlace {
        let Place { kind, population, first_name, .. } = self.places[hit.place as usize];
        FoundPlace {
            name: self.name(first_name).to_owned(),
            names: self.names_of(hit.place).map(str::to_owned).collect(),
            matched: (hit.name != first_name).then(|| self.name(hit.name).to_owned()),
            kind,
            at: self.at(hit.place),
            population: Some(population).filter(|people| *people > 0),
            within: self.region_words(hit.place),
            gazetteer,
            edits: hit.edits,
            score: hit.score,
        }
    }

    fn hits(&self, wanted: &str, near: Option<Coord<f64>>, most: usize) -> Vec<Hit> {
        let mut best: HashMap<u32, Hit> = HashMap::new();
        let mut take = |hits: Vec<Hit>| {
            for hit in hits {
                let known = best.entry(hit.place).or_insert(hit);
                if hit.score > known.score {
                    *known = hit;
                }
            }
        };
        let near = near.map(View::new);
        let whole = self.hits_of(wanted, "", near);
        let is_exact = whole.iter().any(|hit| hit.edits == 0);
        take(whole);
        // A name and where it lies: "Odesa, Texas", "Pokrovsk Donetsk".
        match wanted.split_once(',') {
            Some((name, region)) => take(self.hits_of(name, region, near)),
            None if !is_exact => {
                let words: Vec<(usize, &str)> = wanted.match_indices(char::is_whitespace).collect();
                for (at, _) in words.into_iter().rev().take(2) {
                    take(self.hits_of(&wanted[..at], &wanted[at..], near));
                }
            }
            None => {}
        }
        // A second name in brackets.
        if let Some((name, _)) = wanted.split_once('(').filter(|(name, _)| !name.trim().is_empty()) {
            take(self.hits_of(name, "", near));
        }
        if let Some(name) = after_kind(wanted) {
            take(self.hits_of(name, "", near));
        }
        // Better than nothing: "Neuburg on the Danube" by its first word.
        if best.is_empty() {
            let words = wanted.trim_start();
            let end = words.find(|letter: char| !letter.is_alphanumeric()).unwrap_or(words.len());
            best.extend(self.hits_of(&words[..end], "", near).into_iter().map(|hit| (hit.place, hit)));
        }
        let mut hits: Vec<Hit> = best.into_values().collect();
        hits.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.place.cmp(&b.place)));
        hits.truncate(most);
        hits
    }

    /// The names that fit a text, of places in a region if one is named.
    fn hits_of(&self, wanted: &str, region: &str, near: Option<View>) -> Vec<Hit> {
        let mut wanted_key = Vec::new();
        push_key(wanted, &mut wanted_key);
        let region = key(region);
        let fits = self.fits(&wanted_key, wanted.chars().filter(|letter| letter.is_alphanumeric()).count());
        let mut weighed: Vec<(f32, u32, Fit)> = Vec::new();
        // Something is called just so: what is only nearly called so is meant less.
        // A later word of a name is not what it is called: "on the Danube".
        let is_name = |fit: &Fit| (fit.first..fit.end).any(|entry| !self.index.entry(entry).is_later_word());
        let is_exact = fits.iter().any(|fit| fit.is_whole && fit.edits == 0 && is_name(fit));
        let total: usize = fits.iter().map(|fit| (fit.end - fit.first) as usize).sum();
        let least = if total > MOST_WEIGHED { self.least_weight(&fits) } else { 0 };
        for fit in &fits {
            for entry in fit.first..fit.end {
                let weight = self.weights[entry as usize];
                if weight < least {
                    continue;
                }
                let name = self.index.entry(entry).name();
                let place = &self.places[self.place_of_name[name as usize] as usize];
                let points = self.points(*fit, entry, wanted_key.len(), place.first_name == name);
                let nearly = if is_exact && fit.edits > 0 { 1.5 } else { 0.0 };
                let score = points - nearly + f32::from(weight) / 25.0;
                if !region.is_empty() && !self.is_within(place, &region) {
                    continue;
                }
                let score = score + near.map_or(0.0, |view| view.points(place));
                weighed.push((score, entry, *fit));
            }
        }
        if weighed.len() > MOST_CLOSELY {
            weighed.select_nth_unstable_by(MOST_CLOSELY, |a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            weighed.truncate(MOST_CLOSELY);
        }
        let wanted = plain(wanted.trim());
        let closely = weighed.into_iter().map(|(score, entry, fit)| {
            let name = self.index.entry(entry).name();
            let place = self.place_of_name[name as usize];
            // As it is written: of two names that are read alike, the one that is meant. Of the names of a place that are read
            // alike only the first is in the index.
            let is_written = |name: &str| name.len().abs_diff(wanted.len()) < 8 && plain(name) == wanted;
            let is_exact = fit.edits == 0 && fit.is_whole && self.names_of(place).any(is_written);
            let exact = if is_exact { 0.4 } else { 0.0 };
            let is_water = matches!(self.places[place as usize].kind, PlaceKind::River | PlaceKind::Lake);
            let is_called = is_exact && !self.index.entry(entry).is_later_word();
            let large = if self.has_large_waters && is_water && is_called { 3.0 } else { 0.0 };
            let of_region = if region.is_empty() { 0.0 } else { 0.5 };
            Hit { place, name, edits: fit.edits, score: score + exact + large + of_region }
        });
        closely.collect()
    }

    /// The entries that fit a key, of a text of so many letters: with more changes only where too little fits with fewer.
    fn fits(&self, wanted: &[u8], letters: usize) -> Vec<Fit> {
        // A key is shorter where many letters stand for one sound.
        let in_key = std::str::from_utf8(wanted).map_or(wanted.len(), |text| text.chars().count());
        let length = usize::midpoint(in_key, letters.max(in_key));
        let first = if length < 5 { 0 } else { 1 };
        // Nearly the beginning of anything: what is short has to be all of a name.
        let nearly = |mut fits: Vec<Fit>| {
            fits.retain(|fit| fit.edits == 0 || fit.is_whole || length > 4);
            fits
        };
        let fits = self.index.find(wanted, first);
        let is_whole = fits.iter().any(|fit| fit.is_whole && fit.edits == 0);
        let more = match length {
            0..=2 => return fits,
            3..=4 if fits.is_empty() => 1,
            3..=4 => return fits,
            5 if fits.is_empty() => 2,
            5 => return fits,
            _ if is_whole => return fits,
            _ => 2,
        };
        nearly(self.index.find(wanted, more))
    }

    /// The weight that an entry needs to be among the [`MOST_WEIGHED`] of those that fit.
    fn least_weight(&self, fits: &[Fit]) -> u8 {
        let mut of_weight = [0_usize; 256];
        for fit in fits {
            for weight in &self.weights[fit.first as usize..fit.end as usize] {
                of_weight[usize::from(*weight)] += 1;
            }
        }
        let mut count = 0;
        for (weight, many) in of_weight.iter().enumerate().rev() {
            count += many;
            if count > MOST_WEIGHED {
                return (weight + 1).min(255) as u8;
            }
        }
        0
    }

    /// How well an entry fits, the size of its place apart.
    fn points(&self, fit: Fit, entry: u32, wanted: usize, is_main: bool) -> f32 {
        let key = self.index.key(entry as usize);
        // A change in a short word says more against it.
        let of_edit = match wanted {
            0..=5 => 3.4,
            6..=8 => 2.6,
            _ => 2.0,
        };
        // Two changes are no slip of the finger any more.
        let edits = of_edit * f32::from(fit.edits) + if fit.edits > 1 { 1.0 } else { 0.0 };
        let points = if fit.is_whole {
            // The more has been typed, the less it is the beginning of something else.
            6.0 + 0.1 * wanted.min(10) as f32 - edits + if is_main { 0.5 } else { 0.0 }
        } else {
            let more = key.len().saturating_sub(wanted) as f32;
            // "City of" begins names in many languages.
            let of_name = match (is_main, key.get(wanted)) {
                (true, Some(b' ')) if fit.edits == 0 => 0.8,
                (true, _) => 0.0,
                (false, _) => -0.5,
            };
            let of_edits = if fit.edits > 0 { 0.8 } else { 0.0 };
            4.2 - (0.12 * more).min(1.2) + of_name - edits - of_edits
        };
        if self.index.entry(entry).is_later_word() {
            // Where something is called just so, "on the Danube" is not what was meant.
            points - if fit.edits == 0 { 2.2 } else { 1.2 }
        } else {
            points
        }
    }

    /// Whether a place lies in the region that a key names: each word of the key begins one of the region's.
    fn is_within(&self, place: &Place, region: &str) -> bool {
        let Some(of_place) = self.region_keys.get(place.region as usize) else { return false };
        region.split(' ').all(|word| of_place.split(' ').any(|other| other.starts_with(word)))
    }
}

/// What follows a word that says what a place is.
fn after_kind(wanted: &str) -> Option<&str> {
    let wanted = wanted.trim_start();
    let small = wanted.to_lowercase();
    // Else the places of the letters would not be the same.
    if small.len() != wanted.len() {
        return None;
    }
    let begins = |kind: &&str| {
        let rest = small.strip_prefix(*kind)?;
        let name = rest.trim_start_matches(['.', ' ']);
        (name.len() < rest.len() && !name.is_empty()).then(|| &wanted[wanted.len() - name.len()..])
    };
    KINDS_BEFORE.iter().find_map(begins)
}

/// The place that is looked at.
#[derive(Debug, Clone, Copy)]
struct View {
    lon: f64,
    lat: f64,
    /// Kilometres in a degree of longitude there.
    km_per_lon: f64,
}

impl View {
    fn new(at: Coord<f64>) -> Self {
        Self { lon: at.x, lat: at.y, km_per_lon: 111.3 * at.y.to_radians().cos() }
    }

    /// 3 here, 1.5 a hundred kilometres off, next to nothing on another continent. Distances are those of a flat map: they
    /// only rank.
    fn points(self, place: &Place) -> f32 {
        let lon = (f64::from(place.lon) / Place::PER_DEGREE - self.lon).abs();
        let lon = lon.min((360.0 - lon).abs());
        let lat = f64::from(place.lat) / Place::PER_DEGREE - self.lat;
        let km = (lon * self.km_per_lon).hypot(lat * 111.3);
        (3.0 / (1.0 + km / 100.0)) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Builder, NewPlace, Region, builtin};
    use super::*;

    fn first(wanted: &str) -> String {
        let gazetteer = builtin();
        search(&[&gazetteer], wanted, None, 5).first().map(|found| found.name.clone()).unwrap_or_default()
    }

    #[test]
    fn spellings_old_names_and_slips_find_the_place() {
        for (wanted, name) in [
            ("Artemivsk", "Bakhmut"),
            ("Артемовск", "Bakhmut"),
            ("Dnipropetrovsk", "Dnipro"),
            ("Днепропетровск", "Dnipro"),
            ("харків", "Kharkiv"),
            ("Charkow", "Kharkiv"),
            ("Kharkov", "Kharkiv"),
            ("Kramatrosk", "Kramatorsk"),
            ("Kramtorks", "Kramatorsk"),
            ("Krivoy Rog", "Kryvyy Rih"),
            ("Lemberg", "Lviv"),
            ("Lon", "London"),
            ("Paris", "Paris"),
            ("м. Київ", "Kyiv"),
            ("Donetsk oblast", "Donetsk Oblast"),
            ("Донецька область", "Donetsk Oblast"),
            // What is called so, before what lies on it.
            ("Volga", "Volga"),
            ("Danube", "Danube"),
            ("Nile", "Nile"),
            ("Dnieper", "Dnipro"),
        ] {
            assert_eq!(first(wanted), name, "{wanted}");
        }
        assert!(first("qwertzuiop asdfghjkl").is_empty());
        assert!(first("  ").is_empty());
    }

    #[test]
    fn a_town_by_its_own_name_comes_before_a_like_one_that_once_had_it() {
        let mut builder = Builder::default();
        let town = |name: &'static str, kind: PlaceKind, x: f64, population: u32| NewPlace {
            name,
            kind,
            at: Coord { x, y: 48.0 },
            population,
            region: 0,
        };
        // As GeoNames has them: the names in this order, and the seat of a district the larger by a few people.
        builder.add(town("Nikopol", PlaceKind::DistrictSeat, 34.4, 105_160), ["Slov'iansk", "Slov'yansk"].into_iter());
        builder.add(town("Slovyansk", PlaceKind::Populated, 37.6, 105_141), ["Slaviansk", "Sloviansk"].into_iter());
        let gazetteer = builder.finish("");
        for wanted in ["Sloviansk", "Slovyansk", "Словʼянськ"] {
            assert_eq!(search(&[&gazetteer], wanted, None, 5)[0].name, "Slovyansk", "{wanted}");
        }
    }

    #[test]
    fn what_is_near_comes_first_among_equals() {
        let mut builder = Builder::default();
        let region = |name: &str| Region { name: name.to_owned(), country: "Ukraine".to_owned(), ..Region::default() };
        let (donetsk, odesa) = (builder.add_region(region("Donetsk")), builder.add_region(region("Odesa")));
        let village = |x: f64, region: u32| NewPlace {
            name: "Ivanivka",
            kind: PlaceKind::Populated,
            at: Coord { x, y: 47.0 },
            population: 300,
            region,
        };
        builder.add(village(30.0, odesa), std::iter::empty());
        builder.add(village(38.0, donetsk), std::iter::empty());
        let gazetteer = builder.finish("");
        let near = |x: f64| search(&[&gazetteer], "Ivanivka", Some(Coord { x, y: 47.0 }), 5)[0].within.clone();
        assert_eq!((near(30.1).as_str(), near(38.5).as_str()), ("Odesa, Ukraine", "Donetsk, Ukraine"));
        let within = |wanted: &str| search(&[&gazetteer], wanted, None, 5)[0].within.clone();
        assert_eq!(within("Ivanivka, Donetsk"), "Donetsk, Ukraine");
        assert_eq!(within("Ivanivka, Одеса"), "Odesa, Ukraine");
        assert_eq!(search(&[&gazetteer, &gazetteer], "Ivanivka", None, 5).len(), 2, "twins are one");
    }
}
