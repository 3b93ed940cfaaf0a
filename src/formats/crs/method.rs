//! Projections by the names that WKT, PROJJSON and Esri have for them, with parameters by theirs.

use proj_core::ProjectionMethod as Method;

use super::CrsError;

/// How the two numbers of a position run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Axes {
    #[default]
    EastNorth,
    /// The first grows to the west, the second to the south.
    WestSouth,
    /// The first grows to the south, the second to the west.
    SouthWest,
}

/// What a parameter says, in degrees, metres or as a factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Angle,
    Length,
    Factor,
}

/// Names without all that is no letter or digit, the parameter, and what it measures. WKT 1, Esri's WKT, then EPSG's.
const PARAMETERS: [(&str, Parameter, Kind); 53] = {
    use Kind::{Angle, Factor, Length};
    use Parameter as P;
    [
        ("latitudeoforigin", P::Lat0, Angle),
        ("latitudeofcenter", P::Lat0, Angle),
        ("latitudeofcentre", P::Lat0, Angle),
        ("centralparallel", P::Lat0, Angle),
        ("latitudeofnaturalorigin", P::Lat0, Angle),
        ("latitudeofprojectioncentre", P::Lat0, Angle),
        ("latitudeofprojectioncenter", P::Lat0, Angle),
        ("latitudeoffalseorigin", P::LatFalse, Angle),
        ("centralmeridian", P::Lon0, Angle),
        ("longitudeofcenter", P::Lon0, Angle),
        ("longitudeofcentre", P::Lon0, Angle),
        ("longitudeoforigin", P::Lon0, Angle),
        ("straightverticallongitudefrompole", P::Lon0, Angle),
        ("longitudeofnaturalorigin", P::Lon0, Angle),
        ("longitudeofprojectioncentre", P::Lon0, Angle),
        ("longitudeofprojectioncenter", P::Lon0, Angle),
        ("longitudeoffalseorigin", P::Lon0, Angle),
        ("standardparallel1", P::Lat1, Angle),
        ("latitudeof1ststandardparallel", P::Lat1, Angle),
        ("latitudeofstandardparallel", P::Lat1, Angle),
        ("standardparallel2", P::Lat2, Angle),
        ("latitudeof2ndstandardparallel", P::Lat2, Angle),
        ("scalefactor", P::K0, Factor),
        ("scalefactoratnaturalorigin", P::K0, Factor),
        ("scalefactoratprojectioncentre", P::K0, Factor),
        ("scalefactoratprojectioncenter", P::K0, Factor),
        ("scalefactoroninitialline", P::K0, Factor),
        ("scalefactoronpseudostandardparallel", P::K0, Factor),
        ("falseeasting", P::East, Length),
        ("eastingatfalseorigin", P::East, Length),
        ("eastingatprojectioncentre", P::East, Length),
        ("eastingatprojectioncenter", P::East, Length),
        ("falsenorthing", P::North, Length),
        ("northingatfalseorigin", P::North, Length),
        ("northingatprojectioncentre", P::North, Length),
        ("northingatprojectioncenter", P::North, Length),
        ("azimuth", P::Azimuth, Angle),
        ("azimuthofinitialline", P::Azimuth, Angle),
        ("azimuthatprojectioncentre", P::Azimuth, Angle),
        ("azimuthatprojectioncenter", P::Azimuth, Angle),
        ("colatitudeofconeaxis", P::Azimuth, Angle),
        ("rectifiedgridangle", P::Rectified, Angle),
        ("anglefromrectifiedtoskewgrid", P::Rectified, Angle),
        ("xyplanerotation", P::Rotation, Angle),
        ("xscale", P::ScaleX, Factor),
        ("yscale", P::ScaleY, Factor),
        ("pseudostandardparallel1", P::Pseudo, Angle),
        ("latitudeofpseudostandardparallel", P::Pseudo, Angle),
        ("ellipsoidscalingfactor", P::EllipsoidScale, Factor),
        ("projectionplaneoriginheight", P::Height, Length),
        ("height", P::Height, Length),
        ("auxiliaryspheretype", P::Sphere, Factor),
        ("semimajoraxis", P::Ignored, Length),
    ]
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Parameter {
    Lat0,
    LatFalse,
    Lon0,
    Lat1,
    Lat2,
    K0,
    East,
    North,
    Azimuth,
    Rectified,
    Rotation,
    ScaleX,
    ScaleY,
    Pseudo,
    EllipsoidScale,
    Height,
    Sphere,
    Ignored,
}

/// A name without all in which writers differ.
pub(super) fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

/// The parameter of that name.
pub(super) fn parameter(name: &str) -> Option<(Parameter, Kind)> {
    let name = plain(name);
    PARAMETERS.iter().find(|(known, ..)| *known == name).map(|&(_, parameter, kind)| (parameter, kind))
}

/// The parameters of a projection: angles in degrees, lengths in metres.
#[derive(Debug, Clone, Default)]
pub(super) struct Parameters(Vec<(Parameter, f64)>);

impl Parameters {
    /// # Errors
    /// [`CrsError::Number`] for what no map has: infinite, or larger than the way to the sun.
    pub(super) fn add(&mut self, parameter: Parameter, value: f64) -> Result<(), CrsError> {
        if !value.is_finite() || value.abs() > 1e11 || parameter == Parameter::K0 && value <= 0.0 {
            return Err(CrsError::Number);
        }
        self.0.push((parameter, value));
        Ok(())
    }

    fn get(&self, wanted: Parameter) -> Option<f64> {
        self.0.iter().find(|(parameter, _)| *parameter == wanted).map(|&(_, value)| value)
    }

    fn or(&self, wanted: Parameter, usual: f64) -> f64 {
        self.get(wanted).unwrap_or(usual)
    }
}

/// The projection of a name, with how its axes run where the name says so.
///
/// # Errors
/// [`CrsError::Method`] where Claimline has no such projection.
pub(super) fn method(name: &str, given: &Parameters) -> Result<(Method, Axes), CrsError> {
    use Parameter as P;
    let lat0 = given.get(P::Lat0).or(given.get(P::LatFalse)).unwrap_or(0.0);
    let lon0 = given.or(P::Lon0, 0.0);
    let k0 = given.or(P::K0, 1.0);
    let (false_easting, false_northing) = (given.or(P::East, 0.0), given.or(P::North, 0.0));
    let unknown = || CrsError::Method(super::shown(name));
    let polar = |lat: f64| -> Result<Method, CrsError> {
        // At the pole itself the scale counts, elsewhere the parallel of true scale.
        let k0 = if lat.abs() > 89.999_999 { k0 } else { 1.0 };
        if lat == 0.0 {
            return Err(unknown());
        }
        Ok(Method::PolarStereographic { lon0, lat_ts: lat, k0, false_easting, false_northing })
    };
    let method = match plain(name).as_str() {
        "transversemercator" | "gausskruger" => {
            Method::TransverseMercator { lon0, lat0, k0, false_easting, false_northing }
        }
        "transversemercatorsouthorientated" => {
            let (false_easting, false_northing) = (-false_easting, -false_northing);
            let method = Method::TransverseMercator { lon0, lat0, k0, false_easting, false_northing };
            return Ok((method, Axes::WestSouth));
        }
        "lambertconformalconic"
        | "lambertconformalconic1sp"
        | "lambertconformalconic2sp"
        | "lambertconicconformal1sp"
        | "lambertconicconformal2sp" => {
            let lat1 = given.or(P::Lat1, lat0);
            let lat2 = given.or(P::Lat2, lat1);
            Method::LambertConformalConic { lon0, lat0, lat1, lat2, k0, false_easting, false_northing }
        }
        "lambertconicconformal2spmichigan" => Method::LambertConformalConicMichigan {
            lon0,
            lat0,
            lat1: given.get(P::Lat1).ok_or_else(unknown)?,
            lat2: given.get(P::Lat2).ok_or_else(unknown)?,
            ellipsoid_scaling_factor: given.or(P::EllipsoidScale, 1.0),
            false_easting,
            false_northing,
        },
        "lambertconicconformal1spvariantb" => Method::LambertConformalConic1SPVariantB {
            lon0,
            lat0,
            k0,
            lat_false_origin: given.or(P::LatFalse, lat0),
            false_easting,
            false_northing,
        },
        "albers" | "albersequalarea" | "albersconicequalarea" | "albersequalareaconic" => {
            let lat1 = given.get(P::Lat1).ok_or_else(unknown)?;
            let lat2 = given.or(P::Lat2, lat1);
            Method::AlbersEqualArea { lon0, lat0, lat1, lat2, false_easting, false_northing }
        }
        // The scale of variant A counts at the equator, the parallel of variant B is true to scale.
        "mercator" | "mercator1sp" | "mercator2sp" | "mercatorvarianta" | "mercatorvariantb" => {
            Method::Mercator { lon0, lat_ts: given.or(P::Lat1, 0.0), k0, false_easting, false_northing }
        }
        "mercatorauxiliarysphere" | "popularvisualisationpseudomercator" | "mercator1spspherical" => {
            let is_plain = lon0 == 0.0 && false_easting == 0.0 && false_northing == 0.0 && k0 == 1.0;
            let is_usual = given.or(P::Lat1, 0.0) == 0.0 && given.or(P::Sphere, 0.0) == 0.0;
            if !is_plain || !is_usual {
                return Err(unknown());
            }
            Method::WebMercator
        }
        "polarstereographic" | "polarstereographicvarianta" | "polarstereographicvariantb" => {
            polar(given.get(P::Lat1).unwrap_or(lat0))?
        }
        "stereographicnorthpole" | "stereographicsouthpole" => polar(given.get(P::Lat1).unwrap_or(lat0))?,
        "stereographic" if lat0.abs() > 89.999_999 => polar(lat0)?,
        "polarstereographicvariantc" => Method::PolarStereographicVariantC {
            lon0,
            lat_ts: given.get(P::Lat1).ok_or_else(unknown)?,
            easting_false_origin: false_easting,
            northing_false_origin: false_northing,
        },
        "obliquestereographic" | "doublestereographic" => {
            Method::ObliqueStereographic { lon0, lat0, k0, false_easting, false_northing }
        }
        "lambertazimuthalequalarea" => Method::LambertAzimuthalEqualArea { lon0, lat0, false_easting, false_northing },
        "lambertazimuthalequalareaspherical" => {
            Method::LambertAzimuthalEqualAreaSpherical { lon0, lat0, false_easting, false_northing }
        }
        "hotineobliquemercator"
        | "hotineobliquemercatorvarianta"
        | "hotineobliquemercatorazimuthnaturalorigin"
        | "rectifiedskeworthomorphicnaturalorigin" => hotine(given, false).ok_or_else(unknown)?,
        "hotineobliquemercatorvariantb"
        | "hotineobliquemercatorazimuthcenter"
        | "obliquemercator"
        | "rectifiedskeworthomorphiccenter" => hotine(given, true).ok_or_else(unknown)?,
        "swissobliquecylindrical" | "swissobliquemercator" => Method::HotineObliqueMercator {
            latc: lat0,
            lonc: lon0,
            azimuth: 90.0,
            rectified_grid_angle: 90.0,
            k0,
            false_easting,
            false_northing,
            variant_b: true,
        },
        "cassini" | "cassinisoldner" => Method::CassiniSoldner { lon0, lat0, false_easting, false_northing },
        "equirectangular" | "equidistantcylindrical" | "platecarree" => {
            Method::EquidistantCylindrical { lon0, lat_ts: given.or(P::Lat1, 0.0), false_easting, false_northing }
        }
        "krovak" => {
            // Esri writes the turn to east and north as a scale and a rotation.
            let axes = match given.get(P::ScaleX) {
                Some(scale) if scale < 0.0 => Axes::EastNorth,
                _ => Axes::SouthWest,
            };
            return Ok((krovak(given), axes));
        }
        "krovaknorthorientated" => krovak(given),
        "krovakmodifiednorthorientated" => match krovak(given) {
            Method::KrovakNorthOrientated {
                lon0,
                lat0,
                co_latitude_cone_axis,
                lat_pseudo_standard_parallel,
                k0,
                false_easting,
                false_northing,
            } => Method::KrovakModifiedNorthOrientated {
                lon0,
                lat0,
                co_latitude_cone_axis,
                lat_pseudo_standard_parallel,
                k0,
                false_easting,
                false_northing,
            },
            other => other,
        },
        "equalearth" => Method::EqualEarth { lon0, false_easting, false_northing },
        "polyconic" | "americanpolyconic" => Method::AmericanPolyconic { lon0, lat0, false_easting, false_northing },
        "azimuthalequidistant" | "modifiedazimuthalequidistant" => {
            Method::AzimuthalEquidistant { lon0, lat0, false_easting, false_northing }
        }
        "colombiaurban" => {
            let h0 = given.get(P::Height).ok_or_else(unknown)?;
            Method::ColombiaUrban { lon0, lat0, h0, false_easting, false_northing }
        }
        "guamprojection" => Method::GuamProjection { lon0, lat0, false_easting, false_northing },
        "labordeobliquemercator" => Method::LabordeObliqueMercator {
            lon0,
            lat0,
            azimuth: given.get(P::Azimuth).ok_or_else(unknown)?,
            k0,
            false_easting,
            false_northing,
        },
        _ => return Err(unknown()),
    };
    Ok((method, Axes::EastNorth))
}

fn hotine(given: &Parameters, variant_b: bool) -> Option<Method> {
    use Parameter as P;
    let azimuth = given.get(P::Azimuth)?;
    Some(Method::HotineObliqueMercator {
        latc: given.get(P::Lat0)?,
        lonc: given.get(P::Lon0)?,
        azimuth,
        rectified_grid_angle: given.get(P::Rectified).or(given.get(P::Rotation)).unwrap_or(azimuth),
        k0: given.or(P::K0, 1.0),
        false_easting: given.or(P::East, 0.0),
        false_northing: given.or(P::North, 0.0),
        variant_b,
    })
}

/// What is not said is as the maps of Czechoslovakia have it.
fn krovak(given: &Parameters) -> Method {
    use Parameter as P;
    Method::KrovakNorthOrientated {
        lon0: given.or(P::Lon0, 24.0 + 50.0 / 60.0),
        lat0: given.or(P::Lat0, 49.5),
        co_latitude_cone_axis: given.or(P::Azimuth, 30.288_139_752_777_78),
        lat_pseudo_standard_parallel: given.or(P::Pseudo, 78.5),
        k0: given.or(P::K0, 0.9999),
        false_easting: given.or(P::East, 0.0),
        false_northing: given.or(P::North, 0.0),
    }
}
