//! The kinds of file that are opened, one row each: what they are called, how their names end, how they are known by what
//! is in them, and who reads them. Dialogs, hints, errors, help and documents take from this table.

use std::path::Path;

use super::picture::annotation;
use super::read::{Input, Read, ReadError};
use super::sqlite::MAGIC;
use super::write::{Outgoing, Write, features_of};
use super::{
    csv_points, flatgeobuf, geojson, geojson_lines, geopackage, gpx, gzip, kml, photo, picture, shapefile, spreadsheet,
    topojson, wire, wkt_file,
};

/// A kind of file.
#[derive(Clone, Copy)]
pub struct Format {
    /// How programs call it.
    pub id: &'static str,
    /// What a dialog calls it.
    pub label: &'static str,
    /// What a sentence calls it: "expected …".
    pub noun: &'static str,
    /// How the names of its files end, without the dot; the first is given to new ones.
    pub extensions: &'static [&'static str],
    /// Whether a file is one by what is in it.
    pub sniff: fn(&Candidate<'_>) -> bool,
    /// What is in it, and how that is read.
    pub holds: Holds,
    /// How features are written as such a file, where they can be.
    pub write: Option<Write>,
}

/// What a file holds.
#[derive(Clone, Copy)]
pub enum Holds {
    /// A project, which [`crate::document::project`] reads.
    Project,
    /// A dossier, which [`crate::dossier`] reads.
    Dossier,
    /// Features.
    Features(fn(&Input<'_>) -> Result<Read, ReadError>),
    /// A map, which [`crate::basemap`] reads in parts.
    Map,
    /// A picture, which [`super::picture`] reads row by row.
    Picture,
}

/// A file that may be of a format.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'a> {
    /// Its name in small letters, without the ending of what it is packed in.
    pub name: &'a str,
    /// All that is in it, or its beginning.
    pub bytes: &'a [u8],
}

/// How much of a file is looked through for a word that tells what it is.
const START: usize = 100_000;

impl Candidate<'_> {
    /// The beginning of what is in it.
    pub fn start(&self) -> &[u8] {
        self.bytes.get(..START).unwrap_or(self.bytes)
    }

    /// Whether this is the first byte after white space and the mark of an encoding.
    pub fn begins_with(&self, byte: u8) -> bool {
        self.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(self.bytes).trim_ascii_start().first() == Some(&byte)
    }
}

/// A project of the user's.
pub const PROJECT: Format = Format {
    id: "project",
    label: "Claimline project",
    noun: "a project",
    extensions: &["claimline.geojson"],
    sniff: |candidate| wire::version(candidate.bytes, "claimline").is_some(),
    holds: Holds::Project,
    write: None,
};

/// Evidence, as a folder, its `dossier.json`, or all of it in a zip.
pub const DOSSIER: Format = Format {
    id: "dossier",
    label: "Dossier",
    noun: "a dossier (its folder, its dossier.json",
    extensions: &["claimline", "zip", "json"],
    sniff: |candidate| {
        let says = || memchr::memmem::find(candidate.start(), b"claimline-dossier/").is_some();
        let is_json = !candidate.name.ends_with(".geojson") && candidate.begins_with(b'{');
        candidate.name == "dossier.json" || candidate.bytes.starts_with(b"PK\x03\x04") || (is_json && says())
    },
    holds: Holds::Dossier,
    write: None,
};

/// An archive of map tiles.
pub const PMTILES: Format = Format {
    id: "pmtiles",
    label: "PMTiles",
    noun: "a map",
    extensions: &["pmtiles"],
    sniff: |candidate| candidate.bytes.starts_with(b"PMTiles"),
    holds: Holds::Map,
    write: None,
};

/// An archive of map tiles in a database.
pub const MBTILES: Format = Format {
    id: "mbtiles",
    label: "MBTiles",
    noun: "a map",
    extensions: &["mbtiles"],
    sniff: |candidate| {
        let says = || candidate.bytes.get(68..72) == Some(b"MPBX");
        candidate.bytes.starts_with(MAGIC) && (says() || candidate.name.ends_with(".mbtiles"))
    },
    holds: Holds::Map,
    write: None,
};

/// A picture that says where it belongs, or a file beside it does.
pub const PICTURE: Format = Format {
    id: "picture",
    label: "Placed picture",
    noun: "a picture that is placed (GeoTIFF or world file)",
    extensions: &picture::ENDINGS,
    sniff: |candidate| picture::PictureFormat::of_start(candidate.bytes).is_some(),
    holds: Holds::Picture,
    write: None,
};

/// Control points of a picture that lies beside it or elsewhere.
pub const ANNOTATION: Format = Format {
    id: "georeference-annotation",
    label: "Georeference Annotation",
    noun: "a Georeference Annotation",
    extensions: &["json"],
    sniff: |candidate| candidate.begins_with(b'{') && annotation::looks_like_one(candidate.start()),
    holds: Holds::Picture,
    write: None,
};

/// A photo of which only what it says of itself is read: there is no reader of its pixels.
pub const PHOTO: Format = Format {
    id: "photo",
    label: "Photo of a phone",
    noun: "a photo that says where it was taken",
    extensions: &["heic", "heif"],
    sniff: |candidate| photo::is_heif(candidate.bytes),
    holds: Holds::Picture,
    write: None,
};

/// What can be opened, the first that fits counting.
pub const FORMATS: [Format; 21] = [
    PROJECT,
    shapefile::PACKED,
    kml::PACKED,
    spreadsheet::XLSX,
    spreadsheet::ODS,
    ANNOTATION,
    DOSSIER,
    topojson::FORMAT,
    geojson_lines::FORMAT,
    geojson::FORMAT,
    kml::FORMAT,
    gpx::FORMAT,
    shapefile::FORMAT,
    flatgeobuf::FORMAT,
    geopackage::FORMAT,
    wkt_file::FORMAT,
    csv_points::FORMAT,
    PMTILES,
    MBTILES,
    PICTURE,
    PHOTO,
];

impl Format {
    /// The endings in words: ".geojson or .json".
    pub fn endings(&self) -> String {
        or(&self.extensions.iter().map(|end| format!(".{end}")).collect::<Vec<_>>())
    }

    /// Whether the name of a file, in small letters, ends as this format's do.
    pub fn is_named(&self, name: &str) -> bool {
        self.extensions.iter().any(|end| name.strip_suffix(end).is_some_and(|stem| stem.ends_with('.')))
    }
}

/// What a file is: by what is in it, otherwise by how its name ends.
pub fn known(candidate: &Candidate<'_>) -> Option<&'static Format> {
    const { &FORMATS }.iter().find(|format| (format.sniff)(candidate)).or_else(|| {
        // A GeoJSON file is no project, and a `.json` no dossier, that does not say so.
        let is_told_by_name = |format: &&Format| match format.holds {
            Holds::Project => false,
            Holds::Dossier | Holds::Picture => !candidate.name.ends_with(".json"),
            Holds::Features(_) | Holds::Map => true,
        };
        const { &FORMATS }.iter().filter(is_told_by_name).find(|format| format.is_named(candidate.name))
    })
}

/// What an unknown file should have been, in words.
pub fn expected() -> String {
    expected_of(|_| true)
}

/// What a file should have been where only some are wanted, in words.
pub fn expected_of(wanted: impl Fn(Holds) -> bool) -> String {
    let one = |format: &Format| match format.holds {
        Holds::Dossier => format!("{}, {})", format.noun, format.endings()),
        _ => format!("{} ({})", format.noun, format.endings()),
    };
    let formats = FORMATS.iter().filter(|format| wanted(format.holds));
    let mut all: Vec<String> = formats.clone().map(one).collect();
    if formats.clone().any(|format| matches!(format.holds, Holds::Features(_))) {
        all.push(format!("features packed with gzip (.{})", gzip::EXTENSION));
    }
    or(&all)
}

/// How the names of some files end, in words.
pub fn endings_of(wanted: impl Fn(Holds) -> bool) -> String {
    let ends = FORMATS.iter().filter(|format| wanted(format.holds)).flat_map(|format| format.extensions);
    let mut all: Vec<String> = ends.map(|end| format!(".{end}")).collect();
    all.dedup();
    or(&all)
}

/// A text of features of another format as GeoJSON, if its beginning says that it is one.
pub fn as_geojson(text: &str) -> Option<Result<String, ReadError>> {
    let format = known(&Candidate { name: "", bytes: text.as_bytes() })?;
    let Holds::Features(read) = format.holds else { return None };
    if format.id == geojson::FORMAT.id {
        return None;
    }
    let layers = read(&Input::of(text.as_bytes())).map(|read| read.layers);
    let features =
        layers.map(|layers| layers.iter().flat_map(|layer| features_of(&layer.features)).collect::<Vec<_>>());
    let written =
        features.map(|features| geojson::write(&Outgoing { title: "", ending: "geojson", features: &features }));
    Some(written.map(|written| String::from_utf8_lossy(&written.bytes).into_owned()))
}

/// Whether a file holds features.
pub fn has_features(holds: Holds) -> bool {
    matches!(holds, Holds::Features(_))
}

/// The endings of the files as which features can be written, in words.
pub fn written_endings() -> String {
    let ends = FORMATS.iter().filter(|format| format.write.is_some()).flat_map(|format| format.extensions);
    or(&ends.map(|end| format!(".{end}")).collect::<Vec<_>>())
}

/// The format as which features are written to a file of this name, and how; nothing where its ending is no such format's.
pub fn written_as(path: &Path) -> Option<(&'static Format, Write)> {
    let name = path.file_name()?.to_string_lossy().to_lowercase();
    const { &FORMATS }.iter().find_map(|format| Some((format, format.write.filter(|_| format.is_named(&name))?)))
}

/// The formats as which features can be written, each by the ending that new files get, in words.
pub fn written_formats() -> String {
    let formats = FORMATS.iter().filter(|format| format.write.is_some());
    or(&formats.filter_map(|format| format.extensions.first()).map(|end| format!(".{end}")).collect::<Vec<_>>())
}

/// The endings of every file that can be opened as features, a project or a dossier, for the filter of a dialog.
pub fn extensions(wanted: impl Fn(Holds) -> bool) -> Vec<&'static str> {
    let mut all: Vec<&str> = FORMATS.iter().filter(|format| wanted(format.holds)).flat_map(extensions_of).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// The filters of a dialog that opens files, each with its name and its endings: all that are wanted, then each kind.
pub fn filters(wanted: impl Fn(Holds) -> bool) -> Vec<(&'static str, Vec<&'static str>)> {
    let formats = || FORMATS.iter().filter(|format| wanted(format.holds));
    let mut filters: Vec<_> = formats().map(|format| (format.label, extensions_of(format))).collect();
    if filters.len() > 1 {
        filters.insert(0, ("All files that can be opened", extensions(&wanted)));
    }
    filters
}

/// The endings of a kind of file: a system's chooser knows nothing of endings of two parts.
fn extensions_of(format: &Format) -> Vec<&'static str> {
    let packed = matches!(format.holds, Holds::Features(_)).then_some(gzip::EXTENSION);
    format.extensions.iter().filter_map(|end| end.rsplit('.').next()).chain(packed).collect()
}

fn or(all: &[String]) -> String {
    match all {
        [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        _ => all.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(name: &str, bytes: &[u8]) -> Option<&'static str> {
        known(&Candidate { name, bytes }).map(|format| format.id)
    }

    #[test]
    fn a_file_is_known_by_what_is_in_it_and_otherwise_by_its_name() {
        let feature = br#"{"type":"Feature","properties":{},"geometry":null}"#;
        let two = [&feature[..], b"\n", feature].concat();
        let cases: [(&str, &[u8], Option<&str>); 24] = [
            ("a.txt", feature, Some("geojson")),
            ("a.geojson", &two, Some("geojson-lines")),
            ("a.geojsonl", feature, Some("geojson")),
            ("a", b"PMTiles\x03", Some("pmtiles")),
            ("a.pmtiles", b"", Some("pmtiles")),
            ("a.geojson", br#"{"type":"FeatureCollection","claimline":{"version":1},"features":[]}"#, Some("project")),
            ("a.json", br#"{"format":"claimline-dossier/1"}"#, Some("dossier")),
            (
                "a.geojson",
                br#"{"type":"FeatureCollection","note":"claimline-dossier/1","features":[]}"#,
                Some("geojson"),
            ),
            ("dossier.json", b"hello", Some("dossier")),
            ("a.json", b"hello", Some("geojson")),
            ("a.claimline", b"hello", Some("dossier")),
            ("a.bin", b"PK\x03\x04", Some("dossier")),
            ("geojson", b"hello", None),
            ("a.txt", b"<?xml version='1.0'?><kml xmlns=''/>", Some("kml")),
            ("a.bin", b"<!-- a --><gpx version='1.1'>", Some("gpx")),
            ("a.kml", b"hello", Some("kml")),
            ("a.kmz", b"PK\x03\x04", Some("kmz")),
            ("a.json", br#"{"arcs":[],"objects":{},"type":"Topology"}"#, Some("topojson")),
            ("a.xml", b"<svg/>", None),
            ("a.txt", b"SRID=4326;POINT(1 2)", Some("wkt")),
            ("a.txt", b"Point (1) of the list", None),
            ("a.gpkg", b"SQLite format 3\0", Some("gpkg")),
            ("a.mbtiles", b"SQLite format 3\0", Some("mbtiles")),
            ("a.mbtiles", b"", Some("mbtiles")),
        ];
        for (name, bytes, expected) in cases {
            assert_eq!(id(name, bytes), expected, "{name}: {}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn every_format_has_a_name_an_ending_and_its_place_in_the_words() {
        let expected = expected();
        for format in &FORMATS {
            assert!(!format.extensions.is_empty() && !format.label.is_empty(), "{}", format.id);
            assert_eq!(FORMATS.iter().filter(|other| other.id == format.id).count(), 1, "{}", format.id);
            assert!(format.extensions.iter().all(|end| expected.contains(end)), "{expected}");
        }
        assert!(extensions(|holds| matches!(holds, Holds::Map)) == ["mbtiles", "pmtiles"]);
        let features = extensions(|holds| matches!(holds, Holds::Features(_)));
        assert!(features.contains(&"geojson") && features.contains(&"gz"), "{features:?}");
        let filters = filters(|_| true);
        assert_eq!(filters.len(), FORMATS.len() + 1);
        assert!(filters[0].1.contains(&"pmtiles") && filters[0].1.contains(&"csv"), "{filters:?}");
        for (format, (label, ends)) in FORMATS.iter().zip(&filters[1..]) {
            assert!(*label == format.label && !ends.is_empty(), "{filters:?}");
        }
    }
}
