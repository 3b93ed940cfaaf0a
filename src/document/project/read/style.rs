//! The style of an annotation, from simplestyle's properties and our own.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::fields::{Fields, Problems, within};
use crate::document::annotation::{Rgb, STROKE_WIDTH_PT, Shape, Style, Symbol, TEXT_SIZE_PT, TEXT_WIDTH_PT};
use crate::document::project::{Applies, simplestyle, write};
use crate::formats::color::Rgba;
use crate::formats::simplestyle as simple_style;

/// A number, also where another program has written it as text.
fn as_number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse::<f64>().ok().filter(|number| number.is_finite()),
        _ => None,
    }
}

/// A property of simplestyle, if it can be understood; one that cannot is left where it is.
fn simple<T>(
    properties: &mut Map<String, Value>,
    name: &str,
    part: &str,
    expected: &str,
    problems: &mut Problems,
    read: impl FnOnce(&Value) -> Option<T>,
) -> Option<T> {
    let value = properties.get(name)?;
    let read = read(value);
    match &read {
        Some(_) => {
            properties.shift_remove(name);
        }
        None if value.is_null() || value.as_str().is_some_and(str::is_empty) => {}
        None => {
            let value: String = value.to_string().chars().take(60).collect();
            problems.add(part, format!("'{name}' is {value}, not {expected}; the default is drawn"));
        }
    }
    read
}

pub(super) fn style(
    shape: &Shape,
    properties: &mut Map<String, Value>,
    own: &mut Fields<'_>,
    problems: &mut Problems,
) -> Style {
    let applies = Applies::to(shape);
    let plain = simplestyle();
    let mut style = Style::default();
    let part = own.part;
    let color = |properties: &mut Map<String, Value>, name: &str, problems: &mut Problems| {
        simple(properties, name, part, "a colour such as #0072b2", problems, simple_style::color)
    };
    let opacity = |properties: &mut Map<String, Value>, name: &str, problems: &mut Problems| {
        simple(properties, name, part, "a number from 0 to 1", problems, simple_style::opacity)
    };
    style.symbol = own.take("symbol", problems).unwrap_or_default();
    style.number = own.take("number", problems);
    style.direction_deg = own.number("direction_deg", 0.0..=360.0, problems);
    if applies.marker {
        let size = |value: &Value| {
            let size = simple_style::marker_size(value)?;
            Deserialize::deserialize(Value::from(size.name())).ok()
        };
        style.marker_size = simple(properties, "marker-size", part, "small, medium or large", problems, size)
            .unwrap_or(plain.marker_size);
        style.marker = color(properties, "marker-color", problems).map_or(plain.marker, Rgb::from);
        symbol(&mut style, properties);
    } else {
        style.marker_size = own.take("marker-size", problems).unwrap_or(style.marker_size);
        style.marker = own.color("marker-color", problems).unwrap_or(style.marker);
    }
    if applies.stroke {
        let stroke = color(properties, "stroke", problems);
        style.stroke = stroke.map_or(plain.stroke, Rgb::from);
        style.stroke_width_pt = simple(properties, "stroke-width", part, "a number", problems, as_number)
            .map_or(plain.stroke_width_pt, |width_pt| {
                within(width_pt, STROKE_WIDTH_PT, part, "stroke-width", problems)
            });
        let said = opacity(properties, "stroke-opacity", problems).unwrap_or(plain.stroke_opacity);
        style.stroke_opacity = said * stroke.map_or(1.0, Rgba::opacity);
    } else {
        style.stroke = own.color("stroke", problems).unwrap_or(style.stroke);
        style.stroke_width_pt = own.number("stroke-width", STROKE_WIDTH_PT, problems).unwrap_or(style.stroke_width_pt);
        style.stroke_opacity = own.number("stroke-opacity", 0.0..=1.0, problems).unwrap_or(style.stroke_opacity);
    }
    if applies.fill {
        let fill = color(properties, "fill", problems);
        style.fill = fill.map_or(plain.fill, Rgb::from);
        let said = opacity(properties, "fill-opacity", problems).unwrap_or(plain.fill_opacity);
        style.fill_opacity = said * fill.map_or(1.0, Rgba::opacity);
    } else {
        style.fill = own.color("fill", problems).unwrap_or(style.fill);
        style.fill_opacity = own.number("fill-opacity", 0.0..=1.0, problems).unwrap_or(style.fill_opacity);
    }
    style.dash = own.take("dash", problems).unwrap_or_default();
    style.hatch = own.take("hatch", problems).unwrap_or_default();
    style.text = own.color("text_color", problems);
    style.text_size_pt = own.number("text_size_pt", TEXT_SIZE_PT, problems).unwrap_or(style.text_size_pt);
    style.text_width_pt = own.number("text_width_pt", TEXT_WIDTH_PT, problems);
    style.show_title = own.take("show_title", problems).unwrap_or(style.show_title);
    style.show_measure = own.take("show_measure", problems).unwrap_or(style.show_measure);
    style
}

/// A marker's symbol and number, as another program may have changed them. Maki has hundreds of symbols; those that
/// are not ours stay in the file, and a pin is drawn.
fn symbol(style: &mut Style, properties: &mut Map<String, Value>) {
    let said = match properties.get("marker-symbol") {
        Some(Value::String(said)) if !said.is_empty() => Some(said.clone()),
        Some(Value::Number(said)) => Some(said.to_string()),
        _ => None,
    };
    if said == write::marker_symbol(style.symbol, style.number) {
        if said.is_some() {
            properties.shift_remove("marker-symbol");
        }
        return;
    }
    (style.symbol, style.number) = (Symbol::Pin, None);
    let Some(said) = said else { return };
    let digit = said.parse::<u32>().ok().filter(|number| *number <= 9);
    let name = said.strip_suffix("-stroked").unwrap_or(&said);
    match (digit, Symbol::deserialize(&Value::from(name))) {
        (Some(_), _) => style.number = digit,
        (None, Ok(symbol)) if symbol != Symbol::Pin && name == said => style.symbol = symbol,
        _ => return,
    }
    properties.shift_remove("marker-symbol");
}
