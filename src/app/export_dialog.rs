//! The dialog in which a figure is made: its page, its furniture, what is wrong with it, and a preview that is the
//! figure itself, painted smaller by the same painter in a thread of its own.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use eframe::egui::{
    self, Align, Button, ColorImage, ComboBox, Context, DragValue, Id, Key, Layout, Response, RichText, Role,
    ScrollArea, TextEdit, TextureHandle, TextureOptions, Ui, Vec2, WidgetInfo,
};

use super::dialogs::{Decision, Purpose, buttons_ui};
use super::{gaps_window, icons, theme};
use crate::document::Document;
use crate::figure::checks::{self, FigureWarning};
use crate::figure::options::{DPI, PT_PER_MM, Unit};
use crate::figure::raster;
use crate::figure::{self, Corner, FigureOptions, OutputFormat, PageSetup, PageSize, Piece, Place, Shows};
use crate::scene::Scene;
use crate::scene::ground::Ground;
use crate::scene::palette::Theme;
use crate::session::{AttachedTexts, Session};

/// Width of the controls beside the preview, in points.
const CONTROLS_PT: f32 = 400.0;

/// What a figure is drawn from while the dialog is open; nothing else can change meanwhile.
#[derive(Clone)]
struct Subject {
    scene: Arc<Scene>,
    ground: Ground,
    document: Document,
    texts: AttachedTexts,
    today: Option<i64>,
}

/// A picture that is wanted: of these options, no larger than this.
#[derive(Clone, PartialEq)]
struct Wanted {
    options: FigureOptions,
    within_px: [u32; 2],
}

/// A figure that has been looked over.
struct Seen {
    wanted: Wanted,
    image: Option<ColorImage>,
    warnings: Vec<FigureWarning>,
    /// Ids and names of what it shows.
    shown: Vec<(String, String)>,
    page_pt: (f64, f64),
    error: Option<String>,
}

#[derive(Default)]
struct Desk {
    wanted: Option<Wanted>,
    seen: Option<Seen>,
    closed: bool,
}

/// A thread that draws the latest figure asked for; those that it has overtaken are never drawn.
struct Previewer {
    desk: Arc<(Mutex<Desk>, Condvar)>,
}

impl Previewer {
    fn start(subject: Subject, ctx: Context) -> Option<Self> {
        let desk = Arc::new((Mutex::new(Desk::default()), Condvar::new()));
        let shared = Arc::clone(&desk);
        // Without a thread there is no preview; the export works all the same.
        let thread = std::thread::Builder::new().name("figure preview".to_owned()).spawn(move || {
            while let Some(wanted) = next(&shared) {
                let seen = look(&subject, wanted);
                lock(&shared.0).seen = Some(seen);
                ctx.request_repaint();
            }
        });
        thread.is_ok().then_some(Self { desk })
    }

    fn want(&self, wanted: Wanted) {
        lock(&self.desk.0).wanted = Some(wanted);
        self.desk.1.notify_one();
    }

    fn take(&self) -> Option<Seen> {
        lock(&self.desk.0).seen.take()
    }
}

impl Drop for Previewer {
    fn drop(&mut self) {
        lock(&self.desk.0).closed = true;
        self.desk.1.notify_one();
    }
}

fn lock(desk: &Mutex<Desk>) -> MutexGuard<'_, Desk> {
    desk.lock().unwrap_or_else(PoisonError::into_inner)
}

fn next(shared: &(Mutex<Desk>, Condvar)) -> Option<Wanted> {
    let mut desk = lock(&shared.0);
    loop {
        if desk.closed {
            return None;
        }
        if let Some(wanted) = desk.wanted.take() {
            return Some(wanted);
        }
        desk = shared.1.wait(desk).unwrap_or_else(PoisonError::into_inner);
    }
}

/// Draws a figure as the export does, paints it smaller and looks it over.
fn look(subject: &Subject, wanted: Wanted) -> Seen {
    let Subject { scene, ground, document, texts, today } = subject;
    let drawn = figure::draw(scene, ground, document, &wanted.options);
    let (width_pt, height_pt) = drawn.page_pt();
    let [width_px, height_px] = wanted.within_px.map(f64::from);
    let scale = (width_px / width_pt).min(height_px / height_pt);
    let painted = raster::paint(&drawn.list, scale, drawn.background());
    let real = raster::size_px(width_pt, height_pt, wanted.options.page.scale());
    let error = painted.as_ref().err().or(real.as_ref().err()).map(ToString::to_string);
    let image = painted.ok().map(|bitmap| {
        ColorImage::from_rgba_unmultiplied([bitmap.width as usize, bitmap.height as usize], &bitmap.rgba)
    });
    let warnings = checks::check(scene, document, &wanted.options, &drawn, texts.all(), *today);
    let name = |id: &String| Some((id.clone(), scene.dossier().overlay(id)?.title.en.clone()));
    Seen {
        image,
        warnings,
        shown: drawn.shown.iter().filter_map(name).collect(),
        page_pt: (width_pt, height_pt),
        error,
        wanted,
    }
}

/// How far an export has come, and whether it is still wanted; shared with the thread that exports.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    stage: AtomicU8,
    cancelled: AtomicBool,
}

impl Progress {
    const STAGES: [&'static str; 3] = ["Laying out the figure…", "Drawing the figure…", "Writing the figure…"];

    /// Goes on to the next stage; false if the export is no longer wanted.
    pub(crate) fn next(&self) -> bool {
        self.stage.fetch_add(1, Ordering::Relaxed);
        !self.cancelled.load(Ordering::Relaxed)
    }

    /// Says that the export is no longer wanted: what has not been written will not be.
    pub(crate) fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// What the status bar says.
    pub(crate) fn words(&self) -> &'static str {
        if self.cancelled.load(Ordering::Relaxed) {
            return "Cancelling the export…";
        }
        Self::STAGES[usize::from(self.stage.load(Ordering::Relaxed)).min(Self::STAGES.len() - 1)]
    }
}

/// The dialog while it is open.
pub(crate) struct ExportDialog {
    /// What the figure is to be.
    pub(crate) options: FigureOptions,
    /// Where it goes, as typed.
    pub(crate) path: String,
    /// What was wrong with that.
    pub(crate) error: String,
    /// Whether the user has been told that the file exists.
    pub(crate) overwrite: bool,
    /// Whether a PNG gets a world file beside it.
    pub(crate) world_file: bool,
    previewer: Option<Previewer>,
    wanted: Option<Wanted>,
    seen: Option<Seen>,
    picture: Option<TextureHandle>,
    /// What the window shows, and what the dossier is about.
    view: Shows,
    home: Shows,
}

impl ExportDialog {
    pub(crate) fn open(
        ctx: &Context,
        session: &Session,
        ground: &Ground,
        options: FigureOptions,
        path: PathBuf,
    ) -> Self {
        let subject = Subject {
            scene: session.scene().clone(),
            ground: ground.clone(),
            document: session.drawn_document(),
            texts: session.texts().clone(),
            today: gaps_window::today(),
        };
        Self {
            view: Shows::Bounds(session.frame().lon_lat_bounds()),
            home: Shows::Bounds(session.dossier().home),
            options,
            path: path.display().to_string(),
            error: String::new(),
            overwrite: false,
            world_file: false,
            previewer: Previewer::start(subject, ctx.clone()),
            wanted: None,
            seen: None,
            picture: None,
        }
    }

    /// Whether the preview shows what the controls say.
    pub(crate) fn is_settled(&self) -> bool {
        self.previewer.is_none() || self.seen.as_ref().map(|seen| &seen.wanted) == self.wanted.as_ref()
    }

    /// Shows the dialog; a decision once there is one.
    pub(crate) fn ui(&mut self, ui: &mut Ui, decision: &mut Option<Decision>) {
        let screen = ui.ctx().content_rect().size();
        let width = (screen.x - 64.0).clamp(300.0, 1120.0);
        let height = (screen.y - 280.0).clamp(160.0, 640.0);
        ui.set_width(width);
        ui.heading(Purpose::Export.title());
        ui.add_space(8.0);
        let wide = width >= CONTROLS_PT + 340.0;
        let room = if wide { Vec2::new(width - CONTROLS_PT - 20.0, height) } else { Vec2::new(width - 16.0, 300.0) };
        if wide {
            ui.horizontal_top(|ui| {
                ui.allocate_ui_with_layout(Vec2::new(CONTROLS_PT, height), Layout::top_down(Align::Min), |ui| {
                    ScrollArea::vertical()
                        .id_salt("figure options")
                        .auto_shrink([false, false])
                        .max_height(height)
                        .show(ui, |ui| {
                            ui.set_max_width(CONTROLS_PT - 18.0);
                            self.controls_ui(ui);
                        });
                });
                ui.allocate_ui_with_layout(room, Layout::top_down(Align::Min), |ui| self.preview_ui(ui, room));
            });
        } else {
            ScrollArea::vertical().id_salt("figure options").max_height(height).show(ui, |ui| {
                self.controls_ui(ui);
                self.preview_ui(ui, room);
            });
        }
        ui.add_space(8.0);
        self.format_ui(ui);
        self.path_ui(ui, width, decision);
        ui.add_space(10.0);
        buttons_ui(ui, if self.overwrite { "Replace the file" } else { Purpose::Export.verb() }, decision);
    }

    /// The formats, by the end of the name, and what goes with one of them alone.
    fn format_ui(&mut self, ui: &mut Ui) {
        let current = OutputFormat::of_path(Path::new(self.path.trim())).ok();
        ui.horizontal(|ui| {
            ui.label("Format");
            for format in OutputFormat::ALL {
                if ui.selectable_label(current == Some(format), format.label()).clicked() && current != Some(format) {
                    self.path = with_format(self.path.trim(), format);
                    self.overwrite = false;
                    self.error.clear();
                }
            }
            if current == Some(OutputFormat::Png) {
                ui.add_space(8.0);
                if ui.checkbox(&mut self.world_file, "World file for GIS programs").changed() {
                    self.overwrite = false;
                    self.error.clear();
                }
            }
        });
    }

    fn path_ui(&mut self, ui: &mut Ui, width: f32, decision: &mut Option<Decision>) {
        let label = ui.label(Purpose::Export.hint());
        ui.horizontal(|ui| {
            let field = TextEdit::singleline(&mut self.path).desired_width(width - 110.0).id(Id::unique("path field"));
            let field = ui.add(field).labelled_by(label.id);
            if field.changed() {
                self.overwrite = false;
                self.error.clear();
            }
            // Asked before the field may take the focus again: then it has not lost it.
            if field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) {
                *decision = Some(Decision::Accept);
            }
            if !ui.memory(|memory| memory.focused().is_some()) {
                field.request_focus();
            }
            if ui.button("Browse…").clicked() {
                *decision = Some(Decision::Browse(Purpose::Export));
            }
        });
        if !self.error.is_empty() {
            ui.add_space(4.0);
            warning_ui(ui, &self.error);
        }
    }

    fn controls_ui(&mut self, ui: &mut Ui) {
        let shade = theme::theme_of(ui.ctx());
        let mut subtitle = self.options.subtitle.clone().unwrap_or_default();
        let usual = "the dossier’s name, where the title is another";
        for (piece, text, hint, name) in [
            (Piece::Title, &mut self.options.title, "", "Words of the title"),
            (Piece::Subtitle, &mut subtitle, usual, "Words of the subtitle"),
        ] {
            let mut on = self.options.furniture.has(piece);
            if ui.checkbox(&mut on, piece.label()).changed() {
                self.options.furniture.set(piece, on);
            }
            let field = TextEdit::singleline(text).hint_text(hint).desired_width(f32::INFINITY);
            let field = ui.add_enabled(on, field);
            text_named(&field, text, name);
        }
        self.options.subtitle = Some(subtitle).filter(|text| !text.is_empty());
        ui.add_space(10.0);
        ui.label(theme::section("Page", shade));
        self.page_ui(ui);
        ui.add_space(10.0);
        ui.label(theme::section("Parts", shade));
        self.parts_ui(ui);
        ui.add_space(10.0);
        self.names_ui(ui);
    }

    fn page_ui(&mut self, ui: &mut Ui) {
        let page = &mut self.options.page;
        egui::Grid::new("figure page").num_columns(2).spacing([10.0, 6.0]).show(ui, |ui| {
            let label = ui.label("Paper");
            let own = matches!(page.size, PageSize::Own { .. });
            let shown = if own { "Own size".to_owned() } else { page.size.label() };
            let combo = ComboBox::from_id_salt("page").selected_text(shown).width(210.0).show_ui(ui, |ui| {
                for size in PageSize::PRESETS {
                    if ui.selectable_label(page.size == size, size.label()).clicked() {
                        *page = PageSetup { margin_pt: page.margin_pt, ..PageSetup::of(size) };
                    }
                }
                if ui.selectable_label(own, "Own size").clicked() && !own {
                    let size = PageSize::Own { width: 174.0, height: 120.0, unit: Unit::Mm };
                    *page = PageSetup { margin_pt: page.margin_pt, ..PageSetup::of(size) };
                }
            });
            combo.response.labelled_by(label.id);
            ui.end_row();
            if let PageSize::Own { width, height, unit } = &mut page.size {
                ui.label("Size");
                ui.horizontal(|ui| {
                    let range = (150.0 / unit.points())..=(8000.0 / unit.points());
                    let decimals = if *unit == Unit::Px { 0 } else { 1 };
                    let side = |value| DragValue::new(value).range(range.clone()).max_decimals(decimals).speed(1.0);
                    named(ui.add(side(width)), Role::SpinButton, "Width of the page");
                    ui.label("×");
                    named(ui.add(side(height)), Role::SpinButton, "Height of the page");
                    for choice in Unit::ALL {
                        let radio = ui.selectable_label(*unit == choice, choice.name());
                        if radio.clicked() {
                            let factor = unit.points() / choice.points();
                            let round = |side: f64| (side * factor * 10.0).round() / 10.0;
                            (*width, *height, *unit) = (round(*width), round(*height), choice);
                        }
                    }
                });
                ui.end_row();
            }
            ui.label("Resolution");
            ui.horizontal(|ui| {
                let dots = DragValue::new(&mut page.dpi).range(DPI).suffix(" dpi").max_decimals(0);
                named(ui.add(dots), Role::SpinButton, "Dots an inch");
                for dpi in [96.0, 150.0, 300.0, 600.0] {
                    let button = ui.selectable_label(page.dpi == dpi, format!("{dpi}"));
                    if button.clicked() {
                        page.dpi = dpi;
                    }
                    button
                        .widget_info(|| WidgetInfo::selected(Role::Button, true, false, format!("{dpi} dots an inch")));
                }
            });
            ui.end_row();
            ui.label("Margin");
            ui.horizontal(|ui| {
                let mut own = page.margin_pt.is_some();
                if ui.checkbox(&mut own, "Own margin").changed() {
                    page.margin_pt = own.then_some(10.0 * PT_PER_MM);
                }
                if let Some(margin_pt) = &mut page.margin_pt {
                    let mut margin_mm = *margin_pt / PT_PER_MM;
                    let field =
                        DragValue::new(&mut margin_mm).range(0.0..=100.0).suffix(" mm").max_decimals(1).speed(0.2);
                    let response = ui.add(field);
                    if response.changed() {
                        *margin_pt = margin_mm * PT_PER_MM;
                    }
                    named(response, Role::SpinButton, "Margin in millimetres");
                }
            });
            ui.end_row();
            let label = ui.label("Colours");
            let theme = &mut self.options.theme;
            let combo = ComboBox::from_id_salt("colours").selected_text(theme.label()).width(210.0).show_ui(ui, |ui| {
                for choice in Theme::ALL {
                    ui.selectable_value(theme, choice, choice.label());
                }
            });
            combo.response.labelled_by(label.id);
            ui.end_row();
            let name = ui.label("Map shows");
            let shows = &mut self.options.shows;
            let choices = [(self.view, "What the window shows"), (self.home, "All that the dossier is about")];
            let current = choices.iter().find(|(choice, _)| choice == shows).map_or("", |(_, label)| label);
            let combo = ComboBox::from_id_salt("shows").selected_text(current).width(210.0).show_ui(ui, |ui| {
                for (choice, label) in choices {
                    ui.selectable_value(shows, choice, label);
                }
            });
            combo.response.labelled_by(name.id);
            ui.end_row();
        });
        if let Some(seen) = self.seen.as_ref() {
            let (width_pt, height_pt) = seen.page_pt;
            let scale = self.options.page.scale();
            let words = format!(
                "{:.0} × {:.0} mm, {:.0} × {:.0} pixels",
                width_pt / PT_PER_MM,
                height_pt / PT_PER_MM,
                width_pt * scale,
                height_pt * scale
            );
            ui.label(theme::second(words, theme::theme_of(ui.ctx())));
        }
    }

    fn parts_ui(&mut self, ui: &mut Ui) {
        let furniture = &mut self.options.furniture;
        egui::Grid::new("figure parts").num_columns(2).spacing([10.0, 4.0]).show(ui, |ui| {
            let mut column = 0;
            for piece in Piece::ALL.into_iter().filter(|piece| !matches!(piece, Piece::Title | Piece::Subtitle)) {
                // What has a corner takes a row: the choice of the corner stands beside it.
                if piece.has_place() && column == 1 {
                    ui.end_row();
                    column = 0;
                }
                let mut on = furniture.has(piece);
                if ui.checkbox(&mut on, piece.label()).changed() {
                    furniture.set(piece, on);
                }
                column += 1;
                if piece.has_place() {
                    if on {
                        corner_ui(ui, piece, furniture);
                    }
                    column = 2;
                }
                if column == 2 {
                    ui.end_row();
                    column = 0;
                }
            }
        });
    }

    fn names_ui(&mut self, ui: &mut Ui) {
        let shown = self.seen.as_ref().map(|seen| seen.shown.clone()).unwrap_or_default();
        let names = &mut self.options.legend_names;
        egui::CollapsingHeader::new("Names in the legend").show(ui, |ui| {
            for (id, title) in &shown {
                let mut name = names.get(id).cloned().unwrap_or_default();
                let field =
                    ui.add(TextEdit::singleline(&mut name).hint_text(title.as_str()).desired_width(f32::INFINITY));
                if field.changed() {
                    if name.trim().is_empty() {
                        names.remove(id);
                    } else {
                        names.insert(id.clone(), name.clone());
                    }
                }
                text_named(&field, &name, &format!("Name of {title} in the legend"));
            }
        });
    }

    fn preview_ui(&mut self, ui: &mut Ui, room: Vec2) {
        let shade = theme::theme_of(ui.ctx());
        // Always as much, so that the preview is not drawn anew when the first warning comes.
        let below = (0.2 * room.y).clamp(56.0, 110.0);
        let size = Vec2::new(room.x, (room.y - below).max(80.0));
        let density = ui.ctx().pixels_per_point();
        let within_px = [size.x * density, size.y * density].map(|side| side.clamp(64.0, 4096.0) as u32);
        let wanted = Wanted { options: self.options.clone(), within_px };
        if let Some(previewer) = &self.previewer {
            if self.wanted.as_ref() != Some(&wanted) {
                previewer.want(wanted.clone());
                self.wanted = Some(wanted);
            }
            if let Some(mut seen) = previewer.take() {
                if let Some(image) = seen.image.take() {
                    self.picture = Some(ui.ctx().load_texture("figure preview", image, TextureOptions::LINEAR));
                }
                self.seen = Some(seen);
            }
        }
        let settled = self.is_settled();
        let (rect, response) = ui.allocate_exact_size(size, egui::Sense::hover());
        ui.painter().rect_filled(rect, 4.0, ui.visuals().extreme_bg_color);
        if let Some(picture) = &self.picture {
            let shown = picture.size_vec2() / density;
            let fit = (rect.width() / shown.x).min(rect.height() / shown.y).min(1.0);
            let at = egui::Rect::from_center_size(rect.center(), shown * fit);
            let tint = egui::Color32::WHITE.gamma_multiply(if settled { 1.0 } else { 0.6 });
            let uv = egui::Rect::from_min_max(egui::Pos2::ZERO, egui::pos2(1.0, 1.0));
            ui.painter().image(picture.id(), at, uv, tint);
            ui.painter().rect_stroke(at, 0.0, ui.visuals().window_stroke, egui::StrokeKind::Outside);
        }
        if !settled {
            let font = egui::FontId::proportional(13.0);
            let ink = ui.visuals().text_color();
            ui.painter().text(rect.center(), egui::Align2::CENTER_CENTER, "Drawing the preview…", font, ink);
        }
        response.widget_info(|| {
            let state = if settled { "Preview of the figure" } else { "Preview of the figure, being drawn" };
            WidgetInfo::labeled(Role::Image, true, state)
        });
        let Some(seen) = &self.seen else { return };
        ScrollArea::vertical().id_salt("figure warnings").auto_shrink([false, true]).max_height(below).show(ui, |ui| {
            if let Some(error) = &seen.error {
                warning_ui(ui, error);
            }
            if seen.warnings.is_empty() && seen.error.is_none() {
                ui.label(theme::second("Nothing found to warn of.", shade));
            }
            for warning in &seen.warnings {
                warning_ui(ui, &warning.what);
            }
        });
    }
}

/// The path with the end of a format in place of another format's.
fn with_format(path: &str, format: OutputFormat) -> String {
    match OutputFormat::of_path(Path::new(path)) {
        Ok(_) => Path::new(path).with_extension(format.extension()).display().to_string(),
        Err(_) => format!("{}.{}", path.trim_end_matches('.'), format.extension()),
    }
}

/// A control with the name that a screen reader says.
fn named(response: Response, role: Role, name: &str) {
    response.widget_info(|| WidgetInfo::labeled(role, true, name));
}

/// A field for text with the name that a screen reader says.
fn text_named(field: &Response, text: &str, name: &str) {
    field.widget_info(|| {
        let mut info = WidgetInfo::text_edit(field.enabled(), text, text, "");
        info.label = Some(name.to_owned());
        info
    });
}

fn warning_ui(ui: &mut Ui, what: &str) {
    ui.horizontal_wrapped(|ui| {
        ui.label(theme::icon(icons::WARNING, 14.0));
        let mut text = what.to_owned();
        if let Some(first) = text.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        ui.label(RichText::new(text).size(12.0));
    });
}

fn corner_ui(ui: &mut Ui, piece: Piece, furniture: &mut figure::Furniture) {
    let words = |place: Option<Place>| match place.and_then(Place::corner) {
        Some(Corner::TopLeft) => "Top left",
        Some(Corner::TopRight) => "Top right",
        Some(Corner::BottomLeft) => "Bottom left",
        Some(Corner::BottomRight) => "Bottom right",
        None if place.is_some() => "Own place",
        None => "Beside the map",
    };
    let current = furniture.place_of(piece);
    let combo =
        ComboBox::from_id_salt(("corner", piece.name())).selected_text(words(current)).width(130.0).show_ui(ui, |ui| {
            let beside = (piece == Piece::Legend).then_some(None);
            for corner in beside.into_iter().chain(Corner::ALL.map(|corner| Some(corner.into()))) {
                if ui.selectable_label(current == corner, words(corner)).clicked() {
                    furniture.place(piece, corner);
                }
            }
        });
    named(combo.response, Role::ComboBox, &format!("Place of the {}", piece.label().to_lowercase()));
}

/// The export under way in the status bar: how far it has come, and a button that ends it.
pub(crate) fn progress_ui(ui: &mut Ui, progress: &Progress) {
    ui.add(egui::Spinner::new().size(14.0));
    if ui.add(Button::new("Cancel export").small()).clicked() {
        progress.cancel();
    }
}
