//! Which overlays are shown: the one answer that drawing, clicks, figures and lists go by.

use super::{Document, OverlayState};
use crate::dossier::{Dossier, Overlay};

/// An overlay that is shown, and how.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    /// The overlay.
    pub overlay: &'a Overlay,
    /// Its place among [`Dossier::overlays`].
    pub index: usize,
    /// How it is shown.
    pub state: &'a OverlayState,
}

impl OverlayState {
    /// Whether there is anything to see of it: it is switched on, and not wholly transparent.
    pub fn is_shown(&self) -> bool {
        self.visible && self.opacity > 0.0
    }
}

/// The overlays that are shown, in the order in which they are drawn: the undermost first. `states` are those of a
/// [`Document`], top first; what the dossier lacks is passed over, and so is what nobody has reported up to the day that is shown.
pub fn shown<'a>(
    dossier: &'a Dossier,
    states: &'a [OverlayState],
) -> impl DoubleEndedIterator<Item = Shown<'a>> + use<'a> {
    states.iter().rev().filter(|state| state.is_shown()).filter_map(|state| {
        let index = dossier.overlays.iter().position(|overlay| overlay.id == state.id)?;
        let overlay = dossier.overlays.get(index)?;
        (!overlay.is_of_other_days()).then_some(Shown { overlay, index, state })
    })
}

impl Document {
    /// The overlays that are shown, in the order in which they are drawn: the undermost first.
    pub fn shown<'a>(&'a self, dossier: &'a Dossier) -> impl DoubleEndedIterator<Item = Shown<'a>> + use<'a> {
        shown(dossier, &self.overlays)
    }

    /// Whether an overlay is shown. Whether its eye is open says [`Self::is_visible`].
    pub fn is_shown(&self, id: &str) -> bool {
        self.overlay(id).is_some_and(OverlayState::is_shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::edit;

    #[test]
    fn what_is_hidden_transparent_or_missing_is_not_shown() {
        let (dossier, _) = crate::dossier::builtin::berlin().unwrap();
        let mut document = Document::new(&dossier, 800.0, 600.0);
        let ids = |document: &Document| -> Vec<String> {
            document.shown(&dossier).map(|shown| shown.overlay.id.clone()).collect()
        };
        let first = ids(&document);
        assert!(first.len() > 3);
        let drawn: Vec<String> =
            document.overlays.iter().rev().filter(|state| state.visible).map(|state| state.id.clone()).collect();
        assert_eq!(first, drawn);
        assert!(document.shown(&dossier).all(|it| it.overlay.id == dossier.overlays[it.index].id));

        edit::set_visible(&mut document, &first[0], false);
        edit::set_opacity(&mut document, &first[1], 0.0);
        document.overlays.push(OverlayState { id: "gone".to_owned(), ..document.overlays[0].clone() });
        assert_eq!(ids(&document), first[2..]);
        assert!(document.is_visible(&first[1]) && !document.is_shown(&first[1]));
    }
}
