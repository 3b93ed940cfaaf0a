//! One feature of a file: its geometry and its properties.

use geo::{Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon};
use serde::de::IgnoredAny;

use super::buffer::{Table, doubles, u32_at};
use super::header::{Column, Kind, columns_of};

/// So deep collections may stand in collections.
const DEEPEST: usize = 16;

/// What a feature says.
#[derive(Debug, Default)]
pub(super) struct Said {
    pub(super) geometry: Option<Geometry<f64>>,
    /// As JSON; nothing where there are none.
    pub(super) properties: String,
    /// How many positions have a height.
    pub(super) heights: usize,
    /// Whether positions have measures or times.
    pub(super) has_measures: bool,
    pub(super) has_open_ring: bool,
    /// Rings and lines of too few positions.
    pub(super) too_short: usize,
    /// Whether a column of bytes was passed over.
    pub(super) has_bytes: bool,
    /// Whether there were numbers that JSON has not: infinite ones, and what is none.
    pub(super) has_no_numbers: bool,
}

impl Said {
    /// Reads a feature. `usual` is the kind of geometry of all features, or 0.
    ///
    /// # Errors
    /// A text that says what is wrong.
    pub(super) fn of(bytes: &[u8], usual: u8, columns: &[Column]) -> Result<Self, String> {
        let table = Table::root(bytes)?;
        let mut said = Self::default();
        // No two geometries share positions, nor are there more of them than their tables take.
        let mut work = Work { said: &mut said, positions: bytes.len() / 16, tables: bytes.len() / 4 };
        let geometry = match table.table(0)? {
            Some(geometry) => work.geometry(&geometry, usual, 0)?,
            None => None,
        };
        said.geometry = geometry;
        if let Some(properties) = table.list(1, 1)? {
            let own = columns_of(&table, 2, bytes.len())?;
            said.properties = said.json(properties, if own.is_empty() { columns } else { &own })?;
        }
        Ok(said)
    }

    /// The properties as JSON, in the order of their columns.
    fn json(&mut self, bytes: &[u8], columns: &[Column]) -> Result<String, String> {
        let mut values: Vec<(usize, String)> = Vec::new();
        let (mut at, mut is_sorted) = (0, true);
        while at < bytes.len() {
            let short = || "its properties break off".to_owned();
            let index = usize::from(u16::from_le_bytes(array(bytes, &mut at).ok_or_else(short)?));
            let Some(column) = columns.get(index) else {
                return Err(format!("it has a property of column {}, and there are {}", index + 1, columns.len()));
            };
            let value = self.value(bytes, &mut at, column.kind).ok_or_else(short)?;
            is_sorted &= values.last().is_none_or(|(last, _)| *last < index);
            if let Some(value) = value {
                values.push((index, value));
            }
        }
        if !is_sorted {
            values.sort_by_key(|(index, _)| *index);
            // Of two of one column the later counts.
            values.dedup_by(|later, earlier| {
                let same = later.0 == earlier.0;
                if same {
                    std::mem::swap(later, earlier);
                }
                same
            });
        }
        let mut json = String::new();
        for (index, value) in values {
            json.push(if json.is_empty() { '{' } else { ',' });
            push_json_text(&columns[index].name, &mut json);
            json.push(':');
            json.push_str(&value);
        }
        if !json.is_empty() {
            json.push('}');
        }
        Ok(json)
    }

    /// A value as JSON; nothing where it is left out. `None` where it breaks off.
    fn value(&mut self, bytes: &[u8], at: &mut usize, kind: Kind) -> Option<Option<String>> {
        let words = |at: &mut usize| {
            let length = u32::from_le_bytes(array(bytes, at)?) as usize;
            let words = bytes.get(*at..at.checked_add(length)?)?;
            *at += length;
            Some(words)
        };
        Some(Some(match kind {
            Kind::Byte => i8::from_le_bytes(array(bytes, at)?).to_string(),
            Kind::UByte => u8::from_le_bytes(array(bytes, at)?).to_string(),
            Kind::Bool => (array::<1>(bytes, at)? != [0]).to_string(),
            Kind::Short => i16::from_le_bytes(array(bytes, at)?).to_string(),
            Kind::UShort => u16::from_le_bytes(array(bytes, at)?).to_string(),
            Kind::Int => i32::from_le_bytes(array(bytes, at)?).to_string(),
            Kind::UInt => u32::from_le_bytes(array(bytes, at)?).to_string(),
            Kind::Long => i64::from_le_bytes(array(bytes, at)?).to_string(),
            Kind::ULong => u64::from_le_bytes(array(bytes, at)?).to_string(),
            Kind::Float => {
                // The fewest digits that tell it from its neighbours: 0.1 and not 0.10000000149011612.
                let number = f32::from_le_bytes(array(bytes, at)?);
                return Some(self.number(f64::from(number), || number.to_string()));
            }
            Kind::Double => {
                let number = f64::from_le_bytes(array(bytes, at)?);
                return Some(self.number(number, || serde_json::Value::from(number).to_string()));
            }
            Kind::String | Kind::DateTime => json_text(&String::from_utf8_lossy(words(at)?)),
            Kind::Json => {
                let text = String::from_utf8_lossy(words(at)?);
                match serde_json::from_str::<IgnoredAny>(&text) {
                    Ok(_) => text.trim().to_owned(),
                    Err(_) => json_text(&text),
                }
            }
            Kind::Binary => {
                words(at)?;
                self.has_bytes = true;
                return Some(None);
            }
        }))
    }

    fn number(&mut self, number: f64, text: impl Fn() -> String) -> Option<String> {
        if !number.is_finite() {
            self.has_no_numbers = true;
            return None;
        }
        // Whole numbers stand without decimals, as in most files.
        let is_whole = number.fract() == 0.0 && number.abs() < 1e15 && (number != 0.0 || number.is_sign_positive());
        Some(if is_whole { (number as i64).to_string() } else { text() })
    }
}

/// The next bytes.
fn array<const N: usize>(bytes: &[u8], at: &mut usize) -> Option<[u8; N]> {
    let found = bytes.get(*at..at.checked_add(N)?)?.try_into().ok()?;
    *at += N;
    Some(found)
}

fn json_text(text: &str) -> String {
    let mut json = String::with_capacity(text.len() + 2);
    push_json_text(text, &mut json);
    json
}

fn push_json_text(text: &str, json: &mut String) {
    if text.bytes().any(|byte| byte < 0x20 || matches!(byte, b'"' | b'\\')) {
        json.push_str(&serde_json::Value::from(text).to_string());
    } else {
        json.push('"');
        json.push_str(text);
        json.push('"');
    }
}

/// A geometry being read, and what may still be read of it.
struct Work<'a> {
    said: &'a mut Said,
    positions: usize,
    tables: usize,
}

impl Work<'_> {
    fn geometry(&mut self, table: &Table<'_>, usual: u8, depth: usize) -> Result<Option<Geometry<f64>>, String> {
        let again = || "its geometries lie where others do".to_owned();
        self.tables = self.tables.checked_sub(1).ok_or_else(again)?;
        if depth > DEEPEST {
            return Err(format!("it has collections in collections, more than {DEEPEST} deep"));
        }
        let kind = table.byte(6)?.filter(|kind| *kind != 0).unwrap_or(usual);
        Ok(match kind {
            1 => {
                let first = self.positions(table)?.into_iter().next();
                // A point without a place is written so.
                first.filter(|at| !(at.x.is_nan() && at.y.is_nan())).map(|at| Point(at).into())
            }
            2 => self.lines(table, false)?.pop().map(Geometry::from),
            3 | 17 => self.area(table)?.map(Geometry::from),
            4 => {
                let points: Vec<Point<f64>> = self.positions(table)?.into_iter().map(Point).collect();
                (!points.is_empty()).then(|| MultiPoint(points).into())
            }
            5 => {
                let lines = self.lines(table, true)?;
                (!lines.is_empty()).then(|| MultiLineString(lines).into())
            }
            6 => {
                let Some(parts) = table.tables(7)? else { return Ok(self.area(table)?.map(Geometry::from)) };
                let mut areas = Vec::new();
                for part in parts {
                    self.tables = self.tables.checked_sub(1).ok_or_else(again)?;
                    areas.extend(self.area(&part?)?);
                }
                (!areas.is_empty()).then(|| MultiPolygon(areas).into())
            }
            // Curves and surfaces of several kinds are collections of such.
            7 | 11 | 12 => {
                let mut all = Vec::new();
                for part in table.tables(7)?.into_iter().flatten() {
                    all.extend(self.geometry(&part?, 0, depth + 1)?);
                }
                (!all.is_empty()).then_some(Geometry::GeometryCollection(GeometryCollection(all)))
            }
            8..=10 | 13 | 14 => {
                return Err(
                    "it is a curve of arcs, which is not read; ogr2ogr -nlt CONVERT_TO_LINEAR makes lines of them"
                        .to_owned(),
                );
            }
            15 | 16 => return Err("it is a surface in three dimensions, which is not read".to_owned()),
            0 => return Err("it does not say of which kind its geometry is".to_owned()),
            kind => return Err(format!("its kind of geometry, {kind}, is not one that FlatGeobuf has")),
        })
    }

    fn positions(&mut self, table: &Table<'_>) -> Result<Vec<Coord<f64>>, String> {
        let list = table.list(1, 8)?.unwrap_or_default();
        let count = list.len() / 16;
        let again = || "its geometries lie where others do".to_owned();
        self.positions = self.positions.checked_sub(count).ok_or_else(again)?;
        self.said.heights += table.list(2, 8)?.map_or(0, |heights| (heights.len() / 8).min(count));
        for field in 3..=5 {
            self.said.has_measures |= table.list(field, 8)?.is_some_and(|list| !list.is_empty());
        }
        let mut numbers = doubles(list);
        let next = || Some(Coord { x: numbers.next()?, y: numbers.next()? });
        Ok(std::iter::from_fn(next).collect())
    }

    /// The lines of a geometry, each of which ends where its list of ends says.
    fn parts(&mut self, table: &Table<'_>) -> Result<Vec<Vec<Coord<f64>>>, String> {
        let mut positions = self.positions(table)?;
        let ends = table.list(0, 4)?.unwrap_or_default();
        if ends.len() <= 4 {
            return Ok(if positions.is_empty() { Vec::new() } else { vec![positions] });
        }
        let all: Vec<usize> = (0..ends.len() / 4).filter_map(|index| u32_at(ends, 4 * index)).collect();
        if all.is_sorted_by(|one, other| one <= other) && all.last() == Some(&positions.len()) {
            let mut parts: Vec<_> = all.iter().rev().skip(1).map(|end| positions.split_off(*end)).collect();
            parts.push(positions);
            parts.reverse();
            return Ok(parts);
        }
        Err("its parts overlap or lie beyond its positions".to_owned())
    }

    fn lines(&mut self, table: &Table<'_>, are_several: bool) -> Result<Vec<LineString<f64>>, String> {
        let parts = if are_several { self.parts(table)? } else { vec![self.positions(table)?] };
        let before = parts.iter().filter(|part| !part.is_empty()).count();
        let lines: Vec<_> = parts.into_iter().filter(|part| part.len() > 1).map(LineString).collect();
        self.said.too_short += before - lines.len();
        Ok(lines)
    }

    fn area(&mut self, table: &Table<'_>) -> Result<Option<Polygon<f64>>, String> {
        let mut rings = Vec::new();
        for (index, mut ring) in self.parts(table)?.into_iter().enumerate() {
            if ring.len() > 1 && ring.first() != ring.last() {
                self.said.has_open_ring = true;
                ring.extend(ring.first().copied());
            }
            if ring.len() >= 4 {
                rings.push(LineString(ring));
                continue;
            }
            self.said.too_short += usize::from(!ring.is_empty());
            if index == 0 {
                return Ok(None);
            }
        }
        if rings.is_empty() {
            return Ok(None);
        }
        let outer = rings.remove(0);
        Ok(Some(Polygon::new(outer, rings)))
    }
}
