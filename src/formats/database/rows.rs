//! The rows that a database sends, as features: what cannot be used is skipped by its number, and memory is bounded.

use serde::de::IgnoredAny;
use sha2::{Digest as _, Sha256};

use crate::formats::collector::Collector;
use crate::formats::geojson::Order;
use crate::formats::number::hex;
use crate::formats::read::{FeatureLayer, Input, ReadError, most_bytes};
use crate::formats::wkb;

/// What comes of all rows may take so many bytes, as for a file.
pub const MOST_ROW_BYTES: usize = 256 << 20;

/// Rows become features, one by one.
pub struct LayerOfRows {
    features: Collector,
    count: u64,
    bytes: u64,
    sum: Sha256,
    left_out: usize,
}

impl LayerOfRows {
    /// Of geometries with their numbers in this order.
    pub fn new(order: Order) -> Self {
        debug_assert_eq!(most_bytes(0), MOST_ROW_BYTES, "one bound for files and rows");
        let input = Input::of(b"").in_order(order);
        Self { features: Collector::new("row", &input), count: 0, bytes: 0, sum: Sha256::new(), left_out: 0 }
    }

    /// Adds a row: a geometry as well-known binary in WGS 84, longitude first, and the properties as the JSON of an object.
    /// False where memory has no room for another; it is not taken then.
    pub fn add(&mut self, geometry: Option<&[u8]>, properties: Option<&str>) -> bool {
        let size = properties.map_or(0, str::len) + geometry.map_or(0, <[u8]>::len);
        if self.features.size_bytes() + size > MOST_ROW_BYTES {
            return false;
        }
        self.count += 1;
        self.bytes += size as u64;
        for part in [geometry.unwrap_or_default(), properties.unwrap_or_default().as_bytes()] {
            self.sum.update((part.len() as u64).to_be_bytes());
            self.sum.update(part);
        }
        let properties = properties.unwrap_or_default();
        // A server that sends anything else means harm.
        let is_object = || properties.starts_with('{') && serde_json::from_str::<IgnoredAny>(properties).is_ok();
        if !properties.is_empty() && !is_object() {
            self.features.add(Err("what it says of itself is not JSON".to_owned()), "", None);
            return true;
        }
        let shape = geometry.map(wkb::read).transpose();
        let placed = shape.map(|shape| {
            let shape = shape.unwrap_or_default();
            self.features.heights += shape.heights;
            self.left_out += shape.left_out;
            if shape.has_open_ring {
                self.features.unclosed();
            }
            shape.geometry
        });
        self.features.add(placed, properties, None);
        true
    }

    /// How many rows there have been.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Says something of the layer as a whole.
    pub fn warn(&mut self, what: impl Into<String>) {
        self.features.warn(what);
    }

    /// The features, with the SHA-256 of all that was sent (of each row the length and the bytes of its geometry, then of its
    /// properties), and how many bytes that was.
    ///
    /// # Errors
    /// If there are rows, and none of them could be used.
    pub fn finished(mut self, name: &str) -> Result<(FeatureLayer, String, u64), ReadError> {
        if self.left_out > 0 {
            self.features.warn(format!("{} lines or rings with too few positions are left out", self.left_out));
        }
        let layer = self.features.finished()?;
        Ok((FeatureLayer { name: Some(name.to_owned()), ..layer }, hex(&self.sum.finalize()), self.bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A point of well-known binary.
    fn point(x: f64, y: f64) -> Vec<u8> {
        let mut bytes = vec![1, 1, 0, 0, 0];
        bytes.extend(x.to_le_bytes());
        bytes.extend(y.to_le_bytes());
        bytes
    }

    #[test]
    fn rows_become_features_with_their_properties_as_they_were_sent() {
        let mut rows = LayerOfRows::new(Order::LonLat);
        rows.add(Some(&point(37.0, 48.0)), Some("{\"id\":9007199254740993,\"n\":1.50}"));
        rows.add(None, None);
        rows.add(Some(b"\x01junk"), Some("{\"id\":2}"));
        rows.add(Some(&point(37.0, 48.0)), Some("{\"id\":"));
        rows.add(Some(&point(370.0, 48.0)), Some("{}"));
        let (layer, sum, _) = rows.finished("roads").unwrap();
        assert_eq!((layer.features.rows.count(), layer.features.points.len()), (2, 1));
        assert_eq!(layer.features.rows.text(0), "{\"id\":9007199254740993,\"n\":1.50}");
        assert_eq!(layer.warnings.len(), 3, "{:?}", layer.warnings);
        assert!(layer.warnings[0].starts_with("row 3 was skipped"), "{:?}", layer.warnings);
        assert_eq!((layer.name.as_deref(), sum.len()), (Some("roads"), 64));
        assert_eq!(
            LayerOfRows::new(Order::LonLat).finished("a").unwrap_err().to_string(),
            "there is no row in it; nothing can be drawn"
        );
    }
}
