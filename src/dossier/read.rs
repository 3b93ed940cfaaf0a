//! A dossier from `dossier.json` and the files that it names.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::{
    About, Dossier, DossierError, OWN_GROUP, Overlay, Problem, fingerprint, fonts, join_bounds, model, own_line,
    read_entries, resolve, schema_check,
};
use crate::formats::language::{Language, Text};

/// Gives the bytes of a file in the dossier's folder, or says why it can't.
pub type Open<'a> = &'a dyn Fn(&str) -> Result<Cow<'static, [u8]>, String>;

/// The files that a `dossier.json` names, by their paths within its folder; none if it cannot be read.
pub fn files_named(json: &[u8]) -> Vec<String> {
    let file = std::str::from_utf8(json).ok().and_then(|text| read_entries::file_of(text).ok());
    file.map_or_else(Vec::new, |(file, _)| {
        let overlays = file.overlays.into_iter().flat_map(|overlay| {
            let versions = overlay.versions.into_iter().map(|version| version.geometry);
            overlay.geometry.into_iter().chain(versions).map(|geometry| geometry.file)
        });
        let layers = file.layers.into_iter().map(|layer| layer.file);
        overlays.chain(layers).chain(file.fonts.into_iter().map(|font| font.file)).collect()
    })
}

/// Reads a dossier: `dossier.json` and, by `open`, the files that it names.
///
/// # Errors
/// [`DossierError`] when nothing of it can be used. What is only partly wrong comes back as problems.
pub fn read(json: &[u8], open: Open<'_>) -> Result<(Dossier, Vec<Problem>), DossierError> {
    let (dossier, problems) = read_unfinished(json, open)?;
    if dossier.overlays.is_empty() && !dossier.groundwork.entries().is_empty() {
        let of_overlay = problems.iter().find(|problem| matches!(problem.part, About::Overlay(_)));
        let first = of_overlay.or(problems.first()).map_or_else(|| "it has none".to_owned(), ToString::to_string);
        return Err(DossierError::Empty(first));
    }
    Ok((dossier, problems))
}

/// As [`read`], but a dossier of which no overlay can be drawn is read too: it opens on its limits.
///
/// # Errors
/// [`DossierError`] when nothing of it can be used.
pub(super) fn read_unfinished(json: &[u8], open: Open<'_>) -> Result<(Dossier, Vec<Problem>), DossierError> {
    read_after(json, open, None)
}

/// As [`read_unfinished`], where a dossier of the same overlays or nearly so is at hand: what of these would come out as it did is
/// not worked out again.
///
/// # Errors
/// [`DossierError`] when nothing of it can be used.
pub(super) fn read_after(
    json: &[u8],
    open: Open<'_>,
    former: Option<&Dossier>,
) -> Result<(Dossier, Vec<Problem>), DossierError> {
    let (file, mut problems) = parse(json)?;
    let sums = RefCell::new(BTreeMap::from([("dossier.json".to_owned(), fingerprint::bytes(json))]));
    let summed = |name: &str| {
        let bytes = open(name)?;
        sums.borrow_mut().insert(name.to_owned(), fingerprint::bytes(&bytes));
        Ok(bytes)
    };
    let there = RefCell::new(BTreeMap::new());
    let sum_there = |name: &str| {
        let sum = || open(name).ok().map(|bytes| fingerprint::bytes(&bytes));
        there.borrow_mut().entry(name.to_owned()).or_insert_with(sum).clone()
    };
    let now = former.map(|_| resolve::Inputs::of(&file, &sum_there));
    let known = former.zip(now.as_ref()).map(|(former, now)| former.groundwork.former(now));
    let resolved = resolve::overlays(&file, &summed, known.as_ref(), &mut problems);
    if let Some(now) = &now {
        // What was taken over was not opened.
        let taken = now.files().filter_map(|name| Some((name.to_owned(), sum_there(name)?)));
        sums.borrow_mut().extend(taken);
    }
    let fonts = fonts::read(&file.fonts, &summed, &mut problems);
    let inputs = now.unwrap_or_else(|| resolve::Inputs::of(&file, &|name| sums.borrow().get(name).cloned()));
    let kept = resolved.kept.of_inputs(inputs);
    let shown = Dossier {
        fonts: fonts.into(),
        overlays: resolved.overlays,
        layers: file.layers.clone(),
        groundwork: Arc::new(own_line::Groundwork::new(&file, resolved.shapes, resolved.features, kept)),
        ..Dossier::empty()
    };
    let sha256 = fingerprint::folder(&sums.borrow());
    let lost = |overlay: &&Arc<Overlay>| !overlay.group.is_empty() && is_ungrouped(overlay, &file.groups);
    problems.extend(shown.overlays.iter().filter(lost).map(|overlay| {
        let title = rest_title();
        let what =
            format!("its group '{}' is not among the groups; it is listed under “{}”", overlay.group, title.main());
        Problem { part: About::Overlay(overlay.id.clone()), what }
    }));
    Ok(said_of(shown, file, sha256, problems))
}

/// Whether an overlay of a dossier is in none of its groups.
fn is_ungrouped(overlay: &Overlay, groups: &[model::Group]) -> bool {
    ![OWN_GROUP, own_line::COMPARISON_GROUP].contains(&overlay.group.as_str())
        && !groups.iter().any(|group| group.id == overlay.group)
}

/// What overlays stand under that are in no group of their dossier: by groups they are listed, and named in figures.
pub fn rest_title() -> Text {
    Text::new(Language::WINDOW, "Overlays")
}

/// The groups of a dossier, and one for each that its overlays name and that is not there.
fn all_groups(shown: &Dossier, groups: Vec<model::Group>) -> Vec<model::Group> {
    let mut all = groups;
    for overlay in &shown.overlays {
        if is_ungrouped(overlay, &all) {
            all.push(model::Group { id: overlay.group.clone(), title: rest_title(), note: None });
        }
    }
    all
}

/// The dossier as another text says it, with the overlays and the layers as they are: what is said of them, who says it, and the
/// whole are read, no shape is worked out. `sums` are of that text and of the files that it names.
///
/// # Errors
/// [`DossierError`] when nothing of it can be used.
pub(super) fn restate(
    dossier: &Dossier,
    json: &[u8],
    sums: &BTreeMap<String, String>,
) -> Result<(Dossier, Vec<Problem>), DossierError> {
    let (file, problems) = parse(json)?;
    Ok(said_of(dossier.clone(), file, fingerprint::folder(sums), problems))
}

/// A dossier with these shapes, and with all else as its file says it; the layers of the user's own stay.
fn said_of(
    shown: Dossier,
    file: model::DossierFile,
    sha256: String,
    mut problems: Vec<Problem>,
) -> (Dossier, Vec<Problem>) {
    let (home, limits) = home_and_limits(&file, &shown, &mut problems);
    let limits = shown.own_layers().map(|layer| layer.bounds).fold(limits, join_bounds);
    let title = title_of(&file, &mut problems);
    let own_groups = shown.groups.iter().filter(|group| group.id == OWN_GROUP).cloned();
    let groups = all_groups(&shown, file.groups);
    let mut dossier = Dossier {
        id: file.id,
        version: file.version,
        sha256,
        title,
        summary: file.summary,
        as_of: file.as_of,
        country: file.country,
        home,
        limits,
        disclaimer: file.disclaimer,
        disclaimer_short: file.disclaimer_short,
        boundary_view: file.boundary_view,
        groups: own_groups.chain(groups).collect(),
        sources: file.sources,
        excerpts: file.excerpts,
        positions: file.positions,
        figures: file.figures,
        notes: file.notes,
        acknowledged: file.acknowledged,
        languages: file.languages,
        index: super::index::Index::default(),
        ..shown
    };
    resolve::check_links(&mut dossier, &mut problems);
    (dossier, problems)
}

/// The text of a `dossier.json` in its types, and the members that the format does not know.
fn parse(json: &[u8]) -> Result<(model::DossierFile, Vec<Problem>), DossierError> {
    let text = std::str::from_utf8(json).map_err(|error| DossierError::Json(format!("not UTF-8: {error}")))?;
    let format: FormatOnly = serde_json::from_str(text).map_err(|error| DossierError::Json(error.to_string()))?;
    if format.format != model::FORMAT {
        return Err(DossierError::Format(format.format));
    }
    let whole: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
    let (file, mut problems) = read_entries::file_of(text)
        .map_err(|why| DossierError::Json(schema_check::first_wrong(&whole, &why).unwrap_or(why)))?;
    // What is left out is told of once.
    let is_told = |told: &[Problem], one: &Problem| told.iter().any(|other| is_within(&one.part, &other.part));
    let unknown = schema_check::unknown(&whole).into_iter().filter(|one| !is_told(&problems, one)).collect::<Vec<_>>();
    problems.extend(unknown);
    Ok((file, problems))
}

/// Whether a path is another, or leads into it.
fn is_within(path: &About, other: &About) -> bool {
    let (path, other) = (path.to_string(), other.to_string());
    path.strip_prefix(&other).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// What the opening view fits, and where the dossier ends.
fn home_and_limits(file: &model::DossierFile, shown: &Dossier, problems: &mut Vec<Problem>) -> ([f64; 4], [f64; 4]) {
    let overlays = || shown.overlays.iter().filter(|overlay| overlay.group != OWN_GROUP);
    let all = overlays().map(|overlay| overlay.bounds).reduce(join_bounds).or(file.limits_bbox.filter(is_box));
    let all = all.unwrap_or([-180.0, -85.0, 180.0, 85.0]);
    let home = match file.home.as_deref().map(|id| (id, overlays().find(|overlay| overlay.id == id))) {
        Some((_, Some(overlay))) => overlay.bounds,
        Some((id, None)) => {
            problems.push(Problem {
                part: "home".into(),
                what: format!("there is no overlay '{id}'; the opening view fits all overlays"),
            });
            all
        }
        None => all,
    };
    let limits = match file.limits_bbox {
        Some(limits) if is_box(&limits) => join_bounds(limits, all),
        Some(_) => {
            let what = "expected [west, south, east, north] in degrees, west less than east, south less than north, \
                        within ±180 and ±90; it is passed over";
            problems.push(Problem { part: "limits_bbox".into(), what: what.to_owned() });
            all
        }
        None => all,
    };
    (home, limits)
}

/// Its name, no longer than one may be.
fn title_of(file: &model::DossierFile, problems: &mut Vec<Problem>) -> Text {
    let (title, is_cut) = file.title.clone().visible().cut(resolve::LONGEST_TITLE);
    if is_cut {
        let what = format!("it is cut off after {} letters", resolve::LONGEST_TITLE);
        problems.push(Problem { part: "title".into(), what });
    }
    title
}

/// Whether four numbers are west, south, east and north of a part of the world, in degrees.
fn is_box(&[west, south, east, north]: &[f64; 4]) -> bool {
    -180.0 <= west && west < east && east <= 180.0 && -90.0 <= south && south < north && north <= 90.0
}

#[derive(serde::Deserialize)]
struct FormatOnly {
    format: String,
}
