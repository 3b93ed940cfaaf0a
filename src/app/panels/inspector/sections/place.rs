//! The coordinates of a marker, of words, of a circle's middle or of what a callout points at: seen, copied and typed.

use eframe::egui::{self, Ui};

use crate::app::icons;
use crate::app::theme;
use crate::app::widgets::{icon_button, line_edit, small_warning_ui};
use crate::document::annotation::Shape;
use crate::document::{Annotation, AnnotationId};
use crate::dossier::words;
use crate::formats::coordinates::{How, Reading, readings};
use crate::geometry::Coord;
use crate::scene::palette::Theme;
use crate::session::{Action, Annotate};

/// Coordinates that are being typed: they count once they are done.
#[derive(Debug, Clone, Default)]
pub(crate) struct PlaceWords {
    /// Whose they are, while they are typed or wrong.
    of: Option<AnnotationId>,
    text: String,
    /// Why they do not count.
    wrong: String,
    /// What was made of two bare numbers, and the other reading of them.
    other: Option<(AnnotationId, Coord<f64>, Reading)>,
}

/// The place of an annotation that has one.
fn place_of(annotation: &Annotation) -> Option<Coord<f64>> {
    match &annotation.shape {
        Shape::Point { at, .. } | Shape::Callout { target: at, .. } | Shape::Circle { center: at, .. } => Some(*at),
        Shape::Path { .. } | Shape::Area { .. } | Shape::Other(_) => None,
    }
}

/// Shows the coordinates of an annotation that has one place.
pub(super) fn place_ui(
    ui: &mut Ui,
    annotation: &Annotation,
    locked: bool,
    shade: Theme,
    typed: &mut PlaceWords,
    actions: &mut Vec<Action>,
) {
    let Some(at) = place_of(annotation) else { return };
    let id = annotation.id;
    let now = words::exact_position(at.x, at.y);
    let is_typed = typed.of == Some(id);
    let mut text = if is_typed { typed.text.clone() } else { now.clone() };
    let label = ui.label(match annotation.shape {
        Shape::Callout { .. } => "Coordinates of what it points at",
        Shape::Circle { .. } => "Coordinates of the middle",
        _ => "Coordinates",
    });
    ui.horizontal(|ui| {
        let width_pt = (ui.available_width() - 32.0).max(80.0);
        let field = line_edit(&mut text)
            .desired_width(width_pt)
            .font(egui::TextStyle::Monospace)
            .id(egui::Id::unique("coordinates of the annotation"));
        let field = ui.add_enabled(!locked, field).labelled_by(label.id);
        let field = field.on_disabled_hover_text("It is locked");
        let field = field.on_hover_text("Latitude and longitude in any usual form, UTM, MGRS, or a link to a map");
        if icon_button(ui, icons::COPY, "Copy the coordinates", true).clicked() {
            actions.push(Action::CopyText(now.clone()));
        }
        if field.changed() {
            *typed = PlaceWords { of: Some(id), text: text.clone(), ..PlaceWords::default() };
        } else if is_typed && !field.has_focus() && field.lost_focus() {
            let given_up = ui.input(|input| input.key_pressed(egui::Key::Escape));
            leave(typed, id, at, &now, given_up, actions);
        }
    });
    if typed.of == Some(id) && !typed.wrong.is_empty() {
        small_warning_ui(ui, &typed.wrong);
    }
    other_ui(ui, typed, id, at, shade, actions);
}

/// What comes of leaving the field.
fn leave(
    typed: &mut PlaceWords,
    id: AnnotationId,
    at: Coord<f64>,
    now: &str,
    given_up: bool,
    actions: &mut Vec<Action>,
) {
    let text = std::mem::take(&mut typed.text);
    if given_up || text.trim() == now {
        *typed = PlaceWords::default();
        return;
    }
    match readings(&text) {
        Ok(found) => {
            let other = found.get(1).map(|other| (id, found[0].at, *other));
            *typed = PlaceWords { other, ..PlaceWords::default() };
            if found[0].at != at {
                actions.push(Action::Annotate(vec![id], Annotate::PutAt(found[0].at)));
            }
        }
        Err(error) => {
            let wrong = format!("{}. It stays where it was.", crate::app::widgets::capital(&error.to_string()));
            *typed = PlaceWords { of: Some(id), text, wrong, other: None };
        }
    }
}

/// How two bare numbers were read, and the way to the other reading, until the annotation is elsewhere.
fn other_ui(
    ui: &mut Ui,
    typed: &mut PlaceWords,
    id: AnnotationId,
    at: Coord<f64>,
    shade: Theme,
    actions: &mut Vec<Action>,
) {
    let Some((of, read, other)) = typed.other.filter(|(of, ..)| *of == id) else { return };
    if read != at {
        return;
    }
    let how = match other.how {
        How::LongitudeFirst => "Read with the latitude first.",
        How::LatitudeFirst => "Read with the longitude first.",
        _ => "It can also be read another way.",
    };
    ui.label(theme::second(how, shade));
    if ui.link(format!("Move it to {}", words::position(other.at.x, other.at.y))).clicked() {
        let how = if other.how == How::LongitudeFirst { How::LatitudeFirst } else { other.how };
        typed.other = Some((of, other.at, Reading { at: read, how }));
        actions.push(Action::Annotate(vec![id], Annotate::PutAt(other.at)));
    }
}
