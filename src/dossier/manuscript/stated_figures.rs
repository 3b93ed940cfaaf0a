//! Figures that quoted words state, as entries of the list of figures.

use serde_json::{Map, Value, json};

use super::{List, Manuscript};
use crate::formats::stated_figure::{StatedFigure, Unit};

/// The entries that a figure becomes, without their ids: one, and of a range two, for a figure has one number. `excerpt` is the
/// entry that quotes it, with its id, and `source` the entry of its source.
///
/// Of what it is the figure is left to its author: words do not say it for certain.
pub fn entries_of(
    figure: &StatedFigure,
    excerpt: &Map<String, Value>,
    source: Option<&Map<String, Value>>,
) -> Vec<Map<String, Value>> {
    let text = |entry: &Map<String, Value>, member: &str| {
        let text = entry.get(member).and_then(Value::as_str).map(str::trim).unwrap_or_default();
        (!text.is_empty()).then(|| text.to_owned())
    };
    let of_source = |member: &str| source.and_then(|source| text(source, member));
    let overlay = excerpt.get("overlays").and_then(Value::as_array).and_then(|overlays| overlays.first()).cloned();
    let quantity = match figure.unit {
        Unit::SquareKilometres => "area",
        Unit::Kilometres => "width",
        Unit::Percent => "share",
    };
    let reported_by = text(excerpt, "said_by").or_else(|| of_source("outlet")).or_else(|| text(excerpt, "source"));
    let entry = |value: f64| {
        let members = [
            ("overlay", overlay.clone().unwrap_or_default()),
            ("quantity", json!(quantity)),
            ("value", number(value)),
            ("unit", json!(figure.unit.id())),
            ("hedge", json!(figure.hedge)),
            ("definition", json!("")),
            ("reported_by", json!(reported_by.clone().unwrap_or_default())),
            ("date", json!(of_source("published"))),
            ("url", json!(of_source("url"))),
            ("excerpt", json!(excerpt.get("id"))),
        ];
        let said = members.into_iter().filter(|(_, value)| !value.is_null());
        said.map(|(member, value)| (member.to_owned(), value)).collect()
    };
    std::iter::once(figure.low).chain(figure.high).map(entry).collect()
}

/// The entries with ids that no figure of the manuscript has.
pub fn with_ids(manuscript: &Manuscript, entries: Vec<Map<String, Value>>) -> Vec<Map<String, Value>> {
    let mut taken = manuscript.clone();
    let named = entries.into_iter().map(|entry| {
        let id = taken.free_id(List::Figures, &id_words(&entry));
        let named: Map<String, Value> = std::iter::once(("id".to_owned(), json!(id))).chain(entry).collect();
        // An id that has just been made is one.
        let _ = taken.put(List::Figures, named.clone());
        named
    });
    named.collect()
}

fn id_words(entry: &Map<String, Value>) -> String {
    let text = |member: &str| match entry.get(member) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    format!("{} {} {}", text("reported_by"), text("quantity"), text("value"))
}

/// A number without the dust of a conversion: six digits that count, as nobody states more.
fn number(value: f64) -> Value {
    let scale = 10_f64.powi(5 - value.abs().log10().floor().clamp(-6.0, 12.0) as i32);
    let rounded = if value == 0.0 || value.fract() == 0.0 { value } else { (value * scale).round() / scale };
    if rounded.fract() == 0.0 && rounded.abs() < 1e15 { json!(rounded as i64) } else { json!(rounded) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::stated_figure::find;

    #[test]
    fn a_range_becomes_two_figures_with_what_excerpt_and_source_say() {
        let found = find("The strip is between 80 and 100 km wide, roughly 1,000 square miles.", Some("en"));
        let excerpt = json!({ "id": "e", "source": "post", "said_by": "The mayor", "overlays": ["strip", "other"] });
        let source =
            json!({ "id": "post", "outlet": "Post", "published": "2026-10-30", "url": "https://post.example/1" });
        let entries: Vec<_> = found
            .iter()
            .flat_map(|figure| entries_of(figure, excerpt.as_object().unwrap(), source.as_object()))
            .map(Value::Object)
            .collect();
        let common = json!({
            "overlay": "strip", "definition": "", "reported_by": "The mayor", "date": "2026-10-30",
            "url": "https://post.example/1", "excerpt": "e",
        });
        let with = |quantity: &str, value: Value, unit: &str| {
            let mut all = common.clone();
            all["quantity"] = json!(quantity);
            all["value"] = value;
            all["unit"] = json!(unit);
            all
        };
        let (low, high) = (with("width", json!(80), "km"), with("width", json!(100), "km"));
        assert_eq!(entries.len(), 3, "{entries:?}");
        assert_eq!(entries[..2], [low, high]);
        // A square mile has 2.589988110336 km², says NIST (Handbook 44, appendix C).
        let mut miles = with("area", json!(2589.99), "km2");
        miles["hedge"] = json!("roughly");
        assert_eq!(entries[2], miles);
    }
}
