//! HTML pages, those that SingleFile saves with all that is in them included: their words, and what their head says of them.

use memchr::memmem;

use super::super::text::{self, Markup};
use super::{Candidate, Content, DocumentError, Input, Kind, Said, plain};

/// A saved page. Pictures that are written into a page are most of it.
pub(super) const KIND: Kind = Kind {
    id: "html",
    label: "Saved page",
    extensions: &["html", "htm", "xhtml"],
    sniff: |candidate| is_page(candidate),
    read,
    most_bytes: 128 << 20,
    is_apart: false,
};

fn is_page(candidate: &Candidate<'_>) -> bool {
    text::binary_kind(candidate.bytes).is_none()
        && Markup::of(candidate.name, &String::from_utf8_lossy(candidate.start())) == Markup::Html
}

fn read(input: &Input<'_>) -> Result<Content, DocumentError> {
    let words = text::page_of_bytes(input.file_name, input.bytes, input.encoding)?;
    let said = said(&words.source);
    let mut content = Content {
        texts: vec![words.words.text],
        encoding: Some(words.words.encoding),
        is_guessed: words.words.is_guessed,
        said,
        ..Content::default()
    };
    if content.texts.iter().all(|text| text.trim().is_empty()) && plain::KIND.most_bytes < input.bytes.len() {
        content.warnings.push("no words of it can be seen".into());
    }
    Ok(content)
}

/// How much of a page is looked through for what it says of itself.
const HEAD: usize = 1 << 20;

/// Names under which pages say who wrote them, the first counting.
const AUTHORS: [&str; 7] = [
    "author",
    "article:author",
    "dc.creator",
    "dcterms.creator",
    "citation_author",
    "parsely-author",
    "sailthru.author",
];

/// Names under which pages say when they were published, the first counting.
const DATES: [&str; 11] = [
    "article:published_time",
    "og:published_time",
    "datepublished",
    "date",
    "dc.date.issued",
    "dc.date",
    "dcterms.date",
    "citation_publication_date",
    "citation_date",
    "parsely-pub-date",
    "pubdate",
];

/// Names under which pages say what they are called, besides their title.
const TITLES: [&str; 3] = ["og:title", "citation_title", "dc.title"];

/// Names under which pages say what their site is called.
const SITES: [&str; 4] = ["og:site_name", "application-name", "citation_journal_title", "dc.publisher"];

/// What a page says of itself in its head, and SingleFile in a remark before it.
pub(super) fn said(page: &str) -> Said {
    let page = &page[..page.floor_char_boundary(HEAD)];
    let bytes = page.as_bytes();
    let mut said = Said::default();
    let mut found: Vec<(String, String)> = Vec::new();
    let (mut title, mut canonical) = (None, None);
    let mut at = 0;
    while let Some(offset) = memchr::memchr(b'<', &bytes[at..]) {
        at += offset + 1;
        let rest = &page[at..];
        if let Some(remark) = rest.strip_prefix("!--") {
            let end = memmem::find(remark.as_bytes(), b"-->").unwrap_or(remark.len());
            if said.address.is_none() {
                single_file(&remark[..end], &mut said);
            }
            at += 3 + end;
            continue;
        }
        let name: String = rest
            .chars()
            .take(12)
            .take_while(char::is_ascii_alphanumeric)
            .map(|letter| letter.to_ascii_lowercase())
            .collect();
        if !matches!(name.as_str(), "meta" | "link" | "title" | "script" | "style" | "template" | "body" | "svg") {
            continue;
        }
        let (end, _) = text::tag_end(bytes, at);
        let attributes = within_tag(page, at + name.len(), end);
        at = end;
        match name.as_str() {
            "title" if title.is_none() => {
                let close = text::silent_end(bytes, at, "title");
                let words = page[at..close].rsplit_once("</").map_or(&page[at..close], |(words, _)| words);
                title = Some(text::words_of_markup(words));
                at = close;
            }
            "script" | "style" | "template" | "svg" => at = text::silent_end(bytes, at, &name),
            "meta" if found.len() < 400 => {
                let name = ["property", "name", "itemprop"].iter().find_map(|key| attribute(attributes, key));
                if let Some((name, content)) = name.zip(attribute(attributes, "content")) {
                    found.push((name.to_lowercase(), content));
                }
            }
            "link" if canonical.is_none() => {
                let is_it = attribute(attributes, "rel").is_some_and(|rel| rel.eq_ignore_ascii_case("canonical"));
                canonical = attribute(attributes, "href").filter(|_| is_it);
            }
            "body" => break,
            _ => {}
        }
    }
    let first = |names: &[&str]| {
        let value = |wanted: &&str| found.iter().find(|(name, value)| name == wanted && !value.trim().is_empty());
        names.iter().find_map(value).map(|(_, value)| value.clone())
    };
    said.title = first(&TITLES).or(title);
    said.author = first(&AUTHORS);
    said.date = first(&DATES);
    said.site = first(&SITES);
    said.address = said.address.or(canonical).or_else(|| first(&["og:url"]));
    said.tidied()
}

/// What SingleFile writes before a page: where it was, and when it was saved.
fn single_file(remark: &str, said: &mut Said) {
    if !remark.contains("saved with SingleFile") {
        return;
    }
    for line in remark.lines().take(40) {
        if let Some(address) = line.trim().strip_prefix("url:") {
            said.address = Some(address.trim().to_owned());
        } else if let Some(date) = line.trim().strip_prefix("saved date:") {
            said.saved = Some(date.trim().to_owned());
        }
    }
}

/// What stands in a tag after its name; one that is not closed ends with the page.
pub(super) fn within_tag(page: &str, from: usize, end: usize) -> &str {
    let is_closed = end > from && page.as_bytes().get(end - 1) == Some(&b'>');
    page.get(from..if is_closed { end - 1 } else { end }).unwrap_or_default()
}

/// What an attribute of a tag says.
pub(super) fn attribute(tag: &str, wanted: &str) -> Option<String> {
    let mut rest = tag;
    loop {
        rest = rest.trim_start_matches(|letter: char| letter.is_ascii_whitespace() || letter == '/');
        let end = rest
            .find(|letter: char| letter.is_ascii_whitespace() || letter == '=' || letter == '>')
            .unwrap_or(rest.len());
        let name = &rest[..end];
        rest = rest[end..].trim_start();
        let Some(after) = rest.strip_prefix('=') else {
            if name.is_empty() {
                return None;
            }
            continue;
        };
        let after = after.trim_start();
        let (value, left) = match after.chars().next() {
            Some(quote @ ('"' | '\'')) => after[1..].split_once(quote).unwrap_or((&after[1..], "")),
            _ => after.split_at(after.find(|letter: char| letter.is_ascii_whitespace()).unwrap_or(after.len())),
        };
        if name.eq_ignore_ascii_case(wanted) {
            return Some(text::words_of_references(value));
        }
        rest = left;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_says_who_wrote_it_when_and_where_it_is() {
        let page = r#"<!DOCTYPE html><html><!--
 Page saved with SingleFile
 url: https://example.org/a?b=1
 saved date: Mon Dec 01 2025 10:00:00 GMT+0100
--><head><meta charset=utf-8><title>A &amp; B – Site</title><script>"<meta name=author content=Nobody>"</script>
<meta property="og:title" content='A &quot;B&quot;'><META NAME=author CONTENT="A. Writer"><meta name=empty>
<meta content="2025-11-30T10:00:00Z" property="article:published_time"><link rel=canonical href="https://example.org/a">
<meta property="og:site_name" content="The Site">
</head><body><meta name=author content=Late>"#;
        let said = said(page);
        assert_eq!(said.title.as_deref(), Some("A \"B\""));
        assert_eq!(said.author.as_deref(), Some("A. Writer"));
        assert_eq!(said.site.as_deref(), Some("The Site"));
        assert_eq!(said.date.as_deref(), Some("2025-11-30T10:00:00Z"));
        assert_eq!(said.address.as_deref(), Some("https://example.org/a?b=1"));
        assert_eq!(said.saved.as_deref(), Some("Mon Dec 01 2025 10:00:00 GMT+0100"));
        assert_eq!(super::said("<title>x</title><link href=/a rel=canonical>").title.as_deref(), Some("x"));
        assert_eq!(super::said("<meta name= content=><meta <<title"), Said::default());
        for cut in ["<meta name=é", "<link é", "<meta é", "<title é", "<meta"] {
            assert_eq!(super::said(cut), Said::default(), "{cut}");
        }
    }
}
