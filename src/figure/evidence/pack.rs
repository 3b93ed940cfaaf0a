//! The evidence pack: one zip of a figure, its GeoJSON, the quoted words, citations, and the sums of them all.
//!
//! | file | what |
//! |---|---|
//! | `figure.png`, `.svg`, `.pdf` | the figure, in the formats asked for |
//! | `figure.pgw`, `.prj`, `.png.aux.xml` | where the PNG lies on the ground |
//! | `figure.geojson` | what it shows |
//! | `excerpts.json` | the quoted words as W3C Web Annotations |
//! | `citations.json`, `citations.bib` | the sources as CSL-JSON and BibTeX |
//! | `provenance.json` | what the figure was made from |
//! | `captures/…` | copies of the sources, only if they were asked for |
//! | `README.txt` | all this in words, with the credits |
//! | `SHA256SUMS` | for `sha256sum -c` and `claimline inspect` |
//!
//! There is no clock in it: the same figure gives the same bytes.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;
use std::sync::Arc;

use serde_json::{Value, json};

use super::others::{Others, in_dossier};
use super::{annotations, citations, features};
use crate::document::Annotation;
use crate::dossier::{Dossier, Excerpt, Overlay, Source, fingerprint, words};
use crate::figure::contents::of_line;
use crate::formats::visible::visible;

/// The file with what the figure was made from.
pub const PROVENANCE_NAME: &str = "provenance.json";

/// The file with the sums of all others.
pub const SUMS_NAME: &str = "SHA256SUMS";

/// What goes into a pack besides what the dossier says.
pub(in crate::figure) struct Contents<'a> {
    /// Title of the figure.
    pub(in crate::figure) title: &'a str,
    /// Provenance.
    pub(in crate::figure) provenance: &'a Value,
    /// Whom to credit.
    pub(in crate::figure) credits: &'a [String],
    /// The figure's files by name.
    pub(in crate::figure) files: BTreeMap<String, Vec<u8>>,
    /// Copies of sources that may come along, by their paths within the dossier.
    pub(in crate::figure) captures: &'a BTreeMap<String, Arc<[u8]>>,
}

/// The files of a pack by name, sums included.
pub(in crate::figure) fn files(
    dossier: &Dossier,
    shown: &[&Overlay],
    drawn: &annotations::Shown<'_>,
    features: &features::Shown<'_>,
    contents: Contents<'_>,
) -> BTreeMap<String, Vec<u8>> {
    let Contents { title, provenance, credits, mut files, captures } = contents;
    let excerpts = excerpts(dossier, shown, drawn);
    let quoted = excerpts.iter().map(|excerpt| excerpt.source.as_str());
    let (of_line, of_others): (Vec<_>, Vec<_>) =
        of_line(dossier, shown).iter().partition(|source| in_dossier(dossier, source).is_some());
    let of_line = of_line.into_iter().filter_map(|source| in_dossier(dossier, source));
    let cited: HashSet<&str> =
        drawn.linked_sources().chain(features.in_dossier()).chain(quoted).chain(of_line).collect();
    let mut others = Others::default();
    others.extend(of_others);
    // A page has no room for all of them; a list for reference managers has.
    others.extend(features.other_sources());
    others.extend(drawn.other_sources());
    let links = others.sources();
    let of_dossier = dossier.sources.iter().filter(|source| cited.contains(source.id.as_str()));
    let sources: Vec<&Source> = of_dossier.chain(&links).collect();
    let mut put = |name: &str, text: String| files.insert(name.to_owned(), text.into_bytes());
    put("excerpts.json", pretty(&page(dossier, drawn, &excerpts)));
    put("citations.json", pretty(&citations::csl_json(&sources)));
    put("citations.bib", citations::bibtex(&sources));
    put(PROVENANCE_NAME, format!("{provenance}\n"));
    let mut copies = BTreeMap::new();
    for source in &sources {
        for capture in source.archived.kept() {
            let file = capture.file.as_deref().unwrap_or_default();
            // What lies elsewhere in the dossier's folder would take the place of a file of the pack.
            if let Some(bytes) = captures.get(file).filter(|_| file.starts_with("captures/")) {
                files.insert(file.to_owned(), bytes.to_vec());
                let at = capture.at.as_deref().unwrap_or("an unknown day");
                let what = format!("{}, {}, as it was on {at}; not to be passed on", source.outlet, source.title);
                copies.insert(file.to_owned(), what);
            }
        }
    }
    let readme = readme(dossier, title, credits, &files, &copies);
    files.insert("README.txt".to_owned(), visible(&readme).into_bytes());
    let mut sums = String::new();
    for (name, bytes) in &files {
        // Writing to a String cannot fail.
        let _ = writeln!(sums, "{}  {name}", fingerprint::bytes(bytes));
    }
    files.insert(SUMS_NAME.to_owned(), sums.into_bytes());
    files
}

/// The excerpts that speak of these overlays, and those that these annotations cite.
pub(in crate::figure) fn excerpts<'a>(
    dossier: &'a Dossier,
    shown: &[&Overlay],
    drawn: &annotations::Shown<'a>,
) -> Vec<&'a Excerpt> {
    let behind: HashSet<&str> =
        shown.iter().flat_map(|overlay| dossier.rests_on(overlay)).map(|excerpt| excerpt.id.as_str()).collect();
    let of_overlays = |excerpt: &&Excerpt| behind.contains(excerpt.id.as_str());
    let mut excerpts: Vec<&Excerpt> = dossier.excerpts.iter().filter(of_overlays).collect();
    let known: HashSet<&str> = excerpts.iter().map(|excerpt| excerpt.id.as_str()).collect();
    excerpts.extend(drawn.excerpts().into_iter().filter(|cited| !known.contains(cited.id.as_str())));
    excerpts
}

/// The sums of a [`SUMS_NAME`] by name; lines of another form are passed over.
pub(in crate::figure) fn read_sums(bytes: &[u8]) -> BTreeMap<String, String> {
    let text = String::from_utf8_lossy(bytes);
    let lines = text.lines().filter_map(|line| line.split_once("  "));
    lines.map(|(sum, name)| (name.to_owned(), sum.to_lowercase())).collect()
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}

/// The excerpts as a W3C Web Annotation page.
fn page(dossier: &Dossier, drawn: &annotations::Shown<'_>, excerpts: &[&Excerpt]) -> Value {
    let items: Vec<Value> = excerpts.iter().map(|excerpt| annotation(dossier, drawn, excerpt)).collect();
    json!({
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": format!("urn:claimline:{}:{}:excerpts", dossier.id, dossier.version),
        "type": "AnnotationPage",
        "items": items,
    })
}

fn annotation(dossier: &Dossier, drawn: &annotations::Shown<'_>, excerpt: &Excerpt) -> Value {
    let source = dossier.source(&excerpt.source);
    let mut selectors = vec![json!({
        "type": "TextQuoteSelector", "exact": excerpt.exact, "prefix": excerpt.prefix, "suffix": excerpt.suffix,
    })];
    if let (Some(start), Some(end)) = (excerpt.start, excerpt.end) {
        selectors.push(json!({ "type": "TextPositionSelector", "start": start, "end": end }));
    }
    let of_overlay = |id: &String| {
        let title = dossier.overlay(id).map(|overlay| overlay.title.main());
        json!({ "type": "TextualBody", "purpose": "identifying", "value": title.unwrap_or(id), "claimline:overlay": id })
    };
    let of_annotation = |citing: &Annotation| {
        let (label, id) = (citing.label(), citing.id);
        json!({ "type": "TextualBody", "purpose": "identifying", "value": label, "claimline:annotation": id })
    };
    let citing = drawn.citing(&excerpt.id).map(of_annotation);
    let bodies: Vec<Value> = excerpt.overlays.iter().map(of_overlay).chain(citing).collect();
    let mut target = json!({ "source": source.map(|source| &source.url), "selector": selectors });
    if let Some(other) = &excerpt.other_text {
        // The words were not taken from the text of the source.
        target["claimline:other_text"] = json!({ "sha256": other });
    } else if let Some(text) = source.and_then(|source| source.text.as_ref()) {
        // The normalised text in which the positions count; see docs/dossier-format.md.
        target["claimline:text"] = json!(text);
    }
    let mut item = json!({
        "id": format!("urn:claimline:{}:{}:excerpt:{}", dossier.id, dossier.version, excerpt.id),
        "type": "Annotation",
        "motivation": "identifying",
        "body": bodies,
        "target": target,
        "claimline:id": excerpt.id,
        "claimline:source": excerpt.source,
        "claimline:said_by": excerpt.said_by,
        "claimline:does": excerpt.does,
        "claimline:sha256": fingerprint::excerpt(excerpt),
    });
    if drawn.is_own(&excerpt.id) {
        item["claimline:own"] = json!(true);
    }
    item
}

fn readme(
    dossier: &Dossier,
    title: &str,
    credits: &[String],
    files: &BTreeMap<String, Vec<u8>>,
    copies: &BTreeMap<String, String>,
) -> String {
    let mut text = format!("{title}\n\nAn evidence pack by Claimline {}.\n", env!("CARGO_PKG_VERSION"));
    let _ = writeln!(
        text,
        "Dossier: {}, version {}, as of {}.",
        dossier.title.main(),
        dossier.version,
        words::date(&dossier.as_of)
    );
    for notice in [dossier.boundary_view.main(), dossier.disclaimer.main()] {
        if !notice.is_empty() {
            let _ = writeln!(text, "{notice}");
        }
    }
    text.push_str("\nFiles\n");
    for name in files.keys() {
        let what = match name.as_str() {
            "figure.pgw" | "figure.prj" | "figure.png.aux.xml" => {
                "the position of the PNG on the map, for GIS programs"
            }
            "figure.geojson" => "what the figure shows, with measures, sources and licences",
            "excerpts.json" => "the quoted words, as W3C Web Annotations",
            "citations.json" => "the sources, as CSL-JSON",
            "citations.bib" => "the sources, as BibTeX",
            PROVENANCE_NAME => "what the figure was made from",
            name => copies.get(name).map_or("the figure", String::as_str),
        };
        let _ = writeln!(text, "  {name}: {what}");
    }
    let _ = writeln!(text, "  {SUMS_NAME}: check with 'sha256sum -c {SUMS_NAME}' or 'claimline inspect'");
    if !copies.is_empty() {
        text.push_str(
            "\nCaptures\nThe files in captures are copies of whole articles, kept to check what is quoted from them. Their words and \
             pictures belong to their publishers: do not publish them, and pass this pack on with them only to those who check it. \
             A pack without them says the same of the figure.\n",
        );
    }
    text.push_str("\nCredits and licences\n");
    for credit in credits {
        let _ = writeln!(text, "  {credit}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::dossier::Capture;
    use crate::geometry::Frame;

    #[test]
    fn every_excerpt_is_an_annotation_and_every_file_has_its_sum() {
        let (mut dossier, _) = crate::dossier::builtin::berlin().unwrap();
        let copy = |file: &str| Capture { kind: "wacz".to_owned(), file: Some(file.to_owned()), ..Capture::default() };
        for source in &mut dossier.sources {
            source.archived.0 = vec![copy("captures/a.wacz"), copy("README.txt"), copy("captures/none.wacz")];
        }
        let named = ["captures/a.wacz", "README.txt", "captures/other.wacz"];
        let captures = named.map(|name| (name.to_owned(), Arc::from(*b"<svg/>"))).into();
        let shown: Vec<&Overlay> = dossier.overlays.iter().map(AsRef::as_ref).collect();
        let figure = BTreeMap::from([("figure.svg".to_owned(), b"<svg/>".to_vec())]);
        let provenance = json!({ "format": "x" });
        let credits = ["© OpenStreetMap contributors (ODbL)".to_owned()];
        let contents = Contents {
            title: "Who says so?",
            provenance: &provenance,
            credits: &credits,
            files: figure.clone(),
            captures: &captures,
        };
        let document = Document::new(&dossier, 900.0, 700.0);
        let frame = Frame::new(document.view, 900.0, 700.0);
        let none = annotations::Shown::new(&dossier, &document, &frame);
        let features = features::Shown::new(&dossier, &document, &frame, &shown);
        let all = files(&dossier, &shown, &none, &features, contents);
        let page: Value = serde_json::from_slice(&all["excerpts.json"]).unwrap();
        let items = page["items"].as_array().unwrap();
        assert!(items.len() > 10);
        for item in items {
            let quote = &item["target"]["selector"][0];
            assert_eq!((&item["type"], &quote["type"]), (&json!("Annotation"), &json!("TextQuoteSelector")));
            let excerpt = dossier.excerpt(item["claimline:id"].as_str().unwrap()).unwrap();
            assert_eq!(quote["exact"], excerpt.exact);
            let position = &item["target"]["selector"][1];
            assert_eq!(position["end"].as_u64().map(|end| end as usize), excerpt.end);
            assert!(item["target"]["source"].as_str().is_some_and(|url| url.starts_with("https://")));
        }
        let sums = read_sums(&all[SUMS_NAME]);
        assert_eq!(sums.len() + 1, all.len());
        // printf '<svg/>' | sha256sum
        assert_eq!(sums["figure.svg"], "d4dc56669143034f31aa309635d4113d9ad76a02b1739da22c965ed2049be9e6");
        let readme = String::from_utf8(all["README.txt"].clone()).unwrap();
        for name in all.keys() {
            assert!(name == "README.txt" || readme.contains(&format!("  {name}:")), "{name}");
        }
        assert!(readme.contains("ODbL"));
        // Of the copies those that are there and of sources that are named, and nothing in the place of another file.
        let copies: Vec<&String> = all.keys().filter(|name| name.starts_with("captures/")).collect();
        assert_eq!(copies, ["captures/a.wacz"]);
        assert_eq!(sums["captures/a.wacz"], sums["figure.svg"]);
        assert!(readme.contains("not to be passed on") && readme.contains("do not publish them"), "{readme}");
    }
}
