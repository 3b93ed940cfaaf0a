//! The panel in which a figure is set up: its preview, its frame, its page, what stands on it and where, and where it
//! goes. The map stays beside it, with the frame of the figure over it.
//!
//! What is set up here is the document's: it is kept in the project, and the same project gives the same figure on the
//! command line.

mod controls;
mod figure_frame;
mod figure_preview;
mod maps;
mod out;
mod page;
mod parts;

use std::path::PathBuf;
use std::sync::Arc;

use eframe::egui::{
    self, Align, Button, Context, Id, Key, Layout, Rect, RichText, Role, ScrollArea, Sense, Ui, Vec2, WidgetInfo,
};
use serde_json::{Map, Value};

use self::figure_frame::{FigureFrame, Framed};
use self::figure_preview::Preview;
use crate::app::dialogs::gaps_window;
use crate::app::dialogs::{Decision, Purpose};
use crate::app::focus::{self, Part};
use crate::app::of_days::OfDays;
use crate::app::widgets::tip;
use crate::app::{chrome, icons, theme};
use crate::document::step::FigurePart;
use crate::figure::paper::PT_PER_MM;
use crate::figure::{FigureOptions, Shows};
use crate::geometry::{self, Frame, View};
use crate::scene::ground::Ground;
use crate::session::{Action, Lane, Session};

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
    /// How many maps there are, as it is typed.
    maps: Option<maps::MapsForm>,
    /// What is reported of several days of what is shown.
    lanes: OfDays<Vec<Lane>>,
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
            maps: None,
            lanes: OfDays::default(),
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
            "Drag the parts of the figure in the preview · Esc goes back to the map"
        } else if self.large {
            "Drag the parts of the figure · Esc goes back to the map with its frame"
        } else {
            "Drag the frame on the map, or the parts of the figure in the preview · Esc goes back to the map"
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
        let part = changed_part(&self.kept, &self.options);
        self.options.own_frame = true;
        self.kept = self.options.clone();
        actions.push(Action::SetFigure { options: Box::new(self.options.clone()), part });
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
            .show(ui, |ui| {
                focus::part(ui, Part::RightFoot);
                self.out_ui(ui, listens, &mut decision);
            });
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
                self.controls_ui(ui, session, is_low);
                chrome::follow_focus(ui);
            });
        });
        if self.large != was_large {
            // The status bar says what fits then.
            ui.ctx().request_repaint();
        }
        if self.options.language != self.kept.language {
            session.retell_figure(self.kept.language, &mut self.options);
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
                let close =
                    close.on_hover_text("Back to the map (Esc); the settings of the figure stay in the project");
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
                let help =
                    if self.large { "The map with the frame over it (Esc)" } else { "Show it in place of the map" };
                if tip(button, help).clicked() {
                    self.large = !self.large;
                }
            });
        });
        ui.add_space(2.0);
    }
}

/// The figure as the document has it set up; where that has no frame of its own it shows what the `usual` one does.
pub(crate) fn set_up(session: &Session, usual: FigureOptions) -> FigureOptions {
    if session.comparison().is_some() || session.agreement().is_some() {
        return usual;
    }
    let (shows, view_pt) = (usual.shows, usual.view_pt);
    let (options, _) = session.figure(usual);
    if options.own_frame { options } else { FigureOptions { shows, view_pt, ..options } }
}

/// What of the set-up a change concerns, for the list of steps.
fn changed_part(from: &FigureOptions, to: &FigureOptions) -> FigurePart {
    if from.page != to.page {
        FigurePart::Page
    } else if from.shows != to.shows || from.view_pt != to.view_pt {
        FigurePart::Frame
    } else if (&from.title, &from.kicker, &from.subtitle) != (&to.title, &to.kicker, &to.subtitle) {
        FigurePart::Words
    } else if from.theme != to.theme {
        FigurePart::Colours
    } else if from.language != to.language {
        FigurePart::Language
    } else if from.panels != to.panels {
        FigurePart::Maps
    } else if from.legend_names != to.legend_names {
        FigurePart::LegendNames
    } else {
        FigurePart::Pieces
    }
}

/// Whether there is no room for a map beside the panel.
fn is_alone(ctx: &Context) -> bool {
    ctx.content_rect().width() < ALONE_PT
}
