//! Maps that their servers describe in TileJSON.
//!
//! # References
//! TileJSON 3.0.0: <https://github.com/mapbox/tilejson-spec/tree/master/3.0.0>; `scheme`, `minzoom`, `maxzoom`, `bounds` and
//! `attribution` as in 2.2.0, `vector_layers` of 3.0.0. Servers add `format` and `tileSize`, which are taken where they are.

use serde::Deserialize;
use serde_json::Value;
use thiserror::Error;

use super::archive::plain_text;
use super::{MapKind, MapSource, TileContent};
use crate::formats::map_source::DEEPEST_ZOOM;

/// Why a description is none of a map.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TileJsonError {
    /// It is no JSON, or none of this kind.
    #[error("this is no TileJSON: {0}")]
    Unreadable(String),
    /// It names no tiles.
    #[error("the TileJSON names no addresses of tiles")]
    NoTiles,
    /// It names tiles in a way that cannot be followed.
    #[error("the TileJSON names tiles that cannot be asked for: {0}")]
    Tiles(String),
}

/// What a description says of a map.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TileJson {
    /// What the map is called, or empty.
    pub name: String,
    /// Whom to credit, as plain text.
    pub attribution: String,
    /// Addresses of tiles, all of the same tiles.
    pub tiles: Vec<String>,
    /// Whether row 0 is in the south.
    pub is_tms: bool,
    /// The smallest and the largest zoom.
    pub zooms: [u8; 2],
    /// What is covered, if it says so.
    pub bounds: Option<[f64; 4]>,
    /// Pictures or shapes.
    pub content: TileContent,
    /// How wide a tile is in pixels, if it says so.
    pub tile_size_px: Option<u32>,
    /// Names of the layers of vector tiles.
    pub layers: Vec<String>,
}

#[derive(Deserialize)]
struct Words {
    #[serde(default)]
    name: Value,
    #[serde(default)]
    attribution: Value,
    #[serde(default)]
    tiles: Vec<String>,
    #[serde(default)]
    scheme: Value,
    #[serde(default)]
    minzoom: Value,
    #[serde(default)]
    maxzoom: Value,
    #[serde(default)]
    bounds: Value,
    #[serde(default)]
    format: Value,
    #[serde(default, alias = "tilesize", rename = "tileSize")]
    tile_size: Value,
    #[serde(default)]
    vector_layers: Vec<LayerWords>,
}

#[derive(Deserialize)]
struct LayerWords {
    #[serde(default)]
    id: String,
}

/// Reads a description that came from an address, to which the addresses in it may be relative.
///
/// # Errors
/// [`TileJsonError`].
pub fn read(bytes: &[u8], address: &str) -> Result<TileJson, TileJsonError> {
    let words: Words = serde_json::from_slice(bytes).map_err(|error| TileJsonError::Unreadable(error.to_string()))?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    // Some servers write numbers as text.
    let number = |value: &Value| value.as_f64().or_else(|| value.as_str()?.trim().parse().ok());
    let zoom = |value: &Value, usual: u8| {
        number(value).filter(|zoom| *zoom >= 0.0).map_or(usual, |zoom| zoom.min(f64::from(DEEPEST_ZOOM)) as u8)
    };
    let tiles: Vec<String> = words.tiles.iter().map(|tile| absolute(tile, address)).collect();
    if tiles.is_empty() {
        return Err(TileJsonError::NoTiles);
    }
    let numbers: Option<Vec<f64>> = words.bounds.as_array().and_then(|all| all.iter().map(number).collect());
    let bounds = match numbers.as_deref() {
        Some([west, south, east, north]) => {
            let (west, east) = (west.max(-180.0), east.min(180.0));
            let (south, north) = (south.max(-90.0), north.min(90.0));
            (west < east && south < north).then_some([west, south, east, north])
        }
        _ => None,
    };
    let format = text(&words.format).to_lowercase();
    let ending = tiles.first().map(|tile| tile.split('?').next().unwrap_or_default().to_lowercase());
    let is_vector = !words.vector_layers.is_empty()
        || matches!(format.as_str(), "pbf" | "mvt")
        || ending.is_some_and(|ending| [".pbf", ".mvt"].iter().any(|end| ending.ends_with(end)));
    let zooms = [zoom(&words.minzoom, 0), zoom(&words.maxzoom, if is_vector { 14 } else { 19 })];
    let tile_size = number(&words.tile_size).filter(|size| *size == 256.0 || *size == 512.0).map(|size| size as u32);
    // Who does not say it writes it into the address, as TileServer GL does.
    let is_large = |tile: &String| tile.contains("@2x") || tile.contains("/512/{z}");
    let tile_size = tile_size.or((!is_vector && tiles.first().is_some_and(is_large)).then_some(512));
    Ok(TileJson {
        name: plain_text(&text(&words.name)),
        attribution: plain_text(&text(&words.attribution)),
        tiles,
        is_tms: text(&words.scheme) == "tms",
        zooms: [zooms[0].min(zooms[1]), zooms[1]],
        bounds,
        content: if is_vector { TileContent::Vector } else { TileContent::Raster },
        tile_size_px: tile_size,
        layers: words.vector_layers.into_iter().map(|layer| layer.id).collect(),
    })
}

/// An address of tiles, which may be written without its server, or without its folder.
fn absolute(tile: &str, base: &str) -> String {
    if tile.contains("://") {
        return tile.to_owned();
    }
    let Some((scheme, rest)) = base.split_once("://") else { return tile.to_owned() };
    let path = rest.split(['?', '#']).next().unwrap_or(rest);
    if let Some(other_host) = tile.strip_prefix("//") {
        return format!("{scheme}://{other_host}");
    }
    let host = path.split('/').next().unwrap_or(path);
    if tile.starts_with('/') {
        return format!("{scheme}://{host}{tile}");
    }
    let folder = path.rsplit_once('/').map_or(path, |(folder, _)| folder);
    format!("{scheme}://{folder}/{}", tile.trim_start_matches("./"))
}

impl TileJson {
    /// The record of the tiles that the description names, in the place of the record of the description itself: what that
    /// one says of credit, terms and zooms stays.
    ///
    /// # Errors
    /// [`TileJsonError::Tiles`], if the tiles cannot be asked for.
    pub fn of_tiles(&self, described: &MapSource) -> Result<MapSource, TileJsonError> {
        let (address, subdomains) = one_address(&self.tiles);
        let kind = if self.is_tms { MapKind::Tms } else { MapKind::Xyz };
        let source = MapSource { kind, address, subdomains, ..described.clone() };
        source.check().map_err(|error| TileJsonError::Tiles(error.to_string()))?;
        Ok(source)
    }
}

/// Addresses that differ in one place alone as one with `{s}` there; else the first of them.
fn one_address(tiles: &[String]) -> (String, Vec<String>) {
    let Some((first, others)) = tiles.split_first() else { return (String::new(), Vec::new()) };
    if others.is_empty() {
        return (first.clone(), Vec::new());
    }
    let start = others.iter().fold(first.len(), |start, other| {
        first
            .char_indices()
            .zip(other.chars())
            .find(|((at, a), b)| *at >= start || a != b)
            .map_or(start, |((at, _), _)| at.min(start))
    });
    let end = others.iter().fold(first.len() - start, |end, other| {
        let same = first.bytes().rev().zip(other.bytes().rev()).take_while(|(a, b)| a == b).count();
        end.min(same).min(other.len().saturating_sub(start))
    });
    let parts: Option<Vec<String>> =
        tiles.iter().map(|tile| Some(tile.get(start..tile.len() - end)?.to_owned())).collect();
    match (parts, first.get(..start), first.get(first.len() - end..)) {
        (Some(parts), Some(head), Some(tail)) if !parts.iter().any(|part| part.contains(['/', '{', '}'])) => {
            (format!("{head}{{s}}{tail}"), parts)
        }
        _ => (first.clone(), Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As Martin 0.14 answers for a table of PostGIS.
    const MARTIN: &str = r#"{"tilejson":"3.0.0","tiles":["http://localhost:3000/points1/{z}/{x}/{y}"],"vector_layers":[{"id":"points1","fields":{"gid":"int4"}}],"bounds":[-161.4,-75.9,167.7,71.2],"description":"public.points1.geom","name":"points1"}"#;
    /// As TileServer GL 4 answers for a raster rendering.
    const GL: &str = r#"{"tilejson":"2.0.0","name":"Basic preview","attribution":"<a href=\"https://www.openmaptiles.org/\" target=\"_blank\">&copy; OpenMapTiles</a> <a href=\"https://www.openstreetmap.org/copyright\">&copy; OpenStreetMap contributors</a>","minzoom":0,"maxzoom":20,"bounds":[-180,-85.0511,180,85.0511],"format":"png","type":"baselayer","tiles":["http://a.tiles.example/styles/basic/{z}/{x}/{y}.png?key={key}","http://b.tiles.example/styles/basic/{z}/{x}/{y}.png?key={key}"],"center":[0,0,2]}"#;

    /// As Martin 1.x answers for two sources in one (`/points1,roads`): the layers of both, the zooms that both have.
    const MARTIN_COMPOSITE: &str = r#"{"tilejson":"3.0.0","tiles":["http://localhost:3000/points1,roads/{z}/{x}/{y}"],"attribution":"&copy; <a href=\"https://www.openstreetmap.org/copyright\">OpenStreetMap</a>","bounds":[28.0,44.3,40.2,52.4],"center":[34.0,48.0,6],"description":"public.points1.geom\npublic.roads.geom","maxzoom":12,"minzoom":4,"name":"points1,roads","vector_layers":[{"id":"points1","fields":{"gid":"int4"}},{"id":"roads","fields":{"kind":"text"},"minzoom":6,"maxzoom":12}]}"#;
    /// As Martin answers for an MBTiles file of pictures: what its table `metadata` says besides is handed on.
    const MARTIN_PICTURES: &str = r#"{"tilejson":"3.0.0","tiles":["http://localhost:3000/sheet/{z}/{x}/{y}"],"bounds":[36.5,46.9,39.1,49.3],"maxzoom":11,"minzoom":5,"name":"Sheet 4","format":"png","type":"baselayer"}"#;
    /// As TileServer GL 5 answers for an archive of vector tiles (`/data/v3.json`).
    const GL_DATA: &str = r#"{"tiles":["http://localhost:8080/data/v3/{z}/{x}/{y}.pbf"],"name":"OpenMapTiles","format":"pbf","basename":"zurich_switzerland.mbtiles","id":"openmaptiles","attribution":"<a href=\"https://www.openmaptiles.org/\" target=\"_blank\">&copy; OpenMapTiles</a>","center":[8.54806714892635,47.37180823552663,12.241790506353492],"description":"A tileset","maxzoom":14,"minzoom":0,"pixel_scale":"256","planettime":"1499040000000","version":"3.6.1","type":"overlay","filesize":25391104,"vector_layers":[{"id":"water","fields":{"class":"String"},"minzoom":0,"maxzoom":14}],"bounds":[8.275,47.225,8.8,47.533333],"tilejson":"2.0.0"}"#;
    /// As TileServer GL 5 answers for a rendering in large tiles (`/styles/512/basic-preview.json`).
    const GL_LARGE: &str = r#"{"tilejson":"2.0.0","name":"Basic preview","attribution":"","minzoom":0,"maxzoom":20,"bounds":[8.275,47.225,8.8,47.533333],"format":"png","type":"baselayer","tiles":["http://localhost:8080/styles/basic-preview/512/{z}/{x}/{y}.png"],"center":[8.54,47.37,11]}"#;

    #[test]
    fn the_answers_of_martin_and_tileserver_gl_are_read_as_they_mean_them() {
        let of = |json: &str, address: &str| {
            let found = read(json.as_bytes(), address).unwrap();
            let source = found.of_tiles(&described()).unwrap();
            (found, source.address)
        };
        let (both, address) = of(MARTIN_COMPOSITE, "http://localhost:3000/points1,roads");
        assert_eq!((both.content, both.zooms, both.layers.len()), (TileContent::Vector, [4, 12], 2));
        assert_eq!((both.attribution.as_str(), both.bounds), ("© OpenStreetMap", Some([28.0, 44.3, 40.2, 52.4])));
        assert_eq!(address, "http://localhost:3000/points1,roads/{z}/{x}/{y}");
        let (sheet, _) = of(MARTIN_PICTURES, "http://localhost:3000/sheet");
        assert_eq!((sheet.content, sheet.zooms, sheet.name.as_str()), (TileContent::Raster, [5, 11], "Sheet 4"));
        let (data, address) = of(GL_DATA, "http://localhost:8080/data/v3.json");
        assert_eq!((data.content, data.zooms, data.tile_size_px), (TileContent::Vector, [0, 14], None));
        assert_eq!((data.attribution.as_str(), address.ends_with(".pbf")), ("© OpenMapTiles", true));
        let (large, _) = of(GL_LARGE, "http://localhost:8080/styles/512/basic-preview.json");
        assert_eq!((large.content, large.tile_size_px), (TileContent::Raster, Some(512)));
        let twice = read(br#"{"tiles":["https://h/{z}/{x}/{y}@2x.png"]}"#, "https://h/t.json").unwrap();
        assert_eq!(twice.tile_size_px, Some(512));
    }

    fn described() -> MapSource {
        MapSource {
            kind: MapKind::Tilejson,
            address: "http://localhost:3000/points1".to_owned(),
            ..MapSource::builtin()
        }
    }

    #[test]
    fn what_servers_answer_is_read_as_they_mean_it() {
        let martin = read(MARTIN.as_bytes(), "http://localhost:3000/points1").unwrap();
        assert_eq!(
            (martin.content, martin.zooms, martin.layers.as_slice()),
            (TileContent::Vector, [0, 14], &["points1".to_owned()][..])
        );
        assert_eq!(martin.of_tiles(&described()).unwrap().address, "http://localhost:3000/points1/{z}/{x}/{y}");
        let gl = read(GL.as_bytes(), "http://a.tiles.example/styles/basic.json").unwrap();
        assert_eq!((gl.content, gl.zooms), (TileContent::Raster, [0, 20]));
        assert_eq!(gl.attribution, "© OpenMapTiles © OpenStreetMap contributors");
        let tiles = gl.of_tiles(&described()).unwrap();
        assert_eq!(tiles.address, "http://{s}.tiles.example/styles/basic/{z}/{x}/{y}.png?key={key}");
        assert_eq!(tiles.subdomains, ["a", "b"]);
        let south =
            read(br#"{"tiles":["/t/{z}/{x}/{y}.pbf"],"scheme":"tms","maxzoom":"13"}"#, "https://h/a/b.json?k=1")
                .unwrap();
        assert_eq!((south.zooms, south.content), ([0, 13], TileContent::Vector));
        let tiles = south.of_tiles(&described()).unwrap();
        assert_eq!((tiles.kind, tiles.address.as_str()), (MapKind::Tms, "https://h/t/{z}/{x}/{y}.pbf"));
        let beside = read(br#"{"tiles":["{z}/{x}/{y}.png"],"bounds":[0,0,"x",1]}"#, "https://h/a/b.json").unwrap();
        assert_eq!((beside.tiles[0].as_str(), beside.bounds), ("https://h/a/{z}/{x}/{y}.png", None));
    }

    #[test]
    fn what_is_no_description_of_tiles_says_so() {
        for (json, part) in [
            ("<html>", "no TileJSON"),
            ("5", "no TileJSON"),
            ("{}", "no addresses"),
            (r#"{"tiles":[]}"#, "no addresses"),
            (r#"{"tiles":5}"#, "no TileJSON"),
        ] {
            let what = read(json.as_bytes(), "https://h/").unwrap_err().to_string();
            assert!(what.contains(part), "{json}: {what}");
        }
        for tiles in [r#"{"tiles":["https://h/{z}"]}"#, r#"{"tiles":["file:///{z}/{x}/{y}"]}"#] {
            let what = read(tiles.as_bytes(), "https://h/").unwrap().of_tiles(&described()).unwrap_err().to_string();
            assert!(what.contains("cannot be asked for"), "{what}");
        }
        // Of addresses that differ in more than the host, the first is taken.
        let tiles = ["https://a.h/{z}/{x}/{y}", "https://b.h/{z}/{y}/{x}"].map(str::to_owned);
        assert_eq!(one_address(&tiles), (tiles[0].clone(), Vec::new()));
    }
}
