//! A file as it would be read, for somebody who chooses how: where its places would lie, and the first rows of a table.

use std::path::Path;

use geo::CoordsIter as _;

use super::{FileError, Taken, companion, read};
use crate::formats::crs::Crs;
use crate::formats::format::{self, Candidate, Holds};
use crate::formats::geojson;
use crate::formats::gzip;
use crate::formats::read::{FeatureLayer, Input, ReadError, TableRead};
use crate::formats::tabular::{Sample, sample};
use crate::gazetteer::BuiltinNames;
use crate::geometry::Coord;

/// So many places are shown.
const MOST_PLACES: usize = 5000;

/// What would come of a file.
#[derive(Debug, Default)]
pub struct Preview {
    /// Where its features would lie, longitude first, of as many as are shown.
    pub places: Vec<Coord<f64>>,
    /// How many features there would be, of the part that was looked at.
    pub count: usize,
    /// The first rows, of a table.
    pub sample: Option<Sample>,
    /// How it was read, if it is a table.
    pub table: Option<TableRead>,
    /// What is to be said of it, the first few.
    pub warnings: Vec<String>,
    /// Why nothing would come of it.
    pub error: Option<String>,
    /// Whether that is because nothing in a table is a coordinate.
    pub lacks_places: bool,
}

/// Reads a file to see what would come of it.
///
/// # Errors
/// [`FileError`] where it is no file of features.
pub fn preview(path: &Path, taken: &Taken, layer: Option<&str>) -> Result<Preview, FileError> {
    let failed = |cause| FileError::Features { cause, path: path.to_owned() };
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let name = gzip::unpacked_name(&name);
    let bytes = gzip::unpack(read(path)?.into(), geojson::MAX_BYTES)
        .map_err(|cause| FileError::Gzip { cause, path: path.to_owned() })?;
    let format = format::known(&Candidate { name, bytes: &bytes });
    let Some((format, Holds::Features(read))) = format.map(|format| (format, format.holds)) else {
        return Err(FileError::UnknownKind { path: path.to_owned() });
    };
    let crs = taken
        .crs
        .as_deref()
        .map(|text| Crs::parse(text).map_err(|why| failed(ReadError::UnknownSystem { name: text.to_owned(), why })));
    let crs = crs.transpose()?;
    let companions = |ending: &str| companion(path, ending);
    let input = Input::of(&bytes).in_order(taken.order).in_system(crs.as_ref());
    let input = input.as_table(taken.table.as_ref()).naming(&BuiltinNames).beside(&companions);
    let mut preview = Preview::default();
    let layers = match sample(format.id, &input, layer) {
        Some(table) => {
            let (sample, features) = table.map_err(failed)?;
            preview.sample = Some(sample);
            features.map(|layer| vec![layer])
        }
        None => read(&input).map(|read| {
            preview.warnings = read.warnings;
            read.layers
        }),
    };
    match layers {
        Ok(layers) => layers.into_iter().for_each(|layer| preview.add(layer)),
        Err(why) => {
            preview.lacks_places = matches!(why, ReadError::NoPlaces(_));
            preview.error = Some(why.to_string());
        }
    }
    Ok(preview)
}

impl Preview {
    fn add(&mut self, layer: FeatureLayer) {
        self.count += layer.features.rows.count();
        for feature in 0..layer.features.rows.count() {
            if self.places.len() >= MOST_PLACES {
                break;
            }
            let shape = layer.features.geometry(feature);
            let left = MOST_PLACES - self.places.len();
            self.places.extend(shape.iter().flat_map(|shape| shape.coords_iter().take(left).collect::<Vec<_>>()));
        }
        self.warnings.extend(layer.warnings.into_iter().take(4));
        self.table = self.table.take().or(layer.table);
    }

    /// The box around the places: west, south, east, north.
    pub fn bounds(&self) -> Option<[f64; 4]> {
        let first = self.places.first()?;
        let start = [first.x, first.y, first.x, first.y];
        Some(self.places.iter().fold(start, |[west, south, east, north], at| {
            [west.min(at.x), south.min(at.y), east.max(at.x), north.max(at.y)]
        }))
    }
}
