//! Plain text, in the encoding that it has.

use super::super::text;
use super::{Content, DocumentError, Input, Kind};

/// Plain text, and whatever else is none of the other kinds: the reader says what it is.
pub(super) const KIND: Kind = Kind {
    id: "text",
    label: "Text",
    extensions: &["txt", "text", "md"],
    sniff: |_| true,
    read,
    most_bytes: text::MAX_BYTES,
    is_apart: false,
};

/// Reads the words, as lines.
pub(super) fn read(input: &Input<'_>) -> Result<Content, DocumentError> {
    let words = text::words_of_bytes(input.file_name, input.bytes, input.encoding)?;
    Ok(Content {
        texts: vec![words.text],
        encoding: Some(words.encoding),
        is_guessed: words.is_guessed,
        ..Content::default()
    })
}
