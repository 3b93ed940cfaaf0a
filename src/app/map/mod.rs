//! The map in the window: gestures by walkers, the picture by [`map_worker`], and what lies over it.

pub(crate) mod map_source;
pub(crate) mod map_worker;

use eframe::egui::{
    self, Align2, Color32, CursorIcon, FontFamily, FontId, Key, PointerButton, Pos2, Rect, Response, Role, Sense,
    TextureHandle, TextureOptions, Ui, Vec2, WidgetInfo,
};
use walkers::{Map, MapMemory};

use self::map_source::MapSource;
use self::map_worker::{MapWorker, Painted, Request};
use crate::app::{icons, theme};
use crate::dossier::words;
use crate::figure::scale_bar;
use crate::geometry::{Frame, Point, View};
use crate::scene::Look;
use crate::scene::annotations;
use crate::session::{Action, Annotate, Command, Selection, Session};
use crate::tools::{Cursor, Draft, Gesture, HandleKind, Modifiers, Tool};

/// What is painted beyond each edge, so that a drag finds the map already there, in points.
const MARGIN_PT: f64 = 96.0;

/// Wheel travel, in points, that zooms by one step: a usual wheel turns about 50 points a notch.
const WHEEL_PT_PER_STEP: f32 = 90.0;

/// Between two credits, in points.
const CREDIT_GAP_PT: f32 = 6.0;

/// Height of a line of credits, in points.
const CREDIT_LINE_PT: f32 = 18.0;

/// Side of the map's buttons, and their distance from each other and from its edges, in points.
const BUTTON_PT: f32 = 32.0;
const BUTTON_GAP_PT: f32 = 4.0;
const EDGE_PT: f32 = 12.0;

/// How far an arrow key moves the map, in points.
const ARROW_PT: f64 = 64.0;

/// How far an arrow key moves the crosshair, in points; with Ctrl a point.
const CROSSHAIR_PT: f64 = 12.0;

/// Two clicks within this time, in seconds, and this far from each other, in points, are a double click.
const DOUBLE_CLICK_S: f64 = 0.35;
const DOUBLE_CLICK_PT: f64 = 6.0;

/// How far Shift and an arrow key move what is selected, in points; without Shift a point.
const NUDGE_PT: f64 = 10.0;

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
    /// What the button that is down does.
    held: Held,
    /// When and where the last click was, while another may make it a double click.
    clicked: Option<(f64, Point)>,
    /// Where the tool last saw the pointer, with the keys held.
    seen: Option<(Point, Modifiers)>,
    /// The tool in hand when the map was last shown.
    tool: Tool,
    /// What was being drawn or moved when the map was last shown.
    pub(crate) draft: Draft,
    /// How many pictures have been shown.
    pub(crate) pictures: u64,
}

/// What the button that is down does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Held {
    /// It is up, or went down elsewhere.
    Nothing,
    /// It draws, with the tool.
    Tool,
    /// It moves the map, unless it goes up where it went down: then it is the tool's click.
    Map,
    /// It moves the map, whatever it does.
    OnlyMap,
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
            held: Held::Nothing,
            clicked: None,
            seen: None,
            tool: Tool::Select,
            draft: Draft::default(),
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
        self.rect = ui.available_rect_before_wrap();
        self.fit_page(session);
        self.press(ui, session);
        let pan = match self.held {
            Held::Tool => egui::DragPanButtons::MIDDLE,
            Held::Nothing | Held::Map | Held::OnlyMap => egui::DragPanButtons::PRIMARY | egui::DragPanButtons::MIDDLE,
        };
        let response = self.walk(ui, session, pan);
        if std::mem::replace(&mut self.tool, session.tool()) != session.tool() {
            // Whoever took the tool by a key goes on with keys.
            response.request_focus();
        }
        self.gestures(ui, &response, session, actions);
        self.draft = session.draft();
        self.picture(ui, session, source);
        self.draft_ui(ui, session);
        self.hover(ui, &response, session);
        response
    }

    /// Shows the map under the frame of a figure: it moves and zooms, and no tool works on it.
    pub(crate) fn framed_ui(&mut self, ui: &mut Ui, session: &mut Session, source: &MapSource) {
        self.rect = ui.available_rect_before_wrap();
        self.fit_page(session);
        self.held = Held::Nothing;
        self.draft = Draft::default();
        let response = self.walk(ui, session, egui::DragPanButtons::PRIMARY | egui::DragPanButtons::MIDDLE);
        // The frame lies over the map and takes its hovering, but not the wheel.
        self.pointer = match ui.input(|input| input.pointer.hover_pos()) {
            Some(at)
                if self.rect.contains(at) && ui.ctx().layer_id_at(at).is_none_or(|layer| layer == ui.layer_id()) =>
            {
                Some(self.page(at))
            }
            _ => None,
        };
        self.zoom(ui, session);
        if response.has_focus() {
            ui.memory_mut(|memory| {
                let arrows = egui::EventFilter { horizontal_arrows: true, vertical_arrows: true, ..Default::default() };
                memory.set_focus_lock_filter(response.id, arrows);
            });
            for (key, x, y) in crate::app::ARROWS {
                if ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, key)) {
                    apply(session, Action::Pan { right_pt: x * ARROW_PT, down_pt: y * ARROW_PT });
                }
            }
        }
        self.picture(ui, session, source);
        if response.dragged() {
            ui.ctx().set_cursor_icon(CursorIcon::Grabbing);
        }
    }

    /// Tells the session how large the map is, and walkers where it looks.
    fn fit_page(&mut self, session: &mut Session) {
        let (width_pt, height_pt) = (f64::from(self.rect.width()), f64::from(self.rect.height()));
        apply(session, Action::SetPage { width_pt, height_pt });
        let view = session.document().view;
        if self.known != Some(view) {
            self.memory.center_at(walkers::lon_lat(view.center.x, view.center.y));
            // Both refuse a zoom that walkers does not know; the session's limits lie within walkers'.
            let _ = self.memory.set_zoom(view.zoom);
        }
    }

    /// Lets walkers move the map.
    fn walk(&mut self, ui: &mut Ui, session: &mut Session, pan: egui::DragPanButtons) -> Response {
        let view = session.document().view;
        let response = Map::new(None, &mut self.memory, walkers::lon_lat(view.center.x, view.center.y))
            .zoom_gesture(false)
            .panning(false)
            .double_click_to_zoom(false)
            .drag_pan_buttons(pan)
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
        response
    }

    /// Zooms by wheel and pinch at the pointer.
    fn zoom(&self, ui: &Ui, session: &mut Session) {
        let Some(at) = self.pointer else { return };
        let (wheel, pinch) = ui.input(|input| (input.smooth_scroll_delta.y, input.zoom_delta()));
        let steps = wheel / WHEEL_PT_PER_STEP + if pinch == 1.0 { 0.0 } else { pinch.log2() };
        if steps != 0.0 {
            apply(session, Action::ZoomAt { at, steps: f64::from(steps) });
            ui.input_mut(|input| input.smooth_scroll_delta = Vec2::ZERO);
        }
    }

    fn gestures(&mut self, ui: &Ui, response: &Response, session: &mut Session, actions: &mut Vec<Action>) {
        let rect = self.rect;
        let page = |at: Pos2| Point::new(f64::from(at.x - rect.min.x), f64::from(at.y - rect.min.y));
        self.pointer = response.hover_pos().map(page);
        self.zoom(ui, session);
        self.tool_gestures(ui, response, session, actions);
        if response.has_focus() {
            self.focused_keys(ui, response, session, actions);
        }
    }

    /// Where a position in the window lies on the map's page.
    fn page(&self, at: Pos2) -> Point {
        Point::new(f64::from(at.x - self.rect.min.x), f64::from(at.y - self.rect.min.y))
    }

    /// Decides, before walkers sees it, whether a button that goes down is the tool's or the map's.
    fn press(&mut self, ui: &Ui, session: &Session) {
        let pressed = ui.input(|input| input.events.iter().find_map(pressed_at));
        if let Some(at) = pressed {
            self.held = self.holder(ui, session, at);
        }
    }

    /// What a button that goes down here does.
    fn holder(&self, ui: &Ui, session: &Session, at: Pos2) -> Held {
        let (keys, space) = ui.input(|input| (keys_of(input), input.key_down(Key::Space)));
        // A window, a menu or a drawer lies over the map there.
        let on_map = ui.ctx().layer_id_at(at).is_none_or(|layer| layer == ui.layer_id());
        match session.tool() {
            _ if !on_map || !self.rect.contains(at) => Held::Nothing,
            Tool::Pan => Held::OnlyMap,
            _ if space && !ui.ctx().text_edit_focused() => Held::OnlyMap,
            _ if session.takes_drag(self.page(at), keys) => Held::Tool,
            _ => Held::Map,
        }
    }

    /// Hands what the pointer does to the tool, event by event: a slow frame may hold several clicks.
    fn tool_gestures(&mut self, ui: &Ui, response: &Response, session: &mut Session, actions: &mut Vec<Action>) {
        let (events, time, keys) = ui.input(|input| {
            let pointer = |event: &&egui::Event| {
                matches!(event, egui::Event::PointerMoved(_) | egui::Event::PointerButton { .. })
            };
            (input.events.iter().filter(pointer).cloned().collect::<Vec<_>>(), input.time, keys_of(input))
        });
        let act = |actions: &mut Vec<Action>, gesture| actions.push(Action::Gesture { gesture, modifiers: keys });
        let mut first = true;
        for event in &events {
            let drawing = matches!(self.held, Held::Tool | Held::Map);
            match event {
                egui::Event::PointerMoved(at) if drawing => {
                    let at = self.page(*at);
                    act(actions, Gesture::Move(at));
                    self.seen = Some((at, keys));
                }
                egui::Event::PointerButton { button: PointerButton::Primary, pressed: false, pos, .. } => {
                    if drawing {
                        let at = self.page(*pos);
                        let again = self.clicked.take().is_some_and(|(then, there)| {
                            time - then <= DOUBLE_CLICK_S && there.distance(at) <= DOUBLE_CLICK_PT
                        });
                        let clicks = if again { 2 } else { 1 };
                        if !again {
                            self.clicked = Some((time, at));
                        }
                        act(actions, Gesture::Release { at, clicks });
                        let nothing_here = || annotations::hits(session.document(), &session.frame(), at).is_empty();
                        if again && session.tool() == Tool::Select && nothing_here() {
                            let steps = if keys.shift { -1.0 } else { 1.0 };
                            actions.push(Action::ZoomAt { at, steps });
                        }
                    }
                    self.held = Held::Nothing;
                }
                _ => {
                    if let Some(pos) = pressed_at(event) {
                        // The first of a frame was decided on before the map was shown.
                        if !std::mem::take(&mut first) {
                            self.held = self.holder(ui, session, pos);
                        }
                        if matches!(self.held, Held::Tool | Held::Map) {
                            response.request_focus();
                            let at = self.page(pos);
                            act(actions, Gesture::Move(at));
                            act(actions, Gesture::Press(at));
                            self.seen = Some((at, keys));
                        }
                    }
                }
            }
        }
        match self.pointer {
            Some(at) if self.held == Held::Nothing => {
                if self.seen != Some((at, keys)) {
                    act(actions, Gesture::Move(at));
                }
                self.seen = Some((at, keys));
            }
            // A key went down or up under a pointer that rests.
            _ if matches!(self.held, Held::Tool | Held::Map) => {
                if let Some((at, _)) = self.seen.filter(|(_, before)| *before != keys) {
                    act(actions, Gesture::Move(at));
                    self.seen = Some((at, keys));
                }
            }
            _ => {
                if self.seen.take().is_some() {
                    act(actions, Gesture::Leave);
                }
            }
        }
    }

    /// What arrows and Enter do while the map has the focus.
    fn focused_keys(&self, ui: &Ui, response: &Response, session: &mut Session, actions: &mut Vec<Action>) {
        ui.memory_mut(|memory| {
            let arrows = egui::EventFilter { horizontal_arrows: true, vertical_arrows: true, ..Default::default() };
            memory.set_focus_lock_filter(response.id, arrows);
        });
        let modifiers = ui.input(keys_of);
        let places = !matches!(session.tool(), Tool::Select | Tool::Pan) || session.is_drafting();
        for (key, x, y) in crate::app::ARROWS {
            let held = ui.input(|input| input.modifiers);
            let pressed = |wanted: egui::Modifiers| {
                held.matches_exact(wanted) && ui.input_mut(|input| input.consume_key(wanted, key))
            };
            let (none, shift, ctrl) = (egui::Modifiers::NONE, egui::Modifiers::SHIFT, egui::Modifiers::COMMAND);
            if places {
                for (wanted, step_pt) in [(none, CROSSHAIR_PT), (shift, CROSSHAIR_PT), (ctrl, 1.0)] {
                    if pressed(wanted) {
                        actions.push(Action::MoveCrosshair { right_pt: x * step_pt, down_pt: y * step_pt, modifiers });
                    }
                }
            } else if !session.selected_annotations().is_empty() {
                for (wanted, step_pt) in [(none, 1.0), (shift, NUDGE_PT)] {
                    if pressed(wanted) {
                        actions.push(Action::Nudge { right_pt: x * step_pt, down_pt: y * step_pt });
                    }
                }
            } else if pressed(none) {
                apply(session, Action::Pan { right_pt: x * ARROW_PT, down_pt: y * ARROW_PT });
            }
        }
        if ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, Key::Enter)) {
            let drawn_by_pointer = session.is_drafting() && session.crosshair().is_none();
            actions.push(if drawn_by_pointer {
                Action::Command(Command::FinishDraft)
            } else {
                Action::PlaceAtCrosshair(modifiers)
            });
        }
    }

    /// What belongs to the draft and the selection and is not part of the map: handles, snapping, the box that selects,
    /// running measures, the crosshair.
    fn draft_ui(&self, ui: &Ui, session: &Session) {
        let palette = theme::theme_of(ui.ctx()).palette();
        let painter = ui.painter_at(self.rect);
        let here = |at: Point| self.rect.min + Vec2::new(at.x as f32, at.y as f32);
        let accent = theme::ink(palette.accent);
        let halo = theme::ink(palette.halo);
        let draft = &self.draft;
        if let Some(select) = draft.select_box {
            let rect =
                Rect::from_two_pos(here(Point::new(select.x0, select.y0)), here(Point::new(select.x1, select.y1)));
            painter.rect_filled(rect, 0.0, theme::ink(palette.accent.with_opacity(0.12)));
            painter.rect_stroke(rect, 0.0, egui::Stroke::new(1.0, accent), egui::StrokeKind::Middle);
        }
        for handle in &draft.handles {
            let (at, size) = (here(handle.at), if handle.hot { 6.5 } else { 5.0 });
            let stroke = egui::Stroke::new(1.75, accent);
            let square = |size: f32| Rect::from_center_size(at, Vec2::splat(2.0 * size));
            match handle.kind {
                HandleKind::Scale | HandleKind::Wrap => {
                    painter.rect(square(size - 0.5), 1.5, halo, stroke, egui::StrokeKind::Middle);
                }
                HandleKind::Midpoint => {
                    painter.circle(
                        at,
                        size - 1.5,
                        theme::ink(palette.halo.with_opacity(0.75)),
                        egui::Stroke::new(1.25, accent),
                    );
                }
                HandleKind::Rotate | HandleKind::Radius | HandleKind::Words => {
                    painter.circle(at, size, accent, egui::Stroke::new(1.75, halo));
                }
                HandleKind::Vertex => {
                    painter.circle(at, size, if handle.hot { accent } else { halo }, stroke);
                }
            }
        }
        if let Some(snap) = draft.snap {
            let at = here(session.frame().page_from_lon_lat(snap.to));
            for (width, color) in [(4.0, halo), (2.0, accent)] {
                let stroke = egui::Stroke::new(width, color);
                if snap.vertex {
                    let rect = Rect::from_center_size(at, Vec2::splat(13.0));
                    painter.rect_stroke(rect, 0.0, stroke, egui::StrokeKind::Middle);
                } else {
                    painter.circle_stroke(at, 7.0, stroke);
                }
            }
        }
        let pointer = session.crosshair().or(self.pointer);
        if let Some(at) = session.crosshair() {
            let at = here(at);
            for (width, color) in [(4.0, halo), (1.5, accent)] {
                let stroke = egui::Stroke::new(width, color);
                for (x, y) in [(1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0)] {
                    let toward = Vec2::new(x, y);
                    painter.line_segment([at + toward * 4.0, at + toward * 16.0], stroke);
                }
            }
        }
        if let (Some(text), Some(at)) = (&draft.measure, pointer) {
            let font = FontId::new(12.0, FontFamily::Proportional);
            let galley = painter.layout_no_wrap(text.clone(), font, theme::ink(palette.ink));
            let rect = Align2::LEFT_TOP.anchor_size(here(at) + Vec2::new(16.0, 14.0), galley.size());
            let box_stroke = egui::Stroke::new(1.0, theme::ink(palette.line));
            painter.rect(
                rect.expand2(Vec2::new(6.0, 3.0)),
                5.0,
                theme::ink(palette.panel),
                box_stroke,
                egui::StrokeKind::Outside,
            );
            painter.galley(rect.min, galley, theme::ink(palette.ink));
        }
    }

    /// The words that are typed in place.
    pub(crate) fn typing_ui(&self, ui: &Ui, session: &Session, actions: &mut Vec<Action>) {
        let Some(typing) = session.typing() else { return };
        let Some(annotation) = session.document().annotations.get(typing.id) else { return };
        let shade = theme::theme_of(ui.ctx());
        let frame = session.frame();
        let bounds = annotations::page_bounds(annotation, &frame);
        let middle = match &annotation.shape {
            crate::document::annotation::Shape::Callout { text_at, .. } => frame.page_from_lon_lat(*text_at),
            crate::document::annotation::Shape::Point { at, .. } => frame.page_from_lon_lat(*at),
            _ => bounds.center(),
        };
        let at = self.rect.min + Vec2::new(middle.x as f32, middle.y as f32);
        let at = self.rect.shrink(40.0).clamp(at);
        let style = &annotation.style;
        let area = egui::Area::new(egui::Id::unique("words in place")).pivot(Align2::CENTER_CENTER).fixed_pos(at);
        area.constrain_to(self.rect).show(ui.ctx(), |ui| {
            egui::Frame::popup(ui.style()).inner_margin(4.0).show(ui, |ui| {
                let mut words = annotation.title.clone();
                let width = style.text_width_pt.unwrap_or(220.0).clamp(80.0, 600.0) as f32;
                let color = style.text.map_or(shade.palette().ink, |rgb| crate::scene::display_list::Color {
                    r: rgb.r,
                    g: rgb.g,
                    b: rgb.b,
                    a: 255,
                });
                let field = egui::TextEdit::multiline(&mut words)
                    .font(FontId::new(style.text_size_pt as f32, FontFamily::Proportional))
                    .text_color(theme::ink(color))
                    .desired_rows(1)
                    .desired_width(width)
                    .hint_text("Type the words")
                    .return_key(egui::KeyboardShortcut::new(egui::Modifiers::SHIFT, Key::Enter))
                    .id(words_field());
                let field = ui.add(field);
                field.widget_info(|| WidgetInfo::labeled(Role::MultilineTextInput, true, "Words on the map"));
                if field.changed() {
                    actions.push(Action::Annotate(vec![typing.id], Annotate::Title(words)));
                }
                let done = ui.input(|input| {
                    input.key_pressed(Key::Escape) || input.key_pressed(Key::Enter) && !input.modifiers.shift
                });
                if done && (field.has_focus() || field.lost_focus()) {
                    actions.push(Action::EndText);
                } else if !field.has_focus() {
                    field.request_focus();
                }
            });
        });
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
                    Selection::Excerpt { .. } | Selection::Annotations(_) | Selection::None => None,
                },
                // Words that are typed in place are shown by the field that they are typed into.
                hidden: self.draft.replaces.iter().copied().chain(session.typing().map(|typing| typing.id)).collect(),
                selected: session.selected_annotations().to_vec(),
                ..Look::of(session.document(), theme::theme_of(ui.ctx()), scale)
            },
            drafts: self.draft.annotations.clone(),
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

    /// The shape of the pointer; name and gist of what lies under it.
    fn hover(&self, ui: &Ui, response: &Response, session: &Session) {
        let Some(at) = self.pointer else {
            return;
        };
        let space = ui.input(|input| input.key_down(Key::Space)) && !ui.ctx().text_edit_focused();
        let grabs = session.tool() == Tool::Pan || space;
        let icon = match session.cursor() {
            _ if response.dragged() && self.held != Held::Tool => CursorIcon::Grabbing,
            _ if grabs => CursorIcon::Grab,
            Cursor::Usual => CursorIcon::Default,
            Cursor::Point => CursorIcon::PointingHand,
            Cursor::Cross => CursorIcon::Crosshair,
            Cursor::Grab => CursorIcon::Grab,
            Cursor::Grabbing => CursorIcon::Grabbing,
            Cursor::Move => CursorIcon::Move,
            Cursor::Resize => CursorIcon::ResizeNwSe,
            Cursor::Turn => CursorIcon::Alias,
            Cursor::Type => CursorIcon::Text,
        };
        ui.ctx().set_cursor_icon(icon);
        if response.dragged() || session.tool() != Tool::Select || session.typing().is_some() {
            return;
        }
        let shade = theme::theme_of(ui.ctx());
        let drawn = annotations::hits(session.document(), &session.frame(), at);
        if let Some(annotation) = drawn.first().and_then(|id| session.document().annotations.get(*id)) {
            // What is being worked on needs no words over it.
            if session.selected_annotations().contains(&annotation.id) {
                return;
            }
            response.clone().on_hover_ui_at_pointer(|ui| {
                ui.set_max_width(320.0);
                ui.label(egui::RichText::new(annotation.label()).family(theme::semi_bold()));
                let cited = match annotation.citations.len() {
                    0 => "no source cited".to_owned(),
                    1 => "1 source cited".to_owned(),
                    several => format!("{several} sources cited"),
                };
                ui.label(theme::second(format!("{} · {cited}", annotation.shape.name()), shade));
            });
            return;
        }
        let hits = session.hits_at(at);
        let Some(hit) = hits.first() else {
            return;
        };
        let Some(overlay) = session.dossier().overlay(&hit.overlay) else {
            return;
        };
        ui.ctx().set_cursor_icon(CursorIcon::PointingHand);
        response.clone().on_hover_ui_at_pointer(|ui| {
            ui.set_max_width(320.0);
            ui.label(egui::RichText::new(crate::app::name_of(overlay, hit.place)).family(theme::semi_bold()));
            ui.label(theme::second(&overlay.gist, shade));
            if hits.len() > 1 {
                ui.label(theme::second(format!("{} overlays here; click again to step down", hits.len()), shade));
            }
        });
    }

    /// Where the column of buttons stands: beside the right edge, or else the left, where it covers nothing that is
    /// `taken`.
    fn place_of_buttons(&self, taken: &[Rect]) -> Option<Pos2> {
        let size = Vec2::new(BUTTON_PT, 3.0 * BUTTON_PT + 2.0 * BUTTON_GAP_PT);
        let left = self.rect.left() + EDGE_PT;
        let right = self.rect.right() - EDGE_PT - size.x;
        // The second row of places is below a handle in the corner.
        let places = [EDGE_PT, 2.5 * EDGE_PT].map(|down| self.rect.top() + down);
        let places = [right, left].into_iter().flat_map(|x| places.map(|y| Pos2::new(x, y)));
        places.into_iter().find(|place| {
            let column = Rect::from_min_size(*place, size);
            !taken.iter().any(|taken| taken.intersects(column))
        })
    }

    /// Buttons, scale bar and credits, over the picture, `clear_of` a drawer that covers its left; the buttons keep off
    /// what is `taken`.
    pub(crate) fn furniture_ui(
        &self,
        ui: &mut Ui,
        session: &Session,
        credits: &[(String, String)],
        clear_of: f32,
        taken: &[Rect],
        actions: &mut Vec<Action>,
    ) {
        let shade = theme::theme_of(ui.ctx());
        let palette = shade.palette();
        let buttons = [(icons::PLUS, Command::ZoomIn), (icons::MINUS, Command::ZoomOut), (icons::HOUSE, Command::Home)];
        let column = self.place_of_buttons(taken);
        for (index, (glyph, command)) in buttons.into_iter().enumerate() {
            let Some(top) = column else { break };
            let down = index as f32 * (BUTTON_PT + BUTTON_GAP_PT);
            let place = Rect::from_min_size(top + Vec2::new(0.0, down), Vec2::splat(BUTTON_PT));
            let button = egui::Button::new(theme::icon(glyph, 16.0))
                .fill(theme::ink(palette.panel))
                .stroke(egui::Stroke::new(1.0, theme::ink(palette.line)));
            let response = ui.put(place, button).on_hover_text(crate::app::with_keys(session, command.help(), command));
            response.widget_info(|| WidgetInfo::labeled(Role::Button, true, command.label()));
            if response.clicked() {
                actions.push(Action::Command(command));
            }
        }
        let painter = ui.painter_at(self.rect);
        let credits_pt = credits_height(ui, credits, self.rect.width() - clear_of);
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
                let text = theme::second(text, shade);
                let label = egui::Label::new(text.clone());
                let width =
                    egui::WidgetText::from(text).into_galley(ui, None, f32::INFINITY, egui::TextStyle::Body).size().x;
                let is_long = width > line.width();
                if is_long && index > 0 {
                    ui.end_row();
                }
                let label = if is_long { label.wrap() } else { label.extend() };
                let response = ui.add(label.sense(if url.is_empty() { Sense::hover() } else { Sense::click() }));
                if !url.is_empty() && response.on_hover_cursor(CursorIcon::PointingHand).on_hover_text(url).clicked() {
                    actions.push(Action::OpenUrl(url.clone()));
                }
            }
        });
    }
}

/// How high the strip of credits is, with the lines that it needs across a map of this width, in points.
pub(crate) fn credits_height(ui: &Ui, credits: &[(String, String)], width_pt: f32) -> f32 {
    let font = FontId::new(11.5, FontFamily::Proportional);
    let room = width_pt - 16.0;
    let (mut lines, mut used) = (1.0, 0.0);
    for (text, _) in credits {
        let width = ui.painter().layout_no_wrap(format!("{text}  ·"), font.clone(), Color32::BLACK).size().x;
        if used > 0.0 && used + width > room {
            lines += 1.0;
            used = 0.0;
        }
        // One that is wider than the map goes on below.
        if width > room {
            let text = format!("{text}  ·");
            lines += ui.painter().layout(text, font.clone(), Color32::BLACK, room).rows.len() as f32 - 1.0;
        }
        used += width + CREDIT_GAP_PT;
    }
    lines * CREDIT_LINE_PT + 6.0
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
        if ui.button("Add a note here").clicked() {
            let modifiers = Modifiers::default();
            actions.push(Action::Command(Command::ToolText));
            actions.push(Action::Gesture { gesture: Gesture::Move(page), modifiers });
            actions.push(Action::Gesture { gesture: Gesture::Press(page), modifiers });
            actions.push(Action::Gesture { gesture: Gesture::Release { at: page, clicks: 1 }, modifiers });
            ui.close();
        }
        let drawn = annotations::hits(session.document(), &session.frame(), page);
        if let Some(annotation) = drawn.first().and_then(|id| session.document().annotations.get(*id)) {
            let ids = || vec![annotation.id];
            ui.separator();
            ui.label(egui::RichText::new(annotation.label()).family(theme::semi_bold()));
            for (label, action) in [
                ("Edit words", Action::EditText(annotation.id)),
                ("Zoom to", Action::ZoomToAnnotations(ids())),
                (
                    if annotation.locked { "Unlock" } else { "Lock" },
                    Action::Annotate(ids(), Annotate::Lock(!annotation.locked)),
                ),
                ("Hide", Action::Annotate(ids(), Annotate::Show(false))),
                ("Delete", Action::Annotate(ids(), Annotate::Remove)),
            ] {
                if ui.button(label).clicked() {
                    actions.push(Action::SelectAnnotations(ids()));
                    actions.push(action);
                    ui.close();
                }
            }
        }
        let hits = session.hits_at(page);
        if !hits.is_empty() {
            ui.separator();
            ui.label("Select");
        }
        for hit in hits {
            if let Some(overlay) = session.dossier().overlay(&hit.overlay)
                && ui.button(crate::app::name_of(overlay, hit.place)).clicked()
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

/// The field in which words are typed in place.
pub(crate) fn words_field() -> egui::Id {
    egui::Id::unique("words field")
}

/// Where the first button went down.
fn pressed_at(event: &egui::Event) -> Option<Pos2> {
    match event {
        egui::Event::PointerButton { button: PointerButton::Primary, pressed: true, pos, .. } => Some(*pos),
        _ => None,
    }
}

/// The keys held, as the tools know them.
fn keys_of(input: &egui::InputState) -> Modifiers {
    let egui::Modifiers { shift, alt, command, .. } = input.modifiers;
    Modifiers { shift, alt, ctrl: command }
}

/// Applies an action that has no effect outside the session.
fn apply(session: &mut Session, action: Action) {
    let effects = session.apply(action);
    debug_assert!(effects.is_empty(), "{effects:?}");
}
