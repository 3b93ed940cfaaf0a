//! Shapefiles (ESRI Shapefile Technical Description, July 1998): shapes in a `.shp`, and beside it what they are called
//! (`.dbf`), where each stands (`.shx`), in which coordinate system (`.prj`) and encoding (`.cpg`); loose or in a zip.
//!
//! Properties have the names of the table's columns. Heights and measures are left out.

mod rings;
mod shape;
mod writer;

use std::cell::RefCell;
use std::collections::HashSet;

use geo::{BoundingRect as _, Geometry};
use serde_json::Value;

use self::shape::Shape;
pub(super) use self::writer::short_names;
use super::bundle::{self, BundleError, Files};
use super::collector::Collector;
use super::converter::{Converter, joined};
use super::crs::{Crs, looks_like_degrees};
use super::dbf::{Row, Table};
use super::format::{Candidate, FORMATS, Format, Holds, has_features};
use super::geojson::MAX_BYTES;
use super::read::{FeatureLayer, Input, Read, ReadError, most_bytes, shortened};

/// Shapes with their table beside them.
pub const FORMAT: Format = Format {
    id: "shapefile",
    label: "Shapefile",
    noun: "a shapefile",
    extensions: &["shp"],
    // Another file of a shapefile is known, to say which one is to be opened.
    sniff: |candidate| is_main(candidate.bytes) || [".dbf", ".shx"].iter().any(|end| candidate.name.ends_with(end)),
    holds: Holds::Features(|input| read(input).map(Read::from)),
    write: None,
};

/// One or several of them in a zip.
pub const PACKED: Format = Format {
    id: "shapefile-zip",
    label: "Zipped shapefiles",
    noun: "zipped shapefiles",
    // Most are called `.zip`, as dossiers are: what is in it tells.
    extensions: &["shp.zip", "shz"],
    sniff: is_packed,
    holds: Holds::Features(read_packed),
    write: Some(writer::write),
};

/// The endings of the files that are read with a main file.
pub const COMPANIONS: [&str; 4] = ["dbf", "shx", "prj", "cpg"];

/// All that is unpacked from a zip, in bytes.
const MOST_UNPACKED: u64 = MAX_BYTES as u64;

/// So many layers of a zip are read.
const MOST_LAYERS: usize = 100;

/// So many files of a zip that are not read are named.
const MOST_NAMED: usize = 10;

/// With what the main file and its index begin.
const MAGIC: [u8; 4] = 9994_u32.to_be_bytes();

/// The length of their heads in bytes.
const HEAD: usize = 100;

fn is_main(bytes: &[u8]) -> bool {
    bytes.starts_with(&MAGIC) && bytes.get(28..32) == Some(&1000_u32.to_le_bytes())
}

/// Splits the ending from a name.
fn split(name: &str) -> (&str, String) {
    let (stem, end) = name.rsplit_once('.').unwrap_or((name, ""));
    (stem, end.to_lowercase())
}

fn is_shp(name: &str) -> bool {
    split(name).1 == "shp" && !is_of_macos(name)
}

/// Whether macOS has packed a file along, beside one of the same name.
fn is_of_macos(name: &str) -> bool {
    name.rsplit('/').next().is_some_and(|last| last.starts_with("._"))
}

fn is_packed(candidate: &Candidate<'_>) -> bool {
    let has = |wanted: &dyn Fn(&str) -> bool| bundle::has_file(candidate.bytes, wanted);
    let is_dossier = |name: &str| name.rsplit('/').next() == Some("dossier.json");
    candidate.bytes.starts_with(b"PK\x03\x04")
        && !candidate.name.ends_with(".kmz")
        && (PACKED.is_named(candidate.name) || has(&is_shp) && !has(&is_dossier))
}

fn read_packed(input: &Input<'_>) -> Result<Read, ReadError> {
    let failed = |error: BundleError| ReadError::Unusable(error.to_string());
    let files = Files::open(input.bytes, MOST_UNPACKED).map_err(failed)?;
    let names = files.names();
    let files = RefCell::new(files);
    let (mut read, mut others, mut wrong) = (Read::default(), Vec::new(), Vec::new());
    let mut room = most_bytes(input.bytes.len());
    let mut titles = HashSet::new();
    let mut count = 0;
    for (index, name) in &names {
        if !is_shp(name) {
            let lower = name.to_lowercase();
            let is_other = |format: &Format| has_features(format.holds) && format.is_named(&lower);
            if !is_of_macos(name) && const { &FORMATS }.iter().any(is_other) {
                others.push(shortened(name));
            }
            continue;
        }
        count += 1;
        if count > MOST_LAYERS {
            others.push(shortened(name));
            continue;
        }
        let stem = split(name).0;
        let beside = |ending: &str| {
            let fits = |(_, other): &&(usize, String)| {
                let (own, end) = split(other);
                end == ending && own.eq_ignore_ascii_case(stem)
            };
            let Some((index, _)) = names.iter().find(fits) else { return Ok(None) };
            files.borrow_mut().read(*index).map(Some).map_err(|error| error.to_string())
        };
        let bytes = files.borrow_mut().read(*index);
        let layer = bytes.map_err(failed).and_then(|bytes| {
            room = room.saturating_add(3 * bytes.len());
            read_within(&Input::of(&bytes).in_order(input.order).in_system(input.crs).beside(&beside), room)
        });
        match layer {
            Ok((layer, used)) => {
                room = room.saturating_sub(used);
                let last = shortened(stem.rsplit('/').next().unwrap_or(stem));
                // Of two of one name, the folders tell.
                let title = if titles.contains(&last) { shortened(stem) } else { last };
                titles.insert(title.clone());
                read.layers.push(FeatureLayer { name: Some(title), ..layer });
            }
            Err(why) => wrong.push((shortened(name), why)),
        }
    }
    if read.layers.is_empty() {
        return Err(match wrong.into_iter().next() {
            Some((name, why)) => ReadError::Unusable(format!("{name} in the zip: {why}")),
            None => ReadError::Unusable("the zip holds no .shp file; it is no shapefile".to_owned()),
        });
    }
    let wrong = wrong.into_iter().take(MOST_NAMED);
    read.warnings.extend(wrong.map(|(name, why)| format!("{name} in the zip is not read: {why}")));
    if !others.is_empty() {
        let more = if others.len() > MOST_NAMED { ", …" } else { "" };
        others.truncate(MOST_NAMED);
        read.warnings.push(format!("of the zip the shapefiles are read, not {}{more}", others.join(", ")));
    }
    Ok(read)
}

fn read(input: &Input<'_>) -> Result<FeatureLayer, ReadError> {
    read_within(input, most_bytes(input.bytes.len())).map(|(layer, _)| layer)
}

/// The layer of a main file and what lies beside it, and how many bytes of the `room` for it it has taken.
fn read_within(input: &Input<'_>, room: usize) -> Result<(FeatureLayer, usize), ReadError> {
    let bytes = whole(input.bytes)?;
    let mut features = Collector::new("record", input);
    features.at_most(room);
    let beside = |ending: &str| {
        let failed = |why| ReadError::Unusable(format!("the .{ending} beside it cannot be read: {why}"));
        input.companion(ending).map_err(failed)
    };
    let index = beside("shx")?;
    let index = index.as_deref().filter(|index| is_index_of(index, bytes));
    match beside("prj")?.filter(|text| !text.trim_ascii().is_empty()) {
        Some(text) => {
            let text = String::from_utf8_lossy(&text);
            let crs = Crs::parse(&text).map_err(|why| ReadError::UnknownSystem { name: system_of(&text), why })?;
            if !crs.is_wgs84() {
                features.convert(Converter::new(crs, Value::Null));
            }
        }
        None if input.crs.is_some() => {}
        None => {
            check_degrees(Records::of(bytes, index))?;
            features
                .warn("it has no .prj, which says the coordinate system: its numbers are taken for degrees of WGS 84");
        }
    }
    let (table, cpg) = (beside("dbf")?, beside("cpg")?);
    let table = match &table {
        None => {
            features.warn("it has no .dbf beside it: its shapes have no properties");
            None
        }
        Some(table) => Table::of(table, cpg.as_deref())
            .map_err(|why| features.warn(format!("its table (.dbf) is not read: {why}; its shapes have no properties")))
            .ok(),
    };
    let (mut deleted, mut measures, mut count) = (0, false, 0);
    let mut work = rings::MOST_WORK;
    for (number, record) in Records::of(bytes, index).enumerate() {
        count += 1;
        let properties = match table.as_ref().and_then(|table| table.row(number)) {
            Some(Row::Deleted) => {
                deleted += 1;
                features.pass();
                continue;
            }
            Some(Row::Properties(json)) => json,
            None => String::new(),
        };
        let geometry = record.and_then(|record| Shape::of(record, &mut work)).map(|shape| {
            features.heights += shape.heights;
            measures |= shape.has_measures;
            if shape.has_open_ring {
                features.unclosed();
            }
            if let Some(what) = shape.left_out {
                features.warn(format!("record {}: {what}", number + 1));
            }
            shape.geometry
        });
        features.add(geometry, &properties, None);
    }
    if let Some(table) = table {
        let rows = table.count();
        table.warnings.into_iter().for_each(|warning| features.warn(warning));
        if rows != count {
            features.warn(format!("its table (.dbf) has {rows} rows for {count} shapes: they may not belong together"));
        }
    }
    if deleted > 0 {
        features.warn(format!("records that are marked as deleted in the table (.dbf) are left out: {deleted}"));
    }
    if measures {
        features.warn("measures (M) are left out");
    }
    let used = features.size_bytes();
    Ok((features.finished()?, used))
}

/// What well-known text calls its system.
fn system_of(text: &str) -> String {
    shortened(text.split('"').nth(1).unwrap_or(text).trim())
}

/// The main file as long as it says it is.
fn whole(bytes: &[u8]) -> Result<&[u8], ReadError> {
    let wrong = |what: String| Err(ReadError::Unusable(what));
    if bytes.len() > MAX_BYTES {
        return Err(ReadError::TooLarge(bytes.len()));
    }
    if !is_main(bytes) {
        return wrong(
            "it is not the main file of a shapefile, or it is cut short; if it is its table (.dbf) or index (.shx), open the \
             .shp file beside it"
                .to_owned(),
        );
    }
    // The first record has the number 1; the first of an index says that it stands behind the head, at word 50.
    if be_at(bytes, HEAD) == Some(HEAD / 2) && bytes.len().is_multiple_of(4) {
        return wrong(
            "it is the index of a shapefile (.shx), which holds no shapes; open the .shp file beside it".to_owned(),
        );
    }
    let said = be_at(bytes, 24).unwrap_or_default().saturating_mul(2);
    if said > bytes.len() || bytes.len() < HEAD {
        let there = bytes.len();
        return wrong(format!(
            "the file is cut short: of its {said} bytes {there} are there; download or copy it again"
        ));
    }
    // Some programs do not say how long it is.
    Ok(if said >= HEAD { &bytes[..said] } else { bytes })
}

/// A number that is not negative, the greatest byte first.
fn be_at(bytes: &[u8], at: usize) -> Option<usize> {
    let four = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
    usize::try_from(i32::from_be_bytes(four)).ok()
}

/// Whether an index is whole and every place in it is one in the main file.
fn is_index_of(index: &[u8], main: &[u8]) -> bool {
    let said = be_at(index, 24).unwrap_or_default().saturating_mul(2);
    is_main(index)
        && (HEAD..=index.len()).contains(&said)
        && index[HEAD..said].chunks_exact(8).all(|place| {
            be_at(place, 0).is_some_and(|at| at == 0 || at >= HEAD / 2 && at.saturating_mul(2) + 8 <= main.len())
        })
}

/// What stands in the records of a main file, one after the other.
struct Records<'a> {
    bytes: &'a [u8],
    /// Where each stands, if that is said.
    places: Option<std::slice::ChunksExact<'a, u8>>,
    /// Where the next one stands, if it is not said.
    at: usize,
    /// How many bytes there can still be in records: no two share any.
    left: usize,
}

impl<'a> Records<'a> {
    fn of(bytes: &'a [u8], index: Option<&'a [u8]>) -> Self {
        let places = index.map(|index| {
            let said = be_at(index, 24).unwrap_or_default().saturating_mul(2).clamp(HEAD, index.len());
            index[HEAD..said].chunks_exact(8)
        });
        Self { bytes, places, at: HEAD, left: bytes.len() - HEAD }
    }

    fn record(&mut self, at: usize) -> Result<&'a [u8], String> {
        let wrong = || "the file says that it is longer than what is left of the file".to_owned();
        let length = be_at(self.bytes, at + 4).and_then(|words| words.checked_mul(2)).ok_or_else(wrong)?;
        let record = self.bytes.get(at + 8..(at + 8).saturating_add(length)).ok_or_else(wrong)?;
        self.left = self.left.checked_sub(8 + length).ok_or_else(|| "it lies where another one does".to_owned())?;
        Ok(record)
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Result<&'a [u8], String>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(places) = &mut self.places {
            return match be_at(places.next()?, 0)? {
                // What was never written.
                0 => Some(Ok(&[0; 4])),
                words => Some(self.record(2 * words)),
            };
        }
        if self.at + 8 > self.bytes.len() {
            return None;
        }
        let record = self.record(self.at);
        // Behind one that is wrong, no other can be found.
        self.at = record.as_ref().map_or(self.bytes.len(), |record| self.at + 8 + record.len());
        Some(record)
    }
}

/// Refuses shapes of which most are not in degrees, where nothing says what they are in.
fn check_degrees(records: Records<'_>) -> Result<(), ReadError> {
    let (mut fits, mut others, mut all) = (0_usize, 0_usize, None);
    for shape in records.flatten().filter_map(|record| Shape::of_rings(record).ok()) {
        let Some(bounds) = shape.geometry.as_ref().and_then(Geometry::bounding_rect) else { continue };
        if looks_like_degrees(bounds) {
            fits += 1;
        } else {
            others += 1;
            all = joined(all, Some(bounds));
        }
    }
    match all {
        Some(bounds) if others > fits => Err(ReadError::NotDegrees(bounds)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
