//! The excerpt that words of a text become: position, context and page as they are, and a guess at who says them and what they
//! do.

use std::ops::Range;

use serde_json::{Map, Value, json};

use super::guess;
use crate::dossier::check::TextAtHand;
use crate::formats::stated_figure;

/// How far around the words a guess looks for who says them, in code points.
const AROUND: usize = 400;

/// The members of an excerpt of these code points of a source's text, but for its id and its overlays; `None` if no words stand
/// there.
pub fn quoted_entry(source: &str, text: &TextAtHand, at: Range<usize>) -> Option<Map<String, Value>> {
    let quote = text.quote(at)?;
    let whole = text.text();
    let around = |at: Range<usize>| whole.slice(at).unwrap_or_default();
    let before = around(quote.at.start.saturating_sub(AROUND)..quote.at.start);
    let after = around(quote.at.end..(quote.at.end + AROUND).min(whole.length()));
    let has_figure = !stated_figure::find(&quote.exact, None).is_empty();
    let members = [
        ("source", json!(source)),
        ("overlays", json!([])),
        ("does", json!(guess::does(&quote.exact, has_figure))),
        ("said_by", json!(guess::said_by(before, &quote.exact, after))),
        ("exact", json!(quote.exact)),
        ("prefix", json!(quote.prefix)),
        ("suffix", json!(quote.suffix)),
        ("start", json!(quote.at.start)),
        ("end", json!(quote.at.end)),
        ("page", json!(whole.page_of(quote.at.start))),
    ];
    Some(members.into_iter().map(|(member, value)| (member.to_owned(), value)).collect())
}
