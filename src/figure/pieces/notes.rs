//! What a figure has to say in sentences, in one paragraph: what its parts say, such as the accuracy and whose boundaries
//! are drawn, and what stands whatever is left out.

use super::legend::{before_reports, of_other_days};
use super::{Noun, OFF_THE_MAP, Piece, PieceInfo, Set};
use crate::figure::contents::{Material, hidden_cells, note_of};
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
    notes
        .before
        .extend([not_shown(material), same_on_all(material)].into_iter().flatten().map(|note| format!("{note}.")));
    notes.before.extend(material.note_of_line().map(|note| format!("{note}.")));
    notes.before.extend(shown.iter().filter_map(|overlay| {
        let note = note_of(options, document, overlay, frame)?;
        Some(format!("{}.", words.titled(options.name_of(overlay), &note)))
    }));
    // Of what has events of no known day alone, nothing is on the map. Of several maps, their headings say so.
    let undated = material.dossier.overlays.iter().filter(|overlay| {
        options.panels.is_none() && document.is_shown(&overlay.id) && !shown.iter().any(|other| other.id == overlay.id)
    });
    notes.before.extend(undated.filter_map(|overlay| {
        let said = words.undated_of(overlay.only_of.as_ref()?)?;
        Some(format!("{}.", words.titled(options.name_of(overlay), &said)))
    }));
    // In the legend it has a row.
    if !material.has(Piece::Legend) {
        notes.before.extend(shown.iter().filter_map(|overlay| {
            let said = of_other_days(material, overlay)?;
            Some(format!("{}.", words.titled(options.name_of(overlay), &said)))
        }));
        let before = before_reports(material).into_iter();
        notes
            .before
            .extend(before.map(|(overlay, said)| format!("{}.", words.titled(options.name_of(overlay), &said))));
    }
    let unlisted = material.features.left_out();
    if material.has(Piece::References) && unlisted > 0 {
        let number = words.locale.number(unlisted as f64, 0);
        notes.after.push(words.counted_as(&words.sources_not_listed, unlisted, &number, &[]));
    }
    Some(Content::Notes(notes))
}

/// How much ground of accounts laid over each other the user has taken off the map.
fn not_shown(material: &Material<'_>) -> Option<String> {
    let (words, locale) = (material.words(), material.words().locale);
    let (hidden, all) = hidden_cells(material.dossier, material.document)?;
    let number = |count: usize| locale.number(count as f64, 0);
    let km2: f64 = hidden.iter().map(|cell| cell.measure.size().km2).sum();
    let values = [("count", number(hidden.len())), ("all", number(all)), ("size", locale.km2(km2))];
    Some(words.fill(words.agreement.not_shown, &values.each_ref().map(|(name, value)| (*name, value.as_str()))))
}

/// What is of no day or of one of its own, where each of several maps is of another day.
fn same_on_all(material: &Material<'_>) -> Option<String> {
    let (words, options) = (material.words(), material.options);
    options.panels.as_ref()?;
    let mut by_day: Vec<(String, Vec<&str>)> = Vec::new();
    for overlay in material.shown.iter().filter(|overlay| overlay.dated.is_none()) {
        let day = match (overlay.as_of.as_str(), &overlay.opened_from) {
            ("", None) => material.dossier.as_of.as_str(),
            (day, _) => day,
        };
        let day = words.published(Some(day).filter(|day| !day.is_empty()));
        match by_day.iter_mut().find(|(known, _)| *known == day) {
            Some((_, names)) => names.push(options.name_of(overlay)),
            None => by_day.push((day, vec![options.name_of(overlay)])),
        }
    }
    let said: Vec<String> = by_day.iter().map(|(day, names)| format!("{} ({day})", words.list(names))).collect();
    (!said.is_empty()).then(|| words.fill(words.same_on_all, &[("names", &words.long_list(said))]))
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
