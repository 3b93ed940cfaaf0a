//! `claimline changes`: what changed between two days or two accounts, and from each report to the next.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, anyhow, bail};
use claimline::document::Document;
use claimline::document::comparison::Comparison;
use claimline::document::comparison::states::{Account, AskedStates, Ledgers, States};
use claimline::dossier::series::told::{ONLY_REPORT, SAME_REPORT, ToldChange, place_words, table};
use claimline::dossier::series::{Standing, Version, between, ledger};
use claimline::dossier::{Dossier, Shape, layer_of_reports, name_of, words};
use claimline::figure::OutputFormat;
use claimline::files::series::{MadeSeries, files_of};
use claimline::formats::day::Day;
use claimline::formats::feature::Feature;
use claimline::geometry::change::Change;
use claimline::geometry::{MultiLineString, MultiPolygon};
use claimline::session::{places_in, towns_about};
use clap::Args;
use serde_json::json;

use super::arguments::{Output, file_or_address};
use super::change_figure::{self, SetUp, SideFigure};
use super::days::{
    Days, account, check_output, made_json, made_words, say_faults, standing, standing_json, standing_words, within,
    write_features,
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
    #[command(flatten)]
    figure: SideFigure,
    /// What it calls what changed; without it, the account, or the folder
    #[arg(long, value_name = "T", requires = "figure")]
    name: Option<String>,
    /// Its headline; without it, one is suggested
    #[arg(long, value_name = "T", requires = "figure")]
    title: Option<String>,
    /// The line under the headline; without it, the two states
    #[arg(long, value_name = "T", requires = "figure")]
    subtitle: Option<String>,
    /// Replace files that exist
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    output: Output,
}

pub(super) fn metres(text: &str) -> Result<f64, String> {
    let metres = text.parse::<f64>().ok().filter(|metres| *metres > 0.0 && *metres <= 100_000.0);
    metres.ok_or_else(|| "expected a number of metres above 0 and at most 100000, such as 500".to_owned())
}

pub(super) fn run(options: &Changes) -> anyhow::Result<()> {
    let paths: Vec<PathBuf> = options.files.iter().chain(&options.more).cloned().collect();
    if paths.is_empty() {
        bail!(Usage("give files of features of a day each, or a folder of them".to_owned()));
    }
    if let Some(out) = &options.out {
        check_output(out, &files_of(&paths)?, options.force)?;
    }
    let figure = options.figure.checked(&files_of(&paths)?, options.force)?;
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
    let towns = towns_about(&dossier, made.series.versions().iter());
    let places = |area: &MultiPolygon<f64>| places_in(&towns, area);
    let name = options.within.as_ref().map(|named| named.display().to_string());
    let told = |row| ToldChange::of(row, &places, options.accuracy).within(name.clone());
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
    let whole = told(whole).asked(ends.days);
    let each: Vec<ToldChange> = rows.into_iter().map(told).collect();
    if let Some(out) = &options.out {
        let all = if options.each { each.iter().collect::<Vec<_>>() } else { vec![&whole] };
        let features: Vec<Feature> = all.into_iter().flat_map(ToldChange::features).collect();
        if features.is_empty() {
            let why = if whole.is_same_report() { same_report(&made, &ends) } else { "nothing was gained or lost" };
            say!("{why}; nothing is written to {}", out.display());
        } else {
            write_features(out, "Gained and lost", &features)?;
        }
    }
    say_changes(options, &made, &ends, (&whole, &each))?;
    match figure {
        Some(to) => write_figure(options, &dossier, (&made, &ends), within.as_ref(), to),
        None => Ok(()),
    }
}

/// Prints what changed between two states, and from report to report.
fn say_changes(
    options: &Changes,
    made: &MadeSeries,
    ends: &Ends<'_>,
    (whole, each): (&ToldChange, &[ToldChange]),
) -> anyhow::Result<()> {
    if options.csv {
        let all = if options.each { each.iter().collect::<Vec<_>>() } else { vec![whole] };
        return print_data(&table(all.into_iter().map(|told| (None, told))));
    }
    print(&if options.output.json {
        let mut value = whole.json();
        value["series"] = made_json(made);
        value["before"] = standing_json(ends.days[0], ends.from);
        value["after"] = standing_json(ends.days[1], ends.to);
        value["within"] = json!(options.within.as_ref().map(|named| named.display().to_string()));
        if options.each {
            value["changes"] = each.iter().map(ToldChange::json).collect();
        }
        text::json(&value)
    } else {
        words_of(options, made, ends, whole, each)
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

impl Ends<'_> {
    /// Of which days, months or years a figure has to say whether anybody reports: those that are asked for, and where nobody has
    /// asked for any, the months or years that the reports are of.
    fn said(&self, options: &Changes) -> [Day; 2] {
        let inexact = |standing: Standing<'_>| match standing {
            Standing::Perhaps(version) => version.when,
            Standing::Reported(_) | Standing::Before(..) => None,
        };
        let [from, to] = self.days;
        // Of a month or a year the first day counts before: what is reported later in it is not what was before.
        let before = inexact(self.from).and_then(|when| options.from.or(when.beginning()));
        let after = options.to.or_else(|| inexact(self.to)?.end());
        [before.unwrap_or(from), after.unwrap_or(to)]
    }
}

/// Writes the figure of what changed between the two states.
fn write_figure(
    options: &Changes,
    opened: &Dossier,
    (made, ends): (&MadeSeries, &Ends<'_>),
    within: Option<&MultiPolygon<f64>>,
    to: (&Path, OutputFormat),
) -> anyhow::Result<()> {
    let is_of_accounts = options.account.len() == 2;
    let mut versions = [ends.from.version().clone(), ends.to.version().clone()];
    let folder = || options.files.first().or(options.more.first()).map(|path| name_of(path));
    let who = versions[1].who.clone().filter(|_| !is_of_accounts);
    let name = options.name.clone().or(who.clone()).or_else(folder).unwrap_or_default();
    if !is_of_accounts {
        // What it is called says already whose it is.
        versions.iter_mut().for_each(|version| version.who = version.who.take().filter(|who| *who != name));
    }
    let credits = options.figure.credit.clone();
    let mut accounts = versions.each_ref().map(|version| version.who.clone());
    if versions[0].when == versions[1].when && versions[0].who == versions[1].who {
        bail!("{}; there is nothing to draw: {} was not written", same_report(made, ends), to.0.display());
    }
    let layer = layer_of_reports(&name, versions.to_vec()).map_err(|why| anyhow!(why))?;
    // What is implied by it is the dossier's to say, as in any figure.
    let mut dossier = Dossier::empty();
    dossier.disclaimer.clone_from(&opened.disclaimer);
    dossier.disclaimer_short.clone_from(&opened.disclaimer_short);
    let overlay = dossier.add(layer);
    let within = match within {
        Some(area) => {
            let of = options.within.as_ref().map(|named| name_of(named)).unwrap_or_default();
            let shape = Shape::of(area.clone(), MultiLineString(Vec::new()), Vec::new()).map(Arc::new);
            let shape = shape.context("it has no area to look within")?;
            let reports = vec![Version::new(None, shape, of.clone())];
            let mut layer = layer_of_reports(&of, reports).map_err(|why| anyhow!(why))?;
            if let Some(overlay) = opened.overlay(&of) {
                layer.title = overlay.title.clone();
            }
            Some(dossier.add(layer))
        }
        None => None,
    };
    let mut account = |number: usize| Account { overlay: overlay.clone(), who: accounts[number].take() };
    let states = if is_of_accounts {
        States::Accounts(ends.said(options)[1], [account(0), account(1)])
    } else {
        States::Days(ends.said(options), vec![Account { overlay: overlay.clone(), who: None }])
    };
    let asked = AskedStates { states, within, accuracy_m: options.accuracy, each: false };
    let document = Document::new(&dossier, 1000.0, 700.0);
    let ledgers = Ledgers::work_out(&Arc::new(dossier), &Arc::new(document), asked, &|_| Vec::new());
    let comparison = Comparison::of_ledgers(Arc::new(ledgers.map_err(|why| anyhow!(why))?), None);
    let SideFigure { page, theme, language, .. } = options.figure;
    let (title, subtitle) = (options.title.clone(), options.subtitle.clone());
    let set_up = SetUp { page, theme, language, title, subtitle, credits };
    if !change_figure::write(&comparison, |_| true, &set_up, to)? {
        bail!("there is no figure to write to {}", to.0.display());
    }
    Ok(())
}

fn words_of(options: &Changes, made: &MadeSeries, ends: &Ends<'_>, whole: &ToldChange, each: &[ToldChange]) -> String {
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
    line("Before", whose(ends.from) + &end_words(options.from, ends.days[0], ends.from));
    line("After", whose(ends.to) + &end_words(options.to, ends.days[1], ends.to));
    if let Some(named) = &options.within {
        line("Within", named.display().to_string());
    }
    if whole.is_same_report() {
        line("Reports", same_report(made, ends).to_owned());
    } else {
        let [gained, lost, net] = whole.size_words();
        line("Gained", gained);
        line("Lost", lost);
        line("Net", net);
    }
    if let Some(moved) = whole.moved_words() {
        line("Border", moved);
    }
    for (name, places) in [("Places +", &whole.gained), ("Places −", &whole.lost)] {
        if !places.is_empty() {
            line(name, place_words(places, TOWNS, "which --json lists"));
        }
    }
    if options.each {
        text.push_str(&each_words(each));
    }
    text
}

/// Why there is no change: one report stands for both days, or there is no other.
fn same_report(made: &MadeSeries, ends: &Ends<'_>) -> &'static str {
    if made.series.of(ends.who).count() > 1 { SAME_REPORT } else { ONLY_REPORT }
}

/// Which report stands for an end. Of the days of a month or a year nothing is said where nobody has asked for one of them.
fn end_words(asked: Option<Day>, day: Day, standing: Standing<'_>) -> String {
    let Version { when, from, .. } = standing.version();
    match (standing, when) {
        (Standing::Perhaps(_), Some(when)) if asked.is_none_or(|asked| !asked.is_whole()) => format!("{when}, {from}"),
        _ => standing_words(day, standing),
    }
}

/// The ledger as a table for people.
fn each_words(each: &[ToldChange]) -> String {
    let mut text = format!(
        "\n{:<14} {:<14} {:>12} {:>12} {:>9} {:>9}\n",
        "before", "after", "gained km²", "lost km²", "moved km", "most km"
    );
    for told in each {
        let day = |version: &Version| version.when.map_or_else(String::new, |when| when.to_string());
        let Change { gained_m2, lost_m2, moved, .. } = &told.change;
        let _ = writeln!(
            text,
            "{:<14} {:<14} {:>12} {:>12} {:>9} {:>9}",
            day(&told.before),
            day(&told.after),
            words::number_or_less(gained_m2 / 1e6, 2),
            words::number_or_less(lost_m2 / 1e6, 2),
            words::number_or_less(moved.before_m / 1e3, 1),
            moved.largest_m.map_or_else(String::new, |metres| words::number_or_less(metres / 1e3, 1)),
        );
    }
    text
}
