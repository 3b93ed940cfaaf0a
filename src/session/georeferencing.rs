//! A picture while it is placed by hand: pairs of spots on it and on the map, the kind of map through them, its crop and what
//! is said of it. Nothing of it is the document's until it is placed, in one step; till then it has steps of its own.

use crate::document::Picture;
use crate::document::edit::PictureFacts;
use crate::formats::picture::annotation::MOST_CORNERS;
use crate::formats::picture::points::{NotedPoint, is_on};
use crate::formats::picture::{PictureError, Placement};
use crate::geometry::georeference::{
    ControlPoint, Georeference, GeoreferenceError, MOST_POINTS, Residual, TransformKind,
};
use crate::geometry::{Coord, Point};

/// So many steps can be taken back.
const MOST_STEPS: usize = 200;

/// A spot of the picture and the same on the map; one end may still be missing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// In pixels of the picture.
    pub pixel: Option<Point>,
    /// Longitude and latitude in degrees.
    pub place: Option<Coord<f64>>,
    /// Whether the map goes through it.
    pub is_used: bool,
}

impl Pair {
    /// As a control point, if both ends are there.
    pub fn point(&self) -> Option<ControlPoint> {
        Some(ControlPoint { pixel: self.pixel?, lon_lat: self.place? })
    }
}

/// What can be taken back.
#[derive(Debug, Clone)]
struct State {
    pairs: Vec<Pair>,
    transform: TransformKind,
    crop: Vec<Point>,
    /// The pair that is chosen.
    chosen: Option<usize>,
}

impl State {
    /// Whether they differ in nothing but in what is chosen.
    fn is(&self, other: &Self) -> bool {
        self.pairs == other.pairs && self.transform == other.transform && self.crop == other.crop
    }

    /// Whether both place the picture alike.
    fn places_as(&self, other: &Self) -> bool {
        let complete =
            |state: &Self| -> Vec<Pair> { state.pairs.iter().filter(|pair| pair.point().is_some()).copied().collect() };
        self.transform == other.transform && self.crop == other.crop && complete(self) == complete(other)
    }
}

/// What somebody works at.
#[derive(Debug, Clone)]
pub struct Georeferencing {
    picture: Picture,
    state: State,
    /// As it was at first.
    before: State,
    undo: Vec<State>,
    redo: Vec<State>,
    /// Whether a drag goes on, which is one step.
    is_dragging: bool,
    /// What is said of the picture.
    pub facts: PictureFacts,
    facts_before: PictureFacts,
}

/// What is said of a picture.
pub fn facts_of(picture: &Picture) -> PictureFacts {
    PictureFacts {
        title: picture.title.clone(),
        source: picture.source.clone(),
        credit: picture.credit.clone(),
        license: picture.license.clone(),
        as_of: picture.as_of.as_deref().and_then(|day| day.parse().ok()),
    }
}

impl Georeferencing {
    /// Of a picture: one of the document, or a new one without an id. One that lies by a plane begins with its corners.
    pub fn of(picture: Picture) -> Self {
        let (transform, points) = picture.control_points().unwrap_or_default();
        let transform = if points.is_empty() { TransformKind::Affine } else { transform };
        let used = points.into_iter().map(|point| (point, true));
        let unused = Placement::Points { transform, points: picture.unused_points.clone() };
        let unused = unused.points().into_iter().map(|point| (point, false));
        let pairs: Vec<Pair> = used.chain(unused).take(MOST_POINTS).map(pair_of).collect();
        let crop = picture.crop.iter().map(|[x, y]| Point::new(*x, *y)).collect();
        let state = State { pairs, transform, crop, chosen: None };
        let facts = facts_of(&picture);
        Self {
            picture,
            before: state.clone(),
            state,
            undo: Vec::new(),
            redo: Vec::new(),
            is_dragging: false,
            facts_before: facts.clone(),
            facts,
        }
    }

    /// Whether the document has it already.
    pub fn is_known(&self) -> bool {
        !self.picture.id.is_empty()
    }

    /// The picture as it was.
    pub fn original(&self) -> &Picture {
        &self.picture
    }

    /// Pixels across and down.
    pub fn size_px(&self) -> (f64, f64) {
        let [width, height] = self.picture.size_px.map(f64::from);
        (width, height)
    }

    /// All pairs, in the order in which they were made.
    pub fn pairs(&self) -> &[Pair] {
        &self.state.pairs
    }

    /// The kind of map through them.
    pub fn transform(&self) -> TransformKind {
        self.state.transform
    }

    /// Corners of the part that is shown; all of it while there are fewer than three.
    pub fn crop(&self) -> &[Point] {
        &self.state.crop
    }

    /// The pair that is chosen.
    pub fn chosen(&self) -> Option<usize> {
        self.state.chosen.filter(|chosen| *chosen < self.state.pairs.len())
    }

    /// Chooses a pair, or none; that is no step.
    pub fn choose(&mut self, pair: Option<usize>) {
        self.state.chosen = pair;
    }

    /// The pair of which one end is missing.
    pub fn waiting(&self) -> Option<usize> {
        self.state.pairs.iter().position(|pair| pair.point().is_none())
    }

    /// Whether anything has been done that would be lost.
    pub fn is_changed(&self) -> bool {
        !self.state.places_as(&self.before) || self.facts != self.facts_before
    }

    /// Whether there is a step to take back, and one to do again.
    pub fn steps(&self) -> (bool, bool) {
        (!self.undo.is_empty(), !self.redo.is_empty())
    }

    fn step(&mut self, change: impl FnOnce(&mut State)) {
        let before = self.state.clone();
        change(&mut self.state);
        if self.state.is(&before) || self.is_dragging {
            return;
        }
        self.remember(before);
    }

    fn remember(&mut self, before: State) {
        if self.undo.len() == MOST_STEPS {
            self.undo.remove(0);
        }
        self.undo.push(before);
        self.redo.clear();
    }

    /// What is done from here to [`Self::end_drag`] is one step.
    pub fn begin_drag(&mut self) {
        if !self.is_dragging {
            self.remember(self.state.clone());
            self.is_dragging = true;
        }
    }

    /// See [`Self::begin_drag`]; one that has moved nothing is no step.
    pub fn end_drag(&mut self) {
        if self.is_dragging {
            self.is_dragging = false;
            self.undo.pop_if(|before| before.is(&self.state));
        }
    }

    /// Takes the last step back.
    pub fn undo(&mut self) {
        self.end_drag();
        if let Some(before) = self.undo.pop() {
            self.redo.push(std::mem::replace(&mut self.state, before));
        }
    }

    /// Does it again.
    pub fn redo(&mut self) {
        self.end_drag();
        if let Some(after) = self.redo.pop() {
            self.undo.push(std::mem::replace(&mut self.state, after));
        }
    }

    /// Whether a spot is on the picture.
    pub fn has_pixel(&self, at: Point) -> bool {
        is_on(at, self.picture.size_px)
    }

    fn on_picture(&self, at: Point) -> Point {
        let (width, height) = self.size_px();
        let round = |number: f64| (number * 100.0).round() / 100.0;
        Point::new(round(at.x.clamp(0.0, width)), round(at.y.clamp(0.0, height)))
    }

    /// Puts a spot on the picture: of the pair that waits for one, or of a new pair. False where there are too many.
    pub fn put_pixel(&mut self, at: Point) -> bool {
        let at = self.on_picture(at);
        self.put(|pair| pair.pixel = Some(at))
    }

    /// The same on the map.
    pub fn put_place(&mut self, at: Coord<f64>) -> bool {
        let at = settled(at);
        self.put(|pair| pair.place = Some(at))
    }

    fn put(&mut self, put: impl FnOnce(&mut Pair)) -> bool {
        let waiting = self.waiting();
        if waiting.is_none() && self.state.pairs.len() >= MOST_POINTS {
            return false;
        }
        self.step(|state| {
            let at = waiting.unwrap_or_else(|| {
                state.pairs.push(Pair { pixel: None, place: None, is_used: true });
                state.pairs.len() - 1
            });
            put(&mut state.pairs[at]);
            state.chosen = Some(at);
        });
        true
    }

    /// Moves the end of a pair on the picture.
    pub fn move_pixel(&mut self, pair: usize, at: Point) {
        let at = self.on_picture(at);
        self.change(pair, |pair| pair.pixel = Some(at));
    }

    /// Moves the end of a pair on the map.
    pub fn move_place(&mut self, pair: usize, at: Coord<f64>) {
        let at = settled(at);
        self.change(pair, |pair| pair.place = Some(at));
    }

    /// Has the map go through a pair, or not.
    pub fn use_pair(&mut self, pair: usize, is_used: bool) {
        self.change(pair, |pair| pair.is_used = is_used);
    }

    fn change(&mut self, pair: usize, change: impl FnOnce(&mut Pair)) {
        self.step(|state| {
            if let Some(of_pair) = state.pairs.get_mut(pair) {
                change(of_pair);
                state.chosen = Some(pair);
            }
        });
    }

    /// Takes a pair away; the one that comes after it is chosen.
    pub fn remove(&mut self, pair: usize) {
        self.step(|state| {
            if pair < state.pairs.len() {
                state.pairs.remove(pair);
                state.chosen = state.pairs.len().checked_sub(1).map(|last| pair.min(last));
            }
        });
    }

    /// Takes the pair away that is only half there.
    pub fn give_up_waiting(&mut self) -> bool {
        let waiting = self.waiting();
        if let Some(waiting) = waiting {
            self.remove(waiting);
        }
        waiting.is_some()
    }

    /// Puts these points in the place of all.
    pub fn take_points(&mut self, points: &[NotedPoint]) {
        self.step(|state| {
            state.pairs = points.iter().copied().take(MOST_POINTS).map(pair_of).collect();
            state.chosen = None;
        });
    }

    /// All points of which both ends are there, and whether they are used.
    pub fn noted_points(&self) -> Vec<NotedPoint> {
        self.state.pairs.iter().filter_map(|pair| Some((pair.point()?, pair.is_used))).collect()
    }

    /// Another kind of map.
    pub fn set_transform(&mut self, kind: TransformKind) {
        self.step(|state| state.transform = kind);
    }

    /// Why a kind of map cannot be had; nothing where it can.
    pub fn why_not(&self, kind: TransformKind) -> Option<String> {
        let (least, count) = (kind.least_points(), self.used().len());
        (count < least).then(|| match count {
            0 => format!("{} takes {least} points, and there are none yet", kind.label()),
            1 => format!("{} takes {least} points, and there is 1", kind.label()),
            _ => format!("{} takes {least} points, and there are {count}", kind.label()),
        })
    }

    /// Adds a corner to the crop: on the edge that is near, within `reach_px` pixels, or else after the last. False where
    /// there are too many.
    pub fn add_corner(&mut self, at: Point, reach_px: f64) -> bool {
        if self.state.crop.len() >= MOST_CORNERS {
            return false;
        }
        let at = self.on_picture(at);
        self.step(|state| {
            let count = state.crop.len();
            let edge = |index: usize| kurbo::Line::new(state.crop[index], state.crop[(index + 1) % count]);
            let off = |index: usize| kurbo::ParamCurveNearest::nearest(&edge(index), at, 1e-3).distance_sq;
            let nearest = (0..count).min_by(|a, b| off(*a).total_cmp(&off(*b)));
            match nearest.filter(|index| count >= 3 && off(*index) <= reach_px * reach_px) {
                Some(index) => state.crop.insert(index + 1, at),
                None => state.crop.push(at),
            }
        });
        true
    }

    /// Moves a corner of the crop.
    pub fn move_corner(&mut self, corner: usize, at: Point) {
        let at = self.on_picture(at);
        self.step(|state| {
            if let Some(of_crop) = state.crop.get_mut(corner) {
                *of_crop = at;
            }
        });
    }

    /// Takes a corner of the crop away.
    pub fn remove_corner(&mut self, corner: usize) {
        self.step(|state| {
            if corner < state.crop.len() {
                state.crop.remove(corner);
            }
        });
    }

    /// Shows all of the picture.
    pub fn uncrop(&mut self) {
        self.step(|state| state.crop.clear());
    }

    /// The points that the map goes through, each with the number of its pair.
    pub fn used(&self) -> Vec<(usize, ControlPoint)> {
        let used = self.state.pairs.iter().enumerate().filter(|(_, pair)| pair.is_used);
        used.filter_map(|(at, pair)| Some((at, pair.point()?))).collect()
    }

    /// The picture with its place, its crop and what is said of it.
    pub fn placed(&self) -> Picture {
        let mut picture = self.picture.clone();
        if !self.state.places_as(&self.before) || !matches!(picture.placement, Placement::Plane { .. }) {
            let noted = self.noted_points();
            let of = |wanted: bool| -> Vec<ControlPoint> {
                noted.iter().filter(|(_, is_used)| *is_used == wanted).map(|(point, _)| *point).collect()
            };
            let is_moved = self.state.pairs != self.before.pairs || self.state.transform != self.before.transform;
            if is_moved || !matches!(picture.placement, Placement::Plane { .. }) {
                picture.placement = Placement::of_points(&of(true), self.state.transform);
                picture.unused_points =
                    of(false).iter().map(|at| [at.pixel.x, at.pixel.y, at.lon_lat.x, at.lon_lat.y]).collect();
                // From now on its points tell how exact it is.
                picture.stated_accuracy_m = None;
            }
        }
        picture.crop = if self.state.crop.len() < 3 {
            Vec::new()
        } else {
            self.state.crop.iter().map(|corner| [corner.x, corner.y]).collect()
        };
        let words = |text: &str| text.trim().to_owned();
        if !self.facts.title.trim().is_empty() {
            picture.title = words(&self.facts.title);
        }
        (picture.source, picture.credit, picture.license) =
            (words(&self.facts.source), words(&self.facts.credit), words(&self.facts.license));
        picture.as_of = self.facts.as_of.map(|day| day.iso());
        picture
    }
}

fn pair_of((ControlPoint { pixel, lon_lat }, is_used): NotedPoint) -> Pair {
    Pair { pixel: Some(pixel), place: Some(lon_lat), is_used }
}

/// A place as a project keeps it, to a centimetre.
fn settled(at: Coord<f64>) -> Coord<f64> {
    let round = |number: f64| (number * 1e7).round() / 1e7;
    Coord { x: round(at.x), y: round(at.y) }
}

/// How well a map goes through the points, as the table shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// How far each point is off, by the number of its pair.
    pub residuals: Vec<(usize, Residual)>,
    /// The root of the mean square of that, in metres.
    pub rms_m: f64,
    /// How exact places on the picture are, in metres; `None` where too few points tell.
    pub accuracy_m: Option<f64>,
    /// Which places the pixels of the used points come to.
    pub georeference: Georeference,
}

/// Fits a map to points with the numbers of their pairs, for a picture of that size.
///
/// # Errors
/// In words: which points are at fault, by the numbers that they are shown with.
pub fn fit(points: &[(usize, ControlPoint)], kind: TransformKind, size_px: [u32; 2]) -> Result<Fit, String> {
    let own: Vec<ControlPoint> = points.iter().map(|(_, point)| *point).collect();
    let shown = |at: usize| points.get(at.wrapping_sub(1)).map_or(at, |(pair, _)| pair + 1);
    let georeference = Georeference::fit(&own, kind).map_err(|error| {
        match error {
            GeoreferenceError::NoPlace(at) => GeoreferenceError::NoPlace(shown(at)),
            GeoreferenceError::Same { first, second, what } => {
                GeoreferenceError::Same { first: shown(first), second: shown(second), what }
            }
            other => other,
        }
        .to_string()
    })?;
    let mapping = crate::formats::picture::Mapping::Points(Box::new(georeference.clone()));
    mapping.world_bounds(size_px[0], size_px[1]).map_err(|error| match error {
        PictureError::BeyondTheEarth => "these points put the picture beyond the earth; check them".to_owned(),
        other => other.to_string(),
    })?;
    let residuals = points.iter().map(|(pair, _)| *pair).zip(georeference.residuals()).collect();
    Ok(Fit { residuals, rms_m: georeference.rms_m(), accuracy_m: georeference.accuracy_m(), georeference })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::dossier::FileRecord;
    use crate::formats::geojson::Order;

    fn picture(placement: Placement) -> Picture {
        let file = FileRecord {
            path: "sheet.png".into(),
            elsewhere: None,
            sha256: "ab".repeat(32),
            bytes: 1,
            modified_ms: None,
            order: Order::LonLat,
            crs: None,
            table: None,
            layer: None,
        };
        Picture::new(Arc::new(file), [400, 300], placement)
    }

    fn new() -> Georeferencing {
        Georeferencing::of(picture(Placement::of_points(&[], TransformKind::Affine)))
    }

    fn place(x: f64, y: f64) -> Coord<f64> {
        Coord { x, y }
    }

    fn with_three() -> Georeferencing {
        let mut work = new();
        for (x, y, lon, lat) in [(0.0, 0.0, 37.0, 49.0), (400.0, 0.0, 37.4, 49.0), (0.0, 300.0, 37.0, 48.8)] {
            assert!(work.put_pixel(Point::new(x, y)) && work.put_place(place(lon, lat)));
        }
        work
    }

    #[test]
    fn ends_make_pairs_in_either_order_and_each_is_a_step() {
        let mut work = new();
        assert!(!work.is_changed());
        work.put_pixel(Point::new(10.0, 20.0));
        work.put_pixel(Point::new(900.0, -3.0));
        assert_eq!((work.pairs().len(), work.waiting()), (1, Some(0)), "the end that is there moves");
        assert_eq!(work.pairs()[0].pixel, Some(Point::new(400.0, 0.0)), "and stays on the picture");
        assert!(!work.is_changed(), "half a pair places nothing");
        work.put_place(place(37.0, 49.0));
        work.put_place(place(38.0, 49.0));
        assert_eq!((work.pairs().len(), work.waiting(), work.chosen()), (2, Some(1), Some(1)));
        work.put_pixel(Point::new(1.0, 1.0));
        assert_eq!((work.waiting(), work.used().len()), (None, 2));
        assert!(work.is_changed());
        for _ in 0..5 {
            work.undo();
        }
        assert_eq!((work.pairs().len(), work.steps()), (0, (false, true)));
        for _ in 0..5 {
            work.redo();
        }
        assert_eq!(work.used().len(), 2);
        work.put_pixel(Point::new(5.0, 5.0));
        assert!(work.give_up_waiting() && !work.give_up_waiting());
        assert_eq!(work.pairs().len(), 2);
    }

    #[test]
    fn a_drag_is_one_step_and_one_that_moves_nothing_is_none() {
        let mut work = with_three();
        let before = work.pairs()[0];
        work.begin_drag();
        for step in 1..9 {
            work.move_pixel(0, Point::new(f64::from(step), 7.0));
        }
        work.end_drag();
        work.undo();
        assert_eq!(work.pairs()[0], before);
        work.begin_drag();
        work.move_place(0, place(37.0, 49.0));
        work.end_drag();
        work.undo();
        assert_eq!(work.waiting(), Some(2), "the step before the drag is taken back");
    }

    #[test]
    fn kinds_say_how_many_points_they_take_and_points_can_be_left_out() {
        let mut work = new();
        assert_eq!(
            work.why_not(TransformKind::Affine).as_deref(),
            Some("Affine takes 3 points, and there are none yet")
        );
        work = with_three();
        assert_eq!(work.why_not(TransformKind::ThinPlate), None);
        assert!(work.why_not(TransformKind::Projective).is_some_and(|why| why.contains("takes 4")));
        work.put_pixel(Point::new(400.0, 300.0));
        work.put_place(place(37.42, 48.79));
        let fitted = fit(&work.used(), TransformKind::Affine, [400, 300]).unwrap();
        assert!(fitted.rms_m > 1.0 && fitted.accuracy_m.is_some_and(|accuracy_m| accuracy_m > fitted.rms_m));
        work.use_pair(3, false);
        let fitted = fit(&work.used(), TransformKind::Affine, [400, 300]).unwrap();
        assert!(fitted.rms_m < 0.01 && fitted.accuracy_m.is_none() && fitted.residuals.len() == 3);
        let placed = work.placed();
        assert_eq!((placed.placement.points().len(), placed.unused_points.len()), (3, 1));
        let again = Georeferencing::of(placed);
        assert_eq!(again.pairs(), work.pairs());
        assert!(!again.is_changed());
    }

    #[test]
    fn a_fault_names_the_points_by_the_numbers_that_are_shown() {
        let mut work = with_three();
        work.use_pair(0, false);
        for (x, y) in [(100.0, 100.0), (100.0, 100.0)] {
            work.put_pixel(Point::new(x, y));
            work.put_place(place(37.1 + work.pairs().len() as f64 / 100.0, 48.9));
        }
        let why = fit(&work.used(), TransformKind::Affine, [400, 300]).unwrap_err();
        assert!(why.contains("control points 4 and 5"), "{why}");
    }

    #[test]
    fn a_crop_grows_corner_by_corner_and_on_its_edges() {
        let mut work = with_three();
        for (x, y) in [(10.0, 10.0), (390.0, 10.0)] {
            work.add_corner(Point::new(x, y), 5.0);
        }
        assert!(work.placed().crop.is_empty(), "two corners cut nothing");
        work.add_corner(Point::new(390.0, 290.0), 5.0);
        work.add_corner(Point::new(200.0, 12.0), 5.0);
        assert_eq!(work.placed().crop, [[10.0, 10.0], [200.0, 12.0], [390.0, 10.0], [390.0, 290.0]]);
        work.remove_corner(1);
        work.move_corner(0, Point::new(20.0, 20.0));
        assert_eq!(work.crop()[0], Point::new(20.0, 20.0));
        work.uncrop();
        assert!(work.placed().crop.is_empty());
        work.undo();
        assert_eq!(work.crop().len(), 3);
    }

    #[test]
    fn a_picture_on_a_plane_begins_with_its_corners_and_keeps_the_plane_if_only_words_change() {
        let plane = Placement::Plane { crs: "EPSG:4326".to_owned(), affine: [37.0, 0.001, 0.0, 49.0, 0.0, -0.001] };
        let mut work = Georeferencing::of(picture(plane.clone()));
        assert_eq!((work.used().len(), work.is_changed()), (4, false));
        work.facts.license = " CC BY 4.0 ".to_owned();
        assert!(work.is_changed());
        work.add_corner(Point::new(0.0, 0.0), 1.0);
        let placed = work.placed();
        assert_eq!((placed.placement, placed.license.as_str()), (plane, "CC BY 4.0"));
        work.move_pixel(1, Point::new(390.0, 3.0));
        assert_eq!(work.placed().placement.points().len(), 4);
    }

    #[test]
    fn spots_beyond_the_edge_are_not_on_the_picture() {
        let work = new();
        assert!(work.has_pixel(Point::ZERO) && work.has_pixel(Point::new(400.0, 300.0)));
        assert!(!work.has_pixel(Point::new(400.5, 3.0)) && !work.has_pixel(Point::new(4.0, -0.1)));
    }

    #[test]
    fn points_of_a_file_take_the_place_of_all_in_one_step() {
        let mut work = with_three();
        let noted = work.noted_points();
        work.take_points(&noted[..2]);
        assert_eq!(work.pairs().len(), 2);
        work.undo();
        assert_eq!(work.noted_points(), noted);
    }
}
