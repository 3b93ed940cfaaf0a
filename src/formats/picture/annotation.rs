//! Georeference Annotations: the control points of a picture as JSON that Allmaps reads and writes. IIIF Georeference
//! Extension 1.0, Web Annotation Data Model.
//!
//! Allmaps wants an address for every picture, and that of a IIIF service or a canvas. The file beside an annotation has
//! none: it is named as `file:///` and its name, which says nothing of its folder.

use serde_json::{Value, json};

use super::{ENDINGS, PictureError};
use crate::formats::percent::{decoded, encoded, is_unreserved};
use crate::formats::read::shortened;
use crate::geometry::georeference::{ControlPoint, MOST_POINTS, TransformKind};
use crate::geometry::{Coord, Point};

/// Files of more bytes are not read.
pub const MOST_BYTES: usize = 16 << 20;

/// Corners of a mask beyond this are not read.
pub const MOST_CORNERS: usize = 5000;

/// The control points of a picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Annotation {
    /// The picture: an address, or the name of a file.
    pub source: String,
    /// What is at that address.
    pub kind: SourceKind,
    /// Pixels across and down.
    pub size_px: [u32; 2],
    /// The part that is shown, in pixels; all of it where it has no corners.
    pub mask: Vec<[f64; 2]>,
    /// The kind of map.
    pub transform: TransformKind,
    /// The control points.
    pub points: Vec<ControlPoint>,
}

/// What is at the address of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SourceKind {
    /// The picture itself.
    #[default]
    Picture,
    /// A service of the IIIF Image API, of which pictures of any size are asked.
    Service,
    /// A canvas of IIIF, which names a picture elsewhere.
    Canvas,
}

impl Annotation {
    /// Where the whole picture is fetched, the best address first; none where that is not known.
    pub fn addresses(&self) -> Vec<String> {
        let base = self.source.trim_end_matches('/');
        let base = base.strip_suffix("/info.json").unwrap_or(base);
        match self.kind {
            _ if !self.source.contains("://") => Vec::new(),
            // Image API 3.0 and 2.1; 2.0 and before.
            SourceKind::Service => {
                let of_service = ["max", "full"].map(|size| format!("{base}/full/{size}/0/default.jpg"));
                // Who wrote the annotation may have had nothing but the address of the picture.
                is_picture(base).then(|| base.to_owned()).into_iter().chain(of_service).collect()
            }
            SourceKind::Picture => vec![self.source.clone()],
            SourceKind::Canvas => Vec::new(),
        }
    }
}

/// Whether an address ends as the names of pictures do.
fn is_picture(address: &str) -> bool {
    let address = address.to_lowercase();
    ENDINGS.iter().any(|end| address.strip_suffix(end).is_some_and(|stem| stem.ends_with('.')))
}

/// More annotations of one page are not read.
const MOST: usize = 200;

/// Whether the beginning of a file looks like one, or like a page of them.
pub fn looks_like_one(start: &[u8]) -> bool {
    let has = |word: &[u8]| memchr::memmem::find(start, word).is_some();
    has(b"\"georeferencing\"") && has(b"\"motivation\"") || has(b"iiif.io/api/extension/georef")
}

/// What stands before the name of a file beside an annotation.
const FILE: &str = "file:///";

fn damaged(what: impl Into<String>) -> PictureError {
    PictureError::Beside(format!("this is no Georeference Annotation: {}", what.into()))
}

/// As JSON.
pub fn write(annotation: &Annotation) -> String {
    let [width, height] = annotation.size_px;
    let all = [[0.0, 0.0], [width.into(), 0.0], [width.into(), height.into()], [0.0, height.into()]];
    let mask = if annotation.mask.is_empty() { &all[..] } else { &annotation.mask };
    let corners: Vec<String> = mask.iter().map(|[x, y]| format!("{x},{y}")).collect();
    let polygon = format!(r#"<svg width="{width}" height="{height}"><polygon points="{}" /></svg>"#, corners.join(" "));
    let transformation = match annotation.transform {
        TransformKind::Affine => json!({ "type": "polynomial", "options": { "order": 1 } }),
        TransformKind::Projective => json!({ "type": "projective" }),
        TransformKind::ThinPlate => json!({ "type": "thinPlateSpline" }),
    };
    let feature = |point: &ControlPoint| {
        json!({
            "type": "Feature",
            "properties": { "resourceCoords": [point.pixel.x, point.pixel.y] },
            "geometry": { "type": "Point", "coordinates": [point.lon_lat.x, point.lon_lat.y] },
        })
    };
    let (id, kind) = match annotation.source.contains("://") {
        true => (annotation.source.clone(), "ImageService3"),
        false => (format!("{FILE}{}", encoded(annotation.source.as_bytes(), is_unreserved)), "Canvas"),
    };
    let annotation = json!({
        "type": "Annotation",
        "@context": [
            "http://iiif.io/api/extension/georef/1/context.json",
            "http://iiif.io/api/presentation/3/context.json",
        ],
        "motivation": "georeferencing",
        "target": {
            "type": "SpecificResource",
            "source": { "id": id, "type": kind, "width": width, "height": height },
            "selector": { "type": "SvgSelector", "value": polygon },
        },
        "body": {
            "type": "FeatureCollection",
            "transformation": transformation,
            "features": annotation.points.iter().map(feature).collect::<Vec<_>>(),
        },
    });
    let mut text = serde_json::to_string_pretty(&annotation).unwrap_or_default();
    text.push('\n');
    text
}

/// Reads one; of a page of several, the first.
///
/// # Errors
/// [`PictureError::Beside`] says what is missing.
pub fn read(bytes: &[u8]) -> Result<Annotation, PictureError> {
    read_all(bytes)?.into_iter().next().ok_or_else(|| damaged("its list of items is empty"))?
}

/// Reads one, or all of a page of several; with each that cannot be used, why.
///
/// # Errors
/// [`PictureError::Beside`] says what is missing.
pub fn read_all(bytes: &[u8]) -> Result<Vec<Result<Annotation, PictureError>>, PictureError> {
    if bytes.len() > MOST_BYTES {
        return Err(damaged(format!("it has {} bytes; up to {MOST_BYTES} are read", bytes.len())));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text: Value = serde_json::from_slice(bytes).map_err(|_| damaged("it is not JSON"))?;
    match text.get("items").and_then(Value::as_array) {
        Some(items) if items.is_empty() => Err(damaged("its list of items is empty")),
        Some(items) if items.len() > MOST => {
            Err(damaged(format!("it holds {} annotations; at most {MOST} are read", items.len())))
        }
        Some(items) => Ok(items.iter().map(of_value).collect()),
        None => Ok(vec![of_value(&text)]),
    }
}

fn of_value(annotation: &Value) -> Result<Annotation, PictureError> {
    if annotation["motivation"].as_str() != Some("georeferencing") {
        return Err(damaged("its motivation is not 'georeferencing'"));
    }
    let target = &annotation["target"];
    let source = if target["source"].is_object() { &target["source"] } else { target };
    let id = source["id"].as_str().or(source["@id"].as_str()).unwrap_or_default();
    let polygon = target["selector"]["value"].as_str().unwrap_or_default();
    let side = |name: &str| {
        let own = source[name].as_u64().or_else(|| attribute(polygon, name)?.parse().ok());
        own.and_then(|side| u32::try_from(side).ok()).unwrap_or_default()
    };
    let size_px = [side("width"), side("height")];
    let body = &annotation["body"];
    let transformation = &body["transformation"];
    let transform = match (transformation["type"].as_str(), transformation["options"]["order"].as_u64()) {
        (None, _) | (Some("polynomial" | "polynomial1"), None | Some(1)) => TransformKind::Affine,
        (Some("thinPlateSpline"), _) => TransformKind::ThinPlate,
        (Some("projective"), _) => TransformKind::Projective,
        (Some(other), _) => {
            return Err(damaged(format!(
                "its transformation '{}' is not one that Claimline has; use affine, projective or thin-plate",
                shortened(other)
            )));
        }
    };
    let features = body["features"].as_array().ok_or_else(|| damaged("it has no control points"))?;
    if features.len() > MOST_POINTS {
        return Err(damaged(format!("it has {} control points; at most {MOST_POINTS} are taken", features.len())));
    }
    let pair = |value: &Value| Some([value.get(0)?.as_f64()?, value.get(1)?.as_f64()?]);
    let mut points = Vec::with_capacity(features.len());
    for (at, feature) in features.iter().enumerate() {
        let properties = &feature["properties"];
        let pixel = pair(&properties["resourceCoords"]).or_else(|| pair(&properties["pixelCoords"]));
        let place = pair(&feature["geometry"]["coordinates"]);
        let (Some([x, y]), Some([lon, lat])) = (pixel, place) else {
            return Err(damaged(format!("control point {} has no 'resourceCoords' or no coordinates", at + 1)));
        };
        points.push(ControlPoint { pixel: Point::new(x, y), lon_lat: Coord { x: lon, y: lat } });
    }
    let mask = mask_of(polygon);
    let [width, height] = size_px.map(f64::from);
    let is_all = mask.len() == 4 && mask.iter().all(|[x, y]| (*x == 0.0 || *x == width) && (*y == 0.0 || *y == height));
    let mask = if is_all { Vec::new() } else { mask };
    let (id, kind) = match source["type"].as_str().or(source["@type"].as_str()).unwrap_or_default() {
        service if service.contains("ImageService") => (id, SourceKind::Service),
        _ if id.starts_with(FILE) => (id, SourceKind::Picture),
        // Some name the canvas and, as what it is part of, the service of its picture.
        "Canvas" => match service_of(source) {
            Some(service) => (service, SourceKind::Service),
            None if is_picture(id) => (id, SourceKind::Picture),
            None => (id, SourceKind::Canvas),
        },
        // Of before the extension: the service alone, by its address.
        "" if id.contains("/iiif/") => (id, SourceKind::Service),
        _ => (id, SourceKind::Picture),
    };
    let source = id.strip_prefix(FILE).map_or_else(|| id.to_owned(), decoded);
    Ok(Annotation { source, kind, size_px, mask, transform, points })
}

/// The address of the service that a canvas names for its picture.
fn service_of(canvas: &Value) -> Option<&str> {
    let body = &canvas["items"][0]["items"][0]["body"];
    let service = &body["service"][0];
    service["id"].as_str().or(service["@id"].as_str())
}

/// The value of an attribute of a short text of SVG.
fn attribute<'a>(svg: &'a str, name: &str) -> Option<&'a str> {
    let from = svg.find(&format!("{name}=\""))? + name.len() + 2;
    let rest = &svg[from..];
    Some(&rest[..rest.find('"')?])
}

fn mask_of(svg: &str) -> Vec<[f64; 2]> {
    let Some(points) = attribute(svg, "points") else { return Vec::new() };
    let numbers: Vec<f64> = points
        .split([' ', ',', '\n', '\t'])
        .filter(|word| !word.is_empty())
        .filter_map(|word| word.parse().ok())
        .collect();
    let corners: Vec<[f64; 2]> = numbers.chunks_exact(2).map(|pair| [pair[0], pair[1]]).collect();
    let is_good =
        (3..=MOST_CORNERS).contains(&corners.len()) && corners.iter().flatten().all(|number| number.is_finite());
    if is_good { corners } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn annotation(transform: TransformKind) -> Annotation {
        let point = |x: f64, y: f64, lon: f64, lat: f64| ControlPoint {
            pixel: Point::new(x, y),
            lon_lat: Coord { x: lon, y: lat },
        };
        Annotation {
            source: "https://example.org/sheet.jpg".to_owned(),
            kind: SourceKind::Service,
            size_px: [400, 300],
            mask: vec![[10.0, 10.0], [390.0, 12.5], [200.0, 290.0]],
            transform,
            points: vec![point(1.5, 2.25, 37.5, 48.5), point(300.0, 2.0, 38.0, 48.5), point(1.0, 200.0, 37.5, 48.0)],
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        for transform in TransformKind::ALL {
            let whole = annotation(transform);
            assert_eq!(read(write(&whole).as_bytes()).unwrap(), whole);
            let local =
                Annotation { source: "лист № 5%.png".to_owned(), kind: SourceKind::Picture, ..whole.clone() };
            assert!(write(&local).contains("file:///%D0%BB") && !write(&local).contains('№'));
            assert_eq!(read(write(&local).as_bytes()).unwrap(), local);
            let unmasked = Annotation { mask: Vec::new(), ..whole };
            assert_eq!(read(write(&unmasked).as_bytes()).unwrap(), unmasked);
        }
    }

    #[test]
    fn a_page_of_allmaps_is_read_by_its_first_item() {
        // The form of annotations.allmaps.org, with names of its own.
        let text = r#"{"type":"AnnotationPage","@context":"http://www.w3.org/ns/anno.jsonld","items":[{"id":"https://example.org/maps/1",
            "type":"Annotation","motivation":"georeferencing","target":{"type":"SpecificResource","source":{"id":"https://example.org/iiif/a",
            "type":"ImageService2","height":500,"width":700},"selector":{"type":"SvgSelector","value":"<svg width=\"700\" height=\"500\"><polygon points=\"5,5 690,9 600,480\" /></svg>"}},
            "body":{"type":"FeatureCollection","transformation":{"type":"thinPlateSpline"},"features":[{"type":"Feature","properties":{"resourceCoords":[10,20]},
            "geometry":{"type":"Point","coordinates":[4.5,52.1]}}]}}]}"#;
        let read = read(text.as_bytes()).unwrap();
        assert_eq!(
            (read.source.as_str(), read.size_px, read.mask.len()),
            ("https://example.org/iiif/a", [700, 500], 3)
        );
        assert_eq!((read.transform, read.points[0].pixel), (TransformKind::ThinPlate, Point::new(10.0, 20.0)));
    }

    #[test]
    fn where_a_picture_is_fetched_depends_on_what_is_at_its_address() {
        let of = |source: &str, kind: SourceKind| Annotation {
            source: source.to_owned(),
            kind,
            ..annotation(TransformKind::Affine)
        };
        let service = of("https://example.org/iiif/2/a%2Fb/info.json", SourceKind::Service).addresses();
        assert_eq!(service[0], "https://example.org/iiif/2/a%2Fb/full/max/0/default.jpg");
        assert_eq!(service[1], "https://example.org/iiif/2/a%2Fb/full/full/0/default.jpg");
        let picture = of("https://example.org/a.jpg", SourceKind::Picture).addresses();
        assert_eq!(picture, ["https://example.org/a.jpg"]);
        assert_eq!(of("https://example.org/a.jpg", SourceKind::Service).addresses()[0], "https://example.org/a.jpg");
        assert!(of("https://example.org/canvas/1", SourceKind::Canvas).addresses().is_empty());
        assert!(of("sheet.png", SourceKind::Picture).addresses().is_empty());
    }

    #[test]
    fn what_is_none_says_what_is_missing() {
        for (text, part) in [
            ("[", "not JSON"),
            ("{}", "motivation"),
            (r#"{"items":[]}"#, "empty"),
            (r#"{"motivation":"georeferencing"}"#, "no control points"),
            (r#"{"motivation":"georeferencing","body":{"features":[{}]}}"#, "control point 1"),
            (
                r#"{"motivation":"georeferencing","body":{"transformation":{"type":"polynomial","options":{"order":3}},"features":[]}}"#,
                "'polynomial'",
            ),
        ] {
            let error = read(text.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
