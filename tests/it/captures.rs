//! Pages of sources kept by the command line, and checked again, with a server on the loopback that behaves and misbehaves.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};

use claimline::formats::document;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::cli::run;

const PAGE: &str = "<!doctype html><title>Ferry</title><nav>Home News</nav><p>The mayor of Quill says that the ferry to the \
                    northern shore runs again from 3 May. Tickets cost two crowns.</p>";

/// A server whose answer can be changed: a status line with its fields, and a body.
struct Paper {
    address: String,
    answer: Arc<Mutex<(String, String)>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Paper {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (answer, asked) = (Arc::<Mutex<(String, String)>>::default(), Arc::<Mutex<Vec<String>>>::default());
        let (theirs, noted) = (Arc::clone(&answer), Arc::clone(&asked));
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let mut request = String::new();
                while reader.read_line(&mut request).is_ok_and(|read| read > 2) {}
                let (head, body) = theirs.lock().unwrap().clone();
                noted.lock().unwrap().push(request.clone());
                let head = match request.split(' ').nth(1) {
                    Some("/old") => "301 Moved Permanently\r\nLocation: /ferry".to_owned(),
                    _ => head,
                };
                if !head.is_empty() {
                    let all =
                        format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
                    let _ = stream.write_all(all.as_bytes());
                }
            }
        });
        let paper = Self { address, answer, asked };
        paper.says("200 OK\r\nContent-Type: text/html", PAGE);
        paper
    }

    fn says(&self, head: &str, body: &str) {
        *self.answer.lock().unwrap() = (head.to_owned(), body.to_owned());
    }
}

/// A dossier with one source, of which one sentence is quoted.
fn begun(folder: &Path, url: &str) -> String {
    let place = folder.join("quill").display().to_string();
    run(&["new", &place, "--title", "Quill", "--day", "2026-11-02"]).says(0, &[]);
    let source = ["add-source", &place, "--outlet", "Post", "--title", "Ferry", "--id", "post", "--url", url];
    run(&[&source[..], &["--retrieved", "2026-01-02"]].concat()).says(0, &[]);
    let text = folder.join("page.html").display().to_string();
    fs::write(&text, PAGE).unwrap();
    let excerpt = ["add-excerpt", &place, "--source", "post", "--text", &text, "--id", "may", "--does", "context"];
    run(&[&excerpt[..], &["--exact", "the ferry to the northern shore runs again from 3 May"]].concat()).says(0, &[]);
    place
}

fn archived(place: &str) -> Value {
    let description: Value = serde_json::from_slice(&fs::read(Path::new(place).join("dossier.json")).unwrap()).unwrap();
    description["sources"][0]["archived"].clone()
}

fn verified(place: &str, more: &[&str]) -> Value {
    let ran = run(&[&["verify", "--json", "--dossier", place][..], more].concat());
    serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {} {}", ran.out, ran.err))
}

#[test]
fn a_page_is_kept_and_its_excerpts_are_checked_in_it() {
    let folder = TempDir::new().unwrap();
    let paper = Paper::new();
    let place = begun(folder.path(), &format!("{}/old", paper.address));
    let before = verified(&place, &[]);
    assert_eq!(before["excerpts"][0]["state"], "no-text-at-hand");
    let has_finding = |report: &Value, words: &str| {
        report["findings"].as_array().unwrap().iter().any(|one| one["what"].as_str().unwrap().contains(words))
    };
    assert!(has_finding(&before, "no copy of it is kept"), "{before:#}");
    assert!(paper.asked.lock().unwrap().is_empty(), "nobody has asked for a page yet");

    let ran = run(&["capture", &place, "post"]);
    ran.says(0, &[]);
    let kept = archived(&place);
    let file = kept[0]["file"].as_str().unwrap();
    assert!(ran.out.starts_with(file) && file.ends_with(".wacz"), "{kept}");
    assert_eq!((&kept[0]["kind"], &kept[0]["url"]), (&json!("wacz"), &json!(format!("{}/ferry", paper.address))));
    assert!(kept[0]["at"].as_str().unwrap().ends_with('Z'));
    // As coreutils sums the file up.
    let summed = Command::new("sha256sum").arg(Path::new(&place).join(file)).output();
    if let Ok(summed) = summed {
        assert!(String::from_utf8_lossy(&summed.stdout).starts_with(kept[0]["sha256"].as_str().unwrap()));
    }
    assert_eq!(paper.asked.lock().unwrap().len(), 2, "where it was, and where it is");

    // The copy is a text at hand, and nothing is fetched for it.
    let after = verified(&place, &[]);
    assert_eq!(after["excerpts"][0]["state"], "exact", "{after:#}");
    assert_eq!((&after["sources"][0]["file"], &after["sources"][0]["matched_by"]), (&json!(file), &json!("capture")));
    assert!(!has_finding(&after, "no copy of it is kept") && after.get("live").is_none());
    assert_eq!(paper.asked.lock().unwrap().len(), 2);

    // One that was changed is not passed over, nor one that is not there.
    let path = Path::new(&place).join(file);
    let mut bytes = fs::read(&path).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&path, &bytes).unwrap();
    let changed = verified(&place, &[]);
    assert!(changed["failed"] == true && has_finding(&changed, "was changed"), "{changed:#}");
    fs::remove_file(&path).unwrap();
    let lacking = verified(&place, &[]);
    assert!(lacking["failed"] == false && has_finding(&lacking, "not among the dossier"), "{lacking:#}");
}

#[test]
fn each_excerpt_is_checked_in_the_page_as_it_is_now() {
    let folder = TempDir::new().unwrap();
    let paper = Paper::new();
    let place = begun(folder.path(), &format!("{}/ferry", paper.address));
    let state = |place: &str| {
        let live = verified(place, &["--live"])["live"].clone();
        (live["sources"][0]["state"].as_str().unwrap().to_owned(), live["excerpts"][0].clone())
    };
    let stands = |(page, excerpt): (String, Value), page_is: &str, excerpt_is: &str| {
        assert_eq!((page.as_str(), &excerpt["state"]), (page_is, &json!(excerpt_is)), "{excerpt:#}");
    };
    stands(state(&place), "answered", "live");
    let html = "200 OK\r\nContent-Type: text/html";
    paper.says(html, &PAGE.replace("3 May", "9 June"));
    let (_, excerpt) = state(&place);
    assert_eq!((&excerpt["state"], &excerpt["since"]), (&json!("reworded"), &json!("2026-01-02")));
    assert_eq!(excerpt["now"], "the ferry to the northern shore runs again from 9 June.");
    // 11 words, of which 2 are others.
    assert_eq!(excerpt["share_kept"], json!(0.8182));
    paper.says(html, "<p>Nothing about that any more.</p>");
    stands(state(&place), "answered", "gone");
    paper.says("404 Not Found", "no such page");
    stands(state(&place), "gone", "gone");
    // A connection that is closed at once says nothing about the page.
    paper.says("", "");
    stands(state(&place), "not-reached", "not-reached");

    paper.says(html, PAGE);
    run(&["capture", &place, "post"]).says(0, &[]);
    let kept = archived(&place);
    paper.says("410 Gone", "");
    let (page, excerpt) = state(&place);
    assert_eq!((page.as_str(), &excerpt["state"]), ("gone", &json!("gone-held-in-capture")));
    assert_eq!(excerpt["held_in"], json!([kept[0]["file"]]));
    paper.says(html, &PAGE.replace("3 May", "9 June"));
    let ran = run(&["verify", "--live", "--dossier", &place]);
    let day = &kept[0]["at"].as_str().unwrap()[..10];
    let live = verified(&place, &["--live"]);
    super::docs::assert_command_names("verify", &[], &[], &live);
    for words in
        [&format!("reworded since {day}"), "quoted: “the ferry to the northern", "now:    “the ferry to the northern"]
    {
        assert!(ran.out.contains(words), "{words}: {}", ran.out);
    }
    assert!(run(&["capture", &place, "post"]).out.contains("-2.wacz\n"));
    run(&["capture", &place, "nobody"]).says(2, &["there are post"]);
    paper.says("500 Internal Server Error", "");
    run(&["capture", &place, "post"]).says(1, &["500", "save it there"]);
    assert_eq!(archived(&place).as_array().unwrap().len(), 2, "what failed has changed nothing");
}

#[test]
fn a_file_that_was_saved_becomes_a_copy_of_its_kind() {
    let folder = TempDir::new().unwrap();
    let place = begun(folder.path(), "https://post.example/ferry");
    let page = folder.path().join("page.html").display().to_string();
    let ran = run(&["capture", &place, "post", "--from", &page]);
    assert!(ran.out.starts_with("captures/post-") && ran.out.contains(".html\n"), "{} {}", ran.out, ran.err);
    let kept = archived(&place);
    assert_eq!((&kept[0]["kind"], kept[0].get("url")), (&json!("page"), None));
    assert_eq!(fs::read(Path::new(&place).join(kept[0]["file"].as_str().unwrap())).unwrap(), PAGE.as_bytes());
    assert_eq!(verified(&place, &[])["excerpts"][0]["state"], "exact");
    // Its one file has it too, and so has who unpacks that.
    let packed = folder.path().join("quill.claimline").display().to_string();
    run(&["pack", &place, "-o", &packed]).says(0, &[]);
    assert_eq!(verified(&packed, &[])["excerpts"][0]["state"], "exact");
    let picture = folder.path().join("picture.png").display().to_string();
    fs::write(&picture, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").unwrap();
    run(&["capture", &place, "post", "--from", &picture]).says(1, &["picture.png"]);
}

/// A program of Python's if it is installed.
#[expect(clippy::print_stderr, reason = "what was not tested is said")]
fn python(program: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    let found = std::env::split_paths(&folders).map(|folder| folder.join(program)).find(|path| path.is_file());
    if found.is_none() {
        eprintln!("skipped: {program} is not installed (pip install wacz warcio)");
    }
    found
}

fn outcome(program: &PathBuf, arguments: &[&str]) -> (bool, String) {
    let output = Command::new(program).args(arguments).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&text).into_owned())
}

#[test]
fn webrecorders_own_programs_find_a_capture_valid() {
    let (Some(wacz), Some(warcio), Some(indexer)) = (python("wacz"), python("warcio"), python("cdxj-indexer")) else {
        return;
    };
    let folder = TempDir::new().unwrap();
    let paper = Paper::new();
    let place = begun(folder.path(), &format!("{}/old", paper.address));
    run(&["capture", &place, "post"]).says(0, &[]);
    let kept = archived(&place);
    let file = Path::new(&place).join(kept[0]["file"].as_str().unwrap());
    let (is_valid, said) = outcome(&wacz, &["validate", "-f", &file.display().to_string()]);
    assert!(is_valid && said.contains("Validation succeeded"), "{said}");
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(fs::read(&file).unwrap())).unwrap();
    let mut unpacked = |name: &str| {
        let mut out = Vec::new();
        zip.by_name(name).unwrap().read_to_end(&mut out).unwrap();
        out
    };
    let warc = folder.path().join("data.warc.gz").display().to_string();
    fs::write(&warc, unpacked("archive/data.warc.gz")).unwrap();
    let (is_good, said) = outcome(&warcio, &["check", "-v", &warc]);
    // A record that says what the archive is, and two of each of what was asked and answered.
    assert!(is_good && said.matches("digest pass").count() == 5 && !said.contains("failed"), "{said}");
    // Where each record lies, what it is called and what it is, as another program indexes the same file.
    let (_, index) = outcome(&indexer, &["-s", &warc]);
    let cdx = unpacked("indexes/index.cdx.gz");
    let mut ours = String::new();
    flate2::read::GzDecoder::new(&*cdx).read_to_string(&mut ours).unwrap();
    let parts = |text: &str| -> Vec<(String, Value)> {
        let line = |line: &str| {
            let (key, said) = line.split_once(" {")?;
            Some((key.to_owned(), serde_json::from_str(&format!("{{{said}")).unwrap()))
        };
        text.lines().filter_map(line).collect()
    };
    assert_eq!(parts(&ours), parts(&index), "{index}");
    assert_eq!(parts(&ours).len(), 2);
}

fn document(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/documents").join(name).display().to_string()
}

#[test]
fn another_page_of_an_archive_is_kept_and_read_again() {
    let folder = TempDir::new().unwrap();
    let place = folder.path().join("d").display().to_string();
    run(&["new", &place, "--title", "Survey", "--day", "2026-11-02"]).says(0, &[]);
    let source = ["add-source", &place, "--outlet", "Post", "--title", "Survey", "--id", "post"];
    run(&[&source[..], &["--url", "https://example.org/survey"]].concat()).says(0, &[]);
    let archive = document("pages.wacz");
    run(&["capture", &place, "post", "--from", &archive, "--page", "https://example.org/none"])
        .says(1, &["there is no page saved from https://example.org/none"]);
    run(&["capture", &place, "post", "--from", &archive, "--page", "https://example.org/second"]).says(0, &[]);
    let all: Value = serde_json::from_slice(&fs::read(folder.path().join("d/dossier.json")).unwrap()).unwrap();
    assert_eq!(all["sources"][0]["archived"][0]["url"], "https://example.org/second");
    // The words of the second page are found, those of the first are not.
    let read = |address: &str| document::read("pages.wacz", &fs::read(&archive).unwrap(), Some(address)).unwrap();
    let second = read("https://example.org/second").normalized;
    let verified = run(&["verify", "--dossier", &place, "--json"]);
    let report: Value = serde_json::from_str(&verified.out).unwrap();
    let text = &report["sources"][0];
    assert_eq!(
        (text["matched_by"].as_str(), text["sha256"].as_str()),
        (Some("capture"), Some(second.sha256())),
        "{report}"
    );
}

#[test]
fn a_document_becomes_a_source_with_what_it_says_of_itself() {
    let folder = TempDir::new().unwrap();
    let place = folder.path().join("d").display().to_string();
    run(&["new", &place, "--title", "Survey", "--day", "2026-11-02"]).says(0, &[]);
    let page = folder.path().join("page.html").display().to_string();
    let head = "<!doctype html><title>Ferry</title><meta property='og:site_name' content='Quill Post'>\
                <meta name=author content='A. Writer'><meta property='article:published_time' content='2026-10-30T08:00:00Z'>\
                <link rel=canonical href='https://post.example/ferry'>";
    fs::write(&page, format!("{head}<p>The ferry runs again.")).unwrap();
    run(&["add-source", &place, "--from", &page, "--author", "Ann Writer"])
        .says(0, &["guessed from the document, check it: title, outlet, url, published"]);
    let all: Value = serde_json::from_slice(&fs::read(folder.path().join("d/dossier.json")).unwrap()).unwrap();
    let source = &all["sources"][0];
    let stated = (
        source["title"].as_str(),
        source["author"].as_str(),
        source["url"].as_str(),
        source["text"]["length"].as_u64(),
    );
    assert_eq!(stated, (Some("Ferry"), Some("Ann Writer"), Some("https://post.example/ferry"), Some(21)));
    run(&["add-source", &place, "--from", &document("word.docx")]).says(2, &["add --outlet, --url"]);
    // A list of sources says all itself.
    let list = folder.path().join("list.bib").display().to_string();
    fs::write(&list, "@misc{a, title={T}, howpublished={O}, url={https://o.example/1}}").unwrap();
    run(&["add-source", &place, "--from", &list, "--title", "X"]).says(2, &["takes no other option with a list"]);
}

#[test]
fn a_copy_with_another_text_is_kept_with_a_warning_that_names_the_difference() {
    let folder = TempDir::new().unwrap();
    let place = folder.path().join("d").display().to_string();
    run(&["new", &place, "--title", "Ferry", "--day", "2026-11-02"]).says(0, &[]);
    let page = folder.path().join("page.html").display().to_string();
    fs::write(&page, PAGE).unwrap();
    let source = ["add-source", &place, "--outlet", "Post", "--title", "Ferry", "--id", "post"];
    run(&[&source[..], &["--url", "https://post.example/ferry", "--text", &page]].concat()).says(0, &[]);
    let excerpt = ["add-excerpt", &place, "--source", "post", "--text", &page, "--id", "may", "--does", "context"];
    run(&[&excerpt[..], &["--exact", "the ferry to the northern shore runs again from 3 May"]].concat()).says(0, &[]);
    let same = run(&["capture", &place, "post", "--from", &page]);
    assert!(same.code == 0 && !same.err.contains("warning"), "{}", same.err);
    // A page with more around the article has all that is quoted.
    let more = folder.path().join("more.html").display().to_string();
    fs::write(&more, PAGE.replace("<nav>", "<nav>More of it ")).unwrap();
    let with_more = run(&["capture", &place, "post", "--from", &more]);
    assert!(with_more.code == 0 && !with_more.err.contains("warning"), "{}", with_more.err);

    let place = folder.path().join("other").display().to_string();
    run(&["new", &place, "--title", "Ferry", "--day", "2026-11-02"]).says(0, &[]);
    let source = ["add-source", &place, "--outlet", "Post", "--title", "Ferry", "--id", "post"];
    run(&[&source[..], &["--url", "https://post.example/ferry", "--text", &page]].concat()).says(0, &[]);
    run(&[&["add-excerpt", &place], &excerpt[2..], &["--exact", "the ferry to the northern shore"]].concat())
        .says(0, &[]);
    let another = folder.path().join("another.html").display().to_string();
    fs::write(&another, "<p>An article about the harbour, and nothing else.").unwrap();
    run(&["capture", &place, "post", "--from", &another])
        .says(0, &["warning: the copy is kept, but its text is not the one", "its excerpt does not stand in it"]);
    let report = verified(&place, &[]);
    let finding = |report: &Value, words: &str| -> Option<Value> {
        report["findings"].as_array().unwrap().iter().find(|one| one["what"].as_str().unwrap().contains(words)).cloned()
    };
    let told = finding(&report, "the text of its capture is not the one").expect("it is told");
    assert_eq!(told["severity"], "warning", "{told}");
    assert!(told["what"].as_str().unwrap().contains("code points instead of"), "{told}");
    assert_eq!(report["failed"], false);
}

#[test]
fn a_copy_that_breaks_off_is_said_to_when_it_is_kept_and_when_it_is_checked() {
    let folder = TempDir::new().unwrap();
    let place = begun(folder.path(), "https://post.example/ferry");
    let whole = fs::read(document("columns.pdf")).unwrap();
    let cut = folder.path().join("cut.pdf").display().to_string();
    fs::write(&cut, &whole[..whole.len() * 95 / 100]).unwrap();
    run(&["capture", &place, "post", "--from", &cut]).says(0, &["warning: the file breaks off before its end"]);
    let report = verified(&place, &[]);
    let findings = report["findings"].as_array().unwrap();
    let told = findings.iter().find(|one| one["what"].as_str().unwrap().contains("breaks off before its end"));
    assert_eq!(told.expect("it is told")["severity"], "warning");
    // As the text of a new source.
    let words = ["--outlet", "Post", "--title", "T", "--url", "https://post.example/cut"];
    run(&[&["add-source", &place, "--from", &cut][..], &words].concat()).says(0, &["warning: the file breaks off"]);
}

#[test]
fn what_is_said_of_a_source_is_looked_at_before_it_is_added() {
    let folder = TempDir::new().unwrap();
    let place = begun(folder.path(), "https://post.example/ferry");
    let add = |more: &[&str]| run(&[&["add-source", &place, "--force"][..], more].concat());
    add(&["--outlet", "", "--title", "", "--url", ""]).says(2, &["--outlet is empty"]);
    add(&["--outlet", "Post", "--title", "T", "--url", "ftp://post.example/a"]).says(2, &["begins with https://"]);
    let dated = ["--outlet", "Post", "--title", "T", "--url", "https://post.example/a", "--published", "2026-02-02"];
    add(&[&dated[..], &["--retrieved", "2026-02-01"]].concat()).says(0, &["before it was published"]);
    let empty = folder.path().join("empty.html").display().to_string();
    fs::write(&empty, "<!doctype html><title></title>").unwrap();
    add(&[&dated[..], &["--text", &empty]].concat()).says(1, &["there are no words in it"]);
    run(&["new", &folder.path().join("other").display().to_string(), "--title", "", "--day", "2026-11-02"])
        .says(2, &["--title is empty"]);
    run(&["capture", &place, "post", "--from", &empty]).says(0, &["there are no words in it"]);
    run(&["capture", &place, "post", "--from", &empty]).says(1, &["the same bytes are kept already, as captures/"]);
}
