//! The locator map: the wider region, small, with the frame marked.

use geo::Coord;
use kurbo::{Rect, Shape as _, Vec2};

use crate::document::{Annotations, Document};
use crate::dossier::Dossier;
use crate::figure::options::FigureOptions;
use crate::figure::page::placed;
use crate::geometry::{Frame, View};
use crate::scene::display_list::{DisplayList, Item, Path, Stroke};
use crate::scene::ground::Ground;
use crate::scene::{Look, Scene};

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

/// The locator map: the ground alone, small, with the frame marked.
pub(in crate::figure) fn locator(
    ground: &Ground,
    document: &Document,
    options: &FigureOptions,
    map: &Frame,
    rect: Rect,
    symbol_scale: f64,
) -> DisplayList {
    let palette = options.theme.palette();
    // Its lines are half as wide as the map's: it is that much smaller.
    let k = 0.5 * symbol_scale;
    let (width_pt, height_pt) = (rect.width() / k, rect.height() / k);
    let frame = Frame::new(View::fit(locator_bounds(map), width_pt, height_pt, 0.0), width_pt, height_pt);
    let look = Look {
        overlays: Vec::new(),
        annotations: Annotations::default(),
        ..Look::of(document, options.theme, options.page.scale() * k)
    };
    let mut list = Scene::new(Dossier::empty()).map(&look, ground, &frame, &[]);
    list.items.retain(|item| !matches!(item, Item::Group(group) if group.id == "labels"));
    let mut items = placed(list.items, k, Vec2::ZERO);
    let small = Frame::new(View { zoom: frame.view.zoom + k.log2(), ..frame.view }, rect.width(), rect.height());
    let [west, south, east, north] = map.lon_lat_bounds();
    let marked = Rect::from_points(
        small.page_from_lon_lat(Coord { x: west, y: north }),
        small.page_from_lon_lat(Coord { x: east, y: south }),
    );
    // However close the map is, the mark is seen.
    let grown = |side: f64| ((5.0 - side) / 2.0).max(0.0);
    let marked = marked.inflate(grown(marked.width()), grown(marked.height()));
    let path = Path::shared(marked.to_path(0.1));
    items.push(Item::Fill { path: path.clone(), color: palette.accent.with_opacity(0.16) });
    items.push(Item::Stroke { path: path.clone(), stroke: Stroke::solid(palette.halo, 2.6) });
    items.push(Item::Stroke { path, stroke: Stroke::solid(palette.accent, 1.3) });
    DisplayList { width_pt: rect.width(), height_pt: rect.height(), items }
}
