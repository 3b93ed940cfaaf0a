//! The text of an article: plain text or an HTML page to the *normalised text* in which a dossier counts.
//!
//! # The normalised text
//! 1. Unicode normalisation form C.
//! 2. Every run of white space becomes one U+0020. White space is what Unicode's `White_Space` property says, the
//!    no-break spaces (U+00A0, U+202F) and line separators included. The zero-width space (U+200B), the zero-width
//!    joiners, the word joiner and the soft hyphen are not white space: they stay.
//! 3. No white space at either end.
//!
//! Positions are counted in Unicode code points of it; its fingerprint is the SHA-256 of its UTF-8.
//!
//! # HTML
//! Read for its words only, and as leniently as a browser: what is not a tag is text, what is not closed ends with the
//! file. Scripts, styles, templates, drawings and the title are dropped; block elements and line breaks separate
//! words, other elements don't.

use std::ops::Range;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use memchr::{memchr, memchr_iter, memmem};
use sha2::{Digest as _, Sha256};
use thiserror::Error;
use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};

use super::encoding::guess;
use super::number::hex;

/// A text larger than this is refused, in bytes: no article is so long.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;

/// Why bytes are no text.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TextError {
    /// Larger than [`MAX_BYTES`].
    #[error("the text has {0} bytes; the largest that is read has {MAX_BYTES}")]
    TooLarge(usize),
    /// Neither UTF-8 nor marked as UTF-16, and no page that declares another encoding.
    #[error("the text is not UTF-8 (byte {0}), and does not name another encoding; save it as UTF-8 and try again")]
    NotUtf8(usize),
    /// A file of another kind, known by its first bytes.
    #[error("this is {0}; save its text as .txt first, or the page as .html")]
    Binary(&'static str),
    /// A page that declares an encoding that the web does not know.
    #[error("the page declares the encoding '{0}', which is not a web encoding; save it as UTF-8 and try again")]
    UnknownEncoding(String),
    /// A page that declares an encoding and breaks its rules.
    #[error(
        "the page declares the encoding {0}, but has bytes that are not valid in it; save it as UTF-8 and try again"
    )]
    NotAsDeclared(&'static str),
}

/// What the bytes of a text are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Markup {
    /// Words as they stand.
    Plain,
    /// A page with tags.
    Html,
}

impl Markup {
    /// By the name of the file, or by how the text begins.
    pub fn of(file_name: &str, text: &str) -> Self {
        let name = file_name.to_lowercase();
        let start = text.trim_start().get(..14).unwrap_or_default().to_lowercase();
        let by_name = [".html", ".htm", ".xhtml"].iter().any(|end| name.ends_with(end));
        if by_name || start.starts_with("<!doctype html") || start.starts_with("<html") {
            Self::Html
        } else {
            Self::Plain
        }
    }
}

/// How the names of the files end that are read as texts.
pub const EXTENSIONS: [&str; 6] = ["txt", "text", "md", "html", "htm", "xhtml"];

/// A text, and how its bytes were read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadText {
    /// The text.
    pub normalized: NormalizedText,
    /// The encoding, by the name that the WHATWG gives it.
    pub encoding: &'static str,
    /// Whether nothing says that it is this one.
    pub is_guessed: bool,
}

impl ReadText {
    /// What to say of a guess.
    pub fn note(&self) -> Option<String> {
        let name = self.encoding;
        self.is_guessed.then(|| {
            format!(
                "it does not say its encoding; it is read as {name}, guessed; if letters look wrong, save it as UTF-8"
            )
        })
    }
}

/// Reads the bytes of a plain-text or HTML file.
///
/// # Errors
/// [`TextError`] says what is wrong.
pub fn read(file_name: &str, bytes: &[u8]) -> Result<ReadText, TextError> {
    if bytes.len() > MAX_BYTES {
        return Err(TextError::TooLarge(bytes.len()));
    }
    let Words { text, encoding, is_guessed } = words_of_bytes(file_name, bytes, None)?;
    Ok(ReadText { normalized: NormalizedText::new(&text), encoding, is_guessed })
}

/// The words of a text, before they are normalised, and how its bytes were read.
pub(super) struct Words {
    pub(super) text: String,
    /// As in [`ReadText`].
    pub(super) encoding: &'static str,
    pub(super) is_guessed: bool,
}

/// A page with tags, and its words.
pub(super) struct Page {
    pub(super) source: String,
    pub(super) words: Words,
}

/// The words of a plain text or a page; `said` is the encoding that whatever it came in says, which counts where the text has
/// no mark and is not UTF-8.
pub(super) fn words_of_bytes(
    file_name: &str,
    bytes: &[u8],
    said: Option<&'static Encoding>,
) -> Result<Words, TextError> {
    let Page { source, words } = page_of_bytes(file_name, bytes, said)?;
    let is_plain = words.text.is_empty() && Markup::of(file_name, &source) == Markup::Plain;
    Ok(if is_plain { Words { text: source, ..words } } else { words })
}

/// The same of a page with tags, which is kept; of a plain text there are no words but those of the source.
pub(super) fn page_of_bytes(file_name: &str, bytes: &[u8], said: Option<&'static Encoding>) -> Result<Page, TextError> {
    if let Some(kind) = binary_kind(bytes) {
        return Err(TextError::Binary(kind));
    }
    // Letters of ASCII, of which tags are made, are the same in all encodings but UTF-16, which has its mark.
    let start = String::from_utf8_lossy(bytes.get(..1024).unwrap_or(bytes));
    let markup = Markup::of(file_name, &start);
    let (source, encoding, is_guessed) = match said.and_then(|encoding| decode_as_said(bytes, encoding)) {
        Some((text, encoding)) => (text, encoding, false),
        None => decode(bytes, markup)?,
    };
    let text = match Markup::of(file_name, &source) {
        Markup::Plain => String::new(),
        Markup::Html => words_of_html(&source),
    };
    Ok(Page { source, words: Words { text, encoding: encoding.name(), is_guessed } })
}

/// A text without a mark that is not UTF-8, in the encoding that somebody says, where it keeps the rules of that.
fn decode_as_said(bytes: &[u8], encoding: &'static Encoding) -> Option<(String, &'static Encoding)> {
    if Encoding::for_bom(bytes).is_some() || std::str::from_utf8(bytes).is_ok() {
        return None;
    }
    let (text, malformed) = encoding.decode_without_bom_handling(bytes);
    (!malformed).then(|| (text.into_owned(), encoding))
}

/// What a file is that is no text, by how it begins; `None` for what may be one.
pub fn binary_kind(bytes: &[u8]) -> Option<&'static str> {
    const KINDS: [(&[u8], &str); 17] = [
        (b"%PDF-", "a PDF"),
        (b"{\\rtf", "a word processor’s file (RTF)"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office file (DOC, XLS or PPT)"),
        (b"\x89PNG\r\n\x1a\n", "a picture (PNG)"),
        (b"\xff\xd8\xff", "a picture (JPEG)"),
        (b"GIF8", "a picture (GIF)"),
        (b"II*\0", "a picture (TIFF)"),
        (b"MM\0*", "a picture (TIFF)"),
        (b"%!PS", "a PostScript file"),
        (b"\x1f\x8b", "a packed file (gzip)"),
        (b"7z\xbc\xaf\x27\x1c", "a packed file (7z)"),
        (b"Rar!\x1a\x07", "a packed file (RAR)"),
        (b"BZh", "a packed file (bzip2)"),
        (b"\xfd7zXZ\0", "a packed file (xz)"),
        (b"bplist00", "a web archive of Safari"),
        (b"\x7fELF", "a program"),
        (b"SQLite format 3\0", "a database (SQLite)"),
    ];
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Some(zip_kind(bytes));
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return Some("a picture (WebP)");
    }
    if matches!(bytes.get(4..12), Some(b"ftypheic" | b"ftypmif1" | b"ftypavif")) {
        return Some("a picture (HEIC or AVIF)");
    }
    if let Some((_, kind)) = KINDS.iter().find(|(start, _)| bytes.starts_with(start)) {
        return Some(kind);
    }
    // No encoding of the web but UTF-16, which has its mark, writes a zero.
    let start = bytes.get(..4096).unwrap_or(bytes);
    (Encoding::for_bom(bytes).is_none() && memchr(0, start).is_some()).then_some("not a text: it contains null bytes")
}

/// Whether a zip is a file of Word.
pub(super) fn is_word(bytes: &[u8]) -> bool {
    zip_kind(bytes) == WORD
}

const WORD: &str = "a Word file (DOCX)";

/// What a zip is, by the names of what is packed in it.
fn zip_kind(bytes: &[u8]) -> &'static str {
    let start = bytes.get(..65_536).unwrap_or(bytes);
    let has = |name: &[u8]| memmem::find(start, name).is_some();
    if has(b"word/") {
        WORD
    } else if has(b"xl/") {
        "an Excel file (XLSX)"
    } else if has(b"ppt/") {
        "a PowerPoint file (PPTX)"
    } else if has(b"mimetypeapplication/vnd.oasis.opendocument.text") {
        "a word processor’s file (ODT)"
    } else if has(b"mimetypeapplication/epub+zip") {
        "a book (EPUB)"
    } else {
        "a packed file (zip)"
    }
}

/// The text of bytes: by their mark, or as UTF-8, or, of a page, as it declares; otherwise by a guess, which
/// the third of what is given back tells.
///
/// # References
/// HTML Living Standard, 13.2.3 “The input byte stream”; a text that is UTF-8 throughout is read as that even where a page
/// declares otherwise, for no other encoding gives it by chance.
fn decode(bytes: &[u8], markup: Markup) -> Result<(String, &'static Encoding, bool), TextError> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        let (text, malformed) = encoding.decode_without_bom_handling(&bytes[length..]);
        if malformed && encoding == UTF_8 {
            return Err(not_utf8(bytes));
        }
        return Ok((text.into_owned(), encoding, false));
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok((text.to_owned(), UTF_8, false));
    }
    let guessed = || {
        let encoding = guess([bytes]);
        let (text, malformed) = encoding.decode_without_bom_handling(bytes);
        if malformed { Err(not_utf8(bytes)) } else { Ok((text.into_owned(), encoding, true)) }
    };
    let declared = declared(bytes).filter(|_| markup == Markup::Html);
    let Some(label) = declared else { return guessed() };
    let Some(encoding) = Encoding::for_label(label.as_bytes()) else { return Err(TextError::UnknownEncoding(label)) };
    // What reads as ASCII is not UTF-16, whatever it says (13.2.3.2).
    if encoding == UTF_8 || encoding == UTF_16LE || encoding == UTF_16BE {
        return guessed();
    }
    let (text, malformed) = encoding.decode_without_bom_handling(bytes);
    if malformed {
        return Err(TextError::NotAsDeclared(encoding.name()));
    }
    Ok((text.into_owned(), encoding, false))
}

fn not_utf8(bytes: &[u8]) -> TextError {
    TextError::NotUtf8(std::str::from_utf8(bytes).err().map_or(0, |error| error.valid_up_to()))
}

/// The encoding that a page declares in its first 1024 bytes: in a `meta` element, or as XML.
fn declared(bytes: &[u8]) -> Option<String> {
    let start = String::from_utf8_lossy(bytes.get(..1024).unwrap_or(bytes)).to_ascii_lowercase();
    let value = |text: &str| {
        let text = text.trim_start().strip_prefix('=')?.trim_start().trim_start_matches(['"', '\'']);
        let end = text.find(|letter: char| letter.is_ascii_whitespace() || "\"';/>?".contains(letter))?;
        Some(text[..end].to_owned()).filter(|label| !label.is_empty())
    };
    if let Some(head) = start.trim_start().strip_prefix("<?xml")
        && let Some(head) = head.split("?>").next()
        && let Some(at) = head.find("encoding")
    {
        return value(&head[at + "encoding".len()..]);
    }
    let mut rest = start.as_str();
    while let Some(at) = rest.find('<') {
        rest = &rest[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = &comment[comment.find("-->")?..];
            continue;
        }
        let end = rest.find('>').map_or(rest.len(), |end| end + 1);
        let tag = &rest[..end];
        if let Some(attributes) = tag.strip_prefix("<meta")
            && attributes.starts_with(|letter: char| letter.is_ascii_whitespace() || letter == '/')
            && let Some(at) = attributes.find("charset")
            && let Some(label) = value(&attributes[at + "charset".len()..])
        {
            return Some(label);
        }
        rest = &rest[end..];
    }
    None
}

/// How many bytes lie between two places whose code points are known.
const STEP: usize = 4096;

/// A text in the normal form of the module, with its fingerprint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NormalizedText {
    text: String,
    /// Where paragraphs begin besides the first, in bytes: white space that was, by the look of the text, their end.
    breaks: Vec<usize>,
    /// The spaces, in bytes, before which a line ended in a hyphen after a letter.
    divided: Vec<usize>,
    /// Where pages begin, in code points; empty where there are none.
    pages: Vec<usize>,
    /// Code points before every [`STEP`] bytes.
    counts: Vec<usize>,
    length: usize,
    sha256: String,
}

impl NormalizedText {
    /// Normalises a text.
    pub fn new(text: &str) -> Self {
        Self::of_normal_form(normalize_with_breaks(text))
    }

    /// Normalises the text of each page of a document. Words do not go on from one page to the next: a space separates them.
    pub fn of_pages<Page: AsRef<str>>(pages: &[Page]) -> Self {
        let mut whole = Broken { text: String::new(), breaks: Vec::new(), divided: Vec::new() };
        let (mut starts, mut length) = (Vec::with_capacity(pages.len()), 0);
        for page in pages {
            let page = normalize_with_breaks(page.as_ref());
            if page.text.is_empty() {
                starts.push(length);
                continue;
            }
            if !whole.text.is_empty() {
                let is_divided = whole.text.ends_with(HYPHENS)
                    && page.text.starts_with(char::is_alphabetic)
                    && whole.text.trim_end_matches(HYPHENS).ends_with(char::is_alphabetic);
                if is_divided {
                    whole.divided.push(whole.text.len());
                }
                whole.text.push(' ');
                whole.breaks.push(whole.text.len());
                length += 1;
            }
            starts.push(length);
            let start = whole.text.len();
            whole.breaks.extend(page.breaks.iter().map(|at| at + start));
            whole.divided.extend(page.divided.iter().map(|at| at + start));
            length += code_points(page.text.as_bytes());
            whole.text.push_str(&page.text);
        }
        // Marks at the start of a page could go together with the last letter of the page before, were it not for the space.
        Self { pages: starts, ..Self::of_normal_form(whole) }
    }

    fn of_normal_form(Broken { text, breaks, divided }: Broken) -> Self {
        let mut counts = Vec::with_capacity(text.len() / STEP + 1);
        let mut length = 0;
        for chunk in text.as_bytes().chunks(STEP) {
            counts.push(length);
            length += code_points(chunk);
        }
        let sha256 = hex(&Sha256::digest(text.as_bytes()));
        Self { text, breaks, divided, pages: Vec::new(), counts, length, sha256 }
    }

    /// The words.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// How many code points there are.
    pub fn length(&self) -> usize {
        self.length
    }

    /// The SHA-256 of its UTF-8, hexadecimal in small letters.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// The spaces, in bytes, at which a line ended in a hyphen after a letter: there a word may have been divided.
    pub fn divided(&self) -> &[usize] {
        &self.divided
    }

    /// The pages of a document that has pages, in code points, without the space between them.
    pub fn pages(&self) -> Vec<Range<usize>> {
        // Before a page that is not empty, a space ends the one before it.
        let end_before = |next: usize| {
            let before = self.byte_at(next).and_then(|byte| self.text.get(..byte));
            if before.is_some_and(|before| before.ends_with(' ')) { next - 1 } else { next }
        };
        let ends = self.pages.iter().skip(1).map(|next| end_before(*next)).chain([self.length]);
        self.pages.iter().zip(ends).map(|(start, end)| *start..end.max(*start)).collect()
    }

    /// The number of the page on which a code point stands, counted from 1; `None` where there are no pages.
    pub fn page_of(&self, code_point: usize) -> Option<usize> {
        // A page without words begins where the next does, and nothing stands on it.
        let number = self.pages.partition_point(|start| *start <= code_point);
        (number > 0).then_some(number)
    }

    /// How many words there are, as white space separates them.
    pub fn words(&self) -> usize {
        self.text.split_whitespace().count()
    }

    /// The code point that starts at a byte.
    pub fn code_point_at(&self, byte: usize) -> usize {
        let byte = byte.min(self.text.len());
        let step = byte / STEP;
        let known = self.counts.get(step).copied().unwrap_or(self.length);
        known + self.text.as_bytes().get(step * STEP..byte).map_or(0, code_points)
    }

    /// The byte at which a code point starts; `None` beyond the end.
    pub fn byte_at(&self, code_point: usize) -> Option<usize> {
        if code_point >= self.length {
            return (code_point == self.length).then_some(self.text.len());
        }
        let step = self.counts.partition_point(|count| *count <= code_point).checked_sub(1)?;
        let mut left = code_point - self.counts.get(step)?;
        let from = step * STEP;
        for (offset, byte) in self.text.as_bytes().get(from..)?.iter().enumerate() {
            if starts_code_point(*byte) {
                if left == 0 {
                    return Some(from + offset);
                }
                left -= 1;
            }
        }
        None
    }

    /// The words between two positions in code points; `None` if they are no positions in the text.
    pub fn slice(&self, range: Range<usize>) -> Option<&str> {
        self.text.get(self.byte_at(range.start)?..self.byte_at(range.end)?)
    }

    /// A part as a text of its own; `None` as for [`NormalizedText::slice`].
    pub fn part(&self, range: Range<usize>) -> Option<Self> {
        let from = self.byte_at(range.start)?;
        let words = self.slice(range)?;
        let text = normalize(words);
        let from = from + (words.len() - words.trim_start().len());
        let within = |places: &[usize]| {
            let places = places.iter().filter_map(|at| at.checked_sub(from));
            places.filter(|at| (1..text.len()).contains(at)).collect()
        };
        let (breaks, divided) = (within(&self.breaks), within(&self.divided));
        // The part begins on one of the pages, and keeps the numbers of all.
        let start = self.code_point_at(from);
        let part = Self::of_normal_form(Broken { text, breaks, divided });
        let pages = self.pages.iter().map(|page| page.saturating_sub(start).min(part.length)).collect();
        Some(Self { pages, ..part })
    }

    /// The text in pieces to be read, in code points: its paragraphs as far as they are known, long ones cut at the end
    /// of a sentence or else of a word. Together they are the whole text.
    pub fn pieces(&self) -> Vec<Range<usize>> {
        let mut pieces = Vec::new();
        let mut from = 0;
        let ends = self.breaks.iter().copied().chain([self.text.len()]);
        for end in ends.filter(|end| self.text.is_char_boundary(*end)) {
            while let Some(cut) = self.text.get(from..end).and_then(piece_end) {
                pieces.push(from..from + cut);
                from += cut;
            }
            if end > from {
                pieces.push(from..end);
                from = end;
            }
        }
        pieces.into_iter().map(|piece| self.code_point_at(piece.start)..self.code_point_at(piece.end)).collect()
    }

    /// The word at a code point, or the one before it if a space stands there; `None` in an empty text.
    pub fn word_at(&self, code_point: usize) -> Option<Range<usize>> {
        let byte = self.byte_at(code_point.min(self.length))?;
        let (before, after) = self.text.split_at_checked(byte)?;
        let start = before.rfind(' ').map_or(0, |space| space + 1);
        let end = after.find(' ').map_or(self.text.len(), |space| byte + space);
        (start < end).then(|| self.code_point_at(start)..self.code_point_at(end))
    }
}

/// A piece longer than this is cut, in bytes.
const LONG_PIECE: usize = 3000;

/// Where a paragraph that is too long is cut.
fn piece_end(paragraph: &str) -> Option<usize> {
    if paragraph.len() <= LONG_PIECE {
        return None;
    }
    let most = paragraph.floor_char_boundary(LONG_PIECE);
    let (least, window) = (LONG_PIECE / 3, paragraph.get(..most)?);
    let after = |found: Option<usize>, length: usize| found.map(|at| at + length).filter(|end| *end > least);
    after(window.rfind(". "), 2).or_else(|| after(window.rfind(' '), 1)).or(Some(most))
}

fn starts_code_point(byte: u8) -> bool {
    byte & 0b1100_0000 != 0b1000_0000
}

fn code_points(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| starts_code_point(**byte)).count()
}

/// A text in Unicode normalisation form C, each run of white space one space, none at the ends.
pub fn normalize(text: &str) -> String {
    normalize_with_breaks(text).text
}

/// A normalised text, and what is known of the lines that it had.
struct Broken {
    text: String,
    /// As in [`NormalizedText`].
    breaks: Vec<usize>,
    divided: Vec<usize>,
}

/// What may divide a word at the end of a line.
const HYPHENS: [char; 3] = ['-', '‐', '\u{ad}'];

/// The same, with the places at which new paragraphs begin: after empty lines, or, where there are none, after lines.
fn normalize_with_breaks(text: &str) -> Broken {
    let composed;
    let text = if is_nfc(text) {
        text
    } else {
        composed = text.nfc().collect::<String>();
        &composed
    };
    let mut out = String::with_capacity(text.len());
    let (mut lines, mut empty_lines, mut divided) = (Vec::new(), Vec::new(), Vec::new());
    let mut read = 0;
    for word in text.split_whitespace() {
        // The word lies within the text, so this is how far into it.
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        if !out.is_empty() {
            if out.ends_with(HYPHENS)
                && word.starts_with(char::is_alphabetic)
                && text.as_bytes()[read..start].contains(&b'\n')
                && out.trim_end_matches(HYPHENS).ends_with(char::is_alphabetic)
            {
                divided.push(out.len());
            }
            out.push(' ');
            match memchr_iter(b'\n', &text.as_bytes()[read..start]).take(2).count() {
                0 => {}
                1 => lines.push(out.len()),
                _ => empty_lines.push(out.len()),
            }
        }
        out.push_str(word);
        read = start + word.len();
    }
    let breaks = if empty_lines.is_empty() { lines } else { empty_lines };
    Broken { text: out, breaks, divided }
}

/// Whether a text is surely in form C. Latin letters below the combining marks and plain Cyrillic ones always are.
/// Looking only at the others can but bring marks of different letters together, which makes a good text doubtful and
/// never the reverse.
fn is_nfc(text: &str) -> bool {
    let telling = |letter: &char| !matches!(letter, ..'\u{300}' | '\u{400}'..='\u{482}');
    text.is_ascii() || is_nfc_quick(text.chars().filter(telling)) == IsNormalized::Yes
}

/// Elements whose content is not read.
const SILENT: [&str; 9] = ["script", "style", "template", "noscript", "svg", "title", "iframe", "textarea", "select"];

/// Elements that don't separate words.
const INLINE: [&str; 38] = [
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins",
    "kbd", "label", "mark", "nobr", "o", "output", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike",
    "strong", "sub", "sup", "time", "u", "var", "wbr",
];

/// The words of an HTML page, its blocks on lines of their own.
pub fn words_of_html(html: &str) -> String {
    let bytes = html.as_bytes();
    let mut out = String::with_capacity(html.len() / 2);
    let mut at = 0;
    while at < bytes.len() {
        let text_end = memchr(b'<', &bytes[at..]).map_or(bytes.len(), |offset| at + offset);
        push_decoded(&mut out, &html[at..text_end]);
        at = text_end;
        let Some(rest) = html.get(at + 1..) else { break };
        let Some(next) = rest.bytes().next() else {
            out.push('<');
            break;
        };
        if let Some(comment) = rest.strip_prefix("!--") {
            at = memmem::find(comment.as_bytes(), b"-->").map_or(bytes.len(), |offset| at + 4 + offset + 3);
        } else if next == b'!' || next == b'?' {
            at = memchr(b'>', rest.as_bytes()).map_or(bytes.len(), |offset| at + 1 + offset + 1);
        } else if next.is_ascii_alphabetic() || next == b'/' {
            let closing = next == b'/';
            let name_start = at + 1 + usize::from(closing);
            let name: String = html[name_start..]
                .chars()
                .take(24)
                .take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '-')
                .map(|letter| letter.to_ascii_lowercase())
                .collect();
            if !INLINE.contains(&name.as_str()) {
                out.push('\n');
            }
            let (end, closes_itself) = tag_end(bytes, name_start);
            at = end;
            if !closing && !closes_itself && SILENT.contains(&name.as_str()) {
                at = silent_end(bytes, at, &name);
            }
        } else {
            out.push('<');
            at += 1;
        }
    }
    out
}

/// The words of a text that may be markup or not, as lines: what a property describes a feature with. Text without a
/// tag stays as it is but for character references.
pub fn words_of_markup(text: &str) -> String {
    let has_tag = memchr(b'<', text.as_bytes()).is_some_and(|start| memchr(b'>', &text.as_bytes()[start..]).is_some());
    let words = if has_tag { words_of_html(text) } else { words_of_references(text) };
    let mut out = String::with_capacity(words.len());
    for line in words.lines().map(str::trim) {
        // Blocks in blocks leave several empty lines.
        if line.is_empty() && (out.is_empty() || out.ends_with("\n\n")) {
            continue;
        }
        out.push_str(line);
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    out
}

/// A text whose character references are letters.
pub(super) fn words_of_references(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    push_decoded(&mut words, text);
    words
}

/// Where a tag ends, past quoted attributes, and whether it says `/>`.
pub(super) fn tag_end(bytes: &[u8], from: usize) -> (usize, bool) {
    let mut last = b' ';
    let mut at = from;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'>' => return (at + 1, last == b'/'),
            // Pictures stand in quoted attributes, megabytes of them.
            b'"' | b'\'' if last == b'=' => match memchr(*byte, &bytes[at + 1..]) {
                Some(length) => at += length + 1,
                None => break,
            },
            _ => {}
        }
        if !byte.is_ascii_whitespace() {
            last = *byte;
        }
        at += 1;
    }
    (bytes.len(), false)
}

/// Where the element whose content is not read closes.
pub(super) fn silent_end(bytes: &[u8], from: usize, name: &str) -> usize {
    let mut at = from;
    while let Some(offset) = memmem::find(&bytes[at..], b"</") {
        at += offset + 2;
        let same = bytes.get(at..at + name.len()).is_some_and(|word| word.eq_ignore_ascii_case(name.as_bytes()));
        if same && bytes.get(at + name.len()).is_none_or(|next| !next.is_ascii_alphanumeric()) {
            return tag_end(bytes, at).0;
        }
    }
    bytes.len()
}

/// The longest name of a character reference, `&CounterClockwiseContourIntegral;`, and a little more.
const LONGEST_REFERENCE: usize = 40;

fn push_decoded(out: &mut String, mut text: &str) {
    while let Some(start) = memchr(b'&', text.as_bytes()) {
        out.push_str(&text[..start]);
        text = &text[start..];
        let length = text.as_bytes().iter().take(LONGEST_REFERENCE).position(|byte| *byte == b';');
        let decoded = length.and_then(|length| Some((reference(text.get(1..length)?)?, length + 1)));
        let taken = match decoded {
            Some((words, length)) => {
                out.push_str(&words);
                length
            }
            None => {
                out.push('&');
                1
            }
        };
        text = &text[taken..];
    }
    out.push_str(text);
}

/// What `&name;` or `&#number;` stands for, given what lies between.
fn reference(name: &str) -> Option<String> {
    let Some(number) = name.strip_prefix('#') else {
        let written = format!("&{name};");
        let decoded = html_escape::decode_html_entities(&written).into_owned();
        return (decoded != written).then_some(decoded);
    };
    let number = match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16).ok()?,
        None => number.parse().ok()?,
    };
    // As the HTML standard has it, the numbers of Windows-1252's own letters mean those letters.
    const WINDOWS: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘',
        '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    let letter = match number {
        0 => char::REPLACEMENT_CHARACTER,
        0x80..=0x9f => *WINDOWS.get(number as usize - 0x80)?,
        _ => char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER),
    };
    Some(letter.to_string())
}

#[cfg(test)]
mod tests;
