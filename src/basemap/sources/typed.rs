//! A map as somebody types or pastes it: an address of tiles, of a description, of a service, or of a file.
//!
//! Addresses are written in many ways: with `{z}` or `{zoom}` or `$z`, with `{switch:a,b,c}` or `{s}`, with `tms[18]:` before
//! them. All of them are understood, and kept in one way.

use super::{MapKind, MapSource, MapSourceError, ServiceRequest, TileContent};
use crate::formats::language::Text;
use crate::formats::map_source::{DEEPEST_ZOOM, SERVICE_SYSTEMS, has_user};
use crate::formats::{percent, secrets};

/// What was typed.
#[derive(Debug, Clone, PartialEq)]
pub struct Typed {
    /// The record as far as the text tells it.
    pub source: MapSource,
    /// Whether the address has to be asked before it is known what map it is: a description, or what a service offers.
    pub is_to_be_asked: bool,
    /// The keys that stood in the address, where `{key}`, `{key2}` and so on stand now: they are kept in the user's settings
    /// alone. One is empty where its place was already there.
    pub keys: Vec<String>,
}

/// Other ways to write the parts of an address.
const WAYS: [(&str, &str); 24] = [
    ("${z}", "{z}"),
    ("${x}", "{x}"),
    ("${y}", "{y}"),
    ("${-y}", "{-y}"),
    ("{zoom}", "{z}"),
    ("{Z}", "{z}"),
    ("{X}", "{x}"),
    ("{Y}", "{y}"),
    ("{yup}", "{-y}"),
    ("{!y}", "{-y}"),
    ("{TMSy}", "{-y}"),
    ("{quadkey}", "{q}"),
    ("{quad}", "{q}"),
    ("{u}", "{q}"),
    ("{@2x}", "{r}"),
    ("{ratio}", "{r}"),
    ("{retina}", "{r}"),
    ("{scale}", "{r}"),
    ("{apikey}", "{key}"),
    ("{apiKey}", "{key}"),
    ("{accessToken}", "{key}"),
    ("{access_token}", "{key}"),
    ("{token}", "{key}"),
    ("{subdomain}", "{s}"),
];

/// Reads what somebody typed.
///
/// # Errors
/// [`MapSourceError`]: it is no map, and why not.
pub fn read(text: &str) -> Result<Typed, MapSourceError> {
    let text = text.trim().trim_matches(['"', '\'', '<', '>']).trim();
    let (kind, deepest, mut address) = prefixed(text);
    for (way, ours) in WAYS {
        address = address.replace(way, ours);
    }
    let mut subdomains = Vec::new();
    if let Some((start, rest)) = address.split_once("{switch:")
        && let Some((hosts, end)) = rest.split_once('}')
    {
        subdomains = hosts.split(',').map(|host| host.trim().to_owned()).filter(|host| !host.is_empty()).collect();
        address = format!("{start}{{s}}{end}");
    } else if let Some((start, rest)) = address.split_once('[')
        && let Some((hosts, end)) = rest.split_once(']')
        && start.contains("://")
        && !hosts.is_empty()
        && hosts.bytes().all(|byte| byte.is_ascii_alphanumeric())
    {
        // As in https://[abc].tile.example.org
        subdomains = hosts.chars().map(String::from).collect();
        address = format!("{start}{{s}}{end}");
    }
    if address.contains("{s}") && subdomains.is_empty() {
        subdomains = ["a", "b", "c"].map(str::to_owned).into();
    }
    if has_user(&address) {
        return Err(MapSourceError::User);
    }
    let keys = secrets::take(&mut address, &[]);
    let path = address.split(['?', '#']).next().unwrap_or_default().to_lowercase();
    let parameter = |name: &str| parameter(&address, name);
    let is_web = address.contains("://");
    let has_place = ["{z}", "{q}", "{bbox-epsg-3857}", "{TileMatrix}"].iter().any(|part| address.contains(part));
    let service = parameter("service").unwrap_or_default().to_lowercase();
    let is_vector = [".pbf", ".mvt"].iter().any(|ending| path.ends_with(ending));
    let mut source = MapSource {
        id: String::new(),
        title: Text::plain(title_of(&address)),
        tiles: if is_vector { TileContent::Vector } else { TileContent::Raster },
        subdomains,
        headless_allowed: true,
        zooms: [0, if is_vector { 14 } else { 19 }],
        ..MapSource::builtin()
    };
    if let Some(deepest) = deepest {
        source.zooms[1] = deepest;
    }
    let mut is_to_be_asked = false;
    if path.ends_with(".pmtiles") {
        (source.kind, is_to_be_asked) = (MapKind::Pmtiles, true);
    } else if path.ends_with(".mbtiles") {
        (source.kind, is_to_be_asked) = (MapKind::Mbtiles, true);
    } else if has_place {
        source.kind = kind.unwrap_or(MapKind::Xyz);
        if path.contains("@2x") || address.contains("{r}") {
            source.tile_size_px = 512;
        }
    } else if service == "wms" || parameter("layers").is_some() {
        source.kind = MapKind::Wms;
        let version = parameter("version").filter(|version| version.starts_with("1.1")).map_or("1.3.0", |_| "1.1.1");
        let crs = parameter("crs").or_else(|| parameter("srs")).map(|crs| crs.to_uppercase());
        let list = |name: &str| {
            parameter(name)
                .into_iter()
                .flat_map(|all| all.split(',').map(str::to_owned).collect::<Vec<_>>())
                .collect::<Vec<_>>()
        };
        let layers: Vec<String> = list("layers").into_iter().filter(|layer| !layer.is_empty()).collect();
        is_to_be_asked = layers.is_empty();
        source.request = ServiceRequest {
            version: version.to_owned(),
            layers,
            styles: list("styles").into_iter().filter(|style| !style.is_empty()).collect(),
            crs: crs.filter(|crs| SERVICE_SYSTEMS.contains(&crs.as_str())).unwrap_or_else(|| "EPSG:3857".to_owned()),
            format: parameter("format").unwrap_or_else(|| "image/png".to_owned()),
            time: parameter("time").unwrap_or_default(),
            ..ServiceRequest::default()
        };
        source.tile_size_px = 512;
        source.zooms[1] = 22;
        address = without_parameters(&address, &REQUEST);
    } else if service == "wmts" || path.ends_with("wmtscapabilities.xml") {
        (source.kind, is_to_be_asked) = (MapKind::Wmts, true);
    } else if is_web {
        (source.kind, is_to_be_asked) = (MapKind::Tilejson, true);
    } else {
        return Err(MapSourceError::Unknown(text.chars().take(80).collect()));
    }
    source.address = address;
    source.id = id_of(&source);
    if !is_to_be_asked {
        source.check()?;
    }
    Ok(Typed { source, is_to_be_asked, keys })
}

/// Parameters of a WMS that are ours to set.
pub(super) const REQUEST: [&str; 16] = [
    "service",
    "version",
    "request",
    "layers",
    "styles",
    "crs",
    "srs",
    "bbox",
    "width",
    "height",
    "format",
    "transparent",
    "time",
    "tiled",
    "bgcolor",
    "exceptions",
];

/// What JOSM writes before an address: `tms[18]:https://…`, `wms:https://…`; its `tms` counts rows from the north.
fn prefixed(text: &str) -> (Option<MapKind>, Option<u8>, String) {
    let plain = |text: &str| (None, None, text.to_owned());
    let Some((prefix, address)) = text.split_once(':').filter(|(_, rest)| rest.starts_with("http")) else {
        return plain(text);
    };
    let (name, zooms) = prefix.split_once('[').unwrap_or((prefix, ""));
    let deepest = zooms.trim_end_matches(']').rsplit(['-', ',']).next().and_then(|zoom| zoom.parse::<u8>().ok());
    let deepest = deepest.filter(|zoom| *zoom <= DEEPEST_ZOOM);
    match name {
        "tms" | "bing" | "scanex" | "wms" | "wms_endpoint" | "wmts" => (None, deepest, address.to_owned()),
        _ => plain(text),
    }
}

/// The value of a parameter of an address, whatever the case of its name.
pub(super) fn parameter(address: &str, name: &str) -> Option<String> {
    let query = address.split_once('?')?.1.split('#').next()?;
    let found =
        query.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| key.eq_ignore_ascii_case(name))?;
    Some(decoded(found.1))
}

/// An address without some of its parameters.
pub(super) fn without_parameters(address: &str, names: &[&str]) -> String {
    let Some((start, query)) = address.split_once('?') else { return address.to_owned() };
    let is_named = |pair: &&str| {
        let key = pair.split('=').next().unwrap_or_default();
        key.is_empty() || names.iter().any(|name| key.eq_ignore_ascii_case(name))
    };
    let kept: Vec<&str> = query.split('&').filter(|pair| !is_named(pair)).collect();
    if kept.is_empty() { start.to_owned() } else { format!("{start}?{}", kept.join("&")) }
}

/// A value of a query as it is meant: `%XX` and `+` undone.
fn decoded(value: &str) -> String {
    percent::decoded(&value.replace('+', " "))
}

/// What a map is called that says nothing of itself: its server, or the name of its file.
fn title_of(address: &str) -> String {
    let rest = address.split_once("://").map(|(_, rest)| rest);
    let file = || address.rsplit(['/', '\\']).next().unwrap_or(address).split(['?', '#']).next().unwrap_or_default();
    let title = match rest {
        Some(rest) if !rest.to_lowercase().contains(".pmtiles") => {
            rest.split(['/', '?']).next().unwrap_or(rest).trim_start_matches("{s}.").trim_start_matches("www.")
        }
        _ => file(),
    };
    title.chars().filter(|letter| !letter.is_control()).take(80).collect()
}

/// An id that is the same for the same map: its server or file, and a number made of all of it.
pub fn id_of(source: &MapSource) -> String {
    let asked = &source.request;
    let all = format!("{}\n{}\n{}\n{}", source.address, asked.layers.join(","), asked.styles.join(","), asked.time);
    // FNV-1a, 32 bits: it tells maps of one server apart, no more.
    let number = all.bytes().fold(0x811C_9DC5_u32, |sum, byte| (sum ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let name: String = title_of(&source.address)
        .to_lowercase()
        .chars()
        .map(|letter| if letter.is_alphanumeric() { letter } else { '-' })
        .take(60)
        .collect();
    format!("{}-{number:08x}", name.trim_matches('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_understood_however_it_is_written() {
        for (text, kind, address) in [
            ("https://h/{z}/{x}/{y}.png", MapKind::Xyz, "https://h/{z}/{x}/{y}.png"),
            (" \"https://h/${z}/${x}/${y}.png\" ", MapKind::Xyz, "https://h/{z}/{x}/{y}.png"),
            ("https://h/{zoom}/{x}/{!y}", MapKind::Xyz, "https://h/{z}/{x}/{-y}"),
            ("tms[2,17]:https://{switch:a,b}.h/{zoom}/{x}/{y}.png", MapKind::Xyz, "https://{s}.h/{z}/{x}/{y}.png"),
            ("https://[xyz].h/{z}/{x}/{y}.png", MapKind::Xyz, "https://{s}.h/{z}/{x}/{y}.png"),
            ("https://h/{quadkey}.jpeg?n=z", MapKind::Xyz, "https://h/{q}.jpeg?n=z"),
            ("https://h/t.json", MapKind::Tilejson, "https://h/t.json"),
            ("https://h/a.pmtiles", MapKind::Pmtiles, "https://h/a.pmtiles"),
            ("/home/x/a map.pmtiles", MapKind::Pmtiles, "/home/x/a map.pmtiles"),
            ("C:\\maps\\a.mbtiles", MapKind::Mbtiles, "C:\\maps\\a.mbtiles"),
            ("https://h/wmts/1.0.0/WMTSCapabilities.xml", MapKind::Wmts, "https://h/wmts/1.0.0/WMTSCapabilities.xml"),
            ("https://h/wms?service=WMS&request=GetCapabilities", MapKind::Wms, "https://h/wms"),
            (
                "https://h/cgi?map=/a.map&LAYERS=x,y%20z&SRS=EPSG:4326&version=1.1.1&bbox=1,2,3,4",
                MapKind::Wms,
                "https://h/cgi?map=/a.map",
            ),
        ] {
            let typed = read(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!((typed.source.kind, typed.source.address.as_str()), (kind, address), "{text}");
            assert!(!typed.source.id.is_empty() && !typed.source.title.main().is_empty());
        }
        let josm = read("tms[2,17]:https://{switch:a,b}.h/{zoom}/{x}/{y}.png").unwrap().source;
        assert_eq!((josm.zooms[1], josm.subdomains.as_slice()), (17, &["a".to_owned(), "b".to_owned()][..]));
        let wms = read("https://h/cgi?map=/a.map&LAYERS=x,y%20z&SRS=EPSG:4326&version=1.1.1").unwrap();
        assert_eq!(wms.source.request.layers, ["x", "y z"]);
        assert_eq!((wms.source.request.crs.as_str(), wms.source.request.version.as_str()), ("EPSG:4326", "1.1.1"));
        assert!(!wms.is_to_be_asked && read("https://h/wms?service=WMS").unwrap().is_to_be_asked);
        assert_eq!(read("https://h/{z}/{x}/{y}@2x.png").unwrap().source.tile_size_px, 512);
        assert_eq!(read("https://h/{z}/{x}/{y}.mvt").unwrap().source.tiles, TileContent::Vector);
        for text in ["", "Kyiv", "places.geojson", "https://h/{z}/{x}"] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_key_does_not_stay_in_the_address() {
        let typed = read("https://h/{z}/{x}/{y}.png?style=a&apiKey=s%2Fcret&v=2").unwrap();
        assert_eq!(typed.source.address, "https://h/{z}/{x}/{y}.png?style=a&apiKey={key}&v=2");
        assert_eq!(typed.keys, ["s/cret"]);
        assert!(!format!("{:?}", typed.source).contains("cret"));
        assert!(read("https://h/{z}/{x}/{y}.png?key={apikey}").unwrap().keys.is_empty());
        let typed = read("https://h/{z}/{x}/{y}.png?token=s1cret&app=a&signature=s2cret").unwrap();
        assert_eq!(typed.source.address, "https://h/{z}/{x}/{y}.png?token={key}&app=a&signature={key2}");
        assert!(typed.keys == ["s1cret", "s2cret"] && !format!("{:?}", typed.source).contains("cret"));
        // Nor does a password before the server's name.
        let why = read("https://me:s3cret@h/{z}/{x}/{y}.png").unwrap_err().to_string();
        assert!(why.contains("name or password") && !why.contains("s3cret"), "{why}");
    }

    #[test]
    fn maps_of_one_server_have_ids_of_their_own() {
        let id = |text: &str| read(text).unwrap().source.id;
        assert_ne!(id("https://h/wms?layers=a"), id("https://h/wms?layers=b"));
        assert_eq!(id("https://h/wms?layers=a"), id("https://h/wms?layers=a&width=4"));
        assert!(id("https://tiles.example.org/{z}/{x}/{y}").starts_with("tiles-example-org-"));
    }
}
