//! Words that run both ways in one figure, disclaimers by language, names on the map by language tag, and fonts that a dossier
//! brings, by the real program.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use claimline::scene::text;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::cli::run;

fn quill() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/quill/dossier")
}

/// The dossier of Quill in a folder of its own, changed.
fn changed(folder: &Path, change: impl FnOnce(&mut Value)) -> String {
    let place = folder.join("quill");
    fs::create_dir_all(place.join("shapes")).unwrap();
    for file in fs::read_dir(quill().join("shapes")).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), place.join("shapes").join(file.file_name())).unwrap();
    }
    let mut json: Value = serde_json::from_slice(&fs::read(quill().join("dossier.json")).unwrap()).unwrap();
    change(&mut json);
    fs::write(place.join("dossier.json"), serde_json::to_vec_pretty(&json).unwrap()).unwrap();
    place.display().to_string()
}

/// A figure of a dossier as SVG.
fn svg(dossier: &str, more: &[&str]) -> String {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("a.svg").display().to_string();
    let all = [&["export", "-o", &file, "--dossier", dossier, "--page", "a4-landscape"][..], more].concat();
    let done = run(&all);
    assert_eq!(done.code, 0, "{}", done.err);
    fs::read_to_string(&file).unwrap()
}

/// The texts of an SVG in their order, those that are said to be read from the right with a mark that says so.
fn texts(svg: &str) -> Vec<String> {
    let all = svg.split("<text ").skip(1).filter_map(|part| {
        let (attributes, rest) = part.split_once('>')?;
        let mark = if attributes.contains("direction=\"rtl\"") { "\u{200F}" } else { "" };
        Some((mark, rest.split_once("</text>")?.0))
    });
    let plain =
        |text: &str| text.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    all.map(|(mark, text)| format!("{mark}{}", plain(text))).collect()
}

/// The letters of a line from left to right, as they are set.
fn from_left(line: &str) -> String {
    let mut all = String::new();
    for run in text::visual_runs(line) {
        let letters = line[run.bytes.clone()].chars().filter(|letter| !claimline::formats::direction::is_mark(*letter));
        if run.is_rtl { all.extend(letters.collect::<Vec<_>>().into_iter().rev()) } else { all.extend(letters) }
    }
    all
}

#[test]
fn latin_words_in_an_arabic_figure_keep_their_signs() {
    let folder = TempDir::new().unwrap();
    let dossier = changed(folder.path(), |json| {
        json["sources"][0]["title"] = json!("Sheep (of Upper Quill).");
        json["sources"][0]["url"] =
            json!("https://quill.invalid/1908/a-very-long-way/to-the-sheep/of-upper-quill-and-of-lower-quill/");
    });
    let svg = svg(&dossier, &["--language", "ar"]);
    let lines: Vec<String> = texts(&svg).iter().map(|line| from_left(line)).collect();
    // Where the reader begins, at the right, stands the mark that opens: of the title all is in its own order.
    let title = lines.iter().find(|line| line.contains("Sheep")).unwrap();
    assert!(title.contains("Sheep (of Upper Quill).«"), "{title}\n{lines:#?}");
    // Each line of the address ends with the sign at which it was broken.
    let address: Vec<&String> = lines.iter().filter(|line| line.contains("quill") && !line.contains(' ')).collect();
    assert!(address.len() > 1, "{lines:#?}");
    assert_eq!(
        address.iter().map(|line| line.as_str()).collect::<String>().trim_end_matches("quill.invalid/notes"),
        "quill.invalid/1908/a-very-long-way/to-the-sheep/of-upper-quill-and-of-lower-quill"
    );
    // The disclaimer is English: its full stop stands at its end.
    assert!(lines.iter().any(|line| line.contains("exists.")), "{lines:#?}");
}

#[test]
fn an_arabic_title_in_an_english_figure_keeps_its_signs_and_those_around_it() {
    let folder = TempDir::new().unwrap();
    let title = "خط التماس (12).";
    let dossier = changed(folder.path(), |json| {
        json["sources"][0]["outlet"] = json!("صحيفة");
        json["sources"][0]["title"] = json!(title);
    });
    let file = svg(&dossier, &[]);
    let lines = texts(&file);
    let line = lines.iter().find(|line| line.contains("خط")).unwrap();
    assert!(from_left(line).starts_with(", “.)12("), "{}", from_left(line));
    assert!(!file.contains("<desc>\u{2068}") && !file.contains("<title>\u{2068}"));
    // Copied from the PDF, the letters come without marks.
    let pdf = folder.path().join("a.pdf").display().to_string();
    let done = run(&["export", "-o", &pdf, "--dossier", &dossier, "--page", "a4-landscape"]);
    assert_eq!(done.code, 0, "{}", done.err);
    if let Ok(copied) = Command::new("pdftotext").args(["-enc", "UTF-8", &pdf, "-"]).output() {
        let copied = String::from_utf8_lossy(&copied.stdout).into_owned();
        assert!(copied.contains("التماس"), "{copied}");
        assert!(!copied.contains(['\u{2066}', '\u{2068}', '\u{2069}']), "{copied}");
    }
}

#[test]
fn disclaimers_come_in_the_language_of_the_figure() {
    let folder = TempDir::new().unwrap();
    let said = |language: &str, dossier: &str| {
        texts(&svg(dossier, &["--language", language])).join(" ").replace("\u{200F}", "")
    };
    let older = changed(folder.path(), |_| {});
    assert!(said("en", &older).contains("Nothing shown here exists."));
    let other = TempDir::new().unwrap();
    let newer = changed(other.path(), |json| {
        json["disclaimer"] = json!({ "en": "Nothing exists.", "de": "Nichts davon gibt es." });
        json["boundary_view"] = json!({ "fr": "Sans limites.", "de": "Ohne Grenzen." });
    });
    let german = said("de", &newer);
    assert!(german.contains("Nichts davon gibt es.") && german.contains("Ohne Grenzen."), "{german}");
    // English where there is no Polish, and the first where there is no English.
    let polish = said("pl", &newer);
    assert!(polish.contains("Nothing exists.") && polish.contains("Sans limites."), "{polish}");
    run(&["verify", "--dossier", &newer]).says(0, &[]);
    // The built-in dossier has them in every language of figures.
    let berlin = super::common::berlin();
    for language in claimline::figure::FigureLanguage::all() {
        for words in [&berlin.disclaimer, &berlin.boundary_view, berlin.disclaimer_short.as_ref().unwrap()] {
            assert!(words.get(language.tag()).is_some(), "{}", language.tag());
        }
    }
}

#[test]
fn names_on_the_map_take_any_language_tag() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("a.svg").display().to_string();
    for (names, has) in [("local", "Донецьк"), ("ka", "Donetsk"), ("he,uk", "Донецьк"), ("pl", "UKRAINA")]
    {
        run(&["export", "-o", &file, "--fit", "donetsk", "--names", names, "--force"]).says(0, &[]);
        assert!(texts(&fs::read_to_string(&file).unwrap()).iter().any(|text| text.contains(has)), "{names}");
    }
    run(&["export", "-o", &file, "--names", "klingon language"]).says(2, &["klingon language", "he,en"]);
}

#[test]
fn a_font_that_the_dossier_brings_draws_what_the_program_has_no_font_for() {
    let folder = TempDir::new().unwrap();
    let font = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/fonts/goose.ttf")).unwrap();
    let sum = "81c1b298e64d46327916f2bcb644ba0623ba8fb9d591e1434bcf192ff9b84d9e";
    let with = |sha256: &str| {
        let place = changed(folder.path(), |json| {
            json["title"] = json!({ "zh": "鵝" });
            json["fonts"] =
                json!([{ "file": "fonts/goose.ttf", "sha256": sha256, "license": "CC0-1.0", "credit": "Invented" }]);
        });
        fs::create_dir_all(Path::new(&place).join("fonts")).unwrap();
        fs::write(Path::new(&place).join("fonts/goose.ttf"), &font).unwrap();
        place
    };
    let place = with(sum);
    run(&["verify", "--dossier", &place]).says(0, &[]);
    let record = |place: &str| {
        let file = folder.path().join("a.svg").display().to_string();
        run(&["export", "-o", &file, "--dossier", place, "--kicker", "鵝", "--force"]).says(0, &[]);
        // It was made from another dossier than the built-in one, which is a finding here.
        run(&["inspect", "--json", &file]).out
    };
    let made = record(&place);
    assert!(made.contains("fonts/goose.ttf") && made.contains(sum), "{made}");
    // Packed and unpacked it is still there.
    let (packed, unpacked) = (folder.path().join("one.claimline"), folder.path().join("again"));
    let (packed, unpacked) = (packed.display().to_string(), unpacked.display().to_string());
    run(&["pack", &place, "-o", &packed]).says(0, &[]);
    assert!(record(&packed).contains(sum));
    run(&["unpack", &packed, "-o", &unpacked]).says(0, &[]);
    assert_eq!(fs::read(Path::new(&unpacked).join("fonts/goose.ttf")).unwrap(), font);
    // Another file than the one that is stated is named and not used.
    let other = with(&"0".repeat(64));
    let said = run(&["verify", "--dossier", &other]);
    assert!(said.out.contains(sum) || said.err.contains(sum), "{} {}", said.out, said.err);
    // Nor is anything taken from outside of the folder.
    let outside = changed(folder.path(), |json| json["fonts"] = json!([{ "file": "../goose.ttf" }]));
    let said = run(&["verify", "--dossier", &outside]);
    assert!((said.out + &said.err).contains("outside"));
}

#[test]
fn local_names_are_those_of_the_dossiers_places_and_regions_too() {
    let folder = TempDir::new().unwrap();
    let words = |names: &str| {
        let file = folder.path().join(format!("{}.svg", names.replace(',', "-"))).display().to_string();
        run(&["export", "-o", &file, "--names", names, "--size", "1400x1000"]).says(0, &["wrote"]);
        super::cli::words_of(&fs::read_to_string(&file).unwrap())
    };
    let local = words("local");
    assert!(local.contains("Краматорськ") && !local.contains("Kramatorsk"), "{local}");
    assert!(words("english").contains("Kramatorsk"));
    assert!(words("local,en").contains("Kramatorsk"), "beneath");
}
