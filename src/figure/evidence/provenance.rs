//! Where a figure comes from, as JSON inside its file: writing it, finding it again, and comparing it with a dossier.
//!
//! No user name, path or machine is in it. It stands in a PNG's `iTXt` chunk `claimline`, an SVG's
//! `<metadata id="claimline">`, a GIF's comment, a PDF's attachment `claimline.json`, a GeoJSON's member `claimline`, and an evidence
//! pack's file `provenance.json`.
//!
//! # Hostile files
//! A file is looked through once; what is unpacked is bounded by [`MAX_BYTES`] for each piece and by a number of pieces.
//! Nothing is taken from the place that a file claims for it without a check of its bounds.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;

use serde::Deserialize;
use serde_json::{Map, Value, json};
use thiserror::Error;

use super::by_day::{self, AreasMember, DayMember, MapMember};
use super::{annotations, features, pack, visible};
use crate::document::Document;
use crate::dossier::series::{Series, Version};
use crate::dossier::{Dossier, Excerpt, Measure, Overlay, fingerprint, words};
use crate::figure::encoding::PROVENANCE_KEYWORD;
use crate::figure::pieces::references::Reference;
use crate::formats::bundle::{Bundle, BundleError};
use crate::formats::geojson;
use crate::formats::number::round;
use crate::geometry::{Coord, Frame, View};

/// The format that this version writes, and the first member of the JSON.
pub const FORMAT: &str = "claimline-figure/1";

/// The longest provenance that is read, in bytes.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;

/// One of ours has about a value for every 20 bytes; one with more of them is none.
const MOST_VALUES: usize = MAX_BYTES / 10;

/// All that are found in a file have together at most so many bytes.
const MOST_BYTES: usize = 2 * MAX_BYTES;

/// Streams of a PDF that are looked into.
const MAX_STREAMS: usize = 20_000;

/// Chunks of a PNG that are looked at.
const MAX_CHUNKS: usize = 1_000_000;

/// Why a file's provenance cannot be read.
#[derive(Debug, Error)]
pub enum ProvenanceError {
    /// Neither PNG, SVG, PDF, GIF, GeoJSON nor zip.
    #[error("not a figure: expected a PNG, SVG, PDF, GIF, GeoJSON or an evidence pack")]
    UnknownKind,
    /// A figure, but not one of ours, or stripped of what it carried.
    #[error("the {0} carries no provenance: it was not written by Claimline, or another program has removed it")]
    None(&'static str),
    /// A project: its figure is still to be made.
    #[error("this is a project, not a figure; 'claimline export --project' makes a figure from it")]
    Project,
    /// More than one, so that either could be the true one.
    #[error("the {0} carries {1} or more different provenances, so none can be relied on")]
    Several(&'static str, usize),
    /// It breaks off or is damaged.
    #[error("the {kind} is damaged: {what}")]
    Damaged {
        /// What kind of file.
        kind: &'static str,
        /// What is wrong.
        what: String,
    },
    /// Longer than [`MAX_BYTES`].
    #[error("the {0} carries a provenance of more than {limit} MB, which is too large to read", limit = MAX_BYTES >> 20)]
    TooLong(&'static str),
    /// No JSON of ours.
    #[error("the {kind}'s provenance cannot be read: {what}")]
    NotOurs {
        /// What kind of file.
        kind: &'static str,
        /// What is wrong.
        what: String,
    },
    /// A zip that cannot be read.
    #[error(transparent)]
    Bundle(#[from] BundleError),
}

/// The provenance of a figure of these overlays and annotations; what only the page knows is added by the caller.
pub(in crate::figure) fn of(
    dossier: &Dossier,
    shown: &[&Overlay],
    drawn: &annotations::Shown<'_>,
    features: &features::Shown<'_>,
) -> Map<String, Value> {
    let own = |overlay: &&&Overlay| overlay.opened_from.is_some();
    let geometry = geometries(shown);
    let cited = pack::excerpts(dossier, shown, drawn);
    let excerpts: BTreeMap<&str, String> = cited
        .iter()
        .filter_map(|excerpt| Some((excerpt.id.as_str(), fingerprint::excerpt(&*dossier.uncompared(excerpt)?))))
        .collect();
    let mut all = Map::new();
    let mut put = |key: &str, value: Value| all.insert(key.to_owned(), value);
    put("format", json!(FORMAT));
    put("program", json!(concat!("Claimline ", env!("CARGO_PKG_VERSION"))));
    // A figure of who agrees has a day of its own.
    let as_of = dossier.agreed.as_ref().map_or(&dossier.as_of, |agreed| &agreed.dossier_as_of);
    put("dossier", json!({ "id": dossier.id, "version": dossier.version, "as_of": as_of, "sha256": dossier.sha256 }));
    if let Some(compared) = &dossier.compared {
        let mut said = compared.json();
        let sizes = shown.iter().filter(|overlay| {
            let is_part = ["gained-", "lost-"].iter().any(|part| overlay.id.starts_with(part));
            is_part && compared.derived.contains_key(&overlay.id)
        });
        said["km2"] = sizes
            .filter_map(|overlay| match overlay.measure {
                Measure::Area { km2, .. } => Some((overlay.id.clone(), json!(round(km2, 6)))),
                _ => None,
            })
            .collect::<Map<String, Value>>()
            .into();
        put("compared_with", said);
    }
    if let Some(agreed) = &dossier.agreed {
        put("agreement", agreed.json.clone());
    }
    let days = days(shown);
    if !days.is_empty() {
        put("days", json!(days));
    }
    put("overlays", json!(shown.iter().map(|overlay| overlay.id.as_str()).collect::<Vec<_>>()));
    let files: Vec<&str> = shown.iter().filter(own).map(|overlay| overlay.id.as_str()).collect();
    if !files.is_empty() {
        put("own_files", json!(files));
    }
    let said: BTreeMap<&str, Value> = files.iter().filter_map(|id| Some((*id, drawn.layer_provenance(id)?))).collect();
    if !said.is_empty() {
        put("layers", json!(said));
    }
    put("geometry_sha256", json!(geometry));
    put("excerpts_sha256", json!(excerpts));
    let own: Vec<&str> = excerpts.keys().copied().filter(|id| drawn.is_own(id)).collect();
    if !own.is_empty() {
        put("own_excerpts", json!(own));
    }
    if let Some(sources) = features.provenance() {
        put("feature_sources", sources);
    }
    if let Some(annotations) = drawn.provenance() {
        put("annotations", annotations);
    }
    all
}

/// The sums of the shapes of overlays, by their ids.
pub(in crate::figure) fn geometries<'a>(shown: &[&'a Overlay]) -> BTreeMap<&'a str, String> {
    shown.iter().map(|overlay| (overlay.id.as_str(), fingerprint::geometry(&overlay.shape))).collect()
}

/// Of which day each overlay is shown that has several, by their ids.
pub(in crate::figure) fn days<'a>(shown: &[&'a Overlay]) -> BTreeMap<&'a str, Value> {
    shown.iter().filter_map(|overlay| Some((overlay.id.as_str(), day_of(overlay)?))).collect()
}

/// Of which day an overlay is shown that has several: when it was so, and for which day it stands where nobody reports of that.
fn day_of(overlay: &Overlay) -> Option<Value> {
    overlay.dated.as_ref()?;
    Some(match &overlay.unreported {
        None => json!({ "reported": overlay.as_of }),
        Some(unreported) => json!({ "reported": overlay.as_of, "day": unreported.when.iso() }),
    })
}

/// A source that a figure lists: its number there, its id if the dossier has it, and its address.
pub(in crate::figure) fn reference(reference: &Reference) -> Value {
    let Reference { number, id, url, outlet, .. } = reference;
    let mut all = Map::from_iter([("number".to_owned(), json!(number))]);
    if let Some(id) = id {
        all.insert("id".to_owned(), json!(id));
    }
    for (name, value) in [("outlet", outlet), ("url", url)] {
        if !value.is_empty() {
            all.insert(name.to_owned(), json!(value));
        }
    }
    Value::Object(all)
}

/// How the parts of a file stand to the sums in it, if there are any.
pub type Sums = Option<Vec<Finding>>;

/// What was found in a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// What kind of file: `PNG`, `SVG`, `PDF`, `GIF`, `GeoJSON`, `evidence pack`.
    pub kind: &'static str,
    /// The provenance as it stands there.
    pub provenance: Value,
    /// Of an evidence pack, whether each of its files has the sum that the pack gives for it; of GeoJSON, the same of its
    /// features. Files of former versions give none.
    pub sums: Sums,
}

/// One thing that was compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// `dossier`, `overlay`, `report` (of an overlay, of a day), `excerpt`, `annotations`, `file` or `feature`.
    pub what: &'static str,
    /// Which.
    pub id: String,
    /// How it stands.
    pub state: State,
}

/// How something in a figure stands to what is at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Unchanged.
    Same,
    /// Changed since.
    Changed,
    /// No longer there.
    Missing,
    /// The user's own, which no dossier has.
    OwnFile,
    /// The figure says nothing by which to tell.
    Unknown,
}

impl State {
    /// In a word, for JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Changed => "changed",
            Self::Missing => "missing",
            Self::OwnFile => "own-file",
            Self::Unknown => "unknown",
        }
    }

    /// Whether the figure still stands as far as this goes.
    pub fn is_good(self) -> bool {
        matches!(self, Self::Same | Self::OwnFile)
    }
}

/// The members that a comparison needs; the rest is of no concern to it.
#[derive(Deserialize)]
struct Members {
    dossier: DossierMember,
    overlays: Vec<String>,
    #[serde(default)]
    own_files: Vec<String>,
    #[serde(default)]
    geometry_sha256: BTreeMap<String, String>,
    #[serde(default)]
    excerpts_sha256: BTreeMap<String, String>,
    #[serde(default)]
    days: BTreeMap<String, DayMember>,
    #[serde(default)]
    own_excerpts: Vec<String>,
    annotations: Option<AnnotationsMember>,
    #[serde(default)]
    compared_with: ComparedMember,
    #[serde(default)]
    agreement: AgreementMember,
    #[serde(default)]
    maps_of_days: Vec<MapMember>,
    #[serde(default)]
    areas_over_time: AreasMember,
    view: Option<ViewMember>,
    map_frame_px: Option<[f64; 4]>,
    scale: Option<f64>,
}

impl DayMember {
    /// The fingerprint of the overlay as it is reported of that day: of several reports of one the one that has the sum `then`.
    fn fingerprint(&self, overlay: &Overlay, then: Option<&str>) -> String {
        let versions = overlay.dated.iter().flat_map(|dated| dated.series().versions());
        let of_day = versions.filter(|version| version.when.is_some_and(|when| when.iso() == self.reported));
        let sums: Vec<String> = of_day.map(|version| fingerprint::geometry(&version.shape)).collect();
        let same = sums.iter().find(|sum| Some(sum.as_str()) == then).or(sums.last());
        same.cloned().unwrap_or_else(|| fingerprint::geometry(&overlay.shape))
    }
}

/// Of a figure of what changed.
#[derive(Default, Deserialize)]
#[serde(default)]
struct ComparedMember {
    /// By overlay of the comparison, the overlay whose change it shows.
    derived: BTreeMap<String, String>,
    /// The fingerprints of that.
    geometry_sha256: BTreeMap<String, ComparedSums>,
    /// Of which reports it is, where there are several.
    reports: BTreeMap<String, ReportsMember>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ReportsMember {
    before: Option<ReportMember>,
    after: Option<ReportMember>,
}

#[derive(Deserialize)]
struct ReportMember {
    overlay: String,
    day: String,
    #[serde(default)]
    account: Option<String>,
    #[serde(default)]
    own_file: bool,
    #[serde(default)]
    reported: Option<String>,
    #[serde(default)]
    from: String,
    #[serde(default)]
    geometry_sha256: Option<String>,
}

impl ReportMember {
    /// The fingerprint of the overlay's shape as it is reported now.
    fn fingerprint(&self, dossier: &Dossier) -> Option<String> {
        let overlay = dossier.overlay(&self.overlay)?;
        let then = self.day.parse().ok().and_then(|day| overlay.on_by(day, self.account.as_deref()));
        Some(fingerprint::geometry(then.as_ref().map_or(&overlay.shape, |(then, _)| &then.shape)))
    }
}

/// Of a figure of accounts that are laid over each other.
#[derive(Default, Deserialize)]
#[serde(default)]
struct AgreementMember {
    accounts: Vec<AccountMember>,
    within: Option<AccountMember>,
    /// The accounts that shade each cell, by its overlay.
    cells: BTreeMap<String, Vec<String>>,
}

/// An account, or what they are laid over each other within.
#[derive(Default, Deserialize)]
#[serde(default)]
struct AccountMember {
    account: String,
    title: String,
    overlay: Option<String>,
    geometry_sha256: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ComparedSums {
    after: Option<String>,
}

#[derive(Deserialize)]
struct AnnotationsMember {
    count: usize,
    #[serde(default)]
    sha256: Option<String>,
}

#[derive(Deserialize)]
struct ViewMember {
    center: [f64; 2],
    zoom: f64,
}

impl Members {
    /// The map as it lay on the page, as far as its rounded numbers tell.
    fn frame(&self) -> Option<Frame> {
        let ViewMember { center: [x, y], zoom } = *self.view.as_ref()?;
        let ([_, _, width, height], scale) = (self.map_frame_px?, self.scale?);
        let (width_pt, height_pt) = (width / scale, height / scale);
        let is_sound = [x, y, zoom, width_pt, height_pt].iter().all(|number| number.is_finite());
        let view = View { center: Coord { x, y: y.clamp(-85.0, 85.0) }, zoom: zoom.clamp(0.0, 30.0) };
        is_sound.then(|| Frame::new(view, width_pt, height_pt))
    }
}

#[derive(Deserialize)]
struct DossierMember {
    id: String,
    version: String,
    #[serde(default)]
    sha256: Option<String>,
}

/// How an account stands to the dossier of which it was an overlay: as that is now, or as any report has it.
fn account_finding(account: &AccountMember, dossier: &Dossier) -> Finding {
    let AccountMember { account, title, overlay, geometry_sha256 } = account;
    let name = if account.is_empty() { title } else { account };
    let state = match overlay {
        None => State::OwnFile,
        Some(id) => match dossier.overlay(id) {
            None => State::Missing,
            Some(overlay) => {
                let reports = overlay.dated.iter().flat_map(|dated| dated.series().versions());
                let mut shapes = std::iter::once(&overlay.shape).chain(reports.map(|version| &version.shape));
                let is_same = shapes.any(|shape| fingerprint::geometry(shape) == *geometry_sha256);
                if is_same { State::Same } else { State::Changed }
            }
        },
    };
    Finding { what: "overlay", id: overlay.as_ref().unwrap_or(name).clone(), state }
}

/// Whether a figure was made of files alone, without a dossier.
pub fn is_of_files(provenance: &Value) -> bool {
    let said = |member: &str| provenance.get("dossier").and_then(|dossier| dossier.get(member)?.as_str());
    said("id") == Some("empty") && said("sha256") == Some("")
}

/// Compares the reports of files that a figure of what changed, or of who agrees, was made from with a series of reports.
///
/// # Errors
/// [`ProvenanceError::NotOurs`] if the JSON lacks what a provenance has.
pub fn compare_files(found: &Found, series: &Series) -> Result<Vec<Finding>, ProvenanceError> {
    let members: Members = serde_json::from_value(found.provenance.clone())
        .map_err(|error| ProvenanceError::NotOurs { kind: found.kind, what: error.to_string() })?;
    let sums = |day: Option<&str>| -> Vec<String> {
        let is_of = |version: &&Version| day.is_none_or(|day| version.when.is_some_and(|when| when.iso() == day));
        series.versions().iter().filter(is_of).map(|version| fingerprint::geometry(&version.shape)).collect()
    };
    let state = |sums: Vec<String>, then: &str| match sums.iter().any(|sum| sum == then) {
        true => State::Same,
        false if sums.is_empty() => State::Missing,
        false => State::Changed,
    };
    let reports = members.compared_with.reports.values().flat_map(|of| of.before.iter().chain(&of.after));
    let of_changes = reports.filter(|report| report.own_file).map(|report| {
        let day = report.reported.as_deref().unwrap_or(&report.day);
        let id = match report.from.as_str() {
            "" => format!("{} of {}", report.overlay, words::date(day)),
            from => format!("{from} of {}", words::date(day)),
        };
        let state = match &report.geometry_sha256 {
            Some(then) => state(sums(Some(day)), then),
            None => State::Unknown,
        };
        Finding { what: "report", id, state }
    });
    let accounts = members.agreement.accounts.iter().filter(|account| account.overlay.is_none());
    let of_accounts = accounts.map(|account| {
        let state = match state(sums(None), &account.geometry_sha256) {
            State::Changed => State::Missing,
            state => state,
        };
        Finding { what: "report", id: account.account.clone(), state }
    });
    Ok(of_changes.chain(of_accounts).collect())
}

/// Compares what a figure was made from with a dossier: the dossier as a whole, each overlay's geometry, each excerpt.
/// With the document at hand, what is the user's own is compared too.
///
/// # Errors
/// [`ProvenanceError::NotOurs`] if the JSON lacks what a provenance has.
pub fn compare(found: &Found, dossier: &Dossier, document: Option<&Document>) -> Result<Vec<Finding>, ProvenanceError> {
    let members: Members = serde_json::from_value(found.provenance.clone())
        .map_err(|error| ProvenanceError::NotOurs { kind: found.kind, what: error.to_string() })?;
    let state = |then: Option<&str>, now: Option<String>| match (then, now) {
        (_, None) => State::Missing,
        (None, _) => State::Unknown,
        (Some(then), Some(now)) if then == now => State::Same,
        _ => State::Changed,
    };
    let whole = match &members.dossier {
        DossierMember { id, .. } if *id != dossier.id => State::Missing,
        DossierMember { sha256: Some(then), .. } => state(Some(then), Some(dossier.sha256.clone())),
        DossierMember { version, .. } if *version != dossier.version => State::Changed,
        _ => State::Unknown,
    };
    let name = format!("{} {}", members.dossier.id, members.dossier.version);
    let mut findings = Vec::new();
    if !is_of_files(&found.provenance) {
        findings.push(Finding { what: "dossier", id: name, state: whole });
    }
    let frame = members.frame();
    // What changed is worked out from overlays, and stands as long as these do.
    let compared = members.compared_with;
    // So are cells, from their accounts.
    let agreement = members.agreement;
    let shown = members.overlays.into_iter();
    let shown = shown.filter(|id| !compared.derived.contains_key(id) && !agreement.cells.contains_key(id));
    findings
        .extend(agreement.accounts.iter().chain(&agreement.within).map(|account| account_finding(account, dossier)));
    findings.extend(compared.geometry_sha256.into_iter().map(|(id, ComparedSums { after })| {
        let report = compared.reports.get(&id).and_then(|reports| reports.after.as_ref());
        let now = match report {
            Some(report) => report.fingerprint(dossier),
            None => dossier.overlay(&id).map(|overlay| fingerprint::geometry(&overlay.shape)),
        };
        let state = match (&after, &now) {
            (None, None) => State::Same,
            (None, Some(_)) => State::Changed,
            (after, _) => state(after.as_deref(), now),
        };
        let state = match state {
            State::Missing | State::Changed if report.is_some_and(|report| report.own_file) => State::OwnFile,
            state => state,
        };
        Finding { what: "overlay", id, state }
    }));
    findings.extend(shown.map(|id| {
        let then = members.geometry_sha256.get(&id).map(String::as_str);
        let now = dossier.overlay(&id).map(|overlay| match members.days.get(&id) {
            Some(day) => day.fingerprint(overlay, then),
            None => fingerprint::geometry(&overlay.shape),
        });
        let own = members.own_files.contains(&id);
        let state = match state(then, now) {
            State::Missing | State::Changed if own => State::OwnFile,
            state => state,
        };
        Finding { what: "overlay", id, state }
    }));
    let of_days = (members.maps_of_days.as_slice(), &members.areas_over_time);
    findings.extend(by_day::findings(of_days, dossier, &members.own_files));
    findings.extend(members.excerpts_sha256.into_iter().map(|(id, then)| {
        let own: Option<&Excerpt> =
            document.and_then(|document| document.own_excerpts.iter().find(|excerpt| excerpt.id == id));
        let now = own.or_else(|| dossier.excerpt(&id)).map(fingerprint::excerpt);
        let state = match state(Some(&then), now) {
            State::Missing if document.is_none() && members.own_excerpts.contains(&id) => State::OwnFile,
            state => state,
        };
        Finding { what: "excerpt", id, state }
    }));
    if let Some(AnnotationsMember { count, sha256 }) = members.annotations {
        let state = match (document, sha256, frame) {
            (None, ..) => State::OwnFile,
            (Some(document), Some(then), Some(frame)) => {
                let now = annotations::Shown::new(dossier, document, &frame).provenance();
                let now = now.and_then(|now| Some(now.get("sha256")?.as_str()?.to_owned()));
                state(Some(&then), now)
            }
            _ => State::Unknown,
        };
        findings.push(Finding { what: "annotations", id: count.to_string(), state });
    }
    Ok(findings)
}

/// Finds the provenance that a file carries.
///
/// # Errors
/// [`ProvenanceError`] when it is no figure, carries none, or is damaged.
pub fn find(bytes: Vec<u8>) -> Result<Found, ProvenanceError> {
    let head = &bytes[..bytes.len().min(1024)];
    if bytes.starts_with(b"PK\x03\x04") {
        return in_pack(bytes);
    }
    let mut sums = None;
    let only = if bytes.starts_with(PNG_SIGNATURE) {
        in_png(&bytes)?
    } else if GIF_SIGNATURES.iter().any(|signature| bytes.starts_with(signature)) {
        in_gif(&bytes)?
    } else if memchr::memmem::find(head, b"%PDF-").is_some() {
        in_pdf(&bytes)?
    } else {
        let start = head.iter().find(|byte| !byte.is_ascii_whitespace() && !b"\xef\xbb\xbf".contains(byte));
        match start {
            Some(b'<') if is_page(head) => in_page(&bytes)?,
            Some(b'<') if memchr::memmem::find(head, b"<svg").is_some() => in_svg(&bytes)?,
            Some(b'{') => {
                let found;
                (found, sums) = in_geojson(&bytes)?;
                found
            }
            _ => return Err(ProvenanceError::UnknownKind),
        }
    };
    match only.found {
        None => Err(ProvenanceError::None(only.kind)),
        Some((_, provenance)) => Ok(Found { kind: only.kind, provenance, sums }),
    }
}

/// The one provenance of a file: a second that says the same is none more, one that says something else ends the search, and
/// all together have at most [`MOST_BYTES`].
struct Only {
    kind: &'static str,
    /// As text, and read.
    found: Option<(Vec<u8>, Value)>,
    /// Bytes of all that were found.
    bytes: usize,
}

impl Only {
    fn of(kind: &'static str) -> Self {
        Self { kind, found: None, bytes: 0 }
    }

    fn add(&mut self, text: Vec<u8>) -> Result<(), ProvenanceError> {
        self.bytes += text.len();
        if text.len() > MAX_BYTES || self.bytes > MOST_BYTES {
            return Err(ProvenanceError::TooLong(self.kind));
        }
        match &self.found {
            Some((same, _)) if *same == text => {}
            Some((_, first)) => {
                if parsed(self.kind, &text)? != *first {
                    return Err(ProvenanceError::Several(self.kind, 2));
                }
            }
            None => {
                let value = parsed(self.kind, &text)?;
                self.found = Some((text, value));
            }
        }
        Ok(())
    }
}

fn parsed(kind: &'static str, text: &[u8]) -> Result<Value, ProvenanceError> {
    if text.len() > MAX_BYTES {
        return Err(ProvenanceError::TooLong(kind));
    }
    // As numbers of one digit a text takes forty times its size in memory.
    if memchr::memchr_iter(b',', text).count() > MOST_VALUES {
        let what = format!("it lists more than {MOST_VALUES} values");
        return Err(ProvenanceError::NotOurs { kind, what });
    }
    let what = |error: serde_json::Error| ProvenanceError::NotOurs { kind, what: error.to_string() };
    let value: Value = serde_json::from_slice(text).map_err(what)?;
    Members::deserialize(&value).map_err(what)?;
    Ok(value)
}

const PNG_SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

fn in_png(bytes: &[u8]) -> Result<Only, ProvenanceError> {
    let damaged = |what: &str| ProvenanceError::Damaged { kind: "PNG", what: what.to_owned() };
    let mut rest = &bytes[PNG_SIGNATURE.len()..];
    let mut found = Only::of("PNG");
    for _ in 0..MAX_CHUNKS {
        let Some((head, tail)) = rest.split_at_checked(8) else { return Err(damaged("it is cut short")) };
        let length = head[..4].iter().fold(0_usize, |sum, &byte| sum << 8 | usize::from(byte));
        let Some((data, tail)) = tail.split_at_checked(length) else { return Err(damaged("it is cut short")) };
        let Some((sum, tail)) = tail.split_at_checked(4) else { return Err(damaged("it is cut short")) };
        if &head[4..] == b"IEND" {
            return Ok(found);
        }
        if &head[4..] == b"iTXt"
            && let Some(text) = data.strip_prefix(PROVENANCE_KEYWORD.as_bytes())
            && let Some((&[0, compressed, 0], text)) = text.split_first_chunk()
        {
            let mut crc = flate2::Crc::new();
            crc.update(&head[4..]);
            crc.update(data);
            if crc.sum().to_be_bytes() != sum {
                return Err(damaged("the checksum of its provenance is wrong"));
            }
            // Language and translated keyword, each ended by a zero, come before the text.
            let text =
                text.splitn(3, |&byte| byte == 0).nth(2).ok_or_else(|| damaged("its provenance is cut short"))?;
            found.add(if compressed == 0 { text.to_vec() } else { inflated(text, MAX_BYTES + 1) })?;
        }
        rest = tail;
    }
    Err(damaged("it has too many chunks"))
}

const GIF_SIGNATURES: [&[u8]; 2] = [b"GIF87a", b"GIF89a"];

/// A GIF holds it as the last line of a comment (GIF89a, CompuServe 1990).
fn in_gif(bytes: &[u8]) -> Result<Only, ProvenanceError> {
    let kind = "GIF";
    let cut = || ProvenanceError::Damaged { kind, what: "it is cut short".to_owned() };
    let skip = |rest: &mut &[u8], count: usize| -> Result<Vec<u8>, ProvenanceError> {
        let (head, tail) = rest.split_at_checked(count).ok_or_else(cut)?;
        *rest = tail;
        Ok(head.to_vec())
    };
    // A table of colours has 2 to 256 of three bytes each, where a flag says that there is one.
    let table = |flags: u8| if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) };
    let mut rest = &bytes[GIF_SIGNATURES[0].len()..];
    let screen = skip(&mut rest, 7)?;
    skip(&mut rest, table(screen[4]))?;
    let marker = format!("{{\"format\":\"{FORMAT}\"");
    let mut found = Only::of(kind);
    for _ in 0..MAX_CHUNKS {
        let what = skip(&mut rest, 1)?[0];
        let is_comment = match what {
            0x3b => return Ok(found),
            0x2c => {
                let image = skip(&mut rest, 9)?;
                skip(&mut rest, table(image[8]) + 1)?;
                false
            }
            0x21 => skip(&mut rest, 1)?[0] == 0xfe,
            _ => {
                return Err(ProvenanceError::Damaged {
                    kind,
                    what: format!("it has a block of no known kind, {what}"),
                });
            }
        };
        // Its data stand in blocks of up to 255 bytes; an empty one ends them.
        let mut comment = Vec::new();
        loop {
            let (&length, tail) = rest.split_first().ok_or_else(cut)?;
            let (data, tail) = tail.split_at_checked(usize::from(length)).ok_or_else(cut)?;
            rest = tail;
            if length == 0 {
                break;
            }
            if is_comment && comment.len() <= 2 * MAX_BYTES {
                comment.extend_from_slice(data);
            }
        }
        if let Some(at) = memchr::memmem::rfind(&comment, marker.as_bytes()) {
            found.add(comment.split_off(at))?;
        }
    }
    Err(ProvenanceError::Damaged { kind, what: "it has too many blocks".to_owned() })
}

/// As much of zlib data as there is, up to a limit.
fn inflated(data: &[u8], limit: usize) -> Vec<u8> {
    let mut out = Vec::new();
    // What is broken ends early; its JSON will not parse.
    let _ = flate2::read::ZlibDecoder::new(data).take(limit as u64).read_to_end(&mut out);
    out
}

/// Whether a text begins as a web page does.
fn is_page(head: &[u8]) -> bool {
    let head = head.to_ascii_lowercase();
    memchr::memmem::find(&head, b"<!doctype html").is_some() || memchr::memmem::find(&head, b"<html").is_some()
}

/// A web page carries it as a figure within it does, or as a script of data of the id `claimline`.
fn in_page(bytes: &[u8]) -> Result<Only, ProvenanceError> {
    let kind = "web page";
    let damaged = |what: &str| ProvenanceError::Damaged { kind, what: what.to_owned() };
    let mut found = Only::of(kind);
    let text_until = |from: usize, end: &[u8]| {
        let text = bytes.get(from..).unwrap_or_default();
        let text = &text[..text.len().min(6 * MAX_BYTES)];
        let end = memchr::memmem::find(text, end).ok_or_else(|| damaged("its provenance is cut short"))?;
        std::str::from_utf8(&text[..end]).map_err(|_| damaged("its provenance is not UTF-8"))
    };
    let open = b"<metadata id=\"claimline\">";
    for at in memchr::memmem::find_iter(bytes, open).take(64) {
        let text = text_until(at + open.len(), b"<")?;
        found.add(html_escape::decode_html_entities(text).into_owned().into_bytes())?;
    }
    for at in memchr::memmem::find_iter(bytes, b"<script").take(1024) {
        let tag = &bytes[at..bytes.len().min(at + 256)];
        let Some(end) = memchr::memchr(b'>', tag) else { continue };
        if memchr::memmem::find(&tag[..end], b"id=\"claimline\"").is_some() {
            found.add(text_until(at + end + 1, b"</script")?.trim().as_bytes().to_vec())?;
        }
    }
    Ok(found)
}

fn in_svg(bytes: &[u8]) -> Result<Only, ProvenanceError> {
    let damaged = |what: &str| ProvenanceError::Damaged { kind: "SVG", what: what.to_owned() };
    let open = b"<metadata id=\"claimline\">";
    let mut found = Only::of("SVG");
    for at in memchr::memmem::find_iter(bytes, open).take(64) {
        let text = &bytes[at + open.len()..];
        let text = &text[..text.len().min(6 * MAX_BYTES)];
        let end = memchr::memchr(b'<', text).ok_or_else(|| damaged("its provenance is cut short"))?;
        let text = std::str::from_utf8(&text[..end]).map_err(|_| damaged("its provenance is not UTF-8"))?;
        found.add(html_escape::decode_html_entities(text).into_owned().into_bytes())?;
    }
    // Comments may stand behind the end.
    let mut end = bytes.trim_ascii_end();
    while let Some(start) = end.strip_suffix(b"-->").and_then(|end| memchr::memmem::rfind(end, b"<!--")) {
        end = end[..start].trim_ascii_end();
    }
    if found.found.is_some() && !end.ends_with(b"</svg>") {
        return Err(damaged("it is cut short: there is no </svg>"));
    }
    Ok(found)
}

/// The provenance, and how the features stand to the sums beside it.
fn in_geojson(bytes: &[u8]) -> Result<(Only, Sums), ProvenanceError> {
    /// All else is passed over without being kept.
    #[derive(Deserialize)]
    struct Members {
        claimline: Option<Value>,
        #[serde(rename = "features_sha256")]
        sums: Option<BTreeMap<String, String>>,
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let only: Members = serde_json::from_slice(bytes)
        .map_err(|error| ProvenanceError::Damaged { kind: "GeoJSON", what: error.to_string() })?;
    // A project numbers its version; a figure names its format.
    if only.claimline.as_ref().is_some_and(|ours| ours.get("version").is_some_and(Value::is_u64)) {
        return Err(ProvenanceError::Project);
    }
    // What has been read as JSON is text.
    let features = geojson::features_of(std::str::from_utf8(bytes).unwrap_or_default());
    let findings = only.sums.map(|mut sums| {
        let compared = features.map(|feature| {
            let (id, now) = visible::summed(feature);
            let state = match sums.remove(&id) {
                None => State::Unknown,
                Some(then) if then == now => State::Same,
                Some(_) => State::Changed,
            };
            Finding { what: "feature", id, state }
        });
        let mut findings: Vec<Finding> = compared.collect();
        findings.extend(sums.into_keys().map(|id| Finding { what: "feature", id, state: State::Missing }));
        findings
    });
    let mut found = Only::of("GeoJSON");
    if let Some(value) = only.claimline {
        found.add(value.to_string().into_bytes())?;
    }
    Ok((found, findings))
}

/// Our own PDFs hold it as it is; programs that write a PDF anew compress it.
fn in_pdf(bytes: &[u8]) -> Result<Only, ProvenanceError> {
    // As far from the end as readers of PDF look for it.
    if memchr::memmem::rfind(&bytes[bytes.len().saturating_sub(1024)..], b"%%EOF").is_none() {
        let what = "it is cut short: there is no %%EOF".to_owned();
        return Err(ProvenanceError::Damaged { kind: "PDF", what });
    }
    let marker = format!("{{\"format\":\"{FORMAT}\"");
    let value = |text: &[u8]| -> Option<Vec<u8>> {
        let mut stream = serde_json::Deserializer::from_slice(&text[..text.len().min(MAX_BYTES + 1)]).into_iter();
        let _: serde::de::IgnoredAny = stream.next()?.ok()?;
        Some(text[..stream.byte_offset()].to_vec())
    };
    let mut found = Only::of("PDF");
    for at in memchr::memmem::find_iter(bytes, &marker).take(64) {
        if let Some(text) = value(&bytes[at..]) {
            found.add(text)?;
        }
    }
    for at in memchr::memmem::find_iter(bytes, b"stream").take(2 * MAX_STREAMS) {
        let data = &bytes[at + b"stream".len()..];
        let data = data.strip_prefix(b"\r\n").or_else(|| data.strip_prefix(b"\n"));
        // The two bytes with which zlib data begin.
        let Some(data) = data.filter(|data| data.first().is_some_and(|first| first & 0x0f == 8)) else { continue };
        if inflated(data, marker.len()) == marker.as_bytes()
            && let Some(text) = value(&inflated(data, MAX_BYTES + 1))
        {
            found.add(text)?;
        }
    }
    Ok(found)
}

fn in_pack(bytes: Vec<u8>) -> Result<Found, ProvenanceError> {
    let kind = "evidence pack";
    let mut bundle = Bundle::open(bytes, pack::PROVENANCE_NAME)?;
    let names: Vec<String> = bundle.names().map(str::to_owned).collect();
    if !names.iter().any(|name| name == pack::PROVENANCE_NAME) {
        return Err(ProvenanceError::None("zip"));
    }
    let provenance = parsed(kind, &bundle.read(pack::PROVENANCE_NAME)?)?;
    let listed = match bundle.read(pack::SUMS_NAME) {
        Ok(text) => pack::read_sums(&text),
        Err(BundleError::Absent(_)) => BTreeMap::new(),
        Err(error) => return Err(error.into()),
    };
    let mut sums = Vec::new();
    for name in names.iter().filter(|name| *name != pack::SUMS_NAME && !name.ends_with('/')) {
        let state = match listed.get(name) {
            None => State::Unknown,
            Some(sum) if fingerprint::bytes(&bundle.read(name)?) == *sum => State::Same,
            Some(_) => State::Changed,
        };
        sums.push(Finding { what: "file", id: name.clone(), state });
    }
    let known: BTreeSet<&str> = names.iter().map(String::as_str).collect();
    let absent = listed.keys().filter(|name| !known.contains(name.as_str()));
    sums.extend(absent.map(|name| Finding { what: "file", id: name.clone(), state: State::Missing }));
    Ok(Found { kind, provenance, sums: Some(sums) })
}

#[cfg(test)]
mod tests;
