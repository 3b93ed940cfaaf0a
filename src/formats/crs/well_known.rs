//! Coordinate systems in well-known text of any kind, and in PROJJSON, which has the same tree.

use proj_core::{Ellipsoid, HelmertParams, ProjectionMethod as Method};

use super::method::{self, Axes, Kind, Parameters};
use super::tree::{Item, Node};
use super::{Crs, CrsError, Datum, Positions, codes, proj_string};

const DEGREE: f64 = 0.017_453_292_519_943_295;

const GEOGRAPHIC: [&str; 5] = ["GEOGCS", "GEOGCRS", "GEODCRS", "GEOGRAPHICCRS", "GEODETICCRS"];
const PROJECTED: [&str; 3] = ["PROJCS", "PROJCRS", "PROJECTEDCRS"];
const BASES: [&str; 4] = ["GEOGCS", "BASEGEOGCRS", "BASEGEODCRS", "GEOGCRS"];

/// What a tree says.
///
/// # Errors
/// [`CrsError`] names what is missing or not known.
pub(super) fn read(node: &Node) -> Result<Crs, CrsError> {
    match node.keyword.as_str() {
        keyword if GEOGRAPHIC.contains(&keyword) => geographic(node),
        keyword if PROJECTED.contains(&keyword) => projected(node),
        // Heights are not drawn: the first part is the one of the plane.
        "COMPD_CS" | "COMPOUNDCRS" => {
            read(node.nodes().find(|node| is_horizontal(node)).ok_or(CrsError::Missing("horizontal part"))?)
        }
        "BOUNDCRS" => bound(node),
        "GEOCCS" => Err(CrsError::Kind("a system of X, Y and Z from the centre of the earth")),
        "LOCAL_CS" | "ENGCRS" | "ENGINEERINGCRS" | "FITTED_CS" => Err(CrsError::Kind("a local system")),
        "VERT_CS" | "VERTCRS" | "VERTICALCRS" => Err(CrsError::Kind("a system of heights alone")),
        other => Err(CrsError::Form(super::shown(other))),
    }
}

fn is_horizontal(node: &Node) -> bool {
    let keyword = node.keyword.as_str();
    GEOGRAPHIC.contains(&keyword) || PROJECTED.contains(&keyword) || keyword == "BOUNDCRS"
}

/// The code that EPSG has for what a node describes.
fn code(node: &Node) -> Option<u32> {
    let id = node.child(&["AUTHORITY", "ID"])?;
    if !id.name().eq_ignore_ascii_case("EPSG") {
        return None;
    }
    id.written(1)?.trim().parse().ok()
}

fn geographic(node: &Node) -> Result<Crs, CrsError> {
    if node.child(&["CS"]).and_then(|cs| cs.written(0)).is_some_and(|kind| kind.eq_ignore_ascii_case("Cartesian")) {
        return Err(CrsError::Kind("a system of X, Y and Z from the centre of the earth"));
    }
    let base = base(node)?;
    Ok(Crs {
        name: node.name().to_owned(),
        epsg: code(node),
        positions: Positions::Angles { unit_deg: base.unit_deg },
        datum: base.datum,
        prime_meridian_deg: base.prime_meridian_deg,
    })
}

fn projected(node: &Node) -> Result<Crs, CrsError> {
    // GDAL keeps here what WKT 1 has no words for, and goes by it.
    let kept = node.nodes().find(|node| node.keyword == "EXTENSION" && node.name().eq_ignore_ascii_case("PROJ4"));
    if let Some(text) = kept.and_then(|kept| kept.written(1)) {
        let crs = proj_string::read(&text)?;
        return Ok(Crs { name: node.name().to_owned(), epsg: code(node), ..crs });
    }
    match of_parameters(node) {
        // A projection that cannot be told by its name may be in the table under its code.
        Err(error @ (CrsError::Method(_) | CrsError::Missing(_))) => {
            code(node).and_then(|code| Crs::from_epsg(code).ok()).ok_or(error)
        }
        done => done,
    }
}

fn of_parameters(node: &Node) -> Result<Crs, CrsError> {
    let base = base(node.child(&BASES).ok_or(CrsError::Missing("geographic system"))?)?;
    let unit_m = unit(node, &["UNIT", "LENGTHUNIT"]).ok_or(CrsError::Missing("unit of length"))?;
    let conversion = node.child(&["CONVERSION"]).unwrap_or(node);
    let method_name = conversion.child(&["PROJECTION", "METHOD"]).ok_or(CrsError::Missing("projection"))?.name();
    let mut parameters = Parameters::default();
    for given in conversion.nodes().filter(|node| node.keyword == "PARAMETER") {
        let value = given.number(1).ok_or(CrsError::Number)?;
        // What is not known changes positions, unless it is nothing.
        let Some((parameter, kind)) = method::parameter(given.name()) else {
            match value == 0.0 {
                true => continue,
                false => return Err(CrsError::Unsupported(format!("the parameter '{}'", super::shown(given.name())))),
            }
        };
        let own = unit(given, &["ANGLEUNIT", "LENGTHUNIT", "SCALEUNIT", "UNIT"]);
        let factor = match kind {
            Kind::Angle => own.map_or(base.unit_deg, degrees),
            Kind::Length => own.unwrap_or(unit_m),
            Kind::Factor => own.unwrap_or(1.0),
        };
        parameters.add(parameter, value * factor)?;
    }
    let (method, usual) = method::method(method_name, &parameters)?;
    // It is made for one radius, and PROJ takes it for degrees of WGS 84.
    let mut datum = base.datum;
    if matches!(method, Method::WebMercator) {
        if (datum.ellipsoid.semi_major_axis() - 6_378_137.0).abs() > 1e-3 {
            return Err(CrsError::Method(super::shown(method_name)));
        }
        if datum.ellipsoid.flattening() == 0.0 {
            datum = Crs::wgs84().datum;
        }
    }
    let axes = match (axes(node)?, usual) {
        // Only Krovak's grid is written either way under one name.
        (Some(axes), Axes::SouthWest | Axes::EastNorth) => axes,
        (_, usual) => usual,
    };
    Ok(Crs {
        name: node.name().to_owned(),
        epsg: code(node),
        positions: Positions::Plane { method, unit_m, axes },
        datum,
        prime_meridian_deg: base.prime_meridian_deg,
    })
}

/// How the axes run, whichever of them is named first: files have the one to the east or west first, except where both run
/// the other way.
fn axes(node: &Node) -> Result<Option<Axes>, CrsError> {
    let directions: Vec<String> = node
        .nodes()
        .filter(|node| node.keyword == "AXIS")
        .filter_map(|axis| axis.written(1))
        .map(|direction| direction.to_ascii_lowercase())
        .collect();
    let pair = match directions.as_slice() {
        [first, second, ..] => (first.as_str(), second.as_str()),
        _ => return Ok(None),
    };
    match pair {
        ("east", "north") | ("north", "east") => Ok(Some(Axes::EastNorth)),
        ("west", "south") => Ok(Some(Axes::WestSouth)),
        ("south", "west") => Ok(Some(Axes::SouthWest)),
        // Round a pole all directions are south, or north.
        ("south", "south") | ("north", "north") => Ok(Some(Axes::EastNorth)),
        ("east" | "west", "north" | "south") | ("north" | "south", "east" | "west") => {
            Err(CrsError::Unsupported(format!("axes to the {} and {}", pair.0, pair.1)))
        }
        _ => Ok(None),
    }
}

/// A factor to metres or radians, of the node itself or of its first axis.
fn unit(node: &Node, keywords: &[&str]) -> Option<f64> {
    let of = |node: &Node| node.child(keywords).and_then(|unit| unit.number(1));
    let factor = of(node).or_else(|| of(node.child(&["AXIS"])?))?;
    // Written with fewer digits than it has.
    let us_survey_foot = 1200.0 / 3937.0;
    let factor = if (factor - us_survey_foot).abs() < 1e-9 { us_survey_foot } else { factor };
    (factor.is_finite() && (1e-9..1e9).contains(&factor)).then_some(factor)
}

/// Radians as degrees, whole ones or grads where they are meant.
fn degrees(radians: f64) -> f64 {
    let degrees = radians / DEGREE;
    [1.0, 0.9].into_iter().find(|whole| (degrees - whole).abs() < 1e-7).unwrap_or(degrees)
}

/// What a system in degrees says, which a projected one is made of.
struct Base {
    datum: Datum,
    prime_meridian_deg: f64,
    unit_deg: f64,
}

fn base(node: &Node) -> Result<Base, CrsError> {
    let angles = ["UNIT", "ANGLEUNIT"];
    let unit_deg = unit(node, &angles).map_or(1.0, degrees);
    let datum = node
        .child(&["DATUM", "GEODETICDATUM", "TRF", "ENSEMBLE"])
        .or_else(|| node.child(&["DYNAMIC"]))
        .ok_or(CrsError::Missing("datum"))?;
    let figure = datum.child(&["SPHEROID", "ELLIPSOID"]).ok_or(CrsError::Missing("ellipsoid"))?;
    let unit_m = unit(figure, &["LENGTHUNIT", "UNIT"]).unwrap_or(1.0);
    let axis = figure.number(1).ok_or(CrsError::Missing("ellipsoid"))? * unit_m;
    let ellipsoid = ellipsoid(axis, figure.number(2).ok_or(CrsError::Missing("ellipsoid"))?)?;
    let given = datum.child(&["TOWGS84"]).map(|shift| {
        let values: Option<Vec<f64>> = (0..shift.values.len()).map(|index| shift.number(index)).collect();
        to_wgs84(&values.unwrap_or_default())
    });
    let given = given.transpose()?;
    let prime_meridian_deg = match node.child(&["PRIMEM", "PRIMEMERIDIAN"]) {
        None => 0.0,
        // WKT 1 has degrees here whatever the unit, as GDAL and Esri write it.
        Some(meridian) => match codes::prime_meridian_deg(meridian.name()) {
            Some(degrees) => degrees,
            None => {
                let own = unit(meridian, &angles).map_or(1.0, degrees);
                meridian.number(1).ok_or(CrsError::Missing("prime meridian"))? * own
            }
        },
    };
    if !(-180.0..=180.0).contains(&prime_meridian_deg) {
        return Err(CrsError::Missing("prime meridian"));
    }
    let datum = known_datum(datum.name(), code(datum), code(node), ellipsoid, given);
    Ok(Base { datum, prime_meridian_deg, unit_deg })
}

/// An ellipsoid by its half axis in metres and inverse flattening, which is 0 for a sphere.
pub(super) fn ellipsoid(axis_m: f64, inverse_flattening: f64) -> Result<Ellipsoid, CrsError> {
    if !(1e5..1e8).contains(&axis_m) || !(inverse_flattening == 0.0 || inverse_flattening > 10.0) {
        return Err(CrsError::Number);
    }
    let made = match inverse_flattening {
        0.0 => Ellipsoid::sphere(axis_m),
        some if some.is_infinite() => Ellipsoid::sphere(axis_m),
        some => Ellipsoid::from_a_rf(axis_m, some),
    };
    made.map_err(|_| CrsError::Number)
}

/// Three or seven numbers of a shift to WGS 84: metres, seconds of arc, parts of a million.
pub(super) fn to_wgs84(values: &[f64]) -> Result<HelmertParams, CrsError> {
    if values.iter().any(|value| !value.is_finite() || value.abs() > 1e6) {
        return Err(CrsError::Number);
    }
    let made = match *values {
        [x, y, z] => HelmertParams::translation(x, y, z),
        [x, y, z, rx, ry, rz, scale, ..] => HelmertParams::new(x, y, z, rx, ry, rz, scale),
        _ => return Err(CrsError::Missing("shift to WGS 84")),
    };
    made.map_err(|_| CrsError::Number)
}

/// The datum as the EPSG table has it, by its code, its name, or the system in degrees that is made of it, if its ellipsoid
/// is the one that is written.
pub(super) fn known_datum(
    name: &str,
    datum: Option<u32>,
    geographic: Option<u32>,
    ellipsoid: Ellipsoid,
    given: Option<HelmertParams>,
) -> Datum {
    let is_same = |code: &u32| {
        proj_core::lookup_datum_epsg(*code).is_some_and(|known| {
            (known.ellipsoid().semi_major_axis() - ellipsoid.semi_major_axis()).abs() < 0.5
                && (known.ellipsoid().flattening() - ellipsoid.flattening()).abs() < 1e-7
        })
    };
    // Esri's names begin so; the table knows some with it, some without.
    let of_esri = name;
    let name = name.strip_prefix("D_").unwrap_or(name);
    let wgs84 = ["wgs1984", "wgs84", "worldgeodeticsystem1984", "worldgeodeticsystem1984ensemble"];
    let is_wgs84 = wgs84.contains(&method::plain(name).as_str());
    let epsg = datum
        .or(is_wgs84.then_some(6326))
        .filter(is_same)
        .or_else(|| proj_core::lookup_datum_code_for_name(of_esri).filter(is_same))
        .or_else(|| proj_core::lookup_datum_code_for_name(name).filter(is_same))
        .or_else(|| geographic.and_then(proj_core::lookup_datum_code_for_crs).filter(is_same));
    // Shifts are known under the name with Greenwich.
    let greenwich = codes::greenwich_of(epsg, geographic);
    let epsg = greenwich.and_then(proj_core::lookup_datum_code_for_crs).or(epsg);
    let geographic = greenwich.or(geographic.filter(|code| proj_core::lookup_datum_code_for_crs(*code) == epsg));
    Datum { name: super::shown(&name.replace('_', " ")), epsg, geographic, ellipsoid, given }
}

/// A system with a shift of its own (ISO 19162).
fn bound(node: &Node) -> Result<Crs, CrsError> {
    let source = node.child(&["SOURCECRS"]).and_then(|source| source.nodes().next());
    let mut crs = read(source.ok_or(CrsError::Missing("system of origin"))?)?;
    let target = node.child(&["TARGETCRS"]).and_then(|target| target.nodes().next());
    let is_wgs84 = target.is_some_and(|target| read(target).is_ok_and(|target| target.is_wgs84()));
    let shift = node.child(&["ABRIDGEDTRANSFORMATION"]).ok_or(CrsError::Missing("shift"))?;
    let method = method::plain(shift.child(&["METHOD"]).map_or("", Node::name));
    let unsupported =
        || CrsError::Unsupported("a shift of another kind than to WGS 84 by three or seven numbers".to_owned());
    // Rotations of the frame and of the position have opposite signs.
    let sign = match method.as_str() {
        name if name.starts_with("geocentrictranslations") || name.starts_with("positionvector") => 1.0,
        name if name.starts_with("coordinateframe") => -1.0,
        _ => return Err(unsupported()),
    };
    if !is_wgs84 {
        return Err(unsupported());
    }
    let mut values = [0.0; 7];
    for given in shift.nodes().filter(|node| node.keyword == "PARAMETER") {
        let value = given.number(1).ok_or(CrsError::Number)?;
        let seconds = unit(given, &["ANGLEUNIT", "UNIT"]).map_or(1.0, |radians| radians / DEGREE * 3600.0);
        let metres = unit(given, &["LENGTHUNIT", "UNIT"]).unwrap_or(1.0);
        match method::plain(given.name()).as_str() {
            "xaxistranslation" => values[0] = value * metres,
            "yaxistranslation" => values[1] = value * metres,
            "zaxistranslation" => values[2] = value * metres,
            "xaxisrotation" => values[3] = value * seconds * sign,
            "yaxisrotation" => values[4] = value * seconds * sign,
            "zaxisrotation" => values[5] = value * seconds * sign,
            // Abridged, it is 1 and a little; else in parts of a million.
            "scaledifference" if (0.9..1.1).contains(&value) => values[6] = (value - 1.0) * 1e6,
            "scaledifference" => values[6] = value,
            _ => return Err(unsupported()),
        }
    }
    crs.datum.given = Some(to_wgs84(&values)?);
    Ok(crs)
}

/// A node that holds one text, for [`super::projjson`].
pub(super) fn named(keyword: &str, name: &str) -> Node {
    Node::new(keyword, vec![Item::Text(name.to_owned())])
}
