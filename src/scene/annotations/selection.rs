//! What shows that an annotation is selected.

use std::sync::Arc;

use kurbo::{Rect, RoundedRect, Shape as _};

use super::index::Ready;
use super::labels::labels;
use super::marker::MarkerStyle;
use super::shapes::{
    CORNER_PT, area_path, callout_box, circle_path, line_items, overlay_style, page_box, stroke_width_pt,
};
use super::{MARGIN_PT, lines};
use crate::document::Annotation;
use crate::document::annotation::{PointKind, Shape};
use crate::geometry::Frame;
use crate::scene::display_list::{Color, Item, Path, Stroke};
use crate::scene::palette::Theme;
use crate::scene::style::OverlayStyle;

/// The outline of what is selected: the accent over a casing, around the shape, which is then drawn once more.
pub(super) fn selection_items(annotation: &Annotation, ready: &Ready, frame: &Frame, theme: Theme) -> Vec<Item> {
    let palette = theme.palette();
    let page_from_world = frame.page_from_world();
    let near = frame.page().inflate(MARGIN_PT, MARGIN_PT);
    let around = |path: Arc<Path>, width_pt: f64| {
        let stroke =
            |color: Color, width_pt: f64| Item::Stroke { path: path.clone(), stroke: Stroke::solid(color, width_pt) };
        let ring = [(palette.halo, 9.0), (palette.accent, 7.0), (palette.halo, 2.6)];
        ring.map(|(color, beyond_pt)| stroke(color, width_pt + beyond_pt)).to_vec()
    };
    let framed = |rect: Rect| {
        let path = RoundedRect::from_rect(rect.inflate(3.0, 2.0), CORNER_PT).to_path(0.01);
        let path = Path::shared(path);
        let stroke =
            |color: Color, width_pt: f64| Item::Stroke { path: path.clone(), stroke: Stroke::solid(color, width_pt) };
        vec![stroke(palette.halo, 3.6), stroke(palette.accent, 1.6)]
    };
    let width_pt = stroke_width_pt(&annotation.style);
    let stroke_again =
        |items: Vec<Item>| items.into_iter().filter(|item| !matches!(item, Item::Fill { .. } | Item::Pattern { .. }));
    match &annotation.shape {
        Shape::Point { at, kind: PointKind::Marker } => {
            let marker = MarkerStyle::of(&annotation.style, theme);
            let at = frame.page_from_lon_lat(*at);
            let mut items = around(Path::shared(marker.outline(at)), 1.5);
            items.extend(marker.items(at));
            items
        }
        Shape::Point { .. } => {
            labels(annotation, ready, frame).first().map_or_else(Vec::new, |label| framed(label.bounds()))
        }
        Shape::Callout { .. } => callout_box(annotation, ready, frame).map_or_else(Vec::new, framed),
        Shape::Path { kind, .. } => {
            let Some(ring) = ready.levels(annotation).at_zoom(frame.view.zoom).first() else {
                return Vec::new();
            };
            let points = lines::on_page(ring, page_from_world);
            let mut items = around(Path::shared(lines::path(&points, near, false)), width_pt);
            let style = OverlayStyle { casing: None, ..overlay_style(annotation, theme) };
            items.extend(line_items(&points, *kind, &style, theme, near, annotation));
            items
        }
        Shape::Area { .. } | Shape::Circle { .. } => {
            let path = Arc::new(match annotation.shape {
                Shape::Circle { .. } => circle_path(annotation, ready, frame),
                _ => area_path(ready.levels(annotation).at_zoom(frame.view.zoom), page_from_world),
            });
            let style = OverlayStyle { casing: None, ..overlay_style(annotation, theme) };
            let mut items = around(path.clone(), width_pt);
            items.extend(stroke_again(style.items_for_line(path)));
            items
        }
        Shape::Other(_) => {
            page_box(annotation, ready, frame).map_or_else(Vec::new, |rect| framed(rect.intersect(near)))
        }
    }
}
