//! Plain text that is looked for in every property of a feature and in the name of its kind.

use memchr::memmem;

use super::Layer;
use crate::formats::filter::folded;
use crate::formats::written::Written;

/// A text to be found, whatever its case.
#[derive(Debug)]
pub struct Search {
    wanted: String,
    /// The same for the JSON text of a row, where a row without it cannot match.
    raw: Option<memmem::Finder<'static>>,
    /// Which kinds of the layer have it in their name.
    kinds: Vec<bool>,
}

impl Search {
    /// Looks for a text in a layer; `None` where there is nothing to look for.
    pub fn new(text: &str, layer: &Layer) -> Option<Self> {
        let wanted = folded(text.trim());
        if wanted.is_empty() {
            return None;
        }
        // JSON may write other letters, and signs of its own, in more than one way.
        let is_plain = wanted.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ')
            && !wanted.contains(['"', '\\', '/', '\'']);
        let raw = is_plain.then(|| memmem::Finder::new(wanted.as_bytes()).into_owned());
        let kinds = layer.kinds.list().iter().map(|kind| folded(&kind.title).contains(&wanted)).collect();
        Some(Self { wanted, raw, kinds })
    }

    /// Whether a feature has the text in any of its properties or in the name of its kind.
    pub fn finds(&self, layer: &Layer, feature: usize, scratch: &mut Vec<u8>) -> bool {
        let kind = layer.kinds.index_of(feature);
        if kind.is_some_and(|kind| self.kinds.get(kind).copied().unwrap_or_default()) {
            return true;
        }
        let rows = layer.overlay.features.rows();
        let text = rows.text(feature);
        if let Some(raw) = &self.raw
            && text.is_ascii()
            && memchr::memchr(b'\\', text.as_bytes()).is_none()
        {
            scratch.clear();
            scratch.extend_from_slice(text.as_bytes());
            scratch.make_ascii_lowercase();
            if raw.find(scratch).is_none() {
                return false;
            }
        }
        !text.is_empty() && rows.written(feature).iter().any(|(_, value)| self.is_in(value))
    }

    fn is_in(&self, value: &Written<'_>) -> bool {
        folded(&value.words()).contains(&self.wanted)
    }
}
