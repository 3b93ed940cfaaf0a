use std::collections::BTreeMap;

use geo::{CoordsIter as _, Geometry};

use super::*;
use crate::formats::table::FeatureTable;

/// A main file of these records.
fn shp(records: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = vec![0; HEAD];
    bytes[..4].copy_from_slice(&MAGIC);
    bytes[28..32].copy_from_slice(&1000_u32.to_le_bytes());
    for (number, record) in records.iter().enumerate() {
        bytes.extend((number as u32 + 1).to_be_bytes());
        bytes.extend((record.len() as u32 / 2).to_be_bytes());
        bytes.extend(record);
    }
    let words = bytes.len() as u32 / 2;
    bytes[24..28].copy_from_slice(&words.to_be_bytes());
    bytes
}

fn point(x: f64, y: f64) -> Vec<u8> {
    [&1_i32.to_le_bytes()[..], &x.to_le_bytes(), &y.to_le_bytes()].concat()
}

/// A shape of a kind with these parts.
fn parts(kind: i32, parts: &[&[[f64; 2]]]) -> Vec<u8> {
    let total: usize = parts.iter().map(|part| part.len()).sum();
    let mut bytes = kind.to_le_bytes().to_vec();
    bytes.extend([0; 32]);
    bytes.extend((parts.len() as u32).to_le_bytes());
    bytes.extend((total as u32).to_le_bytes());
    let mut first = 0_u32;
    for part in parts {
        bytes.extend(first.to_le_bytes());
        first += part.len() as u32;
    }
    bytes.extend(parts.iter().copied().flatten().flatten().flat_map(|number| number.to_le_bytes()));
    bytes
}

fn square(west: f64, size: f64, is_hole: bool) -> Vec<[f64; 2]> {
    let mut ring =
        vec![[west, west], [west, west + size], [west + size, west + size], [west + size, west], [west, west]];
    if is_hole {
        ring.reverse();
    }
    ring
}

/// A file that GDAL has written.
fn data(name: &str) -> Vec<u8> {
    let bytes: &[u8] = match name {
        "areas.shp" => include_bytes!("../../../tests/data/formats/areas.shp"),
        "areas.dbf" => include_bytes!("../../../tests/data/formats/areas.dbf"),
        "areas.shx" => include_bytes!("../../../tests/data/formats/areas.shx"),
        "areas.prj" => include_bytes!("../../../tests/data/formats/areas.prj"),
        "areas.cpg" => include_bytes!("../../../tests/data/formats/areas.cpg"),
        "towns.shp" => include_bytes!("../../../tests/data/formats/towns.shp"),
        "towns.dbf" => include_bytes!("../../../tests/data/formats/towns.dbf"),
        "towns.shx" => include_bytes!("../../../tests/data/formats/towns.shx"),
        "towns.prj" => include_bytes!("../../../tests/data/formats/towns.prj"),
        "towns.cpg" => include_bytes!("../../../tests/data/formats/towns.cpg"),
        _ => panic!("{name}"),
    };
    bytes.to_vec()
}

fn read_beside(bytes: &[u8], files: &BTreeMap<&str, Vec<u8>>) -> Result<FeatureLayer, ReadError> {
    let beside = |ending: &str| Ok(files.get(ending).cloned());
    read(&Input::of(bytes).beside(&beside))
}

/// The files of a shapefile that GDAL has written, but for the main one.
fn files_of(name: &str) -> BTreeMap<&'static str, Vec<u8>> {
    ["dbf", "shx", "prj", "cpg"].into_iter().map(|end| (end, data(&format!("{name}.{end}")))).collect()
}

fn alone(records: &[Vec<u8>]) -> Result<FeatureLayer, ReadError> {
    read(&Input::of(&shp(records)))
}

/// The areas of the first feature, each as its number of holes.
fn holes(table: &FeatureTable) -> Vec<usize> {
    match table.geometry(0) {
        Some(Geometry::Polygon(one)) => vec![one.interiors().len()],
        Some(Geometry::MultiPolygon(several)) => several.iter().map(|one| one.interiors().len()).collect(),
        other => panic!("{other:?}"),
    }
}

fn says(read: &FeatureLayer, words: &str) -> bool {
    read.warnings.iter().any(|warning| warning.contains(words))
}

#[test]
fn rings_become_areas_with_holes_by_winding_and_by_what_lies_within() {
    let lake = square(2.0, 6.0, true);
    let (land, island, pond, apart) =
        (square(0.0, 10.0, false), square(3.0, 4.0, false), square(4.0, 1.0, true), square(20.0, 5.0, false));
    // In any order.
    let read = alone(&[parts(5, &[&pond, &lake, &apart, &island, &land])]).unwrap();
    assert_eq!(holes(&read.features), [0, 1, 1]);
    // All the other way round.
    let turned: Vec<Vec<[f64; 2]>> =
        [&pond, &lake, &land, &island].iter().map(|ring| ring.iter().rev().copied().collect()).collect();
    let turned: Vec<&[[f64; 2]]> = turned.iter().map(Vec::as_slice).collect();
    assert_eq!(holes(&alone(&[parts(5, &turned)]).unwrap().features), [1, 1]);
    // A hole in nothing is an area; one that touches its border all along is a hole.
    assert_eq!(holes(&alone(&[parts(5, &[&land, &square(30.0, 1.0, true)])]).unwrap().features), [0, 0]);
    assert_eq!(holes(&alone(&[parts(5, &[&land, &square(0.0, 10.0, true)])]).unwrap().features), [1]);
}

#[test]
fn what_cannot_be_drawn_is_named_and_the_rest_stays() {
    let open: &[[f64; 2]] = &[[0.0, 0.0], [0.0, 5.0], [5.0, 5.0]];
    let mut short = parts(3, &[&[[1.0, 1.0], [2.0, 2.0]]]);
    short[40] = 200;
    let mut crossed = parts(3, &[&[[1.0, 1.0], [2.0, 2.0]], &[[3.0, 3.0], [4.0, 4.0]]]);
    crossed[48] = 9;
    let read = alone(&[
        parts(5, &[open]),
        short,
        crossed,
        vec![31, 0, 0, 0],
        vec![99, 0, 0, 0],
        vec![0; 4],
        parts(3, &[&[[1.0, 1.0], [2.0, 2.0]], &[[3.0, 3.0]]]),
        point(500.0, 0.0),
        point(f64::NAN, f64::NAN),
    ])
    .unwrap();
    assert_eq!(read.features.unclosed, [0]);
    assert_eq!(read.features.geometry(0).unwrap().coords_count(), 4);
    for words in [
        "record 2 was skipped: it has fewer positions than it says",
        "record 3 was skipped: its parts overlap",
        "record 4 was skipped: it is a surface in three dimensions",
        "record 5 was skipped: its kind, 99,",
        "record 7: lines of a single position were left out: 1",
        "record 8 was skipped: longitude 500",
        "no .prj",
        "no .dbf",
    ] {
        assert!(says(&read, words), "{words}: {:?}", read.warnings);
    }
    assert_eq!((read.features.rows.count(), read.features.geometry(1), read.features.geometry(3)), (4, None, None));
}

#[test]
fn heights_and_measures_are_left_out_with_a_word() {
    let mut line = parts(13, &[&[[1.0, 1.0], [2.0, 2.0]]]);
    line.extend([0.0_f64, 0.0, 5.0, 6.0].map(f64::to_le_bytes).concat());
    let heights = alone(std::slice::from_ref(&line)).unwrap();
    assert!(says(&heights, "heights") && !says(&heights, "measures"), "{:?}", heights.warnings);
    line.extend([0.0_f64, 0.0, 1.5, 2.5].map(f64::to_le_bytes).concat());
    assert!(says(&alone(&[line]).unwrap(), "measures"));
    let mut point = point(1.0, 2.0);
    point[0] = 21;
    point.extend(7.5_f64.to_le_bytes());
    assert!(says(&alone(&[point]).unwrap(), "measures"));
}

#[test]
fn numbers_that_are_no_degrees_are_refused_where_nothing_says_the_system() {
    let towns = data("towns.shp");
    let mut files = files_of("towns");
    files.remove("prj");
    let error = read_beside(&towns, &files).unwrap_err().to_string();
    assert!(error.contains("--crs") && error.contains("EPSG:28407"), "{error}");
    files.insert("prj", b"EPSG:28407\n".to_vec());
    let by_code = read_beside(&towns, &files).unwrap();
    let by_text = read_beside(&towns, &files_of("towns")).unwrap();
    for (one, other) in by_code.features.points.iter().zip(&by_text.features.points) {
        assert!((one.x - other.x).abs().max((one.y - other.y).abs()) < 1e-9, "{one:?} {other:?}");
    }
    assert!(by_text.features.notes[0].contains("Pulkovo"), "{:?}", by_text.features.notes);
    files.insert("prj", b"PROJCS[\"Nowhere\",".to_vec());
    let error = read_beside(&towns, &files).unwrap_err().to_string();
    assert!(error.contains("'Nowhere' cannot be converted"), "{error}");
    // One position that is wrong does not make metres of degrees.
    let read = alone(&[point(37.0, 48.0), point(38.0, 48.0), point(5e6, 5e6)]).unwrap();
    assert!(says(&read, "record 3 was skipped"), "{:?}", read.warnings);
}

#[test]
fn deleted_rows_take_their_shapes_with_them() {
    let (areas, mut files) = (data("areas.shp"), files_of("areas"));
    let table = files.get_mut("dbf").unwrap();
    let head = usize::from(u16::from_le_bytes([table[8], table[9]]));
    let row = usize::from(u16::from_le_bytes([table[10], table[11]]));
    table[head + row] = b'*';
    let read = read_beside(&areas, &files).unwrap();
    assert_eq!(read.features.rows.count(), 3);
    assert_eq!(read.features.rows.properties(0)["name"], "Луг");
    assert_eq!(read.features.rows.properties(2)["name"], "Touching");
    assert!(says(&read, "marked as deleted in the table (.dbf) are left out: 1"), "{:?}", read.warnings);
    // Fewer rows than shapes.
    files.get_mut("dbf").unwrap().truncate(head + row);
    let read = read_beside(&areas, &files).unwrap();
    assert!(says(&read, "1 of its 4 rows") && says(&read, "1 rows for 4 shapes"), "{:?}", read.warnings);
}

#[test]
fn the_wrong_file_of_a_shapefile_says_which_one_to_open() {
    for (name, words) in [("areas.dbf", "open the .shp"), ("areas.shx", "open the .shp")] {
        let bytes = data(name);
        assert!((FORMAT.sniff)(&Candidate { name, bytes: &bytes }), "{name}");
        let error = read(&Input::of(&bytes)).unwrap_err().to_string();
        assert!(error.contains(words), "{name}: {error}");
    }
}

#[test]
fn records_stand_where_the_index_says_if_it_is_right() {
    let areas = data("areas.shp");
    let mut files = files_of("areas");
    let whole = read_beside(&areas, &files).unwrap();
    // The last two exchanged.
    let index = files.get_mut("shx").unwrap();
    let end = index.len();
    let last = index[end - 8..].to_vec();
    index.copy_within(end - 16..end - 8, end - 8);
    index[end - 16..end - 8].copy_from_slice(&last);
    let exchanged = read_beside(&areas, &files).unwrap();
    assert_eq!(exchanged.features.geometry(2), whole.features.geometry(3));
    // Places beyond the file: the index is not used. Twice the same place: the second is not read.
    for place in [[0x7f, 0xff, 0xff, 0xff], [0, 0, 0, 50]] {
        let index = files.get_mut("shx").unwrap();
        index[end - 8..end - 4].copy_from_slice(&place);
        let read = read_beside(&areas, &files).unwrap();
        assert!(read.features.rows.count() >= 3);
    }
}

/// Damage of every kind that a download can have, in each of the files.
#[test]
fn files_cut_short_or_bent_at_any_byte_are_an_error_or_a_layer() {
    for name in ["areas", "towns"] {
        let mut files = files_of(name);
        files.insert("shp", data(&format!("{name}.shp")));
        // Reading a .prj again and again is slow: one of the two has it.
        files.retain(|end, _| (name == "towns") == ["prj", "shp"].contains(end) || *end == "shp");
        let ends: Vec<&str> = files.keys().copied().collect();
        for end in ends {
            let whole = files[end].clone();
            for at in 0..whole.len() {
                files.insert(end, whole[..at].to_vec());
                let cut = read_beside(&files["shp"], &files);
                assert!(end != "shp" || cut.is_err(), "{name}.{end} is read though it ends at {at}");
                for bits in [0xff, 0x01] {
                    let mut bent = whole.clone();
                    bent[at] ^= bits;
                    files.insert(end, bent);
                    if let Err(error) = read_beside(&files["shp"], &files) {
                        assert!(!error.to_string().is_empty());
                    }
                }
            }
            files.insert(end, whole);
        }
    }
}

#[test]
fn rings_without_end_are_an_error_before_they_take_hours() {
    let mut rings = Vec::new();
    for at in 0..40_000 {
        let west = f64::from(at % 200) / 2.0;
        rings.push(square(west / 2.0, 1.0, at % 2 == 0));
    }
    rings.push(square(0.0, 60.0, false));
    let rings: Vec<&[[f64; 2]]> = rings.iter().map(Vec::as_slice).collect();
    let record = parts(5, &rings);
    let mut work = 1_000_000;
    let error = Shape::of(&record, &mut work).unwrap_err();
    assert!(error.contains("more rings than can be sorted"), "{error}");
}

fn zip_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let files = files.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec())).collect();
    bundle::write(&files).unwrap()
}

#[test]
fn a_zip_holds_one_layer_or_several_and_a_dossier_stays_a_dossier() {
    let (areas, towns) = (data("areas.shp"), data("towns.shp"));
    let (table, prj) = (data("towns.dbf"), data("towns.prj"));
    let bytes = zip_of(&[
        ("data/Towns.SHP", &towns),
        ("data/towns.DBF", &table),
        ("data/towns.prj", &prj),
        ("__MACOSX/data/._Towns.SHP", b"x"),
        ("areas.shp", &areas),
        ("broken.shp", &areas[..200]),
        ("more/areas.shp", &areas),
        ("more/places.kml", b"<kml/>"),
        ("read me.txt", b"x"),
    ]);
    let candidate = Candidate { name: "a.zip", bytes: &bytes };
    assert_eq!(crate::formats::format::known(&candidate).unwrap().id, PACKED.id);
    let read = read_packed(&Input::of(&bytes)).unwrap();
    let names: Vec<&str> = read.layers.iter().filter_map(|layer| layer.name.as_deref()).collect();
    assert_eq!(names, ["areas", "Towns", "more/areas"]);
    assert_eq!(read.layers[1].features.rows.properties(0)["POP"], 30914);
    let says = |what: &str| read.warnings.iter().any(|warning| warning.contains(what));
    assert!(says("broken.shp in the zip is not read: the file is cut short"), "{:?}", read.warnings);
    assert!(says("not more/places.kml"), "{:?}", read.warnings);
    let dossier = zip_of(&[("a/dossier.json", b"{}"), ("a/areas.shp", &areas)]);
    assert!(!is_packed(&Candidate { name: "a.zip", bytes: &dossier }));
    let none = zip_of(&[("a.txt", b"x")]);
    assert!(!is_packed(&Candidate { name: "a.zip", bytes: &none }));
    let error = read_packed(&Input::of(&none)).unwrap_err().to_string();
    assert!(error.contains("holds no .shp file"), "{error}");
    let error = read_packed(&Input::of(&zip_of(&[("a.shp", &areas[..150])]))).unwrap_err().to_string();
    assert!(error.contains("a.shp in the zip: the file is cut short"), "{error}");
}

#[test]
fn a_zip_that_unpacks_to_too_much_is_refused() {
    let bytes = zip_of(&[("a.shp", &vec![0; 3 << 20])]);
    assert!(bytes.len() < 10_000, "small as a bomb is");
    let mut files = Files::open(&bytes, 2 << 20).unwrap();
    let error = files.read(0).unwrap_err().to_string();
    assert!(error.contains("unpacks to more than 2 MB"), "{error}");
}

/// A table that says much by few letters: names of ten letters for values of one.
#[test]
fn a_table_that_swells_has_no_room() {
    let point = point(37.0, 48.0);
    let main = shp(&vec![point; 1000]);
    let columns = 2000;
    let mut table = vec![3_u8, 126, 1, 1];
    table.extend(1000_u32.to_le_bytes());
    table.extend((32 + 32 * columns + 1_u16).to_le_bytes());
    table.extend((1 + columns).to_le_bytes());
    table.extend([0; 20]);
    for _ in 0..columns {
        let mut field = [0; 32];
        field[..10].copy_from_slice(b"ABCDEFGHIJ");
        field[11] = b'N';
        field[16] = 1;
        table.extend(field);
    }
    table.push(b'\r');
    let row = [&b" "[..], &vec![b'1'; usize::from(columns)]].concat();
    table.extend(row.repeat(1000));
    let files = BTreeMap::from([("dbf", table)]);
    let beside = |ending: &str| Ok(files.get(ending).cloned());
    let (read, used) = read_within(&Input::of(&main).beside(&beside), 20 << 20).unwrap();
    assert!(used < 21 << 20 && says(&read, "has no room in memory"), "{used} {:?}", read.warnings.last());
    assert!(read.features.rows.properties(0).contains_key("ABCDEFGHIJ (2000)"));
}

fn outgoing_features(text: &str) -> Vec<crate::formats::feature::Feature> {
    crate::formats::write::features_of(&crate::formats::geojson::read_table(text.as_bytes()).unwrap())
}

fn feature_text(geometry: &str, properties: &str) -> String {
    format!("{{\"type\":\"Feature\",\"geometry\":{geometry},\"properties\":{properties}}}")
}

fn collection(features: &[String]) -> String {
    format!("{{\"type\":\"FeatureCollection\",\"features\":[{}]}}", features.join(","))
}

const PLACE: &str = r#"{"type":"Point","coordinates":[37.5,48.5]}"#;

fn written(features: &[String]) -> crate::formats::write::WrittenFile {
    let features = outgoing_features(&collection(features));
    super::writer::write(&crate::formats::write::Outgoing { title: "a/b", ending: "zip", features: &features })
}

#[test]
fn values_are_written_in_columns_of_their_kinds() {
    let rows = [
        r#"{"b":true,"i":-12,"r":1.5,"small":1e-300,"d":"2025-12-01","t":"Луг","l":[1],"big":1234567890123456789}"#,
        r#"{"b":null,"i":1234567,"r":-0.125,"small":2,"d":null,"t":null,"l":null,"big":1}"#,
    ];
    let file = written(&rows.map(|row| feature_text(PLACE, row)));
    let read = read_packed(&Input::of(&file.bytes)).unwrap().layers.remove(0);
    assert_eq!(read.name.as_deref(), Some("a_b"));
    let texts: Vec<&str> = (0..2).map(|row| read.features.rows.text(row)).collect();
    assert_eq!(
        texts,
        [
            r#"{"b":true,"i":-12,"r":1.500,"small":1e-300,"d":"2025-12-01","t":"Луг","l":"[1]","big":"1234567890123456789"}"#,
            r#"{"i":1234567,"r":-0.125,"small":2e0,"big":"1"}"#
        ]
    );
    let expected = [
        "A shapefile holds no lists and objects: they are written as text (1 of 2 features)",
        "A shapefile holds whole numbers of 18 digits: longer ones are written as text (2 of 2 features)",
    ];
    assert_eq!(file.cannot_hold, expected);
}

#[test]
fn what_is_too_long_is_cut_between_letters_and_told() {
    let long = "Ж".repeat(200);
    let row =
        format!("{{\"population_2024\":1,\"population_2025\":2,\"Population_\":3,\"t\":\"{long}\",\"довгаНазва\":4}}");
    let file = written(&[feature_text(PLACE, &row)]);
    let read = read_packed(&Input::of(&file.bytes)).unwrap().layers.remove(0);
    let names: Vec<String> = read.features.rows.properties(0).keys().cloned().collect();
    assert_eq!(names, ["population", "populati_1", "Populati_2", "t", "довга"]);
    assert_eq!(read.features.rows.value(0, "t").unwrap().as_str().unwrap(), "Ж".repeat(127));
    let expected = [
        "A shapefile holds texts of at most 254 bytes: longer ones are cut (1 of 1 features)",
        "A shapefile holds names of 10 bytes, each once: “population_2024” is population, “population_2025” is populati_1, \
         “Population_” is Populati_2, “довгаНазва” is довга",
    ];
    assert_eq!(file.cannot_hold, expected);
}

#[test]
fn points_lines_and_areas_are_in_a_file_each_and_outlines_run_clockwise() {
    let area = r#"{"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4],[0,4],[0,0]],[[1,1],[1,2],[2,2],[1,1]]]}"#;
    let line = r#"{"type":"LineString","coordinates":[[0,0],[4,0]]}"#;
    let both = format!("{{\"type\":\"GeometryCollection\",\"geometries\":[{PLACE},{line}]}}");
    let all = [(area, "1"), (PLACE, "2"), ("null", "3"), (&both, "4")];
    let file = written(&all.map(|(geometry, n)| feature_text(geometry, &format!("{{\"n\":{n}}}"))));
    let layers = read_packed(&Input::of(&file.bytes)).unwrap().layers;
    let of = |layer: &FeatureLayer| {
        let rows = &layer.features.rows;
        (
            layer.name.clone().unwrap(),
            (0..rows.count()).map(|row| rows.text(row).to_owned()).collect::<Vec<_>>().concat(),
        )
    };
    let found: Vec<_> = layers.iter().map(of).collect();
    let expected =
        [("a_b_areas", r#"{"n":1}"#), ("a_b_lines", r#"{"n":4}"#), ("a_b_points", r#"{"n":2}{"n":4}{"n":3}"#)];
    assert_eq!(found, expected.map(|(name, rows)| (name.to_owned(), rows.to_owned())));
    assert_eq!(file.cannot_hold.len(), 2, "{:?}", file.cannot_hold);
    use geo::Winding as _;
    let areas = bundle::first_file(&file.bytes, &|name| name == "a_b_areas.shp", 10_000).unwrap().unwrap().1;
    let ring: Vec<f64> = areas[100 + 8 + 44 + 8..]
        .chunks_exact(8)
        .take(10)
        .map(|one| f64::from_le_bytes(one.try_into().unwrap()))
        .collect();
    let ring: geo::LineString<f64> = ring.chunks_exact(2).map(|at| (at[0], at[1])).collect::<Vec<_>>().into();
    assert!(ring.is_cw(), "{ring:?}");
}
