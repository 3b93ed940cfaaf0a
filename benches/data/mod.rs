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

/// So many coast-like islands of a thousand vertices each, all over the oblast, in four colours.
pub(crate) fn islands(count: usize) -> Vec<Feature> {
    let columns = (count as f64).sqrt().ceil() as usize;
    let (wide, high) = (2.9 / columns as f64, 2.4 / columns as f64);
    let island = |index: usize| {
        let (column, row) = (index % columns, index / columns);
        let center = Coord { x: 36.5 + wide * column as f64, y: 46.8 + high * row as f64 };
        let corner = |step: usize| {
            let turn = step as f64 / 1000.0 * std::f64::consts::TAU;
            let rough =
                (7.0 * turn + index as f64).sin() / 7.0 + (61.0 * turn).sin() / 31.0 + (311.0 * turn).cos() / 97.0;
            let reach = 0.33 * wide * (1.0 + rough);
            Coord { x: center.x + reach * turn.cos(), y: center.y + reach * turn.sin() }
        };
        let ring: Vec<Coord<f64>> = (0..1000).map(corner).collect();
        let geometry = Some(Polygon::new(ring.into(), Vec::new()).into());
        Feature { geometry, properties: properties(index), id: None, members: Map::new() }
    };
    (0..count).map(island).collect()
}

/// 100,000 points in four colours all over the oblast.
pub(crate) fn points() -> Vec<Feature> {
    let point = |index: usize| {
        // The golden ratio's powers fill a square evenly.
        let part = |step: f64| (index as f64 * step).fract();
        let at = geo::Point::new(36.5 + 2.9 * part(0.754_877_666), 46.8 + 2.4 * part(0.569_840_291));
        Feature { geometry: Some(at.into()), properties: properties(index), id: None, members: Map::new() }
    };
    (0..100_000).map(point).collect()
}
