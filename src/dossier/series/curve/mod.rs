//! Area over time: how much ground each report of a series covers, all of it or within another area.
//!
//! # What is known of which day
//! A report is a point of its day. Of a month or a year it is a stretch: of some day of it. Between two reports there is
//! nothing: no area is interpolated, and whoever draws a line there has to show that nobody reports ([`Curve::gaps`]).
//!
//! # How areas are worked out
//! Parts of a report that lie over each other count once ([`union_all`]); within an area counts what both have in common
//! ([`intersection`]). Sizes are geodesic, in square kilometres ([`area_m2`]).
//!
//! # The range that an accuracy gives
//! A border that is exact to so many metres may run anywhere within that distance. At least held is what lies in the area
//! and farther from its border, at most what lies in it or so near; both within the same other area. All of the border is
//! in doubt: unlike in [`Change`](crate::geometry::change::Change), nothing says which of it is sure.

mod csv_text;
mod stated;
#[cfg(test)]
mod tests;

use std::ops::RangeInclusive;
use std::sync::Arc;

use geo::{LineString, MultiLineString, MultiPolygon};
use serde_json::{Value, json};

use super::{Series, Version};
use crate::formats::day::Day;
use crate::formats::edtf::Edtf;
use crate::formats::language::Text;
use crate::formats::number::round;
use crate::geometry::derive::{Sides, buffer_line, difference, intersection, union, union_all};
use crate::geometry::measure::area_m2;
use crate::geometry::work::{self, Stopped, within_limits};

pub use self::csv_text::csv_text;
pub use self::stated::{StatedPoint, figures_of};

/// Square kilometres are written down to a square metre.
const DECIMALS: i32 = 6;

/// A series whose areas are worked out: the reports of one account, or of all.
#[derive(Debug, Clone)]
pub struct Track<'a> {
    /// What it is called.
    pub title: Text,
    /// Id of the overlay of which it is, if it is one's.
    pub overlay: Option<String>,
    /// Whose reports count; `None` for those of nobody named, or for all where there is one account alone.
    pub who: Option<String>,
    /// The reports.
    pub series: &'a Series,
    /// How exact the borders are of reports that do not say so themselves, in metres.
    pub accuracy_m: Option<f64>,
}

/// The area within which all others count.
#[derive(Debug, Clone, PartialEq)]
pub struct Whole {
    /// Id of its overlay, if it is one's.
    pub overlay: Option<String>,
    /// What it is called.
    pub title: Text,
    /// Its shape, its parts together.
    pub area: Arc<MultiPolygon<f64>>,
    /// Its size.
    pub km2: f64,
}

impl Whole {
    /// An area, of which parts that lie over each other count once.
    pub fn new(title: Text, overlay: Option<String>, area: &MultiPolygon<f64>) -> Self {
        let area = union_all([area]);
        let km2 = area_m2(&area) / 1e6;
        Self { overlay, title, area: Arc::new(area), km2 }
    }
}

/// A report on a curve.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// Of when it is.
    pub when: Edtf,
    /// Its first and its last day, in days since 1970.
    pub days: RangeInclusive<i64>,
    /// How much ground it covers.
    pub km2: f64,
    /// At least and at most, where it says how exact its border is.
    pub range_km2: Option<[f64; 2]>,
    /// How exact its border is, in metres.
    pub accuracy_m: Option<f64>,
    /// Who reports it.
    pub who: Option<String>,
    /// Ids of the excerpts of a dossier that speak of it.
    pub excerpts: Vec<String>,
    /// From which file or which features it is.
    pub report: String,
}

impl Point {
    /// Whether it is of some day of its stretch, as of a month, and not of all of them.
    pub fn is_of_some_day(&self) -> bool {
        matches!(self.when, Edtf::Date(date) if date.day().is_none())
    }
}

/// The reports of a series as areas, in order of time.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// What it is called.
    pub title: Text,
    /// Id of the overlay of which it is, if it is one's.
    pub overlay: Option<String>,
    /// Whose reports they are, where one account's alone count.
    pub who: Option<String>,
    /// The reports.
    pub points: Vec<Point>,
}

impl Curve {
    /// The days between two reports of which nobody reports: for each pair of places in [`Self::points`] that do not follow
    /// each other from day to day, the place of the former.
    pub fn gaps(&self) -> impl Iterator<Item = usize> + '_ {
        let mut known_to = i64::MIN;
        let points = self.points.iter().enumerate();
        points.filter_map(move |(index, point)| {
            known_to = known_to.max(*point.days.end());
            let next = self.points.get(index + 1)?;
            (known_to.saturating_add(1) < *next.days.start()).then_some(index)
        })
    }
}

/// Areas over time, and the figures that are stated beside them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AreaOverTime {
    /// Within which area all of it counts.
    pub within: Option<Whole>,
    /// A curve for each series.
    pub curves: Vec<Curve>,
    /// What reports state in numbers.
    pub stated: Vec<StatedPoint>,
    /// What is in no curve, and why not.
    pub left_out: Vec<String>,
}

/// Works out the areas of some series, of reports from a day to a day, both counted, within an area or as a whole. Reports
/// whose day is not known, and those without areas, are left out and named.
///
/// # Errors
/// [`Stopped::Cancelled`] if nobody wants it any more. A report that would take too long is left out and named.
pub fn over_time(
    tracks: &[Track<'_>],
    within: Option<Whole>,
    (from, to): (Option<Day>, Option<Day>),
) -> Result<AreaOverTime, Stopped> {
    let mut left_out = Vec::new();
    let mut wanted: Vec<(usize, &Version, RangeInclusive<i64>)> = Vec::new();
    for (index, track) in tracks.iter().enumerate() {
        let (mut undated, mut without) = (0, 0);
        // Accounts contradict each other: they are never put into one curve.
        let is_unnamed = track.who.is_none() && track.series.whose().len() > 1;
        let counted = track.series.of(track.who.as_deref()).filter(|version| !is_unnamed || version.who.is_none());
        for version in counted {
            let Some((when, days)) = version.when.and_then(|when| Some((when, days_of(when)?))) else {
                undated += 1;
                continue;
            };
            let is_within = from.is_none_or(|from| when.latest().is_none_or(|latest| latest >= from))
                && to.is_none_or(|to| when.earliest().is_none_or(|earliest| earliest <= to));
            if !is_within {
                continue;
            }
            if version.shape.areas().is_some() {
                wanted.push((index, version, days));
            } else {
                without += 1;
            }
        }
        let title = named(track);
        let counted = |count: usize, what: &str| match count {
            1 => format!("{title}: 1 report {what}"),
            count => format!("{title}: {count} reports {what}"),
        };
        left_out.extend((undated > 0).then(|| counted(undated, "of no known day")));
        left_out.extend((without > 0).then(|| counted(without, "without an area")));
    }
    let measured = work::beside("Measuring areas over time", &wanted, |(index, version, _)| {
        let accuracy_m = version.accuracy_m.or(tracks[*index].accuracy_m);
        within_limits(|| sizes(version, within.as_ref(), accuracy_m))
    });
    let mut curves: Vec<Curve> = tracks
        .iter()
        .map(|track| Curve {
            title: track.title.clone(),
            overlay: track.overlay.clone(),
            who: track.who.clone(),
            points: Vec::new(),
        })
        .collect();
    for ((index, version, days), sizes) in wanted.into_iter().zip(measured.ok_or(Stopped::Cancelled)?) {
        let (Some(when), Ok((km2, range_km2))) = (version.when, sizes) else {
            match sizes {
                Err(Stopped::Cancelled) => return Err(Stopped::Cancelled),
                Err(why) => left_out.push(format!("{}: {why}", version.from)),
                Ok(_) => {}
            }
            continue;
        };
        curves[index].points.push(Point {
            when,
            days,
            km2,
            range_km2,
            accuracy_m: version.accuracy_m.or(tracks[index].accuracy_m),
            who: version.who.clone(),
            excerpts: version.excerpts.clone(),
            report: version.from.clone(),
        });
    }
    curves.iter_mut().for_each(|curve| curve.points.sort_by(|a, b| a.when.in_time(&b.when)));
    Ok(AreaOverTime { within, curves, stated: Vec::new(), left_out })
}

/// What a series is called, with whose reports count of it.
fn named(track: &Track<'_>) -> String {
    let title = track.title.main();
    match &track.who {
        Some(who) if who != title => format!("{title} ({who})"),
        _ => title.to_owned(),
    }
}

/// The first and the last day that may be meant; of a stretch that is open the end that is known.
fn days_of(when: Edtf) -> Option<RangeInclusive<i64>> {
    let (first, last) = (when.earliest(), when.latest());
    let (first, last) = (first.or(last)?.first().since_1970()?, last.or(first)?.last().since_1970()?);
    (first <= last).then_some(first..=last)
}

/// How much ground a report covers, in square kilometres, and between which bounds that lies.
fn sizes(version: &Version, within: Option<&Whole>, accuracy_m: Option<f64>) -> (f64, Option<[f64; 2]>) {
    let Some(area) = version.shape.areas() else { return (0.0, None) };
    let area = union_all([area]);
    let km2 = |area: &MultiPolygon<f64>| match within {
        Some(within) => area_m2(&intersection(area, &within.area)) / 1e6,
        None => area_m2(area) / 1e6,
    };
    let size = km2(&area);
    let range = accuracy_m.filter(|accuracy_m| *accuracy_m > 0.0).map(|accuracy_m| {
        let rings = area.iter().flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()));
        let border: Vec<LineString<f64>> = rings.cloned().collect();
        let strip = buffer_line(&MultiLineString(border), accuracy_m, Sides::Both);
        // What rounding puts on the other side is no news.
        let least = km2(&difference(&area, &strip)).min(size);
        [least, km2(&union(&area, &strip)).max(size)]
    });
    (size, range)
}

impl AreaOverTime {
    /// The first and the last day of all that is in it, in days since 1970.
    pub fn span(&self) -> Option<RangeInclusive<i64>> {
        let points = self.curves.iter().flat_map(|curve| &curve.points).map(|point| &point.days);
        let all: Vec<&RangeInclusive<i64>> = points.chain(self.stated.iter().map(|stated| &stated.days)).collect();
        Some(*all.iter().map(|days| days.start()).min()?..=*all.iter().map(|days| days.end()).max()?)
    }

    /// Where all that is in it begins and ends, as exactly as it is said: a report of a month begins in that month.
    pub fn reach(&self) -> Option<(Day, Day)> {
        let points = self.curves.iter().flat_map(|curve| &curve.points).map(|point| point.when);
        let day = |days: i64| Day::of_days(days);
        let of_stated = |stated: &StatedPoint| Edtf::between(day(*stated.days.start())?, day(*stated.days.end())?);
        Edtf::reach(points.chain(self.stated.iter().filter_map(of_stated)))
    }

    /// The least and the largest area in it, ranges and stated figures counted.
    pub fn reach_km2(&self) -> Option<[f64; 2]> {
        let points = self.curves.iter().flat_map(|curve| &curve.points);
        let points = points.flat_map(|point| match point.range_km2 {
            Some(range) => range,
            None => [point.km2, point.km2],
        });
        let all: Vec<f64> = points.chain(self.stated.iter().map(|stated| stated.km2)).collect();
        Some([all.iter().copied().reduce(f64::min)?, all.iter().copied().reduce(f64::max)?])
    }

    /// What part of the whole an area is, in percent; `None` where it is within nothing.
    pub fn percent(&self, km2: f64) -> Option<f64> {
        let within = self.within.as_ref().filter(|within| within.km2 > 0.0)?;
        Some(100.0 * km2 / within.km2)
    }

    /// How many reports there are.
    pub fn reports(&self) -> usize {
        self.curves.iter().map(|curve| curve.points.len()).sum()
    }

    /// All of it for programs.
    pub fn json(&self) -> Value {
        let km2 = |km2: f64| round(km2, DECIMALS);
        let percent = |km2: f64| self.percent(km2).map(|percent| round(percent, DECIMALS));
        let point = |point: &Point| {
            json!({
                "when": point.when.iso(),
                "first_day": iso(*point.days.start()),
                "last_day": iso(*point.days.end()),
                "km2": km2(point.km2),
                "range_km2": point.range_km2.map(|range| range.map(km2)),
                "share_percent": percent(point.km2),
                "accuracy_m": point.accuracy_m,
                "account": point.who,
                "excerpts": point.excerpts,
                "from": point.report,
            })
        };
        let curve = |curve: &Curve| {
            json!({
                "title": curve.title.main(),
                "overlay": curve.overlay,
                "account": curve.who,
                "points": curve.points.iter().map(point).collect::<Vec<_>>(),
            })
        };
        let stated = |stated: &StatedPoint| {
            let figure = &stated.figure;
            json!({
                "id": figure.id,
                "overlay": figure.overlay,
                "when": figure.date,
                "value": figure.value,
                "unit": figure.unit,
                "hedge": figure.hedge,
                "km2": km2(stated.km2),
                "share_percent": percent(stated.km2),
                "reported_by": figure.reported_by,
                "traced_to": figure.traced_to,
                "weak": figure.weak,
                "excerpt": figure.excerpt,
                "url": figure.url,
            })
        };
        json!({
            "within": self.within.as_ref().map(|within| {
                json!({ "title": within.title.main(), "overlay": within.overlay, "km2": km2(within.km2) })
            }),
            "curves": self.curves.iter().map(curve).collect::<Vec<_>>(),
            "stated": self.stated.iter().map(stated).collect::<Vec<_>>(),
            "left_out": self.left_out,
        })
    }
}

/// A day since 1970 as it is written down.
fn iso(days: i64) -> Option<String> {
    Day::of_days(days).map(|day| day.iso())
}
