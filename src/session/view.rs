//! What is looked at: the view, which may be anywhere on the earth, and the page that it fills.

use kurbo::Vec2;

use super::Session;
use crate::document::AnnotationId;
use crate::geometry::{Coord, Frame, Point, View, lon_lat_from_world, world_from_lon_lat};
use crate::scene::annotations;

/// The closest zoom: about 1 : 4,000.
pub const MAX_ZOOM: f64 = 17.0;

/// West, south, east and north of what the map shows, in degrees.
const WORLD: [f64; 4] = [-180.0, -85.05, 180.0, 85.05];

/// The zoom at which a place is looked at.
pub(super) const PLACE_ZOOM: f64 = 11.0;

impl Session {
    /// The map as it lies on the page.
    pub fn frame(&self) -> Frame {
        Frame::new(self.document().view, self.page.0, self.page.1)
    }

    /// The middle of the page.
    pub(super) fn middle(&self) -> Point {
        Point::new(self.page.0 / 2.0, self.page.1 / 2.0)
    }

    pub(super) fn fit(&mut self, bounds: [f64; 4]) {
        self.set_view(self.fitted(bounds, 24.0));
    }

    /// The view at which bounds fit into what of the page is not covered.
    pub(super) fn fitted(&self, bounds: [f64; 4], margin_pt: f64) -> View {
        let (left, right) = self.covered_pt;
        let view = View::fit(bounds, self.page.0 - left - right, self.page.1, margin_pt);
        if left == right {
            return view;
        }
        let frame = Frame::new(view, self.page.0, self.page.1);
        let middle = self.middle() - Vec2::new((left - right) / 2.0, 0.0);
        View { center: frame.lon_lat_from_page(middle), ..view }
    }

    /// Looks at a place from near, with the crosshair on it.
    pub(super) fn go_to(&mut self, at: Coord<f64>) {
        self.show_place(at);
        self.crosshair = Some(self.frame().page_from_lon_lat(at));
    }

    /// Looks at a place, from near unless the view is nearer still.
    pub(super) fn show_place(&mut self, at: Coord<f64>) {
        let zoom = self.document().view.zoom.max(PLACE_ZOOM);
        self.set_view(View { center: at, zoom });
    }

    pub(super) fn zoom_at(&mut self, at: Point, steps: f64) {
        if !steps.is_finite() {
            return;
        }
        let before = self.frame();
        let ground = before.page_from_world().inverse() * at;
        let zoom = self.clamp_zoom(before.view.zoom + steps);
        let after = Frame::new(View { zoom, ..before.view }, self.page.0, self.page.1);
        let moved = after.page_from_world() * ground - at;
        let middle = Point::new(self.page.0 / 2.0, self.page.1 / 2.0) + moved;
        self.set_view(View { center: after.lon_lat_from_page(middle), zoom });
    }

    pub(super) fn set_page(&mut self, width_pt: f64, height_pt: f64) {
        if (width_pt, height_pt) == self.page || !(width_pt >= 1.0 && height_pt >= 1.0) {
            return;
        }
        self.page = (width_pt, height_pt);
        if self.fit_home {
            self.open_at_home();
        } else if !self.fit_changes() {
            self.set_view(self.document().view);
        }
    }

    /// What covers more than three fifths of the page is no matter: nothing could be fitted beside it.
    pub(super) fn set_covered(&mut self, left_pt: f64, right_pt: f64) {
        let is_wide = left_pt + right_pt <= self.page.0 * 0.6;
        let covered_pt = if is_wide { (left_pt, right_pt) } else { (0.0, 0.0) };
        if covered_pt != self.covered_pt {
            self.covered_pt = covered_pt;
            if self.fit_home {
                self.open_at_home();
            }
        }
    }

    /// The zoom at which the world just fills the page.
    fn min_zoom(&self) -> f64 {
        View::fit(WORLD, self.page.0, self.page.1, 0.0).zoom
    }

    fn clamp_zoom(&self, zoom: f64) -> f64 {
        let least = self.min_zoom();
        if zoom.is_finite() { zoom.clamp(least, MAX_ZOOM.max(least)) } else { least }
    }

    /// Looks at `view`, held within the world so that the map cannot be lost.
    pub(super) fn set_view(&mut self, view: View) {
        let zoom = self.clamp_zoom(view.zoom);
        let [west, south, east, north] = WORLD;
        let a = world_from_lon_lat(Coord { x: west, y: north });
        let b = world_from_lon_lat(Coord { x: east, y: south });
        let frame = Frame::new(View { zoom, ..view }, self.page.0, self.page.1);
        let half = |size_pt: f64| size_pt / frame.world_size_pt() / 2.0;
        let held = |value: f64, low: f64, high: f64, half: f64| {
            let middle = (low + high) / 2.0;
            if high - low <= 2.0 * half || !value.is_finite() { middle } else { value.clamp(low + half, high - half) }
        };
        let center = world_from_lon_lat(view.center);
        let center =
            Point::new(held(center.x, a.x, b.x, half(self.page.0)), held(center.y, a.y, b.y, half(self.page.1)));
        let view = View { center: lon_lat_from_world(center), zoom };
        if view != self.document().view {
            self.fit_home = false;
        }
        self.history.look(view);
    }

    /// West, south, east and north of what is drawn, in degrees, as far as it is drawn.
    fn bounds_of_annotations(&self, ids: &[AnnotationId]) -> Option<[f64; 4]> {
        let annotations = ids.iter().filter_map(|id| self.document().annotations.get(*id));
        let world = annotations.filter_map(|one| annotations::bounds_world(one)).reduce(|a, b| a.union(b))?;
        let corner = |x: f64, y: f64| lon_lat_from_world(Point::new(x, y));
        let (Coord { x: west, y: north }, Coord { x: east, y: south }) =
            (corner(world.x0, world.y0), corner(world.x1, world.y1));
        Some([west, south, east, north])
    }

    /// The same of the annotations that are selected, if they have a width and a height.
    pub fn selected_bounds(&self) -> Option<[f64; 4]> {
        let bounds = self.bounds_of_annotations(self.selected_annotations())?;
        let [west, south, east, north] = bounds;
        (east > west && north > south).then_some(bounds)
    }

    pub(super) fn zoom_to_annotations(&mut self, ids: &[AnnotationId]) {
        let Some(bounds) = self.bounds_of_annotations(ids) else { return };
        let view = self.fitted(bounds, 48.0);
        // A single point has no size to fit: it is looked at from where its surroundings can be made out.
        self.set_view(View { zoom: view.zoom.min(12.0), ..view });
    }
}
