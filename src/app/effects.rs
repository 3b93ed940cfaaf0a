//! What the session, the dialogs and the jobs ask of the window, and how it is done.

use std::path::{Path, PathBuf};
use std::time::Instant;

use eframe::egui;
use geo::Rect;

use super::ClaimlineApp;
use super::dialogs::attach_dialog::{AttachDialog, TextOf};
use super::dialogs::cite_dialog::CiteDialog;
use super::dialogs::database_dialog::DatabaseDialog;
use super::dialogs::gaps_window;
use super::dialogs::keys_dialog::KeysDialog;
use super::dialogs::line_dialog::LineDialog;
use super::dialogs::maps_dialog::MapsDialog;
use super::dialogs::offline_dialog::{self, Accepted, OfflineDialog};
use super::dialogs::palette::{self, Palette};
use super::dialogs::place_search::{self, PlaceSearch};
use super::dialogs::project_dialogs::{Question, Then};
use super::dialogs::series_dialog::SeriesDialog;
use super::dialogs::servers_dialog::ServersDialog;
use super::dialogs::states_dialog::StatesDialog;
use super::dialogs::{Decision, Dialog, Purpose, REPLACE};
use super::figure_panel::ExportPanel;
use super::jobs::{AttachTo, Done};
use super::panels::inspector::sections as inspector;
use super::{ExportHabits, Tab, Toast, chrome, figure_panel, map, words};
use crate::app::dialogs::entry_dialog::EntryDialog;
use crate::app::dialogs::reason_dialog::ReasonDialog;
use crate::app::dialogs::recipe_dialog::RecipeDialog;
use crate::app::documents::TextDocument;
use crate::basemap::MapSource;
use crate::basemap::sources::typed;
use crate::dossier::check::TextAtHand;
use crate::dossier::feature_sources::as_source;
use crate::dossier::verify::MatchedBy;
use crate::dossier::{Overlay, join_bounds};
use crate::figure::{FigureLanguage, FigureOptions, OutputFormat, Shows, georeference};
use crate::files::Taken;
use crate::files::address::{self, Address};
use crate::files::dated;
use crate::files::layers::From;
use crate::files::servers::Server;
use crate::formats::format;
use crate::formats::visible::visible;
use crate::gazetteer::Gazetteer;
use crate::session::{Action, AreasToSave, Command, Effect, FeatureSet, MapEdit, Merged, Part};

impl ClaimlineApp {
    /// Carries out an action as if a control had asked for it.
    pub fn act(&mut self, ctx: &egui::Context, action: Action) {
        let former = self.session.manuscript().cloned();
        let changes_excerpts = matches!(action, Action::AddExcerpt { .. } | Action::RemoveExcerpt(_));
        let trouble = match &action {
            Action::SetMap(id) | Action::EditMaps(MapEdit::LayOver(id)) => {
                self.ground.choose(id, self.session.document())
            }
            Action::EditMaps(MapEdit::Add(map)) => self.ground.allow(map),
            _ => None,
        };
        self.tell_trouble(trouble);
        let typed = self.session.typing().cloned();
        for effect in self.session.apply(action) {
            self.effect(ctx, effect);
        }
        if self.session.typing().is_some() && typed.as_ref() != self.session.typing() {
            // Letters that come before the field is shown belong to it too.
            ctx.memory_mut(|memory| memory.request_focus(map::words_field()));
        }
        if changes_excerpts || self.session.manuscript() != former.as_ref() {
            self.refresh_gaps();
        }
    }

    pub(super) fn tell(&mut self, text: impl Into<String>) {
        self.message = Some((visible(&text.into()), Instant::now()));
    }

    /// Says what went wrong, if anything did.
    pub(super) fn tell_trouble(&mut self, trouble: Option<String>) {
        if let Some(trouble) = trouble {
            self.tell(trouble);
        }
    }

    pub(super) fn effect(&mut self, ctx: &egui::Context, effect: Effect) {
        match effect {
            Effect::ChooseFiles => self.ask_path(Purpose::Open),
            Effect::AskPage(of, address) => {
                self.dialog = Some(Dialog::Cite(Box::new(CiteDialog::new(of, &address))));
            }
            Effect::AskCited(cited, page) => {
                self.dialog = Some(Dialog::Cite(Box::new(CiteDialog::edit(*cited, &page))));
            }
            Effect::NewDossier => self.ask_new_dossier(),
            Effect::EditDossier => self.edit_dossier(false),
            Effect::EditDossierCopy => self.edit_dossier(true),
            Effect::SaveDossier => self.save_dossier(false),
            Effect::SaveDossierAs => self.ask_path(Purpose::SaveDossier),
            Effect::EndEditing => self.end_editing(ctx),
            Effect::ChooseCompared => self.ask_compared(),
            Effect::CompareAgain => self.compare_again(),
            Effect::AskStates => self.dialog = Some(Dialog::States(Box::new(StatesDialog::new(&self.session)))),
            Effect::CompareStates(asked) => self.compare_states(*asked),
            Effect::ShowStep(step) => self.show_step(step),
            Effect::SaveChanges => self.ask_to_save_changes(),
            Effect::ChooseAccounts => self.ask_accounts(),
            Effect::AskSeries(id) => {
                let dialog = SeriesDialog::new(&self.session, id.as_deref());
                self.dialog = Some(Dialog::Series(Box::new(dialog)));
            }
            Effect::LayOver(wish) => self.lay_over(*wish),
            Effect::AgreeAgain => self.agree_again(),
            Effect::SaveCells => self.ask_cells(),
            Effect::ShowChange(id, on) => self.show_change(&id, on),
            Effect::AskEntry(list, id) => {
                if let Some(manuscript) = self.session.manuscript() {
                    self.dialog = Some(Dialog::Entry(Box::new(EntryDialog::new(manuscript, list, id))));
                }
            }
            Effect::AskDraft(draft) => {
                if let Some(manuscript) = self.session.manuscript() {
                    self.dialog = Some(Dialog::Entry(Box::new(EntryDialog::begun(manuscript, *draft))));
                }
            }
            Effect::AskRecipe(id) => {
                if let Some(manuscript) = self.session.manuscript() {
                    self.dialog = Some(Dialog::Recipe(Box::new(RecipeDialog::new(ctx, &self.session, manuscript, id))));
                }
            }
            Effect::ChooseCitations => self.ask_path(Purpose::ReadCitations),
            Effect::AskReason(part, advice) => {
                self.dialog = Some(Dialog::Reason(Box::new(ReasonDialog::new(part, advice))));
            }
            Effect::AskWhole => {
                if let Some(manuscript) = self.session.manuscript() {
                    self.dialog = Some(Dialog::Entry(Box::new(EntryDialog::whole(manuscript))));
                }
            }
            Effect::ReadManuscript(manuscript) => {
                self.jobs.read_manuscript(manuscript, std::sync::Arc::clone(self.session.scene()));
            }
            Effect::OpenBuiltin => {
                self.tell("Opening…");
                self.jobs.open_builtin();
            }
            Effect::ChooseAddress => self.ask_path(Purpose::OpenAddress),
            Effect::ChooseMapFile => self.ask_path(Purpose::OpenMap),
            Effect::KeepOffline => {
                let folder = crate::files::documents_folder().unwrap_or_default();
                let dialog = OfflineDialog::new(self.session.frame().lon_lat_bounds(), &folder);
                self.dialog = Some(Dialog::Offline(Box::new(dialog)));
            }
            Effect::ChoosePicture => self.ask_path(Purpose::Georeference),
            Effect::Georeference(id) => self.mend_picture(ctx, &id),
            Effect::SavePicture(id) => self.ask_to_save_picture(Some(id)),
            Effect::ChooseDatabase => self.dialog = Some(Dialog::Database(Box::new(DatabaseDialog::new()))),
            Effect::AskDatabase(id) => {
                let layer = self.session.document().overlay(&id).and_then(|state| state.layer.file.clone());
                if let Some(file) = layer {
                    let dialog = DatabaseDialog::again(id, &file.path.to_string_lossy());
                    self.dialog = Some(Dialog::Database(Box::new(dialog)));
                }
            }
            Effect::ChooseText(source) => {
                self.dialog = Some(Dialog::Attach(Box::new(AttachDialog::new(source))));
            }
            Effect::ChooseLayer(id) => {
                let of_layer = self.session.document().overlays.iter().find(|state| state.id == id);
                let path = of_layer.and_then(|state| Some(state.layer.file.as_ref()?.path.clone()));
                if let Some(path) = path.filter(|path| address::is_address(path)) {
                    return self.open_address(&path, Some(id));
                }
                self.ask_path(Purpose::Locate);
                if let Some(Dialog::Path { source: chosen, .. }) = &mut self.dialog {
                    *chosen = Some(id);
                }
            }
            Effect::LocatePicture(id) => {
                self.ask_path(Purpose::LocatePicture);
                if let Some(Dialog::Path { source, .. }) = &mut self.dialog {
                    *source = Some(id);
                }
            }
            Effect::FetchPicture(id) => self.fetch_picture(&id),
            Effect::NameLayer => {
                self.session.panels.inspector = true;
                self.inspector.folded.remove("layer");
                ctx.memory_mut(|memory| memory.request_focus(inspector::name_field()));
            }
            Effect::ReadKept(id) => self.read_layer(&id, From::Kept),
            Effect::ReadExchanged(id) => self.exchange_layer(&id),
            Effect::AskReading(id) => self.ask_anew(&id),
            Effect::ShowText(source) => self.read(source),
            Effect::ReadPage(source, address) => self.read_page(ctx, &source, &address),
            Effect::CaptureSource(wish) => self.capture(&wish),
            Effect::KeepAttached(source) => self.keep_attached(&source),
            Effect::CheckAgain => self.check_again(),
            Effect::ShowSource(source) => {
                self.shown_source = Some(source);
                self.turn_to(Tab::Sources);
                self.session.panels.layers = true;
            }
            Effect::ExportFigure => {
                let folder = self.export_folder.clone().or_else(crate::files::pictures_folder).unwrap_or_default();
                let ending = self.export_habits.ending.as_deref().unwrap_or("png");
                let path = folder.join(format!("{}.{ending}", self.name_of_figure()));
                if self.export.is_none() {
                    let _ = self.session.apply(Action::EndText);
                    let usual = self.usual_figure();
                    let mut export = ExportPanel::open(ctx, &self.session, usual, path);
                    export.world_file = self.export_habits.world_file;
                    self.export = Some(Box::new(export));
                }
            }
            Effect::Animate => self.ask_animation(),
            Effect::SaveFeatures(set) => self.ask_features(set),
            Effect::SaveAreas(areas) => self.ask_areas(areas),
            Effect::CopyFigure => {
                let options = self.figure_options();
                self.tell("Drawing the figure for the clipboard…");
                self.jobs.copy_figure(&self.session, self.ground.ground(), options);
            }
            Effect::ChooseLine(overlay) => {
                let dialog = LineDialog::open(ctx, &self.session, &overlay);
                self.dialog = dialog.map(|dialog| Dialog::Line(Box::new(dialog)));
            }
            Effect::ChangeLine(own) => {
                self.tell("Working out what depends on the line of contact…");
                self.jobs.change_line(self.session.scene().clone(), own);
            }
            Effect::OpenUrl(url) => {
                self.tell(format!("Opened in the browser: {url}"));
                ctx.open_url(egui::OpenUrl::new_tab(url));
            }
            Effect::CopyText(text) => {
                self.tell("Copied");
                ctx.copy_text(text);
            }
            Effect::ShowGaps => {
                self.gaps = Some(gaps_window::find(&self.session, gaps_window::today()));
                self.history = false;
                self.session.panels.layers = true;
            }
            Effect::ShowWarnings => self.dialog = Some(Dialog::Warnings),
            Effect::ShowServers => self.dialog = Some(Dialog::Servers(ServersDialog::default())),
            Effect::ShowMaps => self.show_maps(),
            Effect::AddMap => self.dialog = Some(Dialog::AddMap(Box::default())),
            Effect::AddGazetteer => self.ask_path(Purpose::AddGazetteer),
            Effect::ShowKeys => self.dialog = Some(Dialog::Keys(KeysDialog::default())),
            Effect::New => self.leave(ctx, Then::New),
            Effect::OpenPath(path) => self.open_files(vec![path]),
            Effect::Save => self.save_project(false),
            Effect::SaveAs => self.ask_path(Purpose::Save),
            Effect::ReadClipboard => ctx.send_viewport_cmd(egui::ViewportCommand::RequestPaste),
            Effect::Tell(text) => self.tell(text),
            Effect::TellUndone(step) => self.tell(format!("Undone: {}", words::step(&step))),
            Effect::TellRedone(step) => self.tell(format!("Redone: {}", words::step(&step))),
            Effect::Find => {
                self.turn_to(Tab::Annotations);
                self.session.panels.layers = true;
                self.annotations.find();
            }
            Effect::ShowPalette => {
                self.palette = Some(Palette::default());
                // Letters that come before the field is shown belong to it too.
                ctx.memory_mut(|memory| memory.request_focus(palette::field()));
            }
            Effect::ShowPlaces => {
                self.place_search = Some(PlaceSearch::default());
                ctx.memory_mut(|memory| memory.request_focus(place_search::field()));
            }
            Effect::ShowTimeline => self.bottom_drawer.toggle_timeline(),
            Effect::ShowAreas => self.bottom_drawer.toggle_areas(),
            Effect::ShowTable(id) => self.bottom_drawer.show_table(id),
            Effect::ShowHistory => {
                self.history = !self.history;
                self.gaps = None;
                self.session.panels.layers |= self.history;
            }
            Effect::AskDistance(command) => {
                let km = if command == Command::Buffer { 5.0 } else { 0.1 };
                self.dialog = Some(Dialog::Question(Question::Distance(command, km)));
            }
            Effect::ShowAbout => self.dialog = Some(Dialog::About),
            Effect::Quit => ctx.send_viewport_cmd(egui::ViewportCommand::Close),
        }
    }

    /// Looks for gaps again, if their window is open.
    pub(super) fn refresh_gaps(&mut self) {
        if self.gaps.is_some() {
            self.gaps = Some(gaps_window::find(&self.session, gaps_window::today()));
        }
    }

    fn read(&mut self, source: String) {
        self.reader.open(source);
        self.turn_to(Tab::Reader);
        self.session.panels.layers = true;
    }

    /// The search for places, while it is open.
    pub(super) fn place_search_ui(&mut self, ctx: &egui::Context, actions: &mut Vec<Action>) {
        if self.palette.is_some() || self.place_search.is_some() {
            self.read_gazetteers();
        }
        // While a gazetteer is chosen, that dialog lies over it.
        let Some(search) = self.place_search.as_mut().filter(|_| self.dialog.is_none()) else { return };
        let Some(answer) = search.ui(ctx, &self.session, &mut self.places, actions) else { return };
        match answer {
            place_search::Answer::Close => {
                self.place_search = None;
                super::keys::surrender_keys(ctx);
            }
            place_search::Answer::Add => self.ask_path(Purpose::AddGazetteer),
            place_search::Answer::Remove(path) => {
                if let Some(cache) = self.places.cache() {
                    self.jobs.forget_gazetteer(path.clone(), cache);
                }
                self.places.remove(&path);
            }
        }
        ctx.request_repaint();
    }

    /// Reads the gazetteers of the user that have not been read.
    pub(super) fn read_gazetteers(&mut self) {
        for path in self.places.take_unread() {
            self.jobs.read_gazetteer(path, self.places.cache());
        }
    }

    fn take_gazetteer(&mut self, path: PathBuf, read: Result<std::sync::Arc<Gazetteer>, String>) {
        let name = crate::dossier::name_of(&path);
        match &read {
            Ok(gazetteer) => {
                let count = crate::dossier::words::number(gazetteer.count() as f64, 0);
                self.tell(format!("{name} is searched for places: {count}"));
            }
            Err(why) => self.tell(format!("{name} was not added: {why}")),
        }
        self.places.take(path, read);
    }

    pub(super) fn ask_path(&mut self, purpose: Purpose) {
        let path = match purpose {
            Purpose::Save => self.path_to_save().display().to_string(),
            Purpose::SaveDossier => self.path_of_dossier().display().to_string(),
            _ => String::new(),
        };
        let error = String::new();
        self.dialog =
            Some(Dialog::Path { purpose, path, error, overwrite: false, source: None, features: None, areas: None });
    }

    /// Asks for the file that features become, beside the project or where the last figure went.
    fn ask_features(&mut self, set: FeatureSet) {
        self.ask_path(Purpose::SaveFeatures);
        let name = match &set {
            FeatureSet::Overlay(id) | FeatureSet::Of(id, _) => id.clone(),
            FeatureSet::Annotations(_) => "annotations".to_owned(),
        };
        let folder = self.export_folder.clone().or_else(crate::files::documents_folder).unwrap_or_default();
        if let Some(Dialog::Path { path, features, .. }) = &mut self.dialog {
            *path = folder.join(format!("{name}.geojson")).display().to_string();
            *features = Some(set);
        }
    }

    /// Asks for the file that areas over time become, where the last figure went.
    fn ask_areas(&mut self, save: AreasToSave) {
        self.ask_path(Purpose::SaveAreas);
        let name = if save.is_table { "area-over-time.csv" } else { "area-over-time.pdf" };
        let folder = self.export_folder.clone().or_else(crate::files::documents_folder).unwrap_or_default();
        if let Some(Dialog::Path { path, areas, .. }) = &mut self.dialog {
            *path = folder.join(name).display().to_string();
            *areas = Some(save);
        }
    }

    /// The figure as the project has it set up; of what the window shows now, if nobody has set one up.
    pub(super) fn figure_options(&self) -> FigureOptions {
        match &self.export {
            Some(export) => export.options().clone(),
            None => figure_panel::set_up(&self.session, self.usual_figure()),
        }
    }

    /// The figure that the window proposes: of what it shows now.
    fn usual_figure(&self) -> FigureOptions {
        let frame = self.session.frame();
        let page = self.export_habits.page.unwrap_or_default();
        let of_agreement = || self.session.figure_of_agreement(page, FigureLanguage::default());
        if let Some(in_place) = self.session.figure_of_changes(page).or_else(of_agreement) {
            return FigureOptions { view_pt: (frame.width_pt.max(480.0), frame.height_pt.max(360.0)), ..in_place };
        }
        FigureOptions {
            view_pt: (frame.width_pt.max(480.0), frame.height_pt.max(360.0)),
            ..FigureOptions::usual(self.export_habits.page.unwrap_or_default(), Shows::Bounds(frame.lon_lat_bounds()))
        }
    }

    pub(super) fn decide(&mut self, ctx: &egui::Context, decision: Decision) {
        match decision {
            Decision::Close if matches!(self.dialog, Some(Dialog::Reading(_))) => self.leave_reading(ctx),
            Decision::Close if matches!(self.dialog, Some(Dialog::Layers(_))) => self.leave_layers(),
            Decision::Close if self.dialog.is_some() => self.dialog = None,
            Decision::Accept if matches!(self.dialog, Some(Dialog::Reading(_))) => self.read_as_chosen(),
            Decision::Accept if matches!(self.dialog, Some(Dialog::AddMap(_))) => self.add_map(ctx),
            Decision::Accept if matches!(self.dialog, Some(Dialog::NewDossier(_))) => self.begin_dossier(ctx),
            Decision::Accept if matches!(self.dialog, Some(Dialog::Agree(_))) => self.agree_as_chosen(),
            Decision::Accept if matches!(self.dialog, Some(Dialog::Layers(_))) => self.open_chosen_layers(ctx),
            Decision::Close => self.close_export(),
            Decision::Answer(answer) => self.answer(ctx, answer),
            Decision::Browse(purpose) => self.jobs.choose_path(purpose, self.export_folder.clone()),
            Decision::Accept => self.accept(),
            Decision::LookAtMap => {
                if let Some(Dialog::AddMap(dialog)) = &mut self.dialog
                    && let Some(typed) = dialog.typed()
                {
                    let keys = dialog.keys();
                    // Pressing the button under the words that name the server is a yes to it.
                    let trouble = self.ground.agree(&typed.source, keys);
                    self.tell_trouble(trouble);
                    self.jobs.look_at_map(typed, self.ground.servers().clone());
                }
            }
            Decision::AddMap => self.dialog = Some(Dialog::AddMap(Box::default())),
            Decision::ForgetMap(id) => {
                let trouble = self.ground.forget(&id);
                self.tell_trouble(trouble);
                if self.session.document().map_sources.iter().any(|map| map.id == id) {
                    self.act(ctx, Action::EditMaps(MapEdit::Forget(id)));
                }
            }
            Decision::Contact(contact) => {
                let trouble = self.ground.set_contact(&contact);
                self.tell_trouble(trouble);
            }
            Decision::ClearTiles => self.count_tiles(true),
            Decision::Swipe(on) => self.map.swipe = on.then_some(0.5),
            Decision::ListTables => {
                if let Some(Dialog::Database(dialog)) = &mut self.dialog
                    && let Some(address) = dialog.server()
                {
                    self.jobs.list_tables(address);
                }
            }
            Decision::LookAtText(address) => self.look_at_text(Some(address)),
            Decision::Attach { all_the_same } => self.attach_text(all_the_same),
            Decision::WriteFigure => self.write_figure(),
            Decision::ForgetCaptured(server) => {
                let trouble = self.ground.say_captured(&server, false);
                self.tell_trouble(trouble);
            }
            Decision::Server(server, said) => {
                let trouble = self.ground.say(&server, said);
                self.tell_trouble(trouble);
            }
        }
    }

    /// Shows the list of maps.
    fn show_maps(&mut self) {
        self.dialog = Some(Dialog::Maps(MapsDialog::default()));
        self.count_tiles(false);
    }

    /// Counts the tiles that are kept on the disk for the list of maps, once they are cleared if so.
    fn count_tiles(&mut self, clears: bool) {
        if let Some(folder) = self.ground.tiles_folder() {
            self.jobs.count_tiles(folder.to_owned(), clears);
        }
    }

    /// Adds the map of the dialog, and shows the list of maps with it.
    fn add_map(&mut self, ctx: &egui::Context) {
        let Some(Dialog::AddMap(dialog)) = &mut self.dialog else { return };
        let keys = dialog.keys();
        let Some(map) = dialog.accepted() else { return };
        let trouble = self.ground.agree(&map, keys).or(self.ground.keep(&map));
        self.show_maps();
        self.act(ctx, Action::EditMaps(MapEdit::Add(Box::new(map))));
        self.tell_trouble(trouble);
    }

    /// Goes on with the path in the dialog; if it won't do, the dialog stays and says why.
    fn accept(&mut self) {
        let shown = self.session.frame().lon_lat_bounds();
        if let Some(Dialog::Database(dialog)) = &mut self.dialog {
            if let Some((path, layer)) = dialog.accepted(shown) {
                self.dialog = None;
                match layer {
                    Some(id) => self.read_layer(&id, From::File(path)),
                    None => self.open_files(vec![path]),
                }
            }
            return;
        }
        if let Some(Dialog::Animation(dialog)) = &mut self.dialog {
            if let Some(accepted) = dialog.accepted() {
                self.write_animation(accepted);
            }
            return;
        }
        if let Some(Dialog::Offline(dialog)) = &mut self.dialog {
            match dialog.accepted() {
                Some(Accepted::Prepare(from, wanted)) => self.jobs.prepare_offline(from, wanted),
                Some(Accepted::Write(extract, to)) => {
                    self.dialog = None;
                    self.jobs.keep_offline(extract, to);
                }
                None => {}
            }
            return;
        }
        let Some(Dialog::Path { purpose, path, error, overwrite, source, features, areas }) = &mut self.dialog else {
            return;
        };
        let target = crate::files::expand(path.trim());
        if path.trim().is_empty() {
            *error = "Type a path, or find the file with Browse…".to_owned();
            return;
        }
        match purpose {
            // Each has a dialog of its own.
            Purpose::Export | Purpose::AttachText => {}
            Purpose::Compare => {
                self.dialog = None;
                self.compare_with(target);
            }
            Purpose::SaveChanges => {
                let is_known = ["csv", "json"].iter().any(|known| target.extension().is_some_and(|own| own == *known));
                if !is_known {
                    *error = "The name must end in .csv or .json".to_owned();
                    return;
                }
                let opened = self.project.path().into_iter().chain(self.opened_files.iter().map(PathBuf::as_path));
                if let Some(why) = why_not_written(&target, opened, overwrite) {
                    *error = why;
                    return;
                }
                self.dialog = None;
                self.save_changes_to(target);
            }
            Purpose::SaveCells => {
                let opened = self.project.path().into_iter().chain(self.opened_files.iter().map(PathBuf::as_path));
                let why = Self::why_no_cells(&target).or_else(|| why_not_written(&target, opened, overwrite));
                if let Some(why) = why {
                    *error = why;
                    return;
                }
                self.dialog = None;
                self.write_cells(target);
            }
            Purpose::SaveDossier => {
                self.dialog = None;
                self.save_dossier_to(&target);
            }
            Purpose::Save => {
                if crate::files::exists(&target) && !*overwrite {
                    *error = already_there(&target);
                    *overwrite = true;
                    return;
                }
                self.dialog = None;
                self.save_to(target);
            }
            Purpose::SaveFeatures => {
                if format::written_as(&target).is_none() {
                    *error = format!("The name must end in {}", format::written_formats());
                    return;
                }
                let opened = self.project.path().into_iter().chain(self.opened_files.iter().map(PathBuf::as_path));
                if let Some(why) = why_not_written(&target, opened, overwrite) {
                    *error = why;
                    return;
                }
                let set = features.take();
                self.dialog = None;
                self.export_folder = target.parent().map(PathBuf::from);
                if let Some(set) = set {
                    self.jobs.save_features(&self.session, set, target);
                }
            }
            Purpose::SaveAreas => {
                let format = OutputFormat::of_path(&target).ok();
                let is_written = |format: &OutputFormat| {
                    *format == OutputFormat::Csv || OutputFormat::of_page().any(|page| page == *format)
                };
                let Some(format) = format.filter(is_written) else {
                    "The name must end in .pdf, .svg or .png for the figure, or in .csv for the table"
                        .clone_into(error);
                    return;
                };
                let opened = self.project.path().into_iter().chain(self.opened_files.iter().map(PathBuf::as_path));
                if let Some(why) = why_not_written(&target, opened, overwrite) {
                    *error = why;
                    return;
                }
                let save = areas.take();
                self.dialog = None;
                self.export_folder = target.parent().map(PathBuf::from);
                if let Some(save) = save {
                    let options = self.figure_options();
                    self.jobs.save_areas(&self.session, save, options, (target, format));
                }
            }
            Purpose::OpenAddress => {
                // Whoever has pressed the button with the server's name on the page has agreed.
                let (agreed, source) = (*overwrite, source.take());
                let server = match Address::of(&target) {
                    Some(Ok(address)) => address.server(),
                    Some(Err(why)) => {
                        *error = super::widgets::capital(&format!("{why}."));
                        return;
                    }
                    None => {
                        *error = "Type an address that begins with https://.".to_owned();
                        return;
                    }
                };
                self.dialog = None;
                if let Some(server) = server.filter(|_| agreed) {
                    let trouble = self.ground.say(&server, Some(true));
                    self.tell_trouble(trouble);
                }
                self.open_address(&target, source);
            }
            // Its dialog is one of its own.
            Purpose::AddMap => {}
            Purpose::FetchPicture => {
                let id = source.take().unwrap_or_default();
                self.dialog = None;
                let picture = self.session.document().picture(&id).cloned();
                let address = picture.and_then(|picture| Address::of(&picture.file.path)?.ok());
                if let Some(server) = address.and_then(|address| address.server()) {
                    let trouble = self.ground.say(&server, Some(true));
                    self.tell_trouble(trouble);
                }
                self.fetch_picture(&id);
            }
            Purpose::LocatePicture => {
                let id = source.take().unwrap_or_default();
                if address::is_address(&target) {
                    *error = "This is an address; download the picture and choose its file.".to_owned();
                    *source = Some(id);
                    return;
                }
                self.dialog = None;
                self.find_picture(&id, Some(target));
            }
            Purpose::Open | Purpose::OpenMap => {
                self.dialog = None;
                self.open_files(vec![target]);
            }
            Purpose::Georeference => {
                self.dialog = None;
                self.tell("Opening…");
                self.jobs.read_unplaced(target);
            }
            Purpose::ReadCitations => {
                self.dialog = None;
                self.tell("Reading the list of sources…");
                self.jobs.read_citations(target, false);
            }
            Purpose::ReadPoints => {
                self.dialog = None;
                self.jobs.read_points(target);
            }
            Purpose::SavePicture | Purpose::WritePoints => {
                let (purpose, source) = (*purpose, source.take());
                if let Err(why) = self.write_picture_file(purpose, source.as_deref(), target) {
                    let (why, is_there) = why;
                    if let Some(Dialog::Path { error, overwrite, source: of, .. }) = &mut self.dialog {
                        *error = why;
                        *overwrite |= is_there;
                        *of = source;
                    }
                }
            }
            Purpose::AddGazetteer => {
                self.dialog = None;
                self.places.add(target);
                self.read_gazetteers();
            }
            Purpose::Locate => {
                let id = source.take().unwrap_or_default();
                if address::is_address(&target) {
                    *error = "This is an address; open it as a layer of its own (Open from an address…).".to_owned();
                    *source = Some(id);
                    return;
                }
                self.dialog = None;
                let file = self.session.layer_info(&id).and_then(|info| info.file.clone());
                let target = file.map_or(target.clone(), |file| dated::moved_to(&file.path, &target));
                self.read_layer(&id, From::File(target));
            }
        }
    }

    /// Reads the text that the dialog names; the dialog stays until it is attached.
    fn attach_text(&mut self, all_the_same: bool) {
        let Some(Dialog::Attach(dialog)) = &mut self.dialog else { return };
        if dialog.path.trim().is_empty() {
            dialog.error = "Type a path, or find the file with Browse…".to_owned();
            return;
        }
        if dialog.reading {
            return;
        }
        if let (TextOf::New, Some(why_not)) = (&dialog.of, dialog.form.why_not()) {
            why_not.clone_into(&mut dialog.error);
            return;
        }
        let path = crate::files::expand(dialog.path.trim());
        dialog.reading = true;
        dialog.error.clear();
        let page = Some(dialog.page.clone()).filter(|page| !page.is_empty());
        let to = match dialog.all_the_same.take().filter(|_| all_the_same) {
            Some(source) => AttachTo::AllTheSame(source),
            None => match &dialog.of {
                TextOf::Any => AttachTo::Any,
                TextOf::Source(id) => AttachTo::Source(id.clone()),
                TextOf::New => AttachTo::New,
            },
        };
        let own = self.session.document().own_excerpts.clone();
        self.tell("Reading the text…");
        self.jobs.attach_text(path, page, to, self.session.scene().clone(), own);
    }

    /// Attaches a text that has been read: to a source, or to a new one as the dialog has it. What it came to, in words.
    fn take_text(
        &mut self,
        source: Option<String>,
        file: String,
        matched: Option<MatchedBy>,
        text: TextAtHand,
        document: TextDocument,
    ) -> Option<String> {
        let form = match &self.dialog {
            Some(Dialog::Attach(dialog)) => Some(dialog.form.page()),
            _ => None,
        };
        let (source, told) = match (source, form) {
            (Some(source), _) => {
                let told = self.session.attach(&source, file, matched, text);
                (source, told)
            }
            (None, Some(page)) => self.session.add_source(as_source(&page, String::new()), file, text),
            // The dialog was closed meanwhile.
            (None, None) => return None,
        };
        if matches!(self.dialog, Some(Dialog::Attach(_))) {
            self.dialog = None;
        }
        self.remember_document(&source, document);
        self.read(source);
        self.refresh_gaps();
        Some(told)
    }

    /// Says why the system's file chooser did not open, beside the field in which the path can be typed.
    fn no_chooser(&mut self, purpose: Purpose, why: &str) {
        match (&mut self.dialog, &mut self.export) {
            (_, Some(export)) if purpose == Purpose::Export => export.error = why.to_owned(),
            (Some(Dialog::Attach(dialog)), _) if purpose == Purpose::AttachText => dialog.error = why.to_owned(),
            (Some(Dialog::Path { purpose: asked, error, .. }), _) if *asked == purpose => *error = why.to_owned(),
            _ => self.tell(why),
        }
    }

    /// Back from setting up a figure to what the window looked at before.
    pub(super) fn close_export(&mut self) {
        if let Some(export) = self.export.take() {
            let before = export.before();
            let (width_pt, height_pt) = (before.width_pt, before.height_pt);
            // How far out a map can be looked at depends on its size, and this has not yet its own again.
            let _ = self.session.apply(Action::SetPage { width_pt, height_pt });
            let _ = self.session.apply(Action::SetView(before.view));
        }
    }

    /// Writes the figure that is set up; if the path won't do, the panel stays and says why.
    fn write_figure(&mut self) {
        let Some(export) = &mut self.export else {
            return;
        };
        let target = crate::files::expand(export.path.trim());
        if export.path.trim().is_empty() {
            export.error = "Type a path, or find one with Browse…".to_owned();
            return;
        }
        let format = match OutputFormat::of_path(&target) {
            Ok(format) => format,
            Err(what) => {
                export.error = what;
                return;
            }
        };
        let world_file = export.world_file && format == OutputFormat::Png;
        let beside = world_file.then(|| georeference::beside(&target));
        let opened = self.project.path().into_iter().chain(self.opened_files.iter().map(PathBuf::as_path));
        let written = || std::iter::once(&target).chain(beside.iter().flatten());
        if let Some((kept, _)) = crate::files::input_replaced(written().map(PathBuf::as_path), opened) {
            export.error = format!(
                "{} is open here, and the figure would overwrite it. Give the figure another name.",
                kept.display()
            );
            return;
        }
        let taken = written().find(|path| crate::files::exists(path));
        if let Some(taken) = taken.filter(|_| !export.overwrite) {
            export.error = already_there(taken);
            export.overwrite = true;
            return;
        }
        let options = export.options().clone();
        self.export_folder = target.parent().map(PathBuf::from);
        self.export_habits = ExportHabits {
            ending: Some(format.extension().to_owned()),
            world_file: export.world_file,
            page: Some(options.page),
        };
        self.close_export();
        self.keep_exported(&options);
        self.jobs.export_figure(&self.session, self.ground.ground(), options, (target, format), world_file);
    }

    /// Fetches an address and opens it, or the layer of a project that has it, if its server may be asked; otherwise asks the
    /// user.
    fn open_address(&mut self, path: &Path, layer: Option<String>) {
        let server = Address::of(path).and_then(|address| address.ok()?.server());
        let may_be_asked = server.as_ref().is_some_and(|server| self.ground.servers().said(server) == Some(true));
        if !may_be_asked {
            let told = server.map(|server| {
                let others = if server.is_open_to_others() { ", over a connection that is not encrypted" } else { "" };
                format!(
                    "{} will see your address and which file you ask for{others}. It has not been asked yet.",
                    server.name()
                )
            });
            self.ask_path(Purpose::OpenAddress);
            if let Some(Dialog::Path { path: typed, error, overwrite, source, .. }) = &mut self.dialog {
                *typed = path.display().to_string();
                *overwrite = told.is_some();
                *error = told.unwrap_or_default();
                *source = layer;
            }
            return;
        }
        match layer {
            Some(id) => self.read_layer(&id, From::Address),
            None if crate::files::is_map_address(path) => self.open_map(path),
            None => self.open_paths(vec![path.to_owned()]),
        }
    }

    /// Lays the map of an archive at an address over the others, as the dialog that adds maps does: what it holds is looked up
    /// beside the window, and its tiles are fetched as they are shown.
    fn open_map(&mut self, path: &Path) {
        match typed::read(&path.to_string_lossy()) {
            Ok(typed) => {
                let keys =
                    Server::all_of(&typed.source).into_iter().map(|server| (server, typed.keys.clone())).collect();
                let trouble = self.ground.agree(&typed.source, keys);
                self.tell("Opening…");
                self.tell_trouble(trouble);
                self.jobs.open_map(typed, self.ground.servers().clone());
            }
            Err(error) => self.tell(super::widgets::capital(&error.to_string())),
        }
    }

    /// Opens dossiers, files of features, maps, projects and addresses in the background; asks whose texts other documents are.
    pub fn open_files(&mut self, paths: Vec<PathBuf>) {
        let paths = self.take_texts(paths);
        let (addresses, paths): (Vec<_>, Vec<_>) = paths.into_iter().partition(|path| address::is_address(path));
        match dated::offer(&paths) {
            Ok(Some(offer)) => self.found_series.push_back(offer),
            Ok(None) => self.open_paths(paths),
            Err(why) => {
                self.open_paths(paths);
                self.tell(format!("Each file is a layer of its own: {why}"));
            }
        }
        // Of what can be read in parts, the part that is looked at.
        let [west, south, east, north] = self.session.frame().lon_lat_bounds();
        let view = Rect::new((west, south), (east, north));
        for path in addresses {
            self.open_address(&address::within(&path, view), None);
        }
    }

    pub(super) fn open_paths(&mut self, paths: Vec<PathBuf>) {
        if !paths.is_empty() {
            let paths = paths.into_iter().map(crate::files::postgis::without_password).collect();
            self.tell("Opening…");
            // A file of which somebody has chosen how it is read is read so when it is opened again.
            let files = self.session.document().overlays.iter().filter_map(|state| state.layer.file.as_ref());
            let known = files.map(|file| (file.path.clone(), Taken::of(file))).collect();
            self.jobs.open(paths, known);
        }
    }

    /// Says that something was written, and without what.
    pub(super) fn tell_written(&mut self, short: &str, what: &str, path: &Path, cannot_hold: &[String]) {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        self.toast = Some(Toast::written(format!("{short}: {name}"), path.to_owned(), cannot_hold.to_vec()));
        let but = if cannot_hold.is_empty() { String::new() } else { format!(". {}", cannot_hold.join("; ")) };
        self.tell(format!("{what} written to {}{but}", path.display()));
    }

    /// Merges what was read into what is open.
    pub(super) fn open_parts(&mut self, ctx: &egui::Context, parts: Vec<Part>) -> Merged {
        if parts.is_empty() {
            return Merged::default();
        }
        let former = self.session.dossier().id.clone();
        let (merged, effects) = self.session.open(parts);
        if former != self.session.dossier().id {
            self.export = None;
        }
        if merged.replaced {
            // Who opens one from a place says so afterwards.
            self.project.dossier_place = None;
            self.project.set_dossier_saved(None);
            self.project.state_no_other();
            self.project.rename_layers(&merged.renamed);
        }
        self.jobs.prepare(self.session.scene().clone());
        self.refresh_gaps();
        for effect in effects {
            self.effect(ctx, effect);
        }
        merged
    }

    /// Moves the map to layers that have been opened where nothing of them is in view; with a dossier, whose view it is then, it says
    /// how to get there.
    fn go_to_opened(&mut self, ctx: &egui::Context, merged: &Merged, text: &mut String) {
        let dossier = self.session.dossier();
        // Of what seems to lie elsewhere only by mistake the banner speaks.
        let added: Vec<&Overlay> = merged
            .added
            .iter()
            .filter(|id| !merged.exchanged.contains(id))
            .filter_map(|id| dossier.overlay(id))
            .collect();
        let view = self.session.frame().lon_lat_bounds();
        let bounds = added.iter().filter(|layer| layer.features.count() > 0).map(|layer| layer.bounds);
        let Some(all) = bounds.clone().reduce(join_bounds) else { return };
        if bounds.into_iter().any(|[west, south, east, north]| {
            west <= view[2] && east >= view[0] && south <= view[3] && north >= view[1]
        }) {
            return;
        }
        let names: Vec<String> = added.iter().map(|layer| crate::dossier::words::quoted(layer.title.main())).collect();
        if merged.replaced {
            text.push_str(&format!(". Nothing of {} is in view; Zoom to in its menu shows it", names.join(", ")));
        } else {
            self.act(ctx, Action::FitBounds(all));
            text.push_str(". The map has moved to it, since nothing of it was in view");
        }
    }

    pub(super) fn finish_jobs(&mut self, ctx: &egui::Context) {
        for done in self.jobs.finished() {
            match done {
                Done::Exported(path, cannot_hold) => {
                    self.tell_written("Figure written", "Figure", &path, &cannot_hold);
                }
                Done::TableWritten(path) => self.tell_written("Table written", "Areas over time", &path, &[]),
                Done::Animated { path, frames, bytes, notes } => {
                    let what = format!("{frames} frames, {}", crate::dossier::words::bytes(bytes));
                    self.tell_written("Animation written", &what, &path, &notes);
                }
                Done::FeaturesSaved { path, count, cannot_hold } => {
                    let features = crate::dossier::words::features(count);
                    self.tell_written("Features written", &features, &path, &cannot_hold);
                }
                Done::Saved(saved, document) => self.saved(ctx, saved, *document),
                Done::NotSaved(error) => self.not_saved(&error),
                Done::ManuscriptOpened(opened) => self.take_manuscript(ctx, opened),
                Done::ManuscriptRead(manuscript, read) => self.take_evidence(ctx, manuscript, read),
                Done::DossierOfProject(read, path, opened) => self.take_dossier_of_project(ctx, read, path, *opened),
                Done::DossierOfRecovered(read, path, recovered) => {
                    self.take_dossier_of_recovered(ctx, read, &path, *recovered)
                }
                Done::DossierSaved(saved, place) => self.dossier_saved(ctx, saved, place),
                Done::DossierStands(place, standing) => self.take_standing(&place, standing),
                Done::DossierNotSaved(error, place) => self.dossier_not_saved(&error, &place),
                Done::Copied(image) => {
                    ctx.copy_image(image);
                    self.tell("Figure copied to the clipboard");
                }
                Done::MapOpened(found) => match *found {
                    Ok((map, warning)) => {
                        let trouble = self.ground.keep(&map);
                        let but = warning.map(|what| format!(", but {what}")).unwrap_or_default();
                        self.tell(format!("Opened {}{but}", visible(map.title.main())));
                        self.act(ctx, Action::EditMaps(MapEdit::Add(Box::new(map))));
                        self.tell_trouble(trouble);
                    }
                    Err(why) => self.tell(why),
                },
                Done::Opened(opened) => {
                    let opened = *opened;
                    let (mut text, failed) = opened.report();
                    self.opened_files.extend(opened.files);
                    self.session.set_unopened(opened.unopened);
                    if let Some(archive) = opened.map {
                        if let Some(what) = archive.warning() {
                            text.push_str(&format!(", but {what}"));
                        }
                        self.ground.set_archive(*archive);
                        self.act(ctx, Action::SetMap(MapSource::BUILTIN.to_owned()));
                    }
                    self.place_pictures(ctx, opened.pictures, &mut text);
                    if let Some(path) = opened.unplaced {
                        self.jobs.read_unplaced(path);
                    }
                    let merged = self.open_parts(ctx, opened.parts);
                    self.go_to_opened(ctx, &merged, &mut text);
                    text.push_str(&self.session.not_yet_reported(&merged.added));
                    // What is merged lets go of what is selected.
                    self.place_photos(ctx, opened.photos, &mut text);
                    if !failed {
                        text.push_str(&chrome::first_of(&merged.problems));
                    }
                    if !text.is_empty() {
                        self.tell(text);
                    } else if !opened.asked.is_empty() || !opened.several.is_empty() {
                        self.message = None;
                    }
                    self.asked.extend(opened.asked);
                    self.several.extend(opened.several);
                    for path in &opened.dossiers {
                        self.remember(path);
                        self.project.dossier_place = Some(crate::files::dossiers::lasting_place_of(path));
                    }
                    if let Some((path, project)) = opened.project {
                        self.project.beside = merged.added;
                        self.open_project(ctx, path, *project);
                    }
                }
                Done::Pictures(loaded) => self.take_pictures(loaded),
                Done::PictureFound(id, read) => self.take_found_picture(ctx, &id, *read),
                Done::Unplaced(read) => self.take_unplaced(ctx, *read),
                Done::PictureSaved(path, notes) => {
                    self.tell_written("Picture written", "Placed picture", &path, &notes);
                }
                Done::ChangesDrawn(drawn) => self.session.exchange_changes(*drawn),
                Done::Compared(compared) => self.take_comparison(compared),
                Done::ChangesWritten(path) => self.tell_written("Changes written", "Changes", &path, &[]),
                Done::LaidOver(shown) => self.take_agreement(shown),
                Done::CellsWritten(path, notes) => self.tell_written("Cells written", "Who agrees", &path, &notes),
                Done::PointsRead(read) => self.take_points(read),
                Done::CitationsRead { path, read } => self.take_citations(ctx, &path, read),
                Done::NoCitations(path) => self.open_files(vec![path]),
                Done::PointsWritten(path) => self.tell_written("Control points written", "Control points", &path, &[]),
                Done::Layers(project, layers) => self.take_layers(ctx, project, layers),
                Done::TilesKept(kept) => {
                    if let Some(Dialog::Maps(dialog)) = &mut self.dialog {
                        dialog.take_kept(kept);
                    }
                }
                Done::MapLooked(looked) => {
                    if let Some(Dialog::AddMap(dialog)) = &mut self.dialog {
                        dialog.take(*looked);
                    }
                }
                Done::Tables(tables) => {
                    if let Some(Dialog::Database(dialog)) = &mut self.dialog {
                        dialog.take(tables);
                    }
                }
                Done::OfflinePrepared(prepared) => {
                    if let Some(Dialog::Offline(dialog)) = &mut self.dialog {
                        dialog.take(prepared);
                    }
                }
                Done::KeptOffline(path) => {
                    self.tell(offline_dialog::written_words(&path));
                    self.open_files(vec![path]);
                }
                Done::Exchanged(project, layers) => self.take_exchanged(project, layers),
                Done::Captured(source, made) => self.take_capture(ctx, &source, *made),
                Done::LookedAgain(looked) => self.take_standings(looked),
                Done::LookedAtText(path, looked) => self.take_looked_at(&path, *looked),
                Done::Copies(read) => self.take_copies(read.map(|read| *read)),
                Done::Attached { source, file, document, matched, text, note } => {
                    if let Some(told) = self.take_text(source, file, matched, *text, *document) {
                        let but = note.map(|note| format!("; {note}")).unwrap_or_default();
                        self.tell(format!("{told}{but}"));
                    }
                }
                Done::NotAttached { why, all_the_same } => {
                    if let Some(Dialog::Attach(dialog)) = &mut self.dialog {
                        dialog.reading = false;
                        dialog.error.clone_from(&why);
                        dialog.all_the_same = all_the_same;
                    }
                    self.tell(why);
                }
                Done::LineChanged { base, own, .. } if !std::sync::Arc::ptr_eq(&base, self.session.scene()) => {
                    // Files have been opened meanwhile, and must not get lost.
                    self.jobs.change_line(self.session.scene().clone(), own);
                }
                Done::LineChanged { made: Ok(scene), own, .. } => {
                    self.session.exchange_scene(scene, own);
                    // As on the day that is shown: what was made ready with it is as it was last reported.
                    self.jobs.prepare(self.session.scene().clone());
                    let text = match &self.session.dossier().own_line {
                        Some(own) => own.note(),
                        None => "Back to the dossier’s line of contact".to_owned(),
                    };
                    self.tell(text);
                }
                Done::LineChanged { made: Err(what), .. } => {
                    self.session.refuse_line();
                    self.tell(format!("It cannot be used as the line of contact: {what}"));
                }
                Done::Gazetteer(path, read) => self.take_gazetteer(path, read),
                Done::NotChosen(purpose, why) => self.no_chooser(purpose, &why),
                Done::Chosen(purpose, chosen) => {
                    let Some(chosen) = chosen else { continue };
                    match (&mut self.dialog, &mut self.export) {
                        (_, Some(export)) if purpose == Purpose::Export => {
                            export.path = chosen.display().to_string();
                            export.error.clear();
                            // The system's own dialog has asked about replacing.
                            export.overwrite = true;
                        }
                        (Some(Dialog::AddMap(dialog)), _) if purpose == Purpose::AddMap => {
                            dialog.set_path(&chosen.display().to_string());
                        }
                        (Some(Dialog::Attach(dialog)), _) if purpose == Purpose::AttachText => {
                            dialog.path = chosen.display().to_string();
                            dialog.error.clear();
                            dialog.all_the_same = None;
                            // What is still to be filled in of a new source comes first.
                            if dialog.of != TextOf::New || dialog.form.why_not().is_none() {
                                self.attach_text(false);
                            } else {
                                self.look_at_text(None);
                            }
                        }
                        (Some(Dialog::Path { purpose: asked, path, error, overwrite, .. }), _) if *asked == purpose => {
                            *path = chosen.display().to_string();
                            error.clear();
                            *overwrite = matches!(
                                purpose,
                                Purpose::Save
                                    | Purpose::SaveDossier
                                    | Purpose::SaveFeatures
                                    | Purpose::SaveCells
                                    | Purpose::SaveChanges
                                    | Purpose::SaveAreas
                                    | Purpose::SavePicture
                                    | Purpose::WritePoints
                            );
                            self.accept();
                        }
                        _ => {}
                    }
                }
                Done::NotExported(what) | Done::Failed(what) => self.tell(what),
                Done::BrokeDown => self.tell(
                    "It could not be done: a step of it failed. Nothing that was open has changed; try it with less, or save and start anew",
                ),
            }
        }
    }
}

/// Why nothing is written to a path: what is there is open here, or it is there and nobody has agreed yet to have it replaced, which is
/// asked then.
fn why_not_written<'a>(
    target: &'a Path,
    opened: impl Iterator<Item = &'a Path>,
    overwrite: &mut bool,
) -> Option<String> {
    if let Some((kept, _)) = crate::files::input_replaced(std::iter::once(target), opened) {
        return Some(format!("{} is open here. Give the file another name.", kept.display()));
    }
    let asks = crate::files::exists(target) && !*overwrite;
    *overwrite |= asks;
    asks.then(|| already_there(target))
}

/// That a file would be replaced, and how that is wished.
pub(super) fn already_there(path: &Path) -> String {
    format!("There is already a file {}. “{REPLACE}” overwrites it.", path.display())
}
