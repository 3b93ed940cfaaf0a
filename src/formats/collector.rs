//! Features collected one by one as a reader finds them: what cannot be used is skipped by its number, memory is bounded, and
//! positions of another coordinate system are brought to WGS 84.

use std::collections::HashMap;

use geo::{Coord, CoordsIter as _, Geometry, MapCoordsInPlace as _};
use serde_json::{Map, Value};

use super::converter::Converter;
use super::geojson::Order;
use super::read::{FeatureLayer, Input, ReadError, is_place, most_bytes};
use super::table::FeatureTable;

/// So many features that were passed over are told one by one.
const MOST_SKIPPED: usize = 20;

/// Collects features one by one. One that cannot be used is skipped, and said by its number in the file.
pub(super) struct Collector {
    /// What a feature is called: "placemark", "feature".
    noun: &'static str,
    order: Order,
    converter: Option<Converter>,
    /// Whether somebody has chosen the coordinate system, whatever the file says.
    is_chosen: bool,
    /// As [`most_bytes`] has it.
    most_bytes: usize,
    table: FeatureTable,
    /// How many features the file has so far.
    count: usize,
    skipped: usize,
    skips: Vec<String>,
    warnings: Vec<String>,
    /// How many positions had a height.
    pub(super) heights: usize,
    next_is_unclosed: bool,
    /// How many positions the features have had so far.
    positions: usize,
}

impl Collector {
    pub(super) fn new(noun: &'static str, input: &Input<'_>) -> Self {
        let table = FeatureTable::default();
        Self {
            noun,
            order: input.order,
            converter: input.crs.and_then(Converter::chosen),
            is_chosen: input.crs.is_some(),
            most_bytes: most_bytes(input.bytes.len()),
            table,
            count: 0,
            skipped: 0,
            skips: Vec::new(),
            warnings: Vec::new(),
            heights: 0,
            next_is_unclosed: false,
            positions: 0,
        }
    }

    /// No more than so many bytes may come of the file.
    pub(super) fn at_most(&mut self, bytes: usize) {
        self.most_bytes = bytes;
    }

    /// How much has come of the file so far, in bytes.
    pub(super) fn size_bytes(&self) -> usize {
        self.table.rows.size_bytes() + self.positions * size_of::<Coord<f64>>()
    }

    /// The positions of the features that come next are in another system than WGS 84.
    pub(super) fn convert(&mut self, converter: Converter) {
        if self.is_chosen {
            self.warn(format!(
                "the file says {}; it is read in the coordinate system that was chosen",
                converter.label()
            ));
        } else {
            self.converter = Some(converter);
        }
    }

    /// Adds the next feature, with its properties and its id as JSON; or what keeps it from being used.
    pub(super) fn add(&mut self, geometry: Result<Option<Geometry<f64>>, String>, properties: &str, id: Option<&str>) {
        self.count += 1;
        if let Ok(Some(geometry)) = &geometry {
            self.positions += geometry.coords_count();
        }
        let geometry = match self.size_bytes() + properties.len() > self.most_bytes {
            true => Err("the file says so much by so few letters that it has no room in memory".to_owned()),
            false => geometry,
        };
        match geometry.and_then(|geometry| geometry.map(|geometry| self.placed(geometry)).transpose()) {
            Ok(geometry) => {
                if self.next_is_unclosed {
                    self.table.unclosed.push(self.table.rows.count() as u32);
                }
                self.table.push(geometry, properties, id, Map::new());
            }
            Err(why) => {
                self.skipped += 1;
                if self.skipped <= MOST_SKIPPED {
                    self.skips.push(format!("{} {} was skipped: {why}", self.noun, self.count));
                }
            }
        }
        self.next_is_unclosed = false;
    }

    /// As [`Self::add`], with properties that are not JSON yet.
    pub(super) fn add_with(
        &mut self,
        geometry: Result<Option<Geometry<f64>>, String>,
        properties: Properties,
        id: Option<&str>,
    ) {
        self.add(geometry, &properties.json(), id);
    }

    /// A geometry in degrees of WGS 84 with longitude first, if all of it is on the earth.
    fn placed(&mut self, mut geometry: Geometry<f64>) -> Result<Geometry<f64>, String> {
        if self.order == Order::LatLon {
            geometry.map_coords_in_place(|Coord { x, y }| Coord { x: y, y: x });
        }
        if let Some(converter) = &mut self.converter {
            converter.convert(self.count, &mut geometry).map_err(|error| error.to_string())?;
        }
        let wrong = geometry.coords_iter().find(|at| !is_place(*at));
        match wrong {
            None => Ok(geometry),
            Some(Coord { x, y }) => Err(format!(
                "longitude {x}, latitude {y} is no place on the earth; longitudes go from −180 to 180, latitudes from −90 \
                 to 90"
            )),
        }
    }

    /// Passes over the next feature, which the file itself says is none.
    pub(super) fn pass(&mut self) {
        self.count += 1;
    }

    /// Says something of the file as a whole, once.
    pub(super) fn warn(&mut self, what: impl Into<String>) {
        let what = what.into();
        if self.warnings.len() < MOST_SKIPPED && !self.warnings.contains(&what) {
            self.warnings.push(what);
        }
    }

    /// The next feature has a ring that had to be closed.
    pub(super) fn unclosed(&mut self) {
        self.next_is_unclosed = true;
    }

    /// The number of the next feature.
    pub(super) fn next(&self) -> usize {
        self.count + 1
    }

    /// By which property the features are told apart at first.
    pub(super) fn told_by(&mut self, property: &str) {
        self.table.told_by = Some(property.to_owned());
    }

    /// What has been passed over besides features so far, in words.
    pub(super) fn said(&self) -> &[String] {
        &self.warnings
    }

    /// All that has been read.
    ///
    /// # Errors
    /// If there are features, and none of them could be used.
    pub(super) fn finished(self) -> Result<FeatureLayer, ReadError> {
        let Self { noun, mut table, skipped, skips, mut warnings, heights, converter, .. } = self;
        if table.rows.count() == 0 {
            return Err(ReadError::Unusable(match skips.first() {
                Some(first) => format!("no {noun} can be used: {first}"),
                None => match warnings.first() {
                    Some(first) => format!("there is no {noun} in it; nothing can be drawn; {first}"),
                    None => format!("there is no {noun} in it; nothing can be drawn"),
                },
            }));
        }
        table.notes.extend(converter.into_iter().flat_map(Converter::notes));
        if heights > 0 {
            warnings.push("heights are left out: the map is flat".to_owned());
        }
        warnings.extend(skips);
        if skipped > MOST_SKIPPED {
            warnings.push(format!("{} more {noun}s were skipped", skipped - MOST_SKIPPED));
        }
        Ok(FeatureLayer { features: table, warnings, ..FeatureLayer::default() })
    }
}

/// What a feature says of itself, in its order.
#[derive(Default)]
pub(super) struct Properties {
    all: Map<String, Value>,
    /// Of names that came more than once, the number of the next of each.
    next: HashMap<String, usize>,
}

impl Properties {
    /// Adds a property; of several of one name, the later ones have a number.
    pub(super) fn put(&mut self, name: &str, value: impl Into<Value>) {
        let mut own = name.to_owned();
        if self.all.contains_key(&own) {
            let number = self.next.entry(own.clone()).or_insert(2);
            while self.all.contains_key(&own) {
                own = format!("{name} ({number})");
                *number += 1;
            }
        }
        self.all.insert(own, value.into());
    }

    /// Adds a text that is not empty.
    pub(super) fn put_words(&mut self, name: &str, words: &str) {
        if !words.is_empty() {
            self.put(name, words);
        }
    }

    /// Adds a property where there is none of that name.
    pub(super) fn put_usual(&mut self, name: String, value: Value) {
        self.all.entry(name).or_insert(value);
    }

    /// As JSON; nothing where there are none.
    fn json(self) -> String {
        if self.all.is_empty() { String::new() } else { Value::Object(self.all).to_string() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_used_is_skipped_by_its_number_and_the_rest_stays() {
        let mut features = Collector::new("placemark", &Input::of(b""));
        let point = |x: f64, y: f64| Ok(Some(geo::Point::new(x, y).into()));
        features.add(point(37.0, 48.0), "", None);
        features.add(point(f64::NAN, 48.0), "", None);
        for _ in 0..30 {
            features.add(point(370.0, 48.0), "", None);
        }
        features.add(Err("it has no position".to_owned()), "", None);
        features.add(Ok(None), "{\"name\":\"nowhere\"}", None);
        let read = features.finished().unwrap();
        assert_eq!((read.features.points.len(), read.features.rows.count()), (1, 2));
        assert!(read.warnings[0].starts_with("placemark 2 was skipped: longitude NaN"), "{:?}", read.warnings);
        assert_eq!(read.warnings.len(), 21);
        assert_eq!(read.warnings[20], "12 more placemarks were skipped");
        let none = Collector::new("placemark", &Input::of(b"")).finished().unwrap_err();
        assert_eq!(none.to_string(), "there is no placemark in it; nothing can be drawn");
    }

    #[test]
    fn properties_of_one_name_are_all_kept_and_do_not_take_time_with_their_square() {
        let mut properties = Properties::default();
        for _ in 0..50_000 {
            properties.put("a", 1);
        }
        assert!(properties.all.contains_key("a (50000)") && properties.all.len() == 50_000);
    }
}
