//! The place that a search has found, over the map: a ring where it is, and beside it what it is, until it is dismissed.

use eframe::egui::{self, Align2, Id, Order, Pos2, RichText, Stroke, Ui, Vec2};

use super::MapView;
use crate::app::focus::{self, Part};
use crate::app::widgets::{icon_button, tip};
use crate::app::{icons, theme};
use crate::session::found::{note_on, title_of};
use crate::session::{Action, Session};

/// Radius of the ring, in points.
const RING_PT: f32 = 11.0;

impl MapView {
    /// Marks the place that was found, if it is in sight.
    pub(crate) fn found_ui(&self, ui: &Ui, session: &Session, actions: &mut Vec<Action>) {
        let Some(place) = session.found_place() else { return };
        let at = session.frame().page_from_lon_lat(place.at);
        let at = self.rect.min + Vec2::new(at.x as f32, at.y as f32);
        if !self.rect.shrink(2.0).contains(at) {
            return;
        }
        let palette = theme::theme_of(ui.ctx()).palette();
        let painter = ui.painter_at(self.rect);
        painter.circle_stroke(at, RING_PT, Stroke::new(5.0, theme::ink(palette.panel)));
        painter.circle_stroke(at, RING_PT, Stroke::new(2.5, theme::ink(palette.accent)));
        painter.circle_filled(at, 2.5, theme::ink(palette.accent));
        // Above the ring, or below it where the map ends.
        let is_high = at.y - self.rect.top() < 110.0;
        let (pivot, side) = if is_high { (Align2::CENTER_TOP, 1.0) } else { (Align2::CENTER_BOTTOM, -1.0) };
        let foot = Pos2::new(at.x, at.y + side * (RING_PT + 6.0));
        let area = egui::Area::new(Id::unique("found place")).order(Order::Middle).pivot(pivot);
        area.fixed_pos(foot).constrain_to(self.rect.shrink(4.0)).show(ui.ctx(), |ui| {
            focus::part(ui, Part::Toast);
            egui::Frame::popup(ui.style()).inner_margin(8).show(ui, |ui| {
                ui.set_max_width(320.0);
                ui.horizontal(|ui| {
                    ui.label(RichText::new(title_of(place)).family(theme::semi_bold()));
                    if icon_button(ui, icons::X, "Dismiss the place that was found", true).clicked() {
                        actions.push(Action::DismissFound);
                    }
                });
                ui.label(theme::second(note_on(place), theme::theme_of(ui.ctx())));
                if tip(ui.button("Mark it"), "Make a marker of it, with its name").clicked() {
                    actions.push(Action::MarkFound);
                }
            });
        });
    }
}
