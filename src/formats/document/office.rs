//! What DOCX and ODT have in common: a zip of XML, whose elements are followed one by one.

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::super::bundle::Files;
use super::super::xml;
use super::{DocumentError, Said};

/// All parts that are unpacked together, in bytes. What is read of them is text.
const MOST_UNPACKED: u64 = 256 << 20;

/// Elements within elements.
const DEEPEST: usize = 2000;

/// A file of packed parts.
pub(super) struct Parts<'a> {
    files: Files<'a>,
    names: Vec<(usize, String)>,
}

impl<'a> Parts<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, DocumentError> {
        let files = Files::open(bytes, MOST_UNPACKED)?;
        let names = files.names();
        Ok(Self { files, names })
    }

    /// The text of a part; `None` where there is none of that name.
    pub(super) fn text(&mut self, name: &str) -> Result<Option<String>, DocumentError> {
        let Some((index, _)) = self.names.iter().find(|(_, other)| other.trim_start_matches('/') == name) else {
            return Ok(None);
        };
        let bytes = self.files.read(*index)?;
        let broken = |_| DocumentError::Broken(format!("its part {name} is no text").into());
        let (text, _) = xml::text_of(&bytes).map_err(broken)?;
        Ok(Some(text.into_owned()))
    }
}

/// An event of a part: what begins, what ends, and words.
pub(super) enum Node<'a> {
    Open(&'a Tag<'a>),
    Close(&'a str),
    Words(&'a str),
}

/// An element as it begins.
pub(super) struct Tag<'a> {
    /// Without what stands before a colon.
    pub(super) name: &'a str,
    start: &'a BytesStart<'a>,
}

impl Tag<'_> {
    /// The value of an attribute, by its name without what stands before a colon.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        let mut all = self.start.attributes();
        let found = all
            .with_checks(false)
            .flatten()
            .find(|attribute| attribute.key.local_name().as_ref() == name.as_bytes())?;
        found.normalized_value(XmlVersion::Implicit1_0).ok().map(std::borrow::Cow::into_owned)
    }
}

/// Follows a part from its beginning to its end.
pub(super) fn follow(
    text: &str,
    part: &str,
    mut visit: impl FnMut(Node<'_>) -> Result<(), DocumentError>,
) -> Result<(), DocumentError> {
    let broken = || DocumentError::Broken(format!("the text of its part {part} breaks off or is no XML").into());
    let mut reader = Reader::from_str(text);
    let mut open: Vec<String> = Vec::new();
    let local = |name: &[u8]| String::from_utf8_lossy(name).into_owned();
    loop {
        match reader.read_event().map_err(|_| broken())? {
            Event::Start(start) => {
                let name = local(start.local_name().as_ref());
                visit(Node::Open(&Tag { name: &name, start: &start }))?;
                open.push(name);
                if open.len() > DEEPEST {
                    return Err(DocumentError::Broken(format!("the elements of its part {part} nest too deep").into()));
                }
            }
            Event::Empty(start) => {
                let name = local(start.local_name().as_ref());
                visit(Node::Open(&Tag { name: &name, start: &start }))?;
                visit(Node::Close(&name))?;
            }
            Event::End(_) => {
                let name = open.pop().ok_or_else(broken)?;
                visit(Node::Close(&name))?;
            }
            Event::Text(words) => visit(Node::Words(&words.xml10_content().map_err(|_| broken())?))?,
            Event::CData(words) => visit(Node::Words(&words.xml10_content().map_err(|_| broken())?))?,
            Event::GeneralRef(entity) => {
                if let Ok(Some(letter)) = entity.resolve_char_ref() {
                    visit(Node::Words(letter.encode_utf8(&mut [0; 4])))?;
                } else if let Some(words) = entity.decode().ok().and_then(|name| resolve_predefined_entity(&name)) {
                    visit(Node::Words(words))?;
                }
            }
            Event::Eof if open.is_empty() => return Ok(()),
            Event::Eof => return Err(broken()),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
}

/// The name of a property, and where it goes.
type Field = (&'static str, fn(&mut Said) -> &mut Option<String>);

/// What a document's part of properties says: elements by their names, the first of each field counting.
pub(super) fn said(text: Option<String>, part: &str) -> Said {
    const FIELDS: [Field; 6] = [
        ("title", |said| &mut said.title),
        ("initial-creator", |said| &mut said.author),
        ("creator", |said| &mut said.author),
        ("created", |said| &mut said.date),
        ("creation-date", |said| &mut said.date),
        ("modified", |said| &mut said.date),
    ];
    let mut found: Vec<(String, String)> = Vec::new();
    let mut words = String::new();
    // Properties that cannot be read are as good as none.
    let _ = follow(text.as_deref().unwrap_or_default(), part, |node| {
        match node {
            Node::Open(_) => words.clear(),
            Node::Words(more) if words.len() < 10_000 => words.push_str(more),
            Node::Words(_) => {}
            Node::Close(name) => {
                if found.len() < 200 {
                    found.push((name.to_owned(), std::mem::take(&mut words)));
                }
            }
        }
        Ok(())
    });
    let mut said = Said::default();
    for (name, field) in FIELDS {
        let value = found.iter().find(|(other, value)| other == name && !value.trim().is_empty());
        if let (Some((_, value)), field @ None) = (value, field(&mut said)) {
            *field = Some(value.clone());
        }
    }
    said.tidied()
}
