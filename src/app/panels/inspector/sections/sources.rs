//! Who says so: the excerpts that speak of an overlay and what is reported elsewhere, or what an annotation cites.

use eframe::egui::{self, Button, RichText, Role, Ui, WidgetInfo};

use super::measured::{comparisons, comparisons_ui};
use super::{Selected, Subject, Typed};
use crate::app::panels::cards;
use crate::app::widgets::{capital, line_edit, tip};
use crate::app::{chrome, icons, theme};
use crate::document::annotation::Citation;
use crate::dossier::feature_sources::of_feature;
use crate::dossier::words;
use crate::formats::direction::in_sentence;
use crate::formats::source_properties::PropertySource;
use crate::formats::visible::visible;
use crate::session::{Action, Annotate, CiteFor, Cited, Session};

/// What the section is called, with how many there are.
pub(crate) fn heading(subject: &Subject<'_>) -> String {
    if let Some((overlay, feature)) = subject.feature() {
        return format!("Sources ({})", of_feature(overlay.features.rows(), feature).len());
    }
    match &subject.selected {
        Selected::Overlay(overlay) => format!("Source excerpts ({})", subject.session.excerpts_of(&overlay.id).count()),
        Selected::Annotations(selected) => {
            format!("Says who? ({})", selected.first().map_or(0, |first| first.citations.len()))
        }
    }
}

/// Shows the section.
pub(crate) fn sources_ui(ui: &mut Ui, subject: &Subject<'_>, typed: &mut Typed, actions: &mut Vec<Action>) {
    let (session, shade) = (subject.session, subject.shade);
    match &subject.selected {
        Selected::Overlay(overlay) => {
            if let Some((overlay, feature)) = subject.feature() {
                let sources = of_feature(overlay.features.rows(), feature);
                if sources.is_empty() {
                    ui.label(theme::second("The feature names no source.", shade));
                }
                for source in &sources {
                    ui.push_id(source, |ui| cards::source_ui(ui, source, actions));
                }
                if session.excerpts_of(&overlay.id).next().is_none() {
                    return;
                }
                ui.add_space(8.0);
                ui.label(theme::section("About the whole overlay", shade));
            }
            let (origins, sources) = session.dossier().reliance().origins(session.excerpts_of(&overlay.id));
            if let Some(words) = words::origins(session.dossier(), &origins, sources) {
                ui.label(theme::second(words, shade))
                    .on_hover_text("Sources that rely on one another, or on one and the same, count as one origin");
            }
            let mut none = true;
            for excerpt in session.excerpts_of(&overlay.id) {
                none = false;
                cards::excerpt_ui(ui, session, excerpt, cards::Links::ToExcerpt, actions);
            }
            if none {
                ui.label(theme::second("No excerpt is about this overlay.", shade));
            }
        }
        Selected::Annotations(selected) => {
            if let Some(first) = selected.first() {
                let ids = subject.ids();
                let cites = Cites {
                    add: &|citation| Action::Annotate(ids.clone(), Annotate::Cite(citation)),
                    remove: &|citation| Action::Annotate(ids.clone(), Annotate::Uncite(citation)),
                    of: CiteFor::Annotations(ids.clone()),
                };
                citations_ui(ui, session, &first.citations, &cites, &mut typed.citing, actions);
                if let Some(traced) = &first.traced {
                    ui.add_space(4.0);
                    let words = capital(&words::traced(&visible(&traced.picture), traced.accuracy_m));
                    ui.add(egui::Label::new(words).wrap()).on_hover_text(
                        "It was drawn on this picture, and is no more exact than the picture was then; figures say so",
                    );
                    if tip(ui.link("Not traced on it"), "Say no longer that it was; undo brings it back").clicked() {
                        actions.push(Action::Annotate(ids.clone(), Annotate::Untrace));
                    }
                }
            }
        }
    }
}

/// Whether figures of an overlay are reported that no source here states.
pub(crate) fn is_reported_elsewhere(subject: &Subject<'_>) -> bool {
    subject.overlay().is_some_and(|overlay| !comparisons(subject.session, overlay, false).is_empty())
}

/// Shows those figures.
pub(crate) fn reported_elsewhere_ui(ui: &mut Ui, subject: &Subject<'_>, _: &mut Typed, actions: &mut Vec<Action>) {
    let Some(overlay) = subject.overlay() else { return };
    comparisons_ui(ui, "", &comparisons(subject.session, overlay, false), subject.shade, actions);
}

/// What is being cited, while it is typed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Citing {
    search: String,
    url: String,
    /// Whether the menu was open when it was last looked at.
    open: bool,
}

/// What citing comes to.
pub(crate) struct Cites<'a> {
    /// Rests it on this.
    pub(crate) add: &'a dyn Fn(Citation) -> Action,
    /// Rests it on this no longer.
    pub(crate) remove: &'a dyn Fn(Citation) -> Action,
    /// What is to rest on it.
    pub(crate) of: CiteFor,
}

/// What something rests on, and what adds to it.
pub(crate) fn citations_ui(
    ui: &mut Ui,
    session: &Session,
    citations: &[Citation],
    cites: &Cites<'_>,
    citing: &mut Citing,
    actions: &mut Vec<Action>,
) {
    let shade = theme::theme_of(ui.ctx());
    if citations.is_empty() {
        ui.label(theme::second("No source is cited yet.", shade));
    }
    for (index, citation) in citations.iter().enumerate() {
        match citation {
            Citation::Excerpt { excerpt: id } => match session.excerpt(id) {
                Some(excerpt) => {
                    crate::app::panels::cards::excerpt_ui(
                        ui,
                        session,
                        excerpt,
                        crate::app::panels::cards::Links::ToExcerpt,
                        actions,
                    );
                }
                None => {
                    ui.horizontal_wrapped(|ui| {
                        ui.label(theme::icon(icons::WARNING, 14.0));
                        ui.label(format!("The excerpt “{id}” is not in the open dossier."));
                    });
                }
            },
            Citation::Source(source) => {
                ui.push_id(index, |ui| cards::source_ui(ui, source, actions));
            }
        }
        ui.horizontal(|ui| {
            if let Citation::Source(page) = citation
                && tip(ui.link("Edit citation"), "Title, outlet, author, days and addresses").clicked()
            {
                actions.push(Action::EditCited(Cited::By(cites.of.clone(), page.clone())));
            }
            if tip(ui.link("Remove citation"), "It will no longer cite this source").clicked() {
                actions.push((cites.remove)(citation.clone()));
            }
        });
    }
    ui.add_space(4.0);
    let button = Button::new("Cite…");
    let (response, shown) = egui::containers::menu::MenuButton::from_button(button)
        .config(egui::containers::menu::MenuConfig::new().close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside))
        .ui(ui, |ui| cite_menu_ui(ui, session, cites, citing, actions));
    citing.open &= shown.is_some();
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, "Cite an excerpt or a page"));
}

/// Which excerpt, or which page.
fn cite_menu_ui(ui: &mut Ui, session: &Session, cites: &Cites<'_>, citing: &mut Citing, actions: &mut Vec<Action>) {
    let shade = theme::theme_of(ui.ctx());
    ui.set_min_width(360.0);
    let field = ui.add(line_edit(&mut citing.search).hint_text("Search excerpts").desired_width(340.0));
    field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Search excerpts"));
    if !std::mem::replace(&mut citing.open, true) {
        field.request_focus();
    }
    let wanted = citing.search.trim().to_lowercase();
    egui::ScrollArea::vertical().max_height(220.0).show(ui, |ui| {
        for excerpt in session.excerpts() {
            let outlet = session.dossier().source(&excerpt.source).map_or("", |source| source.outlet.as_str());
            let line = format!("{}: {}", in_sentence(outlet), words::quoted(&in_sentence(&excerpt.exact)));
            if !wanted.is_empty() && !line.to_lowercase().contains(&wanted) {
                continue;
            }
            let row = ui.add(Button::new(RichText::new(&line).size(12.0)).frame(false).wrap());
            if row.clicked() {
                let citation = Citation::Excerpt { excerpt: excerpt.id.clone() };
                actions.push((cites.add)(citation));
                ui.close();
            }
        }
        chrome::follow_focus(ui);
    });
    ui.separator();
    ui.label(theme::second("Or a page on the web:", shade));
    ui.horizontal(|ui| {
        let field = ui.add(
            line_edit(&mut citing.url).hint_text("https://…").desired_width(260.0).id(egui::Id::unique("cited page")),
        );
        field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Address of the page"));
        let url = citing.url.trim();
        let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        let usable = host.is_some_and(|host| host.contains('.') && !host.contains(char::is_whitespace));
        let add = ui.add_enabled(usable, Button::new("Add"));
        let entered = usable && field.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
        if add.on_disabled_hover_text("An address begins with https:// and names a site").clicked() || entered {
            actions.push((cites.add)(Citation::Source(PropertySource::page(url))));
            citing.url.clear();
            ui.close();
        }
    });
    let whole = ui.button("With title, outlet and dates…");
    if whole.on_hover_text("Fill in the details of the page, or paste a citation").clicked() {
        actions.push(Action::CitePage(cites.of.clone(), std::mem::take(&mut citing.url).trim().to_owned()));
        ui.close();
    }
}
