//! The day that the map shows, and what is reported of which days.

use std::sync::Arc;

use serde_json::Value;

use super::{Selection, Session};
use crate::basemap::sources;
use crate::document::{Annotation, AnnotationId};
use crate::dossier::model::Source;
use crate::dossier::series::{DAY_PROPERTIES, Standing, Version};
use crate::dossier::{Dated, Overlay};
use crate::formats::day::Day;
use crate::formats::edtf::Edtf;

/// What somebody reports of an overlay, day by day.
#[derive(Debug, Clone)]
pub struct Lane {
    /// Id of the overlay.
    pub overlay: String,
    /// What it is called, and who reports it where several do.
    pub title: String,
    /// Whose reports these are; `None` where one account has them all.
    pub who: Option<String>,
    /// As reports have it.
    pub dated: Arc<Dated>,
    /// Whether it is shown on the map.
    pub is_shown: bool,
}

impl Lane {
    /// How it stands on a day.
    pub fn on(&self, day: Day) -> Option<Standing<'_>> {
        self.dated.series().on(day, self.who.as_deref()).standing()
    }

    /// Its reports, in order of time.
    pub fn versions(&self) -> impl Iterator<Item = &Version> {
        self.dated.series().of(self.who.as_deref())
    }
}

/// By which it is told whether what is reported of all days is as it was: by the document, but for the day and the part that it shows,
/// and the evidence.
#[derive(Debug, Clone)]
pub struct DaysVersion {
    revision: u64,
    dossier: String,
    sources: usize,
    dated: Vec<Option<Arc<Dated>>>,
}

impl PartialEq for DaysVersion {
    fn eq(&self, other: &Self) -> bool {
        let is_same = |(one, other): (&Option<Arc<Dated>>, &Option<Arc<Dated>>)| match (one, other) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            (None, None) => true,
            _ => false,
        };
        (self.revision, self.sources) == (other.revision, other.sources)
            && self.dossier == other.dossier
            && self.dated.len() == other.dated.len()
            && self.dated.iter().zip(&other.dated).all(is_same)
    }
}

/// Something of a day beside the reports: a source that was published then, or an annotation of that day.
#[derive(Debug, Clone)]
pub struct Event {
    /// Of which day or days.
    pub when: Edtf,
    /// What it is called.
    pub name: String,
    /// What it is.
    pub of: EventOf,
}

/// What is of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventOf {
    /// The source of this id was published.
    Source(String),
    /// An annotation says that it is of this day.
    Annotation(AnnotationId),
}

impl Session {
    /// As which [`Self::lanes`], [`Self::dated_overlays`] and [`Self::events`] are what they are.
    pub fn days_version(&self) -> DaysVersion {
        let dossier = self.dossier();
        DaysVersion {
            revision: self.history.revision(),
            dossier: dossier.sha256.clone(),
            sources: dossier.sources.len(),
            dated: dossier.overlays.iter().map(|overlay| overlay.dated.clone()).collect(),
        }
    }

    /// What is reported of several days, in the order in which the overlays lie, a lane for each account. What recipes make of
    /// it, or of an own line, is of the same days and has none.
    pub fn lanes(&self) -> Vec<Lane> {
        let line = self.dossier().own_line.as_ref();
        let is_reported =
            |overlay: &&Arc<Overlay>| overlay.recipe.is_none() && !line.is_some_and(|line| line.concerns(overlay));
        let of_overlay = |overlay: &Arc<Overlay>| {
            let dated = overlay.dated.as_ref()?;
            let title = overlay.title.main();
            let accounts = dated.series().accounts();
            // What is called by its accounts needs not say both.
            let is_called_so = title == accounts.join(", ");
            let lane = |who: Option<&str>| Lane {
                overlay: overlay.id.clone(),
                title: match who {
                    Some(who) if is_called_so => who.to_owned(),
                    Some(who) => format!("{title} · {who}"),
                    None => title.to_owned(),
                },
                who: who.map(str::to_owned),
                dated: Arc::clone(dated),
                is_shown: self.document().is_visible(&overlay.id),
            };
            Some(match accounts.as_slice() {
                [] | [_] => vec![lane(None)],
                several => several.iter().map(|who| lane(Some(who))).collect(),
            })
        };
        self.dossier().overlays.iter().filter(is_reported).filter_map(of_overlay).flatten().collect()
    }

    /// All that is of several days, whoever reports it: what recipes make too.
    pub fn dated_overlays(&self) -> Vec<Lane> {
        let lane = |overlay: &Arc<Overlay>| {
            Some(Lane {
                overlay: overlay.id.clone(),
                title: overlay.title.main().to_owned(),
                who: None,
                dated: Arc::clone(overlay.dated.as_ref()?),
                is_shown: self.document().is_visible(&overlay.id),
            })
        };
        self.dossier().overlays.iter().filter_map(lane).collect()
    }

    /// The sources that say when they were published, and the annotations that say of which day they are, each in order of time.
    pub fn events(&self) -> [(&'static str, Vec<Event>); 2] {
        let source = |source: &Source| {
            let when = Edtf::in_text(source.published.as_deref()?).ok()?;
            let name = match source.title.as_str() {
                "" => source.outlet.clone(),
                title => format!("{}: {title}", source.outlet),
            };
            Some(Event { when, name, of: EventOf::Source(source.id.clone()) })
        };
        let annotation = |annotation: &Arc<Annotation>| {
            let properties = &annotation.kept.properties;
            let said =
                |name: &str| properties.get(name).and_then(Value::as_str).and_then(|day| Edtf::in_text(day).ok());
            let when = DAY_PROPERTIES.into_iter().find_map(said)?;
            let name = annotation.title.lines().next().filter(|title| !title.trim().is_empty());
            let name = name.map_or_else(|| format!("Annotation {}", annotation.id.0), str::to_owned);
            Some(Event { when, name, of: EventOf::Annotation(annotation.id) })
        };
        let in_time = |mut events: Vec<Event>| {
            events.sort_by(|a, b| a.when.in_time(&b.when));
            events
        };
        [
            ("Sources published", in_time(self.dossier().sources.iter().filter_map(source).collect())),
            ("Annotations", in_time(self.document().annotations.iter().filter_map(annotation).collect())),
        ]
    }

    /// How many reports there are of all that is reported by day.
    pub(super) fn reports(&self) -> usize {
        let dated = self.dossier().overlays.iter().filter_map(|overlay| overlay.dated.as_ref());
        dated.map(|dated| dated.series().versions().len()).sum()
    }

    /// Whether there is anything that is another on another day: reports, or a map with pictures of each day.
    pub fn has_days(&self) -> bool {
        let document = self.document();
        self.dossier().overlays.iter().any(|overlay| overlay.dated.is_some())
            || sources::are_by_day(&document.maps, &document.map_sources)
    }

    /// The first day of which anybody reports of the layers that are switched on and of which nobody has reported up to the day that is
    /// shown.
    pub fn first_report_after(&self) -> Option<Day> {
        let overlays = self.dossier().overlays.iter();
        let not_yet = overlays.filter(|overlay| overlay.is_before_reports() && self.document().is_visible(&overlay.id));
        not_yet.filter_map(|overlay| overlay.first_report()).min()
    }

    /// Which of some layers, that have just been opened, have no report of the day that is shown or earlier, in words to go on a sentence.
    pub fn not_yet_reported(&self, ids: &[String]) -> String {
        let Some(day) = self.document().day else { return String::new() };
        let layers = ids.iter().filter_map(|id| self.dossier().overlay(id));
        let firsts: Vec<(&Overlay, Day)> = layers
            .filter(|layer| layer.is_before_reports())
            .filter_map(|layer| Some((layer, layer.first_report()?)))
            .collect();
        match firsts.as_slice() {
            [] => String::new(),
            [(layer, first)] => {
                let title = layer.title.main();
                format!(". {title} is first reported of {first}; of {day}, which is shown, there is nothing")
            }
            [(_, first), ..] => {
                let first = firsts.iter().map(|(_, first)| *first).min().unwrap_or(*first);
                format!(
                    ". {} layers are first reported of {first} or later; of {day}, which is shown, there is nothing",
                    firsts.len()
                )
            }
        }
    }

    /// Shows the map as it was reported on a day; without one, as it was last. Not a step.
    pub(super) fn show_day(&mut self, day: Option<Day>) {
        let day = day.filter(|day| day.is_whole());
        if day == self.document().day {
            return;
        }
        self.history.look_at(day);
        self.dress();
        // The features of another day are others.
        if let Selection::Overlay { feature, place, .. } = &mut self.selection {
            (*feature, *place) = (None, None);
        }
    }
}
