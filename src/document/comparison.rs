//! Two dossiers, two projects or two states of one thing beside each other: what differs, and the dossier and the document of which the
//! map of it is drawn.

pub mod states;

use std::sync::Arc;

use self::states::{ComparedState, ShownLedgers, State};
use super::annotation::Citation;
use super::project::Reference;
use super::project_diff::ProjectDiff;
use super::{Document, LayerInfo, OverlayState};
use crate::dossier::compared::{CHANGED_GROUP, Edition, ReportedState, Shaded, Wording};
use crate::dossier::diff::{Change, Diff, ShapeChange};
use crate::dossier::manuscript::List;
use crate::dossier::series::Version;
use crate::dossier::{Dossier, Manuscript, fingerprint, join_bounds, name_of};
use crate::formats::language::Text;
use crate::formats::source_properties::PropertySource;
use crate::formats::visible::visible;

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

/// One of two: a dossier, a project with its dossier where that is at hand, or a state.
#[derive(Debug, Clone)]
pub enum ComparedSide {
    /// A dossier.
    Dossier(ComparedDossier),
    /// A project.
    Project(Box<ComparedProject>, Option<ComparedDossier>),
    /// What is open as it was reported.
    State(Box<ComparedState>),
}

impl ComparedSide {
    fn dossier(&self) -> Option<&ComparedDossier> {
        match self {
            Self::Dossier(dossier) => Some(dossier),
            Self::Project(_, dossier) => dossier.as_ref(),
            Self::State(_) => None,
        }
    }

    /// The dossier as it is read.
    fn read(&self) -> Option<&Dossier> {
        match self {
            Self::State(state) => Some(&*state.dossier),
            _ => self.dossier().map(|(_, dossier)| &**dossier),
        }
    }

    /// What the user made.
    fn document(&self) -> Option<&Document> {
        match self {
            Self::Dossier(_) => None,
            Self::Project(project, _) => Some(&*project.document),
            Self::State(state) => Some(&*state.document),
        }
    }

    /// What it is called, for an error.
    pub fn noun(&self) -> &'static str {
        match self {
            Self::Dossier(_) => "a dossier",
            Self::Project(..) => "a project",
            Self::State(_) => "what was reported",
        }
    }

    fn edition(&self) -> Edition {
        let of_dossier = self.dossier().map(|(_, dossier)| Edition::of(dossier)).unwrap_or_default();
        match self {
            Self::Dossier(_) => of_dossier,
            Self::Project(project, _) => Edition { title: project.name.clone(), ..of_dossier },
            Self::State(state) => state.edition.clone(),
        }
    }
}

/// So many sources that the features of a layer name are cited of each state.
const MOST_NAMED: usize = 40;

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
    /// What changed of two states, in numbers.
    pub ledgers: Option<ShownLedgers>,
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
                of: None,
                is_overlay: false,
                title: Text::plain(&change.label),
                shapes: change.shapes.clone(),
                visible: true,
                days: Default::default(),
                accounts: None,
                ranges_km2: None,
                change: shape.clone(),
            });
        }
        let editions = [before.edition(), after.edition()];
        let dossiers = dossiers.map(|(diff, ..)| diff);
        Ok(Self { editions, dossiers, projects, shaded, ledgers: None, sides: [before, after] })
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        let is_same = self.ledgers.as_ref().is_none_or(|_| self.shaded.is_empty());
        is_same
            && self.dossiers.as_ref().is_none_or(Diff::is_empty)
            && self.projects.as_ref().is_none_or(ProjectDiff::is_empty)
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

    /// What the map of it is drawn of: a dossier with what changed in it, and a document that shows nothing else. `None` where no
    /// shape differs of which `shows` says that it is to be seen.
    pub fn map(&self, shows: impl Fn(&Shaded) -> bool, wording: Wording<'_>) -> Option<(Dossier, Document)> {
        let [before, after] = &self.sides;
        let empty = Dossier::empty();
        let mut base = after.read().unwrap_or(&empty).clone();
        if let (ComparedSide::Project(project, _), None) = (after, after.read()) {
            base.title = Text::plain(&project.name);
        }
        if let Some(document) = after.document() {
            let mut sources = document.own_sources.clone();
            if let Some(former) = before.document() {
                let lacks = |id: &String| !sources.iter().any(|source| source.id == *id);
                let gone: Vec<_> = former.own_sources.iter().filter(|one| lacks(&one.id)).cloned().collect();
                sources.extend(gone);
            }
            base = base.with_own_sources(&sources).unwrap_or(base);
        }
        let shaded = self.shaded.iter().filter(|shaded| shows(shaded));
        let mut made = base.with_changes(before.read(), self.editions.clone(), shaded, wording);
        self.say_reports(&mut made);
        let mut document = Document::new(&made, 1000.0, 700.0);
        document.overlays.retain(|state| state.group == CHANGED_GROUP);
        if document.overlays.is_empty() {
            return None;
        }
        self.cite_users(&mut document.overlays);
        if let Some(now) = after.document() {
            document.own_sources.clone_from(&now.own_sources);
            document.own_excerpts.clone_from(&now.own_excerpts);
            document.names = now.names.clone();
        }
        if let Some(former) = before.document() {
            let known: Vec<String> = document.own_excerpts.iter().map(|excerpt| excerpt.id.clone()).collect();
            let gone = former.own_excerpts.iter().filter(|excerpt| !known.contains(&excerpt.id));
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

    /// Says of which reports each change is.
    fn say_reports(&self, made: &mut Dossier) {
        let Some((shown, compared)) = self.ledgers.as_ref().zip(made.compared.as_ref()) else { return };
        let mut compared = (**compared).clone();
        for (id, states) in &shown.states {
            let said = |state: &State| ReportedState {
                overlay: state.overlay.clone(),
                asked: state.asked.iso(),
                when: state.version.when.map(|when| when.iso()),
                who: state.version.who.clone(),
                is_own: states::is_own(made, &state.overlay),
                from: name_of(state.version.from.as_ref()),
                geometry_sha256: fingerprint::geometry(&state.version.shape),
            };
            if compared.geometry.contains_key(id) {
                compared.reports.insert(id.clone(), states.each_ref().map(said));
            }
        }
        made.compared = Some(Arc::new(compared));
    }

    /// What is drawn of an annotation or of a layer of the user's rests on what that cites, before and after, and of a layer on the
    /// sources that its features name.
    fn cite_users(&self, states: &mut [OverlayState]) {
        for shaded in &self.shaded {
            let mut citations: Vec<Citation> = Vec::new();
            for side in self.sides.iter().rev() {
                let Some(document) = side.document() else { continue };
                let id = |annotation: &super::Annotation| format!("annotation-{}", annotation.id.0) == shaded.id;
                let annotation = document.annotations.iter().find(|one| !shaded.is_overlay && id(one));
                let layer = document.overlay(&shaded.id).filter(|_| shaded.is_overlay);
                let said = annotation.map(|one| &one.citations).or(layer.map(|state| &state.layer.citations));
                let features = side.read().and_then(|dossier| dossier.overlay(&shaded.id));
                let features = features.filter(|overlay| overlay.opened_from.is_some() && overlay.dated.is_some());
                let named = features.into_iter().flat_map(|overlay| overlay.features.sources().list());
                let named = named.take(MOST_NAMED).cloned().map(Citation::Source);
                for citation in said.into_iter().flatten().cloned().chain(named) {
                    if !citations.contains(&citation) {
                        citations.push(citation);
                    }
                }
            }
            let [before, after] = self.own_reports(&shaded.id);
            let parts = [("gained", true, true), ("lost", true, true), ("now", false, true), ("before", true, false)];
            for (part, is_of_before, is_of_after) in parts {
                let id = format!("{part}-{}", shaded.id);
                let reports = before.iter().filter(|_| is_of_before).chain(after.iter().filter(|_| is_of_after));
                let mut all = citations.clone();
                for report in reports {
                    if !all.contains(report) {
                        all.push(report.clone());
                    }
                }
                if all.is_empty() {
                    continue;
                }
                for state in states.iter_mut().filter(|state| state.id == id) {
                    state.layer = Arc::new(LayerInfo { citations: all.clone(), ..LayerInfo::default() });
                }
            }
        }
    }

    /// The two reports of a change of a layer of the user's own, as its figure cites them: whose each is, from which file, and of when.
    fn own_reports(&self, id: &str) -> [Option<Citation>; 2] {
        let of_id = |shown: &ShownLedgers| Some(shown.states.iter().find(|(other, _)| other == id)?.1.clone());
        let Some(states) = self.ledgers.as_ref().and_then(of_id) else { return [None, None] };
        let dossier = self.sides[1].read();
        states.map(|state| {
            let is_own = dossier.is_some_and(|dossier| states::is_own(dossier, &state.overlay));
            is_own.then(|| {
                let Version { when, who, from, .. } = &state.version;
                let whose = who.as_deref().unwrap_or_else(|| state.title.main());
                let file = name_of(from.as_ref());
                Citation::Source(PropertySource {
                    outlet: Some(visible(whose)),
                    title: Some(visible(&file)).filter(|file| !file.is_empty() && file != whose),
                    date: when.map(|when| when.iso()),
                    ..PropertySource::default()
                })
            })
        })
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
            of: None,
            is_overlay: true,
            title: both[1].or(both[0])?.title.clone(),
            shapes,
            visible: both[1].or(both[0])?.visible,
            days: [day(before, 0), day(after, 1)],
            accounts: None,
            ranges_km2: None,
            change,
        })
    });
    shaded.collect()
}
