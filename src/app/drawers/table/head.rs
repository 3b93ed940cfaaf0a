//! The head of the table: which layer, how many rows, which columns; and the fields that search and filter.

use std::sync::Arc;

use eframe::egui::text::{LayoutJob, TextFormat};
use eframe::egui::{
    self, Align, Color32, ComboBox, FontId, Layout, Role, ScrollArea, Stroke, TextStyle, Ui, WidgetInfo,
};

use super::{Copied, Table, layers};
use crate::app::widgets::{icon_button, line_edit, small_warning_ui, tick};
use crate::app::{chrome, icons, theme};
use crate::dossier::Styling;
use crate::dossier::table_view::Arranged;
use crate::formats::filter::{Filter, FilterError};
use crate::session::{Action, Command, FeatureSet, Session};

/// From this share on it is worth a word that something is under way.
const SEEN_AFTER_S: f64 = 0.2;

impl Table {
    /// Shows what stands in the drawer's header, from the right.
    pub(in crate::app::drawers) fn header_ui(&mut self, ui: &mut Ui, session: &Session, actions: &mut Vec<Action>) {
        let Some(shown) = self.follow(ui.ctx(), session) else { return };
        self.copy_ui(ui, &shown);
        self.save_ui(ui, &shown, actions);
        self.columns_ui(ui, &shown);
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let titles: Vec<(String, String)> =
                layers(session).map(|overlay| (overlay.id.clone(), overlay.title.main().to_owned())).collect();
            let mut id = shown.layer.overlay().id.clone();
            let width = (ui.available_width() * 0.45).clamp(60.0, 220.0);
            let list = ComboBox::from_id_salt("layer of the table")
                .width(width)
                .truncate()
                .selected_text(shown.layer.overlay().title.main());
            let list = chrome::list_ui(ui, list, |ui| {
                for (other, title) in &titles {
                    ui.selectable_value(&mut id, other.clone(), title);
                }
            });
            list.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, "Layer of the table"));
            if id != shown.layer.overlay().id {
                self.choose(Some(id));
                ui.ctx().request_repaint();
            }
            self.count_ui(ui, &shown);
        });
    }

    fn count_ui(&mut self, ui: &mut Ui, shown: &Arranged) {
        let shade = theme::theme_of(ui.ctx());
        let (count, all) = (shown.count(), shown.layer.count());
        let number = |count: usize| crate::dossier::words::number(count as f64, 0);
        let text = if count == all {
            format!("{} {}", number(all), if all == 1 { "row" } else { "rows" })
        } else {
            format!("{} of {} rows", number(count), number(all))
        };
        let busy = [self.arranging.share(), self.copying.share()].into_iter().flatten().next();
        let since = ui.scope_id().with("busy since");
        let now = ui.input(|input| input.time);
        let Some(share) = busy else {
            ui.data_mut(|data| data.remove::<f64>(since));
            ui.add(egui::Label::new(theme::second(text, shade)).truncate());
            return;
        };
        let began = ui.data_mut(|data| *data.get_temp_mut_or(since, now));
        if now - began < SEEN_AFTER_S {
            ui.add(egui::Label::new(theme::second(text, shade)).truncate());
            ui.ctx().request_repaint_after(std::time::Duration::from_secs_f64(SEEN_AFTER_S));
            return;
        }
        ui.add(egui::Spinner::new().size(14.0));
        ui.label(theme::second(format!("{:.0} %", share * 100.0), shade));
        if ui.small_button("Cancel").on_hover_text("Stop and keep the rows that are shown").clicked() {
            self.copying.cancel();
            if self.arranging.is_busy() {
                self.arranging.cancel();
                // Back to what the rows are: what was asked for is taken back.
                self.search.clone_from(&shown.wanted.search);
                self.sort.clone_from(&shown.wanted.sort);
                self.filter.filter.clone_from(&shown.wanted.filter);
                self.filter.text = shown.wanted.filter.as_ref().map(Filter::to_string).unwrap_or_default();
                self.filter.error = None;
            }
        }
    }

    fn copy_ui(&mut self, ui: &mut Ui, shown: &Arranged) {
        let (rows, which) = self.meant(shown);
        let copy = icon_button(ui, icons::COPY, "Copy as CSV", true);
        if copy.on_hover_text(format!("The {rows} rows {which}, with the columns shown, for a spreadsheet")).clicked() {
            self.copies += 1;
            let copied = Copied {
                layer: shown.layer.clone(),
                columns: self.columns(shown),
                rows: self.rows_meant(shown),
                number: self.copies,
            };
            self.message = None;
            self.copying.ask(ui.ctx(), copied);
        }
    }

    fn save_ui(&self, ui: &mut Ui, shown: &Arranged, actions: &mut Vec<Action>) {
        let (rows, which) = self.meant(shown);
        let save = icon_button(ui, icons::FLOPPY_DISK, Command::SaveFeatures.label(), true);
        let help = format!("The {rows} rows {which}, as features with all their columns, for other programs");
        if save.on_hover_text(help).clicked() {
            let id = shown.layer.overlay().id.clone();
            let rows = self.rows_meant(shown).unwrap_or_else(|| (0..shown.layer.count() as u32).collect());
            actions.push(Action::SaveFeatures(FeatureSet::Of(id, rows)));
        }
    }

    /// How many rows a copy and a file are of, and which they are.
    fn meant(&self, shown: &Arranged) -> (usize, &'static str) {
        if self.selected.len() > 1 { (self.selected.len(), "selected") } else { (shown.count(), "shown") }
    }

    fn columns_ui(&mut self, ui: &mut Ui, shown: &Arranged) {
        let config =
            egui::containers::menu::MenuConfig::new().close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside);
        let button = egui::containers::menu::MenuButton::new("Columns").config(config);
        button.ui(ui, |ui| {
            ui.set_min_width(200.0);
            ui.horizontal(|ui| {
                if ui.button("Show all").clicked() {
                    self.choices = shown.columns.iter().map(|column| (column.clone(), true)).collect();
                }
                if ui.button("Reset").clicked() {
                    self.choices.clear();
                }
            });
            ui.separator();
            ScrollArea::vertical().max_height(320.0).show(ui, |ui| {
                for column in shown.columns.iter() {
                    let mut is_shown = self.is_shown(column, &shown.columns);
                    if tick(ui, &mut is_shown, column.heading()).changed() {
                        self.choices.insert(column.clone(), is_shown);
                    }
                }
            });
        });
    }

    /// The fields that search and filter, and what is wrong with the filter.
    pub(super) fn fields_ui(&mut self, ui: &mut Ui, session: &Session, shown: &Arranged, actions: &mut Vec<Action>) {
        let id = shown.layer.overlay().id.clone();
        ui.horizontal(|ui| {
            let width = ui.available_width();
            let search =
                line_edit(&mut self.search).hint_text("Search").desired_width((width * 0.28).clamp(80.0, 240.0));
            let search = ui.add(search);
            search.widget_info(|| WidgetInfo::labeled(Role::SearchInput, true, "Search the table"));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                self.map_filter_ui(ui, session, &id, actions);
                let error = self.filter.error.as_ref().map(|error| error.at.clone());
                let wrong = ui.visuals().error_fg_color;
                let font = TextStyle::Body.resolve(ui.style());
                let color = ui.visuals().text_color();
                let mut layouter = |ui: &Ui, text: &dyn egui::TextBuffer, _: f32| {
                    ui.painter().layout_job(marked(text.as_str(), error.clone(), font.clone(), color, wrong))
                };
                let field = line_edit(&mut self.filter.text)
                    .hint_text("Filter, such as: status = occupied and km2 > 10")
                    .desired_width(ui.available_width() - 2.0 * ui.spacing().button_padding.x)
                    .layouter(&mut layouter);
                let field = ui.add(field);
                field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Filter of the table"));
                if field.changed() {
                    self.read_filter();
                }
            });
        });
        if let Some(error) = &self.filter.error {
            small_warning_ui(ui, &in_one_line(error));
        } else if let Some(filter) = &self.filter.filter
            && shown.layer.overlay().features.property_names_at_once().is_some()
        {
            for what in shown.layer.overlay().doubts_of_filter(filter) {
                small_warning_ui(ui, &what);
            }
        }
    }

    fn read_filter(&mut self) {
        let text = self.filter.text.trim();
        if text.is_empty() {
            (self.filter.filter, self.filter.error) = (None, None);
            return;
        }
        match Filter::parse(&self.filter.text) {
            Ok(filter) => (self.filter.filter, self.filter.error) = (Some(filter), None),
            // The rows stay as the last filter that could be read left them.
            Err(error) => self.filter.error = Some(error),
        }
    }

    /// What puts the filter on the map, or takes that of the map away.
    fn map_filter_ui(&mut self, ui: &mut Ui, session: &Session, id: &str, actions: &mut Vec<Action>) {
        let styling = session.styling(id);
        let mut set = |filter: Option<Filter>| {
            actions.push(Action::EndGesture);
            let styling = Styling { filter, ..(*styling).clone() };
            actions.push(Action::SetStyling(id.to_owned(), Arc::new(styling)));
            actions.push(Action::EndGesture);
        };
        let here = self.filter.filter.as_ref().filter(|_| self.filter.error.is_none());
        if let Some(on_map) = styling.filter.as_ref().filter(|on_map| here.is_none_or(|here| here == *on_map)) {
            let show = ui.button("Show all on the map");
            if show.on_hover_text(format!("The map shows only: {on_map}")).clicked() {
                set(None);
            }
            return;
        }
        let used = ui.add_enabled(here.is_some(), egui::Button::new("Use on the map"));
        let used = used.on_hover_text("Draw only the features that match the filter, on the map and in figures");
        if used.on_disabled_hover_text("Type a filter first").clicked() {
            set(here.cloned());
        }
    }
}

/// What is wrong with a filter, and at which word.
fn in_one_line(error: &FilterError) -> String {
    match error.text.get(error.at.clone()).map(str::trim).filter(|word| !word.is_empty()) {
        Some(word) if !error.what.contains(word) => format!("{}, at “{word}”", error.what),
        Some(_) => error.what.clone(),
        None => format!("{}, at the end", error.what),
    }
}

/// A text with the word that is wrong underlined.
fn marked(text: &str, at: Option<std::ops::Range<usize>>, font: FontId, color: Color32, wrong: Color32) -> LayoutJob {
    let plain = TextFormat::simple(font, color);
    let at = at.filter(|at| text.is_char_boundary(at.start) && text.is_char_boundary(at.end) && at.end <= text.len());
    let at = at.unwrap_or(text.len()..text.len());
    let mut job = LayoutJob::default();
    job.wrap.max_width = f32::INFINITY;
    job.append(&text[..at.start], 0.0, plain.clone());
    job.append(&text[at.clone()], 0.0, TextFormat { underline: Stroke::new(2.0, wrong), ..plain.clone() });
    job.append(&text[at.end..], 0.0, plain);
    job
}
