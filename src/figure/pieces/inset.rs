//! The locator map: the wider region, small, with the frame and the main overlay marked.

use std::sync::Arc;

use geo::Coord;
use kurbo::{Circle, Rect, Shape as _, Size, Vec2};

use super::{Noun, Piece, PieceInfo, Set, Stands};
use crate::basemap::vector::countries::Countries;
use crate::basemap::{MapKind, sources};
use crate::document::{Annotations, Document};
use crate::dossier::{Dossier, Overlay};
use crate::figure::contents::Material;
use crate::figure::options::FigureOptions;
use crate::figure::page::{Content, FigureSpec, MIN_TEXT_PT, Plate, Setting, placed};
use crate::figure::placing::Corner;
use crate::geometry::simplify::Levels;
use crate::geometry::{Frame, View};
use crate::scene::display_list::{Color, DisplayList, Item, Path, Stroke};
use crate::scene::ground::Ground;
use crate::scene::ground_names::names_of_countries;
use crate::scene::palette::{Palette, Theme};
use crate::scene::{Look, Scene};

/// Its row of the table.
pub(super) const INFO: PieceInfo = PieceInfo {
    piece: Piece::Inset,
    name: "inset",
    label: "Locator map",
    noun: Noun::One("the locator map"),
    stands: Stands::OnMap(Corner::TopRight),
    is_usual: true,
    says,
    set: Set::Plate(plate),
};

fn says(material: &Material<'_>) -> Option<Content> {
    let document = material.document;
    // Without a map a frame in an empty box locates nothing.
    let lowest = sources::laid(&document.maps, &document.map_sources, document.day).into_iter().next();
    let has_map = lowest.is_none_or(|map| map.source.kind != MapKind::None);
    has_map.then(|| Content::Inset { aspect: locator_aspect(material.frame) })
}

/// The room of the locator map, which is drawn into it once the map has its frame.
fn plate(setting: &Setting, spec: &FigureSpec, map: &Frame, _: &dyn Fn(Piece) -> bool) -> Option<Plate> {
    let Some(Content::Inset { aspect }) = spec.contents.get(&Piece::Inset) else {
        return None;
    };
    let aspect = Some(*aspect).filter(|aspect| *aspect > 0.0)?;
    let base_pt = setting.base_pt;
    let width_pt = (0.21 * map.width_pt).min(0.26 * map.height_pt * aspect).clamp(8.0 * base_pt, 20.0 * base_pt);
    let size = Size::new(width_pt.round(), (width_pt / aspect).round());
    let small = size.width < 0.36 * map.width_pt && size.height < 0.36 * map.height_pt;
    // A locator that takes a third of the map locates nothing.
    let size = if small { size } else { Size::new(f64::MAX, f64::MAX) };
    Some(Plate { pieces: vec![(Piece::Inset, size.to_rect())], size, group: None })
}

/// What a locator map shows: all of Ukraine where the frame lies in it, and otherwise the wider region.
pub(in crate::figure) fn locator_bounds(frame: &Frame) -> [f64; 4] {
    const UKRAINE: [f64; 4] = [21.7, 44.0, 40.6, 52.6];
    let [west, south, east, north] = frame.lon_lat_bounds();
    let [w, s, e, n] = UKRAINE;
    let center = frame.view.center;
    if (w..=e).contains(&center.x) && (s..=n).contains(&center.y) && east - west < 0.7 * (e - w) {
        // The mark keeps off the edge.
        const ROOM_DEG: f64 = 0.4;
        return [w.min(west - ROOM_DEG), s.min(south - ROOM_DEG), e.max(east + ROOM_DEG), n.max(north + ROOM_DEG)];
    }
    let reach = |low: f64, high: f64| (2.0 * (high - low)).max(4.0);
    let (across, down) = (reach(west, east), reach(south, north));
    [(west - across).max(-180.0), (south - down).max(-80.0), (east + across).min(180.0), (north + down).min(80.0)]
}

/// How many times as wide as high the locator map is.
pub(in crate::figure) fn locator_aspect(frame: &Frame) -> f64 {
    let [west, south, east, north] = locator_bounds(frame);
    let large = Frame::new(View::fit([west, south, east, north], 1000.0, 1000.0, 0.0), 1000.0, 1000.0);
    let across =
        large.page_from_lon_lat(Coord { x: east, y: south }) - large.page_from_lon_lat(Coord { x: west, y: north });
    (across.x / across.y).clamp(0.6, 2.0)
}

/// What a locator map says of what the map shows.
pub(in crate::figure) struct Located<'a> {
    /// The map whose frame is marked.
    pub(in crate::figure) map: &'a Frame,
    /// The country that the dossier is about.
    pub(in crate::figure) country: Option<&'a str>,
    /// The overlay that is marked.
    pub(in crate::figure) main: Option<&'a Overlay>,
}

/// The locator map: the ground alone, small, with the main overlay and the frame marked. Where the lands around it are
/// known, the country that the dossier is about is shaded, and it and its neighbours are named.
pub(in crate::figure) fn locator(
    ground: &Ground,
    document: &Document,
    options: &FigureOptions,
    located: &Located<'_>,
    rect: Rect,
    symbol_scale: f64,
) -> DisplayList {
    let palette = options.theme.palette();
    let map = located.map;
    // Its lines are half as wide as the map's: it is that much smaller. Its names can be read all the same.
    let k = (0.5 * symbol_scale).max(MIN_TEXT_PT / LEAST_NAME_PT);
    let (width_pt, height_pt) = (rect.width() / k, rect.height() / k);
    let frame = Frame::new(View::fit(locator_bounds(map), width_pt, height_pt, 0.0), width_pt, height_pt);
    let look = Look {
        overlays: Vec::new(),
        pictures: Vec::new(),
        annotations: Annotations::default(),
        // Pictures of a map that is made for closer views would be crowded with names.
        maps: Vec::new(),
        ..Look::of(document, options.theme, options.page.scale() * k)
    };
    let corner = |x: f64, y: f64| frame.page_from_lon_lat(Coord { x, y });
    let [west, south, east, north] = map.lon_lat_bounds();
    let marked = Rect::from_points(corner(west, north), corner(east, south));
    // However close the map is, the mark is seen.
    let grown = |side: f64| ((5.0 / k - side) / 2.0).max(0.0);
    let marked = marked.inflate(grown(marked.width()), grown(marked.height()));
    let main = located.main.map(|main| mark_of(main, &frame, options.theme, k));
    let countries =
        located.country.filter(|_| Countries::builtin().are_known_in(frame.lon_lat_bounds())).and_then(|country| {
            let mut items = countries(country, &frame, &palette)?;
            let edge_pt = 4.0;
            let mut obstacles: Vec<Rect> = [
                Rect::new(marked.x0, marked.y0, marked.x1, marked.y0),
                Rect::new(marked.x0, marked.y1, marked.x1, marked.y1),
                Rect::new(marked.x0, marked.y0, marked.x0, marked.y1),
                Rect::new(marked.x1, marked.y0, marked.x1, marked.y1),
            ]
            .map(|side| side.inflate(edge_pt, edge_pt))
            .into();
            obstacles.extend(main.iter().map(|(bounds, _)| *bounds));
            items.extend(names_of_countries(&look, &frame, country, &obstacles));
            Some(items)
        });
    let mut items = countries.unwrap_or_else(|| {
        let mut list = Scene::new(Dossier::empty()).map(&look, ground, &frame, &[]);
        list.items.retain(|item| !matches!(item, Item::Group(group) if group.id == "labels"));
        list.items
    });
    items.extend(main.into_iter().flat_map(|(_, items)| items));
    let path = Path::shared(marked.to_path(0.1));
    items.push(Item::Stroke { path: path.clone(), stroke: Stroke::solid(palette.halo, 2.6 / k) });
    items.push(Item::Stroke { path, stroke: Stroke::solid(palette.accent, 1.3 / k) });
    DisplayList { width_pt: rect.width(), height_pt: rect.height(), items: placed(items, k, Vec2::ZERO) }
}

/// The smallest name of a country on a map, in points.
const LEAST_NAME_PT: f64 = 11.0;

/// The sea, the lands around it, and the country, a shade apart; `None` where its ground is not known.
fn countries(home: &str, frame: &Frame, palette: &Palette) -> Option<Vec<Item>> {
    let known = Countries::builtin();
    known.find(home)?;
    let mut items = vec![Item::Fill { path: Path::shared(frame.page().to_path(0.1)), color: palette.water }];
    let outline = |levels: &Levels| Arc::new(rings(levels, frame));
    let mut borders = Vec::new();
    for country in &known.list {
        let path = outline(&country.land);
        if path.is_empty() {
            continue;
        }
        items.push(Item::Fill { path: path.clone(), color: palette.land });
        if country.iso == home {
            // Land is opaque, so that the shade is the same on every page.
            items.push(Item::Fill { path: path.clone(), color: palette.region_border.with_opacity(0.42) });
        }
        borders.push(Item::Stroke { path, stroke: Stroke::solid(palette.region_border, 1.1) });
    }
    items.extend(borders);
    Some(items)
}

fn rings(levels: &Levels, frame: &Frame) -> Path {
    let page_from_world = frame.page_from_world();
    let mut path = Path::new();
    for ring in levels.at_zoom(frame.view.zoom).iter().filter(|ring| ring.closed && ring.points.len() > 3) {
        path.add_polyline(ring.points[..ring.points.len() - 1].iter().map(|point| page_from_world * *point), true);
    }
    path
}

/// The main overlay in its own colour, plain, and what of the map it takes; a dot where it is too small to be seen.
fn mark_of(main: &Overlay, frame: &Frame, theme: Theme, k: f64) -> (Rect, Vec<Item>) {
    let palette = theme.palette();
    let read = |text: &Option<String>| Color::of_style(text.as_deref());
    let color = read(&main.style.stroke).or(read(&main.style.fill)).map_or(palette.ink, |color| theme.line(color));
    let bounds = main.levels().bounds_world().map(|bounds| frame.page_from_world().transform_rect_bbox(bounds));
    let bounds = bounds.unwrap_or_default();
    let path = rings(main.levels(), frame);
    let least_pt = 4.0 / k;
    if path.is_empty() || bounds.width().max(bounds.height()) < least_pt {
        let dot = Circle::new(bounds.center(), least_pt / 2.0);
        return (dot.bounding_box(), vec![Item::Fill { path: Path::shared(dot.to_path(0.01)), color }]);
    }
    let path = Arc::new(path);
    let halo = Stroke::solid(palette.halo, 1.6 / k);
    (bounds, vec![Item::Stroke { path: path.clone(), stroke: halo }, Item::Fill { path, color }])
}
