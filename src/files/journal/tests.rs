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
    discard(&recoverable(folder.path()).unwrap()[0].path).unwrap();
    assert_eq!(files(folder.path()), 0);
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
fn a_journal_that_cannot_write_says_so_and_tries_again() {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("recovery");
    let journal = Journal::start(&inside, None).unwrap();
    fs::remove_dir_all(&inside).unwrap();
    journal.record(&document(1), &Reference::default(), 1);
    assert!(!journal.flush(Duration::from_millis(300)));
    assert!(journal.standing().problem.unwrap().contains("cannot write the recovery file"));
    fs::create_dir(&inside).unwrap();
    assert!(journal.flush(PATIENCE));
    assert_eq!(journal.standing().problem, None);
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
