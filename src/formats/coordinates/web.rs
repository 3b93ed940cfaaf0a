//! `geo:` addresses (RFC 5870) and links to maps.

use super::{CoordinateError, How, Reading, degrees, place};

type Found = Result<Vec<Reading>, CoordinateError>;

/// What an address holds; `None` for what is no address.
pub(super) fn readings(text: &str) -> Option<Found> {
    let scheme = |scheme: &str| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    if scheme("geo:") {
        return Some(geo(&text[4..]));
    }
    let rest = if scheme("https://") {
        &text[8..]
    } else if scheme("http://") {
        &text[7..]
    } else {
        // As browsers show addresses.
        let known = [
            "www.google.",
            "google.",
            "maps.google.",
            "maps.app.goo.gl/",
            "goo.gl/",
            "www.openstreetmap.org/",
            "openstreetmap.org/",
        ];
        known.iter().any(|start| scheme(start)).then_some(text)?
    };
    let Some((lat, lon)) = link(rest) else { return Some(Err(CoordinateError::Link)) };
    Some(place(lat, lon).map(|at| vec![Reading { at, how: How::Link }]).ok_or(CoordinateError::Beyond))
}

/// `geo:48.62,37.55;u=20`, and as phones write it `geo:0,0?q=48.62,37.55(Name)`.
fn geo(rest: &str) -> Found {
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let mut parts = path.split(';');
    let position = parts.next().unwrap_or_default();
    let crs = parts.find_map(|part| part.split_once('=').filter(|(name, _)| name.eq_ignore_ascii_case("crs")));
    if let Some((_, crs)) = crs.filter(|(_, crs)| !crs.eq_ignore_ascii_case("wgs84")) {
        return Err(CoordinateError::System(crs.chars().take(30).collect()));
    }
    let pin = query.split('&').find_map(|part| numbers(&decoded(part.strip_prefix("q=")?)));
    let (lat, lon) = pin.or_else(|| numbers(position)).ok_or(CoordinateError::None)?;
    let at = place(lat, lon).ok_or(CoordinateError::Beyond)?;
    Ok(vec![Reading { at, how: How::GeoAddress }])
}

/// Latitude and longitude of a link without its scheme: of the pin rather than of the map's middle.
fn link(rest: &str) -> Option<(f64, f64)> {
    let (host, _) = rest.split_once('/').or_else(|| rest.split_once('?')).unwrap_or((rest, ""));
    let host = host.to_ascii_lowercase();
    let (address, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let parameters: Vec<(String, String)> = query
        .split('&')
        .chain(fragment.split('&'))
        .filter_map(|one| one.split_once('='))
        .map(|(name, value)| (name.to_ascii_lowercase(), decoded(value)))
        .collect();
    let parameter = |wanted: &str| parameters.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
    let number = |wanted: &str| parameter(wanted)?.trim().parse::<f64>().ok();
    let both = |lat: &str, lon: &str| number(lat).zip(number(lon));

    // A pin.
    if let Some(found) = both("mlat", "mlon") {
        return Some(found);
    }
    if let Some((lat, rest)) = rest.rsplit_once("!3d").and_then(|(_, rest)| rest.split_once("!4d")) {
        let lon = rest.split(['!', '?', '&', '/', '#']).next().unwrap_or_default();
        if let (Ok(lat), Ok(lon)) = (lat.parse(), lon.parse()) {
            return Some((lat, lon));
        }
    }
    // Yandex writes the longitude first.
    if host.split('.').any(|label| label == "yandex") {
        let (lon, lat) = ["pt", "whatshere[point]", "ll"].iter().find_map(|name| numbers(parameter(name)?))?;
        return Some((lat, lon));
    }
    let of_pin = ["q", "query", "destination", "daddr", "coordinate", "viewpoint"];
    if let Some(found) = of_pin.iter().find_map(|name| numbers(parameter(name)?)) {
        return Some(found);
    }
    for part in ["/search/", "/place/", "/dir//"] {
        let named = path.split_once(part).and_then(|(_, rest)| rest.split('/').next());
        if let Some(found) = named.and_then(|named| numbers(&decoded(named))) {
            return Some(found);
        }
    }
    // The map's middle.
    if let Some(found) = path.split_once("/@").and_then(|(_, rest)| numbers(rest)) {
        return Some(found);
    }
    if let Some(found) =
        ["ll", "center", "sll", "cp"].iter().find_map(|name| numbers(&parameter(name)?.replace('~', ",")))
    {
        return Some(found);
    }
    if let Some(found) = both("lat", "lon").or_else(|| both("lat", "lng")).or_else(|| both("latitude", "longitude")) {
        return Some(found);
    }
    let map = fragment.split('&').next().unwrap_or_default();
    let mut parts = map.strip_prefix("map=").unwrap_or(map).split('/').map(str::parse::<f64>);
    match (parts.next(), parts.next(), parts.next()) {
        (Some(Ok(_)), Some(Ok(lat)), Some(Ok(lon))) => Some((lat, lon)),
        _ => None,
    }
}

/// The first two numbers of a list, latitude first, or of degrees with letters.
fn numbers(text: &str) -> Option<(f64, f64)> {
    let plain = |text: &str| text.trim().trim_start_matches('+').parse::<f64>().ok();
    let mut parts = text.split(',');
    let two = parts.next().and_then(plain).zip(parts.next().and_then(|part| {
        // Phones write the name of the place after it.
        plain(part.split(['(', ' ']).find(|part| !part.is_empty()).unwrap_or(part))
    }));
    two.or_else(|| {
        let found = degrees::readings(text.trim_start_matches("loc:")).ok()?;
        found.first().map(|reading| (reading.at.y, reading.at.x))
    })
}

/// A part of an address with its letters as they are: `%C2%B0` as `°`, `+` as a space.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        let hex = |byte: u8| char::from(byte).to_digit(16);
        match (first, after) {
            (b'%', [high, low, after @ ..]) if hex(*high).is_some() && hex(*low).is_some() => {
                bytes.push((hex(*high).unwrap_or_default() * 16 + hex(*low).unwrap_or_default()) as u8);
                rest = after;
            }
            (b'+', _) => bytes.push(b' '),
            _ => bytes.push(*first),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
