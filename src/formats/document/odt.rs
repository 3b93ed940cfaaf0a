//! ODT, the texts of LibreOffice and others: paragraphs, tables row by row, the notes at the end; what a tracked change takes out
//! is left out. As in [`docx`](super::docx), nothing says on which page a word stands.
//!
//! # References
//! OASIS Open Document Format 1.3, part 3, 5 “Text content” and 6 “Paragraph elements content”.

use memchr::memmem;

use super::office::{self, Node, Parts, Tag};
use super::{Content, DocumentError, Input, Kind};

/// A text of OpenDocument.
pub(super) const KIND: Kind = Kind {
    id: "odt",
    label: "OpenDocument text",
    extensions: &["odt", "ott"],
    sniff: |candidate| {
        const MARK: &[u8] = b"mimetypeapplication/vnd.oasis.opendocument.text";
        candidate.bytes.starts_with(b"PK\x03\x04")
            && (candidate.is_named(&["odt", "ott"]) || memmem::find(candidate.start(), MARK).is_some())
    },
    read,
    most_bytes: super::MAX_BYTES,
    is_apart: true,
};

const CONTENT: &str = "content.xml";

/// Elements whose content is not read: what was deleted, remarks, the numbers of notes, and what has no words.
const SILENT: [&str; 8] =
    ["tracked-changes", "annotation", "note-citation", "forms", "scripts", "automatic-styles", "hidden-text", "desc"];

/// Spaces that one element stands for.
const MOST_SPACES: usize = 1000;

fn read(input: &Input<'_>) -> Result<Content, DocumentError> {
    let mut parts = Parts::open(input.bytes)?;
    let content = match parts.text(CONTENT) {
        Ok(text) => text.ok_or(DocumentError::Broken("it has no text of a document".into()))?,
        // An encrypted part is no XML.
        Err(DocumentError::Broken(_)) if is_encrypted(&mut parts) => return Err(DocumentError::Locked),
        Err(error) => return Err(error),
    };
    let mut body = Body::default();
    let result = office::follow(&content, CONTENT, |node| body.take(&node));
    if result.is_err() && is_encrypted(&mut parts) {
        return Err(DocumentError::Locked);
    }
    result?;
    let mut warnings = Vec::new();
    if body.has_deletions {
        warnings.push("it has tracked changes; what they take out is left out".into());
    }
    body.text.push_str(&body.notes);
    let said = office::said(parts.text("meta.xml").ok().flatten(), "meta.xml");
    Ok(Content { texts: vec![body.text], said, warnings, ..Content::default() })
}

fn is_encrypted(parts: &mut Parts<'_>) -> bool {
    parts.text("META-INF/manifest.xml").ok().flatten().is_some_and(|text| text.contains("encryption-data"))
}

#[derive(Default)]
struct Body {
    text: String,
    notes: String,
    silent: usize,
    /// How many paragraphs are open; a frame in a paragraph holds others.
    paragraphs: usize,
    is_in_note: usize,
    has_deletions: bool,
}

impl Body {
    fn take(&mut self, node: &Node<'_>) -> Result<(), DocumentError> {
        match node {
            Node::Open(tag) => self.open(tag),
            Node::Close(name) => self.close(name),
            Node::Words(words) if self.silent == 0 && self.paragraphs > 0 => {
                // White space in the file is that of its layout: a run of it is one space, and the spaces of the text are elements.
                self.out().push_str(words);
            }
            Node::Words(_) => {}
        }
        let bytes = self.text.len() + self.notes.len();
        if bytes > super::text::MAX_BYTES { Err(DocumentError::TooMuchText) } else { Ok(()) }
    }

    fn out(&mut self) -> &mut String {
        if self.is_in_note > 0 { &mut self.notes } else { &mut self.text }
    }

    fn open(&mut self, tag: &Tag<'_>) {
        if SILENT.contains(&tag.name) {
            self.silent += 1;
            return;
        }
        if tag.name == "deletion" {
            self.has_deletions = true;
        }
        if self.silent > 0 {
            return;
        }
        match tag.name {
            "p" | "h" => {
                if self.paragraphs > 0 {
                    self.out().push_str("\n\n");
                }
                self.paragraphs += 1;
            }
            "note-body" => self.is_in_note += 1,
            "s" => {
                let count = tag.attribute("c").and_then(|count| count.parse().ok()).unwrap_or(1_usize);
                let spaces = " ".repeat(count.min(MOST_SPACES));
                self.out().push_str(&spaces);
            }
            "tab" => self.out().push('\t'),
            "line-break" => self.out().push('\n'),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        if SILENT.contains(&name) {
            self.silent = self.silent.saturating_sub(1);
            return;
        }
        if self.silent > 0 {
            return;
        }
        match name {
            "p" | "h" => {
                self.paragraphs = self.paragraphs.saturating_sub(1);
                self.out().push_str("\n\n");
            }
            "note-body" => self.is_in_note = self.is_in_note.saturating_sub(1),
            _ => {}
        }
    }
}
