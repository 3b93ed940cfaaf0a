//! The window: eframe, egui and walkers around a [`Session`]; it holds no rule of the subject.

mod chrome;
mod dialogs;
mod figure_panel;
mod icons;
mod jobs;
pub mod launch;
mod map;
mod panels;
mod project;
mod theme;

use std::path::PathBuf;
use std::time::Instant;

use eframe::egui::{self, Event, Key, Modifiers, Panel, Rect, Ui};
use serde::{Deserialize, Serialize};

use self::chrome::Chrome;
use self::dialogs::keys_dialog::KeysDialog;
use self::dialogs::palette::Palette;
use self::dialogs::project_dialogs::{Question, Then};
use self::dialogs::{Decision, Dialog, Purpose, REPLACE};
use self::dialogs::{gaps_window, history_window};
use self::figure_panel::ExportPanel;
use self::jobs::{Done, Jobs, Progress};
use self::map::MapView;
use self::map::map_source::MapSource;
use self::panels::annotations_panel::AnnotationsPanel;
use self::panels::inspector::annotation_inspector::Citing;
use self::panels::reader::Reader;
use self::panels::swatches::Swatches;
use self::panels::{inspector, layers_panel, sources_panel};
use self::project::Project;
use crate::document::{Document, MapChoice};
use crate::dossier::gaps::Gap;
use crate::dossier::{Overlay, Shape};
use crate::figure::{FigureOptions, OutputFormat, PageSetup, Shows, georeference};
use crate::session::{Action, Command, Effect, Keymap, Panels, Selection, Session, ThemeChoice};

/// Below this width the panels lie over the map instead of beside it, in points.
const NARROW_PT: f32 = 1000.0;

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
    keymap: Keymap,
    /// How the figure is set up, as JSON.
    #[serde(default)]
    figure: String,
}

/// Under which name it is remembered; a new layout takes a new name.
const REMEMBERED: &str = "claimline-1";

/// The program's window.
pub struct ClaimlineApp {
    session: Session,
    ground: MapSource,
    map: MapView,
    swatches: Swatches,
    jobs: Jobs,
    dialog: Option<Dialog>,
    /// Whether the keys are the dialog's: what had the focus before has given it up.
    dialog_has_keys: bool,
    /// The figure that is being set up.
    export: Option<Box<ExportPanel>>,
    tab: Tab,
    reader: Reader,
    annotations: AnnotationsPanel,
    citing: Citing,
    palette: Option<Palette>,
    /// Whether the window of steps is open.
    history: bool,
    project: Project,
    /// What is missing, while that window is open.
    gaps: Option<Vec<Gap>>,
    /// What went on last, and when.
    message: Option<(String, Instant)>,
    export_folder: Option<PathBuf>,
    /// Files that have been opened, which no figure may replace.
    opened_files: Vec<PathBuf>,
    /// The export under way.
    exporting: Option<std::sync::Arc<Progress>>,
    applied_theme: Option<ThemeChoice>,
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
        self.map.is_settled() && !self.jobs.is_busy() && drawn
    }

    /// The figure that is being set up: what it is to be, the frame that is shown over the map, in world units, and the
    /// map of its page as the preview has laid it out.
    pub fn figure_set_up(&self) -> Option<(&FigureOptions, crate::geometry::Rect, Option<crate::geometry::Frame>)> {
        self.export.as_ref().map(|export| (export.options(), export.frame(), export.laid_out()))
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

    /// Carries out an action as if a control had asked for it.
    pub fn act(&mut self, ctx: &egui::Context, action: Action) {
        let changes_excerpts = matches!(action, Action::AddExcerpt { .. } | Action::RemoveExcerpt(_));
        let typed = self.session.typing().cloned();
        for effect in self.session.apply(action) {
            self.effect(ctx, effect);
        }
        if self.session.typing().is_some() && typed.as_ref() != self.session.typing() {
            // Letters that come before the field is shown belong to it too.
            ctx.memory_mut(|memory| memory.request_focus(map::words_field()));
        }
        if changes_excerpts {
            self.refresh_gaps();
        }
    }

    fn tell(&mut self, text: impl Into<String>) {
        self.message = Some((text.into(), Instant::now()));
    }

    fn effect(&mut self, ctx: &egui::Context, effect: Effect) {
        match effect {
            Effect::ChooseFiles => self.ask_path(Purpose::Open),
            Effect::ChooseMapFile => self.ask_path(Purpose::OpenMap),
            Effect::ChooseText(source) => {
                self.ask_path(Purpose::AttachText);
                if let Some(Dialog::Path { source: chosen, .. }) = &mut self.dialog {
                    *chosen = source;
                }
            }
            Effect::ShowText(source) => self.read(source),
            Effect::ExportFigure => {
                let folder = self.export_folder.clone().or_else(crate::files::pictures_folder).unwrap_or_default();
                let path = folder.join(format!("{}.png", self.name_of_figure()));
                if self.export.is_none() {
                    let _ = self.session.apply(Action::EndText);
                    let usual = self.usual_figure(ctx);
                    self.export = Some(Box::new(ExportPanel::open(ctx, &self.session, usual, path)));
                }
            }
            Effect::CopyFigure => {
                let options = self.figure_options(ctx);
                self.tell("Drawing the figure for the clipboard…");
                self.jobs.copy_figure(&self.session, self.ground.ground(), options);
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
            Effect::ShowGaps => self.gaps = Some(gaps_window::find(&self.session, gaps_window::today())),
            Effect::ShowWarnings => self.dialog = Some(Dialog::Warnings),
            Effect::ShowKeys => self.dialog = Some(Dialog::Keys(KeysDialog::default())),
            Effect::New => self.leave(ctx, Then::New),
            Effect::OpenPath(path) => self.open_files(vec![path]),
            Effect::Save => self.save_project(false),
            Effect::SaveAs => self.ask_path(Purpose::Save),
            Effect::ReadClipboard => ctx.send_viewport_cmd(egui::ViewportCommand::RequestPaste),
            Effect::Tell(text) => self.tell(text),
            Effect::Find => {
                self.tab = Tab::Annotations;
                self.session.panels.layers = true;
                self.annotations.find();
            }
            Effect::ShowPalette => self.palette = Some(Palette::default()),
            Effect::ShowHistory => self.history = !self.history,
            Effect::AskDistance(command) => {
                let km = if command == Command::Buffer { 5.0 } else { 0.1 };
                self.dialog = Some(Dialog::Question(Question::Distance(command, km)));
            }
            Effect::ShowAbout => self.dialog = Some(Dialog::About),
            Effect::Quit => ctx.send_viewport_cmd(egui::ViewportCommand::Close),
        }
    }

    /// Looks for gaps again, if their window is open.
    fn refresh_gaps(&mut self) {
        if self.gaps.is_some() {
            self.gaps = Some(gaps_window::find(&self.session, gaps_window::today()));
        }
    }

    fn read(&mut self, source: String) {
        self.reader.open(source);
        self.tab = Tab::Reader;
        self.session.panels.layers = true;
    }

    fn ask_path(&mut self, purpose: Purpose) {
        let path = match purpose {
            Purpose::Save => self.path_to_save().display().to_string(),
            Purpose::Export | Purpose::Open | Purpose::OpenMap | Purpose::AttachText => String::new(),
        };
        self.dialog = Some(Dialog::Path { purpose, path, error: String::new(), overwrite: false, source: None });
    }

    /// The figure as the project has it set up; of what the window shows now, if nobody has set one up.
    fn figure_options(&self, ctx: &egui::Context) -> FigureOptions {
        match &self.export {
            Some(export) => export.options().clone(),
            None => figure_panel::set_up(&self.session, self.usual_figure(ctx)),
        }
    }

    /// The figure that the window proposes: of what it shows now.
    fn usual_figure(&self, ctx: &egui::Context) -> FigureOptions {
        let frame = self.session.frame();
        FigureOptions {
            theme: theme::theme_of(ctx),
            view_pt: (frame.width_pt.max(480.0), frame.height_pt.max(360.0)),
            ..FigureOptions::new(
                self.session.dossier().title.main(),
                PageSetup::default(),
                Shows::Bounds(frame.lon_lat_bounds()),
            )
        }
    }

    fn decide(&mut self, ctx: &egui::Context, decision: Decision) {
        match decision {
            Decision::Close if self.dialog.is_some() => self.dialog = None,
            Decision::Close => self.close_export(),
            Decision::Answer(answer) => self.answer(ctx, answer),
            Decision::Browse(purpose) => self.jobs.choose_path(purpose, self.export_folder.clone()),
            Decision::Accept => self.accept(),
        }
    }

    /// A dialog that has just opened takes the keys from whatever had the focus: what is typed from now on is its own.
    fn hand_keys_to_dialog(&mut self, ctx: &egui::Context) {
        let is_open = self.dialog.is_some();
        if is_open && !self.dialog_has_keys {
            surrender_keys(ctx);
        }
        self.dialog_has_keys = is_open;
    }

    /// Goes on with the path in the dialog; if it won't do, the dialog stays and says why.
    fn accept(&mut self) {
        if self.dialog.is_none() {
            self.write_figure();
            return;
        }
        let Some(Dialog::Path { purpose, path, error, overwrite, source }) = &mut self.dialog else {
            return;
        };
        let target = crate::files::expand(path.trim());
        if path.trim().is_empty() {
            *error = "Type a path, or find the file with Browse…".to_owned();
            return;
        }
        match purpose {
            Purpose::Export => {}
            Purpose::Save => {
                if crate::files::exists(&target) && !*overwrite {
                    *error = format!("There is already a file {}: “{REPLACE}” writes over it.", target.display());
                    *overwrite = true;
                    return;
                }
                self.dialog = None;
                self.save_to(target);
            }
            Purpose::Open => {
                self.dialog = None;
                self.open_files(vec![target]);
            }
            Purpose::OpenMap => {
                self.dialog = None;
                self.open_files(vec![target]);
            }
            Purpose::AttachText => {
                let source = source.take();
                self.dialog = None;
                self.tell("Reading the text…");
                self.jobs.attach_text(target, source, self.session.scene().clone());
            }
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
        let kept = || self.project.path().into_iter().chain(self.opened_files.iter().map(PathBuf::as_path));
        let written = || std::iter::once(&target).chain(beside.iter().flatten());
        if let Some(kept) = written().find(|path| kept().any(|kept| crate::files::is_same(kept, path))) {
            export.error = format!(
                "{} has been opened here, and the figure would take its place. Give the figure another name.",
                kept.display()
            );
            return;
        }
        let taken = written().find(|path| crate::files::exists(path));
        if let Some(taken) = taken.filter(|_| !export.overwrite) {
            export.error = format!("There is already a file {}: “{REPLACE}” writes over it.", taken.display());
            export.overwrite = true;
            return;
        }
        let options = export.options().clone();
        self.export_folder = target.parent().map(PathBuf::from);
        self.close_export();
        self.keep_exported(&options);
        let progress = std::sync::Arc::new(Progress::default());
        self.exporting = Some(progress.clone());
        self.jobs.export_figure(&self.session, self.ground.ground(), options, target, world_file, progress);
    }

    /// Opens dossiers, GeoJSON and map files in the background.
    pub fn open_files(&mut self, paths: Vec<PathBuf>) {
        if !paths.is_empty() {
            self.tell("Opening…");
            self.jobs.open(paths, self.session.scene().clone(), self.session.problems().to_vec());
        }
    }

    fn finish_jobs(&mut self, ctx: &egui::Context) {
        for done in self.jobs.finished() {
            if matches!(done, Done::Exported(_) | Done::NotExported(_)) {
                self.exporting = None;
            }
            match done {
                Done::Exported(path) => self.tell(format!("Figure written to {}", path.display())),
                Done::Saved(saved, document) => self.saved(ctx, saved, *document),
                Done::NotSaved(error) => self.not_saved(&error),
                Done::Copied(image) => {
                    ctx.copy_image(image);
                    self.tell("Figure copied to the clipboard");
                }
                Done::Opened(opened) => {
                    let (text, problems) = opened.report();
                    self.opened_files.extend(opened.files);
                    if let Some(archive) = opened.map {
                        self.ground.set_archive(*archive);
                        self.act(ctx, Action::SetMap(MapChoice::BuiltIn));
                    }
                    if let Some(scene) = opened.scene {
                        if scene.dossier().id != self.session.dossier().id {
                            self.export = None;
                        }
                        self.session.replace_scene(scene, problems);
                        self.refresh_gaps();
                    }
                    if !text.is_empty() {
                        self.tell(text);
                    }
                    if let Some((path, project)) = opened.project {
                        self.opened_files.push(path.clone());
                        self.open_project(ctx, path, *project);
                    }
                }
                Done::Attached { source, file, matched, text } => {
                    let text = self.session.attach(&source, file, matched, *text);
                    self.read(source);
                    self.refresh_gaps();
                    self.tell(text);
                }
                Done::LineChanged { base, own, .. } if !std::sync::Arc::ptr_eq(&base, self.session.scene()) => {
                    // Files have been opened meanwhile, and must not get lost.
                    self.jobs.change_line(self.session.scene().clone(), own);
                }
                Done::LineChanged { made: Ok(scene), own, .. } => {
                    self.session.exchange_scene(scene, own);
                    let text = match &self.session.dossier().own_line {
                        Some(own) => own.notice(),
                        None => "Back to the dossier’s line of contact".to_owned(),
                    };
                    self.tell(text);
                }
                Done::LineChanged { made: Err(what), .. } => {
                    self.session.refuse_line();
                    self.tell(format!("It can’t be used as line of contact: {what}"));
                }
                Done::Chosen(purpose, chosen) => {
                    let Some(chosen) = chosen else { continue };
                    match (&mut self.dialog, &mut self.export) {
                        (_, Some(export)) if purpose == Purpose::Export => {
                            export.path = chosen.display().to_string();
                            export.error.clear();
                            // The system's own dialog has asked about replacing.
                            export.overwrite = true;
                        }
                        (Some(Dialog::Path { purpose: asked, path, error, overwrite, .. }), _) if *asked == purpose => {
                            *path = chosen.display().to_string();
                            error.clear();
                            *overwrite = purpose == Purpose::Save;
                            self.accept();
                        }
                        _ => {}
                    }
                }
                Done::NotExported(what) | Done::Failed(what) => self.tell(what),
            }
        }
    }

    /// Keys reach commands unless text is being typed, or a dialog or a menu is open.
    fn keys(&mut self, ctx: &egui::Context, actions: &mut Vec<Action>) {
        let typing = ctx.egui_wants_keyboard_input() && ctx.text_edit_focused() || self.session.typing().is_some();
        if self.dialog.is_some() || self.palette.is_some() || egui::Popup::is_any_open(ctx) {
            return;
        }
        let none = ctx.input(|input| {
            let is_key = |event: &Event| {
                matches!(event, Event::Key { pressed: true, .. } | Event::Copy | Event::Cut | Event::Paste(_))
            };
            !input.events.iter().any(is_key)
        });
        if none {
            return;
        }
        let keymap = &self.session.keymap;
        let exporting = self.export.is_some();
        let bound: Vec<(Modifiers, Key, Command)> = Command::ALL
            .iter()
            // Whoever types can still save, and go elsewhere; all else belongs to the words.
            .filter(|command| !typing || WHILE_TYPING.contains(command))
            .filter(|command| !exporting || WHILE_EXPORTING.contains(command))
            .flat_map(|command| keymap.keys(*command).into_iter().map(move |keys| (keys, *command)))
            .filter_map(|(keys, command)| parse_keys(keys).map(|(modifiers, key)| (modifiers, key, command)))
            .filter(|(modifiers, ..)| !typing || modifiers.command)
            .collect();
        let drafting = self.session.is_drafting();
        let action_of = |modifiers: Modifiers, key: Key| {
            let command = bound.iter().find(|(wanted, on, _)| *on == key && fits(modifiers, *wanted, key));
            let row = DIGITS.iter().position(|digit| *digit == key).filter(|_| keymap.letters && modifiers.is_none());
            match command {
                Some((_, _, command)) => Some(Action::Command(*command)),
                None if typing || exporting => None,
                None if key == Key::Backspace && modifiers.is_none() && drafting => Some(Action::TakeBack),
                None if key == Key::Backspace && modifiers.is_none() => Some(Action::Command(Command::Delete)),
                None => row.map(Action::ToggleRow),
            }
        };
        // In their order, and each as often as it was pressed, however long the frame before took.
        ctx.input_mut(|input| {
            input.events.retain(|event| {
                let action = match event {
                    Event::Key { key, pressed: true, modifiers, .. } => action_of(*modifiers, *key),
                    // The clipboard's keys arrive as what they do.
                    Event::Copy => action_of(Modifiers::COMMAND, Key::C),
                    Event::Cut => action_of(Modifiers::COMMAND, Key::X),
                    Event::Paste(text) => (!typing && !exporting).then(|| Action::Paste(text.clone())),
                    _ => None,
                };
                let taken = action.is_some();
                actions.extend(action);
                !taken
            });
        });
    }

    /// The panels beside the map.
    fn panels_ui(&mut self, ui: &mut Ui, actions: &mut Vec<Action>) {
        let frame = panel_frame(ui);
        let side = |panel: Panel, default: f32| {
            panel.resizable(true).default_size(default).size_range(240.0..=520.0).frame(frame)
        };
        if self.session.panels.layers {
            side(Panel::left("left panel"), 336.0).show(ui, |ui| self.left_ui(ui, actions));
        }
        if self.session.panels.inspector {
            let (session, citing) = (&self.session, &mut self.citing);
            side(Panel::right("right panel"), 340.0)
                .show(ui, |ui| inspector::inspector_ui(ui, session, citing, actions));
        }
    }

    /// In a narrow window the panels are drawers over the map; the inspector opens only for what is selected.
    fn drawers_ui(&mut self, ui: &mut Ui, actions: &mut Vec<Action>) {
        let map = self.map.rect;
        let width = drawer_width(map);
        let frame = panel_frame(ui).stroke(ui.visuals().window_stroke);
        let drawer = |ui: &mut Ui, name: &str, x: f32, content: &mut dyn FnMut(&mut Ui)| {
            let area = egui::Area::new(egui::Id::unique(name)).fixed_pos(egui::pos2(x, map.min.y));
            area.show(ui.ctx(), |ui| {
                frame.show(ui, |ui| {
                    ui.set_width(width - 24.0);
                    ui.set_height(map.height() - 16.0);
                    content(ui);
                });
            });
        };
        if self.has_left_drawer() {
            drawer(ui, "left drawer", map.min.x, &mut |ui| self.left_ui(ui, actions));
        }
        if self.has_right_drawer() {
            let x = map.max.x - width;
            let (session, citing) = (&self.session, &mut self.citing);
            drawer(ui, "right drawer", x, &mut |ui| inspector::inspector_ui(ui, session, citing, actions));
        }
    }

    /// The map while a figure is set up: with its frame, or its preview in the map's place.
    fn framed_map_ui(&mut self, ui: &mut Ui, credits: &[(String, String)], actions: &mut Vec<Action>) {
        let Some(mut export) = self.export.take() else { return };
        let area = ui.available_rect_before_wrap();
        if export.large {
            self.map.pointer = None;
            export.large_ui(ui, actions);
        } else if area.width() > 1.0 {
            let (width_pt, height_pt) = (f64::from(area.width()), f64::from(area.height()));
            let credits_pt = f64::from(map::credits_height(ui, credits, area.width()));
            let before = self.session.frame();
            export.watch(&before);
            let _ = self.session.apply(Action::SetPage { width_pt, height_pt });
            if let Some(view) = export.arrival(&self.session.frame(), credits_pt) {
                let _ = self.session.apply(Action::SetView(view));
            }
            if self.session.frame() != before {
                export.put(&self.session.frame());
            }
            self.map.framed_ui(ui, &mut self.session, &self.ground);
            export.frame_ui(ui, area, &self.session.frame(), actions);
            let taken = export.taken(area, &self.session.frame());
            self.map.furniture_ui(ui, &self.session, credits, 0.0, &taken, actions);
        }
        self.export = Some(export);
    }

    fn has_right_drawer(&self) -> bool {
        self.session.panels.inspector && *self.session.selection() != Selection::None
    }

    /// Where two drawers would leave no map to see, the inspector takes the place of the list.
    fn has_left_drawer(&self) -> bool {
        let room_for_both = self.map.rect.width() >= 2.0 * drawer_width(self.map.rect) + 200.0;
        self.session.panels.layers && (room_for_both || !self.has_right_drawer())
    }

    fn left_ui(&mut self, ui: &mut Ui, actions: &mut Vec<Action>) {
        ui.horizontal(|ui| {
            ui.selectable_value(&mut self.tab, Tab::Overlays, "Overlays");
            ui.selectable_value(&mut self.tab, Tab::Annotations, "Annotations");
            ui.selectable_value(&mut self.tab, Tab::Sources, "Sources");
            ui.selectable_value(&mut self.tab, Tab::Reader, "Reader");
        });
        ui.separator();
        match self.tab {
            Tab::Overlays => layers_panel::layers_ui(ui, &self.session, &mut self.swatches, actions),
            Tab::Annotations => self.annotations.ui(ui, &self.session, actions),
            Tab::Sources => sources_panel::sources_ui(ui, &self.session, actions),
            Tab::Reader => self.reader.ui(ui, &self.session, actions),
        }
    }
}

/// How much of the map a drawer covers in a narrow window.
fn drawer_width(map: Rect) -> f32 {
    (map.width() * 0.44).clamp(200.0, 320.0)
}

/// Takes the keyboard from whatever field has it.
fn surrender_keys(ctx: &egui::Context) {
    if let Some(focused) = ctx.memory(|memory| memory.focused()) {
        ctx.memory_mut(|memory| memory.surrender_focus(focused));
    }
}

fn panel_frame(ui: &Ui) -> egui::Frame {
    let margin = egui::Margin { left: 12, right: 12, top: 8, bottom: 8 };
    egui::Frame::new().fill(ui.visuals().panel_fill).inner_margin(margin)
}

impl eframe::App for ClaimlineApp {
    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        let started = Instant::now();
        let ctx = ui.ctx().clone();
        if self.applied_theme != Some(self.session.theme) {
            ctx.set_theme(match self.session.theme {
                ThemeChoice::System => egui::ThemePreference::System,
                ThemeChoice::Light => egui::ThemePreference::Light,
                ThemeChoice::Dark => egui::ThemePreference::Dark,
            });
            self.applied_theme = Some(self.session.theme);
        }
        self.session.system_is_dark = ctx.system_theme() == Some(egui::Theme::Dark);
        self.finish_jobs(&ctx);
        self.hand_keys_to_dialog(&ctx);
        let dropped: Vec<PathBuf> =
            ctx.input(|input| input.raw.dropped_files.iter().map(|file| file.path().to_owned()).collect());
        self.open_files(dropped);

        let mut actions = Vec::new();
        let popup_was_open = egui::Popup::is_any_open(&ctx);
        self.keys(&ctx, &mut actions);
        let bar = |top: i8, bottom: i8| {
            egui::Frame::new().fill(ctx.global_style().visuals.panel_fill).inner_margin(egui::Margin {
                left: 10,
                right: 10,
                top,
                bottom,
            })
        };
        let bars = Chrome { session: &self.session, sets_up_figure: self.export.is_some() };
        Panel::top("menu").frame(bar(3, 3)).show(ui, |ui| bars.menu_ui(ui, &self.project.recents, &mut actions));
        Panel::top("toolbar").frame(bar(4, 6)).show(ui, |ui| bars.toolbar_ui(ui, self.jobs.is_busy(), &mut actions));
        let message = match (&self.exporting, &self.message) {
            (Some(progress), _) => progress.words().to_owned(),
            (None, Some((text, _))) => text.clone(),
            (None, None) => match &self.export {
                Some(export) => export.help(&ctx).to_owned(),
                None => self.ground.status(self.session.document().map),
            },
        };
        Panel::bottom("status").frame(bar(4, 4)).show(ui, |ui| {
            ui.horizontal(|ui| {
                if let Some(progress) = &self.exporting {
                    jobs::progress_ui(ui, progress);
                }
                let measure = self.map.draft.measure.as_deref();
                chrome::status_ui(ui, &self.session, self.map.pointer, measure, &message, &mut actions);
            });
        });
        let narrow = ui.available_width() < NARROW_PT;
        let listens = self.dialog.is_none() && self.palette.is_none() && !popup_was_open;
        let mut of_export = None;
        if let Some(mut export) = self.export.take() {
            export.follow(&self.session, self.ground.ground());
            let (width, range) = ExportPanel::widths(ui.available_width());
            Panel::right("figure panel")
                .resizable(range.start() < range.end())
                .default_size(width)
                .size_range(range)
                .frame(panel_frame(ui))
                .show(ui, |ui| of_export = export.ui(ui, &self.session, listens, &mut actions));
            self.export = Some(export);
        } else if !narrow {
            self.panels_ui(ui, &mut actions);
        }

        self.ground.prepare(self.session.document().map);
        let credits = self.ground.credits(&self.session.frame(), self.session.document().map, self.session.dossier());
        egui::CentralPanel::no_frame().show(ui, |ui| {
            if self.export.is_some() {
                self.framed_map_ui(ui, &credits, &mut actions);
                return;
            }
            let response = self.map.ui(ui, &mut self.session, &self.ground, &mut actions);
            let covered = if narrow && self.has_left_drawer() { drawer_width(self.map.rect) } else { 0.0 };
            self.map.furniture_ui(ui, &self.session, &credits, covered, &[], &mut actions);
            self.map.typing_ui(ui, &self.session, &mut actions);
            map::context_menu(&response, &self.session, self.map.pointer, &mut actions);
        });

        if let Some(decision) = of_export {
            self.decide(&ctx, decision);
            ctx.request_repaint();
            if self.export.is_none() {
                surrender_keys(&ctx);
            }
        }
        if narrow && self.export.is_none() {
            self.drawers_ui(ui, &mut actions);
        }
        // Both wait until a figure that is set up has no more use for the map.
        if self.export.is_none()
            && let Some(gaps) = &self.gaps
            && !gaps_window::gaps_ui(&ctx, self.map.rect, gaps, &self.session, &mut actions)
        {
            self.gaps = None;
        }
        if self.export.is_none()
            && self.history
            && !history_window::history_ui(&ctx, self.map.rect, &self.session, &mut actions)
        {
            self.history = false;
        }
        if let Some(palette) = &mut self.palette
            && !palette.ui(&ctx, &self.session, &mut actions)
        {
            self.palette = None;
        }
        if let Some(mut dialog) = self.dialog.take() {
            let name = self.project.name();
            let decision = dialogs::dialog_ui(&ctx, &mut dialog, &self.session, &credits, &name, &mut actions);
            self.dialog = Some(dialog);
            if let Some(decision) = decision {
                self.decide(&ctx, decision);
                // What the dialog says now, or that it is gone, must be seen before the next key; a field that is gone
                // takes none.
                ctx.request_repaint();
                if self.dialog.is_none() {
                    surrender_keys(&ctx);
                }
            }
        }
        let passing = |action: &Action| matches!(action, Action::Gesture { .. } | Action::EndGesture);
        if !actions.iter().all(passing) {
            self.message = None;
        }
        for action in actions {
            self.act(&ctx, action);
            ctx.request_repaint();
        }
        self.keep(&ctx);
        self.hand_keys_to_dialog(&ctx);
        self.frames += 1;
        self.ui_time = started.elapsed();
    }

    fn save(&mut self, storage: &mut dyn eframe::Storage) {
        // How a project shows things is the project's; a new window begins as the dossier does.
        let document = match self.project_path() {
            Some(_) => self.session.fresh(),
            None => Document {
                view: self.export.as_ref().map_or(self.session.document().view, |export| export.view()),
                ..self.session.document().clone()
            },
        };
        let document_figure = document.figure.clone();
        let remembered = Remembered {
            document,
            panels: self.session.panels,
            theme: self.session.theme,
            export_folder: self.export_folder.clone(),
            keymap: self.session.keymap.clone(),
            figure: serde_json::to_string(&*document_figure).unwrap_or_default(),
        };
        eframe::set_value(storage, REMEMBERED, &remembered);
    }
}

/// `Ctrl+Shift+C` as egui knows it.
fn parse_keys(keys: &str) -> Option<(Modifiers, Key)> {
    let mut modifiers = Modifiers::NONE;
    let mut key = None;
    for part in keys.split('+') {
        match part {
            "Ctrl" => modifiers |= Modifiers::COMMAND,
            "Shift" => modifiers |= Modifiers::SHIFT,
            "Alt" => modifiers |= Modifiers::ALT,
            name => key = Key::from_name(name),
        }
    }
    key.map(|key| (modifiers, key))
}

/// Commands whose keys work while words are typed.
const WHILE_TYPING: [Command; 7] = [
    Command::New,
    Command::Open,
    Command::Save,
    Command::SaveAs,
    Command::ExportFigure,
    Command::Palette,
    Command::Quit,
];

/// Commands that can be given while a figure is set up.
const WHILE_EXPORTING: [Command; 9] = [
    Command::New,
    Command::Open,
    Command::Save,
    Command::SaveAs,
    Command::CopyFigure,
    Command::Undo,
    Command::Redo,
    Command::SwitchTheme,
    Command::Quit,
];

/// The arrow keys, with the way that each goes: right and down.
const ARROWS: [(Key, f64, f64); 4] =
    [(Key::ArrowLeft, -1.0, 0.0), (Key::ArrowRight, 1.0, 0.0), (Key::ArrowUp, 0.0, -1.0), (Key::ArrowDown, 0.0, 1.0)];

/// The keys of the first nine rows of the list of overlays.
const DIGITS: [Key; 9] =
    [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6, Key::Num7, Key::Num8, Key::Num9];

/// Whether just these modifiers are held; Shift may be needed to type a sign.
fn fits(held: Modifiers, wanted: Modifiers, key: Key) -> bool {
    let typed_sign = matches!(key, Key::Plus | Key::Questionmark);
    held.matches_exact(wanted) || typed_sign && held.matches_exact(wanted | Modifiers::SHIFT)
}

/// What a tooltip says: the help and the first key.
fn with_keys(session: &Session, help: &str, command: Command) -> String {
    match session.keymap.keys(command).first() {
        Some(keys) => format!("{help} ({})", chrome::spoken(keys)),
        None => help.to_owned(),
    }
}

/// The name of an overlay, or of one of its places.
fn name_of(overlay: &Overlay, place: Option<usize>) -> String {
    match (&overlay.shape, place) {
        (Shape::Places(places), Some(index)) => match places.get(index) {
            Some(place) => format!("{} · {}", place.name.main(), overlay.title.main()),
            None => overlay.title.main().to_owned(),
        },
        _ => overlay.title.main().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_every_command_is_known_to_the_window() {
        for command in Command::ALL {
            for keys in command.keys() {
                assert!(parse_keys(keys).is_some(), "{keys} of {command:?}");
            }
        }
    }
}
