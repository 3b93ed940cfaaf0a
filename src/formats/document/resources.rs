//! What a page of the web needs to look as it did: the addresses of its pictures and style sheets, as its tags and its style sheets
//! name them. Scripts, frames and films are none of it.
//!
//! # References
//! HTML Living Standard, 4.8.4.3.3 “srcset attributes”; CSS Values and Units 4, 4.5 “url()”; CSS Cascade 5, 2 “@import”.

use super::super::text;
use super::html::{attribute, within_tag};

/// What an address leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource {
    /// A style sheet, which may name more.
    Style,
    /// A picture, or a face of type.
    Picture,
}

/// So many are named; a page that has more is no page to be read.
const MOST: usize = 2000;

/// The addresses that a page names, as they stand there, each once.
pub fn of_page(page: &str) -> Vec<(Resource, String)> {
    let bytes = page.as_bytes();
    let mut found = Found::default();
    let mut at = 0;
    while let Some(offset) = memchr::memchr(b'<', &bytes[at..]) {
        at += offset + 1;
        let rest = &page[at..];
        if let Some(remark) = rest.strip_prefix("!--") {
            at += 3 + memchr::memmem::find(remark.as_bytes(), b"-->").unwrap_or(remark.len());
            continue;
        }
        let name: String = rest.chars().take(12).take_while(char::is_ascii_alphanumeric).collect();
        if name.is_empty() {
            continue;
        }
        let name = name.to_ascii_lowercase();
        let (end, _) = text::tag_end(bytes, at);
        let tag = within_tag(page, at + name.len(), end);
        at = end;
        match name.as_str() {
            "script" | "template" | "noscript" => at = text::silent_end(bytes, at, &name),
            "style" => {
                let close = text::silent_end(bytes, at, &name);
                found.of_style(&page[at..close]);
                at = close;
            }
            "link" => {
                let rel = attribute(tag, "rel").unwrap_or_default().to_ascii_lowercase();
                let kind = match () {
                    () if rel.split_whitespace().any(|word| word == "stylesheet") => Some(Resource::Style),
                    () if rel.split_whitespace().any(|word| word == "icon") => Some(Resource::Picture),
                    () => None,
                };
                if let Some((kind, address)) = kind.zip(attribute(tag, "href")) {
                    found.add(kind, &address);
                }
            }
            "img" | "image" | "source" => {
                for member in ["src", "href", "xlink:href"] {
                    // The source of a film is none; that of a picture has a list.
                    if let Some(address) = attribute(tag, member).filter(|_| name != "source") {
                        found.add(Resource::Picture, &address);
                    }
                }
                if let Some(list) = attribute(tag, "srcset") {
                    for one in list.split(", ").filter_map(|one| one.split_whitespace().next()) {
                        found.add(Resource::Picture, one.trim_matches(','));
                    }
                }
            }
            _ => {
                for member in ["background", "poster"] {
                    if let Some(address) = attribute(tag, member) {
                        found.add(Resource::Picture, &address);
                    }
                }
            }
        }
        if let Some(style) = attribute(tag, "style").filter(|style| style.contains("url(")) {
            found.of_style(&style);
        }
    }
    found.all
}

/// The addresses that a style sheet names.
pub fn of_style(style: &str) -> Vec<(Resource, String)> {
    let mut found = Found::default();
    found.of_style(style);
    found.all
}

#[derive(Default)]
struct Found {
    all: Vec<(Resource, String)>,
}

impl Found {
    fn add(&mut self, kind: Resource, address: &str) {
        let address = address.trim();
        let is_inside = address.is_empty() || address.starts_with('#') || address.starts_with("data:");
        if !is_inside && self.all.len() < MOST && !self.all.iter().any(|(_, known)| known == address) {
            self.all.push((kind, address.to_owned()));
        }
    }

    fn of_style(&mut self, style: &str) {
        // What stands in remarks is not asked for.
        let mut bare = String::with_capacity(style.len());
        let mut rest = style;
        while let Some((before, remark)) = rest.split_once("/*") {
            bare.push_str(before);
            rest = remark.split_once("*/").map_or("", |(_, after)| after);
        }
        bare.push_str(rest);
        let mut rest = bare.as_str();
        // By small letters, which are as long as the large ones.
        let lower = bare.to_ascii_lowercase();
        let mut at = 0;
        while let Some(offset) = lower[at..].find(['u', '@']) {
            at += offset;
            let here = &lower[at..];
            if here.starts_with("url(") {
                rest = &bare[at + 4..];
                let Some(end) = rest.find(')') else { return };
                let before = lower[..at].trim_end();
                let kind = if before.ends_with("@import") { Resource::Style } else { Resource::Picture };
                self.add(kind, rest[..end].trim().trim_matches(['"', '\'']));
                at += 4 + end;
            } else if here.starts_with("@import") {
                rest = bare[at + 7..].trim_start();
                if let Some(quote) = rest.chars().next().filter(|letter| ['"', '\''].contains(letter))
                    && let Some((address, _)) = rest[1..].split_once(quote)
                {
                    self.add(Resource::Style, address);
                }
                at += 7;
            } else {
                at += 1;
            }
        }
        let _ = rest;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(found: &[(Resource, String)], wanted: Resource) -> Vec<&str> {
        found.iter().filter(|(kind, _)| *kind == wanted).map(|(_, address)| address.as_str()).collect()
    }

    #[test]
    fn pictures_and_style_sheets_of_a_page_are_named_and_scripts_are_not() {
        let page = r#"<!DOCTYPE html><!-- <img src=remark.png> --><link REL="preload stylesheet" href="/a.css?x=1&amp;y=2">
<link rel=icon href=icon.ico><link rel=canonical href=/self><style>@import "more.css"; @import url('other.css');
b { background: url( "b.png" ) } /* url(remark.png) */</style><script src=run.js>"<img src=no.png>"</script>
<img src='c.png' srcset="c.png 1x, c-2.png 2x"><picture><source srcset="d.webp"></picture><video poster=e.jpg src=film.mp4>
<source src=film.webm></video><div style="background:url(f.png)"><img src="data:image/png;base64,AA=="><img src=c.png>"#;
        let found = of_page(page);
        assert_eq!(addresses(&found, Resource::Style), ["/a.css?x=1&y=2", "more.css", "other.css"]);
        let pictures = addresses(&found, Resource::Picture);
        assert_eq!(pictures, ["icon.ico", "b.png", "c.png", "c-2.png", "d.webp", "e.jpg", "f.png"]);
        assert!(of_page("<img src=<style>@import <link rel=stylesheet").len() < 3);
        for cut in ["<img é", "<é", "<style>é", "<div style=url(é", "<!--é"] {
            assert!(of_page(cut).is_empty(), "{cut}");
        }
        assert!(of_style("a{b:url(").is_empty() && of_style("@import").is_empty());
        assert_eq!(addresses(&of_style("Ä@IMPORT 'x'; c{d:URL(é.png)}"), Resource::Picture), ["é.png"]);
    }
}
