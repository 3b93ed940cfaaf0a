//! Pictures placed on the earth by control points: an affine map, a projective one, or a thin-plate spline; how far each
//! point is off, and how exact the whole is.
//!
//! # Units
//! * `pixel`: pixels of the picture, x right, y down, from the outer corner of its first pixel: the middle of that pixel
//!   is at (0.5, 0.5), as GDAL and IIIF count.
//! * `world`: Web Mercator as the unit square, as elsewhere in this room. Maps are fitted there, since that is the plane
//!   on which the picture is drawn; residuals are true metres on the ground.
//!
//! # References
//! * Hartley and Zisserman, *Multiple View Geometry in Computer Vision*, 2nd edition, 4.4.4 (normalisation) and 4.2
//!   (projective maps).
//! * Bookstein, *Principal warps: thin-plate splines and the decomposition of deformations*, 1989.
//! * Rippa, *An algorithm for selecting a good value for the parameter c in radial basis function interpolation*, 1999:
//!   the residual of a point that is left out, from the inverse of the spline's matrix.

mod affine;
mod linear;
mod projective;
mod spline;
#[cfg(test)]
mod tests;

use geo::Coord;
use kurbo::{Affine, Point};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use self::projective::Projective;
use self::spline::Spline;
use super::frame::{EARTH_RADIUS_M, MAX_LAT_DEG, lon_lat_from_world, world_from_lon_lat};
use super::measure;

/// So many control points are taken at most: a spline of them is worked out within two seconds.
pub const MOST_POINTS: usize = 500;

/// Sizes of a cloud of points across and along, as a share: if it is narrower, it is a line.
const NARROWEST: f64 = 1e-5;

/// A spot of the picture, and where on the earth it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ControlPoint {
    /// In pixels of the picture.
    pub pixel: Point,
    /// Longitude and latitude of WGS 84 in degrees.
    pub lon_lat: Coord<f64>,
}

/// The kind of map that carries pixels to the earth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TransformKind {
    /// Shift, turn, scale and shear: for maps that were scanned flat.
    #[default]
    Affine,
    /// As a plane looks in perspective: for photographs of maps, and views aslant.
    Projective,
    /// Bent so that every control point fits exactly: for old or torn maps.
    ThinPlate,
}

impl TransformKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Affine, Self::Projective, Self::ThinPlate];

    /// How many points it takes.
    pub fn least_points(self) -> usize {
        match self {
            Self::Affine | Self::ThinPlate => 3,
            Self::Projective => 4,
        }
    }

    /// What files and the command line call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Affine => "affine",
            Self::Projective => "projective",
            Self::ThinPlate => "thin-plate",
        }
    }

    /// What people call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Affine => "Affine",
            Self::Projective => "Projective",
            Self::ThinPlate => "Thin-plate spline",
        }
    }
}

/// Why a picture cannot be placed by its control points. Points are counted from 1.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum GeoreferenceError {
    /// Too few of them.
    #[error("{} placing takes at least {} control points, and there are {count}; add more", kind.name(), kind.least_points())]
    TooFew {
        /// The kind of map.
        kind: TransformKind,
        /// How many there are.
        count: usize,
    },
    /// More than [`MOST_POINTS`].
    #[error("there are {0} control points; at most {MOST_POINTS} are taken")]
    TooMany(usize),
    /// A number that is none, or a place beyond the map.
    #[error(
        "control point {0} has no place on the map: longitude goes from −180 to 180, latitude from −85.05 to 85.05"
    )]
    NoPlace(usize),
    /// Two points share a pixel or a place.
    #[error("control points {first} and {second} are at the same {what}; remove one of them")]
    Same {
        /// The first of them.
        first: usize,
        /// The other.
        second: usize,
        /// `pixel of the picture` or `place`.
        what: &'static str,
    },
    /// The picture lies on both sides of the 180th meridian, which the map does not join.
    #[error("the control points lie on both sides of the 180th meridian; a picture is placed on one side of it only")]
    Across180,
    /// All points lie on one line.
    #[error("the control points lie on one line {0}; add one beside it")]
    OnOneLine(&'static str),
    /// No projective map fits that keeps the picture in one piece.
    #[error(
        "no projective map goes through these points: three of them lie on one line, or two are exchanged; check them, or \
         use affine"
    )]
    NotProjective,
    /// The numbers have no solution.
    #[error("these control points fit no {} map; check them for mistakes", .0.name())]
    NoFit(TransformKind),
}

/// How far a control point is from where the map puts its pixel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Residual {
    /// To the east, in metres on the ground: where the map puts the pixel, seen from the place that was given.
    pub east_m: f64,
    /// To the north.
    pub north_m: f64,
    /// In all, along the ellipsoid.
    pub length_m: f64,
    /// In all, with the map fitted to the other points alone; none where these are too few or fit no map.
    pub left_out_m: Option<f64>,
}

/// A map from the pixels of a picture to the earth and back.
#[derive(Debug, Clone, PartialEq)]
pub struct Georeference {
    kind: TransformKind,
    points: Vec<ControlPoint>,
    surface: Surface,
    left_out: Vec<Option<Point>>,
}

#[derive(Debug, Clone, PartialEq)]
enum Surface {
    Affine {
        forward: Affine,
        back: Affine,
    },
    Projective {
        forward: Projective,
        back: Projective,
    },
    /// Splines have no inverse of a closed form: both ways are fitted to the same points, as GDAL does.
    Spline {
        forward: Spline,
        back: Spline,
    },
}

/// Points in numbers near 1 about their middle, so that equations made of them are well conditioned.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Normal {
    middle: Point,
    scale: f64,
}

impl Normal {
    fn of(points: &[Point]) -> Self {
        let count = points.len().max(1) as f64;
        let sum = points.iter().fold((0.0, 0.0), |(x, y), point| (x + point.x, y + point.y));
        let middle = Point::new(sum.0 / count, sum.1 / count);
        let spread = (points.iter().map(|point| point.distance_squared(middle)).sum::<f64>() / count).sqrt();
        Self { middle, scale: if spread > 0.0 { std::f64::consts::SQRT_2 / spread } else { 1.0 } }
    }

    fn apply(&self, point: Point) -> Point {
        ((point - self.middle) * self.scale).to_point()
    }

    fn undo(&self, point: Point) -> Point {
        self.middle + point.to_vec2() / self.scale
    }

    fn affine(&self) -> Affine {
        Affine::scale(self.scale) * Affine::translate(-self.middle.to_vec2())
    }
}

/// Whether points lie on one line: how wide their cloud is across, as a share of its length.
fn are_on_one_line(points: &[Point]) -> bool {
    let normal = Normal::of(points);
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    for point in points.iter().map(|point| normal.apply(*point)) {
        (xx, xy, yy) = (xx + point.x * point.x, xy + point.x * point.y, yy + point.y * point.y);
    }
    // The eigenvalues of the covariance are the squares of its axes.
    let (half, root) = ((xx + yy) / 2.0, (((xx - yy) / 2.0).powi(2) + xy * xy).sqrt());
    half - root <= NARROWEST.powi(2) * (half + root)
}

fn two_alike(points: &[Point]) -> Option<(usize, usize)> {
    let mut order: Vec<usize> = (0..points.len()).collect();
    let key = |at: &usize| (points[*at].x, points[*at].y);
    order.sort_by(|a, b| key(a).0.total_cmp(&key(b).0).then(key(a).1.total_cmp(&key(b).1)).then(a.cmp(b)));
    let mut pairs = order.windows(2).filter(|pair| points[pair[0]] == points[pair[1]]);
    pairs.next().map(|pair| (pair[0].min(pair[1]), pair[0].max(pair[1])))
}

/// Whether points in the far west and the far east make sense only as neighbours: as they stand, they would put the picture
/// mirrored around the whole earth.
fn are_across_180(pixels: &[Point], worlds: &[Point]) -> bool {
    let width = |worlds: &[Point]| {
        let (least, most) =
            worlds.iter().fold((f64::MAX, f64::MIN), |(least, most), at| (least.min(at.x), most.max(at.x)));
        most - least
    };
    if width(worlds) <= 0.5 {
        return false;
    }
    let joined: Vec<Point> =
        worlds.iter().map(|at| if at.x < 0.5 { Point::new(at.x + 1.0, at.y) } else { *at }).collect();
    let is_mirrored = |worlds: &[Point]| affine::fit(pixels, worlds).map(|(map, _)| map.determinant() < 0.0);
    width(&joined) < 0.5 && is_mirrored(worlds) == Some(true) && is_mirrored(&joined) == Some(false)
}

impl Georeference {
    /// The map of a kind that fits control points best: exactly where there are as few as it takes, and always if it is a
    /// spline; otherwise so that the squares of the distances on the map add up to the least.
    ///
    /// # Errors
    /// [`GeoreferenceError`] says which points are at fault.
    pub fn fit(points: &[ControlPoint], kind: TransformKind) -> Result<Self, GeoreferenceError> {
        let count = points.len();
        if count < kind.least_points() {
            return Err(GeoreferenceError::TooFew { kind, count });
        }
        if count > MOST_POINTS {
            return Err(GeoreferenceError::TooMany(count));
        }
        let is_place = |point: &ControlPoint| {
            let Coord { x, y } = point.lon_lat;
            point.pixel.is_finite() && (-180.0..=180.0).contains(&x) && (-MAX_LAT_DEG..=MAX_LAT_DEG).contains(&y)
        };
        if let Some(at) = points.iter().position(|point| !is_place(point)) {
            return Err(GeoreferenceError::NoPlace(at + 1));
        }
        let pixels: Vec<Point> = points.iter().map(|point| point.pixel).collect();
        let worlds: Vec<Point> = points.iter().map(|point| world_from_lon_lat(point.lon_lat)).collect();
        for (points, what) in [(&pixels, "pixel of the picture"), (&worlds, "place")] {
            if let Some((first, second)) = two_alike(points) {
                return Err(GeoreferenceError::Same { first: first + 1, second: second + 1, what });
            }
        }
        for (points, what) in [(&pixels, "of the picture"), (&worlds, "on the map")] {
            if are_on_one_line(points) {
                return Err(GeoreferenceError::OnOneLine(what));
            }
        }
        if are_across_180(&pixels, &worlds) {
            return Err(GeoreferenceError::Across180);
        }
        let (surface, left_out) = match kind {
            TransformKind::Affine => {
                let (forward, left_out) = affine::fit(&pixels, &worlds).ok_or(GeoreferenceError::NoFit(kind))?;
                let back = affine::inverse(forward).ok_or(GeoreferenceError::NoFit(kind))?;
                (Surface::Affine { forward, back }, left_out)
            }
            TransformKind::Projective => {
                let forward = Projective::fit(&pixels, &worlds).ok_or(GeoreferenceError::NotProjective)?;
                let back = forward.inverse().ok_or(GeoreferenceError::NotProjective)?;
                let left_out = (0..count).map(|at| projective::left_out(&pixels, &worlds, at)).collect();
                (Surface::Projective { forward, back }, left_out)
            }
            TransformKind::ThinPlate => {
                let (forward, left_out) =
                    Spline::fit_and_leave_out(&pixels, &worlds).ok_or(GeoreferenceError::NoFit(kind))?;
                let back = Spline::fit(&worlds, &pixels).ok_or(GeoreferenceError::NoFit(kind))?;
                (Surface::Spline { forward, back }, left_out)
            }
        };
        Ok(Self { kind, points: points.to_vec(), surface, left_out })
    }

    /// Its kind.
    pub fn kind(&self) -> TransformKind {
        self.kind
    }

    /// The points that it was fitted to.
    pub fn points(&self) -> &[ControlPoint] {
        &self.points
    }

    /// Where in the world a pixel is. `None` beyond the horizon of a projective map.
    pub fn world_from_pixel(&self, pixel: Point) -> Option<Point> {
        let world = match &self.surface {
            Surface::Affine { forward, .. } => *forward * pixel,
            Surface::Projective { forward, .. } => forward.apply(pixel)?,
            Surface::Spline { forward, .. } => forward.apply(pixel),
        };
        world.is_finite().then_some(world)
    }

    /// Which pixel lies at a place of the world. `None` beyond the horizon of a projective map.
    pub fn pixel_from_world(&self, world: Point) -> Option<Point> {
        let pixel = match &self.surface {
            Surface::Affine { back, .. } => *back * world,
            Surface::Projective { back, .. } => back.apply(world)?,
            Surface::Spline { back, .. } => back.apply(world),
        };
        pixel.is_finite().then_some(pixel)
    }

    /// The whole map as an affine one, if it is one.
    pub fn as_affine(&self) -> Option<Affine> {
        match &self.surface {
            Surface::Affine { forward, .. } => Some(*forward),
            Surface::Projective { .. } | Surface::Spline { .. } => None,
        }
    }

    /// How far each control point is off, in their order.
    pub fn residuals(&self) -> Vec<Residual> {
        let residual = |(point, left_out): (&ControlPoint, &Option<Point>)| {
            let to = self.world_from_pixel(point.pixel).unwrap_or(Point::new(f64::NAN, f64::NAN));
            let from = world_from_lon_lat(point.lon_lat);
            // Mercator's scale is 1/cos φ in every direction: exact for lengths as short as residuals are.
            let scale_m = std::f64::consts::TAU * EARTH_RADIUS_M * point.lon_lat.y.to_radians().cos();
            let off_m = |world: Point| measure::distance_m(point.lon_lat, lon_lat_from_world(world));
            let left_out_m = left_out.map(|off| off_m(from + off.to_vec2())).filter(|off_m| off_m.is_finite());
            let (east_m, north_m) = ((to.x - from.x) * scale_m, (from.y - to.y) * scale_m);
            Residual { east_m, north_m, length_m: off_m(to), left_out_m }
        };
        self.points.iter().zip(&self.left_out).map(residual).collect()
    }

    /// The root of the mean square of the residuals, in metres on the ground.
    pub fn rms_m(&self) -> f64 {
        let residuals = self.residuals();
        root_mean_square(residuals.iter().map(|residual| residual.length_m)).unwrap_or_default()
    }

    /// The same of points that are left out one at a time. `None` where there are no more points than the map takes, so
    /// that nothing is known of how exact it is.
    pub fn left_out_rms_m(&self) -> Option<f64> {
        if self.points.len() <= self.kind.least_points() {
            return None;
        }
        root_mean_square(self.residuals().iter().filter_map(|residual| residual.left_out_m))
    }

    /// How exact places read from the picture are, in metres: by the points that the map was not fitted to, since it is
    /// bent towards those that it was; a spline goes through all of them and would be exact by its own word.
    pub fn accuracy_m(&self) -> Option<f64> {
        self.left_out_rms_m()
    }
}

fn root_mean_square(lengths: impl Iterator<Item = f64>) -> Option<f64> {
    let (count, sum) = lengths.fold((0_u32, 0.0), |(count, sum), length| (count + 1, sum + length * length));
    (count > 0).then(|| (sum / f64::from(count)).sqrt())
}
