//! The coordinate system that GeoJSON of before 2016 may name in its `crs`.

use serde_json::{Map, Value};

use crate::formats::crs::Crs;
use crate::formats::read::{ReadError, shortened};

/// In which system the positions of a file are.
pub(in crate::formats) enum Named {
    /// WGS 84 in degrees, with what to say where the file does not say so.
    Degrees(Option<String>),
    /// Another.
    Other(Box<Crs>),
}

/// Refuses a coordinate system other than WGS 84 in degrees. What to say where it cannot be told which one it is.
///
/// # Errors
/// [`ReadError::OtherSystem`].
pub(crate) fn check_crs(members: &Map<String, Value>) -> Result<Option<String>, ReadError> {
    match named_crs(members.get("crs")) {
        Ok(Named::Degrees(note)) => Ok(note),
        Ok(Named::Other(crs)) => Err(ReadError::OtherSystem(shortened(&crs.label()))),
        Err(ReadError::UnknownSystem { name, .. }) => Err(ReadError::OtherSystem(name)),
        Err(error) => Err(error),
    }
}

/// The system that files of before 2016 may name in a `crs`, in one of many ways.
pub(in crate::formats) fn named_crs(crs: Option<&Value>) -> Result<Named, ReadError> {
    const TAKEN: &str = "its positions are taken for degrees of WGS 84";
    let degrees = |note: String| Ok(Named::Degrees(Some(note)));
    let Some(crs) = crs else { return Ok(Named::Degrees(None)) };
    if crs.is_null() {
        return degrees(format!("its 'crs' is null, which leaves the coordinate system open; {TAKEN}"));
    }
    // The form of 2008, those of drafts before it, and what programs have made of them.
    let paths = ["", "/name", "/code", "/properties", "/properties/name", "/properties/urn", "/properties/code"];
    let links = ["/properties/href", "/properties/url"];
    let found = paths.iter().chain(&links).find_map(|path| match crs.pointer(path)? {
        Value::String(text) => Some(text.trim().trim_end_matches('/').to_owned()),
        Value::Number(code) => Some(code.to_string()),
        _ => None,
    });
    let Some(name) = found.filter(|name| !name.is_empty()) else {
        let shown = shortened(&crs.to_string());
        return degrees(format!("its 'crs' says nothing that can be read, {shown}; {TAKEN}"));
    };
    match Crs::parse(&name) {
        Ok(crs) if crs.is_wgs84() => Ok(Named::Degrees(None)),
        Ok(crs) => Ok(Named::Other(Box::new(crs))),
        Err(why) => Err(ReadError::UnknownSystem { name: shortened(&name), why }),
    }
}
