//! A document as text, straight into bytes: the same document always gives the same bytes.

use std::io::Write as _;

use geo::line_measures::{Destination as _, Geodesic};
use geo::{Point, Polygon};
use serde::Serialize;
use serde_json::{Map, Value};

use super::{
    Applies, CIRCLE_POINTS, GEOMETRY_MEMBERS, MEMBER, OWN_NAMES, PLAIN_VERSION, Reference, SETTINGS_NAMES, VERSION,
};
use crate::document::annotation::{AreaKind, PathKind, PointKind, Shape, Style, Symbol};
use crate::document::{Annotation, Document, OverlayState};
use crate::dossier::Counting;
use crate::formats::wire::DATA;
use crate::geometry::{Coord, Geometry, LineString};

/// Coordinates in units of 1e-7°, of which nothing is written.
pub(super) type Whole = (i64, i64);

/// How many of the units make a degree.
pub(super) const UNITS: f64 = 1e7;

/// A coordinate in whole units; what is no number is 0.
pub(super) fn whole(coord: Coord<f64>) -> Whole {
    ((coord.x * UNITS).round() as i64, (coord.y * UNITS).round() as i64)
}

/// The coordinate of whole units: the very number that reading its decimals gives.
pub(super) fn from_whole((x, y): Whole) -> Coord<f64> {
    Coord { x: x as f64 / UNITS, y: y as f64 / UNITS }
}

/// Turns a closed ring: outer rings anticlockwise, holes clockwise. Exact, so that a sliver is not turned round at every
/// save; one without an inside is left as it is.
pub(super) fn turn(ring: &mut [Whole], hole: bool) {
    let mut twice_area = 0_i128;
    for pair in ring.windows(2) {
        twice_area += i128::from(pair[0].0) * i128::from(pair[1].1) - i128::from(pair[1].0) * i128::from(pair[0].1);
    }
    let is_wrong = if hole { twice_area > 0 } else { twice_area < 0 };
    if is_wrong {
        ring.reverse();
    }
}

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

/// The outline of a circle, anticlockwise from its southernmost point and closed. East and west mirror each other.
pub(super) fn circle_ring(center: Coord<f64>, radius_m: f64) -> Vec<Whole> {
    let half = CIRCLE_POINTS / 2;
    let at = |index: usize| {
        let bearing_deg = 180.0 - index as f64 * 180.0 / half as f64;
        Geodesic.destination(Point(center), bearing_deg, radius_m).0
    };
    let east: Vec<Coord<f64>> = (0..=half)
        .map(at)
        .map(|Coord { x, y }| Coord { x: center.x + (x - center.x + 540.0).rem_euclid(360.0) - 180.0, y })
        .collect();
    let west = east[1..half].iter().rev().map(|&Coord { x, y }| Coord { x: 2.0 * center.x - x, y });
    let mut ring: Vec<Whole> = east.iter().copied().chain(west).map(whole).collect();
    ring.push(ring[0]);
    ring
}

/// An object in the making.
struct Members<'a> {
    out: &'a mut Vec<u8>,
    /// Put before each member, such as a line break.
    before: &'static str,
    any: bool,
}

impl<'a> Members<'a> {
    fn begin(out: &'a mut Vec<u8>, before: &'static str) -> Self {
        out.push(b'{');
        Self { out, before, any: false }
    }

    /// A member whose value the caller writes.
    fn key(&mut self, name: &str) -> &mut Vec<u8> {
        if std::mem::replace(&mut self.any, true) {
            self.out.push(b',');
        }
        self.out.extend_from_slice(self.before.as_bytes());
        json(self.out, name);
        self.out.push(b':');
        self.out
    }

    fn put(&mut self, name: &str, value: &(impl Serialize + ?Sized)) {
        json(self.key(name), value);
    }

    fn number(&mut self, name: &str, value: f64) {
        number(self.key(name), value);
    }

    /// All of `kept` but what has a meaning here.
    fn rest(&mut self, kept: &Map<String, Value>, taken: &[&str]) {
        for (name, value) in kept {
            if !taken.contains(&name.as_str()) {
                self.put(name, value);
            }
        }
    }

    fn end(self) {
        self.out.push(b'}');
    }
}

fn json(out: &mut Vec<u8>, value: &(impl Serialize + ?Sized)) {
    let start = out.len();
    if serde_json::to_writer(&mut *out, value).is_err() {
        // Names and values that cannot be written do not exist among what is written here.
        out.truncate(start);
        out.extend_from_slice(b"null");
    }
}

/// The shortest decimals that give the number again; what is no number is 0.
fn number(out: &mut Vec<u8>, value: f64) {
    let value = if value.is_finite() { value } else { 0.0 };
    // A vector takes all that is written to it.
    let _ = write!(out, "{value}");
}

/// Units of 1e-7 as decimals, without zeros at the end. Half of the time of a save is spent here, so that the digits are
/// found in 32 bits and pushed together.
fn decimal(out: &mut Vec<u8>, units: i64) {
    let mut digits = [b'0'; 24];
    let size = units.unsigned_abs();
    let (mut degrees, mut rest) = (size / 10_000_000, (size % 10_000_000) as u32);
    let mut end = 16;
    if rest == 0 {
        end -= 1;
    } else {
        digits[end - 1] = b'.';
        for place in (end..end + 7).rev() {
            digits[place] = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        end += 7;
        while digits[end - 1] == b'0' {
            end -= 1;
        }
    }
    let mut start = 15;
    if let Ok(mut few) = u32::try_from(degrees) {
        while few > 9 {
            start -= 1;
            digits[start] = b'0' + (few % 10) as u8;
            few /= 10;
        }
        degrees = u64::from(few);
    }
    // No place on the earth comes here with more than one digit left.
    while degrees > 9 {
        start -= 1;
        digits[start] = b'0' + (degrees % 10) as u8;
        degrees /= 10;
    }
    start -= 1;
    digits[start] = b'0' + degrees as u8;
    if units < 0 {
        start -= 1;
        digits[start] = b'-';
    }
    out.extend_from_slice(&digits[start..end]);
}

/// West, south, east and north of all that has been written, in whole units.
#[derive(Clone, Copy)]
struct Bounds(Option<[i64; 4]>);

impl Bounds {
    fn take(&mut self, (x, y): Whole) {
        let [west, south, east, north] = self.0.get_or_insert([x, y, x, y]);
        *west = x.min(*west);
        *south = y.min(*south);
        *east = x.max(*east);
        *north = y.max(*north);
    }
}

/// Writes geometries and notes how far they reach.
struct Shapes {
    bounds: Bounds,
    ring: Vec<Whole>,
}

impl Shapes {
    fn position(&mut self, out: &mut Vec<u8>, at: Whole) {
        self.bounds.take(at);
        out.push(b'[');
        decimal(out, at.0);
        out.push(b',');
        decimal(out, at.1);
        out.push(b']');
    }

    fn list<T>(
        &mut self,
        out: &mut Vec<u8>,
        of: impl Iterator<Item = T>,
        mut each: impl FnMut(&mut Self, &mut Vec<u8>, T),
    ) {
        out.push(b'[');
        for (index, item) in of.enumerate() {
            if index > 0 {
                out.push(b',');
            }
            each(self, out, item);
        }
        out.push(b']');
    }

    fn line(&mut self, out: &mut Vec<u8>, line: &LineString<f64>) {
        self.list(out, line.0.iter(), |shapes, out, &coord| shapes.position(out, whole(coord)));
    }

    /// A ring, turned so that outer rings run anticlockwise and holes clockwise.
    fn ring(&mut self, out: &mut Vec<u8>, ring: &LineString<f64>, hole: bool) {
        let mut corners = std::mem::take(&mut self.ring);
        corners.clear();
        corners.extend(ring.0.iter().copied().map(whole));
        turn(&mut corners, hole);
        self.list(out, corners.iter(), |shapes, out, &corner| shapes.position(out, corner));
        self.ring = corners;
    }

    fn polygon(&mut self, out: &mut Vec<u8>, polygon: &Polygon<f64>) {
        let outer = Some(polygon.exterior()).filter(|ring| !ring.0.is_empty());
        let rings = outer.into_iter().map(|ring| (ring, false));
        let rings = rings.chain(polygon.interiors().iter().map(|ring| (ring, true)));
        self.list(out, rings, |shapes, out, (ring, hole)| shapes.ring(out, ring, hole));
    }

    /// A geometry as GeoJSON, with foreign members of its own.
    fn geometry(&mut self, out: &mut Vec<u8>, geometry: &Geometry<f64>, foreign: Option<&Map<String, Value>>) {
        let mut members = Members::begin(out, "");
        match geometry {
            Geometry::Point(point) => {
                members.put("type", "Point");
                self.position(members.key("coordinates"), whole(point.0));
            }
            Geometry::MultiPoint(points) => {
                members.put("type", "MultiPoint");
                let out = members.key("coordinates");
                self.list(out, points.iter(), |shapes, out, point| shapes.position(out, whole(point.0)));
            }
            Geometry::Line(line) => {
                members.put("type", "LineString");
                self.line(members.key("coordinates"), &LineString(vec![line.start, line.end]));
            }
            Geometry::LineString(line) => {
                members.put("type", "LineString");
                self.line(members.key("coordinates"), line);
            }
            Geometry::MultiLineString(lines) => {
                members.put("type", "MultiLineString");
                self.list(members.key("coordinates"), lines.iter(), Self::line);
            }
            Geometry::Polygon(polygon) => {
                members.put("type", "Polygon");
                self.polygon(members.key("coordinates"), polygon);
            }
            Geometry::MultiPolygon(polygons) => {
                members.put("type", "MultiPolygon");
                self.list(members.key("coordinates"), polygons.iter(), Self::polygon);
            }
            Geometry::Rect(rect) => {
                members.put("type", "Polygon");
                self.polygon(members.key("coordinates"), &rect.to_polygon());
            }
            Geometry::Triangle(triangle) => {
                members.put("type", "Polygon");
                self.polygon(members.key("coordinates"), &triangle.to_polygon());
            }
            Geometry::GeometryCollection(parts) => {
                members.put("type", "GeometryCollection");
                let out = members.key("geometries");
                self.list(out, parts.iter(), |shapes, out, part| shapes.geometry(out, part, None));
            }
        }
        if let Some(foreign) = foreign {
            members.rest(foreign, &["type", "coordinates", "geometries", "bbox"]);
        }
        members.end();
    }

    fn shape(&mut self, out: &mut Vec<u8>, shape: &Shape, foreign: Option<&Map<String, Value>>) {
        match shape {
            Shape::Point { at: point, .. } | Shape::Callout { target: point, .. } => {
                self.geometry(out, &Geometry::Point((*point).into()), foreign);
            }
            Shape::Path { line, .. } => {
                let mut members = Members::begin(out, "");
                members.put("type", "LineString");
                self.line(members.key("coordinates"), line);
                if let Some(foreign) = foreign {
                    members.rest(foreign, &["type", "coordinates", "geometries", "bbox"]);
                }
                members.end();
            }
            Shape::Area { area, .. } => {
                let mut members = Members::begin(out, "");
                if let [polygon] = area.0.as_slice() {
                    members.put("type", "Polygon");
                    self.polygon(members.key("coordinates"), polygon);
                } else {
                    members.put("type", "MultiPolygon");
                    self.list(members.key("coordinates"), area.iter(), Self::polygon);
                }
                if let Some(foreign) = foreign {
                    members.rest(foreign, &["type", "coordinates", "geometries", "bbox"]);
                }
                members.end();
            }
            Shape::Circle { center, radius_m } => {
                let ring = circle_ring(from_whole(whole(*center)), super::rounded_m(*radius_m));
                let mut members = Members::begin(out, "");
                members.put("type", "Polygon");
                let out = members.key("coordinates");
                out.push(b'[');
                self.list(out, ring.into_iter(), Self::position);
                out.push(b']');
                members.end();
            }
            Shape::Other(Some(geometry)) => self.geometry(out, geometry, foreign),
            Shape::Other(None) => out.extend_from_slice(b"null"),
        }
    }

    fn feature(&mut self, out: &mut Vec<u8>, annotation: &Annotation) {
        let mut feature = Members::begin(out, "");
        feature.put("type", "Feature");
        match &annotation.kept.id {
            Some(id) => feature.put("id", id),
            None => feature.put("id", &annotation.id.0),
        }
        properties(feature.key("properties"), annotation);
        let own = annotation.kept.properties.get(MEMBER);
        let foreign = own.and_then(|own| own.get(GEOMETRY_MEMBERS)).and_then(Value::as_object);
        self.shape(feature.key("geometry"), &annotation.shape, foreign);
        feature.rest(&annotation.kept.members, &["type", "id", "properties", "geometry", "bbox"]);
        feature.end();
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

fn properties(out: &mut Vec<u8>, annotation: &Annotation) {
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
    own(members.key(MEMBER), annotation, applies);
    members.rest(kept, &taken);
    members.end();
}

/// What simplestyle cannot say.
fn own(out: &mut Vec<u8>, annotation: &Annotation, applies: Applies) {
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
    if !annotation.citations.is_empty() {
        members.put("citations", &annotation.citations);
    }
    if let Some(Value::Object(rest)) = annotation.kept.properties.get(MEMBER) {
        members.rest(rest, &OWN_NAMES);
    }
    members.end();
}

/// Our own settings, as a foreign member of the collection.
fn settings(out: &mut Vec<u8>, document: &Document, reference: &Reference) {
    let mut members = Members::begin(out, "\n  ");
    let is_plain =
        reference.data.is_empty() && document.overlays.iter().all(|state| state.layer.removed || state.layer.is_bare());
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
    members.put("names", &document.names);
    members.put("map", &document.map);
    if !document.map_sources.is_empty() {
        members.put("map_sources", &document.map_sources);
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
        let mut shapes = Shapes { bounds: Bounds(None), ring: Vec::new() };
        shapes.geometry(chosen.key("geometry"), &line.geometry, None);
        chosen.end();
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
    Shapes { bounds: Bounds(None), ring: Vec::new() }.feature(&mut out, annotation);
    out
}

/// A whole collection; with settings if there is a document to take them from.
pub(super) fn collection<'a>(
    annotations: impl Iterator<Item = &'a Annotation>,
    document: Option<(&Document, &Reference)>,
) -> Vec<u8> {
    let mut features = Vec::new();
    let mut shapes = Shapes { bounds: Bounds(None), ring: Vec::new() };
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
