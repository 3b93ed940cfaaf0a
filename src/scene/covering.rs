//! Areas that take all of a view: their fill and hatch step back there, so that what lies under them can be read. And
//! regions of which nothing is seen, for their outlines lie under those of other areas.

use kurbo::{Line, Point};

use super::barriers::{Outlines, pieces_of};
use super::style::OverlayStyle;
use super::{Look, Scene};
use crate::document::{Shown, shown};
use crate::dossier::model::PatternKind;
use crate::dossier::{Overlay, Shape};
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

/// More of a region's outline than this lies under other outlines where it is not seen.
const MOST_UNDER: f64 = 0.9;

impl Scene {
    /// The regions that are outlines alone, all but covered in a frame by the edges of areas that lie over them: their
    /// own look is seen nowhere.
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
            let above = bottom_first[index + 1..].iter().map(|it| it.overlay);
            // What nobody had reported yet is not drawn.
            let is_drawn = |other: &&Overlay| other.style.stroke.is_some() && !other.is_before_reports();
            let edged = above.filter(|other| is_drawn(other) && is_sound(other));
            let outlines = Outlines::new(edged.flat_map(|other| pieces_of(other, frame, true)).collect());
            let length = |pieces: &[Line]| pieces.iter().map(|piece| piece.p0.distance(piece.p1)).sum::<f64>();
            let (under, seen): (Vec<Line>, Vec<Line>) =
                pieces_of(it.overlay, frame, true).into_iter().partition(|piece| outlines.hold(*piece));
            if !under.is_empty() && length(&under) >= MOST_UNDER * (length(&under) + length(&seen)) {
                found.extend(self.dossier().overlay(&it.overlay.id));
            }
        }
        found
    }
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
