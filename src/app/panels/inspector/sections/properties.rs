//! Every property of a feature as its file has it: numbers and dates to be read at a glance, long words folded, addresses
//! opened only when they have been seen.

use std::sync::Arc;

use eframe::egui::{self, Align, Label, Layout, RichText, Ui};

use super::{Subject, Typed, cell_ui};
use crate::app::panels::cards;
use crate::app::reading_order::words_label;
use crate::app::theme;
use crate::dossier::{Overlay, words};
use crate::formats::day::Day;
use crate::formats::link;
use crate::formats::visible::visible;
use crate::formats::written::Written;
use crate::scene::palette::Theme;
use crate::session::Action;

/// So many are shown at once; more are shown when they are asked for.
const MOST: usize = 200;

/// Words of more letters than this are folded.
const FOLDED: usize = 160;

/// So many letters of a value are shown at all: a window has no room for more.
const LONGEST: usize = 20_000;

/// Whether there is something for the section to say.
pub(crate) fn applies(subject: &Subject<'_>) -> bool {
    subject.feature().is_some_and(|(overlay, feature)| !overlay.features.rows().text(feature).is_empty())
}

/// What the section is called.
pub(crate) fn heading(subject: &Subject<'_>) -> String {
    "Properties".to_owned()
        + &subject
            .feature()
            .map_or_else(String::new, |(_, feature)| format!(" of feature {}", words::number(feature as f64 + 1.0, 0)))
}

/// Shows the section.
pub(crate) fn properties_ui(ui: &mut Ui, subject: &Subject<'_>, _: &mut Typed, actions: &mut Vec<Action>) {
    let Some((overlay, feature)) = subject.feature() else { return };
    let properties = properties_of(ui, overlay, feature);
    let more = ui.scope_id().with((&overlay.id, feature));
    let most = ui.data(|data| data.get_temp::<usize>(more)).unwrap_or(MOST);
    ui.spacing_mut().item_spacing.y = 3.0;
    for (index, property) in properties.iter().take(most).enumerate() {
        ui.push_id((&overlay.id, feature, index), |ui| row_ui(ui, property, subject.shade, actions));
    }
    if properties.len() > most && ui.link(format!("{} more", properties.len() - most)).clicked() {
        ui.data_mut(|data| data.insert_temp(more, most + MOST));
    }
}

/// A property as it is shown.
#[derive(Debug, Clone, PartialEq)]
struct Property {
    name: String,
    value: Shown,
}

#[derive(Debug, Clone, PartialEq)]
enum Shown {
    Number(String),
    Day(String),
    Truth(bool),
    Address(String),
    Words(String),
    Nested(String),
    Nothing,
}

impl Shown {
    fn of(value: &Written<'_>) -> Self {
        match value {
            Written::Null => Self::Nothing,
            Written::Bool(truth) => Self::Truth(*truth),
            Written::Number(_) => Self::Number(value.words().into_owned()),
            Written::Text(text) => Self::of_text(text),
            Written::Nested(_) => Self::Nested(cut(&value.words())),
        }
    }

    fn of_text(text: &str) -> Self {
        let trimmed = text.trim();
        let is_address = ["https://", "http://"]
            .into_iter()
            .any(|scheme| trimmed.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
        if is_address && !trimmed.contains(char::is_whitespace) {
            return Self::Address(trimmed.to_owned());
        }
        if let Ok(day) = Day::in_text(trimmed)
            && day.is_whole()
        {
            let hour = trimmed.split_once(['T', ' ']).map_or_else(String::new, |(_, hour)| format!(", {hour}"));
            return Self::Day(format!("{day}{hour}"));
        }
        Self::Words(cut(text))
    }
}

/// The beginning of a text that is too long, with a remark.
fn cut(text: &str) -> String {
    let shown = visible(text);
    match shown.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}… (cut off after {} characters)", &shown[..end], words::number(LONGEST as f64, 0)),
        None => shown,
    }
}

/// An address as a row shows it: whole, unless it is longer than any that people read.
fn beginning(address: &str) -> String {
    match address.char_indices().nth(2 * FOLDED) {
        Some((end, _)) => format!("{}…", &address[..end]),
        None => address.to_owned(),
    }
}

/// The properties of a feature, read when it is selected: a feature may have megabytes of them.
fn properties_of(ui: &Ui, overlay: &Overlay, feature: usize) -> Arc<Vec<Property>> {
    let text = overlay.features.rows().text(feature);
    let state = (overlay.id.clone(), feature, text.as_ptr() as usize, text.len());
    let key = egui::Id::unique("properties of the feature");
    let known = ui.data(|data| data.get_temp::<(_, Arc<Vec<Property>>)>(key)).filter(|(of, _)| *of == state);
    let (_, properties) = known.unwrap_or_else(|| {
        let all = overlay.features.rows().written(feature).into_iter();
        let property = |(name, value): (String, Written<'_>)| Property { name: cut(&name), value: Shown::of(&value) };
        (state.clone(), Arc::new(all.map(property).collect()))
    });
    ui.data_mut(|data| data.insert_temp(key, (state, Arc::clone(&properties))));
    properties
}

fn row_ui(ui: &mut Ui, property: &Property, shade: Theme, actions: &mut Vec<Action>) {
    let whole_pt = ui.available_width();
    let name_pt = (0.36 * whole_pt).clamp(60.0, 140.0);
    let value_pt = (whole_pt - name_pt - ui.spacing().item_spacing.x).max(60.0);
    ui.horizontal_top(|ui| {
        cell_ui(ui, name_pt, |ui| {
            if matches!(property.value, Shown::Address(_)) {
                // An address is as high as a button, with its words in the middle.
                ui.add_space(5.0);
            }
            words_label(ui, theme::second(&property.name, shade));
        });
        let plain = |text: &str| RichText::new(text).size(12.0);
        match &property.value {
            Shown::Number(number) => {
                let layout = Layout::right_to_left(Align::TOP);
                ui.allocate_ui_with_layout(egui::vec2(value_pt, 0.0), layout, |ui| {
                    ui.add(Label::new(plain(number).monospace()).wrap());
                });
            }
            Shown::Address(url) => cell_ui(ui, value_pt, |ui| {
                let text = plain(&beginning(&link::shown(url))).color(theme::ink(shade.palette().accent));
                cards::address_ui(ui, url, text, actions);
            }),
            Shown::Words(text) | Shown::Nested(text) => {
                let is_code = matches!(property.value, Shown::Nested(_));
                cell_ui(ui, value_pt, |ui| long_ui(ui, text, &property.name, is_code));
            }
            Shown::Day(text) => cell_ui(ui, value_pt, |ui| {
                ui.label(plain(text));
            }),
            Shown::Truth(truth) => cell_ui(ui, value_pt, |ui| {
                ui.label(plain(if *truth { "yes" } else { "no" }));
            }),
            Shown::Nothing => cell_ui(ui, value_pt, |ui| {
                ui.label(theme::second("no value", shade));
            }),
        }
    });
}

/// Words that are folded where there are many of them.
fn long_ui(ui: &mut Ui, text: &str, name: &str, is_code: bool) {
    let styled = |text: &str| {
        let text = RichText::new(text).size(12.0);
        if is_code { text.monospace() } else { text }
    };
    let third_line = text.match_indices('\n').nth(2).map(|(end, _)| end);
    let folded_at = text.char_indices().nth(FOLDED).map(|(end, _)| end).into_iter().chain(third_line).min();
    let Some(end) = folded_at else {
        words_label(ui, styled(text));
        return;
    };
    let key = ui.scope_id().with("unfolded");
    let is_unfolded = ui.data(|data| data.get_temp::<bool>(key)).unwrap_or_default();
    if is_unfolded {
        words_label(ui, styled(text));
    } else {
        words_label(ui, styled(&format!("{}…", text[..end].trim_end())));
    }
    let toggle = ui.link(RichText::new(if is_unfolded { "Show less" } else { "Show all" }).size(11.5));
    let label = format!("{} of {name}", if is_unfolded { "Show less" } else { "Show all" });
    toggle.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Link, true, &label));
    if toggle.clicked() {
        ui.data_mut(|data| data.insert_temp(key, !is_unfolded));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_is_shown_as_what_it_is() {
        let words = |text: &str| Shown::Words(text.to_owned());
        for (value, shown) in [
            (json!(1_234.50), Shown::Number("1234.5".to_owned())),
            (json!("2025-12-15"), Shown::Day("15 Dec 2025".to_owned())),
            (json!("2025-12-15T10:30:00Z"), Shown::Day("15 Dec 2025, 10:30:00Z".to_owned())),
            (json!("2025"), words("2025")),
            (json!("2025-13-40"), words("2025-13-40")),
            (json!(true), Shown::Truth(true)),
            (json!(null), Shown::Nothing),
            (json!({"a": [1, 2]}), Shown::Nested(r#"{"a":[1,2]}"#.to_owned())),
            (json!("https://a.example/b"), Shown::Address("https://a.example/b".to_owned())),
            (json!("see https://a.example/b"), words("see https://a.example/b")),
            (json!("javascript:alert(1)"), words("javascript:alert(1)")),
            (json!("<b>bold</b>"), words("<b>bold</b>")),
            (json!("up\u{202e}down\nnext"), words("up‹U+202E›down\nnext")),
        ] {
            assert_eq!(Shown::of(&Written::of(&value.to_string()).unwrap()), shown, "{value}");
        }
        let digits = "12345678901234567890123";
        assert_eq!(Shown::of(&Written::of(digits).unwrap()), Shown::Number(digits.to_owned()));
        let Shown::Words(long) = Shown::of(&Written::Text("x".repeat(1_000_000).into())) else { panic!("no words") };
        assert!(long.ends_with("(cut off after 20,000 characters)") && long.len() < 21_000);
    }
}
