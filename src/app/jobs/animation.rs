//! Animations, written frame by frame in the background.

use super::{Done, Jobs};
use crate::app::dialogs::animation_dialog::{Accepted, frame_file};
use crate::figure::animation::{AnimationError, AnimationKind, Frames, Reel, Written};
use crate::figure::{FigureOptions, raster};
use crate::files::{self, FileError, map_tiles};
use crate::geometry::work;
use crate::scene::ground::Ground;
use crate::session::Session;

impl From<FileError> for AnimationError {
    fn from(error: FileError) -> Self {
        Self::Drawing(error.to_string())
    }
}

impl Jobs {
    /// Draws the figure for each of some days and writes them, unless it is cancelled before.
    pub(crate) fn write_animation(
        &mut self,
        session: &Session,
        ground: &Ground,
        options: FigureOptions,
        accepted: Accepted,
    ) {
        let ((scene, document), ground) = (session.drawn_map(), ground.clone());
        let Accepted { days, timing, kind, to } = accepted;
        let then = match kind {
            AnimationKind::Frames => "Frames that are written stay",
            AnimationKind::Gif | AnimationKind::Apng => "No file is written",
        };
        self.start_watched(then, move || {
            let mut notes: Vec<String> = Vec::new();
            let mut bytes = 0;
            let write = |notes: &mut Vec<String>, bytes: &mut u64| -> Result<(), AnimationError> {
                work::begin(|| "Laying out the animation".to_owned(), 0);
                let lay_out = |ground: &Ground| Reel::new(&scene, ground, &document, &options, &days);
                let (reel, lacking) =
                    map_tiles::draw_with_tiles(&ground, lay_out).map_err(|_| AnimationError::Cancelled)?;
                let reel = reel?;
                notes.extend(lacking.iter().map(|lacking| lacking.words(&document)));
                work::begin(|| "Writing the animation".to_owned(), days.len() as u64);
                let mut painter = raster::Painter::reproducible();
                let mut paint = |index: usize| {
                    if work::is_cancelled() {
                        return Err(AnimationError::Cancelled);
                    }
                    let draw = |ground: &Ground| reel.page(ground, index);
                    let (page, _) = map_tiles::draw_with_tiles(&ground, draw).map_err(|_| AnimationError::Cancelled)?;
                    reel.paint(&mut painter, &page)
                };
                let mut on_frame = |written: Written| {
                    *bytes = written.bytes;
                    work::advance(written.frames as u64)
                };
                if kind != AnimationKind::Frames {
                    let about = reel.about();
                    let (size_px, count) = (reel.size_px(), reel.count());
                    return files::write_with(&to, |out| {
                        let frames = Frames {
                            size_px,
                            count,
                            timing,
                            about: &about,
                            paint: &mut paint,
                            on_frame: &mut on_frame,
                        };
                        frames.write(kind, out)
                    });
                }
                files::make_folder(&to)?;
                let (mut all, of) = (0, days.len());
                for index in 0..of {
                    let png = reel.png(index, &paint(index)?)?;
                    files::write(&frame_file(&to, index + 1), &png)?;
                    all += png.len() as u64;
                    if !on_frame(Written { frames: index + 1, of, bytes: all, about_bytes: None }) {
                        return Err(AnimationError::Cancelled);
                    }
                }
                Ok(())
            };
            match write(&mut notes, &mut bytes) {
                Ok(()) => Done::Animated { path: to, frames: days.len(), bytes, notes },
                Err(error) => Done::NotExported(format!("The animation was not written: {error}")),
            }
        });
    }
}
