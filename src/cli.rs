//! The command line: the library without a window, a GPU or the network.

#[macro_use]
mod terminal;

mod agree;
mod animate;
mod areas;
mod arguments;
mod atlas;
mod capture;
mod change_figure;
mod changes;
mod checks;
mod convert;
mod days;
mod diff;
mod document;
mod dossier;
mod export;
mod features;
mod find;
mod inspect;
mod layers;
mod live;
mod map;
mod maps;
mod open;
mod place;
mod project;
mod published;
mod spans;
mod text;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{anyhow, bail};
use checks::Checked;
use claimline::dossier::coverage::Coverage;
use claimline::dossier::standing::{self, HeldText};
use claimline::dossier::{Dossier, Problem, verify};
use claimline::figure::provenance::{self, State};
use claimline::files;
use claimline::files::address::{self, Address};
use claimline::files::series::{Making, make};
use claimline::formats::closest::closest;
use claimline::formats::database::redacted;
use claimline::formats::document::{ReadDocument, is_same_address};
use claimline::formats::visible::is_steering;
use claimline::geometry::Coord;
use claimline::scene::Scene;
use claimline::scene::hit::Reach;
use clap::{CommandFactory as _, Parser as _};

use self::arguments::{Cli, Command, Output, OwnLine};
use self::export::export;
use self::open::{known, laid, open_dossier, read_dossier};
use self::terminal::{print, print_data};

/// An error that is the user's to mend: exit code 2.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Usage(String);

/// Runs the command line; the exit code is 0, 1 for failure, 2 for usage.
pub(crate) fn run() -> ExitCode {
    files::documents::use_this_program();
    claimline::scene::text::set_font_finder(claimline::files::system_fonts::find);
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        // Names of files may be among the words that it shows, and addresses with a password.
        Err(error)
            if error.use_stderr() && std::env::args_os().any(|word| must_be_changed(&word.to_string_lossy())) =>
        {
            terminal::print_error(&error.to_string());
            return ExitCode::from(2);
        }
        Err(error) => return terminal::told(&error),
    };
    match dispatch(cli) {
        Ok(Outcome::Good) => ExitCode::SUCCESS,
        Ok(Outcome::Failed) => ExitCode::FAILURE,
        Err(error) => {
            say!("{error:#}");
            ExitCode::from(if error.is::<Usage>() { 2 } else { 1 })
        }
    }
}

/// What a command that did its work comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Good,
    /// What was checked is not in order.
    Failed,
}

/// Whether a word would steer a terminal that shows it, or has a password in it.
fn must_be_changed(word: &str) -> bool {
    word.contains(is_steering) || redacted(word) != word
}

fn dispatch(cli: Cli) -> anyhow::Result<Outcome> {
    let done = match cli.command {
        None => {
            check_files(&cli.files)?;
            claimline::app::launch::run(cli.files).map_err(|error| anyhow!(error))
        }
        Some(Command::Overlays { own, line, output }) => {
            let dossier = laid(&own, &line, &output)?;
            print(&if output.json { text::json(&text::overlays_json(&dossier)) } else { text::overlays(&dossier) })
        }
        Some(Command::Show { overlay, table, own, line, output }) => {
            let dossier = laid(&own, &line, &output)?;
            let overlay = known(&dossier, &overlay)?;
            if table && overlay.features.count() == 0 {
                let id = &overlay.id;
                bail!(Usage(match dossier.own_line.as_ref().filter(|own| own.overlay == *id) {
                    Some(own) => format!(
                        "'{id}' is your own line here, not the dossier's; for a table, open {} with --file and print that \
                         layer",
                        own.from
                    ),
                    None => format!("'{id}' is one shape, derived by a recipe; it has no features to print as a table"),
                }));
            }
            if table && !output.json {
                let (rows, columns) = (overlay.features.count(), overlay.features.property_names().len());
                if rows.saturating_mul(columns) > features::MOST_CELLS {
                    bail!(
                        "{rows} features with {columns} different properties are too many cells for a table; --json \
                         prints each feature with its own properties alone"
                    );
                }
                return print_data(&features::table_csv(overlay)).map(|()| Outcome::Good);
            }
            print(&if table {
                text::json(&features::table_json(overlay))
            } else if output.json {
                text::json(&text::overlay_json(&dossier, overlay))
            } else {
                text::overlay(&dossier, overlay)
            })
        }
        Some(Command::At { place, own, line, output }) => {
            let scene = Scene::new(laid(&own, &line, &output)?);
            let hits = scene.hits_of_all(place, Reach::ON_THE_GROUND);
            let swapped = Coord { x: place.y, y: place.x };
            if hits.is_empty() && !scene.hits_of_all(swapped, Reach::ON_THE_GROUND).is_empty() {
                say!(
                    "there is no overlay at longitude {}, latitude {}, but there is one the other way round, at {},{}: longitude comes first",
                    place.x,
                    place.y,
                    swapped.x,
                    swapped.y
                );
            }
            print(&if output.json {
                text::json(&text::at_json(&scene, place, &hits))
            } else {
                text::at(&scene, place, &hits)
            })
        }
        Some(Command::Find(find)) => find::run(&find),
        Some(Command::Export(options)) => return export(*options),
        Some(Command::Atlas(options)) => return atlas::run(*options),
        Some(Command::Animate(options)) => return animate::run(*options),
        Some(Command::Convert(options)) => convert::run(&options),
        Some(Command::Changes(options)) => changes::run(&options),
        Some(Command::Agree(options)) => agree::run(&options),
        Some(Command::Areas(options)) => areas::run(&options),
        Some(Command::Map { command }) => map::run(&command),
        Some(Command::Place(options)) => place::run(&options),
        Some(Command::Inspect { figure, about, project, files, line, output }) => {
            if figure.is_dir() || about.is_asked() {
                if project.is_some() || line.file.is_some() || !files.is_empty() {
                    bail!(Usage(
                        "--project, --file and --line go with one figure, not with a folder or what figures rest on"
                            .to_owned()
                    ));
                }
                return published::run(&figure, &about, &output);
            }
            return inspect(&figure, (project.as_deref(), &files), &line, &output);
        }
        Some(Command::Completions { shell }) => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "claimline", &mut script);
            print(&String::from_utf8_lossy(&script))
        }
        Some(Command::New(options)) => dossier::new(&options),
        Some(Command::AddSource(options)) => dossier::add_source(&options),
        Some(Command::AddExcerpt(options)) => dossier::add_excerpt(&options),
        Some(Command::Capture(options)) => capture::capture(&options),
        Some(Command::Pack(options)) => dossier::pack(&options),
        Some(Command::Unpack(options)) => dossier::unpack(&options),
        Some(Command::Diff(options)) => return diff::run(&options),
        Some(Command::Affected { id, project, output }) => dossier::affected(&id, project.as_deref(), &output),
        Some(Command::ReadDocument(options)) => document::run(&options),
        Some(Command::Verify { sources, live, output }) => return verify(sources.as_deref(), live, &output),
        Some(Command::Coverage { output }) => return coverage(&output),
    };
    done.map(|()| Outcome::Good)
}

/// The texts of a folder, those that fit a source of the dossier.
#[derive(Default)]
struct TextsAtHand {
    texts: verify::Texts,
    /// By source: the file and how it was matched.
    matched: BTreeMap<String, (String, verify::MatchedBy)>,
    /// By file: the encoding in which it was read.
    encodings: BTreeMap<String, &'static str>,
    /// Files that could not be read, and why.
    unread: Vec<String>,
}

fn texts_at_hand(dossier: &Dossier, folder: Option<&Path>) -> anyhow::Result<TextsAtHand> {
    let Some(folder) = folder else { return Ok(TextsAtHand::default()) };
    let mut files = Vec::new();
    let files::Texts { texts, others } = files::texts_in(folder)?;
    let mut unread: Vec<String> = others.iter().map(|path| files::not_a_text(path)).collect();
    let mut encodings = BTreeMap::new();
    for path in texts {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        match read_for_sources(&path, dossier) {
            Ok(text) => {
                text.notes().iter().for_each(|note| say!("warning: {note}: {}", path.display()));
                encodings.insert(name.clone(), text.encoding);
                files.push((name, text.normalized));
            }
            Err(error) => unread.push(error.to_string()),
        }
    }
    let (texts, matched) = verify::match_texts(dossier, files);
    Ok(TextsAtHand { texts, matched, encodings, unread })
}

/// Reads a text; of an archive of the web with several pages the first whose address is that of a source.
fn read_for_sources(path: &Path, dossier: &Dossier) -> Result<ReadDocument, files::FileError> {
    let loaded = files::documents::Loaded::of(path)?;
    let first = loaded.read(&[])?;
    let pages = first.pages();
    let is_there = |url: &str| pages.iter().any(|page| is_same_address(&page.address, url));
    let wanted: Vec<&str> =
        dossier.sources.iter().map(|source| source.url.as_str()).filter(|url| is_there(url)).take(1).collect();
    if wanted.is_empty() { Ok(first) } else { loaded.read(&wanted) }
}

/// The texts of a folder, and the copies that the dossier at a place keeps where the folder has none; with what was found of all
/// copies. `verify` and figures check against these.
fn texts_with_captures(
    dossier: &Dossier,
    folder: Option<&Path>,
    place: Option<&Path>,
) -> anyhow::Result<(TextsAtHand, Vec<HeldText>)> {
    let mut at_hand = texts_at_hand(dossier, folder)?;
    let held = held(dossier, place)?;
    for (source, file) in standing::take_as_texts(dossier, &held, &mut at_hand.texts) {
        at_hand.matched.insert(source, (file, verify::MatchedBy::Capture));
    }
    Ok((at_hand, held))
}

/// The copies that the dossier at a place keeps of its sources.
fn held(dossier: &Dossier, path: Option<&Path>) -> anyhow::Result<Vec<HeldText>> {
    match path {
        Some(path) if dossier.sources.iter().any(|source| source.archived.kept().next().is_some()) => {
            Ok(files::capture::held(&files::dossiers::open(path)?, dossier))
        }
        _ => Ok(Vec::new()),
    }
}

fn verify(sources: Option<&Path>, live: bool, output: &Output) -> anyhow::Result<Outcome> {
    let (dossier, problems) = read_dossier(output.dossier.as_deref())?;
    let (at_hand, held) = texts_with_captures(&dossier, sources, output.dossier.as_deref())?;
    let TextsAtHand { texts, matched, encodings, unread } = at_hand;
    for overlay in &dossier.overlays {
        overlay.crossing();
    }
    let mut report = verify::verify(&dossier, &problems, &texts);
    report.add(standing::findings(&held));
    let live = live.then(|| live::Checked::now(&dossier, held));
    let (texts, matched, encodings, unread) = (&texts, &matched, &encodings, &unread);
    let checked = Checked { dossier: &dossier, report: &report, texts, matched, encodings, unread };
    print(&if output.json {
        let mut all = checks::verify_json(&checked);
        if let Some(live) = &live {
            all["live"] = live.json();
        }
        text::json(&all)
    } else {
        let live = live.as_ref().map_or_else(String::new, |live| format!("\n{}", live.text()));
        checks::verify(&checked) + &live
    })?;
    Ok(if report.failed() { Outcome::Failed } else { Outcome::Good })
}

fn coverage(output: &Output) -> anyhow::Result<Outcome> {
    let (dossier, problems) = read_dossier(output.dossier.as_deref())?;
    let coverage = Coverage::of(&dossier);
    print(&if output.json {
        text::json(&checks::coverage_json(&dossier, &coverage, &problems))
    } else {
        checks::coverage(&dossier, &coverage, &problems)
    })?;
    Ok(if coverage.is_complete() && problems.is_empty() { Outcome::Good } else { Outcome::Failed })
}

/// A word that is no file is most likely a mistyped command.
fn check_files(files: &[PathBuf]) -> anyhow::Result<()> {
    for path in files {
        if let Some(Err(why)) = Address::of(path) {
            bail!(Usage(format!("{why}: {}", address::told(path).display())));
        }
    }
    let Some(missing) = files.iter().find(|path| {
        !address::is_address(path)
            && !files::postgis::is_address(path)
            && !files::dated::is_series(path)
            && !path.exists()
    }) else {
        return Ok(());
    };
    let word = missing.display().to_string();
    let command = Cli::command();
    match closest(command.get_subcommands().map(clap::Command::get_name), &word) {
        Some(name) => bail!(Usage(format!("no command or file '{word}'; did you mean 'claimline {name}'?"))),
        None => bail!(Usage(format!("no such file: {word}"))),
    }
}

fn warn(problems: &[Problem]) {
    for problem in problems {
        say!("warning: {problem}");
    }
}

fn inspect(
    file: &Path,
    (project, files): (Option<&Path>, &[PathBuf]),
    line: &OwnLine,
    output: &Output,
) -> anyhow::Result<Outcome> {
    let found = provenance::find(files::read(file)?).map_err(|error| anyhow!("{error}: {}", file.display()))?;
    line.check(!files.is_empty())?;
    let dossier = line.put_into(open_dossier(output.dossier.as_deref())?, None)?;
    let laid = match project {
        Some(path) => Some(project::lay(project::open(path)?, dossier.clone(), line.file.is_some())),
        None => None,
    };
    let (dossier, document) = match &laid {
        Some(laid) => (laid.scene.dossier(), Some(&laid.document)),
        None => (&dossier, None),
    };
    let mut findings =
        provenance::compare(&found, dossier, document).map_err(|error| anyhow!("{error}: {}", file.display()))?;
    if !files.is_empty() {
        let making = Making { filter: line.filter.clone(), ..Making::default() };
        let reports = provenance::compare_files(&found, &make(files, &making)?.series)?;
        if reports.is_empty() {
            say!("warning: the figure was not made of reports of files, so that --file compares nothing");
        } else {
            findings.retain(|finding| finding.state != State::OwnFile);
            findings.extend(reports);
        }
    }
    print(&if output.json {
        text::json(&inspect::json(&found, &findings))
    } else {
        inspect::text(&found, &findings, dossier)
    })?;
    Ok(if inspect::matches(&found, &findings) { Outcome::Good } else { Outcome::Failed })
}
