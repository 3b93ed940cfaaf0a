//! The preview of the figure: the figure itself, painted smaller by the same painter in a thread of its own, with the
//! pieces on it to be taken and put elsewhere.

use std::sync::Arc;

use eframe::egui::{
    self, Align2, Color32, ColorImage, Context, CursorIcon, FontId, Id, Modifiers, Pos2, Rect, Role, Sense, Stroke,
    StrokeKind, TextureHandle, TextureOptions, Ui, Vec2, WidgetInfo,
};

use crate::app::density::picture_density;
use crate::app::latest::Latest;
use crate::app::map::map_worker::waker;
use crate::app::theme;
use crate::app::widgets::capital;
use crate::document::Document;
use crate::document::project::settled;
use crate::figure::checks::{self, FigureWarning};
use crate::figure::{self, FigureOptions, Piece, Place, Standing, placing, raster};
use crate::geometry::{self, Frame, Point};
use crate::scene::Scene;
use crate::scene::ground::Ground;
use crate::session::{AttachedTexts, Session};

/// How near a corner, an edge or a middle line a piece has to be let go to snap there, in points on screen.
const SNAP_PT: f64 = 10.0;

/// How far an arrow key moves a piece, as a share of the map's width; with Shift five times as far.
const ARROW_SHARE: f64 = 0.01;

/// After this time, in seconds, a preview that is not yet drawn says so.
const PATIENCE_S: f64 = 0.3;

/// What a figure is drawn from.
struct Subject {
    scene: Arc<Scene>,
    ground: Ground,
    document: Document,
    texts: AttachedTexts,
    today: Option<i64>,
}

/// A picture that is wanted: of these options, no larger than this.
#[derive(Clone)]
struct Wanted {
    options: FigureOptions,
    within_px: [u32; 2],
    subject: Arc<Subject>,
}

impl PartialEq for Wanted {
    fn eq(&self, other: &Self) -> bool {
        self.options == other.options && self.within_px == other.within_px && Arc::ptr_eq(&self.subject, &other.subject)
    }
}

/// A figure that has been looked over.
pub(crate) struct Seen {
    wanted: Wanted,
    image: Option<ColorImage>,
    /// What to look at before it goes out.
    pub(crate) warnings: Vec<FigureWarning>,
    /// Ids and names of what it shows.
    pub(crate) shown: Vec<(String, String)>,
    /// The headline and the line above it that it suggests.
    pub(crate) suggested: figure::subject::Suggested,
    /// Width and height of the page in points.
    pub(crate) page_pt: (f64, f64),
    /// Where the map lies on it.
    map_frame: geometry::Rect,
    /// The map as it lies there.
    pub(crate) map: Frame,
    standing: Vec<Standing>,
    /// What was to stand on the map and has no room there.
    pub(crate) moved_off: Vec<Piece>,
    room: geometry::Rect,
    /// Why there is no picture of it.
    pub(crate) error: Option<String>,
}

impl Seen {
    /// How much there is to look at.
    pub(crate) fn count(&self) -> usize {
        self.warnings.len() + usize::from(self.error.is_some())
    }
}

/// Draws a figure as the export does, paints it smaller and looks it over.
fn look(painter: &mut raster::Painter, wanted: Wanted) -> Seen {
    let Subject { scene, ground, document, texts, today } = &*wanted.subject;
    let document = settled(document);
    let drawn = figure::draw(scene, ground, &document, &wanted.options);
    let (width_pt, height_pt) = drawn.page_pt();
    let [width_px, height_px] = wanted.within_px.map(f64::from);
    let scale = (width_px / width_pt).min(height_px / height_pt);
    let painted = painter.paint(&drawn.list, scale, drawn.background());
    let real = raster::size_px(width_pt, height_pt, wanted.options.page.scale());
    let error = painted.as_ref().err().or(real.as_ref().err()).map(ToString::to_string);
    let image = painted.ok().map(|bitmap| {
        ColorImage::from_rgba_unmultiplied([bitmap.width as usize, bitmap.height as usize], &bitmap.rgba)
    });
    let warnings = checks::check(scene, &document, &wanted.options, &drawn, texts.all(), *today);
    let name = |id: &String| Some((id.clone(), scene.dossier().overlay(id)?.title.main().to_owned()));
    Seen {
        image,
        warnings,
        shown: drawn.shown.iter().filter_map(name).collect(),
        suggested: drawn.suggested,
        page_pt: (width_pt, height_pt),
        map_frame: drawn.map_frame,
        map: drawn.map,
        standing: drawn.standing,
        moved_off: drawn.moved_off,
        room: drawn.room,
        error,
        wanted,
    }
}

/// A piece that the pointer carries.
#[derive(Debug, Clone, Copy)]
struct Carried {
    piece: Piece,
    /// From its upper left corner to where it was taken, as shares of its size.
    taken: (f64, f64),
    /// The size that it has, or is about to have, on the map, in points of the page.
    size: kurbo::Size,
    /// Whether it stood beside the map: whether there is room for it there is known once it has been laid out.
    from_beside: bool,
}

/// The preview while a figure is set up.
pub(crate) struct Preview {
    /// Draws the latest figure asked for; without a thread there is no preview, and the export works all the same.
    previewer: Option<Latest<Wanted, Seen>>,
    /// What is drawn, as of which revision of the document.
    subject: Option<(Arc<Subject>, u64)>,
    wanted: Option<Wanted>,
    /// Since when the picture is not what is wanted, in seconds.
    waiting_since: Option<f64>,
    seen: Option<Seen>,
    picture: Option<TextureHandle>,
    carried: Option<Carried>,
    /// The piece that has the focus.
    focused: Option<Piece>,
}

/// The id of a piece of the preview as a control.
pub(crate) fn piece_id(piece: Piece) -> Id {
    Id::unique(("piece of the figure", piece.name()))
}

impl Preview {
    pub(crate) fn start(ctx: &Context) -> Self {
        // One for all previews: it keeps the relief in the form in which colours mix.
        let mut painter = raster::Painter::reproducible();
        Self {
            previewer: Latest::start("figure preview", waker(ctx), move |wanted| Some(look(&mut painter, wanted))).ok(),
            subject: None,
            wanted: None,
            waiting_since: None,
            seen: None,
            picture: None,
            carried: None,
            focused: None,
        }
    }

    /// Whether the preview shows what the controls say.
    pub(crate) fn is_settled(&self) -> bool {
        let seen = self.seen.as_ref().map(|seen| &seen.wanted);
        self.previewer.is_none() || seen.is_some() && seen == self.wanted.as_ref()
    }

    /// Whether what was last looked over is a figure of these options.
    pub(crate) fn is_of(&self, options: &FigureOptions) -> bool {
        self.seen.as_ref().is_some_and(|seen| seen.wanted.options == *options)
    }

    /// What was last looked over.
    pub(crate) fn seen(&self) -> Option<&Seen> {
        self.seen.as_ref()
    }

    /// Whether a piece is carried.
    pub(crate) fn is_carrying(&self) -> bool {
        self.carried.is_some()
    }

    /// Lets a carried piece go back to where it was.
    pub(crate) fn give_up(&mut self) {
        self.carried = None;
    }

    /// Takes what is open for what is drawn, if it has changed.
    pub(crate) fn follow(&mut self, session: &Session, ground: &Ground, today: Option<i64>) {
        let revision = session.history().revision();
        let same =
            |(subject, of): &(Arc<Subject>, u64)| *of == revision && Arc::ptr_eq(&subject.scene, session.map_scene());
        if self.subject.as_ref().is_some_and(same) {
            return;
        }
        let subject = Subject {
            scene: session.map_scene().clone(),
            ground: ground.clone(),
            // As it will be written, whatever of it only the figure's set-up has changed.
            document: session.map_document().into_owned(),
            texts: session.texts().clone(),
            today,
        };
        let former = self.subject.take();
        let unchanged = former.filter(|(former, _)| {
            let document = Document {
                figure: former.document.figure.clone(),
                view: former.document.view,
                ..subject.document.clone()
            };
            Arc::ptr_eq(&former.scene, &subject.scene) && former.document == document
        });
        self.subject = Some(match unchanged {
            Some((former, _)) => (former, revision),
            None => (Arc::new(subject), revision),
        });
    }

    /// Shows the figure in `area`, and takes what the user does to its pieces; true once one has been put elsewhere.
    pub(crate) fn ui(&mut self, ui: &mut Ui, area: Rect, options: &mut FigureOptions) -> bool {
        let density = picture_density(ui.ctx());
        let within_px = [area.width() * density, area.height() * density].map(|side| side.clamp(64.0, 4096.0) as u32);
        self.draw(ui, options, within_px);
        let settled = self.is_settled();
        let response = ui.interact(area, Id::unique("preview of the figure"), Sense::hover());
        response.widget_info(|| {
            let state = if settled { "Preview of the figure" } else { "Preview of the figure, being drawn" };
            WidgetInfo::labeled(Role::Image, true, state)
        });
        ui.painter().rect_filled(area, 4.0, ui.visuals().extreme_bg_color);
        let mut put = false;
        if let (Some(picture), Some(seen)) = (&self.picture, &self.seen) {
            let shown = picture.size_vec2() / density;
            let fit = (area.width() / shown.x).min(area.height() / shown.y).min(1.0);
            // On whole pixels, so that it is as sharp as it was painted.
            let snap = |value: f32| (value * density).round() / density;
            let size = shown * fit;
            let corner = area.center() - size / 2.0;
            let at = Rect::from_min_size(Pos2::new(snap(corner.x), snap(corner.y)), size);
            let uv = Rect::from_min_max(Pos2::ZERO, Pos2::new(1.0, 1.0));
            ui.painter().image(picture.id(), at, uv, Color32::WHITE);
            ui.painter().rect_stroke(at, 0.0, ui.visuals().window_stroke, StrokeKind::Outside);
            let scale = f64::from(at.width()) / seen.page_pt.0;
            put = pieces_ui(ui, &Sheet { at, scale, seen }, &mut self.carried, options);
            let has_focus = |piece: &Piece| ui.memory(|memory| memory.has_focus(piece_id(*piece)));
            let focused = seen.standing.iter().map(|standing| standing.piece).find(has_focus);
            if focused.is_some() && focused != self.focused && !ui.rect_contains_pointer(at) {
                // Taken by a button or by Tab: where it is moved must be seen.
                ui.scroll_to_rect(area, None);
            }
            self.focused = focused;
        }
        self.wait_ui(ui, area, settled);
        put
    }

    /// Has the preview drawn if it is another than the last, and takes what has been drawn.
    fn draw(&mut self, ui: &Ui, options: &FigureOptions, within_px: [u32; 2]) {
        let (Some(previewer), Some((subject, _))) = (&self.previewer, &self.subject) else { return };
        let wanted = Wanted { options: options.clone(), within_px, subject: subject.clone() };
        if self.wanted.as_ref() != Some(&wanted) {
            previewer.request(wanted.clone());
            self.wanted = Some(wanted);
        }
        if let Some(mut seen) = previewer.take() {
            if let Some(image) = seen.image.take() {
                self.picture = Some(ui.ctx().load_texture("figure preview", image, TextureOptions::LINEAR));
            }
            self.seen = Some(seen);
        }
    }

    /// Says that the figure is being drawn, where that takes a while.
    fn wait_ui(&mut self, ui: &Ui, area: Rect, settled: bool) {
        let now = ui.input(|input| input.time);
        if settled {
            self.waiting_since = None;
            return;
        }
        let since = *self.waiting_since.get_or_insert(now);
        if now - since < PATIENCE_S && self.picture.is_some() {
            ui.ctx().request_repaint_after(std::time::Duration::from_secs_f64(PATIENCE_S));
            return;
        }
        let ink = ui.visuals().text_color();
        let galley = ui.painter().layout_no_wrap("Drawing the preview…".to_owned(), FontId::proportional(12.0), ink);
        let chip = Align2::CENTER_BOTTOM.anchor_size(area.center_bottom() - Vec2::new(0.0, 12.0), galley.size());
        let frame = chip.expand2(Vec2::new(10.0, 5.0));
        ui.painter().rect(frame, 12.0, ui.visuals().panel_fill, ui.visuals().window_stroke, StrokeKind::Outside);
        ui.painter().galley(chip.min, galley, ink);
    }
}

/// The picture of the page on screen.
struct Sheet<'a> {
    at: Rect,
    /// Points on screen to the point of the page.
    scale: f64,
    seen: &'a Seen,
}

impl Sheet<'_> {
    fn on_screen(&self, rect: geometry::Rect) -> Rect {
        let point = |x: f64, y: f64| self.at.min + Vec2::new((x * self.scale) as f32, (y * self.scale) as f32);
        Rect::from_min_max(point(rect.x0, rect.y0), point(rect.x1, rect.y1))
    }

    fn on_page(&self, at: Pos2) -> Point {
        let by = at - self.at.min;
        Point::new(f64::from(by.x) / self.scale, f64::from(by.y) / self.scale)
    }

    /// The size that a piece has once it stands on the map: what stands beside it is often larger.
    fn size_on_map(&self, standing: &Standing) -> kurbo::Size {
        let size = standing.rect.size();
        if standing.on_map {
            return size;
        }
        let most = self.seen.room.size();
        kurbo::Size::new(size.width.min(0.45 * most.width), size.height.min(0.6 * most.height))
    }

    /// Where a piece that is carried would go if it were let go with the pointer here; `None` is beside the map.
    fn target(&self, carried: &Carried, pointer: Pos2) -> Option<Place> {
        let at = self.on_page(pointer);
        if carried.piece.stands_beside() && !self.seen.map_frame.contains(at) {
            return None;
        }
        let (x, y) = (at.x - carried.taken.0 * carried.size.width, at.y - carried.taken.1 * carried.size.height);
        Some(placing::dropped(self.seen.room, carried.size, Point::new(x, y), SNAP_PT / self.scale))
    }

    /// About where on the page a piece of that size stands.
    fn rect_of(&self, place: Place, size: kurbo::Size) -> geometry::Rect {
        let spot = match place {
            Place::Free(spot) => spot,
            Place::Corner(corner) => {
                let share = |far: bool| if far { 1.0 } else { 0.0 };
                figure::Spot::new(share(corner.is_right()), share(corner.is_bottom()))
            }
        };
        placing::rect_at(self.seen.room, size, spot)
    }
}

/// The pieces on the page: hovered, carried, moved by keys.
fn pieces_ui(ui: &mut Ui, sheet: &Sheet<'_>, carried: &mut Option<Carried>, options: &mut FigureOptions) -> bool {
    let palette = theme::theme_of(ui.ctx()).palette();
    let accent = theme::ink(palette.accent);
    let painter = ui.painter_at(sheet.at.expand(2.0));
    let mut put = false;
    for standing in &sheet.seen.standing {
        let piece = standing.piece;
        // What has just been taken away may still be in the picture; of the notes, those that must stand are.
        if !options.furniture.has(piece) && piece != Piece::Notes {
            continue;
        }
        let rect = sheet.on_screen(standing.rect).expand(2.0).intersect(sheet.at);
        let name = piece.noun();
        let response = ui.interact(rect, piece_id(piece), Sense::click_and_drag());
        response.widget_info(|| WidgetInfo::labeled(Role::Pane, true, format!("Move {name} with the arrow keys")));
        if response.clicked() {
            response.request_focus();
        }
        if response.drag_started_by(egui::PointerButton::Primary)
            && let Some(at) = ui.input(|input| input.pointer.press_origin())
        {
            let by = sheet.on_page(at) - standing.rect.origin();
            let taken = (by.x / standing.rect.width().max(1.0), by.y / standing.rect.height().max(1.0));
            let taken = (taken.0.clamp(0.0, 1.0), taken.1.clamp(0.0, 1.0));
            let (size, from_beside) = (sheet.size_on_map(standing), !standing.on_map);
            *carried = Some(Carried { piece, taken, size, from_beside });
            response.request_focus();
        }
        let pointer = ui.input(|input| input.pointer.latest_pos());
        if let (Some(held), Some(pointer)) = (carried.filter(|held| held.piece == piece), pointer) {
            let target = sheet.target(&held, pointer);
            if response.drag_stopped() {
                *carried = None;
                put |= options.furniture.place_of(piece) != target;
                options.furniture.place(piece, target);
            } else if response.dragged() {
                ui.ctx().set_cursor_icon(CursorIcon::Grabbing);
                carried_ui(ui, sheet, &held, target, pointer);
            }
        } else if carried.is_none() && response.has_focus() {
            put |= keyed(ui, sheet, standing, options);
            painter.rect_stroke(rect, 3.0, Stroke::new(2.0, accent), StrokeKind::Middle);
        }
        if carried.is_none() && response.hovered() {
            ui.ctx().set_cursor_icon(CursorIcon::Grab);
            painter.rect_filled(rect, 3.0, theme::ink(palette.accent.with_opacity(0.10)));
            painter.rect_stroke(rect, 3.0, Stroke::new(1.5, accent), StrokeKind::Middle);
            response.on_hover_text(format!("{}: drag {}, or use the arrow keys", capital(name), piece.pronoun()));
        }
    }
    put
}

/// The outline of a piece on its way, and of the place that it would take.
fn carried_ui(ui: &Ui, sheet: &Sheet<'_>, held: &Carried, target: Option<Place>, pointer: Pos2) {
    let palette = theme::theme_of(ui.ctx()).palette();
    let (accent, halo) = (theme::ink(palette.accent), theme::ink(palette.halo));
    let painter = ui.painter_at(sheet.at.expand(2.0));
    let outline = |rect: Rect, width: f32, fill: f64| {
        painter.rect_filled(rect, 3.0, theme::ink(palette.accent.with_opacity(fill)));
        painter.rect_stroke(rect, 3.0, Stroke::new(width + 2.0, halo), StrokeKind::Middle);
        painter.rect_stroke(rect, 3.0, Stroke::new(width, accent), StrokeKind::Middle);
    };
    match target {
        Some(place) => outline(sheet.on_screen(sheet.rect_of(place, held.size)), 2.0, 0.16),
        None => {
            let at = sheet.on_page(pointer);
            let origin = (at.x - held.taken.0 * held.size.width, at.y - held.taken.1 * held.size.height);
            outline(sheet.on_screen(geometry::Rect::from_origin_size(origin, held.size)), 1.0, 0.06);
        }
    }
    let words = match target {
        Some(place) => {
            let place = match place {
                Place::Corner(corner) => format!("into the {} corner", corner.name().replace('-', " ")),
                Place::Free(_) => "here".to_owned(),
            };
            if held.from_beside { format!("{place}, if there is room") } else { place }
        }
        None => held.piece.off_map().to_owned(),
    };
    let words = format!("{}: {words}", capital(held.piece.noun()));
    let galley = ui.painter().layout_no_wrap(words, FontId::proportional(11.5), theme::ink(palette.ink));
    let at = pointer + Vec2::new(14.0, 16.0);
    let room = ui.ctx().content_rect().shrink(8.0);
    let at = Pos2::new(at.x.min(room.max.x - galley.size().x - 8.0), at.y.min(room.max.y - galley.size().y - 4.0));
    let chip = Rect::from_min_size(at, galley.size()).expand2(Vec2::new(8.0, 4.0));
    let layer = egui::LayerId::new(egui::Order::Tooltip, Id::unique("piece on its way"));
    let above = ui.ctx().layer_painter(layer);
    above.rect(chip, 6.0, theme::ink(palette.panel), ui.visuals().window_stroke, StrokeKind::Outside);
    above.galley(at, galley, theme::ink(palette.ink));
}

/// Moves a piece by the arrow keys that are pressed.
fn keyed(ui: &Ui, sheet: &Sheet<'_>, standing: &Standing, options: &mut FigureOptions) -> bool {
    let arrows = egui::EventFilter { horizontal_arrows: true, vertical_arrows: true, ..Default::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(piece_id(standing.piece), arrows));
    let size = sheet.size_on_map(standing);
    let room = sheet.seen.room;
    let mut by = kurbo::Vec2::ZERO;
    for (key, x, y) in crate::app::keys::ARROWS {
        // A key with Shift counts as one without, too: so that is asked for first.
        for (modifiers, step) in [(Modifiers::SHIFT, 5.0 * ARROW_SHARE), (Modifiers::NONE, ARROW_SHARE)] {
            let times = ui.input_mut(|input| input.count_and_consume_key(modifiers, key)) as f64;
            by += kurbo::Vec2::new(x, y) * (times * step * room.width());
        }
    }
    if by == kurbo::Vec2::ZERO {
        return false;
    }
    // Keys may come faster than the preview is drawn.
    let from = match options.furniture.place_of(standing.piece) {
        Some(place @ Place::Free(_)) => sheet.rect_of(place, size),
        _ => standing.rect,
    };
    let spot = placing::spot_at(room, size, from.origin() + by);
    options.furniture.place(standing.piece, Some(Place::Free(spot)));
    true
}
