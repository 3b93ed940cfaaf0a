//! `assets/README.md` lists every asset as it is.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

fn assets() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("assets")
}

/// Whether a file is one of the kinds that the table leaves out: texts and scripts that say what they are themselves,
/// and the pictures of the program in its README.
fn needs_no_row(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    file == "README.md" || file.starts_with("LICENSE-") || file.ends_with(".py") || name.starts_with("readme/")
}

/// Every file below `assets`, by its path there.
fn files() -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut pending = vec![assets()];
    while let Some(folder) = pending.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                pending.push(path);
            } else {
                let name = path.strip_prefix(assets()).unwrap().to_string_lossy().replace('\\', "/");
                files.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    files
}

/// SHA-256 and size of each row, by path.
fn rows() -> BTreeMap<String, (String, usize)> {
    let readme = fs::read_to_string(assets().join("README.md")).unwrap();
    let mut rows = BTreeMap::new();
    for line in readme.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [name, from, licence, done, sha256, bytes] = cells[..] else { panic!("a row of other columns: {line}") };
        for (cell, what) in [(from, "its origin"), (licence, "its licence"), (done, "what was done to it")] {
            assert!(!cell.is_empty(), "{name} lacks {what}");
        }
        let bytes = bytes.replace(',', "").parse().unwrap_or_else(|_| panic!("{name}: a size of '{bytes}'"));
        let before = rows.insert(name.trim_matches('`').to_owned(), (sha256.trim_matches('`').to_owned(), bytes));
        assert_eq!(before, None, "{name} stands twice");
    }
    rows
}

fn grouped(bytes: usize) -> String {
    let digits = bytes.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[test]
fn every_asset_has_a_row_with_its_fingerprint_and_size() {
    let rows = rows();
    let mut wrong = Vec::new();
    for (name, bytes) in files().iter().filter(|(name, _)| !needs_no_row(name)) {
        let sha256: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        if rows.get(name) != Some(&(sha256.clone(), bytes.len())) {
            wrong.push(format!("`{name}` … `{sha256}` | {}", grouped(bytes.len())));
        }
    }
    assert!(
        wrong.is_empty(),
        "rows of assets/README.md that are missing or old; right would be:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn every_row_has_its_asset() {
    let files = files();
    for name in rows().keys() {
        assert!(files.contains_key(name), "assets/README.md lists {name}, which is not there");
    }
}

#[test]
fn the_assets_together_are_at_most_16_mb() {
    let total: usize = files().iter().filter(|(name, _)| !needs_no_row(name)).map(|(_, bytes)| bytes.len()).sum();
    assert!(total <= 16_000_000, "{} bytes", grouped(total));
}

#[test]
fn the_licences_that_ask_for_it_stand_beside_the_data() {
    let files = files();
    for (name, words) in [
        ("LICENSE-ODbL-1.0.txt", "Open Database License"),
        ("LICENSE-CC-BY-4.0.txt", "Attribution 4.0 International"),
        ("LICENSE-LGPL-3.0.txt", "GNU LESSER GENERAL PUBLIC LICENSE"),
        ("LICENSE-GPL-3.0.txt", "GNU GENERAL PUBLIC LICENSE"),
        ("LICENSE-Unicode-3.0.txt", "Unicode"),
        ("LICENSE-ColorBrewer.txt", "Cynthia Brewer"),
        ("LICENSE-MIT-Crameri.txt", "Fabio Crameri"),
        ("fonts/LICENSE-OFL.txt", "SIL Open Font License, Version 1.1"),
        ("fonts/LICENSE-OFL-Noto.txt", "The Noto Project Authors"),
        ("fonts/LICENSE-Phosphor.txt", "Phosphor Icons"),
    ] {
        let text = files.get(name).unwrap_or_else(|| panic!("no {name}"));
        assert!(String::from_utf8_lossy(text).contains(words), "{name}");
    }
}
