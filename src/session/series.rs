//! Series of layers of a day each: which layers can be reports of one, of which days they seem to be, and the layers that stand for
//! series.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Effect, Session};
use crate::document::annotation::Citation;
use crate::document::step::OwnLayerPart;
use crate::document::{Document, LayerInfo, Step, edit};
use crate::dossier::series::pattern::{NameDay, Pattern, PatternError};
use crate::dossier::series::{Fault, day_property};
use crate::dossier::{Facts, LayerDay, LayerReport, Overlay};
use crate::formats::edtf::Edtf;
use crate::formats::language::Text;

/// From where the day of a layer is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayFrom {
    /// It is its day in the series already.
    Series,
    /// The layer, or the user of it, says so.
    Stated,
    /// Its name has it.
    Name,
    /// Nothing says it.
    Nothing,
}

/// A layer that can be a report in a series.
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesCandidate {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// The day that it seems to be of.
    pub day: Option<Edtf>,
    /// From where that is known.
    pub from: DayFrom,
    /// What its name says beside its day, by which the reports of one account are told from those of others: nothing where it is
    /// its day alone. `None` where its name has no day.
    pub account: Option<String>,
}

/// What a series can be made of.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SeriesCandidates {
    /// The layers, in the order of the panel.
    pub layers: Vec<SeriesCandidate>,
    /// Why no day is taken from names, where they can be read in two ways.
    pub ambiguous: Option<String>,
}

impl SeriesCandidates {
    /// The layers that are reports of one thing by their names and whose days are known: of that layer, which is always one of
    /// them; without one, of that which has most of them.
    pub fn alike(&self, layer: Option<&str>) -> Vec<&str> {
        let of_account = |account: &str| {
            let is_one = move |one: &&SeriesCandidate| one.day.is_some() && one.account.as_deref() == Some(account);
            self.layers.iter().filter(is_one).map(|one| one.id.as_str()).collect::<Vec<_>>()
        };
        let accounts = |is_meant: &dyn Fn(&&SeriesCandidate) -> bool| {
            let accounts = self.layers.iter().filter(is_meant).filter_map(|one| one.account.as_deref());
            accounts.map(of_account).rev().max_by_key(Vec::len).unwrap_or_default()
        };
        let Some(layer) = layer else { return accounts(&|_| true) };
        let mut alike = accounts(&|one| one.id == layer);
        if !alike.contains(&layer) {
            alike.extend(self.layers.iter().map(|one| one.id.as_str()).filter(|id| *id == layer));
        }
        alike
    }
}

/// What a series of some layers is called by their names: what all say beside their days. Nothing where they are of different
/// accounts.
pub fn series_name<'a>(layers: impl IntoIterator<Item = &'a SeriesCandidate>) -> &'a str {
    let mut accounts = layers.into_iter().filter_map(|one| one.account.as_deref());
    let first = accounts.next().unwrap_or_default();
    if accounts.all(|account| account == first) { first } else { "" }
}

/// A layer as it was read, its day, and what is said of it.
type Member = (Arc<Overlay>, Edtf, Arc<LayerInfo>);

/// The layers that stand for series, with what they were made of: they are made anew only of something else, for curves that are
/// worked out in the background go by the identity of what is reported.
#[derive(Debug, Clone, Default)]
pub(super) struct SeriesInUse(BTreeMap<String, (Vec<Member>, Arc<Overlay>)>);

impl SeriesInUse {
    /// Follows the document; `read` are the layers as they were read.
    pub(super) fn follow(&mut self, document: &Document, read: &[Arc<Overlay>]) {
        let mut former = std::mem::take(&mut self.0);
        let states = document.overlays.iter().filter(|state| !state.layer.removed && !state.layer.series.is_empty());
        for state in states {
            let (members, missing) = members(document, read, &state.layer.series);
            let is_same = |(known, made): &(Vec<Member>, Arc<Overlay>)| {
                let is_one = |((layer, day, info), other): (&Member, &Member)| {
                    Arc::ptr_eq(layer, &other.0) && *day == other.1 && Arc::ptr_eq(info, &other.2)
                };
                known.len() == members.len()
                    && known.iter().zip(&members).all(is_one)
                    && made.dated.as_ref().is_some_and(|dated| {
                        let is_unread = |fault: &&Fault| matches!(fault, Fault::Unread { .. });
                        dated.series().faults().iter().filter(is_unread).count() == missing.len()
                    })
            };
            let made = match former.remove(&state.id).filter(is_same) {
                Some((_, made)) => Some(made),
                None => made_of(&state.id, &members, missing).map(Arc::new),
            };
            if let Some(made) = made {
                self.0.insert(state.id.clone(), (members, made));
            }
        }
    }

    /// The layers that stand for series, called as the document has it.
    pub(super) fn layers<'a>(&'a self, document: &'a Document) -> impl Iterator<Item = Arc<Overlay>> + 'a {
        self.0.iter().map(|(id, (_, made))| {
            let title = document.overlay(id).and_then(|state| state.layer.facts.title.clone());
            match title {
                None => Arc::clone(made),
                title => Arc::new(made.with_facts(&Facts { title, ..Facts::default() })),
            }
        })
    }

    /// What is wrong with the days of each, by its id.
    pub(super) fn faults(&self) -> impl Iterator<Item = (&str, &Fault)> {
        self.0.iter().flat_map(|(id, (_, made))| {
            made.dated.iter().flat_map(|dated| dated.series().faults()).map(move |fault| (id.as_str(), fault))
        })
    }
}

/// The reports of a series that are at hand, in order of time, and what is said of the others.
fn members(document: &Document, read: &[Arc<Overlay>], series: &[LayerDay]) -> (Vec<Member>, Vec<Fault>) {
    let infos: BTreeMap<&str, &Arc<LayerInfo>> =
        document.overlays.iter().map(|state| (state.id.as_str(), &state.layer)).collect();
    let read: BTreeMap<&str, &Arc<Overlay>> = read.iter().map(|layer| (layer.id.as_str(), layer)).collect();
    let (mut members, mut missing): (Vec<Member>, Vec<Fault>) = Default::default();
    for LayerDay { layer: id, day } in series {
        let info = infos.get(id.as_str()).map(|info| Arc::clone(info)).unwrap_or_default();
        if let Some(layer) = read.get(id.as_str()) {
            members.push((Arc::clone(layer), *day, info));
        } else {
            let from = info.file.as_ref().map_or_else(|| id.clone(), |file| file.name());
            missing.push(Fault::Unread { from, when: Some(*day), why: "the layer is not at hand".to_owned() });
        }
    }
    members.sort_by(|(_, a, _), (_, b, _)| a.in_time(b));
    (members, missing)
}

fn made_of(id: &str, members: &[Member], missing: Vec<Fault>) -> Option<Overlay> {
    let report = |(layer, day, info): &Member| {
        let excerpt = |citation: &Citation| match citation {
            Citation::Excerpt { excerpt } => Some(excerpt.clone()),
            Citation::Source(_) => None,
        };
        LayerReport {
            layer: if info.facts.is_empty() { Arc::clone(layer) } else { Arc::new(layer.with_facts(&info.facts)) },
            day: *day,
            excerpts: info.citations.iter().filter_map(excerpt).collect(),
        }
    };
    let reports: Vec<LayerReport> = members.iter().map(report).collect();
    // The layer that stands for them lends its colours and its file; the first report does while that is not at hand.
    let base = members.iter().position(|(layer, ..)| layer.id == id).unwrap_or_default();
    let mut base = Overlay::clone(&reports.get(base)?.layer);
    id.clone_into(&mut base.id);
    base.gist = format!("A series of {} layers", members.len());
    base.of_layers(&reports, missing)
}

impl Session {
    /// The layers of which a series can be made, or of which one is; `None` asks for a new one.
    pub fn series_candidates(&self, series: Option<&str>) -> SeriesCandidates {
        let document = self.document();
        let known = series.and_then(|id| document.overlay(id)).map(|state| &state.layer.series[..]).unwrap_or_default();
        let read = self.layers_as_read();
        let in_series = document.in_series();
        let is_offered = |id: &str| {
            let info = document.overlay(id).map(|state| &state.layer);
            let is_member = known.iter().any(|report| report.layer == id);
            let is_free = !in_series.contains(id)
                && info.is_none_or(|info| !info.removed && info.by_days.is_none() && info.series.is_empty());
            is_member || is_free
        };
        let of_state = |id: &String| read.iter().find(|layer| layer.id == *id && layer.dated.is_none());
        let ids = document.overlays.iter().map(|state| &state.id).filter(|id| is_offered(id));
        let layers: Vec<&Arc<Overlay>> = ids.filter_map(of_state).collect();
        let name = |layer: &Overlay| match &layer.origin {
            Some(origin) => origin.file.title(),
            None => layer.title.main().to_owned(),
        };
        let names: Vec<String> = layers.iter().map(|layer| name(layer)).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let (pattern, ambiguous) = match Pattern::find(&names) {
            Ok(pattern) => (Some(pattern), None),
            Err(error @ PatternError::Ambiguous { .. }) => (None, Some(error.to_string())),
            Err(_) => (None, None),
        };
        let candidate = |(layer, name): (&&Arc<Overlay>, &&str)| {
            let facts = document.overlay(&layer.id).map(|state| state.layer.facts.clone()).unwrap_or_default();
            let stated = facts.as_of.as_deref().unwrap_or(&layer.as_of).trim();
            let of_series = known.iter().find(|report| report.layer == layer.id).map(|report| report.day);
            let of_name = || match pattern.as_ref()?.when(name) {
                NameDay::When(day) => Some(day),
                NameDay::Impossible | NameDay::Nothing => None,
            };
            let (day, from) = match (of_series, Edtf::in_text(stated).ok()) {
                (Some(day), _) => (Some(day), DayFrom::Series),
                (None, Some(day)) => (Some(day), DayFrom::Stated),
                (None, None) => match of_name() {
                    Some(day) => (Some(day), DayFrom::Name),
                    None => (None, DayFrom::Nothing),
                },
            };
            // The name of the series is that of all.
            let title = facts.title.filter(|_| series != Some(layer.id.as_str()));
            let title = title.unwrap_or_else(|| layer.title.main().to_owned());
            let account = pattern.as_ref().and_then(|pattern| Some(beside_day(&pattern.in_braces(name)?)));
            SeriesCandidate { id: layer.id.clone(), title, day, from, account }
        };
        SeriesCandidates { layers: layers.iter().zip(&names).map(candidate).collect(), ambiguous }
    }

    /// The property by which the features of a layer say their days, if they do and the layer is not of several days yet.
    pub fn day_property_of(&self, id: &str) -> Option<String> {
        let layer = self.dossier().overlay(id).filter(|layer| self.is_own_layer(id) && layer.dated.is_none())?;
        day_property(layer)
    }

    /// The layers as they were read, those too that are shown as reports of a series.
    pub fn layers_as_read(&self) -> Vec<Arc<Overlay>> {
        self.layers.as_read(self.document()).cloned().collect()
    }

    /// Has a layer stand for a series, as one step.
    pub(super) fn make_series(&mut self, id: &str, title: &str, reports: &[LayerDay]) -> Vec<Effect> {
        // The step is called as the series is, whichever layer stands for it.
        let mut named = self.named(id);
        if !title.trim().is_empty() {
            named.title = Some(Text::plain(title.trim()));
        }
        let step = Step::OwnLayer(OwnLayerPart::Series, named);
        self.history.edit(step, |document| edit::series_of_own(document, id, title, reports));
        self.dress();
        let _ = self.apply(super::Action::Select(id.to_owned()));
        vec![Effect::Tell(match reports.len() {
            0 => "The layers of the series are on their own again".to_owned(),
            count => format!("{count} layers are one layer with a timeline now (Shift+F6)"),
        })]
    }
}

/// What a name with a day in braces says beside it: nothing where it is its day alone.
fn beside_day(name: &str) -> String {
    let (before, rest) = name.split_once('{').unwrap_or((name, ""));
    let (_, after) = rest.split_once('}').unwrap_or_default();
    let is_apart = |letter: char| !letter.is_alphanumeric();
    let parts = [before.trim_matches(is_apart), after.trim_matches(is_apart)];
    let said: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    said.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reports_of_one_account_are_told_from_those_of_others_by_their_names() {
        let one = |id: &str, account: Option<&str>, day: Option<&str>| SeriesCandidate {
            id: id.to_owned(),
            title: id.to_owned(),
            day: day.map(|day| day.parse().unwrap()),
            from: DayFrom::Name,
            account: account.map(str::to_owned),
        };
        let layers = vec![
            one("gamma_1", Some("gamma"), Some("2025-01-31")),
            one("gamma_3", Some("gamma"), Some("2025-02-03")),
            one("alpha_1", Some("alpha"), Some("2025-02-01")),
            one("alpha_2", Some("alpha"), Some("2025-02-02")),
            one("alpha_3", Some("alpha"), Some("2025-02-03")),
            one("roads", None, None),
        ];
        let all = SeriesCandidates { layers, ambiguous: None };
        assert_eq!(all.alike(Some("gamma_3")), ["gamma_1", "gamma_3"]);
        assert_eq!(all.alike(None), ["alpha_1", "alpha_2", "alpha_3"], "that of which there are most");
        assert_eq!(all.alike(Some("roads")), ["roads"]);
        assert_eq!(
            (series_name(&all.layers[..2]), series_name(&all.layers[2..]), series_name(&all.layers)),
            ("gamma", "alpha", "")
        );
        assert_eq!((beside_day("front_{YYYYMMDD}"), beside_day("{YYYYMMDD}")), ("front".to_owned(), String::new()));
    }
}
