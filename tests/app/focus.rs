//! The way of the keyboard: Tab through the whole window in reading order, with a ring in view at each stop, no trap, and
//! Shift+Tab the way back.

use egui_kittest::kittest::By;

use claimline::session::CiteFor;

use super::*;

/// A control that has the keys.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Stop {
    pub(crate) id: egui::Id,
    pub(crate) name: String,
    pub(crate) at: egui::Rect,
}

/// More stops than any part of the window has: whoever takes more goes in circles.
const MOST_STOPS: usize = 700;

/// Without the motion of scrolling, which takes many frames.
pub(crate) fn still(harness: &mut Harness<'static, ClaimlineApp>) {
    harness.ctx.all_styles_mut(|style| {
        style.scroll_animation = egui::style::ScrollAnimation::none();
        style.animation_time = 0.0;
    });
    harness.run_ok();
}

pub(crate) fn name_of_focused(harness: &Harness<'static, ClaimlineApp>) -> String {
    let focused = harness.query_all(By::new().predicate(|node| node.is_focused()));
    let names = focused.filter_map(|node| {
        let node = node.accesskit_node();
        node.label().or_else(|| node.value()).or_else(|| node.placeholder().map(str::to_owned))
    });
    // What holds a control may be named as having the keys before it.
    names.fold(String::new(), |_, name| name)
}

/// Presses Tab, and looks at where that leads: a control with a ring around it that is painted and in view.
pub(crate) fn tab(harness: &mut Harness<'static, ClaimlineApp>, modifiers: Modifiers) -> Stop {
    harness.key_press_modifiers(modifiers, Key::Tab);
    // One frame gives the keys, two more scroll.
    for _ in 0..4 {
        harness.step();
    }
    let id = harness.ctx.memory(|memory| memory.focused()).expect("Tab leads to a control");
    let control = harness.ctx.read_response(id).expect("it is shown");
    let name = name_of_focused(harness);
    let ring = harness.state().focus_ring().unwrap_or_else(|| panic!("“{name}” at {:?} has no ring", control.rect));
    let window = harness.ctx.content_rect();
    assert!(window.contains_rect(ring), "the ring {ring:?} of “{name}” is outside the window");
    let (all, seen) = (control.rect, control.interact_rect);
    let is_large = all.height() > 200.0 || all.width() > 400.0;
    assert!(
        is_large || seen.width() >= all.width().min(window.width()) - 3.0 && seen.height() >= all.height() - 3.0,
        "“{name}” is not all in view: {seen:?} of {all:?}"
    );
    assert!(ring.expand(4.0).contains_rect(seen), "the ring {ring:?} is not around “{name}”, {seen:?}");
    let is_painted = harness.output().shapes.iter().any(|painted| match &painted.shape {
        egui::Shape::Rect(shape) => {
            shape.rect == ring && shape.stroke.width >= 2.0 && painted.clip_rect.contains_rect(ring)
        }
        _ => false,
    });
    assert!(is_painted, "the ring of “{name}” is not painted");
    Stop { id, name, at: control.rect }
}

/// Walks by Tab until the first stop comes again, and by Shift+Tab back; all stops, in order.
pub(crate) fn walk(harness: &mut Harness<'static, ClaimlineApp>) -> Vec<Stop> {
    let first = tab(harness, Modifiers::NONE);
    let mut stops = vec![first.clone()];
    loop {
        let stop = tab(harness, Modifiers::NONE);
        if stop.id == first.id {
            break;
        }
        assert!(
            !stops.iter().any(|known| known.id == stop.id),
            "{} comes twice; the walk is a trap: {:?}",
            stop.name,
            names(&stops)
        );
        assert!(stops.len() < MOST_STOPS, "the walk has no end");
        stops.push(stop);
    }
    for stop in stops[1..].iter().rev() {
        let back = tab(harness, Modifiers::SHIFT);
        assert_eq!((back.id, &back.name), (stop.id, &stop.name), "the way back is another");
    }
    tab(harness, Modifiers::SHIFT);
    // Told from the start of the window, wherever the keys were.
    if let Some(start) = stops.iter().position(|stop| stop.name == "File") {
        stops.rotate_left(start);
    }
    stops
}

pub(crate) fn names(stops: &[Stop]) -> Vec<&str> {
    stops.iter().map(|stop| stop.name.as_str()).collect()
}

pub(crate) fn position(stops: &[Stop], name: &str) -> usize {
    stops.iter().position(|stop| stop.name == name).unwrap_or_else(|| panic!("{name} is not among {:?}", names(stops)))
}

#[test]
fn tab_walks_the_whole_window_in_reading_order() {
    let mut harness = window();
    still(&mut harness);
    let stops = walk(&mut harness);
    let order = [
        "File",
        "Help",
        "Left panel",
        "Undo",
        "Search everything…",
        "Map under the overlays",
        "Export figure…",
        "Switch theme",
        "Sources",
        "Reader",
        "Hide Area proposed for withdrawal",
        "Area proposed for withdrawal",
        "Options of Area proposed for withdrawal",
        "Line of contact",
        "Map",
        "Zoom in",
        "Zoom out",
    ];
    let known: Vec<&str> = order.into_iter().filter(|name| stops.iter().any(|stop| stop.name == *name)).collect();
    assert!(known.len() >= order.len() - 1, "{:?}", names(&stops));
    let places: Vec<usize> = known.iter().map(|name| position(&stops, name)).collect();
    assert!(places.is_sorted(), "{known:?} at {places:?} of {:?}", names(&stops));
    let toolbar: Vec<f32> =
        stops.iter().filter(|stop| (34.0..72.0).contains(&stop.at.center().y)).map(|stop| stop.at.min.x).collect();
    assert!(toolbar.len() > 15 && toolbar.is_sorted(), "{toolbar:?}");
    assert!(stops.iter().all(|stop| !stop.name.is_empty()), "a stop has no name: {:?}", names(&stops));
}

#[test]
fn each_tab_of_the_left_panel_is_walked() {
    for name in ["Annotations", "Sources", "Reader"] {
        let mut harness = window();
        still(&mut harness);
        harness.get_by_role_and_label(Role::Button, name).click();
        harness.run_ok();
        let stops = walk(&mut harness);
        assert!(position(&stops, name) < position(&stops, "Map"));
    }
}

/// What is shown in the place of the lists, with the name of the button that closes it.
pub(super) const SIDE_VIEWS: [(Command, &str); 2] =
    [(Command::ShowGaps, "Close Gaps (Esc)"), (Command::ShowHistory, "Close History (Esc)")];

#[test]
fn gaps_and_the_history_are_walked_and_closed_by_escape() {
    let mut harness = window();
    still(&mut harness);
    let ctx = harness.ctx.clone();
    for (command, name) in SIDE_VIEWS {
        harness.state_mut().act(&ctx, Action::Command(command));
        harness.run_ok();
        let stops = walk(&mut harness);
        assert!(position(&stops, name) < position(&stops, "Map"));
        let map = harness.state().map_rect();
        assert!(stops[position(&stops, name)].at.max.x < map.min.x, "it lies over the map");
        press(&mut harness, Key::Escape);
        harness.run_ok();
        assert!(harness.query_by_label(name).is_none());
        assert!(harness.query_by_label("Reader").is_some());
    }
}

#[test]
fn dialogs_keep_the_keys_and_are_walked() {
    let mut harness = window();
    still(&mut harness);
    let ctx = harness.ctx.clone();
    for (command, one) in [
        (Command::ShowKeys, "Close"),
        (Command::ShowAbout, "Close"),
        (Command::ShowServers, "Close"),
        (Command::SaveAs, "Browse…"),
        (Command::Open, "Cancel"),
        (Command::OpenAddress, "Cancel"),
        (Command::AttachText, "Cancel"),
        (Command::OpenDatabase, "Cancel"),
        (Command::KeepOffline, "Cancel"),
        (Command::ShowMaps, "Add a map…"),
        (Command::FindPlace, "Add a gazetteer…"),
    ] {
        harness.state_mut().act(&ctx, Action::Command(command));
        harness.run_ok();
        assert!(ctx.memory(|memory| memory.focused()).is_some(), "nothing has the keys in {command:?}");
        let stops = walk(&mut harness);
        position(&stops, one);
        assert!(!stops.iter().any(|stop| stop.name == "File"), "{command:?} lets the keys out");
        press(&mut harness, Key::Escape);
        harness.run_ok();
        assert!(harness.query_by_label(one).is_none(), "{command:?} is not closed by Escape");
    }
}

#[test]
fn adding_a_map_is_walked_before_and_after_it_is_known_what_it_is() {
    let mut harness = window();
    still(&mut harness);
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, Action::Command(Command::ShowMaps));
    harness.run_ok();
    harness.get_by_role_and_label(Role::Button, "Add a map…").click();
    harness.run_ok();
    let address = name_of_focused(&harness);
    assert!(address.starts_with("Address or file"), "{address}");
    let stops = walk(&mut harness);
    assert!(position(&stops, "Browse…") < position(&stops, "Cancel"), "{:?}", names(&stops));
    let field = harness.get_by_role_and_label(Role::TextInput, &address).rect().center();
    click(&mut harness, field);
    harness.event(egui::Event::Text("https://tiles.example/{z}/{x}/{y}.png?key=s3cret".to_owned()));
    harness.run_ok();
    harness.get_by_role_and_label(Role::Button, "Look").click();
    harness.run_ok();
    let stops = walk(&mut harness);
    let order = ["Look", "Browse…", "Key", "Title", "Credit", "Imagery of", "Cancel", "Add"];
    let places: Vec<usize> = order.iter().map(|name| position(&stops, name)).collect();
    assert!(places.is_sorted(), "{places:?} of {:?}", names(&stops));
    press(&mut harness, Key::Escape);
    harness.run_ok();
    assert!(harness.query_by_label("Imagery of").is_none());
}

/// Fails unless each stop is below the one before it, or in its row and farther right.
fn in_reading_order(stops: &[Stop]) {
    for pair in stops.windows(2) {
        let (a, b) = (pair[0].at, pair[1].at);
        let in_row = a.y_range().intersects(b.y_range());
        let goes_on = if in_row { b.min.x >= a.min.x } else { b.min.y >= a.max.y };
        assert!(goes_on, "“{}” {b:?} comes after “{}” {a:?}", pair[1].name, pair[0].name);
    }
}

#[test]
fn dialogs_of_fields_are_walked_in_reading_order() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = features::window_with_control(folder.path());
    still(&mut harness);
    let ctx = harness.ctx.clone();
    let page = |of| Action::CitePage(of, String::new());
    for (action, first, last) in [
        (
            page(CiteFor::Layer("control".to_owned())),
            "Paste a citation or an address to fill in what is certain",
            "Cancel",
        ),
        (Action::UseAsLine("control".to_owned()), "Kinds of features", "Apply"),
        (Action::Command(Command::Open), "Path of the file, or of the folder of a dossier", "Open"),
        (Action::Command(Command::SaveAs), "Browse…", "Save"),
    ] {
        harness.state_mut().act(&ctx, action.clone());
        harness.run_ok();
        let mut stops = walk(&mut harness);
        // The first is the one to which the way from the foot leads.
        let up = |index: &usize| stops[(index + stops.len() - 1) % stops.len()].at.min.y - stops[*index].at.min.y;
        let top = (0..stops.len()).max_by(|a, b| up(a).total_cmp(&up(b))).unwrap();
        stops.rotate_left(top);
        assert!(stops.len() > 2, "{action:?}: {:?}", names(&stops));
        in_reading_order(&stops);
        assert!(position(&stops, first) < position(&stops, last), "{action:?}: {:?}", names(&stops));
        press(&mut harness, Key::Escape);
        harness.run_ok();
        assert!(harness.query_by_label(first).is_none(), "{action:?} is not closed by Escape");
    }
}

#[test]
fn tab_goes_on_from_the_field_that_a_dialog_opens_with() {
    let mut harness = window();
    still(&mut harness);
    // Opened by the pointer, which acted elsewhere.
    let menu = harness.get_by_label("File").rect().center();
    click(&mut harness, menu);
    harness.run_ok();
    let entry = harness.get_by_label_contains("New dossier…").rect().center();
    click(&mut harness, entry);
    harness.run_ok();
    assert!(harness.get_by_role_and_label(Role::TextInput, "Title").is_focused());
    press(&mut harness, Key::Tab);
    harness.run_ok();
    assert!(harness.get_by_role_and_label(Role::TextInput, "in").is_focused());
}

#[test]
fn the_table_is_walked() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = features::window_with_control(folder.path());
    still(&mut harness);
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, Action::ShowTable("control".to_owned()));
    harness.run_ok();
    let stops = walk(&mut harness);
    let order = ["Map", "Layer of the table", "Columns", "Copy as CSV", "Close Table", "Search the table"];
    let places: Vec<usize> = order.iter().map(|name| position(&stops, name)).collect();
    assert!(places.is_sorted(), "{places:?} of {:?}", names(&stops));
    assert!(position(&stops, "Filter of the table") < position(&stops, "Table of control"));
}

#[test]
fn the_panel_of_a_figure_is_walked() {
    let mut harness = window();
    still(&mut harness);
    set_up_figure(&mut harness);
    let stops = walk(&mut harness);
    assert!(position(&stops, FRAME) < position(&stops, "Close the figure"));
    assert!(position(&stops, "Text of the title") < position(&stops, "Browse…"));
    assert!(position(&stops, "Browse…") < position(&stops, "Export"));
}

#[test]
fn a_small_window_is_walked_with_what_is_selected() {
    let mut harness = window_of(1024.0, 600.0);
    still(&mut harness);
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, Action::Select("withdrawal-area".to_owned()));
    harness.run_ok();
    let stops = walk(&mut harness);
    assert!(position(&stops, "Map") < position(&stops, "MEASURED"), "{:?}", names(&stops));
}

#[test]
fn a_narrow_window_with_drawers_is_walked() {
    let mut harness = window_of(760.0, 600.0);
    still(&mut harness);
    let stops = walk(&mut harness);
    assert!(position(&stops, "Overlays") < position(&stops, "Map"));
}

#[test]
fn tab_goes_on_from_where_the_pointer_last_acted() {
    let mut harness = window();
    still(&mut harness);
    let at = on_screen(&harness, OPEN_COUNTRY);
    click(&mut harness, at);
    assert_eq!(tab(&mut harness, Modifiers::NONE).name, "Zoom in");
    let row = harness.get_by_role_and_label(Role::Button, "Donetsk oblast").rect().center();
    click(&mut harness, row);
    assert!(harness.state().focus_ring().is_none(), "a ring for whoever goes by the pointer");
    assert_eq!(tab(&mut harness, Modifiers::NONE).name, "Drag to reorder Donetsk oblast");
    assert_eq!(tab(&mut harness, Modifiers::SHIFT).name, "Donetsk oblast");
}

#[test]
fn an_open_menu_keeps_the_keys_and_gives_them_back() {
    let mut harness = window();
    still(&mut harness);
    assert_eq!(tab(&mut harness, Modifiers::NONE).name, "File");
    press(&mut harness, Key::Enter);
    harness.run_ok();
    let first = tab(&mut harness, Modifiers::NONE);
    assert!(first.name.starts_with("New"), "{first:?}");
    press(&mut harness, Key::Escape);
    harness.run_ok();
    assert_eq!(name_of_focused(&harness), "File");
    assert_eq!(tab(&mut harness, Modifiers::NONE).name, "Edit");
}

#[test]
fn controls_have_names_without_the_glyphs_of_icons_even_where_they_cannot_be_used() {
    let mut harness = window_of(1366.0, 768.0);
    let check = |harness: &Harness<'static, ClaimlineApp>| {
        let all = harness.query_all(By::new().predicate(|node| {
            let role = node.role();
            matches!(
                role,
                Role::Button | Role::CheckBox | Role::ComboBox | Role::RadioButton | Role::Link | Role::TextInput
            )
        }));
        let mut count = 0;
        for node in all {
            let node = node.accesskit_node();
            let name = node.label().unwrap_or_default();
            let has_glyph = name.chars().any(|letter| ('\u{e000}'..='\u{f8ff}').contains(&letter));
            assert!(!name.trim().is_empty() && !has_glyph, "a {:?} is called “{name}”", node.role());
            count += 1;
        }
        assert!(count > 20);
    };
    check(&harness);
    assert!(harness.get_by_label("Zoom to selection").accesskit_node().is_disabled());
    set_up_figure(&mut harness);
    check(&harness);
}
