//! The whole editor without a window: what is open, shown and selected; actions in, effects out.

pub mod command;
mod editing;
pub mod keymap;
pub mod opening;
pub mod texts;

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use command::Command;
pub use editing::{Annotate, LayerChange, StyleChange, TextEditing};
pub use keymap::Keymap;
pub use opening::{Merged, Part, merge};
pub use texts::{Attached, AttachedTexts};

use crate::document::annotation::Style;
use crate::document::project::settled;
use crate::document::{AnnotationId, ChosenLine, Document, History, LayerId, MapChoice, Names, OverlayState, edit};
use crate::dossier::check::{Fingerprint, TextAtHand};
use crate::dossier::verify::{MAX_WORDS, MatchedBy};
use crate::dossier::{Does, Dossier, Excerpt, OWN_GROUP, Overlay, Problem, Shape};
use crate::figure::{FigureOptions, saved};
use crate::formats::link;
use crate::geometry::{Coord, Frame, Point, View, lon_lat_from_world, world_from_lon_lat};
use crate::scene::Scene;
use crate::scene::hit::{Hit, Reach};
use crate::tools::{Gesture, InHand, Modifiers, Tool};

/// The closest zoom: about 1 : 4,000.
pub const MAX_ZOOM: f64 = 17.0;

/// How far a second click may be from the first and still step down through the same stack, in points.
const SAME_PLACE_PT: f64 = 4.0;

/// What is selected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// Nothing.
    None,
    /// An overlay, or one of its places.
    Overlay {
        /// Id.
        id: String,
        /// Which place of an overlay of places.
        place: Option<usize>,
    },
    /// An excerpt, and with it the overlays that it speaks of.
    Excerpt {
        /// Id.
        id: String,
    },
    /// Annotations, at least one.
    Annotations(Vec<AnnotationId>),
}

/// A click on the map and the overlays under it, smallest first.
#[derive(Debug, Clone, PartialEq)]
pub struct Pick {
    /// Where.
    pub at: Coord<f64>,
    /// What lies there.
    pub hits: Vec<Hit>,
    /// Which of them is selected.
    pub index: usize,
}

/// Which theme the user wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ThemeChoice {
    /// As the system has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// What the user does.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// A command from a menu, a key or a button.
    Command(Command),
    /// Show or hide an overlay.
    ToggleOverlay(String),
    /// Show or hide a group.
    ToggleGroup(String),
    /// Show or hide the overlay of that row, counted from 0, from the top of the panel.
    ToggleRow(usize),
    /// Show one overlay alone; again restores.
    ShowAlone(String),
    /// Set an overlay's opacity, 0 to 1.
    SetOpacity(String, f64),
    /// Move an overlay within its group; negative is up.
    MoveOverlay(String, i64),
    /// Select an overlay by name.
    Select(String),
    /// Select the hit of that index under the last click.
    SelectHit(usize),
    /// A click on the map.
    Click {
        /// Where, in page points.
        page: Point,
        /// Whether to step to the overlay below (Alt-click).
        below: bool,
    },
    /// Select an excerpt and zoom to what it speaks of.
    FollowExcerpt(String),
    /// Fit an overlay.
    ZoomTo(String),
    /// Look at this.
    SetView(View),
    /// Move the view by so many points.
    Pan {
        /// To the right.
        right_pt: f64,
        /// Down.
        down_pt: f64,
    },
    /// Zoom by a factor of 2 to the power of `steps`, keeping what lies under `at` in place.
    ZoomAt {
        /// Page position that stays.
        at: Point,
        /// Zoom steps.
        steps: f64,
    },
    /// The size of the map on screen, in points.
    SetPage {
        /// Width.
        width_pt: f64,
        /// Height.
        height_pt: f64,
    },
    /// Languages of names.
    SetNames(Names),
    /// The map beneath.
    SetMap(MapChoice),
    /// Theme.
    SetTheme(ThemeChoice),
    /// Put an overlay of the user's own in place of the dossier's line of contact.
    UseAsLine(String),
    /// Back to the dossier's line of contact.
    UseDossierLine,
    /// Open an address in the browser.
    OpenUrl(String),
    /// Put words on the clipboard.
    CopyText(String),
    /// Choose a file as the text of this source.
    AttachText(String),
    /// Open the attached text of this source.
    ReadText(String),
    /// Quote these code points of a source's attached text as saying something of an overlay.
    AddExcerpt {
        /// Id of the source.
        source: String,
        /// Where the words stand.
        at: Range<usize>,
        /// Id of the overlay.
        overlay: String,
    },
    /// Take away an excerpt that the user added.
    RemoveExcerpt(String),
    /// A gesture on the map with the tool in hand.
    Gesture {
        /// What the pointer does.
        gesture: Gesture,
        /// The keys held.
        modifiers: Modifiers,
    },
    /// Move the crosshair that stands for the pointer where there is none, in points.
    MoveCrosshair {
        /// To the right.
        right_pt: f64,
        /// Down.
        down_pt: f64,
        /// The keys held.
        modifiers: Modifiers,
    },
    /// Press and release at the crosshair; a second time at the same place finishes.
    PlaceAtCrosshair(Modifiers),
    /// Take back the last point of the sketch.
    TakeBack,
    /// Move the selected annotations by so many points.
    Nudge {
        /// To the right.
        right_pt: f64,
        /// Down.
        down_pt: f64,
    },
    /// Select these annotations and nothing else.
    SelectAnnotations(Vec<AnnotationId>),
    /// Add an annotation to the selection, or take it out.
    ToggleSelected(AnnotationId),
    /// Fit these annotations.
    ZoomToAnnotations(Vec<AnnotationId>),
    /// Change annotations.
    Annotate(Vec<AnnotationId>, Annotate),
    /// Change the style that new annotations take.
    StyleOfNew(StyleChange),
    /// Change a layer.
    Layer(LayerId, LayerChange),
    /// Add a layer of that name, into which new annotations go.
    AddLayer(String),
    /// Put new annotations into this layer.
    UseLayer(LayerId),
    /// Type the words of an annotation in place.
    EditText(AnnotationId),
    /// Done with typing.
    EndText,
    /// End a drag of a slider or the like: what follows is another step.
    EndGesture,
    /// Add annotations from GeoJSON text, or other text as words on the map.
    Paste(String),
    /// Undo or redo until so many steps are done.
    JumpTo(usize),
    /// Change the keys.
    SetKeymap(Keymap),
    /// Set up the figure so.
    SetFigure {
        /// All of the set-up.
        options: Box<FigureOptions>,
        /// What the step is called; with those before it of the same name it is one, until the gesture ends.
        step: &'static str,
    },
    /// Open this file.
    OpenPath(PathBuf),
}

/// What the window has to do, because the session has no window, disk or network.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Ask for files and open them.
    ChooseFiles,
    /// Open this file.
    OpenPath(PathBuf),
    /// Ask for a map file and open it.
    ChooseMapFile,
    /// Ask for the text of a source, of that one if one is named, and attach it.
    ChooseText(Option<String>),
    /// Show the attached text of this source.
    ShowText(String),
    /// Ask where, and write the figure.
    ExportFigure,
    /// Put the figure on the clipboard.
    CopyFigure,
    /// Work out, in the background, all that depends on the line of contact: with this one in its place, or with the
    /// dossier's own.
    ChangeLine(Option<Arc<ChosenLine>>),
    /// Open an address in the browser.
    OpenUrl(String),
    /// Put words on the clipboard.
    CopyText(String),
    /// Show what is missing.
    ShowGaps,
    /// Show what was wrong with what was opened.
    ShowWarnings,
    /// Begin another project, after asking about what is not saved.
    New,
    /// Write the project to its file, or ask where if it has none.
    Save,
    /// Ask where, and write the project.
    SaveAs,
    /// Ask the system for the clipboard's text and paste it.
    ReadClipboard,
    /// Say this in the status bar.
    Tell(String),
    /// Go to the field that searches annotations.
    Find,
    /// Open the palette.
    ShowPalette,
    /// Show the list of steps.
    ShowHistory,
    /// Ask for a distance and carry out the command with it.
    AskDistance(Command),
    /// Show the list of keys.
    ShowKeys,
    /// Show what the program is.
    ShowAbout,
    /// Close the window.
    Quit,
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
    problems: Vec<Problem>,
    /// The same of the project.
    project_problems: Vec<Problem>,
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
    /// Where the keyboard points, in page points.
    crosshair: Option<Point>,
    /// Where [`Action::PlaceAtCrosshair`] last placed something.
    placed_at: Option<Point>,
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
    /// Whether the opening view still has to be fitted to the page's real size.
    fit_home: bool,
}

impl Session {
    /// Opens a dossier that has been read.
    pub fn new(scene: Arc<Scene>, problems: Vec<Problem>) -> Self {
        let page = (900.0, 700.0);
        let document = Document::new(scene.dossier(), page.0, page.1);
        Self {
            scene,
            problems,
            project_problems: Vec::new(),
            layer_of_new: document.layers[0].id,
            history: History::new(document),
            hand: InHand::default(),
            modifiers: Modifiers::default(),
            style_of_new: Style::default(),
            typing: None,
            line_in_use: None,
            crosshair: None,
            placed_at: None,
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

    /// All that was wrong with what is open.
    pub fn warnings(&self) -> impl Iterator<Item = &Problem> {
        self.problems.iter().chain(&self.project_problems)
    }

    /// Adds to what was wrong with the project.
    pub fn report(&mut self, problems: Vec<Problem>) {
        self.project_problems.extend(problems);
    }

    /// The texts of sources that were attached in this session.
    pub fn texts(&self) -> &AttachedTexts {
        &self.texts
    }

    /// Every excerpt: the dossier's, then those that the user added.
    pub fn excerpts(&self) -> impl Iterator<Item = &Excerpt> {
        let own = self.document().own_excerpts.iter().filter(|own| self.dossier().source(&own.source).is_some());
        self.dossier().excerpts.iter().chain(own)
    }

    /// The excerpt of that id.
    pub fn excerpt(&self, id: &str) -> Option<&Excerpt> {
        self.excerpts().find(|excerpt| excerpt.id == id)
    }

    /// The excerpts that speak of an overlay.
    pub fn excerpts_of<'a>(&'a self, overlay: &'a str) -> impl Iterator<Item = &'a Excerpt> {
        self.excerpts().filter(move |excerpt| excerpt.overlays.iter().any(|id| id == overlay))
    }

    /// Whether the user added this excerpt.
    pub fn is_own(&self, id: &str) -> bool {
        self.document().own_excerpts.iter().any(|excerpt| excerpt.id == id)
    }

    /// Takes a text for a source's and checks its excerpts; says in a line how they stand.
    ///
    /// `matched` is `None` if the user chose the source.
    pub fn attach(&mut self, source: &str, file: String, matched: Option<MatchedBy>, text: TextAtHand) -> String {
        let Some(outlet) = self.dossier().source(source).map(|source| source.outlet.clone()) else {
            return format!("No source is called '{source}', so {file} was not attached");
        };
        self.texts.attach(source.to_owned(), file, matched, text);
        self.check_texts();
        let tally = self.texts.tally(source, self.excerpts());
        let note = match self.texts.attached(source).map(|attached| attached.fingerprint) {
            Some(Fingerprint::Different) => ". It is not the text that the dossier was made from: its SHA-256 differs",
            Some(Fingerprint::NotStated) => ". The dossier states no SHA-256 to compare it with",
            Some(Fingerprint::Same) | None => "",
        };
        format!("{outlet}: {tally}{note}")
    }

    fn check_texts(&mut self) {
        let mut texts = std::mem::take(&mut self.texts);
        texts.refresh(self.dossier(), self.excerpts());
        self.texts = texts;
    }

    /// What is selected.
    pub fn selection(&self) -> &Selection {
        &self.selection
    }

    /// The last click, while it holds.
    pub fn pick(&self) -> Option<&Pick> {
        self.pick.as_ref()
    }

    /// Whether one overlay is shown alone.
    pub fn is_alone(&self) -> bool {
        self.before_alone.is_some()
    }

    /// The overlay that the inspector shows.
    pub fn selected_overlay(&self) -> Option<&Overlay> {
        match &self.selection {
            Selection::Overlay { id, .. } => self.dossier().overlay(id),
            Selection::Excerpt { id } => {
                let excerpt = self.excerpt(id)?;
                excerpt.overlays.first().and_then(|id| self.dossier().overlay(id))
            }
            Selection::None | Selection::Annotations(_) => None,
        }
    }

    /// The smallest visible area around a place of an overlay of places.
    pub fn around(&self, place: Coord<f64>) -> Option<&Overlay> {
        let is_area =
            |id: &str| matches!(self.dossier().overlay(id).map(|overlay| &overlay.shape), Some(Shape::Area(_)));
        let hits = self.scene.hits(place, Reach::ON_THE_GROUND, |id| self.document().is_shown(id) && is_area(id));
        hits.first().and_then(|hit| self.dossier().overlay(&hit.overlay))
    }

    /// The overlays that are outlined.
    pub fn highlighted(&self) -> Vec<String> {
        match &self.selection {
            Selection::None | Selection::Annotations(_) => Vec::new(),
            Selection::Overlay { id, .. } => vec![id.clone()],
            Selection::Excerpt { id } => self.excerpt(id).map(|excerpt| excerpt.overlays.clone()).unwrap_or_default(),
        }
    }

    /// The map as it lies on the page.
    pub fn frame(&self) -> Frame {
        Frame::new(self.document().view, self.page.0, self.page.1)
    }

    /// How the figure is set up, and what was wrong with that; `usual` holds where the document does not say.
    pub fn figure(&self, usual: FigureOptions) -> (FigureOptions, Vec<Problem>) {
        saved::read(&self.document().figure, usual)
    }

    /// Has the document keep a figure that went out without being set up; not a step.
    pub fn keep_figure(&mut self, options: &FigureOptions) {
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

    /// What a hover or a click at a page position finds among the visible overlays, smallest first.
    pub fn hits_at(&self, page: Point) -> Vec<Hit> {
        let frame = self.frame();
        let at = frame.lon_lat_from_page(page);
        self.scene.hits(at, Reach::OnScreen(frame), |id| self.document().is_shown(id))
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
            Command::ShowAlone if no_overlay && !self.is_alone() => Some(needs_overlay),
            Command::ShowWarnings if self.warnings().next().is_none() => Some("All that was opened could be read"),
            Command::AttachText if self.dossier().sources.is_empty() => Some("This dossier names no sources"),
            Command::SelectBelow if self.pick.as_ref().is_none_or(|pick| pick.hits.len() < 2) => {
                Some("Click a place where overlays lie on top of each other first")
            }
            _ => self.why_not_annotation(command),
        }
    }

    /// Puts back a remembered document, as far as the dossier still has its overlays. It has no past.
    pub fn restore(&mut self, saved: Document) -> Vec<Effect> {
        let mut document = saved;
        let view = (document.dossier == self.dossier().id).then_some(document.view);
        lay_out(&mut document, &self.document_of(self.scene.dossier()));
        self.give_up_all();
        self.project_problems.clear();
        self.history.replace(document);
        self.layer_of_new = self.document().layers.last().map_or(LayerId(0), |layer| layer.id);
        if let Some(view) = view {
            self.set_view(view);
            self.fit_home = false;
        }
        self.check_texts();
        self.mend_line()
    }

    /// Begins with an empty document.
    pub fn restart(&mut self) -> Vec<Effect> {
        let document = self.document_of(self.scene.dossier());
        self.fit_home = true;
        self.restore(document)
    }

    /// The document that this dossier opens with.
    pub fn fresh(&self) -> Document {
        self.document_of(self.scene.dossier())
    }

    fn document_of(&self, dossier: &Dossier) -> Document {
        Document::new(dossier, self.page.0, self.page.1)
    }

    /// Lets go of all that is half done or selected.
    fn give_up_all(&mut self) {
        self.hand.choose(Tool::Select);
        self.typing = None;
        self.clear_selection();
        self.before_alone = None;
    }

    /// Adds what was read from files to what is open, keeping the document and its past.
    pub fn replace_scene(&mut self, scene: Arc<Scene>, problems: Vec<Problem>) {
        let same = scene.dossier().id == self.dossier().id;
        if scene.dossier().own_line.is_none() {
            self.line_in_use = None;
        }
        let fresh = self.document_of(scene.dossier());
        self.scene = scene;
        self.problems = problems;
        self.give_up_all();
        self.history.amend(|document| lay_out(document, &fresh));
        if !same {
            self.set_view(fresh.view);
            self.fit_home = true;
        }
        self.check_texts();
    }

    /// Whether an overlay can take the place of the dossier's line of contact: a line or an area from a file.
    pub fn can_be_line(&self, overlay: &Overlay) -> bool {
        overlay.group == OWN_GROUP
            && !matches!(overlay.shape, Shape::Places(_))
            && self.dossier().line_of_recipes().is_some()
    }

    /// An overlay as the dossier has it, if a line of the user's own has changed it.
    pub fn former(&self, id: &str) -> Option<&Overlay> {
        self.dossier().own_line.as_ref()?.former(id)
    }

    /// Shows the same dossier with another line of contact, the document's or the dossier's own; document, view and selection stay as they are.
    pub fn exchange_scene(&mut self, scene: Arc<Scene>, line: Option<Arc<ChosenLine>>) {
        self.line_in_use = line;
        let (selection, problems) = (self.selection.clone(), self.problems.clone());
        self.replace_scene(scene, problems);
        self.selection = match selection {
            Selection::Overlay { id, .. } if self.dossier().overlay(&id).is_some() => {
                Selection::Overlay { id, place: None }
            }
            Selection::Overlay { .. } => Selection::None,
            other => other,
        };
    }

    /// Gives up a line of contact that nothing could be worked out from.
    pub fn refuse_line(&mut self) {
        if self.document().chosen_line != self.line_in_use {
            let in_use = self.line_in_use.clone();
            self.history.edit("Back to the line before", |document| document.chosen_line = in_use);
        }
    }

    /// Asks for the line of contact that the document wants, if another is in use.
    fn mend_line(&self) -> Vec<Effect> {
        let wanted = &self.document().chosen_line;
        if *wanted == self.line_in_use {
            return Vec::new();
        }
        vec![Effect::ChangeLine(wanted.clone())]
    }

    /// Carries out an action.
    #[must_use]
    pub fn apply(&mut self, action: Action) -> Vec<Effect> {
        match action {
            Action::Command(command) => return self.command(command),
            Action::ToggleOverlay(id) => {
                let visible = self.document().is_visible(&id);
                let name = format!("{} {}", if visible { "Hide" } else { "Show" }, self.title_of(&id));
                self.history.edit(name, |document| edit::set_visible(document, &id, !visible));
                self.before_alone = None;
            }
            Action::ToggleGroup(group) => {
                self.history.edit("Show or hide a group", |document| edit::toggle_group(document, &group));
                self.before_alone = None;
            }
            Action::ToggleRow(row) => {
                if let Some(id) = self.rows().get(row).cloned() {
                    return self.apply(Action::ToggleOverlay(id));
                }
            }
            Action::ShowAlone(id) => self.show_alone(&id),
            Action::SetOpacity(id, opacity) => {
                let name = format!("Opacity of {}", self.title_of(&id));
                let gesture = format!("opacity {id}");
                self.history.edit_in_gesture(name, &gesture, |document| edit::set_opacity(document, &id, opacity));
            }
            Action::MoveOverlay(id, steps) => self.move_overlay(&id, steps),
            Action::Select(id) => {
                if self.dossier().overlay(&id).is_some() {
                    self.pick = None;
                    self.selection = Selection::Overlay { id, place: None };
                }
            }
            Action::SelectHit(index) => self.select_hit(index),
            Action::Click { page, below } => self.click(page, below),
            Action::FollowExcerpt(id) => self.follow_excerpt(id),
            Action::ZoomTo(id) => {
                if let Some(bounds) = self.dossier().overlay(&id).map(|overlay| overlay.bounds) {
                    self.fit(bounds);
                }
            }
            Action::SetView(view) => self.set_view(view),
            Action::Pan { right_pt, down_pt } => {
                let frame = self.frame();
                let center = Point::new(self.page.0 / 2.0 + right_pt, self.page.1 / 2.0 + down_pt);
                self.set_view(View { center: frame.lon_lat_from_page(center), ..frame.view });
            }
            Action::ZoomAt { at, steps } => self.zoom_at(at, steps),
            Action::SetPage { width_pt, height_pt } => self.set_page(width_pt, height_pt),
            Action::SetNames(names) => self.history.edit("Names on the map", |document| document.names = names),
            Action::SetMap(map) => self.history.edit("Map under the overlays", |document| document.map = map),
            Action::SetTheme(theme) => self.theme = theme,
            Action::UseAsLine(id) => {
                let Some(overlay) = self.dossier().overlay(&id).filter(|overlay| self.can_be_line(overlay)) else {
                    return Vec::new();
                };
                let line = ChosenLine::of(overlay);
                let name = format!("Use {} as line of contact", overlay.title.main());
                self.history.edit(name, |document| document.chosen_line = line.map(Arc::new));
                return self.mend_line();
            }
            Action::UseDossierLine => {
                self.history.edit("Back to the dossier’s line", |document| document.chosen_line = None);
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
            Action::AddExcerpt { source, at, overlay } => self.add_excerpt(source, at, overlay),
            Action::RemoveExcerpt(id) => self.remove_excerpt(&id),
            Action::AttachText(source) => return vec![Effect::ChooseText(Some(source))],
            Action::SetKeymap(keymap) => self.keymap = keymap,
            Action::SetFigure { options, step } => {
                let figure = Arc::new(saved::write(&options, &self.document().figure));
                self.history.edit_in_gesture(step, step, |document| document.figure = figure);
            }
            Action::OpenPath(path) => return vec![Effect::OpenPath(path)],
            Action::JumpTo(done) => {
                self.end_typing();
                self.history.jump(done);
                return self.after_travel();
            }
            other => return self.annotate(other),
        }
        Vec::new()
    }

    fn title_of(&self, id: &str) -> String {
        self.dossier().overlay(id).map_or_else(|| id.to_owned(), |overlay| overlay.title.main().to_owned())
    }

    fn move_overlay(&mut self, id: &str, steps: i64) {
        let name = format!("Move {}", self.title_of(id));
        let gesture = format!("order {id}");
        self.history.edit_in_gesture(name, &gesture, |document| edit::move_by(document, id, steps));
    }

    /// After undo or redo: nothing is selected that is not there, and what depends on the line follows.
    fn after_travel(&mut self) -> Vec<Effect> {
        self.before_alone = None;
        self.forget_what_is_gone();
        self.check_texts();
        self.mend_line()
    }

    fn command(&mut self, command: Command) -> Vec<Effect> {
        if self.why_not(command).is_some() {
            return Vec::new();
        }
        let selected = self.selected_overlay().map(|overlay| overlay.id.clone());
        let middle = Point::new(self.page.0 / 2.0, self.page.1 / 2.0);
        match command {
            Command::Open => return vec![Effect::ChooseFiles],
            Command::OpenMap => return vec![Effect::ChooseMapFile],
            Command::AttachText => return vec![Effect::ChooseText(None)],
            Command::ExportFigure => return vec![Effect::ExportFigure],
            Command::CopyFigure => return vec![Effect::CopyFigure],
            Command::Quit => return vec![Effect::Quit],
            Command::ShowGaps => return vec![Effect::ShowGaps],
            Command::ShowWarnings => return vec![Effect::ShowWarnings],
            Command::ShowKeys => return vec![Effect::ShowKeys],
            Command::ShowAbout => return vec![Effect::ShowAbout],
            Command::Home => {
                let home = self.dossier().home;
                self.fit(home);
                self.fit_home = true;
            }
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
                self.history.edit("Reset overlays", |document| document.overlays = fresh);
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
            other => return self.annotation_command(other),
        }
        Vec::new()
    }

    /// The ids of the overlays in the order of the panel's rows.
    pub fn rows(&self) -> Vec<String> {
        let groups = self.dossier().groups.iter();
        groups.flat_map(|group| self.document().group(&group.id)).map(|state| state.id.clone()).collect()
    }

    fn show_alone(&mut self, id: &str) {
        if let Some(before) = self.before_alone.take() {
            self.history.edit("Show the others again", |document| {
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
        let name = format!("Show {} alone", self.title_of(id));
        self.history.edit(name, |document| {
            for state in &mut document.overlays {
                state.visible = state.id == id;
            }
        });
    }

    fn clear_selection(&mut self) {
        self.selection = Selection::None;
        self.pick = None;
    }

    fn select_hit(&mut self, index: usize) {
        if let Some(pick) = &mut self.pick
            && let Some(hit) = pick.hits.get(index)
        {
            pick.index = index;
            self.selection = Selection::Overlay { id: hit.overlay.clone(), place: hit.place };
        }
    }

    fn click(&mut self, page: Point, below: bool) {
        let hits = self.hits_at(page);
        if hits.is_empty() {
            self.clear_selection();
            return;
        }
        let frame = self.frame();
        let again = self
            .pick
            .as_ref()
            .is_some_and(|pick| pick.hits == hits && frame.page_from_lon_lat(pick.at).distance(page) <= SAME_PLACE_PT);
        let index = match &self.pick {
            Some(pick) if again => (pick.index + 1) % hits.len(),
            _ if below => 1 % hits.len(),
            _ => 0,
        };
        self.pick = Some(Pick { at: frame.lon_lat_from_page(page), hits, index });
        self.select_hit(index);
    }

    fn follow_excerpt(&mut self, id: String) {
        let Some(excerpt) = self.excerpt(&id).cloned() else {
            return;
        };
        self.pick = None;
        self.selection = Selection::Excerpt { id };
        if excerpt.overlays.is_empty() {
            return;
        }
        self.history.edit("Show what an excerpt speaks of", |document| {
            for overlay in &excerpt.overlays {
                edit::set_visible(document, overlay, true);
            }
        });
        let bounds = self.dossier().bounds_of(excerpt.overlays.iter().map(String::as_str));
        self.fit(bounds);
    }

    /// Adds a quotation of at most [`MAX_WORDS`] words and selects it.
    fn add_excerpt(&mut self, source: String, at: Range<usize>, overlay: String) {
        let quote = self.texts.of(&source).and_then(|text| text.quote(at));
        let Some(quote) = quote.filter(|quote| quote.exact.split_whitespace().count() <= MAX_WORDS) else {
            return;
        };
        if self.dossier().overlay(&overlay).is_none() {
            return;
        }
        let is_free = |id: &String| !self.is_own(id) && self.dossier().excerpt(id).is_none();
        let Some(id) = (1..).map(|number: usize| format!("own-{number}")).find(is_free) else {
            return;
        };
        let excerpt = Excerpt {
            id: id.clone(),
            source,
            overlays: vec![overlay],
            // What it does is for its reader to judge.
            does: Does::Context,
            said_by: None,
            exact: quote.exact,
            prefix: quote.prefix,
            suffix: quote.suffix,
            start: Some(quote.at.start),
            end: Some(quote.at.end),
        };
        self.history.edit("Add excerpt", |document| edit::add_excerpt(document, excerpt));
        self.check_texts();
        self.pick = None;
        self.selection = Selection::Excerpt { id };
    }

    fn remove_excerpt(&mut self, id: &str) {
        if self.selection == (Selection::Excerpt { id: id.to_owned() }) {
            let overlay = self.selected_overlay().map(|overlay| overlay.id.clone());
            self.selection = overlay.map_or(Selection::None, |id| Selection::Overlay { id, place: None });
        }
        self.history.edit("Remove excerpt", |document| edit::remove_excerpt(document, id));
        self.check_texts();
    }

    fn fit(&mut self, bounds: [f64; 4]) {
        self.set_view(View::fit(bounds, self.page.0, self.page.1, 24.0));
    }

    fn zoom_at(&mut self, at: Point, steps: f64) {
        if !steps.is_finite() {
            return;
        }
        let before = self.frame();
        let ground = before.page_from_world().inverse() * at;
        let zoom = self.clamp_zoom(before.view.zoom + steps);
        let after = Frame::new(View { zoom, ..before.view }, self.page.0, self.page.1);
        let moved = after.page_from_world() * ground - at;
        let middle = Point::new(self.page.0 / 2.0, self.page.1 / 2.0) + moved;
        self.set_view(View { center: after.lon_lat_from_page(middle), zoom });
    }

    fn set_page(&mut self, width_pt: f64, height_pt: f64) {
        if (width_pt, height_pt) == self.page || !(width_pt >= 1.0 && height_pt >= 1.0) {
            return;
        }
        self.page = (width_pt, height_pt);
        if self.fit_home {
            let home = self.dossier().home;
            self.fit(home);
            self.fit_home = true;
        } else {
            self.set_view(self.document().view);
        }
    }

    /// The zoom at which the dossier's limits just fill the page.
    fn min_zoom(&self) -> f64 {
        View::fit(self.dossier().limits, self.page.0, self.page.1, 0.0).zoom
    }

    fn clamp_zoom(&self, zoom: f64) -> f64 {
        let least = self.min_zoom();
        if zoom.is_finite() { zoom.clamp(least, MAX_ZOOM.max(least)) } else { least }
    }

    /// Looks at `view`, held within the dossier's limits so that the map cannot be lost.
    fn set_view(&mut self, view: View) {
        let zoom = self.clamp_zoom(view.zoom);
        let [west, south, east, north] = self.dossier().limits;
        let a = world_from_lon_lat(Coord { x: west, y: north });
        let b = world_from_lon_lat(Coord { x: east, y: south });
        let frame = Frame::new(View { zoom, ..view }, self.page.0, self.page.1);
        let half = |size_pt: f64| size_pt / frame.world_size_pt() / 2.0;
        let held = |value: f64, low: f64, high: f64, half: f64| {
            let middle = (low + high) / 2.0;
            if high - low <= 2.0 * half || !value.is_finite() { middle } else { value.clamp(low + half, high - half) }
        };
        let center = world_from_lon_lat(view.center);
        let center =
            Point::new(held(center.x, a.x, b.x, half(self.page.0)), held(center.y, a.y, b.y, half(self.page.1)));
        let view = View { center: lon_lat_from_world(center), zoom };
        if view != self.document().view {
            self.fit_home = false;
        }
        self.history.look(view);
    }
}

/// Gives a document the overlays of a dossier: those that it knows as it shows them, and those that are new above or
/// below the ones that they lie beside in the dossier, what has been opened on top of all.
fn lay_out(document: &mut Document, fresh: &Document) {
    let mut overlays: Vec<OverlayState> = std::mem::take(&mut document.overlays)
        .into_iter()
        .filter(|_| document.dossier == fresh.dossier)
        .filter_map(|state| {
            let group = fresh.overlay(&state.id)?.group.clone();
            Some(OverlayState { group, ..state })
        })
        .collect();
    let mut above: Option<&str> = None;
    for state in &fresh.overlays {
        if !overlays.iter().any(|known| known.id == state.id) {
            let neighbour = above.and_then(|id| overlays.iter().position(|known| known.id == id));
            overlays.insert(neighbour.map_or(0, |index| index + 1), state.clone());
        }
        above = Some(&state.id);
    }
    document.overlays = overlays;
    if document.dossier != fresh.dossier {
        // Its title and its frame belong to the other one.
        document.figure = Arc::default();
    }
    document.dossier.clone_from(&fresh.dossier);
}
