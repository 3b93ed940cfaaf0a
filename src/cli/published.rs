//! `claimline inspect FOLDER`: which published figures rest on a source, an excerpt or an overlay, or on what has been withdrawn.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::bail;
use claimline::dossier::{Dossier, words};
use claimline::figure::provenance::{Found, is_of_files};
use claimline::figure::resting::{Asked, Question, Reason, doubted};
use claimline::files::figures::{self, FiguresFound};
use claimline::formats::closest::closest;
use claimline::formats::visible::visible;
use serde_json::{Value, json};

use super::arguments::Output;
use super::open::open_dossier;
use super::terminal::print;
use super::{Outcome, Usage, text};

/// What figures are asked about.
#[derive(Debug, clap::Args)]
pub(super) struct About {
    /// Of a folder: list the figures that rest on this source of the dossier
    #[arg(long, value_name = "ID")]
    source: Option<String>,
    /// Of a folder: list the figures that rest on this excerpt
    #[arg(long, value_name = "ID", conflicts_with = "source")]
    excerpt: Option<String>,
    /// Of a folder: list the figures that show this overlay, or one that is worked out from it
    #[arg(long, value_name = "ID", conflicts_with_all = ["source", "excerpt"])]
    overlay: Option<String>,
    /// Of a folder: name the files without provenance, too
    #[arg(short, long)]
    verbose: bool,
}

impl About {
    /// Whether one part is asked about.
    pub(super) fn is_asked(&self) -> bool {
        self.asked().is_some()
    }

    fn asked(&self) -> Option<Asked> {
        let source = self.source.clone().map(Asked::Source);
        source.or(self.excerpt.clone().map(Asked::Excerpt)).or(self.overlay.clone().map(Asked::Overlay))
    }
}

/// A figure of the folder.
struct Listed {
    path: PathBuf,
    found: Found,
    /// Why it rests on what is asked about.
    why: Vec<Reason>,
    /// What of it has been withdrawn or corrected: the part, what the dossier says, and why it rests on that.
    doubted: Vec<(Asked, String, Vec<Reason>)>,
}

pub(super) fn run(place: &Path, about: &About, output: &Output) -> anyhow::Result<Outcome> {
    let dossier = open_dossier(output.dossier.as_deref())?;
    let asked = about.asked();
    let question = asked.as_ref().map(|asked| question(&dossier, asked)).transpose()?;
    let doubts: Vec<(Asked, String, Question)> = match &question {
        Some(_) => Vec::new(),
        None => {
            let all = doubted(&dossier).into_iter();
            all.filter_map(|(asked, told)| Some((asked.clone(), told, Question::new(&dossier, &asked)?))).collect()
        }
    };
    let FiguresFound { files, left_out } = if place.is_dir() {
        figures::figures_in(place)?
    } else {
        FiguresFound { files: vec![place.to_owned()], ..FiguresFound::default() }
    };
    let (mut listed, mut without, mut damaged, mut others) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for path in files {
        let name =
            path.strip_prefix(place).ok().filter(|name| !name.as_os_str().is_empty()).unwrap_or(&path).to_owned();
        match figures::provenance_of(&path) {
            Err(why) => damaged.push((name, why)),
            Ok(None) => without.push(name),
            Ok(Some(found)) => {
                let why = question.as_ref().map(|question| question.reasons(&found.provenance)).unwrap_or_default();
                if question.is_some() && why.is_empty() {
                    others += 1;
                    continue;
                }
                let doubted = doubts.iter().filter_map(|(asked, told, question)| {
                    let why = question.reasons(&found.provenance);
                    (!why.is_empty()).then(|| (asked.clone(), told.clone(), why))
                });
                let doubted = doubted.collect();
                listed.push(Listed { path: name, found, why, doubted });
            }
        }
    }
    let is_bad = !damaged.is_empty() || listed.iter().any(|figure| !figure.doubted.is_empty());
    let all = All { dossier: &dossier, asked, listed, without, damaged, left_out, others };
    print(&if output.json { text::json(&all.json()) } else { all.text(about.verbose) })?;
    Ok(if is_bad { Outcome::Failed } else { Outcome::Good })
}

/// The question, or an error that names what is closest.
fn question(dossier: &Dossier, asked: &Asked) -> anyhow::Result<Question> {
    if let Some(question) = Question::new(dossier, asked) {
        return Ok(question);
    }
    let (noun, id) = noun_and_id(asked);
    let ids: Vec<&str> = match asked {
        Asked::Source(_) => dossier.sources.iter().map(|source| source.id.as_str()).collect(),
        Asked::Excerpt(_) => dossier.excerpts.iter().map(|excerpt| excerpt.id.as_str()).collect(),
        Asked::Overlay(_) => dossier.overlays.iter().map(|overlay| overlay.id.as_str()).collect(),
    };
    let hint = closest(ids.iter().copied(), id).map_or_else(String::new, |close| format!("; did you mean '{close}'?"));
    bail!(Usage(format!("no {noun} '{id}' in the dossier {}{hint}", dossier.id)))
}

fn noun_and_id(asked: &Asked) -> (&'static str, &str) {
    match asked {
        Asked::Source(id) => ("source", id),
        Asked::Excerpt(id) => ("excerpt", id),
        Asked::Overlay(id) => ("overlay", id),
    }
}

/// Reasons line by line; the excerpts of one source, of which there may be many, in one.
fn lines(why: &[Reason]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut told: Vec<(&str, bool)> = Vec::new();
    for reason in why {
        let Reason::Quotes { source, is_same, .. } = reason else {
            lines.push(reason.words());
            continue;
        };
        let of = (source.as_str(), *is_same);
        if told.contains(&of) {
            continue;
        }
        told.push(of);
        let alike: Vec<&str> = why
            .iter()
            .filter_map(|other| match other {
                Reason::Quotes { excerpt, source, is_same } if (source.as_str(), *is_same) == of => {
                    Some(excerpt.as_str())
                }
                _ => None,
            })
            .collect();
        match alike.as_slice() {
            [_] => lines.push(reason.words()),
            all => {
                let changed = if *is_same { "" } else { ", as they were before they were changed" };
                lines.push(format!("rests on excerpts of source '{source}'{changed}: {}", all.join(", ")));
            }
        }
    }
    lines
}

/// All that was found.
struct All<'a> {
    dossier: &'a Dossier,
    asked: Option<Asked>,
    listed: Vec<Listed>,
    without: Vec<PathBuf>,
    damaged: Vec<(PathBuf, String)>,
    left_out: Vec<String>,
    /// Figures that do not rest on what is asked about.
    others: usize,
}

impl All<'_> {
    /// The sources that a figure names, as far as it says them or the dossier knows its excerpts.
    fn sources(&self, found: &Found) -> Vec<String> {
        let provenance = &found.provenance;
        let listed = provenance.get("sources").and_then(Value::as_array);
        if let Some(listed) = listed {
            let of = |source: &Value, member: &str| source.get(member).and_then(Value::as_str).map(str::to_owned);
            return listed
                .iter()
                .filter_map(|source| of(source, "id").or_else(|| of(source, "outlet")).or_else(|| of(source, "url")))
                .collect();
        }
        let mut sources: Vec<String> = Vec::new();
        let excerpts = provenance.get("excerpts_sha256").and_then(Value::as_object);
        for id in excerpts.into_iter().flatten().map(|(id, _)| id) {
            let source = self.dossier.excerpt(id).map(|excerpt| excerpt.source.clone());
            sources.extend(source.filter(|source| !sources.contains(source)));
        }
        sources
    }

    fn text(&self, names_all: bool) -> String {
        let mut out = String::new();
        let said = |found: &Found, pointer: &str| {
            visible(found.provenance.pointer(pointer).and_then(Value::as_str).unwrap_or("unknown"))
        };
        for Listed { path, found, why, doubted } in &self.listed {
            let (id, version) = (said(found, "/dossier/id"), said(found, "/dossier/version"));
            let day = words::date(&said(found, "/dossier/as_of"));
            // Writing to a String cannot fail.
            let dossier = if is_of_files(&found.provenance) {
                "made of files, without a dossier".to_owned()
            } else {
                format!("dossier {id} {version}, as of {day}")
            };
            let _ = writeln!(out, "{}: {}, {dossier}", path.display(), found.kind);
            if self.asked.is_none() {
                let sources = self.sources(found);
                let sources = if sources.is_empty() { "no sources".to_owned() } else { sources.join(", ") };
                let _ = writeln!(out, "  sources: {}", visible(&sources));
            }
            for line in lines(why) {
                let _ = writeln!(out, "  {}", visible(&line));
            }
            for (asked, told, why) in doubted {
                let (noun, id) = noun_and_id(asked);
                let _ = writeln!(out, "  rests on {noun} '{id}', {}", visible(told));
                for line in lines(why) {
                    let _ = writeln!(out, "    {}", visible(&line));
                }
            }
        }
        for (path, why) in &self.damaged {
            let _ = writeln!(out, "{}: not read: {why}", path.display());
        }
        if names_all {
            for path in &self.without {
                let _ = writeln!(out, "{}: no provenance", path.display());
            }
        }
        for left_out in &self.left_out {
            let _ = writeln!(out, "left out: {left_out}");
        }
        let count = self.listed.len();
        let mut parts = vec![match &self.asked {
            Some(asked) => {
                let (noun, id) = noun_and_id(asked);
                format!("{count} of {} figures rest on {noun} '{id}'", count + self.others)
            }
            None => {
                let doubted = self.listed.iter().filter(|figure| !figure.doubted.is_empty()).count();
                let figures = if count == 1 { "1 figure".to_owned() } else { format!("{count} figures") };
                format!("{figures}; {doubted} rest on what the dossier marks as withdrawn or corrected")
            }
        }];
        let files = |count: usize, what: &str| match count {
            0 => None,
            1 => Some(format!("1 file {what}")),
            count => Some(format!("{count} files {what}")),
        };
        parts.extend(files(self.without.len(), "without provenance"));
        parts.extend(files(self.damaged.len(), "that could not be read"));
        let _ = writeln!(out, "{}", parts.join("; "));
        out
    }

    fn json(&self) -> Value {
        let reasons = |why: &[Reason]| why.iter().map(Reason::json).collect::<Vec<_>>();
        let figures = self.listed.iter().map(|Listed { path, found, why, doubted }| {
            let doubted = doubted.iter().map(|(asked, told, why)| {
                let (noun, id) = noun_and_id(asked);
                json!({ "part": noun, "id": id, "said": told, "why": reasons(why) })
            });
            json!({
                "file": path,
                "kind": found.kind,
                "dossier": found.provenance.get("dossier"),
                "overlays": found.provenance.get("overlays"),
                "sources": self.sources(found),
                "why": reasons(why),
                "doubted": doubted.collect::<Vec<_>>(),
            })
        });
        let of = self.asked.as_ref().map(|asked| {
            let (noun, id) = noun_and_id(asked);
            json!({ "part": noun, "id": id })
        });
        let damaged = self.damaged.iter().map(|(path, why)| json!({ "file": path, "what": why }));
        json!({
            "of": of,
            "figures": figures.collect::<Vec<_>>(),
            "other_figures": self.others,
            "without_provenance": self.without,
            "damaged": damaged.collect::<Vec<_>>(),
            "left_out": self.left_out,
        })
    }
}
