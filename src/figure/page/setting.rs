//! The sizes of a page's type, and words set in them.

use std::ops::Range;

use kurbo::{Point, Size};

use super::block::Block;
use super::content::FigureSpec;
use crate::figure::paper::MOST_MARGIN;
use crate::figure::words::Words;
use crate::scene::display_list::{Color, Face, Item, Text};
use crate::scene::palette::Palette;
use crate::scene::text;

/// No text on a page is smaller than this: 6 points as printers count, the least that the style guides of newspapers
/// allow.
pub const MIN_TEXT_PT: f64 = 6.0 * 96.0 / 72.0;

/// The smallest text on the map is 9 points before it is scaled with everything else on it: it stays above
/// [`MIN_TEXT_PT`].
pub(in crate::figure) const LEAST_SYMBOL_SCALE: f64 = MIN_TEXT_PT / 9.0;

/// Words in one style within a paragraph.
pub(in crate::figure) struct Run<'a> {
    pub(in crate::figure) words: &'a str,
    pub(in crate::figure) face: Face,
    pub(in crate::figure) color: Color,
    pub(in crate::figure) link: Option<&'a str>,
}

/// Words of a run that stand together on a line.
struct Piece {
    run: usize,
    /// The bytes of them.
    words: Range<usize>,
    at: Point,
}

/// Sizes that follow from the page and from how far the text is shrunk.
#[derive(Debug, Clone)]
pub(in crate::figure) struct Setting {
    pub(in crate::figure) page: Size,
    pub(in crate::figure) palette: Palette,
    /// The page's own words.
    pub(in crate::figure) words: &'static Words,
    pub(in crate::figure) text_scale: f64,
    pub(in crate::figure) symbol_scale: f64,
    /// The least share of the page's height that the map keeps beside a column.
    pub(in crate::figure) least_map: f64,
    /// Size of running text.
    pub(in crate::figure) base_pt: f64,
    pub(in crate::figure) margin_pt: f64,
    pub(in crate::figure) gap_pt: f64,
    pub(in crate::figure) header: Block,
    pub(in crate::figure) footer: Block,
}

/// The size of running text on a page of that size in points, before it is set larger or smaller.
fn paper_pt(page: Size) -> f64 {
    (4.2 + (page.width * page.height).sqrt() / 160.0).clamp(8.0, 28.0)
}

/// How large lines, marks and names of the map are drawn on a page of that size in points, unless somebody says: 1 as on screen.
pub(in crate::figure) fn symbol_scale(page: Size, emphasis: f64) -> f64 {
    ((paper_pt(page) / 11.0).min(1.0) * emphasis).clamp(LEAST_SYMBOL_SCALE, 4.0)
}

impl Setting {
    pub(in crate::figure) fn new(spec: &FigureSpec, page: Size, text_scale: f64) -> Self {
        let emphasis = if spec.emphasis.is_finite() { spec.emphasis.clamp(0.5, 4.0) } else { 1.0 };
        let unit_pt = paper_pt(page) * emphasis;
        let usual_pt = (1.9 * unit_pt).min(page.width * 0.05) * text_scale;
        let most_pt = MOST_MARGIN * page.width.min(page.height);
        let margin_pt =
            spec.margin_pt.filter(|margin| margin.is_finite()).map_or(usual_pt, |margin| margin.clamp(0.0, most_pt));
        let mut setting = Self {
            page,
            palette: spec.theme.palette(),
            words: spec.language.words(),
            text_scale,
            symbol_scale: spec
                .symbol_scale
                .map_or_else(|| symbol_scale(page, emphasis), |scale| scale.clamp(LEAST_SYMBOL_SCALE, 4.0)),
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

    pub(in crate::figure) fn inner_width(&self) -> f64 {
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
            text: text::as_line(&words.into()),
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
        let lines = text::wrap(&self.words.directed(words), face, size_pt, width_pt);
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
    pub(in crate::figure) fn rich(
        &self,
        runs: &[Run<'_>],
        size_pt: f64,
        leading: f64,
        width_pt: f64,
    ) -> (Block, Point) {
        let step = size_pt * leading;
        let mut pen = Point::new(0.0, baseline(size_pt, leading));
        // Each run is a paragraph of its own for the order of its words, whatever stands beside it.
        let set: Vec<String> = runs.iter().map(|run| self.as_paragraph(run.words)).collect();
        let mut pieces: Vec<Piece> = Vec::new();
        let wide = |words: &str, face: Face| text::measure(words, face, size_pt, 0.0).advance_pt;
        let mut space_pt = 0.0;
        for (index, run) in runs.iter().enumerate() {
            let mut continues = false;
            let words = set[index].as_str();
            for mut word in text::word_ranges(words) {
                let glued = !continues && index > 0 && !run.words.starts_with(' ');
                let before_pt = if glued || pen.x == 0.0 { 0.0 } else { space_pt };
                // A comma stands with what goes before it, if need be in the margin.
                let is_comma = |sign| matches!(sign, ',' | ';' | '.' | '،' | '؛' | '、' | '，' | '；' | '。');
                let hangs = |words: &str| !words.is_empty() && words.chars().all(is_comma);
                let stays = glued && hangs(&words[word.clone()]);
                let is_wide = || pen.x + before_pt + wide(&words[word.clone()], run.face) > width_pt;
                if pen.x > 0.0 && !stays && is_wide() {
                    // A long address begins on the line that it cannot share when half a line is left.
                    let room_pt = width_pt - pen.x - before_pt;
                    let parts = text::breaks(&words[word.clone()], run.face, size_pt, room_pt);
                    if run.link.is_some() && room_pt > 0.4 * width_pt && parts.len() > 1 {
                        let end = word.start + parts[0].end;
                        pieces.push(Piece {
                            run: index,
                            words: word.start..end,
                            at: Point::new(pen.x + before_pt, pen.y),
                        });
                        word.start = end;
                    }
                    pen = Point::new(0.0, pen.y + step);
                    continues = false;
                }
                let mut parts = text::breaks(&words[word.clone()], run.face, size_pt, width_pt);
                if let [.., before, last] = parts.as_mut_slice()
                    && hangs(&words[word.start + last.start..word.start + last.end])
                {
                    before.end = last.end;
                    parts.pop();
                }
                for (row, part) in parts.iter().enumerate() {
                    let part = word.start + part.start..word.start + part.end;
                    if row > 0 {
                        pen = Point::new(0.0, pen.y + step);
                        continues = false;
                    }
                    let before_pt = if pen.x == 0.0 || (glued && row == 0) { 0.0 } else { space_pt };
                    match pieces.last_mut().filter(|_| continues) {
                        Some(last) => {
                            last.words.end = part.end;
                            pen.x = last.at.x + wide(&words[last.words.clone()], run.face);
                        }
                        None => {
                            let width_pt = wide(&words[part.clone()], run.face);
                            pieces.push(Piece { run: index, words: part, at: Point::new(pen.x + before_pt, pen.y) });
                            pen.x += before_pt + width_pt;
                        }
                    }
                    continues = true;
                }
                space_pt = wide(" ", run.face);
            }
        }
        let mut items = Vec::with_capacity(pieces.len());
        for pieces in pieces.chunk_by(|a, b| a.run == b.run) {
            let Some(first) = pieces.first() else { continue };
            let run = &runs[first.run];
            let ranges: Vec<_> = pieces.iter().map(|piece| piece.words.clone()).collect();
            for (piece, words) in pieces.iter().zip(text::lines_of(&set[first.run], &ranges)) {
                items.push(Item::Text(Text {
                    text: words,
                    face: run.face,
                    size_pt,
                    color: run.color,
                    origin: piece.at,
                    rotation_rad: 0.0,
                    letter_spacing_pt: 0.0,
                    halo: None,
                    link: run.link.map(str::to_owned),
                }));
            }
        }
        let lines = ((pen.y - baseline(size_pt, leading)) / step).round() + 1.0;
        let height_pt = if items.is_empty() { 0.0 } else { lines * step };
        (Block { height_pt, items }, pen)
    }

    /// The words of a run with single spaces, as they stand in a line of the figure.
    fn as_paragraph(&self, words: &str) -> String {
        let single = words.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        text::without_control(&self.words.directed(&single))
    }

    pub(in crate::figure) fn small_note(&self, words: &str, width_pt: f64) -> Block {
        self.paragraph(words, Face::Sans, self.size(0.8), 1.35, self.palette.second, width_pt)
    }
}

/// Where in a line the baseline stands, from its top: capitals in the middle.
pub(in crate::figure) fn baseline(size_pt: f64, leading: f64) -> f64 {
    size_pt * (leading / 2.0 + 0.349)
}
