//! `claimline changes`: what changed between two days or two accounts, and from each report to the next.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::bail;
use claimline::dossier::series::{Row, Standing, Version, ledger};
use claimline::dossier::words;
use claimline::files::series::{MadeSeries, files_of};
use claimline::formats::csv;
use claimline::formats::day::Day;
use claimline::formats::feature::Feature;
use claimline::formats::number::round;
use claimline::gazetteer::{Town, Towns};
use claimline::geometry::change::{Change, Ground, Terms};
use claimline::geometry::hit::HitShape;
use claimline::geometry::{Geometry, MultiPolygon};
use clap::Args;
use serde_json::{Map, Value, json};

use super::arguments::{Output, file_or_address};
use super::days::{
    Days, account, check_output, made_json, made_words, say_faults, standing, standing_json, standing_words, towns,
    version_json, within, write_features,
};
use super::open::open_dossier;
use super::terminal::{print, print_data};
use super::{Usage, text};

/// So many places are named for people; programs get all.
const TOWNS: usize = 12;

#[derive(Debug, Args)]
pub(super) struct Changes {
    /// Files of features of a day each, folders of such files, or one file with a property of days
    #[arg(value_name = "FILES", value_parser = file_or_address())]
    files: Vec<PathBuf>,
    /// The same; may be repeated
    #[arg(long = "file", value_name = "FILE", value_parser = file_or_address())]
    more: Vec<PathBuf>,
    /// The day before, or a month or a year, whose first day counts [default: the first that is reported]
    #[arg(long, value_name = "DAY")]
    from: Option<Day>,
    /// The day after, or a month or a year, whose last day counts [default: the last that is reported]
    #[arg(long, value_name = "DAY")]
    to: Option<Day>,
    /// Each change from one report to the next, not only that between the two days
    #[arg(long)]
    each: bool,
    /// Whose reports, where there are several accounts; of two, what differs between them on the day of --to
    #[arg(long, value_name = "NAME")]
    account: Vec<String>,
    /// Only what lies within an overlay of the dossier, by its id, or within the areas of a file
    #[arg(long, value_name = "OVERLAY|FILE")]
    within: Option<PathBuf>,
    /// How exact the borders are that do not say so themselves, in metres: gives what was gained and lost at least and at most
    #[arg(long, value_name = "METRES", value_parser = metres)]
    accuracy: Option<f64>,
    #[command(flatten)]
    days: Days,
    /// Print a table (CSV), a row for each change
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    /// File of features to write what was gained and lost to, such as .geojson
    #[arg(short, long = "output", value_name = "FILE")]
    out: Option<PathBuf>,
    /// Replace the file if it exists
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    output: Output,
}

pub(super) fn metres(text: &str) -> Result<f64, String> {
    let metres = text.parse::<f64>().ok().filter(|metres| *metres > 0.0 && *metres <= 100_000.0);
    metres.ok_or_else(|| "expected a number of metres above 0 and at most 100000, such as 500".to_owned())
}

/// A change with the places that it takes along.
struct Told<'a> {
    before: &'a Version,
    after: &'a Version,
    change: &'a Change,
    gained: Vec<Place<'a>>,
    lost: Vec<Place<'a>>,
}

/// A place that changed hands.
struct Place<'a> {
    town: &'a Town,
    /// Whether it lies as near to a border that moved as that one is exact; `None` where nobody says how exact it is.
    is_in_doubt: Option<bool>,
}

pub(super) fn run(options: &Changes) -> anyhow::Result<()> {
    let paths: Vec<PathBuf> = options.files.iter().chain(&options.more).cloned().collect();
    if paths.is_empty() {
        bail!(Usage("give files of features of a day each, or a folder of them".to_owned()));
    }
    if let Some(out) = &options.out {
        check_output(out, &files_of(&paths)?, options.force)?;
    }
    let dossier = open_dossier(options.output.dossier.as_deref())?;
    let within = options.within.as_ref().map(|named| within(&dossier, named)).transpose()?;
    let made = options.days.made(&paths)?;
    say_faults(&made);
    let Some((first, last)) = made.series.span() else {
        bail!("no day is known of anything in these files; say with --pattern or --date-property where the days stand");
    };
    let (from, to) = (options.from.map_or(first, |day| day.first()), options.to.map_or(last, |day| day.last()));
    if from > to {
        bail!(Usage(format!("--from {} lies after --to {}", from.iso(), to.iso())));
    }
    let towns = towns(&dossier, made.series.versions().iter());
    let ends = Ends::of(options, &made, from, to)?;
    let rows = if options.each {
        let days = (ends.from.version().when.and_then(|when| when.earliest()), Some(to));
        let mut rows = ledger(&made.series, ends.who, days, within.as_ref(), options.accuracy)?;
        rows.retain(|row| row.before.when.is_none_or(|when| when.earliest() >= days.0));
        rows
    } else {
        Vec::new()
    };
    let whole = between(ends.from.version(), ends.to.version(), within.as_ref(), options.accuracy)?;
    let whole = Told::of(&whole, &towns, options.accuracy);
    let each: Vec<Told<'_>> = rows.iter().map(|row| Told::of(row, &towns, options.accuracy)).collect();
    if let Some(out) = &options.out {
        let all = if options.each { each.iter().collect::<Vec<_>>() } else { vec![&whole] };
        let features: Vec<Feature> = all.into_iter().flat_map(Told::features).collect();
        if features.is_empty() {
            say!("nothing was gained or lost; nothing is written to {}", out.display());
        } else {
            write_features(out, "Gained and lost", &features)?;
        }
    }
    if options.csv {
        let all = if options.each { each.iter().collect::<Vec<_>>() } else { vec![&whole] };
        return print_data(&table(&all));
    }
    print(&if options.output.json {
        let mut value = whole.json();
        value["series"] = made_json(&made);
        value["before"] = standing_json(ends.days[0], ends.from);
        value["after"] = standing_json(ends.days[1], ends.to);
        value["within"] = json!(options.within.as_ref().map(|named| named.display().to_string()));
        if options.each {
            value["changes"] = each.iter().map(Told::json).collect();
        }
        text::json(&value)
    } else {
        words_of(options, &made, &ends, &whole, &each)
    })
}

/// What is compared.
struct Ends<'a> {
    /// The days that are asked for.
    days: [Day; 2],
    from: Standing<'a>,
    to: Standing<'a>,
    /// Whose ledger it is.
    who: Option<&'a str>,
}

impl<'a> Ends<'a> {
    fn of(options: &Changes, made: &'a MadeSeries, from: Day, to: Day) -> anyhow::Result<Self> {
        match options.account.as_slice() {
            [one, other] => {
                if options.each || options.from.is_some_and(|day| day.first() != to) {
                    bail!(Usage(
                        "two accounts are compared on one day; give it with --to alone, without --each".to_owned()
                    ));
                }
                let (one, other) = (account(made, Some(one))?, account(made, Some(other))?);
                let (from, on) = (standing(made, to, one)?, standing(made, to, other)?);
                Ok(Self { days: [to, to], from, to: on, who: None })
            }
            [] | [_] => {
                let who = account(made, options.account.first().map(String::as_str))?;
                // Without a day, the account's own first one.
                let first = made.series.of(who).find_map(|version| version.when?.latest());
                let from = if options.from.is_none() { first.unwrap_or(from) } else { from };
                Ok(Self { days: [from, to], from: standing(made, from, who)?, to: standing(made, to, who)?, who })
            }
            _ => {
                bail!(Usage("at most two accounts are compared; claimline agree lays more over each other".to_owned()))
            }
        }
    }
}

/// What changed between two versions.
fn between<'a>(
    before: &'a Version,
    after: &'a Version,
    within: Option<&MultiPolygon<f64>>,
    accuracy_m: Option<f64>,
) -> anyhow::Result<Row<'a>> {
    let ground = |version: &Version| version.shape.areas().map_or_else(Ground::nothing, Ground::new);
    for version in [before, after] {
        if version.shape.areas().is_none() {
            bail!("it has no areas, so that nothing was gained or lost: {}", version.from);
        }
    }
    let exact = |version: &Version| version.accuracy_m.or(accuracy_m);
    let accuracy_m = exact(before).zip(exact(after)).map(|(before, after)| [before, after]);
    let terms = Terms { within: within.cloned(), accuracy_m };
    let change = Change::between(&ground(before), &ground(after), &terms)?;
    Ok(Row { before, after, change })
}

impl<'a> Told<'a> {
    fn of(row: &'a Row<'a>, towns: &'a Towns, accuracy_m: Option<f64>) -> Self {
        let Row { before, after, change } = row;
        let exact = |version: &Version| version.accuracy_m.or(accuracy_m);
        let borders = exact(before).zip(exact(after)).map(|exact| {
            let border =
                |lines: &claimline::geometry::MultiLineString<f64>| HitShape::new(&Geometry::from(lines.clone()));
            (exact, border(&change.moved.before), border(&change.moved.after))
        });
        let places = |area: &MultiPolygon<f64>| {
            let place = |town: &'a Town| {
                let is_in_doubt = borders.as_ref().map(|((old_m, new_m), old, new)| {
                    old.distance_m(town.at, *old_m).is_some() || new.distance_m(town.at, *new_m).is_some()
                });
                Place { town, is_in_doubt }
            };
            towns.within(area).into_iter().map(place).collect()
        };
        Self { before, after, change, gained: places(&change.gained), lost: places(&change.lost) }
    }

    fn json(&self) -> Value {
        let km2 = |m2: f64| round(m2 / 1e6, 6);
        let km = |metres: f64| round(metres / 1e3, 3);
        let change = self.change;
        let range = |[least, most]: [f64; 2]| [km2(least), km2(most)];
        let places = |places: &[Place<'_>]| -> Value {
            let place = |place: &Place<'_>| {
                let Town { name, at, population, within } = place.town;
                json!({
                    "name": name, "region": within, "population": population,
                    "lon": at.x, "lat": at.y, "in_doubt": place.is_in_doubt,
                })
            };
            places.iter().map(place).collect()
        };
        let moved = &change.moved;
        json!({
            "before": version_json(self.before),
            "after": version_json(self.after),
            "gained_km2": km2(change.gained_m2),
            "gained_range_km2": change.ranges.map(|ranges| range(ranges.gained_m2)),
            "lost_km2": km2(change.lost_m2),
            "lost_range_km2": change.ranges.map(|ranges| range(ranges.lost_m2)),
            "net_km2": km2(change.gained_m2 - change.lost_m2),
            "slivers_km2": km2(change.slivers_m2),
            "moved": {
                "before_km": km(moved.before_m),
                "after_km": km(moved.after_m),
                "mean_m": moved.mean_m.map(|metres| round(metres, 0)),
                "largest_m": moved.largest_m.map(|metres| round(metres, 0)),
                "islands": moved.islands,
                "islands_km2": km2(moved.islands_m2),
            },
            "places_gained": places(&self.gained),
            "places_lost": places(&self.lost),
        })
    }

    /// What was gained and lost, for other programs.
    fn features(&self) -> Vec<Feature> {
        let Change { gained, lost, gained_m2, lost_m2, .. } = self.change;
        let day = |version: &Version| version.when.map(|when| when.iso());
        let feature = |(what, area, m2): (&str, &MultiPolygon<f64>, f64)| {
            let mut properties = Map::new();
            let mut put = |name: &str, value: Value| drop(properties.insert(name.to_owned(), value));
            put("change", json!(what));
            put("before", json!(day(self.before)));
            put("after", json!(day(self.after)));
            put("account", json!(self.after.who));
            put("km2", json!(round(m2 / 1e6, 6)));
            Feature { geometry: Some(Geometry::MultiPolygon(area.clone())), properties, ..Feature::default() }
        };
        let parts = [("gained", gained, *gained_m2), ("lost", lost, *lost_m2)];
        parts.into_iter().filter(|(_, area, _)| !area.0.is_empty()).map(feature).collect()
    }
}

/// A row for each change.
fn table(all: &[&Told<'_>]) -> String {
    const COLUMNS: [&str; 18] = [
        "before",
        "after",
        "from_file",
        "to_file",
        "gained_km2",
        "gained_least_km2",
        "gained_most_km2",
        "lost_km2",
        "lost_least_km2",
        "lost_most_km2",
        "net_km2",
        "moved_before_km",
        "moved_after_km",
        "mean_m",
        "largest_m",
        "places_gained",
        "places_lost",
        "account",
    ];
    let mut text = csv::row(COLUMNS);
    for told in all {
        let change = told.change;
        let km2 = |m2: f64| round(m2 / 1e6, 6).to_string();
        let of = |number: Option<f64>, decimals: i32| {
            number.map_or_else(String::new, |number| round(number, decimals).to_string())
        };
        let range = |range: fn(&claimline::geometry::change::Ranges) -> f64| {
            change.ranges.as_ref().map_or_else(String::new, |all| km2(range(all)))
        };
        let day = |version: &Version| version.when.map_or_else(String::new, |when| when.iso());
        let names = |places: &[Place<'_>]| {
            let names: Vec<&str> = places.iter().map(|place| place.town.name.as_str()).collect();
            names.join("; ")
        };
        text.push_str(&csv::row([
            day(told.before),
            day(told.after),
            told.before.from.clone(),
            told.after.from.clone(),
            km2(change.gained_m2),
            range(|all| all.gained_m2[0]),
            range(|all| all.gained_m2[1]),
            km2(change.lost_m2),
            range(|all| all.lost_m2[0]),
            range(|all| all.lost_m2[1]),
            km2(change.gained_m2 - change.lost_m2),
            of(Some(change.moved.before_m / 1e3), 3),
            of(Some(change.moved.after_m / 1e3), 3),
            of(change.moved.mean_m, 0),
            of(change.moved.largest_m, 0),
            names(&told.gained),
            names(&told.lost),
            told.after.who.clone().unwrap_or_default(),
        ]));
    }
    text
}

/// Square kilometres with two decimals: days differ by little.
fn km2_words(m2: f64) -> String {
    format!("{} km²", words::number(m2 / 1e6, 2))
}

fn words_of(options: &Changes, made: &MadeSeries, ends: &Ends<'_>, whole: &Told<'_>, each: &[Told<'_>]) -> String {
    let mut text = format!("{}\n", made_words(made));
    // Writing to a String cannot fail.
    let mut line = |name: &str, words: String| {
        let _ = writeln!(text, "{name:<9} {words}");
    };
    let whose = |standing: Standing<'_>| match (options.account.len(), &standing.version().who) {
        (2, Some(who)) => format!("{who}: "),
        _ => String::new(),
    };
    if let Some(who) = ends.who {
        line("Account", who.to_owned());
    }
    line("Before", whose(ends.from) + &standing_words(ends.days[0], ends.from));
    line("After", whose(ends.to) + &standing_words(ends.days[1], ends.to));
    if let Some(named) = &options.within {
        line("Within", named.display().to_string());
    }
    let change = whole.change;
    let ranges = change.ranges;
    let range = |range: Option<[f64; 2]>| {
        range.map_or_else(String::new, |[least, most]| {
            format!(" ({} to {})", words::number(least / 1e6, 2), km2_words(most))
        })
    };
    line("Gained", km2_words(change.gained_m2) + &range(ranges.map(|ranges| ranges.gained_m2)));
    line("Lost", km2_words(change.lost_m2) + &range(ranges.map(|ranges| ranges.lost_m2)));
    line("Net", words::difference((change.gained_m2 - change.lost_m2) / 1e6, "km²"));
    let moved = &change.moved;
    if let (Some(mean_m), Some(largest_m)) = (moved.mean_m, moved.largest_m) {
        let (km, mean, largest) =
            (words::km(moved.before_m / 1e3), words::distance(mean_m), words::distance(largest_m));
        line("Border", format!("{km} of it moved, by {mean} on average and {largest} at most"));
    }
    for (name, places) in [("Places +", &whole.gained), ("Places −", &whole.lost)] {
        if !places.is_empty() {
            line(name, place_words(places));
        }
    }
    if options.each {
        text.push_str(&each_words(each));
    }
    text
}

fn place_words(places: &[Place<'_>]) -> String {
    let word = |place: &Place<'_>| match place.is_in_doubt {
        Some(true) => format!("{} (within the accuracy of the border)", place.town.name),
        _ => place.town.name.clone(),
    };
    let first: Vec<String> = places.iter().take(TOWNS).map(word).collect();
    let more = places.len() - first.len();
    let more = if more > 0 { format!(" and {more} more, which --json lists") } else { String::new() };
    first.join(", ") + &more
}

/// The ledger as a table for people.
fn each_words(each: &[Told<'_>]) -> String {
    let mut text = format!(
        "\n{:<14} {:<14} {:>12} {:>12} {:>9} {:>9}\n",
        "before", "after", "gained km²", "lost km²", "moved km", "most km"
    );
    for told in each {
        let day = |version: &Version| version.when.map_or_else(String::new, |when| when.to_string());
        let Change { gained_m2, lost_m2, moved, .. } = told.change;
        let _ = writeln!(
            text,
            "{:<14} {:<14} {:>12} {:>12} {:>9} {:>9}",
            day(told.before),
            day(told.after),
            words::number(gained_m2 / 1e6, 2),
            words::number(lost_m2 / 1e6, 2),
            words::number(moved.before_m / 1e3, 1),
            moved.largest_m.map_or_else(String::new, |metres| words::number(metres / 1e3, 1)),
        );
    }
    text
}
