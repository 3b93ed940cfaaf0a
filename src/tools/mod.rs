//! The tools: each a small machine over gestures in page points. A draft lives here until it is committed; the document
//! and its history are not known here but to be looked at.
//!
//! A gesture gives [`Intent`]s, which the session carries out. What is being drawn or moved is a [`Draft`]: the very
//! annotations that a commit would put into the document, so preview and commit cannot differ.
//!
//! # How a tool is made
//! A tool is one file with one type: a machine whose states hold just what that state needs, in degrees rather than
//! page points, because the map may move under a draft. It says what a gesture does to it, what it shows meanwhile and
//! what comes next (`Machine`); `Held` names it once. Building shapes, moving them and finding what is near are plain
//! functions that all of them share: `shapes`, `transform`, `snap`.

mod aim;
mod freehand;
mod grips;
mod hand;
mod say;
mod select;
mod shapes;
mod sketch;
mod snap;
mod span;
mod spot;
mod transform;
#[cfg(test)]
mod trial;

use serde::{Deserialize, Serialize};

use crate::document::annotation::{Shape, Style};
use crate::document::edit::Change;
use crate::document::step::Drawing;
use crate::document::{Annotation, AnnotationId, Document, LayerId, Step};
use crate::geometry::simplify::Levels;
use crate::geometry::{Coord, Frame, Point, Rect};
use aim::Sight;
use snap::Extents;

/// What the pointer does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tool {
    /// Selects, moves and reshapes.
    #[default]
    Select,
    /// Moves the map.
    Pan,
    /// Places a marker.
    Marker,
    /// Places words.
    Text,
    /// Places words that lead to a place.
    Callout,
    /// Draws a line.
    Line,
    /// Draws an arrow.
    Arrow,
    /// Draws a polygon.
    Polygon,
    /// Draws a rectangle.
    Rectangle,
    /// Draws a circle.
    Circle,
    /// Draws by hand.
    Freehand,
    /// Draws a line that says its length, or, closed on its first point, an area that says its size.
    Measure,
}

impl Tool {
    /// Every tool, in the order of the toolbar.
    pub const ALL: [Self; 12] = [
        Self::Select,
        Self::Pan,
        Self::Marker,
        Self::Text,
        Self::Callout,
        Self::Line,
        Self::Arrow,
        Self::Polygon,
        Self::Rectangle,
        Self::Circle,
        Self::Freehand,
        Self::Measure,
    ];
}

/// The keys held during a gesture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Modifiers {
    /// Constrains: bearings to 15°, rectangles to squares, moves to an axis; adds to a selection.
    pub shift: bool,
    /// Takes what lies below; turns snapping off.
    pub alt: bool,
    /// Duplicates while moving; scales and rotates about the middle.
    pub ctrl: bool,
}

/// Something that the pointer or the keyboard does on the map. Positions are page points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Gesture {
    /// The pointer moves, with or without the button.
    Move(Point),
    /// The button goes down.
    Press(Point),
    /// The button goes up; `clicks` is 2 for the second of a double click.
    Release {
        /// Where.
        at: Point,
        /// Which click of a series it ends.
        clicks: u8,
    },
    /// The pointer leaves the map.
    Leave,
    /// Finish the draft as it is.
    Finish,
    /// Take back the last vertex.
    TakeBack,
    /// Give up the draft.
    Cancel,
}

/// What a tool can see.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    /// The document.
    pub document: &'a Document,
    /// The map on the page.
    pub frame: Frame,
    /// The selected annotations.
    pub selection: &'a [AnnotationId],
    /// The style that a new annotation takes.
    pub style: &'a Style,
    /// The layer that a new annotation goes to.
    pub layer: LayerId,
    /// The keys held.
    pub modifiers: Modifiers,
    /// Whether points snap to vertices and edges.
    pub snapping: bool,
    /// What points snap to besides the annotations, such as the overlays that are shown.
    pub snap_lines: &'a [&'a Levels],
}

/// What a tool asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum Intent {
    /// A step of the history.
    Edit {
        /// What it does.
        step: Step,
        /// What changes.
        change: Change,
    },
    /// Select these annotations and no others.
    Select(Vec<AnnotationId>),
    /// A click on the map where no annotation is: overlays are for the session to find.
    Click {
        /// Where, in page points.
        at: Point,
        /// Whether to step to the overlay below.
        below: bool,
    },
    /// Type the text of this annotation in place.
    EditText(AnnotationId),
    /// Type the text of the annotation that the edit before this intent added.
    EditTextOfNew,
    /// Go back to selecting, with the annotation that the edit before this intent added selected.
    Done,
}

/// What is being drawn or moved, to be shown over the map.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Draft {
    /// Just what a commit now would put into the document. Empty while there is nothing to commit.
    pub annotations: Vec<Annotation>,
    /// Those that `annotations` stand for, not to be drawn meanwhile.
    pub replaces: Vec<AnnotationId>,
    /// Handles, on the selected shape only.
    pub handles: Vec<Handle>,
    /// What the pointer has snapped to.
    pub snap: Option<Snap>,
    /// The box that selects all within it.
    pub select_box: Option<Rect>,
    /// Running length or area, such as "12.4 km", and where the next leg leads, such as "bearing 045°".
    pub measure: Option<String>,
}

/// A point of a shape that can be dragged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Handle {
    /// Where, in page points.
    pub at: Point,
    /// What dragging it does.
    pub kind: HandleKind,
    /// Whether the pointer is on it.
    pub hot: bool,
}

/// What a handle does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HandleKind {
    /// Moves a vertex.
    Vertex,
    /// Adds a vertex.
    Midpoint,
    /// Scales the selection.
    Scale,
    /// Turns the selection.
    Rotate,
    /// Changes a circle's radius.
    Radius,
    /// Moves the words of a callout.
    Words,
    /// Changes the width at which words wrap.
    Wrap,
}

/// What a point has snapped to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Snap {
    /// Where, in WGS 84 degrees.
    pub to: Coord<f64>,
    /// Whether it is a vertex; otherwise a place on an edge.
    pub vertex: bool,
}

/// The shape of the pointer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Cursor {
    /// As usual.
    #[default]
    Usual,
    /// Over something that can be clicked.
    Point,
    /// Placing a point.
    Cross,
    /// The map can be taken.
    Grab,
    /// The map is held.
    Grabbing,
    /// A shape can be moved.
    Move,
    /// A corner can be pulled.
    Resize,
    /// The selection can be turned.
    Turn,
    /// Words can be typed.
    Type,
}

/// What every tool is: a machine that gestures drive.
trait Machine {
    /// Whether something is half drawn or half moved.
    fn is_drafting(&self) -> bool;

    /// Whether a drag that begins here is the tool's.
    fn takes_drag(&self, at: Point, situation: &Situation<'_>) -> bool;

    /// Carries on with a gesture.
    fn gesture(&mut self, gesture: Gesture, sight: &Sight<'_>) -> Vec<Intent>;

    /// What is being drawn or moved.
    fn draft(&self, situation: &Situation<'_>) -> Draft;

    /// The next step, in a line.
    fn hint(&self, situation: &Situation<'_>) -> &'static str;

    /// The shape of the pointer.
    fn cursor(&self) -> Cursor;
}

/// The machine of the tool in hand.
#[derive(Debug, Clone)]
enum Held {
    Select(select::Select),
    Hand(hand::Hand),
    Spot(spot::Spot),
    Sketch(sketch::Sketch),
    Span(span::Span),
    Freehand(freehand::Freehand),
}

impl Default for Held {
    fn default() -> Self {
        Self::new(Tool::default())
    }
}

impl Held {
    fn new(tool: Tool) -> Self {
        match tool {
            Tool::Select => Self::Select(select::Select::default()),
            Tool::Pan => Self::Hand(hand::Hand::default()),
            Tool::Marker => Self::Spot(spot::Spot::new(spot::Kind::Marker)),
            Tool::Text => Self::Spot(spot::Spot::new(spot::Kind::Text)),
            Tool::Callout => Self::Span(span::Span::new(span::Kind::Callout)),
            Tool::Rectangle => Self::Span(span::Span::new(span::Kind::Rectangle)),
            Tool::Circle => Self::Span(span::Span::new(span::Kind::Circle)),
            Tool::Line => Self::Sketch(sketch::Sketch::new(sketch::Kind::Line)),
            Tool::Arrow => Self::Sketch(sketch::Sketch::new(sketch::Kind::Arrow)),
            Tool::Polygon => Self::Sketch(sketch::Sketch::new(sketch::Kind::Polygon)),
            Tool::Measure => Self::Sketch(sketch::Sketch::new(sketch::Kind::Measure)),
            Tool::Freehand => Self::Freehand(freehand::Freehand::default()),
        }
    }

    fn machine(&self) -> &dyn Machine {
        match self {
            Self::Select(machine) => machine,
            Self::Hand(machine) => machine,
            Self::Spot(machine) => machine,
            Self::Sketch(machine) => machine,
            Self::Span(machine) => machine,
            Self::Freehand(machine) => machine,
        }
    }

    fn machine_mut(&mut self) -> &mut dyn Machine {
        match self {
            Self::Select(machine) => machine,
            Self::Hand(machine) => machine,
            Self::Spot(machine) => machine,
            Self::Sketch(machine) => machine,
            Self::Span(machine) => machine,
            Self::Freehand(machine) => machine,
        }
    }
}

/// The tool in hand, and what it is in the middle of.
#[derive(Debug, Clone, Default)]
pub struct InHand {
    tool: Tool,
    held: Held,
    extents: Extents,
}

impl InHand {
    /// The tool.
    pub fn tool(&self) -> Tool {
        self.tool
    }

    /// Takes another tool, and gives up any draft.
    pub fn choose(&mut self, tool: Tool) {
        self.tool = tool;
        self.held = Held::new(tool);
    }

    /// Whether something is half drawn or half moved.
    pub fn is_drafting(&self) -> bool {
        self.held.machine().is_drafting()
    }

    /// Whether a drag that begins here is the tool's; otherwise it moves the map.
    pub fn takes_drag(&self, at: Point, situation: &Situation<'_>) -> bool {
        at.is_finite() && self.held.machine().takes_drag(at, situation)
    }

    /// Carries on with a gesture. One at a place that is none is passed over.
    ///
    /// Keys that are pressed or let go while the pointer rests take effect with the next gesture: a
    /// [`Gesture::Move`] to where the pointer is shows them at once.
    pub fn gesture(&mut self, gesture: Gesture, situation: &Situation<'_>) -> Vec<Intent> {
        if gesture.at().is_some_and(|at| aim::lon_lat_at(&situation.frame, at).is_none()) {
            return Vec::new();
        }
        if aim::snaps(situation) && gesture.at().is_some() {
            self.extents.keep_up_with(&situation.document.annotations);
        }
        self.held.machine_mut().gesture(gesture, &Sight { situation, extents: &self.extents })
    }

    /// What is being drawn or moved.
    pub fn draft(&self, situation: &Situation<'_>) -> Draft {
        self.held.machine().draft(situation)
    }

    /// The next step, in a line.
    pub fn hint(&self, situation: &Situation<'_>) -> &'static str {
        self.held.machine().hint(situation)
    }

    /// The shape of the pointer.
    pub fn cursor(&self, _situation: &Situation<'_>) -> Cursor {
        self.held.machine().cursor()
    }
}

impl Gesture {
    /// Where it happens, in page points; `None` for what happens nowhere.
    pub fn at(&self) -> Option<Point> {
        match *self {
            Self::Move(at) | Self::Press(at) | Self::Release { at, .. } => Some(at),
            Self::Leave | Self::Finish | Self::TakeBack | Self::Cancel => None,
        }
    }
}

impl Situation<'_> {
    /// A new annotation of this shape; the document gives it its id.
    fn new_annotation(&self, shape: Shape) -> Annotation {
        Annotation { style: self.style.clone(), ..Annotation::new(NEW, self.layer, shape) }
    }

    /// Adds a new shape as one step, selects it and goes back to selecting.
    fn commit(&self, drawing: Drawing, shape: Shape) -> Vec<Intent> {
        let change = Change::Add(vec![self.new_annotation(shape)]);
        vec![Intent::Edit { step: Step::Draw(drawing), change }, Intent::Done]
    }
}

/// The id in a draft of what the document does not have yet; it never gives this one.
const NEW: AnnotationId = AnnotationId(0);
