//! The paper of a figure: its size, how fine it is printed, and lengths in the units that paper is measured in.
//!
//! # Units
//! A point is 1/96 inch, as a pixel is in CSS: so a page of 1123 points is as wide as A4 is high, and text of 5 points
//! as printers count (1/72 inch) has 6.67 of ours.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Points to the inch.
pub const PT_PER_INCH: f64 = 96.0;

/// Points to the millimetre.
pub const PT_PER_MM: f64 = PT_PER_INCH / 25.4;

/// The resolutions that a figure can have, in dots an inch.
pub const DPI: std::ops::RangeInclusive<f64> = 72.0..=600.0;

/// The sides that a page of one's own can have, in points: 40 mm to 2.1 m.
const SIDE_PT: std::ops::RangeInclusive<f64> = 150.0..=8000.0;

/// The widest free edge of a page, as a share of its shorter side: a wider one leaves no room for a map.
pub(in crate::figure) const MOST_MARGIN: f64 = 0.2;

/// Why a word of the user's names no page, length or resolution.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PaperError {
    /// Neither a preset nor a size.
    #[error("unknown page '{0}'; use {pages}, or a size such as 174x120mm, 7x5in or 1600x1000px", pages = PageSize::names())]
    Page(String),
    /// A page that is too small or too large.
    #[error("a page of {0} is too small or too large: its sides may be 40 to 2100 mm, 1.6 to 83 in or 150 to 8000 px")]
    PageSide(String),
    /// Not a length.
    #[error("'{0}' is not a length; expected a number with mm, in or px, such as 10mm")]
    Length(String),
    /// Not a resolution.
    #[error("no resolution '{0}'; expected dots an inch from 72 to 600, such as 300")]
    Dpi(String),
}

/// A unit of length on paper or screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// Millimetres.
    Mm,
    /// Inches.
    In,
    /// Pixels of CSS, 96 to the inch: the picture has just as many at 96 dpi.
    #[default]
    Px,
}

impl Unit {
    /// All, in the order of a menu.
    pub const ALL: [Self; 3] = [Self::Mm, Self::In, Self::Px];

    /// How it is written after a number.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mm => "mm",
            Self::In => "in",
            Self::Px => "px",
        }
    }

    /// How many points it has.
    pub fn points(self) -> f64 {
        match self {
            Self::Mm => PT_PER_MM,
            Self::In => PT_PER_INCH,
            Self::Px => 1.0,
        }
    }
}

/// Number and unit of a text such as `10mm`.
fn split_unit(text: &str) -> Option<(&str, Unit)> {
    Unit::ALL.into_iter().find_map(|unit| Some((text.strip_suffix(unit.name())?.trim_end(), unit)))
}

/// Points of a text such as `10mm`, `0.5in` or `24px`.
///
/// # Errors
/// [`PaperError::Length`] for anything else, and for what is negative.
pub fn length_pt(text: &str) -> Result<f64, PaperError> {
    let wrong = || PaperError::Length(text.to_owned());
    let (number, unit) = split_unit(text.trim()).ok_or_else(wrong)?;
    let number: f64 = number.parse().map_err(|_| wrong())?;
    if number.is_finite() && number >= 0.0 { Ok(number * unit.points()) } else { Err(wrong()) }
}

/// Dots per inch of a text such as `300`.
///
/// # Errors
/// [`PaperError::Dpi`] for anything beyond [`DPI`].
pub fn dpi(text: &str) -> Result<f64, PaperError> {
    let number = text.trim().trim_end_matches("dpi").trim_end();
    number.parse().ok().filter(|dpi| DPI.contains(dpi)).ok_or_else(|| PaperError::Dpi(text.to_owned()))
}

/// Width and height of the paper.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum PageSize {
    /// As large as it takes to show the view at the size at which it is on screen.
    #[default]
    View,
    /// 210 × 297 mm.
    A4Portrait,
    /// 297 × 210 mm.
    A4Landscape,
    /// 8.5 × 11 inches.
    LetterPortrait,
    /// 11 × 8.5 inches.
    LetterLandscape,
    /// 16:9, 13⅓ × 7½ inches, with larger type: it is read from afar.
    Slide,
    /// 7½ × 7½ inches.
    Square,
    /// One column of a page of print, 85 mm wide and as high as it takes.
    Column85,
    /// Two columns, 174 mm wide and as high as it takes.
    Column174,
    /// A size of one's own.
    Own {
        /// Width in `unit`.
        width: f64,
        /// Height in `unit`.
        height: f64,
        /// The unit in which it was given.
        unit: Unit,
    },
}

impl PageSize {
    /// The presets, in the order of a menu.
    pub const PRESETS: [Self; 9] = [
        Self::View,
        Self::A4Portrait,
        Self::A4Landscape,
        Self::LetterPortrait,
        Self::LetterLandscape,
        Self::Slide,
        Self::Square,
        Self::Column85,
        Self::Column174,
    ];

    /// What a menu says.
    pub fn label(self) -> String {
        match self {
            Self::View => "Same as the view".to_owned(),
            Self::A4Portrait => "A4 portrait".to_owned(),
            Self::A4Landscape => "A4 landscape".to_owned(),
            Self::LetterPortrait => "Letter portrait".to_owned(),
            Self::LetterLandscape => "Letter landscape".to_owned(),
            Self::Slide => "Slide 16:9".to_owned(),
            Self::Square => "Square".to_owned(),
            Self::Column85 => "Column, 85 mm".to_owned(),
            Self::Column174 => "Two columns, 174 mm".to_owned(),
            Self::Own { width, height, unit } => format!("{width} × {height} {}", unit.name()),
        }
    }

    fn names() -> String {
        Self::PRESETS.map(|page| page.to_string()).join(", ")
    }

    /// Width and height in points; no height where it follows from what the page holds, and nothing at all where the
    /// view decides.
    pub fn points(self) -> Option<(f64, Option<f64>)> {
        let mm = |width: f64, height: f64| Some((width * PT_PER_MM, Some(height * PT_PER_MM)));
        let inch = |width: f64, height: f64| Some((width * PT_PER_INCH, Some(height * PT_PER_INCH)));
        match self {
            Self::View => None,
            Self::A4Portrait => mm(210.0, 297.0),
            Self::A4Landscape => mm(297.0, 210.0),
            Self::LetterPortrait => inch(8.5, 11.0),
            Self::LetterLandscape => inch(11.0, 8.5),
            Self::Slide => Some((1280.0, Some(720.0))),
            Self::Square => inch(7.5, 7.5),
            Self::Column85 => Some((85.0 * PT_PER_MM, None)),
            Self::Column174 => Some((174.0 * PT_PER_MM, None)),
            Self::Own { width, height, unit } => Some((width * unit.points(), Some(height * unit.points()))),
        }
    }

    /// The resolution that suits it unless another is asked for: for print 300 dpi, for screens fewer.
    pub fn usual_dpi(self) -> f64 {
        match self {
            Self::View => 192.0,
            Self::Slide | Self::Square => 144.0,
            Self::Own { unit: Unit::Px, .. } => 96.0,
            _ => 300.0,
        }
    }

    /// The widest free edge that it can have, in points; `view_pt` is the size of the view where that decides.
    pub fn most_margin_pt(self, view_pt: (f64, f64)) -> f64 {
        let (width, height) = self.points().map_or(view_pt, |(width, height)| (width, height.unwrap_or(width)));
        MOST_MARGIN * width.min(height)
    }

    /// How much larger than on paper its type is: a slide is read from the other end of a room.
    pub fn emphasis(self) -> f64 {
        if self == Self::Slide { 1.25 } else { 1.0 }
    }
}

impl fmt::Display for PageSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::View => f.write_str("view"),
            Self::A4Portrait => f.write_str("a4-portrait"),
            Self::A4Landscape => f.write_str("a4-landscape"),
            Self::LetterPortrait => f.write_str("letter-portrait"),
            Self::LetterLandscape => f.write_str("letter-landscape"),
            Self::Slide => f.write_str("slide"),
            Self::Square => f.write_str("square"),
            Self::Column85 => f.write_str("column-85"),
            Self::Column174 => f.write_str("column-174"),
            Self::Own { width, height, unit } => write!(f, "{width}x{height}{}", unit.name()),
        }
    }
}

impl FromStr for PageSize {
    type Err = PaperError;

    fn from_str(text: &str) -> Result<Self, PaperError> {
        let word = text.trim().to_lowercase();
        let alias = match word.as_str() {
            "a4" => "a4-portrait",
            "letter" => "letter-portrait",
            "16:9" => "slide",
            "85mm" => "column-85",
            "174mm" => "column-174",
            other => other,
        };
        if let Some(preset) = Self::PRESETS.into_iter().find(|page| page.to_string() == alias) {
            return Ok(preset);
        }
        let own = || {
            let (sides, unit) = split_unit(&word)?;
            let (width, height) = sides.split_once(['x', '×'])?;
            Some((width.trim().parse().ok()?, height.trim().parse().ok()?, unit))
        };
        let (width, height, unit): (f64, f64, Unit) = own().ok_or_else(|| PaperError::Page(text.to_owned()))?;
        // What a field for numbers has rounded to a tenth of a millimetre is not refused.
        let is_good =
            |side: f64| SIDE_PT.start() - 0.5 <= side * unit.points() && side * unit.points() <= SIDE_PT.end() + 0.5;
        if [width, height].into_iter().all(is_good) {
            Ok(Self::Own { width, height, unit })
        } else {
            Err(PaperError::PageSide(text.to_owned()))
        }
    }
}

impl TryFrom<String> for PageSize {
    type Error = PaperError;

    fn try_from(text: String) -> Result<Self, PaperError> {
        text.parse()
    }
}

impl From<PageSize> for String {
    fn from(page: PageSize) -> Self {
        page.to_string()
    }
}

/// The paper, how fine it is printed, and how much of its edge stays free.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PageSetup {
    /// Width and height.
    pub size: PageSize,
    /// Dots per inch of a picture made of pixels.
    pub dpi: f64,
    /// Free edge in points; what suits the page unless it is given.
    pub margin_pt: Option<f64>,
}

impl Default for PageSetup {
    fn default() -> Self {
        Self::of(PageSize::default())
    }
}

impl PageSetup {
    /// A page with its usual resolution and margin.
    pub fn of(size: PageSize) -> Self {
        Self { size, dpi: size.usual_dpi(), margin_pt: None }
    }

    /// A page of so many points at so many pixels each.
    pub fn points(width: f64, height: f64, scale: f64) -> Self {
        Self { size: PageSize::Own { width, height, unit: Unit::Px }, dpi: scale * PT_PER_INCH, margin_pt: None }
    }

    /// Pixels a point.
    pub fn scale(&self) -> f64 {
        self.dpi / PT_PER_INCH
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_have_their_sizes_on_paper() {
        let pixels = |name: &str, dpi: f64| {
            let (width, height) = name.parse::<PageSize>().unwrap().points().unwrap();
            let scale = dpi / PT_PER_INCH;
            ((width * scale).round(), height.map(|height| (height * scale).round()))
        };
        // 297 mm and 210 mm at 300 dpi, as every print shop has them.
        assert_eq!(pixels("a4-landscape", 300.0), (3508.0, Some(2480.0)));
        assert_eq!(pixels("A4", 300.0), (2480.0, Some(3508.0)));
        assert_eq!(pixels("letter-portrait", 300.0), (2550.0, Some(3300.0)));
        assert_eq!(pixels("slide", 144.0), (1920.0, Some(1080.0)));
        assert_eq!(pixels("square", 144.0), (1080.0, Some(1080.0)));
        assert_eq!(pixels("85mm", 300.0), (1004.0, None));
        assert_eq!(pixels("174x120mm", 300.0), (2055.0, Some(1417.0)));
        assert_eq!(pixels("7×5in", 100.0), (700.0, Some(500.0)));
        assert_eq!(pixels("1600x1000px", 96.0), (1600.0, Some(1000.0)));
    }

    #[test]
    fn every_page_is_read_back_from_its_name() {
        let own = PageSize::Own { width: 174.5, height: 120.0, unit: Unit::Mm };
        for page in PageSize::PRESETS.into_iter().chain([own]) {
            assert_eq!(page.to_string().parse(), Ok(page));
        }
    }

    #[test]
    fn what_is_no_page_is_refused_with_what_would_be_one() {
        let says = |text: &str| text.parse::<PageSize>().unwrap_err().to_string();
        for text in ["a5", "", "174x120", "174mm x 120mm", "x120mm", "NaNxNaNcm"] {
            assert!(says(text).contains("a4-landscape") && says(text).contains("174x120mm"), "{}", says(text));
        }
        for text in ["1x1mm", "-5x100mm", "99999x5000px", "NaNx120mm", "infx120mm"] {
            assert!(says(text).contains("40 to 2100 mm"), "{}", says(text));
        }
        assert!(length_pt("10").unwrap_err().to_string().contains("such as 10mm"));
        assert!(length_pt("-1mm").is_err() && length_pt("NaNmm").is_err());
        assert!((length_pt("25.4 mm").unwrap() - 96.0).abs() < 1e-9);
        assert_eq!(dpi("300dpi"), Ok(300.0));
        assert!(dpi("601").is_err() && dpi("NaN").is_err());
    }
}
