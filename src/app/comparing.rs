//! What is open compared with another dossier or project: chosen, read in the background, shown and taken away.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use super::ClaimlineApp;
use super::dialogs::{Dialog, Purpose};
use crate::document::Document;
use crate::document::comparison::{ComparedSide, Comparison};
use crate::document::project::Reference;
use crate::dossier::{Manuscript, builtin, name_of};
use crate::files::comparing::{self, ReadSide};
use crate::session::ShownComparison;

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
            ComparedSide::Dossier(_) => {
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

    pub(super) fn compare_again(&mut self) {
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
        let name = name_of(&shown.path);
        self.tell(match (shown.comparison.is_empty(), &shown.map) {
            (true, _) => format!("Nothing differs from {name}"),
            (false, None) => format!("No shape differs from {name}; what else changed is listed"),
            (false, Some(_)) => format!("The map shows what changed since {name}"),
        });
        if let Some((scene, _)) = &shown.map {
            self.jobs.prepare(Arc::clone(scene));
        }
        self.session.compare(shown);
        self.bottom_drawer.show_changes();
    }
}
