//! The features of an overlay and their kinds, as text for people, and as JSON and CSV for programs.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::sync::Arc;

use claimline::dossier::kinds::Row;
use claimline::dossier::{Dimension, Kind, Kinds, Overlay, Size, words};
use claimline::formats::csv;
use claimline::formats::exact;
use claimline::formats::number::round;
use claimline::formats::source_properties::{self, PropertySource};
use claimline::formats::table::SIMPLESTYLE;
use claimline::formats::written::Written;
use serde_json::{Map, Value, json};

use super::text::{column_width, padding};

/// So many sources of a layer are listed for people; programs get all.
const SOURCES: usize = 12;

/// No property is printed longer than this for people.
const LONGEST: usize = 300;

/// The kinds of an overlay's features as the file or the dossier tells them apart.
pub(super) fn kinds(overlay: &Overlay) -> Arc<Kinds> {
    overlay.kinds(&overlay.usual_styling())
}

/// What a layer of several kinds, or of named ones, has of each.
pub(super) fn kinds_json(overlay: &Overlay) -> Option<Value> {
    let kinds = kinds(overlay);
    kinds.is_told_apart().then(|| kinds.list().iter().map(kind_json).collect())
}

fn kind_json(kind: &Kind) -> Value {
    let color = match kind.dimension {
        Dimension::Area | Dimension::Point => kind.style.fill.as_ref().or(kind.style.stroke.as_ref()),
        Dimension::Line => kind.style.stroke.as_ref(),
    };
    let mut object = Map::new();
    object.insert("title".to_owned(), json!(Some(&kind.title).filter(|title| !title.is_empty())));
    object.insert("features".to_owned(), json!(kind.features));
    put_size(&mut object, kind.size);
    object.insert("color".to_owned(), json!(color));
    Value::Object(object)
}

/// `km2`, `km` and `points`, each where there is such: square metres and millimetres are the last digits.
fn put_size(object: &mut Map<String, Value>, size: Size) {
    let exact = |value: f64| if value > 0.0 { json!(round(value, 6)) } else { Value::Null };
    object.insert("km2".to_owned(), exact(size.km2));
    object.insert("km".to_owned(), exact(size.km));
    object.insert("points".to_owned(), if size.points > 0 { json!(size.points) } else { Value::Null });
}

/// The rows of a list of kinds: name, number of features, size. Of many kinds the last row is for all others.
pub(super) fn kind_rows(overlay: &Overlay) -> Vec<[String; 3]> {
    let kinds = kinds(overlay);
    if !kinds.is_told_apart() {
        return Vec::new();
    }
    let row = |title: String, features: usize, size: Size| [title, features_phrase(features), words::size(size)];
    let of = |row_of: Row| match row_of {
        Row::Kind(index) => {
            let kind = &kinds.list()[index];
            let title = if kind.title.is_empty() { unnamed(kind.dimension) } else { plain(&kind.title) };
            row(title, kind.features, kind.size)
        }
        Row::Others(others) => {
            let features = others.iter().map(|index| kinds.list()[*index].features).sum();
            let size = others.iter().map(|index| kinds.list()[*index].size).sum();
            row(format!("others ({})", others.len()), features, size)
        }
    };
    kinds.rows().into_iter().map(of).collect()
}

fn unnamed(dimension: Dimension) -> String {
    match dimension {
        Dimension::Area => "areas",
        Dimension::Line => "lines",
        Dimension::Point => "points",
    }
    .to_owned()
}

fn features_phrase(count: usize) -> String {
    if count == 1 { "1 feature".to_owned() } else { format!("{} features", words::number(count as f64, 0)) }
}

/// A text of a file, fit for a terminal: on one line, without signs that steer it.
fn plain(text: &str) -> String {
    text.split(|letter: char| letter.is_control() || letter.is_whitespace())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Whether the command line speaks of an overlay's features one by one.
pub(super) fn has_features(overlay: &Overlay) -> bool {
    overlay.has_features(&kinds(overlay))
}

/// A feature as `at` gives it.
pub(super) fn feature_json(overlay: &Overlay, feature: usize) -> Value {
    let features = &overlay.features;
    let kinds = kinds(overlay);
    let properties = features.rows().properties(feature);
    let (sources, warnings) = source_properties::read(&properties);
    let mut object = Map::new();
    object.insert("number".to_owned(), json!(feature + 1));
    object.insert("id".to_owned(), json!(features.rows().id_text(feature).map(exact::value)));
    object.insert("name".to_owned(), json!(features.name(feature)));
    object.insert("kind".to_owned(), json!(kind_title(&kinds, feature)));
    put_size(&mut object, size_of(overlay, feature));
    object.insert("properties".to_owned(), Value::Object(features.rows().exact_properties(feature)));
    object.insert("sources".to_owned(), sources.iter().map(source_json).collect());
    let warnings: Vec<String> = warnings.iter().map(ToString::to_string).collect();
    if !warnings.is_empty() {
        object.insert("warnings".to_owned(), json!(warnings));
    }
    Value::Object(object)
}

fn size_of(overlay: &Overlay, feature: usize) -> Size {
    overlay.features.sizes(&overlay.shape).get(feature).copied().unwrap_or_default()
}

fn kind_title(kinds: &Kinds, feature: usize) -> Option<&str> {
    kinds.of(feature).map(|kind| kind.title.as_str()).filter(|title| !title.is_empty())
}

/// A feature as `at` prints it for people: its name, its size, what it says of itself and its sources.
pub(super) fn feature(overlay: &Overlay, feature: usize) -> String {
    let mut text = String::new();
    let size = words::size(size_of(overlay, feature));
    // Writing to a String cannot fail.
    let _ = writeln!(text, "  {}, {size}", plain(&overlay.features.label(feature)));
    let rows = overlay.features.rows();
    for (name, value) in rows.written(feature).iter().filter(|(name, _)| !SIMPLESTYLE.contains(&name.as_str())) {
        let value = plain(&value.words());
        if !value.is_empty() {
            let mut short: String = value.chars().take(LONGEST).collect();
            if short.len() < value.len() {
                short.push('…');
            }
            let _ = writeln!(text, "    {}: {short}", plain(name));
        }
    }
    let (sources, warnings) = source_properties::read(&rows.properties(feature));
    for source in &sources {
        let _ = writeln!(text, "    Source: {}", source_words(source));
    }
    for warning in &warnings {
        let _ = writeln!(text, "    Note: {}", plain(&warning.to_string()));
    }
    text
}

fn source_json(source: &PropertySource) -> Value {
    let PropertySource { title, outlet, author, url, date, accessed, archived } = source;
    let mut all = json!({ "outlet": outlet, "title": title, "author": author, "date": date, "url": url });
    for (name, value) in [("accessed", accessed), ("archived", archived)] {
        if let Some(value) = value {
            all[name] = json!(value);
        }
    }
    all
}

/// A source as a reference line.
fn source_words(source: &PropertySource) -> String {
    let PropertySource { title, outlet, author, url, date, accessed, archived } = source;
    let title = title.as_ref().map(|title| words::quoted(title));
    let date = date.as_ref().map(|date| words::date(date));
    let accessed = accessed.as_ref().map(|day| format!("read {}", words::date(day)));
    let archived = archived.as_ref().map(|address| format!("archived: {address}"));
    let parts = [author, outlet, &title, &date, url, &accessed, &archived].map(Option::as_ref);
    plain(&parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(", "))
}

/// The sources that the features name, each once in the order of the file, and how many features name it.
fn sources(overlay: &Overlay) -> Vec<(PropertySource, usize)> {
    let rows = overlay.features.rows();
    let mut found: Vec<(PropertySource, usize)> = Vec::new();
    let mut known: HashMap<PropertySource, usize> = HashMap::new();
    for feature in 0..rows.count() {
        // Of what has none of these letters nothing is read.
        let text = rows.text(feature);
        if !["source", "url", "link", "\\u"].iter().any(|letters| text.contains(letters)) {
            continue;
        }
        for source in source_properties::read(&rows.properties(feature)).0 {
            match known.get(&source) {
                Some(index) => found[*index].1 += 1,
                None => {
                    known.insert(source.clone(), found.len());
                    found.push((source, 1));
                }
            }
        }
    }
    found
}

/// The same for programs.
pub(super) fn sources_json(overlay: &Overlay) -> Value {
    let json = |(source, features): &(PropertySource, usize)| {
        let mut value = source_json(source);
        value["features"] = json!(features);
        value
    };
    sources(overlay).iter().map(json).collect()
}

/// What `show` prints of features: kinds with count and size, and sources.
pub(super) fn all(overlay: &Overlay) -> String {
    let mut text = format!("\nFeatures ({})\n", words::number(overlay.features.count() as f64, 0));
    let rows = kind_rows(overlay);
    let width = |column: usize| column_width(rows.iter().map(|row: &[String; 3]| row[column].as_str()));
    let (names, counts, sizes) = (width(0), width(1), width(2));
    for [name, count, size] in &rows {
        let (names, counts, sizes) = (padding(name, names), padding(count, counts), padding(size, sizes));
        let _ = writeln!(text, "  {name}{names}  {counts}{count}  {sizes}{size}");
    }
    let sources = sources(overlay);
    if !sources.is_empty() {
        let _ = writeln!(text, "\nSources named by the features ({})", sources.len());
        for (source, features) in sources.iter().take(SOURCES) {
            let _ = writeln!(text, "  {} ({})", source_words(source), features_phrase(*features));
        }
        if sources.len() > SOURCES {
            let _ = writeln!(text, "  and {} more, which --json lists", sources.len() - SOURCES);
        }
    }
    text
}

/// No table has more cells than this: where each feature has a property of its own, they are as many as the square of the
/// features.
pub(super) const MOST_CELLS: usize = 50_000_000;

/// The columns of the table before the properties.
const COLUMNS: [&str; 5] = ["id", "name", "kind", "km2", "km"];

/// All features as a table of RFC 4180: a row each, a column for every property in the file's order.
pub(super) fn table_csv(overlay: &Overlay) -> String {
    let (features, kinds) = (&overlay.features, kinds(overlay));
    let names = features.rows().names();
    let mut text = csv::row(COLUMNS.iter().map(|name| (*name).to_owned()).chain(columns(&names)));
    for (feature, size) in features.sizes(&overlay.shape).iter().enumerate() {
        let properties: HashMap<String, Written<'_>> = features.rows().written(feature).into_iter().collect();
        let exact = |value: f64| if value > 0.0 { round(value, 6).to_string() } else { String::new() };
        let own = [
            features
                .rows()
                .id_text(feature)
                .and_then(Written::of)
                .map(|id| id.words().into_owned())
                .unwrap_or_default(),
            features.name(feature).unwrap_or_default(),
            kind_title(&kinds, feature).unwrap_or_default().to_owned(),
            exact(size.km2),
            exact(size.km),
        ];
        let fields =
            names.iter().map(|name| properties.get(name).map(|value| value.words().into_owned()).unwrap_or_default());
        text.push_str(&csv::row(own.into_iter().chain(fields)));
    }
    text
}

/// Names for the columns of properties, each once: one that is taken stands as `properties.name`.
fn columns(names: &[String]) -> Vec<String> {
    let known: HashSet<&str> = names.iter().map(String::as_str).collect();
    let mut taken: HashSet<String> = COLUMNS.iter().map(|name| (*name).to_owned()).collect();
    let mut column_of = |name: &String| {
        let mut column = name.clone();
        while taken.contains(&column) || column != *name && known.contains(column.as_str()) {
            column.insert_str(0, "properties.");
        }
        taken.insert(column.clone());
        column
    };
    names.iter().map(&mut column_of).collect()
}

/// All features for programs: a list of objects.
pub(super) fn table_json(overlay: &Overlay) -> Value {
    let (features, kinds) = (&overlay.features, kinds(overlay));
    let row = |(feature, size): (usize, &Size)| {
        let exact = |value: f64| (value > 0.0).then(|| round(value, 6));
        json!({
            "id": features.rows().id_text(feature).map(exact::value),
            "name": features.name(feature),
            "kind": kind_title(&kinds, feature),
            "km2": exact(size.km2),
            "km": exact(size.km),
            "properties": features.rows().exact_properties(feature),
        })
    };
    features.sizes(&overlay.shape).iter().enumerate().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_columns_have_one_name() {
        let names = ["name", "properties.name", "status", "km2"].map(str::to_owned);
        assert_eq!(columns(&names), ["properties.properties.name", "properties.name", "status", "properties.km2"]);
    }

    #[test]
    fn what_a_terminal_prints_cannot_steer_it() {
        assert_eq!(plain("a\u{1b}[2J\nb\tc"), "a [2J b c");
    }
}
