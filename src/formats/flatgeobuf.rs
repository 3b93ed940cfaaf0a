//! FlatGeobuf, version 3 (<https://flatgeobuf.org>, `header.fbs` and `feature.fbs`): features in FlatBuffers, behind an index
//! by which a part of a file can be read.
//!
//! Properties have the names of the columns, and numbers their digits. Heights, measures, times of positions and columns of bytes
//! are left out. The buffers are read here, with every place checked: of the crate `flatgeobuf` 6.0.1, a property that breaks
//! off, ends that fall and a geometry without positions end in a panic, and what is no loop of FlatBuffers may still be one
//! of hours, as the same geometry can stand in a thousand others.

mod buffer;
mod feature;
mod header;
mod index;
pub mod part;
mod writer;

use geo::Geometry;
use serde_json::Value;

use self::buffer::u32_at;
use self::feature::Said;
use self::header::Header;
use super::collector::Collector;
use super::converter::Converter;
use super::crs::looks_like_degrees;
use super::format::{Format, Holds};
use super::geojson::MAX_BYTES;
use super::read::{FeatureLayer, Input, Read, ReadError, most_bytes};

/// Features in FlatBuffers.
pub const FORMAT: Format = Format {
    id: "flatgeobuf",
    label: "FlatGeobuf",
    noun: "FlatGeobuf",
    extensions: &["fgb"],
    sniff: |candidate| part::is_start(candidate.bytes),
    holds: Holds::Features(|input| read(input).map(Read::from)),
    write: Some(writer::write),
};

fn read(input: &Input<'_>) -> Result<FeatureLayer, ReadError> {
    let bytes = input.bytes;
    if bytes.len() > MAX_BYTES {
        return Err(ReadError::TooLarge(bytes.len()));
    }
    let header = Header::of(bytes)?;
    let mut features = Collector::new("feature", input);
    let system = match header.crs().transpose() {
        // What is chosen counts before what cannot be read.
        Err(_) if input.crs.is_some() => None,
        system => system?,
    };
    match system {
        Some(crs) if crs.is_wgs84() => {}
        Some(crs) => features.convert(Converter::new(crs, Value::Null)),
        None if input.crs.is_some() => {}
        None => {
            if let Some(bounds) = header.bounds.filter(|bounds| !looks_like_degrees(*bounds)) {
                return Err(ReadError::NotDegrees(bounds));
            }
            features.warn(
                "it does not say its coordinate system: its numbers are taken for degrees of WGS 84; --crs says another",
            );
        }
    }
    let short = |there: usize| {
        let of = if header.count == 0 { String::new() } else { format!("of its {} features ", header.count) };
        format!("the file is cut short or damaged: {of}{there} are there; download or copy it again")
    };
    let features_at = header.features_at().and_then(|at| usize::try_from(at).ok());
    let Some(mut left) = features_at.and_then(|at| bytes.get(at..)) else {
        return Err(ReadError::Unusable(short(0)));
    };
    let mut all = Flags::default();
    // What has become of the file so far: many small features can repeat what stands once, the names of columns.
    let (mut made, most) = (0_usize, most_bytes(bytes.len()));
    let mut count = 0;
    // Without their number, the file ends where a feature does.
    while if header.count == 0 { !left.is_empty() } else { (count as u64) < header.count } {
        let own = u32_at(left, 0).and_then(|length| left.get(4..4 + length));
        let Some(own) = own else { return Err(ReadError::Unusable(short(count))) };
        left = &left[4 + own.len()..];
        count += 1;
        if made > most {
            features.warn(format!("from feature {count} on it is not read: it has no room in memory"));
            left = &[];
            break;
        }
        let said = Said::of(own, header.geometry, &header.columns);
        made += said.as_ref().map_or(0, |said| said.properties.len());
        match said {
            Ok(said) => {
                all.add(&said);
                features.heights += said.heights;
                if said.has_open_ring {
                    features.unclosed();
                }
                features.add(Ok(said.geometry), &said.properties, None);
            }
            Err(why) => features.add(Err::<Option<Geometry<f64>>, _>(why), "", None),
        }
    }
    if !left.is_empty() {
        features.warn(format!("behind the {} features that it says it has, {} bytes are not read", count, left.len()));
    }
    all.words().for_each(|words| features.warn(words));
    features.finished()
}

/// What was left out of features.
#[derive(Default)]
struct Flags {
    has_measures: bool,
    has_bytes: bool,
    has_no_numbers: bool,
    too_short: usize,
}

impl Flags {
    fn add(&mut self, said: &Said) {
        self.has_measures |= said.has_measures;
        self.has_bytes |= said.has_bytes;
        self.has_no_numbers |= said.has_no_numbers;
        self.too_short += said.too_short;
    }

    fn words(self) -> impl Iterator<Item = String> {
        let all = [
            (self.has_measures, "measures (M) and times of positions are left out"),
            (self.has_bytes, "columns of bytes (Binary) are left out"),
            (self.has_no_numbers, "numbers that are infinite or none (NaN) are left out"),
        ];
        let short = format!("rings and lines of too few positions were left out: {}", self.too_short);
        let flags = all.into_iter().filter(|(is_so, _)| *is_so).map(|(_, words)| words.to_owned());
        flags.chain((self.too_short > 0).then_some(short))
    }
}

#[cfg(test)]
mod tests;
