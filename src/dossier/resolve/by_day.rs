//! Overlays as on a day, and those that recipes make day by day of what others are on these days.
//!
//! A recipe follows the timeline: it is worked out anew of each report of what it is made of, and is of the days of these. Of
//! several operands with reports each stands as it was last reported, and a day of which none of them reports has no version. An
//! operand with a day, such as `control@2025-02-01`, stays as it was reported then.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use geo::MultiPolygon;

use super::versions::when;
use super::workshop::{Workshop, needed, says_nothing};
use super::{FeaturesById, Shapes, finish};
use crate::dossier::model::{DossierFile, OverlayEntry, Recipe, VersionEntry, operand_and_day};
use crate::dossier::series::{Fault, Series, Version};
use crate::dossier::{Dated, Measure, Overlay, Shape, read_style, words};
use crate::formats::day::Day;
use crate::geometry::work;

impl<'a> Workshop<'a> {
    pub(super) fn entry(&self, id: &str) -> Option<&'a OverlayEntry> {
        self.file.overlays.iter().find(|entry| entry.id == id)
    }

    /// The recipe of an overlay, or of an overlay as on a day: of what follows the timeline as on that day.
    pub(super) fn recipe_of(&self, id: &str) -> Option<Cow<'a, Recipe>> {
        if let Some(entry) = self.entry(id) {
            return entry.recipe.as_ref().map(Cow::Borrowed);
        }
        let (of, Some(day)) = operand_and_day(id) else { return None };
        let recipe = self.entry(of)?.recipe.as_ref()?;
        let then = |operand: &str| match self.has_days(operand) {
            true => format!("{operand}@{}", day.iso()),
            false => operand.to_owned(),
        };
        Some(Cow::Owned(recipe.of_others(then)))
    }

    /// Whether an operand stands otherwise on other days: it has versions, or is made of such.
    fn has_days(&self, operand: &str) -> bool {
        self.reported(operand).any(|entry| !entry.versions.is_empty())
    }

    /// An operand and all that it is made of.
    fn reported(&self, operand: &str) -> impl Iterator<Item = &'a OverlayEntry> {
        let (mut seen, mut pending, mut found) = (BTreeSet::new(), vec![operand], Vec::new());
        while let Some(id) = pending.pop() {
            if let Some(entry) = self.entry(id).filter(|entry| seen.insert(entry.id.as_str())) {
                pending.extend(entry.recipe.iter().flat_map(Recipe::operands));
                found.push(entry);
            }
        }
        found.into_iter()
    }

    /// What a recipe makes of the last report of which it leaves something.
    pub(super) fn last_of_days(&mut self, id: &str) -> Option<Shape> {
        let versions = self.reported(id).flat_map(|entry| &entry.versions);
        let days: BTreeSet<Day> = versions.filter_map(|version| when(version)?.latest()).collect();
        let of_day = |day: Day| {
            let then = format!("{id}@{}", day.iso());
            let recipe = self.recipe_of(&then)?;
            self.follow(id, &recipe).ok()
        };
        days.into_iter().rev().find_map(of_day)
    }

    /// An overlay as it was last reported on a day.
    pub(super) fn make_of_day(&mut self, id: &str, of: &str, day: Day) -> Result<Shape, String> {
        let is_layer = self.file.layers.iter().any(|layer| layer.id == of);
        let Some(entry) = self.entry(of).filter(|_| self.has_days(of)) else {
            return Err(match is_layer || self.entry(of).is_some() {
                true => format!("'{of}' has no versions of several days; name it without a day"),
                false => format!("there is no overlay '{of}'"),
            });
        };
        if entry.versions.is_empty() {
            let recipe = self.recipe_of(id).map(Cow::into_owned).ok_or_else(|| format!("'{of}' has no recipe"))?;
            return self.follow(id, &recipe);
        }
        let nothing = Arc::new(Shape::Places(Vec::new()));
        let version =
            |version: &VersionEntry| Version::new(when(version), Arc::clone(&nothing), version.geometry.file.clone());
        let series = Series::new(entry.versions.iter().map(version).collect());
        let known = series.on(day, None);
        let Some(standing) = known.standing() else {
            let first = series.span().map_or_else(String::new, |(first, _)| {
                format!("; the first report is of {}", words::date(&first.iso()))
            });
            return Err(format!("nobody reports of '{of}' by {}{first}", words::date(&day.iso())));
        };
        let filter = read_style::filter("where", &entry.when)?;
        let path = standing.version().from.clone();
        self.read_file(id, &path, filter.as_ref()).map_err(|what| needed(of, &what))
    }
}

/// Overlays with reports, by their ids.
pub(super) type DatedById = BTreeMap<String, Arc<Dated>>;

/// What a recipe is made of at one time.
struct Moment {
    /// When, who says so, how exact it is, and of what; its shape is that of the operand.
    version: Version,
    /// The operands with reports, as they stood.
    operands: Vec<(String, Arc<Overlay>)>,
}

/// What a recipe makes day by day of operands with reports; `None` where none has any. `known` are the shapes of all else,
/// and how an area lies on the two sides of a line may be `split` already.
pub(super) struct Followed<'a> {
    pub(super) file: &'a DossierFile,
    pub(super) known: (&'a Shapes, &'a FeaturesById),
    pub(super) dated: &'a DatedById,
    /// The line that the user has put in place of the dossier's.
    pub(super) own_line: Option<&'a str>,
    /// The most vertices that all of it may have.
    pub(super) most_vertices: usize,
}

impl Followed<'_> {
    /// The overlay of an entry with versions, in words what is wrong with them, and how many vertices they have.
    pub(super) fn overlay(&self, entry: &OverlayEntry, overlay: Overlay) -> (Overlay, Vec<String>, usize) {
        let moments = entry.recipe.as_ref().map(|recipe| self.moments(recipe)).unwrap_or_default();
        if moments.is_empty() {
            return (overlay, Vec::new(), 0);
        }
        let doing = format!("Working out {} day by day", overlay.title.main());
        let made = work::beside(&doing, &moments, |moment| self.at(entry, &overlay, moment));
        let Some(made) = made else { return (overlay, Vec::new(), 0) };
        let mut said = Vec::new();
        let (mut versions, mut faults, mut vertices) = (Vec::new(), Vec::new(), 0);
        for (moment, made) in moments.into_iter().zip(made) {
            let then = match made {
                Ok(then) => then,
                Err(why) => {
                    faults.push(Fault::Unread { from: moment.version.from, when: moment.version.when, why });
                    continue;
                }
            };
            vertices += then.vertices();
            if vertices > self.most_vertices {
                let most = words::number(super::MOST_VERTICES as f64, 0);
                said.push(format!(
                    "its versions of {} and later are left out: with them the dossier has more than {most} vertices",
                    moment.version.when.map_or_else(|| "unknown days".to_owned(), |when| when.to_string())
                ));
                break;
            }
            versions.push((Version { shape: Arc::clone(&then.shape), ..moment.version }, then));
        }
        let unread = faults.iter().map(ToString::to_string);
        said.extend(unread);
        match Dated::new(versions, faults) {
            Some(dated) => (overlay.dated_by(dated), said, vertices),
            None => (overlay, said, 0),
        }
    }

    /// The times of which there are reports of what a recipe is made of.
    fn moments(&self, recipe: &Recipe) -> Vec<Moment> {
        let operands: Vec<(&str, &Arc<Dated>)> =
            recipe.operands().into_iter().filter_map(|id| Some((id, self.dated.get(id)?))).collect();
        let mut moments: Vec<Moment> = Vec::new();
        for (id, dated) in &operands {
            for (version, overlay) in dated.series().versions().iter().zip(dated.overlays()) {
                // What is not known to be of any day is of none of the others' either.
                let Some(day) = version.when.and_then(|when| when.latest().or(when.earliest())) else { continue };
                let is_known =
                    |other: &Moment| (other.version.when, &other.version.who) == (version.when, &version.who);
                if operands.len() > 1 && moments.iter().any(is_known) {
                    continue;
                }
                let other = |(other, dated): &(&str, &Arc<Dated>)| {
                    let then = if other == id { Some(overlay) } else { dated.on(day) };
                    then.map(|then| ((*other).to_owned(), Arc::clone(then)))
                };
                let then: Option<Vec<_>> = operands.iter().map(other).collect();
                moments.extend(then.map(|operands| Moment { version: version.clone(), operands }));
            }
        }
        moments
    }

    /// The overlay at a moment.
    fn at(&self, entry: &OverlayEntry, overlay: &Overlay, moment: &Moment) -> Result<Overlay, String> {
        let recipe = entry.recipe.as_ref().ok_or("it has no recipe")?;
        let open = |path: &str| Err(format!("{path} was read when the dossier was opened, and is not read again"));
        let (shapes, features) = self.known;
        let others = [entry.contested.as_deref(), entry.accuracy.as_ref().map(|accuracy| accuracy.band.as_str())];
        let wanted = recipe.operands().into_iter().chain(others.into_iter().flatten());
        let wanted: BTreeSet<&str> = wanted.collect();
        let mut known: Shapes =
            wanted.iter().filter_map(|id| Some(((*id).to_owned(), shapes.get(*id)?.clone()))).collect();
        let mut features: FeaturesById =
            wanted.iter().filter_map(|id| Some(((*id).to_owned(), Arc::clone(features.get(*id)?)))).collect();
        // A band around the line, or ground that is contested, is of one day alone.
        let by_line = match recipe {
            Recipe::Side { line, .. } => Some(line.as_str()).filter(|line| {
                let of_line = self.file.overlays.iter().find(|entry| entry.id == **line);
                let is_dated = moment.operands.iter().any(|(id, _)| id == line);
                is_dated && (entry.contested.is_some() || of_line.is_some_and(|line| line.accuracy.is_some()))
            }),
            _ => None,
        };
        for (id, then) in &moment.operands {
            known.insert(id.clone(), Ok(Shape::clone(&then.shape)));
            match then.features.count() {
                0 => features.remove(id),
                _ => features.insert(id.clone(), Arc::clone(&then.features)),
            };
        }
        let own_line = self.own_line.or(by_line);
        let mut workshop = Workshop::new(self.file, &open, (known, features), own_line);
        workshop.accuracy_m = moment.operands.iter().map(|(id, then)| (id.clone(), then.accuracy_m)).collect();
        match workshop.shape(&entry.id) {
            Ok(shape) => finish(entry, self.file, shape, None, &mut workshop).map(|(overlay, ..)| overlay),
            // Nothing is something that can be told of a day: the ground had no more of it.
            Err(what) if says_nothing(&what) => Ok(nothing_of(overlay)),
            Err(what) => Err(what),
        }
    }
}

/// An overlay of which nothing is left on a day.
pub(in crate::dossier) fn nothing_of(overlay: &Overlay) -> Overlay {
    let (shape, measure) = match &*overlay.shape {
        Shape::Places(_) => (Shape::Places(Vec::new()), Measure::Count { places: 0 }),
        Shape::Line(_) => (Shape::Line(geo::MultiLineString(Vec::new())), Measure::Length { km: 0.0 }),
        Shape::Area(_) | Shape::Mixed(_) => {
            (Shape::Area(MultiPolygon(Vec::new())), Measure::Area { km2: 0.0, range_km2: None })
        }
    };
    overlay.of_shape(Arc::new(shape), Arc::default(), overlay.bounds, measure, None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dossier::{Dossier, Problem, read};

    /// A square of one degree at the north-eastern corner of which control begins: wholly held on no day.
    const JSON: &str = r#"{ "format": "claimline-dossier/1", "id": "d", "version": "1", "title": { "en": "D" }, "summary": "",
        "as_of": "2025-02-10", "disclaimer": "", "boundary_view": "", "groups": [{ "id": "g", "title": { "en": "G" } }],
        "layers": [{ "id": "square", "file": "1" }],
        "overlays": [
            { "id": "rest", "title": { "en": "Rest" }, "kind": "region", "group": "g", "style": {},
              "recipe": { "op": "difference", "of": ["square", "share"] } },
            { "id": "share", "title": { "en": "Share" }, "kind": "region", "group": "g", "style": {},
              "recipe": { "op": "intersection", "of": ["square", "control"] } },
            { "id": "then", "title": { "en": "Then" }, "kind": "region", "group": "g", "style": {},
              "recipe": { "op": "intersection", "of": ["square", "control@2025-02-03"] } },
            { "id": "rest-then", "title": { "en": "Rest then" }, "kind": "region", "group": "g", "style": {},
              "recipe": { "op": "union", "of": ["rest@2025-02-06"] } },
            { "id": "early", "title": { "en": "Early" }, "kind": "region", "group": "g", "style": {},
              "recipe": { "op": "union", "of": ["control@2025-01"] } },
            { "id": "undated", "title": { "en": "Undated" }, "kind": "region", "group": "g", "style": {},
              "recipe": { "op": "union", "of": ["square@2025-02-01"] } },
            { "id": "soon", "title": { "en": "Soon" }, "kind": "region", "group": "g", "style": {},
              "recipe": { "op": "union", "of": ["control@soon"] } },
            { "id": "control", "title": { "en": "Control" }, "kind": "control", "group": "g", "style": {}, "versions": [
                { "when": "2025-02-01", "geometry": { "file": "0.5" }, "who": "Post" },
                { "when": "2025-02-06", "geometry": { "file": "0.75" }, "who": "Post" },
                { "when": "2025-02-08", "geometry": { "file": "2" }, "who": "Post" } ] }
        ] }"#;

    fn dossier() -> (Dossier, Vec<Problem>) {
        // The part of a square from its south-west to so many degrees east, or one that lies elsewhere.
        let open = |path: &str| {
            let (west, east) = match path.parse::<f64>() {
                Ok(side) if side > 1.0 => (40.0, 41.0),
                Ok(side) => (37.0, 37.0 + side),
                Err(_) => return Err(format!("{path} is not there")),
            };
            let ring = format!("[[{west},48],[{east},48],[{east},49],[{west},49],[{west},48]]");
            Ok(Cow::Owned(format!(r#"{{"type":"Polygon","coordinates":[{ring}]}}"#).into_bytes()))
        };
        read(JSON.as_bytes(), &open).unwrap()
    }

    fn km2(dossier: &Dossier, id: &str, day: &str) -> f64 {
        let then = dossier.on(Some(day.parse().unwrap()));
        match then.as_ref().unwrap_or(dossier).overlay(id).unwrap().measure {
            Measure::Area { km2, .. } => km2,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_recipe_follows_what_it_is_made_of_and_stays_where_a_day_is_named() {
        let (dossier, _) = dossier();
        let whole = km2(&dossier, "share", "2025-02-01") + km2(&dossier, "rest", "2025-02-01");
        let near = |one: f64, other: f64| assert!((one - other).abs() < 1e-6 * whole, "{one} {other}");
        for (day, share) in [("2025-02-01", 0.5), ("2025-02-03", 0.5), ("2025-02-06", 0.75), ("2025-02-08", 0.0)] {
            // Wholly as wide on every parallel, so that the share is that of the widths.
            near(km2(&dossier, "share", day), share * whole);
            near(km2(&dossier, "rest", day), (1.0 - share) * whole);
            near(km2(&dossier, "then", day), 0.5 * whole);
            near(km2(&dossier, "rest-then", day), 0.25 * whole);
        }
        let dated = dossier.overlay("rest").unwrap().dated.as_ref().unwrap();
        let days: Vec<String> = dated.series().versions().iter().map(|version| version.when.unwrap().iso()).collect();
        assert_eq!(days, ["2025-02-01", "2025-02-06", "2025-02-08"]);
        assert_eq!(dated.series().accounts(), ["Post"]);
        assert!(dossier.overlay("then").unwrap().dated.is_none());
        let recipe = dossier.overlay("then").unwrap().recipe.clone().unwrap();
        assert!(recipe.contains("control as on 3 Feb 2025"), "{recipe}");
    }

    #[test]
    fn a_day_of_which_nobody_reports_or_that_is_none_is_named() {
        let (dossier, problems) = dossier();
        let said = |id: &str| {
            let about = crate::dossier::About::Overlay(id.to_owned());
            problems
                .iter()
                .find(|problem| problem.part == about)
                .map(|problem| problem.what.clone())
                .unwrap_or_default()
        };
        assert!(said("early").contains("the first report is of 1 Feb 2025"), "{}", said("early"));
        assert!(said("undated").contains("without a day"), "{}", said("undated"));
        assert!(said("soon").contains("'soon' after @ is no day; write control@2025-02-01"), "{}", said("soon"));
        assert!(dossier.overlay("early").is_none());
    }

    #[test]
    fn an_operand_names_a_day_only_where_one_can_be_read() {
        let day = |text: &str| Some(text.parse::<Day>().unwrap());
        assert_eq!(operand_and_day("control@2025-02-01"), ("control", day("2025-02-01")));
        assert_eq!(operand_and_day("control@2025-02"), ("control", day("2025-02-28")));
        for plain in ["control", "control@soon", "a@b", "@", "control@2025-02-29"] {
            assert_eq!(operand_and_day(plain), (plain, None));
        }
    }
}
