//! The ledger of a series: what changed from each report to the next.

use std::panic::resume_unwind;

use geo::MultiPolygon;
use thiserror::Error;

use super::{Series, Version};
use crate::formats::day::Day;
use crate::geometry::change::{Change, Ground, Terms};
use crate::geometry::work::{self, Context, Stopped};

/// What changed from one report to the next.
#[derive(Debug, Clone)]
pub struct Row<'a> {
    /// The earlier report.
    pub before: &'a Version,
    /// The later one.
    pub after: &'a Version,
    /// What changed.
    pub change: Change,
}

/// Why it is not known what changed between two reports.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BetweenError {
    /// One of them has no area.
    #[error("it has no areas, so that nothing was gained or lost: {0}")]
    NoAreas(String),
    /// It is cancelled or takes too long.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// What changed between two reports. Where both say how exact they are, or `accuracy_m` says it of all, the ranges are worked out.
///
/// # Errors
/// [`BetweenError`].
pub fn between<'a>(
    before: &'a Version,
    after: &'a Version,
    within: Option<&MultiPolygon<f64>>,
    accuracy_m: Option<f64>,
) -> Result<Row<'a>, BetweenError> {
    let ground = |version: &Version| {
        let area = version.shape.areas().ok_or_else(|| BetweenError::NoAreas(version.from.clone()))?;
        Ok::<_, BetweenError>(Ground::new(area))
    };
    let terms = terms([before, after], within, accuracy_m);
    let change = Change::between(&ground(before)?, &ground(after)?, &terms)?;
    Ok(Row { before, after, change })
}

/// On what terms two reports are compared.
fn terms([before, after]: [&Version; 2], within: Option<&MultiPolygon<f64>>, accuracy_m: Option<f64>) -> Terms {
    let exact = |version: &Version| version.accuracy_m.or(accuracy_m);
    let accuracy_m = exact(before).zip(exact(after)).map(|(before, after)| [before, after]);
    Terms { within: within.cloned(), accuracy_m }
}

/// What changed between each two reports that follow each other, of one account or of all together, from a day to a day, both
/// counted; of several reports of one moment the last counts. Only reports of known days with areas are compared. Where both
/// say how exact they are, or `accuracy_m` says it of all, the ranges are worked out.
///
/// # Errors
/// [`Stopped`] if it is cancelled, or if one of the changes would take too long.
pub fn ledger<'a>(
    series: &'a Series,
    who: Option<&'a str>,
    (from, to): (Option<Day>, Option<Day>),
    within: Option<&MultiPolygon<f64>>,
    accuracy_m: Option<f64>,
) -> Result<Vec<Row<'a>>, Stopped> {
    let is_meant = |version: &&Version| {
        version.shape.areas().is_some()
            && version.when.is_some_and(|when| {
                from.is_none_or(|from| when.latest().is_none_or(|latest| latest >= from))
                    && to.is_none_or(|to| when.earliest().is_none_or(|earliest| earliest <= to))
            })
    };
    let mut versions: Vec<&Version> = Vec::new();
    for version in series.of(who).filter(is_meant) {
        if versions.last().is_some_and(|last| last.when == version.when) {
            versions.pop();
        }
        versions.push(version);
    }
    let pairs = versions.len().saturating_sub(1);
    if pairs == 0 {
        return Ok(Vec::new());
    }
    work::begin(|| "Working out what changed".to_owned(), pairs as u64);
    let done = std::sync::atomic::AtomicU64::new(0);
    let threads = std::thread::available_parallelism().map_or(1, usize::from).clamp(1, 8).min(pairs);
    // Each thread has a stretch of the series, so that an area is made ready once.
    let each = pairs.div_ceil(threads);
    let stretches: Vec<&[&Version]> =
        (0..pairs).step_by(each).map(|first| &versions[first..=(first + each).min(pairs)]).collect();
    let of_stretch = |stretch: &[&'a Version]| -> Result<Vec<Row<'a>>, Stopped> {
        let ground = |version: &Version| version.shape.areas().map(Ground::new).unwrap_or_else(Ground::nothing);
        let mut rows = Vec::with_capacity(stretch.len());
        let mut before = stretch.first().map(|first| ground(first));
        for pair in stretch.windows(2) {
            let after = ground(pair[1]);
            let terms = terms([pair[0], pair[1]], within, accuracy_m);
            let former = before.replace(after);
            let (Some(former), Some(after)) = (&former, &before) else { continue };
            let change = Change::between(former, after, &terms)?;
            rows.push(Row { before: pair[0], after: pair[1], change });
            let count = done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
            if !work::advance(count) {
                return Err(Stopped::Cancelled);
            }
        }
        Ok(rows)
    };
    let context = Context::current();
    let parts = std::thread::scope(|scope| {
        let threads: Vec<_> = stretches
            .iter()
            .map(|stretch| {
                let context = context.clone();
                scope.spawn(|| context.run(|| of_stretch(stretch)))
            })
            .collect();
        let joined = threads.into_iter().map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)));
        joined.collect::<Result<Vec<_>, _>>()
    })?;
    Ok(parts.into_iter().flatten().collect())
}
