//! `claimline diff`: two dossiers or two projects compared by scripts, and a map of what changed.

use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail};
use claimline::document::comparison::Comparison;
use claimline::document::project_diff::{AnnotationChange, ProjectDiff, ProjectEntry};
use claimline::dossier::compared::Shaded;
use claimline::dossier::diff::{Change, Diff, EntryChange, MemberChange, ReportShape, ShapeChange};
use claimline::dossier::{Dossier, words};
use claimline::figure::{FigureLanguage, OutputFormat, PageSize};
use claimline::files::comparing;
use claimline::formats::number::round;
use clap::Args;
use serde_json::{Map, Value, json};

use super::arguments::ThemeArg;
use super::change_figure::{self, SetUp};
use super::terminal::print;
use super::{Outcome, Usage, text};

/// `claimline diff`
#[derive(Debug, Args)]
pub(super) struct Compare {
    /// Folder or file of a dossier, or a project (.claimline.geojson)
    before: PathBuf,
    /// Another of the same kind, or a later version of it
    after: PathBuf,
    /// Print as JSON
    #[arg(long)]
    json: bool,
    /// Write a figure of what was gained and lost, too: .png, .svg or .pdf
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// Overlay whose change the figure shows, or annotation-N, instead of those that the later of the two shows at first; may be repeated
    #[arg(long = "overlay", value_name = "ID", requires = "map")]
    overlays: Vec<String>,
    /// Paper of that figure, as `claimline export` takes it [default: 1600x1000 points]
    #[arg(long, value_name = "PAGE", requires = "map", allow_hyphen_values = true)]
    page: Option<PageSize>,
    /// Its colours
    #[arg(long, value_enum, requires = "map")]
    theme: Option<ThemeArg>,
    /// Language of its own words
    #[arg(long, value_name = "TAG", requires = "map")]
    language: Option<FigureLanguage>,
    /// Replace the figure if it exists
    #[arg(long, requires = "map")]
    force: bool,
}

pub(super) fn run(options: &Compare) -> anyhow::Result<Outcome> {
    let inputs = [options.before.clone(), options.after.clone()];
    let checked = |path| Ok::<_, anyhow::Error>((path, change_figure::checked(path, &inputs, options.force)?));
    let map = options.map.as_deref().map(checked).transpose()?;
    let read = |path: &Path| comparing::open(path).map_err(|why| anyhow!(why));
    let (before, after) = (read(&options.before)?, read(&options.after)?);
    for note in before.notes.iter().chain(&after.notes) {
        say!("warning: {note}");
    }
    let comparison = Comparison::between(before.side, after.side).map_err(|why| anyhow!(Usage(why)))?;
    if let Some((path, format)) = map {
        write_map(&comparison, options, path, format)?;
    }
    print(&if options.json { text::json(&all_json(&comparison)) } else { all_text(&comparison) })?;
    Ok(if comparison.is_empty() { Outcome::Good } else { Outcome::Failed })
}

fn write_map(comparison: &Comparison, options: &Compare, path: &Path, format: OutputFormat) -> anyhow::Result<()> {
    if let Some(unknown) = options.overlays.iter().find(|id| !comparison.shaded.iter().any(|shaded| shaded.id == **id))
    {
        let ids: Vec<&str> = comparison.shaded.iter().map(|shaded| shaded.id.as_str()).collect();
        let others = if ids.is_empty() {
            "nor of any other".to_owned()
        } else {
            format!("those that do are {}", ids.join(", "))
        };
        bail!(Usage(format!("no shape differs of '{unknown}'; {others}")));
    }
    let shows = |shaded: &Shaded| match options.overlays.as_slice() {
        [] => comparison.usually_shown(shaded),
        chosen => chosen.contains(&shaded.id),
    };
    let hidden: Vec<&str> =
        comparison.shaded.iter().filter(|shaded| !shows(shaded)).map(|shaded| shaded.id.as_str()).collect();
    if !hidden.is_empty() && options.overlays.is_empty() {
        say!("the map leaves out what is hidden at first; --overlay shows it: {}", hidden.join(", "));
    }
    let set_up = SetUp { page: options.page, theme: options.theme, language: options.language, ..SetUp::default() };
    // Whether anything differs is what the exit code says.
    change_figure::write(comparison, shows, &set_up, (path, format)).map(drop)
}

/// What differs, for people.
fn all_text(comparison: &Comparison) -> String {
    if comparison.is_empty() {
        return "nothing differs\n".to_owned();
    }
    let mut lines = Vec::new();
    if let (Some(diff), Some([before, after])) = (&comparison.dossiers, comparison.both()) {
        dossier_lines(diff, before, after, &comparison.shaded, &mut lines);
    }
    if let Some(diff) = &comparison.projects {
        project_lines(diff, &mut lines);
    }
    lines.into_iter().map(|line| line + "\n").collect()
}

fn dossier_lines(diff: &Diff, before: &Dossier, after: &Dossier, shaded: &[Shaded], lines: &mut Vec<String>) {
    for change in &diff.whole {
        lines.push(format!("dossier: {}", member_text(change)));
    }
    for shape in &diff.shapes {
        let title = after.overlay(&shape.id).or_else(|| before.overlay(&shape.id)).map(|overlay| overlay.title.main());
        lines.push(format!("overlay '{}' ({}): {}", shape.id, title.unwrap_or_default(), shape_text(shape)));
    }
    for EntryChange { list, id, change } in &diff.entries {
        let size = || {
            let shape = shaded.iter().find(|shape| shape.is_overlay && shape.id == *id && list.member() == "overlays");
            shape.map_or_else(String::new, |shape| format!(", {}", shape_text(&shape.change)))
        };
        match change {
            Change::Added => lines.push(format!("{} '{id}': added{}", list.noun(), size())),
            Change::Removed => lines.push(format!("{} '{id}': removed{}", list.noun(), size())),
            Change::Changed(members) => {
                lines.extend(members.iter().map(|member| format!("{} '{id}': {}", list.noun(), member_text(member))));
            }
        }
    }
    for ReportShape { when, who, change } in &diff.reports {
        let title = after.overlay(&change.id).map_or("", |overlay| overlay.title.main());
        let day = when.as_deref().map_or_else(|| "an unknown day".to_owned(), words::date);
        let who = who.as_deref().map_or_else(String::new, |who| format!(" by {who}"));
        let change_text = shape_text(change);
        lines.push(format!("overlay '{}' ({title}), report of {day}{who}: {change_text}", change.id));
    }
    lines.extend(diff.files.iter().map(|file| {
        let what = match () {
            () if diff.unused.contains(file) => "no longer used",
            () if diff.new_files.contains(file) => "new",
            () => "differs",
        };
        format!("file {file}: {what}")
    }));
}

fn project_lines(diff: &ProjectDiff, lines: &mut Vec<String>) {
    for AnnotationChange { id, label, change, shape, moved_m, .. } in &diff.annotations {
        let name = format!("annotation {} {}", id.0, words::quoted(label));
        // Of a place that came or went there is no more to say.
        let has_size = |shape: &&ShapeChange| {
            [shape.gained_km2, shape.lost_km2, shape.gained_km, shape.lost_km].iter().any(|size| *size > 0.0)
                || matches!(change, Change::Changed(_))
        };
        let mut shape = shape.as_ref().filter(has_size).map(shape_text);
        if let Some(moved_m) = moved_m {
            shape = Some(format!("moved by {}", words::value(moved_m / 1000.0, "km")));
        }
        match change {
            Change::Added | Change::Removed => {
                let word = if *change == Change::Added { "added" } else { "removed" };
                let size = shape.filter(|_| moved_m.is_none()).map_or_else(String::new, |shape| format!(", {shape}"));
                lines.push(format!("{name}: {word}{size}"));
            }
            Change::Changed(members) => {
                lines.extend(shape.map(|shape| format!("{name}: {shape}")));
                lines.extend(members.iter().map(|member| format!("{name}: {}", member_text(member))));
            }
        }
    }
    for ProjectEntry { list, id, name, change } in &diff.entries {
        let name = name.as_ref().map_or_else(String::new, |name| format!(" {}", words::quoted(name)));
        let of = format!("{} '{id}'{name}", list.noun());
        match change {
            Change::Added => lines.push(format!("{of}: added")),
            Change::Removed => lines.push(format!("{of}: removed")),
            Change::Changed(members) => {
                lines.extend(members.iter().map(|member| format!("{of}: {}", member_text(member))));
            }
        }
    }
    lines.extend(diff.settings.iter().map(|member| format!("project: {}", member_text(member))));
}

/// Whether a size in words has no digit but 0.
fn is_nothing(size: &str) -> bool {
    size.chars().filter(char::is_ascii_digit).all(|digit| digit == '0')
}

/// How a shape differs, in words.
fn shape_text(shape: &ShapeChange) -> String {
    let mut parts = Vec::new();
    for (what, km2, km) in [("gained", shape.gained_km2, shape.gained_km), ("lost", shape.lost_km2, shape.lost_km)] {
        // What rounds to nothing is not said to be nothing.
        for (size, unit, of) in [(km2, "km2", ""), (km, "km", " of line")] {
            let text = words::value(size, unit);
            if size > 0.0 && !is_nothing(&text) {
                parts.push(format!("{what} {text}{of}"));
            }
        }
    }
    if let Some((old, new)) = shape.lengths_km {
        parts.push(format!("{} long, was {}", words::value(new, "km"), words::value(old, "km")));
    }
    for (what, names) in [("gained", &shape.places_gained), ("lost", &shape.places_lost)] {
        if !names.is_empty() {
            parts.push(format!("{what} {}", names.join(", ")));
        }
    }
    parts.extend(shape.problem.clone());
    if parts.is_empty() {
        let is_drawn = shape.gained_km2 + shape.lost_km2 + shape.gained_km + shape.lost_km > 0.0;
        let little =
            if is_drawn { "its shape is another, by less than is counted here" } else { "its shape is another" };
        parts.push(little.to_owned());
    }
    parts.join("; ")
}

fn member_text(change: &MemberChange) -> String {
    change.in_parts().iter().map(part_text).collect::<Vec<_>>().join("; ")
}

fn part_text(change: &MemberChange) -> String {
    let shown = |value: &Option<Value>| match value {
        None => "nothing".to_owned(),
        Some(Value::String(text)) => format!("“{}”", short(text)),
        Some(Value::Array(ids)) if change.member.starts_with("order of ") && ids.iter().all(Value::is_string) => {
            ids.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
        }
        Some(value) => short(&value.to_string()),
    };
    // A report that came or went is there as a whole.
    match (&change.before, &change.after) {
        (None, Some(Value::Object(_))) if change.member.starts_with("report of ") => {
            return format!("{}: added", change.member);
        }
        (Some(Value::Object(_)), None) if change.member.starts_with("report of ") => {
            return format!("{}: removed", change.member);
        }
        _ => {}
    }
    format!("{}: {} → {}", change.member, shown(&change.before), shown(&change.after))
}

fn short(text: &str) -> String {
    match text.char_indices().nth(80) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// What differs, for programs.
fn all_json(comparison: &Comparison) -> Value {
    let none = Diff::default();
    let mut all = dossiers_json(comparison.dossiers.as_ref().unwrap_or(&none));
    all.insert("differs".to_owned(), json!(!comparison.is_empty()));
    if let Some(diff) = &comparison.projects {
        all.insert("project".to_owned(), project_json(diff));
    }
    Value::Object(all)
}

fn members_json(members: &[MemberChange]) -> Vec<Value> {
    let member =
        |change: &MemberChange| json!({ "member": change.member, "before": change.before, "after": change.after });
    members.iter().map(member).collect()
}

fn change_json(change: &Change) -> (&'static str, Vec<Value>) {
    match change {
        Change::Added => ("added", Vec::new()),
        Change::Removed => ("removed", Vec::new()),
        Change::Changed(members) => ("changed", members_json(members)),
    }
}

fn shape_json(shape: &ShapeChange) -> Value {
    let lengths =
        shape.lengths_km.map(|(before, after)| json!({ "before": round(before, 3), "after": round(after, 3) }));
    json!({
        "gained_km2": round(shape.gained_km2, 6),
        "lost_km2": round(shape.lost_km2, 6),
        "gained_km": round(shape.gained_km, 3),
        "lost_km": round(shape.lost_km, 3),
        "length_km": lengths,
        "places_gained": shape.places_gained,
        "places_lost": shape.places_lost,
        "problem": shape.problem,
    })
}

fn dossiers_json(diff: &Diff) -> Map<String, Value> {
    let entries = diff.entries.iter().map(|entry| {
        let (change, members) = change_json(&entry.change);
        json!({ "list": entry.list.member(), "id": entry.id, "change": change, "members": members })
    });
    let shapes = diff.shapes.iter().map(|shape| {
        let mut all = json!({ "overlay": shape.id });
        if let (Value::Object(all), Value::Object(more)) = (&mut all, shape_json(shape)) {
            all.extend(more);
        }
        all
    });
    let shapes = shapes.chain(diff.reports.iter().map(|ReportShape { when, who, change }| {
        let mut all = json!({ "overlay": change.id, "report": { "when": when, "who": who } });
        if let (Value::Object(all), Value::Object(more)) = (&mut all, shape_json(change)) {
            all.extend(more);
        }
        all
    }));
    Map::from_iter([
        ("differs".to_owned(), json!(!diff.is_empty())),
        ("dossier".to_owned(), json!(members_json(&diff.whole))),
        ("entries".to_owned(), json!(entries.collect::<Vec<_>>())),
        ("shapes".to_owned(), json!(shapes.collect::<Vec<_>>())),
        ("files".to_owned(), json!(diff.files)),
        ("files_no_longer_used".to_owned(), json!(diff.unused)),
        ("files_new".to_owned(), json!(diff.new_files)),
    ])
}

fn project_json(diff: &ProjectDiff) -> Value {
    let annotations = diff.annotations.iter().map(|annotation| {
        let (change, members) = change_json(&annotation.change);
        json!({
            "id": annotation.id.0,
            "label": annotation.label,
            "change": change,
            "members": members,
            "shape": annotation.shape.as_ref().map(shape_json),
            "moved_m": annotation.moved_m.map(|moved_m| round(moved_m, 2)),
        })
    });
    let entries = diff.entries.iter().map(|entry| {
        let (change, members) = change_json(&entry.change);
        json!({ "list": entry.list.word(), "id": entry.id, "name": entry.name, "change": change, "members": members })
    });
    json!({
        "annotations": annotations.collect::<Vec<_>>(),
        "entries": entries.collect::<Vec<_>>(),
        "settings": members_json(&diff.settings),
    })
}
