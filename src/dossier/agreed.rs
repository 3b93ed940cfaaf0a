//! Ground by which accounts say so, as overlays of its own, so that the map, the legend and the figure of it are made by the
//! code that makes all others.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use serde_json::Value;

use super::model::{Group, PatternKind, Style};
use super::{Dossier, Overlay, Shape, resolve};
use crate::formats::language::Text;

/// The group of these overlays.
pub const AGREED_GROUP: &str = "who-agrees";

/// Ground that the same accounts speak of, as an overlay.
#[derive(Debug, Clone)]
pub struct AgreedCell {
    /// Id of its overlay.
    pub id: String,
    /// What it is called.
    pub title: Text,
    /// One line for a hover tip.
    pub gist: String,
    /// The ground.
    pub shape: Arc<Shape>,
    /// How it is drawn.
    pub style: Style,
}

/// What all cells have in common.
#[derive(Debug, Clone, Default)]
pub struct AgreedTerms {
    /// What the group of the cells is called.
    pub title: Text,
    /// The day, ISO 8601; empty where none is asked for.
    pub day: String,
    /// The coarsest accuracy that an account states, in metres.
    pub accuracy_m: Option<f64>,
    /// Credits of all accounts.
    pub credit: Option<String>,
    /// The licence of the accounts, if one is stated.
    pub license: Option<String>,
}

/// What a dossier of such cells is of, for the provenance of a figure.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Agreed {
    /// The accounts, their days and fingerprints, and the cells.
    pub json: Value,
    /// Of which day the dossier is that the cells were put on; set by [`Dossier::with_agreed`].
    pub dossier_as_of: String,
    /// Whether all accounts are the user's own, and none is of the dossier.
    pub is_own: bool,
    /// Names of accounts that nobody credits.
    pub uncredited: Vec<String>,
    /// Letters of the cells by the ids of their overlays, where these are more than patterns tell apart.
    pub marks: BTreeMap<String, String>,
}

/// Colours that colour-blind readers tell apart, of Okabe and Ito (2008); the first is for what all accounts say.
const COLORS: [&str; 6] = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00"];

/// Patterns that are told apart without colours: a kind, and the angle of its lines in degrees. Level lines are left to what all
/// say, which figures without colours hatch so.
const PATTERNS: [(PatternKind, f64); 5] = [
    (PatternKind::Hatch, 45.0),
    (PatternKind::Hatch, 135.0),
    (PatternKind::Hatch, 90.0),
    (PatternKind::Hatch, 22.5),
    (PatternKind::Dots, 0.0),
];

/// So many cells that are contested are told apart by their patterns alone, without colours and in small samples.
pub const TOLD_BY_PATTERN: usize = PATTERNS.len();

/// The letter of a cell by its place: A to Z, then AA, AB and so on.
pub fn mark(place: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = place + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + (rest % 26) as u8));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

/// The place of a cell by its letter; `None` of what is none.
pub fn place_of_mark(mark: &str) -> Option<usize> {
    let mut places = mark.bytes().map(|letter| letter.is_ascii_uppercase().then(|| usize::from(letter - b'A') + 1));
    let place = places.try_fold(0_usize, |place, letter| place.checked_mul(26)?.checked_add(letter?))?;
    place.checked_sub(1)
}

/// Dashes of outlines, in points.
const DASHES: [Option<&[f64]>; 3] = [None, Some(&[6.0, 3.0]), Some(&[2.0, 2.0])];

/// How the cell of that place among the contested is drawn, of which `says` accounts of `all` say so. What all say is whole and
/// strong; everything else is hatched or dotted, the fainter the fewer say so. No two of the first 75 are alike, nor, by hatching
/// and outline, of the first 15 in grey.
pub fn style(place: usize, says: usize, all: usize) -> Style {
    let share = says as f64 / all.max(1) as f64;
    if says == all {
        return Style {
            stroke: Some("#30363D".to_owned()),
            stroke_width: 1.5,
            fill: Some(COLORS[0].to_owned()),
            fill_opacity: 0.55,
            ..Style::default()
        };
    }
    let color = Some(COLORS[1 + place % (COLORS.len() - 1)].to_owned());
    let round = place / PATTERNS.len();
    // In the next round a colour has quite another pattern.
    let (pattern, pattern_angle) = PATTERNS[(place + 2 * round) % PATTERNS.len()];
    Style {
        stroke: color.clone(),
        stroke_width: 1.5,
        fill: color,
        fill_opacity: 0.12 + 0.3 * share,
        pattern,
        pattern_angle,
        dash: DASHES[round % DASHES.len()].map(<[f64]>::to_vec),
        ..Style::default()
    }
}

impl Dossier {
    /// The dossier with cells on top, in a group of their own. What rounding leaves without a box is left out.
    #[must_use]
    pub fn with_agreed(
        &self,
        terms: &AgreedTerms,
        cells: impl IntoIterator<Item = AgreedCell>,
        agreed: Agreed,
    ) -> Self {
        let mut made = self.clone();
        let overlay = |cell: AgreedCell| {
            let size = resolve::size_of(&cell.shape).ok()?;
            Some(Arc::new(Overlay {
                title: cell.title,
                gist: cell.gist,
                kind: AGREED_GROUP.to_owned(),
                group: AGREED_GROUP.to_owned(),
                as_of: terms.day.clone(),
                style: cell.style,
                // What rounding leaves of a cut is nothing that anyone could correct.
                crossing: Arc::new(OnceLock::from(None)),
                recipe: Some("accounts laid over each other".to_owned()),
                accuracy_m: terms.accuracy_m,
                method: Some(
                    "Worked out from the areas of all accounts. It shows what they say, not who is right.".to_owned(),
                ),
                license: terms.license.clone(),
                credit: terms.credit.clone(),
                ..Overlay::bare(cell.id, cell.shape, size)
            }))
        };
        let overlays: Vec<Arc<Overlay>> = cells.into_iter().filter_map(overlay).collect();
        made.groups.insert(0, Group { id: AGREED_GROUP.to_owned(), title: terms.title.clone(), note: None });
        made.overlays.splice(0..0, overlays);
        let agreed = Agreed { dossier_as_of: made.as_of.clone(), ..agreed };
        if !terms.day.is_empty() {
            made.as_of.clone_from(&terms.day);
        }
        made.agreed = Some(Arc::new(agreed));
        made
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_go_on_after_z() {
        assert_eq!([0, 25, 26, 27, 51, 52, 701, 702].map(mark), ["A", "Z", "AA", "AB", "AZ", "BA", "ZZ", "AAA"]);
        assert!((0..1000).all(|place| place_of_mark(&mark(place)) == Some(place)));
        assert_eq!(["", "a", "A1"].map(place_of_mark), [None; 3]);
    }

    #[test]
    fn no_two_cells_look_alike_and_what_all_say_is_whole() {
        let all = style(0, 3, 3);
        assert_eq!(all.pattern, PatternKind::None);
        let look = |place: usize| {
            let style = style(place, 1, 3);
            (
                style.fill,
                format!("{:?} {}", style.pattern, style.pattern_angle),
                style.dash.map(|dash| format!("{dash:?}")),
            )
        };
        let looks: Vec<_> = (0..75).map(look).collect();
        for (place, one) in looks.iter().enumerate() {
            assert!(!looks[..place].contains(one), "{place}: {one:?}");
            assert!(one.0 != all.fill && !one.1.starts_with("None"), "{one:?}");
        }
        let in_grey: Vec<_> = looks.iter().take(15).map(|(_, pattern, dash)| (pattern, dash)).collect();
        for (place, one) in in_grey.iter().enumerate() {
            assert!(!in_grey[..place].contains(one), "{place}: {one:?}");
        }
        assert!(style(0, 2, 3).fill_opacity > style(0, 1, 3).fill_opacity);
    }
}
