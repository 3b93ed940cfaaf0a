//! How annotations look, and in which layer they lie.

use eframe::egui::{self, Color32, ComboBox, DragValue, Role, Slider, Ui, Vec2, WidgetInfo};

use super::name::LOCKED;
use super::{Selected, Subject, Typed};
use crate::app::widgets::{color_dot, tick, tip};
use crate::app::{chrome, theme};
use crate::document::annotation::{
    Dash, Hatch, MarkerSize, PointKind, Rgb, SAFE_COLORS, STROKE_WIDTH_PT, Shape, Style, Symbol, TEXT_SIZE_PT,
};
use crate::document::{Annotation, AnnotationId};
use crate::scene::palette::Theme;
use crate::session::{Action, Annotate, Session, StyleChange};

/// Shows the section.
pub(crate) fn style_ui(ui: &mut Ui, subject: &Subject<'_>, _: &mut Typed, actions: &mut Vec<Action>) {
    let Selected::Annotations(selected) = &subject.selected else { return };
    let Some(first) = selected.first() else { return };
    let ids = subject.ids();
    ui.add_enabled_ui(!subject.is_locked(), |ui| {
        look_ui(ui, selected, &first.style, |change| {
            actions.push(Action::Annotate(ids.clone(), Annotate::Restyle(change)));
        });
        layer_ui(ui, subject.session, &ids, first, actions);
    });
}

/// A control that says why it can't be used where what is selected is locked.
fn locked(control: egui::Response, name: &str) -> egui::Response {
    control.on_disabled_hover_text(format!("{name}. {LOCKED}"))
}

/// The controls of a look; only those that change something about what is selected.
fn look_ui(ui: &mut Ui, selected: &[&Annotation], style: &Style, mut change: impl FnMut(StyleChange)) {
    let any = |is: &dyn Fn(&Shape) -> bool| selected.iter().any(|annotation| is(&annotation.shape));
    let marker = any(&|shape| matches!(shape, Shape::Point { kind: PointKind::Marker, .. }));
    let text = any(&Shape::is_text);
    let area = any(&Shape::is_area);
    let line = any(&|shape| matches!(shape, Shape::Path { .. } | Shape::Other(_))) || area;
    if marker {
        row_ui(ui, "Symbol", |ui, label| {
            choose(ui, label, "Marker symbol", style.symbol, &SYMBOLS, |symbol| change(StyleChange::Symbol(symbol)));
            choose(ui, label, "Marker size", style.marker_size, &SIZES, |size| change(StyleChange::MarkerSize(size)));
        });
        color_ui(ui, "Colour", "Marker colour", style.marker, |rgb| change(StyleChange::Marker(rgb)));
        row_ui(ui, "Number", |ui, _| {
            let mut numbered = style.number.is_some();
            let check = tick(ui, &mut numbered, "");
            check.widget_info(|| WidgetInfo::selected(Role::CheckBox, check.enabled(), numbered, "Numbered marker"));
            if locked(tip(check, "The map shows a number in the marker"), "Numbered marker").changed() {
                change(StyleChange::Number(numbered.then_some(1)));
            }
            if let Some(mut number) = style.number {
                let response = ui.add(DragValue::new(&mut number).range(0..=999));
                response.widget_info(|| WidgetInfo::labeled(Role::SpinButton, true, "Marker number"));
                if locked(response, "Marker number").changed() {
                    change(StyleChange::Number(Some(number)));
                }
            }
        });
    }
    if line {
        color_ui(ui, "Line", "Line colour", style.stroke, |rgb| change(StyleChange::Stroke(rgb)));
        number_ui(ui, "Width", "Line width", style.stroke_width_pt, STROKE_WIDTH_PT, " pt", |width_pt| {
            change(StyleChange::StrokeWidth(width_pt));
        });
        percent_ui(ui, "Opacity", "Line opacity", style.stroke_opacity, |opacity| {
            change(StyleChange::StrokeOpacity(opacity));
        });
        row_ui(ui, "Dashes", |ui, label| {
            choose(ui, label, "Dashes", style.dash, &DASHES, |dash| change(StyleChange::Dash(dash)));
        });
    }
    if area {
        color_ui(ui, "Fill", "Fill colour", style.fill, |rgb| change(StyleChange::Fill(rgb)));
        percent_ui(ui, "Opacity", "Fill opacity", style.fill_opacity, |opacity| {
            change(StyleChange::FillOpacity(opacity));
        });
        row_ui(ui, "Hatch", |ui, label| {
            choose(ui, label, "Hatch", style.hatch, &HATCHES, |hatch| change(StyleChange::Hatch(hatch)));
        });
    }
    number_ui(ui, "Text", "Text size", style.text_size_pt, TEXT_SIZE_PT, " pt", |size_pt| {
        change(StyleChange::TextSize(size_pt));
    });
    if text {
        let ink = Rgb::new(0x1B1D20);
        color_ui(ui, "Text colour", "Text colour", style.text.unwrap_or(ink), |rgb| {
            change(StyleChange::Text(Some(rgb)));
        });
    }
    if selected.iter().all(|annotation| annotation.shape.is_text()) {
        return;
    }
    row_ui(ui, "On the map", |ui, _| {
        if selected.iter().any(|annotation| !annotation.shape.is_text()) {
            let mut show = style.show_title;
            if locked(tick(ui, &mut show, "Title"), "Title").changed() {
                change(StyleChange::ShowTitle(show));
            }
        }
        if line {
            let mut show = style.show_measure;
            if locked(tick(ui, &mut show, "Size"), "Size").changed() {
                change(StyleChange::ShowMeasure(show));
            }
        }
    });
}

const SYMBOLS: [(Symbol, &str); 7] = [
    (Symbol::Pin, "Pin"),
    (Symbol::Circle, "Circle"),
    (Symbol::Square, "Square"),
    (Symbol::Triangle, "Triangle"),
    (Symbol::Diamond, "Diamond"),
    (Symbol::Star, "Star"),
    (Symbol::Cross, "Cross"),
];

const SIZES: [(MarkerSize, &str); 3] =
    [(MarkerSize::Small, "Small"), (MarkerSize::Medium, "Medium"), (MarkerSize::Large, "Large")];

pub(super) const DASHES: [(Dash, &str); 3] =
    [(Dash::Solid, "Solid"), (Dash::Dashed, "Dashed"), (Dash::Dotted, "Dotted")];

const HATCHES: [(Hatch, &str); 5] = [
    (Hatch::None, "None"),
    (Hatch::Rising, "Rising lines"),
    (Hatch::Falling, "Falling lines"),
    (Hatch::Level, "Horizontal lines"),
    (Hatch::Dots, "Dots"),
];

/// Width of the column of names.
const NAME_PT: f32 = 78.0;

pub(super) fn row_ui(ui: &mut Ui, name: &str, content: impl FnOnce(&mut Ui, egui::Id)) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let shade = theme::theme_of(ui.ctx());
        let label = ui.allocate_ui(Vec2::new(NAME_PT, 24.0), |ui| {
            ui.set_min_width(NAME_PT);
            ui.label(theme::second(name, shade))
        });
        content(ui, label.inner.id);
    });
}

pub(super) fn choose<T: Copy + PartialEq>(
    ui: &mut Ui,
    _label: egui::Id,
    name: &str,
    now: T,
    choices: &[(T, &str)],
    mut chosen: impl FnMut(T),
) {
    let text = choices.iter().find(|(value, _)| *value == now).map_or("", |(_, text)| text);
    let list = ComboBox::from_id_salt(name).selected_text(text).width(96.0);
    let list = chrome::list_ui(ui, list, |ui| {
        for (value, text) in choices {
            if chrome::choice_ui(ui, *value == now, *text) {
                chosen(*value);
            }
        }
    });
    list.widget_info(|| WidgetInfo::labeled(Role::ComboBox, list.enabled(), name));
    locked(list, name);
}

/// The colours that stay apart for all readers, and any other.
fn color_ui(ui: &mut Ui, row: &str, name: &str, now: Rgb, mut chosen: impl FnMut(Rgb)) {
    row_ui(ui, row, |ui, _| {
        ui.spacing_mut().item_spacing.x = 1.0;
        for (title, rgb) in SAFE_COLORS {
            let (rect, response) = ui.allocate_exact_size(Vec2::splat(24.0), egui::Sense::click());
            let on = rgb == now;
            let label = format!("{name}: {title}");
            response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, on, &label));
            color_dot(ui, rect, color(rgb), on, &response);
            if locked(response.on_hover_text(title), &label).clicked() {
                chosen(rgb);
            }
        }
        let mut free = [now.r, now.g, now.b];
        let picker = ui.color_edit_button_srgb(&mut free);
        picker.widget_info(|| WidgetInfo::labeled(Role::ColorWell, true, format!("{name}: any colour")));
        if locked(tip(picker, "Any other colour"), &format!("{name}: any colour")).changed() {
            let [r, g, b] = free;
            chosen(Rgb { r, g, b });
        }
    });
}

pub(super) fn number_ui(
    ui: &mut Ui,
    row: &str,
    name: &str,
    now: f64,
    range: std::ops::RangeInclusive<f64>,
    suffix: &str,
    mut chosen: impl FnMut(f64),
) {
    row_ui(ui, row, |ui, _| {
        let mut value = now;
        let response = ui.add(DragValue::new(&mut value).range(range).speed(0.1).max_decimals(1).suffix(suffix));
        response.widget_info(|| WidgetInfo::labeled(Role::SpinButton, true, name));
        if locked(response, name).changed() {
            chosen(value);
        }
    });
}

pub(super) fn count_ui(
    ui: &mut Ui,
    row: &str,
    name: &str,
    now: usize,
    range: std::ops::RangeInclusive<usize>,
    mut chosen: impl FnMut(usize),
) {
    row_ui(ui, row, |ui, _| {
        let mut value = now;
        let response = ui.add(DragValue::new(&mut value).range(range).speed(0.05));
        response.widget_info(|| WidgetInfo::labeled(Role::SpinButton, true, name));
        if response.changed() {
            chosen(value);
        }
    });
}

pub(super) fn percent_ui(ui: &mut Ui, row: &str, name: &str, now: f64, mut chosen: impl FnMut(f64)) {
    row_ui(ui, row, |ui, _| {
        let mut percent = now * 100.0;
        let response = ui.add(Slider::new(&mut percent, 0.0..=100.0).suffix(" %").fixed_decimals(0));
        response.widget_info(|| WidgetInfo::slider(true, percent, name));
        if locked(response, name).changed() {
            chosen(percent / 100.0);
        }
    });
}

fn layer_ui(ui: &mut Ui, session: &Session, ids: &[AnnotationId], first: &Annotation, actions: &mut Vec<Action>) {
    let layers = &session.document().layers;
    if layers.len() < 2 {
        return;
    }
    row_ui(ui, "Layer", |ui, _| {
        let title = session.document().layer(first.layer).map_or("", |layer| &layer.title);
        let list = ComboBox::from_id_salt("layer").selected_text(title);
        let list = chrome::list_ui(ui, list, |ui| {
            for layer in layers.iter().rev() {
                if chrome::choice_ui(ui, layer.id == first.layer, &layer.title) {
                    actions.push(Action::Annotate(ids.to_vec(), Annotate::ToLayer(layer.id)));
                }
            }
        });
        list.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, "Layer"));
        locked(list, "Layer");
    });
}

/// The colour by which an annotation is known, as far as it can be told apart from the panel.
pub(crate) fn color_of(annotation: &Annotation, shade: Theme) -> Color32 {
    let ink = theme::ink(shade.palette().ink);
    match &annotation.shape {
        Shape::Point { kind: PointKind::Marker, .. } => color(annotation.style.marker),
        shape if shape.is_text() => annotation.style.text.map_or(ink, color),
        _ => color(annotation.style.stroke),
    }
}

fn color(rgb: Rgb) -> Color32 {
    Color32::from_rgb(rgb.r, rgb.g, rgb.b)
}
