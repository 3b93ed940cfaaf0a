//! The page of a figure: where the map, the title, the legend, the references and the rest stand, and what they say.
//!
//! Wide pages have a column beside the map; tall ones stack. Text is measured before anything is placed, so nothing
//! overlaps and nothing is cut: the map gives way first, then the text shrinks (never below [`MIN_TEXT_PT`]), and
//! only then is a list shortened, which the page then says. What stands on the map itself is in [`furniture`].

pub mod furniture;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use kurbo::{Affine, Point, Rect, Shape, Size, Vec2};

use self::furniture::Graticule;
use crate::dossier::words;
use crate::figure::options::{Corner, MOST_MARGIN, PT_PER_MM, Piece};
use crate::figure::placing::Place;
use crate::formats::link;
use crate::geometry::{Frame, View};
use crate::scene::display_list::{Cap, Color, DisplayList, Face, Group, Item, Path, Stroke, Text};
use crate::scene::palette::{Palette, Theme};
use crate::scene::swatch::{SwatchStyle, swatch_items};
use crate::scene::text;

/// No text on a page is smaller than this: 5 points as printers count.
pub const MIN_TEXT_PT: f64 = 5.0 * 96.0 / 72.0;

/// The smallest text on the map is 9 points before it is scaled with everything else on it: it stays above
/// [`MIN_TEXT_PT`].
const LEAST_SYMBOL_SCALE: f64 = 0.75;

/// A column's figure is no higher than a page of print.
const MAX_COLUMN_PT: f64 = 240.0 * PT_PER_MM;

/// What a figure says besides its map.
#[derive(Debug, Clone, PartialEq)]
pub struct FigureSpec {
    /// Width and height of the page in points.
    pub size_pt: (f64, f64),
    /// Free edge in points; what suits the page unless it is given.
    pub margin_pt: Option<f64>,
    /// How much larger type and symbols are than on paper in the hand: 1 is just so.
    pub emphasis: f64,
    /// How large the map's own lines, marks and names are drawn; what suits the page unless it is given.
    pub symbol_scale: Option<f64>,
    /// Colours.
    pub theme: Theme,
    /// Title.
    pub title: String,
    /// A sentence under it.
    pub subtitle: Option<String>,
    /// The day of which the map speaks, as it is printed: "15 Dec 2025". May be empty.
    pub as_of: String,
    /// What the map shows.
    pub legend: Vec<LegendGroup>,
    /// The places on the map of what stands beside it otherwise, and where it would cover too much: the title with
    /// subtitle and day, the legend, the sources, stated figures, notes.
    pub on_map: BTreeMap<Piece, Place>,
    /// Where kilometres and miles stand, if they do.
    pub scale_bar: Option<Place>,
    /// Where the arrow to the north stands, if it does.
    pub north_arrow: Option<Place>,
    /// Where the locator map stands, if it does, and how many times as wide as high it is.
    pub inset: Option<(Place, f64)>,
    /// Degrees along the edge, with lines or without.
    pub graticule: Option<Graticule>,
    /// What it rests on.
    pub references: Vec<Reference>,
    /// Stated figures beside measured ones.
    pub comparison: Vec<ComparisonGroup>,
    /// Accuracy, view of the boundaries, disclaimer.
    pub notes: Vec<String>,
    /// Map credits and data licences.
    pub credits: Vec<String>,
}

impl Default for FigureSpec {
    fn default() -> Self {
        Self {
            size_pt: (1600.0, 1000.0),
            margin_pt: None,
            emphasis: 1.0,
            symbol_scale: None,
            theme: Theme::default(),
            title: String::new(),
            subtitle: None,
            as_of: String::new(),
            legend: Vec::new(),
            on_map: BTreeMap::new(),
            scale_bar: Some(Corner::BottomLeft.into()),
            north_arrow: Some(Corner::BottomLeft.into()),
            inset: None,
            graticule: None,
            references: Vec::new(),
            comparison: Vec::new(),
            notes: Vec::new(),
            credits: Vec::new(),
        }
    }
}

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

/// A heading of the legend and what stands under it.
#[derive(Debug, Clone, PartialEq)]
pub struct LegendGroup {
    /// Heading; may be empty.
    pub title: String,
    /// Rows.
    pub entries: Vec<LegendEntry>,
}

/// A row of the legend.
#[derive(Debug, Clone, PartialEq)]
pub struct LegendEntry {
    /// English name.
    pub title: String,
    /// Ukrainian name, set small beside or under it.
    pub title_uk: Option<String>,
    /// The sample.
    pub swatch: SwatchStyle,
    /// A remark, such as "approximate, ± 2 km".
    pub note: Option<String>,
    /// Numbers of the references that the overlay rests on.
    pub references: Vec<usize>,
}

/// A source.
#[derive(Debug, Clone, PartialEq)]
pub struct Reference {
    /// The number by which the legend points to it.
    pub number: usize,
    /// Who published it.
    pub outlet: String,
    /// Title of the article.
    pub title: String,
    /// When, as it is printed.
    pub date: String,
    /// Address.
    pub url: String,
    /// Quoted words, where they were asked for.
    pub quotes: Vec<String>,
}

/// Letters of a title, and of an address, that are printed at most: a longer one would take the room of other sources.
const MOST_TITLE: usize = 240;
const MOST_ADDRESS: usize = 160;

impl Reference {
    /// The address without what every address begins with.
    fn shown_address(&self) -> &str {
        let address = self.url.trim_start_matches("https://").trim_start_matches("http://");
        address.trim_start_matches("www.").trim_end_matches('/')
    }

    /// Whether title or address are too long to be printed whole.
    pub(in crate::figure) fn is_shortened(&self) -> bool {
        self.title.chars().count() > MOST_TITLE || self.shown_address().chars().count() > MOST_ADDRESS
    }
}

/// A text of at most so many letters: its beginning, if it is longer.
fn beginning(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        Some((end, _)) => Cow::Owned(format!("{}…", text[..end].trim_end())),
        None => Cow::Borrowed(text),
    }
}

impl FigureSpec {
    fn legend_rows(&self) -> usize {
        self.legend.iter().map(|group| group.entries.len()).sum()
    }

    /// Without what stands on the map: what is left to be placed around it.
    fn around_map(&self) -> Self {
        let mut around = self.clone();
        for piece in self.on_map.keys() {
            match piece {
                Piece::Title => (around.title, around.subtitle, around.as_of) = (String::new(), None, String::new()),
                Piece::Legend => around.legend.clear(),
                Piece::References => around.references.clear(),
                Piece::Comparison => around.comparison.clear(),
                Piece::Notes => around.notes.clear(),
                _ => {}
            }
        }
        around
    }
}

/// A piece where it stands on the page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standing {
    /// Which.
    pub piece: Piece,
    /// Where, in points.
    pub rect: Rect,
    /// Whether it lies on the map.
    pub on_map: bool,
}

/// A page on which everything has its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout {
    /// The whole page.
    pub page: Rect,
    /// Where the map stands on the page.
    pub map_frame: Rect,
    /// The view laid on that frame; the map is drawn as a page of its own with this frame.
    pub map: Frame,
    /// Parts of the map frame, in the map's own points, that furniture covers: labels do well to keep off them.
    pub reserved: Vec<Rect>,
    /// How far the text had to shrink: 1 is not at all.
    pub text_scale: f64,
    /// References that did not fit and are counted in a line at their end instead.
    pub references_left_out: usize,
    /// Legend rows that did not fit, likewise.
    pub legend_left_out: usize,
    /// Whether the legend had no room for sizes or second names.
    pub legend_names_alone: bool,
    /// Whether the references had no room for titles and addresses.
    pub references_outlets_alone: bool,
    /// Whether what must be on the page has no room on it, however short the rest: then things lie over each other.
    pub is_too_small: bool,
    /// Rows of stated figures that did not fit, likewise.
    pub comparison_left_out: usize,
    /// Pieces that were asked for and found no room on the map.
    pub pieces_left_out: Vec<Piece>,
    /// Pieces that stand beside the map because they would cover too much of it.
    pub moved_off: Vec<Piece>,
    /// The pieces that can be told apart by eye, those drawn last at the end.
    pub standing: Vec<Standing>,
    /// The part of the page in which pieces on the map have their places.
    pub room: Rect,
    /// How large the map's own lines, marks and names are drawn: 1 as on screen, less on small pages.
    pub symbol_scale: f64,
    /// Where the locator map stands, in the map's points.
    pub inset: Option<Rect>,
    background: Color,
    /// Lines of longitude and latitude, in the map's points: over the ground, under the overlays.
    graticule: Vec<Item>,
    under_map: Vec<Group>,
    over_map: Vec<Group>,
}

impl Layout {
    /// Width and height of the map in points.
    pub fn map_pt(&self) -> (f64, f64) {
        (self.map_frame.width(), self.map_frame.height())
    }
}

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
        let covers_too_much = |piece: &Piece| !setting.fits_on_map(&spec, *piece, plan.map.size());
        let layout = match spec.on_map.keys().copied().find(covers_too_much) {
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
                spec.on_map.remove(&piece);
                moved_off.push(piece);
            }
        }
    }
}

/// The arrangement with the largest text in which all has its place.
fn best_plan(spec: &FigureSpec, page: Size) -> (Setting, Plan) {
    let wide = page.width >= page.height * 1.25;
    let scales = [1.0, 0.94, 0.88, 0.82, 0.76, 0.7, 0.65, 0.6];
    // First a map that keeps most of the page, then a smaller one, then smaller text.
    for text_scale in scales.into_iter().filter(|_| spec.legend_rows() <= most_rows(page)) {
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
fn most_rows(page: Size) -> usize {
    (page.area() / (10.0 * MIN_TEXT_PT * 1.5 * MIN_TEXT_PT)) as usize
}

/// How many rows of each list are shown.
#[derive(Debug, Clone, Copy)]
struct Limits {
    comparison: usize,
    references: usize,
    legend: usize,
}

impl Limits {
    const NONE: Self = Self { comparison: usize::MAX, references: usize::MAX, legend: usize::MAX };
}

/// The smallest text, and as much as fits of the table, then of what the legend says besides names, then of what the
/// references say besides outlet and day, then of the legend's rows, for which the map gives way a little too, and then
/// of the references.
fn shortened(spec: &FigureSpec, page: Size, wide: bool) -> (Setting, Plan) {
    let setting = Setting::new(spec, page, 0.6);
    let arrangements: &[Arrangement] = if wide {
        &[Arrangement::ColumnAndBand, Arrangement::NotesBelow, Arrangement::ColumnOverNotes]
    } else {
        &[Arrangement::Stack]
    };
    let compared: usize = spec.comparison.iter().map(|group| group.rows.len()).sum();
    let rows = spec.legend_rows().min(most_rows(page));
    let without_sizes = with_legend(spec, |entry| entry.note = None);
    let names_alone = with_legend(&without_sizes, |entry| entry.title_uk = None);
    let mut short = names_alone.clone();
    for Reference { title, url, quotes, .. } in &mut short.references {
        (*title, *url, *quotes) = Default::default();
    }
    let all = Limits { legend: if rows < spec.legend_rows() { rows } else { usize::MAX }, ..Limits::NONE };
    let no_table = Limits { comparison: 0, ..all };
    let tight = Setting { least_map: 0.4, ..setting.clone() };
    let attempt = |setting: &Setting, shown: &FigureSpec, limits: Limits| {
        let plans = arrangements.iter().map(|arrangement| setting.plan(shown, *arrangement, limits));
        let plan = plans.into_iter().find(|plan| plan.fits)?;
        let names_alone = !std::ptr::eq(shown, spec);
        let outlets_alone = std::ptr::eq(shown, &short) && !spec.references.is_empty();
        Some((setting.clone(), Plan { names_alone, outlets_alone, ..plan }))
    };
    let keeping = |setting: &Setting| {
        most(0, compared, |comparison| attempt(setting, spec, Limits { comparison, ..all }))
            .or_else(|| {
                [spec, &without_sizes, &names_alone, &short]
                    .into_iter()
                    .find_map(|shown| attempt(setting, shown, no_table))
            })
            .or_else(|| most(1, rows, |legend| attempt(setting, &short, Limits { legend, ..no_table })))
    };
    let losing = || {
        most(0, spec.references.len(), |references| attempt(&tight, &short, Limits { references, ..no_table })).or_else(
            || most(0, rows, |legend| attempt(&tight, &short, Limits { comparison: 0, references: 0, legend })),
        )
    };
    keeping(&setting).or_else(|| keeping(&tight)).or_else(losing).unwrap_or_else(|| {
        let last = if wide { Arrangement::NotesBelow } else { Arrangement::Stack };
        let plan = setting.plan(&short, last, Limits { comparison: 0, references: 0, legend: 0 });
        (setting.clone(), plan)
    })
}

/// What comes of the largest count from `least` to below `end` of which something comes, if fewer always fit where more
/// do: in as many attempts as `end` has binary digits.
fn most<T>(least: usize, end: usize, attempt: impl Fn(usize) -> Option<T>) -> Option<T> {
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

fn with_legend(spec: &FigureSpec, change: impl Fn(&mut LegendEntry)) -> FigureSpec {
    let mut spec = spec.clone();
    spec.legend.iter_mut().flat_map(|group| &mut group.entries).for_each(change);
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
        spec.on_map.retain(|piece, _| !moved_off.contains(piece));
    }
}

fn height_around(spec: &FigureSpec, aspect: f64) -> f64 {
    let mut height_pt = 1.5 * spec.size_pt.0;
    // The size of the text depends on the page's: a few rounds settle it.
    for _ in 0..4 {
        let page = Size::new(spec.size_pt.0.clamp(120.0, 40_000.0), height_pt.clamp(120.0, 40_000.0));
        let plan = Setting::new(spec, page, 1.0).plan(spec, Arrangement::Stack, Limits::NONE);
        let around_pt = page.height - plan.map.height();
        let map_pt = (plan.map.width() * aspect).max(around_pt * LEAST_STACKED / (1.0 - LEAST_STACKED) + 2.0);
        height_pt = (around_pt + map_pt).round();
    }
    height_pt.clamp(0.6 * spec.size_pt.0, MAX_COLUMN_PT.max(spec.size_pt.0))
}

/// The least share of a page's height that the map keeps when all stands below it.
const LEAST_STACKED: f64 = 0.36;

/// Puts the map, drawn as a page of [`Layout::map`], and the locator map, drawn as one of [`Layout::inset`], into their
/// places, with everything around them.
pub fn compose(spec: &FigureSpec, layout: &Layout, map: DisplayList, inset: Option<DisplayList>) -> DisplayList {
    let (width_pt, height_pt) = (layout.page.width(), layout.page.height());
    let mut items = vec![Item::Fill { path: Path::shared(layout.page.to_path(0.1)), color: layout.background }];
    items.extend(layout.under_map.iter().cloned().map(Item::Group));
    let origin = layout.map_frame.origin().to_vec2();
    let mut moved = shifted(map.items, origin);
    if !layout.graticule.is_empty() {
        let lines = Group::new("graticule", "Graticule", shifted(layout.graticule.clone(), origin));
        // The first item is the ground.
        moved.insert(1.min(moved.len()), Item::Group(lines));
    }
    let title = if spec.as_of.is_empty() { "Map".to_owned() } else { format!("Map, as of {}", spec.as_of) };
    items.push(Item::Group(Group { clip: Some(layout.map_frame), ..Group::new("map", title, moved) }));
    items.extend(layout.over_map.iter().cloned().map(Item::Group));
    if let (Some(rect), Some(inset)) = (layout.inset, inset) {
        let rect = rect + origin;
        let mut drawn = shifted(inset.items, rect.origin().to_vec2());
        let edge = Stroke { cap: Cap::Butt, ..Stroke::solid(spec.theme.palette().region_border, 0.75) };
        drawn.push(Item::Stroke { path: Path::shared(rect.to_path(0.1)), stroke: edge });
        let group = Group::new("inset", "Locator map with the frame marked", drawn);
        items.push(Item::Group(Group { clip: Some(rect.inflate(0.5, 0.5)), ..group }));
    }
    DisplayList { width_pt, height_pt, items }
}

/// A length on the ground and how long it is on the map.
#[derive(Debug, Clone, PartialEq)]
pub struct ScaleBar {
    /// Length on the page in points.
    pub length_pt: f64,
    /// The length in words, such as `25 km`.
    pub label: String,
}

/// The longest round length (1, 2 or 5 times a power of ten) of at most `longest_pt`, true at the frame's centre: in
/// kilometres, or in metres below one.
pub fn scale_bar(frame: &Frame, longest_pt: f64) -> ScaleBar {
    bar_in([("km", 1000.0), ("m", 1.0)], frame, longest_pt)
}

/// The same in miles, or in feet below one.
pub(in crate::figure) fn scale_bar_miles(frame: &Frame, longest_pt: f64) -> ScaleBar {
    bar_in([("mi", 1609.344), ("ft", 0.3048)], frame, longest_pt)
}

/// The same in the first of two units, with their lengths in metres, of which the bar is at least one.
fn bar_in(units: [(&str, f64); 2], frame: &Frame, longest_pt: f64) -> ScaleBar {
    let meters_per_pt = frame.meters_per_pt(frame.view.center.y);
    let [(large, large_m), (small, small_m)] = units;
    let (mut unit, (mut number, mut length_pt)) = (large, round_length(longest_pt, meters_per_pt / large_m));
    if number < 1.0 {
        (unit, (number, length_pt)) = (small, round_length(longest_pt, meters_per_pt / small_m));
    }
    ScaleBar { length_pt, label: format!("{} {unit}", plain_number(number)) }
}

/// The same items elsewhere on the page. Paths that nobody else holds are moved where they are.
pub fn shifted(items: Vec<Item>, by: Vec2) -> Vec<Item> {
    placed(items, 1.0, by)
}

/// The same items with all their sizes multiplied by `scale`, and then moved.
pub fn placed(mut items: Vec<Item>, scale: f64, by: Vec2) -> Vec<Item> {
    let affine = Affine::translate(by) * Affine::scale(scale);
    let share = |a: &Item, b: &Item| matches!((path_of(a), path_of(b)), (Some(a), Some(b)) if Arc::ptr_eq(a, b));
    // Fill and outline share a path, and still do where they are put.
    for together in items.chunk_by_mut(share) {
        place_path(together, affine);
        together.iter_mut().for_each(|item| place(item, affine, scale, by));
    }
    items
}

fn path_of(item: &Item) -> Option<&Arc<Path>> {
    match item {
        Item::Fill { path, .. } | Item::Pattern { path, .. } | Item::Stroke { path, .. } => Some(path),
        Item::Group(_) | Item::Text(_) | Item::Image { .. } => None,
    }
}

fn path_of_mut(item: &mut Item) -> Option<&mut Arc<Path>> {
    match item {
        Item::Fill { path, .. } | Item::Pattern { path, .. } | Item::Stroke { path, .. } => Some(path),
        Item::Group(_) | Item::Text(_) | Item::Image { .. } => None,
    }
}

/// Puts the one path of some items elsewhere: where it is, if nobody else holds it.
fn place_path(items: &mut [Item], affine: Affine) {
    let Some((first, others)) = items.split_first_mut() else { return };
    let Some(path) = path_of_mut(first) else { return };
    for other in others.iter_mut().filter_map(path_of_mut) {
        *other = Arc::default();
    }
    Arc::make_mut(path).apply_affine(affine);
    others.iter_mut().filter_map(path_of_mut).for_each(|other| *other = path.clone());
}

/// Puts all of an item but its path elsewhere.
fn place(item: &mut Item, affine: Affine, scale: f64, by: Vec2) {
    let rect_by = |rect: Rect| rect.scale_from_origin(scale) + by;
    match item {
        Item::Group(group) => {
            group.clip = group.clip.map(rect_by);
            group.items = placed(std::mem::take(&mut group.items), scale, by);
        }
        Item::Fill { .. } => {}
        Item::Pattern { pattern, .. } => {
            pattern.origin = affine * pattern.origin;
            pattern.spacing_pt *= scale;
            pattern.size_pt *= scale;
        }
        Item::Stroke { stroke, .. } => {
            stroke.width_pt *= scale;
            stroke.dash_pt.iter_mut().for_each(|length_pt| *length_pt *= scale);
            stroke.dash_offset_pt *= scale;
        }
        Item::Text(text) => {
            text.origin = affine * text.origin;
            text.size_pt *= scale;
            text.letter_spacing_pt *= scale;
            if let Some((_, width_pt)) = &mut text.halo {
                *width_pt *= scale;
            }
        }
        Item::Image { to, .. } => *to = rect_by(*to),
    }
}

/// A piece of furniture laid out from (0, 0).
#[derive(Debug, Clone, Default)]
pub(in crate::figure) struct Block {
    pub(in crate::figure) height_pt: f64,
    pub(in crate::figure) items: Vec<Item>,
}

impl Block {
    pub(in crate::figure) fn place(&self, at: Point, into: &mut Vec<Item>) {
        into.extend(shifted(self.items.clone(), at.to_vec2()));
    }
}

/// A block of a list that stays whole.
#[derive(Debug, Clone)]
struct Part {
    /// Between it and what stands above it.
    before_pt: f64,
    block: Block,
    /// What stands above it instead at the head of a column: the heading of the group that it goes on with.
    continued: Option<Block>,
}

impl Part {
    fn new(before_pt: f64, block: Block) -> Self {
        Self { before_pt, block, continued: None }
    }

    /// The same, with what stands above it at the head of a column.
    fn under(self, continued: Block) -> Self {
        Self { continued: Some(continued), ..self }
    }

    /// The same at the head of a column.
    fn at_head(&self) -> Self {
        let mut block = self.continued.clone().unwrap_or_default();
        self.block.place(Point::new(0.0, block.height_pt), &mut block.items);
        block.height_pt += self.block.height_pt;
        Self::new(0.0, block)
    }
}

/// The heading of a group that goes on in another column.
fn continued(title: &str) -> String {
    format!("{title} (continued)")
}

/// Words in one style within a paragraph.
struct Run<'a> {
    words: &'a str,
    face: Face,
    color: Color,
    link: Option<&'a str>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Arrangement {
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

/// Sizes that follow from the page and from how far the text is shrunk.
#[derive(Debug, Clone)]
pub(in crate::figure) struct Setting {
    page: Size,
    pub(in crate::figure) palette: Palette,
    text_scale: f64,
    symbol_scale: f64,
    /// The least share of the page's height that the map keeps beside a column.
    least_map: f64,
    /// Size of running text.
    pub(in crate::figure) base_pt: f64,
    margin_pt: f64,
    gap_pt: f64,
    header: Block,
    footer: Block,
}

/// What goes where, not yet drawn.
struct Plan {
    fits: bool,
    map: Rect,
    blocks: Vec<(&'static str, &'static str, Point, Block)>,
    rules: Vec<(Point, f64)>,
    references_left_out: usize,
    legend_left_out: usize,
    comparison_left_out: usize,
    /// Whether the legend went without some of its second lines.
    names_alone: bool,
    /// Whether the references went without titles and addresses.
    outlets_alone: bool,
}

impl Setting {
    fn new(spec: &FigureSpec, page: Size, text_scale: f64) -> Self {
        let emphasis = if spec.emphasis.is_finite() { spec.emphasis.clamp(0.5, 4.0) } else { 1.0 };
        let paper_pt = (4.2 + (page.width * page.height).sqrt() / 160.0).clamp(8.0, 28.0);
        let unit_pt = paper_pt * emphasis;
        let usual_pt = (1.9 * unit_pt).min(page.width * 0.05) * text_scale;
        let most_pt = MOST_MARGIN * page.width.min(page.height);
        let margin_pt =
            spec.margin_pt.filter(|margin| margin.is_finite()).map_or(usual_pt, |margin| margin.clamp(0.0, most_pt));
        let mut setting = Self {
            page,
            palette: spec.theme.palette(),
            text_scale,
            symbol_scale: spec
                .symbol_scale
                .unwrap_or((paper_pt / 11.0).min(1.0) * emphasis)
                .clamp(LEAST_SYMBOL_SCALE, 4.0),
            least_map: 0.46,
            base_pt: unit_pt * text_scale,
            margin_pt,
            gap_pt: 1.5 * unit_pt * text_scale,
            header: Block::default(),
            footer: Block::default(),
        };
        setting.header = setting.header(spec, setting.inner_width());
        setting.footer = setting.footer(spec);
        setting
    }

    /// A text size as a share of the running text's, never below what can be read.
    pub(in crate::figure) fn size(&self, share: f64) -> f64 {
        (self.base_pt * share).max(MIN_TEXT_PT)
    }

    fn inner_width(&self) -> f64 {
        self.page.width - 2.0 * self.margin_pt
    }

    pub(in crate::figure) fn text(
        &self,
        words: impl Into<String>,
        face: Face,
        size_pt: f64,
        color: Color,
        at: Point,
    ) -> Item {
        Item::Text(Text {
            text: words.into(),
            face,
            size_pt,
            color,
            origin: at,
            rotation_rad: 0.0,
            letter_spacing_pt: 0.0,
            halo: None,
            link: None,
        })
    }

    /// A wrapped paragraph; the block's top is the top of the capitals' line.
    pub(in crate::figure) fn paragraph(
        &self,
        words: &str,
        face: Face,
        size_pt: f64,
        leading: f64,
        color: Color,
        width_pt: f64,
    ) -> Block {
        let lines = text::wrap(words, face, size_pt, width_pt);
        let step = size_pt * leading;
        let items = lines
            .iter()
            .enumerate()
            .map(|(row, line)| {
                let baseline = baseline(size_pt, leading) + row as f64 * step;
                self.text(line.clone(), face, size_pt, color, Point::new(0.0, baseline))
            })
            .collect();
        Block { height_pt: step * lines.len() as f64, items }
    }

    /// A paragraph of several styles. Returns the block and where its last line ends.
    fn rich(&self, runs: &[Run<'_>], size_pt: f64, leading: f64, width_pt: f64) -> (Block, Point) {
        let step = size_pt * leading;
        let mut pen = Point::new(0.0, baseline(size_pt, leading));
        let mut pieces: Vec<Text> = Vec::new();
        let piece = |words: &str, run: &Run<'_>, at: Point| Text {
            text: words.to_owned(),
            face: run.face,
            size_pt,
            color: run.color,
            origin: at,
            rotation_rad: 0.0,
            letter_spacing_pt: 0.0,
            halo: None,
            link: run.link.map(str::to_owned),
        };
        let wide = |words: &str, face: Face| text::measure(words, face, size_pt, 0.0).advance_pt;
        let mut space_pt = 0.0;
        for (index, run) in runs.iter().enumerate() {
            let mut continues = false;
            for word in run.words.split(' ').filter(|word| !word.is_empty()) {
                let mut word = word.to_owned();
                let glued = !continues && index > 0 && !run.words.starts_with(' ');
                let before_pt = if glued || pen.x == 0.0 { 0.0 } else { space_pt };
                if pen.x > 0.0 && pen.x + before_pt + wide(&word, run.face) > width_pt {
                    // A long address begins on the line that it cannot share when half a line is left.
                    let room_pt = width_pt - pen.x - before_pt;
                    let parts = text::wrap(&word, run.face, size_pt, room_pt);
                    if run.link.is_some() && room_pt > 0.4 * width_pt && parts.len() > 1 {
                        pieces.push(piece(&parts[0], run, Point::new(pen.x + before_pt, pen.y)));
                        word = word[parts[0].len()..].to_owned();
                    }
                    pen = Point::new(0.0, pen.y + step);
                    continues = false;
                }
                let parts = text::wrap(&word, run.face, size_pt, width_pt);
                for (row, part) in parts.iter().enumerate() {
                    if row > 0 {
                        pen = Point::new(0.0, pen.y + step);
                        continues = false;
                    }
                    let before_pt = if pen.x == 0.0 || (glued && row == 0) { 0.0 } else { space_pt };
                    match pieces.last_mut().filter(|_| continues) {
                        Some(last) => {
                            last.text.push(' ');
                            last.text.push_str(part);
                            pen.x = last.origin.x + wide(&last.text, run.face);
                        }
                        None => {
                            pieces.push(piece(part, run, Point::new(pen.x + before_pt, pen.y)));
                            pen.x += before_pt + wide(part, run.face);
                        }
                    }
                    continues = true;
                }
                space_pt = wide(" ", run.face);
            }
        }
        let lines = ((pen.y - baseline(size_pt, leading)) / step).round() + 1.0;
        let height_pt = if pieces.is_empty() { 0.0 } else { lines * step };
        (Block { height_pt, items: pieces.into_iter().map(Item::Text).collect() }, pen)
    }

    fn header(&self, spec: &FigureSpec, width_pt: f64) -> Block {
        let ink = self.palette.ink;
        let title_pt = self.size(2.05);
        let mut block = Block::default();
        let mut stack = |part: Block, before_pt: f64| {
            if part.height_pt > 0.0 {
                let at = if block.height_pt > 0.0 { block.height_pt + before_pt } else { 0.0 };
                part.place(Point::new(0.0, at), &mut block.items);
                block.height_pt = at + part.height_pt;
            }
        };
        stack(self.paragraph(&spec.title, Face::SansSemiBold, title_pt, 1.18, ink, width_pt), 0.0);
        let sub_pt = self.size(1.12);
        let as_of = if spec.as_of.is_empty() { String::new() } else { format!("As of {}", spec.as_of) };
        let subtitle = spec.subtitle.as_deref().unwrap_or_default();
        let dot = if subtitle.is_empty() || as_of.is_empty() { "" } else { " ·" };
        let second = self.palette.second;
        let (line, _) = self.rich(
            &[
                Run { words: subtitle, face: Face::Sans, color: second, link: None },
                Run { words: dot, face: Face::Sans, color: second, link: None },
                Run { words: &format!(" {as_of}"), face: Face::SansSemiBold, color: second, link: None },
            ],
            sub_pt,
            1.35,
            width_pt,
        );
        stack(line, 0.25 * self.base_pt);
        block
    }

    fn footer(&self, spec: &FigureSpec) -> Block {
        // The dot stays with what it follows.
        let words = spec.credits.iter().map(|credit| credit.trim()).collect::<Vec<_>>().join("\u{a0}\u{a0}·  ");
        self.paragraph(&words, Face::Sans, self.size(0.76), 1.35, self.palette.second, self.inner_width())
    }

    fn legend_heading(&self, title: &str, width_pt: f64) -> Block {
        let mut heading =
            self.paragraph(title, Face::SansSemiBold, self.size(0.92), 1.5, self.palette.second, width_pt);
        heading.height_pt += 0.15 * self.base_pt;
        heading
    }

    fn legend_entry(&self, entry: &LegendEntry, width_pt: f64) -> Block {
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
        for words in [&entry.title_uk, &entry.note].into_iter().flatten() {
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

    /// A piece as it stands on a map of that width, and how wide that is; `None` where it does not.
    pub(in crate::figure) fn block_on_map(
        &self,
        spec: &FigureSpec,
        piece: Piece,
        map_width_pt: f64,
    ) -> Option<(f64, Block)> {
        if !spec.on_map.contains_key(&piece) {
            return None;
        }
        let (width_pt, block) = match piece {
            Piece::Title => {
                let block = self.header(spec, 0.44 * map_width_pt);
                (bounds_of(&block.items).map_or(0.0, |bounds| bounds.x1), block)
            }
            Piece::Legend => {
                let width_pt = 17.0 * self.size(1.0);
                (width_pt, self.stacked(&self.legend(spec, width_pt, usize::MAX).0))
            }
            Piece::References => {
                let width_pt = 22.0 * self.size(0.82);
                (width_pt, self.stacked(&self.references(spec, width_pt, usize::MAX)))
            }
            Piece::Comparison => {
                let width_pt = 34.0 * self.size(0.82);
                (width_pt, self.stacked(&self.comparison(spec, width_pt, usize::MAX)))
            }
            Piece::Notes => {
                let width_pt = 26.0 * self.size(0.8);
                (width_pt, self.stacked(&self.notes(&spec.notes, width_pt)))
            }
            _ => return None,
        };
        (block.height_pt > 0.0).then_some((width_pt, block))
    }

    /// Whether a piece on the map leaves enough of it.
    fn fits_on_map(&self, spec: &FigureSpec, piece: Piece, map: Size) -> bool {
        let Some((width_pt, block)) = self.block_on_map(spec, piece, map.width) else { return true };
        let pad_pt = 4.0 * self.size(0.8);
        width_pt + pad_pt < 0.5 * map.width && block.height_pt + pad_pt < 0.9 * map.height
    }

    /// The legend, at most `limit` rows, and how many are left out.
    fn legend(&self, spec: &FigureSpec, width_pt: f64, limit: usize) -> (Vec<Part>, usize) {
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

    fn small_note(&self, words: &str, width_pt: f64) -> Block {
        self.paragraph(words, Face::Sans, self.size(0.8), 1.35, self.palette.second, width_pt)
    }

    fn reference(&self, reference: &Reference, width_pt: f64) -> Block {
        let size_pt = self.size(0.82);
        let indent_pt = 1.75 * size_pt;
        let inner_pt = width_pt - indent_pt;
        let palette = &self.palette;
        let shown_url = reference.shown_address();
        let shown_url = beginning(shown_url, MOST_ADDRESS);
        let title = match reference.title.as_str() {
            "" => String::new(),
            title => format!(", {}", words::quoted(&beginning(title, MOST_TITLE))),
        };
        let date = if reference.date.is_empty() {
            ".".to_owned()
        } else {
            format!(", {}.", reference.date.replace(' ', "\u{a0}"))
        };
        let plain = |words, color| Run { words, face: Face::Sans, color, link: None };
        let link = link::followable(&reference.url);
        let (mut block, _) = self.rich(
            &[
                Run { words: &reference.outlet, face: Face::SansSemiBold, color: palette.ink, link: None },
                plain(&title, palette.ink),
                plain(&date, palette.ink),
                Run { words: &format!(" {shown_url}"), face: Face::Sans, color: palette.second, link: link.as_deref() },
            ],
            size_pt,
            1.34,
            inner_pt,
        );
        for quote in &reference.quotes {
            let part = self.paragraph(&words::quoted(quote), Face::Serif, size_pt, 1.34, palette.ink, inner_pt);
            let at = block.height_pt + 0.15 * size_pt;
            part.place(Point::new(0.0, at), &mut block.items);
            block.height_pt = at + part.height_pt;
        }
        let mut items = shifted(block.items, Vec2::new(indent_pt, 0.0));
        let number = reference.number.to_string();
        let at = Point::new(0.0, baseline(size_pt, 1.34));
        items.push(self.text(number, Face::SansSemiBold, size_pt, palette.accent, at));
        Block { height_pt: block.height_pt.max(1.34 * size_pt), items }
    }

    fn references(&self, spec: &FigureSpec, width_pt: f64, limit: usize) -> Vec<Part> {
        let gap_pt = 0.4 * self.base_pt;
        let part = |reference| Part::new(gap_pt, self.reference(reference, width_pt));
        let mut blocks: Vec<Part> = spec.references.iter().take(limit).map(part).collect();
        let left_out = spec.references.len().saturating_sub(limit);
        if left_out > 0 {
            let words = if limit == 0 {
                format!("{left_out} sources, for which there is no room here")
            } else {
                format!("and {left_out} more, for which there is no room here")
            };
            blocks.push(Part::new(gap_pt, self.small_note(&words, width_pt)));
        }
        blocks
    }

    /// Stated figures beside measured ones: a row each, under the overlay's name. In a narrow column the numbers stand
    /// under who reports them.
    fn comparison(&self, spec: &FigureSpec, width_pt: f64, limit: usize) -> Vec<Part> {
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

    fn notes(&self, notes: &[String], width_pt: f64) -> Vec<Part> {
        notes.iter().map(|note| Part::new(0.35 * self.base_pt, self.small_note(note, width_pt))).collect()
    }

    /// Blocks under each other.
    fn stacked(&self, parts: &[Part]) -> Block {
        let mut whole = Block::default();
        for (index, Part { before_pt, block, .. }) in parts.iter().enumerate() {
            let at = whole.height_pt + if index == 0 { 0.0 } else { *before_pt };
            block.place(Point::new(0.0, at), &mut whole.items);
            whole.height_pt = at + block.height_pt;
        }
        whole
    }

    /// The rows of a legend put together by group; what follows the last group stays by itself.
    fn by_group(&self, spec: &FigureSpec, rows: &[Part]) -> Vec<Part> {
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

    /// Blocks in columns of even height, filled one after the other.
    fn in_columns(&self, parts: &[Part], count: usize, column_pt: f64, gutter_pt: f64) -> Block {
        let fill = |limit_pt: f64| {
            let mut columns: Vec<Vec<Part>> = Vec::new();
            let mut height_pt = 0.0;
            for part in parts {
                let more_pt = part.before_pt + part.block.height_pt;
                match columns.last_mut().filter(|_| height_pt + more_pt <= limit_pt + 1e-6) {
                    Some(column) => {
                        height_pt += more_pt;
                        column.push(part.clone());
                    }
                    None => {
                        let first = part.at_head();
                        height_pt = first.block.height_pt;
                        columns.push(vec![first]);
                    }
                }
            }
            columns
        };
        let (mut low, mut high) = (0.0, self.stacked(parts).height_pt + 1.0);
        for _ in 0..24 {
            let middle = f64::midpoint(low, high);
            if fill(middle).len() <= count { high = middle } else { low = middle }
        }
        let mut whole = Block::default();
        for (index, column) in fill(high).iter().enumerate() {
            let block = self.stacked(column);
            block.place(Point::new(index as f64 * (column_pt + gutter_pt), 0.0), &mut whole.items);
            whole.height_pt = whole.height_pt.max(block.height_pt);
        }
        whole
    }

    /// As many columns of at least `least_pt` as `width_pt` holds, and no more than there are blocks.
    fn column_count(&self, width_pt: f64, least_pt: f64, blocks: usize) -> (usize, f64, f64) {
        let gutter_pt = 1.8 * self.base_pt;
        let most = ((width_pt + gutter_pt) / (least_pt + gutter_pt)).floor().max(1.0) as usize;
        let count = most.clamp(1, blocks.max(1));
        (count, (width_pt + gutter_pt) / count as f64 - gutter_pt, gutter_pt)
    }

    fn plan(&self, spec: &FigureSpec, arrangement: Arrangement, limits: Limits) -> Plan {
        let Limits { comparison, references, legend } = limits;
        let Self { page, margin_pt: margin, gap_pt: gap, .. } = *self;
        let inner = self.inner_width();
        let top = margin + self.header.height_pt + if self.header.height_pt > 0.0 { 0.8 * gap } else { 0.0 };
        let footer_top = page.height - 0.8 * margin - self.footer.height_pt;
        let bottom = if self.footer.height_pt > 0.0 { footer_top - 0.6 * gap } else { page.height - margin };
        let mut blocks = vec![
            ("title", "Title", Point::new(margin, (margin - 0.25 * self.base_pt).max(0.0)), self.header.clone()),
            ("credits", "Credits", Point::new(margin, footer_top), self.footer.clone()),
        ];
        let mut rules = Vec::new();
        let references_left_out = spec.references.len().saturating_sub(references);
        let compared: usize = spec.comparison.iter().map(|group| group.rows.len()).sum();
        let comparison_left_out = compared.saturating_sub(comparison);
        let (map, fits, legend_left_out);
        match arrangement {
            Arrangement::Column
            | Arrangement::ColumnAndBand
            | Arrangement::NotesBelow
            | Arrangement::ColumnOverNotes => {
                let notes_below = matches!(arrangement, Arrangement::NotesBelow | Arrangement::ColumnOverNotes);
                let lists_beside = matches!(arrangement, Arrangement::Column | Arrangement::ColumnOverNotes);
                let mut bottom = bottom;
                if notes_below && !spec.notes.is_empty() {
                    // Run on: each line counts.
                    let across = self.small_note(&spec.notes.join(" "), inner);
                    bottom -= across.height_pt;
                    rules.push((Point::new(margin, bottom - 0.3 * gap), inner));
                    blocks.push(("notes", "Notes", Point::new(margin, bottom), across));
                    bottom -= 0.7 * gap;
                }
                let body = bottom - top;
                let em = self.size(1.0);
                let column = (0.25 * page.width).clamp(15.0 * em, 26.0 * em).min(0.4 * inner);
                // Without a legend and notes nothing stands beside the map.
                let beside = if notes_below { &[][..] } else { &spec.notes[..] };
                let needed = !spec.legend.is_empty() || !beside.is_empty();
                let map_width = if needed { inner - column - 1.2 * gap } else { inner };
                let left = margin + map_width + 1.2 * gap;
                let (rows, left_out) = self.legend(spec, column, legend);
                legend_left_out = left_out;
                let legend_block = self.stacked(&rows);
                let notes = self.stacked(&self.notes(beside, column));
                let notes_top = bottom - notes.height_pt;
                let mut used = top + legend_block.height_pt;
                blocks.push(("legend", "Legend", Point::new(left, top - 0.2 * self.base_pt), legend_block));
                let mut map_bottom = bottom;
                let has_lists = !spec.references.is_empty() || compared > 0;
                if lists_beside {
                    let lists = [
                        ("references", "Sources", self.stacked(&self.references(spec, column, references))),
                        ("comparison", "Stated and measured", self.stacked(&self.comparison(spec, column, comparison))),
                    ];
                    for (id, title, list) in lists.into_iter().filter(|(.., list)| list.height_pt > 0.0) {
                        // Nothing above it, nothing to part it from.
                        let rule_at = if used > top { used + 0.9 * gap } else { used - 0.5 * gap };
                        if used > top {
                            rules.push((Point::new(left, rule_at), column));
                        }
                        used = rule_at + 0.5 * gap + list.height_pt;
                        blocks.push((id, title, Point::new(left, rule_at + 0.5 * gap), list));
                    }
                } else if has_lists {
                    let even = |rows: &[Part], count: usize, width: f64, gutter: f64| {
                        self.in_columns(rows, count, width, gutter)
                    };
                    let lists = [
                        {
                            let least = 19.0 * self.size(0.82);
                            let (count, width, gutter) = self.column_count(map_width, least, spec.references.len());
                            let rows = self.references(spec, width, references);
                            ("references", "Sources", even(&rows, count, width, gutter))
                        },
                        {
                            let least = 34.0 * self.size(0.82);
                            let (count, width, gutter) =
                                self.column_count(map_width, least, compared.min(comparison).div_ceil(3));
                            let rows = self.comparison(spec, width, comparison);
                            ("comparison", "Stated and measured", even(&rows, count, width, gutter))
                        },
                    ];
                    let mut at = bottom;
                    for (id, title, list) in lists.into_iter().rev().filter(|(.., list)| list.height_pt > 0.0) {
                        at -= list.height_pt;
                        rules.push((Point::new(margin, at - 0.35 * gap), map_width));
                        blocks.push((id, title, Point::new(margin, at), list));
                        at -= 0.75 * gap;
                    }
                    map_bottom = at - 0.35 * gap;
                }
                let notes_gap = if notes.height_pt > 0.0 { 1.4 * gap } else { 0.0 };
                let misplaced = !needed && has_lists && lists_beside;
                let column_fits = used + notes_gap <= notes_top && !misplaced;
                if notes.height_pt > 0.0 {
                    rules.push((Point::new(left, notes_top - 0.5 * gap), column));
                    blocks.push(("notes", "Notes", Point::new(left, notes_top), notes));
                }
                map = Rect::new(margin, top, margin + map_width, map_bottom);
                fits = column_fits && map.height() >= self.least_map * page.height && map.height() >= 0.4 * body;
            }
            Arrangement::Stack => {
                let sections = [
                    {
                        let guess = self.legend(spec, inner, legend).0.len();
                        let least = 17.0 * self.size(1.0);
                        let (count, width, gutter) = self.column_count(inner, least, guess.div_ceil(2));
                        let (rows, left_out) = self.legend(spec, width, legend);
                        legend_left_out = left_out;
                        let even = self.in_columns(&rows, count, width, gutter);
                        // Groups stay whole where that costs little height.
                        let (count, width, gutter) = self.column_count(inner, least, spec.legend.len());
                        let (rows, _) = self.legend(spec, width, legend);
                        let whole = self.in_columns(&self.by_group(spec, &rows), count, width, gutter);
                        let block = if whole.height_pt <= 1.25 * even.height_pt { whole } else { even };
                        ("legend", "Legend", block)
                    },
                    {
                        let (count, width, gutter) =
                            self.column_count(inner, 22.0 * self.size(0.82), spec.references.len());
                        let rows = self.references(spec, width, references);
                        ("references", "Sources", self.in_columns(&rows, count, width, gutter))
                    },
                    {
                        let least = 34.0 * self.size(0.82);
                        let (count, width, gutter) =
                            self.column_count(inner, least, compared.min(comparison).div_ceil(3));
                        let rows = self.comparison(spec, width, comparison);
                        ("comparison", "Stated and measured", self.in_columns(&rows, count, width, gutter))
                    },
                    ("notes", "Notes", self.stacked(&self.notes(&spec.notes, inner))),
                ];
                let mut at = bottom;
                let full: Vec<_> = sections.into_iter().filter(|(.., block)| block.height_pt > 0.0).collect();
                for (index, (id, title, block)) in full.into_iter().enumerate().rev() {
                    at -= block.height_pt;
                    blocks.push((id, title, Point::new(margin, at), block));
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

    fn build(&self, spec: &FigureSpec, plan: Plan, view: View) -> Layout {
        // Degrees stand outside the frame, to the left and below, and ticks on all sides.
        let (outside_pt, tick_pt) = match spec.graticule {
            Some(_) => (self.degrees_room(), 0.25 * self.degrees_room()),
            None => (0.0, 0.0),
        };
        let Rect { x0, y0, x1, y1 } = plan.map;
        let mut frame = Rect::new(x0 + outside_pt, y0 + tick_pt, x1 - tick_pt, y1 - outside_pt);
        frame = Rect::new(frame.x0, frame.y0, frame.x1.max(frame.x0 + 16.0), frame.y1.max(frame.y0 + 16.0));
        // Whole points, so that the frame's hairline is sharp at 1x.
        let map_frame = Rect::new(frame.x0.round(), frame.y0.round(), frame.x1.round(), frame.y1.round());
        let map = Frame::new(view, map_frame.width(), map_frame.height());
        let mut over_map = Vec::new();
        let frame = Stroke { cap: Cap::Butt, ..Stroke::solid(self.palette.region_border, 0.75) };
        let outline = Path::shared(map_frame.to_path(0.1));
        over_map.push(Group::new("frame", "Map frame", vec![Item::Stroke { path: outline, stroke: frame }]));
        let origin = map_frame.origin().to_vec2();
        let mut graticule = Vec::new();
        if let Some(kind) = spec.graticule {
            let (lines, degrees) = self.graticule(&map, kind);
            graticule = lines;
            over_map.push(Group::new("degrees", "Degrees", shifted(degrees, origin)));
        }
        let on_map = self.on_map(spec, &map);
        over_map.extend(on_map.groups.into_iter().map(|group| Group { items: shifted(group.items, origin), ..group }));
        let mut under_map = Vec::new();
        let rule = Stroke { cap: Cap::Butt, ..Stroke::solid(self.palette.line, 0.75) };
        let rules: Vec<Item> = plan
            .rules
            .iter()
            .map(|&(at, width_pt)| {
                let mut path = Path::new();
                path.move_to(at);
                path.line_to((at.x + width_pt, at.y));
                Item::Stroke { path: Arc::new(path), stroke: rule.clone() }
            })
            .collect();
        if !rules.is_empty() {
            under_map.push(Group::new("rules", "Rules", rules));
        }
        let mut standing = Vec::new();
        for (id, title, at, block) in plan.blocks {
            let items = shifted(block.items, at.to_vec2());
            let Some(rect) = bounds_of(&items) else { continue };
            let piece = match id {
                "title" => Some(Piece::Title),
                "legend" => Some(Piece::Legend),
                "references" => Some(Piece::References),
                "comparison" => Some(Piece::Comparison),
                "notes" => Some(Piece::Notes),
                _ => None,
            };
            standing.extend(piece.map(|piece| Standing { piece, rect, on_map: false }));
            under_map.push(Group::new(id, title, items));
        }
        let on_page = |(piece, rect): &(Piece, Rect)| Standing { piece: *piece, rect: *rect + origin, on_map: true };
        standing.extend(on_map.placed.iter().map(on_page));
        Layout {
            page: Rect::from_origin_size(Point::ZERO, self.page),
            map_frame,
            map,
            reserved: on_map.reserved,
            text_scale: self.text_scale,
            references_left_out: plan.references_left_out,
            legend_left_out: plan.legend_left_out,
            legend_names_alone: plan.names_alone,
            references_outlets_alone: plan.outlets_alone,
            is_too_small: !plan.fits,
            comparison_left_out: plan.comparison_left_out,
            pieces_left_out: on_map.left_out,
            moved_off: Vec::new(),
            standing,
            room: self.room(&map) + origin,
            symbol_scale: self.symbol_scale,
            inset: on_map.inset,
            background: self.palette.panel,
            graticule,
            under_map,
            over_map,
        }
    }
}

/// The box around what is drawn; `None` if nothing is.
fn bounds_of(items: &[Item]) -> Option<Rect> {
    let of = |item: &Item| match item {
        Item::Group(group) => bounds_of(&group.items),
        Item::Fill { path, .. } | Item::Pattern { path, .. } | Item::Stroke { path, .. } => Some(path.bounding_box()),
        Item::Text(text) => Some(text::bounds(text)),
        Item::Image { to, .. } => Some(*to),
    };
    items.iter().filter_map(of).reduce(|a, b| a.union(b))
}

/// Where in a line the baseline stands, from its top: capitals in the middle.
fn baseline(size_pt: f64, leading: f64) -> f64 {
    size_pt * (leading / 2.0 + 0.349)
}

/// The longest of 1, 2, 5 times a power of ten whose bar is no longer than `longest_pt`, and its bar's length.
pub(in crate::figure) fn round_length(longest_pt: f64, units_per_pt: f64) -> (f64, f64) {
    let most = longest_pt * units_per_pt;
    if !most.is_finite() || most <= 0.0 {
        return (0.0, 0.0);
    }
    let power = 10_f64.powf(most.log10().floor());
    let step = [5.0, 2.0, 1.0].into_iter().find(|step| step * power <= most * (1.0 + 1e-9)).unwrap_or(1.0);
    (step * power, step * power / units_per_pt)
}

/// A number of the 1, 2, 5 series without needless digits, thousands parted by commas.
pub(in crate::figure) fn plain_number(number: f64) -> String {
    if number < 1.0 {
        return format!("{number:.9}").trim_end_matches('0').trim_end_matches('.').to_owned();
    }
    let digits = format!("{number:.0}");
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// "1, 3–5": runs of three and more are drawn together.
pub(in crate::figure) fn compact_numbers(numbers: &[usize]) -> String {
    let mut sorted = numbers.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let mut parts: Vec<String> = Vec::new();
    for run in sorted.chunk_by(|a, b| a + 1 == *b) {
        match run {
            [first, .., last] if run.len() > 2 => parts.push(format!("{first}–{last}")),
            _ => parts.extend(run.iter().map(usize::to_string)),
        }
    }
    parts.join(",\u{2009}")
}

#[cfg(test)]
mod tests {
    use geo::Coord;

    use super::*;
    use crate::figure::svg::{self, SvgInfo};
    use crate::scene::display_list::Mark;
    use crate::scene::style::{DotStyle, MarkStyle, OverlayStyle};

    const VIEW: View = View { center: Coord { x: 37.8, y: 48.2 }, zoom: 8.2 };

    /// An invented figure.
    fn spec(size_pt: (f64, f64), rows: usize, references: usize) -> FigureSpec {
        let color = Color::rgb(0xD98E04);
        let area = OverlayStyle {
            fill: Some(color.with_opacity(0.2)),
            mark: Some(MarkStyle { mark: Mark::Lines { angle_deg: 45.0 }, color, spacing_pt: 6.0, size_pt: 1.0 }),
            stroke: Some(Stroke::solid(color, 1.5)),
            ..OverlayStyle::default()
        };
        let line = OverlayStyle {
            stroke: Some(Stroke::solid(Color::rgb(0x1B1D20), 2.0)),
            casing: Some((Color::rgb(0xFFFFFF), 1.5)),
            ..OverlayStyle::default()
        };
        let dot = DotStyle { fill: color, outline: Color::rgb(0xFFFFFF), outline_pt: 1.0, radius_pt: 3.0 };
        let towns = OverlayStyle { dot: Some(dot), ..OverlayStyle::default() };
        let swatches = [SwatchStyle::Area(area), SwatchStyle::Line(line), SwatchStyle::Points(towns)];
        let entry = |index: usize| LegendEntry {
            title: format!("Invented overlay number {index} with a name of some length"),
            title_uk: Some(format!("Вигаданий шар {index}")),
            swatch: swatches[index % 3].clone(),
            note: index.is_multiple_of(2).then(|| "approximate, ± 2 km".to_owned()),
            references: vec![1, 2, 3, index],
        };
        let group = |title: &str, from: usize, to: usize| LegendGroup {
            title: title.to_owned(),
            entries: (from..to).map(entry).collect(),
        };
        FigureSpec {
            size_pt,
            theme: Theme::Light,
            title: "An invented figure".to_owned(),
            subtitle: Some("With a subtitle that says what it shows".to_owned()),
            as_of: "15 Dec 2025".to_owned(),
            legend: vec![group("First", 0, rows / 2), group("Second", rows / 2, rows)],
            references: (1..=references)
                .map(|number| Reference {
                    number,
                    outlet: "The Invented Times".to_owned(),
                    title: "An article with a title that runs on for a while".to_owned(),
                    date: "14 Dec 2025".to_owned(),
                    url: format!("https://www.example.org/2025/12/14/an-address-that-does-not-end-soon-{number}.html"),
                    quotes: Vec::new(),
                })
                .collect(),
            notes: vec!["Boundaries and names shown imply no opinion on legal status.".to_owned()],
            credits: vec!["© OpenStreetMap contributors, ODbL".to_owned(), "Natural Earth".to_owned()],
            ..FigureSpec::default()
        }
    }

    fn figure(spec: &FigureSpec) -> (Layout, DisplayList) {
        let layout = layout(spec, VIEW);
        let map = DisplayList { width_pt: layout.map.width_pt, height_pt: layout.map.height_pt, items: Vec::new() };
        let list = compose(spec, &layout, map, None);
        (layout, list)
    }

    fn texts<'a>(items: &'a [Item], found: &mut Vec<&'a Text>) {
        for item in items {
            match item {
                Item::Group(group) => texts(&group.items, found),
                Item::Text(text) => found.push(text),
                _ => {}
            }
        }
    }

    /// The box of the letters themselves, without the air above and below.
    fn ink(text: &Text) -> Rect {
        text::outline(text).bounding_box()
    }

    /// As SVG without its fonts.
    fn written(list: &DisplayList, info: &SvgInfo) -> String {
        let svg = String::from_utf8(svg::write(list, info, Color::rgb(0xFFFFFF))).expect("SVG is text");
        let (before, fonts) = svg.split_once("<style>").expect("a page has words");
        format!("{before}{}", fonts.split_once("</style>").expect("a whole element").1)
    }

    #[test]
    fn only_addresses_of_pages_are_links() {
        let mut spec = spec((900.0, 500.0), 2, 3);
        spec.references[0].url = "javascript:alert(1)".to_owned();
        spec.references[1].url = "https://www.example.org/довга".to_owned();
        let (_, list) = figure(&spec);
        let mut found = Vec::new();
        texts(&list.items, &mut found);
        let links: std::collections::BTreeSet<&str> = found.iter().filter_map(|text| text.link.as_deref()).collect();
        let expected = ["https://www.example.org/%D0%B4%D0%BE%D0%B2%D0%B3%D0%B0", spec.references[2].url.as_str()];
        assert_eq!(links, expected.into());
        assert!(found.iter().any(|text| text.text.contains("javascript:alert(1)")), "it is named all the same");
    }

    #[test]
    fn the_most_that_fits_is_found_by_halving() {
        for end in 0..40 {
            for fitting in 0..=end {
                let attempt = |count: usize| (count < fitting).then_some(count);
                assert_eq!(most(0, end, attempt), fitting.checked_sub(1), "{fitting} of {end}");
            }
        }
    }

    #[test]
    fn nothing_overlaps_and_nothing_is_cut() {
        let sizes = [
            (600.0, 400.0),
            (1200.0, 800.0),
            (1600.0, 900.0),
            (1000.0, 1000.0),
            (1000.0, 1400.0),
            (3000.0, 4000.0),
            (4000.0, 3000.0),
            (2400.0, 600.0),
        ];
        for size in sizes {
            for (rows, references) in [(0, 0), (1, 1), (3, 2), (8, 5), (12, 14), (12, 60), (40, 30)] {
                let spec = spec(size, rows, references);
                let (layout, list) = figure(&spec);
                let what = format!("{size:?}, {rows} rows, {references} references");
                let mut found = Vec::new();
                texts(&list.items, &mut found);
                let boxes: Vec<Rect> = found.iter().map(|text| ink(text)).collect();
                for (text, ink) in found.iter().zip(&boxes) {
                    assert!(text.size_pt >= MIN_TEXT_PT, "{what}: {} at {}", text.text, text.size_pt);
                    assert!(layout.page.inset(-2.0).contains_rect(*ink), "{what}: {} at {ink:?}", text.text);
                    let on_plate = layout
                        .reserved
                        .iter()
                        .any(|plate| (*plate + layout.map_frame.origin().to_vec2()).contains_rect(*ink));
                    let apart = ink.intersect(layout.map_frame).area() <= 0.0;
                    assert!(on_plate || apart, "{what}: {} lies on the map", text.text);
                }
                for (index, a) in boxes.iter().enumerate() {
                    for (other, b) in boxes.iter().enumerate().skip(index + 1) {
                        let (one, two) = (&found[index].text, &found[other].text);
                        assert!(a.intersect(*b).area() <= 0.01, "{what}: “{one}” overlaps “{two}”");
                    }
                }
                assert!(layout.map_frame.height() >= 0.3 * size.1, "{what}: the map is {:?}", layout.map_frame);
                let all: String = found.iter().map(|text| text.text.as_str()).collect::<Vec<_>>().join(" ");
                if layout.references_left_out > 0 {
                    assert!(all.contains(&layout.references_left_out.to_string()), "{what}: {all}");
                }
                if references <= 14 && rows <= 12 && size.0 > 700.0 && size.1 > 700.0 {
                    assert_eq!((layout.references_left_out, layout.legend_left_out), (0, 0), "{what}");
                }
            }
        }
    }

    #[test]
    fn the_scale_bar_is_true_at_the_centre() {
        // A degree of longitude at 48.2° N is 111.32 · cos 48.2° = 74.2 km on Mercator's sphere.
        let frame = Frame::new(VIEW, 1000.0, 700.0);
        let (km, bar_pt) = round_length(150.0, frame.meters_per_pt(48.2) / 1000.0);
        let degree_pt = frame.page_from_lon_lat(Coord { x: 38.8, y: 48.2 }).x
            - frame.page_from_lon_lat(Coord { x: 37.8, y: 48.2 }).x;
        assert!((bar_pt / degree_pt * 74.2 - km).abs() < 0.001 * km, "{km} km is {bar_pt} pt");
        assert_eq!(round_length(150.0, 0.001).0, 0.1);
        // At zoom 19.6 a point is 156,543 m · cos 48.2° / 2^19.6.
        let near = Frame::new(View { zoom: 19.6, ..VIEW }, 1000.0, 700.0);
        let per_pt = near.meters_per_pt(48.2);
        assert!((per_pt - 0.1313).abs() < 0.0001, "{per_pt}");
        let (metric, imperial) = (scale_bar(&near, 150.0), scale_bar_miles(&near, 150.0));
        assert_eq!((metric.label.as_str(), imperial.label.as_str()), ("10 m", "50 ft"));
        assert!((metric.length_pt * per_pt - 10.0).abs() < 1e-6);
        assert!((imperial.length_pt * per_pt - 50.0 * 0.3048).abs() < 1e-6);
        let labels = [scale_bar(&frame, 150.0), scale_bar_miles(&frame, 150.0)].map(|bar| bar.label);
        assert_eq!(labels, ["50 km", "20 mi"]);
        assert_eq!(plain_number(0.1), "0.1");
        assert_eq!(plain_number(1000.0), "1,000");
    }

    #[test]
    fn one_endless_citation_leaves_the_others_their_place() {
        let mut spec = spec((1123.0, 794.0), 6, 4);
        spec.references[0].title = "A title without end ".repeat(150);
        spec.references[0].url = format!("https://example.org/{}", "path/".repeat(200));
        let (layout, list) = figure(&spec);
        assert!(layout.references_left_out == 0 && !layout.references_outlets_alone);
        let mut found = Vec::new();
        texts(&list.items, &mut found);
        let printed = found.iter().map(|text| text.text.as_str()).collect::<Vec<_>>().join(" ");
        assert!(printed.contains('…'), "{printed}");
        assert!(found.iter().any(|text| text.link.as_deref() == Some(spec.references[0].url.as_str())), "no link");
        assert_eq!(
            spec.references.iter().map(Reference::is_shortened).collect::<Vec<_>>(),
            [true, false, false, false]
        );
        assert_eq!((beginning("абв", 3), beginning("аб вг", 3)), ("абв".into(), "аб…".into()));
    }

    #[test]
    fn numbers_of_references_are_drawn_together() {
        assert_eq!(compact_numbers(&[5, 1, 2, 3, 3]), "1–3,\u{2009}5");
        assert_eq!(compact_numbers(&[1, 2]), "1,\u{2009}2");
        assert_eq!(compact_numbers(&[]), "");
    }

    #[test]
    fn hostile_pages_still_have_a_layout() {
        for size in [(0.0, 0.0), (f64::NAN, 500.0), (1e9, 300.0), (300.0, 1e9), (-4.0, f64::INFINITY)] {
            let (layout, _) = figure(&spec(size, 5, 5));
            assert!(layout.map_frame.width() >= 1.0 && layout.page.is_finite());
        }
        let mut empty = spec((800.0, 600.0), 0, 0);
        empty.title.clear();
        empty.as_of.clear();
        empty.subtitle = None;
        empty.notes.clear();
        empty.credits.clear();
        assert!(figure(&empty).0.map_frame.height() > 450.0);
    }

    #[test]
    fn furniture_in_every_corner_as_svg() {
        let mut spec = spec((620.0, 480.0), 2, 1);
        spec.legend[1].entries.clear();
        spec.legend[0].entries[0].references.clear();
        spec.on_map.insert(Piece::Legend, Corner::BottomRight.into());
        spec.scale_bar = Some(Corner::TopRight.into());
        spec.north_arrow = Some(Corner::TopLeft.into());
        spec.inset = Some((Corner::BottomLeft.into(), 1.4));
        spec.graticule = Some(Graticule::Lines);
        spec.margin_pt = Some(10.0);
        spec.symbol_scale = Some(1.0);
        let (layout, list) = figure(&spec);
        assert_eq!((layout.reserved.len(), layout.pieces_left_out.len(), layout.moved_off.len()), (4, 0, 0));
        for (index, one) in layout.reserved.iter().enumerate() {
            assert!(layout.map.page().contains_rect(*one));
            assert!(layout.reserved[..index].iter().all(|other| !other.overlaps(*one)));
        }
        insta::assert_snapshot!(written(&list, &SvgInfo::default()));
    }

    #[test]
    fn stated_figures_and_notes_in_corners_as_svg() {
        let mut spec = spec((900.0, 500.0), 0, 0);
        spec.legend.clear();
        spec.comparison = compared();
        spec.on_map.insert(Piece::Comparison, Corner::TopRight.into());
        spec.on_map.insert(Piece::Notes, Corner::BottomRight.into());
        let (layout, list) = figure(&spec);
        assert!(layout.moved_off.is_empty() && layout.map_frame.width() > 0.9 * layout.page.width());
        insta::assert_snapshot!(written(&list, &SvgInfo::default()));
    }

    fn compared() -> Vec<ComparisonGroup> {
        let row = |who: &str, stated: &str| ComparisonRow {
            who: who.to_owned(),
            stated: stated.to_owned(),
            measured: "5,640 km²".to_owned(),
            difference: "agrees".to_owned(),
        };
        let rows = vec![row("The Invented Times, 14 Dec 2025", "about 5,600 km²"), row("Another", "5,000 km²")];
        vec![ComparisonGroup { title: "An invented area".to_owned(), rows }]
    }

    #[test]
    fn stated_figures_stand_beside_measured_ones_as_svg() {
        let mut spec = spec((400.0, 600.0), 0, 0);
        spec.comparison = compared();
        spec.scale_bar = None;
        spec.north_arrow = None;
        insta::assert_snapshot!(written(&figure(&spec).1, &SvgInfo::default()));
    }

    #[test]
    fn every_column_begins_with_a_heading_and_none_ends_with_one() {
        let mut went_on = 0;
        for rows in 3..16 {
            let mut spec = spec((900.0, 1300.0), rows, 1);
            let row = compared()[0].rows[0].clone();
            spec.comparison = vec![ComparisonGroup { title: "Area".to_owned(), rows: vec![row; rows] }];
            let (_, list) = figure(&spec);
            for (id, first_words) in [("legend", "Invented overlay"), ("comparison", "The Invented Times")] {
                let group = list.items.iter().find_map(|item| match item {
                    Item::Group(group) if group.id == id => Some(group),
                    _ => None,
                });
                let mut found = Vec::new();
                texts(&group.expect("it is there").items, &mut found);
                let is_heading = |text: &&&Text| text.face == Face::SansSemiBold;
                went_on += found.iter().filter(|text| text.text.ends_with("(continued)")).count();
                // Names of groups and of what is in them stand at the left of their column.
                let names = ["First", "Second", "Area"];
                let headings: Vec<&&Text> = found
                    .iter()
                    .filter(is_heading)
                    .filter(|text| names.iter().any(|name| text.text.starts_with(name)))
                    .collect();
                let rows_of = |left: f64| {
                    let right =
                        headings.iter().map(|text| text.origin.x).filter(|x| *x > left + 1.0).fold(f64::MAX, f64::min);
                    let within = move |text: &&&Text| text.origin.x >= left && text.origin.x < right;
                    found.iter().filter(within)
                };
                for heading in &headings {
                    let left = heading.origin.x;
                    let rows: Vec<f64> =
                        rows_of(left).filter(|text| !is_heading(text)).map(|text| text.origin.y).collect();
                    assert!(
                        rows.iter().any(|y| *y > heading.origin.y),
                        "{id}, {rows:?}: {} stands alone",
                        heading.text
                    );
                    let top = rows_of(left).map(|text| text.origin.y).fold(f64::MAX, f64::min);
                    assert!(rows.iter().all(|y| *y > top + 1.0), "{id}: a row stands at the head of a column");
                }
                let lefts = |mut xs: Vec<f64>| {
                    xs.sort_by(f64::total_cmp);
                    xs.dedup_by(|a, b| (*a - *b).abs() < 1.0);
                    xs.len()
                };
                let rows = found.iter().filter(|text| text.text.starts_with(first_words)).map(|text| text.origin.x);
                assert_eq!(lefts(rows.collect()), lefts(headings.iter().map(|text| text.origin.x).collect()), "{id}");
            }
        }
        assert!(went_on > 10, "{went_on} groups went on in another column");
    }

    #[test]
    fn a_legend_that_would_cover_the_map_stands_beside_it() {
        let mut spec = spec((1000.0, 700.0), 12, 1);
        spec.on_map.insert(Piece::Legend, Corner::TopLeft.into());
        let (layout, _) = figure(&spec);
        assert!(layout.moved_off == [Piece::Legend] && layout.legend_left_out == 0);
    }

    #[test]
    fn what_has_no_room_in_its_corner_goes_back_beside_the_map() {
        let mut spec = spec((1000.0, 700.0), 8, 3);
        spec.comparison = compared();
        for piece in Piece::BESIDE {
            spec.on_map.insert(piece, Corner::TopRight.into());
        }
        let (layout, list) = figure(&spec);
        let (on_map, beside): (Vec<&Standing>, _) = layout.standing.iter().partition(|standing| standing.on_map);
        assert!(on_map.len() > 1 && !beside.is_empty() && layout.pieces_left_out.is_empty(), "{:?}", layout.standing);
        assert!(beside.iter().all(|standing| layout.moved_off.contains(&standing.piece)));
        let mut words = Vec::new();
        texts(&list.items, &mut words);
        for part in ["An invented figure", "Invented overlay number 3", "The Invented Times", "Measured", "Boundaries"]
        {
            assert!(words.iter().any(|text| text.text.starts_with(part)), "{part} is lost");
        }
        // A column is made as high as that takes.
        spec.size_pt = (85.0 * PT_PER_MM, 100.0);
        spec.size_pt.1 = natural_height(&spec, VIEW, 1.0);
        let (layout, _) = figure(&spec);
        assert!(layout.moved_off.contains(&Piece::Notes) && layout.text_scale == 1.0, "{:?}", layout.moved_off);
    }

    #[test]
    fn a_small_page_gives_up_sizes_before_rows() {
        let mut spec = spec((105.0 * PT_PER_MM, 75.0 * PT_PER_MM), 7, 2);
        spec.notes = vec!["A sentence about the accuracy of what is shown, as long as they are.".to_owned(); 3];
        for entry in spec.legend.iter_mut().flat_map(|group| &mut group.entries) {
            entry.title = "A name of some length".to_owned();
            entry.note = Some("measured 5,640 km²".to_owned());
        }
        let (layout, list) = figure(&spec);
        let what = (layout.legend_names_alone, layout.legend_left_out);
        assert_eq!(what, (true, 0));
        let mut words = Vec::new();
        texts(&list.items, &mut words);
        assert!(!words.iter().any(|text| text.text.contains("5,640")));
    }

    #[test]
    fn a_column_is_as_high_as_it_takes() {
        let mut spec = spec((85.0 * PT_PER_MM, 100.0), 5, 2);
        let height_pt = natural_height(&spec, VIEW, 1.0);
        spec.size_pt.1 = height_pt;
        let (layout, _) = figure(&spec);
        assert_eq!((layout.text_scale, layout.legend_left_out, layout.references_left_out), (1.0, 0, 0));
        assert!((layout.map_frame.height() / layout.map_frame.width() - 1.0).abs() < 0.03, "{:?}", layout.map_frame);
        // However much is to be said, it is no higher than a page.
        let long = FigureSpec { references: vec![spec.references[0].clone(); 90], ..spec };
        assert!(natural_height(&long, VIEW, 1.0) <= MAX_COLUMN_PT);
    }

    #[test]
    fn a_wide_figure_as_svg() {
        let spec = spec((900.0, 600.0), 3, 2);
        let info = SvgInfo { title: spec.title.clone(), ..SvgInfo::default() };
        insta::assert_snapshot!(written(&figure(&spec).1, &info));
    }

    #[test]
    fn a_tall_figure_as_svg() {
        let spec = spec((600.0, 900.0), 4, 3);
        let info = SvgInfo { title: spec.title.clone(), ..SvgInfo::default() };
        insta::assert_snapshot!(written(&figure(&spec).1, &info));
    }
}
