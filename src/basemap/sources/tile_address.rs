//! The address of a single tile, by the record of its map.
//!
//! # References
//! Web Map Service: OGC 01-068r3 (1.1.1), section 7.2, and OGC 06-042 (1.3.0), section 7.3; the order of axes in EPSG:4326
//! differs between the two. Web Map Tile Service: OGC 07-057r7. Quadkeys: Bing Maps Tile System. `{bbox-epsg-3857}`: the
//! MapLibre style specification, "raster".

use std::f64::consts::PI;

use super::{MapKind, MapSource};
use crate::basemap::id::TileId;
use crate::formats::map_service::with_query;
use crate::formats::percent::encoded_value;
use crate::geometry::lon_lat_from_world;

/// Half the width of the world in EPSG:3857, in metres.
const HALF_WORLD_M: f64 = PI * 6_378_137.0;

/// Makes the addresses of a map's tiles.
#[derive(Debug, Clone, PartialEq)]
pub struct TileAddresses {
    source: MapSource,
    /// Whether tiles of twice as many pixels are asked for where the address has `{r}`.
    is_dense: bool,
}

impl TileAddresses {
    /// Of a map whose tiles have addresses of their own ([`MapKind::is_tiled`]).
    pub fn of(source: &MapSource) -> Self {
        Self { source: source.clone(), is_dense: source.tile_size_px == 512 }
    }

    /// Whether the rows of its pictures are spaced evenly in latitude, as those of a service that has no Web Mercator are.
    pub fn is_in_latitudes(&self) -> bool {
        self.source.kind == MapKind::Wms && matches!(self.source.request.crs.as_str(), "EPSG:4326" | "CRS:84")
    }

    /// Address of a tile, with `{key}` left in it; `None` of a zoom that has no tiles.
    pub fn of_tile(&self, id: TileId) -> Option<String> {
        let MapSource { kind, address, zooms, subdomains, request, .. } = &self.source;
        if !(zooms[0]..=zooms[1]).contains(&id.z) {
            return None;
        }
        let flipped = (1_u64 << id.z) - 1 - u64::from(id.y);
        let host = subdomains.get((id.x as usize + id.y as usize) % subdomains.len().max(1));
        let mut filled = address.replace("{s}", host.map_or("", String::as_str));
        match kind {
            MapKind::Wms => return Some(self.get_map(&filled, id)),
            MapKind::Wmts => {
                let matrix = request.matrices.get(usize::from(id.z - zooms[0]))?;
                filled = filled
                    .replace("{TileMatrix}", &encoded_value(matrix))
                    .replace("{TileRow}", &id.y.to_string())
                    .replace("{TileCol}", &id.x.to_string());
                return Some(filled);
            }
            _ => {}
        }
        let row = if *kind == MapKind::Tms { flipped } else { u64::from(id.y) };
        for (part, value) in [
            ("{z}", id.z.to_string()),
            ("{x}", id.x.to_string()),
            ("{y}", row.to_string()),
            ("{-y}", flipped.to_string()),
            ("{r}", if self.is_dense { "@2x".to_owned() } else { String::new() }),
        ] {
            if filled.contains(part) {
                filled = filled.replace(part, &value);
            }
        }
        if filled.contains("{q}") {
            filled = filled.replace("{q}", &quadkey(id));
        }
        if filled.contains("{bbox-epsg-3857}") {
            let [west, south, east, north] = mercator_bounds(id);
            filled = filled.replace("{bbox-epsg-3857}", &format!("{west},{south},{east},{north}"));
        }
        Some(filled)
    }

    /// A request for a picture of a tile's square.
    fn get_map(&self, address: &str, id: TileId) -> String {
        let MapSource { request, tile_size_px, .. } = &self.source;
        let is_new = request.version == "1.3.0";
        let [west, south, east, north] = if self.is_in_latitudes() { degree_bounds(id) } else { mercator_bounds(id) };
        // Only version 1.3.0 takes the order of axes from the system: latitude first in EPSG:4326.
        let bounds = if is_new && request.crs == "EPSG:4326" {
            format!("{south},{west},{north},{east}")
        } else {
            format!("{west},{south},{east},{north}")
        };
        // Version 1.1.1 knows CRS:84 by no name of its own.
        let system = if !is_new && request.crs == "CRS:84" { "EPSG:4326" } else { request.crs.as_str() };
        let comma = |names: &[String]| names.iter().map(|name| encoded_value(name)).collect::<Vec<_>>().join(",");
        let format = if request.format.is_empty() { "image/png" } else { request.format.as_str() };
        let transparent = if format.contains("jpeg") { "FALSE" } else { "TRUE" };
        let mut asked = format!(
            "SERVICE=WMS&VERSION={}&REQUEST=GetMap&LAYERS={}&STYLES={}&{}={system}&BBOX={bounds}\
             &WIDTH={tile_size_px}&HEIGHT={tile_size_px}&FORMAT={}&TRANSPARENT={transparent}",
            request.version,
            comma(&request.layers),
            comma(&request.styles),
            if is_new { "CRS" } else { "SRS" },
            encoded_value(format),
        );
        if !request.time.is_empty() {
            asked.push_str(&format!("&TIME={}", encoded_value(&request.time)));
        }
        with_query(address, &asked)
    }
}

/// The square of a tile in EPSG:3857, in metres: west, south, east, north.
fn mercator_bounds(id: TileId) -> [f64; 4] {
    let rect = id.world_rect();
    // To a tenth of a millimetre, so that one square is always asked for by one address.
    let rounded = |length_m: f64| (length_m * 1e4).round() / 1e4;
    let east = |x: f64| rounded((2.0 * x - 1.0) * HALF_WORLD_M);
    let north = |y: f64| rounded((1.0 - 2.0 * y) * HALF_WORLD_M);
    [east(rect.x0), north(rect.y1), east(rect.x1), north(rect.y0)]
}

/// The square of a tile in degrees: west, south, east, north.
fn degree_bounds(id: TileId) -> [f64; 4] {
    let rect = id.world_rect();
    let upper = lon_lat_from_world(kurbo::Point::new(rect.x0, rect.y0));
    let lower = lon_lat_from_world(kurbo::Point::new(rect.x1, rect.y1));
    [upper.x, lower.y, lower.x, upper.y]
}

/// A tile's place as a word of digits 0 to 3, one for each zoom.
fn quadkey(id: TileId) -> String {
    let digit = |level: u8| (id.x >> level & 1) + 2 * (id.y >> level & 1);
    (0..id.z).rev().filter_map(|level| char::from_digit(digit(level), 4)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::basemap::sources::ServiceRequest;

    const ID: TileId = TileId { z: 3, x: 5, y: 2 };

    fn of(kind: MapKind, address: &str, change: impl FnOnce(&mut MapSource)) -> String {
        let mut source = MapSource { kind, address: address.to_owned(), ..MapSource::builtin() };
        change(&mut source);
        source.check().unwrap();
        TileAddresses::of(&source).of_tile(ID).unwrap()
    }

    #[test]
    fn each_way_to_write_a_place_is_filled_in() {
        for (address, filled) in [
            ("https://h/{z}/{x}/{y}.png", "https://h/3/5/2.png"),
            ("https://h/{z}/{x}/{-y}.png", "https://h/3/5/5.png"),
            // https://learn.microsoft.com/bingmaps/articles/bing-maps-tile-system: tile (3, 5) at level 3 is 213.
            ("https://h/{q}.jpeg", "https://h/121.jpeg"),
            ("https://h/{z}/{x}/{y}{r}.png?key={key}", "https://h/3/5/2.png?key={key}"),
            (
                "https://h/?BBOX={bbox-epsg-3857}",
                "https://h/?BBOX=5009377.0857,5009377.0857,10018754.1714,10018754.1714",
            ),
        ] {
            assert_eq!(of(MapKind::Xyz, address, |_| ()), filled);
        }
        assert_eq!(of(MapKind::Tms, "https://h/{z}/{x}/{y}", |_| ()), "https://h/3/5/5");
        assert_eq!(
            of(MapKind::Xyz, "https://{s}.h/{z}/{x}/{y}{r}", |source| {
                source.subdomains = ["a", "b", "c"].map(str::to_owned).to_vec();
                source.tile_size_px = 512;
            }),
            "https://b.h/3/5/2@2x"
        );
        assert_eq!(quadkey(TileId { z: 3, x: 3, y: 5 }), "213");
        let addresses = TileAddresses::of(&MapSource {
            kind: MapKind::Xyz,
            address: "https://h/{z}/{x}/{y}".to_owned(),
            zooms: [4, 6],
            ..MapSource::builtin()
        });
        assert_eq!(addresses.of_tile(ID), None);
    }

    #[test]
    fn a_wms_is_asked_with_the_axes_of_its_version() {
        let request = |version: &str, crs: &str| ServiceRequest {
            version: version.to_owned(),
            crs: crs.to_owned(),
            layers: vec!["a b".to_owned(), "c".to_owned()],
            time: "2024-07".to_owned(),
            ..ServiceRequest::default()
        };
        let asked =
            |version: &str, crs: &str| of(MapKind::Wms, "https://h/wms?map=x", |s| s.request = request(version, crs));
        let start =
            "https://h/wms?map=x&SERVICE=WMS&VERSION=1.3.0&REQUEST=GetMap&LAYERS=a%20b,c&STYLES=&CRS=EPSG:3857&BBOX=";
        let text = asked("1.3.0", "EPSG:3857");
        assert!(text.starts_with(start), "{text}");
        assert!(text.ends_with("&WIDTH=256&HEIGHT=256&FORMAT=image/png&TRANSPARENT=TRUE&TIME=2024-07"), "{text}");
        // 45° E to 90° E, and from the equator's second row northwards.
        let numbers = |text: &str| {
            let bounds = text.split_once("BBOX=").unwrap().1.split('&').next().unwrap().to_owned();
            bounds.split(',').map(|number| number.parse::<f64>().unwrap().round()).collect::<Vec<_>>()
        };
        assert_eq!(numbers(&asked("1.3.0", "EPSG:4326")), [41.0, 45.0, 67.0, 90.0]);
        assert_eq!(numbers(&asked("1.3.0", "CRS:84")), [45.0, 41.0, 90.0, 67.0]);
        let old = asked("1.1.1", "EPSG:4326");
        assert!(old.contains("&SRS=EPSG:4326&"), "{old}");
        assert_eq!(numbers(&old), [45.0, 41.0, 90.0, 67.0]);
        assert!(asked("1.1.1", "CRS:84").contains("&SRS=EPSG:4326&"));
    }

    #[test]
    fn a_wmts_is_asked_by_the_names_of_its_matrices() {
        let address = "https://h/{TileMatrix}/{TileRow}/{TileCol}.png";
        let text = of(MapKind::Wmts, address, |source| {
            source.zooms = [2, 3];
            source.request.matrices = vec!["EPSG:3857:2".to_owned(), "third one".to_owned()];
        });
        assert_eq!(text, "https://h/third%20one/2/5.png");
    }
}
