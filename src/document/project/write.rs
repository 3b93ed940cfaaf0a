//! A document as text, straight into bytes: the same document always gives the same bytes.

mod geometry;
mod members;

use serde_json::{Map, Value};

use self::geometry::{Bounds, Shapes};
use self::members::{Members, decimal};
use super::{Applies, MEMBER, OWN_NAMES, PLAIN_VERSION, Reference, SETTINGS_NAMES, VERSION};
use crate::document::annotation::{AreaKind, PathKind, PointKind, Shape, Style, Symbol};
use crate::document::{Annotation, Document, OverlayState};
use crate::dossier::Counting;
use crate::formats::wire::DATA;
use crate::geometry::Coord;

pub(super) use self::geometry::{Whole, circle_ring, from_whole, turn, whole};

/// What a marker's symbol is called in simplestyle, whose names are those of the Maki icons; the pin has none.
pub(super) fn marker_symbol(symbol: Symbol, number: Option<u32>) -> Option<String> {
    if let Some(number @ 0..=9) = number {
        return Some(number.to_string());
    }
    let name = match symbol {
        Symbol::Pin => return None,
        Symbol::Circle => "circle",
        Symbol::Square => "square",
        Symbol::Triangle => "triangle",
        Symbol::Diamond => "diamond",
        Symbol::Star => "star",
        Symbol::Cross => "cross",
    };
    Some(name.to_owned())
}

/// What a kind is called in a file.
pub(super) fn kind_name(shape: &Shape) -> &'static str {
    match shape {
        Shape::Point { kind: PointKind::Marker, .. } => "marker",
        Shape::Point { kind: PointKind::Text, .. } => "text",
        Shape::Callout { .. } => "callout",
        Shape::Path { kind: PathKind::Line, .. } => "line",
        Shape::Path { kind: PathKind::Arrow, .. } => "arrow",
        Shape::Path { kind: PathKind::Freehand, .. } => "freehand",
        Shape::Path { kind: PathKind::Distance, .. } => "distance",
        Shape::Area { kind: AreaKind::Polygon, .. } => "polygon",
        Shape::Area { kind: AreaKind::Rectangle, .. } => "rectangle",
        Shape::Area { kind: AreaKind::Measured, .. } => "measured",
        Shape::Circle { .. } => "circle",
        Shape::Other(_) => "other",
    }
}

/// One property of simplestyle with the value that the style gives it, and whether that is what its absence says.
struct Simple<'a> {
    name: &'static str,
    value: Value,
    is_default: bool,
    kept: Option<&'a Value>,
}

fn simple<'a>(style: &Style, applies: Applies, kept: &'a Map<String, Value>) -> Vec<Simple<'a>> {
    let plain = super::simplestyle();
    let mut list = Vec::new();
    let mut add = |name: &'static str, value: Value, is_default: bool| {
        list.push(Simple { name, value, is_default, kept: kept.get(name) });
    };
    let finite = |value: f64, otherwise: f64| Value::from(if value.is_finite() { value } else { otherwise });
    if applies.marker {
        let size = serde_json::to_value(style.marker_size).unwrap_or_default();
        add("marker-size", size, style.marker_size == plain.marker_size);
        let symbol = marker_symbol(style.symbol, style.number);
        let none = symbol.is_none();
        add("marker-symbol", symbol.map_or(Value::Null, Value::String), none);
        add("marker-color", style.marker.to_hex().into(), style.marker == plain.marker);
    }
    if applies.stroke {
        add("stroke", style.stroke.to_hex().into(), style.stroke == plain.stroke);
        let width = style.stroke_width_pt;
        add("stroke-width", finite(width, plain.stroke_width_pt), width == plain.stroke_width_pt);
        let opacity = style.stroke_opacity;
        add("stroke-opacity", finite(opacity, plain.stroke_opacity), opacity == plain.stroke_opacity);
    }
    if applies.fill {
        add("fill", style.fill.to_hex().into(), style.fill == plain.fill);
        let opacity = style.fill_opacity;
        add("fill-opacity", finite(opacity, plain.fill_opacity), opacity == plain.fill_opacity);
    }
    list
}

fn properties(out: &mut Vec<u8>, annotation: &Annotation, keeps_files: bool) {
    let kept = &annotation.kept.properties;
    let applies = Applies::to(&annotation.shape);
    let mut members = Members::begin(out, "");
    let mut taken = vec!["title", "description", MEMBER];
    for (name, words) in [("title", &annotation.title), ("description", &annotation.description)] {
        match kept.get(name) {
            Some(other) if words.is_empty() => members.put(name, other),
            _ if words.is_empty() => {}
            _ => members.put(name, words),
        }
    }
    for simple in simple(&annotation.style, applies, kept) {
        taken.push(simple.name);
        match simple.kept {
            // What was not understood stays until the user has chosen something else.
            Some(other) if simple.is_default => members.put(simple.name, other),
            _ if simple.value.is_null() => {}
            _ => match simple.value.as_f64() {
                Some(value) => members.number(simple.name, value),
                None => members.put(simple.name, &simple.value),
            },
        }
    }
    own(members.key(MEMBER), annotation, applies, keeps_files);
    members.rest(kept, &taken);
    members.end();
}

/// What simplestyle cannot say.
fn own(out: &mut Vec<u8>, annotation: &Annotation, applies: Applies, keeps_files: bool) {
    let (style, plain) = (&annotation.style, Style::default());
    let mut members = Members::begin(out, "");
    members.put("id", &annotation.id);
    members.put("layer", &annotation.layer);
    members.put("kind", kind_name(&annotation.shape));
    let place = |out: &mut Vec<u8>, at: Coord<f64>| {
        let (x, y) = whole(at);
        out.push(b'[');
        decimal(out, x);
        out.push(b',');
        decimal(out, y);
        out.push(b']');
    };
    match annotation.shape {
        Shape::Callout { text_at, .. } => place(members.key("text_at"), text_at),
        Shape::Circle { center, radius_m } => {
            place(members.key("center"), center);
            members.number("radius_m", super::rounded_m(radius_m));
        }
        Shape::Point { .. } | Shape::Path { .. } | Shape::Area { .. } | Shape::Other(_) => {}
    }
    if !annotation.visible {
        members.put("visible", &false);
    }
    if annotation.locked {
        members.put("locked", &true);
    }
    // Of simplestyle, what says nothing of this shape to others; they might fill lines.
    if !applies.marker {
        if style.marker_size != plain.marker_size {
            members.put("marker-size", &style.marker_size);
        }
        if style.marker != plain.marker {
            members.put("marker-color", &style.marker.to_hex());
        }
    }
    if !applies.stroke {
        if style.stroke != plain.stroke {
            members.put("stroke", &style.stroke.to_hex());
        }
        if style.stroke_width_pt != plain.stroke_width_pt {
            members.number("stroke-width", style.stroke_width_pt);
        }
        if style.stroke_opacity != plain.stroke_opacity {
            members.number("stroke-opacity", style.stroke_opacity);
        }
    }
    if !applies.fill {
        if style.fill != plain.fill {
            members.put("fill", &style.fill.to_hex());
        }
        if style.fill_opacity != plain.fill_opacity {
            members.number("fill-opacity", style.fill_opacity);
        }
    }
    if style.dash != plain.dash {
        members.put("dash", &style.dash);
    }
    if style.hatch != plain.hatch {
        members.put("hatch", &style.hatch);
    }
    if style.symbol != plain.symbol {
        members.put("symbol", &style.symbol);
    }
    if let Some(number) = style.number {
        members.put("number", &number);
    }
    if let Some(text) = style.text {
        members.put("text_color", &text.to_hex());
    }
    if style.text_size_pt != plain.text_size_pt {
        members.number("text_size_pt", style.text_size_pt);
    }
    if let Some(width_pt) = style.text_width_pt {
        members.number("text_width_pt", width_pt);
    }
    if style.show_title != plain.show_title {
        members.put("show_title", &style.show_title);
    }
    if style.show_measure != plain.show_measure {
        members.put("show_measure", &style.show_measure);
    }
    if let Some(direction_deg) = style.direction_deg.filter(|direction_deg| direction_deg.is_finite()) {
        members.number("direction_deg", direction_deg);
    }
    // Where a photo lies is for the project alone.
    if let Some(photo) = annotation.photo.as_ref().filter(|_| keeps_files) {
        members.put("photo", &**photo);
    }
    if !annotation.citations.is_empty() {
        members.put("citations", &annotation.citations);
    }
    if let Some(traced) = &annotation.traced {
        members.put("traced", traced);
    }
    if let Some(Value::Object(rest)) = annotation.kept.properties.get(MEMBER) {
        members.rest(rest, &OWN_NAMES);
    }
    members.end();
}

/// Our own settings, as a foreign member of the collection.
fn settings(out: &mut Vec<u8>, document: &Document, reference: &Reference) {
    let mut members = Members::begin(out, "\n  ");
    let is_plain = reference.data.is_empty()
        && document.pictures.is_empty()
        && document.overlays.iter().all(|state| state.layer.removed || state.layer.is_bare());
    members.put("version", if is_plain { &PLAIN_VERSION } else { &VERSION });
    members.put("program", concat!("Claimline ", env!("CARGO_PKG_VERSION")));
    {
        let mut dossier = Members::begin(members.key("dossier"), "");
        dossier.put("id", &document.dossier);
        if let Some(version) = &reference.version {
            dossier.put("version", version);
        }
        if let Some(sha256) = &reference.sha256 {
            dossier.put("sha256", sha256);
        }
        if let Some(place) = &reference.dossier_place {
            dossier.put("place", place);
        }
        if let Some(sha256) = &reference.place_sha256 {
            dossier.put("place_sha256", sha256);
        }
        dossier.end();
    }
    {
        let mut view = Members::begin(members.key("view"), "");
        let center = whole(document.view.center);
        let out = view.key("center");
        out.push(b'[');
        decimal(out, center.0);
        out.push(b',');
        decimal(out, center.1);
        out.push(b']');
        view.number("zoom", document.view.zoom);
        view.end();
    }
    if let Some(day) = &document.day {
        members.put("day", day);
    }
    members.put("names", &document.names);
    if let Some(lowest) = document.maps.first() {
        // Programs of before this knew one map alone.
        members.put("map", &lowest.id);
        if document.maps.len() > 1 || !lowest.is_plain() {
            members.put("maps", &document.maps);
        }
    }
    if !document.map_sources.is_empty() {
        members.put("map_sources", &document.map_sources);
    }
    if !document.pictures.is_empty() {
        members.put("pictures", &document.pictures);
    }
    members.put("next_number", &document.next_number);
    members.put("layers", &document.layers);
    let overlays: Vec<&OverlayState> = document.overlays.iter().filter(|state| !state.layer.removed).collect();
    members.put("overlays", &overlays);
    if !document.own_sources.is_empty() {
        members.put("own_sources", &document.own_sources);
    }
    if !document.own_excerpts.is_empty() {
        members.put("own_excerpts", &document.own_excerpts);
    }
    if !reference.texts.is_empty() {
        members.put("texts", &reference.texts);
    }
    if let Some(line) = &document.chosen_line {
        let mut chosen = Members::begin(members.key("chosen_line"), "");
        chosen.put("overlay", &line.overlay);
        chosen.put("from", &line.from);
        match &line.counting {
            Counting::All => {}
            Counting::Where(filter) => chosen.put("where", filter),
            Counting::Kinds(kinds) => chosen.put("kinds", kinds),
        }
        let mut shapes = Shapes { bounds: Bounds(None), ring: Vec::new(), keeps_files: false };
        shapes.geometry(chosen.key("geometry"), &line.geometry, None);
        chosen.end();
    }
    if let Some(manuscript) = &document.manuscript {
        members.put("manuscript", &**manuscript);
    }
    if !document.figure.is_empty() {
        members.put("figure", &*document.figure);
    }
    if let Some(Value::Object(rest)) = document.kept.get(MEMBER) {
        members.rest(rest, &SETTINGS_NAMES);
    }
    members.out.push(b'\n');
    members.end();
}

/// One feature by itself.
pub(super) fn feature(annotation: &Annotation) -> Vec<u8> {
    let mut out = Vec::new();
    Shapes { bounds: Bounds(None), ring: Vec::new(), keeps_files: false }.feature(&mut out, annotation);
    out
}

/// A whole collection; with settings if there is a document to take them from.
pub(super) fn collection<'a>(
    annotations: impl Iterator<Item = &'a Annotation>,
    document: Option<(&Document, &Reference)>,
) -> Vec<u8> {
    let mut features = Vec::new();
    let mut shapes = Shapes { bounds: Bounds(None), ring: Vec::new(), keeps_files: document.is_some() };
    shapes.list(&mut features, annotations, |shapes, out, annotation| {
        out.push(b'\n');
        shapes.feature(out, annotation);
    });
    let mut out = Vec::with_capacity(features.len() + 4096);
    let mut members = Members::begin(&mut out, "");
    members.put("type", "FeatureCollection");
    if let Some(bounds) = shapes.bounds.0 {
        let out = members.key("bbox");
        shapes.list(out, bounds.into_iter(), |_, out, bound| decimal(out, bound));
    }
    members.before = "\n";
    if let Some((document, reference)) = document {
        settings(members.key(MEMBER), document, reference);
        members.rest(&document.kept, &["type", "bbox", "features", MEMBER, DATA]);
    }
    features.pop();
    members.key("features").append(&mut features);
    members.out.extend_from_slice(b"\n]");
    if let Some((_, reference)) = document.filter(|(_, reference)| !reference.data.is_empty()) {
        let mut data = Members::begin(members.key(DATA), "\n  ");
        for (id, text) in &reference.data {
            data.key(id).extend_from_slice(text.as_bytes());
        }
        data.end();
    }
    members.end();
    out.push(b'\n');
    out
}
