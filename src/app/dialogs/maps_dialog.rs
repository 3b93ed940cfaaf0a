//! The maps under the overlays: in which order, how each is shown, and what else can be laid over them.

use std::sync::Arc;

use eframe::egui::{self, Button, Role, ScrollArea, Slider, Ui, WidgetInfo};

use super::{Decision, error_ui, height_pt, width_ui};
use crate::app::chrome::follow_focus;
use crate::app::map::map_source::WindowMap;
use crate::app::widgets::{icon_button, tick, tip};
use crate::app::{icons, theme};
use crate::basemap::{MapKind, MapSource, sources};
use crate::dossier::words;
use crate::formats::map_source::ShownMap;
use crate::formats::visible::visible;
use crate::session::{Action, MapEdit, Session};

/// What the dialog shows besides the document.
#[derive(Debug, Default)]
pub(crate) struct MapsDialog {
    /// Bytes of tiles kept on the disk, once they have been counted.
    kept: Option<u64>,
    error: String,
}

impl MapsDialog {
    /// Shows how many bytes of tiles are kept, or why they could not be cleared.
    pub(crate) fn take_kept(&mut self, kept: Result<u64, String>) {
        match kept {
            Ok(kept) => self.kept = Some(kept),
            Err(why) => self.error = why,
        }
    }
}

/// Shows the dialog. `swipes` is whether a line is drawn across the map to compare the topmost with what lies beneath.
pub(super) fn maps_ui(
    ui: &mut Ui,
    dialog: &mut MapsDialog,
    session: &Session,
    ground: &WindowMap,
    swipes: bool,
    decision: &mut Option<Decision>,
    actions: &mut Vec<Action>,
) {
    let document = session.document();
    let shade = theme::theme_of(ui.ctx());
    width_ui(ui, 480.0);
    ui.heading("Maps");
    ui.label(theme::second(
        "The first lies on top. The built-in map lies beneath all others, unless “No map” is the lowest.",
        shade,
    ));
    ui.add_space(8.0);
    let laid = sources::laid(&document.maps, &document.map_sources, document.day);
    let list = ScrollArea::vertical().max_height(height_pt(ui, 460.0)).auto_shrink([false, true]);
    list.id_salt("maps under the overlays").show(ui, |ui| {
        for (index, map) in laid.iter().enumerate().rev() {
            ui.push_id(("map", index), |ui| {
                let title = visible(map.source.title.main());
                let shown = &map.shown;
                let show = |actions: &mut Vec<Action>, shown: ShownMap| {
                    actions.push(Action::EditMaps(MapEdit::Show(index, shown)));
                };
                ui.horizontal(|ui| {
                    let eye = if shown.visible { icons::EYE } else { icons::EYE_SLASH };
                    let name = if shown.visible { format!("Hide {title}") } else { format!("Show {title}") };
                    if icon_button(ui, eye, &name, true).clicked() {
                        show(actions, ShownMap { visible: !shown.visible, ..shown.clone() });
                    }
                    let room = (ui.available_width() - 96.0).max(60.0);
                    ui.allocate_ui(egui::vec2(room, ui.spacing().interact_size.y), |ui| {
                        ui.add(egui::Label::new(egui::RichText::new(&title).family(theme::semi_bold())).truncate());
                    });
                    super::row_ui(ui, |ui| {
                        let is_last = laid.len() == 1;
                        if icon_button(ui, icons::X, &format!("Take {title} away"), !is_last).clicked() {
                            actions.push(Action::EditMaps(MapEdit::Remove(index)));
                        }
                        if move_ui(ui, "Down", &title, index > 0) {
                            actions.push(Action::EditMaps(MapEdit::Move { from: index, to: index.saturating_sub(1) }));
                        }
                        let can_rise = index + 1 < laid.len();
                        if move_ui(ui, "Up", &title, can_rise) {
                            actions.push(Action::EditMaps(MapEdit::Move { from: index, to: index + 1 }));
                        }
                    });
                });
                let has_tiles = !matches!(map.source.kind, MapKind::Builtin | MapKind::None);
                if has_tiles {
                    ui.horizontal_wrapped(|ui| {
                        ui.add_space(32.0);
                        if let Some(opacity) = part_ui(ui, "Opacity", &title, shown.opacity) {
                            show(actions, ShownMap { opacity, ..shown.clone() });
                        }
                        if let Some(dim) = part_ui(ui, "Darker", &title, shown.dim) {
                            show(actions, ShownMap { dim, ..shown.clone() });
                        }
                        let mut grey = shown.grey;
                        let ticked = tick(ui, &mut grey, "Grey");
                        let name = format!("Grey {title}");
                        ticked.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, grey, &name));
                        if ticked.changed() {
                            show(actions, ShownMap { grey, ..shown.clone() });
                        }
                    });
                }
                let status = ground.status_of(&map.source);
                if !status.is_empty() && shown.visible {
                    ui.horizontal_wrapped(|ui| {
                        ui.add_space(32.0);
                        ui.label(theme::second(status, shade));
                    });
                }
                ui.add_space(4.0);
            });
        }
        let others: Vec<Arc<MapSource>> =
            ground.known_maps(document).into_iter().filter(|map| map.kind != MapKind::None).collect();
        let others: Vec<_> = others.into_iter().filter(|map| laid.iter().all(|one| one.source.id != map.id)).collect();
        if !others.is_empty() {
            ui.separator();
            ui.label(theme::second("Other maps", shade));
        }
        for map in others {
            let title = visible(map.title.main());
            ui.horizontal(|ui| {
                let room = (ui.available_width() - 170.0).max(60.0);
                ui.allocate_ui(egui::vec2(room, ui.spacing().interact_size.y), |ui| {
                    let hint = if map.attribution.is_empty() { title.clone() } else { map.attribution.clone() };
                    ui.add(egui::Label::new(&title).truncate()).on_hover_text(hint);
                });
                super::row_ui(ui, |ui| {
                    if !sources::is_supplied(&map.id) {
                        let forget = icon_button(ui, icons::X, &format!("Forget {title}"), true);
                        if tip(forget, "Take it off this list").clicked() {
                            *decision = Some(Decision::ForgetMap(map.id.clone()));
                        }
                    }
                    let button = ui.button("Lay over");
                    button.widget_info(|| {
                        WidgetInfo::labeled(Role::Button, true, format!("Lay {title} over the others"))
                    });
                    if tip(button, "Show it above the maps that are shown").clicked() {
                        let is_known = sources::find(&map.id, &document.map_sources).is_some();
                        actions.push(Action::EditMaps(if is_known {
                            MapEdit::LayOver(map.id.clone())
                        } else {
                            MapEdit::Add(Box::new(MapSource::clone(&map)))
                        }));
                    }
                });
            });
        }
        follow_focus(ui);
    });
    ui.add_space(8.0);
    let mut swiped = swipes;
    let compare = "Compare with a line across the map";
    let help = "The topmost map stands at the right of the line, what lies beneath it at the left; drag the line, or move it by the \
                arrow keys";
    if tick(ui, &mut swiped, compare).on_hover_text(help).changed() {
        *decision = Some(Decision::Swipe(swiped));
    }
    if ground.tiles_folder().is_some() {
        ui.horizontal(|ui| {
            let kept = dialog.kept.map_or_else(|| "…".to_owned(), words::bytes);
            ui.label(theme::second(format!("Tiles kept on this computer: {kept}"), shade));
            let clear = ui.add_enabled(dialog.kept.is_some_and(|kept| kept > 0), Button::new("Clear"));
            if tip(clear, "Fetch them anew when they are next shown").clicked() {
                dialog.kept = None;
                dialog.error.clear();
                *decision = Some(Decision::ClearTiles);
            }
        });
    }
    error_ui(ui, &dialog.error);
    ui.add_space(12.0);
    super::row_ui(ui, |ui| {
        let close = ui.button("Close");
        if !ui.memory(|memory| memory.focused().is_some()) {
            close.request_focus();
        }
        if tip(close, "Back to the map (Esc)").clicked() {
            *decision = Some(Decision::Close);
        }
        let hint = "Your own: tiles, TileJSON, WMS, WMTS, PMTiles or MBTiles";
        if tip(ui.button("Add a map…"), hint).clicked() {
            *decision = Some(Decision::AddMap);
        }
    });
}

/// A button that moves a map up or down; whether it was pressed.
fn move_ui(ui: &mut Ui, word: &str, title: &str, on: bool) -> bool {
    let button = ui.add_enabled(on, Button::new(word).small());
    button.widget_info(|| WidgetInfo::labeled(Role::Button, on, format!("Move {title} {}", word.to_lowercase())));
    button.clicked()
}

/// A slider for a part of one; the new part when it has been moved.
fn part_ui(ui: &mut Ui, words: &str, title: &str, part: f64) -> Option<f64> {
    ui.label(words);
    let mut percent = part * 100.0;
    ui.spacing_mut().slider_width = 72.0;
    let slider = ui.add(Slider::new(&mut percent, 0.0..=100.0).suffix(" %").fixed_decimals(0).show_value(true));
    // The same stands in the row of each map.
    let name = format!("{words} of {title}");
    slider.widget_info(|| WidgetInfo::slider(true, percent, &name));
    let slider = slider.on_hover_text(name);
    slider.changed().then(|| (percent / 100.0).clamp(0.0, 1.0))
}
