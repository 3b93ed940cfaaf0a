//! The project: a document as one GeoJSON text, and back. No disk here; [`crate::files`] has it.
//!
//! # The format, version 2
//! A FeatureCollection (RFC 7946) that any other program opens, one feature for each annotation, in the order in which
//! they are drawn, bottom first. What [simplestyle 1.1](https://github.com/mapbox/simplestyle-spec) can say is said in
//! its properties, and read from there, so that a change made elsewhere counts. Everything else about an annotation is
//! in one property, the object `claimline`; the document's settings are in a foreign member `claimline` of the
//! collection. Properties, foreign members and ids that we do not know are kept and written again.
//!
//! * A **circle** is written as a polygon of [`CIRCLE_POINTS`] points; its middle and radius are what counts when it is
//!   read, unless another program has reshaped the polygon, which then is a polygon.
//! * A **callout** is written as the point that it leads to.
//! * **Coordinates** have at most seven decimals (1 cm): [`settled`] is a document as its file keeps it, and what
//!   [`read`] gives of what [`write`] gave equals it. Radii are kept to the millimetre. Heights are not kept.
//! * Outer rings run anticlockwise and holes clockwise; any winding is read.
//! * A feature's `id` is that which another program gave it, or else the annotation's own number, which is also in its
//!   `claimline`.
//! * How the **figure** is set up stands in the settings' member `figure`, kept here as it is: its words are those of
//!   `figure/saved.rs`.
//! * **Layers from files** have the member `layer` in their place among the settings' `overlays`: what the user says of
//!   them, and where the file is. Data that the project keeps of them stands in a foreign member of the collection by
//!   itself, [`wire::DATA`], by the layers' ids, as GeoJSON each, as it stood in the file: other programs do not draw
//!   foreign members. A project without any is of version 1.
//! * What is in `unread` was there, but could not be understood; it is kept so that nothing is lost.
//!
//! A version that is newer than [`VERSION`] is read as far as it goes, and [`Project::newer`] tells; older versions are
//! read for ever (`tests/data/v1` and onwards).
//!
//! # Files of other programs
//! Points become markers, lines lines, polygons polygons, all else [`Shape::Other`]. simplestyle's own defaults fill in
//! what is not said; a `name` serves for a missing `title`; what names a source
//! ([`source_properties`](crate::formats::source_properties)) becomes a citation.

mod read;
#[cfg(test)]
mod tests;
mod write;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

pub(crate) use read::{plain, short};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

use super::annotation::{MarkerSize, Rgb, Shape, Style};
use super::{Annotation, AnnotationId, ChosenLine, Document, LayerId};
use crate::dossier::Problem;
use crate::formats::read::ReadError;
use crate::formats::wire;
use crate::geometry::{Coord, Geometry, LineString, MultiLineString, MultiPolygon, Polygon, View};

/// The newest version of the format that this program writes.
pub const VERSION: u64 = 2;

/// The version of a document without layers from files, so that older programs read it without a loss.
const PLAIN_VERSION: u64 = 1;

/// How the name of a project's file ends.
pub const ENDING: &str = ".claimline.geojson";

/// A text larger than this is refused, in bytes: reading it would take more memory than a laptop has to spare.
pub const MAX_BYTES: usize = 512 * 1024 * 1024;

/// How many corners a circle's polygon has for other programs.
pub const CIRCLE_POINTS: usize = 128;

/// Our member of the collection, and our property of each feature.
pub(super) const MEMBER: &str = "claimline";

/// Where our property keeps foreign members of the geometry.
const GEOMETRY_MEMBERS: &str = "geometry_members";

/// What our member of the collection says.
const SETTINGS_NAMES: [&str; 18] = [
    "version",
    "program",
    "dossier",
    "view",
    "day",
    "names",
    "map",
    "map_sources",
    "pictures",
    "next_number",
    "layers",
    "overlays",
    "own_sources",
    "own_excerpts",
    "texts",
    "chosen_line",
    "manuscript",
    "figure",
];

/// What our property of a feature says.
const OWN_NAMES: [&str; 29] = [
    "id",
    "layer",
    "kind",
    "text_at",
    "center",
    "radius_m",
    "visible",
    "locked",
    "marker-size",
    "marker-color",
    "stroke",
    "stroke-width",
    "stroke-opacity",
    "fill",
    "fill-opacity",
    "dash",
    "hatch",
    "symbol",
    "number",
    "text_color",
    "text_size_pt",
    "text_width_pt",
    "show_title",
    "show_measure",
    "direction_deg",
    "photo",
    "citations",
    "traced",
    "marker-symbol",
];

/// What a project refers to and does not hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reference {
    /// Version of the dossier, whose id is [`Document::dossier`].
    pub version: Option<String>,
    /// SHA-256 of its `dossier.json`, hexadecimal.
    pub sha256: Option<String>,
    /// Where the dossier that is written is saved, a folder or a `.claimline` file, if it is.
    pub dossier_place: Option<PathBuf>,
    /// What stood there when it was last read or saved here: the fingerprint of the folder's files, hexadecimal.
    pub place_sha256: Option<String>,
    /// The texts of sources that were attached.
    pub texts: Vec<AttachedText>,
    /// The data of layers that is kept inside, GeoJSON, by their ids.
    pub data: BTreeMap<String, Arc<str>>,
}

/// A text that was attached to a source, by its fingerprint: texts themselves are never in a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachedText {
    /// Id of the source.
    pub source: String,
    /// SHA-256 of the normalised text, hexadecimal.
    pub sha256: String,
    /// Name of the file, without its folder.
    pub file: String,
}

/// What a text turned out to hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Project {
    /// The document.
    pub document: Document,
    /// What it refers to.
    pub reference: Reference,
    /// What had to be mended, and what was left aside.
    pub warnings: Vec<Problem>,
    /// Whether a newer version of the program wrote it: saving over it would lose what that version added.
    pub newer: bool,
    /// Whether it is a project at all, not the GeoJSON of another program.
    pub ours: bool,
}

/// Why a text cannot be read as a project.
#[derive(Debug, Error, PartialEq)]
pub enum ProjectError {
    /// Larger than [`MAX_BYTES`].
    #[error("it has {0} bytes; the largest that is read has {MAX_BYTES}")]
    TooLarge(usize),
    /// Not UTF-8.
    #[error("the text is not UTF-8 (byte {0}); save it as UTF-8 and try again")]
    NotUtf8(usize),
    /// It ends too early.
    #[error(
        "the text ends too soon, at line {line}, column {column}: the file was not saved or copied completely; look \
         for an older copy"
    )]
    Torn {
        /// Counted from 1.
        line: usize,
        /// Counted from 1, in bytes.
        column: usize,
    },
    /// Not JSON at all.
    #[error("not JSON: {0}")]
    NotJson(String),
    /// JSON of another kind.
    #[error("JSON, but not GeoJSON: {0}")]
    NotGeoJson(String),
    /// Another coordinate system, or a position that is no place on the earth, in another program's file.
    #[error(transparent)]
    GeoJson(#[from] ReadError),
}

/// A document as text. The same document gives the same bytes.
pub fn write(document: &Document, reference: &Reference) -> Vec<u8> {
    let annotations: Vec<&Annotation> = in_order(document);
    write::collection(annotations.into_iter(), Some((document, reference)))
}

/// Reads a project, or the GeoJSON of another program as one: then the document has no dossier (its id is empty), and
/// its view is of the whole world.
///
/// # Errors
/// [`ProjectError`] says what is wrong and where. Whatever can be mended is, with a warning.
pub fn read(bytes: &[u8]) -> Result<Project, ProjectError> {
    read::project(bytes)
}

/// Whether a text is a project, by its own word; much quicker than reading it.
pub fn is_project(bytes: &[u8]) -> bool {
    version(bytes).is_some()
}

/// Whether a part of a text has the name of the member by which [`is_project`] knows a project.
pub fn may_be_of_project(bytes: &[u8]) -> bool {
    wire::names(bytes, MEMBER)
}

/// The version that a project says it has; `None` if the text is no project.
pub fn version(bytes: &[u8]) -> Option<u64> {
    wire::version(bytes, MEMBER)
}

/// Some annotations as text for another window or program: a FeatureCollection without our settings.
pub fn features_text(document: &Document, ids: &[AnnotationId]) -> String {
    let annotations = in_order(document).into_iter().filter(|annotation| ids.contains(&annotation.id));
    // All that is written is UTF-8.
    String::from_utf8(write::collection(annotations, None)).unwrap_or_default()
}

/// One annotation as the feature that a project has of it.
pub fn feature_text(annotation: &Annotation) -> String {
    String::from_utf8(write::feature(annotation)).unwrap_or_default()
}

/// Reads annotations from a text, such as the clipboard's, onto a layer. Their ids are to be given by
/// [`super::edit::add`].
///
/// # Errors
/// [`ProjectError`], if the text is no GeoJSON in WGS 84.
pub fn annotations_from_text(text: &str, layer: LayerId) -> Result<(Vec<Annotation>, Vec<Problem>), ProjectError> {
    let project = read(text.as_bytes())?;
    let annotations = project.document.annotations.iter().map(|annotation| {
        let mut annotation = Annotation::clone(annotation);
        annotation.layer = layer;
        annotation
    });
    Ok((annotations.collect(), project.warnings))
}

/// A document as its file keeps it: coordinates of seven decimals, rings turned, annotations in the order in which they
/// are drawn, without the layers that were taken away.
pub fn settled(document: &Document) -> Document {
    let mut document = document.clone();
    document.overlays.retain(|state| !state.layer.removed);
    document.annotations = in_order(&document).into_iter().cloned().map(settled_annotation).collect();
    document.view = View { center: settled_place(document.view.center), zoom: document.view.zoom };
    if let Some(line) = &document.chosen_line {
        let geometry = settled_geometry(&line.geometry);
        document.chosen_line = Some(Arc::new(ChosenLine { geometry, ..ChosenLine::clone(line) }));
    }
    document
}

fn settled_annotation(mut annotation: Annotation) -> Annotation {
    annotation.shape = match annotation.shape {
        Shape::Point { at, kind } => Shape::Point { at: settled_place(at), kind },
        Shape::Callout { target, text_at } => {
            Shape::Callout { target: settled_place(target), text_at: settled_place(text_at) }
        }
        Shape::Path { line, kind } => Shape::Path { line: settled_line(&line), kind },
        Shape::Area { area, kind } => {
            Shape::Area { area: MultiPolygon(area.iter().map(settled_polygon).collect()), kind }
        }
        Shape::Circle { center, radius_m } => {
            Shape::Circle { center: settled_place(center), radius_m: rounded_m(radius_m) }
        }
        Shape::Other(geometry) => Shape::Other(geometry.as_ref().map(settled_geometry)),
    };
    // An id that is the annotation's own number is no other program's.
    if annotation.kept.id == Some(Value::from(annotation.id.0)) {
        annotation.kept.id = None;
    }
    annotation
}

fn settled_place(coord: Coord<f64>) -> Coord<f64> {
    write::from_whole(write::whole(coord))
}

fn settled_line(line: &LineString<f64>) -> LineString<f64> {
    LineString(line.0.iter().copied().map(settled_place).collect())
}

fn settled_polygon(polygon: &Polygon<f64>) -> Polygon<f64> {
    let ring = |ring: &LineString<f64>, hole| {
        let mut corners: Vec<_> = ring.0.iter().copied().map(write::whole).collect();
        write::turn(&mut corners, hole);
        LineString(corners.into_iter().map(write::from_whole).collect())
    };
    let holes = polygon.interiors().iter().map(|hole| ring(hole, true)).collect();
    Polygon::new(ring(polygon.exterior(), false), holes)
}

fn settled_geometry(geometry: &Geometry<f64>) -> Geometry<f64> {
    match geometry {
        Geometry::Point(point) => Geometry::Point(settled_place(point.0).into()),
        Geometry::MultiPoint(points) => {
            Geometry::MultiPoint(points.iter().map(|point| settled_place(point.0)).collect::<Vec<_>>().into())
        }
        Geometry::Line(line) => Geometry::LineString(settled_line(&LineString(vec![line.start, line.end]))),
        Geometry::LineString(line) => Geometry::LineString(settled_line(line)),
        Geometry::MultiLineString(lines) => {
            Geometry::MultiLineString(MultiLineString(lines.iter().map(settled_line).collect()))
        }
        Geometry::Polygon(polygon) => Geometry::Polygon(settled_polygon(polygon)),
        Geometry::MultiPolygon(polygons) => {
            Geometry::MultiPolygon(MultiPolygon(polygons.iter().map(settled_polygon).collect()))
        }
        Geometry::Rect(rect) => Geometry::Polygon(settled_polygon(&rect.to_polygon())),
        Geometry::Triangle(triangle) => Geometry::Polygon(settled_polygon(&triangle.to_polygon())),
        Geometry::GeometryCollection(parts) => {
            Geometry::GeometryCollection(parts.iter().map(settled_geometry).collect::<Vec<_>>().into())
        }
    }
}

/// The outline of a circle, as a project's file has it for other programs.
pub(super) fn circle_area(center: Coord<f64>, radius_m: f64) -> Polygon<f64> {
    Polygon::new(write::circle_ring(center, radius_m).into_iter().map(write::from_whole).collect(), Vec::new())
}

/// A length to the millimetre.
fn rounded_m(length_m: f64) -> f64 {
    (length_m * 1000.0).round() / 1000.0
}

/// The annotations layer by layer, hidden ones too, bottom first.
fn in_order(document: &Document) -> Vec<&Annotation> {
    let mut annotations: Vec<&Annotation> = document.annotations.iter().map(Arc::as_ref).collect();
    annotations.sort_by_key(|annotation| document.layers.iter().position(|layer| layer.id == annotation.layer));
    annotations
}

/// What simplestyle says where a property is missing.
fn simplestyle() -> Style {
    Style {
        stroke: Rgb::new(0x555555),
        stroke_width_pt: 2.0,
        stroke_opacity: 1.0,
        fill: Rgb::new(0x555555),
        fill_opacity: 0.6,
        marker_size: MarkerSize::Medium,
        marker: Rgb::new(0x7E7E7E),
        ..Style::default()
    }
}

/// Which of simplestyle's properties say something of a shape.
#[derive(Debug, Clone, Copy, Default)]
struct Applies {
    marker: bool,
    stroke: bool,
    fill: bool,
}

impl Applies {
    fn to(shape: &Shape) -> Self {
        match shape {
            Shape::Point { .. } | Shape::Callout { .. } => Self { marker: true, ..Self::default() },
            Shape::Path { .. } => Self { stroke: true, ..Self::default() },
            Shape::Area { .. } | Shape::Circle { .. } => Self { stroke: true, fill: true, marker: false },
            Shape::Other(None) => Self::default(),
            Shape::Other(Some(geometry)) => Self::to_geometry(geometry),
        }
    }

    fn to_geometry(geometry: &Geometry<f64>) -> Self {
        match geometry {
            Geometry::Point(_) | Geometry::MultiPoint(_) => Self { marker: true, ..Self::default() },
            Geometry::Line(_) | Geometry::LineString(_) | Geometry::MultiLineString(_) => {
                Self { stroke: true, ..Self::default() }
            }
            Geometry::Polygon(_) | Geometry::MultiPolygon(_) | Geometry::Rect(_) | Geometry::Triangle(_) => {
                Self { stroke: true, fill: true, marker: false }
            }
            Geometry::GeometryCollection(parts) => parts.iter().map(Self::to_geometry).fold(Self::default(), |a, b| {
                Self { marker: a.marker || b.marker, stroke: a.stroke || b.stroke, fill: a.fill || b.fill }
            }),
        }
    }
}
