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
use super::{cut, stretch};
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
         {MAX_SIDE_PX} pixels; take fewer dots an inch or a smaller page"
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
         million pixels; take fewer dots an inch or a smaller page",
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
    used: bool,
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
        self.pictures.retain_mut(|picture| std::mem::take(&mut picture.used));
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
        self.pictures.retain_mut(|picture| std::mem::take(&mut picture.used));
        Ok(())
    }

    fn items(&mut self, items: &[Item], surface: Surface) {
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
        let pixmap = self.picture(bitmap, level);
        if across.max(down) > 1.5 {
            // Whole pixels, so that they need not be sampled again.
            let whole = seen.expand().intersect(surface.visible.expand());
            let (columns, rows) = (whole.x0 as u16..whole.x1 as u16, whole.y0 as u16..whole.y1 as u16);
            let made = stretch::stretched(&pixmap, to, columns, rows, opacity);
            self.context.set_paint(Image {
                image: ImageSource::Pixmap(Arc::new(made)),
                sampler: ImageSampler {
                    x_extend: Extend::Pad,
                    y_extend: Extend::Pad,
                    quality: ImageQuality::Low,
                    alpha: 1.0,
                },
            });
            self.context.set_paint_transform(Affine::translate(whole.origin().to_vec2()));
            self.context.fill_rect(&seen);
            self.context.reset_paint_transform();
            return;
        }
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

    fn picture(&mut self, bitmap: &Arc<Bitmap>, level: u32) -> Arc<Pixmap> {
        let same = |picture: &&mut Picture| Arc::ptr_eq(&picture.bitmap, bitmap) && picture.level == level;
        if let Some(known) = self.pictures.iter_mut().find(same) {
            known.used = true;
            return known.pixmap.clone();
        }
        let pixmap = Arc::new(premultiplied(bitmap, level));
        self.pictures.push(Picture { bitmap: bitmap.clone(), level, pixmap: pixmap.clone(), used: true });
        pixmap
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

fn to_vello(color: Color) -> AlphaColor<Srgb> {
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
mod tests {
    use super::*;
    use crate::scene::display_list::{Cap, Face, Text};

    const WHITE: Color = Color::rgb(0xFFFFFF);
    const RED: Color = Color::rgb(0xFF0000);
    const BLACK: Color = Color::rgb(0x000000);

    fn list(width_pt: f64, height_pt: f64, items: Vec<Item>) -> DisplayList {
        DisplayList { width_pt, height_pt, items }
    }

    fn painted(items: Vec<Item>) -> Bitmap {
        paint(&list(100.0, 80.0, items), 1.0, WHITE).expect("a small page")
    }

    fn pixel(bitmap: &Bitmap, x: u32, y: u32) -> [u8; 3] {
        let at = 4 * (y * bitmap.width + x) as usize;
        assert_eq!(bitmap.rgba[at + 3], 255, "the page is opaque");
        [bitmap.rgba[at], bitmap.rgba[at + 1], bitmap.rgba[at + 2]]
    }

    fn area(rect: Rect) -> Arc<Path> {
        Path::shared(rect.to_path(0.1))
    }

    fn polyline(points: &[(f64, f64)]) -> Arc<Path> {
        let mut path = Path::new();
        for (index, &point) in points.iter().enumerate() {
            if index == 0 { path.move_to(point) } else { path.line_to(point) }
        }
        Arc::new(path)
    }

    fn fill(rect: Rect, color: Color) -> Item {
        Item::Fill { path: area(rect), color }
    }

    fn words(text: &str, halo: Option<(Color, f64)>) -> Item {
        Item::Text(Text {
            text: text.to_owned(),
            face: Face::SansSemiBold,
            size_pt: 40.0,
            color: BLACK,
            origin: Point::new(10.0, 60.0),
            rotation_rad: 0.0,
            letter_spacing_pt: 0.0,
            halo,
            link: None,
        })
    }

    #[test]
    fn a_fill_covers_what_it_should_and_no_more() {
        let page = painted(vec![fill(Rect::new(10.0, 10.0, 40.0, 30.0), RED)]);
        for (x, y, expected) in
            [(10, 10, [255, 0, 0]), (39, 29, [255, 0, 0]), (9, 10, [255; 3]), (40, 29, [255; 3]), (20, 30, [255; 3])]
        {
            assert_eq!(pixel(&page, x, y), expected, "at {x}, {y}");
        }
        let half = painted(vec![fill(Rect::new(10.5, 10.0, 40.0, 30.0), BLACK)]);
        assert!((126..=129).contains(&pixel(&half, 10, 20)[0]));
    }

    #[test]
    fn bands_make_the_same_picture() {
        // Two bands of a page with a slanted line, text, a faded group within a clip, a pattern and a picture.
        let picture =
            Arc::new(Bitmap { width: 2, height: 2, rgba: [[255, 0, 0, 255], [0, 0, 255, 128]].concat().repeat(2) });
        let mut faded = Group::new("g", "", vec![fill(Rect::new(0.0, 0.0, 60.0, 1500.0), RED)]);
        (faded.opacity, faded.clip) = (0.5, Some(Rect::new(5.3, 3.7, 50.2, 990.6)));
        let hatch = Pattern {
            mark: Mark::Lines { angle_deg: 30.0 },
            color: BLACK,
            spacing_pt: 7.0,
            size_pt: 1.1,
            origin: Point::new(3.0, 4.0),
        };
        let page = list(
            4000.0,
            8000.0,
            vec![
                Item::Group(faded),
                Item::Image { image: picture, to: Rect::new(70.0, 3900.0, 180.0, 4100.0), opacity: 0.8 },
                Item::Pattern { path: area(Rect::new(200.0, 3500.0, 900.0, 4500.0)), pattern: hatch },
                Item::Stroke {
                    path: polyline(&[(10.0, 20.0), (3900.0, 7900.0)]),
                    stroke: Stroke { dash_pt: vec![9.0, 4.0], ..Stroke::solid(BLACK, 3.0) },
                },
                words("Слов'янськ", Some((RED, 3.0))),
            ],
        );
        let whole = paint(&page, 1.0, WHITE).expect("32 million pixels");
        let mut bands = Vec::new();
        let mut count = 0;
        paint_bands(&page, 1.0, WHITE, |band| {
            count += 1;
            bands.extend_from_slice(band);
            Ok::<(), RasterError>(())
        })
        .expect("32 million pixels");
        assert_eq!((count, bands.len()), (2, whole.rgba.len()));
        // Rows that are the same need no look at each of their bytes.
        let rows = bands.chunks(4 * 4000).zip(whole.rgba.chunks(4 * 4000)).filter(|(a, b)| a != b);
        let differ = rows.flat_map(|(a, b)| a.iter().zip(b)).map(|(a, b)| a.abs_diff(*b)).max();
        assert!(differ <= Some(1), "{differ:?}");
    }

    #[test]
    fn areas_are_filled_even_odd() {
        let mut ring = Rect::new(10.0, 10.0, 60.0, 60.0).to_path(0.1);
        ring.extend(Rect::new(20.0, 20.0, 50.0, 50.0).to_path(0.1));
        let page = painted(vec![Item::Fill { path: Path::shared(ring), color: RED }]);
        assert_eq!(pixel(&page, 15, 15), [255, 0, 0]);
        assert_eq!(pixel(&page, 30, 30), [255; 3]);
    }

    #[test]
    fn scale_is_pixels_for_each_point() {
        let page = paint(&list(50.0, 40.0, vec![fill(Rect::new(10.0, 10.0, 20.0, 20.0), RED)]), 2.0, WHITE);
        let page = page.expect("a small page");
        assert_eq!((page.width, page.height), (100, 80));
        assert_eq!(pixel(&page, 20, 39), [255, 0, 0]);
        assert_eq!(pixel(&page, 20, 40), [255; 3]);
    }

    #[test]
    fn a_group_is_clipped_and_faded_as_one() {
        let clipped = Item::Group(Group {
            opacity: 0.5,
            clip: Some(Rect::new(0.0, 0.0, 30.0, 80.0)),
            ..Group::new(
                "a",
                "A",
                vec![fill(Rect::new(10.0, 10.0, 50.0, 50.0), BLACK), fill(Rect::new(20.0, 20.0, 60.0, 60.0), BLACK)],
            )
        });
        let page = painted(vec![clipped]);
        let grey = pixel(&page, 12, 12);
        assert!((126..=129).contains(&grey[0]));
        assert_eq!(pixel(&page, 25, 25), grey, "shapes inside a group do not show through each other");
        assert_eq!(pixel(&page, 31, 25), [255; 3]);
    }

    #[test]
    fn a_line_has_its_width_and_its_dashes() {
        let stroke = Stroke { dash_pt: vec![10.0, 10.0], cap: Cap::Butt, ..Stroke::solid(RED, 4.0) };
        let page = painted(vec![Item::Stroke { path: polyline(&[(0.0, 20.0), (100.0, 20.0)]), stroke }]);
        assert_eq!(pixel(&page, 5, 18), [255, 0, 0]);
        assert_eq!(pixel(&page, 5, 21), [255, 0, 0]);
        assert_eq!(pixel(&page, 5, 17), [255; 3]);
        assert_eq!(pixel(&page, 15, 20), [255; 3]);
        assert_eq!(pixel(&page, 25, 20), [255, 0, 0]);
    }

    #[test]
    fn dots_with_round_caps_are_drawn() {
        let stroke = Stroke { dash_pt: vec![0.0, 10.0], ..Stroke::solid(RED, 4.0) };
        let page = painted(vec![Item::Stroke { path: polyline(&[(10.5, 20.5), (90.5, 20.5)]), stroke }]);
        assert_eq!(pixel(&page, 20, 20), [255, 0, 0]);
        assert_eq!(pixel(&page, 25, 20), [255; 3]);
    }

    /// Everything that repeats, held to the ground at `origin`.
    fn repeating(origin: Point) -> Vec<Item> {
        let here = |x: f64, y: f64| (origin.x + x, origin.y + y);
        let far = area(Rect::new(origin.x - 3e5, origin.y - 3e5, origin.x + 3e5, origin.y + 3e5));
        let hatch = |mark, color| Pattern { mark, color, spacing_pt: 7.3, size_pt: 2.1, origin };
        let dashed = Stroke { dash_pt: vec![9.0, 4.0], ..Stroke::solid(BLACK, 2.0) };
        vec![
            Item::Pattern { path: far.clone(), pattern: hatch(Mark::Lines { angle_deg: 45.0 }, RED) },
            Item::Pattern { path: far, pattern: hatch(Mark::Dots, BLACK) },
            Item::Stroke { path: polyline(&[here(-1e5, 20.0), here(1e5, 30.0)]), stroke: dashed.clone() },
            Item::Stroke {
                path: polyline(&[here(20.0, 20.0), here(30.0, 50.0), here(2e5, 50.0), here(20.0, 20.0)]),
                stroke: dashed,
            },
        ]
    }

    #[test]
    fn patterns_and_dashes_move_with_the_map() {
        let before = painted(repeating(Point::new(3.25, 4.5)));
        let after = painted(repeating(Point::new(3.25 + 13.0, 4.5 + 8.0)));
        let mut differ = 0;
        for y in 0..72 {
            for x in 0..87 {
                let (a, b) = (pixel(&before, x, y), pixel(&after, x + 13, y + 8));
                // Half a step of 255 may round the other way after the shift.
                differ += u32::from(a.iter().zip(b).any(|(&a, b)| a.abs_diff(b) > 6));
            }
        }
        assert_eq!(differ, 0);
        assert!(before.rgba.contains(&0));
    }

    #[test]
    fn a_pattern_stays_inside_its_area() {
        let pattern = Pattern {
            mark: Mark::Lines { angle_deg: 45.0 },
            color: RED,
            spacing_pt: 6.0,
            size_pt: 2.0,
            origin: Point::ZERO,
        };
        let page = painted(vec![Item::Pattern { path: area(Rect::new(20.0, 20.0, 60.0, 60.0)), pattern }]);
        let red = |x, y| pixel(&page, x, y) != [255; 3];
        let inside = (20..60).flat_map(|y| (20..60).map(move |x| (x, y))).filter(|&(x, y)| red(x, y)).count();
        assert!((500..1100).contains(&inside), "{inside}");
        let outside = (0..80).flat_map(|y| (0..100).map(move |x| (x, y))).filter(|&(x, y)| red(x, y)).count() - inside;
        assert_eq!(outside, 0);
        // Lines at 45° rise to the right, through the origin.
        assert!(red(30, 30) == red(31, 29) && red(30, 30) == red(40, 20));
    }

    #[test]
    fn text_has_its_halo_beneath_it() {
        let land = || fill(Rect::new(0.0, 0.0, 100.0, 80.0), Color::rgb(0x808080));
        let bare = painted(vec![land(), words("I", None)]);
        let with_halo = painted(vec![land(), words("I", Some((WHITE, 3.0)))]);
        let count = |page: &Bitmap, wanted: [u8; 3]| {
            (0..80).flat_map(|y| (0..100).map(move |x| (x, y))).filter(|&(x, y)| pixel(page, x, y) == wanted).count()
        };
        assert_eq!(count(&bare, [255; 3]), 0);
        assert!(count(&with_halo, [255; 3]) > 100);
        assert_eq!(count(&bare, [0; 3]), count(&with_halo, [0; 3]));
        assert!(count(&bare, [0; 3]) > 100);
    }

    #[test]
    fn pictures_are_stretched_smoothly_and_reduced_without_gaps() {
        let image = Arc::new(Bitmap { width: 2, height: 1, rgba: vec![0, 0, 0, 255, 255, 255, 255, 255] });
        let to = Rect::new(10.0, 10.0, 90.0, 70.0);
        let page = painted(vec![fill(Rect::new(0.0, 0.0, 100.0, 80.0), RED), Item::Image { image, to, opacity: 1.0 }]);
        let row: Vec<u8> = (10..90).map(|x| pixel(&page, x, 40)[0]).collect();
        assert!(row.windows(2).all(|pair| pair[0] <= pair[1]), "{row:?}");
        assert!(row[0] < 10 && row[79] > 245 && (100..156).contains(&row[40]));

        let stripes = (0..64 * 64).flat_map(|at| if at % 2 == 0 { [0, 0, 0, 255] } else { [255; 4] }).collect();
        let image = Arc::new(Bitmap { width: 64, height: 64, rgba: stripes });
        let page = painted(vec![Item::Image { image, to: Rect::new(0.0, 0.0, 16.0, 16.0), opacity: 1.0 }]);
        assert!((120..=135).contains(&pixel(&page, 8, 8)[0]));
    }

    #[test]
    fn hostile_numbers_neither_panic_nor_hang() {
        let bad = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e9, -1e9, 1e300, f64::MIN_POSITIVE, -0.0];
        let mut items = vec![fill(Rect::new(10.0, 10.0, 20.0, 20.0), RED)];
        for a in bad {
            for b in bad {
                let path = polyline(&[(5.0, 5.0), (a, b), (60.0, 70.0), (b, a)]);
                let mut curve = BezPath::new();
                curve.move_to((a, 3.0));
                curve.curve_to((b, a), (1.0, b), (70.0, 3.0));
                let stroke = Stroke { dash_pt: vec![a, b], dash_offset_pt: b, ..Stroke::solid(BLACK, a.min(3.0)) };
                let dashed = Stroke { dash_pt: vec![3.0, 1.0], ..Stroke::solid(BLACK, 1.0) };
                let origin = Point::new(a, b);
                let pattern = Pattern {
                    mark: Mark::Lines { angle_deg: b },
                    color: Color { a: 2, ..RED },
                    spacing_pt: a,
                    size_pt: b,
                    origin,
                };
                let image = Arc::new(Bitmap { width: 1, height: 1, rgba: vec![255; 4] });
                let text = Text {
                    text: "Ж".to_owned(),
                    face: Face::Sans,
                    size_pt: a,
                    color: BLACK,
                    origin,
                    rotation_rad: b,
                    letter_spacing_pt: b,
                    halo: Some((WHITE, a)),
                    link: None,
                };
                let fade = Group {
                    opacity: a,
                    clip: Some(Rect::new(a, b, 50.0, 50.0)),
                    ..Group::new("", "", vec![fill(Rect::new(0.0, 0.0, a, b), Color { a: 2, ..RED })])
                };
                items.extend([
                    Item::Fill { path: path.clone(), color: Color { a: 2, ..RED } },
                    Item::Fill { path: Path::shared(curve.clone()), color: Color { a: 2, ..RED } },
                    Item::Stroke { path: path.clone(), stroke },
                    Item::Stroke { path: path.clone(), stroke: dashed.clone() },
                    Item::Stroke { path: Path::shared(curve), stroke: dashed },
                    Item::Pattern { path: path.clone(), pattern },
                    Item::Pattern {
                        path,
                        pattern: Pattern { mark: Mark::Dots, spacing_pt: 1e-3, size_pt: 1.0, ..pattern },
                    },
                    Item::Image { image, to: Rect::new(a, b, 10.0, 10.0), opacity: 0.01 },
                    Item::Text(text),
                    Item::Group(fade),
                ]);
            }
        }
        items.push(Item::Stroke { path: Arc::default(), stroke: Stroke::solid(RED, 1.0) });
        let page = painted(items);
        assert_eq!(page.rgba.len(), 100 * 80 * 4);
    }

    #[test]
    fn a_shape_far_larger_than_the_page_is_cut_rightly() {
        // A star whose corners lie a million points away, and whose edge crosses the page at x = y.
        let path = polyline(&[(-1e6, -1e6), (1e6, 1e6), (-1e6, 1e6)]);
        let page = painted(vec![Item::Fill { path: path.clone(), color: RED }]);
        assert_eq!(pixel(&page, 20, 40), [255, 0, 0]);
        assert_eq!(pixel(&page, 60, 40), [255; 3]);
        let page = painted(vec![Item::Stroke { path, stroke: Stroke::solid(RED, 4.0) }]);
        assert_eq!(pixel(&page, 40, 40), [255, 0, 0]);
        assert_eq!(pixel(&page, 60, 40), [255; 3]);
    }

    #[test]
    fn a_closed_line_that_leaves_the_page_keeps_its_first_corner() {
        let corner = [(20.0, 20.0), (1e5, 20.0), (1e5, 1e5), (20.0, 1e5)];
        let mut path = Path::clone(&polyline(&corner));
        path.close_path();
        let stroke = Stroke { cap: Cap::Butt, ..Stroke::solid(RED, 12.0) };
        let page = painted(vec![Item::Stroke { path: Arc::new(path), stroke }]);
        assert_eq!(pixel(&page, 17, 17), [255, 0, 0], "a round join, not a notch");
    }

    #[test]
    fn painting_over_a_picture_is_painting_both_at_once() {
        let under = || repeating(Point::new(3.25, 4.5));
        let faint = Group {
            opacity: 0.6,
            clip: Some(Rect::new(20.3, 8.0, 70.0, 66.6)),
            ..Group::new("a", "A", vec![fill(Rect::new(10.0, 10.0, 50.5, 50.5), RED), words("Ж", Some((WHITE, 2.0)))])
        };
        let image = Arc::new(Bitmap { width: 2, height: 1, rgba: vec![0, 0, 0, 255, 255, 255, 255, 255] });
        let pattern = Pattern {
            mark: Mark::Lines { angle_deg: 45.0 },
            color: Color { a: 200, ..RED },
            spacing_pt: 6.0,
            size_pt: 1.2,
            origin: Point::new(1.0, 2.0),
        };
        let over = vec![
            fill(Rect::new(40.0, 20.0, 60.0, 61.7), Color { a: 90, ..BLACK }),
            Item::Group(faint),
            Item::Image { image, to: Rect::new(52.0, 12.0, 68.0, 30.0), opacity: 0.7 },
            Item::Pattern { path: area(Rect::new(30.0, 30.0, 66.0, 70.0)), pattern },
        ];
        for scale in [1.0, 1.5, 2.0] {
            let mut painter = Painter::new();
            let both: Vec<Item> = under().into_iter().chain(over.clone()).collect();
            let whole = painter.paint(&list(100.0, 80.0, both), scale, WHITE).expect("a small page");
            let mut parts = painter.paint(&list(100.0, 80.0, under()), scale, WHITE).expect("a small page");
            let before = parts.rgba.clone();
            painter.paint_over(&mut parts, &list(100.0, 80.0, over.clone()), scale).expect("the same size");
            assert!(parts.rgba != before);
            let furthest = whole.rgba.iter().zip(&parts.rgba).map(|(a, b)| a.abs_diff(*b)).max();
            assert!(furthest.is_some_and(|most| most <= 1), "{furthest:?} at {scale}");
        }
        let mut page = painted(Vec::new());
        let before = page.rgba.clone();
        let mut painter = Painter::new();
        painter.paint_over(&mut page, &list(100.0, 80.0, Vec::new()), 1.0).expect("nothing to paint");
        painter
            .paint_over(&mut page, &list(100.0, 80.0, vec![fill(Rect::new(200.0, 0.0, 300.0, 9.0), RED)]), 1.0)
            .expect("nothing on the page");
        assert_eq!(page.rgba, before);
        assert!(painter.paint_over(&mut page, &list(50.0, 80.0, Vec::new()), 1.0).is_err());
    }

    #[test]
    fn the_same_list_gives_the_same_bytes() {
        let items = || {
            let mut items = repeating(Point::new(3.25, 4.5));
            items.push(words("Їжак", Some((WHITE, 2.0))));
            items
        };
        assert_eq!(painted(items()), painted(items()));
        let mut painter = Painter::new();
        let first = painter.paint(&list(100.0, 80.0, items()), 1.5, WHITE);
        painter.paint(&list(10.0, 8.0, repeating(Point::ZERO)), 3.0, RED).expect("a small page");
        assert_eq!(first, painter.paint(&list(100.0, 80.0, items()), 1.5, WHITE));
    }

    #[test]
    fn sizes_beyond_the_limit_are_refused_with_the_limit() {
        let refused = |width_pt, height_pt, scale| {
            paint(&list(width_pt, height_pt, Vec::new()), scale, WHITE).expect_err("too large").to_string()
        };
        assert!(refused(40_000.0, 10.0, 1.0).contains("32767"));
        assert!(refused(25_000.0, 25_000.0, 1.0).contains("400 million"));
        for (width_pt, height_pt, scale) in
            [(0.0, 1.0, 1.0), (f64::NAN, 1.0, 1.0), (1.0, 1.0, -1.0), (1.0, 1.0, f64::INFINITY)]
        {
            assert!(refused(width_pt, height_pt, scale).contains("more than 0"));
        }
        let wide = paint(&list(32_767.0, 8.0, vec![fill(Rect::new(32_000.0, 0.0, 32_767.0, 8.0), RED)]), 1.0, WHITE);
        assert_eq!(pixel(&wide.expect("at the limit"), 32_766, 4), [255, 0, 0]);
    }
}
