//! How an overlay's features are drawn, member by member: what is not understood is named and kept, the rest counts.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::fields::{Fields, Problems, within};
use crate::dossier::Styling;
use crate::dossier::model::{PatternKind, StylePart};
use crate::dossier::styling::{By, KindChange, Labels};
use crate::formats::color::Rgba;
use crate::formats::filter::Filter;
use crate::formats::simplestyle::MarkerSize;

/// Points, as wide as lines are drawn at most.
const WIDTH_PT: std::ops::RangeInclusive<f64> = 0.0..=40.0;

/// Lengths of a dash or a gap.
const DASH_PT: std::ops::RangeInclusive<f64> = 0.0..=200.0;

/// Dashes and gaps of one line.
const MOST_DASHES: usize = 16;

/// Letters of a symbol's name.
const SYMBOL_LETTERS: usize = 40;

/// Reads a `styling`.
pub(super) fn styling(value: Value, part: &str, problems: &mut Problems) -> Styling {
    let members = match value {
        Value::Object(members) => members,
        Value::Null => return Styling::default(),
        other => {
            problems.add(part, "'styling' is not understood and set aside: it is not an object");
            return Styling { unread: Map::from_iter([("styling".to_owned(), other)]), ..Styling::default() };
        }
    };
    let mut fields = Fields::new(part, members);
    let mut styling = Styling {
        by: fields.take::<By>("by", problems).unwrap_or_default(),
        clusters: fields.take::<bool>("clusters", problems).unwrap_or_default(),
        hidden: fields.take::<BTreeSet<String>>("hidden", problems).unwrap_or_default(),
        ..Styling::default()
    };
    if let Some(text) = fields.take::<String>("filter", problems) {
        match Filter::parse(&text) {
            Ok(filter) => styling.filter = Some(filter),
            Err(error) => {
                problems.add(part, format!("'filter' is not understood and set aside: {}", error.what));
                fields.unread.insert("filter".to_owned(), text.into());
            }
        }
    }
    if let Some(labels) = fields.take::<Labels>("labels", problems) {
        let size_pt = within(labels.size_pt, Labels::SIZES_PT, part, "size-pt", problems);
        styling.labels = Some(Labels { size_pt, ..labels });
    }
    if let Some(members) = fields.take::<Map<String, Value>>("change", problems) {
        let (change, rest) = style_part(members, part, problems);
        styling.change = change;
        keep(&mut fields.unread, "change", rest);
    }
    let mut unread_kinds = Map::new();
    for (key, members) in fields.take::<Map<String, Value>>("kinds", problems).unwrap_or_default() {
        let Value::Object(members) = members else {
            problems.add(part, format!("the kind '{key}' is set aside: it is not an object"));
            unread_kinds.insert(key, members);
            continue;
        };
        let of_kind = format!("{part}, kind '{key}'");
        let mut kind = Fields::new(&of_kind, members);
        let title = kind.take::<String>("title", problems);
        let (style, rest) = match kind.take::<Map<String, Value>>("style", problems) {
            Some(members) => style_part(members, &of_kind, problems),
            None => Default::default(),
        };
        keep(&mut kind.unread, "style", rest);
        let (known, rest) = (KindChange { title, style }, unknown(kind, problems));
        keep(&mut unread_kinds, &key, rest);
        if known != KindChange::default() {
            styling.kinds.insert(key, known);
        }
    }
    keep(&mut fields.unread, "kinds", unread_kinds);
    styling.unread = unknown(fields, problems);
    styling
}

fn keep(unread: &mut Map<String, Value>, name: &str, rest: Map<String, Value>) {
    if !rest.is_empty() {
        unread.insert(name.to_owned(), Value::Object(rest));
    }
}

/// What nobody has taken, as it is kept; a newer version may know it.
fn unknown(fields: Fields<'_>, problems: &mut Problems) -> Map<String, Value> {
    let Fields { part, map, mut unread } = fields;
    for (name, value) in map {
        problems.add(part, format!("'{name}' is not known to this version; it is kept"));
        unread.insert(name, value);
    }
    unread
}

fn style_part(members: Map<String, Value>, part: &str, problems: &mut Problems) -> (StylePart, Map<String, Value>) {
    let mut fields = Fields::new(part, members);
    let mut color = |name: &str, problems: &mut Problems| {
        let text = fields.take::<String>(name, problems)?;
        if text.trim() == "none" {
            return Some(("none".to_owned(), None));
        }
        match Rgba::parse(&text) {
            Some(color) => Some((color.to_hex(), (color.a < 255).then(|| color.opacity()))),
            None => {
                let what = format!("'{name}' is not a colour such as #0072b2 or red, and is set aside: {text}");
                problems.add(part, what);
                fields.unread.insert(name.to_owned(), text.into());
                None
            }
        }
    };
    let (stroke, fill, casing) = (color("stroke", problems), color("fill", problems), color("casing", problems));
    let opacity_of = |color: &Option<(String, Option<f64>)>| color.as_ref().and_then(|(_, opacity)| *opacity);
    let (of_stroke, of_fill) = (opacity_of(&stroke), opacity_of(&fill));
    let hex = |color: Option<(String, Option<f64>)>| color.map(|(hex, _)| hex);
    let mut style = StylePart {
        stroke_width: fields.number("stroke-width", WIDTH_PT, problems),
        stroke_opacity: fields.number("stroke-opacity", 0.0..=1.0, problems).or(of_stroke),
        fill_opacity: fields.number("fill-opacity", 0.0..=1.0, problems).or(of_fill),
        pattern: fields.take::<PatternKind>("pattern", problems),
        pattern_angle: fields.number("pattern-angle", -360.0..=360.0, problems),
        marker_size: fields.take::<MarkerSize>("marker-size", problems),
        marker_symbol: fields.take::<String>("marker-symbol", problems),
        stroke: hex(stroke),
        fill: hex(fill),
        casing: hex(casing),
        dash: None,
    };
    if let Some(symbol) = &mut style.marker_symbol {
        *symbol = symbol.chars().take(SYMBOL_LETTERS).collect();
    }
    if let Some(dash) = fields.take::<Vec<f64>>("dash", problems) {
        let is_good = dash.len() <= MOST_DASHES
            && dash.iter().all(|length_pt| DASH_PT.contains(length_pt))
            && (dash.is_empty() || dash.iter().sum::<f64>() >= 0.5);
        if is_good {
            style.dash = Some(dash);
        } else {
            problems.add(part, "'dash' is not a list of up to 16 lengths of 0 to 200 points, and is set aside");
        }
    }
    (style, unknown(fields, problems))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::document::project::{self, Reference};

    /// A project in which one overlay is styled so.
    fn with_styling(styling: Value) -> project::Project {
        let text = json!({
            "type": "FeatureCollection",
            "claimline": { "version": 1, "overlays": [
                { "id": "a", "group": "g", "visible": true, "opacity": 0.5, "styling": styling },
                { "id": "b", "group": "g", "visible": false, "opacity": 1.0 },
            ] },
            "features": [],
        });
        project::read(text.to_string().as_bytes()).unwrap()
    }

    fn words(project: &project::Project) -> String {
        project.warnings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn what_a_newer_version_says_of_a_style_is_named_and_comes_out_as_it_went_in() {
        let project = with_styling(json!({
            "by": { "by-phase-of-the-moon": {} },
            "halo": { "width": 3 },
            "filter": "status =",
            "change": { "stroke": "#112233", "glow": 2 },
            "kinds": { "x": { "title": "X", "sound": "beep" }, "y": 7 },
            "labels": { "property": "name", "size-pt": 400 },
            "clusters": true,
        }));
        let said = words(&project);
        for part in ["'by'", "'halo'", "'filter'", "'glow'", "'sound'", "'y'", "size-pt"] {
            assert!(said.contains(part), "{part} is not named: {said}");
        }
        let document = &project.document;
        assert_eq!(document.overlays.len(), 2, "no overlay is lost");
        let styling = &document.overlay("a").unwrap().styling;
        assert_eq!(styling.change.stroke.as_deref(), Some("#112233"));
        assert_eq!(styling.kinds["x"].title.as_deref(), Some("X"));
        assert_eq!(styling.labels.as_ref().map(|labels| labels.size_pt), Some(36.0));
        assert!(styling.clusters);
        let written = project::write(document, &Reference::default());
        let again = project::read(&written).unwrap();
        assert_eq!(again.document.overlay("a").unwrap().styling, *styling);
        let value: Value = serde_json::from_slice(&written).unwrap();
        let unread = value.pointer("/claimline/overlays/0/styling/unread").unwrap();
        assert_eq!(unread.pointer("/halo/width"), Some(&json!(3)));
        assert_eq!(unread.pointer("/change/glow"), Some(&json!(2)));
        assert_eq!(unread.pointer("/kinds/y"), Some(&json!(7)));
        assert_eq!(unread.pointer("/filter"), Some(&json!("status =")));
    }

    #[test]
    fn colours_are_read_as_css_has_them_and_others_are_named() {
        let project = with_styling(json!({
            "change": { "stroke": "rgb(255 0 0 / 50%)", "fill": "teal", "casing": "none" },
            "kinds": { "x": { "style": { "fill": "reddish", "stroke-width": 1e9, "fill-opacity": -3, "dash": [0, 0] } } },
        }));
        let styling = &project.document.overlay("a").unwrap().styling;
        let change = &styling.change;
        assert_eq!(change.stroke.as_deref(), Some("#ff0000"));
        assert_eq!(change.stroke_opacity, Some(0.5));
        assert_eq!((change.fill.as_deref(), change.casing.as_deref()), (Some("#008080"), Some("none")));
        let style = &styling.kinds["x"].style;
        assert_eq!((style.fill.clone(), style.dash.clone()), (None, None));
        assert_eq!((style.stroke_width, style.fill_opacity), (Some(40.0), Some(0.0)));
        let said = words(&project);
        assert!(said.contains("reddish") && said.contains("'dash'") && said.contains("stroke-width"), "{said}");
    }

    #[test]
    fn a_styling_that_is_no_object_leaves_the_overlay() {
        let project = with_styling(json!([1, 2]));
        assert_eq!(project.document.overlay("a").map(|state| state.opacity), Some(0.5));
        assert!(words(&project).contains("'styling'"));
    }
}
