//! The features of a file as one table: shapes of one dimension side by side, each part with the feature that owns it,
//! and beside them what each feature says of itself, unread until somebody asks.
//!
//! The parts stand in `geo`'s own collections and not in flat arrays of coordinates, because every algorithm that
//! measures, cuts and joins them takes those; beside a ring of vertices the 24 bytes of its list are little. What the
//! features say is kept as the JSON text of the file: a million features with ten properties each are 200 MB as text
//! and more than 2 GB as maps.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

use geo::{Coord, Geometry, LineString, MultiLineString, MultiPolygon, Polygon};
use serde_json::{Map, Value};

use super::exact;
use super::feature::Feature;
use super::written::{Finder, Member, Written, is_name, member, members, unescaped, words_of};
use crate::geometry::work;

/// The properties of simplestyle 1.1 by which features are drawn.
pub const SIMPLESTYLE: [&str; 8] = [
    "stroke",
    "stroke-width",
    "stroke-opacity",
    "fill",
    "fill-opacity",
    "marker-color",
    "marker-size",
    "marker-symbol",
];

/// The features of a file, in its order.
#[derive(Debug, Clone)]
pub struct FeatureTable {
    /// All polygons.
    pub areas: MultiPolygon<f64>,
    /// All lines.
    pub lines: MultiLineString<f64>,
    /// All points.
    pub points: Vec<Coord<f64>>,
    /// Whose they are.
    pub owners: Owners,
    /// What the features say of themselves.
    pub rows: Rows,
    /// The features of which a ring had to be closed, counted from 0.
    pub unclosed: Vec<u32>,
    /// What the file as a whole leaves in doubt, in words.
    pub notes: Vec<String>,
    /// The property by which the file itself sorts its features, such as the folders of a KML.
    pub told_by: Option<String>,
}

/// The feature, counted from 0, that each polygon, line and point belongs to: ascending.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Owners {
    /// Of polygons.
    pub areas: Vec<u32>,
    /// Of lines.
    pub lines: Vec<u32>,
    /// Of points.
    pub points: Vec<u32>,
}

/// The parts of a list of [`Owners`] that belong to a feature.
pub fn parts_of(owners: &[u32], feature: usize) -> Range<usize> {
    let feature = feature as u32;
    let first = owners.partition_point(|owner| *owner < feature);
    first..first + owners[first..].partition_point(|owner| *owner == feature)
}

impl Default for FeatureTable {
    fn default() -> Self {
        Self {
            areas: MultiPolygon(Vec::new()),
            lines: MultiLineString(Vec::new()),
            points: Vec::new(),
            owners: Owners::default(),
            rows: Rows::default(),
            unclosed: Vec::new(),
            notes: Vec::new(),
            told_by: None,
        }
    }
}

impl FeatureTable {
    /// A table of features that have been read one by one.
    pub fn of(features: Vec<Feature>) -> Self {
        let mut table = Self::default();
        for Feature { geometry, properties, id, members } in features {
            // What has been read as JSON can be written as JSON.
            let text = if properties.is_empty() { String::new() } else { exact::text(&Value::Object(properties)) };
            table.push(geometry, &text, id.map(|id| exact::text(&id)).as_deref(), members);
        }
        table
    }

    /// The same of features of which the text is at hand: that of the properties and of the id of each.
    pub(super) fn of_written(features: Vec<Feature>, texts: &[FeatureText]) -> Self {
        let mut table = Self::default();
        for (feature, text) in features.into_iter().zip(texts) {
            table.push(feature.geometry, &text.properties, text.id.as_deref(), feature.members);
        }
        table
    }

    /// Adds a feature with the JSON text of its properties, of an object or nothing, and of its id. Foreign members may be
    /// [`exact`].
    pub(super) fn push(
        &mut self,
        geometry: Option<Geometry<f64>>,
        properties: &str,
        id: Option<&str>,
        members: Map<String, Value>,
    ) {
        let feature = self.rows.count() as u32;
        self.rows.push(properties, id, members);
        if let Some(geometry) = &geometry {
            sketch(feature, geometry);
        }
        let mut pending: Vec<Geometry<f64>> = geometry.into_iter().collect();
        while let Some(geometry) = pending.pop() {
            match geometry {
                Geometry::Polygon(polygon) => self.area(feature, polygon),
                Geometry::MultiPolygon(several) => several.0.into_iter().for_each(|one| self.area(feature, one)),
                Geometry::Rect(rect) => self.area(feature, rect.to_polygon()),
                Geometry::Triangle(triangle) => self.area(feature, triangle.to_polygon()),
                Geometry::LineString(line) => self.line(feature, line),
                Geometry::MultiLineString(several) => several.0.into_iter().for_each(|one| self.line(feature, one)),
                Geometry::Line(line) => self.line(feature, vec![line.start, line.end].into()),
                Geometry::Point(point) => self.point(feature, point.0),
                Geometry::MultiPoint(several) => several.0.iter().for_each(|point| self.point(feature, point.0)),
                Geometry::GeometryCollection(collection) => pending.extend(collection.0.into_iter().rev()),
            }
        }
    }

    fn area(&mut self, feature: u32, polygon: Polygon<f64>) {
        if polygon.exterior().0.len() >= 4 {
            self.areas.0.push(polygon);
            self.owners.areas.push(feature);
        }
    }

    fn line(&mut self, feature: u32, line: LineString<f64>) {
        if line.0.len() >= 2 {
            self.lines.0.push(line);
            self.owners.lines.push(feature);
        }
    }

    fn point(&mut self, feature: u32, point: Coord<f64>) {
        self.points.push(point);
        self.owners.points.push(feature);
    }

    /// The features that nothing can be drawn of: those without a geometry, and with one of too few positions.
    pub fn without_shape(&self) -> Vec<usize> {
        let mut has_shape = vec![false; self.rows.count()];
        let Owners { areas, lines, points } = &self.owners;
        areas.iter().chain(lines).chain(points).for_each(|owner| has_shape[*owner as usize] = true);
        has_shape.iter().enumerate().filter(|(_, has_shape)| !**has_shape).map(|(feature, _)| feature).collect()
    }

    /// The features one by one, as they were read.
    pub fn features(&self) -> impl Iterator<Item = Feature> + '_ {
        (0..self.rows.count()).map(|feature| Feature {
            geometry: self.geometry(feature),
            properties: self.rows.properties(feature),
            id: self.rows.id(feature),
            members: self.rows.members(feature).cloned().unwrap_or_default(),
        })
    }

    /// The geometry of a feature; `None` where nothing of it can be drawn.
    pub fn geometry(&self, feature: usize) -> Option<Geometry<f64>> {
        geometry_of(
            &self.areas.0[parts_of(&self.owners.areas, feature)],
            &self.lines.0[parts_of(&self.owners.lines, feature)],
            &self.points[parts_of(&self.owners.points, feature)],
        )
    }
}

/// Adds the first parts of a geometry to what is shown of the file while it is read; of points, of which there may be
/// millions, every eighth.
fn sketch(feature: u32, geometry: &Geometry<f64>) {
    match geometry {
        Geometry::Polygon(polygon) => work::sketch(&polygon.exterior().0),
        Geometry::MultiPolygon(several) => several.0.iter().take(3).for_each(|one| work::sketch(&one.exterior().0)),
        Geometry::LineString(line) => work::sketch(&line.0),
        Geometry::MultiLineString(several) => several.0.iter().take(3).for_each(|line| work::sketch(&line.0)),
        Geometry::Point(point) if feature.is_multiple_of(8) => work::sketch(&[point.0]),
        _ => {}
    }
}

/// Polygons, lines and points as one geometry, the plainest that holds them all; `None` of nothing.
pub fn geometry_of(areas: &[Polygon<f64>], lines: &[LineString<f64>], points: &[Coord<f64>]) -> Option<Geometry<f64>> {
    let mut all: Vec<Geometry<f64>> = Vec::new();
    match areas {
        [] => {}
        [one] => all.push(one.clone().into()),
        several => all.push(MultiPolygon(several.to_vec()).into()),
    }
    match lines {
        [] => {}
        [one] => all.push(one.clone().into()),
        several => all.push(MultiLineString(several.to_vec()).into()),
    }
    match points {
        [] => {}
        [one] => all.push(geo::Point(*one).into()),
        several => all.push(geo::MultiPoint(several.iter().copied().map(geo::Point).collect()).into()),
    }
    if all.len() > 1 { Some(Geometry::GeometryCollection(all.into())) } else { all.pop() }
}

/// What of a feature is kept as its text.
#[derive(Debug, Default)]
pub(super) struct FeatureText {
    /// The JSON of an object, or nothing.
    pub(super) properties: String,
    /// The JSON of text or a number.
    pub(super) id: Option<String>,
}

/// What the features of a table say of themselves: their properties as JSON text, ids, foreign members.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    /// The properties of all features, one after the other: an object each, or nothing.
    text: String,
    /// Where they end.
    ends: Vec<usize>,
    /// As JSON.
    ids: BTreeMap<u32, Box<str>>,
    members: BTreeMap<u32, Map<String, Value>>,
    /// Which of [`Self::style_texts`] each feature has.
    styles: Vec<u32>,
    /// The different texts of simplestyle properties: names and values in turn, each ended by a line end.
    style_texts: Vec<String>,
    /// Where each of them stands.
    known_styles: HashMap<String, u32>,
    /// Scratch, kept for its memory.
    style: String,
    /// The features of which two properties have one name.
    repeating: Vec<u32>,
    names: Names,
}

impl Rows {
    /// How many features there are.
    pub fn count(&self) -> usize {
        self.ends.len()
    }

    fn push(&mut self, properties: &str, id: Option<&str>, members: Map<String, Value>) {
        let feature = self.ends.len() as u32;
        self.text.push_str(properties);
        self.ends.push(self.text.len());
        if let Some(id) = id {
            self.ids.insert(feature, id.into());
        }
        if !members.is_empty() {
            self.members.insert(feature, members);
        }
        let mut style = std::mem::take(&mut self.style);
        style.clear();
        self.names.begin();
        style_text(properties, &mut style, &mut self.names);
        if self.names.repeat() {
            self.repeating.push(feature);
        }
        let known = match self.known_styles.get(&style) {
            Some(known) => *known,
            None => {
                let new = self.style_texts.len() as u32;
                self.style_texts.push(style.clone());
                self.known_styles.insert(style.clone(), new);
                new
            }
        };
        self.styles.push(known);
        self.style = style;
    }

    /// The properties of a feature as their JSON text; empty where it has none.
    pub fn text(&self, feature: usize) -> &str {
        let Some(end) = self.ends.get(feature) else { return "" };
        let start = feature.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start..*end]
    }

    /// The JSON texts of the properties of several features, one after the other, for a quick look.
    pub fn text_of(&self, features: Range<usize>) -> &str {
        let end = |count: usize| count.checked_sub(1).and_then(|last| self.ends.get(last)).copied().unwrap_or_default();
        self.text.get(end(features.start)..end(features.end)).unwrap_or_default()
    }

    /// The properties of a feature, in the order of the file.
    pub fn properties(&self, feature: usize) -> Map<String, Value> {
        // What a reader has taken for an object is one.
        serde_json::from_str(self.text(feature)).unwrap_or_default()
    }

    /// Those of the properties of a feature that have one of these names, in the order of the file.
    pub fn properties_named(&self, feature: usize, names: &[&str]) -> Map<String, Value> {
        let mut found = Map::new();
        for Member { name: written, value } in members(self.text(feature)) {
            if let Some(name) = names.iter().find(|name| is_name(written, name)) {
                found.insert((*name).to_owned(), serde_json::from_str(value).unwrap_or_default());
            }
        }
        found
    }

    /// A property of a feature, read alone.
    pub fn value(&self, feature: usize, name: &str) -> Option<Value> {
        serde_json::from_str(member(self.text(feature), name)?).ok()
    }

    /// The properties of a feature as [`exact`] values, for being written.
    pub fn exact_properties(&self, feature: usize) -> Map<String, Value> {
        match exact::value(self.text(feature)) {
            Value::Object(properties) => properties,
            _ => Map::new(),
        }
    }

    /// A feature of this shape with every digit of its properties and its id, for being written.
    pub fn exact_feature(&self, feature: usize, geometry: Option<Geometry<f64>>) -> Feature {
        Feature {
            geometry,
            properties: self.exact_properties(feature),
            id: self.id_text(feature).map(exact::value),
            members: self.members(feature).cloned().unwrap_or_default(),
        }
    }

    /// The properties of a feature as they are written, in the order of the file.
    pub fn written(&self, feature: usize) -> Vec<(String, Written<'_>)> {
        let mut all: Vec<(String, Written<'_>)> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        for Member { name, value } in members(self.text(feature)) {
            let (Some(name), Some(value)) = (unescaped(name), Written::of(value)) else { continue };
            match places.get(&name) {
                Some(place) => all[*place].1 = value,
                None => {
                    places.insert(name.clone(), all.len());
                    all.push((name, value));
                }
            }
        }
        all
    }

    /// A property of a feature as it is written.
    pub fn found<'a>(&'a self, feature: usize, finder: &Finder) -> Option<Written<'a>> {
        Written::of(finder.find(self.text(feature))?)
    }

    /// A property of a feature that is text.
    pub fn words(&self, feature: usize, name: &str) -> Option<Cow<'_, str>> {
        words_of(member(self.text(feature), name)?)
    }

    /// The text that every feature has as a property, for each of some names; `None` where they differ, and where one has
    /// none: what a few say is not said of all.
    pub fn common_words<const N: usize>(&self, names: [&str; N]) -> [Option<String>; N] {
        enum Said<'a> {
            Nothing,
            One(Cow<'a, str>),
            Several,
        }
        let mut all = names.map(|_| Said::Nothing);
        for feature in 0..self.count() {
            let mut found = [None; N];
            for Member { name: written, value } in members(self.text(feature)) {
                if let Some(place) = names.iter().position(|name| is_name(written, name)) {
                    found[place] = Some(value);
                }
            }
            for (said, value) in all.iter_mut().zip(found) {
                match (value.and_then(words_of), &said) {
                    (Some(text), Said::Nothing) => *said = Said::One(text),
                    (Some(text), Said::One(other)) if text == *other => {}
                    _ => *said = Said::Several,
                }
            }
            if all.iter().all(|said| matches!(said, Said::Several)) {
                break;
            }
        }
        all.map(|said| match said {
            Said::One(text) => Some(text.into_owned()),
            Said::Nothing | Said::Several => None,
        })
    }

    /// The first of several properties of a feature that `take` makes something of, given their JSON.
    pub fn first_of<T>(&self, feature: usize, names: &[&str], take: impl Fn(&str) -> Option<T>) -> Option<T> {
        let mut found: Vec<(usize, &str)> = Vec::new();
        for Member { name: written, value } in members(self.text(feature)) {
            if let Some(place) = names.iter().position(|name| is_name(written, name)) {
                found.retain(|(other, _)| *other != place);
                found.push((place, value));
            }
        }
        found.sort_unstable_by_key(|(place, _)| *place);
        found.into_iter().find_map(|(_, value)| take(value))
    }

    /// The id of a feature, text or a number.
    pub fn id(&self, feature: usize) -> Option<Value> {
        serde_json::from_str(self.id_text(feature)?).ok()
    }

    /// The same as JSON, with every digit.
    pub fn id_text(&self, feature: usize) -> Option<&str> {
        self.ids.get(&u32::try_from(feature).ok()?).map(AsRef::as_ref)
    }

    /// The features of which two properties have one name: the last of them counts, as for other readers of JSON.
    pub fn repeating(&self) -> &[u32] {
        &self.repeating
    }

    /// The first name that two properties of a feature have.
    pub fn repeated_name(&self, feature: usize) -> Option<String> {
        let mut known = HashSet::new();
        let mut names = members(self.text(feature)).filter_map(|member| unescaped(member.name));
        names.find(|name| !known.insert(name.clone()))
    }

    /// The foreign members of a feature: [`exact`] values, for being written.
    pub fn members(&self, feature: usize) -> Option<&Map<String, Value>> {
        self.members.get(&u32::try_from(feature).ok()?)
    }

    /// Which of [`Self::styles`] a feature has.
    pub fn style_of(&self, feature: usize) -> usize {
        self.styles.get(feature).map_or(0, |style| *style as usize)
    }

    /// The different sets of simplestyle properties that the features have, as they stand: often few among many features.
    pub fn styles(&self) -> Vec<Map<String, Value>> {
        let read = |text: &String| {
            let mut lines = text.split('\n');
            let pairs = std::iter::from_fn(|| Some((lines.next()?, lines.next()?)));
            pairs.filter_map(|(name, value)| Some((name.to_owned(), serde_json::from_str(value).ok()?))).collect()
        };
        self.style_texts.iter().map(read).collect()
    }

    /// The names of all properties, in the order in which they first come.
    pub fn names(&self) -> Vec<String> {
        self.names_in(0..self.count())
    }

    /// The names of the properties of these features, in the order in which they first come.
    pub fn names_in(&self, features: Range<usize>) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        // As they are written, and as they are: escapes may write one name in several ways.
        let (mut seen, mut known): (HashSet<&str>, HashSet<String>) = Default::default();
        for feature in features {
            for Member { name: written, .. } in members(self.text(feature)) {
                if !seen.insert(written) {
                    continue;
                }
                let name = if written.contains('\\') { unescaped(written) } else { Some(written.to_owned()) };
                names.extend(name.filter(|name| known.insert(name.clone())));
            }
        }
        names
    }

    /// Those of the features that are kept, in their order.
    pub fn select(&self, keep: impl Fn(usize) -> bool) -> Self {
        let mut rows = Self::default();
        for feature in (0..self.count()).filter(|feature| keep(*feature)) {
            rows.push(self.text(feature), self.id_text(feature), self.members(feature).cloned().unwrap_or_default());
        }
        rows
    }

    /// The bytes that it takes in memory, about.
    pub fn size_bytes(&self) -> usize {
        self.text.len() + 12 * self.ends.len()
    }
}

/// The names of the last features' properties, by which it is seen whether two of one feature are the same: most features
/// have the names of the one before them, in its order.
#[derive(Debug, Clone, Default)]
struct Names {
    /// Of a feature that has none twice, one after the other, with the place where each ends.
    known: String,
    known_ends: Vec<usize>,
    /// Those of the present feature, from the first on that is another.
    now: String,
    now_ends: Vec<usize>,
    /// How many are as the known ones.
    same: usize,
}

impl Names {
    fn begin(&mut self) {
        self.now.clear();
        self.now_ends.clear();
        self.same = 0;
    }

    fn add(&mut self, name: &str) {
        if self.now_ends.is_empty()
            && self.known_ends.get(self.same).is_some_and(|end| {
                let start = self.same.checked_sub(1).map_or(0, |before| self.known_ends[before]);
                self.known[start..*end] == *name
            })
        {
            self.same += 1;
            return;
        }
        if self.now_ends.is_empty() {
            for end in &self.known_ends[..self.same] {
                self.now_ends.push(*end);
            }
            let end = self.now_ends.last().copied().unwrap_or_default();
            self.now.push_str(&self.known[..end]);
        }
        self.now.push_str(name);
        self.now_ends.push(self.now.len());
    }

    /// Whether the feature, all of whose names have been added, has one twice.
    fn repeat(&mut self) -> bool {
        /// Of more names than this each is looked up and not compared with all others.
        const FEW: usize = 24;
        if self.now_ends.is_empty() {
            return false;
        }
        let starts = || std::iter::once(0).chain(self.now_ends.iter().copied());
        let mut names: Vec<Cow<'_, str>> = starts()
            .zip(&self.now_ends)
            .map(|(start, end)| {
                let name = &self.now[start..*end];
                if name.contains('\\') { unescaped(name).map_or(name.into(), Cow::Owned) } else { name.into() }
            })
            .collect();
        let repeats = if names.len() <= FEW {
            names.iter().enumerate().any(|(place, name)| names[..place].contains(name))
        } else {
            names.sort_unstable();
            names.windows(2).any(|pair| pair[0] == pair[1])
        };
        if !repeats {
            std::mem::swap(&mut self.known, &mut self.now);
            std::mem::swap(&mut self.known_ends, &mut self.now_ends);
        }
        repeats
    }
}

/// Adds the simplestyle properties of an object to `style`, in the order of [`SIMPLESTYLE`], and all its names to `names`.
fn style_text(properties: &str, style: &mut String, names: &mut Names) {
    let mut found: [Option<&str>; SIMPLESTYLE.len()] = Default::default();
    for Member { name, value } in members(properties) {
        names.add(name);
        if let Some(place) = SIMPLESTYLE.iter().position(|one| is_name(name, one)) {
            found[place] = Some(value);
        }
    }
    for (name, value) in SIMPLESTYLE.iter().zip(found) {
        let Some(value) = value else { continue };
        style.push_str(name);
        style.push('\n');
        if value.starts_with(['{', '[']) {
            // Compact JSON has no line ends, which lists may have between their items.
            let compact: Value = serde_json::from_str(value).unwrap_or_default();
            style.push_str(&compact.to_string());
        } else {
            style.push_str(value);
        }
        style.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::geojson;

    const MIXED: &str = r##"{"type":"FeatureCollection","features":[
        {"type":"Feature","id":"a","properties":{"name":"Two","fill":"#f00","n":1},
         "geometry":{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]],[[[2,2],[3,2],[3,3],[2,2]]]]}},
        {"type":"Feature","properties":null,"geometry":null},
        {"type":"Feature","properties":{"na\u006de":"Escaped","fill":"#f00"},"tippecanoe":{"minzoom":3},
         "geometry":{"type":"GeometryCollection","geometries":[
            {"type":"Point","coordinates":[5,5]},{"type":"LineString","coordinates":[[5,5],[6,6]]}]}},
        {"type":"Feature","id":7,"properties":{"name":null},"geometry":{"type":"Point","coordinates":[7,7]}}]}"##;

    #[test]
    fn every_part_knows_its_feature() {
        let table = geojson::read_table(MIXED.as_bytes()).unwrap();
        assert_eq!(table.owners, Owners { areas: vec![0, 0], lines: vec![2], points: vec![2, 3] });
        assert_eq!((table.areas.0.len(), table.lines.0.len(), table.points.len()), (2, 1, 2));
        assert_eq!(table.without_shape(), [1]);
        assert_eq!((parts_of(&table.owners.areas, 0), parts_of(&table.owners.areas, 1)), (0..2, 2..2));
    }

    #[test]
    fn what_is_read_is_sketched_meanwhile_where_that_is_wanted() {
        let work = work::Work::sketching();
        let lines = |sketch: &crate::geometry::sketch::Sketch| -> Vec<_> { sketch.chains().map(<[_]>::len).collect() };
        let plain = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":
            {"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]],[[[2,2],[3,2],[3,3],[2,2]]]]}}]}"#;
        work.run(|| geojson::read_table(plain.as_bytes())).unwrap();
        assert_eq!(work.look_at_sketch(lines), Some(vec![4, 4]));
        let other = work::Work::default();
        other.run(|| geojson::read_table(MIXED.as_bytes())).unwrap();
        assert_eq!(other.look_at_sketch(lines), None);
    }

    #[test]
    fn what_all_features_say_alike_is_found_in_one_go_whatever_stands_between() {
        let rows = |properties: &[String]| {
            let feature =
                |properties: &String| format!(r#"{{"type":"Feature","properties":{properties},"geometry":null}}"#);
            let all: Vec<String> = properties.iter().map(feature).collect();
            let text = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, all.join(","));
            geojson::read_table(text.as_bytes()).unwrap().rows
        };
        let mut all = vec![r#"{"updated":1,"day":"2025-02-02","place":"a","other":7}"#.to_owned(); 700];
        all[300] = r#"{"day":"2025-02-01","place":"a","other":7,"day":"2025-02-02"}"#.to_owned();
        all[600] = r#"{"d\u0061y":"2025-02-02","place":"b","other":7}"#.to_owned();
        let names = ["day", "place", "other", "date"];
        let common = rows(&all).common_words(names).map(Option::unwrap_or_default);
        assert_eq!(common, ["2025-02-02", "", "", ""], "the last of a name counts, and what is no text says nothing");
        for other in [r#"{"day":"2025-02-03"}"#, r#"{"updated":1}"#, r#"{"day":null}"#] {
            all[650] = other.to_owned();
            assert_eq!(rows(&all).common_words(["day"]), [None], "{other}");
        }
    }

    #[test]
    fn what_features_say_is_read_when_it_is_asked_for() {
        let rows = geojson::read_table(MIXED.as_bytes()).unwrap().rows;
        assert_eq!((rows.value(0, "n"), rows.value(0, "m")), (Some(1.into()), None));
        assert_eq!(rows.words(2, "name").as_deref(), Some("Escaped"));
        assert_eq!((rows.value(3, "name"), rows.words(3, "name")), (Some(Value::Null), None));
        assert_eq!((rows.id(0), rows.id(1), rows.id(3)), (Some("a".into()), None, Some(7.into())));
        assert_eq!(rows.members(2).unwrap()["tippecanoe"]["minzoom"], 3);
        assert_eq!(rows.names(), ["name", "fill", "n"]);
        assert!(rows.properties(1).is_empty() && rows.properties(99).is_empty());
    }

    #[test]
    fn every_digit_of_a_number_is_kept() {
        let feature = r#"{"type":"Feature","id":12345678901234567890123,"big":98765432109876543210987,
            "properties":{"n":12345678901234567890123,"a":[0.12345678901234567890],"n\u0032":1},"geometry":null}"#;
        let point = feature.replace("null", r#"{"type":"Point","coordinates":[37.12345678901234567890,48]}"#);
        let all = |features: &str| format!(r#"{{"type":"FeatureCollection","features":[{features}]}}"#);
        // The first is read byte by byte, the others by those who can say what is wrong with a file.
        for text in [all(&point), all(feature), all(&format!("{point},{feature}")), point.clone()] {
            let rows = geojson::read_table(text.as_bytes()).unwrap().rows;
            assert_eq!(rows.id_text(0), Some("12345678901234567890123"), "{text}");
            assert!(rows.text(0).starts_with(r#"{"n":12345678901234567890123,"a":[0.12345678901234567890]"#), "{text}");
            let members = exact::text(&Value::Object(rows.members(0).unwrap().clone()));
            assert_eq!(members, r#"{"big":98765432109876543210987}"#, "{text}");
            let written = rows.written(0);
            assert_eq!(written[0], ("n".to_owned(), Written::Number("12345678901234567890123".into())));
            assert_eq!((written[1].1.words().as_ref(), written[2].0.as_str()), ("[0.12345678901234567890]", "n2"));
        }
    }

    #[test]
    fn features_that_have_a_property_twice_are_known() {
        let rows = |properties: &[&str]| {
            let mut rows = Rows::default();
            properties.iter().for_each(|properties| rows.push(properties, None, Map::new()));
            rows
        };
        let many = |twice: &str| {
            let all: Vec<String> = (0..40).map(|index| format!("\"p{index}\":{index}")).collect();
            format!("{{{},\"{twice}\":0}}", all.join(","))
        };
        let (once, twice) = (many("q"), many("p7"));
        let rows = rows(&[
            r#"{"a":1,"b":2}"#,
            r#"{"a":1,"b":2,"a":3}"#,
            r#"{"a":1,"b":2}"#,
            r#"{"a":1}"#,
            "",
            r#"{"a":1,"\u0061":2}"#,
            r#"{"b":1,"c":{"b":2},"a":"b"}"#,
            r#"{"b":1,"b":1}"#,
            &once,
            &twice,
            r#"{"":1,"":2}"#,
        ]);
        assert_eq!(rows.repeating(), [1, 5, 7, 9, 10]);
        let names: Vec<_> = rows.repeating().iter().map(|one| rows.repeated_name(*one as usize).unwrap()).collect();
        assert_eq!(names, ["a", "a", "b", "p7", ""]);
        assert_eq!((rows.value(1, "a"), rows.written(1)[0].1.words().into_owned()), (Some(3.into()), "3".to_owned()));
        assert_eq!(rows.repeated_name(0), None);
    }

    #[test]
    fn each_name_of_many_is_listed_once_however_it_is_written() {
        let text = r#"{"type":"FeatureCollection","features":[
            {"type":"Feature","properties":{"n\u0032":1,"n2":2,"n\\u0032":3},"geometry":null},
            {"type":"Feature","properties":{"n\\u0032":1,"n2":2,"n\u0033":3,"n3":4},"geometry":null}]}"#;
        let rows = geojson::read_table(text.as_bytes()).unwrap().rows;
        assert_eq!(rows.names(), ["n2", "n\\u0032", "n3"]);
        let mut rows = Rows::default();
        let all: Vec<String> = (0..100_000).map(|index| format!("\"p{index}\":0")).collect();
        rows.push(&format!("{{{}}}", all.join(",")), None, Map::new());
        let begun = std::time::Instant::now();
        assert_eq!(rows.names().len(), 100_000);
        // Each compared with all others took more than a minute.
        assert!(begun.elapsed() < std::time::Duration::from_secs(15), "{:?}", begun.elapsed());
    }

    #[test]
    fn features_of_one_style_share_it() {
        let rows = geojson::read_table(MIXED.as_bytes()).unwrap().rows;
        assert_eq!(rows.style_of(0), rows.style_of(2));
        assert_eq!(rows.style_of(1), rows.style_of(3));
        assert_eq!(rows.styles()[rows.style_of(0)]["fill"], "#f00");
        assert!(rows.styles()[rows.style_of(1)].is_empty());
    }

    #[test]
    fn features_come_out_as_they_went_in() {
        let table = geojson::read_table(MIXED.as_bytes()).unwrap();
        let again = FeatureTable::of(table.features().collect());
        assert_eq!(again.features().collect::<Vec<_>>(), table.features().collect::<Vec<_>>());
        let one_by_one = geojson::read(MIXED.as_bytes()).unwrap();
        for (left, right) in table.features().zip(one_by_one) {
            assert_eq!((left.properties, left.id, left.members), (right.properties, right.id, right.members));
        }
    }
}
