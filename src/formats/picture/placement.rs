//! Where a picture belongs, as a document keeps it, and the map from its pixels to the world that follows.

use kurbo::{Affine, Point, Rect};
use serde::{Deserialize, Serialize};

use super::PictureError;
use super::geotiff::{Georeferencing, Way};
use crate::formats::crs::{Crs, Transform, looks_like_degrees};
use crate::geometry::georeference::{ControlPoint, Georeference, TransformKind};
use crate::geometry::{Coord, lon_lat_from_world, world_from_lon_lat};

/// Where a picture belongs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "kebab-case")]
pub enum Placement {
    /// By control points.
    Points {
        /// The kind of map through them.
        transform: TransformKind,
        /// Column and row in pixels from the outer corner of the first, longitude and latitude in degrees.
        points: Vec<[f64; 4]>,
    },
    /// By a plane: of its file, or of the world file beside it.
    Plane {
        /// Its coordinate system, as [`Crs::parse`] reads it.
        crs: String,
        /// As [`Way::Affine`].
        affine: [f64; 6],
    },
}

impl Placement {
    /// By control points.
    pub fn of_points(points: &[ControlPoint], transform: TransformKind) -> Self {
        let numbers = |point: &ControlPoint| [point.pixel.x, point.pixel.y, point.lon_lat.x, point.lon_lat.y];
        Self::Points { transform, points: points.iter().map(numbers).collect() }
    }

    /// As a file says it; in `chosen` whatever the file says of its system. With it, what to say of a system that was taken
    /// for granted.
    ///
    /// # Errors
    /// [`PictureError`]: no system is said, or its points are none of it.
    pub fn of_file(said: &Georeferencing, chosen: Option<&str>) -> Result<(Self, Vec<String>), PictureError> {
        let (system, mut warnings) = match (chosen.or(said.system.as_deref()), &said.way) {
            (Some(system), _) => (system.to_owned(), Vec::new()),
            (None, Way::Affine([x, a, b, y, c, d]))
                if is_degrees(*x, *y) && [a, b, c, d].iter().all(|step| step.abs() < 1.0) =>
            {
                let what = "its coordinate system is not said; its numbers look like degrees and are taken for those of WGS 84";
                ("EPSG:4326".to_owned(), vec![what.to_owned()])
            }
            (None, Way::Points(points)) if points.iter().all(|[.., x, y]| is_degrees(*x, *y)) => {
                ("EPSG:4326".to_owned(), vec!["its control points are taken for degrees of WGS 84".to_owned()])
            }
            (None, _) => {
                return Err(PictureError::Beside(
                    "its coordinate system is not said: put its .prj beside it, or say which it is with --crs, such as \
                     --crs EPSG:3857"
                        .to_owned(),
                ));
            }
        };
        match &said.way {
            Way::Affine(affine) => {
                Mapping::plane(&system, *affine)?;
                Ok((Self::Plane { crs: system, affine: *affine }, warnings))
            }
            Way::Points(points) => {
                let crs = Crs::parse(&system)?;
                let first = points.first().map(|[.., x, y]| Coord { x: *x, y: *y });
                let transform = crs.transform(first)?;
                warnings.extend(transform.warnings());
                let place = |[column, row, x, y]: &[f64; 4]| {
                    let place = transform.converted(Coord { x: *x, y: *y })?;
                    Some([*column, *row, place.x, place.y])
                };
                let points: Option<Vec<[f64; 4]>> = points.iter().map(place).collect();
                let points = points.ok_or(PictureError::BeyondTheEarth)?;
                Ok((Self::Points { transform: TransformKind::Affine, points }, warnings))
            }
        }
    }

    /// The control points; none of a picture that is placed by a plane.
    pub fn points(&self) -> Vec<ControlPoint> {
        let point = |[x, y, lon, lat]: &[f64; 4]| ControlPoint {
            pixel: Point::new(*x, *y),
            lon_lat: Coord { x: *lon, y: *lat },
        };
        match self {
            Self::Points { points, .. } => points.iter().map(point).collect(),
            Self::Plane { .. } => Vec::new(),
        }
    }

    /// The map that follows.
    ///
    /// # Errors
    /// [`PictureError`]: its points fit none, or its system is not one that can be converted.
    pub fn mapping(&self) -> Result<Mapping, PictureError> {
        match self {
            Self::Points { transform, .. } => {
                Ok(Mapping::Points(Box::new(Georeference::fit(&self.points(), *transform)?)))
            }
            Self::Plane { crs, affine } => Mapping::plane(crs, *affine),
        }
    }
}

fn is_degrees(x: f64, y: f64) -> bool {
    looks_like_degrees(geo::Rect::new((x, y), (x, y)))
}

/// The map from the pixels of a picture to the world, and back.
#[derive(Debug, Clone)]
pub enum Mapping {
    /// Through control points.
    Points(Box<Georeference>),
    /// By a plane.
    Plane(Box<Plane>),
}

/// A plane on which a picture lies.
#[derive(Debug, Clone)]
pub struct Plane {
    forward: Affine,
    back: Affine,
    transform: Transform,
    warnings: Vec<String>,
}

impl Mapping {
    fn plane(system: &str, [x, a, b, y, c, d]: [f64; 6]) -> Result<Self, PictureError> {
        let crs = Crs::parse(system)?;
        let transform = crs.transform(Some(Coord { x, y }))?;
        let forward = Affine::new([a, c, b, d, x, y]);
        let back = forward.inverse();
        if !back.as_coeffs().iter().chain(&forward.as_coeffs()).all(|number| number.is_finite()) {
            return Err(PictureError::BeyondTheEarth);
        }
        let warnings = transform.warnings();
        Ok(Self::Plane(Box::new(Plane { forward, back, transform, warnings })))
    }

    /// What to say of positions that are not exact to about a metre because of their system.
    pub fn warnings(&self) -> &[String] {
        match self {
            Self::Points(_) => &[],
            Self::Plane(plane) => &plane.warnings,
        }
    }

    /// Its map through control points, if it has any.
    pub fn georeference(&self) -> Option<&Georeference> {
        match self {
            Self::Points(points) => Some(points),
            Self::Plane(_) => None,
        }
    }

    /// Where in the world a pixel is; `None` where it has no place on the earth.
    pub fn world_from_pixel(&self, pixel: Point) -> Option<Point> {
        match self {
            Self::Points(points) => points.world_from_pixel(pixel),
            Self::Plane(plane) => {
                let at = plane.forward * pixel;
                plane.transform.converted(Coord { x: at.x, y: at.y }).map(world_from_lon_lat)
            }
        }
    }

    /// Longitude and latitude of a pixel in degrees.
    pub fn lon_lat_from_pixel(&self, pixel: Point) -> Option<Coord<f64>> {
        self.world_from_pixel(pixel).map(lon_lat_from_world)
    }

    /// Which pixel lies at a place of the world; `None` where there is none.
    pub fn pixel_from_world(&self, world: Point) -> Option<Point> {
        match self {
            Self::Points(points) => points.pixel_from_world(world),
            Self::Plane(plane) => {
                let at = plane.transform.position_of(lon_lat_from_world(world))?;
                Some(plane.back * Point::new(at.x, at.y))
            }
        }
    }

    /// The part of the world that a picture of this size takes, by points along its edges and within.
    ///
    /// # Errors
    /// [`PictureError::BeyondTheEarth`]: all or much of it has no place there.
    pub fn world_bounds(&self, width_px: u32, height_px: u32) -> Result<Rect, PictureError> {
        let mut bounds: Option<Rect> = None;
        let mut lost = 0;
        for row in 0..=STEPS {
            for column in 0..=STEPS {
                let share = |at: u32, size: u32| f64::from(at) / f64::from(STEPS) * f64::from(size);
                match self.world_from_pixel(Point::new(share(column, width_px), share(row, height_px))) {
                    Some(world) if world.x.abs() < 4.0 && world.y.abs() < 4.0 => {
                        let here = Rect::from_points(world, world);
                        bounds = Some(bounds.map_or(here, |bounds| bounds.union(here)));
                    }
                    _ => lost += 1,
                }
            }
        }
        // What is beyond a horizon or a projection's reach is left out; a picture of which half is there is none.
        match bounds {
            Some(bounds) if lost * 2 < (STEPS + 1).pow(2) && bounds.is_finite() => {
                // Between the points an edge may bulge.
                let margin = 0.01 * bounds.width().max(bounds.height());
                Ok(bounds.inflate(margin, margin).intersect(Rect::new(0.0, 0.0, 1.0, 1.0)))
            }
            _ => Err(PictureError::BeyondTheEarth),
        }
    }
}

/// In so many steps across and down a picture's place is felt out.
const STEPS: u32 = 32;
