//! A text as a document: what is absurd is mended with a word, what is not understood is kept.

mod annotation;
mod fields;
mod said;
mod shape;
mod style;
mod styling;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use geo::MapCoordsInPlace as _;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use self::annotation::{annotation, number};
use self::fields::{Fields, Problems, nearest_place, within};
pub(crate) use self::said::{plain, short};
use super::{
    AttachedText, MAX_BYTES, MEMBER, Project, ProjectError, Reference, VERSION, settled_geometry, settled_place,
};
use crate::document::picture::{MOST_PICTURES, Picture};
use crate::document::{ChosenLine, Document, Layer, LayerInfo, OverlayState, first_layers};
use crate::dossier::{Counting, Excerpt, LayerDay, Manuscript, Source, words};
use crate::formats::day::Day;
use crate::formats::filter::Filter;
use crate::formats::geojson::{self, Order};
use crate::formats::json;
use crate::formats::map_source::{MOST_MAPS, MapSource, MapWords, ShownMap};
use crate::formats::wire::{self, Object};
use crate::geometry::{Coord, View};

/// Numbers up to here are the same in every program that reads JSON.
const LARGEST_NUMBER: u64 = (1 << 53) - 1;

/// See [`super::read`].
pub(super) fn project(bytes: &[u8]) -> Result<Project, ProjectError> {
    if bytes.len() > MAX_BYTES {
        return Err(ProjectError::TooLarge(bytes.len()));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| ProjectError::NotUtf8(error.valid_up_to()))?;
    let mut problems = Problems::default();
    let mut top = parse(text.trim_start_matches('\u{feff}'), &mut problems)?;
    if top.cut_deep() {
        problems.add("file", "brackets that are nested deeper than any map needs are left out");
    }
    let kind = top.kind.clone().unwrap_or_default();
    let unread_features = top.unread.shift_remove("features");
    let (features, mut kept) = match kind.as_str() {
        "FeatureCollection" => {
            let features = top.features.take();
            let features = features.ok_or_else(|| {
                ProjectError::NotGeoJson("a FeatureCollection must have a list of 'features'".to_owned())
            })?;
            if let Some(Value::Array(unread)) = &unread_features {
                let count = unread.len();
                problems.add("features", format!("{count} are not objects and are set aside"));
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
    let (ours, settings, no_settings) = match kept.shift_remove(MEMBER) {
        Some(Value::Object(settings)) => (true, settings, None),
        // Our own member takes its place when it is written.
        other => (false, Map::new(), other),
    };
    let mut fields = Fields::new("settings", settings);
    if let Some(other) = no_settings {
        problems.add("settings", format!("not understood and set aside: {MEMBER}"));
        fields.unread.insert(MEMBER.to_owned(), other);
    }
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
                .add(&format!("layer '{id}'"), "the data that the project keeps for it is not JSON and is set aside");
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
            problems
                .add("file", "numbers that are too large, or 'NaN', have been read as very large numbers or as none");
            mended
        }
        None if error.is_data() => text,
        None => return Err(not_json(&error)),
    };
    match serde_json::from_str::<Value>(text) {
        Ok(Value::Object(members)) => Ok(Object::mended(members)),
        Ok(_) => Err(ProjectError::NotGeoJson("it is not an object".to_owned())),
        Err(error) => Err(not_json(&error)),
    }
}

fn check_crs(members: &Map<String, Value>) -> Result<(), ProjectError> {
    // A project is written by the program, which names no other.
    geojson::check_crs(members)?;
    Ok(())
}

/// The dossier as a project names it.
#[derive(Default, Deserialize)]
#[serde(default)]
struct DossierWords {
    id: String,
    version: Option<String>,
    sha256: Option<String>,
    place: Option<PathBuf>,
    place_sha256: Option<String>,
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
        problems.add("settings", format!("their version is not stated; read as version {VERSION}"));
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
    document.day = fields.take("day", problems);
    document.names = fields.take("names", problems).unwrap_or_default();
    if let Some(id) = fields.take::<String>("map", problems) {
        document.maps = vec![ShownMap::plain(id)];
    }
    let maps = maps(&mut fields, problems);
    if !maps.is_empty() {
        document.maps = maps;
    }
    document.map_sources = fields.list_by("map_sources", problems, map_source);
    document.pictures = pictures(&mut fields, problems);
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
    document.manuscript = fields.take::<Manuscript>("manuscript", problems).map(Arc::new);
    document.figure = Arc::new(fields.take("figure", problems).unwrap_or_default());
    document.kept = kept;
    let rest = fields.rest();
    if !rest.is_empty() {
        document.kept.insert(MEMBER.to_owned(), Value::Object(rest));
    }
    let reference = Reference {
        version: dossier.version,
        sha256: dossier.sha256,
        dossier_place: dossier.place,
        place_sha256: dossier.place_sha256,
        texts,
        data: BTreeMap::new(),
    };
    Project { document, reference, warnings: Vec::new(), newer, ours }
}

/// The maps of a project that shows several, or one not as it came.
fn maps(fields: &mut Fields<'_>, problems: &mut Problems) -> Vec<ShownMap> {
    let mut maps = fields.list::<ShownMap>("maps", problems);
    if maps.len() > MOST_MAPS {
        problems.add("maps", format!("it names {} maps; the lowest {MOST_MAPS} are shown", maps.len()));
        maps.truncate(MOST_MAPS);
    }
    for map in &mut maps {
        let part = format!("map '{}'", map.id);
        map.opacity = within(map.opacity, 0.0..=1.0, &part, "opacity", problems);
        map.dim = within(map.dim, 0.0..=1.0, &part, "dim", problems);
    }
    maps
}

/// A map's record.
fn map_source(item: &Value) -> Result<Arc<MapSource>, String> {
    let words = MapWords::deserialize(item).map_err(|error| plain(&error))?;
    MapSource::try_from(words).map(Arc::new).map_err(|error| error.to_string())
}

fn pictures(fields: &mut Fields<'_>, problems: &mut Problems) -> Vec<Arc<Picture>> {
    let mut known = BTreeSet::new();
    let read = |item: &Value| {
        let picture = Picture::deserialize(item).map_err(|error| plain(&error))?;
        let (picture, mended) = picture.mended()?;
        if known.len() >= MOST_PICTURES || !known.insert(picture.id.clone()) {
            return Err(format!("there are more than {MOST_PICTURES} pictures, or another has the same id"));
        }
        Ok((picture, mended))
    };
    let read = fields.list_by("pictures", problems, read);
    let mut pictures = Vec::with_capacity(read.len());
    for (picture, mended) in read {
        mended.into_iter().for_each(|what| problems.add(&format!("picture '{}'", picture.id), what));
        pictures.push(Arc::new(picture));
    }
    pictures
}

fn layers(fields: &mut Fields<'_>, problems: &mut Problems) -> Vec<Layer> {
    let mut known = BTreeSet::new();
    let mut layers = fields.list::<Layer>("layers", problems);
    layers.retain(|layer| {
        let good = layer.id.0 <= LARGEST_NUMBER && known.insert(layer.id);
        if !good {
            problems.add(&format!("layer '{}'", layer.title), "another has the same id; the two are now one");
        }
        good
    });
    if layers.is_empty() { first_layers() } else { layers }
}

/// Takes out of the series of a layer what is no layer with a day; what that was, in words.
fn lenient_series(item: &mut Value) -> Vec<String> {
    let mut unread = Vec::new();
    let Some(series) = item.pointer_mut("/layer/series") else { return unread };
    let Value::Array(reports) = series else {
        *series = Value::Array(Vec::new());
        return vec!["its series is no list and is left out".to_owned()];
    };
    reports.retain(|report| {
        let is_sound = LayerDay::deserialize(report).is_ok();
        if !is_sound {
            let day = report.get("day").map_or_else(|| "nothing".to_owned(), ToString::to_string);
            let layer = report.get("layer").and_then(Value::as_str).unwrap_or_default();
            unread.push(format!(
                "in its series the day of the layer {} is {day}; expected one such as 2025-02-01; the layer is on its own",
                words::quoted(layer)
            ));
        }
        is_sound
    });
    unread
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
        let series = lenient_series(&mut item);
        let state = OverlayState::deserialize(&item).map_err(|error| plain(&error))?;
        Ok((state, styling, order, series))
    };
    let mut read = fields.list_by("overlays", problems, read);
    read.retain(|(state, ..)| known.insert(state.id.clone()));
    let mut overlays = Vec::with_capacity(read.len());
    for (mut state, styling, order, unread) in read {
        let part = format!("overlay '{}'", state.id);
        unread.into_iter().for_each(|what| problems.add(&part, what));
        if let Some(order) = order {
            let what =
                format!("the order of its file is {order}; expected \"lon-lat\" or \"lat-lon\"; \"lon-lat\" is used");
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
            problems.add(&part, what + "; the date in the file is used");
            let mut layer = LayerInfo::clone(&state.layer);
            layer.facts.as_of = None;
            state.layer = Arc::new(layer);
        }
    }
    overlays
}
