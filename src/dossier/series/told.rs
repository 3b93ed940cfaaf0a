//! What changed from one report to another, with the places that it takes along: for people, as a table and as JSON. The command line,
//! the window and the files that either writes say it by this code.

use std::collections::BTreeMap;
use std::sync::Arc;

use geo::{Coord, MultiLineString, MultiPolygon};
use serde_json::{Map, Value, json};

use super::{Age, Row, Standing, Version};
use crate::dossier::words;
use crate::formats::csv;
use crate::formats::day::Day;
use crate::formats::edtf::Edtf;
use crate::formats::feature::Feature;
use crate::formats::number::round;
use crate::geometry::Geometry;
use crate::geometry::change::{Change, Ranges};
use crate::geometry::hit::HitShape;

/// An inhabited place that lies in what was gained or lost.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// Its main name.
    pub name: String,
    /// What it is called among others, by [`told_apart`].
    pub label: String,
    /// In which region and country it lies; empty where unknown.
    pub region: String,
    /// How many people, where known.
    pub population: Option<u32>,
    /// Longitude and latitude in degrees, WGS 84.
    pub at: Coord<f64>,
    /// Whether it lies as near to a border that moved as that one is exact; `None` where nobody says how exact it is.
    pub is_in_doubt: Option<bool>,
}

/// The inhabited places of an area, those that matter most first.
pub type PlacesIn<'a> = &'a dyn Fn(&MultiPolygon<f64>) -> Vec<Place>;

/// A change from one report to another, with the places that changed hands.
#[derive(Debug, Clone)]
pub struct ToldChange {
    /// The earlier report, or that of the one account.
    pub before: Version,
    /// The later report, or that of the other account.
    pub after: Version,
    /// The days that were asked for; `None` of a change from one report to the next.
    pub asked: Option<[Day; 2]>,
    /// Within what alone it counts, as it is called.
    pub within: Option<String>,
    /// What changed.
    pub change: Change,
    /// Places in what was gained.
    pub gained: Vec<Place>,
    /// Places in what was lost.
    pub lost: Vec<Place>,
}

impl ToldChange {
    /// Of a row of a ledger; `accuracy_m` is how exact a border is that does not say so itself.
    pub fn of(row: Row<'_>, places: PlacesIn<'_>, accuracy_m: Option<f64>) -> Self {
        let Row { before, after, change } = row;
        let exact = |version: &Version| version.accuracy_m.or(accuracy_m);
        let borders = exact(before).zip(exact(after)).map(|exact| {
            let border = |lines: &MultiLineString<f64>| HitShape::new(&Geometry::from(lines.clone()));
            (exact, border(&change.moved.before), border(&change.moved.after))
        });
        let told = |area: &MultiPolygon<f64>| {
            if area.0.is_empty() {
                return Vec::new();
            }
            let mut all = places(area);
            for place in &mut all {
                place.is_in_doubt = borders.as_ref().map(|((old_m, new_m), old, new)| {
                    old.distance_m(place.at, *old_m).is_some() || new.distance_m(place.at, *new_m).is_some()
                });
            }
            all
        };
        let (mut gained, mut lost) = (told(&change.gained), told(&change.lost));
        let all = || gained.iter().chain(&lost).map(|place| (place.name.as_str(), place.region.as_str(), place.at));
        let labels = told_apart(&all().collect::<Vec<_>>());
        for (place, label) in gained.iter_mut().chain(&mut lost).zip(labels) {
            place.label = label;
        }
        let (before, after) = (before.clone(), after.clone());
        Self { before, after, asked: None, within: None, change, gained, lost }
    }

    /// The same, of the reports that stand for two days.
    #[must_use]
    pub fn asked(self, days: [Day; 2]) -> Self {
        Self { asked: Some(days), ..self }
    }

    /// The same, cut to an area of this name.
    #[must_use]
    pub fn within(self, name: Option<String>) -> Self {
        Self { within: name, ..self }
    }

    /// Whether one report stands for both: there is none that is newer.
    pub fn is_same_report(&self) -> bool {
        fn said(version: &Version) -> (Option<Edtf>, Option<&String>, &str) {
            (version.when, version.who.as_ref(), &version.from)
        }
        said(&self.before) == said(&self.after) && Arc::ptr_eq(&self.before.shape, &self.after.shape)
    }

    /// The days that were asked for, as they are written; empty where none were.
    fn asked_iso(&self) -> [String; 2] {
        self.asked.map_or_else(Default::default, |days| days.map(|day| day.iso()))
    }

    /// For programs.
    pub fn json(&self) -> Value {
        let km = |metres: f64| round(metres / 1e3, 3);
        let change = &self.change;
        let range = |[least, most]: [f64; 2]| [km2(least), km2(most)];
        let places = |places: &[Place]| -> Value {
            let place = |place: &Place| {
                let Place { name, label: _, region, population, at, is_in_doubt } = place;
                json!({
                    "name": name, "region": region, "population": population,
                    "lon": at.x, "lat": at.y, "in_doubt": is_in_doubt,
                })
            };
            places.iter().map(place).collect()
        };
        let moved = &change.moved;
        json!({
            "before": version_json(&self.before),
            "after": version_json(&self.after),
            "same_report": self.is_same_report(),
            "gained_km2": km2(change.gained_m2),
            "gained_range_km2": change.ranges.map(|ranges| range(ranges.gained_m2)),
            "lost_km2": km2(change.lost_m2),
            "lost_range_km2": change.ranges.map(|ranges| range(ranges.lost_m2)),
            "net_km2": km2(change.gained_m2 - change.lost_m2),
            "slivers_km2": km2(change.slivers_m2),
            "moved": {
                "before_km": km(moved.before_m),
                "after_km": km(moved.after_m),
                "mean_m": moved.mean_m.map(|metres| round(metres, 0)),
                "largest_m": moved.largest_m.map(|metres| round(metres, 0)),
                "islands": moved.islands,
                "islands_km2": km2(moved.islands_m2),
            },
            "places_gained": places(&self.gained),
            "places_lost": places(&self.lost),
        })
    }

    /// What was gained and lost, for other programs.
    pub fn features(&self) -> Vec<Feature> {
        let Change { gained, lost, gained_m2, lost_m2, .. } = &self.change;
        let day = |version: &Version| version.when.map(|when| when.iso());
        let feature = |(what, area, m2): (&str, &MultiPolygon<f64>, f64)| {
            let mut properties = Map::new();
            let mut put = |name: &str, value: Value| drop(properties.insert(name.to_owned(), value));
            put("change", json!(what));
            put("before", json!(day(&self.before)));
            put("after", json!(day(&self.after)));
            put("asked_before", json!(self.asked.map(|[before, _]| before.iso())));
            put("asked_after", json!(self.asked.map(|[_, after]| after.iso())));
            put("account", json!(self.after.who));
            put("within", json!(self.within));
            put("km2", json!(km2(m2)));
            Feature { geometry: Some(Geometry::MultiPolygon(area.clone())), properties, ..Feature::default() }
        };
        let parts = [("gained", gained, *gained_m2), ("lost", lost, *lost_m2)];
        parts.into_iter().filter(|(_, area, _)| !area.0.is_empty()).map(feature).collect()
    }

    /// How much was gained and lost with the ranges of it, and the balance, in words: that of both as they are written.
    pub fn size_words(&self) -> [String; 3] {
        let Change { gained_m2, lost_m2, ranges, .. } = &self.change;
        let range = |range: Option<[f64; 2]>| {
            range.map_or_else(String::new, |[least, most]| {
                format!(" ({})", words::area_range([least / 1e6, most / 1e6], 2))
            })
        };
        [
            km2_words(*gained_m2) + &range(ranges.map(|ranges| ranges.gained_m2)),
            km2_words(*lost_m2) + &range(ranges.map(|ranges| ranges.lost_m2)),
            net_words(*gained_m2, *lost_m2),
        ]
    }

    /// How far the border moved, in words; `None` where no stretch of it did.
    pub fn moved_words(&self) -> Option<String> {
        let moved = &self.change.moved;
        let (km, mean, largest) =
            (words::km(moved.before_m / 1e3), words::distance(moved.mean_m?), words::distance(moved.largest_m?));
        Some(format!("{km} of it moved, by {mean} on average and {largest} at most"))
    }
}

/// What is said where one report stands for both days.
pub const SAME_REPORT: &str = "no newer report: the same one stands for both days";

/// What is said where there is one report alone.
pub const ONLY_REPORT: &str = "only one report: there is nothing to compare it with";

/// What some places are called, given by name, region and position, so that no two are called alike: with the region where another
/// has the name too, and with the position where it has the region too or none is known.
pub fn told_apart(places: &[(&str, &str, Coord<f64>)]) -> Vec<String> {
    let mut names: BTreeMap<&str, usize> = BTreeMap::new();
    let mut regions: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (name, region, _) in places {
        *names.entry(name).or_default() += 1;
        *regions.entry((name, region)).or_default() += 1;
    }
    let label = |(name, region, at): &(&str, &str, Coord<f64>)| {
        let is_alone = regions.get(&(*name, *region)) == Some(&1);
        let at = || words::position(at.x, at.y);
        match region {
            _ if names.get(name) == Some(&1) => (*name).to_owned(),
            &"" => format!("{name} ({})", at()),
            region if is_alone => format!("{name} ({region})"),
            region => format!("{name} ({region}, {})", at()),
        }
    };
    places.iter().map(label).collect()
}

/// Some places in words, those in doubt marked; `more` says where those are that are left out.
pub fn place_words(places: &[Place], most: usize, more: &str) -> String {
    let word = |place: &Place| match place.is_in_doubt {
        Some(true) => format!("{} (within the accuracy of the border)", place.label),
        _ => place.label.clone(),
    };
    let first: Vec<String> = places.iter().take(most).map(word).collect();
    let left_out = places.len() - first.len();
    let more = if left_out > 0 { format!(" and {left_out} more, {more}") } else { String::new() };
    first.join(", ") + &more
}

/// Square kilometres with two decimals: days differ by little.
pub fn km2_words(m2: f64) -> String {
    words::area(m2 / 1e6, 2)
}

/// What was gained less what was lost, as [`km2_words`] writes both, with a sign.
pub fn net_words(gained_m2: f64, lost_m2: f64) -> String {
    let net_km2 = round(gained_m2 / 1e6, 2) - round(lost_m2 / 1e6, 2);
    let sign = if round(net_km2, 2) > 0.0 { "+" } else { "" };
    format!("{sign}{} km²", words::number(net_km2, 2))
}

fn km2(m2: f64) -> f64 {
    round(m2 / 1e6, 6)
}

/// Which report stands for a day, in words.
pub fn standing_words(day: Day, standing: Standing<'_>) -> String {
    let Version { from, when, .. } = standing.version();
    let when = when.map(|when| when.to_string()).unwrap_or_default();
    match standing {
        Standing::Reported(_) => format!("{when}, {from}"),
        Standing::Perhaps(_) => format!("{when}, {from}: of some day of it, nothing is reported of just {day}"),
        Standing::Before(_, age) => {
            format!("nothing is reported of {day}; the last report is of {when}, {age} old, {from}")
        }
    }
}

/// The same for programs.
pub fn standing_json(day: Day, standing: Standing<'_>) -> Value {
    let age = match standing {
        Standing::Before(_, Age { least_days, most_days }) => Some([least_days, most_days]),
        Standing::Reported(_) | Standing::Perhaps(_) => None,
    };
    let how = match standing {
        Standing::Reported(_) => "reported",
        Standing::Perhaps(_) => "perhaps",
        Standing::Before(..) => "before",
    };
    let mut value = version_json(standing.version());
    value["asked"] = json!(day.iso());
    value["standing"] = json!(how);
    value["age_days"] = json!(age);
    value
}

/// A report for programs.
pub fn version_json(version: &Version) -> Value {
    json!({
        "when": version.when.map(|when| when.iso()),
        "account": version.who,
        "from": version.from,
        "accuracy_m": version.accuracy_m,
    })
}

/// The columns of a table of changes; that of several overlays has another, which says of which.
const COLUMNS: [&str; 22] = [
    "before",
    "after",
    "from_file",
    "to_file",
    "gained_km2",
    "gained_least_km2",
    "gained_most_km2",
    "lost_km2",
    "lost_least_km2",
    "lost_most_km2",
    "net_km2",
    "moved_before_km",
    "moved_after_km",
    "mean_m",
    "largest_m",
    "places_gained",
    "places_lost",
    "account",
    "asked_before",
    "asked_after",
    "within",
    "same_report",
];

/// A table with a row for each change, as CSV; where titles of overlays are given, they stand in a column of their own.
pub fn table<'a>(all: impl IntoIterator<Item = (Option<&'a str>, &'a ToldChange)>) -> String {
    let mut rows = all.into_iter().peekable();
    let has_titles = rows.peek().is_some_and(|(title, _)| title.is_some());
    let titled = |cells: &mut Vec<String>, title: &str| cells.extend(has_titles.then(|| title.to_owned()));
    let mut head: Vec<String> = COLUMNS.map(str::to_owned).to_vec();
    titled(&mut head, "overlay");
    let mut text = csv::row(head);
    for (title, told) in rows {
        let mut cells = told.cells();
        titled(&mut cells, title.unwrap_or_default());
        text.push_str(&csv::row(cells));
    }
    text
}

impl ToldChange {
    /// What stands in its row, a cell for each of [`COLUMNS`].
    fn cells(&self) -> Vec<String> {
        let change = &self.change;
        let km2 = |m2: f64| km2(m2).to_string();
        let of = |number: Option<f64>, decimals: i32| {
            number.map_or_else(String::new, |number| round(number, decimals).to_string())
        };
        let range = |range: fn(&Ranges) -> f64| change.ranges.as_ref().map_or_else(String::new, |all| km2(range(all)));
        let day = |version: &Version| version.when.map_or_else(String::new, |when| when.iso());
        let names = |places: &[Place]| {
            let names: Vec<&str> = places.iter().map(|place| place.label.as_str()).collect();
            names.join("; ")
        };
        let [asked_before, asked_after] = self.asked_iso();
        vec![
            day(&self.before),
            day(&self.after),
            self.before.from.clone(),
            self.after.from.clone(),
            km2(change.gained_m2),
            range(|all| all.gained_m2[0]),
            range(|all| all.gained_m2[1]),
            km2(change.lost_m2),
            range(|all| all.lost_m2[0]),
            range(|all| all.lost_m2[1]),
            km2(change.gained_m2 - change.lost_m2),
            of(Some(change.moved.before_m / 1e3), 3),
            of(Some(change.moved.after_m / 1e3), 3),
            of(change.moved.mean_m, 0),
            of(change.moved.largest_m, 0),
            names(&self.gained),
            names(&self.lost),
            self.after.who.clone().unwrap_or_default(),
            asked_before,
            asked_after,
            self.within.clone().unwrap_or_default(),
            self.is_same_report().to_string(),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_one_name_are_told_apart_by_region_and_then_by_position() {
        let at = |x: f64| Coord { x, y: 48.0 };
        let places = [
            ("Ivanivka", "Donetsk", at(37.0)),
            ("Ivanivka", "Luhansk", at(38.0)),
            ("Pisky", "Donetsk", at(37.0)),
            ("Stepne", "Donetsk", at(37.0)),
            ("Stepne", "Donetsk", at(37.5)),
            ("Mine", "", at(37.0)),
            ("Mine", "Donetsk", at(37.5)),
        ];
        let expected = [
            "Ivanivka (Donetsk)",
            "Ivanivka (Luhansk)",
            "Pisky",
            "Stepne (Donetsk, 48.0000° N 37.0000° E)",
            "Stepne (Donetsk, 48.0000° N 37.5000° E)",
            "Mine (48.0000° N 37.0000° E)",
            "Mine (Donetsk)",
        ];
        assert_eq!(told_apart(&places), expected);
        assert!(told_apart(&[]).is_empty());
    }
}
