//! Spans of days on the command line: cut into days, weeks or months of what is shown.

use anyhow::bail;
use claimline::document::Document;
use claimline::dossier::Dossier;
use claimline::dossier::series::{Every, Period, Stand};
use claimline::formats::day::Day;
use clap::Args;

use super::Usage;

/// More days than any span is cut into: 200 years.
const MOST_DAYS: i64 = 73_200;

/// Which days are meant.
#[derive(Debug, Default, Args)]
pub(super) struct Span {
    /// The first day, or a month or a year, whose first day counts [default: the first that is reported of what is shown]
    #[arg(long, value_name = "DAY")]
    from: Option<Day>,
    /// The last day, or a month or a year, whose last day counts [default: the last that is reported]
    #[arg(long, value_name = "DAY")]
    to: Option<Day>,
    /// Leave out days, weeks and months of which nobody reports
    #[arg(long)]
    reported_only: bool,
}

impl Span {
    /// Whether anything of it is said.
    pub(super) fn is_said(&self) -> bool {
        self.from.is_some() || self.to.is_some() || self.reported_only
    }

    /// The days, weeks or months, each with the day that stands for it, of what a document shows.
    pub(super) fn stands(&self, every: Every, dossier: &Dossier, document: &Document) -> anyhow::Result<Vec<Stand>> {
        let series: Vec<_> = dossier.series_of(|overlay| document.is_shown(&overlay.id)).collect();
        let spans = || series.iter().filter_map(|series| series.span());
        let (Some(first), Some(last)) = (spans().map(|(first, _)| first).min(), spans().map(|(_, last)| last).max())
        else {
            bail!(nothing_dated());
        };
        let from = self.from.map_or(first.first(), |day| day.first());
        let to = self.to.map_or(last.last(), |day| day.last());
        if from > to {
            bail!(Usage(format!("--from {} lies after --to {}", from.iso(), to.iso())));
        }
        let days = to.since_1970().zip(from.since_1970()).map_or(0, |(to, from)| to - from);
        if days > MOST_DAYS {
            bail!(Usage(format!("from {} to {} is too long; give --from and --to", from.iso(), to.iso())));
        }
        let stands = every.periods(from, to).map(|period| period.stand(series.iter().copied()));
        let stands: Vec<Stand> = stands.filter(|stand| stand.is_reported || !self.reported_only).collect();
        if stands.is_empty() {
            let is_reported = |period: Period| period.stand(series.iter().copied()).is_reported;
            let of_months = every != Every::Month && Every::Month.periods(from, to).any(is_reported);
            let hint = if of_months { "; of months there are reports: --each month" } else { "" };
            bail!(Usage(format!("nobody reports of a day from {} to {}{hint}", from.iso(), to.iso())));
        }
        Ok(stands)
    }
}

/// That maps of days cannot be made of what is shown.
fn nothing_dated() -> Usage {
    Usage(
        "nothing that is shown is reported of several days; files that are named by their days are opened together, \
         such as 'front_{YYYYMMDD}.geojson'"
            .to_owned(),
    )
}

/// Refuses maps of days where nothing that is shown is another on another day.
pub(super) fn check_dated(dossier: &Dossier, document: &Document) -> anyhow::Result<()> {
    match dossier.series_of(|overlay| document.is_shown(&overlay.id)).next() {
        Some(_) => Ok(()),
        None => bail!(nothing_dated()),
    }
}

/// A whole day.
pub(super) fn whole_day(text: &str) -> Result<Day, String> {
    let day: Day = text.parse().map_err(|error: claimline::formats::day::DayError| error.to_string())?;
    if day.is_whole() { Ok(day) } else { Err("expected a whole day, such as 2025-02-01".to_owned()) }
}
