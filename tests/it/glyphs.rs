//! The program's own words use no sign that its typefaces lack: one would be drawn as an empty box.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use claimline::scene::display_list::Face;
use claimline::scene::text::missing_glyphs;
use skrifa::{FontRef, MetadataProvider as _};

/// Where signs stand that are read in other people's texts, and never shown.
const READ_ONLY: [&str; 3] = ["src/formats", "src/dossier/check.rs", "src/bin"];

/// Where the words of a figure stand, a file for each language.
const IN_LANGUAGES: [&str; 2] = ["src/figure/words/", "src/dossier/own_line/titles"];

/// What is under `src/formats` and makes words to be shown all the same.
const SHOWN: &str = "src/formats/link.rs";

#[test]
fn the_typefaces_have_every_sign_of_the_programs_words() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    // Every other face falls back to these two, in the window and on the page.
    let fonts = ["IBMPlexSans-Regular.ttf", "Phosphor.ttf"]
        .map(|name| std::fs::read(root.join("assets/fonts").join(name)).unwrap());
    let has = |letter: char| {
        fonts
            .iter()
            .any(|bytes| FontRef::new(bytes).unwrap().charmap().map(letter).is_some_and(|glyph| glyph.to_u32() > 0))
    };
    let mut missing: BTreeMap<char, Vec<String>> = BTreeMap::new();
    let mut looked_at = 0;
    for path in sources(&root.join("src")) {
        let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
        let is_read_only = READ_ONLY.iter().any(|start| name.starts_with(start)) && name != SHOWN;
        if let Some(language) = IN_LANGUAGES.iter().find_map(|start| name.strip_prefix(start)) {
            // A figure's words in other scripts are set in the faces of these; Chinese in one of the computer.
            let is_chinese = |letter: &char| matches!(letter, '\u{3000}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}');
            if language != "zh.rs" {
                let text = std::fs::read_to_string(&path).unwrap();
                for (line, literal) in literals(text.split("#[cfg(test)]").next().unwrap_or_default()) {
                    for letter in missing_glyphs(&literal, Face::Sans).into_iter().filter(|letter| !is_chinese(letter))
                    {
                        missing.entry(letter).or_default().push(format!("{name}:{line}"));
                    }
                }
            }
            continue;
        }
        if is_read_only || name.ends_with("tests.rs") || name.contains("/tests/") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        for (line, literal) in literals(text.split("#[cfg(test)]").next().unwrap_or_default()) {
            looked_at += 1;
            for letter in
                literal.chars().filter(|letter| !letter.is_control() && !letter.is_whitespace() && !has(*letter))
            {
                missing.entry(letter).or_default().push(format!("{name}:{line}"));
            }
        }
    }
    assert!(looked_at > 5000, "only {looked_at} texts were found");
    // Byte order mark and joiners are looked for in files.
    missing.retain(|letter, _| !matches!(letter, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2060}'));
    assert!(missing.is_empty(), "signs that no typeface has: {missing:#?}");
}

#[test]
fn a_sign_that_no_typeface_has_is_found() {
    let found = literals(
        "// \"no ▸\"\nlet a = \"File ▸ Open\"; let b = 'x'; let c: &'static str = r#\"a \"quoted\" ◆\"#; \"\\u{25b8}\"",
    );
    let texts: Vec<&str> = found.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(texts, ["File ▸ Open", "a \"quoted\" ◆", "▸"]);
    assert_eq!(found[0].0, 2);
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The texts between quotation marks in a program, each with its line; comments and single letters are passed over.
fn literals(code: &str) -> Vec<(usize, String)> {
    let letters: Vec<char> = code.chars().collect();
    let at = |index: usize| letters.get(index).copied().unwrap_or('\0');
    let (mut index, mut line, mut found) = (0, 1, Vec::new());
    while index < letters.len() {
        match at(index) {
            '\n' => line += 1,
            '/' if at(index + 1) == '/' => {
                while index < letters.len() && at(index) != '\n' {
                    index += 1;
                }
                continue;
            }
            // A letter, and no lifetime.
            '\'' if at(index + 1) == '\\' => {
                index += 2;
                while index < letters.len() && at(index + 1) != '\'' {
                    index += 1;
                }
                index += 1;
            }
            '\'' if at(index + 2) == '\'' => index += 2,
            'r' if matches!(at(index + 1), '"' | '#') && !at(index.wrapping_sub(1)).is_alphanumeric() => {
                let hashes = letters[index + 1..].iter().take_while(|letter| **letter == '#').count();
                if at(index + 1 + hashes) == '"' {
                    let (start, began) = (index + 2 + hashes, line);
                    let mut end = start;
                    let ends = |end: usize| at(end) == '"' && (1..=hashes).all(|more| at(end + more) == '#');
                    while end < letters.len() && !ends(end) {
                        line += usize::from(at(end) == '\n');
                        end += 1;
                    }
                    found.push((began, letters[start..end.min(letters.len())].iter().collect()));
                    index = end + hashes;
                }
            }
            '"' => {
                let (mut text, began) = (String::new(), line);
                index += 1;
                while index < letters.len() && at(index) != '"' {
                    line += usize::from(at(index) == '\n');
                    if at(index) == '\\' {
                        index += 1;
                        line += usize::from(at(index) == '\n');
                        if at(index) == 'u' {
                            let digits: String =
                                letters[index + 2..].iter().take_while(|letter| **letter != '}').collect();
                            text.extend(u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32));
                            index += 2 + digits.len();
                        }
                    } else {
                        text.push(at(index));
                    }
                    index += 1;
                }
                found.push((began, text));
            }
            _ => {}
        }
        index += 1;
    }
    found
}
