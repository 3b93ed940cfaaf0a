//! JSON of a GeoJSON text, read in one pass: coordinates straight into numbers, everything unknown kept as it stands.
//!
//! A text that is JSON but breaks GeoJSON's rules somewhere is read a second time, member by member
//! ([`Object::mended`]), so that one bad feature does not take the others with it.

use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, de::Error as _};
use serde_json::{Map, Value};

use crate::geometry::{Coord, Geometry, LineString, MultiLineString, MultiPolygon, Polygon};

/// A FeatureCollection, a Feature or a geometry: RFC 7946, section 7.1, lets none have the others' members.
#[derive(Debug, Default)]
pub(crate) struct Object {
    /// `type`.
    pub(crate) kind: Option<String>,
    /// Of a collection.
    pub(crate) features: Option<Vec<Object>>,
    /// Of a feature; `None` within where it says `null`.
    pub(crate) geometry: Option<Box<Object>>,
    /// Of a feature.
    pub(crate) properties: Map<String, Value>,
    /// Of a feature.
    pub(crate) id: Option<Value>,
    /// Of a geometry.
    pub(crate) coordinates: Option<Nested>,
    /// Of a geometry collection.
    pub(crate) geometries: Vec<Object>,
    /// How many members of a geometry collection are `null`, which some programs write for what they have lost.
    pub(crate) null_geometries: usize,
    /// Foreign members; `bbox` is not among them, for it is worked out anew.
    pub(crate) rest: Map<String, Value>,
    /// Members that break the rules, as they stand.
    pub(crate) unread: Map<String, Value>,
}

/// Lists and objects within each other that are kept as they stand; a reader of JSON follows 127.
const DEEPEST: usize = 90;

/// Of more, so many are left: far less, so that what is kept is never cut again wherever it is put.
const CUT_TO: usize = 50;

/// How many lists and objects stand within each other.
fn height(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(height).max().unwrap_or_default(),
        Value::Object(members) => 1 + members.values().map(height).max().unwrap_or_default(),
        _ => 0,
    }
}

/// Leaves so many lists and objects within each other; what stands within the last is null.
fn cut(value: &mut Value, most: usize) {
    match (value, most) {
        (value @ (Value::Array(_) | Value::Object(_)), 0) => *value = Value::Null,
        (Value::Array(items), _) => items.iter_mut().for_each(|item| cut(item, most - 1)),
        (Value::Object(members), _) => members.values_mut().for_each(|member| cut(member, most - 1)),
        _ => {}
    }
}

/// Coordinates as deep as they are nested.
#[derive(Debug)]
pub(crate) enum Nested {
    Empty,
    Position(Coord<f64>),
    Line(Vec<Coord<f64>>),
    Lines(Vec<Vec<Coord<f64>>>),
    Areas(Areas),
}

/// A position; what follows longitude and latitude is passed over.
struct Position(Coord<f64>);

impl<'de> Deserialize<'de> for Position {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PositionVisitor;
        impl<'de> Visitor<'de> for PositionVisitor {
            type Value = Position;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a position of two numbers, longitude and latitude")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Position, A::Error> {
                let x = seq.next_element()?.ok_or_else(|| A::Error::invalid_length(0, &self))?;
                position(x, &mut seq)
            }
        }
        deserializer.deserialize_seq(PositionVisitor)
    }
}

fn position<'de, A: SeqAccess<'de>>(x: f64, seq: &mut A) -> Result<Position, A::Error> {
    let expected = "a position of two numbers, longitude and latitude";
    let y = seq.next_element()?.ok_or_else(|| A::Error::invalid_length(1, &expected))?;
    while seq.next_element::<IgnoredAny>()?.is_some() {}
    Ok(Position(Coord { x, y }))
}

/// A list of positions.
struct Line(Vec<Coord<f64>>);

impl<'de> Deserialize<'de> for Line {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct LineVisitor;
        impl<'de> Visitor<'de> for LineVisitor {
            type Value = Line;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a list of positions")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Line, A::Error> {
                positions(Vec::new(), &mut seq).map(Line)
            }
        }
        deserializer.deserialize_seq(LineVisitor)
    }
}

fn positions<'de, A: SeqAccess<'de>>(mut list: Vec<Coord<f64>>, seq: &mut A) -> Result<Vec<Coord<f64>>, A::Error> {
    while let Some(Position(coord)) = seq.next_element()? {
        list.push(coord);
    }
    Ok(list)
}

fn lines<'de, A: SeqAccess<'de>>(
    mut list: Vec<Vec<Coord<f64>>>,
    seq: &mut A,
) -> Result<Vec<Vec<Coord<f64>>>, A::Error> {
    while let Some(Line(line)) = seq.next_element()? {
        list.push(line);
    }
    Ok(list)
}

/// The rings of each polygon.
type Areas = Vec<Vec<Vec<Coord<f64>>>>;

fn areas<'de, A: SeqAccess<'de>>(mut list: Areas, seq: &mut A) -> Result<Areas, A::Error> {
    while let Some(area) = seq.next_element::<Vec<Line>>()? {
        list.push(area.into_iter().map(|line| line.0).collect());
    }
    Ok(list)
}

/// What follows an empty list tells whether that is a ring of a polygon or a polygon among several, as some programs write.
fn after_empty<'de, A: SeqAccess<'de>>(seq: &mut A) -> Result<Nested, A::Error> {
    let mut empty = 1;
    loop {
        match seq.next_element_seed(FirstSeed)? {
            None => return Ok(Nested::Lines(vec![Vec::new(); empty])),
            Some(First::List(Nested::Empty)) => empty += 1,
            Some(First::List(Nested::Line(line))) => {
                let mut all = vec![Vec::new(); empty];
                all.push(line);
                return Ok(Nested::Lines(lines(all, seq)?));
            }
            Some(First::List(Nested::Lines(area))) => {
                let mut all = vec![Vec::new(); empty];
                all.push(area);
                return Ok(Nested::Areas(areas(all, seq)?));
            }
            Some(_) => return Err(A::Error::custom("the coordinates are nested to different depths")),
        }
    }
}

/// What stands first in a list tells how deep it is.
enum First {
    Number(f64),
    List(Nested),
}

struct FirstVisitor;

impl<'de> Visitor<'de> for FirstVisitor {
    type Value = First;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a number or a list of coordinates")
    }

    fn visit_f64<E>(self, value: f64) -> Result<First, E> {
        Ok(First::Number(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<First, E> {
        Ok(First::Number(value as f64))
    }

    fn visit_u64<E>(self, value: u64) -> Result<First, E> {
        Ok(First::Number(value as f64))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<First, A::Error> {
        let nested = match seq.next_element_seed(FirstSeed)? {
            None => Nested::Empty,
            Some(First::Number(x)) => Nested::Position(position(x, &mut seq)?.0),
            Some(First::List(Nested::Empty)) => after_empty(&mut seq)?,
            Some(First::List(Nested::Position(coord))) => Nested::Line(positions(vec![coord], &mut seq)?),
            Some(First::List(Nested::Line(line))) => Nested::Lines(lines(vec![line], &mut seq)?),
            Some(First::List(Nested::Lines(first))) => Nested::Areas(areas(vec![first], &mut seq)?),
            Some(First::List(Nested::Areas(_))) => {
                return Err(A::Error::custom("the coordinates are nested too deeply"));
            }
        };
        Ok(First::List(nested))
    }
}

struct FirstSeed;

impl<'de> DeserializeSeed<'de> for FirstSeed {
    type Value = First;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<First, D::Error> {
        deserializer.deserialize_any(FirstVisitor)
    }
}

impl<'de> Deserialize<'de> for Nested {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match FirstSeed.deserialize(deserializer)? {
            First::List(nested) => Ok(nested),
            First::Number(_) => Err(D::Error::custom("coordinates are a list")),
        }
    }
}

/// The members that GeoJSON gives a meaning.
enum Key {
    Type,
    Features,
    Geometry,
    Properties,
    Id,
    Coordinates,
    Geometries,
    Bbox,
    Data,
    Other(String),
}

/// The foreign member of a collection that is passed over here, because it may be large: [`members_text`] reads it.
pub(crate) const DATA: &str = "claimline_data";

impl Key {
    fn of(name: &str) -> Self {
        match name {
            "type" => Self::Type,
            "features" => Self::Features,
            "geometry" => Self::Geometry,
            "properties" => Self::Properties,
            "id" => Self::Id,
            "coordinates" => Self::Coordinates,
            "geometries" => Self::Geometries,
            "bbox" => Self::Bbox,
            DATA => Self::Data,
            other => Self::Other(other.to_owned()),
        }
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl Visitor<'_> for KeyVisitor {
            type Value = Key;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("the name of a member")
            }

            fn visit_str<E: de::Error>(self, name: &str) -> Result<Key, E> {
                Ok(Key::of(name))
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ObjectVisitor;
        impl<'de> Visitor<'de> for ObjectVisitor {
            type Value = Object;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
                let mut object = Object::default();
                while let Some(key) = map.next_key()? {
                    match key {
                        Key::Type => object.kind = Some(map.next_value()?),
                        Key::Features => object.features = Some(map.next_value()?),
                        Key::Geometry => object.geometry = map.next_value()?,
                        Key::Properties => {
                            object.properties = map.next_value::<Option<Map<_, _>>>()?.unwrap_or_default();
                        }
                        Key::Id => object.id = Some(map.next_value()?),
                        Key::Coordinates => object.coordinates = Some(map.next_value()?),
                        Key::Geometries => object.set_geometries(map.next_value()?),
                        Key::Bbox | Key::Data => {
                            map.next_value::<IgnoredAny>()?;
                        }
                        Key::Other(name) => {
                            object.rest.insert(name, map.next_value()?);
                        }
                    }
                }
                Ok(object)
            }
        }
        deserializer.deserialize_map(ObjectVisitor)
    }
}

impl Object {
    /// An object of which some members break the rules: those are put into [`Object::unread`].
    pub(crate) fn mended(members: Map<String, Value>) -> Self {
        let mut object = Self::default();
        for (name, value) in members {
            match (Key::of(&name), value) {
                (Key::Type, Value::String(kind)) => object.kind = Some(kind),
                (Key::Features, Value::Array(features)) => {
                    let (mut read, mut unread) = (Vec::new(), Vec::new());
                    for feature in features {
                        match feature {
                            Value::Object(members) => read.push(Self::mended(members)),
                            other => unread.push(other),
                        }
                    }
                    object.features = Some(read);
                    if !unread.is_empty() {
                        object.unread.insert(name, Value::Array(unread));
                    }
                }
                (Key::Geometry, value) => match <Option<Box<Self>>>::deserialize(&value) {
                    Ok(geometry) => object.geometry = geometry,
                    Err(_) => {
                        object.unread.insert(name, value);
                    }
                },
                (Key::Properties, Value::Object(properties)) => object.properties = properties,
                (Key::Properties, Value::Null) | (Key::Bbox | Key::Data, _) => {}
                (Key::Id, id) => object.id = Some(id),
                (Key::Coordinates, value) => match Nested::deserialize(&value) {
                    Ok(coordinates) => object.coordinates = Some(coordinates),
                    Err(_) => {
                        object.unread.insert(name, value);
                    }
                },
                (Key::Geometries, value) => match Deserialize::deserialize(&value) {
                    Ok(geometries) => object.set_geometries(geometries),
                    Err(_) => {
                        object.unread.insert(name, value);
                    }
                },
                (Key::Other(name), value) => {
                    object.rest.insert(name, value);
                }
                (Key::Type | Key::Features | Key::Properties, value) => {
                    object.unread.insert(name, value);
                }
            }
        }
        object
    }

    /// Cuts what is nested deeper than any map needs out of the members that are kept as they stand: a reader follows brackets
    /// only so far, and what is kept stands deeper in the file that is written. Whether any was.
    pub(crate) fn cut_deep(&mut self) -> bool {
        let maps = [&mut self.properties, &mut self.rest, &mut self.unread].into_iter().flat_map(Map::values_mut);
        let mut any = false;
        for value in maps.chain(&mut self.id) {
            if height(value) > DEEPEST {
                cut(value, CUT_TO);
                any = true;
            }
        }
        for part in self.features.iter_mut().flatten().chain(self.geometry.as_deref_mut()).chain(&mut self.geometries) {
            any |= part.cut_deep();
        }
        any
    }

    fn set_geometries(&mut self, geometries: Vec<Option<Self>>) {
        let count = geometries.len();
        self.geometries = geometries.into_iter().flatten().collect();
        self.null_geometries = count - self.geometries.len();
    }

    /// How many members of geometry collections are `null` in this geometry.
    pub(crate) fn nulls(&self) -> usize {
        self.null_geometries + self.geometries.iter().map(Self::nulls).sum::<usize>()
    }

    /// Whether a ring of it does not end where it begins, as RFC 7946 (section 3.1.6) asks for; it will be closed.
    pub(crate) fn has_open_ring(&self) -> bool {
        let is_open = |ring: &Vec<Coord<f64>>| ring.len() > 2 && ring.first() != ring.last();
        let own = match (self.kind.as_deref(), &self.coordinates) {
            (Some("Polygon"), Some(Nested::Lines(rings))) => rings.iter().any(is_open),
            (Some("MultiPolygon"), Some(Nested::Areas(areas))) => areas.iter().flatten().any(is_open),
            _ => false,
        };
        own || self.geometries.iter().any(Self::has_open_ring)
    }

    /// The geometry that this object is.
    pub(crate) fn into_geometry(self) -> Result<Geometry<f64>, String> {
        let kind = self.kind.unwrap_or_default();
        if kind == "GeometryCollection" {
            let parts: Result<Vec<_>, _> = self.geometries.into_iter().map(Self::into_geometry).collect();
            return Ok(Geometry::GeometryCollection(parts?.into()));
        }
        let area = |rings: Vec<Vec<Coord<f64>>>| {
            let mut rings = rings.into_iter().map(LineString);
            Polygon::new(rings.next().unwrap_or(LineString(Vec::new())), rings.collect())
        };
        let lines = |lines: Vec<Vec<Coord<f64>>>| MultiLineString(lines.into_iter().map(LineString).collect());
        Ok(match (kind.as_str(), self.coordinates.unwrap_or(Nested::Empty)) {
            ("Point", Nested::Position(coord)) => Geometry::Point(coord.into()),
            ("MultiPoint", Nested::Line(coords)) => {
                Geometry::MultiPoint(coords.into_iter().map(geo::Point::from).collect::<Vec<_>>().into())
            }
            ("MultiPoint", Nested::Empty) => Geometry::MultiPoint(Vec::<Coord<f64>>::new().into()),
            ("LineString", Nested::Line(coords)) => Geometry::LineString(LineString(coords)),
            ("LineString", Nested::Empty) => Geometry::LineString(LineString(Vec::new())),
            ("MultiLineString", Nested::Lines(coords)) => Geometry::MultiLineString(lines(coords)),
            ("MultiLineString", Nested::Empty) => Geometry::MultiLineString(MultiLineString(Vec::new())),
            ("Polygon", Nested::Lines(rings)) => Geometry::Polygon(area(rings)),
            ("Polygon", Nested::Empty) => Geometry::Polygon(area(Vec::new())),
            ("MultiPolygon", Nested::Areas(areas)) => {
                Geometry::MultiPolygon(MultiPolygon(areas.into_iter().map(area).collect()))
            }
            // Polygons without a ring: nothing in them tells how deep they are.
            ("MultiPolygon", Nested::Lines(empty)) if empty.iter().all(Vec::is_empty) => {
                Geometry::MultiPolygon(MultiPolygon(empty.into_iter().map(|_| area(Vec::new())).collect()))
            }
            ("MultiPolygon", Nested::Empty) => Geometry::MultiPolygon(MultiPolygon(Vec::new())),
            ("Point" | "MultiPoint" | "LineString" | "MultiLineString" | "Polygon" | "MultiPolygon", _) => {
                return Err(format!("the coordinates are not those of a {kind}"));
            }
            _ => return Err(format!("there is no geometry type '{kind}'")),
        })
    }
}

/// Whether a text has these letters between quotes, as the name of a member stands in it.
pub(crate) fn names(bytes: &[u8], member: &str) -> bool {
    memchr::memmem::find(bytes, format!("\"{member}\"").as_bytes()).is_some()
}

/// The version that a foreign member of the collection says it has, without reading what follows; `None` where there is no
/// such member.
pub(crate) fn version(bytes: &[u8], member: &str) -> Option<u64> {
    /// Stops at the member that tells.
    struct Sniff<'a> {
        member: &'a str,
        found: &'a mut Option<u64>,
    }

    #[derive(Deserialize)]
    struct Settings {
        version: u64,
    }

    impl<'de> Visitor<'de> for Sniff<'_> {
        type Value = ();

        fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
            out.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
            while let Some(key) = map.next_key::<Key>()? {
                if matches!(&key, Key::Other(name) if name == self.member) {
                    *self.found = Some(map.next_value::<Settings>()?.version);
                    return Err(A::Error::custom("found"));
                }
                map.next_value::<IgnoredAny>()?;
            }
            Ok(())
        }
    }

    // Most large files are of other programs, and a look for the name takes a twentieth of reading them.
    if !names(bytes, member) {
        return None;
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut found = None;
    // It ends in an error where it has found what it looks for, and where the text is no JSON.
    let _ = serde_json::Deserializer::from_slice(bytes).deserialize_map(Sniff { member, found: &mut found });
    found
}

/// The members of an object, each as the text of its value. Where the text is no JSON, as far as it looks like it.
pub(crate) fn members_text(text: &str) -> Vec<(String, &str)> {
    let bytes = text.as_bytes();
    let blank = |at: usize| bytes[at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count() + at;
    let mut members = Vec::new();
    let mut at = blank(0);
    if bytes.get(at) != Some(&b'{') {
        return members;
    }
    loop {
        at = blank(at + 1);
        if bytes.get(at) != Some(&b'"') {
            return members;
        }
        let end = value_end(bytes, at);
        let name = serde_json::from_str::<String>(&text[at..end]);
        at = blank(end);
        let (Ok(name), Some(b':')) = (name, bytes.get(at)) else { return members };
        at = blank(at + 1);
        let end = value_end(bytes, at);
        members.push((name, text[at..end].trim_end()));
        at = blank(end);
        if bytes.get(at) != Some(&b',') {
            return members;
        }
    }
}

/// Where the value ends that begins at a place.
fn value_end(bytes: &[u8], start: usize) -> usize {
    let (mut at, mut depth) = (start, 0_usize);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => {
                at += 1;
                while bytes.get(at).is_some_and(|byte| *byte != b'"') {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                if depth == 0 {
                    return (at + 1).min(bytes.len());
                }
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' | b',' if depth == 0 => return at,
            b'}' | b']' if depth == 1 => return at + 1,
            b'}' | b']' => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

/// A text in which numbers beyond all measure and `NaN`, as some programs write, have been replaced so that it is
/// JSON; `None` where there are none.
pub(crate) fn without_absurd_numbers(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut mended = String::new();
    let (mut index, mut copied) = (0, 0);
    while index < bytes.len() {
        let start = index;
        match bytes[index] {
            b'"' => {
                index += 1;
                while index < bytes.len() && bytes[index] != b'"' {
                    index += if bytes[index] == b'\\' { 2 } else { 1 };
                }
                index += 1;
            }
            b'-' | b'0'..=b'9' | b'I' | b'N' => {
                while index < bytes.len()
                    && matches!(bytes[index], b'-' | b'+' | b'.' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z')
                {
                    index += 1;
                }
                let instead = match &text[start..index] {
                    "NaN" | "Infinity" | "-Infinity" => Some("null"),
                    word => match word.parse::<f64>() {
                        Ok(number) if number == f64::INFINITY => Some("1.7976931348623157e308"),
                        Ok(number) if number == f64::NEG_INFINITY => Some("-1.7976931348623157e308"),
                        _ => None,
                    },
                };
                if let Some(instead) = instead {
                    mended.push_str(&text[copied..start]);
                    mended.push_str(instead);
                    copied = index;
                }
            }
            _ => index += 1,
        }
    }
    if copied == 0 {
        return None;
    }
    mended.push_str(&text[copied..]);
    Some(mended)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_come_as_they_stand() {
        let text = r#" { "a" : [1, {"b":"}],\\\""}] , "c":{ }, "d\u0021" : -1.5e3
            , "e":"x,y" } "#;
        let members = members_text(text);
        let expected = [("a", r#"[1, {"b":"}],\\\""}]"#), ("c", "{ }"), ("d!", "-1.5e3"), ("e", r#""x,y""#)];
        assert_eq!(members, expected.map(|(name, value)| (name.to_owned(), value)));
        for (_, value) in members {
            serde_json::from_str::<Value>(value).unwrap();
        }
    }

    #[test]
    fn what_is_no_json_ends_somewhere() {
        for text in ["", "{", "[1]", "{\"a", "{\"a\\", "{\"a\":", "{\"a\":[[", "{\"a\":1,", "{\"a\" 1}", "{\"ü\":\"é"]
        {
            assert!(members_text(text).len() <= 1, "{text}");
        }
    }
}
