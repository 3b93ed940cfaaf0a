//! Undo and redo: snapshots of the document that share all that did not change.
//!
//! An edit is a plain function on the [`Document`]; [`History::edit`] is the only way in, so that none can be forgotten.
//! What is looked at ([`Document::view`], [`Document::day`]) is not an edit and is kept through undo and redo.

use std::sync::Arc;

use super::annotation::{Annotation, Annotations, Shape};
use super::{Document, Step};
use crate::formats::day::Day;
use crate::geometry::View;

/// The memory that the past may take, in bytes; the oldest steps go first.
pub const BUDGET_BYTES: usize = 256 * 1024 * 1024;

/// A step that can be taken back or again.
#[derive(Debug, Clone)]
struct Snapshot {
    step: Step,
    /// The document on the other side of the step.
    document: Document,
    /// What the step keeps in memory that its neighbour does not share, about, in bytes.
    bytes: usize,
}

/// A document and how it came to be.
#[derive(Debug, Clone)]
pub struct History {
    now: Document,
    past: Vec<Snapshot>,
    /// Next first at the end.
    future: Vec<Snapshot>,
    /// While a gesture goes on, its edits are one step.
    gesture: Option<Step>,
    revision: u64,
}

impl History {
    /// Begins with a document.
    pub fn new(document: Document) -> Self {
        Self { now: document, past: Vec::new(), future: Vec::new(), gesture: None, revision: 0 }
    }

    /// The document as it is now.
    pub fn document(&self) -> &Document {
        &self.now
    }

    /// Counts the changes of the document, undo and redo included; what is looked at does not count.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Makes an edit, one step. An edit that changes nothing leaves no step.
    pub fn edit<R>(&mut self, step: Step, change: impl FnOnce(&mut Document) -> R) -> R {
        self.gesture = None;
        self.change(step, false, change)
    }

    /// Makes an edit that is one with those before it of the same step, such as the moves of a slider or the letters of
    /// a word, until [`History::end_gesture`] or an edit of another kind.
    pub fn edit_in_gesture<R>(&mut self, step: Step, change: impl FnOnce(&mut Document) -> R) -> R {
        let goes_on = self.gesture.as_ref() == Some(&step) && !self.past.is_empty() && self.future.is_empty();
        let result = self.change(step.clone(), goes_on, change);
        self.gesture = Some(step);
        result
    }

    /// Ends a gesture: the next edit is a step of its own.
    pub fn end_gesture(&mut self) {
        self.gesture = None;
    }

    /// Looks elsewhere; not a step.
    pub fn look(&mut self, view: View) {
        self.now.view = view;
    }

    /// Looks at another day; not a step.
    pub fn look_at(&mut self, day: Option<Day>) {
        self.now.day = day;
    }

    /// Puts another document in place of this one, with no past.
    pub fn replace(&mut self, document: Document) {
        let revision = self.revision + 1;
        *self = Self { revision, ..Self::new(document) };
    }

    /// Changes the document on both sides of every step, as when the files that it refers to have been read anew; so undo
    /// does not bring back what is gone. Not a step itself.
    pub fn amend(&mut self, change: impl Fn(&mut Document)) {
        let before = self.now.clone();
        change(&mut self.now);
        if self.now != before {
            self.revision += 1;
        }
        for step in self.past.iter_mut().chain(&mut self.future) {
            change(&mut step.document);
        }
    }

    /// Makes the last step the beginning of a gesture, so that edits of this kind are one with it.
    pub fn begin_gesture(&mut self, step: Step) {
        self.gesture = Some(step);
    }

    /// Takes back a gesture that came to nothing, for good.
    pub fn give_up_gesture(&mut self) {
        if self.gesture.is_some() && self.undo().is_some() {
            self.future.pop();
        }
    }

    fn change<R>(&mut self, step: Step, goes_on: bool, change: impl FnOnce(&mut Document) -> R) -> R {
        let before = self.now.clone();
        let result = change(&mut self.now);
        (self.now.view, self.now.day) = (before.view, before.day);
        if self.now == before {
            return result;
        }
        self.revision += 1;
        self.future.clear();
        if !goes_on {
            let bytes = unshared_bytes(&before, &self.now);
            self.past.push(Snapshot { step, document: before, bytes });
            self.forget_the_oldest();
        }
        result
    }

    fn forget_the_oldest(&mut self) {
        let mut bytes: usize = self.past.iter().map(|step| step.bytes).sum();
        let mut forgotten = 0;
        // The last step can always be taken back.
        while bytes > BUDGET_BYTES && forgotten + 1 < self.past.len() {
            bytes -= self.past[forgotten].bytes;
            forgotten += 1;
        }
        self.past.drain(..forgotten);
    }

    /// Takes back the last step and tells which that was, if there was one.
    pub fn undo(&mut self) -> Option<Step> {
        let last = self.past.pop()?;
        let undone = self.exchange(last);
        let step = undone.step.clone();
        self.future.push(undone);
        Some(step)
    }

    /// Makes the last undone step again and tells which that was, if there was one.
    pub fn redo(&mut self) -> Option<Step> {
        let next = self.future.pop()?;
        let redone = self.exchange(next);
        let step = redone.step.clone();
        self.past.push(redone);
        Some(step)
    }

    fn exchange(&mut self, mut snapshot: Snapshot) -> Snapshot {
        self.gesture = None;
        self.revision += 1;
        (snapshot.document.view, snapshot.document.day) = (self.now.view, self.now.day);
        std::mem::swap(&mut self.now, &mut snapshot.document);
        snapshot
    }

    /// The steps, oldest first, and how many of them are done; the rest can be made again.
    pub fn steps(&self) -> (Vec<&Step>, usize) {
        let past = self.past.iter().map(|snapshot| &snapshot.step);
        let future = self.future.iter().rev().map(|snapshot| &snapshot.step);
        (past.chain(future).collect(), self.past.len())
    }

    /// Undoes or redoes until so many of the steps are done.
    pub fn jump(&mut self, done: usize) {
        while self.past.len() > done && self.undo().is_some() {}
        while self.past.len() < done && self.redo().is_some() {}
    }

    /// The step that [`History::undo`] would take back.
    pub fn undo_step(&self) -> Option<&Step> {
        self.past.last().map(|snapshot| &snapshot.step)
    }

    /// The step that [`History::redo`] would make again.
    pub fn redo_step(&self) -> Option<&Step> {
        self.future.last().map(|snapshot| &snapshot.step)
    }
}

/// About how much memory a snapshot holds that its neighbour does not share, in bytes.
fn unshared_bytes(snapshot: &Document, neighbour: &Document) -> usize {
    let fixed = size_of::<Document>() + snapshot.overlays.len() * 96 + snapshot.own_excerpts.len() * 1024;
    if snapshot.annotations.is_same(&neighbour.annotations) {
        return fixed;
    }
    let mut bytes = fixed + snapshot.annotations.len() * size_of::<Arc<Annotation>>();
    bytes += changed(&snapshot.annotations, &neighbour.annotations).map(annotation_bytes).sum::<usize>();
    bytes
}

/// The annotations of `snapshot` that are not in `neighbour` as they are. Those before and after the part that differs
/// are shared, so a step that changes one is found out quickly.
fn changed<'a>(snapshot: &'a Annotations, neighbour: &'a Annotations) -> impl Iterator<Item = &'a Annotation> {
    let same = |(a, b): &(&Arc<Annotation>, &Arc<Annotation>)| Arc::ptr_eq(a, b);
    let from = snapshot.iter().zip(neighbour.iter()).take_while(same).count();
    let rest = snapshot.iter().skip(from).rev().zip(neighbour.iter().skip(from).rev()).take_while(same).count();
    snapshot.iter().take(snapshot.len() - rest).skip(from).map(Arc::as_ref)
}

fn annotation_bytes(annotation: &Annotation) -> usize {
    let points = match &annotation.shape {
        Shape::Path { line, .. } => line.0.len(),
        Shape::Area { area, .. } => area
            .iter()
            .map(|polygon| {
                polygon.exterior().0.len() + polygon.interiors().iter().map(|ring| ring.0.len()).sum::<usize>()
            })
            .sum(),
        Shape::Other(Some(geometry)) => geo::CoordsIter::coords_count(geometry),
        Shape::Point { .. } | Shape::Callout { .. } | Shape::Circle { .. } | Shape::Other(None) => 0,
    };
    let kept = 64 * (annotation.kept.properties.len() + annotation.kept.members.len());
    size_of::<Annotation>() + 16 * points + annotation.title.len() + annotation.description.len() + kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Names;
    use crate::document::edit;
    use crate::document::step::NamedOverlay;
    use crate::geometry::Coord;

    fn history() -> History {
        let mut document = Document::empty("test", View { center: Coord { x: 37.0, y: 48.0 }, zoom: 7.0 });
        document.overlays.push(crate::document::OverlayState::new("a", "g"));
        document.names = Names::of_tags(&["en"]).unwrap();
        document.maps[0].id = "blank".to_owned();
        History::new(document)
    }

    fn a() -> NamedOverlay {
        NamedOverlay { id: "a".to_owned(), title: None }
    }

    #[test]
    fn an_edit_that_changes_nothing_leaves_no_step() {
        let mut history = history();
        history.edit(Step::ShowOverlay(a(), true), |document| edit::set_visible(document, "a", true));
        assert_eq!(history.undo_step(), None);
        assert_eq!(history.revision(), 0);
    }

    #[test]
    fn the_moves_of_a_slider_are_one_step() {
        let mut history = history();
        let before = history.document().clone();
        for opacity in [0.9, 0.5, 0.3] {
            history.edit_in_gesture(Step::OverlayOpacity(a()), |document| edit::set_opacity(document, "a", opacity));
        }
        history.end_gesture();
        history.edit_in_gesture(Step::OverlayOpacity(a()), |document| edit::set_opacity(document, "a", 0.2));
        assert_eq!(history.steps(), (vec![&Step::OverlayOpacity(a()); 2], 2));
        history.jump(0);
        assert_eq!(*history.document(), before);
        history.jump(1);
        assert_eq!(history.document().overlay("a").map(|state| state.opacity), Some(0.3));
    }

    #[test]
    fn undo_does_not_look_elsewhere() {
        let mut history = history();
        history.edit(Step::ShowOverlay(a(), false), |document| edit::set_visible(document, "a", false));
        let view = View { center: Coord { x: 30.0, y: 50.0 }, zoom: 5.0 };
        history.look(view);
        assert_eq!(history.undo(), Some(Step::ShowOverlay(a(), false)));
        assert_eq!(history.document().view, view);
        assert!(history.document().is_visible("a"));
        assert_eq!(history.redo(), Some(Step::ShowOverlay(a(), false)));
        assert!(!history.document().is_visible("a"));
    }
}
