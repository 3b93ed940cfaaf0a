//! Pixels from a display list, by vello_cpu.
//!
//! The same painter serves the window and the figure. Before anything reaches vello_cpu, which counts pixels in 16
//! bits, geometry is cut to the page and a margin, so that a shape that reaches a million points beyond the page costs
//! no more than what is seen of it. Paths with a coordinate that is not a finite number are not drawn.

use std::ops::Range;
use std::sync::Arc;

use kurbo::{Affine, BezPath, Point, Rect, Shape};
use thiserror::Error;
use vello_cpu::color::{AlphaColor, PremulRgba8, Srgb};
use vello_cpu::peniko::{Extend, Fill, ImageQuality, ImageSampler};
use vello_cpu::{
    CompositeMode, Image, ImageSource, Level, Pixmap, PixmapMut, RasterizerSettings, RenderContext, RenderSettings,
    Resources,
};

use super::stroker::Stroker;
use super::{cut, marks, stretch};
use crate::scene::display_list::{Bitmap, Color, DisplayList, Group, Item, Mark, Path, Pattern, Stroke};
use crate::scene::text;

/// The most pixels along one side: what a 16-bit signed coordinate holds.
pub const MAX_SIDE_PX: u32 = 32_767;

/// The most pixels in all: 1.6 GB of them.
pub const MAX_PIXELS: u64 = 400_000_000;

/// Pages of more pixels than this are painted and written in bands of about so many: 64 MB of them.
pub const BAND_PIXELS: u64 = 16_000_000;

/// Marks of one pattern beyond which an even tint takes their place: no eye could tell, no machine should draw them.
const MAX_MARKS: f64 = 2_000_000.0;

/// How far beyond the page geometry is kept, in pixels.
const MARGIN_PX: f64 = 16.0;

/// How far beyond that a path may reach and still be handed on uncut, in pixels.
const EASY_PX: f64 = 4096.0;

/// Why a page cannot become pixels.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum RasterError {
    /// A side of the picture would be too long.
    #[error(
        "a picture of {width_px:.0} × {height_px:.0} pixels is too large: a side holds at most \
         {MAX_SIDE_PX} pixels; use fewer dots per inch or a smaller page"
    )]
    SideTooLong {
        /// Pixels across.
        width_px: f64,
        /// Pixels down.
        height_px: f64,
    },
    /// The picture would have too many pixels.
    #[error(
        "a picture of {width_px:.0} × {height_px:.0} pixels is too large: it may hold at most {} \
         million pixels; use fewer dots per inch or a smaller page",
        MAX_PIXELS / 1_000_000
    )]
    TooManyPixels {
        /// Pixels across.
        width_px: f64,
        /// Pixels down.
        height_px: f64,
    },
    /// The page or the scale is nothing, negative or not a number.
    #[error("a page of {width_pt} × {height_pt} pt at scale {scale} has no pixels: all three must be more than 0")]
    NoSize {
        /// Width of the page in points.
        width_pt: f64,
        /// Height of the page in points.
        height_pt: f64,
        /// Pixels for each point.
        scale: f64,
    },
}

/// Width and height in pixels of a page at `scale` pixels for each point.
pub fn size_px(width_pt: f64, height_pt: f64, scale: f64) -> Result<(u16, u16), RasterError> {
    let (width_px, height_px) = ((width_pt * scale).round(), (height_pt * scale).round());
    let positive = |number: f64| number.is_finite() && number > 0.0;
    if ![width_pt, height_pt, scale, width_px, height_px].into_iter().all(positive) {
        return Err(RasterError::NoSize { width_pt, height_pt, scale });
    }
    if width_px.max(height_px) > f64::from(MAX_SIDE_PX) {
        return Err(RasterError::SideTooLong { width_px, height_px });
    }
    if width_px * height_px > MAX_PIXELS as f64 {
        return Err(RasterError::TooManyPixels { width_px, height_px });
    }
    Ok((width_px as u16, height_px as u16))
}

/// Paints one page at `scale` pixels for each point over `background`. The result is opaque, and the same bytes on
/// every machine of one kind of processor, whatever that processor can do beyond the kind's minimum.
pub fn paint(list: &DisplayList, scale: f64, background: Color) -> Result<Bitmap, RasterError> {
    Painter::reproducible().paint(list, scale, background)
}

/// The same from the top down in bands of rows, so that a large page needs the memory of one band only. `each` takes
/// the pixels of a band, whole rows of four bytes a pixel. Returns width and height in pixels.
///
/// # Errors
/// [`RasterError`] when the page is too large, or what `each` fails with.
pub fn paint_bands<E: From<RasterError>>(
    list: &DisplayList,
    scale: f64,
    background: Color,
    mut each: impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<(), E> {
    let (width, height) = size_px(list.width_pt, list.height_pt, scale)?;
    let rows = (BAND_PIXELS / u64::from(width)).clamp(1, u64::from(height)) as u16;
    let mut painter = Painter::reproducible();
    let mut rgba = Vec::new();
    let mut top = 0;
    while top < height {
        let bottom = top.saturating_add(rows).min(height);
        painter.paint_rows(list, scale, background, width, top..bottom, &mut rgba);
        each(&rgba)?;
        top = bottom;
    }
    Ok(())
}

/// Paints page after page, keeping its buffers and converted pictures between them.
#[derive(Debug)]
pub struct Painter {
    context: RenderContext,
    resources: Resources,
    pictures: Vec<Picture>,
    /// Scratch, kept for its memory.
    path: Path,
    /// The same as the painter takes it.
    outline: BezPath,
    stroker: Stroker,
}

/// A picture in the form that vello_cpu takes, reduced to about the size at which it was last shown.
#[derive(Debug)]
struct Picture {
    bitmap: Arc<Bitmap>,
    /// Halvings.
    level: u32,
    pixmap: Arc<Pixmap>,
    /// As it was last enlarged: while the map stands still, what lies over it is painted again and again.
    enlarged: Option<(Enlarged, Arc<Pixmap>)>,
    /// How many paintings it has not been in since it was last in one.
    unused: u8,
}

/// A picture is kept for so many paintings that do without it: what lies over a map is painted by itself.
const MOST_UNUSED: u8 = 16;

/// How a picture is enlarged: the pixels of which it is wanted, on a page on which it fills `to`.
#[derive(Debug, Clone, PartialEq)]
struct Enlarged {
    to: Rect,
    columns: Range<u16>,
    rows: Range<u16>,
    opacity: f64,
}

/// What an item is painted into.
#[derive(Clone, Copy)]
struct Surface {
    /// Page points to pixels.
    scale: f64,
    /// The pixels that can be seen: the page less what groups clip away.
    visible: Rect,
}

impl Default for Painter {
    fn default() -> Self {
        Self::new()
    }
}

impl Painter {
    /// A painter that uses all that the processor can do. Its pixels may differ from [`paint`]'s in the last bit.
    pub fn new() -> Self {
        Self::with_settings(RenderSettings::default())
    }

    /// A painter whose pixels do not depend on the model of the processor.
    pub fn reproducible() -> Self {
        Self::with_settings(RenderSettings { level: Level::baseline(), num_threads: 0 })
    }

    fn with_settings(settings: RenderSettings) -> Self {
        Self {
            context: RenderContext::new_with(1, 1, settings),
            resources: Resources::new(),
            pictures: Vec::new(),
            path: Path::new(),
            outline: BezPath::new(),
            stroker: Stroker::default(),
        }
    }

    /// Paints a page at `scale` pixels for each point over `background`; the result is opaque.
    pub fn paint(&mut self, list: &DisplayList, scale: f64, background: Color) -> Result<Bitmap, RasterError> {
        let mut rgba = Vec::new();
        let (width, height) = self.paint_into(list, scale, background, &mut rgba)?;
        Ok(Bitmap { width, height, rgba })
    }

    /// The same into a buffer that the caller keeps, which is resized to fit. Returns width and height in pixels.
    pub fn paint_into(
        &mut self,
        list: &DisplayList,
        scale: f64,
        background: Color,
        rgba: &mut Vec<u8>,
    ) -> Result<(u32, u32), RasterError> {
        let (width, height) = size_px(list.width_pt, list.height_pt, scale)?;
        self.paint_rows(list, scale, background, width, 0..height, rgba);
        self.forget_pictures();
        Ok((u32::from(width), u32::from(height)))
    }

    /// Paints some rows of a page that is so many pixels wide.
    fn paint_rows(
        &mut self,
        list: &DisplayList,
        scale: f64,
        background: Color,
        width: u16,
        rows: Range<u16>,
        rgba: &mut Vec<u8>,
    ) {
        let height = rows.end - rows.start;
        let visible = Rect::new(0.0, f64::from(rows.start), f64::from(width), f64::from(rows.end));
        self.context.reset_and_resize(width, height);
        self.context.set_transform(Affine::translate((0.0, -visible.y0)));
        self.context.set_paint(to_vello(Color { a: 255, ..background }));
        self.context.fill_rect(&visible);
        self.items(&list.items, Surface { scale, visible });
        let bytes = usize::from(width) * usize::from(height) * 4;
        if rgba.capacity() < bytes {
            // Memory fresh from the system is empty already.
            *rgba = vec![0; bytes];
        }
        rgba.resize(bytes, 0);
        if let Some(target) = PixmapMut::new(width, height, rgba) {
            self.context.flush();
            self.context.render(target, &mut self.resources);
        }
    }

    /// Paints a page over an opaque picture of the same size, within the smallest rectangle that holds its items. The
    /// pixels are those of one list with both, but for half a step of 255 where several see-through things overlap.
    ///
    /// # Errors
    /// [`RasterError`] as for [`Self::paint`]; also [`RasterError::NoSize`] where the picture has another size.
    pub fn paint_over(&mut self, bitmap: &mut Bitmap, list: &DisplayList, scale: f64) -> Result<(), RasterError> {
        let (width, height) = size_px(list.width_pt, list.height_pt, scale)?;
        let page = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
        let Some(target) = PixmapMut::new(width, height, &mut bitmap.rgba)
            .filter(|_| (bitmap.width, bitmap.height) == (u32::from(width), u32::from(height)))
        else {
            return Err(RasterError::NoSize { width_pt: list.width_pt, height_pt: list.height_pt, scale });
        };
        let Some(seen) = bounds_px(&list.items, scale, page) else {
            return Ok(());
        };
        let part = seen.expand().intersect(page);
        if part.width() < 1.0 || part.height() < 1.0 {
            return Ok(());
        }
        self.context.reset_and_resize(part.width() as u16, part.height() as u16);
        self.context.set_transform(Affine::translate(-part.origin().to_vec2()));
        self.items(&list.items, Surface { scale, visible: part });
        self.context.flush();
        let settings = RasterizerSettings {
            composite_mode: CompositeMode::SrcOver,
            offset: (part.x0 as u16, part.y0 as u16),
            ..RasterizerSettings::default()
        };
        self.context.render_with(target, &mut self.resources, settings);
        self.forget_pictures();
        Ok(())
    }

    fn items(&mut self, items: &[Item], surface: Surface) {
        let mut rest = items;
        while let Some((item, others)) = rest.split_first() {
            let run = marks::run(rest);
            let (together, after) = if run > 0 { rest.split_at(run) } else { (std::slice::from_ref(item), others) };
            rest = after;
            if run == 0 || !self.marks(together, surface) {
                self.one_by_one(together, surface);
            }
        }
    }

    /// Marks in many places; false where they are better painted as paths.
    fn marks(&mut self, run: &[Item], surface: Surface) -> bool {
        let settings = *self.context.render_settings();
        let Surface { scale, visible } = surface;
        let Some((picture, at)) = marks::picture(run, scale, visible, settings, &mut self.stroker) else {
            return false;
        };
        let size = (f64::from(picture.width()), f64::from(picture.height()));
        self.pixels(Arc::new(picture), at, Rect::from_origin_size(at, size).intersect(visible));
        true
    }

    fn one_by_one(&mut self, items: &[Item], surface: Surface) {
        for item in items {
            match item {
                Item::Group(group) => self.group(group, surface),
                Item::Fill { path, color } => self.fill(path, *color, surface),
                Item::Pattern { path, pattern } => self.pattern(path, pattern, surface),
                Item::Stroke { path, stroke } => self.stroke(path, stroke, surface),
                Item::Text(text) => self.text(text, surface),
                Item::Image { image, to, opacity } => self.image(image, *to, *opacity, surface),
            }
        }
    }

    fn group(&mut self, group: &Group, surface: Surface) {
        let opacity = if group.opacity.is_nan() { 0.0 } else { group.opacity.clamp(0.0, 1.0) };
        let clip_px = group.clip.map(|clip| scaled(clip.abs(), surface.scale));
        let visible = clip_px.map_or(surface.visible, |clip| clip.intersect(surface.visible));
        let empty = !visible.is_finite() || visible.width() <= 0.0 || visible.height() <= 0.0;
        if opacity == 0.0 || group.items.is_empty() || empty {
            return;
        }
        // A clip path would cost each item inside it; a layer costs its pixels once.
        let clips = clip_px.is_some() && visible != surface.visible;
        if clips || opacity < 1.0 {
            let outline = clips.then(|| visible.to_path(0.1));
            self.context.set_fill_rule(Fill::NonZero);
            self.context.push_layer(outline.as_ref(), None, Some(opacity as f32), None, None);
        }
        self.items(&group.items, Surface { visible, ..surface });
        if clips || opacity < 1.0 {
            self.context.pop_layer();
        }
    }

    fn fill(&mut self, path: &Path, color: Color, surface: Surface) {
        if color.a == 0 {
            return;
        }
        let window = surface.visible.inflate(MARGIN_PX, MARGIN_PX);
        let whole = cut::is_whole(path, surface.scale, window, EASY_PX);
        if !whole && !cut::area(path, surface.scale, window, EASY_PX, &mut self.path) {
            return;
        }
        self.context.set_fill_rule(Fill::EvenOdd);
        self.context.set_paint(to_vello(color));
        let (path, scale) = if whole { (path, surface.scale) } else { (&self.path, 1.0) };
        put(path, scale, &mut self.outline);
        self.context.fill_path(&self.outline);
    }

    fn stroke(&mut self, path: &Path, stroke: &Stroke, surface: Surface) {
        let width_px = stroke.width_pt * surface.scale;
        if stroke.color.a == 0 || !width_px.is_finite() || width_px <= 0.0 {
            return;
        }
        let reach_px = width_px / 2.0 + MARGIN_PX;
        let window = surface.visible.inflate(reach_px, reach_px);
        if stroke.dash_pt.is_empty() && cut::is_whole(path, surface.scale, window, EASY_PX) {
            self.stroker.stroke(path, surface.scale, width_px, stroke.cap);
        } else {
            let dash_px: Vec<f64> = stroke.dash_pt.iter().map(|length_pt| length_pt * surface.scale).collect();
            let offset_px = stroke.dash_offset_pt * surface.scale;
            let dashes = (!dash_px.is_empty()).then_some((dash_px.as_slice(), offset_px));
            if cut::line(path, surface.scale, window, EASY_PX, dashes, true, &mut self.path).is_none() {
                return;
            }
            self.stroker.stroke(&self.path, 1.0, width_px, stroke.cap);
        }
        self.context.set_fill_rule(Fill::NonZero);
        self.context.set_paint(to_vello(stroke.color));
        self.context.fill_path(&self.stroker.area);
    }

    fn pattern(&mut self, path: &Path, pattern: &Pattern, surface: Surface) {
        let spacing_px = pattern.spacing_pt * surface.scale;
        let size_px = pattern.size_pt * surface.scale;
        let numbers = [spacing_px, size_px, pattern.origin.x, pattern.origin.y];
        if pattern.color.a == 0
            || numbers.iter().any(|number| !number.is_finite())
            || spacing_px <= 0.0
            || size_px <= 0.0
        {
            return;
        }
        if !cut::area(path, surface.scale, surface.visible.inflate(MARGIN_PX, MARGIN_PX), EASY_PX, &mut self.path) {
            return;
        }
        let seen = self.path.control_box().intersect(surface.visible);
        if seen.width() <= 0.0 || seen.height() <= 0.0 {
            return;
        }
        let count = match pattern.mark {
            Mark::Lines { .. } => seen.width().hypot(seen.height()) / spacing_px,
            Mark::Dots => seen.area() / (spacing_px * spacing_px),
        };
        put(&self.path, 1.0, &mut self.outline);
        self.context.set_fill_rule(Fill::EvenOdd);
        if count > MAX_MARKS || spacing_px < 0.75 {
            self.context.set_paint(to_vello(pattern.color.with_opacity(coverage(pattern))));
            self.context.fill_path(&self.outline);
            return;
        }
        let marks = marks(pattern, surface.scale, seen);
        self.context.push_clip_path(&self.outline);
        self.context.set_fill_rule(Fill::NonZero);
        self.context.set_paint(to_vello(pattern.color));
        self.context.fill_path(&marks);
        self.context.pop_clip_path();
    }

    fn text(&mut self, line: &crate::scene::display_list::Text, surface: Surface) {
        let bounds_px = scaled(text::bounds(line), surface.scale);
        // Glyphs may reach a little beyond the face's ascent and descent, and a halo beyond both.
        let slack_px = line.size_pt * surface.scale * 0.5;
        let near = surface.visible.inflate(slack_px, slack_px);
        if !bounds_px.is_finite() || bounds_px.intersect(near).area() <= 0.0 {
            return;
        }
        let to_px = Affine::scale(surface.scale);
        self.context.set_fill_rule(Fill::NonZero);
        if let Some((color, _)) = line.halo.filter(|(color, _)| color.a > 0) {
            let mut halo = text::halo(line);
            halo.apply_affine(to_px);
            self.context.set_paint(to_vello(color));
            self.context.fill_path(&halo);
        }
        if line.color.a > 0 {
            // Flattened here, because vello_cpu's tolerance of a quarter of a pixel shows in small letters.
            let mut glyphs = text::outline(line);
            glyphs.apply_affine(to_px);
            self.outline.truncate(0);
            let outline = &mut self.outline;
            kurbo::flatten(glyphs.iter(), 0.05, |element| outline.push(element));
            self.context.set_paint(to_vello(line.color));
            self.context.fill_path(&self.outline);
        }
    }

    fn image(&mut self, bitmap: &Arc<Bitmap>, to: Rect, opacity: f64, surface: Surface) {
        let to = scaled(to.abs(), surface.scale);
        let seen = to.intersect(surface.visible);
        let pixels = bitmap.width as usize * bitmap.height as usize;
        let shown = seen.is_finite() && seen.area() > 0.0 && to.is_finite() && opacity > 0.0;
        if !shown || pixels == 0 || bitmap.rgba.len() != 4 * pixels {
            return;
        }
        let across = to.width() / f64::from(bitmap.width);
        let down = to.height() / f64::from(bitmap.height);
        // Sampling looks at neighbours only, so a picture shown much smaller than it is must be reduced first.
        let mut level = (1.0 / across.min(down)).log2().floor().clamp(0.0, 15.0) as u32;
        while bitmap.width.max(bitmap.height) >> level > u32::from(u16::MAX) {
            level += 1;
        }
        let picture = self.picture(bitmap, level);
        if across.max(down) > 1.5 {
            // Whole pixels, so that they need not be sampled again.
            let whole = seen.expand().intersect(surface.visible.expand());
            let (columns, rows) = (whole.x0 as u16..whole.x1 as u16, whole.y0 as u16..whole.y1 as u16);
            let how = Enlarged { to, columns, rows, opacity };
            let made = match picture.enlarged.take() {
                Some((known, made)) if known == how => made,
                _ => Arc::new(stretch::stretched(&picture.pixmap, to, how.columns.clone(), how.rows.clone(), opacity)),
            };
            picture.enlarged = Some((how, made.clone()));
            self.pixels(made, whole.origin(), seen);
            return;
        }
        let pixmap = picture.pixmap.clone();
        let to_page = Affine::translate(to.origin().to_vec2())
            * Affine::scale_non_uniform(
                to.width() / f64::from(pixmap.width()),
                to.height() / f64::from(pixmap.height()),
            );
        self.context.set_paint(Image {
            image: ImageSource::Pixmap(pixmap),
            sampler: ImageSampler {
                x_extend: Extend::Pad,
                y_extend: Extend::Pad,
                quality: ImageQuality::Medium,
                alpha: 1.0,
            },
        });
        self.context.set_paint_transform(to_page);
        if opacity < 1.0 {
            self.context.push_opacity_layer(opacity as f32);
            self.context.fill_rect(&seen);
            self.context.pop_layer();
        } else {
            self.context.fill_rect(&seen);
        }
        self.context.reset_paint_transform();
    }

    /// A picture whose pixels are those of the page, from `at` on, as far as they are `seen`.
    fn pixels(&mut self, picture: Arc<Pixmap>, at: Point, seen: Rect) {
        self.context.set_paint(Image {
            image: ImageSource::Pixmap(picture),
            sampler: ImageSampler {
                x_extend: Extend::Pad,
                y_extend: Extend::Pad,
                quality: ImageQuality::Low,
                alpha: 1.0,
            },
        });
        self.context.set_paint_transform(Affine::translate(at.to_vec2()));
        self.context.fill_rect(&seen);
        self.context.reset_paint_transform();
    }

    fn forget_pictures(&mut self) {
        self.pictures.retain_mut(|picture| {
            picture.unused += 1;
            picture.unused <= MOST_UNUSED
        });
    }

    fn picture(&mut self, bitmap: &Arc<Bitmap>, level: u32) -> &mut Picture {
        let same = |picture: &Picture| Arc::ptr_eq(&picture.bitmap, bitmap) && picture.level == level;
        let index = self.pictures.iter().position(same).unwrap_or_else(|| {
            let pixmap = Arc::new(premultiplied(bitmap, level));
            self.pictures.push(Picture { bitmap: bitmap.clone(), level, pixmap, enlarged: None, unused: 0 });
            self.pictures.len() - 1
        });
        let picture = &mut self.pictures[index];
        picture.unused = 0;
        picture
    }
}

/// The pixels that items may touch, within `visible`; none if they touch none.
fn bounds_px(items: &[Item], scale: f64, visible: Rect) -> Option<Rect> {
    let mut all: Option<Rect> = None;
    for item in items {
        let own = match item {
            Item::Group(group) => {
                let visible = group.clip.map_or(visible, |clip| scaled(clip.abs(), scale).intersect(visible));
                bounds_px(&group.items, scale, visible)
            }
            Item::Fill { path, .. } | Item::Pattern { path, .. } => Some(scaled(path.control_box(), scale)),
            Item::Stroke { path, stroke } => {
                let reach_px = (stroke.width_pt * scale / 2.0).max(0.0);
                Some(scaled(path.control_box(), scale).inflate(reach_px, reach_px))
            }
            Item::Text(line) => {
                let slack_px = line.size_pt * scale * 0.5;
                Some(scaled(text::bounds(line), scale).inflate(slack_px, slack_px))
            }
            Item::Image { to, .. } => Some(scaled(to.abs(), scale)),
        };
        let Some(own) = own else { continue };
        // What is not a number may be anywhere.
        let seen = if own.is_finite() { own.inflate(1.0, 1.0).intersect(visible) } else { visible };
        if seen.width() > 0.0 && seen.height() > 0.0 {
            all = Some(all.map_or(seen, |all| all.union(seen)));
        }
    }
    all
}

pub(super) fn to_vello(color: Color) -> AlphaColor<Srgb> {
    AlphaColor::from_rgba8(color.r, color.g, color.b, color.a)
}

fn scaled(rect: Rect, scale: f64) -> Rect {
    Rect::new(rect.x0 * scale, rect.y0 * scale, rect.x1 * scale, rect.y1 * scale)
}

/// The share of the area that the marks of a pattern cover.
fn coverage(pattern: &Pattern) -> f64 {
    let relative = pattern.size_pt / pattern.spacing_pt;
    match pattern.mark {
        Mark::Lines { .. } => relative.min(1.0),
        Mark::Dots => (relative * relative * std::f64::consts::FRAC_PI_4).min(1.0),
    }
}

/// Puts a path into `outline` as the painter takes it, in pixels.
fn put(path: &Path, scale: f64, outline: &mut BezPath) {
    outline.truncate(0);
    outline.extend(path.elements().map(|element| Affine::scale(scale) * element));
}

/// All marks of a pattern that touch the rectangle `seen`, as one path in pixels.
fn marks(pattern: &Pattern, scale: f64, seen: Rect) -> BezPath {
    let spacing = pattern.spacing_pt * scale;
    let size = pattern.size_pt * scale;
    // Coordinates along and across the marks, with the pattern's origin as theirs.
    let turn = match pattern.mark {
        Mark::Lines { angle_deg } if angle_deg.is_finite() => -angle_deg.to_radians(),
        Mark::Lines { .. } => 0.0,
        Mark::Dots => std::f64::consts::FRAC_PI_4,
    };
    let to_px = Affine::translate(pattern.origin.to_vec2() * scale) * Affine::rotate(turn);
    let local = to_px.inverse().transform_rect_bbox(seen.inflate(size, size));
    let steps = |from: f64, to: f64| ((from / spacing).ceil() as i64, (to / spacing).floor() as i64);
    let (first_row, last_row) = steps(local.y0, local.y1);
    let mut path = BezPath::new();
    match pattern.mark {
        Mark::Lines { .. } => {
            for row in first_row..=last_row {
                let y = row as f64 * spacing;
                let corner = |x: f64, y: f64| to_px * Point::new(x, y);
                path.move_to(corner(local.x0, y - size / 2.0));
                path.line_to(corner(local.x1, y - size / 2.0));
                path.line_to(corner(local.x1, y + size / 2.0));
                path.line_to(corner(local.x0, y + size / 2.0));
                path.close_path();
            }
        }
        Mark::Dots => {
            let (first, last) = steps(local.x0, local.x1);
            let near = seen.inflate(size, size);
            let ring = dot(size / 2.0);
            for row in first_row..=last_row {
                for column in first..=last {
                    let center = to_px * Point::new(column as f64 * spacing, row as f64 * spacing);
                    if near.contains(center) {
                        path.move_to(center + ring[0]);
                        for &corner in &ring[1..] {
                            path.line_to(center + corner);
                        }
                        path.close_path();
                    }
                }
            }
        }
    }
    path
}

/// A circle as a polygon whose sides stray from it by less than a twentieth of a pixel.
fn dot(radius_px: f64) -> Vec<kurbo::Vec2> {
    let sides = (std::f64::consts::PI / (1.0 - 0.05 / radius_px.max(0.1)).acos()).ceil().clamp(6.0, 256.0) as usize;
    // Through as many corners as the circle has area, so that small dots are not too faint.
    let angle = std::f64::consts::TAU / sides as f64;
    let reach = radius_px * (angle / angle.sin()).sqrt();
    (0..sides).map(|side| kurbo::Vec2::from_angle(side as f64 * angle) * reach).collect()
}

/// The bitmap halved `level` times, in the form in which colours mix.
fn premultiplied(bitmap: &Bitmap, level: u32) -> Pixmap {
    let block = 1_usize << level;
    let (width, height) = (bitmap.width as usize, bitmap.height as usize);
    let (across, down) = (width.div_ceil(block), height.div_ceil(block));
    let mut data = Vec::with_capacity(across * down);
    let mut opaque = true;
    if level == 0 {
        // What the means below come to of one pixel, without their divisions.
        data.extend(bitmap.rgba.as_chunks().0.iter().map(|&[r, g, b, a]| {
            opaque &= a == 255;
            let faded = |channel: u8| ((u32::from(channel) * u32::from(a) + 127) / 255) as u8;
            PremulRgba8 { r: faded(r), g: faded(g), b: faded(b), a }
        }));
        return Pixmap::from_parts_with_opacity(data, across as u16, down as u16, !opaque);
    }
    for row in 0..down {
        for column in 0..across {
            let mut sum = [0_u64; 4];
            let mut count = 0;
            for y in row * block..((row + 1) * block).min(height) {
                let from = (y * width + column * block) * 4;
                let to = (y * width + ((column + 1) * block).min(width)) * 4;
                for pixel in bitmap.rgba[from..to].chunks_exact(4) {
                    let alpha = u64::from(pixel[3]);
                    for channel in 0..3 {
                        sum[channel] += u64::from(pixel[channel]) * alpha;
                    }
                    sum[3] += alpha;
                    count += 1;
                }
            }
            let mean = |total: u64, over: u64| ((total + over / 2) / over.max(1)) as u8;
            let alpha = mean(sum[3], count);
            opaque &= alpha == 255;
            data.push(PremulRgba8 {
                r: mean(sum[0], 255 * count),
                g: mean(sum[1], 255 * count),
                b: mean(sum[2], 255 * count),
                a: alpha,
            });
        }
    }
    Pixmap::from_parts_with_opacity(data, across as u16, down as u16, !opaque)
}

#[cfg(test)]
mod tests;
