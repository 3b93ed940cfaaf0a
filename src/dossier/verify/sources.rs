//! What is wrong with the sources of a dossier, and with their texts.

use std::collections::BTreeMap;

use super::{Advice, Findings, MAX_SHARE, NO_COPY, SHORT_TEXT, Severity, SourceReport, Texts};
use crate::dossier::check::{self, Difference, TextAtHand};
use crate::dossier::model::{Excerpt, Source};
use crate::dossier::{About, Dossier};
use crate::formats::cited_page::page_key;
use crate::formats::text::NormalizedText;

pub(super) fn check(source: &Source, excerpts: &[&Excerpt], list: &mut Findings<'_>) {
    let part = About::Source(source.id.clone());
    if source.url.trim().is_empty() {
        list.warn(&part, "it has no address, so that nobody can look it up; keep a copy of it, or give one");
    } else {
        list.url(&part, Some(&source.url));
    }
    list.day(&part, "published", source.published.as_deref());
    list.day(&part, "retrieved", source.retrieved.as_deref());
    match &source.text {
        None => list.warn(&part, "it has no fingerprint (text); an edited text would not be noticed"),
        Some(text) => {
            let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
            if text.sha256.len() != 64 || !text.sha256.bytes().all(hex) || text.length == 0 {
                list.error(&part, "its fingerprint is not a SHA-256 of 64 small hexadecimal digits with a length");
            }
        }
    }
    if excerpts.is_empty() {
        list.warn(&part, "nothing is quoted from it");
    }
    if source.archived.kept().next().is_none() {
        list.info(&part, NO_COPY);
    }
    if let Some(withdrawn) = &source.withdrawn {
        let what = format!("it was withdrawn on {}: {}", withdrawn.on, withdrawn.why);
        if excerpts.is_empty() {
            list.info(&part, what)
        } else {
            list.warn(&part, format!("{what}; it is still quoted"))
        }
    }
}

/// Sources of one page, and excerpts of the same words for the same overlay: each counts as one more witness, and is none.
pub(super) fn check_twins(dossier: &Dossier, list: &mut Findings<'_>) {
    let mut pages: BTreeMap<String, &str> = BTreeMap::new();
    for source in dossier.sources.iter().filter(|source| !source.url.trim().is_empty()) {
        match pages.get(&page_key(&source.url)) {
            Some(first) if *first != source.id => {
                list.warn(About::Source(source.id.clone()), format!("its address is that of the source '{first}' too"));
            }
            Some(_) => {}
            None => {
                pages.insert(page_key(&source.url), &source.id);
            }
        }
    }
    let mut words: BTreeMap<_, &str> = BTreeMap::new();
    for excerpt in &dossier.excerpts {
        // Positions tell words apart that stand in several places.
        let quoted = (&excerpt.source, excerpt.start, &excerpt.exact);
        let about = excerpt.overlays.iter().map(|id| Some(id.as_str()));
        let about: Vec<Option<&str>> = if excerpt.overlays.is_empty() { vec![None] } else { about.collect() };
        let mut told = false;
        for overlay in about {
            match words.get(&(quoted, overlay)) {
                Some(first) if *first != excerpt.id && !told => {
                    told = true;
                    let of = overlay.map_or_else(String::new, |id| format!(" for the overlay '{id}'"));
                    let what = format!("the excerpt '{first}' quotes the same words{of}");
                    list.warn(About::Excerpt(excerpt.id.clone()), what);
                }
                Some(_) => {}
                None => {
                    words.insert((quoted, overlay), &excerpt.id);
                }
            }
        }
    }
}

pub(super) fn report<'a>(
    source: &'a Source,
    excerpts: &[&Excerpt],
    texts: &Texts,
    list: &mut Findings<'_>,
) -> SourceReport<'a> {
    let part = About::Source(source.id.clone());
    let text = texts.get(&source.id).map(TextAtHand::text);
    let fingerprint = text.map(|text| check::fingerprint(source, text));
    if let Some(at_hand) = texts.get(&source.id)
        && let Some(difference) = Difference::of(source, excerpts.iter().copied(), at_hand)
    {
        let (severity, which) = match (at_hand.is_capture(), difference.has_all()) {
            (false, _) => (Severity::Error, "the text"),
            // A page on a day has more than the article.
            (true, true) => (Severity::Info, "the text of its capture"),
            (true, false) => (Severity::Warning, "the text of its capture"),
        };
        list.add(severity, &part, format!("{which} {difference}"));
    }
    let excerpts = excerpts.iter();
    let share_quoted = match (text.map(|text| text.words()), &source.text) {
        (Some(0), _) | (None, None) => None,
        (Some(words), _) => {
            let quoted: usize = excerpts.map(|excerpt| excerpt.exact.split_whitespace().count()).sum();
            Some(quoted as f64 / words as f64)
        }
        (None, Some(stated)) => {
            let quoted: usize = excerpts.map(|excerpt| excerpt.exact.chars().count()).sum();
            (stated.length > 0).then(|| quoted as f64 / stated.length as f64)
        }
    };
    let length = text.map(NormalizedText::length).or_else(|| source.text.as_ref().map(|stated| stated.length));
    let is_short = length.is_some_and(|length| length <= SHORT_TEXT);
    if let Some(share) = share_quoted.filter(|share| *share >= MAX_SHARE && !is_short) {
        let what =
            format!("{:.1} % of it is quoted; {} % or more is advised against", share * 100.0, MAX_SHARE * 100.0);
        list.advise(Advice::MuchQuoted, part, what);
    }
    SourceReport { source, fingerprint, share_quoted }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dossier::verify::verify;

    #[test]
    fn a_page_or_words_that_stand_twice_are_named() {
        let (mut dossier, problems) = crate::dossier::builtin::berlin().unwrap();
        let (source, excerpt) = (dossier.sources[0].clone(), dossier.excerpts[0].clone());
        dossier.sources.push(Source {
            id: "again".to_owned(),
            url: source.url.replace("https", "http"),
            ..source.clone()
        });
        dossier.excerpts.push(Excerpt { id: "again".to_owned(), ..excerpt.clone() });
        let other = Excerpt { id: "elsewhere".to_owned(), start: Some(1), end: Some(2), ..excerpt.clone() };
        dossier.excerpts.push(other);
        let report = verify(&dossier, &problems, &Texts::new());
        let told: Vec<String> = report.findings.iter().map(ToString::to_string).collect();
        let of_source = format!("warning: source 'again': its address is that of the source '{}' too", source.id);
        assert!(told.contains(&of_source), "{told:#?}");
        let of_excerpt = format!("warning: excerpt 'again': the excerpt '{}' quotes the same words", excerpt.id);
        assert!(told.iter().any(|told| told.starts_with(&of_excerpt)), "{told:#?}");
        assert!(!told.iter().any(|told| told.contains("excerpt 'elsewhere': the excerpt")), "{told:#?}");
    }
}
