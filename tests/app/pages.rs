//! Texts that are dropped, pages of PDF beside their words, pages of archives, copies as texts, and words carried to overlays.

use super::dossiers::{Dropped, add_overlay, begun, command, fill};
use super::*;
use claimline::dossier::manuscript::List;
use claimline::dossier::verify::MatchedBy;
use claimline::files::{capture, documents, dossiers};

fn data(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/documents").join(name)
}

fn drop_on(harness: &mut Harness<'static, ClaimlineApp>, path: &Path) {
    documents::use_program(env!("CARGO_BIN_EXE_claimline").into());
    let dropped: egui::DroppedFileHandle = std::sync::Arc::new(Dropped(path.to_owned()));
    harness.input_mut().dropped_files = vec![dropped];
    harness.step();
}

fn source_texts(app: &ClaimlineApp) -> Vec<String> {
    app.session().texts().all().keys().cloned().collect()
}

/// A dossier that is written, with a paper of two pages that was dropped as the text of a new source.
fn paper() -> Harness<'static, ClaimlineApp> {
    paper_at(&data("paper.pdf"))
}

fn paper_at(path: &Path) -> Harness<'static, ClaimlineApp> {
    let mut harness = begun("Flood plain");
    take_paper(&mut harness, path);
    harness
}

fn take_paper(harness: &mut Harness<'static, ClaimlineApp>, path: &Path) {
    drop_on(harness, path);
    wait_for_label(harness, "a guess");
    harness.run_ok();
    // What the file says of itself is in the form, and what it does not say is asked for.
    let value = |harness: &Harness<'static, ClaimlineApp>, name: &str| {
        harness.get_by_role_and_label(Role::TextInput, name).value().unwrap_or_default()
    };
    assert_eq!(value(harness, "Title"), "Survey of the flood plain");
    assert_eq!(value(harness, "Author"), "A. Writer");
    assert_eq!(value(harness, "Outlet"), "");
    assert_eq!(harness.query_all_by_label("a guess").count(), 3);
    fill(harness, "Author", "Ann Writer");
    assert_eq!(harness.query_all_by_label("a guess").count(), 2, "what was typed is no guess");
    fill(harness, "Outlet", "River Authority");
    fill(harness, "Address", "https://authority.example/survey.pdf");
    harness.get_by_role_and_label(Role::Button, "Attach").click();
    wait(harness, "the text", |app| !source_texts(app).is_empty());
    harness.run_ok();
}

#[test]
fn a_dropped_pdf_becomes_a_source_with_guesses_and_its_pages_stand_beside_the_text() {
    let mut harness = paper();
    let id = source_texts(harness.state())[0].clone();
    let entry = harness.state().session().manuscript().unwrap().entry(List::Sources, &id).unwrap().clone();
    assert_eq!((entry["outlet"].as_str(), entry["author"].as_str()), (Some("River Authority"), Some("Ann Writer")));
    assert!(entry["text"]["length"].as_u64().is_some_and(|length| length > 1000), "{entry:?}");
    wait_for_label(&mut harness, "Picture of page 1");
    harness.get_by_label("Page 1 of 2");
    // Page Down turns the text and the picture; the words that are selected are still those.
    harness.get_by_label("Text of River Authority").focus();
    harness.run_ok();
    press(&mut harness, Key::PageDown);
    wait_for_label(&mut harness, "Picture of page 2");
    harness.get_by_label("Page before").click();
    wait_for_label(&mut harness, "Picture of page 1");
    harness.get_by_label("Show the page beside its text").click();
    harness.run_ok();
    assert!(harness.query_by_label_contains("Picture of page").is_none());
}

#[test]
fn a_page_folds_away_in_a_narrow_window_and_a_file_that_has_changed_is_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("paper.pdf");
    std::fs::copy(data("paper.pdf"), &path).unwrap();
    let mut harness = paper_at(&path);
    wait_for_label(&mut harness, "Picture of page 1");
    harness.set_size(Vec2::new(1100.0, 900.0));
    harness.run_ok();
    assert!(harness.query_by_label_contains("Picture of page").is_none());
    assert!(harness.get_by_label("Show the page beside its text").accesskit_node().is_disabled());
    harness.set_size(Vec2::new(1600.0, 1000.0));
    harness.run_ok();
    wait_for_label(&mut harness, "Picture of page 1");
    std::fs::write(&path, "%PDF-1.4 another").unwrap();
    harness.get_by_label("Next page").click();
    wait_for_label(&mut harness, "The page cannot be shown: the file was changed after its text was attached");
}

#[test]
fn a_dropped_text_is_offered_as_that_of_the_source_that_it_fits() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = begun("Fits");
    let ctx = harness.ctx.clone();
    let source = serde_json::json!({ "id": "post", "outlet": "Quill Post", "title": "Ferry", "url": "https://post.example/ferry" });
    let edit = claimline::session::EvidenceEdit::put(List::Sources, source.as_object().unwrap().clone());
    harness.state_mut().act(&ctx, Action::EditEvidence(edit));
    harness.run_ok();
    let page = folder.path().join("saved.html");
    std::fs::write(&page, "<link rel=canonical href='https://post.example/ferry/'><p>The ferry runs again from May.")
        .unwrap();
    drop_on(&mut harness, &page);
    wait_for_label(&mut harness, "Matched by the address that it is from");
    harness.run_ok();
    harness.get_by_role_and_label(Role::Button, "Attach").click();
    wait(&mut harness, "the text", |app| source_texts(app) == ["post"]);
    harness.run_ok();
    harness.get_by_label("Text of Quill Post");
}

#[test]
fn a_capture_is_the_text_of_its_source_and_another_page_of_it_is_kept() {
    documents::use_program(env!("CARGO_BIN_EXE_claimline").into());
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("d");
    let mut harness = begun("Archive");
    let ctx = harness.ctx.clone();
    let source =
        serde_json::json!({ "id": "post", "outlet": "Quill Post", "title": "Pages", "url": "https://post.example/" });
    let edit = claimline::session::EvidenceEdit::put(List::Sources, source.as_object().unwrap().clone());
    harness.state_mut().act(&ctx, Action::EditEvidence(edit));
    harness.run_ok();
    let new = capture::from_file(&data("pages.wacz"), &[]).unwrap().new;
    let manuscript = harness.state().session().manuscript().unwrap().clone();
    let (entry, file) = manuscript.with_capture("post", &new).unwrap();
    let edit = claimline::session::EvidenceEdit::Put { list: List::Sources, entry, files: vec![file] };
    harness.state_mut().act(&ctx, Action::EditEvidence(edit));
    wait(&mut harness, "the text of the capture", |app| source_texts(app) == ["post"]);
    let attached = harness.state().session().texts().attached("post").unwrap().clone();
    assert_eq!(attached.matched, Some(MatchedBy::Capture));
    let words = |app: &ClaimlineApp| app.session().texts().of("post").unwrap().text().as_str().to_owned();
    assert!(words(harness.state()).starts_with("The river authority published"), "{}", words(harness.state()));

    harness.get_by_label("Reader").click();
    harness.run_ok();
    harness.get_by_label("2 pages in this archive…").click();
    harness.run_ok();
    harness.get_by_label_contains("https://example.org/second").click();
    wait(&mut harness, "the other page", move |app| !words(app).starts_with("The river authority published"));
    harness.run_ok();
    harness.get_by_label("Page read: https://example.org/second");
    let other = harness.state().session().texts().of("post").unwrap().text().as_str().to_owned();
    // The dossier keeps which page is meant, and the command line reads that.
    let manuscript = harness.state().session().manuscript().unwrap().clone();
    let archived = &manuscript.entry(List::Sources, "post").unwrap()["archived"];
    assert_eq!(archived[0]["url"], "https://example.org/second");
    dossiers::save(&manuscript, &place, None, false).unwrap();
    let (dossier, _) = manuscript.dossier().unwrap();
    let held = capture::held(&dossiers::open(&place).unwrap(), &dossier);
    assert_eq!(held[0].text.as_ref().unwrap().text().as_str(), other);
}

/// Presses on the words that are selected and carries them to a place.
fn carry(harness: &mut Harness<'static, ClaimlineApp>, from: Pos2, to: Pos2) {
    harness.hover_at(from);
    harness.step();
    button(harness, from, true);
    for step in 1..=8 {
        harness.hover_at(from + (to - from) * (step as f32 / 8.0));
        harness.step();
    }
}

/// Where a tab of the lists is: below the menu of that name, and above the tab of the drawer at the foot.
fn tab(harness: &Harness<'static, ClaimlineApp>, name: &str) -> Pos2 {
    let mut all: Vec<Pos2> = harness.query_all_by_label(name).map(|node| node.rect().center()).collect();
    all.sort_by(|one, other| one.y.total_cmp(&other.y));
    all[1]
}

#[test]
fn words_are_carried_onto_a_shape_or_a_row_and_escape_lets_go() {
    let mut harness = begun("Flood plain");
    add_overlay(&mut harness, "Pasture");
    take_paper(&mut harness, &data("paper.pdf"));
    let overlays = tab(&harness, "Overlays");
    harness.get_by_label("Text of River Authority").focus();
    harness.run_ok();
    for _ in 0..2 {
        harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowRight);
        harness.run_ok();
    }
    harness.get_by_label("2 words selected, p. 1");
    let handle = harness.get_by_label("Drag the words onto an overlay").rect().center();
    let shape = on_screen(&harness, claimline::geometry::Coord { x: (A.x + B.x) / 2.0, y: (A.y + B.y) / 2.0 });
    let beside = harness.state().map_rect().center_bottom() - Vec2::new(0.0, 60.0);
    carry(&mut harness, handle, beside);
    harness.get_by_label_contains("Drop on an overlay");
    press(&mut harness, Key::Escape);
    button(&mut harness, beside, false);
    harness.run_ok();
    assert!(harness.query_by_label_contains("Drop on an overlay").is_none());

    carry(&mut harness, handle, shape);
    harness.get_by_label("Link to Pasture");
    button(&mut harness, shape, false);
    harness.run_ok();
    harness.get_by_label("New excerpt");
    let row = harness.get_by_role_and_label(Role::CheckBox, "Pasture");
    assert_eq!(row.accesskit_node().toggled(), Some(egui::accesskit::Toggled::True));
    harness.get_by_role_and_label(Role::Button, "Cancel").click();
    harness.run_ok();

    // Over the name of the list, the list opens, and its rows take the words.
    carry(&mut harness, handle, overlays);
    harness.step();
    let row = harness.get_by_role_and_label(Role::Button, "Pasture").rect().center();
    harness.hover_at(row);
    harness.step();
    harness.step();
    harness.get_by_label("Link to Pasture");
    button(&mut harness, row, false);
    harness.run_ok();
    harness.get_by_label("New excerpt");
    harness.get_by_role_and_label(Role::Button, "Cancel").click();
    harness.run_ok();

    // By keys there is a menu.
    harness.get_by_label("Reader").click();
    harness.run_ok();
    harness.get_by_label("Link to…").focus();
    harness.run_ok();
    press(&mut harness, Key::Enter);
    harness.run_ok();
    harness.get_by_role_and_label(Role::Button, "Pasture").click();
    harness.run_ok();
    harness.get_by_label("New excerpt");
}

#[test]
fn a_click_right_after_a_form_has_opened_is_heard() {
    let mut harness = begun("Clicks");
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, Action::AskEntry(List::Sources, None));
    harness.step();
    harness.step();
    // From then on the form stays where it is, and what is pressed is what was seen.
    let cancel = harness.get_by_role_and_label(Role::Button, "Cancel").rect();
    button(&mut harness, cancel.center(), true);
    button(&mut harness, cancel.center(), false);
    harness.run_ok();
    assert!(harness.query_by_label("New source").is_none(), "the form is closed");
    harness.state_mut().act(&ctx, Action::AskEntry(List::Sources, None));
    harness.run_ok();
    assert_eq!(harness.get_by_role_and_label(Role::Button, "Cancel").rect(), cancel);
}

#[test]
fn a_new_dossier_begins_at_a_place_that_is_looked_for() {
    let mut harness = window();
    command(&mut harness, Command::NewDossier);
    fill(&mut harness, "Title", "Abyei");
    fill(&mut harness, "Place", "Malakal");
    // The gazetteer is read when somebody looks for the first time, which takes long in a program that is not optimised.
    let started = Instant::now();
    while harness.query_all_by_label_contains("Malakal, ").next().is_none() {
        assert!(started.elapsed() < Duration::from_secs(120), "waited in vain for the place");
        std::thread::sleep(Duration::from_millis(50));
        harness.step();
    }
    harness.run_ok();
    // Enter takes the place, and not the dialog.
    harness.get_by_role_and_label(Role::TextInput, "Place").focus();
    harness.run_ok();
    press(&mut harness, Key::Enter);
    harness.run_ok();
    harness.get_by_label_contains("It is about Malakal and what is around it");
    harness.get_by_role_and_label(Role::Button, "Begin").click();
    harness.run_ok();
    let [west, south, east, north] = harness.state().session().dossier().home;
    // GeoNames has Malakal at 9.53° north, 31.66° east.
    assert!(
        west < 31.66 && 31.66 < east && south < 9.53 && 9.53 < north,
        "{:?}",
        harness.state().session().dossier().home
    );
    assert!(east - west < 4.0, "{west} to {east}");
}
