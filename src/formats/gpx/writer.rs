//! Features as GPX 1.1: points as waypoints, lines as tracks or, where they were one, as a route. It holds no areas.

use std::fmt::Write as _;

use geo::{Coord, LineString};
use serde_json::Value;

use super::KIND;
use crate::formats::feature::Feature;
use crate::formats::parts::Parts;
use crate::formats::typed::number_text;
use crate::formats::write::{CannotHold, Outgoing, WrittenFile, words_of_value};
use crate::formats::xml::{push_element, push_text};

/// The elements of a waypoint, in the order of the schema, each with the property that it holds.
const OF_WAYPOINT: [(&str, &str); 17] = [
    ("ele", "ele"),
    ("time", "time"),
    ("magvar", "magvar"),
    ("geoidheight", "geoidheight"),
    ("name", "name"),
    ("cmt", "cmt"),
    ("desc", "description"),
    ("src", "src"),
    ("link", "link"),
    ("sym", "sym"),
    ("type", "type"),
    ("fix", "fix"),
    ("sat", "sat"),
    ("hdop", "hdop"),
    ("vdop", "vdop"),
    ("pdop", "pdop"),
    ("ageofdgpsdata", "ageofdgpsdata"),
];

/// The same of a route or a track.
const OF_WAY: [(&str, &str); 7] = [
    ("name", "name"),
    ("cmt", "cmt"),
    ("desc", "description"),
    ("src", "src"),
    ("link", "link"),
    ("number", "number"),
    ("type", "type"),
];

/// As [`crate::formats::write::Write`] has it.
pub(super) fn write(outgoing: &Outgoing<'_>) -> WrittenFile {
    let mut cannot_hold = CannotHold::default();
    let (mut points, mut routes, mut tracks) = (String::new(), String::new(), String::new());
    for feature in outgoing.features {
        let mut parts = Parts::default();
        feature.geometry.iter().for_each(|geometry| parts.add(geometry));
        match (&feature.geometry, !parts.areas.is_empty()) {
            (None, _) => cannot_hold.add("holds nothing without a position"),
            (Some(_), true) => cannot_hold.add("holds no areas"),
            (Some(_), false) => {}
        }
        cannot_hold.lists(feature);
        let elements: &[(&str, &str)] = if parts.points.is_empty() { &OF_WAY } else { &OF_WAYPOINT };
        let is_typed = |value: &Value| value.is_boolean() || number_text(value).is_some();
        let is_written = parts.points.len() + parts.lines.len() > 0;
        if is_written && extensions(feature, elements).any(|(_, value)| is_typed(value)) {
            cannot_hold
                .change(("holds only text beside its own elements", "numbers, true and false are written as text"));
        }
        if feature.id.is_some() {
            cannot_hold.change(("holds no ids", "they are left out"));
        }
        if parts.points.len() > 1 {
            cannot_hold.change(("holds no features of several points", "each point is one of its own"));
        }
        for at in &parts.points {
            points.push_str("<wpt ");
            place(*at, &mut points);
            points.push('>');
            facts(feature, &OF_WAYPOINT, &mut points);
            points.push_str("</wpt>\n");
        }
        let is_route = feature.properties.get(KIND).and_then(Value::as_str) == Some("route");
        match &parts.lines[..] {
            [] => {}
            [line] if is_route => {
                routes.push_str("<rte>");
                facts(feature, &OF_WAY, &mut routes);
                way(line, "rtept", &mut routes);
                routes.push_str("</rte>\n");
            }
            lines => {
                tracks.push_str("<trk>");
                facts(feature, &OF_WAY, &mut tracks);
                for line in lines {
                    tracks.push_str("<trkseg>");
                    way(line, "trkpt", &mut tracks);
                    tracks.push_str("</trkseg>");
                }
                tracks.push_str("</trk>\n");
            }
        }
    }
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<gpx version=\"1.1\" creator=\"Claimline\" \
         xmlns=\"http://www.topografix.com/GPX/1/1\" xmlns:ogr=\"http://osgeo.org/gdal\">\n<metadata>",
    );
    push_element("name", outgoing.title, &mut out);
    out.push_str("</metadata>\n");
    [points, routes, tracks].iter().for_each(|part| out.push_str(part));
    out.push_str("</gpx>\n");
    WrittenFile { bytes: out.into_bytes(), cannot_hold: cannot_hold.words("GPX", outgoing.features.len()) }
}

fn place(Coord { x, y }: Coord<f64>, out: &mut String) {
    // Writing to a String cannot fail.
    let _ = write!(out, "lat=\"{y}\" lon=\"{x}\"");
}

fn way(line: &LineString<f64>, name: &str, out: &mut String) {
    for at in &line.0 {
        let _ = write!(out, "<{name} ");
        place(*at, out);
        out.push_str("/>");
    }
}

/// What a feature says: in elements of GPX, and all else as extensions that GDAL reads as well.
fn facts(feature: &Feature, elements: &[(&str, &str)], out: &mut String) {
    let own = |name: &str| feature.properties.get(name).map(words_of_value).filter(|words| !words.is_empty());
    for (element, property) in elements {
        let title = || own("title").filter(|_| *element == "name");
        let Some(words) = own(property).or_else(title) else { continue };
        match *element {
            "link" => {
                out.push_str("<link href=\"");
                push_text(&words, out);
                out.push_str("\">");
                for (element, property) in [("text", "link_text"), ("type", "link_type")] {
                    if let Some(words) = own(property) {
                        push_element(element, &words, out);
                    }
                }
                out.push_str("</link>");
            }
            element => push_element(element, &words, out),
        }
    }
    let mut more = String::new();
    for (name, value) in extensions(feature, elements) {
        push_element(&format!("ogr:{}", element_name(name)), &words_of_value(value), &mut more);
    }
    if !more.is_empty() {
        let _ = write!(out, "<extensions>{more}</extensions>");
    }
}

/// The properties of a feature that no element of GPX holds.
fn extensions<'a>(feature: &'a Feature, elements: &[(&str, &str)]) -> impl Iterator<Item = (&'a String, &'a Value)> {
    let is_link = |name: &str| name.starts_with("link_") && feature.properties.contains_key("link");
    feature.properties.iter().filter(move |(name, value)| {
        let is_element = elements.iter().any(|(_, property)| property == name) || *name == KIND || is_link(name);
        !is_element && !value.is_null()
    })
}

/// A name as that of an element.
fn element_name(name: &str) -> String {
    let is_good = |letter: char| letter.is_alphanumeric() || "_-.".contains(letter);
    let good: String = name.chars().map(|letter| if is_good(letter) { letter } else { '_' }).collect();
    if good.starts_with(|first: char| first.is_alphabetic() || first == '_') { good } else { format!("_{good}") }
}
