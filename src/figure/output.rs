//! The kinds of file that a figure is written as, and why it cannot be.

use std::path::Path;

use thiserror::Error;

use super::writers::pdf::PdfError;
use super::writers::raster::RasterError;
use crate::formats::bundle::BundleError;

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
    /// An evidence pack: the figure in the formats asked for, with its data, excerpts and citations.
    Pack,
}

impl OutputFormat {
    /// All, in the order of a menu.
    pub const ALL: [Self; 5] = [Self::Png, Self::Svg, Self::Pdf, Self::GeoJson, Self::Pack];

    /// What the name of its files ends in.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Svg => "svg",
            Self::Pdf => "pdf",
            Self::GeoJson => "geojson",
            Self::Pack => "zip",
        }
    }

    /// What a menu says.
    pub fn label(self) -> &'static str {
        match self {
            Self::Png => "PNG",
            Self::Svg => "SVG",
            Self::Pdf => "PDF",
            Self::GeoJson => "GeoJSON",
            Self::Pack => "Evidence pack",
        }
    }

    /// The kind that a file name asks for.
    ///
    /// # Errors
    /// A text that says which kinds there are.
    pub fn of_path(path: &Path) -> Result<Self, String> {
        let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        Self::ALL.into_iter().find(|format| format.extension() == extension).ok_or_else(|| {
            format!(
                "A figure is written as .png, .svg or .pdf, what it shows as .geojson, and an evidence pack of all as \
                 .zip; '{}' is none of them",
                path.display()
            )
        })
    }
}

/// Why a figure cannot become a file's bytes.
#[derive(Debug, Error)]
pub enum EncodeError {
    /// What must be on the page has no room on it.
    #[error(
        "the page is too small for the title, the map, the notes and the credits, which would lie over each other: take a \
         larger page or a smaller margin, or shorten the title"
    )]
    NoRoom,
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
