//! Figures against pictures of them that were looked at: each preset as SVG, and a few as pixels.
//!
//! `INSTA_UPDATE=always cargo test --test it goldens` writes them anew; look at what changed before it is committed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use claimline::figure::PageSize;
use tempfile::TempDir;

/// Exports a figure; the path of its file.
fn exported(folder: &Path, name: &str, arguments: &[&str]) -> PathBuf {
    let file = folder.join(name);
    let output = Command::new(env!("CARGO_BIN_EXE_claimline"))
        .arg("export")
        .arg("-o")
        .arg(&file)
        .args(arguments)
        .env("HOME", folder)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    file
}

/// An SVG file of ours without an element that changes with fonts or fingerprints and shows nothing.
fn without<'a>(svg: &'a str, element: &str) -> (&'a str, &'a str) {
    let (before, rest) = svg.split_once(&format!("<{element}")).unwrap();
    (before, rest.split_once(&format!("</{element}>\n")).unwrap().1)
}

#[test]
fn every_preset_as_svg() {
    let folder = TempDir::new().unwrap();
    let quill = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/quill/dossier");
    for size in PageSize::PRESETS {
        let page = size.to_string();
        let shown = ["--dossier", quill, "--overlay", "north-pasture", "--overlay", "huts", "--overlay", "path"];
        let drawn = ["--no-map", "--with", "graticule,comparison,quotes", "--page", &page];
        let file = exported(folder.path(), &format!("{page}.svg"), &[shown.as_slice(), &drawn].concat());
        let svg = fs::read_to_string(file).unwrap();
        let (head, rest) = without(&svg, "metadata");
        let (between, body) = without(rest, "style");
        insta::assert_snapshot!(page, format!("{head}{between}{body}"));
    }
}

/// A figure of which all stands on the map that can.
const PLACED: [&str; 6] = [
    "--overlay",
    "donetsk-russian-held",
    "--with",
    "title@top-left,references@top-left,legend@top-left,comparison@100%x60%,notes@bottom-right",
    "--no",
    "inset",
];

/// The built-in dossier in four themes, at 72 dots an inch. Processors may differ in the last bit of a colour.
#[test]
fn themes_as_pixels() {
    let folder = TempDir::new().unwrap();
    let cases = [
        ("light", "column-85", "light", &[][..]),
        ("dark", "square", "dark", &[]),
        ("grey", "column-85", "grey", &[]),
        ("high-contrast", "column-85", "high-contrast", &[]),
        ("on-the-map", "a4-landscape", "light", &PLACED),
    ];
    for (name, page, theme, more) in cases {
        let usual = ["--page", page, "--theme", theme, "--dpi", "72"];
        let file = exported(folder.path(), &format!("{name}.png"), &[&usual, more].concat());
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/goldens/{name}.png"));
        if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
            image::open(&file).unwrap().into_rgb8().save(&golden).unwrap();
        }
        let read = |path: &Path| image::open(path).unwrap().into_rgb8();
        let (ours, theirs) = (read(&file), read(&golden));
        assert_eq!(ours.dimensions(), theirs.dimensions(), "{name}");
        let differences = ours.as_raw().iter().zip(theirs.as_raw()).map(|(a, b)| u64::from(a.abs_diff(*b)));
        let (count, far) = differences.fold((0_u64, 0_u64), |(count, far), d| (count + 1, far + u64::from(d > 16)));
        assert!(far * 2000 < count, "{name}: {far} of {count} values are far from the golden");
    }
}
