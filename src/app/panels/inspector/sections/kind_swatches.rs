//! Samples of kinds of features, painted as the map paints them, and kept until others are asked for.

use eframe::egui::{ColorImage, Context, TextureHandle, TextureOptions, Vec2};
use kurbo::Rect;

use crate::figure::raster::Painter;
use crate::scene::display_list::DisplayList;
use crate::scene::palette::Theme;
use crate::scene::swatch::{SwatchStyle, swatch_items};

/// Size of a sample in points.
pub(super) const SIZE: Vec2 = Vec2::new(26.0, 18.0);

/// So many are kept: a list of kinds, twice.
const MOST: usize = 32;

/// The samples painted last.
#[derive(Default)]
pub(super) struct KindSwatches {
    painter: Painter,
    /// With the theme and the hundredths of pixels a point that they were painted for.
    kept: Vec<(SwatchStyle, Theme, u32, TextureHandle)>,
}

impl std::fmt::Debug for KindSwatches {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("KindSwatches").field("kept", &self.kept.len()).finish_non_exhaustive()
    }
}

impl Clone for KindSwatches {
    /// They are painted anew.
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl KindSwatches {
    /// The sample of a style.
    pub(super) fn texture(&mut self, ctx: &Context, style: &SwatchStyle, theme: Theme) -> TextureHandle {
        let scale = ctx.pixels_per_point();
        let density = (scale * 100.0) as u32;
        let same = |(kept, at_theme, at_density, _): &(SwatchStyle, Theme, u32, TextureHandle)| {
            kept == style && *at_theme == theme && *at_density == density
        };
        if let Some(place) = self.kept.iter().position(same) {
            let found = self.kept.remove(place);
            let texture = found.3.clone();
            self.kept.push(found);
            return texture;
        }
        let (width_pt, height_pt) = (f64::from(SIZE.x), f64::from(SIZE.y));
        let items = swatch_items(style, Rect::new(0.0, 0.0, width_pt, height_pt).inset(-2.0));
        let list = DisplayList { width_pt, height_pt, items };
        let image = match self.painter.paint(&list, f64::from(scale), theme.palette().land) {
            Ok(bitmap) => {
                ColorImage::from_rgba_unmultiplied([bitmap.width as usize, bitmap.height as usize], &bitmap.rgba)
            }
            Err(_) => ColorImage::example(),
        };
        let texture = ctx.load_texture("kind swatch", image, TextureOptions::LINEAR);
        if self.kept.len() == MOST {
            drop(self.kept.remove(0));
        }
        self.kept.push((style.clone(), theme, density, texture.clone()));
        texture
    }
}
