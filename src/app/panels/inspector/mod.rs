//! What is selected: name, kind, size, what sources state of it, who holds what, and the words themselves.

pub(crate) mod sections;

use std::collections::BTreeSet;

use eframe::egui::{Label, Role, ScrollArea, TextWrapMode, Ui, WidgetInfo};

use self::sections::{SECTIONS, Selected, Subject, Typed, sections_ui};
use crate::app::panels::cards;
use crate::app::reading_order::words_label;
use crate::app::widgets::tip;
use crate::app::{chrome, icons, theme};
use crate::dossier::{About, words};
use crate::scene::palette::Theme;
use crate::session::{Action, Selection, Session};

/// The panel, and what it remembers.
#[derive(Debug, Default)]
pub(crate) struct Inspector {
    /// The sections that are folded, by their ids; remembered from one start to the next.
    pub(crate) folded: BTreeSet<String>,
    typed: Typed,
    /// Whether all of it did not fit when it was last shown.
    is_long: bool,
}

impl Inspector {
    /// The panel with these sections folded.
    pub(crate) fn with_folded(folded: BTreeSet<String>) -> Self {
        Self { folded, ..Self::default() }
    }

    /// Shows the panel.
    pub(crate) fn ui(&mut self, ui: &mut Ui, session: &Session, actions: &mut Vec<Action>) {
        let shade = theme::theme_of(ui.ctx());
        let subject = Subject::of(session, shade);
        let whole = ui.available_height();
        let jump = match subject.as_ref().filter(|_| self.is_long) {
            Some(subject) => ui.push_id("jumps", |ui| jumps_ui(ui, subject)).inner,
            None => {
                // What has the keys below keeps them when the links come or go.
                ui.skip_ahead_auto_ids(1);
                None
            }
        };
        let shown = ScrollArea::vertical().auto_shrink(false).id_salt("inspector").show(ui, |ui| {
            if let Selection::Excerpt { id } = session.selection()
                && let Some(excerpt) = session.excerpt(id)
            {
                ui.label(theme::section("Excerpt", shade));
                cards::excerpt_ui(ui, session, excerpt, cards::Links::ToOverlays, actions);
                ui.add_space(8.0);
            }
            match &subject {
                Some(subject) => {
                    sections_ui(ui, subject, &mut self.folded, jump, &mut self.typed, actions);
                    let is_drawn = matches!(subject.selected, Selected::Annotations(_));
                    if is_drawn && ui.input(|input| input.pointer.any_released()) {
                        actions.push(Action::EndGesture);
                    }
                }
                None if matches!(session.selection(), Selection::Excerpt { .. }) => {
                    ui.label(theme::second("Nothing on the map goes with this excerpt.", shade));
                }
                None => empty_ui(ui, session, shade, actions),
            }
            chrome::follow_focus(ui);
        });
        // Measured against the room without the links, so that they do not come and go by themselves.
        let is_long = shown.content_size.y > whole;
        if std::mem::replace(&mut self.is_long, is_long) != is_long {
            ui.ctx().request_repaint();
        }
    }
}

/// A row of links to the sections; the id of the one that was followed.
fn jumps_ui(ui: &mut Ui, subject: &Subject<'_>) -> Option<&'static str> {
    let mut jump = None;
    let (row_pt, gap_pt) = (ui.spacing().interact_size.y, ui.spacing().item_spacing.y);
    ui.spacing_mut().interact_size.y = 18.0;
    ui.spacing_mut().item_spacing.y = 0.0;
    ui.horizontal_wrapped(|ui| {
        // A link goes to the next line as a whole.
        ui.style_mut().wrap_mode = Some(TextWrapMode::Extend);
        for section in SECTIONS.iter().filter(|section| (section.applies)(subject)) {
            let Some(title) = section.title else { continue };
            let link = ui.link(theme::second(title, subject.shade));
            link.widget_info(|| WidgetInfo::labeled(Role::Link, true, format!("Go to section {title}")));
            if tip(link, format!("Go to {title}")).clicked() {
                jump = Some(section.id);
            }
        }
    });
    ui.spacing_mut().interact_size.y = row_pt;
    ui.spacing_mut().item_spacing.y = gap_pt;
    ui.separator();
    jump
}

fn empty_ui(ui: &mut Ui, session: &Session, shade: Theme, actions: &mut Vec<Action>) {
    let dossier = session.dossier();
    words_label(ui, eframe::egui::RichText::new(dossier.title.main()).heading());
    if let Some(second) = dossier.title.second() {
        ui.label(theme::second(second, shade));
    }
    ui.label(theme::second(format!("as of {}", words::date(&dossier.as_of)), shade));
    ui.add_space(6.0);
    if !dossier.summary.is_empty() {
        ui.label(&dossier.summary);
        ui.add_space(10.0);
    }
    ui.label(if dossier.overlays.is_empty() {
        "Nothing is on the map yet. Draw a shape, or open a file of features, and make it an overlay here."
    } else {
        "Click a region on the map to read who says what about it. Click again to step down to the overlay below."
    });
    ui.add_space(10.0);
    if session.document().shown(dossier).next().is_some() {
        ui.label(theme::section("Overlays shown", shade));
    }
    for shown in session.document().shown(dossier).rev() {
        if tip(ui.link(shown.overlay.title.main()), shown.overlay.gist.as_str()).clicked() {
            actions.push(Action::Select(shown.overlay.id.clone()));
        }
    }
    if !dossier.disclaimer.main().is_empty() {
        ui.add_space(12.0);
        ui.label(theme::second(dossier.disclaimer.main(), shade));
        ui.label(theme::second(dossier.boundary_view.main(), shade));
    }
    if session.warnings().next().is_some() {
        ui.add_space(12.0);
        ui.label(theme::section("Warnings", shade));
        warnings_ui(ui, session);
    }
}

/// What was wrong with what was opened.
pub(crate) fn warnings_ui(ui: &mut Ui, session: &Session) {
    for problem in session.warnings() {
        // The second line stands below the first, not below the sign.
        ui.horizontal_top(|ui| {
            ui.label(theme::icon(icons::WARNING, 14.0));
            // A layer of the user's is known by what it is called: its id is that of the file that it was opened from first.
            let own = match &problem.part {
                About::Overlay(id) if session.is_own_layer(id) => session.dossier().overlay(id),
                _ => None,
            };
            let said = match own {
                Some(layer) => format!("{}: {}", words::quoted(layer.title.main()), problem.what),
                None => problem.to_string(),
            };
            ui.add(Label::new(said).wrap());
        });
    }
}
