//! KML (OGC KML 2.3, Google's extensions 2.2), plain or packed in a zip (KMZ): placemarks with their folders, styles and
//! data. Nothing that a file points to is fetched.
//!
//! Properties are called as GDAL calls them: `name`, `description`, `timestamp`, `begin`, `end`, `visibility`, and those of
//! `ExtendedData` by their own names; `folder` is the way of folders that leads to a placemark. Styles become simplestyle.

mod shape;
mod style;
mod writer;

use std::collections::{HashMap, HashSet};

use serde_json::{Number, Value};

use self::shape::Shape;
use self::style::{Look, Styles};
use super::bundle;
use super::collector::{Collector, Properties};
use super::format::{Candidate, Format, Holds};
use super::picture::ground_overlay::{self, Found};
use super::read::{Input, Read, ReadError, shortened};
use super::xml::{self, Tag, Xml};

/// KML as it is.
pub const FORMAT: Format = Format {
    id: "kml",
    label: "KML",
    noun: "KML",
    extensions: &["kml"],
    sniff: |candidate| xml::root_of(candidate.start()).as_deref() == Some("kml"),
    holds: Holds::Features(read),
    write: Some(writer::write),
};

/// KML in a zip.
pub const PACKED: Format = Format {
    id: "kmz",
    label: "KMZ",
    noun: "KMZ",
    extensions: &["kmz"],
    sniff: is_packed,
    holds: Holds::Features(read_packed),
    write: None,
};

/// The largest KML that is unpacked from a zip, in bytes.
const MOST_UNPACKED: u64 = 256 << 20;

/// So many folders, links and pictures are told one by one.
const MOST_NAMED: usize = 10;

fn is_kml(name: &str) -> bool {
    name.len() >= 4 && name.as_bytes()[name.len() - 4..].eq_ignore_ascii_case(b".kml")
}

fn is_packed(candidate: &Candidate<'_>) -> bool {
    candidate.bytes.starts_with(b"PK\x03\x04")
        && (candidate.name.ends_with(".kmz") || bundle::has_file(candidate.bytes, &is_kml))
}

fn read_packed(input: &Input<'_>) -> Result<Read, ReadError> {
    let failed = |error: bundle::BundleError| ReadError::Unusable(error.to_string());
    // KML 2.3, annex C: the first KML in the order of the zip is the one to open.
    let Some((name, bytes, others)) = bundle::first_file(input.bytes, &is_kml, MOST_UNPACKED).map_err(failed)? else {
        return Err(ReadError::Unusable("the zip holds no .kml file; it is no KMZ".to_owned()));
    };
    let mut read = read(&Input::of(&bytes).in_order(input.order).in_system(input.crs))?;
    if !others.is_empty() {
        let some: Vec<String> = others.iter().take(MOST_NAMED).map(|name| shortened(name)).collect();
        let more = if others.len() > MOST_NAMED { ", …" } else { "" };
        let (name, some) = (shortened(&name), some.join(", "));
        let warnings = read.layers.first_mut().map_or(&mut read.warnings, |layer| &mut layer.warnings);
        warnings.push(format!("only {name} in the zip is read, not {some}{more}"));
    }
    read.overlays = read.overlays.in_zip(&name);
    Ok(read)
}

fn read(input: &Input<'_>) -> Result<Read, ReadError> {
    let (text, note) = xml::text_of(input.bytes)?;
    let styles = Styles::of(&text)?;
    let mut reader = Reader {
        styles,
        features: Collector::new("placemark", input),
        folders: Vec::new(),
        seen: HashSet::new(),
        has_look: false,
        named: 0,
        overlays: Found::default(),
    };
    note.into_iter().for_each(|note| reader.features.warn(note));
    Xml::new(&text).root(|xml, tag| reader.container(xml, tag))?;
    // Where the file has no looks of its own, its folders tell the features apart.
    if !reader.has_look && reader.seen.len() > 1 {
        reader.features.told_by(FOLDER);
    }
    let overlays = reader.overlays;
    // A file of pictures alone has nothing else that could be read.
    if !overlays.is_empty() && reader.seen.is_empty() {
        let warnings = reader.features.said().to_vec();
        return Ok(Read { layers: Vec::new(), warnings, overlays });
    }
    Ok(Read { overlays, ..Read::from(reader.features.finished()?) })
}

const FOLDER: &str = "folder";

struct Reader {
    styles: Styles,
    features: Collector,
    /// The names of the folders that the present place is in.
    folders: Vec<String>,
    /// The ways of folders that placemarks have been in.
    seen: HashSet<String>,
    /// Whether a placemark has a style.
    has_look: bool,
    /// How many things that are not drawn have been named.
    named: usize,
    /// Pictures that it lays on the ground.
    overlays: Found,
}

impl Reader {
    /// A document, a folder, or the outermost element.
    fn container<'a>(&mut self, xml: &mut Xml<'a>, tag: &Tag<'a>) -> Result<(), ReadError> {
        let before = self.folders.len();
        let is_folder = tag.name() == "Folder";
        if is_folder {
            self.folders.push(String::new());
        }
        xml.children(|xml, tag| match tag.name() {
            // It comes first, says the schema; one that comes later is that of the placemarks after it alone.
            "name" if is_folder => {
                let name = xml.words()?;
                self.folders.truncate(before);
                self.folders.push(shortened(&name));
                Ok(())
            }
            "Placemark" => self.placemark(xml, tag),
            "Document" | "Folder" => self.container(xml, tag),
            "NetworkLink" => self.link(xml),
            "GroundOverlay" => ground_overlay::read(xml, &mut self.overlays),
            picture @ ("ScreenOverlay" | "PhotoOverlay") => {
                let name = child_words(xml, "name")?;
                self.name(|| format!("the {picture} {} is a picture and is not drawn", quoted(&name)));
                Ok(())
            }
            _ => Ok(()),
        })?;
        self.folders.truncate(before);
        Ok(())
    }

    fn name(&mut self, what: impl FnOnce() -> String) {
        self.named += 1;
        match self.named {
            count if count <= MOST_NAMED => self.features.warn(what()),
            count if count == MOST_NAMED + 1 => {
                self.features.warn("more links and pictures are not followed or drawn");
            }
            _ => {}
        }
    }

    fn link(&mut self, xml: &mut Xml<'_>) -> Result<(), ReadError> {
        let (mut name, mut address) = (String::new(), String::new());
        xml.children(|xml, tag| {
            match tag.name() {
                "name" => name = xml.words()?.into_owned(),
                "Link" | "Url" => address = child_words(xml, "href")?,
                _ => {}
            }
            Ok(())
        })?;
        self.name(|| {
            format!(
                "the network link {} is not followed: what is at {} is not in this file",
                quoted(&name),
                shortened(&address)
            )
        });
        Ok(())
    }

    fn placemark<'a>(&mut self, xml: &mut Xml<'a>, tag: &Tag<'a>) -> Result<(), ReadError> {
        let id = tag.attribute("id").map(|id| Value::from(id).to_string());
        let mut properties = Properties::default();
        let names = self.folders.iter().filter(|name| !name.is_empty()).map(String::as_str);
        let way = names.collect::<Vec<_>>().join(" / ");
        properties.put_words(FOLDER, &way);
        if self.seen.len() < 2 {
            self.seen.insert(way);
        }
        let (mut url, mut look, mut shape) = (None, None, None);
        xml.children(|xml, tag| {
            match tag.name() {
                name @ ("name" | "description" | "address" | "phoneNumber" | "Snippet" | "snippet") => {
                    properties.put_words(name, &xml.words()?);
                }
                "visibility" => {
                    let words = xml.words()?;
                    let value = words.parse::<u8>().map_or_else(|_| Value::from(words.as_ref()), Value::from);
                    properties.put("visibility", value);
                }
                "TimeStamp" => properties.put_words("timestamp", &child_words(xml, "when")?),
                "TimeSpan" => xml.children(|xml, tag| {
                    if let name @ ("begin" | "end") = tag.name() {
                        properties.put_words(name, &xml.words()?);
                    }
                    Ok(())
                })?,
                // Of Atom: where it is from and who made it.
                "link" => properties.put_words("link", &tag.attribute("href").unwrap_or_default()),
                "author" => properties.put_words("author", &child_words(xml, "name")?),
                "ExtendedData" | "Metadata" => extended(xml, &self.styles, &mut properties)?,
                "styleUrl" => url = Some(xml.words()?.into_owned()),
                "Style" => look = Some(style::look_of(xml)?),
                "StyleMap" => {
                    let (to, own) = style::normal_of(xml)?;
                    url = to.or(url.take());
                    look = own.or(look.take());
                }
                name if shape::is_shape(name) => shape = Some(Shape::of(xml, tag)?),
                _ => {}
            }
            Ok(())
        })?;
        let number = self.features.next();
        let geometry = match shape {
            None => Ok(None),
            Some(shape) => {
                self.features.heights += shape.heights;
                if shape.has_open_ring {
                    self.features.unclosed();
                }
                if let (Ok(Some(_)), Some(why)) = (&shape.geometry, &shape.left_out) {
                    self.features.warn(format!("placemark {number}: a part of it was left out: {why}"));
                }
                if let Some((begin, end)) = shape.times {
                    properties.put("begin", begin);
                    properties.put("end", end);
                }
                shape.geometry
            }
        };
        if let Ok(Some(geometry)) = &geometry {
            let look = self.look(url.as_deref(), look);
            for (name, value) in look.simplestyle(geometry) {
                self.has_look = true;
                properties.put_usual(name, value);
            }
        }
        self.features.add_with(geometry, properties, id.as_deref());
        Ok(())
    }

    /// How a placemark looks: its own style over the one that it names.
    fn look(&mut self, url: Option<&str>, own: Option<Look>) -> Look {
        let shared = match url.map(|url| (url, url.rsplit_once('#').unwrap_or(("", url)))) {
            None => Look::default(),
            Some((_, ("", id))) => self.styles.look(id),
            Some((_, (file, id))) => {
                let look = self.styles.look(id);
                if look.is_empty() {
                    self.features.warn(format!("styles of other files are not fetched: {}", shortened(file)));
                }
                look
            }
        };
        own.unwrap_or_default().over(shared)
    }
}

/// The text of a child of the present element.
fn child_words(xml: &mut Xml<'_>, name: &str) -> Result<String, ReadError> {
    let mut words = String::new();
    xml.children(|xml, tag| {
        if tag.name() == name {
            words = xml.words()?.into_owned();
        }
        Ok(())
    })?;
    Ok(words)
}

fn quoted(name: &str) -> String {
    if name.is_empty() { "without a name".to_owned() } else { format!("“{}”", shortened(name)) }
}

/// Data of a file's own: as pairs, by a schema, or as elements of another language.
fn extended(xml: &mut Xml<'_>, styles: &Styles, properties: &mut Properties) -> Result<(), ReadError> {
    xml.children(|xml, tag| {
        match tag.name() {
            "Data" => {
                let name = tag.attribute("name").unwrap_or_default();
                properties.put_words(&name, &child_words(xml, "value")?);
            }
            "SchemaData" => {
                let url = tag.attribute("schemaUrl").unwrap_or_default();
                let types = styles.schema(url.rsplit('#').next().unwrap_or_default());
                xml.children(|xml, tag| {
                    if tag.name() == "SimpleData" {
                        let name = tag.attribute("name").unwrap_or_default();
                        let words = xml.words()?;
                        let value = typed(&words, types.and_then(|types| types.get(&name)).map_or("", String::as_str));
                        if !words.is_empty() {
                            properties.put(&name, value);
                        }
                    }
                    Ok(())
                })?;
            }
            name => properties.put_words(name, &xml.words()?),
        }
        Ok(())
    })
}

/// The types of the fields of a schema, by their names.
type Schema = HashMap<String, String>;

/// A value of a type of a schema; text where it is none.
fn typed(words: &str, kind: &str) -> Value {
    let value = match kind {
        "int" | "uint" | "short" | "ushort" => words.parse::<i64>().ok().map(Value::from),
        "float" | "double" => super::number::of_text(words).and_then(Number::from_f64).map(Value::from),
        "bool" => match words {
            "1" | "true" => Some(true.into()),
            "0" | "false" => Some(false.into()),
            _ => None,
        },
        _ => None,
    };
    value.unwrap_or_else(|| words.into())
}

#[cfg(test)]
mod tests;
