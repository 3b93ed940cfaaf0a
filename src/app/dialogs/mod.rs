//! The windows over the window: where to export, which file to open, the keys, the program and its data.

pub(crate) mod add_map_dialog;
pub(crate) mod agree_dialog;
pub(crate) mod animation_dialog;
pub(crate) mod attach_dialog;
pub(crate) mod cite_dialog;
pub(crate) mod database_dialog;
pub(crate) mod entry_dialog;
mod entry_values;
pub(crate) mod feature_search;
mod figure_offer;
pub(crate) mod gaps_window;
pub(crate) mod history_window;
pub(crate) mod keys_dialog;
pub(crate) mod layers_dialog;
pub(crate) mod line_dialog;
pub(crate) mod maps_dialog;
pub(crate) mod new_dossier_dialog;
pub(crate) mod offline_dialog;
mod page_form;
pub(crate) mod palette;
mod pasted_citation;
pub(crate) mod place_search;
pub(crate) mod project_dialogs;
pub(crate) mod reading_dialog;
pub(crate) mod reason_dialog;
pub(crate) mod recipe_dialog;
pub(crate) mod series_dialog;
pub(crate) mod servers_dialog;
pub(crate) mod states_dialog;

use eframe::egui::text::{CCursor, CCursorRange};
use eframe::egui::{self, Align2, Color32, Id, Key, Modal, Modifiers, RichText, ScrollArea, Ui};

use self::add_map_dialog::AddMapDialog;
use self::agree_dialog::AgreeDialog;
use self::animation_dialog::AnimationDialog;
use self::attach_dialog::AttachDialog;
use self::cite_dialog::CiteDialog;
use self::database_dialog::DatabaseDialog;
use self::entry_dialog::EntryDialog;
use self::keys_dialog::KeysDialog;
use self::layers_dialog::LayersDialog;
use self::line_dialog::LineDialog;
use self::maps_dialog::MapsDialog;
use self::new_dossier_dialog::NewDossierDialog;
use self::offline_dialog::OfflineDialog;
use self::project_dialogs::{Answer, Question};
use self::reading_dialog::ReadingDialog;
use self::reason_dialog::ReasonDialog;
use self::recipe_dialog::RecipeDialog;
use self::series_dialog::SeriesDialog;
use self::servers_dialog::ServersDialog;
use self::states_dialog::StatesDialog;
use crate::app::focus::{self, Part};
use crate::app::map::map_source::WindowMap;
use crate::app::panels::inspector;
use crate::app::theme;
use crate::app::widgets::{capital, line_edit, small_warning_ui, tip};
use crate::figure::OutputFormat;
use crate::files::servers::Server;
use crate::formats::format::{self, Holds};
use crate::formats::visible::visible;
use crate::session::{Action, AreasToSave, FeatureSet, Session};

/// What a path is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A file to open.
    Open,
    /// The address of a file to open.
    OpenAddress,
    /// A map file to open.
    OpenMap,
    /// A map file that is to be a map of the user's own.
    AddMap,
    /// A picture that is to be placed by hand.
    Georeference,
    /// Where a placed picture goes, for other programs.
    SavePicture,
    /// Control points of a picture.
    ReadPoints,
    /// Where control points go.
    WritePoints,
    /// The file of a layer.
    Locate,
    /// The file of a placed picture.
    LocatePicture,
    /// Whether the server of a placed picture is asked for it.
    FetchPicture,
    /// A file of places to be searched.
    AddGazetteer,
    /// The text of a source.
    AttachText,
    /// A list of sources.
    ReadCitations,
    /// Where the figure goes.
    Export,
    /// Where the project goes.
    Save,
    /// Where features go that become a file of their own.
    SaveFeatures,
    /// Where areas over time go.
    SaveAreas,
    /// Where the dossier goes that is written.
    SaveDossier,
    /// The dossier or the project with which what is open is compared.
    Compare,
    /// Where the table or the JSON of what changed goes.
    SaveChanges,
    /// Where the cells of accounts laid over each other go.
    SaveCells,
}

/// What the button is called that writes over a file, once the user has been told of it.
pub(crate) const REPLACE: &str = "Replace the file";

/// What the button is called that asks a server, once the user has been told of it.
pub(crate) const ASK: &str = "Ask this server";

impl Purpose {
    /// What the dialog is called.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Open => "Open a file",
            Self::OpenAddress => "Open from an address",
            Self::OpenMap => "Open a map file (PMTiles or MBTiles)",
            Self::AddMap => "Add a map",
            Self::Georeference => "Georeference a picture",
            Self::SavePicture => "Save the placed picture",
            Self::ReadPoints => "Read control points",
            Self::WritePoints => "Write control points",
            Self::Locate => "Locate the file of a layer",
            Self::LocatePicture => "Locate the file of a picture",
            Self::FetchPicture => "Fetch a picture from its server",
            Self::AddGazetteer => "Add a gazetteer",
            Self::AttachText => "Attach source text",
            Self::ReadCitations => "Add sources from a file",
            Self::Export => "Export figure",
            Self::Save => "Save project",
            Self::SaveFeatures => "Save features",
            Self::SaveAreas => "Save area over time",
            Self::SaveDossier => "Save dossier",
            Self::Compare => "Compare with another",
            Self::SaveChanges => "Save what changed",
            Self::SaveCells => "Save who agrees",
        }
    }

    /// What the field for the path is called.
    pub(crate) fn hint(self) -> String {
        let fixed = match self {
            Self::Open => "Path of the file, or of the folder of a dossier",
            Self::OpenAddress => "Address of a file of features, a map (.pmtiles) or a GeoTIFF (.tif): https://…",
            Self::OpenMap => "Path of the map file, with vector tiles",
            Self::AddMap => "Path of the map file, PMTiles or MBTiles",
            Self::Georeference => "Path of the picture, or of a Georeference Annotation beside it",
            Self::SavePicture => "Path of the file: .tif for a GeoTIFF, .json for a Georeference Annotation",
            Self::ReadPoints => "Path of the file: of QGIS (.points), or with the -gcp options of GDAL",
            Self::WritePoints => "Path of the file: .points, which QGIS reads",
            Self::Locate => "Path of the file, wherever it is now",
            Self::LocatePicture => "Path of the picture, wherever it is now",
            Self::FetchPicture => "Address of the picture",
            Self::AddGazetteer => {
                "Path of a country’s dump from GeoNames (UA.zip), or of a file of features with names"
            }
            Self::AttachText => "Path of the text: a saved page, PDF or other document",
            Self::ReadCitations => {
                "Path of a list of sources: BibTeX (.bib), RIS (.ris), CSL-JSON (.json) or citations in words (.txt)"
            }
            Self::Export => return format!("Path of the figure: {}", OutputFormat::endings()),
            Self::SaveDossier => "Path of a folder, which suits git, or of one file that ends in .claimline",
            Self::Compare => {
                "Path of a dossier (its folder, dossier.json or .claimline) or of a project (.claimline.geojson)"
            }
            Self::SaveChanges => "Path of the file: .csv for a table, .json for other programs",
            Self::SaveCells => {
                "Path of the file: .csv for a table, .json for programs, .geojson or another with shapes"
            }
            Self::Save => "Path of the project: a .claimline.geojson file, which other programs open too",
            Self::SaveAreas => "Path of the file: .pdf, .svg or .png for the figure, .csv for the table",
            Self::SaveFeatures => {
                return format!("Path of the file; its ending says the format: {}", format::written_formats());
            }
        };
        fixed.to_owned()
    }

    /// Whether a file is opened for what it holds.
    pub(crate) fn wants(self, holds: Holds) -> bool {
        match self {
            Self::Open => true,
            Self::OpenMap | Self::AddMap => matches!(holds, Holds::Map),
            Self::LocatePicture | Self::Georeference => matches!(holds, Holds::Picture),
            Self::OpenAddress | Self::Locate | Self::AddGazetteer => matches!(holds, Holds::Features(_)),
            Self::FetchPicture
            | Self::AttachText
            | Self::ReadCitations
            | Self::Export
            | Self::Save
            | Self::SaveFeatures
            | Self::SaveAreas
            | Self::SaveDossier
            | Self::Compare
            | Self::SaveChanges
            | Self::SaveCells
            | Self::SavePicture
            | Self::ReadPoints
            | Self::WritePoints => false,
        }
    }

    /// Which files are opened, in words; nothing where none is.
    fn expected(self) -> String {
        let expected = format::expected_of(|holds| self.wants(holds));
        if expected.is_empty() { expected } else { capital(&format!("{expected}.")) }
    }

    /// What the button says once the user has been told what it does.
    fn verb_told(self) -> &'static str {
        if matches!(self, Self::OpenAddress | Self::FetchPicture) { ASK } else { REPLACE }
    }

    /// What the button says.
    pub(crate) fn verb(self) -> &'static str {
        match self {
            Self::Open | Self::OpenAddress | Self::OpenMap | Self::Georeference => "Open",
            Self::ReadPoints => "Read",
            Self::SavePicture | Self::WritePoints => "Save",
            Self::AddMap => "Add",
            Self::Locate | Self::LocatePicture => "Show",
            Self::FetchPicture => "Fetch",
            Self::AddGazetteer | Self::ReadCitations => "Add",
            Self::AttachText => "Attach",
            Self::Export => "Export",
            Self::Save
            | Self::SaveFeatures
            | Self::SaveAreas
            | Self::SaveDossier
            | Self::SaveChanges
            | Self::SaveCells => "Save",
            Self::Compare => "Compare",
        }
    }
}

/// A dialog that is open.
pub(crate) enum Dialog {
    /// A path is asked for.
    Path {
        /// What for.
        purpose: Purpose,
        /// What has been typed.
        path: String,
        /// What was wrong with it.
        error: String,
        /// Whether the user has been told that the file exists, or which server is asked.
        overwrite: bool,
        /// For the file or the address of a layer or a picture: its id.
        source: Option<String>,
        /// For features that become a file: which.
        features: Option<FeatureSet>,
        /// For areas over time: these.
        areas: Option<AreasToSave>,
    },
    /// The text of a source.
    Attach(Box<AttachDialog>),
    /// A layer from a database.
    Database(Box<DatabaseDialog>),
    /// Which days of an animation, and where it goes.
    Animation(Box<AnimationDialog>),
    /// The map of an area to be kept.
    Offline(Box<OfflineDialog>),
    /// What a new dossier is about.
    NewDossier(Box<NewDossierDialog>),
    /// Why advice does not fit.
    Reason(Box<ReasonDialog>),
    /// An entry of the dossier that is written.
    Entry(Box<EntryDialog>),
    /// The recipe of an overlay.
    Recipe(Box<RecipeDialog>),
    /// A page on the web to be cited.
    Cite(Box<CiteDialog>),
    /// The list of keys.
    Keys(KeysDialog),
    /// A question about the project.
    Question(Question),
    /// Which accounts are laid over each other.
    Agree(Box<AgreeDialog>),
    /// Which layers are a series.
    Series(Box<SeriesDialog>),
    /// Which features count as line of contact.
    Line(Box<LineDialog>),
    /// How a file is to be read.
    Reading(Box<ReadingDialog>),
    /// Which states are compared.
    States(Box<StatesDialog>),
    /// Which layers of a file are opened.
    Layers(LayersDialog),
    /// What was wrong with what was opened.
    Warnings,
    /// What could not be used of a file, line by line, under a heading.
    Told(String, Vec<String>),
    /// The maps under the overlays.
    Maps(MapsDialog),
    /// A map of the user's own.
    AddMap(Box<AddMapDialog>),
    /// Which servers may be asked for maps.
    Servers(ServersDialog),
    /// About the program.
    About,
}

/// The field for a path.
fn path_field() -> Id {
    Id::unique("path field of the dialog")
}

impl Dialog {
    /// The field that has the keys at first, if there is one.
    pub(crate) fn first_field(&self) -> Option<Id> {
        match self {
            Self::Path { .. } => Some(path_field()),
            Self::Cite(_) => Some(page_form::pasted_field()),
            Self::NewDossier(_) => Some(new_dossier_dialog::title_field()),
            Self::Entry(dialog) => Some(dialog.first_field()),
            Self::Reason(_) => Some(reason_dialog::reason_field()),
            Self::Database(_) => Some(database_dialog::address_field()),
            Self::AddMap(_) => Some(add_map_dialog::address_field()),
            Self::Animation(_) => Some(animation_dialog::to_field()),
            Self::Offline(_) => Some(offline_dialog::from_field()),
            Self::States(_) => Some(states_dialog::first_field()),
            Self::Attach(_)
            | Self::Keys(_)
            | Self::Question(_)
            | Self::Agree(_)
            | Self::Series(_)
            | Self::Line(_)
            | Self::Reading(_)
            | Self::Layers(_)
            | Self::Maps(_)
            | Self::Warnings
            | Self::Told(..)
            | Self::Recipe(_)
            | Self::Servers(_)
            | Self::About => None,
        }
    }
}

/// What the user decided in a dialog.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Decision {
    /// Close it.
    Close,
    /// Let the system's file chooser find a path.
    Browse(Purpose),
    /// Attach the text, all the same if it is not that of the source.
    Attach {
        /// Whether it is to be attached all the same.
        all_the_same: bool,
    },
    /// Look at the page from this address of the archive in the dialog.
    LookAtText(String),
    /// Look what map was typed.
    LookAtMap,
    /// Add a map of the user's own.
    AddMap,
    /// Take a map of the user's own off the list.
    ForgetMap(String),
    /// Tell servers whom they can write to.
    Contact(String),
    /// Clear the tiles that are kept on the disk.
    ClearTiles,
    /// Whether maps are compared by a line across the map.
    Swipe(bool),
    /// Ask the database of the dialog for its tables.
    ListTables,
    /// Go on with the path that was typed in the dialog.
    Accept,
    /// Write the figure that is set up to the path in its panel.
    WriteFigure,
    /// A question about the project is answered.
    Answer(Answer),
    /// Pages of this server are not captured any more without asking.
    ForgetCaptured(Server),
    /// Whether a server may be asked for maps; with `None` that is asked again.
    Server(Server, Option<bool>),
}

/// Selects the name in a path that is suggested, without folder and ending, so that typing replaces it.
fn select_name(ui: &Ui, path: &str) {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let stem = name.split('.').next().unwrap_or(name);
    let from = path.chars().count() - name.chars().count();
    let range = CCursorRange::two(CCursor::new(from), CCursor::new(from + stem.chars().count()));
    let mut state = egui::text_edit::TextEditState::load(ui.ctx(), path_field()).unwrap_or_default();
    state.cursor.set_char_range(Some(range));
    state.store(ui.ctx(), path_field());
}

/// Shows the dialog; a decision once there is one.
pub(crate) fn dialog_ui(
    ctx: &egui::Context,
    dialog: &mut Dialog,
    session: &Session,
    (ground, swipes): (&WindowMap, bool),
    credits: &[(String, String)],
    name: &str,
    actions: &mut Vec<Action>,
) -> Option<Decision> {
    let mut decision = None;
    let listens = matches!(dialog, Dialog::Keys(keys) if keys.is_waiting());
    let frame = egui::Frame::popup(&ctx.global_style()).inner_margin(16);
    let mut modal = Modal::new(Id::unique("dialog")).frame(frame);
    let is_beside_map = matches!(dialog, Dialog::Reading(_) | Dialog::Maps(_) | Dialog::Recipe(_));
    if is_beside_map {
        // The map shows what comes of a choice, and is to be seen beside it.
        let area = Modal::default_area(Id::unique("dialog")).anchor(Align2::RIGHT_CENTER, [-16.0, 0.0]);
        modal = modal.area(area).backdrop_color(Color32::TRANSPARENT);
    } else if matches!(dialog, Dialog::Series(_)) {
        // What is said of the ticks comes and goes below them: they stay where the pointer is.
        let area = Modal::default_area(Id::unique("dialog")).anchor(Align2::CENTER_TOP, [0.0, 40.0]);
        modal = modal.area(area);
    }
    let modal = modal.show(ctx, |ui| {
        focus::part(ui, Part::Dialog);
        match dialog {
            Dialog::Path { purpose, path, error, overwrite, .. } => {
                width_ui(ui, 520.0);
                ui.heading(purpose.title());
                ui.add_space(8.0);
                let label = ui.label(purpose.hint());
                ui.horizontal(|ui| {
                    let is_address = matches!(purpose, Purpose::OpenAddress | Purpose::FetchPicture);
                    let beside = if is_address { 0.0 } else { BROWSE_PT };
                    let field = line_edit(path).desired_width(ui.available_width() - beside).id(path_field());
                    let field = ui.add(field).labelled_by(label.id);
                    if field.changed() {
                        *overwrite = false;
                        error.clear();
                    }
                    // Asked before the field may take the focus again: then it has not lost it.
                    if field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) {
                        decision = Some(Decision::Accept);
                    }
                    if !ui.memory(|memory| memory.focused().is_some()) {
                        field.request_focus();
                    }
                    if field.gained_focus()
                        && !ui.input(|input| input.pointer.any_down() || input.pointer.any_released())
                    {
                        select_name(ui, path);
                    }
                    if !is_address && browse_ui(ui) {
                        decision = Some(Decision::Browse(*purpose));
                    }
                });
                if error.is_empty() && !purpose.expected().is_empty() {
                    ui.add_space(2.0);
                    ui.label(theme::second(purpose.expected(), theme::theme_of(ui.ctx())));
                }
                error_ui(ui, error);
                ui.add_space(12.0);
                buttons_ui(ui, if *overwrite { purpose.verb_told() } else { purpose.verb() }, &mut decision);
            }
            Dialog::Attach(attach) => attach_dialog::attach_ui(ui, session, attach, &mut decision),
            Dialog::Database(database) => database_dialog::database_ui(ui, database, &mut decision),
            Dialog::Animation(dialog) => animation_dialog::animation_ui(ui, dialog, &mut decision),
            Dialog::Offline(offline) => offline_dialog::offline_ui(ui, offline, &mut decision),
            Dialog::NewDossier(dialog) => new_dossier_dialog::new_dossier_ui(ui, dialog, &mut decision),
            Dialog::Reason(dialog) => reason_dialog::reason_ui(ui, dialog, &mut decision, actions),
            Dialog::Entry(dialog) => entry_dialog::entry_ui(ui, session, dialog, &mut decision, actions),
            Dialog::Recipe(dialog) => recipe_dialog::recipe_ui(ui, session, dialog, &mut decision, actions),
            Dialog::Cite(cite) => {
                if cite_dialog::cite_ui(ui, cite, actions) {
                    decision = Some(Decision::Close);
                }
            }
            Dialog::Keys(keys) => keys_dialog::keys_ui(ui, session, keys, &mut decision, actions),
            Dialog::Question(question) => {
                decision = project_dialogs::question_ui(ui, question, name).map(Decision::Answer);
            }
            Dialog::Agree(dialog) => agree_dialog::agree_ui(ui, dialog, &mut decision),
            Dialog::Series(dialog) => series_dialog::series_ui(ui, dialog, &mut decision, actions),
            Dialog::Line(line) => {
                if line_dialog::line_ui(ui, session, line, actions) {
                    decision = Some(Decision::Close);
                }
            }
            Dialog::Reading(reading) => reading_dialog::reading_ui(ui, reading, &mut decision),
            Dialog::Layers(layers) => layers_dialog::layers_ui(ui, layers, &mut decision),
            Dialog::States(states) => states_dialog::states_ui(ui, states, &mut decision, actions),
            Dialog::Warnings => {
                width_ui(ui, 520.0);
                ui.heading("Warnings");
                ui.label("What could not be read in the open files, or was corrected.");
                ui.add_space(8.0);
                ScrollArea::vertical().max_height(height_pt(ui, 320.0)).auto_shrink([false, true]).show(ui, |ui| {
                    inspector::warnings_ui(ui, session);
                });
                ui.add_space(12.0);
                if close_ui(ui) {
                    decision = Some(Decision::Close);
                }
            }
            Dialog::Told(heading, lines) => {
                width_ui(ui, 520.0);
                ui.heading(heading.as_str());
                ui.add_space(8.0);
                ScrollArea::vertical().max_height(height_pt(ui, 320.0)).auto_shrink([false, true]).show(ui, |ui| {
                    lines.iter().for_each(|line| drop(ui.label(visible(line))));
                });
                ui.add_space(12.0);
                if close_ui(ui) {
                    decision = Some(Decision::Close);
                }
            }
            Dialog::Maps(maps) => maps_dialog::maps_ui(ui, maps, session, ground, swipes, &mut decision, actions),
            Dialog::AddMap(map) => add_map_dialog::add_map_ui(ui, map, &mut decision),
            Dialog::Servers(dialog) => servers_dialog::servers_ui(ui, dialog, ground.servers(), &mut decision),
            Dialog::About => about_ui(ui, session, credits, &mut decision),
        }
    });
    // A click on the map that is to be looked at throws no choice away.
    let is_beside = is_beside_map && modal.backdrop_response.clicked();
    if modal.should_close() && !is_beside && decision.is_none() && !listens {
        decision = Some(Decision::Close);
    }
    decision
}

/// The verb at the right, and beside it the way out.
pub(crate) fn buttons_ui(ui: &mut Ui, verb: &str, decision: &mut Option<Decision>) {
    buttons_unless_ui(ui, verb, None, decision);
}

/// The same, with the verb out of use for a reason; the button of the verb.
pub(crate) fn buttons_unless_ui(
    ui: &mut Ui,
    verb: &str,
    why_not: Option<&str>,
    decision: &mut Option<Decision>,
) -> Option<egui::Response> {
    let mut of_verb = None;
    row_ui(ui, |ui| {
        let palette = theme::theme_of(ui.ctx()).palette();
        let text = RichText::new(verb).color(theme::ink(palette.panel));
        let button = egui::Button::new(text).fill(theme::ink(palette.accent));
        let button = ui.add_enabled(why_not.is_none(), button);
        let button = button.on_disabled_hover_text(why_not.unwrap_or_default());
        if button.clicked() || (why_not.is_none() && goes_on_by_keys(ui)) {
            *decision = Some(Decision::Accept);
        }
        of_verb = Some(button);
        if tip(ui.button("Cancel"), "Back to the map (Esc)").clicked() {
            *decision = Some(Decision::Close);
        }
    });
    of_verb
}

/// Whether the dialog goes on by Ctrl+Enter: from any control, also from a field of several lines, where Enter begins another.
pub(crate) fn goes_on_by_keys(ui: &Ui) -> bool {
    ui.input_mut(|input| input.consume_key(Modifiers::COMMAND, Key::Enter))
}

/// Room beside a field for the button that finds a path.
const BROWSE_PT: f32 = 78.0;

/// What asks the system's file chooser for a path.
pub(crate) fn browse_ui(ui: &mut Ui) -> bool {
    tip(ui.button("Browse…"), "Choose it with the system’s file chooser").clicked()
}

/// As wide as a dialog wants to be, as far as the window has room.
pub(crate) fn width_ui(ui: &mut Ui, width_pt: f32) {
    ui.set_width(width_pt.min(ui.ctx().content_rect().width() - 56.0));
}

/// As high as a list in a dialog wants to be, as far as the window has room for it with what stands around it.
pub(crate) fn height_pt(ui: &Ui, height_pt: f32) -> f32 {
    height_pt.min(ui.ctx().content_rect().height() - 240.0).max(80.0)
}

/// What is wrong with what was typed, beside the field.
pub(crate) fn error_ui(ui: &mut Ui, error: &str) {
    if !error.is_empty() {
        ui.add_space(4.0);
        small_warning_ui(ui, error);
    }
}

/// A row of buttons, from the right.
pub(crate) fn row_ui(ui: &mut Ui, buttons: impl FnOnce(&mut Ui)) {
    let size = egui::vec2(ui.available_width(), ui.spacing().interact_size.y);
    ui.allocate_ui_with_layout(size, egui::Layout::right_to_left(egui::Align::Center), buttons);
}

/// The way out of a dialog that asks nothing, at the right; it has the keys unless something else has.
pub(crate) fn close_ui(ui: &mut Ui) -> bool {
    let mut closes = false;
    row_ui(ui, |ui| {
        let close = ui.button("Close");
        if !ui.memory(|memory| memory.focused().is_some()) {
            close.request_focus();
        }
        closes = tip(close, "Back to the map (Esc)").clicked();
    });
    closes
}

fn about_ui(ui: &mut Ui, session: &Session, credits: &[(String, String)], decision: &mut Option<Decision>) {
    width_ui(ui, 480.0);
    ui.heading(format!("Claimline {}", env!("CARGO_PKG_VERSION")));
    ui.label("A map on which every shape answers “says who?”");
    ui.add_space(8.0);
    let dossier = session.dossier();
    ui.label(format!("Dossier: {}, version {}", dossier.title.main(), dossier.version));
    ui.label(dossier.boundary_view.main());
    ui.label(dossier.disclaimer.main());
    ui.add_space(8.0);
    ui.label(RichText::new("Data").family(theme::semi_bold()));
    for (credit, url) in credits {
        ui.horizontal_wrapped(|ui| {
            if url.is_empty() {
                ui.label(credit);
            } else {
                ui.hyperlink_to(credit, url);
            }
        });
    }
    ui.label("Type: IBM Plex (SIL OFL 1.1). Icons: Phosphor (MIT).");
    ui.add_space(12.0);
    if close_ui(ui) {
        *decision = Some(Decision::Close);
    }
}
