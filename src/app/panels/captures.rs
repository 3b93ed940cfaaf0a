//! The copies that a dossier keeps of a source, the ways to make one, and how its excerpts stand in its page as it is now.

use std::collections::BTreeSet;

use eframe::egui::{CollapsingHeader, Id, RichText, Role, Ui, WidgetInfo};

use super::cards::address_ui;
use crate::app::documents::AttachedBefore;
use crate::app::theme;
use crate::app::widgets::{capital, tick, tip};
use crate::dossier::manuscript::List;
use crate::dossier::standing::State;
use crate::dossier::verify::MatchedBy;
use crate::dossier::{Source, words};
use crate::files::capture;
use crate::files::servers::Servers;
use crate::formats::visible::visible;
use crate::session::{Action, CaptureWish, Session};

/// What the window knows beside the dossier.
pub(crate) struct Known<'a> {
    /// Which servers are asked without a question.
    pub(crate) servers: &'a Servers,
    /// The files that were attached, also before the window was opened.
    pub(crate) before: &'a [AttachedBefore],
}

/// The copies of a source, each with when it was made, from where, and its fingerprint; and, while the dossier is written, the
/// ways to make one.
pub(crate) fn captures_ui(
    ui: &mut Ui,
    session: &Session,
    known: &Known<'_>,
    source: &Source,
    actions: &mut Vec<Action>,
) {
    let shade = theme::theme_of(ui.ctx());
    let captures = &source.archived.0;
    let kept = source.archived.kept().count();
    if !captures.is_empty() {
        let title = match kept {
            1 => "1 capture".to_owned(),
            count => format!("{count} captures"),
        };
        let header = CollapsingHeader::new(title).id_salt(("captures", &source.id));
        header.show(ui, |ui| {
            for capture in captures {
                let at = capture.at.as_deref().unwrap_or("undated");
                ui.label(RichText::new(visible(&format!("{} · {at}", capture.kind))).size(12.0));
                if let Some(file) = &capture.file {
                    ui.label(theme::second(visible(file), shade));
                }
                if let Some(url) = &capture.url {
                    let shown = RichText::new("address").size(11.5).color(theme::ink(shade.palette().accent));
                    address_ui(ui, url, shown, actions);
                }
                if let Some(sum) = &capture.sha256 {
                    let short: String = sum.chars().take(12).collect();
                    let label = ui.label(theme::second(format!("SHA-256 {}…", visible(&short)), shade));
                    label.on_hover_text(visible(sum));
                }
            }
        });
    }
    let is_written =
        session.manuscript().is_some_and(|manuscript| manuscript.entry(List::Sources, &source.id).is_some());
    if !is_written {
        return;
    }
    ui.horizontal_wrapped(|ui| {
        let server = capture::server_of(&source.url).filter(|server| known.servers.may_capture(server));
        if let Some(server) = &server {
            let now = ui.button("Capture now");
            let name = format!("Capture the page of {} now from {}", source.outlet, visible(server.name()));
            now.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
            let help = format!(
                "Keeps the page as {} sends it now; you have allowed that. View › Map servers takes it back",
                visible(server.name())
            );
            if tip(now, help).clicked() {
                let source = source.id.clone();
                actions.push(Action::CaptureSource(CaptureWish { source, with_resources: false, remembers: false }));
            }
        }
        let menu = ui.menu_button("Capture…", |ui| {
            ui.set_width(320.0);
            capture_menu_ui(ui, session, known, source, actions);
        });
        let name = format!("Capture the page of {}…", source.outlet);
        menu.response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
    });
}

/// What would be asked, and of whom; nothing is before the button that names the server.
fn capture_menu_ui(ui: &mut Ui, session: &Session, known: &Known<'_>, source: &Source, actions: &mut Vec<Action>) {
    let shade = theme::theme_of(ui.ctx());
    match capture::server_of(&source.url) {
        Some(server) => {
            let note = format!(
                "Keeps the page as {} sends it now, to the byte, with the dossier. The server will see your address.",
                visible(server.name())
            );
            ui.label(theme::second(note, shade));
            let key = Id::unique(("capture", &source.id));
            let (mut with_resources, mut remembers) =
                ui.data(|data| data.get_temp::<(bool, bool)>(key)).unwrap_or_default();
            let beside = tick(ui, &mut with_resources, "Also its pictures and style sheets");
            tip(
                beside,
                "So that programs such as ReplayWeb.page show the page as it looked. Whatever servers have them will see \
                 your address too. Scripts are not fetched.",
            );
            if !known.servers.may_capture(&server) {
                let label = format!("Do not ask again for {}", visible(server.name()));
                tip(tick(ui, &mut remembers, &label), "View › Map servers takes it back");
            }
            ui.data_mut(|data| data.insert_temp(key, (with_resources, remembers)));
            if ui.button(format!("Capture now from {}", visible(server.name()))).clicked() {
                let source = source.id.clone();
                actions.push(Action::CaptureSource(CaptureWish { source, with_resources, remembers }));
                ui.close();
            }
        }
        None => {
            let note = "Its address is none that is fetched; it has to begin with https://.";
            ui.label(theme::second(note, shade));
        }
    }
    let attached = session.texts().attached(&source.id);
    if attached.is_some_and(|attached| attached.matched != Some(MatchedBy::Capture))
        && tip(ui.button("Keep this file"), "The file that is attached as its text becomes a capture").clicked()
    {
        actions.push(Action::KeepAttached(source.id.clone()));
        ui.close();
    }
    let before = known
        .before
        .iter()
        .rev()
        .find(|before| attached.is_none() && before.dossier == session.dossier().id && before.source == source.id);
    if let Some(before) = before {
        let name = crate::dossier::name_of(&before.path);
        let keep = ui.button(format!("Keep {}, attached before", visible(&name)));
        let help = format!("If it is still as it was: {}", before.path.display());
        if tip(keep, help).clicked() {
            actions.push(Action::KeepAttached(source.id.clone()));
            ui.close();
        }
    }
    ui.separator();
    for (label, help, address) in [
        (
            "Find in web archives",
            "Opens web.archive.org in the browser, with this address",
            "https://web.archive.org/web/*/",
        ),
        ("Save there", "Has web.archive.org save the page, in the browser", "https://web.archive.org/save/"),
    ] {
        if tip(ui.button(label), help).clicked() {
            actions.push(Action::OpenUrl(format!("{address}{}", source.url)));
            ui.close();
        }
    }
    ui.label(theme::second("Paste the address of the copy into Archived address of the source.", shade));
}

/// The way to look at all pages that are quoted, as they are now.
pub(crate) fn check_again_ui(ui: &mut Ui, session: &Session, actions: &mut Vec<Action>) {
    if session.dossier().excerpts.is_empty() {
        return;
    }
    let menu = ui.menu_button("Check again…", |ui| {
        ui.set_width(320.0);
        check_menu_ui(ui, session, actions);
    });
    menu.response.widget_info(|| WidgetInfo::labeled(Role::Button, true, "Check the excerpts again in live pages…"));
}

/// Who would be asked; nobody is before the button.
fn check_menu_ui(ui: &mut Ui, session: &Session, actions: &mut Vec<Action>) {
    let shade = theme::theme_of(ui.ctx());
    let quoted = session.dossier().excerpts_by_source();
    let sources = session.dossier().sources.iter().filter(|source| quoted.contains_key(source.id.as_str()));
    let servers: BTreeSet<String> =
        sources.filter_map(|source| Some(capture::server_of(&source.url)?.name().to_owned())).collect();
    if servers.is_empty() {
        ui.label(theme::second("No source that is quoted has an address that is fetched (https://).", shade));
        return;
    }
    ui.label(theme::second(
        "Looks for each excerpt in the page of its source as it is now. These servers will see your address:",
        shade,
    ));
    let names = servers.iter().take(12).map(|name| visible(name)).collect::<Vec<_>>().join(", ");
    let more = servers.len().saturating_sub(12);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    ui.label(format!("{names}{more}"));
    let label = if servers.len() == 1 { "Ask it".to_owned() } else { format!("Ask these {}", servers.len()) };
    if ui.button(label).clicked() {
        actions.push(Action::CheckAgain);
        ui.close();
    }
}

/// How the excerpts of a source stood in its page when that was looked at last.
pub(crate) fn standing_ui(ui: &mut Ui, session: &Session, source: &Source) {
    let shade = theme::theme_of(ui.ctx());
    let of_source = session.dossier().excerpts.iter().filter(|excerpt| excerpt.source == source.id);
    let known: Vec<_> =
        of_source.filter_map(|excerpt| Some((excerpt, session.texts().standing(&excerpt.id)?))).collect();
    if known.is_empty() {
        return;
    }
    let live = known.iter().filter(|(_, standing)| standing.state == State::Live).count();
    let at = session.texts().checked_at();
    ui.label(theme::second(format!("{live} of {} live on {at}", known.len()), shade));
    for (excerpt, standing) in known.iter().filter(|(_, standing)| standing.state != State::Live) {
        let held = match standing.held_in.first() {
            Some(file) => format!(" ({file})"),
            None => String::new(),
        };
        let phrase = capital(&standing.state.phrase());
        ui.label(RichText::new(visible(&format!("{phrase}{held}"))).family(theme::semi_bold()).size(12.0));
        match &standing.state {
            State::Reworded { now, .. } => {
                ui.columns(2, |columns| {
                    for (column, (title, text)) in
                        columns.iter_mut().zip([("Quoted", &excerpt.exact), ("In the page now", now)])
                    {
                        column.label(theme::section(title, shade));
                        column.label(visible(&words::quoted(text)));
                    }
                });
            }
            _ => {
                ui.label(theme::second(visible(&words::quoted(&excerpt.exact)), shade));
            }
        }
    }
}
