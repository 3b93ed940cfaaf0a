//! Areas over time on the command line: square kilometres as PROJ has them (`tests/data/days/make.py`), shares, the table, the figure.

use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::cli::{Run, run};

const FRONT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/days/front");

fn expected() -> Vec<f64> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/days/expected.json");
    let all: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    all["areas_m2"].as_array().unwrap().iter().map(|area| area.as_f64().unwrap() / 1e6).collect()
}

fn areas(arguments: &[&str]) -> Run {
    run(&[&["areas"], arguments].concat())
}

fn parsed(arguments: &[&str]) -> Value {
    let run = areas(&[arguments, &["--json"]].concat());
    assert_eq!(run.code, 0, "{}", run.err);
    serde_json::from_str(&run.out).unwrap()
}

fn near(ours: f64, theirs: f64) {
    assert!((ours - theirs).abs() <= 1e-6 * theirs, "{ours} is not {theirs}");
}

#[test]
fn each_report_has_its_area_and_nothing_lies_between() {
    let out = parsed(&[FRONT]);
    let points = out["curves"][0]["points"].as_array().unwrap();
    let days: Vec<&str> = points.iter().map(|point| point["when"].as_str().unwrap()).collect();
    assert_eq!(days, ["2025-01-30", "2025-01-31", "2025-02-01", "2025-02-03", "2025-02-04"]);
    for (point, theirs) in points.iter().zip(expected()) {
        near(point["km2"].as_f64().unwrap(), theirs);
        assert_eq!((&point["share_percent"], &point["range_km2"]), (&Value::Null, &Value::Null));
    }
    let words = areas(&[FRONT]).out;
    // After the report of 1 February nobody reports for a day.
    let after = words.split("front_20250201.geojson\n").nth(1).unwrap();
    assert!(after.starts_with("  …\n  3 Feb 2025"), "{words}");
    let some = parsed(&[FRONT, "--from", "2025-02-01", "--to", "2025-02-03"]);
    assert_eq!(some["curves"][0]["points"].as_array().map(Vec::len), Some(2));
}

#[test]
fn accounts_have_a_curve_each_and_shares_are_of_the_area_within() {
    let within = format!("{FRONT}/front_20250204.geojson");
    let (east, west) = (format!("East={FRONT}"), format!("West={within}"));
    let out = parsed(&["--file", &east, "--file", &west, "--within", &within, "--accuracy", "300"]);
    near(out["within"]["km2"].as_f64().unwrap(), expected()[4]);
    let [east, west] = out["curves"].as_array().unwrap().as_slice() else { panic!("two curves") };
    assert_eq!((&east["title"], &west["title"]), (&json!("East"), &json!("West")));
    let last = &east["points"][4];
    assert!((last["share_percent"].as_f64().unwrap() - 100.0).abs() < 1e-6);
    let [least, most] = [0, 1].map(|end| last["range_km2"][end].as_f64().unwrap());
    // What is near to the border may not be held; beyond the area within which all counts there is nothing.
    assert!(least < expected()[4] - 1.0 && (most - expected()[4]).abs() < 1e-3, "{least} {most}");
    for point in east["points"].as_array().unwrap() {
        assert!(point["share_percent"].as_f64().unwrap() <= 100.0 + 1e-9);
    }
}

#[test]
fn the_table_and_the_figure_are_written() {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let table = areas(&[FRONT, "--csv"]);
    assert_eq!(table.out.lines().count(), 6);
    let csv = path("areas.csv");
    assert_eq!(areas(&[FRONT, "-o", &csv]).code, 0);
    assert_eq!(fs::read_to_string(&csv).unwrap().trim(), table.out.trim());
    for name in ["areas.svg", "areas.png", "areas.pdf"] {
        let out = path(name);
        let written = areas(&[FRONT, "-o", &out, "--title", "A front", "--credit", "By hand", "--language", "uk"]);
        assert_eq!(written.code, 0, "{}", written.err);
        let found = run(&["inspect", &out, "--json"]);
        let found: Value = serde_json::from_str(&found.out).unwrap();
        let areas = &found["provenance"]["areas_over_time"];
        assert_eq!(areas["curves"][0]["points"].as_array().map(Vec::len), Some(5), "{name}");
    }
    let svg = fs::read_to_string(path("areas.svg")).unwrap();
    for words in ["A front", "By hand", "Площа (км²)", "curve-1"] {
        assert!(svg.contains(words), "{words}");
    }
    // It is not replaced without a word, nor is what it is made from.
    assert_eq!(areas(&[FRONT, "-o", &csv]).code, 2);
    let input = format!("{FRONT}/front_20250204.geojson");
    for wrong in [
        &[FRONT, "-o", &input, "--force"][..],
        &[FRONT, "-o", "areas.gif"],
        &[FRONT, "--within", "nowhere"],
        &[FRONT, "--account", "nobody"],
        &["--file", "front.geojson"],
        &["--overlay", "donetsk"],
        &[FRONT, "--from", "2025-03", "--to", "2025-02"],
        &[],
    ] {
        let run = areas(wrong);
        assert!(run.code == 2 && !run.err.is_empty(), "{wrong:?}: {} {}", run.code, run.err);
    }
}

#[test]
fn stated_figures_stand_beside_the_curve_and_those_without_a_place_are_named() {
    let stated = parsed(&[FRONT, "--within", "donetsk", "--stated", "donetsk-russian-held"]);
    let ids: Vec<&str> =
        stated["stated"].as_array().unwrap().iter().map(|figure| figure["id"].as_str().unwrap()).collect();
    assert!(ids.contains(&"reuters-80"), "{ids:?}");
    let without = parsed(&[FRONT, "--stated", "donetsk-russian-held"]);
    assert_eq!(without["stated"], json!([]));
    let left_out = without["left_out"].as_array().unwrap();
    assert!(left_out.iter().any(|why| why.as_str().unwrap().contains("reuters-80")), "{left_out:?}");
}

/// A dossier with an overlay of which East and West report, and once nobody named.
fn of_two_accounts(folder: &TempDir) -> String {
    let front = std::path::Path::new(FRONT);
    for file in ["front_20250130.geojson", "front_20250201.geojson", "front_20250204.geojson"] {
        fs::copy(front.join(file), folder.path().join(file)).unwrap();
    }
    let version = |day: &str, who: Option<&str>, file: &str| {
        let mut version = json!({ "when": day, "geometry": { "file": file } });
        if let Some(who) = who {
            version["who"] = json!(who);
        }
        version
    };
    let dossier = json!({
        "format": "claimline-dossier/1", "id": "two", "version": "1", "title": { "en": "Two accounts" }, "summary": "",
        "as_of": "2025-02-04", "disclaimer": "", "boundary_view": "", "groups": [{ "id": "g", "title": { "en": "G" } }],
        "overlays": [{
            "id": "control", "title": { "en": "Control" }, "group": "g", "kind": "control", "style": {},
            "versions": [
                version("2025-01-30", None, "front_20250130.geojson"),
                version("2025-02-01", Some("East"), "front_20250201.geojson"),
                version("2025-02-01", Some("West"), "front_20250204.geojson"),
            ],
        }],
    });
    let path = folder.path().join("dossier.json");
    fs::write(&path, dossier.to_string()).unwrap();
    path.display().to_string()
}

#[test]
fn accounts_of_one_overlay_have_a_curve_each_with_their_name() {
    let folder = TempDir::new().unwrap();
    let dossier = of_two_accounts(&folder);
    let out = parsed(&["--dossier", &dossier, "--overlay", "control"]);
    let curves = out["curves"].as_array().unwrap();
    let of: Vec<(&Value, usize)> =
        curves.iter().map(|curve| (&curve["account"], curve["points"].as_array().unwrap().len())).collect();
    assert_eq!(of, [(&json!("East"), 1), (&json!("West"), 1), (&Value::Null, 1)]);
    let words = areas(&["--dossier", &dossier, "--overlay", "control"]).out;
    assert!(
        ["\nControl (East)\n", "\nControl (West)\n", "\nControl\n"].iter().all(|name| words.contains(name)),
        "{words}"
    );
    let west = parsed(&["--dossier", &dossier, "--overlay", "control", "--account", "West"]);
    assert_eq!((west["curves"].as_array().unwrap().len(), &west["curves"][0]["account"]), (1, &json!("West")));
    let run = areas(&["--dossier", &dossier, "--overlay", "control", "--account", "Wset"]);
    assert!(run.code == 2 && run.err.contains("did you mean 'West'?"), "{}", run.err);
}

#[test]
fn a_day_of_which_two_accounts_differ_says_so_and_whose_report_is_shown() {
    let folder = TempDir::new().unwrap();
    let dossier = of_two_accounts(&folder);
    let shown = run(&["show", "control", "--dossier", &dossier]);
    shown.says(0, &[]);
    assert!(shown.out.contains("Reports (3)") && shown.out.contains("West: front_20250204.geojson"), "{}", shown.out);
    let reports = run(&["show", "control", "--dossier", &dossier, "--json"]).json();
    let accounts: Vec<&Value> = reports["reports"].as_array().unwrap().iter().map(|one| &one["account"]).collect();
    assert_eq!(accounts, [&Value::Null, &json!("East"), &json!("West")]);
    near(reports["reports"][0]["area_km2"].as_f64().unwrap(), (expected()[0] * 100.0).round() / 100.0);
    assert!(run(&["overlays", "--dossier", &dossier]).out.contains("3 reports, 30 Jan 2025–1 Feb 2025"));
    let differ = "2 accounts report of 1 Feb 2025: East and West differ; shown is West";
    let figure = folder.path().join("figure.svg").display().to_string();
    let drawn = run(&["export", "--dossier", &dossier, "-o", &figure, "--fit", "control", "--no", "inset"]);
    drawn.says(0, &[differ]);
    assert!(super::cli::words_of(&fs::read_to_string(&figure).unwrap()).contains("West"));
    let verified = run(&["verify", "--dossier", &dossier]);
    assert!((verified.out + &verified.err).contains(differ));
    // Of a day of which one alone reports nothing is said.
    let earlier = run(&["export", "--dossier", &dossier, "-o", &figure, "--force", "--day", "2025-01-30"]);
    assert!(earlier.code == 0 && !earlier.err.contains("accounts report"), "{}", earlier.err);
    // A folder that is no dossier is told from one, and a language that nothing is named in from others.
    let front = std::path::Path::new(FRONT).display().to_string();
    run(&["export", "--file", &front, "-o", &figure, "--force"])
        .says(1, &["it is a folder without a dossier.json", "front_{YYYYMMDD}.geojson"]);
    run(&["export", "--dossier", &dossier, "-o", &figure, "--force", "--names", "xx-nonsense"])
        .says(0, &["--names xx-nonsense: the map and the dossier have no names in it"]);
}

/// A folder with all of the oblast east of a meridian as reported of 1, 6 and 7 February 2025, and a note that is no report.
fn line_by_day() -> TempDir {
    let folder = TempDir::new().unwrap();
    for (day, west) in [("20250201", 37.9), ("20250206", 37.7), ("20250207", 37.6)] {
        let ring = json!([[west, 46.5], [39.5, 46.5], [39.5, 49.5], [west, 49.5], [west, 46.5]]);
        let geometry = json!({ "type": "Polygon", "coordinates": [ring] });
        let feature = json!({ "type": "Feature", "properties": {}, "geometry": geometry });
        fs::write(folder.path().join(format!("front_{day}.geojson")), feature.to_string()).unwrap();
    }
    fs::write(folder.path().join("README.txt"), "By hand").unwrap();
    folder
}

#[test]
fn what_a_line_of_several_days_divides_is_a_curve_of_the_areas_of_each_day() {
    let folder = line_by_day();
    let line = folder.path().display().to_string();
    let out = parsed(&["--line", &line, "--within", "donetsk"]);
    let ids: Vec<&str> =
        out["curves"].as_array().unwrap().iter().map(|curve| curve["overlay"].as_str().unwrap()).collect();
    assert!(["withdrawal-area", "corridor-5km", "donetsk-russian-held"].iter().all(|id| ids.contains(id)), "{ids:?}");
    assert!(!ids.iter().any(|id| id.starts_with("line-")), "{ids:?}");
    let whole = out["within"]["km2"].as_f64().unwrap();
    for id in ["withdrawal-area", "donetsk-russian-held"] {
        let curve = out["curves"].as_array().unwrap().iter().find(|curve| curve["overlay"] == id).unwrap();
        let points = curve["points"].as_array().unwrap();
        assert_eq!(points.len(), 3);
        for point in points {
            let file = point["from"].as_str().unwrap();
            let alone = run(&["show", id, "--line", &format!("{line}/{file}"), "--json"]).json();
            let (ours, alone) = (point["km2"].as_f64().unwrap(), alone["area_km2"].as_f64().unwrap());
            assert!((ours - alone).abs() < 0.02, "{id} in {file}: {ours} is not {alone}");
            assert!((point["share_percent"].as_f64().unwrap() - 100.0 * ours / whole).abs() < 1e-4);
        }
    }
    // The same by the path of the series, and of one overlay alone.
    let series = folder.path().join("front_{YYYYMMDD}.geojson").display().to_string();
    let one = parsed(&["--line", &series, "--overlay", "corridor-5km"]);
    assert_eq!(one["curves"].as_array().map(Vec::len), Some(1));
    // Its figure rests on the reports, and says whose line it is.
    let figure = folder.path().join("curve.svg").display().to_string();
    let drawn = areas(&["--line", &line, "--overlay", "donetsk-russian-held", "--stated", "luhansk", "-o", &figure]);
    drawn.says(0, &["wrote"]);
    let words = super::cli::words_of(&fs::read_to_string(&figure).unwrap());
    for said in ["“front_20250201.geojson", "front_20250207.geojson”", "own line from front_{YYYYMMDD}.geojson"] {
        assert!(words.contains(said), "{said}: {words}");
    }
    let found: Value = serde_json::from_str(&run(&["inspect", &figure, "--json"]).out).unwrap();
    let sources = found["provenance"]["sources"].to_string();
    assert!(sources.contains("Line of contact") && !sources.contains("tfiglobal"), "{sources}");
    // Not over a file of it, nor of a line of one day.
    areas(&["--line", &line, "-o", &format!("{line}/front_20250201.geojson")]).says(2, &[]);
    let first = format!("{line}/front_20250201.geojson");
    areas(&["--line", &first]).says(2, &["the line is of one day"]);
    areas(&["--line", &first, "--overlay", "withdrawal-area"]).says(2, &["is of one day"]);
    let apart = TempDir::new().unwrap();
    for name in ["front.geojson", "other.geojson"] {
        fs::copy(&first, apart.path().join(name)).unwrap();
    }
    areas(&["--line", &apart.path().display().to_string()]).says(1, &["do not differ in their days alone"]);
}

#[test]
fn figures_of_several_days_are_compared_day_by_day() {
    let folder = line_by_day();
    let line = folder.path().display().to_string();
    let out = TempDir::new().unwrap();
    let at = |name: &str| out.path().join(name).display().to_string();
    let (maps, curve, gif) = (at("maps.svg"), at("curve.svg"), at("front.gif"));
    let days = "2025-02-01,2025-02-07";
    let drawn = run(&["export", "-o", &maps, "--line", &line, "--panels", "2x1", "--days", days, "--no-map"]);
    assert_eq!(drawn.code, 0, "{}", drawn.err);
    areas(&["--line", &line, "-o", &curve]).says(0, &["wrote"]);
    let span = ["--each", "day", "--from", "2025-02-01", "--to", "2025-02-02", "--size", "640x480"];
    let drawn = run(&[&["animate", "-o", &gif, "--line", &line, "--no-map"][..], &span].concat());
    assert_eq!(drawn.code, 0, "{}", drawn.err);
    let inspect = |figure: &str, line: &str| run(&["inspect", figure, "--line", line]);
    for figure in [&maps, &curve, &gif] {
        let told = inspect(figure, &line);
        assert!(told.code == 0 && told.out.contains("still matches"), "{figure}: {}", told.out);
    }
    assert!(
        inspect(&maps, &line).out.contains("Your own line of contact: front_20250201.geojson, front_20250207.geojson")
    );
    // One of the files alone, and one whose shape is another one.
    let first = folder.path().join("front_20250201.geojson");
    let told = inspect(&maps, &first.display().to_string());
    assert!(told.code == 1 && told.out.contains("of 7 Feb 2025"), "{}", told.out);
    assert!(told.out.contains("missing here") && !told.out.contains("of 1 Feb 2025"), "{}", told.out);
    fs::copy(folder.path().join("front_20250207.geojson"), &first).unwrap();
    for figure in [&maps, &curve, &gif] {
        let told = inspect(figure, &line);
        let line = told.out.lines().find(|line| line.contains("of 1 Feb 2025")).unwrap_or_default();
        assert!(told.code == 1 && line.contains("other shape"), "{figure}: {}", told.out);
    }
}

#[test]
fn a_figure_of_what_changed_says_what_it_is_of_and_is_compared_with_files() {
    let out = TempDir::new().unwrap();
    let figure = out.path().join("changes.png").display().to_string();
    run(&["changes", FRONT, "--from", "2025-02-01", "--to", "2025-02-04", "--figure", &figure]).says(0, &["wrote"]);
    let told = run(&["inspect", &figure]);
    assert_eq!(told.code, 0, "{}", told.out);
    for said in ["without a dossier", "Before  1 Feb 2025", "After   4 Feb 2025", "Gained  ", "--file"] {
        assert!(told.out.contains(said), "{said}: {}", told.out);
    }
    let told = run(&["inspect", &figure, "--file", FRONT]);
    assert!(told.code == 0 && told.out.contains("The files still match"), "{}", told.out);
    let first = format!("{FRONT}/front_20250201.geojson");
    let told = run(&["inspect", &figure, "--file", &first]);
    assert!(told.code == 1 && told.out.contains("missing here"), "{}", told.out);
}

#[test]
fn slivers_of_who_agrees_share_a_row() {
    let folder = TempDir::new().unwrap();
    let ring = |[west, south, east, north]: [f64; 4]| {
        json!([[[west, south], [east, south], [east, north], [west, north], [west, south]]])
    };
    let write = |name: &str, sliver: [f64; 4]| {
        let polygons = [ring([37.0, 48.0, 37.2, 48.2]), ring(sliver)];
        let geometry = json!({ "type": "MultiPolygon", "coordinates": polygons });
        let path = folder.path().join(name);
        fs::write(&path, json!({ "type": "Feature", "properties": {}, "geometry": geometry }).to_string()).unwrap();
        path.display().to_string()
    };
    // A ten-thousandth of a degree is some 7 to 11 m here.
    let east = write("east_20250201.geojson", [37.3, 48.0, 37.3001, 48.0001]);
    let west = write("west_20250201.geojson", [37.4, 48.0, 37.4001, 48.0001]);
    let figure = folder.path().join("agree.svg").display().to_string();
    let (east, west) = (format!("East={east}"), format!("West={west}"));
    let asked = ["agree", "--day", "2025-02-01", "--file", &east, "--file", &west];
    let table = run(&[&asked[..], &["--csv", "--figure", &figure]].concat());
    assert_eq!((table.code, table.out.lines().count()), (0, 4), "{}{}", table.out, table.err);
    let words = super::cli::words_of(&fs::read_to_string(&figure).unwrap());
    assert!(words.contains("Slivers below 0.1 km²: 2") && !words.contains("not East"), "{words}");
    let cells = run(&["inspect", &figure, "--json"]).json()["provenance"]["agreement"]["cells"].clone();
    assert_eq!(cells["agreed-slivers"], json!(["East", "West"]), "{cells}");
}

#[test]
fn a_project_gives_the_curves_of_what_it_shows() {
    use claimline::document::{ChosenLine, Document, edit, project};
    use claimline::dossier::{Counting, builtin};
    use claimline::files::{self, Content};
    use std::sync::Arc;

    let folder = line_by_day();
    let series = folder.path().join("front_{YYYYMMDD}.geojson");
    let Content::Evidence(part) = files::open(&series).unwrap().content else { panic!("a layer") };
    let (mut dossier, _) = builtin::berlin().unwrap();
    let id = claimline::session::merge(&mut dossier, vec![part]).added.remove(0);
    let mut document = Document::new(&dossier, 1000.0, 700.0);
    document.chosen_line = Some(Arc::new(ChosenLine::of(dossier.overlay(&id).unwrap(), Counting::All).unwrap()));
    edit::set_visible(&mut document, &id, false);
    edit::set_visible(&mut document, "corridor-5km", true);
    document.day = Some("2025-02-07".parse().unwrap());
    let reference = project::Reference { version: Some(dossier.version.clone()), ..Default::default() };
    let saved = folder.path().join("talks.claimline.geojson").display().to_string();
    fs::write(&saved, project::write(&document, &reference)).unwrap();

    let of = |value: &Value| -> Vec<(String, Value)> {
        let curves = value["curves"].as_array().unwrap().iter();
        curves.map(|curve| (curve["overlay"].as_str().unwrap().to_owned(), curve["points"].clone())).collect()
    };
    let ours = of(&parsed(&["--project", &saved]));
    let ids: Vec<&str> = ours.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(ids, ["withdrawal-area", "corridor-5km", "donetsk-russian-held"]);
    let by_line = of(&parsed(&["--line", &series.display().to_string()]));
    assert!(ours.iter().all(|curve| by_line.contains(curve)));

    // Its figure of a day speaks of that day's file, and of no other's.
    let figure = folder.path().join("figure.svg").display().to_string();
    let on = |day: &str| {
        let told = run(&["export", "--project", &saved, "--day", day, "-o", &figure, "--force", "--no-map"]);
        assert_eq!(told.code, 0, "{}", told.err);
        (told.err, fs::read_to_string(&figure).unwrap())
    };
    let (said, page) = on("2025-02-01");
    assert!(said.contains("the line from front_20250201.geojson") && !said.contains("20250207"), "{said}");
    assert!(page.contains("front_20250201.geojson") && !page.contains("front_20250207"), "another day's file");
    // It is compared with the report of its day.
    let inspected = run(&["inspect", &figure, "--line", &series.display().to_string()]);
    assert!(inspected.code == 0 && inspected.out.contains("still matches"), "{}", inspected.out);
    let (said, page) = on("2025-02-07");
    assert!(!said.contains("20250201") && page.contains("front_20250207.geojson"), "{said}");
}

#[test]
fn names_that_turn_the_order_of_reading_are_shown_in_the_figure() {
    let folder = TempDir::new().unwrap();
    let name = "a\u{202e}gnp\u{7}_20250201.geojson";
    let file = folder.path().join(name).display().to_string();
    fs::copy(format!("{FRONT}/front_20250201.geojson"), &file).unwrap();
    let figure = folder.path().join("areas.svg").display().to_string();
    let account = format!("B\u{202e}c={file}");
    let drawn = areas(&["--file", &account, "-o", &figure]);
    assert_eq!(drawn.code, 0, "{}", drawn.err);
    let svg = fs::read_to_string(&figure).unwrap();
    assert!(svg.contains("B‹U+202E›c") && svg.contains("a‹U+202E›gnp‹U+0007›_20250201.geojson"), "{svg}");
    assert!(!(drawn.out + &drawn.err).contains('\u{202e}'));
    let later = file.replace("20250201", "20250204");
    fs::copy(format!("{FRONT}/front_20250204.geojson"), &later).unwrap();
    let map = folder.path().join("changes.svg").display().to_string();
    let changed = run(&["changes", &file, &later, "--figure", &map]);
    assert!(changed.code == 0 && !(changed.out + &changed.err).contains('\u{202e}'));
    assert!(super::cli::words_of(&fs::read_to_string(&map).unwrap()).contains("a‹U+202E›gnp‹U+0007›_20250204.geojson"));
}
