//! Coordinate systems that are named by a code.

use super::{Crs, CrsError};

/// `EPSG:3857`, a bare `3857`, `urn:ogc:def:crs:EPSG::3857`, `http://www.opengis.net/def/crs/EPSG/0/3857`, the older
/// addresses of spatialreference.org and GML, and the names of WGS 84. `None` where the text is none of these.
pub(super) fn read(text: &str) -> Option<Result<Crs, CrsError>> {
    let small = text.trim_end_matches('/').to_ascii_lowercase();
    if let Some(code) = number(&small) {
        return Some(found(text, code));
    }
    if ["wgs84", "wgs 84", "wgs_84", "wgs_1984", "gcs_wgs_1984", "world geodetic system 1984"].contains(&small.as_str())
    {
        return Some(Ok(Crs::wgs84()));
    }
    let is_address = small.starts_with("http://") || small.starts_with("https://");
    let is_urn = small.starts_with("urn:");
    let is_pair = small.bytes().filter(|byte| *byte == b':').count() == 1 || small.starts_with("epsg::");
    if text.len() > 300 || !(is_address || is_urn || is_pair || small.starts_with("crs8") || small.starts_with("crs2"))
    {
        return None;
    }
    if text.contains(['[', '{', '+', '(']) {
        return None;
    }
    // The pieces from behind: a code, then perhaps a version, then who gave it.
    let mut pieces = small.rsplit([':', '/', '#', '=']).map(str::trim).filter(|piece| !piece.is_empty());
    let last = pieces.next()?;
    match last {
        // `urn:ogc:def:crs:OGC:1.3:CRS84`, `CRS:84`.
        "crs84" | "crs84h" => return Some(Ok(Crs::wgs84())),
        "84" if small.starts_with("crs:") => return Some(Ok(Crs::wgs84())),
        "crs83" => return Some(Crs::from_epsg(4269)),
        "crs27" => return Some(Crs::from_epsg(4267)),
        _ => {}
    }
    let giver = pieces.find(|piece| ["epsg", "epsg.xml", "esri"].contains(piece));
    let Some(code) = number(last).filter(|_| giver.is_some()) else {
        return (is_address || is_urn || is_pair).then(|| Err(CrsError::Code(super::shown(text))));
    };
    if giver == Some("esri") && !super::codes::is_of_esri(code) {
        return Some(Err(CrsError::Code(super::shown(text))));
    }
    Some(found(text, code))
}

/// Digits alone; larger ones than any code are no number.
fn number(text: &str) -> Option<u32> {
    let is_code = (1..=9).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_code { text.parse().ok() } else { None }
}

fn found(text: &str, code: u32) -> Result<Crs, CrsError> {
    Crs::from_epsg(code).map_err(|error| match error {
        CrsError::Code(_) if number(text).is_none() => CrsError::Code(super::shown(text)),
        error => error,
    })
}
