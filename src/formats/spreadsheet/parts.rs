//! The parts of a spreadsheet's zip, unpacked as they are read and no further than is allowed, and their XML piece by piece.

use std::io::{BufRead, BufReader, Cursor, Read};

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use zip::ZipArchive;

use crate::formats::read::{ReadError, shortened};
use crate::geometry::work::Revocable;

/// So much is unpacked of any file, in bytes: half a second of work.
const ALWAYS: u64 = 64 << 20;

/// Sheets unpack to ten times what they take in a zip, to a hundred times where rows are alike.
const MOST_TIMES: u64 = 100;

/// All that is unpacked of the largest.
const MOST: u64 = 4 << 30;

/// Elements within elements that are followed.
const DEEPEST: usize = 100;

/// The longest text that a cell has: Excel's hold 32 767 letters.
pub(super) const LONGEST: usize = 1 << 20;

/// The parts of a zip.
pub(super) struct Parts<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    /// How many bytes may still be unpacked.
    left: u64,
}

fn unusable(what: impl Into<String>) -> ReadError {
    ReadError::Unusable(what.into())
}

impl<'a> Parts<'a> {
    /// The parts of a file, if it may be unpacked.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, ReadError> {
        if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
            return Err(unusable(
                "it is locked by a password, or an old Excel file (.xls); save it without one as .xlsx",
            ));
        }
        let archive = ZipArchive::new(Cursor::new(bytes));
        let archive =
            archive.map_err(|_| unusable("the file is cut short or broken: it is no zip that can be read"))?;
        let left = (bytes.len() as u64).saturating_mul(MOST_TIMES).clamp(ALWAYS, MOST);
        Ok(Self { archive, left })
    }

    /// Whether there is a part of that name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.archive.index_for_name(name).is_some()
    }

    /// Calls with the XML of a part; nothing where there is none of that name.
    pub(super) fn xml<T>(
        &mut self,
        name: &str,
        each: impl FnOnce(&mut Xml<'_>) -> Result<T, ReadError>,
    ) -> Result<Option<T>, ReadError> {
        let Some(index) = self.archive.index_for_name(name) else { return Ok(None) };
        let broken = || unusable(format!("its part {} cannot be unpacked; save the file again", shortened(name)));
        let file = self.archive.by_index(index).map_err(|_| broken())?;
        // What the zip states may be untrue: what comes out counts too.
        if file.size() > self.left {
            return Err(too_much());
        }
        let mut source = Counted { source: Revocable(file), left: self.left, is_over: false };
        let read = each(&mut Xml::new(BufReader::with_capacity(64 << 10, &mut source as &mut dyn Read)));
        let (left, is_over) = (source.left, source.is_over);
        self.left = left;
        if is_over { Err(too_much()) } else { read.map(Some) }
    }
}

fn too_much() -> ReadError {
    unusable("it unpacks to far more than such files do, as if made to do harm; save it again, with fewer empty cells")
}

/// Counts what comes out, and ends it.
struct Counted<R> {
    source: R,
    left: u64,
    is_over: bool,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.source.read(buffer)?;
        self.is_over |= read as u64 > self.left;
        self.left = self.left.saturating_sub(read as u64);
        if self.is_over { Err(std::io::ErrorKind::FileTooLarge.into()) } else { Ok(read) }
    }
}

/// The XML of a part.
pub(super) struct Xml<'a> {
    reader: Reader<Box<dyn BufRead + 'a>>,
    buffer: Vec<u8>,
    depth: usize,
}

/// What comes next in XML.
pub(super) enum Node {
    Start(Tag),
    End,
    Text(String),
    Over,
}

/// The beginning of an element.
pub(super) struct Tag(BytesStart<'static>);

impl Tag {
    /// Its name, without what stands before a colon.
    pub(super) fn name(&self) -> &[u8] {
        self.0.local_name().into_inner()
    }

    /// An attribute, by its whole name or by that after a colon.
    pub(super) fn attribute(&self, name: &[u8]) -> Option<String> {
        let mut all = self.0.attributes();
        let is = |key: quick_xml::name::QName<'_>| key.into_inner() == name || key.local_name().into_inner() == name;
        let found = all.with_checks(false).flatten().find(|one| is(one.key))?;
        found.normalized_value(XmlVersion::Implicit1_0).ok().map(|value| value.into_owned())
    }
}

impl<'a> Xml<'a> {
    fn new(source: impl BufRead + 'a) -> Self {
        let mut reader = Reader::from_reader(Box::new(source) as Box<dyn BufRead + 'a>);
        reader.config_mut().expand_empty_elements = true;
        reader.config_mut().allow_dangling_amp = true;
        reader.config_mut().check_end_names = false;
        Self { reader, buffer: Vec::new(), depth: 0 }
    }

    /// How deep it is within elements: 1 within the outermost.
    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    /// What comes next.
    pub(super) fn next(&mut self) -> Result<Node, ReadError> {
        loop {
            self.buffer.clear();
            // A single long piece is not kept beyond its use.
            self.buffer.shrink_to(1 << 20);
            let broken = |_| unusable("a part of it is no XML that can be read, or is cut short; save the file again");
            let event = self.reader.read_event_into(&mut self.buffer).map_err(broken)?;
            match event {
                Event::Start(tag) => {
                    self.depth += 1;
                    if self.depth > DEEPEST {
                        return Err(unusable("its XML is nested deeper than that of any spreadsheet"));
                    }
                    return Ok(Node::Start(Tag(tag.into_owned())));
                }
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Node::End);
                }
                Event::Text(text) => {
                    let text = text.xml10_content().map_err(|_| unusable("its text is not UTF-8"))?;
                    return Ok(Node::Text(text.into_owned()));
                }
                Event::CData(text) => return Ok(Node::Text(String::from_utf8_lossy(&text).into_owned())),
                Event::GeneralRef(entity) => {
                    if let Ok(Some(letter)) = entity.resolve_char_ref() {
                        return Ok(Node::Text(letter.into()));
                    }
                    let name = entity.decode().unwrap_or_default();
                    let known = resolve_predefined_entity(&name).map(str::to_owned);
                    return Ok(Node::Text(known.unwrap_or_default()));
                }
                Event::DocType(_) => return Err(unusable("it declares a document type, which no spreadsheet does")),
                Event::Eof if self.depth > 0 => {
                    return Err(unusable(
                        "a part of it ends too soon, as if it had been cut short; save the file again",
                    ));
                }
                Event::Eof => return Ok(Node::Over),
                Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            }
        }
    }

    /// Adds the text within the present element and those in it, up to its end, as far as a cell has any; elements for which
    /// `skip` says so are passed over.
    pub(super) fn words(&mut self, words: &mut String, skip: impl Fn(&[u8]) -> bool) -> Result<(), ReadError> {
        let depth = self.depth;
        let mut skipped = None;
        while self.depth >= depth {
            match self.next()? {
                Node::Start(tag) => {
                    let is_skipped = skip(tag.name());
                    let at = self.depth;
                    if is_skipped && skipped.is_none() {
                        skipped = Some(at);
                    }
                }
                Node::End => skipped = skipped.filter(|at| self.depth >= *at),
                Node::Text(text) if skipped.is_none() && words.len() + text.len() <= LONGEST => words.push_str(&text),
                Node::Text(_) => {}
                Node::Over => break,
            }
        }
        Ok(())
    }
}
