//! TopoJSON 1.0: features whose lines are chains of arcs, which each stand in the file once.
//!
//! Of the JSON only what it points to is read, from its text; `object` says in which of the file's objects a feature is.

use geo::{Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon};
use serde_json::Value;

use super::collector::Collector;
use super::converter::Converter;
use super::format::{Candidate, Format, Holds};
use super::geojson::{Named, named_crs, text_of};
use super::json;
use super::read::{FeatureLayer, Input, Read, ReadError, most_bytes, shortened};
use super::written::{Member, items, member, members, unescaped, words_of};

/// Shapes with borders in common.
pub const FORMAT: Format = Format {
    id: "topojson",
    label: "TopoJSON",
    noun: "TopoJSON",
    extensions: &["topojson"],
    sniff,
    holds: Holds::Features(|input| read(input).map(Read::from)),
    write: None,
};

/// Collections within collections that are followed.
const DEEPEST: usize = 32;

/// The property that says in which object a feature is.
const OBJECT: &str = "object";

fn sniff(candidate: &Candidate<'_>) -> bool {
    let has = |words: &[u8]| memchr::memmem::find(candidate.start(), words).is_some();
    // It may have its arcs first, and say what it is behind them.
    let says = || {
        let end = candidate.bytes.len().saturating_sub(1000);
        has(b"\"Topology\"") || memchr::memmem::find(&candidate.bytes[end..], b"\"Topology\"").is_some()
    };
    candidate.begins_with(b'{') && !has(b"FeatureCollection") && says()
}

fn read(input: &Input<'_>) -> Result<FeatureLayer, ReadError> {
    let text = text_of(input.bytes)?;
    // From here on it is known to be JSON, through which the readers of its text find their way.
    serde_json::from_str::<serde::de::IgnoredAny>(text)
        .map_err(|error| ReadError::NotJson(json::fault(text, &error)))?;
    let text = text.trim();
    let wrong = |what: &str| ReadError::Unusable(format!("it is not TopoJSON that can be read: {what}"));
    if member(text, "type") != Some("\"Topology\"") {
        return Err(wrong("its type is not Topology"));
    }
    let objects =
        member(text, "objects").filter(|all| all.starts_with('{')).ok_or_else(|| wrong("it has no objects"))?;
    let arcs = Arcs::of(text).map_err(|what| wrong(&what))?;
    let mut reader = Reader {
        transform: arcs.transform,
        left: most_bytes(input.bytes.len()) / size_of::<Coord<f64>>(),
        arcs,
        features: Collector::new("feature", input),
        has_style: false,
    };
    let crs = member(text, "crs").and_then(|crs| serde_json::from_str::<Value>(crs).ok());
    let note = match named_crs(crs.as_ref().filter(|_| input.crs.is_none()))? {
        Named::Degrees(note) => note,
        Named::Other(system) => {
            reader.features.convert(Converter::new(*system, crs.unwrap_or_default()));
            None
        }
    };
    let mut count = 0;
    for Member { name, value } in members(objects) {
        count += 1;
        let name = shortened(&unescaped(name).unwrap_or_default());
        if kind_of(value).as_deref() == Some("GeometryCollection") {
            for one in items(member(value, "geometries").unwrap_or_default()) {
                reader.feature(&name, one);
            }
        } else {
            reader.feature(&name, value);
        }
    }
    if count > 1 && !reader.has_style {
        reader.features.told_by(OBJECT);
    }
    let mut read = reader.features.finished()?;
    read.features.notes.extend(note);
    Ok(read)
}

fn kind_of(geometry: &str) -> Option<String> {
    Some(words_of(member(geometry, "type")?)?.into_owned())
}

/// How numbers become degrees: factors and summands of longitude and latitude.
type Transform = Option<[f64; 4]>;

struct Reader {
    transform: Transform,
    arcs: Arcs,
    features: Collector,
    /// How many more positions there is room for: an arc may be used again and again.
    left: usize,
    has_style: bool,
}

impl Reader {
    fn feature(&mut self, object: &str, text: &str) {
        let geometry = self.geometry(text, 0);
        let own = member(text, "properties").filter(|own| own.starts_with('{')).unwrap_or("{}");
        let is_empty = members(own).next().is_none();
        let object = Value::from(object).to_string();
        let rest = own.strip_prefix('{').unwrap_or_default();
        // A property of the feature's own of that name counts.
        let properties = match (member(own, OBJECT), is_empty) {
            (Some(_), _) => own.to_owned(),
            (None, true) => format!("{{\"{OBJECT}\":{object}}}"),
            (None, false) => format!("{{\"{OBJECT}\":{object},{rest}"),
        };
        self.has_style |= super::table::SIMPLESTYLE.iter().any(|name| member(own, name).is_some());
        let id = member(text, "id")
            .filter(|id| id.starts_with(|first: char| first == '"' || first == '-' || first.is_ascii_digit()));
        self.features.add(geometry, &properties, id);
    }

    fn geometry(&mut self, text: &str, depth: usize) -> Result<Option<Geometry<f64>>, String> {
        if member(text, "type") == Some("null") {
            return Ok(None);
        }
        let Some(kind) = kind_of(text) else { return Err("it has no type".to_owned()) };
        let arcs = member(text, "arcs").unwrap_or_default();
        let positions = member(text, "coordinates").unwrap_or_default();
        Ok(Some(match kind.as_str() {
            "Point" => Point(self.position(positions)?).into(),
            "MultiPoint" => {
                let points = items(positions).map(|one| self.position(one).map(Point));
                MultiPoint(points.collect::<Result<_, _>>()?).into()
            }
            "LineString" => self.line(arcs)?.into(),
            "MultiLineString" => {
                let lines = items(arcs).map(|one| self.line(one)).collect::<Result<_, _>>()?;
                MultiLineString(lines).into()
            }
            "Polygon" => self.polygon(arcs)?.into(),
            "MultiPolygon" => {
                let areas = items(arcs).map(|one| self.polygon(one)).collect::<Result<_, _>>()?;
                MultiPolygon(areas).into()
            }
            "GeometryCollection" if depth >= DEEPEST => {
                return Err("its collections are nested deeper than any map needs".to_owned());
            }
            "GeometryCollection" => {
                let parts = items(member(text, "geometries").unwrap_or_default());
                let parts = parts.map(|one| self.geometry(one, depth + 1)).collect::<Result<Vec<_>, _>>()?;
                Geometry::GeometryCollection(GeometryCollection(parts.into_iter().flatten().collect()))
            }
            kind => return Err(format!("its type is '{}', which TopoJSON does not have", shortened(kind))),
        }))
    }

    fn position(&self, text: &str) -> Result<Coord<f64>, String> {
        let [x, y] = numbers(text)?;
        Ok(placed([x, y], self.transform))
    }

    fn polygon(&mut self, text: &str) -> Result<Polygon<f64>, String> {
        let mut rings = items(text).map(|one| self.line(one)).collect::<Result<Vec<_>, _>>()?.into_iter();
        let Some(outer) = rings.next().filter(|outer| outer.0.len() >= 4) else {
            return Err("its area has no outline of three corners".to_owned());
        };
        Ok(Polygon::new(outer, rings.filter(|hole| hole.0.len() >= 4).collect()))
    }

    /// The line of some arcs, one after the other, each beginning where the one before it ends; `~n` is arc `n` from its
    /// end to its beginning.
    fn line(&mut self, text: &str) -> Result<LineString<f64>, String> {
        let mut arcs: Vec<(&[Coord<f64>], bool)> = Vec::new();
        for one in items(text) {
            let number: i64 = one.parse().map_err(|_| format!("“{}” is not the number of an arc", shortened(one)))?;
            let index = usize::try_from(if number < 0 { !number } else { number }).unwrap_or(usize::MAX);
            let arc = self.arcs.get(index).ok_or_else(|| format!("there is no arc {number}"))?;
            arcs.push((arc, number < 0));
        }
        let positions = arcs.iter().map(|(arc, _)| arc.len()).sum();
        let left = self.left.checked_sub(positions);
        self.left = left.ok_or("its arcs are used so often that they have no room in memory")?;
        let mut line: Vec<Coord<f64>> = Vec::with_capacity(positions);
        for (arc, is_reversed) in arcs {
            let skip = usize::from(!line.is_empty());
            if is_reversed {
                line.extend(arc.iter().rev().skip(skip));
            } else {
                line.extend(arc.iter().skip(skip));
            }
        }
        if line.len() < 2 { Err("a line of it has fewer than two positions".to_owned()) } else { Ok(LineString(line)) }
    }
}

/// The arcs of a file, one after the other.
struct Arcs {
    transform: Transform,
    positions: Vec<Coord<f64>>,
    /// Where each ends.
    ends: Vec<usize>,
}

impl Arcs {
    fn of(text: &str) -> Result<Self, String> {
        let transform = match member(text, "transform").filter(|transform| *transform != "null") {
            None => None,
            Some(transform) => {
                let pair = |name: &str| numbers(member(transform, name).unwrap_or_default());
                let ([kx, ky], [dx, dy]) = (pair("scale")?, pair("translate")?);
                Some([kx, ky, dx, dy])
            }
        };
        let mut arcs = Self { transform, positions: Vec::new(), ends: Vec::new() };
        for (index, arc) in items(member(text, "arcs").unwrap_or_default()).enumerate() {
            let mut at = [0.0, 0.0];
            for position in items(arc) {
                let [x, y] = numbers(position).map_err(|what| format!("arc {index}: {what}"))?;
                // Quantised positions are steps from the one before.
                at = if transform.is_some() { [at[0] + x, at[1] + y] } else { [x, y] };
                arcs.positions.push(placed(at, transform));
            }
            arcs.ends.push(arcs.positions.len());
        }
        Ok(arcs)
    }

    fn get(&self, index: usize) -> Option<&[Coord<f64>]> {
        let end = *self.ends.get(index)?;
        self.positions.get(index.checked_sub(1).map_or(0, |before| self.ends[before])..end)
    }
}

fn placed([x, y]: [f64; 2], transform: Transform) -> Coord<f64> {
    match transform {
        Some([kx, ky, dx, dy]) => Coord { x: x * kx + dx, y: y * ky + dy },
        None => Coord { x, y },
    }
}

/// The first two numbers of a list.
fn numbers(text: &str) -> Result<[f64; 2], String> {
    let mut all = items(text).map(|one| one.parse::<f64>().ok().filter(|number| number.is_finite()));
    match (all.next(), all.next()) {
        (Some(Some(x)), Some(Some(y))) => Ok([x, y]),
        _ => Err(format!("“{}” is not a pair of numbers", shortened(text))),
    }
}

#[cfg(test)]
mod tests;
