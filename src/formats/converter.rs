//! Positions of another coordinate system brought to WGS 84, with what is to be said of that.

use std::cell::Cell;
use std::collections::BTreeMap;

use geo::{Coord, Geometry, MapCoordsInPlace as _, Rect};
use serde_json::Value;

use super::crs::{self, Crs};
use super::read::{ReadError, shortened};

/// Brings positions of another system to WGS 84.
pub(super) struct Converter {
    crs: Crs,
    /// As it stands in the file.
    said: Value,
    /// Whether somebody has chosen the system, whatever the file says.
    is_chosen: bool,
    /// Made for the first position: which shift of the datum is best depends on where the positions are.
    transform: Option<crs::Transform>,
    /// The box of the numbers as they stand in the file.
    bounds: Option<Rect<f64>>,
    /// The box of the places that they are.
    places: Option<Rect<f64>>,
    /// How many geometries were converted.
    count: usize,
}

impl Converter {
    pub(super) fn new(crs: Crs, said: Value) -> Self {
        Self { crs, said, is_chosen: false, transform: None, bounds: None, places: None, count: 0 }
    }

    /// One for a system that somebody has chosen; nothing where nothing needs to be done for it.
    pub(super) fn chosen(crs: &Crs) -> Option<Self> {
        (!crs.is_wgs84()).then(|| Self { is_chosen: true, ..Self::new(crs.clone(), Value::Null) })
    }

    /// What people call the system.
    pub(super) fn label(&self) -> String {
        shortened(&self.crs.label())
    }

    /// Whether it is made for what stands in a `crs`.
    pub(super) fn is_of(&self, said: &Value) -> bool {
        self.said == *said
    }

    pub(super) fn convert(&mut self, feature: usize, geometry: &mut Geometry<f64>) -> Result<(), ReadError> {
        use geo::{BoundingRect as _, CoordsIter as _};
        let Some(first) = geometry.coords_iter().next() else { return Ok(()) };
        let transform = match &mut self.transform {
            Some(transform) => transform,
            none => {
                let made = self.crs.transform(Some(first));
                let name = || shortened(&self.crs.label());
                none.insert(made.map_err(|why| ReadError::UnknownSystem { name: name(), why })?)
            }
        };
        self.bounds = joined(self.bounds, geometry.bounding_rect());
        let lost = Cell::new(None);
        geometry.map_coords_in_place(|at| {
            transform.converted(at).unwrap_or_else(|| {
                lost.set(lost.get().or(Some(at)));
                at
            })
        });
        match lost.get() {
            None => {
                self.places = joined(self.places, geometry.bounding_rect());
                self.count += 1;
                Ok(())
            }
            Some(Coord { x, y }) => Err(ReadError::NoPlace { feature, x, y, system: shortened(&self.crs.label()) }),
        }
    }

    /// What to say of positions that have been converted.
    pub(super) fn notes(self) -> Vec<String> {
        let all = self.count;
        self.notes_of(all)
    }

    /// The same, where `all` geometries are in this system or in others.
    fn notes_of(self, all: usize) -> Vec<String> {
        let label = shortened(&self.crs.label());
        let mut notes = vec![match self.count {
            count if count == all => format!("its positions are in {label} and were converted to WGS 84"),
            1 => format!("the positions of 1 of its {all} shapes are in {label} and were converted to WGS 84"),
            count => {
                format!("the positions of {count} of its {all} shapes are in {label} and were converted to WGS 84")
            }
        }];
        if !self.crs.is_angles() && self.bounds.is_some_and(crs::looks_like_degrees) {
            notes.push(match self.is_chosen {
                true => format!(
                    "its positions look like degrees, but {label} was chosen for them (--crs); if they are degrees, choose \
                     EPSG:4326"
                ),
                false => format!(
                    "its positions look like degrees, but the file says {label}; if they are degrees, remove its 'crs' or .prj"
                ),
            });
        }
        let area = self.crs.epsg().and_then(crs::area_of_use);
        if let Some((area, places)) = area.zip(self.places)
            && !is_near(area, places)
        {
            let wrong =
                if self.is_chosen { "the file may be in another system" } else { "the file may name the wrong system" };
            notes.push(format!(
                "its positions lie far from where {label} is used: {wrong}, or have the northing before the easting; the \
                 window and --lat-first swap the two"
            ));
        }
        notes.extend(self.transform.iter().flat_map(crs::Transform::warnings));
        notes
    }
}

/// Converters by the numbers that databases give coordinate systems (SRID), most of which are codes of EPSG.
#[derive(Default)]
pub(super) struct Systems {
    converters: BTreeMap<u32, Result<Option<Converter>, String>>,
    /// How many geometries were in WGS 84 as they stand.
    as_they_are: usize,
}

/// So many different systems are told apart in one file.
const MOST_SYSTEMS: usize = 100;

impl Systems {
    /// Brings a geometry to WGS 84; 0 is no system, and positions in it are taken for degrees.
    ///
    /// # Errors
    /// A text that says why its positions have no place on the map.
    pub(super) fn convert(&mut self, srid: u32, feature: usize, geometry: &mut Geometry<f64>) -> Result<(), String> {
        if srid == 0 || srid == 4326 {
            self.as_they_are += 1;
            return Ok(());
        }
        if self.converters.len() >= MOST_SYSTEMS && !self.converters.contains_key(&srid) {
            return Err(format!("it is in another coordinate system than the {MOST_SYSTEMS} before it"));
        }
        let made = self.converters.entry(srid).or_insert_with(|| match Crs::from_epsg(srid) {
            Ok(crs) => Ok((!crs.is_wgs84()).then(|| Converter::new(crs, Value::Null))),
            Err(why) => Err(ReadError::UnknownSystem { name: format!("SRID {srid}"), why }.to_string()),
        });
        match made {
            Ok(None) => {
                self.as_they_are += 1;
                Ok(())
            }
            Ok(Some(converter)) => converter.convert(feature, geometry).map_err(|error| error.to_string()),
            Err(why) => Err(why.clone()),
        }
    }

    /// What to say of positions that have been converted.
    pub(super) fn notes(self) -> Vec<String> {
        let used = self.converters.into_values().filter_map(|made| made.ok()?);
        let used: Vec<Converter> = used.filter(|converter| converter.bounds.is_some()).collect();
        let all = self.as_they_are + used.iter().map(|converter| converter.count).sum::<usize>();
        used.into_iter().flat_map(|converter| converter.notes_of(all)).collect()
    }
}

/// The box of two boxes.
pub(super) fn joined(all: Option<Rect<f64>>, own: Option<Rect<f64>>) -> Option<Rect<f64>> {
    let (Some(all), Some(own)) = (all, own) else { return all.or(own) };
    let (low, high, own_low, own_high) = (all.min(), all.max(), own.min(), own.max());
    Some(Rect::new((low.x.min(own_low.x), low.y.min(own_low.y)), (high.x.max(own_high.x), high.y.max(own_high.y))))
}

/// How far beyond the area of its use a grid is nothing unusual, in degrees: files of a country are in the grid of its middle.
const USUALLY_WITHIN_DEG: f64 = 12.0;

/// Whether some place lies in or around an area.
fn is_near(area: Rect<f64>, places: Rect<f64>) -> bool {
    let by = USUALLY_WITHIN_DEG;
    places.min().x <= area.max().x + by
        && places.max().x >= area.min().x - by
        && places.min().y <= area.max().y + by
        && places.max().y >= area.min().y - by
}
