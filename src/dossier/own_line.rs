//! A line of the user's own in place of one of the dossier's: all that is derived from it is worked out anew.
//!
//! The dossier itself is never changed: [`Dossier::with_line`] gives another one, which says of every shape in
//! question that the line is not the dossier's, and remembers how the dossier has it
//! ([`OwnLine::former`]). [`Dossier::without_own_line`] leads back.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use geo::{BoundingRect as _, Coord, Geometry, MultiLineString, MultiPolygon};
use serde_json::{Value, json};

use super::model::{DossierFile, OverlayEntry, Recipe, Side};
use super::resolve::{self, FeaturesById, Former, Inputs, Kept, Shapes};
use super::{About, BesideLine, Crossing, CrossingKind, Dossier, Measure, Merged, Overlay, Problem, Shape, words};
use crate::formats::source_properties::PropertySource;
use crate::geometry::crossing::{MOST_CROSSINGS, first_crossing, is_line_tangled};
use crate::geometry::derive::DeriveError;
use crate::geometry::hit::HitShape;
use crate::geometry::work::{self, Context, within_limits};
use crate::geometry::{derive, measure, slivers};

pub use counting::{Choice, Counting};
pub use dropped::Dropped;
pub use ghost::COMPARISON_GROUP;

pub mod counting;
mod dropped;
mod ghost;
mod of_days;
mod sources;
mod titles;

/// The line of the user's own that stands in for one of the dossier's.
#[derive(Debug, Clone)]
pub struct OwnLine {
    /// Id of the overlay that has another line now.
    pub overlay: String,
    /// Its name.
    pub title: String,
    /// Name of the file that the line is from.
    pub from: String,
    /// Whom its layer says to credit.
    pub credit: Option<String>,
    /// Its file as a source, and the sources that the features of that name.
    sources: Vec<PropertySource>,
    /// Which features of the file count.
    pub counting: Counting,
    /// What can't be derived with this line and is left out.
    pub left_out: Vec<Problem>,
    /// What is doubtful about the line or the areas that it is the outline of: that they cross themselves or overlap.
    pub warnings: Vec<Problem>,
    /// What of the line was taken for the area's border as another map draws it, and left out.
    pub dropped: Dropped,
    /// The same of each report of a line that is reported day by day.
    days: Arc<Vec<OwnLine>>,
    former: Arc<Vec<Arc<Overlay>>>,
    /// What speaks of the dossier's line and stays as it is, as the dossier names it: its band of uncertainty, and ground
    /// that is contested by it.
    of_dossiers: Arc<Vec<Arc<Overlay>>>,
}

impl OwnLine {
    /// An overlay as the dossier has it, if the line has changed it.
    pub fn former(&self, id: &str) -> Option<&Overlay> {
        self.former.iter().find(|overlay| overlay.id == id).map(AsRef::as_ref)
    }

    /// Whether an overlay shows the line, something worked out with it, or how it compares with the dossier's.
    pub fn concerns(&self, overlay: &Overlay) -> bool {
        overlay.is_comparison() || self.former(&overlay.id).is_some()
    }

    /// Names whom to credit, of the line of all days, where nobody is.
    pub fn credit_as(&mut self, credit: &str) {
        self.credit.get_or_insert_with(|| credit.to_owned());
        for day in Arc::make_mut(&mut self.days) {
            day.credit.get_or_insert_with(|| credit.to_owned());
        }
    }

    /// One sentence for a figure's credits.
    pub fn notice(&self) -> String {
        format!("{}: own line from {}, not the dossier’s", self.title, self.from)
    }

    /// The same for a banner and a figure's notes, which say besides which features of the file count.
    pub fn note(&self) -> String {
        let notice = self.notice();
        self.counting.words().map_or(notice.clone(), |counts| format!("{notice}; {counts}"))
    }

    /// The same of each report of a line that is reported day by day; empty of any other.
    pub fn days(&self) -> &[Self] {
        &self.days
    }

    /// What is known of it, for programs: where it is from, which features count, what was left out.
    pub fn json(&self) -> Value {
        let round = |value: f64, decimals: i32| (value * 10_f64.powi(decimals)).round() / 10_f64.powi(decimals);
        let slivers = self.dropped.slivers.iter().map(|sliver| {
            json!({
                "lon": round(sliver.at.x, 6), "lat": round(sliver.at.y, 6),
                "km": round(sliver.length_m / 1000.0, 3), "km2": round(sliver.area_m2 / 1e6, 6),
                "from": if sliver.was_left { "left" } else { "right" },
                "speck": sliver.is_speck,
            })
        });
        json!({
            "overlay": self.overlay,
            "from": self.from,
            "sources": self.sources,
            "counts": self.counting,
            "dropped": {
                "km": round(self.dropped.km(), 2),
                "km2": round(self.dropped.km2(), 3),
                "km_beyond": round(self.dropped.beyond_km(), 2),
                "slivers": slivers.collect::<Vec<_>>(),
            },
        })
    }
}

/// What recipes are worked out anew from: entries as written, and the shapes of the dossier, hidden layers included.
#[derive(Debug, Default)]
pub(super) struct Groundwork {
    file: Option<DossierFile>,
    shapes: Shapes,
    features: FeaturesById,
    kept: Kept,
}

impl Groundwork {
    pub(super) fn new(file: &DossierFile, shapes: Shapes, features: FeaturesById, kept: Kept) -> Self {
        Self { file: Some(file.clone()), shapes, features, kept }
    }

    /// What was worked out, for a dossier that is made of `now`.
    pub(super) fn former<'a>(&'a self, now: &'a Inputs) -> Former<'a> {
        Former { shapes: &self.shapes, features: &self.features, kept: &self.kept, now }
    }

    pub(super) fn entries(&self) -> &[OverlayEntry] {
        self.file.as_ref().map_or(&[], |file| &file.overlays)
    }

    fn entry(&self, id: &str) -> Option<&OverlayEntry> {
        self.entries().iter().find(|entry| entry.id == id)
    }

    pub(super) fn shape(&self, id: &str) -> Option<&Shape> {
        self.shapes.get(id)?.as_ref().ok()
    }

    /// The overlay itself and all that is derived from it, directly or by way of others.
    fn depending_on(&self, id: &str) -> BTreeSet<String> {
        let mut made_of: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (entry, recipe) in self.entries().iter().filter_map(|entry| Some((entry, entry.recipe.as_ref()?))) {
            for operand in recipe.operands() {
                made_of.entry(operand).or_default().push(&entry.id);
            }
        }
        let mut ids = BTreeSet::new();
        let mut pending = vec![id];
        while let Some(id) = pending.pop() {
            if ids.insert(id.to_owned()) {
                pending.extend(made_of.get(id).into_iter().flatten());
            }
        }
        ids
    }

    /// What is said of a line's exactness by overlays of their own, which no recipe works out anew: the bands of
    /// uncertainty of what depends on it, and ground that is contested.
    fn of_line_alone(&self, depending: &BTreeSet<String>) -> BTreeSet<&str> {
        let of = self.entries().iter().filter(|entry| depending.contains(&entry.id));
        let named = of.flat_map(|entry| {
            let band = entry.accuracy.as_ref().map(|accuracy| accuracy.band.as_str());
            [band, entry.contested.as_deref()]
        });
        named.flatten().filter(|id| !depending.contains(*id)).collect()
    }

    /// The area that a line divides, by the first recipe that says so.
    fn divided_by(&self, line: &str) -> Option<(&str, &MultiPolygon<f64>)> {
        self.entries().iter().find_map(|entry| match &entry.recipe {
            Some(Recipe::Side { of, line: by, .. }) if by == line => match self.shapes.get(of) {
                Some(Ok(Shape::Area(area))) => Some((of.as_str(), area)),
                _ => None,
            },
            _ => None,
        })
    }

    /// How much of a corridor lies on each side of its line.
    pub(super) fn beside(&self, dossier: &Dossier, overlay: &Overlay) -> Option<BesideLine> {
        let recipe = self.entry(&overlay.id)?.recipe.as_ref()?;
        let Recipe::Buffer { of, distance_km, sides: Side::Both, clip } = recipe else {
            return None;
        };
        let Measure::Area { km2, .. } = overlay.measure else {
            return None;
        };
        let names = self.entry(of).and_then(|entry| entry.side_names.clone());
        // The side may be an overlay of its own.
        let is_left = |entry: &&OverlayEntry| {
            entry.recipe.as_ref().is_some_and(|other| {
                let Recipe::Buffer { of: line, distance_km: km, sides: Side::Left, clip: within } = other else {
                    return false;
                };
                (line, km, within) == (of, distance_km, clip)
            })
        };
        let left = self.entries().iter().find(is_left).and_then(|entry| dossier.overlay(&entry.id));
        let left_km2 = match (left.map(|left| left.measure), &*overlay.shape) {
            (Some(Measure::Area { km2, .. }), _) => km2,
            (_, Shape::Area(both)) => {
                let shape = dossier.overlay(of).map(|overlay| &*overlay.shape);
                let Shape::Line(line) = shape.or_else(|| self.shapes.get(of)?.as_ref().ok())? else {
                    return None;
                };
                let sides = within_limits(|| derive::buffer_sides(line, distance_km * 1000.0, both)).ok()?;
                measure::area_m2(&sides.left) / 1e6
            }
            _ => return None,
        };
        Some(BesideLine { left_km2, right_km2: km2 - left_km2, names })
    }

    /// The clauses that credit what an overlay is made of besides the line, and whether there is anything besides.
    fn credits_besides(&self, id: &str, line: &str) -> (BTreeSet<&str>, bool) {
        let (mut credits, mut any) = (BTreeSet::new(), false);
        let mut pending = vec![id];
        let mut seen = BTreeSet::new();
        while let Some(id) = pending.pop() {
            if id == line || !seen.insert(id) {
                continue;
            }
            let layers = self.file.iter().flat_map(|file| &file.layers);
            match self.entry(id) {
                Some(OverlayEntry { recipe: Some(recipe), .. }) => pending.extend(recipe.made_of()),
                Some(entry) => {
                    any = true;
                    credits.extend(entry.credit.iter().flat_map(|credit| words::credit_clauses([credit.as_str()])));
                }
                None => {
                    any = true;
                    let layer = layers.into_iter().find(|layer| layer.id == id);
                    let credit = layer.and_then(|layer| layer.credit.as_deref());
                    credits.extend(credit.iter().flat_map(|credit| words::credit_clauses([*credit])));
                }
            }
        }
        (credits, any)
    }
}

impl Dossier {
    /// The line that one of the user's own can stand in for: the first that divides an area or has a corridor.
    pub fn line_of_recipes(&self) -> Option<&Overlay> {
        let recipes = || self.groundwork.entries().iter().filter_map(|entry| entry.recipe.as_ref());
        let dividing = recipes().find_map(|recipe| match recipe {
            Recipe::Side { line, .. } => self.overlay(line),
            _ => None,
        });
        let buffered = || {
            recipes().find_map(|recipe| match recipe {
                Recipe::Buffer { of, .. } => self.overlay(of),
                _ => None,
            })
        };
        dividing.or_else(buffered).filter(|overlay| matches!(*overlay.shape, Shape::Line(_)))
    }

    /// The dossier with a shape of the user's own in place of [its line](Self::line_of_recipes): a line, turned round
    /// if its sides are those of the dossier's line the other way round, or the outline of occupied areas.
    ///
    /// # Errors
    /// A text that says why this shape won't do.
    pub fn with_own(&self, own: &Overlay) -> Result<Self, String> {
        self.with_features(own, &Counting::All)
    }

    /// The same with those features of an overlay that count: the lines of them, or the areas all together.
    ///
    /// # Errors
    /// As [`Dossier::with_own`], and if nothing counts.
    pub fn with_features(&self, own: &Overlay, counting: &Counting) -> Result<Self, String> {
        let from = own.opened_from.as_deref().unwrap_or(own.title.main());
        let mut dossier = self.with_own_shape(&counting.shape(own)?, from, &counting.as_of(own))?;
        dossier.says_what_counts(counting);
        dossier.cite_line(own);
        if let (Counting::Where(filter), Some(line)) = (counting, &mut dossier.own_line) {
            let unknown = own.doubts_of_filter(filter).into_iter();
            line.warnings.extend(unknown.map(|what| Problem { part: format!("the filter of {from}").into(), what }));
        }
        if *counting == Counting::All {
            dossier.warn_of_merged(own);
        }
        Ok(dossier)
    }

    /// Among which kinds of an overlay's features those that count are chosen, with a guess.
    pub fn choice_of(&self, own: &Overlay) -> Choice {
        let line = self.line_of_recipes().map(|line| line.id.as_str());
        Choice::of(own, line.and_then(|line| self.groundwork.side_names(line)))
    }

    /// The areas on the sides of the own line, each as it is and as it is with the dossier's line.
    pub fn sides_of_own_line(&self) -> Vec<(&Overlay, &Overlay)> {
        let Some(own) = &self.own_line else { return Vec::new() };
        let is_side = |id: &str| {
            let recipe = self.groundwork.entry(id).and_then(|entry| entry.recipe.as_ref());
            matches!(recipe, Some(Recipe::Side { line, .. }) if *line == own.overlay)
        };
        let sides = self.overlays.iter().filter(|overlay| is_side(&overlay.id));
        sides.filter_map(|overlay| Some((overlay.as_ref(), own.former(&overlay.id)?))).collect()
    }

    /// Which features of the file of the own line count: for what is said of it only.
    pub fn says_what_counts(&mut self, counting: &Counting) {
        if let Some(line) = &mut self.own_line {
            line.counting.clone_from(counting);
        }
    }

    /// Adds to what is doubtful about the own line that parts of the areas that it is from lay over each other.
    pub fn warn_of_merged(&mut self, own: &Overlay) {
        if let (Some(line), Some(Merged { at, feature, .. })) = (&mut self.own_line, own.merged) {
            let what = format!("{} ({})", overlapping(at), words::quoted(&own.features.label(feature as usize)));
            line.warnings.push(Problem { part: areas_from(&line.from).into(), what });
        }
    }

    /// The same for a shape that is not an overlay; `from` names the file that it is from, `as_of` its day or nothing.
    ///
    /// # Errors
    /// As [`Dossier::with_own`].
    pub fn with_own_shape(&self, own: &Shape, from: &str, as_of: &str) -> Result<Self, String> {
        work::begin(|| format!("Dividing the area by the line from {from}"), 0);
        within_limits(|| self.divided_by_own(own, from, as_of)).map_err(|stopped| format!("{from}: {stopped}"))?
    }

    fn divided_by_own(&self, own: &Shape, from: &str, as_of: &str) -> Result<Self, String> {
        if matches!(own, Shape::Line(line) if is_line_tangled(line)) {
            return Err(resolve::tangled(from));
        }
        let base = self.without_own_line();
        let replaced = base.line_of_recipes().ok_or("no recipe in this dossier uses a line")?.clone();
        let area = base.groundwork.divided_by(&replaced.id);
        let before = area.and_then(|(id, _)| base.groundwork.left_of(id, &replaced.id));
        let mut beyond_m = 0.0;
        let (line, split, slivers) = match own {
            Shape::Line(line) => match (area, &*replaced.shape) {
                (Some((id, area)), Shape::Line(theirs)) => {
                    let (line, split) = as_theirs(area, line, theirs, before.as_ref())
                        .map_err(|error| explained(&error, line, from))?;
                    let (split, slivers) = slivers::without_slivers(area, split);
                    let (within, beyond) = slivers::within(area, &line);
                    beyond_m = beyond;
                    let line = if slivers.is_empty() { within } else { slivers::line_between(area, &split) };
                    (line, Some((id.to_owned(), split)), slivers)
                }
                _ => (line.clone(), None, Vec::new()),
            },
            Shape::Area(_) | Shape::Mixed(_) if own.areas().is_none() => {
                return Err("points and lines together are not a line; say which features count".to_owned());
            }
            Shape::Area(_) | Shape::Mixed(_) => {
                let held = own.areas().ok_or("it has no areas")?;
                let (id, area) =
                    area.ok_or("occupied areas need an area that the line divides, and this dossier has none")?;
                let (split, slivers) = slivers::split_by_areas(area, held);
                let line = slivers::line_between(area, &split);
                (line, Some((id.to_owned(), split)), slivers)
            }
            Shape::Places(_) => return Err("places are not a line; expected a line, or occupied areas".to_owned()),
        };
        if line.0.is_empty() {
            return Err("none of the outlines of these areas lies within the area that the line divides".to_owned());
        }
        // The comparison takes as long as a recipe and depends on none: a thread of its own.
        let now = split.clone().zip(before);
        let context = Context::current();
        let (made, change) = std::thread::scope(|scope| {
            let between = || now.map(|((_, now), before)| ghost::Change::between(&now, &before));
            let change = scope.spawn(|| context.run(between));
            (base.with_line_and_split(&replaced.id, line, split, from), change.join().ok().flatten())
        });
        let mut dossier = made?;
        if let Some(own) = &mut dossier.own_line {
            own.dropped = Dropped { slivers, beyond_m };
            own.sources = vec![sources::of_file(from, as_of)];
        }
        let changed: Vec<String> = base.groundwork.depending_on(&replaced.id).into_iter().collect();
        for overlay in dossier.overlays.iter_mut().filter(|overlay| changed.contains(&overlay.id)) {
            as_of.clone_into(&mut Arc::make_mut(overlay).as_of);
        }
        if let (Shape::Line(given), Some(line)) = (own, &mut dossier.own_line)
            && !line.dropped.slivers.is_empty()
        {
            // The line between the sides takes its place, which goes round no loop; the file has it all the same.
            line.warnings.extend(crossing_of(given).map(|what| Problem {
                part: format!("the line from {from}").into(),
                what: format!(
                    "{what}, and the ground inside its loops may be counted on either side. Draw it again there"
                ),
            }));
        }
        if let (Some(held), Some(line)) = (own.areas(), &mut dossier.own_line) {
            let what = Crossing::of(held).ok().flatten().map(|Crossing { at, kind, .. }| match kind {
                CrossingKind::LongWay => format!(
                    "their outline crosses the 180° meridian near {}, and goes the long way round the \
                     world. Cut it in two at 180° (RFC 7946, section 3.1.9)",
                    words::position(at.x, at.y)
                ),
                CrossingKind::Parts { .. } => overlapping(at),
                CrossingKind::Tangled => format!(
                    "their outlines cross each other more than {} times, first near {}. Correct the outlines",
                    words::number(MOST_CROSSINGS as f64, 0),
                    words::position(at.x, at.y)
                ),
                CrossingKind::Itself { .. } => format!(
                    "their outline crosses itself near {}, and everything that it encloses is counted as theirs \
                     (the non-zero rule). Correct the outline there",
                    words::position(at.x, at.y)
                ),
            });
            line.warnings.extend(what.map(|what| Problem { part: areas_from(from).into(), what }));
        }
        if let Some(own) = dossier.own_line.clone() {
            dossier.add_comparison(&own, &replaced, area.map(|(id, _)| id), change);
        }
        Ok(dossier)
    }

    /// A dossier in which an overlay has another line, directed as given, and all that is derived from it is worked
    /// out anew. `from` names the file that the line is from. Nothing is known of the line's accuracy, so that no
    /// measure has a range. What is derived by way of others and comes out empty is left out.
    ///
    /// # Errors
    /// A text that says why, if there is no such line, or something that is derived directly from it can't be.
    pub fn with_line(&self, overlay_id: &str, line: MultiLineString<f64>, from: &str) -> Result<Self, String> {
        self.with_line_and_split(overlay_id, line, None, from)
    }

    /// The same, where the area of this id on the two sides of the line is known already.
    fn with_line_and_split(
        &self,
        overlay_id: &str,
        line: MultiLineString<f64>,
        split: Option<(String, derive::Split)>,
        from: &str,
    ) -> Result<Self, String> {
        let mut dossier = self.without_own_line();
        let work = dossier.groundwork.clone();
        let file = work.file.as_ref().ok_or("no dossier is open")?;
        let replaced = dossier.overlay(overlay_id).ok_or_else(|| format!("there is no overlay '{overlay_id}'"))?;
        if !matches!(*replaced.shape, Shape::Line(_)) {
            return Err(format!("'{overlay_id}' is not a line"));
        }
        let mut own = OwnLine {
            overlay: overlay_id.to_owned(),
            title: replaced.title.main().to_owned(),
            from: from.to_owned(),
            credit: None,
            sources: vec![sources::of_file(from, "")],
            counting: Counting::All,
            left_out: Vec::new(),
            warnings: Vec::new(),
            dropped: Dropped::default(),
            days: Arc::default(),
            former: Arc::default(),
            of_dossiers: Arc::default(),
        };
        let line_credit = replaced.credit.clone().unwrap_or_default();
        let line_license = replaced.license.clone();
        let changed = work.depending_on(overlay_id);
        own.former =
            Arc::new(dossier.overlays.iter().filter(|overlay| changed.contains(&overlay.id)).cloned().collect());
        let mut shapes: Shapes = work
            .shapes
            .iter()
            .filter(|(id, _)| !changed.contains(*id))
            .map(|(id, s)| (id.clone(), s.clone()))
            .collect();
        own.warnings.extend(crossing_of(&line).map(|what| Problem {
            part: format!("the line from {from}").into(),
            what: format!("{what}, and the ground inside its loops may be counted on either side. Draw it again there"),
        }));
        shapes.insert(overlay_id.to_owned(), Ok(Shape::Line(line)));
        // The features of the dossier's line, and of what is made of it, are not those of the own one.
        let others = work.features.iter().filter(|(id, _)| !changed.contains(*id));
        let features: FeaturesById = others.map(|(id, features)| (id.clone(), features.clone())).collect();
        let kept = dossier.overlays.iter().filter(|overlay| !changed.contains(&overlay.id));
        let dated = kept.filter_map(|overlay| Some((overlay.id.clone(), overlay.dated.clone()?))).collect();
        for (id, made) in resolve::derive_anew(file, &changed, overlay_id, (shapes, features), split, dated) {
            let Some(index) = dossier.overlays.iter().position(|overlay| overlay.id == id) else {
                // It could not be derived with the dossier's own line either.
                continue;
            };
            let directly = |recipe: &Recipe| recipe.operands().contains(&overlay_id);
            match made {
                Ok(mut overlay) => {
                    overlay.accuracy_m = None;
                    overlay.accuracy = None;
                    overlay.contested_km2 = None;
                    overlay.as_of = String::new();
                    let (kept, any) = work.credits_besides(&id, overlay_id);
                    if !any && overlay.license == line_license {
                        overlay.license = None;
                    }
                    overlay.credit = Some(credit(overlay.credit.as_deref(), &line_credit, &kept, &own));
                    if id == overlay_id {
                        overlay.gist = format!("Your own line, from {from}; not the dossier’s");
                        overlay.method = Some(format!("Your own line, from {from}. Its accuracy is not known."));
                    } else {
                        overlay.gist =
                            format!("{} (as the dossier describes it; drawn with your own line)", overlay.gist);
                        overlay.method =
                            Some(format!("Worked out with your own line, from {from}; not with the dossier’s."));
                    }
                    dossier.overlays[index] = Arc::new(overlay);
                }
                Err(what) if work.entry(&id).and_then(|entry| entry.recipe.as_ref()).is_some_and(directly) => {
                    let crossing = own.warnings.first().map(|warning| format!("{warning}. ")).unwrap_or_default();
                    return Err(format!("{crossing}'{id}' cannot be worked out with this line: {what}"));
                }
                Err(what) => {
                    own.left_out.push(Problem { part: About::Overlay(id.to_owned()), what });
                    dossier.overlays.remove(index);
                }
            }
        }
        own.of_dossiers = Arc::new(dossier.name_as_of_dossiers_line(&work.of_line_alone(&changed)));
        dossier.own_line = Some(own);
        Ok(dossier)
    }

    /// Says in the names of overlays that they are of the dossier's line, which another has taken the place of; how they
    /// were.
    fn name_as_of_dossiers_line(&mut self, ids: &BTreeSet<&str>) -> Vec<Arc<Overlay>> {
        let mut former = Vec::new();
        for overlay in self.overlays.iter_mut().filter(|overlay| ids.contains(overlay.id.as_str())) {
            former.push(overlay.clone());
            let overlay = Arc::make_mut(overlay);
            overlay.title = titles::by_dossier(&overlay.title);
        }
        former
    }

    /// The dossier with its own line again; the user's files stay open.
    pub fn without_own_line(&self) -> Self {
        let mut dossier = self.clone();
        let Some(own) = dossier.own_line.take() else {
            return dossier;
        };
        dossier.remove_comparison();
        let now = std::mem::take(&mut dossier.overlays);
        let (theirs, files): (Vec<_>, Vec<_>) =
            now.into_iter().partition(|overlay| self.groundwork.entry(&overlay.id).is_some());
        let restored = self.groundwork.entries().iter().filter_map(|entry| {
            let former = own.former.iter().chain(own.of_dossiers.iter()).find(|overlay| overlay.id == entry.id);
            former.or_else(|| theirs.iter().find(|overlay| overlay.id == entry.id)).cloned()
        });
        dossier.overlays = files;
        for overlay in restored {
            if dossier.overlay(&overlay.id).is_none() {
                dossier.overlays.push(overlay);
            }
        }
        dossier
    }
}

/// That a line crosses itself, and where; nothing of one that does not.
fn crossing_of(line: &MultiLineString<f64>) -> Option<String> {
    let at = first_crossing(&Geometry::MultiLineString(line.clone()))?;
    Some(format!("it crosses itself near {}", words::position(at.x, at.y)))
}

fn areas_from(file: &str) -> String {
    format!("the areas from {file}")
}

fn overlapping(at: Coord<f64>) -> String {
    format!("parts of them overlap near {}; the outline of all together is used", words::position(at.x, at.y))
}

/// Why an area cannot be divided by a line: where the sides contradict each other and the line crosses itself, that
/// first.
fn explained(error: &DeriveError, line: &MultiLineString<f64>, from: &str) -> String {
    match (error, crossing_of(line)) {
        (DeriveError::Contradiction { lon_deg, lat_deg }, Some(crossing)) => format!(
            "{from}: {crossing}. Draw it again there: the part of the area around {} lies to the left of one stretch \
             of the line and to the right of another",
            words::position(*lon_deg, *lat_deg)
        ),
        _ => error.to_string(),
    }
}

/// The line, or the line turned round, so that its left is on the whole what is left of the other line; and the area on
/// its two sides. What is left of the other line need not be worked out where it is known.
fn as_theirs(
    area: &MultiPolygon<f64>,
    line: &MultiLineString<f64>,
    theirs: &MultiLineString<f64>,
    left_of_theirs: Option<&MultiPolygon<f64>>,
) -> Result<(MultiLineString<f64>, derive::Split), DeriveError> {
    let ours = derive::split_by_line(area, line)?;
    let split = if left_of_theirs.is_none() { derive::split_by_line(area, theirs).ok() } else { None };
    let Some(left_of_theirs) = left_of_theirs.or(split.as_ref().map(|split| &split.left)) else {
        return Ok((line.clone(), ours));
    };
    if alike(area, &ours.left, left_of_theirs) >= 0.5 {
        return Ok((line.clone(), ours));
    }
    let mut turned = line.clone();
    for part in &mut turned.0 {
        part.0.reverse();
    }
    Ok((turned, derive::Split { left: ours.right, right: ours.left }))
}

/// How much of an area is in both of two parts of it or in neither, from 0 to 1: asked at some 2,000 places, which
/// takes a tenth of the time of an overlay.
fn alike(area: &MultiPolygon<f64>, one: &MultiPolygon<f64>, other: &MultiPolygon<f64>) -> f64 {
    const STEPS: u32 = 64;
    let Some(bounds) = area.bounding_rect() else {
        return 1.0;
    };
    let [area, one, other] = [area, one, other].map(|part| HitShape::new(&Geometry::MultiPolygon(part.clone())));
    let (mut asked, mut alike) = (0_u32, 0_u32);
    for cell in 0..STEPS * STEPS {
        let part = |index: u32| (f64::from(index) + 0.5) / f64::from(STEPS);
        let at = Coord {
            x: bounds.min().x + bounds.width() * part(cell % STEPS),
            y: bounds.min().y + bounds.height() * part(cell / STEPS),
        };
        if area.contains(at) {
            asked += 1;
            alike += u32::from(one.contains(at) == other.contains(at));
        }
    }
    if asked == 0 { 1.0 } else { f64::from(alike) / f64::from(asked) }
}

/// The credit without the clauses that are the dossier's line's alone, and with the own line.
fn credit(credit: Option<&str>, line: &str, kept: &BTreeSet<&str>, own: &OwnLine) -> String {
    let gone = words::credit_clauses([line]);
    let clauses = words::credit_clauses(credit);
    let mut clauses: Vec<String> = clauses
        .into_iter()
        .filter(|clause| kept.contains(*clause) || !gone.contains(clause))
        .map(str::to_owned)
        .collect();
    clauses.push(own.notice());
    clauses.join("; ")
}
