//! Animations, written frame by frame in the background.

use std::cell::RefCell;

use super::{Done, Jobs};
use crate::app::dialogs::animation_dialog::{Accepted, frame_file};
use crate::figure::animation::{AnimationError, AnimationKind, Frames, Reel, Written};
use crate::figure::{FigureOptions, raster};
use crate::files::map_tiles::DayMaps;
use crate::files::{self, FileError, map_tiles};
use crate::formats::edtf::Edtf;
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
        (ground, day_maps): (&Ground, DayMaps),
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
            let notes: RefCell<Vec<String>> = RefCell::default();
            let mut bytes = 0;
            let write = |bytes: &mut u64| -> Result<(), AnimationError> {
                work::begin(|| "Laying out the animation".to_owned(), 0);
                let on_day = |when: Option<&Edtf>| {
                    let day = when.and_then(Edtf::latest).or(document.day);
                    day_maps.ground(&ground, &document, &[day]).map_err(AnimationError::Drawing)
                };
                let lay_out = |ground: &Ground| Reel::new(&scene, ground, &document, &options, &days);
                let (reel, lacking) = map_tiles::draw_with_tiles(&on_day(days.last())?, lay_out)
                    .map_err(|_| AnimationError::Cancelled)?;
                let reel = reel?;
                notes.borrow_mut().extend(lacking.iter().map(|lacking| lacking.words(&document)));
                work::begin(|| "Writing the animation".to_owned(), days.len() as u64);
                let mut painter = raster::Painter::reproducible();
                let mut paint = |index: usize| {
                    if work::is_cancelled() {
                        return Err(AnimationError::Cancelled);
                    }
                    let draw = |ground: &Ground| reel.page(ground, index);
                    let (page, lacking) = map_tiles::draw_with_tiles(&on_day(days.get(index))?, draw)
                        .map_err(|_| AnimationError::Cancelled)?;
                    let mut notes = notes.borrow_mut();
                    for lacking in lacking.iter().map(|lacking| lacking.words(&document)) {
                        if !notes.contains(&lacking) {
                            notes.push(lacking);
                        }
                    }
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
            match write(&mut bytes) {
                Ok(()) => Done::Animated { path: to, frames: days.len(), bytes, notes: notes.take() },
                Err(error) => Done::NotExported(format!("The animation was not written: {error}")),
            }
        });
    }
}
