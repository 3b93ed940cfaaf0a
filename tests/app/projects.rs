//! Projects: saving, opening, recovering, and what has become of their files.

use super::*;

#[test]
fn a_project_is_saved_asked_about_and_opened_again() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("map.claimline.geojson");
    let mut harness = window();
    press(&mut harness, Key::M);
    place(&mut harness, A);
    harness.run_ok();
    assert!(harness.state_mut().has_unsaved_work());
    harness.key_press_modifiers(Modifiers::COMMAND, Key::S);
    harness.run_ok();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness
        .get_by_role_and_label(
            Role::TextInput,
            "Path of the project: a .claimline.geojson file, which other programs open too",
        )
        .type_text(&file.display().to_string());
    harness.run_ok();
    press(&mut harness, Key::Enter);
    wait(&mut harness, "the file", |_| file.exists());
    wait(&mut harness, "the title", |app| app.project_path() == Some(file.as_path()));
    harness.run_ok();
    assert!(!harness.state_mut().has_unsaved_work());

    // A change that is not saved is asked about before an empty project takes its place.
    press(&mut harness, Key::M);
    place(&mut harness, B);
    harness.run_ok();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::N);
    harness.run_ok();
    assert_eq!(kinds(&harness).len(), 2);
    harness.get_by_label("Don’t save").click();
    harness.run_ok();
    assert_eq!(kinds(&harness).len(), 0);
    harness.state_mut().open_files(vec![file.clone()]);
    wait(&mut harness, "the project", |app| app.session().document().annotations.len() == 1);
    assert_eq!(harness.state().project_path(), Some(file.as_path()));
}

#[test]
fn a_project_brings_its_layers_back_and_says_what_has_become_of_their_files() {
    let folder = tempfile::TempDir::new().unwrap();
    let (file, own) = (folder.path().join("map.claimline.geojson"), folder.path().join("lines.geojson"));
    let text = r#"{"type":"LineString","coordinates":[[37.2,48.2],[37.9,48.9]]}"#;
    std::fs::write(&own, text).unwrap();
    let mut harness = window();
    let ctx = harness.ctx.clone();
    harness.state_mut().open_files(vec![own.clone()]);
    wait(&mut harness, "the layer", |app| app.session().dossier().overlay("lines").is_some());
    let rename = OwnLayerChange::Rename("Trenches".to_owned());
    harness.state_mut().act(&ctx, Action::OwnLayer("lines".to_owned(), rename));
    assert!(harness.state_mut().has_unsaved_work());
    save_project_as(&mut harness, &file);
    harness.run_ok();
    assert!(!harness.state_mut().has_unsaved_work());

    // A new project has no layers; the saved one has them again, and nothing is changed by that.
    harness.state_mut().act(&ctx, Action::Command(Command::New));
    harness.run_ok();
    assert!(harness.state().session().dossier().overlay("lines").is_none());
    let title = |app: &ClaimlineApp| {
        app.session().dossier().overlay("lines").map(|layer| layer.title.main().to_owned())
            == Some("Trenches".to_owned())
    };
    harness.state_mut().open_files(vec![file.clone()]);
    wait(&mut harness, "the layer of the project", title);
    harness.run_ok();
    assert!(!harness.state_mut().has_unsaved_work());
    assert!(harness.query_by_label("Leave out Trenches").is_none());

    // Without its file, what the project keeps is shown, and a banner says so until the layer is left out.
    std::fs::remove_file(&own).unwrap();
    harness.state_mut().act(&ctx, Action::Command(Command::New));
    harness.state_mut().open_files(vec![file.clone()]);
    wait(&mut harness, "the layer out of the project", title);
    harness.run_ok();
    assert!(harness.state().message().contains("“Trenches” was not read"), "{}", harness.state().message());
    harness.get_by_label("Locate… Trenches");
    harness.get_by_label("Leave out Trenches").click();
    harness.run_ok();
    assert!(harness.state().session().dossier().overlay("lines").is_none());
    assert!(harness.query_by_label("Leave out Trenches").is_none());
    harness.state_mut().act(&ctx, Action::Command(Command::Undo));
    harness.run_ok();
    assert!(title(harness.state()));
}

#[test]
fn a_file_with_longitude_and_latitude_exchanged_is_mended_from_the_banner() {
    let folder = tempfile::TempDir::new().unwrap();
    let (file, own) = (folder.path().join("map.claimline.geojson"), folder.path().join("swapped.geojson"));
    let text = r#"{"type":"LineString","coordinates":[[48.2,37.2],[48.9,37.9]]}"#;
    std::fs::write(&own, text).unwrap();
    let mut harness = window();
    let ctx = harness.ctx.clone();
    let open = |harness: &mut Harness<'static, ClaimlineApp>, path: &Path| {
        harness.state_mut().open_files(vec![path.to_owned()]);
        wait(harness, "the layer", |app| app.session().dossier().overlay("swapped").is_some());
        harness.run_ok();
    };
    let bounds = |app: &ClaimlineApp| app.session().dossier().overlay("swapped").unwrap().bounds;
    open(&mut harness, &own);
    assert_eq!(bounds(harness.state()), [48.2, 37.2, 48.9, 37.9]);
    harness.get_by_label("Swap longitude and latitude of swapped").click();
    harness.run_ok();
    wait(&mut harness, "the exchange", |app| bounds(app) == [37.2, 48.2, 37.9, 48.9]);
    harness.run_ok();
    assert!(harness.query_by_label("Swap longitude and latitude of swapped").is_none(), "it has been put right");
    assert_eq!(harness.state().message(), "Longitude and latitude of “swapped.geojson” are swapped");
    harness.state_mut().act(&ctx, Action::Command(Command::Undo));
    harness.run_ok();
    assert_eq!(bounds(harness.state()), [48.2, 37.2, 48.9, 37.9]);
    harness.state_mut().act(&ctx, Action::Command(Command::Redo));
    harness.run_ok();

    // Opened again, and out of a project, the file is read in the same way.
    open(&mut harness, &own);
    wait(&mut harness, "the file", ClaimlineApp::is_settled);
    assert_eq!(bounds(harness.state()), [37.2, 48.2, 37.9, 48.9]);
    save_project_as(&mut harness, &file);
    harness.state_mut().act(&ctx, Action::Command(Command::New));
    harness.run_ok();
    open(&mut harness, &file);
    assert_eq!(bounds(harness.state()), [37.2, 48.2, 37.9, 48.9]);

    // The menu of the layer leads back; where it lies then is offered to be mended, unless that is waved away.
    harness.get_by_label("Options of swapped").click();
    harness.run_ok();
    harness.get_by_label("Swap longitude and latitude").click();
    harness.run_ok();
    wait(&mut harness, "the way back", |app| bounds(app) == [48.2, 37.2, 48.9, 37.9]);
    harness.run_ok();
    harness.get_by_label("Leave swapped where it is").click();
    harness.run_ok();
    assert!(harness.query_by_label("Swap longitude and latitude of swapped").is_none());
}

#[test]
fn a_figure_set_up_before_the_first_save_is_work_and_one_looked_at_is_none() {
    let folder = tempfile::TempDir::new().unwrap();
    let journal = folder.path().join("recovery");
    let mut harness = window();
    harness.state_mut().keep_in(&journal);
    // Nothing but the journal's own file lies in its folder; it is written in the background.
    let journaled = |size: u64| {
        let bytes = || {
            let files = std::fs::read_dir(&journal).unwrap().flatten();
            files.filter_map(|file| file.metadata().ok()).map(|of| of.len()).max().unwrap_or_default()
        };
        let started = Instant::now();
        while bytes() < size && started.elapsed() < Duration::from_secs(20) {
            std::thread::sleep(Duration::from_millis(50));
        }
        bytes() >= size
    };
    // Opened, looked at and left; a drag of the frame given up.
    set_up_figure(&mut harness);
    let inside = harness.get_by_label(FRAME).rect().center();
    harness.hover_at(inside);
    harness.step();
    let (button, modifiers) = (PointerButton::Primary, Modifiers::NONE);
    harness.event(egui::Event::PointerButton { pos: inside, button, pressed: true, modifiers });
    harness.step();
    harness.hover_at(inside + Vec2::new(60.0, 30.0));
    harness.step();
    harness.key_press(Key::Escape);
    harness.step();
    harness.event(egui::Event::PointerButton { pos: inside, button, pressed: false, modifiers });
    settle(&mut harness);
    harness.key_press(Key::Escape);
    harness.run_ok();
    assert!(harness.state().figure_set_up().is_none());
    assert!(!harness.state_mut().has_unsaved_work(), "to look at a figure is no work");
    // Exported as the window proposes it.
    set_up_figure(&mut harness);
    let path = folder.path().join("figure.svg");
    type_path(&mut harness, &path);
    harness.get_by_label("Export").click();
    harness.step();
    wait(&mut harness, "the message", |app| app.message().starts_with("Figure written"));
    assert!(!harness.state_mut().has_unsaved_work(), "to export a figure as it is proposed is no work");
    // The frame moved by a key: asked about, and in the journal.
    set_up_figure(&mut harness);
    harness.get_by_label(FRAME).focus();
    harness.run_ok();
    harness.key_press(Key::ArrowLeft);
    settle(&mut harness);
    assert!(harness.state_mut().has_unsaved_work());
    assert!(journaled(200), "nothing is in the journal");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::N);
    harness.run_ok();
    assert!(harness.query_by_label("Save your changes?").is_some());
}

#[test]
fn the_warnings_of_a_project_are_counted_and_lead_to_all_of_them() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("mended.claimline.geojson");
    let text = r#"{"type":"FeatureCollection","claimline":{"version":1,"dossier":{"id":"berlin-2025-12"},
        "figure":{"theme":"sepia","page":{"dpi":7}}},"features":[]}"#;
    std::fs::write(&file, text).unwrap();
    let mut harness = window();
    let bare = |harness: &Harness<'static, ClaimlineApp>| harness.query_by_label_contains("2 warnings").is_none();
    assert!(bare(&harness));
    // Twice, for those of the project before are gone.
    for _ in 0..2 {
        harness.state_mut().open_files(vec![file.clone()]);
        wait(&mut harness, "the project", |app| app.message().starts_with("Opened mended"));
        harness.run_ok();
        let message = harness.state().message().to_owned();
        assert!(message.contains("2 warnings, the first of them: figure: "), "{message}");
        harness.get_by_role_and_label(Role::Button, "2 warnings").click();
        harness.run_ok();
        assert!(harness.query_by_label_contains("What could not be read in the open files").is_some());
        for what in ["'theme' is not understood", "'dpi' is 7"] {
            assert!(harness.query_all_by_label_contains(what).next().is_some(), "{what}");
        }
        harness.get_by_label("Close").click();
        harness.run_ok();
    }
    harness.key_press_modifiers(Modifiers::COMMAND, Key::N);
    harness.run_ok();
    assert!(bare(&harness));
}

#[test]
fn a_file_that_cannot_be_opened_stands_among_the_warnings() {
    let folder = tempfile::TempDir::new().unwrap();
    let write = |name: &str, text: &str| {
        let file = folder.path().join(name);
        std::fs::write(&file, text).unwrap();
        file
    };
    let good = write("good.geojson", r#"{"type":"Point","coordinates":[37.5,48.5]}"#);
    let bad = write("bad.geojson", r#"{"type":"Point","coordinates":"here"}"#);
    let mut harness = window();
    harness.state_mut().open_files(vec![bad, good.clone()]);
    wait(&mut harness, "the files", |app| app.message().starts_with("Opened good.geojson. JSON, but not GeoJSON"));
    harness.run_ok();
    harness.get_by_role_and_label(Role::Button, "1 warning").click();
    harness.run_ok();
    assert!(harness.query_all_by_label_contains("the coordinates are not those of a Point").next().is_some());
    harness.get_by_label("Close").click();
    harness.state_mut().open_files(vec![good]);
    wait(&mut harness, "the file", |app| app.message() == "Opened good.geojson");
    harness.run_ok();
    assert!(harness.query_by_label_contains("1 warning").is_none());
}

/// What a window remembers until the next start.
#[derive(Default)]
pub(crate) struct Memory(std::collections::BTreeMap<String, String>);

impl eframe::Storage for Memory {
    fn get_string(&self, key: &str) -> Option<String> {
        self.0.get(key).cloned()
    }

    fn set_string(&mut self, key: &str, value: String) {
        self.0.insert(key.to_owned(), value);
    }

    fn remove_string(&mut self, key: &str) {
        self.0.remove(key);
    }

    fn flush(&mut self) {}
}

#[test]
fn a_project_that_is_read_before_the_first_frame_opens_without_a_question() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("first.claimline.geojson");
    let text =
        r#"{"type":"FeatureCollection","claimline":{"version":1,"dossier":{"id":"berlin-2025-12"}},"features":[]}"#;
    std::fs::write(&file, text).unwrap();
    let mut memory = Memory::default();
    eframe::App::save(window().state_mut(), &mut memory);
    let mut harness = Harness::builder().with_size(Vec2::new(900.0, 700.0)).build_eframe(|cc| {
        let mut app = ClaimlineApp::new(&cc.egui_ctx, evidence(), Some(&memory)).expect("a thread");
        app.open_files(vec![file.clone()]);
        std::thread::sleep(Duration::from_secs(1));
        app
    });
    harness.run_ok();
    assert!(harness.query_by_label("Save your changes?").is_none());
    wait(&mut harness, "the project", |app| app.project_path() == Some(file.as_path()));
}

#[test]
fn a_project_that_is_opened_waits_for_the_answer_about_recovered_work() {
    let folder = tempfile::TempDir::new().unwrap();
    let journal = folder.path().join("recovery");
    let file = folder.path().join("other.claimline.geojson");
    let mut harness = window();
    harness.state_mut().keep_in(&journal);
    press(&mut harness, Key::M);
    place(&mut harness, A);
    press(&mut harness, Key::M);
    place(&mut harness, B);
    harness.run_ok();
    std::fs::write(&file, project::write(harness.state().session().document(), &project::Reference::default()))
        .unwrap();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_ok();
    // Its window ends without having saved.
    drop(harness);

    let mut harness = window();
    harness.state_mut().keep_in(&journal);
    harness.state_mut().open_files(vec![file.clone()]);
    settle(&mut harness);
    assert!(harness.query_by_label("Recovered work").is_some());
    assert_eq!(kinds(&harness).len(), 0, "the file waits");
    harness.get_by_label("Open recovered Untitled").click();
    harness.run_ok();
    assert_eq!(kinds(&harness).len(), 1);
    assert!(harness.query_by_label("Recovered work").is_none());
    assert!(harness.query_by_label("Save your changes?").is_some(), "one question after the other");
    harness.get_by_label("Don’t save").click();
    wait(&mut harness, "the project", |app| app.project_path() == Some(file.as_path()));
    harness.run_ok();
    assert_eq!(kinds(&harness).len(), 2);
    assert!(harness.query_by_label("Save your changes?").is_none());
}

#[test]
fn a_recovery_that_fails_is_said_until_it_works_again() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("recovery");
    // A file lies where the folder is to be, so that the journal cannot even begin.
    std::fs::write(&journal, "in the way").unwrap();
    let mut harness = window();
    harness.state_mut().keep_in(&journal);
    harness.run_ok();
    const SAID: &str = "Your changes are not being backed up";
    assert!(harness.query_by_label_contains(SAID).is_some());
    std::fs::remove_file(&journal).unwrap();
    let gone = |harness: &mut Harness<'static, ClaimlineApp>| {
        let started = Instant::now();
        while harness.query_by_label_contains(SAID).is_some() {
            assert!(started.elapsed() < Duration::from_secs(60), "it is still said");
            // A window that nobody touches paints only the frames that it asks for.
            let output = &harness.output().viewport_output[&egui::ViewportId::ROOT];
            assert!(output.repaint_delay <= Duration::from_secs(1), "it would stay for ever");
            std::thread::sleep(Duration::from_millis(50));
            harness.step();
        }
    };
    gone(&mut harness);
    assert!(harness.state().message().contains("backed up again"), "{}", harness.state().message());
    let kept = |journal: &Path| {
        let entries = std::fs::read_dir(journal).unwrap().map(|entry| entry.unwrap().path());
        entries.filter(|path| path.extension().is_some_and(|end| end == "recovery")).count()
    };
    // It breaks in the midst of the work, and the window asks for the frames that show it by itself.
    std::fs::remove_dir_all(&journal).unwrap();
    std::fs::write(&journal, "in the way").unwrap();
    press(&mut harness, Key::M);
    place(&mut harness, A);
    wait_for_label(&mut harness, SAID);
    let output = &harness.output().viewport_output[&egui::ViewportId::ROOT];
    assert!(output.repaint_delay <= Duration::from_secs(1), "{:?}", output.repaint_delay);
    harness.get_by_label("Save the project").click();
    harness.run_ok();
    assert!(harness.query_by_label_contains("Path of the project").is_some());
    harness.key_press(Key::Escape);
    std::fs::remove_file(&journal).unwrap();
    gone(&mut harness);
    assert_eq!(kept(&journal), 1);
}

#[test]
fn a_project_that_could_not_be_saved_is_named_until_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let (inside, file) = (folder.path().join("desk"), folder.path().join("desk/map.claimline.geojson"));
    std::fs::create_dir(&inside).unwrap();
    let mut harness = window();
    press(&mut harness, Key::M);
    place(&mut harness, A);
    save_project_as(&mut harness, &file);
    std::fs::remove_dir_all(&inside).unwrap();
    place(&mut harness, B);
    harness.run_ok();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::S);
    harness.run_ok();
    wait_for_label(&mut harness, "The project is not saved");
    harness.run_ok();
    harness.key_press(Key::Escape);
    harness.run_ok();
    assert!(harness.query_by_label_contains("The project is not saved").is_some(), "it stays");
    std::fs::create_dir(&inside).unwrap();
    harness.get_by_label("Save again").click();
    harness.step();
    wait(&mut harness, "the file", |app| app.message().starts_with("Saved"));
    harness.run_ok();
    assert!(harness.query_by_label_contains("The project is not saved").is_none());
    assert!(file.exists());
}

/// The files of a dossier of another place.
fn quill(folder: &Path) -> std::path::PathBuf {
    let (from, to) = (Path::new("tests/data/quill/dossier"), folder.join("quill"));
    std::fs::create_dir_all(to.join("shapes")).unwrap();
    std::fs::copy(from.join("dossier.json"), to.join("dossier.json")).unwrap();
    for file in std::fs::read_dir(from.join("shapes")).unwrap() {
        let file = file.unwrap().path();
        std::fs::copy(&file, to.join("shapes").join(file.file_name().unwrap())).unwrap();
    }
    to
}

#[test]
fn layers_of_the_users_own_stay_when_a_dossier_is_opened() {
    let folder = tempfile::TempDir::new().unwrap();
    let dossier = quill(folder.path());
    // The dossier has an overlay of the name of one of them.
    let named = ["lines", "common"].map(|name| folder.path().join(format!("{name}.geojson")));
    for path in &named {
        std::fs::write(path, r#"{"type":"LineString","coordinates":[[37.2,48.2],[37.9,48.9]]}"#).unwrap();
    }
    let own = |app: &ClaimlineApp| {
        let mut own: Vec<String> = app.session().dossier().own_layers().map(|layer| layer.id.clone()).collect();
        own.sort();
        own
    };

    // One after the other, with work on what is there.
    let mut harness = window();
    let ctx = harness.ctx.clone();
    harness.state_mut().open_files(named.to_vec());
    wait(&mut harness, "the layers", |app| own(app).len() == 2);
    let rename = OwnLayerChange::Rename("Trenches".to_owned());
    harness.state_mut().act(&ctx, Action::OwnLayer("common".to_owned(), rename));
    harness.state_mut().open_files(vec![dossier.clone()]);
    wait(&mut harness, "the dossier", |app| app.session().dossier().id == "quill");
    harness.run_ok();
    assert_eq!(own(harness.state()), ["common-file", "lines"]);
    let session = harness.state().session();
    assert_eq!(session.dossier().overlay("common-file").unwrap().title.main(), "Trenches");
    assert!(session.dossier().overlay("common").unwrap().opened_from.is_none());
    assert!(session.document().is_visible("lines") && session.document().overlay("common").is_some());
    harness.get_by_label("Hide group Your files");

    // In one go, in whatever order they are named.
    for paths in [[&named[0], &dossier], [&dossier, &named[0]]] {
        let mut harness = window();
        harness.state_mut().open_files(paths.map(Clone::clone).to_vec());
        wait(&mut harness, "the dossier", |app| app.session().dossier().id == "quill");
        assert_eq!(own(harness.state()), ["lines"], "{paths:?}");
    }
}

#[test]
fn work_is_recovered_with_the_dossier_that_it_was_done_on_or_goes_on_naming_it() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("map.claimline.geojson");
    let journals = ["one", "other"].map(|name| folder.path().join(name));
    let dossier = quill(folder.path());
    let marked = |harness: &Harness<'static, ClaimlineApp>| harness.state().session().document().annotations.len() == 1;
    let recovered = |journal: &Path| {
        let mut harness = window();
        harness.state_mut().keep_in(journal);
        harness.run_ok();
        harness.get_by_label_contains("Open recovered").click();
        wait(&mut harness, "what is recovered", |app| app.message().starts_with("Recovered; save it to keep it"));
        harness.run_ok();
        assert!(marked(&harness));
        harness
    };
    for journal in &journals {
        let mut harness = window();
        harness.state_mut().keep_in(journal);
        harness.state_mut().open_files(vec![dossier.clone()]);
        wait(&mut harness, "the dossier", |app| app.session().dossier().id == "quill");
        harness.run_ok();
        press(&mut harness, Key::M);
        place(&mut harness, Coord { x: -28.0, y: 40.0 });
        harness.run_ok();
        assert!(marked(&harness));
        // Its window ends without having saved.
        drop(harness);
    }
    let harness = recovered(&journals[0]);
    assert_eq!(harness.state().session().dossier().id, "quill");
    drop(harness);

    // Where the dossier is gone, what is saved names it all the same.
    let moved = folder.path().join("elsewhere");
    std::fs::rename(&dossier, &moved).unwrap();
    let mut harness = recovered(&journals[1]);
    let message = harness.state().message().to_owned();
    assert!(message.contains("“quill”") && message.contains("goes on naming it"), "{message}");
    save_project_as(&mut harness, &file);
    harness.run_ok();
    assert!(!harness.state_mut().has_unsaved_work());
    let saved = project::read(&std::fs::read(&file).unwrap()).unwrap();
    assert_eq!(saved.document.dossier, "quill");
    assert_eq!(saved.reference.dossier_place.as_deref(), Some(Path::new("quill")));
    assert!(saved.document.overlay("common").is_some());
    drop(harness);

    // Once it is back, the project opens it.
    std::fs::rename(&moved, &dossier).unwrap();
    let mut harness = window();
    harness.state_mut().open_files(vec![file]);
    wait(&mut harness, "the dossier", |app| app.session().dossier().id == "quill");
    wait(&mut harness, "the project", |app| app.session().document().annotations.len() == 1);
}
