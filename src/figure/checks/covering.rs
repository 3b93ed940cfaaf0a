//! What furniture on the map hides: how much of each overlay, and the words and marks of annotations. And which of these
//! words lie over each other or over marks, and which are cut by the edge of the map.
//!
//! Of an area its area counts, of a line its length, of places their number; all of it on the page, within the frame.

use std::collections::HashMap;
use std::sync::Arc;

use geo::Coord;
use kurbo::{Affine, BezPath, Point, Rect, Shape as _};

use crate::document::annotation::PointKind;
use crate::document::{Annotation, Document, annotation};
use crate::dossier::{Dimension, Overlay, SOON_CHECKED};
use crate::figure::assemble::Drawn;
use crate::figure::subject::Subject;
use crate::figure::words::FigureLanguage;
use crate::figure::writers::cut;
use crate::geometry::boxes::BoxTree;
use crate::geometry::clip::part_inside;
use crate::geometry::simplify::Ring;
use crate::scene::display_list::{Group, Item, Path, Text, texts_but};
use crate::scene::{Scene, annotations, text};

/// The group that holds the words of annotations.
pub(in crate::figure) const WORDS: &str = "annotations-words";

/// The group that holds their shapes and symbols.
const SHAPES: &str = "annotations";

/// More than this share of an overlay is much of it.
const MUCH: f64 = 0.1;

/// The same of what the frame cuts off itself, as a share of what it leaves: readers take that for a part.
const MUCH_OF_A_PART: f64 = 1.0 / 3.0;

/// More than this share of what the figure is about is named as well.
const SOME: f64 = 0.01;

/// Of such an overlay nothing is asked where it takes less of the map than this: of areas as a share of the map's, of lines
/// as one of its width and height together.
const GLIMPSE: f64 = 0.04;

/// How much of a shape lies in a rectangle of the page.
fn within(rings: &[Ring], kind: Dimension, page_from_world: Affine, window: Rect) -> f64 {
    let points = |ring: &Ring| ring.points.iter().map(|at| page_from_world * *at).collect::<Vec<Point>>();
    let amount = |ring: &Ring| match kind {
        Dimension::Area if !ring.closed => 0.0,
        Dimension::Area => {
            let (mut path, mut inside) = (Path::new(), Path::new());
            path.add_polyline(points(ring), true);
            let cut = cut::area(&path, 1.0, window, 0.0, &mut inside);
            let area = if cut { BezPath::from(&inside).area().abs() } else { 0.0 };
            if ring.is_hole { -area } else { area }
        }
        Dimension::Line => {
            let length = |pair: &[Point]| {
                let part = part_inside(pair[0], pair[1], window);
                part.map_or(0.0, |(from, to)| (to - from) * pair[0].distance(pair[1]))
            };
            points(ring).windows(2).map(length).sum()
        }
        Dimension::Point => points(ring).into_iter().filter(|at| window.contains(*at)).count() as f64,
    };
    rings.iter().map(amount).sum::<f64>().max(0.0)
}

/// An overlay of which parts of the page hide something.
pub(in crate::figure) struct Hidden<'a> {
    /// Which.
    pub(in crate::figure) overlay: &'a Overlay,
    /// More than this share is much of it.
    much: f64,
    /// The share that each of the parts hides.
    shares: Vec<f64>,
    /// Whether the figure is about it and shows all of it: what goes beyond the map leaves furniture no other place.
    pub(in crate::figure) is_main: bool,
}

impl Hidden<'_> {
    /// The share that a part hides, if that is much.
    pub(in crate::figure) fn much_under(&self, piece: usize) -> Option<f64> {
        self.shares.get(piece).copied().filter(|share| *share > self.much)
    }

    /// The share that a part hides of what the figure is about, if that is seen and not much.
    pub(in crate::figure) fn some_of_main_under(&self, piece: usize) -> Option<f64> {
        let share = self.shares.get(piece).copied().filter(|_| self.is_main)?;
        (share > SOME && share <= self.much).then_some(share)
    }

    /// The share that several parts hide together, and which they are, if that is much and none alone hides so much.
    pub(in crate::figure) fn much_together(&self) -> Option<(f64, Vec<usize>)> {
        let all: f64 = self.shares.iter().sum();
        let alone = (0..self.shares.len()).any(|piece| self.much_under(piece).is_some());
        let pieces = || (0..self.shares.len()).filter(|piece| self.shares[*piece] > 0.0).collect();
        (all > self.much && !alone).then(|| (all, pieces()))
    }
}

/// The overlays of which these parts of the page hide something. Those of more than [`SOON_CHECKED`] vertices are passed
/// over, for an export must not wait for it.
pub(in crate::figure) fn hidden<'a>(scene: &'a Scene, drawn: &Drawn, pieces: &[Rect]) -> Vec<Hidden<'a>> {
    let mut found = Vec::new();
    let shown: Vec<&Overlay> = drawn.shown.iter().filter_map(|id| scene.dossier().overlay(id)).collect();
    let main = Subject::of(FigureLanguage::ENGLISH.words(), scene.dossier(), &shown).main;
    let (map, frame) = (&drawn.map, drawn.map_frame);
    let page_from_world = Affine::translate(frame.origin().to_vec2()) * map.page_from_world();
    for overlay in &scene.dossier().overlays {
        if !drawn.shown.contains(&overlay.id) || overlay.vertices() > SOON_CHECKED {
            continue;
        }
        let levels = overlay.levels();
        let Some(bounds) = levels.bounds_world().map(|bounds| page_from_world.transform_rect_bbox(bounds)) else {
            continue;
        };
        // A shape without width has an empty box.
        let near: Vec<usize> =
            (0..pieces.len()).filter(|index| pieces[*index].overlaps(bounds.inflate(0.5, 0.5))).collect();
        if near.is_empty() {
            continue;
        }
        let rings = levels.at_zoom(map.view.zoom);
        let amount = |window: Rect| within(rings, overlay.shape.dimension(), page_from_world, window);
        let (seen, whole) = (amount(frame), amount(bounds.inflate(1.0, 1.0)));
        let least = match overlay.shape.dimension() {
            Dimension::Area => GLIMPSE * frame.area(),
            Dimension::Line => GLIMPSE * (frame.width() + frame.height()),
            Dimension::Point => 0.0,
        };
        let is_cut = seen < 0.9 * whole;
        if seen <= 0.0 || is_cut && seen < least {
            continue;
        }
        let much = if is_cut { MUCH_OF_A_PART } else { MUCH };
        let mut shares = vec![0.0; pieces.len()];
        for index in near {
            shares[index] = amount(pieces[index].intersect(frame)) / seen;
        }
        let is_main = !is_cut && main.is_some_and(|main| main.id == overlay.id);
        found.push(Hidden { overlay, much, shares, is_main });
    }
    found
}

/// An annotation as far as it must be seen: the corners of its lines of words on the page, the point that it marks, and
/// what stands for that point.
pub(in crate::figure) struct Marked {
    /// What it is called.
    pub(in crate::figure) label: String,
    lines: Vec<[Point; 4]>,
    at: Option<Point>,
    mark: Option<Rect>,
    /// The box of a callout.
    body: Option<Rect>,
}

/// Something of an annotation that the words of another lie over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::figure) enum Under {
    /// Its words.
    Words,
    /// Its symbol, or the place that a callout means.
    Mark,
}

impl Marked {
    /// The annotations on the page of a figure.
    pub(in crate::figure) fn all(document: &Document, drawn: &Drawn) -> Vec<Self> {
        let groups = |id: &str| find(&drawn.list.items, id).map(|group| by_id(&group.items)).unwrap_or_default();
        let (words, shapes) = (groups(WORDS), groups(SHAPES));
        let origin = drawn.map_frame.origin().to_vec2();
        let on_page = |at: &Coord<f64>| drawn.map.page_from_lon_lat(*at) + origin;
        let marked = |annotation: &Arc<Annotation>| {
            let words = words.get(annotations::words_id(annotation).as_str()).map_or(&[][..], |group| &group.items);
            let lines = texts_but(words, "").into_iter().map(corners_of).collect();
            let at = match &annotation.shape {
                annotation::Shape::Point { at, .. } | annotation::Shape::Callout { target: at, .. } => {
                    Some(on_page(at))
                }
                _ => None,
            };
            let symbol = || shapes.get(annotations::group_id(annotation).as_str()).map(|group| extent(&group.items));
            let (mark, body) = match &annotation.shape {
                annotation::Shape::Point { kind: PointKind::Marker, .. } => (symbol().flatten(), None),
                // Its box is the last that is filled.
                annotation::Shape::Callout { .. } => {
                    let last = words.iter().rev().find(|item| matches!(item, Item::Fill { .. }));
                    let body = last.and_then(|item| extent(std::slice::from_ref(item)));
                    (at.map(|at| Rect::from_center_size(at, (4.0, 4.0))), body)
                }
                _ => (None, None),
            };
            Self { label: annotation.label(), lines, at, mark, body }
        };
        annotations::shown(document, &drawn.map).into_iter().map(marked).collect()
    }

    /// Whether a part of the page hides any of it.
    pub(in crate::figure) fn is_under(&self, piece: Rect) -> bool {
        self.at.is_some_and(|at| piece.contains(at)) || self.lines.iter().any(|line| overlap(line, &corners(piece)))
    }

    /// Whether the edge of the map cuts its words.
    pub(in crate::figure) fn is_cut(&self, map: Rect) -> bool {
        let map = map.inflate(0.5, 0.5);
        let beyond = |at: &Point| at.x < map.x0 || at.x > map.x1 || at.y < map.y0 || at.y > map.y1;
        self.lines.iter().flatten().any(beyond) || self.body.is_some_and(|body| map.union(body) != map)
    }

    /// Whether its words lie over those of another, or over its mark.
    fn lies_over(&self, other: &Self, what: Under) -> bool {
        let over = |corners: &[Point; 4]| self.lines.iter().any(|line| overlap(line, corners));
        match what {
            Under::Words => other.lines.iter().any(over),
            Under::Mark => other.mark.is_some_and(|mark| over(&corners(mark))),
        }
    }

    /// Those of which the words lie over something of another, which comes second, in their order; not all of them where
    /// more boxes meet than can be looked at while an export waits.
    pub(in crate::figure) fn meeting(all: &[Self]) -> Meeting<'_> {
        let bounds = |one: &Self| {
            let corners = one.lines.iter().flatten().map(|corner| Rect::from_points(*corner, *corner));
            corners.chain(one.mark).reduce(|a, b| a.union(b))
        };
        let boxes = all.iter().enumerate().filter_map(|(index, one)| Some((bounds(one)?, index)));
        let boxes: Vec<(Rect, usize)> = boxes.collect();
        // The tree sorts by degrees: no page reaches beyond 90 of these.
        let in_tree = |at: &Rect| [at.x0, at.y0, at.x1, at.y1].map(|pt| pt / 500.0);
        let tree = BoxTree::new(boxes.iter().map(|(at, _)| in_tree(at)));
        let (mut pairs, mut left) = (Vec::new(), MOST_MEETING);
        'all: for (at, (a, lower)) in boxes.iter().enumerate() {
            let mut near = tree.meeting(in_tree(a));
            near.retain(|other| *other > at && a.overlaps(boxes[*other].0));
            near.sort_unstable();
            for (_, upper) in near.into_iter().map(|other| &boxes[other]) {
                let Some(fewer) = left.checked_sub(1) else { break 'all };
                left = fewer;
                for (over, under, what) in
                    [(upper, lower, Under::Words), (lower, upper, Under::Mark), (upper, lower, Under::Mark)]
                {
                    if all[*over].lies_over(&all[*under], what) {
                        pairs.push((&all[*over], &all[*under], what));
                    }
                }
            }
        }
        Meeting { pairs, is_all: left > 0 }
    }
}

/// So many pairs of annotations whose boxes meet are looked at: ten thousand markers at one place have fifty million.
const MOST_MEETING: usize = 100_000;

/// Annotations that lie over each other.
pub(in crate::figure) struct Meeting<'a> {
    /// The one whose words lie over something, that one, and what of it.
    pub(in crate::figure) pairs: Vec<(&'a Marked, &'a Marked, Under)>,
    /// Whether there are no more.
    pub(in crate::figure) is_all: bool,
}

/// All groups among these items, and in groups among them, by their ids.
fn by_id(items: &[Item]) -> HashMap<&str, &Group> {
    fn add<'a>(items: &'a [Item], groups: &mut HashMap<&'a str, &'a Group>) {
        for item in items {
            if let Item::Group(group) = item {
                groups.entry(group.id.as_str()).or_insert(group);
                add(&group.items, groups);
            }
        }
    }
    let mut groups = HashMap::new();
    add(items, &mut groups);
    groups
}

fn find<'a>(items: &'a [Item], id: &str) -> Option<&'a Group> {
    items.iter().find_map(|item| match item {
        Item::Group(group) if group.id == id => Some(group),
        Item::Group(group) => find(&group.items, id),
        _ => None,
    })
}

/// The box of the paths among these items.
fn extent(items: &[Item]) -> Option<Rect> {
    let bounds = items.iter().filter_map(|item| match item {
        Item::Group(group) => extent(&group.items),
        Item::Fill { path, .. } | Item::Stroke { path, .. } => Some(path.bounding_box()),
        _ => None,
    });
    bounds.reduce(|a, b| a.union(b))
}

fn corners(rect: Rect) -> [Point; 4] {
    let Rect { x0, y0, x1, y1 } = rect;
    [(x0, y0), (x1, y0), (x1, y1), (x0, y1)].map(Point::from)
}

/// The corners of the letters of a text, as it is turned.
fn corners_of(text: &Text) -> [Point; 4] {
    let level = Text { rotation_rad: 0.0, ..text.clone() };
    let turn = Affine::rotate_about(text.rotation_rad, text.origin);
    corners(text::outline(&level).bounding_box()).map(|corner| turn * corner)
}

/// Whether two rectangles, each in any direction, share more than a point's breadth: if no side of either parts them.
fn overlap(one: &[Point; 4], two: &[Point; 4]) -> bool {
    let sides = [one[1] - one[0], one[3] - one[0], two[1] - two[0], two[3] - two[0]];
    sides.into_iter().all(|side| {
        let reach = |corners: &[Point; 4]| {
            let along = corners.map(|corner| corner.to_vec2().dot(side) / side.hypot());
            along.into_iter().fold((f64::MAX, f64::MIN), |(low, high), at| (low.min(at), high.max(at)))
        };
        let ((a, b), (c, d)) = (reach(one), reach(two));
        b.min(d) - a.max(c) > 1.0
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_meet_as_they_are_turned() {
        let level = Rect::new(0.0, 0.0, 40.0, 10.0);
        let turned = |degrees: f64, by: (f64, f64)| {
            let turn = Affine::translate(by) * Affine::rotate(degrees.to_radians());
            corners(level).map(|corner| turn * corner)
        };
        let meets = |degrees: f64, by: (f64, f64)| overlap(&corners(level), &turned(degrees, by));
        assert!(meets(0.0, (20.0, 5.0)) && !meets(0.0, (41.0, 0.0)) && !meets(0.0, (0.0, 9.5)));
        // At 45° the box around it reaches over the corner, and it does not.
        assert!(!meets(45.0, (44.0, -12.0)) && meets(45.0, (34.0, -12.0)));
        assert!(meets(90.0, (30.0, -20.0)) && !meets(90.0, (30.0, 12.0)));
    }

    #[test]
    fn of_annotations_that_all_meet_no_more_pairs_are_looked_at_than_an_export_may_wait_for() {
        let marked = |count: usize, apart_pt: f64| -> Vec<Marked> {
            let one = |index: usize| {
                let left_pt = index as f64 * apart_pt;
                let lines = vec![corners(Rect::new(left_pt, 40.0, left_pt + 30.0, 50.0))];
                Marked { label: String::new(), lines, at: None, mark: None, body: None }
            };
            (0..count).map(one).collect()
        };
        let few = marked(40, 0.0);
        let Meeting { pairs, is_all } = Marked::meeting(&few);
        assert!(is_all && pairs.len() == 40 * 39 / 2, "{}", pairs.len());
        for count in [1000, 4000] {
            let many = marked(count, 0.0);
            let Meeting { pairs, is_all } = Marked::meeting(&many);
            assert!(!is_all && pairs.len() == MOST_MEETING, "{}", pairs.len());
        }
        // Where each meets its neighbour alone, all are found.
        let row = marked(4000, 20.0);
        let Meeting { pairs, is_all } = Marked::meeting(&row);
        assert!(is_all && pairs.len() == 3999, "{}", pairs.len());
    }

    #[test]
    fn words_are_cut_where_they_reach_over_the_edge() {
        let map = Rect::new(0.0, 0.0, 100.0, 100.0);
        let words = |x: f64| {
            let lines = vec![corners(Rect::new(x, 40.0, x + 30.0, 50.0))];
            Marked { label: String::new(), lines, at: None, mark: None, body: None }
        };
        assert!(!words(0.0).is_cut(map) && !words(70.0).is_cut(map));
        assert!(words(-2.0).is_cut(map) && words(72.0).is_cut(map));
    }

    #[test]
    fn a_half_of_a_ring_is_half_of_it() {
        let square = |from: f64, to: f64, is_hole: bool| {
            let points = [(from, from), (to, from), (to, to), (from, to), (from, from)].map(Point::from).to_vec();
            Ring { points, closed: true, is_hole, part: 0 }
        };
        let rings = [square(0.0, 10.0, false), square(4.0, 6.0, true)];
        let half = Rect::new(0.0, 0.0, 5.0, 20.0);
        assert_eq!(within(&rings, Dimension::Area, Affine::IDENTITY, half), 48.0);
        assert_eq!(within(&rings, Dimension::Area, Affine::scale(2.0), half), 100.0);
        assert_eq!(within(&rings[..1], Dimension::Line, Affine::IDENTITY, half), 20.0);
    }
}
