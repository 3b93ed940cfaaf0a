//! Systems, and what files say of them, as PROJ has them: the tables are made by `tests/data/crs/make.py`.

use std::time::{Duration, Instant};

use geo::Coord;
use proptest::prelude::*;

use super::*;
use crate::geometry::measure::distance_m;

const SYSTEMS: &str = include_str!("../../../tests/data/crs/systems.tsv");
const WRITTEN: &str = include_str!("../../../tests/data/crs/written.tsv");

/// Systems for which Claimline and PROJ take different shifts of the table at some place, and how far these are from each
/// other. For Canada the library has a grid file, which PROJ without its grid files has not.
const OTHER_SHIFTS: [(u32, f64); 14] = [
    (2065, 12.0),
    (4267, 11.0),
    (4801, 1.3),
    (4805, 310.0),
    (5221, 12.0),
    (5513, 12.0),
    (5514, 12.0),
    (6201, 10.0),
    (9311, 8.0),
    (21_780, 1.3),
    (21_781, 1.3),
    (23_030, 8.0),
    (29_101, 4.5),
    (31_467, 1.0),
];

fn number(text: &str) -> f64 {
    text.parse().unwrap()
}

fn at(x: f64, y: f64) -> Coord<f64> {
    Coord { x, y }
}

/// The place of a position.
fn place(crs: &Crs, position: Coord<f64>) -> Coord<f64> {
    let mut places = [position];
    let lost = crs.transform(Some(position)).unwrap().convert(&mut places);
    assert_eq!(lost, Lost::default(), "{} {position:?}", crs.label());
    places[0]
}

/// What is wrong where a place is further from PROJ's than a decimetre, or than two shifts of the table can be.
fn fault(code: u32, what: &str, crs: &Crs, [x, y, lon, lat]: [&str; 4]) -> Option<String> {
    let away_m = distance_m(place(crs, at(number(x), number(y))), at(number(lon), number(lat)));
    let allowed_m = OTHER_SHIFTS.iter().find(|(other, _)| *other == code).map_or(0.1, |(_, away_m)| *away_m);
    (away_m > allowed_m).then(|| format!("EPSG:{code} {what} at {lon} {lat}: {away_m:.2} m away"))
}

#[test]
fn every_system_of_the_table_gives_the_places_that_proj_gives() {
    let mut faults = Vec::new();
    for line in SYSTEMS.lines() {
        let [code, x, y, lon, lat, _, name] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let code = code.parse().unwrap();
        let crs = Crs::from_epsg(code).unwrap_or_else(|error| panic!("{error}"));
        faults.extend(fault(code, name, &crs, [x, y, lon, lat]));
    }
    assert!(faults.is_empty() && SYSTEMS.lines().count() > 550, "{faults:#?}");
}

#[test]
fn what_is_written_in_any_form_gives_the_places_that_proj_gives() {
    let mut faults = Vec::new();
    for line in WRITTEN.lines() {
        let [code, form, x, y, lon, lat, text] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let code = code.parse().unwrap();
        let crs = Crs::parse(text).unwrap_or_else(|error| panic!("EPSG:{code} {form}: {error}"));
        faults.extend(fault(code, form, &crs, [x, y, lon, lat]));
        // Esri's form and the plain ones have no codes; that of the others is kept.
        let has_code = !form.ends_with("plain") && form != "esri";
        assert_eq!(crs.epsg(), has_code.then_some(code), "{form}");
        assert!(!crs.name().is_empty());
    }
    assert!(faults.is_empty() && WRITTEN.lines().count() > 280, "{faults:#?}");
}

/// By `cs2cs`, PROJ 9.5: each is EPSG:28406, 27700 and so on as PROJ writes it, with the datum or the shift.
#[test]
fn strings_of_proj_are_read() {
    let cases = [
        ("+proj=utm +zone=36 +datum=WGS84 +units=m +no_defs", [500_000.0, 5_300_000.0], [33.0, 47.853_341_946]),
        ("+proj=longlat +datum=WGS84", [37.8, 48.0], [37.8, 48.0]),
        (
            "+proj=tmerc +lat_0=0 +lon_0=33 +k=1 +x_0=6500000 +y_0=0 +ellps=krass +towgs84=25,-141,-78.5,0,0.35,0.736,0",
            [6_500_000.0, 5_300_000.0],
            [32.998_384_970, 47.833_269_093],
        ),
        (
            "+proj=merc +a=6378137 +b=6378137 +lat_ts=0 +nadgrids=@null +wktext",
            [4_207_876.756, 6_106_854.835],
            [37.8, 48.0],
        ),
        ("+init=epsg:2154", [700_000.0, 6_600_000.0], [3.0, 46.5]),
        ("proj=utm zone=36 south ellps=WGS84 units=km", [500.0, 5_300.0], [33.0, -42.452_330_961]),
    ];
    for (text, [x, y], [lon, lat]) in cases {
        let found = place(&Crs::parse(text).unwrap(), at(x, y));
        let away_m = distance_m(found, at(lon, lat));
        assert!(away_m < 1.0, "{text}: {found:?}, {away_m} m away");
    }
}

#[test]
fn a_code_is_found_in_whatever_it_is_wrapped() {
    let same = [
        "EPSG:32636",
        "epsg:32636",
        " 32636\n",
        "EPSG::32636",
        "urn:ogc:def:crs:EPSG::32636",
        "urn:ogc:def:crs:EPSG:9.9:32636",
        "urn:x-ogc:def:crs:EPSG:32636",
        "http://www.opengis.net/def/crs/EPSG/0/32636",
        "https://spatialreference.org/ref/epsg/32636/",
        "http://www.opengis.net/gml/srs/epsg.xml#32636",
        "ESRI:32636",
    ];
    for text in same {
        let crs = Crs::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(crs.label(), "WGS 84 / UTM zone 36N (EPSG:32636)", "{text}");
    }
    for text in
        ["urn:ogc:def:crs:OGC:1.3:CRS84", "CRS:84", "OGC:CRS84", "WGS84", "wgs 84", "EPSG:4326", "EPSG:4979", "4326"]
    {
        assert!(Crs::parse(text).unwrap().is_wgs84(), "{text}");
    }
    for code in [900_913, 102_100, 102_113, 3785] {
        let found = place(&Crs::from_epsg(code).unwrap(), at(4_207_876.756, 6_106_854.835));
        assert!(distance_m(found, at(37.8, 48.0)) < 0.1, "{code} {found:?}");
    }
}

/// GDAL writes latitude first in WKT 2 of EPSG:4326 and puts longitude first into files ("traditional GIS order").
#[test]
fn positions_have_longitude_first_whatever_the_axes_say() {
    let axes =
        r#"CS[ellipsoidal,2],AXIS["latitude",north],AXIS["longitude",east],ANGLEUNIT["degree",0.0174532925199433]"#;
    let text = format!(
        r#"GEOGCRS["WGS 84",DATUM["World Geodetic System 1984",ELLIPSOID["WGS 84",6378137,298.257223563]],{axes},ID["EPSG",4326]]"#
    );
    let crs = Crs::parse(&text).unwrap();
    assert!(crs.is_wgs84() && crs.is_angles());
    assert_eq!(place(&crs, at(37.8, 48.0)), at(37.8, 48.0));
}

#[test]
fn what_cannot_be_read_says_why() {
    let said = |text: &str| Crs::parse(text).unwrap_err().to_string();
    assert_eq!(said(" "), "it says nothing");
    assert_eq!(said("EPSG:999999"), "EPSG:999999 is not in the EPSG table that Claimline has (v12.013, 2025)");
    assert_eq!(said("metres"), "'metres' is not an EPSG code, well-known text, PROJJSON or a PROJ string");
    assert_eq!(said("{\"type\":1}"), "its JSON is not PROJJSON");
    assert_eq!(said("GEOGCS[\"a\",DATUM["), "its well-known text breaks off or is broken at character 18");
    assert_eq!(
        said("EPSG:4978"),
        "it is a system of X, Y and Z from the centre of the earth, from which no place on a map follows"
    );
    assert_eq!(said("LOCAL_CS[\"site\",UNIT[\"m\",1]]"), "it is a local system, from which no place on a map follows");
    assert_eq!(said("+proj=utm +zone=99"), "its UTM zone, which is 1 to 60, is missing or cannot be read");
    assert_eq!(said("+proj=nzmg"), "its projection, nzmg, is not one that Claimline has");
    assert_eq!(said("+proj=tmerc +ellps=duck"), "it asks for the ellipsoid 'duck', which Claimline does not have");
    assert_eq!(said("+proj=tmerc +k=0"), "it has numbers that no map has");
}

#[test]
fn it_is_said_how_exact_positions_are() {
    let warning = |code: u32, x: f64, y: f64| {
        Crs::from_epsg(code).unwrap().transform(Some(at(x, y))).unwrap().warnings().join("; ")
    };
    // The same datum, and those that differ by centimetres.
    for code in [32_637, 3857, 25_833, 3067] {
        assert_eq!(warning(code, 500_000.0, 7_000_000.0), "", "{code}");
    }
    assert_eq!(
        warning(28_407, 7_410_563.0, 5_319_225.0),
        "positions may be off by up to about 5 m: the shift from the datum Pulkovo 1942 is known no better"
    );
    assert_eq!(
        warning(27_700, 400_000.0, 300_000.0),
        "positions may be off by up to about 2 m: the exact shift from the datum OSGB36 needs a grid file that Claimline does \
         not have"
    );
    // Nowhere in the table: Xian 1980; only in a grid: NAD27 of 1976.
    assert!(warning(2343, 500_000.0, 3_000_000.0).contains("up to about 1000 m: Claimline knows no shift"));
    assert!(warning(2027, 500_000.0, 5_000_000.0).contains("needs a grid file"));
    assert!(warning(4087, 1e6, 1e6).contains("about 25 km"));
    // A shift that the file gives is its own.
    let given = Crs::parse("+proj=longlat +ellps=krass +towgs84=25,-141,-78.5,0,0.35,0.736,0").unwrap();
    assert_eq!(*given.transform(None).unwrap().shift(), Shift::Given);
}

#[test]
fn positions_that_are_nowhere_are_counted() {
    let transform = Crs::from_epsg(32_636).unwrap().transform(None).unwrap();
    let nowhere = [f64::NAN, f64::INFINITY, 1e308, -1e308, 1e12, 5e8];
    let mut positions = vec![at(500_000.0, 5_300_000.0)];
    positions.extend(nowhere.map(|number| at(number, 5_300_000.0)));
    positions.extend(nowhere.map(|number| at(500_000.0, number)));
    let lost = transform.convert(&mut positions);
    assert!(positions[0].x.is_finite() && positions[1..].iter().all(|place| place.x.is_nan()), "{positions:?}");
    assert_eq!(lost, Lost { count: 12, first: Some(1) });
    let degrees = Crs::from_epsg(4267).unwrap().transform(None).unwrap();
    assert_eq!(degrees.convert(&mut [at(1e9, 0.0), at(0.0, 90.1), at(-100.0, 40.0)]).count, 2);
}

#[test]
fn hostile_texts_are_refused_at_once() {
    let million = 1_000_000;
    let texts = [
        "A".repeat(million),
        "[".repeat(million),
        "PROJCS[".repeat(million / 7),
        "PROJCS[".repeat(MAX_TEXT / 7 - 1),
        "{\"base_crs\":".repeat(MAX_TEXT / 12),
        format!("PROJCS[{}]", "\"a\",".repeat(MAX_TEXT / 5)),
        format!("EPSG:{}", "9".repeat(MAX_TEXT - 10)),
        format!("+proj=utm +zone={}", "9".repeat(1000)),
        "+proj=tmerc +lon_0=1e308 +x_0=-1e308".to_owned(),
        "+proj=tmerc +a=1e300 +rf=1e-300".to_owned(),
        "+proj=tmerc +lat_0=NaN".to_owned(),
        "EPSG:4294967296".to_owned(),
        "EPSG:-1".to_owned(),
        "\0\0\0".to_owned(),
    ];
    let begun = Instant::now();
    for text in texts {
        assert!(Crs::parse(&text).is_err(), "{}", text.chars().take(30).collect::<String>());
    }
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

proptest! {
    /// No number makes a projection panic or hang, and what comes out is a place or counted.
    #[test]
    fn numbers_of_any_size_are_places_or_counted(
        code in prop::sample::select(SYSTEMS.lines().filter_map(|line| line.split('\t').next()?.parse().ok()).collect::<Vec<u32>>()),
        x in prop::num::f64::ANY,
        y in prop::num::f64::ANY,
        near in (-2e7..2e7, -2e7..2e7),
    ) {
        let transform = Crs::from_epsg(code).unwrap().transform(Some(at(near.0, near.1))).unwrap();
        let mut positions = [at(x, y), at(near.0, near.1), at(near.0, y), at(x, near.1)];
        let lost = transform.convert(&mut positions);
        let is_place = |place: &&Coord<f64>| place.x.abs() <= 180.0 && place.y.abs() <= 90.0;
        let is_nowhere = |place: &&Coord<f64>| place.x.is_nan() && place.y.is_nan();
        prop_assert_eq!(positions.iter().filter(is_place).count(), 4 - lost.count);
        prop_assert_eq!(positions.iter().filter(is_nowhere).count(), lost.count);
    }

    /// Projections with parameters of any size do not panic or hang.
    #[test]
    fn projections_of_any_numbers_are_refused_or_work(
        kind in prop::sample::select(vec![
            "tmerc", "lcc", "aea", "merc", "stere", "sterea", "laea", "omerc", "somerc", "cass", "eqc", "krovak", "poly",
            "aeqd", "eqearth",
        ]),
        angles in prop::collection::vec(prop_oneof![-90.0..90.0, -1e3..1e3, Just(90.0), Just(-90.0), Just(0.0), Just(1e10)], 6),
        k in prop_oneof![0.5..2.0, 1e-9..1e9],
        a in prop_oneof![6.3e6..6.4e6, 1e-9..1e9],
        rf in prop_oneof![290.0..300.0, 0.0..20.0],
        places in prop::collection::vec((-2e7..2e7, -2e7..2e7), 4),
    ) {
        let text = format!(
            "+proj={kind} +lat_0={} +lon_0={} +lat_1={} +lat_2={} +lat_ts={} +alpha={} +k={k} +a={a} +rf={rf}",
            angles[0], angles[1], angles[2], angles[3], angles[4], angles[5]
        );
        if let Ok(transform) = Crs::parse(&text).and_then(|crs| crs.transform(None)) {
            let mut positions: Vec<Coord<f64>> = places.into_iter().map(|(x, y)| at(x, y)).collect();
            let lost = transform.convert(&mut positions);
            prop_assert_eq!(positions.iter().filter(|place| place.x.is_nan()).count(), lost.count);
        }
    }
}
