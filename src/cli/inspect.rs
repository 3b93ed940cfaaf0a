//! `claimline inspect`: what a figure carries of where it comes from, and whether a dossier still matches it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use claimline::dossier::{Counting, Dossier, Source, words};
use claimline::figure::provenance::{Finding, Found, State, is_of_files};
use serde_json::{Value, json};

use super::text::{column_width, padding};

/// Whether nothing that the figure was made from has changed, and nothing within it.
pub(super) fn matches(found: &Found, findings: &[Finding]) -> bool {
    findings.iter().chain(found.sums.iter().flatten()).all(|finding| finding.state.is_good())
}

fn is_geojson(found: &Found) -> bool {
    found.kind == "GeoJSON"
}

/// For programs.
pub(super) fn json(found: &Found, findings: &[Finding]) -> Value {
    let list = |findings: &[Finding]| -> Value {
        findings
            .iter()
            .map(|finding| json!({ "what": finding.what, "id": finding.id, "state": finding.state.word() }))
            .collect()
    };
    json!({
        "kind": found.kind,
        "matches": matches(found, findings),
        "findings": list(findings),
        "files": found.sums.as_deref().filter(|_| !is_geojson(found)).map(list),
        "features": found.sums.as_deref().filter(|_| is_geojson(found)).map(list),
        "provenance": found.provenance,
    })
}

/// For people.
pub(super) fn text(found: &Found, findings: &[Finding], dossier: &Dossier) -> String {
    let provenance = &found.provenance;
    let said = |pointer: &str| provenance.pointer(pointer).and_then(Value::as_str).unwrap_or("unknown");
    let mut text = format!("{} by {}\n", found.kind, said("/program"));
    // Writing to a String cannot fail.
    let is_of_files = is_of_files(provenance);
    if is_of_files {
        text.push_str("Made of files, without a dossier\n");
    } else {
        let _ = writeln!(
            text,
            "Dossier {} {}, as of {}",
            said("/dossier/id"),
            said("/dossier/version"),
            words::date(said("/dossier/as_of"))
        );
    }
    if let Some(day) = provenance.pointer("/agreement/day").and_then(Value::as_str) {
        let _ = writeln!(text, "Who agrees, on {}", words::date(day));
    }
    changed(&mut text, provenance);
    let number = |pointer: &str| provenance.pointer(pointer).and_then(Value::as_f64);
    if let (Some(lon), Some(lat), Some(zoom)) =
        (number("/view/center/0"), number("/view/center/1"), number("/view/zoom"))
    {
        let _ = writeln!(text, "View {}, zoom {zoom:.2}", words::position(lon, lat));
    }
    if let Some(from) = provenance.pointer("/own_line/from").and_then(Value::as_str) {
        let counts = provenance.pointer("/own_line/counts").cloned();
        let counting: Option<Counting> = counts.and_then(|counts| serde_json::from_value(counts).ok());
        let counts = counting.and_then(|counting| counting.words()).map(|words| format!("; {words}"));
        let reports: Vec<&str> = strings(provenance.pointer("/own_line/reports")).collect();
        let from = match reports.as_slice() {
            [] => from.to_owned(),
            few if few.len() <= 3 => few.join(", "),
            [first, .., last] => format!("{first} to {last} ({} files)", reports.len()),
            [only] => (*only).to_owned(),
        };
        let _ = writeln!(text, "Your own line of contact: {from}{}", counts.unwrap_or_default());
    }
    for (what, heading) in
        [("dossier", "Dossier"), ("overlay", "Overlays"), ("excerpt", "Excerpts"), ("annotations", "Annotations")]
    {
        section(&mut text, heading, findings.iter().filter(|finding| finding.what == what));
    }
    let reports = || findings.iter().filter(|finding| finding.what == "report");
    if reports().next().is_some() {
        let (same, others): (Vec<&Finding>, Vec<&Finding>) = reports().partition(|report| report.state == State::Same);
        section(&mut text, "Reports", others.into_iter());
        if same.len() == reports().count() {
            text.push_str("\nReports\n");
        }
        if !same.is_empty() {
            let _ = writeln!(text, "  {} of {} the same", same.len(), reports().count());
        }
    }
    if let Some(sum) = provenance.pointer("/annotations/sha256").and_then(Value::as_str) {
        let _ = writeln!(text, "  SHA-256 {sum}");
    }
    let is_good = |findings: &[Finding]| findings.iter().all(|finding| finding.state.is_good());
    if let Some(sums) = &found.sums {
        if is_geojson(found) {
            let changed = sums.iter().filter(|finding| !finding.state.is_good());
            section(&mut text, "Features changed since the file was written", changed);
        } else {
            section(&mut text, "Files of the pack", sums.iter());
        }
    }
    text.push('\n');
    if !found.sums.as_deref().is_none_or(is_good) {
        text.push_str("The file has been changed since it was written.\n");
    }
    let has_compared = findings.iter().any(|finding| finding.state != State::OwnFile);
    text.push_str(if is_of_files && !has_compared {
        "It was made of files alone; name them with --file to compare them.\n"
    } else if is_of_files {
        if is_good(findings) { "The files still match.\n" } else { "The files do not match.\n" }
    } else if is_good(findings) {
        "The dossier still matches.\n"
    } else if findings.first().is_some_and(|first| first.what == "dossier" && first.state == State::Missing) {
        "This figure was made from a different dossier; name it with --dossier.\n"
    } else {
        "The dossier does not match.\n"
    });
    let is_of_dossier = |finding: &&Finding| matches!(finding.what, "overlay" | "excerpt");
    if findings.first().is_some_and(|whole| whole.what == "dossier" && whole.state == State::Changed) {
        text.push_str(if is_good_all(findings.iter().filter(is_of_dossier)) {
            "Its shapes and its quoted words are the same: something else of it differs, such as a stated figure, a position, a \
             style, an accuracy or a source. claimline diff BEFORE AFTER names it, with the dossier as it was.\n"
        } else {
            "claimline diff BEFORE AFTER names all that differs, with the dossier as it was.\n"
        });
    }
    for line in withdrawn(findings, dossier) {
        text.push_str(&line);
        text.push('\n');
    }
    match found.kind {
        "PNG" | "SVG" | "PDF" | "GIF" => {
            text.push_str("The picture itself is not compared, only the record of what it was made from.\n");
        }
        "GeoJSON" if found.sums.is_none() => {
            text.push_str("The features are not compared: the file has no fingerprints of them.\n");
        }
        _ => {}
    }
    text
}

fn is_good_all<'a>(mut findings: impl Iterator<Item = &'a Finding>) -> bool {
    findings.all(|finding| finding.state.is_good())
}

/// The sources of a figure's excerpts that the dossier marks as withdrawn, a line each.
fn withdrawn(findings: &[Finding], dossier: &Dossier) -> Vec<String> {
    let quoted = findings.iter().filter(|finding| finding.what == "excerpt");
    let sources: BTreeSet<&str> =
        quoted.filter_map(|finding| Some(dossier.excerpt(&finding.id)?.source.as_str())).collect();
    let said = |source: &Source| {
        let withdrawn = source.withdrawn.as_ref()?;
        let (on, why) = (words::date(&withdrawn.on), &withdrawn.why);
        Some(format!("It rests on source '{}' ({}), which was withdrawn on {on}: {why}", source.id, source.outlet))
    };
    sources.into_iter().filter_map(|id| said(dossier.source(id)?)).collect()
}

/// What a figure of what changed says: of which reports it is, and how much was gained and lost.
fn changed(text: &mut String, provenance: &Value) {
    let reports = provenance.pointer("/compared_with/reports").and_then(Value::as_object);
    let sizes = provenance.pointer("/compared_with/km2").and_then(Value::as_object);
    for (id, of) in reports.into_iter().flatten() {
        for (side, name) in [("before", "Before"), ("after", "After")] {
            let Some(report) = of.get(side) else { continue };
            let said = |member: &str| report.get(member).and_then(Value::as_str).filter(|said| !said.is_empty());
            let asked = said("day").map(words::date).unwrap_or_default();
            let reported = said("reported").map(words::date).filter(|reported| *reported != asked);
            let reported = reported.map_or_else(String::new, |reported| format!(" (reported of {reported})"));
            let rest: String =
                [said("account"), said("from")].into_iter().flatten().fold(String::new(), |all, one| all + ", " + one);
            let _ = writeln!(text, "{name:<7} {asked}{reported}{rest}");
        }
        for (part, name) in [("gained", "Gained"), ("lost", "Lost")] {
            let size = sizes.and_then(|sizes| sizes.get(&format!("{part}-{id}"))?.as_f64());
            if let Some(km2) = size {
                let _ = writeln!(text, "{name:<7} {}", words::area(km2, 2));
            }
        }
    }
}

fn strings(list: Option<&Value>) -> impl Iterator<Item = &str> {
    list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

fn section<'a>(text: &mut String, heading: &str, findings: impl Iterator<Item = &'a Finding>) {
    let findings: Vec<&Finding> = findings.collect();
    if findings.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{heading}");
    let width = column_width(findings.iter().map(|finding| finding.id.as_str()));
    for finding in findings {
        let state = match finding.state {
            State::Same => "same",
            State::Missing if finding.what == "feature" => "removed",
            State::Unknown if finding.what == "feature" => "not as in the figure: added, or there twice",
            State::Changed if finding.what == "report" => "other shape",
            State::Changed => "changed",
            State::Missing => "missing here",
            State::OwnFile if finding.what == "overlay" => "from your own file, not compared",
            State::OwnFile => "your own, not compared; name the project with --project",
            State::Unknown => "not stated in the figure",
        };
        let _ = writeln!(text, "  {}{}  {state}", finding.id, padding(&finding.id, width));
    }
}
