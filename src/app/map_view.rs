//! The map in the window: gestures by walkers, the picture by [`map_worker`](super::map_worker), and what lies over it.

use eframe::egui::{
    self, Align2, Color32, CursorIcon, FontFamily, FontId, Key, Pos2, Rect, Response, Role, Sense, TextureHandle,
    TextureOptions, Ui, Vec2, WidgetInfo,
};
use walkers::{Map, MapMemory};

use super::map_source::MapSource;
use super::map_worker::{MapWorker, Painted, Request};
use super::{icons, theme};
use crate::dossier::words;
use crate::figure::scale_bar;
use crate::geometry::{Frame, Point, View};
use crate::scene::Look;
use crate::session::{Action, Command, Selection, Session};

/// What is painted beyond each edge, so that a drag finds the map already there, in points.
const MARGIN_PT: f64 = 96.0;

/// Wheel travel, in points, that zooms by one step: a usual wheel turns about 50 points a notch.
const WHEEL_PT_PER_STEP: f32 = 90.0;

/// Between two credits, in points.
const CREDIT_GAP_PT: f32 = 6.0;

/// Height of a line of credits, in points.
const CREDIT_LINE_PT: f32 = 18.0;

/// How far an arrow key moves the map, in points.
const ARROW_PT: f64 = 64.0;

/// The map and the picture of it that the window holds.
pub(crate) struct MapView {
    memory: MapMemory,
    /// The view that the memory was last told of, or told us.
    known: Option<View>,
    worker: MapWorker,
    requested: Option<Request>,
    shown: Option<(Request, TextureHandle)>,
    /// Painted before there was a window, and not shown yet.
    first: Option<Painted>,
    /// Where the map lies in the window.
    pub(crate) rect: Rect,
    /// Under the pointer.
    pub(crate) pointer: Option<Point>,
    /// How many pictures have been shown.
    pub(crate) pictures: u64,
}

impl MapView {
    pub(crate) fn new(worker: MapWorker) -> Self {
        Self {
            memory: MapMemory::default(),
            known: None,
            worker,
            requested: None,
            shown: None,
            first: None,
            rect: Rect::NOTHING,
            pointer: None,
            pictures: 0,
        }
    }

    /// Takes a picture that was painted before there was a window, to be shown until the first of its own.
    pub(crate) fn show_first(&mut self, painted: Option<Painted>) {
        self.first = painted;
    }

    /// Whether the picture on screen is of the latest request.
    pub(crate) fn is_settled(&self) -> bool {
        !self.worker.is_busy() && self.shown.is_some()
    }

    /// Shows the map in all the space that is left.
    pub(crate) fn ui(
        &mut self,
        ui: &mut Ui,
        session: &mut Session,
        source: &MapSource,
        actions: &mut Vec<Action>,
    ) -> Response {
        let rect = ui.available_rect_before_wrap();
        self.rect = rect;
        let size = (f64::from(rect.width()), f64::from(rect.height()));
        apply(session, Action::SetPage { width_pt: size.0, height_pt: size.1 });

        let view = session.document().view;
        if self.known != Some(view) {
            self.memory.center_at(walkers::lon_lat(view.center.x, view.center.y));
            // Both refuse a zoom that walkers does not know; the session's limits lie within walkers'.
            let _ = self.memory.set_zoom(view.zoom);
        }
        let response = Map::new(None, &mut self.memory, walkers::lon_lat(view.center.x, view.center.y))
            .zoom_gesture(false)
            .panning(false)
            .double_click_to_zoom(false)
            .drag_pan_buttons(egui::DragPanButtons::PRIMARY | egui::DragPanButtons::MIDDLE)
            .show(ui, |_, _, _, _| ())
            .response;
        let center =
            self.memory.detached().map_or(view.center, |position| geo::Coord { x: position.x(), y: position.y() });
        if center != view.center {
            apply(session, Action::SetView(View { center, ..view }));
        }
        self.known = Some(session.document().view);
        // While walkers glides on, its own idea of the centre must not be disturbed by rounding.
        if (self.known.map(|known| known.center)) != Some(center) {
            self.known = None;
        }
        response.widget_info(|| WidgetInfo::labeled(Role::Canvas, true, "Map"));
        self.gestures(ui, &response, session, actions);
        self.picture(ui, session, source);
        self.hover(ui, &response, session);
        response
    }

    fn gestures(&mut self, ui: &Ui, response: &Response, session: &mut Session, actions: &mut Vec<Action>) {
        let rect = self.rect;
        let page = |at: Pos2| Point::new(f64::from(at.x - rect.min.x), f64::from(at.y - rect.min.y));
        self.pointer = response.hover_pos().map(page);
        if let Some(at) = self.pointer {
            let (wheel, pinch) = ui.input(|input| (input.smooth_scroll_delta.y, input.zoom_delta()));
            let steps = wheel / WHEEL_PT_PER_STEP + if pinch == 1.0 { 0.0 } else { pinch.log2() };
            if steps != 0.0 {
                apply(session, Action::ZoomAt { at, steps: f64::from(steps) });
                ui.input_mut(|input| input.smooth_scroll_delta = Vec2::ZERO);
            }
        }
        if let Some(at) = response.interact_pointer_pos().map(page) {
            if response.double_clicked() {
                let steps = if ui.input(|input| input.modifiers.shift) { -1.0 } else { 1.0 };
                apply(session, Action::ZoomAt { at, steps });
            } else if response.clicked() {
                response.request_focus();
                actions.push(Action::Click { page: at, below: ui.input(|input| input.modifiers.alt) });
            }
        }
        if response.has_focus() {
            ui.memory_mut(|memory| {
                let arrows = egui::EventFilter { horizontal_arrows: true, vertical_arrows: true, ..Default::default() };
                memory.set_focus_lock_filter(response.id, arrows);
            });
            let middle = Point::new(f64::from(rect.width()) / 2.0, f64::from(rect.height()) / 2.0);
            for (key, right_pt, down_pt) in [
                (Key::ArrowLeft, -ARROW_PT, 0.0),
                (Key::ArrowRight, ARROW_PT, 0.0),
                (Key::ArrowUp, 0.0, -ARROW_PT),
                (Key::ArrowDown, 0.0, ARROW_PT),
            ] {
                if ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, key)) {
                    apply(session, Action::Pan { right_pt, down_pt });
                }
            }
            if ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, Key::Enter)) {
                actions.push(Action::Click { page: middle, below: false });
            }
        }
    }

    /// Asks for a picture where one is needed, and shows the latest, scaled and moved to where the view is now.
    fn picture(&mut self, ui: &Ui, session: &Session, source: &MapSource) {
        let frame = session.frame();
        let scale = f64::from(ui.ctx().pixels_per_point());
        let wanted = Request {
            scene: session.scene().clone(),
            ground: source.ground().clone(),
            ground_version: source.version(),
            look: Look {
                highlighted: session.highlighted(),
                place: match session.selection() {
                    Selection::Overlay { place, .. } => *place,
                    Selection::Excerpt { .. } | Selection::None => None,
                },
                ..Look::of(session.document(), theme::theme_of(ui.ctx()), scale)
            },
            frame: Frame::new(frame.view, frame.width_pt + 2.0 * MARGIN_PT, frame.height_pt + 2.0 * MARGIN_PT),
            scale,
        };
        let fresh = self.requested.as_ref().is_some_and(|asked| {
            asked.looks_like(&wanted)
                && asked.frame.view.zoom == frame.view.zoom
                && (asked.frame.width_pt, asked.frame.height_pt) == (wanted.frame.width_pt, wanted.frame.height_pt)
                && contains(asked.frame, frame, if self.worker.is_busy() { 0.0 } else { MARGIN_PT / 2.0 })
        });
        let theme = theme::theme_of(ui.ctx());
        let first = self.first.take().filter(|first| first.request.look.theme == theme);
        if first.is_some() {
            // The frame that opens the window has the machine to itself; the sharp picture comes with the next.
            ui.request_repaint();
        } else if !fresh {
            self.worker.request(wanted.clone());
            self.requested = Some(wanted);
        }
        if let Some(painted) = self.worker.take().or(first) {
            self.pictures += 1;
            match &mut self.shown {
                Some((request, texture)) => {
                    texture.set(painted.image, TextureOptions::LINEAR);
                    *request = painted.request;
                }
                None => {
                    let texture = ui.ctx().load_texture("map", painted.image, TextureOptions::LINEAR);
                    self.shown = Some((painted.request, texture));
                }
            }
        }
        let painter = ui.painter_at(self.rect);
        let palette = theme::theme_of(ui.ctx()).palette();
        let Some((request, texture)) = &self.shown else {
            painter.rect_filled(self.rect, 0.0, theme::ink(palette.ground));
            return;
        };
        painter.rect_filled(self.rect, 0.0, theme::ink(palette.land));
        let to_page = frame.page_from_world() * request.frame.page_from_world().inverse();
        let corner = |x: f64, y: f64| {
            let page = to_page * Point::new(x, y);
            self.rect.min + Vec2::new(page.x as f32, page.y as f32)
        };
        let mut target = Rect::from_min_max(corner(0.0, 0.0), corner(request.frame.width_pt, request.frame.height_pt));
        if request.frame.view.zoom == frame.view.zoom {
            // At the same zoom the picture moves by whole pixels and stays sharp.
            let snap = |value: f32| (value * scale as f32).round() / scale as f32;
            let size = Vec2::new(request.frame.width_pt as f32, request.frame.height_pt as f32);
            target = Rect::from_min_size(Pos2::new(snap(target.min.x), snap(target.min.y)), size);
        }
        let whole = Rect::from_min_max(Pos2::ZERO, Pos2::new(1.0, 1.0));
        painter.image(texture.id(), target, whole, Color32::WHITE);
    }

    /// Name and gist of what lies under the pointer.
    fn hover(&self, ui: &Ui, response: &Response, session: &Session) {
        let Some(at) = self.pointer.filter(|_| !response.dragged()) else {
            return;
        };
        let hits = session.hits_at(at);
        let Some(hit) = hits.first() else {
            return;
        };
        let Some(overlay) = session.dossier().overlay(&hit.overlay) else {
            return;
        };
        ui.ctx().set_cursor_icon(CursorIcon::PointingHand);
        let shade = theme::theme_of(ui.ctx());
        response.clone().on_hover_ui_at_pointer(|ui| {
            ui.set_max_width(320.0);
            ui.label(egui::RichText::new(super::name_of(overlay, hit.place)).family(theme::semi_bold()));
            ui.label(theme::second(&overlay.gist, shade));
            if hits.len() > 1 {
                ui.label(theme::second(format!("{} overlays here; click again to step down", hits.len()), shade));
            }
        });
    }

    /// How high the strip of credits is, with the lines that it needs in this width.
    fn credits_height(&self, ui: &Ui, credits: &[(String, String)], clear_of: f32) -> f32 {
        let font = FontId::new(11.5, FontFamily::Proportional);
        let room = self.rect.width() - clear_of - 16.0;
        let (mut lines, mut used) = (1.0, 0.0);
        for (text, _) in credits {
            let width = ui.painter().layout_no_wrap(format!("{text}  ·"), font.clone(), Color32::BLACK).size().x;
            if used > 0.0 && used + width > room {
                lines += 1.0;
                used = 0.0;
            }
            used += width + CREDIT_GAP_PT;
        }
        lines * CREDIT_LINE_PT + 6.0
    }

    /// Buttons, scale bar, credits and the focus ring, over the picture, `clear_of` a drawer that covers its left.
    pub(crate) fn furniture_ui(
        &self,
        ui: &mut Ui,
        session: &Session,
        credits: &[(String, String)],
        clear_of: f32,
        actions: &mut Vec<Action>,
    ) {
        let shade = theme::theme_of(ui.ctx());
        let palette = shade.palette();
        let buttons = [(icons::PLUS, Command::ZoomIn), (icons::MINUS, Command::ZoomOut), (icons::HOUSE, Command::Home)];
        let mut corner = self.rect.right_top() + Vec2::new(-44.0, 12.0);
        for (glyph, command) in buttons {
            let place = Rect::from_min_size(corner, Vec2::splat(32.0));
            let button = egui::Button::new(theme::icon(glyph, 16.0))
                .fill(theme::ink(palette.panel))
                .stroke(egui::Stroke::new(1.0, theme::ink(palette.line)));
            let response = ui.put(place, button).on_hover_text(super::with_keys(command.help(), command));
            response.widget_info(|| WidgetInfo::labeled(Role::Button, true, command.label()));
            if response.clicked() {
                actions.push(Action::Command(command));
            }
            corner.y += 36.0;
        }
        let painter = ui.painter_at(self.rect);
        let credits_pt = self.credits_height(ui, credits, clear_of);
        let frame = session.frame();
        let bar = scale_bar(&frame, 140.0);
        let foot = self.rect.left_bottom() + Vec2::new(clear_of + 14.0, -credits_pt - 10.0);
        let stroke = egui::Stroke::new(1.5, theme::ink(palette.ink));
        let end = foot + Vec2::new(bar.length_pt as f32, 0.0);
        for casing in [egui::Stroke::new(4.0, theme::ink(palette.halo)), stroke] {
            painter.line_segment([foot, end], casing);
            painter.line_segment([foot - Vec2::new(0.0, 5.0), foot], casing);
            painter.line_segment([end - Vec2::new(0.0, 5.0), end], casing);
        }
        let font = FontId::new(11.0, FontFamily::Proportional);
        let above = Pos2::new((foot.x + end.x) / 2.0, foot.y - 4.0);
        let galley = painter.layout_no_wrap(bar.label.clone(), font.clone(), theme::ink(palette.ink));
        let text = Align2::CENTER_BOTTOM.anchor_size(above, galley.size());
        painter.rect_filled(text.expand2(Vec2::new(2.0, 0.0)), 3.0, theme::ink(palette.halo.with_opacity(0.7)));
        painter.galley(text.min, galley, theme::ink(palette.ink));

        // Credits, each a link, at the foot of the map, on as many lines as they need.
        let line = Rect::from_min_max(
            self.rect.left_bottom() + Vec2::new(clear_of + 8.0, -credits_pt),
            self.rect.right_bottom() - Vec2::new(8.0, 4.0),
        );
        painter.rect_filled(
            Rect::from_min_max(Pos2::new(self.rect.min.x, line.min.y + 1.0), self.rect.max),
            0.0,
            theme::ink(palette.panel.with_opacity(0.78)),
        );
        let mut child =
            ui.new_child(egui::UiBuilder::new().max_rect(line).layout(egui::Layout::top_down(egui::Align::Min)));
        child.set_clip_rect(line.intersect(ui.clip_rect()));
        child.spacing_mut().item_spacing = Vec2::new(CREDIT_GAP_PT, 2.0);
        child.spacing_mut().interact_size.y = CREDIT_LINE_PT - 2.0;
        child.add_space(2.0);
        child.horizontal_wrapped(|ui| {
            for (index, (text, url)) in credits.iter().enumerate() {
                let text = if index + 1 < credits.len() { format!("{text}  ·") } else { text.clone() };
                let response = ui.add(egui::Label::new(theme::second(text, shade)).extend().sense(if url.is_empty() {
                    Sense::hover()
                } else {
                    Sense::click()
                }));
                if !url.is_empty() && response.on_hover_cursor(CursorIcon::PointingHand).on_hover_text(url).clicked() {
                    actions.push(Action::OpenUrl(url.clone()));
                }
            }
        });
    }
}

/// What a right click offers.
pub(crate) fn context_menu(response: &Response, session: &Session, at: Option<Point>, actions: &mut Vec<Action>) {
    // The place is where the menu was opened, not where the pointer has gone since.
    let opened = response.id.with("place");
    if response.secondary_clicked()
        && let Some(at) = at
    {
        response.ctx.data_mut(|data| data.insert_temp(opened, (at.x, at.y)));
    }
    response.context_menu(|ui| {
        let Some((x, y)) = ui.data(|data| data.get_temp::<(f64, f64)>(opened)) else {
            return;
        };
        let page = Point::new(x, y);
        let place = session.frame().lon_lat_from_page(page);
        for text in [words::position(place.x, place.y), words::position_dms(place.x, place.y)] {
            if ui.button(format!("Copy {text}")).clicked() {
                actions.push(Action::CopyText(text));
                ui.close();
            }
        }
        ui.separator();
        if ui.button("Zoom in here").clicked() {
            actions.push(Action::ZoomAt { at: page, steps: 2.0 });
            ui.close();
        }
        let hits = session.hits_at(page);
        if !hits.is_empty() {
            ui.separator();
            ui.label("Select");
        }
        for hit in hits {
            if let Some(overlay) = session.dossier().overlay(&hit.overlay)
                && ui.button(super::name_of(overlay, hit.place)).clicked()
            {
                actions.push(Action::Select(hit.overlay.clone()));
                ui.close();
            }
        }
    });
}

/// Whether the picture of `painted` shows all of `frame` and `spare_pt` more on each side.
fn contains(painted: Frame, frame: Frame, spare_pt: f64) -> bool {
    let to_painted = painted.page_from_world() * frame.page_from_world().inverse();
    let seen = to_painted.transform_rect_bbox(frame.page());
    seen.x0 >= spare_pt
        && seen.y0 >= spare_pt
        && seen.x1 <= painted.width_pt - spare_pt
        && seen.y1 <= painted.height_pt - spare_pt
}

/// Applies an action that has no effect outside the session.
fn apply(session: &mut Session, action: Action) {
    let effects = session.apply(action);
    debug_assert!(effects.is_empty(), "{effects:?}");
}
