//! The files that a figure is written as: PDF, GeoJSON, evidence packs, world files, atlases; what they carry, and that
//! they are the same everywhere. No tool from outside is needed.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use claimline::document::annotation::{Citation, PointKind, Shape};
use claimline::document::{
    Annotation, AnnotationId, ChosenLine, Document, LayerId, Names, OverlayState, edit, project,
};
use claimline::dossier::{self, Counting, Dossier, Excerpt, builtin};
use claimline::figure::{self, FigureOptions, OutputFormat, PageSetup, PageSize, Piece, Place, Shows, Spot};
use claimline::formats::source_properties::PropertySource;
use claimline::geometry::{Coord, Frame, Geometry, View};
use claimline::scene::Scene;
use claimline::scene::ground::Ground;
use claimline::scene::palette::Theme;
use claimline::session::Session;
use serde_json::Value;
use tempfile::TempDir;

/// Runs the program in a folder; exit code, stdout, stderr.
fn run_in(folder: &Path, environment: &[(&str, &str)], arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_claimline"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env("HOME", folder)
        .envs(environment.iter().copied())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[track_caller]
fn good(folder: &Path, arguments: &[&str]) -> String {
    let (code, out, err) = run_in(folder, &[], arguments);
    assert_eq!(code, 0, "{err}");
    out
}

fn count(bytes: &[u8], word: &str) -> usize {
    memchr::memmem::find_iter(bytes, word).count()
}

/// The streams of a PDF, inflated where they are packed.
fn streams(pdf: &[u8]) -> Vec<Vec<u8>> {
    let starts = memchr::memmem::find_iter(pdf, b"\nstream\n").map(|at| at + 8);
    starts
        .map(|start| {
            let length = memchr::memmem::find(&pdf[start..], b"\nendstream").expect("a stream ends");
            let data = &pdf[start..start + length];
            let mut plain = Vec::new();
            match flate2::read::ZlibDecoder::new(data).read_to_end(&mut plain) {
                Ok(_) => plain,
                Err(_) => data.to_vec(),
            }
        })
        .collect()
}

#[test]
fn a_pdf_is_one_page_with_fonts_links_tags_and_its_provenance() {
    let folder = TempDir::new().unwrap();
    good(folder.path(), &["export", "-o", "figure.pdf", "--title", "Who says so? Хто це каже?", "--names", "both"]);
    let pdf = fs::read(folder.path().join("figure.pdf")).unwrap();
    assert!(pdf.starts_with(b"%PDF-1.7") && pdf.trim_ascii_end().ends_with(b"%%EOF"));
    assert_eq!(count(&pdf, "/Type/Page/"), 1);
    // 1600 × 1000 page points of 1/96 inch.
    assert_eq!(count(&pdf, "/MediaBox[0 0 1200 750]"), 1);
    for face in ["IBMPlexSans", "IBMPlexSans-SmBld", "IBMPlexSerif-Italic"] {
        assert_eq!(count(&pdf, &format!("+{face}/Flags")), 1, "{face} is embedded as a subset");
    }
    assert_eq!(count(&pdf, "/FontFile2 "), 3);
    for start in ["https://tfiglobalnews.com/2025/12/15/", "https://defencetalks.com/u-s-tells"] {
        assert!(count(&pdf, &format!("/URI({start}")) == 1, "no link to {start}");
    }
    for tag in ["/Marked true", "/Lang(en)", "/S/H1/", "/S/Figure/", "/S/Link/", "/DisplayDocTitle true"] {
        assert!(count(&pdf, tag) >= 1, "{tag}");
    }
    assert_eq!(count(&pdf, "Date("), 0, "there is no clock in it");
    let streams = streams(&pdf);
    let within = |word: &str| streams.iter().filter(|stream| count(stream, word) > 0).count();
    assert_eq!(within("pdfuaid:part"), 1, "it keeps to PDF/UA-1");
    assert!(within("Who says so? Хто це каже?") >= 1, "the title is in the metadata");
    // К and я as the maps from glyphs back to characters have them.
    assert!(within("<041A>") >= 1 && within("<044F>") >= 1, "Cyrillic letters can be copied");
    let drawn: Vec<&Vec<u8>> = streams.iter().filter(|stream| count(stream, " Tf") > 0).collect();
    assert!(drawn.iter().map(|stream| count(stream, "TJ") + count(stream, "Tj")).sum::<usize>() > 100, "text is text");
    let size = pdf.len();
    assert!((100_000..2_000_000).contains(&size), "{size} bytes");
}

#[test]
fn a_name_along_a_river_is_one_word_to_copy_and_to_find() {
    let folder = TempDir::new().unwrap();
    let near_the_river = ["--center", "38.3,48.9", "--zoom", "9", "--size", "1200x900"];
    good(folder.path(), &[&["export", "-o", "a.pdf"][..], &near_the_river].concat());
    good(folder.path(), &[&["export", "-o", "a.svg"][..], &near_the_river].concat());
    let streams = streams(&fs::read(folder.path().join("a.pdf")).unwrap());
    let within = |words: &str| streams.iter().map(|stream| count(stream, words)).sum::<usize>();
    assert_eq!(within("/ActualText(Siverskyi Donets)"), 1);
    assert!(within("pdfuaid:part") > 0, "it keeps to PDF/UA-1");
    let svg = fs::read_to_string(folder.path().join("a.svg")).unwrap();
    let line = svg.lines().find(|line| line.contains(">Siverskyi Donets<")).expect("the river's name is one text");
    for list in ["x", "y", "rotate"] {
        let values = line.split(&format!(" {list}=\"")).nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        assert_eq!(values.split(' ').count(), "Siverskyi Donets".len(), "a value of {list} for each letter");
    }
}

#[test]
fn a_pdf_has_the_size_of_its_paper() {
    let folder = TempDir::new().unwrap();
    // In points of 1/72 inch, as every print shop has them; a column is as high as it takes.
    for (page, width, height) in [
        ("a4-landscape", 841.89, Some(595.28)),
        ("letter-portrait", 612.0, Some(792.0)),
        ("slide", 960.0, Some(540.0)),
        ("column-85", 240.94, None),
        ("174x120mm", 493.23, Some(340.16)),
    ] {
        let figure = ["export", "-o", "a.pdf", "--force", "--no-map", "--overlay", "donetsk", "--page", page];
        good(folder.path(), &figure);
        let pdf = fs::read(folder.path().join("a.pdf")).unwrap();
        let text = String::from_utf8_lossy(&pdf);
        let media = text.split("/MediaBox[").nth(1).and_then(|rest| rest.split(']').next()).unwrap();
        let sides: Vec<f64> = media.split(' ').map(|number| number.parse().unwrap()).collect();
        assert!((sides[2] - width).abs() < 0.01, "{page}: {media}");
        assert!(height.is_none_or(|height| (sides[3] - height).abs() < 0.01), "{page}: {media}");
    }
}

#[test]
fn figures_are_the_same_bytes_wherever_and_by_whomever_they_are_made() {
    let (one, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let deep = other.path().join("папка користувача/with space");
    fs::create_dir_all(&deep).unwrap();
    let here = [("TZ", "UTC"), ("LANG", "C"), ("LC_ALL", "C"), ("USER", "ada")];
    let there = [("TZ", "Asia/Kathmandu"), ("LANG", "uk_UA.UTF-8"), ("LC_ALL", "de_DE.UTF-8"), ("USER", "grace")];
    for end in ["png", "svg", "pdf", "geojson", "zip"] {
        let name = format!("figure.{end}");
        let more = ["--size", "700x500", "--overlay", "withdrawal-area", "--overlay", "held-towns"];
        let arguments = |file: &'static str| [&["export", "-o", file][..], &more].concat();
        let file: &'static str = name.clone().leak();
        for (folder, environment) in [(one.path(), &here), (deep.as_path(), &there)] {
            let (code, _, err) = run_in(folder, environment, &arguments(file));
            assert_eq!(code, 0, "{err}");
        }
        let (a, b) = (fs::read(one.path().join(&name)).unwrap(), fs::read(deep.join(&name)).unwrap());
        assert!(a == b, "{name} differs");
        for word in ["ada", "grace"].map(|user| format!("/{user}")).iter().chain([&one.path().display().to_string()]) {
            assert_eq!(count(&a, word), 0, "{word} is in {name}");
        }
    }
}

#[test]
fn a_world_file_puts_kramatorsk_on_its_pixel() {
    let folder = TempDir::new().unwrap();
    let run = |more: &[&str]| good(folder.path(), &[&["export", "-o", "map.png", "--world-file"][..], more].concat());
    run(&["--dpi", "150", "--size", "900x700", "--center", "37.5678,48.7311", "--zoom", "11"]);
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    let numbers: Vec<f64> = read("map.pgw").lines().map(|line| line.parse().unwrap()).collect();
    let [across, turn, other_turn, down, x, y] = numbers[..] else { panic!("{numbers:?}") };
    assert_eq!((turn, other_turn, across), (0.0, 0.0, -down));
    // The centre of the map, by the textbook's Mercator on the sphere of 6,378,137 m, not by ours.
    let (lon, lat): (f64, f64) = (37.5678, 48.7311);
    let east = lon.to_radians() * 6_378_137.0;
    let north = (std::f64::consts::FRAC_PI_4 + lat.to_radians() / 2.0).tan().ln() * 6_378_137.0;
    let (column, row) = ((east - x) / across + 0.5, (north - y) / down + 0.5);
    let bytes = fs::read(folder.path().join("map.png")).unwrap();
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
    let info = reader.info();
    assert_eq!(info.pixel_dims.map(|dims| dims.xppu), Some(5906), "150 dpi in pixels a metre");
    assert!(info.srgb.is_some());
    let text = info.utf8_text.iter().find(|chunk| chunk.keyword == "claimline").unwrap().get_text().unwrap();
    let provenance: Value = serde_json::from_str(&text).unwrap();
    let frame: Vec<f64> = provenance["map_frame_px"].as_array().unwrap().iter().filter_map(Value::as_f64).collect();
    let middle = (frame[0] + frame[2] / 2.0, frame[1] + frame[3] / 2.0);
    assert!((column - middle.0).abs() < 1.0 && (row - middle.1).abs() < 1.0, "{column} {row}, not {middle:?}");
    // There the dot of the town is drawn, dark on the pale map.
    let (width, mut pixels) = (info.width as usize, vec![0; reader.output_buffer_size().unwrap()]);
    reader.next_frame(&mut pixels).unwrap();
    let at = 3 * (row as usize * width + column as usize);
    assert!(pixels[at..at + 3].iter().all(|channel| *channel < 90), "{:?}", &pixels[at..at + 3]);
    assert!(read("map.prj").contains("Mercator_Auxiliary_Sphere"));
    assert!(read("map.png.aux.xml").contains("EPSG:3857"));

    let (code, _, err) = run_in(folder.path(), &[], &["export", "-o", "map.svg", "--world-file"]);
    assert_eq!((code, err.contains("--world-file goes with a .png")), (2, true), "{err}");
    fs::remove_file(folder.path().join("map.png")).unwrap();
    let (code, _, err) = run_in(folder.path(), &[], &["export", "-o", "map.png", "--world-file"]);
    assert_eq!((code, err.contains("map.pgw already exists")), (2, true), "{err}");
}

#[test]
fn an_evidence_pack_holds_what_a_colleague_needs_and_its_sums_are_checked() {
    let folder = TempDir::new().unwrap();
    good(folder.path(), &["export", "-o", "pack.zip", "--pack", "svg,pdf", "--fit", "withdrawal-area"]);
    let bytes = fs::read(folder.path().join("pack.zip")).unwrap();
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(&bytes)).unwrap();
    let mut files = BTreeMap::new();
    for index in 0..zip.len() {
        let mut file = zip.by_index(index).unwrap();
        let mut contents = Vec::new();
        file.read_to_end(&mut contents).unwrap();
        files.insert(file.name().unwrap().into_owned(), contents);
    }
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "README.txt",
            "SHA256SUMS",
            "citations.bib",
            "citations.json",
            "excerpts.json",
            "figure.geojson",
            "figure.pdf",
            "figure.svg",
            "provenance.json"
        ]
    );
    let csl: Value = serde_json::from_slice(&files["citations.json"]).unwrap();
    let bib = String::from_utf8(files["citations.bib"].clone()).unwrap();
    let cited = csl.as_array().unwrap();
    assert_eq!((cited.len(), bib.matches("@misc{").count()), (2, 2));
    for item in cited {
        assert!(item["URL"].as_str().is_some_and(|url| bib.contains(url)), "{item}");
        assert!(item["title"].is_string() && item["container-title"].is_string() && item["type"].is_string());
    }
    let (code, out, err) = run_in(folder.path(), &[], &["inspect", "pack.zip"]);
    assert_eq!(code, 0, "{out}{err}");
    assert!(out.contains("withdrawal-area") && out.contains("figure.svg") && out.contains("still matches"), "{out}");

    // A pack of which one file was changed.
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, contents) in &mut files {
        if name == "figure.svg" {
            contents.extend(b"<!-- -->");
        }
        writer.start_file(name.as_str(), zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut writer, contents).unwrap();
    }
    fs::write(folder.path().join("bent.zip"), writer.finish().unwrap().into_inner()).unwrap();
    let (code, out, _) = run_in(folder.path(), &[], &["inspect", "bent.zip", "--json"]);
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &report["matches"]), (1, &Value::Bool(false)));
    let changed: Vec<&Value> =
        report["files"].as_array().unwrap().iter().filter(|file| file["state"] != "same").collect();
    assert_eq!(changed.len(), 1);
    assert_eq!(changed[0]["id"], "figure.svg");
}

#[test]
fn quoted_words_are_set_as_english_sets_them_and_kept_as_they_were_said() {
    let folder = TempDir::new().unwrap();
    for (file, words) in [
        ("figure.svg", ">“‘demilitarized zone’ in parts of Donbas”<"),
        ("figure.geojson", "\"exact\":\"“demilitarized zone” in parts of Donbas\""),
    ] {
        good(folder.path(), &["export", "-o", file, "--with", "quotes", "--overlay", "withdrawal-area"]);
        assert!(fs::read_to_string(folder.path().join(file)).unwrap().contains(words), "{file}");
    }
}

/// A project of the built-in dossier: a marker that cites an excerpt, one of the user's own, a page that nobody knows and
/// one of the dossier's; overlays hidden, a view, names and a line of contact of its own.
fn a_project(dossier: &Dossier) -> Document {
    let mut document = Document::new(dossier, 900.0, 700.0);
    let own = Excerpt {
        id: "own-1".to_owned(),
        exact: "words that the user found".to_owned(),
        overlays: Vec::new(),
        ..dossier.excerpts[0].clone()
    };
    let excerpt = |id: &str| Citation::Excerpt { excerpt: id.to_owned() };
    let link = |url: &str| {
        Citation::Source(PropertySource { date: Some("2025-12-16".to_owned()), ..PropertySource::page(url) })
    };
    let citations = vec![
        excerpt(&own.id),
        excerpt(&dossier.excerpts[1].id),
        link("https://example.org/a/page"),
        link(&dossier.sources[0].url),
    ];
    edit::add_excerpt(&mut document, own);
    let shape = Shape::Point { at: Coord { x: 37.5844, y: 48.7389 }, kind: PointKind::Marker };
    let marker = Annotation {
        title: "Where it was said".to_owned(),
        citations,
        ..Annotation::new(AnnotationId(0), LayerId(0), shape)
    };
    edit::add(&mut document, marker);
    for OverlayState { id, .. } in document.overlays.clone() {
        edit::set_visible(&mut document, &id, ["donetsk", "corridor-5km"].contains(&id.as_str()));
    }
    edit::set_opacity(&mut document, "donetsk", 0.5);
    document.names = Names::of_word("ukrainian").unwrap();
    document.view = View { center: Coord { x: 37.7, y: 48.6 }, zoom: 8.5 };
    let dossier::Shape::Line(line) = &*dossier.line_of_recipes().unwrap().shape else { panic!("a line") };
    let west = geo::MapCoords::map_coords(line, |at| Coord { x: at.x - 0.02, y: at.y });
    let geometry = Geometry::MultiLineString(west);
    document.chosen_line = Some(Arc::new(ChosenLine {
        overlay: "mine".to_owned(),
        from: "mine.geojson".to_owned(),
        counting: Counting::All,
        geometry,
    }));
    project::settled(&document)
}

#[test]
fn a_project_gives_the_figure_that_the_window_makes_of_it() {
    let folder = TempDir::new().unwrap();
    let (dossier, _) = builtin::berlin().unwrap();
    let document = a_project(&dossier);
    let reference = project::Reference { version: Some(dossier.version.clone()), ..Default::default() };
    let name = "talks.claimline.geojson";
    fs::write(folder.path().join(name), project::write(&document, &reference)).unwrap();
    let page = ["--page", "a4-landscape", "--theme", "dark"];
    let (code, _, err) =
        run_in(folder.path(), &[], &[&["export", "-o", "a.svg", "--project", name][..], &page].concat());
    assert_eq!(code, 0, "{err}");
    good(folder.path(), &[&["export", name, "-o", "b.svg"][..], &page].concat());

    let line = document.chosen_line.as_ref().unwrap();
    // The window and the command line show what compares the line with the dossier's.
    let with_line = dossier.with_own_shape(&line.shape().unwrap(), &line.from, "").unwrap();
    let shows = Shows::Bounds(Frame::new(document.view, 1200.0, 800.0).lon_lat_bounds());
    let mut options = FigureOptions::usual(PageSetup::of(PageSize::A4Landscape), shows);
    options.theme = claimline::scene::palette::Theme::Dark;
    options.view_pt = (1200.0, 800.0);
    let scene = Arc::new(Scene::new(with_line));
    let mut session = Session::new(Arc::clone(&scene), Vec::new());
    session.restore(document.clone());
    let drawn = figure::draw(&scene, &Ground::builtin().0, &session.drawn_document(), &options);
    let expected = drawn.encode(OutputFormat::Svg).unwrap();
    let read = |name: &str| fs::read(folder.path().join(name)).unwrap();
    assert!(read("a.svg") == expected && read("b.svg") == expected, "the window and the command line differ");
    let svg = String::from_utf8(expected).unwrap();
    assert!(svg.contains("Where it was said") && svg.contains("mine.geojson"));
    // What the line demands stands wherever the notes do, and without the others.
    for notes in [&["--no", "notes"][..], &["--with", "notes@top-left", "--no", "accuracy,boundaries,disclaimer"]] {
        good(folder.path(), &[&["export", name, "-o", "e.svg", "--force"][..], &page, notes].concat());
        let noted = String::from_utf8(read("e.svg")).unwrap();
        let (_, rest) = noted.split_once("<g id=\"notes\"").unwrap();
        let (group, _) = rest.split_once("</g>").unwrap();
        assert!(group.contains("own line from mine.geojson") && !group.contains("Approximate"), "{group}");
        assert_eq!(noted.find("<g id=\"notes\"") > noted.find("<g id=\"map\""), notes[0] == "--with");
    }
    assert!(!svg.contains("<g id=\"withdrawal-area\">"));

    // A view and names of the command line come before the project's.
    let other = ["--names", "english", "--fit", "donetsk"];
    good(folder.path(), &[&["export", name, "-o", "c.svg"][..], &page, &other].concat());
    let english = String::from_utf8(read("c.svg")).unwrap();
    assert!(svg.contains(">Донецьк<") && !english.contains(">Донецьк<") && english.contains(">Donetsk<"));
    good(
        folder.path(),
        &["atlas", "--project", name, "-o", "sheets", "--each", "donetsk", "--format", "svg", "--no-map"],
    );
    let sheet = fs::read_to_string(folder.path().join("sheets/donetsk.svg")).unwrap();
    assert!(sheet.contains("Where it was said") && sheet.contains("mine.geojson"));

    let plain = r#"{"type":"FeatureCollection","features":[]}"#;
    fs::write(folder.path().join("plain.geojson"), plain).unwrap();
    for (more, expected) in [
        (&["--project", "plain.geojson"][..], "not a project"),
        (&["--project", "none.geojson"], "No such file"),
        (&["--project", name, name], "shows only one project"),
    ] {
        let (code, _, err) = run_in(folder.path(), &[], &[&["export", "-o", "d.svg"][..], more].concat());
        assert!(code != 0 && err.contains(expected) && err.trim_end().ends_with(more[more.len() - 1]), "{err}");
    }
    fs::write(folder.path().join("old.claimline.geojson"), {
        let text = String::from_utf8(project::write(&document, &reference)).unwrap();
        text.replace(&format!("\"id\":\"{}\"", dossier.id), "\"id\":\"another\"")
    })
    .unwrap();
    let (code, _, err) = run_in(folder.path(), &[], &["export", "old.claimline.geojson", "-o", "d.svg"]);
    assert!(code == 0 && err.contains("made with the dossier 'another'"), "{err}");
}

/// Options of the command line, and what they change of a figure.
type Flag<'a> = (&'a [&'a str], &'a dyn Fn(&mut FigureOptions));

#[test]
fn a_project_keeps_how_its_figure_is_set_up_and_options_override_it_one_by_one() {
    let folder = TempDir::new().unwrap();
    let (dossier, _) = builtin::berlin().unwrap();
    let mut session = Session::new(Arc::new(Scene::new(dossier.clone())), Vec::new());
    let shows = Shows::View(View { center: Coord { x: 37.612_345_678_9, y: 48.41 }, zoom: 8.123_456_789 });
    let mut options = FigureOptions::new("Set up", PageSetup::of("150x110mm".parse().unwrap()), shows);
    options.page.dpi = 72.0;
    options.page.margin_pt = Some(18.5);
    options.own_frame = true;
    options.theme = Theme::HighContrast;
    options.subtitle = Some("As it was left".to_owned());
    options.furniture.set(Piece::References, false);
    options.furniture.place(Piece::ScaleBar, Some(Place::Free(Spot::new(0.4, 0.3))));
    options.legend_names.insert("donetsk".to_owned(), "The oblast".to_owned());
    session.keep_figure(&options);
    assert_eq!(session.history().revision(), 1, "it is a change to save");
    assert!(session.history().undo_step().is_none(), "but none to undo");
    let reference = project::Reference { version: Some(dossier.version.clone()), ..Default::default() };
    let name = "set-up.claimline.geojson";
    fs::write(folder.path().join(name), project::write(session.document(), &reference)).unwrap();

    let ground = Ground::builtin().0;
    let expected = |options: &FigureOptions, format: OutputFormat| {
        figure::draw(session.scene(), &ground, &session.drawn_document(), options).encode(format).unwrap()
    };
    for format in [OutputFormat::Svg, OutputFormat::Pdf, OutputFormat::Png] {
        let file = format!("a.{}", format.extension());
        let (code, _, err) = run_in(folder.path(), &[], &["export", "--project", name, "-o", &file]);
        assert_eq!(code, 0, "{err}");
        assert!(fs::read(folder.path().join(&file)).unwrap() == expected(&options, format), "{file} differs");
    }
    let read = |name: &str| fs::read(folder.path().join(name)).unwrap();
    let of = |change: &dyn Fn(&mut FigureOptions)| {
        let mut changed = options.clone();
        change(&mut changed);
        expected(&changed, OutputFormat::Svg)
    };
    let flags: [Flag<'_>; 9] = [
        (&["--title", "Another"], &|options| options.title = Some("Another".to_owned())),
        (&["--theme", "light"], &|options| options.theme = Theme::Light),
        (&["--margin", "10mm"], &|options| options.page.margin_pt = Some(96.0 / 2.54)),
        (&["--bbox", "36.5,46.8,39.1,49.3"], &|options| options.shows = Shows::Bounds([36.5, 46.8, 39.1, 49.3])),
        (&["--no", "inset"], &|options| options.furniture.set(Piece::Inset, false)),
        // What is there stays where it is.
        (&["--with", "scale-bar,references"], &|options| options.furniture.set(Piece::References, true)),
        (&["--with", "scale-bar@top-right"], &|options| {
            options.furniture.place(Piece::ScaleBar, Some(figure::Corner::TopRight.into()));
        }),
        (&["--with", "notes@bottom-right,comparison@50%x0%"], &|options| {
            options.furniture.place(Piece::Notes, Some(figure::Corner::BottomRight.into()));
            options.furniture.place(Piece::Comparison, Some(Place::Free(Spot::new(0.5, 0.0))));
        }),
        (&["--page", "a4-landscape"], &|options| {
            options.page = PageSetup { margin_pt: Some(18.5), ..PageSetup::of(PageSize::A4Landscape) };
        }),
    ];
    for (arguments, change) in flags {
        good(folder.path(), &[&["export", name, "-o", "b.svg", "--force"][..], arguments].concat());
        assert!(read("b.svg") == of(change), "{arguments:?} does more or less than it says");
    }

    // What makes no sense is said and is no reason to refuse.
    let text = String::from_utf8(read(name)).unwrap();
    let broken = text.replace("\"150x110mm\"", "\"a5\"").replace("\"high-contrast\"", "7");
    assert_ne!(text, broken);
    fs::write(folder.path().join("broken.claimline.geojson"), broken).unwrap();
    let (code, _, err) = run_in(folder.path(), &[], &["export", "broken.claimline.geojson", "-o", "c.svg"]);
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("figure: 'size'") && err.contains("figure: 'theme'"), "{err}");
}

#[test]
fn annotations_and_what_they_cite_go_with_a_figure() {
    let folder = TempDir::new().unwrap();
    let (dossier, _) = builtin::berlin().unwrap();
    let document = a_project(&dossier);
    let write = |name: &str, document: &Document| {
        fs::write(folder.path().join(name), project::write(document, &project::Reference::default())).unwrap();
    };
    write("a.claimline.geojson", &document);
    good(folder.path(), &["export", "-o", "a.zip", "--pack", "svg", "--project", "a.claimline.geojson"]);
    let mut zip = zip::ZipArchive::new(fs::File::open(folder.path().join("a.zip")).unwrap()).unwrap();
    let mut text = |name: &str| {
        let mut text = String::new();
        zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    };
    let json = |text: String| -> Value { serde_json::from_str(&text).unwrap() };
    let collection = json(text("figure.geojson"));
    let marker = &collection["features"][0];
    assert_eq!(marker["geometry"]["coordinates"], serde_json::json!([37.5844, 48.7389]));
    let properties = &marker["properties"];
    assert_eq!((&properties["title"], &properties["kind"]), (&"Where it was said".into(), &"marker".into()));
    assert_eq!(properties["marker-color"], "#d55e00");
    assert_eq!(properties["excerpts"][0]["exact"], "words that the user found");
    assert_eq!(properties["links"][0]["url"], "https://example.org/a/page");
    let excerpts = json(text("excerpts.json"));
    let own = excerpts["items"].as_array().unwrap().iter().find(|item| item["claimline:id"] == "own-1").unwrap();
    assert_eq!((&own["claimline:own"], &own["body"][0]["value"]), (&Value::Bool(true), &"Where it was said".into()));
    let (csl, bib) = (json(text("citations.json")), text("citations.bib"));
    for url in ["https://example.org/a/page", &dossier.sources[0].url] {
        assert!(csl.as_array().unwrap().iter().any(|item| item["URL"] == url) && bib.contains(url), "{url}");
    }
    let provenance = json(text("provenance.json"));
    assert_eq!(provenance["annotations"]["count"], 1);
    assert_eq!(provenance["own_excerpts"], serde_json::json!(["own-1"]));
    // printf '"marker","Where it was said","",{"type":"Point","coordinates":[37.5844,48.7389]}\n' | sha256sum
    let sum = "06ae51eaf6ec7e6c51e945bb79ac4731c1ad9a4054bbe272443cf1114f8f202b";
    assert_eq!(provenance["annotations"]["sha256"], sum);

    let inspect = |more: &[&str]| run_in(folder.path(), &[], &[&["inspect", "a.zip"][..], more].concat());
    let (_, out, _) = inspect(&[]);
    assert!(out.contains(sum) && out.contains("not compared; name the project"), "{out}");
    let (code, out, err) = inspect(&["--project", "a.claimline.geojson"]);
    assert!(code == 0 && out.contains("still matches"), "{out}{err}");
    let mut moved = document.clone();
    edit::set_title(&mut moved, document.annotations.iter().next().unwrap().id, "Where it was not said");
    write("b.claimline.geojson", &moved);
    let (code, out, _) = inspect(&["--project", "b.claimline.geojson", "--json"]);
    let report = json(out);
    let found = report["findings"].as_array().unwrap().iter().find(|finding| finding["what"] == "annotations");
    assert_eq!((code, &found.unwrap()["state"]), (1, &"changed".into()));
}

#[test]
fn quotes_are_checked_against_the_texts_of_a_folder() {
    let folder = TempDir::new().unwrap();
    let (dossier, _) = builtin::berlin().unwrap();
    let shown = ["--overlay", "withdrawal-area", "--no-map"];
    let export = |more: &[&str]| {
        let (code, _, err) =
            run_in(folder.path(), &[], &[&["export", "-o", "a.svg", "--force"][..], &shown, more].concat());
        assert_eq!(code, 0, "{err}");
        err
    };
    assert!(export(&[]).contains("have not been checked"));
    fs::create_dir(folder.path().join("texts")).unwrap();
    for source in &dossier.sources {
        let quotes: Vec<&str> = dossier
            .excerpts
            .iter()
            .filter(|excerpt| excerpt.source == source.id)
            .map(|excerpt| excerpt.exact.as_str())
            .collect();
        fs::write(folder.path().join(format!("texts/{}.txt", source.id)), quotes.join("\n\n")).unwrap();
    }
    let err = export(&["--sources", "texts"]);
    assert!(!err.contains("not been checked") && err.contains("moved"), "{err}");
}

#[test]
fn inspect_says_whether_the_dossier_still_matches() {
    let folder = TempDir::new().unwrap();
    let quill = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/quill/dossier");
    let copy = folder.path().join("quill");
    copy_folder(&quill, &copy);
    let dossier = ["--dossier", "quill"];
    for name in ["a.png", "a.svg", "a.pdf", "a.geojson", "a.zip"] {
        good(folder.path(), &[&["export", "-o", name][..], &dossier].concat());
        let out = good(folder.path(), &[&["inspect", name][..], &dossier].concat());
        assert!(out.contains("still matches") && out.contains("Dossier quill 1.0.0"), "{out}");
        let (code, out, _) = run_in(folder.path(), &[], &["inspect", name]);
        assert_eq!((code, out.contains("made from a different dossier")), (1, true), "{out}");
    }
    let path = copy.join("dossier.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("\"version\": \"1.0.0\"", "\"version\": \"1.0.1\"")).unwrap();
    let (code, out, _) = run_in(folder.path(), &[], &[&["inspect", "a.pdf", "--json"][..], &dossier].concat());
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(code, 1);
    for finding in report["findings"].as_array().unwrap() {
        let expected = if finding["what"] == "dossier" { "changed" } else { "same" };
        assert_eq!(finding["state"], expected, "{finding}");
    }
    for (name, bytes, expected) in [
        ("empty.png", &b""[..], "not a figure"),
        ("other.png", b"\x89PNG\r\n\x1a\n\0\0\0\0IEND\xae\x42\x60\x82", "carries no provenance"),
        ("cut.pdf", &fs::read(folder.path().join("a.pdf")).unwrap()[..500], "is cut short"),
        ("other.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "carries no provenance"),
        ("other.zip", b"PK\x03\x04", "not a zip"),
    ] {
        fs::write(folder.path().join(name), bytes).unwrap();
        let (code, _, err) = run_in(folder.path(), &[], &["inspect", name]);
        assert!(code == 1 && err.contains(expected) && err.trim_end().ends_with(name), "{name}: {code} {err}");
        assert!(!err.contains("panicked"), "{err}");
    }
}

#[test]
fn inspect_names_what_was_changed_in_geojson() {
    let folder = TempDir::new().unwrap();
    good(folder.path(), &["export", "-o", "a.geojson", "--overlay", "luhansk", "--overlay", "corridor-5km"]);
    let out = good(folder.path(), &["inspect", "a.geojson"]);
    assert!(out.contains("still matches") && !out.contains("changed"), "{out}");
    let text = fs::read_to_string(folder.path().join("a.geojson")).unwrap();
    let mut value: Value = serde_json::from_str(&text).unwrap();
    let spread = serde_json::to_string_pretty(&value).unwrap();
    fs::write(folder.path().join("spread.geojson"), spread).unwrap();
    good(folder.path(), &["inspect", "spread.geojson"]);
    let features = value["features"].as_array_mut().unwrap();
    let luhansk = features.iter_mut().find(|feature| feature["id"] == "luhansk").unwrap();
    let at = luhansk.pointer_mut("/geometry/coordinates/0/0").unwrap();
    let at = if at[0].is_array() { &mut at[0] } else { at };
    at[0] = serde_json::json!(at[0].as_f64().unwrap() + 0.5);
    features.retain(|feature| feature["id"] != "corridor-5km");
    let mut added = features[0].clone();
    added["id"] = "mine".into();
    features.push(added);
    fs::write(folder.path().join("bent.geojson"), value.to_string()).unwrap();
    let (code, out, _) = run_in(folder.path(), &[], &["inspect", "bent.geojson"]);
    assert_eq!(code, 1, "{out}");
    let line = |id: &str| out.lines().rev().find(|line| line.trim().starts_with(id)).unwrap().to_owned();
    assert!(line("luhansk").ends_with("changed") && line("corridor-5km").ends_with("removed"), "{out}");
    assert!(line("mine").contains("added") && out.contains("The file has been changed"), "{out}");
    let (_, out, _) = run_in(folder.path(), &[], &["inspect", "bent.geojson", "--json"]);
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(report["matches"], false);
    assert!(
        report["features"].as_array().unwrap().iter().any(|one| one["id"] == "luhansk" && one["state"] == "changed")
    );
    // A picture is not looked at, which is said.
    good(folder.path(), &["export", "-o", "a.svg"]);
    assert!(good(folder.path(), &["inspect", "a.svg"]).contains("picture itself is not compared"));
    let svg = fs::read(folder.path().join("a.svg")).unwrap();
    fs::write(folder.path().join("half.svg"), &svg[..svg.len() / 2]).unwrap();
    let (code, _, err) = run_in(folder.path(), &[], &["inspect", "half.svg"]);
    assert!(code == 1 && err.contains("is cut short") && err.trim_end().ends_with("half.svg"), "{err}");
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(|entry| entry.unwrap()) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn an_atlas_has_a_figure_for_each_and_replaces_none_unasked() {
    let folder = TempDir::new().unwrap();
    let small = ["--size", "400x300", "--no-map"];
    let atlas = |more: &[&str]| run_in(folder.path(), &[], &[&["atlas", "-o", "sheets"][..], &small, more].concat());
    let names = || {
        let mut names: Vec<String> = fs::read_dir(folder.path().join("sheets"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    };
    let (code, _, err) = atlas(&["--each", "donetsk,corridor-5km", "--format", "svg"]);
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("1 of 2: ") && err.contains("2 of 2: "), "{err}");
    assert_eq!(names(), ["corridor-5km.svg", "donetsk.svg"]);
    let svg = fs::read_to_string(folder.path().join("sheets/corridor-5km.svg")).unwrap();
    assert!(svg.contains("<g id=\"corridor-5km\">"), "what a sheet is of is shown on it");

    let (code, _, err) = atlas(&["--each", "line-of-contact,donetsk", "--format", "svg"]);
    assert_eq!((code, err.contains("donetsk.svg already exists")), (2, true), "{err}");
    assert_eq!(names().len(), 2, "nothing was drawn before the refusal");
    assert_eq!(atlas(&["--each", "donetsk", "--format", "svg", "--force"]).0, 0);

    // The page, its parts and its colours are those of all sheets.
    let options = ["--page", "column-85", "--with", "graticule", "--no", "inset", "--theme", "grey", "--no-map"];
    let columns = ["atlas", "-o", "columns", "--each", "donetsk", "--format", "svg"];
    good(folder.path(), &[&columns[..], &options].concat());
    let svg = fs::read_to_string(folder.path().join("columns/donetsk.svg")).unwrap();
    assert!(svg.contains("width=\"85mm\"") && svg.contains("id=\"graticule\"") && !svg.contains("id=\"inset\""));

    let table = "title;lon;lat\nКраматорськ, центр;37.5844;48.7389\n\"Same\";37.5;48.5\nsame;37.6;48.6\n";
    fs::write(folder.path().join("sites.csv"), table).unwrap();
    let (code, _, err) = atlas(&["--each", "sites.csv", "--near", "10", "--format", "geojson"]);
    assert_eq!(code, 0, "{err}");
    for name in ["краматорськ-центр.geojson", "same.geojson", "same-2.geojson"] {
        assert!(names().iter().any(|other| other == name), "{name}: {:?}", names());
    }
    let sites = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"Spot"},
        "geometry":{"type":"Point","coordinates":[37.58,48.74]}}]}"#;
    fs::write(folder.path().join("sites.geojson"), sites).unwrap();
    assert_eq!(atlas(&["--each", "sites.geojson", "--format", "geojson"]).0, 0);
    assert!(names().iter().any(|name| name == "spot.geojson"));

    for (each, expected) in
        [("donetk", "did you mean 'donetsk'?"), ("nowhere.csv", "No such file"), (",", "asks for 0 figures")]
    {
        let (code, _, err) = atlas(&["--each", each]);
        assert!(code != 0 && err.contains(expected), "{each}: {err}");
    }
    fs::write(folder.path().join("bad.csv"), "title,lon,lat\nx,48.7,137.5\n").unwrap();
    let (code, _, err) = atlas(&["--each", "bad.csv"]);
    assert!(code == 1 && err.contains("line 2") && err.contains("longitude comes first"), "{err}");
    let (code, _, err) = atlas(&["--each", "places", "--bbox", "36,46,39,49"]);
    assert!(code == 2 && err.contains("in an atlas, --each does that"), "{err}");
}
