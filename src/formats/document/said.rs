//! What a document says of itself: title, author, day, address.

use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::super::day::Day;
use super::super::page_address::host;
use super::super::source_properties::PropertySource;

/// What a document says of itself, in its own words; nothing of it is checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// What it is called.
    pub title: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// Who publishes it: the name of the site.
    pub site: Option<String>,
    /// When it was published or made.
    pub date: Option<String>,
    /// Where it was on the web.
    pub address: Option<String>,
    /// When it was saved from there.
    pub saved: Option<String>,
}

/// No title is longer, in letters.
const LONGEST: usize = 2000;

impl Said {
    /// Without white space around the words, without empty words, and none of them without end.
    pub(super) fn tidied(self) -> Self {
        let tidy = |words: Option<String>| {
            let words = words?.split_whitespace().collect::<Vec<_>>().join(" ");
            let words: String = words.chars().filter(|letter| !letter.is_control()).take(LONGEST).collect();
            Some(words).filter(|words| !words.is_empty())
        };
        Self {
            title: tidy(self.title),
            author: tidy(self.author),
            site: tidy(self.site),
            date: tidy(self.date),
            address: tidy(self.address),
            saved: tidy(self.saved),
        }
    }

    /// What this one leaves open, as another says it.
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            title: self.title.or(other.title),
            author: self.author.or(other.author),
            site: self.site.or(other.site),
            date: self.date.or(other.date),
            address: self.address.or(other.address),
            saved: self.saved.or(other.saved),
        }
    }
}

impl Said {
    /// What it says of a source whose text it is, each a guess for somebody to check: addresses that lead somewhere, whole days,
    /// the site's name or else that of its host.
    pub fn page(&self) -> PropertySource {
        let url = self.address.clone().filter(|address| host(address).is_some());
        let outlet = self.site.clone().or_else(|| {
            let name = host(url.as_deref()?)?;
            Some(name.strip_prefix("www.").unwrap_or(name).to_owned())
        });
        PropertySource {
            title: self.title.clone(),
            outlet,
            author: self.author.clone().filter(|author| host(author).is_none()),
            date: self.date.as_deref().and_then(day_in),
            accessed: self.saved.as_deref().and_then(day_in),
            url,
            archived: None,
        }
    }
}

/// The day that words begin with as ISO 8601 has it, or that they name as browsers do: `Mon Dec 01 2025 10:00:00 GMT+0100`.
fn day_in(words: &str) -> Option<String> {
    let day = match words.get(..10).and_then(|start| start.parse::<Day>().ok()) {
        Some(day) => Some(day),
        None => {
            const MONTHS: [&str; 12] =
                ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
            let parts: Vec<String> = words
                .split(|letter: char| !letter.is_ascii_alphanumeric())
                .filter(|part| !part.is_empty())
                .map(str::to_ascii_lowercase)
                .collect();
            let month_of = |part: &String| MONTHS.iter().position(|month| part.get(..3) == Some(month));
            let at = parts.iter().position(|part| month_of(part).is_some() && part.parse::<u16>().is_err())?;
            let month = u8::try_from(month_of(parts.get(at)?)? + 1).ok()?;
            let number = |index: usize| parts.get(index)?.parse::<u16>().ok();
            let before = at.checked_sub(1).and_then(number);
            // “Dec 01 2025” or “01 Dec 2025”.
            let (day, year) = match (before, number(at + 1), number(at + 2)) {
                (Some(day), Some(year), _) if year > 31 => (day, year),
                (_, Some(day), Some(year)) if day <= 31 => (day, year),
                _ => return None,
            };
            Day::new(year, Some(month), Some(u8::try_from(day).ok()?))
        }
    };
    day.filter(Day::is_whole).map(|day| day.iso())
}

/// A text string of a PDF: UTF-16 or UTF-8 with its mark, or else the encoding of PDF itself, which is Windows-1252 but for some
/// signs that no title needs (ISO 32000-2, 7.9.2.2).
pub fn decoded_pdf_string(bytes: &[u8]) -> Option<String> {
    let text = match bytes {
        [0xfe, 0xff, rest @ ..] => UTF_16BE.decode_without_bom_handling(rest).0,
        [0xff, 0xfe, rest @ ..] => UTF_16LE.decode_without_bom_handling(rest).0,
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest),
        _ => WINDOWS_1252.decode_without_bom_handling(bytes).0,
    };
    Some(text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_document_says_becomes_guesses_of_a_source() {
        let said = Said {
            title: Some("A flood".into()),
            author: Some("https://example.org/authors/7".into()),
            date: Some("2025-11-30T22:00:00Z".into()),
            saved: Some("Mon Dec 01 2025 10:00:00 GMT+0100".into()),
            address: Some("https://www.post.example/flood".into()),
            site: None,
        };
        let page = said.page();
        assert_eq!((page.title.as_deref(), page.author), (Some("A flood"), None));
        assert_eq!((page.date.as_deref(), page.accessed.as_deref()), (Some("2025-11-30"), Some("2025-12-01")));
        assert_eq!(page.outlet.as_deref(), Some("post.example"));
        let site = Said { site: Some("Quill Post".into()), ..said };
        assert_eq!(site.page().outlet.as_deref(), Some("Quill Post"));
        // RFC 5322 as MHTML has it, words that are no day, and days that there are not.
        for (words, day) in [
            ("Tue, 2 Dec 2025 08:00:00 +0000", Some("2025-12-02")),
            ("2 December 2025", Some("2025-12-02")),
            ("December 2, 2025", Some("2025-12-02")),
            ("2025-12", None),
            ("31 Feb 2025", None),
            ("yesterday", None),
            ("", None),
        ] {
            assert_eq!(day_in(words).as_deref(), day, "{words}");
        }
        let nowhere = Said { address: Some("file:///home/me/a.html".into()), ..Said::default() };
        assert_eq!(nowhere.page(), PropertySource::default());
    }
}
