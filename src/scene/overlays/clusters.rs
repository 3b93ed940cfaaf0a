//! Points that lie too close together to be told apart: a ring with their number stands for them, in the colours of their
//! kinds, each as long as its share.
//!
//! Which points go together is told by a grid that lies still on the ground and changes with whole steps of zoom, so that
//! moving the map moves no point from one ring to another.

use std::collections::HashMap;
use std::f64::consts::{FRAC_PI_2, TAU};

use kurbo::{Arc as CircleArc, Circle, Point, Rect, Shape as _, Vec2};

use crate::dossier::{Kinds, Overlay, words};
use crate::geometry::{Frame, world_from_lon_lat};
use crate::scene::display_list::{Cap, Color, Face, Item, Path, Stroke, Text};
use crate::scene::palette::Theme;
use crate::scene::text;

/// About as wide as a cell of the grid is on the page, in points.
const CELL_PT: f64 = 46.0;

/// In a cell with so few points they stand alone where none touches another.
const FEW: usize = 4;

/// So far apart two points do not touch.
const APART_PT: f64 = 15.0;

/// How far a point that stands alone reaches.
const ALONE_PT: f64 = 6.0;

/// How far the ground of a ring shows around it.
const CASING_PT: f64 = 1.2;

/// Width of a ring.
const RING_PT: f64 = 3.6;

/// Size of the numbers.
const NUMBER_PT: f64 = 9.5;

/// So often rings that touch are put together.
const ROUNDS: usize = 8;

/// Points that lie close together, or one that stands alone.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::scene) struct Cluster {
    /// Where it stands on the page: amid its points.
    pub(in crate::scene) at: Point,
    /// Its points by their numbers, at least one.
    pub(in crate::scene) points: Vec<u32>,
}

impl Cluster {
    /// Whether it is one point.
    pub(in crate::scene) fn is_alone(&self) -> bool {
        self.points.len() == 1
    }

    /// What it takes of the page, with what shows of its ground around it.
    pub(in crate::scene) fn rect(&self) -> Rect {
        let width_pt = 2.0 * (self.radius_pt() + CASING_PT);
        Rect::from_center_size(self.at, (width_pt, width_pt))
    }

    /// How far it reaches from its middle, in points.
    pub(in crate::scene) fn radius_pt(&self) -> f64 {
        if self.is_alone() {
            return ALONE_PT;
        }
        let width_pt = text::measure(&self.number(), Face::SansSemiBold, NUMBER_PT, 0.0).advance_pt;
        (width_pt / 2.0 + RING_PT + 2.5).max(11.0)
    }

    fn number(&self) -> String {
        words::number(self.points.len() as f64, 0)
    }

    /// Moves a ring so that none of it is cut off, where the page is large enough.
    fn keep_on(&mut self, page: Rect) {
        let reach_pt = self.radius_pt() + CASING_PT;
        if !self.is_alone() && page.width() > 2.0 * reach_pt && page.height() > 2.0 * reach_pt {
            self.at.x = self.at.x.clamp(page.x0 + reach_pt, page.x1 - reach_pt);
            self.at.y = self.at.y.clamp(page.y0 + reach_pt, page.y1 - reach_pt);
        }
    }

    /// Takes in another one.
    fn take(&mut self, other: Self) {
        let (own, theirs) = (self.points.len() as f64, other.points.len() as f64);
        self.at = self.at.lerp(other.at, theirs / (own + theirs));
        self.points.extend(other.points);
    }

    /// The ring in the colours of its kinds, and its number. Where colours are not printed it has one.
    pub(super) fn items(&self, theme: Theme, colors: &[Color], kind_of: impl Fn(u32) -> Option<usize>) -> Vec<Item> {
        let palette = theme.palette();
        let radius_pt = self.radius_pt();
        let disc = Circle::new(self.at, radius_pt + CASING_PT);
        let mut items = vec![Item::Fill { path: Path::shared(disc.to_path(0.01)), color: palette.halo }];
        let (mut counts, colors) = match theme {
            Theme::Grey => (vec![self.points.len()], &[palette.second][..]),
            Theme::Light | Theme::Dark | Theme::HighContrast => (vec![0; colors.len()], colors),
        };
        let told_apart = self.points.iter().filter(|_| theme != Theme::Grey);
        for kind in told_apart.filter_map(|point| kind_of(*point)) {
            if let Some(count) = counts.get_mut(kind) {
                *count += 1;
            }
        }
        let middle_pt = radius_pt - RING_PT / 2.0;
        let mut begin = -FRAC_PI_2;
        for (count, color) in counts.iter().zip(colors).filter(|(count, _)| **count > 0) {
            let sweep = TAU * *count as f64 / self.points.len() as f64;
            let path = if *count == self.points.len() {
                Circle::new(self.at, middle_pt).to_path(0.01)
            } else {
                CircleArc::new(self.at, (middle_pt, middle_pt), begin, sweep, 0.0).to_path(0.01)
            };
            begin += sweep;
            let stroke = Stroke { cap: Cap::Butt, ..Stroke::solid(*color, RING_PT) };
            items.push(Item::Stroke { path: Path::shared(path), stroke });
        }
        let number = self.number();
        let metrics = text::measure(&number, Face::SansSemiBold, NUMBER_PT, 0.0);
        items.push(Item::Text(Text {
            text: number,
            face: Face::SansSemiBold,
            size_pt: NUMBER_PT,
            color: palette.ink,
            origin: self.at + Vec2::new(-metrics.advance_pt / 2.0, metrics.cap_height_pt / 2.0),
            rotation_rad: 0.0,
            letter_spacing_pt: 0.0,
            halo: None,
            link: None,
        }));
        items
    }
}

/// The points of an overlay that are shown on the page, those that lie close together as one, the smallest first. What lies
/// beside the page counts in no ring: the numbers add up to what the page holds.
pub(in crate::scene) fn clusters(overlay: &Overlay, kinds: &Kinds, frame: &Frame) -> Vec<Cluster> {
    let owners = &overlay.features.owners().points;
    let page_from_world = frame.page_from_world();
    let cell_world = CELL_PT / (256.0 * frame.view.zoom.round().exp2());
    let cell_pt = cell_world * frame.world_size_pt();
    let page = frame.page();
    let mut cells: HashMap<(i64, i64), Vec<(u32, Point)>> = HashMap::new();
    for (index, (place, owner)) in overlay.shape.places().iter().zip(owners).enumerate() {
        if !kinds.shows(*owner as usize) {
            continue;
        }
        let world = world_from_lon_lat(place.at);
        let at = page_from_world * world;
        // Rectangles hold their left and upper edges alone.
        if at.x >= page.x0
            && at.x <= page.x1
            && at.y >= page.y0
            && at.y <= page.y1
            && let Ok(index) = u32::try_from(index)
        {
            let cell = ((world.x / cell_world).floor() as i64, (world.y / cell_world).floor() as i64);
            cells.entry(cell).or_default().push((index, at));
        }
    }
    let mut cells: Vec<_> = cells.into_iter().collect();
    cells.sort_unstable_by_key(|(cell, _)| *cell);
    let mut found = Vec::new();
    for (_, points) in cells {
        let touch = |(index, (_, at)): (usize, &(u32, Point))| {
            points[..index].iter().any(|(_, other)| other.distance(*at) < APART_PT)
        };
        if points.len() <= FEW && !points.iter().enumerate().any(touch) {
            found.extend(points.iter().map(|(index, at)| Cluster { at: *at, points: vec![*index] }));
            continue;
        }
        let sum: Vec2 = points.iter().map(|(_, at)| at.to_vec2()).fold(Vec2::ZERO, |sum, at| sum + at);
        let at = (sum / points.len() as f64).to_point();
        found.push(Cluster { at, points: points.into_iter().map(|(index, _)| index).collect() });
    }
    for _ in 0..ROUNDS {
        let before = found.len();
        found.iter_mut().for_each(|cluster| cluster.keep_on(page));
        found = without_touching(found, cell_pt.max(CELL_PT));
        if found.len() == before {
            break;
        }
    }
    found.iter_mut().for_each(|cluster| cluster.keep_on(page));
    found.sort_by_key(|cluster| cluster.points.len());
    found
}

/// The same with those put together that touch: the largest takes its neighbours.
fn without_touching(mut clusters: Vec<Cluster>, cell_pt: f64) -> Vec<Cluster> {
    clusters.sort_by_key(|cluster| std::cmp::Reverse(cluster.points.len()));
    let cell = |at: Point| ((at.x / cell_pt).floor() as i64, (at.y / cell_pt).floor() as i64);
    let mut kept: Vec<Cluster> = Vec::with_capacity(clusters.len());
    let mut by_cell: HashMap<(i64, i64), Vec<usize>> = HashMap::new();
    for cluster in clusters {
        let (column, row) = cell(cluster.at);
        let around = (-1..=1).flat_map(|x| (-1..=1).map(move |y| (column.saturating_add(x), row.saturating_add(y))));
        let reach_pt = cluster.radius_pt();
        let touched = around.filter_map(|cell| by_cell.get(&cell)).flatten().copied().find(|index| {
            let other = &kept[*index];
            let apart_pt = if cluster.is_alone() && other.is_alone() {
                APART_PT
            } else {
                other.radius_pt() + reach_pt + 2.0 * CASING_PT
            };
            other.at.distance(cluster.at) < apart_pt
        });
        match touched {
            Some(index) => kept[index].take(cluster),
            None => {
                by_cell.entry((column, row)).or_default().push(kept.len());
                kept.push(cluster);
            }
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::dossier::{Styling, own_layer};
    use crate::formats::geojson;
    use crate::geometry::{Coord, View};

    /// 3,000 points in a crowd, and three far from it and from each other.
    fn layer() -> Overlay {
        let part = |index: u32, step: f64| (f64::from(index) * step).fract();
        let crowd =
            (0..3000).map(|index| (37.0 + 0.8 * part(index, 0.754_877_666), 48.0 + 0.5 * part(index, 0.569_84)));
        let alone = [(36.2, 48.9), (38.6, 48.9), (38.6, 47.6)];
        let features = crowd.chain(alone).enumerate().map(|(index, (lon, lat))| {
            format!(
                r#"{{"type":"Feature","properties":{{"kind":"{}"}},"geometry":{{"type":"Point","coordinates":[{lon},{lat}]}}}}"#,
                ["a", "b", "c"][index % 3]
            )
        });
        let all = features.collect::<Vec<_>>().join(",");
        let text = format!(r#"{{"type":"FeatureCollection","features":[{all}]}}"#);
        own_layer("points", geojson::read_table(text.as_bytes()).unwrap()).unwrap().0
    }

    fn frame(lon: f64, zoom: f64) -> Frame {
        Frame::new(View { center: Coord { x: lon, y: 48.25 }, zoom }, 1000.0, 700.0)
    }

    #[test]
    fn each_point_is_counted_once_and_no_ring_touches_another() {
        let overlay = layer();
        let kinds = overlay.kinds(&Styling::default().into());
        for zoom in [6.0, 7.4, 8.6] {
            let found = clusters(&overlay, &kinds, &frame(37.4, zoom));
            let points: Vec<u32> = found.iter().flat_map(|cluster| cluster.points.clone()).collect();
            let all: BTreeSet<u32> = points.iter().copied().collect();
            assert_eq!((points.len(), all.len()), (3003, 3003), "at {zoom}");
            assert!(found.iter().any(|cluster| cluster.points.len() > 20), "at {zoom}");
            for (index, one) in found.iter().enumerate() {
                for other in &found[..index] {
                    let apart_pt = one.at.distance(other.at);
                    let is_free = apart_pt >= one.radius_pt().max(other.radius_pt());
                    assert!(is_free, "{} and {} at {zoom}", one.number(), other.number());
                }
            }
        }
        let far = clusters(&overlay, &kinds, &frame(37.4, 8.0));
        assert!((3000..3003).all(|alone| far.iter().any(|cluster| cluster.points == [alone])));
        // Near enough, each stands alone.
        let near = clusters(&overlay, &kinds, &frame(37.4, 17.0));
        assert!(near.iter().all(Cluster::is_alone));
    }

    #[test]
    fn moving_the_map_moves_no_point_from_one_ring_to_another() {
        let overlay = layer();
        let kinds = overlay.kinds(&Styling::default().into());
        let of = |lon: f64| -> BTreeSet<Vec<u32>> {
            let found = clusters(&overlay, &kinds, &frame(lon, 9.0)).into_iter();
            found.map(|cluster| BTreeSet::from_iter(cluster.points).into_iter().collect()).collect()
        };
        // All of them lie in both frames.
        assert_eq!(of(37.4), of(37.55));
    }

    #[test]
    fn what_is_not_shown_is_not_counted_and_a_ring_has_the_colours_of_its_kinds() {
        let overlay = layer();
        let styling = Styling {
            by: crate::dossier::styling::By::Property(crate::dossier::styling::Categories::of("kind")),
            hidden: ["b".to_owned()].into(),
            ..Styling::default()
        };
        let kinds = overlay.kinds(&styling.into());
        let hidden = kinds.list().iter().filter(|kind| !kind.shown).count();
        assert_eq!((kinds.list().len(), hidden), (3, 1));
        let found = clusters(&overlay, &kinds, &frame(37.4, 6.0));
        assert_eq!(found.iter().map(|cluster| cluster.points.len()).sum::<usize>(), 2002);
        let owners = &overlay.features.owners().points;
        let colors = [0x11_u32, 0x22, 0x33].map(Color::rgb);
        let ring = found.last().unwrap();
        let items = ring.items(Theme::Light, &colors, |point| kinds.index_of(owners[point as usize] as usize));
        let strokes: Vec<Color> = items
            .iter()
            .filter_map(|item| if let Item::Stroke { stroke, .. } = item { Some(stroke.color) } else { None })
            .collect();
        assert_eq!(strokes.len(), 2);
        assert!(matches!(items.last(), Some(Item::Text(text)) if text.text == ring.number()));
        let items = ring.items(Theme::Grey, &colors, |point| kinds.index_of(owners[point as usize] as usize));
        assert_eq!(items.iter().filter(|item| matches!(item, Item::Stroke { .. })).count(), 1, "one tone of grey");
    }

    #[test]
    fn the_numbers_add_up_to_what_the_page_holds_and_no_ring_is_cut_off() {
        let overlay = layer();
        let kinds = overlay.kinds(&Styling::default().into());
        // The page's left edge goes through the crowd.
        let frame = Frame::new(View { center: Coord { x: 38.0, y: 48.25 }, zoom: 9.0 }, 500.0, 300.0);
        let page = frame.page();
        let is_held = |at: Point| at.x >= page.x0 && at.x <= page.x1 && at.y >= page.y0 && at.y <= page.y1;
        let held = overlay.shape.places().iter().filter(|place| is_held(frame.page_from_lon_lat(place.at)));
        let (held, found) = (held.count(), clusters(&overlay, &kinds, &frame));
        assert_eq!(found.iter().map(|cluster| cluster.points.len()).sum::<usize>(), held);
        assert!(held > 100 && held < 3000, "{held}");
        for ring in found.iter().filter(|cluster| !cluster.is_alone()) {
            assert!(page.inset(-ring.radius_pt()).contains(ring.at), "{} at {}", ring.number(), ring.at);
        }
    }
}
