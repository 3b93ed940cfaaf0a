//! Features as KML: their folders, looks as shared styles, and all else that they say as data with its types.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use geo::{Coord, Geometry, LineString, Polygon};
use serde_json::Value;

use super::FOLDER;
use crate::formats::color::Rgba;
use crate::formats::feature::Feature;
use crate::formats::simplestyle::{self, MarkerSize, SimpleStyle};
use crate::formats::table::SIMPLESTYLE;
use crate::formats::write::{CannotHold, Outgoing, WrittenFile, words_of_value};
use crate::formats::xml::{push_element, push_text};
use crate::formats::{exact, number};

/// Properties that have an element of their own.
const ELEMENTS: [&str; 8] = [FOLDER, "name", "visibility", "description", "timestamp", "begin", "end", "icon"];

/// As [`crate::formats::write::Write`] has it.
pub(super) fn write(outgoing: &Outgoing<'_>) -> WrittenFile {
    let features = outgoing.features;
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<kml xmlns=\"http://www.opengis.net/kml/2.2\">\n<Document>",
    );
    push_element("name", outgoing.title, &mut out);
    out.push('\n');
    let looks: Vec<Option<String>> = features.iter().map(look).collect();
    let mut styles: Vec<&str> = Vec::new();
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    for style in looks.iter().flatten() {
        numbers.entry(style).or_insert_with(|| {
            styles.push(style);
            styles.len()
        });
    }
    for (index, style) in styles.iter().enumerate() {
        let _ = writeln!(out, "<Style id=\"s{}\">{style}</Style>", index + 1);
    }
    let types = types(features);
    if !types.is_empty() {
        out.push_str("<Schema name=\"features\" id=\"features\">");
        for (name, kind) in &types {
            let _ = write!(out, "<SimpleField type=\"{kind}\" name=\"");
            push_text(name, &mut out);
            out.push_str("\"/>");
        }
        out.push_str("</Schema>\n");
    }
    // What lies in one folder stands together, in the order in which the folders first come.
    let mut ways: Vec<(Cow<'_, str>, Vec<usize>)> = Vec::new();
    let mut places: BTreeMap<Cow<'_, str>, usize> = BTreeMap::new();
    for (index, feature) in features.iter().enumerate() {
        let way = feature.properties.get(FOLDER).map(words_of_value).unwrap_or_default();
        let place = *places.entry(way.clone()).or_insert_with(|| {
            ways.push((way, Vec::new()));
            ways.len() - 1
        });
        ways[place].1.push(index);
    }
    let mut open: Vec<&str> = Vec::new();
    for (way, members) in &ways {
        let names: Vec<&str> = way.split(" / ").filter(|name| !name.is_empty()).collect();
        let common = open.iter().zip(&names).take_while(|(one, other)| one == other).count();
        open.drain(common..).for_each(|_| out.push_str("</Folder>\n"));
        for name in &names[common..] {
            out.push_str("<Folder>");
            push_element("name", name, &mut out);
            out.push('\n');
            open.push(name);
        }
        for &index in members {
            let style = looks[index].as_deref().and_then(|style| numbers.get(style));
            placemark(&features[index], style.copied(), &types, &mut out);
        }
    }
    open.iter().for_each(|_| out.push_str("</Folder>\n"));
    out.push_str("</Document>\n</kml>\n");
    let mut cannot_hold = CannotHold::default();
    for feature in features {
        cannot_hold.lists(feature);
        if feature.id.as_ref().map(words_of_value).is_some_and(|id| !is_xml_id(&id)) {
            cannot_hold.change(("holds no ids that begin with a digit or have blanks or signs", "they are left out"));
        }
    }
    WrittenFile { bytes: out.into_bytes(), cannot_hold: cannot_hold.words("KML", features.len()) }
}

fn placemark(feature: &Feature, style: Option<usize>, types: &[(&str, &'static str)], out: &mut String) {
    let own = |name: &str| feature.properties.get(name).map(words_of_value).filter(|words| !words.is_empty());
    out.push_str("<Placemark");
    if let Some(id) = feature.id.as_ref().map(words_of_value).filter(|id| is_xml_id(id)) {
        out.push_str(" id=\"");
        push_text(&id, out);
        out.push('"');
    }
    out.push('>');
    if let Some(name) = own("name").or_else(|| own("title")) {
        push_element("name", &name, out);
    }
    for name in ["visibility", "description"] {
        if let Some(words) = own(name) {
            push_element(name, &words, out);
        }
    }
    match (own("timestamp"), own("begin"), own("end")) {
        (Some(when), ..) => {
            out.push_str("<TimeStamp>");
            push_element("when", &when, out);
            out.push_str("</TimeStamp>");
        }
        (None, None, None) => {}
        (None, begin, end) => {
            out.push_str("<TimeSpan>");
            for (name, time) in [("begin", begin), ("end", end)] {
                if let Some(time) = time {
                    push_element(name, &time, out);
                }
            }
            out.push_str("</TimeSpan>");
        }
    }
    if let Some(style) = style {
        let _ = write!(out, "<styleUrl>#s{style}</styleUrl>");
    }
    let mut data = String::new();
    for (name, _) in types {
        let Some(value) = feature.properties.get(*name).filter(|value| !value.is_null()) else { continue };
        data.push_str("<SimpleData name=\"");
        push_text(name, &mut data);
        data.push_str("\">");
        push_text(&words_of_value(value), &mut data);
        data.push_str("</SimpleData>");
    }
    if !data.is_empty() {
        let _ = write!(out, "<ExtendedData><SchemaData schemaUrl=\"#features\">{data}</SchemaData></ExtendedData>");
    }
    if let Some(shape) = &feature.geometry {
        geometry(shape, out);
    }
    out.push_str("</Placemark>\n");
}

/// Whether a text may be the id of an element.
fn is_xml_id(id: &str) -> bool {
    id.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && id.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-.".contains(letter))
}

/// The names of the properties that are data, in the order in which they first come, each with its type in a schema.
fn types(features: &[Feature]) -> Vec<(&str, &'static str)> {
    let mut types: Vec<(&str, &'static str)> = Vec::new();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for (name, value) in features.iter().flat_map(|feature| &feature.properties) {
        let is_look = SIMPLESTYLE.contains(&name.as_str()) && name != "marker-symbol";
        if is_look || ELEMENTS.contains(&name.as_str()) || value.is_null() {
            continue;
        }
        let kind = type_of(value);
        match places.get(name.as_str()) {
            None => {
                places.insert(name, types.len());
                types.push((name, kind));
            }
            Some(&place) => {
                let known = &mut types[place].1;
                *known = match (*known, kind) {
                    (one, other) if one == other => one,
                    ("int", "double") | ("double", "int") => "double",
                    _ => "string",
                };
            }
        }
    }
    types
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Bool(_) => "bool",
        Value::Number(number) if number.as_i64().is_some_and(|number| i32::try_from(number).is_ok()) => "int",
        Value::Number(number) if !number::is_lossy(&number.to_string()) => "double",
        value => match exact::digits(value) {
            Some(digits) if digits.parse::<i32>().is_ok() => "int",
            Some(digits) if !number::is_lossy(digits) => "double",
            _ => "string",
        },
    }
}

/// What a feature's simplestyle says, as the elements of a style.
fn look(feature: &Feature) -> Option<String> {
    let (style, _) = simplestyle::read(&exact::reckoned(&feature.properties));
    let address = feature.properties.get("icon").and_then(Value::as_str);
    let mut out = String::new();
    let SimpleStyle { stroke, stroke_width, stroke_opacity, fill, fill_opacity, marker_color, marker_size, .. } =
        &style;
    if marker_color.is_some() || marker_size.is_some() || address.is_some() {
        out.push_str("<IconStyle>");
        color(*marker_color, |color| color.opacity(), &mut out);
        if let Some(size) = marker_size {
            let scale = match size {
                MarkerSize::Small => "0.8",
                MarkerSize::Medium => "1",
                MarkerSize::Large => "1.4",
            };
            push_element("scale", scale, &mut out);
        }
        if let Some(address) = address {
            out.push_str("<Icon>");
            push_element("href", address, &mut out);
            out.push_str("</Icon>");
        }
        out.push_str("</IconStyle>");
    }
    if stroke.is_some() || stroke_width.is_some() || stroke_opacity.is_some() {
        out.push_str("<LineStyle>");
        let usual = stroke_opacity.is_some().then_some(Rgba::rgb(0x0055_5555));
        color(stroke.or(usual), |_| style.stroke_opacity_or(1.0), &mut out);
        if let Some(width) = stroke_width {
            push_element("width", &width.to_string(), &mut out);
        }
        out.push_str("</LineStyle>");
    }
    if fill.is_some() || fill_opacity.is_some() {
        out.push_str("<PolyStyle>");
        color(fill.or(Some(Rgba::rgb(0x0055_5555))), |_| style.fill_opacity_or(0.6), &mut out);
        out.push_str("</PolyStyle>");
    }
    (!out.is_empty()).then_some(out)
}

/// A colour as KML writes it: opacity, blue, green, red.
fn color(color: Option<Rgba>, opacity: impl FnOnce(Rgba) -> f64, out: &mut String) {
    if let Some(color) = color {
        let alpha = (opacity(color).clamp(0.0, 1.0) * 255.0).round() as u8;
        let Rgba { r, g, b, .. } = color;
        let _ = write!(out, "<color>{alpha:02x}{b:02x}{g:02x}{r:02x}</color>");
    }
}

fn geometry(shape: &Geometry<f64>, out: &mut String) {
    let several = |parts: &mut dyn FnMut(&mut String), out: &mut String| {
        out.push_str("<MultiGeometry>");
        parts(out);
        out.push_str("</MultiGeometry>");
    };
    match shape {
        Geometry::Point(point) => {
            out.push_str("<Point>");
            coordinates(&[point.0], out);
            out.push_str("</Point>");
        }
        Geometry::LineString(line) => {
            out.push_str("<LineString>");
            coordinates(&line.0, out);
            out.push_str("</LineString>");
        }
        Geometry::Polygon(area) => polygon(area, out),
        Geometry::MultiPoint(all) => {
            several(&mut |out| all.0.iter().for_each(|one| geometry(&(*one).into(), out)), out)
        }
        Geometry::MultiLineString(all) => {
            several(&mut |out| all.0.iter().for_each(|one| geometry(&one.clone().into(), out)), out);
        }
        Geometry::MultiPolygon(all) => several(&mut |out| all.0.iter().for_each(|one| polygon(one, out)), out),
        Geometry::GeometryCollection(all) => several(&mut |out| all.0.iter().for_each(|one| geometry(one, out)), out),
        Geometry::Line(line) => geometry(&LineString::from(vec![line.start, line.end]).into(), out),
        Geometry::Rect(rect) => polygon(&rect.to_polygon(), out),
        Geometry::Triangle(triangle) => polygon(&triangle.to_polygon(), out),
    }
}

fn polygon(area: &Polygon<f64>, out: &mut String) {
    out.push_str("<Polygon>");
    let rings = std::iter::once(("outerBoundaryIs", area.exterior()));
    for (name, ring) in rings.chain(area.interiors().iter().map(|hole| ("innerBoundaryIs", hole))) {
        let _ = write!(out, "<{name}><LinearRing>");
        coordinates(&ring.0, out);
        let _ = write!(out, "</LinearRing></{name}>");
    }
    out.push_str("</Polygon>");
}

fn coordinates(line: &[Coord<f64>], out: &mut String) {
    out.push_str("<coordinates>");
    for (index, Coord { x, y }) in line.iter().enumerate() {
        let space = if index > 0 { " " } else { "" };
        let _ = write!(out, "{space}{x},{y}");
    }
    out.push_str("</coordinates>");
}
