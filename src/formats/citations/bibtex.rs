//! BibTeX and BibLaTeX: entries with fields in braces or quotation marks, abbreviations, letters as TeX writes them.
//!
//! Oren Patashnik, *BibTeXing* (1988), and the manual of BibLaTeX. What stands between entries is a comment. An entry that is
//! not written as the format asks is left out, and reading goes on at the next one, which begins with `@` and a word on a line of its
//! own, so that a file of many unclosed braces takes no longer than one without.

use std::collections::HashMap;

use super::work::{Fields, Names, joined, spoken};
use super::{CitationWarning, CitedWork, Fault, add, tex, warn_of_twins};

/// No value is longer, in bytes: abbreviations made of abbreviations could make it as long as they like.
const LONGEST_VALUE: usize = 1 << 20;

/// All abbreviations together have no more bytes.
const LONGEST_STRINGS: usize = 4 << 20;

const NAMES: Names = Names {
    title: &["title", "maintitle", "booktitle"],
    subtitle: &["subtitle"],
    outlet: &[
        "journaltitle",
        "journal",
        "newspaper",
        "website",
        "booktitle",
        "organization",
        "institution",
        "howpublished",
        "publisher",
        "school",
        "eventtitle",
        "venue",
    ],
    published: &["date", "origdate", "eventdate"],
    retrieved: &["urldate", "lastchecked", "accessed", "urlaccessdate"],
    address: &["url", "howpublished", "bdsk-url-1"],
    archived: &["archiveurl", "archive-url", "archivedurl", "archived", "archive_location", "archive"],
    doi: &["doi"],
    notes: &["note", "addendum", "annotation", "annote", "howpublished", "pubstate", "usera", "userb"],
};

/// An entry with the values of its fields as TeX writes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// `article`, `online`, in small letters.
    pub kind: String,
    /// What it is called.
    pub key: String,
    /// Names in small letters, and values, braces within them included.
    pub fields: Vec<(String, String)>,
}

/// Whether a text begins with an entry, after comments at most.
pub(super) fn is_one(text: &str) -> bool {
    text.lines().take(200).map(str::trim_start).any(|line| begins_entry(line).is_some())
}

/// The kind of an entry that begins with `@kind{` or `@kind(`.
fn begins_entry(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('@')?;
    let end = rest.find(|letter: char| !letter.is_ascii_alphabetic()).filter(|end| *end > 0)?;
    rest[end..].trim_start().starts_with(['{', '(']).then_some(&rest[..end])
}

/// The works of a text.
pub(super) fn read(text: &str, warnings: &mut Vec<CitationWarning>) -> Vec<CitedWork> {
    let (entries, faults) = entries(text);
    warnings.extend(faults);
    let mut works = Vec::new();
    for entry in &entries {
        let (work, faults) = work(entry);
        let name = if work.key.is_empty() { format!("entry {}", works.len() + 1) } else { work.key.clone() };
        warnings.extend(faults.into_iter().map(|what| CitationWarning { entry: name.clone(), what }));
        add(&mut works, work, warnings);
    }
    warn_of_twins(&works, warnings);
    works
}

/// What an entry says.
fn work(entry: &Entry) -> (CitedWork, Vec<Fault>) {
    let raw = |names: &[&str]| {
        names.iter().find_map(|wanted| {
            entry.fields.iter().find(|(name, value)| name == wanted && !value.trim().is_empty()).map(|(_, value)| value)
        })
    };
    let mut fields = plain_fields(entry);
    if fields.of(NAMES.published).is_none()
        && let Some(day) = day_in_parts(&fields)
    {
        fields.0.push(("date".to_owned(), day));
    }
    if fields.of(&["url", "doi"]).is_none()
        && let Some(number) = fields.of(&["eprint"])
        && fields.of(&["eprinttype", "archiveprefix"]).is_some_and(|kind| kind.eq_ignore_ascii_case("arxiv"))
        && !number.contains(char::is_whitespace)
    {
        let number = number.trim_start_matches("arXiv:").trim_start_matches("arxiv:");
        fields.0.push(("url".to_owned(), format!("https://arxiv.org/abs/{number}")));
    }
    let names = raw(&["author"]).map(|value| authors(value)).or_else(|| Some(authors(raw(&["editor"])?)));
    // What an entry is a part of is no title of it.
    let has_title = fields.of(&["title"]).is_some();
    let names_of_fields = Names { title: if has_title { &["title"] } else { NAMES.title }, ..NAMES };
    fields.work(&entry.key, names.and_then(joined), &names_of_fields)
}

/// The fields of an entry as plain text.
pub(in crate::formats) fn plain_fields(entry: &Entry) -> Fields {
    let plain = |(name, value): &(String, String)| {
        let is_verbatim = matches!(name.as_str(), "url" | "doi" | "eprint" | "file" | "archiveurl" | "archive-url");
        let plain = if is_verbatim { verbatim(value) } else { tex::words(value) };
        (name.clone(), plain)
    };
    Fields(entry.fields.iter().map(plain).collect())
}

/// An address: BibLaTeX takes it as it stands, BibTeX has `\_`, `\%` and braces in it.
fn verbatim(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let value = value.trim().trim_start_matches("\\url");
    let mut letters = value.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '{' | '}' => {}
            '\\' if letters.peek().is_some_and(|next| "&%$#_{}~".contains(*next)) => {
                out.extend(letters.next());
            }
            letter if letter.is_whitespace() => {}
            letter => out.push(letter),
        }
    }
    out.replace("\\textasciitilde", "~")
}

/// Year, month and day of fields of their own.
fn day_in_parts(fields: &Fields) -> Option<String> {
    let year = fields.of(&["year"])?;
    let month = fields.of(&["month"]).and_then(|month| {
        // "15~dec" and "dec # 15" are written too: the name counts.
        let words = || month.split([' ', '~', ',', '.', '\u{a0}']).filter(|word| !word.is_empty());
        let number = |word: &str| word.parse::<u8>().ok().filter(|month| (1..=12).contains(month));
        let named = words().find_map(crate::formats::day_words::month_number);
        let day = words().find_map(|word| word.parse::<u8>().ok());
        named.map(|month| (month, day)).or_else(|| number(month).map(|month| (month, None)))
    });
    let day = fields.of(&["day"]).and_then(|day| day.parse::<u8>().ok());
    Some(match month {
        Some((month, of_month)) => match day.or(of_month) {
            Some(day) => format!("{year}-{month:02}-{day:02}"),
            None => format!("{year}-{month:02}"),
        },
        None => year.to_owned(),
    })
}

/// The names of a list with "and" between them.
pub(in crate::formats) fn authors(value: &str) -> Vec<String> {
    let mut names = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    let push = |name: &str, names: &mut Vec<String>| {
        let name = name.trim();
        let is_whole = name.starts_with('{') && closes_at_end(name);
        let plain = tex::words(name);
        if !plain.is_empty() {
            names.push(if is_whole { plain } else { spoken(&plain) });
        }
    };
    for (index, byte) in value.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            b' ' | b'\n' | b'\t' | b'\r' if depth == 0 => {
                let rest = &value.as_bytes()[index + 1..];
                let is_and = rest.len() > 3 && rest[..3].eq_ignore_ascii_case(b"and") && rest[3].is_ascii_whitespace();
                if is_and && index >= start {
                    push(&value[start..index], &mut names);
                    start = index + 4;
                }
            }
            _ => {}
        }
    }
    push(value.get(start..).unwrap_or_default(), &mut names);
    names
}

/// Whether the brace with which a name begins ends with it.
fn closes_at_end(name: &str) -> bool {
    let mut depth = 0_usize;
    for (index, byte) in name.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return index + 1 == name.len();
                }
            }
            _ => {}
        }
    }
    false
}

/// The entries of a text, with their abbreviations written out, and what is wrong with others.
pub fn entries(text: &str) -> (Vec<Entry>, Vec<CitationWarning>) {
    let mut reader = Reader { text, at: 0, strings: HashMap::new(), strings_bytes: 0 };
    for (index, name) in
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"].iter().enumerate()
    {
        reader.strings.insert((*name).to_owned(), (index + 1).to_string());
    }
    let (mut entries, mut faults) = (Vec::new(), Vec::new());
    // The number of the line in which the last entry began.
    let (mut line, mut counted) = (1, 0);
    while let Some(start) = reader.next_entry() {
        line += text.as_bytes()[counted..start].iter().filter(|byte| **byte == b'\n').count();
        counted = start;
        match reader.entry(&mut faults) {
            Ok(entry) => entries.extend(entry),
            Err((key, what)) => {
                let entry = if key.is_empty() { format!("the entry in line {line}") } else { key };
                faults.push(CitationWarning { entry, what });
            }
        }
    }
    (entries, faults)
}

type EntryError = (String, Fault);

struct Reader<'a> {
    text: &'a str,
    at: usize,
    strings: HashMap<String, String>,
    strings_bytes: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn skip_space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn take(&mut self, letter: char) -> bool {
        self.skip_space();
        let is_there = self.rest().starts_with(letter);
        self.at += if is_there { letter.len_utf8() } else { 0 };
        is_there
    }

    /// Goes to the next `@`.
    fn next_entry(&mut self) -> Option<usize> {
        loop {
            let found = self.rest().find('@')?;
            self.at += found;
            if begins_entry(self.rest()).is_some() {
                return Some(self.at);
            }
            self.at += 1;
        }
    }

    /// An entry, or nothing of what stands in the place of one; after a fault reading goes on at the next.
    fn entry(&mut self, faults: &mut Vec<CitationWarning>) -> Result<Option<Entry>, EntryError> {
        let kind = begins_entry(self.rest()).unwrap_or_default().to_ascii_lowercase();
        self.at += 1 + kind.len();
        self.skip_space();
        let close = if self.rest().starts_with('(') { ')' } else { '}' };
        self.at += 1;
        match kind.as_str() {
            "comment" | "preamble" => {
                // Its braces belong to it; a comment without an end is a line.
                if close == '}' {
                    let start = self.at;
                    if self.braced().is_err() {
                        self.at = start;
                    }
                }
                return Ok(None);
            }
            "string" => {
                let (name, value) = self.field(&mut Vec::new()).map_err(|what| (String::new(), what))?;
                self.strings_bytes += value.len();
                if self.strings_bytes <= LONGEST_STRINGS {
                    self.strings.insert(name, value);
                }
                self.take(close);
                return Ok(None);
            }
            _ => {}
        }
        self.skip_space();
        let rest = self.rest();
        let end = rest.find([',', close, '\n', '=']).unwrap_or(rest.len());
        let key = rest[..end].trim().to_owned();
        if rest[end..].starts_with('=') {
            return Err((
                String::new(),
                Fault::Malformed("it has no key; write one after the first brace, with a comma after it"),
            ));
        }
        self.at += end;
        let mut fields = Vec::new();
        let mut unknown = Vec::new();
        loop {
            while self.take(',') {}
            if self.take(close) {
                break;
            }
            if self.rest().is_empty() || self.is_at_entry() {
                return Err((key, Fault::Unclosed));
            }
            let field = self.field(&mut unknown).map_err(|what| (key.clone(), what))?;
            fields.push(field);
            self.skip_space();
            if self.is_at_entry() {
                return Err((key, Fault::Unclosed));
            }
            if !self.rest().starts_with([',', close]) && !self.rest().is_empty() {
                return Err((key, Fault::Malformed("a comma is missing between two of its fields")));
            }
        }
        faults
            .extend(unknown.into_iter().map(|name| CitationWarning { entry: key.clone(), what: Fault::Unknown(name) }));
        Ok(Some(Entry { kind, key, fields }))
    }

    /// Whether the next entry begins here, at the start of a line.
    fn is_at_entry(&self) -> bool {
        let is_line = self.text.as_bytes().get(..self.at).is_some_and(|before| {
            before.iter().rev().find(|byte| !matches!(byte, b' ' | b'\t')).is_none_or(|byte| *byte == b'\n')
        });
        is_line && begins_entry(self.rest()).is_some()
    }

    /// A name, an equals sign and a value of parts with `#` between them.
    fn field(&mut self, unknown: &mut Vec<String>) -> Result<(String, String), Fault> {
        self.skip_space();
        let rest = self.rest();
        let end =
            rest.find(|letter: char| letter.is_whitespace() || "=,{}()\"#@".contains(letter)).unwrap_or(rest.len());
        let name = rest[..end].to_lowercase();
        self.at += end;
        if name.is_empty() || !self.take('=') {
            // So that reading goes on.
            self.at += usize::from(name.is_empty() && !self.rest().is_empty() && self.rest().is_char_boundary(1));
            return Err(Fault::Malformed("one of its fields has no equals sign; write name = {value}"));
        }
        let mut value = String::new();
        loop {
            self.skip_space();
            let part = match self.rest().as_bytes().first() {
                Some(b'{') => {
                    self.at += 1;
                    self.braced()?.to_owned()
                }
                Some(b'"') => {
                    self.at += 1;
                    self.quoted()?.to_owned()
                }
                _ => {
                    let rest = self.rest();
                    let end = rest
                        .find(|letter: char| letter.is_whitespace() || ",#{}()\"=@".contains(letter))
                        .unwrap_or(rest.len());
                    let word = &rest[..end];
                    self.at += end;
                    if word.is_empty() {
                        return Err(Fault::Malformed("one of its fields has no value; write name = {value}"));
                    }
                    if word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') {
                        word.to_owned()
                    } else {
                        match self.strings.get(&word.to_lowercase()) {
                            Some(known) => known.clone(),
                            None => {
                                unknown.push(word.to_owned());
                                word.to_owned()
                            }
                        }
                    }
                }
            };
            if value.len() + part.len() > LONGEST_VALUE {
                return Err(Fault::Malformed("one of its fields is longer than 1 MB"));
            }
            // "15 # dec" leaves no blank where one belongs.
            let joins_number =
                value.ends_with(|it: char| it.is_ascii_digit()) && part.starts_with(|it: char| it.is_ascii_digit());
            if joins_number && name == "month" {
                value.push(' ');
            }
            value.push_str(&part);
            if !self.take('#') {
                break;
            }
        }
        Ok((name, value))
    }

    /// What stands up to the brace that closes one before.
    fn braced(&mut self) -> Result<&'a str, Fault> {
        self.until(|byte, depth| byte == b'}' && depth == 0)
    }

    /// What stands up to a quotation mark outside of braces.
    fn quoted(&mut self) -> Result<&'a str, Fault> {
        self.until(|byte, depth| byte == b'"' && depth == 0)
    }

    fn until(&mut self, is_end: impl Fn(u8, usize) -> bool) -> Result<&'a str, Fault> {
        let start = self.at;
        let bytes = self.text.as_bytes();
        let (mut depth, mut escaped, mut line) = (0_usize, false, false);
        for (index, byte) in bytes.iter().enumerate().skip(start) {
            if line && *byte == b'@' && self.text.get(index..).is_some_and(|rest| begins_entry(rest).is_some()) {
                self.at = index;
                return Err(Fault::Unclosed);
            }
            line = *byte == b'\n' || line && matches!(byte, b' ' | b'\t');
            if escaped {
                escaped = false;
                continue;
            }
            if is_end(*byte, depth) {
                self.at = index + 1;
                return Ok(&self.text[start..index]);
            }
            match byte {
                b'\\' => escaped = true,
                b'{' => depth += 1,
                b'}' => depth = depth.checked_sub(1).ok_or(Fault::Unclosed).inspect_err(|_| self.at = index)?,
                _ => {}
            }
        }
        self.at = self.text.len();
        Err(Fault::Unclosed)
    }
}
