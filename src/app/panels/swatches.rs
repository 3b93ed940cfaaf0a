//! Swatches: the overlays' own styles painted by the map's own painter, so that the panel is the legend.

use std::collections::BTreeMap;
use std::sync::Arc;

use eframe::egui::{ColorImage, Context, TextureHandle, TextureOptions, Vec2};

use crate::dossier::{Kind, Overlay};
use crate::figure::raster::Painter;
use crate::scene::display_list::DisplayList;
use crate::scene::palette::Theme;
use crate::scene::swatch::{SwatchStyle, swatch_items};
use crate::scene::{Scene, kind_swatch};

/// Size of a swatch in points.
pub(crate) const SIZE: Vec2 = Vec2::new(26.0, 18.0);

/// Painted swatches, by overlay and by kind.
#[derive(Default)]
pub(crate) struct Swatches {
    painter: Painter,
    textures: BTreeMap<String, (Theme, u32, Arc<Scene>, TextureHandle)>,
    kinds: BTreeMap<String, (Theme, u32, SwatchStyle, TextureHandle)>,
}

/// So many swatches of kinds are kept.
const MOST_KINDS: usize = 400;

impl Swatches {
    /// The swatch of an overlay; painted anew when theme, pixel density or dossier change.
    pub(crate) fn texture(
        &mut self,
        ctx: &Context,
        scene: &Arc<Scene>,
        overlay: &Overlay,
        theme: Theme,
    ) -> TextureHandle {
        let scale = ctx.pixels_per_point();
        let key = (scale * 100.0) as u32;
        if let Some((at_theme, at_key, at_scene, texture)) = self.textures.get(&overlay.id)
            && *at_theme == theme
            && *at_key == key
            && Arc::ptr_eq(at_scene, scene)
        {
            return texture.clone();
        }
        let list = scene.swatch(overlay, theme, f64::from(SIZE.x), f64::from(SIZE.y));
        let image = match self.painter.paint(&list, f64::from(scale), theme.palette().land) {
            Ok(bitmap) => {
                ColorImage::from_rgba_unmultiplied([bitmap.width as usize, bitmap.height as usize], &bitmap.rgba)
            }
            Err(_) => ColorImage::example(),
        };
        let texture = ctx.load_texture(format!("swatch {}", overlay.id), image, TextureOptions::LINEAR);
        self.textures.insert(overlay.id.clone(), (theme, key, Arc::clone(scene), texture.clone()));
        texture
    }

    /// The swatch of a kind of an overlay's features; painted anew when it is to look otherwise.
    pub(crate) fn of_kind(&mut self, ctx: &Context, overlay: &Overlay, kind: &Kind, theme: Theme) -> TextureHandle {
        let scale = ctx.pixels_per_point();
        let key = (scale * 100.0) as u32;
        let style = kind_swatch(overlay, kind, theme, 1.0);
        let name = format!("{}\n{}", overlay.id, kind.key);
        if let Some((at_theme, at_key, of_style, texture)) = self.kinds.get(&name)
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
        if self.kinds.len() >= MOST_KINDS {
            self.kinds.clear();
        }
        self.kinds.insert(name, (theme, key, style, texture.clone()));
        texture
    }
}
