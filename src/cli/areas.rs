//! `claimline areas`: how much ground each report covers, day by day, within an area or as a whole; as a table, and as a figure.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use claimline::document::Document;
use claimline::dossier::series::Series;
use claimline::dossier::series::curve::{AreaOverTime, Track, Whole, csv_text, over_time};
use claimline::dossier::{Dossier, Overlay, words};
use claimline::figure::chart::{self, ChartOptions};
use claimline::figure::{FigureLanguage, FigureOptions, OutputFormat, PageSetup, PageSize, Piece, Shows, paper};
use claimline::files::series::{MadeSeries, account_of, files_of};
use claimline::files::{self, address};
use claimline::formats::closest::closest;
use claimline::formats::day::Day;
use claimline::formats::language::Text;
use claimline::formats::visible::visible;
use claimline::scene::palette::Theme;
use clap::Args;
use serde_json::{Value, json};

use super::arguments::{Output, ThemeArg, file_or_address};
use super::changes::metres;
use super::days::{Days, made_json, made_words, say_faults, say_some, within};
use super::open::{files_of_line, known, open_dossier, with_line};
use super::project::{self, Laid};
use super::terminal::{print, print_data};
use super::{Usage, text};

#[derive(Debug, Args)]
pub(super) struct Areas {
    /// Files of features of a day each, folders of such files, or one file with a property of days
    #[arg(value_name = "FILES", value_parser = file_or_address())]
    files: Vec<PathBuf>,
    /// An account and its files, as a curve of its own: a file of features, or a folder of files of a day each; may be repeated, the same account too
    #[arg(long = "file", value_name = "ACCOUNT=FILE", value_parser = named)]
    named: Vec<(String, PathBuf)>,
    /// Overlay of the dossier that has several days, as a curve of its own; may be repeated
    #[arg(long = "overlay", value_name = "ID")]
    overlays: Vec<String>,
    /// Project whose overlays are curves: those that it shows and that have areas of several days, unless --overlay names others
    #[arg(long, value_name = "FILE")]
    project: Option<PathBuf>,
    /// Files of a day each of a line, or of occupied areas, to use instead of the dossier's line of contact: their folder, or front_{YYYYMMDD}.geojson; what is worked out with it is a curve each, unless --overlay names some
    #[arg(long, value_name = "FILE", value_parser = file_or_address())]
    line: Option<PathBuf>,
    /// Whose reports, where FILES or an overlay have several accounts; may be repeated; without it each has a curve of its own
    #[arg(long, value_name = "NAME")]
    account: Vec<String>,
    /// The first day, or a month or a year, whose first day counts [default: the first that is reported]
    #[arg(long, value_name = "DAY")]
    from: Option<Day>,
    /// The last day, or a month or a year, whose last day counts [default: the last that is reported]
    #[arg(long, value_name = "DAY")]
    to: Option<Day>,
    /// Only what lies within an overlay of the dossier, by its id, or within the areas of a file; gives the share of it too
    #[arg(long, value_name = "OVERLAY|FILE")]
    within: Option<PathBuf>,
    /// How exact the borders are that do not say so themselves, in metres: gives each area at least and at most
    #[arg(long, value_name = "METRES", value_parser = metres)]
    accuracy: Option<f64>,
    /// Overlay of the dossier whose stated figures stand beside the curves; may be repeated [default: those of --overlay]
    #[arg(long, value_name = "ID")]
    stated: Vec<String>,
    #[command(flatten)]
    days: Days,
    /// Print a table (CSV), a row for each report and each stated figure
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    /// Figure to write (.png, .svg or .pdf), or the table (.csv)
    #[arg(short, long = "output", value_name = "FILE")]
    out: Option<PathBuf>,
    /// Replace the file if it exists
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    figure: ChartArgs,
    #[command(flatten)]
    output: Output,
}

/// How the figure is set up.
#[derive(Debug, Args)]
struct ChartArgs {
    /// Headline of the figure; without it, what it shows
    #[arg(long, value_name = "T")]
    title: Option<String>,
    /// The small line above the headline
    #[arg(long, value_name = "T")]
    kicker: Option<String>,
    /// The line under the headline; without it, the days
    #[arg(long, value_name = "T")]
    subtitle: Option<String>,
    /// Paper, as `claimline export` takes it [default: a4-landscape]
    #[arg(long, value_name = "PAGE", allow_hyphen_values = true)]
    page: Option<PageSize>,
    /// Dots per inch, 72 to 600; 300 for paper, 144 for a slide, 96 for a page in px unless given
    #[arg(long, value_name = "N", value_parser = paper::dpi, allow_hyphen_values = true)]
    dpi: Option<f64>,
    /// Colours
    #[arg(long, value_enum, default_value = "light")]
    theme: ThemeArg,
    /// Language of the figure's own words, its dates and its numbers
    #[arg(long, value_name = "TAG", default_value = "en")]
    language: FigureLanguage,
    /// Parts to leave out
    #[arg(long, value_name = "PART,…", value_delimiter = ',')]
    no: Vec<Piece>,
    /// Whom to credit for the files; may be repeated
    #[arg(long, value_name = "T")]
    credit: Vec<String>,
    /// Begin the axis of areas near the least of them and not at 0, which the figure says
    #[arg(long)]
    not_from_zero: bool,
}

fn named(text: &str) -> Result<(String, PathBuf), String> {
    match text.split_once('=') {
        Some((name, path)) if !name.trim().is_empty() && !path.is_empty() => {
            Ok((name.trim().to_owned(), PathBuf::from(path)))
        }
        _ => Err("expected the name of an account and a file, such as East=east.geojson".to_owned()),
    }
}

/// Files made a series, with the account by which they were named.
struct Named {
    name: Option<String>,
    /// What it is called if nothing else names it: by its only file, folder or series.
    called: Option<String>,
    made: MadeSeries,
}

pub(super) fn run(options: &Areas) -> anyhow::Result<()> {
    let mut groups: Vec<(Option<String>, Vec<PathBuf>)> = Vec::new();
    if !options.files.is_empty() {
        groups.push((None, options.files.clone()));
    }
    for (name, path) in &options.named {
        match groups.iter_mut().find(|(other, _)| other.as_ref() == Some(name)) {
            Some((_, paths)) => paths.push(path.clone()),
            None => groups.push((Some(name.clone()), vec![path.clone()])),
        }
    }
    if groups.is_empty() && options.overlays.is_empty() && options.line.is_none() && options.project.is_none() {
        let what = "give files of features of a day each, a folder of them, --overlay, --line or --project";
        bail!(Usage(what.to_owned()));
    }
    let format = options.out.as_ref().map(|out| options.checked_output(out, &groups)).transpose()?;
    let (dossier, document) = options.opened()?;
    let overlays = options.shown(&dossier, document.as_ref())?;
    let whole = options.within.as_ref().map(|named| whole(&dossier, named)).transpose()?;
    for id in &options.stated {
        known(&dossier, id)?;
    }
    let made: Vec<Named> = groups
        .into_iter()
        .map(|(name, paths)| {
            let called = if let [path] = paths.as_slice() { Some(account_of(path)) } else { None };
            Ok(Named { name, called, made: options.days.made(&paths)? })
        })
        .collect::<anyhow::Result<_>>()?;
    made.iter().for_each(|named| say_faults(&named.made));
    let tracks = options.tracks(&dossier, &overlays, &made)?;
    let days = (options.from.map(|day| day.first()), options.to.map(|day| day.last()));
    if let (Some(from), Some(to)) = days
        && from > to
    {
        bail!(Usage(format!("--from {} lies after --to {}", from.iso(), to.iso())));
    }
    let stated = if options.stated.is_empty() { &options.overlays } else { &options.stated };
    let stated: Vec<&str> = stated.iter().map(String::as_str).collect();
    let all = over_time(&tracks, whole, days)?.with_figures(&dossier, &stated);
    all.left_out.iter().for_each(|what| say!("warning: left out: {what}"));
    if all.reports() == 0 {
        bail!(
            "no report of these days has an area whose day is known; say with --pattern or --date-property where the days stand"
        );
    }
    if let (Some(out), Some(format)) = (&options.out, format) {
        options.write((out, format), &dossier, document.as_ref(), &all)?;
    }
    if options.csv {
        return print_data(&csv_text(&all));
    }
    print(&if options.output.json {
        let mut value = all.json();
        value["series"] = made.iter().map(|named| made_json(&named.made)).collect::<Vec<Value>>().into();
        value["from"] = json!(days.0.map(|day| day.iso()));
        value["to"] = json!(days.1.map(|day| day.iso()));
        text::json(&value)
    } else {
        as_text(&made, &all)
    })
}

/// Says what is doubtful about a line of contact on its days, each with its file.
fn say_of_days(dossier: &Dossier) {
    let line = dossier.own_line.as_ref();
    let all = line.into_iter().flat_map(|line| line.days().iter().flat_map(|day| &day.warnings));
    say_some(&all.map(ToString::to_string).collect::<Vec<_>>());
}

/// The area of an overlay of the dossier, or of a file, with its name.
fn whole(dossier: &Dossier, named: &Path) -> anyhow::Result<Whole> {
    let area = within(dossier, named)?;
    let id = named.to_string_lossy();
    Ok(match dossier.overlay(&id) {
        Some(overlay) => Whole::new(overlay.title.clone(), Some(overlay.id.clone()), &area),
        None => {
            let stem = named.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            Whole::new(Text::plain(visible(&stem)), None, &area)
        }
    })
}

impl Areas {
    /// What the file becomes, before anything is worked out.
    fn checked_output(&self, out: &Path, groups: &[(Option<String>, Vec<PathBuf>)]) -> anyhow::Result<OutputFormat> {
        let format = OutputFormat::of_path(out).ok();
        let is_written =
            |format: &OutputFormat| *format == OutputFormat::Csv || OutputFormat::of_page().any(|page| page == *format);
        let Some(format) = format.filter(is_written) else {
            bail!(Usage(format!(
                "areas over time are written as a figure (.png, .svg or .pdf) or as a table (.csv); this is none of them: {}",
                out.display()
            )));
        };
        let paths: Vec<PathBuf> = groups.iter().flat_map(|(_, paths)| paths.clone()).collect();
        let inputs = if paths.is_empty() { Vec::new() } else { files_of(&paths)? };
        let of_line = self.line.as_deref().map(files_of_line).unwrap_or_default();
        let others = self.within.iter().chain(&self.output.dossier).chain(&self.project).chain(&of_line);
        let others = others.map(PathBuf::as_path);
        let inputs = inputs.iter().filter(|path| !address::is_address(path)).map(PathBuf::as_path).chain(others);
        if files::input_replaced(std::iter::once(out), inputs).is_some() {
            bail!(Usage(format!("this is a file that is read; write under another name: {}", out.display())));
        }
        if files::exists(out) && !self.force {
            bail!(Usage(format!("{} already exists; give --force to replace it", out.display())));
        }
        Ok(format)
    }

    /// The dossier with the line of contact that is told, or the project's, and the project.
    fn opened(&self) -> anyhow::Result<(Dossier, Option<Document>)> {
        let mut dossier = open_dossier(self.output.dossier.as_deref())?;
        if let Some(path) = &self.line {
            dossier = with_line(dossier, path, &self.days.layers(), self.days.filter())?;
            say_of_days(&dossier);
        }
        let Some(path) = &self.project else { return Ok((dossier, None)) };
        let Laid { scene, document, .. } = project::lay(project::open(path)?, dossier, self.line.is_some());
        let dossier = scene.dossier().clone();
        if self.line.is_none() {
            say_of_days(&dossier);
        }
        Ok((dossier, Some(document)))
    }

    /// The ids of the overlays that are curves: those that are named, or else what has areas of several days of what the project shows,
    /// or of what is worked out with the line.
    fn shown(&self, dossier: &Dossier, document: Option<&Document>) -> anyhow::Result<Vec<String>> {
        if !self.overlays.is_empty() || (self.line.is_none() && document.is_none()) {
            return Ok(self.overlays.clone());
        }
        let is_of_line = |overlay: &Overlay| dossier.own_line.as_ref().is_some_and(|line| line.takes_part_in(overlay));
        let is_meant = |overlay: &&Arc<Overlay>| {
            let has_areas = overlay.dated.as_ref().is_some_and(|dated| {
                !dated.are_events() && dated.series().versions().iter().any(|version| version.shape.areas().is_some())
            });
            let is_shown = match document {
                Some(document) => document.is_shown(&overlay.id),
                None => is_of_line(overlay),
            };
            has_areas && is_shown && !overlay.is_comparison()
        };
        let ids: Vec<String> = dossier.overlays.iter().filter(is_meant).map(|overlay| overlay.id.clone()).collect();
        if ids.is_empty() && self.files.is_empty() && self.named.is_empty() {
            let what = match document {
                Some(_) => {
                    "nothing that the project shows has areas of several days; name what it hides with --overlay"
                }
                None => "the line is of one day; give files of a day each: their folder, or front_{YYYYMMDD}.geojson",
            };
            bail!(Usage(what.to_owned()));
        }
        Ok(ids)
    }

    fn tracks<'a>(
        &self,
        dossier: &'a Dossier,
        overlays: &[String],
        made: &'a [Named],
    ) -> anyhow::Result<Vec<Track<'a>>> {
        let mut tracks = Vec::new();
        let track = |title: Text, overlay: Option<String>, who: Option<String>, series: &'a Series| Track {
            title,
            overlay,
            who,
            series,
            accuracy_m: self.accuracy,
        };
        for who in &self.account {
            self.check_account(dossier, overlays, made, who)?;
        }
        let is_wanted = |who: Option<&str>| {
            self.account.is_empty() || who.is_some_and(|who| self.account.iter().any(|wanted| wanted == who))
        };
        for Named { name, called, made } in made {
            let series = &made.series;
            let whose = series.whose();
            // A name on the command line is that of the only account.
            if let (Some(name), [_]) = (name, whose.as_slice()) {
                tracks.push(track(Text::plain(visible(name)), None, None, series));
                continue;
            }
            let first = series.versions().first().map_or("", |version| version.from.as_str());
            for who in whose.into_iter().filter(|who| is_wanted(*who)) {
                let title = name.as_deref().or(who).or(called.as_deref()).unwrap_or(first);
                tracks.push(track(Text::plain(visible(title)), None, who.map(str::to_owned), series));
            }
        }
        for id in overlays {
            let overlay = known(dossier, id)?;
            let Some(dated) = &overlay.dated else {
                let day = Some(overlay.as_of.as_str()).filter(|day| !day.is_empty());
                let day = day.map_or_else(String::new, |day| format!(", {day}"));
                bail!(Usage(format!("--overlay: '{id}' is of one day{day}; it has no other")));
            };
            let accuracy_m = overlay.accuracy_m.or(self.accuracy);
            for who in dated.series().whose().into_iter().filter(|who| is_wanted(*who)) {
                let own = track(overlay.title.clone(), Some(id.clone()), who.map(str::to_owned), dated.series());
                tracks.push(Track { accuracy_m, ..own });
            }
        }
        Ok(tracks)
    }

    /// Refuses an account of which nothing that is told has a report.
    fn check_account(&self, dossier: &Dossier, overlays: &[String], made: &[Named], who: &str) -> anyhow::Result<()> {
        let of_files = made.iter().flat_map(|named| named.made.series.accounts());
        let of_overlays = overlays.iter().filter_map(|id| dossier.overlay(id)?.dated.as_ref());
        let of_overlays = of_overlays.flat_map(|dated| dated.series().accounts());
        let all: BTreeSet<&str> = of_files.chain(of_overlays).collect();
        if all.contains(who) {
            return Ok(());
        }
        let hint = match closest(all.iter().copied(), who) {
            Some(close) => format!("did you mean '{close}'?"),
            None if all.is_empty() => "no report names its account".to_owned(),
            None => format!("there are {}", all.into_iter().collect::<Vec<_>>().join(", ")),
        };
        bail!(Usage(format!("no account '{who}'; {hint}")))
    }

    fn write(
        &self,
        (out, format): (&Path, OutputFormat),
        dossier: &Dossier,
        document: Option<&Document>,
        all: &AreaOverTime,
    ) -> anyhow::Result<()> {
        let bytes = if format == OutputFormat::Csv {
            csv_text(all).into_bytes()
        } else {
            let mut page = PageSetup::of(self.figure.page.unwrap_or(chart::usual_page()));
            page.dpi = self.figure.dpi.unwrap_or(page.dpi);
            let mut options = FigureOptions::usual(page, Shows::Bounds(dossier.home));
            options.title.clone_from(&self.figure.title);
            options.kicker.clone_from(&self.figure.kicker);
            options.subtitle.clone_from(&self.figure.subtitle);
            options.theme = Theme::from(self.figure.theme);
            options.language = self.figure.language;
            self.figure.no.iter().for_each(|piece| options.furniture.set(*piece, false));
            let chart = ChartOptions { from_zero: !self.figure.not_from_zero, credits: self.figure.credit.clone() };
            let drawn = chart::draw(dossier, document, all, &chart, &options);
            drawn.warnings().iter().for_each(|what| say!("warning: {what}"));
            drawn.encode(format).context("the figure was not written")?
        };
        files::write(out, &bytes)?;
        say!("wrote {}", out.display());
        Ok(())
    }
}

/// Square kilometres with two decimals: days differ by little.
fn km2(km2: f64) -> String {
    words::area(km2, 2)
}

fn as_text(made: &[Named], all: &AreaOverTime) -> String {
    let mut text = String::new();
    for Named { name, made, .. } in made {
        let name = name.as_ref().map_or_else(String::new, |name| format!("{name}: "));
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{name}{}", made_words(made));
    }
    if let Some(within) = &all.within {
        let _ = writeln!(text, "Within {}, {}", within.title.main(), km2(within.km2));
    }
    let share = |area_km2: f64| {
        all.percent(area_km2).map_or_else(String::new, |percent| format!("{} %", words::number_or_less(percent, 2)))
    };
    for curve in &all.curves {
        let who = curve.who.as_deref().filter(|who| *who != curve.title.main());
        let who = who.map_or_else(String::new, |who| format!(" ({who})"));
        let _ = writeln!(text, "\n{}{who}", curve.title.main());
        let mut gaps = curve.gaps().peekable();
        for (index, point) in curve.points.iter().enumerate() {
            let range = point.range_km2.map_or_else(String::new, |[least, most]| {
                format!("{} to {}", words::number(least, 2), words::number(most, 2))
            });
            let _ = writeln!(
                text,
                "  {:<26} {:>16} {:>9}  {range:<24} {}",
                point.when.to_string(),
                km2(point.km2),
                share(point.km2),
                point.report
            );
            if gaps.next_if_eq(&index).is_some() {
                let _ = writeln!(text, "  …");
            }
        }
    }
    if !all.stated.is_empty() {
        let _ = writeln!(text, "\nStated");
        for stated in &all.stated {
            let figure = &stated.figure;
            let when = figure.date.as_deref().map(words::date).unwrap_or_default();
            let traced = figure.traced_to.as_ref().map_or_else(String::new, |name| format!(", traced to {name}"));
            let _ = writeln!(
                text,
                "  {when:<26} {:>16} {:>9}  {}, {}{traced}",
                km2(stated.km2),
                share(stated.km2),
                words::figure(figure),
                figure.reported_by
            );
        }
    }
    text
}
