//! The place or geometry that a row of a table says.

use geo::{Coord, CoordsIter as _, Geometry, MapCoordsInPlace as _};

use super::columns::Columns;
use super::names::Names;
use super::{First, Grid};
use crate::formats::converter::Systems;
use crate::formats::coordinates::{How, readings};
use crate::formats::csv;
use crate::formats::geojson::{self, Order};
use crate::formats::read::{FeatureLayer, Input, is_place, shortened};
use crate::formats::wkb;

/// Reads the places of rows.
pub(super) struct Reader<'a> {
    columns: Columns,
    names: Names<'a>,
    order: Order,
    /// Whether the numbers are in another coordinate system, so that they need not be degrees.
    is_plane: bool,
    /// Whether the coordinate system has been chosen, whatever a cell says.
    is_chosen_system: bool,
    /// Those that cells name themselves.
    systems: Systems,
    /// How many positions had a height.
    heights: usize,
    has_measures: bool,
    left_out: usize,
}

impl<'a> Reader<'a> {
    /// `is_chosen` says that somebody has chosen the columns, and their order with them.
    pub(super) fn new(columns: Columns, input: &Input<'a>, is_chosen: bool) -> Self {
        let columns = match (columns, input.order) {
            (Columns::One(column, first), Order::LatLon) if !is_chosen => Columns::One(column, first.exchanged()),
            (columns, _) => columns,
        };
        let is_plane = input.crs.is_some_and(|crs| !crs.is_wgs84());
        let is_chosen_system = input.crs.is_some();
        let systems = Systems::default();
        let order = input.order;
        let names = Names::new(input.names);
        Self {
            columns,
            names,
            order,
            is_plane,
            is_chosen_system,
            systems,
            heights: 0,
            has_measures: false,
            left_out: 0,
        }
    }

    /// The geometry of a row, which need not be on the earth.
    pub(super) fn read(&mut self, grid: &Grid, row: usize) -> Result<Option<Geometry<f64>>, String> {
        match self.columns {
            Columns::Two { lat, lon } => {
                let (lat, lon) = (grid.words(row, lat), grid.words(row, lon));
                let (lat, lon) = if self.order == Order::LatLon { (lon, lat) } else { (lat, lon) };
                place_of(lat, lon, self.is_plane).map(point)
            }
            Columns::One(column, first) => pair_of(grid.words(row, column), first, self.is_plane).map(point),
            Columns::Geometry(column) => {
                let Some((shape, mut geometry)) = geometry_of(grid.words(row, column))? else { return Ok(None) };
                if self.order == Order::LatLon {
                    geometry.map_coords_in_place(|Coord { x, y }| Coord { x: y, y: x });
                }
                if !self.is_chosen_system {
                    self.systems.convert(shape.srid.unwrap_or_default(), grid.number(row), &mut geometry)?;
                }
                self.heights += shape.heights;
                self.has_measures |= shape.has_measures;
                self.left_out += shape.left_out;
                Ok(Some(geometry))
            }
            Columns::Names(column, within) => {
                let within = within.map_or("", |within| grid.words(row, within));
                self.names.find(grid.words(row, column), within).map(|place| point(place.at))
            }
        }
    }

    /// What the place of the row that was read last is, where it was found by its name.
    pub(super) fn what(&self) -> Option<&str> {
        self.names.last()
    }

    /// The numbers of a row as they stand, whether they are degrees or not; nothing where they are no bare numbers.
    pub(super) fn numbers(&self, grid: &Grid, row: usize) -> Option<Geometry<f64>> {
        let at = match self.columns {
            Columns::Two { lat, lon } => {
                Coord { x: csv::number(grid.words(row, lon))?, y: csv::number(grid.words(row, lat))? }
            }
            Columns::One(column, first) => {
                let [one, other] = two_numbers(grid.words(row, column))?;
                if first == First::Latitude { Coord { x: other, y: one } } else { Coord { x: one, y: other } }
            }
            Columns::Geometry(column) => {
                let (shape, geometry) = geometry_of(grid.words(row, column)).ok()??;
                return shape.srid.is_none().then_some(geometry);
            }
            Columns::Names(..) => return None,
        };
        Some(Geometry::Point(at.into()))
    }

    /// What is to be said of all geometries together.
    pub(super) fn say(self, read: &mut FeatureLayer) {
        if self.heights > 0 {
            read.warnings.push("heights are left out: the map is flat".to_owned());
        }
        if self.has_measures {
            read.warnings.push("measures (M) are left out".to_owned());
        }
        if self.left_out > 0 {
            read.warnings.push(format!("lines and outlines with too few positions were left out: {}", self.left_out));
        }
        read.features.notes.extend(self.systems.notes());
        self.names.say(read);
    }
}

fn point(at: Coord<f64>) -> Option<Geometry<f64>> {
    Some(Geometry::Point(at.into()))
}

/// A geometry all of which is on the earth.
pub(super) fn on_earth(geometry: Geometry<f64>) -> Result<Geometry<f64>, String> {
    let wrong = geometry.coords_iter().find(|at| !is_place(*at));
    match (wrong, &geometry) {
        (None, _) => Ok(geometry),
        (Some(Coord { x, y }), Geometry::Point(_)) => {
            let exchanged = y.abs() <= 180.0 && x.abs() <= 90.0;
            let hint = if exchanged { "; the columns seem to be swapped" } else { "" };
            Err(format!("{y}, {x} is not a latitude and longitude in degrees{hint}"))
        }
        (Some(Coord { x, y }), _) => Err(format!("{x} {y} is not a longitude and latitude in degrees")),
    }
}

/// A geometry from its well-known text, well-known binary in hexadecimal digits, or GeoJSON, and what else is said of it.
fn geometry_of(text: &str) -> Result<Option<(wkb::Shape, Geometry<f64>)>, String> {
    if text.is_empty() || text == "null" {
        return Ok(None);
    }
    if text.starts_with('{') {
        let geometry = geojson::geometry_of(text).map_err(|error| error.to_string())?;
        return Ok(Some((wkb::Shape::default(), geometry)));
    }
    let mut shape = wkb::read_text(text)?;
    let geometry = shape.geometry.take().ok_or("its geometry is empty")?;
    Ok(Some((shape, geometry)))
}

/// A place from a latitude and a longitude, each as a number or in degrees with signs.
fn place_of(lat: &str, lon: &str, is_plane: bool) -> Result<Coord<f64>, String> {
    if lat.is_empty() || lon.is_empty() {
        return Err("it has no coordinates".to_owned());
    }
    if let (Some(y), Some(x)) = (csv::number(lat), csv::number(lon)) {
        return Ok(Coord { x, y });
    }
    if is_plane {
        return Err(format!("{}, {} are not two numbers", shortened(lat), shortened(lon)));
    }
    let found = readings(&format!("{lat}; {lon}")).map_err(|error| error.to_string())?;
    Ok(found[0].at)
}

/// A place from both numbers in one text.
fn pair_of(words: &str, first: First, is_plane: bool) -> Result<Coord<f64>, String> {
    if words.is_empty() {
        return Err("it has no coordinates".to_owned());
    }
    if is_plane {
        let two = two_numbers(words).ok_or_else(|| format!("“{}” is not two numbers", shortened(words)))?;
        let [one, other] = two;
        return Ok(if first == First::Latitude { Coord { x: other, y: one } } else { Coord { x: one, y: other } });
    }
    let found = readings(words).map_err(|error| error.to_string())?;
    let wanted = if first == First::Latitude { How::LatitudeFirst } else { How::LongitudeFirst };
    let is_bare = |how: How| matches!(how, How::LatitudeFirst | How::LongitudeFirst);
    let is_same = found.len() == 1 && found[0].at.x == found[0].at.y;
    let fits = found.iter().find(|reading| !is_bare(reading.how) || reading.how == wanted || is_same);
    fits.map(|reading| reading.at).ok_or_else(|| {
        format!("“{}” is no place with the {} first, as the other rows are read", shortened(words), first.word())
    })
}

/// Two bare numbers in one text.
fn two_numbers(words: &str) -> Option<[f64; 2]> {
    let words = words.trim_matches(['(', ')', '[', ']']);
    let halves = |halves: (&str, &str)| Some([csv::number(halves.0)?, csv::number(halves.1)?]);
    let by_space = || words.trim().split_once(char::is_whitespace);
    let by = |separator: &str| words.split_once(separator);
    [by(";"), by(", "), by_space(), by(",")].into_iter().flatten().find_map(halves)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_numbers_in_one_cell_are_two_numbers() {
        for text in ["5319225.5, 7410563", "5319225.5 7410563", "(5319225,5; 7410563)", "5319225.5,7410563"] {
            assert_eq!(two_numbers(text), Some([5_319_225.5, 7_410_563.0]), "{text}");
        }
        assert_eq!(two_numbers("7410563"), None);
    }
}
