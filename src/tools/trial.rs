//! A tool in hand over a small document, for tests: gestures in, intents carried out as the session does.

use proptest::prelude::*;

use super::aim::CLICK_PT;
use super::{Draft, Gesture, InHand, Intent, Modifiers, Situation, Tool, shapes};
use crate::document::annotation::{Shape, Style};
use crate::document::edit::{self, Change};
use crate::document::{Annotation, AnnotationId, Document, LayerId, Step};
use crate::geometry::simplify::Levels;
use crate::geometry::{Coord, Frame, Point, View};

/// A tool, a document and the keys held.
pub(super) struct Trial {
    pub(super) hand: InHand,
    pub(super) document: Document,
    pub(super) frame: Frame,
    pub(super) selection: Vec<AnnotationId>,
    pub(super) modifiers: Modifiers,
    pub(super) snapping: bool,
    pub(super) levels: Vec<Levels>,
    style: Style,
}

impl Trial {
    /// Over the Donbas, at a scale where the page is about 100 km wide, with snapping off.
    pub(super) fn new(tool: Tool) -> Self {
        let view = View { center: Coord { x: 37.5, y: 48.5 }, zoom: 10.0 };
        let mut hand = InHand::default();
        hand.choose(tool);
        Self {
            hand,
            document: Document::empty("test", view),
            frame: Frame::new(view, 800.0, 600.0),
            selection: Vec::new(),
            modifiers: Modifiers::default(),
            snapping: false,
            levels: Vec::new(),
            style: Style::default(),
        }
    }

    /// The place at a page point.
    pub(super) fn place(&self, x: f64, y: f64) -> Coord<f64> {
        super::aim::lon_lat_at(&self.frame, Point::new(x, y)).unwrap()
    }

    /// The page point of a place.
    pub(super) fn page(&self, at: Coord<f64>) -> Point {
        self.frame.page_from_lon_lat(at)
    }

    /// Puts a shape into the document.
    pub(super) fn add(&mut self, shape: Shape) -> AnnotationId {
        edit::add(&mut self.document, Annotation::new(AnnotationId(0), LayerId(0), shape))
    }

    /// The shape of that id.
    pub(super) fn shape(&self, id: AnnotationId) -> &Shape {
        &self.document.annotations.get(id).unwrap().shape
    }

    fn with<R>(&mut self, work: impl FnOnce(&mut InHand, &Situation<'_>) -> R) -> R {
        let levels: Vec<&Levels> = self.levels.iter().collect();
        let situation = Situation {
            document: &self.document,
            frame: self.frame,
            selection: &self.selection,
            style: &self.style,
            layer: LayerId(0),
            modifiers: self.modifiers,
            snapping: self.snapping,
            snap_lines: &levels,
        };
        work(&mut self.hand, &situation)
    }

    /// Carries on with a gesture, and carries out what it asks for, but stays with the tool.
    pub(super) fn gesture(&mut self, gesture: Gesture) -> Vec<Intent> {
        let intents = self.with(|hand, situation| hand.gesture(gesture, situation));
        let mut added = Vec::new();
        for intent in &intents {
            match intent {
                Intent::Edit { change, .. } => added = edit::apply(&mut self.document, change.clone()),
                Intent::Select(ids) => self.selection.clone_from(ids),
                Intent::Done => self.selection.clone_from(&added),
                Intent::Click { .. } | Intent::EditText(_) | Intent::EditTextOfNew => {}
            }
        }
        intents
    }

    pub(super) fn draft(&mut self) -> Draft {
        self.with(|hand, situation| hand.draft(situation))
    }

    pub(super) fn takes_drag(&mut self, x: f64, y: f64) -> bool {
        self.with(|hand, situation| hand.takes_drag(Point::new(x, y), situation))
    }

    pub(super) fn move_to(&mut self, x: f64, y: f64) -> Vec<Intent> {
        self.gesture(Gesture::Move(Point::new(x, y)))
    }

    pub(super) fn press(&mut self, x: f64, y: f64) -> Vec<Intent> {
        self.gesture(Gesture::Press(Point::new(x, y)))
    }

    /// Lets the button go, and sees to it that what this commits is what was shown.
    pub(super) fn release(&mut self, x: f64, y: f64, clicks: u8) -> Vec<Intent> {
        let at = Point::new(x, y);
        let mut intents = self.gesture(Gesture::Move(at));
        let shown = self.draft();
        let asked = self.gesture(Gesture::Release { at, clicks });
        let edit = asked.iter().find_map(|intent| match intent {
            // A click on a handle changes what was not being dragged.
            Intent::Edit { step: Step::RemoveVertex | Step::AddVertex, .. } if shown.annotations.is_empty() => None,
            Intent::Edit { change, .. } => Some(change),
            _ => None,
        });
        match edit {
            Some(Change::Add(annotations)) => {
                assert_eq!(&shown.annotations, annotations);
                assert_eq!(shown.replaces, []);
            }
            Some(Change::Replace(annotations)) => {
                assert_eq!(&shown.annotations, annotations);
                assert_eq!(shown.replaces, annotations.iter().map(|annotation| annotation.id).collect::<Vec<_>>());
            }
            Some(Change::Remove(_)) | None => {}
        }
        intents.extend(asked);
        intents
    }

    /// A click; what it all asked for.
    pub(super) fn click(&mut self, x: f64, y: f64) -> Vec<Intent> {
        [self.move_to(x, y), self.press(x, y), self.release(x, y, 1)].concat()
    }

    /// A double click; what it all asked for.
    pub(super) fn double_click(&mut self, x: f64, y: f64) -> Vec<Intent> {
        [self.click(x, y), self.press(x, y), self.release(x, y, 2)].concat()
    }

    /// A drag through the middle of the way; what it all asked for.
    pub(super) fn drag(&mut self, from: (f64, f64), to: (f64, f64)) -> Vec<Intent> {
        let middle = ((from.0 + to.0) / 2.0, (from.1 + to.1) / 2.0);
        [
            self.move_to(from.0, from.1),
            self.press(from.0, from.1),
            self.move_to(middle.0, middle.1),
            self.move_to(to.0, to.1),
            self.release(to.0, to.1, 1),
        ]
        .concat()
    }
}

/// The shape of the one annotation that was added.
pub(super) fn added(intents: &[Intent]) -> Option<&Shape> {
    intents.iter().find_map(|intent| match intent {
        Intent::Edit { change: Change::Add(added), .. } => added.first().map(|annotation| &annotation.shape),
        _ => None,
    })
}

/// Any tool.
pub(super) fn any_tool() -> impl Strategy<Value = Tool> {
    prop::sample::select(Tool::ALL.to_vec())
}

/// A page point on a coarse grid, so that points meet, or anywhere far off.
fn any_point() -> impl Strategy<Value = Point> {
    prop_oneof![
        8 => (0..9_i32, 0..7_i32).prop_map(|(x, y)| Point::new(f64::from(x) * 100.0, f64::from(y) * 100.0)),
        4 => (0.0..800.0, 0.0..600.0).prop_map(Point::from),
        1 => (-1e9..1e9, -1e9..1e9).prop_map(Point::from),
        1 => prop::sample::select(vec![Point::new(f64::NAN, 0.0), Point::new(f64::INFINITY, 1.0)]),
    ]
}

/// One thing that the user does.
#[derive(Debug, Clone)]
pub(super) enum Deed {
    Gesture(Gesture),
    Hold(Modifiers),
    Look(View),
    Select(u8),
}

/// Any gesture at any place, any keys, any view.
pub(super) fn any_deed() -> impl Strategy<Value = Deed> {
    let gesture = prop_oneof![
        6 => any_point().prop_map(Gesture::Move),
        5 => any_point().prop_map(Gesture::Press),
        5 => (any_point(), 1..4_u8).prop_map(|(at, clicks)| Gesture::Release { at, clicks }),
        1 => Just(Gesture::Leave),
        1 => Just(Gesture::Finish),
        1 => Just(Gesture::TakeBack),
        1 => Just(Gesture::Cancel),
    ];
    prop_oneof![
        12 => gesture.prop_map(Deed::Gesture),
        2 => (any::<bool>(), any::<bool>(), any::<bool>())
            .prop_map(|(shift, alt, ctrl)| Deed::Hold(Modifiers { shift, alt, ctrl })),
        1 => (-180.0..180.0, -85.0..85.0, -1.0..22.0)
            .prop_map(|(x, y, zoom)| Deed::Look(View { center: Coord { x, y }, zoom })),
        1 => any::<u8>().prop_map(Deed::Select),
    ]
}

/// A document with one shape of each kind.
pub(super) fn furnished(tool: Tool) -> Trial {
    let mut trial = Trial::new(tool);
    for make in [Tool::Marker, Tool::Text, Tool::Callout, Tool::Rectangle, Tool::Circle, Tool::Freehand, Tool::Arrow] {
        let mut drawing = Trial::new(make);
        let place = f64::from(make as u8) * 40.0;
        let intents = match make {
            Tool::Marker | Tool::Text => drawing.click(200.0, place),
            _ => drawing.drag((200.0, 100.0 + place), (300.0, 200.0 + place)),
        };
        trial.add(added(&intents).unwrap().clone());
    }
    for make in [Tool::Line, Tool::Polygon, Tool::Measure] {
        let mut drawing = Trial::new(make);
        let mut intents = drawing.click(400.0, 300.0);
        intents.extend(drawing.click(500.0, 300.0));
        intents.extend(drawing.click(500.0, 400.0));
        intents.extend(drawing.gesture(Gesture::Finish));
        trial.add(added(&intents).unwrap().clone());
    }
    let points = vec![geo::Point::new(37.4, 48.4), geo::Point::new(37.6, 48.6)];
    trial.add(Shape::Other(Some(crate::geometry::Geometry::MultiPoint(geo::MultiPoint(points)))));
    trial
}

proptest! {
    #[test]
    fn no_sequence_of_gestures_panics_or_makes_an_unsound_shape(
        tool in any_tool(),
        snapping: bool,
        deeds in prop::collection::vec(any_deed(), 1..80),
    ) {
        let mut trial = furnished(tool);
        trial.snapping = snapping;
        let ids: Vec<AnnotationId> = trial.document.annotations.iter().map(|annotation| annotation.id).collect();
        for deed in deeds {
            match deed {
                Deed::Hold(modifiers) => trial.modifiers = modifiers,
                Deed::Look(view) => trial.frame.view = view,
                Deed::Select(bits) => {
                    let chosen = |index: usize| (bits >> (index % 8)) & 1 == 1;
                    trial.selection = ids.iter().enumerate().filter(|(index, _)| chosen(*index)).map(|(_, id)| *id).collect();
                }
                Deed::Gesture(gesture) => {
                    trial.gesture(gesture);
                }
            }
            for annotation in trial.draft().annotations.iter().chain(trial.document.annotations.iter().map(AsRef::as_ref)) {
                prop_assert!(shapes::is_sound(&annotation.shape), "{:?}", annotation.shape);
            }
        }
    }

    #[test]
    fn what_was_shown_at_the_release_is_what_is_committed(
        tool in any_tool(),
        snapping: bool,
        selected: u16,
        deeds in prop::collection::vec(any_deed(), 1..60),
    ) {
        let mut trial = furnished(tool);
        trial.snapping = snapping;
        trial.selection = (1..=11).filter(|id| (selected >> id) & 1 == 1).map(AnnotationId).collect();
        for deed in deeds {
            match deed {
                Deed::Hold(modifiers) => trial.modifiers = modifiers,
                Deed::Look(view) => trial.frame.view = view,
                Deed::Select(_) => {}
                Deed::Gesture(Gesture::Release { at, clicks }) => {
                    trial.release(at.x, at.y, clicks);
                }
                Deed::Gesture(gesture) => {
                    trial.gesture(gesture);
                }
            }
        }
    }

    #[test]
    fn every_drawing_tool_commits_what_it_shows(
        tool in any_tool(),
        snapping: bool,
        shift: bool,
        places in prop::collection::vec((50.0..750.0, 50.0..550.0), 3..7),
    ) {
        prop_assume!(!matches!(tool, Tool::Select | Tool::Pan));
        let mut trial = furnished(tool);
        trial.snapping = snapping;
        trial.modifiers.shift = shift;
        let before = trial.document.annotations.len();
        for (x, y) in &places {
            trial.click(*x, *y);
        }
        trial.gesture(Gesture::Finish);
        trial.gesture(Gesture::Cancel);
        prop_assert!(trial.document.annotations.len() > before || snapping || shift);
        let ((x, y), to) = (places[0], places[1]);
        trial.drag((x, y), to);
        // Where both ends are together, or Shift or snapping draws them so, the drag is a click, and the next may be taken.
        let is_click = snapping || shift || (x - to.0).hypot(y - to.1) < CLICK_PT;
        prop_assert!(is_click || !trial.hand.is_drafting() || !trial.takes_drag(x, y));
        for annotation in &trial.document.annotations {
            prop_assert!(shapes::is_sound(&annotation.shape), "{:?}", annotation.shape);
        }
    }

    #[test]
    fn every_handle_and_every_move_commits_what_it_shows(
        snapping: bool,
        keys: (bool, bool, bool),
        selected in 1..2048_u16,
        single in prop::option::of(1..12_u64),
        handle: prop::sample::Index,
        by in (-300.0..300.0, -300.0..300.0),
        body: bool,
    ) {
        let mut trial = furnished(Tool::Select);
        trial.snapping = snapping;
        trial.selection = match single {
            Some(id) => vec![AnnotationId(id)],
            None => (1..=11).filter(|id| (selected >> (id - 1)) & 1 == 1).map(AnnotationId).collect(),
        };
        let handles = trial.draft().handles;
        let from = if body || handles.is_empty() {
            trial.page(match trial.shape(trial.selection[0]) {
                Shape::Point { at, .. } | Shape::Callout { target: at, .. } | Shape::Circle { center: at, .. } => *at,
                Shape::Path { line, .. } => line.0[0],
                Shape::Area { area, .. } => area.0[0].exterior().0[0],
                Shape::Other(_) => trial.place(10.0, 10.0),
            })
        } else {
            handles[handle.index(handles.len())].at
        };
        trial.press(from.x, from.y);
        trial.modifiers = Modifiers { shift: keys.0, alt: keys.1, ctrl: keys.2 };
        trial.move_to(from.x + by.0 / 2.0, from.y + by.1 / 2.0);
        trial.release(from.x + by.0, from.y + by.1, 1);
        for annotation in &trial.document.annotations {
            prop_assert!(shapes::is_sound(&annotation.shape), "{:?}", annotation.shape);
        }
    }
}
