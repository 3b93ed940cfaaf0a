//! `claimline agree`: the accounts of one day laid over each other, and who agrees on which ground.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{anyhow, bail};
use claimline::document::agreement::{Account, Agreement, Within};
use claimline::dossier::series::{Standing, Version};
use claimline::dossier::{Dossier, Shape, words};
use claimline::figure::{self, OutputFormat};
use claimline::files::series::{MadeSeries, account_of, files_of};
use claimline::formats::day::Day;
use claimline::formats::language::Text;
use claimline::formats::visible::visible;
use claimline::geometry::MultiLineString;
use claimline::geometry::agreement::MOST_ACCOUNTS;
use claimline::scene::palette::Theme;
use claimline::session::agreeing;
use clap::Args;

use super::arguments::Output;
use super::change_figure::{SideFigure, draw_and_write};
use super::days::{Days, check_output, say_faults, standing, within, write_features};
use super::open::open_dossier;
use super::terminal::{print, print_data};
use super::{Usage, text};

/// So many places of contested ground are named on a terminal; programs get more.
const MOST_NAMES: usize = 8;

#[derive(Debug, Args)]
pub(super) struct Agree {
    /// The day
    #[arg(long, value_name = "DAY")]
    day: Day,
    /// An account and its files: a file of features, or a folder of files of a day each; without a name, the account is called by the file; at least two accounts, the same name may be repeated
    #[arg(long = "file", value_name = "[ACCOUNT=]FILE", value_parser = named, required = true)]
    files: Vec<(String, PathBuf)>,
    /// Whom an account relies on: accounts of one origin count once
    #[arg(long = "origin", value_name = "ACCOUNT=ORIGIN", value_parser = origin)]
    origins: Vec<(String, String)>,
    /// Only what lies within an overlay of the dossier, by its id, or within the areas of a file
    #[arg(long, value_name = "OVERLAY|FILE")]
    within: Option<PathBuf>,
    #[command(flatten)]
    days: Days,
    /// File of features to write the cells to, such as .geojson
    #[arg(short, long = "output", value_name = "FILE")]
    out: Option<PathBuf>,
    /// Print a table (CSV), a row for each cell
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    #[command(flatten)]
    figure: SideFigure,
    /// Replace the files if they exist
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    output: Output,
}

fn origin(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, rest)) if !name.trim().is_empty() && !rest.is_empty() => {
            Ok((name.trim().to_owned(), rest.to_owned()))
        }
        _ => Err("expected a name and what it stands for, such as East=Ministry".to_owned()),
    }
}

fn named(text: &str) -> Result<(String, PathBuf), String> {
    if let (false, Ok((name, path))) = (Path::new(text).exists(), origin(text)) {
        return Ok((name, PathBuf::from(path)));
    }
    let path = PathBuf::from(text);
    let name = visible(&account_of(&path));
    if name.trim().is_empty() || text.contains('=') && !path.exists() {
        return Err("expected the name of an account and a file, such as East=east.geojson".to_owned());
    }
    Ok((name, path))
}

pub(super) fn run(options: &Agree) -> anyhow::Result<()> {
    if !options.day.is_whole() {
        bail!(Usage("give a whole day, such as --day 2025-02-01".to_owned()));
    }
    let mut paths: BTreeMap<&str, Vec<PathBuf>> = BTreeMap::new();
    let mut names: Vec<&str> = Vec::new();
    for (name, path) in &options.files {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
        paths.entry(name).or_default().push(path.clone());
    }
    if !(2..=MOST_ACCOUNTS).contains(&names.len()) {
        bail!(Usage(format!(
            "give 2 to {MOST_ACCOUNTS} accounts, each with a name of its own, such as --file East=east.geojson --file West=west.geojson"
        )));
    }
    if let Some((unknown, _)) = options.origins.iter().find(|(name, _)| !names.contains(&name.as_str())) {
        bail!(Usage(format!("--origin: there is no account '{unknown}'; there are {}", names.join(", "))));
    }
    let inputs: Vec<PathBuf> = options.files.iter().map(|(_, path)| path.clone()).collect();
    if let Some(out) = &options.out {
        check_output(out, &files_of(&inputs)?, options.force)?;
    }
    let figure = options.figure.checked(&files_of(&inputs)?, options.force)?;
    let dossier = open_dossier(options.output.dossier.as_deref())?;
    let within = options.within.as_ref().map(|named| bounds(&dossier, named)).transpose()?;
    let made: Vec<MadeSeries> = names.iter().map(|name| options.days.made(&paths[name])).collect::<Result<_, _>>()?;
    made.iter().for_each(say_faults);
    let mut accounts = Vec::new();
    for (name, made) in names.iter().zip(&made) {
        // A file alone that says no day is taken for one of the day that is asked for.
        let versions = made.series.versions();
        let standing = match versions {
            [only] if only.when.is_none() => {
                say!("warning: {name}: its day is not known; it is taken for {}: {}", options.day, only.from);
                Standing::Reported(only)
            }
            _ => standing(made, options.day, None)?,
        };
        if matches!(standing, Standing::Reported(_)) {
            say_others(name, made, options.day);
        }
        if standing.version().shape.areas().is_none() {
            bail!("it has no areas, so that nothing can be said of who holds what: {}", standing.version().from);
        }
        let said = options.origins.iter().filter(|(account, _)| account == name);
        let origins: BTreeSet<String> = said.map(|(_, origin)| origin.trim().to_owned()).collect();
        let credit = Some(options.figure.credit.join("; ")).filter(|credit| !credit.is_empty());
        accounts.push(Account { credit, ..Account::of_report(name, origins, options.day, standing) });
    }
    let agreement = Agreement::between(accounts, Some(options.day), within).map_err(|why| anyhow!(why))?;
    for [one, other] in agreement.alike() {
        say!(
            "warning: the same shape in {} and {}: say --origin if one relies on the other, or they count as two origins",
            one.name,
            other.name
        );
    }
    let places: Vec<Vec<String>> = agreeing::places(&agreement, &dossier)
        .into_iter()
        .map(|(towns, _)| towns.into_iter().map(|town| town.name).collect())
        .collect();
    if let Some(out) = &options.out {
        write_features(out, "Who agrees", &agreement.features())?;
    }
    if options.csv {
        print_data(&agreement.csv())?;
    } else if options.output.json {
        print(&text::json(&agreement.json(&places)))?;
    } else {
        print(&as_text(&agreement, &places))?;
    }
    match figure {
        Some(to) => write_figure(&options.figure, &agreement, &dossier, to),
        None => Ok(()),
    }
}

/// Says which of several reports of the day an account is taken from, and that another contradicts it.
fn say_others(name: &str, made: &MadeSeries, day: Day) {
    let reported = made.series.on(day, None).reported;
    let Some((taken, others)) = reported.split_last().filter(|(_, others)| !others.is_empty()) else { return };
    let names = |others: &[&Version]| others.iter().map(|other| other.from.as_str()).collect::<Vec<_>>().join(", ");
    let differing: Vec<&Version> = others.iter().copied().filter(|other| other.shape != taken.shape).collect();
    if differing.is_empty() {
        say!("warning: {name}: the same is reported of {day} in {}, too: {}", names(others), taken.from);
    } else {
        say!(
            "warning: {name}: {} is taken for {day}; another report of that day contradicts it: {}",
            taken.from,
            names(&differing)
        );
    }
}

/// The areas within which alone is looked at, with what they are called.
fn bounds(dossier: &Dossier, named: &Path) -> anyhow::Result<Within> {
    let area = within(dossier, named)?;
    let id = named.to_string_lossy().into_owned();
    let overlay = dossier.overlay(&id);
    let title = match overlay {
        Some(overlay) => overlay.title.clone(),
        None => Text::plain(visible(&named.file_name().unwrap_or(named.as_os_str()).to_string_lossy())),
    };
    let shape = Shape::of(area, MultiLineString(Vec::new()), Vec::new());
    let shape = shape.ok_or_else(|| anyhow!("it has no area to look within: {id}"))?;
    Ok(Within { title, shape: Arc::new(shape), overlay: overlay.map(|_| id) })
}

fn write_figure(
    options: &SideFigure,
    agreement: &Agreement,
    dossier: &Dossier,
    to: (&Path, OutputFormat),
) -> anyhow::Result<()> {
    let Some((made, document)) = agreement.map(dossier, None, &figure::agreement::titles(agreement)) else {
        bail!("none of the accounts shades anything there: {} was not written", to.0.display());
    };
    let mut set_up = figure::agreement::usual(agreement, &made, options.page(), options.language.unwrap_or_default());
    set_up.theme = options.theme.map_or(Theme::default(), Theme::from);
    draw_and_write((made, document), &set_up, to)
}

fn as_text(agreement: &Agreement, places: &[Vec<String>]) -> String {
    let mut text = String::new();
    for account in &agreement.accounts {
        let origins = account.origins.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
        let origins = if account.states_origins() { origins } else { "not stated".to_owned() };
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{}: {}, {}; origin: {origins}", account.name, account.day_in_words(), account.from);
    }
    let [agreed, contested] = agreement.agreed_and_contested_km2();
    let km2 = |km2: f64| words::area(km2, 2);
    let all = format!("{} say so of", Agreement::all_in_words(agreement.accounts.len()));
    let _ = writeln!(text, "\n{all}  {}", km2(agreed));
    let _ = writeln!(text, "{:<width$}  {}\n", "Contested", km2(contested), width = all.chars().count());
    for (place, cell) in agreement.drawn() {
        let origins = agreement.origins_in_words(cell);
        let places = places.get(place).map_or(&[][..], Vec::as_slice);
        let names: Vec<&str> = agreement.saying(cell).map(|account| account.name.as_str()).collect();
        let _ = writeln!(text, "{:>16}  {} ({origins})", km2(cell.km2), names.join(", "));
        if !agreement.is_agreed(cell) && !places.is_empty() {
            let more = places.len().saturating_sub(MOST_NAMES);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let named: Vec<&str> = places.iter().take(MOST_NAMES).map(String::as_str).collect();
            let _ = writeln!(text, "{:>16}  {}{more}", "", named.join(", "));
        }
    }
    let slivers: Vec<f64> = agreement.slivers().map(|cell| cell.km2).collect();
    if !slivers.is_empty() {
        let cells = if slivers.len() == 1 { "1 cell".to_owned() } else { format!("{} cells", slivers.len()) };
        let _ = writeln!(
            text,
            "{:>16}  together, in {cells} smaller than {} km² each",
            km2(slivers.iter().sum()),
            agreement.sliver_km2(),
        );
    }
    text
}
