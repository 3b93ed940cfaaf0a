//! Long work in the background: said in the status bar, and cancelled there.

use serde_json::json;

use super::*;

/// A dossier whose recipes take some seconds together.
fn write_slow_dossier(folder: &Path) {
    let zigzag = |shift: f64| {
        let place = |index: u32| [37.0 + f64::from(index) * 1e-4, 48.0 + shift + f64::from(index % 2) * 0.5];
        let mut ring: Vec<[f64; 2]> = (0..8000).map(place).collect();
        ring.extend([[37.8, 47.0], [37.0, 47.0], ring[0]]);
        json!({ "type": "Polygon", "coordinates": [ring] }).to_string()
    };
    let drawn = |id: &str| json!({ "id": id, "title": { "en": id }, "kind": "region", "geometry": { "file": id } });
    let mut overlays = vec![drawn("one"), drawn("other")];
    for index in 0..80 {
        let (id, op) = (format!("made-{index}"), if index % 2 == 0 { "union" } else { "difference" });
        let recipe = json!({ "op": op, "of": ["other", "one"] });
        overlays.push(json!({ "id": id, "title": { "en": id }, "kind": "region", "recipe": recipe }));
    }
    let dossier = json!({
        "format": "claimline-dossier/1", "id": "slow", "version": "1", "title": { "en": "Slow" }, "as_of": "2025-12-15",
        "overlays": overlays, "sources": [], "excerpts": [],
    });
    std::fs::write(folder.join("dossier.json"), dossier.to_string()).unwrap();
    for (name, shift) in [("one", 0.0), ("other", 0.1)] {
        std::fs::write(folder.join(name), zigzag(shift)).unwrap();
    }
}

#[test]
fn opening_is_cancelled_from_the_status_bar_and_what_was_worked_out_stays() {
    let folder = tempfile::TempDir::new().unwrap();
    write_slow_dossier(folder.path());
    let mut harness = window();
    harness.state_mut().open_files(vec![folder.path().to_owned()]);
    let started = Instant::now();
    while harness.query_by_label("Cancel").is_none() {
        assert!(started.elapsed() < Duration::from_secs(60), "no button to cancel: {}", harness.state().message());
        assert_ne!(harness.state().session().dossier().id, "slow", "it opened without a word");
        std::thread::sleep(Duration::from_millis(20));
        harness.step();
    }
    harness.get_by_label("Cancel").click();
    harness.step();
    wait(&mut harness, "the dossier", |app| app.session().dossier().id == "slow");
    harness.step();
    assert!(harness.query_by_label("Cancel").is_none());
    let dossier = harness.state().session().dossier();
    assert!(dossier.overlay("one").is_some() && dossier.overlay("made-79").is_none());
    assert!(harness.state().message().contains("cancelled"), "{}", harness.state().message());
}
