//! What a place on the map says while the pointer rests there, and what a right click offers.

use eframe::egui::{self, Align2, CursorIcon, Key, Pos2, Rect, RectAlign, Response, Tooltip, Ui, Vec2};

use super::{Held, MapView};
use crate::app::theme;
use crate::dossier::feature_sources::{as_source, of_feature};
use crate::dossier::{Overlay, words};
use crate::formats::direction::in_sentence;
use crate::formats::visible::visible;
use crate::geometry::Point;
use crate::scene::annotations;
use crate::session::{Action, Annotate, Command, Session};
use crate::tools::{Cursor, Gesture, Modifiers, Tool};

impl MapView {
    /// The shape of the pointer; name and gist of what lies under it, within what of the map is `clear` of drawers.
    pub(super) fn hover(&self, ui: &Ui, response: &Response, session: &Session, clear: Rect) {
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
            say_ui(response, clear, |ui| {
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
        if let Some(overlay) = session.cell_at(at).and_then(|cell| session.agreement()?.overlay(cell)) {
            ui.ctx().set_cursor_icon(CursorIcon::PointingHand);
            say_ui(response, clear, |ui| {
                ui.label(egui::RichText::new(words::km2(overlay.measure.size().km2)).family(theme::semi_bold()));
                ui.label(theme::second(&overlay.gist, shade));
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
        say_ui(response, clear, |ui| {
            ui.label(egui::RichText::new(crate::app::name_of(overlay, hit)).family(theme::semi_bold()));
            match hit.feature {
                Some(feature) => feature_ui(ui, session, overlay, feature, crate::app::size_of(overlay, hit)),
                None => {
                    ui.label(theme::second(&overlay.gist, shade));
                }
            }
            if hits.len() > 1 {
                let several = hits.iter().any(|hit| hit.feature.is_some());
                let what = if several { "here" } else { "overlays here" };
                ui.label(theme::second(format!("{} {what}; click again to step down", hits.len()), shade));
            }
        });
    }
}

/// How wide words about a place are at most, in points.
const MOST_PT: f32 = 320.0;

/// Between them and the pointer, and between them and the edge of the map.
const FROM_POINTER_PT: f32 = 12.0;
const FROM_EDGE_PT: f32 = 4.0;

/// Words about what lies under the pointer, which lie over nothing but the map.
fn say_ui(response: &Response, clear: Rect, content: impl FnOnce(&mut Ui)) {
    let Some(pointer) = response.hover_pos().filter(|at| clear.contains(*at)) else { return };
    let room = clear.shrink(FROM_EDGE_PT);
    let ctx = &response.ctx;
    // As large as they were a moment ago: they are laid out where they are shown.
    let known = egui::AreaState::load(ctx, Tooltip::next_tooltip_id(ctx, response.id));
    let size = known.and_then(|area| area.size).unwrap_or_default();
    let mut tip = Tooltip::for_enabled(response).gap(0.0);
    let corner = RectAlign { parent: Align2::LEFT_TOP, child: Align2::LEFT_TOP };
    let popup = tip.popup.at_position(corner_of(size, pointer, room));
    tip.popup = popup.align(corner).align_alternatives(&[]);
    let shown = tip.show(|ui| {
        ui.set_max_width(MOST_PT.min(room.width()));
        content(ui);
    });
    if shown.is_some_and(|shown| (shown.response.rect.size() - size).length() > 1.0) {
        ctx.request_repaint();
    }
}

/// Where the upper left corner of words of some size stands: below the pointer, or else above it, or else beside it.
fn corner_of(size: Vec2, pointer: Pos2, room: Rect) -> Pos2 {
    let [below, above] = [pointer.y + FROM_POINTER_PT, pointer.y - FROM_POINTER_PT - size.y];
    let [right, left] = [pointer.x + FROM_POINTER_PT, pointer.x - FROM_POINTER_PT - size.x];
    let at = if below + size.y <= room.bottom() {
        Pos2::new(pointer.x, below)
    } else if above >= room.top() {
        Pos2::new(pointer.x, above)
    } else if right + size.x <= room.right() || left < room.left() {
        Pos2::new(right, pointer.y)
    } else {
        Pos2::new(left, pointer.y)
    };
    at.min(room.max - size).max(room.min)
}

/// Kind, size and first source of a feature.
fn feature_ui(ui: &mut Ui, session: &Session, overlay: &Overlay, feature: usize, size: String) {
    let shade = theme::theme_of(ui.ctx());
    let kinds = session.kinds(overlay);
    let name = overlay.features.name(feature);
    // What a name says once needs not be said again.
    let kind = kinds.of(feature).map(|kind| kind.title.clone()).filter(|kind| name.as_ref() != Some(kind));
    let facts: Vec<String> = kind.filter(|kind| !kind.is_empty()).into_iter().chain([size]).collect();
    ui.label(theme::second(facts.join(" · "), shade));
    let sources = of_feature(overlay.features.rows(), feature);
    if let Some(first) = sources.first() {
        let source = as_source(first, String::new());
        let date = source.published.as_deref().map(words::date).unwrap_or_else(|| "undated".to_owned());
        let more = if sources.len() > 1 { format!(" and {} more", sources.len() - 1) } else { String::new() };
        ui.label(theme::second(
            format!("{}, {}", in_sentence(&visible(&source.outlet)), visible(&format!("{date}{more}"))),
            shade,
        ));
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
                ("Edit text", Action::EditText(annotation.id)),
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
                && ui.button(crate::app::name_of(overlay, &hit)).clicked()
            {
                actions.push(crate::app::select(&hit));
                ui.close();
            }
        }
    });
}
