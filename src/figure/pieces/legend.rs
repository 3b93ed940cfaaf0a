//! The legend: what the map shows, with a sample of each.

use std::collections::BTreeSet;
use std::sync::Arc;

use kurbo::{Point, Rect, Shape as _, Size, Vec2};

use super::references::{Cited, compact_numbers};
use super::sizes::{size_note, sizes_note};
use super::{Noun, OFF_THE_MAP, Piece, PieceInfo, Set};
use crate::document::Document;
use crate::dossier::kinds::Row;
use crate::dossier::{AsOn, Kinds, OWN_GROUP, Overlay, Unreported, rest_title};
use crate::figure::contents::{Material, symbol_scale_of};
use crate::figure::evidence::others::Others;
use crate::figure::options::FigureOptions;
use crate::figure::page::{
    Block, Content, FigureSpec, Limits, Part, Room, Run, Setting, placed, shifted, symbol_scale,
};
use crate::figure::panels::BETWEEN;
use crate::figure::words::Words;
use crate::formats::day::Day;
use crate::geometry::Frame;
use crate::geometry::boxes::is_within;
use crate::scene::display_list::{Face, Item, Path};
use crate::scene::swatch::{SwatchStyle, swatch_items};
use crate::scene::text;
use crate::scene::{has_room_for_mark, kind_swatch, kind_swatch_in, kinds_in};

/// Its row of the table.
pub(super) const INFO: PieceInfo = PieceInfo {
    piece: Piece::Legend,
    name: "legend",
    label: "Legend",
    noun: Noun::One("the legend"),
    stands: OFF_THE_MAP,
    is_usual: true,
    says,
    set: Set::Block { title: |parts| parts.legend, block },
};

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

fn says(material: &Material<'_>) -> Option<Content> {
    let Material { dossier, document, options, .. } = *material;
    let drawn = if material.has(Piece::References) {
        material.drawn.legend(options, &material.cited, &material.others)
    } else {
        material.drawn.legend(options, &Cited::default(), &Others::default())
    };
    let of_group = |id: &str| {
        // What the user has named for the legend stands in it.
        let is_named = |overlay: &Overlay| material.options.own_name(overlay).is_some();
        let is_seen = |overlay: &&Overlay| is_named(overlay) || !material.outlined.contains(&overlay.id.as_str());
        let of_group = material.shown.iter().copied().filter(|overlay| overlay.group == id);
        let overlays: Vec<&Overlay> = of_group.filter(is_seen).collect();
        overlays
    };
    let words = options.words();
    let before_reports = before_reports(material);
    let groups = dossier.groups.iter().flat_map(|group| {
        let overlays = of_group(&group.id);
        let mut entries: Vec<LegendEntry> =
            overlays.iter().filter_map(|overlay| of_one_kind(material, overlay)).collect();
        let later = before_reports.iter().filter(|(overlay, _)| overlay.group == group.id);
        entries.extend(later.map(|(overlay, said)| LegendEntry {
            title: options.name_of(overlay).to_owned(),
            second_title: None,
            // Nothing of it is drawn.
            swatch: SwatchStyle::Several(Vec::new()),
            note: Some(said.clone()),
            references: Vec::new(),
        }));
        let entries = with_note(words, share_rows(entries), group.note.as_ref().map(|note| words.name_in(note)));
        let title = match group.id.as_str() {
            OWN_GROUP => words.own_files.to_owned(),
            _ if group.title == rest_title() => words.overlays.to_owned(),
            _ => words.name_in(&group.title).to_owned(),
        };
        let own = (!entries.is_empty()).then_some(LegendGroup { title, is_needed: group.note.is_some(), entries });
        let told_apart = overlays.into_iter().filter_map(|overlay| {
            let references = material.listed_numbers(overlay);
            let of = |kinds: &[usize]| material.listed_numbers_of_kinds(overlay, Some(kinds));
            let seen = kinds_seen(document, overlay, material.frame);
            of_kinds(document, overlay, options, references, (of, |kind| seen.contains(&kind)))
        });
        own.into_iter().chain(told_apart).collect::<Vec<_>>()
    });
    Some(Content::Legend(groups.chain(drawn).collect()))
}

/// The row of an overlay whose features are not told apart.
fn of_one_kind(material: &Material<'_>, overlay: &Overlay) -> Option<LegendEntry> {
    let Material { document, options, .. } = *material;
    let kinds = kinds_of(document, overlay);
    // What a filter leaves nothing of is not drawn, and stands in no legend.
    let kind = kinds.drawn().next().filter(|_| !kinds.is_told_apart())?;
    let mut references = material.listed_numbers(overlay);
    references.extend(material.listed_numbers_of_kinds(overlay, None));
    let own_name = options.own_name(overlay);
    let opacity = document.overlay(&overlay.id).map_or(1.0, |state| state.opacity);
    Some(LegendEntry {
        title: options.name_of(overlay).to_owned(),
        // A name of the user's own stands alone: the one in another language may not say the same.
        second_title: (document.names.second.as_ref())
            .and_then(|language| overlay.title.get(language.tag()))
            .filter(|second| own_name.is_none() && *second != options.words().name_in(&overlay.title))
            .map(str::to_owned),
        swatch: kind_swatch_in(overlay, kind, options.theme, opacity, material.frame),
        note: {
            let sizes = match kinds.left_out() {
                0 => sizes_note(options.words(), material.dossier, overlay, material.has(Piece::Sizes)),
                _ => size_note(options.words(), kind.size).filter(|_| material.has(Piece::Sizes)),
            };
            let notes: Vec<String> = whose(options, overlay).into_iter().chain(unreported(options, overlay)).collect();
            let notes: Vec<String> = notes.into_iter().chain(of_other_days(material, overlay)).chain(sizes).collect();
            let notes: Vec<String> = notes.into_iter().chain(without_mark(material, overlay)).collect();
            (!notes.is_empty()).then(|| notes.join(BETWEEN))
        },
        references,
    })
}

/// What is to be shown and is not, for nobody reports of it until later, with that in words. Where a map is one of several, its
/// heading says so, and here it is of which no map shows anything.
pub(in crate::figure) fn before_reports<'a>(material: &Material<'a>) -> Vec<(&'a Overlay, String)> {
    let Material { dossier, document, options, .. } = *material;
    let words = options.words();
    let of_all = |first: Option<Day>| {
        let is_before = |day: Day| first.is_some_and(|first| day.last() < first.first());
        options.panels.as_ref().is_none_or(|panels| panels.days().all(is_before))
    };
    let all = dossier.overlays.iter().filter(|overlay| overlay.is_before_reports() && document.is_shown(&overlay.id));
    let said = all.filter_map(|overlay| {
        let Unreported { when: day, .. } = overlay.unreported.as_ref()?;
        let first = Day::in_text(&overlay.as_of).ok();
        let said = match first {
            Some(first) => words.fill(words.no_report_until, &[("day", &words.date(&first.iso()))]),
            None => words.fill(words.no_report_yet, &[("day", &words.date(&day.iso()))]),
        };
        of_all(first).then_some((&**overlay, said))
    });
    said.collect()
}

/// That nobody surely reports of the day that the figure shows, and which report stands for one: never left out, for what is
/// drawn is not of that day. Where a map is one of several, its heading says which report that is.
fn unreported(options: &FigureOptions, overlay: &Overlay) -> Option<String> {
    let words = options.words();
    let Unreported { when: day, as_on } = overlay.unreported.as_ref()?;
    let (AsOn::Perhaps(last) | AsOn::Before(last, _)) = as_on else { return None };
    if options.panels.is_some() {
        return Some(words.last_reported.to_owned());
    }
    let (day, last) = (words.date(&day.iso()), words.date(&last.iso()));
    Some(words.fill(words.unreported, &[("day", &day), ("last", &last)]))
}

/// What it was derived from that is of a day of its own, with the day of the report: never left out, for it is not of the day that the
/// figure describes.
pub(in crate::figure) fn of_other_days(material: &Material<'_>, overlay: &Overlay) -> Option<String> {
    let Material { dossier, options, .. } = *material;
    let words = options.words();
    let operands = dossier.operands_of_days(overlay);
    let said: Vec<String> =
        operands.iter().map(|(operand, day)| words.titled(options.name_of(operand), &words.date(day))).collect();
    (!said.is_empty()).then(|| words.long_list(said))
}

/// Whose report is shown, where several accounts report. Where a map is one of several, its heading says so.
fn whose(options: &FigureOptions, overlay: &Overlay) -> Option<String> {
    overlay.reporter().filter(|_| options.panels.is_none()).map(str::to_owned)
}

/// That ground which has a letter is too small for it on the map.
fn without_mark(material: &Material<'_>, overlay: &Overlay) -> Option<String> {
    let agreed = material.dossier.agreed.as_ref()?;
    let area = agreed.marks.get(&overlay.id).and_then(|_| overlay.shape.areas())?;
    let (width_pt, height_pt) = material.size_pt;
    let size = material.options.page.size;
    let scale = symbol_scale(symbol_scale_of(size), size.emphasis(), Size::new(width_pt, height_pt));
    (!has_room_for_mark(area, material.frame, scale)).then(|| material.options.words().agreement.no_mark.to_owned())
}

/// The kinds of an overlay's features as the document tells them apart.
pub(in crate::figure) fn kinds_of(document: &Document, overlay: &Overlay) -> Arc<Kinds> {
    overlay.kinds(&document.styling(&overlay.id))
}

/// A part of the legend for an overlay whose features are told apart: a row for each kind that is shown. The references
/// of the whole stand at each; `of_kinds` says what those of some kinds, by their places, are.
pub(in crate::figure) fn of_kinds(
    document: &Document,
    overlay: &Overlay,
    options: &FigureOptions,
    of_whole: Vec<usize>,
    (of_kinds, is_seen): (impl Fn(&[usize]) -> Vec<usize>, impl Fn(usize) -> bool),
) -> Option<LegendGroup> {
    let kinds = kinds_of(document, overlay);
    if !kinds.is_told_apart() {
        return None;
    }
    let opacity = document.overlay(&overlay.id).map_or(1.0, |state| state.opacity);
    let list = kinds_in(&kinds, options.theme);
    let is_drawn = |index: usize| list[index].shown && list[index].features > 0 && is_seen(index);
    let swatch_of = |index: usize| kind_swatch(overlay, &list[index], options.theme, opacity);
    let mut entries = Vec::new();
    for row in kinds.rows() {
        let (swatch, title, size, own) = match row {
            Row::Kind(index) if !is_drawn(index) => continue,
            Row::Kind(index) => {
                let kind = &list[index];
                let title = if kind.title.is_empty() { options.words().name_in(&overlay.title) } else { &kind.title };
                (swatch_of(index), title.to_owned(), kind.size, of_kinds(&[index]))
            }
            Row::Others(others) => {
                let others: Vec<usize> = others.into_iter().filter(|index| is_drawn(*index)).collect();
                if others.is_empty() {
                    continue;
                }
                let size = others.iter().map(|index| list[*index].size).sum();
                let swatch = SwatchStyle::of_several(kinds.for_sample(&others).into_iter().map(swatch_of));
                (
                    swatch,
                    options.words().fill(options.words().others, &[("count", &others.len().to_string())]),
                    size,
                    of_kinds(&others),
                )
            }
        };
        let note = size_note(options.words(), size).filter(|_| options.furniture.has(Piece::Sizes));
        let mut references = of_whole.clone();
        references.extend(own);
        references.sort_unstable();
        references.dedup();
        entries.push(LegendEntry { title, second_title: None, swatch, note, references });
    }
    let title = options.name_of(overlay);
    // What tells them apart is said once, above all rows.
    let told_by = document.overlay(&overlay.id).and_then(|state| state.styling.told_by());
    let title = told_by.map_or_else(|| title.to_owned(), |told_by| options.words().titled(title, &told_by));
    let notes: Vec<String> = whose(options, overlay).into_iter().chain(unreported(options, overlay)).collect();
    let title = if notes.is_empty() { title } else { format!("{title} ({})", notes.join(BETWEEN)) };
    let entries = share_rows(entries);
    (!entries.is_empty()).then_some(LegendGroup { title, is_needed: true, entries })
}

/// Between the names of what shares a row.
pub(in crate::figure) const BETWEEN_NAMES: &str = ", ";

/// Kinds that look alike share a row, in place of the first of them: samples that nobody can tell apart tell nothing
/// apart. Rows with a remark of their own, such as a size, stay, and so do those that rest on other references.
pub(in crate::figure) fn share_rows(entries: Vec<LegendEntry>) -> Vec<LegendEntry> {
    let mut rows: Vec<LegendEntry> = Vec::with_capacity(entries.len());
    for entry in entries {
        let alike = |row: &&mut LegendEntry| {
            row.swatch == entry.swatch
                && row.references == entry.references
                && row.note.is_none()
                && entry.note.is_none()
        };
        let Some(row) = rows.iter_mut().find(alike) else {
            rows.push(entry);
            continue;
        };
        row.title = [row.title.as_str(), &entry.title].join(BETWEEN_NAMES);
        row.second_title = match (row.second_title.take(), entry.second_title) {
            (Some(first), Some(second)) => Some([first, second].join(BETWEEN_NAMES)),
            _ => None,
        };
    }
    rows
}

/// The kinds of an overlay of which something lies in the frame, by their places in the list.
fn kinds_seen(document: &Document, overlay: &Overlay, frame: &Frame) -> BTreeSet<usize> {
    let kinds = kinds_of(document, overlay);
    let seen = frame.lon_lat_bounds();
    let all = 0..kinds.list().len();
    // Where all of it is within there is no need to look at each feature.
    if !kinds.is_told_apart() || is_within(overlay.bounds, seen) {
        return all.collect();
    }
    let mut found = BTreeSet::new();
    for feature in 0..overlay.features.count() {
        if let Some(kind) = kinds.index_of(feature)
            && !found.contains(&kind)
            && overlay.feature_reaches_into(feature, seen)
        {
            found.insert(kind);
            if found.len() == all.len() {
                break;
            }
        }
    }
    found
}

/// The rows of a group, with what the dossier says of all of them under the last.
fn with_note(own: &Words, mut rows: Vec<LegendEntry>, note: Option<&str>) -> Vec<LegendEntry> {
    if let Some((row, note)) = rows.last_mut().zip(note) {
        let words = row.note.iter().map(String::as_str).chain([note]);
        row.note = Some(own.long_list(words));
    }
    rows
}

/// So many times as high as in even columns a legend may be whose groups stay whole.
const MOST_FOR_WHOLE: f64 = 1.5;

/// The same of a legend of one group.
const MOST_FOR_ONE: f64 = 1.25;

/// Or so much higher, in ems: two rows.
const MOST_FOR_WHOLE_EM: f64 = 4.0;

fn block(setting: &Setting, spec: &FigureSpec, room: Room, limits: Limits) -> (f64, Block) {
    let limit = limits.legend;
    let stacked = |width_pt: f64| (width_pt, setting.stacked(&setting.legend(spec, width_pt, limit)));
    match room {
        Room::OnMap(_) => stacked(17.0 * setting.size(1.0)),
        Room::Column(width_pt) => stacked(width_pt),
        Room::Band(width_pt) | Room::Below(width_pt) => {
            let guess = setting.legend(spec, width_pt, limit).len();
            let least = 17.0 * setting.size(1.0);
            let (count, width, gutter) = setting.column_count(width_pt, least, guess.div_ceil(2));
            let even = setting.in_columns(&setting.legend(spec, width, limit), count, width, gutter);
            // Groups stay whole where that does not cost very much height: a heading that goes on in another column is read
            // as one more group.
            let (count, width, gutter) = setting.column_count(width_pt, least, spec.legend().len());
            let rows = setting.legend(spec, width, limit);
            let whole = setting.in_columns(&setting.by_group(spec, &rows), count, width, gutter);
            // A single group fills the columns: whole it would leave them empty.
            let most_pt = match spec.legend().len() {
                ..2 => MOST_FOR_ONE * even.height_pt,
                _ => (MOST_FOR_WHOLE * even.height_pt).max(even.height_pt + MOST_FOR_WHOLE_EM * setting.size(1.0)),
            };
            (width_pt, if whole.height_pt <= most_pt { whole } else { even })
        }
    }
}

impl FigureSpec {
    /// What the legend lists.
    pub(in crate::figure) fn legend(&self) -> &[LegendGroup] {
        match self.contents.get(&Piece::Legend) {
            Some(Content::Legend(groups)) => groups,
            _ => &[],
        }
    }

    /// The same, to be changed.
    pub(in crate::figure) fn legend_mut(&mut self) -> &mut [LegendGroup] {
        match self.contents.get_mut(&Piece::Legend) {
            Some(Content::Legend(groups)) => groups,
            _ => &mut [],
        }
    }

    pub(in crate::figure) fn legend_rows(&self) -> usize {
        self.legend().iter().map(|group| group.entries.len()).sum()
    }
}

/// What stands for the numbers of references for which there is no room.
const MORE_NUMBERS: &str = ",\u{2009}…";

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
        let sup_pt = self.size(0.66);
        let width_of = |numbers: &str| text::measure(numbers, Face::Sans, sup_pt, 0.0).advance_pt;
        // Of very many, the first: words of the name need room too.
        let mut numbers = compact_numbers(&entry.references);
        while width_of(&numbers) > 0.5 * text_width
            && let Some((first, _)) = numbers.trim_end_matches(MORE_NUMBERS).rsplit_once(',')
        {
            numbers = format!("{first}{MORE_NUMBERS}");
        }
        let sup_width = width_of(&numbers);
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

    /// The legend, at most `limit` rows.
    pub(in crate::figure) fn legend(&self, spec: &FigureSpec, width_pt: f64, limit: usize) -> Vec<Part> {
        let mut blocks = Vec::new();
        let (mut shown, mut left_out) = (0, 0);
        for group in spec.legend() {
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
                    _ => row.under(self.legend_heading(&self.continued(&group.title), width_pt)),
                });
            }
        }
        if left_out > 0 {
            let words = self.words.fill(self.words.legend_left_out, &[("count", &left_out.to_string())]);
            blocks.push(Part::new(0.42 * self.base_pt, self.small_note(&words, width_pt)));
        }
        blocks
    }

    /// The rows of a legend put together by group; what follows the last group stays by itself.
    pub(in crate::figure) fn by_group(&self, spec: &FigureSpec, rows: &[Part]) -> Vec<Part> {
        let mut left = rows;
        let mut groups = Vec::new();
        for group in spec.legend() {
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
