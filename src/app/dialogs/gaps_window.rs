//! The list of gaps: what is missing or past its day, each row leading to what it is about.

use eframe::egui::text::LayoutJob;
use eframe::egui::{self, Align, Button, FontSelection, Label, RichText, Role, ScrollArea, Ui, WidgetInfo};

use crate::app::{chrome, icons, theme};
use crate::dossier::gaps::{Gap, GapKind, Mend, STALE_DAYS, Subject, gaps, without_copies};
use crate::dossier::manuscript::List;
use crate::dossier::verify::Advice;
use crate::session::{Action, Session};

/// Days since 1 January 1970 by the system's clock; `None` if it stands before that.
pub(crate) fn today() -> Option<i64> {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).ok()?;
    i64::try_from(now.as_secs() / 86_400).ok()
}

/// What is missing now.
pub(crate) fn find(session: &Session, today: Option<i64>) -> Vec<Gap> {
    let own: Vec<_> = session.excerpts().filter(|excerpt| session.is_own(&excerpt.id)).collect();
    let problems: Vec<_> = session.warnings().cloned().collect();
    let mut found = gaps(session.dossier(), &problems, session.texts().all(), &own, today);
    if session.manuscript().is_some() {
        found.extend(without_copies(session.dossier()));
    }
    found
}

/// Shows them, in the place of the lists: so they lie over nothing that they speak of.
pub(crate) fn gaps_ui(ui: &mut Ui, gaps: &[Gap], session: &Session, actions: &mut Vec<Action>) {
    let shade = theme::theme_of(ui.ctx());
    let unread = session.dossier().sources.iter().filter(|source| session.texts().of(&source.id).is_none()).count();
    if unread > 0 {
        let sources = if unread == 1 { "1 source has".to_owned() } else { format!("{unread} sources have") };
        let note = format!("{sources} no text attached: their quotes have not been checked.");
        ui.label(theme::second(note, shade));
    }
    ScrollArea::vertical().auto_shrink(false).id_salt("gaps").show(ui, |ui| {
        if gaps.is_empty() {
            ui.horizontal(|ui| {
                ui.label(theme::icon(icons::CHECK_CIRCLE, 16.0));
                ui.label("Nothing is missing: every shape has a source, and every source a shape.");
            });
        }
        for kind in GapKind::ALL {
            let of_kind: Vec<&Gap> = gaps.iter().filter(|gap| gap.kind == kind).collect();
            if of_kind.is_empty() {
                continue;
            }
            ui.add_space(6.0);
            ui.label(theme::section(format!("{} ({})", kind.title(), of_kind.len()), shade));
            if kind == GapKind::PastItsDay {
                ui.label(theme::second(format!("They show a day more than {STALE_DAYS} days ago."), shade));
            }
            ui.scope(|ui| {
                ui.spacing_mut().item_spacing.y = 8.0;
                let is_written = session.manuscript().is_some();
                of_kind.into_iter().for_each(|gap| gap_ui(ui, gap, is_written, actions));
            });
        }
        chrome::follow_focus(ui);
    });
}

/// One gap: its name and, under it, what is amiss, as one thing to click, so that all are as far apart however long they are.
fn gap_ui(ui: &mut Ui, gap: &Gap, is_written: bool, actions: &mut Vec<Action>) {
    let shade = theme::theme_of(ui.ctx());
    let action = match &gap.subject {
        Subject::Overlay(id) => Some(Action::Select(id.clone())),
        Subject::Excerpt(id) => Some(Action::FollowExcerpt(id.clone())),
        Subject::Nothing => None,
    };
    let mut words = LayoutJob::default();
    for part in [RichText::new(format!("{}\n", gap.name)), theme::second(&gap.what, shade)] {
        part.append_to(&mut words, ui.style(), FontSelection::Default, Align::LEFT);
    }
    match action {
        Some(action) => {
            let row = ui.add(Button::new(words).frame(false).wrap());
            row.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Gap: {}, {}", gap.name, gap.what)));
            if row.on_hover_cursor(egui::CursorIcon::PointingHand).on_hover_text("Select it").clicked() {
                actions.push(action);
            }
        }
        None => {
            ui.add(Label::new(words).wrap());
        }
    }
    let Some(mend) = gap.mend.as_ref().filter(|_| is_written) else { return };
    let about_whole = || ("About the dossier…".to_owned(), Action::AskWhole);
    let mut mends = vec![match mend {
        Mend::Edit(list, id) => (format!("Edit {}…", list.noun()), Action::AskEntry(*list, Some(id.clone()))),
        Mend::QuoteAbout(overlay) => {
            ("Add excerpt…".to_owned(), Action::AskEntryAbout(List::Excerpts, overlay.clone()))
        }
        Mend::Whole => about_whole(),
        Mend::Acknowledge { part, advice } => {
            ("Acknowledge…".to_owned(), Action::AskReason { part: part.clone(), advice: *advice })
        }
    }];
    // Either there is a reason, or the day of the dossier is another.
    if matches!(mend, Mend::Acknowledge { advice: Advice::LaterThanDay, .. }) {
        mends.push(about_whole());
    }
    ui.horizontal_wrapped(|ui| {
        for (label, action) in mends {
            let button = ui.button(&label);
            button.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{label} {}", gap.name)));
            if button.clicked() {
                actions.push(action);
            }
        }
    });
}
