//! The text of a geometry file of a dossier: one position a line, so that two versions differ where the shape does.

use geo::Geometry;
use serde_json::{Map, Value};

use crate::formats::feature::Feature;
use crate::formats::geojson::write_geometry;

/// Features as GeoJSON (RFC 7946), positions in WGS 84 degrees, longitude first, each on a line of its own.
pub fn geometry_text(features: &[Feature]) -> String {
    let mut out = String::from("{\n\"type\": \"FeatureCollection\",\n\"features\": [");
    for (index, feature) in features.iter().enumerate() {
        out.push_str(if index > 0 { ",\n" } else { "\n" });
        out.push_str("{\"type\": \"Feature\",\n");
        if let Some(id) = &feature.id {
            out.push_str(&format!("\"id\": {id},\n"));
        }
        out.push_str(&format!("\"properties\": {},\n\"geometry\": ", properties(&feature.properties)));
        match &feature.geometry {
            Some(geometry) => out.push_str(&in_lines(geometry)),
            None => out.push_str("null"),
        }
        out.push('}');
    }
    out.push_str("\n]\n}\n");
    out
}

fn properties(properties: &Map<String, Value>) -> String {
    serde_json::to_string(properties).unwrap_or_default()
}

fn in_lines(geometry: &Geometry<f64>) -> String {
    let mut text = String::new();
    write_geometry(geometry, &mut text);
    text.replace("],[", "],\n[")
}
