//! Tests of `kml.rs`.

use std::io::{Cursor, Write as _};

use serde_json::json;

use super::*;
use crate::formats::read::FeatureLayer;

fn layer(inside: &str) -> Result<FeatureLayer, ReadError> {
    let read = read(&Input::of(format!("<kml><Document>{inside}</Document></kml>").as_bytes()));
    read.map(|read| read.layers.into_iter().next().unwrap_or_default())
}

const POINT: &str = "<Point><coordinates>37,48</coordinates></Point>";

fn properties(read: &FeatureLayer, feature: usize) -> Value {
    Value::Object(read.features.rows.properties(feature))
}

#[test]
fn styles_become_simplestyle_by_what_is_drawn() {
    let style = "<Style id='s'><LineStyle><color>800000ff</color><width>2.5</width></LineStyle>\
        <PolyStyle><color>ff00ff00</color><outline>0</outline></PolyStyle>\
        <IconStyle><color>ffff0000</color><scale>0.5</scale></IconStyle></Style>";
    let area = "<Polygon><outerBoundaryIs><LinearRing><coordinates>0,0 1,0 1,1 0,0</coordinates></LinearRing></outerBoundaryIs></Polygon>";
    let line = "<LineString><coordinates>0,0 1,1</coordinates></LineString>";
    // The style stands after the placemarks, as some programs have it.
    let placemarks = [area, line, POINT].map(|shape| format!("<Placemark><styleUrl>#s</styleUrl>{shape}</Placemark>"));
    let read = layer(&format!("{}{style}", placemarks.concat())).unwrap();
    let expected = [
        json!({"stroke": "#ff0000", "stroke-width": 2.5, "stroke-opacity": 0, "fill": "#00ff00", "fill-opacity": 1.0}),
        json!({"stroke": "#ff0000", "stroke-width": 2.5, "stroke-opacity": 0.502}),
        json!({"marker-color": "#0000ff", "marker-size": "small"}),
    ];
    for (feature, expected) in expected.iter().enumerate() {
        assert_eq!(properties(&read, feature), *expected);
    }
}

#[test]
fn what_a_file_says_of_its_look_itself_counts() {
    let style = "<Style><LineStyle><color>ff0000ff</color></LineStyle></Style>";
    let data = "<ExtendedData><Data name='stroke'><value>#00ff00</value></Data><Data name='name'><value>b</value></Data></ExtendedData>";
    let line = "<LineString><coordinates>0,0 1,1</coordinates></LineString>";
    let read = layer(&format!("<Placemark><name>a</name>{style}{data}{line}</Placemark>")).unwrap();
    assert_eq!(properties(&read, 0), json!({"name": "a", "stroke": "#00ff00", "name (2)": "b", "stroke-opacity": 1.0}));
}

#[test]
fn folders_tell_features_apart_unless_styles_do() {
    let placemark = |inside: &str| format!("<Placemark>{inside}{POINT}</Placemark>");
    let folders = |inside: &str| {
        let folder = |name: &str, inside: &str| format!("<Folder><name>{name}</name>{inside}</Folder>");
        folder("A", &placemark(inside)) + &folder("B", &folder("C", &placemark(""))) + &placemark("")
    };
    let read = layer(&folders("")).unwrap();
    assert_eq!(read.features.told_by.as_deref(), Some("folder"));
    let names = (0..3).map(|feature| read.features.rows.value(feature, "folder")).collect::<Vec<_>>();
    assert_eq!(names, [Some("A".into()), Some("B / C".into()), None]);
    let styled = layer(&folders("<Style><IconStyle><color>ff0000ff</color></IconStyle></Style>")).unwrap();
    assert_eq!(styled.features.told_by, None);
}

#[test]
fn links_and_pictures_are_named_and_not_followed() {
    let link = "<NetworkLink><name>More</name><Link><href>https://example.org/more.kml</href></Link></NetworkLink>";
    let picture = "<ScreenOverlay><name>Map</name><Icon><href>a.png</href></Icon></ScreenOverlay>";
    let read = layer(&format!("<Placemark>{POINT}</Placemark>{link}{picture}")).unwrap();
    assert_eq!(
        read.warnings,
        [
            "the network link “More” is not followed: what is at https://example.org/more.kml is not in this file",
            "the ScreenOverlay “Map” is a picture and is not drawn",
        ]
    );
    let alone = layer(link).unwrap_err().to_string();
    assert!(alone.contains("no placemark in it") && alone.contains("https://example.org/more.kml"), "{alone}");
}

#[test]
fn a_file_of_pictures_alone_has_no_layer_and_names_the_rest() {
    let place = "<LatLonBox><north>1</north><south>0</south><east>1</east><west>0</west></LatLonBox>";
    let picture = format!("<GroundOverlay><name>Map</name><Icon><href>a.png</href></Icon>{place}</GroundOverlay>");
    let link = "<NetworkLink><name>More</name><Link><href>https://example.org/more.kml</href></Link></NetworkLink>";
    let text = format!("<kml><Document>{picture}{link}</Document></kml>");
    let only = read(&Input::of(text.as_bytes())).unwrap();
    assert_eq!((only.layers.len(), only.warnings.len()), (0, 1));
    assert_eq!(only.overlays.names().collect::<Vec<_>>(), ["Map"]);
    let text = format!("<kml><Document>{picture}<Placemark>{POINT}</Placemark></Document></kml>");
    let both = read(&Input::of(text.as_bytes())).unwrap();
    assert_eq!((both.layers.len(), both.overlays.overlays.len()), (1, 1));
}

#[test]
fn what_cannot_be_drawn_is_skipped_by_its_number() {
    let shapes = [
        "<Point><coordinates>37,48,100</coordinates></Point>",
        "<Point><coordinates>x,48</coordinates></Point>",
        "<LineString><coordinates>37,48</coordinates></LineString>",
        "<Polygon><outerBoundaryIs><LinearRing><coordinates>0,0 1,1</coordinates></LinearRing></outerBoundaryIs></Polygon>",
        "<Model/>",
        "<Point><coordinates>237,48</coordinates></Point>",
        "<MultiGeometry><Point><coordinates>1,1</coordinates></Point><LineString><coordinates>1,1</coordinates></LineString></MultiGeometry>",
        "<Polygon><outerBoundaryIs><LinearRing><coordinates>0,0 1,0 1,1</coordinates></LinearRing></outerBoundaryIs></Polygon>",
    ];
    let read = layer(&shapes.map(|shape| format!("<Placemark>{shape}</Placemark>")).concat()).unwrap();
    let says = |words: &str| read.warnings.iter().any(|warning| warning.contains(words));
    for words in [
        "placemark 2 was skipped: “x” is not a number",
        "placemark 3 was skipped: a line needs two positions",
        "placemark 4 was skipped: an outline needs three corners",
        "placemark 5 was skipped: it is a model",
        "placemark 6 was skipped: longitude 237",
        "placemark 7: a part of it was left out",
        "heights are left out",
    ] {
        assert!(says(words), "{words}: {:?}", read.warnings);
    }
    assert_eq!((read.features.rows.count(), read.features.unclosed.as_slice()), (3, &[2][..]));
}

fn zip_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn the_first_kml_of_a_zip_is_read_and_others_are_named() {
    let kml = format!("<kml><Placemark>{POINT}</Placemark></kml>");
    let bytes = zip_of(&[("files/a.png", b"x"), ("doc.kml", kml.as_bytes()), ("more/other.KML", b"<kml/>")]);
    assert!(is_packed(&Candidate { name: "a.zip", bytes: &bytes }));
    let read = read_packed(&Input::of(&bytes)).unwrap();
    assert_eq!(read.layers[0].warnings, ["only doc.kml in the zip is read, not more/other.KML"]);
    let none = zip_of(&[("a.txt", b"x")]);
    assert!(!is_packed(&Candidate { name: "a.zip", bytes: &none }));
    assert!(read_packed(&Input::of(&none)).unwrap_err().to_string().contains("no .kml file"));
    let bomb = zip_of(&[("doc.kml", &vec![b' '; 3 << 20])]);
    assert!(bomb.len() < 10_000, "small as a bomb is");
    let error = bundle::first_file(&bomb, &is_kml, 2 << 20).unwrap_err();
    assert_eq!(error.to_string(), "'doc.kml' in the zip unpacks to more than 2 MB");
}

#[test]
fn folders_in_folders_do_not_go_deep() {
    let deep = format!("<kml>{}", "<Folder><name>a</name>".repeat(100_000));
    assert!(read(&Input::of(deep.as_bytes())).unwrap_err().to_string().contains("nested deeper"));
}
