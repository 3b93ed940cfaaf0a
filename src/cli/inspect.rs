//! `claimline inspect`: what a figure carries of where it comes from, and whether a dossier still matches it.

use std::fmt::Write as _;

use claimline::dossier::words;
use claimline::figure::provenance::{Finding, Found, State};
use serde_json::{Value, json};

/// Whether nothing that the figure was made from has changed, and nothing within it.
pub(super) fn matches(found: &Found, findings: &[Finding]) -> bool {
    findings.iter().chain(found.sums.iter().flatten()).all(|finding| finding.state.is_good())
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
        "files": found.sums.as_deref().map(list),
        "provenance": found.provenance,
    })
}

/// For people.
pub(super) fn text(found: &Found, findings: &[Finding]) -> String {
    let provenance = &found.provenance;
    let said = |pointer: &str| provenance.pointer(pointer).and_then(Value::as_str).unwrap_or("unknown");
    let mut text = format!("{} by {}\n", found.kind, said("/program"));
    // Writing to a String cannot fail.
    let _ = writeln!(
        text,
        "Dossier {} {}, as of {}",
        said("/dossier/id"),
        said("/dossier/version"),
        words::date(said("/dossier/as_of"))
    );
    let number = |pointer: &str| provenance.pointer(pointer).and_then(Value::as_f64);
    if let (Some(lon), Some(lat), Some(zoom)) =
        (number("/view/center/0"), number("/view/center/1"), number("/view/zoom"))
    {
        let _ = writeln!(text, "View {}, zoom {zoom:.2}", words::position(lon, lat));
    }
    if let Some(from) = provenance.pointer("/own_line/from").and_then(Value::as_str) {
        let _ = writeln!(text, "Line of contact of the user's own: {from}");
    }
    for (what, heading) in
        [("dossier", "Dossier"), ("overlay", "Overlays"), ("excerpt", "Excerpts"), ("annotations", "Annotations")]
    {
        section(&mut text, heading, findings.iter().filter(|finding| finding.what == what));
    }
    if let Some(sum) = provenance.pointer("/annotations/sha256").and_then(Value::as_str) {
        let _ = writeln!(text, "  SHA-256 {sum}");
    }
    if let Some(sums) = &found.sums {
        section(&mut text, "Files of the pack", sums.iter());
    }
    text.push_str(if matches(found, findings) {
        "\nThe dossier at hand still matches.\n"
    } else if findings.first().is_some_and(|dossier| dossier.state == State::Missing) {
        "\nThis figure was made from another dossier than the one at hand; name that one with --dossier.\n"
    } else {
        "\nThe dossier at hand does not match.\n"
    });
    text
}

fn section<'a>(text: &mut String, heading: &str, findings: impl Iterator<Item = &'a Finding>) {
    let findings: Vec<&Finding> = findings.collect();
    if findings.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{heading}");
    let width = findings.iter().map(|finding| finding.id.chars().count()).max().unwrap_or_default();
    for finding in findings {
        let state = match finding.state {
            State::Same => "same",
            State::Changed => "changed",
            State::Missing => "not at hand",
            State::OwnFile if finding.what == "overlay" => "from a file of the user's own, not compared",
            State::OwnFile => "the user's own, not compared; name the project with --project",
            State::Unknown => "the figure does not say",
        };
        let _ = writeln!(text, "  {:width$}  {state}", finding.id);
    }
}
