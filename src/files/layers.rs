//! The layers of a project: their files found again, by where they lie from the project on, and told by their SHA-256.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use geo::MapCoords as _;

use super::address::{self, Address};
use super::disk::folder_of;
use super::{Content, Taken, dated, open_as, postgis, read, shares};
use crate::document::{Annotation, Document, LayerInfo, OverlayState, Picture};
use crate::dossier::{About, FileRecord, KEPT_BYTES, Origin, Overlay, Problem, fingerprint, own_layer};
use crate::formats::exact;
use crate::formats::format::{self, Candidate};
use crate::formats::geojson::{self, Order};
use crate::geometry::{Coord, Geometry};
use crate::session::Part;

/// From what a layer is to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum From {
    /// Its file, wherever it is found; where it is not, what the project keeps of it.
    Anywhere,
    /// This file, which the user has found for it.
    File(PathBuf),
    /// Its address, whose server may be asked; where that fails, what the project keeps of it.
    Address,
    /// What the project keeps of it.
    Kept,
}

impl Wanted {
    /// The same layer read in another way from its file.
    #[must_use]
    pub fn taken(self, taken: &Taken) -> Self {
        let Taken { order, crs, table, .. } = taken.clone();
        Self { file: Arc::new(FileRecord { order, crs, table, ..FileRecord::clone(&self.file) }), ..self }
    }

    /// The same layer with the numbers of each position the other way round, from where it was read: its file, or what
    /// the project keeps.
    #[must_use]
    pub fn exchanged(self, is_kept: bool) -> Self {
        let file = Arc::new(FileRecord { order: self.file.order.exchanged(), ..FileRecord::clone(&self.file) });
        Self { file, from: if is_kept { From::Kept } else { From::Anywhere }, ..self }
    }
}

/// A layer that a project shows and that is to be read.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The id under which the project knows it.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// Its file, as it was.
    pub file: Arc<FileRecord>,
    /// What the project keeps of it.
    pub kept: Option<Arc<str>>,
    /// From what it is to be read.
    pub from: From,
}

/// How a layer stands to its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// The file is as it was.
    Same,
    /// The file has been changed since; what it holds now was taken.
    Changed {
        /// Whether the project keeps what it held.
        has_kept: bool,
    },
    /// The file could not be read, for this reason; what the project keeps was taken.
    Kept(String),
    /// It has an address and was not fetched, for this reason; what the project keeps was taken.
    NotFetched(String),
    /// What the project keeps was taken because the user wished so.
    Chosen,
    /// What the project keeps was taken, for it comes from a database, which is asked only if the user says so.
    Unasked,
    /// The file could not be read, for this reason, and there is nothing else to take.
    Missing(String),
}

impl Standing {
    /// Whether there is something to be said of it.
    pub fn is_wrong(&self) -> bool {
        !matches!(self, Self::Same | Self::Chosen)
    }
}

/// A layer that has been read, or not.
#[derive(Debug, Clone)]
pub struct ReadLayer {
    /// The id under which the project knows it.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// How it stands to its file.
    pub standing: Standing,
    /// The layer.
    pub part: Option<Part>,
}

impl ReadLayer {
    /// What is wrong with it, in words; `None` if nothing is.
    pub fn notice(&self) -> Option<String> {
        let title = crate::dossier::words::quoted(&self.title);
        match &self.standing {
            Standing::Same | Standing::Chosen => None,
            Standing::Changed { has_kept: true } => Some(format!(
                "the file of {title} has changed since the project was saved; its present data is shown, \
                 and the project keeps the earlier data"
            )),
            Standing::Changed { has_kept: false } => {
                Some(format!("the file of {title} has changed since the project was saved; its present data is shown"))
            }
            Standing::Kept(why) => {
                Some(format!("the file of {title} was not read; the data kept in the project is shown ({why})"))
            }
            Standing::NotFetched(why) => {
                Some(format!("{title} was not fetched: {why}; the data kept in the project is shown"))
            }
            Standing::Unasked => Some(format!(
                "{title} is from a database, which was not asked again; the data kept in the project is shown"
            )),
            Standing::Missing(why) => Some(format!("{title} is not shown: {why}")),
        }
    }
}

/// The layers that a document shows or hides and that are not among `at_hand`; `kept` is what the project keeps.
pub fn wanted(document: &Document, kept: &BTreeMap<String, Arc<str>>, at_hand: impl Fn(&str) -> bool) -> Vec<Wanted> {
    let of_state = |state: &OverlayState| {
        let file = state.layer.file.clone().filter(|_| !state.layer.removed && !at_hand(&state.id))?;
        Some(Wanted {
            id: state.id.clone(),
            title: state.layer.facts.title.clone().unwrap_or_else(|| file.name()),
            kept: kept.get(&state.id).cloned(),
            file,
            from: From::Anywhere,
        })
    };
    // What lies lowest is opened first, so that new layers lie as they did.
    document.overlays.iter().rev().filter_map(of_state).collect()
}

/// Reads a layer of a project.
pub fn read_layer(wanted: Wanted) -> ReadLayer {
    let Wanted { id, title, file, kept, from } = wanted;
    let of_file = |path: &Path| -> Result<(Part, Standing), String> {
        let part = layer_at(path, &id, &file).map_err(|error| error.to_string())?;
        let Part::Layer(layer, _) = &part else { return Err("it holds a dossier, not a layer".to_owned()) };
        let is_same = layer.origin.as_ref().is_some_and(|origin| origin.file.sha256 == file.sha256);
        Ok((part, if is_same { Standing::Same } else { Standing::Changed { has_kept: kept.is_some() } }))
    };
    let of_kept = || kept.as_ref().map(|text| of_kept(&id, &file, text));
    let read = match from {
        From::File(path) if postgis::is_address(&path) => {
            // Other rows are what the user asked for.
            of_file(&path).map(|(part, _)| (part, Standing::Same)).map_err(|why| (why, None))
        }
        From::File(path) => of_file(&path).map_err(|why| (why, None)),
        From::Kept => match of_kept() {
            Some(Ok(part)) => Ok((part, Standing::Chosen)),
            Some(Err(why)) => Err((why, None)),
            None => Err(("the project keeps no data for it".to_owned(), None)),
        },
        From::Address => of_file(&file.path).map_err(|why| (why, of_kept())),
        From::Anywhere if address::is_address(&file.path) => Err((unasked(&file.path), of_kept())),
        // Whoever made the project may have named any server.
        From::Anywhere if file.is_of_database() && !postgis::was_asked(&file.path) => match of_kept() {
            Some(Ok(part)) => Ok((part, Standing::Unasked)),
            Some(Err(why)) => Err((why, None)),
            None => Err((
                format!("it is from a database, {}, and the project keeps no data of it; read it again", file.name()),
                None,
            )),
        },
        From::Anywhere => shares::there(&file).and_then(|path| of_file(&path)).map_err(|why| (why, of_kept())),
    };
    let (part, standing) = match read {
        Ok((part, standing)) => (Some(part), standing),
        Err((why, Some(Ok(part)))) if address::is_address(&file.path) => (Some(part), Standing::NotFetched(why)),
        Err((why, Some(Ok(part)))) => (Some(part), Standing::Kept(why)),
        Err((why, Some(Err(also)))) => (None, Standing::Missing(format!("{why}; and the data kept for it: {also}"))),
        Err((why, None)) => (None, Standing::Missing(why)),
    };
    ReadLayer { id, title, standing, part }
}

/// Why an address is not asked, and what to do.
fn unasked(path: &Path) -> String {
    let server = Address::of(path).and_then(|address| address.ok()?.server());
    let server = server.map_or_else(|| "its server".to_owned(), |server| server.name().to_owned());
    format!("{server} is asked only if you say so; open the address to fetch it: {}", path.display())
}

/// The layer of a file under an id that it has already.
fn layer_at(path: &Path, id: &str, file: &FileRecord) -> Result<Part, super::FileError> {
    let content = open_as(path, Taken { no_project: true, is_layer: true, ..Taken::of(file) })?.content;
    let parts = match content {
        Content::Evidence(part) => vec![part],
        Content::Layers(parts) => parts,
        Content::Map(_) | Content::Picture | Content::Project(_) => Vec::new(),
    };
    let is_it = |layer: &Overlay| layer.origin.as_ref().is_some_and(|origin| origin.file.layer == file.layer);
    let found = parts.into_iter().find_map(|part| match part {
        Part::Layer(mut layer, problems) if is_it(&layer) => {
            id.clone_into(&mut layer.id);
            Some(Part::Layer(layer, problems))
        }
        _ => None,
    });
    found.ok_or_else(|| match &file.layer {
        Some(layer) => super::FileError::NoShape {
            what: format!("there is no layer {} in it any more", crate::dossier::words::quoted(layer)),
            path: path.to_owned(),
        },
        None => super::FileError::UnknownKind { path: path.to_owned() },
    })
}

/// What is said of a layer by where it is from.
pub(super) fn gist(path: &Path) -> String {
    let from = if postgis::is_address(path) {
        "Read from a database"
    } else if address::is_address(path) {
        "Fetched from an address"
    } else {
        "Opened from a file"
    };
    from.to_owned()
}

/// The layer that a project keeps inside.
fn of_kept(id: &str, file: &Arc<FileRecord>, text: &Arc<str>) -> Result<Part, String> {
    let origin = || {
        Some(Arc::new(Origin { file: Arc::clone(file), text: Some(Arc::clone(text)), from_kept: true, table: None }))
    };
    if dated::is_series(&file.path) {
        let (mut layer, problems) = dated::of_kept(&file.path, text)?;
        id.clone_into(&mut layer.id);
        layer.origin = origin();
        return Ok(Part::Layer(Box::new(layer), problems));
    }
    let read = geojson::read_all(text.as_bytes(), file.order);
    let read = read.map_err(|error| error.to_string())?;
    let (mut layer, mut problems) = own_layer(&file.title(), read.features)?;
    id.clone_into(&mut layer.id);
    let part = || About::Overlay(id.to_owned());
    problems.extend(read.warnings.into_iter().map(|what| Problem { part: part(), what }));
    layer.gist = gist(&file.path);
    layer.opened_from = Some(file.name());
    layer.origin = origin();
    Ok(Part::Layer(Box::new(layer), problems))
}

/// Where a layer that is read from a file comes from; `bytes` are the file's, where they have been held.
pub(super) fn origin(path: &Path, bytes: Option<&[u8]>, sha256: String, taken: &Taken) -> Arc<Origin> {
    let metadata = fs::metadata(path).ok();
    let modified = metadata.as_ref().and_then(|metadata| metadata.modified().ok());
    let modified = modified.and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    let file = FileRecord {
        path: place(path),
        elsewhere: None,
        sha256,
        bytes: bytes.map_or_else(|| metadata.map_or(0, |metadata| metadata.len()), |bytes| bytes.len() as u64),
        modified_ms: modified.and_then(|since| u64::try_from(since.as_millis()).ok()),
        order: taken.order,
        crs: taken.crs.clone(),
        table: taken.table.clone(),
        layer: None,
    };
    // What is kept is read in degrees.
    let small = bytes.filter(|bytes| bytes.len() as u64 <= KEPT_BYTES && taken.crs.is_none());
    Arc::new(Origin {
        file: Arc::new(file),
        text: small.and_then(json_text).map(Arc::from),
        from_kept: false,
        table: None,
    })
}

/// A text that can stand in a project: GeoJSON, without a mark before it.
fn json_text(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok()?.trim_start_matches('\u{feff}').trim();
    let format = format::known(&Candidate { name: "", bytes: text.as_bytes() })?;
    if ![format::PROJECT.id, geojson::FORMAT.id].contains(&format.id) {
        return None;
    }
    serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok().then_some(text)
}

/// What a project is to keep of layers: of those at hand, and of those that are missing what it has kept so far.
pub fn to_keep(
    document: &Document,
    layers: &[Arc<Overlay>],
    kept: &BTreeMap<String, Arc<str>>,
) -> BTreeMap<String, Arc<str>> {
    let mut data = BTreeMap::new();
    for state in document.overlays.iter().filter(|state| state.layer.file.is_some() && !state.layer.removed) {
        let layer = layers.iter().find(|layer| layer.id == state.id);
        let origin = layer.and_then(|layer| layer.origin.as_ref());
        let text = match (layer, origin) {
            // What is nowhere else goes only if the user says so.
            _ if state.layer.keep_data == Some(false) => None,
            (None, _) => kept.get(&state.id).cloned(),
            (Some(_), Some(origin)) if origin.from_kept => origin.text.clone(),
            _ if !state.layer.keeps_data() => None,
            (Some(layer), _) if layer.dated.is_some() => layer.dated.as_deref().and_then(dated::kept_text),
            (Some(layer), Some(origin)) => {
                Some(origin.text.clone().or_else(|| of_file(&origin.file)).unwrap_or_else(|| features_text(layer)))
            }
            (Some(layer), None) => Some(features_text(layer)),
        };
        data.extend(text.map(|text| (state.id.clone(), text)));
    }
    data
}

/// The text of a file that is as it was.
fn of_file(file: &FileRecord) -> Option<Arc<str>> {
    if file.crs.is_some() {
        return None;
    }
    let bytes = read(&file.path).ok()?;
    (fingerprint::bytes(&bytes) == file.sha256).then(|| json_text(&bytes).map(Arc::from))?
}

/// The features of a layer as GeoJSON, for a file that is not as it was when it was read: every number as it is, and in
/// the order in which the file has them.
pub(super) fn features_text(layer: &Overlay) -> Arc<str> {
    let rows = layer.features.rows();
    let order = layer.origin.as_ref().map_or_else(Order::default, |origin| origin.file.order);
    let written = |geometry: Geometry<f64>| match order {
        Order::LonLat => geojson::exact_geometry(&geometry),
        Order::LatLon => geojson::exact_geometry(&geometry.map_coords(|place| Coord { x: place.y, y: place.x })),
    };
    let mut text = String::from("{\"type\":\"FeatureCollection\",\"features\":[");
    for feature in 0..layer.features.count() {
        text.push_str(if feature == 0 { "\n" } else { ",\n" });
        text.push_str("{\"type\":\"Feature\"");
        if let Some(id) = rows.id_text(feature) {
            text.push_str(&format!(",\"id\":{id}"));
        }
        for (name, value) in rows.members(feature).into_iter().flatten() {
            text.push_str(&format!(",{}:{}", serde_json::Value::from(name.as_str()), exact::text(value)));
        }
        let properties = Some(rows.text(feature)).filter(|text| !text.is_empty()).unwrap_or("null");
        let geometry = layer.features.geometry(&layer.shape, feature);
        let geometry = geometry.map_or_else(|| "null".to_owned(), written);
        text.push_str(&format!(",\"properties\":{properties},\"geometry\":{geometry}}}"));
    }
    text.push_str("\n]}");
    text.into()
}

/// Where a file is, as a record names it.
pub fn place(path: &Path) -> PathBuf {
    if address::is_address(path) {
        return path.to_owned();
    }
    plain(&std::path::absolute(path).unwrap_or_else(|_| path.to_owned()))
}

/// A path without `.` and `..`, as far as that can be told without looking.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(plain.components().next_back(), Some(Component::Normal(_))) => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

/// The way from a folder to a file; `None` where there is none, as from one drive to another.
fn relative(folder: &Path, path: &Path) -> Option<PathBuf> {
    let (mut from, mut to) = (folder.components().peekable(), path.components().peekable());
    while from.peek().is_some() && from.peek() == to.peek() {
        from.next();
        to.next();
    }
    let is_inside = |part: &Component<'_>| matches!(part, Component::Normal(_));
    let (from, to): (Vec<_>, Vec<_>) = (from.collect(), to.collect());
    let is_way = from.iter().chain(&to).all(is_inside);
    is_way.then(|| from.iter().map(|_| Component::ParentDir).chain(to).collect())
}

fn folder_of_project(project: &Path) -> PathBuf {
    plain(folder_of(&place(project)))
}

/// A document whose files are named as from a project's file on, for writing it there.
pub(super) fn named_from(document: &Document, project: &Path) -> Document {
    let folder = folder_of_project(project);
    with_files(document, |file| {
        if address::is_address(&file.path) {
            return file.clone();
        }
        let path = relative(&folder, &file.path).unwrap_or_else(|| file.path.clone());
        // What lies in the project's folder moves with it; the names of the folders around are nobody's business.
        let is_inside = path.components().all(|part| matches!(part, Component::Normal(_)));
        let elsewhere = file.elsewhere.clone().or_else(|| (!is_inside).then(|| file.path.clone()));
        FileRecord { path, elsewhere, ..file.clone() }
    })
}

/// The place of a dossier as a project's file names it: from its folder on where it lies within it, or else whole.
pub(super) fn place_named_from(place: &Path, project: &Path) -> PathBuf {
    let within = relative(&folder_of_project(project), place);
    let is_inside =
        |path: &PathBuf| path.components().all(|part| matches!(part, Component::Normal(_) | Component::ParentDir));
    within.filter(is_inside).unwrap_or_else(|| place.to_owned())
}

/// The same the other way.
pub(super) fn place_placed_from(place: &Path, project: &Path) -> PathBuf {
    plain(&folder_of_project(project).join(place))
}

/// The same the other way: where the files are that a project names.
pub(super) fn placed_from(document: &Document, project: &Path) -> Document {
    let folder = folder_of_project(project);
    with_files(document, |file| {
        if address::is_address(&file.path) {
            return file.clone();
        }
        let path = plain(&folder.join(&file.path));
        let elsewhere = file.elsewhere.clone().filter(|elsewhere| *elsewhere != path);
        FileRecord { path, elsewhere, ..file.clone() }
    })
}

fn with_files(document: &Document, change: impl Fn(&FileRecord) -> FileRecord) -> Document {
    let mut document = document.clone();
    for state in &mut document.overlays {
        if let Some(file) = state.layer.file.as_ref().filter(|file| !file.is_of_database()) {
            let file = Some(Arc::new(change(file)));
            state.layer = Arc::new(LayerInfo { file, ..LayerInfo::clone(&state.layer) });
        }
    }
    for picture in &mut document.pictures {
        *picture = Arc::new(Picture { file: Arc::new(change(&picture.file)), ..Picture::clone(picture) });
    }
    if document.annotations.iter().any(|annotation| annotation.photo.is_some()) {
        for annotation in document.annotations.list_mut() {
            if let Some(photo) = &annotation.photo {
                let photo = Some(Arc::new(change(photo)));
                *annotation = Arc::new(Annotation { photo, ..Annotation::clone(annotation) });
            }
        }
    }
    document
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_from_a_folder_to_a_file_leads_back() {
        for (folder, path, way) in [
            ("/a/b", "/a/b/c.geojson", "c.geojson"),
            ("/a/b", "/a/c/d.geojson", "../c/d.geojson"),
            ("/", "/d.geojson", "d.geojson"),
            ("/x/y", "/d.geojson", "../../d.geojson"),
        ] {
            let (folder, path) = (Path::new(folder), Path::new(path));
            assert_eq!(relative(folder, path).unwrap(), Path::new(way));
            assert_eq!(plain(&folder.join(way)), path);
        }
        assert_eq!(relative(Path::new("/a"), Path::new("b")), None);
    }

    #[test]
    fn a_layer_on_a_machine_that_nobody_named_is_shown_as_it_is_kept() {
        let file: FileRecord =
            serde_json::from_value(serde_json::json!({ "path": r"\\unnamed\share\a.geojson" })).unwrap();
        let text = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[37,48]}}]}"#;
        let wanted = |kept: Option<&str>| Wanted {
            id: "a".to_owned(),
            title: "A".to_owned(),
            file: Arc::new(file.clone()),
            kept: kept.map(Arc::from),
            from: From::Anywhere,
        };
        let read = read_layer(wanted(Some(text)));
        assert!(
            matches!(&read.standing, Standing::Kept(why) if why.contains("unnamed, which is asked only if you say so"))
        );
        assert!(read.part.is_some());
        assert!(matches!(read_layer(wanted(None)).standing, Standing::Missing(why) if why.contains("unnamed")));
    }

    #[test]
    fn features_are_written_as_they_are() {
        let text = r#"{"type":"FeatureCollection","features":[
            {"type":"Feature","id":7,"far":[1],"properties":{"b":1,"a":"ї"},"geometry":{"type":"Point","coordinates":[37.123456789012,48.1]}},
            {"type":"Feature","properties":null,"geometry":{"type":"LineString","coordinates":[[37,48],[37.5,48.25]]}},
            {"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[[37,48],[38,48],[38,49],[37,48]]]}}]}"#;
        let layer = |text: &str| own_layer("a", geojson::read_table(text.as_bytes()).unwrap()).unwrap().0;
        let (read, again) = (layer(text), layer(&features_text(&layer(text))));
        assert_eq!(again.shape, read.shape);
        let table = |layer: &Overlay| {
            let rows = layer.features.rows();
            (0..rows.count())
                .map(|row| (rows.id(row), rows.members(row).cloned(), rows.text(row).to_owned()))
                .collect::<Vec<_>>()
        };
        assert_eq!(table(&again)[0], table(&read)[0]);
        assert_eq!(table(&again).len(), 3);
    }
}
