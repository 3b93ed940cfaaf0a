//! A small sample of an overlay or an annotation, drawn exactly as the map draws it.

use std::sync::Arc;

use kurbo::{Circle, Point, Rect, Shape, Vec2};

use super::annotations::{self, MarkerStyle};
use super::curve::{CurveSample, sample_items};
use super::display_list::{Color, Face, Item, Mark, Path, Pattern, Stroke, Text};
use super::style::OverlayStyle;
use super::text;

/// A style, and what kind of shape shows it best.
#[derive(Debug, Clone, PartialEq)]
pub enum SwatchStyle {
    /// A patch of the area.
    Area(OverlayStyle),
    /// A stretch of the line.
    Line(OverlayStyle),
    /// One place.
    Points(OverlayStyle),
    /// A stretch of a line that ends in a head.
    Arrow(OverlayStyle),
    /// A marker.
    Marker(MarkerStyle),
    /// Words on the map.
    Words {
        /// Their colour.
        ink: Color,
        /// What lies around them.
        halo: Color,
        /// Their face.
        face: Face,
    },
    /// A callout.
    Note(Note),
    /// A stretch of a curve with its mark.
    Curve(CurveSample),
    /// Several side by side, for a row that stands for things of different looks.
    Several(Vec<SwatchStyle>),
}

/// So many looks are shown of a row that stands for more.
const MOST_SIDE_BY_SIDE: usize = 4;

impl SwatchStyle {
    /// The sample of a row for several things: the looks that differ, each once, the first few of them.
    pub fn of_several(all: impl Iterator<Item = Self>) -> Self {
        let mut several: Vec<Self> = Vec::new();
        for one in all {
            if several.len() < MOST_SIDE_BY_SIDE && !several.contains(&one) {
                several.push(one);
            }
        }
        match several.len() {
            1 => several.remove(0),
            _ => Self::Several(several),
        }
    }
}

/// The colours of a callout.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Note {
    /// Its box.
    pub fill: Color,
    /// The hairline around that.
    pub line: Color,
    /// Its leader.
    pub accent: Color,
    /// Its words.
    pub ink: Color,
}

/// The sample, filling `rect` as far as its kind does; nothing reaches beyond it but a stroke wider than `rect`.
pub fn swatch_items(style: &SwatchStyle, rect: Rect) -> Vec<Item> {
    match style {
        SwatchStyle::Area(style) => {
            let casing_pt = style.casing.map_or(0.0, |(_, extra_pt)| extra_pt);
            let reach_pt = style.stroke.as_ref().map_or(0.0, |stroke| stroke.width_pt / 2.0 + casing_pt);
            let inset_pt = reach_pt.min(rect.width().min(rect.height()) / 3.0);
            let patch = rect.inset(-inset_pt).to_rounded_rect(1.5).to_path(0.01);
            let mut items = style.items_for_area(Path::shared(patch), rect.center());
            for item in &mut items {
                if let Item::Pattern { pattern, .. } = item
                    && pattern.mark == Mark::Dots
                    && let Some(path) = whole_dots(pattern, rect.inset(-inset_pt - reach_pt))
                {
                    *item = Item::Fill { path: Arc::new(path), color: pattern.color };
                }
            }
            items
        }
        SwatchStyle::Line(style) => {
            let inset_pt = style.stroke.as_ref().map_or(0.0, |stroke| stroke.width_pt / 2.0);
            let mut path = Path::new();
            path.move_to((rect.x0 + inset_pt, rect.center().y));
            path.line_to((rect.x1 - inset_pt, rect.center().y));
            style.items_for_line(Arc::new(path))
        }
        SwatchStyle::Points(style) => {
            let limit_pt = rect.width().min(rect.height()) / 2.0;
            let radius_pt = style.dot.map_or(0.0, |dot| dot.radius_pt.min(limit_pt - dot.outline_pt).max(0.5));
            style.items_for_points(&[(Point::new(rect.center().x, rect.center().y), radius_pt)])
        }
        SwatchStyle::Arrow(style) => annotations::arrow_swatch(style, rect),
        SwatchStyle::Marker(marker) => {
            let marker = marker.within(rect.width().min(rect.height()) / 2.0);
            let off = marker.bounds(Point::ZERO).center();
            marker.items(rect.center() - off.to_vec2())
        }
        SwatchStyle::Words { ink, halo, face } => {
            let size_pt = 0.95 * rect.height();
            let unit = text::measure("Aa", *face, size_pt, 0.0);
            let origin = rect.center() + Vec2::new(-unit.advance_pt / 2.0, unit.cap_height_pt / 2.0);
            vec![Item::Text(Text {
                text: "Aa".to_owned(),
                face: *face,
                size_pt,
                color: *ink,
                origin,
                rotation_rad: 0.0,
                letter_spacing_pt: 0.0,
                halo: Some((*halo, 1.2)),
                link: None,
            })]
        }
        SwatchStyle::Note(note) => note_items(note, rect),
        SwatchStyle::Curve(sample) => sample_items(sample, rect),
        SwatchStyle::Several(several) => {
            let gap_pt = 1.0;
            let width_pt = (rect.width() - gap_pt * (several.len().max(1) - 1) as f64) / several.len().max(1) as f64;
            let each = several.iter().enumerate().flat_map(|(index, style)| {
                let left = rect.x0 + index as f64 * (width_pt + gap_pt);
                swatch_items(style, Rect::new(left, rect.y0, left + width_pt, rect.y1))
            });
            each.collect()
        }
    }
}

/// The dots of a pattern that lie wholly in a small patch, in two rows and not in one where it can hold them; `None` if
/// it holds too few or too many.
fn whole_dots(pattern: &Pattern, patch: Rect) -> Option<Path> {
    // Rows and columns of the grid, which is turned by 45°; in every other place there is a dot.
    let step_pt = pattern.spacing_pt / 2_f64.sqrt();
    let radius_pt = pattern.size_pt / 2.0;
    let room = patch.inset(-radius_pt);
    let reach = patch.width().max(patch.height()) / step_pt;
    if !reach.is_finite() || reach > 100.0 || room.width() <= 0.0 || room.height() <= 0.0 {
        return None;
    }
    let reach = reach as i32 + 1;
    let places = |(aside, down): (f64, f64)| -> Vec<Point> {
        let first = patch.center() + Vec2::new(aside, down) * step_pt;
        let all = (-reach..=reach).flat_map(|row| (-reach..=reach).map(move |column| (row, column)));
        let even = all.filter(|(row, column)| (row + column) % 2 == 0);
        let at = even.map(|(row, column)| first + Vec2::new(f64::from(column), f64::from(row)) * step_pt);
        at.filter(|at| room.contains(*at)).collect()
    };
    let dots = [(0.5, 0.5), (1.0, 0.0)].into_iter().map(places).find(|dots| dots.len() > 1)?;
    let mut path = Path::new();
    dots.into_iter().for_each(|at| path.extend(Circle::new(at, radius_pt).path_elements(0.01)));
    Some(path)
}

/// A callout in little: its box with lines for words, its leader and its dot.
fn note_items(note: &Note, rect: Rect) -> Vec<Item> {
    let unit = rect.height() / 10.0;
    let body = Rect::new(rect.x0 + 0.3 * rect.width(), rect.y0 + unit * 0.3, rect.x1 - 0.5, rect.y1 - 3.2 * unit);
    let target = Point::new(rect.x0 + 1.6 * unit, rect.y1 - 1.6 * unit);
    let line = |from: Point, to: Point, color: Color, width_pt: f64| {
        let mut path = Path::new();
        path.move_to(from);
        path.line_to(to);
        Item::Stroke { path: Arc::new(path), stroke: Stroke::solid(color, width_pt) }
    };
    let outline = Path::shared(body.to_rounded_rect(1.2 * unit).to_path(0.01));
    let dot = kurbo::Circle::new(target, 1.3 * unit).to_path(0.01);
    let row = |part: f64, end: f64| {
        let y = body.y0 + part * body.height();
        let (from, to) = (body.x0 + 2.0 * unit, body.x0 + end * body.width());
        line(Point::new(from, y), Point::new(to, y), note.ink.with_opacity(0.75), 0.9 * unit)
    };
    vec![
        line(body.center(), target, note.accent, 0.9 * unit),
        Item::Fill { path: Path::shared(dot), color: note.accent },
        Item::Fill { path: outline.clone(), color: note.fill },
        Item::Stroke { path: outline, stroke: Stroke::solid(note.line, 0.6) },
        row(0.36, 0.82),
        row(0.68, 0.6),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::display_list::{Color, Stroke};
    use crate::scene::style::{DotStyle, MarkStyle};

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
        let dots = &swatch_items(&SwatchStyle::Area(style.clone()), rect)[1];
        let Item::Fill { path, .. } = dots else { panic!("dots are drawn one by one, not as {dots:?}") };
        // No dot is cut by the outline: 1.5 points wide, with a casing of 1 on each side.
        let within = rect.inset(-2.0 * (0.75 + 1.0)).inflate(0.01, 0.01);
        assert!(within.contains_rect(path.bounding_box()), "{:?}", path.bounding_box());
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
