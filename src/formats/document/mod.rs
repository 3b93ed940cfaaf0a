//! Documents that are the text of a source: saved pages, archives of pages, PDF, word processors' files and plain text, to the
//! *normalised text* in which a dossier counts ([`text`](super::text)), with the pages of those that have pages and what the
//! document says of itself.
//!
//! One file and one row of [`KINDS`] each. A kind whose reader is another's ([`Kind::is_apart`]) is read in a process of its own
//! by `files::documents`; [`read`] here reads at once, whatever it is.

mod docx;
mod html;
mod http;
mod mhtml;
mod odt;
mod office;
mod page_picture;
mod pdf;
mod plain;
pub mod resources;
mod rtf;
mod said;
mod transfer;
mod wacz;
mod warc;

use std::borrow::Cow;

use encoding_rs::Encoding;
use thiserror::Error;

use super::bundle::BundleError;
use super::text::{self, NormalizedText, TextError};

pub use page_picture::{PageLetter, PagePicture};
pub use pdf::page_picture;
pub use said::{Said, decoded_pdf_string};
pub use transfer::{TransferError, read_content, write_content};

/// A kind of document.
#[derive(Clone, Copy)]
pub struct Kind {
    /// How programs call it.
    pub id: &'static str,
    /// What a dialog calls it.
    pub label: &'static str,
    /// How the names of its files end, without the dot.
    pub extensions: &'static [&'static str],
    /// Whether bytes are one.
    sniff: fn(&Candidate<'_>) -> bool,
    read: fn(&Input<'_>) -> Result<Content, DocumentError>,
    /// The largest file that is read, in bytes.
    pub most_bytes: usize,
    /// Whether it is read in a process of its own, since what takes it apart is not ours.
    pub is_apart: bool,
}

/// A file that may be of a kind.
#[derive(Debug, Clone, Copy)]
struct Candidate<'a> {
    /// Its name in small letters.
    name: &'a str,
    bytes: &'a [u8],
}

impl Candidate<'_> {
    fn is_named(&self, endings: &[&str]) -> bool {
        endings.iter().any(|end| self.name.strip_suffix(end).is_some_and(|stem| stem.ends_with('.')))
    }

    /// Whether its name says that it is a text or a page: what looks like another kind of text inside is part of its words then,
    /// as in a mail that was saved as plain text.
    fn is_named_as_text(&self) -> bool {
        self.is_named(&text::EXTENSIONS)
    }

    /// The beginning of what is in it.
    fn start(&self) -> &[u8] {
        self.bytes.get(..4096).unwrap_or(self.bytes)
    }
}

impl Kind {
    /// Whether it may hold several pages of the web, of which one is read.
    pub fn is_archive(&self) -> bool {
        matches!(self.id, "wacz" | "warc" | "warc-gz" | "mhtml")
    }
}

/// What can be read, the first that fits counting.
pub const KINDS: [Kind; 10] = [
    pdf::KIND,
    docx::KIND,
    odt::KIND,
    wacz::KIND,
    warc::PACKED,
    warc::KIND,
    rtf::KIND,
    mhtml::KIND,
    html::KIND,
    plain::KIND,
];

/// No file of any kind that is larger is read, in bytes.
pub const MAX_BYTES: usize = 256 << 20;

/// What is said of a document that ends too soon.
const BREAKS_OFF: &str = "the file breaks off before its end; what comes before that was read, and what follows is missing; download or save it again";

/// A document to be read.
#[derive(Debug, Clone, Copy)]
struct Input<'a> {
    file_name: &'a str,
    bytes: &'a [u8],
    /// Which of the pages of an archive is wanted.
    address: Option<&'a str>,
    /// The encoding that whatever the document came in says.
    encoding: Option<&'static Encoding>,
    /// In how many others this one is packed.
    depth: usize,
}

/// What a reader finds: the words as they stand, not yet normalised.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Content {
    /// The words; of a kind with pages, those of each.
    pub texts: Vec<String>,
    /// Whether these are pages.
    pub is_paged: bool,
    /// The encoding, by the name that the WHATWG gives it; none where the kind leaves no choice.
    pub encoding: Option<&'static str>,
    /// Whether nothing says that it is this one.
    pub is_guessed: bool,
    /// What the document says of itself.
    pub said: Said,
    /// The other pages of an archive.
    pub others: Vec<Other>,
    /// What was left out, or is doubtful.
    pub warnings: Vec<String>,
}

/// Another page in an archive.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Other {
    /// By which it is asked for.
    pub address: String,
    /// Where the archive says one.
    pub title: String,
    /// When it was saved, as the archive says.
    pub saved: String,
}

/// A document that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadDocument {
    /// The text in which positions are counted.
    pub normalized: NormalizedText,
    /// The encoding, by the name that the WHATWG gives it; UTF-8 where the kind leaves no choice.
    pub encoding: &'static str,
    /// Whether nothing says that it is this one.
    pub is_guessed: bool,
    /// What the document says of itself.
    pub said: Said,
    /// The other pages of an archive, as many as are listed.
    pub others: Vec<Other>,
    /// What was left out, or is doubtful.
    pub warnings: Vec<String>,
}

impl From<Content> for ReadDocument {
    fn from(content: Content) -> Self {
        let normalized = match (content.is_paged, content.texts.as_slice()) {
            (true, pages) => NormalizedText::of_pages(pages),
            (false, [one]) => NormalizedText::new(one),
            (false, several) => NormalizedText::new(&several.join("\n\n")),
        };
        Self {
            normalized,
            encoding: content.encoding.unwrap_or(encoding_rs::UTF_8.name()),
            is_guessed: content.is_guessed,
            said: content.said,
            others: content.others,
            warnings: content.warnings,
        }
    }
}

impl ReadDocument {
    /// The pages of an archive with several, that which was read among them, by their addresses; none of anything else.
    pub fn pages(&self) -> Vec<Other> {
        if self.others.is_empty() {
            return Vec::new();
        }
        let word = |words: &Option<String>| words.clone().unwrap_or_default();
        let said = &self.said;
        let this = Other { address: word(&said.address), title: word(&said.title), saved: word(&said.saved) };
        let mut pages = self.others.clone();
        pages.push(this);
        pages.sort_by(|one, other| (&one.address, &one.saved).cmp(&(&other.address, &other.saved)));
        pages
    }

    /// What to say of how it was read, each a sentence's part: “it …”.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = self.warnings.clone();
        if self.is_guessed {
            let name = self.encoding;
            notes.push(format!(
                "it does not say its encoding; it is read as {name}, guessed; if letters look wrong, save it as UTF-8"
            ));
        }
        match self.others.len() {
            0 => {}
            1 => notes.push("it holds one more page, which is not read".into()),
            many => notes.push(format!("it holds {many} more pages, which are not read")),
        }
        notes
    }
}

/// Why a document cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DocumentError {
    /// Neither a document nor a text.
    #[error(transparent)]
    Text(#[from] TextError),
    /// Larger than is read.
    #[error("it has {bytes} bytes; the largest that is read has {most}")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// [`Kind::most_bytes`].
        most: usize,
    },
    /// Broken, and in what.
    #[error("it is damaged, or not what it seems: {0}; download or save it again")]
    Broken(Cow<'static, str>),
    /// It opens with a password alone.
    #[error("it is locked with a password; save it without one in another program and try again")]
    Locked,
    /// Pages with pictures alone.
    #[error(
        "this PDF has no text: it is pictures of pages; have another program recognise their letters (OCR) and try again"
    )]
    Pictures,
    /// Not a word.
    #[error("there is no text in it")]
    NoText,
    /// More text than any article has.
    #[error("it has more than {limit} MB of text, which is the limit", limit = text::MAX_BYTES >> 20)]
    TooMuchText,
    /// An archive without a page that can be read.
    #[error("there is no saved page in it that can be read")]
    NoPages,
    /// An archive without the page that was asked for.
    #[error("there is no page saved from {0} in it")]
    NoAddress(String),
    /// A page's number that the document does not have.
    #[error("there is no page {wanted}: it has {has}")]
    NoPage {
        /// Counted from 1.
        wanted: usize,
        /// Its pages.
        has: usize,
    },
    /// Archives packed in archives.
    #[error("it is packed too many times")]
    TooDeep,
}

impl From<BundleError> for DocumentError {
    fn from(error: BundleError) -> Self {
        match error {
            BundleError::LargerThan(..) | BundleError::FileTooLarge(_) | BundleError::TotalTooLarge => {
                Self::TooMuchText
            }
            BundleError::Zip(_) => Self::Broken("its zip cannot be unpacked".into()),
            other => Self::Broken(other.to_string().into()),
        }
    }
}

/// Whether two addresses are of one page: what stands behind `#`, and a slash at the end, is no difference.
pub fn is_same_address(one: &str, other: &str) -> bool {
    warc::is_same(one, other)
}

/// The kind of a document; plain text where it is none that is known.
pub fn kind_of(file_name: &str, bytes: &[u8]) -> &'static Kind {
    let name = file_name.to_lowercase();
    let candidate = Candidate { name: &name, bytes };
    const { &KINDS }.iter().find(|kind| (kind.sniff)(&candidate)).unwrap_or(const { &plain::KIND })
}

/// How the names of the files end that are read as documents.
pub fn extensions() -> Vec<&'static str> {
    let mut all: Vec<&str> = KINDS.iter().flat_map(|kind| kind.extensions).copied().collect();
    all.dedup();
    all
}

/// Reads a document here and now; of an archive with several pages the one that it names first, or that from `address`.
///
/// # Errors
/// [`DocumentError`] says what is wrong.
pub fn read(file_name: &str, bytes: &[u8], address: Option<&str>) -> Result<ReadDocument, DocumentError> {
    read_content_of(file_name, bytes, address).map(ReadDocument::from)
}

/// The same, as far as it is done in a process of its own.
///
/// # Errors
/// As [`read`].
pub fn read_content_of(file_name: &str, bytes: &[u8], address: Option<&str>) -> Result<Content, DocumentError> {
    read_input(&Input { file_name, bytes, address, encoding: None, depth: 0 })
}

fn read_input(input: &Input<'_>) -> Result<Content, DocumentError> {
    if input.depth > 3 {
        return Err(DocumentError::TooDeep);
    }
    let kind = kind_of(input.file_name, input.bytes);
    if input.bytes.len() > kind.most_bytes {
        return Err(DocumentError::TooLarge { bytes: input.bytes.len(), most: kind.most_bytes });
    }
    let content = (kind.read)(input)?;
    if content.texts.iter().map(String::len).sum::<usize>() > text::MAX_BYTES {
        return Err(DocumentError::TooMuchText);
    }
    Ok(content)
}
