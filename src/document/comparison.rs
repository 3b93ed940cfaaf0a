//! Two dossiers or two projects beside each other: what differs, and the dossier and the document of which the map of it is drawn.

use std::sync::Arc;

use super::annotation::Citation;
use super::project::Reference;
use super::project_diff::ProjectDiff;
use super::{Document, LayerInfo, OverlayState};
use crate::dossier::compared::{CHANGED_GROUP, Edition, Shaded};
use crate::dossier::diff::{Change, Diff, ShapeChange};
use crate::dossier::manuscript::List;
use crate::dossier::{Dossier, Manuscript, join_bounds};
use crate::formats::language::Text;

/// A project as it is compared.
#[derive(Debug, Clone)]
pub struct ComparedProject {
    /// As its file keeps it.
    pub document: Arc<Document>,
    /// What it refers to.
    pub reference: Reference,
    /// What it is called: the name of its file.
    pub name: String,
}

/// A dossier as it is compared: as it is written, and as it is read.
pub type ComparedDossier = (Arc<Manuscript>, Arc<Dossier>);

/// One of two: a dossier, or a project with its dossier where that is at hand.
#[derive(Debug, Clone)]
pub enum ComparedSide {
    /// A dossier.
    Dossier(ComparedDossier),
    /// A project.
    Project(Box<ComparedProject>, Option<ComparedDossier>),
}

impl ComparedSide {
    fn dossier(&self) -> Option<&ComparedDossier> {
        match self {
            Self::Dossier(dossier) => Some(dossier),
            Self::Project(_, dossier) => dossier.as_ref(),
        }
    }

    /// What it is called, for an error.
    pub fn noun(&self) -> &'static str {
        match self {
            Self::Dossier(_) => "a dossier",
            Self::Project(..) => "a project",
        }
    }

    fn edition(&self) -> Edition {
        let of_dossier = self.dossier().map(|(_, dossier)| Edition::of(dossier)).unwrap_or_default();
        match self {
            Self::Dossier(_) => of_dossier,
            Self::Project(project, _) => Edition { title: project.name.clone(), ..of_dossier },
        }
    }
}

/// Two beside each other.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// What was before, and what is now.
    pub editions: [Edition; 2],
    /// What differs between the dossiers; `None` where they are not at hand.
    pub dossiers: Option<Diff>,
    /// What differs between the projects; `None` of two dossiers.
    pub projects: Option<ProjectDiff>,
    /// All shapes that differ, of overlays that came or went too.
    pub shaded: Vec<Shaded>,
    sides: [ComparedSide; 2],
}

impl Comparison {
    /// Compares two of a kind.
    ///
    /// # Errors
    /// In words, where one is a dossier and the other a project.
    pub fn between(before: ComparedSide, after: ComparedSide) -> Result<Self, String> {
        if before.noun() != after.noun() {
            let (before, after) = (before.noun(), after.noun());
            return Err(format!(
                "the first is {before} and the second {after}; two dossiers or two projects can be compared"
            ));
        }
        let dossiers = before.dossier().zip(after.dossier()).map(|(old, new)| {
            let diff = Diff::between((&old.0, &old.1), (&new.0, &new.1));
            (diff, old, new)
        });
        let mut shaded = Vec::new();
        if let Some((diff, (_, old), (_, new))) = &dossiers {
            shaded.extend(shaded_overlays(diff, old, new));
        }
        let projects = match (&before, &after) {
            (ComparedSide::Project(old, _), ComparedSide::Project(new, _)) => {
                Some(ProjectDiff::between((&old.document, &old.reference), (&new.document, &new.reference)))
            }
            _ => None,
        };
        for change in projects.iter().flat_map(|diff| &diff.annotations) {
            let Some(shape) = &change.shape else { continue };
            shaded.push(Shaded {
                id: shape.id.clone(),
                is_overlay: false,
                title: Text::plain(&change.label),
                shapes: change.shapes.clone(),
                visible: true,
                days: Default::default(),
                change: shape.clone(),
            });
        }
        let editions = [before.edition(), after.edition()];
        let dossiers = dossiers.map(|(diff, ..)| diff);
        Ok(Self { editions, dossiers, projects, shaded, sides: [before, after] })
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.dossiers.as_ref().is_none_or(Diff::is_empty) && self.projects.as_ref().is_none_or(ProjectDiff::is_empty)
    }

    /// The ids of the overlays that the map shows unless somebody chooses: those that the later of the two shows at first, or else
    /// all.
    pub fn usually_shown(&self, shaded: &Shaded) -> bool {
        shaded.visible || !self.shaded.iter().any(|other| other.visible)
    }

    /// The dossiers, where both are at hand.
    pub fn both(&self) -> Option<[&Dossier; 2]> {
        let [before, after] = &self.sides;
        before.dossier().zip(after.dossier()).map(|((_, before), (_, after))| [&**before, &**after])
    }

    /// What the figure of it says under its headline: titles, days and versions of both.
    pub fn in_words(&self) -> String {
        let [before, after] = &self.editions;
        format!("From {} to {}", before.in_words(), after.in_words())
    }

    /// The headline of the figure of it.
    pub fn headline(&self) -> String {
        let [before, after] = &self.editions;
        match before.title == after.title {
            true => format!("What changed: {}", after.title),
            false => format!("What changed between {} and {}", before.title, after.title),
        }
    }

    /// What the map of it is drawn of: a dossier with what changed in it, and a document that shows nothing else. `None` where no
    /// shape differs of which `shows` says that it is to be seen.
    pub fn map(&self, shows: impl Fn(&Shaded) -> bool) -> Option<(Dossier, Document)> {
        let [before, after] = &self.sides;
        let empty = Dossier::empty();
        let now = after.dossier().map_or(&empty, |(_, dossier)| &**dossier);
        let mut base = now.clone();
        if let ComparedSide::Project(project, _) = after {
            if after.dossier().is_none() {
                base.title = Text::plain(&project.name);
            }
            let mut sources = project.document.own_sources.clone();
            if let ComparedSide::Project(former, _) = before {
                let lacks = |id: &String| !sources.iter().any(|source| source.id == *id);
                let gone: Vec<_> = former.document.own_sources.iter().filter(|one| lacks(&one.id)).cloned().collect();
                sources.extend(gone);
            }
            base = base.with_own_sources(&sources).unwrap_or(base);
        }
        let former = before.dossier().map(|(_, dossier)| &**dossier);
        let made = base.with_changes(former, self.editions.clone(), self.shaded.iter().filter(|shaded| shows(shaded)));
        let mut document = Document::new(&made, 1000.0, 700.0);
        document.overlays.retain(|state| state.group == CHANGED_GROUP);
        if document.overlays.is_empty() {
            return None;
        }
        self.cite_annotations(&mut document.overlays);
        if let ComparedSide::Project(project, _) = after {
            document.own_sources.clone_from(&project.document.own_sources);
            document.own_excerpts.clone_from(&project.document.own_excerpts);
            document.names = project.document.names.clone();
        }
        if let ComparedSide::Project(former, _) = before {
            let known: Vec<String> = document.own_excerpts.iter().map(|excerpt| excerpt.id.clone()).collect();
            let gone = former.document.own_excerpts.iter().filter(|excerpt| !known.contains(&excerpt.id));
            document.own_excerpts.extend(gone.cloned());
        }
        let bounds = self.bounds(&made)?;
        document.view = crate::geometry::View::fit(bounds, 1000.0, 700.0, 24.0);
        Some((made, document))
    }

    /// The box around all that is drawn of it.
    pub fn bounds(&self, made: &Dossier) -> Option<[f64; 4]> {
        let changed = made.overlays.iter().filter(|overlay| overlay.group == CHANGED_GROUP);
        // What changed, not all of a long line of which a stretch did.
        let differs =
            changed.clone().filter(|overlay| overlay.id.starts_with("gained-") || overlay.id.starts_with("lost-"));
        let around = differs.map(|overlay| overlay.bounds).reduce(join_bounds);
        around.or_else(|| changed.map(|overlay| overlay.bounds).reduce(join_bounds))
    }

    /// What is drawn of an annotation rests on what that cites, before and after.
    fn cite_annotations(&self, states: &mut [OverlayState]) {
        for shaded in self.shaded.iter().filter(|shaded| !shaded.is_overlay) {
            let mut citations: Vec<Citation> = Vec::new();
            for side in self.sides.iter().rev() {
                let ComparedSide::Project(project, _) = side else { continue };
                let id = |annotation: &super::Annotation| format!("annotation-{}", annotation.id.0) == shaded.id;
                let cited = project.document.annotations.iter().find(|annotation| id(annotation));
                for citation in cited.iter().flat_map(|annotation| &annotation.citations) {
                    if !citations.contains(citation) {
                        citations.push(citation.clone());
                    }
                }
            }
            let parts = ["gained", "lost", "now", "before"].map(|part| format!("{part}-{}", shaded.id));
            for state in states.iter_mut().filter(|state| parts.contains(&state.id)) {
                state.layer = Arc::new(LayerInfo { citations: citations.clone(), ..LayerInfo::default() });
            }
        }
    }
}

/// The overlays whose shapes differ, and those that came or went.
fn shaded_overlays(diff: &Diff, before: &Dossier, after: &Dossier) -> Vec<Shaded> {
    let ids = diff.shapes.iter().map(|shape| (shape.id.as_str(), Some(shape)));
    let came_or_went = diff
        .entries
        .iter()
        .filter(|entry| entry.list == List::Overlays && matches!(entry.change, Change::Added | Change::Removed));
    let all = ids.chain(came_or_went.map(|entry| (entry.id.as_str(), None)));
    let shaded = all.filter_map(|(id, change)| {
        let both = [before.overlay(id), after.overlay(id)];
        let shapes = both.map(|overlay| overlay.map(|overlay| Arc::clone(&overlay.shape)));
        let change = match change {
            Some(change) => change.clone(),
            None => ShapeChange::between(id, shapes[0].as_deref(), shapes[1].as_deref())?,
        };
        let day = |dossier: &Dossier, index: usize| match both[index] {
            Some(overlay) if !overlay.as_of.is_empty() => overlay.as_of.clone(),
            _ => dossier.as_of.clone(),
        };
        Some(Shaded {
            id: id.to_owned(),
            is_overlay: true,
            title: both[1].or(both[0])?.title.clone(),
            shapes,
            visible: both[1].or(both[0])?.visible,
            days: [day(before, 0), day(after, 1)],
            change,
        })
    });
    shaded.collect()
}
