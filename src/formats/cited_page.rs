//! What a pasted citation or address says of a page on the web, as far as it is certain; and what of it cannot be.
//!
//! Read are addresses, those of archives with the original in them, BibTeX, RIS, the templates of Wikipedia
//! (`{{cite web |…}}`), and of other words: what stands in quotation marks as the title, days by what stands before them, one
//! name right after the title as the outlet and one right before both as the author, which is the order of all styles.
//! Nothing else is guessed: of other words it cannot be told what they are, so they are left over, and said to be.

use super::citations::{bibtex as bibtex_list, ris as ris_list};
use super::day::{Day, DayError};
use super::day_words::{day_in_words, month_number};
use super::page_address::{add_address, archive, is_same};
use super::source_properties::PropertySource;

pub use super::page_address::{host, page_key};

/// No citation is longer, in bytes.
const LONGEST: usize = 20_000;

/// No outlet and no author has a longer name, in letters.
const LONGEST_NAME: usize = 60;

/// What a text says of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Understood {
    /// What is certain.
    pub page: PropertySource,
    /// The words that were not understood.
    pub left: String,
}

/// Reads a citation or an address.
pub fn read(text: &str) -> Understood {
    let text = text.trim();
    if text.is_empty() || text.len() > LONGEST {
        return Understood::default();
    }
    let fields = bibtex(text).or_else(|| ris(text)).or_else(|| template(text));
    match fields {
        Some(fields) => of_fields(fields),
        None => of_words(text),
    }
}

/// What cannot be, or is doubtful, in words that name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageWarning {
    /// The address is none of a web page.
    NoHost(&'static str),
    /// A day that the calendar has not, or that is written otherwise.
    NoDay(&'static str, String),
    /// A day after today.
    Future(&'static str, String),
    /// Read before it was published.
    ReadBeforePublished,
    /// Archived before it was published.
    ArchivedBeforePublished(String),
    /// The archive holds another page.
    OtherOriginal(String),
    /// The two addresses are one.
    ArchiveIsAddress,
}

impl std::fmt::Display for PageWarning {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoHost(which) => write!(
                out,
                "{which} names no site; an address begins with https:// and a site, such as \
                 https://www.example.org/page"
            ),
            Self::NoDay(which, text) => {
                write!(out, "{which}, “{text}”, is not a date; write it as 2025-12-15, 2025-12 or 2025")
            }
            Self::Future(which, text) => write!(out, "{which}, {text}, is in the future"),
            Self::ReadBeforePublished => out.write_str("the day of access is before the day of publication"),
            Self::ArchivedBeforePublished(day) => {
                write!(out, "the archived copy is from {day}, before the day of publication")
            }
            Self::OtherOriginal(url) => write!(out, "the archived page is that of another address: {url}"),
            Self::ArchiveIsAddress => out.write_str(
                "the archived address is the same as the address; give one for the page and one for its copy in an \
                 archive",
            ),
        }
    }
}

/// What is wrong with what is said of a page; `today` is the day in London, in days since 1 January 1970, where it is known.
pub fn warnings(page: &PropertySource, today: Option<i64>) -> Vec<PageWarning> {
    let mut warnings = Vec::new();
    let said =
        |words: &Option<String>| words.as_deref().map(str::trim).filter(|words| !words.is_empty()).map(str::to_owned);
    let (url, archived) = (said(&page.url), said(&page.archived));
    for (which, address) in [("the address", &url), ("the archived address", &archived)] {
        if address.as_deref().is_some_and(|address| host(address).is_none()) {
            warnings.push(PageWarning::NoHost(which));
        }
    }
    let mut day = |which: &'static str, words: &Option<String>| -> Option<Day> {
        let words = said(words)?;
        match Day::in_text(&words) {
            Ok(day) => {
                // In the east of the earth it is tomorrow already.
                if day.first().since_1970().zip(today).is_some_and(|(first, today)| first > today + 1) {
                    warnings.push(PageWarning::Future(which, words));
                }
                Some(day)
            }
            Err(DayError::Impossible | DayError::NotADay) => {
                warnings.push(PageWarning::NoDay(which, words));
                None
            }
        }
    };
    let published = day("the day of publication", &page.date);
    let accessed = day("the day of access", &page.accessed);
    if let (Some(published), Some(accessed)) = (published, accessed)
        && accessed.last() < published.first()
    {
        warnings.push(PageWarning::ReadBeforePublished);
    }
    if let Some(address) = archived.as_deref() {
        if url.as_deref() == Some(address) {
            warnings.push(PageWarning::ArchiveIsAddress);
        }
        if let Some(archive) = archive(address) {
            if let (Some(url), Some(original)) = (url.as_deref(), archive.original)
                && !is_same(url, &original)
                && url != address
            {
                warnings.push(PageWarning::OtherOriginal(original));
            }
            if let (Some(of), Some(published)) = (archive.day, published)
                && of < published.first()
            {
                warnings.push(PageWarning::ArchivedBeforePublished(of.to_string()));
            }
        }
    }
    warnings
}

/// A page from the fields of a format that names them.
fn of_fields(fields: Vec<(String, String)>) -> Understood {
    let of = |names: &[&str]| {
        let found =
            names.iter().find_map(|wanted| fields.iter().find(|(name, value)| name == wanted && !value.is_empty()));
        found.map(|(_, value)| value.clone())
    };
    let day = |names: &[&str]| of(names).map(|words| day_in_words(&words).map_or(words, |day| day.iso()));
    let mut page = PropertySource {
        title: of(&["title", "t1", "ti"]),
        outlet: of(&[
            "website",
            "work",
            "newspaper",
            "journal",
            "journaltitle",
            "howpublished",
            "publisher",
            "organization",
            "t2",
            "jf",
            "jo",
            "pb",
        ]),
        author: authors(&fields).or_else(|| match (of(&["first", "first1"]), of(&["last", "last1"])) {
            (Some(first), Some(last)) => Some(format!("{first} {last}")),
            (first, last) => first.or(last),
        }),
        accessed: day(&["urldate", "access-date", "accessdate", "y2", "lastchecked"]),
        ..PropertySource::default()
    };
    page.date = day(&["date", "da"]).or_else(|| {
        let year = of(&["year", "py", "y1"])?;
        let (month, day) = (of(&["month"]), of(&["day"]));
        let whole = [Some(year.clone()), month, day].into_iter().flatten().collect::<Vec<_>>();
        let in_numbers =
            whole.iter().map(|part| format!("{:0>2}", month_number(part).map_or(part.clone(), |it| it.to_string())));
        let joined = in_numbers.collect::<Vec<_>>().join("-");
        Day::in_text(&joined).ok().or_else(|| day_in_words(&year)).map(|day| day.iso()).or(Some(year))
    });
    // The copy first, so that the address of the page has the last word.
    for address in
        [of(&["archive-url", "archiveurl", "archive_location"]), of(&["url", "ur", "l2"])].into_iter().flatten()
    {
        add_address(&mut page, address.trim());
    }
    let nameless = fields.iter().filter(|(name, value)| name.is_empty() && !value.is_empty());
    Understood { page, left: nameless.map(|(_, value)| value.as_str()).collect::<Vec<_>>().join(" ") }
}

/// The authors, one or several, as they are written.
fn authors(fields: &[(String, String)]) -> Option<String> {
    let names = ["author", "au", "a1", "authors"];
    let all: Vec<&str> = fields
        .iter()
        .filter(|(name, _)| names.contains(&name.as_str()))
        .map(|(_, value)| value.trim())
        .filter(|value| !value.is_empty())
        .collect();
    let all = all.join("; ").replace(" and ", "; ");
    // So BibTeX writes that there are more.
    let named = all.strip_suffix("; others").map(|named| format!("{named} et al.")).unwrap_or(all);
    (!named.is_empty()).then_some(named)
}

/// The fields of the first BibTeX entry.
fn bibtex(text: &str) -> Option<Vec<(String, String)>> {
    text.strip_prefix('@')?;
    let entry = bibtex_list::entries(text).0.into_iter().next()?;
    let mut fields = bibtex_list::plain_fields(&entry).0;
    fields.retain(|(name, _)| name != "author");
    let authors = entry.fields.iter().filter(|(name, _)| name == "author");
    fields.extend(authors.flat_map(|(_, names)| bibtex_list::authors(names)).map(|name| ("author".to_owned(), name)));
    (!entry.fields.is_empty()).then_some(fields)
}

/// The fields of the first record of RIS.
fn ris(text: &str) -> Option<Vec<(String, String)>> {
    if !text.starts_with("TY") {
        return None;
    }
    let record = ris_list::records(text).into_iter().next()?;
    let authors = ris_list::authors(&record);
    let day = |(tag, value): (String, String)| match tag.as_str() {
        "da" | "y1" | "py" | "y2" => (tag, ris_list::day_of_ris(&value)),
        _ => (tag, value),
    };
    let mut fields: Vec<(String, String)> =
        record.0.into_iter().filter(|(tag, _)| !matches!(tag.as_str(), "au" | "a1" | "ty")).map(day).collect();
    fields.extend(authors.into_iter().map(|name| ("author".to_owned(), name)));
    Some(fields)
}

/// The fields of a template of Wikipedia; words that belong to none have no name.
fn template(text: &str) -> Option<Vec<(String, String)>> {
    let body = text.strip_prefix("{{")?.strip_suffix("}}")?;
    let mut parts = template_parts(body).into_iter();
    let name = parts.next()?.trim().to_lowercase();
    if !(name.starts_with("cite") || name.starts_with("citation") || name == "internetquelle") {
        return None;
    }
    let field = |part: &str| match part.split_once('=') {
        Some((name, value)) => (name.trim().to_lowercase(), without_wiki_links(value.trim())),
        None => (String::new(), part.trim().to_owned()),
    };
    Some(parts.map(field).collect())
}

/// What stands between the bars of a template, but for those of links and templates within.
fn template_parts(body: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    let bytes = body.as_bytes();
    for (index, byte) in bytes.iter().enumerate() {
        let is_double = bytes.get(index + 1) == Some(byte);
        match byte {
            b'[' | b'{' if is_double => depth += 1,
            b']' | b'}' if is_double => depth = depth.saturating_sub(1),
            b'|' if depth == 0 => {
                parts.push(&body[start..index]);
                start = index + 1;
            }
            _ => {}
        }
    }
    parts.push(&body[start..]);
    parts
}

/// Words of a wiki without its links (`[[page|words]]`) and its marks for bold and italic letters.
fn without_wiki_links(words: &str) -> String {
    let mut out = String::new();
    let mut rest = words;
    while let Some((before, after)) = rest.split_once("[[") {
        out.push_str(before);
        let Some((link, after)) = after.split_once("]]") else {
            out.push_str("[[");
            rest = after;
            continue;
        };
        out.push_str(link.split_once('|').map_or(link, |(_, shown)| shown));
        rest = after;
    }
    out.push_str(rest);
    out.replace("'''", "").replace("''", "")
}

/// Words that stand before the day of access.
const ACCESSED: [&str; 10] = [
    "accessed",
    "retrieved",
    "access date",
    "last accessed",
    "read on",
    "abgerufen",
    "consulté le",
    "дата звернення",
    "переглянуто",
    "дата обращения",
];

/// A page from words without names for what they are.
fn of_words(text: &str) -> Understood {
    let mut page = PropertySource::default();
    let mut left = text.to_owned();
    let found = super::source_properties::addresses_in(text);
    let archives_first = |address: &&str| archive(address).is_none();
    let mut addresses = found.clone();
    addresses.sort_by_key(archives_first);
    for address in addresses {
        if archive(address).is_some() || page.url.as_deref().is_none_or(|known| is_same(known, address)) {
            add_address(&mut page, address);
            left = left.replacen(address, " ", 1);
        }
    }
    for (open, close) in [('“', '”'), ('„', '“'), ('«', '»'), ('"', '"')] {
        let quoted = left.split_once(open).and_then(|(before, rest)| Some((before, rest.rsplit_once(close)?)));
        if let Some((before, (title, after))) = quoted.filter(|(_, (title, _))| !title.trim().is_empty()) {
            page.title = Some(title.trim().trim_end_matches([',', '.']).to_owned());
            let (outlet, after) = outlet_first(after);
            let (author, before) = if outlet.is_some() { author_alone(before) } else { (None, before) };
            (page.outlet, page.author) = (outlet, author);
            left = format!("{before} {after}");
            break;
        }
    }
    let mut days: Vec<(bool, Day, std::ops::Range<usize>)> = days_in(&left);
    let accessed = days.iter().position(|(is_accessed, ..)| *is_accessed);
    if let Some((_, day, _)) = accessed.map(|index| days[index].clone()) {
        page.accessed = Some(day.iso());
    }
    let others = days.iter().filter(|(is_accessed, ..)| !is_accessed).count();
    if others == 1 {
        page.date = days.iter().find(|(is_accessed, ..)| !is_accessed).map(|(_, day, _)| day.iso());
    } else {
        // Which of several is that of publication is not known.
        days.retain(|(is_accessed, ..)| *is_accessed);
    }
    days.sort_by_key(|(.., at)| std::cmp::Reverse(at.start));
    for (.., at) in days {
        left.replace_range(at, " ");
    }
    let words = left.split_whitespace().collect::<Vec<_>>().join(" ");
    let is_joint = |letter: char| letter.is_whitespace() || ",;|:<>()[].–—-".contains(letter);
    // What was between two words that were understood is nothing by itself.
    let parts =
        words.split([',', ';', '(', ')']).map(|part| part.trim_matches(is_joint)).filter(|part| !part.is_empty());
    Understood { page, left: parts.collect::<Vec<_>>().join(", ") }
}

/// The outlet that stands right after a title, alone between punctuation and a day, an address or the end; and what is left.
fn outlet_first(after: &str) -> (Option<String>, &str) {
    let none = (None, after);
    let words = after.trim_start_matches(|letter: char| letter.is_whitespace() || ",.;".contains(letter));
    let ends = [words.find([',', ';', '(', '\n']), words.find(". ")];
    let end = ends.into_iter().flatten().min().unwrap_or(words.len());
    let (name, rest) = words.split_at(end);
    let begins = rest.trim_start_matches(|letter: char| letter.is_whitespace() || ",.;(".contains(letter));
    let is_last = begins.is_empty() || days_in(begins).first().is_some_and(|(.., at)| at.start == 0);
    let name = name.trim().trim_end_matches('.');
    if is_last && is_name(name) { (Some(name.to_owned()), rest) } else { none }
}

/// The author before a title, if nothing else stands there; and what is left.
fn author_alone(before: &str) -> (Option<String>, &str) {
    let name = before.trim().trim_end_matches([',', '.', ';', ':']);
    let is_alone = !name.contains([',', ';', '(']) && !name.contains(". ");
    if is_alone && is_name(name) { (Some(name.to_owned()), "") } else { (None, before) }
}

/// Whether words can be what someone is called: they begin with a capital, are no day and say nothing of one.
fn is_name(words: &str) -> bool {
    const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let small = words.to_lowercase();
    let says_of_day = DAYS.contains(&small.as_str())
        || ACCESSED.iter().any(|accessed| small.starts_with(accessed))
        || ["updated", "published", "posted", "archived", "last "].iter().any(|start| small.starts_with(start));
    let begins = words.chars().next().is_some_and(|first| first.is_alphanumeric() && !first.is_lowercase());
    begins && !says_of_day && days_in(words).is_empty() && words.chars().count() <= LONGEST_NAME
}

/// The days in a text, each with whether it is said to be that of access, and where it stands with the words for that.
fn days_in(text: &str) -> Vec<(bool, Day, std::ops::Range<usize>)> {
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '-';
    let mut words: Vec<std::ops::Range<usize>> = Vec::new();
    let mut start = None;
    for (index, letter) in text.char_indices().chain([(text.len(), ' ')]) {
        match (is_word(letter), start) {
            (true, None) => start = Some(index),
            (false, Some(from)) => {
                words.push(from..index);
                start = None;
            }
            _ => {}
        }
    }
    let mut found: Vec<(bool, Day, std::ops::Range<usize>)> = Vec::new();
    let mut index = 0;
    while index < words.len() {
        let taken = [3, 1].iter().find_map(|count| {
            let range = words.get(index)?.start..words.get(index + count - 1)?.end;
            let written = &text[range.clone()];
            // A number alone may be anything.
            let day = if *count == 1 {
                Day::in_text(written).ok().filter(|_| written.contains('-'))
            } else {
                day_in_words(written)
            };
            day.map(|day| (day, range, *count))
        });
        match taken {
            Some((day, range, count)) => {
                let before = text[..range.start].trim_end_matches([' ', ':', '(', '\u{a0}']).to_lowercase();
                let said = ACCESSED.iter().find(|words| {
                    before.ends_with(*words)
                        || before.strip_suffix(" on").is_some_and(|before| before.ends_with(*words))
                });
                let start = said.and_then(|words| text[..range.start].to_lowercase().rfind(words));
                // Small letters may have other lengths than capitals.
                let start = start.filter(|start| text.is_char_boundary(*start)).unwrap_or(range.start);
                found.push((said.is_some(), day, start..range.end));
                index += count;
            }
            None => index += 1,
        }
    }
    found
}

#[cfg(test)]
mod tests;
