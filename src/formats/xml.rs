//! XML read piece by piece: the elements within one another, their attributes and texts.
//!
//! Nothing is fetched and no entity is replaced but XML's own five and those by number: a file that declares others, with
//! which a kilobyte can say a gigabyte, is refused. So is one that nests deeper than any map needs.

use std::borrow::Cow;
use std::fmt::Write as _;

use encoding_rs::Encoding;
use quick_xml::errors::IllFormedError;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Error, Reader, XmlVersion};

use super::encoding;
use super::geojson::MAX_BYTES;
use super::read::{ReadError, shortened};

/// Elements within elements that are followed.
const DEEPEST: usize = 100;

/// The text of a file of XML, in whatever encoding it says that it is; and, where it says none or a wrong one, which one was
/// guessed.
pub(super) fn text_of(bytes: &[u8]) -> Result<(Cow<'_, str>, Option<String>), ReadError> {
    if bytes.len() > MAX_BYTES {
        return Err(ReadError::TooLarge(bytes.len()));
    }
    let encoding = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None if bytes.starts_with(b"<\0") => encoding_rs::UTF_16LE,
        None if bytes.starts_with(b"\0<") => encoding_rs::UTF_16BE,
        None => match declared(bytes) {
            None => encoding_rs::UTF_8,
            Some(label) => match Encoding::for_label_no_replacement(label) {
                // The declaration could not be read if it were.
                Some(encoding) if !encoding.is_ascii_compatible() => encoding_rs::UTF_8,
                Some(encoding) => encoding,
                None => {
                    let label = shortened(&String::from_utf8_lossy(label));
                    let what = format!("its text is in the encoding “{label}”, which is not known; save it as UTF-8");
                    return Err(ReadError::Unusable(what));
                }
            },
        },
    };
    if encoding == encoding_rs::UTF_8 {
        if let Ok(text) = std::str::from_utf8(bytes) {
            return Ok((Cow::Borrowed(text.trim_start_matches('\u{feff}')), None));
        }
        // Many a program writes UTF-8 into the first line whatever it writes below.
        let guess = encoding::guess([bytes]);
        let note = format!(
            "its text is not UTF-8, as XML is that says nothing else; it is read as {}, guessed; if letters look wrong, save it \
             as UTF-8",
            guess.name()
        );
        return Ok((guess.decode_without_bom_handling(bytes).0, Some(note)));
    }
    let (text, _, is_wrong) = encoding.decode(bytes);
    if is_wrong {
        let what = format!("its text is not {} as it says; save it as UTF-8", encoding.name());
        return Err(ReadError::Unusable(what));
    }
    Ok((text, None))
}

/// What the first line of a file says of its encoding.
fn declared(bytes: &[u8]) -> Option<&[u8]> {
    let start = bytes.strip_prefix(b"<?xml")?;
    let start = &start[..memchr::memmem::find(start, b"?>")?];
    let rest = start.get(memchr::memmem::find(start, b"encoding")? + 8..)?.trim_ascii_start();
    let rest = rest.strip_prefix(b"=")?.trim_ascii_start();
    let quote = *rest.first().filter(|quote| matches!(**quote, b'"' | b'\''))?;
    let rest = &rest[1..];
    rest.get(..memchr::memchr(quote, rest)?)
}

/// The name of the outermost element of a text that looks like XML, without what stands before a colon: for knowing a file.
pub(super) fn root_of(bytes: &[u8]) -> Option<String> {
    let decoded;
    let text = if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        decoded = Encoding::for_bom(bytes)?.0.decode(bytes.get(..4096).unwrap_or(bytes)).0;
        decoded.as_bytes()
    } else {
        bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
    };
    let mut rest = text.trim_ascii_start();
    loop {
        rest = rest.strip_prefix(b"<")?;
        let end: &[u8] = match rest.first()? {
            b'?' => b"?>",
            b'!' if rest.starts_with(b"!--") => b"-->",
            b'!' => b">",
            _ => break,
        };
        rest = rest[memchr::memmem::find(rest, end)? + end.len()..].trim_ascii_start();
    }
    let end = rest.iter().position(|byte| !byte.is_ascii_alphanumeric() && !b":_-.".contains(byte))?;
    let name = std::str::from_utf8(&rest[..end]).ok()?;
    Some(name.rsplit(':').next().unwrap_or(name).to_owned())
}

/// The beginning of an element.
pub(super) struct Tag<'a>(BytesStart<'a>);

impl Tag<'_> {
    /// Its name, without what stands before a colon.
    pub(super) fn name(&self) -> &str {
        std::str::from_utf8(self.0.local_name().into_inner()).unwrap_or_default()
    }

    /// An attribute, by its name without what stands before a colon.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        let mut all = self.0.attributes();
        let found =
            all.with_checks(false).flatten().find(|one| one.key.local_name().into_inner() == name.as_bytes())?;
        let value = found.normalized_value(XmlVersion::Implicit1_0).map(Cow::into_owned);
        // What holds an entity that is not known stays as it stands.
        Some(value.unwrap_or_else(|_| String::from_utf8_lossy(&found.value).into_owned()))
    }
}

enum Node<'a> {
    Start(Tag<'a>),
    End,
    Text(Cow<'a, str>),
    /// Of the whole text.
    Over,
}

/// A text of XML, read as far as it has been asked for.
pub(super) struct Xml<'a> {
    reader: Reader<&'a [u8]>,
    text: &'a str,
    depth: usize,
}

impl<'a> Xml<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let mut reader = Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        // “A & B” says what it means, though XML wants it otherwise.
        reader.config_mut().allow_dangling_amp = true;
        Self { reader, text, depth: 0 }
    }

    /// Calls for the outermost element.
    pub(super) fn root(
        &mut self,
        each: impl FnOnce(&mut Self, &Tag<'a>) -> Result<(), ReadError>,
    ) -> Result<(), ReadError> {
        loop {
            match self.next()? {
                Node::Start(tag) => {
                    each(self, &tag)?;
                    return self.leave(0);
                }
                Node::Over => return Err(ReadError::NotXml("it has no element; download or save it again".to_owned())),
                Node::End | Node::Text(_) => {}
            }
        }
    }

    /// Calls for each element within the present one, until that ends. What is not read of one is passed over.
    pub(super) fn children(
        &mut self,
        mut each: impl FnMut(&mut Self, &Tag<'a>) -> Result<(), ReadError>,
    ) -> Result<(), ReadError> {
        let depth = self.depth;
        loop {
            match self.next()? {
                Node::Start(tag) => {
                    each(self, &tag)?;
                    self.leave(depth)?;
                }
                Node::End | Node::Over => return Ok(()),
                Node::Text(_) => {}
            }
        }
    }

    /// As [`Self::children`], with the text that stands between them.
    pub(super) fn children_and_words(
        &mut self,
        mut each: impl FnMut(&mut Self, &Tag<'a>) -> Result<(), ReadError>,
    ) -> Result<String, ReadError> {
        let depth = self.depth;
        let mut words = String::new();
        loop {
            match self.next()? {
                Node::Start(tag) => {
                    each(self, &tag)?;
                    self.leave(depth)?;
                }
                Node::End | Node::Over => return Ok(words),
                Node::Text(more) => words.push_str(&more),
            }
        }
    }

    /// The text of the present element and of those within, up to its end.
    pub(super) fn words(&mut self) -> Result<Cow<'a, str>, ReadError> {
        let depth = self.depth;
        let mut words = Cow::Borrowed("");
        while self.depth >= depth {
            match self.next()? {
                Node::Text(more) if words.is_empty() => words = more,
                Node::Text(more) => words.to_mut().push_str(&more),
                Node::Over => break,
                Node::Start(_) | Node::End => {}
            }
        }
        Ok(match words {
            Cow::Borrowed(words) => Cow::Borrowed(words.trim()),
            Cow::Owned(words) if words.trim().len() == words.len() => Cow::Owned(words),
            Cow::Owned(words) => Cow::Owned(words.trim().to_owned()),
        })
    }

    /// Passes over what is left of the elements within one at this depth.
    fn leave(&mut self, depth: usize) -> Result<(), ReadError> {
        while self.depth > depth {
            self.next()?;
        }
        Ok(())
    }

    fn next(&mut self) -> Result<Node<'a>, ReadError> {
        loop {
            let event = self.reader.read_event().map_err(|error| self.fault(&error))?;
            return Ok(match event {
                Event::Start(tag) => {
                    self.depth += 1;
                    if self.depth > DEEPEST {
                        return Err(self.wrong("elements are nested deeper than any map needs"));
                    }
                    Node::Start(Tag(tag))
                }
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    Node::End
                }
                Event::Text(text) => Node::Text(text.xml10_content().map_err(|error| self.fault(&error.into()))?),
                Event::CData(text) => Node::Text(text.xml10_content().map_err(|error| self.fault(&error.into()))?),
                Event::GeneralRef(entity) => Node::Text(Cow::Owned(replaced(&entity))),
                Event::DocType(text) if memchr::memmem::find(&text, b"<!ENTITY").is_some() => {
                    return Err(self.wrong(
                        "it declares entities of its own, with which a small file can become a huge one, and which are not \
                         read; save it without them",
                    ));
                }
                Event::Eof if self.depth > 0 => return Err(self.ends_too_soon()),
                Event::Eof => Node::Over,
                Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => continue,
            });
        }
    }

    fn ends_too_soon(&self) -> ReadError {
        self.wrong("the text ends too soon, as if the file had been cut short; download or save it again")
    }

    fn fault(&self, error: &Error) -> ReadError {
        match error {
            Error::Syntax(_) => self.ends_too_soon(),
            Error::IllFormed(IllFormedError::MismatchedEndTag { expected, found }) => {
                let (expected, found) = (shortened(expected), shortened(found));
                self.wrong(&format!("</{expected}> should stand here, and not </{found}>; correct it"))
            }
            Error::IllFormed(IllFormedError::UnmatchedEndTag(found)) => {
                self.wrong(&format!("</{}> ends what has not begun; remove it", shortened(found)))
            }
            _ => self.wrong("XML does not allow what is here; save the file again from the program that made it"),
        }
    }

    fn wrong(&self, what: &str) -> ReadError {
        let at = usize::try_from(self.reader.error_position().max(self.reader.buffer_position())).unwrap_or(usize::MAX);
        let before = self.text.as_bytes().get(..at).unwrap_or(self.text.as_bytes());
        ReadError::NotXml(format!("line {}: {what}", memchr::memchr_iter(b'\n', before).count() + 1))
    }
}

/// What stands for a reference: the letter that it means, or itself.
fn replaced(entity: &quick_xml::events::BytesRef<'_>) -> String {
    if let Ok(Some(letter)) = entity.resolve_char_ref() {
        return letter.into();
    }
    let name = entity.decode().unwrap_or_default();
    resolve_predefined_entity(&name).map_or_else(|| format!("&{name};"), str::to_owned)
}

/// Adds text to XML so that it reads back as it is; letters that XML cannot hold become spaces.
pub(super) fn push_text(text: &str, out: &mut String) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' => out.push(letter),
            '\r' => out.push_str("&#13;"),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push(' '),
            _ => out.push(letter),
        }
    }
}

/// Adds an element that holds text.
pub(super) fn push_element(name: &str, text: &str, out: &mut String) {
    // Writing to a String cannot fail.
    let _ = write!(out, "<{name}>");
    push_text(text, out);
    let _ = write!(out, "</{name}>");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Result<String, ReadError> {
        let (text, _) = text_of(text.as_bytes())?;
        let mut all = String::new();
        let mut xml = Xml::new(&text);
        xml.root(|xml, _| {
            all = xml.words()?.into_owned();
            Ok(())
        })?;
        Ok(all)
    }

    #[test]
    fn texts_are_read_with_their_references_and_sections() {
        assert_eq!(
            words("<a>1 &lt; 2 &amp; <![CDATA[<b> & c]]> &#x416;&#1078; &nbsp;</a>").unwrap(),
            "1 < 2 & <b> & c Жж &nbsp;"
        );
        assert_eq!(words("<a>A & B\r\n<b>c</b></a>").unwrap(), "A & B\nc");
        assert_eq!(words("<?xml version='1.0'?><!DOCTYPE a><!-- x --><a/>").unwrap(), "");
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        for (text, what) in [
            ("<a>\n<b>\n", "line 3: the text ends too soon"),
            ("<a>\n<b></a>", "line 2: </b> should stand here, and not </a>"),
            ("<a></a></b>", ""),
            ("", "it has no element"),
            (
                "<!DOCTYPE a [<!ENTITY b \"bbb\"><!ENTITY c \"&b;&b;&b;\">]><a>&c;</a>",
                "it declares entities of its own",
            ),
            ("<?xml version=\"1.0\" encoding=\"klingon\"?><a/>", "“klingon”, which is not known"),
        ] {
            match words(text) {
                Ok(_) => assert_eq!(what, "", "{text}"),
                Err(error) => assert!(error.to_string().contains(what) && !what.is_empty(), "{text}: {error}"),
            }
        }
        let deep = "<a>".repeat(100_000);
        assert!(words(&deep).unwrap_err().to_string().contains("nested deeper"));
    }

    #[test]
    fn a_text_is_read_in_the_encoding_that_it_declares() {
        let cyrillic =
            [b"<?xml version=\"1.0\" encoding=\"windows-1251\"?><a>".as_slice(), b"\xca\xe8\xbf\xe2</a>"].concat();
        assert_eq!(text_of(&cyrillic).unwrap().0.split_once("<a>").unwrap().1, "Київ</a>");
        let utf16: Vec<u8> = "\u{feff}<a>Київ</a>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!((text_of(&utf16).unwrap().0.as_ref(), root_of(&utf16).as_deref()), ("<a>Київ</a>", Some("a")));
        for start in ["", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"] {
            let words = "<a>Міст у Краматорську пошкоджено</a>";
            let bytes = [start.as_bytes(), &encoding_rs::WINDOWS_1251.encode(words).0].concat();
            let (text, note) = text_of(&bytes).unwrap();
            assert!(text.ends_with(words) && note.unwrap().contains("read as windows-1251, guessed"), "{text}");
        }
    }

    #[test]
    fn the_outermost_element_is_known_by_its_name() {
        for (text, name) in [
            ("<?xml version='1.0'?>\n<!-- a --> <kml xmlns='x'>", Some("kml")),
            ("<k:gpx>", Some("gpx")),
            ("<kml", None),
            ("<>", Some("")),
            ("kml", None),
        ] {
            assert_eq!(root_of(text.as_bytes()).as_deref(), name, "{text}");
        }
    }
}
