//! The kinds of file that a figure is written as, and why it cannot be.

use std::path::Path;

use thiserror::Error;

use super::writers::pdf::PdfError;
use super::writers::raster::RasterError;
use crate::formats::bundle::BundleError;
use crate::formats::{Format, csv_points, flatgeobuf, geojson, geojson_lines, geopackage, gpx, kml, shapefile};

/// The kind of file that a figure is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputFormat {
    /// Pixels.
    Png,
    /// Vectors with real text.
    Svg,
    /// Vectors with real text on a sheet of paper.
    Pdf,
    /// The annotations and overlays that the figure shows, as data.
    GeoJson,
    /// The same, one feature a line.
    GeoJsonLines,
    /// The same as KML.
    Kml,
    /// Its points and lines as GPX.
    Gpx,
    /// The same as a table.
    Csv,
    /// The same as a GeoPackage.
    GeoPackage,
    /// The same as FlatGeobuf.
    FlatGeobuf,
    /// The same as shapefiles in a zip.
    Shapefile,
    /// An evidence pack: the figure in the formats asked for, with its data, excerpts and citations.
    Pack,
}

/// What sets a kind of file apart from the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutputInfo {
    /// Which.
    pub format: OutputFormat,
    /// How it is written on the command line.
    pub name: &'static str,
    /// What a menu says.
    pub label: &'static str,
    /// What the name of its files ends in; the first is given to new ones.
    pub extensions: &'static [&'static str],
    /// What such a file holds.
    pub holds: Holds,
}

/// What of a figure a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// The page.
    Figure,
    /// What it shows.
    Data,
    /// Both, and the evidence.
    All,
}

/// The kinds of file, in the order of a menu and of [`OutputFormat`].
pub const OUTPUTS: [OutputInfo; 12] = [
    OutputInfo { format: OutputFormat::Png, name: "png", label: "PNG", extensions: &["png"], holds: Holds::Figure },
    OutputInfo { format: OutputFormat::Svg, name: "svg", label: "SVG", extensions: &["svg"], holds: Holds::Figure },
    OutputInfo { format: OutputFormat::Pdf, name: "pdf", label: "PDF", extensions: &["pdf"], holds: Holds::Figure },
    // Its other ending may be that of anything.
    OutputInfo { extensions: &["geojson"], ..of_data(OutputFormat::GeoJson, &geojson::FORMAT) },
    // Short, so that all stand in a row.
    OutputInfo { label: "GeoJSONL", ..of_data(OutputFormat::GeoJsonLines, &geojson_lines::FORMAT) },
    of_data(OutputFormat::Kml, &kml::FORMAT),
    of_data(OutputFormat::Gpx, &gpx::FORMAT),
    OutputInfo { label: "CSV", ..of_data(OutputFormat::Csv, &csv_points::FORMAT) },
    of_data(OutputFormat::GeoPackage, &geopackage::FORMAT),
    of_data(OutputFormat::FlatGeobuf, &flatgeobuf::FORMAT),
    OutputInfo { name: "shapefile", label: "Shapefile", ..of_data(OutputFormat::Shapefile, &shapefile::PACKED) },
    OutputInfo {
        format: OutputFormat::Pack,
        name: "zip",
        label: "Evidence pack",
        extensions: &["zip"],
        holds: Holds::All,
    },
];

/// The row of data that a format of features holds.
const fn of_data(output: OutputFormat, format: &Format) -> OutputInfo {
    let Format { id, label, extensions, .. } = *format;
    OutputInfo { format: output, name: id, label, extensions, holds: Holds::Data }
}

impl OutputFormat {
    /// The format of features in which what a figure shows is written; GeoJSON, with all that goes with it, the figure writes
    /// itself.
    pub fn of_features(self) -> Option<&'static Format> {
        match self {
            Self::GeoJsonLines => Some(&geojson_lines::FORMAT),
            Self::Kml => Some(&kml::FORMAT),
            Self::Gpx => Some(&gpx::FORMAT),
            Self::Csv => Some(&csv_points::FORMAT),
            Self::GeoPackage => Some(&geopackage::FORMAT),
            Self::FlatGeobuf => Some(&flatgeobuf::FORMAT),
            Self::Shapefile => Some(&shapefile::PACKED),
            Self::Png | Self::Svg | Self::Pdf | Self::GeoJson | Self::Pack => None,
        }
    }

    /// All, in the order of a menu.
    pub fn all() -> impl Iterator<Item = Self> {
        OUTPUTS.iter().map(|info| info.format)
    }

    /// Its row of the table.
    pub fn info(self) -> &'static OutputInfo {
        // The table is in the order of the enum, which a test watches.
        const { &OUTPUTS }.get(self as usize).unwrap_or(const { &OUTPUTS[0] })
    }

    /// How it is written on the command line.
    pub fn name(self) -> &'static str {
        self.info().name
    }

    /// What the name of a new file ends in.
    pub fn extension(self) -> &'static str {
        self.info().extensions.first().copied().unwrap_or_default()
    }

    /// What a menu says.
    pub fn label(self) -> &'static str {
        self.info().label
    }

    /// Those that hold the page itself.
    pub fn of_page() -> impl Iterator<Item = Self> {
        Self::all().filter(|format| format.info().holds == Holds::Figure)
    }

    /// The kind that a file name asks for.
    ///
    /// # Errors
    /// A text that says which kinds there are.
    pub fn of_path(path: &Path) -> Result<Self, String> {
        Self::of_ending(path).map(|(format, _)| format).ok_or_else(|| {
            format!(
                "A figure is written as {}, its data as {}, and an evidence pack with everything as {}; '{}' is none \
                 of these",
                Holds::Figure.endings(),
                Holds::Data.endings(),
                Holds::All.endings(),
                path.display()
            )
        })
    }

    /// The kind that a file name asks for, and what of the name does so, without the dot: of several endings the longest.
    pub fn of_ending(path: &Path) -> Option<(Self, &'static str)> {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        let ends = |end: &&str| name.strip_suffix(end).is_some_and(|stem| stem.len() > 1 && stem.ends_with('.'));
        let all = Self::all().flat_map(|format| format.info().extensions.iter().map(move |end| (format, *end)));
        all.filter(|(_, end)| ends(end)).max_by_key(|(_, end)| end.len())
    }

    /// Which files can be written, in words: ".png, .svg or .pdf; .geojson for what it shows; …".
    pub fn endings() -> String {
        format!(
            "{}; {} for its data; {} for an evidence pack with everything",
            Holds::Figure.endings(),
            Holds::Data.endings(),
            Holds::All.endings()
        )
    }
}

impl Holds {
    /// What the names of new such files end in: ".png, .svg or .pdf".
    fn endings(self) -> String {
        let ends: Vec<String> = OUTPUTS
            .iter()
            .filter(|info| info.holds == self)
            .filter_map(|info| info.extensions.first())
            .map(|end| format!(".{end}"))
            .collect();
        match ends.as_slice() {
            [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
            _ => ends.concat(),
        }
    }
}

/// Why a figure cannot become a file's bytes.
#[derive(Debug, Error)]
pub enum EncodeError {
    /// What must be on the page has no room on it.
    #[error(
        "the page is too small for the title, the map, the notes and the credits, which would overlap: use a \
         larger page or a smaller margin, or shorten the title"
    )]
    NoRoom,
    /// Such a file holds no page.
    #[error("a page is written as PNG, SVG or PDF, not as {0}")]
    NoPage(&'static str),
    /// Its data are of several days.
    #[error(
        "the figure has maps of several days, whose data do not go into one file: write an evidence pack (.zip), which has a \
         file for each day, or a figure of one day"
    )]
    SeveralDays,
    /// It would be too large.
    #[error(transparent)]
    Raster(#[from] RasterError),
    /// The pixels do not fit the format.
    #[error(transparent)]
    Png(#[from] ::png::EncodingError),
    /// The page does not fit the format.
    #[error(transparent)]
    Pdf(#[from] PdfError),
    /// The pack cannot be made.
    #[error(transparent)]
    Bundle(#[from] BundleError),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_formats_and_no_ending_means_two() {
        let mut ends: Vec<&str> = Vec::new();
        for (index, info) in OUTPUTS.iter().enumerate() {
            assert_eq!((info.format as usize, info.format.info()), (index, info));
            assert!(!info.extensions.is_empty(), "{}", info.name);
            for end in info.extensions {
                assert!(!ends.contains(end), "{end}");
                assert_eq!(OutputFormat::of_path(Path::new(&format!("a.{}", end.to_uppercase()))), Ok(info.format));
                ends.push(end);
            }
        }
    }

    #[test]
    fn what_is_no_figure_is_refused_with_what_would_be_one() {
        let error = OutputFormat::of_path(Path::new("a/figure.gif")).unwrap_err();
        assert!(
            error.starts_with(
                "A figure is written as .png, .svg or .pdf, its data as .geojson, .geojsonl, .kml, .gpx, .csv, \
                 .gpkg, .fgb or .shp.zip, and"
            ),
            "{error}"
        );
        assert!(error.ends_with("'a/figure.gif' is none of these"), "{error}");
        let endings = ".png, .svg or .pdf; .geojson, .geojsonl, .kml, .gpx, .csv, .gpkg, .fgb or .shp.zip for its data; .zip for an \
                       evidence pack with everything";
        assert_eq!(OutputFormat::endings(), endings);
    }
}
