//! Coordinate systems as strings of PROJ: `+proj=utm +zone=36 +datum=WGS84`.

use proj_core::{Ellipsoid, ProjectionMethod as Method};

use super::method::{Axes, Parameter, Parameters, method};
use super::well_known::{ellipsoid, known_datum, to_wgs84};
use super::{Crs, CrsError, Positions, codes};

/// Datums by PROJ's names, with EPSG's codes and names and PROJ's name of their ellipsoid.
const DATUMS: [(&str, u32, &str, &str); 9] = [
    ("wgs84", 6326, "WGS 84", "wgs84"),
    ("nad83", 6269, "North American Datum 1983", "grs80"),
    ("nad27", 6267, "North American Datum 1927", "clrk66"),
    ("ggrs87", 6121, "Greek Geodetic Reference System 1987", "grs80"),
    ("potsdam", 6314, "Deutsches Hauptdreiecksnetz", "bessel"),
    ("carthage", 6223, "Carthage", "clrk80ign"),
    ("ire65", 6300, "TM75", "mod_airy"),
    ("nzgd49", 6272, "New Zealand Geodetic Datum 1949", "intl"),
    ("osgb36", 6277, "Ordnance Survey of Great Britain 1936", "airy"),
];

/// Ellipsoids by PROJ's names: half axis and inverse flattening.
const ELLIPSOIDS: [(&str, f64, f64); 28] = [
    ("grs80", 6_378_137.0, 298.257_222_101),
    ("wgs84", 6_378_137.0, 298.257_223_563),
    ("wgs72", 6_378_135.0, 298.26),
    ("wgs66", 6_378_145.0, 298.25),
    ("wgs60", 6_378_165.0, 298.3),
    ("grs67", 6_378_160.0, 298.247_167_427),
    ("aust_sa", 6_378_160.0, 298.25),
    ("intl", 6_378_388.0, 297.0),
    ("krass", 6_378_245.0, 298.3),
    ("bessel", 6_377_397.155, 299.152_812_8),
    ("bess_nam", 6_377_483.865, 299.152_812_8),
    ("clrk66", 6_378_206.4, 294.978_698_213_898),
    ("clrk80", 6_378_249.145, 293.466_3),
    ("clrk80ign", 6_378_249.2, 293.466_021_293_626_5),
    ("airy", 6_377_563.396, 299.324_964_6),
    ("mod_airy", 6_377_340.189, 299.324_964_6),
    ("andrae", 6_377_104.43, 300.0),
    ("apl4.9", 6_378_137.0, 298.25),
    ("evrst30", 6_377_276.345, 300.801_7),
    ("evrst48", 6_377_304.063, 300.801_7),
    ("evrst56", 6_377_301.243, 300.801_7),
    ("evrst69", 6_377_295.664, 300.801_7),
    ("evrstss", 6_377_298.556, 300.801_7),
    ("helmert", 6_378_200.0, 298.3),
    ("iau76", 6_378_140.0, 298.257),
    ("pz90", 6_378_136.0, 298.257_84),
    ("gsk2011", 6_378_136.5, 298.256_415_1),
    ("sphere", 6_370_997.0, 0.0),
];

/// Units of length by PROJ's names, in metres.
const UNITS: [(&str, f64); 14] = [
    ("m", 1.0),
    ("km", 1000.0),
    ("dm", 0.1),
    ("cm", 0.01),
    ("mm", 0.001),
    ("ft", 0.3048),
    ("us-ft", 1200.0 / 3937.0),
    ("yd", 0.9144),
    ("us-yd", 3600.0 / 3937.0),
    ("mi", 1609.344),
    ("kmi", 1852.0),
    ("ind-ft", 0.304_798_41),
    ("ind-yd", 0.914_395_23),
    ("link", 0.201_168),
];

struct Words<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Words<'a> {
    fn get(&self, key: &str) -> Option<&'a str> {
        self.0.iter().find(|(known, _)| *known == key).map(|&(_, value)| value)
    }

    fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Plain numbers alone: degrees with minutes in letters are not read.
    fn number(&self, key: &str) -> Result<Option<f64>, CrsError> {
        self.get(key).map(|text| super::super::number::of_text(text).ok_or(CrsError::Number)).transpose()
    }
}

/// What a string says.
///
/// # Errors
/// [`CrsError`] names what is missing or not known.
pub(super) fn read(text: &str) -> Result<Crs, CrsError> {
    let words = Words(
        text.split_whitespace()
            .map(|word| word.strip_prefix('+').unwrap_or(word))
            .map(|word| word.split_once('=').unwrap_or((word, "")))
            .collect(),
    );
    if let Some(code) = words.get("init") {
        return super::named::read(code).unwrap_or_else(|| Err(CrsError::Code(super::shown(code))));
    }
    let name = words.get("proj").ok_or(CrsError::Missing("projection"))?;
    let (datum_name, datum, figure) = figure(&words)?;
    let given = match words.get("towgs84") {
        Some(list) => {
            let values: Option<Vec<f64>> = list.split(',').map(super::super::number::of_text).collect();
            Some(to_wgs84(&values.ok_or(CrsError::Number)?)?)
        }
        None => None,
    };
    let is_null = words.get("nadgrids") == Some("@null");
    // One with an @ may be missing, as the string says itself.
    let needed = |grids: &&str| given.is_none() && grids.split(',').any(|grid| !grid.starts_with('@'));
    if let Some(grids) = words.get("nadgrids").filter(needed) {
        return Err(CrsError::Unsupported(format!("the grid file of 'nadgrids={}'", super::shown(grids))));
    }
    let is_sphere = figure.flattening() == 0.0 && figure.semi_major_axis() == 6_378_137.0;
    let prime_meridian_deg = match words.get("pm") {
        None => 0.0,
        Some(named) => codes::prime_meridian_deg(named)
            .or_else(|| super::super::number::of_text(named))
            .filter(|degrees| degrees.abs() <= 180.0)
            .ok_or(CrsError::Missing("prime meridian"))?,
    };
    let unit_m = match (words.number("to_meter")?, words.get("units")) {
        (Some(factor), _) => factor,
        (None, Some(named)) => UNITS
            .into_iter()
            .find(|(known, _)| *known == named)
            .map(|(_, metres)| metres)
            .ok_or_else(|| CrsError::Unsupported(format!("the unit '{}'", super::shown(named))))?,
        (None, None) => 1.0,
    };
    if !(unit_m.is_finite() && (1e-9..1e9).contains(&unit_m)) {
        return Err(CrsError::Number);
    }
    let positions = match name {
        "longlat" | "latlong" | "lonlat" | "latlon" => Positions::Angles { unit_deg: 1.0 },
        "webmerc" => Positions::Plane { method: Method::WebMercator, unit_m, axes: Axes::EastNorth },
        "merc" if is_sphere && is_null && is_plain(&words)? => {
            Positions::Plane { method: Method::WebMercator, unit_m, axes: Axes::EastNorth }
        }
        _ => {
            let (method, own) = plane(name, &words)?;
            let axes = match words.get("axis") {
                None | Some("enu" | "neu") => own,
                Some("wsu") => Axes::WestSouth,
                Some("swu") => Axes::SouthWest,
                Some(other) => {
                    return Err(CrsError::Unsupported(format!("axes that run {}", super::shown(other))));
                }
            };
            Positions::Plane { method, unit_m, axes }
        }
    };
    let is_web = matches!(positions, Positions::Plane { method: Method::WebMercator, .. });
    if is_web {
        return Ok(Crs { name: "Web Mercator".to_owned(), epsg: Some(3857), positions, ..Crs::wgs84() });
    }
    let label = match datum_name {
        "" => format!("+proj={}", super::shown(name)),
        datum => format!("+proj={} on {datum}", super::shown(name)),
    };
    let datum = known_datum(datum_name, datum, None, figure, given);
    Ok(Crs { name: label, epsg: None, positions, datum, prime_meridian_deg })
}

/// Whether a Mercator projection has nothing of its own.
fn is_plain(words: &Words<'_>) -> Result<bool, CrsError> {
    for key in ["lat_ts", "lon_0", "x_0", "y_0"] {
        if words.number(key)?.unwrap_or(0.0) != 0.0 {
            return Ok(false);
        }
    }
    Ok(words.number("k")?.or(words.number("k_0")?).unwrap_or(1.0) == 1.0)
}

/// Name and code of the datum, and its ellipsoid.
fn figure(words: &Words<'_>) -> Result<(&'static str, Option<u32>, Ellipsoid), CrsError> {
    let by_name = |name: &str| {
        let name = name.to_ascii_lowercase();
        let found = ELLIPSOIDS.into_iter().find(|(known, ..)| *known == name);
        let (_, axis, inverse) =
            found.ok_or_else(|| CrsError::Unsupported(format!("the ellipsoid '{}'", super::shown(&name))))?;
        ellipsoid(axis, inverse)
    };
    if let Some(name) = words.get("datum") {
        let plain = name.to_ascii_lowercase();
        let (_, code, label, figure) = DATUMS
            .into_iter()
            .find(|(known, ..)| *known == plain)
            .ok_or_else(|| CrsError::Unsupported(format!("the datum '{}'", super::shown(name))))?;
        return Ok((label, Some(code), by_name(figure)?));
    }
    if let Some(radius) = words.number("R")? {
        return Ok(("", None, ellipsoid(radius, 0.0)?));
    }
    let figure = match (words.number("a")?, words.get("ellps")) {
        (Some(axis), _) => {
            let inverse = match (words.number("rf")?, words.number("f")?, words.number("b")?) {
                (Some(inverse), ..) => inverse,
                (None, Some(flattening), _) if flattening > 0.0 => 1.0 / flattening,
                (None, None, Some(minor)) if minor != axis => axis / (axis - minor),
                _ => 0.0,
            };
            ellipsoid(axis, inverse)?
        }
        (None, Some(name)) => by_name(name)?,
        // As PROJ takes it.
        (None, None) => by_name("grs80")?,
    };
    Ok(("", None, figure))
}

/// PROJ's projections by the names of the EPSG table.
fn plane(name: &str, words: &Words<'_>) -> Result<(Method, Axes), CrsError> {
    let mut given = Parameters::default();
    let keys = [
        ("lat_0", Parameter::Lat0),
        ("lon_0", Parameter::Lon0),
        ("lonc", Parameter::Lon0),
        ("lat_1", Parameter::Lat1),
        ("lat_2", Parameter::Lat2),
        ("k_0", Parameter::K0),
        ("k", Parameter::K0),
        ("x_0", Parameter::East),
        ("y_0", Parameter::North),
        ("gamma", Parameter::Rectified),
    ];
    for (key, parameter) in keys {
        if let Some(value) = words.number(key)? {
            given.add(parameter, value)?;
        }
    }
    // The angle is of the first line here, of the cone's axis there, which is not written.
    if name != "krovak"
        && let Some(alpha) = words.number("alpha")?
    {
        given.add(Parameter::Azimuth, alpha)?;
    }
    if let Some(parallel) = words.number("lat_ts")? {
        // Round a pole only its distance from the equator counts.
        let pole = words.number("lat_0")?.filter(|_| name == "stere");
        given.add(Parameter::Lat1, pole.map_or(parallel, |pole| parallel.abs().copysign(pole)))?;
    }
    let known = match name {
        "utm" => {
            let zone = words.number("zone")?.filter(|zone| (1.0..=60.0).contains(zone) && zone.fract() == 0.0);
            let zone = zone.ok_or(CrsError::Missing("UTM zone, which is 1 to 60,"))?;
            let mut given = Parameters::default();
            given.add(Parameter::Lon0, zone * 6.0 - 183.0)?;
            given.add(Parameter::K0, 0.9996)?;
            given.add(Parameter::East, 500_000.0)?;
            given.add(Parameter::North, if words.has("south") { 1e7 } else { 0.0 })?;
            return method("Transverse Mercator", &given);
        }
        "tmerc" | "etmerc" => "Transverse Mercator",
        "lcc" => "Lambert Conformal Conic",
        "aea" => "Albers",
        "merc" => "Mercator",
        "stere" => "Stereographic",
        "sterea" => "Oblique Stereographic",
        "laea" => "Lambert Azimuthal Equal Area",
        "omerc" if words.has("no_uoff") || words.has("no_off") => "Hotine Oblique Mercator (variant A)",
        "omerc" => "Hotine Oblique Mercator (variant B)",
        "somerc" => "Swiss Oblique Mercator",
        "cass" => "Cassini-Soldner",
        "eqc" => "Equidistant Cylindrical",
        "krovak" => "Krovak (North Orientated)",
        "poly" => "American Polyconic",
        "aeqd" => "Azimuthal Equidistant",
        "eqearth" => "Equal Earth",
        other => return Err(CrsError::Method(super::shown(other))),
    };
    let is_polar = words.number("lat_0")?.is_some_and(|pole| pole.abs() > 89.999_999);
    method(if known == "Stereographic" && is_polar { "Polar Stereographic" } else { known }, &given)
}
