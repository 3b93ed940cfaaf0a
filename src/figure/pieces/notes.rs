//! What a figure has to say in sentences, in one paragraph: what its parts say, such as the accuracy and whose boundaries
//! are drawn, and what stands whatever is left out.

use super::{Noun, OFF_THE_MAP, Piece, PieceInfo, Set};
use crate::figure::contents::{Material, note_of, own_line};
use crate::figure::page::{Block, Content, FigureSpec, Limits, Room, Setting};

/// Its row of the table.
pub(super) const INFO: PieceInfo = PieceInfo {
    piece: Piece::Notes,
    name: "notes",
    label: "Notes",
    noun: Noun::Many { all: "the notes", whole: "the block of notes" },
    stands: OFF_THE_MAP,
    is_usual: true,
    says,
    set: Set::Block { title: |parts| parts.notes, block },
};

/// Sentences that stand whatever is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Notes {
    /// Before those of the parts: what a line of the user's own and filters demand.
    pub before: Vec<String>,
    /// After them: how many sources are not listed.
    pub after: Vec<String>,
}

fn says(material: &Material<'_>) -> Option<Content> {
    let Material { document, options, shown, frame, .. } = *material;
    let words = material.words();
    let mut notes = Notes::default();
    notes.before.extend(own_line(material.dossier, shown).map(|own| format!("{}.", words.own_line(own))));
    notes.before.extend(shown.iter().filter_map(|overlay| {
        let note = note_of(words, document, overlay, frame)?;
        Some(format!("{}.", words.titled(options.name_of(overlay), &note)))
    }));
    let unlisted = material.features.left_out();
    if material.has(Piece::References) && unlisted > 0 {
        let number = words.locale.number(unlisted as f64, 0);
        notes.after.push(words.counted_as(&words.sources_not_listed, unlisted, &number, &[]));
    }
    Some(Content::Notes(notes))
}

fn block(setting: &Setting, spec: &FigureSpec, room: Room, _: Limits) -> (f64, Block) {
    let width_pt = match room {
        Room::OnMap(_) => 26.0 * setting.size(0.8),
        Room::Column(width_pt) | Room::Band(width_pt) | Room::Below(width_pt) => width_pt,
    };
    let block = match spec.notes().as_slice() {
        [] => Block::default(),
        notes => {
            // Sentences in another language than the figure's keep their signs.
            let apart: Vec<_> = notes.iter().map(|note| setting.words.apart_if_foreign(note)).collect();
            setting.small_note(&apart.join(" "), width_pt)
        }
    };
    (width_pt, block)
}

impl FigureSpec {
    /// All sentences, in the order in which they stand.
    pub(in crate::figure) fn notes(&self) -> Vec<&str> {
        let own = match self.contents.get(&Piece::Notes) {
            Some(Content::Notes(notes)) => Some(notes),
            _ => None,
        };
        let before = own.iter().flat_map(|notes| &notes.before).map(String::as_str);
        let after = own.iter().flat_map(|notes| &notes.after).map(String::as_str);
        let parts = Piece::Notes.parts().map(|part| self.words(part)).filter(|words| !words.is_empty());
        before.chain(parts).chain(after).collect()
    }
}
