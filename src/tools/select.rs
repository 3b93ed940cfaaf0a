//! Selecting, moving and reshaping what is there.

mod drag;

use self::drag::{Drag, Work};
use super::aim::{Button, CLICK_PT, Sight, lon_lat_at};
use super::grips::{Grip, GripAt, changeable, grip_at, grips, offset};
use super::transform::{self, VertexAt};
use super::{Cursor, Draft, Gesture, HandleKind, Intent, Machine, Situation};
use crate::document::annotation::{Annotation, Shape};
use crate::document::edit::Change;
use crate::document::{AnnotationId, Document, Step};
use crate::geometry::{Coord, Frame, Point, Rect};
use crate::scene::annotations;

/// What is under the pointer.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Over {
    /// A handle.
    Grip(Grip),
    /// An annotation that can be moved.
    Free { id: AnnotationId, selected: bool },
    /// An annotation that is locked.
    Locked,
    /// No annotation.
    Ground,
}

#[derive(Debug, Clone)]
enum State {
    /// The button is up.
    Idle { pointer: Option<(Point, Over)> },
    /// The button is down and has not moved.
    Pressed { button: Button },
    /// The button is down but nothing more comes of it: the map is being moved, or the drag was given up.
    Spent,
    /// A box is drawn between two places.
    Boxing { from: Coord<f64>, to: Coord<f64> },
    /// Annotations are moved or reshaped.
    Dragging(Drag),
}

const IDLE: State = State::Idle { pointer: None };

/// The tool.
#[derive(Debug, Clone)]
pub(super) struct Select {
    state: State,
    /// Where the last click was. A double click counts only if both clicks came here, not to the tool before.
    last_click: Option<Point>,
}

impl Default for Select {
    fn default() -> Self {
        Self { state: IDLE, last_click: None }
    }
}

/// The grips of the selection.
fn grips_of(situation: &Situation<'_>) -> Vec<GripAt> {
    let chosen = changeable(situation, situation.selection);
    grips(chosen.iter().map(AsRef::as_ref), situation.frame)
}

/// What is under a page point.
fn over(situation: &Situation<'_>, at: Point) -> Over {
    if let Some(grip) = grip_at(&grips_of(situation), at) {
        return Over::Grip(grip.grip);
    }
    let hits = annotations::hits(situation.document, &situation.frame, at);
    let free = |id: &&AnnotationId| !is_locked(situation.document, **id);
    let selected = hits.iter().filter(free).find(|id| situation.selection.contains(id));
    match (selected, hits.iter().find(free)) {
        (Some(id), _) => Over::Free { id: *id, selected: true },
        (None, Some(id)) => Over::Free { id: *id, selected: false },
        (None, None) if hits.is_empty() => Over::Ground,
        (None, None) => Over::Locked,
    }
}

fn is_locked(document: &Document, id: AnnotationId) -> bool {
    document.annotations.get(id).is_none_or(|annotation| document.is_locked(annotation))
}

/// The box on the page between two places.
fn box_between(frame: &Frame, a: Coord<f64>, b: Coord<f64>) -> Rect {
    Rect::from_points(frame.page_from_lon_lat(a), frame.page_from_lon_lat(b))
}

impl Select {
    /// The button has been dragged: what does that do?
    fn begin_drag(&mut self, from: Point, sight: &Sight<'_>) -> Vec<Intent> {
        let situation = sight.situation;
        self.state = State::Spent;
        self.last_click = None;
        let Some(place) = lon_lat_at(&situation.frame, from) else {
            return Vec::new();
        };
        match over(situation, from) {
            Over::Grip(_) => {
                let originals = changeable(situation, situation.selection);
                let Some(grip) = grip_at(&grips_of(situation), from) else {
                    return Vec::new();
                };
                let held = lon_lat_at(&situation.frame, grip.at).unwrap_or(place);
                self.state = State::Dragging(Drag::begin(Work::Pull(grip.grip), originals, held, offset(&grip, from)));
                Vec::new()
            }
            Over::Free { id, selected } => {
                let alone = [id];
                let moved = changeable(situation, if selected { situation.selection } else { &alone });
                // A point is held by itself, so that it can snap; all else by where it was taken.
                let held = match moved.as_slice() {
                    [one] => match one.shape {
                        Shape::Point { at, .. } => at,
                        _ => place,
                    },
                    _ => place,
                };
                let offset = situation.frame.page_from_lon_lat(held) - from;
                self.state = State::Dragging(Drag::begin(Work::Move, moved, held, offset));
                if selected { Vec::new() } else { vec![Intent::Select(vec![id])] }
            }
            Over::Locked | Over::Ground if situation.modifiers.shift => {
                self.state = State::Boxing { from: place, to: place };
                Vec::new()
            }
            Over::Locked | Over::Ground => Vec::new(),
        }
    }

    fn follow(&mut self, page: Point, sight: &Sight<'_>) -> Vec<Intent> {
        let mut intents = Vec::new();
        if let State::Pressed { button } = &mut self.state {
            *button = button.moved(page);
            if button.is_drag() {
                let from = button.from();
                intents = self.begin_drag(from, sight);
            }
        }
        match &mut self.state {
            State::Idle { pointer } => *pointer = Some((page, over(sight.situation, page))),
            State::Boxing { to, .. } => *to = lon_lat_at(&sight.situation.frame, page).unwrap_or(*to),
            State::Dragging(drag) => drag.follow(page, sight),
            State::Pressed { .. } | State::Spent => {}
        }
        intents
    }

    fn release(&mut self, page: Point, clicks: u8, sight: &Sight<'_>) -> Vec<Intent> {
        match std::mem::replace(&mut self.state, IDLE) {
            State::Idle { .. } | State::Spent => Vec::new(),
            State::Pressed { .. } => self.click(page, clicks, sight.situation),
            State::Boxing { from, to } => {
                let situation = sight.situation;
                let within =
                    annotations::within(situation.document, &situation.frame, box_between(&situation.frame, from, to));
                let mut selection = situation.selection.to_vec();
                let added = within
                    .into_iter()
                    .filter(|id| !is_locked(situation.document, *id) && !situation.selection.contains(id));
                selection.extend(added.collect::<Vec<_>>());
                vec![Intent::Select(selection)]
            }
            State::Dragging(drag) => drag.commit(),
        }
    }

    fn click(&mut self, at: Point, clicks: u8, situation: &Situation<'_>) -> Vec<Intent> {
        let again = self.last_click.is_some_and(|last| last.distance(at) < CLICK_PT);
        self.last_click = Some(at);
        let (shift, alt) = (situation.modifiers.shift, situation.modifiers.alt);
        let doubled = again && clicks == 2;
        if let Some(grip) = grip_at(&grips_of(situation), at) {
            match grip.grip {
                Grip::Vertex(vertex) if alt || doubled => return remove_vertex(vertex, situation),
                Grip::Midpoint(vertex) if doubled => return add_vertex(vertex, grip.at, situation),
                // These lie on what they belong to, which is what a click means.
                Grip::Words | Grip::Target | Grip::Wrap => {}
                _ => return Vec::new(),
            }
        }
        let hits = annotations::hits(situation.document, &situation.frame, at);
        let ground = |below: bool| vec![Intent::Select(Vec::new()), Intent::Click { at, below }];
        let Some(top) = hits.first().copied() else {
            return if shift { Vec::new() } else { ground(alt) };
        };
        if shift {
            let mut selection = situation.selection.to_vec();
            match selection.iter().position(|id| *id == top) {
                Some(index) => {
                    selection.remove(index);
                }
                None => selection.push(top),
            }
            return vec![Intent::Select(selection)];
        }
        let now = match situation.selection {
            [id] => hits.iter().position(|hit| hit == id),
            _ => None,
        };
        if doubled {
            let id = now.map_or(top, |index| hits[index]);
            return if has_words(situation.document, id) { vec![Intent::EditText(id)] } else { Vec::new() };
        }
        let next = match now {
            Some(now) if alt => now + 1,
            Some(now) if again && clicks == 1 => (now + 1) % hits.len(),
            None if alt => usize::from(hits.len() > 1),
            _ => 0,
        };
        match hits.get(next) {
            Some(id) => vec![Intent::Select(vec![*id])],
            // Below the last annotation are the overlays.
            None => ground(false),
        }
    }
}

/// Whether a double click types its words: points, callouts and what shows a title.
fn has_words(document: &Document, id: AnnotationId) -> bool {
    document.annotations.get(id).is_some_and(|annotation| {
        let shows = match annotation.shape {
            Shape::Point { .. } | Shape::Callout { .. } => true,
            _ => annotation.style.show_title && !annotation.title.is_empty(),
        };
        shows && !document.is_locked(annotation)
    })
}

fn change_one(step: Step, situation: &Situation<'_>, change: impl Fn(&Shape) -> Option<Shape>) -> Vec<Intent> {
    let chosen = changeable(situation, situation.selection);
    let [annotation] = chosen.as_slice() else {
        return Vec::new();
    };
    match change(&annotation.shape) {
        Some(shape) => {
            let changed = Annotation { shape, ..Annotation::clone(annotation) };
            vec![Intent::Edit { step, change: Change::Replace(vec![changed]) }]
        }
        None => Vec::new(),
    }
}

fn remove_vertex(vertex: VertexAt, situation: &Situation<'_>) -> Vec<Intent> {
    change_one(Step::RemoveVertex, situation, |shape| transform::without_vertex(shape, vertex))
}

fn add_vertex(vertex: VertexAt, at: Point, situation: &Situation<'_>) -> Vec<Intent> {
    let Some(place) = lon_lat_at(&situation.frame, at) else {
        return Vec::new();
    };
    change_one(Step::AddVertex, situation, |shape| transform::with_vertex_after(shape, vertex, place))
}

impl Machine for Select {
    fn is_drafting(&self) -> bool {
        matches!(self.state, State::Boxing { .. } | State::Dragging(_))
    }

    fn takes_drag(&self, at: Point, situation: &Situation<'_>) -> bool {
        match over(situation, at) {
            Over::Grip(_) | Over::Free { .. } => true,
            Over::Locked | Over::Ground => situation.modifiers.shift,
        }
    }

    fn gesture(&mut self, gesture: Gesture, sight: &Sight<'_>) -> Vec<Intent> {
        let mut intents = match gesture.at() {
            Some(at) => self.follow(at, sight),
            None => Vec::new(),
        };
        match gesture {
            Gesture::Press(at) => {
                if matches!(self.state, State::Idle { .. } | State::Spent | State::Pressed { .. }) {
                    self.state = State::Pressed { button: Button::down(at) };
                }
            }
            Gesture::Release { at, clicks } => intents.extend(self.release(at, clicks, sight)),
            Gesture::Leave => {
                if let State::Idle { pointer } = &mut self.state {
                    *pointer = None;
                }
            }
            Gesture::Cancel => {
                if !matches!(self.state, State::Idle { .. }) {
                    self.state = State::Spent;
                }
            }
            Gesture::Move(_) | Gesture::Finish | Gesture::TakeBack => {}
        }
        intents
    }

    fn draft(&self, situation: &Situation<'_>) -> Draft {
        let pointer = match &self.state {
            State::Idle { pointer } => pointer.map(|(at, _)| at),
            State::Pressed { button } => Some(button.from()),
            State::Spent => None,
            State::Boxing { from, to } => {
                let select_box = Some(box_between(&situation.frame, *from, *to));
                return Draft { select_box, ..Draft::default() };
            }
            State::Dragging(drag) => return drag.draft(situation),
        };
        let grips = grips_of(situation);
        let hot = pointer.and_then(|at| grip_at(&grips, at));
        let handles = grips.iter().map(|grip| grip.handle(hot.is_some_and(|hot| hot.grip == grip.grip))).collect();
        Draft { handles, ..Draft::default() }
    }

    fn hint(&self, situation: &Situation<'_>) -> &'static str {
        match &self.state {
            State::Boxing { .. } => "Let go to select everything in the box",
            State::Dragging(drag) => match drag.work {
                Work::Move if drag.copies => "Let go to leave a copy here · Esc cancels",
                Work::Move => "Shift keeps to one axis · Ctrl leaves a copy · Esc cancels",
                Work::Pull(Grip::Vertex(_) | Grip::Midpoint(_)) => {
                    "Shift keeps to steps of 15° · Alt turns snapping off · Esc cancels"
                }
                Work::Pull(Grip::Corner(_)) => "Shift makes a square · Ctrl keeps the centre · Esc cancels",
                Work::Pull(Grip::Scale(_)) => "Ctrl keeps the centre · Esc cancels",
                Work::Pull(Grip::Rotate) => "Shift turns in steps of 15° · Esc cancels",
                Work::Pull(_) => "Let go to finish · Esc cancels",
            },
            State::Idle { pointer: Some((_, Over::Grip(grip))) } => match grip {
                Grip::Vertex(_) => "Drag to move the vertex · Alt-click or double-click removes it",
                Grip::Midpoint(_) => "Drag or double-click to add a vertex",
                Grip::Corner(_) => "Drag to resize · Shift makes a square · Ctrl keeps the centre",
                Grip::Target => "Drag to point elsewhere",
                Grip::Words => "Drag to move the text · double-click to edit it",
                Grip::Wrap => "Drag to change where the text wraps",
                Grip::Radius => "Drag to change the radius",
                Grip::Scale(_) => "Drag to scale · Ctrl keeps the centre",
                Grip::Rotate => "Drag to turn · Shift turns in steps of 15°",
            },
            State::Idle { pointer: Some((_, Over::Locked)) } => "Click to select · it is locked and cannot be moved",
            State::Idle { .. } | State::Pressed { .. } | State::Spent => match situation.selection {
                [] => {
                    "Click a region to read its sources, again for the one below · Shift-drag selects annotations in a box"
                }
                [_] => "Drag to move · Ctrl-drag leaves a copy · Shift-click adds to the selection",
                [_, _, ..] => "Drag to move all · Shift-click adds or removes · Esc clears the selection",
            },
        }
    }

    fn cursor(&self) -> Cursor {
        let of_grip = |grip: Grip| match grip {
            Grip::Corner(_) => Cursor::Resize,
            _ => match grip.kind() {
                HandleKind::Vertex | HandleKind::Midpoint | HandleKind::Words => Cursor::Move,
                HandleKind::Scale | HandleKind::Radius | HandleKind::Wrap => Cursor::Resize,
                HandleKind::Rotate => Cursor::Turn,
            },
        };
        match &self.state {
            State::Idle { pointer } => match pointer {
                Some((_, Over::Grip(grip))) => of_grip(*grip),
                Some((_, Over::Free { selected: true, .. })) => Cursor::Move,
                Some((_, Over::Free { selected: false, .. } | Over::Locked)) => Cursor::Point,
                Some((_, Over::Ground)) | None => Cursor::Usual,
            },
            State::Pressed { .. } | State::Spent => Cursor::Usual,
            State::Boxing { .. } => Cursor::Cross,
            State::Dragging(Drag { work: Work::Move, .. }) => Cursor::Move,
            State::Dragging(Drag { work: Work::Pull(grip), .. }) => of_grip(*grip),
        }
    }
}

#[cfg(test)]
mod tests;
