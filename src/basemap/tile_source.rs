//! Tiles that may not be at hand yet: asked for without waiting, fetched or unpacked meanwhile.

use std::sync::Arc;
use std::time::SystemTime;

use kurbo::Rect;

use super::{MapSource, TileId};
use crate::geometry::{share_ground, world_rect_of};

/// How a tile stands with its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It is in memory.
    AtHand,
    /// It is wanted, or nobody has asked for it.
    Coming,
    /// There is none: beyond the zooms or the bounds of the map, or its source says so.
    Absent,
    /// It could not be had, for this reason; it may be tried again.
    Failed(String),
}

/// Which tiles a source may have, and how fine they are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TileExtent {
    /// The smallest and the largest zoom that has tiles.
    pub zooms: [u8; 2],
    /// How wide a tile is, in pixels.
    pub tile_size_px: u32,
    /// What its tiles cover, in the unit square of Web Mercator.
    pub world_bounds: Rect,
}

impl TileExtent {
    /// As a map's record says.
    pub fn of(source: &MapSource) -> Self {
        let world_bounds = source.bounds.map_or(Rect::new(0.0, 0.0, 1.0, 1.0), world_rect_of);
        Self { zooms: source.zooms, tile_size_px: source.tile_size_px, world_bounds }
    }

    /// Whether the source may have a tile.
    pub fn may_have(&self, id: TileId) -> bool {
        (self.zooms[0]..=self.zooms[1]).contains(&id.z) && share_ground(id.world_rect(), self.world_bounds)
    }
}

/// Where tiles come from. Never waits: what is not at hand is fetched meanwhile, if it can be.
pub trait TileSource<T>: Send + Sync {
    /// The tile, if it is at hand.
    fn get(&self, id: TileId) -> Option<Arc<T>>;

    /// Says which tiles are wanted now, the most urgent first.
    fn want(&self, ids: &[TileId]);

    /// Which tiles it may have.
    fn extent(&self) -> TileExtent;

    /// How a tile stands.
    fn standing(&self, id: TileId) -> Standing;

    /// When the provider's server was last asked for a tile that is at hand; `None` of tiles that came from no server.
    fn fetched_at(&self, _id: TileId) -> Option<SystemTime> {
        None
    }

    /// When the provider's server was asked for the tiles of one figure, first and last; `None` where nobody has noted that.
    fn fetched_between(&self) -> Option<(SystemTime, SystemTime)> {
        None
    }
}
