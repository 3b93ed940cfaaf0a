//! The styles and the schemas of a KML, and a style as simplestyle.

use std::collections::HashMap;

use geo::Geometry;
use serde_json::{Value, json};

use super::Schema;
use crate::formats::color::Rgba;
use crate::formats::number::round;
use crate::formats::read::ReadError;
use crate::formats::xml::{Tag, Xml};

/// How a placemark looks, as far as is said.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Look {
    line: Option<Rgba>,
    width: Option<f64>,
    fill: Option<Rgba>,
    is_filled: Option<bool>,
    is_outlined: Option<bool>,
    icon: Option<Rgba>,
    scale: Option<f64>,
    address: Option<String>,
}

impl Look {
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What this says, and else what another says.
    pub(super) fn over(self, other: Self) -> Self {
        Self {
            line: self.line.or(other.line),
            width: self.width.or(other.width),
            fill: self.fill.or(other.fill),
            is_filled: self.is_filled.or(other.is_filled),
            is_outlined: self.is_outlined.or(other.is_outlined),
            icon: self.icon.or(other.icon),
            scale: self.scale.or(other.scale),
            address: self.address.or(other.address),
        }
    }

    /// What of it concerns a geometry, in the words of simplestyle, and the address of the icon.
    pub(super) fn simplestyle(&self, geometry: &Geometry<f64>) -> Vec<(String, Value)> {
        let mut all = Vec::new();
        let mut put = |name: &str, value: Option<Value>| all.extend(value.map(|value| (name.to_owned(), value)));
        let hex = |color: Rgba| json!(Rgba { a: 255, ..color }.to_hex());
        let opacity = |color: Rgba| json!(round(f64::from(color.a) / 255.0, 3));
        let Kinds { has_points, has_lines, has_areas } = Kinds::of(geometry);
        if has_lines || has_areas {
            put("stroke", self.line.map(hex));
            put("stroke-width", self.width.map(|width| json!(width)));
            let is_hidden = self.is_outlined == Some(false) && !has_lines;
            put("stroke-opacity", if is_hidden { Some(json!(0)) } else { self.line.map(opacity) });
        }
        if has_areas {
            put("fill", self.fill.map(hex));
            let is_hollow = self.is_filled == Some(false);
            put("fill-opacity", if is_hollow { Some(json!(0)) } else { self.fill.map(opacity) });
        }
        if has_points {
            put("marker-color", self.icon.map(hex));
            let size = self.scale.map(|scale| match scale {
                small if small < 0.9 => "small",
                medium if medium <= 1.25 => "medium",
                _ => "large",
            });
            put("marker-size", size.map(|size| json!(size)));
            put("icon", self.address.as_ref().map(|address| json!(address)));
        }
        all
    }
}

/// What a geometry is made of.
#[derive(Default)]
struct Kinds {
    has_points: bool,
    has_lines: bool,
    has_areas: bool,
}

impl Kinds {
    fn of(geometry: &Geometry<f64>) -> Self {
        let mut kinds = Self::default();
        let mut pending = vec![geometry];
        while let Some(one) = pending.pop() {
            match one {
                Geometry::Point(_) | Geometry::MultiPoint(_) => kinds.has_points = true,
                Geometry::Line(_) | Geometry::LineString(_) | Geometry::MultiLineString(_) => kinds.has_lines = true,
                Geometry::GeometryCollection(all) => pending.extend(&all.0),
                _ => kinds.has_areas = true,
            }
        }
        kinds
    }
}

/// The colour that is written as `aabbggrr`.
fn color(text: &str) -> Option<Rgba> {
    let digits = text.trim().trim_start_matches('#');
    if digits.len() != 8 || !digits.is_ascii() {
        return None;
    }
    let number = u32::from_str_radix(digits, 16).ok()?;
    let [a, b, g, r] = number.to_be_bytes();
    Some(Rgba { r, g, b, a })
}

/// Whether a text says yes.
fn flag(text: &str) -> Option<bool> {
    match text {
        "1" | "true" => Some(true),
        "0" | "false" => Some(false),
        _ => None,
    }
}

/// Reads a `Style`.
pub(super) fn look_of(xml: &mut Xml<'_>) -> Result<Look, ReadError> {
    let mut look = Look::default();
    let number = |text: &str| text.parse::<f64>().ok().filter(|number| number.is_finite() && *number >= 0.0);
    xml.children(|xml, tag| {
        let of = tag.name().to_owned();
        if !matches!(of.as_str(), "LineStyle" | "PolyStyle" | "IconStyle") {
            return Ok(());
        }
        xml.children(|xml, tag| {
            match (of.as_str(), tag.name()) {
                ("IconStyle", "Icon") => {
                    let address = super::child_words(xml, "href")?;
                    // A picture within the file is no address.
                    look.address = Some(address).filter(|address| !address.is_empty() && address.len() < 500);
                }
                ("LineStyle", "color") => look.line = color(&xml.words()?),
                ("LineStyle", "width") => look.width = number(&xml.words()?),
                ("PolyStyle", "color") => look.fill = color(&xml.words()?),
                ("PolyStyle", "fill") => look.is_filled = flag(&xml.words()?),
                ("PolyStyle", "outline") => look.is_outlined = flag(&xml.words()?),
                ("IconStyle", "color") => look.icon = color(&xml.words()?),
                ("IconStyle", "scale") => look.scale = number(&xml.words()?),
                _ => {}
            }
            Ok(())
        })
    })?;
    Ok(look)
}

/// Reads a `StyleMap`: what it names and what it says for a placemark that nobody points at.
pub(super) fn normal_of(xml: &mut Xml<'_>) -> Result<(Option<String>, Option<Look>), ReadError> {
    let mut found = (None, None);
    xml.children(|xml, tag| {
        if tag.name() != "Pair" {
            return Ok(());
        }
        let (mut key, mut url, mut look) = (String::new(), None, None);
        xml.children(|xml, tag| {
            match tag.name() {
                "key" => key = xml.words()?.into_owned(),
                "styleUrl" => url = Some(xml.words()?.into_owned()),
                "Style" => look = Some(look_of(xml)?),
                _ => {}
            }
            Ok(())
        })?;
        if key == "normal" {
            found = (url, look);
        }
        Ok(())
    })?;
    Ok(found)
}

/// What a file declares once and its placemarks use by its id.
#[derive(Default)]
pub(super) struct Styles {
    looks: HashMap<String, Look>,
    maps: HashMap<String, (Option<String>, Option<Look>)>,
    schemas: HashMap<String, Schema>,
}

impl Styles {
    /// Looks for all of them, wherever they stand.
    pub(super) fn of(text: &str) -> Result<Self, ReadError> {
        let mut styles = Self::default();
        Xml::new(text).root(|xml, tag| styles.within(xml, tag))?;
        Ok(styles)
    }

    fn within<'a>(&mut self, xml: &mut Xml<'a>, _: &Tag<'a>) -> Result<(), ReadError> {
        xml.children(|xml, tag| {
            match tag.name() {
                "Style" => {
                    let id = tag.attribute("id");
                    let look = look_of(xml)?;
                    self.looks.extend(id.map(|id| (id, look)));
                }
                "StyleMap" => {
                    let id = tag.attribute("id");
                    let normal = normal_of(xml)?;
                    self.maps.extend(id.map(|id| (id, normal)));
                }
                "Schema" => {
                    let id = tag.attribute("id").or_else(|| tag.attribute("name")).unwrap_or_default();
                    let mut schema = Schema::new();
                    xml.children(|_, tag| {
                        if matches!(tag.name(), "SimpleField" | "SimpleArrayField") {
                            let attribute = |name: &str| tag.attribute(name).unwrap_or_default();
                            schema.insert(attribute("name"), attribute("type"));
                        }
                        Ok(())
                    })?;
                    self.schemas.insert(id, schema);
                }
                "Document" | "Folder" | "Placemark" | "kml" => self.within(xml, tag)?,
                _ => {}
            }
            Ok(())
        })
    }

    /// The style of an id, followed through maps of styles; an empty one where there is none.
    pub(super) fn look(&self, id: &str) -> Look {
        // Maps may name one another in a circle.
        const MOST: usize = 8;
        let mut look = Look::default();
        let mut id = id.to_owned();
        for _ in 0..MOST {
            if let Some(found) = self.looks.get(&id) {
                return look.over(found.clone());
            }
            let Some((next, own)) = self.maps.get(&id) else { break };
            look = look.over(own.clone().unwrap_or_default());
            let Some(next) = next else { break };
            id = next.rsplit('#').next().unwrap_or_default().to_owned();
        }
        look
    }

    /// The schema of an id.
    pub(super) fn schema(&self, id: &str) -> Option<&Schema> {
        self.schemas.get(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_from_the_last_byte_to_the_first() {
        assert_eq!(color("7f0000ff"), Some(Rgba { r: 255, g: 0, b: 0, a: 127 }));
        assert_eq!(color(" #ffFF8000 "), Some(Rgba { r: 0, g: 128, b: 255, a: 255 }));
        for wrong in ["", "ff0000", "gggggggg", "ff00000é"] {
            assert_eq!(color(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn styles_are_followed_through_maps_and_never_in_a_circle() {
        let text = r##"<kml><Document>
            <StyleMap id="m"><Pair><key>highlight</key><styleUrl>#h</styleUrl></Pair><Pair><key>normal</key><styleUrl>#n</styleUrl></Pair></StyleMap>
            <StyleMap id="a"><Pair><key>normal</key><styleUrl>#b</styleUrl></Pair></StyleMap>
            <StyleMap id="b"><Pair><key>normal</key><styleUrl>#a</styleUrl></Pair></StyleMap>
            <Style id="n"><LineStyle><color>ff0000ff</color><width>3</width></LineStyle></Style></Document></kml>"##;
        let styles = Styles::of(text).unwrap();
        assert_eq!(styles.look("m").width, Some(3.0));
        assert!(styles.look("a").is_empty() && styles.look("none").is_empty());
    }
}
