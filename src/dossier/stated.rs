//! The figure that is stated of an overlay: of all that reports say of its size, the one that most of them trace to.
//!
//! # The rule
//! * A figure agrees on definition with an overlay that is an area if it counts what the shape measures: its area. Where
//!   no report gives an area, shares of another overlay count in its place. Widths and polls never do.
//! * Reports that give the same number of the same quantity, of the same whole, state one figure, however they hedge it.
//! * The figure is chosen that most reports give; copies and second-hand reports ([`ReportedFigure::weak`]) count only
//!   where without them two figures are level.
//! * Where two figures are level even so, none is chosen: the reports differ, and picking one would take a side.
//! * Its words, the hedging word among them, are those of its first report in the dossier, before all of the first that
//!   is not weak; its source is whom most of its reports are traced to ([`ReportedFigure::traced_to`]), or else who
//!   reports it.

use super::model::{Quantity, ReportedFigure};
use super::{Dossier, Overlay};

/// A figure that is stated of an overlay, and how many reports give it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stated<'a> {
    /// The report whose words stand for all.
    pub figure: &'a ReportedFigure,
    /// Who states it.
    pub source: &'a str,
    /// Whether the reports are traced to that source, and not only made by it.
    pub is_traced: bool,
    /// How many others state it besides.
    pub other_sources: usize,
    /// How many reports give it, weak ones too.
    pub reports: usize,
}

impl Dossier {
    /// The figure that is stated of an overlay, by the rule of [this module](self).
    pub fn stated<'a>(&'a self, overlay: &Overlay) -> Option<Stated<'a>> {
        overlay.shape.areas()?;
        let of_quantity = |quantity: Quantity| {
            let figures = self.figures.iter().filter(move |figure| {
                figure.overlay.as_deref() == Some(overlay.id.as_str()) && figure.quantity == quantity
            });
            // Without the whole a share says nothing of the shape.
            let figures = figures.filter(|figure| quantity != Quantity::Share || figure.of.is_some());
            figures.collect::<Vec<&ReportedFigure>>()
        };
        let figures = [Quantity::Area, Quantity::Share].into_iter().map(of_quantity).find(|found| !found.is_empty())?;
        let mut groups: Vec<Vec<&ReportedFigure>> = Vec::new();
        for figure in figures {
            match groups.iter_mut().find(|group| group[0].value == figure.value && group[0].is_of_one_quantity(figure))
            {
                Some(group) => group.push(figure),
                None => groups.push(vec![figure]),
            }
        }
        let weight = |group: &Vec<&ReportedFigure>| (group.iter().filter(|report| !report.weak).count(), group.len());
        let most = groups.iter().map(weight).max()?;
        let mut heaviest = groups.iter().filter(|group| weight(group) == most);
        let group = heaviest.next().filter(|_| heaviest.next().is_none())?;
        let figure = group.iter().find(|report| !report.weak).or(group.first())?;
        let mut sources: Vec<(&str, bool, usize)> = Vec::new();
        for report in group {
            let traced = report.traced_to.as_deref().filter(|name| !name.trim().is_empty());
            let source = traced.unwrap_or(&report.reported_by);
            match sources.iter_mut().find(|(name, ..)| *name == source) {
                Some((.., count)) => *count += 1,
                None => sources.push((source, traced.is_some(), 1)),
            }
        }
        // Of those that are level the first.
        let (source, is_traced, _) = *sources.iter().rev().max_by_key(|(.., count)| *count)?;
        Some(Stated { figure, source, is_traced, other_sources: sources.len() - 1, reports: group.len() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dossier::{builtin, words};

    fn berlin() -> Dossier {
        builtin::berlin().unwrap().0
    }

    fn without(mut dossier: Dossier, is_left_out: impl Fn(&ReportedFigure) -> bool) -> Dossier {
        dossier.figures.retain(|figure| !is_left_out(figure));
        dossier
    }

    #[test]
    fn the_figure_that_most_reports_trace_to_is_stated_with_its_hedge_and_source() {
        let dossier = berlin();
        let stated = dossier.stated(dossier.overlay("withdrawal-area").unwrap()).unwrap();
        assert_eq!((stated.figure.value, stated.figure.unit.as_str()), (5600.0, "km2"));
        assert_eq!((stated.source, stated.is_traced, stated.other_sources, stated.reports), ("Bild", true, 0, 5));
        assert_eq!(stated.figure.hedge.as_deref(), Some("approximately"));
        assert_eq!(words::stated(&dossier, &stated), "≈ 5,600 km², says Bild");
    }

    #[test]
    fn weak_reports_count_only_between_figures_that_are_level() {
        let mut dossier = without(berlin(), |figure| figure.id.ends_with("5600-km2"));
        let stated = |dossier: &Dossier| {
            dossier.stated(dossier.overlay("withdrawal-area").unwrap()).map(|stated| stated.figure.id.clone())
        };
        // Of the areas one is from a report that is not weak.
        assert_eq!(stated(&dossier).as_deref(), Some("afp-5000-km2"));
        let strong = dossier.figures.iter().find(|figure| figure.id == "afp-5000-km2").unwrap().clone();
        let level = ReportedFigure { id: "level".to_owned(), value: 5300.0, ..strong };
        dossier.figures.push(level.clone());
        assert_eq!(stated(&dossier), None, "the reports differ");
        dossier.figures.push(ReportedFigure { id: "weak".to_owned(), weak: true, ..level });
        assert_eq!(stated(&dossier).as_deref(), Some("level"));
        // Two weak ones more do not outweigh a report at first hand.
        for id in ["a", "b", "c"] {
            let copy = ReportedFigure { id: id.to_owned(), value: 6600.0, weak: true, ..dossier.figures[0].clone() };
            dossier.figures.push(ReportedFigure { overlay: Some("withdrawal-area".to_owned()), ..copy });
        }
        assert_eq!(stated(&dossier).as_deref(), Some("level"));
    }

    #[test]
    fn a_share_is_stated_only_of_a_whole_and_where_no_area_is() {
        let is_left_out = |figure: &ReportedFigure| figure.quantity == Quantity::Area || figure.weak;
        let dossier = without(berlin(), is_left_out);
        // 20 %, 22.6 %, 21.5 % and more from one report each.
        assert_eq!(dossier.stated(dossier.overlay("withdrawal-area").unwrap()), None);
        assert_eq!(dossier.stated(dossier.overlay("luhansk").unwrap()), None, "a share of nothing that is drawn");
        assert_eq!(dossier.stated(dossier.overlay("line-of-contact").unwrap()), None, "a poll is no size");
        assert_eq!(dossier.stated(dossier.overlay("corridor-5km").unwrap()), None, "a width is no size");
        let dossier = without(dossier, |figure| !["reuters-80", "kiis-75-dt"].contains(&figure.id.as_str()));
        let stated = dossier.stated(dossier.overlay("donetsk-russian-held").unwrap()).unwrap();
        assert_eq!(
            words::stated(&dossier, &stated),
            "more than 80 % of Donetsk oblast, according to 24sata, in wording close to Reuters"
        );
    }
}
