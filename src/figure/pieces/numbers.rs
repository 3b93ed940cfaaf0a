//! The numbers of the sources beside the shapes that rest on them.

use geo::Coord;
use kurbo::{BezPath, Circle, Point, Rect, Shape as _, Vec2};

use super::legend::kinds_of;
use super::references::compact_numbers;
use super::{Noun, Piece, PieceInfo, Set, Stands};
use crate::document::Document;
use crate::dossier::kinds::ROWS;
use crate::dossier::{Dimension, Overlay};
use crate::figure::contents::Material;
use crate::figure::options::FigureOptions;
use crate::figure::page::{Content, FigureSpec};
use crate::geometry::Frame;
use crate::scene::display_list::{Color, DisplayList, Face, Group, Item, Path, Stroke, Text};
use crate::scene::palette::Palette;
use crate::scene::text;

/// Its row of the table.
pub(super) const INFO: PieceInfo = PieceInfo {
    piece: Piece::Numbers,
    name: "numbers",
    label: "Numbers on the map",
    noun: Noun::Many { all: "the numbers on the map", whole: "the set of numbers on the map" },
    stands: Stands::ByItself,
    is_usual: false,
    says,
    set: Set::ByThePage,
};

/// Numbers of sources, and what rests on them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbered {
    /// Id of the overlay.
    pub overlay: String,
    /// Which of its kinds, by their place in the list, where the sources are those of its features; all of it otherwise.
    pub kind: Option<usize>,
    /// The numbers.
    pub numbers: Vec<usize>,
}

fn says(material: &Material<'_>) -> Option<Content> {
    Some(Content::Numbers(material.shown.iter().flat_map(|overlay| numbered(material, overlay)).collect()))
}

impl FigureSpec {
    /// The numbers of the references on the map.
    pub(in crate::figure) fn numbers(&self) -> &[Numbered] {
        match self.contents.get(&Piece::Numbers) {
            Some(Content::Numbers(numbers)) => numbers,
            _ => &[],
        }
    }
}

/// What of an overlay rests on numbered sources: the whole on its own, and each kind of its features on theirs. Where it
/// is of one kind, all of them stand together. Beyond the [`ROWS`] first kinds with sources none has numbers on the map.
fn numbered(material: &Material<'_>, overlay: &Overlay) -> Vec<Numbered> {
    let kinds = kinds_of(material.document, overlay);
    let mut whole = material.numbers(overlay);
    let mut all = Vec::new();
    if kinds.is_told_apart() {
        let of_kind = |kind: usize| (kind, material.numbers_of_kinds(overlay, Some(&[kind])));
        let with_numbers = (0..kinds.list().len()).map(of_kind).filter(|(_, numbers)| !numbers.is_empty());
        let numbered = |(kind, numbers)| Numbered { overlay: overlay.id.clone(), kind: Some(kind), numbers };
        all.extend(with_numbers.take(ROWS).map(numbered));
    } else {
        whole.extend(material.numbers_of_kinds(overlay, None));
    }
    if !whole.is_empty() {
        all.insert(0, Numbered { overlay: overlay.id.clone(), kind: None, numbers: whole });
    }
    all
}

/// The numbers of the sources beside the shapes that rest on them, clear of names and places.
#[expect(clippy::too_many_arguments, reason = "where a number can stand depends on all that is drawn")]
pub(in crate::figure) fn badges(
    document: &Document,
    options: &FigureOptions,
    frame: &Frame,
    shown: &[&Overlay],
    numbered: &[Numbered],
    mut reserved: Vec<Rect>,
    map: &DisplayList,
    size_pt: f64,
) -> Vec<Item> {
    fn names(items: &[Item], is_label: bool, into: &mut Vec<Rect>) {
        for item in items {
            match item {
                Item::Group(group) => names(&group.items, group.id == "labels", into),
                Item::Text(text) => into.push(text::bounds(text)),
                // The dots of the map's own towns stand among their names.
                Item::Fill { path, .. } if is_label => into.push(path.bounding_box()),
                _ => {}
            }
        }
    }
    names(&map.items, false, &mut reserved);
    for overlay in shown {
        let dot = |at: Coord<f64>| Rect::from_center_size(frame.page_from_lon_lat(at), (8.0, 8.0));
        // Among thousands of dots no number finds a place of its own.
        reserved.extend(overlay.shape.places().iter().take(2000).map(|place| dot(place.at)));
    }
    let palette = options.theme.palette();
    let own = options.words();
    let mut badges = Vec::new();
    for Numbered { overlay, kind, numbers } in numbered {
        let words = compact_numbers(numbers);
        let Some(overlay) = shown.iter().find(|shown| shown.id == *overlay).filter(|_| !words.is_empty()) else {
            continue;
        };
        let kinds = kinds_of(document, overlay);
        let kind = kind.and_then(|index| Some((index, kinds.list().get(index)?)));
        let at = match kind {
            None => inside(overlay, frame, &reserved),
            Some((index, _)) => {
                let part = overlay.part(|feature| kinds.index_of(feature) == Some(index));
                part.and_then(|part| inside(&part, frame, &reserved))
            }
        };
        let Some(at) = at else { continue };
        let style = kind.or_else(|| Some((0, kinds.list().first()?))).map_or(&overlay.style, |(_, kind)| &kind.style);
        let edge = Color::of_style(style.stroke.as_deref().or(style.fill.as_deref()));
        let edge = edge.map_or(palette.ink, |color| options.theme.line(color));
        let (room, items) = badge(at, &words, size_pt, edge, &palette);
        // The next one keeps its distance.
        reserved.push(room.inflate(24.0, 20.0));
        let (of, id) = match kind {
            Some((index, kind)) => {
                (own.list([own.name_in(&overlay.title), &kind.title]), format!("numbers-{}-{}", overlay.id, index + 1))
            }
            None => (own.name_in(&overlay.title).to_owned(), format!("numbers-{}", overlay.id)),
        };
        badges.push(Item::Group(Group::new(
            id,
            own.fill(own.parts.sources_of, &[("name", &of), ("numbers", &words)]),
            items,
        )));
    }
    badges
}

/// A point well within the part of an overlay that a frame shows, or on the middle of its line, clear of what is
/// reserved.
pub(in crate::figure) fn inside(overlay: &Overlay, frame: &Frame, reserved: &[Rect]) -> Option<Point> {
    /// Points across and down that are tried.
    const TRIED: usize = 40;
    let page = frame.page().inflate(-16.0, -16.0);
    let clear = |at: Point| page.contains(at) && reserved.iter().all(|rect| !rect.inflate(14.0, 12.0).contains(at));
    let page_from_world = frame.page_from_world();
    let rings: Vec<Vec<Point>> = overlay
        .levels()
        .at_zoom(frame.view.zoom - 2.0)
        .iter()
        .map(|ring| ring.points.iter().map(|point| page_from_world * *point).collect())
        .collect();
    match overlay.shape.dimension() {
        Dimension::Area => {
            let mut path = BezPath::new();
            for ring in &rings {
                for (index, point) in ring.iter().enumerate() {
                    if index == 0 { path.move_to(*point) } else { path.line_to(*point) }
                }
                path.close_path();
            }
            let to_edge = |at: Point| {
                let corners = rings.iter().flatten().map(|corner| corner.distance_squared(at)).fold(f64::MAX, f64::min);
                let sides = [at.x - page.x0, page.x1 - at.x, at.y - page.y0, page.y1 - at.y];
                sides.into_iter().map(|side| side * side).fold(corners, f64::min)
            };
            let step = |count: usize, from: f64, length: f64| from + (count as f64 + 0.5) / TRIED as f64 * length;
            (0..TRIED * TRIED)
                .map(|index| {
                    Point::new(step(index % TRIED, page.x0, page.width()), step(index / TRIED, page.y0, page.height()))
                })
                .filter(|at| clear(*at) && path.winding(*at) % 2 != 0)
                .map(|at| (to_edge(at), at))
                .max_by(|a, b| a.0.total_cmp(&b.0))
                .map(|(_, at)| at)
        }
        Dimension::Line | Dimension::Point => {
            let beside = Vec2::new(14.0, 14.0);
            let points: Vec<Point> =
                rings.into_iter().flatten().map(|at| at + beside).filter(|at| clear(*at)).collect();
            points.get(points.len() / 2).copied()
        }
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
    let words = Text {
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
