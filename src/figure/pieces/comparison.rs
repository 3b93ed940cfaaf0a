//! Figures that sources state beside what shapes measure.

use kurbo::Point;

use crate::dossier::{Comparison, Dossier, Overlay, Verdict, words};
use crate::figure::page::{FigureSpec, Part, Setting, baseline, continued};
use crate::scene::display_list::{Color, Face};
use crate::scene::text;

/// What is stated of one overlay, beside what it measures.
#[derive(Debug, Clone, PartialEq)]
pub struct ComparisonGroup {
    /// Name of the overlay.
    pub title: String,
    /// A row for each report.
    pub rows: Vec<ComparisonRow>,
}

/// A reported figure beside a measured one, in words.
#[derive(Debug, Clone, PartialEq)]
pub struct ComparisonRow {
    /// Who reports it, and when.
    pub who: String,
    /// What is reported.
    pub stated: String,
    /// What the shape measures.
    pub measured: String,
    /// Measured minus stated.
    pub difference: String,
}

/// The figures that sources state of what is shown, beside what its shapes measure; those that nothing measures are
/// left to the inspector.
pub(in crate::figure) fn comparison(dossier: &Dossier, shown: &[&Overlay]) -> Vec<ComparisonGroup> {
    let row = |comparison: Comparison<'_>| {
        let figure = comparison.figure;
        let (measured, difference) = (comparison.measured?, comparison.difference?);
        let date = figure.date.as_deref().map(|date| format!(", {}", words::date(date).replace(" ", "\u{a0}")));
        let date = date.unwrap_or_default();
        let weak = if figure.weak { " (weak)" } else { "" };
        Some(ComparisonRow {
            who: format!("{}{date}{weak}", figure.reported_by),
            stated: words::figure(figure),
            measured: words::value(words::three_digits(measured), &figure.unit),
            difference: match comparison.verdict {
                Verdict::Agrees => "agrees".to_owned(),
                _ => words::difference(difference, &figure.unit).replace(" percentage points", " pp"),
            },
        })
    };
    shown
        .iter()
        .map(|overlay| ComparisonGroup {
            title: overlay.title.main().to_owned(),
            rows: dossier.comparisons_of(overlay).filter_map(row).collect(),
        })
        .filter(|group| !group.rows.is_empty())
        .collect()
}

impl Setting {
    /// Stated figures beside measured ones: a row each, under the overlay's name. In a narrow column the numbers stand
    /// under who reports them.
    pub(in crate::figure) fn comparison(&self, spec: &FigureSpec, width_pt: f64, limit: usize) -> Vec<Part> {
        let size_pt = self.size(0.82);
        let palette = &self.palette;
        let leading = 1.34;
        let wide = |words: &str, face: Face| text::measure(words, face, size_pt, 0.0).advance_pt;
        let heads = ["Stated", "Measured", "Difference"];
        let all = || spec.comparison.iter().flat_map(|group| &group.rows);
        let gap_pt = 1.1 * size_pt;
        let columns: [f64; 3] = std::array::from_fn(|column| {
            let of = |row: &ComparisonRow| {
                [&row.stated, &row.measured, &row.difference].map(|words| wide(words, Face::Sans))[column]
            };
            all().map(of).fold(wide(heads[column], Face::SansSemiBold), f64::max)
        });
        let numbers_pt = columns.iter().sum::<f64>() + 3.0 * gap_pt;
        let beside = width_pt - numbers_pt >= 9.0 * size_pt;
        let right_of = |column: usize| width_pt - columns[column + 1..].iter().map(|width| width + gap_pt).sum::<f64>();
        let set = |words: [&str; 3], face: Face, color: Color, baseline_pt: f64| {
            words
                .into_iter()
                .enumerate()
                .map(|(column, words)| {
                    let at = Point::new((right_of(column) - wide(words, face)).max(0.0), baseline_pt);
                    self.text(words, face, size_pt, color, at)
                })
                .collect::<Vec<_>>()
        };
        let name_pt = if beside { width_pt - numbers_pt } else { width_pt };
        let heading = |title: &str| {
            let mut head = self.paragraph(title, Face::SansSemiBold, size_pt, leading, palette.second, name_pt);
            let at = if beside { 0.0 } else { head.height_pt };
            head.items.extend(set(heads, Face::SansSemiBold, palette.second, at + baseline(size_pt, leading)));
            head.height_pt = head.height_pt.max(at + size_pt * leading) + 0.25 * size_pt;
            head
        };
        let mut blocks = Vec::new();
        let (mut shown, mut left_out) = (0, 0);
        for group in &spec.comparison {
            for (index, row) in group.rows.iter().enumerate() {
                if shown >= limit {
                    left_out += 1;
                    continue;
                }
                shown += 1;
                let mut block = self.paragraph(&row.who, Face::Sans, size_pt, leading, palette.ink, name_pt);
                let at = if beside { 0.0 } else { block.height_pt };
                let numbers = [row.stated.as_str(), &row.measured, &row.difference];
                block.items.extend(set(numbers, Face::Sans, palette.ink, at + baseline(size_pt, leading)));
                block.height_pt = block.height_pt.max(at + size_pt * leading);
                let row = Part::new(0.3 * self.base_pt, block);
                blocks.push(if index == 0 {
                    Part { before_pt: 0.9 * self.base_pt, ..row.under(heading(&group.title)).at_head() }
                } else {
                    row.under(heading(&continued(&group.title)))
                });
            }
        }
        if left_out > 0 {
            let words = match left_out {
                1 => "1 more stated figure is not shown".to_owned(),
                _ => format!("{left_out} more stated figures are not shown"),
            };
            blocks.push(Part::new(0.4 * self.base_pt, self.small_note(&words, width_pt)));
        }
        blocks
    }
}
