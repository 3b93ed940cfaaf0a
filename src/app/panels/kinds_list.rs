//! The kinds of an overlay's features under its row: eye, swatch, name, count and size of each, and what tells them apart.

use std::collections::BTreeSet;
use std::sync::Arc;

use eframe::egui::containers::menu::{MenuButton, SubMenuButton};
use eframe::egui::{self, Align, Label, Layout, Role, ScrollArea, Ui, Vec2, WidgetInfo};

use super::layers_panel::eye_ui;
use super::swatches::{self, Swatches};
use crate::app::{icons, theme};
use crate::dossier::kinds::Row;
use crate::dossier::styling::{By, Categories};
use crate::dossier::{Kind, Kinds, Overlay, Size, Styling, words};
use crate::formats::table::SIMPLESTYLE;
use crate::formats::visible::visible;
use crate::session::{Action, Session};

/// Room of the triangle by which a row opens, in points.
pub(crate) const CARET_PT: f32 = 16.0;

/// Height of a row.
const ROW_PT: f32 = 26.0;

/// So many properties are offered to tell features apart by.
const MOST_PROPERTIES: usize = 200;

/// Which overlays show their kinds, and what they showed before one kind was shown alone.
#[derive(Debug, Clone, Default)]
pub(crate) struct OpenRows {
    /// By their ids; remembered from one start to the next.
    pub(crate) ids: BTreeSet<String>,
    before_alone: Option<(String, BTreeSet<String>)>,
}

impl OpenRows {
    /// With these open.
    pub(crate) fn with(ids: BTreeSet<String>) -> Self {
        Self { ids, before_alone: None }
    }
}

/// Whether an overlay's row opens into kinds.
pub(crate) fn opens(overlay: &Overlay, kinds: &Kinds) -> bool {
    overlay.has_features(kinds) && (overlay.features.count() > 1 || kinds.is_told_apart())
}

/// The triangle before a row, or the room for it.
pub(crate) fn caret_ui(ui: &mut Ui, session: &Session, overlay: &Overlay, open: &mut OpenRows) {
    let size = Vec2::new(CARET_PT, 24.0);
    if !opens(overlay, &session.kinds(overlay)) {
        ui.allocate_space(size);
        return;
    }
    let is_open = open.ids.contains(&overlay.id);
    let glyph = if is_open { icons::CARET_DOWN } else { icons::CARET_RIGHT };
    let second = theme::theme_of(ui.ctx()).palette().second;
    let text = theme::icon(glyph, 11.0).color(theme::ink(second));
    let caret = ui.add(egui::Button::new(text).frame(false).min_size(size));
    let label = format!("Kinds of {}", overlay.title.main());
    caret.widget_info(|| WidgetInfo::selected(Role::Button, true, is_open, &label));
    if caret.on_hover_text(if is_open { "Hide its kinds" } else { "Show its kinds" }).clicked() {
        if is_open {
            open.ids.remove(&overlay.id);
        } else {
            open.ids.insert(overlay.id.clone());
        }
    }
}

/// The kinds of an overlay, if its row is open.
pub(crate) fn kinds_ui(
    ui: &mut Ui,
    session: &Session,
    overlay: &Overlay,
    open: &mut OpenRows,
    swatches: &mut Swatches,
    actions: &mut Vec<Action>,
) {
    if !open.ids.contains(&overlay.id) {
        return;
    }
    let kinds = session.kinds(overlay);
    if !opens(overlay, &kinds) {
        return;
    }
    for row in kinds.rows() {
        kind_ui(ui, session, overlay, &kinds, &row, open, swatches, actions);
    }
    ui.horizontal(|ui| {
        ui.add_space(CARET_PT + 30.0);
        let shade = theme::theme_of(ui.ctx());
        let styling = session.styling(&overlay.id);
        let caret = theme::icon(icons::CARET_DOWN, 9.0).color(theme::ink(shade.palette().second));
        let button = egui::Button::new((theme::second(told_apart(overlay, &styling.by), shade), caret)).frame(false);
        let (response, _) =
            MenuButton::from_button(button.truncate()).ui(ui, |ui| choices_ui(ui, session, overlay, actions));
        let label = format!("What tells the kinds of {} apart", overlay.title.main());
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &label));
    });
    ui.add_space(4.0);
}

/// What is called so that tells features apart where nothing else is asked for.
pub(crate) fn as_given(overlay: &Overlay) -> &'static str {
    if overlay.opened_from.is_some() { "As in the file" } else { "As in the dossier" }
}

fn told_apart(overlay: &Overlay, by: &By) -> String {
    match by {
        By::AsGiven => format!("Told apart {}", as_given(overlay).to_lowercase()),
        By::One => "One style for all".to_owned(),
        By::Property(Categories { property, .. }) => format!("Told apart by {}", visible(property)),
        By::Graduated(graduated) => format!("Told apart by {}", visible(&graduated.property)),
        By::Rules(_) => "Told apart by rules".to_owned(),
    }
}

/// The entry of an overlay's menu.
pub(crate) fn tell_apart_menu_ui(ui: &mut Ui, session: &Session, overlay: &Overlay, actions: &mut Vec<Action>) {
    if overlay.features.count() > 1 {
        SubMenuButton::new("Tell features apart").ui(ui, |ui| choices_ui(ui, session, overlay, actions));
    }
}

fn choices_ui(ui: &mut Ui, session: &Session, overlay: &Overlay, actions: &mut Vec<Action>) {
    let now = session.styling(&overlay.id);
    ui.set_min_width(180.0);
    let mut choose = |ui: &mut Ui, label: &str, by: By, is_chosen: bool| {
        if ui.selectable_label(is_chosen, label).clicked() {
            // What is hidden is so by the names that kinds had.
            let styling = Styling { by, hidden: BTreeSet::new(), ..(*now).clone() };
            set(overlay, styling, actions);
            ui.close();
        }
    };
    choose(ui, as_given(overlay), By::AsGiven, now.by == By::AsGiven);
    choose(ui, "One style", By::One, now.by == By::One);
    ui.separator();
    let Some(names) = overlay.features.property_names_at_once() else {
        ui.label("Reading the names of the properties…");
        read_names(ui, session, overlay);
        return;
    };
    let own: Vec<&String> = names.iter().filter(|name| !SIMPLESTYLE.contains(&name.as_str())).collect();
    if own.is_empty() {
        ui.label("The features have no properties.");
    }
    ScrollArea::vertical().max_height(320.0).show(ui, |ui| {
        for name in own.iter().take(MOST_PROPERTIES) {
            let is_chosen = matches!(&now.by, By::Property(categories) if categories.property == **name);
            choose(ui, &visible(name), By::Property(Categories::of(name.as_str())), is_chosen);
        }
        if own.len() > MOST_PROPERTIES {
            ui.label(format!("and {} more", own.len() - MOST_PROPERTIES));
        }
    });
}

/// Reads the names of an overlay's properties beside the window, once.
fn read_names(ui: &Ui, session: &Session, overlay: &Overlay) {
    let key = egui::Id::unique(("names of properties", &overlay.id, overlay.features.count()));
    if ui.data(|data| data.get_temp::<bool>(key)).unwrap_or_default() {
        return;
    }
    let (scene, id, ctx) = (Arc::clone(session.scene()), overlay.id.clone(), ui.ctx().clone());
    let started = std::thread::Builder::new().name("property names".to_owned()).spawn(move || {
        if let Some(overlay) = scene.dossier().overlay(&id) {
            overlay.features.property_names();
        }
        ctx.data_mut(|data| data.remove::<bool>(key));
        ctx.request_repaint();
    });
    ui.data_mut(|data| data.insert_temp(key, started.is_ok()));
}

/// A step of its own, whatever came before it.
fn set(overlay: &Overlay, styling: Styling, actions: &mut Vec<Action>) {
    actions.push(Action::EndGesture);
    actions.push(Action::SetStyling(overlay.id.clone(), Arc::new(styling)));
    actions.push(Action::EndGesture);
}

#[expect(clippy::too_many_arguments, reason = "a row of a list shows what all of them hold")]
fn kind_ui(
    ui: &mut Ui,
    session: &Session,
    overlay: &Overlay,
    kinds: &Kinds,
    row: &Row,
    open: &mut OpenRows,
    swatches: &mut Swatches,
    actions: &mut Vec<Action>,
) {
    let shade = theme::theme_of(ui.ctx());
    let palette = shade.palette();
    let list = kinds.list();
    let (places, name) = match row {
        Row::Kind(index) => (vec![*index], name_of(overlay, &list[*index].title)),
        Row::Others(others) => (others.clone(), format!("others ({})", others.len())),
    };
    let of_row = || places.iter().map(|place| &list[*place]);
    let Some(first) = of_row().find(|kind| kind.shown).or_else(|| of_row().next()) else { return };
    let is_shown = of_row().any(|kind| kind.shown);
    let features: usize = of_row().map(|kind| kind.features).sum();
    let size: Size = of_row().map(|kind| kind.size).sum();
    let id = match row {
        Row::Kind(_) => ("kind", first.key.clone()),
        Row::Others(_) => ("others", String::new()),
    };
    ui.push_id(id, |ui| {
        ui.horizontal(|ui| {
            ui.set_min_height(ROW_PT);
            ui.spacing_mut().item_spacing.x = 6.0;
            ui.add_space(CARET_PT + 6.0);
            let label = format!("{} {name} of {}", if is_shown { "Hide" } else { "Show" }, overlay.title.main());
            let eye = eye_ui(ui, is_shown, &label, shade);
            if eye.on_hover_text("Show or hide; Alt-click shows only this").clicked() {
                let keys: BTreeSet<String> = of_row().map(|kind| kind.key.clone()).collect();
                let alone = ui.input(|input| input.modifiers.alt);
                toggle(session, overlay, kinds, keys, is_shown, alone, open, actions);
            }
            let tint = egui::Color32::WHITE.gamma_multiply(if is_shown { 1.0 } else { 0.35 });
            let swatch = match row {
                Row::Kind(_) => swatches.of_kind(ui.ctx(), overlay, first, shade),
                Row::Others(others) => {
                    let shown = kinds.for_sample(others).into_iter().map(|place| &list[place]);
                    let shown: Vec<&Kind> = shown.filter(|kind| kind.shown || !is_shown).collect();
                    swatches.of_kinds(ui.ctx(), overlay, &shown, shade)
                }
            };
            let image = egui::Image::new(&swatch).fit_to_exact_size(swatches::SIZE).tint(tint);
            ui.add(image.alt_text(format!("Swatch of {name}")));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.spacing_mut().item_spacing.x = 8.0;
                // Clear of the bar by which the list is scrolled.
                ui.add_space(4.0);
                // Points are counted already.
                let has_size = size.km2 > 0.0 || size.km > 0.0;
                let counted = words::number(features as f64, 0);
                let facts = if has_size {
                    format!("{counted} · {}", words::size(Size { points: 0, ..size }))
                } else {
                    counted
                };
                ui.label(theme::second(facts, shade)).on_hover_text(match features {
                    1 => "1 feature".to_owned(),
                    several => format!("{} features", words::number(several as f64, 0)),
                });
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    let color = if is_shown { palette.ink } else { palette.second };
                    let text = egui::RichText::new(&name).size(12.0).color(theme::ink(color));
                    ui.add(Label::new(text).truncate());
                });
            });
        });
    });
}

fn name_of(overlay: &Overlay, title: &str) -> String {
    let title = if title.trim().is_empty() { overlay.title.main() } else { title };
    visible(&title.chars().take(200).collect::<String>())
}

/// Shows or hides kinds, or shows them alone; again shows what was shown before.
#[expect(clippy::too_many_arguments, reason = "what an eye does depends on all that is shown")]
fn toggle(
    session: &Session,
    overlay: &Overlay,
    kinds: &Kinds,
    keys: BTreeSet<String>,
    is_shown: bool,
    alone: bool,
    open: &mut OpenRows,
    actions: &mut Vec<Action>,
) {
    let mut styling = (*session.styling(&overlay.id)).clone();
    if alone {
        let others: BTreeSet<String> =
            kinds.list().iter().map(|kind| kind.key.clone()).filter(|key| !keys.contains(key)).collect();
        if styling.hidden == others {
            let before = open.before_alone.take().filter(|(id, _)| *id == overlay.id);
            styling.hidden = before.map(|(_, hidden)| hidden).unwrap_or_default();
        } else {
            open.before_alone = Some((overlay.id.clone(), std::mem::replace(&mut styling.hidden, others)));
        }
    } else if is_shown {
        styling.hidden.extend(keys);
    } else {
        styling.hidden.retain(|key| !keys.contains(key));
    }
    set(overlay, styling, actions);
}
