//! What the user drew, as items of the display list: the same on screen, in every figure and in the legend.
//!
//! # Where words stand
//! * A **text** has the middle of its block at its point, and a **callout** the middle of its box at `text_at`, both at
//!   every zoom: words grow to all sides alike when they are edited.
//! * A **marker**'s title stands to the right of its symbol, level with the symbol's middle.
//! * Along a **line** words stand above its middle, turned with it; where the middle is off the page, above the middle
//!   of the longest stretch that is on it.
//! * In an **area** words stand where it is widest, if they fit; else beside it. A **circle** has its title at its middle
//!   and its radius on a line from there to its edge.
//!
//! # Order
//! All shapes first, in the user's order, then the map's names, then all words, so that no shape covers a word. The
//! user's own words are always drawn; a measure that they would cover is left out.
//!
//! # Colours
//! What the user chose stays as it is in either theme. Ink, halo and casing follow the theme, except where the chosen
//! colour would vanish in them.

mod hit;
mod index;
mod labels;
mod lines;
mod marker;
mod selection;
mod shapes;
mod words;

use std::sync::Arc;

use kurbo::{Point, Rect};

use self::index::{Index, Ready};
use self::labels::{Crowd, labels, word_items};
use self::selection::selection_items;
use self::shapes::{OTHER_DOT_PT, callout_box, is_lines, is_points, overlay_style, page_box, plain_dot, shape_items};
use self::words::{Label, halo_for, ink};
use super::Look;
use super::display_list::{Group, Item};
use super::palette::Theme;
use super::style::OverlayStyle;
use super::swatch::{Note, SwatchStyle};
use crate::document::annotation::{PathKind, PointKind, Shape};
use crate::document::{Annotation, Annotations, Document, Layer};
use crate::formats::locale::EN;
use crate::geometry::Frame;

pub use self::hit::{hits, within};
pub use self::index::measure_label;
pub(super) use self::labels::obstacles;
pub use self::marker::MarkerStyle;
pub use self::words::face;

#[cfg(test)]
mod tests;

/// How far beyond the page shapes are still drawn, in points: more than any line is wide.
const MARGIN_PT: f64 = 48.0;

/// Sizes of symbols do not depend on the theme.
const MARKER_THEME: Theme = Theme::Light;

/// Between a symbol or a line and its words.
const GAP_PT: f64 = 3.5;

/// An annotation as it is drawn: its shape and over it its words. Empty if none of it is on the page.
pub fn group(annotation: &Annotation, frame: &Frame, theme: Theme) -> Group {
    let ready = Ready::new(annotation, &EN);
    let mut items = Vec::new();
    if near_page(annotation, &ready, frame) {
        items = shape_items(annotation, &ready, frame, theme);
        items.extend(word_items(annotation, &ready, frame, theme, |_| true));
    }
    Group::new(group_id(annotation), annotation.label(), items)
}

/// The page rectangle that holds all that is drawn of an annotation, its words included. Of what has no place at all,
/// an empty one at the middle of the page.
pub fn page_bounds(annotation: &Annotation, frame: &Frame) -> Rect {
    let middle = frame.page().center();
    page_box(annotation, &Ready::new(annotation, &EN), frame).unwrap_or(Rect::from_points(middle, middle))
}

/// The visible annotations of which something is on the page, in the order in which they are drawn.
pub fn shown<'a>(document: &'a Document, frame: &Frame) -> Vec<&'a Arc<Annotation>> {
    let index = Index::of(&document.annotations, &EN);
    let on_page = |position: &usize| {
        let (annotation, ready) = index.get(*position)?;
        let seen = near_page(annotation, ready, frame) && page_box(annotation, ready, frame)?.overlaps(frame.page());
        seen.then(|| &document.annotations.list()[*position])
    };
    visible(&document.annotations, &document.layers).iter().filter_map(on_page).collect()
}

/// The page rectangle of the words of text and callouts; `None` for other kinds.
pub fn words_box(annotation: &Annotation, frame: &Frame) -> Option<Rect> {
    let ready = Ready::new(annotation, &EN);
    match annotation.shape {
        Shape::Callout { .. } => callout_box(annotation, &ready, frame),
        Shape::Point { kind: PointKind::Text, .. } => page_box(annotation, &ready, frame),
        _ => None,
    }
}

/// The smallest rectangle in world coordinates that holds an annotation's shape, its words apart; a circle's within
/// 1 %. `None` if it has no place.
pub fn bounds_world(annotation: &Annotation) -> Option<Rect> {
    Ready::new(annotation, &EN).bounds()
}

/// A small sample, drawn as on the map.
pub fn swatch(annotation: &Annotation, theme: Theme) -> SwatchStyle {
    let style = overlay_style(annotation, theme);
    match &annotation.shape {
        // Which way each looks is no matter of its kind.
        Shape::Point { kind: PointKind::Marker, .. } => {
            SwatchStyle::Marker(MarkerStyle { direction_deg: None, ..MarkerStyle::of(&annotation.style, theme) })
        }
        Shape::Point { kind: PointKind::Text, .. } => {
            let ink = ink(annotation, theme);
            SwatchStyle::Words { ink, halo: halo_for(ink, theme), face: face(annotation) }
        }
        Shape::Callout { .. } => {
            let palette = theme.palette();
            let accent = words::color(annotation.style.stroke, theme);
            SwatchStyle::Note(Note { fill: palette.panel, line: palette.second, accent, ink: ink(annotation, theme) })
        }
        Shape::Path { kind: PathKind::Arrow, .. } => SwatchStyle::Arrow(style),
        Shape::Path { .. } => SwatchStyle::Line(style),
        Shape::Area { .. } | Shape::Circle { .. } => SwatchStyle::Area(style),
        Shape::Other(Some(geometry)) if is_points(geometry) => {
            let marker = MarkerStyle::of(&annotation.style, theme);
            SwatchStyle::Marker(MarkerStyle { radius_pt: OTHER_DOT_PT, ..plain_dot(marker) })
        }
        Shape::Other(Some(geometry)) if is_lines(geometry) => SwatchStyle::Line(style),
        Shape::Other(_) => SwatchStyle::Area(style),
    }
}

/// A stretch of an arrow that fills `rect`.
pub(super) fn arrow_swatch(style: &OverlayStyle, rect: Rect) -> Vec<Item> {
    let width_pt = style.stroke.as_ref().map_or(0.0, |stroke| stroke.width_pt.min(rect.height() / 5.0));
    let mut style = style.clone();
    if let Some(stroke) = &mut style.stroke {
        stroke.width_pt = width_pt;
    }
    let y = rect.center().y;
    let inset_pt = width_pt / 2.0 + style.casing.map_or(0.0, |(_, extra_pt)| extra_pt);
    let points = [Point::new(rect.x0 + inset_pt, y), Point::new(rect.x1 - inset_pt, y)];
    lines::arrow(&points, &style, rect.inflate(MARGIN_PT, MARGIN_PT))
}

/// The visible annotations of a look that are on the page: one group with all shapes, then the map's `names`, then one
/// with all words.
pub(super) fn items(look: &Look, frame: &Frame, names: Vec<Item>) -> Vec<Item> {
    let index = Index::of(&look.annotations, look.locale);
    let (mut shapes, mut outlines, mut texts) = (Vec::new(), Vec::new(), Vec::new());
    let mut shown = Vec::new();
    for position in visible(&look.annotations, &look.layers) {
        let Some((annotation, ready)) = index.get(position) else { continue };
        if look.hidden.contains(&annotation.id) || !near_page(annotation, ready, frame) {
            continue;
        }
        shown.push((annotation, ready));
    }
    // The user's words are set first, and know nothing of measures.
    let mut taken: Vec<Rect> = Vec::new();
    for (annotation, ready) in &shown {
        taken.extend(labels(annotation, ready, frame).iter().filter(|label| label.required).map(Label::bounds));
    }
    let mut crowd = Crowd::new(frame.page(), taken);
    for (annotation, ready) in shown {
        let drawn = shape_items(annotation, ready, frame, look.theme);
        let selected = look.selected.contains(&annotation.id);
        if selected {
            outlines.extend(selection_items(annotation, ready, frame, look.theme));
        }
        if !drawn.is_empty() {
            shapes.push(Item::Group(Group::new(group_id(annotation), annotation.label(), drawn)));
        }
        let words = word_items(annotation, ready, frame, look.theme, |label| label.required || crowd.takes(label));
        if !words.is_empty() {
            texts.push(Item::Group(Group::new(words_id(annotation), annotation.label(), words)));
        }
    }
    let group = |id: &str, title: &str, inside: Vec<Item>| {
        (!inside.is_empty()).then(|| Item::Group(Group::new(id, title, inside)))
    };
    let mut items: Vec<Item> = group("annotations", "Annotations", shapes).into_iter().chain(names).collect();
    items.extend(group("annotations-selected", "Selected annotations", outlines));
    items.extend(group("annotations-words", "Words of annotations", texts));
    items
}

/// The parts of the page that the symbols of visible markers take.
pub(super) fn markers(look: &Look, frame: &Frame) -> Vec<Rect> {
    let drawn = visible(&look.annotations, &look.layers).into_iter();
    let annotations = drawn.filter_map(|position| look.annotations.list().get(position));
    let symbol = |annotation: &Arc<Annotation>| match annotation.shape {
        Shape::Point { at, kind: PointKind::Marker } => {
            Some(MarkerStyle::of(&annotation.style, look.theme).bounds(frame.page_from_lon_lat(at)))
        }
        _ => None,
    };
    annotations.filter_map(symbol).filter(|symbol| symbol.overlaps(frame.page())).collect()
}

/// Positions of the visible annotations in the order in which they are drawn, as [`Document::drawn`] has it.
fn visible(annotations: &Annotations, layers: &[Layer]) -> Vec<usize> {
    let mut by_layer: Vec<Vec<usize>> = vec![Vec::new(); layers.len()];
    let mut last = None;
    for (position, annotation) in annotations.iter().enumerate().filter(|(_, annotation)| annotation.visible) {
        let layer = match last {
            Some((id, layer)) if id == annotation.layer => layer,
            _ => layers.iter().position(|layer| layer.id == annotation.layer).filter(|layer| layers[*layer].visible),
        };
        last = Some((annotation.layer, layer));
        if let Some(layer) = layer {
            by_layer[layer].push(position);
        }
    }
    by_layer.concat()
}

/// The id of the group that holds an annotation's shape on a map.
pub fn group_id(annotation: &Annotation) -> String {
    format!("annotation-{}", annotation.id.0)
}

/// The id of the group that holds an annotation's words on a map.
pub fn words_id(annotation: &Annotation) -> String {
    format!("{}-words", group_id(annotation))
}

/// Whether anything of an annotation may be on the page.
fn near_page(annotation: &Annotation, ready: &Ready, frame: &Frame) -> bool {
    let Some(bounds) = ready.bounds() else {
        return false;
    };
    let on_page = frame.page_from_world().transform_rect_bbox(bounds);
    // Words are laid out only for what is not far off.
    let close = frame.page().inflate(MARGIN_PT, MARGIN_PT);
    if on_page.overlaps(close) {
        return true;
    }
    let far = frame.page().inflate(4000.0, 4000.0);
    if !on_page.overlaps(far) {
        return false;
    }
    let reach_pt = ready.reach_pt(annotation);
    on_page.inflate(reach_pt, reach_pt).overlaps(frame.page())
}
