//! The callout: the main overlay named on the map, with the size that is stated of it and the measured one.
//!
//! It stands within the overlay where it fits, and else beside it with a leader: see [`Crowd::callout`].
//!
//! # How long it is
//! At most [`MOST_LINES`] lines. Where they find no place with all that it says, as on a small map that is full of names in
//! two languages, the measured size is left out: the name and the stated size stay. Only where that finds none either may
//! it have more lines.

use kurbo::{Point, Rect, Shape as _, Size, Vec2};

use super::{Noun, Piece, PieceInfo, Set, Stands};
use crate::figure::contents::Material;
use crate::figure::crowd::{Leeway, along, leader_start};
use crate::figure::page::{Content, FigureSpec, Setting};
use crate::figure::placing::{Place, rect_at};
use crate::geometry::Frame;
use crate::scene::display_list::{Cap, Face, Group, Item, Path, Stroke, Text};
use crate::scene::text;

#[cfg(doc)]
use crate::figure::crowd::Crowd;

/// Its row of the table.
pub(super) const INFO: PieceInfo = PieceInfo {
    piece: Piece::Callout,
    name: "callout",
    label: "Callout",
    noun: Noun::One("the callout"),
    stands: Stands::AtMain,
    is_usual: true,
    says,
    set: Set::ByThePage,
};

/// What a callout says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Callout {
    /// The name of the overlay.
    pub name: String,
    /// Its sizes, a line each.
    pub sizes: Vec<String>,
}

fn says(material: &Material<'_>) -> Option<Content> {
    material.subject.callout().map(Content::Callout)
}

/// A callout at its place on the map.
pub(in crate::figure) struct PlacedCallout {
    pub(in crate::figure) rect: Rect,
    /// What the map's names keep off: its words, with some air, and its leader.
    pub(in crate::figure) reserved: Vec<Rect>,
    pub(in crate::figure) group: Group,
}

/// Names keep off a leader at places so far apart, in points: less than a name is high.
const LEADER_STEP_PT: f64 = 3.0;

/// How wide such a place is, in points; names have air of their own around them.
const LEADER_PT: f64 = 1.0;

/// The most lines that it has where it finds a place.
const MOST_LINES: usize = 4;

/// From one baseline to the next, in ems.
const LEADING: f64 = 1.24;

/// The same of words that are read from the right, whose letters and vowel marks reach farther above and below the line.
const LEADING_FROM_RIGHT: f64 = 1.55;

fn leading(words: &str) -> f64 {
    if text::has_rtl(words) { LEADING_FROM_RIGHT } else { LEADING }
}

/// A line of words, its face and its size.
type Line = (String, Face, f64);

/// A callout broken into lines.
struct Lines {
    lines: Vec<Line>,
    size: Size,
}

fn line_width_pt((words, face, size_pt): &Line) -> f64 {
    text::measure(words, *face, *size_pt, 0.0).advance_pt
}

impl Setting {
    fn set_callout(&self, callout: &Callout, most_pt: f64) -> Lines {
        let name = [(&callout.name, Face::SansSemiBold, self.size(1.05))];
        let sizes = callout.sizes.iter().map(|size| (size, Face::Sans, self.size(0.95)));
        let wrapped = |(words, face, size_pt): (&String, Face, f64)| {
            let lines = text::wrap(&self.words.directed(words), face, size_pt, most_pt);
            lines.into_iter().map(move |line| (line, face, size_pt))
        };
        let lines: Vec<Line> = name.into_iter().chain(sizes).flat_map(wrapped).collect();
        let width_pt = lines.iter().map(line_width_pt).fold(0.0, f64::max);
        let size = Size::new(width_pt, lines.iter().map(|(words, _, size_pt)| leading(words) * size_pt).sum());
        Lines { lines, size }
    }

    /// The callout where the user has put it, or where it finds a place by itself; `None` where there is none.
    pub(in crate::figure) fn callout(
        &self,
        spec: &FigureSpec,
        map: &Frame,
        place: Option<Place>,
        taken: &[Rect],
    ) -> Option<PlacedCallout> {
        let Some(Content::Callout(callout)) = spec.contents.get(&Piece::Callout) else { return None };
        let set_of = |said: &Callout, em: f64| self.set_callout(said, (em * self.size(1.05)).min(0.5 * map.width_pt));
        let set = |width_em: f64| set_of(callout, width_em);
        // No name beside it reads as one more of its words.
        let size_pt = self.size(0.95);
        let clear = Vec2::new(0.9 * size_pt, 0.4 * size_pt);
        let shorter = Callout { sizes: callout.sizes.iter().take(1).cloned().collect(), ..callout.clone() };
        let found_with = |said: &Callout, most_lines: usize, leeway: Leeway| {
            // The widest has the fewest lines; where it finds no place a narrower one may.
            [17.0, 12.0, 9.0, 7.5].into_iter().find_map(|width_em| {
                let set = set_of(said, width_em);
                let is_short = set.lines.len() <= most_lines;
                let found = is_short.then(|| spec.crowd.callout(set.size, taken, clear, leeway)).flatten()?;
                Some((set, found.rect, found.target))
            })
        };
        let found = match place {
            // A shorter one before one for which names give way.
            None => Leeway::ALL
                .into_iter()
                .find_map(|leeway| [callout, &shorter].into_iter().find_map(|it| found_with(it, MOST_LINES, leeway)))
                .or_else(|| Leeway::ALL.into_iter().find_map(|leeway| found_with(callout, usize::MAX, leeway))),
            Some(place) => {
                let (room, set) = (self.room(map), set(17.0));
                let rect = match place {
                    Place::Free(spot) => rect_at(room, set.size, spot),
                    Place::Corner(corner) => {
                        let x0 = if corner.is_right() { room.x1 - set.size.width } else { room.x0 };
                        let y0 = if corner.is_bottom() { room.y1 - set.size.height } else { room.y0 };
                        Rect::from_origin_size((x0, y0), set.size)
                    }
                };
                Some((set, rect, spec.crowd.target(rect)))
            }
        };
        let (Lines { lines, size: Size { width: width_pt, .. } }, rect, target) = found?;
        let halo_pt = 0.22 * size_pt;
        let mut reserved = vec![rect.inflate(clear.x, clear.y)];
        let mut items = Vec::new();
        if let Some(target) = target {
            let start = leader_start(rect.inflate(0.3 * size_pt, 0.0), target);
            let step_pt = LEADER_STEP_PT.max(start.distance(target) / 400.0);
            let places = along(start, target, step_pt);
            reserved.extend(places.map(|at| Rect::from_center_size(at, (LEADER_PT, LEADER_PT))));
            let mut path = Path::new();
            path.move_to(start);
            path.line_to(target);
            let path = std::sync::Arc::new(path);
            let line_pt = (0.09 * size_pt).max(0.8);
            let stroke = |color, width_pt: f64| Stroke { cap: Cap::Butt, ..Stroke::solid(color, width_pt) };
            items.push(Item::Stroke { path: path.clone(), stroke: stroke(self.palette.halo, line_pt + 2.4) });
            items.push(Item::Stroke { path, stroke: stroke(self.palette.ink, line_pt) });
            for (radius_pt, color) in [(0.3 * size_pt, self.palette.halo), (0.2 * size_pt, self.palette.ink)] {
                let dot = kurbo::Circle::new(target, radius_pt).to_path(0.01);
                items.push(Item::Fill { path: Path::shared(dot), color });
            }
        }
        // Words end where the leader begins.
        let is_right = target.is_some_and(|target| target.x >= rect.x1);
        let is_middle = target.is_none() || target.is_some_and(|target| target.x > rect.x0 && target.x < rect.x1);
        let mut y = rect.y0;
        for line in &lines {
            let (words, face, line_pt) = line;
            let free = width_pt - line_width_pt(line);
            let indent = if is_right {
                free
            } else if is_middle {
                free / 2.0
            } else {
                0.0
            };
            items.push(Item::Text(Text {
                text: words.clone(),
                face: *face,
                size_pt: *line_pt,
                color: self.palette.ink,
                origin: Point::new(rect.x0, y) + Vec2::new(indent, line_pt * (leading(words) / 2.0 + 0.349)),
                rotation_rad: 0.0,
                letter_spacing_pt: 0.0,
                halo: Some((self.palette.halo, halo_pt)),
                link: None,
            }));
            y += leading(words) * line_pt;
        }
        Some(PlacedCallout { rect, reserved, group: Group::new("callout", self.words.parts.callout, items) })
    }
}
