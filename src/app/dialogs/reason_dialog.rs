//! Why advice does not fit: asked before it is acknowledged.

use eframe::egui::{Id, Ui};

use super::{Decision, buttons_unless_ui, width_ui};
use crate::app::widgets::{goes_on, line_edit};
use crate::dossier::verify::Advice;
use crate::session::Action;

/// The reason as it is typed.
pub(crate) struct ReasonDialog {
    part: String,
    advice: Advice,
    reason: String,
}

impl ReasonDialog {
    pub(crate) fn new(part: String, advice: Advice) -> Self {
        Self { part, advice, reason: String::new() }
    }
}

/// The field that has the keys at first.
pub(super) fn reason_field() -> Id {
    Id::unique("reason")
}

/// Shows the dialog.
pub(super) fn reason_ui(
    ui: &mut Ui,
    dialog: &mut ReasonDialog,
    decision: &mut Option<Decision>,
    actions: &mut Vec<Action>,
) {
    width_ui(ui, 460.0);
    ui.heading("Acknowledge this advice");
    ui.add_space(6.0);
    ui.label(match dialog.advice {
        Advice::LongExcerpt => format!("The {} is long. Why does it have to be?", dialog.part),
        Advice::LaterThanDay => {
            format!("The {} is later than the day that the dossier describes. Why does it belong here?", dialog.part)
        }
        Advice::MuchQuoted => format!("Much of the {} is quoted. Why does it have to be?", dialog.part),
    });
    ui.add_space(8.0);
    let hint = match dialog.advice {
        Advice::LaterThanDay => "such as: it tells of that day",
        Advice::LongExcerpt | Advice::MuchQuoted => "such as: the statement is short, and quoted whole",
    };
    let label = ui.label("Reason");
    let field = line_edit(&mut dialog.reason).desired_width(f32::INFINITY).id(reason_field());
    let field = ui.add(field.hint_text(hint)).labelled_by(label.id);
    let enter = goes_on(&field);
    if !ui.memory(|memory| memory.focused().is_some()) {
        field.request_focus();
    }
    ui.add_space(12.0);
    let why_not = dialog.reason.trim().is_empty().then_some("Give a reason");
    let mut chosen = None;
    buttons_unless_ui(ui, "Acknowledge", why_not, &mut chosen);
    if enter && why_not.is_none() {
        chosen = Some(Decision::Accept);
    }
    match chosen {
        Some(Decision::Accept) => {
            let (part, advice, reason) = (dialog.part.clone(), dialog.advice, dialog.reason.trim().to_owned());
            actions.push(Action::Acknowledge { part, advice, reason });
            *decision = Some(Decision::Close);
        }
        Some(other) => *decision = Some(other),
        None => {}
    }
}
