//! GeoPackage (OGC 12-128r19, 1.4): layers of features in one SQLite database.
//!
//! Properties have the names of the columns, and the key of a row is the feature's id. Heights and measures are left out.
//! Rasters, tables without geometry and columns of bytes are not read, which a warning says.

mod database;
mod layer;
mod log;
mod writer;

use std::borrow::Cow;

use self::database::Database;
use self::log::Applied;
use super::format::{Candidate, Format, Holds};
use super::geojson::MAX_BYTES;
use super::read::{Input, Read, ReadError, most_bytes, shortened};
use super::sqlite::MAGIC;

/// One or several layers in a database.
pub const FORMAT: Format = Format {
    id: "gpkg",
    label: "GeoPackage",
    noun: "a GeoPackage",
    extensions: &["gpkg"],
    sniff: is_geopackage,
    holds: Holds::Features(read),
    write: Some(writer::write),
};

/// So many layers are read.
const MOST_LAYERS: usize = 100;

/// So many layers or tables that are not read are named.
const MOST_NAMED: usize = 10;

/// What a GeoPackage has at byte 68 of that: of the versions 1.2 and later, of 1.0 and of 1.1.
const APPLICATIONS: [&[u8; 4]; 3] = [b"GPKG", b"GP10", b"GP11"];

fn is_geopackage(candidate: &Candidate<'_>) -> bool {
    let Candidate { bytes, name } = candidate;
    let says = || bytes.get(68..72).is_some_and(|own| APPLICATIONS.iter().any(|known| own == *known));
    bytes.starts_with(MAGIC) && (says() || FORMAT.is_named(name))
}

/// A layer as the table of contents has it.
struct Listed {
    table: String,
    /// Its column of geometries; a layer of features without one is broken.
    column: Option<String>,
    srs: Option<i64>,
}

fn read(input: &Input<'_>) -> Result<Read, ReadError> {
    let wrong = |what: String| ReadError::Unusable(what);
    if input.bytes.len() > MAX_BYTES {
        return Err(ReadError::TooLarge(input.bytes.len()));
    }
    let (bytes, unsaved) = with_log(input);
    let mut database = Database::open(&bytes).map_err(wrong)?;
    let (listed, others) = contents(&mut database).map_err(wrong)?;
    let mut read = Read::default();
    let (mut failed, mut more): (Vec<(String, ReadError)>, _) = (Vec::new(), others);
    let mut room = most_bytes(bytes.len());
    let mut bytes_left = room;
    for (index, listed) in listed.into_iter().enumerate() {
        let name = shortened(&listed.table);
        if index >= MOST_LAYERS {
            more.push(name);
            continue;
        }
        match layer::read(&mut database, &listed, input, room, &mut bytes_left) {
            Ok((layer, used)) => {
                room = room.saturating_sub(used);
                read.layers.push(layer);
            }
            Err(why) => failed.push((name, why)),
        }
    }
    if read.layers.is_empty() {
        return Err(match failed.into_iter().next() {
            Some((_, why @ ReadError::NotDegrees(_))) => why,
            Some((name, why)) => wrong(format!("its layer {name}: {why}")),
            None if more.is_empty() => wrong("it holds no layers; nothing can be drawn".to_owned()),
            None => wrong(format!("it holds no layer of features, only {}; nothing can be drawn", named(more))),
        });
    }
    let failed = failed.into_iter().take(MOST_NAMED);
    read.warnings.extend(failed.map(|(name, why)| format!("the layer {name} is not read: {why}")));
    if !more.is_empty() {
        read.warnings.push(format!("of it the layers of features are read, not {}", named(more)));
    }
    read.warnings.extend(unsaved);
    Ok(read)
}

/// Several names in words.
fn named(mut names: Vec<String>) -> String {
    let more = if names.len() > MOST_NAMED { ", …" } else { "" };
    names.truncate(MOST_NAMED);
    format!("{}{more}", names.join(", "))
}

/// The layers of features, and what else is in it, with the kind of each.
fn contents(database: &mut Database) -> Result<(Vec<Listed>, Vec<String>), String> {
    if !database.has("gpkg_contents")? {
        return Err("it is a database, but no GeoPackage: it has no table of contents (gpkg_contents)".to_owned());
    }
    let geometries = match database.has("gpkg_geometry_columns")? {
        true => database.texts("SELECT table_name, column_name, srs_id FROM gpkg_geometry_columns")?,
        false => Vec::new(),
    };
    let (mut layers, mut others) = (Vec::new(), Vec::new());
    for [table, kind, srs] in database.texts("SELECT table_name, data_type, srs_id FROM gpkg_contents")? {
        let Some(table) = table else { continue };
        match kind.as_deref() {
            Some("features") => {
                let fits = |[other, ..]: &&[Option<String>; 3]| {
                    other.as_ref().is_some_and(|other| other.eq_ignore_ascii_case(&table))
                };
                let (column, own_srs) =
                    geometries.iter().find(fits).map_or((None, None), |[_, column, srs]| (column.clone(), srs.clone()));
                let srs = own_srs.or(srs).and_then(|srs| srs.parse().ok());
                layers.push(Listed { table, column, srs });
            }
            Some("attributes") => others.push(format!("{} (a table without geometry)", shortened(&table))),
            Some("tiles" | "2d-gridded-coverage") => others.push(format!("{} (a raster)", shortened(&table))),
            _ => others.push(shortened(&table)),
        }
    }
    Ok((layers, others))
}

/// The database with the changes that lie beside it, and what is to be said of them.
fn with_log<'a>(input: &Input<'a>) -> (Cow<'a, [u8]>, Option<String>) {
    let as_it_is = |what: &str| {
        let what = format!(
            "beside it lies a file with {what}: what is read may be older or incomplete. Close the program that has it open, \
             or open it there once and close it, and open it here again"
        );
        (Cow::Borrowed(input.bytes), Some(what))
    };
    const CHANGES: &str = "changes that are not in it yet (-wal)";
    match input.companion("gpkg-wal") {
        Err(_) => return as_it_is(&format!("{CHANGES}, which cannot be read")),
        Ok(Some(log)) if !log.is_empty() => {
            return match log::applied(input.bytes, &log) {
                Some(Applied { is_cut: false, pages: 0, bytes }) => (bytes, None),
                Some(Applied { is_cut: true, pages: 0, .. }) => {
                    as_it_is(&format!("{CHANGES}, which is unfinished or damaged"))
                }
                Some(Applied { is_cut, bytes, .. }) => {
                    let but = if is_cut {
                        " as far as they are whole: the end of that file is unfinished or damaged"
                    } else {
                        ""
                    };
                    let what = "changes that another program has not written into it yet (-wal) are read as well";
                    (bytes, Some(format!("{what}{but}")))
                }
                None => as_it_is(CHANGES),
            };
        }
        Ok(_) => {}
    }
    // So many bytes has its head, and without more it is over.
    let has_journal = input.companion("gpkg-journal").is_ok_and(|file| file.is_some_and(|file| file.len() > 512));
    if has_journal {
        return as_it_is("what a program that was cut off has left (-journal)");
    }
    (Cow::Borrowed(input.bytes), None)
}

#[cfg(test)]
mod tests;
