//! What is selected: name, kind, size, what sources state of it, who holds what, and the words themselves.

pub(crate) mod annotation_inspector;

use eframe::egui::{self, RichText, ScrollArea, Ui};

use self::annotation_inspector::Citing;
use crate::app::panels::cards;
use crate::app::panels::layers_panel::{BACK_TO_DOSSIER_LINE, USE_AS_LINE};
use crate::app::widgets::warning_ui;
use crate::app::{chrome, icons, theme};
use crate::dossier::words;
use crate::dossier::{Comparison, Measure, Overlay, Position, Shape, Verdict};
use crate::scene::palette::Theme;
use crate::session::{Action, Command, Selection, Session};

/// Shows the panel.
pub(crate) fn inspector_ui(ui: &mut Ui, session: &Session, citing: &mut Citing, actions: &mut Vec<Action>) {
    let shade = theme::theme_of(ui.ctx());
    ScrollArea::vertical().auto_shrink(false).id_salt("inspector").show(ui, |ui| {
        if let Selection::Excerpt { id } = session.selection()
            && let Some(excerpt) = session.excerpt(id)
        {
            ui.label(theme::section("Excerpt", shade));
            cards::excerpt_ui(ui, session, excerpt, cards::Links::ToOverlays, actions);
            ui.add_space(8.0);
        }
        match session.selected_overlay() {
            Some(overlay) => overlay_ui(ui, session, overlay, shade, actions),
            None if !session.selected_annotations().is_empty() => {
                annotation_inspector::annotations_ui(ui, session, citing, actions);
            }
            None if *session.selection() == Selection::None => empty_ui(ui, session, shade, actions),
            None => {
                ui.label(theme::second("This excerpt speaks of nothing that has a place on the map.", shade));
            }
        }
        chrome::follow_focus(ui);
    });
}

fn empty_ui(ui: &mut Ui, session: &Session, shade: Theme, actions: &mut Vec<Action>) {
    let dossier = session.dossier();
    ui.heading(dossier.title.main());
    if let Some(uk) = dossier.title.get("uk") {
        ui.label(theme::second(uk, shade));
    }
    ui.label(theme::second(format!("as of {}", words::date(&dossier.as_of)), shade));
    ui.add_space(6.0);
    ui.label(&dossier.summary);
    ui.add_space(10.0);
    ui.label(
        "Click a region on the map to read who says what about it. Click again to step down to the overlay below.",
    );
    ui.add_space(10.0);
    ui.label(theme::section("Overlays shown", shade));
    for shown in session.document().shown(dossier).rev() {
        if ui.link(shown.overlay.title.main()).clicked() {
            actions.push(Action::Select(shown.overlay.id.clone()));
        }
    }
    if !dossier.disclaimer.is_empty() {
        ui.add_space(12.0);
        ui.label(theme::second(&dossier.disclaimer, shade));
        ui.label(theme::second(&dossier.boundary_view, shade));
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
        ui.horizontal_wrapped(|ui| {
            ui.label(theme::icon(icons::WARNING, 14.0));
            ui.label(problem.to_string());
        });
    }
}

fn overlay_ui(ui: &mut Ui, session: &Session, overlay: &Overlay, shade: Theme, actions: &mut Vec<Action>) {
    let dossier = session.dossier();
    here_ui(ui, session, shade, actions);
    let place = match (session.selection(), &overlay.shape) {
        (Selection::Overlay { place: Some(index), .. }, Shape::Places(places)) => places.get(*index),
        _ => None,
    };
    ui.horizontal(|ui| {
        ui.with_layout(egui::Layout::right_to_left(egui::Align::TOP), |ui| {
            let clear = ui.add(egui::Button::new(theme::icon(icons::X, 14.0)).frame(false));
            clear.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, Command::ClearSelection.label()));
            if clear.on_hover_text("Clear selection (Esc)").clicked() {
                actions.push(Action::Command(Command::ClearSelection));
            }
            ui.with_layout(egui::Layout::left_to_right(egui::Align::TOP).with_main_wrap(true), |ui| {
                ui.heading(overlay.title.main());
            });
        });
    });
    if let Some(uk) = overlay.title.get("uk") {
        ui.label(theme::second(uk, shade));
    }
    ui.label(theme::second(format!("{} · {}", words::kind(&overlay.kind), words::as_of(&overlay.as_of)), shade));
    ui.add_space(4.0);
    ui.label(&overlay.gist);
    if let Some(place) = place {
        ui.add_space(6.0);
        place_ui(ui, place, shade);
        if let Some(area) = session.around(place.at) {
            around_ui(ui, session, area, shade, actions);
        }
    }
    ui.horizontal(|ui| {
        if ui.button("Zoom to").clicked() {
            actions.push(Action::ZoomTo(overlay.id.clone()));
        }
        let annotate = ui.button("Annotate").on_hover_text(Command::ConvertOverlay.help());
        annotate.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, Command::ConvertOverlay.label()));
        if annotate.clicked() {
            actions.push(Action::Command(Command::ConvertOverlay));
        }
        if !session.document().is_visible(&overlay.id) && ui.button("Show on map").clicked() {
            actions.push(Action::ToggleOverlay(overlay.id.clone()));
        }
    });
    if session.can_be_line(overlay) && ui.button(USE_AS_LINE).clicked() {
        actions.push(Action::UseAsLine(overlay.id.clone()));
    }
    ui.add_space(8.0);
    ui.label(theme::section("Measured", shade));
    match session.former(&overlay.id) {
        Some(former) => own_line_ui(ui, session, former, overlay, shade, actions),
        None => {
            ui.label(RichText::new(words::measure(overlay.measure)).family(theme::semi_bold()).size(16.0));
        }
    }
    if let Some(doubt) = overlay.doubt() {
        warning_ui(ui, &doubt);
    }
    for side in dossier.beside(overlay).into_iter().flat_map(words::beside) {
        ui.label(side);
    }
    if let Measure::Area { range_km2: Some((low, high)), .. } = overlay.measure {
        ui.label(theme::second(
            format!(
                "{}–{} if the line of contact runs elsewhere within its stated accuracy",
                words::number(low, 0),
                words::km2(high)
            ),
            shade,
        ));
    }
    if let Some(accuracy_m) = overlay.accuracy_m {
        ui.label(theme::second(format!("Approximate: stated accuracy ± {}", words::distance(accuracy_m)), shade));
    }
    // Figures of the sources that are quoted here come first, those of other reports after the quotes.
    let (mut quoted, mut others): (Vec<_>, Vec<_>) =
        dossier.comparisons_of(overlay).partition(|comparison| comparison.figure.excerpt.is_some());
    for comparisons in [&mut quoted, &mut others] {
        comparisons.sort_by_key(|comparison| comparison.verdict == Verdict::NotComparable);
    }
    comparisons_ui(ui, "Stated by sources", &quoted, shade, actions);
    let excerpts: Vec<_> = session.excerpts_of(&overlay.id).collect();
    ui.add_space(8.0);
    ui.label(theme::section(format!("Source excerpts ({})", excerpts.len()), shade));
    if excerpts.is_empty() {
        ui.label(theme::second("No excerpt speaks of this overlay.", shade));
    }
    for excerpt in excerpts {
        cards::excerpt_ui(ui, session, excerpt, cards::Links::ToExcerpt, actions);
    }
    positions_ui(ui, dossier.positions_of(&overlay.id), shade, actions);
    comparisons_ui(ui, "Reported elsewhere", &others, shade, actions);
    for note in dossier.notes_of(&overlay.id) {
        ui.add_space(8.0);
        ui.label(theme::section(
            if note.accounts.is_empty() { "Editor’s note" } else { "Accounts that differ" },
            shade,
        ));
        ui.label(&note.text);
        let accounts: Vec<_> = note.accounts.iter().filter_map(|id| dossier.excerpt(id)).collect();
        cards::beside_ui(ui, session, &accounts, actions);
    }
    method_ui(ui, overlay, shade);
}

/// Who holds what about an overlay, as a table: who, what they hold, the way to the excerpt.
fn positions_ui<'a>(
    ui: &mut Ui,
    positions: impl Iterator<Item = &'a Position>,
    shade: Theme,
    actions: &mut Vec<Action>,
) {
    const WHO_PT: f32 = 84.0;
    const EXCERPT_PT: f32 = 50.0;
    let mut before: Option<&str> = None;
    for position in positions {
        let is_first = before.is_none();
        let is_new = before.replace(&position.who) != Some(&position.who);
        if is_first {
            ui.add_space(8.0);
            ui.label(theme::section("Positions", shade));
        }
        if is_new {
            rule_ui(ui);
        }
        ui.horizontal_top(|ui| {
            let what_pt = (ui.available_width() - WHO_PT - EXCERPT_PT - 2.0 * ui.spacing().item_spacing.x).max(80.0);
            cell_ui(ui, WHO_PT, |ui| {
                if is_new {
                    ui.label(RichText::new(&position.who).family(theme::semi_bold()));
                }
            });
            cell_ui(ui, what_pt, |ui| {
                ui.label(theme::second(words::stance(&position.stance), shade));
                ui.label(&position.summary);
            });
            cell_ui(ui, EXCERPT_PT, |ui| {
                if let Some(excerpt) = &position.excerpt {
                    let link = ui.link("Excerpt");
                    let name = format!("Excerpt: {}, {}", position.who, words::stance(&position.stance));
                    link.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Link, true, &name));
                    if link.on_hover_text("Read the words that say so").clicked() {
                        actions.push(Action::FollowExcerpt(excerpt.clone()));
                    }
                }
            });
        });
    }
    if before.is_some() {
        rule_ui(ui);
    }
}

/// A cell of a table, as wide as its column.
fn cell_ui(ui: &mut Ui, width_pt: f32, contents: impl FnOnce(&mut Ui)) {
    let layout = egui::Layout::top_down(egui::Align::LEFT);
    ui.allocate_ui_with_layout(egui::vec2(width_pt, 0.0), layout, |ui| {
        ui.set_width(width_pt);
        ui.spacing_mut().item_spacing.y = 2.0;
        contents(ui);
    });
}

/// A thin line across a table.
fn rule_ui(ui: &mut Ui) {
    ui.add(egui::Separator::default().spacing(4.0));
}

/// The size with the dossier's line and with the user's own, side by side.
fn own_line_ui(
    ui: &mut Ui,
    session: &Session,
    former: &Overlay,
    overlay: &Overlay,
    shade: Theme,
    actions: &mut Vec<Action>,
) {
    const WHAT_PT: f32 = 150.0;
    let change = words::change(former.measure, overlay.measure).unwrap_or_default();
    for (what, size) in [
        ("With the dossier’s line", words::measure(former.measure)),
        ("With your own line", words::measure(overlay.measure)),
        ("Difference", change),
    ] {
        ui.horizontal_top(|ui| {
            let size_pt = (ui.available_width() - WHAT_PT - ui.spacing().item_spacing.x).max(60.0);
            cell_ui(ui, WHAT_PT, |ui| {
                ui.label(theme::second(what, shade));
            });
            cell_ui(ui, size_pt, |ui| {
                ui.add(egui::Label::new(RichText::new(size).monospace().size(15.0)).wrap());
            });
        });
    }
    if let Some(own) = &session.dossier().own_line {
        ui.label(theme::second(own.notice(), shade));
    }
    if ui.button(BACK_TO_DOSSIER_LINE).clicked() {
        actions.push(Action::UseDossierLine);
    }
}

/// The other overlays under the last click.
fn here_ui(ui: &mut Ui, session: &Session, shade: Theme, actions: &mut Vec<Action>) {
    let Some(pick) = session.pick().filter(|pick| pick.hits.len() > 1) else {
        return;
    };
    ui.label(theme::section(format!("At this place ({} of {})", pick.index + 1, pick.hits.len()), shade));
    for (index, hit) in pick.hits.iter().enumerate() {
        if let Some(overlay) = session.dossier().overlay(&hit.overlay) {
            let name = format!("{} · {}", crate::app::name_of(overlay, hit.place), words::measure(overlay.measure));
            let row = ui.selectable_label(index == pick.index, name);
            if row.clicked() {
                actions.push(Action::SelectHit(index));
            }
        }
    }
    ui.add_space(4.0);
    ui.separator();
}

fn place_ui(ui: &mut Ui, place: &crate::dossier::Place, shade: Theme) {
    ui.label(RichText::new(place.name.main()).family(theme::semi_bold()).size(15.0));
    if let Some(uk) = place.name.get("uk") {
        ui.label(theme::second(uk, shade));
    }
    if let Some(population) = place.population {
        ui.label(format!("{} inhabitants", words::number(population as f64, 0)));
    }
    for key in ["status", "reported", "date"] {
        if let Some(value) = place.details.get(key) {
            ui.label(value);
        }
    }
}

/// What is said of the area around a place is said of the place too.
fn around_ui(ui: &mut Ui, session: &Session, area: &Overlay, shade: Theme, actions: &mut Vec<Action>) {
    ui.add_space(8.0);
    ui.label(theme::section("Lies in", shade));
    ui.horizontal_wrapped(|ui| {
        if ui.link(RichText::new(area.title.main()).family(theme::semi_bold())).clicked() {
            actions.push(Action::Select(area.id.clone()));
        }
        ui.label(theme::second(format!("measured {}", words::measure(area.measure)), shade));
    });
    let excerpts: Vec<_> = session.excerpts_of(&area.id).collect();
    for excerpt in excerpts.iter().take(2) {
        cards::excerpt_ui(ui, session, excerpt, cards::Links::ToExcerpt, actions);
    }
    if excerpts.len() > 2 && ui.link(format!("All {} excerpts on it", excerpts.len())).clicked() {
        actions.push(Action::Select(area.id.clone()));
    }
}

fn comparisons_ui(ui: &mut Ui, title: &str, comparisons: &[Comparison<'_>], shade: Theme, actions: &mut Vec<Action>) {
    if comparisons.is_empty() {
        return;
    }
    ui.add_space(8.0);
    ui.label(theme::section(title, shade));
    for comparison in comparisons {
        comparison_ui(ui, comparison, shade, actions);
    }
}

fn comparison_ui(ui: &mut Ui, comparison: &Comparison<'_>, shade: Theme, actions: &mut Vec<Action>) {
    const LINK_PT: f32 = 24.0;
    let figure = comparison.figure;
    let between = ui.spacing().item_spacing;
    ui.spacing_mut().item_spacing.y = 2.0;
    let weak = if figure.weak { " · weak source" } else { "" };
    let date = figure.date.as_deref().map(words::date).unwrap_or_default();
    // The way to the report stands at the end of the row, and never alone on the next.
    ui.horizontal_top(|ui| {
        let words_pt = (ui.available_width() - LINK_PT - between.x).max(80.0);
        cell_ui(ui, words_pt, |ui| {
            ui.horizontal_wrapped(|ui| {
                ui.label(RichText::new(words::figure(figure)).family(theme::semi_bold()));
                let glyph = match comparison.verdict {
                    Verdict::Agrees => icons::CHECK_CIRCLE,
                    Verdict::Differs => icons::WARNING_CIRCLE,
                    Verdict::NotComparable => icons::MINUS_CIRCLE,
                };
                ui.label(theme::icon(glyph, 14.0));
                ui.label(words::verdict(comparison));
            });
            if comparison.verdict != Verdict::NotComparable
                && let (Some(measured), Some(difference)) = (comparison.measured, comparison.difference)
            {
                ui.label(theme::second(
                    format!(
                        "measured {}, difference {}",
                        words::value(measured, &figure.unit),
                        words::difference(difference, &figure.unit)
                    ),
                    shade,
                ));
            }
            ui.label(theme::second(format!("{} · {date}{weak}", figure.reported_by), shade));
        });
        if let Some(url) = &figure.url {
            cards::link_ui(ui, url, &format!("Open the report of {}", figure.reported_by), actions);
        }
    });
    if !figure.definition.is_empty() {
        ui.label(theme::second(&figure.definition, shade));
    }
    if let Some(note) = &figure.note {
        ui.label(theme::second(note, shade));
    }
    ui.spacing_mut().item_spacing = between;
    ui.add_space(6.0);
}

fn method_ui(ui: &mut Ui, overlay: &Overlay, shade: Theme) {
    ui.add_space(8.0);
    ui.label(theme::section("How it was made", shade));
    for text in [&overlay.method, &overlay.recipe].into_iter().flatten() {
        ui.label(theme::second(text, shade));
    }
    let credit = [&overlay.credit, &overlay.license].into_iter().flatten().cloned().collect::<Vec<_>>().join(" · ");
    ui.label(theme::second(credit, shade));
}
