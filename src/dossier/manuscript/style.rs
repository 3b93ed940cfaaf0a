//! Colours and patterns of new overlays: told apart by readers who see few colours, and in a print without any.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{List, Manuscript, id_of};
use crate::dossier::model::Recipe;
use crate::formats::language::Language;

/// Colours of Okabe and Ito (<https://jfly.uni-koeln.de/color/>), which people with any kind of colour blindness tell apart.
const COLORS: [&str; 7] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#000000"];

/// Patterns, by name and angle: each looks different in grey.
const PATTERNS: [(&str, f64); 6] =
    [("hatch", 45.0), ("dots", 0.0), ("hatch", 135.0), ("none", 0.0), ("hatch", 0.0), ("hatch", 90.0)];

/// Dashes of lines, each different without colour.
const DASHES: [&[f64]; 4] = [&[], &[8.0, 4.0], &[2.0, 3.0], &[10.0, 3.0, 2.0, 3.0]];

/// What a new overlay is drawn as, so that its style says what is to be told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drawn {
    /// An area: outline and pattern.
    Area,
    /// A line: colour and dash.
    Line,
    /// Places.
    Places,
}

/// The style of a new overlay of a manuscript: the colour and the pattern, or the dash, that the fewest of its overlays have.
pub fn own_style(manuscript: &Manuscript, drawn: Drawn) -> Value {
    let styles: Vec<&Map<String, Value>> =
        manuscript.entries(List::Overlays).filter_map(|overlay| overlay.get("style")?.as_object()).collect();
    let color_of = |style: &Map<String, Value>| -> BTreeSet<String> {
        let colors = ["fill", "stroke"].iter().filter_map(|member| style.get(*member)?.as_str());
        colors.map(str::to_lowercase).collect()
    };
    let least = |counts: Vec<usize>| {
        let fewest = counts.iter().copied().min().unwrap_or_default();
        counts.iter().position(|count| *count == fewest).unwrap_or_default()
    };
    let counts = COLORS.iter().map(|color| styles.iter().filter(|style| color_of(style).contains(*color)).count());
    let color = COLORS[least(counts.collect())];
    match drawn {
        Drawn::Area => {
            let is = |style: &Map<String, Value>, (name, angle): (&str, f64)| {
                let pattern = style.get("pattern").and_then(Value::as_str).unwrap_or("none");
                let turned = style.get("pattern-angle").and_then(Value::as_f64).unwrap_or(45.0);
                style.contains_key("fill") && pattern == name && (name != "hatch" || (turned - angle).abs() < 1.0)
            };
            let counts = PATTERNS.iter().map(|pattern| styles.iter().filter(|style| is(style, *pattern)).count());
            let (pattern, angle) = PATTERNS[least(counts.collect())];
            let mut style = json!({ "stroke": color, "stroke-width": 1.8, "fill": color, "fill-opacity": 0.22 });
            if pattern != "none" {
                style["pattern"] = json!(pattern);
            }
            if pattern == "hatch" {
                style["pattern-angle"] = json!(angle);
            }
            style
        }
        Drawn::Line => {
            let is = |style: &Map<String, Value>, dash: &[f64]| {
                let stood: Vec<f64> = style
                    .get("dash")
                    .and_then(Value::as_array)
                    .map(|dash| dash.iter().filter_map(Value::as_f64).collect())
                    .unwrap_or_default();
                !style.contains_key("fill") && stood == dash
            };
            let counts = DASHES.iter().map(|dash| styles.iter().filter(|style| is(style, dash)).count());
            let dash = DASHES[least(counts.collect())];
            let mut style = json!({ "stroke": color, "stroke-width": 2.6, "casing": "#ffffff" });
            if !dash.is_empty() {
                style["dash"] = json!(dash);
            }
            style
        }
        Drawn::Places => json!({ "stroke": color, "fill": color, "fill-opacity": 1.0 }),
    }
}

/// How what is drawn here says that it was.
pub const DRAWN_BY_HAND: &str = "Drawn by hand on the map.";

/// The licence and the credit of a shape that is made of others: each that they have, once.
fn rights_of<'a>(made_of: impl Iterator<Item = &'a Map<String, Value>>) -> Map<String, Value> {
    let made_of: Vec<_> = made_of.collect();
    let joined = |member: &str, between: &str| {
        let mut words: Vec<&str> = Vec::new();
        for said in made_of.iter().filter_map(|entry| entry.get(member)?.as_str()) {
            if !said.trim().is_empty() && !words.contains(&said) {
                words.push(said);
            }
        }
        (!words.is_empty()).then(|| (member.to_owned(), json!(words.join(between))))
    };
    // As SPDX has it of several licences that all hold.
    joined("license", " AND ").into_iter().chain(joined("credit", "; ")).collect()
}

/// The licence and the credit of what is drawn by hand: those that its author has given before.
pub fn own_rights(manuscript: &Manuscript) -> Map<String, Value> {
    let is_drawn = |entry: &&Map<String, Value>| entry.get("method").is_some_and(|method| method == DRAWN_BY_HAND);
    rights_of(manuscript.entries(List::Overlays).filter(is_drawn).last().into_iter())
}

/// The licence and the credit of a shape by a recipe: those of what it is made of.
pub fn rights_of_recipe(manuscript: &Manuscript, recipe: &Map<String, Value>) -> Map<String, Value> {
    let recipe: Option<Recipe> = serde_json::from_value(Value::Object(recipe.clone())).ok();
    let Some(recipe) = recipe else { return Map::new() };
    let entry = |id: &str| manuscript.entry(List::Overlays, id).or_else(|| manuscript.entry(List::Layers, id));
    rights_of(recipe.made_of().into_iter().filter_map(entry))
}

/// What is known of a new overlay before its form is filled: kind, group, day and style.
pub fn begun_overlay(manuscript: &Manuscript, drawn: Drawn, title: Option<&str>) -> Map<String, Value> {
    let kind = match drawn {
        Drawn::Area => "region",
        Drawn::Line => "line",
        Drawn::Places => "places",
    };
    let language = manuscript.languages().into_iter().next().unwrap_or_else(|| Language::WINDOW.to_owned());
    let members = [
        ("title", title.map_or(Value::Null, |title| json!({ language: title }))),
        ("kind", json!(kind)),
        ("group", manuscript.entries(List::Groups).next().map_or(Value::Null, |group| json!(id_of(group)))),
        ("as_of", manuscript.member("as_of").cloned().unwrap_or_default()),
        ("visible", json!(true)),
        ("style", own_style(manuscript, drawn)),
    ];
    let known = members.into_iter().filter(|(_, value)| !value.is_null());
    known.map(|(member, value)| (member.to_owned(), value)).collect()
}
