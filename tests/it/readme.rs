//! The README's tables and commands are true.

use std::fs;
use std::path::Path;

use claimline::session::Command;

fn readme() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap()
}

/// A key as the README writes it.
fn written(keys: &str) -> String {
    let signs = [
        ("ArrowUp", "↑"),
        ("ArrowDown", "↓"),
        ("Plus", "+"),
        ("Equals", "="),
        ("Minus", "−"),
        ("Questionmark", "?"),
        ("Escape", "Esc"),
        ("OpenBracket", "["),
        ("CloseBracket", "]"),
        ("Delete", "Del"),
    ];
    let parts: Vec<&str> =
        keys.split('+').map(|key| signs.iter().find(|(name, _)| *name == key).map_or(key, |(_, sign)| sign)).collect();
    format!("`{}`", parts.join("+"))
}

#[test]
fn the_table_of_keys_is_that_of_the_program() {
    let readme = readme();
    for command in Command::ALL {
        if command.keys().is_empty() {
            continue;
        }
        let keys: Vec<String> = command.keys().iter().map(|keys| written(keys)).collect();
        let row = format!("| {} | {} |", keys.join(" or "), command.label());
        assert!(readme.contains(&row), "the README lacks the row\n{row}");
    }
}

#[test]
fn what_the_readme_points_to_is_there() {
    let readme = readme();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for link in readme.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
        // The pictures are made from the finished program.
        let is_file = !link.starts_with("http") && !link.starts_with("assets/readme/");
        assert!(!is_file || root.join(link).exists(), "{link} is not there");
    }
    for room in fs::read_dir(root.join("src")).unwrap().map(|entry| entry.unwrap()) {
        if room.path().is_dir() {
            let name = room.file_name().to_string_lossy().into_owned();
            assert!(name == "cli" || readme.contains(&format!("| `{name}` |")), "the README lacks src/{name}");
        }
    }
}
