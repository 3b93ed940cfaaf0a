//! Days that cannot follow each other as a dossier states them: a source that was read before it was published, a shape of a day
//! after the last report about it.
//!
//! Days are compared where they are whole days of the calendar; others are named where they are checked.

use std::collections::BTreeSet;

use super::{Advice, Findings};
use crate::dossier::model::{Correction, Source};
use crate::dossier::{About, Dossier, Overlay};
use crate::formats::day::Day;

/// Looks for them all over a dossier.
pub(super) fn check(dossier: &Dossier, list: &mut Findings<'_>) {
    for source in &dossier.sources {
        check_source(source, list);
    }
    for excerpt in &dossier.excerpts {
        let part = About::Excerpt(excerpt.id.clone());
        let published = dossier.source(&excerpt.source).and_then(|source| whole(source.published.as_deref()));
        check_correction(&part, excerpt.corrected.as_ref(), "its words were corrected", published, list);
    }
    for figure in &dossier.figures {
        let source = figure.excerpt.as_deref().and_then(|id| dossier.source(&dossier.excerpt(id)?.source));
        let published = source.and_then(|source| whole(source.published.as_deref()));
        if let (Some(date), Some(published)) = (whole(figure.date.as_deref()), published)
            && date > published
        {
            let what = format!(
                "the day of its report, {}, lies after the day on which the source of its excerpt was published, {}",
                date.iso(),
                published.iso()
            );
            list.warn(About::Figure(figure.id.clone()), what);
        }
    }
    for overlay in dossier.overlays.iter().map(AsRef::as_ref).filter(super::is_of_dossier) {
        check_overlay(dossier, overlay, list);
    }
    if let Some(day) = whole(Some(&dossier.as_of)) {
        check_later(dossier, day, list);
    }
}

/// Names sources and reports that are later than the day that the dossier describes: either that day is to be raised, or there
/// is a reason, as there is for what an article tells of the day before it.
fn check_later(dossier: &Dossier, day: Day, list: &mut Findings<'_>) {
    let than = format!("later than the dossier's day, {}", day.iso());
    for source in &dossier.sources {
        let published = source.published.as_deref().and_then(|published| published.parse::<Day>().ok());
        if let Some(published) = published.filter(|published| published.first() > day) {
            let part = About::Source(source.id.clone());
            list.advise(Advice::LaterThanDay, part, format!("it was published on {}, {than}", published.iso()));
        }
    }
    for overlay in dossier.overlays.iter().map(AsRef::as_ref).filter(super::is_of_dossier) {
        let part = About::Overlay(overlay.id.clone());
        let Some(dated) = &overlay.dated else {
            if let Some(of) = whole(Some(&overlay.as_of)).filter(|of| *of > day) {
                list.advise(Advice::LaterThanDay, part, format!("it describes {}, {than}", of.iso()));
            }
            continue;
        };
        let days = dated.series().versions().iter().filter_map(|version| version.when?.earliest());
        let later: Vec<Day> = days.filter(|of| of.first() > day).collect();
        let Some(latest) = later.iter().max() else { continue };
        let what = match later.len() {
            1 => format!("its report of {} is {than}", latest.iso()),
            count => format!("{count} of its reports, the last of {}, are {than}", latest.iso()),
        };
        list.advise(Advice::LaterThanDay, part, what);
    }
}

fn check_source(source: &Source, list: &mut Findings<'_>) {
    let part = About::Source(source.id.clone());
    let published = whole(source.published.as_deref());
    let after = |published: Option<Day>, other: Option<Day>| published.zip(other).filter(|(day, other)| day > other);
    if let Some((published, read)) = after(published, whole(source.retrieved.as_deref())) {
        let what = format!("it was published on {}, after it was read on {}", published.iso(), read.iso());
        list.warn(&part, format!("{what}; one of the two days is wrong"));
    }
    for capture in &source.archived.0 {
        let name = capture.file.as_deref().or(capture.url.as_deref()).unwrap_or_default();
        if let Some(at) = capture.at.as_deref().filter(|_| whole(capture.day()).is_none()) {
            let what =
                format!("its capture {name} was made at '{at}'; expected a day or a time such as 2025-12-15T10:00:00Z");
            list.warn(&part, what);
        }
        if let Some((published, made)) = after(published, whole(capture.day())) {
            let what =
                format!("it was published on {}, after its capture {name} was made on {}", published.iso(), made.iso());
            list.warn(&part, format!("{what}; one of the two days is wrong"));
        }
    }
    check_correction(&part, source.withdrawn.as_ref(), "it was withdrawn", published, list);
}

/// The day of a correction, which is one, and not before what it corrects was published.
fn check_correction(
    part: &About,
    correction: Option<&Correction>,
    what: &str,
    published: Option<Day>,
    list: &mut Findings<'_>,
) {
    let Some(correction) = correction else { return };
    list.day(part, "on", Some(&correction.on));
    if let (Some(on), Some(published)) = (whole(Some(&correction.on)), published)
        && on < published
    {
        list.warn(part, format!("{what} on {}, before it was published on {}", on.iso(), published.iso()));
    }
}

/// What a shape describes, against the reports that are quoted for it.
fn check_overlay(dossier: &Dossier, overlay: &Overlay, list: &mut Findings<'_>) {
    let part = About::Overlay(overlay.id.clone());
    match &overlay.dated {
        Some(dated) => {
            let days: BTreeSet<Day> =
                dated.series().versions().iter().filter_map(|version| version.when?.latest()).collect();
            let contested: Vec<String> = days.into_iter().filter_map(|day| dated.contested_on(day)).collect();
            if let Some(first) = contested.first() {
                let more = match contested.len() {
                    1 => String::new(),
                    count => format!("; so on {count} days in all"),
                };
                list.info(&part, format!("{first}{more}"));
            }
            for version in dated.series().versions() {
                let excerpts = version.excerpts.iter().filter_map(|id| dossier.excerpt(id));
                let latest = latest(dossier, excerpts.map(|excerpt| excerpt.source.as_str()));
                let Some((day, latest)) = version.when.and_then(|when| when.earliest()).zip(latest) else { continue };
                if day > latest {
                    let (from, day, latest) = (&version.from, day.iso(), latest.iso());
                    list.warn(
                        &part,
                        format!(
                            "its version {from} describes {day}, and the latest report that it names is of {latest}"
                        ),
                    );
                }
            }
        }
        None => {
            let Some(day) = whole(Some(&overlay.as_of)) else { return };
            let sources = dossier.excerpts_of(&overlay.id).map(|excerpt| excerpt.source.as_str());
            if let Some(latest) = latest(dossier, sources).filter(|latest| day > *latest) {
                let (day, latest) = (day.iso(), latest.iso());
                list.warn(
                    &part,
                    format!("it describes {day}, and the latest report that is quoted for it is of {latest}"),
                );
            }
        }
    }
}

/// The latest day on which one of these sources can have said something: that of its publication, or else the one on which it
/// was read. `None` without sources, or where it is not known of one of them.
fn latest<'a>(dossier: &Dossier, sources: impl Iterator<Item = &'a str>) -> Option<Day> {
    let mut latest = None;
    for id in sources {
        let source = dossier.source(id)?;
        let day = whole(source.published.as_deref()).or(whole(source.retrieved.as_deref()))?;
        latest = latest.max(Some(day));
    }
    latest
}

/// A whole day of the calendar.
fn whole(text: Option<&str>) -> Option<Day> {
    text?.parse().ok().filter(Day::is_whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dossier::verify::{Texts, verify};
    use crate::dossier::{Capture, Captures};

    #[test]
    fn days_that_cannot_follow_each_other_are_named() {
        let (whole, problems) = crate::dossier::builtin::berlin().unwrap();
        let told = |change: &dyn Fn(&mut Dossier)| -> Vec<String> {
            let mut dossier = whole.clone();
            change(&mut dossier);
            verify(&dossier, &problems, &Texts::new()).findings.iter().map(ToString::to_string).collect()
        };
        let says = |change: &dyn Fn(&mut Dossier), what: &str| {
            let told = told(change);
            assert!(told.iter().any(|told| told.contains(what)), "{what}: {told:#?}");
        };
        let of_source = |published: &'static str, retrieved: &'static str| {
            move |dossier: &mut Dossier| {
                let source = &mut dossier.sources[0];
                (source.published, source.retrieved) = (Some(published.to_owned()), Some(retrieved.to_owned()));
            }
        };
        let wrong = "it was published on 2025-12-16, after it was read on 2025-12-15; one of the two days is wrong";
        says(&of_source("2025-12-16", "2025-12-15"), wrong);
        let sound = told(&of_source("2025-12-15", "2025-12-15"));
        assert!(!sound.iter().any(|told| told.contains("is wrong")), "{sound:#?}");
        let capture = |at: &'static str| {
            move |dossier: &mut Dossier| {
                dossier.sources[0].published = Some("2025-12-15".to_owned());
                let file = Some("captures/a.html".to_owned());
                let capture = Capture { file, at: Some(at.to_owned()), ..Capture::default() };
                dossier.sources[0].archived = Captures(vec![capture]);
            }
        };
        says(&capture("2025-12-14T10:00:00Z"), "after its capture captures/a.html was made on 2025-12-14");
        says(&capture("yesterday"), "its capture captures/a.html was made at 'yesterday'");
        let correction = |on: &str| Some(Correction { on: on.to_owned(), why: "w".to_owned(), url: None });
        let withdrawn = |on: &'static str| {
            move |dossier: &mut Dossier| {
                dossier.sources[0].published = Some("2025-12-15".to_owned());
                dossier.sources[0].withdrawn = correction(on);
            }
        };
        says(&withdrawn("2025-12-01"), "it was withdrawn on 2025-12-01, before it was published on 2025-12-15");
        says(&withdrawn("soon"), "on is 'soon'; expected a day");
        let of_area = |dossier: &mut Dossier| {
            let of_day = |source: &mut Source| source.published = Some("2025-12-15".to_owned());
            dossier.sources.iter_mut().for_each(of_day);
            for overlay in &mut dossier.overlays {
                std::sync::Arc::make_mut(overlay).as_of = "2025-12-20".to_owned();
            }
        };
        says(&of_area, "it describes 2025-12-20, and the latest report that is quoted for it is of 2025-12-15");
        let of_figure = |dossier: &mut Dossier| {
            let of_day = |source: &mut Source| source.published = Some("2025-12-15".to_owned());
            dossier.sources.iter_mut().for_each(of_day);
            dossier.figures.iter_mut().for_each(|figure| figure.date = Some("2025-12-17".to_owned()));
        };
        let of_day = |dossier: &mut Dossier| {
            dossier.as_of = "2025-12-01".to_owned();
            dossier.sources[0].published = Some("2025-12-05".to_owned());
        };
        says(&of_day, "it was published on 2025-12-05, later than the dossier's day, 2025-12-01");
        says(&of_day, "it describes 2025-12-15, later than the dossier's day, 2025-12-01");
        let answered = |dossier: &mut Dossier| {
            of_day(dossier);
            let part = format!("source '{}'", dossier.sources[0].id);
            let (advice, reason) = ("later-than-day".to_owned(), "it tells of that day".to_owned());
            dossier.acknowledged.push(crate::dossier::Acknowledged { part, advice, reason });
        };
        says(&answered, "info: source");
        says(&answered, "2025-12-01; acknowledged: it tells of that day");
        let of_the_day = told(&|dossier: &mut Dossier| dossier.sources[0].published = Some("2025-12-15".to_owned()));
        assert!(!of_the_day.iter().any(|told| told.contains("later than the dossier")), "{of_the_day:#?}");
        says(&of_figure, "the day of its report, 2025-12-17, lies after the day on which the source");
    }
}
