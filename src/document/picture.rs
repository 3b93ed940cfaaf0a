//! A picture that the user has placed on the map: a scan, a photograph of a map, a chart.

use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Document;
use super::annotation::{Shape, Traced};
use crate::dossier::FileRecord;
use crate::formats::day::Day;
use crate::formats::picture::annotation::{self, MOST_CORNERS};
use crate::formats::picture::orientation::{self, AS_STORED};
use crate::formats::picture::points::NotedPoint;
use crate::formats::picture::{Mapping, PictureError, Placement};
use crate::geometry::georeference::{ControlPoint, Georeference, MOST_POINTS, TransformKind};
use crate::geometry::{Coord, Point, world_from_lon_lat};

/// So many pictures lie on one map at most.
pub const MOST_PICTURES: usize = 200;

/// A picture where it belongs. It lies above the map and beneath the overlays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Picture {
    /// By which the document knows it.
    pub id: String,
    /// What it is called.
    #[serde(default)]
    pub title: String,
    /// Its file; of one inside a KMZ, its place there is the file's layer.
    pub file: Arc<FileRecord>,
    /// Pixels across and down, as it is seen.
    pub size_px: [u32; 2],
    /// How its pixels are turned against its file, [as Exif counts](crate::formats::picture::orientation).
    #[serde(default = "as_stored", skip_serializing_if = "is_as_stored")]
    pub orientation: u8,
    /// Where it belongs.
    pub placement: Placement,
    /// Control points that are kept and not used, as [`Placement::Points`] has those that are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unused_points: Vec<[f64; 4]>,
    /// Whether it is drawn.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub visible: bool,
    /// 0 to 1.
    #[serde(default = "whole", skip_serializing_if = "is_whole")]
    pub opacity: f64,
    /// The part that is shown: corners in pixels; all of it where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub crop: Vec<[f64; 2]>,
    /// Where it is from: an address, or words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// Whom to credit.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub credit: String,
    /// Under which licence it stands.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub license: String,
    /// Which day it shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
    /// How exact places on it are, in metres, as somebody has said; otherwise its control points tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stated_accuracy_m: Option<f64>,
    /// What its record says besides, kept for when it is written again.
    #[serde(flatten)]
    pub kept: Map<String, Value>,
    /// The map that follows from its placement, once somebody has asked for it.
    #[serde(skip)]
    pub fitted: Fitted,
}

/// What was worked out of a placement: a spline through 500 points takes a second, and lists ask for it in every frame. A
/// copy begins without it, since it may be placed elsewhere; it is no part of what makes two pictures equal.
#[derive(Debug, Default)]
pub struct Fitted(OnceLock<Option<Box<Mapping>>>);

impl Clone for Fitted {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl PartialEq for Fitted {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_yes(visible: &bool) -> bool {
    *visible
}

fn whole() -> f64 {
    1.0
}

fn as_stored() -> u8 {
    AS_STORED
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_as_stored(orientation: &u8) -> bool {
    *orientation == AS_STORED
}

fn is_whole(opacity: &f64) -> bool {
    *opacity == 1.0
}

impl Picture {
    /// A picture as it was opened, with nothing said of it.
    pub fn new(file: Arc<FileRecord>, size_px: [u32; 2], placement: Placement) -> Self {
        let title = match &file.layer {
            Some(inside) => inside.rsplit('/').next().unwrap_or_default().to_owned(),
            None => file.title(),
        };
        Self {
            id: String::new(),
            title,
            file,
            size_px,
            orientation: AS_STORED,
            placement,
            unused_points: Vec::new(),
            visible: true,
            opacity: 1.0,
            crop: Vec::new(),
            source: String::new(),
            credit: String::new(),
            license: String::new(),
            as_of: None,
            stated_accuracy_m: None,
            kept: Map::new(),
            fitted: Fitted::default(),
        }
    }

    /// The same picture of another size, placed and cut in proportion; `None` where its sides are not in proportion.
    pub fn scaled_to(&self, size_px: [u32; 2]) -> Option<Self> {
        let [was_width, was_height] = self.size_px.map(f64::from);
        let [width, height] = size_px.map(f64::from);
        // An annotation may not say how large its picture is.
        if self.size_px == [0, 0] {
            return Some(Self { size_px, ..self.clone() });
        }
        let (across, down) = (width / was_width, height / was_height);
        // A side is rounded to whole pixels.
        let off = (was_width * height - was_height * width).abs();
        if !(across > 0.0 && down > 0.0) || off > was_width.max(was_height).max(width).max(height) {
            return None;
        }
        let mut scaled = Self { size_px, ..self.clone() };
        match &mut scaled.placement {
            Placement::Points { points, .. } => {
                for [x, y, ..] in points {
                    (*x, *y) = (*x * across, *y * down);
                }
            }
            Placement::Plane { affine: [_, a, b, _, c, d], .. } => {
                (*a, *c) = (*a / across, *c / across);
                (*b, *d) = (*b / down, *d / down);
            }
        }
        for [x, y] in &mut scaled.crop {
            (*x, *y) = (*x * across, *y * down);
        }
        Some(scaled)
    }

    /// Whether anything of it can be seen.
    pub fn is_shown(&self) -> bool {
        self.visible && self.opacity > 0.0
    }

    /// The map from its pixels to the world; `None` where it belongs nowhere.
    pub fn mapping(&self) -> Option<&Mapping> {
        self.fitted.0.get_or_init(|| self.placement.mapping().ok().map(Box::new)).as_deref()
    }

    /// The map through its control points, if it has any that fit one.
    pub fn georeference(&self) -> Option<&Georeference> {
        self.mapping()?.georeference()
    }

    /// How exact places on it are, in metres: as somebody has said, or as its control points tell.
    pub fn accuracy_m(&self) -> Option<f64> {
        self.stated_accuracy_m.or_else(|| self.georeference()?.accuracy_m())
    }

    /// Its control points: those that place it, or its corners where a plane does.
    ///
    /// # Errors
    /// [`PictureError`]: a corner has no place on the earth.
    pub fn control_points(&self) -> Result<(TransformKind, Vec<ControlPoint>), PictureError> {
        if let Placement::Points { transform, .. } = &self.placement {
            return Ok((*transform, self.placement.points()));
        }
        let mapping = self.placement.mapping()?;
        let [width, height] = self.size_px.map(f64::from);
        let corners = [(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)];
        let point = |(x, y): (f64, f64)| {
            let pixel = Point::new(x, y);
            Some(ControlPoint { pixel, lon_lat: mapping.lon_lat_from_pixel(pixel)? })
        };
        let points: Option<Vec<ControlPoint>> = corners.into_iter().map(point).collect();
        Ok((TransformKind::Projective, points.ok_or(PictureError::BeyondTheEarth)?))
    }

    /// As a Georeference Annotation; in `address` where the picture is, if not in the file of its name.
    ///
    /// # Errors
    /// [`PictureError`]: a corner has no place on the earth.
    pub fn annotation(&self, address: Option<&str>) -> Result<String, PictureError> {
        let (transform, points) = self.control_points()?;
        let source = address.map_or_else(|| self.file.name(), str::to_owned);
        let mask = self.crop.clone();
        Ok(annotation::write(&annotation::Annotation {
            source,
            kind: annotation::SourceKind::default(),
            size_px: self.size_px,
            mask,
            transform,
            points,
        }))
    }

    /// Control points as they are counted in its file, for programs that do not turn it, or such points as they are seen.
    pub fn points_in_file(&self, noted: &[NotedPoint]) -> Vec<NotedPoint> {
        self.turned(noted, orientation::stored)
    }

    /// The same the other way.
    pub fn points_of_file(&self, noted: &[NotedPoint]) -> Vec<NotedPoint> {
        self.turned(noted, orientation::upright)
    }

    fn turned(&self, noted: &[NotedPoint], turn: fn(u8, [u32; 2], Point) -> Point) -> Vec<NotedPoint> {
        // Turning a size about twice gives it back.
        let stored_px = orientation::size(self.orientation, self.size_px);
        let turned = |(point, is_used): &NotedPoint| {
            let pixel = turn(self.orientation, stored_px, point.pixel);
            (ControlPoint { pixel, ..*point }, *is_used)
        };
        noted.iter().map(turned).collect()
    }

    /// Which of its pixels is shown at a place; `None` where none is.
    pub fn pixel_shown_at(&self, at: Coord<f64>) -> Option<Point> {
        let pixel = self.mapping()?.pixel_from_world(world_from_lon_lat(at))?;
        let [width, height] = self.size_px.map(f64::from);
        let is_on = (0.0..=width).contains(&pixel.x) && (0.0..=height).contains(&pixel.y);
        (is_on && is_within(&self.crop, pixel)).then_some(pixel)
    }

    /// Whom to credit, with the licence; nobody where neither is said.
    pub fn credit_line(&self) -> Option<String> {
        match (self.credit.trim(), self.license.trim()) {
            ("", "") => None,
            (credit, "") => Some(credit.to_owned()),
            ("", license) => Some(format!("{} ({license})", self.title)),
            (credit, license) if credit.contains(license) => Some(credit.to_owned()),
            (credit, license) => Some(format!("{credit} ({license})")),
        }
    }

    /// What is absurd in a record that was read, in words; the record as it can be used.
    ///
    /// # Errors
    /// In words, if it cannot be used at all.
    pub(super) fn mended(mut self) -> Result<(Self, Vec<String>), String> {
        let mut mended = Vec::new();
        if self.id.is_empty() || self.id.len() > 200 {
            return Err("it has no id, or too long a one".to_owned());
        }
        if self.size_px.contains(&0) {
            return Err("it has no pixels".to_owned());
        }
        if let Placement::Points { points, .. } = &self.placement
            && points.len() > MOST_POINTS
        {
            return Err(format!("it has {} control points; at most {MOST_POINTS} are taken", points.len()));
        }
        if self.unused_points.len() > MOST_POINTS {
            mended.push(format!(
                "it has more than {MOST_POINTS} control points that are not used; the rest are left out"
            ));
            self.unused_points.truncate(MOST_POINTS);
        }
        if !(0.0..=1.0).contains(&self.opacity) {
            mended.push("its opacity is not between 0 and 1; it is now 1".to_owned());
            self.opacity = 1.0;
        }
        if self.crop.len() > MOST_CORNERS || (1..3).contains(&self.crop.len()) {
            mended.push("its crop has too few or too many corners; all of it is shown".to_owned());
            self.crop = Vec::new();
        }
        if self.as_of.as_deref().is_some_and(|day| day.parse::<Day>().is_err()) {
            mended.push("its day is not one such as 2025-12-15, 2025-12 or 2025; it has none now".to_owned());
            self.as_of = None;
        }
        if self.stated_accuracy_m.is_some_and(|accuracy_m| accuracy_m < 0.0) {
            mended.push("its accuracy is less than nothing; it has none now".to_owned());
            self.stated_accuracy_m = None;
        }
        Ok((self, mended))
    }
}

/// Whether a pixel lies within a crop, even–odd; all of the picture does where that has no corners.
fn is_within(crop: &[[f64; 2]], at: Point) -> bool {
    let mut inside = crop.len() < 3;
    for ([ax, ay], [bx, by]) in crop.iter().zip(crop.iter().cycle().skip(1)) {
        if crop.len() >= 3 && (*ay > at.y) != (*by > at.y) && at.x < (bx - ax) * (at.y - ay) / (by - ay) + ax {
            inside = !inside;
        }
    }
    inside
}

impl Document {
    /// On which picture a shape is traced: the topmost that is shown beneath all of it. Words are not traced.
    pub fn traced(&self, shape: &Shape) -> Option<Traced> {
        if shape.is_text() {
            return None;
        }
        let places = shape.outline();
        let is_beneath = |picture: &&Arc<Picture>| {
            picture.is_shown() && places.iter().all(|place| picture.pixel_shown_at(*place).is_some())
        };
        let picture = self.pictures.iter().find(is_beneath).filter(|_| !places.is_empty())?;
        Some(Traced {
            picture: picture.title.clone(),
            sha256: picture.file.sha256.clone(),
            accuracy_m: picture.accuracy_m().filter(|accuracy_m| accuracy_m.is_finite()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::annotation::PointKind;
    use crate::formats::geojson::Order;
    use crate::geometry::View;

    fn picture(name: &str) -> Picture {
        let file = FileRecord {
            path: name.into(),
            elsewhere: None,
            sha256: "ab".repeat(32),
            bytes: 1,
            modified_ms: None,
            order: Order::LonLat,
            crs: None,
            table: None,
            layer: None,
        };
        let placement = Placement::Plane { crs: "EPSG:4326".to_owned(), affine: [37.0, 0.1, 0.0, 49.0, 0.0, -0.1] };
        Picture { id: name.to_owned(), ..Picture::new(Arc::new(file), [10, 10], placement) }
    }

    #[test]
    fn a_shape_is_traced_on_the_topmost_picture_that_is_shown_beneath_all_of_it() {
        let mut document = Document::empty("test", View { center: Coord { x: 37.0, y: 48.0 }, zoom: 7.0 });
        let upper = Picture { stated_accuracy_m: Some(12.5), ..picture("upper.png") };
        document.pictures = vec![Arc::new(upper), Arc::new(picture("lower.png"))];
        let marker = |x: f64, y: f64| Shape::Point { at: Coord { x, y }, kind: PointKind::Marker };
        let of = |document: &Document, shape: &Shape| {
            document.traced(shape).map(|traced| (traced.picture, traced.accuracy_m))
        };
        let inside = marker(37.5, 48.5);
        assert_eq!(of(&document, &inside), Some(("upper".to_owned(), Some(12.5))));
        assert_eq!(of(&document, &marker(38.1, 48.5)), None, "beside it");
        let words = Shape::Point { at: Coord { x: 37.5, y: 48.5 }, kind: PointKind::Text };
        assert_eq!(of(&document, &words), None);
        let circle = |radius_m: f64| Shape::Circle { center: Coord { x: 37.5, y: 48.5 }, radius_m };
        assert!(of(&document, &circle(30_000.0)).is_some() && of(&document, &circle(80_000.0)).is_none());
        Arc::make_mut(&mut document.pictures[0]).crop = vec![[0.0, 0.0], [3.0, 0.0], [0.0, 3.0]];
        assert_eq!(of(&document, &inside), Some(("lower".to_owned(), None)), "what is cut off is not traced on");
        Arc::make_mut(&mut document.pictures[1]).visible = false;
        assert_eq!(of(&document, &inside), None, "nor is what is hidden");
    }

    #[test]
    fn what_was_worked_out_of_a_placement_does_not_outlive_it() {
        let one = picture("a.png");
        assert!(one.mapping().is_some());
        let placement = Placement::Plane { crs: "EPSG:4326".to_owned(), affine: [30.0, 0.1, 0.0, 49.0, 0.0, -0.1] };
        let other = Picture { placement, ..one.clone() };
        assert!(one.pixel_shown_at(Coord { x: 30.5, y: 48.5 }).is_none());
        assert!(other.pixel_shown_at(Coord { x: 30.5, y: 48.5 }).is_some());
    }
}
