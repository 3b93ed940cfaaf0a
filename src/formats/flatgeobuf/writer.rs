//! Features as FlatGeobuf, in degrees of WGS 84, with an index. A column holds values of one kind, by what the features have.

use std::collections::HashMap;

use geo::{BoundingRect as _, Coord, Geometry, Rect};
use serde_json::Value;

use super::buffer::{Builder, Put};
use super::header::{Column, Header, Kind};
use super::index::{Node, Tree, around, hilbert};
use crate::formats::exact;
use crate::formats::feature::Feature;
use crate::formats::number;
use crate::formats::write::{CannotHold, Outgoing, WrittenFile, words_of_value};

/// So many features keep their order. More of them are written in the order of the index, for which they are then near to
/// each other in the file where they are near on the map.
const MOST_IN_ORDER: usize = 1000;

/// The number of a column has two bytes.
const MOST_COLUMNS: usize = 0xffff;

/// As [`crate::formats::write::Write`] has it.
pub(super) fn write(outgoing: &Outgoing<'_>) -> WrittenFile {
    let features = outgoing.features;
    let mut cannot_hold = CannotHold::default();
    let mut columns = Columns::of(features);
    if features.iter().any(|feature| feature.id.is_some()) {
        columns.add_ids(features, &mut cannot_hold);
    }
    let bounds: Vec<[f64; 4]> = features.iter().map(|feature| bounds_of(feature.geometry.as_ref())).collect();
    let whole = bounds.iter().fold(Node::NOWHERE, |all, one| around(all, *one));
    let mut order: Vec<usize> = (0..features.len()).collect();
    if features.len() > MOST_IN_ORDER {
        order.sort_by_cached_key(|index| along(bounds[*index], whole));
        if !order.is_sorted() {
            let becomes = "they are written in the order of the index";
            features
                .iter()
                .for_each(|_| cannot_hold.change(("with an index orders features by where they lie", becomes)));
        }
    }
    let usual = usual_kind(features);
    let (mut leaves, mut written) = (Vec::with_capacity(features.len()), Vec::new());
    for index in order {
        leaves.push(Node { bounds: bounds[index], at: written.len() as u64 });
        let properties = columns.properties(&features[index], &mut cannot_hold);
        written.extend(feature_bytes(features[index].geometry.as_ref(), usual, &properties));
    }
    let rect = (whole[0] <= whole[2]).then(|| Rect::new((whole[0], whole[1]), (whole[2], whole[3])));
    let header = Header::new(outgoing.title, usual, columns.columns, features.len(), rect);
    let mut bytes = header.written();
    if !leaves.is_empty() {
        bytes.extend(Tree::written(&leaves, 16));
    }
    bytes.extend(written);
    WrittenFile { bytes, cannot_hold: cannot_hold.words("FlatGeobuf", features.len()) }
}

fn bounds_of(geometry: Option<&Geometry<f64>>) -> [f64; 4] {
    let Some(bounds) = geometry.and_then(Geometry::bounding_rect) else { return Node::NOWHERE };
    [bounds.min().x, bounds.min().y, bounds.max().x, bounds.max().y]
}

/// How far along the Hilbert curve through all features one lies.
fn along(own: [f64; 4], all: [f64; 4]) -> u32 {
    let cell = |low: usize| {
        let share = ((own[low] + own[low + 2]) / 2.0 - all[low]) / (all[low + 2] - all[low]);
        // What is nowhere, and all where there is no width, is at the beginning.
        (share * 65535.0) as u32
    };
    hilbert(cell(0).min(0xffff), cell(1).min(0xffff))
}

fn kind_of(geometry: &Geometry<f64>) -> u8 {
    match geometry {
        Geometry::Point(_) => 1,
        Geometry::LineString(_) | Geometry::Line(_) => 2,
        Geometry::Polygon(_) | Geometry::Rect(_) | Geometry::Triangle(_) => 3,
        Geometry::MultiPoint(_) => 4,
        Geometry::MultiLineString(_) => 5,
        Geometry::MultiPolygon(_) => 6,
        Geometry::GeometryCollection(_) => 7,
    }
}

/// The kind of all geometries; 0 where they differ by more than that some have several parts.
fn usual_kind(features: &[Feature]) -> u8 {
    let mut kinds = features.iter().filter_map(|feature| feature.geometry.as_ref()).map(kind_of);
    let Some(first) = kinds.next() else { return 0 };
    kinds
        .try_fold(first, |usual, kind| match (usual.min(kind), usual.max(kind)) {
            (one, other) if one == other => Some(one),
            (one @ 1..=3, other) if other == one + 3 => Some(other),
            _ => None,
        })
        .unwrap_or_default()
}

/// A geometry taken apart.
#[derive(Default)]
struct Parts {
    kind: u8,
    ends: Vec<u32>,
    positions: Vec<Coord<f64>>,
    parts: Vec<Parts>,
}

impl Parts {
    fn of_lines<'a>(kind: u8, lines: impl Iterator<Item = &'a geo::LineString<f64>>) -> Self {
        let mut own = Self { kind, ..Self::default() };
        for line in lines {
            own.positions.extend(&line.0);
            own.ends.push(own.positions.len() as u32);
        }
        own
    }

    fn of_area(area: &geo::Polygon<f64>) -> Self {
        Self::of_lines(3, std::iter::once(area.exterior()).chain(area.interiors()))
    }

    fn of(geometry: &Geometry<f64>) -> Self {
        let kind = kind_of(geometry);
        let of_places = |positions: Vec<Coord<f64>>| Self { kind, positions, ..Self::default() };
        let of_parts = |parts: Vec<Self>| Self { kind, parts, ..Self::default() };
        match geometry {
            Geometry::Point(point) => of_places(vec![point.0]),
            Geometry::MultiPoint(points) => of_places(points.0.iter().map(|point| point.0).collect()),
            Geometry::Line(line) => of_places(vec![line.start, line.end]),
            Geometry::LineString(line) => of_places(line.0.clone()),
            Geometry::MultiLineString(lines) => Self::of_lines(kind, lines.0.iter()),
            Geometry::Polygon(area) => Self::of_area(area),
            Geometry::Rect(rect) => Self::of_area(&rect.to_polygon()),
            Geometry::Triangle(triangle) => Self::of_area(&triangle.to_polygon()),
            Geometry::MultiPolygon(areas) => of_parts(areas.0.iter().map(Self::of_area).collect()),
            Geometry::GeometryCollection(all) => of_parts(all.0.iter().map(Self::of).collect()),
        }
    }

    /// As a part of a kind that has several parts, where the features have that kind.
    fn promoted(self, usual: u8) -> Self {
        match (self.kind, usual) {
            (1, 4) | (2, 5) => Self { kind: usual, ends: vec![self.positions.len() as u32], ..self },
            (3, 6) => Self { kind: 6, parts: vec![self], ..Self::default() },
            _ => self,
        }
    }

    fn write(&self, place: usize, builder: &mut Builder) {
        // A single part needs no word of where it ends.
        let has_ends = self.ends.len() > 1;
        let mut fields = Vec::new();
        for (field, has_one) in [(0, has_ends), (1, !self.positions.is_empty()), (7, !self.parts.is_empty())] {
            if has_one {
                fields.push((field, Put::Later));
            }
        }
        fields.push((6, Put::Byte(self.kind)));
        let mut places = builder.table(place, &fields).into_iter();
        let mut next = || places.next().unwrap_or_default();
        if has_ends {
            let ends: Vec<u8> = self.ends.iter().flat_map(|end| end.to_le_bytes()).collect();
            builder.list(next(), 4, &ends);
        }
        if !self.positions.is_empty() {
            let numbers = self.positions.iter().flat_map(|at| [at.x.to_le_bytes(), at.y.to_le_bytes()]);
            builder.list(next(), 8, &numbers.flatten().collect::<Vec<u8>>());
        }
        if !self.parts.is_empty() {
            let places = builder.tables(next(), self.parts.len());
            places.into_iter().zip(&self.parts).for_each(|(place, part)| part.write(place, builder));
        }
    }
}

fn feature_bytes(geometry: Option<&Geometry<f64>>, usual: u8, properties: &[u8]) -> Vec<u8> {
    let mut builder = Builder::new();
    let has = [(0, geometry.is_some()), (1, !properties.is_empty())];
    let fields: Vec<_> = has.into_iter().filter(|(_, has)| *has).map(|(field, _)| (field, Put::Later)).collect();
    let mut places = builder.root(&fields).into_iter();
    let mut next = || places.next().unwrap_or_default();
    if let Some(geometry) = geometry {
        Parts::of(geometry).promoted(usual).write(next(), &mut builder);
    }
    if !properties.is_empty() {
        builder.list(next(), 1, properties);
    }
    builder.finished()
}

/// What the values of a property are.
#[derive(Default, Clone)]
struct Seen {
    has_bools: bool,
    has_wholes: bool,
    /// The least and the greatest whole number.
    least: i128,
    greatest: i128,
    has_decimals: bool,
    /// Whether a number has digits that 64 bits do not hold.
    has_long: bool,
    has_words: bool,
    has_moments: bool,
    has_lists: bool,
}

/// Beyond that, not every whole number is one of 64 bits with decimals.
const MOST_WHOLE: i128 = 1 << 53;

impl Seen {
    fn add(&mut self, value: &Value) {
        match value {
            Value::Null => {}
            Value::Bool(_) => self.has_bools = true,
            Value::Array(_) | Value::Object(_) => self.has_lists = true,
            Value::Number(number) => match (number.as_i64(), number.as_u64()) {
                (Some(whole), _) => self.whole(whole.into()),
                (None, Some(whole)) => self.whole(whole.into()),
                (None, None) => self.has_decimals = true,
            },
            Value::String(text) => match exact::digits(value) {
                Some(digits) if number::is_lossy(digits) || number::of_text(digits).is_none() => self.has_long = true,
                Some(_) => self.has_decimals = true,
                None if is_moment(text) => self.has_moments = true,
                None => self.has_words = true,
            },
        }
    }

    fn whole(&mut self, number: i128) {
        let (least, greatest) = if self.has_wholes { (self.least, self.greatest) } else { (number, number) };
        (self.least, self.greatest) = (least.min(number), greatest.max(number));
        self.has_wholes = true;
    }

    fn kind(&self) -> Kind {
        let others = [self.has_bools, self.has_wholes || self.has_decimals, self.has_words, self.has_moments];
        let is_within = |low: i128, high: i128| self.least >= low && self.greatest <= high;
        match others {
            _ if self.has_lists => Kind::Json,
            _ if self.has_long => Kind::String,
            [true, false, false, false] => Kind::Bool,
            [false, false, false, true] => Kind::DateTime,
            [false, true, false, false] if self.has_decimals => {
                if self.has_wholes && !is_within(-MOST_WHOLE, MOST_WHOLE) { Kind::String } else { Kind::Double }
            }
            [false, true, false, false] if is_within(i32::MIN.into(), i32::MAX.into()) => Kind::Int,
            [false, true, false, false] if is_within(i64::MIN.into(), i64::MAX.into()) => Kind::Long,
            [false, true, false, false] if self.least >= 0 => Kind::ULong,
            _ => Kind::String,
        }
    }
}

/// Whether a text is a day and a time of it as ISO 8601 has them, 2025-12-01T08:30:00 with parts of seconds and a zone or not.
fn is_moment(text: &str) -> bool {
    let bytes = text.as_bytes();
    let pattern = b"dddd-dd-ddTdd:dd:dd";
    let fits = |pattern: &[u8], bytes: &[u8]| {
        pattern.len() == bytes.len()
            && pattern.iter().zip(bytes).all(|(wanted, byte)| match wanted {
                b'd' => byte.is_ascii_digit(),
                wanted => wanted == byte,
            })
    };
    let Some((start, rest)) = bytes.split_at_checked(pattern.len()) else { return false };
    let two = |at: usize| 10 * u32::from(bytes[at] - b'0') + u32::from(bytes[at + 1] - b'0');
    let rest = match rest.strip_prefix(b".") {
        Some(rest) => {
            let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
            (1..=3).contains(&digits).then(|| &rest[digits..])
        }
        None => Some(rest),
    };
    fits(pattern, start)
        && (1..=12).contains(&two(5))
        && (1..=31).contains(&two(8))
        && two(11) < 24
        && two(14) < 60
        && two(17) < 60
        && rest.is_some_and(|zone| zone.is_empty() || zone == b"Z" || fits(b"+dd:dd", zone) || fits(b"-dd:dd", zone))
}

/// The columns of a file.
struct Columns {
    columns: Vec<Column>,
    places: HashMap<String, usize>,
    /// Whether values of several kinds stand in a column.
    are_mixed: Vec<bool>,
    /// The column for the ids of features.
    ids: Option<usize>,
}

impl Columns {
    fn of(features: &[Feature]) -> Self {
        let mut columns = Self { columns: Vec::new(), places: HashMap::new(), are_mixed: Vec::new(), ids: None };
        let mut seen: Vec<Seen> = Vec::new();
        for (name, value) in features.iter().flat_map(|feature| &feature.properties) {
            match columns.places.get(name) {
                Some(place) => seen[*place].add(value),
                None if seen.len() < MOST_COLUMNS => {
                    columns.places.insert(name.clone(), seen.len());
                    columns.columns.push(Column { name: name.clone(), kind: Kind::String });
                    let mut first = Seen::default();
                    first.add(value);
                    seen.push(first);
                }
                None => {}
            }
        }
        for (column, seen) in columns.columns.iter_mut().zip(&seen) {
            column.kind = seen.kind();
        }
        columns.are_mixed = seen.iter().map(|seen| seen.kind() == Kind::String).collect();
        columns
    }

    /// Adds a column for ids.
    fn add_ids(&mut self, features: &[Feature], cannot_hold: &mut CannotHold) {
        let has_room = !self.places.contains_key("id") && self.columns.len() < MOST_COLUMNS;
        let becomes = if has_room { "they are written as the property “id”" } else { "they are left out" };
        let ids = features.iter().filter_map(|feature| feature.id.as_ref());
        let mut seen = Seen::default();
        for id in ids {
            seen.add(id);
            cannot_hold.change(("holds no ids", becomes));
        }
        if has_room {
            self.ids = Some(self.columns.len());
            self.columns.push(Column { name: "id".to_owned(), kind: seen.kind() });
            self.are_mixed.push(false);
        }
    }

    /// The properties of a feature as they stand in the file.
    fn properties(&self, feature: &Feature, cannot_hold: &mut CannotHold) -> Vec<u8> {
        let mut bytes = Vec::new();
        let (mut is_mixed, mut loses_zeros, mut is_beyond) = (false, false, false);
        for (name, value) in &feature.properties {
            let Some(place) = self.places.get(name) else {
                is_beyond = true;
                continue;
            };
            let kind = self.columns[*place].kind;
            let digits = exact::digits(value);
            is_mixed |= self.are_mixed[*place] && (digits.is_some() || !value.is_string()) && !value.is_null();
            loses_zeros |= kind == Kind::Double && digits.is_some();
            put(*place, kind, value, &mut bytes);
        }
        if let (Some(place), Some(id)) = (self.ids, &feature.id) {
            put(place, self.columns[place].kind, id, &mut bytes);
        }
        if is_mixed {
            let what = "holds values of one kind in a column, and numbers of up to 17 digits";
            cannot_hold.change((what, "others are written as text"));
        }
        if loses_zeros {
            cannot_hold.change(("holds no zeros at the end of numbers", "1.50 becomes 1.5"));
        }
        if is_beyond {
            cannot_hold.change(("holds 65535 columns", "the properties beyond are left out"));
        }
        bytes
    }
}

/// Writes a value of a column.
fn put(place: usize, kind: Kind, value: &Value, bytes: &mut Vec<u8>) {
    if value.is_null() {
        return;
    }
    bytes.extend((place as u16).to_le_bytes());
    let decimal = || exact::digits(value).map_or(value.as_f64(), number::of_text).unwrap_or_default();
    match kind {
        Kind::Bool => bytes.push(u8::from(value.as_bool().unwrap_or_default())),
        Kind::Int => bytes.extend((value.as_i64().unwrap_or_default() as i32).to_le_bytes()),
        Kind::Long => bytes.extend(value.as_i64().unwrap_or_default().to_le_bytes()),
        Kind::ULong => bytes.extend(value.as_u64().unwrap_or_default().to_le_bytes()),
        Kind::Double => bytes.extend(decimal().to_le_bytes()),
        Kind::Json => put_text(&exact::text(value), bytes),
        _ => put_text(&words_of_value(value), bytes),
    }
}

fn put_text(text: &str, bytes: &mut Vec<u8>) {
    bytes.extend((text.len() as u32).to_le_bytes());
    bytes.extend(text.as_bytes());
}
