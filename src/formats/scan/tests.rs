//! Tests of `scan.rs`.

use proptest::prelude::*;

use super::*;

fn number(text: &str) -> Option<f64> {
    let mut scan = Scan::new(text);
    scan.number().filter(|_| scan.at == text.len())
}

/// What serde_json makes of it.
fn reference(text: &str) -> Option<f64> {
    serde_json::from_str::<f64>(text).ok()
}

proptest! {
    #[test]
    fn numbers_are_those_of_serde_json(
        text in prop_oneof![
            "-?(0|[1-9][0-9]{0,2})(\\.[0-9]{1,17})?",
            "-?(0|[1-9][0-9]{0,24})(\\.[0-9]{1,24})?([eE][+-]?[0-9]{1,3})?",
            "[-+.0-9eE]{1,12}",
        ],
        before in 0..9_usize,
    ) {
        prop_assert_eq!(number(&text).map(f64::to_bits), reference(&text).map(f64::to_bits));
        // With more behind it, as in a file.
        let within = format!("{}{text},1]]]}}", " ".repeat(before));
        let mut scan = Scan::new(&within);
        if let Some(expected) = reference(&text) {
            prop_assert_eq!(scan.number().map(f64::to_bits), Some(expected.to_bits()));
            prop_assert_eq!(scan.at, before + text.len());
        }
    }

    #[test]
    fn places_are_those_of_serde_json(
        text in "\\[-?(0|[1-9][0-9]{0,3})(\\.[0-9]{1,17})?, ?-?(0|[1-9][0-9]{0,2})(\\.[0-9]{1,17})?(e1|,5)?\\]",
        cut in 0..12_usize,
    ) {
        let place = |coord: Coord<f64>| [coord.x, coord.y].map(f64::to_bits);
        let expected = serde_json::from_str::<Vec<f64>>(&text).ok().map(|numbers| Coord { x: numbers[0], y: numbers[1] });
        let expected = expected.filter(|coord| coord.x.abs() <= 180.0 && coord.y.abs() <= 90.0);
        for within in [text.clone(), format!("{text},[1.25,2.5]]]]}}")] {
            let mut scan = Scan::new(&within);
            let found = scan.position();
            prop_assert_eq!(found.map(place), expected.map(place));
            prop_assert!(found.is_none() || scan.at == text.len());
        }
        prop_assert_eq!(Scan::new(&text[..text.len() - cut.clamp(1, text.len())]).position(), None);
    }

    #[test]
    fn digits_are_counted_and_read(text in "[0-9]{0,8}[^0-9]{8}") {
        let eight: [u8; 8] = *text.as_bytes().first_chunk().unwrap();
        let count = text.bytes().take_while(u8::is_ascii_digit).count().min(8);
        let expected = text.get(..count).and_then(|digits| digits.parse().ok()).unwrap_or(0);
        prop_assert_eq!(leading_digits(u64::from_le_bytes(eight)), (count, expected));
    }

    #[test]
    fn broken_texts_harm_nothing(at in 0..PLAIN.len(), byte in any::<u8>(), cut: bool) {
        let mut bytes = PLAIN.as_bytes().to_vec();
        if cut { bytes.truncate(at) } else { bytes[at] = byte }
        if let Ok(text) = String::from_utf8(bytes)
            && collection::<Vec<Feature>>(&text).is_some()
        {
            prop_assert!(serde_json::from_str::<Value>(&text).is_ok(), "{}", text);
        }
    }

    #[test]
    fn a_table_takes_what_a_list_takes(at in 0..PLAIN.len(), byte in any::<u8>()) {
        let mut bytes = PLAIN.as_bytes().to_vec();
        bytes[at] = byte;
        if let Ok(text) = String::from_utf8(bytes) {
            let list = collection::<Vec<Feature>>(&text).map(|(features, _)| properties_of(&features));
            let table = collection::<FeatureTable>(&text).map(|(table, _)| {
                (0..table.rows.count()).map(|index| table.rows.properties(index)).collect::<Vec<_>>()
            });
            prop_assert_eq!(list, table, "{}", text);
        }
    }
}

fn properties_of(features: &[Feature]) -> Vec<Map<String, Value>> {
    features.iter().map(|feature| feature.properties.clone()).collect()
}

const PLAIN: &str = r#" {"type":"FeatureCollection","name":"x","bbox":[1,2,3,4],"features":[
        {"type":"Feature","id":7,"properties":{"a":"\"[{","b":[1,{"c":null}]},"bbox":[0,0,1,1],"more":true,
         "geometry":{"type":"Polygon","coordinates":[[[36.5912068,46.8000000],[1e1,-2.50] , [ 3 ,4,5.5],[-0.0,0]],[]]}},
        {"type":"Feature","properties":null,"geometry":{"coordinates":[37,48],"type":"Point"}},
        {"geometry":{"type":"MultiPolygon","coordinates":[[[[1,2],[3,4],[5,6],[1,2]]]]},"type":"Feature","properties":{}},
        {"type":"Feature","properties":{},"geometry":{"type":"LineString","coordinates":[[1,2],[3,4]]}}]} "#;

#[test]
fn a_plain_collection_is_read_as_by_the_other_reader() {
    let (features, members) = collection::<Vec<Feature>>(PLAIN).expect("a plain collection");
    assert_eq!(members, serde_json::from_str::<Map<String, Value>>(r#"{"name":"x"}"#).unwrap());
    let other: ::geojson::FeatureCollection = PLAIN.parse().expect("GeoJSON");
    for (ours, theirs) in features.iter().zip(&other.features) {
        let theirs_shape = theirs.geometry.clone().map(|shape| geo::Geometry::<f64>::try_from(shape).unwrap());
        assert_eq!(ours.geometry, theirs_shape);
        assert_eq!(ours.properties, theirs.properties.clone().unwrap_or_default());
    }
    assert_eq!((features.len(), other.features.len()), (4, 4));
    assert_eq!(features[0].id, Some(7.into()));
    assert_eq!(features[0].members, serde_json::from_str::<Map<String, Value>>(r#"{"more":true}"#).unwrap());
}

/// Gives a few bytes at a time.
struct Slowly<'a>(&'a [u8], usize);

impl Read for Slowly<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let count = self.1.min(into.len());
        self.0.read(&mut into[..count])
    }
}

#[test]
fn in_blocks_the_same_is_read_wherever_they_end() {
    let whole = |text: &str| collection::<Vec<Feature>>(text);
    let blocks = |text: &str, at_once: usize| collection_in_blocks(Slowly(text.as_bytes(), at_once), |_| false);
    let feature = |name: &str, count: usize| {
        let line = vec!["[36.5912068,-46.8000001]"; count].join(" ,\n");
        format!(
            r#"{{"type":"Feature","properties":{{"назва":"{name}"}},"geometry":{{"type":"LineString","coordinates":[{line}]}}}}"#
        )
    };
    // Of one block and of several, with a feature that is larger than one, and with what is out of the ordinary.
    for size in [30, 11_000, 24_000] {
        let many: Vec<String> = (0..150).map(|index| feature("Ґанок", 2 + index % 90)).collect();
        let good = format!(
            r#" {{"number":{},"features":[{},{}],"type":"FeatureCollection","bbox":[1,2],"last":12345}}  "#,
            "7".repeat(12),
            many.join(","),
            feature("large", size)
        );
        for shift in 0..5 {
            let text = format!("{}{good}{}", " ".repeat(shift), " \n".repeat(2 * BLOCK * (shift % 2)));
            let (features, members) = blocks(&text, 70_001).expect("a plain collection");
            assert!(Some((&features, &members)) == whole(&text).as_ref().map(|(a, b)| (a, b)) && features.len() == 151);
        }
        for bad in [
            format!("{good},"),
            format!("{good}{{}}"),
            good.trim_end_matches([' ', '}']).to_owned(),
            good.replace("],\"type", ",],\"type"),
            good.replace("12345", "012345"),
            good.replacen("large", "\u{1}", 1),
        ] {
            assert!(whole(&bad).is_none() && blocks(&bad, usize::MAX).is_none());
        }
        let mut bytes = good.clone().into_bytes();
        let last = bytes.iter().rposition(|byte| *byte == b'l').expect("the name of a member");
        bytes[last] = 0xd0;
        assert!(collection_in_blocks::<Vec<Feature>>(bytes.as_slice(), |_| false).is_none());
        assert!(
            collection_in_blocks::<Vec<Feature>>(good.as_bytes(), |block| memchr::memmem::find(block, b"\"last\"")
                .is_some())
            .is_none()
        );
    }
    for text in ["", " ", "{", "{}", "[]", r#"{"type":"FeatureCollection","features":[]}"#, PLAIN] {
        assert_eq!(blocks(text, 1), whole(text), "{text}");
    }
}

#[test]
fn what_is_out_of_the_ordinary_is_left_to_others() {
    let feature = |geometry: &str| {
        format!(
            r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{{}},"geometry":{geometry}}}]}}"#
        )
    };
    assert!(collection::<Vec<Feature>>(&feature(r#"{"type":"Point","coordinates":[37,48]}"#)).is_some());
    for geometry in [
        "null",
        r#"{"type":"Point","coordinates":[]}"#,
        r#"{"type":"Point","coordinates":[37]}"#,
        r#"{"type":"Point","coordinates":[37,95]}"#,
        r#"{"type":"Point","coordinates":[37,048]}"#,
        r#"{"type":"Point","coordinates":[37,1e999]}"#,
        r#"{"type":"Point","coordinates":[[37,48]]}"#,
        r#"{"type":"Point","coordinates":[37,48],"coordinates":[1,2]}"#,
        r#"{"type":"GeometryCollection","geometries":[]}"#,
        r#"{"type":"Polygon","coordinates":[[[[[37,48]]]]]}"#,
    ] {
        assert!(collection::<Vec<Feature>>(&feature(geometry)).is_none(), "{geometry}");
    }
    for text in ["", "[]", "{}", "{", r#"{"type":"FeatureCollection"}"#, r#"{"features":[]}"#] {
        assert!(collection::<Vec<Feature>>(text).is_none(), "{text}");
    }
}

#[test]
fn places_as_programs_write_them_are_read_at_once() {
    for (text, x, y) in [
        ("[38.9204596,47.2055172]]", 38.9204596, 47.2055172),
        ("[-0.5, 8.000000000000001],[", -0.5, 8.000_000_000_000_001),
        ("[179.99999999,-1.123456789012345],", 179.99999999, -1.123_456_789_012_345),
    ] {
        assert_eq!(plain_position(text.as_bytes()), Some((Coord { x, y }, text.find(']').unwrap() + 1)));
    }
    for text in
        ["[181.5,2.5],[1.5,2.5]", "[01.5,2.5],[1.5,2.5]", "[1.5e1,2.5],[1.5,2.5]", "[1.5,2.5", "[1.,2.5],[1.5,2.5]"]
    {
        assert_eq!(plain_position(text.as_bytes()), None, "{text}");
    }
}
