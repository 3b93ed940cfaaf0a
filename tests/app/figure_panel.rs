//! The panel in which a figure is composed, and what it goes out as.

use super::*;

#[test]
fn a_figure_is_exported_by_the_dialog() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("figure.png");
    let mut harness = window();
    harness.get_by_label("Export figure…").click();
    harness.run_ok();
    // As coarse as a screen: a debug build takes its time over pixels.
    harness.get_by_label("96 dots per inch").click();
    harness.run_ok();
    type_path(&mut harness, &path);
    harness.get_by_label("Export").click();
    harness.step();
    wait(&mut harness, "the figure", |_| path.exists());
    wait(&mut harness, "the message", |app| app.message().starts_with("Figure written"));
    let bytes = std::fs::read(&path).unwrap();
    assert!(bytes.starts_with(b"\x89PNG"));
    // The second time the file is not replaced without a word.
    harness.get_by_label("Export figure…").click();
    harness.run_ok();
    type_path(&mut harness, &path);
    harness.get_by_label("Export").click();
    harness.run_ok();
    assert!(harness.query_by_label_contains("“Replace the file” overwrites it").is_some());
    assert!(harness.query_by_label("Replace the file").is_some(), "the button is called as it is said to be");
}

#[test]
fn a_figure_never_replaces_a_file_that_is_open() {
    let folder = tempfile::tempdir().unwrap();
    let (project, own) = (folder.path().join("p.claimline.geojson"), folder.path().join("route.geojson"));
    std::fs::copy("tests/data/v1/figure.claimline.geojson", &project).unwrap();
    std::fs::write(&own, r#"{"type":"LineString","coordinates":[[37.2,48.2],[37.9,48.9]]}"#).unwrap();
    let mut harness = window();
    harness.state_mut().open_files(vec![own.clone()]);
    wait(&mut harness, "the file", |app| app.message().starts_with("Opened"));
    harness.state_mut().open_files(vec![project.clone()]);
    wait(&mut harness, "the project", |app| app.project_path().is_some());
    harness.run_ok();
    harness.get_by_label("Export figure…").click();
    harness.run_ok();
    for path in [&project, &own] {
        let before = std::fs::read(path).unwrap();
        type_path(&mut harness, path);
        for _ in 0..2 {
            harness.get_by_label("Export").click();
            harness.run_ok();
            assert!(harness.query_by_label_contains("is open here, and the figure would overwrite it").is_some());
        }
        assert!(std::fs::read(path).unwrap() == before);
    }
}

#[test]
fn a_figure_is_composed_in_the_dialog_and_written_as_it_was_previewed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("figure.svg");
    let mut harness = window();
    harness.get_by_label("Export figure…").click();
    harness.run_ok();
    wait(&mut harness, "the preview", ClaimlineApp::is_settled);
    harness.run_ok();
    assert!(harness.query_by_label("Preview of the figure").is_some());
    assert!(harness.query_by_label_contains("quotes have not been checked").is_some());
    // Each control has a name.
    for name in [
        "Paper",
        "Dots per inch",
        "300 dots per inch",
        "Custom margin",
        "Colours",
        "Use the current view",
        "Place of the legend",
    ] {
        assert!(harness.query_by_label(name).is_some(), "there is no control named {name}");
    }
    for piece in Piece::all() {
        assert!(harness.query_all_by_label(piece.label()).next().is_some(), "no box to tick for {piece}");
    }
    harness.get_by_label("Locator map").scroll_to_me();
    harness.run_ok();
    harness.get_by_label("Locator map").click();
    harness.run_ok();
    harness.get_by_label("Graticule").scroll_to_me();
    harness.run_ok();
    harness.get_by_label("Graticule").click();
    harness.run_ok();
    type_in(&mut harness, "Text of the subtitle", "As reported");
    type_path(&mut harness, &path);
    harness.get_by_label("Export").click();
    harness.step();
    wait(&mut harness, "the figure", |_| path.exists());
    let svg = std::fs::read_to_string(&path).unwrap();
    assert!(svg.contains("id=\"graticule\"") && !svg.contains("id=\"inset\""), "the boxes were not heeded");
    assert!(svg.contains(">As reported"), "the subtitle is not there");
    // The next one begins as this one was.
    harness.run_ok();
    harness.get_by_label("Export figure…").click();
    harness.run_ok();
    wait(&mut harness, "the preview", ClaimlineApp::is_settled);
    let ticked = harness.get_by_label("Graticule").accesskit_node().toggled();
    assert_eq!(ticked, Some(egui::accesskit::Toggled::True));
}

#[test]
fn the_format_of_a_figure_is_chosen_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("figure.png");
    let mut harness = window();
    let open = |harness: &mut Harness<'static, ClaimlineApp>| {
        harness.get_by_label("Export figure…").click();
        harness.run_ok();
        type_path(harness, &path);
        harness.run_ok();
    };
    let export = |harness: &mut Harness<'static, ClaimlineApp>| {
        harness.get_by_label("Export").click();
        harness.step();
        wait(harness, "the message", |app| app.message().starts_with("Figure written"));
    };
    // What an evidence pack holds is tested on the command line; it takes long here.
    open(&mut harness);
    harness.get_by_label("Evidence pack").click();
    harness.run_ok();
    let zip = path.with_extension("zip").display().to_string();
    assert_eq!(harness.get_by_label_contains("Path of the figure").value(), Some(zip));
    harness.key_press(Key::Escape);
    harness.run_ok();
    for (label, end, start) in [("PDF", "pdf", &b"%PDF-1.7"[..]), ("GeoJSON", "geojson", b"{\"type\":")] {
        open(&mut harness);
        if end == "pdf" {
            harness.get_by_label(label).click();
            harness.run_ok();
        } else {
            choose_from(&mut harness, "Data of the figure", label);
        }
        assert!(harness.query_by_label("World file for GIS programs").is_none(), "it goes with a PNG alone");
        export(&mut harness);
        let bytes = std::fs::read(path.with_extension(end)).unwrap();
        assert!(bytes.starts_with(start), "{label}");
    }
    open(&mut harness);
    harness.get_by_label("World file for GIS programs").click();
    harness.run_ok();
    export(&mut harness);
    for end in ["png", "pgw", "prj", "png.aux.xml"] {
        assert!(path.with_extension(end).exists(), "there is no .{end}");
    }
}

#[test]
fn the_paper_of_a_figure_is_chosen_by_name() {
    let mut harness = window();
    harness.get_by_label("Export figure…").click();
    harness.run_ok();
    harness.get_by_label("Paper").click();
    harness.run_ok();
    harness.get_by_label("A4 landscape").click();
    harness.run_ok();
    wait(&mut harness, "the preview", ClaimlineApp::is_settled);
    harness.run_ok();
    assert!(harness.query_by_label("297 × 210 mm, 3508 × 2480 pixels").is_some());
    harness.key_press(Key::Escape);
    harness.run_ok();
    assert!(harness.query_by_label("Paper").is_none());
}

#[test]
fn a_figure_that_was_set_up_comes_back_until_the_current_view_is_asked_for() {
    let mut harness = window();
    let elsewhere = |harness: &mut Harness<'static, ClaimlineApp>, lon: f64| {
        let ctx = harness.ctx.clone();
        let view = View { center: Coord { x: lon, y: 48.5 }, zoom: 9.0 };
        harness.state_mut().act(&ctx, Action::SetView(view));
        harness.run_ok();
        harness.state().session().frame().lon_lat_bounds()
    };
    let close = |harness: &mut Harness<'static, ClaimlineApp>| {
        harness.key_press(Key::Escape);
        harness.run_ok();
        assert!(harness.state().figure_set_up().is_none());
    };
    // Of one that was only looked at nothing stays.
    set_up_figure(&mut harness);
    close(&mut harness);
    let first = elsewhere(&mut harness, 37.5);
    set_up_figure(&mut harness);
    assert_eq!(set_up(&harness).shows, Shows::Bounds(first));
    type_in(&mut harness, "Text of the title", "Set up here");
    let options = set_up(&harness);
    close(&mut harness);
    let second = elsewhere(&mut harness, 38.6);
    set_up_figure(&mut harness);
    assert_eq!(set_up(&harness), options);
    close(&mut harness);
    assert_eq!(harness.state().session().frame().lon_lat_bounds(), second, "the map is where it was");
    // The map has moved to the frame: the current view is the one that the user had chosen.
    set_up_figure(&mut harness);
    use_the_current_view(&mut harness);
    assert_eq!(set_up(&harness).shows, Shows::Bounds(second));
    assert!(frame_is_off_by(&harness) < 0.5, "the whole frame is in view");
    use_the_current_view(&mut harness);
    assert_eq!(set_up(&harness).shows, Shows::Bounds(second), "asked for again it is the same");
    // Where the user moves the map now, that is it.
    for _ in 0..3 {
        harness.get_by_label("Zoom in").click();
        settle(&mut harness);
    }
    let third = harness.state().session().frame().lon_lat_bounds();
    use_the_current_view(&mut harness);
    assert_eq!(set_up(&harness).shows, Shows::Bounds(third));
    assert!(frame_is_off_by(&harness) < 0.5, "the whole frame is in view");
    close(&mut harness);
    assert_eq!(harness.state().session().frame().lon_lat_bounds(), second, "the map is where it was");
}

fn use_the_current_view(harness: &mut Harness<'static, ClaimlineApp>) {
    harness.get_by_label("Use the current view").scroll_to_me();
    harness.run_ok();
    harness.get_by_label("Use the current view").click();
    settle(harness);
}

#[test]
fn changes_of_the_figure_are_undone_and_made_again_in_its_panel() {
    let mut harness = window();
    set_up_figure(&mut harness);
    let first = set_up(&harness);
    let tick = |harness: &mut Harness<'static, ClaimlineApp>, piece: &str| {
        harness.get_by_label(piece).scroll_to_me();
        harness.run_ok();
        harness.get_by_label(piece).click();
        harness.run_ok();
    };
    tick(&mut harness, "Graticule");
    tick(&mut harness, "Locator map");
    let ticked = set_up(&harness);
    let rect = harness.get_by_label(FRAME).rect();
    drag(&mut harness, rect.center(), rect.center() + Vec2::new(-20.0, -24.0));
    let dragged = set_up(&harness);
    for _ in 0..3 {
        harness.key_press(Key::ArrowLeft);
        harness.run_ok();
    }
    settle(&mut harness);
    let keyed = set_up(&harness);
    assert!(ticked.shows != dragged.shows && dragged.shows != keyed.shows);
    let steps = harness.state().session().history().steps();
    let (parts, frame) = (Step::Figure(FigurePart::Pieces), Step::Figure(FigurePart::Frame));
    assert_eq!(steps, (vec![&parts, &parts, &frame, &frame], 4));
    let undo = |harness: &mut Harness<'static, ClaimlineApp>| {
        harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
        settle(harness);
        set_up(harness)
    };
    assert_eq!(undo(&mut harness), dragged);
    assert_eq!(undo(&mut harness), ticked);
    undo(&mut harness);
    // The buttons do the same; what a figure leaves no room for waits until it is closed.
    harness.get_by_label("Undo").click();
    settle(&mut harness);
    assert_eq!(set_up(&harness), first);
    assert!(!harness.state_mut().has_unsaved_work(), "all is as it was");
    assert!(harness.get_by_label("Undo").accesskit_node().is_disabled());
    for name in ["Marker", "Zoom to selection", "Search everything…"] {
        assert!(harness.get_by_label(name).accesskit_node().is_disabled(), "{name}");
    }
    harness.get_by_label("Redo").click();
    settle(&mut harness);
    assert!(set_up(&harness).furniture.has(Piece::Graticule) && set_up(&harness).furniture.has(Piece::Inset));
    harness.get_by_label("Save").click();
    harness.run_ok();
    assert!(harness.query_by_label("Save project").is_some());
    press(&mut harness, Key::Escape);
    harness.run_ok();
    // A field takes back its own letters.
    type_in(&mut harness, "Text of the title", "Typed");
    let undone = undo(&mut harness);
    assert!(undone.furniture.has(Piece::Graticule) && undone.title.as_deref() != Some("Typed"), "{:?}", undone.title);
}

#[test]
fn a_project_brings_its_figure_back_and_the_command_line_makes_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let in_folder = |name: &str| folder.path().join(name);
    let mut harness = window();
    set_up_figure(&mut harness);
    choose_paper(&mut harness, "Square");
    type_in(&mut harness, "Text of the title", "Set up in the window");
    harness.get_by_label("Move the north arrow").scroll_to_me();
    harness.run_ok();
    harness.get_by_label("Move the north arrow").click();
    harness.run_ok();
    harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowUp);
    settle(&mut harness);
    harness.get_by_label(FRAME).focus();
    harness.run_ok();
    harness.key_press(Key::Minus);
    settle(&mut harness);
    let options = set_up(&harness);
    let export = |harness: &mut Harness<'static, ClaimlineApp>, path: &Path| {
        type_path(harness, path);
        harness.get_by_label("Export").click();
        harness.step();
        wait(harness, "the message", |app| app.message().starts_with("Figure written"));
        std::fs::read(path).unwrap()
    };
    let svg = export(&mut harness, &in_folder("window.svg"));
    let reference = project::Reference::default();
    let bytes = project::write(harness.state().session().document(), &reference);
    std::fs::write(in_folder("p.claimline.geojson"), bytes).unwrap();

    let run = |output: &str| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_claimline"))
            .args(["export", "--project", "p.claimline.geojson", "-o", output])
            .current_dir(folder.path())
            .env("HOME", folder.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    run("line.svg");
    assert!(std::fs::read(in_folder("line.svg")).unwrap() == svg, "the command line makes another figure");

    // Another window, of another size, finds all as it was left.
    let mut other = window_of(1200.0, 800.0);
    other.state_mut().open_files(vec![in_folder("p.claimline.geojson")]);
    wait(&mut other, "the project", |app| app.message().starts_with("Opened p"));
    assert!(!other.state_mut().has_unsaved_work());
    set_up_figure(&mut other);
    assert_eq!(set_up(&other), options);
    assert!(frame_is_off_by(&other) < 0.5);
    assert!(!other.state_mut().has_unsaved_work(), "to look at it changes nothing");
    let png = export(&mut other, &in_folder("other.png"));
    run("line.png");
    assert!(std::fs::read(in_folder("line.png")).unwrap() == png, "the command line makes another picture");
    // A change of the figure is a change of the project.
    set_up_figure(&mut other);
    other.get_by_label("Graticule").scroll_to_me();
    other.run_ok();
    other.get_by_label("Graticule").click();
    other.run_ok();
    assert!(other.state_mut().has_unsaved_work());
}

const PATH_OF_FIGURE: &str = "Path of the figure: .png, .svg or .pdf; .geojson, .geojsonl, .kml, .gpx, .csv, .gpkg, .fgb or .shp.zip for its data; .zip for an evidence pack with everything";

#[test]
fn a_dialog_over_the_figures_panel_owns_the_keys() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("typed.claimline.geojson");
    let mut harness = window();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::E);
    settle(&mut harness);
    let figure_goes = |harness: &Harness<'static, ClaimlineApp>| harness.get_by_label(PATH_OF_FIGURE).value();
    let before = figure_goes(&harness);
    assert!(harness.get_by_label(PATH_OF_FIGURE).is_focused(), "the panel begins with its path");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::S);
    harness.run_ok();
    let asked = "Path of the project: a .claimline.geojson file, which other programs open too";
    assert!(harness.get_by_role_and_label(Role::TextInput, asked).is_focused());
    // Whatever has the focus gets it.
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.step();
    harness.event(egui::Event::Text(file.display().to_string()));
    harness.run_ok();
    press(&mut harness, Key::Enter);
    wait(&mut harness, "the file", |app| file.exists() && app.project_path().is_some());
    harness.run_ok();
    assert_eq!(harness.state().project_path(), Some(file.as_path()));
    assert_eq!(figure_goes(&harness), before);
    assert!(harness.query_by_label_contains("There is already a file").is_none());
    // The next figure is called as the project is.
    harness.key_press(Key::Escape);
    harness.run_ok();
    set_up_figure(&mut harness);
    let name = file.file_name().unwrap().to_string_lossy().replace(".claimline.geojson", ".png");
    assert!(figure_goes(&harness).is_some_and(|path| path.ends_with(&name)), "{:?}", figure_goes(&harness));
}

#[test]
fn in_a_low_window_the_figures_panel_scrolls_above_what_it_goes_out_by() {
    for (width, height) in [(800.0, 500.0), (1000.0, 700.0)] {
        let mut harness = window_of(width, height);
        harness.key_press_modifiers(Modifiers::COMMAND, Key::E);
        settle(&mut harness);
        assert!(harness.query_by_label_contains("to check first").is_some());
        assert!(harness.query_by_label_contains("quotes have not been checked").is_none(), "the warnings are folded");
        let preview = harness.get_by_label("Preview of the figure").rect();
        assert!(preview.height() < height / 3.0, "{preview:?}");
        let bar = harness.get_by_label("PNG").rect();
        let verb = harness.get_by_label("Export").rect();
        assert!(bar.min.y > preview.max.y && verb.max.y < height, "{bar:?}, {verb:?}");
        for (name, role) in [("Paper", Role::ComboBox), ("Disclaimer", Role::CheckBox)] {
            harness.get_by_role_and_label(role, name).scroll_to_me();
            harness.run_ok();
            let control = harness.get_by_role_and_label(role, name).rect();
            assert!(control.max.y < bar.min.y, "{name} lies at {control:?}, over {bar:?}");
            assert!(control.min.y > 0.0, "{name} lies at {control:?}");
        }
        // The preview goes with the rest, and comes back with a piece that is taken.
        assert!(harness.get_by_label("Preview of the figure").rect().min.y < preview.min.y - 40.0);
        harness.get_by_label("Move the north arrow").scroll_to_me();
        harness.run_ok();
        harness.get_by_label("Move the north arrow").click();
        harness.run_ok();
        let again = harness.get_by_label("Preview of the figure").rect();
        assert!(again.min.y > 0.0 && again.max.y < bar.min.y, "{again:?}");
    }
}

#[test]
fn what_the_keyboard_goes_to_is_scrolled_into_view() {
    let mut harness = window_of(1280.0, 800.0);
    set_up_figure(&mut harness);
    let foot = harness.get_by_label("PNG").rect().min.y;
    let head = harness.get_by_label("Preview of the figure").rect().max.y;
    let mut met = Vec::new();
    harness.get_by_label("Use the current view").focus();
    for _ in 0..30 {
        harness.run_ok();
        let focused = harness.ctx.memory(|memory| memory.focused()).expect("something has the focus");
        let rect = harness.ctx.read_response(focused).unwrap().rect;
        assert!(rect.min.y >= head && rect.max.y <= foot, "{rect:?} after {}", met.len());
        met.push(focused);
        harness.key_press(Key::Tab);
    }
    met.dedup();
    assert_eq!(met.len(), 30);
    // So it is in a drawer.
    harness.key_press(Key::Escape);
    harness.run_ok();
    harness.get_by_label("Sources").click();
    harness.run_ok();
    let map = harness.state().map_rect();
    harness.get_by_label("Sources").focus();
    harness.run_ok();
    for _ in 0..30 {
        harness.key_press(Key::Tab);
        harness.run_ok();
        let focused = harness.ctx.memory(|memory| memory.focused()).expect("something has the focus");
        let rect = harness.ctx.read_response(focused).unwrap().rect;
        assert!(map.y_range().contains(rect.min.y) && map.y_range().contains(rect.max.y), "{rect:?}");
    }
}

#[test]
fn the_figures_panel_opens_at_the_top_and_its_warnings_are_found_from_its_foot() {
    let mut harness = window_of(1280.0, 800.0);
    set_up_figure(&mut harness);
    let top = harness.get_by_label_contains("to check first").rect();
    harness.get_by_role_and_label(Role::CheckBox, "Disclaimer").scroll_to_me();
    harness.run_ok();
    let scrolled_away = |harness: &Harness<'static, ClaimlineApp>| {
        harness.query_by_label_contains("to check first").is_none_or(|header| header.rect().max.y < top.min.y)
    };
    assert!(scrolled_away(&harness));
    let count = |harness: &Harness<'static, ClaimlineApp>| {
        let button = harness.get_by_label_contains("Show the ");
        button.accesskit_node().label().unwrap_or_default()
    };
    assert!(count(&harness).ends_with(" warnings of the figure"), "{}", count(&harness));
    harness.get_by_label_contains("Show the ").click();
    settle(&mut harness);
    assert!(!scrolled_away(&harness));
    // Folded, they are unfolded.
    harness.get_by_label_contains("to check first").click();
    harness.run_ok();
    assert!(harness.query_by_label_contains("quotes have not been checked").is_none());
    harness.get_by_label_contains("Show the ").click();
    settle(&mut harness);
    assert!(harness.query_by_label_contains("uotes have not been checked").is_some());
    // Left scrolled, it is at the top when it is opened again.
    harness.get_by_role_and_label(Role::CheckBox, "Disclaimer").scroll_to_me();
    harness.run_ok();
    assert!(scrolled_away(&harness));
    harness.key_press(Key::Escape);
    harness.run_ok();
    set_up_figure(&mut harness);
    let again = harness.get_by_label_contains("to check first").rect();
    assert!((again.min.y - top.min.y).abs() < 1.0, "{again:?}, not {top:?}");
}

#[test]
fn a_table_that_has_no_room_on_the_map_is_not_said_to_stand_there() {
    let mut harness = window();
    set_up_figure(&mut harness);
    choose_paper(&mut harness, "A4 landscape");
    harness.get_by_label("Stated and measured").scroll_to_me();
    harness.run_ok();
    harness.get_by_label("Stated and measured").click();
    settle(&mut harness);
    harness.get_by_label("Every report").scroll_to_me();
    harness.run_ok();
    harness.get_by_label("Every report").click();
    settle(&mut harness);
    let shown = |harness: &Harness<'static, ClaimlineApp>| {
        let row = harness.get_by_label("Place of the table of stated figures");
        row.accesskit_node().value().unwrap_or_default()
    };
    assert_eq!(shown(&harness), "Off the map");
    let at = harness.get_by_label("Move the table of stated figures with the arrow keys").rect();
    let inset = harness.get_by_label("Move the locator map with the arrow keys").rect();
    drag(&mut harness, at.center(), inset.left_top() + Vec2::new(-60.0, 40.0));
    assert!(matches!(set_up(&harness).furniture.place_of(Piece::Comparison), Some(Place::Free(_))));
    assert_eq!(shown(&harness), "No room on the map");
    assert!(harness.query_all_by_label_contains("is placed off it").next().is_some(), "nor is it warned of");
    // What has room is where it is said to be.
    let title = harness.get_by_label("Move the title with the arrow keys").rect().center();
    drag(&mut harness, title, title + Vec2::new(60.0, 90.0));
    let row = harness.get_by_label("Place of the title");
    assert_eq!(row.accesskit_node().value().as_deref(), Some("Custom place"));
}

#[test]
fn a_choice_made_by_keys_closes_its_list() {
    let mut harness = window();
    set_up_figure(&mut harness);
    harness.get_by_role_and_label(Role::ComboBox, "Paper").focus();
    harness.run_ok();
    harness.key_press(Key::Enter);
    harness.run_ok();
    harness.get_by_label("A4 landscape").focus();
    harness.run_ok();
    harness.key_press(Key::Enter);
    settle(&mut harness);
    assert_eq!(set_up(&harness).page.size, PageSize::A4Landscape);
    assert!(harness.query_by_label("A4 portrait").is_none(), "the list stays open");
    assert!(harness.get_by_role_and_label(Role::ComboBox, "Paper").accesskit_node().is_focused());
}
