//! What the pointer is told: each control that shows no words of its own has a hint, and each that cannot be used says why.

use std::collections::BTreeSet;

use egui_kittest::kittest::By;

use super::features::{styling_window, window_with_control};
use super::focus::still;
use super::*;

/// Something that can be clicked or set.
#[derive(Debug, Clone)]
struct Control {
    role: Role,
    name: String,
    at: egui::Rect,
    is_disabled: bool,
}

/// Roles of what the pointer acts on. Fields show what is typed, and the label beside them.
const ROLES: [Role; 11] = [
    Role::Button,
    Role::CheckBox,
    Role::RadioButton,
    Role::ComboBox,
    Role::Slider,
    Role::SpinButton,
    Role::Link,
    Role::ColorWell,
    Role::ListBoxOption,
    Role::MenuItem,
    Role::ProgressIndicator,
];

fn controls(harness: &Harness<'static, ClaimlineApp>) -> Vec<Control> {
    let all = harness.query_all(By::new().predicate(|node| ROLES.contains(&node.role())));
    let all = all.map(|node| {
        let at = node.rect();
        let node = node.accesskit_node();
        Control { role: node.role(), name: node.label().unwrap_or_default(), at, is_disabled: node.is_disabled() }
    });
    all.collect()
}

/// What is painted within this place: whether any of it can be seen in its middle, and the words among it; icons are no
/// words, and words that were cut short say nothing.
fn painted_in(harness: &Harness<'static, ClaimlineApp>, at: egui::Rect) -> (bool, String) {
    let (mut is_seen, mut words) = (false, String::new());
    let mut look = vec![];
    for painted in &harness.output().shapes {
        look.push((painted.clip_rect, &painted.shape));
        while let Some((clip, shape)) = look.pop() {
            if let egui::Shape::Vec(shapes) = shape {
                look.extend(shapes.iter().map(|shape| (clip, shape)));
                continue;
            }
            let bounds = shape.visual_bounding_rect();
            if !bounds.is_positive() || !at.expand(2.0).contains_rect(bounds) {
                continue;
            }
            is_seen |= clip.contains(at.center());
            if let egui::Shape::Text(text) = shape {
                let letters = text.galley.text().chars().filter(|letter| letter.is_alphanumeric());
                if !text.galley.elided && letters.count() > 0 {
                    words.push_str(text.galley.text());
                    words.push(' ');
                }
            }
        }
    }
    (is_seen, words)
}

/// What is said only while the pointer rests there.
fn hint(harness: &mut Harness<'static, ClaimlineApp>, at: Pos2) -> String {
    let texts = |harness: &Harness<'static, ClaimlineApp>| -> BTreeSet<String> {
        let labels = harness.query_all(By::new().role(Role::Label));
        labels.filter_map(|label| label.accesskit_node().value().or(label.accesskit_node().label())).collect()
    };
    harness.remove_cursor();
    harness.step();
    harness.step();
    let before = texts(harness);
    harness.hover_at(at);
    for _ in 0..4 {
        harness.step();
    }
    let is_open = harness
        .ctx
        .memory(|memory| memory.areas().visible_layer_ids().iter().any(|layer| layer.order == egui::Order::Tooltip));
    if is_open { texts(harness).difference(&before).cloned().collect::<Vec<_>>().join(" ") } else { String::new() }
}

/// Looks at each control that is in view and was not looked at before: those without a hint that need one.
fn without_hint(harness: &mut Harness<'static, ClaimlineApp>, known: &mut BTreeSet<String>, wrong: &mut Vec<String>) {
    still(harness);
    harness.ctx.all_styles_mut(|style| {
        style.interaction.tooltip_delay = 0.0;
        style.interaction.show_tooltips_only_when_still = false;
    });
    // Sooner, the last click keeps hints away.
    pass_time(harness, 0.4);
    let window = harness.ctx.content_rect();
    for control in controls(harness) {
        let (is_seen, words) = painted_in(harness, control.at);
        if !is_seen || !window.contains(control.at.center()) {
            continue;
        }
        if !known.insert(format!("{:?} {} {}", control.role, control.name, control.is_disabled)) {
            continue;
        }
        assert!(!control.name.trim().is_empty(), "a {:?} has no name", control.role);
        // A row of a list always shows its words, though the list may end in the midst of it.
        let is_said = !words.is_empty() || control.role == Role::ListBoxOption;
        if is_said && !control.is_disabled {
            continue;
        }
        let hint = hint(harness, control.at.center());
        if hint.is_empty() {
            wrong.push(format!("{control:?}"));
        } else if control.is_disabled && !is_said && !hint.contains(control.name.trim_end_matches('…')) {
            wrong.push(format!("{control:?} says only “{hint}”"));
        }
    }
}

#[test]
fn controls_without_words_have_hints_and_those_that_cannot_be_used_say_why() {
    let (mut known, mut wrong) = (BTreeSet::new(), Vec::new());
    let mut look = |harness: &mut Harness<'static, ClaimlineApp>| without_hint(harness, &mut known, &mut wrong);
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window_with_control(folder.path());
    harness.set_size(Vec2::new(1366.0, 1400.0));
    let ctx = harness.ctx.clone();
    let act = |harness: &mut Harness<'static, ClaimlineApp>, action: Action| {
        harness.state_mut().act(&ctx, action);
        harness.run_ok();
    };
    look(&mut harness);
    harness.get_by_label("Kinds of control").click();
    harness.run_ok();
    look(&mut harness);
    for menu in ["File", "Edit", "View", "Overlays", "Insert", "Annotation", "Help"] {
        let named = harness.query_all_by_role_and_label(Role::Button, menu);
        named.min_by(|a, b| a.rect().min.y.total_cmp(&b.rect().min.y)).unwrap().click();
        harness.run_ok();
        look(&mut harness);
        press(&mut harness, Key::Escape);
        harness.run_ok();
    }
    act(&mut harness, Action::ShowTable("control".to_owned()));
    wait_for_label(&mut harness, "2 rows");
    look(&mut harness);
    act(&mut harness, Action::Command(Command::Table));
    for command in [
        Command::ShowKeys,
        Command::ShowAbout,
        Command::ShowServers,
        Command::Open,
        Command::OpenAddress,
        Command::SaveAs,
        Command::AttachText,
        Command::OpenDatabase,
        Command::KeepOffline,
        Command::ShowWarnings,
        Command::Palette,
    ] {
        act(&mut harness, Action::Command(command));
        look(&mut harness);
        press(&mut harness, Key::Escape);
        harness.run_ok();
    }
    act(&mut harness, Action::UseAsLine("control".to_owned()));
    look(&mut harness);
    press(&mut harness, Key::Escape);
    for tab in ["Sources", "Reader", "Annotations"] {
        harness.get_by_role_and_label(Role::Button, tab).click();
        harness.run_ok();
        look(&mut harness);
    }
    for command in [Command::ShowGaps, Command::ShowHistory] {
        act(&mut harness, Action::Command(command));
        look(&mut harness);
    }
    harness.get_by_role_and_label(Role::Button, "Annotations").click();
    act(&mut harness, Action::Select("control".to_owned()));
    look(&mut harness);
    act(&mut harness, Action::Select("withdrawal-area".to_owned()));
    look(&mut harness);
    act(&mut harness, Action::PlaceMarker(KRAMATORSK));
    look(&mut harness);
    harness.get_by_label("Cite an excerpt or a page").click();
    harness.run_ok();
    look(&mut harness);
    press(&mut harness, Key::Escape);
    act(&mut harness, Action::Command(Command::Lock));
    look(&mut harness);
    act(&mut harness, Action::Command(Command::Lock));
    act(&mut harness, Action::Command(Command::New));
    look(&mut harness);
    press(&mut harness, Key::Escape);
    harness.run_ok();
    act(&mut harness, Action::Command(Command::ClearSelection));
    look(&mut harness);
    set_up_figure(&mut harness);
    look(&mut harness);
    assert!(known.len() > 200, "{}", known.len());
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), known.len(), wrong.join("\n"));
}

#[test]
fn what_styles_a_layer_has_hints() {
    let (mut known, mut wrong) = (BTreeSet::new(), Vec::new());
    let mut harness = styling_window();
    without_hint(&mut harness, &mut known, &mut wrong);
    choose_from(&mut harness, "Tell apart by", "Rules");
    enter_in(&mut harness, "Filter of a new rule", "people > 4");
    enter_in(&mut harness, "Filter of a new rule", "people > 40");
    without_hint(&mut harness, &mut known, &mut wrong);
    harness.get_by_label("Style of kind people > 4").click();
    harness.run_ok();
    without_hint(&mut harness, &mut known, &mut wrong);
    for choice in ["Classes of a number", "A property’s values"] {
        choose_from(&mut harness, "Tell apart by", choice);
        without_hint(&mut harness, &mut known, &mut wrong);
    }
    assert!(known.len() > 60, "{}", known.len());
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), known.len(), wrong.join("\n"));
}
