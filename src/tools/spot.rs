//! Markers and words: what one click places.

use super::aim::{Aim, Button, Sight};
use super::{Cursor, Draft, Gesture, Intent, Machine, Situation, shapes};
use crate::document::annotation::{PointKind, Shape};
use crate::document::step::Drawing;
use crate::geometry::Point;

/// What is placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A marker.
    Marker,
    /// Words, which are typed next.
    Text,
}

/// The tool: where it aims, and whether the button is down.
#[derive(Debug, Clone)]
pub(super) struct Spot {
    kind: Kind,
    aim: Option<Aim>,
    button: Option<Button>,
}

impl Spot {
    pub(super) fn new(kind: Kind) -> Self {
        Self { kind, aim: None, button: None }
    }

    fn shape(&self) -> Option<Shape> {
        let kind = match self.kind {
            Kind::Marker => PointKind::Marker,
            Kind::Text => PointKind::Text,
        };
        self.aim.map(|aim| shapes::point(aim.at, kind))
    }

    fn place(&mut self, situation: &Situation<'_>) -> Vec<Intent> {
        let Some(shape) = self.shape() else {
            return Vec::new();
        };
        *self = Self::new(self.kind);
        match self.kind {
            Kind::Marker => situation.commit(Drawing::Marker, shape),
            Kind::Text => {
                let mut intents = situation.commit(Drawing::Text, shape);
                intents.push(Intent::EditTextOfNew);
                intents
            }
        }
    }
}

impl Machine for Spot {
    fn is_drafting(&self) -> bool {
        false
    }

    fn takes_drag(&self, _at: Point, _situation: &Situation<'_>) -> bool {
        false
    }

    fn gesture(&mut self, gesture: Gesture, sight: &Sight<'_>) -> Vec<Intent> {
        if let Some(at) = gesture.at() {
            self.aim = Aim::new(at, sight, &[]);
            self.button = self.button.map(|button| button.moved(at));
        }
        match gesture {
            Gesture::Press(at) => self.button = Some(Button::down(at)),
            Gesture::Release { .. } => {
                // A drag moves the map and places nothing.
                if self.button.take().is_some_and(|button| !button.is_drag()) {
                    return self.place(sight.situation);
                }
            }
            Gesture::Leave | Gesture::Cancel => *self = Self::new(self.kind),
            Gesture::Move(_) | Gesture::Finish | Gesture::TakeBack => {}
        }
        Vec::new()
    }

    fn draft(&self, situation: &Situation<'_>) -> Draft {
        Draft {
            annotations: self.shape().map(|shape| situation.new_annotation(shape)).into_iter().collect(),
            snap: self.aim.and_then(|aim| aim.snap),
            ..Draft::default()
        }
    }

    fn hint(&self, _situation: &Situation<'_>) -> &'static str {
        match self.kind {
            Kind::Marker => "Click to place a marker",
            Kind::Text => "Click where the text goes, then type",
        }
    }

    fn cursor(&self) -> Cursor {
        match self.kind {
            Kind::Marker => Cursor::Cross,
            Kind::Text => Cursor::Type,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Step;
    use crate::document::edit::Change;
    use crate::tools::Tool;
    use crate::tools::trial::Trial;

    #[test]
    fn a_click_places_a_marker_and_is_done() {
        let mut trial = Trial::new(Tool::Marker);
        let intents = trial.click(100.0, 100.0);
        let [Intent::Edit { step: Step::Draw(Drawing::Marker), change: Change::Add(added) }, Intent::Done] =
            intents.as_slice()
        else {
            panic!("{intents:?}");
        };
        assert_eq!(added[0].shape, Shape::Point { at: trial.place(100.0, 100.0), kind: PointKind::Marker });
    }

    #[test]
    fn words_are_typed_once_they_are_placed() {
        let mut trial = Trial::new(Tool::Text);
        assert_eq!(trial.click(100.0, 100.0).last(), Some(&Intent::EditTextOfNew));
    }

    #[test]
    fn a_drag_moves_the_map_and_places_nothing() {
        let mut trial = Trial::new(Tool::Marker);
        assert!(!trial.takes_drag(100.0, 100.0));
        assert_eq!(trial.drag((100.0, 100.0), (140.0, 100.0)), []);
    }
}
