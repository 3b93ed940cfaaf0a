//! Geometries one after the other, each as well-known text (`SRID=4326;POINT(1 2)`) or as the hexadecimal digits of well-known
//! binary, as databases show them: a file of them, or some that are pasted. They have no properties.

use super::collector::Collector;
use super::converter::Systems;
use super::format::{Candidate, Format, Holds};
use super::geojson::MAX_BYTES;
use super::read::{FeatureLayer, Input, Read, ReadError};
use super::wkb;
use super::wkt::{self, KINDS};

/// Geometries without properties.
pub const FORMAT: Format = Format {
    id: "wkt",
    label: "Well-known text",
    noun: "well-known text",
    extensions: &["wkt", "ewkt"],
    sniff: is_text_of_shapes,
    holds: Holds::Features(|input| read(input).map(Read::from)),
    write: None,
};

/// Whether a text begins with a geometry that can be read, and nothing stands behind it in its line.
fn is_text_of_shapes(candidate: &Candidate<'_>) -> bool {
    let Ok(text) = std::str::from_utf8(candidate.bytes) else { return false };
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let (first, rest) = split_first(text);
    let begins = || {
        let (_, plain) = wkt::split_srid(first).unwrap_or_default();
        let word: String = plain.trim_start().chars().take_while(char::is_ascii_alphabetic).take(30).collect();
        let word = word.to_ascii_uppercase();
        KINDS.iter().any(|kind| word.strip_prefix(kind).is_some_and(|end| ["", "Z", "M", "ZM"].contains(&end)))
    };
    (wkb::hex_digits(first).is_some() || begins())
        && rest.trim_start_matches([' ', '\t', ';']).trim_start_matches('\r').starts_with(['\n', '\0'])
            | rest.trim().trim_matches(';').is_empty()
        && wkb::read_text(first).is_ok()
}

/// The first geometry of a text, as far as its brackets or its line go, and what stands behind it.
fn split_first(text: &str) -> (&str, &str) {
    let line = text.find(['\n', '\r']).unwrap_or(text.len());
    let end = match text[..line].contains('(') || text[line..].trim_start().starts_with('(') {
        false => line,
        true => {
            let mut depth = 0_usize;
            let close = text.bytes().position(|byte| {
                depth = depth.saturating_add(usize::from(byte == b'(')).saturating_sub(usize::from(byte == b')'));
                byte == b')' && depth == 0
            });
            close.map_or(text.len(), |close| close + 1)
        }
    };
    text.split_at(end)
}

fn read(input: &Input<'_>) -> Result<FeatureLayer, ReadError> {
    if input.bytes.len() > MAX_BYTES {
        return Err(ReadError::TooLarge(input.bytes.len()));
    }
    let text = std::str::from_utf8(input.bytes).map_err(|error| ReadError::NotUtf8(error.valid_up_to()))?;
    let blank = |letter: char| letter.is_whitespace() || letter == ';' || letter == '\u{feff}';
    let mut rest = text.trim_start_matches(blank);
    let mut features = Collector::new("geometry", input);
    let (mut systems, mut has_measures) = (Systems::default(), false);
    while !rest.is_empty() {
        let (own, behind) = split_first(rest);
        let number = features.next();
        let geometry = wkb::read_text(own).and_then(|mut shape| {
            if let Some(geometry) = &mut shape.geometry {
                systems.convert(shape.srid.unwrap_or_default(), number, geometry)?;
            }
            features.heights += shape.heights;
            has_measures |= shape.has_measures;
            if shape.left_out > 0 {
                let count = shape.left_out;
                features.warn(format!(
                    "geometry {number}: lines and outlines with too few positions were left out: {count}"
                ));
            }
            Ok(shape.geometry)
        });
        features.add(geometry, "", None);
        rest = behind.trim_start_matches(blank);
    }
    if has_measures {
        features.warn("measures (M) are left out");
    }
    let mut layer = features.finished()?;
    layer.features.notes.extend(systems.notes());
    Ok(layer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn geometries_are_known_and_words_that_begin_alike_are_not() {
        let is = |text: &str| is_text_of_shapes(&Candidate { name: "", bytes: text.as_bytes() });
        for text in [
            "POINT(1 2)",
            " srid=4326;POINT Z (1 2 3);\n",
            "0101000020E6100000000000000000F03F0000000000000040\r\nPOINT(1 2)",
            "POLYGON ((0 0, 1 0,\n 1 1, 0 0))\n\nPOINT (1 2)",
        ] {
            assert!(is(text), "{text}");
        }
        for text in [
            "",
            "Point (1) of the treaty",
            "Point 7: the bridge",
            "Pointless (1 2)",
            "POINT(1 2),name",
            "POINT(1",
            "0101",
            "00112233445566778899",
            "a,b\n1,2",
        ] {
            assert!(!is(text), "{text}");
        }
    }

    #[test]
    fn each_is_a_feature_and_what_cannot_be_read_is_skipped() {
        let text = "POINT(37 48)\nSRID=32637;LINESTRING (500000 5400000,\n 500000 5500000);\nCIRCLE (1 2)\nPOINT EMPTY\n\
                    0101000020E6100000000000000000F03F0000000000000040";
        let layer = read(&Input::of(text.as_bytes())).unwrap();
        assert_eq!((layer.features.rows.count(), layer.features.points.len(), layer.features.lines.0.len()), (4, 2, 1));
        assert!((layer.features.lines.0[0].0[0].x - 39.0).abs() < 1e-9);
        assert_eq!(layer.warnings, ["geometry 3 was skipped: CIRCLE is no kind of geometry that is read"]);
        let note = &layer.features.notes[0];
        assert!(note.starts_with("the positions of 1 of its 3 shapes are in") && note.contains("EPSG:32637"), "{note}");
    }

    #[test]
    fn brackets_without_end_take_no_time() {
        let text = format!("POINT(1 2)\n{}", "(\n".repeat(200_000));
        assert!(read(&Input::of(text.as_bytes())).is_ok());
        let text = "POINT\n".repeat(100_000) + "POINT(1 2)";
        assert!(read(&Input::of(text.as_bytes())).is_ok());
    }
}
