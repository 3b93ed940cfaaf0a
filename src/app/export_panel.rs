//! The panel in which a figure is set up: its preview, its frame, its page, what stands on it and where, and where it
//! goes. The map stays beside it, with the frame of the figure over it.
//!
//! What is set up here is the document's: it is kept in the project, and the same project gives the same figure on the
//! command line.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use eframe::egui::{
    self, Align, Button, ComboBox, Context, DragValue, Id, Key, Layout, Rect, Response, RichText, Role, ScrollArea,
    Sense, TextEdit, Ui, Vec2, WidgetInfo,
};
use serde_json::{Map, Value};

use super::dialogs::{Decision, Purpose, REPLACE};
use super::figure_frame::{self, FigureFrame, Framed};
use super::figure_preview::{Preview, Seen, capital, piece_id};
use super::{chrome, gaps_window, icons, theme};
use crate::dossier::words;
use crate::figure::paper::{DPI, PT_PER_MM, Unit};
use crate::figure::{self, Corner, FigureOptions, OutputFormat, PageSetup, PageSize, Piece, Place, Shows};
use crate::geometry::{self, Frame, View};
use crate::scene::ground::Ground;
use crate::scene::palette::Theme;
use crate::session::{Action, Session};

/// How much of the map around the frame is seen at first, in points.
const AROUND_PT: f64 = 32.0;

/// How far from the edges of the map and from its credits the frame has to stay to be seen with its grips, in points.
const CLEAR_PT: f64 = 8.0;

/// How much of the map's right its buttons take, in points.
const BUTTONS_PT: f64 = 2.0 * AROUND_PT;

/// In a panel lower than this the warnings are folded and the preview is scrolled with the controls, in points.
const LOW_PT: f32 = 660.0;

/// Below this width of the window nothing but the panel is shown, in points.
const ALONE_PT: f32 = 720.0;

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

/// The panel while it is open.
pub(crate) struct ExportPanel {
    /// What the figure is to be.
    options: FigureOptions,
    /// What the document was last told of that.
    kept: FigureOptions,
    /// What holds where nobody has set anything up.
    usual: FigureOptions,
    /// What had the focus, and whether a button has just gone up: either way another step begins.
    hands: (Option<Id>, bool),
    /// The document's set-up that these options were read from or written to.
    known: Arc<Map<String, Value>>,
    /// Where it goes, as typed.
    pub(crate) path: String,
    /// What was wrong with that.
    pub(crate) error: String,
    /// Whether the user has been told that the file exists.
    pub(crate) overwrite: bool,
    /// Whether a PNG gets a world file beside it.
    pub(crate) world_file: bool,
    preview: Preview,
    frame: FigureFrame,
    /// What the figure showed before the drag that goes on.
    before_drag: Option<(Shows, bool)>,
    /// What the window looked at before.
    before: Frame,
    /// What the user has had the map show last: before the panel, or by moving the map since.
    chosen: Frame,
    /// Where the map was last put by anything but the user's hand on it.
    placed: Option<View>,
    /// Whether the window has still to make room for the frame, whose proportions are known once it has been laid out.
    arriving: bool,
    /// Whether the frame has been given other proportions or another place at once, and may have gone out of sight.
    jumped: bool,
    /// Whether the preview takes the place of the map.
    pub(crate) large: bool,
    /// Whether this frame has shown the preview in the panel: it is never shown twice.
    previewed: bool,
    /// Whether the field for the path is still to get the focus.
    focus: bool,
    /// Whether the controls have not been shown yet: they begin at the top, wherever they were left last.
    new: bool,
    /// Whether the warnings are to be shown.
    leads_to_warnings: bool,
}

impl ExportPanel {
    /// Sets up the figure that the document keeps, or the `usual` one.
    pub(crate) fn open(ctx: &Context, session: &Session, usual: FigureOptions, path: PathBuf) -> Self {
        let options = set_up(session, usual.clone());
        Self {
            kept: options.clone(),
            options,
            usual,
            hands: (None, false),
            known: session.document().figure.clone(),
            path: path.display().to_string(),
            error: String::new(),
            overwrite: false,
            world_file: false,
            preview: Preview::start(ctx),
            frame: FigureFrame::default(),
            before_drag: None,
            before: session.frame(),
            chosen: session.frame(),
            placed: None,
            arriving: true,
            jumped: false,
            large: false,
            previewed: false,
            focus: true,
            new: true,
            leads_to_warnings: false,
        }
    }

    /// What the figure is to be.
    pub(crate) fn options(&self) -> &FigureOptions {
        &self.options
    }

    /// What the window goes back to.
    pub(crate) fn view(&self) -> View {
        self.before.view
    }

    /// The map as the window had it before.
    pub(crate) fn before(&self) -> Frame {
        self.before
    }

    /// Takes notice of where the user has moved the map.
    pub(crate) fn watch(&mut self, map: &Frame) {
        let Some(placed) = self.placed else { return };
        let middle = geometry::Point::new(map.width_pt / 2.0, map.height_pt / 2.0);
        let off_pt = map.page_from_lon_lat(placed.center).distance(middle);
        // Less than that is rounding.
        if off_pt > 0.5 || (placed.zoom - map.view.zoom).abs() > 1e-6 {
            self.chosen = *map;
            self.placed = Some(map.view);
            (self.arriving, self.jumped) = (false, false);
        }
    }

    /// Takes notice of where the map has been put without the user's hand.
    pub(crate) fn put(&mut self, map: &Frame) {
        self.placed = Some(map.view);
    }

    /// Whether the preview shows what the controls say.
    pub(crate) fn is_settled(&self) -> bool {
        self.preview.is_settled()
    }

    /// The frame of the figure on the ground, in world units: that of the map on its page.
    pub(crate) fn frame(&self) -> geometry::Rect {
        // The size of the map on the page is known as soon as the figure has been laid out.
        let (width_pt, height_pt) = match self.preview.seen() {
            Some(seen) => (seen.map.width_pt, seen.map.height_pt),
            None => self.options.view_pt,
        };
        Frame::new(self.options.shows.view(width_pt, height_pt), width_pt, height_pt).world_bounds()
    }

    /// The map on the page as it was last laid out.
    pub(crate) fn laid_out(&self) -> Option<Frame> {
        self.preview.seen().map(|seen| seen.map)
    }

    /// Takes what the document says, if something else has changed it.
    pub(crate) fn follow(&mut self, session: &Session, ground: &Ground) {
        if !Arc::ptr_eq(&self.known, &session.document().figure) {
            self.known = session.document().figure.clone();
            let former = std::mem::replace(&mut self.options, set_up(session, self.usual.clone()));
            let of = |options: &FigureOptions| (options.shows, options.page, options.view_pt);
            self.jumped |= of(&self.options) != of(&former);
            self.kept = self.options.clone();
        }
        self.preview.follow(session, ground, gaps_window::today());
    }

    /// The view at which the map, with credits of that height at its foot, shows the frame and some of what lies around
    /// it: at first, and where another page, a button or a step taken back has put it where not all of it is seen.
    pub(crate) fn arrival(&mut self, map: &Frame, credits_pt: f64) -> Option<View> {
        let (width_pt, height_pt) = (map.width_pt, map.height_pt);
        let is_laid_out = self.preview.is_of(&self.options);
        if self.frame.is_dragged() {
            self.arriving = false;
        } else if self.jumped && is_laid_out {
            self.jumped = false;
            let seen = map.page_from_world().transform_rect_bbox(self.frame());
            let clear = geometry::Rect::new(0.0, 0.0, width_pt, height_pt - credits_pt).inset(-CLEAR_PT);
            self.arriving |= !clear.contains_rect(seen);
        }
        if !self.arriving {
            return None;
        }
        self.arriving = !is_laid_out;
        let frame = self.frame();
        let (a, b) = (geometry::Point::new(frame.x0, frame.y0), geometry::Point::new(frame.x1, frame.y1));
        let (north_west, south_east) = (geometry::lon_lat_from_world(a), geometry::lon_lat_from_world(b));
        let bounds = [north_west.x, south_east.y, south_east.x, north_west.y];
        // In the middle of what the credits at the foot leave, and the buttons if it would come near them.
        let fit = |buttons_pt: f64| {
            let view = View::fit(bounds, width_pt - buttons_pt, height_pt - credits_pt, AROUND_PT);
            let map = Frame::new(view, width_pt, height_pt);
            let middle = geometry::Point::new((width_pt + buttons_pt) / 2.0, (height_pt + credits_pt) / 2.0);
            View { center: map.lon_lat_from_page(middle), ..view }
        };
        let view = fit(0.0);
        let right = Frame::new(view, width_pt, height_pt).page_from_world().transform_rect_bbox(frame).x1;
        Some(if right > width_pt - BUTTONS_PT { fit(BUTTONS_PT - AROUND_PT) } else { view })
    }

    /// What the frame takes of a map that lies in `area`.
    pub(crate) fn taken(&self, area: Rect, map: &Frame) -> Vec<Rect> {
        figure_frame::taken(area, map, self.frame())
    }

    /// What Escape does: gives up a drag, goes back to the map beside the panel, or closes the panel.
    fn escape(&mut self) -> Option<Decision> {
        if self.preview.is_carrying() {
            self.preview.give_up();
            return None;
        }
        match self.frame.give_up() {
            Some(given_up) => {
                self.reframe(given_up);
                None
            }
            None if self.large => {
                self.large = false;
                None
            }
            None => Some(Decision::Close),
        }
    }

    /// What the user can do with the figure here.
    pub(crate) fn help(&self, ctx: &Context) -> &'static str {
        if is_alone(ctx) {
            "Drag what stands on the figure in the preview · Esc goes back to the map"
        } else if self.large {
            "Drag what stands on the figure · Esc goes back to the map with its frame"
        } else {
            "Drag the frame on the map, or what stands on the figure in the preview · Esc goes back to the map"
        }
    }

    /// Shows the frame over the map.
    pub(crate) fn frame_ui(&mut self, ui: &mut Ui, area: Rect, map: &Frame, actions: &mut Vec<Action>) {
        let frame = self.frame();
        if let Some(framed) = self.frame.ui(ui, area, map, frame) {
            self.reframe(framed);
            if !self.frame.is_dragged() {
                self.keep(actions);
            }
        }
    }

    fn reframe(&mut self, framed: Framed) {
        let (from, to) = match framed {
            Framed::Dragging { from, to } | Framed::Done { from, to } => (from, to),
            Framed::GivenUp => {
                if let Some(before) = self.before_drag.take() {
                    (self.options.shows, self.options.own_frame) = before;
                }
                return;
            }
        };
        let (shows, own) = *self.before_drag.get_or_insert((self.options.shows, self.options.own_frame));
        if from == to {
            (self.options.shows, self.options.own_frame) = (shows, own);
        } else {
            (self.options.shows, self.options.own_frame) = (shows.reframed(from, to), true);
        }
        if let Framed::Done { .. } = framed {
            self.before_drag = None;
        }
    }

    /// Has the document keep what is set up, if that has changed; what it shows is then the figure's own.
    fn keep(&mut self, actions: &mut Vec<Action>) {
        if self.options == self.kept {
            return;
        }
        let step = step(&self.kept, &self.options);
        self.options.own_frame = true;
        self.kept = self.options.clone();
        actions.push(Action::SetFigure { options: Box::new(self.options.clone()), step });
    }

    /// Ends the gesture, so that what follows is a step of its own, where a button goes down or has gone up, or another
    /// control has the keys.
    fn part_steps(&mut self, ui: &Ui, actions: &mut Vec<Action>) {
        let focused = ui.memory(|memory| memory.focused());
        let (pressed, released) = ui.input(|input| (input.pointer.any_pressed(), input.pointer.any_released()));
        let (before, went_up) = std::mem::replace(&mut self.hands, (focused, released));
        if pressed || went_up || focused != before {
            actions.push(Action::EndGesture);
        }
    }

    /// The preview in place of the map.
    pub(crate) fn large_ui(&mut self, ui: &mut Ui, actions: &mut Vec<Action>) {
        let area = ui.available_rect_before_wrap();
        ui.painter().rect_filled(area, 0.0, ui.visuals().extreme_bg_color);
        if self.previewed {
            ui.ctx().request_repaint();
        } else if self.preview.ui(ui, area.shrink(24.0), &mut self.options) {
            self.keep(actions);
        }
    }

    /// How wide the panel is in a window of this width, at first and at most; all in points.
    pub(crate) fn widths(window_pt: f32) -> (f32, std::ops::RangeInclusive<f32>) {
        if window_pt < ALONE_PT {
            return (window_pt, window_pt..=window_pt);
        }
        ((0.38 * window_pt).clamp(380.0, 640.0), 340.0..=(window_pt - 320.0).max(340.0))
    }

    /// Shows the panel; a decision once there is one.
    pub(crate) fn ui(
        &mut self,
        ui: &mut Ui,
        session: &Session,
        listens: bool,
        actions: &mut Vec<Action>,
    ) -> Option<Decision> {
        let mut decision = None;
        let was_large = self.large;
        if listens && ui.input(|input| input.key_pressed(Key::Escape)) {
            decision = self.escape();
        }
        self.part_steps(ui, actions);
        let before = self.options.page.size;
        let is_alone = is_alone(ui.ctx());
        self.large &= !is_alone;
        let whole = ui.available_rect_before_wrap();
        egui::Panel::bottom("figure goes out")
            .resizable(false)
            .show_separator_line(false)
            .frame(egui::Frame::NONE)
            .show(ui, |ui| self.out_ui(ui, listens, &mut decision));
        let is_low = whole.height() < LOW_PT;
        // Nothing of what comes is drawn over what the figure goes out by.
        let above = ui.available_rect_before_wrap();
        ui.scope(|ui| {
            ui.shrink_clip_rect(above.expand2(Vec2::new(4.0, 0.0)));
            if !is_low {
                self.head_ui(ui, whole, is_alone, &mut decision);
            }
            let mut area = ScrollArea::vertical().id_salt("figure options").auto_shrink([false, false]);
            if std::mem::take(&mut self.new) {
                area = area.vertical_scroll_offset(0.0);
            }
            area.min_scrolled_height(0.0).show(ui, |ui| {
                ui.set_max_width(ui.available_width() - 12.0);
                if is_low {
                    self.head_ui(ui, whole, is_alone, &mut decision);
                }
                self.controls_ui(ui, session, is_low, actions);
                chrome::follow_focus(ui);
            });
        });
        if self.large != was_large {
            // The status bar says what fits then.
            ui.ctx().request_repaint();
        }
        self.jumped |= self.options.page.size != before;
        if !self.frame.is_dragged() {
            self.keep(actions);
        }
        decision
    }

    /// The heading and the preview, which stay where they are unless the panel is low.
    fn head_ui(&mut self, ui: &mut Ui, whole: Rect, is_alone: bool, decision: &mut Option<Decision>) {
        self.heading_ui(ui, decision);
        self.previewed = !self.large;
        if self.previewed {
            let share = if whole.height() < LOW_PT { 0.28 } else { 1.0 / 3.0 };
            let height = (share * whole.height()).min(0.78 * whole.width()).max(96.0);
            let (area, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), height), Sense::hover());
            self.preview.ui(ui, area, &mut self.options);
        }
        self.under_preview_ui(ui, is_alone);
    }

    fn heading_ui(&mut self, ui: &mut Ui, decision: &mut Option<Decision>) {
        ui.horizontal(|ui| {
            ui.heading(Purpose::Export.title());
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let close = ui.add(Button::new(theme::icon(icons::X, 15.0)).frame_when_inactive(false));
                let close = close.on_hover_text("Back to the map (Esc); how the figure is set up stays in the project");
                close.widget_info(|| WidgetInfo::labeled(Role::Button, true, "Close the figure"));
                if close.clicked() {
                    *decision = Some(Decision::Close);
                }
            });
        });
        ui.add_space(2.0);
    }

    /// The size of the page, and the preview in place of the map and back.
    fn under_preview_ui(&mut self, ui: &mut Ui, is_alone: bool) {
        let shade = theme::theme_of(ui.ctx());
        ui.horizontal(|ui| {
            if let Some(seen) = self.preview.seen() {
                let (width_pt, height_pt) = seen.page_pt;
                let scale = self.options.page.scale();
                let words = format!(
                    "{:.0} × {:.0} mm, {:.0} × {:.0} pixels",
                    width_pt / PT_PER_MM,
                    height_pt / PT_PER_MM,
                    width_pt * scale,
                    height_pt * scale
                );
                ui.label(theme::second(words, shade));
            }
            // Without a map there is nothing to take the place of.
            if is_alone {
                return;
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let label = if self.large { "Show the map" } else { "Enlarge" };
                let button = ui.add(Button::new(RichText::new(label).size(12.0)).small());
                button.widget_info(|| {
                    let name = if self.large { "Show the map with the frame" } else { "Enlarge the preview" };
                    WidgetInfo::labeled(Role::Button, true, name)
                });
                if button.clicked() {
                    self.large = !self.large;
                }
            });
        });
        ui.add_space(2.0);
    }

    /// Format, path and the verb; while the panel does not listen, the focus belongs to what lies over it.
    fn out_ui(&mut self, ui: &mut Ui, listens: bool, decision: &mut Option<Decision>) {
        ui.separator();
        self.format_ui(ui);
        self.path_ui(ui, listens, decision);
        ui.add_space(4.0);
    }

    /// The formats, by the end of the name, and what goes with one of them alone.
    fn format_ui(&mut self, ui: &mut Ui) {
        let current = OutputFormat::of_path(Path::new(self.path.trim())).ok();
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = Vec2::new(4.0, 4.0);
            for format in OutputFormat::ALL {
                if ui.selectable_label(current == Some(format), format.label()).clicked() && current != Some(format) {
                    self.path = with_format(self.path.trim(), format);
                    self.overwrite = false;
                    self.error.clear();
                }
            }
            if current == Some(OutputFormat::Png)
                && ui.checkbox(&mut self.world_file, "World file for GIS programs").changed()
            {
                self.overwrite = false;
                self.error.clear();
            }
        });
    }

    fn path_ui(&mut self, ui: &mut Ui, listens: bool, decision: &mut Option<Decision>) {
        let verb = if self.overwrite { REPLACE } else { Purpose::Export.verb() };
        let palette = theme::theme_of(ui.ctx()).palette();
        ui.horizontal(|ui| {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let text = RichText::new(verb).color(theme::ink(palette.panel));
                if ui.add(Button::new(text).fill(theme::ink(palette.accent))).clicked() {
                    *decision = Some(Decision::Accept);
                }
                if ui.button("Browse…").clicked() {
                    *decision = Some(Decision::Browse(Purpose::Export));
                }
                self.lead_to_warnings_ui(ui);
                let field = TextEdit::singleline(&mut self.path).id(Id::unique("path field"));
                let field = ui.add_sized(Vec2::new(ui.available_width(), ui.spacing().interact_size.y), field);
                text_named(&field, &self.path, Purpose::Export.hint());
                if field.changed() {
                    self.overwrite = false;
                    self.error.clear();
                }
                if listens && field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) {
                    *decision = Some(Decision::Accept);
                }
                if listens && std::mem::take(&mut self.focus) {
                    field.request_focus();
                }
                field.on_hover_text(Purpose::Export.hint());
            });
        });
        if !self.error.is_empty() {
            warning_ui(ui, &self.error);
        }
    }

    fn controls_ui(&mut self, ui: &mut Ui, session: &Session, is_low: bool, actions: &mut Vec<Action>) {
        let shade = theme::theme_of(ui.ctx());
        let section = |ui: &mut Ui, title: &str| {
            ui.add_space(10.0);
            ui.label(theme::section(title, shade));
        };
        self.warnings_ui(ui, is_low);
        section(ui, "Frame");
        self.shows_ui(ui, session);
        section(ui, "Page");
        self.page_ui(ui, session, actions);
        section(ui, "Words");
        self.words_ui(ui);
        section(ui, "Parts");
        self.parts_ui(ui);
        ui.add_space(8.0);
        self.names_ui(ui);
        ui.add_space(8.0);
    }

    /// How much there is to look at before the figure goes out, which leads there.
    fn lead_to_warnings_ui(&mut self, ui: &mut Ui) {
        let count = self.preview.seen().map_or(0, Seen::count);
        if count == 0 {
            return;
        }
        let button = ui.add(Button::new((theme::icon(icons::WARNING, 14.0), format!("{count}"))));
        let name = format!("Show the {} of the figure", chrome::counted(count));
        button.widget_info(|| WidgetInfo::labeled(Role::Button, true, name.clone()));
        self.leads_to_warnings |= button.on_hover_text(&name).clicked();
    }

    /// What an editor should know first.
    fn warnings_ui(&mut self, ui: &mut Ui, is_low: bool) {
        let shade = theme::theme_of(ui.ctx());
        let Some(seen) = self.preview.seen() else { return };
        let title = match seen.count() {
            0 => {
                ui.label(theme::second("Nothing found to warn of.", shade));
                return;
            }
            1 => "1 thing to look at first".to_owned(),
            several => format!("{several} things to look at first"),
        };
        // Where there is little room, what can be set up comes before it.
        let header = egui::CollapsingHeader::new(RichText::new(title).size(12.0)).id_salt(("figure warnings", is_low));
        let led = std::mem::take(&mut self.leads_to_warnings);
        let header = header.default_open(!is_low).open(led.then_some(true)).show_unindented(ui, |ui| {
            if let Some(error) = &seen.error {
                warning_ui(ui, error);
            }
            for warning in &seen.warnings {
                warning_ui(ui, &warning.what);
            }
        });
        if led {
            header.header_response.scroll_to_me(Some(Align::TOP));
            header.header_response.request_focus();
            ui.ctx().request_repaint();
        }
    }

    /// What the map of the figure shows.
    fn shows_ui(&mut self, ui: &mut Ui, session: &Session) {
        let shade = theme::theme_of(ui.ctx());
        let is_alone = is_alone(ui.ctx());
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = Vec2::new(6.0, 4.0);
            let help =
                "The frame is all that the map showed before, or all that it shows where you have moved it since";
            let current = ui.button("Use the current view").on_hover_text(help);
            if current.clicked() {
                let Frame { width_pt, height_pt, .. } = self.chosen;
                self.options.shows = Shows::Bounds(self.chosen.lon_lat_bounds());
                self.options.view_pt = (width_pt.max(480.0), height_pt.max(360.0));
                self.options.own_frame = true;
                self.jumped = true;
            }
            let all = ui.button("All overlays shown").on_hover_text("The frame holds every overlay that is shown");
            if all.clicked() {
                self.options.shows = Shows::Bounds(around_overlays(session));
                self.options.own_frame = true;
                self.jumped = true;
            }
            if is_alone {
                return;
            }
            let find = ui.button("Find the frame").on_hover_text("Move the map so that the whole frame is seen");
            if find.clicked() {
                self.arriving = true;
                self.large = false;
                ui.memory_mut(|memory| memory.request_focus(figure_frame::frame_id()));
            }
        });
        if let Some(map) = self.laid_out() {
            let [west, south, east, north] = map.lon_lat_bounds();
            let middle = |x: f64, y: f64| geometry::Coord { x, y };
            let lat = map.view.center.y;
            let across_km = geometry::measure::distance_m(middle(west, lat), middle(east, lat)) / 1000.0;
            let lon = map.view.center.x;
            let down_km = geometry::measure::distance_m(middle(lon, south), middle(lon, north)) / 1000.0;
            let scale = words::number(words::three_digits(map.scale_denominator()), 0);
            let size = |km: f64| words::number(words::three_digits(km), if km < 10.0 { 1 } else { 0 });
            let text = format!("1 : {scale} on paper · {} × {} km", size(across_km), size(down_km));
            ui.label(theme::second(text, shade));
        }
        if is_alone || self.large {
            return;
        }
        let shown = session.frame().world_bounds();
        let help = if shown.inset(1e-9).contains_rect(self.frame()) || !self.frame().inset(1e-9).contains_rect(shown) {
            "Drag the frame on the map to move it, its border to scale it; with the keyboard, arrows and + −."
        } else {
            "The frame goes beyond what the map shows here: − makes it smaller, “Find the frame” looks at it from afar."
        };
        ui.label(theme::second(help, shade));
    }

    /// What has a place on the map and no room there, as far as it has been laid out.
    fn crowded_out(&self) -> Vec<Piece> {
        let seen = self.preview.seen().filter(|_| self.preview.is_of(&self.options));
        seen.map(|seen| seen.moved_off.clone()).unwrap_or_default()
    }

    /// Title and subtitle.
    fn words_ui(&mut self, ui: &mut Ui) {
        let crowded_out = self.crowded_out();
        let mut subtitle = self.options.subtitle.clone().unwrap_or_default();
        let usual = "the dossier’s name, where the title is another";
        for (piece, text, hint, name) in [
            (Piece::Title, &mut self.options.title, "", "Words of the title"),
            (Piece::Subtitle, &mut subtitle, usual, "Words of the subtitle"),
        ] {
            let mut on = self.options.furniture.has(piece);
            ui.horizontal(|ui| {
                if ui.checkbox(&mut on, piece.label()).changed() {
                    self.options.furniture.set(piece, on);
                }
                if piece.has_place() && on {
                    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                        let has_room = !crowded_out.contains(&piece);
                        place_ui(ui, piece, has_room, &mut self.options.furniture);
                    });
                }
            });
            let field = TextEdit::singleline(text).hint_text(hint).desired_width(f32::INFINITY);
            let field = ui.add_enabled(on, field);
            text_named(&field, text, name);
        }
        self.options.subtitle = Some(subtitle).filter(|text| !text.is_empty());
    }

    fn page_ui(&mut self, ui: &mut Ui, session: &Session, actions: &mut Vec<Action>) {
        let most_mm = self.options.page.size.most_margin_pt(self.options.view_pt) / PT_PER_MM;
        let page = &mut self.options.page;
        egui::Grid::new("figure page").num_columns(2).spacing([10.0, 6.0]).show(ui, |ui| {
            let label = ui.label("Paper");
            let own = matches!(page.size, PageSize::Own { .. });
            let shown = if own { "Own size".to_owned() } else { page.size.label() };
            let list = ComboBox::from_id_salt("page").selected_text(shown).width(210.0);
            let list = chrome::list_ui(ui, list, |ui| {
                for size in PageSize::PRESETS {
                    if chrome::choice_ui(ui, page.size == size, size.label()) {
                        *page = PageSetup { margin_pt: page.margin_pt, ..PageSetup::of(size) };
                    }
                }
                if chrome::choice_ui(ui, own, "Own size") && !own {
                    let size = PageSize::Own { width: 174.0, height: 120.0, unit: Unit::Mm };
                    *page = PageSetup { margin_pt: page.margin_pt, ..PageSetup::of(size) };
                }
            });
            list.labelled_by(label.id);
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
                    page.margin_pt = own.then_some(most_mm.min(10.0) * PT_PER_MM);
                }
                if let Some(margin_pt) = &mut page.margin_pt {
                    // As the page clamps it.
                    let mut margin_mm = (*margin_pt / PT_PER_MM).min(most_mm);
                    let field =
                        DragValue::new(&mut margin_mm).range(0.0..=most_mm).suffix(" mm").max_decimals(1).speed(0.2);
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
            let list = ComboBox::from_id_salt("colours").selected_text(theme.label()).width(210.0);
            let list = chrome::list_ui(ui, list, |ui| {
                for choice in Theme::ALL {
                    if chrome::choice_ui(ui, *theme == choice, choice.label()) {
                        *theme = choice;
                    }
                }
            });
            list.labelled_by(label.id);
            ui.end_row();
            // Of the map in the window too: it is the same map.
            let label = ui.label("Names");
            let names = session.document().names;
            let current = chrome::NAMES.iter().find(|(_, choice)| *choice == names).map_or("", |(label, _)| label);
            let list = ComboBox::from_id_salt("names").selected_text(current).width(210.0);
            let list = chrome::list_ui(ui, list, |ui| {
                for (label, choice) in chrome::NAMES {
                    if chrome::choice_ui(ui, names == choice, label) {
                        actions.push(Action::SetNames(choice));
                    }
                }
            });
            list.labelled_by(label.id);
            ui.end_row();
        });
    }

    /// What stands on and around the map; what can be put elsewhere takes a row, with its place.
    fn parts_ui(&mut self, ui: &mut Ui) {
        let crowded_out = self.crowded_out();
        let furniture = &mut self.options.furniture;
        let listed = |piece: &Piece| !matches!(piece, Piece::Title | Piece::Subtitle);
        for piece in Piece::all().filter(listed).filter(|piece| piece.has_place()) {
            let mut on = furniture.has(piece);
            ui.horizontal(|ui| {
                if ui.checkbox(&mut on, piece.label()).changed() {
                    furniture.set(piece, on);
                }
                if on {
                    let has_room = !crowded_out.contains(&piece);
                    ui.with_layout(Layout::right_to_left(Align::Center), |ui| place_ui(ui, piece, has_room, furniture));
                }
            });
        }
        let reset = Button::new(RichText::new("Reset places").size(12.0)).small();
        let reset = ui.add_enabled(!furniture.is_usual(), reset);
        if reset.on_hover_text("Everything back to its usual corner, or off the map").clicked() {
            furniture.reset_places();
        }
        ui.add_space(4.0);
        let column = (ui.available_width() / 2.0 - 6.0).max(120.0);
        egui::Grid::new("figure parts").num_columns(2).min_col_width(column).spacing([10.0, 4.0]).show(ui, |ui| {
            let others = Piece::all().filter(listed).filter(|piece| !piece.has_place());
            for (index, piece) in others.enumerate() {
                let mut on = furniture.has(piece);
                if ui.checkbox(&mut on, piece.label()).changed() {
                    furniture.set(piece, on);
                }
                if index % 2 == 1 {
                    ui.end_row();
                }
            }
        });
    }

    fn names_ui(&mut self, ui: &mut Ui) {
        let shown = self.preview.seen().map(|seen| seen.shown.clone()).unwrap_or_default();
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
}

/// The figure as the document has it set up; where that has no frame of its own it shows what the `usual` one does.
pub(super) fn set_up(session: &Session, usual: FigureOptions) -> FigureOptions {
    let (shows, view_pt) = (usual.shows, usual.view_pt);
    let (options, _) = session.figure(usual);
    if options.own_frame { options } else { FigureOptions { shows, view_pt, ..options } }
}

/// The box around all overlays that are shown, with a little room.
fn around_overlays(session: &Session) -> [f64; 4] {
    let shown = session.document().overlays.iter().filter(|state| state.visible).map(|state| state.id.as_str());
    let [west, south, east, north] = session.dossier().bounds_of(shown);
    let (across, down) = (0.03 * (east - west), 0.03 * (north - south));
    [west - across, (south - down).max(-85.0), east + across, (north + down).min(85.0)]
}

/// What a change of the set-up is called in the list of steps.
fn step(from: &FigureOptions, to: &FigureOptions) -> &'static str {
    if from.page != to.page {
        "Page of the figure"
    } else if from.shows != to.shows || from.view_pt != to.view_pt {
        "Frame of the figure"
    } else if from.title != to.title || from.subtitle != to.subtitle {
        "Words of the figure"
    } else if from.theme != to.theme {
        "Colours of the figure"
    } else if from.legend_names != to.legend_names {
        "Names in the figure’s legend"
    } else {
        "Parts of the figure"
    }
}

/// Whether there is no room for a map beside the panel.
fn is_alone(ctx: &Context) -> bool {
    ctx.content_rect().width() < ALONE_PT
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
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        ui.label(theme::icon(icons::WARNING, 14.0));
        let mut text = what.to_owned();
        if let Some(first) = text.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        ui.add(egui::Label::new(RichText::new(text).size(12.0)).wrap());
    });
}

/// Where a piece stands: a corner, off the map, or wherever it is moved to; it may have no room there.
fn place_ui(ui: &mut Ui, piece: Piece, has_room: bool, furniture: &mut figure::Furniture) {
    let words = |place: Option<Place>| match place {
        Some(Place::Corner(corner)) => capital(&corner.name().replace('-', " ")),
        Some(Place::Free(_)) => "Own place".to_owned(),
        None => capital(piece.off_map()),
    };
    let name = piece.noun();
    let hand = ui.add(Button::new(theme::icon(icons::HAND, 14.0)).small());
    let them = piece.pronoun();
    let hand = hand.on_hover_text(format!("Move {name} in the preview: drag {them} there, or use the arrow keys now"));
    hand.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Take {name}")));
    if hand.clicked() {
        ui.memory_mut(|memory| memory.request_focus(piece_id(piece)));
    }
    let current = furniture.place_of(piece);
    let shown = if has_room { words(current) } else { "No room on the map".to_owned() };
    let list = ComboBox::from_id_salt(("place", piece.name())).selected_text(&shown).width(144.0);
    let list = chrome::list_ui(ui, list, |ui| {
        let beside = piece.stands_beside().then_some(None);
        for place in beside.into_iter().chain(Corner::ALL.map(|corner| Some(corner.into()))) {
            if chrome::choice_ui(ui, current == place, words(place)) {
                furniture.place(piece, place);
            }
        }
    });
    list.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::ComboBox, true, format!("Place of {name}"));
        info.current_text_value = Some(shown.clone());
        info
    });
    if !has_room {
        let place = words(current).to_lowercase();
        let why = format!(
            "{} would cover too much of the map or what stands there ({place}): it stays off it",
            capital(name)
        );
        list.on_hover_text(why);
    }
}

/// The export under way in the status bar: how far it has come, and a button that ends it.
pub(crate) fn progress_ui(ui: &mut Ui, progress: &Progress) {
    ui.add(egui::Spinner::new().size(14.0));
    if ui.add(Button::new("Cancel export").small()).clicked() {
        progress.cancel();
    }
}
