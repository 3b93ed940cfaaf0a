//! *Make series…*: which layers are reports of one thing, of which day each is, and what the layer of them is called.

use std::collections::BTreeMap;

use eframe::egui::{Grid, Id, Role, ScrollArea, TextStyle, Ui, WidgetInfo};

use super::{Decision, buttons_unless_ui, goes_on_by_keys, height_pt, width_ui};
use crate::app::widgets::{elided_middle, goes_on, line_edit, small_warning_ui, tick, tip};
use crate::app::{chrome, theme};
use crate::dossier::{ByDays, DayShows, LayerDay, words};
use crate::formats::edtf::Edtf;
use crate::session::{Action, DayFrom, OwnLayerChange, SeriesCandidate, Session, series_name};

/// How wide the field of a day is, in points.
const DAY_PT: f32 = 120.0;

/// How much room there is for what a layer is called, in points.
const TITLE_PT: f32 = 270.0;

/// The dialog.
pub(crate) struct SeriesDialog {
    name: String,
    /// Whether somebody has given that name: else it goes by the layers that are ticked.
    is_named: bool,
    rows: Vec<Row>,
    /// Why no day is taken from names.
    ambiguous: Option<String>,
    /// The layer that stands for the series, where there is one already.
    series: Option<String>,
    /// The layer for which it was opened, with what it is called and the property by which its features say their days.
    of_features: Option<(String, String, String)>,
    /// The layer for which it was opened.
    first: Option<String>,
}

/// A layer that can be a report.
struct Row {
    layer: SeriesCandidate,
    is_chosen: bool,
    /// Its day, as typed.
    day: String,
}

/// What is asked for.
struct Wish {
    /// The layer that stands for the series.
    id: String,
    title: String,
    reports: Vec<LayerDay>,
}

impl SeriesDialog {
    /// With a layer and those of the same account by their names, or with those of the series that it stands for; without one, with
    /// those of the account that has most of them.
    pub(crate) fn new(session: &Session, layer: Option<&str>) -> Self {
        let has_series = |id: &&str| session.layer_info(id).is_some_and(|info| !info.series.is_empty());
        let series = layer.filter(has_series);
        let found = session.series_candidates(series);
        let alike: Vec<String> = found.alike(layer).into_iter().map(str::to_owned).collect();
        let is_known = |one: &SeriesCandidate| match series {
            Some(_) => one.from == DayFrom::Series,
            None => alike.contains(&one.id),
        };
        let rows = found.layers.into_iter().map(|layer| Row {
            is_chosen: is_known(&layer),
            day: layer.day.map(|day| day.iso()).unwrap_or_default(),
            layer,
        });
        let title = |id: &str| session.dossier().overlay(id).map(|overlay| overlay.title.main().to_owned());
        let name = series.and_then(title).unwrap_or_default();
        let of_features = layer.and_then(|id| Some((id.to_owned(), title(id)?, session.day_property_of(id)?)));
        let mut dialog = Self {
            name,
            is_named: series.is_some(),
            rows: rows.collect(),
            ambiguous: found.ambiguous,
            series: series.map(str::to_owned),
            of_features,
            first: layer.map(str::to_owned),
        };
        dialog.follow_ticks();
        dialog
    }

    /// Calls the series what the layers that are ticked say, unless somebody has named it.
    fn follow_ticks(&mut self) {
        if !self.is_named {
            let name = series_name(self.chosen().map(|row| &row.layer)).to_owned();
            self.name = name;
        }
    }

    fn chosen(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.is_chosen)
    }

    /// What is asked for, or why nothing can be yet.
    fn wish(&self) -> Result<Wish, String> {
        let count = self.chosen().count();
        if let (0 | 1, Some(id)) = (count, &self.series) {
            return Ok(Wish { id: id.clone(), title: String::new(), reports: Vec::new() });
        }
        if count < 2 {
            let other = if count == 0 { "two layers" } else { "another layer" };
            return Err(format!("Tick {other}: a series is of several days"));
        }
        let mut reports = Vec::new();
        for row in self.chosen() {
            let title = words::quoted(&row.layer.title);
            if row.day.trim().is_empty() {
                return Err(format!("Type the day of {title}, such as 2025-02-01"));
            }
            let day = Edtf::in_text(&row.day)
                .map_err(|_| format!("“{}” is no day: type that of {title} as 2025-02-01", row.day.trim()))?;
            reports.push(LayerDay { layer: row.layer.id.clone(), day });
        }
        let is_in = |id: &&String| reports.iter().any(|report| report.layer == **id);
        let id = self.series.as_ref().filter(is_in).or(self.first.as_ref().filter(is_in));
        let id = id.or_else(|| reports.first().map(|report| &report.layer)).cloned().unwrap_or_default();
        Ok(Wish { id, title: self.name.clone(), reports })
    }

    /// Of which days there are several reports, and in which layers, in words.
    fn doubled(&self) -> Vec<String> {
        let mut of_day: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for row in self.chosen() {
            if let Ok(day) = Edtf::in_text(&row.day) {
                of_day.entry(day.iso()).or_default().push(words::quoted(&row.layer.title));
            }
        }
        let several = of_day.into_iter().filter(|(_, titles)| titles.len() > 1);
        several
            .map(|(day, titles)| {
                let day = Edtf::in_text(&day).map_or(day, |day| day.to_string());
                let (count, last) = (titles.len(), titles.last().cloned().unwrap_or_default());
                format!("{count} layers are of {day}: {}. On the map {last} is shown of them.", titles.join(", "))
            })
            .collect()
    }
}

/// From where a day is known, in words.
fn from_words(row: &Row) -> &'static str {
    let is_as_found = row.layer.day.is_some_and(|day| day.iso() == row.day.trim());
    match row.layer.from {
        _ if row.day.trim().is_empty() => "day not known",
        DayFrom::Name if is_as_found => "from its name",
        DayFrom::Stated if is_as_found => "as it says",
        DayFrom::Series if is_as_found => "in the series",
        _ => "as typed",
    }
}

/// Shows the dialog.
pub(super) fn series_ui(
    ui: &mut Ui,
    dialog: &mut SeriesDialog,
    decision: &mut Option<Decision>,
    actions: &mut Vec<Action>,
) {
    // Before the ticks, one of which has the keys and would take them for its own.
    let mut own = (goes_on_by_keys(ui) && dialog.wish().is_ok()).then_some(Decision::Accept);
    width_ui(ui, 560.0);
    let shade = theme::theme_of(ui.ctx());
    ui.heading(if dialog.series.is_some() { "Layers of the series" } else { "Make series" });
    let said = "One layer with a timeline, of layers of a day each. Nothing is put in between; untick them all later to \
                have each on its own again.";
    ui.label(said);
    if let Some((id, title, property)) = &dialog.of_features {
        ui.add_space(4.0);
        ui.horizontal_wrapped(|ui| {
            ui.label(format!("The features of {} say their days in “{property}”.", words::quoted(title)));
            let help = "Show on each day the features of the last report, and not those of other days";
            if tip(ui.button("Make each day a report"), help).clicked() {
                let by_days = ByDays { property: property.clone(), shows: DayShows::State };
                actions.push(Action::OwnLayer(id.clone(), OwnLayerChange::ByDays(Some(by_days))));
                *decision = Some(Decision::Close);
            }
        });
    }
    ui.add_space(8.0);
    let label = ui.label("Name");
    let field = line_edit(&mut dialog.name).hint_text("as the file of its first layer").desired_width(f32::INFINITY);
    let field = ui.add(field.id(name_field())).labelled_by(label.id);
    dialog.is_named |= field.changed();
    let mut enters = goes_on(&field);
    ui.add_space(6.0);
    ui.label(theme::section("Layers", shade));
    if dialog.rows.is_empty() {
        ui.label("No layer of one day is open.");
    }
    let list_pt = height_pt(ui, 460.0) - 60.0;
    ScrollArea::vertical().max_height(list_pt.max(72.0)).auto_shrink([false, true]).show(ui, |ui| {
        Grid::new("layers of a series").num_columns(3).spacing([12.0, 4.0]).min_row_height(24.0).show(ui, |ui| {
            for (number, row) in dialog.rows.iter_mut().enumerate() {
                let title = row.layer.title.clone();
                let font = TextStyle::Body.resolve(ui.style());
                let elided = elided_middle(ui, &title, &font, TITLE_PT);
                let ticked = tick(ui, &mut row.is_chosen, elided.as_deref().unwrap_or(&title));
                let is_on = row.is_chosen;
                ticked.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, is_on, &title));
                let ticked = if elided.is_some() { ticked.on_hover_text(&title) } else { ticked };
                if number == 0 && ui.memory(|memory| memory.focused().is_none()) {
                    ticked.request_focus();
                }
                let field =
                    line_edit(&mut row.day).hint_text("such as 2025-02-01").id(Id::unique(("day of a report", number)));
                // A column of a grid that is not its last is no wider than what stands in it.
                let field = ui.add_sized([DAY_PT, 24.0], field);
                let text = row.day.clone();
                field.widget_info(|| {
                    let mut info = WidgetInfo::text_edit(true, &text, &text, "");
                    info.label = Some(format!("Day of {title}"));
                    info
                });
                // Whoever dates a layer wants it in.
                row.is_chosen |= field.changed() && !row.day.trim().is_empty();
                enters |= goes_on(&field);
                ui.label(theme::second(from_words(row), shade));
                ui.end_row();
            }
        });
        chrome::follow_focus(ui);
    });
    dialog.follow_ticks();
    ui.add_space(4.0);
    if let Some(why) = &dialog.ambiguous {
        small_warning_ui(ui, why);
    }
    for said in dialog.doubled() {
        small_warning_ui(ui, &said);
    }
    let wish = dialog.wish();
    if let Err(why) = &wish {
        ui.label(theme::second(why.as_str(), shade));
    }
    ui.add_space(12.0);
    let verb = match (&dialog.series, &wish) {
        (Some(_), Ok(wish)) if wish.reports.is_empty() => "Take it apart",
        (Some(_), _) => "Change series",
        (None, _) => "Make series",
    };
    buttons_unless_ui(ui, verb, wish.as_ref().err().map(String::as_str), &mut own);
    if enters && own.is_none() {
        own = Some(Decision::Accept);
    }
    match (own, wish) {
        (Some(Decision::Accept), Ok(Wish { id, title, reports })) => {
            actions.push(Action::OwnLayer(id, OwnLayerChange::Series { title, reports }));
            *decision = Some(Decision::Close);
        }
        (Some(Decision::Accept), Err(_)) | (None, _) => {}
        (other, _) => *decision = other,
    }
}

/// The field of the name.
fn name_field() -> Id {
    Id::unique("name of a series")
}
