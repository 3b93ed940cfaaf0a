//! Geometry as well-known binary (OGC 06-103r4, ISO 13249-3) and as PostGIS extends it (EWKB: a flag for each of heights,
//! measures and the number of a coordinate system), as bytes or as their hexadecimal digits.
//!
//! Heights and measures are passed over and counted. Of curves, those are read that are straight throughout.

use geo::{Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon};

use super::wkt;

/// What a well-known binary or text says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Shape {
    /// The number that it gives its coordinate system; most are codes of EPSG, and 0 is none.
    pub srid: Option<u32>,
    /// As it stands there; nothing of an empty one.
    pub geometry: Option<Geometry<f64>>,
    /// How many positions have a height.
    pub heights: usize,
    /// Whether positions have a measure, such as a distance along a road.
    pub has_measures: bool,
    /// Whether a ring had to be closed.
    pub has_open_ring: bool,
    /// How many lines and rings have too few positions to be drawn.
    pub left_out: usize,
}

/// Collections within collections that are followed.
const DEEPEST: usize = 32;

/// The flags of EWKB.
const HAS_HEIGHT: u32 = 0x8000_0000;
const HAS_MEASURE: u32 = 0x4000_0000;
const HAS_SRID: u32 = 0x2000_0000;

/// The fewest bytes of a geometry: an empty list.
const FEWEST: usize = 9;

const POINT: u32 = 1;
const LINE: u32 = 2;
const POLYGON: u32 = 3;
const COMPOUND_CURVE: u32 = 9;

/// Reads a geometry of either kind.
///
/// # Errors
/// A text that says what is wrong.
pub fn read(bytes: &[u8]) -> Result<Shape, String> {
    let mut reader = Reader { rest: bytes, shape: Shape::default() };
    let geometry = reader.geometry(0)?;
    match reader.rest.len() {
        0 if geometry.is_none() && reader.shape.left_out > 0 => {
            Err("its lines or outlines have too few positions".to_owned())
        }
        0 => Ok(Shape { geometry, ..reader.shape }),
        left => Err(format!("{left} bytes stand after the end of its geometry")),
    }
}

/// Reads a geometry from the hexadecimal digits of its binary, or from well-known text, with or without a `SRID=…;` before
/// it.
///
/// # Errors
/// A text that says what is wrong.
pub fn read_text(text: &str) -> Result<Shape, String> {
    if let Some(digits) = hex_digits(text) {
        return read(&of_hex(digits)?);
    }
    let (srid, text) = wkt::split_srid(text.trim())?;
    let (geometry, heights) = wkt::read_counting(text)?;
    Ok(Shape { srid, geometry, heights, ..Shape::default() })
}

/// The digits of a text that may be a binary in hexadecimal digits, as databases show it.
pub fn hex_digits(text: &str) -> Option<&str> {
    let text = text.trim();
    let digits = ["\\x", "0x", "0X"].iter().find_map(|mark| text.strip_prefix(mark)).unwrap_or(text);
    let is_order = |first: &[u8]| first == b"00" || first == b"01";
    let is_hex = digits.len() >= 2 * FEWEST && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    (is_hex && is_order(&digits.as_bytes()[..2])).then_some(digits)
}

fn of_hex(digits: &str) -> Result<Vec<u8>, String> {
    let digit = |byte: u8| (byte as char).to_digit(16).unwrap_or_default() as u8;
    let pairs = digits.as_bytes().chunks_exact(2);
    if !pairs.remainder().is_empty() {
        return Err("its hexadecimal digits are cut short".to_owned());
    }
    Ok(pairs.map(|pair| 16 * digit(pair[0]) + digit(pair[1])).collect())
}

/// A geometry of a list: its kind, the order of its bytes and what each of its positions holds.
#[derive(Clone, Copy)]
struct Head {
    kind: u32,
    is_little: bool,
    has_height: bool,
    has_measure: bool,
}

struct Reader<'a> {
    rest: &'a [u8],
    shape: Shape,
}

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], String> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or("its geometry is cut short")?;
        self.rest = rest;
        Ok(*taken)
    }

    fn int(&mut self, is_little: bool) -> Result<u32, String> {
        let bytes = self.take()?;
        Ok(if is_little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }

    /// A number of things that have so many bytes each at least.
    fn count(&mut self, head: Head, bytes_each: usize) -> Result<usize, String> {
        let count = self.int(head.is_little)? as usize;
        match count.checked_mul(bytes_each).is_some_and(|bytes| bytes <= self.rest.len()) {
            true => Ok(count),
            false => Err(format!("its geometry says that it has {count} parts, for which its bytes are too few")),
        }
    }

    fn head(&mut self) -> Result<Head, String> {
        let is_little = match self.take()? {
            [0] => false,
            [1] => true,
            [other] => return Err(format!("it is no well-known binary: its first byte is {other}, not 0 or 1")),
        };
        let code = self.int(is_little)?;
        if code & HAS_SRID != 0 {
            let srid = self.int(is_little)?;
            if self.shape.srid.is_some_and(|other| other != srid) {
                return Err("its parts are in different coordinate systems".to_owned());
            }
            self.shape.srid = Some(srid);
        }
        let plain = code & !(HAS_HEIGHT | HAS_MEASURE | HAS_SRID);
        if plain >= 4000 {
            return Err(format!("it is no well-known binary: there is no kind of geometry {code}"));
        }
        let has_height = code & HAS_HEIGHT != 0 || matches!(plain / 1000, 1 | 3);
        let has_measure = code & HAS_MEASURE != 0 || matches!(plain / 1000, 2 | 3);
        Ok(Head { kind: plain % 1000, is_little, has_height, has_measure })
    }

    fn geometry(&mut self, depth: usize) -> Result<Option<Geometry<f64>>, String> {
        let head = self.head()?;
        Ok(match head.kind {
            POINT => {
                let numbers = self.numbers(head)?;
                if numbers.x.is_nan() && numbers.y.is_nan() {
                    return Ok(None);
                }
                self.count_heights(head, 1);
                Some(Point(position(numbers)?).into())
            }
            LINE | COMPOUND_CURVE => self.curve(head)?.map(LineString).map(Geometry::from),
            POLYGON | 17 => self.polygon(head)?.map(Geometry::from),
            // A polygon whose rings are curves.
            10 => {
                let mut rings = Vec::new();
                for _ in 0..self.count(head, FEWEST)? {
                    let ring = self.head()?;
                    rings.push(self.curve(ring)?.unwrap_or_default());
                }
                self.area(rings).map(Geometry::from)
            }
            // Lists: of points, of lines, of polygons, of anything, of curves, of surfaces.
            4..=7 | 11 | 12 => {
                if depth >= DEEPEST {
                    return Err("its collections are nested deeper than any map needs".to_owned());
                }
                let mut parts = Vec::new();
                for _ in 0..self.count(head, FEWEST)? {
                    parts.extend(self.geometry(depth + 1)?);
                }
                collected(head.kind, parts)?
            }
            8 => return Err(ROUND.to_owned()),
            13 | 14 => return Err("it is of no kind that has positions".to_owned()),
            15 | 16 => return Err("it is a surface in three dimensions, which is not read".to_owned()),
            other => return Err(format!("it is no well-known binary: there is no kind of geometry {other}")),
        })
    }

    /// The positions of a line or of a curve that is made of lines; nothing of too few.
    fn curve(&mut self, head: Head) -> Result<Option<Vec<Coord<f64>>>, String> {
        let positions = match head.kind {
            LINE => self.positions(head)?,
            COMPOUND_CURVE => {
                let mut all: Vec<Coord<f64>> = Vec::new();
                for _ in 0..self.count(head, FEWEST)? {
                    let part = self.head()?;
                    match part.kind {
                        LINE => {
                            let part = self.positions(part)?;
                            // Each begins where the one before it ends.
                            let shared = usize::from(!all.is_empty() && all.last() == part.first());
                            all.extend_from_slice(&part[shared..]);
                        }
                        _ => return Err(ROUND.to_owned()),
                    }
                }
                all
            }
            _ => return Err(ROUND.to_owned()),
        };
        if positions.len() == 1 {
            self.shape.left_out += 1;
        }
        Ok((positions.len() > 1).then_some(positions))
    }

    fn polygon(&mut self, head: Head) -> Result<Option<Polygon<f64>>, String> {
        let mut rings = Vec::new();
        for _ in 0..self.count(head, 4)? {
            rings.push(self.positions(head)?);
        }
        Ok(self.area(rings))
    }

    /// The first ring as an outline, the others as holes in it.
    fn area(&mut self, rings: Vec<Vec<Coord<f64>>>) -> Option<Polygon<f64>> {
        let mut outline = None;
        let mut holes = Vec::new();
        for (index, mut ring) in rings.into_iter().enumerate() {
            if ring.len() > 2 && ring.first() != ring.last() {
                self.shape.has_open_ring = true;
                ring.extend(ring.first().copied());
            }
            if ring.len() < 4 {
                self.shape.left_out += usize::from(!ring.is_empty());
            } else if index == 0 {
                outline = Some(LineString(ring));
            } else {
                holes.push(LineString(ring));
            }
        }
        outline.map(|outline| Polygon::new(outline, holes))
    }

    fn positions(&mut self, head: Head) -> Result<Vec<Coord<f64>>, String> {
        let numbers = 2 + usize::from(head.has_height) + usize::from(head.has_measure);
        let count = self.count(head, 8 * numbers)?;
        self.count_heights(head, count);
        (0..count).map(|_| position(self.numbers(head)?)).collect()
    }

    fn count_heights(&mut self, head: Head, positions: usize) {
        self.shape.heights += if head.has_height { positions } else { 0 };
        self.shape.has_measures |= head.has_measure && positions > 0;
    }

    /// The first two numbers of a position; the others are passed over.
    fn numbers(&mut self, head: Head) -> Result<Coord<f64>, String> {
        let mut number = || -> Result<f64, String> {
            let bytes = self.take()?;
            Ok(if head.is_little { f64::from_le_bytes(bytes) } else { f64::from_be_bytes(bytes) })
        };
        let (x, y) = (number()?, number()?);
        for _ in 0..usize::from(head.has_height) + usize::from(head.has_measure) {
            number()?;
        }
        Ok(Coord { x, y })
    }
}

const ROUND: &str = "it has round curves, which are not read: make it of straight lines (ST_CurveToLine in PostGIS)";

fn position(at: Coord<f64>) -> Result<Coord<f64>, String> {
    match at.x.is_finite() && at.y.is_finite() {
        true => Ok(at),
        false => Err(format!("{}, {} is not a position", at.x, at.y)),
    }
}

/// The parts of a list of a kind as one geometry; nothing of none.
fn collected(kind: u32, parts: Vec<Geometry<f64>>) -> Result<Option<Geometry<f64>>, String> {
    if parts.is_empty() {
        return Ok(None);
    }
    let wrong = || "a list in it has parts of another kind".to_owned();
    Ok(Some(match kind {
        4 => {
            let points = parts.into_iter().map(|part| if let Geometry::Point(one) = part { Some(one) } else { None });
            MultiPoint(points.collect::<Option<_>>().ok_or_else(wrong)?).into()
        }
        5 | 11 => {
            let lines =
                parts.into_iter().map(|part| if let Geometry::LineString(one) = part { Some(one) } else { None });
            MultiLineString(lines.collect::<Option<_>>().ok_or_else(wrong)?).into()
        }
        6 | 12 => {
            let areas = parts.into_iter().map(|part| if let Geometry::Polygon(one) = part { Some(one) } else { None });
            MultiPolygon(areas.collect::<Option<_>>().ok_or_else(wrong)?).into()
        }
        _ => Geometry::GeometryCollection(GeometryCollection(parts)),
    }))
}

/// A geometry as ISO well-known binary, the smallest byte first; with the number of a coordinate system as PostGIS has it.
pub fn push(geometry: &Geometry<f64>, srid: Option<u32>, out: &mut Vec<u8>) {
    let begin = |kind: u32, out: &mut Vec<u8>| {
        out.push(1);
        out.extend_from_slice(&(kind | srid.map_or(0, |_| HAS_SRID)).to_le_bytes());
        out.extend(srid.into_iter().flat_map(u32::to_le_bytes));
    };
    match geometry {
        Geometry::Point(point) => {
            begin(POINT, out);
            push_position(point.0, out);
        }
        Geometry::LineString(line) => {
            begin(LINE, out);
            push_positions(line, out);
        }
        Geometry::Polygon(area) => {
            begin(POLYGON, out);
            let is_empty = area.exterior().0.is_empty();
            push_count(if is_empty { 0 } else { 1 + area.interiors().len() }, out);
            let rings = std::iter::once(area.exterior()).chain(area.interiors());
            rings.filter(|_| !is_empty).for_each(|ring| push_positions(ring, out));
        }
        Geometry::MultiPoint(all) => {
            begin(4, out);
            push_count(all.0.len(), out);
            all.0.iter().for_each(|one| push(&(*one).into(), None, out));
        }
        Geometry::MultiLineString(all) => {
            begin(5, out);
            push_count(all.0.len(), out);
            all.0.iter().for_each(|one| push(&one.clone().into(), None, out));
        }
        Geometry::MultiPolygon(all) => {
            begin(6, out);
            push_count(all.0.len(), out);
            all.0.iter().for_each(|one| push(&one.clone().into(), None, out));
        }
        Geometry::GeometryCollection(all) => {
            begin(7, out);
            push_count(all.0.len(), out);
            all.0.iter().for_each(|one| push(one, None, out));
        }
        Geometry::Line(line) => push(&LineString::from(vec![line.start, line.end]).into(), srid, out),
        Geometry::Rect(rect) => push(&rect.to_polygon().into(), srid, out),
        Geometry::Triangle(triangle) => push(&triangle.to_polygon().into(), srid, out),
    }
}

fn push_count(count: usize, out: &mut Vec<u8>) {
    out.extend_from_slice(&(count as u32).to_le_bytes());
}

fn push_positions(line: &LineString<f64>, out: &mut Vec<u8>) {
    push_count(line.0.len(), out);
    line.0.iter().for_each(|at| push_position(*at, out));
}

fn push_position(Coord { x, y }: Coord<f64>, out: &mut Vec<u8>) {
    out.extend_from_slice(&x.to_le_bytes());
    out.extend_from_slice(&y.to_le_bytes());
}

#[cfg(test)]
mod tests;
