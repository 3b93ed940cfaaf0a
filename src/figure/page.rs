//! The page of a figure: where the map, the title, the legend, the references and the rest stand, and what they say.
//!
//! Wide pages have a column beside the map; tall ones stack. Text is measured before anything is placed, so nothing
//! overlaps and nothing is cut: the map gives way first, then the text shrinks (never below [`MIN_TEXT_PT`]), and
//! only then is a list shortened, which the page then says.

use std::sync::Arc;

use kurbo::{Affine, BezPath, Point, Rect, Shape, Size, Vec2};

use crate::geometry::{Frame, View};
use crate::scene::display_list::{Cap, Color, DisplayList, Face, Group, Item, Stroke, Text};
use crate::scene::palette::{Palette, Theme};
use crate::scene::swatch::{SwatchStyle, swatch_items};
use crate::scene::text;

/// No text on a page is smaller than this.
pub const MIN_TEXT_PT: f64 = 6.0;

/// What a figure says besides its map.
#[derive(Debug, Clone, PartialEq)]
pub struct FigureSpec {
    /// Width and height of the page in points.
    pub size_pt: (f64, f64),
    /// Light or dark.
    pub theme: Theme,
    /// Title.
    pub title: String,
    /// A sentence under it.
    pub subtitle: Option<String>,
    /// The day of which the map speaks, as it is printed: "15 Dec 2025". May be empty.
    pub as_of: String,
    /// What the map shows.
    pub legend: Vec<LegendGroup>,
    /// What it rests on.
    pub references: Vec<Reference>,
    /// Accuracy, view of the boundaries, disclaimer.
    pub notes: Vec<String>,
    /// Map credits and data licences.
    pub credits: Vec<String>,
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
    background: Color,
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
    let wide = page.width >= page.height * 4.0 / 3.0;
    let mut best = None;
    let scales = [1.0, 0.94, 0.88, 0.82, 0.76, 0.7, 0.65, 0.6];
    // First a map that keeps most of the page, then a smaller one, then smaller text.
    for text_scale in scales {
        let setting = Setting::new(spec, page, text_scale);
        for arrangement in
            if wide { &[Arrangement::Column, Arrangement::ColumnAndBand][..] } else { &[Arrangement::Stack] }
        {
            let plan = setting.plan(spec, *arrangement, usize::MAX, usize::MAX);
            if plan.fits {
                best = Some((setting.clone(), plan));
                break;
            }
        }
        if best.is_some() {
            break;
        }
    }
    let (setting, plan) = best.unwrap_or_else(|| shortened(spec, page, wide));
    setting.build(plan, view)
}

/// The smallest text, and as much of the references and then of the legend as fits.
fn shortened(spec: &FigureSpec, page: Size, wide: bool) -> (Setting, Plan) {
    let setting = Setting::new(spec, page, 0.6);
    let arrangement = if wide { Arrangement::ColumnAndBand } else { Arrangement::Stack };
    for references in (0..spec.references.len()).rev() {
        let plan = setting.plan(spec, arrangement, references, usize::MAX);
        if plan.fits {
            return (setting, plan);
        }
    }
    let rows: usize = spec.legend.iter().map(|group| group.entries.len()).sum();
    for legend in (0..rows).rev() {
        let plan = setting.plan(spec, arrangement, 0, legend);
        if plan.fits {
            return (setting, plan);
        }
    }
    let plan = setting.plan(spec, arrangement, 0, 0);
    (setting, plan)
}

/// Puts the map, drawn as a page of [`Layout::map`], into its frame, with everything around it.
pub fn compose(spec: &FigureSpec, layout: &Layout, map: DisplayList) -> DisplayList {
    let (width_pt, height_pt) = (layout.page.width(), layout.page.height());
    let mut items = vec![Item::Fill { path: Arc::new(layout.page.to_path(0.1)), color: layout.background }];
    items.extend(layout.under_map.iter().cloned().map(Item::Group));
    let moved = shifted(map.items, layout.map_frame.origin().to_vec2());
    let title = if spec.as_of.is_empty() { "Map".to_owned() } else { format!("Map, as of {}", spec.as_of) };
    items.push(Item::Group(Group { clip: Some(layout.map_frame), ..Group::new("map", title, moved) }));
    items.extend(layout.over_map.iter().cloned().map(Item::Group));
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

/// The longest round length (1, 2 or 5 times a power of ten, in km) of at most `longest_pt`, true at the frame's centre.
pub fn scale_bar(frame: &Frame, longest_pt: f64) -> ScaleBar {
    let (km, length_pt) = round_length(longest_pt, frame.meters_per_pt(frame.view.center.y) / 1000.0);
    ScaleBar { length_pt, label: format!("{} km", plain_number(km)) }
}

/// The same items elsewhere on the page. Paths that nobody else holds are moved where they are.
pub fn shifted(items: Vec<Item>, by: Vec2) -> Vec<Item> {
    let path_by = |mut path: Arc<BezPath>| {
        Arc::make_mut(&mut path).apply_affine(Affine::translate(by));
        path
    };
    let shift = |item: Item| match item {
        Item::Group(group) => {
            Item::Group(Group { clip: group.clip.map(|clip| clip + by), items: shifted(group.items, by), ..group })
        }
        Item::Fill { path, color } => Item::Fill { path: path_by(path), color },
        Item::Pattern { path, mut pattern } => {
            pattern.origin += by;
            Item::Pattern { path: path_by(path), pattern }
        }
        Item::Stroke { path, stroke } => Item::Stroke { path: path_by(path), stroke },
        Item::Text(text) => Item::Text(Text { origin: text.origin + by, ..text }),
        Item::Image { image, to, opacity } => Item::Image { image, to: to + by, opacity },
    };
    items.into_iter().map(shift).collect()
}

/// A piece of furniture laid out from (0, 0).
#[derive(Debug, Clone, Default)]
struct Block {
    height_pt: f64,
    items: Vec<Item>,
}

impl Block {
    fn place(&self, at: Point, into: &mut Vec<Item>) {
        into.extend(shifted(self.items.clone(), at.to_vec2()));
    }
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
    /// Everything below the map.
    Stack,
}

/// Sizes that follow from the page and from how far the text is shrunk.
#[derive(Debug, Clone)]
struct Setting {
    page: Size,
    palette: Palette,
    text_scale: f64,
    /// Size of running text.
    base_pt: f64,
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
}

impl Setting {
    fn new(spec: &FigureSpec, page: Size, text_scale: f64) -> Self {
        let unit_pt = (4.2 + (page.width * page.height).sqrt() / 160.0).clamp(7.5, 28.0);
        let margin_pt = (1.9 * unit_pt).min(page.width * 0.05);
        let mut setting = Self {
            page,
            palette: spec.theme.palette(),
            text_scale,
            base_pt: unit_pt * text_scale,
            margin_pt,
            gap_pt: 1.5 * unit_pt * text_scale.max(0.8),
            header: Block::default(),
            footer: Block::default(),
        };
        setting.header = setting.header(spec);
        setting.footer = setting.footer(spec);
        setting
    }

    /// A text size as a share of the running text's, never below what can be read.
    fn size(&self, share: f64) -> f64 {
        (self.base_pt * share).max(MIN_TEXT_PT)
    }

    fn inner_width(&self) -> f64 {
        self.page.width - 2.0 * self.margin_pt
    }

    fn text(&self, words: impl Into<String>, face: Face, size_pt: f64, color: Color, at: Point) -> Item {
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
    fn paragraph(&self, words: &str, face: Face, size_pt: f64, leading: f64, color: Color, width_pt: f64) -> Block {
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

    fn header(&self, spec: &FigureSpec) -> Block {
        let width_pt = self.inner_width();
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
        let words = spec.credits.iter().map(|credit| credit.trim()).collect::<Vec<_>>().join("  ·  ");
        self.paragraph(&words, Face::Sans, self.size(0.76), 1.35, self.palette.second, self.inner_width())
    }

    fn legend_heading(&self, title: &str, width_pt: f64) -> Block {
        self.paragraph(title, Face::SansSemiBold, self.size(0.92), 1.5, self.palette.second, width_pt)
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
            items.push(Item::Fill { path: Arc::new(land), color: self.palette.land });
        }
        items.extend(swatch_items(&entry.swatch, rect));
        Block { height_pt: block.height_pt.max(swatch.height + 0.1 * size_pt), items }
    }

    /// The legend as blocks that stay whole, each with the space before it; at most `limit` rows.
    fn legend(&self, spec: &FigureSpec, width_pt: f64, limit: usize) -> (Vec<(f64, Block)>, usize) {
        let mut blocks = Vec::new();
        let (mut shown, mut left_out) = (0, 0);
        for group in &spec.legend {
            for (index, entry) in group.entries.iter().enumerate() {
                if shown >= limit {
                    left_out += 1;
                    continue;
                }
                shown += 1;
                let row = self.legend_entry(entry, width_pt);
                if index == 0 && !group.title.is_empty() {
                    // A heading is never parted from its first row.
                    let mut head = self.legend_heading(&group.title, width_pt);
                    let at = head.height_pt + 0.15 * self.base_pt;
                    row.place(Point::new(0.0, at), &mut head.items);
                    head.height_pt = at + row.height_pt;
                    blocks.push((0.9 * self.base_pt, head));
                } else {
                    blocks.push((0.42 * self.base_pt, row));
                }
            }
        }
        if left_out > 0 {
            let words = format!("and {left_out} more on the map: see the list of overlays in the project");
            blocks.push((0.42 * self.base_pt, self.small_note(&words, width_pt)));
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
        let shown_url = reference
            .url
            .trim_start_matches("https://")
            .trim_start_matches("http://")
            .trim_start_matches("www.")
            .trim_end_matches('/');
        let title = if reference.title.is_empty() { String::new() } else { format!(", “{}”", reference.title) };
        let date = if reference.date.is_empty() {
            ".".to_owned()
        } else {
            format!(", {}.", reference.date.replace(' ', "\u{a0}"))
        };
        let plain = |words, color| Run { words, face: Face::Sans, color, link: None };
        let (mut block, _) = self.rich(
            &[
                Run { words: &reference.outlet, face: Face::SansSemiBold, color: palette.ink, link: None },
                plain(&title, palette.ink),
                plain(&date, palette.ink),
                Run {
                    words: &format!(" {shown_url}"),
                    face: Face::Sans,
                    color: palette.second,
                    link: Some(&reference.url).filter(|url| !url.is_empty()).map(String::as_str),
                },
            ],
            size_pt,
            1.34,
            inner_pt,
        );
        for quote in &reference.quotes {
            let words = format!("“{}”", quote.trim());
            let part = self.paragraph(&words, Face::Serif, size_pt, 1.34, palette.ink, inner_pt);
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

    fn references(&self, spec: &FigureSpec, width_pt: f64, limit: usize) -> Vec<(f64, Block)> {
        let gap_pt = 0.4 * self.base_pt;
        let mut blocks: Vec<(f64, Block)> =
            spec.references.iter().take(limit).map(|reference| (gap_pt, self.reference(reference, width_pt))).collect();
        let left_out = spec.references.len().saturating_sub(limit);
        if left_out > 0 {
            let words = if limit == 0 {
                format!("{left_out} sources: see the list of sources in the project")
            } else {
                format!("and {left_out} more: see the list of sources in the project")
            };
            blocks.push((gap_pt, self.small_note(&words, width_pt)));
        }
        blocks
    }

    fn notes(&self, spec: &FigureSpec, width_pt: f64) -> Vec<(f64, Block)> {
        spec.notes.iter().map(|note| (0.35 * self.base_pt, self.small_note(note, width_pt))).collect()
    }

    /// Blocks under each other.
    fn stacked(&self, blocks: &[(f64, Block)]) -> Block {
        let mut whole = Block::default();
        for (index, (gap_pt, block)) in blocks.iter().enumerate() {
            let at = whole.height_pt + if index == 0 { 0.0 } else { *gap_pt };
            block.place(Point::new(0.0, at), &mut whole.items);
            whole.height_pt = at + block.height_pt;
        }
        whole
    }

    /// The rows of a legend put together by group; what follows the last group stays by itself.
    fn by_group(&self, spec: &FigureSpec, rows: &[(f64, Block)]) -> Vec<(f64, Block)> {
        let mut left = rows;
        let mut groups = Vec::new();
        for group in &spec.legend {
            let (mine, rest) = left.split_at(group.entries.len().min(left.len()));
            left = rest;
            if !mine.is_empty() {
                groups.push((0.9 * self.base_pt, self.stacked(mine)));
            }
        }
        groups.extend_from_slice(left);
        groups
    }

    /// Blocks in columns of even height, filled one after the other.
    fn in_columns(&self, blocks: &[(f64, Block)], count: usize, column_pt: f64, gutter_pt: f64) -> Block {
        let fill = |limit_pt: f64| {
            let mut columns: Vec<Vec<(f64, Block)>> = vec![Vec::new()];
            let mut height_pt = 0.0;
            for (gap_pt, block) in blocks {
                let more_pt = block.height_pt + if height_pt > 0.0 { *gap_pt } else { 0.0 };
                if height_pt > 0.0 && height_pt + more_pt > limit_pt + 1e-6 {
                    columns.push(Vec::new());
                    height_pt = 0.0;
                }
                height_pt += block.height_pt + if height_pt > 0.0 { *gap_pt } else { 0.0 };
                if let Some(column) = columns.last_mut() {
                    column.push((*gap_pt, block.clone()));
                }
            }
            columns
        };
        let (mut low, mut high) = (0.0, self.stacked(blocks).height_pt + 1.0);
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

    fn plan(&self, spec: &FigureSpec, arrangement: Arrangement, references: usize, legend: usize) -> Plan {
        let Self { page, margin_pt: margin, gap_pt: gap, .. } = *self;
        let inner = self.inner_width();
        let top = margin + self.header.height_pt + if self.header.height_pt > 0.0 { 0.8 * gap } else { 0.0 };
        let footer_top = page.height - 0.8 * margin - self.footer.height_pt;
        let bottom = if self.footer.height_pt > 0.0 { footer_top - 0.6 * gap } else { page.height - margin };
        let mut blocks = vec![
            ("title", "Title", Point::new(margin, margin - 0.25 * self.base_pt), self.header.clone()),
            ("credits", "Credits", Point::new(margin, footer_top), self.footer.clone()),
        ];
        let mut rules = Vec::new();
        let references_left_out = spec.references.len().saturating_sub(references);
        let body = bottom - top;
        let (map, fits, legend_left_out);
        match arrangement {
            Arrangement::Column | Arrangement::ColumnAndBand => {
                let column = (0.25 * page.width).clamp(15.0 * self.base_pt, 26.0 * self.base_pt).min(0.4 * inner);
                // Without a legend and notes nothing stands beside the map.
                let needed = !spec.legend.is_empty() || !spec.notes.is_empty();
                let map_width = if needed { inner - column - 1.2 * gap } else { inner };
                let left = margin + map_width + 1.2 * gap;
                let (rows, left_out) = self.legend(spec, column, legend);
                legend_left_out = left_out;
                let legend_block = self.stacked(&rows);
                let notes = self.stacked(&self.notes(spec, column));
                let notes_top = bottom - notes.height_pt;
                let mut used = top + legend_block.height_pt;
                blocks.push(("legend", "Legend", Point::new(left, top - 0.2 * self.base_pt), legend_block));
                let mut map_bottom = bottom;
                let has_references = !spec.references.is_empty();
                if arrangement == Arrangement::Column {
                    let list = self.stacked(&self.references(spec, column, references));
                    if has_references {
                        let rule_at = used + 0.9 * gap;
                        rules.push((Point::new(left, rule_at), column));
                        blocks.push(("references", "Sources", Point::new(left, rule_at + 0.5 * gap), list.clone()));
                        used = rule_at + 0.5 * gap + list.height_pt;
                    }
                } else if has_references {
                    let least = 19.0 * self.size(0.82);
                    let (count, width, gutter) = self.column_count(map_width, least, spec.references.len());
                    let list = self.in_columns(&self.references(spec, width, references), count, width, gutter);
                    map_bottom = bottom - list.height_pt - 1.1 * gap;
                    rules.push((Point::new(margin, map_bottom + 0.55 * gap), map_width));
                    let at = Point::new(margin, map_bottom + 0.9 * gap);
                    blocks.push(("references", "Sources", at, list));
                }
                let notes_gap = if notes.height_pt > 0.0 { 1.4 * gap } else { 0.0 };
                let misplaced = !needed && has_references && arrangement == Arrangement::Column;
                let column_fits = used + notes_gap <= notes_top && !misplaced;
                if notes.height_pt > 0.0 {
                    rules.push((Point::new(left, notes_top - 0.5 * gap), column));
                    blocks.push(("notes", "Notes", Point::new(left, notes_top), notes));
                }
                map = Rect::new(margin, top, margin + map_width, map_bottom);
                fits = column_fits && map.height() >= 0.46 * page.height && map.height() >= 0.4 * body;
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
                        let block = if whole.height_pt <= 1.4 * even.height_pt { whole } else { even };
                        ("legend", "Legend", block)
                    },
                    {
                        let (count, width, gutter) =
                            self.column_count(inner, 22.0 * self.size(0.82), spec.references.len());
                        let rows = self.references(spec, width, references);
                        ("references", "Sources", self.in_columns(&rows, count, width, gutter))
                    },
                    ("notes", "Notes", self.stacked(&self.notes(spec, inner))),
                ];
                let mut at = bottom;
                for (index, (id, title, block)) in sections.into_iter().enumerate().rev() {
                    if block.height_pt == 0.0 {
                        continue;
                    }
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
                fits = map.height() >= 0.36 * page.height;
            }
        }
        // On a page of hostile proportions something of a map is left all the same.
        let map = Rect::new(map.x0, map.y0, map.x1.max(map.x0 + 16.0), map.y1.max(map.y0 + 16.0));
        Plan { fits, map, blocks, rules, references_left_out, legend_left_out }
    }

    fn build(&self, plan: Plan, view: View) -> Layout {
        // Whole points, so that the frame's hairline is sharp at 1x.
        let map_frame = Rect::new(plan.map.x0.round(), plan.map.y0.round(), plan.map.x1.round(), plan.map.y1.round());
        let map = Frame::new(view, map_frame.width(), map_frame.height());
        let mut over_map = Vec::new();
        let frame = Stroke { cap: Cap::Butt, ..Stroke::solid(self.palette.region_border, 0.75) };
        let outline = Arc::new(map_frame.to_path(0.1));
        over_map.push(Group::new("frame", "Map frame", vec![Item::Stroke { path: outline, stroke: frame }]));
        let (plate, furniture) = self.scale_and_north(&map);
        let mut reserved = Vec::new();
        if plate.x1 < map.width_pt && plate.y0 > 0.0 {
            reserved.push(plate);
            let items = shifted(furniture, map_frame.origin().to_vec2());
            over_map.push(Group::new("scale", "Scale bar and north arrow", items));
        }
        let mut under_map = Vec::new();
        let rule = Stroke { cap: Cap::Butt, ..Stroke::solid(self.palette.line, 0.75) };
        let rules: Vec<Item> = plan
            .rules
            .iter()
            .map(|&(at, width_pt)| {
                let mut path = BezPath::new();
                path.move_to(at);
                path.line_to((at.x + width_pt, at.y));
                Item::Stroke { path: Arc::new(path), stroke: rule.clone() }
            })
            .collect();
        if !rules.is_empty() {
            under_map.push(Group::new("rules", "Rules", rules));
        }
        for (id, title, at, block) in plan.blocks {
            if !block.items.is_empty() {
                under_map.push(Group::new(id, title, shifted(block.items, at.to_vec2())));
            }
        }
        Layout {
            page: Rect::from_origin_size(Point::ZERO, self.page),
            map_frame,
            map,
            reserved,
            text_scale: self.text_scale,
            references_left_out: plan.references_left_out,
            legend_left_out: plan.legend_left_out,
            background: self.palette.panel,
            under_map,
            over_map,
        }
    }

    /// A plate in the lower left corner of the map: a bar of kilometres over one of miles, and an arrow to the north,
    /// which on a Mercator map is up everywhere.
    fn scale_and_north(&self, map: &Frame) -> (Rect, Vec<Item>) {
        let size_pt = self.size(0.8);
        let palette = &self.palette;
        let per_pt = map.meters_per_pt(map.view.center.y);
        let longest_pt = (0.22 * map.width_pt).clamp(8.0 * size_pt, 17.0 * size_pt);
        let (km, km_pt) = round_length(longest_pt, per_pt / 1000.0);
        let (mi, mi_pt) = round_length(longest_pt, per_pt / 1609.344);
        let (km_label, mi_label) = (format!("{} km", plain_number(km)), format!("{} mi", plain_number(mi)));
        let wide = |words: &str| text::measure(words, Face::Sans, size_pt, 0.0).advance_pt;
        let pad = 0.7 * size_pt;
        let bar_width = (km_pt + wide(&km_label)).max(mi_pt + wide(&mi_label)) + 0.45 * size_pt;
        let arrow_width = 1.5 * size_pt;
        let (inner_width, inner_height) = (bar_width + pad + arrow_width, 2.7 * size_pt);
        let inset = 0.8 * size_pt;
        let plate = Rect::new(
            inset,
            map.height_pt - inset - inner_height - 1.4 * pad,
            inset + inner_width + 2.0 * pad,
            map.height_pt - inset,
        );
        let mut items = vec![Item::Fill {
            path: Arc::new(plate.to_rounded_rect(0.3 * size_pt).to_path(0.01)),
            color: palette.panel.with_opacity(0.86),
        }];
        let left = plate.x0 + pad;
        let middle = plate.center().y;
        let tick = 0.5 * size_pt;
        let hair = Stroke { cap: Cap::Butt, ..Stroke::solid(palette.ink, (0.09 * size_pt).max(0.75)) };
        for (length_pt, label, up) in [(km_pt, km_label, -1.0), (mi_pt, mi_label, 1.0)] {
            let mut path = BezPath::new();
            path.move_to((left, middle + up * tick));
            path.line_to((left, middle));
            path.line_to((left + length_pt, middle));
            path.line_to((left + length_pt, middle + up * tick));
            items.push(Item::Stroke { path: Arc::new(path), stroke: hair.clone() });
            let below = middle + if up < 0.0 { -0.32 * size_pt } else { 1.0 * size_pt };
            let at = Point::new(left + length_pt + 0.4 * size_pt, below);
            items.push(self.text(label, Face::Sans, size_pt, palette.ink, at));
        }
        let center = plate.x1 - pad - arrow_width / 2.0;
        let (top, foot) = (middle - 0.35 * size_pt, middle + 1.35 * size_pt);
        let mut arrow = BezPath::new();
        arrow.move_to((center, top));
        arrow.line_to((center + 0.5 * size_pt, foot));
        arrow.line_to((center, foot - 0.4 * size_pt));
        arrow.line_to((center - 0.5 * size_pt, foot));
        arrow.close_path();
        items.push(Item::Fill { path: Arc::new(arrow), color: palette.ink });
        let n_width = text::measure("N", Face::SansSemiBold, size_pt, 0.0).advance_pt;
        let at = Point::new(center - n_width / 2.0, top - 0.25 * size_pt);
        items.push(self.text("N", Face::SansSemiBold, size_pt, palette.ink, at));
        (plate, items)
    }
}

/// Where in a line the baseline stands, from its top: capitals in the middle.
fn baseline(size_pt: f64, leading: f64) -> f64 {
    size_pt * (leading / 2.0 + 0.349)
}

/// The longest of 1, 2, 5 times a power of ten whose bar is no longer than `longest_pt`, and its bar's length.
fn round_length(longest_pt: f64, units_per_pt: f64) -> (f64, f64) {
    let most = longest_pt * units_per_pt;
    if !most.is_finite() || most <= 0.0 {
        return (0.0, 0.0);
    }
    let power = 10_f64.powf(most.log10().floor());
    let step = [5.0, 2.0, 1.0].into_iter().find(|step| step * power <= most * (1.0 + 1e-9)).unwrap_or(1.0);
    (step * power, step * power / units_per_pt)
}

/// A number of the 1, 2, 5 series without needless digits, thousands parted by commas.
fn plain_number(number: f64) -> String {
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
fn compact_numbers(numbers: &[usize]) -> String {
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
        }
    }

    fn figure(spec: &FigureSpec) -> (Layout, DisplayList) {
        let layout = layout(spec, VIEW);
        let map = DisplayList { width_pt: layout.map.width_pt, height_pt: layout.map.height_pt, items: Vec::new() };
        let list = compose(spec, &layout, map);
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
        assert_eq!(plain_number(0.1), "0.1");
        assert_eq!(plain_number(1000.0), "1,000");
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
    fn a_wide_figure_as_svg() {
        let spec = spec((900.0, 600.0), 3, 2);
        let info = SvgInfo { title: spec.title.clone(), ..SvgInfo::default() };
        insta::assert_snapshot!(svg::write(&figure(&spec).1, &info, Color::rgb(0xFFFFFF)));
    }

    #[test]
    fn a_tall_figure_as_svg() {
        let spec = spec((600.0, 900.0), 4, 3);
        let info = SvgInfo { title: spec.title.clone(), ..SvgInfo::default() };
        insta::assert_snapshot!(svg::write(&figure(&spec).1, &info, Color::rgb(0xFFFFFF)));
    }
}
