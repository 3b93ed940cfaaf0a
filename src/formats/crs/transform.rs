//! The way from a coordinate system to WGS 84, and how exact it is.

use geo::Coord;
use proj_core::{
    AreaOfInterest, CoordinateOperation, CoordinateOperationMetadata, CrsDef, Datum as CoreDatum, DatumToWgs84,
    GeographicCrsDef, LinearUnit, OperationDomain, OperationMethod, ProjectedCrsDef, ProjectionMethod,
    SelectionOptions, Transform as Core, operation_candidates_between_with_selection_options,
};

use super::method::Axes;
use super::{Crs, CrsError, Datum, Positions};

/// How far a position may be from itself after the way there and back, in the unit of its system's metres: more means that the
/// projection does not reach there.
const SLACK_M: f64 = 0.1;

/// The shift that nobody knows may be so large: the largest of the EPSG table to WGS 84 are of 800 m.
const UNKNOWN_M: f64 = 1000.0;

/// What a shift may be off by in a region that it is not meant for: those of one datum in several countries differ by less.
const ELSEWHERE_M: f64 = 500.0;

/// Converts positions to longitudes and latitudes of WGS 84.
#[derive(Debug, Clone)]
pub struct Transform {
    /// From the plane to degrees on the same datum, and back.
    plane: Option<(Core, Core)>,
    axes: Axes,
    unit_m: f64,
    unit_deg: f64,
    prime_meridian_deg: f64,
    /// From there to WGS 84.
    datum: Option<Core>,
    /// And back.
    datum_back: Option<Core>,
    shift: Shift,
    is_equirectangular: bool,
}

/// How positions come from a datum to WGS 84.
#[derive(Debug, Clone, PartialEq)]
pub enum Shift {
    /// They are on WGS 84.
    None,
    /// The file gives the shift.
    Given,
    /// By an average shift of the EPSG table.
    Average {
        /// The datum.
        datum: String,
        /// The name of the shift in the EPSG table.
        operation: String,
        /// How far positions may be off.
        about_m: f64,
        /// Whether a grid file would be more exact.
        grid: bool,
        /// Whether the shift is meant for the place where the positions are.
        fits: bool,
    },
    /// None is known: positions are left where they are.
    Unknown {
        /// The datum.
        datum: String,
        /// How far positions may be off.
        about_m: f64,
        /// Whether one is known that needs a grid file.
        grid: bool,
    },
}

impl Shift {
    /// What to say of positions that are not exact to about a metre.
    pub fn warning(&self) -> Option<String> {
        let (datum, about_m) = match self {
            Self::None | Self::Given => return None,
            Self::Average { about_m, .. } if *about_m <= 1.0 => return None,
            Self::Average { datum, about_m, .. } | Self::Unknown { datum, about_m, .. } => (datum, *about_m),
        };
        let why = match self {
            Self::Average { grid: true, fits: true, .. } | Self::Unknown { grid: true, .. } => {
                format!("the exact shift from the datum {datum} needs a grid file that Claimline does not have")
            }
            Self::Average { fits: true, .. } => format!("the shift from the datum {datum} is known no better"),
            Self::Average { .. } => {
                format!("the shift from the datum {datum} that Claimline has is meant for another region")
            }
            _ => format!("Claimline knows no shift from the datum {datum} to WGS 84"),
        };
        Some(format!("positions may be off by up to about {} m: {why}", about_m.ceil()))
    }
}

/// Positions that have no place on the earth; each is not a number afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Lost {
    /// How many.
    pub count: usize,
    /// The index of the first.
    pub first: Option<usize>,
}

impl Crs {
    /// The way to WGS 84, for positions of which one is `around`, in their own system: which shift is best depends on where
    /// they are.
    ///
    /// # Errors
    /// [`CrsError`] where the projection cannot be made of the numbers that are given.
    pub fn transform(&self, around: Option<Coord<f64>>) -> Result<Transform, CrsError> {
        let mut made = Transform {
            plane: None,
            axes: Axes::EastNorth,
            unit_m: 1.0,
            unit_deg: 1.0,
            prime_meridian_deg: self.prime_meridian_deg,
            datum: None,
            datum_back: None,
            shift: Shift::None,
            is_equirectangular: false,
        };
        match &self.positions {
            Positions::Angles { unit_deg } => made.unit_deg = *unit_deg,
            Positions::Plane { method, unit_m, axes } => {
                // On a datum of its own, which no shift of the table fits.
                let datum =
                    || CoreDatum::new(self.datum.ellipsoid, DatumToWgs84::Identity).map_err(|_| CrsError::Number);
                // Units are converted here.
                let plane = ProjectedCrsDef::new(0, datum()?, *method, LinearUnit::metre(), "");
                let degrees = GeographicCrsDef::new(0, datum()?, "");
                let (plane, degrees) = (CrsDef::Projected(plane), CrsDef::Geographic(degrees));
                let way = |from, to| Core::from_crs_defs(from, to).map_err(|_| CrsError::Number);
                made.plane = Some((way(&plane, &degrees)?, way(&degrees, &plane)?));
                (made.unit_m, made.axes) = (*unit_m, *axes);
                made.is_equirectangular = matches!(method, ProjectionMethod::EquidistantCylindrical { .. })
                    && self.datum.ellipsoid.flattening() > 0.0;
            }
        }
        let around = around.and_then(|around| made.on_datum(around));
        (made.datum, made.shift) = shift(&self.datum, around)?;
        made.datum_back = made.datum.as_ref().and_then(|way| way.inverse().ok());
        Ok(made)
    }
}

impl Transform {
    /// How exact the positions are.
    pub fn shift(&self) -> &Shift {
        &self.shift
    }

    /// What to say of positions that are not exact to about a metre.
    pub fn warnings(&self) -> Vec<String> {
        // PROJ before 9.8 took a sphere for it, of whatever ellipsoid it is.
        let two_ways = "positions may be off by up to about 25 km to the north or south: programs have made Equidistant \
                        Cylindrical of two formulas, and the file does not say which";
        self.is_equirectangular.then(|| two_ways.to_owned()).into_iter().chain(self.shift.warning()).collect()
    }

    /// Converts positions where they stand. Those that have no place on the earth are not a number afterwards.
    pub fn convert(&self, positions: &mut [Coord<f64>]) -> Lost {
        let mut lost = Lost::default();
        for (index, position) in positions.iter_mut().enumerate() {
            match self.converted(*position) {
                Some(place) => *position = place,
                None => {
                    *position = Coord { x: f64::NAN, y: f64::NAN };
                    lost.count += 1;
                    lost.first.get_or_insert(index);
                }
            }
        }
        lost
    }

    /// Longitude and latitude of a position; `None` where it has no place on the earth.
    pub fn converted(&self, position: Coord<f64>) -> Option<Coord<f64>> {
        let place = self.on_datum(position)?;
        let Some(datum) = &self.datum else { return Some(place) };
        let (x, y) = datum.convert((place.x, place.y)).ok()?;
        on_earth(x, y)
    }

    /// The position in the system of a longitude and latitude of WGS 84: the way back of [`Self::converted`]. `None` where
    /// the system does not reach.
    pub fn position_of(&self, lon_lat: Coord<f64>) -> Option<Coord<f64>> {
        let (lon, lat) = match (&self.datum, &self.datum_back) {
            (None, _) => (lon_lat.x, lon_lat.y),
            (Some(_), Some(back)) => back.convert((lon_lat.x, lon_lat.y)).ok()?,
            (Some(_), None) => return None,
        };
        let lon = lon - self.prime_meridian_deg;
        let at = match &self.plane {
            None => Coord { x: lon / self.unit_deg, y: lat / self.unit_deg },
            Some((_, from_degrees)) => {
                let (east, north): (f64, f64) = from_degrees.convert((lon, lat)).ok()?;
                let (x, y) = match self.axes {
                    Axes::EastNorth => (east, north),
                    Axes::WestSouth => (-east, -north),
                    Axes::SouthWest => (-north, -east),
                };
                Coord { x: x / self.unit_m, y: y / self.unit_m }
            }
        };
        (at.x.is_finite() && at.y.is_finite()).then_some(at)
    }

    /// Longitude and latitude from Greenwich on the system's own datum.
    fn on_datum(&self, position: Coord<f64>) -> Option<Coord<f64>> {
        if !(position.x.is_finite() && position.y.is_finite()) {
            return None;
        }
        let (x, y) = match &self.plane {
            None => (position.x * self.unit_deg, position.y * self.unit_deg),
            Some((to_degrees, back)) => {
                let (x, y) = (position.x * self.unit_m, position.y * self.unit_m);
                let (east, north) = match self.axes {
                    Axes::EastNorth => (x, y),
                    Axes::WestSouth => (-x, -y),
                    Axes::SouthWest => (-y, -x),
                };
                let place = to_degrees.convert((east, north)).ok()?;
                // Far outside, series give some place or other.
                let again: (f64, f64) = back.convert(place).ok()?;
                let is_same = (again.0 - east).abs() <= SLACK_M && (again.1 - north).abs() <= SLACK_M;
                if !is_same {
                    return None;
                }
                place
            }
        };
        on_earth(x + self.prime_meridian_deg, y)
    }
}

/// A longitude of one turn at most beyond ±180°, brought within.
fn on_earth(x: f64, y: f64) -> Option<Coord<f64>> {
    // Rounding may carry a pole over itself.
    let y = if y.abs() > 90.0 && y.abs() < 90.0 + 1e-9 { 90f64.copysign(y) } else { y };
    let x = match x {
        x if x > 180.0 => x - 360.0,
        x if x < -180.0 => x + 360.0,
        x => x,
    };
    let is_place = (-180.0..=180.0).contains(&x) && (-90.0..=90.0).contains(&y);
    is_place.then_some(Coord { x, y })
}

/// The shift from a datum to WGS 84 that fits best where the positions are.
fn shift(datum: &Datum, around: Option<Coord<f64>>) -> Result<(Option<Core>, Shift), CrsError> {
    if datum.is_wgs84() {
        return Ok((None, Shift::None));
    }
    let target = proj_core::lookup_epsg(4326).ok_or(CrsError::Missing("datum"))?;
    if let Some(given) = datum.given {
        let source = CoreDatum::new(datum.ellipsoid, DatumToWgs84::Helmert(given)).map_err(|_| CrsError::Number)?;
        let source = CrsDef::Geographic(GeographicCrsDef::new(0, source, ""));
        let options = SelectionOptions::new().with_coordinate_operation(operation(given, target.epsg()));
        let way = Core::from_crs_defs_with_selection_options(&source, &target, options);
        return way.map(|way| (Some(way), Shift::Given)).map_err(|_| CrsError::Number);
    }
    let known = datum.epsg.and_then(proj_core::lookup_datum_epsg);
    // Modern datums on the ellipsoids of GPS differ from WGS 84 by what the continents have moved since.
    let ellipsoid = datum.ellipsoid;
    let is_modern = known.is_some()
        && (ellipsoid.semi_major_axis() - 6_378_137.0).abs() < 1e-3
        && (ellipsoid.inverse_flattening() - 298.257).abs() < 1e-3;
    let unknown_m = if is_modern { 3.0 } else { UNKNOWN_M };
    let name = match datum.name.is_empty() {
        true => "of the file, which has no name,".to_owned(),
        false => datum.name.clone(),
    };
    let unknown = |grid| Shift::Unknown { datum: name.clone(), about_m: unknown_m, grid };
    let Some(known) = known else { return Ok((None, unknown(false))) };
    let source = CrsDef::Geographic(GeographicCrsDef::new(datum.geographic.unwrap_or(0), known, ""));
    let options = match around {
        Some(around) => SelectionOptions::new()
            .with_area_of_interest(AreaOfInterest::geographic_point(proj_core::Coord::new(around.x, around.y))),
        None => SelectionOptions::new(),
    };
    // A grid that comes with the library (NTv2 of Canada) is used where it reaches.
    if let Ok(way) = Core::from_crs_defs_with_selection_options(&source, &target, options.clone())
        && way.selected_operation().uses_grids
        && around.is_some_and(|around| way.convert((around.x, around.y)).is_ok())
    {
        let about_m = way.selected_operation().accuracy.map_or(1.0, |accuracy| accuracy.meters);
        let operation = way.selected_operation().name.clone();
        let shift = Shift::Average { datum: name.clone(), operation, about_m, grid: false, fits: true };
        return Ok((Some(way), shift));
    }
    let candidates =
        operation_candidates_between_with_selection_options(&source, &target, &options).unwrap_or_default();
    let fits = |candidate: &&CoordinateOperationMetadata| {
        around.is_none_or(|around| {
            let point = proj_core::Coord::new(around.x, around.y);
            candidate.area_of_use.as_ref().is_some_and(|area| area.contains_point(point))
        })
    };
    // Shifts of an unknown exactness are as good as withdrawn: some of the table's are wrong by kilometres.
    let usable: Vec<&CoordinateOperationMetadata> = candidates
        .iter()
        .filter(|candidate| !candidate.uses_grids && candidate.accuracy.is_some_and(|accuracy| accuracy.meters < 900.0))
        .collect();
    let grid = candidates.iter().filter(fits).any(|candidate| candidate.uses_grids);
    let first = |wanted: &dyn Fn(&&CoordinateOperationMetadata) -> bool| usable.iter().copied().find(wanted);
    let chosen = first(&|candidate| fits(candidate) && !candidate.deprecated)
        .or_else(|| first(&fits))
        .or_else(|| first(&|candidate| !candidate.deprecated))
        .or_else(|| first(&|_| true));
    let Some(chosen) = chosen else { return Ok((None, unknown(grid))) };
    let Some(way) = chosen
        .id
        .and_then(|id| Core::from_crs_defs_with_selection_options(&source, &target, options.with_operation(id)).ok())
    else {
        return Ok((None, unknown(grid)));
    };
    let accuracy_m =
        |candidate: &CoordinateOperationMetadata| candidate.accuracy.map_or(0.0, |accuracy| accuracy.meters);
    // Where the table has several of about the same exactness for a place, they differ by as much as the worst of them.
    let best_m = accuracy_m(chosen);
    let mut about_m = usable
        .iter()
        .filter(|candidate| fits(candidate) && !candidate.deprecated && accuracy_m(candidate) <= 1.5 * best_m)
        .map(|candidate| accuracy_m(candidate))
        .fold(best_m, f64::max);
    let fits = fits(&chosen);
    if !fits {
        about_m = about_m.max(if is_modern { 3.0 } else { ELSEWHERE_M });
    }
    let shift = Shift::Average { datum: name, operation: chosen.name.clone(), about_m, grid, fits };
    Ok((Some(way), shift))
}

/// The shift that a file gives.
fn operation(given: proj_core::HelmertParams, target: u32) -> CoordinateOperation {
    CoordinateOperation {
        id: None,
        name: String::new(),
        source_crs_epsg: None,
        target_crs_epsg: Some(target),
        source_datum_epsg: None,
        target_datum_epsg: None,
        accuracy: None,
        areas_of_use: Default::default(),
        deprecated: false,
        preferred: true,
        approximate: false,
        superseded: false,
        domain: OperationDomain::HorizontalOnly,
        method: OperationMethod::DatumShift {
            source_to_wgs84: DatumToWgs84::Helmert(given),
            target_to_wgs84: DatumToWgs84::Identity,
        },
    }
}
