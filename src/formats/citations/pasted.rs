//! Citations in words: as Chicago, MLA and APA have them, an address with a title, and what Wikipedia's templates say.

use super::work::{CitedWork, day_of, spoken};
use super::{CitationWarning, add};
use crate::formats::cited_page;
use crate::formats::day::Day;
use crate::formats::source_properties::addresses_in;

/// The works of a text: one in each paragraph, or one in each line where all lines have an address.
pub(super) fn read(text: &str, warnings: &mut Vec<CitationWarning>) -> Vec<CitedWork> {
    let text = text.replace("\r\n", "\n");
    let paragraphs: Vec<&str> = text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty()).collect();
    let mut works = Vec::new();
    for paragraph in paragraphs {
        let lines = || paragraph.lines().map(str::trim).filter(|line| !line.is_empty());
        let is_list = lines().count() > 1 && lines().all(|line| !addresses_in(line).is_empty());
        let parts: Vec<&str> = if is_list { lines().collect() } else { vec![paragraph] };
        for part in parts {
            add(&mut works, work(part), warnings);
        }
    }
    works
}

/// What one citation says. What cannot be told stays empty; without a title, the words that are left are the title.
pub(super) fn work(text: &str) -> CitedWork {
    if let Some(work) = apa(text) {
        return work;
    }
    let understood = cited_page::read(text);
    let (page, mut left) = (understood.page, understood.left);
    let mut author = page.author;
    // Chicago and MLA turn the first name round: "Lovelace, Ada. “A plan …”".
    if author.is_none()
        && page.title.is_some()
        && let Some(name) = text.split(['“', '"', '«', '„']).next().and_then(turned_name)
    {
        let words: Vec<&str> = left.split(", ").collect();
        let in_name = |word: &&&str| {
            name.split([',', ' ']).any(|part| part.trim_matches('.') == word.trim_matches('.')) || name.contains(**word)
        };
        let rest: Vec<&str> = words.iter().skip_while(in_name).copied().collect();
        if rest.len() < words.len() {
            left = rest.join(", ");
            author = Some(spoken(&name));
        }
    }
    let left = left.trim().trim_matches(['.', ',', ':', '-', '–', '—', '|']).trim().to_owned();
    let is_word = left.chars().any(char::is_alphanumeric);
    let (title, left) = match page.title {
        Some(title) => (Some(title), is_word.then_some(left)),
        None => (is_word.then_some(left), None),
    };
    CitedWork {
        key: String::new(),
        title,
        outlet: page.outlet,
        author,
        published: page.date.as_deref().and_then(day_of),
        retrieved: page.accessed.as_deref().and_then(day_of),
        url: page.url,
        archived: page.archived,
        left,
    }
}

/// `Lovelace, Ada` before a title, as it stands.
fn turned_name(before: &str) -> Option<String> {
    let before = before.trim().trim_end_matches([',', '.']).trim();
    let parts: Vec<&str> = before.split(',').map(str::trim).collect();
    let [family, given] = parts.as_slice() else { return None };
    let is_name = |part: &str| {
        let words = part.split_whitespace().count();
        let is_capital = part.chars().next().is_some_and(char::is_uppercase);
        (1..=4).contains(&words) && is_capital && part.chars().all(|it| it.is_alphabetic() || " .'’-".contains(it))
    };
    (is_name(family) && is_name(given)).then(|| before.to_owned())
}

/// `Lovelace, A. (2025, December 15). A plan for the east. The Post. https://…`, as the American Psychological Association has it.
fn apa(text: &str) -> Option<CitedWork> {
    let (author, rest) = text.split_once(" (")?;
    let (date, rest) = rest.split_once(')')?;
    let rest = rest.strip_prefix('.')?.trim_start();
    let published = if date == "n.d." { None } else { Some(apa_day(date)?) };
    let author = author.trim();
    if author.is_empty()
        || author.chars().count() > 300
        || author.contains(['“', '"', '«', '\n'])
        || !addresses_in(author).is_empty()
    {
        return None;
    }
    let mut page = cited_page::read(rest).page;
    let mut words = rest.to_owned();
    for address in addresses_in(rest) {
        words = words.replacen(address, "", 1);
    }
    // "Retrieved December 16, 2025, from https://…".
    let retrieved = page.accessed.take().as_deref().and_then(day_of);
    let words = match ["Retrieved ", "Accessed "].iter().find_map(|word| words.find(word)) {
        Some(at) if retrieved.is_some() => words[..at].to_owned(),
        _ => words,
    };
    let words = words.trim().trim_end_matches('.').trim();
    // The outlet is what stands after the last full stop; a title ends with a question mark, too.
    let ends = [". ", "? ", "! "].iter().filter_map(|end| words.rfind(end)).max();
    let (title, outlet) = match ends {
        Some(at) => {
            let keeps_sign = !words[at..].starts_with('.');
            (&words[..at + usize::from(keeps_sign)], Some(words[at + 2..].trim()))
        }
        None => (words, None),
    };
    let outlet = outlet.map(|outlet| outlet.split(", ").next().unwrap_or(outlet)).filter(|outlet| !outlet.is_empty());
    let title = title.trim().trim_matches(['“', '”', '"']).to_owned();
    Some(CitedWork {
        title: (!title.is_empty()).then_some(title),
        outlet: outlet.map(str::to_owned),
        author: Some(apa_names(author)),
        published,
        retrieved,
        url: page.url,
        archived: page.archived,
        ..CitedWork::default()
    })
}

/// `2025`, `2025, December` or `2025, December 15`.
fn apa_day(date: &str) -> Option<Day> {
    match date.split_once(',') {
        Some((year, rest)) => day_of(&format!("{} {}", rest.trim(), year.trim())),
        None => day_of(date).filter(|_| date.len() == 4),
    }
}

/// `Lovelace, A., & Byron, G.` as `A. Lovelace; G. Byron`; any other words as they stand.
fn apa_names(author: &str) -> String {
    let plain = author.replace(", & ", ", ").replace(" & ", ", ").replace(", and ", ", ");
    let parts: Vec<&str> = plain.split(", ").map(str::trim).collect();
    let is_initial = |part: &str| {
        part.ends_with('.') && part.split_whitespace().all(|it| it.ends_with('.') && it.chars().count() <= 4)
    };
    let are_pairs =
        parts.len().is_multiple_of(2) && parts.chunks(2).all(|pair| is_initial(pair[1]) && !is_initial(pair[0]));
    if are_pairs {
        // "Ada." is a name with a full stop after it, "A." an initial.
        let given = |part: &str| {
            let is_initial = part.split_whitespace().next_back().is_some_and(|last| last.chars().count() <= 2);
            if is_initial { part.to_owned() } else { part.trim_end_matches('.').to_owned() }
        };
        parts.chunks(2).map(|pair| format!("{} {}", given(pair[1]), pair[0])).collect::<Vec<_>>().join("; ")
    } else if let [family, given] = parts.as_slice() {
        spoken(&format!("{family}, {given}"))
    } else {
        author.trim_end_matches('.').to_owned()
    }
}
