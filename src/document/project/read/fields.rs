//! The members of an object, taken out one by one, mended where they are wrong, and what is left of it.

use std::ops::RangeInclusive;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::said::{plain, short};
use crate::document::annotation::Rgb;
use crate::document::project::settled_place;
use crate::dossier::Problem;
use crate::formats::color::Rgba;
use crate::geometry::Coord;

/// What was mended, and where.
#[derive(Default)]
pub(super) struct Problems(pub(super) Vec<Problem>);

impl Problems {
    pub(super) fn add(&mut self, part: &str, what: impl Into<String>) {
        self.0.push(Problem { part: part.into(), what: what.into() });
    }
}

/// The members of an object of ours, taken out one by one; what is left is kept.
pub(super) struct Fields<'a> {
    pub(super) part: &'a str,
    pub(super) map: Map<String, Value>,
    pub(super) unread: Map<String, Value>,
}

impl<'a> Fields<'a> {
    pub(super) fn new(part: &'a str, mut map: Map<String, Value>) -> Self {
        let unread = match map.shift_remove("unread") {
            Some(Value::Object(unread)) => unread,
            _ => Map::new(),
        };
        Self { part, map, unread }
    }

    /// A member of that type. What is of another type is kept among the unread.
    pub(super) fn take<T: DeserializeOwned>(&mut self, name: &str, problems: &mut Problems) -> Option<T> {
        let value = self.map.shift_remove(name)?;
        match T::deserialize(&value) {
            Ok(read) => Some(read),
            Err(error) => {
                problems.add(self.part, format!("'{name}' is not understood and set aside: {}", plain(&error)));
                self.unread.insert(name.to_owned(), value);
                None
            }
        }
    }

    /// A list of which each member is read by itself.
    pub(super) fn list<T: DeserializeOwned>(&mut self, name: &str, problems: &mut Problems) -> Vec<T> {
        self.list_by(name, problems, |item| T::deserialize(item).map_err(|error| plain(&error)))
    }

    /// The same where `read` makes a member of what is written.
    pub(super) fn list_by<T>(
        &mut self,
        name: &str,
        problems: &mut Problems,
        mut read: impl FnMut(&Value) -> Result<T, String>,
    ) -> Vec<T> {
        let Some(items) = self.take::<Vec<Value>>(name, problems) else {
            return Vec::new();
        };
        let (mut all, mut unread) = (Vec::with_capacity(items.len()), Vec::new());
        for (index, item) in items.into_iter().enumerate() {
            match read(&item) {
                Ok(item) => all.push(item),
                Err(what) => {
                    let number = index + 1;
                    problems.add(self.part, format!("number {number} of '{name}' is set aside: {what}"));
                    unread.push(item);
                }
            }
        }
        if !unread.is_empty() {
            self.unread.insert(name.to_owned(), Value::Array(unread));
        }
        all
    }

    /// A number within bounds.
    pub(super) fn number(&mut self, name: &str, bounds: RangeInclusive<f64>, problems: &mut Problems) -> Option<f64> {
        let number = self.take::<f64>(name, problems)?;
        Some(within(number, bounds, self.part, name, problems))
    }

    pub(super) fn color(&mut self, name: &str, problems: &mut Problems) -> Option<Rgb> {
        let text = self.take::<String>(name, problems)?;
        let color = Rgba::parse(&text).map(Rgb::from);
        if color.is_none() {
            problems.add(self.part, format!("'{name}' is not a colour such as #0072b2: {text}"));
        }
        color
    }

    pub(super) fn place(&mut self, name: &str, problems: &mut Problems) -> Option<Coord<f64>> {
        let [x, y] = self.take::<[f64; 2]>(name, problems)?;
        Some(settled_place(nearest_place(Coord { x, y })))
    }

    /// What nobody has taken.
    pub(super) fn rest(mut self) -> Map<String, Value> {
        if !self.unread.is_empty() {
            self.map.insert("unread".to_owned(), Value::Object(self.unread));
        }
        self.map
    }
}

pub(super) fn within(number: f64, bounds: RangeInclusive<f64>, part: &str, name: &str, problems: &mut Problems) -> f64 {
    if bounds.contains(&number) {
        return number;
    }
    let (least, most) = bounds.into_inner();
    let mended = if number.is_nan() { least } else { number.clamp(least, most) };
    problems.add(
        part,
        format!("'{name}' is {}, which is not between {least} and {most}; it is now {mended}", short(number)),
    );
    mended
}

pub(super) fn nearest_place(coord: Coord<f64>) -> Coord<f64> {
    Coord { x: coord.x.clamp(-180.0, 180.0), y: coord.y.clamp(-90.0, 90.0) }
}

pub(super) fn is_place(coord: Coord<f64>) -> bool {
    (-180.0..=180.0).contains(&coord.x) && (-90.0..=90.0).contains(&coord.y)
}
