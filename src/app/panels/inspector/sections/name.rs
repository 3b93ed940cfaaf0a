//! Name and kind of what is selected, and what can be done with it as a whole.

use eframe::egui::{self, Id, RichText, ScrollArea, TextEdit, Ui};

use super::place::{PlaceWords, place_ui};
use super::{Selected, Subject, Typed};
use crate::app::panels::cards;
use crate::app::panels::layers_panel::{SHOW_TABLE, USE_AS_LINE, USE_AS_LINE_HINT};
use crate::app::reading_order::{words_field, words_label};
use crate::app::widgets::{capital, icon_button, small_warning_ui, tip, warning_ui, why_not_in, with_keys};
use crate::app::{icons, theme};
use crate::document::annotation::Shape as Drawn;
use crate::document::{Annotation, AnnotationId};
use crate::dossier::{Crossing, Measure, Overlay, Shape, words};
use crate::formats::visible::visible;
use crate::geometry::measure::area_m2;
use crate::scene::annotations::measure_label;
use crate::scene::palette::Theme;
use crate::session::{Action, Annotate, Command, Selection, Session};

/// Shows the section.
pub(crate) fn name_ui(ui: &mut Ui, subject: &Subject<'_>, typed: &mut Typed, actions: &mut Vec<Action>) {
    match &subject.selected {
        Selected::Overlay(overlay) => overlay_ui(ui, subject.session, overlay, subject.shade, actions),
        Selected::Annotations(selected) => annotations_ui(ui, subject, selected, &mut typed.place, actions),
    }
}

fn overlay_ui(ui: &mut Ui, session: &Session, overlay: &Overlay, shade: Theme, actions: &mut Vec<Action>) {
    here_ui(ui, session, shade, actions);
    let place = match (session.selection(), &*overlay.shape) {
        (Selection::Overlay { place: Some(index), .. }, Shape::Places(places)) => places.get(*index),
        _ => None,
    };
    ui.horizontal(|ui| {
        ui.with_layout(egui::Layout::right_to_left(egui::Align::TOP), |ui| {
            if icon_button(ui, icons::X, Command::ClearSelection.label(), true).clicked() {
                actions.push(Action::Command(Command::ClearSelection));
            }
            ui.with_layout(egui::Layout::left_to_right(egui::Align::TOP).with_main_wrap(true), |ui| {
                match session.selected_feature() {
                    Some((overlay, feature)) => {
                        let name = beginning(&overlay.features.label(feature), LONGEST_NAME);
                        words_label(ui, RichText::new(visible(&name)).heading())
                    }
                    None => words_label(ui, RichText::new(overlay.title.main()).heading()),
                };
            });
        });
    });
    if let Some((overlay, feature)) = session.selected_feature() {
        feature_ui(ui, session, overlay, feature, shade, actions);
        return;
    }
    if let Some(second) = overlay.title.second() {
        words_label(ui, theme::second(second, shade));
    }
    let kind = words::kind(&overlay.kind);
    // Of a day of which nobody had reported yet nothing is shown that is as of a day.
    let said = match overlay.is_before_reports() {
        true => kind.to_string(),
        false => format!("{kind} · {}", words::as_of(&overlay.as_of)),
    };
    ui.label(theme::second(said, shade));
    reports_ui(ui, overlay, shade, actions);
    ui.add_space(4.0);
    words_label(ui, &overlay.gist);
    if let Some(place) = place {
        ui.add_space(6.0);
        town_ui(ui, place, shade);
        if let Some(area) = session.around(place.at) {
            around_ui(ui, session, area, shade, actions);
        }
    }
    ui.horizontal(|ui| {
        if zoom_to_ui(ui, session) {
            actions.push(Action::ZoomTo(overlay.id.clone()));
        }
        let is_of_features = overlay.opened_from.is_some() && overlay.features.count() > 1;
        let annotate = ui.button(if is_of_features { "Annotate all" } else { "Annotate" });
        let annotate = annotate.on_hover_text(Command::ConvertOverlay.help());
        annotate.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, Command::ConvertOverlay.label()));
        if annotate.clicked() {
            actions.push(Action::Command(Command::ConvertOverlay));
        }
        let features = overlay.features.count();
        if features > 0
            && ui.button(SHOW_TABLE).on_hover_text(format!("The {features} features, one per row")).clicked()
        {
            actions.push(Action::ShowTable(overlay.id.clone()));
        }
        if !session.document().is_visible(&overlay.id) && tip(ui.button("Show on map"), "It is hidden now").clicked() {
            actions.push(Action::ToggleOverlay(overlay.id.clone()));
        }
    });
    if session.can_be_line(overlay) && tip(ui.button(USE_AS_LINE), USE_AS_LINE_HINT).clicked() {
        actions.push(Action::UseAsLine(overlay.id.clone()));
    }
}

/// A name of more letters is cut off: the properties have all of it.
const LONGEST_NAME: usize = 200;

/// So many letters of a description are shown.
const LONGEST_DESCRIPTION: usize = 20_000;

fn beginning(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// A feature: of which layer and kind it is, what it says of itself, and what can be done with it.
fn feature_ui(
    ui: &mut Ui,
    session: &Session,
    overlay: &Overlay,
    feature: usize,
    shade: Theme,
    actions: &mut Vec<Action>,
) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let layer = ui.link(theme::second(overlay.title.main(), shade));
        layer.widget_info(|| {
            egui::WidgetInfo::labeled(egui::Role::Link, true, format!("Select all of {}", overlay.title.main()))
        });
        if layer.on_hover_text("Select the whole overlay").clicked() {
            actions.push(Action::Select(overlay.id.clone()));
        }
        let kinds = session.kinds(overlay);
        let kind = match kinds.of(feature) {
            Some(kind) if kind.shown => kind.title.clone(),
            Some(kind) => format!("{} (hidden)", kind.title),
            None => "left out by the filter".to_owned(),
        };
        if !kind.trim().is_empty() && overlay.features.name(feature).as_ref() != Some(&kind) {
            ui.label(theme::second(format!("· {}", visible(&beginning(&kind, LONGEST_NAME))), shade));
        }
        if !overlay.as_of.is_empty() {
            ui.label(theme::second(format!("· {}", words::as_of(&overlay.as_of)), shade));
        }
    });
    if let Some(description) = overlay.features.description(feature) {
        ui.add_space(4.0);
        let shown = visible(&beginning(&description, LONGEST_DESCRIPTION));
        ui.add(egui::Label::new(shown).wrap());
    }
    ui.horizontal(|ui| {
        if zoom_to_ui(ui, session) {
            actions.push(Action::ZoomToFeature { id: overlay.id.clone(), feature });
        }
        let annotate = ui.button("Annotate").on_hover_text("Copy the feature as an annotation of your own");
        annotate.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, Command::ConvertOverlay.label()));
        if annotate.clicked() {
            actions.push(Action::Command(Command::ConvertOverlay));
        }
        if !session.document().is_visible(&overlay.id) && tip(ui.button("Show on map"), "It is hidden now").clicked() {
            actions.push(Action::ToggleOverlay(overlay.id.clone()));
        }
    });
}

fn annotations_ui(
    ui: &mut Ui,
    subject: &Subject<'_>,
    selected: &[&Annotation],
    typed: &mut PlaceWords,
    actions: &mut Vec<Action>,
) {
    head_ui(ui, subject.session, selected, subject.shade, typed, actions);
    let locked = subject.is_locked();
    if locked {
        ui.horizontal_wrapped(|ui| {
            ui.label(theme::icon(icons::LOCK, 14.0));
            ui.label("Locked: it cannot be changed.");
            if selected.first().is_some_and(|first| first.locked) && ui.link("Unlock").clicked() {
                actions.push(Action::Annotate(subject.ids(), Annotate::Lock(false)));
            }
        });
    }
    if let [one] = selected {
        let words = ui.add_enabled_ui(!locked, |ui| words_ui(ui, one, actions));
        if locked {
            why_not_in(ui, words.response.rect, LOCKED);
        }
    }
}

/// Why what is locked can't be changed.
pub(super) const LOCKED: &str = "It is locked: unlock it to change it";

/// So many rows of what lies at a place stand below each other; more have a list of their own.
const FEW_HERE: usize = 8;

/// The other overlays under the last click.
fn here_ui(ui: &mut Ui, session: &Session, shade: Theme, actions: &mut Vec<Action>) {
    let Some(pick) = session.pick().filter(|pick| pick.hits.len() > 1) else {
        return;
    };
    ui.label(theme::section(format!("At this place ({} of {})", pick.index + 1, pick.hits.len()), shade));
    let row_ui = |ui: &mut Ui, index: usize, actions: &mut Vec<Action>| {
        let Some(hit) = pick.hits.get(index) else { return };
        let Some(overlay) = session.dossier().overlay(&hit.overlay) else { return };
        let name = format!("{} · {}", crate::app::name_of(overlay, hit), crate::app::size_of(overlay, hit));
        if ui.selectable_label(index == pick.index, name).clicked() {
            actions.push(Action::SelectHit(index));
        }
    };
    if pick.hits.len() <= FEW_HERE {
        (0..pick.hits.len()).for_each(|index| row_ui(ui, index, actions));
    } else {
        // Of many a window on those around the one that is selected, so that what is said of it is seen.
        let row_pt = ui.spacing().interact_size.y;
        let step_pt = row_pt + ui.spacing().item_spacing.y;
        let mut list = ScrollArea::vertical().id_salt("at this place").max_height(6.0 * step_pt);
        let shown = Id::unique("row shown at this place");
        if ui.data(|data| data.get_temp::<usize>(shown)) != Some(pick.index) {
            ui.data_mut(|data| data.insert_temp(shown, pick.index));
            list = list.vertical_scroll_offset((pick.index as f32 - 2.0).max(0.0) * step_pt);
        }
        list.auto_shrink([false, true]).show_rows(ui, row_pt, pick.hits.len(), |ui, rows| {
            ui.style_mut().wrap_mode = Some(egui::TextWrapMode::Truncate);
            rows.for_each(|index| row_ui(ui, index, actions));
        });
    }
    ui.add_space(4.0);
    ui.separator();
}

fn town_ui(ui: &mut Ui, place: &crate::dossier::Place, shade: Theme) {
    words_label(ui, RichText::new(place.name.main()).family(theme::semi_bold()).size(15.0));
    if let Some(second) = place.name.second() {
        words_label(ui, theme::second(second, shade));
    }
    if let Some(population) = place.population {
        ui.label(format!("{} inhabitants", words::number(population as f64, 0)));
    }
    for key in ["status", "reported", "date"] {
        if let Some(value) = place.details.get(key) {
            words_label(ui, value);
        }
    }
}

/// What brings what is selected into view; whether it was asked to.
fn zoom_to_ui(ui: &mut Ui, session: &Session) -> bool {
    let command = Command::ZoomToSelection;
    tip(ui.button("Zoom to"), with_keys(session, command.help(), command)).clicked()
}

/// What is said of the area around a place is said of the place too.
fn around_ui(ui: &mut Ui, session: &Session, area: &Overlay, shade: Theme, actions: &mut Vec<Action>) {
    ui.add_space(8.0);
    ui.label(theme::section("Lies in", shade));
    ui.horizontal_wrapped(|ui| {
        let link = ui.link(RichText::new(area.title.main()).family(theme::semi_bold()));
        if tip(link, area.gist.as_str()).clicked() {
            actions.push(Action::Select(area.id.clone()));
        }
        ui.label(theme::second(format!("measured {}", words::measure(area.measure)), shade));
    });
    let excerpts: Vec<_> = session.excerpts_of(&area.id).collect();
    for excerpt in excerpts.iter().take(2) {
        cards::excerpt_ui(ui, session, excerpt, cards::Links::ToExcerpt, actions);
    }
    if excerpts.len() > 2 && ui.link(format!("All {} excerpts about it", excerpts.len())).clicked() {
        actions.push(Action::Select(area.id.clone()));
    }
}

fn head_ui(
    ui: &mut Ui,
    session: &Session,
    selected: &[&Annotation],
    shade: Theme,
    typed: &mut PlaceWords,
    actions: &mut Vec<Action>,
) {
    ui.horizontal(|ui| {
        ui.with_layout(egui::Layout::right_to_left(egui::Align::TOP), |ui| {
            if icon_button(ui, icons::X, Command::ClearSelection.label(), true).clicked() {
                actions.push(Action::Command(Command::ClearSelection));
            }
            ui.with_layout(egui::Layout::left_to_right(egui::Align::TOP).with_main_wrap(true), |ui| match selected {
                [one] => ui.heading(one.label()),
                several => ui.heading(format!("{} annotations", several.len())),
            });
        });
    });
    if let [one] = selected {
        let mut facts = vec![one.shape.name().to_owned()];
        facts.extend(measure_label(one));
        ui.label(theme::second(facts.join(" · "), shade));
        if let Some(warning) = crossing_of(ui, one) {
            warning_ui(ui, &warning);
        }
        place_ui(ui, one, session.document().is_locked(one), shade, typed, actions);
    }
    ui.horizontal_wrapped(|ui| {
        let ids: Vec<AnnotationId> = selected.iter().map(|annotation| annotation.id).collect();
        if zoom_to_ui(ui, session) {
            actions.push(Action::ZoomToAnnotations(ids));
        }
        for command in [
            Command::Duplicate,
            Command::Merge,
            Command::CutOut,
            Command::Split,
            Command::Reverse,
            Command::Buffer,
            Command::Simplify,
            Command::Delete,
        ] {
            if session.why_not(command).is_none()
                && ui.button(command.label()).on_hover_text(with_keys(session, command.help(), command)).clicked()
            {
                actions.push(Action::Command(command));
            }
        }
    });
}

/// What is wrong with the size of an area whose outline crosses itself or whose parts lie over each other. Looked for anew only after a change; areas of
/// more vertices than anyone draws are passed over, as the window must not wait.
fn crossing_of(ui: &Ui, annotation: &Annotation) -> Option<String> {
    const MOST_VERTICES: usize = 20_000;
    let Drawn::Area { area, .. } = &annotation.shape else {
        return None;
    };
    let vertices = area.0.iter().map(|polygon| polygon.exterior().0.len()).sum::<usize>();
    if vertices > MOST_VERTICES {
        return None;
    }
    let km2 = area_m2(area) / 1e6;
    let state = (annotation.id, vertices, km2.to_bits());
    let key = egui::Id::unique("crossing of the annotation");
    let known = ui.data(|data| data.get_temp::<(_, Option<String>)>(key)).filter(|(of, _)| *of == state);
    let (_, warning) = known.unwrap_or_else(|| {
        let measure = Measure::Area { km2, range_km2: None };
        (state, Crossing::of(area).ok().flatten().map(|crossing| words::crossing(&crossing, measure, false)))
    });
    ui.data_mut(|data| data.insert_temp(key, (state, warning.clone())));
    warning
}

fn words_ui(ui: &mut Ui, one: &Annotation, actions: &mut Vec<Action>) {
    ui.add_space(6.0);
    let label = ui.label("Title, as the map shows it");
    let mut title = one.title.clone();
    let rows = if one.shape.is_text() { 2 } else { 1 };
    let field = TextEdit::multiline(&mut title).desired_rows(rows).desired_width(f32::INFINITY);
    if words_field(ui, field.id_salt(("title", one.id.0)), true).labelled_by(label.id).changed() {
        actions.push(Action::Annotate(vec![one.id], Annotate::Title(title)));
    }
    let label = ui.label("Description");
    let mut text = one.description.clone();
    let field = TextEdit::multiline(&mut text).desired_rows(2).desired_width(f32::INFINITY);
    if words_field(ui, field.id_salt(("description", one.id.0)), true).labelled_by(label.id).changed() {
        actions.push(Action::Annotate(vec![one.id], Annotate::Description(text)));
    }
}

/// How many reports there are of an overlay, and that none is of the day that is shown.
fn reports_ui(ui: &mut Ui, overlay: &Overlay, shade: Theme, actions: &mut Vec<Action>) {
    let Some(dated) = &overlay.dated else { return };
    if let Some(unreported) = &overlay.unreported {
        for fault in unreported.when.latest().iter().flat_map(|day| dated.series().left_out_on(*day)) {
            small_warning_ui(ui, &format!("A report of {} is left out: {fault}.", unreported.when));
        }
        small_warning_ui(ui, &format!("{}.", capital(&words::unreported(unreported))));
    }
    // What happens on a day needs no last report.
    let later = if dated.are_events() || overlay.is_before_reports() { Vec::new() } else { overlay.perhaps_later() };
    for when in later {
        let said = format!("The report of {when} may be later: it does not say of which day it is.");
        ui.add(egui::Label::new(theme::second(said, shade)).wrap());
    }
    ui.horizontal(|ui| {
        let count = dated.series().versions().len();
        let reports = if count == 1 { "report" } else { "reports" };
        let reach = dated.series().reach().map(|reach| format!(", {}", words::reach(reach))).unwrap_or_default();
        ui.label(theme::second(format!("{} {reports}{reach}", words::number(count as f64, 0)), shade));
        if tip(ui.small_button("Timeline"), Command::Timeline.help()).clicked() {
            actions.push(Action::Command(Command::Timeline));
        }
    });
}
