//! What is measured of an overlay, and what the sources that are quoted state of it.

use eframe::egui::{self, RichText, Ui};

use super::{Subject, Typed, cell_ui};
use crate::app::panels::cards;
use crate::app::panels::layers_panel::BACK_TO_DOSSIER_LINE;
use crate::app::widgets::{tip, warning_ui};
use crate::app::{icons, theme};
use crate::dossier::{Comparison, Measure, Overlay, Verdict, words};
use crate::scene::palette::Theme;
use crate::session::{Action, Session};

/// Shows the section.
pub(crate) fn measured_ui(ui: &mut Ui, subject: &Subject<'_>, _: &mut Typed, actions: &mut Vec<Action>) {
    let Some(overlay) = subject.overlay() else { return };
    let (session, shade) = (subject.session, subject.shade);
    let dossier = session.dossier();
    if overlay.is_before_reports() {
        ui.label(theme::second("Nothing: nobody had reported yet on the day that is shown", shade));
        return;
    }
    if let Some((overlay, feature)) = subject.feature() {
        let size = overlay.features.sizes(&overlay.shape).get(feature).copied().unwrap_or_default();
        ui.label(RichText::new(words::size(size)).family(theme::semi_bold()).size(16.0));
        let whole = words::measure(overlay.measure);
        ui.label(theme::second(format!("of {whole} in the whole of {}", words::quoted(overlay.title.main())), shade));
        return;
    }
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
    if let Measure::Area { range_km2: Some(range), .. } = overlay.measure {
        let range = words::km2_between(range);
        let said = format!("{range} if the line of contact runs elsewhere within its stated accuracy");
        ui.label(theme::second(said, shade));
    }
    if let Some((without, with)) = overlay.contested_km2 {
        let (without, with) = (words::km2(without), words::km2(with));
        ui.label(theme::second(format!("{without} without contested ground, {with} with it"), shade));
    }
    if let Some(accuracy) = words::accuracy(overlay) {
        ui.label(theme::second(format!("Approximate: stated accuracy {accuracy}"), shade));
    }
    comparisons_ui(ui, "Stated by sources", &comparisons(session, overlay, true), shade, actions);
}

/// Figures that are stated of an overlay: those of the sources that are quoted here, or those of other reports. What
/// cannot be compared comes last.
pub(super) fn comparisons<'a>(session: &'a Session, overlay: &'a Overlay, quoted: bool) -> Vec<Comparison<'a>> {
    let all = session.dossier().comparisons_of(overlay);
    let mut comparisons: Vec<_> = all.filter(|comparison| comparison.figure.excerpt.is_some() == quoted).collect();
    comparisons.sort_by_key(|comparison| comparison.verdict == Verdict::NotComparable);
    comparisons
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
        ui.label(theme::second(own.note(), shade));
    }
    if tip(
        ui.button(BACK_TO_DOSSIER_LINE),
        "Everything that depends on the line is worked out from the dossier’s line again",
    )
    .clicked()
    {
        actions.push(Action::UseDossierLine);
    }
}

pub(super) fn comparisons_ui(
    ui: &mut Ui,
    title: &str,
    comparisons: &[Comparison<'_>],
    shade: Theme,
    actions: &mut Vec<Action>,
) {
    if comparisons.is_empty() {
        return;
    }
    if !title.is_empty() {
        ui.add_space(8.0);
        ui.label(theme::section(title, shade));
    }
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
                && let Some((measured, difference)) = comparison.shown()
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
