//! What stands on and around the map of a figure: its words, its furniture and where each stands, its legend.

use eframe::egui::{self, Align, Button, ComboBox, Layout, RichText, Role, Ui, WidgetInfo};

use super::ExportPanel;
use super::controls::text_named;
use super::figure_preview::piece_id;
use crate::app::reading_order::words_field;
use crate::app::widgets::{capital, line_edit, tick};
use crate::app::{chrome, icons, theme};
use crate::figure::{self, Corner, Piece, Place};

impl ExportPanel {
    /// What has a place on the map and no room there, as far as it has been laid out.
    fn crowded_out(&self) -> Vec<Piece> {
        let seen = self.preview.seen().filter(|_| self.preview.is_of(&self.options));
        seen.map(|seen| seen.moved_off.clone()).unwrap_or_default()
    }

    /// Kicker, title and subtitle. A field that is empty has what the figure suggests, which shows in it.
    pub(super) fn words_ui(&mut self, ui: &mut Ui) {
        let crowded_out = self.crowded_out();
        let suggested = self.preview.seen().map(|seen| seen.suggested.clone()).unwrap_or_default();
        let options = &mut self.options;
        for (piece, words, hint, name) in [
            (Piece::Kicker, &mut options.kicker, suggested.kicker.as_str(), "Text of the kicker"),
            (Piece::Title, &mut options.title, suggested.title.as_str(), "Text of the title"),
            (Piece::Subtitle, &mut options.subtitle, suggested.subtitle.as_str(), "Text of the subtitle"),
        ] {
            let mut text = words.clone().unwrap_or_default();
            let mut on = options.furniture.has(piece);
            ui.horizontal(|ui| {
                if tick(ui, &mut on, piece.label()).changed() {
                    options.furniture.set(piece, on);
                }
                if piece.has_place() && on {
                    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                        let has_room = !crowded_out.contains(&piece);
                        place_ui(ui, piece, has_room, &mut options.furniture);
                    });
                }
            });
            let field = line_edit(&mut text).hint_text(hint).desired_width(f32::INFINITY);
            let field = ui.add_enabled_ui(on, |ui| words_field(ui, field, false)).inner;
            text_named(&field, &text, name);
            // A field of which nobody has typed in the words is left as it was, the empty title of an old project too.
            if field.changed() {
                *words = Some(text).filter(|text| !text.is_empty());
            }
            field.on_disabled_hover_text("Tick it first");
        }
    }

    /// What stands on and around the map; what can be put elsewhere takes a row, with its place.
    pub(super) fn parts_ui(&mut self, ui: &mut Ui) {
        let crowded_out = self.crowded_out();
        let furniture = &mut self.options.furniture;
        let listed = |piece: &Piece| !matches!(piece, Piece::Title | Piece::Kicker | Piece::Subtitle);
        for piece in Piece::all().filter(listed).filter(|piece| piece.has_place()) {
            let mut on = furniture.has(piece);
            ui.horizontal(|ui| {
                if tick(ui, &mut on, piece.label()).changed() {
                    furniture.set(piece, on);
                }
                if on {
                    let has_room = !crowded_out.contains(&piece);
                    ui.with_layout(Layout::right_to_left(Align::Center), |ui| place_ui(ui, piece, has_room, furniture));
                }
            });
        }
        let reset = Button::new(RichText::new("Reset places").size(12.0)).small();
        let reset = ui.add_enabled(!furniture.is_usual(), reset);
        let reset = reset.on_disabled_hover_text("Everything is in its usual place");
        if reset.on_hover_text("Move everything back to its usual place").clicked() {
            furniture.reset_places();
        }
        ui.add_space(4.0);
        let column = (ui.available_width() / 2.0 - 6.0).max(120.0);
        egui::Grid::new("figure parts").num_columns(2).min_col_width(column).spacing([10.0, 4.0]).show(ui, |ui| {
            let others = Piece::all().filter(listed).filter(|piece| !piece.has_place());
            for (index, piece) in others.enumerate() {
                let mut on = furniture.has(piece);
                if tick(ui, &mut on, piece.label()).changed() {
                    furniture.set(piece, on);
                }
                if index % 2 == 1 {
                    ui.end_row();
                }
            }
        });
    }

    pub(super) fn names_ui(&mut self, ui: &mut Ui) {
        let shown = self.preview.seen().map(|seen| seen.shown.clone()).unwrap_or_default();
        let names = &mut self.options.legend_names;
        egui::CollapsingHeader::new("Names in the legend").show(ui, |ui| {
            for (id, title) in &shown {
                let mut name = names.get(id).cloned().unwrap_or_default();
                let field = line_edit(&mut name).hint_text(title.as_str()).desired_width(f32::INFINITY);
                let field = words_field(ui, field, false);
                if field.changed() {
                    if name.trim().is_empty() {
                        names.remove(id);
                    } else {
                        names.insert(id.clone(), name.clone());
                    }
                }
                text_named(&field, &name, &format!("Name of {title} in the legend"));
            }
        });
    }
}

/// Where a piece stands: a corner, off the map, or wherever it is moved to; it may have no room there.
fn place_ui(ui: &mut Ui, piece: Piece, has_room: bool, furniture: &mut figure::Furniture) {
    let words = |place: Option<Place>| match place {
        Some(Place::Corner(corner)) => capital(&corner.name().replace('-', " ")),
        Some(Place::Free(_)) => "Custom place".to_owned(),
        None => capital(piece.off_map()),
    };
    let name = piece.noun();
    let hand = ui.add(Button::new(theme::icon(icons::HAND, 14.0)).small());
    let them = piece.pronoun();
    let hand = hand.on_hover_text(format!("Move {name} in the preview: drag {them} there, or use the arrow keys now"));
    hand.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Move {name}")));
    if hand.clicked() {
        ui.memory_mut(|memory| memory.request_focus(piece_id(piece)));
    }
    let current = furniture.place_of(piece);
    let shown = if has_room { words(current) } else { "No room on the map".to_owned() };
    let list = ComboBox::from_id_salt(("place", piece.name())).selected_text(&shown).width(144.0);
    let list = chrome::list_ui(ui, list, |ui| {
        for place in std::iter::once(None).chain(Corner::ALL.map(|corner| Some(corner.into()))) {
            if chrome::choice_ui(ui, current == place, words(place)) {
                furniture.place(piece, place);
            }
        }
    });
    list.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::ComboBox, true, format!("Place of {name}"));
        info.current_text_value = Some(shown.clone());
        info
    });
    if !has_room {
        let place = words(current).to_lowercase();
        let why = format!(
            "{} would cover too much of the map, or of what is there ({place}), so it stays off the map",
            capital(name)
        );
        list.on_hover_text(why);
    }
}
