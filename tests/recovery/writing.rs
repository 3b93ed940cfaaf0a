//! What is written over a file is written whole: a program killed while it saves a project or writes a figure leaves the
//! old file or the new one, never a part of one, and what it leaves beside it goes with the next write.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use claimline::document::project::Reference;
use claimline::document::{Document, project};
use claimline::dossier::builtin;
use claimline::figure::{self, FigureOptions, OutputFormat, PageSetup, Shows};
use claimline::files;
use claimline::files::project::Over;
use claimline::scene::Scene;
use claimline::scene::ground::Ground;

use super::{Numbers, expected};

/// How often a writing program is killed; this many of the whole program's runs are killed as well.
const KILLS: usize = 40;
const KILLS_OF_THE_PROGRAM: usize = 6;

/// Another number of kills than [`KILLS`], for a thorough run.
const ROUNDS: &str = "CLAIMLINE_KILL_ROUNDS";

/// Tells the child in which folder it writes, and what.
const FOLDER: &str = "CLAIMLINE_TEST_WRITING_FOLDER";
const NAMES: &str = "CLAIMLINE_TEST_WRITING_NAMES";

const PROJECT: &str = "talks.claimline.geojson";

/// The files of an atlas, which are written one after the other.
const ATLAS: [&str; 3] = ["sheets/kramatorsk.svg", "sheets/sloviansk.svg", "sheets/bakhmut.svg"];

/// What is written at a time: a project, a figure in each format, an evidence pack, a figure with its world file, an atlas.
const WRITTEN: [&[&str]; 7] =
    [&[PROJECT], &["figure.png"], &["figure.svg"], &["figure.pdf"], &["evidence.zip"], &["map.png", "map.pgw"], &ATLAS];

/// The two states that files are written in, by turns.
type States = [BTreeMap<String, Vec<u8>>; 2];

fn rounds() -> usize {
    std::env::var(ROUNDS).map_or(KILLS, |rounds| rounds.parse().unwrap())
}

/// Two documents that differ in length.
fn documents() -> [Document; 2] {
    [expected(3, 12), expected(4, 60)]
}

fn states() -> States {
    let (dossier, _) = builtin::berlin().unwrap();
    let document = Document::new(&dossier, 500.0, 400.0);
    let scene = Arc::new(Scene::new(dossier));
    [0, 1].map(|state| {
        let page = PageSetup { size: "500x400px".parse().unwrap(), ..PageSetup::default() };
        let title = ["As it was before", "As it is now, with more to be said of it"][state];
        let options = FigureOptions::new(title, page, Shows::View(document.view));
        let drawn = figure::draw(&scene, &Ground::blank(), &document, &options);
        let encoded = |format| drawn.encode(format).unwrap();
        let svg = encoded(OutputFormat::Svg);
        let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        let mut put = |name: &str, bytes: Vec<u8>| files.insert(name.to_owned(), bytes);
        put(PROJECT, project::write(&documents()[state], &Reference::default()));
        put("figure.png", encoded(OutputFormat::Png));
        put("map.png", encoded(OutputFormat::Png));
        put("map.pgw", drawn.georeference()[0].1.clone().into_bytes());
        put("figure.pdf", encoded(OutputFormat::Pdf));
        put("evidence.zip", drawn.pack(&[OutputFormat::Svg]).unwrap());
        for name in ATLAS {
            put(name, [&svg[..], format!("<!-- {name} -->").as_bytes()].concat());
        }
        put("figure.svg", svg);
        files
    })
}

fn put(folder: &Path, name: &str, bytes: &[u8]) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// Runs only as a child of [`a_kill_leaves_the_old_file_or_the_new_one`].
#[test]
#[ignore = "it is the program that another test kills"]
fn a_program_that_writes_until_it_is_killed() {
    let (Ok(folder), Ok(names)) = (std::env::var(FOLDER), std::env::var(NAMES)) else {
        return;
    };
    let folder = PathBuf::from(folder);
    let names: Vec<&str> = names.split(',').collect();
    let read = |state: &str, name: &str| fs::read(folder.join(state).join(name)).unwrap();
    let bytes = ["0", "1"].map(|state| names.iter().map(|name| read(state, name)).collect::<Vec<_>>());
    let documents = documents();
    // Not through `println!`, which tests capture.
    let mut out = std::io::stdout().lock();
    // A parent that is gone must not leave it running.
    let end = Instant::now() + Duration::from_secs(30);
    for state in [1, 0].into_iter().cycle() {
        if Instant::now() > end || writeln!(out, "writing").and_then(|()| out.flush()).is_err() {
            return;
        }
        for (name, bytes) in names.iter().zip(&bytes[state]) {
            let path = folder.join("out").join(name);
            if *name == PROJECT {
                files::project::save(&path, &documents[state], &Reference::default(), &Over::Agreed).unwrap();
            } else {
                files::write(&path, bytes).unwrap();
            }
        }
    }
}

/// What is wrong with the files of a folder: neither of the two states, or left behind.
fn wrong(folder: &Path, names: &[&str], states: &States) -> Vec<String> {
    let mut wrong = Vec::new();
    for name in names {
        let found = fs::read(folder.join(name)).unwrap_or_default();
        if !states.iter().any(|state| state[*name] == found) {
            wrong.push(format!("{name} has {} bytes, and is neither the old one nor the new one", found.len()));
        }
    }
    // A while later another program writes there.
    let folders: Vec<&Path> = names.iter().map(|name| Path::new(name).parent().unwrap()).collect();
    let all = |folder: &Path| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
    for inner in &folders {
        for path in all(&folder.join(inner)).into_iter().filter(|path| path.is_file()) {
            let file = fs::File::options().write(true).open(path).unwrap();
            file.set_modified(SystemTime::now() - Duration::from_secs(4000)).unwrap();
        }
    }
    for name in names {
        files::write(&folder.join(name), &states[0][*name]).unwrap();
    }
    for inner in &folders {
        let inner = folder.join(inner);
        for path in all(&inner).into_iter().filter(|path| path.is_file()) {
            if !names.iter().any(|name| folder.join(name) == path) {
                wrong.push(format!("{} stays behind", path.display()));
            }
        }
    }
    wrong
}

fn kill_once(round: usize, states: &States) -> (usize, Vec<String>) {
    let mut numbers = Numbers::new(round as u64 + 1);
    let names = WRITTEN[round % WRITTEN.len()];
    let folder = tempfile::tempdir().unwrap();
    for (state, files) in states.iter().enumerate() {
        names.iter().for_each(|name| put(&folder.path().join(state.to_string()), name, &files[*name]));
    }
    let out = folder.path().join("out");
    names.iter().for_each(|name| put(&out, name, &states[0][*name]));
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "writing::a_program_that_writes_until_it_is_killed", "--ignored", "--nocapture"])
        .env(FOLDER, folder.path())
        .env(NAMES, names.join(","))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // Its life begins with its first write, however long the machine takes to start it.
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let began = lines.by_ref().any(|line| line.contains("writing"));
    std::thread::sleep(Duration::from_micros(numbers.below(25_000)));
    child.kill().unwrap();
    child.wait().unwrap();
    let left = fs::read_dir(out.join(Path::new(names[0]).parent().unwrap())).unwrap().count() - names.len();
    let mut wrong = wrong(&out, names, states);
    if !began {
        wrong.push("it wrote nothing before it was killed".to_owned());
    }
    (left, wrong.into_iter().map(|what| format!("round {round}: {what}")).collect())
}

#[test]
fn a_kill_leaves_the_old_file_or_the_new_one() {
    let (states, next, rounds) = (states(), AtomicUsize::new(0), rounds());
    let outcomes: Mutex<Vec<(usize, Vec<String>)>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let round = next.fetch_add(1, Ordering::Relaxed);
                    if round >= rounds {
                        break;
                    }
                    let outcome = kill_once(round, &states);
                    outcomes.lock().unwrap().push(outcome);
                }
            });
        }
    });
    let outcomes = outcomes.into_inner().unwrap();
    let wrong: Vec<&String> = outcomes.iter().flat_map(|(_, wrong)| wrong).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(outcomes.len(), rounds);
    // The test sees what it is to see: some were killed in the midst of writing.
    let torn = outcomes.iter().filter(|(left, _)| *left > 0).count();
    assert!(torn > 0, "none of {rounds} was killed in the midst of writing");
    if rounds > KILLS {
        let _ = writeln!(std::io::stderr(), "{rounds} kills, {torn} of them in the midst of writing a file");
    }
}

/// Runs the program in a folder, and kills it after a while, if one is given.
fn run(folder: &Path, arguments: &[&str], life: Option<Duration>) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_claimline"))
        .args(arguments)
        .current_dir(folder)
        .env("HOME", folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    if let Some(life) = life {
        std::thread::sleep(life);
        child.kill().unwrap();
    }
    let status = child.wait().unwrap();
    assert!(life.is_some() || status.success(), "{arguments:?}: {status}");
}

#[test]
fn the_program_killed_while_it_exports_leaves_the_old_files_or_the_new_ones() {
    let commands: [(&[&str], &[&str]); 2] = [
        (&["figure.zip"], &["export", "-o", "figure.zip", "--pack", "svg"]),
        (
            &["sheets/luhansk.svg", "sheets/kherson.svg"],
            &["atlas", "-o", "sheets", "--each", "luhansk,kherson", "--format", "svg"],
        ),
    ];
    for (names, command) in commands {
        let folder = tempfile::tempdir().unwrap();
        let arguments = |kicker: &'static str| {
            [command, &["--force", "--no-map", "--page", "500x400px", "--kicker", kicker][..]].concat()
        };
        let state = |kicker: &'static str| -> BTreeMap<String, Vec<u8>> {
            run(folder.path(), &arguments(kicker), None);
            let read = |name: &&str| ((*name).to_owned(), fs::read(folder.path().join(name)).unwrap());
            names.iter().map(read).collect()
        };
        let started = Instant::now();
        let old = state("As it was before");
        let took = started.elapsed();
        let new = state("As it is now");
        let arguments = arguments("As it is now");
        let states = [old, new];
        let mut numbers = Numbers::new(names.len() as u64);
        let wanted = KILLS_OF_THE_PROGRAM.max(rounds() / 20);
        for round in 0..wanted {
            names.iter().for_each(|name| put(folder.path(), name, &states[0][*name]));
            // Most of its life it reads and draws.
            let part = 0.4 + 0.7 * numbers.part();
            run(folder.path(), &arguments, Some(took.mul_f64(part)));
            let wrong = wrong(folder.path(), names, &states);
            assert!(wrong.is_empty(), "round {round} of {names:?}: {wrong:#?}");
        }
    }
}
