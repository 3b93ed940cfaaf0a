//! The list of steps: what was done, in order, to jump back and forth in.

use eframe::egui::{Button, RichText, Role, ScrollArea, Ui, Vec2, WidgetInfo};

use crate::app::{chrome, theme, words};
use crate::session::{Action, Session};

/// Shows them, in the place of the lists.
pub(crate) fn history_ui(ui: &mut Ui, session: &Session, actions: &mut Vec<Action>) {
    let shade = theme::theme_of(ui.ctx());
    let palette = shade.palette();
    let (steps, done) = session.history().steps();
    ui.label(theme::second("Click a step to go back or forward to it.", shade));
    let row_pt = ui.spacing().interact_size.y;
    ScrollArea::vertical().auto_shrink(false).id_salt("history").stick_to_bottom(true).show_rows(
        ui,
        row_pt,
        steps.len() + 1,
        |ui, rows| {
            for row in rows {
                let name = if row == 0 { "Opened".to_owned() } else { words::step(steps[row - 1]) };
                let now = row == done;
                let color = if row > done { palette.second } else { palette.ink };
                let text = RichText::new(&name).color(theme::ink(color));
                let text = if row > done { text.italics() } else { text };
                let width = ui.available_width();
                let button = Button::new(text).selected(now).frame_when_inactive(now).truncate();
                let step = ui.add(button.min_size(Vec2::new(width, 0.0)));
                let note = if now { ", current step" } else { "" };
                step.widget_info(|| {
                    WidgetInfo::selected(Role::ListBoxOption, true, now, format!("Step {row}: {name}{note}"))
                });
                if step.clicked() {
                    actions.push(Action::JumpTo(row));
                }
            }
            chrome::follow_focus(ui);
        },
    );
}
