//! What changed between days and between accounts, on the command line, beside what GEOS and PROJ find: `tests/data/days/make.py`.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::cli::{Run, run};

const FRONT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/days/front");

fn expected() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/days/expected.json");
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn parsed(run: &Run) -> Value {
    assert_eq!(run.code, 0, "{}", run.err);
    serde_json::from_str(&run.out).unwrap()
}

fn changes(arguments: &[&str]) -> Run {
    run(&[&["changes"], arguments].concat())
}

/// Square kilometres of the program beside square metres of PROJ: JSON has them to a square metre.
fn near(km2: &Value, m2: &Value, what: &str) {
    let (ours, theirs) = (km2.as_f64().unwrap() * 1e6, m2.as_f64().unwrap());
    assert!((ours - theirs).abs() <= 1e-6 * theirs + 1.0, "{what}: {ours} is not {theirs}");
}

#[test]
fn days_change_as_geos_finds_and_the_steps_add_up() {
    let expected = expected();
    let out = parsed(&changes(&[FRONT, "--each", "--json"]));
    let steps = out["changes"].as_array().unwrap();
    let theirs = expected["changes"].as_array().unwrap();
    assert_eq!(steps.len(), theirs.len());
    for (step, theirs) in steps.iter().zip(theirs) {
        near(&step["gained_km2"], &theirs["gained_m2"], "gained");
        near(&step["lost_km2"], &theirs["lost_m2"], "lost");
        assert_eq!(step["moved"]["islands"], theirs["islands"]);
        let mean = (step["moved"]["mean_m"].as_f64().unwrap(), theirs["mean_m"].as_f64().unwrap());
        assert!((mean.0 - mean.1).abs() < 1.0, "{mean:?}");
    }
    let net: f64 = steps.iter().map(|step| step["net_km2"].as_f64().unwrap()).sum();
    assert!((net - out["net_km2"].as_f64().unwrap()).abs() < 1e-5, "{net} is not {}", out["net_km2"]);
    let ends = expected["areas_m2"].as_array().unwrap();
    near(&out["net_km2"], &json!(ends[4].as_f64().unwrap() - ends[0].as_f64().unwrap()), "net");
    assert_eq!(out["series"]["pattern"], "front_YYYYMMDD");
    assert_eq!(out["series"]["faults"], json!(["nothing is reported by front of 2 Feb 2025"]));
}

#[test]
fn the_path_of_a_series_stands_for_its_files() {
    let all = format!("{FRONT}/front_{{YYYYMMDD}}.geojson");
    let (of_folder, of_path) = (changes(&[FRONT, "--each", "--json"]), changes(&[&all, "--each", "--json"]));
    assert_eq!(parsed(&of_folder)["changes"], parsed(&of_path)["changes"]);
}

#[test]
fn a_day_without_a_report_has_the_last_one_with_its_age() {
    let out = parsed(&changes(&[FRONT, "--from", "2025-01-31", "--to", "2025-02-02", "--json"]));
    let after = &out["after"];
    assert_eq!(
        (&after["asked"], &after["standing"], &after["when"], &after["age_days"]),
        (&json!("2025-02-02"), &json!("before"), &json!("2025-02-01"), &json!([1, 1]))
    );
    near(&out["lost_km2"], &expected()["changes"][1]["lost_m2"], "lost");
    let words = changes(&[FRONT, "--from", "2025-01-31", "--to", "2025-02-02"]).out;
    let line = "After     nothing is reported of 2 Feb 2025; the last report is of 1 Feb 2025, 1 day old, front_20250201.geojson";
    assert!(words.contains(line), "{words}");
    let before = changes(&[FRONT, "--from", "2025-01-01", "--to", "2025-02-02"]);
    assert!(before.code == 1 && before.err.contains("the first report is of 30 Jan 2025"), "{}", before.err);
}

#[test]
fn accuracies_give_a_range_and_the_table_has_a_row_for_each_step() {
    let out = parsed(&changes(&[FRONT, "--accuracy", "300", "--json"]));
    for (value, range) in [("gained_km2", "gained_range_km2"), ("lost_km2", "lost_range_km2")] {
        let (value, [least, most]) = (&out[value], [&out[range][0], &out[range][1]]);
        assert!(least.as_f64() < value.as_f64() && value.as_f64() < most.as_f64(), "{least} {value} {most}");
    }
    let table = changes(&[FRONT, "--each", "--csv"]).out;
    let rows: Vec<&str> = table.lines().collect();
    assert_eq!(rows.len(), 5);
    assert!(rows[0].starts_with("before,after,from_file,to_file,gained_km2,"), "{}", rows[0]);
    assert!(rows[4].starts_with("2025-02-03,2025-02-04,front_20250203.geojson,front_20250204.geojson,"), "{}", rows[4]);
    for wrong in [&[FRONT, "--accuracy", "-3"][..], &[FRONT, "--accuracy", "far"], &[FRONT, "--csv", "--json"], &[]] {
        assert_eq!(changes(wrong).code, 2, "{wrong:?}");
    }
    let turned = changes(&[FRONT, "--from", "2025-02-03", "--to", "2025-02-01"]);
    assert!(turned.code == 2 && turned.err.contains("lies after"), "{}", turned.err);
}

fn write(folder: &Path, name: &str, polygons: &[Value]) -> String {
    let feature = |polygon: &Value| json!({ "type": "Feature", "properties": {}, "geometry": polygon });
    let all = json!({ "type": "FeatureCollection", "features": polygons.iter().map(feature).collect::<Vec<_>>() });
    let path = folder.join(name);
    fs::write(&path, all.to_string()).unwrap();
    path.display().to_string()
}

fn square(west: f64, south: f64, east: f64, north: f64) -> Value {
    json!({ "type": "Polygon", "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]] })
}

#[test]
fn places_change_hands_and_what_was_gained_is_written() {
    let (folder, apart) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    write(folder.path(), "map_2025-02-01.geojson", &[square(37.0, 48.0, 37.4, 49.0)]);
    write(folder.path(), "map_2025-02-02.geojson", &[square(37.0, 48.0, 37.7, 49.0)]);
    let rim = write(apart.path(), "rim.geojson", &[square(37.0, 48.5, 38.0, 48.9)]);
    let path = folder.path().display().to_string();
    let file = apart.path().join("out.kml").display().to_string();
    let run = changes(&[&path, "--json", "-o", &file]);
    let out = parsed(&run);
    assert_eq!(out["places_gained"][0]["name"], "Kramatorsk");
    assert_eq!((&out["places_lost"], &out["places_gained"][0]["in_doubt"]), (&json!([]), &Value::Null));
    assert!(run.err.contains("wrote"), "{}", run.err);
    assert!(fs::read_to_string(&file).unwrap().contains("gained"));
    // Not over a file that is there, nor as something that holds no features.
    assert_eq!(changes(&[&path, "-o", &file]).code, 2);
    assert_eq!(changes(&[&path, "-o", "out.docx"]).code, 2);
    let within = parsed(&changes(&[&path, "--within", &rim, "--json", "--pattern", "YYYY-MM-DD"]));
    assert!(within["gained_km2"].as_f64().unwrap() < 0.41 * out["gained_km2"].as_f64().unwrap());
    let held = parsed(&changes(&[&path, "--within", "donetsk", "--json", "--pattern", "YYYY-MM-DD"]));
    assert!(held["gained_km2"].as_f64().unwrap() > 0.0);
    let unknown = changes(&[&path, "--within", "donetks"]);
    assert!(unknown.code == 2 && unknown.err.contains("did you mean 'donetsk'?"), "{}", unknown.err);
}

#[test]
fn two_accounts_are_compared_on_one_day() {
    let folder = TempDir::new().unwrap();
    for (name, east) in [("east_20250201", 37.4), ("east_20250202", 37.5), ("west_20250201", 37.3)] {
        write(folder.path(), &format!("{name}.geojson"), &[square(37.0, 48.0, east, 49.0)]);
    }
    let path = folder.path().display().to_string();
    let several = changes(&[&path]);
    assert!(several.code == 2 && several.err.contains("choose one with --account: east, west"), "{}", several.err);
    let one = parsed(&changes(&[&path, "--account", "east", "--json"]));
    assert_eq!(
        (one["before"]["when"].as_str(), one["after"]["when"].as_str()),
        (Some("2025-02-01"), Some("2025-02-02"))
    );
    let both = parsed(&changes(&[&path, "--account", "west", "--account", "east", "--to", "2025-02-02", "--json"]));
    assert_eq!((&both["before"]["account"], &both["before"]["standing"]), (&json!("west"), &json!("before")));
    let ratio = both["gained_km2"].as_f64().unwrap() / one["gained_km2"].as_f64().unwrap();
    assert!((ratio - 2.0).abs() < 1e-6, "{ratio}");
    let unknown = changes(&[&path, "--account", "wets"]);
    assert!(unknown.code == 2 && unknown.err.contains("did you mean 'west'?"), "{}", unknown.err);
}

#[test]
fn accounts_laid_over_each_other_make_the_cells_that_geos_finds() {
    let expected = expected();
    let folder = TempDir::new().unwrap();
    let files: Vec<String> = expected["accounts"]
        .as_array()
        .unwrap()
        .iter()
        .zip(["A", "B", "C"])
        .map(|(coordinates, name)| {
            let shape = json!({ "type": "MultiPolygon", "coordinates": coordinates });
            format!("{name}={}", write(folder.path(), &format!("{name}.geojson"), &[shape]))
        })
        .collect();
    let mut arguments = vec!["agree", "--day", "2025-02-04", "--json", "--origin", "C=B"];
    files.iter().for_each(|file| arguments.extend(["--file", file]));
    let run_of = run(&arguments);
    assert!(run_of.err.contains("its day is not known"), "{}", run_of.err);
    let out = parsed(&run_of);
    let theirs = expected["agreement"]["cells_m2"].as_object().unwrap();
    let cells = out["cells"].as_array().unwrap();
    assert_eq!(cells.len(), theirs.len());
    for cell in cells {
        let held_by: Vec<&str> =
            cell["held_by"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
        let bits: u32 = held_by.iter().map(|name| 1 << (name.as_bytes()[0] - b'A')).sum();
        near(&cell["km2"], &theirs[&bits.to_string()], &held_by.join(""));
        // C relies on B. Of ground that C does not shade nobody states an origin.
        let origins = usize::from(bits & 1 > 0) + usize::from(bits & 6 > 0);
        assert_eq!(cell["origins"], json!((bits & 4 > 0).then_some(origins)));
    }
    near(&out["union_km2"], &expected["agreement"]["union_m2"], "union");
    near(&out["agreed_km2"], &theirs["7"], "agreed");
    let cells_file = folder.path().join("cells.geojson").display().to_string();
    let mut written = arguments.clone();
    written.extend(["-o", &cells_file]);
    assert_eq!(run(&written).code, 0);
    let cells: Value = serde_json::from_str(&fs::read_to_string(&cells_file).unwrap()).unwrap();
    assert_eq!(cells["features"].as_array().unwrap().len(), theirs.len());
    for wrong in [
        &["agree", "--day", "2025-02-04", "--file", &files[0]][..],
        &["agree", "--day", "2025-02", "--file", &files[0], "--file", &files[1]],
        &["agree", "--day", "2025-02-04", "--file", "no.geojson"],
    ] {
        assert_eq!(run(wrong).code, 2, "{wrong:?}");
    }
}

#[test]
fn nothing_is_less_than_nothing() {
    let folder = TempDir::new().unwrap();
    let east = write(folder.path(), "east.geojson", &[square(37.0, 48.0, 37.1, 48.1)]);
    let west = write(folder.path(), "west.geojson", &[square(38.0, 48.0, 38.1, 48.1)]);
    let files = [format!("East={east}"), format!("West={west}")];
    let agree = ["agree", "--day", "2025-02-04", "--file", &files[0], "--file", &files[1]];
    let told = run(&[&agree[..], &["--json"]].concat());
    assert!(told.code == 0 && !told.out.contains("-0.0") && told.out.contains("\"agreed_km2\": 0.0"), "{}", told.out);
    let told = run(&agree);
    assert!(!told.out.contains("-0") && !told.out.contains('−'), "{}", told.out);
}

#[test]
fn the_figure_of_what_changed_names_both_days_and_holds_both_in_its_provenance() {
    let folder = TempDir::new().unwrap();
    let figure = folder.path().join("changes.svg").display().to_string();
    let run_of = changes(&[FRONT, "--accuracy", "300", "--figure", &figure]);
    assert!(run_of.code == 0 && run_of.err.contains("wrote"), "{}", run_of.err);
    let svg = fs::read_to_string(&figure).unwrap();
    for said in
        ["What changed: front", "From 30 Jan 2025 to 4 Feb 2025", "Gained: front", "Lost: front", "accuracy range"]
    {
        assert!(svg.contains(said), "{said}");
    }
    // It lists the files, credits nobody yet and says so, and implies nothing.
    let words = super::cli::words_of(&svg);
    for said in ["front_20250130.geojson", "front_20250204.geojson", "do not imply"] {
        assert!(words.contains(said), "{said}: {words}");
    }
    assert!(run_of.err.contains("no credit is given"), "{}", run_of.err);
    let credited =
        changes(&[FRONT, "--figure", &figure, "--force", "--credit", "The Quill Post", "--credit", "CC BY 4.0"]);
    assert!(credited.code == 0 && !credited.err.contains("no credit is given"), "{}", credited.err);
    assert!(super::cli::words_of(&fs::read_to_string(&figure).unwrap()).contains("The Quill Post"));
    let inspected = run(&["inspect", &figure, "--json"]);
    let text = serde_json::from_str::<Value>(&inspected.out).unwrap()["provenance"].to_string();
    assert!(text.contains("2025-01-30") && text.contains("2025-02-04") && text.contains("geometry_sha256"), "{text}");

    // In another language, over the same file only if that is said, and as a figure alone.
    assert_eq!(changes(&[FRONT, "--figure", &figure]).code, 2);
    let ukrainian = changes(&[FRONT, "--figure", &figure, "--force", "--language", "uk", "--name", "Фронт"]);
    assert_eq!(ukrainian.code, 0, "{}", ukrainian.err);
    let svg = fs::read_to_string(&figure).unwrap();
    assert!(svg.contains("Приріст: Фронт") && !svg.contains("Gained"), "words of the figure’s language");
    for wrong in [&[FRONT, "--figure", "out.kml"][..], &[FRONT, "--language", "uk"], &[FRONT, "--figure", "no"]] {
        assert_eq!(changes(wrong).code, 2, "{wrong:?}");
    }
}

#[test]
fn a_figure_of_who_agrees_has_a_row_for_each_cell_and_its_accounts_in_the_provenance() {
    let folder = TempDir::new().unwrap();
    let mut arguments = vec!["agree".to_owned(), "--day".to_owned(), "2025-02-03".to_owned()];
    for (name, [west, east]) in [("Post_20250201", [37.0, 38.0]), ("Paper_20250203", [37.5, 38.5])] {
        let file = write(folder.path(), &format!("{name}.geojson"), &[square(west, 48.0, east, 49.0)]);
        let account = name.split('_').next().unwrap();
        arguments.extend(["--file".to_owned(), format!("{account}={file}")]);
    }
    let figure = folder.path().join("who.svg").display().to_string();
    let with = |more: &[&str]| -> Run {
        let all: Vec<&str> = arguments.iter().map(String::as_str).chain(more.iter().copied()).collect();
        run(&all)
    };
    let made = with(&["--figure", &figure]);
    assert_eq!(made.code, 0, "{}", made.err);
    let page = fs::read_to_string(&figure).unwrap();
    for words in ["Where accounts agree and differ", "All accounts (2;", "Post; not Paper", "Paper; not Post"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(page.contains("age in days: 2") && page.contains("independent origins: not stated"));
    let found = parsed(&run(&["inspect", &figure, "--json"]));
    let kept = &found["provenance"]["agreement"];
    assert_eq!((&kept["accounts"][0]["account"], &kept["accounts"][0]["when"]), (&json!("Post"), &json!("2025-02-01")));
    assert_eq!(kept["cells"].as_object().unwrap().len(), 3);
    assert!(kept["accounts"][1]["geometry_sha256"].as_str().unwrap().len() == 64);

    let text = found["provenance"].to_string();
    let place = folder.path().display().to_string();
    assert!(text.contains("Post_20250201.geojson") && !text.contains(&place) && !page.contains(&place), "{text}");

    assert!(made.err.contains("no credit is given for “Post”, “Paper”"), "{}", made.err);
    let credited = with(&["--figure", &figure, "--force", "--credit", "The Quill Post"]);
    assert!(credited.code == 0 && !credited.err.contains("no credit is given"), "{}", credited.err);
    assert!(super::cli::words_of(&fs::read_to_string(&figure).unwrap()).contains("The Quill Post"));
    assert_eq!(with(&["--credit", "The Quill Post"]).code, 2, "nothing that could credit");

    let again = with(&["--figure", &figure]);
    assert!(again.code == 2 && again.err.contains("--force"), "{}", again.err);
    let german = with(&["--figure", &figure, "--force", "--language", "de"]);
    assert_eq!(german.code, 0, "{}", german.err);
    let page = fs::read_to_string(&figure).unwrap();
    assert!(page.contains("Wo Angaben übereinstimmen") && page.contains("unabhängige Ursprünge: nicht angegeben"));
    let table = with(&["--csv"]);
    assert!(table.out.starts_with("held_by,not_by,accounts,origins"), "{}", table.out);
    assert_eq!(table.out.matches("\r\n").count(), 4, "as other programs read it: {:?}", table.out);
    let wrong = with(&["--figure", "who.txt"]);
    assert_eq!(wrong.code, 2, "{}", wrong.err);
    // A day of Ukrainian ends with a full stop of its own.
    let told = with(&["--figure", &figure, "--force", "--language", "uk", "--within", "donetsk"]);
    assert_eq!(told.code, 0, "{}", told.err);
    let page = fs::read_to_string(&figure).unwrap();
    assert!(page.contains("р.") && !page.contains(".."), "{page}");
    assert!(page.contains("лише в межах"), "what is looked at is no account: {page}");
}

#[test]
fn who_agrees_says_which_of_two_reports_counts_and_that_shapes_are_the_same() {
    let folder = TempDir::new().unwrap();
    let days = folder.path().join("days");
    fs::create_dir(&days).unwrap();
    write(&days, "a_20250201.geojson", &[square(37.0, 48.0, 38.0, 49.0)]);
    write(&days, "b_20250201.geojson", &[square(37.0, 48.0, 38.5, 49.0)]);
    let [one, other] = ["one_20250201", "other_20250201"]
        .map(|name| write(folder.path(), &format!("{name}.geojson"), &[square(37.0, 48.0, 38.0, 49.0)]));
    let days = format!("A={}", days.display());
    let told = run(&["agree", "--day", "2025-02-01", "--file", &days, "--file", &format!("B={one}")]);
    let said =
        "b_20250201.geojson is taken for 1 Feb 2025; another report of that day contradicts it: a_20250201.geojson";
    assert!(told.code == 0 && told.err.contains(said), "{}", told.err);

    let files = [format!("B={one}"), format!("C={other}")];
    let same = ["agree", "--day", "2025-02-01", "--file", &files[0], "--file", &files[1]];
    let told = run(&same);
    assert!(told.code == 0 && told.err.contains("the same shape in B and C: say --origin"), "{}", told.err);
    let told = run(&[&same[..], &["--origin", "C=B"]].concat());
    assert!(told.code == 0 && !told.err.contains("the same shape"), "{}", told.err);
}

#[test]
fn a_figure_that_is_not_written_is_a_failure() {
    let folder = TempDir::new().unwrap();
    for day in ["20250201", "20250202"] {
        write(folder.path(), &format!("front_{day}.geojson"), &[square(37.0, 48.0, 38.0, 49.0)]);
    }
    let figure = folder.path().join("figure.svg");
    let (files, to) = (folder.path().display().to_string(), figure.display().to_string());
    let told = run(&["changes", &files, "--figure", &to]);
    assert!(told.code == 1 && told.err.contains("was not written") && !figure.exists(), "{} {}", told.code, told.err);
}

#[test]
fn a_day_without_a_newer_report_is_no_change_of_nothing() {
    let asked = [FRONT, "--from", "2025-02-01", "--to", "2025-02-02"];
    let told = changes(&asked);
    assert!(told.out.contains("no newer report: the same one stands for both days"), "{}", told.out);
    assert!(!told.out.contains("Gained") && !told.out.contains("0.00"), "{}", told.out);
    let same = parsed(&changes(&[&asked[..], &["--json"]].concat()));
    assert_eq!((&same["same_report"], &same["gained_km2"]), (&json!(true), &json!(0.0)));
    let other = parsed(&changes(&[FRONT, "--from", "2025-02-01", "--to", "2025-02-03", "--json"]));
    assert_eq!(other["same_report"], json!(false));
}

#[test]
fn tables_and_features_hold_the_days_that_were_asked_for_and_within_what() {
    let folder = TempDir::new().unwrap();
    let rim = write(folder.path(), "rim.geojson", &[square(10.0, 50.0, 13.0, 51.5)]);
    let out = folder.path().join("out.geojson").display().to_string();
    let asked = ["--from", "2025-01-31", "--to", "2025-02-02", "--within", &rim];
    let table = changes(&[&[FRONT][..], &asked, &["--csv", "-o", &out]].concat());
    assert_eq!(table.code, 0, "{}", table.err);
    let [head, row] = table.out.lines().collect::<Vec<_>>()[..] else { panic!("{}", table.out) };
    assert!(head.ends_with("asked_before,asked_after,within,same_report"), "{head}");
    assert!(row.starts_with("2025-01-31,2025-02-01,"), "{row}");
    assert!(row.ends_with(&format!("2025-01-31,2025-02-02,{rim},false")), "{row}");
    let features: Value = serde_json::from_str(&fs::read_to_string(&out).unwrap()).unwrap();
    let said = &features["features"][0]["properties"];
    assert_eq!(
        (&said["after"], &said["asked_after"], &said["within"]),
        (&json!("2025-02-01"), &json!("2025-02-02"), &json!(rim))
    );
    // From report to report nobody asks for days.
    let each = changes(&[&[FRONT][..], &asked, &["--each", "--csv"]].concat());
    assert!(each.out.lines().nth(1).unwrap().ends_with(&format!(",,{rim},false")), "{}", each.out);
}

#[test]
fn places_of_one_name_are_told_apart() {
    let folder = TempDir::new().unwrap();
    write(folder.path(), "map_2025-02-01.geojson", &[square(36.0, 47.0, 36.1, 49.0)]);
    write(folder.path(), "map_2025-02-02.geojson", &[square(36.0, 47.0, 39.5, 49.9)]);
    let path = folder.path().display().to_string();
    let out = parsed(&changes(&[&path, "--json"]));
    let gained = out["places_gained"].as_array().unwrap();
    let names: Vec<&str> = gained.iter().map(|place| place["name"].as_str().unwrap()).collect();
    let table = changes(&[&path, "--csv"]).out;
    let mut with_region = 0;
    for place in gained {
        let (name, region) = (place["name"].as_str().unwrap(), place["region"].as_str().unwrap());
        let is_alone = gained.iter().filter(|other| other["name"] == name && other["region"] == region).count() == 1;
        if is_alone && names.iter().filter(|other| **other == name).count() > 1 {
            with_region += 1;
            assert!(table.contains(&format!("{name} ({region})")), "{name} ({region}): {table}");
        }
    }
    assert!(with_region > 10, "{with_region}");
    let row = table.lines().nth(1).unwrap().split('"').find(|cell| cell.contains("; ")).unwrap();
    let mut listed: Vec<&str> = row.split("; ").collect();
    listed.sort_unstable();
    listed.dedup();
    assert_eq!(listed.len(), names.len(), "no two are called alike");
    let [one, other] = ["map_2025-02-01", "map_2025-02-02"].map(|name| format!("{name}={path}/{name}.geojson"));
    let agreed = run(&["agree", "--day", "2025-02-02", "--file", &one, "--file", &other, "--json"]).json();
    let contested = agreed["cells"].as_array().unwrap().iter().find(|cell| cell["agreed"] == false).unwrap();
    let mut listed: Vec<&str> =
        contested["places"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    let count = listed.len();
    listed.sort_unstable();
    listed.dedup();
    assert_eq!(listed.len(), count, "no two are called alike");
}

#[test]
fn the_figure_of_months_speaks_of_the_months() {
    let folder = TempDir::new().unwrap();
    write(folder.path(), "front_2024-07.geojson", &[square(37.0, 48.0, 37.5, 48.5)]);
    write(folder.path(), "front_2024-08.geojson", &[square(37.0, 48.0, 37.7, 48.5)]);
    let (files, figure) = (folder.path().display().to_string(), folder.path().join("months.svg"));
    let to = figure.display().to_string();
    let said = |more: &[&str]| {
        let made = changes(&[&[files.as_str(), "--figure", &to, "--force"], more].concat());
        assert_eq!(made.code, 0, "{}", made.err);
        super::cli::words_of(&fs::read_to_string(&figure).unwrap()).replace('\u{a0}', " ")
    };
    for more in [&[][..], &["--from", "2024-07", "--to", "2024-08"], &["--to", "2024"]] {
        let page = said(more);
        assert!(
            page.contains("Jul 2024") && page.contains("Aug 2024") && !page.contains("no report"),
            "{more:?} {page}"
        );
        assert!(!page.contains("31 Aug") && !page.contains("1 Jul"), "{more:?} {page}");
    }
    // Of a month without a report it is said, of the month; of a day, of the day.
    let page = said(&["--to", "2024-09"]);
    assert!(page.contains("no report for Sep 2024; shown as of Aug 2024"), "{page}");
    let page = said(&["--to", "2024-08-10"]);
    assert!(page.contains("no report for 10 Aug 2024; shown as of Aug 2024"), "{page}");
}

#[test]
fn a_file_without_features_is_left_out_by_name_or_counts_as_nothing_held() {
    let folder = TempDir::new().unwrap();
    write(folder.path(), "front_20250201.geojson", &[square(37.0, 48.0, 38.0, 49.0)]);
    write(folder.path(), "front_20250202.geojson", &[]);
    let hollow =
        json!({ "type": "Feature", "properties": {}, "geometry": { "type": "MultiPolygon", "coordinates": [] } });
    fs::write(folder.path().join("front_20250203.geojson"), hollow.to_string()).unwrap();
    fs::write(folder.path().join("front_20250204.geojson"), "{").unwrap();
    let files = folder.path().display().to_string();
    let table = |more: &[&str]| run(&[&["areas", files.as_str(), "--csv"], more].concat());
    let left_out = table(&[]);
    assert_eq!((left_out.code, left_out.out.lines().count()), (0, 2), "{} {}", left_out.out, left_out.err);
    for name in ["front_20250202.geojson", "front_20250203.geojson"] {
        let said = left_out.err.lines().find(|line| line.contains(name)).unwrap_or_default();
        assert!(said.contains("--empty-as-zero"), "{name}: {}", left_out.err);
    }
    let counted = table(&["--empty-as-zero"]);
    let rows: Vec<&str> = counted.out.lines().collect();
    assert_eq!(rows.len(), 4, "{} {}", counted.out, counted.err);
    assert!(
        rows[2].contains("2025-02-02,2025-02-02,2025-02-02,0,") && rows[2].contains("front_20250202"),
        "{}",
        rows[2]
    );
    assert!(counted.err.contains("counts as a report that nothing is held: front_20250203.geojson"), "{}", counted.err);
    // What cannot be read is no report of nothing.
    assert!(counted.err.contains("front_20250204.geojson"), "{}", counted.err);
    let out = parsed(&changes(&[&files, "--to", "2025-02-02", "--empty-as-zero", "--json"]));
    assert!(out["lost_km2"].as_f64().unwrap() > 1000.0 && out["gained_km2"] == json!(0.0), "{out}");
}

#[test]
fn accounts_of_files_are_called_by_their_names_with_their_days_and_origins() {
    let folder = TempDir::new().unwrap();
    let dated = write(folder.path(), "isw-2025-02-01.geojson", &[square(37.0, 48.0, 38.0, 49.0)]);
    let undated = write(folder.path(), "map.geojson", &[square(37.0, 48.0, 38.5, 49.0)]);
    let agree = ["agree", "--day", "2025-02-03", "--file", &dated, "--file", &undated, "--origin", "isw=Ministry"];
    let told = run(&agree);
    assert_eq!(told.code, 0, "{}", told.err);
    let line = |name: &str| told.out.lines().find(|line| line.starts_with(name)).unwrap_or_default().to_owned();
    let said = line("isw: ");
    assert!(
        said.contains("1 Feb 2025") && said.contains("2 days") && said.ends_with("origin: Ministry"),
        "{}",
        told.out
    );
    let said = line("map: ");
    assert!(said.contains("no day stated") && said.ends_with("origin: not stated"), "{}", told.out);
    let out = parsed(&run(&[&agree[..], &["--json"]].concat()));
    assert_eq!((&out["accounts"][0]["origin_stated"], &out["accounts"][1]["when"]), (&json!(true), &Value::Null));
}

#[test]
fn one_report_alone_is_compared_with_nothing() {
    let folder = TempDir::new().unwrap();
    let file = write(folder.path(), "front_20250201.geojson", &[square(37.0, 48.0, 38.0, 49.0)]);
    let told = changes(&[&file]);
    assert!(told.out.contains("only one report: there is nothing to compare it with"), "{}", told.out);
    assert!(!told.out.to_lowercase().contains("changed"), "{}", told.out);
}
