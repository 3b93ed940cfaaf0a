//! GPX 1.1 and 1.0: waypoints, routes and tracks, each a feature.
//!
//! Properties are called as in the file and as GDAL calls them (`ele`, `time`, `name`, `cmt`, `sym`, `type`, …), but for
//! `desc`, which is `description`, and the first link, which is `link`. `gpx` says which of the three a feature is.

mod writer;

use geo::{Coord, Geometry, LineString, MultiLineString, Point};
use serde_json::Value;

use super::collector::{Collector, Properties};
use super::format::{Format, Holds};
use super::number;
use super::read::{FeatureLayer, Input, Read, ReadError, shortened};
use super::xml::{self, Tag, Xml};

/// Places and ways of a satellite receiver.
pub const FORMAT: Format = Format {
    id: "gpx",
    label: "GPX",
    noun: "GPX",
    extensions: &["gpx"],
    sniff: |candidate| xml::root_of(candidate.start()).as_deref() == Some("gpx"),
    holds: Holds::Features(|input| read(input).map(Read::from)),
    write: Some(writer::write),
};

/// The property that says what a feature is.
const KIND: &str = "gpx";

/// Elements whose text is a number.
const NUMBERS: [&str; 13] = [
    "ele",
    "magvar",
    "geoidheight",
    "sat",
    "hdop",
    "vdop",
    "pdop",
    "ageofdgpsdata",
    "dgpsid",
    "number",
    "course",
    "speed",
    "urlcount",
];

fn read(input: &Input<'_>) -> Result<FeatureLayer, ReadError> {
    let (text, note) = xml::text_of(input.bytes)?;
    let mut features = Collector::new("feature", input);
    note.into_iter().for_each(|note| features.warn(note));
    let mut kinds = [false; 3];
    let (mut heights, mut times) = (0_usize, 0_usize);
    Xml::new(&text).root(|xml, _| {
        xml.children(|xml, tag| {
            let mut properties = Properties::default();
            match tag.name() {
                "wpt" => {
                    kinds[0] = true;
                    properties.put(KIND, "waypoint");
                    let at = place(tag);
                    xml.children(|xml, tag| fact(xml, tag, &mut properties))?;
                    features.add_with(at.map(|at| Some(Point(at).into())), properties, None);
                }
                "rte" => {
                    kinds[1] = true;
                    properties.put(KIND, "route");
                    let mut way = Way::default();
                    xml.children(|xml, tag| match tag.name() {
                        "rtept" => way.point(xml, tag),
                        _ => fact(xml, tag, &mut properties),
                    })?;
                    way.end_segment();
                    heights += way.heights;
                    times += way.times;
                    features.add_with(way.geometry(), properties, None);
                }
                "trk" => {
                    kinds[2] = true;
                    properties.put(KIND, "track");
                    let mut way = Way::default();
                    xml.children(|xml, tag| match tag.name() {
                        "trkseg" => {
                            xml.children(|xml, tag| match tag.name() {
                                "trkpt" => way.point(xml, tag),
                                _ => Ok(()),
                            })?;
                            way.end_segment();
                            Ok(())
                        }
                        _ => fact(xml, tag, &mut properties),
                    })?;
                    heights += way.heights;
                    times += way.times.saturating_sub(2);
                    for (name, time) in [("begin", way.begin.take()), ("end", way.end.take())] {
                        if let Some(time) = time {
                            properties.put(name, time);
                        }
                    }
                    features.add_with(way.geometry(), properties, None);
                }
                _ => {}
            }
            Ok(())
        })
    })?;
    if heights > 0 {
        features.warn("the heights of the points of routes and tracks are left out: the map is flat");
    }
    if times > 0 {
        features.warn("of the times of tracks the first and the last are kept, as begin and end");
    }
    if kinds.iter().filter(|kind| **kind).count() > 1 {
        features.told_by(KIND);
    }
    features.finished()
}

/// The points of a route or a track.
#[derive(Default)]
struct Way {
    segments: Vec<LineString<f64>>,
    now: Vec<Coord<f64>>,
    /// A place where a segment has no other.
    single: Option<Coord<f64>>,
    heights: usize,
    times: usize,
    begin: Option<String>,
    end: Option<String>,
    wrong: Option<String>,
}

impl Way {
    fn point(&mut self, xml: &mut Xml<'_>, tag: &Tag<'_>) -> Result<(), ReadError> {
        match place(tag) {
            Ok(at) => self.now.push(at),
            Err(why) => self.wrong = self.wrong.take().or(Some(why)),
        }
        xml.children(|xml, tag| {
            match tag.name() {
                "ele" => self.heights += 1,
                "time" => {
                    let time = xml.words()?.into_owned();
                    self.times += 1;
                    self.begin.get_or_insert_with(|| time.clone());
                    self.end = Some(time);
                }
                _ => {}
            }
            Ok(())
        })
    }

    fn end_segment(&mut self) {
        match self.now[..] {
            [] => {}
            [at] => {
                self.single = Some(at);
                self.now.clear();
            }
            _ => self.segments.push(LineString(std::mem::take(&mut self.now))),
        }
    }

    /// Lines; a place where there is no more than one position.
    fn geometry(mut self) -> Result<Option<Geometry<f64>>, String> {
        match (self.wrong, self.segments.len(), self.single) {
            (Some(why), ..) => Err(why),
            (None, 0, Some(at)) => Ok(Some(Point(at).into())),
            (None, 0, None) => Ok(None),
            (None, 1, _) => Ok(self.segments.pop().map(Geometry::from)),
            _ => Ok(Some(MultiLineString(self.segments).into())),
        }
    }
}

/// The place of a point.
fn place(tag: &Tag<'_>) -> Result<Coord<f64>, String> {
    let degrees = |name: &str, noun: &str| {
        let text = tag.attribute(name).ok_or_else(|| format!("a point has no {noun} ({name})"))?;
        number::of_text(&text).ok_or_else(|| format!("the {noun} “{}” is not a number", shortened(&text)))
    };
    Ok(Coord { x: degrees("lon", "longitude")?, y: degrees("lat", "latitude")? })
}

/// What an element says of the waypoint, route or track that it stands in.
fn fact(xml: &mut Xml<'_>, tag: &Tag<'_>, properties: &mut Properties) -> Result<(), ReadError> {
    match tag.name() {
        // Of 1.1, and of 1.0, where its text stands in `urlname`.
        "link" => {
            let address = tag.attribute("href").unwrap_or_default();
            properties.put_words("link", &address);
            xml.children(|xml, tag| {
                match tag.name() {
                    "text" => properties.put_words("link_text", &xml.words()?),
                    "type" => properties.put_words("link_type", &xml.words()?),
                    _ => {}
                }
                Ok(())
            })
        }
        "url" => {
            properties.put_words("link", &xml.words()?);
            Ok(())
        }
        "urlname" => {
            properties.put_words("link_text", &xml.words()?);
            Ok(())
        }
        "desc" => {
            properties.put_words("description", &xml.words()?);
            Ok(())
        }
        "extensions" => xml.children(|xml, tag| extension(xml, tag, "", properties)),
        name if NUMBERS.contains(&name) => {
            let words = xml.words()?;
            let number = words.parse::<i64>().ok().map(Value::from);
            let number = number.or_else(|| number::of_text(&words).map(Value::from));
            if !words.is_empty() {
                properties.put(name, number.unwrap_or_else(|| words.as_ref().into()));
            }
            Ok(())
        }
        name => {
            properties.put_words(name, &xml.words()?);
            Ok(())
        }
    }
}

/// What an extension says, each text under the names of the elements that lead to it.
fn extension(xml: &mut Xml<'_>, tag: &Tag<'_>, before: &str, properties: &mut Properties) -> Result<(), ReadError> {
    let own = shortened(tag.name());
    let name = if before.is_empty() { own } else { shortened(&format!("{before}_{own}")) };
    let mut has_children = false;
    let words = xml.children_and_words(|xml, tag| {
        has_children = true;
        extension(xml, tag, &name, properties)
    })?;
    if !has_children {
        properties.put_words(&name, words.trim());
    }
    Ok(())
}

#[cfg(test)]
mod tests;
