//! Versions from the features of a layer: by a property that says of which day each is, or all of one day.

use std::collections::HashMap;
use std::sync::Arc;

use geo::{MultiLineString, MultiPolygon};

use super::day_writing::DayWriting;
use super::pattern::Pattern;
use super::{Fault, Version};
use crate::dossier::{Overlay, Place, Shape};
use crate::formats::day::DayError;
use crate::formats::edtf::{Edtf, End, Precision};
use crate::formats::written::Finder;

/// Properties that say of which day a feature is, those that are meant soonest first. Readers call the times of GPX and KML
/// `time`, `timestamp`, `begin` and `end`.
pub const DAY_PROPERTIES: [&str; 16] = [
    "date",
    "day",
    "as_of",
    "sources_date",
    "report_date",
    "event_date",
    "when",
    "datetime",
    "timestamp",
    "time",
    "begin",
    "start",
    "start_date",
    "valid_from",
    "from",
    "month",
];

/// Of those that may begin a stretch of days, the property that ends it.
const ENDS: [(&str, &str); 5] =
    [("begin", "end"), ("start", "end"), ("start_date", "end_date"), ("valid_from", "valid_to"), ("from", "to")];

/// Properties that say who reports.
const ACCOUNTS: [&str; 2] = ["account", "who"];

/// So many features are looked at to tell whether a property of another name holds days.
const FEW: usize = 1_000;

/// Of so many properties it is asked why they say no days.
const MOST_ASKED: usize = 100;

/// Most features with one different day each: a series of more is none.
const MOST_VERSIONS: usize = 100_000;

/// The property by which the features of a layer say their days: one of [`DAY_PROPERTIES`], whatever its capitals, or another
/// all of whose values are whole days. `None` where none does.
pub fn day_property(layer: &Overlay) -> Option<String> {
    let names = layer.features.property_names();
    let days = |name: &str| {
        let values = first_values(layer, name);
        let writing = DayWriting::of(values.iter().map(String::as_str));
        let (mut all, mut sound, mut whole) = (0, 0, 0);
        for value in values {
            let when = writing.read(&value);
            all += 1;
            sound += usize::from(when != Err(DayError::NotADay));
            whole += usize::from(when.is_ok_and(|when| when.precision() <= Precision::Day));
        }
        (all, sound, whole)
    };
    let known = DAY_PROPERTIES.into_iter().find_map(|known| {
        let name = names.iter().find(|name| name.eq_ignore_ascii_case(known))?;
        let (all, sound, _) = days(name);
        (2 * sound > all).then(|| name.clone())
    });
    known.or_else(|| {
        let is_of_days = |name: &&String| {
            let (all, _, whole) = days(name);
            all > 0 && whole == all
        };
        names.iter().find(is_of_days).cloned()
    })
}

/// The first values of a property that say something.
fn first_values(layer: &Overlay, name: &str) -> Vec<String> {
    let finder = Finder::new(name);
    let value = |feature| {
        let written = layer.features.rows().found(feature, &finder)?;
        Some(written.words().into_owned()).filter(|words| !words.trim().is_empty())
    };
    (0..layer.features.count().min(FEW)).filter_map(value).collect()
}

/// Why the features of a layer say no days though a property of theirs has what looks like days, with the name of the property;
/// `None` where [`day_property`] finds one, or where nothing looks so.
pub fn unread_days(layer: &Overlay) -> Option<(String, String)> {
    if day_property(layer).is_some() {
        return None;
    }
    let names = layer.features.property_names();
    let is_known = |name: &&String| DAY_PROPERTIES.iter().any(|known| name.eq_ignore_ascii_case(known));
    let all = names.iter().filter(is_known).chain(names.iter().filter(|name| !is_known(name)));
    all.take(MOST_ASKED).find_map(|name| Some((name.clone(), unread_days_of(layer, name)?)))
}

/// The same of one property.
pub fn unread_days_of(layer: &Overlay, property: &str) -> Option<String> {
    let values = first_values(layer, property);
    DayWriting::of(values.iter().map(String::as_str)).why_not(property)
}

/// The property that says when a stretch of days ends which another begins.
fn end_property(layer: &Overlay, begins: &str) -> Option<String> {
    let (_, end) = ENDS.into_iter().find(|(begin, _)| begins.eq_ignore_ascii_case(begin))?;
    layer.features.property_names().iter().find(|name| name.eq_ignore_ascii_case(end)).cloned()
}

/// A layer as one version, of the day that all its features state.
pub fn of_layer(layer: &Overlay, who: Option<String>) -> Version {
    let stated = layer.as_of.trim();
    let when = Edtf::in_text(stated).ok();
    let from = layer.opened_from.clone().unwrap_or_else(|| layer.title.main().to_owned());
    let said = (when.is_none() && !stated.is_empty()).then(|| stated.to_owned());
    Version { said, who, accuracy_m: layer.accuracy_m, ..Version::new(when, Arc::clone(&layer.shape), from) }
}

/// When a feature's day begins and ends and whose account it is, as it says itself.
type Key = (Option<String>, Option<String>, Option<String>);

/// What features of one day and one account have together.
#[derive(Default)]
struct Group {
    areas: Vec<geo::Polygon<f64>>,
    lines: Vec<geo::LineString<f64>>,
    places: Vec<Place>,
    first: usize,
    count: usize,
    /// The coarsest of its features, as long as all say how exact they are.
    accuracy_m: Option<f64>,
}

/// A layer as versions, one for each day and each account that its features state in a property, in the order in which they
/// come first; and days that there are not. `pattern` says how days are written in the property, where somebody has said so.
///
/// # Errors
/// A text that says why there are none: no such property, days whose order of day and month is open, or too many different days.
pub fn of_overlay(
    layer: &Overlay,
    property: Option<&str>,
    pattern: Option<&Pattern>,
) -> Result<(Vec<Version>, Vec<Fault>), String> {
    let Grouped { versions, faults, .. } = grouped(layer, property, pattern)?;
    Ok((versions.into_iter().map(|(_, version)| version).collect(), faults))
}

/// The features of a layer by their days and accounts.
pub(in crate::dossier) struct Grouped {
    /// The versions, each with the number of its group.
    pub(in crate::dossier) versions: Vec<(usize, Version)>,
    /// Days that there are not.
    pub(in crate::dossier) faults: Vec<Fault>,
    /// The group of each feature.
    pub(in crate::dossier) group_of: Vec<usize>,
}

/// See [`of_overlay`].
///
/// # Errors
/// As there.
pub(in crate::dossier) fn grouped(
    layer: &Overlay,
    property: Option<&str>,
    pattern: Option<&Pattern>,
) -> Result<Grouped, String> {
    let features = &layer.features;
    let names = features.property_names();
    let property = match property {
        Some(name) if names.iter().any(|other| other == name) => name.to_owned(),
        Some(name) => {
            let close = crate::formats::closest::closest(names.iter().map(String::as_str), name);
            let meant = close.map_or_else(String::new, |close| format!("; did you mean “{close}”?"));
            return Err(format!("no feature has a property “{name}”{meant}"));
        }
        None => day_property(layer).ok_or("no property of its features says of which day they are")?,
    };
    let (begin, end) = (Finder::new(&property), end_property(layer, &property).map(|name| Finder::new(&name)));
    let account = ACCOUNTS.iter().find(|name| names.iter().any(|other| other == *name)).map(|name| Finder::new(name));
    let accuracy = Finder::new("accuracy_m");
    let words = |feature: usize, finder: &Finder| {
        let words = features.rows().found(feature, finder)?.words().trim().to_owned();
        (!words.is_empty()).then_some(words)
    };

    let mut groups: Vec<Group> = Vec::new();
    let mut keys: Vec<Key> = Vec::new();
    let mut places: HashMap<Key, usize> = HashMap::new();
    let mut group_of = Vec::with_capacity(features.count());
    for feature in 0..features.count() {
        let key = (
            words(feature, &begin),
            end.as_ref().and_then(|end| words(feature, end)),
            account.as_ref().and_then(|account| words(feature, account)),
        );
        let place = *places.entry(key).or_insert_with_key(|key| {
            keys.push(key.clone());
            groups.push(Group { first: feature, ..Group::default() });
            groups.len() - 1
        });
        if groups.len() > MOST_VERSIONS {
            return Err(format!(
                "“{property}” has more than {MOST_VERSIONS} different values; it says no days of a series"
            ));
        }
        let exact = words(feature, &accuracy).and_then(|words| words.parse::<f64>().ok());
        let exact = exact.filter(|metres| metres.is_finite() && *metres > 0.0);
        let group = &mut groups[place];
        group.accuracy_m = match (group.count, group.accuracy_m) {
            (0, _) => exact,
            (_, known) => known.zip(exact).map(|(known, exact)| known.max(exact)),
        };
        group.count += 1;
        group_of.push(place);
    }
    let owners = features.owners();
    for (polygon, owner) in layer.shape.polygons().iter().zip(&owners.areas) {
        groups[group_of[*owner as usize]].areas.push(polygon.clone());
    }
    for (line, owner) in layer.shape.lines().iter().zip(&owners.lines) {
        groups[group_of[*owner as usize]].lines.push(line.clone());
    }
    for (place, owner) in layer.shape.places().iter().zip(&owners.points) {
        groups[group_of[*owner as usize]].places.push(place.clone());
    }

    let writing = match pattern {
        Some(pattern) => DayWriting::By(pattern.clone()),
        None => DayWriting::of(keys.iter().flat_map(|(begin, end, _)| [begin, end]).flatten().map(String::as_str)),
    };
    if let Some(why) = writing.why_not(&property)
        && !keys.iter().filter_map(|(begin, ..)| begin.as_deref()).any(|begin| writing.read(begin).is_ok())
    {
        return Err(why);
    }
    let (mut versions, mut faults) = (Vec::new(), Vec::new());
    let file = layer.opened_from.clone().unwrap_or_else(|| layer.title.main().to_owned());
    for (number, (group, (begin, end, who))) in groups.into_iter().zip(keys).enumerate() {
        let first = group.first + 1;
        let from = match group.count {
            1 => format!("{file}, feature {first}"),
            count => format!("{file}, {count} features from {first} on"),
        };
        let when = match when(begin.as_deref(), end.as_deref(), &writing) {
            Ok(when) => when,
            Err(said) => {
                faults.push(Fault::Impossible { from, said });
                continue;
            }
        };
        let said = if when.is_none() { begin } else { None };
        let shape = Shape::of(MultiPolygon(group.areas), MultiLineString(group.lines), group.places);
        // A feature without a shape reports nothing that could be shown.
        let Some(shape) = shape else { continue };
        let accuracy_m = group.accuracy_m.or(layer.accuracy_m);
        versions.push((number, Version { said, who, accuracy_m, ..Version::new(when, Arc::new(shape), from) }));
    }
    Ok(Grouped { versions, faults, group_of })
}

/// The day or the days that a feature states; an error is what says of a day that there is not.
fn when(begin: Option<&str>, end: Option<&str>, writing: &DayWriting) -> Result<Option<Edtf>, String> {
    let read = |text: &str| match writing.read(text) {
        Ok(when) => Ok(Some(when)),
        Err(DayError::Impossible) => Err(text.to_owned()),
        Err(DayError::NotADay) => Ok(None),
    };
    let (begin, end) = (begin.map(read).transpose()?.flatten(), end.map(read).transpose()?.flatten());
    match (begin, end) {
        (Some(Edtf::Date(begin)), Some(Edtf::Date(end))) if begin.earliest() <= end.latest() => {
            // A way that was gone within a day is of that day.
            match (begin.day(), end.day()) {
                (Some(one), Some(other)) if one == other => Ok(Some(one.into())),
                _ => Ok(Some(Edtf::Interval { from: End::Date(begin), to: End::Date(end) })),
            }
        }
        (Some(begin), None) => Ok(Some(begin)),
        (None, Some(Edtf::Date(end))) => Ok(Some(Edtf::Interval { from: End::Unknown, to: End::Date(end) })),
        (Some(begin), Some(end)) => Err(format!("{} to {}", begin.iso(), end.iso())),
        (None, end) => Ok(end),
    }
}
