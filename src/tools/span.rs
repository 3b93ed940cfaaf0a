//! Callouts, rectangles and circles: what two places make, by a drag or by two clicks.

use super::aim::{Aim, Button, CLICK_PT, Sight};
use super::{Cursor, Draft, Gesture, Intent, Machine, Situation, say, shapes};
use crate::document::annotation::Shape;
use crate::document::step::Drawing;
use crate::dossier::words;
use crate::geometry::{Coord, Point, measure};

/// What is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// From the place that words speak of to where they stand.
    Callout,
    /// From corner to corner.
    Rectangle,
    /// From the middle to the outline.
    Circle,
}

/// How far the pointer's part has come.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Stage {
    /// The button went down at the first place and has not come up: a drag or the first of two clicks.
    Opening(Button),
    /// The first click is done.
    Between,
    /// The button is down for the second click.
    Closing,
}

#[derive(Debug, Clone, Copy)]
enum State {
    Waiting { aim: Option<Aim> },
    Spanning { from: Coord<f64>, to: Aim, stage: Stage },
}

const IDLE: State = State::Waiting { aim: None };

/// The tool.
#[derive(Debug, Clone)]
pub(super) struct Span {
    kind: Kind,
    state: State,
}

impl Span {
    pub(super) fn new(kind: Kind) -> Self {
        Self { kind, state: IDLE }
    }

    /// Where the second place would be.
    fn to(&self, from: Coord<f64>, page: Point, sight: &Sight<'_>) -> Option<Aim> {
        match self.kind {
            Kind::Callout if sight.situation.modifiers.shift => Aim::leg(from, page, sight, &[]),
            // Words stand beside things, not on them.
            Kind::Callout => Aim::plain(page, sight),
            Kind::Rectangle if sight.situation.modifiers.shift => {
                let aim = Aim::plain(page, sight)?;
                Some(Aim { at: shapes::square_corner(from, aim.at), snap: None })
            }
            Kind::Rectangle | Kind::Circle => Aim::new(page, sight, &[]),
        }
    }

    fn follow(&mut self, page: Point, sight: &Sight<'_>) {
        match self.state {
            State::Waiting { .. } => self.state = State::Waiting { aim: Aim::new(page, sight, &[]) },
            State::Spanning { from, to, stage } => {
                let stage = match stage {
                    Stage::Opening(button) => Stage::Opening(button.moved(page)),
                    Stage::Between | Stage::Closing => stage,
                };
                // A hand that shakes during the first click does not draw.
                let still = matches!(stage, Stage::Opening(button) if !button.is_drag());
                let to = if still { to } else { self.to(from, page, sight).unwrap_or(to) };
                self.state = State::Spanning { from, to, stage };
            }
        }
    }

    fn press(&mut self, page: Point) {
        match self.state {
            State::Waiting { aim: Some(aim) } => {
                self.state = State::Spanning { from: aim.at, to: aim, stage: Stage::Opening(Button::down(page)) };
            }
            State::Spanning { from, to, stage: Stage::Between } => {
                self.state = State::Spanning { from, to, stage: Stage::Closing };
            }
            State::Waiting { aim: None } | State::Spanning { .. } => {}
        }
    }

    fn release(&mut self, situation: &Situation<'_>) -> Vec<Intent> {
        let State::Spanning { from, to, stage } = self.state else {
            return Vec::new();
        };
        match stage {
            Stage::Opening(button) if button.is_drag() => {
                let intents = self.finish(situation);
                self.state = IDLE;
                intents
            }
            Stage::Between => Vec::new(),
            Stage::Opening(_) | Stage::Closing => {
                self.state = State::Spanning { from, to, stage: Stage::Between };
                if matches!(stage, Stage::Closing) { self.finish(situation) } else { Vec::new() }
            }
        }
    }

    /// The shape, once the two places are further apart than a click shakes.
    fn shape(&self, situation: &Situation<'_>) -> Option<Shape> {
        let State::Spanning { from, to, .. } = self.state else {
            return None;
        };
        let page = |at: Coord<f64>| situation.frame.page_from_lon_lat(at);
        // Asked this way round because a distance that is not a number is not far.
        let far = page(from).distance(page(to.at)) >= CLICK_PT;
        if !far {
            return None;
        }
        match self.kind {
            Kind::Callout => shapes::callout(from, to.at),
            Kind::Rectangle => shapes::rectangle(from, to.at),
            Kind::Circle => shapes::circle(from, to.at),
        }
    }

    fn finish(&mut self, situation: &Situation<'_>) -> Vec<Intent> {
        let Some(shape) = self.shape(situation) else {
            return Vec::new();
        };
        self.state = IDLE;
        match self.kind {
            Kind::Callout => {
                let mut intents = situation.commit(Drawing::Callout, shape);
                intents.push(Intent::EditTextOfNew);
                intents
            }
            Kind::Rectangle => situation.commit(Drawing::Rectangle, shape),
            Kind::Circle => situation.commit(Drawing::Circle, shape),
        }
    }

    fn measure(&self, from: Coord<f64>, to: Coord<f64>, shape: &Shape) -> Option<String> {
        match self.kind {
            Kind::Callout => None,
            Kind::Rectangle => {
                let corner = Coord { x: to.x, y: from.y };
                let (width_m, height_m) = (measure::distance_m(from, corner), measure::distance_m(corner, to));
                let sides = format!("{} × {}", words::distance(width_m), words::distance(height_m));
                say::joined([Some(sides), say::size(shape)])
            }
            Kind::Circle => say::size(shape),
        }
    }
}

impl Machine for Span {
    fn is_drafting(&self) -> bool {
        matches!(self.state, State::Spanning { .. })
    }

    fn takes_drag(&self, _at: Point, _situation: &Situation<'_>) -> bool {
        true
    }

    fn gesture(&mut self, gesture: Gesture, sight: &Sight<'_>) -> Vec<Intent> {
        if let Some(at) = gesture.at() {
            self.follow(at, sight);
        }
        match gesture {
            Gesture::Move(_) => Vec::new(),
            Gesture::Press(at) => {
                self.press(at);
                Vec::new()
            }
            Gesture::Release { .. } => self.release(sight.situation),
            Gesture::Leave => {
                if let State::Waiting { aim } = &mut self.state {
                    *aim = None;
                }
                Vec::new()
            }
            Gesture::Finish => self.finish(sight.situation),
            Gesture::TakeBack | Gesture::Cancel => {
                self.state = IDLE;
                Vec::new()
            }
        }
    }

    fn draft(&self, situation: &Situation<'_>) -> Draft {
        match self.state {
            State::Waiting { aim } => Draft { snap: aim.and_then(|aim| aim.snap), ..Draft::default() },
            State::Spanning { from, to, .. } => {
                let shape = self.shape(situation);
                Draft {
                    measure: shape.as_ref().and_then(|shape| self.measure(from, to.at, shape)),
                    annotations: shape.map(|shape| situation.new_annotation(shape)).into_iter().collect(),
                    snap: to.snap,
                    ..Draft::default()
                }
            }
        }
    }

    fn hint(&self, _situation: &Situation<'_>) -> &'static str {
        let by_click = matches!(self.state, State::Spanning { stage: Stage::Between | Stage::Closing, .. });
        match (self.kind, self.is_drafting()) {
            (Kind::Callout, false) => "Click the place that the text is about",
            (Kind::Callout, true) if by_click => "Click where the text goes, then type",
            (Kind::Callout, true) => "Let go where the text goes, then type",
            (Kind::Rectangle, false) => "Drag from corner to corner, or click both · Shift makes a square",
            (Kind::Rectangle, true) if by_click => "Click the opposite corner · Shift makes a square · Esc cancels",
            (Kind::Rectangle, true) => "Let go at the opposite corner · Shift makes a square",
            (Kind::Circle, false) => "Drag from the centre outwards, or click the centre and the outline",
            (Kind::Circle, true) if by_click => "Click a point on the circle · Esc cancels",
            (Kind::Circle, true) => "Let go at a point on the circle",
        }
    }

    fn cursor(&self) -> Cursor {
        Cursor::Cross
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::world_from_lon_lat;
    use crate::tools::Tool;
    use crate::tools::trial::{Trial, added};

    #[test]
    fn two_clicks_draw_what_a_drag_draws() {
        for tool in [Tool::Callout, Tool::Rectangle, Tool::Circle] {
            let mut trial = Trial::new(tool);
            assert!(trial.takes_drag(100.0, 100.0));
            let dragged = added(&trial.drag((100.0, 100.0), (300.0, 200.0))).cloned();
            assert_eq!(trial.click(100.0, 100.0), []);
            assert!(trial.hand.is_drafting());
            assert_eq!(added(&trial.click(300.0, 200.0)).cloned(), dragged);
            assert!(dragged.is_some());
        }
    }

    #[test]
    fn a_callout_is_typed_once_it_stands() {
        let mut trial = Trial::new(Tool::Callout);
        let intents = trial.drag((100.0, 100.0), (300.0, 200.0));
        assert_eq!(intents.last(), Some(&Intent::EditTextOfNew));
        let (target, text_at) = (trial.place(100.0, 100.0), trial.place(300.0, 200.0));
        assert_eq!(added(&intents), Some(&Shape::Callout { target, text_at }));
    }

    #[test]
    fn shift_draws_a_square() {
        let mut trial = Trial::new(Tool::Rectangle);
        trial.modifiers.shift = true;
        let intents = trial.drag((100.0, 100.0), (300.0, 150.0));
        let bounds = crate::tools::transform::bounds(added(&intents).unwrap()).unwrap();
        assert!((bounds.width() / bounds.height() - 1.0).abs() < 1e-6);
    }

    #[test]
    fn a_double_click_in_one_place_makes_nothing() {
        let mut trial = Trial::new(Tool::Circle);
        assert_eq!(trial.double_click(100.0, 100.0), []);
        assert!(trial.hand.is_drafting());
        trial.gesture(Gesture::Cancel);
        assert!(!trial.hand.is_drafting());
        assert_eq!(trial.release(200.0, 200.0, 1), []);
    }

    #[test]
    fn a_rectangle_beyond_the_edge_of_the_world_stops_there() {
        let mut trial = Trial::new(Tool::Rectangle);
        trial.frame.view.zoom = 0.0;
        let intents = trial.drag((300.0, 300.0), (5000.0, -5000.0));
        let Some(Shape::Area { area, .. }) = added(&intents) else { panic!("{intents:?}") };
        assert!(area.0[0].exterior().0.iter().all(|corner| corner.x <= 180.0 && corner.y <= 85.06));
        assert!(area.0[0].exterior().0.iter().any(|corner| world_from_lon_lat(*corner).x == 1.0));
    }

    #[test]
    fn a_circle_says_its_radius() {
        let mut trial = Trial::new(Tool::Circle);
        trial.press(100.0, 100.0);
        trial.move_to(200.0, 100.0);
        assert!(trial.draft().measure.unwrap().starts_with("radius "));
    }
}
