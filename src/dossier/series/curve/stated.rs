//! What reports state of an overlay's size in numbers, as points beside its curve.
//!
//! # Which figures can be set beside a curve
//! Areas in square kilometres, of an overlay that lies within the area in which the curve counts: of ground beyond it the
//! curve says nothing. Shares in percent of just that area, which gives their square kilometres. A figure without a day has
//! no place on the axis of days. Widths, polls and shares of something else are none of its size.

use std::ops::RangeInclusive;

use super::{AreaOverTime, Whole, days_of};
use crate::dossier::{Dossier, Quantity, ReportedFigure};
use crate::formats::edtf::Edtf;
use crate::geometry::derive::intersection;
use crate::geometry::measure::area_m2;
use crate::geometry::work::at_once;

/// An overlay lies within another if no more than this share of it lies beyond: borders are drawn by several hands.
const BEYOND: f64 = 0.005;

/// A stated figure where it stands beside a curve.
#[derive(Debug, Clone, PartialEq)]
pub struct StatedPoint {
    /// The figure: its number, its hedge, who reports it and when.
    pub figure: ReportedFigure,
    /// Its first and its last day, in days since 1970.
    pub days: RangeInclusive<i64>,
    /// Its size; of a share, of the whole as it is measured.
    pub km2: f64,
}

impl AreaOverTime {
    /// Sets the figures that are stated of some overlays beside the curves; those that have no place there are named.
    #[must_use]
    pub fn with_figures(mut self, dossier: &Dossier, overlays: &[&str]) -> Self {
        let (stated, left_out) = figures_of(dossier, overlays, self.within.as_ref());
        self.stated = stated;
        self.left_out.extend(left_out);
        self
    }
}

/// The figures that are stated of some overlays' sizes, in order of time, and those that have no place beside a curve that
/// counts within an area, in words.
pub fn figures_of(dossier: &Dossier, overlays: &[&str], within: Option<&Whole>) -> (Vec<StatedPoint>, Vec<String>) {
    let mut points = Vec::new();
    let mut left_out = Vec::new();
    for id in overlays {
        // Asked once for each overlay.
        let is_within = within.is_none_or(|within| lies_within(dossier, id, within));
        let figures = dossier.figures.iter().filter(|figure| figure.overlay.as_deref() == Some(id));
        for figure in figures.filter(|figure| matches!(figure.quantity, Quantity::Area | Quantity::Share)) {
            match place(figure, within, is_within) {
                Ok((days, km2)) => points.push(StatedPoint { figure: figure.clone(), days, km2 }),
                Err(why) => left_out.push(format!("stated figure {}: {why}", figure.id)),
            }
        }
    }
    points.sort_by(|a, b| {
        let key = |point: &StatedPoint| (*point.days.start(), *point.days.end());
        key(a).cmp(&key(b)).then_with(|| a.figure.id.cmp(&b.figure.id))
    });
    (points, left_out)
}

/// Its days and its square kilometres, or why it has none beside the curve.
fn place(
    figure: &ReportedFigure,
    within: Option<&Whole>,
    is_within: bool,
) -> Result<(RangeInclusive<i64>, f64), String> {
    let when = figure.date.as_deref().ok_or_else(|| "it has no day".to_owned())?;
    let days = Edtf::in_text(when).ok().and_then(days_of).ok_or_else(|| format!("its day cannot be read: {when}"))?;
    let km2 = match (figure.quantity, figure.unit.as_str()) {
        (Quantity::Area, "km2") if is_within => figure.value,
        (Quantity::Area, "km2") => {
            return Err("it is of ground beyond the area within which the curve counts".to_owned());
        }
        (Quantity::Share, "percent") => match (within, &figure.of) {
            (Some(within), Some(of)) if within.overlay.as_ref() == Some(of) => figure.value / 100.0 * within.km2,
            (_, Some(of)) => return Err(format!("it is a share of {of}, within which the curve does not count")),
            (_, None) => return Err("it does not say of what it is a share".to_owned()),
        },
        (_, unit) => return Err(format!("its unit is {unit}")),
    };
    if km2.is_finite() && km2 >= 0.0 { Ok((days, km2)) } else { Err("it is no size".to_owned()) }
}

fn lies_within(dossier: &Dossier, id: &str, within: &Whole) -> bool {
    if within.overlay.as_deref() == Some(id) {
        return true;
    }
    let Some(area) = dossier.overlay(id).and_then(|overlay| overlay.shape.areas()) else { return false };
    let common = at_once(|| area_m2(&intersection(area, &within.area)));
    common.is_ok_and(|common_m2| common_m2 >= (1.0 - BEYOND) * area_m2(area))
}
