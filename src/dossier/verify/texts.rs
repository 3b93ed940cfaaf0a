//! Which of the files at hand is the text of which source.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::dossier::Dossier;
use crate::dossier::check::{self, TextAtHand};
use crate::dossier::model::Excerpt;
use crate::formats::text::NormalizedText;

/// The texts at hand, by source id.
pub type Texts = BTreeMap<String, TextAtHand>;

/// By what a file was taken for the text of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MatchedBy {
    /// The fingerprint of its text, or of the article within it.
    Fingerprint,
    /// The source's id in its name.
    Id,
    /// The outlet's name in its name.
    Outlet,
    /// The address that it says it is from.
    Address,
    /// It is a copy that the dossier keeps of the source.
    Capture,
}

impl MatchedBy {
    /// In a few words.
    pub fn phrase(self) -> &'static str {
        match self {
            Self::Fingerprint => "matched by the SHA-256 of its text",
            Self::Id => "matched by the source’s id in its name",
            Self::Outlet => "matched by the outlet in its name",
            Self::Address => "matched by the address that it is from",
            Self::Capture => "a capture that the dossier keeps",
        }
    }
}

/// Finds the text of each source among named texts: by fingerprint first, then by id, then by outlet in the name.
///
/// Returns the texts, and for each source that has one the name of the file and how it was matched.
pub fn match_texts(
    dossier: &Dossier,
    files: Vec<(String, NormalizedText)>,
) -> (Texts, BTreeMap<String, (String, MatchedBy)>) {
    let mut files: Vec<(String, Option<TextAtHand>)> =
        files.into_iter().map(|(name, text)| (name, Some(TextAtHand::new(text)))).collect();
    let (mut texts, mut matched) = (Texts::new(), BTreeMap::new());
    let excerpts = dossier.excerpts_by_source();
    let likely = likely_files(dossier, &excerpts, &files);
    let letters_of: Vec<String> = files.iter().map(|(name, _)| letters(name)).collect();
    for by in [MatchedBy::Fingerprint, MatchedBy::Id, MatchedBy::Outlet] {
        for (source, likely) in dossier.sources.iter().zip(&likely) {
            if texts.contains_key(&source.id) {
                continue;
            }
            let found = match by {
                MatchedBy::Fingerprint => likely.iter().find_map(|index| {
                    let (name, text) = &mut files[*index];
                    let of_source = excerpts.get(source.id.as_str()).map_or(&[][..], Vec::as_slice);
                    let taken = text.as_ref()?.own_text(source, of_source.iter().copied())?;
                    *text = None;
                    Some((name.clone(), taken))
                }),
                MatchedBy::Id | MatchedBy::Outlet | MatchedBy::Address | MatchedBy::Capture => {
                    let wanted = letters(if by == MatchedBy::Id { &source.id } else { &source.outlet });
                    let named = files.iter_mut().zip(&letters_of).filter(|_| !wanted.is_empty());
                    let mut named = named.filter(|((_, text), file)| text.is_some() && file.contains(&wanted));
                    named.next().and_then(|((name, text), _)| Some((name.clone(), text.take()?)))
                }
            };
            if let Some((name, text)) = found {
                texts.insert(source.id.clone(), text);
                matched.insert(source.id.clone(), (name, by));
            }
        }
    }
    (texts, matched)
}

/// The letters of a name, whatever stands between them.
fn letters(name: &str) -> String {
    name.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// For each source the files that may be its text, or have it within them: those of its fingerprint, and those in which
/// one of its excerpts begins. To look for each excerpt in each file would take the time of both numbers together.
fn likely_files(
    dossier: &Dossier,
    excerpts: &HashMap<&str, Vec<&Excerpt>>,
    files: &[(String, Option<TextAtHand>)],
) -> Vec<BTreeSet<usize>> {
    let mut likely = vec![BTreeSet::new(); dossier.sources.len()];
    let mut by_sum: HashMap<String, Vec<usize>> = HashMap::new();
    let mut by_start: HashMap<[u8; check::START], Vec<usize>> = HashMap::new();
    for (index, source) in dossier.sources.iter().enumerate() {
        let Some(stated) = &source.text else { continue };
        by_sum.entry(stated.sha256.to_ascii_lowercase()).or_default().push(index);
        for excerpt in excerpts.get(source.id.as_str()).into_iter().flatten().take(check::MOST_TRIES) {
            match check::start_of(excerpt) {
                Some(start) => by_start.entry(start).or_default().push(index),
                // Words so short may stand anywhere.
                None => likely[index].extend(0..files.len()),
            }
        }
    }
    for (file, text) in files.iter().enumerate().filter_map(|(file, (_, text))| Some((file, text.as_ref()?))) {
        for source in by_sum.get(text.text().sha256()).into_iter().flatten() {
            likely[*source].insert(file);
        }
        for sources in text.starts().filter_map(|start| by_start.get(start)) {
            for source in sources {
                likely[*source].insert(file);
            }
        }
    }
    likely
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dossier::Source;

    #[test]
    fn texts_are_held_against_the_sources_that_may_have_them_and_no_others() {
        let pairs = |count: usize| {
            let (mut dossier, _) = crate::dossier::builtin::berlin().unwrap();
            let (source, excerpt) = (dossier.sources[0].clone(), dossier.excerpts[0].clone());
            let words = |index: usize| format!("what number {index} says of the pasture");
            dossier.sources = (0..count).map(|index| Source { id: format!("s{index}"), ..source.clone() }).collect();
            dossier.excerpts = (0..count)
                .map(|index| Excerpt {
                    id: format!("e{index}"),
                    source: format!("s{index}"),
                    exact: format!("{index:06} {}", words(index)),
                    ..excerpt.clone()
                })
                .collect();
            let files: Vec<(String, Option<TextAtHand>)> = (0..count)
                .map(|index| NormalizedText::new(&format!("A menu. {index:06} {} and more.", words(index))))
                .map(|text| (String::new(), Some(TextAtHand::new(text))))
                .collect();
            let likely = likely_files(&dossier, &dossier.excerpts_by_source(), &files);
            likely.iter().map(BTreeSet::len).sum::<usize>()
        };
        // Not the square of their number.
        assert_eq!([50, 200].map(pairs), [50, 200]);
    }
}
