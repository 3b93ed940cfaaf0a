//! How crowded a map is, cell by cell: what pieces of furniture that look for a place by themselves go by.
//!
//! # Units
//! Points of the map, in cells of [`CELL_PT`].

use std::collections::BTreeSet;

use kurbo::{Affine, Point, Rect, Vec2};

use crate::dossier::{Overlay, Place, SOON_CHECKED};
use crate::geometry::Frame;
use crate::scene::display_list::{Item, texts_but};
use crate::scene::{labels, text};

/// Width and height of a cell.
const CELL_PT: f64 = 5.0;

/// The most cells across: a map of any size is looked over in the same time.
const MOST_ACROSS: f64 = 400.0;

/// Something of the main overlay.
const MAIN: u8 = 1;
/// A line, or the mark of a place.
const MARK: u8 = 2;
/// A name.
const NAME: u8 = 4;
/// An area that is filled, other than the main overlay.
const FILLED: u8 = 8;
/// The edge of an area.
const EDGE: u8 = 16;
/// Words of an annotation, or the name of an overlay's place.
const WORDS: u8 = 32;

/// A line that parts one side from another, and the cells beside it: no leader crosses it as long as there is another way.
const PARTING: u8 = 64;

/// A leader that goes round a line is at most so much longer than the one across it, in points.
const MOST_ROUND_PT: f64 = 120.0;

/// After so many places from which each leader would cross such a line, no others are looked at.
const MOST_IN_VAIN: usize = 500;

/// How bad it is to cover a cell, by what lies in it.
const COSTS: [(u8, f64); 6] = [(MAIN, 60.0), (MARK, 14.0), (NAME, 3.0), (FILLED, 1.5), (EDGE, 2.5), (WORDS, 20.0)];

/// What no piece covers if another place is free.
const MAIN_AT_ALL: f64 = 1e6;

/// How crowded a map is. Of a map that nobody has looked over every place is free.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Crowd {
    cell_pt: f64,
    columns: usize,
    rows: usize,
    cells: Vec<u8>,
    /// Of all cells above and to the left of each: what it costs to cover them.
    costs: Vec<f64>,
    /// The same: how many are of the main overlay.
    main: Vec<f64>,
    /// The same: how many no callout may cover.
    barred: Vec<f64>,
    /// The same: how many it does not cover where it has the choice.
    barred_with_names: Vec<f64>,
    /// The same: how many are of a line that parts two sides.
    parting: Vec<f64>,
    /// Cells well within the main overlay, next to some that are not.
    rim: Vec<(usize, usize)>,
    /// Of these, one for each block of two by two.
    rim_thinned: Vec<(usize, usize)>,
    /// The dots of the large towns of overlays, and of those that are named: names may give way, towns do not.
    towns: Vec<Rect>,
    /// Of each cell, on which side of the lines that part two sides it lies; 0 on such a line. Cells of one side are
    /// joined by way of cells that touch each other.
    sides: Vec<u32>,
}

/// Where a callout stands, and to what its leader goes where it does not stand within that.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::figure) struct CalloutPlace {
    /// Its words.
    pub(in crate::figure) rect: Rect,
    /// The end of its leader.
    pub(in crate::figure) target: Option<Point>,
}

/// What a callout may do where it finds no better place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::figure) struct Leeway {
    /// It may stand where the map has names, which then give way.
    pub(in crate::figure) among_names: bool,
    /// It has little air around it.
    pub(in crate::figure) is_tight: bool,
    /// Its leader may cross a line that parts two sides, such as a line of contact.
    pub(in crate::figure) across_lines: bool,
}

impl Leeway {
    /// From none to all.
    pub(in crate::figure) const ALL: [Self; 6] = [
        Self { among_names: false, is_tight: false, across_lines: false },
        Self { among_names: true, is_tight: false, across_lines: false },
        Self { among_names: true, is_tight: true, across_lines: false },
        Self { among_names: false, is_tight: false, across_lines: true },
        Self { among_names: true, is_tight: false, across_lines: true },
        Self { among_names: true, is_tight: true, across_lines: true },
    ];
}

impl Crowd {
    /// Of a map that shows these overlays, some of their points as `rings`, and has been drawn as `items`, without furniture.
    pub(in crate::figure) fn of(
        frame: &Frame,
        (shown, rings): (&[&Overlay], &[Rect]),
        main: Option<&Overlay>,
        items: &[Item],
    ) -> Self {
        let (width_pt, height_pt) = (frame.width_pt.max(1.0), frame.height_pt.max(1.0));
        let cell_pt = CELL_PT.max(width_pt.max(height_pt) / MOST_ACROSS);
        let (columns, rows) = ((width_pt / cell_pt).ceil() as usize, (height_pt / cell_pt).ceil() as usize);
        let mut crowd = Self { cell_pt, columns, rows, cells: vec![0; columns * rows], ..Self::default() };
        let page_from_world = frame.page_from_world();
        // A look into a large file takes too long.
        for overlay in shown.iter().filter(|overlay| overlay.vertices() <= SOON_CHECKED) {
            let is_main = main.is_some_and(|main| main.id == overlay.id);
            crowd.add(overlay, is_main, page_from_world, frame.view.zoom);
        }
        rings.iter().for_each(|ring| crowd.mark_rect(*ring, MARK));
        let places = shown.iter().filter(|overlay| overlay.opened_from.is_none()).flat_map(|it| it.shape.places());
        let of_overlays: BTreeSet<&str> = places.flat_map(|place| place.name.iter().map(|(_, name)| name)).collect();
        for item in items {
            let Item::Group(group) = item else { continue };
            // Leaders to names that stand apart from their dots.
            for part in group.items.iter().filter(|_| group.id == "labels") {
                let Item::Stroke { path, .. } = part else { continue };
                for pair in path.points().windows(2) {
                    crowd.mark_line(pair[0], pair[1], WORDS);
                }
            }
            for text in texts_but(std::slice::from_ref(item), "map") {
                // The names of an overlay's places are as much of it as their dots.
                let is_of_map = group.id == "labels" && !of_overlays.contains(text.text.as_str());
                let what = if is_of_map { NAME } else { WORDS };
                crowd.mark_rect(kurbo::Shape::bounding_box(&text::outline(text)).inflate(1.5, 1.5), what);
            }
        }
        let named: BTreeSet<&str> = texts_but(items, "map").iter().map(|text| text.text.as_str()).collect();
        let of_dossier = shown.iter().filter(|overlay| overlay.opened_from.is_none());
        let places = of_dossier.flat_map(|overlay| overlay.shape.places());
        let is_large = |place: &Place| place.population.is_some_and(|count| count as f64 >= labels::LARGE);
        let is_named = |place: &Place| place.name.iter().any(|(_, name)| named.contains(name));
        let towns = places.filter(|place| is_large(place) || is_named(place));
        let dot = |place: &Place| Rect::from_center_size(frame.page_from_lon_lat(place.at), (11.0, 11.0));
        crowd.towns = towns.map(dot).filter(|dot| dot.overlaps(frame.page())).collect();
        crowd.sum();
        crowd
    }

    fn add(&mut self, overlay: &Overlay, is_main: bool, page_from_world: Affine, zoom: f64) {
        let is_filled = overlay.style.is_filled();
        let mut crossings: Vec<Vec<f64>> = vec![Vec::new(); self.rows];
        for ring in overlay.levels().at_zoom(zoom) {
            let edge = if ring.closed { EDGE } else { MARK };
            for pair in ring.points.windows(2) {
                let (a, b) = (page_from_world * pair[0], page_from_world * pair[1]);
                self.mark_line(a, b, edge);
                if !ring.closed && overlay.is_line_of_contact() {
                    self.mark_parting(a, b);
                }
                if ring.closed && (is_main || is_filled) {
                    self.cross(a, b, &mut crossings);
                }
            }
        }
        for (row, mut xs) in crossings.into_iter().enumerate() {
            xs.sort_by(f64::total_cmp);
            for [from, to] in xs.as_chunks::<2>().0 {
                let column = |x: f64| (x / self.cell_pt - 0.5).clamp(-1.0, self.columns as f64);
                for column in column(*from).ceil().max(0.0) as usize..(column(*to).floor() + 1.0).max(0.0) as usize {
                    if let Some(cell) =
                        self.cells.get_mut(row * self.columns + column).filter(|_| column < self.columns)
                    {
                        *cell |= if is_main { MAIN } else { FILLED };
                    }
                }
            }
        }
        for place in overlay.shape.places() {
            let at = page_from_world * crate::geometry::world_from_lon_lat(place.at);
            self.mark_rect(Rect::from_center_size(at, (8.0, 8.0)), MARK);
        }
    }

    /// Notes where an edge crosses the middles of rows.
    fn cross(&self, a: Point, b: Point, crossings: &mut [Vec<f64>]) {
        let (top, bottom) = (a.y.min(b.y), a.y.max(b.y));
        if !(a.is_finite() && b.is_finite()) || bottom < 0.0 || top > self.rows as f64 * self.cell_pt {
            return;
        }
        let first = (top / self.cell_pt - 0.5).ceil().max(0.0) as usize;
        for (row, xs) in crossings.iter_mut().enumerate().skip(first) {
            let y = (row as f64 + 0.5) * self.cell_pt;
            if y >= bottom {
                break;
            }
            xs.push(a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x));
        }
    }

    fn mark_line(&mut self, a: Point, b: Point, what: u8) {
        for at in self.along_on_page(a, b) {
            if let Some(index) = self.index(at) {
                self.cells[index] |= what;
            }
        }
    }

    fn mark_parting(&mut self, a: Point, b: Point) {
        let beside = (self.cell_pt, self.cell_pt);
        for at in self.along_on_page(a, b) {
            self.mark_rect(Rect::from_center_size(at, beside), PARTING);
        }
    }

    /// Places along what of an edge lies on the page, two for each cell.
    fn along_on_page(&self, a: Point, b: Point) -> impl Iterator<Item = Point> + use<> {
        let step_pt = self.cell_pt / 2.0;
        let part = crate::geometry::clip::part_inside(a, b, self.page());
        part.into_iter().flat_map(move |(from, to)| along(a.lerp(b, from), a.lerp(b, to), step_pt))
    }

    fn page(&self) -> Rect {
        Rect::new(0.0, 0.0, self.columns as f64 * self.cell_pt, self.rows as f64 * self.cell_pt)
    }

    fn mark_rect(&mut self, rect: Rect, what: u8) {
        let Some([left, top, right, bottom]) = self.span(rect) else { return };
        for row in top..bottom {
            self.cells[row * self.columns + left..row * self.columns + right].iter_mut().for_each(|cell| *cell |= what);
        }
    }

    fn index(&self, at: Point) -> Option<usize> {
        let (column, row) = ((at.x / self.cell_pt).floor(), (at.y / self.cell_pt).floor());
        let inside = (0.0..self.columns as f64).contains(&column) && (0.0..self.rows as f64).contains(&row);
        inside.then(|| row as usize * self.columns + column as usize)
    }

    /// The cells that a rectangle touches: from column and row to column and row.
    fn span(&self, rect: Rect) -> Option<[usize; 4]> {
        if self.cells.is_empty() || !rect.is_finite() {
            return None;
        }
        let low = |at: f64, count: usize| ((at / self.cell_pt).floor().max(0.0) as usize).min(count);
        let high = |at: f64, count: usize| ((at / self.cell_pt).ceil().max(0.0) as usize).min(count);
        let span = [
            low(rect.x0, self.columns),
            low(rect.y0, self.rows),
            high(rect.x1, self.columns),
            high(rect.y1, self.rows),
        ];
        (span[0] < span[2] && span[1] < span[3]).then_some(span)
    }

    /// Adds up, once all is marked.
    fn sum(&mut self) {
        let cost = |cell: u8| COSTS.iter().filter(|(what, _)| cell & what != 0).map(|(_, cost)| cost).sum::<f64>();
        let sums = |of: &dyn Fn(u8) -> f64| {
            let across = self.columns + 1;
            let mut sums = vec![0.0; across * (self.rows + 1)];
            for row in 0..self.rows {
                let mut in_row = 0.0;
                for column in 0..self.columns {
                    in_row += of(self.cells[row * self.columns + column]);
                    sums[(row + 1) * across + column + 1] = sums[row * across + column + 1] + in_row;
                }
            }
            sums
        };
        let is_of = |what: u8| move |cell: u8| f64::from(u8::from(cell & what != 0));
        (self.costs, self.main) = (sums(&cost), sums(&is_of(MAIN)));
        self.barred_with_names = sums(&is_of(MAIN | MARK | NAME | FILLED | EDGE | WORDS));
        self.barred = sums(&is_of(MAIN | MARK | FILLED | WORDS));
        self.parting = sums(&is_of(PARTING));
        // Well within it and on nothing else; where it is too small for that, anywhere within it.
        let choices = [(2, MARK | NAME | WORDS), (1, MARK | NAME | WORDS), (1, MARK), (0, MARK), (0, 0)];
        let rims = choices.into_iter().map(|(reach, but)| self.rim(reach, but));
        self.rim = rims.into_iter().find(|rim| !rim.is_empty()).unwrap_or_default();
        let mut blocks = BTreeSet::new();
        self.rim_thinned =
            self.rim.iter().copied().filter(|(column, row)| blocks.insert((column / 2, row / 2))).collect();
        self.sides = self.sides();
    }

    fn sides(&self) -> Vec<u32> {
        let mut sides = vec![0; self.cells.len()];
        let is_free = |cell: usize| self.cells[cell] & PARTING == 0;
        let mut count = 0;
        let mut ahead = Vec::new();
        for start in 0..sides.len() {
            if sides[start] != 0 || !is_free(start) {
                continue;
            }
            count += 1;
            sides[start] = count;
            ahead.push(start);
            while let Some(cell) = ahead.pop() {
                let (column, row) = (cell % self.columns, cell / self.columns);
                for row in row.saturating_sub(1)..(row + 2).min(self.rows) {
                    for column in column.saturating_sub(1)..(column + 2).min(self.columns) {
                        let near = row * self.columns + column;
                        if sides[near] == 0 && is_free(near) {
                            sides[near] = count;
                            ahead.push(near);
                        }
                    }
                }
            }
        }
        sides
    }

    /// The cells of the main overlay that are at least so far within it, without anything of `but` in them, and not all
    /// around by such.
    fn rim(&self, reach: usize, but: u8) -> Vec<(usize, usize)> {
        let across = (2 * reach + 1) as f64;
        let is_deep = |column: usize, row: usize| {
            let (Some(left), Some(top)) = (column.checked_sub(reach), row.checked_sub(reach)) else { return false };
            let (right, bottom) = (column + reach + 1, row + reach + 1);
            let is_on_map = right <= self.columns && bottom <= self.rows;
            is_on_map && self.total(&self.main, [left, top, right, bottom]) >= across * across
        };
        let is_inner = |column: usize, row: usize| {
            [(0, 1), (2, 1), (1, 0), (1, 2)].iter().all(|(x, y)| is_deep(column + x - 1, row + y - 1))
        };
        let rows = 1..self.rows.saturating_sub(1);
        let cells = rows.flat_map(|row| (1..self.columns.saturating_sub(1)).map(move |column| (column, row)));
        cells
            .filter(|(column, row)| self.cells[row * self.columns + column] & but == 0)
            .filter(|(column, row)| is_deep(*column, *row) && !is_inner(*column, *row))
            .collect()
    }

    fn total(&self, sums: &[f64], [left, top, right, bottom]: [usize; 4]) -> f64 {
        let across = self.columns + 1;
        let at = |column: usize, row: usize| sums.get(row * across + column).copied().unwrap_or_default();
        at(right, bottom) - at(left, bottom) - at(right, top) + at(left, top)
    }

    /// How bad it is to cover a part of the map.
    pub(in crate::figure) fn cost(&self, rect: Rect) -> f64 {
        let Some(span) = self.span(rect) else { return 0.0 };
        let main = self.total(&self.main, span);
        self.total(&self.costs, span) + if main > 0.0 { MAIN_AT_ALL } else { 0.0 }
    }

    /// Where a callout of this size, in points, stands: within the main overlay where it fits, and else beside it with a
    /// leader; over no name, no mark, no line, no words, no other filled area and none of the rectangles `taken`, and with so
    /// much of `clear` points aside and up and down that no town is hidden. Of such
    /// places the one with the shortest leader, which crosses as little as it can. `None` where there is none.
    pub(in crate::figure) fn callout(
        &self,
        size: kurbo::Size,
        taken: &[Rect],
        clear: Vec2,
        Leeway { among_names, is_tight, across_lines }: Leeway,
    ) -> Option<CalloutPlace> {
        if self.rim.is_empty() {
            return None;
        }
        let air_pt = if is_tight { 0.3 } else { 1.4 } * self.cell_pt;
        let page = self.page().inset(-2.0 * air_pt);
        let step = if is_tight { 1 } else { 2 };
        let spots = || {
            let rows = (0..self.rows).step_by(step);
            rows.flat_map(move |row| (0..self.columns).step_by(step).map(move |column| (column, row)))
        };
        let rects = || {
            spots()
                .map(|(column, row)| {
                    let at = Point::new(column as f64 * self.cell_pt, row as f64 * self.cell_pt);
                    Rect::from_origin_size(at, size)
                })
                .filter(|rect| page.contains_rect(*rect))
                .filter(|rect| !taken.iter().any(|other| other.overlaps(rect.inflate(air_pt, air_pt))))
                .filter(|rect| !self.towns.iter().any(|dot| dot.overlaps(rect.inflate(clear.x, clear.y))))
        };
        let count = self.rim.len() as f64;
        let middle =
            self.rim.iter().fold(Vec2::ZERO, |sum, cell| sum + self.middle(*cell).to_vec2() / count).to_point();
        // Within it: all around is its own, and nothing else is there.
        let within = rects()
            .filter(|rect| {
                let Some(span) = self.span(rect.inflate(air_pt, air_pt)) else { return false };
                let cells = ((span[2] - span[0]) * (span[3] - span[1])) as f64;
                let clean = cells * COSTS[0].1;
                self.total(&self.main, span) >= cells && self.total(&self.costs, span) <= clean + 0.5
            })
            .min_by(|a, b| a.center().distance(middle).total_cmp(&b.center().distance(middle)));
        if let Some(rect) = within {
            return Some(CalloutPlace { rect, target: None });
        }
        let barred = if among_names { &self.barred } else { &self.barred_with_names };
        let mut beside: Vec<(f64, f64, Rect)> = rects()
            .filter_map(|rect| {
                let span = self.span(rect.inflate(air_pt, air_pt)).filter(|span| self.total(barred, *span) <= 0.0)?;
                let nearest =
                    self.rim.iter().map(|cell| distance(rect, self.middle(*cell))).fold(f64::INFINITY, f64::min);
                let covered = 4.0 * self.total(&self.costs, span);
                Some((nearest + covered, covered, rect))
            })
            .collect();
        // The least that each can cost, so that few leaders have to be looked at.
        beside.sort_by(|(a, ..), (b, ..)| a.total_cmp(b));
        let mut best: Option<(f64, CalloutPlace)> = None;
        let mut in_vain = 0;
        for (least, covered, rect) in beside {
            if best.as_ref().is_some_and(|(cost, _)| least >= *cost) {
                break;
            }
            let Some(target) = self.nearest(rect, across_lines) else {
                in_vain += 1;
                if in_vain == MOST_IN_VAIN {
                    break;
                }
                continue;
            };
            let start = leader_start(rect, target);
            let cost = distance(rect, target) + covered + self.crossed(start, target);
            if best.as_ref().is_none_or(|(least, _)| cost < *least) {
                best = Some((cost, CalloutPlace { rect, target: Some(target) }));
            }
        }
        best.map(|(_, place)| place)
    }

    /// The nearest place within the main overlay to which a leader from a rectangle may go; `None` where each leader
    /// would cross a line that parts two sides, unless it may.
    fn nearest(&self, rect: Rect, across_lines: bool) -> Option<Point> {
        let with_length = |cell: &(usize, usize)| {
            let target = self.middle(*cell);
            (distance(rect, target), target)
        };
        let nearest = self.rim.iter().map(with_length).min_by(|(a, _), (b, _)| a.total_cmp(b))?;
        if across_lines || !self.parts(leader_start(rect, nearest.1), nearest.1) {
            return Some(nearest.1);
        }
        let mut targets: Vec<(f64, Point)> = self.rim_thinned.iter().map(with_length).collect();
        targets.retain(|(length_pt, target)| {
            *length_pt <= nearest.0 + MOST_ROUND_PT && !self.are_apart(leader_start(rect, *target), *target)
        });
        targets.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        targets.into_iter().map(|(_, target)| target).find(|target| !self.parts(leader_start(rect, *target), *target))
    }

    /// Whether there is no way at all between two places but over a line that parts two sides.
    fn are_apart(&self, from: Point, to: Point) -> bool {
        let side = |at| self.index(at).map(|index| self.sides[index]);
        side(from).zip(side(to)).is_some_and(|(from, to)| from == 0 || from != to)
    }

    /// Whether a line that parts two sides lies between two places: whether one of the places [`along`] the way is in one of
    /// its cells. Halves the way as long as there are such cells in the box around a part of it.
    fn parts(&self, from: Point, to: Point) -> bool {
        if self.are_apart(from, to) {
            return true;
        }
        let steps = steps(from, to, self.cell_pt / 2.0);
        let cell = |step: usize| {
            let at = from.lerp(to, step as f64 / steps as f64);
            [(at.x / self.cell_pt).floor(), (at.y / self.cell_pt).floor()]
        };
        let mut ahead = vec![(0, steps)];
        while let Some((first, last)) = ahead.pop() {
            let ([a, b], [c, d]) = (cell(first), cell(last));
            let (low, high) = ([a.min(c), b.min(d)], [a.max(c) + 1.0, b.max(d) + 1.0]);
            let limit = |at: f64, count: usize| (at.max(0.0) as usize).min(count);
            let (left, top) = (limit(low[0], self.columns), limit(low[1], self.rows));
            let (right, bottom) = (limit(high[0], self.columns), limit(high[1], self.rows));
            if left >= right || top >= bottom || self.total(&self.parting, [left, top, right, bottom]) <= 0.0 {
                continue;
            }
            if first == last {
                return true;
            }
            let middle = first.midpoint(last);
            ahead.extend([(middle + 1, last), (first, middle)]);
        }
        false
    }

    /// The nearest place within the main overlay to which a leader may go from words that somebody has put there; `None`
    /// where they stand in it.
    pub(in crate::figure) fn target(&self, rect: Rect) -> Option<Point> {
        let inside = self.index(rect.center()).is_some_and(|index| self.cells[index] & MAIN != 0);
        if inside { None } else { self.nearest(rect, false).or_else(|| self.nearest(rect, true)) }
    }

    /// How bad it is to draw a leader there.
    fn crossed(&self, from: Point, to: Point) -> f64 {
        let cells = along(from, to, self.cell_pt).filter_map(|at| self.index(at));
        let cost = |cell: u8| {
            [(MARK, 400.0), (NAME, 90.0), (WORDS, 150.0), (FILLED, 8.0)]
                .iter()
                .filter(|(what, _)| cell & what != 0)
                .map(|(_, cost)| cost)
                .sum::<f64>()
        };
        cells.map(|index| cost(self.cells[index])).sum()
    }

    fn middle(&self, (column, row): (usize, usize)) -> Point {
        Point::new((column as f64 + 0.5) * self.cell_pt, (row as f64 + 0.5) * self.cell_pt)
    }
}

/// Places from one to another, both among them, at most `step_pt` apart.
pub(in crate::figure) fn along(from: Point, to: Point, step_pt: f64) -> impl Iterator<Item = Point> {
    let steps = steps(from, to, step_pt);
    (0..=steps).map(move |step| from.lerp(to, step as f64 / steps as f64))
}

fn steps(from: Point, to: Point, step_pt: f64) -> usize {
    (from.distance(to) / step_pt).ceil().max(1.0) as usize
}

/// How far a place is from the edge of a rectangle, in points; 0 within it.
fn distance(rect: Rect, at: Point) -> f64 {
    at.distance(leader_start(rect, at))
}

/// Where on the edge of words a leader to a place begins.
pub(in crate::figure) fn leader_start(rect: Rect, target: Point) -> Point {
    Point::new(target.x.clamp(rect.x0, rect.x1), target.y.clamp(rect.y0, rect.y1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_on_a_leaders_way_is_found_as_by_looking_at_each_place_of_it() {
        let (columns, rows) = (40, 30);
        let mut state = 7_u64;
        let mut next = move |most: f64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as f64 / f64::from(1_u32 << 31) * most
        };
        let mut crossed = 0;
        for lines in 0..8 {
            let cells = vec![0; columns * rows];
            let mut crowd = Crowd { cell_pt: CELL_PT, columns, rows, cells, ..Crowd::default() };
            for _ in 0..lines {
                crowd.mark_parting(Point::new(next(200.0), next(150.0)), Point::new(next(200.0), next(150.0)));
            }
            crowd.sum();
            for _ in 0..500 {
                // Some begin or end off the map.
                let [from, to] = [(); 2].map(|()| Point::new(next(220.0) - 10.0, next(170.0) - 10.0));
                let mut places = along(from, to, CELL_PT / 2.0).filter_map(|at| crowd.index(at));
                let expected = places.any(|index| crowd.cells[index] & PARTING != 0);
                assert_eq!(crowd.parts(from, to), expected, "{from} {to}");
                crossed += usize::from(expected);
            }
        }
        assert!((500..3500).contains(&crossed), "{crossed}");
    }
}
