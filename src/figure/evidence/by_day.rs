//! How the reports that a figure shows of several days stand to those at hand: each by its own day.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::provenance::{Finding, State};
use crate::dossier::{Dossier, Overlay, fingerprint, words};

/// Of which report an overlay is that has several.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct DayMember {
    pub(super) reported: String,
}

/// What one of several maps shows.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct MapMember {
    days: BTreeMap<String, DayMember>,
    geometry_sha256: BTreeMap<String, String>,
}

/// The curves of a chart.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct AreasMember {
    curves: Vec<CurveMember>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct CurveMember {
    overlay: Option<String>,
    points: PointsMember,
}

/// The reports of a curve, or how many there are of too many to list.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum PointsMember {
    Each(Vec<PointMember>),
    Count(serde::de::IgnoredAny),
}

impl Default for PointsMember {
    fn default() -> Self {
        Self::Each(Vec::new())
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PointMember {
    when: String,
    geometry_sha256: Option<String>,
}

/// A report of an overlay: its id, of when the report is, and the sum of its shape in the figure.
type Report<'a> = (&'a str, &'a str, &'a str);

/// How each report stands that the maps of several days and the curves of a chart show: once, however many maps show it.
pub(super) fn findings(
    (maps, areas): (&[MapMember], &AreasMember),
    dossier: &Dossier,
    own_files: &[String],
) -> Vec<Finding> {
    let of_maps = maps.iter().flat_map(|map| {
        map.days
            .iter()
            .filter_map(|(id, day)| Some((id.as_str(), day.reported.as_str(), map.geometry_sha256.get(id)?.as_str())))
    });
    let of_curves = areas.curves.iter().flat_map(|curve| {
        let points = match &curve.points {
            PointsMember::Each(points) => points.as_slice(),
            PointsMember::Count(_) => &[],
        };
        let id = curve.overlay.as_deref();
        points.iter().filter_map(move |point| Some((id?, point.when.as_str(), point.geometry_sha256.as_deref()?)))
    });
    let reports: BTreeSet<Report<'_>> = of_maps.chain(of_curves).collect();
    reports
        .into_iter()
        .map(|(id, when, then)| {
            let state = dossier.overlay(id).map_or(State::Missing, |overlay| state(overlay, when, then));
            let state = match state {
                State::Missing | State::Changed if own_files.iter().any(|own| own == id) => State::OwnFile,
                state => state,
            };
            Finding { what: "report", id: format!("{id} of {}", words::date(when)), state }
        })
        .collect()
}

/// How a report of an overlay stands to what is reported of that day now.
fn state(overlay: &Overlay, when: &str, then: &str) -> State {
    let versions = overlay.dated.iter().flat_map(|dated| dated.series().versions());
    let of_day = versions.filter(|version| version.when.is_some_and(|day| day.iso() == when));
    let mut sums: Vec<String> = of_day.map(|version| fingerprint::geometry(&version.shape)).collect();
    // What has no reports of several days is a report of its own day, where that is known.
    if overlay.dated.is_none() && (overlay.as_of == when || overlay.as_of.is_empty()) {
        sums.push(fingerprint::geometry(&overlay.shape));
    }
    if sums.iter().any(|sum| sum == then) {
        State::Same
    } else if sums.is_empty() || (overlay.dated.is_none() && overlay.as_of.is_empty()) {
        State::Missing
    } else {
        State::Changed
    }
}
