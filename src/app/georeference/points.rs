//! The table of control points: spot, place, how far off; the kind of map through them; what is typed of one of them.

use eframe::egui::{
    self, Align2, Button, FontFamily, FontId, Key, Pos2, Rect, Role, ScrollArea, Sense, Stroke, Ui, Vec2, WidgetInfo,
};

use super::{GeoreferencePanel, Wish, field_id};
use crate::app::widgets::{capital, icon_button, line_edit, outlined, small_warning_ui, tip};
use crate::app::{chrome, icons, theme};
use crate::dossier::words;
use crate::formats::coordinates::readings;
use crate::geometry::georeference::{Residual, TransformKind};
use crate::geometry::{Coord, Point};
use crate::session::georeferencing::Pair;

/// How high a row is, in points.
const ROW_PT: f32 = 24.0;

/// Of a longer table only the rows that are seen are made.
const MANY: usize = 100;

/// Where the columns of the table are, in points: how wide a tick is, the spot from there, how wide it is, how wide what it is off by is.
const TICK_PT: f32 = 30.0;
const COLUMN_PT: f32 = 30.0;
const PIXEL_PT: f32 = 124.0;
const OFF_PT: f32 = 66.0;

/// What is being typed: of which point, in which field, and what.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Typed(Option<(Option<usize>, &'static str, String)>);

/// The field of the spot on the picture, and of the place.
const PIXEL: &str = "Column and row";
const PLACE: &str = "Place";

impl GeoreferencePanel {
    /// Shows what there is of points.
    pub(super) fn points_ui(&mut self, ui: &mut Ui, wish: &mut Option<Wish>) {
        self.kinds_ui(ui);
        self.fit_ui(ui);
        let room = ui.available_height() - 38.0;
        let area = ui.available_rect_before_wrap();
        let list = Rect::from_min_size(area.min, Vec2::new(area.width(), room.max(ROW_PT)));
        ui.scope_builder(egui::UiBuilder::new().max_rect(list), |ui| {
            ui.set_min_size(list.size());
            self.table_ui(ui);
        });
        self.fields_ui(ui, wish);
    }

    fn kinds_ui(&mut self, ui: &mut Ui) {
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = 10.0;
            for kind in TransformKind::ALL {
                let why_not = self.work.why_not(kind);
                let label = match &why_not {
                    Some(_) => format!("{} ({} points)", kind.label(), kind.least_points()),
                    None => kind.label().to_owned(),
                };
                let is_on = self.work.transform() == kind;
                let radio = ui.add_enabled_ui(why_not.is_none(), |ui| outlined(ui, |ui| ui.radio(is_on, label))).inner;
                let radio = radio.on_disabled_hover_text(why_not.unwrap_or_default());
                if tip(radio, help(kind)).clicked() {
                    self.work.set_transform(kind);
                }
            }
        });
    }

    /// How exact it is as a whole, or what is wrong with the points.
    fn fit_ui(&self, ui: &mut Ui) {
        let shade = theme::theme_of(ui.ctx());
        match self.fitting.answer() {
            None => {
                ui.label(theme::second("Working out the map through the points…", shade));
            }
            Some(Err(why)) if self.work.used().len() >= self.work.transform().least_points() => {
                small_warning_ui(ui, &capital(why));
            }
            Some(Err(why)) => {
                ui.add(egui::Label::new(theme::second(capital(why), shade)).truncate());
            }
            Some(Ok(fit)) => {
                let words = match fit.accuracy_m {
                    Some(accuracy_m) => format!(
                        "Off by {} (RMS) · accuracy ± {}, by points left out in turn",
                        metres(fit.rms_m),
                        metres(accuracy_m)
                    ),
                    None => "Goes through all points · accuracy unknown: one point more would tell".to_owned(),
                };
                let label = ui.add(egui::Label::new(words).truncate());
                label.on_hover_text(
                    "What is read from the picture, and traced on it, is as exact as the places of points that the map \
                     was not fitted to",
                );
            }
        }
    }

    fn table_ui(&mut self, ui: &mut Ui) {
        let count = self.work.pairs().len();
        if count == 0 {
            let shade = theme::theme_of(ui.ctx());
            ui.add_space(4.0);
            ui.label(theme::second(
                "No points yet. Click a spot on the picture that can be found on the map: a crossing, a bridge, the \
                 corner of a grid.",
                shade,
            ));
            return;
        }
        self.columns_ui(ui);
        let table = ScrollArea::vertical().auto_shrink([false, false]).min_scrolled_height(0.0);
        ui.spacing_mut().item_spacing.y = 0.0;
        let chosen = self.work.chosen();
        let is_newly_chosen = std::mem::replace(&mut self.chosen_shown, chosen) != chosen;
        // All rows of a table that is not long are there, so that the keys come to each of them.
        if count <= MANY {
            table.show(ui, |ui| {
                for at in 0..count {
                    let top = ui.cursor().top();
                    self.row_ui(ui, at);
                    if is_newly_chosen && chosen == Some(at) {
                        show_row(ui, top);
                    }
                }
                chrome::follow_focus(ui);
            });
            return;
        }
        table.show_rows(ui, ROW_PT, count, |ui, rows| {
            let first = ui.cursor().top() - rows.start as f32 * ROW_PT;
            for at in rows {
                self.row_ui(ui, at);
            }
            if let Some(chosen) = chosen.filter(|_| is_newly_chosen) {
                show_row(ui, first + chosen as f32 * ROW_PT);
            }
        });
    }

    /// Whether the table tells how far off each point is if it is left out: a spline goes through all of them.
    fn tells_left_out(&self) -> bool {
        self.work.transform() == TransformKind::ThinPlate
    }

    /// How far off a point is, as its row says; nothing where nothing is known.
    fn off(&self, at: usize) -> Option<(Residual, f64)> {
        let fit = self.fitting.fit()?;
        // As few points as it takes are met exactly, which tells nothing.
        fit.accuracy_m?;
        let residual = fit.residuals.iter().find(|(pair, _)| *pair == at).map(|(_, residual)| *residual)?;
        let off_m = if self.tells_left_out() { residual.left_out_m? } else { residual.length_m };
        Some((residual, off_m))
    }

    /// What the columns of the table are.
    fn columns_ui(&self, ui: &mut Ui) {
        let (rect, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), 18.0), Sense::hover());
        let painter = ui.painter_at(rect);
        let (font, second) =
            (FontId::new(11.0, FontFamily::Proportional), theme::ink(theme::theme_of(ui.ctx()).palette().second));
        let left = rect.left() + TICK_PT + COLUMN_PT;
        let right = rect.right() - 46.0;
        let off = if self.tells_left_out() { "Off if left out" } else { "Off by" };
        let text = |x: f32, align: Align2, words: &str| {
            painter.text(Pos2::new(x, rect.center().y), align, words, font.clone(), second)
        };
        text(left, Align2::LEFT_CENTER, "Column, row");
        if right - OFF_PT - left - PIXEL_PT > 120.0 {
            text(left + PIXEL_PT, Align2::LEFT_CENTER, "Place");
        }
        text(right, Align2::RIGHT_CENTER, off);
    }

    fn row_ui(&mut self, ui: &mut Ui, at: usize) {
        let Some(pair) = self.work.pairs().get(at).copied() else { return };
        let residual = self.off(at);
        ui.push_id(at, |ui| {
            ui.horizontal(|ui| {
                ui.set_height(ROW_PT);
                ui.spacing_mut().item_spacing.x = 4.0;
                let mut is_used = pair.is_used;
                let used = outlined(ui, |ui| ui.checkbox(&mut is_used, ""));
                let name = format!("Use point {}", at + 1);
                used.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, is_used, &name));
                if tip(used, "Whether the map goes through it").changed() {
                    self.work.use_pair(at, is_used);
                }
                let width = (ui.available_width() - 40.0).max(60.0);
                let (rect, row) = ui.allocate_exact_size(Vec2::new(width, ROW_PT), Sense::click());
                let is_chosen = self.work.chosen() == Some(at);
                let off = residual.map(|(_, off_m)| metres(off_m));
                let name = format!(
                    "Point {}: {}; {}{}",
                    at + 1,
                    pair.pixel.map_or_else(|| "not on the picture yet".to_owned(), pixel_words),
                    pair.place.map_or_else(|| "not on the map yet".to_owned(), place_words),
                    off.as_ref().map(|off| format!("; off by {off}")).unwrap_or_default(),
                );
                row.widget_info(|| WidgetInfo::selected(Role::Button, true, is_chosen, &name));
                paint_row(ui, rect, (at, &pair), off.as_deref(), (is_chosen, row.hovered()));
                if row.clicked() {
                    self.work.choose(Some(at));
                    if let Some(pixel) = pair.pixel {
                        self.view.reveal(pixel);
                    }
                }
                if let Some((residual, _)) = residual {
                    let left_out = residual
                        .left_out_m
                        .map(|left_out_m| format!("; off by {} if it is left out", metres(left_out_m)));
                    row.on_hover_text(format!(
                        "{} east, {} north{}",
                        signed(residual.east_m),
                        signed(residual.north_m),
                        left_out.unwrap_or_default()
                    ));
                }
                if icon_button(ui, icons::X, &format!("Remove point {}", at + 1), true).clicked() {
                    self.work.remove(at);
                }
            });
        });
    }

    /// What can be typed of the chosen point, or of a new one.
    fn fields_ui(&mut self, ui: &mut Ui, wish: &mut Option<Wish>) {
        let chosen = self.work.chosen();
        let pair = chosen.and_then(|chosen| self.work.pairs().get(chosen)).copied();
        ui.add_space(2.0);
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            if icon_button(ui, icons::PLUS, "Type a new point", chosen.is_some()).clicked() {
                self.work.choose(None);
                ui.memory_mut(|memory| memory.request_focus(field_id(PIXEL)));
            }
            let pixel = pair.and_then(|pair| pair.pixel).map(pixel_words).unwrap_or_default();
            if let Some(said) = self.field_ui(ui, PIXEL, &pixel, "column, row", 136.0) {
                match two_numbers(&said) {
                    Some(at) if !self.work.has_pixel(at) => {
                        let (width, height) = self.work.size_px();
                        self.fail(format!(
                            "“{said}” is outside of the picture, which has {width} columns and {height} rows"
                        ));
                    }
                    Some(at) => {
                        self.error.clear();
                        match chosen {
                            Some(chosen) => self.work.move_pixel(chosen, at),
                            None => {
                                let is_put = self.work.put_pixel(at);
                                self.tell_full(is_put);
                            }
                        }
                        self.view.reveal(at);
                    }
                    None => self.fail(format!("“{said}” is no column and row, such as 120.5, 80")),
                }
            }
            let place = pair.and_then(|pair| pair.place).map(place_words).unwrap_or_default();
            let width = (ui.available_width() - 52.0).max(60.0);
            if let Some(said) = self.field_ui(ui, PLACE, &place, "48.74, 37.58 · 37U CQ 9 5 · …", width) {
                match readings(&said).ok().and_then(|readings| readings.first().copied()) {
                    Some(reading) => {
                        self.error.clear();
                        self.take_place(reading.at);
                    }
                    None => self.fail(format!("“{said}” is no place in degrees, UTM or MGRS; Find… looks for names")),
                }
            }
            let find = ui.add(Button::new("Find…"));
            if tip(find, "Find the place by its name, or by its coordinates in any form").clicked() {
                *wish = Some(Wish::FindPlace);
            }
        });
        if ui.input(|input| input.key_pressed(Key::Escape)) {
            self.typed = Typed::default();
        }
    }

    /// A field; what it says once Enter is pressed or it is left, if that is something else.
    fn field_ui(&mut self, ui: &mut Ui, name: &'static str, now: &str, hint: &str, width: f32) -> Option<String> {
        let chosen = self.work.chosen();
        let typed = self.typed.0.as_ref().filter(|(of, field, _)| *of == chosen && *field == name);
        let is_typed = typed.is_some();
        let mut text = typed.map_or_else(|| now.to_owned(), |(.., text)| text.clone());
        let line = line_edit(&mut text).desired_width(width - 16.0).hint_text(hint).id(field_id(name));
        let line = line.font(FontId::new(12.0, FontFamily::Monospace));
        let line = ui.add(line);
        let whose = chosen.map_or_else(|| "of a new point".to_owned(), |chosen| format!("of point {}", chosen + 1));
        let said = format!("{name} {whose}");
        line.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, &said));
        if line.changed() {
            self.typed = Typed(Some((chosen, name, text)));
            return None;
        }
        if !is_typed || line.has_focus() {
            return None;
        }
        self.typed = Typed::default();
        let is_given_up = ui.input(|input| input.key_pressed(Key::Escape));
        (!is_given_up && !text.trim().is_empty() && text.trim() != now.trim()).then_some(text)
    }
}

/// Scrolls so far that a row that begins there is seen.
fn show_row(ui: &Ui, top: f32) {
    let rows = ui.max_rect();
    ui.scroll_to_rect(Rect::from_min_size(Pos2::new(rows.left(), top), Vec2::new(1.0, ROW_PT)), None);
}

/// Draws a row of the table.
fn paint_row(ui: &Ui, rect: Rect, (at, pair): (usize, &Pair), off: Option<&str>, (is_chosen, is_hot): (bool, bool)) {
    let palette = theme::theme_of(ui.ctx()).palette();
    let painter = ui.painter_at(rect);
    let accent = theme::ink(palette.accent);
    if is_chosen {
        painter.rect(
            rect,
            4.0,
            theme::ink(palette.accent.with_opacity(0.14)),
            Stroke::new(1.0, accent),
            egui::StrokeKind::Inside,
        );
    } else if is_hot {
        painter.rect_filled(rect, 4.0, theme::ink(palette.ink.with_opacity(0.06)));
    }
    let ink = theme::ink(if pair.is_used { palette.ink } else { palette.second });
    let mono = FontId::new(11.5, FontFamily::Monospace);
    let middle = rect.center().y;
    let off_x = rect.right() - 6.0;
    let text = |x: f32, align: Align2, words: &str, font: &FontId, color| {
        painter.text(Pos2::new(x, middle), align, words, font.clone(), color)
    };
    text(rect.left() + 6.0, Align2::LEFT_CENTER, &(at + 1).to_string(), &FontId::new(12.5, theme::semi_bold()), ink);
    let second = theme::ink(palette.second);
    let column = rect.left() + COLUMN_PT;
    match pair.pixel {
        Some(pixel) => text(column, Align2::LEFT_CENTER, &pixel_words(pixel), &mono, ink),
        None => text(column, Align2::LEFT_CENTER, "click the picture", &mono, second),
    };
    // Where there is little room, how far off a point is comes before where it is.
    let place_x = column + PIXEL_PT;
    if rect.right() - OFF_PT - place_x > 120.0 {
        let clip = Rect::from_min_max(Pos2::new(place_x, rect.top()), Pos2::new(rect.right() - OFF_PT, rect.bottom()));
        let words = pair.place.map_or_else(|| "click the map".to_owned(), place_words);
        let color = if pair.place.is_some() { ink } else { second };
        painter.with_clip_rect(clip.intersect(painter.clip_rect())).text(
            Pos2::new(place_x, middle),
            Align2::LEFT_CENTER,
            words,
            mono.clone(),
            color,
        );
    }
    if let Some(off) = off {
        text(off_x, Align2::RIGHT_CENTER, off, &mono, ink);
    } else if !pair.is_used {
        text(off_x, Align2::RIGHT_CENTER, "not used", &mono, second);
    }
}

/// What a kind of map is for.
fn help(kind: TransformKind) -> &'static str {
    match kind {
        TransformKind::Affine => "Shift, turn, scale and shear: for maps that were scanned flat",
        TransformKind::Projective => "As a plane looks in perspective: for photographs of maps",
        TransformKind::ThinPlate => "Bent so that every point fits: for old or torn maps",
    }
}

/// A length as finely as points are set: `12.3 m`, `1,204 m`.
fn metres(length_m: f64) -> String {
    let digits = if length_m < 100.0 { 1 } else { 0 };
    if length_m < 10_000.0 { format!("{} m", words::number(length_m, digits)) } else { words::distance(length_m) }
}

fn signed(length_m: f64) -> String {
    format!("{}{}", if length_m < 0.0 { "−" } else { "+" }, metres(length_m.abs()))
}

fn pixel_words(pixel: Point) -> String {
    format!("{:.1}, {:.1}", pixel.x, pixel.y)
}

fn place_words(at: Coord<f64>) -> String {
    let (north, east) = (if at.y < 0.0 { 'S' } else { 'N' }, if at.x < 0.0 { 'W' } else { 'E' });
    format!("{:.5}° {north} {:.5}° {east}", at.y.abs(), at.x.abs())
}

/// `120.5, 80`, `120.5 80` or `120.5; 80`.
fn two_numbers(text: &str) -> Option<Point> {
    let parts: Vec<&str> = text.split([',', ';', ' ', '\t']).filter(|part| !part.is_empty()).collect();
    let [x, y] = parts.as_slice() else { return None };
    let (x, y) = (x.parse::<f64>().ok()?, y.parse::<f64>().ok()?);
    (x.is_finite() && y.is_finite()).then(|| Point::new(x, y))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_reads_back_as_it_is_shown() {
        for at in [Coord { x: 37.5844, y: 48.7389 }, Coord { x: -0.125, y: -33.5 }] {
            let read = readings(&place_words(at)).unwrap()[0].at;
            assert!((read.x - at.x).abs() < 1e-5 && (read.y - at.y).abs() < 1e-5, "{read:?}");
        }
    }

    #[test]
    fn columns_and_rows_are_read_however_they_are_parted() {
        for text in ["120.5, 80", "120.5 80", "120.5;80"] {
            assert_eq!(two_numbers(text), Some(Point::new(120.5, 80.0)), "{text}");
        }
        assert!(["", "1", "1,2,3", "a,b", "NaN, 1", "inf, 2"].iter().all(|text| two_numbers(text).is_none()));
    }
}
