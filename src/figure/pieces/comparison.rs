//! Figures that sources state beside what shapes measure.

use kurbo::Point;

use super::{Noun, OFF_THE_MAP, Piece, PieceInfo, Set};
use crate::dossier::{Comparison, Dossier, Overlay, Verdict};
use crate::figure::contents::Material;
use crate::figure::page::{Block, Content, FigureSpec, Limits, Part, Room, Setting, baseline};
use crate::figure::words::Words;
use crate::formats::day::Day;
use crate::scene::display_list::{Color, Face};
use crate::scene::text;

/// Its row of the table.
pub(super) const INFO: PieceInfo = PieceInfo {
    piece: Piece::Comparison,
    name: "comparison",
    label: "Stated and measured",
    noun: Noun::One("the table of stated figures"),
    stands: OFF_THE_MAP,
    is_usual: false,
    says,
    set: Set::Block { title: |parts| parts.comparison, block },
};

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

/// The figures that sources state of what is shown, beside what its shapes measure; those that nothing measures, such
/// as polls, are left to the inspector.
///
/// # Which rows
/// Every report has one with `every_report`. Otherwise each definition has one: figures of one quantity with the same
/// words for what they count, or with the same value. Its figure is the one that most reports of the definition state,
/// weak ones last; among equals the one that is nearest to the dossier's day. The row says how many reports state the
/// same, and how many others there are and from what to what. A definition that only weak reports use has no row; how
/// many there are stands at the end.
pub(in crate::figure) fn comparison(
    words: &Words,
    dossier: &Dossier,
    shown: &[&Overlay],
    every_report: bool,
) -> Vec<ComparisonGroup> {
    shown
        .iter()
        .map(|overlay| {
            let all: Vec<Comparison<'_>> =
                dossier.comparisons_of(overlay).filter(|comparison| comparison.measured.is_some()).collect();
            let rows = if every_report {
                all.iter().filter_map(|comparison| row(words, comparison, "")).collect()
            } else {
                rows_by_definition(words, &all, &dossier.as_of)
            };
            ComparisonGroup { title: words.name_in(&overlay.title).to_owned(), rows }
        })
        .filter(|group| !group.rows.is_empty())
        .collect()
}

fn row(words: &Words, comparison: &Comparison<'_>, more: &str) -> Option<ComparisonRow> {
    let figure = comparison.figure;
    let (measured, difference) = comparison.shown()?;
    let date = figure.date.as_deref().map(|date| format!("{}{}", words.comma, words.date(date).replace(" ", "\u{a0}")));
    let date = date.unwrap_or_default();
    let who = format!("{}{date}", figure.reported_by);
    let who = if figure.weak { words.fill(words.weak, &[("who", &who)]) } else { who };
    Some(ComparisonRow {
        who: format!("{who}{more}"),
        stated: words.figure(figure, false),
        measured: words.value(measured, &figure.unit),
        difference: match comparison.verdict {
            Verdict::Agrees => words.agrees.to_owned(),
            _ => words.difference(difference, &figure.unit),
        },
    })
}

/// See [`comparison`].
fn rows_by_definition(words: &Words, all: &[Comparison<'_>], as_of: &str) -> Vec<ComparisonRow> {
    let mut definitions: Vec<Vec<&Comparison<'_>>> = Vec::new();
    for comparison in all {
        let figure = comparison.figure;
        let of = definitions.iter_mut().find(|definition| {
            let is_same = |other: &&Comparison<'_>| {
                let other = other.figure;
                figure.is_of_one_quantity(other)
                    && (figure.definition == other.definition || figure.value == other.value)
            };
            definition.iter().any(is_same)
        });
        match of {
            Some(definition) => definition.push(comparison),
            None => definitions.push(vec![comparison]),
        }
    }
    let mut rows = Vec::new();
    let mut weak = 0;
    for definition in definitions {
        if definition.iter().all(|comparison| comparison.figure.weak) {
            weak += definition.len();
            continue;
        }
        let reports = |value: f64, is_weak: bool| {
            definition.iter().filter(|other| other.figure.value == value && other.figure.weak == is_weak).count()
        };
        let best = definition.iter().filter(|comparison| !comparison.figure.weak).min_by_key(|comparison| {
            let figure = comparison.figure;
            let fewest = std::cmp::Reverse((reports(figure.value, false), reports(figure.value, true)));
            (fewest, days_between(figure.date.as_deref(), as_of))
        });
        let Some(best) = best else { continue };
        let same = definition.iter().filter(|other| other.figure.value == best.figure.value).count() - 1;
        let others: Vec<f64> =
            definition.iter().map(|other| other.figure.value).filter(|value| *value != best.figure.value).collect();
        let mut more = match same {
            0 => String::new(),
            _ => format!("{}{}", words.semicolon, words.counted(&words.same_reports, same, &[])),
        };
        let least = others.iter().copied().fold(f64::INFINITY, f64::min);
        let most = others.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let unit = &best.figure.unit;
        more.push_str(&match others.len() {
            0 => String::new(),
            count => {
                let (low, high) = (words.value(least, unit), words.value(most, unit));
                let said = if least == most {
                    words.counted(&words.other_reports, count, &[("size", &low)])
                } else {
                    words.counted(&words.other_reports_range, count, &[("low", &low), ("high", &high)])
                };
                format!("{}{said}", words.semicolon)
            }
        });
        rows.extend(row(words, best, &more));
    }
    if weak > 0
        && let Some(last) = rows.last_mut()
    {
        last.who.push_str(words.semicolon);
        last.who.push_str(&words.counted(&words.weak_reports, weak, &[]));
    }
    rows
}

/// How many days lie between a report and a day; most where either is not known to the day.
fn days_between(date: Option<&str>, day: &str) -> u64 {
    let number = |date: &str| Day::in_text(date).ok()?.since_1970();
    date.and_then(number).zip(number(day)).map_or(u64::MAX, |(date, day)| date.abs_diff(day))
}

fn says(material: &Material<'_>) -> Option<Content> {
    let every_report = material.has(Piece::EveryReport);
    Some(Content::Comparison(comparison(material.words(), material.dossier, material.shown, every_report)))
}

fn block(setting: &Setting, spec: &FigureSpec, room: Room, limits: Limits) -> (f64, Block) {
    let limit = limits.comparison;
    let least_pt = 34.0 * setting.size(0.82);
    let stacked = |width_pt: f64| (width_pt, setting.stacked(&setting.comparison(spec, width_pt, limit)));
    match room {
        Room::OnMap(_) => stacked(least_pt),
        Room::Column(width_pt) => stacked(width_pt),
        Room::Band(width_pt) | Room::Below(width_pt) => {
            let rows = spec.compared_rows().min(limit);
            let (count, width, gutter) = setting.column_count(width_pt, least_pt, rows.div_ceil(3));
            (width_pt, setting.in_columns(&setting.comparison(spec, width, limit), count, width, gutter))
        }
    }
}

impl FigureSpec {
    /// Stated figures beside measured ones.
    pub(in crate::figure) fn comparison(&self) -> &[ComparisonGroup] {
        match self.contents.get(&Piece::Comparison) {
            Some(Content::Comparison(groups)) => groups,
            _ => &[],
        }
    }

    pub(in crate::figure) fn compared_rows(&self) -> usize {
        self.comparison().iter().map(|group| group.rows.len()).sum()
    }
}

impl Setting {
    /// Stated figures beside measured ones: a row each, under the overlay's name. In a narrow column the numbers stand
    /// under who reports them.
    pub(in crate::figure) fn comparison(&self, spec: &FigureSpec, width_pt: f64, limit: usize) -> Vec<Part> {
        let size_pt = self.size(0.82);
        let palette = &self.palette;
        let leading = 1.34;
        let wide = |words: &str, face: Face| text::measure(words, face, size_pt, 0.0).advance_pt;
        let words = self.words;
        let heads = [words.stated_head, words.measured_head, words.difference_head];
        let all = || spec.comparison().iter().flat_map(|group| &group.rows);
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
        for group in spec.comparison() {
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
                    row.under(heading(&self.continued(&group.title)))
                });
            }
        }
        if left_out > 0 {
            let words = words.counted(&words.figures_left_out, left_out, &[]);
            blocks.push(Part::new(0.4 * self.base_pt, self.small_note(&words, width_pt)));
        }
        blocks
    }
}
