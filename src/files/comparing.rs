//! Two dossiers or two projects, read to be compared.

use std::path::Path;
use std::sync::Arc;

use super::{dossiers, layers, project, read};
use crate::document::comparison::{ComparedDossier, ComparedProject, ComparedSide};
use crate::document::project::{Reference, is_project, settled};
use crate::document::{Document, project as format};
use crate::dossier::{Manuscript, name_of};

/// One of two as it was read, and what is to be said of that.
#[derive(Debug, Clone)]
pub struct ReadSide {
    /// It.
    pub side: ComparedSide,
    /// Why something of it is not compared.
    pub notes: Vec<String>,
}

/// Reads a dossier (its folder, its `dossier.json` or one file) or a project.
///
/// # Errors
/// In words, the path last.
pub fn open(path: &Path) -> Result<ReadSide, String> {
    if !path.is_dir() {
        let bytes = read(path).map_err(|error| error.to_string())?;
        if is_project(&bytes) {
            return open_project(path, &bytes);
        }
        let start = bytes.trim_ascii_start();
        let is_description = start.starts_with(b"{") && format::read(&bytes).is_err();
        if !bytes.starts_with(b"PK") && !is_description {
            return Err(format!(
                "it is neither a dossier (its folder, its dossier.json or a .claimline) nor a project (.claimline.geojson): {}",
                path.display()
            ));
        }
    }
    let manuscript = dossiers::open(path).map_err(|error| error.to_string())?;
    let dossier = of_manuscript(Arc::new(manuscript)).map_err(|why| format!("{why}: {}", path.display()))?;
    Ok(ReadSide { side: ComparedSide::Dossier(dossier), notes: Vec::new() })
}

fn open_project(path: &Path, bytes: &[u8]) -> Result<ReadSide, String> {
    let opened = project::from_bytes(path, bytes).map_err(|error| error.to_string())?.project;
    let name = name_of(path);
    let name = name.strip_suffix(format::ENDING).unwrap_or(&name).to_owned();
    Ok(of_project((opened.document, opened.reference), path, name))
}

/// A project that is open or was read, as its file at a path would keep it.
pub fn of_project((document, reference): (Document, Reference), path: &Path, name: String) -> ReadSide {
    let (dossier, note) = match dossier_of(&document, &reference) {
        Ok(dossier) => (dossier, None),
        Err(why) => (None, Some(format!("the dossier of {name} is not compared: {why}"))),
    };
    // Files are named as from the project on, so that a copy elsewhere does not differ.
    let document = Arc::new(layers::named_from(&settled(&document), path));
    let place = reference.dossier_place.as_deref().map(|place| layers::place_named_from(place, path));
    let reference = Reference { dossier_place: place, ..reference };
    let project = ComparedProject { document, reference, name };
    ReadSide { side: ComparedSide::Project(Box::new(project), dossier), notes: note.into_iter().collect() }
}

/// The dossier that a project holds, that lies where it says, or that comes with the program.
fn dossier_of(document: &Document, reference: &Reference) -> Result<Option<ComparedDossier>, String> {
    if let Some(manuscript) = &document.manuscript {
        return of_manuscript(Arc::clone(manuscript)).map(Some);
    }
    let manuscript = match &reference.dossier_place {
        Some(place) => dossiers::open(place).map_err(|error| error.to_string())?,
        None => {
            let builtin = dossiers::builtin().map_err(|error| error.to_string())?;
            if builtin.id() != document.dossier {
                return match document.dossier.as_str() {
                    "" | "empty" => Ok(None),
                    id => Err(format!("the project does not say where ‘{id}’ is; compare the dossiers themselves")),
                };
            }
            builtin
        }
    };
    of_manuscript(Arc::new(manuscript)).map(Some)
}

/// A dossier that is written, read.
///
/// # Errors
/// In words.
pub fn of_manuscript(manuscript: Arc<Manuscript>) -> Result<ComparedDossier, String> {
    let (dossier, _) = manuscript.dossier().map_err(|error| error.to_string())?;
    Ok((manuscript, Arc::new(dossier)))
}

/// The text of a dossier that is open without being written: of the one that comes with the program, or at its place.
///
/// # Errors
/// In words.
pub fn manuscript_of(is_builtin: bool, place: Option<&Path>) -> Result<Arc<Manuscript>, String> {
    let read = match place {
        _ if is_builtin => dossiers::builtin(),
        Some(place) => dossiers::open(place),
        None => return Err("the dossier that is open is not saved anywhere".to_owned()),
    };
    read.map(Arc::new).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_neither_is_refused_with_its_path_last() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("towns.geojson");
        std::fs::write(&path, r#"{"type":"FeatureCollection","features":[]}"#).unwrap();
        let why = open(&path).unwrap_err();
        assert!(why.starts_with("it is neither a dossier") && why.ends_with("towns.geojson"), "{why}");
    }
}
