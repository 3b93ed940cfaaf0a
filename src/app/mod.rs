//! The window: eframe, egui and walkers around a [`Session`]; it holds no rule of the subject.

mod agreeing;
mod animating;
mod banner;
mod capturing;
mod chrome;
mod comparing;
pub mod density;
mod dialogs;
mod documents;
mod drawers;
mod drop_notice;
mod effects;
mod event_queue;
mod figure_panel;
mod focus;
mod georeference;
mod icons;
mod jobs;
mod keys;
mod latest;
pub mod launch;
mod layout;
mod map;
mod of_days;
mod panels;
mod pictures;
mod places;
mod project;
mod reading;
mod reading_order;
mod span_form;
mod streets_hint;
mod texts;
mod theme;
mod toast;
mod widgets;
pub mod words;
mod writing;

use std::collections::{BTreeSet, VecDeque};
use std::path::PathBuf;
use std::time::Instant;

use eframe::egui::Rect;
use serde::{Deserialize, Serialize};

use self::dialogs::Dialog;
use self::dialogs::feature_search::FeatureSearch;
use self::dialogs::layers_dialog::Several;
use self::dialogs::palette::Palette;
use self::dialogs::place_search::PlaceSearch;
use self::dialogs::reading_dialog::Asked;
use self::drawers::BottomDrawer;
use self::figure_panel::ExportPanel;
use self::focus::Focus;
use self::georeference::GeoreferencePanel;
use self::jobs::Jobs;
use self::map::MapView;
use self::map::map_source::WindowMap;
use self::panels::annotations_panel::AnnotationsPanel;
use self::panels::inspector::Inspector;
use self::panels::kinds_list::OpenRows;
use self::panels::page_view::PageView;
use self::panels::reader::Reader;
use self::panels::swatches::Swatches;
use self::places::Places;
use self::project::Project;
use self::streets_hint::StreetsHint;
use self::toast::Toast;
use crate::document::Document;
use crate::dossier::gaps::Gap;
use crate::dossier::{self, Overlay, Shape};
use crate::figure::{FigureOptions, PageSetup};
use crate::files::dated::Offer;
use crate::formats::visible::visible;
use crate::scene::hit::Hit;
use crate::session::{Action, Keymap, Panels, Session, ThemeChoice};

/// Which list the left panel shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
enum Tab {
    #[default]
    Overlays,
    Annotations,
    Sources,
    Reader,
}

/// What the window remembers from one start to the next.
#[derive(Debug, Serialize, Deserialize)]
struct Remembered {
    document: Document,
    panels: Panels,
    theme: ThemeChoice,
    export_folder: Option<PathBuf>,
    #[serde(default)]
    export_habits: ExportHabits,
    #[serde(default)]
    keymap: Keymap,
    /// How the figure is set up, as JSON.
    #[serde(default)]
    figure: String,
    /// Sections of the inspector that are folded, by their ids.
    #[serde(default)]
    folded: BTreeSet<String>,
    /// Overlays of which the list shows the kinds, by their ids.
    #[serde(default)]
    open_rows: BTreeSet<String>,
    /// What the drawer at the foot shows, and how high it is.
    #[serde(default)]
    bottom_drawer: BottomDrawer,
    /// Gazetteers that the user has added.
    #[serde(default)]
    gazetteers: Vec<PathBuf>,
    /// Whether the user has been told where streets come from.
    #[serde(default)]
    told_of_streets: bool,
    /// Whether the picture of a page is shown beside the text that is read.
    #[serde(default = "yes")]
    page_beside: bool,
    /// Where the files lie that were attached as texts.
    #[serde(default)]
    attached: Vec<documents::AttachedBefore>,
}

/// How figures were written last, for the next one.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct ExportHabits {
    /// The end of the file's name, which says its format.
    ending: Option<String>,
    /// Whether a PNG gets a world file beside it.
    world_file: bool,
    /// The page, for figures that have none of their own yet.
    page: Option<PageSetup>,
}

fn yes() -> bool {
    true
}

/// Under which name it is remembered; a new layout takes a new name.
const REMEMBERED: &str = "claimline-1";

/// The program's window.
pub struct ClaimlineApp {
    session: Session,
    ground: WindowMap,
    map: MapView,
    swatches: Swatches,
    open_rows: OpenRows,
    feature_search: FeatureSearch,
    jobs: Jobs,
    dialog: Option<Dialog>,
    /// Files about which somebody is to be asked next.
    asked: VecDeque<Asked>,
    /// Files of pictures that were read, or tried, by their paths and places within.
    asked_pictures: BTreeSet<(PathBuf, Option<String>)>,
    /// Files named by their days that were opened together, of which somebody is to say next whether they are one layer.
    found_series: VecDeque<Offer>,
    /// Texts that were dropped on the window, of which somebody is to say next whose they are.
    dropped_texts: VecDeque<PathBuf>,
    /// Files of several layers, of which somebody is to choose next.
    several: VecDeque<Several>,
    /// Whether the keys are the dialog's: what had the focus before has given it up.
    dialog_has_keys: bool,
    /// Whether a dialog or a search lay over the window in the last frame.
    was_covered: bool,
    /// The figure that is being set up.
    export: Option<Box<ExportPanel>>,
    /// The picture that is placed by hand.
    georeference: Option<Box<GeoreferencePanel>>,
    tab: Tab,
    reader: Reader,
    /// The source that the list of sources is to show, until it has.
    shown_source: Option<String>,
    bottom_drawer: BottomDrawer,
    annotations: AnnotationsPanel,
    inspector: Inspector,
    palette: Option<Palette>,
    place_search: Option<PlaceSearch>,
    places: Places,
    /// Whether the window of steps is open.
    history: bool,
    project: Project,
    /// What is missing, while that window is open.
    gaps: Option<Vec<Gap>>,
    /// What went on last, and when.
    message: Option<(String, Instant)>,
    /// What was written last, while that is shown with what can be done with it.
    toast: Option<Toast>,
    streets_hint: StreetsHint,
    /// How figures were written last.
    export_habits: ExportHabits,
    export_folder: Option<PathBuf>,
    /// Files that have been opened, which no figure may replace.
    opened_files: Vec<PathBuf>,
    /// The documents from which the texts of sources were read.
    documents: documents::TextDocuments,
    /// The files that were attached, also before the window was opened, the latest last.
    attached_before: Vec<documents::AttachedBefore>,
    /// The copies that the dossier keeps.
    copies: documents::Copies,
    page_view: PageView,
    /// Whether the window is wide enough for the picture of a page beside the text.
    has_room_for_page: bool,
    applied_theme: Option<ThemeChoice>,
    focus: Focus,
    /// UI time of the last frame, for the benchmark.
    ui_time: std::time::Duration,
    frames: u64,
}

impl ClaimlineApp {
    /// The session, for tests that look at what a click has done.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Where the map lies in the window, in points.
    pub fn map_rect(&self) -> Rect {
        self.map.rect
    }

    /// Whether the map on screen shows what the session holds.
    pub fn is_settled(&self) -> bool {
        let drawn = self.export.as_ref().is_none_or(|export| export.is_settled());
        let seen = self.georeference.as_ref().is_none_or(|panel| panel.is_settled());
        self.map.is_settled() && !self.jobs.is_busy() && drawn && seen && self.page_view.is_settled()
    }

    /// Whether a dialog or a search lies over the window and has the keys.
    fn is_covered(&self) -> bool {
        self.dialog.is_some() || self.palette.is_some() || self.place_search.is_some()
    }

    /// Whether the picture of the map is of all that is open, and no other one is being painted.
    pub fn map_shows_all(&self) -> bool {
        self.map.shows_all(&self.session)
    }

    /// The figure that is being set up: what it is to be, the frame that is shown over the map, in world units, and the
    /// map of its page as the preview has laid it out.
    pub fn figure_set_up(&self) -> Option<(&FigureOptions, crate::geometry::Rect, Option<crate::geometry::Frame>)> {
        self.export.as_ref().map(|export| (export.options(), export.frame(), export.laid_out()))
    }

    /// The ring around what has the keys, where the last frame drew one.
    pub fn focus_ring(&self) -> Option<Rect> {
        self.focus.ring()
    }

    /// UI time of the last frame.
    pub fn ui_time(&self) -> std::time::Duration {
        self.ui_time
    }

    /// How many frames have been shown, and how many pictures of the map.
    pub fn counts(&self) -> (u64, u64) {
        (self.frames, self.map.pictures)
    }

    /// What the status bar says.
    pub fn message(&self) -> &str {
        self.message.as_ref().map_or("", |(text, _)| text)
    }
}

/// The name of what lies under a point: of an overlay, of one of its features or of one of its places.
fn name_of(overlay: &Overlay, hit: &Hit) -> String {
    if let Some(feature) = hit.feature {
        // A file may hold names of any length.
        let name: String = overlay.features.label(feature).chars().take(120).collect();
        return format!("{} · {}", visible(&name), overlay.title.main());
    }
    let place = hit.place;
    match (&*overlay.shape, place) {
        (Shape::Places(places), Some(index)) => match places.get(index) {
            Some(place) => format!("{} · {}", place.name.main(), overlay.title.main()),
            None => overlay.title.main().to_owned(),
        },
        _ => overlay.title.main().to_owned(),
    }
}

/// How large what lies under a point is: a feature, or an overlay.
fn size_of(overlay: &Overlay, hit: &Hit) -> String {
    if overlay.is_before_reports() {
        return "no report yet".to_owned();
    }
    let size = hit.feature.and_then(|feature| overlay.features.sizes(&overlay.shape).get(feature));
    size.map_or_else(|| dossier::words::measure(overlay.measure), |size| dossier::words::size(*size))
}

/// What selects what lies under a point.
fn select(hit: &Hit) -> Action {
    match hit.feature {
        Some(feature) => Action::SelectFeature { id: hit.overlay.clone(), feature },
        None => Action::Select(hit.overlay.clone()),
    }
}
