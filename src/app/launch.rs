//! Starting the window: what the machine lacks is said in plain words, never by a panic.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use eframe::egui::{self, ViewportBuilder};
use eframe::egui_wgpu::{WgpuConfiguration, WgpuSetup, WgpuSetupCreateNew};
use eframe::wgpu;

use crate::app::event_queue::EventQueue;
use crate::app::jobs::Early;
use crate::app::map::MapView;
use crate::app::map::map_worker::{self, Painted, Request, Studio, waker};
use crate::app::{ClaimlineApp, REMEMBERED, Remembered, theme};
use crate::document::Document;
use crate::dossier::OWN_GROUP;
use crate::dossier::{self, Dossier, Problem};
use crate::files;
use crate::geometry::Frame;
use crate::scene::ground::Ground;
use crate::scene::palette::Theme;
use crate::scene::{Look, Scene};
use crate::session::Session;

/// Opens the window with these files and runs until it is closed.
///
/// # Errors
/// A text for the terminal: why there is no window and what would help.
pub fn run(files: Vec<PathBuf>) -> Result<(), String> {
    run_observed(files, |_, _| ())
}

/// The same, calling `observe` at the start of every frame; benchmarks look at the real window through it.
///
/// # Errors
/// As [`run`].
pub fn run_observed(
    files: Vec<PathBuf>,
    observe: impl FnMut(&mut ClaimlineApp, &egui::Context) + 'static,
) -> Result<(), String> {
    if !has_display() {
        return Err(NO_DISPLAY.to_owned());
    }
    crate::scene::text::set_font_finder(crate::files::system_fonts::find);
    let mut settings_trouble = keep_settings_private();
    // Reading the dossier and the file, painting the first picture and making the window take about as long: all at once.
    let mut early = Early::start(&files);
    let (sender, receiver) = std::sync::mpsc::channel();
    let (picture_sender, picture) = std::sync::mpsc::channel();
    std::thread::Builder::new()
        .name("dossier".to_owned())
        .spawn(move || {
            let evidence = Evidence::read();
            let (scene, ground) = (Arc::clone(&evidence.scene), evidence.ground.clone());
            // Both receivers are gone only if there is no window after all.
            if sender.send(evidence).is_ok() {
                let _ = picture_sender.send(opening_picture(scene, ground));
            }
        })
        .map_err(|error| format!("the system cannot start a thread: {error}"))?;
    let mut first = Some((files, observe));
    let result = eframe::run_native(
        APP_ID,
        options(),
        Box::new(move |cc| {
            let evidence = receiver.recv().map_err(|_| "the built-in dossier could not be read")?;
            let mut app = ClaimlineApp::new(&cc.egui_ctx, evidence, cc.storage)?;
            app.map.show_first(picture.recv_timeout(PATIENCE).ok().flatten());
            let (files, observe) = first.take().ok_or("the window was made twice")?;
            match crate::files::journal::default_folder() {
                Some(folder) => app.keep_in(&folder),
                None => app.tell("There is no folder to keep unsaved changes in: HOME is not set"),
            }
            if let Some(file) = files::servers::default_file() {
                app.keep_servers_in(&file, files::tile_folder());
            }
            app.tell_trouble(settings_trouble.take());
            app.jobs.expect(early.take());
            app.open_files(files);
            Ok(Box::new(Observed { app, observe, fits: false }))
        }),
    );
    result.map_err(|error| explain(&error))
}

/// The opening view at about the size that the map will have, in a window of the size that it has at first. It is shown
/// until the real one is painted; that one is then quick, since tiles are decoded and letters shaped.
fn opening_picture(scene: Arc<Scene>, ground: Ground) -> Option<Painted> {
    let (width_pt, height_pt) = (660.0, 750.0);
    let document = Document::new(scene.dossier(), width_pt, height_pt);
    let frame = Frame::new(document.view, width_pt, height_pt);
    let look = Look::of(&document, Theme::Light, 1.0);
    let request = Request { scene, ground, ground_version: 0, look, drafts: Vec::new(), frame, scale: 1.0 };
    Studio::default().paint(request)
}

/// The window's content with somebody looking on.
struct Observed<F> {
    app: ClaimlineApp,
    observe: F,
    /// Whether it is known that the window fits on the screen.
    fits: bool,
}

impl<F: FnMut(&mut ClaimlineApp, &egui::Context)> eframe::App for Observed<F> {
    fn ui(&mut self, ui: &mut egui::Ui, frame: &mut eframe::Frame) {
        (self.observe)(&mut self.app, ui.ctx());
        if !self.fits {
            self.fits = fit(ui.ctx());
        }
        self.app.ui(ui, frame);
    }

    fn save(&mut self, storage: &mut dyn eframe::Storage) {
        // It is written right after this.
        self.app.tell_trouble(keep_settings_private());
        self.app.save(storage);
    }
}

/// By which the system knows the window, and eframe its folder.
const APP_ID: &str = "claimline";

/// Sees to it that what eframe remembers is the user's alone; what is wrong where that cannot be.
fn keep_settings_private() -> Option<String> {
    let file = eframe::storage_dir(APP_ID)?.join("app.ron");
    let cause = files::settings::keep_private(&file).err()?;
    Some(format!("The settings of the window may not be kept, or not for you alone: {cause}: {}", file.display()))
}

/// Has a window that is too large for its screen fill what the desktop leaves of it: only the desktop knows what its bars
/// take. False as long as the size of the screen is not known.
fn fit(ctx: &egui::Context) -> bool {
    let (screen, window, maximized) = ctx.input(|input| {
        let viewport = input.viewport();
        (viewport.monitor_size, viewport.inner_rect, viewport.maximized)
    });
    let (Some(screen), Some(window)) = (screen, window) else { return ctx.cumulative_frame_nr() > 60 };
    let room = screen - AROUND_PT;
    let fits = window.width() <= room.x && window.height() <= room.y;
    if !fits && maximized != Some(true) {
        ctx.send_viewport_cmd(egui::ViewportCommand::Maximized(true));
    }
    true
}

/// What the title of a window and the bars of a desktop take of a screen at most, in points.
const AROUND_PT: egui::Vec2 = egui::vec2(16.0, 104.0);

/// How long the window waits for its first picture, rather than open without it.
const PATIENCE: Duration = Duration::from_millis(150);

const NO_DISPLAY: &str = "there is no display to open a window on (neither WAYLAND_DISPLAY nor DISPLAY is set).\n\
    Without one, 'claimline export -o figure.png' writes a figure and 'claimline --help' lists the other commands.";

fn has_display() -> bool {
    if cfg!(any(target_os = "windows", target_os = "macos")) {
        return true;
    }
    ["WAYLAND_DISPLAY", "WAYLAND_SOCKET", "DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// How the window is made.
pub fn options() -> eframe::NativeOptions {
    let mut instance = wgpu::InstanceDescriptor::new_without_display_handle_from_env();
    // Validation layers cost start-up time and tell users nothing.
    instance.flags = wgpu::InstanceFlags::empty();
    let setup = WgpuSetupCreateNew { instance_descriptor: instance, ..WgpuSetupCreateNew::without_display_handle() };
    eframe::NativeOptions {
        viewport: ViewportBuilder::default()
            .with_title("Claimline")
            .with_app_id(APP_ID)
            .with_inner_size([1360.0, 860.0])
            .with_min_inner_size([480.0, 360.0]),
        wgpu_options: WgpuConfiguration { wgpu_setup: WgpuSetup::CreateNew(setup), ..WgpuConfiguration::default() },
        persist_window: true,
        system_font_fallback: false,
        dithering: false,
        ..Default::default()
    }
}

/// What to say when there is no window.
fn explain(error: &eframe::Error) -> String {
    let set = |name: &str| std::env::var(name).ok();
    let (what, help) = match error {
        eframe::Error::Wgpu(error) => {
            let chosen = set("WGPU_BACKEND").map(|backend| {
                format!("WGPU_BACKEND is set to '{backend}'; without it, Vulkan and then OpenGL are tried.\n")
            });
            (
                format!("no graphics driver works here ({})", error.to_string().lines().next().unwrap_or_default()),
                format!(
                    "{}On Debian or Ubuntu install one:\n\
                     apt install libvulkan1 mesa-vulkan-drivers   (Vulkan)\n\
                     apt install libgl1 libegl1 libgl1-mesa-dri   (OpenGL)",
                    chosen.unwrap_or_default()
                ),
            )
        }
        _ => {
            let display = set("WAYLAND_DISPLAY").or_else(|| set("DISPLAY")).unwrap_or_default();
            (
                format!("the display '{display}' cannot be used"),
                "Is it running, and are you allowed to use it? On Debian or Ubuntu a window needs:\n\
                 apt install libx11-6 libx11-xcb1 libxcursor1 libxi6 libxkbcommon-x11-0"
                    .to_owned(),
            )
        }
    };
    format!(
        "the window could not be opened: {what}\n{help}\nWithout a window, 'claimline export -o figure.png' writes a figure."
    )
}

/// What the window opens with. Cheap to clone.
#[derive(Clone)]
pub struct Evidence {
    scene: Arc<Scene>,
    ground: Ground,
    problems: Vec<Problem>,
}

impl Evidence {
    /// Reads the built-in dossier and map.
    pub fn read() -> Self {
        let (dossier, mut problems) = dossier::builtin::berlin().unwrap_or_else(|error| {
            // The tests read it, so a program that was released can read it; an empty map still shows files.
            (Dossier::empty(), vec![Problem { part: "built-in dossier".into(), what: error.to_string() }])
        });
        let (ground, more) = Ground::builtin();
        problems.extend(more);
        Self { scene: Arc::new(Scene::new(dossier)), ground, problems }
    }
}

impl ClaimlineApp {
    /// Remembers in a file which servers may be asked for maps, and keeps their tiles in a folder, if there is one.
    pub fn keep_servers_in(&mut self, file: &Path, tiles: Option<PathBuf>) {
        let trouble = self.ground.keep_in(file, tiles);
        self.tell_trouble(trouble);
    }

    /// The window's content, with what was remembered of the last time.
    ///
    /// # Errors
    /// When the system refuses the thread that paints the map.
    pub fn new(
        ctx: &egui::Context,
        evidence: Evidence,
        storage: Option<&dyn eframe::Storage>,
    ) -> std::io::Result<Self> {
        theme::install(ctx);
        ctx.add_plugin(EventQueue::default());
        let mut session = Session::new(evidence.scene, evidence.problems);
        let (mut export_folder, mut export_habits) = Default::default();
        let (mut folded, mut open_rows, mut bottom_drawer) = Default::default();
        let mut gazetteers = Vec::new();
        // What remembers nothing would say it at every start.
        let mut told_of_streets = storage.is_none();
        let mut page_beside = true;
        let mut attached_before = Vec::new();
        // What remembers nothing keeps nothing.
        let cache = storage.and_then(|_| crate::files::gazetteers::default_folder());
        if let Some(remembered) = storage.and_then(|storage| eframe::get_value::<Remembered>(storage, REMEMBERED)) {
            session.panels = remembered.panels;
            session.theme = remembered.theme;
            // What was remembered has no line of contact of its own to be worked out.
            let mut document = remembered.document;
            document.figure = Arc::new(serde_json::from_str(&remembered.figure).unwrap_or_default());
            // Files are opened by the user or by a project.
            document.overlays.retain(|state| state.group != OWN_GROUP);
            let _ = session.restore(document);
            // A window without a project begins where the dossier does.
            session.open_at_home();
            session.keymap = remembered.keymap;
            (export_folder, export_habits) = (remembered.export_folder, remembered.export_habits);
            gazetteers = remembered.gazetteers;
            told_of_streets = remembered.told_of_streets;
            page_beside = remembered.page_beside;
            attached_before = remembered.attached;
            (folded, open_rows, bottom_drawer) = (remembered.folded, remembered.open_rows, remembered.bottom_drawer);
        }
        Ok(Self {
            project: super::Project::of(&session),
            session,
            ground: crate::app::map::map_source::WindowMap::new(evidence.ground, ctx.clone()),
            map: MapView::new(map_worker::start(waker(ctx))?),
            swatches: super::Swatches::default(),
            open_rows: super::OpenRows::with(open_rows),
            feature_search: super::FeatureSearch::default(),
            jobs: super::Jobs::new(ctx.clone()),
            dialog: None,
            asked: std::collections::VecDeque::new(),
            georeference: None,
            asked_pictures: std::collections::BTreeSet::new(),
            several: std::collections::VecDeque::new(),
            found_series: std::collections::VecDeque::new(),
            dropped_texts: std::collections::VecDeque::new(),
            dialog_has_keys: false,
            was_covered: false,
            export: None,
            tab: super::Tab::default(),
            reader: super::Reader::default(),
            shown_source: None,
            annotations: super::AnnotationsPanel::default(),
            inspector: super::Inspector::with_folded(folded),
            bottom_drawer,
            palette: None,
            place_search: None,
            places: super::Places::with(gazetteers, cache),
            streets_hint: super::StreetsHint::new(told_of_streets),
            history: false,
            gaps: None,
            message: None,
            toast: None,
            export_folder,
            export_habits,
            opened_files: Vec::new(),
            documents: BTreeMap::new(),
            attached_before,
            copies: super::documents::Copies::default(),
            page_view: super::PageView::new(page_beside),
            has_room_for_page: false,
            applied_theme: None,
            focus: super::Focus::default(),
            ui_time: std::time::Duration::ZERO,
            frames: 0,
        })
    }
}
