//! The figure of who agrees: what it is called, its legend in the words of all languages, and that it names every account with the
//! day of its report.

use super::options::{FigureOptions, Shows};
use super::paper::PageSetup;
use super::pieces::Piece;
use super::words::{FigureLanguage, Words};
use crate::document::agreement::{Account, Agreement, Cell, Titles};
use crate::dossier::{AsOn, Dossier};
use crate::formats::language::Text;
use crate::formats::locale::Unit;
use crate::formats::visible::visible;

/// What the cells and their group are called in all languages in which a figure speaks.
pub fn titles(agreement: &Agreement) -> Titles {
    let in_all = |say: &dyn Fn(&Words) -> String| {
        FigureLanguage::all().fold(Text::default(), |text, language| text.with(language.tag(), say(language.words())))
    };
    let group = in_all(&|words| {
        let group = words.agreement.group;
        agreement.wording().map_or_else(|| group.to_owned(), |wording| words.titled(wording, group))
    });
    let marks = agreement.marks();
    let cell = |(place, cell): (usize, &Cell)| {
        let mark = marks.get(&place);
        in_all(&|words| {
            let title = title(words, agreement, cell);
            mark.map_or_else(|| title.clone(), |mark| words.titled(mark, &title))
        })
    };
    let cells = agreement.cells.iter().enumerate().map(cell).collect();
    let slivers = in_all(&|words| {
        let count = words.locale.number(agreement.slivers().count() as f64, 0);
        let sliver_km2 = agreement.sliver_km2();
        let decimals = if sliver_km2 < 0.1 { 3 } else { 1 };
        let size = words.locale.in_unit(sliver_km2, &words.locale.number(sliver_km2, decimals), Unit::Km2);
        words.fill(words.agreement.slivers, &[("size", &size), ("count", &count)])
    });
    Titles { group, cells, slivers }
}

/// `East, West; not North (independent origins: 2)`
fn title(words: &Words, agreement: &Agreement, cell: &Cell) -> String {
    let names = |accounts: &mut dyn Iterator<Item = &Account>| -> String {
        words.list(accounts.map(|account| visible(&account.name)).collect::<Vec<_>>())
    };
    let number = |count: usize| words.locale.number(count as f64, 0);
    let origins = match agreement.states_origins(cell) {
        true => number(cell.origins.len()),
        false => words.agreement.not_stated.to_owned(),
    };
    if agreement.is_agreed(cell) {
        let count = number(agreement.accounts.len());
        return words.fill(words.agreement.all, &[("count", &count), ("origins", &origins)]);
    }
    let [says, not] = [names(&mut agreement.saying(cell)), names(&mut agreement.not_saying(cell))];
    words.fill(words.agreement.some, &[("names", &says), ("others", &not), ("origins", &origins)])
}

fn headline(words: &Words, agreement: &Agreement) -> String {
    let headline = words.agreement.headline;
    agreement.wording().map_or_else(|| headline.to_owned(), |wording| words.titled(wording, headline))
}

/// What is looked at, and every account with the day of its report and how old that is on the day of the figure.
fn subtitle(words: &Words, agreement: &Agreement) -> String {
    let account = |account: &Account| {
        let said = match &account.unreported {
            None => words.published(Some(account.as_of.as_str()).filter(|day| !day.is_empty())),
            Some(unreported) => {
                let last = words.date(&account.as_of);
                let day = words.date(&unreported.when.iso());
                let mut said = words.fill(words.unreported, &[("day", &day), ("last", &last)]);
                if let AsOn::Before(_, age) = &unreported.as_on {
                    let number = |days: i64| words.locale.number(days as f64, 0);
                    let mut days = number(age.least_days);
                    if age.most_days != age.least_days {
                        days = format!("{days}–{}", number(age.most_days));
                    }
                    let age = words.fill(words.agreement.age, &[("days", &days)]);
                    said = words.list([said, age]);
                }
                said
            }
        };
        words.titled(&visible(&account.name), &said)
    };
    let within = agreement
        .within
        .as_ref()
        .map(|within| words.fill(words.changes.only_within, &[("title", words.name_in(&within.title))]));
    words.long_list(agreement.accounts.iter().map(account).chain(within))
}

/// How such a figure is set up unless the user says otherwise; `made` is the dossier of [`Agreement::map`].
pub fn usual(agreement: &Agreement, made: &Dossier, page: PageSetup, language: FigureLanguage) -> FigureOptions {
    let [west, south, east, north] = agreement.bounds(made).unwrap_or(made.home);
    // Ground of a few hundred metres is shown with some of what lies around it.
    let least = |span: f64| (0.08 * span).max(0.01);
    let (across, down) = (least(east - west), least(north - south));
    let bounds = [west - across, (south - down).max(-85.0), east + across, (north + down).min(85.0)];
    let words = language.words();
    let mut options = FigureOptions::new(headline(words, agreement), page, Shows::Bounds(bounds));
    options.language = language;
    options.subtitle = Some(subtitle(words, agreement));
    options.kicker = Some(words.agreement.kicker.to_owned());
    // How much each says is what the figure is about; it has no main shape.
    options.furniture.set(Piece::Sizes, true);
    options.furniture.set(Piece::Callout, false);
    options
}

/// Says in the language of the set-up what is still said as it was proposed in another one.
pub fn retell(agreement: &Agreement, former: FigureLanguage, options: &mut FigureOptions) {
    let (was, now) = (former.words(), options.language.words());
    let say = |said: &mut Option<String>, tell: &dyn Fn(&'static Words) -> String| {
        if said.as_ref() == Some(&tell(was)) {
            *said = Some(tell(now));
        }
    };
    say(&mut options.title, &|words| headline(words, agreement));
    say(&mut options.subtitle, &|words| subtitle(words, agreement));
    say(&mut options.kicker, &|words| words.agreement.kicker.to_owned());
}

#[cfg(test)]
mod tests;
