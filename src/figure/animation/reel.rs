//! The frames of an animation: one page for each day, week or month, all laid out alike.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::{About, AnimationError, MOST_FRAME_PIXELS, MOST_FRAMES};
use crate::document::Document;
use crate::figure::assemble::{Drawn, of_sheet};
use crate::figure::options::FigureOptions;
use crate::figure::output::EncodeError;
use crate::figure::panels::{Grounds, Panels};
use crate::figure::sheet::Sheet;
use crate::figure::writers::png::{self, PngInfo};
use crate::figure::writers::raster;
use crate::formats::edtf::Edtf;
use crate::geometry::work;
use crate::scene::Scene;
use crate::scene::display_list::{Bitmap, DisplayList};
use crate::scene::ground::{DrawnGround, Ground};

/// A page that is laid out once, with what it shows on each of several days.
#[derive(Debug)]
pub struct Reel {
    sheet: Sheet,
    /// The page of the last day, with all that is said of it.
    last: Drawn,
    size_px: (u16, u16),
    /// What the pages have in common.
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    grounds: Grounds,
    under: Option<Arc<Under>>,
}

/// What lies under all overlays of a page, with what stands beside the map.
#[derive(Debug)]
struct Under {
    ground: Arc<DrawnGround>,
    list: DisplayList,
    painted: OnceLock<Bitmap>,
}

/// The page of one day, in two parts.
#[derive(Debug)]
pub struct FramePage {
    under: Arc<Under>,
    over: DisplayList,
}

impl FramePage {
    /// What lies under all overlays, with what stands beside the map; and what is drawn over that.
    pub fn parts(&self) -> [&DisplayList; 2] {
        [&self.under.list, &self.over]
    }

    /// Whether two pages share what lies under all overlays.
    pub fn shares_ground(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.under, &other.under)
    }
}

impl Reel {
    /// Lays out the page for days, weeks or months in their order.
    ///
    /// # Errors
    /// [`AnimationError`] where there are too many of them, or where the page is too large or too small.
    pub fn new(
        scene: &Arc<Scene>,
        ground: &Ground,
        document: &Document,
        options: &FigureOptions,
        days: &[Edtf],
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
        Ok(Self { sheet, last, size_px, kept: Mutex::default() })
    }

    /// How many days there are.
    pub fn count(&self) -> usize {
        self.sheet.moments.len()
    }

    /// The day, the week or the month of a frame.
    pub fn when(&self, index: usize) -> Option<Edtf> {
        self.sheet.moments.get(index)?.when
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
    pub fn page(&self, ground: &Ground, index: usize) -> FramePage {
        let lock = || self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        // What comes while it is drawn makes another ground.
        let is_at_hand = !ground.is_live();
        let mut grounds = if is_at_hand { std::mem::take(&mut lock().grounds) } else { Grounds::default() };
        let known = lock().under.clone();
        let is_known = |drawn: &Arc<DrawnGround>| known.as_ref().is_some_and(|known| Arc::ptr_eq(&known.ground, drawn));
        let page = self.sheet.frame(ground, index, &mut grounds, is_known);
        let under = match (known, page.under) {
            (Some(known), None) => known,
            (_, under) => {
                Arc::new(Under { ground: page.ground, list: under.unwrap_or_default(), painted: OnceLock::new() })
            }
        };
        if is_at_hand {
            let mut kept = lock();
            kept.grounds = grounds;
            kept.under = Some(Arc::clone(&under));
        }
        FramePage { under, over: page.over }
    }

    /// A page as pixels. What lies under all overlays is painted once for all pages that have it in common.
    ///
    /// # Errors
    /// [`AnimationError::Raster`].
    pub fn paint(&self, painter: &mut raster::Painter, page: &FramePage) -> Result<Bitmap, AnimationError> {
        let scale = self.sheet.options.page.scale();
        let mut bitmap = match page.under.painted.get() {
            Some(painted) => painted.clone(),
            None => {
                let painted = painter.paint(&page.under.list, scale, self.last.background())?;
                page.under.painted.get_or_init(|| painted).clone()
            }
        };
        painter.paint_over(&mut bitmap, &page.over, scale)?;
        Ok(bitmap)
    }

    /// A painted page as a PNG of its own.
    ///
    /// # Errors
    /// [`AnimationError::Png`].
    pub fn png(&self, index: usize, bitmap: &Bitmap) -> Result<Vec<u8>, AnimationError> {
        let day = self.when(index).map(|when| self.sheet.options.words().date(&when.iso())).unwrap_or_default();
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
