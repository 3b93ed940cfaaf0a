//! Spreadsheets that are whole, broken, and made to do harm.

use std::io::{Cursor, Write as _};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use zip::write::{SimpleFileOptions, ZipWriter};

use super::*;
use crate::formats::read::Input;

const WORKBOOK: &str =
    r#"<workbook xmlns:r="r"><workbookPr/><sheets><sheet name="One" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const RELATIONS: &str = r#"<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/>
    <Relationship Id="rId2" Type="x/worksheet" Target="/xl/worksheets/sheet2.xml"/></Relationships>"#;
const STYLES: &str = r#"<styleSheet><numFmts><numFmt numFmtId="164" formatCode="dd\.mm\.yyyy"/></numFmts>
    <cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>"#;

fn zip_of(files: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn xlsx(sheet: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let sheet = format!("<worksheet><sheetData>{sheet}</sheetData></worksheet>");
    let mut files = vec![("xl/worksheets/sheet1.xml", sheet.as_str())];
    files.extend(more);
    for (name, text) in
        [("xl/workbook.xml", WORKBOOK), ("xl/_rels/workbook.xml.rels", RELATIONS), ("xl/styles.xml", STYLES)]
    {
        if !files.iter().any(|(other, _)| *other == name) {
            files.push((name, text));
        }
    }
    zip_of(&files)
}

fn ods(rows: &str) -> Vec<u8> {
    let content = format!(
        "<office:document-content><office:body><office:spreadsheet><table:table table:name=\"One\">{rows}</table:table>\
         </office:spreadsheet></office:body></office:document-content>"
    );
    zip_of(&[("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", &content)])
}

fn read_all(format: &Format, bytes: &[u8]) -> Result<Vec<FeatureLayer>, ReadError> {
    let Holds::Features(read) = format.holds else { panic!("no features") };
    read(&Input::of(bytes)).map(|Read { mut layers, warnings, .. }| {
        layers[0].warnings.extend(warnings);
        layers
    })
}

fn properties(layer: &FeatureLayer) -> Vec<Value> {
    (0..layer.features.rows.count()).map(|row| Value::Object(layer.features.rows.properties(row))).collect()
}

const HEAD: &str = r#"<row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c><c r="B1" t="inlineStr"><is><t>lat</t></is></c>
    <c r="C1" t="inlineStr"><is><t>lon</t></is></c><c r="D1" t="inlineStr"><is><t>x</t></is></c></row>"#;

fn row(number: usize, cell: &str) -> String {
    format!(
        r#"<row r="{number}"><c r="A{number}" t="s"><v>0</v></c><c r="B{number}"><v>48.549999999999997</v></c>
        <c r="C{number}"><v>37.5</v></c>{cell}</row>"#
    )
}

#[test]
fn cells_of_every_kind_keep_it() {
    let strings = "<sst><si><r><t>Кра</t></r><r><t>маторськ</t></r><rPh><t>!</t></rPh></si></sst>";
    for (cell, expected) in [
        (r#"<c r="D2"><v>7</v></c>"#, json!(7)),
        (r#"<c r="D2"><v>7.25</v></c>"#, json!(7.25)),
        (r#"<c r="D2" t="b"><v>1</v></c>"#, json!(true)),
        (r#"<c r="D2" s="1"><v>45000</v></c>"#, json!("2023-03-15")),
        (r#"<c r="D2" t="inlineStr"><is><t>007</t></is></c>"#, json!("007")),
        (r#"<c r="D2" t="str"><f>A1&amp;"b"</f><v>a&amp;b</v></c>"#, json!("a&b")),
        (r#"<c r="D2"><f>1+1</f><v>2</v></c>"#, json!(2)),
        (r#"<c r="D2" t="e"><f>1/0</f><v>#DIV/0!</v></c>"#, Value::Null),
    ] {
        let bytes = xlsx(&format!("{HEAD}{}", row(2, cell)), &[("xl/sharedStrings.xml", strings)]);
        let layers = read_all(&XLSX, &bytes).unwrap();
        assert_eq!(properties(&layers[0]), [json!({"name": "Краматорськ", "x": expected})], "{cell}");
        assert_eq!((layers[0].features.points[0].x, layers[0].features.points[0].y), (37.5, 48.55));
        assert_eq!(layers[0].warnings.iter().any(|what| what.contains("#DIV/0! in 1")), cell.contains("DIV"), "{cell}");
    }
}

#[test]
fn days_of_1904_are_days_of_1904() {
    let workbook = WORKBOOK.replace("<workbookPr/>", "<workbookPr date1904=\"1\"/>");
    let bytes =
        xlsx(&format!("{HEAD}{}", row(2, r#"<c r="D2" s="1"><v>43538</v></c>"#)), &[("xl/workbook.xml", &workbook)]);
    assert_eq!(properties(&read_all(&XLSX, &bytes).unwrap()[0])[0]["x"], "2023-03-15");
}

#[test]
fn each_sheet_with_places_is_a_layer_and_the_others_are_named() {
    let workbook = WORKBOOK.replace(
        "</sheets>",
        r#"<sheet name="Key" sheetId="2" r:id="rId2"/><sheet name="Two" sheetId="3" state="hidden" r:id="rId1"/></sheets>"#,
    );
    let key = r#"<worksheet><sheetData><row><c t="inlineStr"><is><t>code</t></is></c></row></sheetData></worksheet>"#;
    let bytes =
        xlsx(&format!("{HEAD}{}", row(2, "")), &[("xl/workbook.xml", &workbook), ("xl/worksheets/sheet2.xml", key)]);
    let layers = read_all(&XLSX, &bytes).unwrap();
    let names: Vec<_> = layers.iter().map(|layer| layer.name.as_deref().unwrap()).collect();
    assert_eq!(names, ["One", "Two"]);
    let said = layers[0].warnings.join("\n");
    assert!(said.contains("hold no places are left out: “Key”") && !said.contains("hidden"), "{said}");
    assert_eq!(layers[1].warnings, ["the sheet is hidden in its workbook"]);
    assert!(layers[1].table.as_ref().unwrap().is_hidden);
    let error = read_all(&XLSX, &xlsx("<row><c t=\"inlineStr\"><is><t>code</t></is></c></row>", &[])).unwrap_err();
    assert_eq!(error, ReadError::NoPlaces("code".to_owned()));
}

#[test]
fn cells_of_open_document_keep_their_kind() {
    let text = |text: &str| {
        format!(r#"<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>"#)
    };
    let head: String = ["name", "широта", "довгота", "day", "n", "is", "e", "two"].map(text).concat();
    let rows = format!(
        r#"<table:table-row>{head}</table:table-row><table:table-row table:number-rows-repeated="2">{}
        <table:table-cell office:value-type="float" office:value="48.55"><text:p>48,55</text:p></table:table-cell>
        <table:table-cell office:value-type="float" office:value="37.5"/>
        <table:table-cell office:value-type="date" office:date-value="2025-02-01"><text:p>01.02.25</text:p></table:table-cell>
        <table:table-cell office:value-type="currency" office:value="7"><office:annotation><text:p>no</text:p></office:annotation></table:table-cell>
        <table:table-cell office:value-type="boolean" office:boolean-value="true"/>
        <table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="" calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>
        <table:table-cell office:value-type="string"><text:p>a<text:s text:c="2"/>b</text:p><text:p>c</text:p></table:table-cell>
        <table:table-cell table:number-columns-repeated="16376"/></table:table-row>
        <table:table-row table:number-rows-repeated="1048573"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>"#,
        text("Торецьк")
    );
    let layers = read_all(&ODS, &ods(&rows)).unwrap();
    let expected = json!({"name": "Торецьк", "day": "2025-02-01", "n": 7, "is": true, "e": null, "two": "a  b\nc"});
    assert_eq!(properties(&layers[0]), [expected.clone(), expected]);
    assert_eq!(layers[0].warnings.len(), 1, "{:?}", layers[0].warnings);
}

#[test]
fn formulas_without_a_saved_value_are_counted() {
    let said = |read: Vec<FeatureLayer>| read[0].warnings.join("; ");
    let cells = r#"<c r="D2"><f>1+1</f><v/></c><c r="E2"><f>1+1</f><v>2</v></c><c r="F2" t="str"><f>""</f><v></v></c>"#;
    let strings = [("xl/sharedStrings.xml", "<sst><si><t>a</t></si></sst>")];
    let read = read_all(&XLSX, &xlsx(&format!("{HEAD}{}", row(2, cells)), &strings)).unwrap();
    assert!(said(read).contains("1 formula has no saved value"));
    let rows = r#"<table:table-row><table:table-cell><text:p>lat</text:p></table:table-cell><table:table-cell><text:p>lon</text:p>
        </table:table-cell></table:table-row><table:table-row><table:table-cell office:value-type="float" office:value="48"/>
        <table:table-cell office:value-type="float" office:value="37"/><table:table-cell table:formula="of:=1"/>
        <table:table-cell table:formula="of:=2"/><table:table-cell table:formula="of:=3" office:value-type="string"/>
        </table:table-row>"#;
    assert!(said(read_all(&ODS, &ods(rows)).unwrap()).contains("2 formulas have no saved value"));
}

#[test]
fn a_row_repeated_a_million_times_is_read_only_so_often() {
    let cells = |row: &str| {
        row.split(' ')
            .map(|cell| format!("<table:table-cell><text:p>{cell}</text:p></table:table-cell>"))
            .collect::<String>()
    };
    let rows = format!(
        r#"<table:table-row>{}</table:table-row><table:table-row table:number-rows-repeated="1048000">{}</table:table-row>
        <table:table-row>{}</table:table-row>"#,
        cells("name lat lon"),
        cells("a 48.5 37.5"),
        cells("b 48.6 37.6")
    );
    let layer = harmless(&ODS, &ods(&rows), "repeats").unwrap().remove(0);
    let count = layer.features.rows.count();
    assert!((1_000..100_000).contains(&count), "{count}");
    assert_eq!(properties(&layer).last(), Some(&json!({"name": "b"})), "what comes behind is read");
    assert!(layer.warnings.iter().any(|what| what.contains("repeats a row so often that")), "{:?}", layer.warnings);
}

/// Reads what was made to do harm: quickly, and without a word that promises more than there is.
fn harmless(format: &Format, bytes: &[u8], what: &str) -> Result<Vec<FeatureLayer>, ReadError> {
    let begun = Instant::now();
    let read = read_all(format, bytes);
    // Without optimisation all takes some ten times as long.
    assert!(begun.elapsed() < Duration::from_secs(20), "{what}: {:?}", begun.elapsed());
    read
}

#[test]
fn what_is_made_to_do_harm_does_none() {
    let corner = r#"<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>"#;
    assert!(harmless(&XLSX, &xlsx(corner, &[]), "corner").is_err());
    // A title far to the right of the table does it no harm.
    let far = format!("{HEAD}{}<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>", row(2, ""));
    assert_eq!(harmless(&XLSX, &xlsx(&far, &[]), "far").unwrap()[0].features.rows.count(), 1);
    for count in ["18446744073709551615", "400000000000"] {
        let strings = format!("<sst uniqueCount=\"{count}\"><si><t>a</t></si></sst>");
        let read =
            harmless(&XLSX, &xlsx(&format!("{HEAD}{}", row(2, "")), &[("xl/sharedStrings.xml", &strings)]), "strings");
        assert_eq!(properties(&read.unwrap()[0]), [json!({"name": "a"})]);
    }
    let zeros = "<row>".to_owned() + &" ".repeat(80 << 20);
    let error = harmless(&XLSX, &xlsx(&zeros, &[]), "bomb").unwrap_err().to_string();
    assert!(error.contains("unpacks to far more"), "{error}");
    let cell =
        r#"<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="16384"/>"#;
    let rows = format!(r#"<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>"#);
    assert!(harmless(&ODS, &ods(&rows.repeat(2)), "repeats").is_err());
    let rows = format!("<table:table-row>{cell}</table:table-row>").repeat(4000);
    let error = harmless(&ODS, &ods(&rows), "wide rows").unwrap_err().to_string();
    assert!(error.contains("no room in memory"), "{error}");
    let nested = "<row>".repeat(5000);
    assert!(harmless(&XLSX, &xlsx(&nested, &[]), "nested").is_err());
    let styles = format!("<styleSheet><cellXfs>{}</cellXfs></styleSheet>", "<xf numFmtId=\"164\"/>".repeat(200_000));
    assert!(harmless(&XLSX, &xlsx(&format!("{HEAD}{}", row(2, "")), &[("xl/styles.xml", &styles)]), "styles").is_ok());
}

#[test]
fn what_is_cut_short_is_told() {
    for (format, whole) in [
        (&XLSX, xlsx(&format!("{HEAD}{}", row(2, "")), &[("xl/sharedStrings.xml", "<sst><si><t>a</t></si></sst>")])),
        (
            &ODS,
            ods(
                "<table:table-row><table:table-cell office:value-type=\"string\"><text:p>lat</text:p></table:table-cell></table:table-row>",
            ),
        ),
    ] {
        for cut in 0..whole.len() {
            if let Err(error) = read_all(format, &whole[..cut]) {
                assert!(!error.to_string().is_empty());
            }
        }
    }
    let locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and more";
    assert!(read_all(&XLSX, locked).unwrap_err().to_string().contains("password"));
}
