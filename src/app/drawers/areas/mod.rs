//! Area over time: how much ground each report covers, as curves and as a list, with what is stated beside them.
//!
//! Areas are worked out in a thread of their own, once for as long as the reports and the area within which they count are
//! the same. Until then the drawer shows what it showed before.

mod list;
mod plot;
mod swatch;
mod work;

use std::collections::BTreeSet;
use std::sync::Arc;

use eframe::egui::{self, Button, ComboBox, Role, Ui, UiBuilder, WidgetInfo, vec2};

use self::work::{TrackWish, Wish, Worker};
use crate::app::of_days::OfDays;
use crate::app::widgets::{small_warning_ui, tick, tip};
use crate::app::{chrome, theme};
use crate::dossier::Overlay;
use crate::dossier::series::curve::{AreaOverTime, Curve, Point};
use crate::dossier::words;
use crate::figure::chart;
use crate::scene::display_list::Color;
use crate::scene::palette::Theme;
use crate::session::{Action, AreasToSave, Lane, Session};

/// By which the drawer is opened and remembered.
pub(super) const ID: &str = "area-over-time";

/// How wide the list beside the curves is, and below which width of the drawer there is none, in points.
const LIST_PT: f32 = 300.0;
const NARROW_PT: f32 = 620.0;

/// A curve by its overlay and whose reports count of it.
type Track = (String, Option<String>);

/// What the drawer holds.
pub(crate) struct Areas {
    /// Curves that are not wanted.
    off: BTreeSet<Track>,
    /// Id of the overlay within which areas count.
    within: Option<String>,
    /// Id of the overlay whose stated figures stand beside the curves, besides those of the curves' own overlays.
    stated: Option<String>,
    from_zero: bool,
    worker: Worker,
    /// The curves that there can be.
    tracks: OfDays<Vec<TrackWish>>,
    shown: Option<Arc<AreaOverTime>>,
}

impl Default for Areas {
    fn default() -> Self {
        let worker = Worker::default();
        let tracks = OfDays::default();
        Self { off: BTreeSet::new(), within: None, stated: None, from_zero: true, worker, tracks, shown: None }
    }
}

/// The curves that there can be: one for each account of each dated overlay, and one for what nobody named reports.
fn tracks(lanes: &[Lane]) -> Vec<TrackWish> {
    let of_lane = |lane: &Lane| {
        let series = lane.dated.series();
        let whose = series.whose();
        let whos: Vec<Option<String>> =
            if whose.len() > 1 { whose.into_iter().map(|who| who.map(str::to_owned)).collect() } else { vec![None] };
        let inherited = series.versions().iter().zip(lane.dated.overlays());
        let accuracy_m =
            inherited.filter(|(version, _)| version.accuracy_m.is_none()).find_map(|(_, then)| then.accuracy_m);
        let track = |who| TrackWish {
            overlay: lane.overlay.clone(),
            title: lane.title.clone(),
            who,
            dated: Arc::clone(&lane.dated),
            accuracy_m,
        };
        whos.into_iter().map(track).collect::<Vec<_>>()
    };
    // Only ground has an area.
    let ground = lanes.iter().filter(|lane| lane.versions().any(|version| version.shape.areas().is_some()));
    ground.flat_map(of_lane).collect()
}

/// What a curve is called.
fn name_of(curve: &Curve) -> String {
    let title = curve.title.main();
    match &curve.who {
        Some(who) if who != title => format!("{title}: {who}"),
        _ => title.to_owned(),
    }
}

/// The areas within which others can count, regions first: of one day, and no part of what was opened as a series.
fn wholes(session: &Session) -> impl Iterator<Item = &Arc<Overlay>> {
    let all = || {
        let all = session.dossier().overlays.iter();
        all.filter(|overlay| overlay.dated.is_none() && overlay.shape.areas().is_some())
    };
    let regions = all().filter(|overlay| overlay.is_region());
    regions.chain(all().filter(|overlay| !overlay.is_region()))
}

/// A size with its share of the whole, in words.
fn size_words(all: &AreaOverTime, km2: f64) -> String {
    let size = words::area(km2, usize::from(km2 < 1000.0));
    match all.percent(km2) {
        Some(percent) => format!("{size}, {}", words::percent(percent)),
        None => size,
    }
}

/// What is said of a report.
fn said(all: &AreaOverTime, curve: &Curve, point: &Point) -> String {
    let range = point.range_km2.map_or_else(String::new, |[least, most]| {
        format!(" (accuracy range {} to {} km²)", words::number(least, 0), words::number(most, 0))
    });
    let who = point.who.as_deref().filter(|who| curve.who.as_deref() != Some(*who));
    let who = who.map_or_else(String::new, |who| format!(", by {who}"));
    let some_day = if point.is_of_some_day() { "some day of " } else { "" };
    format!(
        "{some_day}{}: {}{range}\n{}{who}: {}",
        point.when,
        size_words(all, point.km2),
        name_of(curve),
        point.report
    )
}

impl Areas {
    /// Asks for the areas of what is chosen, and takes what has come.
    fn follow(&mut self, ui: &Ui, session: &Session) -> Arc<Vec<TrackWish>> {
        let all = self.tracks.get(session, |session| tracks(&session.dated_overlays()));
        let wanted: Vec<TrackWish> = all.iter().filter(|track| !self.off.contains(&track.key())).cloned().collect();
        let find = |id: &str| wholes(session).find(|overlay| overlay.id == id).cloned();
        let within = self.within.as_deref().and_then(find);
        let mut stated: Vec<String> = wanted.iter().map(|track| track.overlay.clone()).collect();
        stated.extend(self.stated.clone());
        stated.dedup();
        self.worker.ask(ui.ctx(), Wish { tracks: wanted, within, stated, scene: Arc::clone(session.scene()) });
        if let Some(shown) = self.worker.take() {
            self.shown = Some(shown);
        }
        all
    }

    /// What stands at the right of the header, from the right.
    pub(super) fn header_ui(&mut self, ui: &mut Ui, session: &Session, actions: &mut Vec<Action>) {
        let tracks = self.follow(ui, session);
        if tracks.is_empty() {
            return;
        }
        let ready = self.shown.clone().filter(|shown| shown.reports() > 0);
        let mut save = |ui: &mut Ui, label: &str, name: &str, help: &str, is_table: bool| {
            let button = ui.add_enabled(ready.is_some(), Button::new(label));
            button.widget_info(|| WidgetInfo::labeled(Role::Button, ready.is_some(), name));
            let button = button.on_disabled_hover_text("No area has been worked out yet");
            if tip(button, help).clicked()
                && let Some(areas) = &ready
            {
                let from_zero = self.from_zero;
                actions.push(Action::SaveAreas(AreasToSave { areas: Arc::clone(areas), from_zero, is_table }));
            }
        };
        let help = "Write the curves as a figure of their own, with legend, sources and credits";
        save(ui, "Export figure…", "Export figure of area over time", help, false);
        let help = "Write a table with a row for each report and each stated figure";
        save(ui, "Save CSV…", "Save area over time as CSV", help, true);
        self.choices_ui(ui, session, &tracks);
        self.within_ui(ui, session);
    }

    /// Which curves are shown, and what is stated beside them.
    fn choices_ui(&mut self, ui: &mut Ui, session: &Session, tracks: &[TrackWish]) {
        let config =
            egui::containers::menu::MenuConfig::new().close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside);
        egui::containers::menu::MenuButton::new("Curves").config(config).ui(ui, |ui| {
            ui.set_min_width(260.0);
            let shade = theme::theme_of(ui.ctx());
            let colors = self.shown.as_ref().map(|shown| colors(session, shown, shade)).unwrap_or_default();
            for track in tracks {
                let key = track.key();
                let mut is_on = !self.off.contains(&key);
                let curves = self.shown.iter().flat_map(|shown| shown.curves.iter());
                let is_it = |curve: &Curve| curve.overlay.as_ref() == Some(&key.0) && curve.who == key.1;
                let place = curves.into_iter().position(is_it).filter(|_| is_on);
                ui.horizontal(|ui| {
                    if let Some((place, color)) = place.and_then(|place| Some((place, *colors.get(place)?))) {
                        swatch::curve_ui(ui, (place, color), shade);
                    } else {
                        swatch::none_ui(ui);
                    }
                    if tick(ui, &mut is_on, &track.name()).changed() {
                        if is_on {
                            self.off.remove(&key);
                        } else {
                            self.off.insert(key);
                        }
                    }
                });
            }
            ui.separator();
            tick(ui, &mut self.from_zero, "Axis of areas begins at 0");
            let with_figures: Vec<(String, String)> = session
                .dossier()
                .overlays
                .iter()
                .filter(|overlay| session.dossier().stated(overlay).is_some() || has_figures(session, &overlay.id))
                .map(|overlay| (overlay.id.clone(), overlay.title.main().to_owned()))
                .collect();
            if !with_figures.is_empty() {
                let chosen = with_figures.iter().find(|(id, _)| self.stated.as_ref() == Some(id));
                let shown = chosen.map_or("None", |(_, title)| title.as_str());
                ui.label("Stated figures of");
                let list =
                    ComboBox::from_id_salt("stated beside the curves").selected_text(shown).width(240.0).truncate();
                let mut stated = self.stated.clone();
                let list = chrome::list_ui(ui, list, |ui| {
                    ui.selectable_value(&mut stated, None, "None");
                    for (id, title) in &with_figures {
                        ui.selectable_value(&mut stated, Some(id.clone()), title);
                    }
                });
                list.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, "Stated figures of"));
                self.stated = stated;
            }
        });
    }

    /// Within which area all counts.
    fn within_ui(&mut self, ui: &mut Ui, session: &Session) {
        let titles: Vec<(String, String)> =
            wholes(session).map(|overlay| (overlay.id.clone(), overlay.title.main().to_owned())).collect();
        let chosen = titles.iter().find(|(id, _)| self.within.as_ref() == Some(id));
        let text = chosen.map_or_else(|| "All of it".to_owned(), |(_, title)| format!("Within {title}"));
        let list = ComboBox::from_id_salt("within which area").selected_text(&text).width(190.0).truncate();
        let mut within = self.within.clone().filter(|_| chosen.is_some());
        let list = chrome::list_ui(ui, list, |ui| {
            ui.selectable_value(&mut within, None, "All of it");
            for (id, title) in &titles {
                ui.selectable_value(&mut within, Some(id.clone()), title);
            }
        });
        list.widget_info(|| {
            let mut info = WidgetInfo::labeled(Role::ComboBox, true, "Within which area");
            info.current_text_value = Some(text.clone());
            info
        });
        if within != self.within {
            self.within = within;
            ui.ctx().request_repaint();
        }
    }

    /// What stands below the header.
    pub(super) fn ui(&mut self, ui: &mut Ui, session: &Session, actions: &mut Vec<Action>) {
        let shade = theme::theme_of(ui.ctx());
        if session.dossier().overlays.iter().all(|overlay| overlay.dated.is_none()) {
            let words = "Nothing is reported on several days. Open files that are named by their days together, such as \
                         control_20250201.geojson and control_20250202.geojson.";
            ui.label(theme::second(words, shade));
            return;
        }
        self.worker.progress_ui(ui);
        let Some(shown) = self.shown.clone() else { return };
        if let Some(first) = shown.left_out.first() {
            let more = match shown.left_out.len() {
                1 => String::new(),
                count => format!(" (and {} more)", count - 1),
            };
            small_warning_ui(ui, &format!("Not shown: {first}{more}"));
        }
        if shown.reports() == 0 {
            ui.label(theme::second("No curve is chosen, or no report has an area.", shade));
            return;
        }
        let area = ui.available_rect_before_wrap();
        let list_pt = if area.width() > NARROW_PT { LIST_PT } else { 0.0 };
        let (mut left, mut right) = (area, area);
        left.max.x = area.max.x - list_pt - if list_pt > 0.0 { 10.0 } else { 0.0 };
        right.min.x = area.max.x - list_pt;
        ui.scope_builder(UiBuilder::new().max_rect(left).id_salt("curves"), |ui| {
            ui.set_min_size(vec2(left.width(), left.height()));
            plot::plot_ui(ui, session, &shown, self.from_zero, actions);
        });
        if list_pt > 0.0 {
            ui.scope_builder(UiBuilder::new().max_rect(right).id_salt("reports"), |ui| {
                list::list_ui(ui, session, &shown, actions);
            });
        }
    }
}

/// The colours of the curves, as their figure has them.
fn colors(session: &Session, all: &AreaOverTime, shade: Theme) -> Vec<Color> {
    chart::colors(session.scene().dossier(), Some(session.document()), all, shade)
}

/// Whether a size of an overlay is stated anywhere.
fn has_figures(session: &Session, id: &str) -> bool {
    use crate::dossier::Quantity;
    let mut figures = session.dossier().figures.iter();
    figures.any(|figure| {
        figure.overlay.as_deref() == Some(id) && matches!(figure.quantity, Quantity::Area | Quantity::Share)
    })
}
