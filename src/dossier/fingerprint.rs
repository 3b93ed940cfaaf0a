//! SHA-256 fingerprints of a dossier, of shapes and of excerpts, by which a figure says what it was made from.
//!
//! All are lower-case hexadecimal.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use super::Shape;
use super::model::Excerpt;
use crate::formats::number::hex;

/// Of some bytes.
pub fn bytes(bytes: &[u8]) -> String {
    hex(Sha256::digest(bytes).as_slice())
}

/// Of a folder of files, given their fingerprints by name: what
/// `sha256sum dossier.json overlays/*.geojson | LC_ALL=C sort -k 2 | sha256sum` prints.
pub fn folder(files: &BTreeMap<String, String>) -> String {
    let mut list = Sha256::new();
    for (name, sum) in files {
        list.update(format!("{sum}  {name}\n"));
    }
    hex(list.finalize().as_slice())
}

/// Of an overlay's geometry, as whole units of 10⁻⁷ degrees, so that a difference in the last bit between two machines'
/// arithmetic does not count. A letter for the kind (`A`, `L`, `P`; `M` for several), then for each ring, line or place the number of its
/// positions (32 bits) and for each position longitude and latitude (32 bits each, signed), all little-endian. Of an area
/// each polygon's outer ring comes first, its holes after it; of several kinds areas before lines before places.
pub fn geometry(shape: &Shape) -> String {
    let mut digest = Sha256::new();
    digest.update(match shape {
        Shape::Area(_) => b"A",
        Shape::Line(_) => b"L",
        Shape::Places(_) => b"P",
        Shape::Mixed(_) => b"M",
    });
    let mut chain = |coords: &mut dyn ExactSizeIterator<Item = geo::Coord<f64>>| {
        let mut block = Vec::with_capacity(4 + 8 * coords.len());
        block.extend((coords.len() as u32).to_le_bytes());
        for coord in coords {
            for degrees in [coord.x, coord.y] {
                block.extend(nearest(degrees * 1e7).to_le_bytes());
            }
        }
        digest.update(&block);
    };
    for polygon in shape.polygons() {
        for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
            chain(&mut ring.0.iter().copied());
        }
    }
    shape.lines().iter().for_each(|part| chain(&mut part.0.iter().copied()));
    shape.places().iter().for_each(|place| chain(&mut std::iter::once(place.at)));
    hex(digest.finalize().as_slice())
}

/// The nearest whole number, halves away from zero: what `round` gives, without a call for each of a million vertices.
fn nearest(value: f64) -> i32 {
    let whole = value as i32;
    let part = value - f64::from(whole);
    whole.saturating_add(i32::from(part >= 0.5) - i32::from(part <= -0.5))
}

/// Of an excerpt: its quoted words with what stands around them, where, by whom and of what, as compact JSON.
pub fn excerpt(excerpt: &Excerpt) -> String {
    // Plain data of text and numbers always serialises.
    bytes(&serde_json::to_vec(excerpt).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use geo::{Coord, LineString, MultiLineString};

    use super::*;

    #[test]
    fn sums_agree_with_coreutils() {
        assert_eq!(bytes(b""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        // printf a > a; printf b > b; sha256sum a b | sha256sum
        let files = BTreeMap::from([("b".to_owned(), bytes(b"b")), ("a".to_owned(), bytes(b"a"))]);
        assert_eq!(folder(&files), "cb13f400dcb618e400d0f7d54f7cdb330d37a07272cb99a1016cda5830a10556");
    }

    #[test]
    fn whole_units_are_those_of_round() {
        let halves = [0.5, 1.5, 2.5, -0.5, -1.5, 0.499_999_999_999_999_94, 375_844_000.5, -0.0, 1.8e9, 2.2e9, -1e300];
        let odd = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 2_147_483_647.5, -2_147_483_648.5];
        for value in halves.into_iter().chain(odd).flat_map(|value| [value, value.next_up(), value.next_down()]) {
            assert_eq!(nearest(value), value.round() as i32, "{value}");
        }
    }

    #[test]
    fn a_shape_moved_by_a_centimetre_is_another() {
        let line = |x: f64| {
            let coords = vec![Coord { x, y: 48.0 }, Coord { x: 38.0, y: -48.5 }];
            geometry(&Shape::Line(MultiLineString(vec![LineString(coords)])))
        };
        assert_eq!(line(37.5), line(37.5 + 1e-12));
        assert_ne!(line(37.5), line(37.500_000_1));
        let bytes_of = |numbers: &[i32]| numbers.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>();
        let expected = [b"L".to_vec(), bytes_of(&[2, 375_000_000, 480_000_000, 380_000_000, -485_000_000])].concat();
        assert_eq!(line(37.5), bytes(&expected));
    }
}
