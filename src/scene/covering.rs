//! Areas that take all of a view: their fill and hatch step back there, so that what lies under them can be read. And
//! regions of which nothing is seen, for their outlines lie under those of other areas.

use kurbo::{Line, Point};

use super::barriers::{Outlines, pieces_of};
use super::style::OverlayStyle;
use super::{Look, Scene};
use crate::document::{Shown, shown};
use crate::dossier::model::PatternKind;
use crate::dossier::{Dimension, Kind, Overlay, Shape, Style};
use crate::geometry::boxes::is_within;
use crate::geometry::clip::part_inside;
use crate::geometry::{Frame, lon_lat_from_world};

/// Larger shapes are drawn as they are: a look for their edges would take longer than that.
const MOST_VERTICES: usize = 200_000;

/// The strongest fill of an area that covers all of a view.
const FAINT: f64 = 0.1;

impl Scene {
    /// The areas of which a frame shows nothing but their inside, top first.
    pub fn covering<'a>(&'a self, look: &Look, frame: &Frame) -> Vec<&'a Overlay> {
        let seen = shown(self.dossier(), &look.overlays).filter(|it| covers(it.overlay, frame));
        let ids: Vec<String> = seen.map(|it| it.overlay.id.clone()).collect();
        ids.iter().rev().filter_map(|id| self.dossier().overlay(id)).collect()
    }
}

/// So near another edge lies what is hidden by it, in points: of what lies further aside more than half is seen.
const UNDER_PT: f64 = 0.75;

/// So much of an outline is seen for its look to be known, in points: a dash of those that regions have.
const LEAST_SEEN_PT: f64 = 12.0;

/// The faintest edge that hides what lies under it.
const LEAST_OPACITY: f64 = 0.75;

impl Scene {
    /// The regions that are outlines alone, all but covered in a frame by the edges of areas that lie over them: their
    /// own look is seen nowhere. The frame is the one in which they are drawn: in a smaller one lines lie nearer together.
    pub fn outlined_by_others<'a>(&'a self, look: &Look, frame: &Frame) -> Vec<&'a Overlay> {
        let bottom_first: Vec<Shown<'_>> = shown(self.dossier(), &look.overlays).collect();
        let is_bare = |overlay: &Overlay| {
            overlay.is_region() && !overlay.style.is_filled() && overlay.style.pattern == PatternKind::None
        };
        let is_sound = |overlay: &Overlay| overlay.vertices() <= MOST_VERTICES;
        let mut found = Vec::new();
        for (index, it) in bottom_first.iter().enumerate() {
            if !is_bare(it.overlay) || !is_sound(it.overlay) {
                continue;
            }
            let above = bottom_first[index + 1..].iter().filter(|it| is_sound(it.overlay) && hides_by_edges(it));
            let edges = above.flat_map(|it| pieces_of(it.overlay, frame, true)).collect();
            let outlines = Outlines::new(edges, UNDER_PT);
            let on_page = pieces_of(it.overlay, frame, true).into_iter();
            let on_page = on_page.filter(|piece| frame.page().contains(piece.midpoint()));
            let (under, seen): (Vec<Line>, Vec<Line>) = on_page.partition(|piece| outlines.hold(*piece));
            let seen_pt: f64 = seen.iter().map(|piece| piece.p0.distance(piece.p1)).sum();
            if !under.is_empty() && seen_pt < LEAST_SEEN_PT {
                found.extend(self.dossier().overlay(&it.overlay.id));
            }
        }
        found
    }
}

/// Whether the edges of an area hide what lies under them: all of them are drawn, without gaps, and hardly to be seen through.
fn hides_by_edges(Shown { overlay, state, .. }: &Shown<'_>) -> bool {
    let kinds = overlay.kinds(&state.styling);
    let is_drawn = |kind: &Kind| {
        let Style { stroke, stroke_width, stroke_opacity, dash, .. } = &kind.style;
        let is_whole = stroke.is_some() && *stroke_width > 0.0 && dash.is_none();
        kind.shown && is_whole && state.opacity * stroke_opacity >= LEAST_OPACITY
    };
    let of_areas = |kind: &&Kind| kind.features > 0 && kind.dimension == Dimension::Area;
    kinds.left_out() == 0 && kinds.list().iter().filter(of_areas).all(is_drawn)
}

/// Whether an area of one kind covers all of a frame, and none of its edge is seen there.
pub(super) fn covers(overlay: &Overlay, frame: &Frame) -> bool {
    let is_all_within = is_within(frame.lon_lat_bounds(), overlay.bounds);
    if !is_all_within || !matches!(&*overlay.shape, Shape::Area(_)) || overlay.vertices() > MOST_VERTICES {
        return false;
    }
    let page = frame.page();
    let page_from_world = frame.page_from_world();
    let world = page_from_world.inverse().transform_rect_bbox(page);
    let middle: Point = world.center();
    let sees_edge = || {
        overlay
            .levels()
            .at_zoom(frame.view.zoom)
            .iter()
            .any(|ring| ring.points.windows(2).any(|pair| part_inside(pair[0], pair[1], world).is_some()))
    };
    overlay.hit().contains(lon_lat_from_world(middle)) && !sees_edge()
}

/// The style of an area of which only the inside is seen.
pub(super) fn stepped_back(mut style: OverlayStyle) -> OverlayStyle {
    if let Some(fill) = &mut style.fill {
        let strength = f64::from(fill.a) / 255.0;
        if strength > FAINT {
            *fill = fill.with_opacity(FAINT / strength);
        }
    }
    style.mark = None;
    style
}
