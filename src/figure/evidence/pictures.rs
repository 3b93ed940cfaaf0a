//! What a figure's provenance says of the pictures that are placed on its map.

use serde_json::{Value, json};

use crate::document::Picture;
use crate::formats::number::round;
use crate::formats::picture::Placement;

/// A picture by its fingerprint and by how it was placed: no path, and nothing that its file says of who took it.
pub(in crate::figure) fn provenance(picture: &Picture) -> Value {
    let mut all = serde_json::Map::new();
    let mut put = |key: &str, value: Value| all.insert(key.to_owned(), value);
    put("title", json!(picture.title));
    put("sha256", json!(picture.file.sha256));
    put("opacity", json!(round(picture.opacity, 3)));
    match &picture.placement {
        Placement::Points { transform, points } => {
            put("transform", json!(transform));
            put("control_points", json!(points.len()));
        }
        Placement::Plane { crs, .. } if crs.len() <= 40 => {
            put("crs", json!(crs));
        }
        Placement::Plane { .. } => {}
    }
    if let Some(accuracy_m) = picture.accuracy_m() {
        put("accuracy_m", json!(round(accuracy_m, 1)));
    }
    if !picture.crop.is_empty() {
        put("crop", json!(picture.crop));
    }
    for (key, said) in [("source", &picture.source), ("credit", &picture.credit), ("license", &picture.license)] {
        if !said.is_empty() {
            put(key, json!(said));
        }
    }
    if let Some(day) = &picture.as_of {
        put("as_of", json!(day));
    }
    Value::Object(all)
}
