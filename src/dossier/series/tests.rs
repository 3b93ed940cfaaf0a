//! What was reported of a day, and what is wrong with days.

use geo::Polygon;

use super::*;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// A square whose west lies here.
fn square(west: f64) -> Arc<Shape> {
    let ring = vec![(west, 50.0), (west + 1.0, 50.0), (west + 1.0, 51.0), (west, 51.0), (west, 50.0)];
    Arc::new(Shape::Area(geo::MultiPolygon(vec![Polygon::new(ring.into(), vec![])])))
}

fn version(when: &str, west: f64) -> Version {
    Version::new(Some(when.parse().unwrap()), square(west), format!("{when}.geojson"))
}

fn series(all: &[(&str, f64)]) -> Series {
    Series::new(all.iter().map(|(when, west)| version(when, *west)).collect())
}

fn told(series: &Series) -> Vec<String> {
    series.faults().iter().map(ToString::to_string).collect()
}

/// Whose version stands for a day, and how.
fn standing(series: &Series, on: &str) -> String {
    let known = series.on(day(on), None);
    match known.standing() {
        None => "nothing".to_owned(),
        Some(Standing::Reported(version)) => version.from.clone(),
        Some(Standing::Perhaps(version)) => format!("perhaps {}", version.from),
        Some(Standing::Before(version, age)) => format!("{} {age} before", version.from),
    }
}

#[test]
fn a_day_without_a_report_stays_empty_and_the_last_report_has_its_age() {
    let series = series(&[("2025-02-01", 10.0), ("2025-02-03", 10.1), ("2025-02-04", 10.2)]);
    for (on, expected) in [
        ("2025-01-31", "nothing"),
        ("2025-02-01", "2025-02-01.geojson"),
        ("2025-02-02", "2025-02-01.geojson 1 day before"),
        ("2025-02-03", "2025-02-03.geojson"),
        ("2026-02-04", "2025-02-04.geojson 365 days before"),
    ] {
        assert_eq!(standing(&series, on), expected, "{on}");
    }
    assert!(series.on(day("2025-02-02"), None).reported.is_empty());
    assert_eq!(series.span(), Some((day("2025-02-01"), day("2025-02-04"))));
}

#[test]
fn months_and_stretches_of_days_are_shown_as_such() {
    let series = series(&[
        ("2025-02", 10.0),
        ("2025-02-10", 10.1),
        ("2025-03-01/2025-03-10", 10.2),
        ("2025-04-01/..", 10.3),
        ("2025-03-20/", 10.4),
    ]);
    for (on, expected) in [
        ("2025-02-05", "perhaps 2025-02.geojson"),
        ("2025-02-10", "2025-02-10.geojson"),
        // The month begins before the day that is reported.
        ("2025-02-20", "2025-02-10.geojson 10 days before"),
        ("2025-03-05", "2025-03-01/2025-03-10.geojson"),
        ("2025-03-12", "2025-03-01/2025-03-10.geojson 2 days before"),
        ("2025-03-20", "2025-03-20/.geojson"),
        ("2025-03-22", "2025-03-20/.geojson 2 days before"),
        ("2025-12-24", "2025-04-01/...geojson"),
    ] {
        assert_eq!(standing(&series, on), expected, "{on}");
    }
    let month = Series::new(vec![version("2025-02", 10.0)]);
    assert_eq!(standing(&month, "2025-03-02"), "2025-02.geojson 2 to 29 days before");
}

#[test]
fn accounts_are_asked_one_by_one() {
    let by = |who: &str, when: &str| Version { who: Some(who.to_owned()), ..version(when, 10.0) };
    let series = Series::new(vec![by("East", "2025-02-01"), by("West", "2025-02-02"), by("East", "2025-02-03")]);
    assert_eq!(series.accounts(), ["East", "West"]);
    let on = |who| series.on(day("2025-02-03"), Some(who)).standing().map(|standing| standing.version().from.clone());
    assert_eq!(on("West").as_deref(), Some("2025-02-02.geojson"));
    assert_eq!(on("East").as_deref(), Some("2025-02-03.geojson"));
    assert!(on("North").is_none());
}

#[test]
fn what_is_wrong_with_days_is_named() {
    assert_eq!(
        told(&series(&[("2025-02-01", 10.0), ("2025-02-02", 10.0), ("2025-02-03", 10.0)])),
        Vec::<String>::new()
    );
    let missing = series(&[("2025-02-01", 10.0), ("2025-02-02", 10.0), ("2025-02-03", 10.0), ("2025-02-07", 10.0)]);
    assert_eq!(told(&missing), ["nothing is reported of 4 Feb 2025 to 6 Feb 2025, 3 days"]);
    // Where a report comes once a month, a month has no gap.
    let monthly = series(&[("2025-01-01", 10.0), ("2025-02-01", 10.0), ("2025-03-01", 10.0), ("2025-04-01", 10.0)]);
    assert_eq!(told(&monthly), Vec::<String>::new());
    assert_eq!(monthly.gaps(None).len(), 3);

    // Reports of whole months lack months, and those of years years.
    let of = |days: &[&str]| told(&series(&days.iter().map(|day| (*day, 10.0)).collect::<Vec<_>>()));
    assert_eq!(of(&["2025-01", "2025-03"]), ["nothing is reported of Feb 2025"]);
    assert_eq!(
        of(&["2024-11", "2024-12", "2025-01", "2025-04"]),
        ["nothing is reported of Feb 2025 to Mar 2025, 2 months"]
    );
    assert_eq!(of(&["2024-01", "2024-04", "2024-07", "2024-10"]), Vec::<String>::new());
    assert_eq!(of(&["2021", "2022", "2025"]), ["nothing is reported of 2023 to 2024, 2 years"]);

    let doubled = Series::new(vec![
        version("2025-02-01", 10.0),
        Version { from: "copy".to_owned(), ..version("2025-02-01", 10.0) },
    ]);
    assert_eq!(told(&doubled), ["the same is reported of 1 Feb 2025 2 times: 2025-02-01.geojson, copy"]);
    let torn = Series::new(vec![
        version("2025-02-01", 10.0),
        Version { from: "other".to_owned(), ..version("2025-02-01", 10.1) },
    ]);
    // Two strips of a tenth of a degree by a degree between 50° and 51°: pyproj.Geod, WGS 84, 2 × 789.222 km².
    let words = &told(&torn)[0];
    assert!(
        words.starts_with("2 reports of 1 Feb 2025 contradict each other, which differ by 1,578.444 km²"),
        "{words}"
    );
    // Two accounts do not contradict each other; they differ.
    let two = Series::new(vec![
        Version { who: Some("East".to_owned()), ..version("2025-02-01", 10.0) },
        Version { who: Some("West".to_owned()), ..version("2025-02-01", 10.1) },
    ]);
    assert_eq!(told(&two), Vec::<String>::new());

    let turned = series(&[("2025-02-02", 10.0), ("2025-02-01", 10.0), ("2025-02-03", 10.0)]);
    assert_eq!(
        told(&turned),
        [
            "it stands after 2025-02-02.geojson, but is of an earlier day; put the reports in order of time: 2025-02-01.geojson"
        ]
    );
    assert_eq!(turned.versions()[0].from, "2025-02-01.geojson");

    let far = series(&[("2025-02-01", 10.0), ("2025-02-02", 10.1), ("2025-02-03", 30.0), ("2025-02-04", 10.2)]);
    assert_eq!(
        told(&far),
        ["it lies somewhere else than the others, and shares no ground with them: 2025-02-03.geojson"]
    );

    let mixed = series(&[("2025-02-01", 10.0), ("2025-03", 10.0), ("2026", 10.0)]);
    assert_eq!(told(&mixed), ["days are not all stated alike exactly: 1 to a day, 1 to a month, 1 to a year"]);
}

#[test]
fn clocks_are_compared() {
    let zones = series(&[("2025-02-01T10:00Z", 10.0), ("2025-02-02T10:00+02:00", 10.0), ("2025-02-03T10:00", 10.0)]);
    assert_eq!(
        told(&zones),
        ["times of day are of several clocks (no zone, UTC, UTC+2:00); each counts for the day that it states"]
    );
    let late = series(&[("2025-02-01T23:30-05:00", 10.0), ("2025-02-02T23:30-05:00", 10.0)]);
    assert_eq!(
        told(&late),
        [
            "at its time it is 2 Feb 2025 at Greenwich; it counts for the day that it states: 2025-02-01T23:30-05:00.geojson (and 1 other)"
        ]
    );
}

#[test]
fn versions_of_unknown_days_are_kept() {
    let unknown = Version { said: Some("lately".to_owned()), ..Version::new(None, square(10.0), "a.geojson") };
    let series = Series::new(vec![unknown, version("2025-02-01", 10.0)]);
    assert_eq!(told(&series), ["“lately” is no day that can be read; it is kept as of an unknown day: a.geojson"]);
    assert_eq!(series.versions()[1].from, "a.geojson");
    assert_eq!(standing(&series, "2025-02-02"), "2025-02-01.geojson 1 day before");
}

#[test]
fn the_ledger_has_each_step_and_adds_up() {
    let series =
        series(&[("2025-02-01", 10.0), ("2025-02-02", 10.1), ("2025-02-02T12:00", 10.2), ("2025-02-05", 10.0)]);
    let rows = ledger(&series, None, (None, None), None, Some(100.0)).unwrap();
    assert_eq!(rows.len(), 3);
    let net: f64 = rows.iter().map(|row| row.change.gained_m2 - row.change.lost_m2).sum();
    assert!(net.abs() < 1.0, "{net}");
    assert!(rows.iter().all(|row| row.change.ranges.is_some() && row.change.gained_m2 > 0.0));
    let some = ledger(&series, None, (Some(day("2025-02-02")), Some(day("2025-02-04"))), None, None).unwrap();
    assert_eq!(some.len(), 1);
    assert!(ledger(&Series::default(), None, (None, None), None, None).unwrap().is_empty());
}

#[test]
fn versions_of_one_source_are_one_origin() {
    let (dossier, _) = crate::dossier::builtin::berlin().unwrap();
    let first = &dossier.excerpts[0];
    let same =
        dossier.excerpts.iter().filter(|excerpt| excerpt.source == first.source).map(|excerpt| excerpt.id.clone());
    let other = dossier.excerpts.iter().find(|excerpt| {
        let roots = |source: &str| dossier.reliance().roots(source).collect::<Vec<_>>();
        roots(&excerpt.source) != roots(&first.source)
    });
    let of = |excerpts: Vec<String>| Version { excerpts, ..version("2025-02-01", 10.0) };
    let (one, two) = (of(same.collect()), of(vec![other.unwrap().id.clone()]));
    let count = |versions: &[&Version]| (origins(&dossier, versions).0.len(), origins(&dossier, versions).1);
    assert_eq!(count(&[&one, &one]).1, 1);
    assert_eq!(count(&[&one, &two]).1, 2);
    assert!(count(&[&one, &two]).0 > count(&[&one]).0 || count(&[&one, &two]).0 >= 2);
    assert_eq!(count(&[&of(vec!["no such".to_owned()])]), (0, 0));
}
