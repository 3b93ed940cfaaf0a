//! The coordinate system that GeoJSON of before 2016 may name in its `crs`, and positions in it.

use std::cell::Cell;

use geo::{Coord, Geometry, MapCoordsInPlace as _, Rect};
use serde_json::{Map, Value};

use crate::formats::crs::{self, Crs};
use crate::formats::read::{ReadError, shortened};

/// In which system the positions of a file are.
pub(in crate::formats) enum Named {
    /// WGS 84 in degrees, with what to say where the file does not say so.
    Degrees(Option<String>),
    /// Another.
    Other(Box<Crs>),
}

/// Refuses a coordinate system other than WGS 84 in degrees. What to say where it cannot be told which one it is.
///
/// # Errors
/// [`ReadError::OtherSystem`].
pub(crate) fn check_crs(members: &Map<String, Value>) -> Result<Option<String>, ReadError> {
    match named_crs(members.get("crs")) {
        Ok(Named::Degrees(note)) => Ok(note),
        Ok(Named::Other(crs)) => Err(ReadError::OtherSystem(shortened(&crs.label()))),
        Err(ReadError::UnknownSystem { name, .. }) => Err(ReadError::OtherSystem(name)),
        Err(error) => Err(error),
    }
}

/// The system that files of before 2016 may name in a `crs`, in one of many ways.
pub(in crate::formats) fn named_crs(crs: Option<&Value>) -> Result<Named, ReadError> {
    const TAKEN: &str = "its positions are taken for degrees of WGS 84";
    let degrees = |note: String| Ok(Named::Degrees(Some(note)));
    let Some(crs) = crs else { return Ok(Named::Degrees(None)) };
    if crs.is_null() {
        return degrees(format!("its 'crs' is null, which leaves the coordinate system open; {TAKEN}"));
    }
    // The form of 2008, those of drafts before it, and what programs have made of them.
    let paths = ["", "/name", "/code", "/properties", "/properties/name", "/properties/urn", "/properties/code"];
    let links = ["/properties/href", "/properties/url"];
    let found = paths.iter().chain(&links).find_map(|path| match crs.pointer(path)? {
        Value::String(text) => Some(text.trim().trim_end_matches('/').to_owned()),
        Value::Number(code) => Some(code.to_string()),
        _ => None,
    });
    let Some(name) = found.filter(|name| !name.is_empty()) else {
        let shown = shortened(&crs.to_string());
        return degrees(format!("its 'crs' says nothing that can be read, {shown}; {TAKEN}"));
    };
    match Crs::parse(&name) {
        Ok(crs) if crs.is_wgs84() => Ok(Named::Degrees(None)),
        Ok(crs) => Ok(Named::Other(Box::new(crs))),
        Err(why) => Err(ReadError::UnknownSystem { name: shortened(&name), why }),
    }
}

/// Brings positions of another system to WGS 84.
pub(in crate::formats) struct Converter {
    crs: Crs,
    /// As it stands in the file.
    said: Value,
    /// Made for the first position: which shift of the datum is best depends on where the positions are.
    transform: Option<crs::Transform>,
    /// The box of the numbers as they stand in the file.
    bounds: Option<Rect<f64>>,
    /// The box of the places that they are.
    places: Option<Rect<f64>>,
}

impl Converter {
    pub(in crate::formats) fn new(crs: Crs, said: Value) -> Self {
        Self { crs, said, transform: None, bounds: None, places: None }
    }

    /// Whether it is made for what stands in a `crs`.
    pub(in crate::formats) fn is_of(&self, said: &Value) -> bool {
        self.said == *said
    }

    pub(in crate::formats) fn convert(
        &mut self,
        feature: usize,
        geometry: &mut Geometry<f64>,
    ) -> Result<(), ReadError> {
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
                Ok(())
            }
            Some(Coord { x, y }) => Err(ReadError::NoPlace { feature, x, y, system: shortened(&self.crs.label()) }),
        }
    }

    /// What to say of positions that have been converted.
    pub(in crate::formats) fn notes(self) -> Vec<String> {
        let label = shortened(&self.crs.label());
        let mut notes = vec![format!("its positions are in {label} and were converted to WGS 84")];
        if !self.crs.is_angles() && self.bounds.is_some_and(crs::looks_like_degrees) {
            notes.push(format!(
                "its positions look like degrees, but the file says {label}; if they are degrees, remove its 'crs' or .prj"
            ));
        }
        let area = self.crs.epsg().and_then(crs::area_of_use);
        if let Some((area, places)) = area.zip(self.places)
            && !is_near(area, places)
        {
            notes.push(format!(
                "its positions lie far from where {label} is used: the file may name the wrong system, or have the northing \
                 before the easting; the window and --lat-first swap the two"
            ));
        }
        notes.extend(self.transform.iter().flat_map(crs::Transform::warnings));
        notes
    }
}

/// The box of two boxes.
fn joined(all: Option<Rect<f64>>, own: Option<Rect<f64>>) -> Option<Rect<f64>> {
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
