//! A project on the command line: opened, and laid over a dossier in the way of the window.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::bail;
use claimline::document::project::{Project, Reference};
use claimline::document::{Document, OverlayState};
use claimline::dossier::Dossier;
use claimline::dossier::own_line::COMPARISON_GROUP;
use claimline::files;
use claimline::files::layers::{self, Standing};
use claimline::geometry::View;
use claimline::scene::Scene;
use claimline::session::{self, Effect, Session};

use super::open::say_of_line;
use super::{Usage, warn};

/// A project over a dossier, ready to be drawn.
pub(super) struct Laid {
    /// The dossier, with the project's line of contact if it has one.
    pub(super) scene: Arc<Scene>,
    /// What the project shows, as far as the dossier has it.
    pub(super) document: Document,
    /// What the project looks at; nothing if it was made with another dossier.
    pub(super) view: Option<View>,
    /// Whether a layer that it shows could not be read.
    pub(super) lacks_layers: bool,
    /// The files of its layers.
    pub(super) files: Vec<PathBuf>,
}

/// Opens a project; what is wrong in it goes to stderr.
pub(super) fn open(path: &Path) -> anyhow::Result<Project> {
    let Some(opened) = files::project::open_if_project(path)? else {
        bail!(Usage(format!(
            "not a project (the window saves projects as .claimline.geojson); give other GeoJSON with --file: {}",
            path.display()
        )));
    };
    warn(&opened.project.warnings);
    Ok(opened.project)
}

/// Lays a project over a dossier; what of it finds no place there goes to stderr. With `keeps_line` the dossier's line
/// of contact stays, whatever the project has chosen.
pub(super) fn lay(project: Project, dossier: Dossier, keeps_line: bool) -> Laid {
    let Project { mut document, reference, .. } = project;
    let mut dossier = dossier;
    let lacks_layers = add_layers(&document, &reference, &mut dossier);
    dossier.set_usual_colors(|id| document.overlay(id).map(|state| state.layer.color));
    let is_same = document.dossier == dossier.id;
    if !is_same {
        let (theirs, ours) = (&document.dossier, &dossier.id);
        say!(
            "warning: the project was made with the dossier '{theirs}', not '{ours}'; name the right one with --dossier"
        );
    } else if let Some(theirs) = reference.version.filter(|theirs| *theirs != dossier.version) {
        let ours = &dossier.version;
        say!("warning: the project was made with version {theirs} of the dossier; this is {ours}");
    }
    if is_same {
        // What compares an own line with the dossier's comes with that line.
        let comes = |state: &OverlayState| document.chosen_line.is_some() && state.group == COMPARISON_GROUP;
        let is_gone = |state: &&OverlayState| state.is_shown() && !comes(state) && dossier.overlay(&state.id).is_none();
        // Of those whose file the project names, more has been said.
        for state in document.overlays.iter().filter(is_gone).filter(|state| state.layer.file.is_none()) {
            let id = &state.id;
            say!("warning: the project shows '{id}', which is missing here; give your own file with --file");
        }
    }
    if keeps_line {
        document.chosen_line = None;
    }
    let view = is_same.then_some(document.view);
    // The window's own editor does it, so that the two cannot differ.
    let mut session = Session::new(Arc::new(Scene::new(dossier)), Vec::new());
    for effect in session.restore(document) {
        let Effect::ChangeLine(Some(line)) = effect else { continue };
        match line.put_into(session.dossier()) {
            Ok(dossier) => session.exchange_scene(Arc::new(Scene::new(dossier)), Some(line)),
            Err(what) => {
                say!("warning: the project's line of contact, {}, is left out: {what}", line.from);
                session.refuse_line();
            }
        }
    }
    // As on the day that is shown.
    let day = session.document().day;
    let then = session.dossier().all_on(day).filter(|_| day.is_some());
    if let Some(own) = then.as_ref().unwrap_or(session.dossier()).own_line.as_ref() {
        say_of_line(own);
    }
    warn(session.day_problems());
    let shown = session.document().view;
    let document = Document { view: view.unwrap_or(shown), ..session.document().clone() };
    let files = document.overlays.iter().filter_map(|state| state.layer.file.as_ref());
    let files = files.flat_map(|file| std::iter::once(&file.path).chain(&file.elsewhere)).cloned().collect();
    Laid { scene: session.scene().clone(), document, view, lacks_layers, files }
}

/// Adds the layers of a project that are not at hand yet; what is wrong with their files goes to stderr. Whether one that
/// is shown could not be read.
fn add_layers(document: &Document, reference: &Reference, dossier: &mut Dossier) -> bool {
    let mut lacks = false;
    for wanted in layers::wanted(document, &reference.data, |id| dossier.overlay(id).is_some()) {
        let is_shown = document.is_shown(&wanted.id);
        let read = layers::read_layer(wanted);
        if let Some(notice) = read.notice() {
            say!("warning: {notice}");
        }
        lacks |= is_shown && matches!(read.standing, Standing::Missing(_));
        if let Some(part) = read.part {
            warn(&session::merge(dossier, vec![part]).problems);
        }
    }
    lacks
}
