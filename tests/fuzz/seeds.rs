//! The files that are damaged: small whole ones, of every kind that is read.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::sync::OnceLock;

use claimline::basemap::raster::pyramid::PyramidWriter;
use claimline::basemap::{Archive, TileId};
use claimline::document::Document;
use claimline::document::project::{self, Reference};
use claimline::dossier::{self, Dossier};
use claimline::figure::{self, OutputFormat};
use claimline::files::journal::Journal;
use claimline::formats::picture::annotation::{Annotation, SourceKind, write};
use claimline::gazetteer::{GeoNames, seal};
use claimline::geometry::georeference::{ControlPoint, TransformKind};
use claimline::geometry::{Coord, Point};
use claimline::scene::ground::Ground;
use serde_json::Value;

use super::{data, small_figure};

fn made<T: Clone>(cell: &OnceLock<T>, make: impl FnOnce() -> T) -> T {
    cell.get_or_init(make).clone()
}

pub(crate) fn file(name: &str) -> Vec<u8> {
    fs::read(data().join(name)).unwrap()
}

/// All members of simplestyle, all kinds of geometry, all that is old.
const EVERY_GEOMETRY: &str = r##"{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:OGC:1.3:CRS84"}},"bbox":[22,44,40,52],"name":"every","features":[
{"type":"Feature","id":"a","properties":{"name":"Point","marker-size":"large","marker-symbol":"star","marker-color":"#d55e00","source":"https://a.invalid/1","date":"2025-12-01"},"geometry":{"type":"Point","coordinates":[37.5,48.5,120]}},
{"type":"Feature","id":2,"properties":{"title":"Points","km2":12.5},"geometry":{"type":"MultiPoint","coordinates":[[37.5,48.5],[37.6,48.6]]}},
{"type":"Feature","properties":{"stroke":"red","stroke-width":2,"stroke-opacity":0.5},"geometry":{"type":"LineString","coordinates":[[37,48],[38,48.5],[37.2,48.9],[37.9,48.1]]}},
{"type":"Feature","properties":{"name":"Lines","sources":["https://a.invalid/2",{"outlet":"A","title":"B"}]},"geometry":{"type":"MultiLineString","coordinates":[[[179,48],[-179,49]],[[37,48],[37,48]]]}},
{"type":"Feature","properties":{"name":"Area","fill":"#0072b2","fill-opacity":0.3},"geometry":{"type":"Polygon","coordinates":[[[36,47],[38,47],[38,49],[36,49],[36,47]],[[36.5,47.5],[36.5,48],[37,48],[37,47.5],[36.5,47.5]]]}},
{"type":"Feature","properties":{"name":"Areas"},"geometry":{"type":"MultiPolygon","coordinates":[[[[30,50],[31,50],[31,51],[30,50]]],[[[30.5,50.2],[32,50],[32,51],[30.5,50.2]]]]}},
{"type":"Feature","properties":null,"geometry":{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[37,48]},{"type":"Polygon","coordinates":[[[36,47],[38,49],[38,47],[36,49],[36,47]]]}]}},
{"type":"Feature","properties":{},"geometry":null}]}"##;

/// Pictures that say where they belong, stored in many ways.
pub(crate) fn placed_pictures() -> Vec<Vec<u8>> {
    static MADE: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    made(&MADE, || {
        let mut all = vec![file("pictures/dots.png")];
        let mut tiffs: Vec<_> =
            fs::read_dir(data().join("pictures/tiff")).unwrap().map(|entry| entry.unwrap().path()).collect();
        tiffs.sort();
        all.extend(
            tiffs
                .iter()
                .filter(|path| path.extension().is_some_and(|end| end == "tif"))
                .map(|path| fs::read(path).unwrap()),
        );
        for format in [image::ImageFormat::Jpeg, image::ImageFormat::WebP] {
            let mut bytes = std::io::Cursor::new(Vec::new());
            let picture = image::RgbImage::from_fn(40, 30, |x, y| image::Rgb([x as u8, y as u8, 9]));
            image::DynamicImage::from(picture).write_to(&mut bytes, format).unwrap();
            all.push(bytes.into_inner());
        }
        all
    })
}

/// What says in words where a picture belongs.
pub(crate) fn picture_placements() -> Vec<Vec<u8>> {
    let annotation = Annotation {
        source: "a.png".to_owned(),
        kind: SourceKind::Picture,
        size_px: [400, 300],
        mask: vec![[1.0, 1.0], [390.0, 5.0], [200.0, 290.0]],
        transform: TransformKind::ThinPlate,
        points: [
            (0.0, 0.0, 37.0, 49.0),
            (400.0, 0.0, 38.0, 49.0),
            (0.0, 300.0, 37.0, 48.0),
            (380.0, 290.0, 38.1, 48.1),
        ]
        .map(|(x, y, lon, lat)| ControlPoint { pixel: Point::new(x, y), lon_lat: Coord { x: lon, y: lat } })
        .to_vec(),
    };
    let place =
        "<LatLonBox><north>49</north><south>48</south><east>38</east><west>36</west><rotation>9</rotation></LatLonBox>";
    let quad = "<gx:LatLonQuad><coordinates>36,48 38,48 38,49 36,49</coordinates></gx:LatLonQuad>";
    let overlay =
        |place: &str| format!("<GroundOverlay><name>A</name><Icon><href>a.png</href></Icon>{place}</GroundOverlay>");
    let kml =
        format!("<kml><Document>{}<Folder>{}</Folder></Document></kml>", overlay(place), overlay(quad)).into_bytes();
    let files = [("doc.kml".to_owned(), kml.clone()), ("a.png".to_owned(), file("pictures/dots.png"))];
    let kmz = claimline::formats::bundle::write(&files.into()).unwrap();
    let mut pyramid = PyramidWriter::new(Vec::new(), 300, 40).unwrap();
    (0..40).for_each(|row| pyramid.row(&[row; 1200]).unwrap());
    vec![
        write(&annotation).into_bytes(),
        b"20.5\n0.1\n0.2\n-20.5\n500000\n5370000\n".to_vec(),
        kml,
        kmz,
        pyramid.finish().unwrap(),
    ]
}

pub(crate) fn geojson() -> Vec<Vec<u8>> {
    static MADE: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    made(&MADE, || {
        let mut some = vec![EVERY_GEOMETRY.into(), file("features/mixed.geojson")];
        some.extend(["lake", "common", "path"].map(|name| file(&format!("quill/dossier/shapes/{name}.geojson"))));
        some
    })
}

pub(crate) fn geojson_lines() -> Vec<Vec<u8>> {
    static MADE: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    made(&MADE, || {
        let collection: Value = serde_json::from_str(EVERY_GEOMETRY).unwrap();
        let lines = |end: &str, begin: &str| -> Vec<u8> {
            let features = collection["features"].as_array().unwrap().iter();
            features.map(|feature| format!("{begin}{feature}{end}")).collect::<String>().into_bytes()
        };
        vec![lines("\n", ""), lines("\n", "\u{1e}"), lines("\r\n", "")]
    })
}

pub(crate) fn kml() -> Vec<Vec<u8>> {
    ["places.kml", "tracks.kml"].map(|name| file(&format!("formats/{name}"))).to_vec()
}

/// Documents that are read in this process, and the parts of those that are packed.
pub(crate) fn documents() -> Vec<Vec<u8>> {
    static MADE: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    made(&MADE, || {
        let names = [
            "office.rtf",
            "page.mhtml",
            "base64.mht",
            "pages.warc",
            "pages.warc.gz",
            "pages.wacz",
            "word.docx",
            "office.odt",
        ];
        let mut all: Vec<Vec<u8>> = names.iter().map(|name| file(&format!("documents/{name}"))).collect();
        // A damaged letter of a packed part seldom leaves it a part that can be unpacked, so some are packed anew as they are.
        let parts = [
            (
                "word/document.xml",
                "<w:document><w:body><w:p><w:r><w:t>A &amp; b</w:t><w:tab/></w:r><w:del><w:t>c</w:t></w:del></w:p></w:body></w:document>",
            ),
            (
                "content.xml",
                "<office:text><text:p>A<text:s text:c='9'/><text:note><text:note-body><text:p>n</text:p></text:note-body></text:note></text:p></office:text>",
            ),
        ];
        for (name, text) in parts {
            let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
            let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
            zip.start_file(name, stored).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
            all.push(zip.finish().unwrap().into_inner());
        }
        all
    })
}

/// The files of a shapefile.
pub(crate) const ENDINGS: [&str; 5] = ["shp", "dbf", "shx", "prj", "cpg"];

/// Each as its [`ENDINGS`].
pub(crate) fn shapefiles() -> Vec<Vec<Vec<u8>>> {
    let files = |name: &str| ENDINGS.map(|ending| file(&format!("formats/{name}.{ending}"))).to_vec();
    ["areas", "towns"].map(files).to_vec()
}

pub(crate) fn gpx() -> Vec<Vec<u8>> {
    ["walk.gpx", "walk-1.0.gpx"].map(|name| file(&format!("formats/{name}"))).to_vec()
}

pub(crate) fn flatgeobuf() -> Vec<Vec<u8>> {
    ["kinds.fgb", "written/kinds.fgb", "areas-utm.fgb", "written/areas.fgb"]
        .map(|name| file(&format!("formats/{name}")))
        .to_vec()
}

pub(crate) fn geopackages() -> Vec<Vec<u8>> {
    vec![file("formats/layers.gpkg")]
}

/// Archives of tiles in databases: of tiles in each schema, one by way of a view.
pub(crate) fn mbtiles() -> Vec<Vec<u8>> {
    static MADE: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    made(&MADE, || {
        let folder = tempfile::tempdir().unwrap();
        let of = |index: usize, tiles: &str| {
            let path = folder.path().join(format!("{index}.mbtiles"));
            let database = rusqlite::Connection::open(&path).unwrap();
            database
                .execute_batch(&format!(
                    "CREATE TABLE metadata (name text, value text); {tiles};
                     INSERT INTO metadata VALUES ('format', 'pbf'), ('bounds', '30,40,40,50'), ('minzoom', '0'),
                         ('json', '{{\"vector_layers\":[{{\"id\":\"transportation\"}}]}}')"
                ))
                .unwrap();
            let table = if tiles.contains("VIEW") { "images" } else { "tiles" };
            for (z, x, y, tile) in [(0, 0, 0, 0), (4, 9, 10, 1), (14, 9892, 10_786, 2)] {
                let tile = &schema_tiles()[tile];
                database.execute(&format!("INSERT INTO {table} VALUES (?1, ?2, ?3, ?4)"), (z, x, y, tile)).unwrap();
            }
            drop(database);
            std::fs::read(path).unwrap()
        };
        let columns = "(zoom_level integer, tile_column integer, tile_row integer, tile_data blob)";
        vec![
            of(
                0,
                &format!(
                    "CREATE TABLE tiles {columns}; CREATE UNIQUE INDEX i ON tiles (zoom_level, tile_column, tile_row)"
                ),
            ),
            of(1, &format!("CREATE TABLE images {columns}; CREATE VIEW tiles AS SELECT * FROM images")),
        ]
    })
}

/// One small tile in each schema: a line and a named point.
pub(crate) fn schema_tiles() -> Vec<Vec<u8>> {
    let field = |number: u8, bytes: &[u8]| [&[number << 3 | 2, bytes.len() as u8][..], bytes].concat();
    let layer = |name: &str, kind: u8, geometry: &[u8], words: &[(&str, &str)]| {
        let tags: Vec<u8> = (0..words.len() as u8).flat_map(|at| [at, at]).collect();
        let feature = [field(2, &tags), vec![0x18, kind], field(4, geometry)].concat();
        let mut layer = [field(1, name.as_bytes()), field(2, &feature)].concat();
        words.iter().for_each(|(key, _)| layer.extend(field(3, key.as_bytes())));
        words.iter().for_each(|(_, value)| layer.extend(field(4, &field(1, value.as_bytes()))));
        layer.extend([0x78, 2]);
        field(3, &layer)
    };
    let (line, point) = ([9, 0, 0, 10, 100, 100], [9, 50, 50]);
    let of = |road: &str, key: &str, place: &str, border: &str| {
        [
            layer(road, 2, &line, &[(key, "primary"), ("brunnel", "bridge"), ("service", "yard"), ("rail", "false")]),
            layer(
                place,
                1,
                &point,
                &[(key, "town"), ("name", "Town"), ("name:uk", "a"), ("name_en", "b"), ("rank", "3")],
            ),
            layer(
                border,
                2,
                &line,
                &[("admin_level", "2"), ("claimed_by", "UA"), ("disputed", "1"), ("maritime", "0")],
            ),
        ]
        .concat()
    };
    vec![
        of("roads", "kind", "places", "boundaries"),
        of("transportation", "class", "place", "boundary"),
        of("streets", "kind", "place_labels", "boundaries"),
    ]
}

/// Geometries of every kind as binary, with either byte first.
pub(crate) fn wkb() -> Vec<Vec<u8>> {
    let table = String::from_utf8(file("formats/wkb.tsv")).unwrap();
    let digits = table.lines().flat_map(|line| line.split('\t').skip(1));
    let byte = |digits: &[u8]| u8::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap();
    digits.map(|digits| digits.as_bytes().chunks(2).map(byte).collect()).collect()
}

pub(crate) fn topojson() -> Vec<Vec<u8>> {
    ["borders.topojson", "plain.topojson"].map(|name| file(&format!("formats/{name}"))).to_vec()
}

/// Well-known text of each kind, PROJJSON, strings of PROJ, and codes.
pub(crate) fn coordinate_systems() -> Vec<Vec<u8>> {
    static MADE: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    made(&MADE, || {
        let table = file("crs/written.tsv");
        let lines = table.split(|byte| *byte == b'\n').filter_map(|line| line.rsplit(|byte| *byte == b'\t').next());
        let mut some: Vec<Vec<u8>> = lines.step_by(5).filter(|line| !line.is_empty()).map(Into::into).collect();
        let strings = [
            "+proj=tmerc +lat_0=0 +lon_0=33 +k=1 +x_0=6500000 +y_0=0 +ellps=krass +towgs84=25,-141,-78.5,0,0.35,0.736,0",
            "+proj=omerc +lat_0=4 +lonc=115 +alpha=53.3 +gamma=53.1 +k=0.9998 +a=6377298.556 +rf=300.8017 +to_meter=0.3 +pm=paris",
            "urn:ogc:def:crs:EPSG::28407",
            "http://www.opengis.net/def/crs/EPSG/0/32636",
        ];
        some.extend(strings.map(|text| text.as_bytes().to_vec()));
        some
    })
}

pub(crate) fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

pub(crate) fn tables() -> Vec<Vec<u8>> {
    [
        "name,lat,lon,km2,link,date\nKramatorsk,48.7389,37.5844,12.5,https://a.invalid/1,2025-12-01\n\"Slo\"\"vi\nansk\",48.8667,37.6167,,,\n",
        "title;coordinates;note\nA;48.7389 N 37.5844 E;x\nB;37U DQ 12345 67890;y\nC;48°44'20\"N 37°35'04\"E;\n",
        "\u{feff}місце\tширота\tдовгота\nКраматорськ\t48,7389\t37,5844\n",
        "lat,lon\n",
        "geom,name\n0101000020E6100000000000000000F03F0000000000000040,A\nSRID=28407;POINT(7400000 5400000),B\n",
        "WKT,name\n\"POLYGON ((36 47, 38 47, 38 49, 36 47), (36.5 47.1, 37 47.1, 37 47.2, 36.5 47.1))\",A\nPOINT Z (1 2 3),B\n\"GEOMETRYCOLLECTION (POINT (1 2), LINESTRING (1 2, 3 4))\",C\n",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec()
}

/// The parts of a workbook, by their names.
pub(crate) fn xlsx() -> BTreeMap<String, Vec<u8>> {
    let parts = [
        (
            "xl/workbook.xml",
            r#"<workbook xmlns:r="r"><workbookPr date1904="0"/><sheets><sheet name="One" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
        ),
        (
            "xl/_rels/workbook.xml.rels",
            r#"<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#,
        ),
        (
            "xl/sharedStrings.xml",
            "<sst count=\"3\" uniqueCount=\"3\"><si><t>lat</t></si><si><t>lon</t></si><si><r><t>Брід</t></r></si></sst>",
        ),
        (
            "xl/styles.xml",
            r#"<styleSheet><numFmts><numFmt numFmtId="164" formatCode="dd\.mm\.yyyy"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>"#,
        ),
        (
            "xl/worksheets/sheet1.xml",
            r#"<worksheet><dimension ref="A1:D3"/><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="inlineStr"><is><t>day</t></is></c></row><row r="2"><c r="A2"><v>48.5</v></c><c r="B2"><v>37.5</v></c><c r="C2" s="1"><v>45000</v></c><c r="D2" t="e"><v>#N/A</v></c></row><row r="3"><c r="A3"><f>A2</f><v>48.6</v></c><c r="B3"><v>37.6</v></c><c r="C3" t="b"><v>1</v></c></row></sheetData></worksheet>"#,
        ),
    ];
    parts.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec())).into()
}

/// Those of one of OpenDocument.
pub(crate) fn ods() -> BTreeMap<String, Vec<u8>> {
    let content = r#"<office:document-content><office:body><office:spreadsheet><table:table table:name="One"><table:table-row><table:table-cell office:value-type="string"><text:p>lat</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>lon</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>day</text:p></table:table-cell></table:table-row><table:table-row table:number-rows-repeated="2"><table:table-cell office:value-type="float" office:value="48.5"/><table:table-cell office:value-type="float" office:value="37.5"/><table:table-cell office:value-type="date" office:date-value="2025-02-01"/><table:table-cell table:number-columns-repeated="3" office:value-type="boolean" office:boolean-value="true"/></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"#;
    let parts = [("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", content)];
    parts.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec())).into()
}

/// The folder of the small dossier, by the names of its files.
pub(crate) fn quill_files() -> BTreeMap<String, Vec<u8>> {
    static MADE: OnceLock<BTreeMap<String, Vec<u8>>> = OnceLock::new();
    made(&MADE, || {
        let names = [
            "dossier.json",
            "shapes/lake.geojson",
            "shapes/common.geojson",
            "shapes/buildings.geojson",
            "shapes/path.geojson",
        ];
        names.map(|name| (name.to_owned(), file(&format!("quill/dossier/{name}")))).into()
    })
}

pub(crate) fn quill() -> Dossier {
    let files = quill_files();
    let open = |name: &str| files.get(name).cloned().map(Into::into).ok_or_else(|| "it is not there".to_owned());
    dossier::read(&files["dossier.json"], &open).unwrap().0
}

pub(crate) fn dossiers() -> Vec<Vec<u8>> {
    vec![quill_files()["dossier.json"].clone()]
}

pub(crate) fn projects() -> Vec<Vec<u8>> {
    static MADE: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    made(&MADE, || {
        ["v1/everything", "v1/figure", "v1/from-elsewhere", "v2/styles", "v2/layers"]
            .map(|name| file(&format!("{name}.claimline.geojson")))
            .to_vec()
    })
}

pub(crate) fn archive() -> &'static [u8] {
    include_bytes!("../../assets/basemap/builtin.pmtiles")
}

pub(crate) fn small_archives() -> Vec<Vec<u8>> {
    vec![archive()[..16_384].to_vec(), archive()[..127].to_vec()]
}

pub(crate) fn vector_tiles() -> Vec<Vec<u8>> {
    static MADE: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    made(&MADE, || {
        let archive = Archive::open(archive()).unwrap();
        let ids = [(0, 0, 0), (4, 9, 5), (6, 38, 21), (7, 77, 43)];
        let tiles = ids.into_iter().filter_map(|(z, x, y)| archive.tile_bytes(TileId::new(z, x, y)?).ok()?);
        tiles.map(|tile| tile.into_owned()).filter(|tile| tile.len() < 200_000).collect()
    })
}

pub(crate) fn pictures() -> Vec<Vec<u8>> {
    static MADE: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    made(&MADE, || {
        use image::ImageFormat::{Jpeg, Png, WebP};
        let picture = image::RgbImage::from_fn(48, 48, |x, y| image::Rgb([x as u8 * 5, y as u8 * 5, 90]));
        let encoded = |format| {
            let mut out = std::io::Cursor::new(Vec::new());
            image::DynamicImage::from(picture.clone()).write_to(&mut out, format).ok().map(|()| out.into_inner())
        };
        [Png, WebP, Jpeg].into_iter().filter_map(encoded).collect()
    })
}

pub(crate) fn articles() -> Vec<Vec<u8>> {
    static MADE: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    made(&MADE, || {
        let utf16: Vec<u8> =
            "\u{feff}everything north of the path to us".encode_utf16().flat_map(u16::to_le_bytes).collect();
        vec![file("quill/texts/gazette.txt"), file("quill/texts/parish-notes-saved.html"), utf16]
    })
}

pub(crate) fn citations() -> Vec<Vec<u8>> {
    [
        "@article{key, title = {The {Sheep} of \"Quill\"}, author = \"A. and B.\", journal = {Gazette}, year = 1908, month = may, url = {https://a.invalid/1}}",
        "TY  - NEWS\nTI  - The sheep\nAU  - A, B\nT2  - Gazette\nDA  - 2025/12/01/\nUR  - https://a.invalid/1\nER  - \n",
        "{{cite news |title=The sheep |last=A |first=B |work=Gazette |date=1 December 2025 |url=https://a.invalid/1 |archive-url=https://web.archive.org/web/20251201000000/https://a.invalid/1}}",
        "A. B. (2025, December 1). The sheep. Gazette. https://a.invalid/1?x=%D0%B0#y",
        "https://a.invalid:8080/1/../2?q=a&b=c",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec()
}

pub(crate) fn styles() -> Vec<Vec<u8>> {
    [
        r##"{"title":"A","description":"B","marker-size":"large","marker-symbol":"star","marker-color":"#d55e00","stroke":"#abc","stroke-opacity":0.5,"stroke-width":"2","fill":"rgba(1,2,3,0.5)","fill-opacity":"50%","source":"https://a.invalid","date":"2025-12"}"##,
        r##"{"fill":"hsl(120deg 50% 50% / 0.5)","stroke":"cornflowerblue"}"##,
        "#d55e00",
        "rgb(10% 20% 30% / 40%)",
        "hsla(1.5rad, 50%, 50%, 0.5)",
        "transparent",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec()
}

pub(crate) fn filters() -> Vec<Vec<u8>> {
    [
        "status = held and km2 > 10",
        "name ~ occupied or not (a < 1.5 and list = held)",
        "'two words' != \"it's\" and none = null",
        "a >= -1e3 or ((name ~ \u{41e}\u{43a}\u{443}\u{43f} and exists a))",
        "a in (1, 2, 'x') and name is missing",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec()
}

pub(crate) fn typed() -> Vec<Vec<u8>> {
    [
        "48.7389, 37.5844",
        "48°44'20.04\"N 37°35'03.84\"E",
        "N 48 44.334 E 37 35.064",
        "37U DQ 12345 67890",
        "37 U 412345 5367890",
        "https://www.google.com/maps/@48.7389,37.5844,12z",
        "https://www.openstreetmap.org/#map=12/48.7389/37.5844",
        "geo:48.7389,37.5844?z=12",
        "48,7389; 37,5844",
        "1 December 2025",
        "2025-12-01/2026-01",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec()
}

/// What a window left behind.
/// A dump of GeoNames, plain and zipped, and what it is sealed as.
pub(crate) fn gazetteers() -> Vec<Vec<u8>> {
    static MADE: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    made(&MADE, || {
        let dump = "709716\tDonetsk Oblast\tDonetsk Oblast\tДонецька область\t48.14\t37.74\tA\tADM1\tUA\t\t05\t\t\t\t4100280\t\t187\tEurope/Kyiv\t2026-04-17\n\
            713174\tBakhmut\tBakhmut\tArtemivsk,Бахмут\t48.59419\t37.99886\tP\tPPLA2\tUA\t\t05\t1402\t\t\t80500\t\t100\tEurope/Kyiv\t2026-04-17\n";
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        zip.start_file("XX.txt", zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(dump.as_bytes()).unwrap();
        let mut lines = GeoNames::default();
        dump.lines().for_each(|line| lines.push_line(line));
        vec![dump.into(), zip.finish().unwrap().into_inner(), seal(&lines.finish())]
    })
}

pub(crate) fn recoveries() -> Vec<Vec<u8>> {
    static MADE: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    made(&MADE, || {
        let folder = tempfile::tempdir().unwrap();
        let document = project::read(&projects()[0]).unwrap().document;
        let journal = Journal::start(folder.path(), None).unwrap();
        journal.record(&document, &Reference::default(), 1);
        assert!(journal.flush(std::time::Duration::from_secs(60)));
        let files = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
        let files = files.filter(|path| path.extension().is_some_and(|ending| ending == "recovery"));
        files.map(|path| fs::read(path).unwrap()).collect()
    })
}

/// A small figure of the small dossier.
pub(crate) fn figure(format: OutputFormat) -> Vec<u8> {
    static MADE: OnceLock<BTreeMap<&'static str, Vec<u8>>> = OnceLock::new();
    let all = MADE.get_or_init(|| {
        let scene = super::quill();
        let document = Document::new(scene.dossier(), 400.0, 300.0);
        let drawn = figure::draw(scene, &Ground::blank(), &document, &small_figure(&document));
        OutputFormat::all()
            .map(|format| {
                let bytes =
                    if format == OutputFormat::Pack { drawn.pack(&[OutputFormat::Svg]) } else { drawn.encode(format) };
                (format.name(), bytes.unwrap())
            })
            .collect()
    });
    all[format.name()].clone()
}

/// Photos that say where they were taken: JPEG, PNG, WebP and HEIF.
pub(crate) fn photos() -> Vec<Vec<u8>> {
    use image::ImageEncoder as _;
    let jpeg = file("photos/east.jpg");
    let at = jpeg.windows(6).position(|part| part == b"Exif\0\0").expect("Exif data") + 6;
    let length = usize::from(u16::from_be_bytes([jpeg[at - 8], jpeg[at - 7]])) - 8;
    let exif = jpeg[at..at + length].to_vec();
    let pixels = image::RgbImage::from_fn(6, 4, |x, y| image::Rgb([x as u8, y as u8, 9]));
    let mut png = Vec::new();
    let mut encoder = image::codecs::png::PngEncoder::new(&mut png);
    encoder.set_exif_metadata(exif.clone()).expect("PNG takes Exif data");
    encoder.write_image(pixels.as_raw(), 6, 4, image::ExtendedColorType::Rgb8).expect("a PNG");
    let mut webp = Vec::new();
    let mut encoder = image::codecs::webp::WebPEncoder::new_lossless(&mut webp);
    encoder.set_exif_metadata(exif.clone()).expect("WebP takes Exif data");
    encoder.write_image(pixels.as_raw(), 6, 4, image::ExtendedColorType::Rgb8).expect("a WebP");
    vec![jpeg, file("photos/south.jpg"), png, webp, heif(&exif)]
}

/// A HEIF file of nothing but Exif data. ISO/IEC 14496-12, 23008-12.
fn heif(exif: &[u8]) -> Vec<u8> {
    let part = |name: &[u8], body: &[u8]| [&(body.len() as u32 + 8).to_be_bytes()[..], name, body].concat();
    let ftyp = part(b"ftyp", b"heic\0\0\0\0mif1heic");
    let infe = part(b"infe", b"\x02\0\0\0\0\x01\0\0Exif\0");
    let iinf = part(b"iinf", &[&b"\0\0\0\0\0\x01"[..], &infe].concat());
    let meta = |offset: u32| {
        let extent = [offset.to_be_bytes(), (exif.len() as u32 + 4).to_be_bytes()].concat();
        let iloc = part(b"iloc", &[&b"\0\0\0\0\x44\0\0\x01\0\x01\0\0\0\x01"[..], &extent].concat());
        part(b"meta", &[&[0; 4][..], &iinf, &iloc].concat())
    };
    let offset = (ftyp.len() + meta(0).len() + 8) as u32;
    let mdat = part(b"mdat", &[&[0; 4][..], exif].concat());
    [ftyp, meta(offset), mdat].concat()
}
