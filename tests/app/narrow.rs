//! Narrow and low windows, as on a small laptop or a screen of large letters: what lies over the map hides none of its
//! scale, credits and buttons, and nothing lies over the table.

use super::*;

/// Areas with whole numbers of 36 digits.
fn with_long_numbers(folder: &Path) -> std::path::PathBuf {
    let feature = |index: usize| {
        let x = 37.0 + 0.1 * index as f64;
        format!(
            r#"{{"type":"Feature","properties":{{"status":"status of kind {index:02}","count":1234567890123456789,"long":123456789012345678901234567890123456}},"geometry":{{"type":"Polygon","coordinates":[[[{x},48],[{x},48.1],[{},48.1],[{x},48]]]}}}}"#,
            x + 0.1
        )
    };
    let features: Vec<String> = (0..4).map(feature).collect();
    let path = folder.join("numbers.geojson");
    std::fs::write(&path, format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))).unwrap();
    path
}

/// The texts that are painted, and whether each can be seen from its first letter to its last.
fn painted(harness: &Harness<'static, ClaimlineApp>) -> Vec<(String, egui::Rect, bool)> {
    let texts = harness.output().shapes.iter().filter_map(|painted| match &painted.shape {
        egui::Shape::Text(text) => {
            let rect = text.visual_bounding_rect();
            Some((
                text.galley.rows.iter().map(|row| row.text()).collect(),
                rect,
                painted.clip_rect.left() <= rect.left() && rect.right() <= painted.clip_rect.right(),
            ))
        }
        _ => None,
    });
    texts.collect()
}

fn drawer(harness: &Harness<'static, ClaimlineApp>, name: &str) -> egui::Rect {
    harness.ctx.memory(|memory| memory.area_rect(egui::Id::unique(name))).expect("the drawer is open")
}

#[test]
fn drawers_hide_neither_the_scale_nor_the_credits_nor_the_buttons() {
    for (width, height) in [(680.0, 430.0), (800.0, 500.0), (960.0, 560.0)] {
        let mut harness = window_of(width, height);
        let check = |harness: &Harness<'static, ClaimlineApp>, from: f32, to: f32| {
            let map = harness.state().map_rect();
            let clear = egui::Rect::from_x_y_ranges(from..=to, map.y_range()).expand(1.0);
            let scale = painted(harness).into_iter().find(|(text, rect, _)| {
                text.ends_with(" km") && rect.bottom() > map.bottom() - 60.0 && clear.intersects(*rect)
            });
            let (text, at, is_whole) = scale.expect("the scale bar is in view");
            assert!(is_whole && clear.contains_rect(at), "“{text}” at {at:?} is not in {clear:?}");
            let all = harness.get_by_label("Show all credits").rect();
            assert!(clear.contains_rect(all), "the way to all credits, {all:?}, is not in {clear:?}");
            let first =
                harness.query_all_by_label_contains("OpenStreetMap").next().expect("a credit is in view").rect();
            assert!(clear.contains_rect(first), "the first credit, {first:?}, is not in {clear:?}");
            let zoom = harness.get_by_label("Zoom in").rect();
            assert!(clear.contains_rect(zoom), "the button, {zoom:?}, is not in {clear:?}");
        };
        let export = harness.query_all_by_role_and_label(Role::Button, "Export figure…").next();
        let export = export.expect("the way to a figure is in the toolbar").rect();
        assert!(
            harness.ctx.content_rect().contains_rect(export),
            "{export:?} is out of a window of {width} × {height}"
        );
        let map = harness.state().map_rect();
        let left = drawer(&harness, "left drawer");
        assert!(map.expand(1.0).contains_rect(left), "{left:?} is not over the map, {map:?}");
        check(&harness, left.right(), map.right());
        let ctx = harness.ctx.clone();
        harness.state_mut().act(&ctx, Action::Select("withdrawal-area".to_owned()));
        harness.run_ok();
        harness.run_ok();
        let right = drawer(&harness, "right drawer");
        assert!(map.expand(1.0).contains_rect(right), "{right:?} is not over the map, {map:?}");
        let has_left = harness.query_by_label("Reader").is_some();
        check(&harness, if has_left { left.right() } else { map.left() }, right.left());
        // What is gone to is fitted into what can be seen.
        harness.state_mut().act(&ctx, Action::ZoomTo("withdrawal-area".to_owned()));
        harness.run_ok();
        let at = on_screen(&harness, OPEN_COUNTRY);
        assert!(at.x < right.left(), "{at:?} lies under {right:?}");
    }
}

#[test]
fn a_table_in_a_low_window_is_not_covered_and_says_what_it_cuts_off() {
    let folder = tempfile::tempdir().unwrap();
    let path = with_long_numbers(folder.path());
    let mut harness = window_of(680.0, 430.0);
    let ctx = harness.ctx.clone();
    harness.state_mut().open_files(vec![path]);
    wait(&mut harness, "the file", |app| app.session().dossier().overlay("numbers").is_some());
    harness.state_mut().act(&ctx, Action::ShowTable("numbers".to_owned()));
    harness.run_ok();
    wait(&mut harness, "the columns", |app| app.session().dossier().overlay("numbers").is_some());
    let columns = harness.get_by_label("Columns").rect();
    let left = drawer(&harness, "left drawer");
    assert!(left.bottom() <= columns.top(), "{left:?} lies over {columns:?}");
    harness.state_mut().act(&ctx, Action::SelectFeature { id: "numbers".to_owned(), feature: 0 });
    harness.run_ok();
    harness.run_ok();
    let right = drawer(&harness, "right drawer");
    assert!(right.bottom() <= columns.top(), "{right:?} lies over {columns:?}");
    // A number that goes on beyond the edge ends in a sign there, and the pointer shows all of it.
    let cut: Vec<_> =
        painted(&harness).into_iter().filter(|(text, ..)| text.starts_with("12345678901234567890")).collect();
    assert!(!cut.is_empty(), "the column is in view");
    for (text, at, is_whole) in &cut {
        assert!(text.ends_with('…') && *is_whole, "“{text}” at {at:?} is cut off without a sign");
    }
    harness.hover_at(cut[0].1.center());
    wait_for_label(&mut harness, "123456789012345678901234567890123456");
}

#[test]
fn the_search_fits_a_low_window() {
    let mut harness = window_of(680.0, 430.0);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::K);
    harness.run_ok();
    let field = harness.get_by_label("Search everything").rect();
    assert!(field.top() > 8.0, "{field:?}");
}

#[test]
fn words_and_hints_stand_in_the_middle_of_fields_of_one_line() {
    let mut harness = window();
    let ctx = harness.ctx.clone();
    harness
        .state_mut()
        .act(&ctx, Action::CitePage(claimline::session::CiteFor::Annotations(Vec::new()), String::new()));
    harness.run_ok();
    for (field, hint) in [("Outlet", "who publishes it"), ("Read on", "such as 2025-12-16")] {
        let field = harness.get_by_role_and_label(Role::TextInput, field).rect();
        let texts = painted(&harness);
        let (_, at, _) = texts.iter().find(|(text, ..)| text == hint).expect("the hint is shown");
        assert!((at.center().y - field.center().y).abs() < 2.5, "“{hint}” at {at:?} in {field:?}");
        assert!(at.left() - field.left() < 12.0, "“{hint}” at {at:?} in {field:?}");
    }
}

#[test]
fn the_dialog_that_opens_files_names_every_kind_of_file() {
    let mut harness = window();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::O);
    harness.run_ok();
    for format in &claimline::formats::format::FORMATS {
        // The first letter of all is a capital.
        let noun: String = format.noun.split(" (").next().unwrap().chars().skip(1).collect();
        harness.get_by_label_contains(&format!("{noun} ("));
        harness.get_by_label_contains(&format!(".{}", format.extensions[0]));
    }
}

/// Where the words lie that are said of a place, once the map is moved so that the place is at `at` of the window.
fn said_at(harness: &mut Harness<'static, ClaimlineApp>, place: Coord<f64>, at: Pos2) -> egui::Rect {
    harness.remove_cursor();
    let (ctx, from) = (harness.ctx.clone(), harness.state().map_rect().center());
    let frame = harness.state().session().frame();
    let mut view = frame.view;
    let by = at - from;
    let page = frame.page_from_lon_lat(place);
    let page = Point::new(page.x - f64::from(by.x), page.y - f64::from(by.y));
    view.center = frame.lon_lat_from_page(page);
    harness.state_mut().act(&ctx, Action::SetView(view));
    harness.run_ok();
    assert!(on_screen(harness, place).distance(at) < 2.0, "the map is moved to {:?}", on_screen(harness, place));
    harness.hover_at(at);
    for _ in 0..6 {
        harness.step();
    }
    let shown = harness.ctx.memory(|memory| {
        let areas = memory.areas().visible_layer_ids();
        let hint = areas.iter().find(|layer| layer.order == egui::Order::Tooltip)?;
        memory.area_rect(hint.id)
    });
    let shown = shown.unwrap_or_else(|| panic!("nothing is said at {at:?}"));
    assert!(!shown.contains(at), "{shown:?} lies under the pointer at {at:?}");
    shown
}

#[test]
fn what_is_said_of_a_place_lies_over_the_map_alone() {
    for (width, height) in [(1400.0, 800.0), (800.0, 640.0)] {
        let mut harness = window_of(width, height);
        let ctx = harness.ctx.clone();
        harness.ctx.all_styles_mut(|style| {
            style.interaction.tooltip_delay = 0.0;
            style.interaction.show_tooltips_only_when_still = false;
        });
        harness.state_mut().act(&ctx, Action::Select("withdrawal-area".to_owned()));
        harness.state_mut().act(&ctx, Action::Command(Command::Timeline));
        harness.run_ok();
        harness.run_ok();
        let mut clear = harness.state().map_rect();
        assert!(clear.bottom() < height - 20.0, "the timeline is under the map, {clear:?}");
        if width < 1000.0 {
            clear.max.x = drawer(&harness, "right drawer").left();
            if harness.query_by_label("Reader").is_some() {
                clear.min.x = drawer(&harness, "left drawer").right();
            }
        } else {
            assert!(clear.right() < width - 200.0, "the inspector is beside the map, {clear:?}");
        }
        // Off the buttons and the scale.
        let [x, y] = [clear.x_range().shrink(40.0), clear.y_range().shrink(70.0)];
        for at in [Pos2::new(x.max, y.max), Pos2::new(x.min, y.max), Pos2::new(x.max, y.min), clear.center()] {
            let said = said_at(&mut harness, OPEN_COUNTRY, at);
            assert!(clear.expand(0.5).contains_rect(said), "{said:?} is not within {clear:?}");
        }
    }
}
