//! What differs between two dossiers, or two versions of one: entries by their ids and members, and of shapes how much was
//! gained and lost.
//!
//! # References
//! Areas are those of the difference of two shapes on the ellipsoid of WGS 84, as all areas here ([`measure`]).

use std::collections::BTreeSet;
use std::sync::Arc;

use geo::{MultiLineString, MultiPolygon};
use serde_json::{Map, Value};

use super::manuscript::{List, Manuscript, id_of};
use super::series::Version;
use super::{Dossier, Overlay, Shape, words};
use crate::formats::edtf::Edtf;
use crate::geometry::change;
use crate::geometry::derive;
use crate::geometry::measure;
use crate::geometry::work::within_limits;

/// A member that differs.
#[derive(Debug, Clone, PartialEq)]
pub struct MemberChange {
    /// Its name.
    pub member: String,
    /// As it was; `None` where it was not there.
    pub before: Option<Value>,
    /// As it is; `None` where it is gone.
    pub after: Option<Value>,
}

impl MemberChange {
    /// The same by the members of its own, where it is an object before and after, such as a title by its languages: only what
    /// differs of it. Of the reports of an overlay, report by report.
    pub fn in_parts(&self) -> Vec<Self> {
        if let Some(reports) = report_changes(self) {
            return reports;
        }
        let (Some(Value::Object(before)), Some(Value::Object(after))) = (&self.before, &self.after) else {
            return vec![self.clone()];
        };
        let parts = members(before, after, |_| false).into_iter();
        let named = |part: Self| Self { member: format!("{}.{}", self.member, part.member), ..part };
        parts.flat_map(|part| named(part).in_parts()).collect()
    }
}

/// How an entry differs.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It says something else, or its shape is another.
    Changed(Vec<MemberChange>),
}

/// An entry that differs.
#[derive(Debug, Clone, PartialEq)]
pub struct EntryChange {
    /// Of which list.
    pub list: List,
    /// Its id.
    pub id: String,
    /// How it differs.
    pub change: Change,
}

/// How the shape of an overlay differs.
#[derive(Debug, Clone, PartialEq)]
pub struct ShapeChange {
    /// Id of the overlay.
    pub id: String,
    /// Area that it has now and had not.
    pub gained: MultiPolygon<f64>,
    /// Area that it had and has not.
    pub lost: MultiPolygon<f64>,
    /// The same in square kilometres.
    pub gained_km2: f64,
    /// The same in square kilometres.
    pub lost_km2: f64,
    /// Lines that it has now and had not.
    pub lines_gained: MultiLineString<f64>,
    /// Lines that it had and has not.
    pub lines_lost: MultiLineString<f64>,
    /// Their length in kilometres.
    pub gained_km: f64,
    /// The same of what was lost.
    pub lost_km: f64,
    /// Length of its lines before and after, in kilometres, of an overlay of lines.
    pub lengths_km: Option<(f64, f64)>,
    /// Names of places that are new in it.
    pub places_gained: Vec<String>,
    /// Names of places that are gone.
    pub places_lost: Vec<String>,
    /// Why the areas could not be worked out, if they could not.
    pub problem: Option<String>,
}

/// How the shape of a report differs that an overlay does not show at first.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportShape {
    /// Of when the report is, as it says, if it does.
    pub when: Option<String>,
    /// Whose it is, if anybody's.
    pub who: Option<String>,
    /// How it differs; its id is that of the overlay.
    pub change: ShapeChange,
}

/// All that differs.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Diff {
    /// Of the dossier as a whole.
    pub whole: Vec<MemberChange>,
    /// Entries, list by list, each in the order of the newer dossier, what is gone after them.
    pub entries: Vec<EntryChange>,
    /// Shapes of overlays that both have.
    pub shapes: Vec<ShapeChange>,
    /// Shapes of their other reports that both have.
    pub reports: Vec<ReportShape>,
    /// Files whose bytes differ, other than of shapes, by their paths; those too that only one of the two uses.
    pub files: Vec<String>,
    /// Those of them that are used no longer.
    pub unused: Vec<String>,
    /// Those of them that were not used before.
    pub new_files: Vec<String>,
}

impl Diff {
    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.whole.is_empty()
            && self.entries.is_empty()
            && self.shapes.is_empty()
            && self.reports.is_empty()
            && self.files.is_empty()
    }

    /// Between two dossiers, each as it is written and as it is read.
    pub fn between(before: (&Manuscript, &Dossier), after: (&Manuscript, &Dossier)) -> Self {
        let ((written_before, read_before), (written_after, read_after)) = (before, after);
        let lists: BTreeSet<&str> = List::ALL.iter().map(|list| list.member()).collect();
        let whole = members(written_before.members(), written_after.members(), |name| lists.contains(name));
        let mut diff = Self { whole, ..Self::default() };
        for list in List::ALL {
            for entry in written_after.entries(list) {
                let id = id_of(entry).to_owned();
                let change = match written_before.entry(list, &id) {
                    None => Change::Added,
                    Some(former) => match members(former, entry, |_| false) {
                        changed if changed.is_empty() => continue,
                        changed => Change::Changed(changed),
                    },
                };
                diff.entries.push(EntryChange { list, id, change });
            }
            let gone = written_before.entries(list).filter(|entry| written_after.entry(list, id_of(entry)).is_none());
            diff.entries.extend(gone.map(|entry| EntryChange {
                list,
                id: id_of(entry).to_owned(),
                change: Change::Removed,
            }));
        }
        for list in [List::Groups, List::Overlays] {
            diff.whole.extend(order_change(list, written_before, written_after));
        }
        let mut shown = Vec::new();
        for overlay in &read_after.overlays {
            let Some(former) = read_before.overlay(&overlay.id) else { continue };
            let change = shape_change(former, overlay);
            if change.is_some() {
                shown.extend([former, overlay].into_iter().flat_map(reports_shown));
            }
            diff.shapes.extend(change);
            diff.reports.extend(report_shapes(former, overlay));
        }
        // What can be drawn in one of the two alone has come or gone, whatever the two say of it.
        for (id, former, now) in drawn_once(before, after) {
            if let Some(mut change) = ShapeChange::between(id, former, now) {
                let which = if now.is_some() { "before" } else { "after" };
                change.problem = Some(format!("{which}, it could not be drawn; verify says why"));
                diff.shapes.push(change);
            }
        }
        // A file is told of by the shape that is made of it; of what else it says, by its name.
        let told: BTreeSet<String> = [written_before, written_after]
            .into_iter()
            .flat_map(|written| written.entries(List::Overlays))
            .flat_map(|entry| {
                let of_entry =
                    entry.get("geometry").filter(|_| diff.shapes.iter().any(|shape| shape.id == id_of(entry)));
                let of_reports = entry.get("versions").and_then(Value::as_array).into_iter().flatten();
                let is_shown = |report: &Value| shown.iter().any(|one| is_report(report, id_of(entry), one));
                let of_reports = of_reports.filter(|report| {
                    is_shown(report) || diff.reports.iter().any(|told| is_report(report, id_of(entry), &told.named()))
                });
                let all = of_entry.into_iter().chain(of_reports.filter_map(|report| report.get("geometry")));
                all.filter_map(|geometry| geometry.get("file")?.as_str().map(str::to_owned)).collect::<Vec<_>>()
            })
            .collect();
        let (old, new) = (written_before.files(), written_after.files());
        let names: BTreeSet<&String> = old.keys().chain(new.keys()).filter(|name| !told.contains(*name)).collect();
        let differs = |name: &&String| match (old.get(*name), new.get(*name)) {
            (Some(old), Some(new)) if old != new => {
                // Laid out otherwise, a file says the same.
                let json = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).ok();
                json(old).is_none_or(|old| Some(old) != json(new))
            }
            (old, new) => old != new,
        };
        diff.files = names.into_iter().filter(differs).cloned().collect();
        let only_of = |one: &Manuscript, other: &Manuscript| -> Vec<String> {
            let of_other: BTreeSet<String> = other.files_named().collect();
            let is_used: BTreeSet<String> = one.files_named().filter(|name| !of_other.contains(name)).collect();
            diff.files.iter().filter(|name| is_used.contains(*name)).cloned().collect()
        };
        (diff.unused, diff.new_files) =
            (only_of(written_before, written_after), only_of(written_after, written_before));
        diff
    }
}

/// By what a report is known: its overlay, of when it is, and whose.
type ReportName<'a> = (&'a str, Option<String>, Option<&'a str>);

impl ReportShape {
    fn named(&self) -> ReportName<'_> {
        (&self.change.id, self.when.clone(), self.who.as_deref())
    }
}

/// Of when a report is, as it says, if it does.
fn when_of(version: &Version) -> Option<String> {
    version.when.as_ref().map(|when| when.iso()).or_else(|| version.said.clone())
}

/// The reports that an overlay shows.
fn reports_shown(overlay: &Overlay) -> impl Iterator<Item = ReportName<'_>> {
    let versions = overlay.dated.iter().flat_map(|dated| dated.series().versions());
    let shown = versions.filter(|version| is_shown(overlay, version));
    shown.map(|version| (overlay.id.as_str(), when_of(version), version.who.as_deref()))
}

fn is_shown(overlay: &Overlay, version: &Version) -> bool {
    Arc::ptr_eq(&overlay.shape, &version.shape)
}

/// Whether a report, as it is written for an overlay, is the one that is named.
fn is_report(report: &Value, overlay: &str, (id, when, who): &ReportName<'_>) -> bool {
    let said = |name: &str| report.get(name).and_then(Value::as_str);
    let day = |when: Option<&str>| when.and_then(|when| Edtf::in_text(when).ok());
    *id == overlay && day(when.as_deref()) == day(said("when")) && *who == said("who")
}

/// How the shapes of reports differ that both have of an overlay, but for those that it shows: see [`Diff::shapes`].
fn report_shapes(former: &Overlay, now: &Overlay) -> Vec<ReportShape> {
    let (Some(before), Some(after)) = (&former.dated, &now.dated) else { return Vec::new() };
    let (before, after) = (before.series().versions(), after.series().versions());
    let mut taken = BTreeSet::new();
    let mut found = Vec::new();
    for version in after {
        let place = before.iter().enumerate().position(|(place, other)| {
            !taken.contains(&place)
                && (&other.when, &other.said, &other.who) == (&version.when, &version.said, &version.who)
        });
        let Some(place) = place else { continue };
        taken.insert(place);
        if is_shown(former, &before[place]) && is_shown(now, version) {
            continue;
        }
        let Some(change) = ShapeChange::between(&now.id, Some(&before[place].shape), Some(&version.shape)) else {
            continue;
        };
        found.push(ReportShape { when: when_of(version), who: version.who.clone(), change });
    }
    found
}

/// That the entries which both have of a list stand in another order: their ids, before and after.
fn order_change(list: List, before: &Manuscript, after: &Manuscript) -> Option<MemberChange> {
    let common = |one: &Manuscript, other: &Manuscript| -> Vec<String> {
        let ids = one.entries(list).map(id_of).filter(|id| other.entry(list, id).is_some());
        ids.map(str::to_owned).collect()
    };
    let (old, new) = (common(before, after), common(after, before));
    let member = format!("order of {}", list.member());
    (old != new).then(|| MemberChange { member, before: Some(Value::from(old)), after: Some(Value::from(new)) })
}

/// What differs of the reports of an overlay, report by report: a report that came or went is there on one side alone, whole.
/// `None` of what is no list of reports.
fn report_changes(change: &MemberChange) -> Option<Vec<MemberChange>> {
    let reports = |value: &Option<Value>| match value {
        None => Some(Vec::new()),
        Some(Value::Array(all)) => {
            all.iter().map(|one| one.as_object().filter(|one| one.contains_key("geometry")).cloned()).collect()
        }
        Some(_) => None,
    };
    let before: Vec<Map<String, Value>> = reports(&change.before)?;
    let after: Vec<Map<String, Value>> = reports(&change.after)?;
    if change.member != "versions" || before.is_empty() && after.is_empty() {
        return None;
    }
    // Each is found again by all that it says, by its day and whose it is, by its day, or by its file, whichever comes first.
    let keys: [&[&str]; 4] = [&["when", "who", "geometry"], &["when", "who"], &["when"], &["geometry"]];
    let mut pairs: Vec<Option<usize>> = vec![None; after.len()];
    for key in keys {
        for (place, report) in after.iter().enumerate() {
            let is_free = |other: usize| !pairs.contains(&Some(other));
            let is_it = |other: &Map<String, Value>| key.iter().all(|name| other.get(*name) == report.get(*name));
            if pairs[place].is_none() {
                pairs[place] = (0..before.len()).find(|&other| is_free(other) && is_it(&before[other]));
            }
        }
    }
    let name = |report: &Map<String, Value>, with_who: bool| {
        let said = |name: &str| report.get(name).and_then(Value::as_str);
        let who = said("who").filter(|_| with_who).map_or_else(String::new, |who| format!(" by {who}"));
        format!("report of {}{who}", said("when").map_or_else(|| "an unknown day".to_owned(), words::date))
    };
    let mut found = Vec::new();
    for (report, pair) in after.iter().zip(&pairs) {
        let Some(former) = pair.map(|place| &before[place]) else {
            let after = Some(Value::Object(report.clone()));
            found.push(MemberChange { member: name(report, true), before: None, after });
            continue;
        };
        let day = after.iter().filter(|other| other.get("when") == report.get("when")).count();
        let name = name(former, day > 1);
        let parts = members(former, report, |_| false).into_iter().flat_map(|part| part.in_parts());
        found.extend(parts.map(|part| MemberChange { member: format!("{name}: {}", part.member), ..part }));
    }
    let gone = before.iter().enumerate().filter(|(place, _)| !pairs.contains(&Some(*place)));
    found.extend(gone.map(|(_, report)| MemberChange {
        member: name(report, true),
        before: Some(Value::Object(report.clone())),
        after: None,
    }));
    if found.is_empty() {
        found.push(MemberChange { member: "order of reports".to_owned(), ..change.clone() });
    }
    Some(found)
}

/// Overlays that both dossiers have and only one of them can draw, with their shape before and after.
fn drawn_once<'a>(
    (written_before, read_before): (&'a Manuscript, &'a Dossier),
    (written_after, read_after): (&'a Manuscript, &'a Dossier),
) -> impl Iterator<Item = (&'a str, Option<&'a Shape>, Option<&'a Shape>)> {
    let ids = written_after.entries(List::Overlays).map(id_of);
    ids.filter(|id| written_before.entry(List::Overlays, id).is_some()).filter_map(move |id| {
        let shape = |dossier: &'a Dossier| dossier.overlay(id).map(|overlay| &*overlay.shape);
        match (shape(read_before), shape(read_after)) {
            (None, None) | (Some(_), Some(_)) => None,
            (former, now) => Some((id, former, now)),
        }
    })
}

/// The members of two entries that differ, those of the newer first; a member that is null says as much as none.
pub fn members(
    before: &Map<String, Value>,
    after: &Map<String, Value>,
    is_left_out: impl Fn(&str) -> bool,
) -> Vec<MemberChange> {
    let names = after.keys().chain(before.keys().filter(|name| !after.contains_key(*name)));
    let names = names.filter(|name| !is_left_out(name));
    let changed = names.filter_map(|name| {
        let (old, new) = (before.get(name), after.get(name));
        // A member that is null says as much as none.
        let said = |value: Option<&Value>| value.filter(|value| !value.is_null()).cloned();
        let (old, new) = (said(old), said(new));
        (old != new).then(|| MemberChange { member: name.clone(), before: old, after: new })
    });
    changed.collect()
}

/// How the shape of an overlay differs; `None` where it is the same.
fn shape_change(former: &Overlay, now: &Overlay) -> Option<ShapeChange> {
    ShapeChange::between(&now.id, Some(&former.shape), Some(&now.shape))
}

impl ShapeChange {
    /// No change at all.
    fn none(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            gained: MultiPolygon(Vec::new()),
            lost: MultiPolygon(Vec::new()),
            gained_km2: 0.0,
            lost_km2: 0.0,
            lines_gained: MultiLineString(Vec::new()),
            lines_lost: MultiLineString(Vec::new()),
            gained_km: 0.0,
            lost_km: 0.0,
            lengths_km: None,
            places_gained: Vec::new(),
            places_lost: Vec::new(),
            problem: None,
        }
    }

    /// Of what was gained and lost of an area, slivers counted in its size and left out of what is drawn; `None` where nothing was.
    pub fn of_areas(id: &str, change: &change::Change) -> Option<Self> {
        let change::Change { gained, lost, gained_m2, lost_m2, .. } = change;
        let (gained_km2, lost_km2) = (gained_m2 / 1e6, lost_m2 / 1e6);
        let own = Self { gained: gained.clone(), lost: lost.clone(), gained_km2, lost_km2, ..Self::none(id) };
        (!gained.0.is_empty() || !lost.0.is_empty()).then_some(own)
    }

    /// How a shape differs from what it was; all of it is gained where there was none, and lost where there is none any more.
    /// `None` where it is the same.
    pub fn between(id: &str, former: Option<&Shape>, now: Option<&Shape>) -> Option<Self> {
        if former == now {
            return None;
        }
        let mut change = Self::none(id);
        let (old, new) = (former.and_then(Shape::areas), now.and_then(Shape::areas));
        let differs = match (old, new) {
            (None, None) => Ok([MultiPolygon(Vec::new()), MultiPolygon(Vec::new())]),
            (None, Some(new)) => Ok([new.clone(), MultiPolygon(Vec::new())]),
            (Some(old), None) => Ok([MultiPolygon(Vec::new()), old.clone()]),
            (Some(old), Some(new)) => within_limits(|| derive::differences(new, old)),
        };
        match differs {
            Ok([gained, lost]) => {
                // What is nothing has no sign.
                change.gained_km2 = measure::area_m2(&gained) / 1e6 + 0.0;
                change.lost_km2 = measure::area_m2(&lost) / 1e6 + 0.0;
                (change.gained, change.lost) = (gained, lost);
            }
            Err(stopped) => change.problem = Some(stopped.to_string()),
        }
        let (old, new) = (former.and_then(Shape::multi_line), now.and_then(Shape::multi_line));
        if old != new {
            let km = |lines: &MultiLineString<f64>| measure::length_m(lines) / 1000.0 + 0.0;
            change.lengths_km = Some((old.map_or(0.0, km), new.map_or(0.0, km)));
            let none = MultiLineString(Vec::new());
            let (old, new) = (old.unwrap_or(&none), new.unwrap_or(&none));
            match within_limits(|| [derive::line_difference(new, old), derive::line_difference(old, new)]) {
                Ok([gained, lost]) => {
                    (change.gained_km, change.lost_km) = (km(&gained), km(&lost));
                    (change.lines_gained, change.lines_lost) = (gained, lost);
                }
                Err(stopped) => change.problem = Some(stopped.to_string()),
            }
        }
        let (old, new) = (places(former), places(now));
        change.places_gained = new.difference(&old).cloned().collect();
        change.places_lost = old.difference(&new).cloned().collect();
        Some(change)
    }

    /// What was gained, and what was lost, as shapes to be drawn; `None` where there is nothing.
    pub fn shapes(&self) -> [Option<Shape>; 2] {
        [(&self.gained, &self.lines_gained), (&self.lost, &self.lines_lost)]
            .map(|(areas, lines)| Shape::of(areas.clone(), lines.clone(), Vec::new()))
    }
}

/// What a place is known by: its name, or where it is.
pub(super) fn name_of_place(place: &super::Place) -> String {
    match place.name.main() {
        "" => format!("{:.5}, {:.5}", place.at.x, place.at.y),
        name => name.to_owned(),
    }
}

/// Places by what they are known by.
fn places(shape: Option<&Shape>) -> BTreeSet<String> {
    let places = shape.map_or(&[][..], Shape::places);
    places.iter().map(name_of_place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dossier::manuscript::geometry_text;
    use crate::formats::feature::Feature;
    use serde_json::json;

    fn square(west: f64, east: f64) -> Vec<u8> {
        let ring = vec![(west, 0.0), (east, 0.0), (east, 1.0), (west, 1.0), (west, 0.0)];
        let polygon = geo::Polygon::new(ring.into(), Vec::new());
        geometry_text(&[Feature { geometry: Some(polygon.into()), ..Feature::default() }]).into_bytes()
    }

    fn dossier(east: f64) -> Manuscript {
        let json = json!({
            "format": "claimline-dossier/1", "id": "q", "version": "1.0.0", "title": { "en": "Q" }, "as_of": "2026-01-01",
            "overlays": [{ "id": "a", "title": { "en": "A" }, "kind": "region", "geometry": { "file": "a.geojson" } }],
            "sources": [{ "id": "s", "outlet": "S", "title": "T", "url": "https://s.example" }], "excerpts": []
        });
        let mut manuscript = Manuscript::open(json.to_string().as_bytes(), Default::default()).unwrap();
        manuscript.put_file("a.geojson", square(0.0, east)).unwrap();
        manuscript
    }

    fn diff(before: &Manuscript, after: &Manuscript) -> Diff {
        let (old, _) = before.dossier().unwrap();
        let (new, _) = after.dossier().unwrap();
        Diff::between((before, &old), (after, &new))
    }

    #[test]
    fn a_dossier_does_not_differ_from_itself() {
        let one = dossier(1.0);
        assert!(diff(&one, &one.clone()).is_empty());
    }

    #[test]
    fn areas_that_were_gained_and_lost_are_measured() {
        // The square of one degree at the equator between parallels, by the closed formula of the zone of an ellipsoid (Snyder,
        // Map Projections, USGS 1395, 3-12), WGS 84: 12,308.4639 km².
        let change = diff(&dossier(1.0), &dossier(2.0)).shapes.pop().unwrap();
        assert!((change.gained_km2 - 12_308.463_9).abs() < 0.001 && change.lost_km2 == 0.0, "{change:?}");
        let back = diff(&dossier(2.0), &dossier(1.0)).shapes.pop().unwrap();
        assert!((back.lost_km2 - change.gained_km2).abs() < 1e-9 && back.gained_km2 == 0.0);
    }

    #[test]
    fn what_a_file_says_besides_its_shape_is_a_difference_and_how_it_is_laid_out_is_none() {
        let before = dossier(1.0);
        let text = String::from_utf8(square(0.0, 1.0)).unwrap();
        let mut after = before.clone();
        after.put_file("a.geojson", text.replace("{}", r#"{"status": "held"}"#).into_bytes()).unwrap();
        assert_eq!(diff(&before, &after).files, ["a.geojson"]);
        after.put_file("a.geojson", text.replace('\n', " ").into_bytes()).unwrap();
        assert!(diff(&before, &after).is_empty());
        // What only one of the two can draw is told of.
        after.put_file("a.geojson", b"{}".to_vec()).unwrap();
        let (old, _) = before.dossier().unwrap();
        let (new, _) = after.dossier().unwrap();
        let found = Diff::between((&before, &old), (&after, &new)).shapes.pop().unwrap();
        assert!(found.lost_km2 > 12_000.0 && found.problem.unwrap().contains("could not be drawn"));
    }

    #[test]
    fn entries_that_come_go_and_change_are_named_with_their_members() {
        let before = dossier(1.0);
        let mut after = before.clone();
        let put =
            |after: &mut Manuscript, list, value: Value| after.put(list, value.as_object().unwrap().clone()).unwrap();
        put(&mut after, List::Sources, json!({ "id": "s", "outlet": "S2", "author": "A" }));
        put(&mut after, List::Notes, json!({ "id": "n", "text": "x" }));
        after.set("version", json!("1.0.1"));
        let found = diff(&before, &after);
        let member = |member: &str, before: Option<Value>, after: Option<Value>| MemberChange {
            member: member.to_owned(),
            before,
            after,
        };
        assert_eq!(found.whole, [member("version", Some(json!("1.0.0")), Some(json!("1.0.1")))]);
        let changed = Change::Changed(vec![
            member("outlet", Some(json!("S")), Some(json!("S2"))),
            member("author", None, Some(json!("A"))),
        ]);
        let entry = |list, id: &str, change| EntryChange { list, id: id.to_owned(), change };
        // Of a title, the languages that differ.
        let title = |words: Value| Some(json!({ "en": "A", "style": { "fill": "red" }, "ka": words }));
        let parts = member("title", title(json!(null)), title(json!("ა"))).in_parts();
        assert_eq!(parts, [member("title.ka", None, Some(json!("ა")))]);
        assert_eq!(found.entries, [entry(List::Sources, "s", changed), entry(List::Notes, "n", Change::Added)]);
        assert_eq!(diff(&after, &before).entries[1], entry(List::Notes, "n", Change::Removed));
        assert!(found.shapes.is_empty());
    }

    #[test]
    fn reports_are_told_of_one_by_one_and_another_order_is_named() {
        let report =
            |when: &str, who: &str, file: &str| json!({ "when": when, "who": who, "geometry": { "file": file } });
        let change = |before: Value, after: Value| MemberChange {
            member: "versions".to_owned(),
            before: Some(before),
            after: Some(after),
        };
        let parts = change(
            json!([report("2026-10-01", "Post", "1.geojson"), report("2026-11-01", "Post", "2.geojson")]),
            json!([report("2026-11-01", "Gazette", "2.geojson"), report("2026-11-20", "Post", "3.geojson")]),
        )
        .in_parts();
        let said: Vec<(&str, bool, bool)> =
            parts.iter().map(|part| (part.member.as_str(), part.before.is_some(), part.after.is_some())).collect();
        assert_eq!(
            said,
            [
                ("report of 1 Nov 2026: who", true, true),
                ("report of 20 Nov 2026 by Post", false, true),
                ("report of 1 Oct 2026 by Post", true, false),
            ]
        );

        let before = dossier(1.0);
        let mut after = before.clone();
        after.set("groups", json!([{ "id": "h", "title": "H" }, { "id": "g", "title": "G" }]));
        let mut other = before.clone();
        other.set("groups", json!([{ "id": "g", "title": "G" }, { "id": "h", "title": "H" }]));
        let order = order_change(List::Groups, &other, &after).unwrap();
        assert_eq!((order.before, order.after), (Some(json!(["g", "h"])), Some(json!(["h", "g"]))));
        assert_eq!(order_change(List::Groups, &after, &after), None);
    }
}
