//! The style, the rules and the filters of a dossier's overlay as they were written, read member by member: what cannot
//! be read falls back to what stands where nothing is said, and a note says which member it was.

use std::fmt::Display;

use serde_json::{Map, Value};

use super::model::{PatternKind, Style, StylePart};
use super::styling::Rule;
use crate::formats::closest::closest;
use crate::formats::color::Rgba;
use crate::formats::filter::{Filter, FilterError};
use crate::formats::language::Text;
use crate::formats::{number, simplestyle};

/// So many letters of what was written are printed.
const LONGEST: usize = 40;

/// What could not be read, in words that begin with the member's path.
pub(super) type Notes = Vec<String>;

/// The style of an overlay; simplestyle's defaults for what is not said or cannot be read.
pub(super) fn style(written: &Value, notes: &mut Notes) -> Style {
    let default = Style::default();
    part("style", written, &default, "the default", notes).applied(&default)
}

/// The rules of an overlay whose own style is `base`; none where one of them cannot be told apart from the others, since
/// a feature that it should have taken would be drawn as another kind.
pub(super) fn rules(written: &Value, base: &Style, notes: &mut Notes) -> Vec<Rule> {
    let list = match written {
        Value::Null => return Vec::new(),
        Value::Array(list) => list,
        other => {
            notes.push(format!("rules is {}, not a list of rules; it is ignored", short(other)));
            return Vec::new();
        }
    };
    let mut rules = Vec::with_capacity(list.len());
    let mut all = true;
    for (index, written) in list.iter().enumerate() {
        let path = format!("rules[{index}]");
        match rule(&path, written, base, notes) {
            Ok(rule) => rules.push(rule),
            Err(what) => {
                notes.push(format!("{what}; all features are drawn in the overlay's own style"));
                all = false;
            }
        }
    }
    if all { rules } else { Vec::new() }
}

fn rule(path: &str, written: &Value, base: &Style, notes: &mut Notes) -> Result<Rule, String> {
    let Value::Object(members) = written else {
        return Err(format!("{path} is {}, not an object with where, title and style", short(written)));
    };
    let member = |name: &str| members.get(name).unwrap_or(&Value::Null);
    let when = filter(&format!("{path}.where"), member("where"))?;
    let title = match member("title") {
        Value::Null => None,
        title => match serde_json::from_value::<Text>(title.clone()) {
            Ok(title) => Some(title),
            Err(_) => {
                notes.push(format!("{path}.title is {}, not names by language; it is left out", short(title)));
                None
            }
        },
    };
    let style = part(&format!("{path}.style"), member("style"), base, "the overlay's own", notes);
    Ok(Rule { when, title, style })
}

/// A filter, if one is written.
///
/// # Errors
/// The member, the word of it that is wrong, and why.
pub(super) fn filter(path: &str, written: &Value) -> Result<Option<Filter>, String> {
    match written {
        Value::Null => Ok(None),
        Value::String(text) => Filter::parse(text).map(Some).map_err(|error| format!("{path}: {}", in_a_line(&error))),
        other => Err(format!("{path} is {}, not a filter such as \"status = occupied\"", short(other))),
    }
}

/// What is wrong with a filter, and at which word, where there is no room for a line with signs under the word.
fn in_a_line(error: &FilterError) -> String {
    let FilterError { what, at, text } = error;
    let before = text.get(..at.start).unwrap_or_default();
    let word: String = text.get(at.clone()).unwrap_or_default().chars().take(40).collect();
    let place = before.chars().count() + 1;
    let place = if word.is_empty() { "at its end".to_owned() } else { format!("at “{word}”, character {place}") };
    format!("{what} ({place} of “{}”)", text.chars().take(120).collect::<String>().replace(char::is_control, " "))
}

/// What of a style is said, where `taken` stands in words for what is taken in place of what cannot be read.
fn part(path: &str, written: &Value, base: &Style, taken: &str, notes: &mut Notes) -> StylePart {
    let nothing = Map::new();
    let members = match written {
        Value::Null => &nothing,
        Value::Object(members) => members,
        other => {
            notes.push(format!("{path} is {}, not an object; {taken} is used", short(other)));
            &nothing
        }
    };
    for name in members.keys().filter(|name| !MEMBERS.contains(&name.as_str())) {
        notes.push(format!("{path}.{} is not part of a style and is ignored{}", named(name), meant(name)));
    }
    let mut members = Members { path, members, taken, notes };
    let (stroke, stroke_alpha) = members.color("stroke");
    let (fill, fill_alpha) = members.color("fill");
    let (casing, _) = members.color("casing");
    let stroke_opacity = members.read("stroke-opacity", "a number from 0 to 1", simplestyle::opacity);
    let fill_opacity = members.read("fill-opacity", "a number from 0 to 1", simplestyle::opacity);
    StylePart {
        stroke,
        stroke_width: members.read("stroke-width", "a number from 0 to 1000", simplestyle::width),
        stroke_opacity: with_alpha(stroke_opacity, base.stroke_opacity, stroke_alpha),
        fill,
        fill_opacity: with_alpha(fill_opacity, base.fill_opacity, fill_alpha),
        pattern: members.read("pattern", "none, hatch or dots", pattern),
        pattern_angle: members.read("pattern-angle", "a number of degrees", finite),
        dash: members.dash(),
        casing,
        marker_size: members.read("marker-size", "small, medium or large", simplestyle::marker_size),
        marker_symbol: members.read("marker-symbol", "a symbol's name or a number", simplestyle::marker_symbol),
    }
}

/// The members of a style.
const MEMBERS: [&str; 11] = [
    "stroke",
    "stroke-width",
    "stroke-opacity",
    "fill",
    "fill-opacity",
    "pattern",
    "pattern-angle",
    "dash",
    "casing",
    "marker-size",
    "marker-symbol",
];

/// A member's name as it is printed, cut short if it is long.
fn named(name: &str) -> String {
    let plain = name.replace(char::is_control, " ");
    if plain.chars().count() <= LONGEST { plain } else { plain.chars().take(LONGEST).chain(['…']).collect() }
}

/// The member that was most likely meant, in words; nothing where no name is close.
fn meant(name: &str) -> String {
    let plain = name.to_lowercase().replace('_', "-");
    let close = match plain.as_str() {
        "marker-color" | "marker-colour" => Some("fill"),
        plain => closest(MEMBERS, plain),
    };
    close.map_or_else(String::new, |member| format!("; did you mean {member}?"))
}

/// The opacity that a colour was written with multiplies that of its own member.
fn with_alpha(said: Option<f64>, base: f64, alpha: Option<f64>) -> Option<f64> {
    match alpha {
        Some(alpha) => Some(said.unwrap_or(base) * alpha),
        None => said,
    }
}

fn pattern(value: &Value) -> Option<PatternKind> {
    serde_json::from_value(value.clone()).ok()
}

fn finite(value: &Value) -> Option<f64> {
    match value {
        Value::String(text) => number::of_text(text),
        value => value.as_f64(),
    }
}

/// The members of a style.
struct Members<'a> {
    path: &'a str,
    members: &'a Map<String, Value>,
    taken: &'a str,
    notes: &'a mut Notes,
}

impl Members<'_> {
    /// A member; `null` says nothing.
    fn read<T>(&mut self, name: &str, expected: impl Display, read: impl FnOnce(&Value) -> Option<T>) -> Option<T> {
        let value = self.members.get(name).filter(|value| !value.is_null())?;
        let found = read(value);
        if found.is_none() {
            let Self { path, taken, .. } = self;
            self.notes.push(format!("{path}.{name} is {}, not {expected}; {taken} is used", short(value)));
        }
        found
    }

    /// A colour in six digits, or `none`, and the opacity that it was written with if it is not opaque.
    fn color(&mut self, name: &str) -> (Option<String>, Option<f64>) {
        let value = match self.members.get(name) {
            Some(Value::Null) => return (Some("none".to_owned()), None),
            Some(Value::String(text)) if text.trim() == "none" => return (Some("none".to_owned()), None),
            Some(value) => value,
            None => return (None, None),
        };
        let Some(color) = self.read(name, "a colour such as #0072b2", simplestyle::color) else { return (None, None) };
        // What is written in six digits already stays as it is.
        let as_written = value.as_str().filter(|text| text.len() == 7 && text.starts_with('#'));
        let text = as_written.map_or_else(|| color.to_hex(), str::to_owned);
        (Some(text), Some(color.opacity()).filter(|_| color != Rgba { a: 255, ..color }))
    }

    /// Lengths of dashes and gaps; empty for a whole line.
    fn dash(&mut self) -> Option<Vec<f64>> {
        if self.members.get("dash").is_some_and(Value::is_null) {
            return Some(Vec::new());
        }
        self.read("dash", "a list of lengths in points", |value| {
            let lengths: Option<Vec<f64>> = value.as_array()?.iter().map(finite).collect();
            let good = |lengths: &Vec<f64>| {
                let sum: f64 = lengths.iter().sum();
                lengths.len() <= 32
                    && lengths.iter().all(|length| (0.0..=simplestyle::WIDEST).contains(length))
                    && (lengths.is_empty() || sum > 0.0)
            };
            lengths.filter(good)
        })
    }
}

/// A value as JSON, cut short if it is long.
fn short(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= LONGEST { text } else { text.chars().take(LONGEST).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(written: Value) -> (Style, Notes) {
        let mut notes = Notes::new();
        let style = style(&written, &mut notes);
        (style, notes)
    }

    #[test]
    fn a_member_that_no_style_has_is_named_with_its_path() {
        let (style, notes) = read(json!({
            "stroke": "#112233", "strok-width": 3, "fillOpacity": 0.5, "marker-color": "red", "glow": true,
            "x".repeat(300): 1,
        }));
        assert_eq!(style.stroke.as_deref(), Some("#112233"));
        let long = format!("style.{}… is not part of a style and is ignored", "x".repeat(LONGEST));
        assert_eq!(
            notes,
            [
                "style.strok-width is not part of a style and is ignored; did you mean stroke-width?",
                "style.fillOpacity is not part of a style and is ignored; did you mean fill-opacity?",
                "style.marker-color is not part of a style and is ignored; did you mean fill?",
                "style.glow is not part of a style and is ignored",
                &long,
            ]
        );
        let mut notes = Notes::new();
        rules(&json!([{ "where": "a = 1", "style": { "hatch": 45 } }]), &Style::default(), &mut notes);
        assert_eq!(notes, ["rules[0].style.hatch is not part of a style and is ignored"]);
    }

    #[test]
    fn a_style_without_a_fault_is_read_as_it_stands() {
        let (style, notes) = read(json!({
            "stroke": "#D98E04", "stroke-width": 1.5, "stroke-opacity": 0.9, "fill": null, "fill-opacity": 0.2,
            "pattern": "solid-bands", "pattern-angle": -45, "dash": [6, 4], "casing": "#ffffff", "marker-size": "large",
        }));
        assert_eq!(notes, [""; 0]);
        let expected = Style {
            stroke: Some("#D98E04".to_owned()),
            stroke_width: 1.5,
            stroke_opacity: 0.9,
            fill: None,
            fill_opacity: 0.2,
            pattern: PatternKind::None,
            pattern_angle: -45.0,
            dash: Some(vec![6.0, 4.0]),
            casing: Some("#ffffff".to_owned()),
            marker_size: Some(simplestyle::MarkerSize::Large),
            marker_symbol: None,
        };
        assert_eq!(style, expected);
        assert_eq!(read(Value::Null), (Style::default(), Notes::new()));
        assert_eq!(read(json!({"dash": null, "casing": null})).0, Style::default());
    }

    #[test]
    fn colours_and_numbers_are_read_as_css_has_them() {
        let (style, notes) = read(json!({
            "stroke": "rgb(220 20 60 / 50%)", "stroke-opacity": "0.5", "fill": "red", "fill-opacity": "40%",
            "stroke-width": "3", "casing": "#fff",
        }));
        assert_eq!(notes, [""; 0]);
        assert_eq!((style.stroke.as_deref(), style.fill.as_deref()), (Some("#dc143c"), Some("#ff0000")));
        assert_eq!((style.stroke_opacity, style.fill_opacity, style.stroke_width), (0.25, 0.4, 3.0));
        assert_eq!(style.casing.as_deref(), Some("#ffffff"));
        // A colour with an opacity takes the usual one with it.
        assert_eq!(read(json!({"fill": "#ff000080"})).0.fill_opacity, 0.3);
    }

    #[test]
    fn what_cannot_be_read_is_named_by_its_path_and_the_default_is_taken() {
        let (style, notes) = read(json!({
            "stroke": "reddish", "stroke-width": -1, "stroke-opacity": 50, "fill": 7, "fill-opacity": "much",
            "pattern": "waves", "pattern-angle": "up", "dash": [0, 0], "casing": "?", "marker-size": "huge",
        }));
        assert_eq!(style, Style::default());
        let named: Vec<&str> = notes.iter().filter_map(|note| note.split(' ').next()).collect();
        for member in [
            "stroke",
            "stroke-width",
            "stroke-opacity",
            "fill",
            "fill-opacity",
            "pattern",
            "pattern-angle",
            "dash",
            "casing",
            "marker-size",
        ] {
            assert!(named.contains(&format!("style.{member}").as_str()), "{member}: {notes:?}");
        }
        assert_eq!(notes.len(), 10);
        assert!(notes.contains(&"style.fill is 7, not a colour such as #0072b2; the default is used".to_owned()));
        assert_eq!(read(json!("red")).1, ["style is \"red\", not an object; the default is used"]);
    }

    #[test]
    fn a_rule_that_cannot_be_read_takes_all_rules_with_it() {
        let base = Style { fill_opacity: 0.4, ..Style::default() };
        let good = json!({"where": "status = occupied", "title": {"en": "Occupied"}, "style": {"fill": "red"}});
        let mut notes = Notes::new();
        let read = rules(&json!([good, {"style": {"fill": "#0000ff80", "stroke": "?"}}]), &base, &mut notes);
        assert_eq!(read.len(), 2);
        assert_eq!(read[0].style.fill.as_deref(), Some("#ff0000"));
        assert_eq!(read[1].style.fill_opacity, Some(0.2));
        assert_eq!(notes, ["rules[1].style.stroke is \"?\", not a colour such as #0072b2; the overlay's own is used"]);

        notes.clear();
        assert_eq!(rules(&json!([{"where": "status = a and or"}, good]), &base, &mut notes), []);
        assert_eq!(notes.len(), 1);
        assert!(notes[0].starts_with("rules[0].where: "), "{notes:?}");
        assert!(notes[0].contains("(at “or”, character 16 of “status = a and or”)"), "{notes:?}");
        for written in [json!([1]), json!([{"where": 1}]), json!("status = a")] {
            notes.clear();
            assert_eq!(rules(&written, &base, &mut notes), []);
            assert_eq!(notes.len(), 1, "{written}");
        }
    }
}
