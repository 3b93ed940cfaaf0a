//! What the clipboard holds, added to the map.

use super::annotating::open_layer;
use super::{Effect, Session};
use crate::document::annotation::{Annotation, PointKind, Shape};
use crate::document::{AnnotationId, Step, edit};
use crate::formats::format;
use crate::tools::Tool;

/// The most letters that are pasted as words on the map.
const MOST_LETTERS: usize = 1000;

/// Words of more letters than this wrap at a width, when they are pasted.
const LONG_LETTERS: usize = 40;
const WRAP_PT: f64 = 240.0;

impl Session {
    /// Adds what the clipboard holds: annotations and features of any format where they lie, words in the middle of the map.
    pub(super) fn paste(&mut self, text: &str) -> Vec<Effect> {
        let read;
        let text = match format::as_geojson(text) {
            Some(Ok(other)) => {
                read = other;
                &read
            }
            Some(Err(error)) => return vec![Effect::Tell(format!("Nothing was pasted: {error}"))],
            None if text.trim_start().starts_with('{') => text,
            None => return self.paste_words(text),
        };
        let layer = self.layer_of_new();
        match crate::document::project::annotations_from_text(text, layer) {
            Ok((annotations, _)) if annotations.is_empty() => {
                vec![Effect::Tell("What is on the clipboard has no features".to_owned())]
            }
            Ok((annotations, warnings)) => {
                let made = self.history.edit(Step::Paste, |document| {
                    open_layer(document, layer);
                    edit::paste(document, annotations, layer)
                });
                self.hand.choose(Tool::Select);
                self.select_annotations(made);
                warnings.first().map(|warning| Effect::Tell(warning.to_string())).into_iter().collect()
            }
            Err(error) => vec![Effect::Tell(format!(
                "Nothing was pasted: the clipboard has no text, annotations or GeoJSON that can be read ({error})"
            ))],
        }
    }

    fn paste_words(&mut self, text: &str) -> Vec<Effect> {
        let lines = text.lines().map(|line| line.replace('\t', " ").replace(char::is_control, ""));
        let words = lines.collect::<Vec<_>>().join("\n").trim().to_owned();
        let told = match words.chars().count() {
            0 => "The clipboard has no text",
            count if count > MOST_LETTERS => {
                "Nothing was pasted: a text on the map has at most 1,000 characters, and the clipboard has more"
            }
            count => {
                let frame = self.frame();
                let at = self.crosshair.unwrap_or_else(|| frame.page().center());
                let shape = Shape::Point { at: frame.lon_lat_from_page(at), kind: PointKind::Text };
                let layer = self.layer_of_new();
                let mut made = Annotation { title: words, ..Annotation::new(AnnotationId(0), layer, shape) };
                made.style = self.style_of_new.clone();
                if count > LONG_LETTERS {
                    made.style.text_width_pt.get_or_insert(WRAP_PT);
                }
                let id = self.history.edit(Step::PasteText, |document| {
                    open_layer(document, layer);
                    edit::add(document, made)
                });
                self.hand.choose(Tool::Select);
                self.select_annotations(vec![id]);
                "The text is now on the map; drag it to its place"
            }
        };
        vec![Effect::Tell(told.to_owned())]
    }
}
