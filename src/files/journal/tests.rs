//! Tests of `journal.rs`.

use super::*;
use crate::document::{Annotation, AnnotationId, LayerId, annotation, edit};
use crate::geometry::{Coord, View};

const PATIENCE: Duration = Duration::from_secs(20);

fn document(markers: usize) -> Document {
    let mut document = Document::empty("test", View { center: Coord { x: 37.0, y: 48.0 }, zoom: 7.0 });
    for index in 0..markers {
        let at = Coord { x: 37.0 + index as f64 / 100.0, y: 48.0 };
        let shape = annotation::Shape::Point { at, kind: annotation::PointKind::Marker };
        edit::add(&mut document, Annotation::new(AnnotationId(0), LayerId(0), shape));
    }
    document
}

fn files(folder: &Path) -> usize {
    fs::read_dir(folder).unwrap().count()
}

#[test]
fn what_a_window_left_is_offered_until_it_is_discarded() {
    let folder = tempfile::tempdir().unwrap();
    let original = PathBuf::from("/home/someone/a.claimline.geojson");
    let journal = Journal::start(folder.path(), Some(original.clone())).unwrap();
    journal.record(&document(1), &Reference::default(), 1);
    journal.record(&document(3), &Reference::default(), 2);
    assert!(journal.flush(PATIENCE));
    assert_eq!(journal.standing(), Standing { written: Some(2), waiting: false, problem: None });
    // Its window lives.
    assert!(recoverable(folder.path()).unwrap().is_empty());
    let live = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
    let live = live.into_iter().find(|path| path.extension().unwrap() == "recovery").unwrap();
    assert!(matches!(discard(&live), Err(JournalError::InUse { .. })));
    drop(journal);
    for _ in 0..2 {
        let found = recoverable(folder.path()).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].annotations, found[0].revision), (3, 2));
        assert_eq!(found[0].original.as_deref(), Some(original.as_path()));
        assert!(found[0].problem.is_none());
        let opened = open(&found[0].path).unwrap();
        assert_eq!(opened.project.document, document(3));
        assert_eq!(opened.original.as_ref(), Some(&original));
    }
    let found = recoverable(folder.path()).unwrap()[0].path.clone();
    // What it was writing when it was killed goes too; what another window writes stays.
    let id = found.file_stem().unwrap().to_str().unwrap();
    fs::write(folder.path().join(format!(".{id}.recovery.1-2.part")), "half").unwrap();
    fs::write(folder.path().join(format!(".{id}0.recovery.1-2.part")), "half").unwrap();
    discard(&found).unwrap();
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, [format!(".{id}0.recovery.1-2.part").as_str()]);
}

#[test]
fn the_way_to_the_file_leads_there_from_any_folder() {
    let folder = tempfile::tempdir().unwrap();
    let here = std::env::current_dir().unwrap();
    let journal = Journal::start(folder.path(), Some(PathBuf::from("work/../a.claimline.geojson"))).unwrap();
    for name in [None, Some("./b.claimline.geojson")] {
        name.into_iter().for_each(|name| journal.set_original(Some(PathBuf::from(name)), None));
        journal.record(&document(1), &Reference::default(), 1 + u64::from(name.is_some()));
        assert!(journal.flush(PATIENCE));
    }
    drop(journal);
    let found = recoverable(folder.path()).unwrap();
    assert_eq!(found[0].original, Some(here.join("b.claimline.geojson")));
    assert_eq!(super::super::dossiers::lasting_place_of(Path::new("x/dossier.json")), here.join("x"));
}

#[test]
fn a_clean_close_leaves_nothing_and_a_save_forgets_only_what_it_saved() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::start(folder.path(), None).unwrap();
    journal.record(&document(1), &Reference::default(), 1);
    assert!(journal.flush(PATIENCE));
    journal.forget(1);
    assert!(journal.flush(PATIENCE));
    assert_eq!(journal.standing().written, None);
    journal.record(&document(2), &Reference::default(), 2);
    assert!(journal.flush(PATIENCE));
    // A save of revision 1 that ended late.
    journal.forget(1);
    assert!(journal.flush(PATIENCE));
    assert_eq!(journal.standing().written, Some(2));
    journal.close();
    assert_eq!(files(folder.path()), 0);
}

#[test]
fn a_torn_recovery_file_is_reported_and_stays() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::start(folder.path(), None).unwrap();
    journal.record(&document(5), &Reference::default(), 9);
    drop(journal);
    let path = recoverable(folder.path()).unwrap()[0].path.clone();
    let whole = fs::read(&path).unwrap();
    let mut changed = whole.clone();
    *changed.last_mut().unwrap() = b' ';
    for torn in [&whole[..whole.len() / 2], &whole[..10], b"", &changed] {
        fs::write(&path, torn).unwrap();
        let found = recoverable(folder.path()).unwrap();
        assert!(matches!(found[0].problem, Some(JournalError::Torn { .. })), "{found:?}");
        assert!(open(&path).is_err());
        assert_eq!(fs::read(&path).unwrap(), torn);
    }
}

#[test]
fn two_windows_on_one_file_notice_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let locks = folder.path().join("recovery");
    let file = folder.path().join("a.claimline.geojson");
    let claim = Claim::take(&locks, &file).unwrap().unwrap();
    let detour = folder.path().join("recovery/../a.claimline.geojson");
    assert!(Claim::take(&locks, &detour).unwrap().is_none());
    let other = Claim::take(&locks, &folder.path().join("b.claimline.geojson")).unwrap();
    assert!(other.is_some());
    // Looking for work left behind does not break a hold.
    assert!(recoverable(&locks).unwrap().is_empty());
    assert!(Claim::take(&locks, &file).unwrap().is_none());
    drop(claim);
    assert!(Claim::take(&locks, &file).unwrap().is_some());
    assert_eq!(files(folder.path()), 1);
}

/// Waits until a journal stands as it should.
fn wait(journal: &Journal, what: &str, is_so: impl Fn(&Standing) -> bool) {
    let started = Instant::now();
    while !is_so(&journal.standing()) {
        assert!(started.elapsed() < PATIENCE, "waited in vain for {what}: {:?}", journal.standing());
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_folder_that_is_removed_is_made_anew_with_its_lock() {
    let outer = tempfile::tempdir().unwrap();
    let folder = outer.path().join("recovery");
    let journal = Journal::start(&folder, None).unwrap();
    fs::remove_dir_all(&folder).unwrap();
    journal.record(&document(2), &Reference::default(), 1);
    assert!(journal.flush(PATIENCE));
    assert_eq!(journal.standing(), Standing { written: Some(1), waiting: false, problem: None });
    assert_eq!(files(&folder), 2, "the file and its lock");
    // Its window lives, and the new lock says so.
    assert!(recoverable(&folder).unwrap().is_empty());
    drop(journal);
    assert_eq!(recoverable(&folder).unwrap()[0].annotations, 2);
}

#[test]
fn what_cannot_be_written_is_said_and_tried_until_it_works() {
    let outer = tempfile::tempdir().unwrap();
    let folder = outer.path().join("recovery");
    let journal = Journal::start(&folder, None).unwrap();
    // Not even the administrator can write into a file as if it were a folder.
    fs::remove_dir_all(&folder).unwrap();
    fs::write(&folder, "in the way").unwrap();
    journal.record(&document(1), &Reference::default(), 1);
    wait(&journal, "a word on it", |standing| standing.problem.is_some());
    assert!(journal.standing().problem.unwrap().contains("cannot write the recovery file"));
    assert!(!journal.flush(Duration::from_millis(100)), "nothing is written");
    fs::remove_file(&folder).unwrap();
    wait(&journal, "the next try", |standing| standing.problem.is_none() && standing.written == Some(1));
    drop(journal);
    assert_eq!(recoverable(&folder).unwrap()[0].annotations, 1);
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_it_and_no_planted_link_is_followed() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    let outer = tempfile::tempdir().unwrap();
    let folder = outer.path().join("state/recovery");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    // A folder that an earlier program left open is closed.
    fs::create_dir_all(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    let journal = Journal::start(&folder, None).unwrap();
    let claim = Claim::take(&folder, &outer.path().join("a.claimline.geojson")).unwrap().unwrap();
    journal.record(&document(1), &Reference::default(), 1);
    assert!(journal.flush(PATIENCE));
    assert_eq!(mode(&folder), 0o700);
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{path:?}");
    }
    // A link in the place of the recovery file is replaced, and what it leads to stays.
    let target = outer.path().join("target");
    fs::write(&target, "precious").unwrap();
    fs::remove_file(&journal.recovery).unwrap();
    symlink(&target, &journal.recovery).unwrap();
    journal.record(&document(2), &Reference::default(), 2);
    assert!(journal.flush(PATIENCE));
    assert!(!fs::symlink_metadata(&journal.recovery).unwrap().is_symlink());
    drop((journal, claim));
    // So is one in the place of a lock: nothing is made where it leads to.
    let [left] = &recoverable(&folder).unwrap()[..] else { panic!("one file is left") };
    let (lock, made) = (left.path.with_extension("lock"), outer.path().join("made"));
    fs::remove_file(&lock).unwrap();
    symlink(&made, &lock).unwrap();
    assert!(recoverable(&folder).unwrap()[0].problem.is_some());
    assert!(!made.exists());
    assert_eq!(fs::read(&target).unwrap(), b"precious");
}

#[cfg(unix)]
#[test]
fn a_pipe_among_the_recovery_files_is_named_and_never_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("0-0-0.recovery");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    if !made.is_ok_and(|status| status.success()) {
        eprintln!("there is no mkfifo here; nothing is tested");
        return;
    }
    let found = recoverable(folder.path()).unwrap();
    assert!(found[0].problem.as_ref().unwrap().to_string().contains("it is a pipe, not a file"));
    assert!(open(&pipe).unwrap_err().to_string().contains("it is a pipe, not a file"));
}
