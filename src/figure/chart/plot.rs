//! A chart of areas over time as a display list: axes, reports, ranges, what is stated.

use std::ops::RangeInclusive;

use kurbo::{Point, Rect, Size, Vec2};

use super::ticks;
use crate::dossier::series::curve::{AreaOverTime, Curve, Point as Report};
use crate::figure::page::Setting;
use crate::figure::pieces::references::compact_numbers;
use crate::formats::locale::Unit;
use crate::scene::curve::{CurveLook, CurveMark, level_stroke, line, whisker};
use crate::scene::display_list::{Cap, Color, DisplayList, Face, Group, Item, Stroke};
use crate::scene::text;

/// So many marks keep the numbers of stated figures off; of more, labels lie over some.
const MOST_MARKS: usize = 4000;

/// What of a chart is not in the areas themselves.
pub(super) struct Plot<'a> {
    pub(super) all: &'a AreaOverTime,
    pub(super) setting: &'a Setting,
    /// Of each curve.
    pub(super) colors: &'a [Color],
    /// What each curve is called.
    pub(super) names: &'a [String],
    /// What stands beside each stated figure.
    pub(super) labels: &'a [StatedLabel],
    /// What the whole is called.
    pub(super) whole: Option<&'a str>,
    pub(super) from_zero: bool,
}

/// What stands beside a stated figure: the numbers of its sources, or its number where the figure lists no sources.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum StatedLabel {
    Numbers(Vec<usize>),
    Words(String),
}

/// Where days and areas stand.
struct Scale {
    plot: Rect,
    days: (f64, f64),
    km2: (f64, f64),
}

impl Scale {
    fn x(&self, day: f64) -> f64 {
        self.plot.x0 + self.plot.width() * (day - self.days.0) / (self.days.1 - self.days.0)
    }

    fn y(&self, km2: f64) -> f64 {
        self.plot.y1 - self.plot.height() * (km2 - self.km2.0) / (self.km2.1 - self.km2.0)
    }

    /// The middle of a day, or of a stretch of days.
    fn at(&self, days: &RangeInclusive<i64>, km2: f64) -> Point {
        Point::new(self.x((*days.start() + *days.end() + 1) as f64 / 2.0), self.y(km2))
    }

    fn day_pt(&self) -> f64 {
        self.plot.width() / (self.days.1 - self.days.0)
    }
}

/// An axis of numbers: where, and as they are written.
type Marks = Vec<(f64, String)>;

impl Plot<'_> {
    fn size_pt(&self) -> f64 {
        self.setting.size(0.82)
    }

    fn width_of(&self, words: &str) -> f64 {
        text::measure(words, Face::Sans, self.size_pt(), 0.0).advance_pt
    }

    /// Words whose middle, left or right end (0.5, 0 or 1) stands at a place.
    fn words_at(&self, words: &str, at: Point, anchor: f64, color: Color, face: Face) -> Item {
        let line = self.setting.words.directed(words);
        let width_pt = text::measure(&line, face, self.size_pt(), 0.0).advance_pt;
        self.setting.text(line, face, self.size_pt(), color, at - Vec2::new(anchor * width_pt, 0.0))
    }

    /// The chart on a page of that size.
    pub(super) fn draw(&self, size: Size) -> DisplayList {
        let mut items = Vec::new();
        if let (Some(span), Some(reach)) = (self.all.span(), self.all.reach_km2()) {
            let (scale, areas, shares) = self.scale(size, &span, reach);
            items.push(Item::Group(self.axes(&scale, &areas, &shares, &span)));
            let mut marks = Vec::new();
            for (index, curve) in self.all.curves.iter().enumerate() {
                items.push(Item::Group(self.curve(&scale, index, curve, &mut marks)));
            }
            items.extend(self.stated(&scale, &marks).map(Item::Group));
        }
        DisplayList { width_pt: size.width, height_pt: size.height, items }
    }

    /// Where all stands, and what the axes say: of areas, and of shares of the whole.
    fn scale(&self, size: Size, span: &RangeInclusive<i64>, reach: [f64; 2]) -> (Scale, Marks, Marks) {
        let em = self.size_pt();
        let locale = self.setting.words.locale;
        let (top, bottom) = (self.title_rows(size.width).len() as f64 * 1.4 * em + 0.9 * em, 2.0 * em);
        let height_pt = (size.height - top - bottom).max(2.0 * em);
        let most = ((height_pt / (2.4 * em)) as usize).clamp(1, 8);
        let low = if self.from_zero { 0.0 } else { reach[0] };
        let high = if reach[1] > low { reach[1] } else { low + (0.01 * low).max(1.0) };
        let (marks, decimals) = ticks::numbers(low, high, most);
        let km2 = (marks.first().copied().unwrap_or(0.0), marks.last().copied().unwrap_or(1.0));
        let areas: Marks = marks.iter().map(|km2| (*km2, locale.number(*km2, decimals))).collect();
        let shares: Marks = match self.all.within.as_ref().filter(|within| within.km2 > 0.0) {
            Some(within) => {
                let percent = |km2: f64| 100.0 * km2 / within.km2;
                let (marks, decimals) = ticks::numbers(percent(km2.0), percent(km2.1), most);
                let inside = marks.into_iter().map(|mark| (mark / 100.0 * within.km2, mark));
                let inside = inside.filter(|(at, _)| *at >= km2.0 - 1e-9 && *at <= km2.1 + 1e-9);
                inside.map(|(at, mark)| (at, locale.number(mark, decimals))).collect()
            }
            None => Vec::new(),
        };
        let widest = |marks: &Marks| marks.iter().map(|(_, words)| self.width_of(words)).fold(0.0, f64::max);
        let left = widest(&areas) + 0.6 * em;
        let right = self.right_pt(&shares);
        let (least, most) = (0.5 * left.min(size.width / 3.0), size.width);
        let x1 = (most - right).max(least + 16.0);
        let plot = Rect::new(left.min(x1 - 8.0), top, x1, top + height_pt);
        // A day is as wide as any other; some room at both ends keeps marks off the axes.
        let (first, last) = (*span.start() as f64, *span.end() as f64 + 1.0);
        let room = (0.02 * (last - first)).max(0.5);
        (Scale { plot, days: (first - room, last + room), km2 }, areas, shares)
    }

    /// The titles of the axes of areas and of shares: side by side where both have room, else under each other.
    fn title_rows(&self, width_pt: f64) -> Vec<Vec<(String, f64)>> {
        let words = self.setting.words;
        let unit = words.locale.in_unit(2.0, "", Unit::Km2);
        let area = words.fill(words.chart.area, &[("unit", unit.trim())]);
        let Some(whole) = self.whole else { return vec![vec![(area, 0.0)]] };
        let percent = words.locale.percent("");
        let share = words.fill(words.chart.share, &[("whole", whole), ("unit", percent.trim())]);
        // A name without end is cut to the line.
        let mut share = share;
        while self.width_of(&share) > width_pt && share.chars().count() > 2 {
            let end = share.trim_end_matches('…').char_indices().next_back().map_or(0, |(end, _)| end);
            share = format!("{}…", &share[..end]);
        }
        if self.width_of(&area) + self.width_of(&share) + 2.0 * self.size_pt() <= width_pt {
            vec![vec![(area, 0.0), (share, 1.0)]]
        } else {
            vec![vec![(area, 0.0)], vec![(share, 1.0)]]
        }
    }

    fn axes(&self, scale: &Scale, areas: &Marks, shares: &Marks, span: &RangeInclusive<i64>) -> Group {
        let (em, palette, words) = (self.size_pt(), &self.setting.palette, self.setting.words);
        let plot = scale.plot;
        let hair = Stroke { cap: Cap::Butt, ..Stroke::solid(palette.line, 0.75) };
        let firm = Stroke { cap: Cap::Butt, ..Stroke::solid(palette.second, 1.0) };
        let mut items = Vec::new();
        let width_pt = plot.x1 + self.right_pt(shares);
        for (row, titles) in self.title_rows(width_pt).iter().enumerate() {
            let y = (row as f64 + 1.0) * 1.4 * em - 0.3 * em;
            for (title, anchor) in titles {
                let x = anchor * width_pt;
                items.push(self.words_at(title, Point::new(x, y), *anchor, palette.second, Face::SansSemiBold));
            }
        }
        for (km2, label) in areas {
            let y = scale.y(*km2);
            items.push(line(Point::new(plot.x0, y), Point::new(plot.x1, y), hair.clone()));
            let at = Point::new(plot.x0 - 0.4 * em, y + 0.35 * em);
            items.push(self.words_at(label, at, 1.0, palette.second, Face::Sans));
        }
        for (km2, label) in shares {
            let y = scale.y(*km2);
            // Within the chart: before a number it would read as a minus.
            items.push(line(Point::new(plot.x1 - 0.3 * em, y), Point::new(plot.x1, y), firm.clone()));
            items.push(self.words_at(
                label,
                Point::new(plot.x1 + 0.4 * em, y + 0.35 * em),
                0.0,
                palette.second,
                Face::Sans,
            ));
        }
        let foot = Point::new(plot.x0, plot.y1);
        items.push(line(foot, Point::new(plot.x1, plot.y1), firm.clone()));
        if !shares.is_empty() {
            items.push(line(Point::new(plot.x1, plot.y0), Point::new(plot.x1, plot.y1), hair));
        }
        let (from, to) = (*span.start(), *span.end());
        let marks =
            ticks::days((from, to), scale.day_pt(), 0.9 * em, |day| words.locale.day(day), |name| self.width_of(name));
        for (day, name) in marks {
            let x = scale.x(day as f64 + 0.5);
            items.push(line(Point::new(x, plot.y1), Point::new(x, plot.y1 + 0.3 * em), firm.clone()));
            // At the ends they stand within the chart.
            let half = self.width_of(&name) / 2.0;
            let middle = x.clamp(half, (plot.x1 + self.right_pt(shares) - half).max(half));
            let at = Point::new(middle, plot.y1 + 1.45 * em);
            items.push(self.words_at(&name, at, 0.5, palette.second, Face::Sans));
        }
        Group::new("axes", words.chart.plot, items)
    }

    fn right_pt(&self, shares: &Marks) -> f64 {
        let widest = shares.iter().map(|(_, words)| self.width_of(words)).fold(0.0, f64::max);
        widest + 0.6 * self.size_pt()
    }

    /// The marks become smaller where they would hide each other.
    fn radius(&self, scale: &Scale, curve: &Curve) -> f64 {
        let usual = 0.32 * self.size_pt();
        let mut steps: Vec<f64> = curve
            .points
            .windows(2)
            .map(|pair| (*pair[1].days.start() - *pair[0].days.start()) as f64 * scale.day_pt())
            .filter(|step| *step > 0.0)
            .collect();
        steps.sort_by(f64::total_cmp);
        let Some(middle) = steps.get(steps.len() / 4) else { return usual };
        usual.min(middle.max(0.65 * usual))
    }

    fn curve(&self, scale: &Scale, index: usize, curve: &Curve, marks: &mut Vec<Rect>) -> Group {
        let color = self.colors.get(index).copied().unwrap_or(self.setting.palette.ink);
        let (ground, radius) = (self.setting.palette.panel, self.radius(scale, curve));
        let (look, width_pt) = (CurveLook::of(index), 0.11 * self.size_pt());
        let points = &curve.points;
        let mut items = Vec::new();
        for former in curve.gaps() {
            let (Some(point), Some(next)) = (points.get(former), points.get(former + 1)) else { continue };
            let y = scale.y(point.km2);
            let from = Point::new(scale.x(*point.days.end() as f64 + 1.0), y);
            let to = Point::new(scale.x(*next.days.start() as f64), y);
            items.push(line(from, to, level_stroke(color, width_pt)));
        }
        for point in points {
            let Some([least, most]) = point.range_km2 else { continue };
            let x = scale.at(&point.days, point.km2).x;
            let stroke = Stroke { cap: Cap::Butt, ..Stroke::solid(color.with_opacity(0.75), 0.7 * width_pt) };
            items.extend(whisker(Point::new(x, scale.y(least)), Point::new(x, scale.y(most)), 0.7 * radius, &stroke));
        }
        for pair in points.windows(2) {
            // From a day to the next there is no day between them.
            let follows = *pair[1].days.start() == *pair[0].days.end() + 1;
            if follows && pair.iter().all(|point| !point.is_of_some_day()) {
                let (from, to) = (scale.at(&last(&pair[0]), pair[0].km2), scale.at(&first(&pair[1]), pair[1].km2));
                items.push(line(from, to, look.stroke(color, width_pt)));
            }
        }
        for point in points {
            let at = scale.at(&point.days, point.km2);
            let (from, to) = (scale.x(*point.days.start() as f64), scale.x(*point.days.end() as f64 + 1.0));
            if point.is_of_some_day() {
                let stroke = Stroke { cap: Cap::Butt, ..Stroke::solid(color, 0.8 * width_pt) };
                items.extend(whisker(Point::new(from, at.y), Point::new(to, at.y), 0.7 * radius, &stroke));
            } else if point.days.start() < point.days.end() {
                let stroke = Stroke { cap: Cap::Butt, ..Stroke::solid(color, 2.6 * width_pt) };
                items.push(line(Point::new(from, at.y), Point::new(to, at.y), stroke));
            }
            items.extend(look.items(at, radius, color, ground, !point.is_of_some_day()));
            if marks.len() < MOST_MARKS {
                marks.push(Rect::from_center_size(at, Size::new(2.0 * radius, 2.0 * radius)));
            }
        }
        let name = self.names.get(index).cloned().unwrap_or_default();
        Group::new(format!("curve-{}", index + 1), name, items)
    }

    /// What is stated: a hollow mark each, with the numbers of its sources where none hides another.
    fn stated(&self, scale: &Scale, marks: &[Rect]) -> Option<Group> {
        if self.all.stated.is_empty() {
            return None;
        }
        let (palette, em) = (&self.setting.palette, self.size_pt());
        let radius = 0.38 * em;
        let places: Vec<Point> = self.all.stated.iter().map(|stated| scale.at(&stated.days, stated.km2)).collect();
        let mut items: Vec<Item> = Vec::new();
        for place in &places {
            items.extend(CurveMark::Diamond.items(*place, radius, palette.ink, palette.panel, false));
        }
        let mut taken: Vec<Rect> = marks.to_vec();
        taken.extend(places.iter().map(|at| Rect::from_center_size(*at, Size::new(2.8 * radius, 2.8 * radius))));
        // Figures whose marks lie over each other share a label.
        let mut groups: Vec<(Rect, Vec<usize>)> = Vec::new();
        for (index, at) in places.iter().enumerate() {
            let own = Rect::from_center_size(*at, Size::new(2.4 * radius, 2.4 * radius));
            match groups.iter_mut().find(|(rect, _)| rect.overlaps(own)) {
                Some((rect, members)) => {
                    *rect = rect.union(own);
                    members.push(index);
                }
                None => groups.push((own, vec![index])),
            }
        }
        for (rect, members) in groups {
            let label = self.label_of(&members);
            if label.is_empty() {
                continue;
            }
            let small_pt = self.setting.size(0.72);
            let wide = text::measure(&label, Face::Sans, small_pt, 0.0).advance_pt;
            let size = Size::new(wide + 2.0, 1.1 * small_pt);
            let Some(place) = free_place(rect, size, scale.plot, &taken) else { continue };
            if (place.center() - rect.center()).hypot() > rect.width() + size.width {
                let stroke = Stroke { cap: Cap::Butt, ..Stroke::solid(palette.second, 0.6) };
                let edge = Point::new(
                    rect.center().x.clamp(place.x0, place.x1),
                    if place.y0 > rect.y1 { place.y0 } else { place.y1 },
                );
                items.push(line(rect.center(), edge, stroke));
            }
            let at = Point::new(place.x0 + 1.0, place.y1 - 0.24 * small_pt);
            items.push(self.setting.text(label, Face::Sans, small_pt, palette.accent, at));
            taken.push(place);
        }
        Some(Group::new("stated", self.setting.words.stated_head, items))
    }

    fn label_of(&self, members: &[usize]) -> String {
        let labels = members.iter().filter_map(|index| self.labels.get(*index));
        let (mut numbers, mut said) = (Vec::new(), Vec::new());
        for label in labels {
            match label {
                StatedLabel::Numbers(of) => numbers.extend(of.iter().copied()),
                StatedLabel::Words(words) if !said.contains(words) => said.push(words.clone()),
                StatedLabel::Words(_) => {}
            }
        }
        if numbers.is_empty() { said.join(self.setting.words.comma) } else { compact_numbers(&numbers) }
    }
}

fn first(point: &Report) -> RangeInclusive<i64> {
    if point.days.start() < point.days.end() { *point.days.start()..=*point.days.start() } else { point.days.clone() }
}

fn last(point: &Report) -> RangeInclusive<i64> {
    if point.days.start() < point.days.end() { *point.days.end()..=*point.days.end() } else { point.days.clone() }
}

/// Where a label beside a mark hides nothing: to the right, to the left, above or below, the nearest first.
fn free_place(mark: Rect, size: Size, plot: Rect, taken: &[Rect]) -> Option<Rect> {
    let middle = mark.center();
    for step in 0..14 {
        let off = 1.5 + f64::from(step) * 0.8 * size.height;
        let around = [
            Point::new(mark.x1 + off, middle.y - size.height / 2.0),
            Point::new(mark.x0 - off - size.width, middle.y - size.height / 2.0),
            Point::new(middle.x - size.width / 2.0, mark.y0 - off - size.height),
            Point::new(middle.x - size.width / 2.0, mark.y1 + off),
            Point::new(mark.x1 + off, mark.y0 - off - size.height),
            Point::new(mark.x0 - off - size.width, mark.y0 - off - size.height),
            Point::new(mark.x1 + off, mark.y1 + off),
            Point::new(mark.x0 - off - size.width, mark.y1 + off),
        ];
        let is_free = |rect: &Rect| plot.contains_rect(*rect) && !taken.iter().any(|other| other.overlaps(*rect));
        let found = around.into_iter().map(|at| Rect::from_origin_size(at, size)).find(is_free);
        if found.is_some() {
            return found;
        }
    }
    None
}
