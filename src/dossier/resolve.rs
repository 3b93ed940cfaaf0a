//! Recipes worked out, shapes measured, links checked.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use geo::{Coord, LineString, MultiLineString, MultiPolygon};
use serde_json::Value;

use super::features::{Features, Size};
use super::model::{Choice, DossierFile, OverlayEntry, Recipe, Side};
use super::read_style::{self, Notes};
use super::{About, Dossier, Known, Measure, Open, Overlay, Place, Problem, Shape};
use crate::formats::filter::Filter;
use crate::formats::geojson;
use crate::formats::language::Text;
use crate::formats::table::FeatureTable;
use crate::geometry::{derive, measure};

/// Shapes by id, or why there is none: those of overlays and of hidden layers.
pub(super) type Shapes = BTreeMap<String, Result<Shape, String>>;

/// The features of shapes by id, of those that have some.
pub(super) type FeaturesById = BTreeMap<String, Arc<Features>>;

/// Reads and derives every overlay that can be; the others become problems. The shapes and their features come back too,
/// for recipes that are worked out anew.
pub(super) fn overlays(
    file: &DossierFile,
    open: Open<'_>,
    problems: &mut Vec<Problem>,
) -> (Vec<Overlay>, Shapes, FeaturesById) {
    let mut workshop = Workshop::new(file, open, (BTreeMap::new(), BTreeMap::new()), None);
    let mut overlays = Vec::new();
    let mut seen = BTreeSet::new();
    for entry in &file.overlays {
        let part = About::Overlay(entry.id.clone());
        if !seen.insert(entry.id.as_str()) {
            problems.push(Problem { part, what: "there are two of this id; the second is left out".to_owned() });
            continue;
        }
        match workshop.shape(&entry.id).and_then(|shape| finish(entry, file, shape, &mut workshop)) {
            Ok((overlay, notes)) => {
                problems.extend(notes.into_iter().map(|what| Problem { part: part.clone(), what }));
                overlays.push(overlay);
            }
            Err(what) => problems.push(Problem { part, what }),
        }
    }
    (overlays, workshop.shapes, workshop.features)
}

/// Derives the overlays of these ids anew, in the dossier's order, from known shapes in which `line` is another one. `split` is
/// the area of an id on the two sides of that line, if it is known already.
pub(super) fn derive_anew(
    file: &DossierFile,
    ids: &BTreeSet<String>,
    line: &str,
    known: (Shapes, FeaturesById),
    split: Option<(String, derive::Split)>,
) -> Vec<(String, Result<Overlay, String>)> {
    let open = |path: &str| Err(format!("{path} was read when the dossier was opened, and is not read again"));
    let mut workshop = Workshop::new(file, &open, known, Some(line));
    if let Some((of, split)) = split {
        let part = Part::Sides { of, line: line.to_owned(), when: String::new() };
        workshop.parts.insert(part, Made::Split(Ok(Arc::new(split))));
    }
    workshop.prepare(ids);
    let mut seen = BTreeSet::new();
    let entries = file.overlays.iter().filter(|entry| ids.contains(&entry.id) && seen.insert(entry.id.as_str()));
    entries
        .map(|entry| {
            let made = workshop.shape(&entry.id).and_then(|shape| finish(entry, file, shape, &mut workshop));
            // What could not be read of its style was said when the dossier was opened.
            (entry.id.clone(), made.map(|(overlay, _)| overlay))
        })
        .collect()
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

/// Shapes by id, made once each.
struct Workshop<'a> {
    file: &'a DossierFile,
    open: Open<'a>,
    shapes: Shapes,
    /// The line that the user has put in place of the dossier's: nothing is known of its accuracy.
    own_line: Option<&'a str>,
    /// The ids being worked out, outermost first: a repeat is a cycle.
    pending: Vec<String>,
    /// What several recipes are made of, worked out once each.
    parts: BTreeMap<Part, Made>,
    /// The features of what was read from a file, and of points chosen from such.
    features: FeaturesById,
}

/// What several recipes are made of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// An area, or what of it fits a filter, on the two sides of a line.
    Sides { of: String, line: String, when: String },
    /// The buffer of a line at so many metres (as bits, to be compared).
    Band { of: String, distance: u64 },
    /// The same on its two sides.
    BandSides { of: String, distance: u64 },
}

/// A part, done.
#[derive(Debug, Clone)]
enum Made {
    Whole(Arc<MultiPolygon<f64>>),
    Split(Result<Arc<derive::Split>, derive::DeriveError>),
}

/// A part, and what is made of it in one go: for a corridor on both sides its two sides, if they are wanted.
type Finished = (Part, (Made, Option<Made>));

/// A part to be worked out, with what it is made of.
enum Work {
    Sides(MultiPolygon<f64>, MultiLineString<f64>),
    /// With its two sides, if they are wanted.
    Band(MultiLineString<f64>, f64, bool),
}

impl Work {
    fn done(&self) -> (Made, Option<Made>) {
        match self {
            Self::Sides(area, line) => (Made::Split(derive::split_by_line(area, line).map(Arc::new)), None),
            Self::Band(line, distance_m, wants_sides) => {
                let both = derive::buffer_line(line, *distance_m, derive::Sides::Both);
                let sides =
                    wants_sides.then(|| Made::Split(Ok(Arc::new(derive::buffer_sides(line, *distance_m, &both)))));
                (Made::Whole(Arc::new(both)), sides)
            }
        }
    }
}

impl<'a> Workshop<'a> {
    fn new(file: &'a DossierFile, open: Open<'a>, known: (Shapes, FeaturesById), own_line: Option<&'a str>) -> Self {
        let (shapes, features) = known;
        Self { file, open, shapes, own_line, pending: Vec::new(), parts: BTreeMap::new(), features }
    }

    /// Works out the parts of these overlays' recipes whose operands are at hand, on as many threads as there are.
    ///
    /// A line of 3,000 vertices takes half the time on two. What is not at hand, or fails, is left to the recipes.
    fn prepare(&mut self, ids: &BTreeSet<String>) {
        let mut work: BTreeMap<Part, Work> = BTreeMap::new();
        let (line, area) = (|id: &str| self.known_line(id), |id: &str| self.known_area(id));
        let entries = self.file.overlays.iter().filter(|entry| ids.contains(&entry.id));
        for recipe in entries.filter_map(|entry| entry.recipe.as_ref()) {
            match recipe {
                Recipe::Side { of, line: by, when, .. } if when.of(of).is_none() => {
                    if let (Some(area), Some(line)) = (area(of), line(by)) {
                        let part = Part::Sides { of: of.clone(), line: by.clone(), when: String::new() };
                        work.entry(part).or_insert_with(|| Work::Sides(area.clone(), line.clone()));
                    }
                }
                Recipe::Buffer { of, distance_km, sides, .. } => {
                    if let Some(line) = line(of) {
                        let distance_m = distance_km * 1000.0;
                        let part = Part::Band { of: of.clone(), distance: distance_m.to_bits() };
                        let entry = work.entry(part).or_insert_with(|| Work::Band(line.clone(), distance_m, false));
                        if let Work::Band(.., wants_sides) = entry {
                            *wants_sides |= *sides != Side::Both;
                        }
                    }
                }
                _ => {}
            }
        }
        let work: Vec<(Part, Work)> = work.into_iter().filter(|(part, _)| !self.parts.contains_key(part)).collect();
        let next = AtomicUsize::new(0);
        let done: Mutex<Vec<Finished>> = Mutex::default();
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(work.len());
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    while let Some((part, work)) = work.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let made = work.done();
                        done.lock().unwrap_or_else(PoisonError::into_inner).push((part.clone(), made));
                    }
                });
            }
        });
        for (part, (made, sides)) in done.into_inner().unwrap_or_else(PoisonError::into_inner) {
            if let (Part::Band { of, distance }, Some(sides)) = (&part, sides) {
                self.parts.insert(Part::BandSides { of: of.clone(), distance: *distance }, sides);
            }
            self.parts.insert(part, made);
        }
    }

    fn known_line(&self, id: &str) -> Option<&MultiLineString<f64>> {
        match self.shapes.get(id) {
            Some(Ok(Shape::Line(line))) => Some(line),
            _ => None,
        }
    }

    fn known_area(&self, id: &str) -> Option<&MultiPolygon<f64>> {
        match self.shapes.get(id) {
            Some(Ok(Shape::Area(area))) => Some(area),
            _ => None,
        }
    }

    /// An area, or its features that count, on the two sides of a line.
    fn sides(&mut self, of: &str, line: &str, when: &Choice) -> Result<Arc<derive::Split>, String> {
        let filter = when.of(of).map(ToString::to_string).unwrap_or_default();
        let part = Part::Sides { of: of.to_owned(), line: line.to_owned(), when: filter };
        if !self.parts.contains_key(&part) {
            let work = Work::Sides(self.area(of, when)?, self.line(line)?);
            self.parts.insert(part.clone(), work.done().0);
        }
        match self.parts.get(&part) {
            Some(Made::Split(split)) => split.clone().map_err(|error| error.to_string()),
            _ => Err("it has no sides".to_owned()),
        }
    }

    /// The buffer of a line on both sides.
    fn band(&mut self, of: &str, distance_m: f64) -> Result<Arc<MultiPolygon<f64>>, String> {
        let part = Part::Band { of: of.to_owned(), distance: distance_m.to_bits() };
        if !self.parts.contains_key(&part) {
            let work = Work::Band(self.line(of)?, distance_m, false);
            self.parts.insert(part.clone(), work.done().0);
        }
        match self.parts.get(&part) {
            Some(Made::Whole(area)) => Ok(Arc::clone(area)),
            _ => Err("it has no buffer".to_owned()),
        }
    }

    /// The buffer of a line on one of its sides, or on both.
    fn buffer(&mut self, of: &str, distance_m: f64, sides: Side) -> Result<MultiPolygon<f64>, String> {
        let both = self.band(of, distance_m)?;
        if sides == Side::Both {
            return Ok(MultiPolygon::clone(&both));
        }
        let part = Part::BandSides { of: of.to_owned(), distance: distance_m.to_bits() };
        if !self.parts.contains_key(&part) {
            let split = derive::buffer_sides(&self.line(of)?, distance_m, &both);
            self.parts.insert(part.clone(), Made::Split(Ok(Arc::new(split))));
        }
        match self.parts.get(&part) {
            Some(Made::Split(Ok(split))) if sides == Side::Left => Ok(split.left.clone()),
            Some(Made::Split(Ok(split))) => Ok(split.right.clone()),
            _ => Err("it has no sides".to_owned()),
        }
    }

    fn shape(&mut self, id: &str) -> Result<Shape, String> {
        if let Some(done) = self.shapes.get(id) {
            return done.clone();
        }
        if self.pending.iter().any(|pending| pending == id) {
            return Err(format!("the recipe needs itself: {} → {id}", self.pending.join(" → ")));
        }
        self.pending.push(id.to_owned());
        let made = self.make(id);
        self.pending.pop();
        self.shapes.insert(id.to_owned(), made.clone());
        made
    }

    fn make(&mut self, id: &str) -> Result<Shape, String> {
        if let Some(layer) = self.file.layers.iter().find(|layer| layer.id == id) {
            return self.read_file(id, &layer.file, None);
        }
        let Some(entry) = self.file.overlays.iter().find(|entry| entry.id == id) else {
            return Err(format!("there is no overlay or layer '{id}'"));
        };
        let when = read_style::filter("where", &entry.when)?;
        match (&entry.geometry, &entry.recipe) {
            (Some(geometry), None) => self.read_file(id, &geometry.file, when.as_ref()),
            (None, Some(recipe)) => {
                if let Choice::Each(filters) = recipe.choice()
                    && let Some(id) = filters.keys().find(|id| !recipe.operands().contains(&id.as_str()))
                {
                    return Err(format!("recipe.where names '{id}', which is not among what the recipe is of"));
                }
                let shape = self.follow(id, recipe)?;
                match when {
                    Some(filter) => self.only(id, shape, &filter),
                    None => Ok(shape),
                }
            }
            (Some(_), Some(_)) => Err("it has both a geometry and a recipe; one of them must go".to_owned()),
            (None, None) => Err("it has neither a geometry nor a recipe".to_owned()),
        }
    }

    fn read_file(&mut self, id: &str, path: &str, when: Option<&Filter>) -> Result<Shape, String> {
        let bytes = (self.open)(path)?;
        let table = geojson::read_table(&bytes).map_err(|error| format!("{path}: {error}"))?;
        let (shape, features) = shape_of(table, when).map_err(|what| format!("{path}: {what}"))?;
        self.features.insert(id.to_owned(), Arc::new(features));
        Ok(shape)
    }

    /// What of a derived shape fits a filter: of points, which have features.
    fn only(&mut self, id: &str, shape: Shape, filter: &Filter) -> Result<Shape, String> {
        let features = self.features.get(id).filter(|features| features.count() > 0);
        let features =
            features.ok_or("where chooses features, and this recipe makes one shape; say it in the recipe")?;
        let fits = |feature| features.matches(&shape, filter, feature);
        let (shape, features) = features.select(&shape, fits).ok_or_else(|| format!("no feature fits {filter}"))?;
        self.features.insert(id.to_owned(), Arc::new(features));
        Ok(shape)
    }

    fn follow(&mut self, id: &str, recipe: &Recipe) -> Result<Shape, String> {
        match recipe {
            Recipe::Side { of, line, side, when } => {
                let split = self.sides(of, line, when)?;
                let part = match side {
                    Side::Left => split.left.clone(),
                    Side::Right => split.right.clone(),
                    Side::Both => return Err("a part of an area is 'left' or 'right' of a line, not both".to_owned()),
                };
                non_empty(part)
            }
            Recipe::Difference { of, when } => {
                let mut areas = of.iter();
                let first = areas.next().ok_or("a difference needs areas")?;
                let mut area = self.area(first, when)?;
                for id in areas {
                    area = derive::difference(&area, &self.area(id, when)?);
                }
                non_empty(area)
            }
            Recipe::Intersection { of, when } => {
                let mut areas = of.iter();
                let first = areas.next().ok_or("an intersection needs areas")?;
                let mut area = self.area(first, when)?;
                for id in areas {
                    area = derive::intersection(&area, &self.area(id, when)?);
                }
                non_empty(area)
            }
            Recipe::Union { of, when } => {
                let areas = of.iter().map(|id| self.area(id, when)).collect::<Result<Vec<_>, _>>()?;
                non_empty(derive::union_all(&areas))
            }
            Recipe::Buffer { of, distance_km, sides, clip } => {
                if !(distance_km.is_finite() && *distance_km > 0.0 && *distance_km <= 1000.0) {
                    return Err(format!("a distance of {distance_km} km; expected more than 0 and at most 1000"));
                }
                let buffer = self.buffer(of, distance_km * 1000.0, *sides)?;
                match clip {
                    Some(clip) => non_empty(derive::clip(&buffer, &self.area(clip, &Choice::All)?)),
                    None => non_empty(buffer),
                }
            }
            Recipe::PointsWithin { of, within, kinds, when } => {
                let (Shape::Places(places), features) = self.chosen(of, when)? else {
                    return Err(format!("'{of}' has no points"));
                };
                let area = self.area(within, &Choice::All)?;
                let points: Vec<Coord<f64>> = places.iter().map(|place| place.at).collect();
                let within: BTreeSet<usize> = derive::points_within(&points, &area).into_iter().collect();
                let counts = |index: usize, place: &Place| {
                    let is_kind = |kind| kinds.contains(kind);
                    within.contains(&index) && (kinds.is_empty() || place.details.get("kind").is_some_and(is_kind))
                };
                let kept: Vec<bool> = places.iter().enumerate().map(|(index, place)| counts(index, place)).collect();
                let mut keep = kept.iter();
                let places: Vec<Place> = places.into_iter().filter(|_| keep.next() == Some(&true)).collect();
                if places.is_empty() {
                    return Err("no point lies within".to_owned());
                }
                if let Some(features) = features {
                    let features = features.select_points(|point| kept.get(point) == Some(&true));
                    self.features.insert(id.to_owned(), Arc::new(features));
                }
                Ok(Shape::Places(places))
            }
        }
    }

    /// The shape of an operand, or of its features that count; and these features, if it has some.
    fn chosen(&mut self, id: &str, when: &Choice) -> Result<(Shape, Option<Arc<Features>>), String> {
        let shape = self.shape(id).map_err(|what| format!("it needs '{id}', and {what}"))?;
        let features = self.features.get(id).filter(|features| features.count() > 0).cloned();
        let Some(written) = when.of(id) else { return Ok((shape, features)) };
        let Some(filter) = read_style::filter("recipe.where", written)? else { return Ok((shape, features)) };
        let features = features.ok_or_else(|| {
            format!("recipe.where chooses features, and '{id}' is one shape; name the operand that it is meant for")
        })?;
        let fits = |feature| features.matches(&shape, &filter, feature);
        let (shape, features) =
            features.select(&shape, fits).ok_or_else(|| format!("no feature of '{id}' fits {filter}"))?;
        Ok((shape, Some(Arc::new(features))))
    }

    fn area(&mut self, id: &str, when: &Choice) -> Result<MultiPolygon<f64>, String> {
        match self.chosen(id, when)?.0 {
            Shape::Area(area) => Ok(area),
            _ => Err(format!("'{id}' is not an area")),
        }
    }

    /// The size in km² of a part of an area, without some ground and with all of it that lies in the area.
    fn without_and_with(
        &mut self,
        part: &MultiPolygon<f64>,
        ground: &str,
        whole: &str,
        when: &Choice,
    ) -> Result<(f64, f64), String> {
        let Shape::Area(ground_area) = self.shape(ground)? else {
            return Err(format!("'{ground}' is not an area"));
        };
        let whole = self.area(whole, when)?;
        let km2 = |area: &MultiPolygon<f64>| measure::area_m2(area) / 1e6;
        let least = km2(&derive::difference(part, &ground_area));
        let most = km2(&derive::intersection(&derive::union_all([part, &ground_area]), &whole));
        Ok((least, most))
    }

    fn line(&mut self, id: &str) -> Result<MultiLineString<f64>, String> {
        match self.shape(id) {
            Ok(Shape::Line(line)) => Ok(line),
            Ok(_) => Err(format!("'{id}' is not a line")),
            Err(what) => Err(format!("it needs '{id}', and {what}")),
        }
    }
}

fn non_empty(area: MultiPolygon<f64>) -> Result<Shape, String> {
    if area.0.is_empty() { Err("the recipe leaves nothing".to_owned()) } else { Ok(Shape::Area(area)) }
}

/// The one shape of features of one dimension, of those that fit `when`, and these features.
///
/// # Errors
/// When there is none, or when areas, lines and points are mixed.
pub fn shape_of(table: FeatureTable, when: Option<&Filter>) -> Result<(Shape, Features), String> {
    let FeatureTable { areas, lines, points, owners, rows } = table;
    let features = Features::new(owners, rows);
    let places = places_of(&points, &features);
    let shape = Shape::of(areas, lines, places).ok_or("no feature has a shape that can be drawn")?;
    let (shape, features) = match when {
        Some(filter) => {
            let fits = |feature| features.matches(&shape, filter, feature);
            features.select(&shape, fits).ok_or_else(|| format!("no feature fits {filter}"))?
        }
        None => (shape, features),
    };
    match shape {
        Shape::Mixed(_) => Err("areas, lines and points are mixed; an overlay has one kind".to_owned()),
        _ => Ok((shape, features)),
    }
}

/// Points as places with the names that their features give them.
fn places_of(points: &[Coord<f64>], features: &Features) -> Vec<Place> {
    let owners = &features.owners().points;
    points.iter().zip(owners).map(|(at, owner)| place(*at, &features.rows().properties(*owner as usize))).collect()
}

/// Points of a file of the user's as places: with names only where inhabitants are given by which they can be chosen.
pub(super) fn places(points: &[Coord<f64>], features: &Features) -> Vec<Place> {
    let owners = &features.owners().points;
    let inhabitants = memchr::memmem::Finder::new("\"population\"");
    let has_inhabitants = |owner: &u32| inhabitants.find(features.rows().text(*owner as usize).as_bytes()).is_some();
    let named = |at: &Coord<f64>, owner: &u32| match has_inhabitants(owner) {
        true => place(*at, &features.rows().properties(*owner as usize)),
        false => Place::unnamed(*at),
    };
    points.iter().zip(owners).map(|(at, owner)| named(at, owner)).collect()
}

fn place(at: Coord<f64>, properties: &serde_json::Map<String, Value>) -> Place {
    let text = |key: &str| properties.get(key).and_then(Value::as_str).map(str::to_owned);
    let details = properties
        .iter()
        .filter_map(|(key, value)| {
            let value = match value {
                Value::String(text) => text.clone(),
                Value::Number(number) => number.to_string(),
                Value::Array(items) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "),
                _ => return None,
            };
            Some((key.clone(), value))
        })
        .collect();
    let english = text("name_en").or_else(|| text("name")).or_else(|| text("title")).unwrap_or_default();
    let name = Text::new("en", english);
    let name = match text("name_uk") {
        Some(ukrainian) => name.with("uk", ukrainian),
        None => name,
    };
    let population = properties.get("population").and_then(Value::as_u64);
    Place::new(at, Known { name, population, details })
}

/// The overlay, and what of its style and its rules could not be read.
fn finish(
    entry: &OverlayEntry,
    file: &DossierFile,
    shape: Shape,
    workshop: &mut Workshop<'_>,
) -> Result<(Overlay, Notes), String> {
    let (bounds, mut measure) = size_of(&shape)?;
    if let (Measure::Area { range_km2: range, .. }, Some(recipe), Shape::Area(area)) =
        (&mut measure, &entry.recipe, &shape)
    {
        *range = range_km2(recipe, area, file, workshop);
    }
    let contested_km2 = match (&entry.contested, &entry.recipe, &shape) {
        (Some(contested), Some(Recipe::Side { of, line, when, .. }), Shape::Area(area)) => (workshop.own_line
            != Some(line.as_str()))
        .then(|| workshop.without_and_with(area, contested, of, when))
        .transpose()?,
        (Some(_), ..) => return Err("only an area beside a line can say how much of it is contested".to_owned()),
        (None, ..) => None,
    };
    let mut notes = Notes::new();
    let style = read_style::style(&entry.style, &mut notes);
    let rules = read_style::rules(&entry.rules, &style, &mut notes);
    let overlay = Overlay {
        id: entry.id.clone(),
        title: entry.title.clone(),
        gist: entry.gist.clone(),
        headline: entry.headline.clone(),
        kind: entry.kind.clone(),
        group: entry.group.clone().or_else(|| file.groups.first().map(|group| group.id.clone())).unwrap_or_default(),
        as_of: entry.as_of.clone().unwrap_or_else(|| file.as_of.clone()),
        visible: entry.visible,
        style,
        rules,
        features: workshop.features.get(&entry.id).cloned().unwrap_or_default(),
        shape: Arc::new(shape),
        measure,
        beside: Arc::default(),
        crossing: Arc::default(),
        bounds,
        recipe: entry.recipe.as_ref().map(describe),
        accuracy_m: entry.accuracy.as_ref().map(|accuracy| accuracy.to_m).or(entry.accuracy_m),
        accuracy: entry.accuracy.clone(),
        contested_km2,
        method: entry.method.clone(),
        license: entry.license.clone(),
        credit: entry.credit.clone(),
        opened_from: None,
        origin: None,
        merged: None,
        prepared: super::prepared::Prepared::default(),
    };
    Ok((overlay, notes))
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
    let accuracy_m = entry.accuracy_m?;
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

/// The box around a shape and its size on the ellipsoid.
pub(super) fn size_of(shape: &Shape) -> Result<([f64; 4], Measure), String> {
    let bounds = bounds_of(shape).ok_or("its shape is empty")?;
    let measure = match shape {
        Shape::Area(area) => Measure::Area { km2: measure::area_m2(area) / 1e6, range_km2: None },
        Shape::Line(line) => Measure::Length { km: measure::length_m(line) / 1000.0 },
        Shape::Places(places) => Measure::Count { places: places.len() },
        Shape::Mixed(mixed) => Measure::Mixed(Size {
            km2: measure::area_m2(&mixed.areas) / 1e6,
            km: measure::length_m(&mixed.lines) / 1000.0,
            points: mixed.places.len(),
        }),
    };
    Ok((bounds, measure))
}

/// West, south, east and north of a shape; none around none. Its coordinates are finite, as those of all files are.
pub(super) fn bounds_of(shape: &Shape) -> Option<[f64; 4]> {
    const NOTHING: [f64; 4] = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
    let with = |[west, south, east, north]: [f64; 4], at: &Coord<f64>| {
        [west.min(at.x), south.min(at.y), east.max(at.x), north.max(at.y)]
    };
    let around = |line: &LineString<f64>| line.0.iter().fold(NOTHING, with);
    let areas = shape.polygons().iter().map(|polygon| around(polygon.exterior()));
    let lines = shape.lines().iter().map(around);
    let places = shape.places().iter().map(|place| &place.at).fold(NOTHING, with);
    let bounds = areas.chain(lines).fold(places, super::join_bounds);
    (bounds[0] <= bounds[2]).then_some(bounds)
}

/// A recipe in words, for the inspector and the figure's notes.
fn describe(recipe: &Recipe) -> String {
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
        Recipe::Intersection { of, .. } => format!("what {} share", of.join(" and ")),
        Recipe::Union { of, .. } => of.join(" and ") + " together",
        Recipe::Buffer { of, distance_km, sides, clip } => {
            let within = clip.as_ref().map(|clip| format!(", as far as {clip} reaches")).unwrap_or_default();
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
