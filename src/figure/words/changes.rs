//! What figures of what changed say, in the words of a language.

use std::collections::BTreeSet;

use super::{ALL, Words};
use crate::document::comparison::Comparison;
use crate::document::comparison::states::{State, States};
use crate::dossier::compared::{Edition, PartName, Wording};
use crate::formats::language::Text;
use crate::formats::visible::visible;

/// So many titles stand in a headline at most.
const MOST_TITLES: usize = 3;

/// Something in all languages of figures.
fn in_all(say: impl Fn(&Words) -> String) -> Text {
    ALL.into_iter().fold(Text::default(), |text, words| text.with(words.locale.tag, say(words)))
}

/// The name of a part of what changed in all languages of figures.
pub(in crate::figure) fn part_name(name: PartName<'_>) -> Text {
    in_all(|words| words.part_name(name))
}

/// The words of the map and of the figure of a comparison.
pub(in crate::figure) fn wording(comparison: &Comparison) -> Wording<'static> {
    Wording {
        name: &part_name,
        group: in_all(|words| words.changed_group(comparison)),
        headline: in_all(|words| words.changed_headline(comparison)),
        subtitle: in_all(|words| words.changed_states(comparison)),
    }
}

impl Words {
    fn part_name(&self, name: PartName<'_>) -> String {
        let changes = &self.changes;
        let labelled = |label: &str, title: &Text| self.titled(label, self.name_in(title));
        let filled = |template: &str, title: &Text| self.fill(template, &[("title", self.name_in(title))]);
        match name {
            PartName::Gained(title) => labelled(changes.gained, title),
            PartName::Lost(title) => labelled(changes.lost, title),
            PartName::Added(title) => labelled(changes.added, title),
            PartName::Removed(title) => labelled(changes.removed, title),
            PartName::OnlyBy(title) => filled(changes.only_by, title),
            PartName::Now(title) => filled(changes.now, title),
            PartName::Formerly(title) => filled(changes.formerly, title),
            PartName::OfDay(title, day) => self.list([self.name_in(title), &self.date(day)]),
            PartName::Alone(title) => self.name_in(title).to_owned(),
        }
    }

    /// Title, day and version.
    fn edition(&self, edition: &Edition) -> String {
        let mut said = edition.title.clone();
        if !edition.as_of.is_empty() {
            let day = self.date(&edition.as_of);
            said = self.fill(self.changes.edition_of_day, &[("title", &said), ("day", &day)]);
        }
        if !edition.version.is_empty() {
            said = self.fill(self.changes.edition_version, &[("title", &said), ("version", &edition.version)]);
        }
        said
    }

    fn changed_headline(&self, comparison: &Comparison) -> String {
        let changes = &self.changes;
        let [before, after] = &comparison.editions;
        match &comparison.ledgers {
            Some(shown) if shown.is_of_accounts() => {
                let Some((_, [one, other])) = shown.states.first() else { return changes.what_changed.to_owned() };
                let (one, other) = (self.name_in(&one.title), self.name_in(&other.title));
                self.fill(changes.accounts_differ, &[("one", one), ("other", other)])
            }
            Some(shown) if shown.states.len() > MOST_TITLES => changes.what_changed.to_owned(),
            Some(shown) => {
                let titles = shown.states.iter().map(|(_, [_, after])| self.name_in(&after.title));
                self.titled(changes.what_changed, &self.list(titles))
            }
            None if before.title == after.title => self.titled(changes.what_changed, &after.title),
            None => self.fill(changes.changed_from_to, &[("before", &before.title), ("after", &after.title)]),
        }
    }

    fn changed_group(&self, comparison: &Comparison) -> String {
        let [before, after] = comparison.editions.each_ref().map(|edition| edition.as_of.as_str());
        if let Some(States::Accounts(day, _)) = comparison.ledgers.as_ref().map(|shown| &shown.ledgers.asked.states) {
            return self.fill(self.as_of, &[("day", &self.date(&day.iso()))]);
        }
        // Accounts whose reports are of other days have each its own beside its name.
        let days = |side: usize| -> BTreeSet<&str> {
            comparison.shaded.iter().map(|shaded| shaded.days[side].as_str()).collect()
        };
        let differ = comparison.ledgers.is_some() && (days(0).len() > 1 || days(1).len() > 1);
        if differ || before == after || before.is_empty() || after.is_empty() {
            return self.changes.what_changed.to_owned();
        }
        let (before, after) = (self.date(before), self.date(after));
        self.fill(self.changes.changed_between, &[("before", &before), ("after", &after)])
    }

    /// The two states: titles, days and versions; of reports which are shown, and who reports.
    pub(in crate::figure) fn changed_states(&self, comparison: &Comparison) -> String {
        let Some(shown) = &comparison.ledgers else {
            let [before, after] = comparison.editions.each_ref().map(|edition| self.edition(edition));
            return self.fill(self.changes.states, &[("before", &before), ("after", &after)]);
        };
        let titled = |state: &State| self.titled(self.name_in(&state.title), &self.reported(state));
        let states = if let (true, Some((_, states))) = (shown.is_of_accounts(), shown.states.first()) {
            self.long_list(states.each_ref().map(titled))
        } else {
            let of = |side: usize| {
                let states = || shown.states.iter().map(|(_, states)| &states[side]);
                let mut said: Vec<String> = states().map(|state| self.reported(state)).collect();
                said.dedup();
                match said.as_slice() {
                    [only] => only.clone(),
                    _ => self.list(states().map(titled)),
                }
            };
            self.fill(self.changes.states, &[("before", &of(0)), ("after", &of(1))])
        };
        match &shown.ledgers.within {
            Some(within) => {
                let within = self.fill(self.changes.only_within, &[("title", self.name_in(within))]);
                self.long_list([states, within])
            }
            None => states,
        }
    }

    /// The day of a report, or which stands for a day of which nobody reports, and who reports.
    fn reported(&self, state: &State) -> String {
        let when = state.version.when.map(|when| self.date(&when.iso())).unwrap_or_default();
        let said = match &state.version.who {
            // Its title says so already.
            Some(who) if *self.name_in(&state.title) == *visible(who) => when.clone(),
            Some(who) => self.fill(self.according, &[("size", &when), ("source", who)]),
            None => when.clone(),
        };
        if !state.is_unreported() {
            return said;
        }
        let unreported = self.fill(self.unreported, &[("day", &self.date(&state.asked.iso())), ("last", &when)]);
        format!("{said} ({unreported})")
    }
}
