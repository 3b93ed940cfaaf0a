//! Pictures that are placed on the map, in the window: opened, placed by hand, written, and read again for a project.

use std::path::PathBuf;
use std::sync::Arc;

use eframe::egui;

use super::ClaimlineApp;
use super::dialogs::project_dialogs::Question;
use super::dialogs::{Dialog, Purpose};
use super::effects::already_there;
use super::georeference::{GeoreferencePanel, Wish};
use super::jobs::LoadedPicture;
use super::keys::surrender_keys;
use crate::basemap::raster::pyramid::Pyramid;
use crate::document::Picture;
use crate::document::edit::{PHOTOS, Photo};
use crate::dossier::words;
use crate::files::address::Address;
use crate::files::pictures::{FilePictures, ReadPicture};
use crate::files::placed_pictures::WrittenAs;
use crate::formats::picture::points::NotedPoint;
use crate::formats::visible::visible;
use crate::session::{Action, Command, PictureChange};

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

    /// Takes files that were dropped on the window.
    pub(super) fn take_dropped(&mut self, dropped: Vec<PathBuf>) {
        if self.georeference.is_some() && !dropped.is_empty() {
            self.tell("Place the picture first, or close it (Esc); then files can be opened");
            return;
        }
        let dropped = self.take_dropped_citations(dropped);
        self.open_files(dropped);
    }

    /// Begins to place a picture that was read.
    pub(super) fn take_unplaced(&mut self, ctx: &egui::Context, read: Result<ReadPicture, String>) {
        match read {
            Ok(ReadPicture { picture, pyramid, warnings }) => {
                self.opened_files.push(picture.file.path.clone());
                let is_free = self.georeference.is_none();
                self.begin_georeferencing(ctx, picture, pyramid);
                if let Some(panel) = self.georeference.as_mut().filter(|_| is_free && !warnings.is_empty()) {
                    panel.fail(super::widgets::capital(&warnings.join("; ")));
                }
            }
            Err(why) => self.tell(why),
        }
    }

    fn begin_georeferencing(&mut self, ctx: &egui::Context, picture: Picture, pyramid: Arc<Pyramid>) {
        let busy = match (&self.export, &self.georeference) {
            (Some(_), _) => Some("Close the figure first (Esc); then open the picture again"),
            (_, Some(_)) => Some("Place the other picture first, or close it (Esc)"),
            (None, None) => None,
        };
        if let Some(busy) = busy {
            self.tell(busy);
            return;
        }
        let _ = self.session.apply(Action::EndText);
        self.act(ctx, Action::Command(Command::ToolSelect));
        self.act(ctx, Action::DismissFound);
        self.ground.set_picture(&picture.file, Arc::clone(&pyramid));
        self.message = None;
        self.georeference = Some(Box::new(GeoreferencePanel::new(ctx, picture, pyramid)));
        surrender_keys(ctx);
        ctx.request_repaint();
    }

    /// Has a picture of the document placed anew.
    pub(super) fn mend_picture(&mut self, ctx: &egui::Context, id: &str) {
        let Some(picture) = self.session.document().picture(id).map(|known| Picture::clone(known)) else { return };
        match self.ground.ground().pictures.pyramid(&picture) {
            Some(pyramid) => {
                self.act(ctx, Action::ZoomToPicture(picture.id.clone()));
                self.begin_georeferencing(ctx, picture, pyramid);
            }
            None => self.tell(format!(
                "The pixels of {} have not been read: show it first, and see that its file is there",
                words::quoted(&visible(&picture.title))
            )),
        }
    }

    /// Whether points would be lost if the window went on to something else.
    pub(super) fn has_unplaced_points(&self) -> bool {
        self.georeference.as_ref().is_some_and(|panel| panel.work.is_changed())
    }

    /// Asks about points that would be lost; false where there are none.
    pub(super) fn asks_about_points(&mut self) -> bool {
        let title = self.georeference.as_ref().map(|panel| visible(&panel.work.original().title));
        let Some(title) = title.filter(|_| self.has_unplaced_points()) else { return false };
        self.dialog = Some(Dialog::Question(Question::NotPlaced(title)));
        true
    }

    /// Goes on without the picture that was placed by hand.
    pub(super) fn forget_georeference(&mut self) {
        self.georeference = None;
        self.map.placed_by_hand = (None, None);
    }

    /// The same, from the panel itself.
    pub(super) fn close_georeference(&mut self, ctx: &egui::Context) {
        self.forget_georeference();
        surrender_keys(ctx);
        ctx.request_repaint();
    }

    /// Does what the panel asks of the window.
    pub(super) fn grant(&mut self, ctx: &egui::Context, wish: Wish) {
        match wish {
            Wish::Close => {
                if !self.asks_about_points() {
                    self.close_georeference(ctx);
                }
            }
            Wish::Place => self.place_by_hand(ctx),
            Wish::FindPlace => {
                if let Some(panel) = &mut self.georeference {
                    panel.awaits_place = true;
                }
                self.act(ctx, Action::Command(Command::FindPlace));
            }
            Wish::ReadPoints => self.ask_path(Purpose::ReadPoints),
            Wish::WritePoints => self.ask_beside(Purpose::WritePoints, None, "points"),
            Wish::Save => self.ask_to_save_picture(None),
        }
    }

    /// An action that is not the panel's own.
    pub(super) fn of_georeferencing(&mut self, action: Action) -> Option<Action> {
        let Some(panel) = &mut self.georeference else { return Some(action) };
        match action {
            Action::Command(Command::Undo) => panel.work.undo(),
            Action::Command(Command::Redo) => panel.work.redo(),
            Action::ShowFound(place) if std::mem::take(&mut panel.awaits_place) => {
                panel.take_place(place.at);
                return Some(Action::GoTo(place.at));
            }
            Action::ShowFound(place) => return Some(Action::GoTo(place.at)),
            Action::GoTo(at) if std::mem::take(&mut panel.awaits_place) => {
                panel.take_place(at);
                return Some(Action::GoTo(at));
            }
            other => return Some(other),
        }
        None
    }

    fn place_by_hand(&mut self, ctx: &egui::Context) {
        let Some(panel) = self.georeference.take() else { return };
        let picture = panel.work.placed();
        let title = words::quoted(&visible(&picture.title));
        let exact = picture.accuracy_m().map_or_else(|| "accuracy unknown".to_owned(), words::picture_accuracy);
        let bare = if picture.source.is_empty() || picture.license.is_empty() {
            "; a figure warns until its source and licence are said"
        } else {
            ""
        };
        self.forget_georeference();
        if picture.id.is_empty() {
            self.act(ctx, Action::AddPicture(Box::new(picture)));
        } else {
            let id = picture.id.clone();
            self.act(ctx, Action::Picture(id, PictureChange::Georeference(Box::new(picture))));
        }
        self.session.panels.layers = true;
        self.turn_to(super::Tab::Overlays);
        self.tell(format!("{title} is placed, {exact}{bare}"));
        surrender_keys(ctx);
        ctx.request_repaint();
    }

    /// Asks for a file beside the picture.
    fn ask_beside(&mut self, purpose: Purpose, id: Option<String>, ending: &str) {
        let of_panel = self.georeference.as_ref().map(|panel| panel.work.original().file.path.clone());
        let of_document =
            id.as_ref().and_then(|id| self.session.document().picture(id)).map(|known| known.file.path.clone());
        let file = of_document.or(of_panel).unwrap_or_default();
        let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let name = if purpose == Purpose::SavePicture {
            format!("{stem}-placed.{ending}")
        } else {
            format!("{stem}.{ending}")
        };
        let folder = self.export_folder.clone().or_else(|| file.parent().map(PathBuf::from)).unwrap_or_default();
        self.ask_path(purpose);
        if let Some(Dialog::Path { path, source, .. }) = &mut self.dialog {
            *path = folder.join(name).display().to_string();
            *source = id;
        }
    }

    /// Asks for the file that a placed picture becomes: one of the document, or that of the panel.
    pub(super) fn ask_to_save_picture(&mut self, id: Option<String>) {
        self.ask_beside(Purpose::SavePicture, id, "tif");
    }

    /// Writes a placed picture or its points.
    ///
    /// # Errors
    /// In words, why that path will not do; and whether it is that there is a file already.
    pub(super) fn write_picture_file(
        &mut self,
        purpose: Purpose,
        id: Option<&str>,
        target: PathBuf,
    ) -> Result<(), (String, bool)> {
        let as_what = match purpose {
            Purpose::SavePicture => {
                Some(WrittenAs::of_path(&target).map_err(|why| (super::widgets::capital(&why), false))?)
            }
            _ if target.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("points")) => None,
            _ => return Err(("The name must end in .points".to_owned(), false)),
        };
        let opened = self.project.path().into_iter().chain(self.opened_files.iter().map(PathBuf::as_path));
        let pictures = self.session.document().pictures.iter().map(|picture| picture.file.path.as_path());
        if let Some((kept, _)) = crate::files::input_replaced(std::iter::once(target.as_path()), opened.chain(pictures))
        {
            return Err((format!("{} is open here. Give the file another name.", kept.display()), false));
        }
        let is_told = matches!(&self.dialog, Some(Dialog::Path { overwrite: true, .. }));
        if crate::files::exists(&target) && !is_told {
            return Err((already_there(&target), true));
        }
        let (picture, pyramid) = match (id.and_then(|id| self.session.document().picture(id)), &self.georeference) {
            (Some(picture), _) => (Picture::clone(picture), self.ground.ground().pictures.pyramid(picture)),
            (None, Some(panel)) => (panel.work.placed(), Some(panel.pyramid())),
            (None, None) => return Err(("The picture is no longer there".to_owned(), false)),
        };
        match (as_what, pyramid) {
            (Some(as_what), Some(pyramid)) => self.jobs.save_picture(picture, pyramid, target.clone(), as_what),
            (Some(_), None) => {
                return Err((
                    "Its pixels have not been read: show it first, and see that its file is there".to_owned(),
                    false,
                ));
            }
            (None, _) => {
                // Programs that read such files count in the file, and do not turn it.
                let noted = self.georeference.as_ref().map(|panel| {
                    let work = &panel.work;
                    work.original().points_in_file(&work.noted_points())
                });
                let noted = noted.unwrap_or_default();
                self.jobs.write_points(noted, target.clone());
            }
        }
        self.dialog = None;
        self.export_folder = target.parent().map(PathBuf::from);
        Ok(())
    }

    /// Takes control points that were read.
    pub(super) fn take_points(&mut self, read: Result<Vec<NotedPoint>, String>) {
        let Some(panel) = &mut self.georeference else { return };
        match read {
            Ok(points) => {
                let points = panel.work.original().points_of_file(&points);
                panel.take_points(&points);
            }
            Err(why) => panel.fail(why),
        }
    }
}
