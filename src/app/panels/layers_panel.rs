//! The list of overlays: eye, swatch as drawn on the map, name, number of sources; the panel is the legend.

use eframe::egui::{self, Color32, Response, Role, ScrollArea, Sense, Ui, Vec2, WidgetInfo};

use crate::app::panels::kinds_list::{self, OpenRows};
use crate::app::panels::swatches::Swatches;
use crate::app::panels::{linking, pictures_panel};
use crate::app::{chrome, icons, theme, widgets};
use crate::dossier::{Counting, Overlay, words};
use crate::scene::palette::Theme;
use crate::session::{Action, Command, FeatureSet, OwnLayerChange, Selection, Session};

/// What leads back from a line of the user's own.
pub(crate) const BACK_TO_DOSSIER_LINE: &str = "Back to the dossier’s line";

/// What puts a shape of the user's own in place of the dossier's line, or asks first which features count.
pub(crate) const USE_AS_LINE: &str = "Use as line of contact…";

/// What that does.
pub(crate) const USE_AS_LINE_HINT: &str =
    "Work out everything that depends on the line of contact from this line; you can go back to the dossier’s";

/// What opens the table of an overlay's features.
pub(crate) const SHOW_TABLE: &str = "Show table";

/// Asks how a table is to be read.
pub(crate) const READ_ANEW: &str = "Read the table anew…";

/// What it does.
const READ_ANEW_HINT: &str = "Choose encoding, separator and the columns of its places";

/// What reads the file of a layer with the numbers of each position the other way round.
pub(crate) const EXCHANGE: &str = "Swap longitude and latitude";

/// What it does.
pub(crate) const EXCHANGE_HINT: &str =
    "Read the file with the two numbers of each position swapped; the project remembers it";

/// What asks for the layers of a series and their days.
pub(crate) const DAYS_OF_SERIES: &str = "Layers of the series…";

/// Height of a row.
const ROW_PT: f32 = 30.0;

/// Shows the panel; what the user asks for goes to `actions`.
pub(crate) fn layers_ui(
    ui: &mut Ui,
    session: &Session,
    swatches: &mut Swatches,
    open: &mut OpenRows,
    actions: &mut Vec<Action>,
) {
    let shade = theme::theme_of(ui.ctx());
    ScrollArea::vertical().auto_shrink(false).id_salt("overlays").show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        own_line_ui(ui, session, shade, actions);
        if session.is_alone() {
            ui.horizontal(|ui| {
                ui.label(theme::second("Only one overlay is shown.", shade));
                let command = Command::ShowAlone;
                let help = widgets::with_keys(session, command.help(), command);
                if widgets::tip(ui.link("Show the others again"), help).clicked() {
                    actions.push(Action::Command(Command::ShowAlone));
                }
            });
        }
        let mut row = 0;
        for group in &session.dossier().groups {
            let states: Vec<_> = session.document().group(&group.id).collect();
            if states.is_empty() {
                continue;
            }
            let any = states.iter().any(|state| state.visible);
            ui.add_space(10.0);
            ui.horizontal(|ui| {
                let label = format!("{} group {}", if any { "Hide" } else { "Show" }, group.title.main());
                if widgets::tip(eye_ui(ui, any, &label, shade), label.as_str()).clicked() {
                    actions.push(Action::ToggleGroup(group.id.clone()));
                }
                ui.label(theme::section(group.title.main(), shade));
                if let Some(second) = group.title.second() {
                    ui.add(egui::Label::new(theme::second(second, shade)).truncate());
                }
            });
            // Only where a row opens is there room for the triangles.
            let opens = |overlay: &Overlay| kinds_list::opens(overlay, &session.kinds(overlay));
            let of_group = states.iter().filter_map(|state| session.dossier().overlay(&state.id));
            let has_carets = of_group.into_iter().any(opens);
            for state in states {
                if let Some(overlay) = session.dossier().overlay(&state.id) {
                    // The id goes with the overlay, not with the row: a drag holds on while the rows change places.
                    ui.push_id(&overlay.id, |ui| {
                        row_ui(ui, session, overlay, row, has_carets.then_some(&mut *open), swatches, actions);
                        kinds_list::kinds_ui(ui, session, overlay, open, swatches, actions);
                    });
                }
                row += 1;
            }
        }
        pictures_panel::pictures_ui(ui, session, actions);
        ui.add_space(12.0);
        if session.rows().is_empty() {
            return;
        }
        ui.label(theme::second(
            "Click an eye to show or hide; Alt-click shows only that one. Drag the dots or use Alt+↑ ↓ to \
             reorder. Keys 1–9 show or hide the first nine.",
            shade,
        ));
        chrome::follow_focus(ui);
    });
}

/// Says that a line of the user's own is in use, and from which file.
fn own_line_ui(ui: &mut Ui, session: &Session, shade: Theme, actions: &mut Vec<Action>) {
    let Some(own) = &session.dossier().own_line else {
        return;
    };
    let reported = session.dossier().overlay(&own.overlay).filter(|overlay| overlay.is_before_reports());
    let before = reported.and_then(|overlay| overlay.unreported.clone());
    egui::Frame::group(ui.style()).show(ui, |ui| {
        ui.horizontal_wrapped(|ui| {
            ui.label(theme::icon(icons::WARNING, 14.0));
            ui.label(match &before {
                Some(unreported) => {
                    format!("{}: own line, not the dossier’s: {}", own.title, words::unreported(unreported))
                }
                None => own.note(),
            });
        });
        // What is known of it is known of a report of another day.
        let is_told = before.is_none();
        for problem in own.left_out.iter().filter(|_| is_told) {
            ui.label(theme::second(format!("Left out: {problem}"), shade));
        }
        for problem in own.warnings.iter().filter(|_| is_told) {
            ui.label(problem.to_string());
        }
        if let Some(notice) = own.dropped.notice().filter(|_| is_told) {
            ui.label(theme::second(notice, shade));
        }
        let help = "Everything that depends on the line is worked out from the dossier’s line again";
        if widgets::tip(ui.button(BACK_TO_DOSSIER_LINE), help).clicked() {
            actions.push(Action::UseDossierLine);
        }
        let opened = session.document().chosen_line.as_ref().map(|line| line.overlay.as_str());
        if let Some(opened) = opened.filter(|id| session.dossier().overlay(id).is_some())
            && own.counting != Counting::All
            && widgets::tip(ui.button("Which features count…"), "Choose them by kind or by a filter").clicked()
        {
            actions.push(Action::UseAsLine(opened.to_owned()));
        }
    });
}

pub(super) fn eye_ui(ui: &mut Ui, visible: bool, label: &str, shade: Theme) -> Response {
    let palette = shade.palette();
    let (glyph, color) = if visible { (icons::EYE, palette.ink) } else { (icons::EYE_SLASH, palette.second) };
    let text = theme::icon(glyph, 16.0).color(theme::ink(color));
    let response = ui.add(egui::Button::new(text).frame(false).min_size(Vec2::splat(24.0)));
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, visible, label));
    response
}

fn row_ui(
    ui: &mut Ui,
    session: &Session,
    overlay: &Overlay,
    row: usize,
    open: Option<&mut OpenRows>,
    swatches: &mut Swatches,
    actions: &mut Vec<Action>,
) {
    let shade = theme::theme_of(ui.ctx());
    let palette = shade.palette();
    let Some(state) = session.document().overlay(&overlay.id) else {
        return;
    };
    let selected = match session.selection() {
        Selection::Overlay { id, .. } => *id == overlay.id,
        Selection::Excerpt { .. } => session.highlighted().contains(&overlay.id),
        Selection::Annotations(_) | Selection::None => false,
    };
    let background = ui.painter().add(egui::Shape::Noop);
    let inner = ui.horizontal(|ui| {
        ui.set_min_height(ROW_PT);
        ui.spacing_mut().item_spacing.x = 6.0;
        if let Some(open) = open {
            kinds_list::caret_ui(ui, session, overlay, open);
        }
        let eye = eye_ui(
            ui,
            state.visible,
            &format!("{} {}", if state.visible { "Hide" } else { "Show" }, overlay.title.main()),
            shade,
        );
        let key = if row < 9 { format!(" (key {})", row + 1) } else { String::new() };
        let eye = widgets::tip(eye, format!("Show or hide{key}; Alt-click shows only this"));
        if eye.clicked() {
            let alone = ui.input(|input| input.modifiers.alt);
            let id = overlay.id.clone();
            actions.push(if alone { Action::ShowAlone(id) } else { Action::ToggleOverlay(id) });
        }
        let kinds = session.kinds(overlay);
        // What is told apart shows a colour that the map has, too.
        let kind = kinds.list().iter().find(|kind| kind.shown).filter(|_| kinds.is_told_apart());
        let swatch = match kind {
            Some(kind) => swatches.of_kind(ui.ctx(), overlay, kind, shade),
            None => swatches.texture(ui.ctx(), overlay, shade),
        };
        let tint = Color32::WHITE.gamma_multiply(if state.visible { state.opacity as f32 } else { 0.35 });
        ui.add(
            egui::Image::new(&swatch)
                .fit_to_exact_size(crate::app::panels::swatches::SIZE)
                .tint(tint)
                .alt_text(format!("Swatch of {}", overlay.title.main())),
        );
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            menu_ui(ui, session, overlay, state.opacity, actions);
            handle_ui(ui, overlay, shade, actions);
            let (sources, in_words) = sources_of(session, overlay);
            ui.label(theme::second(words::number(sources as f64, 0), shade)).on_hover_text(in_words);
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                let color = if state.visible { palette.ink } else { palette.second };
                let (full, font) = (overlay.title.main(), egui::FontId::proportional(13.0));
                let elided = widgets::elided_middle(ui, full, &font, ui.available_width() - 2.0);
                let text = egui::RichText::new(elided.as_deref().unwrap_or(full)).color(theme::ink(color));
                let name = ui.add(egui::Button::new(text).frame(false).truncate().min_size(Vec2::new(0.0, 24.0)));
                name.widget_info(|| WidgetInfo::selected(Role::Button, true, selected, full));
                let lines = [full, overlay.gist.as_str()].map(str::trim);
                let said = lines.into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
                if widgets::tip(name, said).clicked() {
                    actions.push(Action::Select(overlay.id.clone()));
                }
            });
        });
    });
    let rect = inner.response.rect.expand2(Vec2::new(4.0, 0.0));
    let pointed = ui.rect_contains_pointer(rect);
    if selected || pointed {
        let fill = if selected { ui.visuals().selection.bg_fill } else { theme::ink(palette.ink.with_opacity(0.05)) };
        ui.painter().set(background, egui::Shape::rect_filled(rect, 6.0, fill));
    }
    linking::row_ui(ui, rect, session, &overlay.id, actions);
}

/// How many sources speak of an overlay, and what they are: excerpts; of a layer of the user's also what it cites and what
/// its features name.
fn sources_of(session: &Session, overlay: &Overlay) -> (usize, String) {
    let excerpts = session.dossier().excerpts_of(&overlay.id).count();
    if !session.is_own_layer(&overlay.id) && excerpts == 0 {
        return (0, "No excerpt is about it".to_owned());
    }
    let (mut cited, mut named) = (0, 0);
    if session.is_own_layer(&overlay.id) {
        cited = session.layer_info(&overlay.id).map_or(0, |info| info.citations.len());
        // Those of many features are read beside the window.
        named = overlay.features.sources_at_once().map_or(0, |sources| sources.list().len());
    }
    let counted = |count: usize, one: &str, several: &str| match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        count => Some(format!("{} {several}", words::number(count as f64, 0))),
    };
    let parts = [
        counted(excerpts, "source excerpt", "source excerpts"),
        counted(cited, "citation of the layer", "citations of the layer"),
        counted(named, "source that its features name", "sources that its features name"),
    ];
    let in_words: Vec<String> = parts.into_iter().flatten().collect();
    let in_words = if in_words.is_empty() { "It has no source".to_owned() } else { in_words.join("\n") };
    (excerpts + cited + named, in_words)
}

/// The dots by which a row is dragged.
fn handle_ui(ui: &mut Ui, overlay: &Overlay, shade: Theme, actions: &mut Vec<Action>) {
    let text = theme::icon(icons::DOTS_SIX_VERTICAL, 14.0).color(theme::ink(shade.palette().second));
    let response = ui.add(egui::Button::new(text).frame(false).sense(Sense::drag()).min_size(Vec2::new(18.0, 24.0)));
    response
        .widget_info(|| WidgetInfo::labeled(Role::Image, true, format!("Drag to reorder {}", overlay.title.main())));
    // The row moves under the pointer, so its middle tells when to swap with a neighbour.
    if response.dragged()
        && let Some(pointer) = response.interact_pointer_pos()
    {
        let off = pointer.y - response.rect.center().y;
        if off.abs() > ROW_PT * 0.75 {
            actions.push(Action::MoveOverlay(overlay.id.clone(), if off < 0.0 { -1 } else { 1 }));
        }
    }
    let key = "Drag to reorder; Alt+↑ and Alt+↓ move the selection";
    widgets::tip(response.on_hover_cursor(egui::CursorIcon::Grab), key);
}

fn menu_ui(ui: &mut Ui, session: &Session, overlay: &Overlay, opacity: f64, actions: &mut Vec<Action>) {
    let id = || overlay.id.clone();
    let text = theme::icon(icons::DOTS_THREE, 16.0);
    let button = egui::Button::new(text).frame(false).min_size(Vec2::splat(24.0));
    let (response, _) = egui::containers::menu::MenuButton::from_button(button).ui(ui, |ui| {
        ui.set_min_width(220.0);
        ui.label(egui::RichText::new(overlay.title.main()).family(theme::semi_bold()));
        ui.horizontal(|ui| {
            let label = ui.label("Opacity");
            let mut percent = opacity * 100.0;
            let slider = egui::Slider::new(&mut percent, 0.0..=100.0).suffix(" %").fixed_decimals(0);
            if ui.add(slider).labelled_by(label.id).changed() {
                actions.push(Action::SetOpacity(id(), percent / 100.0));
            }
        });
        ui.separator();
        for (label, command, action) in [
            ("Zoom to", Command::ZoomToSelection, Action::ZoomTo(id())),
            ("Show only this", Command::ShowAlone, Action::ShowAlone(id())),
            ("Move up", Command::MoveUp, Action::MoveOverlay(id(), -1)),
            ("Move down", Command::MoveDown, Action::MoveOverlay(id(), 1)),
        ] {
            let help = widgets::with_keys(session, command.help(), command);
            if widgets::tip(ui.button(label), help).clicked() {
                actions.push(action);
                ui.close();
            }
        }
        kinds_list::tell_apart_menu_ui(ui, session, overlay, actions);
        if overlay.features.count() > 0 && widgets::tip(ui.button(SHOW_TABLE), "Its features, one per row").clicked() {
            actions.push(Action::ShowTable(id()));
            ui.close();
        }
        let save = Command::SaveFeatures.label();
        if widgets::tip(ui.button(save), "As a file for other programs, such as KML").clicked() {
            actions.push(Action::SaveFeatures(FeatureSet::Overlay(id())));
            ui.close();
        }
        if session.is_own_layer(&overlay.id) {
            if ui.button("Rename").on_hover_text("Also F2").clicked() {
                actions.push(Action::Select(id()));
                actions.push(Action::Command(Command::EditText));
                ui.close();
            }
            let file = session.layer_info(&overlay.id).and_then(|info| info.file.as_ref());
            if file.is_some_and(|file| file.is_of_database())
                && ui.button("Refresh…").on_hover_text("Ask the database again").clicked()
            {
                actions.push(Action::Refresh(id()));
                ui.close();
            }
            let has_file = session.layer_info(&overlay.id).is_some_and(|info| info.file.is_some());
            if has_file && ui.button(EXCHANGE).on_hover_text(EXCHANGE_HINT).clicked() {
                actions.push(Action::ExchangeOrder(id()));
                ui.close();
            }
            let is_table =
                overlay.origin.as_ref().is_some_and(|origin| origin.table.is_some() || origin.file.table.is_some());
            if has_file && is_table && ui.button(READ_ANEW).on_hover_text(READ_ANEW_HINT).clicked() {
                actions.push(Action::AskReading(id()));
                ui.close();
            }
        }
        let is_series = session.layer_info(&overlay.id).is_some_and(|info| !info.series.is_empty());
        let can_be_in_series = session.is_own_layer(&overlay.id) && (overlay.dated.is_none() || is_series);
        if can_be_in_series {
            let label = if is_series { DAYS_OF_SERIES } else { Command::MakeSeries.label() };
            if widgets::tip(ui.button(label), Command::MakeSeries.help()).clicked() {
                actions.push(Action::AskSeries(id()));
                ui.close();
            }
        }
        if session.can_be_line(overlay) && widgets::tip(ui.button(USE_AS_LINE), USE_AS_LINE_HINT).clicked() {
            actions.push(Action::UseAsLine(id()));
            ui.close();
        }
        if session.is_own_layer(&overlay.id) {
            ui.separator();
            if ui.button("Remove").on_hover_text("Also Delete; undo brings it back").clicked() {
                actions.push(Action::OwnLayer(id(), OwnLayerChange::Remove));
                ui.close();
            }
        }
    });
    let name = format!("Options of {}", overlay.title.main());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
    widgets::tip(response, name);
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::document::annotation::Citation;
    use crate::dossier::{builtin, own_layer};
    use crate::formats::geojson;
    use crate::formats::source_properties::PropertySource;
    use crate::scene::Scene;
    use crate::session::Part;

    #[test]
    fn the_sources_of_a_layer_are_those_of_its_features_and_what_it_cites() {
        let (dossier, problems) = builtin::berlin().unwrap();
        let mut session = Session::new(Arc::new(Scene::new(dossier)), problems);
        let text = r#"{"type":"FeatureCollection","features":[
            {"type":"Feature","properties":{"url":"https://a.example/1"},"geometry":{"type":"Point","coordinates":[37,48]}},
            {"type":"Feature","properties":{"url":"https://a.example/2"},"geometry":{"type":"Point","coordinates":[37,49]}},
            {"type":"Feature","properties":{"url":"https://a.example/1"},"geometry":{"type":"Point","coordinates":[38,49]}}]}"#;
        let (layer, problems) = own_layer("posts", geojson::read_table(text.as_bytes()).unwrap()).unwrap();
        let _ = session.open(vec![Part::Layer(Box::new(layer), problems)]);
        let told = |session: &Session, id: &str| sources_of(session, session.dossier().overlay(id).unwrap());
        assert_eq!(told(&session, "posts"), (2, "2 sources that its features name".to_owned()));
        let cite = OwnLayerChange::Cite(Citation::Source(PropertySource::page("https://b.example")));
        let _ = session.apply(Action::OwnLayer("posts".to_owned(), cite));
        let words = "1 citation of the layer\n2 sources that its features name".to_owned();
        assert_eq!(told(&session, "posts"), (3, words));
        let excerpts = session.dossier().excerpts_of("withdrawal-area").count();
        assert_eq!(told(&session, "withdrawal-area"), (excerpts, format!("{excerpts} source excerpts")));
    }
}
