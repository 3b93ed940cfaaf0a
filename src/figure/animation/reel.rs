//! The frames of an animation: one page for each day, all laid out alike.

use std::sync::Arc;

use super::{About, AnimationError, MOST_FRAME_PIXELS, MOST_FRAMES};
use crate::document::Document;
use crate::figure::assemble::{Drawn, of_sheet};
use crate::figure::options::FigureOptions;
use crate::figure::output::EncodeError;
use crate::figure::panels::Panels;
use crate::figure::sheet::Sheet;
use crate::figure::writers::png::{self, PngInfo};
use crate::figure::writers::raster;
use crate::formats::day::Day;
use crate::geometry::work;
use crate::scene::Scene;
use crate::scene::display_list::{Bitmap, DisplayList};
use crate::scene::ground::Ground;

/// A page that is laid out once, with what it shows on each of several days.
#[derive(Debug)]
pub struct Reel {
    sheet: Sheet,
    /// The page of the last day, with all that is said of it.
    last: Drawn,
    size_px: (u16, u16),
}

impl Reel {
    /// Lays out the page for days in their order, each whole.
    ///
    /// # Errors
    /// [`AnimationError`] where there are too many of them, or where the page is too large or too small.
    pub fn new(
        scene: &Arc<Scene>,
        ground: &Ground,
        document: &Document,
        options: &FigureOptions,
        days: &[Day],
    ) -> Result<Self, AnimationError> {
        if days.is_empty() || days.len() > MOST_FRAMES {
            return Err(AnimationError::Frames(days.len()));
        }
        let options = FigureOptions { panels: Some(Panels::in_turn(days.iter().copied())), ..options.clone() };
        let sheet = Sheet::new(scene, ground, document, &options);
        if work::is_cancelled() {
            return Err(AnimationError::Cancelled);
        }
        let page = sheet.layout.page;
        let size_px = raster::size_px(page.width(), page.height(), options.page.scale())?;
        let (width, height) = size_px;
        if u64::from(width) * u64::from(height) > MOST_FRAME_PIXELS {
            return Err(AnimationError::TooLarge { width, height });
        }
        let last = of_sheet(&sheet, ground, sheet.page(ground, &[days.len() - 1]));
        if last.is_too_small {
            return Err(EncodeError::NoRoom.into());
        }
        Ok(Self { sheet, last, size_px })
    }

    /// How many days there are.
    pub fn count(&self) -> usize {
        self.sheet.moments.len()
    }

    /// The day of a frame.
    pub fn day(&self, index: usize) -> Option<Day> {
        self.sheet.moments.get(index)?.day
    }

    /// Width and height of each frame in pixels.
    pub fn size_px(&self) -> (u16, u16) {
        self.size_px
    }

    /// The page of the last day, to be looked over.
    pub fn last(&self) -> &Drawn {
        &self.last
    }

    /// How the figure is set up.
    pub fn options(&self) -> &FigureOptions {
        &self.sheet.options
    }

    /// What is written beside the frames of a file.
    pub fn about(&self) -> About {
        About {
            title: self.last.title().to_owned(),
            credits: self.last.credits.join(" · "),
            provenance: self.last.provenance().to_string(),
        }
    }

    /// The page of one day.
    pub fn page(&self, ground: &Ground, index: usize) -> DisplayList {
        self.sheet.page(ground, &[index])
    }

    /// A page as pixels.
    ///
    /// # Errors
    /// [`AnimationError::Raster`].
    pub fn paint(&self, painter: &mut raster::Painter, page: &DisplayList) -> Result<Bitmap, AnimationError> {
        Ok(painter.paint(page, self.sheet.options.page.scale(), self.last.background())?)
    }

    /// A painted page as a PNG of its own.
    ///
    /// # Errors
    /// [`AnimationError::Png`].
    pub fn png(&self, index: usize, bitmap: &Bitmap) -> Result<Vec<u8>, AnimationError> {
        let day = self.day(index).map(|day| self.sheet.options.words().date(&day.iso())).unwrap_or_default();
        let title =
            [self.last.title(), &day].into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>().join(": ");
        let provenance = self.sheet.moments.get(index).map(|moment| self.last.of_moment(moment).provenance());
        let info = PngInfo {
            dpi: Some(crate::figure::paper::PT_PER_INCH * self.sheet.options.page.scale()),
            title: Some(title),
            provenance: provenance.map(|provenance| provenance.to_string()),
        };
        Ok(png::encode(bitmap, &info)?)
    }
}
