//! Pictures that are placed on the map, in the window: opened, and read again for a project.

use std::sync::Arc;

use eframe::egui;

use super::ClaimlineApp;
use super::jobs::LoadedPicture;
use crate::document::Picture;
use crate::dossier::words;
use crate::files::pictures::ReadPicture;
use crate::formats::visible::visible;
use crate::session::Action;

impl ClaimlineApp {
    /// Places pictures that were opened, and shows the last of them whole; what is to be said of them goes to `text`.
    pub(super) fn place_pictures(&mut self, ctx: &egui::Context, pictures: Vec<ReadPicture>, text: &mut String) {
        for ReadPicture { picture, pyramid, warnings } in pictures {
            self.ground.set_picture(&picture.file, pyramid);
            for what in warnings {
                text.push_str(&format!("; {what}"));
            }
            if picture.source.is_empty() && picture.license.is_empty() {
                text.push_str("; say where it is from in the list of overlays: a figure without that warns");
            }
            self.act(ctx, Action::AddPicture(Box::new(picture)));
            if let Some(id) = self.session.document().pictures.first().map(|picture| picture.id.clone()) {
                self.act(ctx, Action::ZoomToPicture(id));
            }
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
