//! The hand that moves the map. The moving itself is the window's.

use super::aim::Sight;
use super::{Cursor, Draft, Gesture, Intent, Machine, Situation};
use crate::geometry::Point;

/// Whether the map is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Hand {
    /// It is not.
    #[default]
    Open,
    /// It is.
    Closed,
}

impl Machine for Hand {
    fn is_drafting(&self) -> bool {
        false
    }

    fn takes_drag(&self, _at: Point, _situation: &Situation<'_>) -> bool {
        false
    }

    fn gesture(&mut self, gesture: Gesture, _sight: &Sight<'_>) -> Vec<Intent> {
        match gesture {
            Gesture::Press(_) => *self = Self::Closed,
            Gesture::Release { .. } | Gesture::Leave | Gesture::Cancel => *self = Self::Open,
            Gesture::Move(_) | Gesture::Finish | Gesture::TakeBack => {}
        }
        Vec::new()
    }

    fn draft(&self, _situation: &Situation<'_>) -> Draft {
        Draft::default()
    }

    fn hint(&self, _situation: &Situation<'_>) -> &'static str {
        "Drag to move the map · scroll to zoom"
    }

    fn cursor(&self) -> Cursor {
        match self {
            Self::Open => Cursor::Grab,
            Self::Closed => Cursor::Grabbing,
        }
    }
}
