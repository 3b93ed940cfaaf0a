//! The geometry of a placemark.

use geo::{Coord, Geometry, GeometryCollection, LineString, MultiLineString, Point, Polygon};

use crate::formats::read::ReadError;
use crate::formats::xml::{Tag, Xml};

/// Whether an element is a geometry, one that cannot be drawn included.
pub(super) fn is_shape(name: &str) -> bool {
    matches!(
        name,
        "Point" | "LineString" | "LinearRing" | "Polygon" | "MultiGeometry" | "Track" | "MultiTrack" | "Model"
    )
}

/// A geometry as it was read.
pub(super) struct Shape {
    /// Or why it cannot be drawn.
    pub(super) geometry: Result<Option<Geometry<f64>>, String>,
    /// What of several parts could not be drawn.
    pub(super) left_out: Option<String>,
    /// How many positions have a height other than 0.
    pub(super) heights: usize,
    /// Whether a ring of it had to be closed.
    pub(super) has_open_ring: bool,
    /// The first and the last time of a track.
    pub(super) times: Option<(String, String)>,
}

impl Shape {
    fn new() -> Self {
        Self { geometry: Ok(None), left_out: None, heights: 0, has_open_ring: false, times: None }
    }

    /// Reads an element for which [`is_shape`] holds.
    pub(super) fn of(xml: &mut Xml<'_>, tag: &Tag<'_>) -> Result<Self, ReadError> {
        let mut shape = Self::new();
        shape.geometry = match tag.name() {
            "Point" => {
                let at = shape.coordinates(xml)?;
                at.and_then(|at| match at[..] {
                    [at, ..] => Ok(Some(Point(at).into())),
                    [] => Err("its point has no position".to_owned()),
                })
            }
            "LineString" | "LinearRing" => shape.coordinates(xml)?.and_then(line).map(|line| Some(line.into())),
            "Polygon" => shape.polygon(xml)?.map(|polygon| Some(polygon.into())),
            "MultiGeometry" => {
                let mut parts = Vec::new();
                xml.children(|xml, tag| {
                    if is_shape(tag.name()) {
                        parts.push(Self::of(xml, tag)?);
                    }
                    Ok(())
                })?;
                shape.joined(parts)
            }
            "Track" => shape.track(xml)?,
            "MultiTrack" => {
                let mut parts = Vec::new();
                xml.children(|xml, tag| {
                    if tag.name() == "Track" {
                        parts.push(Self::of(xml, tag)?);
                    }
                    Ok(())
                })?;
                shape.joined(parts)
            }
            _ => Err("it is a model in three dimensions".to_owned()),
        };
        Ok(shape)
    }

    /// Takes several parts for one geometry; those that cannot be drawn are left out.
    fn joined(&mut self, parts: Vec<Self>) -> Result<Option<Geometry<f64>>, String> {
        let mut all = Vec::new();
        for part in parts {
            self.heights += part.heights;
            self.has_open_ring |= part.has_open_ring;
            self.times = match (self.times.take(), part.times) {
                (Some((begin, _)), Some((_, end))) => Some((begin, end)),
                (one, other) => one.or(other),
            };
            self.left_out = self.left_out.take().or(part.left_out);
            match part.geometry {
                Ok(geometry) => all.extend(geometry),
                Err(why) => self.left_out = Some(why),
            }
        }
        match (all.len(), &self.left_out) {
            (0, Some(why)) => Err(why.clone()),
            (0, None) => Ok(None),
            (1, _) => Ok(all.pop()),
            _ => Ok(Some(Geometry::GeometryCollection(GeometryCollection(all)))),
        }
    }

    /// The positions of the `coordinates` within the present element.
    fn coordinates(&mut self, xml: &mut Xml<'_>) -> Result<Result<Vec<Coord<f64>>, String>, ReadError> {
        let mut all = Ok(Vec::new());
        xml.children(|xml, tag| {
            if tag.name() == "coordinates" {
                all = positions(&xml.words()?, &mut self.heights);
            }
            Ok(())
        })?;
        Ok(all)
    }

    fn polygon(&mut self, xml: &mut Xml<'_>) -> Result<Result<Polygon<f64>, String>, ReadError> {
        let (mut outer, mut inner) = (None, Vec::new());
        xml.children(|xml, tag| {
            let is_outer = match tag.name() {
                "outerBoundaryIs" => true,
                "innerBoundaryIs" => false,
                _ => return Ok(()),
            };
            xml.children(|xml, tag| {
                if tag.name() == "LinearRing" {
                    let ring = self.coordinates(xml)?.and_then(|all| self.ring(all));
                    if is_outer {
                        outer = Some(ring);
                    } else {
                        inner.push(ring);
                    }
                }
                Ok(())
            })
        })?;
        let Some(outer) = outer else { return Ok(Err("its area has no outline".to_owned())) };
        let mut holes = Vec::new();
        for hole in inner {
            match hole {
                Ok(hole) => holes.push(hole),
                Err(why) => self.left_out = Some(format!("a hole: {why}")),
            }
        }
        Ok(outer.map(|outer| Polygon::new(outer, holes)))
    }

    fn ring(&mut self, all: Vec<Coord<f64>>) -> Result<LineString<f64>, String> {
        let is_closed = all.first() == all.last();
        if all.len() < if is_closed { 4 } else { 3 } {
            return Err("an outline needs three corners or more".to_owned());
        }
        self.has_open_ring |= !is_closed;
        Ok(LineString(all))
    }

    /// Positions one by one, each with its time.
    fn track(&mut self, xml: &mut Xml<'_>) -> Result<Result<Option<Geometry<f64>>, String>, ReadError> {
        let (mut all, mut first, mut last) = (Vec::new(), None, None);
        let mut wrong = None;
        let heights = &mut self.heights;
        xml.children(|xml, tag| {
            match tag.name() {
                "coord" => match position(xml.words()?.split_ascii_whitespace(), heights) {
                    Ok(at) => all.push(at),
                    Err(why) => wrong = Some(why),
                },
                "when" => {
                    let when = xml.words()?.into_owned();
                    first.get_or_insert_with(|| when.clone());
                    last = Some(when);
                }
                _ => {}
            }
            Ok(())
        })?;
        self.times = first.zip(last).filter(|(first, _)| !first.is_empty());
        Ok(match (wrong, &all[..]) {
            (Some(why), _) => Err(why),
            (None, []) => Err("its track has no position".to_owned()),
            (None, [at]) => Ok(Some(Point(*at).into())),
            (None, _) => Ok(Some(MultiLineString(vec![LineString(all)]).into())),
        })
    }
}

fn line(all: Vec<Coord<f64>>) -> Result<LineString<f64>, String> {
    if all.len() < 2 { Err("a line needs two positions or more".to_owned()) } else { Ok(LineString(all)) }
}

/// Longitude, latitude and perhaps a height.
fn position<'a>(mut numbers: impl Iterator<Item = &'a str>, heights: &mut usize) -> Result<Coord<f64>, String> {
    let mut next =
        || numbers.next().map(|text| (text, text.trim().parse::<f64>().ok().filter(|number| number.is_finite())));
    match (next(), next(), next()) {
        (Some((_, Some(x))), Some((_, Some(y))), height) => {
            *heights += usize::from(height.is_some_and(|(_, height)| height.is_some_and(|height| height != 0.0)));
            Ok(Coord { x, y })
        }
        (Some((text, None)), ..) | (_, Some((text, None)), _) => {
            Err(format!("“{}” is not a number", crate::formats::read::shortened(text)))
        }
        _ => Err("a position needs a longitude and a latitude".to_owned()),
    }
}

/// Positions apart by white space, their numbers by commas; white space beside a comma parts nothing.
fn positions(text: &str, heights: &mut usize) -> Result<Vec<Coord<f64>>, String> {
    let bytes = text.as_bytes();
    let is_space = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_whitespace);
    let mut all = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        // To the white space that no comma stands beside.
        loop {
            while at < bytes.len() && !is_space(at) {
                at += 1;
            }
            let mut after = at;
            while is_space(after) {
                after += 1;
            }
            let joins = after < bytes.len() && (bytes[after] == b',' || (at > start && bytes[at - 1] == b','));
            at = after;
            if !joins {
                break;
            }
        }
        let one = text.get(start..at).unwrap_or_default().trim_ascii();
        if !one.is_empty() {
            all.push(position(one.trim_end_matches(',').split(','), heights)?);
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_read_as_people_write_them() {
        let read = |text: &str| {
            let mut heights = 0;
            positions(text, &mut heights).map(|all| (all.iter().map(|at| (at.x, at.y)).collect::<Vec<_>>(), heights))
        };
        assert_eq!(
            read("37.5,48.5 38,49,120\n\t39,50,0").unwrap(),
            (vec![(37.5, 48.5), (38.0, 49.0), (39.0, 50.0)], 1)
        );
        assert_eq!(read("37.5, 48.5 , 0\n38 ,49").unwrap().0, [(37.5, 48.5), (38.0, 49.0)]);
        assert_eq!(read("37.5,48.5, 38,49").unwrap().0, [(37.5, 48.5)]);
        assert_eq!(read(" \n").unwrap().0, []);
        assert!(read("37.5").unwrap_err().contains("a longitude and a latitude"));
        assert!(read("a,b").unwrap_err().contains("“a” is not a number"));
        assert!(read("NaN,1").is_err() && read("1,inf").is_err());
    }
}
