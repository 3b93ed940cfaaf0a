//! A page that is ready to be written, with all that its file says of it.

use serde_json::Value;

use super::output::{EncodeError, OutputFormat};
use super::paper::{PT_PER_INCH, Unit};
use super::words::FigureLanguage;
use super::writers::pdf::{self, PdfInfo};
use super::writers::png::{self, PngInfo};
use super::writers::svg::{self, SvgInfo};
use crate::scene::display_list::{Color, DisplayList};

/// A page and what its file says of it.
#[derive(Debug, Clone, Copy)]
pub(in crate::figure) struct WrittenPage<'a> {
    pub(in crate::figure) list: &'a DisplayList,
    /// Pixels a point.
    pub(in crate::figure) scale: f64,
    /// What lies under the page.
    pub(in crate::figure) background: Color,
    pub(in crate::figure) title: &'a str,
    /// For readers who do not see it.
    pub(in crate::figure) description: &'a str,
    pub(in crate::figure) language: FigureLanguage,
    /// In which the size of the page is given.
    pub(in crate::figure) unit: Unit,
    /// Whether what must be on it has no room.
    pub(in crate::figure) is_too_small: bool,
}

impl WrittenPage<'_> {
    /// The bytes of a PNG, an SVG or a PDF.
    ///
    /// # Errors
    /// [`EncodeError`] if it is too small or too large, and for a format that holds no page.
    pub(in crate::figure) fn encode(&self, format: OutputFormat, provenance: &Value) -> Result<Vec<u8>, EncodeError> {
        let (title, description, language) = (self.title.to_owned(), self.description.to_owned(), self.language);
        let provenance = Some(provenance.to_string());
        if self.is_too_small {
            return Err(EncodeError::NoRoom);
        }
        match format {
            OutputFormat::Png => {
                let info = PngInfo { dpi: Some(PT_PER_INCH * self.scale), title: Some(title), provenance };
                png::paint(self.list, self.scale, self.background, &info)
            }
            OutputFormat::Svg => {
                let info = SvgInfo { title, description, language, provenance, unit: self.unit };
                Ok(svg::write(self.list, &info, self.background))
            }
            OutputFormat::Pdf => {
                let info = PdfInfo { title, description, language, provenance };
                Ok(pdf::write(self.list, &info, self.background)?)
            }
            _ => Err(EncodeError::NoPage(format.label())),
        }
    }
}
