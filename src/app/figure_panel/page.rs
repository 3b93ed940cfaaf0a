//! The page of a figure: paper, resolution, margin, colours and names.

use eframe::egui::{self, ComboBox, DragValue, Role, Ui, WidgetInfo};

use super::ExportPanel;
use super::controls::named;
use crate::app::chrome;
use crate::app::widgets::tick;
use crate::figure::paper::{DPI, PT_PER_MM, Unit};
use crate::figure::{FigureLanguage, FigureOptions, PageSetup, PageSize};
use crate::scene::palette::Theme;
use crate::session::Session;

impl ExportPanel {
    pub(super) fn page_ui(&mut self, ui: &mut Ui, session: &Session) {
        let most_mm = self.options.page.size.most_margin_pt(self.options.view_pt) / PT_PER_MM;
        let shown_names = self.options.names_of(session.document());
        let FigureOptions { page, theme, names, language, .. } = &mut self.options;
        egui::Grid::new("figure page").num_columns(2).spacing([10.0, 6.0]).show(ui, |ui| {
            let label = ui.label("Paper");
            let own = matches!(page.size, PageSize::Own { .. });
            let shown = if own { "Custom size".to_owned() } else { page.size.label() };
            let list = ComboBox::from_id_salt("page").selected_text(shown).width(210.0);
            let list = chrome::list_ui(ui, list, |ui| {
                for size in PageSize::PRESETS {
                    if chrome::choice_ui(ui, page.size == size, size.label()) {
                        *page = PageSetup { margin_pt: page.margin_pt, ..PageSetup::of(size) };
                    }
                }
                if chrome::choice_ui(ui, own, "Custom size") && !own {
                    let size = PageSize::Own { width: 174.0, height: 120.0, unit: Unit::Mm };
                    *page = PageSetup { margin_pt: page.margin_pt, ..PageSetup::of(size) };
                }
            });
            list.labelled_by(label.id);
            ui.end_row();
            if let PageSize::Own { width, height, unit } = &mut page.size {
                ui.label("Size");
                ui.horizontal(|ui| {
                    let range = (150.0 / unit.points())..=(8000.0 / unit.points());
                    let decimals = if *unit == Unit::Px { 0 } else { 1 };
                    let side = |value| DragValue::new(value).range(range.clone()).max_decimals(decimals).speed(1.0);
                    named(ui.add(side(width)), Role::SpinButton, "Width of the page");
                    ui.label("×");
                    named(ui.add(side(height)), Role::SpinButton, "Height of the page");
                    for choice in Unit::ALL {
                        let radio = ui.selectable_label(*unit == choice, choice.name());
                        if radio.clicked() {
                            let factor = unit.points() / choice.points();
                            let round = |side: f64| (side * factor * 10.0).round() / 10.0;
                            (*width, *height, *unit) = (round(*width), round(*height), choice);
                        }
                    }
                });
                ui.end_row();
            }
            ui.label("Resolution");
            ui.horizontal(|ui| {
                let dots = DragValue::new(&mut page.dpi).range(DPI).suffix(" dpi").max_decimals(0);
                named(ui.add(dots), Role::SpinButton, "Dots per inch");
                for dpi in [96.0, 150.0, 300.0, 600.0] {
                    let button = ui.selectable_label(page.dpi == dpi, format!("{dpi}"));
                    if button.clicked() {
                        page.dpi = dpi;
                    }
                    button.widget_info(|| {
                        WidgetInfo::selected(Role::Button, true, false, format!("{dpi} dots per inch"))
                    });
                }
            });
            ui.end_row();
            ui.label("Margin");
            ui.horizontal(|ui| {
                let mut own = page.margin_pt.is_some();
                if tick(ui, &mut own, "Custom margin").changed() {
                    page.margin_pt = own.then_some(most_mm.min(10.0) * PT_PER_MM);
                }
                if let Some(margin_pt) = &mut page.margin_pt {
                    // As the page clamps it.
                    let mut margin_mm = (*margin_pt / PT_PER_MM).min(most_mm);
                    let field =
                        DragValue::new(&mut margin_mm).range(0.0..=most_mm).suffix(" mm").max_decimals(1).speed(0.2);
                    let response = ui.add(field);
                    if response.changed() {
                        *margin_pt = margin_mm * PT_PER_MM;
                    }
                    named(response, Role::SpinButton, "Margin in millimetres");
                }
            });
            ui.end_row();
            let label = ui.label("Colours");
            let list = ComboBox::from_id_salt("colours").selected_text(theme.label()).width(210.0);
            let list = chrome::list_ui(ui, list, |ui| {
                for choice in Theme::ALL {
                    if chrome::choice_ui(ui, *theme == choice, choice.label()) {
                        *theme = choice;
                    }
                }
            });
            list.labelled_by(label.id);
            ui.end_row();
            let label = ui.label("Language");
            let list = ComboBox::from_id_salt("language").selected_text(language.label()).width(210.0);
            let list = chrome::list_ui(ui, list, |ui| {
                for choice in FigureLanguage::all() {
                    if chrome::choice_ui(ui, *language == choice, choice.label()) {
                        *language = choice;
                    }
                }
            });
            list.labelled_by(label.id);
            ui.end_row();
            // Of the figure alone: a window has room for a second language that a column of print has not.
            let label = ui.label("Names");
            let current = chrome::label_of_names(&shown_names);
            let list = ComboBox::from_id_salt("names").selected_text(current).width(210.0);
            let list = chrome::list_ui(ui, list, |ui| {
                if !language.is_usual() && chrome::choice_ui(ui, names.is_none(), language.words().english_name) {
                    *names = None;
                }
                for (label, choice) in chrome::names_on_the_map() {
                    if chrome::choice_ui(ui, shown_names == choice, &label) {
                        *names = Some(choice);
                    }
                }
                if let Some(choice) = chrome::other_names_ui(ui, &shown_names) {
                    *names = Some(choice);
                    ui.close();
                }
            });
            list.labelled_by(label.id);
            ui.end_row();
        });
    }
}
