//! Words that are selected in a text and dragged onto an overlay, in the list or on the map, which links them to it; and the menu
//! that does the same by keys.

use std::ops::Range;
use std::sync::Arc;

use eframe::egui::{
    Area, Context, CursorIcon, DragAndDrop, FontId, Frame, Id, Order, Pos2, Rect, RichText, ScrollArea, Stroke,
    StrokeKind, Ui, Vec2,
};

use crate::app::dialogs::recipe_dialog::shape_on_map_ui;
use crate::app::{chrome, theme};
use crate::dossier::manuscript::List;
use crate::dossier::verify::MAX_WORDS;
use crate::dossier::words;
use crate::formats::visible::visible;
use crate::geometry::Point;
use crate::session::{Action, Session};

/// A shape of more points is not outlined while words are carried over it.
const MOST_POINTS: usize = 30_000;

/// Words on their way to an overlay.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CarriedWords {
    pub(crate) source: String,
    /// Where they stand in the text of the source.
    pub(crate) at: Range<usize>,
    pub(crate) words: String,
}

impl CarriedWords {
    /// Takes them up, from the place where the pointer went down.
    pub(crate) fn take_up(self, ctx: &Context) {
        DragAndDrop::set_payload(ctx, self);
    }

    /// Those that the pointer carries.
    pub(crate) fn carried(ctx: &Context) -> Option<Arc<Self>> {
        DragAndDrop::payload(ctx)
    }

    /// What links them to an overlay, or why they cannot be linked to it.
    pub(crate) fn link(&self, session: &Session, overlay: &str) -> Result<Action, String> {
        let (source, at) = (self.source.clone(), self.at.clone());
        match session.manuscript() {
            Some(manuscript) if manuscript.entry(List::Overlays, overlay).is_none() => {
                Err("It is a layer from a file, and not part of the dossier".to_owned())
            }
            Some(_) => Ok(Action::QuoteWords { source, at, overlay: Some(overlay.to_owned()) }),
            None if self.words.split_whitespace().count() > MAX_WORDS => {
                Err(format!("An excerpt quotes at most {MAX_WORDS} words"))
            }
            None => Ok(Action::AddExcerpt { source, at, overlay: overlay.to_owned() }),
        }
    }
}

/// What lies under the words that are carried, as it was found in this frame.
#[derive(Debug, Clone, Default)]
struct Under(Option<String>);

fn under_key() -> Id {
    Id::unique("overlay under carried words")
}

/// Lets words be dropped on the row of an overlay; whether they would be now.
pub(crate) fn row_ui(ui: &Ui, rect: Rect, session: &Session, overlay: &str, actions: &mut Vec<Action>) {
    let Some(words) = CarriedWords::carried(ui.ctx()) else { return };
    if !ui.rect_contains_pointer(rect) {
        return;
    }
    if words.link(session, overlay).is_ok() {
        ui.painter().rect_stroke(rect, 6.0, ui.visuals().selection.stroke, StrokeKind::Inside);
    }
    over(ui.ctx(), &words, session, overlay, actions);
}

/// Lets words be dropped on what the map shows: `at` is where the pointer is on the page of the map.
pub(crate) fn map_ui(ui: &Ui, rect: Rect, session: &Session, actions: &mut Vec<Action>) {
    let Some(words) = CarriedWords::carried(ui.ctx()) else { return };
    let Some(at) = ui.input(|input| input.pointer.latest_pos()).filter(|_| ui.rect_contains_pointer(rect)) else {
        return;
    };
    let page = Point::new(f64::from(at.x - rect.min.x), f64::from(at.y - rect.min.y));
    let hits = session.hits_at(page);
    let Some(overlay) = hits.iter().find_map(|hit| session.dossier().overlay(&hit.overlay)) else { return };
    let shape = &*overlay.shape;
    let points = shape.polygons().iter().map(|polygon| polygon.exterior().0.len()).sum::<usize>()
        + shape.lines().iter().map(|line| line.0.len()).sum::<usize>();
    if points <= MOST_POINTS && words.link(session, &overlay.id).is_ok() {
        let frame = session.frame();
        shape_on_map_ui(ui, rect, shape, |place| {
            let at = frame.page_from_lon_lat(place);
            Vec2::new(at.x as f32, at.y as f32)
        });
    }
    over(ui.ctx(), &words, session, &overlay.id, actions);
}

fn over(ctx: &Context, words: &CarriedWords, session: &Session, overlay: &str, actions: &mut Vec<Action>) {
    ctx.data_mut(|data| data.insert_temp(under_key(), Under(Some(overlay.to_owned()))));
    let can = words.link(session, overlay);
    ctx.set_cursor_icon(if can.is_ok() { CursorIcon::Copy } else { CursorIcon::NotAllowed });
    if ctx.input(|input| input.pointer.any_released()) {
        DragAndDrop::clear_payload(ctx);
        if let Ok(action) = can {
            actions.push(action);
        }
    }
}

/// Shows at the pointer what will happen with the words that it carries.
pub(crate) fn carried_ui(ctx: &Context, session: &Session) {
    let under = ctx.data_mut(|data| std::mem::take(data.get_temp_mut_or_default::<Under>(under_key()))).0;
    let Some(carried) = CarriedWords::carried(ctx) else { return };
    let Some(at) = ctx.input(|input| input.pointer.latest_pos()) else { return };
    let said = match &under {
        None => "Drop on an overlay, on the map or in its list, to link these words to it · Esc lets go".to_owned(),
        Some(overlay) => {
            let name = session.dossier().overlay(overlay).map_or("", |overlay| overlay.title.main());
            match carried.link(session, overlay) {
                Ok(_) => format!("Link to {}", visible(name)),
                Err(why) => why,
            }
        }
    };
    let palette = theme::theme_of(ctx).palette();
    // Where there is no room on the right of the pointer, it stands on its left.
    let room = ctx.content_rect();
    let at = Pos2::new((at.x + 14.0).min(room.max.x - 300.0), (at.y + 14.0).min(room.max.y - 70.0));
    let area = Area::new(Id::unique("carried words")).order(Order::Tooltip).interactable(false).fixed_pos(at);
    area.show(ctx, |ui| {
        let frame = Frame::popup(ui.style()).stroke(Stroke::new(1.0, theme::ink(palette.accent)));
        frame.show(ui, |ui| {
            ui.set_max_width(280.0);
            ui.label(RichText::new(said).family(theme::semi_bold()).size(12.5));
            let short: String = carried.words.chars().take(90).collect();
            let more = if short.len() < carried.words.len() { "…" } else { "" };
            ui.label(RichText::new(words::quoted(&format!("{short}{more}"))).font(FontId::new(12.5, theme::serif())));
        });
    });
}

/// The overlays to which words can be linked, in a menu.
pub(crate) fn menu_ui(ui: &mut Ui, session: &Session, carried: &CarriedWords, actions: &mut Vec<Action>) -> bool {
    let mut linked = false;
    let menu = ui.menu_button("Link to…", |ui| {
        ui.set_width(300.0);
        ScrollArea::vertical().max_height(300.0).auto_shrink([false, true]).id_salt("link to").show(ui, |ui| {
            for state in &session.document().overlays {
                let Some(overlay) = session.dossier().overlay(&state.id) else { continue };
                let Ok(action) = carried.link(session, &overlay.id) else { continue };
                if chrome::choice_ui(ui, false, visible(overlay.title.main())) {
                    actions.push(action);
                    linked = true;
                    ui.close();
                }
            }
            chrome::follow_focus(ui);
        });
    });
    menu.response.on_hover_text("Choose the overlay that these words are about; or drag them onto it");
    linked
}
