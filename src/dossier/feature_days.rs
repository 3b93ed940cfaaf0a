//! A layer whose features say of which days they are, shown by the day: as the last of them report it, or those of a stretch of days
//! up to it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::features::Size;
use super::series::{Fault, Grouped, Version, grouped};
use super::{Dated, Overlay, resolve};
use crate::formats::day::Day;
use crate::formats::edtf::Edtf;

/// No layer is taken apart into reports if that means more looks at its features than this.
const MOST_LOOKS: usize = 20_000_000;

/// By which property the features of a layer follow the timeline, and which of them it shows.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ByDays {
    /// The property that says the day of a feature.
    pub property: String,
    /// What is shown on a day.
    #[serde(default)]
    pub shows: DayShows,
}

/// Of which days events are that are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventDays {
    /// The property that says the day of a feature.
    pub property: String,
    /// The first of the days; without it, all are shown up to the last.
    pub from: Option<Day>,
    /// The last of the days.
    pub to: Day,
    /// How many more may be of these days and are not shown, for of them only a month or another longer time is known.
    pub undated: usize,
}

/// Which features are shown on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DayShows {
    /// Those of the last day that is reported: a state, which lasts until the next report.
    #[default]
    State,
    /// Those of so many days up to the day, itself included: events.
    Days(u32),
    /// All up to the day.
    UpTo,
}

/// A layer of events, and the days of its features.
#[derive(Debug, Clone)]
pub(super) struct Events {
    layer: Arc<Overlay>,
    days: Vec<Option<Edtf>>,
    by: ByDays,
}

impl Events {
    /// All of them.
    pub(super) fn layer(&self) -> &Overlay {
        &self.layer
    }

    /// The features of a day alone; without a day, all.
    pub(super) fn on(&self, day: Option<Day>) -> Arc<Overlay> {
        day.map_or_else(|| Arc::clone(&self.layer), |day| self.between(self.first_on(day), day))
    }

    /// The features of some days, or of as many days up to the last as are shown on one, if these are more.
    pub(super) fn of(&self, first: Day, last: Day) -> Arc<Overlay> {
        self.between(self.first_on(last).map(|of_last| of_last.min(first)), last)
    }

    /// The first of the days that are shown on one; none where all up to it are.
    fn first_on(&self, day: Day) -> Option<Day> {
        match self.by.shows {
            DayShows::Days(count) => day.since_1970().and_then(|last| Day::of_days(last + 1 - i64::from(count.max(1)))),
            DayShows::State | DayShows::UpTo => None,
        }
    }

    fn between(&self, first: Option<Day>, day: Day) -> Arc<Overlay> {
        // What is of some day of a month is shown once all of the month is: on which of its days it was nobody says.
        let is_of = |when: &Edtf| {
            when.latest().is_some_and(|to| to.last() <= day)
                && first.is_none_or(|first| when.earliest().is_some_and(|from| from.first() >= first))
        };
        let may_be_of = |when: &Edtf| {
            !is_of(when)
                && when.earliest().is_none_or(|from| from.first() <= day)
                && when.latest().is_none_or(|to| first.is_none_or(|first| to.last() >= first))
        };
        let undated = self.days.iter().flatten().filter(|when| may_be_of(when)).count();
        let shown = self.layer.part(|feature| self.days.get(feature).and_then(Option::as_ref).is_some_and(is_of));
        let mut shown = match shown {
            Some(part) => {
                let measure =
                    part.features.sizes(&part.shape).iter().copied().sum::<Size>().measure(part.shape.dimension());
                Overlay { measure, ..part }
            }
            None => resolve::nothing_of(&self.layer),
        };
        shown.only_of = Some(EventDays { property: self.by.property.clone(), from: first, to: day, undated });
        shown.as_of = day.iso();
        Arc::new(shown)
    }
}

impl Overlay {
    /// The layer as its features report it day by day.
    ///
    /// # Errors
    /// A text that says why not: no such property, no day in it, or too many days.
    pub fn by_days(&self, by: &ByDays) -> Result<Self, String> {
        let Grouped { versions, mut faults, group_of } = grouped(self, Some(&by.property), None)?;
        let dated: Vec<(usize, Version)> = versions.into_iter().filter(|(_, version)| version.when.is_some()).collect();
        let mut when_of = BTreeMap::new();
        when_of.extend(dated.iter().map(|(group, version)| (*group, version.when)));
        let days: Vec<Option<Edtf>> = group_of.iter().map(|group| when_of.get(group).copied().flatten()).collect();
        let dayless = days.iter().filter(|day| day.is_none()).count();
        if dayless > 0 {
            faults.push(Fault::NoDay { from: format!("{dayless} of its {} features", days.len()), said: None });
        }
        if dated.is_empty() {
            return Err(format!("“{}” says no day that can be read", by.property));
        }
        if by.shows == DayShows::State && dated.len().saturating_mul(days.len()) > MOST_LOOKS {
            return Err(format!(
                "“{}” has {} days; show the features of some days, or all up to the day",
                by.property,
                dated.len()
            ));
        }
        let as_then = |(group, mut version): (usize, Version)| {
            if by.shows != DayShows::State {
                let then = self.of_shape(Arc::clone(&version.shape), Arc::default(), self.bounds, self.measure, None);
                return Some((version, then));
            }
            let part = self.part(|feature| group_of.get(feature) == Some(&group))?;
            let measure =
                part.features.sizes(&part.shape).iter().copied().sum::<Size>().measure(part.shape.dimension());
            version.shape = Arc::clone(&part.shape);
            Some((version, Overlay { measure, ..part }))
        };
        let dated = Dated::new(dated.into_iter().filter_map(as_then).collect(), faults);
        let dated = dated.ok_or("no feature of it says a day")?;
        if by.shows == DayShows::State {
            return Ok(self.clone().dated_by(dated));
        }
        let dated = dated.of_events(Events { layer: Arc::new(self.clone()), days, by: by.clone() });
        Ok(Self { dated: Some(Arc::new(dated)), ..self.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dossier::{Measure, own_layer};
    use crate::formats::geojson;

    /// Points of these days, each a hundredth of a degree farther east.
    fn events(days: &[&str]) -> Overlay {
        let feature = |(place, day): (usize, &&str)| {
            format!(
                r#"{{"type":"Feature","properties":{{"seen":"{day}"}},"geometry":{{"type":"Point","coordinates":[{},48]}}}}"#,
                37.0 + place as f64 / 100.0
            )
        };
        let features: Vec<String> = days.iter().enumerate().map(feature).collect();
        let text = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","));
        own_layer("events", geojson::read_table(text.as_bytes()).unwrap()).unwrap().0
    }

    fn shown(layer: &Overlay, day: &str) -> usize {
        let then = layer.on(Some(day.parse().unwrap()));
        match then.as_ref().unwrap_or(layer).measure {
            Measure::Count { places } => places,
            other => panic!("{other:?}"),
        }
    }

    fn by(shows: DayShows) -> ByDays {
        ByDays { property: "seen".to_owned(), shows }
    }

    const DAYS: [&str; 6] = ["2025-02-01", "2025-02-01", "2025-02-04", "2025-02", "soon", "2025-02-10"];

    #[test]
    fn events_of_a_stretch_of_days_are_shown_and_none_of_others() {
        let layer = events(&DAYS);
        let days = layer.by_days(&by(DayShows::Days(1))).unwrap();
        // One is of some day of February, and so surely of none of these.
        for (day, count) in
            [("2025-01-31", 0), ("2025-02-01", 2), ("2025-02-02", 0), ("2025-02-04", 1), ("2025-03-01", 0)]
        {
            assert_eq!(shown(&days, day), count, "{day}");
        }
        assert_eq!(shown(&layer.by_days(&by(DayShows::Days(4))).unwrap(), "2025-02-05"), 1);
        assert_eq!(
            shown(&layer.by_days(&by(DayShows::Days(28))).unwrap(), "2025-02-28"),
            5,
            "all of the month is in view"
        );
        let up_to = layer.by_days(&by(DayShows::UpTo)).unwrap();
        assert_eq!([shown(&up_to, "2025-01-31"), shown(&up_to, "2025-02-04"), shown(&up_to, "2026-01-01")], [0, 3, 5]);
        // Without a day all are shown, those that say none too.
        assert!(up_to.on(None).is_none_or(|all| all.features.count() == 6) && up_to.features.count() == 6);
        let faults = up_to.dated.as_ref().unwrap().series().faults();
        assert!(faults.iter().any(|fault| fault.to_string().contains("1 of its 6 features")), "{faults:?}");
        let then = up_to.on(Some("2025-02-04".parse().unwrap())).unwrap();
        assert!(then.unreported.is_none() && then.as_of == "2025-02-04" && then.features.count() == 3);
        let all = then.on(None).unwrap();
        assert_eq!((all.features.count(), all.as_of.as_str()), (6, layer.as_of.as_str()));
    }

    #[test]
    fn a_week_or_a_month_has_the_events_of_all_its_days() {
        let mut dossier = crate::dossier::Dossier::empty();
        let id = dossier.add(events(&DAYS).by_days(&by(DayShows::Days(1))).unwrap());
        let of = |days: &str| {
            let then = dossier.all_of(days.parse().unwrap());
            let layer = then.overlay(&id).unwrap();
            let only = layer.only_of.clone().unwrap();
            (layer.features.count(), only.undated, only.from.map(|from| from.iso()), only.to.iso())
        };
        let ends = |from: &str, to: &str| (Some(from.to_owned()), to.to_owned());
        // Of one only the month is known: it is of the month, and of none of its weeks.
        for (days, count, undated, (from, to)) in [
            ("2025-02-01/2025-02-07", 3, 1, ends("2025-02-01", "2025-02-07")),
            ("2025-02-08/2025-02-09", 0, 1, ends("2025-02-08", "2025-02-09")),
            ("2025-02", 5, 0, ends("2025-02-01", "2025-02-28")),
        ] {
            assert_eq!(of(days), (count, undated, from, to), "{days}");
        }
    }

    #[test]
    fn a_state_lasts_until_the_next_report() {
        let layer = events(&["2025-02-01", "2025-02-01", "2025-02-04"]).by_days(&by(DayShows::State)).unwrap();
        assert_eq!([shown(&layer, "2025-02-01"), shown(&layer, "2025-02-03"), shown(&layer, "2025-02-04")], [2, 2, 1]);
        assert!(layer.on(Some("2025-02-03".parse().unwrap())).unwrap().unreported.is_some());
        assert_eq!(layer.as_of, "2025-02-04");
    }

    #[test]
    fn a_layer_has_its_own_colour_on_all_days() {
        let color = |layer: &Overlay| layer.kinds(&Arc::default()).list()[0].style.fill.clone();
        let layer = events(&["2025-02-01", "2025-02-04"]).by_days(&by(DayShows::State)).unwrap();
        // Whoever looks first, in whatever colour, leaves the others theirs.
        let first = color(&layer.on(Some("2025-02-01".parse().unwrap())).unwrap());
        let other = layer.in_usual_color(1);
        let then = other.on(Some("2025-02-01".parse().unwrap())).unwrap();
        assert_eq!(color(&then).as_deref(), Some(crate::dossier::USUAL_COLORS[1]));
        assert_ne!(color(&then), first);
    }

    #[test]
    fn what_says_no_days_is_refused_in_words() {
        let layer = events(&["soon", "later"]);
        assert!(layer.by_days(&by(DayShows::UpTo)).unwrap_err().contains("says no day"));
        let other = ByDays { property: "see".to_owned(), shows: DayShows::UpTo };
        assert!(layer.by_days(&other).unwrap_err().contains("did you mean “seen”?"));
    }
}
