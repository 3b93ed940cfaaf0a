//! What is open compared with another dossier or project: chosen, read in the background, shown and taken away.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use super::ClaimlineApp;
use super::dialogs::{Dialog, Purpose};
use crate::document::Document;
use crate::document::comparison::states::{self, Account, AskedStates, Ledgers, States};
use crate::document::comparison::{ComparedSide, Comparison};
use crate::document::project::Reference;
use crate::dossier::series::told::{SAME_REPORT, ToldChange};
use crate::dossier::{Manuscript, builtin, name_of};
use crate::figure::{FigureLanguage, changes};
use crate::files::comparing::{self, ReadSide};
use crate::geometry::MultiPolygon;
use crate::scene::Scene;
use crate::session::{ShownComparison, places_in, towns_about};

/// What is open, to be compared beside the window.
pub(crate) struct OpenSide {
    /// The dossier as it is written, while it is.
    manuscript: Option<Arc<Manuscript>>,
    is_builtin: bool,
    place: Option<PathBuf>,
    document: Document,
    reference: Reference,
    /// The project's file, if it has one.
    project: Option<PathBuf>,
    /// The overlays that are shown.
    shown: BTreeSet<String>,
}

impl OpenSide {
    /// Reads what it is compared with, which was before, and compares.
    pub(crate) fn compared_with(self, path: PathBuf) -> Result<ShownComparison, String> {
        let ReadSide { side: before, mut notes } = comparing::open(&path)?;
        let after = match &before {
            ComparedSide::Dossier(_) | ComparedSide::State(_) => {
                let manuscript = match self.manuscript {
                    Some(manuscript) => manuscript,
                    None => comparing::manuscript_of(self.is_builtin, self.place.as_deref())?,
                };
                ComparedSide::Dossier(comparing::of_manuscript(manuscript)?)
            }
            ComparedSide::Project(former, _) => {
                let project = self.project.as_deref();
                let name = project.map_or_else(
                    || format!("{} (open)", former.name),
                    |project| {
                        let name = name_of(project);
                        name.strip_suffix(crate::document::project::ENDING).unwrap_or(&name).to_owned()
                    },
                );
                let read = comparing::of_project((self.document, self.reference), project.unwrap_or(&path), name);
                notes.extend(read.notes);
                read.side
            }
        };
        let comparison = Arc::new(Comparison::between(before, after)?);
        let all = || comparison.shaded.iter();
        let mut on_map: BTreeSet<String> = all()
            .filter(|shaded| !shaded.is_overlay || self.shown.contains(&shaded.id))
            .map(|shaded| shaded.id.clone())
            .collect();
        if on_map.is_empty() {
            on_map = all().filter(|shaded| comparison.usually_shown(shaded)).map(|shaded| shaded.id.clone()).collect();
        }
        Ok(ShownComparison::new(comparison, path, on_map, notes))
    }
}

/// Works out what changed between two states of what is open.
pub(crate) fn states(asked: AskedStates, scene: &Scene, document: Document) -> Result<ShownComparison, String> {
    let dossier = Arc::new(scene.dossier().clone());
    let towns = {
        let accounts: Vec<&Account> = match &asked.states {
            States::Days(_, accounts) => accounts.iter().collect(),
            States::Accounts(_, accounts) => accounts.iter().collect(),
        };
        let series = accounts.into_iter().filter_map(|account| states::series(&dossier, account));
        towns_about(&dossier, series.flat_map(|series| series.versions()))
    };
    let places = |area: &MultiPolygon<f64>| places_in(&towns, area);
    let ledgers = Ledgers::work_out(&dossier, &Arc::new(document), asked, &places)?;
    Ok(shown(Arc::new(ledgers), None))
}

/// What the window shows of ledgers: one step, or all of it.
pub(crate) fn shown(ledgers: Arc<Ledgers>, step: Option<(usize, usize)>) -> ShownComparison {
    let comparison = Arc::new(Comparison::of_ledgers(ledgers, step));
    let on_map = comparison.shaded.iter().map(|shaded| shaded.id.clone()).collect();
    ShownComparison::new(comparison, PathBuf::new(), on_map, Vec::new())
}

impl ClaimlineApp {
    /// Asks with what is to be compared: first of all with what is saved of what is being changed.
    pub(super) fn ask_compared(&mut self) {
        self.ask_path(Purpose::Compare);
        let saved = match self.session.manuscript() {
            Some(_) => self.project.dossier_place.clone(),
            None => self.project.path().map(PathBuf::from),
        };
        if let Some(Dialog::Path { path, .. }) = &mut self.dialog {
            *path = saved.map_or_else(String::new, |saved| saved.display().to_string());
        }
    }

    pub(super) fn compare_with(&mut self, path: PathBuf) {
        let session = &self.session;
        let document = session.document();
        let open = OpenSide {
            manuscript: session.manuscript().cloned(),
            is_builtin: builtin::is_builtin(session.dossier()),
            place: self.project.dossier_place.clone(),
            document: document.clone(),
            reference: self.whole_reference(),
            project: self.project.path().map(PathBuf::from),
            shown: document.shown(session.dossier()).map(|shown| shown.overlay.id.clone()).collect(),
        };
        self.tell("Comparing…");
        self.jobs.compare(path, open);
    }

    /// Compares two states of what is open.
    pub(super) fn compare_states(&mut self, asked: AskedStates) {
        self.tell("Working out what changed…");
        self.jobs.compare_states(asked, Arc::clone(self.session.scene()), self.session.drawn_document());
    }

    /// Shows one step of what changed, or all of it.
    pub(super) fn show_step(&mut self, step: Option<(usize, usize)>) {
        if let Some(shown) = self.session.comparison().and_then(|shown| shown.comparison.ledgers.as_ref()) {
            let ledgers = Arc::clone(&shown.ledgers);
            self.jobs.show_step(ledgers, step);
        }
    }

    /// Asks for the file of the table, beside the project or where the last figure went.
    pub(super) fn ask_to_save_changes(&mut self) {
        self.ask_path(Purpose::SaveChanges);
        let folder = self.export_folder.clone().or_else(crate::files::documents_folder).unwrap_or_default();
        if let Some(Dialog::Path { path, .. }) = &mut self.dialog {
            *path = folder.join("changes.csv").display().to_string();
        }
    }

    pub(super) fn save_changes_to(&mut self, path: PathBuf) {
        let Some(shown) = self.session.comparison().and_then(|shown| shown.comparison.ledgers.as_ref()) else { return };
        let is_json = path.extension().is_some_and(|ending| ending == "json");
        let text = if is_json { format!("{:#}\n", shown.ledgers.json()) } else { shown.ledgers.table() };
        self.export_folder = path.parent().map(PathBuf::from);
        self.jobs.write_changes(path, text);
    }

    pub(super) fn compare_again(&mut self) {
        let asked = |shown: &ShownComparison| Some(shown.comparison.ledgers.as_ref()?.ledgers.asked.clone());
        if let Some(asked) = self.session.comparison().and_then(asked) {
            return self.compare_states(asked);
        }
        if let Some(path) = self.session.comparison().map(|shown| shown.path.clone()) {
            self.compare_with(path);
        }
    }

    /// Shows or hides what changed of a shape.
    pub(super) fn show_change(&mut self, id: &str, on: bool) {
        let Some(shown) = self.session.comparison() else { return };
        let mut shown = shown.clone();
        if on {
            shown.on_map.insert(id.to_owned());
        } else {
            shown.on_map.remove(id);
        }
        self.session.want_changes(shown.on_map.clone());
        self.jobs.draw_changes(shown);
    }

    /// Shows what has been compared.
    pub(super) fn take_comparison(&mut self, compared: Result<Box<ShownComparison>, String>) {
        let shown = match compared {
            Ok(shown) => *shown,
            Err(why) => return self.tell(format!("Nothing was compared: {why}")),
        };
        if shown.comparison.ledgers.is_some() {
            let states = changes::states_in_words(&shown.comparison, FigureLanguage::ENGLISH);
            self.tell(match &shown.map {
                Some(_) => format!("The map shows what changed. {states}"),
                None if is_of_one_report(&shown.comparison) => format!("Nothing is compared: {SAME_REPORT}. {states}"),
                None => format!("Nothing was gained or lost. {states}"),
            });
            return self.show_comparison(shown);
        }
        let name = name_of(&shown.path);
        self.tell(match (shown.comparison.is_empty(), &shown.map) {
            (true, _) => format!("Nothing differs from {name}"),
            (false, None) => format!("No shape differs from {name}; what else changed is listed"),
            (false, Some(_)) => format!("The map shows what changed since {name}"),
        });
        self.show_comparison(shown);
    }

    fn show_comparison(&mut self, shown: ShownComparison) {
        if let Some((scene, _)) = &shown.map {
            self.jobs.prepare(Arc::clone(scene));
        }
        self.session.compare(shown);
        self.bottom_drawer.show_changes();
    }
}

/// Whether of all that was compared one report stands for both days.
fn is_of_one_report(comparison: &Comparison) -> bool {
    let all = comparison.ledgers.iter().flat_map(|shown| &shown.ledgers.all);
    all.map(|ledger| ledger.whole.as_ref().is_some_and(ToldChange::is_same_report)).reduce(|a, b| a && b) == Some(true)
}
