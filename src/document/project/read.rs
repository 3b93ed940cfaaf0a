//! A text as a document: what is absurd is mended with a word, what is not understood is kept.

mod styling;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::sync::Arc;

use geo::{CoordsIter as _, MapCoordsInPlace as _};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::{Map, Value};

use super::{
    Applies, AttachedText, GEOMETRY_MEMBERS, MAX_BYTES, MEMBER, Project, ProjectError, Reference, VERSION,
    settled_geometry, settled_place, simplestyle, write,
};
use crate::document::annotation::{
    AreaKind, Citation, Kept, PathKind, PointKind, Rgb, STROKE_WIDTH_PT, Shape, Style, Symbol, TEXT_SIZE_PT,
};
use crate::document::{
    Annotation, AnnotationId, ChosenLine, Document, Layer, LayerId, LayerInfo, OverlayState, first_layers,
};
use crate::dossier::verify::is_impossible_date;
use crate::dossier::{Counting, Excerpt, Problem, Source, words};
use crate::formats::color::Rgba;
use crate::formats::day::Day;
use crate::formats::filter::Filter;
use crate::formats::geojson::{self, GeoJsonError, Order};
use crate::formats::json;
use crate::formats::map_source::{MapSource, MapWords};
use crate::formats::simplestyle as simple_style;
use crate::formats::source_properties;
use crate::formats::wire::{self, Object};
use crate::geometry::{Coord, Geometry, MultiPolygon, View};

/// Numbers up to here are the same in every program that reads JSON.
const LARGEST_NUMBER: u64 = (1 << 53) - 1;

/// More letters than this in a title are cut off: a map cannot show them, and laying them out takes seconds.
const TITLE_LETTERS: usize = 10_000;

/// More letters than this in a description are cut off.
const DESCRIPTION_LETTERS: usize = 1_000_000;

/// A quarter of a meridian, about: no circle on the earth is wider.
const RADIUS_M: RangeInclusive<f64> = 0.001..=10_000_000.0;

/// Where words wrap.
const TEXT_WIDTH_PT: RangeInclusive<f64> = 1.0..=10_000.0;

/// What was mended, and where.
#[derive(Default)]
struct Problems(Vec<Problem>);

impl Problems {
    fn add(&mut self, part: &str, what: impl Into<String>) {
        self.0.push(Problem { part: part.into(), what: what.into() });
    }
}

/// The members of an object of ours, taken out one by one; what is left is kept.
struct Fields<'a> {
    part: &'a str,
    map: Map<String, Value>,
    unread: Map<String, Value>,
}

/// What the parser says of a value, without the names of our types.
pub(crate) fn plain(error: &serde_json::Error) -> String {
    let said = error.to_string();
    if let Some(rest) = said.strip_prefix("missing field ") {
        return format!("its member {} is missing", rest.replace('`', "'"));
    }
    if let Some((found, known)) = said.strip_prefix("unknown variant ").and_then(|rest| rest.split_once(", expected "))
    {
        let known = known.strip_prefix("one of ").unwrap_or(known);
        return format!("{found} is none of the words known here: {known}").replace('`', "'");
    }
    let found_and_wanted = said
        .strip_prefix("invalid type: ")
        .or(said.strip_prefix("invalid value: "))
        .and_then(|rest| rest.rsplit_once(", expected "));
    match found_and_wanted.map(|(found, wanted)| (found_in_words(found), wanted_in_words(wanted))) {
        Some((found, Some(wanted))) => format!("{found} stands where {wanted} belongs"),
        Some((found, None)) => format!("{found} does not belong there"),
        None => "it has another form than this version knows".to_owned(),
    }
}

/// What the parser has found, as a person would say it.
fn found_in_words(found: &str) -> String {
    let (kind, value) = found.split_once(' ').unwrap_or((found, ""));
    match kind {
        "sequence" => "a list".to_owned(),
        "map" => "an object".to_owned(),
        "null" => "null".to_owned(),
        "string" => {
            let text = value.trim_matches('"');
            let more = if text.chars().count() > 40 { " …" } else { "" };
            format!("the text {}", words::quoted(&(text.chars().take(40).collect::<String>() + more)))
        }
        "boolean" => value.trim_matches('`').to_owned(),
        "integer" | "floating" => {
            let number = value.rsplit(' ').next().unwrap_or_default().trim_matches('`');
            number.parse().map_or_else(|_| "a number".to_owned(), |number| format!("the number {}", short(number)))
        }
        _ => "what is there".to_owned(),
    }
}

/// What the parser wants, in the same way.
fn wanted_in_words(wanted: &str) -> Option<&'static str> {
    match wanted {
        "f32" | "f64" => Some("a number"),
        "u8" | "u16" | "u32" | "u64" | "usize" => Some("a whole number"),
        "a sequence" => Some("a list"),
        "a map" => Some("an object"),
        "a boolean" => Some("true or false"),
        "a string" | "a borrowed string" => Some("text"),
        _ if wanted.starts_with("an array of length") => Some("a list of numbers"),
        _ if wanted.starts_with("struct ") => Some("an object"),
        _ => None,
    }
}

/// A number as it was said, but never in hundreds of digits.
pub(crate) fn short(number: f64) -> String {
    let is_plain = number == 0.0 || (1e-9..1e15).contains(&number.abs()) || !number.is_finite();
    if is_plain { number.to_string() } else { format!("{number:e}") }
}

impl<'a> Fields<'a> {
    fn new(part: &'a str, mut map: Map<String, Value>) -> Self {
        let unread = match map.shift_remove("unread") {
            Some(Value::Object(unread)) => unread,
            _ => Map::new(),
        };
        Self { part, map, unread }
    }

    /// A member of that type. What is of another type is kept among the unread.
    fn take<T: DeserializeOwned>(&mut self, name: &str, problems: &mut Problems) -> Option<T> {
        let value = self.map.shift_remove(name)?;
        match T::deserialize(&value) {
            Ok(read) => Some(read),
            Err(error) => {
                problems.add(self.part, format!("'{name}' is not understood and left aside: {}", plain(&error)));
                self.unread.insert(name.to_owned(), value);
                None
            }
        }
    }

    /// A list of which each member is read by itself.
    fn list<T: DeserializeOwned>(&mut self, name: &str, problems: &mut Problems) -> Vec<T> {
        self.list_by(name, problems, |item| T::deserialize(item).map_err(|error| plain(&error)))
    }

    /// The same where `read` makes a member of what is written.
    fn list_by<T>(
        &mut self,
        name: &str,
        problems: &mut Problems,
        read: impl Fn(&Value) -> Result<T, String>,
    ) -> Vec<T> {
        let Some(items) = self.take::<Vec<Value>>(name, problems) else {
            return Vec::new();
        };
        let (mut all, mut unread) = (Vec::with_capacity(items.len()), Vec::new());
        for (index, item) in items.into_iter().enumerate() {
            match read(&item) {
                Ok(item) => all.push(item),
                Err(what) => {
                    let number = index + 1;
                    problems.add(self.part, format!("number {number} of '{name}' is left aside: {what}"));
                    unread.push(item);
                }
            }
        }
        if !unread.is_empty() {
            self.unread.insert(name.to_owned(), Value::Array(unread));
        }
        all
    }

    /// A number within bounds.
    fn number(&mut self, name: &str, bounds: RangeInclusive<f64>, problems: &mut Problems) -> Option<f64> {
        let number = self.take::<f64>(name, problems)?;
        Some(within(number, bounds, self.part, name, problems))
    }

    fn color(&mut self, name: &str, problems: &mut Problems) -> Option<Rgb> {
        let text = self.take::<String>(name, problems)?;
        let color = Rgba::parse(&text).map(Rgb::from);
        if color.is_none() {
            problems.add(self.part, format!("'{name}' is no colour such as #0072b2: {text}"));
        }
        color
    }

    fn place(&mut self, name: &str, problems: &mut Problems) -> Option<Coord<f64>> {
        let [x, y] = self.take::<[f64; 2]>(name, problems)?;
        Some(settled_place(nearest_place(Coord { x, y })))
    }

    /// What nobody has taken.
    fn rest(mut self) -> Map<String, Value> {
        if !self.unread.is_empty() {
            self.map.insert("unread".to_owned(), Value::Object(self.unread));
        }
        self.map
    }
}

fn within(number: f64, bounds: RangeInclusive<f64>, part: &str, name: &str, problems: &mut Problems) -> f64 {
    if bounds.contains(&number) {
        return number;
    }
    let (least, most) = bounds.into_inner();
    let mended = if number.is_nan() { least } else { number.clamp(least, most) };
    problems.add(
        part,
        format!("'{name}' is {}, which is not between {least} and {most}; it is {mended} now", short(number)),
    );
    mended
}

fn nearest_place(coord: Coord<f64>) -> Coord<f64> {
    Coord { x: coord.x.clamp(-180.0, 180.0), y: coord.y.clamp(-90.0, 90.0) }
}

fn is_place(coord: Coord<f64>) -> bool {
    (-180.0..=180.0).contains(&coord.x) && (-90.0..=90.0).contains(&coord.y)
}

/// See [`super::read`].
pub(super) fn project(bytes: &[u8]) -> Result<Project, ProjectError> {
    if bytes.len() > MAX_BYTES {
        return Err(ProjectError::TooLarge(bytes.len()));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| ProjectError::NotUtf8(error.valid_up_to()))?;
    let mut problems = Problems::default();
    let mut top = parse(text.trim_start_matches('\u{feff}'), &mut problems)?;
    let kind = top.kind.clone().unwrap_or_default();
    let unread_features = top.unread.shift_remove("features");
    let (features, mut kept) = match kind.as_str() {
        "FeatureCollection" => {
            let features = top.features.take();
            let features = features
                .ok_or_else(|| ProjectError::NotGeoJson("a FeatureCollection has a list of 'features'".to_owned()))?;
            if let Some(Value::Array(unread)) = &unread_features {
                let count = unread.len();
                problems.add("features", format!("{count} are no objects and are left aside"));
            }
            (features, top.rest)
        }
        "Feature" => {
            check_crs(&top.rest)?;
            (vec![top], Map::new())
        }
        "Point" | "MultiPoint" | "LineString" | "MultiLineString" | "Polygon" | "MultiPolygon"
        | "GeometryCollection" => {
            check_crs(&top.rest)?;
            (vec![Object { geometry: Some(Box::new(top)), ..Object::default() }], Map::new())
        }
        "" => return Err(ProjectError::NotGeoJson("it has no 'type'".to_owned())),
        other => return Err(ProjectError::NotGeoJson(format!("its type is '{other}'"))),
    };
    check_crs(&kept)?;
    let (ours, settings) = match kept.shift_remove(MEMBER) {
        Some(Value::Object(settings)) => (true, settings),
        Some(other) => {
            kept.insert(MEMBER.to_owned(), other);
            (false, Map::new())
        }
        None => (false, Map::new()),
    };
    let mut fields = Fields::new("settings", settings);
    if let Some(unread) = unread_features {
        fields.unread.insert("features".to_owned(), unread);
    }
    let mut project = settings_of(fields, ours, kept, &mut problems);
    if ours {
        project.reference.data = data(text, &mut problems);
    }
    let mut annotations = Vec::with_capacity(features.len());
    for (index, feature) in features.into_iter().enumerate() {
        annotations.push(annotation(index + 1, feature, ours, &mut problems)?);
    }
    number(&mut project.document, annotations, ours, &mut problems);
    project.warnings = problems.0;
    Ok(project)
}

/// The data that is kept of layers.
fn data(text: &str, problems: &mut Problems) -> BTreeMap<String, Arc<str>> {
    if !wire::names(text.as_bytes(), wire::DATA) {
        return BTreeMap::new();
    }
    let members = wire::members_text(text.trim_start_matches('\u{feff}'));
    let Some((_, data)) = members.into_iter().find(|(name, _)| name == wire::DATA) else { return BTreeMap::new() };
    let mut all = BTreeMap::new();
    for (id, text) in wire::members_text(data) {
        // What is no JSON must not be written into a project again.
        if serde_json::from_str::<IgnoredAny>(text).is_ok() {
            all.insert(id, Arc::from(text));
        } else {
            problems
                .add(&format!("layer '{id}'"), "the data that the project keeps of it is no JSON and is left aside");
        }
    }
    all
}

fn parse(text: &str, problems: &mut Problems) -> Result<Object, ProjectError> {
    let not_json = |error: &serde_json::Error| {
        if error.is_eof() {
            ProjectError::Torn { line: error.line(), column: error.column() }
        } else {
            ProjectError::NotJson(json::fault(text, error))
        }
    };
    let error = match serde_json::from_str::<Object>(text) {
        Ok(object) => return Ok(object),
        Err(error) => error,
    };
    let mended = if error.is_syntax() { wire::without_absurd_numbers(text) } else { None };
    let text = match &mended {
        Some(mended) => {
            problems.add("file", "numbers too large to be held, or 'NaN', have been taken for very large ones or none");
            mended
        }
        None if error.is_data() => text,
        None => return Err(not_json(&error)),
    };
    match serde_json::from_str::<Value>(text) {
        Ok(Value::Object(members)) => Ok(Object::mended(members)),
        Ok(_) => Err(ProjectError::NotGeoJson("it is no object".to_owned())),
        Err(error) => Err(not_json(&error)),
    }
}

fn check_crs(members: &Map<String, Value>) -> Result<(), ProjectError> {
    Ok(geojson::check_crs(members)?)
}

/// The dossier as a project names it.
#[derive(Default, Deserialize)]
#[serde(default)]
struct DossierWords {
    id: String,
    version: Option<String>,
    sha256: Option<String>,
}

/// The line of contact as a project has it.
#[derive(Deserialize)]
struct LineWords {
    overlay: String,
    #[serde(default)]
    from: String,
    /// Which features of the file count: by a filter, or by kind.
    #[serde(default, rename = "where")]
    filter: Option<String>,
    #[serde(default)]
    kinds: Vec<String>,
    geometry: Object,
}

#[derive(Deserialize)]
struct ViewWords {
    center: [f64; 2],
    zoom: f64,
}

fn settings_of(mut fields: Fields<'_>, ours: bool, kept: Map<String, Value>, problems: &mut Problems) -> Project {
    let version = fields.take::<u64>("version", problems);
    if ours && version.is_none() {
        problems.add("settings", format!("they do not say their version; read as version {VERSION}"));
    }
    let newer = version.is_some_and(|version| version > VERSION);
    if newer {
        let program = fields.map.get("program").and_then(Value::as_str).unwrap_or("a newer program");
        let what = format!(
            "the file is of version {}, written by {program}; this program knows version {VERSION}: save it under another name",
            version.unwrap_or_default()
        );
        problems.add("file", what);
    }
    fields.map.shift_remove("program");
    let dossier = fields.take::<DossierWords>("dossier", problems).unwrap_or_default();
    let mut document = Document::empty(&dossier.id, View { center: Coord { x: 0.0, y: 20.0 }, zoom: 1.0 });
    if let Some(ViewWords { center: [x, y], zoom }) = fields.take("view", problems) {
        let center = settled_place(nearest_place(Coord { x, y }));
        document.view = View { center, zoom: within(zoom, 0.0..=30.0, "settings", "zoom", problems) };
    }
    document.names = fields.take("names", problems).unwrap_or_default();
    document.map = fields.take("map", problems).unwrap_or(document.map);
    document.map_sources = fields.list_by("map_sources", problems, map_source);
    document.next_number = fields.take("next_number", problems).unwrap_or(1);
    document.layers = layers(&mut fields, problems);
    document.overlays = overlays(&mut fields, problems);
    document.own_sources = fields.list::<Source>("own_sources", problems);
    document.own_excerpts = fields.list::<Excerpt>("own_excerpts", problems);
    let texts = fields.list::<AttachedText>("texts", problems);
    if let Some(line) = fields.take::<LineWords>("chosen_line", problems) {
        match line.geometry.into_geometry() {
            Ok(mut geometry) => {
                geometry.map_coords_in_place(nearest_place);
                let geometry = settled_geometry(&geometry);
                let counting = match line.filter.as_deref().map(Filter::parse) {
                    Some(Ok(filter)) => Counting::Where(filter),
                    Some(Err(error)) => {
                        problems.add("chosen line of contact", format!("which features count is not known: {error}"));
                        Counting::All
                    }
                    None if line.kinds.is_empty() => Counting::All,
                    None => Counting::Kinds(line.kinds),
                };
                let (overlay, from) = (line.overlay, line.from);
                document.chosen_line = Some(Arc::new(ChosenLine { overlay, from, counting, geometry }));
            }
            Err(what) => problems.add("chosen line of contact", format!("{what}; the dossier's line is used")),
        }
    }
    document.figure = Arc::new(fields.take("figure", problems).unwrap_or_default());
    document.kept = kept;
    let rest = fields.rest();
    if !rest.is_empty() {
        document.kept.insert(MEMBER.to_owned(), Value::Object(rest));
    }
    let reference = Reference { version: dossier.version, sha256: dossier.sha256, texts, data: BTreeMap::new() };
    Project { document, reference, warnings: Vec::new(), newer, ours }
}

/// A map's record.
fn map_source(item: &Value) -> Result<MapSource, String> {
    let words = MapWords::deserialize(item).map_err(|error| plain(&error))?;
    MapSource::try_from(words).map_err(|error| error.to_string())
}

fn layers(fields: &mut Fields<'_>, problems: &mut Problems) -> Vec<Layer> {
    let mut known = BTreeSet::new();
    let mut layers = fields.list::<Layer>("layers", problems);
    layers.retain(|layer| {
        let good = layer.id.0 <= LARGEST_NUMBER && known.insert(layer.id);
        if !good {
            problems.add(&format!("layer '{}'", layer.title), "another has its id; the two are one now");
        }
        good
    });
    if layers.is_empty() { first_layers() } else { layers }
}

fn overlays(fields: &mut Fields<'_>, problems: &mut Problems) -> Vec<OverlayState> {
    let mut known = BTreeSet::new();
    // A styling is read member by member, so that one that is not understood does not cost the overlay.
    let read = |item: &Value| {
        let mut item = item.clone();
        let styling = item.as_object_mut().and_then(|members| members.shift_remove("styling"));
        let order = item.pointer("/layer/file/order").filter(|order| order.as_str().and_then(Order::named).is_none());
        let order = order.cloned();
        if let (Some(_), Some(Value::Object(file))) = (&order, item.pointer_mut("/layer/file")) {
            file.shift_remove("order");
        }
        let state = OverlayState::deserialize(&item).map_err(|error| plain(&error))?;
        Ok((state, styling, order))
    };
    let mut read = fields.list_by("overlays", problems, read);
    read.retain(|(state, ..)| known.insert(state.id.clone()));
    let mut overlays = Vec::with_capacity(read.len());
    for (mut state, styling, order) in read {
        let part = format!("overlay '{}'", state.id);
        if let Some(order) = order {
            let what =
                format!("the order of its file is {order}; expected \"lon-lat\" or \"lat-lon\"; \"lon-lat\" counts");
            problems.add(&part, what);
        }
        if let Some(value) = styling {
            state.styling = Arc::new(styling::styling(value, &part, problems));
        }
        overlays.push(state);
    }
    for state in &mut overlays {
        let part = format!("overlay '{}'", state.id);
        state.opacity = within(state.opacity, 0.0..=1.0, &part, "opacity", problems);
        if let Some(as_of) = state.layer.facts.as_of.as_deref().filter(|as_of| as_of.parse::<Day>().is_err()) {
            let what = format!("its day is {}; expected one such as 2025-12-15, 2025-12 or 2025", words::quoted(as_of));
            problems.add(&part, what + "; the file's own counts");
            let mut layer = LayerInfo::clone(&state.layer);
            layer.facts.as_of = None;
            state.layer = Arc::new(layer);
        }
    }
    overlays
}

/// An annotation, and the number that the file gives it, if it does.
struct Numbered {
    part: String,
    annotation: Annotation,
    number: Option<u64>,
}

/// Sees to it that every annotation has a number and a layer, and no two the same number.
fn number(document: &mut Document, annotations: Vec<Numbered>, ours: bool, problems: &mut Problems) {
    let mut taken = BTreeSet::new();
    let firsts: Vec<bool> = annotations
        .iter()
        .map(|numbered| numbered.number.is_some_and(|number| number <= LARGEST_NUMBER && taken.insert(number)))
        .collect();
    let layer_ids: BTreeSet<LayerId> = document.layers.iter().map(|layer| layer.id).collect();
    let largest = taken.last().copied().max(layer_ids.last().map(|id| id.0)).unwrap_or_default();
    if document.next_number > LARGEST_NUMBER || document.next_number <= largest {
        document.next_number = largest + 1;
    }
    let bottom = document.layers.first().map_or(LayerId(0), |layer| layer.id);
    let numbered = annotations.into_iter().zip(firsts).map(|(Numbered { part, mut annotation, number }, first)| {
        annotation.id = AnnotationId(match number {
            Some(number) if first => number,
            _ => {
                let next = document.next_number;
                document.next_number += 1;
                if let Some(number) = number {
                    problems.add(&part, format!("another has its number {number}; it has {next} now"));
                }
                next
            }
        });
        if !layer_ids.contains(&annotation.layer) {
            if ours {
                let LayerId(missing) = annotation.layer;
                problems.add(&part, format!("there is no layer {missing}; it is on the bottom layer now"));
            }
            annotation.layer = bottom;
        }
        annotation
    });
    document.annotations = numbered.collect();
}

/// What a person calls a feature in a warning.
fn part(index: usize, properties: &Map<String, Value>) -> String {
    let title = properties.get("title").or_else(|| properties.get("name")).and_then(Value::as_str).unwrap_or_default();
    match title.lines().next() {
        Some(line) if !line.trim().is_empty() => {
            format!("feature {index} '{}'", line.trim().chars().take(40).collect::<String>())
        }
        _ => format!("feature {index}"),
    }
}

fn annotation(index: usize, feature: Object, ours: bool, problems: &mut Problems) -> Result<Numbered, ProjectError> {
    let Object { geometry, mut properties, id, rest, mut unread, .. } = feature;
    let part = part(index, &properties);
    let (is_own, own) = match properties.shift_remove(MEMBER) {
        Some(Value::Object(own)) => (true, own),
        Some(other) => {
            properties.insert(MEMBER.to_owned(), other);
            (false, Map::new())
        }
        None => (false, Map::new()),
    };
    let mut own = Fields::new(&part, own);
    let geometry = match geometry {
        Some(mut geometry) => {
            let mut foreign = std::mem::take(&mut geometry.rest);
            foreign.shift_remove("crs");
            if !foreign.is_empty() {
                own.map.insert(GEOMETRY_MEMBERS.to_owned(), Value::Object(foreign));
            }
            match geometry.into_geometry() {
                Ok(geometry) => Some(placed(index, &part, geometry, ours || is_own, problems)?),
                Err(what) => {
                    problems.add(&part, format!("it has no shape that can be drawn: {what}"));
                    None
                }
            }
        }
        None => None,
    };
    if !unread.is_empty() {
        let names: Vec<&str> = unread.keys().map(String::as_str).collect();
        problems.add(&part, format!("not understood and left aside: {}", names.join(", ")));
        own.unread.append(&mut unread);
    }

    let shape = shape(geometry, &mut own, problems);
    let style = style(&shape, &mut properties, &mut own, problems);
    let named = |properties: &Map<String, Value>| properties.get("name").and_then(Value::as_str).map(str::to_owned);
    let mut title = words("title", &mut properties);
    if title.is_empty() && !is_own && !properties.contains_key("title") {
        title = named(&properties).unwrap_or_default();
    }
    let title = shortened("title", title, TITLE_LETTERS, &mut own, problems);
    let description = words("description", &mut properties);
    let description = shortened("description", description, DESCRIPTION_LETTERS, &mut own, problems);
    let number = own.take::<u64>("id", problems);
    let layer = own.take("layer", problems).unwrap_or(LayerId(0));
    let visible = own.take("visible", problems).unwrap_or(true);
    let locked = own.take("locked", problems).unwrap_or(false);
    let citations = if is_own { own.list("citations", problems) } else { cited(&properties) };
    for citation in &citations {
        if let Citation::Source(source) = citation
            && let Some(date) = source.date.as_deref().filter(|date| is_impossible_date(date))
        {
            let url = source.url.as_deref().or(source.outlet.as_deref()).or(source.title.as_deref());
            let url = url.unwrap_or("a source");
            let what = format!(
                "the date of {url}, which it cites, is '{date}', which no calendar has; correct it, for figures print it \
                 as it is"
            );
            problems.add(&part, what);
        }
    }
    let id = match id {
        Some(Value::Number(id)) if id.as_u64().is_some() && id.as_u64() == number => None,
        Some(id @ (Value::Number(_) | Value::String(_))) => Some(id),
        _ => None,
    };
    let left = own.rest();
    if !left.is_empty() {
        properties.insert(MEMBER.to_owned(), Value::Object(left));
    }
    let annotation = Annotation {
        id: AnnotationId(0),
        layer,
        shape,
        title,
        description,
        style,
        visible,
        locked,
        citations,
        kept: Kept { id, properties, members: rest },
    };
    Ok(Numbered { part, annotation, number })
}

/// A text property; what is no text stays where it is.
fn words(name: &str, properties: &mut Map<String, Value>) -> String {
    if !properties.get(name).is_some_and(Value::is_string) {
        return String::new();
    }
    match properties.shift_remove(name) {
        Some(Value::String(words)) => words,
        _ => String::new(),
    }
}

fn shortened(name: &str, words: String, most: usize, own: &mut Fields<'_>, problems: &mut Problems) -> String {
    match words.char_indices().nth(most) {
        None => words,
        Some((end, _)) => {
            problems.add(own.part, format!("its {name} is cut off after {most} letters; the file keeps all of it"));
            let short = words[..end].to_owned();
            own.unread.insert(name.to_owned(), Value::String(words));
            short
        }
    }
}

/// Other programs' sources as citations.
fn cited(properties: &Map<String, Value>) -> Vec<Citation> {
    source_properties::read(properties).0.into_iter().map(Citation::Source).collect()
}

/// A geometry whose every position is on the earth, rounded as a file keeps it, with its rings turned.
fn placed(
    index: usize,
    part: &str,
    mut geometry: Geometry<f64>,
    ours: bool,
    problems: &mut Problems,
) -> Result<Geometry<f64>, ProjectError> {
    let off = geometry.coords_iter().find(|coord| !is_place(*coord));
    if let Some(Coord { x: lon, y: lat }) = off {
        if !ours {
            let hint = if lon.abs() > 1000.0 || lat.abs() > 1000.0 {
                "; numbers this large look like metres: reproject the file to EPSG:4326"
            } else {
                ""
            };
            return Err(GeoJsonError::OutOfRange { feature: index, lon, lat, hint }.into());
        }
        problems
            .add(part, format!("the position [{lon}, {lat}] is none on the earth; it is the nearest that is one now"));
        geometry.map_coords_in_place(nearest_place);
    }
    Ok(settled_geometry(&geometry))
}

/// What another program's geometry is here.
fn natural(geometry: Option<Geometry<f64>>) -> Shape {
    match geometry {
        Some(Geometry::Point(point)) => Shape::Point { at: point.0, kind: PointKind::Marker },
        Some(Geometry::LineString(line)) if line.0.len() >= 2 => Shape::Path { line, kind: PathKind::Line },
        Some(Geometry::Polygon(polygon)) if is_area(&polygon) => {
            Shape::Area { area: MultiPolygon(vec![polygon]), kind: AreaKind::Polygon }
        }
        Some(Geometry::MultiPolygon(area)) if !area.0.is_empty() && area.iter().all(is_area) => {
            Shape::Area { area, kind: AreaKind::Polygon }
        }
        other => Shape::Other(other),
    }
}

/// Whether the outline has three corners at least; it is closed.
fn is_area(polygon: &geo::Polygon<f64>) -> bool {
    polygon.exterior().0.len() >= 4
}

fn shape(geometry: Option<Geometry<f64>>, own: &mut Fields<'_>, problems: &mut Problems) -> Shape {
    let kind = own.take::<String>("kind", problems);
    let text_at = own.place("text_at", problems);
    let center = own.place("center", problems);
    let radius_m = own.take::<f64>("radius_m", problems);
    let Some(kind) = kind else {
        return natural(geometry);
    };
    let shape = match (kind.as_str(), natural(geometry)) {
        ("other", Shape::Point { at, .. }) => Shape::Other(Some(Geometry::Point(at.into()))),
        ("other", Shape::Path { line, .. }) => Shape::Other(Some(Geometry::LineString(line))),
        ("other", Shape::Area { area, .. }) => Shape::Other(Some(match area.0.len() {
            1 => area.0.into_iter().next().map_or(Geometry::MultiPolygon(MultiPolygon(Vec::new())), Geometry::Polygon),
            _ => Geometry::MultiPolygon(area),
        })),
        (_, Shape::Other(other)) => Shape::Other(other),
        ("text", Shape::Point { at, .. }) => Shape::Point { at, kind: PointKind::Text },
        ("callout", Shape::Point { at, .. }) => match text_at {
            Some(text_at) => Shape::Callout { target: at, text_at },
            None => {
                problems.add(own.part, "the callout does not say where its words stand; it is text now");
                Shape::Point { at, kind: PointKind::Text }
            }
        },
        ("arrow", Shape::Path { line, .. }) => Shape::Path { line, kind: PathKind::Arrow },
        ("freehand", Shape::Path { line, .. }) => Shape::Path { line, kind: PathKind::Freehand },
        ("distance", Shape::Path { line, .. }) => Shape::Path { line, kind: PathKind::Distance },
        ("measured", Shape::Area { area, .. }) => Shape::Area { area, kind: AreaKind::Measured },
        ("rectangle", Shape::Area { area, .. }) if has_four_corners(&area) => {
            Shape::Area { area, kind: AreaKind::Rectangle }
        }
        ("circle", Shape::Area { area, kind }) => match (center, radius_m) {
            (Some(center), Some(radius_m)) if RADIUS_M.contains(&radius_m) && is_circle(&area, center, radius_m) => {
                Shape::Circle { center, radius_m: super::rounded_m(radius_m) }
            }
            _ => {
                problems.add(own.part, "another program has reshaped the circle; it is a polygon now");
                Shape::Area { area, kind }
            }
        },
        (_, natural) => natural,
    };
    if write::kind_name(&shape) != kind && kind != "circle" && kind != "callout" {
        let name = shape.name().to_lowercase();
        problems.add(own.part, format!("its kind is '{kind}', which its geometry is not; it is a {name} now"));
        own.unread.insert("kind".to_owned(), Value::String(kind));
    }
    shape
}

fn has_four_corners(area: &MultiPolygon<f64>) -> bool {
    matches!(area.0.as_slice(), [polygon] if polygon.interiors().is_empty() && polygon.exterior().0.len() == 5)
}

/// Whether an area is the polygon that is written for a circle; other programs may have rounded it or turned it round.
fn is_circle(area: &MultiPolygon<f64>, center: Coord<f64>, radius_m: f64) -> bool {
    let [polygon] = area.0.as_slice() else {
        return false;
    };
    let expected = write::circle_ring(center, super::rounded_m(radius_m));
    let found = &polygon.exterior().0;
    if !polygon.interiors().is_empty() || found.len() != expected.len() {
        return false;
    }
    // A ten thousandth of the radius (in units of 1e-7°, of which 90 make a metre), but never less than 0.2 m.
    let tolerance = (radius_m * 0.009).max(20.0) as i64;
    let is_near = |(found, expected): (&Coord<f64>, &write::Whole)| {
        let (x, y) = write::whole(*found);
        // What is beyond the last meridian or the pole was brought back when it was read.
        let Coord { x: lon, y: lat } = nearest_place(write::from_whole(*expected));
        let (lon, lat) = write::whole(Coord { x: lon, y: lat });
        (x - lon).abs() <= tolerance && (y - lat).abs() <= tolerance
    };
    found.iter().zip(&expected).all(is_near) || found.iter().rev().zip(&expected).all(is_near)
}

/// A number, also where another program has written it as text.
fn as_number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse::<f64>().ok().filter(|number| number.is_finite()),
        _ => None,
    }
}

/// A property of simplestyle, if it can be understood; one that cannot is left where it is.
fn simple<T>(
    properties: &mut Map<String, Value>,
    name: &str,
    part: &str,
    expected: &str,
    problems: &mut Problems,
    read: impl FnOnce(&Value) -> Option<T>,
) -> Option<T> {
    let value = properties.get(name)?;
    let read = read(value);
    match &read {
        Some(_) => {
            properties.shift_remove(name);
        }
        None if value.is_null() || value.as_str().is_some_and(str::is_empty) => {}
        None => {
            let value: String = value.to_string().chars().take(60).collect();
            problems.add(part, format!("'{name}' is {value}, not {expected}; it is drawn as if it said nothing"));
        }
    }
    read
}

fn style(shape: &Shape, properties: &mut Map<String, Value>, own: &mut Fields<'_>, problems: &mut Problems) -> Style {
    let applies = Applies::to(shape);
    let plain = simplestyle();
    let mut style = Style::default();
    let part = own.part;
    let color = |properties: &mut Map<String, Value>, name: &str, problems: &mut Problems| {
        simple(properties, name, part, "a colour such as #0072b2", problems, simple_style::color)
    };
    let opacity = |properties: &mut Map<String, Value>, name: &str, problems: &mut Problems| {
        simple(properties, name, part, "a number from 0 to 1", problems, simple_style::opacity)
    };
    style.symbol = own.take("symbol", problems).unwrap_or_default();
    style.number = own.take("number", problems);
    if applies.marker {
        let size = |value: &Value| {
            let size = simple_style::marker_size(value)?;
            Deserialize::deserialize(Value::from(size.name())).ok()
        };
        style.marker_size = simple(properties, "marker-size", part, "small, medium or large", problems, size)
            .unwrap_or(plain.marker_size);
        style.marker = color(properties, "marker-color", problems).map_or(plain.marker, Rgb::from);
        symbol(&mut style, properties);
    } else {
        style.marker_size = own.take("marker-size", problems).unwrap_or(style.marker_size);
        style.marker = own.color("marker-color", problems).unwrap_or(style.marker);
    }
    if applies.stroke {
        let stroke = color(properties, "stroke", problems);
        style.stroke = stroke.map_or(plain.stroke, Rgb::from);
        style.stroke_width_pt = simple(properties, "stroke-width", part, "a number", problems, as_number)
            .map_or(plain.stroke_width_pt, |width_pt| {
                within(width_pt, STROKE_WIDTH_PT, part, "stroke-width", problems)
            });
        let said = opacity(properties, "stroke-opacity", problems).unwrap_or(plain.stroke_opacity);
        style.stroke_opacity = said * stroke.map_or(1.0, Rgba::opacity);
    } else {
        style.stroke = own.color("stroke", problems).unwrap_or(style.stroke);
        style.stroke_width_pt = own.number("stroke-width", STROKE_WIDTH_PT, problems).unwrap_or(style.stroke_width_pt);
        style.stroke_opacity = own.number("stroke-opacity", 0.0..=1.0, problems).unwrap_or(style.stroke_opacity);
    }
    if applies.fill {
        let fill = color(properties, "fill", problems);
        style.fill = fill.map_or(plain.fill, Rgb::from);
        let said = opacity(properties, "fill-opacity", problems).unwrap_or(plain.fill_opacity);
        style.fill_opacity = said * fill.map_or(1.0, Rgba::opacity);
    } else {
        style.fill = own.color("fill", problems).unwrap_or(style.fill);
        style.fill_opacity = own.number("fill-opacity", 0.0..=1.0, problems).unwrap_or(style.fill_opacity);
    }
    style.dash = own.take("dash", problems).unwrap_or_default();
    style.hatch = own.take("hatch", problems).unwrap_or_default();
    style.text = own.color("text_color", problems);
    style.text_size_pt = own.number("text_size_pt", TEXT_SIZE_PT, problems).unwrap_or(style.text_size_pt);
    style.text_width_pt = own.number("text_width_pt", TEXT_WIDTH_PT, problems);
    style.show_title = own.take("show_title", problems).unwrap_or(style.show_title);
    style.show_measure = own.take("show_measure", problems).unwrap_or(style.show_measure);
    style
}

/// A marker's symbol and number, as another program may have changed them. Maki has hundreds of symbols; those that
/// are not ours stay in the file, and a pin is drawn.
fn symbol(style: &mut Style, properties: &mut Map<String, Value>) {
    let said = match properties.get("marker-symbol") {
        Some(Value::String(said)) if !said.is_empty() => Some(said.clone()),
        Some(Value::Number(said)) => Some(said.to_string()),
        _ => None,
    };
    if said == write::marker_symbol(style.symbol, style.number) {
        if said.is_some() {
            properties.shift_remove("marker-symbol");
        }
        return;
    }
    (style.symbol, style.number) = (Symbol::Pin, None);
    let Some(said) = said else { return };
    let digit = said.parse::<u32>().ok().filter(|number| *number <= 9);
    let name = said.strip_suffix("-stroked").unwrap_or(&said);
    match (digit, Symbol::deserialize(&Value::from(name))) {
        (Some(_), _) => style.number = digit,
        (None, Ok(symbol)) if symbol != Symbol::Pin && name == said => style.symbol = symbol,
        _ => return,
    }
    properties.shift_remove("marker-symbol");
}
