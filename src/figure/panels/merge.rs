//! What a page with several maps says, out of what pages with each of them would say: one legend with the rows of all, the
//! sources of all under numbers of their own, the credits and notes of all. Of what else differs from map to map, such as
//! measured sizes, nothing is said.

use std::collections::BTreeMap;

use crate::figure::page::{Content, FigureSpec};
use crate::figure::pieces::legend::{BETWEEN_NAMES, LegendEntry, LegendGroup};
use crate::figure::pieces::notes::Notes;
use crate::figure::pieces::references::Reference;
use crate::figure::pieces::{Piece, Stands};

/// What a page says with the maps of all of these pages, and which pieces are left out because they differ. The last is
/// what the others are laid beside.
pub(in crate::figure) fn merged(mut specs: Vec<FigureSpec>) -> (FigureSpec, Vec<Piece>) {
    let Some(last) = specs.last().cloned() else { return (FigureSpec::default(), Vec::new()) };
    if specs.len() == 1 {
        return (last, Vec::new());
    }
    let references = renumber(&mut specs);
    let mut contents = BTreeMap::new();
    let mut differ = Vec::new();
    for piece in Piece::all() {
        let said: Vec<Option<&Content>> = specs.iter().map(|spec| spec.contents.get(&piece)).collect();
        let any = said.iter().flatten().next();
        let content = match any {
            None => None,
            Some(Content::Legend(_)) => Some(Content::Legend(legend(&specs))),
            Some(Content::References(_)) => Some(Content::References(references.clone())),
            Some(Content::Notes(_)) => Some(Content::Notes(notes(&specs))),
            Some(Content::Words(_)) if piece.info().stands == Stands::PartOf(Piece::Notes) => {
                let mut all: Vec<&str> = Vec::new();
                for spec in &specs {
                    put(&mut all, spec.words(piece));
                }
                Some(Content::Words(all.join(" ")))
            }
            // What the figure is about is what its last map shows.
            Some(_) if matches!(piece, Piece::Title | Piece::Kicker) => last.contents.get(&piece).cloned(),
            // Which of its kinds an overlay has first differs from day to day.
            Some(Content::Numbers(_)) => None,
            Some(&first) if said.iter().all(|other| *other == Some(first)) => Some(first.clone()),
            Some(_) => None,
        };
        match content {
            Some(content) => drop(contents.insert(piece, content)),
            None if any.is_some() => differ.push(piece),
            None => {}
        }
    }
    let mut credits = Vec::new();
    specs.iter().flat_map(|spec| &spec.credits).for_each(|credit| put(&mut credits, credit.clone()));
    (FigureSpec { contents, credits, ..last }, differ)
}

/// Adds what is not there yet.
fn put<T: PartialEq>(all: &mut Vec<T>, one: T) {
    if !all.contains(&one) {
        all.push(one);
    }
}

/// The sources of all pages, each once, with numbers in the order in which the pages name them, and all pages with these
/// numbers.
fn renumber(specs: &mut [FigureSpec]) -> Vec<Reference> {
    let mut all: Vec<Reference> = Vec::new();
    for spec in specs {
        let mut numbers = BTreeMap::new();
        for reference in spec.references() {
            let unnumbered = |reference: &Reference| Reference { number: 0, ..reference.clone() };
            let wanted = unnumbered(reference);
            let place = all.iter().position(|known| unnumbered(known) == wanted).unwrap_or_else(|| {
                all.push(wanted);
                all.len() - 1
            });
            all[place].number = place + 1;
            numbers.insert(reference.number, place + 1);
        }
        for entry in spec.legend_mut().iter_mut().flat_map(|group| &mut group.entries) {
            for number in &mut entry.references {
                *number = numbers.get(number).copied().unwrap_or(*number);
            }
        }
    }
    all
}

/// The rows of all legends: of one name and one look a row together, with the sources of all.
fn legend(specs: &[FigureSpec]) -> Vec<LegendGroup> {
    let mut groups: Vec<LegendGroup> = Vec::new();
    for group in specs.iter().flat_map(FigureSpec::legend) {
        let Some(known) = groups.iter_mut().find(|known| known.title == group.title) else {
            groups.push(group.clone());
            continue;
        };
        known.is_needed |= group.is_needed;
        for entry in &group.entries {
            let is_same =
                |known: &&mut LegendEntry| known.swatch == entry.swatch && share_name(&known.title, &entry.title);
            let Some(row) = known.entries.iter_mut().find(is_same) else {
                // Of one name, what is without a remark stands before what is drawn as it was last reported.
                let same = |known: &LegendEntry| known.title == entry.title;
                let place = match known.entries.iter().position(same) {
                    Some(first) if entry.note.is_none() => first,
                    Some(_) => known.entries.iter().rposition(same).map_or(0, |last| last + 1),
                    None => known.entries.len(),
                };
                known.entries.insert(place, entry.clone());
                continue;
            };
            // Of what shares a row, not all is seen on each map.
            row.title = names_of_both(&row.title, &entry.title);
            if let (Some(row), Some(entry)) = (&mut row.second_title, &entry.second_title) {
                *row = names_of_both(row, entry);
            }
            if row.note != entry.note {
                row.note = shared(row.note.as_deref(), entry.note.as_deref());
            }
            row.references.extend(&entry.references);
            row.references.sort_unstable();
            row.references.dedup();
        }
    }
    groups
}

/// Whether the titles of two rows, each of one or of several names, are of the same or name the same among others.
fn share_name(one: &str, other: &str) -> bool {
    one == other || one.split(BETWEEN_NAMES).any(|name| other.split(BETWEEN_NAMES).any(|other| other == name))
}

/// The names of two rows, each once.
fn names_of_both(one: &str, other: &str) -> String {
    if one == other {
        return one.to_owned();
    }
    let mut names: Vec<&str> = one.split(BETWEEN_NAMES).collect();
    other.split(BETWEEN_NAMES).for_each(|name| put(&mut names, name));
    names.join(BETWEEN_NAMES)
}

/// Between the parts of a remark.
pub(in crate::figure) const BETWEEN: &str = " · ";

/// What two remarks begin with alike.
fn shared(one: Option<&str>, other: Option<&str>) -> Option<String> {
    let (one, other) = (one?, other?);
    let same = one.split(BETWEEN).zip(other.split(BETWEEN)).take_while(|(a, b)| a == b).map(|(a, _)| a);
    let same = same.collect::<Vec<_>>().join(BETWEEN);
    (!same.is_empty()).then_some(same)
}

fn notes(specs: &[FigureSpec]) -> Notes {
    let mut all = Notes::default();
    for spec in specs {
        let Some(Content::Notes(notes)) = spec.contents.get(&Piece::Notes) else { continue };
        notes.before.iter().for_each(|note| put(&mut all.before, note.clone()));
        notes.after.iter().for_each(|note| put(&mut all.after, note.clone()));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::style::OverlayStyle;
    use crate::scene::swatch::SwatchStyle;

    fn reference(number: usize, outlet: &str) -> Reference {
        Reference {
            number,
            id: None,
            outlet: outlet.to_owned(),
            title: String::new(),
            date: String::new(),
            url: String::new(),
            quotes: Vec::new(),
        }
    }

    fn page(outlets: &[&str], note: &str, references: Vec<usize>) -> FigureSpec {
        let entry = LegendEntry {
            title: "Front".to_owned(),
            second_title: None,
            swatch: SwatchStyle::Line(OverlayStyle::default()),
            note: Some(note.to_owned()),
            references,
        };
        let group = LegendGroup { title: "Control".to_owned(), is_needed: false, entries: vec![entry] };
        let mut spec = FigureSpec { credits: vec!["Map".to_owned(), note.to_owned()], ..FigureSpec::default() };
        let all = outlets.iter().zip(1..).map(|(outlet, number)| reference(number, outlet)).collect();
        spec.contents.insert(Piece::Legend, Content::Legend(vec![group]));
        spec.contents.insert(Piece::References, Content::References(all));
        spec.contents.insert(Piece::Title, Content::Words("Both".to_owned()));
        spec.contents.insert(Piece::Subtitle, Content::Words(note.to_owned()));
        spec.contents.insert(Piece::Accuracy, Content::Words(format!("Accuracy: {note}.")));
        spec
    }

    #[test]
    fn one_page_names_what_all_of_them_do() {
        let (spec, differ) = merged(vec![
            page(&["A", "B"], "± 2 km · 10 km²", vec![2]),
            page(&["C", "A"], "± 2 km · 12 km²", vec![1, 2]),
        ]);
        let outlets: Vec<(usize, &str)> =
            spec.references().iter().map(|one| (one.number, one.outlet.as_str())).collect();
        assert_eq!(outlets, [(1, "A"), (2, "B"), (3, "C")]);
        let [group] = spec.legend() else { panic!("{:?}", spec.legend()) };
        let [row] = group.entries.as_slice() else { panic!("{group:?}") };
        assert_eq!((row.note.as_deref(), row.references.as_slice()), (Some("± 2 km"), &[1, 2, 3][..]));
        assert_eq!(spec.credits, ["Map", "± 2 km · 10 km²", "± 2 km · 12 km²"]);
        assert_eq!(spec.words(Piece::Accuracy), "Accuracy: ± 2 km · 10 km². Accuracy: ± 2 km · 12 km².");
        assert_eq!((spec.words(Piece::Title), spec.words(Piece::Subtitle)), ("Both", ""));
        assert_eq!(differ, [Piece::Subtitle]);
    }

    #[test]
    fn what_shares_a_row_on_one_map_has_one_on_the_page() {
        let named = |title: &str| {
            let mut spec = page(&[], "n", Vec::new());
            spec.legend_mut()[0].entries[0].title = title.to_owned();
            spec
        };
        let titles = |pages: &[&str]| -> Vec<String> {
            let (spec, _) = merged(pages.iter().map(|title| named(title)).collect());
            spec.legend()[0].entries.iter().map(|entry| entry.title.clone()).collect()
        };
        assert_eq!(titles(&["Luhansk, Kherson", "Kherson"]), ["Luhansk, Kherson"]);
        assert_eq!(titles(&["Kherson", "Luhansk, Kherson"]), ["Kherson, Luhansk"]);
        assert_eq!(titles(&["Kherson", "Luhansk"]), ["Kherson", "Luhansk"]);
    }

    #[test]
    fn one_page_stays_as_it_is() {
        let one = page(&["A"], "n", vec![1]);
        assert_eq!(merged(vec![one.clone()]), (one, Vec::new()));
        assert_eq!(shared(Some("a · b"), Some("c · b")), None);
    }
}
