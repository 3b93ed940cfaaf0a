//! The record of a map that can lie under the overlays: where it comes from, whom to credit, what may be done with it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use thiserror::Error;

use super::language::Text;

/// The deepest zoom that a record may name.
pub const DEEPEST_ZOOM: u8 = 30;

/// How a map comes, whether this program can draw it yet or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MapKind {
    /// The map in the program, with the files that were opened over it.
    Builtin,
    /// Nothing but the ground.
    None,
    /// Raster tiles from a server, row 0 in the north.
    Xyz,
    /// Raster tiles from a server, row 0 in the south.
    Tms,
    /// A Web Map Service.
    Wms,
    /// A Web Map Tile Service.
    Wmts,
    /// A PMTiles archive.
    Pmtiles,
    /// An MBTiles archive.
    Mbtiles,
    /// A server that describes itself in TileJSON.
    Tilejson,
}

impl MapKind {
    /// Whether a record of it can be drawn. Maps in PMTiles can, but as files that are opened, not as records.
    pub fn is_supported(self) -> bool {
        matches!(self, Self::Builtin | Self::None | Self::Xyz)
    }

    /// Whether it takes the network.
    pub fn is_online(self) -> bool {
        matches!(self, Self::Xyz | Self::Tms | Self::Wms | Self::Wmts | Self::Tilejson)
    }

    /// What it is called in a record.
    pub fn name(self) -> &'static str {
        match self {
            Self::Builtin => "builtin",
            Self::None => "none",
            Self::Xyz => "xyz",
            Self::Tms => "tms",
            Self::Wms => "wms",
            Self::Wmts => "wmts",
            Self::Pmtiles => "pmtiles",
            Self::Mbtiles => "mbtiles",
            Self::Tilejson => "tilejson",
        }
    }
}

/// Why a record is none of a map that can be drawn.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MapSourceError {
    /// The program cannot draw such maps.
    #[error("the map '{id}' is of the kind '{}', which cannot be drawn yet; use builtin, none or xyz", kind.name())]
    Kind {
        /// The map's id.
        id: String,
        /// Its kind.
        kind: MapKind,
    },
    /// It has no id, or too long a one.
    #[error("a map needs an id of 1 to 100 characters without a control character")]
    Id,
    /// The address is not one of tiles.
    #[error("the address of the map '{0}' must begin with https:// or http:// and contain {{z}}, {{x}} and {{y}}")]
    Address(String),
    /// Zooms out of order or too deep.
    #[error("the zooms of the map '{0}' must be two numbers, the smaller first, from 0 to 30")]
    Zooms(String),
    /// Tiles of a size that is not drawn.
    #[error("the tiles of the map '{0}' must be 256 or 512 pixels wide")]
    TileSize(String),
}

/// A map that can lie under the overlays. One that is read is always of a kind that can be drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "MapWords")]
pub struct MapSource {
    /// By which documents name it.
    pub id: String,
    /// What it is called.
    pub title: Text,
    /// How it comes.
    pub kind: MapKind,
    /// Where it is: for tiles an address with `{z}`, `{x}` and `{y}`. Empty of a map without one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub address: String,
    /// The smallest and the largest zoom that there is.
    pub zooms: [u8; 2],
    /// How wide a tile is.
    pub tile_size_px: u32,
    /// Who is to be named beside it; empty where nobody is, or where its parts say it themselves.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub attribution: String,
    /// Page that the attribution leads to.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub attribution_page: String,
    /// The pages of those whom the map's parts name themselves, by a word of their credit.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub credit_pages: BTreeMap<String, String>,
    /// Whether a program without a window, which fetches many tiles at once, may take it.
    pub headless_allowed: bool,
    /// What its record says besides, kept for when it is written again.
    #[serde(flatten)]
    pub kept: Map<String, Value>,
}

/// A record as it is written, not looked at yet.
#[derive(Debug, Deserialize)]
pub struct MapWords {
    id: String,
    #[serde(default)]
    title: Text,
    kind: MapKind,
    #[serde(default)]
    address: String,
    #[serde(default = "usual_zooms")]
    zooms: [u8; 2],
    #[serde(default = "usual_tile_size")]
    tile_size_px: u32,
    #[serde(default)]
    attribution: String,
    #[serde(default)]
    attribution_page: String,
    #[serde(default)]
    credit_pages: BTreeMap<String, String>,
    #[serde(default)]
    headless_allowed: bool,
    #[serde(flatten)]
    kept: Map<String, Value>,
}

fn usual_zooms() -> [u8; 2] {
    [0, 19]
}

fn usual_tile_size() -> u32 {
    256
}

impl TryFrom<MapWords> for MapSource {
    type Error = MapSourceError;

    fn try_from(words: MapWords) -> Result<Self, MapSourceError> {
        let MapWords { id, title, kind, address, zooms, tile_size_px, attribution, attribution_page, .. } = words;
        if id.is_empty() || id.chars().count() > 100 || id.contains(char::is_control) {
            return Err(MapSourceError::Id);
        }
        if !kind.is_supported() {
            return Err(MapSourceError::Kind { id, kind });
        }
        let has_scheme = address.starts_with("https://") || address.starts_with("http://");
        if kind == MapKind::Xyz && !(has_scheme && ["{z}", "{x}", "{y}"].iter().all(|part| address.contains(part))) {
            return Err(MapSourceError::Address(id));
        }
        if zooms[0] > zooms[1] || zooms[1] > DEEPEST_ZOOM {
            return Err(MapSourceError::Zooms(id));
        }
        if ![256, 512].contains(&tile_size_px) {
            return Err(MapSourceError::TileSize(id));
        }
        let title = if title.main().trim().is_empty() { Text::plain(id.clone()) } else { title };
        let (credit_pages, headless_allowed, kept) = (words.credit_pages, words.headless_allowed, words.kept);
        Ok(Self {
            id,
            title,
            kind,
            address,
            zooms,
            tile_size_px,
            attribution,
            attribution_page,
            credit_pages,
            headless_allowed,
            kept,
        })
    }
}

impl MapSource {
    /// The page to which a credit of a part of the map leads.
    pub fn page_of(&self, credit: &str) -> Option<&str> {
        let known = self.credit_pages.iter().find(|(name, _)| credit.contains(name.as_str()));
        known.map(|(_, page)| page.as_str())
    }

    /// The id of the map in the program.
    pub const BUILTIN: &'static str = "built-in";

    /// The id of no map.
    pub const NONE: &'static str = "blank";

    /// The map in the program.
    pub fn builtin() -> Self {
        Self {
            id: Self::BUILTIN.to_owned(),
            title: Text::new("en", "Built-in map"),
            kind: MapKind::Builtin,
            address: String::new(),
            zooms: usual_zooms(),
            tile_size_px: usual_tile_size(),
            attribution: String::new(),
            attribution_page: String::new(),
            credit_pages: BTreeMap::new(),
            headless_allowed: true,
            kept: Map::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<MapSource, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    #[test]
    fn what_a_record_says_besides_is_written_again() {
        let json = r#"{"id":"topo","title":{"en":"Topographic","de":"Topografisch"},"kind":"xyz","address":"https://example.org/{z}/{x}/{y}.png","zooms":[3,15],"tile_size_px":512,"attribution":"© Survey","attribution_page":"https://example.org/c","headless_allowed":false,"colour":"sepia","of":{"a":[1]}}"#;
        let source = read(json).unwrap();
        assert_eq!((source.zooms, source.tile_size_px, source.title.get("de")), ([3, 15], 512, Some("Topografisch")));
        assert_eq!(serde_json::to_string(&source).unwrap(), json);
        let short = read(r#"{"id":"t","kind":"xyz","address":"http://h/{z}/{x}/{y}"}"#).unwrap();
        assert_eq!((short.title.main(), short.zooms, short.headless_allowed), ("t", [0, 19], false));
    }

    #[test]
    fn a_record_that_cannot_be_drawn_says_why() {
        for kind in ["tms", "wms", "wmts", "pmtiles", "mbtiles", "tilejson"] {
            let what =
                read(&format!(r#"{{"id":"a","kind":"{kind}","address":"https://h/{{z}}/{{x}}/{{y}}"}}"#)).unwrap_err();
            assert!(what.contains(&format!("kind '{kind}'")) && what.contains("xyz"), "{what}");
        }
        for (json, part) in [
            (r#"{"id":"","kind":"none"}"#, "an id"),
            (r#"{"id":"a","kind":"xyz"}"#, "address of the map 'a'"),
            (r#"{"id":"a","kind":"xyz","address":"file:///{z}/{x}/{y}"}"#, "address of the map 'a'"),
            (r#"{"id":"a","kind":"xyz","address":"https://h/{z}/{x}"}"#, "address of the map 'a'"),
            (r#"{"id":"a","kind":"none","zooms":[5,4]}"#, "zooms of the map 'a'"),
            (r#"{"id":"a","kind":"none","zooms":[0,31]}"#, "zooms of the map 'a'"),
            (r#"{"id":"a","kind":"none","tile_size_px":0}"#, "tiles of the map 'a'"),
        ] {
            let what = read(json).unwrap_err();
            assert!(what.contains(part), "{json}: {what}");
        }
    }
}
