//! Degrees along the edge of the map, and lines of longitude and latitude across it.

use std::sync::Arc;

use geo::Coord;
use kurbo::Point;

use crate::figure::page::Setting;
use crate::geometry::Frame;
use crate::scene::display_list::{Cap, Face, Item, Path, Stroke};
use crate::scene::text;

/// How degrees of longitude and latitude are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Graticule {
    /// Ticks along the edge.
    Ticks,
    /// Lines across the map.
    Lines,
}

/// Degrees between one line and the next, in minutes of arc: from 1′ to 20°.
pub(in crate::figure) const STEPS_MIN: [u32; 12] = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1200];

impl Setting {
    /// How far degrees reach beyond the frame, to the left and below.
    pub(in crate::figure) fn degrees_room(&self) -> f64 {
        1.75 * self.size(0.72)
    }

    /// Lines across the map, and ticks with degrees along its edge, in the map's points.
    pub(in crate::figure) fn graticule(&self, map: &Frame, kind: Graticule) -> (Vec<Item>, Vec<Item>) {
        let size_pt = self.size(0.72);
        let palette = &self.palette;
        let [west, south, east, north] = map.lon_lat_bounds();
        let step_min = step_min(east - west, map.width_pt / (9.0 * size_pt));
        let hair = |color, width_pt: f64| Stroke { cap: Cap::Butt, ..Stroke::solid(color, width_pt) };
        let (mut lines, mut ticks) = (Path::new(), Path::new());
        let mut degrees = Vec::new();
        let tick_pt = 0.4 * size_pt;
        let page = map.page();
        let segment = |path: &mut Path, a: (f64, f64), b: (f64, f64)| {
            path.move_to(a);
            path.line_to(b);
        };
        for minutes in multiples(west, east, step_min) {
            let x = map.page_from_lon_lat(Coord { x: f64::from(minutes) / 60.0, y: (south + north) / 2.0 }).x;
            let words = degree(minutes, ['E', 'W']);
            let half = text::measure(&words, Face::Sans, size_pt, 0.0).advance_pt / 2.0;
            segment(&mut lines, (x, 0.0), (x, page.y1));
            segment(&mut ticks, (x, page.y1), (x, page.y1 + tick_pt));
            segment(&mut ticks, (x, 0.0), (x, -tick_pt));
            if x - half >= 0.0 && x + half <= page.x1 {
                let at = Point::new(x - half, page.y1 + tick_pt + 0.95 * size_pt);
                degrees.push(self.text(words, Face::Sans, size_pt, palette.second, at));
            }
        }
        for minutes in multiples(south, north, step_min) {
            let y = map.page_from_lon_lat(Coord { x: (west + east) / 2.0, y: f64::from(minutes) / 60.0 }).y;
            let words = degree(minutes, ['N', 'S']);
            let half = text::measure(&words, Face::Sans, size_pt, 0.0).advance_pt / 2.0;
            segment(&mut lines, (0.0, y), (page.x1, y));
            segment(&mut ticks, (0.0, y), (-tick_pt, y));
            segment(&mut ticks, (page.x1, y), (page.x1 + tick_pt, y));
            if y - half >= 0.0 && y + half <= page.y1 {
                let at = Point::new(-tick_pt - 0.35 * size_pt, y + half);
                let Item::Text(mut text) = self.text(words, Face::Sans, size_pt, palette.second, at) else { continue };
                text.rotation_rad = -std::f64::consts::FRAC_PI_2;
                degrees.push(Item::Text(text));
            }
        }
        degrees.insert(0, Item::Stroke { path: Arc::new(ticks), stroke: hair(palette.region_border, 0.75) });
        let drawn = match kind {
            Graticule::Ticks => Vec::new(),
            Graticule::Lines => {
                vec![Item::Stroke {
                    path: Arc::new(lines),
                    stroke: hair(palette.region_border.with_opacity(0.55), 0.5),
                }]
            }
        };
        (drawn, degrees)
    }
}

/// The least step of which no more than `most` fit into a span of degrees, in minutes of arc.
pub(in crate::figure) fn step_min(span_deg: f64, most: f64) -> u32 {
    let fits = |step: &&u32| span_deg * 60.0 / f64::from(**step) <= most.max(1.0);
    STEPS_MIN.iter().find(fits).copied().unwrap_or(STEPS_MIN[STEPS_MIN.len() - 1])
}

/// The multiples of a step within a span of degrees, in minutes of arc.
pub(in crate::figure) fn multiples(from_deg: f64, to_deg: f64, step_min: u32) -> impl Iterator<Item = i32> {
    let step = f64::from(step_min);
    let (first, last) = ((from_deg * 60.0 / step).ceil(), (to_deg * 60.0 / step).floor());
    let sound = first.is_finite() && last.is_finite() && last - first < 1000.0;
    let (first, last) = if sound { (first as i32, last as i32) } else { (1, 0) };
    (first..=last).map(move |count| count * step_min as i32)
}

/// `48°30′ N` from minutes of arc.
pub(in crate::figure) fn degree(minutes: i32, [plus, minus]: [char; 2]) -> String {
    let side = if minutes < 0 { minus } else { plus };
    let (degrees, rest) = (minutes.abs() / 60, minutes.abs() % 60);
    match (degrees, rest) {
        (0, 0) => "0°".to_owned(),
        (_, 0) => format!("{degrees}°\u{a0}{side}"),
        _ => format!("{degrees}°{rest:02}′\u{a0}{side}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn degrees_are_written_as_maps_write_them() {
        assert_eq!(degree(48 * 60 + 30, ['N', 'S']), "48°30′\u{a0}N");
        assert_eq!(degree(-37 * 60, ['E', 'W']), "37°\u{a0}W");
        assert_eq!(degree(0, ['E', 'W']), "0°");
        assert_eq!(degree(5, ['E', 'W']), "0°05′\u{a0}E");
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
