//! What `verify` and `coverage` print, as text for people and as JSON for programs.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use claimline::dossier::check::{CheckState, Fingerprint};
use claimline::dossier::coverage::Coverage;
use claimline::dossier::verify::{MatchedBy, Report, Severity, Texts};
use claimline::dossier::{Dossier, Excerpt, Overlay, Problem, words};
use claimline::formats::number::round;
use serde_json::{Value, json};

use super::text::{column_width, comparison_json, padding};

/// All that `verify` found.
pub(super) struct Checked<'a> {
    pub(super) dossier: &'a Dossier,
    pub(super) report: &'a Report<'a>,
    pub(super) texts: &'a Texts,
    /// By source: the file and how it was matched.
    pub(super) matched: &'a BTreeMap<String, (String, MatchedBy)>,
    /// By file: the encoding in which it was read.
    pub(super) encodings: &'a BTreeMap<String, &'static str>,
    /// Files that could not be read, and why.
    pub(super) unread: &'a [String],
}

/// The result of `verify` for people.
pub(super) fn verify(checked: &Checked<'_>) -> String {
    let Checked { dossier, report, .. } = checked;
    let mut text = format!("{} ({}, version {})\n", dossier.title.main(), dossier.id, dossier.version);
    for unread in checked.unread {
        let _ = writeln!(text, "not read: {unread}");
    }
    text.push_str("\nSources\n");
    for source in &report.sources {
        let id = &source.source.id;
        let _ = writeln!(text, "  {id}: {}", fingerprint_phrase(source.fingerprint));
        if let Some(at_hand) = checked.texts.get(id) {
            let (length, sha256) = (at_hand.text().length() as f64, at_hand.text().sha256());
            let _ = writeln!(text, "      {} code points, SHA-256 {sha256}", words::number(length, 0));
        }
        if let Some((file, by)) = checked.matched.get(id) {
            // UTF-8 is what a text is unless it says otherwise.
            let encoding = checked.encodings.get(file).filter(|encoding| **encoding != "UTF-8");
            let encoding = encoding.map_or_else(String::new, |encoding| format!(", read as {encoding}"));
            let _ = writeln!(text, "      {file}, {}{encoding}", by.phrase());
        }
        if let Some(share) = source.share_quoted {
            let _ = writeln!(text, "      {} % of it is quoted", words::number(share * 100.0, 1));
        }
    }
    text.push_str("\nExcerpts\n");
    let phrases: Vec<String> = report.excerpts.iter().map(|found| state_phrase(&found.check.state)).collect();
    let state_width = column_width(phrases.iter().map(String::as_str));
    let id_width = column_width(report.excerpts.iter().map(|found| found.excerpt.id.as_str()));
    for (found, phrase) in report.excerpts.iter().zip(&phrases) {
        let id = &found.excerpt.id;
        let (after_phrase, after_id) = (padding(phrase, state_width), padding(id, id_width));
        let mut place = place_phrase(found.excerpt, &found.check.state);
        if let Some(page) = page_of(checked, found.excerpt, &found.check.state) {
            let _ = write!(place, ", p. {page}");
        }
        let line = format!("  {phrase}{after_phrase}  {id}{after_id}  {place}");
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text.push_str("\nFigures: stated, measured, verdict\n");
    for comparison in &report.figures {
        let figure = comparison.figure;
        let measured = match comparison.measured {
            Some(measured) => format!("measured {}", words::value(measured, &figure.unit)),
            None => "not measured".to_owned(),
        };
        let _ = writeln!(
            text,
            "  {}: {}, {measured}, {} ({})",
            figure.id,
            words::figure(figure),
            words::verdict(comparison),
            figure.reported_by
        );
    }
    if !report.findings.is_empty() {
        text.push_str("\nFindings\n");
        for finding in &report.findings {
            let _ = writeln!(text, "  {finding}");
        }
    }
    let _ = writeln!(text, "\n{}", summary(report));
    text
}

/// The last line: what it all comes to.
fn summary(report: &Report<'_>) -> String {
    let mut states: BTreeMap<&str, usize> = BTreeMap::new();
    for found in &report.excerpts {
        *states.entry(found.check.state.name()).or_default() += 1;
    }
    let mut parts: Vec<String> = states.into_iter().map(|(name, count)| format!("{count} {name}")).collect();
    let counted = |count: usize, one: &str, more: &str| format!("{count} {}", if count == 1 { one } else { more });
    parts.push(counted(report.count(Severity::Error), "error", "errors"));
    parts.push(counted(report.count(Severity::Warning), "warning", "warnings"));
    let outcome = if report.failed() { "failed" } else { "nothing failed" };
    format!("{}: {outcome}", parts.join(", "))
}

fn fingerprint_phrase(fingerprint: Option<Fingerprint>) -> &'static str {
    match fingerprint {
        None => "no text at hand",
        Some(Fingerprint::Same) => "the text that the dossier was made from",
        Some(Fingerprint::Different) => "a text other than the one the dossier was made from",
        Some(Fingerprint::NotStated) => "a text, but no fingerprint to compare it with",
    }
}

fn state_phrase(state: &CheckState) -> String {
    match state {
        CheckState::Ambiguous { places } => format!("ambiguous ({places} places)"),
        other => other.name().to_owned(),
    }
}

fn place_phrase(excerpt: &Excerpt, state: &CheckState) -> String {
    let Some(at) = state.at() else { return String::new() };
    match (state, excerpt.start, excerpt.end) {
        (CheckState::Moved { .. }, Some(start), Some(end)) => {
            format!("{} to {}, stated {start} to {end}", at.start, at.end)
        }
        _ => format!("{} to {}", at.start, at.end),
    }
}

/// The page on which an excerpt begins, where its source's text has pages.
fn page_of(checked: &Checked<'_>, excerpt: &Excerpt, state: &CheckState) -> Option<usize> {
    checked.texts.get(&excerpt.source)?.text().page_of(state.at()?.start)
}

/// The result of `verify` for programs.
pub(super) fn verify_json(checked: &Checked<'_>) -> Value {
    let report = checked.report;
    let sources: Vec<Value> = report
        .sources
        .iter()
        .map(|source| {
            let text = checked.texts.get(&source.source.id).map(|at_hand| at_hand.text());
            let matched = checked.matched.get(&source.source.id);
            json!({
                "id": source.source.id,
                "text": match source.fingerprint {
                    None => "no-text-at-hand",
                    Some(Fingerprint::Same) => "same",
                    Some(Fingerprint::Different) => "different",
                    Some(Fingerprint::NotStated) => "no-fingerprint",
                },
                "file": matched.map(|(file, _)| file),
                "matched_by": matched.map(|(_, by)| match by {
                    MatchedBy::Fingerprint => "sha256",
                    MatchedBy::Id => "id",
                    MatchedBy::Outlet => "outlet",
                    MatchedBy::Address => "address",
                    MatchedBy::Capture => "capture",
                }),
                "encoding": matched.and_then(|(file, _)| checked.encodings.get(file)),
                "sha256": text.map(|text| text.sha256()),
                "length": text.map(|text| text.length()),
                "stated_sha256": source.source.text.as_ref().map(|stated| &stated.sha256),
                "stated_length": source.source.text.as_ref().map(|stated| stated.length),
                "share_quoted": source.share_quoted.map(|share| round(share, 4)),
            })
        })
        .collect();
    let excerpts: Vec<Value> = report
        .excerpts
        .iter()
        .map(|found| {
            let at = found.check.state.at();
            json!({
                "id": found.excerpt.id,
                "source": found.excerpt.source,
                "state": found.check.state.name().replace(' ', "-").replace('\'', ""),
                "start": at.as_ref().map(|at| at.start),
                "end": at.as_ref().map(|at| at.end),
                "page": page_of(checked, found.excerpt, &found.check.state),
                "stated_start": found.excerpt.start,
                "stated_end": found.excerpt.end,
                "places": match found.check.state { CheckState::Ambiguous { places } => Some(places), _ => None },
                "context_agrees": at.is_some().then_some(found.check.context_agrees),
            })
        })
        .collect();
    let figures: Vec<Value> = report
        .figures
        .iter()
        .map(|comparison| {
            let mut value = comparison_json(comparison);
            value["overlay"] = json!(comparison.figure.overlay);
            value
        })
        .collect();
    let findings: Vec<Value> = report
        .findings
        .iter()
        .map(|finding| json!({ "severity": finding.severity.name(), "part": finding.part.to_string(), "what": finding.what }))
        .collect();
    json!({
        "dossier": checked.dossier.id,
        "version": checked.dossier.version,
        "failed": report.failed(),
        "errors": report.count(Severity::Error),
        "warnings": report.count(Severity::Warning),
        "sources": sources,
        "excerpts": excerpts,
        "figures": figures,
        "findings": findings,
        "not_read": checked.unread,
    })
}

/// The result of `coverage` for people.
pub(super) fn coverage(dossier: &Dossier, coverage: &Coverage<'_>, problems: &[Problem]) -> String {
    let statements: usize = coverage.territorial.iter().map(|(_, excerpts)| excerpts.len()).sum();
    let mut text = format!("{} ({}, version {})\n", dossier.title.main(), dossier.id, dossier.version);
    let _ = writeln!(text, "\nStatements about territory ({statements}) and their overlays");
    for (source, excerpts) in &coverage.territorial {
        let _ = writeln!(text, "  {}, {} ({})", source.outlet, words::quoted(&source.title), excerpts.len());
        for excerpt in excerpts {
            let _ = writeln!(text, "    {}: {}", excerpt.id, words::quoted(&excerpt.exact));
            let _ = writeln!(text, "        → {}", excerpt.overlays.join(", "));
        }
    }
    let _ = writeln!(text, "\nOverlays ({}) and their statements", coverage.overlays.len());
    for (overlay, excerpts) in &coverage.overlays {
        let _ = writeln!(text, "  {} ({})", overlay.id, overlay.title.main());
        let _ = writeln!(text, "        ← {}", ids(excerpts).join(", "));
    }
    let _ = writeln!(text, "\nStatements with no place on the map ({})", coverage.context.len());
    for excerpt in &coverage.context {
        let _ = writeln!(text, "    {}: {}", excerpt.id, words::quoted(&excerpt.exact));
    }
    if coverage.is_complete() && problems.is_empty() {
        text.push_str("\nNothing is left over on either side.\n");
        return text;
    }
    text.push_str("\nLeft over\n");
    for excerpt in &coverage.statements_left_over {
        let _ = writeln!(text, "  statement without an overlay: {}: {}", excerpt.id, words::quoted(&excerpt.exact));
    }
    for overlay in &coverage.overlays_left_over {
        let _ = writeln!(text, "  overlay without a statement: {} ({})", overlay.id, overlay.title.main());
    }
    for problem in problems {
        let _ = writeln!(text, "  broken: {problem}");
    }
    text
}

fn ids<'a>(excerpts: &[&'a Excerpt]) -> Vec<&'a str> {
    excerpts.iter().map(|excerpt| excerpt.id.as_str()).collect()
}

/// The result of `coverage` for programs.
pub(super) fn coverage_json(dossier: &Dossier, coverage: &Coverage<'_>, problems: &[Problem]) -> Value {
    let statement = |excerpt: &&Excerpt| {
        json!({
            "id": excerpt.id, "source": excerpt.source, "exact": excerpt.exact,
            "does": excerpt.does, "overlays": excerpt.overlays,
        })
    };
    let overlay_ids = |overlays: &[&Overlay]| overlays.iter().map(|overlay| overlay.id.clone()).collect::<Vec<_>>();
    let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
    json!({
        "dossier": dossier.id,
        "version": dossier.version,
        "complete": coverage.is_complete() && problems.is_empty(),
        "statements": coverage.territorial.iter().flat_map(|(_, excerpts)| excerpts.iter().map(statement)).collect::<Vec<_>>(),
        "overlays": coverage.overlays.iter().map(|(overlay, excerpts)| json!({
            "id": overlay.id, "title": overlay.title.main(), "excerpts": ids(excerpts),
        })).collect::<Vec<_>>(),
        "context": coverage.context.iter().map(statement).collect::<Vec<_>>(),
        "left_over": {
            "statements": ids(&coverage.statements_left_over),
            "overlays": overlay_ids(&coverage.overlays_left_over),
            "problems": problems,
        },
    })
}
