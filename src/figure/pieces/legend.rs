//! The legend: what the map shows, with a sample of each.

use std::sync::Arc;

use kurbo::{Point, Rect, Shape as _, Size, Vec2};

use super::references::compact_numbers;
use crate::document::Document;
use crate::dossier::kinds::Row;
use crate::dossier::{Dossier, Kind, Kinds, Measure, Overlay, words};
use crate::figure::options::FigureOptions;
use crate::figure::page::{Block, FigureSpec, Part, Run, Setting, continued, placed, shifted};
use crate::figure::pieces::Piece;
use crate::scene::display_list::{Face, Item, Path};
use crate::scene::swatch::{SwatchStyle, swatch_items};
use crate::scene::text;
use crate::scene::{kind_swatch, kinds_in};

/// A heading of the legend and what stands under it.
#[derive(Debug, Clone, PartialEq)]
pub struct LegendGroup {
    /// Heading; may be empty.
    pub title: String,
    /// Whether the rows say little without the heading: then a narrow column has it too.
    pub is_needed: bool,
    /// Rows.
    pub entries: Vec<LegendEntry>,
}

/// A row of the legend.
#[derive(Debug, Clone, PartialEq)]
pub struct LegendEntry {
    /// Name.
    pub title: String,
    /// Name in the second language of the figure's names, set small under it.
    pub second_title: Option<String>,
    /// The sample.
    pub swatch: SwatchStyle,
    /// A remark, such as "approximate, ± 2 km".
    pub note: Option<String>,
    /// Numbers of the references that the overlay rests on.
    pub references: Vec<usize>,
}

/// The kinds of an overlay's features as the document tells them apart.
pub(in crate::figure) fn kinds_of(document: &Document, overlay: &Overlay) -> Arc<Kinds> {
    overlay.kinds(&document.styling(&overlay.id))
}

/// A part of the legend for an overlay whose features are told apart: a row for each kind that is shown. The references
/// of the whole stand at the first; `of_kinds` says what those of some kinds, by their places, are.
pub(in crate::figure) fn of_kinds(
    document: &Document,
    overlay: &Overlay,
    options: &FigureOptions,
    mut references: Vec<usize>,
    of_kinds: impl Fn(&[usize]) -> Vec<usize>,
) -> Option<LegendGroup> {
    let kinds = kinds_of(document, overlay);
    if !kinds.is_told_apart() {
        return None;
    }
    let opacity = document.overlay(&overlay.id).map_or(1.0, |state| state.opacity);
    let list = kinds_in(&kinds, options.theme);
    let mut entries = Vec::new();
    for row in kinds.rows() {
        let (sample, title, size, own) = match row {
            Row::Kind(index) if !list[index].shown || list[index].features == 0 => continue,
            Row::Kind(index) => {
                let kind = &list[index];
                let title = if kind.title.is_empty() { overlay.title.main() } else { &kind.title };
                (kind, title.to_owned(), kind.size, of_kinds(&[index]))
            }
            Row::Others(others) => {
                let own = of_kinds(&others);
                let drawn = |kind: &&Kind| kind.shown && kind.features > 0;
                let others: Vec<&Kind> = others.iter().map(|index| &list[*index]).filter(drawn).collect();
                let Some(first) = others.first() else { continue };
                let size = others.iter().map(|kind| kind.size).sum();
                (*first, format!("others ({})", others.len()), size, own)
            }
        };
        let note = size_note(size).filter(|_| options.furniture.has(Piece::Sizes));
        let swatch = kind_swatch(overlay, sample, options.theme, opacity);
        let mut references = std::mem::take(&mut references);
        references.extend(own);
        references.sort_unstable();
        references.dedup();
        entries.push(LegendEntry { title, second_title: None, swatch, note, references });
    }
    let own_name = options.legend_names.get(&overlay.id).filter(|name| !name.trim().is_empty());
    let title = own_name.map_or(overlay.title.main(), String::as_str);
    // What tells them apart is said once, above all rows.
    let told_by = document.overlay(&overlay.id).and_then(|state| state.styling.told_by());
    let title = told_by.map_or_else(|| title.to_owned(), |told_by| format!("{title}: {told_by}"));
    let entries = share_rows(entries);
    (!entries.is_empty()).then_some(LegendGroup { title, is_needed: true, entries })
}

/// Kinds that look alike share a row, in place of the first of them: samples that nobody can tell apart tell nothing
/// apart. Rows with a remark of their own, such as a size, stay.
pub(in crate::figure) fn share_rows(entries: Vec<LegendEntry>) -> Vec<LegendEntry> {
    let mut rows: Vec<LegendEntry> = Vec::with_capacity(entries.len());
    for entry in entries {
        let alike = |row: &&mut LegendEntry| row.swatch == entry.swatch && row.note.is_none() && entry.note.is_none();
        let Some(row) = rows.iter_mut().find(alike) else {
            rows.push(entry);
            continue;
        };
        row.title = format!("{}, {}", row.title, entry.title);
        row.second_title = match (row.second_title.take(), entry.second_title) {
            (Some(first), Some(second)) => Some(format!("{first}, {second}")),
            _ => None,
        };
        row.references.extend(entry.references);
        row.references.sort_unstable();
        row.references.dedup();
    }
    rows
}

/// What the legend adds to the name of a kind, or of what a filter leaves of an overlay.
pub(in crate::figure) fn size_note(size: crate::dossier::Size) -> Option<String> {
    // No unit stands at the head of a line.
    (size.km2 > 0.0 || size.km > 0.0).then(|| format!("measured {}", words::size(size)).replace(" km", "\u{a0}km"))
}

/// What the legend adds to a name: the size that is stated of it, and the measured one if that is wanted.
pub(in crate::figure) fn sizes_note(dossier: &Dossier, overlay: &Overlay, is_measured: bool) -> Option<String> {
    // No unit stands at the head of a line.
    let stated = dossier.stated(overlay).map(|stated| words::stated(dossier, &stated).replace(" km", "\u{a0}km"));
    let both: Vec<String> = stated.into_iter().chain(note(overlay).filter(|_| is_measured)).collect();
    (!both.is_empty()).then(|| both.join("; "))
}

/// The measured size alone, with no more digits than its accuracy bears; of places none.
pub(in crate::figure) fn measured(overlay: &Overlay) -> Option<String> {
    let rounded = |value: f64| if overlay.is_approximate() { words::three_digits(value) } else { value };
    let size = match overlay.measure {
        Measure::Area { km2, .. } => words::km2(rounded(km2)),
        Measure::Length { km } => words::km(rounded(km)),
        Measure::Count { .. } => return None,
        Measure::Mixed(size) => words::size(size),
    };
    Some(format!("measured {size}"))
}

/// The measured size, with no more digits than its accuracy bears.
pub(in crate::figure) fn note(overlay: &Overlay) -> Option<String> {
    let approximate = overlay.is_approximate();
    let note = match overlay.measure {
        Measure::Area { km2, range_km2: Some((low, high)) } => {
            let (low, high) = (words::number(words::three_digits(low), 0), words::km2(words::three_digits(high)));
            Some(format!("measured {}, within its accuracy {low}–{high}", words::km2(words::three_digits(km2))))
        }
        Measure::Area { km2, .. } if approximate => {
            Some(format!("measured about {}", words::km2(words::three_digits(km2))))
        }
        Measure::Length { km } if approximate => Some(format!("measured about {}", words::km(words::three_digits(km)))),
        Measure::Area { .. } | Measure::Length { .. } => Some(format!("measured {}", words::measure(overlay.measure))),
        Measure::Count { .. } => None,
        Measure::Mixed(size) => Some(format!("measured {}", words::size(size))),
    };
    // No unit stands at the head of a line.
    note.map(|note| note.replace(" km", "\u{a0}km"))
}

/// The rows of a group, with what the dossier says of all of them under the last.
pub(in crate::figure) fn with_note(mut rows: Vec<LegendEntry>, note: Option<&str>) -> Vec<LegendEntry> {
    if let Some((row, note)) = rows.last_mut().zip(note) {
        let words = row.note.iter().map(String::as_str).chain([note]);
        row.note = Some(words.collect::<Vec<_>>().join("; "));
    }
    rows
}

impl Setting {
    pub(in crate::figure) fn legend_heading(&self, title: &str, width_pt: f64) -> Block {
        let mut heading =
            self.paragraph(title, Face::SansSemiBold, self.size(0.92), 1.5, self.palette.second, width_pt);
        heading.height_pt += 0.15 * self.base_pt;
        heading
    }

    pub(in crate::figure) fn legend_entry(&self, entry: &LegendEntry, width_pt: f64) -> Block {
        let size_pt = self.size(1.0);
        let swatch = Size::new(2.1 * size_pt, 1.15 * size_pt);
        let left_pt = swatch.width + 0.7 * size_pt;
        let text_width = (width_pt - left_pt).max(4.0 * size_pt);
        let leading = 1.28;
        // Superscripts are held together and to the last word.
        let numbers = compact_numbers(&entry.references);
        let sup_pt = self.size(0.66);
        let sup_width = text::measure(&numbers, Face::Sans, sup_pt, 0.0).advance_pt;
        let run = || Run { words: &entry.title, face: Face::Sans, color: self.palette.ink, link: None };
        let gap_pt = 0.12 * size_pt;
        let (mut block, mut end) = self.rich(&[run()], size_pt, leading, text_width);
        if !numbers.is_empty() && end.x + gap_pt + sup_width > text_width {
            let narrower_pt = (text_width - gap_pt - sup_width).max(2.0 * size_pt);
            (block, end) = self.rich(&[run()], size_pt, leading, narrower_pt);
        }
        if !numbers.is_empty() {
            let at = Point::new(end.x + gap_pt, end.y - 0.36 * size_pt);
            let text = self.text(numbers, Face::Sans, sup_pt, self.palette.accent, at);
            block.items.push(text);
        }
        let small_pt = self.size(0.84);
        for words in [&entry.second_title, &entry.note].into_iter().flatten() {
            let part = self.paragraph(words, Face::Sans, small_pt, 1.28, self.palette.second, text_width);
            part.place(Point::new(0.0, block.height_pt), &mut block.items);
            block.height_pt += part.height_pt;
        }
        let mut items = shifted(block.items, Vec2::new(left_pt, 0.0));
        let middle = 0.5 * size_pt * leading;
        let rect = Rect::from_center_size(Point::new(swatch.width / 2.0, middle), swatch);
        if matches!(entry.swatch, SwatchStyle::Area(_)) {
            // On land, as on the map: most fills let it show through.
            let land = rect.inset(-0.5).to_rounded_rect(1.5).to_path(0.01);
            items.push(Item::Fill { path: Path::shared(land), color: self.palette.land });
        }
        // As large as on the map, which is drawn smaller on a small page.
        let k = self.symbol_scale;
        items.extend(placed(swatch_items(&entry.swatch, rect.scale_from_origin(1.0 / k)), k, Vec2::ZERO));
        Block { height_pt: block.height_pt.max(swatch.height + 0.1 * size_pt), items }
    }

    /// The legend, at most `limit` rows, and how many are left out.
    pub(in crate::figure) fn legend(&self, spec: &FigureSpec, width_pt: f64, limit: usize) -> (Vec<Part>, usize) {
        let mut blocks = Vec::new();
        let (mut shown, mut left_out) = (0, 0);
        for group in &spec.legend {
            for (index, entry) in group.entries.iter().enumerate() {
                if shown >= limit {
                    left_out += 1;
                    continue;
                }
                shown += 1;
                let row = Part::new(0.42 * self.base_pt, self.legend_entry(entry, width_pt));
                blocks.push(match index {
                    _ if group.title.is_empty() => row,
                    // A heading is never parted from its first row.
                    0 => {
                        let headed = row.under(self.legend_heading(&group.title, width_pt)).at_head();
                        Part { before_pt: 0.9 * self.base_pt, ..headed }
                    }
                    _ => row.under(self.legend_heading(&continued(&group.title), width_pt)),
                });
            }
        }
        if left_out > 0 {
            let words = format!("and {left_out} more on the map, for which there is no room here");
            blocks.push(Part::new(0.42 * self.base_pt, self.small_note(&words, width_pt)));
        }
        (blocks, left_out)
    }

    /// The rows of a legend put together by group; what follows the last group stays by itself.
    pub(in crate::figure) fn by_group(&self, spec: &FigureSpec, rows: &[Part]) -> Vec<Part> {
        let mut left = rows;
        let mut groups = Vec::new();
        for group in &spec.legend {
            let (mine, rest) = left.split_at(group.entries.len().min(left.len()));
            left = rest;
            if !mine.is_empty() {
                groups.push(Part::new(0.9 * self.base_pt, self.stacked(mine)));
            }
        }
        groups.extend_from_slice(left);
        groups
    }
}
