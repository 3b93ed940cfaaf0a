//! Texts of sources in the files in which people have them: PDF, word processors, archives of the web; what a hostile file comes
//! to. The words are compared with what other programs read in the same files (`tests/data/documents/README.md`).

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use claimline::files::documents::{self, LIMITS, Limits, ReadingError};
use claimline::files::{self, FileError};
use claimline::formats::document::{self, DocumentError, PagePicture, ReadDocument};
use proptest::prelude::Rng as _;
use proptest::test_runner::{RngAlgorithm, TestRng};

use super::cli::run;

const OFFICIAL: &str = "The river authority published its first official survey of the flood plain on Friday. Officials said \
                        that the finding was final: five of the fifteen affected districts lie below the level of the dyke, \
                        and different offices had used different figures until then.";
const SECOND: &str = "A second survey, carried out between 3 and 17 November, measured the waterline at 214 points. The results \
                      differ from the first by at most 0.4 m, which the office calls a sufficient agreement for so flat an area. \
                      Both surveys are available on request.";
const ARABIC: &str = "نشرت الهيئة أول مسح رسمي للسهل في 12 ديسمبر 2025. وقال المسؤولون إن النتيجة نهائية.";
const HEBREW: &str = "הרשות פרסמה את הסקר הרשמי הראשון ביום 12 בדצמבר 2025, כך נמסר.";
const CYRILLIC: &str = "Управління опублікувало перше офіційне обстеження заплави; під’їзд до об’єкта закрито.";

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/documents").join(name)
}

/// Reads a document as the program does: some of them in a process of its own.
fn read(name: &str) -> ReadDocument {
    documents::use_program(env!("CARGO_BIN_EXE_claimline").into());
    files::read_text(&path(name)).unwrap_or_else(|error| panic!("{error}"))
}

fn refusal(name: &str, bytes: Vec<u8>, limits: Limits) -> ReadingError {
    documents::use_program(env!("CARGO_BIN_EXE_claimline").into());
    documents::read_bytes(name, bytes, None, limits).expect_err("no text")
}

fn text(name: &str) -> String {
    read(name).normalized.as_str().to_owned()
}

/// The words of a text as far as programs agree what they are: without the hyphens, which each takes out or leaves as it thinks
/// best, and without what runs to the left, which pdftotext gives with marks in it and in the order in which it is seen.
fn words(text: &str) -> Vec<String> {
    let joined = text.replace("-\n", "").replace(['-', '\u{ad}', '\u{c}'], "");
    let is_left = |letter: char| matches!(letter, '\u{590}'..='\u{8ff}');
    let all =
        joined.split_whitespace().filter(|word| word.chars().any(|letter| letter.is_alphabetic() && !is_left(letter)));
    all.map(str::to_owned).collect()
}

/// How many words two texts have in common, in the same order.
fn in_common(one: &[String], other: &[String]) -> usize {
    let mut row = vec![0; other.len() + 1];
    for word in one {
        let mut before = 0;
        for (index, candidate) in other.iter().enumerate() {
            let here = row[index + 1];
            row[index + 1] = if word == candidate { before + 1 } else { row[index + 1].max(row[index]) };
            before = here;
        }
    }
    row[other.len()]
}

/// The share of another program's words that we read in the same order, and of ours that it does.
fn agreement(ours: &str, theirs: &str) -> f64 {
    let (ours, theirs) = (words(ours), words(theirs));
    assert!(theirs.len() > 20, "too few words to compare");
    in_common(&ours, &theirs) as f64 / ours.len().max(theirs.len()) as f64
}

#[test]
fn the_words_of_a_pdf_are_those_of_pdftotext() {
    for name in ["columns.pdf", "office.pdf", "paper.pdf", "right-to-left.pdf", "rotated.pdf", "standard-fonts.pdf"] {
        let theirs = fs::read_to_string(path(&format!("{name}.txt"))).unwrap();
        let agrees = agreement(&text(name), &theirs);
        assert!(agrees >= 0.99, "{name}: {agrees}");
    }
}

#[test]
fn a_pdf_is_read_whatever_way_it_is_stored() {
    let columns = read("columns.pdf");
    for name in ["rotated.pdf", "encrypted.pdf", "damaged.pdf"] {
        assert_eq!(read(name).normalized.as_str(), columns.normalized.as_str(), "{name}");
    }
    assert_eq!(text("object-streams.pdf"), text("office.pdf"));
    let paper = read("paper.pdf");
    assert_eq!(paper.said.title.as_deref(), Some("Survey of the flood plain"));
    assert_eq!(paper.said.author.as_deref(), Some("A. Writer"));
}

#[test]
fn columns_are_read_one_after_the_other_and_hyphens_of_lines_go() {
    for name in ["columns.pdf", "paper.pdf"] {
        let text = text(name);
        assert!(text.matches(OFFICIAL).count() >= 2, "{name}: {text}");
        assert!(text.matches(SECOND).count() >= 2, "{name}: {text}");
        assert!(text.contains("self-contained area") && text.contains("well-known map"), "{name}");
        assert!(!text.contains('ﬁ') && !text.contains("notice-"), "{name}");
    }
}

#[test]
fn arabic_and_hebrew_are_read_in_the_order_of_speech() {
    for name in ["right-to-left.pdf", "office.pdf", "word.docx", "office.odt", "office.rtf"] {
        let text = text(name);
        for sentence in [ARABIC, HEBREW, CYRILLIC] {
            assert!(text.contains(sentence), "{name}: {text}");
        }
    }
}

#[test]
fn pages_are_named() {
    let read = read("standard-fonts.pdf").normalized;
    let (first, second) = (read.pages()[0].clone(), read.pages()[1].clone());
    assert_eq!(read.pages().len(), 2);
    assert!(read.slice(first).unwrap().ends_with("cost 500 € – “final” figure."));
    assert_eq!(read.slice(second.clone()).unwrap(), "These words were recognised in a picture.");
    assert_eq!(
        (read.page_of(0), read.page_of(second.start - 2), read.page_of(second.start)),
        (Some(1), Some(1), Some(2))
    );
    let part = read.part(second.start + 6..read.length()).unwrap();
    assert_eq!((part.as_str(), part.page_of(3)), ("words were recognised in a picture.", Some(2)));
    assert_eq!(text("word.docx"), super::documents::read("word.docx").normalized.as_str());
    assert_eq!(super::documents::read("word.docx").normalized.page_of(0), None);
}

#[test]
fn what_has_no_text_says_why() {
    let why = |name: &str| files::read_text(&path(name)).unwrap_err().to_string();
    documents::use_program(env!("CARGO_BIN_EXE_claimline").into());
    assert!(why("scanned.pdf").contains("has no text: it is pictures of pages"), "{}", why("scanned.pdf"));
    assert!(why("locked.pdf").contains("locked with a password"), "{}", why("locked.pdf"));
}

fn picture_of(name: &str, page: usize, width_px: u32) -> Result<PagePicture, ReadingError> {
    documents::use_program(env!("CARGO_BIN_EXE_claimline").into());
    documents::page_picture(fs::read(path(name)).unwrap(), page, width_px, LIMITS)
}

#[test]
fn a_page_has_a_picture() {
    let picture = picture_of("columns.pdf", 0, 297).unwrap();
    // A4 is 595 by 842 points.
    assert!((296..=298).contains(&picture.width) && (419..=422).contains(&picture.height), "{}", picture.height);
    assert_eq!(picture.pages, 1);
    let dark = picture.rgba.chunks_exact(4).filter(|pixel| pixel[0] < 128).count();
    assert!(dark > 1000 && picture.rgba.chunks_exact(4).all(|pixel| pixel[3] == 255), "{dark}");
    assert_eq!(&picture.rgba[..4], [255; 4]);
    let error = picture_of("columns.pdf", 7, 595).unwrap_err().to_string();
    assert!(error.contains("there is no page 8: it has 1"), "{error}");
}

/// What `pdftotext -bbox` (poppler 22.12) says of these words: left, top, right and bottom in points. It takes the height of the
/// font, which is more than that of its letters.
#[test]
fn words_are_where_poppler_has_them_on_the_page() {
    const WORDS: [(&str, &[[f32; 4]]); 3] = [
        ("first official survey", &[[264.76, 111.47, 285.36, 123.11], [63.00, 122.72, 135.24, 134.36]]),
        ("the fifteen affected districts", &[[75.93, 145.22, 216.96, 156.86]]),
        ("different figures until", &[[90.06, 167.72, 198.79, 179.36]]),
    ];
    for (name, turned) in [("columns.pdf", false), ("rotated.pdf", true)] {
        let text = read(name).normalized;
        let picture = picture_of(name, 0, if turned { 842 } else { 595 }).unwrap();
        for (words, expected) in WORDS {
            let byte = text.as_str().find(words).unwrap();
            let at = text.code_point_at(byte)..text.code_point_at(byte + words.len());
            let found = picture.places(&text, text.pages()[0].clone(), at);
            assert_eq!(found.len(), expected.len(), "{name}: {words}: {found:?}");
            for (found, expected) in found.iter().zip(expected) {
                // Turned to the right, the top of the page is at its right; A4 is 841.92 points high.
                let [left, top, right, bottom] = *expected;
                let expected = if turned { [841.92 - bottom, left, 841.92 - top, right] } else { *expected };
                let off = found.iter().zip(expected).map(|(one, other)| (one - other).abs()).fold(0.0, f32::max);
                assert!(off < 4.0, "{name}: {words}: {found:?} instead of {expected:?}");
            }
        }
    }
}

#[test]
fn a_hostile_page_ends_in_a_message() {
    let tiny = Limits { memory_bytes: 300 << 20, ..LIMITS };
    documents::use_program(env!("CARGO_BIN_EXE_claimline").into());
    let why = documents::page_picture(stream_bomb(400 << 20), 0, 800, tiny).unwrap_err().to_string();
    assert!(!why.is_empty(), "{why}");
    let none = documents::page_picture(b"%PDF-1.4\nnothing".to_vec(), 0, 800, LIMITS).unwrap_err().to_string();
    assert!(none.contains("damaged"), "{none}");
}

#[test]
fn office_files_are_read_as_other_programs_read_them() {
    // Mammoth runs two words together where a line is broken within a paragraph; odt2txt prints what a change took out, and who
    // did so: 4 words of 114.
    for (name, least) in [("word.docx", 0.98), ("office.odt", 0.96)] {
        let theirs = fs::read_to_string(path(&format!("{name}.txt"))).unwrap();
        let agrees = agreement(&text(name), &theirs);
        assert!(agrees >= least, "{name}: {agrees}");
        assert!(text(name).contains("The office measured 214 points along the waterline in November."), "{name}");
        assert!(read(name).notes().iter().any(|note| note.contains("tracked changes")), "{name}");
    }
    // LibreOffice wrote both.
    assert_eq!(text("office.rtf"), text("office.odt"));
    for name in ["word.docx", "office.odt", "office.rtf"] {
        let said = read(name).said;
        assert_eq!(said.title.as_deref(), Some("Survey of the flood plain"), "{name}");
        assert_eq!(said.author.as_deref(), Some("A. Writer"), "{name}");
        assert!(said.date.as_deref().is_some_and(|date| date.starts_with("2025-12-01")), "{name}: {said:?}");
    }
}

#[test]
fn archives_of_the_web_give_their_first_page_and_name_the_others() {
    for name in ["pages.warc", "pages.warc.gz", "pages.wacz"] {
        let page = read(name);
        assert_eq!(page.normalized.as_str(), format!("{OFFICIAL} {CYRILLIC}"), "{name}");
        assert_eq!(page.said.address.as_deref(), Some("https://example.org/survey"));
        assert_eq!(page.said.saved.as_deref(), Some("2025-12-01T08:00:02Z"));
        assert_eq!((page.said.title.as_deref(), page.said.author.as_deref()), (Some("Survey"), Some("A. Writer")));
        let others: Vec<&str> = page.others.iter().map(|other| other.address.as_str()).collect();
        assert_eq!(others[0], "https://example.org/second", "{name}");
        let second = documents::read(&path(name), Some("https://example.org/second")).unwrap();
        assert_eq!(second.normalized.as_str(), SECOND, "{name}");
        let error = documents::read(&path(name), Some("https://example.org/none")).unwrap_err().to_string();
        assert!(error.contains("there is no page saved from https://example.org/none"), "{error}");
    }
    let third = documents::read(&path("pages.warc"), Some("https://example.org/third")).unwrap();
    assert!(third.normalized.as_str().starts_with("Residents of the northern district"), "packed with Brotli");
    let again = documents::read(&path("pages.warc"), Some("https://example.org/survey")).unwrap();
    assert!(again.notes().iter().any(|note| note.contains("saved again on 2025-12-04")), "{:?}", again.notes());
}

#[test]
fn a_page_that_a_browser_saved_as_one_file_is_read() {
    let page = read("page.mhtml");
    assert!(page.normalized.as_str().ends_with(CYRILLIC) && page.normalized.as_str().contains("12.5 km² – about 3 %"));
    assert_eq!(page.said.title.as_deref(), Some("Survey – flood plain"));
    assert_eq!(page.said.address.as_deref(), Some("https://example.org/survey"));
    assert_eq!(read("base64.mht").normalized.as_str(), CYRILLIC);
    assert_eq!(read("base64.mht").encoding, "windows-1251");
}

#[test]
fn plain_text_and_pages_are_read_as_they_always_were() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/quill/texts");
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let Ok(before) = claimline::formats::text::read(&name, &fs::read(&path).unwrap()) else { continue };
        assert_eq!(files::read_text(&path).unwrap().normalized.sha256(), before.normalized.sha256(), "{name}");
        count += 1;
    }
    assert!(count > 1);
    // A mail that was saved as plain text is its words, heads and all.
    let mail = b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\n\nWords\n--x--\n";
    let warc = b"WARC/1.0\nnot a record";
    let pdf = b"Notes\n%PDF-1.4 is how such a file begins\n";
    for bytes in [&mail[..], warc, pdf] {
        let before = claimline::formats::text::read("a.txt", bytes).unwrap().normalized;
        assert_eq!(document::read("a.txt", bytes, None).unwrap().normalized, before);
    }
    assert_eq!(document::read("a.mht", mail, None).unwrap().normalized.as_str(), "Words");
}

#[test]
fn verify_reads_a_pdf_and_names_the_page_of_an_excerpt() {
    let folder = tempfile::TempDir::new().unwrap();
    let quill = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/quill/dossier");
    let dossier: serde_json::Value = serde_json::from_slice(&fs::read(quill.join("dossier.json")).unwrap()).unwrap();
    let excerpt = &dossier["excerpts"][0];
    let (source, exact) = (excerpt["source"].as_str().unwrap(), excerpt["exact"].as_str().unwrap());
    // Three pages, the words on the last.
    fs::write(folder.path().join(format!("{source}.pdf")), pdf_of(&["One page.", "Another page.", exact])).unwrap();
    let arguments = ["verify", "--dossier", quill.to_str().unwrap(), "--sources", folder.path().to_str().unwrap()];
    let result = run(&arguments);
    assert!(result.out.contains(", p. 3"), "{}\n{}", result.out, result.err);
    let json = run(&[&arguments[..], &["--json"]].concat());
    let json: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    let found = json["excerpts"].as_array().unwrap().iter().find(|found| found["id"] == excerpt["id"]).unwrap();
    assert_eq!(found["page"], 3, "{found}");
}

/// A PDF of pages with a line each, in letters of Windows-1252.
fn pdf_of(pages: &[&str]) -> Vec<u8> {
    let mut objects = vec!["<</Type/Catalog/Pages 2 0 R>>".to_owned()];
    let kids: Vec<String> = (0..pages.len()).map(|index| format!("{} 0 R", 4 + 2 * index)).collect();
    objects.push(format!("<</Type/Pages/Count {}/Kids[{}]>>", pages.len(), kids.join(" ")));
    objects.push("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>".to_owned());
    for (index, words) in pages.iter().enumerate() {
        let page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9000 800]/Resources<</Font<</F 3 0 R>>>>/Contents";
        objects.push(format!("{page} {} 0 R>>", 5 + 2 * index));
        let bytes = encoding_rs::WINDOWS_1252.encode(words).0;
        let letters: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let shown = format!("BT /F 12 Tf 40 700 Td <{letters}> Tj ET");
        objects.push(format!("<</Length {}>>\nstream\n{shown}\nendstream", shown.len()));
    }
    let mut out = "%PDF-1.4\n".to_owned();
    let mut offsets = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        offsets.push(out.len());
        out += &format!("{} 0 obj\n{object}\nendobj\n", index + 1);
    }
    let table: String = offsets.iter().map(|offset| format!("{offset:010} 00000 n \n")).collect();
    let (start, size) = (out.len(), objects.len() + 1);
    out += &format!(
        "xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF"
    );
    out.into_bytes()
}

#[test]
fn a_file_that_takes_too_long_or_too_much_ends_in_a_message() {
    let bytes = fs::read(path("columns.pdf")).unwrap();
    let tiny = Limits { memory_bytes: 600 << 20, ..LIMITS };
    let none = Limits { time: Duration::ZERO, ..LIMITS };
    let started = Instant::now();
    assert_eq!(refusal("a.pdf", bytes, none), ReadingError::TooLong(1));
    // Patterns in patterns that each are drawn a hundred times by the one before.
    let bomb = drawing_bomb();
    let short = Limits { time: Duration::from_secs(2), ..LIMITS };
    let why = refusal("bomb.pdf", bomb, short);
    assert!(matches!(why, ReadingError::TooLong(2) | ReadingError::Told(_) | ReadingError::TooMuchMemory(_)), "{why}");
    assert!(started.elapsed() < Duration::from_secs(20));
    if cfg!(target_os = "linux") {
        // A page's words that unpack to more than that.
        let why = refusal("large.pdf", stream_bomb(400 << 20), tiny);
        assert_eq!(why, ReadingError::TooMuchMemory(600));
    }
}

/// A page that draws a form a hundred times, which draws another a hundred times, and so on.
fn drawing_bomb() -> Vec<u8> {
    let mut objects = vec![
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Count 1/Kids[3 0 R]>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Resources<</XObject<</X 5 0 R>>>>/Contents 4 0 R>>".to_owned(),
    ];
    let draws = "/X Do ".repeat(100);
    objects.push(format!("<</Length {}>>\nstream\n{draws}\nendstream", draws.len()));
    for next in 6..16 {
        let head = "<</Type/XObject/Subtype/Form/BBox[0 0 200 200]/Resources<</XObject<</X";
        objects.push(format!("{head} {next} 0 R>>>>/Length {}>>\nstream\n{draws}\nendstream", draws.len()));
    }
    pdf_of_objects(&objects.iter().map(|object| object.clone().into_bytes()).collect::<Vec<_>>())
}

/// A page whose content unpacks to so many bytes.
fn stream_bomb(bytes: usize) -> Vec<u8> {
    use std::io::Write as _;
    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    let block = vec![b' '; 1 << 20];
    for _ in 0..bytes >> 20 {
        packer.write_all(&block).unwrap();
    }
    let packed = packer.finish().unwrap();
    let mut content = format!("<</Filter/FlateDecode/Length {}>>\nstream\n", packed.len()).into_bytes();
    content.extend_from_slice(&packed);
    content.extend_from_slice(b"\nendstream");
    let page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R>>";
    let objects = ["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[3 0 R]>>", page];
    let mut objects: Vec<Vec<u8>> = objects.map(|object| object.as_bytes().to_vec()).into();
    objects.push(content);
    pdf_of_objects(&objects)
}

/// A PDF without a table of its objects, which readers make themselves.
fn pdf_of_objects(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut out = b"%PDF-1.4\n".to_vec();
    for (index, object) in objects.iter().enumerate() {
        out.extend_from_slice(format!("{} 0 obj\n", index + 1).as_bytes());
        out.extend_from_slice(object);
        out.extend_from_slice(b"\nendobj\n");
    }
    out.extend_from_slice(format!("trailer\n<</Size {}/Root 1 0 R>>\n", objects.len() + 1).as_bytes());
    out
}

#[test]
fn zips_that_unpack_without_end_and_tables_that_lead_in_circles_are_refused() {
    let zeros = vec![b' '; 260 << 20];
    let zip = |name: &str, bytes: &[u8]| {
        use std::io::Write as _;
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
        zip.finish().unwrap().into_inner()
    };
    let why = refusal("bomb.docx", zip("word/document.xml", &zeros), LIMITS).to_string();
    assert!(why.contains("MB of text") || why.contains("memory"), "{why}");
    let deep = format!("<a>{}</a>", "<w:p>".repeat(100_000));
    let why = refusal("deep.docx", zip("word/document.xml", deep.as_bytes()), LIMITS).to_string();
    assert!(why.contains("nest too deep"), "{why}");
    // A table of objects whose predecessor is itself, and a tree of pages that holds itself.
    let objects = ["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 9/Kids[2 0 R 2 0 R]>>"];
    let mut circle = pdf_of_objects(&objects.map(|object| object.as_bytes().to_vec()));
    let start = circle.len();
    circle.extend_from_slice(
        format!(
            "xref\n0 1\n0000000000 65535 f \ntrailer\n<</Size 3/Root 1 0 R/Prev {start}>>\nstartxref\n{start}\n%%EOF"
        )
        .as_bytes(),
    );
    let why = refusal("circle.pdf", circle, Limits { time: Duration::from_secs(20), ..LIMITS });
    assert!(matches!(why, ReadingError::Told(_) | ReadingError::Crashed), "{why:?}");
}

#[test]
fn damaged_documents_end_in_a_text_or_a_message() {
    documents::use_program(env!("CARGO_BIN_EXE_claimline").into());
    let mut numbers = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let limits = Limits { time: Duration::from_secs(20), ..LIMITS };
    let rounds = std::env::var("CLAIMLINE_DAMAGED_DOCUMENTS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(12);
    let mut outcomes = std::collections::BTreeMap::<String, usize>::new();
    for name in [
        "columns.pdf",
        "standard-fonts.pdf",
        "right-to-left.pdf",
        "word.docx",
        "office.odt",
        "pages.wacz",
        "pages.warc.gz",
    ] {
        let whole = fs::read(path(name)).unwrap();
        for _ in 0..rounds {
            let mut bytes = whole.clone();
            for _ in 0..1 + numbers.next_u32() % 24 {
                let at = numbers.next_u32() as usize % bytes.len();
                bytes[at] = numbers.next_u32() as u8;
            }
            if numbers.next_u32().is_multiple_of(8) {
                bytes.truncate(numbers.next_u32() as usize % bytes.len());
            }
            let outcome = match documents::read_bytes(name, bytes, None, limits) {
                Ok(_) => "read".to_owned(),
                Err(ReadingError::Told(_) | ReadingError::Document(_)) => "told why not".to_owned(),
                Err(other @ (ReadingError::NoProgram(_) | ReadingError::NotStarted(_))) => panic!("{other}"),
                Err(other) => format!("{name}: {other}"),
            };
            *outcomes.entry(outcome).or_default() += 1;
        }
    }
    eprintln!("{outcomes:?}");
    assert!(outcomes.contains_key("read") && outcomes.contains_key("told why not"), "{outcomes:?}");
    assert!(!outcomes.keys().any(|outcome| outcome.contains("not read within")), "{outcomes:?}");
}

#[test]
fn a_reader_in_this_process_says_the_same() {
    for name in ["columns.pdf", "word.docx", "pages.wacz"] {
        let here = document::read(name, &fs::read(path(name)).unwrap(), None).unwrap();
        assert_eq!(here, read(name), "{name}");
    }
    let error = document::read("a.pdf", b"%PDF-1.4\nnothing", None).unwrap_err();
    assert!(matches!(error, DocumentError::Broken(_)), "{error}");
    let picture = files::read_text(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/pictures/dots.png"));
    assert!(matches!(picture, Err(FileError::Document { .. })));
}

#[test]
fn a_document_that_breaks_off_is_read_and_said_to() {
    let cut = |name: &str, keep: usize| {
        let whole = fs::read(path(name)).unwrap();
        document::read(name, &whole[..whole.len() * keep / 100], None)
    };
    let says = |read: &ReadDocument, what: &str| read.warnings.iter().any(|warning| warning.contains(what));
    for name in ["columns.pdf", "standard-fonts.pdf", "right-to-left.pdf", "memorandum.pdf", "office.pdf"] {
        let whole = document::read(name, &fs::read(path(name)).unwrap(), None).unwrap();
        assert!(!says(&whole, "breaks off") && !says(&whole, "repaired"), "{name}: {:?}", whole.warnings);
        let mut read = 0;
        for keep in [30, 60, 80, 95, 99] {
            // One of which no page is left is an error.
            if let Ok(document) = cut(name, keep) {
                read += 1;
                assert!(says(&document, "the file breaks off before its end: "), "{name}: {:?}", document.warnings);
                assert!(says(&document, "could be read"), "{:?}", document.warnings);
            }
        }
        assert!(read > 0, "{name}: none is read");
    }
    let damaged = document::read("damaged.pdf", &fs::read(path("damaged.pdf")).unwrap(), None).unwrap();
    assert!(says(&damaged, "the file is damaged and was repaired"), "{:?}", damaged.warnings);
    for name in ["office.rtf", "page.mhtml", "pages.warc"] {
        let whole = document::read(name, &fs::read(path(name)).unwrap(), None).unwrap();
        assert!(!says(&whole, "breaks off") && !says(&whole, "cut short"), "{name}: {:?}", whole.warnings);
        let document = cut(name, 97).unwrap();
        assert!(says(&document, "breaks off") || says(&document, "cut short"), "{name}: {:?}", document.warnings);
    }
}
