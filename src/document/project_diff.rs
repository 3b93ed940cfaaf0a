//! What differs between two projects: annotations by their ids, with what their shapes gained and lost; layers, overlays and
//! everything else that a project keeps, by the names of its format.

use std::collections::BTreeMap;
use std::sync::Arc;

use geo::{MultiLineString, MultiPolygon};
use serde_json::{Map, Value};

use super::annotation::Shape as Drawn;
use super::project::{self, Reference, circle_area};
use super::{Annotation, AnnotationId, Document};
use crate::dossier::diff::{Change, MemberChange, ShapeChange, members};
use crate::dossier::{Known, OWN_GROUP, Place, Shape};
use crate::formats::language::Text;
use crate::geometry::measure;
use crate::geometry::{Coord, Geometry, LineString};

/// An annotation that differs.
#[derive(Debug, Clone, PartialEq)]
pub struct AnnotationChange {
    /// Its id.
    pub id: AnnotationId,
    /// What a list calls it: as it is now, or as it was where it is gone.
    pub label: String,
    /// How it differs, its shape aside: of the members of its feature in the project's file.
    pub change: Change,
    /// How its shape differs.
    pub shape: Option<ShapeChange>,
    /// How far a point was moved, in metres.
    pub moved_m: Option<f64>,
    /// The shape before and after, to be drawn.
    pub shapes: [Option<Arc<Shape>>; 2],
}

/// An entry of one of a project's lists that differs.
#[derive(Debug, Clone, PartialEq)]
pub struct ProjectEntry {
    /// Which list.
    pub list: ProjectList,
    /// Its id.
    pub id: String,
    /// What it is called, if it says so.
    pub name: Option<String>,
    /// How it differs.
    pub change: Change,
}

/// The lists of a project whose entries have ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProjectList {
    /// Layers from files.
    Files,
    /// How the dossier's overlays are shown.
    Overlays,
    /// Layers of annotations.
    Layers,
    /// Placed pictures.
    Pictures,
    /// Maps of the user's own.
    Maps,
    /// Sources of the user's own.
    Sources,
    /// Excerpts of the user's own.
    Excerpts,
}

impl ProjectList {
    /// Every list.
    pub const ALL: [Self; 7] =
        [Self::Files, Self::Overlays, Self::Layers, Self::Pictures, Self::Maps, Self::Sources, Self::Excerpts];

    /// As it is called in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Files => "files",
            Self::Overlays => "overlays",
            Self::Layers => "layers",
            Self::Pictures => "pictures",
            Self::Maps => "map_sources",
            Self::Sources => "own_sources",
            Self::Excerpts => "own_excerpts",
        }
    }

    /// What one entry is called.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Files => "layer from a file",
            Self::Overlays => "overlay as it is shown",
            Self::Layers => "layer of annotations",
            Self::Pictures => "placed picture",
            Self::Maps => "map of your own",
            Self::Sources => "source of your own",
            Self::Excerpts => "excerpt of your own",
        }
    }

    /// The member of a project's settings in which they stand.
    fn member(self) -> &'static str {
        match self {
            Self::Files | Self::Overlays => "overlays",
            other => other.word(),
        }
    }
}

/// All that differs between two projects.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ProjectDiff {
    /// Annotations, in the order of the newer project, what is gone after them.
    pub annotations: Vec<AnnotationChange>,
    /// Entries of lists.
    pub entries: Vec<ProjectEntry>,
    /// Everything else: `view`, `figure.title` and the like.
    pub settings: Vec<MemberChange>,
}

impl ProjectDiff {
    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.annotations.is_empty() && self.entries.is_empty() && self.settings.is_empty()
    }

    /// Between two projects as their files keep them. Their dossiers are not compared here.
    pub fn between(before: (&Document, &Reference), after: (&Document, &Reference)) -> Self {
        let (old, new) = (settings(before), settings(after));
        let mut entries = Vec::new();
        for list in ProjectList::ALL {
            let [old, new] = [&old, &new].map(|settings| entries_of(settings, list));
            for (id, entry) in &new {
                let change = match old.iter().find(|(other, _)| other == id) {
                    None => Change::Added,
                    Some((_, former)) => match members(former, entry, |_| false) {
                        changed if changed.is_empty() => continue,
                        changed => Change::Changed(changed),
                    },
                };
                entries.push(ProjectEntry { list, id: id.clone(), name: name_of(entry), change });
            }
            for (id, entry) in old.iter().filter(|(id, _)| !new.iter().any(|(other, _)| other == id)) {
                entries.push(ProjectEntry { list, id: id.clone(), name: name_of(entry), change: Change::Removed });
            }
        }
        let kept = |reference: &Reference| -> BTreeMap<String, String> {
            let sum = |text: &Arc<str>| crate::dossier::fingerprint::bytes(text.as_bytes());
            reference.data.iter().map(|(id, text)| (id.clone(), sum(text))).collect()
        };
        let mut changed = members(&flat(&old), &flat(&new), |_| false);
        let [old, new] = [kept(before.1), kept(after.1)].map(|sums| serde_json::to_value(sums).ok());
        if old != new {
            changed.push(MemberChange { member: "data".to_owned(), before: old, after: new });
        }
        Self { annotations: annotations(before.0, after.0), entries, settings: changed }
    }
}

/// The settings of a project as its file has them, without annotations, data, and what only counts what was done.
fn settings((document, reference): (&Document, &Reference)) -> Map<String, Value> {
    let bare = Document { annotations: super::Annotations::default(), ..document.clone() };
    let reference = Reference { data: BTreeMap::new(), ..reference.clone() };
    let written: Value = serde_json::from_slice(&project::write(&bare, &reference)).unwrap_or_default();
    let mut settings = match written.get(project::MEMBER) {
        Some(Value::Object(settings)) => settings.clone(),
        _ => Map::new(),
    };
    if let Some(Value::Object(dossier)) = settings.get_mut("dossier") {
        dossier.shift_remove("place_sha256");
    }
    // The dossier that the project holds is compared as a dossier.
    for name in ["version", "program", "next_number", "manuscript"] {
        settings.shift_remove(name);
    }
    settings
}

/// The entries of a list by their ids.
fn entries_of(settings: &Map<String, Value>, list: ProjectList) -> Vec<(String, Map<String, Value>)> {
    let all = settings.get(list.member()).and_then(Value::as_array);
    let entries = all.into_iter().flatten().filter_map(Value::as_object).filter(|entry| match list {
        ProjectList::Files => entry.get("group").is_some_and(|group| group == OWN_GROUP),
        ProjectList::Overlays => entry.get("group").is_none_or(|group| group != OWN_GROUP),
        _ => true,
    });
    entries
        .map(|entry| {
            let id = match entry.get("id") {
                Some(Value::String(id)) => id.clone(),
                Some(other) => other.to_string(),
                None => String::new(),
            };
            (id, flat(entry))
        })
        .collect()
}

/// An entry's own name.
fn name_of(entry: &Map<String, Value>) -> Option<String> {
    let name =
        ["title", "layer.title", "outlet", "layer.file.path"].into_iter().find_map(|name| entry.get(name)?.as_str());
    name.filter(|name| !name.is_empty()).map(str::to_owned)
}

/// Members with those of objects in them beside them, as `figure.title`; lists that are compared by their entries are left out.
fn flat(of: &Map<String, Value>) -> Map<String, Value> {
    fn add(into: &mut Map<String, Value>, before: &str, of: &Map<String, Value>, depth: usize) {
        for (name, value) in of {
            let name = if before.is_empty() { name.clone() } else { format!("{before}.{name}") };
            match value {
                Value::Object(within) if depth > 0 => add(into, &name, within, depth - 1),
                value => drop(into.insert(name, value.clone())),
            }
        }
    }
    let mut all = Map::new();
    add(&mut all, "", of, 2);
    let is_list = |name: &str| ProjectList::ALL.iter().any(|list| list.member() == name);
    all.retain(|name, value| !(is_list(name) && value.is_array()));
    all
}

fn annotations(before: &Document, after: &Document) -> Vec<AnnotationChange> {
    let by_id = |document: &Document| -> BTreeMap<AnnotationId, Arc<Annotation>> {
        document.annotations.iter().map(|annotation| (annotation.id, Arc::clone(annotation))).collect()
    };
    let (old, new) = (by_id(before), by_id(after));
    let mut changes = Vec::new();
    for annotation in after.annotations.iter() {
        let former = old.get(&annotation.id);
        if former.is_some_and(|former| former == annotation) {
            continue;
        }
        changes.extend(change_of(former.map(Arc::as_ref), Some(annotation)));
    }
    for annotation in before.annotations.iter().filter(|annotation| !new.contains_key(&annotation.id)) {
        changes.extend(change_of(Some(annotation), None));
    }
    changes
}

/// How an annotation differs, if it does.
fn change_of(before: Option<&Annotation>, after: Option<&Annotation>) -> Option<AnnotationChange> {
    let of = after.or(before)?;
    let shapes = [before, after].map(|annotation| annotation.and_then(shape_of).map(Arc::new));
    let change = match (before, after) {
        (Some(before), Some(after)) => {
            let mut changed = members(&said_of(before), &said_of(after), |_| false);
            if before.photo != after.photo {
                let path = |annotation: &Annotation| {
                    annotation.photo.as_ref().map(|photo| Value::from(photo.path.display().to_string()))
                };
                changed.push(MemberChange { member: "photo".to_owned(), before: path(before), after: path(after) });
            }
            Change::Changed(changed)
        }
        (None, _) => Change::Added,
        (_, None) => Change::Removed,
    };
    let shape = ShapeChange::between(&format!("annotation-{}", of.id.0), shapes[0].as_deref(), shapes[1].as_deref());
    let at = |shape: &Option<Arc<Shape>>| match shape.as_deref() {
        Some(Shape::Places(places)) => places.first().map(|place| place.at),
        _ => None,
    };
    let moved_m =
        at(&shapes[0]).zip(at(&shapes[1])).map(|(from, to)| measure::distance_m(from, to)).filter(|m| *m > 0.0);
    let is_same = matches!(&change, Change::Changed(members) if members.is_empty());
    if is_same && shape.is_none() {
        return None;
    }
    Some(AnnotationChange { id: of.id, label: of.label(), change, shape, moved_m, shapes })
}

/// What a project's file says of an annotation besides where it is.
fn said_of(annotation: &Annotation) -> Map<String, Value> {
    let feature: Value = serde_json::from_str(&project::feature_text(annotation)).unwrap_or_default();
    let mut said = match feature.get("properties") {
        Some(Value::Object(properties)) => properties.clone(),
        _ => Map::new(),
    };
    // What only our format says stands beside what simplestyle says; where it is, is told by its shape.
    if let Some(Value::Object(own)) = said.shift_remove(project::MEMBER) {
        said.extend(own);
    }
    for name in ["id", "text_at", "center", "radius_m"] {
        said.shift_remove(name);
    }
    if let super::annotation::Shape::Callout { text_at, .. } = annotation.shape {
        said.insert("text_at".to_owned(), serde_json::json!([text_at.x, text_at.y]));
    }
    said
}

/// Where an annotation is, as the shape of an overlay is kept.
pub fn shape_of(annotation: &Annotation) -> Option<Shape> {
    let none = || (MultiPolygon(Vec::new()), MultiLineString(Vec::new()), Vec::new());
    let place = |at: Coord<f64>| Place::new(at, Known { name: Text::plain(annotation.label()), ..Known::default() });
    let (mut areas, mut lines, mut places) = none();
    match &annotation.shape {
        Drawn::Point { at, .. } => places.push(place(*at)),
        Drawn::Callout { target, .. } => places.push(place(*target)),
        Drawn::Path { line, .. } => lines.0.push(line.clone()),
        Drawn::Area { area, .. } => areas = area.clone(),
        Drawn::Circle { center, radius_m } => areas.0.push(circle_area(*center, *radius_m)),
        Drawn::Other(geometry) => {
            if let Some(geometry) = geometry {
                take(geometry, &mut areas, &mut lines, &mut places);
            }
        }
    }
    Shape::of(areas, lines, places)
}

fn take(
    geometry: &Geometry<f64>,
    areas: &mut MultiPolygon<f64>,
    lines: &mut MultiLineString<f64>,
    places: &mut Vec<Place>,
) {
    match geometry {
        Geometry::Point(point) => places.push(Place::unnamed(point.0)),
        Geometry::MultiPoint(points) => places.extend(points.iter().map(|point| Place::unnamed(point.0))),
        Geometry::Line(line) => lines.0.push(LineString(vec![line.start, line.end])),
        Geometry::LineString(line) => lines.0.push(line.clone()),
        Geometry::MultiLineString(all) => lines.0.extend(all.0.iter().cloned()),
        Geometry::Polygon(polygon) => areas.0.push(polygon.clone()),
        Geometry::MultiPolygon(all) => areas.0.extend(all.0.iter().cloned()),
        Geometry::Rect(rect) => areas.0.push(rect.to_polygon()),
        Geometry::Triangle(triangle) => areas.0.push(triangle.to_polygon()),
        Geometry::GeometryCollection(parts) => parts.iter().for_each(|part| take(part, areas, lines, places)),
    }
}
