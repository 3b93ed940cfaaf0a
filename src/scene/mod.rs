//! Document, dossier and basemap made into a display list, resolved, styled and labelled; and what lies under a point.
//!
//! # Order
//! From the bottom: the map, areas and the outline of a selected one, lines, places; the shapes that the user drew; the
//! names of the map, which no fill or hatch runs through; the user's words. Within areas, lines and places the order is
//! that of the panel. So a line is never hidden by an area, nor a place by either.
//!
//! # Two layers
//! [`Scene::map`] is [`Scene::ground_map`] with [`Scene::annotations`] over it. A window may keep the picture of the
//! first, and its names, and paint the second anew as often as it likes: see [`Look::has_ground_of`].

pub mod annotations;
pub mod basemap_style;
pub mod display_list;
pub mod ground;
pub mod hit;
pub mod labels;
pub mod palette;
mod path;
pub mod style;
pub mod swatch;
pub mod text;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use kurbo::{Affine, Line, Rect};

use self::display_list::{Cap, Color, DisplayList, Face, Group, Item, Mark, Path, Stroke};
use self::ground::Ground;
use self::labels::{Anchor, LabelCandidate, LabelLine, PIECE_PT};
use self::palette::Theme;
use self::style::{DotStyle, MarkStyle, OverlayStyle};
use self::swatch::SwatchStyle;
use crate::basemap::{MapSource, sources};
use crate::document::{AnnotationId, Annotations, Document, Layer, Names, OverlayState, Shown, shown};
use crate::dossier::model::PatternKind;
use crate::dossier::{self, Dossier, Overlay, Place, Shape};
use crate::geometry::hit::HitShape;
use crate::geometry::simplify::{Levels, at_one_zoom};
use crate::geometry::{Frame, Point, ShapeRef};

/// How the map looks: everything that a painter needs besides the shapes and the part of the world.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// Overlays, top first.
    pub overlays: Vec<OverlayState>,
    /// Ids of the overlays that are outlined.
    pub highlighted: Vec<String>,
    /// Which place of an outlined overlay is meant.
    pub place: Option<usize>,
    /// Languages of names.
    pub names: Names,
    /// The map beneath.
    pub map: Arc<MapSource>,
    /// What the user drew.
    pub annotations: Annotations,
    /// The layers of what the user drew, bottom first.
    pub layers: Vec<Layer>,
    /// Annotations that are not drawn, because a draft stands for them.
    pub hidden: Vec<AnnotationId>,
    /// Annotations that are outlined.
    pub selected: Vec<AnnotationId>,
    /// Light or dark.
    pub theme: Theme,
    /// How fine a painter will paint; decides which raster tiles are taken.
    pub pixels_per_pt: f64,
}

impl Look {
    /// How a document looks with nothing selected.
    pub fn of(document: &Document, theme: Theme, pixels_per_pt: f64) -> Self {
        Self {
            overlays: document.overlays.clone(),
            highlighted: Vec::new(),
            place: None,
            names: document.names.clone(),
            map: sources::find_or_builtin(&document.map, &document.map_sources),
            annotations: document.annotations.clone(),
            layers: document.layers.clone(),
            hidden: Vec::new(),
            selected: Vec::new(),
            theme,
            pixels_per_pt,
        }
    }

    /// Whether [`Scene::ground_map`] is the same for both looks at this frame: all but the annotations is equal, and the
    /// words of annotations keep the same room free of the map's names.
    pub fn has_ground_of(&self, other: &Self, frame: &Frame) -> bool {
        let Self { overlays, highlighted, place, names, map, annotations, layers, theme, pixels_per_pt, .. } = self;
        let map_alike = *overlays == other.overlays
            && *highlighted == other.highlighted
            && *place == other.place
            && *names == other.names
            && *map == other.map
            && *theme == other.theme
            && *pixels_per_pt == other.pixels_per_pt;
        let same = annotations.is_same(&other.annotations) && *layers == other.layers;
        map_alike && (same || annotations::obstacles(self, frame) == annotations::obstacles(other, frame))
    }
}

/// A shape made ready for drawing and for clicks, as far as it has been asked for.
#[derive(Debug, Default)]
pub struct Prepared {
    levels: OnceLock<Levels>,
    /// Whether it has been drawn without [`Self::levels`].
    drawn: AtomicBool,
    hit: OnceLock<HitShape>,
}

impl Prepared {
    /// Projected, and simplified for each zoom. `shape` is the one that was prepared.
    pub fn levels(&self, shape: &Shape) -> &Levels {
        self.levels.get_or_init(|| with_parts(shape, |parts| Levels::new(parts)))
    }

    /// Whether to draw it without [`Self::levels`]: the first time, for a figure draws it once.
    fn is_first(&self) -> bool {
        self.levels.get().is_none() && !self.drawn.swap(true, Ordering::Relaxed)
    }

    /// For clicks: made when it is first asked for, which a figure never does. `shape` is the one that was prepared.
    fn hit(&self, shape: &Shape) -> &HitShape {
        self.hit.get_or_init(|| with_parts(shape, |parts| HitShape::new(parts)))
    }
}

/// A dossier made ready for drawing and for clicks. Never changes: what was opened makes a new one.
#[derive(Debug)]
pub struct Scene {
    dossier: Dossier,
    prepared: Vec<Prepared>,
}

impl Scene {
    /// Of a dossier; its overlays are prepared when they are asked for.
    pub fn new(dossier: Dossier) -> Self {
        let prepared = dossier.overlays.iter().map(|_| Prepared::default()).collect();
        Self { dossier, prepared }
    }

    /// Prepares every overlay for drawing and for clicks, so that neither waits for it: 40 ms for a million vertices.
    pub fn prepare(&self) {
        for (overlay, prepared) in self.dossier.overlays.iter().zip(&self.prepared) {
            prepared.levels(&overlay.shape);
            prepared.hit(&overlay.shape);
        }
    }

    /// The evidence.
    pub fn dossier(&self) -> &Dossier {
        &self.dossier
    }

    /// The prepared shapes, in the order of the dossier's overlays.
    pub fn prepared(&self) -> &[Prepared] {
        &self.prepared
    }

    fn find(&self, id: &str) -> Option<(&Overlay, &Prepared)> {
        self.dossier.overlays.iter().zip(&self.prepared).find(|(overlay, _)| overlay.id == id)
    }

    /// The map of a frame. Labels keep off the `reserved` parts of the page.
    pub fn map(&self, look: &Look, ground: &Ground, frame: &Frame, reserved: &[Rect]) -> DisplayList {
        let (mut list, names) = self.ground_map(look, ground, frame, reserved);
        list.items.extend(self.annotations(look, frame, names).items);
        list
    }

    /// What the user drew with the map's `names` among it, to be laid over [`Self::ground_map`].
    pub fn annotations(&self, look: &Look, frame: &Frame, names: Item) -> DisplayList {
        let items = annotations::items(look, frame, vec![names]);
        DisplayList { width_pt: frame.width_pt, height_pt: frame.height_pt, items }
    }

    /// The map of a frame without the annotations, and its names, which lie over their shapes. They keep off the
    /// `reserved` parts of the page and off the annotations' words and symbols.
    pub fn ground_map(&self, look: &Look, ground: &Ground, frame: &Frame, reserved: &[Rect]) -> (DisplayList, Item) {
        let mut items = Vec::new();
        let mut labels = Vec::new();
        ground.draw(look, frame, &mut items, &mut labels);
        let [areas, lines, places] = self.overlays(look, frame);
        let (selected_areas, selected_marks) = self.selection(look, frame);
        items.extend(areas);
        items.extend(selected_areas);
        items.extend(lines);
        items.extend(places);
        items.extend(selected_marks);
        let dots = self.dots(look, frame);
        name_overlaid_dots(&mut labels, &dots);
        self.place_labels(look, frame, &mut labels);
        name_marked_dots(&mut labels, &annotations::markers(look, frame));
        let drawn = annotations::obstacles(look, frame);
        let obstacles: Vec<Rect> = reserved.iter().copied().chain(dots).chain(drawn).collect();
        let placed = labels::place_clear_of(&labels, &obstacles, &self.lines_kept_clear(look, frame), frame.page());
        let names = Item::Group(Group::new("labels", "Names", labels::items(&labels, &placed)));
        (DisplayList { width_pt: frame.width_pt, height_pt: frame.height_pt, items }, names)
    }

    /// The visible overlays alone, one group each, bottom first: areas, lines, places.
    pub fn overlays(&self, look: &Look, frame: &Frame) -> [Vec<Item>; 3] {
        let mut tiers: [Vec<Item>; 3] = Default::default();
        for Shown { overlay, index, state } in shown(&self.dossier, &look.overlays) {
            let Some(prepared) = self.prepared.get(index) else { continue };
            let style = style_of(&overlay.style, look.theme);
            let (tier, items) = match &overlay.shape {
                Shape::Area(_) => {
                    let Some(path) = path_of_area(&overlay.shape, prepared, frame) else { continue };
                    (0, style.items_for_area(path, frame.page_from_world() * ANCHOR))
                }
                Shape::Line(_) => {
                    let Some(path) = path_of(prepared.levels(&overlay.shape), frame) else { continue };
                    (1, style.items_for_line(path))
                }
                Shape::Places(places) => {
                    let dots: Vec<(Point, f64)> = places
                        .iter()
                        .map(|place| (frame.page_from_lon_lat(place.at), radius_pt(place, frame)))
                        .collect();
                    (2, style.items_for_points(&dots))
                }
            };
            let mut group = Group::new(&overlay.id, overlay.title.main(), items);
            group.opacity = state.opacity;
            tiers[tier].push(Item::Group(group));
        }
        tiers
    }

    /// The outlines of what is selected, the accent over a casing: of areas, which lie under the lines, and of the rest.
    fn selection(&self, look: &Look, frame: &Frame) -> (Option<Item>, Option<Item>) {
        let mut areas = Vec::new();
        let mut marks = Vec::new();
        for id in &look.highlighted {
            let Some((overlay, prepared)) = self.find(id) else { continue };
            match &overlay.shape {
                Shape::Area(_) => areas.extend(path_of(prepared.levels(&overlay.shape), frame)),
                Shape::Line(_) => marks.extend(path_of(prepared.levels(&overlay.shape), frame)),
                Shape::Places(places) => {
                    let mut rings = Path::new();
                    for (_, place) in
                        places.iter().enumerate().filter(|(index, _)| look.place.is_none_or(|only| only == *index))
                    {
                        let circle =
                            kurbo::Circle::new(frame.page_from_lon_lat(place.at), radius_pt(place, frame) + 3.5);
                        rings.extend(kurbo::Shape::path_elements(&circle, 0.1));
                    }
                    marks.push(Arc::new(rings));
                }
            }
        }
        let palette = look.theme.palette();
        let outline = |paths: Vec<Arc<Path>>| {
            let stroked = |color: Color, width_pt: f64| {
                let paths = paths.clone();
                paths.into_iter().map(move |path| Item::Stroke { path, stroke: Stroke::solid(color, width_pt) })
            };
            let items: Vec<Item> = stroked(palette.halo, 6.0).chain(stroked(palette.accent, 3.0)).collect();
            (!items.is_empty()).then(|| Item::Group(Group::new("selection", "Selection", items)))
        };
        (outline(areas), outline(marks))
    }

    /// The visible lines in small pieces, which names do well not to cover.
    fn lines_kept_clear(&self, look: &Look, frame: &Frame) -> Vec<Line> {
        let lines = shown(&self.dossier, &look.overlays).rev().filter_map(|it| match &it.overlay.shape {
            shape @ Shape::Line(_) => Some(self.prepared.get(it.index)?.levels(shape)),
            Shape::Area(_) | Shape::Places(_) => None,
        });
        let near = frame.page().inflate(PIECE_PT, PIECE_PT);
        let page_from_world = frame.page_from_world();
        let mut pieces = Vec::new();
        for ring in lines.flat_map(|levels| levels.at_zoom(frame.view.zoom)) {
            for pair in ring.points.windows(2) {
                let (from, to) = (page_from_world * pair[0], page_from_world * pair[1]);
                // What reaches far beyond the page is left alone: it has few corners, and countless steps.
                let length = from.distance(to);
                if !length.is_finite() || length > 4000.0 || !Rect::from_points(from, to).overlaps(near) {
                    continue;
                }
                let steps = (length / PIECE_PT).ceil().max(1.0);
                let at = |step: usize| from.lerp(to, step as f64 / steps);
                pieces.extend((0..steps as usize).map(|step| Line::new(at(step), at(step + 1))));
            }
        }
        pieces
    }

    /// The dots of visible places, which no name may cover.
    fn dots(&self, look: &Look, frame: &Frame) -> Vec<Rect> {
        let places = shown(&self.dossier, &look.overlays).rev().filter_map(|it| match &it.overlay.shape {
            Shape::Places(places) => Some(places),
            Shape::Area(_) | Shape::Line(_) => None,
        });
        places
            .flatten()
            .map(|place| {
                let half = radius_pt(place, frame);
                Rect::from_center_size(frame.page_from_lon_lat(place.at), (2.0 * half, 2.0 * half))
            })
            .filter(|dot| dot.overlaps(frame.page()))
            .collect()
    }

    /// Names of the places of visible overlays; they go before the map's own.
    fn place_labels(&self, look: &Look, frame: &Frame, labels: &mut Vec<LabelCandidate>) {
        let palette = look.theme.palette();
        for it in shown(&self.dossier, &look.overlays).rev() {
            let Shape::Places(places) = &it.overlay.shape else { continue };
            for place in places {
                let page = frame.page_from_lon_lat(place.at);
                if !frame.page().inflate(40.0, 40.0).contains(page) {
                    continue;
                }
                let population = place.population.unwrap_or(0) as f64;
                // Small places wait for a closer look; all of them have a dot and a tooltip anyway.
                if population < 10_000.0 * (8.0 - frame.view.zoom).exp2() {
                    continue;
                }
                let city = population >= 50_000.0;
                let size_pt = if city { 13.0 } else { 11.5 };
                let line = |text: &str, size_pt: f64, color: Color, bold: bool| LabelLine {
                    text: text.to_owned(),
                    face: if bold { Face::SansSemiBold } else { Face::Sans },
                    size_pt,
                    color,
                    letter_spacing_pt: 0.0,
                };
                let name = place.name.get(look.names.first.tag()).unwrap_or_else(|| place.name.main());
                let second = look.names.second.as_ref().and_then(|language| place.name.get(language.tag()));
                let mut lines = vec![line(name, size_pt, palette.label, city)];
                lines.extend(second.map(|second| line(second, size_pt - 2.0, palette.second, false)));
                labels.push(LabelCandidate {
                    priority: 1e6 + population,
                    lines,
                    anchor: Anchor::Around { point: page, radius_pt: radius_pt(place, frame) },
                    halo: palette.halo,
                    dot: None,
                    key: place.name.main().to_owned(),
                    repeat_pt: labels::SAME_PLACE_PT,
                });
            }
        }
    }

    /// An overlay's style in a small box, just as it is drawn on the map.
    pub fn swatch(&self, overlay: &Overlay, theme: Theme, width_pt: f64, height_pt: f64) -> DisplayList {
        let rect = Rect::new(0.0, 0.0, width_pt, height_pt);
        DisplayList { width_pt, height_pt, items: swatch::swatch_items(&swatch_style(overlay, theme, 1.0), rect) }
    }
}

/// The world position by which patterns hold to the ground: the middle of the map's usual scene, so that a change of
/// zoom shifts them little where people look.
const ANCHOR: Point = Point::new(0.605, 0.345);

/// How an overlay is drawn at an opacity of 0 to 1, for a swatch.
pub fn swatch_style(overlay: &Overlay, theme: Theme, opacity: f64) -> SwatchStyle {
    let style = style_of(&overlay.style, theme).with_opacity(opacity);
    match overlay.shape {
        Shape::Area(_) => SwatchStyle::Area(style),
        Shape::Line(_) => SwatchStyle::Line(style),
        Shape::Places(_) => SwatchStyle::Points(style),
    }
}

/// A dossier's style made ready for a theme.
pub fn style_of(style: &dossier::Style, theme: Theme) -> OverlayStyle {
    let palette = theme.palette();
    let read = |text: &Option<String>| text.as_deref().and_then(Color::from_hex);
    let stroke_color = read(&style.stroke).map(|color| theme.line(color).with_opacity(style.stroke_opacity));
    let fill = read(&style.fill);
    let fill_color = fill.map(|color| theme.fill(color));
    let stroke = stroke_color.filter(|color| color.a > 0 && style.stroke_width > 0.0).map(|color| Stroke {
        color,
        width_pt: style.stroke_width.min(40.0),
        dash_pt: style.dash.clone().unwrap_or_default(),
        dash_offset_pt: 0.0,
        cap: if style.dash.is_some() { Cap::Butt } else { Cap::Round },
    });
    let mark_color = fill.map(|color| theme.line(color)).or(stroke_color).unwrap_or(palette.ink);
    let bold = if theme == Theme::HighContrast { 1.35 } else { 1.0 };
    let mark = match style.pattern {
        // What colour alone would tell apart is hatched where there is none.
        PatternKind::None => {
            fill.filter(|_| style.fill_opacity >= 0.1).and_then(|color| theme.hatch_for(color)).map(|angle_deg| {
                MarkStyle {
                    mark: Mark::Lines { angle_deg },
                    color: mark_color.with_opacity(0.55),
                    spacing_pt: 6.0,
                    size_pt: 0.6,
                }
            })
        }
        PatternKind::Hatch => Some(MarkStyle {
            mark: Mark::Lines { angle_deg: style.pattern_angle },
            color: mark_color.with_opacity(0.75),
            spacing_pt: 8.0,
            size_pt: 1.1 * bold,
        }),
        PatternKind::Dots => Some(MarkStyle {
            mark: Mark::Dots,
            color: mark_color.with_opacity(0.55 * bold),
            spacing_pt: 9.0,
            size_pt: 1.5 * bold,
        }),
    };
    OverlayStyle {
        fill: fill_color
            .map(|color| color.with_opacity(theme.fill_opacity(style.fill_opacity)))
            .filter(|color| color.a > 0),
        mark,
        casing: style.casing.as_ref().map(|_| (palette.halo, 1.6)),
        dot: Some(DotStyle {
            fill: fill.map_or(palette.ink, |color| theme.line(color)),
            outline: stroke_color.unwrap_or(palette.halo),
            outline_pt: style.stroke_width.clamp(0.5, 3.0),
            radius_pt: 4.0,
        }),
        stroke,
    }
}

/// Gives a shape's coordinates to `take`, those of areas and lines where they stand.
fn with_parts<R>(shape: &Shape, take: impl FnOnce(ShapeRef<'_>) -> R) -> R {
    match shape {
        Shape::Area(area) => take(ShapeRef::Areas(area)),
        Shape::Line(line) => take(ShapeRef::Lines(line)),
        Shape::Places(places) => {
            let points = places.iter().map(|place| geo::Point(place.at)).collect::<Vec<_>>().into();
            take(ShapeRef::Points(&points))
        }
    }
}

/// A shape's outline on the page; `None` if none of it is near the page.
fn path_of(levels: &Levels, frame: &Frame) -> Option<Arc<Path>> {
    if !is_near_page(levels.bounds_world()?, frame) {
        return None;
    }
    let page_from_world = frame.page_from_world();
    let rings = levels.at_zoom(frame.view.zoom);
    let mut path = Path::with_capacity(rings.iter().map(|ring| ring.points.len() + 1).sum());
    rings.iter().for_each(|ring| add_ring(&ring.points, ring.closed, page_from_world, &mut path));
    Some(Arc::new(path))
}

/// The same of an area. Where it is drawn for the first time nothing of it is kept.
fn path_of_area(shape: &Shape, prepared: &Prepared, frame: &Frame) -> Option<Arc<Path>> {
    if prepared.is_first() {
        let page_from_world = frame.page_from_world();
        let mut path = Path::new();
        let add = |points: &[Point], closed: bool| add_ring(points, closed, page_from_world, &mut path);
        let bounds = with_parts(shape, |parts| at_one_zoom(parts, frame.view.zoom, add));
        if let Some(bounds) = bounds {
            return is_near_page(bounds, frame).then(|| Arc::new(path));
        }
    }
    path_of(prepared.levels(shape), frame)
}

fn is_near_page(bounds_world: Rect, frame: &Frame) -> bool {
    frame.page_from_world().transform_rect_bbox(bounds_world).overlaps(frame.page().inflate(32.0, 32.0))
}

fn add_ring(points: &[Point], closed: bool, page_from_world: Affine, path: &mut Path) {
    let end = if closed { points.len().saturating_sub(1) } else { points.len() };
    path.add_polyline(points[..end].iter().map(|point| page_from_world * *point), closed);
}

/// The map's name of a town that an overlay marks stands beside the overlay's dot and brings none of its own, which
/// would look like another class of place.
fn name_overlaid_dots(labels: &mut [LabelCandidate], dots: &[Rect]) {
    for label in labels {
        let Anchor::Around { point, radius_pt } = &mut label.anchor else { continue };
        if let Some(dot) = dots.iter().find(|dot| dot.center().distance(*point) < dot.width() / 2.0 + *radius_pt) {
            (*point, *radius_pt) = (dot.center(), dot.width() / 2.0);
            label.dot = None;
        }
    }
}

/// A town's name stands beside a marker of the user's that covers its dot, and the dot is not drawn over it.
fn name_marked_dots(labels: &mut [LabelCandidate], markers: &[Rect]) {
    for label in labels {
        let Anchor::Around { point, radius_pt } = &mut label.anchor else { continue };
        if let Some(marker) = markers.iter().find(|marker| marker.contains(*point)) {
            *radius_pt = radius_pt.max(marker.width() / 2.0);
            label.dot = None;
        }
    }
}

/// Radius of a town's dot by its inhabitants, a little larger closer up.
fn radius_pt(place: &Place, frame: &Frame) -> f64 {
    let size: f64 = match place.population {
        Some(100_000..) => 4.6,
        Some(50_000..) => 3.9,
        Some(20_000..) => 3.3,
        Some(5_000..) => 2.7,
        _ => 2.3,
    };
    size * (0.9 + 0.12 * (frame.view.zoom - 7.5)).clamp(0.7, 1.6)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dossier::builtin;

    fn texts(items: &[Item], into: &mut Vec<String>) {
        for item in items {
            match item {
                Item::Text(text) => into.push(text.text.clone()),
                Item::Group(group) => texts(&group.items, into),
                _ => {}
            }
        }
    }

    fn town(x: f64) -> LabelCandidate {
        LabelCandidate {
            priority: 1.0,
            lines: Vec::new(),
            anchor: Anchor::Around { point: Point::new(x, 50.0), radius_pt: 2.5 },
            halo: Color::rgb(0xFFFFFF),
            dot: Some((2.0, Color::rgb(0), Color::rgb(0xFFFFFF))),
            key: String::new(),
            repeat_pt: labels::SAME_PLACE_PT,
        }
    }

    #[test]
    fn a_town_that_an_overlay_marks_has_no_second_dot() {
        let dot = Rect::from_center_size((100.0, 50.0), (8.0, 8.0));
        let mut labels = [town(103.0), town(110.0)];
        name_overlaid_dots(&mut labels, &[dot]);
        assert_eq!((labels[0].dot, &labels[0].anchor), (None, &Anchor::Around { point: dot.center(), radius_pt: 4.0 }));
        assert_eq!(labels[1], town(110.0));
    }

    #[test]
    fn a_town_under_a_marker_of_the_users_is_named_beside_it_and_has_no_dot() {
        let mut labels = [town(100.0), town(110.0)];
        name_marked_dots(&mut labels, &[Rect::from_center_size((100.0, 50.0), (16.0, 16.0))]);
        let beside = Anchor::Around { point: Point::new(100.0, 50.0), radius_pt: 8.0 };
        assert_eq!((labels[0].dot, &labels[0].anchor), (None, &beside));
        assert_eq!(labels[1], town(110.0));
    }

    #[test]
    fn held_cities_are_named_although_no_name_covers_a_dot() {
        let (dossier, _) = builtin::berlin().expect("the built-in dossier can be read");
        let document = Document::new(&dossier, 900.0, 760.0);
        let look = Look::of(&document, Theme::Light, 1.0);
        let list = Scene::new(dossier).map(&look, &Ground::blank(), &Frame::new(document.view, 900.0, 760.0), &[]);
        let mut shown = Vec::new();
        texts(&list.items, &mut shown);
        assert!(["Kramatorsk", "Sloviansk"].iter().all(|city| shown.iter().any(|name| name == city)), "{shown:?}");
    }

    #[test]
    fn towns_of_a_wholly_transparent_overlay_are_not_named() {
        let (dossier, _) = builtin::berlin().expect("the built-in dossier can be read");
        let mut document = Document::new(&dossier, 900.0, 760.0);
        for state in &mut document.overlays {
            state.opacity = 0.0;
        }
        let look = Look::of(&document, Theme::Light, 1.0);
        let list = Scene::new(dossier).map(&look, &Ground::blank(), &Frame::new(document.view, 900.0, 760.0), &[]);
        let mut shown = Vec::new();
        texts(&list.items, &mut shown);
        assert_eq!(shown, [""; 0]);
    }
}
