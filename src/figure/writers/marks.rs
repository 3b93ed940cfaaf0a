//! Marks that stand in many places, such as the dots of a file of points: each is painted once for every position within a
//! pixel, of which sixteen along an axis are told apart, and copied from there. So a mark stands less than a thirtieth of a
//! pixel from its place.
//!
//! 100,000 dots with edges on a page of 3840 × 2160 pixels take 0.3 s, where paths of their outlines take 1.8 s and 180 MB
//! more.

use std::ops::Range;

use kurbo::{Affine, BezPath, Point, Rect, Vec2};
use vello_cpu::color::PremulRgba8;
use vello_cpu::peniko::Fill;
use vello_cpu::{Pixmap, RenderContext, RenderSettings, Resources};

use super::raster::to_vello;
use super::stroker::Stroker;
use crate::scene::display_list::{Color, Item, Path, Stroke};

/// Positions within a pixel that are told apart, along an axis.
const STEPS: usize = 16;

/// Marks that reach further than this across are painted one by one, in pixels.
const MOST_ACROSS_PX: f64 = 96.0;

/// Where more shapes than this are in a run, there are too few of each to be worth a sheet.
const MOST_SHEETS: usize = 32;

/// A mark that is painted as a path takes about as long as so many pixels of the picture that copies stand in.
const PIXELS_FOR_A_MARK: usize = 1000;

/// How many of the first items stand in many places, with nothing else among them.
pub(super) fn run(items: &[Item]) -> usize {
    items.iter().take_while(|item| mark_of(item).is_some()).count()
}

/// The path of a mark, its colour and, unless it is filled, how it is stroked.
fn mark_of(item: &Item) -> Option<(&Path, Color, Option<&Stroke>)> {
    let mark = match item {
        Item::Fill { path, color } => (&**path, *color, None),
        Item::Stroke { path, stroke } if stroke.dash_pt.is_empty() => (&**path, stroke.color, Some(stroke)),
        _ => return None,
    };
    (!mark.0.copies().is_empty()).then_some(mark)
}

/// A picture of a run of marks in premultiplied colours, of those pixels of `visible` that they may touch, and where on the
/// page it lies. `None` where they are better painted as paths.
pub(super) fn picture(
    run: &[Item],
    scale: f64,
    visible: Rect,
    settings: RenderSettings,
    stroker: &mut Stroker,
) -> Option<(Pixmap, Point)> {
    let marks: Vec<_> = run.iter().filter_map(mark_of).filter(|(_, color, _)| color.a > 0).collect();
    let count: usize = marks.iter().map(|(path, ..)| path.copies().len()).sum();
    let around = |(path, _, stroke): &(&Path, Color, Option<&Stroke>)| {
        let reach_pt = stroke.map_or(0.0, |stroke| stroke.width_pt / 2.0);
        path.control_box().inflate(reach_pt, reach_pt).scale_from_origin(scale)
    };
    let all = marks.iter().map(around).reduce(|a, b| a.union(b))?;
    let whole = all.inflate(1.0, 1.0).intersect(visible).expand();
    if !all.is_finite() || whole.area() <= 0.0 {
        return None;
    }
    if count.saturating_mul(PIXELS_FOR_A_MARK) < whole.area() as usize {
        return None;
    }
    // Which sheet each mark is on.
    let mut firsts: Vec<usize> = Vec::new();
    let mut sheet_of = Vec::with_capacity(marks.len());
    for (index, (path, _, stroke)) in marks.iter().enumerate() {
        let shape = |stroke: &Option<&Stroke>| stroke.map(|stroke| (stroke.width_pt, stroke.cap));
        let same = |first: &usize| {
            let (other, _, other_stroke) = &marks[*first];
            shape(stroke) == shape(other_stroke) && path.one().eq(other.one())
        };
        let known = firsts.iter().position(same);
        if known.is_none() && firsts.len() == MOST_SHEETS {
            return None;
        }
        sheet_of.push(known.unwrap_or(firsts.len()));
        if known.is_none() {
            firsts.push(index);
        }
    }
    let sheet = |first: &usize| {
        let (path, _, stroke) = &marks[*first];
        Sheet::of(path, *stroke, scale, settings, stroker)
    };
    let sheets: Vec<Sheet> = firsts.iter().map(sheet).collect::<Option<_>>()?;
    let mut picture = Picture {
        pixels: Pixmap::new(whole.width() as u16, whole.height() as u16),
        left: whole.x0 as i64,
        top: whole.y0 as i64,
    };
    for ((path, color, _), sheet) in marks.iter().zip(sheet_of) {
        let colors = shades(*color);
        for copy in path.copies() {
            picture.put(&sheets[sheet], &colors, *copy * scale);
        }
    }
    Some((picture.pixels, whole.origin()))
}

/// A colour at each coverage from 0 to 255, premultiplied.
fn shades(color: Color) -> [PremulRgba8; 256] {
    std::array::from_fn(|coverage| {
        let a = over_255(u32::from(color.a) * coverage as u32);
        let faded = |channel: u8| over_255(u32::from(channel) * a) as u8;
        PremulRgba8 { r: faded(color.r), g: faded(color.g), b: faded(color.b), a: a as u8 }
    })
}

/// A product of two numbers up to 255 divided by 255, rounded.
fn over_255(product: u32) -> u32 {
    let sum = product + 128;
    (sum + (sum >> 8)) >> 8
}

/// How much a mark covers of the pixels around it, for each position within a pixel.
struct Sheet {
    coverage: Vec<u8>,
    /// Pixels across and down for one position.
    across: usize,
    down: usize,
    /// The first pixel of a mark that stands at the page's corner.
    left: i64,
    top: i64,
}

impl Sheet {
    /// Of a path in page points that is filled, or stroked. `None` where it is too large, or has a coordinate that is not a
    /// number.
    fn of(
        path: &Path,
        stroke: Option<&Stroke>,
        scale: f64,
        settings: RenderSettings,
        stroker: &mut Stroker,
    ) -> Option<Self> {
        let one: BezPath = path.one().collect();
        let (outline, rule) = match stroke {
            None => (Affine::scale(scale) * one, Fill::EvenOdd),
            Some(stroke) => {
                stroker.stroke(&one.into_iter().collect(), scale, stroke.width_pt * scale, stroke.cap);
                (stroker.area.clone(), Fill::NonZero)
            }
        };
        let bounds = outline.control_box();
        if !bounds.is_finite() || bounds.width().max(bounds.height()) > MOST_ACROSS_PX {
            return None;
        }
        // One more, for it stands up to a pixel further.
        let around = bounds.expand();
        let (across, down) = (around.width() as usize + 1, around.height() as usize + 1);
        let mut all = BezPath::with_capacity(outline.elements().len() * STEPS * STEPS);
        for row in 0..STEPS {
            for column in 0..STEPS {
                let cell = Vec2::new((column * across) as f64, (row * down) as f64);
                let within = Vec2::new(column as f64, row as f64) / STEPS as f64;
                let by = Affine::translate(cell + within - around.origin().to_vec2());
                all.extend(outline.elements().iter().map(|element| by * *element));
            }
        }
        let (width, height) = ((across * STEPS) as u16, (down * STEPS) as u16);
        let mut context = RenderContext::new_with(width, height, settings);
        context.set_fill_rule(rule);
        context.set_paint(to_vello(Color::rgb(0xFF_FF_FF)));
        context.fill_path(&all);
        context.flush();
        let mut pixels = Pixmap::new(width, height);
        context.render(&mut pixels, &mut Resources::new());
        let coverage = pixels.data().iter().map(|pixel| pixel.a).collect();
        Some(Self { coverage, across, down, left: around.x0 as i64, top: around.y0 as i64 })
    }

    /// A row of the mark at that position within a pixel.
    fn row(&self, column: usize, row: usize, line: usize) -> &[u8] {
        let from = ((row * self.down + line) * STEPS + column) * self.across;
        &self.coverage[from..from + self.across]
    }
}

/// What the copies are put into.
struct Picture {
    pixels: Pixmap,
    /// The pixel of the page that its first is.
    left: i64,
    top: i64,
}

impl Picture {
    /// Puts a mark at a place of the page, in pixels.
    fn put(&mut self, sheet: &Sheet, colors: &[PremulRgba8; 256], at: Vec2) {
        let split = |place: f64| {
            let steps = (place * STEPS as f64).round() as i64;
            (steps.div_euclid(STEPS as i64), steps.rem_euclid(STEPS as i64) as usize)
        };
        let ((x, column), (y, row)) = (split(at.x), split(at.y));
        let width = usize::from(self.pixels.width());
        let seen = |first: i64, count: usize, most: usize| -> Range<usize> {
            let from = first.saturating_neg().clamp(0, count as i64);
            let to = (most as i64).saturating_sub(first).clamp(from, count as i64);
            from as usize..to as usize
        };
        let (left, top) = (x.saturating_add(sheet.left - self.left), y.saturating_add(sheet.top - self.top));
        let columns = seen(left, sheet.across, width);
        let lines = seen(top, sheet.down, usize::from(self.pixels.height()));
        if columns.is_empty() || lines.is_empty() {
            return;
        }
        let first = (left + columns.start as i64) as usize;
        for line in lines {
            let start = (top + line as i64) as usize * width + first;
            let under = &mut self.pixels.data_mut()[start..start + columns.len()];
            for (under, coverage) in under.iter_mut().zip(&sheet.row(column, row, line)[columns.clone()]) {
                if *coverage > 0 {
                    *under = over(colors[usize::from(*coverage)], *under);
                }
            }
        }
    }
}

/// A premultiplied colour over another.
fn over(color: PremulRgba8, under: PremulRgba8) -> PremulRgba8 {
    if color.a == 255 {
        return color;
    }
    let left = 255 - u32::from(color.a);
    let mixed = |color: u8, under: u8| color + over_255(u32::from(under) * left) as u8;
    PremulRgba8 {
        r: mixed(color.r, under.r),
        g: mixed(color.g, under.g),
        b: mixed(color.b, under.b),
        a: mixed(color.a, under.a),
    }
}
