//! Old projects open for ever: every file in `tests/data/v1` and `tests/data/v2` opens to exactly what its snapshot says.
//!
//! These files are never changed. What is added to a document later shows in the snapshots, as what a file that does not
//! speak of it is taken to mean.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use claimline::document::project::{self, Project};

fn files(version: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(version);
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// All that a project holds, as text.
fn told(project: &Project) -> String {
    let mut text = String::new();
    let Project { document, reference, warnings, newer, ours } = project;
    writeln!(text, "ours {ours}, newer {newer}").unwrap();
    for warning in warnings {
        writeln!(text, "warning: {warning}").unwrap();
    }
    writeln!(text, "{reference:#?}").unwrap();
    writeln!(text, "{document:#?}").unwrap();
    text
}

/// Every project of a version opens to what its snapshot says, and comes out as it went in.
fn all_open(version: &str) {
    let files = files(version);
    assert!(files.len() >= 2);
    for path in files {
        let project = project::read(&fs::read(&path).unwrap()).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().replace(".claimline.geojson", "");
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(format!("project-{version}-{name}"), told(&project));
        });
        let again = project::read(&project::write(&project.document, &project.reference)).unwrap();
        assert_eq!(again.document, project.document, "{name}");
        assert_eq!(again.reference, project.reference, "{name}");
    }
}

#[test]
fn projects_of_version_1_open_to_what_they_were() {
    all_open("v1");
}

#[test]
fn projects_of_version_2_open_to_what_they_were() {
    all_open("v2");
}

#[test]
fn a_project_that_needs_no_mending_is_written_as_it_was() {
    for name in ["v1/everything", "v2/layers", "v2/styles"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/{name}.claimline.geojson"));
        let text = fs::read_to_string(path).unwrap();
        let project = project::read(text.as_bytes()).unwrap();
        assert!(project.warnings.is_empty(), "{:?}", project.warnings);
        let written = String::from_utf8(project::write(&project.document, &project.reference)).unwrap();
        let program = |text: &str| {
            let lines = text.lines().filter(|line| !line.trim_start().starts_with("\"program\":"));
            lines.map(|line| format!("{line}\n")).collect::<String>()
        };
        assert_eq!(program(&written), program(&text), "{name}");
    }
}
