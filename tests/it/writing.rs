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
fn words_stand_on_one_line_and_a_country_is_one() {
    let folder = TempDir::new().unwrap();
    let (place, text) = begun(folder.path());
    let at = |name: &str| folder.path().join(name).display().to_string();
    let new = |name: &str, more: &[&str]| run(&[&["new", &at(name), "--day", "2026-11-02"][..], more].concat());
    new("a", &["--title", "A", "--country", "XQ"]).says(2, &["--country: XQ is the code of no country", "such as SD"]);
    new("a", &["--title", "A\u{7}B"]).says(2, &["--title: a control character (U+0007)"]);
    assert!(!Path::new(&at("a")).exists());
    new("a", &["--title", "The\tshore\nof Quill", "--country", "sd"]).says(0, &["--title had line ends or tabs"]);
    let written = description(&at("a"));
    assert_eq!((&written["title"], &written["country"]), (&json!({ "en": "The shore of Quill" }), &json!("SD")));
    assert_eq!(written["id"], "the-shore-of-quill", "it is made of the title, not of the folder's name");

    let source = |more: &[&str]| run(&[&["add-source", &place, "--outlet", "Post"][..], more].concat());
    let url = ["--url", "https://post.example/2"];
    source(&[&["--title", "A\u{1b}[2J"][..], &url].concat()).says(2, &["--title: a control character (U+001B)"]);
    source(&["--title", "A", "--url", "https://post.example/a b"]).says(2, &["--url: an address has no white space"]);
    source(&[&["--title", "A", "--archived", "web.archive.org/1"][..], &url].concat())
        .says(2, &["--archived: an address"]);
    let added = source(&[&["--title", "A\nmeeting", "--author", "A\tB", "--id", "two"][..], &url].concat());
    added.says(0, &["--title had line ends or tabs", "--author had"]);
    let written = &description(&place)["sources"][1];
    assert_eq!((&written["title"], &written["author"]), (&json!("A meeting"), &json!("A B")));

    let quote = ["add-excerpt", &place, "--source", "quill-post-2026-10-30", "--text", &text, "--exact"];
    run(&[&quote[..], &["holds the shore", "--said-by", "A\u{7}B"]].concat()).says(2, &["--said-by: a control"]);
    let none = run(&[&quote[..], &["holds the shore", "--figures"]].concat());
    none.says(0, &["no area, length or share with its unit was found in the words"]);
    assert_eq!(none.out.lines().count(), 1, "{}", none.out);
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

#[test]
fn what_is_there_already_is_not_added_twice_unless_that_is_wanted() {
    let folder = TempDir::new().unwrap();
    let (place, text) = begun(folder.path());
    let source = ["add-source", &place, "--outlet", "Post", "--title", "T", "--url", "http://www.post.example/1/"];
    run(&source).says(2, &["the source 'quill-post-2026-10-30' has this address already", "--force"]);
    let page = folder.path().join("again.html").display().to_string();
    fs::write(&page, "<title>T</title><link rel=canonical href='https://post.example/1'><p>Words.").unwrap();
    run(&["add-source", &place, "--outlet", "Post", "--from", &page]).says(2, &["has this address already"]);
    assert_eq!(description(&place)["sources"].as_array().unwrap().len(), 1);
    run(&[&source[..], &["--force", "--id", "again"]].concat()).says(0, &[]);
    assert_eq!(description(&place)["sources"].as_array().unwrap().len(), 2);

    let quote = ["add-excerpt", &place, "--source", "quill-post-2026-10-30", "--text", &text, "--does", "context"];
    let words = [&quote[..], &["--exact", "The parish holds"]].concat();
    run(&[&words[..], &["--id", "shore"]].concat()).says(0, &[]);
    run(&words).says(2, &["the excerpt 'shore' quotes these words already", "--force"]);
    assert_eq!(description(&place)["excerpts"].as_array().unwrap().len(), 1);
    run(&[&words[..], &["--force"]].concat()).says(0, &[]);
    let told = run(&["verify", "--dossier", &place]);
    for what in
        ["its address is that of the source 'quill-post-2026-10-30' too", "the excerpt 'shore' quotes the same words"]
    {
        assert!(told.out.contains("warning: ") && told.out.contains(what), "{what}: {}", told.out);
    }
}

#[test]
fn a_file_of_something_else_is_no_place_for_a_new_dossier() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("notes.txt").display().to_string();
    fs::write(&file, "mine").unwrap();
    run(&["new", &file, "--title", "Q", "--day", "2026-11-02"])
        .says(2, &["a file is there already, which is no dossier"]);
    let within = format!("{file}/dossier");
    run(&["new", &within, "--title", "Q", "--day", "2026-11-02"])
        .says(2, &["is a file, so that nothing can be made in it"]);
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
}

#[test]
fn a_plain_text_is_a_list_of_sources_only_where_that_is_certain() {
    let folder = TempDir::new().unwrap();
    let (place, _) = begun(folder.path());
    let list = folder.path().join("list.txt").display().to_string();
    let citation = "Lovelace, Ada. (2025, December 15). A plan for the east. The Post. https://post.example/plan";
    fs::write(&list, citation).unwrap();
    let added = run(&["add-source", &place, "--from", &list]);
    assert_eq!(added.code, 0, "{}", added.err);
    let source = &description(&place)["sources"][1];
    assert_eq!((&source["title"], &source["published"]), (&json!("A plan for the east"), &json!("2025-12-15")));
    assert!(source.get("text").is_none_or(Value::is_null), "{source}");
    // An article that ends with its address is the text of a source.
    fs::write(&list, "The council met on Friday.\n\nMore at https://post.example/2").unwrap();
    run(&["add-source", &place, "--from", &list]).says(2, &["add --title"]);
}

#[test]
fn a_dossier_opens_without_an_entry_that_cannot_be_read_and_names_it() {
    let folder = TempDir::new().unwrap();
    let (place, _) = begun(folder.path());
    let mut whole = description(&place);
    whole["fonts"] = json!([{}]);
    whole["figures"] = json!([{ "id": "x", "value": "much" }]);
    whole["sources"][0]["author"] = json!(7);
    fs::write(Path::new(&place).join("dossier.json"), whole.to_string()).unwrap();
    let told = run(&["verify", "--dossier", &place]);
    assert_eq!(told.code, 1, "{}", told.err);
    for what in ["fonts[0]: it has no member 'file'; it is left out", "figures[0]", "sources[0].author: it is 7"] {
        assert!(told.out.contains(what), "{what}: {}", told.out);
    }
    assert!(told.out.contains("quill-post-2026-10-30: no text at hand"), "the source stays: {}", told.out);
}
