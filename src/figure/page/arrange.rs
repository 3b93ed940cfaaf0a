//! What goes where: the arrangement with the largest text in which all has its place, and what is left out where none
//! has room for all.

use kurbo::{Point, Rect, Size};

use super::block::Block;
use super::content::FigureSpec;
use super::layout::{CREDITS, Layout, TITLE};
use super::setting::{MIN_TEXT_PT, Setting};
use crate::figure::panels::BETWEEN;
use crate::figure::paper::PT_PER_MM;
use crate::figure::pieces::legend::LegendEntry;
use crate::figure::pieces::references::Reference;
use crate::figure::pieces::{Piece, Set};
use crate::geometry::View;

/// A column's figure is no higher than a page of print.
pub(in crate::figure) const MAX_COLUMN_PT: f64 = 240.0 * PT_PER_MM;

/// The least share of a page's height that the map keeps when all stands below it.
pub(in crate::figure) const LEAST_STACKED: f64 = 0.36;

/// The same of a narrow column that is as high as it takes.
const LEAST_IN_COLUMN: f64 = 0.6;

/// The most that a map in such a column grows beyond its own shape for that, as a multiple of its width.
const MOST_ASPECT: f64 = 1.4;

/// A page that is narrower than this, in points, is a column of print: sources are run on with outlet and day alone, and
/// headings of the legend that its rows can do without are left out, so that most of it is map.
pub(in crate::figure) const NARROW_PT: f64 = 400.0;

/// Places everything. The map shows `view`; the places do not depend on it, so a first layout tells how large a map a
/// view has to be fitted to.
pub fn layout(spec: &FigureSpec, view: View) -> Layout {
    let sane = |size_pt: f64| {
        if size_pt.is_finite() { size_pt.clamp(120.0, 40_000.0) } else { 1200.0 }
    };
    let page = Size::new(sane(spec.size_pt.0), sane(spec.size_pt.1));
    let mut spec = spec.clone();
    let mut moved_off = Vec::new();
    loop {
        let (setting, plan) = best_plan(&spec.around_map(), page);
        let covers_too_much =
            |piece: &Piece| !setting.fits_on_map(&spec, *piece, setting.map_size(&spec, plan.map.size()));
        let layout = match spec.places.keys().copied().filter(|piece| piece.stands_beside()).find(covers_too_much) {
            Some(piece) => Err(piece),
            None => {
                let layout = setting.build(&spec, plan, view);
                // What finds no room among what stands there already is not lost.
                let crowded_out = layout.pieces_left_out.iter().copied().find(|piece| piece.stands_beside());
                crowded_out.map_or(Ok(layout), Err)
            }
        };
        match layout {
            Ok(layout) => return Layout { moved_off, ..layout },
            Err(piece) => {
                spec.places.remove(&piece);
                moved_off.push(piece);
            }
        }
    }
}

/// The arrangement with the largest text in which all has its place.
pub(in crate::figure) fn best_plan(spec: &FigureSpec, page: Size) -> (Setting, Plan) {
    let wide = page.width >= page.height * 1.25;
    let scales = [1.0, 0.94, 0.88, 0.82, 0.76, 0.7, 0.65, 0.6];
    // First a map that keeps most of the page, then a smaller one, then smaller text.
    let may_fit = spec.legend_rows() <= most_rows(page) && spec.references().len() <= most_references(page);
    for text_scale in scales.into_iter().filter(|_| may_fit) {
        let setting = Setting::new(spec, page, text_scale);
        for arrangement in
            if wide { &[Arrangement::Column, Arrangement::ColumnAndBand][..] } else { &[Arrangement::Stack] }
        {
            let plan = setting.plan(spec, *arrangement, Limits::NONE);
            if plan.fits {
                return (setting, plan);
            }
        }
    }
    shortened(spec, page, wide)
}

/// More rows of a legend than any page of a size holds, in the smallest text and narrow columns.
pub(in crate::figure) fn most_rows(page: Size) -> usize {
    (page.area() / (10.0 * MIN_TEXT_PT * 1.5 * MIN_TEXT_PT)) as usize
}

/// More references than any page of a size holds, in the smallest text: of a narrow page outlet and day alone.
pub(in crate::figure) fn most_references(page: Size) -> usize {
    let least_ems = if page.width < NARROW_PT { 5.0 } else { 19.0 };
    (page.area() / (least_ems * MIN_TEXT_PT * 1.3 * MIN_TEXT_PT)) as usize
}

/// Where a block stands, and how wide the room for it is, in points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::figure) enum Room {
    /// On a map of this width, with a width of its own.
    OnMap(f64),
    /// In the column beside the map.
    Column(f64),
    /// In the band under the map, beside the column.
    Band(f64),
    /// Across the page, under the map.
    Below(f64),
}

/// How many rows of each list are shown.
#[derive(Debug, Clone, Copy)]
pub(in crate::figure) struct Limits {
    pub(in crate::figure) comparison: usize,
    pub(in crate::figure) references: usize,
    pub(in crate::figure) legend: usize,
}

impl Limits {
    pub(in crate::figure) const NONE: Self =
        Self { comparison: usize::MAX, references: usize::MAX, legend: usize::MAX };
}

/// The smallest text, and as much as fits of the table, then of what the legend says besides names, then of what the
/// references say besides outlet and day, then of the legend's rows, for which the map gives way a little too, and then
/// of the references.
pub(in crate::figure) fn shortened(spec: &FigureSpec, page: Size, wide: bool) -> (Setting, Plan) {
    let setting = Setting::new(spec, page, 0.6);
    let arrangements: &[Arrangement] = if wide {
        &[Arrangement::ColumnAndBand, Arrangement::NotesBelow, Arrangement::ColumnOverNotes]
    } else {
        &[Arrangement::Stack]
    };
    let compared = spec.compared_rows();
    let rows = spec.legend_rows().min(most_rows(page));
    // That ground has no letter on the map is said in any room: else it is looked for.
    let no_mark = spec.language.words().agreement.no_mark;
    let without_sizes = with_legend(spec, |entry| {
        let is_without = entry.note.take().is_some_and(|note| note.split(BETWEEN).any(|part| part == no_mark));
        entry.note = is_without.then(|| no_mark.to_owned());
    });
    let names_alone = with_legend(&without_sizes, |entry| entry.second_title = None);
    let mut short = names_alone.clone();
    for Reference { title, url, quotes, .. } in short.references_mut() {
        (*title, *url, *quotes) = Default::default();
    }
    let all = Limits { legend: if rows < spec.legend_rows() { rows } else { usize::MAX }, ..Limits::NONE };
    let no_table = Limits { comparison: 0, ..all };
    let tight = Setting { least_map: 0.4, ..setting.clone() };
    let attempt = |setting: &Setting, shown: &FigureSpec, limits: Limits| {
        let plans = arrangements.iter().map(|arrangement| setting.plan(shown, *arrangement, limits));
        let plan = plans.into_iter().find(|plan| plan.fits)?;
        let names_alone = !std::ptr::eq(shown, spec);
        let outlets_alone = std::ptr::eq(shown, &short) && !spec.references().is_empty();
        Some((setting.clone(), Plan { names_alone, outlets_alone, ..plan }))
    };
    let keeping = |setting: &Setting| {
        most(0, compared, |comparison| attempt(setting, spec, Limits { comparison, ..all }))
            .or_else(|| {
                [spec, &without_sizes, &names_alone, &short]
                    .into_iter()
                    .find_map(|shown| attempt(setting, shown, no_table))
            })
            .or_else(|| {
                let with_rows = |legend: usize| attempt(setting, &short, Limits { legend, ..no_table });
                // If none fits with the references, none is looked for.
                let fits_any = rows > 1 && with_rows(1).is_some();
                fits_any.then(|| most(1, rows, with_rows)).flatten()
            })
    };
    let losing = || {
        let references = spec.references().len().min(most_references(page));
        most(0, references, |references| attempt(&tight, &short, Limits { references, ..no_table })).or_else(|| {
            most(0, rows, |legend| attempt(&tight, &short, Limits { comparison: 0, references: 0, legend }))
        })
    };
    keeping(&setting).or_else(|| keeping(&tight)).or_else(losing).unwrap_or_else(|| {
        let last = if wide { Arrangement::NotesBelow } else { Arrangement::Stack };
        let plan = setting.plan(&short, last, Limits { comparison: 0, references: 0, legend: 0 });
        (setting.clone(), plan)
    })
}

/// What comes of the largest count from `least` to below `end` of which something comes, if fewer always fit where more
/// do: in as many attempts as `end` has binary digits.
pub(in crate::figure) fn most<T>(least: usize, end: usize, attempt: impl Fn(usize) -> Option<T>) -> Option<T> {
    let (mut low, mut high, mut found) = (least, end, None);
    while low < high {
        let middle = low + (high - low) / 2;
        match attempt(middle) {
            Some(made) => (low, found) = (middle + 1, Some(made)),
            None => high = middle,
        }
    }
    found
}

pub(in crate::figure) fn with_legend(spec: &FigureSpec, change: impl Fn(&mut LegendEntry)) -> FigureSpec {
    let mut spec = spec.clone();
    spec.legend_mut().iter_mut().flat_map(|group| &mut group.entries).for_each(change);
    spec
}

/// The legend without the headings that its rows can do without: below one that is needed, all others are.
fn headed_where_needed(spec: &FigureSpec) -> FigureSpec {
    let mut spec = spec.clone();
    for group in spec.legend_mut().iter_mut().take_while(|group| !group.is_needed) {
        group.title.clear();
    }
    spec
}

/// The height in points at which a page of the width of `spec` has room for a map `aspect` times as high as wide and
/// for all that stands below it; at most that of a page of print.
pub fn natural_height(spec: &FigureSpec, view: View, aspect: f64) -> f64 {
    let mut spec = spec.clone();
    loop {
        spec.size_pt.1 = height_around(&spec.around_map(), aspect);
        let moved_off = layout(&spec, view).moved_off;
        if moved_off.is_empty() {
            return spec.size_pt.1;
        }
        spec.places.retain(|piece, _| !moved_off.contains(piece));
    }
}

pub(in crate::figure) fn height_around(spec: &FigureSpec, aspect: f64) -> f64 {
    let mut height_pt = 1.5 * spec.size_pt.0;
    // The size of the text depends on the page's: a few rounds settle it.
    for _ in 0..4 {
        let page = Size::new(spec.size_pt.0.clamp(120.0, 40_000.0), height_pt.clamp(120.0, 40_000.0));
        let plan = Setting::new(spec, page, 1.0).plan(spec, Arrangement::Stack, Limits::NONE);
        let around_pt = page.height - plan.map.height();
        let least = if page.width < NARROW_PT { LEAST_IN_COLUMN } else { LEAST_STACKED };
        let wanted_pt = around_pt * least / (1.0 - least) + 2.0;
        let least_pt = around_pt * LEAST_STACKED / (1.0 - LEAST_STACKED) + 2.0;
        let map_pt = (plan.map.width() * aspect).max(wanted_pt.min(MOST_ASPECT * plan.map.width())).max(least_pt);
        height_pt = (around_pt + map_pt).round();
    }
    height_pt.clamp(0.6 * spec.size_pt.0, MAX_COLUMN_PT.max(spec.size_pt.0))
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::figure) enum Arrangement {
    /// Legend, references and notes in a column beside the map.
    Column,
    /// Legend and notes beside the map, references below it.
    ColumnAndBand,
    /// The same with the notes across the page below both, for small pages.
    NotesBelow,
    /// Legend and references beside the map, the notes across the page below.
    ColumnOverNotes,
    /// Everything below the map.
    Stack,
}

/// A block on the way to its place on the page, with the id and the title of its group.
struct Section {
    id: &'static str,
    title: &'static str,
    block: Block,
}

impl Section {
    fn at(self, at: Point) -> (&'static str, &'static str, Point, Block) {
        (self.id, self.title, at, self.block)
    }
}

/// What goes where, not yet drawn.
pub(in crate::figure) struct Plan {
    pub(in crate::figure) fits: bool,
    pub(in crate::figure) map: Rect,
    pub(in crate::figure) blocks: Vec<(&'static str, &'static str, Point, Block)>,
    pub(in crate::figure) rules: Vec<(Point, f64)>,
    pub(in crate::figure) references_left_out: usize,
    pub(in crate::figure) legend_left_out: usize,
    pub(in crate::figure) comparison_left_out: usize,
    /// Whether the legend went without some of its second lines.
    pub(in crate::figure) names_alone: bool,
    /// Whether the references went without titles and addresses.
    pub(in crate::figure) outlets_alone: bool,
}

impl Setting {
    /// A piece as it stands on a map of that width, and how wide that is; `None` where it does not.
    pub(in crate::figure) fn block_on_map(
        &self,
        spec: &FigureSpec,
        piece: Piece,
        map_width_pt: f64,
    ) -> Option<(f64, Block)> {
        if !spec.places.contains_key(&piece) {
            return None;
        }
        let (width_pt, block) = self.block_of(spec, piece, Room::OnMap(map_width_pt), Limits::NONE)?;
        (block.height_pt > 0.0).then_some((width_pt, block))
    }

    /// A piece set as a block, and how wide that is; `None` for what is none.
    fn block_of(&self, spec: &FigureSpec, piece: Piece, room: Room, limits: Limits) -> Option<(f64, Block)> {
        match piece.info().set {
            Set::Block { block, .. } => Some(block(self, spec, room, limits)),
            Set::Plate(_) | Set::WithItsWhole | Set::ByThePage => None,
        }
    }

    /// A piece on the way to its place on the page: what its group is called, and its block.
    fn section(&self, spec: &FigureSpec, piece: Piece, room: Room, limits: Limits) -> Section {
        let title = match piece.info().set {
            Set::Block { title, .. } => title(&self.words.parts),
            Set::Plate(_) | Set::WithItsWhole | Set::ByThePage => "",
        };
        let block = self.block_of(spec, piece, room, limits).map(|(_, block)| block).unwrap_or_default();
        Section { id: piece.name(), title, block }
    }

    /// Whether a piece on the map leaves enough of it.
    pub(in crate::figure) fn fits_on_map(&self, spec: &FigureSpec, piece: Piece, map: Size) -> bool {
        let Some((width_pt, block)) = self.block_on_map(spec, piece, map.width) else { return true };
        let pad_pt = 4.0 * self.size(0.8);
        width_pt + pad_pt < 0.5 * map.width && block.height_pt + pad_pt < 0.9 * map.height
    }

    pub(in crate::figure) fn plan(&self, spec: &FigureSpec, arrangement: Arrangement, limits: Limits) -> Plan {
        let Self { page, margin_pt: margin, gap_pt: gap, .. } = *self;
        let is_narrow = page.width < NARROW_PT;
        let without_headings;
        let spec = if is_narrow {
            without_headings = headed_where_needed(spec);
            &without_headings
        } else {
            spec
        };
        let inner = self.inner_width();
        let top = margin + self.header.height_pt + if self.header.height_pt > 0.0 { 0.8 * gap } else { 0.0 };
        let footer_top = page.height - 0.8 * margin - self.footer.height_pt;
        let bottom = if self.footer.height_pt > 0.0 { footer_top - 0.6 * gap } else { page.height - margin };
        let mut blocks = vec![
            (
                TITLE,
                self.words.parts.title,
                Point::new(margin, (margin - 0.25 * self.base_pt).max(0.0)),
                self.header.clone(),
            ),
            (CREDITS, self.words.parts.credits, Point::new(margin, footer_top), self.footer.clone()),
        ];
        let mut rules = Vec::new();
        let references_left_out = spec.references().len().saturating_sub(limits.references);
        let legend_left_out = spec.legend_rows().saturating_sub(limits.legend);
        let comparison_left_out = spec.compared_rows().saturating_sub(limits.comparison);
        let (map, fits);
        match arrangement {
            Arrangement::Column
            | Arrangement::ColumnAndBand
            | Arrangement::NotesBelow
            | Arrangement::ColumnOverNotes => {
                let notes_below = matches!(arrangement, Arrangement::NotesBelow | Arrangement::ColumnOverNotes);
                let lists_beside = matches!(arrangement, Arrangement::Column | Arrangement::ColumnOverNotes);
                let mut bottom = bottom;
                let has_notes = !spec.notes().is_empty();
                if notes_below && has_notes {
                    // Run on: each line counts.
                    let below = self.section(spec, Piece::Notes, Room::Below(inner), limits);
                    bottom -= below.block.height_pt;
                    rules.push((Point::new(margin, bottom - 0.3 * gap), inner));
                    blocks.push(below.at(Point::new(margin, bottom)));
                    bottom -= 0.7 * gap;
                }
                let body = bottom - top;
                let em = self.size(1.0);
                let column = (0.25 * page.width).clamp(15.0 * em, 26.0 * em).min(0.4 * inner);
                // Without a legend and notes nothing stands beside the map.
                let has_notes_beside = has_notes && !notes_below;
                let needed = !spec.legend().is_empty() || has_notes_beside;
                let map_width = if needed { inner - column - 1.2 * gap } else { inner };
                let left = margin + map_width + 1.2 * gap;
                let legend = self.section(spec, Piece::Legend, Room::Column(column), limits);
                let notes = Some(self.section(spec, Piece::Notes, Room::Column(column), limits));
                let notes = notes.filter(|_| has_notes_beside);
                let notes_pt = notes.as_ref().map_or(0.0, |notes| notes.block.height_pt);
                let notes_top = bottom - notes_pt;
                let mut used = top + legend.block.height_pt;
                blocks.push(legend.at(Point::new(left, top - 0.2 * self.base_pt)));
                let mut map_bottom = bottom;
                let room = if lists_beside { Room::Column(column) } else { Room::Band(map_width) };
                let lists: Vec<Section> = Piece::beside()
                    .filter(|piece| !matches!(piece, Piece::Title | Piece::Legend | Piece::Notes))
                    .map(|piece| self.section(spec, piece, room, limits))
                    .collect();
                // A list that is cut to nothing says so: it is there all the same.
                let has_lists = lists.iter().any(|list| list.block.height_pt > 0.0);
                if lists_beside {
                    for list in lists.into_iter().filter(|list| list.block.height_pt > 0.0) {
                        // Nothing above it, nothing to part it from.
                        let rule_at = if used > top { used + 0.9 * gap } else { used - 0.5 * gap };
                        if used > top {
                            rules.push((Point::new(left, rule_at), column));
                        }
                        used = rule_at + 0.5 * gap + list.block.height_pt;
                        blocks.push(list.at(Point::new(left, rule_at + 0.5 * gap)));
                    }
                } else if has_lists {
                    let mut at = bottom;
                    for list in lists.into_iter().rev().filter(|list| list.block.height_pt > 0.0) {
                        at -= list.block.height_pt;
                        rules.push((Point::new(margin, at - 0.35 * gap), map_width));
                        blocks.push(list.at(Point::new(margin, at)));
                        at -= 0.75 * gap;
                    }
                    map_bottom = at - 0.35 * gap;
                }
                let notes_gap = if notes_pt > 0.0 { 1.4 * gap } else { 0.0 };
                let misplaced = !needed && has_lists && lists_beside;
                let column_fits = used + notes_gap <= notes_top && !misplaced;
                if let Some(notes) = notes.filter(|_| notes_pt > 0.0) {
                    rules.push((Point::new(left, notes_top - 0.5 * gap), column));
                    blocks.push(notes.at(Point::new(left, notes_top)));
                }
                map = Rect::new(margin, top, margin + map_width, map_bottom);
                fits = column_fits && map.height() >= self.least_map * page.height && map.height() >= 0.4 * body;
            }
            Arrangement::Stack => {
                let sections: Vec<Section> = Piece::beside()
                    .filter(|piece| *piece != Piece::Title)
                    .map(|piece| self.section(spec, piece, Room::Below(inner), limits))
                    .filter(|section| section.block.height_pt > 0.0)
                    .collect();
                let mut at = bottom;
                for (index, section) in sections.into_iter().enumerate().rev() {
                    at -= section.block.height_pt;
                    blocks.push(section.at(Point::new(margin, at)));
                    if index > 0 {
                        rules.push((Point::new(margin, at - 0.45 * gap), inner));
                        at -= 0.9 * gap;
                    } else {
                        at -= 0.8 * gap;
                    }
                }
                map = Rect::new(margin, top, page.width - margin, at);
                fits = map.height() >= LEAST_STACKED * page.height;
            }
        }
        // On a page of hostile proportions something of a map is left all the same.
        let map = Rect::new(map.x0, map.y0, map.x1.max(map.x0 + 16.0), map.y1.max(map.y0 + 16.0));
        Plan {
            fits,
            map,
            blocks,
            rules,
            references_left_out,
            legend_left_out,
            comparison_left_out,
            names_alone: false,
            outlets_alone: false,
        }
    }
}
