//! A work as it is cited, and how it comes of the fields that formats have for it.

use super::Fault;
use crate::formats::day::Day;
use crate::formats::day_words::day_in_words;
use crate::formats::page_address::{add_address, archive_in, host};
use crate::formats::source_properties::PropertySource;

/// An article, report or page that somebody cites, as far as the citation says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CitedWork {
    /// Its key in the list; empty where it has none.
    pub key: String,
    /// What it is called.
    pub title: Option<String>,
    /// Who published it, or in what it stands.
    pub outlet: Option<String>,
    /// Who wrote it; several names with semicolons between them.
    pub author: Option<String>,
    /// When it was published.
    pub published: Option<Day>,
    /// When it was read.
    pub retrieved: Option<Day>,
    /// Its address.
    pub url: Option<String>,
    /// The address of a copy in an archive.
    pub archived: Option<String>,
    /// The words of a pasted citation that were not understood.
    pub left: Option<String>,
}

/// Fields of an entry by their names in small letters, as plain text.
#[derive(Debug, Clone, Default)]
pub(in crate::formats) struct Fields(pub(in crate::formats) Vec<(String, String)>);

/// Which fields of a format say what, the better first.
pub(super) struct Names {
    pub(super) title: &'static [&'static str],
    pub(super) subtitle: &'static [&'static str],
    pub(super) outlet: &'static [&'static str],
    pub(super) published: &'static [&'static str],
    pub(super) retrieved: &'static [&'static str],
    pub(super) address: &'static [&'static str],
    pub(super) archived: &'static [&'static str],
    pub(super) doi: &'static [&'static str],
    /// Fields in which people write the address of a copy among other words.
    pub(super) notes: &'static [&'static str],
}

impl Fields {
    /// The first of these that says something.
    pub(super) fn of(&self, names: &[&str]) -> Option<&str> {
        let said = |wanted: &&str| {
            let field = self.0.iter().find(|(name, value)| name == wanted && !value.trim().is_empty());
            field.map(|(_, value)| value.trim())
        };
        names.iter().find_map(said)
    }

    /// All of these that say something.
    pub(super) fn all<'a>(&'a self, names: &'a [&str]) -> impl Iterator<Item = &'a str> {
        let named = self.0.iter().filter(|(name, _)| names.contains(&name.as_str()));
        named.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// The work that they describe, and what of them is not understood.
    pub(super) fn work(&self, key: &str, author: Option<String>, names: &Names) -> (CitedWork, Vec<Fault>) {
        let mut faults = Vec::new();
        let mut day = |names: &[&str]| {
            let words = self.of(names)?;
            let day = day_of(words);
            if day.is_none() {
                faults.push(Fault::Date(words.to_owned()));
            }
            day
        };
        let (published, retrieved) = (day(names.published), day(names.retrieved));
        let title = match (self.of(names.title), self.of(names.subtitle)) {
            (Some(title), Some(subtitle)) => Some(format!("{title}: {subtitle}")),
            (title, subtitle) => title.or(subtitle).map(str::to_owned),
        };
        let is_address = |words: &&str| host(words).is_some();
        let outlet = names.outlet.iter().find_map(|name| self.of(&[name]).filter(|words| !is_address(words)));
        let mut page = PropertySource::default();
        for name in names.archived {
            if let Some(address) = self.of(&[name]).filter(|words| is_address(words)) {
                page.archived.get_or_insert_with(|| address.to_owned());
            }
        }
        for note in self.all(names.notes) {
            if page.archived.is_none() {
                page.archived = archived_in(note);
            }
        }
        // An address of an archive holds that of the page; the page's own has the last word.
        if let Some(original) = page.archived.as_deref().and_then(archive_in) {
            page.url = original;
        }
        for name in names.address.iter().rev() {
            for address in self.all(&[name]).collect::<Vec<_>>().into_iter().rev() {
                match host(address) {
                    Some(_) => add_address(&mut page, address),
                    // "How it is published" may be in words.
                    None if *name != "howpublished" => faults.push(Fault::Address(address.to_owned())),
                    None => {}
                }
            }
        }
        let url = page.url.or_else(|| doi_address(self.of(names.doi)?));
        let work = CitedWork {
            key: key.to_owned(),
            title,
            outlet: outlet.map(str::to_owned),
            author,
            published,
            retrieved,
            url,
            archived: page.archived,
            left: None,
        };
        (work, faults)
    }
}

/// The address of a DOI, as it is written in many ways.
pub(super) fn doi_address(doi: &str) -> Option<String> {
    let doi = doi.trim();
    let small = doi.to_ascii_lowercase();
    let bare = ["https://doi.org/", "http://doi.org/", "https://dx.doi.org/", "http://dx.doi.org/", "doi:"]
        .iter()
        .find(|start| small.starts_with(*start))
        .map_or(doi, |start| doi[start.len()..].trim());
    (bare.starts_with("10.") && bare.contains('/') && !bare.contains(char::is_whitespace))
        .then(|| format!("https://doi.org/{bare}"))
}

/// A day as lists have it: ISO 8601 and EDTF with their marks of doubt, a range, of which the first counts, a day in words.
pub(super) fn day_of(words: &str) -> Option<Day> {
    let words = words.trim();
    if let Some(day) = day_in_words(words) {
        return Some(day);
    }
    let first = words
        .split_once('/')
        .filter(|(first, _)| first.len() >= 4 && first.contains('-'))
        .map_or(words, |(first, _)| first);
    let first = first.split('–').next().unwrap_or(first);
    let first = first.trim().trim_start_matches(['[', 'c']).trim_end_matches([']', '~', '?', '%', '/', '.']).trim();
    day_in_words(first).or_else(|| {
        // "2025/12/15", and "2025/2026" of a year that two count.
        let parts: Vec<&str> = first.split(['/', '.']).collect();
        let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        match parts.as_slice() {
            [year, month, day] if parts.iter().all(is_number) && year.len() == 4 => {
                day_in_words(&format!("{year}-{month}-{day}"))
            }
            [year, month] if parts.iter().all(is_number) && year.len() == 4 && month.len() <= 2 => {
                day_in_words(&format!("{year}-{month}"))
            }
            [year, other] if parts.iter().all(is_number) && year.len() == 4 && other.len() == 4 => day_in_words(year),
            _ => None,
        }
    })
}

/// The address of a copy that a note names: what stands after a word for it, or an address of an archive.
fn archived_in(note: &str) -> Option<String> {
    let addresses = crate::formats::source_properties::addresses_in(note);
    let found = addresses.iter().find(|address| {
        let before = note.split(**address).next().unwrap_or_default().trim_end().trim_end_matches([':', '(', '=', '<']);
        let before = before.trim_end().to_lowercase();
        let says = [
            "archived",
            "archived at",
            "archive",
            "archived copy",
            "archive-url",
            "archiveurl",
            "archive url",
            "archived url",
            "archived from the original at",
        ];
        archive_in(address).is_some() || says.iter().any(|word| before.ends_with(word))
    });
    found.map(|address| (*address).to_owned())
}

/// Names with semicolons between them; nothing where there are none.
pub(super) fn joined(names: Vec<String>) -> Option<String> {
    let names: Vec<String> =
        names.into_iter().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect();
    // So lists say that there are more.
    if let Some((_, named)) =
        names.split_last().filter(|(last, named)| last.eq_ignore_ascii_case("others") && !named.is_empty())
    {
        return Some(format!("{} et al.", named.join("; ")));
    }
    (!names.is_empty()).then(|| names.join("; "))
}

/// A name as it is spoken: `Lovelace, Ada` is `Ada Lovelace`, and `King, Jr., Martin` is `Martin King, Jr.`.
pub(super) fn spoken(name: &str) -> String {
    let parts: Vec<&str> = name.split(',').map(str::trim).collect();
    match parts.as_slice() {
        [family, given] if !family.is_empty() && !given.is_empty() => format!("{given} {family}"),
        [family, suffix, given] if !family.is_empty() && !given.is_empty() => format!("{given} {family}, {suffix}"),
        _ => name.trim().trim_end_matches(',').to_owned(),
    }
}
