//! Lines, arrows, polygons and measured shapes: what clicks draw vertex by vertex.

use super::aim::{Aim, Button, OWN_VERTEX_PT, Sight};
use super::{Cursor, Draft, Gesture, Handle, HandleKind, Intent, Machine, Situation, say, shapes};
use crate::document::annotation::{AreaKind, PathKind, Shape};
use crate::document::step::Drawing;
use crate::geometry::{Coord, Point};

/// The most placed vertices that are shown: the last ones.
const SHOWN_VERTICES: usize = 200;

/// What is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A line.
    Line,
    /// An arrow, by clicks or in one drag.
    Arrow,
    /// A polygon.
    Polygon,
    /// A measured line or, closed on its first vertex, a measured area.
    Measure,
}

impl Kind {
    /// Whether what is placed makes an area when it is closed on its first vertex.
    fn can_close(self, placed: &Placed) -> bool {
        matches!(self, Self::Polygon | Self::Measure) && placed.len() >= 3
    }
}

/// What has been placed: one vertex at least.
#[derive(Debug, Clone)]
struct Placed {
    first: Coord<f64>,
    rest: Vec<Coord<f64>>,
}

impl Placed {
    fn all(&self) -> impl Iterator<Item = Coord<f64>> {
        std::iter::once(self.first).chain(self.rest.iter().copied())
    }

    fn len(&self) -> usize {
        1 + self.rest.len()
    }

    fn last(&self) -> Coord<f64> {
        self.rest.last().copied().unwrap_or(self.first)
    }
}

#[derive(Debug, Clone)]
enum State {
    /// Nothing is placed.
    Waiting { aim: Option<Aim>, button: Option<Button> },
    /// Vertices are placed by clicks; the leg leads to where the next one would be.
    Placing { placed: Placed, leg: Option<Aim>, button: Option<Button> },
    /// An arrow is being pulled out.
    Pulling { from: Coord<f64>, to: Aim },
}

const IDLE: State = State::Waiting { aim: None, button: None };

/// The tool.
#[derive(Debug, Clone)]
pub(super) struct Sketch {
    kind: Kind,
    state: State,
}

impl Sketch {
    pub(super) fn new(kind: Kind) -> Self {
        Self { kind, state: IDLE }
    }

    /// Where the next vertex would be. The draft's own first and last vertex come before all else.
    fn leg(&self, placed: &Placed, page: Point, sight: &Sight<'_>) -> Option<Aim> {
        let own = |at: Coord<f64>| {
            (sight.situation.frame.page_from_lon_lat(at).distance(page) <= OWN_VERTEX_PT).then(|| Aim::on(at))
        };
        own(placed.last())
            .or_else(|| self.kind.can_close(placed).then(|| own(placed.first)).flatten())
            .or_else(|| Aim::leg(placed.last(), page, sight, &[]))
    }

    fn follow(&mut self, page: Point, sight: &Sight<'_>) {
        self.state = match std::mem::replace(&mut self.state, IDLE) {
            State::Waiting { aim, button } => {
                let button = button.map(|button| button.moved(page));
                match (aim, button) {
                    // An arrow begins where the button went down.
                    (Some(from), Some(button)) if self.kind == Kind::Arrow => {
                        match Aim::leg(from.at, page, sight, &[]).filter(|_| button.is_drag()) {
                            Some(to) => State::Pulling { from: from.at, to },
                            None => State::Waiting { aim, button: Some(button) },
                        }
                    }
                    _ => State::Waiting { aim: Aim::new(page, sight, &[]), button },
                }
            }
            State::Placing { placed, button, .. } => {
                let leg = self.leg(&placed, page, sight);
                State::Placing { placed, leg, button: button.map(|button| button.moved(page)) }
            }
            State::Pulling { from, to } => State::Pulling { from, to: Aim::leg(from, page, sight, &[]).unwrap_or(to) },
        };
    }

    fn press(&mut self, page: Point) {
        match &mut self.state {
            State::Waiting { button, .. } | State::Placing { button, .. } => *button = Some(Button::down(page)),
            State::Pulling { .. } => {}
        }
    }

    fn release(&mut self, situation: &Situation<'_>) -> Vec<Intent> {
        match &mut self.state {
            State::Waiting { aim, button } => {
                let clicked = button.take().is_some_and(|button| !button.is_drag());
                if let (true, Some(aim)) = (clicked, *aim) {
                    let placed = Placed { first: aim.at, rest: Vec::new() };
                    self.state = State::Placing { placed, leg: Some(Aim::on(aim.at)), button: None };
                }
                Vec::new()
            }
            State::Placing { placed, leg: Some(leg), button } => {
                if button.take().is_none_or(Button::is_drag) {
                    return Vec::new();
                }
                let at = leg.at;
                // The second click of a double click lands on the vertex that the first has placed.
                if at == placed.last() || at == placed.first && self.kind.can_close(placed) {
                    return self.finish(situation);
                }
                // An outline of two points has nothing to close yet.
                if at == placed.first && self.kind == Kind::Polygon {
                    return Vec::new();
                }
                placed.rest.push(at);
                *leg = Aim::on(at);
                Vec::new()
            }
            State::Placing { .. } => Vec::new(),
            State::Pulling { .. } => {
                let intents = self.finish(situation);
                self.state = IDLE;
                intents
            }
        }
    }

    /// What is drawn and the shape that these vertices make, if they make one.
    fn made_of(&self, vertices: &[Coord<f64>], closed: bool) -> Option<(Drawing, Shape)> {
        match self.kind {
            Kind::Line => Some((Drawing::Line, shapes::path(vertices, PathKind::Line)?)),
            Kind::Arrow => Some((Drawing::Arrow, shapes::path(vertices, PathKind::Arrow)?)),
            Kind::Polygon => Some((Drawing::Polygon, shapes::area(vertices, AreaKind::Polygon)?)),
            Kind::Measure if closed => Some((Drawing::Area, shapes::area(vertices, AreaKind::Measured)?)),
            Kind::Measure => Some((Drawing::Length, shapes::path(vertices, PathKind::Distance)?)),
        }
    }

    /// Whether the leg leads back to the first vertex.
    fn closes(&self, placed: &Placed, leg: Option<&Aim>) -> bool {
        self.kind.can_close(placed) && leg.is_some_and(|leg| leg.at == placed.first)
    }

    fn finish(&mut self, situation: &Situation<'_>) -> Vec<Intent> {
        let made = match &self.state {
            State::Waiting { .. } => None,
            State::Placing { placed, leg, .. } => {
                let vertices: Vec<Coord<f64>> = placed.all().collect();
                self.made_of(&vertices, self.closes(placed, leg.as_ref()))
            }
            State::Pulling { from, to } => self.made_of(&[*from, to.at], false),
        };
        let Some((drawing, shape)) = made else {
            return Vec::new();
        };
        self.state = IDLE;
        situation.commit(drawing, shape)
    }

    fn take_back(&mut self) {
        match &mut self.state {
            State::Placing { placed, .. } => {
                if placed.rest.pop().is_none() {
                    self.state = IDLE;
                }
            }
            State::Pulling { .. } => self.state = IDLE,
            State::Waiting { .. } => {}
        }
    }

    /// What is shown meanwhile; the first leg of an area is shown as the line that it is.
    fn shown(&self, vertices: &[Coord<f64>], closed: bool) -> Option<Shape> {
        self.made_of(vertices, closed)
            .map(|(_, shape)| shape)
            .or_else(|| shapes::path(vertices, PathKind::Line).filter(|_| self.kind == Kind::Polygon))
    }

    fn measure(shape: Option<&Shape>, leg: Option<(Coord<f64>, Coord<f64>)>) -> Option<String> {
        say::joined([shape.and_then(say::size), leg.and_then(|(from, to)| say::bearing(from, to))])
    }
}

impl Machine for Sketch {
    fn is_drafting(&self) -> bool {
        !matches!(self.state, State::Waiting { .. })
    }

    fn takes_drag(&self, _at: Point, _situation: &Situation<'_>) -> bool {
        self.kind == Kind::Arrow && !matches!(self.state, State::Placing { .. })
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
                match &mut self.state {
                    State::Waiting { aim, .. } => *aim = None,
                    State::Placing { leg, .. } => *leg = None,
                    State::Pulling { .. } => {}
                }
                Vec::new()
            }
            Gesture::Finish => self.finish(sight.situation),
            Gesture::TakeBack => {
                self.take_back();
                Vec::new()
            }
            Gesture::Cancel => {
                self.state = IDLE;
                Vec::new()
            }
        }
    }

    fn draft(&self, situation: &Situation<'_>) -> Draft {
        match &self.state {
            State::Waiting { aim, .. } => Draft { snap: aim.and_then(|aim| aim.snap), ..Draft::default() },
            State::Placing { placed, leg, .. } => {
                let closed = self.closes(placed, leg.as_ref());
                let vertices: Vec<Coord<f64>> = placed.all().chain(leg.map(|leg| leg.at)).collect();
                let shape = self.shown(&vertices, closed);
                let hot = |at: Coord<f64>| leg.is_some_and(|leg| leg.at == at);
                let handle = |at: Coord<f64>| Handle {
                    at: situation.frame.page_from_lon_lat(at),
                    kind: HandleKind::Vertex,
                    hot: hot(at),
                };
                let hidden = placed.rest.len().saturating_sub(SHOWN_VERTICES);
                let rest = placed.rest.iter().skip(hidden).copied();
                Draft {
                    measure: Self::measure(shape.as_ref(), leg.map(|leg| (placed.last(), leg.at))),
                    annotations: shape.map(|shape| situation.new_annotation(shape)).into_iter().collect(),
                    handles: std::iter::once(placed.first).chain(rest).map(handle).collect(),
                    // Its own vertices are lit as handles.
                    snap: leg.and_then(|leg| leg.snap).filter(|snap| !placed.all().any(|own| own == snap.to)),
                    ..Draft::default()
                }
            }
            State::Pulling { from, to } => {
                let shape = self.shown(&[*from, to.at], false);
                Draft {
                    measure: Self::measure(shape.as_ref(), Some((*from, to.at))),
                    annotations: shape.map(|shape| situation.new_annotation(shape)).into_iter().collect(),
                    snap: to.snap,
                    ..Draft::default()
                }
            }
        }
    }

    fn hint(&self, _situation: &Situation<'_>) -> &'static str {
        match (&self.state, self.kind) {
            (State::Waiting { .. }, Kind::Line) => "Click to start the line",
            (State::Waiting { .. }, Kind::Arrow) => "Drag from tail to head, or click point by point",
            (State::Waiting { .. }, Kind::Polygon) => "Click to start the outline",
            (State::Waiting { .. }, Kind::Measure) => "Click where to measure from",
            (State::Pulling { .. }, _) => "Let go at the head · Shift keeps to steps of 15°",
            (State::Placing { placed, leg, .. }, Kind::Polygon | Kind::Measure)
                if self.closes(placed, leg.as_ref()) =>
            {
                "Click to close the outline"
            }
            (State::Placing { placed, .. }, Kind::Polygon) if placed.len() < 3 => {
                "Click to add a point · Shift keeps to steps of 15° · Backspace removes the last one · Esc cancels"
            }
            (State::Placing { placed, .. }, Kind::Polygon) if placed.len() >= 3 => {
                "Click to add a point · the first point, double-click or Enter finishes · Backspace removes the last \
                 one"
            }
            (State::Placing { placed, .. }, Kind::Measure) if placed.len() >= 3 => {
                "Click to add a point · double-click or Enter finishes · the first point measures the area"
            }
            (State::Placing { placed, .. }, _) if placed.len() < 2 => {
                "Click to add a point · Shift keeps to steps of 15° · Backspace removes the last one · Esc cancels"
            }
            (State::Placing { .. }, _) => {
                "Click to add a point · double-click or Enter finishes · Backspace removes the last one"
            }
        }
    }

    fn cursor(&self) -> Cursor {
        match &self.state {
            State::Placing { placed, leg: Some(leg), .. }
                if self.closes(placed, Some(leg)) || placed.len() > 1 && leg.at == placed.last() =>
            {
                Cursor::Point
            }
            _ => Cursor::Cross,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tools::Tool;
    use crate::tools::shapes::is_sound;
    use crate::tools::trial::{Trial, added};

    fn line_of(shape: Option<&Shape>) -> Vec<Coord<f64>> {
        match shape {
            Some(Shape::Path { line, .. }) => line.0.clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_double_click_finishes_a_line_and_adds_its_place_once() {
        let mut trial = Trial::new(Tool::Line);
        trial.click(100.0, 100.0);
        trial.click(200.0, 100.0);
        let intents = trial.double_click(200.0, 200.0);
        let places = [trial.place(100.0, 100.0), trial.place(200.0, 100.0), trial.place(200.0, 200.0)];
        assert_eq!(line_of(added(&intents)), places);
        assert_eq!(intents.last(), Some(&Intent::Done));
        assert!(!trial.hand.is_drafting());
    }

    #[test]
    fn enter_drops_the_leg_that_leads_to_the_pointer() {
        let mut trial = Trial::new(Tool::Line);
        trial.click(100.0, 100.0);
        assert_eq!(trial.gesture(Gesture::Finish), []);
        trial.click(200.0, 100.0);
        trial.move_to(400.0, 400.0);
        assert_eq!(line_of(added(&trial.gesture(Gesture::Finish))).len(), 2);
    }

    #[test]
    fn a_click_on_the_last_vertex_finishes_a_line() {
        let mut trial = Trial::new(Tool::Line);
        trial.click(100.0, 100.0);
        assert_eq!(trial.click(100.0, 100.0), []);
        trial.click(200.0, 100.0);
        assert_eq!(line_of(added(&trial.click(203.0, 102.0))).len(), 2);
    }

    #[test]
    fn a_polygon_closes_on_its_first_vertex_but_not_before_three() {
        let mut trial = Trial::new(Tool::Polygon);
        trial.click(100.0, 100.0);
        trial.click(200.0, 100.0);
        assert_eq!(trial.click(100.0, 100.0), []);
        trial.click(200.0, 200.0);
        trial.move_to(102.0, 101.0);
        assert_eq!(trial.draft().handles.iter().filter(|handle| handle.hot).count(), 1);
        let intents = trial.click(102.0, 101.0);
        assert!(is_sound(added(&intents).unwrap()));
        assert!(matches!(added(&intents), Some(Shape::Area { kind: AreaKind::Polygon, .. })));
    }

    #[test]
    fn a_measured_line_becomes_an_area_on_its_first_vertex_only() {
        let mut trial = Trial::new(Tool::Measure);
        for (x, y) in [(100.0, 100.0), (200.0, 100.0), (200.0, 200.0)] {
            trial.click(x, y);
        }
        let mut open = trial.hand.clone();
        let intents = trial.click(100.0, 100.0);
        assert!(matches!(added(&intents), Some(Shape::Area { kind: AreaKind::Measured, .. })));
        std::mem::swap(&mut trial.hand, &mut open);
        let intents = trial.click(200.0, 200.0);
        assert!(matches!(added(&intents), Some(Shape::Path { kind: PathKind::Distance, .. })));
    }

    #[test]
    fn an_arrow_is_pulled_out_or_clicked() {
        let mut trial = Trial::new(Tool::Arrow);
        assert!(trial.takes_drag(100.0, 100.0));
        let pulled = line_of(added(&trial.drag((100.0, 100.0), (300.0, 200.0))));
        assert_eq!(pulled, [trial.place(100.0, 100.0), trial.place(300.0, 200.0)]);
        trial.click(100.0, 100.0);
        assert!(!trial.takes_drag(100.0, 100.0));
        trial.click(200.0, 100.0);
        trial.click(300.0, 200.0);
        assert_eq!(line_of(added(&trial.click(300.0, 200.0))).len(), 3);
    }

    #[test]
    fn backspace_takes_back_vertex_by_vertex() {
        let mut trial = Trial::new(Tool::Line);
        trial.click(100.0, 100.0);
        trial.click(200.0, 100.0);
        trial.gesture(Gesture::TakeBack);
        assert!(trial.hand.is_drafting());
        trial.gesture(Gesture::TakeBack);
        assert!(!trial.hand.is_drafting());
        assert_eq!(trial.gesture(Gesture::TakeBack), []);
    }

    #[test]
    fn shift_keeps_a_leg_to_steps_of_fifteen_degrees() {
        let mut trial = Trial::new(Tool::Line);
        trial.click(100.0, 100.0);
        trial.modifiers.shift = true;
        trial.click(300.0, 110.0);
        let line = line_of(added(&trial.click(300.0, 100.0)));
        assert!(trial.page(line[1]).distance(Point::new(300.0, 100.0)) < 1e-6);
    }

    #[test]
    fn a_draft_stays_on_the_ground_while_the_map_moves() {
        let mut trial = Trial::new(Tool::Line);
        trial.click(100.0, 100.0);
        let first = trial.place(100.0, 100.0);
        trial.frame.view.zoom += 1.5;
        trial.frame.view.center.x += 0.1;
        trial.click(300.0, 100.0);
        let line = line_of(added(&trial.gesture(Gesture::Finish)));
        assert_eq!(line, [first, trial.place(300.0, 100.0)]);
    }

    #[test]
    fn the_running_length_and_bearing_are_said() {
        let mut trial = Trial::new(Tool::Line);
        trial.click(100.0, 100.0);
        trial.move_to(300.0, 100.0);
        let said = trial.draft().measure.unwrap();
        assert!(said.contains("km · bearing 090°"), "{said}");
    }

    #[test]
    fn a_drag_moves_the_map_and_places_nothing() {
        let mut trial = Trial::new(Tool::Polygon);
        trial.click(100.0, 100.0);
        assert!(!trial.takes_drag(200.0, 200.0));
        trial.drag((200.0, 200.0), (300.0, 300.0));
        trial.gesture(Gesture::Leave);
        assert_eq!(trial.draft().handles.len(), 1);
    }
}
