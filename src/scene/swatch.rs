//! A small sample of an overlay, drawn exactly as the map draws it.

use std::sync::Arc;

use kurbo::{BezPath, Point, Rect, Shape, Vec2};

use super::display_list::{Item, Mark};
use super::style::{MarkStyle, OverlayStyle};

/// An overlay's style, and what kind of shape shows it best.
#[derive(Debug, Clone, PartialEq)]
pub enum SwatchStyle {
    /// A patch of the area.
    Area(OverlayStyle),
    /// A stretch of the line.
    Line(OverlayStyle),
    /// One place.
    Points(OverlayStyle),
}

/// The sample, filling `rect` as far as its kind does; nothing reaches beyond it but a stroke wider than `rect`.
pub fn swatch_items(style: &SwatchStyle, rect: Rect) -> Vec<Item> {
    match style {
        SwatchStyle::Area(style) => {
            let casing_pt = style.casing.map_or(0.0, |(_, extra_pt)| extra_pt);
            let reach_pt = style.stroke.as_ref().map_or(0.0, |stroke| stroke.width_pt / 2.0 + casing_pt);
            let inset_pt = reach_pt.min(rect.width().min(rect.height()) / 3.0);
            let patch = rect.inset(-inset_pt).to_rounded_rect(1.5).to_path(0.01);
            // Dots stand so that a small patch holds as many as it can: two rows of them, not one.
            let aside_pt = match style.mark {
                Some(MarkStyle { mark: Mark::Dots, spacing_pt, .. }) => spacing_pt / 8_f64.sqrt(),
                _ => 0.0,
            };
            style.items_for_area(Arc::new(patch), rect.center() + Vec2::new(aside_pt, aside_pt))
        }
        SwatchStyle::Line(style) => {
            let inset_pt = style.stroke.as_ref().map_or(0.0, |stroke| stroke.width_pt / 2.0);
            let mut path = BezPath::new();
            path.move_to((rect.x0 + inset_pt, rect.center().y));
            path.line_to((rect.x1 - inset_pt, rect.center().y));
            style.items_for_line(Arc::new(path))
        }
        SwatchStyle::Points(style) => {
            let limit_pt = rect.width().min(rect.height()) / 2.0;
            let radius_pt = style.dot.map_or(0.0, |dot| dot.radius_pt.min(limit_pt - dot.outline_pt).max(0.5));
            style.items_for_points(&[(Point::new(rect.center().x, rect.center().y), radius_pt)])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::display_list::{Color, Stroke};
    use crate::scene::style::DotStyle;

    #[test]
    fn a_swatch_has_all_that_the_map_has_and_stays_in_its_box() {
        let color = Color::rgb(0xD98E04);
        let style = OverlayStyle {
            fill: Some(color.with_opacity(0.2)),
            mark: Some(MarkStyle { mark: Mark::Dots, color, spacing_pt: 6.0, size_pt: 1.0 }),
            stroke: Some(Stroke::solid(color, 1.5)),
            casing: Some((Color::rgb(0xFFFFFF), 1.0)),
            dot: Some(DotStyle { fill: color, outline: color, outline_pt: 1.0, radius_pt: 30.0 }),
        };
        let rect = Rect::new(10.0, 10.0, 32.0, 22.0);
        for (swatch, count) in [
            (SwatchStyle::Area(style.clone()), 4),
            (SwatchStyle::Line(style.clone()), 2),
            (SwatchStyle::Points(style), 2),
        ] {
            let items = swatch_items(&swatch, rect);
            assert_eq!(items.len(), count);
            for item in items {
                if let Item::Fill { path, .. } | Item::Pattern { path, .. } | Item::Stroke { path, .. } = item {
                    assert!(rect.inflate(0.01, 0.01).contains_rect(path.bounding_box()));
                }
            }
        }
    }
}
