//! Pictures that are placed on the map, in the window: opened, and read again for a project.

use std::path::PathBuf;
use std::sync::Arc;

use eframe::egui;

use super::ClaimlineApp;
use super::dialogs::{Dialog, Purpose};
use super::jobs::LoadedPicture;
use crate::document::Picture;
use crate::document::edit::{PHOTOS, Photo};
use crate::dossier::words;
use crate::files::address::Address;
use crate::files::pictures::{FilePictures, ReadPicture};
use crate::formats::visible::visible;
use crate::session::{Action, PictureChange};

/// So many things are said of the pictures of one file.
const MOST_SAID: usize = 6;

impl ClaimlineApp {
    /// Places pictures that were opened, those of one file in one step, and shows the last of them whole; what is to be said
    /// of them goes to `text`.
    pub(super) fn place_pictures(&mut self, ctx: &egui::Context, files: Vec<FilePictures>, text: &mut String) {
        for FilePictures { read, missing, left_out } in files {
            let mut placed = Vec::new();
            let mut said = Vec::new();
            for ReadPicture { picture, pyramid, warnings } in read {
                self.ground.set_picture(&picture.file, pyramid);
                said.extend(warnings);
                placed.push(picture);
            }
            for (picture, why) in missing {
                // It has just been said that it is not there.
                self.asked_pictures.insert((picture.file.path.clone(), picture.file.layer.clone()));
                said.push(why);
                placed.push(picture);
            }
            said.extend(left_out);
            said.dedup();
            let more = said.len().saturating_sub(MOST_SAID);
            said.truncate(MOST_SAID);
            for what in said {
                text.push_str(&format!("; {what}"));
            }
            if more > 0 {
                text.push_str(&format!("; and {more} more"));
            }
            if placed.is_empty() {
                continue;
            }
            if placed.iter().any(|picture| picture.source.is_empty() && picture.license.is_empty()) {
                let (it, is) = if placed.len() == 1 { ("it", "is") } else { ("they", "are") };
                text.push_str(&format!(
                    "; say where {it} {is} from in the list of overlays: a figure without that warns"
                ));
            }
            self.act(ctx, Action::AddPictures(placed));
            if let Some(id) = self.session.document().pictures.first().map(|picture| picture.id.clone()) {
                self.act(ctx, Action::ZoomToPicture(id));
            }
        }
    }

    /// Puts photos on the map as points; what is to be said of them goes to `text`.
    pub(super) fn place_photos(&mut self, ctx: &egui::Context, photos: Vec<Photo>, text: &mut String) {
        if photos.is_empty() {
            return;
        }
        let before = self.session.document().annotations.len();
        let (count, doubtful) = (photos.len(), photos.iter().find_map(|photo| photo.facts.notes.first().cloned()));
        self.act(ctx, Action::AddPhotos(photos));
        let added = self.session.document().annotations.len().saturating_sub(before);
        if added > 0 {
            text.push_str(&format!("; {added} in the layer “{PHOTOS}” of the annotations"));
        }
        if added < count {
            text.push_str(&format!("; {} on the map already", count - added));
        }
        if let Some(note) = doubtful {
            text.push_str(&format!("; {note}"));
        }
    }

    /// Reads another file for a placed picture, or without one fetches it from its server.
    pub(super) fn find_picture(&mut self, id: &str, path: Option<PathBuf>) {
        if let Some(picture) = self.session.document().pictures.iter().find(|picture| picture.id == id).cloned() {
            self.jobs.find_picture(picture, path);
        }
    }

    /// Fetches a placed picture from its server, if that may be asked; otherwise asks the user.
    pub(super) fn fetch_picture(&mut self, id: &str) {
        let Some(picture) = self.session.document().picture(id) else { return };
        let path = picture.file.path.clone();
        let server = match Address::of(&path) {
            None => return self.tell("This picture is a file on this computer"),
            Some(Err(why)) => return self.tell(format!("The picture cannot be fetched: {why}")),
            Some(Ok(address)) => address.server(),
        };
        if server.as_ref().is_some_and(|server| self.ground.servers().said(server) == Some(true)) {
            return self.find_picture(id, None);
        }
        let name = server.as_ref().map_or("its server", |server| server.name()).to_owned();
        self.ask_path(Purpose::FetchPicture);
        if let Some(Dialog::Path { path: typed, error, overwrite, source, .. }) = &mut self.dialog {
            *typed = path.display().to_string();
            *error = format!("{name} will see your address and which picture you ask for. It has not been asked yet.");
            (*overwrite, *source) = (true, Some(id.to_owned()));
        }
    }

    /// Takes the file that was read for a placed picture.
    pub(super) fn take_found_picture(&mut self, ctx: &egui::Context, id: &str, read: Result<ReadPicture, String>) {
        match read {
            Ok(ReadPicture { picture, pyramid, warnings }) => {
                self.ground.set_picture(&picture.file, pyramid);
                let more: String = warnings.iter().map(|what| format!("; {what}")).collect();
                self.tell(format!("The picture {} is shown{more}", words::quoted(&picture.title)));
                let Picture { file, size_px, placement, crop, .. } = picture;
                let change = PictureChange::File(file, size_px, placement, crop);
                self.act(ctx, Action::Picture(id.to_owned(), change));
            }
            Err(why) => self.tell(format!("The picture is not shown: {why}")),
        }
    }

    /// Reads the pictures that the document shows and that are not at hand; each once, until the window is closed.
    pub(super) fn read_missing_pictures(&mut self) {
        let at_hand = &self.ground.ground().pictures;
        let asked = &mut self.asked_pictures;
        let is_wanted = |picture: &&Arc<Picture>| {
            picture.is_shown()
                && !at_hand.has(picture)
                && asked.insert((picture.file.path.clone(), picture.file.layer.clone()))
        };
        let wanted: Vec<Arc<Picture>> = self.session.document().pictures.iter().filter(is_wanted).cloned().collect();
        if !wanted.is_empty() {
            self.jobs.read_pictures(wanted);
        }
    }

    /// Draws pictures that have been read, and says of the others why not.
    pub(super) fn take_pictures(&mut self, loaded: Vec<LoadedPicture>) {
        let mut said = Vec::new();
        for (picture, loaded) in loaded {
            let title = words::quoted(&visible(&picture.title));
            match loaded {
                Ok((pyramid, is_changed)) => {
                    if is_changed {
                        said.push(format!("The file of the picture {title} has changed since it was placed"));
                    }
                    self.ground.set_picture(&picture.file, pyramid);
                }
                Err(why) => said.push(format!("The picture {title} is not shown: {why}")),
            }
        }
        if !said.is_empty() {
            self.tell(said.join(". "));
        }
    }
}
