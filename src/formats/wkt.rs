//! Geometry as well-known text (OGC 06-103r4): `POLYGON ((30 10, 40 40, 20 40, 30 10))`. Heights are passed over.

use std::fmt::Write as _;

use geo::{Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon};

use super::read::shortened;

/// Collections within collections that are followed.
const DEEPEST: usize = 32;

/// Adds a geometry.
pub fn push(geometry: &Geometry<f64>, out: &mut String) {
    match geometry {
        Geometry::Point(point) => {
            out.push_str("POINT ");
            line(&[point.0], out);
        }
        Geometry::MultiPoint(all) => {
            out.push_str("MULTIPOINT ");
            list(&all.0, out, |one, out| line(&[one.0], out));
        }
        Geometry::LineString(one) => {
            out.push_str("LINESTRING ");
            line(&one.0, out);
        }
        Geometry::MultiLineString(all) => {
            out.push_str("MULTILINESTRING ");
            list(&all.0, out, |one, out| line(&one.0, out));
        }
        Geometry::Polygon(one) => {
            out.push_str("POLYGON ");
            polygon(one, out);
        }
        Geometry::MultiPolygon(all) => {
            out.push_str("MULTIPOLYGON ");
            list(&all.0, out, polygon);
        }
        Geometry::GeometryCollection(all) => {
            out.push_str("GEOMETRYCOLLECTION ");
            list(&all.0, out, push);
        }
        Geometry::Line(one) => push(&LineString::from(vec![one.start, one.end]).into(), out),
        Geometry::Rect(rect) => push(&rect.to_polygon().into(), out),
        Geometry::Triangle(triangle) => push(&triangle.to_polygon().into(), out),
    }
}

fn polygon(one: &Polygon<f64>, out: &mut String) {
    let rings: Vec<&LineString<f64>> = std::iter::once(one.exterior()).chain(one.interiors()).collect();
    list(&rings, out, |ring, out| line(&ring.0, out));
}

fn line(all: &[Coord<f64>], out: &mut String) {
    list(all, out, |Coord { x, y }, out| {
        // Writing to a String cannot fail.
        let _ = write!(out, "{x} {y}");
    });
}

fn list<T>(all: &[T], out: &mut String, mut one: impl FnMut(&T, &mut String)) {
    if all.is_empty() {
        out.push_str("EMPTY");
        return;
    }
    for (index, item) in all.iter().enumerate() {
        out.push_str(if index == 0 { "(" } else { ", " });
        one(item, out);
    }
    out.push(')');
}

/// Splits `SRID=4326;`, as PostGIS writes it, from the text of a geometry, which may have none.
///
/// # Errors
/// A text that says what is wrong.
pub fn split_srid(text: &str) -> Result<(Option<u32>, &str), String> {
    let begins = text.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("SRID="));
    let Some((number, rest)) = text.split_once(';').filter(|_| begins) else { return Ok((None, text)) };
    match number[5..].trim().parse() {
        Ok(srid) => Ok((Some(srid), rest)),
        Err(_) => Err(format!("{} is not the number of a coordinate system", shortened(number))),
    }
}

/// Reads a geometry; nothing of an empty one.
///
/// # Errors
/// A text that says what is wrong.
pub fn read(text: &str) -> Result<Option<Geometry<f64>>, String> {
    read_counting(text).map(|(geometry, _)| geometry)
}

/// The same with how many of its positions have more than two numbers.
pub(super) fn read_counting(text: &str) -> Result<(Option<Geometry<f64>>, usize), String> {
    let mut words = Words { rest: text, heights: 0 };
    let geometry = words.geometry(0)?;
    match words.rest.trim_start() {
        "" => Ok((geometry, words.heights)),
        rest => Err(format!("“{}” stands after its end", shortened(rest))),
    }
}

struct Words<'a> {
    rest: &'a str,
    heights: usize,
}

impl<'a> Words<'a> {
    fn takes(&mut self, sign: char) -> bool {
        self.rest = self.rest.trim_start();
        let rest = self.rest.strip_prefix(sign);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn word(&mut self) -> String {
        self.rest = self.rest.trim_start();
        let end = self.rest.find(|letter: char| !letter.is_ascii_alphabetic()).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word.to_ascii_uppercase()
    }

    fn geometry(&mut self, depth: usize) -> Result<Option<Geometry<f64>>, String> {
        let mut kind = self.word();
        // POINT Z (1 2 3), and POINTZ as some write it.
        for end in ["ZM", "Z", "M"] {
            if let Some(plain) = kind.strip_suffix(end).filter(|plain| KINDS.contains(plain)) {
                kind = plain.to_owned();
            }
        }
        let before = self.rest;
        match self.word().as_str() {
            "Z" | "M" | "ZM" => {}
            _ => self.rest = before,
        }
        let before = self.rest;
        if self.word() == "EMPTY" {
            return Ok(None);
        }
        self.rest = before;
        Ok(Some(match kind.as_str() {
            "POINT" => Point(self.line()?.first().copied().ok_or("a point has no position")?).into(),
            "LINESTRING" => LineString(self.several(1)?).into(),
            "POLYGON" => self.polygon()?.into(),
            "MULTIPOINT" => {
                // Each position in brackets of its own, or all in one.
                let inner = self.rest.trim_start().strip_prefix('(').map(str::trim_start);
                let points = if inner.is_some_and(|inner| inner.starts_with('(')) {
                    self.list(|words| words.line())?.concat()
                } else {
                    self.line()?
                };
                MultiPoint(points.into_iter().map(Point).collect()).into()
            }
            "MULTILINESTRING" => MultiLineString(self.list(|words| words.several(1).map(LineString))?).into(),
            "MULTIPOLYGON" => MultiPolygon(self.list(Self::polygon)?).into(),
            "GEOMETRYCOLLECTION" if depth < DEEPEST => {
                let parts = self.list(|words| words.geometry(depth + 1))?;
                Geometry::GeometryCollection(GeometryCollection(parts.into_iter().flatten().collect()))
            }
            "GEOMETRYCOLLECTION" => return Err("its collections are nested deeper than any map needs".to_owned()),
            "" => return Err(format!("“{}” is no geometry", shortened(self.rest))),
            other => return Err(format!("{} is no kind of geometry that is read", shortened(other))),
        }))
    }

    fn polygon(&mut self) -> Result<Polygon<f64>, String> {
        let mut rings = self.list(|words| words.several(3).map(LineString))?.into_iter();
        let outer = rings.next().ok_or("an area has no outline")?;
        Ok(Polygon::new(outer, rings.collect()))
    }

    /// More than `least` positions.
    fn several(&mut self, least: usize) -> Result<Vec<Coord<f64>>, String> {
        let all = self.line()?;
        if all.len() > least { Ok(all) } else { Err("a line or an outline has too few positions".to_owned()) }
    }

    fn line(&mut self) -> Result<Vec<Coord<f64>>, String> {
        self.list(Self::position)
    }

    fn list<T>(&mut self, mut one: impl FnMut(&mut Self) -> Result<T, String>) -> Result<Vec<T>, String> {
        if !self.takes('(') {
            return Err(format!("a bracket should stand where “{}” does", shortened(self.rest)));
        }
        let mut all = vec![one(self)?];
        while self.takes(',') {
            all.push(one(self)?);
        }
        if self.takes(')') { Ok(all) } else { Err("a bracket is not closed".to_owned()) }
    }

    fn position(&mut self) -> Result<Coord<f64>, String> {
        self.rest = self.rest.trim_start();
        let end = self.rest.find([',', ')', '(']).unwrap_or(self.rest.len());
        let (numbers, rest) = self.rest.split_at(end);
        self.rest = rest;
        let mut all = numbers.split_ascii_whitespace().map(|one| one.parse::<f64>().ok().filter(|one| one.is_finite()));
        match (all.next(), all.next()) {
            (Some(Some(x)), Some(Some(y))) => {
                self.heights += usize::from(all.next().is_some());
                Ok(Coord { x, y })
            }
            _ => Err(format!("“{}” is not a position", shortened(numbers))),
        }
    }
}

const KINDS: [&str; 7] =
    ["POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON", "GEOMETRYCOLLECTION"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_as_it_was() {
        for text in [
            "POINT (30 10.5)",
            "MULTIPOINT ((10 40), (40 30))",
            "LINESTRING (30 10, 10 30, 40 40)",
            "MULTILINESTRING ((10 10, 20 20), (40 40, 30 30, 40 20))",
            "POLYGON ((35 10, 45 45, 15 40, 10 20, 35 10), (20 30, 35 35, 30 20, 20 30))",
            "MULTIPOLYGON (((40 40, 20 45, 45 30, 40 40)), ((20 35, 10 30, 10 10, 20 35)))",
            "GEOMETRYCOLLECTION (POINT (40 10), LINESTRING (10 10, 20 20))",
        ] {
            let mut again = String::new();
            push(&read(text).unwrap().unwrap(), &mut again);
            assert_eq!(again, text);
        }
    }

    #[test]
    fn it_is_read_as_databases_write_it() {
        let point = Some(Point::new(30.0, 10.0).into());
        for text in ["POINT(30 10)", "point z (30 10 5)", "POINTZ(30 10 5)", " POINT  ( 30  10 ) "] {
            assert_eq!(read(text), Ok(point.clone()), "{text}");
        }
        assert_eq!(split_srid("srid=28407;POINT(30 10)"), Ok((Some(28407), "POINT(30 10)")));
        assert_eq!(split_srid("POINT(30 10)"), Ok((None, "POINT(30 10)")));
        assert!(split_srid("SRID=here;POINT(30 10)").unwrap_err().contains("SRID=here"));
        assert_eq!(read("MULTIPOINT (10 40, 40 30)").unwrap(), read("MULTIPOINT ((10 40), (40 30))").unwrap());
        assert_eq!(read("POLYGON EMPTY"), Ok(None));
        for wrong in ["", "POINT (1)", "POINT (1 2", "LINESTRING (1 2)", "CURVE (1 2)", "POINT (1 2) x"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        assert!(read(&"GEOMETRYCOLLECTION (".repeat(100_000)).unwrap_err().contains("nested"));
    }
}
