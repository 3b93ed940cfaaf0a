//! Degrees of longitude and latitude along the edge of the map, with ticks.

use std::sync::Arc;

use geo::Coord;
use kurbo::Point;

use super::{Noun, Piece, PieceInfo, Set, Stands};
use crate::figure::page::{Content, FigureSpec, Setting};
use crate::formats::locale::Locale;
use crate::geometry::Frame;
use crate::scene::display_list::{Cap, Face, Item, Path, Stroke};
use crate::scene::text;

/// Its row of the table.
pub(super) const INFO: PieceInfo = PieceInfo {
    piece: Piece::Ticks,
    name: "ticks",
    label: "Degree ticks",
    noun: Noun::Many { all: "the degree ticks", whole: "the row of degree ticks" },
    stands: Stands::ByItself,
    is_usual: false,
    says: |_| Some(Content::Drawn),
    set: Set::ByThePage,
};

/// Degrees between one line and the next, in minutes of arc: from 1′ to 20°.
const STEPS_MIN: [u32; 12] = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1200];

impl FigureSpec {
    /// Whether degrees stand along the edge of the map: with ticks alone, or with lines across it.
    pub(in crate::figure) fn has_degrees(&self) -> bool {
        [Piece::Ticks, Piece::Graticule].iter().any(|piece| self.contents.contains_key(piece))
    }
}

impl Setting {
    /// How far degrees reach beyond the frame, to the left and below.
    pub(in crate::figure) fn degrees_room(&self) -> f64 {
        1.75 * self.size(0.72)
    }

    /// The longitudes and the latitudes, in minutes of arc, that have a tick, and a line where lines are wanted.
    pub(super) fn divisions(&self, map: &Frame) -> [Vec<i32>; 2] {
        let [west, south, east, north] = map.lon_lat_bounds();
        let step_min = step_min(east - west, map.width_pt / (9.0 * self.size(0.72)));
        [multiples(west, east, step_min).collect(), multiples(south, north, step_min).collect()]
    }

    /// Ticks with degrees along the edge of the map, in the map's points.
    pub(in crate::figure) fn degrees(&self, map: &Frame) -> Vec<Item> {
        let size_pt = self.size(0.72);
        let palette = &self.palette;
        let mut ticks = Path::new();
        let mut degrees = Vec::new();
        let tick_pt = 0.4 * size_pt;
        let page = map.page();
        let mut segment = |a: (f64, f64), b: (f64, f64)| {
            ticks.move_to(a);
            ticks.line_to(b);
        };
        let [across, down] = self.divisions(map);
        for minutes in across {
            let x = x_of(map, minutes);
            let words = degree(self.words.locale, minutes, [2, 3]);
            let half = text::measure(&words, Face::Sans, size_pt, 0.0).advance_pt / 2.0;
            segment((x, page.y1), (x, page.y1 + tick_pt));
            segment((x, 0.0), (x, -tick_pt));
            if x - half >= 0.0 && x + half <= page.x1 {
                let at = Point::new(x - half, page.y1 + tick_pt + 0.95 * size_pt);
                degrees.push(self.text(words, Face::Sans, size_pt, palette.second, at));
            }
        }
        for minutes in down {
            let y = y_of(map, minutes);
            let words = degree(self.words.locale, minutes, [0, 1]);
            let half = text::measure(&words, Face::Sans, size_pt, 0.0).advance_pt / 2.0;
            segment((0.0, y), (-tick_pt, y));
            segment((page.x1, y), (page.x1 + tick_pt, y));
            if y - half >= 0.0 && y + half <= page.y1 {
                let at = Point::new(-tick_pt - 0.35 * size_pt, y + half);
                let Item::Text(mut text) = self.text(words, Face::Sans, size_pt, palette.second, at) else { continue };
                text.rotation_rad = -std::f64::consts::FRAC_PI_2;
                degrees.push(Item::Text(text));
            }
        }
        let stroke = Stroke { cap: Cap::Butt, ..Stroke::solid(palette.region_border, 0.75) };
        degrees.insert(0, Item::Stroke { path: Arc::new(ticks), stroke });
        degrees
    }
}

/// Where a longitude of so many minutes of arc stands on the map, in points from its left.
pub(super) fn x_of(map: &Frame, minutes: i32) -> f64 {
    let [_, south, _, north] = map.lon_lat_bounds();
    map.page_from_lon_lat(Coord { x: f64::from(minutes) / 60.0, y: (south + north) / 2.0 }).x
}

/// Where a latitude of so many minutes of arc stands on the map, in points from its top.
pub(super) fn y_of(map: &Frame, minutes: i32) -> f64 {
    let [west, _, east, _] = map.lon_lat_bounds();
    map.page_from_lon_lat(Coord { x: (west + east) / 2.0, y: f64::from(minutes) / 60.0 }).y
}

/// The least step of which no more than `most` fit into a span of degrees, in minutes of arc.
fn step_min(span_deg: f64, most: f64) -> u32 {
    let fits = |step: &&u32| span_deg * 60.0 / f64::from(**step) <= most.max(1.0);
    STEPS_MIN.iter().find(fits).copied().unwrap_or(STEPS_MIN[STEPS_MIN.len() - 1])
}

/// The multiples of a step within a span of degrees, in minutes of arc.
fn multiples(from_deg: f64, to_deg: f64, step_min: u32) -> impl Iterator<Item = i32> {
    let step = f64::from(step_min);
    let (first, last) = ((from_deg * 60.0 / step).ceil(), (to_deg * 60.0 / step).floor());
    let sound = first.is_finite() && last.is_finite() && last - first < 1000.0;
    let (first, last) = if sound { (first as i32, last as i32) } else { (1, 0) };
    (first..=last).map(move |count| count * step_min as i32)
}

/// `48°30′ N` from minutes of arc; `plus` and `minus` are the sides as [`Locale::degree`] counts them.
fn degree(locale: &Locale, minutes: i32, [plus, minus]: [usize; 2]) -> String {
    let side = if minutes < 0 { minus } else { plus };
    let (degrees, rest) = (minutes.abs() / 60, minutes.abs() % 60);
    match (degrees, rest) {
        (0, 0) => "0°".to_owned(),
        (_, 0) => locale.degree(&format!("{degrees}°"), side),
        _ => locale.degree(&format!("{degrees}°{rest:02}′"), side),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::locale::EN;

    #[test]
    fn degrees_are_written_as_maps_write_them() {
        assert_eq!(degree(&EN, 48 * 60 + 30, [0, 1]), "48°30′\u{a0}N");
        assert_eq!(degree(&EN, -37 * 60, [2, 3]), "37°\u{a0}W");
        assert_eq!(degree(&EN, 0, [2, 3]), "0°");
        assert_eq!(degree(&EN, 5, [2, 3]), "0°05′\u{a0}E");
    }

    #[test]
    fn a_step_leaves_room_for_its_words() {
        assert_eq!(step_min(4.0, 8.0), 30);
        assert_eq!(step_min(360.0, 8.0), 1200);
        assert_eq!(step_min(0.01, 8.0), 1);
        assert_eq!(multiples(36.4, 38.1, 30).collect::<Vec<_>>(), [2190, 2220, 2250, 2280]);
        assert_eq!(multiples(f64::NAN, 1.0, 30).count(), 0);
        assert_eq!(multiples(-1e12, 1e12, 1).count(), 0);
    }
}
