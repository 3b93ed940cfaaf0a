//! Finds the passage of a text that comes nearest to a quotation, word by word, where the quotation itself is not in it.
//!
//! Windows as long as the quotation are weighed by the words that they share with it, a rare word counting more; within the few
//! that weigh most the words are aligned with as few changes as possible (Sellers 1980, “The theory and computation of
//! evolutionary distances: pattern recognition”). That takes time in proportion to the text, however long it is.

use std::collections::HashMap;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization as _;

/// A quotation of more words is not looked for: the time within a window grows with their square.
const MOST_WORDS: usize = 1000;

/// So many places are looked at closely.
const CANDIDATES: usize = 8;

/// So much of a quotation has to stand in a passage for it to be the same sentence in other words.
const LEAST_KEPT: f64 = 0.5;

/// A passage of a text, and how near it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Passage {
    /// Where it stands, in bytes.
    pub bytes: Range<usize>,
    /// The share of the quotation's words that stand in it, in their order, from 0 to 1.
    pub kept: f64,
}

/// The passage nearest to a quotation; none where less than half of its words stand together anywhere.
pub fn nearest(quotation: &str, text: &str) -> Option<Passage> {
    let wanted: Vec<String> = words(quotation).map(|(_, word)| word).collect();
    if wanted.is_empty() || wanted.len() > MOST_WORDS {
        return None;
    }
    let (places, words): (Vec<Range<usize>>, Vec<String>) = words(text).unzip();
    let mut best: Option<(usize, Range<usize>, usize)> = None;
    for middle in likely(&wanted, &words) {
        let reach = middle.start.saturating_sub(wanted.len())..(middle.end + wanted.len()).min(words.len());
        let Some((changes, range, kept)) = align(&wanted, words.get(reach.clone()).unwrap_or_default()) else {
            continue;
        };
        if best.as_ref().is_none_or(|(least, ..)| changes < *least) {
            best = Some((changes, range.start + reach.start..range.end + reach.start, kept));
        }
    }
    let (_, range, kept) = best?;
    let kept = kept as f64 / wanted.len() as f64;
    let (first, last) = (places.get(range.start)?, places.get(range.end.checked_sub(1)?)?);
    (kept >= LEAST_KEPT).then_some(Passage { bytes: first.start..last.end, kept })
}

/// The words of a text with their places, marks around them left out and letters small; what is no word at all is passed over.
fn words(text: &str) -> impl Iterator<Item = (Range<usize>, String)> {
    let mut at = 0;
    text.split_whitespace().filter_map(move |word| {
        // Each is found in order, so that the search goes through the text once.
        let start = at + text.get(at..)?.find(word)?;
        at = start + word.len();
        let bare = word.trim_matches(|letter: char| !letter.is_alphanumeric());
        let folded: String = bare.nfkc().flat_map(char::to_lowercase).map(plain).collect();
        (!folded.is_empty()).then_some((start..start + word.len(), folded))
    })
}

/// Marks that are written in several ways, in one.
fn plain(letter: char) -> char {
    match letter {
        '’' | '‘' | 'ʼ' | '′' => '\'',
        '‐' | '‑' | '‒' | '–' | '—' | '−' => '-',
        other => other,
    }
}

/// The windows as long as the quotation that share most with it, the best first, apart from each other.
fn likely(wanted: &[String], words: &[String]) -> Vec<Range<usize>> {
    let mut all: HashMap<&str, usize> = HashMap::new();
    for word in words {
        *all.entry(word).or_default() += 1;
    }
    // By word: how often it is wanted, and what each is worth.
    let mut worth: HashMap<&str, (isize, f64)> = HashMap::new();
    for word in wanted {
        let rarity = all.get(word.as_str()).map_or(0.0, |count| 1.0 / (*count as f64).sqrt());
        worth.entry(word).or_insert((0, rarity)).0 += 1;
    }
    let length = wanted.len().min(words.len());
    let (mut weight, mut weights) = (0.0, Vec::with_capacity(words.len()));
    for (index, word) in words.iter().enumerate() {
        if let Some((left, rarity)) = worth.get_mut(word.as_str()) {
            weight += if *left > 0 { *rarity } else { 0.0 };
            *left -= 1;
        }
        if let Some((left, rarity)) =
            index.checked_sub(length).and_then(|gone| words.get(gone)).and_then(|word| worth.get_mut(word.as_str()))
        {
            *left += 1;
            weight -= if *left > 0 { *rarity } else { 0.0 };
        }
        weights.push((weight, index));
    }
    weights.retain(|(weight, _)| *weight > 1e-9);
    weights.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
    let mut found: Vec<Range<usize>> = Vec::new();
    // Those beside a better one are reached from there.
    for (_, last) in weights.into_iter().take(100_000) {
        if found.len() == CANDIDATES {
            break;
        }
        if found.iter().all(|other| other.end.abs_diff(last + 1) > length / 2) {
            found.push((last + 1).saturating_sub(length)..last + 1);
        }
    }
    found
}

/// The stretch of `words` that becomes `wanted` with the least changed: what that costs, where it is, and how many words stay. A word
/// that is another or left out costs 2, one that was added 1, since a sentence may be widened and still be the same. Of equals the
/// one with most that stay, then the longest: words at its ends that are others are part of the sentence.
fn align(wanted: &[String], words: &[String]) -> Option<(usize, Range<usize>, usize)> {
    /// How a way comes to a place: what it costs, how many words stayed, and where it began.
    #[derive(Clone, Copy)]
    struct Way {
        changes: usize,
        kept: usize,
        start: usize,
    }
    let better = |one: Way, other: Way| {
        let key = |way: Way| (way.changes, usize::MAX - way.kept, way.start);
        if key(other) < key(one) { other } else { one }
    };
    let mut above: Vec<Way> = (0..=words.len()).map(|start| Way { changes: 0, kept: 0, start }).collect();
    for (row, word) in wanted.iter().enumerate() {
        let mut here = Vec::with_capacity(above.len());
        here.push(Way { changes: 2 * (row + 1), kept: 0, start: 0 });
        for (column, other) in words.iter().enumerate() {
            let (diagonal, up) = (*above.get(column)?, *above.get(column + 1)?);
            let stays = usize::from(word == other);
            let step = Way { changes: diagonal.changes + 2 * (1 - stays), kept: diagonal.kept + stays, ..diagonal };
            let left_out = Way { changes: up.changes + 2, ..up };
            let left = *here.get(column)?;
            let added = Way { changes: left.changes + 1, ..left };
            here.push(better(better(step, left_out), added));
        }
        above = here;
    }
    let ends = above.into_iter().enumerate().filter(|(end, way)| way.start < *end);
    let best = ends.min_by_key(|(end, way)| (way.changes, usize::MAX - way.kept, usize::MAX - (end - way.start)))?;
    Some((best.1.changes, best.1.start..best.0, best.1.kept))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passage(quotation: &str, text: &str) -> Option<String> {
        nearest(quotation, text).map(|found| text[found.bytes].to_owned())
    }

    #[test]
    fn the_sentence_in_other_words_is_found_among_others() {
        let text = "Menu News Sport. On Monday the ministry said that rain was likely. The ministry said on Tuesday that its \
                    troops hold 4,900 of the 5,600 square kilometres of the plain. Share this. The ministry said nothing else.";
        let now = "ministry said on Tuesday that its troops hold 4,900 of the 5,600 square kilometres of the plain.";
        let stated = "ministry said on Monday that its troops held 5,100 of the 5,600 square kilometres of the plain";
        assert_eq!(passage(stated, text).as_deref(), Some(now));
        // 17 words, of which "Monday", "held" and "5,100" are others now.
        let found = nearest(stated, text).unwrap();
        assert!((found.kept - 14.0 / 17.0).abs() < 1e-9, "{found:?}");
        assert_eq!(passage("the vote on the harbour was put off until spring", text), None);
        assert_eq!((passage("", text), passage("word", ""), passage("…", "…")), (None, None, None));
    }

    #[test]
    fn words_that_were_added_or_left_out_are_part_of_the_passage_or_none() {
        let text = "Before it. The road is, according to two drivers, open again to all lorries. After it.";
        let now = "The road is, according to two drivers, open again to all lorries.";
        assert_eq!(passage("The road is open again to all lorries", text).as_deref(), Some(now));
        assert_eq!(
            passage("The road is, according to two drivers, open again to cars and to all lorries", text).as_deref(),
            Some(now)
        );
        // Marks, small letters and compatibility letters alone are no change.
        assert_eq!(nearest("the ROAD is according to two drivers open", text).unwrap().kept, 1.0);
        assert_eq!(
            passage("Міністерство 4 900 км² утримує", "Учора: міністерство «4 900» км2 утримувало.").as_deref(),
            Some("міністерство «4 900» км2 утримувало.")
        );
    }

    #[test]
    fn a_long_text_made_of_the_same_words_takes_no_time() {
        let text = "the ferry said ".repeat(40_000);
        let begun = std::time::Instant::now();
        assert!(nearest(&"the ferry said no ".repeat(100), &text).is_some());
        assert!(nearest(&"harbour ".repeat(1001), &text).is_none());
        assert!(begun.elapsed() < std::time::Duration::from_secs(20));
    }
}
