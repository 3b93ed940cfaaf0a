//! Lists of sources as other programs keep them: BibTeX and BibLaTeX, RIS, CSL-JSON; and citations as people paste them.
//!
//! What a file says of an entry becomes a [`CitedWork`], which has what a source of a dossier needs. Nothing is invented: what an
//! entry does not say stays empty. An entry with neither title nor address is no source; it is named in a
//! [`CitationWarning`] with the reason, and so is one that is not written as its format asks.
//!
//! Formats are told by what stands in the file, not by its name: `TY  -` begins RIS, `@` an entry of BibTeX, `[` or `{` JSON.
//! Anything else is read as citations in words, one in each paragraph.
//!
//! # Choices
//! * The outlet is the journal, newspaper, site or book in which a work stands, else who published it.
//! * A DOI becomes the address `https://doi.org/…` where there is no other; an arXiv number `https://arxiv.org/abs/…`.
//! * An address in an archive is the archived one; the Internet Archive's holds the original, which becomes the address. Notes
//!   are searched for `Archived: https://…` and for addresses of archives.
//! * Of a range of days the first counts.

pub mod bibtex;
mod csl;
mod pasted;
pub mod ris;
#[cfg(test)]
mod tests;
mod tex;
mod work;

use std::fmt;

use thiserror::Error;

use super::encoding::decode;

pub use work::CitedWork;

/// No list of sources is larger, in bytes: a library of 20,000 entries with abstracts has 40 MB.
pub const LARGEST: usize = 64 << 20;

/// No list has more entries.
const MOST: usize = 100_000;

/// An entry that cannot be used, or not wholly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CitationWarning {
    /// The entry's key, or its number where it has none.
    pub entry: String,
    /// What is wrong with it.
    pub what: Fault,
}

/// What is wrong with an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It names neither a title nor an address.
    Nothing,
    /// A brace, a quotation mark or a parenthesis has no end.
    Unclosed,
    /// Something is missing there: a comma, an equals sign, a value.
    Malformed(&'static str),
    /// An abbreviation that no `@string` explains.
    Unknown(String),
    /// A date that the calendar has not, or that is in words that are not understood.
    Date(String),
    /// An address that names no site.
    Address(String),
    /// There was an entry with the same key before; both are kept.
    Twice,
    /// The list has more entries than are read.
    TooMany,
    /// The text does not say its encoding.
    Encoding(&'static str),
}

impl fmt::Display for CitationWarning {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entry = &self.entry;
        match &self.what {
            Fault::Nothing => {
                write!(out, "{entry} has neither a title nor an address, and is left out; add one of them")
            }
            Fault::Unclosed => {
                write!(out, "{entry} is left out: one of its braces or quotation marks has no end; close it")
            }
            Fault::Malformed(what) => write!(out, "{entry} is left out: {what}"),
            Fault::Unknown(name) => {
                write!(out, "{entry}: no @string explains “{name}”; it is kept as that word")
            }
            Fault::Date(text) => {
                write!(out, "{entry}: “{text}” is not understood as a date; write it as 2025-12-15, 2025-12 or 2025")
            }
            Fault::Address(text) => {
                write!(out, "{entry}: “{text}” names no site; an address begins with https:// and a site")
            }
            Fault::Twice => write!(out, "{entry} is the key of two entries; both are kept"),
            Fault::TooMany => write!(out, "only the first {MOST} entries are read; split the list"),
            Fault::Encoding(name) => {
                write!(
                    out,
                    "the text does not say its encoding; it is read as {name}, guessed; if letters look wrong, save it as UTF-8"
                )
            }
        }
    }
}

/// Why a file has no citations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum CitationError {
    /// Nothing but white space.
    #[error("there is nothing in it; give a list in BibTeX, RIS or CSL-JSON, or a citation in words")]
    Empty,
    /// More than [`LARGEST`].
    #[error("it is larger than {} MB; export fewer entries at once", LARGEST >> 20)]
    TooLarge,
    /// Begins as JSON and is none, or holds no list of works.
    #[error("it begins as JSON, but is no list of works as CSL-JSON has it; export it as CSL-JSON again")]
    Json,
    /// No entry, whatever is read.
    #[error("there are no entries in it; give a list in BibTeX, RIS or CSL-JSON, or a citation in words")]
    None,
}

/// The works that a file or a pasted text cites, in its order, and what of it cannot be used. The file's name decides only
/// between formats that its text leaves open.
///
/// # Errors
/// [`CitationError`] if it holds no citation at all.
pub fn read(file_name: &str, bytes: &[u8]) -> Result<(Vec<CitedWork>, Vec<CitationWarning>), CitationError> {
    if bytes.len() > LARGEST {
        return Err(CitationError::TooLarge);
    }
    let decoded = decode(bytes, None);
    let text = decoded.text.trim();
    if text.is_empty() {
        return Err(CitationError::Empty);
    }
    let mut warnings = Vec::new();
    if decoded.is_guessed && !text.is_ascii() {
        let what = Fault::Encoding(decoded.encoding.name());
        warnings.push(CitationWarning { entry: file_name.to_owned(), what });
    }
    let name = file_name.to_ascii_lowercase();
    let works = if name.ends_with(".json") || text.starts_with(['[', '{']) && !text.starts_with("{{") {
        csl::read(text, &mut warnings)?
    } else if ris::is_one(text) {
        ris::read(text, &mut warnings)
    } else if name.ends_with(".bib") || name.ends_with(".bibtex") || bibtex::is_one(text) {
        bibtex::read(text, &mut warnings)
    } else {
        pasted::read(text, &mut warnings)
    };
    if works.is_empty() && warnings.is_empty() {
        return Err(CitationError::None);
    }
    Ok((works, warnings))
}

/// The works of a text that cites and does nothing else: of one that may as well be an article, it is certain. It begins as one of
/// the formats of programs, or else each of its paragraphs is a citation in words of which all was understood: a title, a day,
/// and two of outlet, author and address. `None` for any other text.
pub fn read_if_certain(bytes: &[u8]) -> Option<(Vec<CitedWork>, Vec<CitationWarning>)> {
    // An article is longer than a citation, a library is in one of the formats.
    const LONGEST_IN_WORDS: usize = 200_000;
    let (works, warnings) = read("", bytes).ok()?;
    let decoded = decode(bytes, None);
    let text = decoded.text.trim();
    let is_bibtex = text.starts_with('@') && bibtex::is_one(text);
    let is_of_program = is_bibtex || text.starts_with(['[', '{']) || text.starts_with("TY  -");
    let is_whole = |work: &CitedWork| {
        let said = [&work.outlet, &work.author, &work.url].into_iter().filter(|said| said.is_some()).count();
        work.title.is_some() && work.left.is_none() && (work.published.or(work.retrieved)).is_some() && said >= 2
    };
    let is_sound = warnings.iter().all(|warning| matches!(warning.what, Fault::Encoding(_)));
    let is_certain = !works.is_empty()
        && is_sound
        && (is_of_program || (text.len() <= LONGEST_IN_WORDS && works.iter().all(is_whole)));
    is_certain.then_some((works, warnings))
}

/// Adds a work to a list, or says why it is none.
fn add(works: &mut Vec<CitedWork>, work: CitedWork, warnings: &mut Vec<CitationWarning>) {
    let entry = if work.key.is_empty() { format!("entry {}", works.len() + 1) } else { work.key.clone() };
    let mut warn = |what: Fault| warnings.push(CitationWarning { entry: entry.clone(), what });
    if works.len() >= MOST {
        if works.len() == MOST {
            warn(Fault::TooMany);
        }
    } else if work.title.is_none() && work.url.is_none() && work.archived.is_none() {
        warn(Fault::Nothing);
    } else {
        works.push(work);
    }
}

/// Names the keys that two entries have.
fn warn_of_twins(works: &[CitedWork], warnings: &mut Vec<CitationWarning>) {
    let mut known = std::collections::HashSet::new();
    for work in works.iter().filter(|work| !work.key.is_empty()) {
        if !known.insert(&work.key) {
            warnings.push(CitationWarning { entry: work.key.clone(), what: Fault::Twice });
        }
    }
}
