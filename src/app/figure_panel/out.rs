//! By what a figure goes out: its format, its path and the verb.

use std::path::Path;

use eframe::egui::{Align, Button, ComboBox, Id, Key, Layout, RichText, Role, Ui, Vec2, WidgetInfo};

use super::ExportPanel;
use super::controls::text_named;
use crate::app::dialogs::{Decision, Purpose, REPLACE, browse_ui};
use crate::app::widgets::{line_edit, small_warning_ui, tick, tip};
use crate::app::{chrome, theme};
use crate::figure::OutputFormat;
use crate::figure::output::Holds;

impl ExportPanel {
    /// Format, path and the verb; while the panel does not listen, the focus belongs to what lies over it.
    pub(super) fn out_ui(&mut self, ui: &mut Ui, listens: bool, decision: &mut Option<Decision>) {
        ui.separator();
        self.format_ui(ui);
        self.path_ui(ui, listens, decision);
        ui.add_space(4.0);
    }

    /// The formats, by the end of the name, those of its data in a list; and what goes with one of them alone.
    fn format_ui(&mut self, ui: &mut Ui) {
        let current = OutputFormat::of_path(Path::new(self.path.trim())).ok();
        let is_data = |format: &OutputFormat| format.info().holds == Holds::Data;
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = Vec2::new(4.0, 4.0);
            let mut chosen = None;
            for format in OutputFormat::all().filter(|format| !is_data(format)) {
                let choice = ui.selectable_label(current == Some(format), format.label());
                if tip(choice, format!("The file’s name ends in .{}", format.extension())).clicked() {
                    chosen = Some(format);
                }
            }
            let data = current.filter(is_data);
            let shown = data.map_or("Data", OutputFormat::label);
            let list = ComboBox::from_id_salt("data of the figure").selected_text(shown).width(96.0).height(320.0);
            let list = chrome::list_ui(ui, list, |ui| {
                for format in OutputFormat::all().filter(is_data) {
                    if chrome::choice_ui(ui, data == Some(format), format.label()) {
                        chosen = Some(format);
                    }
                }
            });
            list.widget_info(|| {
                let mut info = WidgetInfo::labeled(Role::ComboBox, true, "Data of the figure");
                info.current_text_value = Some(shown.to_owned());
                info
            });
            tip(list, "What the figure shows as features for other programs, instead of the figure");
            if let Some(format) = chosen.filter(|format| current != Some(*format)) {
                self.path = with_format(self.path.trim(), format);
                self.overwrite = false;
                self.error.clear();
            }
            if current == Some(OutputFormat::Png)
                && tick(ui, &mut self.world_file, "World file for GIS programs").changed()
            {
                self.overwrite = false;
                self.error.clear();
            }
        });
    }

    fn path_ui(&mut self, ui: &mut Ui, listens: bool, decision: &mut Option<Decision>) {
        let verb = if self.overwrite { REPLACE } else { Purpose::Export.verb() };
        let palette = theme::theme_of(ui.ctx()).palette();
        ui.horizontal(|ui| {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let text = RichText::new(verb).color(theme::ink(palette.panel));
                let write = ui.add(Button::new(text).fill(theme::ink(palette.accent)));
                if tip(write, "Write the figure to this path (Enter in the path)").clicked() {
                    *decision = Some(Decision::WriteFigure);
                }
                if browse_ui(ui) {
                    *decision = Some(Decision::Browse(Purpose::Export));
                }
                self.lead_to_warnings_ui(ui);
                let field = line_edit(&mut self.path).id(Id::unique("path field"));
                let field = ui.add_sized(Vec2::new(ui.available_width(), ui.spacing().interact_size.y), field);
                text_named(&field, &self.path, &Purpose::Export.hint());
                if field.changed() {
                    self.overwrite = false;
                    self.error.clear();
                }
                if listens && field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) {
                    *decision = Some(Decision::WriteFigure);
                }
                if listens && std::mem::take(&mut self.focus) {
                    field.request_focus();
                }
                field.on_hover_text(Purpose::Export.hint());
            });
        });
        if !self.error.is_empty() {
            small_warning_ui(ui, &self.error);
        }
    }
}

/// The path with the end of a format in place of another format's.
fn with_format(path: &str, format: OutputFormat) -> String {
    match OutputFormat::of_ending(Path::new(path)) {
        Some((_, end)) => format!("{}{}", &path[..path.len() - end.len()], format.extension()),
        None => format!("{}.{}", path.trim_end_matches('.'), format.extension()),
    }
}
