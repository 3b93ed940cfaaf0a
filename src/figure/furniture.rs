//! Which pieces of furniture a figure has, and where those stand that stand on the map.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::pieces::Piece;
use super::placing::Place;

/// Which pieces a figure has, and the places of those that stand on the map.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Furniture(BTreeMap<Piece, Option<Place>>);

impl Default for Furniture {
    fn default() -> Self {
        let shown = Piece::all().filter(|piece| piece.info().is_usual);
        Self(shown.map(|piece| (piece, None)).collect())
    }
}

impl Furniture {
    /// Nothing but the map and the credits that its data demand.
    pub fn bare() -> Self {
        Self(BTreeMap::new())
    }

    /// Whether a piece is there; of the notes, whether any is.
    pub fn has(&self, piece: Piece) -> bool {
        match piece {
            Piece::Notes => Piece::Notes.parts().any(|note| self.has(note)),
            _ => self.0.contains_key(&piece),
        }
    }

    /// The place on the map that was chosen for a piece that is there. What stands on the map without one looks for its
    /// place by itself.
    pub fn place_of(&self, piece: Piece) -> Option<Place> {
        self.0.get(&piece).copied().flatten()
    }

    /// Adds a piece at its usual place, or takes it away.
    pub fn set(&mut self, piece: Piece, on: bool) {
        if piece == Piece::Notes {
            Piece::Notes.parts().for_each(|note| self.set(note, on));
        }
        if on {
            self.0.entry(piece).or_insert(None);
        } else {
            self.0.remove(&piece);
        }
    }

    /// Adds a piece at a place on the map, or at the place that it has by itself.
    pub fn place(&mut self, piece: Piece, place: Option<Place>) {
        self.0.insert(piece, place.filter(|_| piece.has_place()));
    }

    /// Puts every piece that is there back to its usual place.
    pub fn reset_places(&mut self) {
        self.0.values_mut().for_each(|place| *place = None);
    }

    /// Whether every piece stands where it usually does.
    pub fn is_usual(&self) -> bool {
        self.0.values().all(Option::is_none)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::placing::Corner;

    #[test]
    fn the_notes_are_there_as_long_as_one_of_them_is() {
        let mut furniture = Furniture::default();
        furniture.place(Piece::Notes, Some(Corner::TopLeft.into()));
        furniture.set(Piece::Disclaimer, false);
        assert!(furniture.has(Piece::Notes) && furniture.has(Piece::Accuracy));
        furniture.set(Piece::Notes, false);
        assert!(Piece::Notes.parts().all(|note| !furniture.has(note)) && !furniture.has(Piece::Notes));
        assert_eq!(furniture.place_of(Piece::Notes), None);
        furniture.set(Piece::Notes, true);
        assert_eq!(furniture, Furniture::default());
    }
}
