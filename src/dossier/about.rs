//! What a problem or a finding is about, so that code need not read it out of words.

use std::fmt;

/// A part of what is open.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum About {
    /// The overlay of that id.
    Overlay(String),
    /// An id that is an overlay's or a layer's.
    OverlayOrLayer(String),
    /// The layer of that id.
    Layer(String),
    /// The group of that id.
    Group(String),
    /// The source of that id.
    Source(String),
    /// The excerpt of that id.
    Excerpt(String),
    /// The position of that id.
    Position(String),
    /// The reported figure of that id.
    Figure(String),
    /// The note of that id.
    Note(String),
    /// Anything else, as it is called.
    Other(String),
}

impl About {
    /// Whether it is an overlay or a layer.
    pub fn is_of_shape(&self) -> bool {
        matches!(self, Self::Overlay(_) | Self::OverlayOrLayer(_) | Self::Layer(_))
    }
}

impl fmt::Display for About {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, id) = match self {
            Self::Overlay(id) => ("overlay", id),
            Self::OverlayOrLayer(id) => ("overlay or layer", id),
            Self::Layer(id) => ("layer", id),
            Self::Group(id) => ("group", id),
            Self::Source(id) => ("source", id),
            Self::Excerpt(id) => ("excerpt", id),
            Self::Position(id) => ("position", id),
            Self::Figure(id) => ("figure", id),
            Self::Note(id) => ("note", id),
            Self::Other(name) => return out.write_str(name),
        };
        write!(out, "{kind} '{id}'")
    }
}

impl From<&Self> for About {
    fn from(about: &Self) -> Self {
        about.clone()
    }
}

impl From<&str> for About {
    fn from(name: &str) -> Self {
        Self::Other(name.to_owned())
    }
}

impl From<String> for About {
    fn from(name: String) -> Self {
        Self::Other(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_told_by_its_kind_and_id_and_anything_else_by_its_name() {
        assert_eq!(About::Overlay("donetsk".to_owned()).to_string(), "overlay 'donetsk'");
        assert_eq!(About::OverlayOrLayer("a".to_owned()).to_string(), "overlay or layer 'a'");
        // What is only called as an overlay is named is not one.
        assert_ne!(About::from("overlay 'donetsk'"), About::Overlay("donetsk".to_owned()));
    }
}
