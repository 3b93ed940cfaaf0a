//! Reported figures beside measured shapes, by one stated rule.
//!
//! # The rule
//! * A figure that no shape of the dossier measures (a poll, the width of a corridor that is drawn to that width, a
//!   share of an area that is not in the dossier) is *not comparable*.
//! * Otherwise the tolerance is the larger of two: 5 % of the figure where it is hedged ("approximately", "roughly",
//!   "about", "nearly"), half of its last stated digit where it is not; and the distance from the measured value to the
//!   end of its range, where the shape has a stated accuracy.
//! * Within the tolerance the two *agree*; beyond it they *differ by* the measured value minus the figure.
//! * A line of the user's own has no stated accuracy, so that with it the range falls away and only the words' tolerance
//!   is left: a figure may then differ that agrees with the dossier's line ([`Comparison::lost_range`]).
//! * "more than" and "less than", and what has their sense in the six languages, bound one side only.

use super::model::{Quantity, ReportedFigure};
use super::{Dossier, Measure, Overlay, words};

/// What a comparison comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Within the tolerance.
    Agrees,
    /// Beyond it.
    Differs,
    /// No shape measures what the figure counts.
    NotComparable,
}

/// A reported figure beside a measured value.
#[derive(Debug, Clone)]
pub struct Comparison<'a> {
    /// The figure.
    pub figure: &'a ReportedFigure,
    /// The measured value, in the figure's unit.
    pub measured: Option<f64>,
    /// Measured minus reported, in the figure's unit.
    pub difference: Option<f64>,
    /// What it comes to.
    pub verdict: Verdict,
    /// Whether the shape has a range with the dossier's line and none with the own line in use.
    pub lost_range: bool,
}

impl<'a> Comparison<'a> {
    /// The measured value and its difference from the figure as they are shown: the value in three digits, which is
    /// more than any shape of a dossier bears, and what that value less the stated one is, so that the three add up.
    pub fn shown(&self) -> Option<(f64, f64)> {
        let measured = words::three_digits(self.measured?);
        Some((measured, measured - self.figure.value))
    }

    /// A figure that no shape measures.
    pub(super) fn of_nothing(figure: &'a ReportedFigure) -> Self {
        Self { figure, measured: None, difference: None, verdict: Verdict::NotComparable, lost_range: false }
    }
}

/// Compares a figure with the overlay that it is about. See the module's rule.
pub fn compare<'a>(dossier: &Dossier, overlay: &Overlay, figure: &'a ReportedFigure) -> Comparison<'a> {
    let Measure::Area { km2, range_km2 } = overlay.measure else {
        return Comparison::of_nothing(figure);
    };
    let whole_km2 = figure.of.as_deref().and_then(|id| dossier.overlay(id)).and_then(|of| match of.measure {
        Measure::Area { km2, .. } => Some(km2),
        Measure::Length { .. } | Measure::Count { .. } | Measure::Mixed(_) => None,
    });
    let per_km2 = match (figure.quantity, whole_km2) {
        (Quantity::Area, _) => Some(1.0),
        (Quantity::Share, Some(whole)) if whole > 0.0 => Some(100.0 / whole),
        (Quantity::Share | Quantity::Width | Quantity::Poll, _) => None,
    };
    let Some(per_km2) = per_km2 else {
        return Comparison::of_nothing(figure);
    };
    let measured = km2 * per_km2;
    let difference = measured - figure.value;
    let stated = tolerance_of_words(figure);
    let drawn = range_km2.map_or(0.0, |(low, high)| {
        let end = if difference > 0.0 { low } else { high };
        (end * per_km2 - measured).abs()
    });
    let hedge = figure.hedge.as_deref().map(|hedge| hedge.trim().to_lowercase());
    let bounds = |hedges: &str| hedge.as_deref().is_some_and(|hedge| hedges.split('|').any(|one| one == hedge));
    let verdict = match difference {
        more if more >= 0.0 && bounds(LOWER_BOUNDS) => Verdict::Agrees,
        less if less <= 0.0 && bounds(UPPER_BOUNDS) => Verdict::Agrees,
        _ if difference.abs() <= stated.max(drawn) => Verdict::Agrees,
        _ => Verdict::Differs,
    };
    let former = dossier.own_line.as_ref().and_then(|own| own.former(&overlay.id));
    let had_range = former.is_some_and(|former| matches!(former.measure, Measure::Area { range_km2: Some(_), .. }));
    let lost_range = had_range && range_km2.is_none();
    Comparison { figure, measured: Some(measured), difference: Some(difference), verdict, lost_range }
}

/// Hedges that say that it is more, or no less.
const LOWER_BOUNDS: &str = "more than|over|above|at least|no less than|not less than|well over|upwards of|in excess of|>|≥|понад|більше|\
    більше ніж|більш ніж|більш як|більше як|щонайменше|не менше|не менше ніж|не менш ніж|не менш як|мінімум|\
    более|более чем|больше|больше чем|свыше|по меньшей мере|по крайней мере|не менее|не менее чем|не меньше|\
    минимум|как минимум|mehr als|über|mindestens|wenigstens|nicht weniger als|minimal|plus de|plus d'|plus du|\
    au moins|pas moins de|au minimum|bien plus de|más de|más del|al menos|por lo menos|como mínimo|no menos de|\
    mínimo";

/// Hedges that say that it is less, or no more.
const UPPER_BOUNDS: &str = "less than|fewer than|under|below|up to|at most|no more than|not more than|well under|<|≤|менше|менше ніж|\
    менш ніж|менш як|щонайбільше|не більше|не більше ніж|не більш як|максимум|менее|менее чем|меньше|меньше чем|\
    не более|не более чем|не больше|как максимум|weniger als|unter|bis zu|höchstens|maximal|nicht mehr als|\
    moins de|moins d'|moins du|au plus|jusqu'à|pas plus de|menos de|menos del|como máximo|hasta|a lo sumo|\
    no más de|máximo";

fn tolerance_of_words(figure: &ReportedFigure) -> f64 {
    if figure.hedge.is_some() {
        return figure.value.abs() * 0.05;
    }
    let text = figure.value.to_string();
    match text.split_once('.') {
        Some((_, decimals)) => 0.5 * 10f64.powi(-(decimals.len() as i32)),
        None => {
            let zeros = text.len() - text.trim_end_matches('0').len();
            0.5 * 10f64.powi(zeros as i32)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dossier::builtin;

    #[test]
    fn hedges_of_any_language_bound_one_side() {
        let (dossier, _) = builtin::berlin().unwrap();
        let overlay = dossier.overlay("withdrawal-area").unwrap();
        let Measure::Area { km2, .. } = overlay.measure else { panic!("an area") };
        let about = |figure: &&ReportedFigure| figure.quantity == Quantity::Area;
        let any = dossier.figures.iter().find(about).unwrap();
        let verdict = |hedge: &str, of_measured: f64| {
            let figure = ReportedFigure { value: km2 * of_measured, hedge: Some(hedge.to_owned()), ..any.clone() };
            compare(&dossier, overlay, &figure).verdict
        };
        for hedge in ["more than", "понад", "свыше", "mehr als", "plus de", "al menos", "At least"] {
            assert_eq!((verdict(hedge, 0.5), verdict(hedge, 2.0)), (Verdict::Agrees, Verdict::Differs), "{hedge}");
        }
        for hedge in ["less than", "under", "не більше", "менее", "höchstens", "moins de", "hasta", "up to"]
        {
            assert_eq!((verdict(hedge, 2.0), verdict(hedge, 0.5)), (Verdict::Agrees, Verdict::Differs), "{hedge}");
        }
        assert_eq!(verdict("roughly", 0.5), Verdict::Differs);
    }
}
