//! Recipes worked out, shapes measured, links checked.

mod by_day;
mod kept;
mod lines;
mod shapes;
mod versions;
mod workshop;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use geo::MultiPolygon;
use serde_json::Value;

use self::by_day::{DatedById, Followed};
use self::workshop::{Made, Part, Workshop};
use super::features::Features;
use super::model::{Choice, DossierFile, OverlayEntry, Recipe, Side, operand_and_day};
use super::read_style::{self, Notes};
use super::{About, Dossier, Measure, Open, Overlay, Problem, Shape, words};
use crate::formats::day::Day;
use crate::geometry::work::{self, within_limits};
use crate::geometry::{derive, measure};

pub(super) use self::by_day::nothing_of;
pub(super) use self::kept::{Former, Inputs, Kept};
pub use self::shapes::shape_of;
pub(super) use self::shapes::{bounds_of, places, size_of};
pub(super) use self::workshop::tangled;

/// Shapes by id, or why there is none: those of overlays and of hidden layers.
pub(super) type Shapes = BTreeMap<String, Result<Shape, String>>;

/// The features of shapes by id, of those that have some.
pub(super) type FeaturesById = BTreeMap<String, Arc<Features>>;

/// So many letters of a title are kept: each list, page and table that names it has to set them all.
pub(super) const LONGEST_TITLE: usize = 1_000;

/// A dossier has at most so many overlays: a list of more is no list that anybody reads.
const MOST_OVERLAYS: usize = 5_000;

/// The shapes of a dossier have at most so many vertices together: a few bytes can ask for the same large file, or a
/// large part of it, thousands of times.
const MOST_VERTICES: usize = 20_000_000;

/// The overlays of a dossier, and what they were made with.
pub(super) struct Resolved {
    /// Those that can be drawn, in the dossier's order.
    pub(super) overlays: Vec<Arc<Overlay>>,
    /// The shapes and their features, for recipes that are worked out anew.
    pub(super) shapes: Shapes,
    pub(super) features: FeaturesById,
    /// What need not be worked out again as long as what it is made of stays as it is.
    pub(super) kept: Kept,
}

/// Reads and derives every overlay that can be; the others become problems. What `former` has of the very same inputs is taken
/// over.
pub(super) fn overlays(
    file: &DossierFile,
    open: Open<'_>,
    former: Option<&Former<'_>>,
    problems: &mut Vec<Problem>,
) -> Resolved {
    let mut workshop = Workshop::new(file, open, (BTreeMap::new(), BTreeMap::new()), None);
    if let Some(former) = former {
        former.hand_over(&mut workshop);
    }
    let mut overlays: Vec<Arc<Overlay>> = Vec::new();
    let mut kept = Kept::default();
    let mut taken_over = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut vertices = 0;
    for (index, entry) in file.overlays.iter().enumerate() {
        step(index, entry, file);
        let part = About::Overlay(entry.id.clone());
        if index == MOST_OVERLAYS {
            let what = format!("there are more than {MOST_OVERLAYS} overlays; this one and all after it are left out");
            problems.push(Problem { part, what });
            break;
        }
        if !seen.insert(entry.id.as_str()) {
            problems.push(Problem { part, what: "two have this id; the second is left out".to_owned() });
            continue;
        }
        if let Some(whole) = former.and_then(|former| former.whole(&entry.id))
            && vertices + whole.vertices() <= MOST_VERTICES
        {
            vertices += whole.vertices();
            problems.extend(whole.notes().map(|what| Problem { part: part.clone(), what }));
            overlays.push(Arc::clone(&whole.overlay));
            kept.keep(&entry.id, whole.clone());
            taken_over.insert(entry.id.as_str());
            continue;
        }
        let sizes = former.and_then(|former| former.sizes(&entry.id));
        match workshop.shape(&entry.id).and_then(|shape| finish(entry, file, shape, sizes, &mut workshop)) {
            Ok((overlay, ..)) if vertices + overlay.vertices() > MOST_VERTICES => {
                let most = words::number(MOST_VERTICES as f64, 0);
                let what = format!("with it, the shapes of the dossier have more than {most} vertices; it is left out");
                workshop.shapes.insert(entry.id.clone(), Err(what.clone()));
                workshop.features.remove(&entry.id);
                problems.push(Problem { part, what });
            }
            Ok((overlay, sizes, notes)) => {
                vertices += overlay.vertices();
                let all = sizes.said.iter().chain(&notes);
                problems.extend(all.map(|what| Problem { part: part.clone(), what: what.clone() }));
                let most = MOST_VERTICES - vertices;
                let (overlay, of_versions, taken) = versions::dated(entry, overlay, &mut workshop, most);
                vertices += taken;
                let overlay = Arc::new(overlay);
                // What is wrong with its versions may be that there are too many others.
                if of_versions.is_empty() {
                    kept.keep(&entry.id, kept::Whole { overlay: Arc::clone(&overlay), sizes, notes });
                }
                problems.extend(of_versions.into_iter().map(|what| Problem { part: part.clone(), what }));
                overlays.push(overlay);
            }
            Err(what) => problems.push(Problem { part, what }),
        }
    }
    let left = MOST_VERTICES - vertices;
    let known = (&workshop.shapes, &workshop.features);
    let said = day_by_day(file, &mut overlays, known, (DatedById::new(), None), (&taken_over, left));
    for overlay in &overlays {
        kept.stands_as(overlay, said.iter().any(|problem| problem.part == About::Overlay(overlay.id.clone())));
    }
    problems.extend(said);
    let doubts = workshop.doubts.iter().cloned();
    problems.extend(doubts.map(|(id, what)| Problem { part: About::Overlay(id), what }));
    kept.doubts = workshop.doubts;
    if work::is_cancelled() {
        kept = Kept::default();
    }
    Resolved { overlays, shapes: workshop.shapes, features: workshop.features, kept }
}

/// Gives recipes the days of what they are made of, each after what it needs; says what is wrong with them. `dated` are
/// overlays with reports that are not among these, `own_line` is the line that stands in for one of the dossier's. Those of the ids in
/// `done` have their days already.
fn day_by_day(
    file: &DossierFile,
    overlays: &mut [Arc<Overlay>],
    known: (&Shapes, &FeaturesById),
    (mut dated, own_line): (DatedById, Option<&str>),
    (done, mut most_vertices): (&BTreeSet<&str>, usize),
) -> Vec<Problem> {
    dated.extend(overlays.iter().filter_map(|overlay| Some((overlay.id.clone(), overlay.dated.clone()?))));
    let mut said = Vec::new();
    if dated.is_empty() {
        return said;
    }
    let mut waiting: Vec<(usize, &OverlayEntry, &Recipe)> = Vec::new();
    let mut seen = BTreeSet::new();
    let is_done = |entry: &OverlayEntry| done.contains(entry.id.as_str());
    for entry in file.overlays.iter().filter(|entry| seen.insert(entry.id.as_str()) && !is_done(entry)) {
        let index = overlays.iter().position(|overlay| overlay.id == entry.id);
        waiting.extend(index.zip(entry.recipe.as_ref()).map(|(index, recipe)| (index, entry, recipe)));
    }
    while !waiting.is_empty() {
        let ids: BTreeSet<&str> = waiting.iter().map(|(_, entry, _)| entry.id.as_str()).collect();
        let is_ready = |recipe: &Recipe| !recipe.operands().iter().any(|id| ids.contains(id));
        let (ready, later): (Vec<_>, Vec<_>) = waiting.iter().partition(|(.., recipe)| is_ready(recipe));
        if ready.is_empty() {
            // They need each other: that was said when they could not be made.
            break;
        }
        for (index, entry, _) in ready {
            let followed = Followed { file, known, dated: &dated, own_line, most_vertices };
            let (overlay, of_it, taken) = followed.overlay(entry, Overlay::clone(&overlays[index]));
            most_vertices -= taken.min(most_vertices);
            said.extend(of_it.into_iter().map(|what| Problem { part: About::Overlay(entry.id.clone()), what }));
            dated.extend(overlay.dated.clone().map(|dated| (entry.id.clone(), dated)));
            overlays[index] = Arc::new(overlay);
        }
        waiting = later;
    }
    said
}

/// Says which overlay is read or worked out.
fn step(index: usize, entry: &OverlayEntry, file: &DossierFile) {
    work::begin(
        || {
            let (title, doing) = (entry.title.main(), if entry.recipe.is_some() { "Working out" } else { "Reading" });
            format!("{doing} {}", if title.is_empty() { &entry.id } else { title })
        },
        file.overlays.len() as u64,
    );
    work::advance(index as u64);
}

/// Derives the overlays of these ids anew, in the dossier's order, from known shapes in which `line` is another one. `split` is
/// the area of an id on the two sides of that line, if it is known already, and `dated` are overlays with reports of several days.
pub(super) fn derive_anew(
    file: &DossierFile,
    ids: &BTreeSet<String>,
    line: &str,
    known: (Shapes, FeaturesById),
    split: Option<(String, derive::Split)>,
    dated: DatedById,
) -> Vec<(String, Result<Overlay, String>)> {
    let open = |path: &str| Err(format!("{path} was read when the dossier was opened, and is not read again"));
    let mut workshop = Workshop::new(file, &open, known, Some(line));
    if let Some((of, split)) = split {
        let part = Part::Sides { of, line: line.to_owned(), when: String::new() };
        workshop.parts.insert(part, Made::Split(Ok(Arc::new(split))));
    }
    work::begin(|| "Working out the sides of the line".to_owned(), 0);
    workshop.prepare(ids);
    let mut seen = BTreeSet::new();
    let entries = file.overlays.iter().filter(|entry| ids.contains(&entry.id) && seen.insert(entry.id.as_str()));
    let mut all: Vec<(String, Result<Overlay, String>)> = entries
        .enumerate()
        .map(|(index, entry)| {
            step(index, entry, file);
            let made = workshop.shape(&entry.id).and_then(|shape| finish(entry, file, shape, None, &mut workshop));
            // What could not be read of its style was said when the dossier was opened.
            (entry.id.clone(), made.map(|(overlay, ..)| overlay))
        })
        .collect();
    if !dated.is_empty() {
        let mut made: Vec<Arc<Overlay>> = all.iter().filter_map(|(_, made)| made.clone().ok().map(Arc::new)).collect();
        let (known, none) = ((&workshop.shapes, &workshop.features), BTreeSet::new());
        day_by_day(file, &mut made, known, (dated, Some(line)), (&none, MOST_VERTICES));
        for overlay in made.into_iter().filter(|overlay| overlay.dated.is_some()) {
            if let Some(place) = all.iter_mut().find(|(id, _)| *id == overlay.id) {
                place.1 = Ok(Arc::unwrap_or_clone(overlay));
            }
        }
    }
    all
}

/// Drops what leads nowhere, and says so.
pub(super) fn check_links(dossier: &mut Dossier, problems: &mut Vec<Problem>) {
    let overlays: BTreeSet<String> = dossier.overlays.iter().map(|overlay| overlay.id.clone()).collect();
    let sources: BTreeSet<String> = dossier.sources.iter().map(|source| source.id.clone()).collect();
    dossier.excerpts.retain(|excerpt| {
        let known = sources.contains(&excerpt.source);
        if !known {
            let what = match excerpt.source.as_str() {
                "" => "it names no source; the excerpt is left out".to_owned(),
                id => format!("its source '{id}' is not among the sources; the excerpt is left out"),
            };
            problems.push(Problem { part: About::Excerpt(excerpt.id.clone()), what });
        }
        known
    });
    for excerpt in &mut dossier.excerpts {
        let part = About::Excerpt(excerpt.id.clone());
        excerpt.overlays.retain(|id| known(&overlays, id, &part, problems));
    }
    let excerpts: BTreeSet<String> = dossier.excerpts.iter().map(|excerpt| excerpt.id.clone()).collect();
    dossier
        .positions
        .retain(|position| known(&overlays, &position.overlay, &About::Position(position.id.clone()), problems));
    for (part, link) in (dossier.positions.iter_mut())
        .map(|position| (About::Position(position.id.clone()), &mut position.excerpt))
        .chain(dossier.figures.iter_mut().map(|figure| (About::Figure(figure.id.clone()), &mut figure.excerpt)))
    {
        if let Some(id) = link.as_ref().filter(|id| !excerpts.contains(*id)) {
            problems.push(Problem { part, what: format!("its excerpt '{id}' is not among the excerpts") });
            *link = None;
        }
    }
    for note in &mut dossier.notes {
        note.accounts.retain(|id| {
            let is_known = excerpts.contains(id);
            if !is_known {
                let what = format!("its account '{id}' is not among the excerpts");
                problems.push(Problem { part: About::Note(note.id.clone()), what });
            }
            is_known
        });
    }
    for figure in &mut dossier.figures {
        let part = About::Figure(figure.id.clone());
        figure.overlay = figure.overlay.take().filter(|id| known(&overlays, id, &part, problems));
    }
}

fn known(overlays: &BTreeSet<String>, id: &str, part: &About, problems: &mut Vec<Problem>) -> bool {
    let known = overlays.contains(id);
    if !known {
        problems
            .push(Problem { part: part.clone(), what: format!("there is no overlay '{id}'; the link is left out") });
    }
    known
}

/// How large an overlay is.
#[derive(Debug, Clone)]
struct Sizes {
    bounds: [f64; 4],
    measure: Measure,
    contested_km2: Option<(f64, f64)>,
    /// What of it is not known, and why.
    said: Notes,
}

fn sizes(
    entry: &OverlayEntry,
    file: &DossierFile,
    shape: &Shape,
    workshop: &mut Workshop<'_>,
) -> Result<Sizes, String> {
    let (bounds, mut measure) = size_of(shape)?;
    let mut said = Notes::new();
    if let (Measure::Area { range_km2: range, .. }, Some(recipe), Shape::Area(area)) =
        (&mut measure, &entry.recipe, shape)
    {
        match within_limits(|| range_km2(recipe, area, file, workshop)) {
            Ok(known) => *range = known,
            Err(stopped) => said.push(format!("its range is not known: {stopped}")),
        }
    }
    let contested_km2 = match (&entry.contested, &entry.recipe, shape) {
        (Some(contested), Some(Recipe::Side { of, line, when, .. }), Shape::Area(area)) => {
            let is_dossiers = workshop.own_line != Some(line.as_str());
            let both = || is_dossiers.then(|| workshop.without_and_with(area, contested, of, when)).transpose();
            match within_limits(both) {
                Ok(known) => known?,
                Err(stopped) => {
                    said.push(format!("how much of it is contested is not known: {stopped}"));
                    None
                }
            }
        }
        (Some(_), ..) => return Err("only an area beside a line can state how much of it is contested".to_owned()),
        (None, ..) => None,
    };
    Ok(Sizes { bounds, measure, contested_km2, said })
}

/// The overlay with its sizes, which are `known` where they were worked out before, and what of its style and its rules could not
/// be read.
fn finish(
    entry: &OverlayEntry,
    file: &DossierFile,
    shape: Shape,
    known: Option<&Sizes>,
    workshop: &mut Workshop<'_>,
) -> Result<(Overlay, Sizes, Notes), String> {
    let sizes = match known {
        Some(known) => known.clone(),
        None => sizes(entry, file, &shape, workshop)?,
    };
    let mut notes = Notes::new();
    let (title, is_cut) = entry.title.clone().visible().cut(LONGEST_TITLE);
    if is_cut {
        notes.push(format!("its title is cut off after {LONGEST_TITLE} letters"));
    }
    let style = read_style::style(&entry.style, &mut notes);
    let rules = read_style::rules(&entry.rules, &style, &mut notes);
    let overlay = Overlay {
        title,
        gist: entry.gist.clone(),
        headline: entry.headline.clone(),
        kind: entry.kind.clone(),
        group: entry.group.clone().or_else(|| file.groups.first().map(|group| group.id.clone())).unwrap_or_default(),
        as_of: entry.as_of.clone().unwrap_or_else(|| file.as_of.clone()),
        visible: entry.visible,
        style,
        rules,
        features: workshop.features.get(&entry.id).cloned().unwrap_or_default(),
        recipe: entry.recipe.as_ref().map(describe),
        operand_days: operand_days(entry, file),
        accuracy_m: entry.accuracy.as_ref().map(|accuracy| accuracy.to_m).or(entry.accuracy_m),
        accuracy: entry.accuracy.clone(),
        contested_km2: sizes.contested_km2,
        method: entry.method.clone(),
        license: entry.license.clone(),
        credit: entry.credit.clone(),
        ..Overlay::bare(entry.id.clone(), Arc::new(shape), (sizes.bounds, sizes.measure))
    };
    Ok((overlay, sizes, notes))
}

/// The operands of a recipe that are as on a day of their own, and those of the recipes that it rests on, each once.
fn operand_days(entry: &OverlayEntry, file: &DossierFile) -> Vec<(String, Day)> {
    let mut found: Vec<(String, Day)> = Vec::new();
    let mut seen = BTreeSet::from([entry.id.as_str()]);
    let mut waiting: Vec<&Recipe> = entry.recipe.iter().collect();
    while let Some(recipe) = waiting.pop() {
        for operand in recipe.operands() {
            match operand_and_day(operand) {
                (id, Some(day)) => {
                    let operand = (id.to_owned(), day);
                    if !found.contains(&operand) {
                        found.push(operand);
                    }
                }
                (id, None) if seen.insert(id) => {
                    let of_it = file.overlays.iter().find(|other| other.id == id);
                    waiting.extend(of_it.and_then(|other| other.recipe.as_ref()));
                }
                _ => {}
            }
        }
    }
    found
}

/// How small and how large the part of an area beside a line can be, if the line runs elsewhere within its accuracy.
fn range_km2(
    recipe: &Recipe,
    part: &MultiPolygon<f64>,
    file: &DossierFile,
    workshop: &mut Workshop<'_>,
) -> Option<(f64, f64)> {
    let Recipe::Side { of, line, side, when } = recipe else {
        return None;
    };
    if workshop.own_line == Some(line.as_str()) {
        return None;
    }
    let entry = file.overlays.iter().find(|entry| entry.id == *line)?;
    if let Some(accuracy) = &entry.accuracy {
        return workshop.without_and_with(part, &accuracy.band, of, when).ok();
    }
    let accuracy_m = workshop.accuracy_m.get(line).copied().unwrap_or(entry.accuracy_m)?;
    let whole = workshop.area(of, when).ok()?;
    let (inward, outward) = match side {
        Side::Left => (Side::Left, Side::Right),
        Side::Right => (Side::Right, Side::Left),
        Side::Both => return None,
    };
    let (inner, outer) =
        (workshop.buffer(line, accuracy_m, inward).ok()?, workshop.buffer(line, accuracy_m, outward).ok()?);
    let km2 = |area: &MultiPolygon<f64>| measure::area_m2(area) / 1e6;
    let least = km2(&derive::difference(part, &inner));
    let most = km2(&derive::intersection(&derive::union_all([part, &outer]), &whole));
    Some((least, most))
}

/// A recipe in words, for the inspector and the figure's notes.
fn describe(recipe: &Recipe) -> String {
    let recipe = &recipe.of_others(|operand| match operand_and_day(operand) {
        (of, Some(day)) => format!("{of} as on {}", words::date(&day.iso())),
        _ => operand.to_owned(),
    });
    let words = match recipe {
        Recipe::Side { of, line, side, .. } => {
            let side = match side {
                Side::Left => "left",
                Side::Right => "right",
                Side::Both => "both sides",
            };
            format!("part of {of} to the {side} of {line}")
        }
        Recipe::Difference { of, .. } => of.join(" without "),
        Recipe::Intersection { of, .. } => format!("what {} have in common", of.join(" and ")),
        Recipe::Union { of, .. } => of.join(" and ") + " together",
        Recipe::Buffer { of, distance_km, sides, clip } => {
            let within = clip.as_ref().map(|clip| format!(", within {clip}")).unwrap_or_default();
            let sides = match sides {
                Side::Both => "on both sides",
                Side::Left => "on its left",
                Side::Right => "on its right",
            };
            format!(
                "all within {distance_km} km of {of}, {sides}, with flat ends{within}; worked out in an azimuthal \
                 equidistant projection of WGS 84 centred on the line"
            )
        }
        Recipe::PointsWithin { of, within, .. } => format!("places of {of} within {within}"),
        Recipe::Parallel { .. }
        | Recipe::Meridian { .. }
        | Recipe::Bearing { .. }
        | Recipe::Coordinates { .. }
        | Recipe::Median { .. }
        | Recipe::Course { .. } => lines::describe(recipe),
    };
    match recipe.choice() {
        Choice::All => words,
        Choice::Of(filter) => format!("{words}, of features with {}", plain(filter)),
        Choice::Each(filters) => {
            let each = filters.iter().map(|(id, filter)| format!("{id} with {}", plain(filter)));
            format!("{words}, of {}", each.collect::<Vec<_>>().join(" and "))
        }
    }
}

/// A filter as it was written, without the quotes of JSON.
fn plain(filter: &Value) -> String {
    filter.as_str().map_or_else(|| filter.to_string(), str::to_owned)
}
