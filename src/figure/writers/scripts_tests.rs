//! Words of many scripts in PNG, SVG and PDF: what can be copied out again, and by which programs.

use std::io::Write as _;
use std::process::Command;

use kurbo::Point;
use quick_xml::events::Event;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::{pdf, svg};
use crate::scene::display_list::{Color, DisplayList, Face, Item, Text};
use crate::scene::text;

const LINE_PT: f64 = 40.0;

/// The phrases of `tests/data/scripts`, and lines that run both ways.
fn phrases() -> Vec<String> {
    let recorded: serde_json::Value =
        serde_json::from_str(include_str!("../../../tests/data/scripts/shaped.json")).expect("as make.py writes it");
    let words = |list: &str, member: &str| -> Vec<String> {
        let all = recorded[list].as_array().expect("a list");
        all.iter().map(|one| one[member].as_str().expect("words").to_owned()).collect()
    };
    [words("phrases", "phrase"), words("mixed", "line")].concat()
}

fn line(words: &str, row: usize) -> Text {
    Text {
        text: words.to_owned(),
        face: if row.is_multiple_of(3) { Face::SansSemiBold } else { Face::Sans },
        size_pt: 20.0,
        color: Color::rgb(0x1B1D20),
        origin: Point::new(20.0, LINE_PT * (row as f64 + 1.0)),
        rotation_rad: 0.0,
        letter_spacing_pt: 0.0,
        halo: None,
        link: None,
    }
}

fn page(phrases: &[String]) -> DisplayList {
    let items = phrases.iter().enumerate().map(|(row, words)| Item::Text(line(words, row))).collect();
    DisplayList { width_pt: 500.0, height_pt: LINE_PT * (phrases.len() as f64 + 1.0), items }
}

fn written(list: &DisplayList) -> tempfile::NamedTempFile {
    let info = pdf::PdfInfo { title: "Scripts".to_owned(), ..pdf::PdfInfo::default() };
    let bytes = pdf::write(list, &info, Color::rgb(0xFFFFFF)).expect("a page");
    let mut file = tempfile::Builder::new().suffix(".pdf").tempfile().expect("a file");
    file.write_all(&bytes).expect("room for a page");
    file
}

/// What a program says on its standard output; `None`, with a word, where it is not installed.
fn output(program: &str, arguments: &[&str]) -> Option<String> {
    match Command::new(program).args(arguments).output() {
        Ok(output) => Some(String::from_utf8_lossy(&output.stdout).into_owned()),
        Err(_) => {
            let _ = writeln!(std::io::stderr(), "{program} is not installed: not compared with it");
            None
        }
    }
}

/// Marks of direction that programs set around words, and that ours has within them.
fn without_marks(words: &str) -> String {
    let is_mark = |c: char| matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    words.chars().filter(|c| !is_mark(*c)).collect::<String>().trim().to_owned()
}

/// The characters of some words, whatever their order.
fn characters(words: &str) -> Vec<char> {
    let mut all: Vec<char> = words.chars().filter(|c| !c.is_whitespace()).collect();
    all.sort_unstable();
    all
}

/// A letter that hangs below the line is taken for another line, and words of one letter for a spaced word.
const GUESSED: [&str; 3] = ["যোগাযোগ রেখা দোনেৎস্ক", "ὦ ᾗ ἢ", "ὃ ἃ ᾧ"];

/// Text that runs one way comes out as it was typed. Of lines that run both ways, and of vowel marks in what is read from
/// the right, programs that copy text guess the order, each in its own way: of these every character has to come out.
#[test]
fn text_is_copied_from_a_pdf_as_it_was_typed() {
    let all = phrases();
    let mut wrong = Vec::new();
    let mut exact = 0;
    for phrase in &all {
        let file = written(&page(std::slice::from_ref(phrase)));
        let Some(copied) = output("pdftotext", &["-enc", "UTF-8", &file.path().to_string_lossy(), "-"]) else { return };
        let (copied, typed) = (without_marks(&copied), without_marks(phrase));
        let runs = text::visual_runs(phrase);
        let one_way = runs.len() == 1 && !(runs[0].is_rtl && phrase.nfd().any(is_combining_mark));
        let one_way = one_way && !GUESSED.contains(&phrase.as_str());
        exact += usize::from(copied == typed);
        if (one_way && copied != typed) || characters(&copied) != characters(&typed) {
            wrong.push(format!("{typed}\n    {copied}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), all.len(), wrong.join("\n"));
    assert!(exact >= 40, "{exact}");
}

#[test]
fn the_tags_of_a_pdf_hold_lines_of_both_directions_as_they_were_typed() {
    let words = "אזור 12 (Kyiv)";
    let info = pdf::PdfInfo { title: "Scripts".to_owned(), ..pdf::PdfInfo::default() };
    let list = page(&[format!("\u{2068}{words}\u{2069}"), "Kyiv 12".to_owned()]);
    let bytes = pdf::write(&list, &info, Color::rgb(0xFFFFFF)).expect("a page");
    let hex: String = words.encode_utf16().map(|unit| format!("{unit:04X}")).collect();
    let said = format!("/ActualText<FEFF{hex}>");
    assert_eq!(memchr::memmem::find_iter(&bytes, said.as_bytes()).count(), 1, "{said}");
    assert_eq!(memchr::memmem::find_iter(&bytes, b"/ActualText").count(), 1, "no other line needs it");
}

#[test]
fn an_svg_has_words_as_they_were_typed_and_says_which_way_they_run() {
    let all = phrases();
    let list = page(&all);
    let file = String::from_utf8(svg::write(&list, &svg::SvgInfo::default(), Color::rgb(0xFFFFFF))).expect("text");
    let mut reader = quick_xml::Reader::from_str(&file);
    let mut read: Vec<(bool, String)> = Vec::new();
    let mut inside = false;
    loop {
        match reader.read_event().expect("XML") {
            Event::Start(start) if start.name().as_ref() == b"text" => {
                let is_rtl =
                    start.attributes().flatten().any(|a| a.key.as_ref() == b"direction" && &*a.value == b"rtl");
                read.push((is_rtl, String::new()));
                inside = true;
            }
            Event::End(end) if end.name().as_ref() == b"text" => inside = false,
            Event::Text(words) if inside => {
                if let Some((_, all)) = read.last_mut() {
                    all.push_str(&words.decode().expect("UTF-8"));
                }
            }
            Event::GeneralRef(name) if inside => {
                if let Some((_, all)) = read.last_mut() {
                    all.push_str(match &*name.decode().expect("UTF-8") {
                        "amp" => "&",
                        "lt" => "<",
                        "gt" => ">",
                        _ => "\"",
                    });
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    let expected: Vec<(bool, String)> =
        all.iter().map(|phrase| (text::is_rtl(phrase), phrase.trim_start_matches('\u{200F}').to_owned())).collect();
    assert_eq!(read, expected);
    for family in ["Noto Sans Arabic", "Noto Sans Hebrew", "Noto Sans Khmer", "Noto Sans Bengali"] {
        assert!(file.contains(&format!("@font-face{{font-family:\"{family}\"")), "{family}");
    }
}
