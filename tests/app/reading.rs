//! Texts of sources, the reader, gaps, and a line of the user’s own.

use super::*;

/// A text of that source with its excerpts where the dossier says and filler between: no article's own words but those.
fn text_of(app: &ClaimlineApp, source: &str) -> String {
    let dossier = app.session().dossier();
    let length = dossier.source(source).unwrap().text.as_ref().unwrap().length;
    let mut letters: Vec<char> = "filler ".chars().cycle().take(length - 1).chain(['.']).collect();
    for excerpt in dossier.excerpts.iter().filter(|excerpt| excerpt.source == source) {
        for (letter, place) in excerpt.exact.chars().zip(&mut letters[excerpt.start.unwrap()..]) {
            *place = letter;
        }
        letters[excerpt.end.unwrap()] = '.';
    }
    // Two spaces would be one, and all that follows would have moved.
    for index in 1..length {
        if letters[index] == ' ' && letters[index - 1] == ' ' {
            letters[index - 1] = '.';
        }
    }
    letters.into_iter().collect()
}

fn attach(harness: &mut Harness<'static, ClaimlineApp>, path: &Path) {
    attach_to_tfi(harness, path);
    wait(harness, "the text", |app| app.message().contains("excerpt"));
    harness.run_ok();
}

#[test]
fn an_attached_text_tells_how_each_excerpt_stands_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window();
    harness.get_by_label("Sources").click();
    harness.run_ok();
    assert!(harness.query_all_by_label("Check: no text at hand").next().is_some());
    assert!(harness.query_by_label("Check: exact").is_none());
    let text = text_of(harness.state(), TFI);
    let path = folder.path().join("saved.txt");
    std::fs::write(&path, &text).unwrap();
    attach(&mut harness, &path);
    let of_source = |excerpt: &&claimline::dossier::Excerpt| excerpt.source == TFI;
    let all = harness.state().session().dossier().excerpts.iter().filter(of_source).count();
    let said = format!("TFIGlobal: {all} of {all} excerpts exact. It is not the text that the dossier was made from");
    assert!(harness.state().message().starts_with(&said), "{}", harness.state().message());
    harness.get_by_label("Sources").click();
    harness.run_ok();
    assert!(harness.query_all_by_label("Check: exact").next().is_some());
    assert!(harness.query_by_label_contains("saved.txt, chosen by you; not the text").is_some());

    // One word of one excerpt edited: that one is not found, and the others still are.
    std::fs::write(&path, text.replacen("kilometres", "versts", 1)).unwrap();
    attach(&mut harness, &path);
    assert!(harness.state().message().contains("1 not found"), "{}", harness.state().message());
}

#[test]
fn a_file_that_fits_no_source_is_not_attached() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("letter.txt");
    std::fs::write(&path, "Dear all").unwrap();
    let mut harness = window();
    harness.get_by_label("File").click();
    harness.run_ok();
    harness.get_by_label_contains("Attach source text…").click();
    harness.run_ok();
    type_in(&mut harness, "Path of the text: a saved page, PDF or other document", &path.display().to_string());
    harness.get_by_label("Attach").click();
    harness.step();
    wait(&mut harness, "the message", |app| app.message().contains("matches no source"));
    assert!(harness.state().session().texts().all().is_empty());
}

/// The window with a text of TFIGlobal in the reader.
fn reading() -> Harness<'static, ClaimlineApp> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("article.txt");
    let mut harness = window();
    std::fs::write(&path, text_of(harness.state(), TFI)).unwrap();
    attach(&mut harness, &path);
    harness
}

#[test]
fn a_passage_in_the_reader_selects_its_overlays_and_an_excerpt_turns_to_its_passage() {
    let mut harness = reading();
    harness.get_by_label_contains("Passage: five to ten kilometres, why").scroll_to_me();
    harness.run_ok();
    harness.get_by_label_contains("Passage: five to ten kilometres, why").click();
    harness.run_ok();
    assert_eq!(selected(&harness), "excerpt tfi-five-to-ten");
    assert_eq!(harness.state().session().highlighted(), ["corridor-5km", "corridor-10km"]);

    // The other way, from the last card to the end of the text.
    harness.get_by_label("Sources").click();
    harness.run_ok();
    harness.get_by_label_contains("Excerpt: territorial withdrawals could").scroll_to_me();
    harness.run_ok();
    harness.get_by_label_contains("Excerpt: territorial withdrawals could").click();
    harness.run_ok();
    harness.get_by_label("Reader").click();
    harness.run_ok();
    let passage = harness.get_by_label_contains("Passage: territorial withdrawals could").rect();
    assert!((200.0..900.0).contains(&passage.center().y), "{passage:?} is not in view");
}

#[test]
fn words_selected_by_keyboard_become_an_excerpt_of_the_selected_overlay() {
    let mut harness = reading();
    harness.get_by_label("Text of TFIGlobal").focus();
    harness.run_ok();
    harness.key_press(Key::ArrowRight);
    harness.run_ok();
    for _ in 0..3 {
        harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowRight);
        harness.run_ok();
    }
    assert!(harness.query_by_label("4 words selected").is_some());
    assert!(harness.query_by_label_contains("Select an overlay first").is_some());
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, Action::Select("luhansk".to_owned()));
    harness.run_ok();
    harness.get_by_label("Link to Luhansk oblast").click();
    harness.run_ok();

    let session = harness.state().session();
    let [own] = session.document().own_excerpts.as_slice() else { panic!("one excerpt") };
    assert_eq!((own.source.as_str(), own.exact.as_str(), own.start), (TFI, "filler filler filler filler", Some(0)));
    assert_eq!(own.overlays, ["luhansk"]);
    assert_eq!(session.texts().state(&own.id).name(), "exact");
    assert_eq!(selected(&harness), format!("excerpt {}", own.id));
    assert!(harness.query_all_by_label("added by you").next().is_some());
    assert!(harness.query_by_label("Passage: filler filler filler filler").is_some());

    // It outlives the dossier's being opened again, and can be taken away.
    let scene = harness.state().session().scene().clone();
    let mut session = harness.state().session().clone();
    session.replace_scene(scene, Vec::new());
    assert_eq!(session.excerpts_of("luhansk").filter(|excerpt| session.is_own(&excerpt.id)).count(), 1);
    harness.get_all_by_label("Remove").next().unwrap().click();
    harness.run_ok();
    assert!(harness.state().session().document().own_excerpts.is_empty());
    assert_eq!(selected(&harness), "luhansk");

    // Nothing is selected that undo has taken away.
    let undo = |harness: &mut Harness<'static, ClaimlineApp>| {
        harness.state_mut().act(&ctx, Action::Command(Command::Undo));
        harness.run_ok();
    };
    undo(&mut harness);
    let id = harness.state().session().document().own_excerpts[0].id.clone();
    harness.state_mut().act(&ctx, Action::FollowExcerpt(id.clone()));
    harness.run_ok();
    assert_eq!(selected(&harness), format!("excerpt {id}"));
    for _ in 0..3 {
        undo(&mut harness);
    }
    assert!(harness.state().session().document().own_excerpts.is_empty());
    assert_eq!(selected(&harness), "");
    assert!(harness.query_by_label_contains("Nothing on the map goes with this excerpt").is_none());
}

#[test]
fn words_are_selected_by_dragging_and_more_than_sixty_are_refused() {
    let mut harness = reading();
    let text = harness.get_by_label("Text of TFIGlobal").rect();
    let (from, to) = (text.min + Vec2::new(20.0, 8.0), text.min + Vec2::new(200.0, 500.0));
    harness.drag_at(from);
    harness.step();
    harness.hover_at(to);
    harness.step();
    harness.drop_at(to);
    harness.run_ok();
    assert!(harness.query_by_label_contains("words selected").is_some());
    assert!(harness.query_by_label_contains("An excerpt quotes at most 60 words").is_some());
    harness.get_by_label("Deselect words").click();
    harness.run_ok();
    assert!(harness.query_by_label_contains("words selected").is_none());
}

#[test]
fn gaps_are_listed_and_lead_to_what_they_are_about() {
    let mut harness = window();
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, Action::Command(Command::ShowGaps));
    harness.run_ok();
    // The built-in dossier describes December 2025, long before today, and keeps its other promises.
    assert!(harness.query_by_label_contains("2 sources have no text attached").is_some());
    assert!(harness.query_by_label_contains("SHAPES WITHOUT A SOURCE").is_none());
    assert!(harness.query_by_label_contains("OVERLAYS WITH AN OLD DATE").is_some());
    let mut rows: Vec<egui::Rect> = harness.query_all_by_label_contains("Gap: ").map(|row| row.rect()).collect();
    rows.sort_by(|a, b| a.top().total_cmp(&b.top()));
    assert!(rows.len() > 2 && rows.iter().all(|row| row.height() >= 28.0), "{rows:?}");
    // Rows are evenly spaced, however long they are, but for the headings between them.
    let apart = rows.windows(2).map(|pair| pair[1].top() - pair[0].bottom());
    assert!(
        apart.clone().filter(|gap| *gap < 20.0).all(|gap| (gap - 8.0).abs() < 0.6),
        "{:?}",
        apart.collect::<Vec<_>>()
    );
    harness.get_by_label_contains("Gap: Luhansk oblast, as of 15 Dec 2025").scroll_to_me();
    harness.run_ok();
    harness.get_by_label_contains("Gap: Luhansk oblast, as of 15 Dec 2025").click();
    harness.run_ok();
    assert_eq!(selected(&harness), "luhansk");

    // A text that is not the article's breaks its quotes.
    harness.state_mut().act(&ctx, Action::Select("donetsk".to_owned()));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("TFIGlobal-2025-12-15.txt");
    std::fs::write(&path, "another text").unwrap();
    attach(&mut harness, &path);
    // It is refused, unless it is wanted all the same.
    assert!(harness.state().session().texts().all().is_empty());
    harness.get_by_label("Attach anyway").click();
    harness.step();
    wait(&mut harness, "the text", |app| !app.session().texts().all().is_empty());
    harness.run_ok();
    // The text is read in the place of the gaps, which come back when they are asked for.
    assert!(harness.query_by_label_contains("OVERLAYS WITH AN OLD DATE").is_none());
    harness.state_mut().act(&ctx, Action::Command(Command::ShowGaps));
    harness.run_ok();
    assert!(harness.query_by_label("BROKEN OR AMBIGUOUS QUOTES (23)").is_some());
    assert!(harness.query_by_label_contains("1 source has no text attached").is_some());
}

#[test]
fn a_line_of_ones_own_takes_the_place_of_the_dossiers_and_goes_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.geojson");
    // From north to south across the oblast, farther west than the line of the dossier.
    let line = r#"{"type":"LineString","coordinates":[[37.45,49.5],[37.45,48.9],[37.3,48.3],[37.1,47.8],[36.2,47.7]]}"#;
    std::fs::write(&path, line).unwrap();
    let mut harness = window();
    harness.state_mut().open_files(vec![path]);
    wait(&mut harness, "the file", |app| app.session().dossier().overlay("mine").is_some());
    harness.get_by_label("Options of mine").click();
    harness.run_ok();
    harness.get_by_label("Use as line of contact…").click();
    harness.run_ok();
    wait(&mut harness, "the new shapes", |app| app.session().dossier().own_line.is_some());
    harness.run_ok();
    let notice = "Line of contact: own line from mine.geojson, not the dossier’s";
    assert!(harness.query_all_by_label(notice).next().is_some(), "no banner");
    assert_eq!(harness.state().message(), notice);
    harness.query_all_by_label("Area proposed for withdrawal").next().unwrap().click();
    harness.run_ok();
    assert_eq!(selected(&harness), "withdrawal-area");
    for label in ["With the dossier’s line", "5,652 km²", "With your own line", "Difference"] {
        assert!(harness.query_all_by_label(label).next().is_some(), "no '{label}'");
    }
    let session = harness.state().session();
    assert!(session.former("withdrawal-area").is_some() && session.former("crimea").is_none());
    // Back, with the selection and the file still there.
    harness.query_all_by_label("Back to the dossier’s line").next().unwrap().click();
    harness.run_ok();
    wait(&mut harness, "the dossier's line", |app| app.session().dossier().own_line.is_none());
    harness.run_ok();
    assert_eq!(selected(&harness), "withdrawal-area");
    assert!(harness.query_all_by_label("With your own line").next().is_none());
    assert!(harness.query_all_by_label_contains("5,652 km²").next().is_some());
    // From the inspector too; a shape that won't do is told of, and nothing changes.
    harness.query_all_by_label("mine").next().unwrap().click();
    harness.run_ok();
    harness.get_by_label("Use as line of contact…").click();
    harness.run_ok();
    wait(&mut harness, "the new shapes", |app| app.session().dossier().own_line.is_some());
    let short = folder.path().join("short.geojson");
    std::fs::write(&short, r#"{"type":"LineString","coordinates":[[37.2,48.5],[37.5,48.5]]}"#).unwrap();
    harness.state_mut().open_files(vec![short]);
    wait(&mut harness, "the file", |app| app.session().dossier().overlay("short").is_some());
    harness.query_all_by_label("short").next().unwrap().click();
    harness.run_ok();
    harness.get_by_label("Use as line of contact…").click();
    harness.run_ok();
    wait(&mut harness, "the message", |app| app.message().contains("does not cross"));
    assert_eq!(
        harness.state().session().dossier().own_line.as_ref().map(|own| own.from.as_str()),
        Some("mine.geojson")
    );
}

#[test]
fn the_table_of_a_line_goes_on_with_the_users_own_that_replaces_it() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let line = r#"{"type":"LineString","coordinates":[[37.45,49.5],[37.45,48.9],[37.3,48.3],[37.1,47.8],[36.2,47.7]]}"#;
    let paths = [write("mine.geojson", line), write("other.geojson", r#"{"type":"Point","coordinates":[37,48]}"#)];
    let mut harness = window();
    let ctx = harness.ctx.clone();
    for (path, id) in paths.into_iter().zip(["mine", "other"]) {
        harness.state_mut().open_files(vec![path]);
        wait(&mut harness, "the file", |app| app.session().dossier().overlay(id).is_some());
    }
    harness.state_mut().act(&ctx, Action::ShowTable("line-of-contact".to_owned()));
    harness.run_ok();
    assert!(harness.query_by_label("Table of Line of contact").is_some());
    harness.state_mut().act(&ctx, Action::UseAsLine("mine".to_owned()));
    wait(&mut harness, "the new shapes", |app| app.session().dossier().own_line.is_some());
    harness.run_ok();
    harness.get_by_label("Table of mine");
    harness.get_by_label("Line of contact is now your own line; these are the features of “mine”");
    // The way back leaves the table where it is.
    harness.state_mut().act(&ctx, Action::UseDossierLine);
    wait(&mut harness, "the dossier's line", |app| app.session().dossier().own_line.is_none());
    harness.run_ok();
    harness.get_by_label("Table of mine");
}

#[test]
fn a_dialog_asks_which_features_count_as_line_of_contact() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("both.geojson");
    let feature = |name: &str, ring: &str| {
        format!(
            r#"{{"type":"Feature","properties":{{"name":"{name}"}},"geometry":{{"type":"Polygon","coordinates":[{ring}]}}}}"#
        )
    };
    let occupied = feature("Occupied", "[[37.7,46],[39.9,46],[39.9,49.9],[38,49.9],[37.7,48],[37.7,46]]");
    let liberated = feature("Liberated", "[[37,48],[37.7,48],[37.7,48.9],[37,48.9],[37,48]]");
    std::fs::write(&path, format!(r#"{{"type":"FeatureCollection","features":[{occupied},{liberated}]}}"#)).unwrap();
    let mut harness = window();
    harness.state_mut().open_files(vec![path]);
    wait(&mut harness, "the file", |app| app.session().dossier().overlay("both").is_some());
    let ctx = harness.ctx.clone();
    let line = |harness: &Harness<'static, ClaimlineApp>| {
        harness.state().session().document().chosen_line.as_ref().map(|line| line.counting.clone())
    };
    let ask = |harness: &mut Harness<'static, ClaimlineApp>| {
        harness.state_mut().act(&ctx, Action::UseAsLine("both".to_owned()));
        harness.step();
        harness.step();
        harness.get_by_label("Which features count");
    };
    ask(&mut harness);
    // The safe button has the focus, and Esc closes.
    assert!(harness.get_by_label("Cancel").is_focused());
    press(&mut harness, Key::Escape);
    assert!(harness.query_by_label("Which features count").is_none() && line(&harness).is_none());
    // A guess, and what comes of it: shapely 2.2.0 (GEOS 3.14.1) and pyproj 3.7.2 say 14,865 km².
    ask(&mut harness);
    harness.get_by_label_contains("“Occupied” is a guess");
    wait_for_label(&mut harness, "14,865 km²");
    harness.get_by_label_contains("+9,21");
    // By keyboard: liberated ground as well, 9,810 km² without two strips along the border.
    harness.get_by_label_contains("Liberated, 1 feature, ").focus();
    harness.step();
    press(&mut harness, Key::Space);
    wait_for_label(&mut harness, "9,807 km²");
    // A filter in its place, with what is wrong in it under the field.
    harness.get_by_label("Filter: which features count").focus();
    harness.step();
    harness.event(egui::Event::Text("name ~ occupied or".to_owned()));
    harness.step();
    harness.step();
    assert!(harness.query_all_by_label_contains("^").next().is_some(), "no word is pointed at");
    assert!(harness.get_by_label("Apply").accesskit_node().is_disabled());
    for _ in 0..3 {
        press(&mut harness, Key::Backspace);
    }
    wait_for_label(&mut harness, "14,865 km²");
    // The dialog is as high as what it says: it settles before it is clicked.
    harness.run_ok();
    harness.get_by_label("Apply").click();
    harness.run_ok();
    wait(&mut harness, "the new shapes", |app| app.session().dossier().own_line.is_some());
    harness.run_ok();
    let counting = line(&harness).unwrap();
    assert_eq!(counting.words().as_deref(), Some("counts features where name ~ occupied"));
    let banner = "own line from both.geojson, not the dossier’s; counts features where name ~ occupied";
    assert!(harness.query_all_by_label_contains(banner).next().is_some(), "no banner");
    // It asks again with what counts now, and one step takes it back.
    harness.get_by_label("Which features count…").click();
    harness.run_ok();
    assert_eq!(harness.get_by_label("Filter: which features count").value().as_deref(), Some("name ~ occupied"));
    press(&mut harness, Key::Escape);
    harness.state_mut().act(&ctx, Action::Command(Command::Undo));
    wait(&mut harness, "the dossier's line", |app| app.session().dossier().own_line.is_none());
    assert!(line(&harness).is_none());
}
