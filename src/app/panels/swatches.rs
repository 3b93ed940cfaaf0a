//! Swatches: the overlays' own styles painted by the map's own painter, so that the panel is the legend.

use std::collections::BTreeMap;

use eframe::egui::{ColorImage, Context, TextureHandle, TextureOptions, Vec2};

use crate::dossier::{Kind, Overlay};
use crate::figure::raster::Painter;
use crate::scene::display_list::DisplayList;
use crate::scene::palette::Theme;
use crate::scene::swatch::{SwatchStyle, swatch_items};
use crate::scene::{kind_swatch, swatch_style};

/// Size of a swatch in points.
pub(crate) const SIZE: Vec2 = Vec2::new(26.0, 18.0);

/// Painted swatches, by overlay and by kind.
#[derive(Default)]
pub(crate) struct Swatches {
    painter: Painter,
    painted: BTreeMap<String, (Theme, u32, SwatchStyle, TextureHandle)>,
}

/// So many swatches are kept.
const MOST: usize = 600;

impl Swatches {
    /// The swatch of an overlay; painted anew when it is to look otherwise.
    pub(crate) fn texture(&mut self, ctx: &Context, overlay: &Overlay, theme: Theme) -> TextureHandle {
        self.of(ctx, overlay.id.clone(), swatch_style(overlay, theme, 1.0), theme)
    }

    /// The swatch of a kind of an overlay's features; painted anew when it is to look otherwise.
    pub(crate) fn of_kind(&mut self, ctx: &Context, overlay: &Overlay, kind: &Kind, theme: Theme) -> TextureHandle {
        let name = format!("{}\n{}", overlay.id, kind.key);
        self.of(ctx, name, kind_swatch(overlay, kind, theme, 1.0), theme)
    }

    /// The swatch of a row for several kinds, each look once.
    pub(crate) fn of_kinds(
        &mut self,
        ctx: &Context,
        overlay: &Overlay,
        kinds: &[&Kind],
        theme: Theme,
    ) -> TextureHandle {
        let style = SwatchStyle::of_several(kinds.iter().map(|kind| kind_swatch(overlay, kind, theme, 1.0)));
        self.of(ctx, format!("{}\nothers\n", overlay.id), style, theme)
    }

    fn of(&mut self, ctx: &Context, name: String, style: SwatchStyle, theme: Theme) -> TextureHandle {
        let scale = ctx.pixels_per_point();
        let key = (scale * 100.0) as u32;
        if let Some((at_theme, at_key, of_style, texture)) = self.painted.get(&name)
            && *at_theme == theme
            && *at_key == key
            && *of_style == style
        {
            return texture.clone();
        }
        let (width_pt, height_pt) = (f64::from(SIZE.x), f64::from(SIZE.y));
        let rect = kurbo::Rect::new(0.0, 0.0, width_pt, height_pt);
        let list = DisplayList { width_pt, height_pt, items: swatch_items(&style, rect) };
        let image = match self.painter.paint(&list, f64::from(scale), theme.palette().land) {
            Ok(bitmap) => {
                ColorImage::from_rgba_unmultiplied([bitmap.width as usize, bitmap.height as usize], &bitmap.rgba)
            }
            Err(_) => ColorImage::example(),
        };
        let texture = ctx.load_texture(format!("swatch {name}"), image, TextureOptions::LINEAR);
        if self.painted.len() >= MOST {
            self.painted.clear();
        }
        self.painted.insert(name, (theme, key, style, texture.clone()));
        texture
    }
}
