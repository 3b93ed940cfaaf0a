//! The controls of a figure, one section after the other: what to look at first, and what the map shows.

use eframe::egui::{self, Align, Button, Response, RichText, Role, Ui, Vec2, WidgetInfo};

use super::figure_preview::Seen;
use super::{ExportPanel, figure_frame, is_alone};
use crate::app::widgets::small_warning_ui;
use crate::app::{chrome, icons, theme};
use crate::dossier::words;
use crate::figure::Shows;
use crate::geometry::{self, Frame};
use crate::session::Session;

impl ExportPanel {
    pub(super) fn controls_ui(&mut self, ui: &mut Ui, session: &Session, is_low: bool) {
        let shade = theme::theme_of(ui.ctx());
        let section = |ui: &mut Ui, title: &str| {
            ui.add_space(10.0);
            ui.label(theme::section(title, shade));
        };
        self.warnings_ui(ui, is_low);
        section(ui, "Frame");
        self.shows_ui(ui, session);
        if self.has_maps(session) {
            section(ui, "Maps");
            self.maps_ui(ui, session);
        }
        section(ui, "Page");
        self.page_ui(ui, session);
        section(ui, "Text");
        self.words_ui(ui);
        section(ui, "Parts");
        self.parts_ui(ui);
        ui.add_space(8.0);
        self.names_ui(ui);
        ui.add_space(8.0);
    }

    /// How much there is to look at before the figure goes out, which leads there.
    pub(super) fn lead_to_warnings_ui(&mut self, ui: &mut Ui) {
        let count = self.preview.seen().map_or(0, Seen::count);
        if count == 0 {
            return;
        }
        let button = ui.add(Button::new((theme::icon(icons::WARNING, 14.0), format!("{count}"))));
        let name = format!("Show the {} of the figure", chrome::counted(count));
        button.widget_info(|| WidgetInfo::labeled(Role::Button, true, name.clone()));
        self.leads_to_warnings |= button.on_hover_text(&name).clicked();
    }

    /// What an editor should know first.
    fn warnings_ui(&mut self, ui: &mut Ui, is_low: bool) {
        let shade = theme::theme_of(ui.ctx());
        let Some(seen) = self.preview.seen() else { return };
        let title = match seen.count() {
            0 => {
                ui.label(theme::second("No warnings.", shade));
                return;
            }
            1 => "1 thing to check first".to_owned(),
            several => format!("{several} things to check first"),
        };
        // Where there is little room, what can be set up comes before it.
        let header = egui::CollapsingHeader::new(RichText::new(title).size(12.0)).id_salt(("figure warnings", is_low));
        let led = std::mem::take(&mut self.leads_to_warnings);
        let header = header.default_open(!is_low).open(led.then_some(true)).show_unindented(ui, |ui| {
            if let Some(error) = &seen.error {
                small_warning_ui(ui, error);
            }
            for warning in &seen.warnings {
                small_warning_ui(ui, &warning.what);
            }
        });
        if led {
            header.header_response.scroll_to_me(Some(Align::TOP));
            header.header_response.request_focus();
            ui.ctx().request_repaint();
        }
    }

    /// What the map of the figure shows.
    fn shows_ui(&mut self, ui: &mut Ui, session: &Session) {
        let shade = theme::theme_of(ui.ctx());
        let is_alone = is_alone(ui.ctx());
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = Vec2::new(6.0, 4.0);
            let help = "Set the frame to what the map showed before, or to what it shows now if you have moved it";
            let current = ui.button("Use the current view").on_hover_text(help);
            if current.clicked() {
                let Frame { width_pt, height_pt, .. } = self.chosen;
                self.options.shows = Shows::Bounds(self.chosen.lon_lat_bounds());
                self.options.view_pt = (width_pt.max(480.0), height_pt.max(360.0));
                self.options.own_frame = true;
                self.jumped = true;
            }
            let all = ui.button("All overlays shown").on_hover_text("Set the frame around every overlay that is shown");
            if all.clicked() {
                self.options.shows = Shows::Bounds(around_overlays(session));
                self.options.own_frame = true;
                self.jumped = true;
            }
            if is_alone {
                return;
            }
            let find = ui.button("Find the frame").on_hover_text("Move the map to show the whole frame");
            if find.clicked() {
                self.arriving = true;
                self.large = false;
                ui.memory_mut(|memory| memory.request_focus(figure_frame::frame_id()));
            }
        });
        if let Some(map) = self.laid_out() {
            let [west, south, east, north] = map.lon_lat_bounds();
            let middle = |x: f64, y: f64| geometry::Coord { x, y };
            let lat = map.view.center.y;
            let across_km = geometry::measure::distance_m(middle(west, lat), middle(east, lat)) / 1000.0;
            let lon = map.view.center.x;
            let down_km = geometry::measure::distance_m(middle(lon, south), middle(lon, north)) / 1000.0;
            let scale = words::number(words::three_digits(map.scale_denominator()), 0);
            let size = |km: f64| words::number(words::three_digits(km), if km < 10.0 { 1 } else { 0 });
            let text = format!("1 : {scale} on paper · {} × {} km", size(across_km), size(down_km));
            ui.label(theme::second(text, shade));
        }
        if is_alone || self.large {
            return;
        }
        let shown = session.frame().world_bounds();
        let help = if shown.inset(1e-9).contains_rect(self.frame()) || !self.frame().inset(1e-9).contains_rect(shown) {
            "Drag the frame on the map to move it, its border to scale it. With the keyboard: arrow keys, + and −."
        } else {
            "The frame is larger than the map shown here: − makes it smaller, “Find the frame” zooms out to it."
        };
        ui.label(theme::second(help, shade));
    }
}

/// The box around all overlays that are shown, with a little room.
fn around_overlays(session: &Session) -> [f64; 4] {
    let (scene, document) = (session.map_scene(), session.map_document());
    let shown = document.shown(scene.dossier()).map(|shown| shown.overlay.id.as_str());
    let [west, south, east, north] = scene.dossier().bounds_of(shown);
    let (across, down) = (0.03 * (east - west), 0.03 * (north - south));
    [west - across, (south - down).max(-85.0), east + across, (north + down).min(85.0)]
}

/// A control with the name that a screen reader says.
pub(super) fn named(response: Response, role: Role, name: &str) {
    response.widget_info(|| WidgetInfo::labeled(role, true, name));
}

/// A field for text with the name that a screen reader says.
pub(super) fn text_named(field: &Response, text: &str, name: &str) {
    field.widget_info(|| {
        let mut info = WidgetInfo::text_edit(field.enabled(), text, text, "");
        info.label = Some(name.to_owned());
        info
    });
}
