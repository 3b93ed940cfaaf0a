//! Made-up features that look like those of the war's course, for the benchmarks.

use claimline::formats::feature::Feature;
use claimline::formats::geojson;
use claimline::geometry::{Coord, Polygon};
use serde_json::{Map, Value, json};

/// Eleven properties, as files of the war's course have them, in one of four colours.
pub(crate) fn properties(index: usize) -> Map<String, Value> {
    let kinds = [("held", "#a52714"), ("freed", "#0f9d58"), ("contested", "#fbc02d"), ("grey", "#bcaaa4")];
    let (status, fill) = kinds[index % 4];
    let all = json!({
        "id": index, "name": format!("Area {index} /// Район {index}"), "status": status, "vertices": 1000,
        "date": format!("2024-{:02}-{:02}", 1 + index % 12, 1 + index % 28), "fill": fill, "stroke": "#333333",
        "fill-opacity": 0.4, "stroke-width": 1.5, "source": "synthetic", "confidence": (index * 37 % 100) as f64 / 100.0,
    });
    all.as_object().cloned().unwrap_or_default()
}

/// A collection as text.
pub(crate) fn text_of(features: &[Feature]) -> String {
    let feature = |feature: &Feature| {
        let mut geometry = String::new();
        if let Some(shape) = &feature.geometry {
            geojson::write_geometry(shape, &mut geometry);
        }
        let properties = Value::Object(feature.properties.clone());
        format!(r#"{{"type":"Feature","properties":{properties},"geometry":{geometry}}}"#)
    };
    let features: Vec<String> = features.iter().map(feature).collect();
    format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))
}

/// A thousand coast-like islands of a thousand vertices each, all over the oblast, in four colours.
pub(crate) fn islands() -> Vec<Feature> {
    let island = |index: usize| {
        let (column, row) = (index % 32, index / 32);
        let center = Coord { x: 36.5 + 0.09 * column as f64, y: 46.8 + 0.075 * row as f64 };
        let corner = |step: usize| {
            let turn = step as f64 / 1000.0 * std::f64::consts::TAU;
            let rough =
                (7.0 * turn + index as f64).sin() / 7.0 + (61.0 * turn).sin() / 31.0 + (311.0 * turn).cos() / 97.0;
            let reach = 0.03 * (1.0 + rough);
            Coord { x: center.x + reach * turn.cos(), y: center.y + reach * turn.sin() }
        };
        let ring: Vec<Coord<f64>> = (0..1000).map(corner).collect();
        let geometry = Some(Polygon::new(ring.into(), Vec::new()).into());
        Feature { geometry, properties: properties(index), id: None, members: Map::new() }
    };
    (0..1000).map(island).collect()
}
