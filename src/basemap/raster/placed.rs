//! A picture warped to where it belongs: for every pixel of the page, which of the picture's lies there.

use std::sync::Arc;

use kurbo::{Point, Rect};

use super::Bitmap;
use super::pyramid::{Pyramid, TILE_PX};
use crate::formats::picture::{Mapping, PictureError, Placement};
use crate::geometry::Frame;

/// The way back to the picture is worked out at the corners of squares of so many pixels, and between them where it is
/// straight enough.
const CELL_PX: u32 = 16;
/// How far what is between them may be from the way itself, in pixels of the level that is drawn from: an eighth of a pixel
/// is GDAL's usual bound too.
const MOST_OFF_PX: f64 = 0.125;
/// A warped picture has no more pixels; it is made coarser.
const MOST_PIXELS: f64 = 64e6;
/// Nor is it finer than this many pixels for one of the picture: the painter stretches it smoothly.
const FINEST: f64 = 2.0;
/// It is warped on so many threads.
const MOST_THREADS: usize = 4;

/// A picture and where it belongs.
#[derive(Debug, Clone)]
pub struct PlacedPicture {
    pyramid: Arc<Pyramid>,
    mapping: Mapping,
    bounds: Rect,
    /// The part that is shown, in its pixels; all of it where it has no corners.
    crop: Vec<Point>,
}

/// A warped picture, and where on the page it lies.
#[derive(Debug, Clone, PartialEq)]
pub struct WarpedPicture {
    /// The pixels.
    pub bitmap: Arc<Bitmap>,
    /// In page points.
    pub to: Rect,
}

impl PlacedPicture {
    /// A picture where it belongs.
    ///
    /// # Errors
    /// [`PictureError`]: it belongs nowhere.
    pub fn new(pyramid: Arc<Pyramid>, placement: &Placement, crop: &[[f64; 2]]) -> Result<Self, PictureError> {
        let mapping = placement.mapping()?;
        let (width, height) = pyramid.size_px();
        let bounds = mapping.world_bounds(width, height)?;
        let crop = if crop.len() < 3 { Vec::new() } else { crop.iter().map(|[x, y]| Point::new(*x, *y)).collect() };
        Ok(Self { pyramid, mapping, bounds, crop })
    }

    /// The part of the world that it lies within.
    pub fn world_bounds(&self) -> Rect {
        self.bounds
    }

    /// The map from its pixels to the world.
    pub fn mapping(&self) -> &Mapping {
        &self.mapping
    }

    /// About how wide one of its pixels is in the world, in its middle.
    pub fn pixel_in_world(&self) -> f64 {
        let (width, height) = self.pyramid.size_px();
        let middle = Point::new(f64::from(width) / 2.0, f64::from(height) / 2.0);
        let at = |x: f64, y: f64| self.mapping.world_from_pixel(middle + kurbo::Vec2::new(x, y));
        let step = match (at(-0.5, 0.0), at(0.5, 0.0), at(0.0, -0.5), at(0.0, 0.5)) {
            (Some(west), Some(east), Some(north), Some(south)) => (east - west).cross(south - north).abs().sqrt(),
            _ => 0.0,
        };
        if step > 0.0 && step.is_finite() { step } else { self.bounds.width() / f64::from(width.max(1)) }
    }

    /// The part of it that a frame shows, as fine as a painter of so many pixels a point paints, but not much finer than it
    /// is itself. `None` where it is not in the frame.
    pub fn warped(&self, frame: &Frame, pixels_per_pt: f64) -> Option<WarpedPicture> {
        let on_page = frame.page_from_world().transform_rect_bbox(self.bounds).intersect(frame.page());
        if on_page.is_zero_area() || !on_page.is_finite() {
            return None;
        }
        let own_pt = self.pixel_in_world() * frame.world_size_pt();
        let most = (MOST_PIXELS / on_page.area()).sqrt();
        let finest = if own_pt > 0.0 { FINEST / own_pt } else { f64::INFINITY };
        let per_pt = pixels_per_pt.min(finest).min(most).max(1e-3);
        // On whole pixels of the page, so that a painter of this fineness only copies them.
        let (x, y) = ((on_page.x0 * per_pt).floor(), (on_page.y0 * per_pt).floor());
        let (right, bottom) = ((on_page.x1 * per_pt).ceil(), (on_page.y1 * per_pt).ceil());
        let (width, height) = ((right - x).max(1.0) as u32, (bottom - y).max(1.0) as u32);
        let world_from_page = frame.page_from_world().inverse();
        let world =
            |column: f64, row: f64| Some(world_from_page * Point::new((x + column) / per_pt, (y + row) / per_pt));
        let rgba = self.warp(width, height, &world);
        if rgba.chunks_exact(4).all(|pixel| pixel[3] == 0) {
            return None;
        }
        let to = Rect::new(x / per_pt, y / per_pt, right.max(x + 1.0) / per_pt, bottom.max(y + 1.0) / per_pt);
        Some(WarpedPicture { bitmap: Arc::new(Bitmap { width, height, rgba }), to })
    }

    /// Red, green, blue and opacity of a grid of pixels, row by row; `world` says where in the world a column and row of it
    /// lies, whose first pixel goes from 0 to 1. Sampled between the four nearest pixels, of a level about as fine as the
    /// grid.
    pub fn warp(&self, width: u32, height: u32, world: &(dyn Fn(f64, f64) -> Option<Point> + Sync)) -> Vec<u8> {
        let mut rgba = vec![0; width as usize * height as usize * 4];
        let band = width as usize * CELL_PX as usize * 4;
        if band == 0 {
            return rgba;
        }
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS);
        let bands = rgba.len().div_ceil(band);
        let each = bands.div_ceil(threads) * band;
        std::thread::scope(|scope| {
            for (at, part) in rgba.chunks_mut(each).enumerate() {
                scope.spawn(move || {
                    let first = (at * each / band) as u32 * CELL_PX;
                    let mut warp = Warp::new(self, width, height, world);
                    for (at, band) in part.chunks_mut(band).enumerate() {
                        warp.band(first + at as u32 * CELL_PX, band);
                    }
                });
            }
        });
        rgba
    }

    fn pixel_at(&self, world: Option<Point>) -> Option<Point> {
        self.mapping.pixel_from_world(world?)
    }

    /// Whether a cell of the picture is shown whole, not at all, or must be asked pixel by pixel.
    fn cropped(&self, cell: Rect) -> Cropped {
        if self.crop.is_empty() {
            return Cropped::Shown;
        }
        let edges = || self.crop.iter().zip(self.crop.iter().cycle().skip(1));
        let meets = |(a, b): (&Point, &Point)| {
            a.x.min(b.x) <= cell.x1 && a.x.max(b.x) >= cell.x0 && a.y.min(b.y) <= cell.y1 && a.y.max(b.y) >= cell.y0
        };
        if edges().any(meets) {
            return Cropped::InPart;
        }
        if self.is_shown(cell.center()) { Cropped::Shown } else { Cropped::Hidden }
    }

    /// Whether a pixel lies within the crop, even–odd.
    fn is_shown(&self, at: Point) -> bool {
        let mut inside = false;
        for (a, b) in self.crop.iter().zip(self.crop.iter().cycle().skip(1)) {
            if (a.y > at.y) != (b.y > at.y) && at.x < (b.x - a.x) * (at.y - a.y) / (b.y - a.y) + a.x {
                inside = !inside;
            }
        }
        inside
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cropped {
    Shown,
    Hidden,
    InPart,
}

/// The warping of some rows.
struct Warp<'a> {
    picture: &'a PlacedPicture,
    width: u32,
    height: u32,
    world: &'a (dyn Fn(f64, f64) -> Option<Point> + Sync),
    /// The picture's pixels at the corners of cells along the upper edge of the next band, and at which row that is.
    edge: Option<(u32, Vec<Option<Point>>)>,
    sampler: Sampler<'a>,
}

impl<'a> Warp<'a> {
    fn new(
        picture: &'a PlacedPicture,
        width: u32,
        height: u32,
        world: &'a (dyn Fn(f64, f64) -> Option<Point> + Sync),
    ) -> Self {
        Self { picture, width, height, world, edge: None, sampler: Sampler::new(&picture.pyramid) }
    }

    fn at(&self, column: f64, row: f64) -> Option<Point> {
        self.picture.pixel_at((self.world)(column, row))
    }

    fn corners(&self, row: u32) -> Vec<Option<Point>> {
        (0..=self.width.div_ceil(CELL_PX)).map(|cell| self.at(f64::from(cell * CELL_PX), row.into())).collect()
    }

    fn band(&mut self, first: u32, rgba: &mut [u8]) {
        let above = match self.edge.take() {
            Some((row, corners)) if row == first => corners,
            _ => self.corners(first),
        };
        let below = self.corners(first + CELL_PX);
        let rows = CELL_PX.min(self.height.saturating_sub(first));
        for cell in 0..self.width.div_ceil(CELL_PX) {
            let at = cell as usize;
            let column = cell * CELL_PX;
            let columns = CELL_PX.min(self.width - column);
            let corners = [above[at], above[at + 1], below[at], below[at + 1]];
            self.cell(corners, column, first, columns, rows, rgba);
        }
        self.edge = Some((first + CELL_PX, below));
    }

    fn cell(&mut self, corners: [Option<Point>; 4], column: u32, row: u32, columns: u32, rows: u32, rgba: &mut [u8]) {
        let (width_px, height_px) = self.picture.pyramid.size_px();
        let whole = Rect::new(0.0, 0.0, width_px.into(), height_px.into());
        let side = f64::from(CELL_PX);
        let straight = if let [Some(a), Some(b), Some(c), Some(d)] = corners {
            let bounds = Rect::from_points(a, b).union(Rect::from_points(c, d));
            let step = ((b - a).cross(c - a).abs().max((d - c).cross(d - b).abs())).sqrt() / side;
            let level = step.max(1e-9).log2().round().clamp(0.0, f64::from(self.picture.pyramid.coarsest())) as u8;
            let middle = self.at(f64::from(column) + side / 2.0, f64::from(row) + side / 2.0);
            let between = a.midpoint(b).midpoint(c.midpoint(d));
            let off = middle.map_or(f64::INFINITY, |middle| middle.distance(between));
            // Within a bent cell the picture may reach farther than its corners.
            if off.is_finite() && bounds.inflate(1.0 + 4.0 * off, 1.0 + 4.0 * off).intersect(whole).is_zero_area() {
                return;
            }
            (off <= MOST_OFF_PX * f64::from(level).exp2()).then_some((a, b, c, d, level))
        } else {
            None
        };
        let cropped = match straight {
            Some((a, b, c, d, _)) => self.picture.cropped(Rect::from_points(a, b).union(Rect::from_points(c, d))),
            None if self.picture.crop.is_empty() => Cropped::Shown,
            None => Cropped::InPart,
        };
        if cropped == Cropped::Hidden {
            return;
        }
        for y in 0..rows {
            for x in 0..columns {
                let (u, v) = (f64::from(x) + 0.5, f64::from(y) + 0.5);
                let (pixel, level) = match straight {
                    Some((a, b, c, d, level)) => {
                        let (u, v) = (u / side, v / side);
                        (a.lerp(b, u).lerp(c.lerp(d, u), v), level)
                    }
                    None => {
                        let (u, v) = (f64::from(column) + u, f64::from(row) + v);
                        let Some(pixel) = self.at(u, v) else { continue };
                        let steps = [self.at(u + 1.0, v), self.at(u, v + 1.0)];
                        let step = match steps {
                            [Some(east), Some(south)] => (east - pixel).cross(south - pixel).abs().sqrt(),
                            _ => 1.0,
                        };
                        let coarsest = f64::from(self.picture.pyramid.coarsest());
                        (pixel, step.max(1e-9).log2().round().clamp(0.0, coarsest) as u8)
                    }
                };
                let is_inside = pixel.x >= 0.0 && pixel.y >= 0.0 && pixel.x < whole.x1 && pixel.y < whole.y1;
                if !is_inside || cropped == Cropped::InPart && !self.picture.is_shown(pixel) {
                    continue;
                }
                let at = (y as usize * self.width as usize + (column + x) as usize) * 4;
                rgba[at..at + 4].copy_from_slice(&self.sampler.sample(level, pixel));
            }
        }
    }
}

/// A tile at hand: its level, column and row, its width in pixels, and its bytes, if it could be read.
type AtHand = ((u8, u32, u32), usize, Option<Arc<[u8]>>);

/// Tiles of so many levels are at hand: where one has not come yet, a coarser one stands for it.
const LEVELS: usize = 8;

/// Reads pixels, with the last tiles at hand.
struct Sampler<'a> {
    pyramid: &'a Pyramid,
    /// By whether column and row are odd, and by level: neighbours never share a place.
    tiles: [Option<AtHand>; 4 * LEVELS],
}

impl<'a> Sampler<'a> {
    fn new(pyramid: &'a Pyramid) -> Self {
        Self { pyramid, tiles: [const { None }; 4 * LEVELS] }
    }

    fn pixel(&mut self, level: u8, x: u32, y: u32) -> [u8; 4] {
        let (column, row) = (x / TILE_PX, y / TILE_PX);
        let of_level = usize::from(level) % LEVELS * 4;
        let slot = &mut self.tiles[of_level + (column & 1 | (row & 1) << 1) as usize];
        let key = (level, column, row);
        if slot.as_ref().is_none_or(|(kept, ..)| *kept != key) {
            let width = self.pyramid.tile_width_px(level, column) as usize;
            *slot = Some((key, width, self.pyramid.tile(level, column, row)));
        }
        let Some((_, width, Some(tile))) = slot else {
            let is_coming = self.pyramid.live_tiles().is_some() && level < self.pyramid.coarsest();
            return if is_coming { self.pixel(level + 1, x / 2, y / 2) } else { [0; 4] };
        };
        let at = ((y % TILE_PX) as usize * *width + (x % TILE_PX) as usize) * 4;
        tile.get(at..at + 4).and_then(|pixel| pixel.try_into().ok()).unwrap_or_default()
    }

    /// Between the four nearest pixels, each by its opacity.
    fn sample(&mut self, level: u8, pixel: Point) -> [u8; 4] {
        let (width, height) = self.pyramid.level_px(level);
        let scale = f64::from(level).exp2();
        let (x, y) = (pixel.x / scale - 0.5, pixel.y / scale - 0.5);
        let (left, top) = (x.floor(), y.floor());
        let (u, v) = ((x - left) as f32, (y - top) as f32);
        let within = |at: f64, side: u32| at.clamp(0.0, f64::from(side.saturating_sub(1))) as u32;
        let (left, right) = (within(left, width), within(left + 1.0, width));
        let (top, bottom) = (within(top, height), within(top + 1.0, height));
        let four = [
            (self.pixel(level, left, top), (1.0 - u) * (1.0 - v)),
            (self.pixel(level, right, top), u * (1.0 - v)),
            (self.pixel(level, left, bottom), (1.0 - u) * v),
            (self.pixel(level, right, bottom), u * v),
        ];
        let mut sum = [0.0_f32; 3];
        let mut opacity = 0.0;
        for (color, weight) in four {
            let weight = weight * f32::from(color[3]);
            opacity += weight;
            sum.iter_mut().zip(color).for_each(|(sum, channel)| *sum += weight * f32::from(channel));
        }
        if opacity <= 0.0 {
            return [0; 4];
        }
        let byte = |value: f32| value.round().clamp(0.0, 255.0) as u8;
        [byte(sum[0] / opacity), byte(sum[1] / opacity), byte(sum[2] / opacity), byte(opacity)]
    }
}

impl Pyramid {
    /// A part of a picture as it is, in a grid of so many pixels: what lies outside of it cannot be seen. Sampled as a warped
    /// picture is, of a level about as fine as the grid; where the grid is finer than the picture, its pixels are seen.
    pub fn part(&self, part: Rect, width: u32, height: u32) -> Bitmap {
        let mut rgba = vec![0; width as usize * height as usize * 4];
        let step = part.width() / f64::from(width.max(1));
        let level = step.max(1e-9).log2().floor().clamp(0.0, f64::from(self.coarsest())) as u8;
        let (own_width, own_height) = self.size_px();
        let whole = Rect::new(0.0, 0.0, own_width.into(), own_height.into());
        let mut sampler = Sampler::new(self);
        for (row, line) in rgba.chunks_exact_mut((width as usize * 4).max(4)).enumerate() {
            let y = part.y0 + (row as f64 + 0.5) / f64::from(height.max(1)) * part.height();
            for (column, pixel) in line.chunks_exact_mut(4).enumerate() {
                let at = Point::new(part.x0 + (column as f64 + 0.5) * step, y);
                if whole.contains(at) {
                    let color = match step < CLOSE {
                        true => sampler.pixel(0, at.x as u32, at.y as u32),
                        false => sampler.sample(level, at),
                    };
                    pixel.copy_from_slice(&color);
                }
            }
        }
        Bitmap { width, height, rgba }
    }
}

/// From so few pixels of the picture to one of the grid on, they are shown as they are, to be told apart.
const CLOSE: f64 = 0.25;

#[cfg(test)]
mod tests;
