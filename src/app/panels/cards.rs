//! Excerpt cards: the quoted words between real quotation marks, who says so, and the way to the source.

use eframe::egui::text::{LayoutJob, TextFormat};
use eframe::egui::{self, FontId, Frame, Margin, RichText, Role, ScrollArea, Ui, Vec2, WidgetInfo};

use crate::app::reading_order::words_label;
use crate::app::widgets::{small_warning_ui, tip};
use crate::app::{icons, theme};
use crate::dossier::Excerpt;
use crate::dossier::check::CheckState;
use crate::dossier::feature_sources::as_source;
use crate::dossier::words;
use crate::formats::direction::{has_rtl, in_sentence};
use crate::formats::link;
use crate::formats::source_properties::PropertySource;
use crate::formats::visible::visible;
use crate::scene::display_list::Color;
use crate::scene::palette::{Palette, Theme};
use crate::session::{Action, Selection, Session};

/// What a click on a card leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Links {
    /// The excerpt, and with it all overlays that it speaks of.
    ToExcerpt,
    /// Each overlay by name.
    ToOverlays,
}

/// Shows one excerpt.
pub(crate) fn excerpt_ui(ui: &mut Ui, session: &Session, excerpt: &Excerpt, links: Links, actions: &mut Vec<Action>) {
    let shade = theme::theme_of(ui.ctx());
    let palette = shade.palette();
    let dossier = session.dossier();
    let Some(source) = dossier.source(&excerpt.source) else {
        return;
    };
    let selected = *session.selection() == Selection::Excerpt { id: excerpt.id.clone() };
    let rule = color_of(session, excerpt, shade);
    let fill = if selected { ui.visuals().selection.bg_fill } else { theme::ink(palette.ground) };
    let card = Frame::new()
        .fill(fill)
        .corner_radius(6.0)
        .inner_margin(Margin { left: 14, right: 10, top: 8, bottom: 8 })
        .outer_margin(Margin { left: 0, right: 0, top: 2, bottom: 4 })
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = 4.0;
            let quote = quote_ui(ui, quoted(excerpt, palette));
            quote.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Excerpt: {}", excerpt.exact)));
            if quote
                .on_hover_cursor(egui::CursorIcon::PointingHand)
                .on_hover_text("Show on the map what this excerpt is about")
                .clicked()
            {
                actions.push(Action::FollowExcerpt(excerpt.id.clone()));
            }
            if let Some(said_by) = &excerpt.said_by {
                ui.label(theme::second(format!("{said_by} · {}", excerpt.does.phrase()), shade));
            }
            let said = source.withdrawn.as_ref().map(words::withdrawn);
            for warning in said.into_iter().chain(excerpt.corrected.as_ref().map(words::corrected)) {
                small_warning_ui(ui, &warning);
            }
            if session.is_own(&excerpt.id) {
                ui.horizontal(|ui| {
                    ui.label(theme::second("added by you", shade));
                    if ui.link("Remove").on_hover_text("Remove this excerpt").clicked() {
                        actions.push(Action::RemoveExcerpt(excerpt.id.clone()));
                    }
                });
            }
            ui.horizontal_wrapped(|ui| {
                ui.spacing_mut().item_spacing.x = 5.0;
                let date = source.published.as_deref().map(words::date).unwrap_or_else(|| "undated".to_owned());
                ui.label(RichText::new(format!("{} · {date}", in_sentence(&source.outlet))).size(11.5));
                let state = session.texts().state(&excerpt.id);
                state_ui(ui, state);
                let text = session.texts().of(&excerpt.source);
                if let Some(page) = text.zip(state.at()).and_then(|(text, at)| text.text().page_of(at.start)) {
                    ui.label(RichText::new(format!("p. {page}")).size(11.5));
                }
                link_ui(ui, &source.url, &format!("Open the article of {}", source.outlet), actions);
                let copy =
                    ui.add(egui::Button::new(theme::icon(icons::COPY, 14.0)).frame(false).min_size(Vec2::splat(24.0)));
                copy.widget_info(|| WidgetInfo::labeled(Role::Button, true, "Copy citation"));
                if copy.on_hover_text("Copy the quote with its citation").clicked() {
                    actions.push(Action::CopyText(words::citation(excerpt, source)));
                }
            });
            if links == Links::ToOverlays {
                ui.horizontal_wrapped(|ui| {
                    for id in &excerpt.overlays {
                        if let Some(overlay) = dossier.overlay(id)
                            && tip(ui.link(overlay.title.main()), overlay.gist.as_str()).clicked()
                        {
                            actions.push(Action::Select(id.clone()));
                        }
                    }
                });
            }
        });
    let rect = card.response.rect;
    let bar = egui::Rect::from_min_size(rect.min + Vec2::new(4.0, 8.0), Vec2::new(3.0, rect.height() - 18.0));
    ui.painter().rect_filled(bar, 1.5, theme::ink(rule));
}

/// A card needs this much room beside another.
const CARD_PT: f32 = 184.0;

/// Shows excerpts beside each other where there is room, one below the other where there is not.
pub(crate) fn beside_ui(ui: &mut Ui, session: &Session, excerpts: &[&Excerpt], actions: &mut Vec<Action>) {
    let count = excerpts.len().max(1) as f32;
    let width_pt = (ui.available_width() - ui.spacing().item_spacing.x * (count - 1.0)) / count;
    if excerpts.len() < 2 || width_pt < CARD_PT {
        for excerpt in excerpts {
            excerpt_ui(ui, session, excerpt, Links::ToExcerpt, actions);
        }
        return;
    }
    ui.horizontal_top(|ui| {
        for excerpt in excerpts {
            let layout = egui::Layout::top_down(egui::Align::LEFT);
            ui.allocate_ui_with_layout(Vec2::new(width_pt, 0.0), layout, |ui| {
                ui.set_width(width_pt);
                excerpt_ui(ui, session, excerpt, Links::ToExcerpt, actions);
            });
        }
    });
}

/// The colour of the first overlay that an excerpt speaks of, as the map has it in this theme.
pub(crate) fn color_of(session: &Session, excerpt: &Excerpt, shade: Theme) -> Color {
    let overlay = excerpt.overlays.first().and_then(|id| session.dossier().overlay(id));
    let hex = overlay.and_then(|overlay| overlay.style.fill.as_deref().or(overlay.style.stroke.as_deref()));
    Color::of_style(hex).map_or(shade.palette().second, |color| shade.line(color))
}

/// How an excerpt stands in the text of its source: a shape and a word.
fn state_ui(ui: &mut Ui, state: &CheckState) {
    let (glyph, help) = match state {
        CheckState::Exact { .. } => {
            (icons::CHECK_CIRCLE, "The words are in the attached text, letter for letter".into())
        }
        CheckState::Normalized { .. } => (
            icons::CIRCLE_HALF,
            "The words are in the attached text, but spaces, quotation marks, dashes or similar marks differ".into(),
        ),
        CheckState::Moved { .. } => {
            (icons::WARNING_CIRCLE, "The words are in the attached text, but not where the dossier says".into())
        }
        CheckState::Divided { .. } => {
            (icons::CIRCLE_HALF, "The words are in the attached text, but the end of a line splits one of them".into())
        }
        CheckState::Ambiguous { places } => (
            icons::STACK,
            format!("The words are in {places} places of the attached text, and it is not clear which is meant"),
        ),
        CheckState::OtherText { at } => (
            icons::WARNING_CIRCLE,
            format!(
                "{}, which was attached anyway{}",
                words::FROM_OTHER_TEXT,
                if at.is_some() { ". They are in the text that is attached now" } else { "" }
            ),
        ),
        CheckState::NotFound => (icons::X, "The words are not in the attached text".into()),
        CheckState::NoText => {
            (icons::MINUS_CIRCLE, "Not checked here: attach the text of the source (File › Attach source text…)".into())
        }
    };
    let palette = theme::theme_of(ui.ctx()).palette();
    let mut job = LayoutJob::default();
    let ink = theme::ink(palette.second);
    job.append(glyph, 0.0, TextFormat::simple(FontId::new(13.0, theme::icons()), ink));
    job.append(state.name(), 3.0, TextFormat::simple(FontId::proportional(11.5), ink));
    let label = ui.add(egui::Label::new(job).extend());
    label.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("Check: {}", state.name())));
    label.on_hover_text(help);
}

/// A quotation that senses clicks.
fn quote_ui(ui: &mut Ui, quote: LayoutJob) -> egui::Response {
    match has_rtl(&quote.text) {
        true => words_label(ui, quote),
        false => ui.add(egui::Label::new(quote).sense(egui::Sense::click()).wrap()),
    }
}

/// The quoted words in full ink, with the few words around them that the source has, in the second ink.
fn quoted(excerpt: &Excerpt, palette: Palette) -> LayoutJob {
    let mut job = LayoutJob::default();
    let format = |color: Color| TextFormat {
        font_id: FontId::new(14.0, theme::serif()),
        color: theme::ink(color),
        line_height: Some(19.0),
        ..TextFormat::default()
    };
    // A prefix or suffix may begin or end in the middle of a word.
    let before = excerpt.prefix.split_once(' ').map_or("", |(_, words)| words);
    let after = excerpt.suffix.rsplit_once(' ').map_or("", |(words, _)| words);
    job.append(&format!("“…{before}"), 0.0, format(palette.second));
    job.append(&excerpt.exact, 0.0, format(palette.ink));
    job.append(&format!("{after} …”"), 0.0, format(palette.second));
    job
}

/// Shows a source that a feature names, or that an annotation cites and no excerpt quotes.
pub(crate) fn source_ui(ui: &mut Ui, cited: &PropertySource, actions: &mut Vec<Action>) {
    let shade = theme::theme_of(ui.ctx());
    let source = as_source(cited, String::new());
    Frame::new()
        .fill(theme::ink(shade.palette().ground))
        .corner_radius(6.0)
        .inner_margin(Margin { left: 14, right: 10, top: 6, bottom: 6 })
        .outer_margin(Margin { left: 0, right: 0, top: 2, bottom: 4 })
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = 3.0;
            if !source.title.is_empty() {
                words_label(ui, RichText::new(visible(&source.title)).size(13.0));
            }
            if let Some(author) = source.author.as_deref().filter(|author| *author != source.outlet) {
                ui.label(theme::second(visible(author), shade));
            }
            ui.horizontal_wrapped(|ui| {
                ui.spacing_mut().item_spacing.x = 5.0;
                let date = source.published.as_deref().map(words::date).unwrap_or_else(|| "undated".to_owned());
                let outlet = visible(&source.outlet);
                let read = source.retrieved.as_deref().map(|day| format!(" · read {}", words::date(day)));
                let days = visible(&format!("{date}{}", read.unwrap_or_default()));
                ui.label(RichText::new(format!("{} · {days}", in_sentence(&outlet))).size(11.5));
                if !source.url.is_empty() {
                    let arrow = theme::icon(icons::ARROW_SQUARE_OUT, 14.0).color(theme::ink(shade.palette().accent));
                    address_ui(ui, &source.url, arrow, actions);
                }
                if let Some(archived) = source.archived_url() {
                    let shown = RichText::new("archived").size(11.5).color(theme::ink(shade.palette().accent));
                    address_ui(ui, archived, shown, actions);
                }
                let copy =
                    ui.add(egui::Button::new(theme::icon(icons::COPY, 14.0)).frame(false).min_size(Vec2::splat(24.0)));
                copy.widget_info(|| WidgetInfo::labeled(Role::Button, true, "Copy citation"));
                if copy.on_hover_text("Copy the citation").clicked() {
                    actions.push(Action::CopyText(words::reference(&source)));
                }
            });
        });
}

/// An address from a file, which nobody has looked at yet: a click shows the whole of it, and only then is it opened.
pub(crate) fn address_ui(ui: &mut Ui, url: &str, shown: RichText, actions: &mut Vec<Action>) {
    let shade = theme::theme_of(ui.ctx());
    let name = format!("Address {}", link::shown(url));
    let button = egui::Button::new(shown).frame(false).wrap().min_size(Vec2::splat(24.0));
    let config =
        egui::containers::menu::MenuConfig::new().close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside);
    let (response, _) = egui::containers::menu::MenuButton::from_button(button).config(config).ui(ui, |ui| {
        ui.set_width(320.0);
        ui.label(theme::section("Leads to", shade));
        let whole = RichText::new(link::shown(url)).monospace().size(12.0);
        ScrollArea::vertical().max_height(160.0).show(ui, |ui| ui.add(egui::Label::new(whole).wrap()));
        for doubt in link::doubts(url) {
            small_warning_ui(ui, &format!("{doubt}."));
        }
        ui.horizontal(|ui| {
            if tip(ui.button("Open in browser"), "Nothing is opened until you click here").clicked() {
                actions.push(Action::OpenUrl(url.to_owned()));
                ui.close();
            }
            if ui.button("Copy address").clicked() {
                actions.push(Action::CopyText(url.to_owned()));
                ui.close();
            }
        });
    });
    response.widget_info(|| WidgetInfo::labeled(Role::Link, true, &name));
    response.on_hover_text("Show the whole address");
}

/// A small arrow that opens an address in the browser.
pub(crate) fn link_ui(ui: &mut Ui, url: &str, name: &str, actions: &mut Vec<Action>) {
    let palette = theme::theme_of(ui.ctx()).palette();
    let text = theme::icon(icons::ARROW_SQUARE_OUT, 14.0).color(theme::ink(palette.accent));
    let link = ui.add(egui::Button::new(text).frame(false).min_size(Vec2::splat(24.0)));
    link.widget_info(|| WidgetInfo::labeled(Role::Link, true, name));
    if tip(link, format!("{name}\n{url}")).clicked() {
        actions.push(Action::OpenUrl(url.to_owned()));
    }
}
