//! The map in the window: gestures by walkers, the picture by [`map_worker`], and what lies over it.

mod found;
mod furniture;
mod handles;
mod input;
pub(crate) mod map_source;
pub(crate) mod map_worker;
mod menu;
mod picture;
mod swipe;
mod typing;

use std::sync::Arc;

use eframe::egui::{self, CursorIcon, Rect, Response, Role, TextureHandle, Ui, WidgetInfo};
use walkers::{Map, MapMemory};

pub(crate) use self::furniture::{CREDITS_FOLDED_PT, SCALE_PT};
use self::input::{Clicks, focused_keys, pan_keys, places};
use self::map_source::WindowMap;
use self::map_worker::{MapWorker, Painted, Request};
pub(crate) use self::menu::context_menu;
pub(crate) use self::typing::words_field;
use crate::document::Picture;
use crate::geometry::{Point, View};
use crate::session::{Action, Session};
use crate::tools::{Draft, Modifiers, Tool};

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
    clicks: Clicks,
    /// Where the tool last saw the pointer, with the keys held.
    seen: Option<(Point, Modifiers)>,
    /// The tool in hand when the map was last shown.
    tool: Tool,
    /// What was being drawn or moved when the map was last shown.
    pub(crate) draft: Draft,
    /// Whether all credits are shown, and not only those that have room on one line.
    credits_open: bool,
    /// Where the line stands at which maps are compared, as a part of the width; none while they are not.
    pub(crate) swipe: Option<f32>,
    /// The picture that is placed by hand, as it is shown; and the id of the document's picture in whose place.
    pub(crate) placed_by_hand: (Option<Arc<Picture>>, Option<String>),
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
            clicks: Clicks::default(),
            seen: None,
            tool: Tool::Select,
            draft: Draft::default(),
            credits_open: false,
            swipe: None,
            placed_by_hand: (None, None),
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

    /// Whether the picture on screen is of all that is open, and no other one is being painted.
    pub(crate) fn shows_all(&self, session: &Session) -> bool {
        let of_scene =
            |(request, _): &(Request, TextureHandle)| std::sync::Arc::ptr_eq(&request.scene, session.map_scene());
        !self.worker.is_busy() && self.shown.as_ref().is_some_and(of_scene)
    }

    /// How large the map is, which comes first: all else depends on it.
    pub(crate) fn page_action(&mut self, ui: &Ui) -> Action {
        self.rect = ui.available_rect_before_wrap();
        Action::SetPage { width_pt: f64::from(self.rect.width()), height_pt: f64::from(self.rect.height()) }
    }

    /// How pointer, wheel and arrow keys move the map, which comes before it is shown, so that it is shown where it is.
    pub(crate) fn moves_ui(&mut self, ui: &mut Ui, session: &Session) -> (Response, Vec<Action>) {
        let mut moves = Vec::new();
        self.press(ui, session);
        let pan = match self.held {
            Held::Tool => egui::DragPanButtons::MIDDLE,
            Held::Nothing | Held::Map | Held::OnlyMap => egui::DragPanButtons::PRIMARY | egui::DragPanButtons::MIDDLE,
        };
        let response = self.walk(ui, session, pan, &mut moves);
        if std::mem::replace(&mut self.tool, session.tool()) != session.tool() {
            // Whoever took the tool by a key goes on with keys.
            response.request_focus();
        }
        self.pointer = response.hover_pos().map(|at| self.page(at));
        self.zoom(ui, &mut moves);
        let moves_map = !places(session) && session.selected_annotations().is_empty();
        if response.has_focus() && moves_map && ui.input(|input| input.modifiers.is_none()) {
            pan_keys(ui, &response, &mut moves);
        }
        (response, moves)
    }

    /// Shows the map where the session has it, and says what the tool in hand is told; `clear` is what of it no drawer covers.
    pub(crate) fn ui(
        &mut self,
        ui: &mut Ui,
        response: &Response,
        session: &Session,
        source: &WindowMap,
        clear: Rect,
        actions: &mut Vec<Action>,
    ) {
        self.tool_gestures(ui, response, session, actions);
        if response.has_focus() {
            focused_keys(ui, response, session, actions);
        }
        self.draft = session.draft();
        self.picture(ui, session, source);
        self.swipe_ui(ui);
        self.draft_ui(ui, session);
        self.hover(ui, response, session, clear);
    }

    /// How the map is moved under the frame of a figure, where no tool works on it.
    pub(crate) fn framed_moves_ui(&mut self, ui: &mut Ui, session: &Session) -> (Response, Vec<Action>) {
        let mut moves = Vec::new();
        self.held = Held::Nothing;
        self.draft = Draft::default();
        let pan = egui::DragPanButtons::PRIMARY | egui::DragPanButtons::MIDDLE;
        let response = self.walk(ui, session, pan, &mut moves);
        // The frame lies over the map and takes its hovering, but not the wheel.
        self.pointer = match ui.input(|input| input.pointer.hover_pos()) {
            Some(at)
                if self.rect.contains(at) && ui.ctx().layer_id_at(at).is_none_or(|layer| layer == ui.layer_id()) =>
            {
                Some(self.page(at))
            }
            _ => None,
        };
        self.zoom(ui, &mut moves);
        if response.has_focus() {
            pan_keys(ui, &response, &mut moves);
        }
        (response, moves)
    }

    /// Shows the map under the frame of a figure.
    pub(crate) fn framed_ui(&mut self, ui: &mut Ui, response: &Response, session: &Session, source: &WindowMap) {
        self.picture(ui, session, source);
        if response.dragged() {
            ui.ctx().set_cursor_icon(CursorIcon::Grabbing);
        }
    }

    /// Lets walkers move the map, from where the session has it.
    fn walk(&mut self, ui: &mut Ui, session: &Session, pan: egui::DragPanButtons, moves: &mut Vec<Action>) -> Response {
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
            .drag_pan_buttons(pan)
            .show(ui, |_, _, _, _| ())
            .response;
        let center =
            self.memory.detached().map_or(view.center, |position| geo::Coord { x: position.x(), y: position.y() });
        let walked = View { center, ..view };
        if center != view.center {
            moves.push(Action::SetView(walked));
        }
        // While walkers glides on, it is told of no other place than its own, unless the session goes elsewhere.
        self.known = Some(walked);
        response.widget_info(|| WidgetInfo::labeled(Role::Canvas, true, "Map"));
        response
    }
}
