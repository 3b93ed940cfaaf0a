//! The style of all kinds of features, or of one: lines, fills, patterns and points.

use eframe::egui::{DragValue, Role, Ui, WidgetInfo};

use super::super::style::{DASHES, choose, number_ui};
use super::colors::color_ui;
use super::{Editor, Styled, Whose, percent_ui, row_ui};
use crate::document::annotation::Dash;
use crate::dossier::model::{PatternKind, StylePart};
use crate::dossier::{Dimension, Style};
use crate::formats::simplestyle::MarkerSize;

/// The style of all kinds or of one.
pub(super) fn part_ui(ui: &mut Ui, editor: &mut Editor<'_>, whose: Whose<'_>, typed: &mut Styled) {
    let of = match whose {
        Whose::All => String::new(),
        Whose::Kind(kind) => format!(" of kind {}", kind.title),
    };
    let named = |what: &str| format!("{what}{of}");
    let part = editor.part(whose);
    // What stands in a control where nothing has been changed: of several kinds there is no one colour.
    let given = match whose {
        Whose::Kind(kind) => kind.style.clone(),
        Whose::All => editor.kinds.list().first().map_or_else(Style::default, |kind| kind.style.clone()),
    };
    let has_one_color = matches!(whose, Whose::Kind(_)) || editor.kinds.list().len() < 2;
    let now = |said: &Option<String>, given: &Option<String>| match said {
        Some(color) => Some(color.clone()),
        None if has_one_color => Some(given.clone().unwrap_or_else(|| "none".to_owned())),
        None => None,
    };
    let has = |dimension: Dimension| match whose {
        Whose::Kind(kind) => kind.dimension == dimension,
        Whose::All => editor.has(dimension),
    };
    let (areas, lines, points) = (has(Dimension::Area), has(Dimension::Line), has(Dimension::Point));
    if areas || lines {
        let stroke = now(&part.stroke, &given.stroke);
        color_ui(ui, "Line", &named("Line colour"), stroke.as_deref(), true, typed, |color| {
            editor.set_part(whose, true, |part| part.stroke = Some(color));
        });
        let width_pt = part.stroke_width.unwrap_or(given.stroke_width);
        number_ui(ui, "Width", &named("Line width"), width_pt, 0.0..=20.0, " pt", |width_pt| {
            editor.set_part(whose, false, |part| part.stroke_width = Some(width_pt));
        });
        row_ui(ui, "Dashes", |ui, label| {
            let dash = dash_of(part.dash.as_deref().or(given.dash.as_deref()).unwrap_or_default(), width_pt);
            choose(ui, label, &named("Dashes"), dash, &DASHES, |dash| {
                editor.set_part(whose, true, |part| part.dash = Some(lengths_of(dash, width_pt)));
            });
        });
    }
    if areas || points {
        let fill = now(&part.fill, &given.fill);
        let row = if areas { "Fill" } else { "Colour" };
        color_ui(ui, row, &named("Fill colour"), fill.as_deref(), areas, typed, |color| {
            editor.set_part(whose, true, |part| part.fill = Some(color));
        });
    }
    if areas {
        let opacity = part.fill_opacity.unwrap_or(given.fill_opacity);
        percent_ui(ui, "Opacity", &named("Fill opacity"), opacity, |opacity| {
            editor.set_part(whose, false, |part| part.fill_opacity = Some(opacity));
        });
        let pattern = part.pattern.unwrap_or(given.pattern);
        row_ui(ui, "Pattern", |ui, label| {
            choose(ui, label, &named("Pattern"), pattern, &PATTERNS, |pattern| {
                editor.set_part(whose, true, |part| part.pattern = Some(pattern));
            });
        });
        if pattern == PatternKind::Hatch {
            let angle = part.pattern_angle.unwrap_or(given.pattern_angle);
            row_ui(ui, "Angle", |ui, _| {
                let mut angle = angle;
                let response =
                    ui.add(DragValue::new(&mut angle).range(0.0..=180.0).speed(1.0).max_decimals(0).suffix("°"));
                response.widget_info(|| WidgetInfo::labeled(Role::SpinButton, true, named("Angle of the hatch")));
                if response.changed() {
                    editor.set_part(whose, false, |part| part.pattern_angle = Some(angle));
                }
            });
        }
    }
    if points {
        let symbol = symbol_of(part.marker_symbol.as_ref().or(given.marker_symbol.as_ref()));
        let size = part.marker_size.or(given.marker_size);
        row_ui(ui, "Points", |ui, label| {
            choose(ui, label, &named("Point symbol"), symbol, &SYMBOLS, |symbol| {
                editor.set_part(whose, true, |part| {
                    part.marker_symbol = (!symbol.is_empty()).then(|| symbol.to_owned());
                    // Without either, a point is a dot.
                    part.marker_size = part.marker_symbol.as_ref().and(size);
                });
            });
        });
        row_ui(ui, "Size", |ui, label| {
            choose(ui, label, &named("Point size"), size, &SIZES, |size| {
                editor.set_part(whose, true, |part| part.marker_size = size);
            });
        });
    }
    if !part.is_empty() {
        row_ui(ui, "", |ui, _| {
            let button = ui.small_button("Undo changes");
            button.widget_info(|| WidgetInfo::labeled(Role::Button, true, named("Undo style changes")));
            if button.on_hover_text("Undo these changes and keep everything else").clicked() {
                editor.set_part(whose, true, |part| *part = StylePart::default());
                typed.texts.clear();
            }
        });
    }
}

const PATTERNS: [(PatternKind, &str); 3] =
    [(PatternKind::None, "None"), (PatternKind::Hatch, "Hatch"), (PatternKind::Dots, "Dots")];

/// Symbols by their names in simplestyle.
const SYMBOLS: [(&str, &str); 8] = [
    ("", "As given"),
    ("circle", "Circle"),
    ("square", "Square"),
    ("triangle", "Triangle"),
    ("diamond", "Diamond"),
    ("star", "Star"),
    ("cross", "Cross"),
    ("marker", "Pin"),
];

const SIZES: [(Option<MarkerSize>, &str); 4] = [
    (None, "As given"),
    (Some(MarkerSize::Small), "Small"),
    (Some(MarkerSize::Medium), "Medium"),
    (Some(MarkerSize::Large), "Large"),
];

fn symbol_of(symbol: Option<&String>) -> &'static str {
    symbol.and_then(|symbol| SYMBOLS.iter().find(|(known, _)| known == symbol)).map_or("", |(known, _)| known)
}

/// The kind of a dash by its lengths: dashes no longer than the line is wide are dots.
fn dash_of(lengths_pt: &[f64], width_pt: f64) -> Dash {
    match lengths_pt.first() {
        None => Dash::Solid,
        Some(first) if *first <= 1.2 * width_pt => Dash::Dotted,
        Some(_) => Dash::Dashed,
    }
}

fn lengths_of(dash: Dash, width_pt: f64) -> Vec<f64> {
    let width_pt = width_pt.max(0.5);
    match dash {
        Dash::Solid => Vec::new(),
        Dash::Dashed => vec![(3.0 * width_pt).max(5.0), (2.0 * width_pt).max(3.0)],
        Dash::Dotted => vec![width_pt, 2.0 * width_pt],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dash_is_known_again_by_its_lengths() {
        for width_pt in [0.5, 1.0, 2.0, 6.0] {
            for (dash, _) in DASHES {
                assert_eq!(dash_of(&lengths_of(dash, width_pt), width_pt), dash, "{width_pt}");
            }
        }
    }
}
