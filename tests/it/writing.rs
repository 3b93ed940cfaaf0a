//! Dossiers written and compared by the command line.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::cli::run;

const PAGE: &str = "<html><head><meta charset=\"windows-1251\"></head><body><p>The parish, according to Radio Quill, holds \
                    5,600 square kilometres. The parish holds the shore.</p></body></html>";

fn begun(folder: &Path) -> (String, String) {
    let place = folder.join("quill").display().to_string();
    let day =
        ["new", &place, "--title", "Quill", "--title", "hy=Փետուր", "--day", "2026-11-02", "--bbox", "10,40,11,41"];
    run(&day).says(0, &[]);
    let text = folder.join("page.html").display().to_string();
    fs::write(&text, PAGE).unwrap();
    let source =
        ["add-source", &place, "--outlet", "Quill Post", "--title", "Meeting", "--url", "https://post.example/1"];
    let added = run(&[&source[..], &["--published", "2026-10-30", "--text", &text]].concat());
    assert_eq!((added.code, added.out.as_str()), (0, "quill-post-2026-10-30\n"), "{}", added.err);
    (place, text)
}

fn description(place: &str) -> Value {
    serde_json::from_slice(&fs::read(Path::new(place).join("dossier.json")).unwrap()).unwrap()
}

#[test]
fn a_dossier_is_written_by_a_script() {
    let folder = TempDir::new().unwrap();
    let (place, text) = begun(folder.path());
    let written = description(&place);
    assert_eq!(written["title"], json!({ "en": "Quill", "hy": "Փետուր" }));
    assert_eq!((&written["languages"], &written["as_of"]), (&json!(["en", "hy"]), &json!("2026-11-02")));
    run(&["new", &place, "--title", "Again", "--day", "2026-11-02"]).says(2, &["a dossier is there already"]);

    let quote = ["add-excerpt", &place, "--source", "quill-post-2026-10-30", "--text", &text, "--exact"];
    let added = run(&[&quote[..], &["5,600 square kilometres"]].concat());
    assert_eq!(added.code, 0, "{}", added.err);
    let excerpt = &description(&place)["excerpts"][0];
    assert_eq!((&excerpt["start"], &excerpt["end"]), (&json!(44), &json!(67)));
    assert_eq!(
        (&excerpt["said_by"], &excerpt["prefix"]),
        (&json!("Radio Quill"), &json!("according to Radio Quill, holds "))
    );
    // Words that are not there, or are there twice, are not guessed at.
    run(&[&quote[..], &["5.600 square kilometres"]].concat()).says(1, &["not in the text"]);
    run(&[&quote[..], &["parish"]].concat()).says(2, &["2 places", "--start", "4, 73"]);
    run(&[&quote[..], &["The parish"], &["--overlay", "shore"]].concat()).says(2, &["no overlay 'shore'"]);
    let second = run(&[&quote[..], &["parish", "--start", "73", "--does", "claims", "--id", "shore"]].concat());
    assert_eq!((second.code, second.out.as_str()), (0, "shore\n"), "{}", second.err);
    let figures = run(&[&quote[..], &["holds 5,600 square kilometres", "--figures", "--id", "size"]].concat());
    assert_eq!((figures.code, figures.out.as_str()), (0, "size\nradio-quill-area-5600\n"), "{}", figures.err);
    let expected = json!({
        "id": "radio-quill-area-5600", "quantity": "area", "value": 5600, "unit": "km2", "definition": "",
        "reported_by": "Radio Quill", "date": "2026-10-30", "url": "https://post.example/1", "excerpt": "size",
    });
    assert_eq!(description(&place)["figures"], json!([expected]));
    let affected = run(&["affected", "quill-post-2026-10-30", "--dossier", &place, "--json"]);
    assert!(affected.err.is_empty() || affected.code == 1, "{}", affected.err);
}

#[test]
fn a_dossier_is_packed_unpacked_and_compared() {
    let folder = TempDir::new().unwrap();
    let (place, _) = begun(folder.path());
    let at = |name: &str| folder.path().join(name).display().to_string();
    run(&["pack", &place, "-o", &at("quill.zip")]).says(2, &["ends in .claimline"]);
    run(&["pack", &place, "-o", &at("quill.claimline")]).says(0, &[]);
    run(&["unpack", &at("quill.claimline"), "-o", &at("copy")]).says(0, &[]);
    run(&["unpack", &at("quill.claimline"), "-o", &at("copy")]).says(2, &["already exists"]);
    let same = |name: &str| {
        fs::read(Path::new(&place).join(name)).unwrap() == fs::read(Path::new(&at("copy")).join(name)).unwrap()
    };
    assert!(same("dossier.json"));
    assert_eq!(run(&["diff", &place, &at("copy")]).code, 0);

    let source = [
        "add-source",
        &at("copy"),
        "--outlet",
        "Herald",
        "--title",
        "T",
        "--url",
        "https://h.example",
        "--id",
        "herald",
    ];
    run(&source).says(0, &[]);
    let found = run(&["diff", &place, &at("copy"), "--json"]);
    assert_eq!(found.code, 1);
    let found: Value = serde_json::from_str(&found.out).unwrap();
    assert_eq!(found["entries"], json!([{ "list": "sources", "id": "herald", "change": "added", "members": [] }]));
    let told = run(&["diff", &at("copy"), &place]);
    assert_eq!((told.code, told.out.as_str()), (1, "source 'herald': removed\n"));
}

#[test]
fn what_rests_on_a_source_is_listed() {
    let all = run(&["affected", "tfiglobal-2025-12-15", "--json"]).json();
    let parts: Vec<&str> = all["affected"].as_array().unwrap().iter().filter_map(|one| one["part"].as_str()).collect();
    assert!(
        parts.contains(&"overlay 'withdrawal-area'") && parts.iter().any(|part| part.starts_with("figure")),
        "{parts:?}"
    );
    run(&["affected", "tfiglobal"]).says(2, &["no source and no excerpt 'tfiglobal'"]);
}

#[test]
fn sources_are_added_from_a_list() {
    let folder = TempDir::new().unwrap();
    let (place, _) = begun(folder.path());
    let list = folder.path().join("library.ris");
    let text = "TY  - NEWS\nID  - lee\nTI  - A plan\nT2  - Herald\nDA  - 2025/12/15/\nUR  - https://herald.example/1\nER  - \n\
                TY  - NEWS\nID  - twin\nTI  - Meeting\nUR  - https://post.example/1\nER  - \n";
    fs::write(&list, text).unwrap();
    let added = run(&["add-source", &place, "--from", &list.display().to_string()]);
    assert_eq!((added.code, added.out.as_str()), (0, "lee\n"), "{}", added.err);
    assert!(added.err.contains("twin is left out: its address is that of the source"), "{}", added.err);
    let expected = json!({
        "id": "lee", "outlet": "Herald", "title": "A plan", "url": "https://herald.example/1", "published": "2025-12-15",
    });
    assert_eq!(description(&place)["sources"][1], expected);
    run(&["add-source", &place, "--from", &list.display().to_string()]).says(1, &["no source was added"]);
    run(&["add-source", &place]).says(2, &["--outlet"]);
}
