//! The pictures that are placed on the map, in the list of overlays: eye, name, opacity; what is said of each, and how exact
//! it is.

use eframe::egui::{self, Key, Role, Ui, Vec2, WidgetInfo};

use super::layers_panel::eye_ui;
use crate::app::georeference::SAVE_AS;
use crate::app::reading_order::words_field;
use crate::app::widgets::{line_edit, small_warning_ui, tip};
use crate::app::{icons, theme};
use crate::document::Picture;
use crate::dossier::words;
use crate::files::address::is_address;
use crate::formats::crs::Crs;
use crate::formats::day::Day;
use crate::formats::picture::Placement;
use crate::formats::visible::visible;
use crate::session::georeferencing::facts_of;
use crate::session::{Action, PictureChange, Session};

/// Shows the pictures, if there are any; what the user asks for goes to `actions`.
pub(super) fn pictures_ui(ui: &mut Ui, session: &Session, actions: &mut Vec<Action>) {
    let pictures = &session.document().pictures;
    if pictures.is_empty() {
        return;
    }
    let shade = theme::theme_of(ui.ctx());
    ui.add_space(10.0);
    ui.label(theme::section("Pictures", shade));
    for picture in pictures {
        ui.push_id(&picture.id, |ui| picture_ui(ui, picture, actions));
    }
}

fn picture_ui(ui: &mut Ui, picture: &Picture, actions: &mut Vec<Action>) {
    let shade = theme::theme_of(ui.ctx());
    let title = visible(&picture.title);
    let change = |change: PictureChange| Action::Picture(picture.id.clone(), change);
    let open_id = ui.scope_id().with("open");
    let mut is_open = ui.data(|data| data.get_temp::<bool>(open_id)).unwrap_or_default();
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let label = format!("{} {title}", if picture.visible { "Hide" } else { "Show" });
        if tip(eye_ui(ui, picture.visible, &label, shade), "Show or hide").clicked() {
            actions.push(change(PictureChange::Show(!picture.visible)));
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            menu_ui(ui, picture, &title, actions);
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                let name = egui::Button::new(title.as_str()).frame(false).truncate().min_size(Vec2::new(0.0, 24.0));
                let name = ui.add(name);
                name.widget_info(|| WidgetInfo::selected(Role::Button, true, is_open, &title));
                if tip(name, "What is said of it, and how exact it is").clicked() {
                    is_open = !is_open;
                    ui.data_mut(|data| data.insert_temp(open_id, is_open));
                }
            });
        });
    });
    if is_open {
        ui.indent("facts", |ui| facts_ui(ui, picture, actions));
    }
}

fn menu_ui(ui: &mut Ui, picture: &Picture, title: &str, actions: &mut Vec<Action>) {
    let change = |change: PictureChange| Action::Picture(picture.id.clone(), change);
    let button = egui::Button::new(theme::icon(icons::DOTS_THREE, 16.0)).frame(false).min_size(Vec2::splat(24.0));
    let (response, _) = egui::containers::menu::MenuButton::from_button(button).ui(ui, |ui| {
        ui.set_min_width(220.0);
        ui.label(egui::RichText::new(title).family(theme::semi_bold()));
        ui.horizontal(|ui| {
            let label = ui.label("Opacity");
            let mut percent = picture.opacity * 100.0;
            let slider = egui::Slider::new(&mut percent, 0.0..=100.0).suffix(" %").fixed_decimals(0);
            if ui.add(slider).labelled_by(label.id).changed() {
                actions.push(change(PictureChange::Opacity(percent / 100.0)));
            }
        });
        ui.separator();
        if tip(ui.button("Georeference…"), "Mend its control points beside the map").clicked() {
            actions.push(Action::Georeference(picture.id.clone()));
            ui.close();
        }
        if !picture.crop.is_empty() && tip(ui.button("Show all of it"), "Take its crop away").clicked() {
            actions.push(change(PictureChange::Crop(Vec::new())));
            ui.close();
        }
        if tip(ui.button(SAVE_AS), "For other programs").clicked() {
            actions.push(Action::SavePicture(picture.id.clone()));
            ui.close();
        }
        ui.separator();
        for (label, action) in [
            ("Zoom to", Action::ZoomToPicture(picture.id.clone())),
            ("Move up", change(PictureChange::MoveBy(-1))),
            ("Move down", change(PictureChange::MoveBy(1))),
        ] {
            if ui.button(label).clicked() {
                actions.push(action);
                ui.close();
            }
        }
        ui.separator();
        if ui.button("Locate its file…").on_hover_text("Show it from a file that lies elsewhere now").clicked() {
            actions.push(Action::LocatePicture(picture.id.clone()));
            ui.close();
        }
        if is_address(&picture.file.path)
            && ui.button("Fetch its file…").on_hover_text("From its server, once you have said yes to that").clicked()
        {
            actions.push(Action::FetchPicture(picture.id.clone()));
            ui.close();
        }
        if ui.button("Remove").on_hover_text("Undo brings it back").clicked() {
            actions.push(change(PictureChange::Remove));
            ui.close();
        }
    });
    let name = format!("Options of {title}");
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
    tip(response, name);
}

fn facts_ui(ui: &mut Ui, picture: &Picture, actions: &mut Vec<Action>) {
    let shade = theme::theme_of(ui.ctx());
    let mut facts = facts_of(picture);
    let mut is_said = false;
    for (name, text, hint) in [
        ("Name", &mut facts.title, "as in the list and in figures"),
        ("Source", &mut facts.source, "where it is from: an address, an archive"),
        ("Credit", &mut facts.credit, "whom to name, as printed in figures"),
        ("Licence", &mut facts.license, "such as CC BY 4.0"),
    ] {
        if let Some(said) = field_ui(ui, name, text, hint) {
            *text = said;
            is_said = true;
        }
    }
    let day = picture.as_of.clone().unwrap_or_default();
    if let Some(said) = field_ui(ui, "As of", &day, "such as 1943 or 2025-12-15") {
        match (said.trim(), said.trim().parse::<Day>()) {
            ("", _) => facts.as_of = None,
            (_, Ok(day)) => facts.as_of = Some(day),
            (_, Err(_)) => {}
        }
        is_said = true;
    }
    if is_said {
        actions.push(Action::Picture(picture.id.clone(), PictureChange::Describe(facts)));
    }
    if picture.file.sha256.is_empty() {
        small_warning_ui(ui, "Its picture has not been found yet: locate it in its options");
    }
    if picture.source.is_empty() || picture.license.is_empty() {
        small_warning_ui(ui, "Figures warn of a picture without a source or a licence");
    }
    let placed = match &picture.placement {
        Placement::Points { transform, points } => {
            let exact = picture.accuracy_m().map_or_else(|| "accuracy unknown".to_owned(), words::picture_accuracy);
            format!("{} through {} control points, {exact}", transform.label(), points.len())
        }
        Placement::Plane { crs, .. } => {
            let name = Crs::parse(crs).map_or_else(|_| "its own system".to_owned(), |crs| crs.label());
            format!("Placed by its own positions in {name}")
        }
    };
    ui.add(egui::Label::new(theme::second(placed, shade)).wrap());
    let [width, height] = picture.size_px;
    let file = format!("File: {} · {width} × {height} pixels", picture.file.name());
    let more = format!("{}\nSHA-256 {}", picture.file.path.display(), picture.file.sha256);
    ui.label(theme::second(file, shade)).on_hover_text(more);
    ui.add_space(6.0);
}

/// A field of one line; what it says once it is left or Enter is pressed, if that is something else.
fn field_ui(ui: &mut Ui, name: &str, now: &str, hint: &str) -> Option<String> {
    let id = ui.scope_id().with(name);
    let label = ui.label(name);
    let typed = ui.data(|data| data.get_temp::<String>(id));
    let mut text = typed.clone().unwrap_or_else(|| now.to_owned());
    let field = line_edit(&mut text).desired_width(f32::INFINITY).hint_text(hint).id(id.with("field"));
    let field = words_field(ui, field, false).labelled_by(label.id);
    if field.changed() {
        ui.data_mut(|data| data.insert_temp(id, text));
        return None;
    }
    if typed.is_none() || field.has_focus() {
        return None;
    }
    ui.data_mut(|data| data.remove::<String>(id));
    let is_given_up = ui.input(|input| input.key_pressed(Key::Escape));
    (!is_given_up && text.trim() != now.trim()).then_some(text)
}
