//! What is missing or past its day in a dossier, in groups, each entry with the part that it is about.

use std::collections::BTreeSet;

use super::check::{self, CheckState};
use super::coverage::Coverage;
use super::manuscript::List;
use super::model::{Excerpt, Quantity};
use super::verify::{Advice, NO_COPY, Severity, Texts, verify};
use super::{About, Dossier, OWN_GROUP, Problem, words};
use crate::formats::day::Day;
use crate::formats::edtf::Edtf;

/// An overlay is past its day after so many days.
pub const STALE_DAYS: i64 = 90;

/// What sort of thing is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum GapKind {
    /// No excerpt speaks of an overlay.
    ShapeWithoutSource,
    /// A source or a statement has no shape.
    SourceWithoutShape,
    /// An excerpt is not where the dossier says.
    BrokenQuote,
    /// Nothing measures what a figure states.
    FigureWithoutMeasure,
    /// An overlay describes a day long gone.
    PastItsDay,
    /// No copy is kept of a source.
    SourceWithoutCopy,
    /// Anything else that a check found.
    Other,
}

impl GapKind {
    /// Every kind, in the order in which they are listed.
    pub const ALL: [Self; 7] = [
        Self::ShapeWithoutSource,
        Self::SourceWithoutShape,
        Self::BrokenQuote,
        Self::FigureWithoutMeasure,
        Self::PastItsDay,
        Self::SourceWithoutCopy,
        Self::Other,
    ];

    /// The title of the group.
    pub fn title(self) -> &'static str {
        match self {
            Self::ShapeWithoutSource => "Shapes without a source",
            Self::SourceWithoutShape => "Sources without a shape",
            Self::BrokenQuote => "Broken or ambiguous quotes",
            Self::FigureWithoutMeasure => "Figures that nothing measures",
            Self::PastItsDay => "Overlays with an old date",
            Self::SourceWithoutCopy => "Sources of which no copy is kept",
            Self::Other => "Other findings",
        }
    }
}

/// What a gap is about, to be selected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// Id of an overlay.
    Overlay(String),
    /// Id of an excerpt.
    Excerpt(String),
    /// Nothing that can be selected.
    Nothing,
}

/// Something that is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// What sort of thing.
    pub kind: GapKind,
    /// What it is about.
    pub subject: Subject,
    /// Its name.
    pub name: String,
    /// What is missing.
    pub what: String,
    /// What is changed to mend it, in a dossier that is written.
    pub mend: Option<Mend>,
}

/// What mends a gap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mend {
    /// An entry is changed.
    Edit(List, String),
    /// An excerpt is added about the overlay of this id.
    QuoteAbout(String),
    /// Something is said of the dossier as a whole.
    Whole,
    /// Advice is answered with a reason.
    Acknowledge {
        /// What it is about, as `verify` names it.
        part: String,
        /// Which advice.
        advice: Advice,
    },
}

impl Mend {
    /// What changes the entry that a part names.
    fn of(part: &About) -> Option<Self> {
        let (list, id) = match part {
            About::Overlay(id) | About::OverlayOrLayer(id) => (List::Overlays, id),
            About::Layer(id) => (List::Layers, id),
            About::Group(id) => (List::Groups, id),
            About::Source(id) => (List::Sources, id),
            About::Excerpt(id) => (List::Excerpts, id),
            About::Position(id) => (List::Positions, id),
            About::Figure(id) => (List::Figures, id),
            About::Note(id) => (List::Notes, id),
            About::Other(_) => return Some(Self::Whole),
        };
        Some(Self::Edit(list, id.clone()))
    }
}

/// Lists what is missing, group by group.
///
/// `own` are excerpts that the user added. `today` is counted in days since 1 January 1970; without it nothing is past
/// its day.
pub fn gaps(dossier: &Dossier, problems: &[Problem], texts: &Texts, own: &[&Excerpt], today: Option<i64>) -> Vec<Gap> {
    let mut gaps = Vec::new();
    let mut add = |kind, subject: Subject, name: &str, what: String, mend: Mend| {
        gaps.push(Gap { kind, subject, name: name.to_owned(), what, mend: Some(mend) });
    };
    let excerpt = |excerpt: &Excerpt| Subject::Excerpt(excerpt.id.clone());
    let coverage = Coverage::of(dossier);
    let speaks_of = |id: &String| own.iter().any(|excerpt| excerpt.overlays.contains(id));
    for overlay in coverage.overlays_left_over.iter().filter(|overlay| !speaks_of(&overlay.id)) {
        let subject = Subject::Overlay(overlay.id.clone());
        let mend = Mend::QuoteAbout(overlay.id.clone());
        add(GapKind::ShapeWithoutSource, subject, overlay.title.main(), "no excerpt is about it".to_owned(), mend);
    }
    for (source, excerpts) in &coverage.territorial {
        if excerpts.is_empty() && !own.iter().any(|excerpt| excerpt.source == source.id) {
            let what = "none of its quotes is about anything on the map".to_owned();
            let mend = Mend::Edit(List::Sources, source.id.clone());
            add(GapKind::SourceWithoutShape, Subject::Nothing, &source.outlet, what, mend);
        }
    }
    for left_over in &coverage.statements_left_over {
        let what = "it is linked to no overlay, though it is more than context".to_owned();
        let mend = Mend::Edit(List::Excerpts, left_over.id.clone());
        add(GapKind::SourceWithoutShape, excerpt(left_over), &quoted(left_over), what, mend);
    }
    for found in dossier.excerpts.iter().chain(own.iter().copied()) {
        let state = check::check(found, texts.get(&found.source)).state;
        let what = match &state {
            CheckState::Exact { .. }
            | CheckState::Normalized { .. }
            | CheckState::Divided { .. }
            | CheckState::NoText => continue,
            CheckState::Moved { .. } => "moved: it is elsewhere in the attached text".to_owned(),
            CheckState::Ambiguous { places } => format!("ambiguous: it is in {places} places of the attached text"),
            CheckState::OtherText { .. } => "taken from a text that is not its source’s".to_owned(),
            CheckState::NotFound => "not found in the attached text".to_owned(),
        };
        let mend = Mend::Edit(List::Excerpts, found.id.clone());
        add(GapKind::BrokenQuote, excerpt(found), &quoted(found), what, mend);
    }
    let report = verify(dossier, problems, texts);
    for comparison in report.figures.iter().filter(|it| it.measured.is_none() && it.figure.quantity != Quantity::Poll) {
        let overlay = comparison.figure.overlay.clone();
        let subject = overlay.map_or(Subject::Nothing, Subject::Overlay);
        let name = format!("{} ({})", words::figure(comparison.figure), comparison.figure.reported_by);
        let what = match comparison.figure.definition.trim() {
            "" => "nothing on the map measures it".to_owned(),
            definition => format!("nothing on the map measures it: {definition}"),
        };
        let mend = Mend::Edit(List::Figures, comparison.figure.id.clone());
        add(GapKind::FigureWithoutMeasure, subject, &name, what, mend);
    }
    for overlay in dossier.overlays.iter().filter(|overlay| overlay.group != OWN_GROUP && !overlay.is_comparison()) {
        let age = today.zip(days_of(&overlay.as_of)).map(|(today, day)| today - day);
        if let Some(age) = age.filter(|age| *age > STALE_DAYS) {
            let what = format!("as of {}, {} days ago", words::date(&overlay.as_of), words::number(age as f64, 0));
            let mend = Mend::Edit(List::Overlays, overlay.id.clone());
            add(GapKind::PastItsDay, Subject::Overlay(overlay.id.clone()), overlay.title.main(), what, mend);
        }
    }
    let listed: BTreeSet<About> = gaps.iter().filter(|gap| gap.kind != GapKind::PastItsDay).filter_map(about).collect();
    for finding in report.findings.into_iter().filter(|finding| finding.severity != Severity::Info) {
        if !listed.contains(&finding.part) {
            let subject = subject_of(&finding.part);
            let name = name_of(dossier, &finding.part);
            let mend = match finding.advice {
                Some(advice) => Some(Mend::Acknowledge { part: finding.part.to_string(), advice }),
                None => Mend::of(&finding.part),
            };
            gaps.push(Gap { kind: GapKind::Other, subject, name, what: finding.what, mend });
        }
    }
    gaps
}

/// The sources of which a dossier keeps no copy, which is a gap only while it is written: who reads it cannot mend that.
pub fn without_copies(dossier: &Dossier) -> impl Iterator<Item = Gap> {
    let without = dossier.sources.iter().filter(|source| source.archived.kept().next().is_none());
    without.map(|source| Gap {
        kind: GapKind::SourceWithoutCopy,
        subject: Subject::Nothing,
        name: source.outlet.clone(),
        what: NO_COPY.to_owned(),
        mend: Some(Mend::Edit(List::Sources, source.id.clone())),
    })
}

/// The beginning of a quotation, as its name.
fn quoted(excerpt: &Excerpt) -> String {
    let mut words = excerpt.exact.split_whitespace();
    let first: Vec<&str> = words.by_ref().take(9).collect();
    let more = if words.next().is_some() { " …" } else { "" };
    words::quoted(&format!("{}{more}", first.join(" ")))
}

/// What a part of the dossier is called: ids say little where titles have no Latin letters.
fn name_of(dossier: &Dossier, part: &About) -> String {
    let name = match part {
        About::Overlay(id) | About::OverlayOrLayer(id) => {
            dossier.overlay(id).map(|overlay| overlay.title.main().to_owned())
        }
        About::Source(id) => dossier.source(id).map(|source| source.outlet.clone()),
        About::Excerpt(id) => dossier.excerpt(id).map(quoted),
        _ => None,
    };
    name.filter(|name| !name.trim().is_empty()).unwrap_or_else(|| part.to_string())
}

/// What findings of a gap's subject are about.
fn about(gap: &Gap) -> Option<About> {
    match &gap.subject {
        Subject::Overlay(id) => Some(About::Overlay(id.clone())),
        Subject::Excerpt(id) => Some(About::Excerpt(id.clone())),
        Subject::Nothing => None,
    }
}

fn subject_of(part: &About) -> Subject {
    match part {
        About::Overlay(id) => Subject::Overlay(id.clone()),
        About::Excerpt(id) => Subject::Excerpt(id.clone()),
        _ => Subject::Nothing,
    }
}

/// A day such as `2025-12-15` in days since 1 January 1970, so that ages can be told; of a month or a year its last day,
/// and `None` of other words.
pub fn days_of(day: &str) -> Option<i64> {
    match Day::in_text(day) {
        Ok(day) => day.last().since_1970(),
        // About a day, or from one to another.
        Err(_) => day.parse::<Edtf>().ok()?.latest()?.last().since_1970(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dossier::check::TextAtHand;
    use crate::formats::text::NormalizedText;

    #[test]
    fn each_kind_of_gap_is_found() {
        let (mut dossier, _) = crate::dossier::builtin::berlin().unwrap();
        let day = days_of(&dossier.as_of);
        let kinds = |dossier: &Dossier, texts: &Texts, own: &[&Excerpt], today| -> BTreeSet<GapKind> {
            gaps(dossier, &[], texts, own, today).into_iter().map(|gap| gap.kind).collect()
        };
        let at_first = kinds(&dossier, &Texts::new(), &[], day);
        for kind in [GapKind::ShapeWithoutSource, GapKind::BrokenQuote, GapKind::PastItsDay] {
            assert!(!at_first.contains(&kind), "{kind:?}");
        }
        assert!(kinds(&dossier, &Texts::new(), &[], day.map(|day| day + 91)).contains(&GapKind::PastItsDay));
        assert!(!kinds(&dossier, &Texts::new(), &[], day.map(|day| day + 90)).contains(&GapKind::PastItsDay));

        let source = dossier.sources[0].id.clone();
        let texts: Texts = [(source, TextAtHand::new(NormalizedText::new("another text")))].into();
        assert!(kinds(&dossier, &texts, &[], day).contains(&GapKind::BrokenQuote));

        for excerpt in &mut dossier.excerpts {
            excerpt.overlays.retain(|id| id != "luhansk");
        }
        assert!(kinds(&dossier, &Texts::new(), &[], day).contains(&GapKind::ShapeWithoutSource));
        // One of the user's own fills the gap.
        let own =
            Excerpt { id: "own-1".to_owned(), overlays: vec!["luhansk".to_owned()], ..dossier.excerpts[0].clone() };
        assert!(!kinds(&dossier, &Texts::new(), &[&own], day).contains(&GapKind::ShapeWithoutSource));
    }
}
