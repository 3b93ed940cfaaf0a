//! Drawing by hand: the pointer's way, smoothed.

use kurbo::Point;

use super::aim::{Button, Sight, lon_lat_at, lon_lat_in_world};
use super::{Cursor, Draft, Gesture, Intent, Machine, Situation, say, shapes};
use crate::document::annotation::{PathKind, Shape};
use crate::document::step::Drawing;
use crate::geometry::simplify::simplify_world;
use crate::geometry::{Frame, world_from_lon_lat};

/// The way between two points of the stroke that are both kept, in page points.
const STEP_PT: f64 = 1.5;

/// How far the line may stray from the hand's way, in page points.
const STRAY_PT: f64 = 1.0;

/// How far dropping what smoothing added too much may move the line, in page points.
const SPARE_PT: f64 = 0.15;

/// How often corners are cut.
const CUTS: usize = 2;

/// The most points of a stroke; past it every other one goes.
const MOST_SAMPLES: usize = 4096;

/// The most points of what comes out.
const MOST_POINTS: usize = 1000;

/// The way of the pointer so far: one place at least.
#[derive(Debug, Clone)]
struct Stroke {
    /// In the world, so that the map may move meanwhile.
    samples: Vec<Point>,
    /// A page point at the closest zoom that it was drawn at, in the world.
    point_world: f64,
    /// Points nearer than this to the last are passed over, in the world.
    step_world: f64,
}

impl Stroke {
    fn new(at: Point, frame: &Frame) -> Self {
        let point_world = frame.world_size_pt().recip();
        Self { samples: vec![at], point_world, step_world: STEP_PT * point_world }
    }

    fn lead_to(&mut self, at: Point, frame: &Frame) {
        self.point_world = self.point_world.min(frame.world_size_pt().recip());
        if self.samples.last().is_some_and(|last| last.distance(at) < self.step_world) {
            return;
        }
        self.samples.push(at);
        if self.samples.len() > MOST_SAMPLES {
            let mut index = 0;
            self.samples.retain(|_| {
                index += 1;
                index % 2 == 1
            });
            self.step_world *= 2.0;
        }
    }

    /// The stroke without the hand's shaking: simplified, corners cut twice (Chaikin 1974,
    /// doi:10.1016/0146-664X(74)90028-8), and thinned again.
    fn shape(&self) -> Option<Shape> {
        let mut points = simplify_world(&self.samples, STRAY_PT * self.point_world);
        for _ in 0..CUTS {
            points = with_corners_cut(&points);
        }
        let mut tolerance = SPARE_PT * self.point_world;
        points = simplify_world(&points, tolerance);
        while points.len() > MOST_POINTS && tolerance.is_finite() {
            tolerance *= 2.0;
            points = simplify_world(&points, tolerance);
        }
        let places: Vec<_> = points.into_iter().map(lon_lat_in_world).collect();
        shapes::path(&places, PathKind::Freehand)
    }
}

/// Every corner replaced by two, a quarter along its edges; the ends stay.
fn with_corners_cut(points: &[Point]) -> Vec<Point> {
    let (Some(first), Some(last)) = (points.first(), points.last()) else {
        return Vec::new();
    };
    if points.len() < 3 {
        return points.to_vec();
    }
    let mut cut = Vec::with_capacity(2 * points.len());
    cut.push(*first);
    for pair in points.windows(2) {
        cut.push(pair[0].lerp(pair[1], 0.25));
        cut.push(pair[0].lerp(pair[1], 0.75));
    }
    cut.push(*last);
    cut
}

#[derive(Debug, Clone, Default)]
enum State {
    #[default]
    Waiting,
    /// The button is down: a drag or the first of two clicks.
    Pulling { stroke: Stroke, button: Button },
    /// The first click is done; the line follows the pointer until the second, whose button may be down.
    Following { stroke: Stroke, pressed: bool },
}

/// The tool.
#[derive(Debug, Clone, Default)]
pub(super) struct Freehand {
    state: State,
}

impl Freehand {
    fn stroke(&self) -> Option<&Stroke> {
        match &self.state {
            State::Waiting => None,
            State::Pulling { stroke, .. } | State::Following { stroke, .. } => Some(stroke),
        }
    }

    fn follow(&mut self, page: Point, at: Point, frame: &Frame) {
        match &mut self.state {
            State::Waiting => {}
            State::Pulling { stroke, button } => {
                *button = button.moved(page);
                if button.is_drag() {
                    stroke.lead_to(at, frame);
                }
            }
            State::Following { stroke, .. } => stroke.lead_to(at, frame),
        }
    }

    fn finish(&mut self, situation: &Situation<'_>) -> Vec<Intent> {
        let Some(shape) = self.stroke().and_then(Stroke::shape) else {
            return Vec::new();
        };
        self.state = State::Waiting;
        situation.commit(Drawing::Freehand, shape)
    }
}

impl Machine for Freehand {
    fn is_drafting(&self) -> bool {
        self.stroke().is_some()
    }

    fn takes_drag(&self, _at: Point, _situation: &Situation<'_>) -> bool {
        true
    }

    fn gesture(&mut self, gesture: Gesture, sight: &Sight<'_>) -> Vec<Intent> {
        let frame = &sight.situation.frame;
        let at = gesture.at().and_then(|page| Some((page, world_from_lon_lat(lon_lat_at(frame, page)?))));
        if let Some((page, at)) = at {
            self.follow(page, at, frame);
        }
        match (gesture, at) {
            (Gesture::Press(page), Some((_, at))) => match &mut self.state {
                State::Waiting => {
                    self.state = State::Pulling { stroke: Stroke::new(at, frame), button: Button::down(page) };
                }
                State::Following { pressed, .. } => *pressed = true,
                State::Pulling { .. } => {}
            },
            (Gesture::Release { .. }, _) => match std::mem::take(&mut self.state) {
                State::Waiting => {}
                State::Pulling { stroke, button } => {
                    self.state = State::Following { stroke, pressed: false };
                    if button.is_drag() {
                        let intents = self.finish(sight.situation);
                        self.state = State::Waiting;
                        return intents;
                    }
                }
                State::Following { stroke, pressed } => {
                    self.state = State::Following { stroke, pressed: false };
                    if pressed {
                        return self.finish(sight.situation);
                    }
                }
            },
            (Gesture::Finish, _) => return self.finish(sight.situation),
            (Gesture::TakeBack | Gesture::Cancel, _) => self.state = State::Waiting,
            (Gesture::Move(_) | Gesture::Press(_) | Gesture::Leave, _) => {}
        }
        Vec::new()
    }

    fn draft(&self, situation: &Situation<'_>) -> Draft {
        let shape = self.stroke().and_then(Stroke::shape);
        Draft {
            measure: shape.as_ref().and_then(say::size),
            annotations: shape.map(|shape| situation.new_annotation(shape)).into_iter().collect(),
            ..Draft::default()
        }
    }

    fn hint(&self, _situation: &Situation<'_>) -> &'static str {
        match self.state {
            State::Waiting => "Drag to draw by hand, or click where the line starts and ends",
            State::Pulling { .. } => "Let go to finish · Esc cancels",
            State::Following { .. } => "Move to draw · click or Enter finishes · Esc cancels",
        }
    }

    fn cursor(&self) -> Cursor {
        Cursor::Cross
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tools::Tool;
    use crate::tools::trial::{Trial, added};

    fn wave(trial: &mut Trial, steps: u32) -> Vec<Intent> {
        trial.press(100.0, 300.0);
        for step in 0..=steps {
            let part = f64::from(step) / f64::from(steps);
            trial.move_to(100.0 + 600.0 * part, 300.0 + 80.0 * (part * 20.0).sin());
        }
        trial.release(700.0, 300.0 + 80.0 * 20.0_f64.sin(), 1)
    }

    fn points(intents: &[Intent]) -> usize {
        match added(intents) {
            Some(Shape::Path { line, kind: PathKind::Freehand }) => line.0.len(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_stroke_is_smoothed_and_thinned() {
        let mut trial = Trial::new(Tool::Freehand);
        let intents = wave(&mut trial, 2000);
        assert!((40..400).contains(&points(&intents)), "{}", points(&intents));
        assert_eq!(intents.last(), Some(&Intent::Done));
    }

    #[test]
    fn however_long_the_hand_draws_the_line_is_bounded() {
        let frame = Trial::new(Tool::Freehand).frame;
        let mut stroke = Stroke::new(Point::new(0.5, 0.5), &frame);
        for step in 0..200_000_u32 {
            let angle = f64::from(step) * 0.1;
            stroke.lead_to(
                Point::new(0.5 + 0.01 * angle.cos() * (angle * 0.013).sin(), 0.4 + 0.01 * angle.sin()),
                &frame,
            );
        }
        let Some(Shape::Path { line, .. }) = stroke.shape() else { panic!("a line") };
        assert!(line.0.len() <= MOST_POINTS && stroke.samples.len() <= MOST_SAMPLES);
    }

    #[test]
    fn a_click_begins_and_a_click_ends() {
        let mut trial = Trial::new(Tool::Freehand);
        assert_eq!(trial.click(100.0, 100.0), []);
        assert!(trial.hand.is_drafting());
        trial.move_to(150.0, 120.0);
        trial.move_to(200.0, 100.0);
        assert!(points(&trial.click(250.0, 130.0)) >= 3);
    }

    #[test]
    fn cutting_corners_keeps_the_ends() {
        let points = [Point::new(0.0, 0.0), Point::new(1.0, 0.0), Point::new(1.0, 1.0)];
        let cut = with_corners_cut(&points);
        assert_eq!((cut.first(), cut.last(), cut.len()), (points.first(), points.last(), 6));
    }
}
