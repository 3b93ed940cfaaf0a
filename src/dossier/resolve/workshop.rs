//! Recipes worked out: shapes by id, each made once, and what several recipes are made of once for all.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use geo::{Coord, MultiLineString, MultiPolygon};

use super::shapes::shape_of;
use super::versions::from_the_last;
use super::{FeaturesById, Shapes};
use crate::dossier::features::Features;
use crate::dossier::model::{Choice, DossierFile, Recipe, Side, operand_and_day};
use crate::dossier::{Open, Place, Shape, read_style};
use crate::formats::filter::Filter;
use crate::formats::geojson;
use crate::geometry::crossing::{MOST_OF_A_LINE, is_line_tangled};
use crate::geometry::work::{Context, within_limits};
use crate::geometry::{derive, measure};

/// Recipes that need each other may go so deep; what people draw has a handful of steps.
pub(super) const MOST_DEEP: usize = 256;

/// A narrower buffer, in metres, is finer than any line is known, and takes as many vertices as the line has breadths.
const LEAST_BUFFER_M: f64 = 1.0;

/// Shapes by id, made once each.
pub(super) struct Workshop<'a> {
    pub(super) file: &'a DossierFile,
    pub(super) open: Open<'a>,
    pub(super) shapes: Shapes,
    /// The line that the user has put in place of the dossier's, or of which another day is wanted than that of the ground that
    /// says how exact it is: nothing is known of its accuracy.
    pub(super) own_line: Option<&'a str>,
    /// How exact overlays are as they stand here, in metres, where that is not what their entry says.
    pub(super) accuracy_m: BTreeMap<String, Option<f64>>,
    /// The ids being worked out, outermost first: a repeat is a cycle.
    pub(super) pending: Vec<String>,
    /// What several recipes are made of, worked out once each.
    pub(super) parts: BTreeMap<Part, Made>,
    /// The features of what was read from a file, and of points chosen from such.
    pub(super) features: FeaturesById,
    /// What is in doubt in the files that were read: the id of the overlay or layer, and why.
    pub(super) doubts: Vec<(String, String)>,
    /// Whether lines that were asked for cross themselves too often.
    tangled: BTreeMap<String, bool>,
}

/// What several recipes are made of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// An area, or what of it fits a filter, on the two sides of a line.
    Sides { of: String, line: String, when: String },
    /// The buffer of a line at so many metres (as bits, to be compared).
    Band { of: String, distance: u64 },
    /// The same on its two sides.
    BandSides { of: String, distance: u64 },
}

/// A part, done.
#[derive(Debug, Clone)]
pub(super) enum Made {
    Whole(Arc<MultiPolygon<f64>>),
    Split(Result<Arc<derive::Split>, derive::DeriveError>),
}

/// A part, and what is made of it in one go: for a corridor on both sides its two sides, if they are wanted.
pub(super) type Finished = (Part, (Made, Option<Made>));

/// A part to be worked out, with what it is made of.
pub(super) enum Work {
    Sides(MultiPolygon<f64>, MultiLineString<f64>),
    /// With its two sides, if they are wanted.
    Band(MultiLineString<f64>, f64, bool),
}

impl Work {
    pub(super) fn done(&self) -> (Made, Option<Made>) {
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
    pub(super) fn new(
        file: &'a DossierFile,
        open: Open<'a>,
        known: (Shapes, FeaturesById),
        own_line: Option<&'a str>,
    ) -> Self {
        let (shapes, features) = known;
        Self {
            file,
            open,
            shapes,
            own_line,
            accuracy_m: BTreeMap::new(),
            pending: Vec::new(),
            parts: BTreeMap::new(),
            features,
            doubts: Vec::new(),
            tangled: BTreeMap::new(),
        }
    }

    /// Works out the parts of these overlays' recipes whose operands are at hand, on as many threads as there are.
    ///
    /// A line of 3,000 vertices takes half the time on two. What is not at hand, or fails, is left to the recipes.
    pub(super) fn prepare(&mut self, ids: &BTreeSet<String>) {
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
        let (next, context) = (AtomicUsize::new(0), Context::current());
        let done: Mutex<Vec<Finished>> = Mutex::default();
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(work.len());
        std::thread::scope(|scope| {
            for _ in 0..threads {
                let context = context.clone();
                let done_here = || {
                    while let Some((part, work)) = work.get(next.fetch_add(1, Ordering::Relaxed)) {
                        if let Ok(made) = within_limits(|| work.done()) {
                            done.lock().unwrap_or_else(PoisonError::into_inner).push((part.clone(), made));
                        }
                    }
                };
                scope.spawn(move || context.run(done_here));
            }
        });
        for (part, (made, sides)) in done.into_inner().unwrap_or_else(PoisonError::into_inner) {
            if let (Part::Band { of, distance }, Some(sides)) = (&part, sides) {
                self.parts.insert(Part::BandSides { of: of.clone(), distance: *distance }, sides);
            }
            self.parts.insert(part, made);
        }
    }

    pub(super) fn known_line(&self, id: &str) -> Option<&MultiLineString<f64>> {
        match self.shapes.get(id) {
            Some(Ok(Shape::Line(line))) => Some(line),
            _ => None,
        }
    }

    pub(super) fn known_area(&self, id: &str) -> Option<&MultiPolygon<f64>> {
        match self.shapes.get(id) {
            Some(Ok(Shape::Area(area))) => Some(area),
            _ => None,
        }
    }

    /// An area, or its features that count, on the two sides of a line.
    pub(super) fn sides(&mut self, of: &str, line: &str, when: &Choice) -> Result<Arc<derive::Split>, String> {
        let filter = when.of(of).map(ToString::to_string).unwrap_or_default();
        let part = Part::Sides { of: of.to_owned(), line: line.to_owned(), when: filter };
        if !self.parts.contains_key(&part) {
            let work = Work::Sides(self.area(of, when)?, self.line(line)?);
            self.parts.insert(part.clone(), whole(|| work.done().0)?);
        }
        match self.parts.get(&part) {
            Some(Made::Split(split)) => split.clone().map_err(|error| error.to_string()),
            _ => Err("it has no sides".to_owned()),
        }
    }

    /// The buffer of a line on both sides.
    pub(super) fn band(&mut self, of: &str, distance_m: f64) -> Result<Arc<MultiPolygon<f64>>, String> {
        let part = Part::Band { of: of.to_owned(), distance: distance_m.to_bits() };
        if !self.parts.contains_key(&part) {
            let work = Work::Band(self.line(of)?, distance_m, false);
            self.parts.insert(part.clone(), whole(|| work.done().0)?);
        }
        match self.parts.get(&part) {
            Some(Made::Whole(area)) => Ok(Arc::clone(area)),
            _ => Err("it has no buffer".to_owned()),
        }
    }

    /// The buffer of a line on one of its sides, or on both.
    pub(super) fn buffer(&mut self, of: &str, distance_m: f64, sides: Side) -> Result<MultiPolygon<f64>, String> {
        if distance_m.is_nan() || distance_m < LEAST_BUFFER_M {
            // In the digits of a number of 32 bits: those of 64 show what multiplying did to them.
            let km = (distance_m / 1000.0) as f32;
            return Err(format!("a distance of {km} km; expected at least 0.001, which is 1 m"));
        }
        let both = self.band(of, distance_m)?;
        if sides == Side::Both {
            return Ok(MultiPolygon::clone(&both));
        }
        let part = Part::BandSides { of: of.to_owned(), distance: distance_m.to_bits() };
        if !self.parts.contains_key(&part) {
            let line = self.line(of)?;
            let split = whole(|| derive::buffer_sides(&line, distance_m, &both))?;
            self.parts.insert(part.clone(), Made::Split(Ok(Arc::new(split))));
        }
        match self.parts.get(&part) {
            Some(Made::Split(Ok(split))) if sides == Side::Left => Ok(split.left.clone()),
            Some(Made::Split(Ok(split))) => Ok(split.right.clone()),
            _ => Err("it has no sides".to_owned()),
        }
    }

    /// The shape of this id: worked out after all that it is made of, in order of dependency and not one call within
    /// another, so that a chain of recipes takes no more of the stack than one.
    pub(super) fn shape(&mut self, id: &str) -> Result<Shape, String> {
        if self.pending.iter().any(|pending| pending == id) {
            return Err(format!("the recipe needs itself: {} → {id}", self.pending.join(" → ")));
        }
        let outer = self.pending.len();
        if !self.shapes.contains_key(id) {
            self.pending.push(id.to_owned());
        }
        while self.pending.len() > outer {
            let Some(last) = self.pending.last().cloned() else { break };
            let needs = self.recipe_of(&last).and_then(|recipe| {
                let mut operands = recipe.operands().into_iter();
                // One that is worked on already needs this one: whoever makes this one says so.
                let is_needed = |id: &&str| !self.shapes.contains_key(*id) && !self.pending.iter().any(|at| at == id);
                operands.find(is_needed).map(str::to_owned)
            });
            let made = match needs {
                Some(_) if self.pending.len() >= MOST_DEEP => {
                    Err(format!("its recipes depend on each other more than {MOST_DEEP} levels deep"))
                }
                Some(needed) => {
                    self.pending.push(needed);
                    continue;
                }
                None => self.make(&last),
            };
            self.pending.pop();
            self.shapes.insert(last, made);
        }
        match self.shapes.get(id) {
            Some(done) => done.clone(),
            None => Err(format!("there is no overlay or layer '{id}'")),
        }
    }

    /// Why an operand leads nowhere: it names nothing that is there, or no day of it.
    fn no_operand(&self, id: &str) -> String {
        let is_known = |of: &str| self.entry(of).is_some() || self.file.layers.iter().any(|layer| layer.id == of);
        match id.rsplit_once('@') {
            Some((of, "")) if is_known(of) => format!("there is no day after @; write {of}@2025-02-01, or {of} alone"),
            Some((of, day)) if is_known(of) => format!("'{day}' after @ is no day; write {of}@2025-02-01"),
            _ => format!("there is no overlay or layer '{id}'"),
        }
    }

    fn make(&mut self, id: &str) -> Result<Shape, String> {
        if let Some(layer) = self.file.layers.iter().find(|layer| layer.id == id) {
            return self.read_file(id, &layer.file, None);
        }
        let Some(entry) = self.entry(id) else {
            return match operand_and_day(id) {
                (of, Some(day)) => self.make_of_day(id, of, day),
                _ => Err(self.no_operand(id)),
            };
        };
        let when = read_style::filter("where", &entry.when)?;
        match (&entry.geometry, &entry.recipe) {
            (Some(geometry), None) => self.read_file(id, &geometry.file, when.as_ref()),
            (None, Some(recipe)) => {
                if let Choice::Each(filters) = recipe.choice()
                    && let Some(id) = filters.keys().find(|id| {
                        !recipe.operands().contains(&id.as_str()) && !recipe.made_of().contains(&id.as_str())
                    })
                {
                    return Err(format!("recipe.where names '{id}', which is not among the recipe's operands"));
                }
                let shape = match whole(|| self.follow(id, recipe))? {
                    Err(what) if says_nothing(&what) => self.last_of_days(id).ok_or(what)?,
                    shape => shape?,
                };
                match when {
                    Some(filter) => self.only(id, shape, &filter),
                    None => Ok(shape),
                }
            }
            (Some(_), Some(_)) => Err("it has both a geometry and a recipe; remove one of them".to_owned()),
            (None, None) => {
                // One that cannot be read takes none of the others away.
                let mut first = None;
                for version in from_the_last(entry) {
                    match self.read_file(id, &version.geometry.file, when.as_ref()) {
                        Ok(shape) => return Ok(shape),
                        Err(why) => first = first.or(Some(why)),
                    }
                }
                Err(first.unwrap_or_else(|| "it has neither a geometry nor a recipe nor versions".to_owned()))
            }
        }
    }

    pub(super) fn read_file(&mut self, id: &str, path: &str, when: Option<&Filter>) -> Result<Shape, String> {
        let (shape, features) = self.read_features(id, path, when)?;
        self.features.insert(id.to_owned(), Arc::new(features));
        Ok(shape)
    }

    /// The shape of a file and its features; what is in doubt of it is noted.
    pub(super) fn read_features(
        &mut self,
        id: &str,
        path: &str,
        when: Option<&Filter>,
    ) -> Result<(Shape, Features), String> {
        let bytes = (self.open)(path)?;
        let table = geojson::read_table(&bytes).map_err(|error| format!("{path}: {error}"))?;
        let mut doubts = Vec::new();
        let made = shape_of(table, when, &mut doubts).map_err(|what| format!("{path}: {what}"));
        self.doubts.extend(doubts.into_iter().map(|what| (id.to_owned(), format!("{path}: {what}"))));
        made
    }

    /// What of a derived shape fits a filter: of points, which have features.
    pub(super) fn only(&mut self, id: &str, shape: Shape, filter: &Filter) -> Result<Shape, String> {
        let features = self.features.get(id).filter(|features| features.count() > 0);
        let features =
            features.ok_or("where chooses features, but this recipe makes one shape; put the filter in the recipe")?;
        let matcher = features.matcher(&shape, filter);
        let fits = |feature| matcher.matches(feature);
        let (shape, features) = features.select(&shape, fits).ok_or_else(|| format!("no feature matches {filter}"))?;
        self.features.insert(id.to_owned(), Arc::new(features));
        Ok(shape)
    }

    pub(super) fn follow(&mut self, id: &str, recipe: &Recipe) -> Result<Shape, String> {
        match recipe {
            Recipe::Side { of, line, side, when } => {
                let split = self.sides(of, line, when)?;
                let part = match side {
                    Side::Left => split.left.clone(),
                    Side::Right => split.right.clone(),
                    Side::Both => {
                        return Err("a part of an area is to the 'left' or 'right' of a line, not both".to_owned());
                    }
                };
                non_empty(part)
            }
            Recipe::Difference { of, when } => self.folded(of, when, "a difference", derive::difference),
            Recipe::Intersection { of, when } => self.folded(of, when, "an intersection", derive::intersection),
            Recipe::Union { of, when } => {
                // An area that is named twice adds nothing, but would be held as often as it is named.
                let mut known = BTreeSet::new();
                let ids = of.iter().filter(|id| known.insert(*id));
                let areas = ids.map(|id| self.area(id, when)).collect::<Result<Vec<_>, _>>()?;
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
                    return Err(NO_POINT.to_owned());
                }
                if let Some(features) = features {
                    let features = features.select_points(|point| kept.get(point) == Some(&true));
                    self.features.insert(id.to_owned(), Arc::new(features));
                }
                Ok(Shape::Places(places))
            }
            Recipe::Parallel { .. }
            | Recipe::Meridian { .. }
            | Recipe::Bearing { .. }
            | Recipe::Coordinates { .. }
            | Recipe::Median { .. }
            | Recipe::Course { .. } => self.line_by(recipe),
        }
    }

    /// The shape of an operand, or of its features that count; and these features, if it has some.
    pub(super) fn chosen(&mut self, id: &str, when: &Choice) -> Result<(Shape, Option<Arc<Features>>), String> {
        let shape = self.shape(id).map_err(|what| needed(id, &what))?;
        let features = self.features.get(id).filter(|features| features.count() > 0).cloned();
        let Some(written) = when.of(id) else { return Ok((shape, features)) };
        let Some(filter) = read_style::filter("recipe.where", written)? else { return Ok((shape, features)) };
        let features = features.ok_or_else(|| {
            format!("recipe.where chooses features, but '{id}' is one shape; name the operand that it is for")
        })?;
        for what in features.doubts_of_filter(&filter) {
            let doubt = (id.to_owned(), format!("recipe.where: {what}"));
            // An operand is asked for once for the shape, and again for its range.
            if !self.doubts.contains(&doubt) {
                self.doubts.push(doubt);
            }
        }
        let matcher = features.matcher(&shape, &filter);
        let fits = |feature| matcher.matches(feature);
        let (shape, features) =
            features.select(&shape, fits).ok_or_else(|| format!("no feature of '{id}' matches {filter}"))?;
        Ok((shape, Some(Arc::new(features))))
    }

    /// What is left of the first area after one operation with each of the others in turn.
    fn folded(
        &mut self,
        of: &[String],
        when: &Choice,
        name: &str,
        operation: fn(&MultiPolygon<f64>, &MultiPolygon<f64>) -> MultiPolygon<f64>,
    ) -> Result<Shape, String> {
        let (first, others) = of.split_first().ok_or_else(|| format!("{name} needs areas"))?;
        let mut area = self.area(first, when)?;
        for id in others {
            area = operation(&area, &self.area(id, when)?);
        }
        non_empty(area)
    }

    pub(super) fn area(&mut self, id: &str, when: &Choice) -> Result<MultiPolygon<f64>, String> {
        match self.chosen(id, when)?.0 {
            Shape::Area(area) => Ok(area),
            _ => Err(format!("'{id}' is not an area")),
        }
    }

    /// The size in km² of a part of an area, without some ground and with all of it that lies in the area.
    pub(super) fn without_and_with(
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

    pub(super) fn line(&mut self, id: &str) -> Result<MultiLineString<f64>, String> {
        match self.shape(id) {
            Ok(Shape::Line(line)) => {
                let is_tangled = self.tangled.entry(id.to_owned()).or_insert_with(|| is_line_tangled(&line));
                if *is_tangled { Err(tangled(id)) } else { Ok(line) }
            }
            Ok(_) => Err(format!("'{id}' is not a line")),
            Err(what) => Err(needed(id, &what)),
        }
    }
}

/// What a recipe that comes to no ground says.
const LEAVES_NOTHING: &str = "the recipe leaves nothing";

/// What one that comes to no places says.
const NO_POINT: &str = "no point lies within";

/// Whether a recipe was worked out and came to nothing.
pub(super) fn says_nothing(what: &str) -> bool {
    what == LEAVES_NOTHING || what == NO_POINT
}

/// What is derived, or why it is not: what is kept for other recipes is never half done.
fn whole<T>(derive: impl FnOnce() -> T) -> Result<T, String> {
    within_limits(derive).map_err(|stopped| stopped.to_string())
}

/// What to say of a line from which nothing is derived.
pub(in crate::dossier) fn tangled(name: &str) -> String {
    format!("'{name}' crosses itself more than {MOST_OF_A_LINE} times, so that it has no sides; draw it again")
}

/// What to say of a shape that needs another which cannot be made. A long chain of them is cut: each is named for itself.
pub(super) fn needed(id: &str, what: &str) -> String {
    const LONGEST: usize = 400;
    if what.len() > LONGEST {
        return format!("it needs '{id}', which cannot be worked out either");
    }
    format!("it needs '{id}', but {what}")
}

pub(super) fn non_empty(area: MultiPolygon<f64>) -> Result<Shape, String> {
    if area.0.is_empty() { Err(LEAVES_NOTHING.to_owned()) } else { Ok(Shape::Area(area)) }
}
