//! A line of the user's own in place of the dossier's: what is derived from it, what it says of itself, and the way back.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use crate::common::{berlin, km2, overlay};
use claimline::dossier::{Dossier, Measure, Overlay, Shape, own_layer, words};
use claimline::formats::geojson;
use claimline::geometry::{derive, measure};
use geo::{Coord, LineString, MultiLineString, MultiPolygon};

const DERIVED: [&str; 9] = [
    "withdrawal-area",
    "corridor-5km",
    "corridor-5km-ukrainian-side",
    "corridor-5km-russian-side",
    "corridor-10km",
    "corridor-10km-ukrainian-side",
    "corridor-10km-russian-side",
    "held-towns",
    "donetsk-russian-held",
];

fn line(dossier: &Dossier) -> MultiLineString<f64> {
    match &*overlay(dossier, "line-of-contact").shape {
        Shape::Line(line) => line.clone(),
        _ => panic!("no line"),
    }
}

fn area(dossier: &Dossier, id: &str) -> MultiPolygon<f64> {
    match &*overlay(dossier, id).shape {
        Shape::Area(area) => area.clone(),
        _ => panic!("{id} is no area"),
    }
}

/// The line so many degrees farther west.
fn moved(line: &MultiLineString<f64>, west_deg: f64) -> MultiLineString<f64> {
    MultiLineString(
        line.0.iter().map(|line| line.0.iter().map(|at| Coord { x: at.x - west_deg, y: at.y }).collect()).collect(),
    )
}

fn own(shape: Shape) -> Overlay {
    let mut overlay =
        own_layer("mine", geojson::read_table(br#"{"type":"LineString","coordinates":[[37,48],[38,49]]}"#).unwrap())
            .unwrap()
            .0;
    overlay.shape = shape.into();
    overlay.opened_from = Some("mine.geojson".to_owned());
    overlay
}

fn measures(dossier: &Dossier) -> BTreeMap<String, Measure> {
    dossier.overlays.iter().map(|overlay| (overlay.id.clone(), overlay.measure)).collect()
}

#[test]
fn the_dossiers_own_line_gives_the_same_sizes_without_a_range() {
    let before = berlin();
    let after = before.with_line("line-of-contact", line(&before), "same.geojson").unwrap();
    for (id, measure) in measures(&after) {
        match (measure, before.overlay(&id).unwrap().measure) {
            (Measure::Area { km2, range_km2 }, Measure::Area { km2: former, range_km2: had }) => {
                assert_eq!(km2, former, "{id}");
                assert!(range_km2.is_none() || range_km2 == had && !DERIVED.contains(&id.as_str()), "{id}");
            }
            (now, former) => assert_eq!(now, former, "{id}"),
        }
    }
    assert!(matches!(overlay(&after, "withdrawal-area").measure, Measure::Area { range_km2: None, .. }));
}

#[test]
fn a_verdict_without_the_lines_accuracy_says_so() {
    let before = berlin();
    let after = before.with_line("line-of-contact", line(&before), "same.geojson").unwrap();
    let verdicts = |dossier: &Dossier| {
        let overlay = overlay(dossier, "withdrawal-area");
        dossier.comparisons_of(overlay).map(|comparison| words::verdict(&comparison)).collect::<Vec<_>>()
    };
    let why = "; no accuracy is stated for your line";
    assert!(verdicts(&before).iter().all(|verdict| !verdict.contains(why)));
    let mut flipped = 0;
    for (now, former) in verdicts(&after).iter().zip(verdicts(&before)) {
        let is_alike = now.strip_suffix(why).unwrap_or(now) == former;
        assert!(is_alike || former == "agrees" && now.ends_with(why), "{former}: {now}");
        flipped += usize::from(!is_alike);
    }
    assert!(flipped > 0);
}

#[test]
fn a_line_farther_west_changes_all_that_is_derived_and_nothing_else() {
    let before = berlin();
    let after = before.with_line("line-of-contact", moved(&line(&before), 0.05), "west.geojson").unwrap();
    assert!(km2(&after, "withdrawal-area") < km2(&before, "withdrawal-area") - 200.0);
    assert!(km2(&after, "donetsk-russian-held") > km2(&before, "donetsk-russian-held") + 200.0);
    let parts = km2(&after, "withdrawal-area") + km2(&after, "donetsk-russian-held");
    assert!((parts / km2(&before, "donetsk") - 1.0).abs() < 1e-9);
    let notice = after.own_line.as_ref().unwrap().notice();
    assert_eq!(notice, "Line of contact: own line from west.geojson, not the dossier’s");
    for overlay in &after.overlays {
        let former = before.overlay(&overlay.id).unwrap();
        if DERIVED.contains(&overlay.id.as_str()) || overlay.id == "line-of-contact" {
            assert_ne!(overlay.shape, former.shape, "{}", overlay.id);
            assert_eq!(overlay.accuracy_m, None, "{}", overlay.id);
            let credit = overlay.credit.as_deref().unwrap();
            assert!(credit.ends_with(&notice) && !credit.contains("Claimline"), "{credit}");
            assert!(overlay.method.as_deref().unwrap().contains("west.geojson"), "{}", overlay.id);
            assert_eq!(after.own_line.as_ref().unwrap().former(&overlay.id).unwrap().shape, former.shape);
        } else {
            assert_eq!((&overlay.shape, &overlay.credit), (&former.shape, &former.credit), "{}", overlay.id);
            assert!(after.own_line.as_ref().unwrap().former(&overlay.id).is_none());
        }
    }
    assert_eq!(overlay(&after, "withdrawal-area").credit.as_deref().unwrap().matches("OpenStreetMap").count(), 1);
    assert!(overlay(&after, "held-towns").credit.as_deref().unwrap().contains("GeoNames"));
    // What is compared with reported figures is the new size.
    let withdrawal = overlay(&after, "withdrawal-area");
    let comparison = after.comparisons_of(withdrawal).find(|comparison| comparison.figure.unit == "km2").unwrap();
    assert_eq!(comparison.measured, Some(km2(&after, "withdrawal-area")));
    // And back, from a second line too; a file that was opened stays.
    let mut twice = after.with_line("line-of-contact", moved(&line(&before), -0.05), "east.geojson").unwrap();
    assert_eq!(
        twice.own_line.as_ref().unwrap().former("withdrawal-area").unwrap().measure,
        overlay(&before, "withdrawal-area").measure
    );
    twice.add(own(Shape::Line(line(&before))));
    let mut back = twice.without_own_line();
    assert!(back.own_line.is_none());
    assert_eq!(back.overlays.remove(0).id, "mine");
    let ids = |dossier: &Dossier| dossier.overlays.iter().map(|overlay| overlay.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&back), ids(&before));
    assert_eq!(measures(&back), measures(&before));
}

#[test]
fn a_line_drawn_the_other_way_round_is_turned() {
    let before = berlin();
    let mut turned = moved(&line(&before), 0.02);
    let straight = before.with_own(&own(Shape::Line(turned.clone()))).unwrap();
    for part in &mut turned.0 {
        part.0.reverse();
    }
    let after = before.with_own(&own(Shape::Line(turned))).unwrap();
    assert_eq!(measures(&after), measures(&straight));
}

#[test]
fn occupied_polygons_of_a_daily_file_give_the_line_between() {
    let before = berlin();
    // As such files are: `crs`, MultiPolygons, empty properties, other windings, reaching beyond the oblast.
    let held = area(&before, "donetsk-russian-held");
    let rings: Vec<serde_json::Value> = held
        .0
        .iter()
        .chain(&area(&before, "luhansk").0)
        .map(|polygon| {
            serde_json::json!([polygon.exterior().0.iter().rev().map(|at| [at.x, at.y]).collect::<Vec<_>>()])
        })
        .collect();
    let text = serde_json::json!({
        "type": "FeatureCollection",
        "crs": { "type": "name", "properties": { "name": "urn:ogc:def:crs:OGC:1.3:CRS84" } },
        "features": [{ "type": "Feature", "properties": {}, "geometry": { "type": "MultiPolygon", "coordinates": rings } }],
    });
    let table = geojson::read_table(text.to_string().as_bytes()).unwrap();
    let mut daily = own_layer("daily", table).unwrap().0;
    daily.opened_from = Some("daily.geojson".to_owned());
    let after = before.with_own(&daily).unwrap();
    for id in ["withdrawal-area", "donetsk-russian-held"] {
        // Where the outline is within 250 m of the border it counts as the border.
        assert!(
            (km2(&after, id) / km2(&before, id) - 1.0).abs() < 1e-3,
            "{id}: {} {}",
            km2(&after, id),
            km2(&before, id)
        );
    }
    // The dossier’s line runs on through Dnipropetrovsk oblast for 36 of its 237 km, this one does not.
    let part = km2(&after, "corridor-5km") / km2(&before, "corridor-5km");
    assert!((0.82..0.95).contains(&part), "{part}");
    let Measure::Length { km } = overlay(&after, "line-of-contact").measure else { panic!("no line") };
    let Measure::Length { km: former } = overlay(&before, "line-of-contact").measure else { panic!("no line") };
    assert!((0.82..0.88).contains(&(km / former)), "{km} {former}");
}

#[test]
fn a_shape_that_is_no_line_of_contact_is_refused_with_the_reason() {
    let dossier = berlin();
    let short = MultiLineString(vec![LineString::from(vec![(37.2, 48.5), (37.5, 48.5)])]);
    let refused = |shape: Shape| dossier.with_own(&own(shape)).unwrap_err();
    assert!(refused(Shape::Line(short.clone())).contains("does not cross"));
    assert!(refused(Shape::Places(Vec::new())).contains("expected a line"));
    assert!(refused(Shape::Area(area(&dossier, "crimea"))).contains("none of the outlines"));
    let error = |id: &str| dossier.with_line(id, short.clone(), "x").unwrap_err();
    assert!(error("nowhere").contains("no overlay"));
    assert!(error("donetsk").contains("not a line"));
    assert!(error("line-of-contact").contains("cannot be worked out"));
    assert!(Dossier::empty().with_own(&own(Shape::Line(short.clone()))).is_err());
}

/// `cargo test --release --test it own_line -- --nocapture` prints the time.
#[test]
fn a_line_of_3000_vertices_is_worked_out_soon() {
    // Bends of 4 km on top of the dossier's line, as a finely drawn line has them.
    let before = berlin();
    let mut fine = line(&before);
    let total_edges: usize = fine.0.iter().map(|part| part.0.len() - 1).sum();
    for part in &mut fine.0 {
        let edges: Vec<_> = part.0.windows(2).map(|edge| (edge[0], edge[1])).collect();
        let pieces = 3000 / total_edges + 1;
        let mut dense = vec![edges[0].0];
        for (number, (a, b)) in edges.iter().enumerate() {
            for piece in 1..=pieces {
                let bend = if piece == pieces { 0.0 } else { 0.003 * ((number * pieces + piece) as f64 / 10.0).sin() };
                let at = *a + (*b - *a) * (piece as f64 / pieces as f64);
                dense.push(Coord { x: at.x + bend, y: at.y });
            }
        }
        *part = LineString(dense);
    }
    let count: usize = fine.0.iter().map(|part| part.0.len()).sum();
    let line = own(Shape::Line(fine.clone()));
    let mut best = f64::INFINITY;
    for _ in 0..5 {
        let started = Instant::now();
        let after = before.with_own(&line).unwrap();
        best = best.min(started.elapsed().as_secs_f64() * 1000.0);
        assert!((km2(&after, "withdrawal-area") / km2(&before, "withdrawal-area") - 1.0).abs() < 0.01);
    }
    println!("{count} vertices: {best:.0} ms");
    if !cfg!(debug_assertions) {
        assert!(best < 1000.0, "{best} ms");
    }
}

// ── the command line ─────────────────────────────────────────────────────────────────────────────────────────────

fn claimline(arguments: &[&str]) -> (Option<i32>, String, String) {
    let home = tempfile::tempdir().unwrap();
    let run = Command::new(env!("CARGO_BIN_EXE_claimline"))
        .args(arguments)
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env("HOME", home.path())
        .output()
        .unwrap();
    (run.status.code(), String::from_utf8(run.stdout).unwrap(), String::from_utf8(run.stderr).unwrap())
}

/// The dossier's line, farther west, as a file.
fn west_file(folder: &Path) -> String {
    let lines = moved(&line(&berlin()), 0.05);
    let lines: Vec<Vec<[f64; 2]>> = lines.0.iter().map(|line| line.0.iter().map(|at| [at.x, at.y]).collect()).collect();
    let path = folder.join("west.geojson");
    std::fs::write(&path, serde_json::json!({ "type": "MultiLineString", "coordinates": lines }).to_string()).unwrap();
    path.display().to_string()
}

#[test]
fn a_line_or_an_outline_that_crosses_itself_is_said_so() {
    let folder = tempfile::tempdir().unwrap();
    // A loop in the middle of the dossier's line: of 40 m, and of 2 km, with which there is no telling the sides.
    let looped = |size: f64| {
        let mut line = line(&berlin());
        let middle = line.0[0].0.len() / 2;
        let at = line.0[0].0[middle];
        let to = |x: f64, y: f64| Coord { x: at.x + x * size, y: at.y + y * size };
        line.0[0].0.splice(middle..=middle, [to(0.0, 1.0), to(0.0, -1.0), to(1.0, -1.0), to(1.0, 0.0), to(-1.0, 0.0)]);
        (line, format!("it crosses itself near {}", words::position(at.x, at.y)))
    };
    let (large, expected) = looped(0.02);
    let error = berlin().with_line("line-of-contact", large.clone(), "loop.geojson").unwrap_err();
    assert!(error.starts_with(&format!("the line from loop.geojson: {expected}")), "{expected}: {error}");
    assert!(error.contains("The lines disagree about the part of the area around 4"), "{error}");
    let error = berlin().with_own(&own(Shape::Line(large))).unwrap_err();
    assert!(error.starts_with(&format!("mine.geojson: {expected}. Draw it again there")), "{expected}: {error}");
    assert!(error.contains("around 4") && !error.contains("close the gap"), "{error}");
    let (looped, expected) = looped(0.0004);
    let with = berlin().with_line("line-of-contact", looped.clone(), "loop.geojson").unwrap();
    let warnings = with.own_line.unwrap().warnings;
    assert!(warnings.len() == 1 && warnings[0].what.contains(&expected), "{expected}: {warnings:?}");
    assert!(berlin().with_own(&own(Shape::Line(line(&berlin())))).unwrap().own_line.unwrap().warnings.is_empty());
    let coordinates: Vec<Vec<[f64; 2]>> =
        looped.0.iter().map(|line| line.0.iter().map(|at| [at.x, at.y]).collect()).collect();
    let file = folder.path().join("loop.geojson");
    let json = serde_json::json!({ "type": "MultiLineString", "coordinates": coordinates });
    std::fs::write(&file, json.to_string()).unwrap();
    let (code, _, err) = claimline(&["show", "withdrawal-area", "--line", file.to_str().unwrap()]);
    assert!(code == Some(0) && err.contains("warning: the line from loop.geojson: it crosses itself near"), "{err}");
    // The lobes of a bow tie: each is a triangle, and they count against each other.
    let tie = folder.path().join("tie.geojson");
    let figure = folder.path().join("tie.svg");
    let export = |ring: &str| {
        std::fs::write(&tie, format!(r#"{{"type":"Polygon","coordinates":[{ring}]}}"#)).unwrap();
        let arguments =
            ["export", "--force", "-o", figure.to_str().unwrap(), "--file", tie.to_str().unwrap(), "--no-map"];
        claimline(&arguments).2
    };
    let err = export("[[37,48],[38,49],[38,48],[37,49],[37,48]]");
    assert!(err.contains("“tie”: its outline crosses itself near 48.5000° N 37.5000° E"), "{err}");
    assert_eq!(err.matches("crosses itself").count(), 1, "said once: {err}");
    assert!(err.contains("(the non-zero rule)") && err.contains("Correct the outline"), "{err}");
    assert!(!export("[[37,48],[38,48],[38,49],[37,49],[37,48]]").contains("crosses itself"));
}

#[test]
fn areas_as_line_of_contact_are_warned_of_as_lines_are() {
    let before = berlin();
    let held = area(&before, "donetsk-russian-held");
    let warnings = |held: &MultiPolygon<f64>| {
        let dossier = before.with_own(&own(Shape::Area(held.clone()))).unwrap();
        dossier.own_line.unwrap().warnings.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(warnings(&held), Vec::<String>::new());
    let mut looped = held.clone();
    let at = held.0[0].exterior().0[10];
    let to = |x: f64, y: f64| Coord { x: at.x + x * 0.0004, y: at.y + y * 0.0004 };
    looped.0[0].exterior_mut(|ring| {
        ring.0.splice(10..=10, [to(0.0, 1.0), to(0.0, -1.0), to(1.0, -1.0), to(1.0, 0.0), to(-1.0, 0.0)]);
    });
    let said = warnings(&looped);
    assert!(
        said.len() == 1 && said[0].contains("the areas from mine.geojson: their outline crosses itself near"),
        "{said:?}"
    );
    let twice = MultiPolygon([held.0.clone(), held.0.clone()].concat());
    let said = warnings(&twice);
    assert!(said.len() == 1 && said[0].contains("parts of them overlap near"), "{said:?}");
    // As a file the same: opened, its parts are one already.
    let coordinates: Vec<Vec<Vec<[f64; 2]>>> =
        twice.0.iter().map(|polygon| vec![polygon.exterior().0.iter().map(|at| [at.x, at.y]).collect()]).collect();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("twice.geojson");
    let json = serde_json::json!({ "type": "MultiPolygon", "coordinates": coordinates });
    std::fs::write(&file, json.to_string()).unwrap();
    let (code, _, err) = claimline(&["show", "withdrawal-area", "--line", file.to_str().unwrap()]);
    assert!(code == Some(0) && err.contains("the areas from twice.geojson: parts of them overlap"), "{err}");
    assert_eq!(err.matches("overlap").count(), 1, "{err}");
}

#[test]
fn parts_of_a_file_that_lie_over_each_other_count_once_and_are_said_so() {
    let square = |west: f64, size: f64| {
        let (east, north) = (west + size, 48.0 + size);
        serde_json::json!([[west, 48.0], [east, 48.0], [east, north], [west, north], [west, 48.0]])
    };
    let feature = |ring: &serde_json::Value| {
        let polygon = serde_json::json!({ "type": "Polygon", "coordinates": [ring] });
        serde_json::json!({ "type": "Feature", "properties": {}, "geometry": polygon })
    };
    let opened = |one: &serde_json::Value, other: &serde_json::Value| {
        let several = serde_json::json!({ "type": "MultiPolygon", "coordinates": [[one], [other]] });
        let features = serde_json::json!({ "type": "FeatureCollection", "features": [feature(one), feature(other)] });
        [several, features]
            .into_iter()
            .map(|json| own_layer("two", geojson::read_table(json.to_string().as_bytes()).unwrap()).unwrap().0)
            .collect::<Vec<_>>()
    };
    let size = |overlay: &Overlay| match overlay.measure {
        Measure::Area { km2, .. } => km2,
        _ => panic!("no area"),
    };
    let single = |ring: &serde_json::Value| {
        size(&own_layer("one", geojson::read_table(feature(ring).to_string().as_bytes()).unwrap()).unwrap().0)
    };
    let (one, half, inside, beside) = (square(37.0, 1.0), square(37.5, 1.0), square(37.0, 0.2), square(38.0, 1.0));
    // Of two features each keeps its own size.
    let apart = opened(&one, &half).pop().unwrap();
    assert!((size(&apart) / single(&one) - 2.0).abs() < 1e-6, "{}", size(&apart));
    let said = apart.warning().unwrap().what;
    assert!(said.starts_with("its features overlap near") && said.contains("the overlap is counted for each of them"));
    assert!(!said.contains("as a hole"), "they are drawn one by one: {said}");
    for two in opened(&one, &half).into_iter().take(1) {
        assert!((size(&two) / single(&one) - 1.5).abs() < 1e-6, "{}", size(&two));
        assert!(matches!(&*two.shape, Shape::Area(area) if area.0.len() == 1));
        let said = two.warning().unwrap().to_string();
        let apart = words::km2(2.0 * single(&one));
        assert!(said.starts_with("overlay 'two': its parts overlap near 48."), "{said}");
        assert!(
            said.contains(&words::km2(size(&two))) && said.ends_with(&format!("come to {apart} (“Feature 1”)")),
            "{said}"
        );
    }
    for two in opened(&one, &inside).into_iter().take(1) {
        assert!((size(&two) / single(&one) - 1.0).abs() < 1e-9 && two.warning().is_some());
    }
    for two in opened(&one, &beside) {
        assert!(matches!(&*two.shape, Shape::Area(area) if area.0.len() == 2) && two.warning().is_none());
    }
    // A little of it stays as drawn, and is said.
    let parts_or_features = ["its parts overlap near", "its features overlap near"];
    for (two, what) in opened(&one, &square(37.997, 1.0)).into_iter().zip(parts_or_features) {
        assert!(matches!(&*two.shape, Shape::Area(area) if area.0.len() == 2));
        let said = two.warning().unwrap().what;
        assert!(said.contains(what) && said.contains("(the non-zero rule)"), "{said}");
    }
    let folder = tempfile::tempdir().unwrap();
    let [file, figure] = ["two.geojson", "two.svg"].map(|name| folder.path().join(name).display().to_string());
    let json = serde_json::json!({ "type": "MultiPolygon", "coordinates": [[one], [half]] });
    std::fs::write(&file, json.to_string()).unwrap();
    let (code, _, err) = claimline(&["export", "-o", &figure, "--file", &file, "--no-map"]);
    assert!(code == Some(0) && err.contains("drawn and measured as one"), "{err}");
}

#[test]
fn show_puts_old_and_new_figures_side_by_side() {
    let folder = tempfile::tempdir().unwrap();
    let file = west_file(folder.path());
    let (code, text, err) = claimline(&["show", "withdrawal-area", "--line", &file]);
    assert_eq!(code, Some(0));
    assert!(err.lines().count() == 1 && err.contains(" km of it lie outside the area that the line divides"), "{err}");
    let after = berlin().with_own(&own(Shape::Line(moved(&line(&berlin()), 0.05)))).unwrap();
    let (now, former) = (km2(&after, "withdrawal-area"), km2(&berlin(), "withdrawal-area"));
    let expected = format!(
        "Measured: {} with the dossier’s line, {} with yours; difference: −{}",
        words::km2(former),
        words::km2(now),
        words::km2(former - now)
    );
    assert!(text.contains(&expected), "{expected}\n{text}");
    assert!(text.contains("Line of contact: own line from west.geojson, not the dossier’s"));
    assert!(text.contains("no date stated") && !text.contains("stated accuracy ±"), "{text}");
    // The line itself is the user's now, and says where its features are.
    let (code, _, err) = claimline(&["show", "line-of-contact", "--table", "--line", &file]);
    assert!(code == Some(2) && err.contains("is your own line here") && err.contains("west.geojson"), "{err}");
    let json = |arguments: &[&str]| -> serde_json::Value { serde_json::from_str(&claimline(arguments).1).unwrap() };
    let shown = json(&["show", "withdrawal-area", "--line", &file, "--json"]);
    let number = |key: &str| shown[key].as_f64().unwrap();
    assert!((number("area_km2") - number("area_km2_dossier") - number("difference_km2")).abs() < 0.011);
    assert!((number("area_km2_dossier") - former).abs() < 0.01 && number("difference_km2") < -200.0);
    // The dossier's line runs through the neighbouring oblast too.
    let beyond = shown["own_line"]["dropped"]["km_beyond"].as_f64().unwrap();
    assert!((30.0..45.0).contains(&beyond), "{beyond}");
    // It grazes the border in the south-west, and a sliver there counts as the border's.
    let dropped = shown["own_line"]["dropped"].clone();
    let (km2, slivers) = (dropped["km2"].as_f64().unwrap(), dropped["slivers"].as_array().unwrap().len());
    assert!(km2 < 2.0 && slivers <= 4 && (km2 > 0.0) == (slivers > 0), "{dropped}");
    assert_eq!(
        shown["own_line"],
        serde_json::json!({
            "overlay": "line-of-contact", "from": "west.geojson", "sources": [{ "title": "west.geojson" }],
            "counts": "all", "dropped": dropped,
        })
    );
    let all = json(&["overlays", "--line", &file, "--json"]);
    let of = |id: &str| all["overlays"].as_array().unwrap().iter().find(|overlay| overlay["id"] == id).unwrap().clone();
    assert!(of("line-of-contact")["length_km_dossier"].is_number() && of("held-towns")["places_dossier"].is_number());
    assert!(of("crimea")["area_km2_dossier"].is_null());
    assert!(claimline(&["overlays", "--line", &file]).1.ends_with("own line from west.geojson, not the dossier’s\n"));
}

#[test]
fn the_dossiers_line_and_what_changes_sides_stay_to_compare() {
    let before = berlin();
    let west = own(Shape::Line(moved(&line(&before), 0.05)));
    let after = before.with_own(&west).unwrap();
    let ids: Vec<&str> = after.overlays.iter().map(|overlay| overlay.id.as_str()).collect();
    let place = ids.iter().position(|id| *id == "line-of-contact").unwrap();
    assert_eq!(ids[place + 1..place + 4], ["line-before", "line-gained", "line-lost"]);
    assert_eq!(after.groups.last().unwrap().id, claimline::dossier::COMPARISON_GROUP);
    let ghost = overlay(&after, "line-before");
    let former = overlay(&before, "line-of-contact");
    assert_eq!((&ghost.shape, ghost.measure, &ghost.credit), (&former.shape, former.measure, &former.credit));
    assert_eq!((ghost.as_of.as_str(), ghost.accuracy_m), ("2025-12-15", Some(6700.0)));
    // Where the two lines cross, each has ground that the other has not; the balance is the change of the whole.
    let (gained, lost) = (km2(&after, "line-gained"), km2(&after, "line-lost"));
    let change = km2(&after, "donetsk-russian-held") - km2(&before, "donetsk-russian-held");
    assert!(gained > 200.0 && (gained - lost - change).abs() < 1e-4, "{gained} {lost} {change}");
    let shared = derive::intersection(&area(&after, "line-gained"), &area(&before, "donetsk-russian-held"));
    assert!(measure::area_m2(&shared) < 10.0);
    let gained = overlay(&after, "line-gained");
    assert_eq!(gained.title.main(), "Side reported as held by Russia: only with the own line");
    let credit = gained.credit.as_deref().unwrap();
    assert!(credit.contains("OpenStreetMap") && credit.contains("Claimline") && credit.ends_with("not the dossier’s"));
    // A second own line is compared with the dossier's, not with the first; and with none there is nothing to compare.
    let east = after.with_own(&own(Shape::Line(moved(&line(&before), -0.05)))).unwrap();
    assert_eq!(overlay(&east, "line-before").shape, former.shape);
    assert!(km2(&east, "line-lost") > 200.0);
    let back = east.without_own_line();
    let ids = |dossier: &Dossier| dossier.overlays.iter().map(|overlay| overlay.id.clone()).collect::<Vec<_>>();
    assert_eq!((ids(&back), &back.groups), (ids(&before), &before.groups));
    // The same line gains and loses nothing but a sliver at the border.
    let same = before.with_own(&own(Shape::Line(line(&before)))).unwrap();
    assert!(same.overlay("line-before").is_some());
    for id in ["line-gained", "line-lost"] {
        assert!(same.overlay(id).is_none() || km2(&same, id) < 0.5, "{id}");
    }
}

/// The oblast's part east of the dossier's line, drawn by another hand: 300 m off the border along the coast and the
/// state border, as a file.
fn careless_file(folder: &Path) -> String {
    let dossier = berlin();
    let border =
        MultiLineString(area(&dossier, "donetsk").0.iter().map(|polygon| polygon.exterior().clone()).collect());
    let inset = derive::buffer_line(&border, 300.0, derive::Sides::Both);
    let south = MultiPolygon(vec![geo::Polygon::new(
        LineString::from(vec![(37.0, 46.5), (40.0, 46.5), (40.0, 48.2), (37.0, 48.2), (37.0, 46.5)]),
        vec![],
    )]);
    let held = derive::difference(&area(&dossier, "donetsk-russian-held"), &derive::intersection(&inset, &south));
    let polygons: Vec<Vec<Vec<[f64; 2]>>> = (held.0.iter())
        .map(|polygon| {
            std::iter::once(polygon.exterior())
                .chain(polygon.interiors())
                .map(|ring| ring.0.iter().map(|at| [at.x, at.y]).collect())
                .collect()
        })
        .collect();
    let path = folder.join("careless.geojson");
    std::fs::write(&path, serde_json::json!({ "type": "MultiPolygon", "coordinates": polygons }).to_string()).unwrap();
    path.display().to_string()
}

#[test]
fn what_is_taken_for_the_border_is_said_in_km_and_km2() {
    let folder = tempfile::tempdir().unwrap();
    let file = careless_file(folder.path());
    let (code, json, err) = claimline(&["overlays", "--line", &file, "--json"]);
    assert_eq!(code, Some(0), "{err}");
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let dropped = &json["own_line"]["dropped"];
    let number = |key: &str| dropped[key].as_f64().unwrap();
    assert!(number("km") > 100.0 && number("km2") > 40.0, "{dropped}");
    let slivers = dropped["slivers"].as_array().unwrap();
    let sum: f64 = slivers.iter().map(|sliver| sliver["km2"].as_f64().unwrap()).sum();
    assert!((sum - number("km2")).abs() < 0.01 && slivers.iter().any(|sliver| sliver["from"] == "right"), "{dropped}");
    let said = "stretches of it (";
    assert!(err.contains("claimline: the line from careless.geojson: ") && err.contains(said), "{err}");
    // The line is the dossier's again, and so is the area beside it; the strips would be 40 km² of it.
    let size = |id: &str| {
        let overlays = json["overlays"].as_array().unwrap();
        overlays.iter().find(|overlay| overlay["id"] == id).unwrap().clone()
    };
    assert!(size("withdrawal-area")["difference_km2"].as_f64().unwrap().abs() < 3.0, "{}", size("withdrawal-area"));
    // The dossier's line runs on beyond the oblast for 36 km, this one does not.
    let change = size("line-of-contact")["difference_km"].as_f64().unwrap();
    assert!((change + 36.0).abs() < 10.0, "{change}");
    for arguments in [["show", "withdrawal-area"], ["at", "37.55,47.1"]] {
        let arguments = [arguments.as_slice(), &["--line", &file]].concat();
        let (code, text, err) = claimline(&arguments);
        assert!(
            code == Some(0) && err.contains(said) && text.contains("own line from careless.geojson"),
            "{err}{text}"
        );
        let (_, json, _) = claimline(&[arguments.as_slice(), &["--json"]].concat());
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(&json["own_line"]["dropped"], dropped);
    }
    let figure = folder.path().join("figure.svg");
    let (code, _, err) = claimline(&["export", "-o", figure.to_str().unwrap(), "--line", &file, "--no-map"]);
    assert!(code == Some(0) && err.contains(said), "{err}");
}

/// Ground that is occupied and ground that was taken back, as one file with a name for each.
fn both_file(folder: &Path) -> String {
    let path = folder.join("both.geojson");
    let feature = |name: &str, fill: &str, ring: &[[f64; 2]]| {
        serde_json::json!({
            "type": "Feature",
            "properties": { "name": name, "fill": fill },
            "geometry": { "type": "Polygon", "coordinates": [ring] },
        })
    };
    let occupied = [[37.7, 46.0], [39.9, 46.0], [39.9, 49.9], [38.0, 49.9], [37.7, 48.0], [37.7, 46.0]];
    let liberated = [[37.0, 48.0], [37.7, 48.0], [37.7, 48.9], [37.0, 48.9], [37.0, 48.0]];
    let features = [
        feature("Окуповано /// Occupied", "#a52714", &occupied),
        feature("Звільнено /// Liberated", "#0f9d58", &liberated),
    ];
    std::fs::write(&path, serde_json::json!({ "type": "FeatureCollection", "features": features }).to_string())
        .unwrap();
    path.display().to_string()
}

/// The oblast without the occupied ground of that file, and without both, in km²: shapely 2.2.0 (GEOS 3.14.1), with a
/// vertex every 0.002° for edges that are straight in degrees, measured by pyproj 3.7.2.
const WITHOUT_OCCUPIED_KM2: f64 = 14_865.064;
const WITHOUT_BOTH_KM2: f64 = 9_809.825;

#[test]
fn liberated_ground_does_not_count_as_occupied() {
    let folder = tempfile::tempdir().unwrap();
    let file = both_file(folder.path());
    let size = |arguments: &[&str]| {
        let arguments = [&["show", "withdrawal-area", "--line", &file, "--json"], arguments].concat();
        let (code, json, err) = claimline(&arguments);
        assert_eq!(code, Some(0), "{err}");
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        // Strips along the border go to the other side, and are said.
        let strips = json["own_line"]["dropped"]["km2"].as_f64().unwrap();
        (json["area_km2"].as_f64().unwrap() + strips, json["own_line"]["counts"].clone(), err)
    };
    // The guess is said, with what it leaves out.
    let (km2, counts, err) = size(&[]);
    assert!((km2 / WITHOUT_OCCUPIED_KM2 - 1.0).abs() < 1e-6, "{km2}");
    assert_eq!(counts, serde_json::json!({ "kinds": ["Окуповано /// Occupied"] }));
    assert!(err.contains("both.geojson: counts “Окуповано /// Occupied” (1 feature, "), "{err}");
    assert!(err.contains("leaves out “Звільнено /// Liberated” (1 feature, "), "{err}");
    assert!(err.contains("; choose with --where"), "{err}");
    let (km2, counts, err) = size(&["--where", "name ~ occupied"]);
    assert!((km2 / WITHOUT_OCCUPIED_KM2 - 1.0).abs() < 1e-6, "{km2}");
    assert_eq!(counts, serde_json::json!({ "where": "name ~ occupied" }));
    assert!(!err.contains("leaves out"), "{err}");
    let (km2, ..) = size(&["--where", "km2 > 0"]);
    assert!((km2 / WITHOUT_BOTH_KM2 - 1.0).abs() < 1e-6, "{km2}");
    // What counts stands in the notes of a figure.
    let (_, text, _) = claimline(&["show", "withdrawal-area", "--line", &file, "--where", "name ~ occupied"]);
    assert!(text.contains("not the dossier’s; counts features where name ~ occupied"), "{text}");
    let figure = folder.path().join("figure.svg");
    let figure = figure.to_str().unwrap();
    let (code, _, err) =
        claimline(&["export", "-o", figure, "--line", &file, "--where", "name ~ occupied", "--no-map"]);
    assert_eq!(code, Some(0), "{err}");
    let svg = std::fs::read_to_string(figure).unwrap();
    let plain: String = svg.split('<').filter_map(|tag| tag.split_once('>')).map(|(_, text)| text).collect();
    assert!(plain.replace(char::is_whitespace, "").contains("countsfeatureswherename~occupied."), "{plain}");
    assert!(svg.contains("km_beyond"), "the provenance says what was dropped");
}

#[test]
fn where_nobody_can_tell_what_counts_the_kinds_are_listed() {
    let folder = tempfile::tempdir().unwrap();
    let file = both_file(folder.path());
    let text = std::fs::read_to_string(&file).unwrap().replace("Occupied", "East").replace("Окуповано", "Схід");
    std::fs::write(&file, text).unwrap();
    let (code, out, err) = claimline(&["overlays", "--line", &file]);
    assert_eq!((code, out.as_str()), (Some(2), ""), "{err}");
    for part in ["“Схід /// East” (1 feature, ", "“Звільнено /// Liberated” (1 feature, ", "--where 'name ~ "]
    {
        assert!(err.contains(part), "{err}");
    }
    assert!(err.trim_end().ends_with(&file), "{err}");
    // A filter's error points at the word; one that nothing fits is told.
    let (code, _, err) = claimline(&["overlays", "--line", &file, "--where", "name ~ east west"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("  name ~ east west\n              ^^^^"), "{err}");
    let (code, _, err) = claimline(&["overlays", "--line", &file, "--where", "name ~ nowhere"]);
    assert_eq!(code, Some(1));
    assert!(err.contains("none of its lines and areas matches name ~ nowhere"), "{err}");
}

#[test]
fn only_what_lies_within_the_oblast_is_line_of_contact() {
    // From the sea to the north of the oblast: pyproj 3.7.2 and GEOS 3.14.1 as above.
    let before = berlin();
    let long = MultiLineString(vec![LineString::from(vec![(37.7, 46.0), (37.7, 48.0), (38.0, 49.9)])]);
    let after = before.with_own(&own(Shape::Line(long))).unwrap();
    let Measure::Length { km } = overlay(&after, "line-of-contact").measure else { panic!("no line") };
    assert!((km - 237.735).abs() < 0.01, "{km}");
    let dropped = &after.own_line.as_ref().unwrap().dropped;
    assert!((dropped.beyond_km() - (434.778 - 237.735)).abs() < 0.02, "{}", dropped.beyond_km());
    assert!(dropped.notice().unwrap().contains("197.0 km of it lie outside the area"), "{:?}", dropped.notice());
    assert!((km2(&after, "withdrawal-area") / WITHOUT_OCCUPIED_KM2 - 1.0).abs() < 1e-6);
}

#[test]
fn an_exported_figure_says_whose_line_it_shows() {
    let folder = tempfile::tempdir().unwrap();
    let (file, figure) = (west_file(folder.path()), folder.path().join("figure.svg"));
    let figure = figure.to_str().unwrap();
    let (code, _, err) = claimline(&["export", "-o", figure, "--line", &file, "--no-map"]);
    assert_eq!(code, Some(0), "{err}");
    let svg = std::fs::read_to_string(figure).unwrap();
    assert!(
        svg.contains(r#""own_line":{"from":"west.geojson""#) || svg.contains("west.geojson&quot;"),
        "no provenance"
    );
    let plain: String = svg.split('<').filter_map(|tag| tag.split_once('>')).map(|(_, text)| text).collect();
    // Once in the notes and once in the credits; the lines of the page may break anywhere.
    let squeezed = plain.replace(char::is_whitespace, "");
    assert_eq!(squeezed.matches("ownlinefromwest.geojson,notthedossier’s").count(), 2, "{plain}");
    // What is drawn with it rests on the file, and on none of the dossier's sources but for what a figure states.
    let provenance = claimline(&["inspect", figure, "--line", &file, "--json"]).1;
    let provenance = serde_json::from_str::<serde_json::Value>(&provenance).unwrap()["provenance"].clone();
    let sources = provenance["sources"].as_array().unwrap();
    assert!(sources.iter().any(|source| source["outlet"] == "west.geojson"), "{sources:?}");
    let cited = provenance["excerpts_sha256"].to_string();
    assert!(
        cited.contains("tfi-5600") && !cited.contains("tfi-economic-zone") && !cited.contains("tfi-police-units"),
        "{cited}"
    );
    assert_eq!(provenance["own_line"]["sources"][0]["title"], "west.geojson");
    let alone = folder.path().join("alone.svg");
    let alone = alone.to_str().unwrap();
    let of_line = ["--overlay", "line-of-contact", "--overlay", "corridor-5km", "--no-map"];
    assert_eq!(claimline(&[&["export", "-o", alone, "--line", &file][..], &of_line].concat()).0, Some(0));
    let inspected = claimline(&["inspect", alone, "--line", &file, "--json"]).1;
    let inspected = serde_json::from_str::<serde_json::Value>(&inspected).unwrap()["provenance"].clone();
    assert_eq!(inspected["excerpts_sha256"], serde_json::json!({}));
    let outlets: Vec<&str> =
        inspected["sources"].as_array().unwrap().iter().map(|source| source["outlet"].as_str().unwrap()).collect();
    assert_eq!(outlets, ["west.geojson"]);
    // The dossier's day is not given to it; a day of its own is.
    assert!(squeezed.contains("Asof15Dec2025;lineofcontact:own,undated"), "{plain}");
    assert!(svg.contains("as of 15 Dec 2025; line of contact: own, undated"), "no description");
    let text = std::fs::read_to_string(&file).unwrap();
    let dated = serde_json::json!({
        "type": "Feature",
        "properties": { "date": "2025-12-20" },
        "geometry": serde_json::from_str::<serde_json::Value>(&text).unwrap(),
    });
    std::fs::write(&file, dated.to_string()).unwrap();
    assert_eq!(claimline(&["export", "--force", "-o", figure, "--line", &file, "--no-map"]).0, Some(0));
    let svg = std::fs::read_to_string(figure).unwrap();
    assert!(svg.contains("as of 15 Dec 2025; line of contact: own, 20 Dec 2025"), "no description");
    // A figure without anything that depends on the line has nothing to say of it.
    let (code, ..) = claimline(&[
        "export",
        "-o",
        figure,
        "--line",
        &file,
        "--no-map",
        "--force",
        "--overlay",
        "crimea",
        "--fit",
        "crimea",
    ]);
    assert_eq!(code, Some(0));
    let svg = std::fs::read_to_string(figure).unwrap();
    assert!(!svg.contains("west.geojson") && !svg.contains("own, "));
}

#[test]
fn a_file_that_is_no_line_is_refused_with_its_path() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("point.geojson");
    std::fs::write(&path, r#"{"type":"Point","coordinates":[37,48]}"#).unwrap();
    let path = path.display().to_string();
    let (code, _, err) = claimline(&["show", "donetsk", "--line", &path]);
    assert_eq!(code, Some(1));
    assert!(err.contains("expected a line") && err.trim_end().ends_with(&path), "{err}");
    let (code, ..) = claimline(&["show", "donetsk", "--line", "nowhere.geojson"]);
    assert_eq!(code, Some(1));
}

#[test]
fn corridors_have_a_size_on_each_side_of_the_line() {
    let dossier = berlin();
    for (id, width_km) in [("corridor-5km", 5.0), ("corridor-10km", 10.0)] {
        let beside = dossier.beside(overlay(&dossier, id)).unwrap();
        assert!((beside.left_km2 + beside.right_km2 - km2(&dossier, id)).abs() < 1e-6, "{id}");
        // Less than length times width, for the bends; and not by much on either side.
        let Measure::Length { km } = overlay(&dossier, "line-of-contact").measure else { panic!("no line") };
        for side in [beside.left_km2, beside.right_km2] {
            assert!((0.5..1.1).contains(&(side / (km * width_km))), "{id}: {side} km²");
        }
        // What lies on the Ukrainian-held side lies for the most part in the area west of the line.
        let west =
            measure::area_m2(&derive::intersection(&area(&dossier, id), &area(&dossier, "withdrawal-area"))) / 1e6;
        assert!(west <= beside.right_km2 * 1.001 && west > beside.right_km2 * 0.75, "{id}: {west} {beside:?}");
    }
    assert!(dossier.beside(overlay(&dossier, "donetsk")).is_none());
    let (_, text, _) = claimline(&["show", "corridor-5km"]);
    assert!(text.contains("on the side reported as held by Ukraine"), "{text}");
    let (_, json, _) = claimline(&["show", "corridor-5km", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let number = |key: &str| json[key].as_f64().unwrap();
    assert!((number("area_km2_left") + number("area_km2_right") - number("area_km2")).abs() < 0.021);
    assert_eq!(json["side_left"], "side reported as held by Russia");
}

#[test]
fn each_side_of_a_corridor_is_a_shape_of_its_own() {
    let dossier = berlin();
    // shapely 2.2.0 (GEOS 3.14.1) on pyproj 3.7.2: `build.py` prints them, clipped to land.
    for (id, ukrainian_km2, russian_km2) in [("corridor-5km", 1151.91, 1189.35), ("corridor-10km", 2232.45, 2383.45)] {
        let [ukrainian, russian] = ["ukrainian", "russian"].map(|side| format!("{id}-{side}-side"));
        assert!((km2(&dossier, &ukrainian) / ukrainian_km2 - 1.0).abs() < 1e-3, "{ukrainian}");
        assert!((km2(&dossier, &russian) / russian_km2 - 1.0).abs() < 1e-3, "{russian}");
        let whole = km2(&dossier, id);
        assert!((km2(&dossier, &ukrainian) + km2(&dossier, &russian) - whole).abs() < 1e-6 * whole, "{id}");
        let both = derive::intersection(&area(&dossier, &ukrainian), &area(&dossier, &russian));
        assert!(measure::area_m2(&both) / 1e6 < 1e-6 * whole, "{id}");
        let beside = dossier.beside(overlay(&dossier, id)).unwrap();
        assert_eq!(beside.left_km2, km2(&dossier, &russian));
    }
}

#[test]
fn a_corridor_ends_at_the_coast() {
    let dossier = berlin();
    let line = MultiLineString(vec![LineString::from(vec![(37.5, 49.3), (37.5, 47.0)])]);
    let after = dossier.with_line("line-of-contact", line.clone(), "south.geojson").unwrap();
    // shapely and pyproj as above, with the dossier's `land`: 5,114.77 km² without it.
    for (id, expected) in [
        ("corridor-10km", 5014.32),
        ("corridor-10km-ukrainian-side", 2546.21),
        ("corridor-10km-russian-side", 5014.32 - 2546.21),
    ] {
        assert!((km2(&after, id) / expected - 1.0).abs() < 1e-3, "{id}: {}", km2(&after, id));
    }
    let whole = derive::buffer_line(&line, 10_000.0, derive::Sides::Both);
    assert!((measure::area_m2(&whole) / 5.114_773_5e9 - 1.0).abs() < 1e-3);
    // The credit of the land stays where the land was used.
    assert!(overlay(&after, "corridor-10km").credit.as_deref().unwrap().contains("OpenStreetMap"));
}

#[test]
fn the_dossiers_band_and_contested_ground_are_named_as_of_the_dossiers_line() {
    let before = berlin();
    let after = before.with_line("line-of-contact", moved(&line(&before), 0.05), "west.geojson").unwrap();
    for id in ["line-uncertainty", "contested-ground"] {
        let (former, now) = (&overlay(&before, id).title, &overlay(&after, id).title);
        assert_eq!(now.main(), format!("{} (of the dossier’s line)", former.main()));
        assert_eq!(now.get("uk").unwrap(), format!("{} (за лінією досьє)", former.get("uk").unwrap()));
    }
    for id in ["withdrawal-area", "contact-places", "donetsk"] {
        assert_eq!(overlay(&after, id).title, overlay(&before, id).title, "{id}");
    }
    // A second line names them no second time, and the way back leads to their own names.
    let twice = after.with_line("line-of-contact", line(&before), "same.geojson").unwrap();
    assert_eq!(overlay(&twice, "line-uncertainty").title, overlay(&after, "line-uncertainty").title);
    let back = twice.without_own_line();
    for former in &before.overlays {
        assert_eq!(overlay(&back, &former.id).title, former.title);
    }
}
