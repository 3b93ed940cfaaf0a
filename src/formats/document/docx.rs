//! DOCX, the files of Word: paragraphs, tables row by row, the notes at the end; what a tracked change takes out is left out and
//! what it puts in is kept. Nothing says on which page a word stands: that is decided anew by whoever lays the text out.
//!
//! # References
//! ECMA-376-1, 17 “WordprocessingML reference”.

use super::office::{self, Node, Parts, Tag};
use super::{Content, DocumentError, Input, Kind};

/// A file of Word since 2007.
pub(super) const KIND: Kind = Kind {
    id: "docx",
    label: "Word",
    extensions: &["docx", "docm"],
    sniff: |candidate| {
        candidate.bytes.starts_with(b"PK\x03\x04")
            && (candidate.is_named(&["docx", "docm"]) || super::super::text::is_word(candidate.bytes))
    },
    read,
    most_bytes: super::MAX_BYTES,
    is_apart: true,
};

const DOCUMENT: &str = "word/document.xml";

/// Elements whose content is not read: what is deleted or moved away, how fields are worked out, what older programs show
/// instead, and remarks.
const SILENT: [&str; 8] =
    ["del", "moveFrom", "instrText", "delText", "Fallback", "rPrChange", "pPrChange", "sectPrChange"];

fn read(input: &Input<'_>) -> Result<Content, DocumentError> {
    let mut parts = Parts::open(input.bytes)?;
    let document = parts.text(DOCUMENT)?.ok_or(DocumentError::Broken("it has no text of a document".into()))?;
    let mut body = Body::default();
    body.read(&document, DOCUMENT)?;
    for part in ["word/footnotes.xml", "word/endnotes.xml"] {
        if let Some(notes) = parts.text(part)? {
            body.read(&notes, part)?;
        }
    }
    let mut warnings = Vec::new();
    if body.has_deletions {
        warnings.push("it has tracked changes; what they take out is left out".into());
    }
    if body.has_hidden {
        warnings.push("words that are marked as hidden are left out".into());
    }
    let said = office::said(parts.text("docProps/core.xml").ok().flatten(), "docProps/core.xml");
    Ok(Content { texts: vec![body.text], said, warnings, ..Content::default() })
}

#[derive(Default)]
struct Body {
    text: String,
    /// How many silent elements are open.
    silent: usize,
    is_in_text: bool,
    is_hidden: bool,
    /// Of a note that holds but a line, which separates the notes.
    is_separator: bool,
    has_deletions: bool,
    has_hidden: bool,
}

impl Body {
    fn read(&mut self, text: &str, part: &str) -> Result<(), DocumentError> {
        office::follow(text, part, |node| {
            match node {
                Node::Open(tag) => self.open(tag),
                Node::Close(name) => self.close(name),
                Node::Words(words) if self.is_in_text && self.silent == 0 && !self.is_separator => {
                    if self.is_hidden {
                        self.has_hidden |= !words.trim().is_empty();
                    } else {
                        self.text.push_str(words);
                    }
                }
                Node::Words(_) => {}
            }
            if self.text.len() > super::text::MAX_BYTES { Err(DocumentError::TooMuchText) } else { Ok(()) }
        })
    }

    fn open(&mut self, tag: &Tag<'_>) {
        if SILENT.contains(&tag.name) {
            self.silent += 1;
            self.has_deletions |= tag.name == "del";
        }
        if self.silent > 0 {
            return;
        }
        match tag.name {
            "t" => self.is_in_text = true,
            "r" => self.is_hidden = false,
            "vanish" => self.is_hidden = !matches!(tag.attribute("val").as_deref(), Some("0" | "false" | "off")),
            "footnote" | "endnote" => {
                self.is_separator = tag.attribute("type").is_some_and(|kind| kind != "normal");
            }
            "tab" => self.text.push('\t'),
            "br" | "cr" => self.text.push('\n'),
            "noBreakHyphen" => self.text.push('\u{2011}'),
            "softHyphen" => self.text.push('\u{ad}'),
            // A letter of a font of signs: only those that mean the same in all fonts can be told.
            "sym" => {
                let code = tag.attribute("char").and_then(|code| u32::from_str_radix(&code, 16).ok());
                let letter = code.and_then(char::from_u32).filter(|letter| !matches!(letter, '\u{e000}'..='\u{f8ff}'));
                self.text.push(letter.unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        if SILENT.contains(&name) {
            self.silent = self.silent.saturating_sub(1);
            return;
        }
        match name {
            "t" => self.is_in_text = false,
            "p" if self.silent == 0 => self.text.push_str("\n\n"),
            "footnote" | "endnote" => self.is_separator = false,
            _ => {}
        }
    }
}
