//! What stands on the map of a figure: scale bar, north arrow, the frame of the locator map, what else is put there, and
//! the degrees along the edge.

use std::collections::BTreeSet;
use std::sync::Arc;

use geo::Coord;
use kurbo::{BezPath, Circle, Point, Rect, Shape, Size};

use super::{FigureSpec, ScaleBar, Setting, scale_bar, scale_bar_miles, shifted};
use crate::figure::options::{Corner, Piece};
use crate::figure::placing::{self, Place};
use crate::geometry::Frame;
use crate::scene::display_list::{Cap, Color, Face, Group, Item, Path, Stroke};
use crate::scene::palette::Palette;
use crate::scene::text;

/// How degrees of longitude and latitude are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Graticule {
    /// Ticks along the edge.
    Ticks,
    /// Lines across the map.
    Lines,
}

/// What stands on the map, in the map's points.
#[derive(Debug, Default)]
pub(in crate::figure) struct OnMap {
    /// What it covers.
    pub(in crate::figure) reserved: Vec<Rect>,
    /// What is drawn.
    pub(in crate::figure) groups: Vec<Group>,
    /// Where the locator map goes.
    pub(in crate::figure) inset: Option<Rect>,
    /// Which piece stands where.
    pub(in crate::figure) placed: Vec<(Piece, Rect)>,
    /// What found no room.
    pub(in crate::figure) left_out: Vec<Piece>,
}

/// One piece, or two that share a plate, laid out from (0, 0), on the way to its place.
struct Plate {
    /// With the part of the plate that each has.
    pieces: Vec<(Piece, Rect)>,
    size: Size,
    group: Option<Group>,
}

impl OnMap {
    fn put(&mut self, plate: Plate, rect: Rect) {
        let by = rect.origin().to_vec2();
        self.reserved.push(rect);
        self.placed.extend(plate.pieces.iter().map(|(piece, part)| (*piece, *part + by)));
        match plate.group {
            Some(group) => {
                let items = shifted(group.items, by);
                self.groups.push(Group { items, ..group });
            }
            None => self.inset = Some(rect),
        }
    }
}

/// Degrees between one line and the next, in minutes of arc: from 1′ to 20°.
const STEPS_MIN: [u32; 12] = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1200];

impl Setting {
    /// Between the frame and what stands on the map, in points.
    fn edge_pt(&self) -> f64 {
        0.8 * self.size(0.8)
    }

    /// The part of the map in which pieces have their places, in the map's points.
    pub(in crate::figure) fn room(&self, map: &Frame) -> Rect {
        let room = map.page().inset(-self.edge_pt());
        if room.width() > 0.0 && room.height() > 0.0 { room } else { map.page() }
    }

    /// Places what stands on the map: in each corner the first piece in the corner itself, each further one next to it,
    /// unless it would lie on another; then, over these, what has a place of its own, where it was put.
    pub(in crate::figure) fn on_map(&self, spec: &FigureSpec, map: &Frame) -> OnMap {
        let mut on_map = OnMap::default();
        let (edge_pt, room) = (self.edge_pt(), self.room(map));
        for corner in Corner::ALL {
            let mut used_pt = edge_pt;
            for plate in self.plates(spec, map, Place::Corner(corner)) {
                let x0 = if corner.is_right() { map.width_pt - edge_pt - plate.size.width } else { edge_pt };
                let y0 = if corner.is_bottom() { map.height_pt - used_pt - plate.size.height } else { used_pt };
                let rect = Rect::from_origin_size((x0, y0), plate.size);
                let inside = map.page().contains_rect(rect) && rect.width() < map.width_pt - 2.0 * edge_pt;
                if !inside || on_map.reserved.iter().any(|other| other.overlaps(rect)) {
                    on_map.left_out.extend(plate.pieces.into_iter().map(|(piece, _)| piece));
                    continue;
                }
                used_pt += plate.size.height + 0.6 * self.size(0.8);
                on_map.put(plate, rect);
            }
        }
        let own = [spec.scale_bar, spec.north_arrow, spec.inset.map(|(place, _)| place)];
        let places = own.into_iter().flatten().chain(spec.on_map.values().copied());
        let free: BTreeSet<Place> = places.filter(|place| place.corner().is_none()).collect();
        for place in free {
            let Place::Free(spot) = place else { continue };
            for plate in self.plates(spec, map, place) {
                if plate.size.width > room.width() || plate.size.height > room.height() {
                    on_map.left_out.extend(plate.pieces.into_iter().map(|(piece, _)| piece));
                    continue;
                }
                let rect = placing::rect_at(room, plate.size, spot);
                on_map.put(plate, rect);
            }
        }
        on_map
    }

    /// What stands at a place.
    fn plates(&self, spec: &FigureSpec, map: &Frame, place: Place) -> Vec<Plate> {
        let mut plates = Vec::new();
        let block = |piece: Piece, name: (&str, &'static str)| {
            let is_here = spec.on_map.get(&piece) == Some(&place);
            is_here.then(|| self.block_plate(spec, map, piece, name)).flatten()
        };
        plates.extend(block(Piece::Title, ("title", "Title")));
        let scale = spec.scale_bar == Some(place);
        let north = spec.north_arrow == Some(place);
        if scale || north {
            plates.push(self.scale_and_north(map, scale, north));
        }
        plates.extend(block(Piece::Legend, ("legend", "Legend")));
        if let Some((_, aspect)) = spec.inset.filter(|(at, aspect)| *at == place && *aspect > 0.0) {
            let width_pt =
                (0.21 * map.width_pt).min(0.26 * map.height_pt * aspect).clamp(8.0 * self.base_pt, 20.0 * self.base_pt);
            let size = Size::new(width_pt.round(), (width_pt / aspect).round());
            let small = size.width < 0.36 * map.width_pt && size.height < 0.36 * map.height_pt;
            // A locator that takes a third of the map locates nothing.
            let size = if small { size } else { Size::new(f64::MAX, f64::MAX) };
            plates.push(Plate { pieces: vec![(Piece::Inset, size.to_rect())], size, group: None });
        }
        plates.extend(block(Piece::References, ("references", "Sources")));
        plates.extend(block(Piece::Comparison, ("comparison", "Stated and measured")));
        plates.extend(block(Piece::Notes, ("notes", "Notes")));
        plates
    }

    fn plate(&self, size: Size) -> Item {
        let rect = Rect::from_origin_size(Point::ZERO, size);
        let path = Path::shared(rect.to_rounded_rect(0.3 * self.size(0.8)).to_path(0.01));
        Item::Fill { path, color: self.palette.panel.with_opacity(0.88) }
    }

    /// What stands beside the map otherwise, on a plate.
    fn block_plate(
        &self,
        spec: &FigureSpec,
        map: &Frame,
        piece: Piece,
        (id, title): (&str, &'static str),
    ) -> Option<Plate> {
        let pad = self.size(0.8);
        let (width_pt, block) = self.block_on_map(spec, piece, map.width_pt)?;
        let size = Size::new(width_pt + 2.0 * pad, block.height_pt + 1.7 * pad);
        let mut items = vec![self.plate(size)];
        block.place(Point::new(pad, 0.8 * pad), &mut items);
        Some(Plate { pieces: vec![(piece, size.to_rect())], size, group: Some(Group::new(id, title, items)) })
    }

    /// A metric bar over an imperial one, and an arrow to the north, which on a Mercator map is up everywhere.
    fn scale_and_north(&self, map: &Frame, scale: bool, north: bool) -> Plate {
        let size_pt = self.size(0.8);
        let palette = &self.palette;
        let longest_pt = (0.22 * map.width_pt).clamp(8.0 * size_pt, 17.0 * size_pt);
        let bars = [scale_bar(map, longest_pt), scale_bar_miles(map, longest_pt)];
        let wide = |words: &str| text::measure(words, Face::Sans, size_pt, 0.0).advance_pt;
        let pad = 0.7 * size_pt;
        let bar_width = bars.iter().map(|bar| bar.length_pt + wide(&bar.label) + 0.45 * size_pt).fold(0.0, f64::max);
        let bar_width = if scale { bar_width } else { 0.0 };
        let arrow_width = if north { 1.5 * size_pt } else { 0.0 };
        let between = if scale && north { pad } else { 0.0 };
        let size = Size::new(bar_width + between + arrow_width + 2.0 * pad, 2.7 * size_pt + 1.4 * pad);
        let mut items = vec![self.plate(size)];
        let left = pad;
        let middle = size.height / 2.0;
        let tick = 0.5 * size_pt;
        let hair = Stroke { cap: Cap::Butt, ..Stroke::solid(palette.ink, (0.09 * size_pt).max(0.75)) };
        for (ScaleBar { length_pt, label }, up) in bars.into_iter().zip([-1.0, 1.0]).filter(|_| scale) {
            let mut path = Path::new();
            path.move_to((left, middle + up * tick));
            path.line_to((left, middle));
            path.line_to((left + length_pt, middle));
            path.line_to((left + length_pt, middle + up * tick));
            items.push(Item::Stroke { path: Arc::new(path), stroke: hair.clone() });
            let below = middle + if up < 0.0 { -0.32 * size_pt } else { 1.0 * size_pt };
            let at = Point::new(left + length_pt + 0.4 * size_pt, below);
            items.push(self.text(label, Face::Sans, size_pt, palette.ink, at));
        }
        if north {
            let center = size.width - pad - arrow_width / 2.0;
            let (top, foot) = (middle - 0.35 * size_pt, middle + 1.35 * size_pt);
            let mut arrow = Path::new();
            arrow.move_to((center, top));
            arrow.line_to((center + 0.5 * size_pt, foot));
            arrow.line_to((center, foot - 0.4 * size_pt));
            arrow.line_to((center - 0.5 * size_pt, foot));
            arrow.close_path();
            items.push(Item::Fill { path: Arc::new(arrow), color: palette.ink });
            let n_width = text::measure("N", Face::SansSemiBold, size_pt, 0.0).advance_pt;
            let at = Point::new(center - n_width / 2.0, top - 0.25 * size_pt);
            items.push(self.text("N", Face::SansSemiBold, size_pt, palette.ink, at));
        }
        let (id, title) = match (scale, north) {
            (true, true) => ("scale", "Scale bar and north arrow"),
            (true, false) => ("scale", "Scale bar"),
            (false, _) => ("north", "North arrow"),
        };
        // Where the plate is parted between the two, each can be taken by itself.
        let parted = if north { size.width - pad - arrow_width - between / 2.0 } else { size.width };
        let parted = if scale { parted } else { 0.0 };
        let pieces = [
            (scale, Piece::ScaleBar, Rect::new(0.0, 0.0, parted, size.height)),
            (north, Piece::NorthArrow, Rect::new(parted, 0.0, size.width, size.height)),
        ];
        let pieces = pieces.into_iter().filter_map(|(on, piece, rect)| on.then_some((piece, rect))).collect();
        Plate { pieces, size, group: Some(Group::new(id, title, items)) }
    }

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

/// `48°30′ N` from minutes of arc.
fn degree(minutes: i32, [plus, minus]: [char; 2]) -> String {
    let side = if minutes < 0 { minus } else { plus };
    let (degrees, rest) = (minutes.abs() / 60, minutes.abs() % 60);
    match (degrees, rest) {
        (0, 0) => "0°".to_owned(),
        (_, 0) => format!("{degrees}°\u{a0}{side}"),
        _ => format!("{degrees}°{rest:02}′\u{a0}{side}"),
    }
}

/// The numbers of a shape's sources on a small disc with an edge of the shape's colour, and the room that it takes.
pub(in crate::figure) fn badge(
    at: Point,
    words: &str,
    size_pt: f64,
    edge: Color,
    palette: &Palette,
) -> (Rect, Vec<Item>) {
    let width = text::measure(words, Face::SansSemiBold, size_pt, 0.0).advance_pt;
    let height = 1.55 * size_pt;
    let rect = Rect::from_center_size(at, ((width + 0.9 * size_pt).max(height), height));
    let path: BezPath = if rect.width() <= height + 1e-9 {
        Circle::new(at, height / 2.0).to_path(0.01)
    } else {
        rect.to_rounded_rect(height / 2.0).to_path(0.01)
    };
    let path = Path::shared(path);
    let words = crate::scene::display_list::Text {
        text: words.to_owned(),
        face: Face::SansSemiBold,
        size_pt,
        color: palette.ink,
        origin: Point::new(at.x - width / 2.0, at.y + 0.349 * size_pt),
        rotation_rad: 0.0,
        letter_spacing_pt: 0.0,
        halo: None,
        link: None,
    };
    let edge = Stroke::solid(edge, 1.2);
    let items = vec![
        Item::Fill { path: path.clone(), color: palette.panel },
        Item::Stroke { path, stroke: edge },
        Item::Text(words),
    ];
    (rect.inflate(1.0, 1.0), items)
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
