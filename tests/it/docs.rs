//! What the documents say of the program is true: tables that are written from the program's own, members of JSON and of
//! file formats, links.
//!
//! A table between `<!-- from the program: NAME -->` and `<!-- end -->` comes from [`tables`]. To write all of them anew:
//! `CLAIMLINE_WRITE_DOCS=1 cargo test --test it docs`. Another table is a row in [`tables`] and the two marks in a document.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command as Program, Stdio};

use claimline::figure::pieces::{PIECES, Stands};
use claimline::figure::{OutputFormat, PageSize};
use claimline::formats::FORMATS;
use claimline::session::Command;
use serde_json::Value;

/// Set to anything, it has the tables written instead of compared.
const WRITE: &str = "CLAIMLINE_WRITE_DOCS";

const BEGIN: &str = "<!-- from the program: ";
const END: &str = "<!-- end -->";

/// What the last column of a new row says until somebody has written it.
const UNWRITTEN: &str = "TODO";

/// A table of a document that the program's own tables give.
struct Table {
    /// The document.
    file: &'static str,
    /// What its mark calls it.
    name: String,
    head: Vec<&'static str>,
    rows: Vec<Vec<String>>,
    /// Whether the last column is written by hand: it is kept, row by row, by what stands in the first.
    has_words: bool,
}

impl Table {
    fn new(file: &'static str, name: impl Into<String>, head: &[&'static str], rows: Vec<Vec<String>>) -> Self {
        Self { file, name: name.into(), head: head.to_vec(), rows, has_words: false }
    }

    /// The table as Markdown; `former` is what stands in the document.
    fn text(&self, former: &str) -> String {
        let words: BTreeMap<&str, &str> = former
            .lines()
            .filter_map(|line| {
                let line = line.strip_prefix("| ")?.strip_suffix(" |")?;
                Some((line.split(" | ").next()?, line.rsplit(" | ").next()?))
            })
            .collect();
        let row = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
        let mut text = row(&self.head.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>());
        text.push_str(&format!("|{}\n", "---|".repeat(self.head.len())));
        for cells in &self.rows {
            let mut cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
            if self.has_words {
                cells.push(words.get(cells[0].as_str()).copied().unwrap_or(UNWRITTEN).to_owned());
            }
            text.push_str(&row(&cells));
        }
        text
    }
}

/// Every table that a document takes from the program.
fn tables() -> Vec<Table> {
    let mut tables = vec![keys(), commands_without_keys(), pages(), pieces(), outputs(), inputs()];
    tables.extend(command_line());
    tables
}

fn code(text: impl std::fmt::Display) -> String {
    format!("`{text}`")
}

fn keys() -> Table {
    let rows = Command::ALL.iter().filter(|command| !command.keys().is_empty()).map(|command| {
        let keys: Vec<String> = command.keys().iter().map(|keys| written(keys)).collect();
        vec![keys.join(" or "), command.label().to_owned(), command.help().to_owned()]
    });
    Table::new("docs/guide.md", "keys", &["key", "command", "what it does"], rows.collect())
}

fn commands_without_keys() -> Table {
    let rows = Command::ALL.iter().filter(|command| command.keys().is_empty());
    let rows = rows.map(|command| vec![command.label().to_owned(), command.help().to_owned()]);
    Table::new("docs/guide.md", "commands without keys", &["command", "what it does"], rows.collect())
}

fn pages() -> Table {
    let rows = PageSize::PRESETS.into_iter().map(|page| {
        let dpi = format!("{}", page.usual_dpi());
        vec![code(page), page.label(), on_paper(page), dpi]
    });
    Table::new("docs/figures.md", "pages", &["`--page`", "in the window", "size", "usual dpi"], rows.collect())
}

/// Width and height of a page in words.
fn on_paper(page: PageSize) -> String {
    let mm = |points: f64| format!("{}", (points * 25.4 / 96.0 * 10.0).round() / 10.0);
    match page.points() {
        None => "as large as the view, or as `--size` says".to_owned(),
        Some((width, None)) => format!("{} mm wide, as high as it takes", mm(width)),
        Some((width, Some(height))) => format!("{} × {} mm", mm(width), mm(height)),
    }
}

fn pieces() -> Table {
    let rows = PIECES.iter().map(|info| {
        let there = if info.is_usual { "there" } else { "on request" };
        let place = match info.stands {
            Stands::Beside { off } => off.to_owned(),
            Stands::OnMap(corner) => format!("on the map where it is emptiest, {} first", corner.name()),
            Stands::AtMain => "on the map, at the main overlay".to_owned(),
            Stands::PartOf(whole) => format!("within {}", whole.noun()),
            Stands::ByItself => "its own".to_owned(),
        };
        vec![code(info.name), info.label.to_owned(), there.to_owned(), place]
    });
    let head = ["part", "in the window", "usually", "place", "what it is"];
    Table { has_words: true, ..Table::new("docs/figures.md", "parts", &head, rows.collect()) }
}

fn outputs() -> Table {
    let rows = OutputFormat::all();
    let rows = rows.map(|format| vec![code(format!(".{}", format.extension())), format.label().to_owned()]);
    let head = ["file", "in the window", "what it is"];
    Table { has_words: true, ..Table::new("docs/figures.md", "files", &head, rows.collect()) }
}

fn inputs() -> Table {
    let rows = FORMATS.iter().map(|format| {
        let ends: Vec<String> = format.extensions.iter().map(|end| code(format!(".{end}"))).collect();
        vec![ends.join(", "), format.label.to_owned()]
    });
    let head = ["file", "what it is", "what becomes of it"];
    Table { has_words: true, ..Table::new("docs/guide.md", "files that are opened", &head, rows.collect()) }
}

/// The commands, and for each its arguments and options, as `-h` prints them.
fn command_line() -> Vec<Table> {
    let file = "docs/command-line.md";
    let commands = help(&[]).commands;
    let of_export = help(&["export"]).options;
    let mut tables = Vec::new();
    for (name, _) in &commands {
        // An atlas and an animation share most of their options with a figure; they stand there.
        let shared =
            |option: &(String, String)| matches!(name.as_str(), "atlas" | "animate") && of_export.contains(option);
        let options = help(&[name]).options.into_iter().filter(|option| option.0 != "-h, --help" && !shared(option));
        let rows: Vec<_> = options.map(|(option, what)| vec![code(option), what]).collect();
        let inner = help(&[name]).commands;
        if inner.is_empty() {
            tables.push(Table::new(file, format!("options of {name}"), &["argument or option", "what it says"], rows));
        }
        for (within, _) in &inner {
            let options = help(&[name, within]).options.into_iter().filter(|option| option.0 != "-h, --help");
            let rows = options.map(|(option, what)| vec![code(option), what]).collect();
            let of = format!("options of {name} {within}");
            tables.push(Table::new(file, of, &["argument or option", "what it says"], rows));
        }
    }
    let rows = commands.into_iter().map(|(name, what)| vec![code(name), what]).collect();
    tables.push(Table::new(file, "commands", &["command", "what it does"], rows));
    tables
}

/// What the help of the program, or of one command, lists: each with its words.
#[derive(Default)]
struct Help {
    commands: Vec<(String, String)>,
    /// Arguments and options.
    options: Vec<(String, String)>,
}

fn help(command: &[&str]) -> Help {
    // Wide enough for each to stand on one line.
    let text = run(&[command, &["-h"]].concat(), "100000");
    let mut help = Help::default();
    let mut section = "";
    for line in text.lines() {
        match line.strip_prefix("  ") {
            None => section = line.trim_end_matches(':'),
            Some(line) => {
                // A long option without a short one is set in by four more.
                let (name, what) = line.trim_start().split_once("  ").unwrap_or((line, ""));
                let pair = (name.trim().to_owned(), what.trim().to_owned());
                match section {
                    "Commands" => help.commands.push(pair),
                    "Arguments" | "Options" => help.options.push(pair),
                    _ => {}
                }
            }
        }
    }
    help.commands.retain(|(name, _)| name != "help");
    help
}

/// What the program prints to a terminal of that width.
fn run(arguments: &[&str], columns: &str) -> String {
    let program = Program::new(env!("CARGO_BIN_EXE_claimline"))
        .args(arguments)
        .env("COLUMNS", columns)
        .stdin(Stdio::null())
        .current_dir(root())
        .output()
        .unwrap();
    let text = String::from_utf8(program.stdout).unwrap();
    assert!(!text.is_empty(), "claimline {arguments:?}: {}", String::from_utf8_lossy(&program.stderr));
    text
}

/// A key as the documents write it.
fn written(keys: &str) -> String {
    let signs = [
        ("ArrowUp", "↑"),
        ("ArrowDown", "↓"),
        ("Plus", "+"),
        ("Equals", "="),
        ("Minus", "−"),
        ("Questionmark", "?"),
        ("Escape", "Esc"),
        ("OpenBracket", "["),
        ("CloseBracket", "]"),
        ("Delete", "Del"),
    ];
    let parts: Vec<&str> =
        keys.split('+').map(|key| signs.iter().find(|(name, _)| *name == key).map_or(key, |(_, sign)| sign)).collect();
    code(parts.join("+"))
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn document(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The documents, by their paths from the root.
fn documents() -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(root().join("docs"))
        .unwrap()
        .map(|entry| format!("docs/{}", entry.unwrap().file_name().to_string_lossy()))
        .filter(|name| name.ends_with(".md"))
        .collect();
    names.sort();
    names.extend(["README.md", "CONTRIBUTING.md", "CHANGELOG.md"].map(str::to_owned));
    names
}

/// Start and end of what stands between the marks of a table.
fn between(text: &str, name: &str) -> Option<std::ops::Range<usize>> {
    let mark = format!("{BEGIN}{name} -->\n");
    let start = text.find(&mark)? + mark.len();
    let end = start + text[start..].find(END)?;
    Some(start..end)
}

#[test]
fn the_tables_of_the_documents_are_those_of_the_program() {
    let tables = tables();
    let mut wrong = Vec::new();
    for table in &tables {
        let (file, name) = (table.file, &table.name);
        let mut text = document(file);
        let Some(range) = between(&text, name) else {
            wrong.push(format!("{file} has no place for the table “{name}”: {BEGIN}{name} --> and {END}"));
            continue;
        };
        let right = table.text(&text[range.clone()]);
        if text[range.clone()] != right && std::env::var_os(WRITE).is_some() {
            text.replace_range(range, &right);
            // At once, because the other tests read it meanwhile.
            let new = root().join(format!("{file}.new"));
            fs::write(&new, text).unwrap();
            fs::rename(new, root().join(file)).unwrap();
        } else if text[range] != right {
            wrong.push(format!(
                "{file}: the table “{name}” is not the program's; {WRITE}=1 cargo test --test it docs writes it anew"
            ));
        }
        if right.contains(&format!("| {UNWRITTEN} |")) {
            wrong.push(format!("{file}: say in the last column of the table “{name}” what stands for {UNWRITTEN}"));
        }
    }
    for file in documents() {
        for rest in document(&file).lines().filter_map(|line| line.strip_prefix(BEGIN)) {
            let name = rest.split(" -->").next().unwrap_or_default();
            if !tables.iter().any(|table| table.file == file && table.name == name) {
                wrong.push(format!("{file}: no table “{name}” comes from the program"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What a heading's link is called.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().to_lowercase();
    let kept = kept.chars().filter(|letter| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_'));
    kept.map(|letter| if letter == ' ' { '-' } else { letter }).collect()
}

#[test]
fn what_the_documents_point_to_is_there() {
    let mut broken = Vec::new();
    for name in documents() {
        let text = document(&name);
        let folder = root().join(&name).parent().unwrap().to_owned();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let (file, heading) = link.split_once('#').unwrap_or((link, ""));
            // The pictures are made from the finished program.
            if link.starts_with("http") || file.starts_with("assets/readme/") {
                continue;
            }
            let path = if file.is_empty() { root().join(&name) } else { folder.join(file) };
            let has_heading = || {
                let text = fs::read_to_string(&path).unwrap_or_default();
                text.lines().any(|line| line.starts_with('#') && anchor(line.trim_start_matches('#')) == heading)
            };
            if !path.exists() || (!heading.is_empty() && !has_heading()) {
                broken.push(format!("{name}: {link}"));
            }
        }
    }
    assert!(broken.is_empty(), "these links lead nowhere:\n{}", broken.join("\n"));
}

#[test]
fn every_document_is_found_from_the_readme_which_is_short() {
    let readme = document("README.md");
    for name in documents().iter().filter(|name| *name != "README.md") {
        assert!(readme.contains(&format!("]({name}")), "the README does not lead to {name}");
    }
    let lines = readme.lines().count();
    assert!(lines <= 150, "the README has {lines} lines, more than 150: what is for reference belongs in docs/");
}

#[test]
fn every_room_has_its_row_for_those_who_work_on_it() {
    let contributing = document("CONTRIBUTING.md");
    for room in fs::read_dir(root().join("src")).unwrap().map(|entry| entry.unwrap()) {
        if room.path().is_dir() {
            let name = room.file_name().to_string_lossy().into_owned();
            assert!(contributing.contains(&format!("| `{name}` |")), "CONTRIBUTING.md lacks src/{name}");
        }
    }
    for folder in ["tests", "tests/it"] {
        for test in fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap()) {
            let name = test.file_name().to_string_lossy().into_owned();
            if name.ends_with(".rs") && !["main.rs", "common.rs"].contains(&name.as_str()) {
                assert!(contributing.contains(&format!("`{folder}/{name}`")), "CONTRIBUTING.md lacks {folder}/{name}");
            }
        }
    }
}

/// The names of all members within a value, but of what is named in `apart`.
fn members(value: &Value, apart: &[&str], into: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                into.insert(name.clone());
                if !apart.contains(&name.as_str()) {
                    members(value, apart, into);
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|value| members(value, apart, into)),
        _ => {}
    }
}

fn assert_documented(file: &str, members: &BTreeSet<String>) {
    let text = document(file);
    let missing: Vec<&String> = members.iter().filter(|name| !text.contains(&format!("`{name}`"))).collect();
    assert!(missing.is_empty(), "{file} says nothing of the members {missing:?}");
}

/// A day of a front, and all of its days.
const FRONT: &str = "one=tests/data/days/front/front_20250203.geojson";
const DAYS: &str = "other=tests/data/days/front";

/// A map archive.
const MAP: &str = "assets/basemap/builtin.pmtiles";

/// A chapter of a document, with its heading.
fn chapter<'a>(text: &'a str, heading: &str) -> &'a str {
    let heading = format!("\n## {heading}\n");
    let start = text.find(&heading).unwrap_or_else(|| panic!("there is no chapter {heading}"));
    let rest = &text[start + 1..];
    rest.find("\n## ").map_or(rest, |end| &rest[..end])
}

/// Fails unless each member of what a command prints as JSON is named where the command is described, in the other commands'
/// chapters that this one points to, or among the JSON objects. Of those in `apart` the members are somebody else's.
pub(crate) fn assert_command_names(command: &str, others: &[&str], apart: &[&str], printed: &Value) {
    let text = document("docs/command-line.md");
    let headings = std::iter::once(&command).chain(others).map(|command| format!("claimline {command}"));
    let chapters: Vec<String> =
        headings.chain(["JSON objects".to_owned()]).map(|heading| chapter(&text, &heading).to_owned()).collect();
    let mut named = BTreeSet::new();
    members(printed, apart, &mut named);
    assert!(!named.is_empty(), "claimline {command}: {printed}");
    let is_missing = |name: &&String| !chapters.iter().any(|chapter| chapter.contains(&format!("`{name}`")));
    let missing: Vec<&String> = named.iter().filter(is_missing).collect();
    assert!(missing.is_empty(), "the chapter of claimline {command} says nothing of the members {missing:?}");
}

/// Two versions of a dossier that differ in all that `diff` tells of.
fn two_versions(folder: &Path) -> [String; 2] {
    let square = |west: f64| {
        let (east, south, north) = (west + 1.0, 0.0, 1.0);
        serde_json::json!({ "type": "Polygon", "coordinates": [[[west, south], [east, south], [east, north], [west, south]]] })
    };
    [("before", 0.0), ("after", 0.5)].map(|(name, west)| {
        let place = folder.join(name);
        fs::create_dir(&place).unwrap();
        let capture = format!("{name}.html");
        let mut overlays = vec![serde_json::json!({
            "id": "front", "title": { "en": "Front" }, "kind": "control", "group": "g", "style": {}, "versions": [
                { "when": "2025-02-01", "geometry": { "file": "one.geojson" } },
                { "when": "2025-02-05", "geometry": { "file": "two.geojson" } },
            ],
        })];
        let field = serde_json::json!({
            "id": "field", "title": { "en": "Field" }, "kind": "region", "group": "g", "style": {},
            "geometry": { "file": "one.geojson" },
        });
        overlays.extend((name == "after").then_some(field));
        let dossier = serde_json::json!({
            "format": "claimline-dossier/1", "id": "d", "version": "1", "title": { "en": name }, "summary": "",
            "as_of": "2025-02-10", "disclaimer": "", "boundary_view": "",
            "groups": [{ "id": "g", "title": { "en": name } }], "layers": [],
            "sources": [{
                "id": "post", "outlet": "Post", "title": "T", "url": "https://post.example",
                "archived": [{ "kind": "html", "file": capture }],
            }],
            "excerpts": [], "overlays": overlays, "positions": [], "figures": [], "notes": [],
        });
        for (file, text) in [
            ("dossier.json", dossier.to_string()),
            (capture.as_str(), "<p>Words".to_owned()),
            ("one.geojson", square(west).to_string()),
            ("two.geojson", square(2.0 * west).to_string()),
        ] {
            fs::write(place.join(file), text).unwrap();
        }
        place.display().to_string()
    })
}

#[test]
fn every_member_of_json_output_is_documented() {
    let folder = tempfile::tempdir().unwrap();
    let published = folder.path().join("published");
    fs::create_dir(&published).unwrap();
    let figure = published.join("figure.geojson").display().to_string();
    let dossier = ["--dossier", "tests/data/quill/dossier"];
    let export = Program::new(env!("CARGO_BIN_EXE_claimline"))
        .args([&["export", "-o", &figure][..], &dossier].concat())
        .current_dir(root())
        .output()
        .unwrap();
    assert!(export.status.success(), "{}", String::from_utf8_lossy(&export.stderr));
    fs::write(published.join("torn.png"), b"\x89PNG\r\n\x1a\n").unwrap();
    fs::write(published.join("logo.svg"), "<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>").unwrap();
    let published = published.display().to_string();
    let [before, after] = two_versions(folder.path());
    let (old, new) = super::comparing::projects(folder.path());
    let [old_project, new_project] = [old, new].map(|path| path.display().to_string());
    // What a command prints; the chapters that its own points to; members whose own are a dossier's or a project's.
    let check = |command: &[&str], others: &[&str], apart: &[&str]| {
        let dossier = if ["place", "map", "diff"].contains(&command[0]) { &[][..] } else { &dossier };
        let text = run(&[command, dossier, &["--json"]].concat(), "100");
        let printed: Value = serde_json::from_str(&text).unwrap();
        assert_command_names(command[0], others, apart, &printed);
        printed
    };
    check(&["overlays"], &[], &[]);
    for overlay in ["common", "path", "verge", "huts"] {
        check(&["show", overlay], &["overlays"], &[]);
    }
    check(&["at", "-28.0,40.0"], &["overlays"], &[]);
    check(&["find", "Odesa"], &[], &[]);
    check(&["find", "48.5 37.5"], &[], &[]);
    check(&["verify", "--sources", "tests/data/quill/texts"], &[], &[]);
    check(&["coverage"], &[], &[]);
    check(&["affected", "gazette-1908"], &[], &[]);
    let differs = check(&["diff", &before, &after], &[], &["before", "after"]);
    assert!(differs["shapes"].as_array().unwrap().iter().any(|shape| shape["report"].is_object()), "{differs}");
    let files = [&differs["files"], &differs["files_new"], &differs["files_no_longer_used"]];
    let [both, new, gone] = [&["after.html", "before.html"][..], &["after.html"], &["before.html"]];
    assert_eq!(files, [&serde_json::json!(both), &serde_json::json!(new), &serde_json::json!(gone)], "{differs}");
    check(&["diff", &old_project, &new_project], &[], &["before", "after"]);
    check(&["changes", "tests/data/days/front", "--each", "--accuracy", "300"], &[], &[]);
    check(&["areas", "tests/data/days/front", "--accuracy", "300"], &["changes"], &[]);
    check(&["agree", "--day", "2025-02-03", "--file", FRONT, "--file", DAYS], &["changes"], &[]);
    for asked in [&[][..], &["--overlay", "common"]] {
        check(&[&["inspect", &published], asked].concat(), &[], &["dossier", "overlays", "sources"]);
    }
    check(&["map", "extract", "--from", MAP, "--bbox", "37,48,38,49", "--dry-run"], &[], &[]);
    check(&["place", "tests/data/pictures/tiff/points.tif"], &[], &[]);
    let provenance = &check(&["inspect", &figure], &[], &["provenance"])["provenance"];
    let mut of_figure = BTreeSet::new();
    members(provenance, &["geometry_sha256", "excerpts_sha256", "features_sha256"], &mut of_figure);
    assert_documented("docs/figures.md", &of_figure);
}

#[test]
fn every_member_of_a_project_is_documented() {
    let mut named = BTreeSet::new();
    for name in ["everything", "figure"] {
        let text = document(&format!("tests/data/v1/{name}.claimline.geojson"));
        let mut project: Value = serde_json::from_str(&text).unwrap();
        // What a newer version has put there, and names that are the user's.
        let unknown = ["watermark", "later"];
        if let Some(figure) = project["claimline"].get_mut("figure").and_then(Value::as_object_mut) {
            figure.retain(|name, _| !unknown.contains(&name.as_str()));
        }
        members(&project["claimline"], &["furniture", "legend_names", "geometry"], &mut named);
        for feature in project["features"].as_array().unwrap() {
            members(&feature["properties"]["claimline"], &[], &mut named);
        }
    }
    assert!(named.len() > 50, "only {} members were found", named.len());
    assert_documented("docs/project-format.md", &named);
}

#[test]
fn every_member_of_a_dossier_is_documented() {
    let schema: Value = serde_json::from_str(&document("assets/dossiers/schema.json")).unwrap();
    let mut named = BTreeSet::new();
    let mut pending = vec![&schema];
    while let Some(value) = pending.pop() {
        match value {
            Value::Object(object) => {
                if let Some(Value::Object(properties)) = object.get("properties") {
                    named.extend(properties.keys().cloned());
                }
                pending.extend(object.values());
            }
            Value::Array(list) => pending.extend(list),
            _ => {}
        }
    }
    assert!(named.len() > 60, "only {} members were found", named.len());
    assert_documented("docs/dossier-format.md", &named);
}

#[test]
fn the_documents_have_no_other_examples_than_such_as_work() {
    // An option that is written with a command has to be one of that command's.
    let options: BTreeMap<String, BTreeSet<String>> = help(&[])
        .commands
        .into_iter()
        .map(|(name, _)| {
            let of_name = help(&[&name]);
            let mut options = of_name.options;
            options.extend(of_name.commands.iter().flat_map(|(within, _)| help(&[&name, within]).options));
            let words = options.iter().flat_map(|(option, _)| option.split([',', ' ']));
            let words = words.filter(|word| word.starts_with('-')).map(str::to_owned).collect();
            (name, words)
        })
        .collect();
    let mut wrong = Vec::new();
    for file in documents() {
        for line in document(&file).lines().filter(|line| line.starts_with("claimline ")) {
            let command = line.split(" | ").next().unwrap_or_default();
            let mut words = command.split_whitespace().skip(1);
            let Some(options) = words.next().and_then(|name| options.get(name)) else { continue };
            for word in words.filter(|word| word.starts_with('-') && word.len() > 1) {
                if !options.contains(word) {
                    wrong.push(format!("{file}: {word} in: {line}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "no such options:\n{}", wrong.join("\n"));
}

#[test]
fn files_that_the_documents_name_are_there() {
    let mut missing = Vec::new();
    for name in documents() {
        for word in document(&name).split('`').skip(1).step_by(2) {
            let is_path =
                ["src/", "tests/", "assets/", "benches/", "docs/", ".ci/"].iter().any(|at| word.starts_with(at));
            if is_path && !word.contains(['*', ' ', '<', '{']) && !root().join(word).exists() {
                missing.push(format!("{name}: {word}"));
            }
        }
    }
    assert!(missing.is_empty(), "these are named and not there:\n{}", missing.join("\n"));
}

/// The blocks of code of a document that are marked as JSON, in their order.
fn json_blocks(document: &str) -> Vec<&str> {
    document.split("```json\n").skip(1).filter_map(|rest| rest.split("\n```").next()).collect()
}

#[test]
fn the_dossiers_that_the_documents_print_open_and_keep_their_promises() {
    let mut found = 0;
    for name in ["dossier-format.md", "guide.md"] {
        let text = fs::read_to_string(PathBuf::from("docs").join(name)).unwrap();
        // What is not marked as JSON is no whole dossier, and must not look like one.
        let marked = text.matches("\"format\": \"claimline-dossier/1\"").count();
        let blocks = json_blocks(&text);
        let whole: Vec<usize> = (0..blocks.len()).filter(|at| blocks[*at].contains("claimline-dossier/1")).collect();
        assert_eq!(marked, whole.len(), "{name}");
        for at in whole {
            let folder = tempfile::tempdir().unwrap();
            fs::write(folder.path().join("dossier.json"), blocks[at]).unwrap();
            fs::write(folder.path().join("common.geojson"), blocks[at + 1]).unwrap();
            let opened = claimline::files::open(folder.path()).unwrap();
            let claimline::files::Content::Evidence(claimline::session::Part::Dossier(dossier, problems)) =
                opened.content
            else {
                panic!("{name} prints no dossier")
            };
            assert_eq!(problems, []);
            let report = claimline::dossier::verify::verify(&dossier, &problems, &Default::default());
            assert!(!report.failed(), "{:#?}", report.findings);
            found += 1;
        }
    }
    assert!(found > 0);
}
