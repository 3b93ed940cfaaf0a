//! RTF: words with marks for their look, in the code pages of their fonts or as numbers of Unicode.
//!
//! # References
//! Rich Text Format Specification 1.9.1, “Unicode RTF”, “Character set”, “Destinations”.

use std::collections::BTreeMap;

use encoding_rs::Encoding;

use super::{Content, DocumentError, Input, Kind, Said};

/// The exchange format of word processors.
pub(super) const KIND: Kind = Kind {
    id: "rtf",
    label: "Rich text (RTF)",
    extensions: &["rtf"],
    sniff: |candidate| candidate.bytes.trim_ascii_start().starts_with(b"{\\rtf"),
    read,
    most_bytes: super::MAX_BYTES,
    is_apart: false,
};

/// Groups within groups.
const DEEPEST: usize = 2000;

/// Groups that hold no words of the text.
const SILENT: [&str; 29] = [
    "colortbl",
    "stylesheet",
    "pict",
    "object",
    "header",
    "headerl",
    "headerr",
    "headerf",
    "footer",
    "footerl",
    "footerr",
    "footerf",
    "fldinst",
    "pntext",
    "pntxta",
    "pntxtb",
    "filetbl",
    "revtbl",
    "listtable",
    "listoverridetable",
    "rsidtbl",
    "themedata",
    "datastore",
    "xe",
    "tc",
    "bkmkstart",
    "bkmkend",
    "nonshppict",
    "private",
];

/// Where the words of a group go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Body,
    Notes,
    Fonts,
    Title,
    Author,
    Created,
    Nowhere,
}

/// What holds in a group, and for those within it.
#[derive(Debug, Clone, Copy)]
struct State {
    place: Place,
    /// How many letters for older programs follow a number of Unicode.
    fallback: usize,
    encoding: &'static Encoding,
    is_hidden: bool,
    is_deleted: bool,
}

fn read(input: &Input<'_>) -> Result<Content, DocumentError> {
    let mut reader = Reader::new(input.bytes.trim_ascii_start());
    reader.read()?;
    let Reader { mut body, notes, title, author, created, has_deletions, states, .. } = reader;
    body.push_str("\n\n");
    body.push_str(&notes);
    let date =
        created.filter(|[year, ..]| *year > 0).map(|[year, month, day]| format!("{year:04}-{month:02}-{day:02}"));
    let mut warnings = Vec::new();
    if !states.is_empty() {
        warnings.push(super::BREAKS_OFF.to_owned());
    }
    if has_deletions {
        warnings.push("it has tracked changes; what they take out is left out".into());
    }
    let said = Said { title: Some(title), author: Some(author), date, ..Said::default() }.tidied();
    Ok(Content { texts: vec![body], said, warnings, ..Content::default() })
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    states: Vec<State>,
    state: State,
    /// The encodings of the fonts.
    fonts: BTreeMap<i32, &'static Encoding>,
    font: i32,
    /// Bytes of letters that are not yet decoded: some encodings need two.
    waiting: Vec<u8>,
    /// The first half of a letter beyond the first plane.
    half: Option<u16>,
    /// Letters for older programs that are still to be passed over.
    pass: usize,
    body: String,
    notes: String,
    title: String,
    author: String,
    created: Option<[i32; 3]>,
    has_deletions: bool,
}

impl<'a> Reader<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        let state = State {
            place: Place::Body,
            fallback: 1,
            encoding: encoding_rs::WINDOWS_1252,
            is_hidden: false,
            is_deleted: false,
        };
        Self {
            bytes,
            at: 0,
            states: Vec::new(),
            state,
            fonts: BTreeMap::new(),
            font: 0,
            waiting: Vec::new(),
            half: None,
            pass: 0,
            body: String::new(),
            notes: String::new(),
            title: String::new(),
            author: String::new(),
            created: None,
            has_deletions: false,
        }
    }

    fn read(&mut self) -> Result<(), DocumentError> {
        while let Some(byte) = self.bytes.get(self.at).copied() {
            self.at += 1;
            match byte {
                b'{' => {
                    self.flush();
                    self.pass = 0;
                    if self.states.len() >= DEEPEST {
                        return Err(DocumentError::Broken("its groups nest too deep".into()));
                    }
                    self.states.push(self.state);
                    // A group that older programs pass over names itself first.
                    if self.bytes[self.at..].starts_with(b"\\*") {
                        self.at += 2;
                        self.optional();
                    }
                }
                b'}' => {
                    self.flush();
                    self.pass = 0;
                    match self.states.pop() {
                        Some(state) => self.state = state,
                        // What follows the last group is none of it.
                        None => break,
                    }
                    if self.states.is_empty() {
                        break;
                    }
                }
                b'\\' => self.control(),
                b'\r' | b'\n' => {}
                b'\0' => {}
                byte => self.byte(byte),
            }
            if self.body.len() + self.notes.len() > super::text::MAX_BYTES {
                return Err(DocumentError::TooMuchText);
            }
        }
        self.flush();
        Ok(())
    }

    /// A group that may be passed over: the words of links and the Unicode of two versions are read.
    fn optional(&mut self) {
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
        let name: Vec<u8> =
            self.bytes[self.at..].iter().skip(1).copied().take(32).take_while(u8::is_ascii_alphabetic).collect();
        if !matches!(name.as_slice(), b"ud" | b"shpinst" | b"shptxt" | b"fldrslt" | b"listtext") {
            self.state.place = Place::Nowhere;
        }
    }

    /// A control word or sign.
    fn control(&mut self) {
        let Some(sign) = self.bytes.get(self.at).copied() else { return };
        if !sign.is_ascii_alphabetic() {
            self.at += 1;
            match sign {
                b'\'' => {
                    let digits =
                        self.bytes.get(self.at..self.at + 2).and_then(|digits| std::str::from_utf8(digits).ok());
                    if let Some(byte) = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
                        self.at += 2;
                        self.byte(byte);
                    }
                }
                b'\\' | b'{' | b'}' => self.byte(sign),
                b'~' => self.sign("\u{a0}"),
                b'-' => self.sign("\u{ad}"),
                b'_' => self.sign("\u{2011}"),
                b'\r' | b'\n' => self.sign("\n\n"),
                b'\t' => self.sign("\t"),
                _ => {}
            }
            return;
        }
        let start = self.at;
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_alphabetic) && self.at - start < 32 {
            self.at += 1;
        }
        let word = std::str::from_utf8(&self.bytes[start..self.at]).unwrap_or_default();
        let number_start = self.at;
        if self.bytes.get(self.at) == Some(&b'-') {
            self.at += 1;
        }
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_digit) && self.at - number_start < 11 {
            self.at += 1;
        }
        let number: Option<i32> =
            std::str::from_utf8(&self.bytes[number_start..self.at]).ok().and_then(|digits| digits.parse().ok());
        if self.bytes.get(self.at) == Some(&b' ') {
            self.at += 1;
        }
        self.word(word, number);
    }

    fn word(&mut self, word: &str, number: Option<i32>) {
        let is_on = number != Some(0);
        match word {
            "u" => return self.unicode(number.unwrap_or(0)),
            "bin" => {
                let length = usize::try_from(number.unwrap_or(0)).unwrap_or(0);
                self.at = self.at.saturating_add(length).min(self.bytes.len());
                return;
            }
            _ => self.flush(),
        }
        match word {
            "par" | "sect" | "page" | "row" | "cell" | "nestcell" | "nestrow" => self.letters("\n\n"),
            "line" | "lbr" | "softline" => self.letters("\n"),
            "tab" => self.letters("\t"),
            "emdash" => self.letters("—"),
            "endash" => self.letters("–"),
            "lquote" => self.letters("‘"),
            "rquote" => self.letters("’"),
            "ldblquote" => self.letters("“"),
            "rdblquote" => self.letters("”"),
            "bullet" => self.letters("•"),
            "emspace" | "enspace" | "qmspace" => self.letters(" "),
            "zwj" => self.letters("\u{200d}"),
            "zwnj" => self.letters("\u{200c}"),
            "uc" => self.state.fallback = usize::try_from(number.unwrap_or(1)).unwrap_or(1).min(100),
            "ansicpg" => self.state.encoding = of_code_page(number.unwrap_or(1252)),
            "mac" => self.state.encoding = encoding_rs::MACINTOSH,
            "f" => {
                let font = number.unwrap_or(0);
                if self.state.place == Place::Fonts {
                    self.font = font;
                } else if let Some(encoding) = self.fonts.get(&font) {
                    self.state.encoding = encoding;
                }
            }
            "fcharset" if self.state.place == Place::Fonts => {
                if let Some(encoding) = of_character_set(number.unwrap_or(0))
                    && self.fonts.len() < 10_000
                {
                    self.fonts.insert(self.font, encoding);
                }
            }
            "v" => self.state.is_hidden = is_on,
            "deleted" => {
                self.state.is_deleted = is_on;
                self.has_deletions |= is_on;
            }
            "plain" => (self.state.is_hidden, self.state.is_deleted) = (false, false),
            "fonttbl" => self.state.place = Place::Fonts,
            "info" => self.state.place = Place::Nowhere,
            "title" if self.state.place == Place::Nowhere => self.state.place = Place::Title,
            "author" if self.state.place == Place::Nowhere => self.state.place = Place::Author,
            "creatim" if self.state.place == Place::Nowhere => self.state.place = Place::Created,
            "yr" | "mo" | "dy" if self.state.place == Place::Created => {
                let field = match word {
                    "yr" => 0,
                    "mo" => 1,
                    _ => 2,
                };
                self.created.get_or_insert([0, 1, 1])[field] = number.unwrap_or(0).clamp(0, 9999);
            }
            "footnote" | "annotation" if self.state.place == Place::Body => {
                self.state.place = if word == "footnote" { Place::Notes } else { Place::Nowhere };
                self.letters("\n\n");
            }
            _ if SILENT.contains(&word) => self.state.place = Place::Nowhere,
            _ => {}
        }
    }

    fn unicode(&mut self, number: i32) {
        self.flush();
        self.pass = 0;
        // Numbers above 32767 are written as if they were negative.
        let unit = if number < 0 { number + 65_536 } else { number };
        match (self.half.take(), u16::try_from(unit)) {
            (Some(first), Ok(second @ 0xdc00..=0xdfff)) => {
                for letter in char::decode_utf16([first, second]).flatten() {
                    self.letters(letter.encode_utf8(&mut [0; 4]));
                }
            }
            (_, Ok(first @ 0xd800..=0xdbff)) => self.half = Some(first),
            // Some programs write letters beyond the first plane as one number.
            _ => {
                let letter = u32::try_from(unit).ok().and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER);
                // Fonts of signs have their letters in the private area.
                let letter =
                    if matches!(letter, '\u{f020}'..='\u{f0ff}') { char::REPLACEMENT_CHARACTER } else { letter };
                self.letters(letter.encode_utf8(&mut [0; 4]));
            }
        }
        self.pass = self.state.fallback;
    }

    /// A byte of a letter.
    fn byte(&mut self, byte: u8) {
        if self.pass > 0 {
            self.pass -= 1;
            return;
        }
        if self.waiting.len() < 1 << 16 {
            self.waiting.push(byte);
        } else {
            self.flush();
            self.waiting.push(byte);
        }
    }

    fn flush(&mut self) {
        if self.waiting.is_empty() {
            return;
        }
        let bytes = std::mem::take(&mut self.waiting);
        let (text, _) = self.state.encoding.decode_without_bom_handling(&bytes);
        self.letters(&text);
        // Its room is used again.
        self.waiting = bytes;
        self.waiting.clear();
    }

    /// A letter after those that wait.
    fn sign(&mut self, letters: &str) {
        self.flush();
        self.letters(letters);
    }

    fn letters(&mut self, letters: &str) {
        if self.pass > 0 && self.waiting.is_empty() {
            self.pass -= 1;
            return;
        }
        if self.state.is_hidden || self.state.is_deleted {
            return;
        }
        match self.state.place {
            Place::Body => self.body.push_str(letters),
            Place::Notes => self.notes.push_str(letters),
            Place::Title if self.title.len() < 10_000 => self.title.push_str(letters),
            Place::Author if self.author.len() < 10_000 => self.author.push_str(letters),
            _ => {}
        }
    }
}

/// The encoding of a code page of Windows.
fn of_code_page(number: i32) -> &'static Encoding {
    let label = match number {
        874 => "windows-874",
        932 => "shift_jis",
        936 => "gbk",
        949 => "euc-kr",
        950 => "big5",
        10_000 => "macintosh",
        10_007 => "x-mac-cyrillic",
        20_866 => "koi8-r",
        21_866 => "koi8-u",
        65_001 => "utf-8",
        866 => "ibm866",
        1250..=1258 => {
            return Encoding::for_label(format!("windows-{number}").as_bytes()).unwrap_or(encoding_rs::WINDOWS_1252);
        }
        _ => "windows-1252",
    };
    Encoding::for_label(label.as_bytes()).unwrap_or(encoding_rs::WINDOWS_1252)
}

/// The encoding of a font by the number of its set of letters; none where the font says nothing of it.
fn of_character_set(number: i32) -> Option<&'static Encoding> {
    let code_page = match number {
        0 => 1252,
        77 => 10_000,
        128 => 932,
        129 | 130 => 949,
        134 => 936,
        136 => 950,
        161 => 1253,
        162 => 1254,
        163 => 1258,
        177 => 1255,
        178 => 1256,
        186 => 1257,
        204 => 1251,
        222 => 874,
        238 => 1250,
        _ => return None,
    };
    Some(of_code_page(code_page))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(rtf: &str) -> String {
        let input = Input { file_name: "a.rtf", bytes: rtf.as_bytes(), address: None, encoding: None, depth: 0 };
        let words = read(&input).unwrap().texts.concat();
        words.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn letters_come_from_code_pages_and_unicode() {
        assert_eq!(text(r"{\rtf1\ansi\ansicpg1252 caf\'e9 \'93x\'94}"), "café “x”");
        assert_eq!(
            text(r"{\rtf1{\fonttbl{\f0\fcharset204 A;}{\f1\fcharset128 B;}}\f0 \'cf\'f0 {\f1 \'93\'fa\'96\'7b}\'e8}"),
            "Пр 日本и"
        );
        assert_eq!(text(r"{\rtf1\uc1 a\u8211 -b\u1055?\u-4051? {\uc2\u1040 ab}c}"), "a–bП\u{fffd} Аc");
        assert_eq!(text(r"{\rtf1\uc1\u-10179?\u-8704? \uc0\u1055x}"), "😀 Пx");
        assert_eq!(text("{\\rtf1 a\\\nb\r\nc\\par d\\tab e\\~f\\_g}"), "a bc d e f\u{2011}g");
    }

    #[test]
    fn what_is_no_text_is_left_out() {
        let rtf = r"{\rtf1{\stylesheet{\s0 Normal;}}{\info{\title A \'e9}{\author B}{\creatim\yr2025\mo12\dy1}}{\*\generator X;}one{\pict 0102}
            {\field{\*\fldinst HYPERLINK x}{\fldrslt two}}{\v hid{\b den}}{\deleted gone}{\*\unknown {deep} words} three\bin5 }{\\} four{\footnote note} five}six";
        assert_eq!(text(rtf), "one two three four five note");
        let input = Input { file_name: "a.rtf", bytes: rtf.as_bytes(), address: None, encoding: None, depth: 0 };
        let said = read(&input).unwrap().said;
        assert_eq!(
            (said.title.as_deref(), said.author.as_deref(), said.date.as_deref()),
            (Some("A é"), Some("B"), Some("2025-12-01"))
        );
        assert!(read(&Input { bytes: "{\\rtf1".repeat(5000).as_bytes(), ..input }).is_err());
    }
}
