//! GeoJSON (RFC 7946): lenient where the world is (winding, old `crs`), strict where a wrong shape would result. Positions of
//! files that name another coordinate system than WGS 84 (as GeoJSON of 2008 allows) are converted.

use std::fmt::Write as _;
use std::io::Read;

use geo::orient::{Direction, Orient as _};
use geo::{Coord, Geometry, LineString, MapCoordsInPlace as _, Polygon};
use serde_json::{Map, Value, json};

use super::converter::{Converter, joined};
use super::crs::looks_like_degrees;
use super::feature::Feature;
use super::format::{Candidate, Format, Holds};
use super::read::{FeatureLayer, Input, Read as FeaturesRead, ReadError, is_place, shortened};
use super::table::{FeatureTable, FeatureText};
use super::wire::Object;
use super::write::{Outgoing, WrittenFile};
use super::written::{Member, items, member, members, unescaped};
use super::{exact, json, scan};

mod named_crs;

pub(crate) use named_crs::check_crs;
pub(super) use named_crs::{Named, named_crs};

/// GeoJSON as one text.
pub const FORMAT: Format = Format {
    id: "geojson",
    label: "GeoJSON",
    noun: "GeoJSON",
    extensions: &["geojson", "json"],
    sniff,
    holds: Holds::Features(read_any),
    write: Some(write),
};

pub(super) fn write(outgoing: &Outgoing<'_>) -> WrittenFile {
    let title = Value::from(outgoing.title);
    let mut text = format!("{{\"type\":\"FeatureCollection\",\"title\":{title},\n\"features\":[");
    for (index, feature) in outgoing.features.iter().enumerate() {
        text.push_str(if index == 0 { "\n" } else { ",\n" });
        push_feature(feature, &mut text);
    }
    text.push_str("\n]}\n");
    WrittenFile { bytes: text.into_bytes(), cannot_hold: Vec::new() }
}

/// A geometry whose rings run as RFC 7946 has them: outer ones anticlockwise, holes clockwise.
fn oriented(geometry: &Geometry<f64>) -> Geometry<f64> {
    match geometry {
        Geometry::Polygon(one) => one.orient(Direction::Default).into(),
        Geometry::MultiPolygon(several) => several.orient(Direction::Default).into(),
        Geometry::GeometryCollection(all) => Geometry::GeometryCollection(all.iter().map(oriented).collect()),
        other => other.clone(),
    }
}

/// Adds a feature with every digit of its numbers, on one line.
pub(super) fn push_feature(feature: &Feature, text: &mut String) {
    text.push_str("{\"type\":\"Feature\"");
    if let Some(id) = &feature.id {
        // Writing to a String cannot fail.
        let _ = write!(text, ",\"id\":{}", super::exact::text(id));
    }
    for (name, value) in &feature.members {
        let _ = write!(text, ",{}:{}", Value::from(name.as_str()), super::exact::text(value));
    }
    let properties = super::exact::text(&Value::Object(feature.properties.clone()));
    let geometry = feature.geometry.as_ref().map(|geometry| exact_geometry(&oriented(geometry)));
    let geometry = geometry.as_deref().unwrap_or("null");
    let _ = write!(text, ",\"properties\":{properties},\"geometry\":{geometry}}}");
}

/// As [`read_all`], of a file that is opened.
///
/// # Errors
/// As [`read`].
pub fn read_any(input: &Input<'_>) -> Result<FeaturesRead, ReadError> {
    if input.crs.is_none() {
        return match read_all(input.bytes, input.order) {
            Err(error @ ReadError::OutOfRange { .. }) => Err(not_degrees(input).unwrap_or(error)),
            read => read.map(FeaturesRead::from),
        };
    }
    let text = text_of(input.bytes)?;
    let mut slow = Slow::in_system(input);
    slow.add(parse(text)?, text)?;
    Ok(slow.finished().into())
}

/// The box of what is in a file of which most features are not in degrees.
fn not_degrees(input: &Input<'_>) -> Option<ReadError> {
    use geo::BoundingRect as _;
    let text = text_of(input.bytes).ok()?;
    let mut slow = Slow { is_anywhere: true, ..Slow::new(input.order) };
    slow.add_read(parse(text).ok()?).ok()?;
    let boxes = slow.features.iter().filter_map(|feature| feature.geometry.as_ref()?.bounding_rect());
    let (mut count, mut all) = (0_usize, None);
    for bounds in boxes.filter(|bounds| !looks_like_degrees(*bounds)) {
        count += 1;
        all = joined(all, Some(bounds));
    }
    // Degrees with a slip are no metres.
    let is_far =
        |bounds: &geo::Rect<f64>| [bounds.min(), bounds.max()].iter().any(|at| at.x.abs().max(at.y.abs()) > 1000.0);
    all.filter(is_far).filter(|_| 2 * count > slow.count()).map(ReadError::NotDegrees)
}

/// Whether a text has what only GeoJSON has near its beginning.
fn sniff(candidate: &Candidate<'_>) -> bool {
    let start = candidate.start();
    let names = ["FeatureCollection", "Feature", "coordinates", "geometries"];
    candidate.begins_with(b'{') && names.iter().any(|name| super::wire::names(start, name))
}

/// A file larger than this is refused, in bytes: reading it would take more memory than a laptop has to spare.
pub const MAX_BYTES: usize = 512 * 1024 * 1024;

/// Reads a FeatureCollection, a Feature or a bare geometry.
///
/// # Errors
/// [`ReadError`] says what is wrong and where.
pub fn read(bytes: &[u8]) -> Result<Vec<Feature>, ReadError> {
    let text = text_of(bytes)?;
    if let Some((features, members)) = scan::collection(text)
        && let Named::Degrees(_) = named_crs(members.get("crs"))?
    {
        return Ok(features);
    }
    let mut slow = Slow::default();
    slow.add(parse(text)?, text)?;
    Ok(slow.features)
}

/// The same as a table, whose properties are read when somebody asks for them.
///
/// # Errors
/// As [`read`].
pub fn read_table(bytes: &[u8]) -> Result<FeatureTable, ReadError> {
    Ok(read_all(bytes, Order::LonLat)?.features)
}

/// As [`read_table`] of a plain FeatureCollection that is read in blocks and never held as a whole. `None` where it is out of
/// the ordinary, too large or wrong, which [`read_table`] can tell, and where `stop` says so of a block.
pub fn read_plain_table(source: impl Read, stop: impl Fn(&[u8]) -> bool) -> Option<FeatureTable> {
    let mut source = source.take(MAX_BYTES as u64 + 1);
    let (mut features, members): (FeatureTable, _) = scan::collection_in_blocks(&mut source, stop)?;
    let Named::Degrees(note) = named_crs(members.get("crs")).ok()? else { return None };
    features.notes.extend(note);
    (source.limit() > 0).then_some(features)
}

/// The text of each feature of a collection, which somebody has read as JSON.
pub fn features_of(collection: &str) -> impl Iterator<Item = &str> {
    items(member(collection, "features").unwrap_or_default())
}

/// Which number of a position stands first in a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Order {
    /// As GeoJSON has it.
    #[default]
    LonLat,
    /// As many a list of places has it: they are exchanged.
    LatLon,
}

impl Order {
    /// The other one.
    #[must_use]
    pub fn exchanged(self) -> Self {
        match self {
            Self::LonLat => Self::LatLon,
            Self::LatLon => Self::LonLat,
        }
    }

    /// Its name in a project.
    pub fn name(self) -> &'static str {
        match self {
            Self::LonLat => "lon-lat",
            Self::LatLon => "lat-lon",
        }
    }

    /// The one of that name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::LonLat, Self::LatLon].into_iter().find(|order| order.name() == name)
    }
}

/// As [`read`], of a file in which either number stands first.
///
/// # Errors
/// As [`read`].
pub fn read_in_order(bytes: &[u8], order: Order) -> Result<Vec<Feature>, ReadError> {
    if order == Order::LonLat {
        return read(bytes);
    }
    let mut slow = Slow::new(order);
    let text = text_of(bytes)?;
    slow.add(parse(text)?, text)?;
    Ok(slow.features)
}

/// As [`read_table`], with what was passed over.
///
/// # Errors
/// As [`read`].
pub fn read_all(bytes: &[u8], order: Order) -> Result<FeatureLayer, ReadError> {
    let text = text_of(bytes)?;
    if order == Order::LonLat
        && let Some((mut features, members)) = scan::collection::<FeatureTable>(text)
        && let Named::Degrees(note) = named_crs(members.get("crs"))?
    {
        features.notes.extend(note);
        return Ok(FeatureLayer { features, ..FeatureLayer::default() });
    }
    let mut slow = Slow::new(order);
    slow.add(parse(text)?, text)?;
    Ok(slow.finished())
}

/// The text of a file, without a mark of its encoding.
pub(super) fn text_of(bytes: &[u8]) -> Result<&str, ReadError> {
    if bytes.len() > MAX_BYTES {
        return Err(ReadError::TooLarge(bytes.len()));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| ReadError::NotUtf8(error.valid_up_to()))?;
    Ok(text.trim_start_matches('\u{feff}'))
}

/// A text as far as it is JSON; what in it is not as GeoJSON has it is in [`Object::unread`].
fn parse(text: &str) -> Result<Object, ReadError> {
    let not_json = |error: serde_json::Error| ReadError::NotJson(json::fault(text, &error));
    match serde_json::from_str::<Object>(text) {
        Ok(object) => Ok(object),
        Err(error) if error.is_data() => mended(serde_json::from_str(text).map_err(not_json)?),
        Err(error) => Err(not_json(error)),
    }
}

/// The geometry of a text that is one, or that of a feature.
pub(super) fn geometry_of(text: &str) -> Result<Geometry<f64>, ReadError> {
    let object = parse(text)?;
    let object = match (object.kind.as_deref(), object.geometry) {
        (Some("Feature"), Some(geometry)) => *geometry,
        (_, geometry) => Object { geometry, ..object },
    };
    let is_geometry = object.kind.as_deref().is_some_and(|kind| GEOMETRIES.contains(&kind));
    if !is_geometry || !object.unread.is_empty() {
        return Err(ReadError::NotGeoJson(
            "it is no geometry, such as {\"type\":\"Point\",\"coordinates\":[38,48.6]}".to_owned(),
        ));
    }
    object.into_geometry().map_err(ReadError::NotGeoJson)
}

/// A value of which some members break GeoJSON's rules.
pub(super) fn mended(value: Value) -> Result<Object, ReadError> {
    match value {
        Value::Object(members) => Ok(Object::mended(members)),
        Value::Array(_) => Err(ReadError::NotGeoJson(
            "it is a list; GeoJSON is an object such as {\"type\":\"FeatureCollection\",\"features\":[…]}".to_owned(),
        )),
        _ => Err(ReadError::NotGeoJson("it is a single value and has no features".to_owned())),
    }
}

/// The types of geometry.
const GEOMETRIES: [&str; 7] =
    ["Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection"];

/// Features that are read one by one, with all that may be wrong with them.
#[derive(Default)]
pub(super) struct Slow {
    order: Order,
    /// For each system other than WGS 84 that is named in the text that is being added.
    converters: Vec<Converter>,
    /// That of the positions that come next.
    converter: Option<usize>,
    /// That of all positions, if somebody has chosen it.
    chosen: Option<Option<Converter>>,
    /// Whether positions need not be on the earth.
    is_anywhere: bool,
    features: Vec<Feature>,
    /// What of each stands in the text.
    texts: Vec<FeatureText>,
    /// As [`FeatureTable`] has them.
    unclosed: Vec<u32>,
    has_heights: bool,
    notes: Vec<String>,
    warnings: Vec<String>,
}

impl Slow {
    pub(super) fn new(order: Order) -> Self {
        Self { order, ..Self::default() }
    }

    /// The same with the order and the coordinate system that somebody has chosen for a file.
    pub(super) fn in_system(input: &Input<'_>) -> Self {
        Self { chosen: input.crs.map(Converter::chosen), ..Self::new(input.order) }
    }

    /// All that has been read.
    pub(super) fn finished(self) -> FeatureLayer {
        let Self { unclosed, mut notes, warnings, features, texts, chosen, has_heights, .. } = self;
        notes.extend(chosen.flatten().into_iter().flat_map(Converter::notes));
        notes.extend(has_heights.then(|| scan::HEIGHTS.to_owned()));
        let features = FeatureTable { unclosed, notes, ..FeatureTable::of_written(features, &texts) };
        FeatureLayer { features, warnings, ..FeatureLayer::default() }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.features.len()
    }

    /// Adds what a text is: a collection, a feature or a geometry. What a reader of JSON leaves out of it, the digits of
    /// long numbers and all but the last of several properties of one name, is taken from the text.
    pub(super) fn add(&mut self, object: Object, text: &str) -> Result<(), ReadError> {
        let before = self.count();
        self.add_read(object)?;
        self.converter = None;
        for note in std::mem::take(&mut self.converters).into_iter().flat_map(Converter::notes) {
            if !self.notes.contains(&note) {
                self.notes.push(note);
            }
        }
        let added = &mut self.features[before..];
        let features = match member(text, "features").filter(|_| member(text, "type") == Some("\"FeatureCollection\""))
        {
            Some(list) => items(list).collect(),
            None => vec![text],
        };
        self.has_heights |= features.iter().any(|feature| has_heights(member(feature, "geometry").unwrap_or(feature)));
        if features.len() == added.len() {
            for (feature, text) in added.iter_mut().zip(features) {
                self.texts.push(text_of_feature(feature, text));
            }
        } else {
            // A text that says neither what it is nor what it has in plain letters.
            self.texts.extend(added.iter().map(|feature| text_of_feature(&mut feature.clone(), "")));
        }
        Ok(())
    }

    fn add_read(&mut self, object: Object) -> Result<(), ReadError> {
        self.note_crs(&object.rest)?;
        match object.kind.as_deref() {
            Some("FeatureCollection") => {
                if let Some(unread) = object.unread.get("features") {
                    let what = match unread.as_array() {
                        Some(list) => format!("{} members of its 'features' are not objects; remove them", list.len()),
                        None => "its 'features' are not a list".to_owned(),
                    };
                    return Err(ReadError::NotGeoJson(what));
                }
                let features = object.features.ok_or_else(|| {
                    ReadError::NotGeoJson(
                        "a FeatureCollection must have a list of 'features', and this has none".to_owned(),
                    )
                })?;
                features.into_iter().try_for_each(|feature| self.feature(feature))
            }
            Some("Feature") => self.feature(object),
            Some(kind) if GEOMETRIES.contains(&kind) => {
                let geometry = Some(self.geometry(object)?);
                self.features.push(Feature { geometry, properties: Map::new(), id: None, members: Map::new() });
                Ok(())
            }
            _ => Err(ReadError::NotGeoJson(other_kind(&object))),
        }
    }

    /// Takes the old `crs` of a collection, a feature or a geometry: programs write it into each, and the innermost counts.
    /// What is in doubt is said once. Gives what counted before.
    fn note_crs(&mut self, members: &Map<String, Value>) -> Result<Option<usize>, ReadError> {
        let before = self.converter;
        let Some(said) = members.get("crs").filter(|_| self.chosen.is_none()) else { return Ok(before) };
        self.converter = self.converters.iter().position(|converter| converter.is_of(said));
        if self.converter.is_none() {
            match named_crs(Some(said))? {
                Named::Degrees(note) => self.notes.extend(note.filter(|_| self.notes.is_empty())),
                Named::Other(crs) => {
                    self.converters.push(Converter::new(*crs, said.clone()));
                    self.converter = Some(self.converters.len() - 1);
                }
            }
        }
        Ok(before)
    }

    fn wrong(&self, what: impl std::fmt::Display) -> ReadError {
        ReadError::NotGeoJson(format!("feature {}: {what}", self.count() + 1))
    }

    fn feature(&mut self, object: Object) -> Result<(), ReadError> {
        match object.kind.as_deref() {
            Some("Feature") => {}
            Some(kind) => return Err(self.wrong(format_args!("its type is '{}', not 'Feature'", shortened(kind)))),
            None => return Err(self.wrong("it has no type; write \"type\":\"Feature\"")),
        }
        let Object { geometry, properties, id, rest: members, unread, .. } = object;
        if let Some(name) = unread.keys().next() {
            let mended = (name == "geometry").then(|| unread.get(name).cloned()).flatten();
            return match mended {
                Some(Value::Object(geometry)) => Err(match self.geometry(Object::mended(geometry)) {
                    Err(error) => error,
                    Ok(_) => self.wrong("its 'geometry' is not valid GeoJSON"),
                }),
                _ => Err(self.wrong(format_args!("its '{name}' is not valid GeoJSON; correct it or remove it"))),
            };
        }
        let outer = self.note_crs(&members)?;
        let geometry = geometry.map(|geometry| self.geometry(*geometry)).transpose()?;
        self.converter = outer;
        let id = id.filter(|id| id.is_string() || id.is_number());
        self.features.push(Feature { geometry, properties, id, members });
        Ok(())
    }

    /// The geometry of the feature that comes next.
    fn geometry(&mut self, object: Object) -> Result<Geometry<f64>, ReadError> {
        let kind = object.kind.clone().unwrap_or_default();
        let outer = self.note_crs(&object.rest)?;
        if object.unread.contains_key("coordinates") {
            return Err(self.wrong(format_args!(
                "the coordinates are not those of a {}; each position must contain two or more numbers, longitude and latitude",
                shortened(&kind)
            )));
        }
        if let Some(name) = object.unread.keys().next() {
            return Err(self.wrong(format_args!("the '{name}' of its geometry is not valid GeoJSON")));
        }
        let nulls = object.nulls();
        if object.has_open_ring() {
            self.unclosed.push(self.count() as u32);
        }
        let mut geometry = object.into_geometry().map_err(|what| self.wrong(what))?;
        if nulls > 0 {
            let feature = self.count() + 1;
            let members = if nulls == 1 {
                "member of its collection of geometries is"
            } else {
                "members of its collection of geometries are"
            };
            self.warnings.push(format!("feature {feature}: {nulls} {members} null, and nothing is drawn for it"));
        }
        if self.order == Order::LatLon {
            geometry.map_coords_in_place(|Coord { x, y }| Coord { x: y, y: x });
        }
        let feature = self.count() + 1;
        if let Some(converter) = self.converter.and_then(|index| self.converters.get_mut(index)) {
            converter.convert(feature, &mut geometry)?;
        }
        if let Some(Some(converter)) = &mut self.chosen {
            converter.convert(feature, &mut geometry)?;
        }
        self.converter = outer;
        if !self.is_anywhere {
            check_range(feature, &geometry)?;
        }
        Ok(geometry)
    }
}

/// Whether a position in the text of a geometry has a third number.
fn has_heights(geometry: &str) -> bool {
    let parts = || items(member(geometry, "geometries").unwrap_or_default());
    let (mut is_position, mut commas) = (false, 0);
    let of_coordinates = member(geometry, "coordinates").unwrap_or_default().bytes().any(|byte| {
        match byte {
            b'[' => (is_position, commas) = (true, 0),
            b',' => commas += 1,
            b']' => return std::mem::take(&mut is_position) && commas > 1,
            _ => {}
        }
        false
    });
    of_coordinates || parts().filter_map(|part| member(part, "coordinates").map(|_| part)).any(has_heights)
}

/// What of a feature is kept as it stands in its JSON; its foreign members become [`exact`] values. As it was read, if it
/// does not stand there.
fn text_of_feature(feature: &mut Feature, text: &str) -> FeatureText {
    let mut found = FeatureText {
        properties: match feature.properties.is_empty() {
            true => String::new(),
            false => Value::Object(feature.properties.clone()).to_string(),
        },
        id: feature.id.as_ref().map(ToString::to_string),
    };
    // A bare geometry has members of these names that are not a feature's.
    if member(text, "type") != Some("\"Feature\"") {
        return found;
    }
    for Member { name, value } in members(text) {
        match name {
            "properties" if !feature.properties.is_empty() && value.starts_with('{') => {
                value.clone_into(&mut found.properties)
            }
            "id" if found.id.is_some() => found.id = Some(value.to_owned()),
            name => {
                if exact::has_changed_numbers(value)
                    && let Some(member) = unescaped(name).and_then(|name| feature.members.get_mut(&name))
                {
                    *member = exact::value(value);
                }
            }
        }
    }
    found
}

/// What JSON is that is no GeoJSON, as far as it can be told.
fn other_kind(object: &Object) -> String {
    let has = |name: &str| object.rest.contains_key(name);
    match object.kind.as_deref() {
        Some("Topology") => "it is TopoJSON; convert it to GeoJSON, as mapshaper.org does".to_owned(),
        Some(kind) => format!("its type is '{}', which GeoJSON does not have", shortened(kind)),
        None if has("elements") && has("osm3s") => {
            "it is an answer of OpenStreetMap's Overpass server; export it from there as GeoJSON".to_owned()
        }
        None if has("geometryType") || has("spatialReference") => {
            "it is Esri's own JSON; ask the server for f=geojson, or convert it".to_owned()
        }
        None => "it has no 'type', such as FeatureCollection".to_owned(),
    }
}

/// Digits after the point that are written: 0.1 m, finer than any border is known.
const DECIMALS: usize = 6;

/// Writes a geometry as RFC 7946 has it: outer rings anticlockwise, holes clockwise, rings closed, no more than six
/// decimals. Positions that fall together when rounded are one; what has too few left is left out.
pub fn write_geometry(geometry: &Geometry<f64>, out: &mut String) {
    let mut object = |kind: &str, write: &mut dyn FnMut(&mut String)| {
        out.push_str("{\"type\":\"");
        out.push_str(kind);
        out.push_str("\",\"coordinates\":");
        write(out);
        out.push('}');
    };
    let polygon = |polygon: &Polygon<f64>, out: &mut String| {
        let rings =
            std::iter::once((polygon.exterior(), true)).chain(polygon.interiors().iter().map(|hole| (hole, false)));
        list(rings, out, |(ring, outer), out| {
            let mut units = units_of(ring);
            if units.len() > 1 && units.first() == units.last() {
                units.pop();
            }
            if (doubled_area(&units) > 0) != outer {
                units.reverse();
            }
            units.extend(units.first().copied());
            chain(&units, out);
        });
    };
    // Nothing is left of a ring smaller than a unit.
    let is_shape = |shape: &&Polygon<f64>| doubled_area(&units_of(shape.exterior())) != 0;
    match geometry {
        Geometry::Point(point) => object("Point", &mut |out| position(units(point.0), out)),
        Geometry::MultiPoint(points) => {
            object("MultiPoint", &mut |out| list(&points.0, out, |point, out| position(units(point.0), out)));
        }
        Geometry::LineString(line) => object("LineString", &mut |out| chain(&units_of(line), out)),
        Geometry::MultiLineString(lines) => object("MultiLineString", &mut |out| {
            let whole = lines.iter().map(units_of).filter(|line| line.len() > 1);
            list(whole, out, |line, out| chain(&line, out));
        }),
        Geometry::Polygon(shape) => object("Polygon", &mut |out| polygon(shape, out)),
        Geometry::MultiPolygon(shapes) => {
            object("MultiPolygon", &mut |out| list(shapes.iter().filter(is_shape), out, polygon));
        }
        Geometry::GeometryCollection(all) => {
            out.push_str("{\"type\":\"GeometryCollection\",\"geometries\":");
            list(all, out, write_geometry);
            out.push('}');
        }
        Geometry::Line(line) => write_geometry(&LineString::from(vec![line.start, line.end]).into(), out),
        Geometry::Rect(rect) => write_geometry(&rect.to_polygon().into(), out),
        Geometry::Triangle(triangle) => write_geometry(&triangle.to_polygon().into(), out),
    }
}

/// A geometry with every number as it is: what is read from it is the same.
pub fn exact_geometry(geometry: &Geometry<f64>) -> String {
    exact(geometry).to_string()
}

fn exact(geometry: &Geometry<f64>) -> Value {
    let position = |at: &Coord<f64>| json!([at.x, at.y]);
    let line = |line: &LineString<f64>| -> Value { line.0.iter().map(position).collect() };
    let polygon = |shape: &Polygon<f64>| -> Value {
        std::iter::once(shape.exterior()).chain(shape.interiors()).map(line).collect()
    };
    let object = |kind: &str, coordinates: Value| json!({ "type": kind, "coordinates": coordinates });
    match geometry {
        Geometry::Point(point) => object("Point", position(&point.0)),
        Geometry::MultiPoint(points) => object("MultiPoint", points.0.iter().map(|point| position(&point.0)).collect()),
        Geometry::LineString(one) => object("LineString", line(one)),
        Geometry::MultiLineString(lines) => object("MultiLineString", lines.0.iter().map(line).collect()),
        Geometry::Polygon(one) => object("Polygon", polygon(one)),
        Geometry::MultiPolygon(several) => object("MultiPolygon", several.0.iter().map(polygon).collect()),
        Geometry::GeometryCollection(all) => {
            json!({ "type": "GeometryCollection", "geometries": all.0.iter().map(exact).collect::<Vec<Value>>() })
        }
        Geometry::Line(one) => exact(&LineString::from(vec![one.start, one.end]).into()),
        Geometry::Rect(rect) => exact(&rect.to_polygon().into()),
        Geometry::Triangle(triangle) => exact(&triangle.to_polygon().into()),
    }
}

fn list<T>(all: impl IntoIterator<Item = T>, out: &mut String, mut write: impl FnMut(T, &mut String)) {
    out.push('[');
    for (index, one) in all.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write(one, out);
    }
    out.push(']');
}

/// A position in whole units of the last digit.
fn units(coord: Coord<f64>) -> (i64, i64) {
    let unit = 10f64.powi(DECIMALS as i32);
    ((coord.x * unit).round() as i64, (coord.y * unit).round() as i64)
}

fn units_of(line: &LineString<f64>) -> Vec<(i64, i64)> {
    let mut all: Vec<(i64, i64)> = line.0.iter().map(|&coord| units(coord)).collect();
    all.dedup();
    all
}

/// Twice the area of a ring, positive where it runs anticlockwise.
fn doubled_area(ring: &[(i64, i64)]) -> i128 {
    let next = ring.iter().cycle().skip(1);
    ring.iter().zip(next).map(|(a, b)| i128::from(a.0) * i128::from(b.1) - i128::from(b.0) * i128::from(a.1)).sum()
}

fn chain(line: &[(i64, i64)], out: &mut String) {
    list(line, out, |&at, out| position(at, out));
}

fn position((x, y): (i64, i64), out: &mut String) {
    out.push('[');
    decimal(x, out);
    out.push(',');
    decimal(y, out);
    out.push(']');
}

/// Writes units as a decimal without needless zeros.
fn decimal(value: i64, out: &mut String) {
    const UNIT: u64 = 10_u64.pow(DECIMALS as u32);
    if value < 0 {
        out.push('-');
    }
    let (whole, part) = (value.unsigned_abs() / UNIT, value.unsigned_abs() % UNIT);
    // Writing to a String cannot fail.
    let _ = write!(out, "{whole}");
    if part > 0 {
        let _ = write!(out, ".{part:0DECIMALS$}");
        out.truncate(out.trim_end_matches('0').len());
    }
}

fn check_range(feature: usize, geometry: &Geometry<f64>) -> Result<(), ReadError> {
    use geo::CoordsIter as _;
    for Coord { x: lon, y: lat } in geometry.coords_iter() {
        if !is_place(Coord { x: lon, y: lat }) {
            let hint = if lon.abs() > 1000.0 || lat.abs() > 1000.0 {
                "; numbers this large look like metres: reproject the file to EPSG:4326"
            } else {
                ""
            };
            return Err(ReadError::OutOfRange { feature, lon, lat, hint });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
