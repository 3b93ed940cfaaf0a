//! Search everything, coordinates, attaching and citing in the window.

use super::*;

#[test]
fn words_typed_quicker_than_the_window_paints_reach_what_their_command_opens() {
    let mut harness = window();
    let (ctx, before) = (harness.ctx.clone(), steps(&harness));
    let key = |key, modifiers| {
        let (physical_key, repeat) = (None, false);
        [true, false].map(|pressed| egui::Event::Key { key, physical_key, pressed, repeat, modifiers })
    };
    let typed = |words: &str| {
        let keys = [Key::Num4, Key::Num8, Key::Space, Key::Num3, Key::Num7];
        let letters = words.chars().zip(keys).flat_map(|(letter, one)| {
            key(one, Modifiers::NONE).into_iter().chain([egui::Event::Text(letter.to_string())])
        });
        letters.collect::<Vec<_>>()
    };
    harness.input_mut().events.extend(key(Key::K, Modifiers::COMMAND));
    harness.input_mut().events.extend(typed("48 37"));
    harness.run_ok();
    assert_eq!(steps(&harness), before, "the digits have shown or hidden overlays");
    harness.get_by_label_contains("Go to 48.0000° N 37.0000° E");
    press(&mut harness, Key::Escape);
    harness.run_ok();
    // A path as well, pasted as soon as it is asked for.
    harness.input_mut().events.extend(key(Key::O, Modifiers::COMMAND));
    harness.input_mut().events.push(egui::Event::Paste("/a/b.geojson".to_owned()));
    harness.run_ok();
    let field = harness.get_by_role_and_label(Role::TextInput, "Path of the file, or of the folder of a dossier");
    assert_eq!(field.accesskit_node().value().as_deref(), Some("/a/b.geojson"));
    assert_eq!(ctx.memory(|memory| memory.focused()), Some(egui::Id::unique("path field of the dialog")));
}

fn palette(harness: &mut Harness<'static, ClaimlineApp>, words: &str) {
    harness.key_press_modifiers(Modifiers::COMMAND, Key::K);
    harness.run_ok();
    harness.get_by_label("Search everything").type_text(words);
    harness.run_ok();
}

#[test]
fn the_palette_goes_to_coordinates_and_places_a_marker() {
    let mut harness = window();
    palette(&mut harness, "48.62, 37.55");
    assert!(harness.query_by_label("Go to 48.6200° N 37.5500° E").is_some());
    assert!(harness.query_by_label("Go to 37.5500° N 48.6200° E").is_some());
    press(&mut harness, Key::Enter);
    harness.run_ok();
    let center = harness.state().session().document().view.center;
    assert!((center.x - 37.55).abs() < 1e-6 && (center.y - 48.62).abs() < 1e-6, "{center:?}");
    palette(&mut harness, "N 48°37′12″ E 37°33′");
    harness.get_by_label("Place a marker here: 48.6200° N 37.5500° E").click();
    harness.run_ok();
    assert_eq!(selected(&harness), "1 annotations");
}

#[test]
fn the_list_of_finds_stays_where_it_is_while_words_are_typed() {
    let mut harness = window();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::K);
    harness.run_ok();
    let at = |harness: &Harness<'static, ClaimlineApp>| harness.get_by_label("Search everything").rect();
    let before = at(&harness);
    for letter in ["k", "r", "a", "m", " ", "x", "y"] {
        harness.get_by_label("Search everything").type_text(letter);
        harness.run_ok();
        assert_eq!(at(&harness), before, "after {letter:?}");
    }
}

#[test]
fn an_excerpt_a_source_and_a_figure_are_found_and_shown() {
    let mut harness = window();
    palette(&mut harness, "five to ten kilometres, why");
    press(&mut harness, Key::Enter);
    harness.run_ok();
    assert_eq!(selected(&harness), "excerpt tfi-five-to-ten");
    palette(&mut harness, "tfiglobal");
    assert!(harness.query_by_label("Sources").is_some());
    let row =
        harness.state().session().dossier().source(TFI).map(|source| format!("{}: {}", source.outlet, source.title));
    harness.get_by_label(&row.unwrap()).click();
    harness.run_ok();
    assert!(harness.query_by_label("Attach the text of TFIGlobal…").is_some(), "the list of sources is shown");
}

#[test]
fn the_coordinates_of_a_marker_are_typed_and_errors_stand_beside_the_field() {
    let mut harness = window();
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, Action::PlaceMarker(KRAMATORSK));
    harness.run_ok();
    type_in(&mut harness, "Coordinates", "48.62 nowhere");
    press(&mut harness, Key::Enter);
    harness.run_ok();
    assert!(harness.query_by_label_contains("“nowhere” is not understood").is_some());
    type_in(&mut harness, "Coordinates", "48.62 37.55");
    press(&mut harness, Key::Enter);
    harness.run_ok();
    let place = |harness: &Harness<'static, ClaimlineApp>| {
        let shape = &harness.state().session().selected_annotation().unwrap().shape;
        let claimline::document::annotation::Shape::Point { at, .. } = shape else { panic!("a marker") };
        (at.y, at.x)
    };
    assert_eq!(place(&harness), (48.62, 37.55));
    harness.get_by_label("Move it to 37.5500° N 48.6200° E").click();
    harness.run_ok();
    assert_eq!(place(&harness), (37.55, 48.62));
    for _ in 0..2 {
        harness.state_mut().act(&ctx, Action::Command(Command::Undo));
    }
    harness.run_ok();
    assert_eq!(place(&harness), (KRAMATORSK.y, KRAMATORSK.x));
}

#[test]
fn a_text_of_something_else_is_refused_or_attached_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("letter.txt");
    std::fs::write(&path, "Dear all, the bridge stands.").unwrap();
    let mut harness = window();
    attach_to_tfi(&mut harness, &path);
    wait(&mut harness, "the refusal", |app| app.message().contains("does not seem to be the text of TFIGlobal"));
    harness.run_ok();
    assert!(harness.state().session().texts().all().is_empty());
    let says = harness.query_all_by_label_contains("does not seem to be the text of TFIGlobal").count();
    assert!(says >= 2, "the dialog says why, and the status bar");
    harness.get_by_label("Attach anyway").click();
    harness.step();
    wait(&mut harness, "the text", |app| app.message().contains("was attached anyway"));
    harness.run_ok();
    assert!(harness.query_by_label("Attach anyway").is_none(), "the dialog is closed");
    let ctx = harness.ctx.clone();
    harness
        .state_mut()
        .act(&ctx, Action::AddExcerpt { source: TFI.to_owned(), at: 10..20, overlay: "luhansk".to_owned() });
    harness.run_ok();
    assert!(harness.query_all_by_label("Check: from another text").next().is_some());
}

#[test]
fn a_binary_file_leaves_the_dialog_open_and_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("article.txt");
    std::fs::write(&path, b"\x89PNG\r\n\x1a\n").unwrap();
    let mut harness = window();
    attach_to_tfi(&mut harness, &path);
    wait(&mut harness, "the refusal", |app| app.message().contains("this is a picture (PNG)"));
    harness.run_ok();
    assert!(harness.query_all_by_label_contains("this is a picture (PNG); save its text as .txt first").count() >= 2);
    assert!(harness.query_by_label("Attach anyway").is_none());
}

#[test]
fn a_pdf_is_read_and_its_pages_are_named() {
    let mut harness = window();
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, Action::Command(Command::AttachText));
    harness.run_ok();
    harness.get_by_label("a new source").click();
    harness.run_ok();
    type_in(&mut harness, "Outlet", "The Office");
    type_in(&mut harness, "Title", "Standard fonts");
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/documents/standard-fonts.pdf");
    type_in(&mut harness, "Path of the text: a saved page, PDF or other document", &path.display().to_string());
    harness.get_by_label("Attach").click();
    harness.step();
    wait(&mut harness, "the text", |app| app.message().starts_with("The Office: "));
    harness.get_by_role_and_label(Role::Button, "Reader").click();
    harness.run_ok();
    for page in ["Page 1", "Page 2"] {
        assert!(harness.query_by_label(page).is_some(), "{page}");
    }
    assert!(harness.query_by_label_contains("These words were recognised").is_some());
}

#[test]
fn the_dialog_makes_a_new_source() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("post.txt");
    std::fs::write(&path, "The bridge at Siversk stands.").unwrap();
    let mut harness = window();
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, Action::Command(Command::AttachText));
    harness.run_ok();
    harness.get_by_label("a new source").click();
    harness.run_ok();
    type_in(&mut harness, "Outlet", "The Post");
    type_in(&mut harness, "Title", "A bridge stands");
    type_in(&mut harness, "Path of the text: a saved page, PDF or other document", &path.display().to_string());
    harness.get_by_label("Attach").click();
    harness.step();
    wait(&mut harness, "the text", |app| app.message().starts_with("The Post: "));
    let session = harness.state().session();
    let source = session.document().own_sources[0].clone();
    assert_eq!((source.outlet.as_str(), source.title.as_str()), ("The Post", "A bridge stands"));
    assert!(session.texts().of(&source.id).is_some());

    // It can be described otherwise; its text stays attached, and the step is taken back as any other.
    harness.get_by_role_and_label(Role::Button, "Sources").click();
    harness.run_ok();
    harness.get_by_label("Edit source").scroll_to_me();
    harness.run_ok();
    harness.get_by_label("Edit source").click();
    harness.run_ok();
    type_in(&mut harness, "Published on", "2025-12-14");
    harness.get_by_label("Save changes").click();
    harness.run_ok();
    let sources = |harness: &Harness<'static, ClaimlineApp>| harness.state().session().document().own_sources.clone();
    let edited = claimline::dossier::Source { published: Some("2025-12-14".to_owned()), ..source.clone() };
    assert_eq!(sources(&harness), [edited]);
    assert!(harness.state().session().texts().of(&source.id).is_some());
    harness.state_mut().act(&ctx, Action::Command(Command::Undo));
    harness.run_ok();
    assert_eq!(sources(&harness), [source]);
}

#[test]
fn a_page_is_cited_from_a_pasted_citation_with_warnings_for_what_cannot_be() {
    let mut harness = window();
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, Action::PlaceMarker(KRAMATORSK));
    harness.run_ok();
    harness.get_by_label("Cite an excerpt or a page").click();
    harness.run_ok();
    harness.get_by_label("With title, outlet and dates…").click();
    harness.run_ok();
    let pasted = "“A bridge stands”, 15 December 2025, https://example.org/a, accessed 1 December 2025";
    type_in(&mut harness, "Paste a citation or an address to fill in what is certain", pasted);
    assert!(harness.query_by_label_contains("The day of access is before the day of publication").is_some());
    type_in(&mut harness, "Read on", "2025-12-16");
    assert!(harness.query_by_label_contains("The day of access is before").is_none());
    type_in(&mut harness, "Outlet", "The Post");
    harness.get_by_label("Cite").click();
    harness.run_ok();
    let citations = &harness.state().session().selected_annotation().unwrap().citations;
    let some = |text: &str| Some(text.to_owned());
    let expected = claimline::formats::source_properties::PropertySource {
        title: some("A bridge stands"),
        outlet: some("The Post"),
        date: some("2025-12-15"),
        accessed: some("2025-12-16"),
        url: some("https://example.org/a"),
        ..Default::default()
    };
    assert_eq!(citations.as_slice(), [claimline::document::annotation::Citation::Source(expected.clone())]);

    // What is cited can be described otherwise, in its place, as one step.
    let cited = |harness: &Harness<'static, ClaimlineApp>| {
        harness.state().session().selected_annotation().unwrap().citations.clone()
    };
    let edited = claimline::formats::source_properties::PropertySource {
        author: some("O. Author"),
        archived: some("https://web.archive.org/web/20251216000000/https://example.org/a"),
        ..expected.clone()
    };
    let before = steps(&harness);
    for look in [false, true] {
        harness.get_by_label("Edit citation").click();
        harness.run_ok();
        if look {
            type_in(&mut harness, "Author", "O. Author");
            type_in(&mut harness, "Archived address", edited.archived.as_deref().unwrap());
        }
        harness.get_by_label("Save changes").click();
        harness.run_ok();
        assert_eq!(steps(&harness), before + usize::from(look), "what is left as it is is no step");
    }
    assert_eq!(cited(&harness), [claimline::document::annotation::Citation::Source(edited)]);
    harness.state_mut().act(&ctx, Action::Command(Command::Undo));
    harness.run_ok();
    assert_eq!(cited(&harness), [claimline::document::annotation::Citation::Source(expected)]);
}

#[test]
fn the_built_in_dossier_comes_back_from_the_file_menu() {
    let mut harness = window();
    assert!(harness.state().session().why_not(Command::BuiltinDossier).is_some(), "it is the one that is open");
    harness.state_mut().open_files(vec!["tests/data/quill/dossier".into()]);
    wait(&mut harness, "the dossier", |app| app.session().dossier().id == "quill");
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, Action::Command(Command::BuiltinDossier));
    wait(&mut harness, "the built-in dossier", |app| app.session().dossier().id != "quill");
    assert!(harness.state().message().starts_with("Opened the built-in dossier"), "{}", harness.state().message());
}

#[test]
fn words_that_are_linked_to_an_overlay_already_are_said_to_be() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("letter.txt");
    std::fs::write(&path, "Dear all, the bridge stands.").unwrap();
    let mut harness = window();
    attach_to_tfi(&mut harness, &path);
    wait(&mut harness, "the refusal", |app| app.message().contains("does not seem to be the text of TFIGlobal"));
    harness.run_ok();
    harness.get_by_label("Attach anyway").click();
    wait(&mut harness, "the text", |app| app.message().contains("was attached anyway"));
    harness.run_ok();
    let ctx = harness.ctx.clone();
    let link = |overlay: &str| Action::AddExcerpt { source: TFI.to_owned(), at: 10..20, overlay: overlay.to_owned() };
    harness.state_mut().act(&ctx, link("luhansk"));
    harness.state_mut().act(&ctx, link("luhansk"));
    harness.run_ok();
    assert_eq!(harness.state().message(), "These words are linked to Luhansk oblast already");
    assert_eq!(harness.state().session().document().own_excerpts.len(), 1);
    harness.state_mut().act(&ctx, link("kherson"));
    assert_eq!(harness.state().session().document().own_excerpts.len(), 2);
}
