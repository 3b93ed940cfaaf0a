//! The photo that was taken at a marker: its picture, when, which way, and where its file is.

use std::sync::{Arc, Mutex, PoisonError};

use eframe::egui::{self, ColorImage, TextureHandle, TextureOptions, Ui};

use super::{Selected, Subject, Typed};
use crate::app::theme;
use crate::app::widgets::small_warning_ui;
use crate::document::Annotation;
use crate::dossier::FileRecord;
use crate::files::photos;
use crate::formats::photo::{direction_words, time_words};
use crate::formats::visible::visible;
use crate::session::Action;

/// A photo is shown no wider or higher than so many pixels.
const MOST_PX: u32 = 960;

/// How high it is shown at most, in points.
const MOST_PT: f32 = 320.0;

/// What came of reading a photo.
type Read = Result<(ColorImage, bool), String>;

/// The photo that is shown: read once, in the background.
#[derive(Clone, Default)]
pub(crate) struct Shown {
    file: Option<Arc<FileRecord>>,
    /// What the thread that reads it leaves; shared with that thread.
    read: Arc<Mutex<Option<Read>>>,
    texture: Option<(TextureHandle, bool)>,
    error: Option<String>,
    is_reading: bool,
}

impl std::fmt::Debug for Shown {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Shown").field("file", &self.file).finish_non_exhaustive()
    }
}

/// The photo of what is selected, if it is one marker of a photo.
fn photo_of<'a>(subject: &Subject<'a>) -> Option<(&'a Annotation, &'a Arc<FileRecord>)> {
    match &subject.selected {
        Selected::Annotations(selected) => match selected[..] {
            [annotation] => Some((annotation, annotation.photo.as_ref()?)),
            _ => None,
        },
        Selected::Overlay(_) => None,
    }
}

/// Whether there is a photo to show.
pub(crate) fn applies(subject: &Subject<'_>) -> bool {
    photo_of(subject).is_some()
}

/// Shows the section.
pub(crate) fn photo_ui(ui: &mut Ui, subject: &Subject<'_>, typed: &mut Typed, _: &mut Vec<Action>) {
    let Some((annotation, file)) = photo_of(subject) else { return };
    let shade = subject.shade;
    picture_ui(ui, file, &mut typed.photo, &annotation.label());
    if let Some(time) = annotation.photo_words("time") {
        ui.label(format!("Taken {}", time_words(time)));
    } else {
        ui.label("The photo does not say when it was taken");
    }
    if let Some(direction_deg) = annotation.photo_number("direction_deg") {
        ui.label(format!("Looks {}", direction_words(direction_deg, annotation.photo_words("direction_reference"))));
    }
    if let Some(altitude_m) = annotation.photo_number("altitude_m") {
        ui.label(format!("{altitude_m:.0} m above the sea, by its receiver"));
    }
    if let Some(metres) = annotation.photo_number("position_accuracy_m") {
        ui.label(format!("Placed to within {metres:.0} m, by its receiver"));
    }
    if let Some(notes) = annotation.photo_words("photo_notes") {
        small_warning_ui(ui, &visible(notes));
    }
    let name = format!("File: {}", visible(&file.name()));
    let more = format!("{}\nSHA-256 {}", file.path.display(), file.sha256);
    ui.add(egui::Label::new(theme::second(name, shade)).wrap()).on_hover_text(more);
    ui.add(
        egui::Label::new(theme::second(
            "Figures show the point and its title; what is written here goes into the project and into features that you save. The photo \
             itself, and what else its camera wrote, go into neither",
            shade,
        ))
        .wrap(),
    );
}

fn picture_ui(ui: &mut Ui, file: &Arc<FileRecord>, shown: &mut Shown, name: &str) {
    let is_same = |known: &Arc<FileRecord>| known.sha256 == file.sha256 && known.path == file.path;
    if !shown.file.as_ref().is_some_and(is_same) {
        *shown = Shown { file: Some(Arc::clone(file)), ..Shown::default() };
    }
    let come = shown.read.lock().unwrap_or_else(PoisonError::into_inner).take();
    match come {
        Some(Ok((image, is_changed))) => {
            let texture = ui.ctx().load_texture("photo", image, TextureOptions::LINEAR);
            shown.texture = Some((texture, is_changed));
        }
        Some(Err(why)) => shown.error = Some(why),
        None => {}
    }
    if let Some((texture, is_changed)) = &shown.texture {
        let size = texture.size_vec2();
        let width = ui.available_width().min(size.x);
        let scale = (width / size.x).min(MOST_PT / size.y);
        let image = egui::Image::new((texture.id(), size * scale)).alt_text(format!("Photo {}", visible(name)));
        ui.add(image);
        if *is_changed {
            small_warning_ui(ui, "The file of the photo has changed since it was put on the map");
        }
    } else if let Some(why) = &shown.error {
        small_warning_ui(ui, &visible(&crate::app::widgets::capital(why)));
    } else {
        ui.horizontal(|ui| {
            ui.spinner();
            ui.label("Reading the photo…");
        });
        if !shown.is_reading {
            shown.is_reading = true;
            let (ctx, file, read) = (ui.ctx().clone(), Arc::clone(file), Arc::clone(&shown.read));
            let work = move || {
                let come = photos::preview(&file, MOST_PX).map(|preview| {
                    let size = [preview.bitmap.width as usize, preview.bitmap.height as usize];
                    (ColorImage::from_rgba_unmultiplied(size, &preview.bitmap.rgba), preview.is_changed)
                });
                *read.lock().unwrap_or_else(PoisonError::into_inner) = Some(come);
                ctx.request_repaint();
            };
            if let Err(error) = std::thread::Builder::new().name("photo".to_owned()).spawn(work) {
                shown.error = Some(format!("the system cannot start another thread: {error}"));
            }
        }
    }
}
