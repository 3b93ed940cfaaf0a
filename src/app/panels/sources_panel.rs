//! The sources and their excerpts; a click on an excerpt leads to what it speaks of.

use eframe::egui::{Align, CollapsingHeader, RichText, Role, ScrollArea, Ui, WidgetInfo};

use crate::app::panels::{captures, cards};
use crate::app::reading_order::words_label;
use crate::app::widgets::{capital, small_warning_ui};
use crate::app::{chrome, theme};
use crate::dossier::affected::affected;
use crate::dossier::check::Fingerprint;
use crate::dossier::manuscript::List;
use crate::dossier::words;
use crate::dossier::{About, Does, Source};
use crate::session::{Action, Cited, Command, Session};

/// Shows the panel, scrolled to a source if one is to be seen.
pub(crate) fn sources_ui(
    ui: &mut Ui,
    session: &Session,
    known: &captures::Known<'_>,
    wanted: &mut Option<String>,
    actions: &mut Vec<Action>,
) {
    let shade = theme::theme_of(ui.ctx());
    let dossier = session.dossier();
    ui.horizontal_wrapped(|ui| {
        if session.manuscript().is_some()
            && ui.button("Add source…").on_hover_text("By its address, a citation or by hand").clicked()
        {
            actions.push(Action::AskEntry(List::Sources, None));
        }
        captures::check_again_ui(ui, session, actions);
    });
    ScrollArea::vertical().auto_shrink(false).id_salt("sources").show(ui, |ui| {
        if dossier.sources.is_empty() {
            ui.label(theme::second("This dossier names no sources.", shade));
        }
        for source in &dossier.sources {
            ui.add_space(8.0);
            let head = ui.horizontal_wrapped(|ui| {
                words_label(ui, RichText::new(&source.outlet).family(theme::semi_bold()).size(15.0));
                cards::link_ui(ui, &source.url, &format!("Open the article of {}", source.outlet), actions);
            });
            if wanted.take_if(|id| *id == source.id).is_some() {
                head.response.scroll_to_me(Some(Align::TOP));
            }
            words_label(ui, &source.title);
            if session.is_own_source(&source.id) {
                ui.horizontal(|ui| {
                    ui.label(theme::second("added by you", shade));
                    if ui.link("Edit source").on_hover_text("Title, outlet, author, days and addresses").clicked() {
                        actions.push(Action::EditCited(Cited::Source(source.id.clone())));
                    }
                    if ui.link("Remove source").on_hover_text("Remove this source").clicked() {
                        actions.push(Action::RemoveSource(source.id.clone()));
                    }
                });
            }
            if session.manuscript().is_some_and(|manuscript| manuscript.entry(List::Sources, &source.id).is_some())
                && ui.link("Edit source").on_hover_text("Title, outlet, author, days and addresses").clicked()
            {
                actions.push(Action::AskEntry(List::Sources, Some(source.id.clone())));
            }
            let date = source.published.as_deref().map(words::date);
            let dated = date.or_else(|| source.published_note.clone()).unwrap_or_else(|| "undated".to_owned());
            ui.label(theme::second(dated, shade));
            if !source.cites.is_empty() {
                let name =
                    |cited: &String| dossier.source(cited).map_or_else(|| cited.clone(), |one| one.outlet.clone());
                let names: Vec<String> = source.cites.iter().map(name).collect();
                ui.label(theme::second(format!("cites {}", names.join("; ")), shade));
            }
            if let Some(withdrawn) = &source.withdrawn {
                small_warning_ui(ui, &words::withdrawn(withdrawn));
            }
            affected_ui(ui, session, source, actions);
            text_ui(ui, session, source, actions);
            captures::captures_ui(ui, session, known, source, actions);
            captures::standing_ui(ui, session, source);
            ui.add_space(4.0);
            let of_source = || dossier.excerpts.iter().filter(|excerpt| excerpt.source == source.id);
            let own = || session.document().own_excerpts.iter().filter(|excerpt| excerpt.source == source.id);
            if own().next().is_some() {
                ui.label(theme::section("Added by you", shade));
                for excerpt in own() {
                    cards::excerpt_ui(ui, session, excerpt, cards::Links::ToExcerpt, actions);
                }
                ui.label(theme::section("In the dossier", shade));
            }
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
        chrome::follow_focus(ui);
    });
}

/// What rests on a source, once it is asked for: all that is to be looked at again when the source is withdrawn.
fn affected_ui(ui: &mut Ui, session: &Session, source: &Source, actions: &mut Vec<Action>) {
    let shade = theme::theme_of(ui.ctx());
    let header = RichText::new("What rests on it").size(12.0);
    let header = CollapsingHeader::new(header).id_salt(("affected", &source.id)).show(ui, |ui| {
        let found = affected(session.dossier(), &source.id).unwrap_or_default();
        if found.is_empty() {
            ui.label(theme::second("Nothing in the dossier.", shade));
        }
        for one in &found {
            let action = match &one.part {
                About::Overlay(id) => Some(Action::Select(id.clone())),
                About::Excerpt(id) => Some(Action::FollowExcerpt(id.clone())),
                _ => None,
            };
            let kind = match &one.part {
                About::Overlay(_) if one.through.iter().any(|part| matches!(part, About::Overlay(_))) => "worked out: ",
                About::Figure(_) => "figure: ",
                About::Position(_) => "position: ",
                About::Note(_) => "note: ",
                About::Source(_) => "source: ",
                _ => "",
            };
            let words = format!("{kind}{}", one.name);
            match action {
                Some(action) => {
                    if ui.link(words).clicked() {
                        actions.push(action);
                    }
                }
                None => {
                    ui.label(theme::second(words, shade));
                }
            }
        }
    });
    let name = format!("What rests on {}", source.outlet);
    let is_open = header.openness > 0.0;
    header.header_response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_open, &name));
}

/// The text that is attached, how the excerpts stand in it, and the way to attach one.
fn text_ui(ui: &mut Ui, session: &Session, source: &Source, actions: &mut Vec<Action>) {
    let shade = theme::theme_of(ui.ctx());
    let attached = session.texts().attached(&source.id);
    if let Some(attached) = attached {
        ui.label(capital(&session.texts().tally(&source.id, session.excerpts())));
        let same = match attached.fingerprint {
            _ if attached.other => "not the text of this source; attached anyway",
            Fingerprint::Same => "the text that the dossier was made from",
            Fingerprint::Different => "not the text that the dossier was made from: its SHA-256 differs",
            Fingerprint::NotStated => "the dossier states no SHA-256 for it",
        };
        let matched = attached.matched.map_or("chosen by you", crate::dossier::verify::MatchedBy::phrase);
        ui.label(theme::second(format!("{}, {matched}; {same}", attached.file), shade));
    }
    let attach = |ui: &mut Ui, label: &str, actions: &mut Vec<Action>| {
        let button = ui.button(label);
        let name = format!("Attach the text of {}…", source.outlet);
        button.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
        if button.on_hover_text(Command::AttachText.help()).clicked() {
            actions.push(Action::AttachText(source.id.clone()));
        }
    };
    ui.horizontal_wrapped(|ui| {
        if attached.is_none() {
            attach(ui, Command::AttachText.label(), actions);
            return;
        }
        let read = ui.button("Read");
        read.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Read the text of {}", source.outlet)));
        if read.on_hover_text("The attached text with its excerpts marked").clicked() {
            actions.push(Action::ReadText(source.id.clone()));
        }
        attach(ui, "Attach another…", actions);
    });
}
