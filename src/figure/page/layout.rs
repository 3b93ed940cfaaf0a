//! The page on which everything has its place, and everything drawn there.

use std::sync::Arc;

use kurbo::{Point, Rect, Shape as _};

use super::arrange::Plan;
use super::block::bounds_of;
use super::content::FigureSpec;
use super::setting::Setting;
use super::shift::{mirrored, shifted};
use crate::figure::panels::{Cell, Heading};
use crate::figure::pieces::Piece;
use crate::geometry::{Frame, View};
use crate::scene::display_list::{Cap, Color, DisplayList, Group, Item, Path, Stroke};

/// A piece where it stands on the page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standing {
    /// Which.
    pub piece: Piece,
    /// Where, in points.
    pub rect: Rect,
    /// Whether it lies on the map.
    pub on_map: bool,
}

/// A page on which everything has its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout {
    /// The whole page.
    pub page: Rect,
    /// Where the map stands on the page; of several, the first.
    pub map_frame: Rect,
    /// Where each of the maps stands, row by row; all are of one size.
    pub map_frames: Vec<Rect>,
    /// The view laid on that frame; the map is drawn as a page of its own with this frame.
    pub map: Frame,
    /// Parts of the map frame, in the map's own points, that furniture covers: labels do well to keep off them.
    pub reserved: Vec<Rect>,
    /// How far the text had to shrink: 1 is not at all.
    pub text_scale: f64,
    /// References that did not fit and are counted in a line at their end instead.
    pub references_left_out: usize,
    /// Legend rows that did not fit, likewise.
    pub legend_left_out: usize,
    /// Those that did.
    pub legend_rows: usize,
    /// Whether the legend had no room for sizes or second names.
    pub legend_names_alone: bool,
    /// Whether the references had no room for titles and addresses.
    pub references_outlets_alone: bool,
    /// Whether what must be on the page has no room on it, however short the rest: then things lie over each other.
    pub is_too_small: bool,
    /// Rows of stated figures that did not fit, likewise.
    pub comparison_left_out: usize,
    /// Pieces that were asked for and found no room on the map.
    pub pieces_left_out: Vec<Piece>,
    /// Pieces that stand beside the map because they would cover too much of it.
    pub moved_off: Vec<Piece>,
    /// The pieces that can be told apart by eye, those drawn last at the end.
    pub standing: Vec<Standing>,
    /// The part of the page in which pieces on the map have their places.
    pub room: Rect,
    /// How large the map's own lines, marks and names are drawn: 1 as on screen, less on small pages.
    pub symbol_scale: f64,
    /// Where the locator map stands, in the map's points.
    pub inset: Option<Rect>,
    /// Where the headline begins, before that is mirrored for those who read from the right.
    pub(in crate::figure) title_at: Point,
    /// Where the credits begin, before that is mirrored for those who read from the right.
    pub(in crate::figure) credits_at: Point,
    pub(in crate::figure) background: Color,
    /// Lines of longitude and latitude, in the map's points: over the ground, under the overlays.
    pub(in crate::figure) graticule: Vec<Item>,
    /// What stands above each map, or, of maps in turn, above the one at its turn.
    pub(in crate::figure) headings: Vec<Group>,
    pub(in crate::figure) under_map: Vec<Group>,
    pub(in crate::figure) over_map: Vec<Group>,
}

impl Layout {
    /// Width and height of the map in points.
    pub fn map_pt(&self) -> (f64, f64) {
        (self.map_frame.width(), self.map_frame.height())
    }
}

/// Puts the map, drawn as a page of [`Layout::map`], and the locator map, drawn as one of [`Layout::inset`], into their
/// places, with everything around them.
pub fn compose(spec: &FigureSpec, layout: &Layout, map: DisplayList, inset: Option<DisplayList>) -> DisplayList {
    compose_all(spec, layout, vec![MapOnPage { under: map.items, ..MapOnPage::default() }], inset)
}

/// A map on its way to its place on the page, in points of its own.
#[derive(Debug, Clone, Default)]
pub(in crate::figure) struct MapOnPage {
    /// What lies under all overlays.
    pub(in crate::figure) under: Vec<Item>,
    /// What lies over it.
    pub(in crate::figure) over: Vec<Item>,
    /// The place of its heading among [`Layout::headings`].
    pub(in crate::figure) heading: Option<usize>,
}

/// The same of several maps.
pub(in crate::figure) fn compose_all(
    spec: &FigureSpec,
    layout: &Layout,
    maps: Vec<MapOnPage>,
    inset: Option<DisplayList>,
) -> DisplayList {
    let mut page = grounds(layout);
    for (map, frame) in maps.into_iter().zip(&layout.map_frames) {
        page.items.extend(heading(layout, &map));
        page.items.push(map_group(spec, layout, map, *frame, true));
    }
    page.items.extend(furniture(spec, layout, inset));
    page
}

/// The page with one map, in two parts: what lies under all overlays, and what is drawn over that; with the headline in the second
/// where it is not the same on all such pages.
pub(in crate::figure) fn compose_parted(
    spec: &FigureSpec,
    layout: &Layout,
    map: MapOnPage,
    has_own_title: bool,
    inset: Option<DisplayList>,
) -> [DisplayList; 2] {
    let MapOnPage { under, over, heading: place } = map;
    let (mut below, mut above) = (grounds(layout), empty(layout));
    let ground = MapOnPage { under, over: Vec::new(), heading: place };
    let rest = MapOnPage { under: Vec::new(), over, heading: place };
    above.items.extend(heading(layout, &rest));
    if has_own_title {
        let (title, others) = below.items.into_iter().partition(is_title);
        below.items = others;
        above.items.extend::<Vec<Item>>(title);
    }
    below.items.push(map_group(spec, layout, ground, layout.map_frame, true));
    above.items.push(map_group(spec, layout, rest, layout.map_frame, false));
    above.items.extend(furniture(spec, layout, inset));
    [below, above]
}

fn is_title(item: &Item) -> bool {
    matches!(item, Item::Group(group) if group.id == TITLE)
}

fn empty(layout: &Layout) -> DisplayList {
    DisplayList { width_pt: layout.page.width(), height_pt: layout.page.height(), items: Vec::new() }
}

/// The page with what lies beneath its maps.
fn grounds(layout: &Layout) -> DisplayList {
    let mut page = empty(layout);
    page.items.push(Item::Fill { path: Path::shared(layout.page.to_path(0.1)), color: layout.background });
    page.items.extend(layout.under_map.iter().cloned().map(Item::Group));
    page
}

fn heading(layout: &Layout, map: &MapOnPage) -> Option<Item> {
    map.heading.and_then(|index| layout.headings.get(index)).cloned().map(Item::Group)
}

fn map_group(spec: &FigureSpec, layout: &Layout, map: MapOnPage, frame: Rect, has_ground: bool) -> Item {
    let parts = &spec.language.words().parts;
    let headings = spec.grid.as_ref().map_or(&[][..], |grid| &grid.headings);
    let origin = frame.origin().to_vec2();
    let mut moved = shifted(map.under, origin);
    if !layout.graticule.is_empty() && has_ground {
        let lines = Group::new("graticule", parts.graticule, shifted(layout.graticule.clone(), origin));
        // The first item is the ground.
        moved.insert(1.min(moved.len()), Item::Group(lines));
    }
    moved.extend(shifted(map.over, origin));
    let own_day = map.heading.and_then(|index| headings.get(index)).map(Heading::in_line);
    let title = match own_day.as_deref().unwrap_or(spec.words(Piece::AsOf)) {
        "" => parts.map.to_owned(),
        day => spec.language.words().fill(parts.map_as_of, &[("day", day)]),
    };
    let (id, title) = match &spec.chart {
        Some(chart) => ("chart", chart.clone()),
        None => ("map", title),
    };
    Item::Group(Group { clip: Some(frame), ..Group::new(id, title, moved) })
}

/// What stands on the maps.
fn furniture(spec: &FigureSpec, layout: &Layout, inset: Option<DisplayList>) -> Vec<Item> {
    let mut items: Vec<Item> = layout.over_map.iter().cloned().map(Item::Group).collect();
    let origin = layout.map_frame.origin().to_vec2();
    if let (Some(rect), Some(inset)) = (layout.inset, inset) {
        let rect = rect + origin;
        let mut drawn = shifted(inset.items, rect.origin().to_vec2());
        let edge = Stroke { cap: Cap::Butt, ..Stroke::solid(spec.theme.palette().region_border, 0.75) };
        drawn.push(Item::Stroke { path: Path::shared(rect.to_path(0.1)), stroke: edge });
        let group = Group::new("inset", spec.language.words().parts.locator, drawn);
        items.push(Item::Group(Group { clip: Some(rect.inflate(0.5, 0.5)), ..group }));
    }
    items
}

impl Layout {
    /// The same page with other credits at their place.
    pub(in crate::figure) fn with_credits(&self, spec: &FigureSpec) -> Self {
        let setting = Setting::new(spec, self.page.size(), self.text_scale);
        let items = shifted(setting.footer.items, self.credits_at.to_vec2());
        self.with_group(CREDITS, if setting.words.is_rtl() { mirrored(items, self.page.width()) } else { items })
    }

    /// The same page with another headline at its place above the map.
    pub(in crate::figure) fn with_title(&self, spec: &FigureSpec) -> Self {
        let setting = Setting::new(spec, self.page.size(), self.text_scale);
        let items = shifted(setting.header.items, self.title_at.to_vec2());
        self.with_group(TITLE, if setting.words.is_rtl() { mirrored(items, self.page.width()) } else { items })
    }

    fn with_group(&self, id: &str, items: Vec<Item>) -> Self {
        let mut layout = self.clone();
        if let Some(group) = layout.under_map.iter_mut().find(|group| group.id == id) {
            group.items = items;
        }
        layout
    }
}

/// What the group of the headline is called.
pub(in crate::figure) const TITLE: &str = "title";

/// What the group of the credits is called.
pub(in crate::figure) const CREDITS: &str = "credits";

impl Setting {
    pub(in crate::figure) fn build(&self, spec: &FigureSpec, plan: Plan, view: View) -> Layout {
        // Degrees stand outside the frame, to the left and below, and ticks on all sides.
        let (outside_pt, tick_pt) =
            if spec.has_degrees() { (self.degrees_room(), 0.25 * self.degrees_room()) } else { (0.0, 0.0) };
        // A page that is read from the right is laid out as any other and then mirrored: the map, and what stands around it.
        let (parts, is_mirrored) = (&self.words.parts, self.words.is_rtl());
        let mirror = |rect: Rect| Rect { x0: self.page.width - rect.x1, x1: self.page.width - rect.x0, ..rect };
        let cells = self.cells(spec, plan.map);
        let frame_of = |cell: &Cell| {
            let Rect { x0, y0, x1, y1 } = if is_mirrored { mirror(cell.map) } else { cell.map };
            let mut frame = Rect::new(x0 + outside_pt, y0 + tick_pt, x1 - tick_pt, y1 - outside_pt);
            frame = Rect::new(frame.x0, frame.y0, frame.x1.max(frame.x0 + 16.0), frame.y1.max(frame.y0 + 16.0));
            // Whole points, so that the frame's hairline is sharp at 1x.
            Rect::new(frame.x0.round(), frame.y0.round(), frame.x1.round(), frame.y1.round())
        };
        let map_frames: Vec<Rect> = cells.iter().map(frame_of).collect();
        let map_frame = map_frames.first().copied().unwrap_or(plan.map);
        let map = Frame::new(view, map_frame.width(), map_frame.height());
        let headings = spec.grid.iter().flat_map(|grid| grid.headings.iter().enumerate()).map(|(index, heading)| {
            let Some(cell) = cells.get(index % cells.len().max(1)) else { return Group::new("day", "", Vec::new()) };
            let mut items = Vec::new();
            self.panel_heading(heading, cell.map.width()).place(cell.heading, &mut items);
            let items = if is_mirrored { mirrored(items, self.page.width) } else { items };
            Group::new("day", heading.in_line(), items)
        });
        let headings = headings.collect();
        let mut over_map = Vec::new();
        let frame = Stroke { cap: Cap::Butt, ..Stroke::solid(self.palette.region_border, 0.75) };
        // A chart has axes of its own.
        for map_frame in map_frames.iter().filter(|_| spec.chart.is_none()) {
            let outline = Path::shared(map_frame.to_path(0.1));
            let outline = Item::Stroke { path: outline, stroke: frame.clone() };
            over_map.push(Group::new("frame", parts.frame, vec![outline]));
        }
        let origin = map_frame.origin().to_vec2();
        let has_lines = spec.contents.contains_key(&Piece::Graticule);
        let graticule = if has_lines { self.graticule(&map) } else { Vec::new() };
        if spec.has_degrees() {
            for map_frame in &map_frames {
                let degrees = shifted(self.degrees(&map), map_frame.origin().to_vec2());
                over_map.push(Group::new("degrees", parts.degrees, degrees));
            }
        }
        let on_map = self.on_map(spec, &map);
        over_map.extend(on_map.groups.into_iter().map(|group| Group { items: shifted(group.items, origin), ..group }));
        let mut under_map = Vec::new();
        let rule = Stroke { cap: Cap::Butt, ..Stroke::solid(self.palette.line, 0.75) };
        let rules: Vec<Item> = plan
            .rules
            .iter()
            .map(|&(at, width_pt)| {
                let mut path = Path::new();
                let x0 = if is_mirrored { self.page.width - at.x - width_pt } else { at.x };
                path.move_to((x0, at.y));
                path.line_to((x0 + width_pt, at.y));
                Item::Stroke { path: Arc::new(path), stroke: rule.clone() }
            })
            .collect();
        if !rules.is_empty() {
            under_map.push(Group::new("rules", parts.rules, rules));
        }
        let mut standing = Vec::new();
        let (mut title_at, mut credits_at) = (Point::ZERO, Point::ZERO);
        for (id, title, at, block) in plan.blocks {
            match id {
                TITLE => title_at = at,
                CREDITS => credits_at = at,
                _ => {}
            }
            let mut items = shifted(block.items, at.to_vec2());
            if is_mirrored {
                items = mirrored(items, self.page.width);
            }
            let Some(rect) = bounds_of(&items) else { continue };
            let piece = Piece::beside().find(|piece| piece.name() == id);
            standing.extend(piece.map(|piece| Standing { piece, rect, on_map: false }));
            under_map.push(Group::new(id, title, items));
        }
        let on_page = |(piece, rect): &(Piece, Rect)| Standing { piece: *piece, rect: *rect + origin, on_map: true };
        standing.extend(on_map.placed.iter().map(on_page));
        Layout {
            page: Rect::from_origin_size(Point::ZERO, self.page),
            map_frame,
            map_frames,
            map,
            reserved: on_map.reserved,
            text_scale: self.text_scale,
            references_left_out: plan.references_left_out,
            legend_left_out: plan.legend_left_out,
            legend_rows: spec.legend_rows().saturating_sub(plan.legend_left_out),
            legend_names_alone: plan.names_alone,
            references_outlets_alone: plan.outlets_alone,
            is_too_small: !plan.fits,
            comparison_left_out: plan.comparison_left_out,
            pieces_left_out: on_map.left_out,
            moved_off: Vec::new(),
            standing,
            room: self.room(&map) + origin,
            symbol_scale: self.symbol_scale,
            inset: on_map.inset,
            title_at,
            credits_at,
            background: self.palette.panel,
            graticule,
            headings,
            under_map,
            over_map,
        }
    }
}
