//! Nothing is lost: a window that is killed at any moment has left behind all that was done a second before.
//!
//! The test runs itself as the window ([`a_window_that_edits_until_it_is_killed`]): that one makes edits, tells its
//! journal and the one who kills it, and never ends by itself. What it edits follows from a number, so that what is
//! recovered can be compared with what it must be, edit for edit.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod writing;

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use claimline::document::annotation::{AreaKind, PathKind, PointKind, Shape};
use claimline::document::project::{Reference, settled};
use claimline::document::step::{Drawing, Step};
use claimline::document::{Annotation, AnnotationId, Document, History, LayerId, edit};
use claimline::files::journal::{self, Journal, JournalError};
use claimline::geometry::{Coord, LineString, MultiPolygon, Polygon, View};

/// How often a window is killed.
const KILLS: usize = 200;

/// How many windows live at a time.
const WINDOWS: usize = 8;

/// What a committed edit may take to be on the disk.
const PROMISE_MS: u64 = 1000;

/// Tells the child in which folder it works, and from which number its edits follow.
const FOLDER: &str = "CLAIMLINE_TEST_RECOVERY_FOLDER";
const SEED: &str = "CLAIMLINE_TEST_RECOVERY_SEED";

/// Numbers that follow from a seed (xorshift64).
struct Numbers(u64);

impl Numbers {
    fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % most
    }

    fn part(&mut self) -> f64 {
        self.below(1 << 32) as f64 / (1_u64 << 32) as f64
    }

    fn place(&mut self) -> Coord<f64> {
        Coord { x: 22.0 + 18.0 * self.part(), y: 44.0 + 8.0 * self.part() }
    }

    fn shape(&mut self) -> Shape {
        let at = self.place();
        let mut corners: Vec<Coord<f64>> = (0..3 + self.below(60)).map(|_| self.place()).collect();
        match self.below(5) {
            0 => Shape::Point { at, kind: PointKind::Marker },
            1 => Shape::Callout { target: at, text_at: self.place() },
            2 => Shape::Path { line: LineString(corners), kind: PathKind::Arrow },
            3 => Shape::Circle { center: at, radius_m: 1.0 + 1e5 * self.part() },
            _ => {
                corners.push(corners[0]);
                let area = MultiPolygon(vec![Polygon::new(LineString(corners), Vec::new())]);
                Shape::Area { area, kind: AreaKind::Polygon }
            }
        }
    }
}

fn start() -> History {
    History::new(Document::empty("test", View { center: Coord { x: 37.0, y: 48.0 }, zoom: 7.0 }))
}

/// One edit, undo or redo.
fn step(history: &mut History, numbers: &mut Numbers) {
    let ids: Vec<AnnotationId> = history.document().annotations.iter().map(|annotation| annotation.id).collect();
    let any = |numbers: &mut Numbers| ids[numbers.below(ids.len() as u64) as usize];
    match numbers.below(10) {
        0 if !ids.is_empty() => {
            let id = any(numbers);
            history.edit(Step::Delete(1), |document| edit::remove(document, &[id]));
        }
        1 | 2 if !ids.is_empty() => {
            let (id, title) = (any(numbers), format!("Назва {}", numbers.below(1000)));
            history.edit(Step::EditWords(id), |document| {
                if let Some(annotation) = document.annotations.get_mut(id) {
                    annotation.title = title;
                }
            });
        }
        3 => {
            history.undo();
        }
        4 => {
            history.redo();
        }
        _ => {
            let annotation = Annotation::new(AnnotationId(0), LayerId(0), numbers.shape());
            history.edit(Step::Draw(Drawing::Line), |document| edit::add(document, annotation));
        }
    }
}

fn now_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as u64
}

/// Runs only as a child of [`two_hundred_kills_lose_nothing_and_tear_nothing`].
#[test]
#[ignore = "it is the window that another test kills"]
fn a_window_that_edits_until_it_is_killed() {
    let (Ok(folder), Ok(seed)) = (std::env::var(FOLDER), std::env::var(SEED)) else {
        return;
    };
    let seed: u64 = seed.parse().unwrap();
    let journal = Journal::start(Path::new(&folder), None).unwrap();
    let mut history = start();
    let (mut edits, mut pauses) = (Numbers::new(seed), Numbers::new(!seed));
    // Not through `println!`, which tests capture.
    let mut out = std::io::stdout().lock();
    // A parent that is gone must not leave it running.
    let end = Instant::now() + Duration::from_secs(30);
    while Instant::now() < end {
        let before = history.revision();
        step(&mut history, &mut edits);
        if history.revision() > before {
            let at_ms = now_ms();
            journal.record(history.document(), &Reference::default(), history.revision());
            if writeln!(out, "committed {} {at_ms}", history.revision()).and_then(|()| out.flush()).is_err() {
                return;
            }
        }
        std::thread::sleep(Duration::from_millis(pauses.below(25)));
    }
}

/// The document of a revision, edited anew.
fn expected(seed: u64, revision: u64) -> Document {
    let (mut history, mut numbers) = (start(), Numbers::new(seed));
    while history.revision() < revision {
        step(&mut history, &mut numbers);
    }
    history.document().clone()
}

/// What came of one kill.
#[derive(Default)]
struct Outcome {
    committed: u64,
    recovered: u64,
    /// Committed a second before the kill and not recovered, torn, or other than it must be.
    wrong: Vec<String>,
}

fn kill_once(seed: u64, life: Duration) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "a_window_that_edits_until_it_is_killed", "--ignored", "--nocapture"])
        .env(FOLDER, folder.path())
        .env(SEED, seed.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // Revisions, and when they were committed.
    let commits: Arc<Mutex<Vec<(u64, u64)>>> = Arc::default();
    let reader = std::thread::spawn({
        let (commits, out) = (Arc::clone(&commits), BufReader::new(child.stdout.take().unwrap()));
        move || {
            for line in out.lines().map_while(Result::ok) {
                let mut words = line.split(' ').skip_while(|word| *word != "committed").skip(1);
                if let (Some(revision), Some(at_ms)) = (words.next(), words.next()) {
                    commits.lock().unwrap().push((revision.parse().unwrap(), at_ms.parse().unwrap()));
                }
            }
        }
    });
    // Its life begins with its first edit, however long the machine takes to start it.
    let patience = Instant::now() + Duration::from_secs(20);
    while commits.lock().unwrap().is_empty() && Instant::now() < patience {
        std::thread::sleep(Duration::from_millis(2));
    }
    std::thread::sleep(life);
    let killed_ms = now_ms();
    child.kill().unwrap();
    child.wait().unwrap();
    reader.join().unwrap();

    let commits = commits.lock().unwrap();
    let mut outcome = Outcome { committed: commits.last().map_or(0, |(revision, _)| *revision), ..Outcome::default() };
    let promised =
        commits.iter().filter(|(_, at_ms)| at_ms + PROMISE_MS <= killed_ms).map(|(revision, _)| *revision).max();
    let promised = promised.unwrap_or(0);
    match journal::recoverable(folder.path()).unwrap().as_slice() {
        [] if promised == 0 => {}
        [] => outcome.wrong.push(format!("seed {seed}: nothing is recovered; revision {promised} was promised")),
        [found] => check(seed, promised, found, &mut outcome),
        more => outcome.wrong.push(format!("seed {seed}: {} files are recovered", more.len())),
    }
    outcome
}

fn check(seed: u64, promised: u64, found: &journal::Recovered, outcome: &mut Outcome) {
    outcome.recovered = found.revision;
    if let Some(problem) = &found.problem {
        outcome.wrong.push(format!("seed {seed}: {problem}"));
        return;
    }
    let opened = journal::open(&found.path).unwrap();
    if opened.revision < promised {
        outcome.wrong.push(format!("seed {seed}: revision {} is recovered, {promised} was promised", opened.revision));
    }
    if opened.project.document != settled(&expected(seed, opened.revision)) || !opened.project.warnings.is_empty() {
        outcome.wrong.push(format!("seed {seed}: revision {} is not what it was", opened.revision));
    }
    if opened.project.document.annotations.len() != found.annotations {
        outcome.wrong.push(format!("seed {seed}: the list says {} annotations", found.annotations));
    }
    // Between its start and its own program, a process that another thread starts has the locks of this one.
    let patience = Instant::now() + Duration::from_secs(10);
    while let Err(error) = journal::discard(&found.path) {
        assert!(matches!(error, JournalError::InUse { .. }) && Instant::now() < patience, "seed {seed}: {error}");
        std::thread::sleep(Duration::from_millis(10));
    }
    let left = std::fs::read_dir(found.path.parent().unwrap()).unwrap().count();
    if left > 0 {
        outcome.wrong.push(format!("seed {seed}: {left} files are left after it was discarded"));
    }
}

#[test]
fn two_hundred_kills_lose_nothing_and_tear_nothing() {
    let next = AtomicUsize::new(0);
    let outcomes: Mutex<Vec<Outcome>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..WINDOWS {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    if index >= KILLS {
                        break;
                    }
                    let seed = index as u64 + 1;
                    let life = Duration::from_millis(50 + Numbers::new(seed ^ 0xA5A5).below(1550));
                    let outcome = kill_once(seed, life);
                    outcomes.lock().unwrap().push(outcome);
                }
            });
        }
    });
    let outcomes = outcomes.into_inner().unwrap();
    let wrong: Vec<&String> = outcomes.iter().flat_map(|outcome| &outcome.wrong).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(outcomes.len(), KILLS);
    // The test sees what it is to see: edits were made, and most windows were killed with some of them on the disk.
    let recovered = outcomes.iter().filter(|outcome| outcome.recovered > 0).count();
    assert!(outcomes.iter().all(|outcome| outcome.committed > 0) && recovered > KILLS / 2, "{recovered} recovered");
}

/// The one journal that can be recovered. A process that another test is starting holds what was open when it was forked,
/// locks too, until it runs its own program: so it may take a moment.
fn recovered(folder: &Path) -> journal::Recovered {
    let until = Instant::now() + Duration::from_secs(20);
    loop {
        match journal::recoverable(folder).unwrap().pop() {
            Some(found) => return found,
            None => assert!(Instant::now() < until, "nothing can be recovered"),
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn the_next_window_takes_the_work_over_before_the_old_copy_goes() {
    let folder = tempfile::tempdir().unwrap();
    let document = expected(7, 30);
    let original = PathBuf::from("/somewhere/a.claimline.geojson");
    let crashed = Journal::start(folder.path(), Some(original)).unwrap();
    crashed.record(&document, &Reference::default(), 30);
    drop(crashed);

    let found = recovered(folder.path());
    let opened = journal::open(&found.path).unwrap();
    let next = Journal::start(folder.path(), opened.original).unwrap();
    next.record(&opened.project.document, &opened.project.reference, 1);
    assert!(next.flush(Duration::from_secs(20)));
    journal::discard(&found.path).unwrap();
    assert!(journal::recoverable(folder.path()).unwrap().is_empty(), "what a living window keeps is offered");
    drop(next);
    let found = recovered(folder.path());
    assert_eq!(journal::open(&found.path).unwrap().project.document, settled(&document));
}
