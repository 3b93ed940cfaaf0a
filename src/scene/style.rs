//! How an overlay looks: one description for the map, for the legend and for the swatch in the layers panel.

use std::sync::Arc;

use kurbo::{Circle, Point, Shape};

use super::display_list::{Color, Item, Mark, Path, Pattern, Stroke};

/// A [`Pattern`] that is not yet held to a place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MarkStyle {
    /// Lines or dots.
    pub mark: Mark,
    /// Colour of the marks.
    pub color: Color,
    /// Distance between neighbouring marks, in points.
    pub spacing_pt: f64,
    /// Width of a line or diameter of a dot, in points.
    pub size_pt: f64,
}

/// How a place is marked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DotStyle {
    /// Colour of the dot.
    pub fill: Color,
    /// Colour of the ring around it.
    pub outline: Color,
    /// Width of that ring, in points.
    pub outline_pt: f64,
    /// Radius in a legend, in points; on the map each place has its own.
    pub radius_pt: f64,
}

/// How an overlay is drawn. What it lacks is not drawn.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OverlayStyle {
    /// Colour that fills its areas.
    pub fill: Option<Color>,
    /// Marks over the fill.
    pub mark: Option<MarkStyle>,
    /// Its lines and outlines.
    pub stroke: Option<Stroke>,
    /// Colour under the stroke, and how far it shows on each side, in points.
    pub casing: Option<(Color, f64)>,
    /// Its places.
    pub dot: Option<DotStyle>,
}

impl OverlayStyle {
    /// The same style, fainter: 1 is as it is, 0 is invisible.
    pub fn with_opacity(mut self, opacity: f64) -> Self {
        let fade = |color: &mut Color| *color = color.with_opacity(opacity);
        self.fill.iter_mut().for_each(fade);
        self.mark.iter_mut().for_each(|mark| fade(&mut mark.color));
        self.stroke.iter_mut().for_each(|stroke| fade(&mut stroke.color));
        self.casing.iter_mut().for_each(|(color, _)| fade(color));
        if let Some(dot) = &mut self.dot {
            fade(&mut dot.fill);
            fade(&mut dot.outline);
        }
        self
    }

    /// An area, bottom first. `origin` is a page position that moves with the map, to which the marks hold.
    pub fn items_for_area(&self, path: Arc<Path>, origin: Point) -> Vec<Item> {
        let mut items = Vec::new();
        if let Some(color) = self.fill {
            items.push(Item::Fill { path: path.clone(), color });
        }
        if let Some(MarkStyle { mark, color, spacing_pt, size_pt }) = self.mark {
            let pattern = Pattern { mark, color, spacing_pt, size_pt, origin };
            items.push(Item::Pattern { path: path.clone(), pattern });
        }
        items.extend(self.items_for_line(path));
        items
    }

    /// A line or an outline, bottom first.
    pub fn items_for_line(&self, path: Arc<Path>) -> Vec<Item> {
        let mut items = Vec::new();
        let Some(stroke) = &self.stroke else {
            return items;
        };
        if let Some((color, extra_pt)) = self.casing {
            let casing = Stroke::solid(color, stroke.width_pt + 2.0 * extra_pt);
            items.push(Item::Stroke { path: path.clone(), stroke: Stroke { cap: stroke.cap, ..casing } });
        }
        items.push(Item::Stroke { path, stroke: stroke.clone() });
        items
    }

    /// Places with their radii in points, bottom first.
    pub fn items_for_points(&self, points: &[(Point, f64)]) -> Vec<Item> {
        let Some(dot) = self.dot else {
            return Vec::new();
        };
        let disc = |center: Point, radius_pt: f64, color: Color| Item::Fill {
            path: Path::shared(Circle::new(center, radius_pt).to_path(0.01)),
            color,
        };
        points
            .iter()
            .flat_map(|&(center, radius_pt)| {
                [disc(center, radius_pt + dot.outline_pt, dot.outline), disc(center, radius_pt, dot.fill)]
            })
            .collect()
    }
}
