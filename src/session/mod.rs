//! The whole editor without a window: what is open, shown and selected; actions in, effects out.

mod action;
pub mod agreeing;
mod annotating;
mod change;
pub mod command;
mod comparing;
mod days;
mod entries;
mod evidence;
mod excerpts;
pub mod found;
pub mod georeferencing;
mod inhabited;
pub mod keymap;
mod line;
mod map_edit;
pub mod opening;
mod own_layers;
mod pasting;
mod pictures;
pub mod places;
pub mod search;
mod selection;
mod series;
pub mod texts;
mod view;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use action::{Action, AreasToSave, CaptureWish, CiteFor, Cited, Effect, FeatureSet};
pub use agreeing::{AccountId, AgreementWish, Candidate, ShownAgreement};
pub use annotating::TextEditing;
pub use change::{Annotate, LayerChange, StyleChange};
pub use command::Command;
pub use comparing::ShownComparison;
pub use days::{DaysVersion, Event, EventOf, Lane};
pub use evidence::{DraftEntry, Drawings, EvidenceEdit};
pub use inhabited::{places_in, towns_about};
pub use keymap::Keymap;
pub use map_edit::MapEdit;
pub use opening::{Merged, Part, merge};
pub use own_layers::OwnLayerChange;
pub use pictures::PictureChange;
pub use selection::{Pick, Selection};
pub use series::{DayFrom, SeriesCandidate, SeriesCandidates, series_name};
pub use texts::{Attached, AttachedTexts};
pub use view::MAX_ZOOM;

use crate::document::annotation::Style;
use crate::document::project::{features_text, settled};
use crate::document::step::NamedOverlay;
use crate::document::{ChosenLine, Document, History, LayerId, Step, edit};
use crate::dossier::{ByDays, Dossier, Manuscript, Overlay, Problem, builtin};
use crate::figure::{FigureOptions, saved};
use crate::formats::link;
use crate::gazetteer::FoundPlace;
use crate::geometry::{Point, View};
use crate::scene::Scene;
use crate::tools::{Gesture, InHand, Modifiers, Tool};

/// Which theme the user wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ThemeChoice {
    /// Same as the system has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// Which panels are open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Panels {
    /// The one on the left.
    pub layers: bool,
    /// The one on the right.
    pub inspector: bool,
}

/// Everything that is open.
#[derive(Debug, Clone)]
pub struct Session {
    scene: Arc<Scene>,
    /// The layers from files, as they were read.
    layers: own_layers::Layers,
    problems: Vec<Problem>,
    /// The same of the project.
    project_problems: Vec<Problem>,
    /// The files that could not be opened when files last were.
    unopened: Vec<Problem>,
    history: History,
    hand: InHand,
    modifiers: Modifiers,
    /// The style that new annotations take.
    style_of_new: Style,
    /// The layer that new annotations go to, if it is there.
    layer_of_new: LayerId,
    /// Words that are typed in place.
    typing: Option<TextEditing>,
    /// The line of contact of the user's own that the scene was worked out with.
    line_in_use: Option<Arc<ChosenLine>>,
    /// Layers whose features follow the timeline: as they were read, how they follow it, and as they do.
    by_days: BTreeMap<String, (Arc<Overlay>, ByDays, Arc<Overlay>)>,
    /// Layers that stand for series of layers.
    series: series::SeriesInUse,
    /// What is wrong with the days of their features, and of series of layers.
    day_problems: Vec<Problem>,
    /// The manuscript that the scene was read from, while the dossier is written.
    manuscript_in_use: Option<Arc<Manuscript>>,
    /// Whether it is written no longer once that has been read.
    ends_writing: bool,
    /// Where the keyboard points, in page points.
    crosshair: Option<Point>,
    /// The place that a search has found, while it is marked.
    found: Option<Box<FoundPlace>>,
    /// Where [`Action::PlaceAtCrosshair`] last placed something.
    placed_at: Option<Point>,
    /// What is compared, while it is.
    comparison: Option<Box<ShownComparison>>,
    /// The accounts that are laid over each other, while they are.
    agreement: Option<Box<ShownAgreement>>,
    /// What of it was flown to, the view that came of that, and how often the page has changed since: until the user looks
    /// elsewhere, it is kept in sight.
    fitted_changes: Option<([f64; 4], View, u8)>,
    selection: Selection,
    pick: Option<Pick>,
    /// The visibilities that *show alone* hid, to be restored.
    before_alone: Option<Vec<(String, bool)>>,
    page: (f64, f64),
    texts: AttachedTexts,
    /// Whether drawing snaps to points and edges.
    pub snapping: bool,
    /// Keys.
    pub keymap: Keymap,
    /// Panels.
    pub panels: Panels,
    /// Theme.
    pub theme: ThemeChoice,
    /// Whether the system asks for the dark theme, as the window last saw it.
    pub system_is_dark: bool,
    /// How much of the page is covered at its left and at its right, in points.
    covered_pt: (f64, f64),
    /// Whether the opening view still has to be fitted to the page's real size.
    fit_home: bool,
}

impl Session {
    /// Opens a dossier that has been read.
    pub fn new(scene: Arc<Scene>, problems: Vec<Problem>) -> Self {
        let page = (900.0, 700.0);
        let document = Document::new(scene.dossier(), page.0, page.1);
        Self {
            layers: own_layers::Layers::of(scene.dossier()),
            scene,
            problems,
            project_problems: Vec::new(),
            unopened: Vec::new(),
            layer_of_new: document.layers[0].id,
            history: History::new(document),
            hand: InHand::default(),
            modifiers: Modifiers::default(),
            style_of_new: Style::default(),
            typing: None,
            line_in_use: None,
            by_days: BTreeMap::new(),
            series: series::SeriesInUse::default(),
            day_problems: Vec::new(),
            manuscript_in_use: None,
            ends_writing: false,
            crosshair: None,
            found: None,
            placed_at: None,
            comparison: None,
            agreement: None,
            fitted_changes: None,
            selection: Selection::None,
            pick: None,
            before_alone: None,
            page,
            texts: AttachedTexts::default(),
            snapping: true,
            keymap: Keymap::default(),
            panels: Panels { layers: true, inspector: true },
            theme: ThemeChoice::default(),
            system_is_dark: false,
            covered_pt: (0.0, 0.0),
            fit_home: true,
        }
    }

    /// The scene's evidence.
    pub fn dossier(&self) -> &Dossier {
        self.scene.dossier()
    }

    /// What is drawn and clicked.
    pub fn scene(&self) -> &Arc<Scene> {
        &self.scene
    }

    /// The user's document.
    pub fn document(&self) -> &Document {
        self.history.document()
    }

    /// The document and how it came to be.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// What was wrong with the files that were opened, the project's aside.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// All that was wrong with what is open, and what could not be opened beside it.
    pub fn warnings(&self) -> impl Iterator<Item = &Problem> {
        self.unopened.iter().chain(&self.problems).chain(&self.day_problems).chain(&self.project_problems)
    }

    /// What is wrong with the days of features that follow the timeline.
    pub fn day_problems(&self) -> &[Problem] {
        &self.day_problems
    }

    /// Takes note of the files that could not be opened just now, in place of those before.
    pub fn set_unopened(&mut self, unopened: Vec<Problem>) {
        self.unopened = unopened;
    }

    /// Adds to what was wrong with the project.
    pub fn report(&mut self, problems: Vec<Problem>) {
        self.project_problems.extend(problems);
    }

    /// Whether one overlay is shown alone.
    pub fn is_alone(&self) -> bool {
        self.before_alone.is_some()
    }

    /// How the figure is set up, and what was wrong with that; `usual` holds where the document does not say.
    pub fn figure(&self, usual: FigureOptions) -> (FigureOptions, Vec<Problem>) {
        saved::read(&self.document().figure, usual)
    }

    /// Has the document keep a figure that went out without being set up; not a step.
    pub fn keep_figure(&mut self, options: &FigureOptions) {
        if self.comparison.is_some() || self.agreement.is_some() {
            return;
        }
        let former = self.document().figure.clone();
        let figure = Arc::new(saved::write(options, &former));
        if figure != former {
            self.history.amend(|document| {
                if document.figure == former {
                    document.figure = figure.clone();
                }
            });
        }
    }

    /// What a figure is drawn from: the document as its file keeps it, so that a figure of the file is the same.
    pub fn drawn_document(&self) -> Document {
        settled(self.document())
    }

    /// Why a command can't be carried out now; `None` if it can.
    pub fn why_not(&self, command: Command) -> Option<&'static str> {
        let needs_overlay = "Select an overlay first: click it on the map or in the list";
        let no_overlay = self.selected_overlay().is_none();
        match command {
            Command::ZoomToSelection | Command::MoveUp | Command::MoveDown
                if no_overlay && self.selected_annotations().is_empty() =>
            {
                Some("Select an overlay or an annotation first")
            }
            Command::ConvertOverlay if no_overlay => Some(needs_overlay),
            Command::Delete if self.selected_overlay().is_some_and(|overlay| self.is_own_layer(&overlay.id)) => None,
            Command::EditText if self.selected_overlay().is_some_and(|overlay| self.is_own_layer(&overlay.id)) => None,
            Command::Delete if !no_overlay => Some("The dossier’s overlays can be hidden, not deleted"),
            Command::SaveDossier | Command::SaveDossierAs | Command::EndEditing if self.manuscript().is_none() => {
                Some("The dossier is not being edited: edit it, or a copy of it, first")
            }
            Command::EditDossier | Command::EditDossierCopy if self.manuscript().is_some() => {
                Some("It is being edited already")
            }
            Command::EditDossier if builtin::is_builtin(self.dossier()) => {
                Some("The dossier that comes with the program stays as it is: edit a copy of it")
            }
            Command::Compare | Command::CompareDays if self.comparison.is_some() => {
                Some("A comparison is shown already: close it first")
            }
            Command::Agree if self.agreement.is_some() => {
                Some("Accounts are laid over each other already: close them first")
            }
            Command::Agree if self.agreement_candidates().len() < 2 => {
                Some("There are no two accounts with areas: open two files, or a dossier with several")
            }
            Command::MakeSeries if self.dossier().own_layers().next().is_none() => {
                Some("No layer from a file is open: open files of a day each first")
            }
            Command::BuiltinDossier if builtin::is_builtin(self.dossier()) => Some("It is already open"),
            Command::ShowAlone if no_overlay && !self.is_alone() => Some(needs_overlay),
            Command::ShowWarnings if self.warnings().next().is_none() => {
                Some("There are no warnings: everything opened could be read")
            }
            Command::Table if self.dossier().overlays.iter().all(|overlay| overlay.features.count() == 0) => {
                Some("No layer has features: open a file of features first")
            }
            Command::CompareDays | Command::AreaOverTime | Command::Animate
                if self.dossier().overlays.iter().all(|overlay| overlay.dated.is_none()) =>
            {
                Some("Nothing is reported on several days: open files that are named by their days together")
            }
            Command::CompareDays if self.reports() < 2 => {
                Some("There is only one report, and nothing to compare it with")
            }
            Command::Timeline if !self.has_days() => {
                Some("Nothing is reported on several days: open files that are named by their days together")
            }
            Command::SelectBelow if self.pick.as_ref().is_none_or(|pick| pick.hits.len() < 2) => {
                Some("First click a place where overlays lie on top of each other")
            }
            _ => self.why_not_entry(command).or_else(|| self.why_not_annotation(command)),
        }
    }

    /// Carries out an action.
    #[must_use]
    pub fn apply(&mut self, action: Action) -> Vec<Effect> {
        match action {
            Action::Command(command) => return self.command(command),
            Action::ToggleOverlay(id) => {
                let visible = self.document().is_visible(&id);
                let step = Step::ShowOverlay(self.named(&id), !visible);
                self.history.edit(step, |document| edit::set_visible(document, &id, !visible));
                self.before_alone = None;
            }
            Action::ToggleGroup(group) => {
                self.history.edit(Step::ToggleGroup, |document| edit::toggle_group(document, &group));
                self.before_alone = None;
            }
            Action::ToggleRow(row) => {
                if let Some(id) = self.rows().get(row).cloned() {
                    return self.apply(Action::ToggleOverlay(id));
                }
            }
            Action::ShowAlone(id) => self.show_alone(&id),
            Action::SetOpacity(id, opacity) => {
                let step = Step::OverlayOpacity(self.named(&id));
                self.history.edit_in_gesture(step, |document| edit::set_opacity(document, &id, opacity));
            }
            Action::SetStyling(id, styling) => {
                let step = Step::Styling(self.named(&id));
                self.history.edit_in_gesture(step, |document| edit::set_styling(document, &id, styling));
            }
            Action::MoveOverlay(id, steps) => self.move_overlay(&id, steps),
            Action::Select(id) => {
                if self.dossier().overlay(&id).is_some() {
                    self.pick = None;
                    self.selection = Selection::Overlay { id, feature: None, place: None };
                }
            }
            Action::SelectFeature { id, feature } => {
                if self.dossier().overlay(&id).is_some_and(|overlay| feature < overlay.features.count()) {
                    self.pick = None;
                    self.selection = Selection::Overlay { id, feature: Some(feature), place: None };
                }
            }
            Action::ZoomToFeature { id, feature } => {
                let bounds = self.dossier().overlay(&id).and_then(|overlay| overlay.feature_bounds(feature));
                if let Some(bounds) = bounds {
                    self.fit(bounds);
                }
            }
            Action::ShowDay(day) => self.show_day(day),
            Action::FitBounds(bounds) => self.fit_with_room(bounds),
            Action::CompareAgain => return vec![Effect::CompareAgain],
            Action::CompareStates(asked) => return vec![Effect::CompareStates(asked)],
            Action::ShowStep(step) => return vec![Effect::ShowStep(step)],
            Action::SaveChanges => return vec![Effect::SaveChanges],
            Action::ShowChange(id, on) => return vec![Effect::ShowChange(id, on)],
            Action::EndComparison => self.end_comparison(),
            Action::ShowCell(cell, on) => self.show_cell(cell, on),
            Action::SelectCell(cell) => self.select_cell(cell),
            Action::GoToCell(cell) => self.go_to_cell(cell),
            Action::AgreeAgain => return vec![Effect::AgreeAgain],
            Action::SaveCells => return vec![Effect::SaveCells],
            Action::LayOver(wish) => return vec![Effect::LayOver(wish)],
            Action::EndAgreement => self.end_agreement(),
            Action::ShowTable(id) => return vec![Effect::ShowTable(Some(id))],
            Action::SaveFeatures(set) => return vec![Effect::SaveFeatures(set)],
            Action::SaveAreas(areas) => return vec![Effect::SaveAreas(areas)],
            Action::SelectHit(index) => self.select_hit(index),
            Action::FollowExcerpt(id) => self.follow_excerpt(id),
            Action::ZoomTo(id) => {
                if let Some(bounds) = self.dossier().overlay(&id).map(|overlay| overlay.bounds) {
                    self.fit(bounds);
                }
            }
            Action::SetView(view) => self.set_view(view),
            Action::GoTo(at) => self.go_to(at),
            Action::PlaceMarker(at) => return self.place_marker(at),
            Action::ShowFound(place) => self.show_found(place),
            Action::DismissFound => self.found = None,
            Action::MarkFound => return self.mark_found(),
            Action::SelectPlace { id, place } => self.select_place(id, place),
            Action::ShowSource(source) => return vec![Effect::ShowSource(source)],
            Action::Pan { right_pt, down_pt } => {
                let frame = self.frame();
                let center = Point::new(self.page.0 / 2.0 + right_pt, self.page.1 / 2.0 + down_pt);
                self.set_view(View { center: frame.lon_lat_from_page(center), ..frame.view });
            }
            Action::ZoomAt { at, steps } => self.zoom_at(at, steps),
            Action::SetPage { width_pt, height_pt } => self.set_page(width_pt, height_pt),
            Action::SetCovered { left_pt, right_pt } => self.set_covered(left_pt, right_pt),
            Action::SetNames(names) => self.history.edit(Step::MapNames, |document| document.names = names),
            Action::SetMap(map) => self.history.edit(Step::Map, |document| map_edit::set_lowest(document, &map)),
            Action::EditMaps(edit) => map_edit::edit_maps(&mut self.history, edit),
            Action::SetTheme(theme) => self.theme = theme,
            Action::AskSeries(id) => return vec![Effect::AskSeries(Some(id))],
            Action::OwnLayer(id, change) => return self.change_own_layer(&id, change),
            Action::AddPicture(picture) => self.add_picture(*picture),
            Action::AddPictures(pictures) => self.add_pictures(pictures),
            Action::AddPhotos(photos) => self.add_photos(&photos),
            Action::LocatePicture(id) => return vec![Effect::LocatePicture(id)],
            Action::FetchPicture(id) => return vec![Effect::FetchPicture(id)],
            Action::ZoomToPicture(id) => self.zoom_to_picture(&id),
            Action::Georeference(id) => return vec![Effect::Georeference(id)],
            Action::SavePicture(id) => return vec![Effect::SavePicture(id)],
            Action::Picture(id, change) => self.change_picture(&id, change),
            Action::Locate(id) => return vec![Effect::ChooseLayer(id)],
            Action::Refresh(id) => return vec![Effect::AskDatabase(id)],
            Action::UseKept(id) => return vec![Effect::ReadKept(id)],
            Action::ExchangeOrder(id) => return vec![Effect::ReadExchanged(id)],
            Action::AskReading(id) => return vec![Effect::AskReading(id)],
            Action::UseAsLine(id) => return self.use_as_line(id),
            Action::CountAsLine(id, counting) => return self.count_as_line(&id, counting),
            Action::UseDossierLine => {
                self.history.edit(Step::UseDossierLine, |document| document.chosen_line = None);
                return self.mend_line();
            }
            Action::OpenUrl(url) => {
                return vec![match link::followable(&url) {
                    Some(url) => Effect::OpenUrl(url),
                    None => Effect::Tell(format!("“{url}” is not the address of a web page, and was not opened")),
                }];
            }
            Action::CopyText(text) => return vec![Effect::CopyText(text)],
            Action::ReadText(source) => return vec![Effect::ShowText(source)],
            Action::ReadPage { source, address } => return vec![Effect::ReadPage(source, address)],
            Action::CaptureSource(source) => return vec![Effect::CaptureSource(source)],
            Action::KeepAttached(source) => return vec![Effect::KeepAttached(source)],
            Action::CheckAgain => return vec![Effect::CheckAgain],
            Action::AddExcerpt { source, at, overlay } => return self.add_excerpt(source, at, overlay),
            Action::RemoveSource(id) => return self.remove_source(&id),
            Action::RemoveExcerpt(id) => self.remove_excerpt(&id),
            Action::CitePage(of, address) => return vec![Effect::AskPage(of, address)],
            Action::EditCited(cited) => return self.ask_cited(cited),
            Action::DescribeSource(id, page) => return self.describe_source(&id, &page),
            Action::AttachText(source) => return vec![Effect::ChooseText(Some(source))],
            Action::EditEvidence(edit) => return self.edit_evidence(&edit),
            Action::AskEntry(list, id) => return vec![Effect::AskEntry(list, id)],
            Action::AskEntryAbout(list, overlay) => return self.ask_entry_about(list, &overlay),
            Action::MakeOverlay(set) => return self.ask_overlay_of(&set),
            Action::QuoteWords { source, at, overlay } => return self.ask_excerpt(&source, at, overlay),
            Action::AskReason { part, advice } => return vec![Effect::AskReason(part, advice)],
            Action::Acknowledge { part, advice, reason } => return self.acknowledge(&part, advice, &reason),
            Action::AskDraft(draft) => return vec![Effect::AskDraft(draft)],
            Action::AskRecipe(id) => return vec![Effect::AskRecipe(id)],
            Action::AskWhole => return vec![Effect::AskWhole],
            Action::SetKeymap(keymap) => self.keymap = keymap,
            // The figure of what changed is none of the document's.
            Action::SetFigure { .. } if self.comparison.is_some() || self.agreement.is_some() => {}
            Action::SetFigure { options, part } => {
                let figure = Arc::new(saved::write(&options, &self.document().figure));
                self.history.edit_in_gesture(Step::Figure(part), |document| document.figure = figure);
            }
            Action::OpenPath(path) => return vec![Effect::OpenPath(path)],
            Action::JumpTo(done) => {
                self.end_typing();
                self.history.jump(done);
                return self.after_travel();
            }
            Action::Gesture { gesture, modifiers } => return self.pointer_gesture(gesture, modifiers),
            Action::MoveCrosshair { right_pt, down_pt, modifiers } => {
                return self.move_crosshair(right_pt, down_pt, modifiers);
            }
            Action::PlaceAtCrosshair(modifiers) => return self.place_at_crosshair(modifiers),
            Action::TakeBack => return self.gesture(Gesture::TakeBack, self.modifiers),
            Action::Nudge { right_pt, down_pt } => self.nudge(right_pt, down_pt),
            Action::SelectAnnotations(ids) => self.select_annotations(ids),
            Action::ToggleSelected(id) => self.toggle_selected(id),
            Action::ZoomToAnnotations(ids) => self.zoom_to_annotations(&ids),
            Action::Annotate(ids, change) => return self.change_annotations(&ids, change),
            Action::StyleOfNew(change) => self.change_style_of_new(change),
            Action::Layer(id, change) => self.change_layer(id, change),
            Action::AddLayer(title) => {
                self.layer_of_new = self.history.edit(Step::AddLayer, |document| edit::add_layer(document, &title));
            }
            Action::UseLayer(id) => self.layer_of_new = id,
            Action::EditText(id) => self.begin_typing(id, false),
            Action::EndText => self.end_typing(),
            Action::EndGesture => self.history.end_gesture(),
            Action::Paste(text) => return self.paste(&text),
        }
        Vec::new()
    }

    /// An overlay as a step tells of it.
    fn named(&self, id: &str) -> NamedOverlay {
        NamedOverlay { id: id.to_owned(), title: self.dossier().overlay(id).map(|overlay| overlay.title.clone()) }
    }

    fn move_overlay(&mut self, id: &str, steps: i64) {
        let step = Step::MoveOverlay(self.named(id));
        self.history.edit_in_gesture(step, |document| edit::move_by(document, id, steps));
    }

    /// After undo or redo: nothing is selected that is not there, and what depends on the line follows.
    fn after_travel(&mut self) -> Vec<Effect> {
        self.before_alone = None;
        self.forget_what_is_gone();
        self.check_texts();
        self.dress();
        let mut effects = self.mend_evidence();
        effects.extend(self.mend_line());
        effects
    }

    fn command(&mut self, command: Command) -> Vec<Effect> {
        if self.why_not(command).is_some() {
            return Vec::new();
        }
        let selected = self.selected_overlay().map(|overlay| overlay.id.clone());
        let middle = self.middle();
        match command {
            Command::Open => return vec![Effect::ChooseFiles],
            Command::BuiltinDossier => return vec![Effect::OpenBuiltin],
            Command::NewDossier => return vec![Effect::NewDossier],
            Command::EditDossier => return vec![Effect::EditDossier],
            Command::EditDossierCopy => return vec![Effect::EditDossierCopy],
            Command::SaveDossier => return vec![Effect::SaveDossier],
            Command::SaveDossierAs => return vec![Effect::SaveDossierAs],
            Command::EndEditing => return vec![Effect::EndEditing],
            Command::Compare => return vec![Effect::ChooseCompared],
            Command::AboutDossier
            | Command::AddOverlay
            | Command::AddSource
            | Command::AddSources
            | Command::AddExcerpt
            | Command::AddPosition
            | Command::AddReportedFigure
            | Command::AddNote
            | Command::AddGroup
            | Command::MakeOverlay
            | Command::DeriveOverlay
            | Command::UseAsLine => return self.ask_entry_of(command),
            Command::AddMap => return vec![Effect::AddMap],
            Command::AddGazetteer => return vec![Effect::AddGazetteer],
            Command::CompareDays => return vec![Effect::AskStates],
            Command::Agree => return vec![Effect::ChooseAccounts],
            Command::MakeSeries => {
                let own = selected.filter(|id| self.is_own_layer(id));
                return vec![Effect::AskSeries(own)];
            }
            Command::OpenAddress => return vec![Effect::ChooseAddress],
            Command::OpenDatabase => return vec![Effect::ChooseDatabase],
            Command::OpenMap => return vec![Effect::ChooseMapFile],
            Command::GeoreferencePicture => return vec![Effect::ChoosePicture],
            Command::KeepOffline => return vec![Effect::KeepOffline],
            Command::AttachText => return vec![Effect::ChooseText(None)],
            Command::ExportFigure => return vec![Effect::ExportFigure],
            Command::Animate => return vec![Effect::Animate],
            Command::CopyFigure => return vec![Effect::CopyFigure],
            Command::SaveFeatures => return vec![Effect::SaveFeatures(self.features_to_save())],
            Command::Quit => return vec![Effect::Quit],
            Command::ShowGaps => return vec![Effect::ShowGaps],
            Command::ShowWarnings => return vec![Effect::ShowWarnings],
            Command::ShowMaps => return vec![Effect::ShowMaps],
            Command::ShowServers => return vec![Effect::ShowServers],
            Command::ShowKeys => return vec![Effect::ShowKeys],
            Command::ShowAbout => return vec![Effect::ShowAbout],
            Command::Home => self.open_at_home(),
            Command::ZoomIn => self.zoom_at(middle, 1.0),
            Command::ZoomOut => self.zoom_at(middle, -1.0),
            Command::ZoomToSelection if self.selected_overlay().is_none() => {
                let ids = self.selected_annotations().to_vec();
                self.zoom_to_annotations(&ids);
            }
            Command::ZoomToSelection => {
                let highlighted = self.highlighted();
                let bounds = self.dossier().bounds_of(highlighted.iter().map(String::as_str));
                self.fit(bounds);
            }
            Command::ClearSelection => self.escape(),
            Command::SelectBelow => {
                if let Some(next) = self.pick.as_ref().map(|pick| (pick.index + 1) % pick.hits.len()) {
                    self.select_hit(next);
                }
            }
            Command::MoveUp | Command::MoveDown => {
                let steps = if command == Command::MoveUp { -1 } else { 1 };
                match selected {
                    Some(id) => self.move_overlay(&id, steps),
                    None => self.raise_selected(steps < 0),
                }
            }
            Command::ShowAlone => self.show_alone(&selected.unwrap_or_default()),
            Command::ResetOverlays => {
                let fresh = self.document_of(self.scene.dossier()).overlays;
                self.history.edit(Step::ResetOverlays, |document| edit::reset_overlays(document, fresh));
                self.before_alone = None;
            }
            Command::ToggleLayersPanel => self.panels.layers = !self.panels.layers,
            Command::ToggleInspector => self.panels.inspector = !self.panels.inspector,
            Command::SwitchTheme => {
                let dark = match self.theme {
                    ThemeChoice::System => self.system_is_dark,
                    ThemeChoice::Light => false,
                    ThemeChoice::Dark => true,
                };
                self.theme = if dark { ThemeChoice::Light } else { ThemeChoice::Dark };
            }
            Command::New => return vec![Effect::New],
            Command::Save => return vec![Effect::Save],
            Command::SaveAs => return vec![Effect::SaveAs],
            Command::Find => return vec![Effect::Find],
            Command::Palette => return vec![Effect::ShowPalette],
            Command::FindPlace => return vec![Effect::ShowPlaces],
            Command::ShowHistory => return vec![Effect::ShowHistory],
            Command::Table => return vec![Effect::ShowTable(None)],
            Command::Timeline => return vec![Effect::ShowTimeline],
            Command::AreaOverTime => return vec![Effect::ShowAreas],
            Command::Paste => return vec![Effect::ReadClipboard],
            Command::Buffer | Command::Simplify => return vec![Effect::AskDistance(command)],
            Command::Undo => return self.undo(),
            Command::Redo => return self.redo(),
            Command::FinishDraft => return self.gesture(Gesture::Finish, self.modifiers),
            Command::Cut => return self.cut(),
            Command::Copy => {
                return vec![Effect::CopyText(features_text(self.document(), self.selected_annotations()))];
            }
            Command::Duplicate => self.duplicate(),
            Command::Delete if selected.as_deref().is_some_and(|id| self.is_own_layer(id)) => {
                return self.change_own_layer(&selected.unwrap_or_default(), OwnLayerChange::Remove);
            }
            Command::Delete => {
                let ids = self.selected_annotations().to_vec();
                return self.change_annotations(&ids, Annotate::Remove);
            }
            Command::SelectAll => self.select_all(),
            Command::ToggleAnnotations => self.toggle_annotations(),
            Command::ConvertOverlay => self.convert_overlay(),
            Command::EditText if selected.is_some() => return vec![Effect::NameLayer],
            Command::EditText => {
                if let [id] = *self.selected_annotations() {
                    self.begin_typing(id, false);
                }
            }
            Command::BringToFront => self.edit_selected(Step::BringToFront, edit::bring_to_front),
            Command::SendToBack => self.edit_selected(Step::SendToBack, edit::send_to_back),
            Command::Lock => return self.toggle_lock(),
            Command::Group => self.group(),
            Command::Reverse => {
                self.edit_selected(Step::Reverse, edit::reverse);
            }
            Command::Align => self.edit_selected(Step::Align, |document, ids| {
                for id in ids {
                    edit::align_to_bearing(document, *id, 15.0);
                }
            }),
            Command::Renumber => self.edit_selected(Step::NumberMarkers, edit::renumber),
            Command::Merge => return self.merge_polygons(),
            Command::CutOut => return self.cut_out(),
            Command::Split => return self.split(),
            Command::CropPicture => return self.crop_picture_to_selected(),
            Command::ToggleSnapping => return vec![self.toggle_snapping()],
            Command::ToolSelect => return self.take_tool(Tool::Select),
            Command::ToolPan => return self.take_tool(Tool::Pan),
            Command::ToolMarker => return self.take_tool(Tool::Marker),
            Command::ToolText => return self.take_tool(Tool::Text),
            Command::ToolCallout => return self.take_tool(Tool::Callout),
            Command::ToolLine => return self.take_tool(Tool::Line),
            Command::ToolArrow => return self.take_tool(Tool::Arrow),
            Command::ToolPolygon => return self.take_tool(Tool::Polygon),
            Command::ToolRectangle => return self.take_tool(Tool::Rectangle),
            Command::ToolCircle => return self.take_tool(Tool::Circle),
            Command::ToolFreehand => return self.take_tool(Tool::Freehand),
            Command::ToolMeasure => return self.take_tool(Tool::Measure),
        }
        Vec::new()
    }

    /// The ids of the overlays in the order of the panel's rows.
    pub fn rows(&self) -> Vec<String> {
        let groups = self.dossier().groups.iter();
        let states = groups.flat_map(|group| self.document().group(&group.id));
        states.filter(|state| self.dossier().overlay(&state.id).is_some()).map(|state| state.id.clone()).collect()
    }

    fn show_alone(&mut self, id: &str) {
        if let Some(before) = self.before_alone.take() {
            self.history.edit(Step::ShowOthersAgain, |document| {
                for (id, visible) in before {
                    edit::set_visible(document, &id, visible);
                }
            });
            return;
        }
        if self.document().overlay(id).is_none() {
            return;
        }
        self.before_alone =
            Some(self.document().overlays.iter().map(|state| (state.id.clone(), state.visible)).collect());
        let step = Step::ShowAlone(self.named(id));
        self.history.edit(step, |document| {
            for state in &mut document.overlays {
                state.visible = state.id == id;
            }
        });
    }
}
