//! A dossier written in the window: begun, filled, saved, recovered and left.

use super::*;
use claimline::dossier::manuscript::List;
use claimline::files::dossiers;

pub(crate) fn command(harness: &mut Harness<'static, ClaimlineApp>, command: Command) {
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, Action::Command(command));
    harness.run_ok();
}

pub(crate) fn begun(title: &str) -> Harness<'static, ClaimlineApp> {
    let mut harness = window();
    command(&mut harness, Command::NewDossier);
    fill(&mut harness, "Title", title);
    press(&mut harness, Key::Enter);
    harness.run_ok();
    assert!(harness.state().session().manuscript().is_some(), "{}", harness.state().message());
    harness
}

/// Types into a field of a form; others may be called alike.
pub(crate) fn fill(harness: &mut Harness<'static, ClaimlineApp>, field: &str, text: &str) {
    harness.get_by_role_and_label(Role::TextInput, field).focus();
    harness.run_ok();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.step();
    harness.get_by_role_and_label(Role::TextInput, field).type_text(text);
    harness.run_ok();
}

fn count(harness: &Harness<'static, ClaimlineApp>, list: List) -> usize {
    harness.state().session().manuscript().unwrap().entries(list).count()
}

/// Adds a source by its form.
fn add_source(harness: &mut Harness<'static, ClaimlineApp>, outlet: &str, url: &str) {
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, Action::AskEntry(List::Sources, None));
    harness.run_ok();
    for (field, text) in [("Title", "The commoners meet"), ("Outlet", outlet), ("Address", url)] {
        fill(harness, field, text);
    }
    harness.get_by_role_and_label(Role::Button, "Add").click();
    harness.run_ok();
}

/// Draws a rectangle and makes it an overlay of this title.
pub(crate) fn add_overlay(harness: &mut Harness<'static, ClaimlineApp>, title: &str) {
    press(harness, Key::R);
    draw(harness, &[A, B]);
    harness.run_ok();
    harness.get_by_label("Make overlay…").click();
    harness.run_ok();
    fill(harness, "Title in en", title);
    harness.get_by_role_and_label(Role::Button, "Add").click();
    let title = title.to_owned();
    wait(harness, "the overlay", move |app| {
        app.session().dossier().overlays.iter().any(|overlay| overlay.title.main() == title)
    });
    harness.run_ok();
}

#[test]
fn a_dossier_is_written_from_nothing_and_saved_as_a_folder() {
    let folder = tempfile::TempDir::new().unwrap();
    let mut harness = begun("Pasture of Quill");
    assert!(harness.state().session().dossier().overlays.is_empty());
    harness.get_by_label_contains("Editing Pasture of Quill");
    add_overlay(&mut harness, "Common pasture");
    assert!(kinds(&harness).is_empty(), "the overlay takes the place of the drawing");
    add_source(&mut harness, "Quill Post", "https://post.example/1");

    // The text of the source, and words of it.
    let page = folder.path().join("post.html");
    std::fs::write(&page, "<p>The commoners of Quill say that the whole pasture is common, and always was.</p>")
        .unwrap();
    harness.get_by_label("Sources").click();
    harness.run_ok();
    harness.get_by_label("Attach the text of Quill Post…").click();
    harness.run_ok();
    type_in(&mut harness, "Path of the text: a saved page, PDF or other document", &page.display().to_string());
    harness.get_by_label("Attach").click();
    wait(&mut harness, "the text", |app| app.session().texts().attached("quill-post").is_some());
    harness.run_ok();
    let stated =
        harness.state().session().manuscript().unwrap().entry(List::Sources, "quill-post").unwrap()["text"].clone();
    assert_eq!(stated["length"], 76, "{stated}");
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, Action::Select("common-pasture".to_owned()));
    harness.state_mut().act(&ctx, Action::QuoteWords { source: "quill-post".to_owned(), at: 32..59, overlay: None });
    harness.run_ok();
    harness.get_by_role_and_label(Role::Button, "Add").click();
    harness.run_ok();
    let session = harness.state().session();
    let excerpt = session.dossier().excerpts.first().expect("it is read at once");
    assert_eq!(
        (excerpt.exact.as_str(), excerpt.overlays.as_slice()),
        ("the whole pasture is common", ["common-pasture".to_owned()].as_slice())
    );
    assert_eq!((excerpt.start, excerpt.end), (Some(32), Some(59)));

    // Saved as a folder it is what the window shows, and git sees one file a geometry.
    let place = folder.path().join("quill");
    assert!(harness.state_mut().has_unsaved_work());
    command(&mut harness, Command::SaveDossier);
    type_in(
        &mut harness,
        "Path of a folder, which suits git, or of one file that ends in .claimline",
        &place.display().to_string(),
    );
    press(&mut harness, Key::Enter);
    // The file is there before the window has heard that all are.
    wait(&mut harness, "the folder", |app| app.message().starts_with("Saved the dossier in"));
    harness.run_ok();
    assert!(place.join("overlays/common-pasture.geojson").exists());
    let there = dossiers::open(&place).unwrap();
    assert_eq!(Some(&there), harness.state().session().manuscript().map(|manuscript| &**manuscript));
    let (dossier, problems) = there.dossier().unwrap();
    assert_eq!(problems, Vec::new());
    assert_eq!(dossier.overlays[0].title.main(), "Common pasture");

    // A step back is one of the dossier.
    harness.get_by_label("Editing Pasture of Quill");
    command(&mut harness, Command::Undo);
    assert_eq!(count(&harness, List::Excerpts), 0);
    assert!(harness.state().session().dossier().excerpts.is_empty());
    harness.get_by_label("Editing Pasture of Quill •");
    command(&mut harness, Command::Redo);
    assert_eq!(count(&harness, List::Excerpts), 1);
    command(&mut harness, Command::EndEditing);
    assert!(harness.state().session().manuscript().is_none());
    assert_eq!(harness.state().session().dossier().excerpts.len(), 1);
}

/// What a field of a form holds.
fn held(harness: &Harness<'static, ClaimlineApp>, field: &str) -> String {
    harness.get_by_role_and_label(Role::TextInput, field).accesskit_node().value().unwrap_or_default()
}

#[test]
fn letters_typed_fast_before_tab_stay_in_their_field() {
    let mut harness = window();
    command(&mut harness, Command::NewDossier);
    let key = |key: Key, modifiers: Modifiers| {
        [true, false].map(|pressed| egui::Event::Key { key, physical_key: None, pressed, repeat: false, modifiers })
    };
    let letters = |words: &str| words.chars().map(|letter| egui::Event::Text(letter.to_string())).collect::<Vec<_>>();
    // All in one frame, as they arrive while a slow one is painted.
    let tab = key(Key::Tab, Modifiers::NONE).to_vec();
    let back = key(Key::Tab, Modifiers::SHIFT).to_vec();
    let all = [letters("Abyei"), tab.clone(), letters("-GB"), back, letters("!")].concat();
    harness.input_mut().events.extend(all);
    harness.run_ok();
    assert_eq!(held(&harness, "Title"), "Abyei!");
    assert_eq!(held(&harness, "in"), "en-GB");
    // Past the language and its button to the day, three Tabs at once.
    let all = [tab.clone(), tab.clone(), tab, letters("x")].concat();
    harness.input_mut().events.extend(all);
    harness.run_ok();
    assert!(held(&harness, "Day").contains('x') && held(&harness, "Country").is_empty());
    assert_eq!(held(&harness, "in"), "en-GB");
}

#[test]
fn a_new_dossier_is_about_what_is_drawn_and_selected() {
    let mut harness = window();
    press(&mut harness, Key::R);
    draw(&mut harness, &[A, B]);
    harness.run_ok();
    let drawn = harness.state().session().selected_bounds().expect("a rectangle is selected");
    command(&mut harness, Command::NewDossier);
    harness.get_by_label_contains("It is about what is drawn and selected");
    fill(&mut harness, "Title", "Quill");
    press(&mut harness, Key::Enter);
    harness.run_ok();
    // What was drawn is not saved, which is asked about first.
    if harness.state().session().manuscript().is_none() {
        harness.get_by_label("Don’t save").click();
        harness.run_ok();
    }
    let manuscript = harness.state().session().manuscript().expect("it is begun").clone();
    let limits: Vec<f64> = serde_json::from_value(manuscript.member("limits_bbox").cloned().unwrap()).unwrap();
    assert_eq!(limits, drawn);
}

#[test]
fn a_new_dossier_is_of_a_country_and_its_title_has_one_line() {
    let mut harness = window();
    command(&mut harness, Command::NewDossier);
    fill(&mut harness, "Country", "xq");
    harness.get_by_role_and_label(Role::TextInput, "Title").focus();
    harness.run_ok();
    harness.input_mut().events.push(egui::Event::Paste("The shore\tof Quill".to_owned()));
    harness.run_ok();
    press(&mut harness, Key::Enter);
    harness.run_ok();
    assert!(harness.state().session().manuscript().is_none(), "no country is called so");
    fill(&mut harness, "Country", "sd");
    press(&mut harness, Key::Enter);
    harness.run_ok();
    let manuscript = harness.state().session().manuscript().expect("it is begun").clone();
    assert_eq!(manuscript.title(), "The shore of Quill");
    assert_eq!(manuscript.member("country").and_then(|code| code.as_str()), Some("SD"));
}

#[test]
fn an_entry_that_others_rest_on_is_not_removed_and_the_window_says_why() {
    let mut harness = begun("Two sources");
    add_source(&mut harness, "Post", "https://post.example/1");
    let ctx = harness.ctx.clone();
    let excerpt = serde_json::json!({ "id": "e", "source": "post", "overlays": [], "does": "context", "exact": "x" });
    let edit = claimline::session::EvidenceEdit::put(List::Excerpts, excerpt.as_object().unwrap().clone());
    harness.state_mut().act(&ctx, Action::EditEvidence(edit));
    let remove = claimline::session::EvidenceEdit::Remove(List::Sources, "post".to_owned());
    harness.state_mut().act(&ctx, Action::EditEvidence(remove));
    harness.run_ok();
    assert_eq!(count(&harness, List::Sources), 1);
    assert!(harness.state().message().contains("is used by excerpt 'e'"), "{}", harness.state().message());
}

#[test]
fn a_copy_of_the_built_in_dossier_is_edited_and_the_question_before_closing_is_about_it() {
    let mut harness = window();
    assert!(harness.state().session().why_not(Command::EditDossier).is_some(), "it stays as it is");
    command(&mut harness, Command::EditDossierCopy);
    wait(&mut harness, "the text", |app| {
        app.session().manuscript().is_some() && !app.session().is_reading_manuscript()
    });
    harness.run_ok();
    let overlays = harness.state().session().dossier().overlays.len();
    let view = harness.state().session().document().view;
    let ctx = harness.ctx.clone();
    let whole = claimline::session::EvidenceEdit::Whole("summary".to_owned(), "Ours".into());
    harness.state_mut().act(&ctx, Action::EditEvidence(whole));
    harness.run_ok();
    let session = harness.state().session();
    assert_eq!((session.dossier().summary.as_str(), session.dossier().overlays.len()), ("Ours", overlays));
    assert_eq!(session.document().view, view, "the map stays where it is");
    command(&mut harness, Command::New);
    harness.get_by_label_contains("“Berlin talks, December 2025” has unsaved changes");
    harness.get_by_label("Don’t save").click();
    harness.run_ok();
    assert!(harness.state().session().manuscript().is_none());
}

#[test]
fn a_project_keeps_a_dossier_that_is_in_no_other_place() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("map.claimline.geojson");
    let mut harness = begun("Unsaved dispute");
    add_overlay(&mut harness, "Valley");
    save_project_as(&mut harness, &file);
    harness.run_ok();
    let written = harness.state().session().manuscript().cloned();
    let mut other = window();
    other.state_mut().open_files(vec![file.clone()]);
    wait(&mut other, "the project", |app| app.project_path() == Some(&*file));
    other.run_ok();
    assert_eq!(other.state().session().manuscript(), written.as_ref());
    assert_eq!(other.state().session().dossier().overlays[0].title.main(), "Valley");
    other.get_by_label_contains("Editing Unsaved dispute •");
}

#[test]
fn undo_after_a_form_that_the_pointer_has_opened_is_not_one_of_typing() {
    let mut harness = begun("Undo");
    press(&mut harness, Key::R);
    draw(&mut harness, &[A, B]);
    harness.run_ok();
    let field = harness.get_by_label("Description").rect().center();
    click(&mut harness, field);
    harness.get_by_label("Description").type_text("an old survey");
    harness.run_ok();
    let button = harness.get_by_label("Make overlay…").rect().center();
    click(&mut harness, button);
    harness.run_ok();
    fill(&mut harness, "Title in en", "Valley");
    press(&mut harness, Key::Enter);
    wait(&mut harness, "the overlay", |app| app.session().dossier().overlays.len() == 1);
    harness.run_ok();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_ok();
    assert_eq!(count(&harness, List::Overlays), 0);
    let document = harness.state().session().document();
    assert_eq!(document.annotations.iter().next().unwrap().description, "an old survey");
}

/// A dossier with a text, of which words are quoted: their form is open.
fn quoting(folder: &std::path::Path, page: &str, at: std::ops::Range<usize>) -> Harness<'static, ClaimlineApp> {
    let mut harness = begun("Quoted");
    add_overlay(&mut harness, "Valley");
    add_source(&mut harness, "Post", "https://post.example/1");
    let file = folder.join("page.txt");
    std::fs::write(&file, page).unwrap();
    harness.get_by_label("Sources").click();
    harness.run_ok();
    harness.get_by_label("Attach the text of Post…").click();
    harness.run_ok();
    type_in(&mut harness, "Path of the text: a saved page, PDF or other document", &file.display().to_string());
    harness.get_by_label("Attach").click();
    wait(&mut harness, "the text", |app| app.session().texts().attached("post").is_some());
    harness.run_ok();
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, Action::Select("valley".to_owned()));
    harness.state_mut().act(&ctx, Action::QuoteWords { source: "post".to_owned(), at, overlay: None });
    harness.run_ok();
    harness
}

/// Takes a form, with the keys.
fn add(harness: &mut Harness<'static, ClaimlineApp>) {
    harness.get_by_role_and_label(Role::Button, "Add").focus();
    harness.run_ok();
    press(harness, Key::Enter);
    harness.run_ok();
}

#[test]
fn figures_in_quoted_words_are_offered_and_added_with_the_excerpt_in_one_step() {
    let folder = tempfile::TempDir::new().unwrap();
    let page =
        "The mayor said: it has roughly 5,600 square kilometres, 40 to 50 km across, and 20 percent of the votes.";
    let mut harness = quoting(folder.path(), page, 16..page.len() - 1);
    harness.get_by_label("5,600 km² (“roughly 5,600 square kilometres”)");
    harness.get_by_label("20 % (“20 percent”)");
    harness.get_by_label("40 km to 50 km (“40 to 50 km”)");
    add(&mut harness);
    assert_eq!(count(&harness, List::Excerpts), 1, "{}", harness.state().message());
    let written = harness.state().session().manuscript().unwrap();
    assert_eq!(written.entries(List::Excerpts).next().unwrap()["does"], "states-figure");
    let figures: Vec<_> = written
        .entries(List::Figures)
        .map(|one| (one["quantity"].clone(), one["value"].clone(), one["overlay"].clone(), one.get("hedge").cloned()))
        .collect();
    // A share may be one of people, and is left out unless it is ticked.
    let expected = [
        ("area".into(), 5600.into(), "valley".into(), Some("roughly".into())),
        ("width".into(), 40.into(), "valley".into(), None),
        ("width".into(), 50.into(), "valley".into(), None),
    ];
    assert_eq!(figures, expected);
    assert_eq!(harness.state().session().dossier().figures.len(), 3);
    command(&mut harness, Command::Undo);
    assert_eq!((count(&harness, List::Excerpts), count(&harness, List::Figures)), (0, 0));
}

/// A file that is dropped on the window.
#[derive(Debug)]
pub(crate) struct Dropped(pub(crate) std::path::PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &std::path::Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        std::fs::read(&self.0).map_err(|error| error.to_string())
    }
}

#[test]
fn sources_come_from_a_list_in_one_step_and_what_is_left_out_is_told() {
    let folder = tempfile::TempDir::new().unwrap();
    let mut harness = begun("Listed");
    let list = folder.path().join("library.bib");
    let text = "@article{lee, title={A plan}, journal={Quill Post}, date={2025-12-15}, url={https://post.example/2}}\n\
                @article{kim, title={Another}, journal={Herald}, date={2025-12-16}, url={https://herald.example/1}}\n\
                @misc{none, author={Nobody}}";
    std::fs::write(&list, text).unwrap();
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, Action::Command(Command::AddSources));
    harness.run_ok();
    let field = "Path of a list of sources: BibTeX (.bib), RIS (.ris), CSL-JSON (.json) or citations in words (.txt)";
    type_in(&mut harness, field, &list.display().to_string());
    press(&mut harness, Key::Enter);
    wait(&mut harness, "the sources", |app| app.session().dossier().sources.len() == 2);
    harness.run_ok();
    assert_eq!(harness.state().message(), "Added 2 sources of library.bib");
    harness.get_by_label_contains("none has neither a title nor an address");
    harness.get_by_role_and_label(Role::Button, "Close").click();
    harness.run_ok();
    let source = harness.state().session().dossier().source("lee").cloned().unwrap();
    assert_eq!((source.outlet.as_str(), source.published.as_deref()), ("Quill Post", Some("2025-12-15")));
    command(&mut harness, Command::Undo);
    assert_eq!(count(&harness, List::Sources), 0);
    // While a dossier is written a list that is dropped is one of sources, and a file of features a layer.
    command(&mut harness, Command::Redo);
    let csl = folder.path().join("more.json");
    std::fs::write(&csl, r#"[{"id":"roe","title":"Third","container-title":"Post","URL":"https://post.example/3"}]"#)
        .unwrap();
    let features = folder.path().join("posts.json");
    let point = r#"{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[37,48]}}"#;
    std::fs::write(&features, format!(r#"{{"type":"FeatureCollection","title":"Posts","features":[{point}]}}"#))
        .unwrap();
    let dropped = [csl, features].map(|path| -> egui::DroppedFileHandle { std::sync::Arc::new(Dropped(path)) });
    harness.input_mut().dropped_files = dropped.into();
    harness.step();
    wait(&mut harness, "the third and the layer", |app| {
        let dossier = app.session().dossier();
        dossier.sources.len() == 3 && dossier.overlays.iter().any(|overlay| overlay.group == "own")
    });
}

#[test]
fn a_pasted_citation_fills_the_form_of_a_source() {
    let mut harness = begun("Pasted");
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, Action::AskEntry(List::Sources, None));
    harness.run_ok();
    let citation = "Lovelace, A. (2025, December 15). A plan for the east. The Post. https://post.example/9";
    type_in(&mut harness, "Paste a citation", citation);
    harness.get_by_role_and_label(Role::Button, "Add").click();
    harness.run_ok();
    let source = harness.state().session().dossier().sources.first().cloned().unwrap();
    assert_eq!(
        (source.outlet.as_str(), source.title.as_str(), source.url.as_str(), source.published.as_deref()),
        ("The Post", "A plan for the east", "https://post.example/9", Some("2025-12-15"))
    );
    assert_eq!(source.author.as_deref(), Some("A. Lovelace"));
}

#[test]
fn positions_stand_in_a_table_of_who_and_what() {
    let mut harness = begun("Table");
    add_overlay(&mut harness, "Corridor");
    add_overlay(&mut harness, "Strip");
    let ctx = harness.ctx.clone();
    for (id, who, stance, overlay) in [
        ("a", "Kyiv", "proposes", "corridor"),
        ("b", "Moscow", "rejects", "corridor"),
        ("c", "Moscow", "claims", "strip"),
    ] {
        let entry = serde_json::json!({ "id": id, "who": who, "stance": stance, "overlay": overlay, "summary": "So." });
        let edit = claimline::session::EvidenceEdit::put(List::Positions, entry.as_object().unwrap().clone());
        harness.state_mut().act(&ctx, Action::EditEvidence(edit));
    }
    harness.run_ok();
    harness.get_by_label("Positions 3").click();
    harness.run_ok();
    harness.get_by_role_and_label(Role::Button, "Position of Moscow on Strip: claims");
    harness.get_by_role_and_label(Role::Button, "Position of Kyiv on Corridor: proposes").click();
    harness.run_ok();
    harness.get_by_label("Edit position");
    press(&mut harness, Key::Escape);
    harness.run_ok();
    // An empty cell asks for what is missing there, by the keys too.
    harness.get_by_role_and_label(Role::Button, "Add the position of Kyiv on Strip").focus();
    harness.run_ok();
    press(&mut harness, Key::Enter);
    harness.run_ok();
    harness.get_by_label("New position");
    type_in(&mut harness, "Summary", "Kyiv keeps the strip.");
    harness.get_by_role_and_label(Role::Button, "Add").click();
    harness.run_ok();
    let positions = &harness.state().session().dossier().positions;
    let added = positions.iter().find(|position| position.who == "Kyiv" && position.overlay == "strip");
    assert_eq!(added.map(|position| position.summary.as_str()), Some("Kyiv keeps the strip."));
}

/// Types into a field of several lines; a tool may be called alike.
fn write(harness: &mut Harness<'static, ClaimlineApp>, field: &str, text: &str) {
    harness.get_by_role_and_label(Role::MultilineTextInput, field).focus();
    harness.run_ok();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.step();
    harness.get_by_role_and_label(Role::MultilineTextInput, field).type_text(text);
    harness.step();
}

/// Chooses from a list by its label, with the keys.
fn choose(harness: &mut Harness<'static, ClaimlineApp>, list: &str, choice: &str) {
    harness.get_by_role_and_label(Role::ComboBox, list).focus();
    harness.run_ok();
    press(harness, Key::Enter);
    harness.run_ok();
    harness.get_by_label(choice).focus();
    harness.run_ok();
    press(harness, Key::Enter);
    harness.run_ok();
}

#[test]
fn an_overlay_is_derived_by_a_recipe_that_is_seen_before_it_is_added() {
    let mut harness = begun("Derived");
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, Action::AskRecipe(None));
    harness.run_ok();
    choose(&mut harness, "Operation", "Coordinates as a treaty lists them");
    write(&mut harness, "Text", "from 0°N 0°E to 0°N 1°E, 1°N 1°E and 1°N 0°E");
    harness.get_by_role_and_label(Role::CheckBox, "Area").click();
    harness.run_ok();
    // A degree by a degree at the equator: GeographicLib's Planimeter gives 12,308,778,361 m².
    wait_for_label(&mut harness, "12,309 km²");
    harness.get_by_role_and_label(Role::Button, "Add…").click();
    harness.run_ok();
    fill(&mut harness, "Title in en", "Square");
    harness.get_by_role_and_label(Role::Button, "Add").click();
    wait(&mut harness, "the overlay", |app| app.session().dossier().overlay("square").is_some());
    harness.run_ok();
    let entry = harness.state().session().manuscript().unwrap().entry(List::Overlays, "square").unwrap().clone();
    let expected = serde_json::json!({
        "op": "coordinates", "text": "from 0°N 0°E to 0°N 1°E, 1°N 1°E and 1°N 0°E", "area": true,
    });
    assert_eq!(
        (&entry["recipe"], entry.contains_key("geometry"), &entry["kind"]),
        (&expected, false, &"region".into())
    );

    // What is not understood is said in words, and nothing else of an overlay changes with its recipe.
    harness.state_mut().act(&ctx, Action::AskRecipe(Some("square".to_owned())));
    harness.run_ok();
    write(&mut harness, "Text", "from here to there");
    wait_for_label(&mut harness, "ecipe.text");
    write(&mut harness, "Text", "from 0°N 0°E to 0°N 2°E, 1°N 2°E and 1°N 0°E");
    wait_for_label(&mut harness, "km²");
    harness.get_by_role_and_label(Role::Button, "Save changes").click();
    wait(&mut harness, "the larger one", |app| {
        let overlay = app.session().dossier().overlay("square").unwrap();
        matches!(overlay.measure, claimline::dossier::Measure::Area { km2, .. } if km2 > 20_000.0)
    });
    let mut changed = harness.state().session().manuscript().unwrap().entry(List::Overlays, "square").unwrap().clone();
    assert_ne!(changed, entry);
    changed.insert("recipe".to_owned(), entry["recipe"].clone());
    assert_eq!(changed, entry);
}

#[test]
fn a_dossier_that_is_recovered_has_its_name_and_is_saved_where_it_was() {
    let folder = tempfile::TempDir::new().unwrap();
    let (journal, place) = (folder.path().join("recovery"), folder.path().join("quill"));
    let mut harness = window();
    harness.state_mut().keep_in(&journal);
    command(&mut harness, Command::NewDossier);
    fill(&mut harness, "Title", "Pasture of Quill");
    press(&mut harness, Key::Enter);
    harness.run_ok();
    add_source(&mut harness, "Quill Post", "https://post.example/1");
    command(&mut harness, Command::SaveDossier);
    let field = "Path of a folder, which suits git, or of one file that ends in .claimline";
    type_in(&mut harness, field, &place.display().to_string());
    press(&mut harness, Key::Enter);
    wait(&mut harness, "the dossier", |app| app.message().starts_with("Saved the dossier in"));
    add_source(&mut harness, "Herald", "https://herald.example/1");
    // Its window ends without having saved.
    drop(harness);

    let mut harness = window();
    harness.state_mut().keep_in(&journal);
    harness.run_ok();
    harness.get_by_label_contains("the dossier Pasture of Quill as it was edited");
    harness.get_by_label("Open recovered Pasture of Quill").click();
    wait(&mut harness, "the dossier", |app| app.session().manuscript().is_some());
    assert_eq!(count(&harness, List::Sources), 2);
    // What stands there is looked at in the background.
    wait(&mut harness, "its place", |app| app.message().starts_with("Recovered; Save dossier writes it to"));
    command(&mut harness, Command::SaveDossier);
    wait(&mut harness, "the dossier", |app| app.message().starts_with("Saved the dossier in"));
    assert_eq!(dossiers::open(&place).unwrap().entries(List::Sources).count(), 2);
}

#[test]
fn a_source_of_the_same_page_and_words_that_are_quoted_already_are_said_to_be() {
    let folder = tempfile::TempDir::new().unwrap();
    let mut harness = begun("Twice");
    add_source(&mut harness, "Quill Post", "https://post.example/1");
    command(&mut harness, Command::AddSource);
    fill(&mut harness, "Address", "http://www.post.example/1/");
    harness.get_by_label_contains("The source 'quill-post' has this address already");
    fill(&mut harness, "Address", "http://www.post.example/2");
    assert!(harness.query_by_label_contains("has this address already").is_none());
    harness.get_by_role_and_label(Role::Button, "Cancel").click();
    harness.run_ok();
    let page = folder.path().join("post.html");
    std::fs::write(&page, "<p>The commoners of Quill say that the whole pasture is common, and always was.</p>")
        .unwrap();
    harness.get_by_label("Sources").click();
    harness.run_ok();
    harness.get_by_label("Attach the text of Quill Post…").click();
    harness.run_ok();
    type_in(&mut harness, "Path of the text: a saved page, PDF or other document", &page.display().to_string());
    harness.get_by_label("Attach").click();
    wait(&mut harness, "the text", |app| app.session().texts().attached("quill-post").is_some());
    harness.run_ok();
    let ctx = harness.ctx.clone();
    let quote = || Action::QuoteWords { source: "quill-post".to_owned(), at: 32..59, overlay: None };
    harness.state_mut().act(&ctx, quote());
    harness.run_ok();
    harness.get_by_role_and_label(Role::Button, "Add").click();
    harness.run_ok();
    harness.state_mut().act(&ctx, quote());
    harness.run_ok();
    harness.get_by_label_contains("quotes these words already");
}

#[test]
fn all_that_adds_to_a_dossier_is_a_command() {
    let mut harness = window();
    for name in [Command::DeriveOverlay, Command::AddSources, Command::AboutDossier, Command::AddNote] {
        assert!(
            harness.state().session().why_not(name).is_some_and(|why| why.contains("not being edited")),
            "{name:?}"
        );
    }
    command(&mut harness, Command::AddMap);
    harness.get_by_role_and_label(Role::Button, "Cancel").click();
    harness.run_ok();
    let mut harness = begun("By commands");
    for (name, heading) in [
        (Command::DeriveOverlay, "Derive overlay"),
        (Command::AddPosition, "New position"),
        (Command::AddReportedFigure, "New figure"),
        (Command::AddNote, "New note"),
        (Command::AddGroup, "New group"),
        (Command::AddExcerpt, "New excerpt"),
        (Command::AddSource, "New source"),
        (Command::AboutDossier, "About the dossier"),
    ] {
        command(&mut harness, name);
        assert!(harness.query_all_by_label_contains(heading).next().is_some(), "{heading}");
        harness.get_by_role_and_label(Role::Button, "Cancel").click();
        harness.run_ok();
    }
}
