//! The sources and their excerpts; a click on an excerpt leads to what it speaks of.

use eframe::egui::{RichText, ScrollArea, Ui};

use super::{cards, theme};
use crate::dossier::Does;
use crate::dossier::words;
use crate::session::{Action, Session};

/// Shows the panel.
pub(crate) fn sources_ui(ui: &mut Ui, session: &Session, actions: &mut Vec<Action>) {
    let shade = theme::theme_of(ui.ctx());
    let dossier = session.dossier();
    ScrollArea::vertical().auto_shrink(false).id_salt("sources").show(ui, |ui| {
        if dossier.sources.is_empty() {
            ui.label(theme::second("This dossier names no sources.", shade));
        }
        for source in &dossier.sources {
            ui.add_space(8.0);
            ui.horizontal_wrapped(|ui| {
                ui.label(RichText::new(&source.outlet).family(theme::semi_bold()).size(15.0));
                cards::link_ui(ui, &source.url, &format!("Open the article of {}", source.outlet), actions);
            });
            ui.label(&source.title);
            let date = source.published.as_deref().map(words::date);
            let dated = date.or_else(|| source.published_note.clone()).unwrap_or_else(|| "undated".to_owned());
            ui.label(theme::second(dated, shade));
            if !source.cites.is_empty() {
                ui.label(theme::second(format!("cites {}", source.cites.join("; ")), shade));
            }
            ui.add_space(4.0);
            let of_source = || dossier.excerpts.iter().filter(|excerpt| excerpt.source == source.id);
            for excerpt in of_source().filter(|excerpt| excerpt.does != Does::Context) {
                cards::excerpt_ui(ui, session, excerpt, cards::Links::ToExcerpt, actions);
            }
            if of_source().any(|excerpt| excerpt.does == Does::Context) {
                ui.label(theme::section("Context, with no place on the map", shade));
                for excerpt in of_source().filter(|excerpt| excerpt.does == Does::Context) {
                    cards::excerpt_ui(ui, session, excerpt, cards::Links::ToExcerpt, actions);
                }
            }
        }
    });
}
