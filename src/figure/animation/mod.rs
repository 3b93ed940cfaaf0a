//! A figure that shows one day after the other: as GIF, as APNG, or as a PNG for each day.
//!
//! The page is laid out once, for all that any day shows, so that nothing on it moves but the map and its heading. Frames
//! are painted and written one by one: of a thousand no more than two are ever held.

mod apng;
mod gif;
mod palette;
mod reel;

use std::io::Write;
use std::path::Path;

use thiserror::Error;

pub use self::reel::{FramePage, Reel};
use super::output::EncodeError;
use super::writers::raster::RasterError;
use crate::scene::display_list::Bitmap;

/// The most frames of an animation.
pub const MOST_FRAMES: usize = 1000;

/// The most pixels of a frame: a screen of 3840 × 2160.
pub const MOST_FRAME_PIXELS: u64 = 8_294_400;

/// The largest file, in bytes.
pub const MOST_BYTES: u64 = 1 << 30;

/// The shortest and the longest time that a frame can be shown, in milliseconds.
pub const PACE_MS: std::ops::RangeInclusive<u32> = 20..=60_000;

/// So much longer than the others the last frame is shown, in milliseconds.
pub const HELD_MS: u32 = 2000;

/// The kind of file that an animation is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnimationKind {
    /// 255 colours, shown everywhere.
    Gif,
    /// All colours.
    Apng,
    /// A folder of PNG files, to make a film of.
    Frames,
}

impl AnimationKind {
    /// All, in the order of a menu.
    pub const ALL: [Self; 3] = [Self::Gif, Self::Apng, Self::Frames];

    /// What a menu says.
    pub fn label(self) -> &'static str {
        match self {
            Self::Gif => "GIF",
            Self::Apng => "APNG",
            Self::Frames => "PNG frames",
        }
    }

    /// The kind that a path asks for: one that ends in a slash, that is a folder or that has no ending is one of frames.
    ///
    /// # Errors
    /// A text that says which kinds there are.
    pub fn of_path(path: &Path, is_folder: bool) -> Result<Self, String> {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        let is_folder = is_folder || path.to_string_lossy().ends_with(['/', std::path::MAIN_SEPARATOR]);
        match ending.as_deref() {
            _ if is_folder => Ok(Self::Frames),
            None => Ok(Self::Frames),
            Some("gif") => Ok(Self::Gif),
            Some("png" | "apng") => Ok(Self::Apng),
            Some(_) => Err(format!(
                "An animation is written as .gif, as .png or .apng (APNG), or into a folder, a PNG for each day; '{}' is none of \
                 these",
                path.display()
            )),
        }
    }

    /// The path with the ending of this kind.
    pub fn at(self, path: &Path) -> std::path::PathBuf {
        match self {
            Self::Gif => path.with_extension("gif"),
            Self::Apng => path.with_extension("png"),
            Self::Frames => path.with_extension(""),
        }
    }
}

/// For how long frames are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    /// Each, in milliseconds.
    pub pace_ms: u32,
    /// The last, in milliseconds.
    pub last_ms: u32,
}

impl Timing {
    /// Each for so long, the last for [`HELD_MS`] longer.
    pub fn of_pace(pace_ms: u32) -> Self {
        let pace_ms = pace_ms.clamp(*PACE_MS.start(), *PACE_MS.end());
        Self { pace_ms, last_ms: (pace_ms + HELD_MS).min(*PACE_MS.end()) }
    }

    fn of_frame(self, index: usize, count: usize) -> u32 {
        if index + 1 == count { self.last_ms } else { self.pace_ms }
    }
}

/// What is written beside the pixels.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    /// The headline.
    pub title: String,
    /// Whom the page credits.
    pub credits: String,
    /// What it was made from, as JSON.
    pub provenance: String,
}

/// How far the writing has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// So many frames are written.
    pub frames: usize,
    /// Of so many.
    pub of: usize,
    /// So many bytes.
    pub bytes: u64,
    /// How large the file is likely to become, once two frames tell.
    pub about_bytes: Option<u64>,
}

/// Why an animation cannot be written.
#[derive(Debug, Error)]
pub enum AnimationError {
    /// Too many frames, or none.
    #[error("an animation of {0} frames: it may have from 1 to {MOST_FRAMES}; take weeks or months, or fewer days")]
    Frames(usize),
    /// Frames that are too large.
    #[error(
        "frames of {width} × {height} pixels are too large: they may have {} million pixels; use fewer dots per inch or a smaller \
         page",
        MOST_FRAME_PIXELS / 1_000_000
    )]
    TooLarge {
        /// Pixels across.
        width: u16,
        /// Pixels down.
        height: u16,
    },
    /// A file that is too large.
    #[error(
        "the file would be larger than {} MB: take fewer frames, fewer dots per inch or a smaller page",
        MOST_BYTES >> 20
    )]
    TooLong,
    /// The page cannot be drawn.
    #[error(transparent)]
    Page(#[from] EncodeError),
    /// The page cannot become pixels.
    #[error(transparent)]
    Raster(#[from] RasterError),
    /// A frame does not fit the format.
    #[error("the frame cannot be written: {0}")]
    Png(#[from] ::png::EncodingError),
    /// A frame does not fit the format.
    #[error("the frame cannot be written: {0}")]
    Gif(#[from] ::gif::EncodingError),
    /// The disk does not take it.
    #[error(transparent)]
    Disk(#[from] std::io::Error),
    /// Something that draws it has failed.
    #[error("{0}")]
    Drawing(String),
    /// The user no longer wants it.
    #[error("it was cancelled")]
    Cancelled,
}

/// Frames on the way into a file.
pub struct Frames<'a> {
    /// Width and height in pixels.
    pub size_px: (u16, u16),
    /// How many there are.
    pub count: usize,
    /// For how long they are shown.
    pub timing: Timing,
    /// What is written beside them.
    pub about: &'a About,
    /// Paints one, by its number; the same one may be asked for twice.
    pub paint: &'a mut dyn FnMut(usize) -> Result<Bitmap, AnimationError>,
    /// Told after each that is written; false ends the writing.
    pub on_frame: &'a mut dyn FnMut(Written) -> bool,
}

impl Frames<'_> {
    /// Writes all as one file of this kind, which is not [`AnimationKind::Frames`].
    ///
    /// # Errors
    /// [`AnimationError`].
    pub fn write(self, kind: AnimationKind, out: &mut dyn Write) -> Result<(), AnimationError> {
        match kind {
            AnimationKind::Gif => gif::write(out, self),
            AnimationKind::Apng | AnimationKind::Frames => apng::write(out, self),
        }
    }

    /// One that has the size that all have.
    fn painted(&mut self, index: usize) -> Result<Bitmap, AnimationError> {
        let bitmap = (self.paint)(index)?;
        let (width, height) = self.size_px;
        let fits = (bitmap.width, bitmap.height) == (u32::from(width), u32::from(height));
        if fits { Ok(bitmap) } else { Err(AnimationError::Drawing("the frames differ in size".to_owned())) }
    }

    /// Tells that one is written, the first with so many bytes.
    fn told(&mut self, index: usize, bytes: u64, first_bytes: u64) -> Result<(), AnimationError> {
        let (frames, of) = (index + 1, self.count);
        let about_bytes = (frames > 1).then(|| {
            let each = bytes.saturating_sub(first_bytes) as f64 / (frames - 1) as f64;
            first_bytes + (each * (of - 1) as f64) as u64
        });
        if bytes > MOST_BYTES {
            return Err(AnimationError::TooLong);
        }
        if (self.on_frame)(Written { frames, of, bytes, about_bytes }) {
            Ok(())
        } else {
            Err(AnimationError::Cancelled)
        }
    }
}

/// Counts what is written.
struct Counted<'a> {
    out: &'a mut dyn Write,
    bytes: &'a std::cell::Cell<u64>,
}

impl Write for Counted<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let count = self.out.write(bytes)?;
        self.bytes.set(self.bytes.get() + count as u64);
        Ok(count)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }
}

/// Where two frames differ: from the left, from the top, width and height in pixels; `None` where they do not.
fn changed<T: PartialEq>(before: &[T], now: &[T], width: usize) -> Option<[usize; 4]> {
    let (mut left, mut right, mut top, mut bottom) = (usize::MAX, 0, usize::MAX, 0);
    for (row, (before, now)) in before.chunks(width).zip(now.chunks(width)).enumerate() {
        if before == now {
            continue;
        }
        let differs = || before.iter().zip(now).enumerate().filter(|(_, (a, b))| a != b).map(|(column, _)| column);
        left = left.min(differs().next().unwrap_or(left));
        right = right.max(differs().next_back().unwrap_or(right));
        (top, bottom) = (top.min(row), row);
    }
    (top != usize::MAX).then(|| [left, top, right - left + 1, bottom - top + 1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_is_found_and_paths_say_the_kind() {
        let before = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        let mut now = before;
        assert_eq!(changed(&before, &now, 4), None);
        (now[5], now[10]) = (1, 1);
        assert_eq!(changed(&before, &now, 4), Some([1, 1, 2, 2]));
        let kind = |path: &str| AnimationKind::of_path(Path::new(path), false);
        assert_eq!(kind("a/b.GIF"), Ok(AnimationKind::Gif));
        assert_eq!((kind("b.png"), kind("b.apng")), (Ok(AnimationKind::Apng), Ok(AnimationKind::Apng)));
        assert_eq!((kind("frames"), kind("a.b/")), (Ok(AnimationKind::Frames), Ok(AnimationKind::Frames)));
        assert!(kind("a.webm").unwrap_err().contains(".gif"));
        assert_eq!(AnimationKind::of_path(Path::new("out.d"), true), Ok(AnimationKind::Frames));
    }

    #[test]
    fn the_last_frame_is_held() {
        let timing = Timing::of_pace(500);
        assert_eq!((timing.of_frame(0, 3), timing.of_frame(2, 3)), (500, 2500));
        assert_eq!(Timing::of_pace(0).pace_ms, 20);
        assert_eq!(Timing::of_pace(u32::MAX).last_ms, 60_000);
    }
}
