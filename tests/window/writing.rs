//! A dossier about an invented dispute, from nothing to a cited PDF, in the real window: what a person does is counted.

use super::*;

/// So many actions the guide says that it takes: a key, a text that is typed, a click, a drag.
const ACTIONS: usize = 58;

/// The id of the dossier, and so the name that is proposed for its folder: the first digits of the SHA-256 of its Armenian title.
const ID: &str = "dossier-dde2c8eb";

/// Where the controls are in a window of this size, in pixels.
const WINDOW: [u32; 2] = [1400, 900];
const ANOTHER_LANGUAGE: Point = Point::new(605.0, 381.0);
const MAKE_OVERLAY: Point = Point::new(1123.0, 381.0);
const LICENCE: Point = Point::new(770.0, 549.0);
const DERIVE_OVERLAY: Point = Point::new(859.0, 624.0);
const FIRST_OVERLAY: Point = Point::new(569.0, 410.0);
const ADDRESS: Point = Point::new(765.0, 610.0);
const PDF: Point = Point::new(991.0, 772.0);
const EXPORT: Point = Point::new(1360.0, 834.0);

/// The window, and how often somebody has acted.
struct Person {
    window: Window,
    actions: usize,
    pictures: usize,
}

impl Person {
    fn key(&mut self, key: &str) {
        self.actions += 1;
        xdotool(&["key", key]);
        sleep(Duration::from_millis(250));
    }

    fn types(&mut self, words: &str) {
        self.actions += 1;
        xdotool(&["type", "--delay", "25", words]);
        sleep(Duration::from_millis(250));
    }

    fn click(&mut self, at: Point) {
        self.actions += 1;
        self.window.click(at);
    }

    fn drag(&mut self, from: Point, to: Point) {
        self.actions += 1;
        self.window.drag(from, to);
    }

    /// Waits until the window holds still, or for as long as a person would. What it shows is kept.
    fn waits(&mut self, what: &str) {
        self.pictures += 1;
        let name = format!("{:02}-{what}", self.pictures);
        sleep(Duration::from_millis(700));
        let mut last = self.window.picture(&name);
        for _ in 0..8 {
            sleep(Duration::from_millis(300));
            let now = self.window.picture(&name);
            let is_still = now.is_as_still_as(&last);
            last = now;
            if is_still {
                break;
            }
        }
    }

    /// Draws a rectangle and makes it an overlay with these titles.
    fn draws(&mut self, from: Point, to: Point, [armenian, arabic]: [&str; 2], rights: Option<[&str; 2]>) {
        self.key("r");
        self.drag(from, to);
        self.waits("drawn");
        self.click(MAKE_OVERLAY);
        self.waits("new-overlay");
        self.types(armenian);
        self.key("Tab");
        self.types(arabic);
        if let Some([licence, credit]) = rights {
            self.click(LICENCE);
            self.types(licence);
            self.key("Tab");
            self.types(credit);
        }
        self.key("Return");
        self.waits("overlay");
    }

    /// Opens a document; the form of a new source is filled from it.
    fn opens(&mut self, path: &Path) {
        self.key("ctrl+o");
        self.types(&path.display().to_string());
        self.key("Return");
        // A document is read by a process of its own.
        sleep(Duration::from_secs(2));
        self.waits("source");
    }
}

/// Runs the program; what it printed, if it said that all is well.
fn claimline(home: &Path, arguments: &[&str]) -> String {
    let program = std::env::var_os("CLAIMLINE_PROGRAM")
        .map_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_claimline")), PathBuf::from);
    let output = Command::new(program).args(arguments).env("HOME", home).stdin(Stdio::null()).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{arguments:?}: {text}{}", String::from_utf8_lossy(&output.stderr));
    text
}

#[test]
#[ignore = "needs a display, xdotool and ImageMagick: .ci/window-check gives it them"]
fn a_dossier_is_written_from_nothing_to_a_cited_pdf() {
    let folder = folder_for("writing");
    let home = tempfile::TempDir::new().unwrap();
    let texts = tempfile::TempDir::new().unwrap();
    let page = texts.path().join("post.html");
    fs::write(
        &page,
        "<!doctype html><html><head><meta charset=utf-8><title>Quill and Arn quarrel over the upper pasture</title>\
         <meta property='og:site_name' content='Quill Post'><meta name=author content='M. Harrow'>\
         <meta property='article:published_time' content='2025-11-03'>\
         <link rel=canonical href='https://post.example/2025/11/pasture'></head><body><nav>Home | News</nav>\
         <article><h1>Quill and Arn quarrel over the upper pasture</h1><p>The elders of Quill told the Post on Monday that \
         “the whole upper pasture, some 5,200 square kilometres, belongs to the commune of Quill”, as it has since the \
         first survey.</p><p>Arn’s council did not answer. Herders from both sides still use the wells at the ford, and \
         neither side has closed the road.</p></article></body></html>",
    )
    .unwrap();
    let memorandum = texts.path().join("memorandum.pdf");
    fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/documents/memorandum.pdf"), &memorandum).unwrap();
    let district = texts.path().join("okrug.html");
    let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode(
        "<html><head><meta http-equiv='Content-Type' content='text/html; charset=windows-1251'>\
         <link rel=canonical href='https://okrug.example/pastbishche'>\
         <title>Верхнее пастбище: спор двух общин</title></head><body><h1>Верхнее пастбище: спор двух общин</h1>\
         <p>По словам писаря округа, «граница по ручью никогда не была утверждена», и обе общины платили сбор в разные \
         годы.</p><p>Съёмка 1911 года хранится в архиве округа, но листа с бродом в ней нет, сказал писарь газете в \
         пятницу.</p></body></html>",
    );
    fs::write(&district, bytes).unwrap();

    let window = Window::open(&folder, home.path());
    // Keyboards of those who write Armenian and Arabic.
    let layouts = Command::new("setxkbmap").args(["-layout", "us,am,ara"]).status().expect("setxkbmap is installed");
    assert!(layouts.success());
    xdotool(&["windowsize", &window.id, &WINDOW[0].to_string(), &WINDOW[1].to_string()]);
    let mut person = Person { window, actions: 0, pictures: 0 };
    person.waits("begin");

    person.key("ctrl+k");
    person.types("new dossier");
    sleep(Duration::from_secs(1));
    person.key("Return");
    person.waits("new-dossier");
    person.types("Քուիլի վերին արոտավայրը");
    person.click(ANOTHER_LANGUAGE);
    person.waits("another-language");
    person.types("مراعي كويل العليا");
    person.key("Return");
    person.waits("begun");

    let rights = Some(["CC-BY-4.0", "Quill Survey"]);
    person.draws(Point::new(480.0, 200.0), Point::new(800.0, 500.0), ["Վերին արոտ", "المرعى الأعلى"], rights);
    person.draws(Point::new(500.0, 350.0), Point::new(760.0, 530.0), ["Ստորին մարգ", "المرج الأسفل"], None);

    // What of the first the second does not take: the form begins with it.
    person.click(DERIVE_OVERLAY);
    person.waits("recipe");
    person.key("ctrl+Return");
    person.waits("new-overlay");
    person.types("Միայն վերին");
    person.key("Return");
    person.waits("derived");

    // Words are dragged onto what they speak of.
    person.opens(&page);
    person.key("ctrl+Return");
    person.waits("page");
    person.drag(Point::new(51.0, 314.0), Point::new(142.0, 358.0));
    person.drag(Point::new(100.0, 336.0), Point::new(560.0, 240.0));
    person.waits("excerpt");
    person.click(FIRST_OVERLAY);
    person.key("ctrl+Return");
    person.waits("quoted");

    person.opens(&memorandum);
    person.click(ADDRESS);
    person.types("https://arn.example/memorandum.pdf");
    person.key("ctrl+Return");
    sleep(Duration::from_secs(2));
    person.waits("pdf");
    person.drag(Point::new(84.0, 349.0), Point::new(112.0, 393.0));
    person.drag(Point::new(60.0, 371.0), Point::new(620.0, 516.0));
    person.waits("excerpt");
    person.key("ctrl+Return");
    person.waits("quoted");

    person.opens(&district);
    person.key("ctrl+Return");
    person.waits("district");
    person.drag(Point::new(207.0, 303.0), Point::new(274.0, 325.0));
    person.drag(Point::new(100.0, 325.0), Point::new(620.0, 516.0));
    person.waits("excerpt");
    person.key("ctrl+Return");
    person.waits("quoted");

    person.key("ctrl+alt+s");
    person.key("Return");
    person.waits("saved");
    person.key("ctrl+e");
    person.waits("figure");
    person.click(PDF);
    person.waits("pdf-chosen");
    person.click(EXPORT);
    person.waits("export");
    let figure = home.path().join(format!("{ID}.pdf"));
    let started = Instant::now();
    while !figure.exists() {
        assert!(started.elapsed() < Duration::from_secs(60), "no figure after {} actions", person.actions);
        sleep(Duration::from_millis(200));
    }
    person.waits("written");
    println!("{} actions", person.actions);
    assert_eq!(person.actions, ACTIONS);
    person.window.kill();
    drop(person);

    // What was written holds, and the command line agrees.
    let dossier = home.path().join(ID);
    let (read, problems) = claimline::files::dossiers::open(&dossier).unwrap().dossier().unwrap();
    assert_eq!(problems, Vec::new());
    assert_eq!(read.title.get("hy"), Some("Քուիլի վերին արոտավայրը"));
    assert_eq!(read.title.get("ar"), Some("مراعي كويل العليا"));
    assert_eq!((read.overlays.len(), read.sources.len(), read.excerpts.len()), (3, 3, 3));
    assert_eq!(read.overlays.iter().filter(|overlay| overlay.recipe.is_some()).count(), 1);
    assert!(read.overlays.iter().all(|overlay| read.excerpts_of(&overlay.id).next().is_some()));
    let said: Vec<&str> = read.excerpts.iter().map(|excerpt| excerpt.exact.as_str()).collect();
    assert!(said[0].contains("the whole upper pasture, some 5,200 square kilometres"), "{said:?}");
    assert!(said[1].contains("the lower meadow, about 1,900 square kilometres"), "{said:?}");
    assert!(said[2].contains("граница по ручью никогда не была"), "{said:?}");
    let place = dossier.display().to_string();
    let sources = texts.path().display().to_string();
    let verified = claimline(home.path(), &["verify", "--dossier", &place, "--sources", &sources]);
    assert!(verified.contains("3 exact, 0 errors"), "{verified}");
    claimline(home.path(), &["coverage", "--dossier", &place]);
    let packed = home.path().join("quill.claimline").display().to_string();
    claimline(home.path(), &["pack", &place, "-o", &packed]);
    assert!(claimline(home.path(), &["diff", &place, &packed]).contains("nothing differs"));
    let recorded = claimline(home.path(), &["inspect", &figure.display().to_string(), "--dossier", &place]);
    assert!(recorded.contains("quill-post"), "{recorded}");
}
