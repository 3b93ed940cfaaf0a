//! One feature as a file has it.

use geo::Geometry;
use serde_json::{Map, Value};

/// One feature, with its properties untouched.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Feature {
    /// Geometry in WGS 84, longitude first; `None` where the file says `null`.
    pub geometry: Option<Geometry<f64>>,
    /// Properties as they stand in the file.
    pub properties: Map<String, Value>,
    /// The feature's id, text or a number, if it has one.
    pub id: Option<Value>,
    /// Foreign members of the feature.
    pub members: Map<String, Value>,
}

impl Feature {
    /// A property that is text.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.properties.get(key).and_then(Value::as_str)
    }
}
