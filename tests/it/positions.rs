//! One place is one place, whatever map it is drawn from: vector tiles, raster tiles, pictures of a map service in two
//! coordinate systems, and a GeoTIFF in a third put it on the same pixel of a figure, as PROJ has it.

use std::f64::consts::TAU;
use std::fs;
use std::io::{BufRead as _, BufReader, Cursor, Write as _};
use std::net::TcpListener;
use std::path::Path;

use image::{ImageFormat, Rgba, RgbaImage};
use tempfile::TempDir;

use crate::cli::run;

/// A place: longitude and latitude in degrees, EPSG:3857 in metres, UTM in metres.
type Place = [f64; 6];

/// Around a town, and around another so far north that degrees and metres are far apart. The metres are PROJ's (9.1.1):
/// `pyproj.Transformer.from_crs(4326, 3857, always_xy=True).transform(lon, lat)`, and the same to 32635 and 32634.
const LVIV: [Place; 5] = [
    [23.7712, 49.9127, 2_646_197.880, 6_431_170.723, 268_203.460, 5_533_923.610],
    [24.0316, 49.8419, 2_675_185.475, 6_418_940.593, 286_582.624, 5_525_279.582],
    [24.2503, 49.7465, 2_699_531.048, 6_402_489.302, 301_915.283, 5_514_074.906],
    [23.8355, 49.7304, 2_653_355.723, 6_399_716.123, 271_962.818, 5_513_463.249],
    [24.2871, 49.9311, 2_703_627.605, 6_434_352.114, 305_309.074, 5_534_498.640],
];
const TROMSO: [Place; 4] = [
    [18.7011, 69.7093, 2_081_796.929, 10_974_752.665, 411_045.079, 7_735_129.686],
    [18.9553, 69.6492, 2_110_094.344, 10_955_487.527, 420_653.594, 7_728_081.222],
    [19.2216, 69.5948, 2_139_738.724, 10_938_096.451, 430_808.399, 7_721_693.864],
    [19.1632, 69.7214, 2_133_237.666, 10_978_637.945, 428_961.168, 7_735_873.105],
];

/// The radius of WGS 84's Web Mercator, and half the width of its world.
const RADIUS_M: f64 = 6_378_137.0;
const HALF_WORLD_M: f64 = RADIUS_M * TAU / 2.0;
/// The zoom of the figures, and how wide a point is there.
const ZOOM: f64 = 11.0;
/// How far the dots reach, in the figures' points.
const DOT_PT: f64 = 4.0;

fn metres_per_pt() -> f64 {
    RADIUS_M * TAU / 256.0 / ZOOM.exp2()
}

/// A white picture with a dark dot on each place: `offset_m` says how far a pixel's middle lies from a place, in metres of Web
/// Mercator.
fn picture(width: u32, height: u32, places: &[Place], offset_m: impl Fn(f64, f64, &Place) -> [f64; 2]) -> RgbaImage {
    const FINE: u32 = 4;
    let reach_m = DOT_PT * metres_per_pt();
    RgbaImage::from_fn(width, height, |column, row| {
        let middle = |at: u32| f64::from(at) + 0.5;
        let is_near = |place: &Place| {
            let [east, north] = offset_m(middle(column), middle(row), place);
            let [next, _] = offset_m(middle(column) + 1.0, middle(row), place);
            east.hypot(north) < reach_m + 2.0 * (next - east).abs()
        };
        let near: Vec<&Place> = places.iter().filter(|place| is_near(place)).collect();
        if near.is_empty() {
            return Rgba([255, 255, 255, 255]);
        }
        let part = |at: u32, step: u32| f64::from(at) + (f64::from(step) + 0.5) / f64::from(FINE);
        let all = (0..FINE * FINE).map(|step| (part(column, step % FINE), part(row, step / FINE)));
        let inside = all.filter(|(x, y)| {
            near.iter().any(|place| {
                let [east, north] = offset_m(*x, *y, place);
                east.hypot(north) < reach_m
            })
        });
        let left = 255 - (255 * inside.count() as u32 / (FINE * FINE)) as u8;
        Rgba([left, left, left, 255])
    })
}

fn png(picture: &RgbaImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    picture.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).unwrap();
    bytes
}

/// A picture whose edges are given in metres of EPSG:3857.
fn in_metres([west, south, east, north]: [f64; 4], size: u32, places: &[Place]) -> Vec<u8> {
    let of = |at: f64| at / f64::from(size);
    png(&picture(size, size, places, |x, y, place| {
        [west + (east - west) * of(x) - place[2], north + (south - north) * of(y) - place[3]]
    }))
}

/// A picture whose edges are given in degrees.
fn in_degrees([west, south, east, north]: [f64; 4], size: u32, places: &[Place]) -> Vec<u8> {
    let of = |at: f64| at / f64::from(size);
    let degree_m = RADIUS_M * TAU / 360.0;
    png(&picture(size, size, places, |x, y, place| {
        let (lon, lat) = (west + (east - west) * of(x), north + (south - north) * of(y));
        // The scale of Web Mercator at the place: a dot is small.
        [(lon - place[0]) * degree_m, (lat - place[1]) * degree_m / place[1].to_radians().cos()]
    }))
}

/// The edges of a tile in metres of EPSG:3857.
fn edges([z, x, y]: [u32; 3]) -> [f64; 4] {
    let side = 2.0 * HALF_WORLD_M / f64::from(z).exp2();
    let (west, north) = (-HALF_WORLD_M + side * f64::from(x), HALF_WORLD_M - side * f64::from(y));
    [west, north - side, west + side, north]
}

/// A number as protocol buffers write it.
fn varint(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn message(field: u8, bytes: &[u8], out: &mut Vec<u8>) {
    out.push(field << 3 | 2);
    varint(bytes.len() as u64, out);
    out.extend_from_slice(bytes);
}

/// A vector tile in the schema of Protomaps: a lake on each place, a square of as many units to each side.
fn vector(tile: [u32; 3], places: &[Place]) -> Vec<u8> {
    const REACH: i64 = 32;
    let [west, south, east, north] = edges(tile);
    let mut layer = Vec::new();
    message(1, b"water", &mut layer);
    for place in places {
        let x = (4096.0 * (place[2] - west) / (east - west)).round() as i64;
        let y = (4096.0 * (north - place[3]) / (north - south)).round() as i64;
        if !(0..4096).contains(&x) || !(0..4096).contains(&y) {
            continue;
        }
        assert!(
            (REACH..4096 - REACH).contains(&x) && (REACH..4096 - REACH).contains(&y),
            "the lake fits into its tile"
        );
        let (mut geometry, side) = (Vec::new(), 2 * REACH);
        // MoveTo, LineTo of three, ClosePath.
        let steps: [(u8, &[i64]); 3] = [(9, &[x - REACH, y - REACH]), (26, &[side, 0, 0, side, -side, 0]), (15, &[])];
        for (command, numbers) in steps {
            geometry.push(command);
            numbers.iter().for_each(|number| varint((number << 1 ^ number >> 63) as u64, &mut geometry));
        }
        let mut feature = Vec::new();
        message(2, &[0, 0], &mut feature);
        feature.extend([0x18, 3]);
        message(4, &geometry, &mut feature);
        message(2, &feature, &mut layer);
    }
    message(3, b"kind", &mut layer);
    let mut value = Vec::new();
    message(1, b"lake", &mut value);
    message(4, &value, &mut layer);
    layer.extend([0x78, 2]);
    let mut tile = Vec::new();
    message(3, &layer, &mut tile);
    let mut earth = Vec::new();
    message(1, b"earth", &mut earth);
    earth.extend([0x78, 2]);
    message(3, &earth, &mut tile);
    tile
}

/// The numbers in a tile's address: `/z/x/y.png`.
fn numbers(path: &str) -> Option<[u32; 3]> {
    let numbers: Vec<u32> = path.split(['/', '.', '@']).filter_map(|part| part.parse().ok()).collect();
    <[u32; 3]>::try_from(numbers).ok()
}

/// What a server of all kinds of maps answers.
fn answer(target: &str, places: &[Place]) -> Option<(&'static str, Vec<u8>)> {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let parameter = |name: &str| {
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned()).next()
    };
    if path.ends_with(".mvt") {
        return Some(("application/vnd.mapbox-vector-tile", vector(numbers(path)?, places)));
    }
    if path.ends_with(".png") {
        let [z, x, y] = numbers(path)?;
        let y = if path.starts_with("/tms") { (1 << z) - 1 - y } else { y };
        return Some(("image/png", in_metres(edges([z, x, y]), 256, places)));
    }
    let size = parameter("width")?.parse().ok()?;
    let sides: Vec<f64> = parameter("bbox")?.split(',').map(|side| side.parse().ok()).collect::<Option<_>>()?;
    let [a, b, c, d] = sides[..] else { return None };
    let (version, system) = (parameter("version")?, parameter("crs").or_else(|| parameter("srs"))?);
    Some((
        "image/png",
        match (system.as_str(), version.as_str()) {
            ("EPSG:3857", _) => in_metres([a, b, c, d], size, places),
            // Latitude first, as the standard has it since 1.3.0.
            ("EPSG:4326", "1.3.0") => in_degrees([b, a, d, c], size, places),
            ("EPSG:4326", "1.1.1") | ("CRS:84", "1.3.0") => in_degrees([a, b, c, d], size, places),
            _ => return None,
        },
    ))
}

/// A server of maps that show these places; its address.
fn server(places: &'static [Place]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            std::thread::spawn(move || {
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let (mut first, mut line) = (String::new(), String::new());
                let _ = reader.read_line(&mut first);
                while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
                    line.clear();
                }
                let target = first.split(' ').nth(1).unwrap_or_default();
                let (status, kind, body) = match answer(target, places) {
                    Some((kind, body)) => ("200 OK", kind, body),
                    None => ("400 Bad Request", "text/plain", target.as_bytes().to_vec()),
                };
                let length = body.len();
                let head = format!(
                    "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
                );
                let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
            });
        }
    });
    address
}

/// A GeoTIFF in UTM that shows the places, without compression (TIFF 6.0; OGC GeoTIFF 1.1).
fn geotiff(path: &Path, places: &[Place], epsg: u16) {
    const PIXEL_M: f64 = 30.0;
    const MARGIN_M: f64 = 20_000.0;
    let (least, most) = (|of: usize| places.iter().map(|place| place[of]).fold(f64::MAX, f64::min) - MARGIN_M, {
        |of: usize| places.iter().map(|place| place[of]).fold(f64::MIN, f64::max) + MARGIN_M
    });
    let (west, north) = (least(4), most(5));
    let (width, height) = (((most(4) - west) / PIXEL_M) as u32, ((north - least(5)) / PIXEL_M) as u32);
    let dots = picture(width, height, places, |x, y, place| {
        // A metre of Web Mercator is shorter on the ground; the dots need only be round about their middles.
        let longer = 1.0 / place[1].to_radians().cos();
        [(west + x * PIXEL_M - place[4]) * longer, (north - y * PIXEL_M - place[5]) * longer]
    });
    let pixels: Vec<u8> = dots.pixels().flat_map(|pixel| pixel.0[..3].to_vec()).collect();
    let mut data = Vec::new();
    let mut tags: Vec<(u16, u16, u32, u32)> = Vec::new();
    const TAGS: u32 = 13;
    let start = 8 + 2 + 12 * TAGS + 4;
    let mut put = |bytes: Vec<u8>| {
        let at = start + data.len() as u32;
        data.extend(bytes);
        at
    };
    let shorts = |numbers: &[u16]| numbers.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>();
    let doubles = |numbers: &[f64]| numbers.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>();
    let bits = put(shorts(&[8, 8, 8, 0]));
    let scale = put(doubles(&[PIXEL_M, PIXEL_M, 0.0]));
    let tie = put(doubles(&[0.0, 0.0, 0.0, west, north, 0.0]));
    let keys = put(shorts(&[1, 1, 0, 3, 1024, 0, 1, 1, 1025, 0, 1, 1, 3072, 0, 1, epsg]));
    let length = pixels.len() as u32;
    let at = put(pixels);
    tags.extend([(256, 4, 1, width), (257, 4, 1, height), (258, 3, 3, bits), (259, 3, 1, 1), (262, 3, 1, 2)]);
    tags.extend([(273, 4, 1, at), (277, 3, 1, 3), (278, 4, 1, height), (279, 4, 1, length), (284, 3, 1, 1)]);
    tags.extend([(33550, 12, 3, scale), (33922, 12, 6, tie), (34735, 3, 16, keys)]);
    assert_eq!(tags.len() as u32, TAGS);
    let mut file = b"II*\0\x08\0\0\0".to_vec();
    file.extend((TAGS as u16).to_le_bytes());
    for (tag, kind, count, value) in tags {
        file.extend(tag.to_le_bytes());
        file.extend(kind.to_le_bytes());
        file.extend(count.to_le_bytes());
        file.extend(value.to_le_bytes());
    }
    file.extend(0_u32.to_le_bytes());
    file.extend(data);
    fs::write(path, file).unwrap();
}

/// Parts of a figure that could lie over its map.
const PARTS: &str = "title,kicker,subtitle,as-of,legend,sizes,scale-bar,north-arrow,inset,callout,ticks,graticule,references,\
                     quotes,numbers,comparison,every-report,notes,accuracy,boundaries,disclaimer,made-with";

/// Draws a figure around a place with a map, and compares where its dots are with where PROJ has them; how far the farthest is
/// off, in pixels.
fn farthest_off(folder: &Path, places: &[Place], center: &str, more: &[&str]) -> f64 {
    let output = folder.join("figure.png");
    let path = output.display().to_string();
    let zoom = ZOOM.to_string();
    let words = ["export", "-o", &path, "--force", "--center", center, "--zoom", &zoom, "--page", "view", "--size"];
    let words = [&words[..], &["900x700", "--no", PARTS, "--world-file"], more].concat();
    let made = run(&words);
    assert_eq!(made.code, 0, "{more:?}: {}", made.err);
    let figure = image::load_from_memory(&fs::read(&output).unwrap()).unwrap().to_luma8();
    let world = fs::read_to_string(output.with_extension("pgw")).unwrap();
    let world: Vec<f64> = world.lines().map(|line| line.trim().parse().unwrap()).collect();
    let [pixel_m, _, _, down_m, left_m, top_m] = world[..] else { panic!("{world:?}") };
    let scale = metres_per_pt() / pixel_m;
    assert!((scale - scale.round()).abs() < 1e-6 && down_m == -pixel_m, "{world:?}");
    let mut farthest = 0.0_f64;
    for place in places {
        // The world file gives the middle of the first pixel.
        let expected = [(place[2] - left_m) / pixel_m, (place[3] - top_m) / down_m];
        let reach = (2.0 * DOT_PT * scale).ceil() as i64;
        let at = expected.map(|at| at.round() as i64);
        let shade = |x: i64, y: i64| f64::from(figure.get_pixel(x as u32, y as u32).0[0]);
        let background = shade(at[0] - reach, at[1] - reach);
        let (mut sum, mut x_sum, mut y_sum) = (0.0, 0.0, 0.0);
        for y in at[1] - reach..=at[1] + reach {
            for x in at[0] - reach..=at[0] + reach {
                let ink = (background - shade(x, y)).max(0.0);
                (sum, x_sum, y_sum) = (sum + ink, x_sum + ink * x as f64, y_sum + ink * y as f64);
            }
        }
        // A dot as large as it should be, and nothing else that would move its middle.
        assert!(sum > 500.0, "{more:?}: nothing at {place:?}");
        farthest = farthest.max((x_sum / sum - expected[0]).hypot(y_sum / sum - expected[1]));
    }
    farthest
}

#[test]
fn a_place_is_on_the_same_pixel_whatever_map_shows_it() {
    let folder = TempDir::new().unwrap();
    let tiff = folder.path().join("dots.tif");
    let tiff_path = tiff.display().to_string();
    for (places, center, epsg) in
        [(&LVIV as &'static [Place], "24.03,49.84", 32635_u16), (&TROMSO, "18.95,69.65", 32634)]
    {
        let at = server(places);
        let wms = |version: &str, crs: &str| format!("{at}/wms?SERVICE=WMS&LAYERS=dots&VERSION={version}&CRS={crs}");
        let maps = [
            ("vector tiles", format!("{at}/vector/{{z}}/{{x}}/{{y}}.mvt")),
            ("raster tiles", format!("{at}/raster/{{z}}/{{x}}/{{y}}.png")),
            ("raster tiles from the south", format!("{at}/tms/{{z}}/{{x}}/{{-y}}.png")),
            ("a WMS in metres", wms("1.3.0", "EPSG:3857")),
            ("a WMS in degrees", wms("1.3.0", "EPSG:4326")),
            ("an old WMS in degrees", wms("1.1.1", "EPSG:4326")),
        ];
        geotiff(&tiff, places, epsg);
        // So far north, those in which a mistake would be large.
        let is_wanted = |name: &str| epsg == 32635 || ["raster tiles", "a WMS in degrees"].contains(&name);
        let mut off: Vec<(&str, f64)> = maps
            .iter()
            .filter(|(name, _)| is_wanted(name))
            .map(|(name, map)| (*name, farthest_off(folder.path(), places, center, &["--map", map])))
            .collect();
        let of_tiff = ["--no-map", "--picture", &tiff_path];
        off.push(("a GeoTIFF in UTM", farthest_off(folder.path(), places, center, &of_tiff)));
        println!("{center}: {off:?}");
        for (name, off) in off {
            assert!(off <= 0.5, "{name} at {center}: {off} pixels off");
        }
    }
}
