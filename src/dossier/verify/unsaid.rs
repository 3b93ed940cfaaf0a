//! Names that are empty: a shape that answers “says who?” with nothing does not answer.

use super::Findings;
use crate::dossier::{About, Dossier};

/// Looks for them all over a dossier.
pub(super) fn check(dossier: &Dossier, list: &mut Findings<'_>) {
    let is_empty = |words: &str| words.trim().is_empty();
    if is_empty(dossier.title.main()) {
        list.error("dossier", "it has no title");
    }
    for group in dossier.groups.iter().filter(|group| is_empty(group.title.main())) {
        list.warn(About::Group(group.id.clone()), "it has no title");
    }
    for source in &dossier.sources {
        let part = About::Source(source.id.clone());
        if is_empty(&source.outlet) {
            list.error(&part, "it has no outlet, so that nobody can tell who says what is quoted");
        }
        if is_empty(&source.title) {
            list.warn(&part, "it has no title");
        }
    }
    for position in &dossier.positions {
        let part = About::Position(position.id.clone());
        if is_empty(&position.who) {
            list.error(&part, "it does not say whose it is (who)");
        }
        if is_empty(&position.stance) {
            list.warn(&part, "it does not say what it is: proposes, rejects, demands … (stance)");
        }
    }
    for figure in dossier.figures.iter().filter(|figure| is_empty(&figure.reported_by)) {
        list.error(About::Figure(figure.id.clone()), "it does not say who reports it (reported_by)");
    }
    for note in dossier.notes.iter().filter(|note| is_empty(&note.text)) {
        list.warn(About::Note(note.id.clone()), "it says nothing");
    }
}

#[cfg(test)]
mod tests {
    use crate::dossier::verify::{Severity, Texts, verify};

    #[test]
    fn who_says_something_is_never_empty() {
        let (mut dossier, problems) = crate::dossier::builtin::berlin().unwrap();
        " ".clone_into(&mut dossier.sources[0].outlet);
        dossier.sources[1].title.clear();
        dossier.positions[0].who.clear();
        dossier.positions[1].stance.clear();
        dossier.figures[0].reported_by.clear();
        dossier.notes[0].text.clear();
        let report = verify(&dossier, &problems, &Texts::new());
        let told: Vec<String> = report.findings.iter().map(ToString::to_string).collect();
        let (sources, positions) = (&dossier.sources, &dossier.positions);
        for (severity, part, what) in [
            ("error", format!("source '{}'", sources[0].id), "it has no outlet"),
            ("warning", format!("source '{}'", sources[1].id), "it has no title"),
            ("error", format!("position '{}'", positions[0].id), "it does not say whose it is"),
            ("warning", format!("position '{}'", positions[1].id), "it does not say what it is"),
            ("error", format!("figure '{}'", dossier.figures[0].id), "it does not say who reports it"),
            ("warning", format!("note '{}'", dossier.notes[0].id), "it says nothing"),
        ] {
            let start = format!("{severity}: {part}: {what}");
            assert!(told.iter().any(|told| told.starts_with(&start)), "{start}: {told:#?}");
        }
        assert_eq!(report.count(Severity::Error), 3, "{told:#?}");
    }
}
