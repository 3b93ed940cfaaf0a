//! What the commands about days share: files made a series, the report that stands for a day, areas to look within.

use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail};
use claimline::dossier::series::Standing;
use claimline::dossier::series::pattern::{Pattern, PatternError};
pub(super) use claimline::dossier::series::told::{standing_json, standing_words};
use claimline::dossier::{Dossier, Shape};
use claimline::files;
use claimline::files::series::{MadeSeries, Making, make};
use claimline::formats::closest::closest;
use claimline::formats::day::Day;
use claimline::formats::feature::Feature;
use claimline::formats::filter::Filter;
use claimline::formats::format;
use claimline::formats::write::Outgoing;
use claimline::geometry::derive::union_all;
use claimline::geometry::{MultiLineString, MultiPolygon};
use clap::Args;
use serde_json::{Value, json};

use super::Usage;
use super::layers::{LayerNames, Reading};

/// So many faults are named on a terminal; programs get all.
const FAULTS: usize = 20;

/// How files are made a series of days.
#[derive(Debug, Args)]
pub(super) struct Days {
    /// How days stand in the names of files, such as DD.MM.YYYY, or in the property of --date-property, where these leave it open
    #[arg(long, value_name = "PATTERN", value_parser = pattern)]
    pattern: Option<Pattern>,
    /// Property that says of which day a feature is, instead of the names of files
    #[arg(long, value_name = "NAME")]
    date_property: Option<String>,
    /// Which features count as held, such as 'status = occupied'; without it, the one kind that says it is occupied or held, where there are several
    #[arg(long = "where", value_name = "FILTER", value_parser = Filter::parse, allow_hyphen_values = true)]
    filter: Option<Filter>,
    /// Which layers are taken of files of several, by name; without it, all; may be repeated
    #[arg(long, value_name = "NAME")]
    layer: Vec<String>,
    /// Count a file without features whose name says its day as a report that nothing is held, 0 km²; without it, such files are left out and named
    #[arg(long)]
    empty_as_zero: bool,
    #[command(flatten)]
    reading: Reading,
}

fn pattern(text: &str) -> Result<Pattern, PatternError> {
    Pattern::parse(text)
}

impl Days {
    /// Which features count, where that is said.
    pub(super) fn filter(&self) -> Option<&Filter> {
        self.filter.as_ref()
    }

    /// The names of the layers that are taken.
    pub(super) fn layers(&self) -> LayerNames {
        LayerNames::of_names(self.layer.clone())
    }

    /// Makes a series of files.
    pub(super) fn made(&self, paths: &[PathBuf]) -> anyhow::Result<MadeSeries> {
        let making = Making {
            taken: self.reading.taken(),
            pattern: self.pattern.clone(),
            property: self.date_property.clone(),
            filter: self.filter.clone(),
            layers: self.layer.clone(),
            empty_as_zero: self.empty_as_zero,
        };
        Ok(make(paths, &making)?)
    }
}

/// Says what is wrong with a series beside the output.
pub(super) fn say_faults(made: &MadeSeries) {
    let faults = made.series.faults().iter().map(ToString::to_string);
    let all: Vec<String> = faults.chain(made.warnings.iter().cloned()).collect();
    all.iter().take(FAULTS).for_each(|fault| say!("warning: {fault}"));
    if all.len() > FAULTS {
        say!("warning: {} more, which --json lists", all.len() - FAULTS);
    }
}

/// Says the first of many warnings, and how many more there are.
pub(super) fn say_some(all: &[String]) {
    all.iter().take(FAULTS).for_each(|what| say!("warning: {what}"));
    if all.len() > FAULTS {
        say!("warning: {} more of that kind", all.len() - FAULTS);
    }
}

/// How the days of a series were found, and which features count, in words.
pub(super) fn made_words(made: &MadeSeries) -> String {
    let files = match made.files {
        1 => "1 file".to_owned(),
        count => format!("{count} files"),
    };
    let properties: Vec<&str> = made.properties.iter().map(String::as_str).collect();
    let days = match (&made.pattern, properties.is_empty()) {
        (Some(pattern), _) => format!("days as {pattern}"),
        (None, false) => format!("days by the property {}", properties.join(", ")),
        (None, true) => "days as stated in the files".to_owned(),
    };
    let counts: String = made.counts.iter().map(|words| format!("; {words}")).collect();
    format!("{files}, {days}{counts}")
}

/// The same for programs.
pub(super) fn made_json(made: &MadeSeries) -> Value {
    json!({
        "files": made.files,
        "pattern": made.pattern,
        "properties": made.properties,
        "counts": made.counts,
        "versions": made.series.versions().len(),
        "accounts": made.series.accounts(),
        "first": made.series.span().map(|(first, _)| first.iso()),
        "last": made.series.span().map(|(_, last)| last.iso()),
        "warnings": made.warnings,
        "faults": made.series.faults().iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}

/// The account that is meant: the one that is named, or the only one.
pub(super) fn account<'a>(made: &'a MadeSeries, named: Option<&str>) -> anyhow::Result<Option<&'a str>> {
    let accounts = made.series.accounts();
    let Some(named) = named else {
        if accounts.len() > 1 {
            bail!(Usage(format!("there are several accounts; choose one with --account: {}", accounts.join(", "))));
        }
        return Ok(accounts.first().copied());
    };
    if let Some(account) = accounts.iter().find(|account| **account == named) {
        return Ok(Some(account));
    }
    let hint = match closest(accounts.iter().copied(), named) {
        Some(close) => format!("did you mean '{close}'?"),
        None => format!("there are {}", accounts.join(", ")),
    };
    bail!(Usage(format!("no account '{named}'; {hint}")))
}

/// The version that stands for a day.
pub(super) fn standing<'a>(made: &'a MadeSeries, day: Day, who: Option<&'a str>) -> anyhow::Result<Standing<'a>> {
    let known = made.series.on(day, who);
    let standing = known.standing();
    standing.ok_or_else(|| {
        let of = made.series.of(who).filter_map(|version| version.when);
        let first = of
            .min_by(|a, b| a.in_time(b))
            .map_or_else(String::new, |first| format!("; the first report is of {first}"));
        anyhow!("nothing is reported of {day} or of a day before it{first}")
    })
}

/// The area of an overlay of the dossier, or of a file.
pub(super) fn within(dossier: &Dossier, named: &Path) -> anyhow::Result<MultiPolygon<f64>> {
    let id = named.to_string_lossy();
    let shape = match dossier.overlay(&id) {
        Some(overlay) => std::sync::Arc::clone(&overlay.shape),
        None if named.exists() => {
            let layers = super::layers::LayerNames::default().of_opened(files::open_no_project(named)?, named)?;
            let areas: Vec<_> = layers.iter().filter_map(|(layer, _)| layer.shape.areas()).collect();
            let area = union_all(areas);
            Shape::of(area, MultiLineString(Vec::new()), Vec::new())
                .map(std::sync::Arc::new)
                .ok_or_else(|| anyhow!("it has no area to look within: {}", named.display()))?
        }
        None => {
            let close = dossier.closest_overlay(&id);
            let hint = close.map_or_else(String::new, |close| format!("; did you mean '{close}'?"));
            bail!(Usage(format!("--within: no overlay and no file '{id}'{hint}")));
        }
    };
    match shape.areas() {
        Some(area) => Ok(union_all([area])),
        None => bail!(Usage(format!("--within: '{id}' is no area"))),
    }
}

/// Looks whether features can be written to a file, before anything is worked out.
pub(super) fn check_output(output: &Path, inputs: &[PathBuf], force: bool) -> anyhow::Result<()> {
    if format::written_as(output).is_none() {
        let endings = format::written_endings();
        bail!(Usage(format!("features are written as {endings}; this is none of them: {}", output.display())));
    }
    if files::input_replaced(std::iter::once(output), inputs.iter().map(PathBuf::as_path)).is_some() {
        bail!(Usage(format!("this is a file that is read; write under another name: {}", output.display())));
    }
    if files::exists(output) && !force {
        bail!(Usage(format!("{} already exists; give --force to replace it", output.display())));
    }
    Ok(())
}

/// Writes features.
pub(super) fn write_features(output: &Path, title: &str, features: &[Feature]) -> anyhow::Result<()> {
    let Some((format, write)) = format::written_as(output) else { return Ok(()) };
    let ending = output.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    let written = write(&Outgoing { title, ending: &ending, features });
    written.cannot_hold.iter().for_each(|what| say!("warning: {what}"));
    files::write(output, &written.bytes)?;
    say!("wrote {} as {}", output.display(), format.label);
    Ok(())
}
