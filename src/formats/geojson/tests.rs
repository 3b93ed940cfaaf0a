//! Tests of `geojson.rs`.

use super::*;

#[test]
fn a_collection_a_feature_and_a_bare_geometry_are_read() {
    let point = r#"{"type":"Point","coordinates":[37.5,48.7]}"#;
    let feature = format!(r#"{{"type":"Feature","properties":{{"name":"Краматорськ"}},"geometry":{point}}}"#);
    let collection = format!(r#"{{"type":"FeatureCollection","features":[{feature},{feature}]}}"#);
    assert_eq!(read(point.as_bytes()).unwrap().len(), 1);
    assert_eq!(read(feature.as_bytes()).unwrap()[0].text("name"), Some("Краматорськ"));
    assert_eq!(read(collection.as_bytes()).unwrap().len(), 2);
}

#[test]
fn ids_and_foreign_members_are_kept() {
    let text = r#"{"type":"FeatureCollection","features":[
            {"type":"Feature","id":"way/7","tippecanoe":{"minzoom":4},"properties":{},"geometry":null},
            {"type":"Feature","id":7,"properties":{},"geometry":null},
            {"type":"Feature","properties":{},"geometry":null}]}"#;
    let features = read(text.as_bytes()).unwrap();
    assert_eq!(features[0].id, Some("way/7".into()));
    assert_eq!(features[0].members["tippecanoe"]["minzoom"], 4);
    assert_eq!((&features[1].id, &features[2].id), (&Some(7.into()), &None));
}

#[test]
fn what_is_wrong_is_said() {
    let cases = [
        (r#"{"type":"FeatureCollection","features":["#, "not JSON"),
        (r#"{"hello":1}"#, "not GeoJSON"),
        (r#"{"type":"Point","coordinates":[4183876.2,6230673.7]}"#, "look like metres"),
        (r#"{"type":"Point","coordinates":[37.5,95]}"#, "longitude comes first"),
        (r#"{"type":"Point","coordinates":[37.5]}"#, "two or more"),
        (r#"{"type":"Point","coordinates":[1e999,4]}"#, "not JSON"),
        (r#"{"type":"Polygon","coordinates":[[[1],[2]]]}"#, "two or more"),
        (
            r#"{"type":"Point","coordinates":[1,2],"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::999999"}}}"#,
            "'urn:ogc:def:crs:EPSG::999999' cannot be converted: ",
        ),
    ];
    for (text, expected) in cases {
        let error = read(text.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(expected), "{text}: {error}");
    }
    assert!(matches!(read(b"\xff\xfe"), Err(ReadError::NotUtf8(0))));
}

#[test]
fn it_is_said_which_feature_is_wrong_and_what_to_do_in_no_words_of_a_parser() {
    let good = r#"{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[1,2]}}"#;
    let collection = |last: &str| format!("{{\"type\":\"FeatureCollection\",\"features\":[\n{good},\n{last}]}}");
    let feature = |geometry: &str| format!(r#"{{"type":"Feature","properties":{{}},"geometry":{geometry}}}"#);
    let cases = [
        (collection(""), "line 3, column 1, after feature 1: there is a comma before the closing bracket"),
        (
            collection(&feature(r#"{"type":"Circle","coordinates":[1,2]}"#)),
            "feature 2: there is no geometry type 'Circle'",
        ),
        (
            collection(&feature(r#"{"type":"Polygon","coordinates":[1,2]}"#)),
            "feature 2: the coordinates are not those of a Polygon",
        ),
        (
            collection(&feature(r#"{"type":"Point","coordinates":["1","2"]}"#)),
            "feature 2: the coordinates are not those of a Point",
        ),
        (collection(&feature("7")), "feature 2: its 'geometry' is not valid GeoJSON"),
        (collection(r#"{"type":"feature"}"#), "feature 2: its type is 'feature', not 'Feature'"),
        (collection("7"), "1 members of its 'features' are not objects"),
        (collection(&feature(r#"{"type":"Point","coordinates":[1,200]}"#)), "feature 2: the position [1, 200]"),
        (r#"{"type":"Topology","objects":{}}"#.to_owned(), "TopoJSON"),
        (r#"{"geometryType":"esriGeometryPolygon","features":[]}"#.to_owned(), "Esri"),
        ("[1,2]".to_owned(), "it is a list"),
        (collection(&good[..40]), "in feature 2"),
    ];
    for (text, expected) in cases {
        let error = read(text.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(expected), "{text}: {error}");
        for word in ["unknown variant", "expected", "invalid", "trailing"] {
            assert!(!error.contains(word), "{error}");
        }
    }
}

#[test]
fn null_members_of_a_collection_of_geometries_are_passed_over_and_said() {
    let text = br#"{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]},null,
            {"type":"GeometryCollection","geometries":[null,{"type":"Point","coordinates":[3,4]}]}]}"#;
    let FeatureLayer { features, warnings, .. } = read_all(text, Order::LonLat).unwrap();
    assert_eq!(features.points, [Coord { x: 1.0, y: 2.0 }, Coord { x: 3.0, y: 4.0 }]);
    assert_eq!(features.owners.points, [0, 0]);
    assert!(warnings[0].starts_with("feature 1: 2 members"), "{warnings:?}");
}

#[test]
fn a_feature_without_a_geometry_is_a_feature() {
    let text = br#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"a"}},
            {"type":"Feature","properties":null,"geometry":{"type":"Point","coordinates":[1,2]}}]}"#;
    let features = read(text).unwrap();
    assert_eq!((features.len(), features[0].geometry.is_none(), features[0].text("name")), (2, true, Some("a")));
}

#[test]
fn latitude_first_is_read_where_it_is_said_to_be() {
    let text = br#"{"type":"MultiPoint","coordinates":[[48.5,137.25],[-10,20]]}"#;
    assert!(matches!(read(text), Err(ReadError::OutOfRange { feature: 1, .. })));
    let read = read_all(text, Order::LatLon).unwrap();
    assert_eq!(read.features.points, [Coord { x: 137.25, y: 48.5 }, Coord { x: 20.0, y: -10.0 }]);
}

#[test]
fn an_old_coordinate_system_counts_however_it_is_named() {
    let with = |crs: &str| format!(r#"{{"type":"Point","coordinates":[1,2],"crs":{crs}}}"#);
    for (crs, label) in [
        (r#"{"type":"EPSG","properties":{"code":"4284"}}"#, "Pulkovo 1942 (EPSG:4284)"),
        (r#"{"type":"EPSG","properties":{"code":3857}}"#, "WGS 84 / Pseudo-Mercator (EPSG:3857)"),
        (r#"{"type":"link","properties":{"href":"http://spatialreference.org/ref/epsg/3857/"}}"#, "(EPSG:3857)"),
        (r#"{"type":"OGC","properties":{"urn":"urn:ogc:def:crs:EPSG::3857"}}"#, "(EPSG:3857)"),
        (r#"{"type":"url","properties":{"url":"http://www.opengis.net/def/crs/EPSG/0/3857"}}"#, "(EPSG:3857)"),
        (r#"{"properties":{"name":"epsg:2180"}}"#, "(EPSG:2180)"),
        (r#"{"name":"EPSG:3035"}"#, "(EPSG:3035)"),
        (r#""EPSG:900913""#, "(EPSG:900913)"),
        ("3857", "(EPSG:3857)"),
    ] {
        let notes = read_table(with(crs).as_bytes()).unwrap_or_else(|error| panic!("{crs}: {error}")).notes;
        let expected = format!("{label} and were converted to WGS 84");
        assert!(notes[0].starts_with("its positions are in ") && notes[0].ends_with(&expected), "{crs}: {notes:?}");
    }
    for crs in [r#""EPSG:27200""#, r#""EPSG:999999""#, r#"{"type":"name","properties":{"name":"urn:site:grid"}}"#] {
        let error = read(with(crs).as_bytes()).unwrap_err();
        assert!(matches!(error, ReadError::UnknownSystem { .. }), "{crs}: {error}");
        assert!(error.to_string().ends_with("; reproject the file to EPSG:4326"), "{error}");
    }
    for crs in [
        "null",
        r#"{"type":"EPSG","properties":{"code":4326}}"#,
        r#"{"type":"link","properties":{"href":"http://spatialreference.org/ref/epsg/4326/"}}"#,
        r#"{"type":"name","properties":{"name":"urn:ogc:def:crs:OGC:1.3:CRS84"}}"#,
        r#"{"type":"url","properties":{"url":"http://www.opengis.net/def/crs/EPSG/0/4326"}}"#,
        r#""epsg:4326""#,
        r#""WGS 84""#,
        "4326",
    ] {
        assert!(read(with(crs).as_bytes()).is_ok(), "{crs}");
    }
    // What says nothing is said.
    for crs in ["null", r#"{"type":"name"}"#, r#"{"type":"proj4","properties":{}}"#, "[]"] {
        let collection = format!(r#"{{"type":"FeatureCollection","features":[],"crs":{crs}}}"#);
        for text in [with(crs), collection] {
            let notes = read_table(text.as_bytes()).unwrap().notes;
            assert!(notes.len() == 1 && notes[0].ends_with("taken for degrees of WGS 84"), "{crs}: {notes:?}");
        }
    }
}

/// Donetsk in zone 7 of Pulkovo 1942, by PROJ 9.5.
#[test]
fn positions_of_another_system_are_converted() {
    let collection = |crs: &str, positions: &str| {
        format!(
            r#"{{"type":"FeatureCollection","crs":{{"type":"name","properties":{{"name":"{crs}"}}}},"features":[
            {{"type":"Feature","properties":{{"a":1}},"geometry":{{"type":"MultiPoint","coordinates":{positions}}}}}]}}"#
        )
    };
    let zone = "urn:ogc:def:crs:EPSG::28407";
    let text = collection(zone, "[[7410563.2427,5319225.2743],[7410663.2427,5319225.2743]]");
    let table = read_table(text.as_bytes()).unwrap();
    let place = table.points[0];
    assert!((place.x - 37.8).abs() < 2e-6 && (place.y - 48.0).abs() < 2e-6, "{place:?}");
    assert_eq!(table.points, read(text.as_bytes()).unwrap()[0].geometry.as_ref().map(points).unwrap());
    assert_eq!(
        table.notes,
        [
            "its positions are in Pulkovo 1942 / Gauss-Kruger zone 7 (EPSG:28407) and were converted to WGS 84",
            "positions may be off by up to about 5 m: the shift from the datum Pulkovo 1942 is known no better",
        ]
    );
    // With the northing first, as the surveyors of the east have it.
    let exchanged = collection(zone, "[[5319225.2743,7410563.2427],[5319225.2743,7410663.2427]]");
    assert_eq!(read_all(exchanged.as_bytes(), Order::LatLon).unwrap().features.points, table.points);
    for (crs, positions) in [(zone, "[[5319225,7410563]]"), ("EPSG:32637", "[[4200000,6200000]]")] {
        let notes = read_table(collection(crs, positions).as_bytes()).unwrap().notes;
        assert!(notes.iter().any(|note| note.contains("far from where")), "{crs}: {notes:?}");
    }
    // A file that says metres and has degrees.
    let notes = read_table(collection("EPSG:3857", "[[37.8,48],[37.9,48]]").as_bytes()).unwrap().notes;
    assert!(notes.iter().any(|note| note.contains("look like degrees, but the file says")), "{notes:?}");
    // Somebody who says metres of degrees is not told that the file does.
    let crs = crate::formats::crs::Crs::from_epsg(3857).unwrap();
    let text = r#"{"type":"Point","coordinates":[37.8,48]}"#;
    let notes = read_any(&Input::of(text.as_bytes()).in_system(Some(&crs))).unwrap().layers.remove(0).features.notes;
    assert!(notes.iter().any(|note| note.contains("was chosen for them (--crs)")), "{notes:?}");
    // What has no place.
    let error = read(collection(zone, "[[7410563,5319225],[7e9,5319225]]").as_bytes()).unwrap_err();
    assert!(matches!(error, ReadError::NoPlace { feature: 1, .. }), "{error}");
    // Features that come one by one name theirs each.
    let bare = r#"{"type":"Point","coordinates":[4000000,6000000],"crs":"EPSG:3857"}"#;
    let lines = (crate::formats::geojson_lines::FORMAT.holds, format!("{bare}\n{bare}\n"));
    let (Holds::Features(read), text) = lines else { panic!("it holds features") };
    assert_eq!(read(&Input::of(text.as_bytes())).unwrap().layers[0].features.notes.len(), 1);
}

fn points(geometry: &Geometry<f64>) -> Vec<Coord<f64>> {
    use geo::CoordsIter as _;
    geometry.coords_iter().collect()
}

#[test]
fn a_null_geometry_and_an_old_crs84_are_legal() {
    let text = r#"{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:OGC:1.3:CRS84"}},
            "features":[{"type":"Feature","properties":null,"geometry":null}]}"#;
    assert_eq!(read(text.as_bytes()).unwrap()[0].geometry, None);
}

#[test]
fn an_old_crs_is_read_wherever_a_program_writes_it() {
    let crs = |name: &str| format!(r#""crs":{{"type":"name","properties":{{"name":"{name}"}}}},"#);
    let text = |of_feature: &str, of_geometry: &str| {
        let plain = r#"{"type":"Feature","properties":null,"geometry":{"type":"Point","coordinates":[37,48]}}"#;
        let geometry = format!(r#"{{{of_geometry}"type":"Point","coordinates":[37,48]}}"#);
        format!(
            r#"{{"type":"FeatureCollection","features":[{plain},{{"type":"Feature",{of_feature}"properties":null,"geometry":{geometry}}}]}}"#
        )
    };
    // Degrees too, but on another ellipsoid: a hundred metres away, by PROJ 9.5.
    let other = crs("EPSG:4284");
    for text in [text(&other, ""), text("", &other)] {
        let table = read_table(text.as_bytes()).unwrap();
        let (plain, place) = (table.points[0], table.points[1]);
        assert_eq!(plain, Coord { x: 37.0, y: 48.0 });
        assert!((place.x - 36.998_456_387).abs() < 1e-8 && (place.y - 47.999_907_538).abs() < 1e-8, "{place:?}");
        assert!(table.notes[0].contains("EPSG:4284"), "{:?}", table.notes);
    }
    let unknown = crs("EPSG:999999");
    for text in [text(&unknown, ""), text("", &unknown)] {
        assert!(read_table(text.as_bytes()).is_err() && read(text.as_bytes()).is_err(), "{text}");
    }
    let same = crs("urn:ogc:def:crs:OGC:1.3:CRS84");
    let in_doubt = r#""crs":{"type":"name"},"#;
    let notes = |text: String| read_all(text.as_bytes(), Order::LonLat).unwrap().features.notes;
    assert_eq!((notes(text(&same, &same)), notes(text(in_doubt, in_doubt)).len()), (Vec::<String>::new(), 1));
}

#[test]
fn what_is_written_is_wound_closed_and_short() {
    let ring = |points: &[(f64, f64)]| LineString::from(points.to_vec());
    // Both rings the wrong way round.
    let outer = ring(&[(37.0, 48.0), (37.0, 49.0), (38.123_456_789, 49.0), (38.0, 48.0), (37.0, 48.0)]);
    let hole = ring(&[(37.2, 48.2), (37.4, 48.2), (37.4, 48.4), (37.400_000_01, 48.4), (37.2, 48.2)]);
    let mut text = String::new();
    write_geometry(&Polygon::new(outer, vec![hole]).into(), &mut text);
    assert_eq!(
        text,
        "{\"type\":\"Polygon\",\"coordinates\":[[[38,48],[38.123457,49],[37,49],[37,48],[38,48]],\
             [[37.4,48.4],[37.4,48.2],[37.2,48.2],[37.4,48.4]]]}"
    );
    assert_eq!(read(text.as_bytes()).unwrap().len(), 1);
    let mut text = String::new();
    write_geometry(&geo::Point::new(-0.000_000_4, -1.5).into(), &mut text);
    assert_eq!(text, "{\"type\":\"Point\",\"coordinates\":[0,-1.5]}");
}

#[test]
fn heights_are_left_out_with_a_word() {
    let feature = |geometry: &str, more: &str| {
        format!(r#"{{"type":"Feature"{more},"properties":{{"l":[1,2,3]}},"geometry":{geometry}}}"#)
    };
    let high = r#"{"type":"LineString","coordinates":[[37.5,48.5],[37.6,48.6,120]]}"#;
    let flat = r#"{"type":"LineString","bbox":[37,48,38,49],"coordinates":[[37.5,48.5],[37.6,48.6],[37.7,48.7]]}"#;
    let collection = format!(r#"{{"type":"GeometryCollection","geometries":[{high}]}}"#);
    for (geometry, expected) in [(high, 1), (flat, 0), (&collection[..], 1)] {
        for more in ["", r#","\u0069d":1"#] {
            let text = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, feature(geometry, more));
            for order in [Order::LonLat, Order::LatLon] {
                let notes = read_all(text.as_bytes(), order).unwrap().features.notes;
                assert_eq!(notes, vec!["heights are left out: the map is flat"; expected], "{text}");
            }
        }
        let text = feature(geometry, "");
        assert_eq!(read_all(text.as_bytes(), Order::LonLat).unwrap().features.notes.len(), expected, "{text}");
    }
}
