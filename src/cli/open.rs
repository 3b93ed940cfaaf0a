//! The dossier of the command line, with the user's own line of contact in it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail};
use claimline::basemap::Archive;
use claimline::dossier::series::Fault;
use claimline::dossier::{self, Counting, Dossier, Problem};
use claimline::files::{self, Content, series};
use claimline::formats::day::Day;
use claimline::formats::filter::Filter;
use claimline::formats::format::{self, Holds};
use claimline::scene::ground::Ground;
use claimline::session::Part;

use super::arguments::{Output, OwnLine};
use super::days::say_some;
use super::layers::{LayerNames, OwnFiles};
use super::{Usage, warn};

/// Lays a map file over the built-in map, with a word if it is not whole.
pub(super) fn lay_over(ground: &mut Ground, archive: Archive, path: &Path) {
    if let Some(what) = archive.warning() {
        warn(&[Problem { part: path.display().to_string().into(), what }]);
    }
    ground.set_archive(archive);
}

pub(super) fn open_dossier(path: Option<&Path>) -> anyhow::Result<Dossier> {
    let (dossier, problems) = read_dossier(path)?;
    warn(&problems);
    Ok(dossier)
}

/// Says what of an own line was left out as a border drawn by another hand: by rule, so that it is no warning.
pub(super) fn note_dropped(own: &dossier::OwnLine) {
    if let Some(notice) = own.dropped.notice() {
        say!("the line from {}: {notice}", own.from);
    }
}

/// The dossier with files of the user's own, and with a line of the user's own if one is given.
pub(super) fn laid(own: &OwnFiles, line: &OwnLine, output: &Output) -> anyhow::Result<Dossier> {
    line.check(!own.is_empty())?;
    let mut dossier = line.put_into(open_dossier(output.dossier.as_deref())?, None)?;
    own.put_into(&mut dossier, &line.layers, line.filter.as_ref())?;
    Ok(dossier)
}

impl OwnLine {
    /// Refuses a filter that there is nothing to be filtered by.
    pub(super) fn check(&self, has_files: bool) -> anyhow::Result<()> {
        if self.filter.is_some() && self.file.is_none() && !has_files {
            bail!(Usage("--where chooses features of --line or --file; give one of these".to_owned()));
        }
        Ok(())
    }

    /// The dossier with the line of the file in place of its own, if a file is given; what is to be said of it is of the day that is
    /// shown.
    pub(super) fn put_into(&self, dossier: Dossier, day: Option<Day>) -> anyhow::Result<Dossier> {
        let Some(path) = &self.file else {
            return Ok(dossier);
        };
        let dossier = with_line(dossier, path, &self.layers, self.filter.as_ref())?;
        let then = dossier.all_on(day).filter(|_| day.is_some());
        if let Some(own) = then.as_ref().unwrap_or(&dossier).own_line.as_ref() {
            say_of_line(own);
        }
        Ok(dossier)
    }

    /// The files that it is read from.
    pub(super) fn files(&self) -> Vec<PathBuf> {
        self.file.as_deref().map(files_of_line).unwrap_or_default()
    }
}

/// The files that a line is read from: of a folder and of a series all of them. One that is not there names none.
pub(super) fn files_of_line(path: &Path) -> Vec<PathBuf> {
    series::files_of(&[path.to_owned()]).unwrap_or_else(|_| vec![path.to_owned()])
}

/// Says what is doubtful about a line of the user's own, and what was left out with it.
pub(super) fn say_of_line(own: &dossier::OwnLine) {
    warn(&own.left_out);
    warn(&own.warnings);
    note_dropped(own);
}

/// The dossier with the line of a file, or of a series of them on all of its days, in place of its own.
pub(super) fn with_line(
    dossier: Dossier,
    path: &Path,
    layers: &LayerNames,
    filter: Option<&Filter>,
) -> anyhow::Result<Dossier> {
    let is_folder = path.is_dir() && !path.join("dossier.json").exists();
    let path = &if is_folder { series::of_folder(path)? } else { path.to_owned() };
    let mut layers = layers.of_opened(files::open_no_project(path)?, path)?.into_iter();
    let (Some((own, problems)), None) = (layers.next(), layers.next()) else {
        bail!(Usage(format!("it holds several layers; say with --layer which one is the line: {}", path.display())))
    };
    if own.dated.is_some() {
        warn(&problems);
    }
    let choice = dossier.choice_of(&own);
    let counting = match filter {
        Some(filter) => Counting::Where(filter.clone()),
        None => choice.counting().map_err(|what| {
            let is_area = |one: &dossier::counting::Candidate| one.kind.dimension == dossier::Dimension::Area;
            let all = if choice.candidates().iter().any(is_area) { "km2 > 0" } else { "km > 0" };
            Usage(format!(
                "{what}. Choose with --where, such as --where 'name ~ occupied', or --where '{all}' for all of them: {}",
                path.display()
            ))
        })?,
    };
    if let Counting::Kinds(labels) = &counting {
        let name = own.opened_from.as_deref().unwrap_or(own.title.main());
        say!("the line from {name}: {}; choose with --where", choice.told(labels));
    }
    let dossier = dossier.with_features(&own, &counting).map_err(|what| anyhow!("{what}: {}", path.display()))?;
    let dossier = dossier.with_days_of_line(&own, &counting);
    say_faults_of_days(&dossier, &own);
    Ok(dossier)
}

/// Says with the line of which reports something cannot be worked out.
fn say_faults_of_days(dossier: &Dossier, own: &dossier::Overlay) {
    let (Some(series), Some(line)) = (&own.dated, &dossier.own_line) else { return };
    let concerned = dossier.overlays.iter().filter(|overlay| line.concerns(overlay));
    let faults = concerned.filter_map(|overlay| overlay.dated.as_ref()).flat_map(|dated| dated.series().faults());
    let is_new = |fault: &&Fault| matches!(fault, Fault::Unread { .. }) && !series.series().faults().contains(fault);
    let said: BTreeSet<String> = faults.filter(is_new).map(ToString::to_string).collect();
    say_some(&said.into_iter().collect::<Vec<_>>());
}

/// The dossier at a path, or the built-in one, with what is wrong in it.
pub(super) fn read_dossier(path: Option<&Path>) -> anyhow::Result<(Dossier, Vec<Problem>)> {
    let Some(path) = path else {
        return Ok(dossier::builtin::berlin()?);
    };
    match files::open(path)?.content {
        Content::Evidence(Part::Dossier(dossier, problems)) => Ok((*dossier, problems)),
        Content::Evidence(Part::Layer(..))
        | Content::Layers(_)
        | Content::Map(_)
        | Content::Picture
        | Content::Project(_) => {
            bail!(Usage(format!(
                "expected {}: {}",
                format::expected_of(|holds| matches!(holds, Holds::Dossier)),
                path.display()
            )))
        }
    }
}

pub(super) fn known<'a>(dossier: &'a Dossier, id: &str) -> anyhow::Result<&'a dossier::Overlay> {
    if let Some(overlay) = dossier.overlay(id) {
        return Ok(overlay);
    }
    let hint = match dossier.closest_overlay(id) {
        Some(close) => format!("did you mean '{close}'?"),
        None => {
            let ids: Vec<_> = dossier.overlays.iter().map(|overlay| overlay.id.as_str()).collect();
            format!("there are {}", ids.join(", "))
        }
    };
    bail!(Usage(format!("no overlay '{id}'; {hint}")))
}
