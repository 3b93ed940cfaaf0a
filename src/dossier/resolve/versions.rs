//! The versions of an overlay, each from its file.

use std::sync::Arc;

use super::shapes::size_of;
use super::workshop::Workshop;
use crate::dossier::model::{OverlayEntry, VersionEntry};
use crate::dossier::series::{Fault, Version};
use crate::dossier::{Dated, Overlay, read_style, words};
use crate::formats::edtf::Edtf;
use crate::geometry::work;

/// When a version is of, as far as that can be read.
pub(super) fn when(version: &VersionEntry) -> Option<Edtf> {
    version.when.as_deref().and_then(|when| Edtf::in_text(when).ok())
}

/// The versions of an overlay, the last that is dated first, those of unknown days after all others.
pub(super) fn from_the_last(entry: &OverlayEntry) -> Vec<&VersionEntry> {
    let mut all: Vec<(Option<Edtf>, &VersionEntry)> = entry.versions.iter().map(|one| (when(one), one)).collect();
    all.sort_by(|(a, _), (b, _)| match (a, b) {
        (Some(a), Some(b)) => b.in_time(a),
        (a, b) => b.is_some().cmp(&a.is_some()),
    });
    all.into_iter().map(|(_, version)| version).collect()
}

/// An overlay with its versions, what is wrong with them in words, and how many vertices they have: at most so many are read.
pub(super) fn dated(
    entry: &OverlayEntry,
    overlay: Overlay,
    workshop: &mut Workshop<'_>,
    most_vertices: usize,
) -> (Overlay, Vec<String>, usize) {
    let mut said = Vec::new();
    if entry.versions.is_empty() {
        return (overlay, said, 0);
    }
    if entry.geometry.is_some() {
        said.push("it has both a geometry and versions; the versions are shown: remove the geometry".to_owned());
    }
    // What is wrong with the filter was said when the overlay was made.
    let filter = read_style::filter("where", &entry.when).unwrap_or_default();
    let mut versions: Vec<(Version, Overlay)> = Vec::new();
    let mut faults = Vec::new();
    let mut vertices = 0;
    for (index, version) in entry.versions.iter().enumerate() {
        let file = &version.geometry.file;
        work::begin(|| format!("Reading {file}"), entry.versions.len() as u64);
        if !work::advance(index as u64) {
            break;
        }
        let read = workshop.read_features(&entry.id, file, filter.as_ref());
        let sized = read.and_then(|(shape, features)| size_of(&shape).map(|size| (shape, features, size)));
        let (shape, features, (bounds, measure)) = match sized {
            Ok(read) => read,
            Err(why) => {
                faults.push(Fault::Unread { from: file.clone(), when: when(version), why });
                continue;
            }
        };
        let shape = Arc::new(shape);
        let mut then = Version::new(when(version), Arc::clone(&shape), file.clone());
        then.said = version.when.clone().filter(|_| then.when.is_none());
        then.who.clone_from(&version.who);
        then.excerpts.clone_from(&version.excerpts);
        then.accuracy_m = version.accuracy_m.or(overlay.accuracy_m);
        let as_then = overlay.of_shape(shape, Arc::new(features), bounds, measure, version.accuracy_m);
        vertices += as_then.vertices();
        if vertices > most_vertices {
            let most = words::number(super::MOST_VERTICES as f64, 0);
            said.push(format!(
                "its versions from {file} on are left out: with them the dossier has more than {most} vertices"
            ));
            break;
        }
        versions.push((then, as_then));
    }
    match Dated::new(versions, faults) {
        Some(dated) => {
            said.extend(dated.series().faults().iter().map(ToString::to_string));
            (overlay.dated_by(dated), said, vertices)
        }
        None => (overlay, said, 0),
    }
}
