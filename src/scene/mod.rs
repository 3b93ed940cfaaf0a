//! Document, dossier and basemap made into a display list, resolved, styled and labelled; and what lies under a point.
//!
//! # Order
//! From the bottom: the map, areas, the borders of states and the outline of a selected area, lines, places; the shapes that the user drew; the
//! names of the map, which no fill or hatch runs through; the user's words. Within areas, lines and places the order is
//! that of the panel. So a line is never hidden by an area, nor a place by either.
//!
//! # Two layers
//! [`Scene::map`] is [`Scene::ground_map`] with [`Scene::annotations`] over it. A window may keep the picture of the
//! first, and its names, and paint the second anew as often as it likes: see [`Look::has_ground_of`].

pub mod annotations;
mod apart;
mod barriers;
pub mod basemap_style;
mod cell_marks;
mod common_names;
mod covering;
pub mod curve;
pub mod display_list;
pub mod ground;
pub mod ground_names;
pub mod hit;
pub mod labels;
mod names;
mod overlays;
pub mod palette;
mod path;
pub mod pictures;
pub mod style;
pub mod swatch;
pub mod text;

use std::sync::{Arc, Mutex};

use kurbo::{Affine, Rect};

use self::display_list::{Cap, Color, DisplayList, Group, Item, Mark, Path, Stroke};
use self::ground::{About, DrawnGround, Ground};
use self::palette::{Theme, contrast};
use self::style::{DotStyle, MarkStyle, OverlayStyle};
use self::swatch::SwatchStyle;
use crate::basemap::sources::{self, LaidMap};
use crate::document::{AnnotationId, Annotations, Document, Layer, Names, OverlayState, Picture, shown};
use crate::dossier::model::PatternKind;
use crate::dossier::{self, Dimension, Dossier, Overlay, Place};
use crate::formats::day::Day;
use crate::formats::locale::{EN, Locale};
use crate::geometry::{Frame, Point};

pub use apart::kinds_in;
pub(crate) use cell_marks::has_room_for_mark;
pub use common_names::{CommonNames, State, common_names};
pub use names::PlacedNames;
use names::group_of;
use overlays::KnownRings;
pub use overlays::{kind_swatch, kind_swatch_in, rings};

/// How the map looks: everything that a painter needs besides the shapes and the part of the world.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// Overlays, top first.
    pub overlays: Vec<OverlayState>,
    /// Ids of the overlays that are outlined.
    pub highlighted: Vec<String>,
    /// Which feature of an outlined overlay is meant.
    pub feature: Option<usize>,
    /// Which place of an outlined overlay is meant.
    pub place: Option<usize>,
    /// Languages of names.
    pub names: Names,
    /// The maps beneath, bottom first.
    pub maps: Vec<LaidMap>,
    /// Where the topmost map begins, as a part of the width, while it is compared with what lies beneath it.
    pub swipe: Option<f64>,
    /// Pictures that are placed on the map, top first.
    pub pictures: Vec<Arc<Picture>>,
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
    /// How lengths and areas beside annotations are written.
    pub locale: &'static Locale,
    /// How fine a painter will paint; decides which raster tiles are taken.
    pub pixels_per_pt: f64,
    /// How many of the letters of ground on which accounts differ are drawn, the first in the order of the alphabet: a figure has
    /// none without a row in its legend.
    pub most_marks: usize,
}

impl Look {
    /// How a document looks with nothing selected.
    pub fn of(document: &Document, theme: Theme, pixels_per_pt: f64) -> Self {
        Self {
            overlays: document.overlays.clone(),
            highlighted: Vec::new(),
            feature: None,
            place: None,
            names: document.names.clone(),
            maps: sources::laid(&document.maps, &document.map_sources, document.day),
            swipe: None,
            pictures: document.pictures.clone(),
            annotations: document.annotations.clone(),
            layers: document.layers.clone(),
            hidden: Vec::new(),
            selected: Vec::new(),
            theme,
            locale: &EN,
            pixels_per_pt,
            most_marks: usize::MAX,
        }
    }

    /// Whether [`Scene::ground_map`] is the same for both looks at this frame: all but the annotations is equal, and the
    /// words of annotations keep the same room free of the map's names.
    pub fn has_ground_of(&self, other: &Self, frame: &Frame) -> bool {
        let Self {
            overlays,
            highlighted,
            feature,
            place,
            names,
            maps,
            swipe,
            pictures,
            annotations,
            layers,
            theme,
            locale,
            pixels_per_pt,
            ..
        } = self;
        let map_alike = *overlays == other.overlays
            && *highlighted == other.highlighted
            && *feature == other.feature
            && *place == other.place
            && *names == other.names
            && *maps == other.maps
            && *swipe == other.swipe
            && *pictures == other.pictures
            && *theme == other.theme
            && locale.tag == other.locale.tag
            && *pixels_per_pt == other.pixels_per_pt;
        let same = annotations.is_same(&other.annotations) && *layers == other.layers;
        map_alike && (same || annotations::obstacles(self, frame) == annotations::obstacles(other, frame))
    }
}

/// A dossier made ready for drawing and for clicks. Never changes: what was opened makes a new one, which shares the
/// overlays that are the same.
#[derive(Debug)]
pub struct Scene {
    dossier: Dossier,
    /// The rings that were last asked for: a picture asks several times, and so does a pointer that moves over it.
    rings: Mutex<Option<KnownRings>>,
}

impl Scene {
    /// Of a dossier; its overlays are prepared when they are asked for, and words are drawn with the fonts that it brings.
    pub fn new(dossier: Dossier) -> Self {
        for font in dossier.fonts.iter() {
            // One that is no font after all was looked at before, and draws nothing.
            let _ = text::add_font_of_dossier(&font.file, &font.bytes);
        }
        Self { dossier, rings: Mutex::default() }
    }

    /// Prepares every overlay for drawing and for clicks, so that neither waits for it.
    pub fn prepare(&self) {
        self.dossier.overlays.iter().for_each(|overlay| overlay.prepare());
    }

    /// The evidence.
    pub fn dossier(&self) -> &Dossier {
        &self.dossier
    }

    /// What the ground is drawn by: the country and the day of the dossier; the latest day of the layers where nothing of
    /// the dossier is shown beside them.
    fn about(&self, look: &Look) -> About<'_> {
        let (mut of_dossier, mut of_layers) = (false, None);
        for overlay in shown(&self.dossier, &look.overlays).map(|it| it.overlay) {
            of_dossier |= overlay.opened_from.is_none();
            if overlay.opened_from.is_some() {
                of_layers = of_layers.max(Day::in_text(&overlay.as_of).ok());
            }
        }
        let of_layers = of_layers.filter(|_| !of_dossier);
        let day = of_layers.or_else(|| Day::in_text(&self.dossier.as_of).ok());
        About { country: self.dossier.country.as_deref(), day }
    }

    /// The map of a frame. Labels keep off the `reserved` parts of the page.
    pub fn map(&self, look: &Look, ground: &Ground, frame: &Frame, reserved: &[Rect]) -> DisplayList {
        self.map_and_hidden(look, ground, frame, reserved).0
    }

    /// The same, and of how many towns the dots are not drawn for want of room.
    pub fn map_and_hidden(
        &self,
        look: &Look,
        ground: &Ground,
        frame: &Frame,
        reserved: &[Rect],
    ) -> (DisplayList, usize) {
        let (mut list, names) = self.ground_and_names(look, ground, frame, reserved);
        list.items.extend(self.annotations(look, frame, group_of(&names)).items);
        (list, names.hidden.len())
    }

    /// The names and the annotations of [`Self::map`] alone, in their places.
    pub fn names_and_annotations(&self, look: &Look, ground: &Ground, frame: &Frame, reserved: &[Rect]) -> DisplayList {
        // Every town has its dot here: with what looks for a place among them the names find places of their own.
        let mut drawn = ground.names(look, frame, self.about(look));
        let names = self.names(look, frame, reserved, &mut drawn, false);
        self.annotations(look, frame, group_of(&names))
    }

    /// What the user drew with the map's `names` among it, to be laid over [`Self::ground_map`].
    pub fn annotations(&self, look: &Look, frame: &Frame, names: Item) -> DisplayList {
        let items = annotations::items(look, frame, vec![names]);
        DisplayList { width_pt: frame.width_pt, height_pt: frame.height_pt, items }
    }

    /// The map of a frame without the annotations, and its names, which lie over their shapes. They keep off the
    /// `reserved` parts of the page and off the annotations' words and symbols.
    pub fn ground_map(&self, look: &Look, ground: &Ground, frame: &Frame, reserved: &[Rect]) -> (DisplayList, Item) {
        let (list, names) = self.ground_and_names(look, ground, frame, reserved);
        (list, group_of(&names))
    }

    fn ground_and_names(
        &self,
        look: &Look,
        ground: &Ground,
        frame: &Frame,
        reserved: &[Rect],
    ) -> (DisplayList, PlacedNames) {
        let mut ground = ground.draw(look, frame, self.about(look));
        let names = self.names(look, frame, reserved, &mut ground, true);
        let mut items = ground.take_items();
        items.extend(self.over_ground(look, &ground, frame, &names));
        (DisplayList { width_pt: frame.width_pt, height_pt: frame.height_pt, items }, names)
    }

    /// What lies beneath the overlays of a frame, for several maps of it.
    pub fn drawn_ground(&self, look: &Look, ground: &Ground, frame: &Frame) -> DrawnGround {
        ground.draw(look, frame, self.about(look))
    }

    /// Whether a ground that has been drawn for the same maps, frame and theme is the one of this look.
    pub fn is_on(&self, look: &Look, ground: &DrawnGround) -> bool {
        ground.is_of(self.about(look).day)
    }

    /// What lies on a [drawn ground](Self::drawn_ground), with the names that all maps of the frame have in common.
    pub fn map_over(
        &self,
        look: &Look,
        ground: &DrawnGround,
        frame: &Frame,
        reserved: &[Rect],
        common: &CommonNames,
    ) -> DisplayList {
        let names = self.names_beside(look, ground, frame, reserved, common);
        let mut items = self.over_ground(look, ground, frame, &names);
        items.extend(self.annotations(look, frame, group_of(&names)).items);
        DisplayList { width_pt: frame.width_pt, height_pt: frame.height_pt, items }
    }

    fn over_ground(&self, look: &Look, ground: &DrawnGround, frame: &Frame, names: &PlacedNames) -> Vec<Item> {
        let mut items = Vec::new();
        let [areas, lines, places] = self.overlays(look, frame, names);
        let (selected_areas, selected_marks) = self.selection(look, frame);
        items.extend(areas);
        if !ground.borders.is_empty() {
            items.push(Item::Group(Group::new("borders", "Borders of states", ground.borders.clone())));
        }
        items.extend(selected_areas);
        items.extend(lines);
        items.extend(places);
        items.extend(selected_marks);
        items
    }

    /// The names of a frame in their places, without the map: the same as on [`Self::map`].
    pub fn names_of(&self, look: &Look, ground: &Ground, frame: &Frame, reserved: &[Rect]) -> PlacedNames {
        self.names(look, frame, reserved, &mut ground.names(look, frame, self.about(look)), true)
    }
}

/// Whether the name of a place is wanted at this zoom: small places wait for a closer look.
fn is_named(place: &Place, frame: &Frame) -> bool {
    place.population.unwrap_or(0) as f64 >= 10_000.0 * (8.0 - frame.view.zoom).exp2()
}

/// The world position by which patterns hold to the ground: the middle of the map's usual scene, so that a change of
/// zoom shifts them little where people look.
const ANCHOR: Point = Point::new(0.605, 0.345);

/// How an overlay is drawn at an opacity of 0 to 1, for a swatch.
pub fn swatch_style(overlay: &Overlay, theme: Theme, opacity: f64) -> SwatchStyle {
    let style = match overlay.unreported {
        None => style_of(&overlay.style, theme),
        Some(_) => style_of(&overlay.style.as_outline(), theme),
    };
    let style = style.with_opacity(opacity);
    match overlay.shape.dimension() {
        Dimension::Area => SwatchStyle::Area(style),
        Dimension::Line => SwatchStyle::Line(style),
        Dimension::Point => SwatchStyle::Points(style),
    }
}

/// How strong the fill of a style is in a theme: where lines stand for its hue, it says no more than in colours, so that
/// what the dossier hatches itself is the strongest without colours as well.
fn fill_opacity(style: &dossier::Style, theme: Theme) -> f64 {
    let is_hatched_for_hue = style.pattern == PatternKind::None
        && style.fill_opacity >= LEAST_HATCHED
        && Color::of_style(style.fill.as_deref()).is_some_and(|color| theme.hatch_for(color).is_some());
    if is_hatched_for_hue { style.fill_opacity } else { theme.fill_opacity(style.fill_opacity) }
}

/// The least strength of a fill that lines stand for where colours are not printed.
const LEAST_HATCHED: f64 = 0.1;

/// The least contrast of the outline of a hollow dot with what fills it; with less it is drawn in the colour of names.
const LEAST_OUTLINE_CONTRAST: f64 = 3.0;
/// The least width of such an outline, in points.
const HOLLOW_PT: f64 = 1.4;

/// A dossier's style made ready for a theme.
pub fn style_of(style: &dossier::Style, theme: Theme) -> OverlayStyle {
    let palette = theme.palette();
    let read = |text: &Option<String>| Color::of_style(text.as_deref());
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
    let bold = if matches!(theme, Theme::HighContrast | Theme::Grey) { 1.35 } else { 1.0 };
    let mark = match style.pattern {
        // What colour alone would tell apart is hatched where there is none.
        PatternKind::None => fill
            .filter(|_| style.fill_opacity >= LEAST_HATCHED)
            .and_then(|color| theme.hatch_for(color))
            .map(|angle_deg| MarkStyle {
                mark: Mark::Lines { angle_deg },
                color: mark_color.with_opacity(0.55),
                spacing_pt: 6.0,
                size_pt: 0.6,
            }),
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
    // Of what is shown as it was last reported there is the outline alone, which is seen on any ground.
    let is_hollow = fill.is_none() && style.dash.is_some();
    let outline = stroke_color.unwrap_or(palette.halo);
    let is_seen = contrast(Color { a: 255, ..outline }, palette.halo) >= LEAST_OUTLINE_CONTRAST;
    OverlayStyle {
        fill: fill_color.map(|color| color.with_opacity(fill_opacity(style, theme))).filter(|color| color.a > 0),
        mark,
        casing: style.casing.as_ref().map(|_| (palette.halo, 1.6)),
        dot: Some(DotStyle {
            fill: match fill {
                Some(color) => theme.line(color),
                None if is_hollow => palette.halo,
                None => palette.ink,
            },
            outline: if is_hollow && !is_seen { palette.label } else { outline },
            outline_pt: style.stroke_width.clamp(if is_hollow { HOLLOW_PT } else { 0.5 }, 3.0),
            radius_pt: 4.0,
        }),
        stroke,
    }
}

fn is_near_page(bounds_world: Rect, frame: &Frame) -> bool {
    frame.page_from_world().transform_rect_bbox(bounds_world).overlaps(frame.page().inflate(32.0, 32.0))
}

fn add_ring(points: &[Point], closed: bool, page_from_world: Affine, path: &mut Path) {
    let end = if closed { points.len().saturating_sub(1) } else { points.len() };
    path.add_polyline(points[..end].iter().map(|point| page_from_world * *point), closed);
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
    use super::labels::{Anchor, LabelCandidate, Surroundings};
    use super::names::{name_marked_dots, name_overlaid_dots};
    use super::overlays::Dot;
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
            leader_pt: 0.0,
        }
    }

    #[test]
    fn a_town_that_an_overlay_marks_has_no_second_dot() {
        let dot = Rect::from_center_size((100.0, 50.0), (8.0, 8.0));
        let mut labels = [town(103.0), town(110.0)];
        name_overlaid_dots(&mut labels, &[Dot { rect: dot, goes_with_name: true, population: 0 }]);
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
    fn the_ground_is_that_of_the_dossiers_day_or_else_of_the_layers() {
        let (mut dossier, _) = builtin::berlin().expect("the built-in dossier can be read");
        let layer = Arc::make_mut(&mut dossier.overlays[0]);
        layer.opened_from = Some("areas.geojson".into());
        layer.as_of = "2022-07".to_owned();
        let of_layer = layer.id.clone();
        let mut look = Look::of(&Document::new(&dossier, 900.0, 760.0), Theme::Light, 1.0);
        let scene = Scene::new(dossier);
        let day = |look: &Look| scene.about(look).day.map(|day| day.iso());
        assert_eq!(day(&look).as_deref(), Some("2025-12-15"));
        look.overlays.iter_mut().for_each(|state| state.visible = state.id == of_layer);
        assert_eq!(day(&look).as_deref(), Some("2022-07"));
        look.overlays.iter_mut().for_each(|state| state.visible = false);
        assert_eq!(day(&look).as_deref(), Some("2025-12-15"));
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
    fn the_dot_of_a_town_without_a_name_takes_no_room_from_names() {
        let (dossier, _) = builtin::berlin().expect("the built-in dossier can be read");
        let (mut with_all_dots, mut named) = (0, 0);
        let document = Document::new(&dossier, 220.0, 320.0);
        let scene = Scene::new(dossier);
        for step in 0..24 {
            let look = Look {
                names: Names::of_word("both").expect("two languages"),
                ..Look::of(&document, Theme::Light, 1.0)
            };
            let view = crate::geometry::View { zoom: document.view.zoom + 0.1 * f64::from(step), ..document.view };
            let frame = Frame::new(view, 220.0, 320.0);
            let dots = scene.dots(&look, &frame);
            let count = |names: &PlacedNames| dots.iter().filter(|dot| names.names(dot.rect.center())).count();
            let names = scene.names_of(&look, &Ground::blank(), &frame, &[]);
            named += count(&names);
            let drawn: Vec<Rect> = dots.iter().map(|dot| dot.rect).collect();
            let (lines, barriers) = (scene.lines_kept_clear(&look, &frame), scene.barriers(&look, &frame));
            let around = Surroundings { dots: &drawn, lines: &lines, barriers: &barriers, ..Surroundings::default() };
            let placed = labels::place_clear_of(&names.candidates, &around, frame.page());
            with_all_dots += count(&PlacedNames { placed, ..names });
        }
        assert!(named > with_all_dots, "{named} names, {with_all_dots} with all dots");
    }

    #[test]
    fn without_colours_what_is_hatched_itself_is_the_darkest() {
        let (dossier, _) = builtin::berlin().expect("the built-in dossier can be read");
        let on_land = |id: &str| {
            let style = style_of(&dossier.overlay(id).expect("an overlay").style, Theme::Grey);
            let (fill, mark) = (style.fill.expect("a fill"), style.mark.expect("a hatch"));
            let share = f64::from(fill.a) / 255.0;
            let land = f64::from(Theme::Grey.palette().land.r);
            (f64::from(fill.r) * share + land * (1.0 - share), mark.size_pt)
        };
        let ((main, thick), (held, thin)) = (on_land("withdrawal-area"), on_land("donetsk-russian-held"));
        assert!(main < held - 10.0 && thick > 2.0 * thin, "{main} and {held}, {thick} and {thin}");
    }

    #[test]
    fn a_hollow_dot_is_seen_in_every_theme() {
        let (dossier, _) = builtin::berlin().expect("the built-in dossier can be read");
        let towns = dossier.overlay("held-towns").expect("an overlay").style.as_outline();
        for theme in [Theme::Light, Theme::Dark, Theme::Grey, Theme::HighContrast] {
            let dot = style_of(&towns, theme).dot.expect("a dot");
            let palette = theme.palette();
            assert!(contrast(dot.outline, dot.fill) > 3.0 && contrast(dot.outline, palette.land) > 3.0, "{theme:?}");
            assert!(dot.outline.a == 255 && dot.outline_pt >= 1.0, "{theme:?}: {dot:?}");
        }
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
