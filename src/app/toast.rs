//! What was done, for a while over the foot of the map, with what can be done with it.

use std::path::PathBuf;

use eframe::egui::{self, Align2, Context, Id, Order, Rect, Ui, Vec2};

use super::focus::{self, Part};
use super::widgets::{capital, icon_button, tip};
use super::{icons, theme};
use crate::files::desktop::Ask;
use crate::formats::visible::visible;

/// How long it stays, in seconds, unless Escape is pressed; longer while the pointer or the keys are on it.
const STAYS_S: f64 = 15.0;

/// What was done.
#[derive(Debug, Clone)]
pub(crate) struct Toast {
    text: String,
    /// The file that was written.
    path: PathBuf,
    /// What it cannot hold, each a sentence's part. With any, it stays until it is closed.
    lost: Vec<String>,
    /// When it goes, by the window's clock; `None` before it was shown.
    goes_at_s: Option<f64>,
}

/// What the user makes of it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Answer {
    /// The desktop is to do this with the file.
    Ask(Ask, PathBuf),
    /// These lines are to be read, under the heading.
    Tell(String, Vec<String>),
    /// It goes.
    Close,
}

impl Toast {
    /// Says that this file was written, and what of it was lost or changed.
    pub(crate) fn written(text: String, path: PathBuf, lost: Vec<String>) -> Self {
        Self { text, path, lost, goes_at_s: None }
    }

    /// Shows it above the credits of the map, `clear_pt` above its foot.
    pub(crate) fn ui(&mut self, ctx: &Context, map: Rect, clear_pt: f32) -> Option<Answer> {
        let now = ctx.input(|input| input.time);
        let goes_at_s = *self.goes_at_s.get_or_insert(now + STAYS_S);
        let mut answer = None;
        let foot = map.center_bottom() - Vec2::new(0.0, clear_pt + 8.0);
        let area = egui::Area::new(Id::unique("toast")).order(Order::Foreground).pivot(Align2::CENTER_BOTTOM);
        let shown = area.fixed_pos(foot).show(ctx, |ui| {
            focus::part(ui, Part::Toast);
            egui::Frame::popup(ui.style()).inner_margin(10).show(ui, |ui| {
                ui.set_max_width((ctx.content_rect().width() - 48.0).min(560.0));
                ui.vertical(|ui| self.content_ui(ui, &mut answer))
            });
        });
        let focused = ctx.memory(|memory| memory.focused());
        let layer = shown.response.layer_id;
        let is_here = |id| ctx.viewport(|viewport| viewport.this_pass.widgets.get(id).map(|control| control.layer_id));
        let has_keys = focused.and_then(is_here) == Some(layer);
        if !self.lost.is_empty() {
            return answer;
        }
        if has_keys || shown.response.contains_pointer() {
            self.goes_at_s = Some(now + STAYS_S);
        } else if now >= goes_at_s {
            answer.get_or_insert(Answer::Close);
        } else {
            ctx.request_repaint_after_secs((goes_at_s - now) as f32);
        }
        answer
    }

    fn content_ui(&self, ui: &mut Ui, answer: &mut Option<Answer>) {
        ui.horizontal(|ui| {
            ui.label(theme::icon(icons::CHECK_CIRCLE, 16.0));
            ui.add(egui::Label::new(&self.text).truncate());
        });
        if let [first, further @ ..] = self.lost.as_slice() {
            let more = if further.is_empty() { String::new() } else { format!(" (and {} more)", further.len()) };
            ui.horizontal_top(|ui| {
                ui.label(theme::icon(icons::WARNING, 14.0));
                ui.add(egui::Label::new(format!("{}{more}", visible(&capital(first)))).wrap());
            });
        }
        ui.horizontal(|ui| {
            let path = self.path.display();
            if !self.lost.is_empty() && tip(ui.button("Warnings…"), "Read all that was lost or changed").clicked() {
                let lines = self.lost.iter().map(|line| capital(line)).collect();
                *answer = Some(Answer::Tell(self.text.clone(), lines));
            }
            for (label, ask, help) in [
                ("Open", Ask::Open, format!("Open it in its usual program: {path}")),
                ("Show in folder", Ask::ShowInFolder, format!("Show the folder of {path}")),
            ] {
                if tip(ui.button(label), help).clicked() {
                    *answer = Some(Answer::Ask(ask, self.path.clone()));
                }
            }
            if icon_button(ui, icons::X, "Close this notice", true).clicked() {
                *answer = Some(Answer::Close);
            }
        });
    }
}
