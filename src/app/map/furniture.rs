//! Buttons, scale bar and credits, over the picture of the map.

use eframe::egui::{
    self, Align2, Color32, CursorIcon, FontFamily, FontId, Pos2, Rect, Role, Sense, Ui, Vec2, WidgetInfo,
};

use super::MapView;
use crate::app::focus;
use crate::app::widgets::{tip, with_keys};
use crate::app::{icons, theme};
use crate::figure::scale_bar;
use crate::session::{Action, Command, Session};

/// Between two credits, in points.
const CREDIT_GAP_PT: f32 = 6.0;

/// Height of a line of credits, in points.
const CREDIT_LINE_PT: f32 = 18.0;

/// How much of the map the plates of scale bar and credits hide.
const OVER_MAP: f64 = 0.9;

/// Side of the map's buttons, and their distance from each other and from its edges, in points.
const BUTTON_PT: f32 = 32.0;
const BUTTON_GAP_PT: f32 = 4.0;
const EDGE_PT: f32 = 12.0;

impl MapView {
    /// Where the column of buttons stands: beside the right edge, or else the left, where it covers nothing that is
    /// `taken`.
    fn place_of_buttons(room: Rect, taken: &[Rect]) -> Option<Pos2> {
        let size = Vec2::new(BUTTON_PT, 3.0 * BUTTON_PT + 2.0 * BUTTON_GAP_PT);
        let left = room.left() + EDGE_PT;
        let right = room.right() - EDGE_PT - size.x;
        // The second row of places is below a handle in the corner.
        let places = [EDGE_PT, 2.5 * EDGE_PT].map(|down| room.top() + down);
        let places = [right, left].into_iter().flat_map(|x| places.map(|y| Pos2::new(x, y)));
        places.into_iter().find(|place| {
            let column = Rect::from_min_size(*place, size);
            !taken.iter().any(|taken| taken.intersects(column))
        })
    }

    /// Buttons, scale bar and credits, over what of the picture no drawer covers; the buttons keep off what is `taken`.
    pub(crate) fn furniture_ui(
        &mut self,
        ui: &mut Ui,
        session: &Session,
        credits: &[(String, String)],
        room: Rect,
        taken: &[Rect],
        actions: &mut Vec<Action>,
    ) {
        let shade = theme::theme_of(ui.ctx());
        let palette = shade.palette();
        let buttons = [(icons::PLUS, Command::ZoomIn), (icons::MINUS, Command::ZoomOut), (icons::HOUSE, Command::Home)];
        let column = Self::place_of_buttons(room, taken);
        for (index, (glyph, command)) in buttons.into_iter().enumerate() {
            let Some(top) = column else { break };
            let down = index as f32 * (BUTTON_PT + BUTTON_GAP_PT);
            let place = Rect::from_min_size(top + Vec2::new(0.0, down), Vec2::splat(BUTTON_PT));
            let button = egui::Button::new(theme::icon(glyph, 16.0))
                .fill(theme::ink(palette.panel))
                .stroke(egui::Stroke::new(1.0, theme::ink(palette.line)));
            let response = ui.put(place, button);
            response.widget_info(|| WidgetInfo::labeled(Role::Button, true, command.label()));
            if tip(response, with_keys(session, command.help(), command)).clicked() {
                actions.push(Action::Command(command));
            }
        }
        let painter = ui.painter_at(room);
        let credits_pt = self.credits_height(ui, credits, room.width());
        let frame = session.frame();
        let bar = scale_bar(&frame, f64::from((room.width() - 40.0).clamp(40.0, 140.0)));
        let foot = room.left_bottom() + Vec2::new(14.0, -credits_pt - 10.0);
        let stroke = egui::Stroke::new(1.5, theme::ink(palette.ink));
        let end = foot + Vec2::new(bar.length_pt as f32, 0.0);
        let font = FontId::new(11.0, FontFamily::Proportional);
        let above = Pos2::new((foot.x + end.x) / 2.0, foot.y - 4.0);
        let galley = painter.layout_no_wrap(bar.label.clone(), font.clone(), theme::ink(palette.ink));
        let text = Align2::CENTER_BOTTOM.anchor_size(above, galley.size());
        // Names of the map are not read through it.
        let plate = text.union(Rect::from_two_pos(foot, end)).expand2(Vec2::new(6.0, 4.0));
        painter.rect_filled(plate, 4.0, theme::ink(palette.panel.with_opacity(OVER_MAP)));
        painter.line_segment([foot, end], stroke);
        painter.line_segment([foot - Vec2::new(0.0, 5.0), foot], stroke);
        painter.line_segment([end - Vec2::new(0.0, 5.0), end], stroke);
        painter.galley(text.min, galley, theme::ink(palette.ink));

        // Credits, each a link, at the foot of the map: on one line, until the others are asked for.
        let line = Rect::from_min_max(
            room.left_bottom() + Vec2::new(8.0, -credits_pt),
            room.right_bottom() - Vec2::new(8.0, 4.0),
        );
        painter.rect_filled(
            Rect::from_min_max(Pos2::new(room.min.x, line.min.y + 1.0), room.max),
            0.0,
            theme::ink(palette.panel.with_opacity(OVER_MAP)),
        );
        let mut child =
            ui.new_child(egui::UiBuilder::new().max_rect(line).layout(egui::Layout::top_down(egui::Align::Min)));
        child.set_clip_rect(line.expand(3.0).intersect(ui.clip_rect()));
        child.spacing_mut().item_spacing = Vec2::new(CREDIT_GAP_PT, 2.0);
        child.spacing_mut().interact_size.y = CREDIT_LINE_PT - 2.0;
        child.add_space(2.0);
        self.credits_ui(&mut child, credits, line.width(), actions);
    }

    fn credits_ui(&mut self, ui: &mut Ui, credits: &[(String, String)], room_pt: f32, actions: &mut Vec<Action>) {
        let shade = theme::theme_of(ui.ctx());
        let (shown, folds) = match shown_on_one_line(ui, credits, room_pt) {
            Some(_) if self.credits_open => (credits.len(), true),
            Some(shown) => (shown, true),
            None => (credits.len(), false),
        };
        let is_folded = folds && !self.credits_open;
        let credit_ui = |ui: &mut Ui, index: usize, (text, url): &(String, String), actions: &mut Vec<Action>| {
            let text = if index + 1 < credits.len() { format!("{text}  ·") } else { text.clone() };
            let width = width_of(ui, text.clone());
            let label = egui::Label::new(theme::second(text, shade));
            let is_long = width > room_pt;
            if is_long && index > 0 {
                ui.end_row();
            }
            let label = match is_long {
                true if is_folded => label.truncate(),
                true => label.wrap(),
                false => label.extend(),
            };
            let response = ui.add(label.sense(if url.is_empty() { Sense::hover() } else { Sense::click() }));
            if url.is_empty() {
                return;
            }
            response.widget_info(|| WidgetInfo::labeled(Role::Link, true, &credits[index].0));
            if tip(response.on_hover_cursor(CursorIcon::PointingHand), url.as_str()).clicked() {
                actions.push(Action::OpenUrl(url.clone()));
            }
        };
        if is_folded && shown == 0 {
            // Not even the first has room beside the way to the others.
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Min), |ui| {
                self.fold_ui(ui);
                let left_to_right = egui::Layout::left_to_right(egui::Align::Min);
                if let Some(first) = credits.first() {
                    ui.with_layout(left_to_right, |ui| {
                        ui.add(egui::Label::new(theme::second(&first.0, shade)).truncate());
                    });
                }
            });
            return;
        }
        ui.horizontal_wrapped(|ui| {
            for (index, credit) in credits.iter().enumerate().take(shown) {
                credit_ui(ui, index, credit, actions);
            }
            if folds {
                self.fold_ui(ui);
            }
        });
    }

    /// What shows the other credits, and folds them again.
    fn fold_ui(&mut self, ui: &mut Ui) {
        let (words, name) = if self.credits_open { (LESS, "Show fewer credits") } else { (MORE, "Show all credits") };
        let palette = theme::theme_of(ui.ctx()).palette();
        let text = egui::RichText::new(words).size(11.5).color(theme::ink(palette.accent));
        let more = ui.add(egui::Button::new(text).frame(false));
        more.widget_info(|| WidgetInfo::selected(Role::Button, true, self.credits_open, name));
        if focus::is_at(&more) || more.hovered() {
            ui.ctx().set_cursor_icon(CursorIcon::PointingHand);
        }
        if tip(more, name).clicked() {
            self.credits_open = !self.credits_open;
        }
    }

    /// How high the strip of credits is across a map of this width, in points.
    pub(crate) fn credits_height(&self, ui: &Ui, credits: &[(String, String)], width_pt: f32) -> f32 {
        let room_pt = width_pt - 16.0;
        let lines = match shown_on_one_line(ui, credits, room_pt) {
            Some(_) if self.credits_open => lines_of(ui, credits, room_pt),
            Some(_) | None => 1.0,
        };
        lines * CREDIT_LINE_PT + 6.0
    }
}

/// What shows all credits, and what folds them again.
const MORE: &str = "more";
const LESS: &str = "less";

/// How high the scale bar stands above the credits, in points.
pub(crate) const SCALE_PT: f32 = 36.0;

/// How high the strip of credits is while it is folded, in points.
pub(crate) const CREDITS_FOLDED_PT: f32 = CREDIT_LINE_PT + 6.0;

/// How wide a credit is, in points.
fn width_of(ui: &Ui, text: String) -> f32 {
    let font = FontId::new(11.5, FontFamily::Proportional);
    ui.painter().layout_no_wrap(text, font, Color32::BLACK).size().x
}

/// How many credits have room on one line beside the way to the others; `None` if all of them do.
fn shown_on_one_line(ui: &Ui, credits: &[(String, String)], room_pt: f32) -> Option<usize> {
    let mut used = 0.0;
    let mut ends = Vec::with_capacity(credits.len());
    for (index, (text, _)) in credits.iter().enumerate() {
        let text = if index + 1 < credits.len() { format!("{text}  ·") } else { text.clone() };
        used += width_of(ui, text) + CREDIT_GAP_PT;
        ends.push(used);
    }
    if used - CREDIT_GAP_PT <= room_pt {
        return None;
    }
    let left = room_pt - width_of(ui, MORE.to_owned()) - 4.0;
    Some(ends.iter().filter(|end| **end <= left).count())
}

/// How many lines all credits take, with what folds them again.
fn lines_of(ui: &Ui, credits: &[(String, String)], room_pt: f32) -> f32 {
    let font = FontId::new(11.5, FontFamily::Proportional);
    let (mut lines, mut used) = (1.0, 0.0);
    for text in credits.iter().map(|(text, _)| format!("{text}  ·")).chain([LESS.to_owned()]) {
        let width = width_of(ui, text.clone());
        if used > 0.0 && used + width > room_pt {
            lines += 1.0;
            used = 0.0;
        }
        // One that is wider than the map goes on below.
        if width > room_pt {
            lines += ui.painter().layout(text, font.clone(), Color32::BLACK, room_pt).rows.len() as f32 - 1.0;
        }
        used += width + CREDIT_GAP_PT;
    }
    lines
}
