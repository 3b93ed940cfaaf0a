//! What the window says and offers around its work: notices after an export, files dragged over it, credits that fold.

use super::*;

#[test]
fn after_an_export_the_figure_can_be_opened_and_its_format_is_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("figure.svg");
    let mut harness = window();
    set_up_figure(&mut harness);
    type_path(&mut harness, &path);
    harness.get_by_label("Export").click();
    harness.step();
    wait(&mut harness, "the figure", |app| app.message().starts_with("Figure written"));
    harness.step();
    harness.get_by_label("Figure written: figure.svg");
    assert!(harness.query_by_label("Show in folder").is_some());
    // What the desktop cannot do is told: here the file has gone meanwhile.
    std::fs::remove_file(&path).unwrap();
    harness.get_by_role_and_label(Role::Button, "Open").click();
    harness.step();
    wait(&mut harness, "the refusal", |app| app.message().contains("no longer there"));
    harness.step();
    assert!(harness.query_by_label("Show in folder").is_none(), "the notice has gone");
    set_up_figure(&mut harness);
    let proposed = harness.query_all(egui_kittest::kittest::By::new().role(Role::TextInput));
    let proposed: Vec<String> = proposed.filter_map(|field| field.accesskit_node().value()).collect();
    assert!(proposed.iter().any(|path| path.ends_with(".svg")), "{proposed:?}");
}

#[test]
fn files_dragged_over_the_window_show_what_will_happen() {
    let mut harness = window();
    let drag = |harness: &mut Harness<'static, ClaimlineApp>, names: &[&str]| {
        let file = |name: &&str| egui::HoveredFile { path: Some(name.into()), ..Default::default() };
        harness.input_mut().hovered_files = names.iter().map(file).collect();
        harness.step();
        harness.step();
    };
    drag(&mut harness, &["/data/posts.geojson"]);
    harness.get_by_label("Drop to show posts.geojson as a layer under Your files");
    drag(&mut harness, &[]);
    assert!(harness.query_by_label_contains("Drop to").is_none());
}

#[test]
fn credits_fold_to_one_line_and_show_in_full_when_asked() {
    let mut harness = window_of(1024.0, 600.0);
    assert!(harness.query_by_label_contains("GSHHG").is_none(), "there is no room for it on the line");
    harness.get_by_label("Show all credits").click();
    harness.run_ok();
    let map = harness.state().map_rect();
    let credit = harness.get_by_label_contains("GSHHG").rect();
    assert!(map.contains_rect(credit), "{credit:?}");
    harness.get_by_label("Show fewer credits").click();
    harness.run_ok();
    assert!(harness.query_by_label_contains("GSHHG").is_none());
}

#[test]
fn what_is_in_dispute_stands_before_what_is_measured() {
    let mut harness = window();
    let ctx = harness.ctx.clone();
    let disputed =
        harness.state().session().dossier().overlays.iter().find(|overlay| {
            harness.state().session().dossier().notes_of(&overlay.id).any(|note| note.accounts.len() > 1)
        });
    let id = disputed.expect("accounts differ of one").id.clone();
    harness.state_mut().act(&ctx, Action::Select(id));
    harness.run_ok();
    let top = |name: &str| harness.get_by_label(name).rect().top();
    assert!(top("ACCOUNTS THAT DIFFER") < top("MEASURED"));
    harness.get_by_label("Go to section How it was made");
}
