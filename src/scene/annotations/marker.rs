//! Markers: symbols in three sizes, with a casing and an edge so that they read on any ground, and numbers inside.

use std::f64::consts::{FRAC_PI_2, PI, TAU};

use kurbo::{Arc as CircleArc, BezPath, Circle, Point, Rect, Shape as _, Vec2};

use super::words::{color, halo_for};
use crate::document::annotation::{MarkerSize, Style, Symbol};
use crate::scene::display_list::{Color, Face, Item, Path, Stroke, Text};
use crate::scene::palette::{Theme, contrast};
use crate::scene::text;

/// How far the casing shows around a symbol, in points.
pub(super) const CASING_PT: f64 = 1.4;

/// How far the wedge of a marker that looks somewhere reaches beyond it, in points.
const WEDGE_PT: f64 = 16.0;
/// Half of how wide the wedge opens, in radians: about what a phone's camera sees.
const WEDGE_RAD: f64 = 0.5;

/// How a marker is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MarkerStyle {
    /// What it looks like.
    pub symbol: Symbol,
    /// Half its width, in points.
    pub radius_pt: f64,
    /// Its colour.
    pub color: Color,
    /// Under and around it.
    pub casing: Color,
    /// The number inside.
    pub number: Option<u32>,
    /// The letter inside, where there is no number.
    pub letter: Option<char>,
    /// Which way it looks, in degrees clockwise from the top of the page.
    pub direction_deg: Option<f64>,
}

impl MarkerStyle {
    /// How an annotation's marker is drawn in a theme.
    pub fn of(style: &Style, theme: Theme) -> Self {
        let color = color(style.marker, theme);
        let numbered = style.number.is_some();
        let size: f64 = match style.marker_size {
            MarkerSize::Small => 4.5,
            MarkerSize::Medium => 6.5,
            MarkerSize::Large => 9.5,
        };
        // A number needs room to be read.
        let radius_pt = match style.symbol {
            Symbol::Star | Symbol::Triangle if numbered => (1.9 * size).max(11.0),
            Symbol::Diamond if numbered => (1.6 * size).max(9.5),
            _ if numbered => (1.3 * size).max(7.5),
            Symbol::Pin => 1.15 * size,
            Symbol::Star | Symbol::Triangle => 1.3 * size,
            Symbol::Diamond => 1.2 * size,
            Symbol::Circle | Symbol::Square | Symbol::Cross => size,
        };
        Self {
            symbol: style.symbol,
            radius_pt,
            color,
            casing: halo_for(color, theme),
            number: style.number,
            letter: None,
            direction_deg: style.direction_deg,
        }
    }

    /// How a feature's points are drawn by simplestyle's `marker-size` and `marker-symbol`; `None` where it has neither. A
    /// digit or a letter stands in a disc; of the names of symbols those of [`Symbol`] are drawn, and a disc for others.
    pub fn of_simple(style: &crate::dossier::Style, theme: Theme) -> Option<Self> {
        use crate::formats::simplestyle::MarkerSize as Size;
        if style.marker_size.is_none() && style.marker_symbol.is_none() {
            return None;
        }
        let fill = Color::of_style(style.fill.as_deref()).unwrap_or(Color::rgb(0x7E7E7E));
        let color = theme.line(fill).with_opacity(style.fill_opacity);
        let inside = style.marker_symbol.as_deref().unwrap_or_default();
        let number = inside.parse().ok().filter(|number| *number < 1000);
        let mut letters = inside.chars();
        let letter = match (letters.next(), letters.next()) {
            (Some(letter), None) if letter.is_alphabetic() => Some(letter.to_uppercase().next().unwrap_or(letter)),
            _ => None,
        };
        let symbol = symbol_named(inside).unwrap_or(Symbol::Circle);
        let radius_pt: f64 = match style.marker_size.unwrap_or(Size::Medium) {
            Size::Small => 4.0,
            Size::Medium => 5.5,
            Size::Large => 8.5,
        };
        let radius_pt = if number.is_some() || letter.is_some() { (1.3 * radius_pt).max(7.5) } else { radius_pt };
        Some(Self { symbol, radius_pt, color, casing: halo_for(color, theme), number, letter, direction_deg: None })
    }

    /// The same marker, fainter: 1 is as it is.
    pub fn with_opacity(self, opacity: f64) -> Self {
        Self { color: self.color.with_opacity(opacity), casing: self.casing.with_opacity(opacity), ..self }
    }

    /// The same marker, fainter or smaller, as a swatch needs it.
    pub(in crate::scene) fn within(self, half_pt: f64) -> Self {
        let reach_pt = self.bounds(Point::ZERO).height().max(2.0 * self.radius_pt) / 2.0;
        Self { radius_pt: self.radius_pt * (half_pt / reach_pt).min(1.0), ..self }
    }

    /// Middle of the symbol's body when it stands for `place`.
    pub(super) fn middle(&self, place: Point) -> Point {
        if self.symbol == Symbol::Pin { place - Vec2::new(0.0, PIN_RISE * self.radius_pt) } else { place }
    }

    /// The page rectangle that the symbol takes, its casing included.
    pub fn bounds(&self, place: Point) -> Rect {
        let middle = self.middle(place);
        let reach_pt = match self.symbol {
            Symbol::Triangle | Symbol::Diamond | Symbol::Star => 1.08 * self.radius_pt,
            Symbol::Pin | Symbol::Circle | Symbol::Square | Symbol::Cross => self.radius_pt,
        };
        let body = Rect::from_center_size(middle, (2.0 * reach_pt, 2.0 * reach_pt)).union_pt(place);
        body.inflate(CASING_PT, CASING_PT)
    }

    /// The outline of the symbol, which may be open (a cross is two strokes).
    pub(super) fn outline(&self, place: Point) -> BezPath {
        let radius = self.radius_pt;
        let middle = self.middle(place);
        let corners = |count: usize, first_rad: f64, reach: &dyn Fn(usize) -> f64| {
            let mut path = BezPath::new();
            for index in 0..count {
                let angle = first_rad + TAU * index as f64 / count as f64;
                let corner = middle + Vec2::from_angle(angle) * reach(index);
                if index == 0 { path.move_to(corner) } else { path.line_to(corner) }
            }
            path.close_path();
            path
        };
        match self.symbol {
            Symbol::Pin => pin(place, radius),
            Symbol::Cross if self.number.is_none() => {
                let arm = 0.78 * radius;
                let mut path = BezPath::new();
                for across in [arm, -arm] {
                    path.move_to(middle - Vec2::new(across, arm));
                    path.line_to(middle + Vec2::new(across, arm));
                }
                path
            }
            Symbol::Circle | Symbol::Cross => Circle::new(middle, radius).to_path(0.01),
            Symbol::Square => {
                let side = 1.78 * radius;
                Rect::from_center_size(middle, (side, side)).to_path(0.1)
            }
            Symbol::Diamond => corners(4, -FRAC_PI_2, &|_| 1.04 * radius),
            // Its middle of weight, not of height, is the place.
            Symbol::Triangle => corners(3, -FRAC_PI_2, &|_| 1.08 * radius),
            Symbol::Star => {
                // With a number inside the star is stouter than the pentagram, whose inner corners lie at 0.38.
                let inner = if self.number.is_some() { 0.62 } else { 0.44 };
                corners(10, -FRAC_PI_2, &|index| if index % 2 == 0 { 1.06 * radius } else { inner * radius })
            }
        }
    }

    /// A wedge that opens the way the marker looks, beneath it.
    fn wedge(&self, place: Point) -> Option<Vec<Item>> {
        let middle = self.middle(place);
        let toward = self.direction_deg?.to_radians() - FRAC_PI_2;
        let reach_pt = WEDGE_PT + self.radius_pt;
        let from = middle + Vec2::from_angle(toward - WEDGE_RAD) * reach_pt;
        let arc = CircleArc::new(middle, (reach_pt, reach_pt), toward - WEDGE_RAD, 2.0 * WEDGE_RAD, 0.0);
        let mut path = BezPath::new();
        path.move_to(middle);
        path.line_to(from);
        for element in arc.append_iter(0.01) {
            path.push(element);
        }
        path.close_path();
        let path = Path::shared(path);
        let casing = Item::Stroke { path: path.clone(), stroke: Stroke::solid(self.casing, 2.0 * CASING_PT) };
        let edge = Item::Stroke { path: path.clone(), stroke: Stroke::solid(self.color, 1.0) };
        Some(vec![casing, Item::Fill { path, color: self.color.with_opacity(0.35) }, edge])
    }

    /// The symbol, bottom first.
    pub fn items(&self, place: Point) -> Vec<Item> {
        let Some(mut items) = self.wedge(place) else { return self.symbol_items(place) };
        items.extend(self.symbol_items(place));
        items
    }

    fn symbol_items(&self, place: Point) -> Vec<Item> {
        let path = Path::shared(self.outline(place));
        let stroke =
            |color: Color, width_pt: f64| Item::Stroke { path: path.clone(), stroke: Stroke::solid(color, width_pt) };
        if self.symbol == Symbol::Cross && self.number.is_none() {
            let width_pt = 0.5 * self.radius_pt;
            return vec![stroke(self.casing, width_pt + 2.0 * CASING_PT), stroke(self.color, width_pt)];
        }
        let mut items = vec![
            stroke(self.casing, 2.0 * CASING_PT + 0.4),
            Item::Fill { path: path.clone(), color: self.color },
            stroke(edge(self.color), 0.75),
        ];
        let middle = self.middle(place);
        match self.number.map(|number| number.to_string()).or_else(|| self.letter.map(String::from)) {
            Some(words) => items.push(self.words_inside(words, middle)),
            None if self.symbol == Symbol::Pin => {
                let eye = Circle::new(middle, 0.36 * self.radius_pt).to_path(0.01);
                items.push(Item::Fill { path: Path::shared(eye), color: on(self.color) });
            }
            None => {}
        }
        items
    }

    fn words_inside(&self, words: String, middle: Point) -> Item {
        let inside = match self.symbol {
            Symbol::Star | Symbol::Triangle => 0.52,
            Symbol::Diamond => 0.62,
            _ => 0.84,
        };
        let unit = text::measure(&words, Face::SansSemiBold, 1.0, 0.0);
        // As large as fits a circle inside the symbol.
        let size_pt =
            (2.0 * inside * self.radius_pt / unit.advance_pt.hypot(unit.cap_height_pt)).min(1.3 * self.radius_pt);
        let origin = middle + Vec2::new(-unit.advance_pt / 2.0, unit.cap_height_pt / 2.0) * size_pt;
        Item::Text(Text {
            text: words,
            face: Face::SansSemiBold,
            size_pt,
            color: on(self.color),
            origin,
            rotation_rad: 0.0,
            letter_spacing_pt: 0.0,
            halo: None,
            link: None,
        })
    }
}

/// The symbol of a name that simplestyle's Maki set or this program has.
fn symbol_named(name: &str) -> Option<Symbol> {
    Some(match name.trim_end_matches("-stroked").trim_end_matches("-sdf") {
        "marker" | "pin" => Symbol::Pin,
        "circle" | "dot" => Symbol::Circle,
        "square" => Symbol::Square,
        "triangle" => Symbol::Triangle,
        "diamond" => Symbol::Diamond,
        "star" => Symbol::Star,
        "cross" | "x" => Symbol::Cross,
        _ => return None,
    })
}

/// How high the middle of a pin's head stands over its tip, in radii.
const PIN_RISE: f64 = 2.15;

/// A drop whose tip is the place: a round head, and sides that leave it smoothly and meet at a point.
fn pin(tip: Point, radius: f64) -> BezPath {
    let middle = tip - Vec2::new(0.0, PIN_RISE * radius);
    let from = 0.62; // radians below the horizontal at which the sides leave the head
    let head = CircleArc::new(middle, (radius, radius), PI - from, PI + 2.0 * from, 0.0);
    let left = middle + Vec2::from_angle(PI - from) * radius;
    let right = middle + Vec2::from_angle(from) * radius;
    // Along the circle's own direction, downwards and inwards.
    let leave = 0.62 * radius;
    let inwards = Vec2::new(from.sin(), from.cos()) * leave;
    let mut path = BezPath::new();
    path.move_to(left);
    for element in head.append_iter(0.01) {
        path.push(element);
    }
    path.curve_to(right + Vec2::new(-inwards.x, inwards.y), tip + Vec2::new(0.16, -0.55) * radius, tip);
    path.curve_to(tip + Vec2::new(-0.16, -0.55) * radius, left + inwards, left);
    path.close_path();
    path
}

/// White or ink, whichever is read better on a colour.
pub(super) fn on(ground: Color) -> Color {
    let (white, ink) = (Color::rgb(0xFFFFFF), Color::rgb(0x1B1D20));
    // White is calmer, and taken where it is good enough for large figures.
    if contrast(white, ground) >= 3.0 || contrast(white, ground) > contrast(ink, ground) { white } else { ink }
}

/// The darker rim of a symbol.
fn edge(color: Color) -> Color {
    let darker = |channel: u8| (f64::from(channel) * 0.72).round() as u8;
    Color { r: darker(color.r), g: darker(color.g), b: darker(color.b), a: color.a }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SYMBOLS: [Symbol; 7] =
        [Symbol::Pin, Symbol::Circle, Symbol::Square, Symbol::Triangle, Symbol::Diamond, Symbol::Star, Symbol::Cross];

    #[test]
    fn every_symbol_stays_within_its_box_and_a_pin_ends_at_its_place() {
        let place = Point::new(40.0, 50.0);
        for symbol in SYMBOLS {
            for marker_size in [MarkerSize::Small, MarkerSize::Medium, MarkerSize::Large] {
                for number in [None, Some(7), Some(128)] {
                    let style = Style { symbol, marker_size, number, ..Style::default() };
                    let marker = MarkerStyle::of(&style, Theme::Light);
                    let drawn = marker.outline(place).bounding_box();
                    assert!(marker.bounds(place).contains_rect(drawn), "{symbol:?} {marker_size:?}: {drawn:?}");
                    if symbol == Symbol::Pin {
                        assert!((drawn.y1 - place.y).abs() < 1e-6 && (drawn.center().x - place.x).abs() < 0.01);
                    }
                    assert!(marker.bounds(place).contains(place));
                }
            }
        }
    }

    #[test]
    fn a_number_is_read_on_every_safe_colour() {
        for (name, rgb) in crate::document::annotation::SAFE_COLORS {
            let ground = color(rgb, Theme::Light);
            assert!(contrast(on(ground), ground) >= 3.0, "{name}");
        }
    }

    #[test]
    fn a_larger_marker_is_larger() {
        for symbol in SYMBOLS {
            let radius = |marker_size| {
                let style = Style { symbol, marker_size, ..Style::default() };
                MarkerStyle::of(&style, Theme::Light).radius_pt
            };
            assert!(radius(MarkerSize::Small) < radius(MarkerSize::Medium));
            assert!(radius(MarkerSize::Medium) < radius(MarkerSize::Large));
        }
    }
}
