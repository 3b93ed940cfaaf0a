//! The head of a file: what its columns hold, where its features stand, in which coordinate system.

use std::collections::{HashMap, HashSet};

use geo::Rect;

use super::buffer::{Builder, Damaged, Put, Table, doubles, u32_at};
use super::index::Tree;
use crate::formats::crs::{Crs, CrsError};
use crate::formats::read::{ReadError, shortened};

/// With what a file begins: version 3. What follows the second `fgb` tells corrections of the specification apart.
pub(super) const MAGIC: [u8; 8] = *b"fgb\x03fgb\x00";

/// The longest head that is read, in bytes; it names the columns.
const MOST_HEAD: usize = 64 << 20;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Byte,
    UByte,
    Bool,
    Short,
    UShort,
    Int,
    UInt,
    Long,
    ULong,
    Float,
    Double,
    String,
    Json,
    DateTime,
    Binary,
}

/// By their numbers in files.
const KINDS: [Kind; 15] = [
    Kind::Byte,
    Kind::UByte,
    Kind::Bool,
    Kind::Short,
    Kind::UShort,
    Kind::Int,
    Kind::UInt,
    Kind::Long,
    Kind::ULong,
    Kind::Float,
    Kind::Double,
    Kind::String,
    Kind::Json,
    Kind::DateTime,
    Kind::Binary,
];

/// What of a feature has one name.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: Kind,
}

/// What a file says of its coordinate system.
#[derive(Debug, Clone, Default)]
struct System {
    organisation: String,
    code: i32,
    name: String,
    well_known: String,
    code_text: String,
}

/// The head of a file.
#[derive(Debug, Clone)]
pub(super) struct Header {
    pub(super) name: String,
    /// The kind of all geometries; 0 where each says its own.
    pub(super) geometry: u8,
    pub(super) columns: Vec<Column>,
    /// How many features there are; 0 where that is not said.
    pub(super) count: u64,
    /// How many nodes of the index belong to one; 0 without an index.
    node_size: u16,
    /// The box of all numbers, if it is said.
    pub(super) bounds: Option<Rect<f64>>,
    system: Option<System>,
    /// Where it ends in the file.
    end: u64,
}

/// How many bytes of a file are needed to read its head, by its first [`MAGIC`] and four more.
pub(super) fn head_length(start: &[u8]) -> Result<usize, ReadError> {
    let wrong = |what: &str| Err(ReadError::Unusable(what.to_owned()));
    if !start.starts_with(&MAGIC[..3]) || start.get(4..7).is_some_and(|second| *second != MAGIC[4..7]) {
        return wrong("it is not a FlatGeobuf file: it does not begin with “fgb”");
    }
    match (start.get(3), u32_at(start, MAGIC.len())) {
        (Some(version), _) if *version != MAGIC[3] => Err(ReadError::Unusable(format!(
            "it is FlatGeobuf of version {version}; version 3 is read: write it anew with a newer program, such as ogr2ogr"
        ))),
        (_, Some(length)) if length > MOST_HEAD => wrong("it is damaged: its head claims to be larger than 64 MB"),
        (_, Some(length)) => Ok(MAGIC.len() + 4 + length),
        _ => wrong("the file is cut short: its head is not whole; download or copy it again"),
    }
}

impl Header {
    /// Reads the head of a file from its first bytes, of which there are [`head_length`].
    pub(super) fn of(start: &[u8]) -> Result<Self, ReadError> {
        let end = head_length(start)?;
        let Some(bytes) = start.get(MAGIC.len() + 4..end) else {
            let what = "the file is cut short: its head is not whole; download or copy it again";
            return Err(ReadError::Unusable(what.to_owned()));
        };
        let damaged = |_| ReadError::Unusable("its head is damaged; download or copy it again".to_owned());
        Self::read(bytes, end as u64).map_err(damaged)
    }

    fn read(bytes: &[u8], end: u64) -> Result<Self, Damaged> {
        let table = Table::root(bytes)?;
        let text = |table: &Table<'_>, field| Ok(table.text(field)?.unwrap_or_default().into_owned());
        let numbers: Vec<f64> = table.list(1, 8)?.map(|list| doubles(list).take(4).collect()).unwrap_or_default();
        let bounds = match numbers[..] {
            [x0, y0, x1, y1] if x0 <= x1 && y0 <= y1 => Some(Rect::new((x0, y0), (x1, y1))),
            _ => None,
        };
        let system = match table.table(10)? {
            None => None,
            Some(system) => Some(System {
                organisation: text(&system, 0)?,
                code: system.int(1)?.unwrap_or_default(),
                name: text(&system, 2)?,
                well_known: text(&system, 4)?,
                code_text: text(&system, 5)?,
            }),
        };
        Ok(Self {
            name: text(&table, 0)?,
            geometry: table.byte(2)?.unwrap_or_default(),
            columns: columns_of(&table, 7, bytes.len())?,
            count: table.long(8)?.unwrap_or_default(),
            node_size: table.short(9)?.unwrap_or(16),
            bounds,
            system,
            end,
        })
    }

    /// The index between the head and the features; `None` where there is none.
    pub(super) fn tree(&self) -> Option<Tree> {
        let has_one = self.node_size > 0 && self.count > 0;
        has_one.then(|| Tree::of(self.count, self.node_size, self.end)).flatten()
    }

    /// Where the features begin in the file; `None` where no file is so long.
    pub(super) fn features_at(&self) -> Option<u64> {
        if self.node_size == 0 || self.count == 0 { Some(self.end) } else { Some(self.tree()?.end()) }
    }

    /// Its coordinate system; `None` where it says none.
    pub(super) fn crs(&self) -> Option<Result<Crs, ReadError>> {
        let System { organisation, code, name, well_known, code_text } = self.system.as_ref()?;
        let is_epsg = organisation.is_empty() || organisation.eq_ignore_ascii_case("EPSG");
        let by_code = u32::try_from(*code).ok().filter(|code| is_epsg && *code > 0).map(Crs::from_epsg);
        let by_text = || {
            let code = match organisation.is_empty() || code_text.is_empty() {
                true => code_text.clone(),
                false => format!("{organisation}:{code_text}"),
            };
            [well_known, &code].into_iter().filter(|text| !text.trim().is_empty()).map(|text| Crs::parse(text)).next()
        };
        let found = match by_code {
            Some(Ok(crs)) => Ok(crs),
            Some(Err(why)) => by_text().and_then(Result::ok).ok_or(why),
            None => by_text().unwrap_or_else(|| match (organisation.is_empty(), *code) {
                (true, _) if name.trim().is_empty() => Err(CrsError::Empty),
                (true, _) => Crs::parse(name),
                (false, code) => Err(CrsError::Code(format!("{organisation}:{code}"))),
            }),
        };
        // What says nothing is none.
        if found.as_ref().is_err_and(|why| *why == CrsError::Empty) {
            return None;
        }
        let called = [name, code_text, organisation].into_iter().find(|text| !text.is_empty());
        let called = called.map_or_else(|| format!("EPSG:{code}"), |name| shortened(name));
        Some(found.map_err(|why| ReadError::UnknownSystem { name: called, why }))
    }

    /// As the bytes with which a file of such features begins.
    pub(super) fn written(&self) -> Vec<u8> {
        let mut builder = Builder::new();
        let has_bounds = self.bounds.is_some();
        let mut fields = vec![(8, Put::Long(self.count)), (0, Put::Later), (7, Put::Later)];
        if self.system.is_some() {
            fields.push((10, Put::Later));
        }
        if has_bounds {
            fields.push((1, Put::Later));
        }
        fields.extend([(9, Put::Short(self.node_size)), (2, Put::Byte(self.geometry))]);
        let mut places = builder.root(&fields).into_iter();
        let mut next = || places.next().unwrap_or_default();
        builder.text(next(), &self.name);
        let columns = builder.tables(next(), self.columns.len());
        for (place, column) in columns.into_iter().zip(&self.columns) {
            let places = builder.table(place, &[(0, Put::Later), (1, Put::Byte(column.kind as u8))]);
            places.into_iter().for_each(|place| builder.text(place, &column.name));
        }
        if let Some(system) = &self.system {
            let fields =
                [(0, Put::Later), (1, Put::Int(system.code)), (2, Put::Later), (4, Put::Later), (5, Put::Later)];
            let places = builder.table(next(), &fields);
            let texts = [&system.organisation, &system.name, &system.well_known, &system.code_text];
            places.into_iter().zip(texts).for_each(|(place, text)| builder.text(place, text));
        }
        if let Some(bounds) = self.bounds {
            let (low, high) = (bounds.min(), bounds.max());
            let numbers: Vec<u8> = [low.x, low.y, high.x, high.y].iter().flat_map(|one| one.to_le_bytes()).collect();
            builder.list(next(), 8, &numbers);
        }
        [&MAGIC[..], &builder.finished()].concat()
    }

    /// The head of a file in degrees of WGS 84.
    pub(super) fn new(name: &str, geometry: u8, columns: Vec<Column>, count: usize, bounds: Option<Rect<f64>>) -> Self {
        let system =
            System { organisation: "EPSG".to_owned(), code: 4326, name: "WGS 84".to_owned(), ..System::default() };
        let node_size = if count == 0 { 0 } else { 16 };
        let (name, count) = (name.to_owned(), count as u64);
        Self { name, geometry, columns, count, node_size, bounds, system: Some(system), end: 0 }
    }

    /// The same of a file that names no system.
    #[cfg(test)]
    pub(super) fn without_system(self) -> Self {
        Self { system: None, ..self }
    }

    /// The head of a file that holds so many of these features, without an index.
    pub(super) fn of_part(&self, count: usize) -> Self {
        Self { count: count as u64, node_size: 0, bounds: None, ..self.clone() }
    }
}

/// The columns in a field of a table, with names that no two have. No more than `most` bytes of names are read.
pub(super) fn columns_of(table: &Table<'_>, field: usize, most: usize) -> Result<Vec<Column>, Damaged> {
    let mut columns = Vec::new();
    let (mut names, mut next) = (HashSet::new(), HashMap::<String, usize>::new());
    let mut left = most;
    for column in table.tables(field)?.into_iter().flatten() {
        let column = column?;
        let name = column.text(0)?.unwrap_or_default().into_owned();
        left = left.checked_sub(name.len() + 1).ok_or(Damaged)?;
        let kind = usize::from(column.byte(1)?.unwrap_or_default());
        let mut own = name.clone();
        if names.contains(&own) {
            let number = next.entry(name.clone()).or_insert(2);
            while names.contains(&own) {
                own = format!("{name} ({number})");
                *number += 1;
            }
        }
        names.insert(own.clone());
        columns.push(Column { name: own, kind: *KINDS.get(kind).ok_or(Damaged)? });
    }
    Ok(columns)
}
