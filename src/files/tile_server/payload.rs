//! What a tile is: a picture, or shapes.

use std::io::Read as _;

use crate::basemap::raster::Bitmap;
use crate::basemap::{Tile, TileId};
use crate::formats::map_service;

/// An unpacked vector tile larger than this is none, in bytes.
const LARGEST_UNPACKED: u64 = 32 << 20;

/// What is to be known of a tile to decode it.
#[derive(Debug, Clone, Copy)]
pub struct Decoding {
    /// Which tile.
    pub id: TileId,
    /// How wide tiles of its map are.
    pub tile_size_px: u32,
    /// Whether the rows of a picture are spaced evenly in latitude instead of in Web Mercator.
    pub is_in_latitudes: bool,
}

/// A decoded tile.
pub trait TilePayload: Sized + Send + Sync + 'static {
    /// Decodes what a server sent.
    ///
    /// # Errors
    /// In words: what came is no such tile.
    fn decode(bytes: &[u8], decoding: Decoding) -> Result<Self, String>;

    /// Bytes that it takes in memory.
    fn weight(&self) -> usize;
}

/// What came instead of a tile, where it can be told.
fn instead_of_tile(bytes: &[u8]) -> Option<String> {
    if bytes.is_empty() {
        return Some("the server answers with nothing".to_owned());
    }
    if map_service::is_web_page(bytes) {
        let what = "the server answers with a web page, not with a tile: it or your network may ask you to log in";
        return Some(what.to_owned());
    }
    // A map service says in XML what it has to say, whatever it was asked for.
    map_service::refusal(bytes)
}

impl TilePayload for Bitmap {
    fn decode(bytes: &[u8], decoding: Decoding) -> Result<Self, String> {
        let tile = Self::decode_tile(bytes, decoding.tile_size_px);
        let tile = tile.map_err(|error| instead_of_tile(bytes).unwrap_or_else(|| error.to_string()))?;
        Ok(if decoding.is_in_latitudes { tile.rows_in_mercator(decoding.id) } else { tile })
    }

    fn weight(&self) -> usize {
        self.rgba.len()
    }
}

impl TilePayload for Tile {
    fn decode(bytes: &[u8], decoding: Decoding) -> Result<Self, String> {
        if !bytes.starts_with(&[0x1F, 0x8B]) {
            let tile = Self::decode(decoding.id, bytes);
            return tile.map_err(|error| instead_of_tile(bytes).unwrap_or_else(|| error.to_string()));
        }
        let mut unpacked = Vec::new();
        let mut reader = flate2::read::MultiGzDecoder::new(bytes).take(LARGEST_UNPACKED + 1);
        reader.read_to_end(&mut unpacked).map_err(|error| format!("the tile cannot be unpacked: {error}"))?;
        if unpacked.len() as u64 > LARGEST_UNPACKED {
            return Err("the tile is too large once unpacked".to_owned());
        }
        Self::decode(decoding.id, &unpacked).map_err(|error| error.to_string())
    }

    fn weight(&self) -> usize {
        self.bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_instead_of_a_tile_is_named() {
        let decoding = Decoding { id: TileId { z: 1, x: 0, y: 0 }, tile_size_px: 256, is_in_latitudes: false };
        for (bytes, part) in [
            (&b""[..], "with nothing"),
            (b"\n<!DOCTYPE html><html><body>Log in to the hotel</body></html>", "log in"),
            (
                b"<ServiceExceptionReport><ServiceException>No such layer</ServiceException></ServiceExceptionReport>",
                "layer",
            ),
            (b"GIF89a", "not a PNG"),
        ] {
            let why = <Bitmap as TilePayload>::decode(bytes, decoding).unwrap_err();
            assert!(why.contains(part), "{why}");
        }
        let why = <Tile as TilePayload>::decode(b"<html>", decoding).unwrap_err();
        assert!(why.contains("web page"), "{why}");
    }
}
