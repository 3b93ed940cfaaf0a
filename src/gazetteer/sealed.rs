//! A gazetteer in a file of the program's own: the built-in one, and those in the cache.
//!
//! Columns one after the other, each deflated by itself (RFC 1950), numbers little-endian:
//! `CLGAZ` and the version 2; how many places (u32); units in a degree (u32); bytes of the credit (u32); the credit; and the
//! columns, each with its length and its packed length before it (u32 each):
//!
//! 1. regions, a line each: country code, country, code, name, with tabs between
//! 2. names of the places, a line each: the main name and the others, with tabs between
//! 3. kinds, a byte each
//! 4. regions, by number, as varints; 5. people, as varints
//! 6. longitudes and 7. latitudes in units, as differences from the place before, as zigzag varints

use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use thiserror::Error;

use super::builder::{Builder, NewPlace};
use super::place::{PlaceKind, Region};
use super::{Gazetteer, Place};
use crate::geometry::Coord;

const MAGIC: &[u8; 6] = b"CLGAZ\x02";

/// No column is longer, in bytes.
const LONGEST_COLUMN: u32 = 512 << 20;

/// Why a sealed gazetteer cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("it is no gazetteer of this version, or damaged")]
pub struct SealedError;

/// Writes a gazetteer.
pub fn seal(gazetteer: &Gazetteer) -> Vec<u8> {
    let mut columns: [Vec<u8>; 7] = Default::default();
    for region in gazetteer.regions.iter().skip(1) {
        let Region { country_code, country, code, name } = region;
        columns[0]
            .extend_from_slice([country_code, country, code, name].map(|text| plain_field(text)).join("\t").as_bytes());
        columns[0].push(b'\n');
    }
    let (mut last_lon, mut last_lat) = (0, 0);
    for (index, place) in gazetteer.places.iter().enumerate() {
        for (number, name) in gazetteer.names_of(index as u32).enumerate() {
            if number > 0 {
                columns[1].push(b'\t');
            }
            columns[1].extend_from_slice(plain_field(name).as_bytes());
        }
        columns[1].push(b'\n');
        columns[2].push(place.kind as u8);
        push_varint(&mut columns[3], u64::from(place.region));
        push_varint(&mut columns[4], u64::from(place.population));
        push_zigzag(&mut columns[5], i64::from(place.lon) - last_lon);
        push_zigzag(&mut columns[6], i64::from(place.lat) - last_lat);
        (last_lon, last_lat) = (i64::from(place.lon), i64::from(place.lat));
    }
    let mut out = MAGIC.to_vec();
    out.extend_from_slice(&(gazetteer.places.len() as u32).to_le_bytes());
    out.extend_from_slice(&(Place::PER_DEGREE as u32).to_le_bytes());
    out.extend_from_slice(&(gazetteer.credit.len() as u32).to_le_bytes());
    out.extend_from_slice(gazetteer.credit.as_bytes());
    for column in columns {
        let mut packer = ZlibEncoder::new(Vec::new(), Compression::fast());
        // Writing to a Vec cannot fail.
        let _ = packer.write_all(&column);
        let packed = packer.finish().unwrap_or_default();
        out.extend_from_slice(&(column.len() as u32).to_le_bytes());
        out.extend_from_slice(&(packed.len() as u32).to_le_bytes());
        out.extend_from_slice(&packed);
    }
    out
}

/// A text without what parts fields.
fn plain_field(text: &str) -> String {
    text.replace(['\t', '\n'], " ")
}

fn push_varint(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn push_zigzag(out: &mut Vec<u8>, number: i64) {
    push_varint(out, ((number << 1) ^ (number >> 63)) as u64);
}

/// Reads a gazetteer.
///
/// # Errors
/// [`SealedError`] of bytes that are no such gazetteer, or of a part of one.
pub fn unseal(bytes: &[u8]) -> Result<Gazetteer, SealedError> {
    let mut rest = bytes.strip_prefix(MAGIC.as_slice()).ok_or(SealedError)?;
    let count = take_number(&mut rest)? as usize;
    let per_degree = f64::from(take_number(&mut rest)?);
    let credit = take_number(&mut rest)? as usize;
    let credit = std::str::from_utf8(take(&mut rest, credit)?).map_err(|_| SealedError)?;
    let regions = text_of(take_column(&mut rest)?)?;
    let names = text_of(take_column(&mut rest)?)?;
    let kinds = take_column(&mut rest)?;
    let [in_regions, people, lons, lats] = [(); 4].map(|()| take_column(&mut rest));
    let (in_regions, people, lons, lats) = (in_regions?, people?, lons?, lats?);
    // Each place has a byte at least in each column.
    if per_degree == 0.0 || kinds.len() != count {
        return Err(SealedError);
    }
    let mut builder = Builder::of_large_waters();
    for line in regions.lines() {
        let mut fields = line.split('\t').map(str::to_owned);
        let mut next = || fields.next().unwrap_or_default();
        let (country_code, country, code, name) = (next(), next(), next(), next());
        builder.add_region(Region { country_code, country, code, name });
    }
    let (mut in_regions, mut people, mut lons, mut lats) = (&in_regions[..], &people[..], &lons[..], &lats[..]);
    let (mut lon, mut lat) = (0_i64, 0_i64);
    let mut lines = names.lines();
    for kind in &kinds {
        let mut fields = lines.next().ok_or(SealedError)?.split('\t');
        lon = lon.checked_add(take_zigzag(&mut lons)?).ok_or(SealedError)?;
        lat = lat.checked_add(take_zigzag(&mut lats)?).ok_or(SealedError)?;
        let place = NewPlace {
            name: fields.next().unwrap_or_default(),
            kind: PlaceKind::of_number(*kind).ok_or(SealedError)?,
            at: Coord { x: lon as f64 / per_degree, y: lat as f64 / per_degree },
            region: u32::try_from(take_varint(&mut in_regions)?).map_err(|_| SealedError)?,
            population: u32::try_from(take_varint(&mut people)?).map_err(|_| SealedError)?,
        };
        builder.add(place, fields);
    }
    Ok(builder.finish(credit))
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Result<&'a [u8], SealedError> {
    let (taken, after) = rest.split_at_checked(length).ok_or(SealedError)?;
    *rest = after;
    Ok(taken)
}

fn take_number(rest: &mut &[u8]) -> Result<u32, SealedError> {
    let bytes = take(rest, 4)?.try_into().map_err(|_| SealedError)?;
    Ok(u32::from_le_bytes(bytes))
}

fn take_column(rest: &mut &[u8]) -> Result<Vec<u8>, SealedError> {
    let (length, packed) = (take_number(rest)?, take_number(rest)? as usize);
    let packed = take(rest, packed)?;
    // Deflate makes a thousand bytes of one at most.
    if length > LONGEST_COLUMN || length as usize / 1100 > packed.len() {
        return Err(SealedError);
    }
    let mut column = Vec::with_capacity(length as usize);
    ZlibDecoder::new(packed).take(u64::from(length) + 1).read_to_end(&mut column).map_err(|_| SealedError)?;
    if column.len() == length as usize { Ok(column) } else { Err(SealedError) }
}

fn text_of(bytes: Vec<u8>) -> Result<String, SealedError> {
    String::from_utf8(bytes).map_err(|_| SealedError)
}

fn take_varint(rest: &mut &[u8]) -> Result<u64, SealedError> {
    let mut number = 0_u64;
    for shift in (0..63).step_by(7) {
        let byte = take(rest, 1)?[0];
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Ok(number);
        }
    }
    Err(SealedError)
}

fn take_zigzag(rest: &mut &[u8]) -> Result<i64, SealedError> {
    let number = take_varint(rest)?;
    Ok((number >> 1) as i64 ^ -((number & 1) as i64))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small() -> Gazetteer {
        let mut builder = Builder::default();
        let region = builder.add_region(Region {
            country_code: "UA".to_owned(),
            country: "Ukraine".to_owned(),
            code: "05".to_owned(),
            name: "Donetsk Oblast".to_owned(),
        });
        let at = Coord { x: 37.99886, y: 48.59419 };
        let place = NewPlace { name: "Bakhmut", kind: PlaceKind::DistrictSeat, at, population: 80_500, region };
        builder.add(place, ["Artemivsk", "Бахмут"].into_iter());
        builder.add(NewPlace { name: "Soledar", population: 0, ..place }, std::iter::empty());
        builder.finish("somebody")
    }

    #[test]
    fn what_is_sealed_is_unsealed_as_it_was() {
        let (before, after) = (small(), unseal(&seal(&small())).unwrap());
        assert_eq!(seal(&before), seal(&after));
        assert_eq!(after.credit(), "somebody");
        assert_eq!(after.region_words(0), "Donetsk Oblast, Ukraine");
        assert_eq!(after.names_of(0).collect::<Vec<_>>(), ["Bakhmut", "Artemivsk", "Бахмут"]);
        assert_eq!(after.at(0), Coord { x: 37.99886, y: 48.59419 });
    }

    #[test]
    fn damaged_bytes_are_refused() {
        let whole = seal(&small());
        for length in 0..whole.len() {
            assert!(unseal(&whole[..length]).is_err(), "{length} bytes of {}", whole.len());
        }
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x55;
            // Nothing panics, whatever comes of it.
            let _ = unseal(&damaged);
        }
    }
}
