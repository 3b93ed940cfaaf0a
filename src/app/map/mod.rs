//! The map in the window: gestures by walkers, the picture by [`map_worker`], and what lies over it.

mod furniture;
mod handles;
mod input;
pub(crate) mod map_source;
pub(crate) mod map_worker;
mod menu;
mod picture;
mod typing;

use eframe::egui::{self, CursorIcon, Rect, Response, Role, TextureHandle, Ui, WidgetInfo};
use walkers::{Map, MapMemory};

pub(crate) use self::furniture::credits_height;
use self::map_source::MapSource;
use self::map_worker::{MapWorker, Painted, Request};
pub(crate) use self::menu::context_menu;
pub(crate) use self::typing::words_field;
use crate::geometry::{Point, View};
use crate::session::{Action, Session};
use crate::tools::{Draft, Modifiers, Tool};

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
            for (key, x, y) in crate::app::keys::ARROWS {
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
}

/// Applies an action that has no effect outside the session.
fn apply(session: &mut Session, action: Action) {
    let effects = session.apply(action);
    debug_assert!(effects.is_empty(), "{effects:?}");
}
