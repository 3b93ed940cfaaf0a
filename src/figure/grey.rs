//! A picture without hue, for print.

use std::sync::Arc;

use crate::scene::display_list::{Bitmap, Color, Item};
use crate::scene::palette;

/// Takes the hue out of everything: what has none already stays as it is.
pub(in crate::figure) fn grey(items: &mut [Item]) {
    let of = |color: &mut Color| *color = palette::grey(*color);
    for item in items {
        match item {
            Item::Group(group) => grey(&mut group.items),
            Item::Fill { color, .. } => of(color),
            Item::Pattern { pattern, .. } => of(&mut pattern.color),
            Item::Stroke { stroke, .. } => of(&mut stroke.color),
            Item::Text(text) => {
                of(&mut text.color);
                text.halo.iter_mut().for_each(|(color, _)| of(color));
            }
            Item::Image { image, .. } => {
                let is_grey = image.rgba.chunks_exact(4).all(|pixel| pixel[0] == pixel[1] && pixel[1] == pixel[2]);
                if is_grey {
                    continue;
                }
                let mut made = Bitmap { width: image.width, height: image.height, rgba: image.rgba.clone() };
                for pixel in made.rgba.chunks_exact_mut(4) {
                    let level = palette::grey(Color { r: pixel[0], g: pixel[1], b: pixel[2], a: 255 }).r;
                    pixel[..3].fill(level);
                }
                *image = Arc::new(made);
            }
        }
    }
}
