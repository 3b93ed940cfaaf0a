use proptest::prelude::*;

use super::*;

/// What GDAL writes: text, and binary with the smallest and with the greatest byte first.
fn of_gdal() -> Vec<[&'static str; 3]> {
    let lines = include_str!("../../../tests/data/formats/wkb.tsv").lines();
    lines.map(|line| line.split('\t').collect::<Vec<_>>().try_into().unwrap()).collect()
}

fn bytes(digits: &str) -> Vec<u8> {
    of_hex(digits).unwrap()
}

#[test]
fn what_gdal_writes_is_read() {
    for [text, little, big] in of_gdal() {
        let (little, big) = (read(&bytes(little)), read(&bytes(big)));
        assert_eq!(little, big, "{text}");
        let plain = match text {
            "COMPOUNDCURVE ((0 0,1 1),(1 1,2 0))" => "LINESTRING (0 0,1 1,2 0)",
            "CURVEPOLYGON ((0 0,4 0,4 4,0 0))" | "TRIANGLE ((0 0,4 0,4 4,0 0))" => "POLYGON ((0 0,4 0,4 4,0 0))",
            "MULTISURFACE (((0 0,4 0,4 4,0 0)))" => "MULTIPOLYGON (((0 0,4 0,4 4,0 0)))",
            "MULTICURVE ((0 0,4 0))" => "MULTILINESTRING ((0 0,4 0))",
            _ if text.contains("CIRCULARSTRING") => {
                assert!(little.unwrap_err().contains("ST_CurveToLine"), "{text}");
                continue;
            }
            _ if text.starts_with("TIN") || text.starts_with("POLYHEDRAL") => {
                assert!(little.unwrap_err().contains("three dimensions"), "{text}");
                continue;
            }
            text => text,
        };
        let read = little.unwrap_or_else(|why| panic!("{text}: {why}"));
        assert_eq!(read.geometry, wkt::read(plain).unwrap(), "{text}");
        assert_eq!(read.heights > 0, text.contains(" Z"), "{text}");
        assert_eq!(read.has_measures, text.contains(" M ") || text.contains("ZM"), "{text}");
        assert_eq!((read.srid, read.left_out, read.has_open_ring), (None, 0, false), "{text}");
    }
}

#[test]
fn what_gdal_writes_of_plain_kinds_is_what_we_write() {
    let mut compared = 0;
    for [text, little, _] in of_gdal() {
        let kinds =
            ["POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON", "GEOMETRYCOLLECTION"];
        let kind = text.split_once(" (").map_or("", |(kind, _)| kind);
        if !kinds.contains(&kind) || text.contains(" Z") {
            continue;
        }
        let geometry = read(&bytes(little)).unwrap().geometry.unwrap();
        let mut out = Vec::new();
        push(&geometry, None, &mut out);
        assert_eq!(out, bytes(little), "{text}");
        compared += 1;
    }
    assert_eq!(compared, 7);
}

/// Lines that PostGIS 3.3 shows for `SELECT geom`.
#[test]
fn what_postgis_shows_is_read() {
    let point = |x: f64, y: f64| Some(Geometry::from(Point::new(x, y)));
    let read = |text: &str| read_text(text).unwrap_or_else(|why| panic!("{text}: {why}"));
    for text in [
        "0101000020E6100000000000000000F03F0000000000000040",
        "\\x0101000020e6100000000000000000f03f0000000000000040",
        "SRID=4326;POINT(1 2)",
        " srid=4326; POINT (1 2) ",
        "0020000001000010E63FF00000000000004000000000000000",
    ] {
        assert_eq!(read(text), Shape { srid: Some(4326), geometry: point(1.0, 2.0), ..Shape::default() }, "{text}");
    }
    // ST_GeomFromEWKT('SRID=28407;POINTZM(1 2 3 4)').
    let all = read("01010000E0F76E0000000000000000F03F000000000000004000000000000008400000000000001040");
    assert_eq!((all.srid, all.geometry, all.heights, all.has_measures), (Some(28407), point(1.0, 2.0), 1, true));
    assert_eq!(read("POINT(1 2)").srid, None);
}

#[test]
fn what_is_wrong_is_said() {
    let nested = [[1, 7, 0, 0, 0, 1, 0, 0, 0].repeat(100), [1, 7, 0, 0, 0, 0, 0, 0, 0].to_vec()].concat();
    let short_ring = "0103000000010000000200000000000000000000000000000000000000000000000000F03F000000000000F03F";
    for (wrong, why) in [
        (nested, "nested deeper"),
        (bytes("01020000000000FF7F"), "has 2147418112 parts"),
        (bytes("0104000000FFFFFFFF"), "has 4294967295 parts"),
        (bytes("0101000000000000000000F03F"), "cut short"),
        (bytes("010200000000000000AB"), "1 bytes stand after"),
        (bytes("02"), "first byte is 2"),
        (bytes("01630000000000000000"), "no kind of geometry 99"),
        (bytes("01FFFFFF1F00000000"), "no kind of geometry"),
        (bytes("0104000000010000000102000000000000000000000000"), "stand after"),
        (bytes("0101000000000000000000F07F000000000000F03F"), "inf, 1 is not a position"),
        (bytes(short_ring), "too few positions"),
        (bytes("0107000020E6100000010000000101000020F76E0000000000000000F03F0000000000000040"), "different coordinate"),
        (Vec::new(), "cut short"),
    ] {
        let found = read(&wrong).unwrap_err();
        assert!(found.contains(why), "{found}, {why}");
    }
    // A list of points with a line in it.
    let mut list = bytes("010400000001000000");
    push(&LineString::from(vec![(0.0, 0.0), (1.0, 1.0)]).into(), None, &mut list);
    assert!(read(&list).unwrap_err().contains("another kind"));
    assert!(read_text("01010000000").is_err() && read_text("0101000000").is_err());
    assert!(read_text("SRID=x;POINT(1 2)").unwrap_err().contains("SRID=x"));
}

#[test]
fn open_rings_are_closed_and_short_ones_left_out() {
    let ring = |last: (f64, f64)| vec![(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), last];
    let mut open = bytes("010300000002000000");
    push_positions(&LineString::from(ring((0.0, 4.0))), &mut open);
    push_positions(&LineString::from(vec![(1.0, 1.0), (2.0, 1.0)]), &mut open);
    let read = read(&open).unwrap();
    assert_eq!((read.has_open_ring, read.left_out), (true, 1));
    let Some(Geometry::Polygon(area)) = read.geometry else { panic!("an area") };
    assert_eq!((area.exterior().0.len(), area.interiors().len()), (5, 0));
}

#[test]
fn every_byte_that_is_missing_or_turned_is_an_error_or_a_geometry() {
    for [_, little, big] in of_gdal() {
        for whole in [bytes(little), bytes(big)] {
            for end in 0..whole.len() {
                assert!(read(&whole[..end]).is_err());
                for bit in 0..8 {
                    let mut bent = whole.clone();
                    bent[end] ^= 1 << bit;
                    let _ = read(&bent);
                }
            }
        }
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_as_it_was(
        places in prop::collection::vec((-180.0..180.0_f64, -90.0..90.0_f64), 3..9),
        srid in prop::option::of(1..40_000_u32),
    ) {
        let line = LineString::from(places.clone());
        let area = Polygon::new(line.clone(), vec![line.clone()]);
        let all: [Geometry<f64>; 6] = [
            Point::from(places[0]).into(),
            MultiPoint::from(places).into(),
            MultiLineString::new(vec![line.clone(), line.clone()]).into(),
            line.into(),
            area.clone().into(),
            MultiPolygon::new(vec![area.clone(), area]).into(),
        ];
        for one in all.iter().cloned().chain([Geometry::GeometryCollection(GeometryCollection(all.to_vec()))]) {
            let mut out = Vec::new();
            push(&one, srid, &mut out);
            prop_assert_eq!(read(&out).unwrap(), Shape { srid, geometry: Some(one), ..Shape::default() });
        }
    }
}
