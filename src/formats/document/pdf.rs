//! PDF: the words of its pages in the order in which they are read, what the file says of itself, and pictures of its pages.
//!
//! The parser is [`hayro`]'s, which draws pages; the letters are taken where it would draw them ([`glyphs`]) and brought into
//! lines, columns and paragraphs ([`layout`], [`line`]). A hyphen at the end of a line is judged by the words of the whole
//! document ([`hyphens`]). What stands here runs in a process of its own, since a file may make the parser fail in ways that
//! no error tells.
//!
//! # References
//! ISO 32000-2, 9.10 “Extraction of text content” and 14.9.4 “Replacement text”.

mod glyphs;
mod hyphens;
mod layout;
mod line;
mod whole;

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::object::DateTime;
use hayro::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings};

use super::super::text::MAX_BYTES;
use super::page_picture::{PageLetter, PagePicture};
use super::{Content, DocumentError, Input, Kind, Said, decoded_pdf_string};

/// A file in the portable document format.
pub(super) const KIND: Kind = Kind {
    id: "pdf",
    label: "PDF",
    extensions: &["pdf"],
    // Mail programs and printers write lines before it.
    sniff: |candidate| {
        let start = candidate.bytes.get(..1024).unwrap_or(candidate.bytes);
        let within = || memchr::memmem::find(start, b"\n%PDF-").is_some();
        start.trim_ascii_start().starts_with(b"%PDF-") || (!candidate.is_named_as_text() && within())
    },
    read,
    most_bytes: super::MAX_BYTES,
    is_apart: true,
};

/// Pages that are read; a longer document is read as far as that.
const MOST_PAGES: usize = 5000;

/// The longest side of a picture of a page, in pixels.
const LONGEST_SIDE: f32 = 8000.0;

/// Reads the words of a PDF.
fn read(input: &Input<'_>) -> Result<Content, DocumentError> {
    let pdf = open(input.bytes)?;
    let pages = pdf.pages();
    if pages.is_empty() {
        return Err(DocumentError::Broken("it has no pages".into()));
    }
    let mut warnings: Vec<String> = whole::warning(&pdf, input.bytes).into_iter().collect();
    if pages.len() > MOST_PAGES {
        warnings.push(format!("it has {} pages; the first {MOST_PAGES} are read", pages.len()));
    }
    let cache = hayro::hayro_interpret::InterpreterCache::new();
    let (mut read, mut pictures, mut unknown, mut bytes) = (Vec::new(), Vec::new(), 0, 0);
    for (number, page) in pages.iter().take(MOST_PAGES).enumerate() {
        let found = glyphs::of_page(page, &cache);
        unknown += found.unknown;
        if found.is_cut {
            warnings.push(format!("page {} has too many letters; not all of them are read", number + 1));
        }
        if found.glyphs.is_empty() && found.has_picture {
            pictures.push(number + 1);
        }
        let paragraphs = layout::paragraphs(found.glyphs);
        bytes += paragraphs.iter().flatten().map(String::len).sum::<usize>();
        if bytes > MAX_BYTES {
            return Err(DocumentError::TooMuchText);
        }
        read.push(paragraphs);
    }
    let texts = hyphens::joined(&read);
    if texts.iter().all(|text| text.trim().is_empty()) {
        return Err(if pictures.is_empty() { DocumentError::NoText } else { DocumentError::Pictures });
    }
    if !pictures.is_empty() {
        warnings.push(format!(
            "{} no text: {} of pages",
            page_numbers(&pictures),
            plural(pictures.len(), "it is a picture", "they are pictures")
        ));
    }
    if unknown > 0 {
        let letters = plural(unknown, "letter", "letters");
        warnings.push(format!("the file does not say what {unknown} {letters} mean; each is read as �"));
    }
    let metadata = pdf.metadata();
    let words = |bytes: &Option<Box<[u8]>>| bytes.as_deref().and_then(decoded_pdf_string);
    Ok(Content {
        texts,
        is_paged: true,
        said: Said {
            title: words(&metadata.title),
            author: words(&metadata.author),
            date: metadata.creation_date.as_ref().or(metadata.modification_date.as_ref()).and_then(day),
            ..Said::default()
        }
        .tidied(),
        warnings,
        ..Content::default()
    })
}

fn open(bytes: &[u8]) -> Result<Pdf, DocumentError> {
    Pdf::new(bytes.to_vec()).map_err(|error| match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => DocumentError::Locked,
        LoadPdfError::Decryption(_) => DocumentError::Broken("it is encrypted in a way that is not known".into()),
        LoadPdfError::Invalid => DocumentError::Broken("it has no table of what is in it, and none can be made".into()),
    })
}

fn day(time: &DateTime) -> Option<String> {
    ((1..=12).contains(&time.month) && (1..=31).contains(&time.day) && time.year > 0)
        .then(|| format!("{:04}-{:02}-{:02}", time.year, time.month, time.day))
}

fn plural<'a>(count: usize, one: &'a str, many: &'a str) -> &'a str {
    if count == 1 { one } else { many }
}

/// Pages in words, those that follow each other together: “pages 2–5 and 8 have”.
fn page_numbers(pages: &[usize]) -> String {
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for page in pages {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == *page => *last = *page,
            _ => ranges.push((*page, *page)),
        }
    }
    let words: Vec<String> = ranges
        .iter()
        .map(|(first, last)| if first == last { first.to_string() } else { format!("{first}–{last}") })
        .collect();
    format!("{} {} {}", plural(pages.len(), "page", "pages"), words.join(", "), plural(pages.len(), "has", "have"))
}

/// Draws a page, the first of which is 0, on white, so many pixels wide; with it come the letters on it.
///
/// # Errors
/// [`DocumentError::NoPage`], [`DocumentError::Broken`], [`DocumentError::Locked`].
pub fn page_picture(bytes: &[u8], page: usize, width_px: u32) -> Result<PagePicture, DocumentError> {
    let pdf = open(bytes)?;
    let pages = pdf.pages().len();
    let page = pdf.pages().get(page).ok_or(DocumentError::NoPage { wanted: page + 1, has: pages })?;
    let (width, height) = page.render_dimensions();
    let longest = width.max(height);
    if !(longest.is_finite() && width > 0.0 && height > 0.0) || width_px == 0 {
        return Err(DocumentError::Broken("the page has no size".into()));
    }
    let scale = (width_px as f32 / width).min(LONGEST_SIDE / longest);
    let settings = PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE };
    let cache = RenderCache::new();
    let drawn = hayro::render(page, &cache, &InterpreterSettings::default(), &RenderSettings::default(), &settings);
    let (width, height) = (u32::from(drawn.width()), u32::from(drawn.height()));
    if width == 0 || height == 0 {
        return Err(DocumentError::Broken("the page has no size".into()));
    }
    let found = glyphs::of_page(page, &hayro::hayro_interpret::InterpreterCache::new());
    let lines = layout::paragraphs_of_letters(found.glyphs).into_iter().flatten();
    let letters = lines.flatten().filter_map(|cell| {
        let at = cell.at?.map(|point| point as f32 * scale);
        Some(PageLetter { text: cell.text, at })
    });
    // On white all is opaque, so that nothing has been multiplied by how opaque it is.
    Ok(PagePicture { width, height, pages, rgba: drawn.data_as_u8_slice().to_vec(), letters: letters.collect() })
}
