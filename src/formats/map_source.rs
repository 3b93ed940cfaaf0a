//! The record of a map that can lie under the overlays: where it comes from, whom to credit, what may be done with it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use thiserror::Error;

use super::language::Text;
use super::reach::{Reach, reach};

/// The deepest zoom that a record may name.
pub const DEEPEST_ZOOM: u8 = 30;

/// The most maps that can lie over each other.
pub const MOST_MAPS: usize = 8;

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
    /// Whether its address is one of single tiles or pictures of a server.
    pub fn is_tiled(self) -> bool {
        matches!(self, Self::Xyz | Self::Tms | Self::Wms | Self::Wmts)
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

/// What a tile is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TileContent {
    /// A picture.
    #[default]
    Raster,
    /// Shapes, drawn in the style of the built-in map.
    Vector,
}

impl TileContent {
    fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

/// What is asked of a map service for a tile, besides where it lies.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ServiceRequest {
    /// The version of the protocol: 1.1.1 or 1.3.0 of a WMS.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub version: String,
    /// Names of the layers, bottom first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub layers: Vec<String>,
    /// Names of their styles, one for each layer; the usual ones where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub styles: Vec<String>,
    /// The coordinate system in which pictures are asked for: EPSG:3857, EPSG:4326 or CRS:84.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub crs: String,
    /// The kind of picture, as a media type.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub format: String,
    /// The time of which the picture is, as the service writes it; empty where it has none, or for its usual one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub time: String,
    /// Names of the tile matrices of a WMTS, from the smallest zoom on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub matrices: Vec<String>,
}

impl ServiceRequest {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Systems of coordinates in which pictures of a WMS can be asked for, the best first.
pub const SERVICE_SYSTEMS: [&str; 5] = ["EPSG:3857", "EPSG:900913", "EPSG:102100", "CRS:84", "EPSG:4326"];

/// A map under the overlays, and how it is shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShownMap {
    /// By which its record is found.
    pub id: String,
    /// Whether it is shown now.
    #[serde(default = "shown", skip_serializing_if = "is_true")]
    pub visible: bool,
    /// How much it covers what lies beneath, 0 to 1.
    #[serde(default = "whole", skip_serializing_if = "is_whole")]
    pub opacity: f64,
    /// How much darker it is than it came, 0 to 1.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub dim: f64,
    /// Whether its colours are taken out.
    #[serde(default, skip_serializing_if = "is_false")]
    pub grey: bool,
}

impl ShownMap {
    /// A map as it came.
    pub fn plain(id: impl Into<String>) -> Self {
        Self { id: id.into(), visible: true, opacity: 1.0, dim: 0.0, grey: false }
    }

    /// Whether it is shown as it came.
    pub fn is_plain(&self) -> bool {
        *self == Self::plain(self.id.as_str())
    }
}

fn shown() -> bool {
    true
}

fn whole() -> f64 {
    1.0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_whole(value: &f64) -> bool {
    *value == 1.0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_nothing(value: &f64) -> bool {
    *value == 0.0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_false(value: &bool) -> bool {
    !*value
}

/// Why a record is none of a map that can be drawn.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MapSourceError {
    /// It has no id, or too long a one.
    #[error("a map needs an id of 1 to 100 characters without a control character")]
    Id,
    /// The address is not one of tiles.
    #[error("the address of the map '{id}' must begin with https:// or http:// and contain {what}")]
    Address {
        /// The map's id.
        id: String,
        /// What it lacks.
        what: &'static str,
    },
    /// The address leads nowhere.
    #[error("the address of the map '{id}' must be {what}")]
    Place {
        /// The map's id.
        id: String,
        /// What it should be.
        what: &'static str,
    },
    /// The address has a user's name or password in it.
    #[error(
        "the address has a user's name or password before the @, which would stand in every project with the map; leave it out"
    )]
    User,
    /// What is asked of the service is incomplete.
    #[error("the map '{id}' does not say what to ask its service for: {what}")]
    Request {
        /// The map's id.
        id: String,
        /// What is missing.
        what: &'static str,
    },
    /// What was typed is no map.
    #[error(
        "'{0}' is no map: give an address with {{z}}, {{x}} and {{y}}, one of TileJSON, of a WMS or WMTS, or a PMTiles or MBTiles file"
    )]
    Unknown(String),
    /// Bounds that are none.
    #[error("the bounds of the map '{0}' must be west, south, east, north in degrees")]
    Bounds(String),
    /// Zooms out of order or too deep.
    #[error("the zooms of the map '{0}' must be two numbers, the smaller first, from 0 to 30")]
    Zooms(String),
    /// Tiles of a size that is not drawn.
    #[error("the tiles of the map '{0}' must be 256 or 512 pixels wide")]
    TileSize(String),
}

/// A map that can lie under the overlays. One that is read can always be drawn, as far as its record tells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "MapWords")]
pub struct MapSource {
    /// By which documents name it.
    pub id: String,
    /// What it is called.
    pub title: Text,
    /// How it comes.
    pub kind: MapKind,
    /// Where it is. Of tiles, an address with `{z}`, `{x}` and `{y}` (or `{-y}`, `{q}`, `{bbox-epsg-3857}`; also `{s}`, `{r}`
    /// and `{key}`, `{key2}`, …, the keys that the user's settings have for the server). Of a WMS, the address that its parameters are
    /// added to; of a WMTS, one with `{TileMatrix}`, `{TileCol}` and `{TileRow}`; of TileJSON, that of the description; of
    /// an archive, its path or address. Empty of a map without one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub address: String,
    /// What stands for `{s}` in turn, so that several hosts share the work.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub subdomains: Vec<String>,
    /// Whether tiles are pictures or shapes.
    #[serde(skip_serializing_if = "TileContent::is_usual")]
    pub tiles: TileContent,
    /// What a service is asked for.
    #[serde(skip_serializing_if = "ServiceRequest::is_empty")]
    pub request: ServiceRequest,
    /// The smallest and the largest zoom that there is.
    pub zooms: [u8; 2],
    /// How wide a tile is.
    pub tile_size_px: u32,
    /// What it covers, as west, south, east, north in degrees; nothing is asked for elsewhere. All the world where it is not
    /// said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bounds: Option<[f64; 4]>,
    /// Whether its pictures name towns and countries. Over those that do not, such as pictures from satellites, stand the
    /// names of the built-in map.
    #[serde(skip_serializing_if = "is_true")]
    pub has_names: bool,
    /// Of when its pictures are, where that is known: `2024`, `2024-07`, or in words.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub imagery_date: String,
    /// Who is to be named beside it; empty where nobody is, or where its parts say it themselves.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub attribution: String,
    /// Page that the attribution leads to.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub attribution_page: String,
    /// The pages of those whom the map's parts name themselves, by a word of their credit.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub credit_pages: BTreeMap<String, String>,
    /// Page with the provider's terms.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub terms_page: String,
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
    #[serde(default)]
    subdomains: Vec<String>,
    #[serde(default)]
    tiles: TileContent,
    #[serde(default)]
    request: ServiceRequest,
    #[serde(default = "usual_zooms")]
    zooms: [u8; 2],
    #[serde(default = "usual_tile_size")]
    tile_size_px: u32,
    #[serde(default)]
    bounds: Option<[f64; 4]>,
    #[serde(default = "usual_names")]
    has_names: bool,
    #[serde(default)]
    imagery_date: String,
    #[serde(default)]
    attribution: String,
    #[serde(default)]
    attribution_page: String,
    #[serde(default)]
    credit_pages: BTreeMap<String, String>,
    #[serde(default)]
    terms_page: String,
    #[serde(default)]
    headless_allowed: bool,
    #[serde(flatten)]
    kept: Map<String, Value>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_true(value: &bool) -> bool {
    *value
}

fn usual_names() -> bool {
    true
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
        let MapWords { id, title, kind, address, subdomains, tiles, request, zooms, tile_size_px, bounds, .. } = words;
        if id.is_empty() || id.chars().count() > 100 || id.contains(char::is_control) {
            return Err(MapSourceError::Id);
        }
        let title = if title.main().trim().is_empty() { Text::plain(id.clone()) } else { title };
        let source = Self {
            id,
            title,
            kind,
            address,
            subdomains,
            tiles,
            request,
            zooms,
            tile_size_px,
            bounds,
            has_names: words.has_names,
            imagery_date: words.imagery_date,
            attribution: words.attribution,
            attribution_page: words.attribution_page,
            credit_pages: words.credit_pages,
            terms_page: words.terms_page,
            headless_allowed: words.headless_allowed,
            kept: words.kept,
        };
        source.check()?;
        Ok(source)
    }
}

/// What one address may be long.
const LONGEST_ADDRESS: usize = 4000;

impl MapSource {
    /// Whether it takes the network.
    pub fn is_online(&self) -> bool {
        match self.kind {
            MapKind::Builtin | MapKind::None => false,
            MapKind::Pmtiles | MapKind::Mbtiles => is_web(&self.address) || self.share().is_some(),
            MapKind::Xyz | MapKind::Tms | MapKind::Wms | MapKind::Wmts | MapKind::Tilejson => true,
        }
    }

    /// The machine on which the file of an archive lies, where its path names another than this one.
    pub fn share(&self) -> Option<String> {
        match (self.kind, reach(&self.address)) {
            (MapKind::Pmtiles | MapKind::Mbtiles, Reach::Share(machine)) => Some(machine),
            _ => None,
        }
    }

    /// Whether a record can be drawn.
    ///
    /// # Errors
    /// [`MapSourceError`]: what keeps it from being drawn.
    pub fn check(&self) -> Result<(), MapSourceError> {
        let id = || self.id.clone();
        let has = |part: &str| self.address.contains(part);
        let lacks = match self.kind {
            MapKind::Builtin | MapKind::None => None,
            MapKind::Xyz if !has_place(&self.address) => Some("{z}, {x} and {y} (or {-y}, {q}, {bbox-epsg-3857})"),
            MapKind::Tms if !["{z}", "{x}", "{y}"].iter().all(|part| has(part)) => Some("{z}, {x} and {y}"),
            MapKind::Wmts if !["{TileMatrix}", "{TileRow}", "{TileCol}"].iter().all(|part| has(part)) => {
                Some("{TileMatrix}, {TileRow} and {TileCol}")
            }
            MapKind::Pmtiles | MapKind::Mbtiles => None,
            _ if !is_web(&self.address) => Some("the name of a server"),
            _ => None,
        };
        let lacks = lacks.or((self.kind.is_tiled() && !is_web(&self.address)).then_some("the name of a server"));
        if let Some(what) = lacks {
            return Err(MapSourceError::Address { id: id(), what });
        }
        if self.address.len() > LONGEST_ADDRESS {
            return Err(MapSourceError::Place { id: id(), what: "shorter than 4,000 letters" });
        }
        if has_user(&self.address) {
            return Err(MapSourceError::User);
        }
        match self.kind {
            MapKind::Pmtiles if self.address.is_empty() => {
                return Err(MapSourceError::Place { id: id(), what: "the path or the address of a PMTiles file" });
            }
            MapKind::Pmtiles | MapKind::Mbtiles if reach(&self.address) == Reach::Device => {
                return Err(MapSourceError::Place {
                    id: id(),
                    what: "the path of a file, and not of a device or a pipe",
                });
            }
            MapKind::Mbtiles if self.address.is_empty() || is_web(&self.address) => {
                return Err(MapSourceError::Place { id: id(), what: "the path of an MBTiles file on this computer" });
            }
            _ => {}
        }
        let asked = &self.request;
        let missing = match self.kind {
            MapKind::Wms if asked.layers.is_empty() => Some("it names no layer"),
            MapKind::Wms if !SERVICE_SYSTEMS.contains(&asked.crs.as_str()) => {
                Some("its crs must be EPSG:3857, EPSG:4326 or CRS:84")
            }
            MapKind::Wms if !["1.1.1", "1.3.0"].contains(&asked.version.as_str()) => {
                Some("its version must be 1.1.1 or 1.3.0")
            }
            MapKind::Wmts if usize::from(self.zooms[1].saturating_sub(self.zooms[0])) + 1 != asked.matrices.len() => {
                Some("it needs the name of a tile matrix for each zoom")
            }
            _ => None,
        };
        if let Some(what) = missing {
            return Err(MapSourceError::Request { id: id(), what });
        }
        if self.address.contains("{s}") && self.subdomains.is_empty() {
            return Err(MapSourceError::Request { id: id(), what: "its address has {s}, but there are no subdomains" });
        }
        if self.zooms[0] > self.zooms[1] || self.zooms[1] > DEEPEST_ZOOM {
            return Err(MapSourceError::Zooms(id()));
        }
        if ![256, 512].contains(&self.tile_size_px) {
            return Err(MapSourceError::TileSize(id()));
        }
        if let Some([west, south, east, north]) = self.bounds
            && !(-180.0 <= west && west < east && east <= 180.0 && -90.0 <= south && south < north && north <= 90.0)
        {
            return Err(MapSourceError::Bounds(id()));
        }
        Ok(())
    }
}

/// Whether an address is one of the web.
fn is_web(address: &str) -> bool {
    ["https://", "http://"]
        .iter()
        .any(|scheme| address.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))
}

/// Whether an address has a user's name or password in it.
pub fn has_user(address: &str) -> bool {
    let host = address.split_once("://").and_then(|(_, rest)| rest.split(['/', '?', '#']).next());
    host.is_some_and(|host| host.contains('@'))
}

/// Whether an address says where a tile lies.
fn has_place(address: &str) -> bool {
    let has = |part: &str| address.contains(part);
    has("{q}") || has("{bbox-epsg-3857}") || (has("{z}") && has("{x}") && (has("{y}") || has("{-y}")))
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
            subdomains: Vec::new(),
            tiles: TileContent::default(),
            request: ServiceRequest::default(),
            zooms: usual_zooms(),
            tile_size_px: usual_tile_size(),
            bounds: None,
            has_names: true,
            imagery_date: String::new(),
            attribution: String::new(),
            attribution_page: String::new(),
            credit_pages: BTreeMap::new(),
            terms_page: String::new(),
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
    fn a_file_of_another_machine_is_known_by_its_path() {
        let share = |address: &str| {
            let map = MapSource { kind: MapKind::Pmtiles, address: address.to_owned(), ..MapSource::builtin() };
            (map.share(), map.is_online(), map.check().is_ok())
        };
        for path in [
            r"\\Nas\maps\a.pmtiles",
            r"//nas/maps/a.pmtiles",
            r"\\?\UNC\nas\maps\a.pmtiles",
            r"\\?\unc\nas\maps\a.pmtiles",
            r"\??\UNC\nas\maps\a.pmtiles",
            r"/\nas/maps/a.pmtiles",
        ] {
            assert_eq!(share(path), (Some("nas".to_owned()), true, true), "{path}");
        }
        for path in
            [r"/home/a.pmtiles", r"C:\maps\a.pmtiles", r"\\?\C:\maps\a.pmtiles", "a.pmtiles", r"maps\\a.pmtiles"]
        {
            assert_eq!(share(path), (None, false, true), "{path}");
        }
        for path in [r"\\.\pipe\a.pmtiles", r"\\.\C:", r"\\?\GLOBALROOT\Device\a.pmtiles", r"\\", "//./a.pmtiles"] {
            assert_eq!(share(path), (None, false, false), "{path}");
        }
    }

    #[test]
    fn a_record_that_cannot_be_drawn_says_why() {
        for (json, part) in [
            (r#"{"id":"","kind":"none"}"#, "an id"),
            (r#"{"id":"a","kind":"sketch"}"#, "unknown variant `sketch`"),
            (r#"{"id":"a","kind":"xyz"}"#, "address of the map 'a'"),
            (r#"{"id":"a","kind":"xyz","address":"https://{s}.h/{z}/{x}/{y}"}"#, "no subdomains"),
            (r#"{"id":"a","kind":"tms","address":"https://h/{q}"}"#, "{z}, {x} and {y}"),
            (r#"{"id":"a","kind":"wms","address":"https://h/wms"}"#, "names no layer"),
            (r#"{"id":"a","kind":"wms","address":"h/wms","request":{"layers":["l"]}}"#, "name of a server"),
            (
                r#"{"id":"a","kind":"wms","address":"https://h/wms","request":{"layers":["l"],"crs":"EPSG:2154","version":"1.3.0"}}"#,
                "crs",
            ),
            (
                r#"{"id":"a","kind":"wmts","address":"https://h/{TileMatrix}/{TileRow}/{TileCol}","zooms":[0,3],"request":{"matrices":["0"]}}"#,
                "tile matrix",
            ),
            (r#"{"id":"a","kind":"mbtiles","address":"https://h/a.mbtiles"}"#, "on this computer"),
            (r#"{"id":"a","kind":"pmtiles"}"#, "PMTiles file"),
            (r#"{"id":"a","kind":"xyz","address":"https://me:pw@h/{z}/{x}/{y}"}"#, "password"),
            (r#"{"id":"a","kind":"none","bounds":[10,0,5,1]}"#, "bounds of the map 'a'"),
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
