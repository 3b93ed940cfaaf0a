//! Recipes of lines: parallels and meridians, legs, coordinates in words, medians, courses.

use std::fmt::Write as _;

use geo::{Coord, LineString, MultiLineString, MultiPolygon, Polygon};

use super::workshop::{Workshop, needed, non_empty};
use crate::dossier::Shape;
use crate::dossier::model::{Choice, JoinBy, Leg, Recipe, Start};
use crate::formats::coordinates;
use crate::formats::stated_figure::{self, Unit};
use crate::geometry::frame::position_in_words;
use crate::geometry::geodesic::{self, Join, STRAY_M};
use crate::geometry::{derive, work};

/// A leg is no longer than half round the earth, in kilometres.
const LONGEST_LEG_KM: f64 = 20_000.0;

/// A line has no more legs, and joins no more places.
const MOST_LEGS: usize = 10_000;

/// A line of more vertices is cut up, not drawn.
const MOST_VERTICES: usize = 1_000_000;

/// Gaps of a course, in metres, where the recipe says nothing.
const USUAL_GAP_M: f64 = 10.0;

/// The ends of a course lie no farther from its lines than this, in metres.
const SNAP_M: f64 = 5_000.0;

/// So many letters of a text of coordinates are said in words.
const LONGEST_WORDS: usize = 300;

impl From<JoinBy> for Join {
    fn from(join: JoinBy) -> Self {
        match join {
            JoinBy::Geodesic => Self::Geodesic,
            JoinBy::Rhumb => Self::Rhumb,
        }
    }
}

impl Workshop<'_> {
    /// The shape of one of the recipes of this file.
    pub(super) fn line_by(&mut self, recipe: &Recipe) -> Result<Shape, String> {
        match recipe {
            Recipe::Parallel { lat, from, to, within } => {
                let lat = degrees("lat", *lat, 90.0)?;
                let line = match ends(("from", "to"), (*from, *to), 360.0)? {
                    Some((from, to)) => geodesic::parallel(lat, from, to),
                    None => geodesic::parallel(lat, -180.0, 180.0),
                };
                self.part_within(line, within.as_deref(), "the parallel")
            }
            Recipe::Meridian { lon, from, to, within } => {
                let lon = degrees("lon", *lon, 360.0)?;
                let (from, to) = ends(("from", "to"), (*from, *to), 90.0)?.unwrap_or((-90.0, 90.0));
                self.part_within(geodesic::meridian(lon, from, to), within.as_deref(), "the meridian")
            }
            Recipe::Bearing { from, legs, join, area } => {
                let from = match from {
                    Start::At(at) => place("from", *at)?,
                    Start::Of(id) => self.only_place(id)?,
                };
                drawn(by_legs(from, legs, (*join).into())?, (*join).into(), *area)
            }
            Recipe::Coordinates { text, join, area } => {
                let found = coordinates::listed(text).map_err(|why| format!("recipe.text: {why}"))?;
                if found.len() > MOST_LEGS {
                    return Err(format!("recipe.text names {} places; at most {MOST_LEGS} are joined", found.len()));
                }
                let places: Vec<Coord<f64>> = found.iter().map(|place| place.at).collect();
                let least = if *area { 3 } else { 2 };
                if places.len() < least {
                    let (count, what) = (places.len(), if *area { "an area" } else { "a line" });
                    return Err(format!("recipe.text names {count} place(s); {what} needs at least {least}"));
                }
                drawn(through(&places, (*join).into())?, (*join).into(), *area)
            }
            Recipe::Median { of, within } => {
                let [one, other] = of.as_slice() else {
                    return Err(format!("recipe.of names {} shapes; a median is of two", of.len()));
                };
                let (shore, other_shore) = (self.shores(one)?, self.shores(other)?);
                let area = within.as_deref().map(|id| self.area(id, &Choice::All)).transpose()?;
                let bounds = match &area {
                    Some(area) => super::bounds_of(&Shape::Area(area.clone())),
                    None => derive::bounds_of_shores(&shore, &other_shore),
                };
                let bounds = bounds.ok_or_else(|| format!("'{one}' is empty"))?;
                let line = derive::median(&shore, &other_shore, bounds)
                    .map_err(|why| format!("there is no median of '{one}' and '{other}': {why}"))?;
                let line = match &area {
                    Some(area) => derive::clip_line(&line, area),
                    None => line,
                };
                some(line, "the median")
            }
            Recipe::Course { of, from, to, gap_m } => {
                let gap_m = gap_m.unwrap_or(USUAL_GAP_M);
                if !(0.0..=10_000.0).contains(&gap_m) {
                    return Err(format!("recipe.gap_m is {gap_m}; expected 0 to 10000 metres"));
                }
                let (from, to) = (place("from", *from)?, place("to", *to)?);
                let lines = match self.shape(of) {
                    Ok(Shape::Line(lines)) => lines,
                    Ok(_) => return Err(format!("'{of}' is not a line")),
                    Err(what) => return Err(needed(of, &what)),
                };
                let way = derive::course(&lines, from, to, gap_m, SNAP_M)
                    .map_err(|why| format!("there is no course along '{of}': {why}"))?;
                Ok(Shape::Line(MultiLineString(vec![way])))
            }
            Recipe::Side { .. }
            | Recipe::Difference { .. }
            | Recipe::Intersection { .. }
            | Recipe::Union { .. }
            | Recipe::Buffer { .. }
            | Recipe::PointsWithin { .. } => Err("the recipe makes no line of its own".to_owned()),
        }
    }

    /// A line, or what of it lies within an area.
    fn part_within(&mut self, line: Vec<Coord<f64>>, within: Option<&str>, what: &str) -> Result<Shape, String> {
        let line = MultiLineString(vec![LineString(line)]);
        let line = match within {
            Some(id) => derive::clip_line(&line, &self.area(id, &Choice::All)?),
            None => line,
        };
        some(line, what)
    }

    /// The place of an overlay or a layer that has one.
    fn only_place(&mut self, id: &str) -> Result<Coord<f64>, String> {
        match self.shape(id) {
            Ok(Shape::Places(places)) => match places.as_slice() {
                [only] => Ok(only.at),
                _ => Err(format!("'{id}' has {} places; a line begins at one", places.len())),
            },
            Ok(_) => Err(format!("'{id}' has no places; a line begins at one")),
            Err(what) => Err(needed(id, &what)),
        }
    }

    /// What distances to a shape are measured to.
    fn shores(&mut self, id: &str) -> Result<Vec<Vec<Coord<f64>>>, String> {
        let shape = self.shape(id).map_err(|what| needed(id, &what))?;
        let points = geo::MultiPoint(shape.places().iter().map(|place| geo::Point(place.at)).collect());
        Ok(match &shape {
            Shape::Area(area) => derive::shores(crate::geometry::ShapeRef::Areas(area)),
            Shape::Line(line) => derive::shores(crate::geometry::ShapeRef::Lines(line)),
            Shape::Places(_) => derive::shores(crate::geometry::ShapeRef::Points(&points)),
            Shape::Mixed(mixed) => derive::shores(crate::geometry::ShapeRef::Mixed {
                areas: &mixed.areas,
                lines: &mixed.lines,
                points: &points,
            }),
        })
    }
}

/// A line that is one.
fn some(line: MultiLineString<f64>, what: &str) -> Result<Shape, String> {
    if work::is_cancelled() {
        return Err(work::Stopped::Cancelled.to_string());
    }
    match line.0.is_empty() {
        true => Err(format!("nothing of {what} lies within the area")),
        false => Ok(Shape::Line(line)),
    }
}

fn degrees(name: &str, value: f64, most: f64) -> Result<f64, String> {
    let is_sound = value.is_finite() && value.abs() <= most;
    if is_sound { Ok(value) } else { Err(format!("recipe.{name} is {value}; expected {} to {most} degrees", -most)) }
}

/// Both ends of a part, or neither.
fn ends(names: (&str, &str), (from, to): (Option<f64>, Option<f64>), most: f64) -> Result<Option<(f64, f64)>, String> {
    match (from, to) {
        (None, None) => Ok(None),
        (Some(from), Some(to)) if from == to => Err(format!("recipe.from and recipe.to are both {from}; give two")),
        (Some(from), Some(to)) => Ok(Some((degrees(names.0, from, most)?, degrees(names.1, to, most)?))),
        _ => Err("recipe.from and recipe.to belong together; give both or neither".to_owned()),
    }
}

fn place(name: &str, [x, y]: [f64; 2]) -> Result<Coord<f64>, String> {
    let is_sound = x.abs() <= 180.0 && y.abs() <= 90.0;
    if is_sound {
        Ok(Coord { x, y })
    } else {
        Err(format!("recipe.{name} is [{x}, {y}]; expected a longitude of -180 to 180 and a latitude of -90 to 90"))
    }
}

/// Bearing and kilometres of a leg.
fn measured(index: usize, leg: &Leg) -> Result<(f64, f64), String> {
    let name = format!("recipe.legs[{index}]");
    let (bearing_deg, distance_km) = match leg {
        Leg::Measured { bearing_deg, distance_km } => (*bearing_deg, *distance_km),
        Leg::Written { text } => {
            let why = || {
                format!(
                    "{name}: “{text}” is not understood; write a bearing and a distance, such as N 45° E for 12 miles"
                )
            };
            let figures = stated_figure::find(text, Some("en"));
            let [figure] = figures.as_slice() else { return Err(why()) };
            if figure.unit != Unit::Kilometres || figure.high.is_some() {
                return Err(why());
            }
            // What stands before the distance is the bearing, but for the words that lead to it.
            let before = text.get(..figure.range.start).unwrap_or_default().trim();
            let before = ["thence", "then", "and"].iter().find_map(|word| before.strip_prefix(word)).unwrap_or(before);
            let before =
                before.trim().trim_end_matches([',', ';']).trim_end_matches(" for").trim_end_matches(" a distance of");
            let bearing = coordinates::bearing(before.trim().trim_end_matches([',', ';']));
            (bearing.ok_or_else(why)?, figure.low)
        }
    };
    if !(-360.0..=360.0).contains(&bearing_deg) {
        return Err(format!("{name}: a bearing of {bearing_deg}; expected 0 to 360 degrees clockwise from north"));
    }
    if !(distance_km > 0.0 && distance_km <= LONGEST_LEG_KM) {
        return Err(format!(
            "{name}: a distance of {distance_km} km; expected more than 0 and at most {LONGEST_LEG_KM}"
        ));
    }
    Ok((bearing_deg, distance_km))
}

fn by_legs(from: Coord<f64>, legs: &[Leg], join: Join) -> Result<Vec<Coord<f64>>, String> {
    if legs.is_empty() || legs.len() > MOST_LEGS {
        return Err(format!("recipe.legs has {} legs; expected 1 to {MOST_LEGS}", legs.len()));
    }
    let mut line = vec![from];
    for (index, leg) in legs.iter().enumerate() {
        let (bearing_deg, distance_km) = measured(index, leg)?;
        let at = line.last().copied().unwrap_or(from);
        let next = geodesic::leg(at, bearing_deg, distance_km * 1000.0, join).ok_or_else(|| {
            format!("recipe.legs[{index}] ends at a pole, from which no bearing leads on; shorten it")
        })?;
        add(&mut line, &next)?;
    }
    Ok(line)
}

fn through(places: &[Coord<f64>], join: Join) -> Result<Vec<Coord<f64>>, String> {
    let mut line: Vec<Coord<f64>> = places.first().copied().into_iter().collect();
    for next in places.iter().skip(1) {
        let at = line.last().copied().unwrap_or(*next);
        add(&mut line, &geodesic::joined(at, *next, join))?;
    }
    Ok(line)
}

/// Adds a piece that begins where the line ends.
fn add(line: &mut Vec<Coord<f64>>, next: &[Coord<f64>]) -> Result<(), String> {
    line.extend(next.iter().skip(1));
    if line.len() > MOST_VERTICES {
        return Err("the line is too long to be drawn: it has more than 1,000,000 vertices".to_owned());
    }
    Ok(())
}

/// A line as it is, or what lies within it once its last place is joined to its first.
fn drawn(mut line: Vec<Coord<f64>>, join: Join, area: bool) -> Result<Shape, String> {
    line.dedup();
    if !area {
        return some(MultiLineString(if line.len() > 1 { vec![LineString(line)] } else { Vec::new() }), "the line");
    }
    let (Some(first), Some(last)) = (line.first().copied(), line.last().copied()) else {
        return Err("the area is empty".to_owned());
    };
    if geodesic_apart_m(first, last) > 0.001 {
        add(&mut line, &geodesic::joined(last, first, join))?;
    }
    let turn = line.last().map_or(0.0, |last| last.x - first.x);
    if turn.abs() > 180.0 {
        return Err("the line goes round a pole, and an area round a pole cannot be drawn; give a line".to_owned());
    }
    if let Some(last) = line.last_mut() {
        *last = first;
    }
    let ring = MultiPolygon(vec![Polygon::new(LineString(line), Vec::new())]);
    // A ring that crosses itself counts as all that it goes round, and so its parts come out as areas.
    non_empty(derive::union_all([&ring]))
}

fn geodesic_apart_m(one: Coord<f64>, other: Coord<f64>) -> f64 {
    crate::geometry::measure::distance_m(one, other)
}

/// One of the recipes of this file in words.
pub(super) fn describe(recipe: &Recipe) -> String {
    let within = |within: &Option<String>| within.as_ref().map(|id| format!(", within {id}")).unwrap_or_default();
    let by = |join: &JoinBy| match join {
        JoinBy::Geodesic => "by geodesics",
        JoinBy::Rhumb => "by lines of one bearing",
    };
    let drawn = format!("of WGS 84, drawn to {STRAY_M} m");
    let of_area = |area: bool| if area { "the area within the line" } else { "the line" };
    match recipe {
        Recipe::Parallel { lat, from, to, within: area } => {
            let ends = match (from, to) {
                (Some(from), Some(to)) => format!(" from {} to {}", longitude(*from), longitude(*to)),
                _ => String::new(),
            };
            format!("the parallel of {}{ends}{}", latitude(*lat), within(area))
        }
        Recipe::Meridian { lon, from, to, within: area } => {
            let ends = match (from, to) {
                (Some(from), Some(to)) => format!(" from {} to {}", latitude(*from), latitude(*to)),
                _ => String::new(),
            };
            format!("the meridian of {}{ends}{}", longitude(*lon), within(area))
        }
        Recipe::Bearing { from, legs, join, area } => {
            let from = match from {
                Start::At([lon, lat]) => position_in_words(*lon, *lat),
                Start::Of(id) => id.clone(),
            };
            let mut words = format!("{} from {from}", of_area(*area));
            for leg in legs.iter().take(MOST_LEGS_IN_WORDS) {
                // Writing to a String cannot fail.
                let _ = match leg {
                    Leg::Measured { bearing_deg, distance_km } => {
                        write!(words, ", then {distance_km} km at a bearing of {bearing_deg}°")
                    }
                    Leg::Written { text } => write!(words, ", then “{}”", short(text)),
                };
            }
            if legs.len() > MOST_LEGS_IN_WORDS {
                let _ = write!(words, ", and {} more legs", legs.len() - MOST_LEGS_IN_WORDS);
            }
            format!("{words}; {} {drawn}", by(join))
        }
        Recipe::Coordinates { text, join, area } => {
            format!("{} through the places of “{}”, joined {} {drawn}", of_area(*area), short(text), by(join))
        }
        Recipe::Median { of, within: area } => format!(
            "the line as far from {}{}; distances are those of geodesics of WGS 84, equal to {} m at its vertices",
            of.join(" as from "),
            within(area),
            derive::EQUAL_M
        ),
        Recipe::Course { of, from, to, gap_m } => format!(
            "the shortest way along {of} from {} to {}; gaps of up to {} m count as none",
            position_in_words(from[0], from[1]),
            position_in_words(to[0], to[1]),
            gap_m.unwrap_or(USUAL_GAP_M)
        ),
        Recipe::Side { .. }
        | Recipe::Difference { .. }
        | Recipe::Intersection { .. }
        | Recipe::Union { .. }
        | Recipe::Buffer { .. }
        | Recipe::PointsWithin { .. } => String::new(),
    }
}

/// So many legs are said in words.
const MOST_LEGS_IN_WORDS: usize = 6;

fn latitude(degrees: f64) -> String {
    format!("{}° {}", degrees.abs(), if degrees < 0.0 { 'S' } else { 'N' })
}

fn longitude(degrees: f64) -> String {
    format!("{}° {}", degrees.abs(), if degrees < 0.0 { 'W' } else { 'E' })
}

fn short(text: &str) -> String {
    match text.char_indices().nth(LONGEST_WORDS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests;
