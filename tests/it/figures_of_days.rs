//! Figures of several days on the command line: of one day, several maps on a page, an atlas by days, an animation.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::cli::{Run, run};

/// A folder with reports of a square that grows: of 1, 2 and 6 February and of 3 March 2025.
fn reports() -> (TempDir, String) {
    let folder = TempDir::new().unwrap();
    for (day, east) in [("20250201", 37.5), ("20250202", 37.6), ("20250206", 37.7), ("20250303", 37.8)] {
        let ring = json!([[37.0, 48.0], [east, 48.0], [east, 48.6], [37.0, 48.6], [37.0, 48.0]]);
        let feature = json!({
            "type": "Feature", "properties": { "name": "held" },
            "geometry": { "type": "Polygon", "coordinates": [ring] }
        });
        fs::write(folder.path().join(format!("front_{day}.geojson")), feature.to_string()).unwrap();
    }
    let all = folder.path().join("front_{YYYYMMDD}.geojson").display().to_string();
    (folder, all)
}

const SHOWN: [&str; 6] = ["--overlay", "front", "--bbox", "36.8,47.9,38,48.7", "--no", "inset"];

fn with(command: &[&str], series: &str) -> Run {
    let size = if command.first() == Some(&"animate") { "500x400" } else { "900x600" };
    run(&[command, &[series, "--size", size], &SHOWN].concat())
}

/// The words on a page, with single spaces, wherever its lines are broken.
fn words(svg: &Path) -> String {
    let svg = fs::read_to_string(svg).unwrap();
    let texts = svg.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text.replace('\u{a0}', " "));
    texts.collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn good(command: &[&str], series: &str) -> Run {
    let run = with(command, series);
    assert_eq!(run.code, 0, "{command:?}: {}", run.err);
    run
}

/// What is written inside a figure of what it was made from.
fn provenance(figure: &Path) -> Value {
    let run = run(&["inspect", &figure.display().to_string(), "--json"]);
    let all: Value = serde_json::from_str(&run.out).unwrap();
    all.get("provenance").cloned().unwrap_or(all)
}

fn in_folder(folder: &TempDir, name: &str) -> (PathBuf, String) {
    let path = folder.path().join(name);
    (path.clone(), path.display().to_string())
}

#[test]
fn a_figure_shows_the_day_that_is_asked_for() {
    let (folder, series) = reports();
    let (path, out) = in_folder(&folder, "day.svg");
    good(&["export", "-o", &out, "--day", "2025-02-02"], &series);
    let said = words(&path);
    assert!(said.contains("2 Feb 2025") && !said.contains("no report"), "{said}");
    good(&["export", "-o", &out, "--day", "2025-02-04", "--force"], &series);
    let said = words(&path);
    assert!(said.contains("no report for 4 Feb 2025; shown as of 2 Feb 2025"), "{said}");
    for wrong in ["2025-02", "2025-02-30", "soon"] {
        assert_eq!(with(&["export", "-o", &out, "--day", wrong, "--force"], &series).code, 2, "{wrong}");
    }
    let none = run(&["export", "-o", &out, "--day", "2025-02-04", "--force"]);
    assert!(none.code == 2 && none.err.contains("reported of several days"), "{}", none.err);
    let none = run(&["export", "-o", &out, "--panels", "2x1", "--days", "2025-02-01,2025-02-04", "--force"]);
    assert!(none.code == 2 && none.err.contains("reported of several days"), "{}", none.err);
}

#[test]
fn several_maps_stand_on_one_page_each_with_its_day() {
    let (folder, series) = reports();
    let (path, out) = in_folder(&folder, "maps.svg");
    let days = "2025-01-20,2025-02-01,2025-02-04,2025-02-06";
    let told = good(&["export", "-o", &out, "--panels", "2x2", "--days", days], &series).err;
    assert!(told.contains("not in the figure for 20 Jan 2025: nobody had reported yet"), "{told}");
    let svg = fs::read_to_string(&path).unwrap();
    let said = words(&path);
    for part in ["20 Jan 2025", "no report up to 20 Jan", "1 Feb 2025", "no report for 4 Feb", "as last reported"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let count = |id: &str| svg.matches(&format!("<g id=\"{id}")).count();
    assert_eq!((count("day"), count("legend"), count("scale\"")), (4, 1, 1));
    // Each map has its ground within it, which is called so too.
    assert_eq!(count("map"), 8);

    // Before and after are the first and the last report, unless days are given.
    good(&["export", "-o", &out, "--panels", "2x1", "--force"], &series);
    let said = words(&path);
    assert!(said.contains("1 Feb 2025") && said.contains("3 Mar 2025") && !said.contains("6 Feb 2025"), "{said}");
    good(&["export", "-o", &out, "--each", "week", "--reported-only", "--force"], &series);
    let said = words(&path);
    for part in ["27 Jan – 2 Feb 2025", "report of 2 Feb 2025", "3–9 Feb 2025", "report of 6 Feb 2025", "3–9 Mar 2025"]
    {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(!said.contains("1 Feb 2025"), "{said}");

    let (png, out) = in_folder(&folder, "maps.png");
    good(&["export", "-o", &out, "--panels", "2x1"], &series);
    let maps = provenance(&png)["maps_of_days"].clone();
    assert_eq!((&maps[0]["day"], &maps[1]["day"]), (&json!("2025-02-01"), &json!("2025-03-03")), "{maps}");
    assert_ne!(maps[0]["geometry_sha256"]["front"], maps[1]["geometry_sha256"]["front"]);

    // The data of several days are several files.
    let (_, data) = in_folder(&folder, "maps.kml");
    let refused = with(&["export", "-o", &data, "--panels", "2x1"], &series);
    assert!(refused.code == 2 && refused.err.contains("evidence pack"), "{}", refused.err);
    let (pack, out) = in_folder(&folder, "maps.zip");
    good(&["export", "-o", &out, "--panels", "2x1"], &series);
    let bytes = fs::read(&pack).unwrap();
    for name in ["figure-2025-02-01.geojson", "figure-2025-03-03.geojson"] {
        assert!(bytes.windows(name.len()).any(|window| window == name.as_bytes()), "{name}");
    }
}

#[test]
fn maps_that_cannot_be_are_refused_with_a_reason() {
    let (folder, series) = reports();
    let (_, out) = in_folder(&folder, "maps.png");
    for (wrong, word) in [
        (&["--panels", "6x1", "--days", "2025-02-01"][..], "5×4"),
        (&["--panels", "5x5", "--days", "2025-02-01"], "5×4"),
        (&["--panels", "two"], "3x2"),
        (&["--panels", "3x2"], "--days"),
        (&["--panels", "2x1", "--days", "2025-02-01,2025-02-02,2025-02-03"], "3 days for 2×1 maps"),
        (&["--days", "2025-02"], "whole day"),
        (&["--each", "day"], "31 maps do not fit"),
        (&["--from", "2025-02"], "--each"),
        (&["--each", "day", "--from", "2025-03", "--to", "2025-02"], "lies after"),
        (&["--each", "week", "--from", "2024-01", "--to", "2024-02", "--reported-only"], "nobody reports"),
        (&["--panels", "2x1", "--day", "2025-02-01"], "--day"),
        (&["--panels", "2x1", "--world-file"], "one map"),
    ] {
        let run = with(&[&["export", "-o", &out], wrong].concat(), &series);
        assert!(run.code == 2 && run.err.contains(word), "{wrong:?}: {} {}", run.code, run.err);
        assert!(!Path::new(&out).exists(), "{wrong:?}");
    }
}

#[test]
fn an_atlas_by_days_has_a_sheet_for_each() {
    let (folder, series) = reports();
    let names = |each: &str, more: &[&str]| {
        let (path, out) = in_folder(&folder, &format!("atlas-{each}"));
        good(&[&["atlas", "-o", &out, "--each", each, "--format", "svg", "--force"], more].concat(), &series);
        let mut names: Vec<String> =
            fs::read_dir(path).unwrap().map(|file| file.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    };
    assert_eq!(names("month", &[]), ["2025-02.svg", "2025-03.svg"]);
    assert_eq!(names("week", &["--to", "2025-02-14"]), ["2025-W05.svg", "2025-W06.svg", "2025-W07.svg"]);
    let days = names("day", &["--from", "2025-02-01", "--to", "2025-02-06", "--reported-only"]);
    assert_eq!(days, ["2025-02-01.svg", "2025-02-02.svg", "2025-02-06.svg"]);
    // A week without a report is as it was last, and says so.
    let sheet = words(&folder.path().join("atlas-week/2025-W07.svg"));
    let wanted = ["front · map of 10–16 Feb 2025", "no report for 10–16 Feb 2025; shown as of 6 Feb 2025"];
    assert!(wanted.iter().all(|wanted| sheet.contains(wanted)), "{sheet}");
    // One with a report is headed by the week, and says of which day the report is.
    let sheet = words(&folder.path().join("atlas-week/2025-W06.svg"));
    assert!(sheet.contains("front · map of 3–9 Feb 2025") && sheet.contains("As of 6 Feb 2025"), "{sheet}");
    assert!(!sheet.contains("no report"), "{sheet}");
    let sheet = words(&folder.path().join("atlas-month/2025-02.svg"));
    assert!(sheet.contains("front · map of Feb 2025") && sheet.contains("As of 6 Feb 2025"), "{sheet}");
    let of_overlays = with(&["atlas", "-o", "nowhere", "--each", "overlays", "--from", "2025-02"], &series);
    assert_eq!(of_overlays.code, 2, "{}", of_overlays.err);
}

/// Width, height, number of plays, and the delays of the frames in milliseconds, of an APNG.
fn apng(path: &Path) -> (u32, u32, Vec<u32>, Vec<Vec<u8>>) {
    let file = std::io::BufReader::new(fs::File::open(path).unwrap());
    let mut reader = png::Decoder::new(file).read_info().unwrap();
    let (width, height) = reader.info().size();
    let frames = reader.info().animation_control().unwrap().num_frames;
    let mut canvas = vec![0; 4 * (width * height) as usize];
    let (mut delays, mut pictures) = (Vec::new(), Vec::new());
    for _ in 0..frames {
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut pixels).unwrap();
        let control = *reader.info().frame_control().unwrap();
        delays.push(u32::from(control.delay_num) * 1000 / u32::from(control.delay_den));
        for row in 0..control.height {
            for column in 0..control.width {
                let from = 4 * (row * control.width + column) as usize;
                let to = 4 * ((row + control.y_offset) * width + column + control.x_offset) as usize;
                if pixels[from + 3] > 0 {
                    canvas[to..to + 4].copy_from_slice(&pixels[from..from + 4]);
                }
            }
        }
        pictures.push(canvas.clone());
    }
    (width, height, delays, pictures)
}

#[test]
fn an_animation_shows_one_day_after_the_other() {
    let (folder, series) = reports();
    let span = ["--from", "2025-02-01", "--to", "2025-02-06", "--pace", "200ms"];
    let animate = |name: &str| {
        let (path, out) = in_folder(&folder, name);
        let told = good(&[&["animate", "-o", &out][..], &span].concat(), &series).err;
        assert!(told.contains("6 of 6 frames") && told.contains("wrote"), "{told}");
        path
    };
    let (width, height, delays, pictures) = apng(&animate("front.png"));
    assert_eq!((width, height), (500, 400));
    assert_eq!(delays, [200, 200, 200, 200, 200, 2200]);
    // Each frame is the picture that is written of it alone, to the last pixel.
    let frames = animate("frames");
    for (index, picture) in pictures.iter().enumerate() {
        let file = fs::File::open(frames.join(format!("frame-{:04}.png", index + 1))).unwrap();
        let mut reader = png::Decoder::new(std::io::BufReader::new(file)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut pixels).unwrap();
        let same = pixels.chunks(3).zip(picture.chunks(4)).all(|(one, other)| one == &other[..3]);
        assert!(same, "frame {index}");
        assert!(index == 0 || *picture != pictures[index - 1], "frame {index} has its day");
    }
    // Nothing but the map and its heading moves: what stands beside it is the same in all.
    let legend = |picture: &[u8]| -> Vec<u8> {
        (60..400).flat_map(|row| picture[4 * (row * 500 + 380)..4 * (row * 500 + 499)].to_vec()).collect()
    };
    assert!(pictures.iter().all(|picture| legend(picture) == legend(&pictures[0])));

    let gif = animate("front.gif");
    let mut options = gif::DecodeOptions::new();
    options.set_color_output(gif::ColorOutput::Indexed);
    let mut decoder = options.read_info(fs::File::open(&gif).unwrap()).unwrap();
    assert_eq!((decoder.width(), decoder.height(), decoder.repeat()), (500, 400, gif::Repeat::Infinite));
    let mut gif_delays = Vec::new();
    let mut areas = Vec::new();
    while let Some(frame) = decoder.read_next_frame().unwrap() {
        assert!(frame.palette.is_none(), "one table of colours for all");
        gif_delays.push(frame.delay);
        areas.push(usize::from(frame.width) * usize::from(frame.height));
    }
    assert_eq!(gif_delays, [20, 20, 20, 20, 20, 220]);
    assert_eq!(areas[0], 200_000);
    assert!(areas[3] < 20_000, "of a day on which nothing is reported only the heading: {areas:?}");
    let bytes = fs::read(&gif).unwrap();
    let has = |words: &str| bytes.windows(words.len()).any(|window| window == words.as_bytes());
    assert!(has("NETSCAPE2.0") && has("OpenStreetMap"), "credits");

    // The same bytes again, and nothing is replaced unasked.
    let again = with(&[&["animate", "-o", &gif.display().to_string()][..], &span].concat(), &series);
    assert!(again.code == 2 && again.err.contains("--force"), "{}", again.err);
    good(&[&["animate", "-o", &gif.display().to_string(), "--force"][..], &span].concat(), &series);
    assert_eq!(fs::read(&gif).unwrap(), bytes);
    assert!(provenance(&folder.path().join("front.png"))["maps_of_days"].as_array().is_some_and(|all| all.len() == 6));

    // By weeks, each frame is of its week, and is found again by the reports that it shows.
    let (weeks, out) = in_folder(&folder, "weeks.png");
    good(&["animate", "-o", &out, "--each", "week"], &series);
    let kept = provenance(&weeks)["maps_of_days"].clone();
    let of = |member: &str, number: usize| kept[number][member].clone();
    assert_eq!(
        (of("day", 1), of("days", 1)),
        (json!("2025-02-03/2025-02-09"), json!({ "front": { "reported": "2025-02-06" } }))
    );
    let silent = json!({ "front": { "reported": "2025-02-06", "day": "2025-02-10/2025-02-16" } });
    assert_eq!((of("day", 2), of("days", 2)), (json!("2025-02-10/2025-02-16"), silent));
    let again = run(&["inspect", &out, "--file", &series]);
    assert!(again.out.contains("front of 6 Feb 2025") || again.out.contains("same"), "{} {}", again.out, again.err);
}

#[test]
fn animations_that_cannot_be_are_refused_with_a_reason() {
    let (folder, series) = reports();
    for (name, more, word) in [
        ("a.webm", &[][..], ".gif"),
        ("a.gif", &["--each", "year"], "day, week or month"),
        ("a.gif", &["--pace", "0"], "0.5s"),
        ("a.gif", &["--from", "2020-01", "--to", "2025-12"], "1 to 1000"),
        ("a.gif", &["--scale", "16", "--from", "2025-03"], "fewer dots per inch"),
        ("front_20250201.geojson/a.gif", &["--from", "2025-03"], "front_20250201.geojson"),
    ] {
        let (path, out) = in_folder(&folder, name);
        let run = with(&[&["animate", "-o", &out], more].concat(), &series);
        assert!(run.code != 0 && run.err.contains(word), "{name} {more:?}: {} {}", run.code, run.err);
        assert!(!path.exists());
    }
    let (_, out) = in_folder(&folder, "a.gif");
    let none = run(&["animate", "-o", &out]);
    assert!(none.code == 2 && none.err.contains("reported of several days"), "{}", none.err);
}

/// A server of tiles of these days alone, and the addresses that it was asked for.
fn tiles_of(days: &'static [&'static str]) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::<Mutex<Vec<String>>>::default();
    let theirs = Arc::clone(&asked);
    let mut tile = std::io::Cursor::new(Vec::new());
    image::RgbaImage::from_pixel(256, 256, image::Rgba([90, 120, 60, 255]))
        .write_to(&mut tile, image::ImageFormat::Png)
        .unwrap();
    let tile = tile.into_inner();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut text = String::new();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            while reader.read_line(&mut text).is_ok_and(|read| read > 2) {}
            let path = text.split(' ').nth(1).unwrap_or_default().to_owned();
            let has = days.iter().any(|day| path.starts_with(&format!("/{day}/")));
            let (status, body) = if has { ("200 OK", &tile[..]) } else { ("404 Not Found", &[][..]) };
            theirs.lock().unwrap().push(path);
            let head = format!(
                "HTTP/1.1 {status}\r\nContent-Type: image/png\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                body.len()
            );
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
        }
    });
    (address, asked)
}

#[test]
fn a_map_of_each_day_is_asked_for_the_day_and_credited_where_it_is_drawn() {
    let (folder, series) = reports();
    let (at, asked) = tiles_of(&["2025-02-02"]);
    let map = format!("{at}/{{YYYY}}-{{MM}}-{{DD}}/{{z}}/{{x}}/{{y}}.png");
    let drawn = |name: &str, more: &[&str]| {
        let (path, named) = in_folder(&folder, name);
        asked.lock().unwrap().clear();
        let run = good(&[&["export", "-o", &named, "--map", &map][..], more].concat(), &series);
        (words(&path), run.err, asked.lock().unwrap().clone())
    };
    let (page, said, asked_for) = drawn("then.svg", &["--day", "2025-02-02"]);
    assert!(!asked_for.is_empty() && asked_for.iter().all(|path| path.starts_with("/2025-02-02/")), "{asked_for:?}");
    assert!(page.contains("imagery: 2025-02-02") && !said.contains("tiles"), "{page} {said}");
    // Of what does not come nobody is credited, and it is named.
    let (page, said, asked_for) = drawn("none.svg", &["--day", "2025-02-06"]);
    assert!(asked_for.iter().all(|path| path.starts_with("/2025-02-06/")), "{asked_for:?}");
    assert!(!page.contains("imagery") && !page.contains("imagery_date") && said.contains("none came"), "{page} {said}");
    // Without a day there is nothing to ask for.
    let (page, said, asked_for) = drawn("without.svg", &[]);
    assert!(
        asked_for.is_empty()
            && !page.contains("imagery")
            && !page.contains("imagery_date")
            && said.contains("no day is chosen"),
        "{page} {said}"
    );
}

#[test]
fn each_map_of_several_is_asked_for_its_own_day() {
    let (folder, series) = reports();
    let (at, asked) = tiles_of(&["2025-02-02", "2025-02-06"]);
    let map = format!("{at}/{{YYYY}}-{{MM}}-{{DD}}/{{z}}/{{x}}/{{y}}.png");
    let days_asked = || {
        let mut days: Vec<String> =
            asked.lock().unwrap().drain(..).filter_map(|path| Some(path.split('/').nth(1)?.to_owned())).collect();
        days.sort();
        days.dedup();
        days
    };
    let (path, out) = in_folder(&folder, "maps.svg");
    let told =
        good(&["export", "-o", &out, "--map", &map, "--panels", "2x1", "--days", "2025-02-02,2025-02-06"], &series);
    assert_eq!(days_asked(), ["2025-02-02", "2025-02-06"]);
    let page = words(&path);
    assert!(page.contains("imagery: 2025-02-02, 2025-02-06") && !told.err.contains("tiles"), "{page} {}", told.err);
    // What does not come of one day is named with its day, and not credited.
    let told = good(
        &["export", "-o", &out, "--map", &map, "--panels", "2x1", "--days", "2025-02-01,2025-02-02", "--force"],
        &series,
    );
    let page = words(&path);
    assert!(page.contains("imagery: 2025-02-02") && !page.contains("imagery: 2025-02-01"), "{page}");
    assert!(told.err.contains("1 Feb 2025 none came") && !told.err.contains("2 Feb 2025 none came"), "{}", told.err);
    days_asked();
    let (frames, out) = in_folder(&folder, "frames");
    let span = ["--from", "2025-02-01", "--to", "2025-02-06", "--reported-only"];
    let told = good(&[&["animate", "-o", &out, "--map", &map][..], &span].concat(), &series);
    assert_eq!(days_asked(), ["2025-02-01", "2025-02-02", "2025-02-06"]);
    assert!(told.err.contains("1 Feb 2025 none came"), "{}", told.err);
    assert!(frames.join("frame-0003.png").is_file());
}

#[test]
fn a_figure_of_a_day_before_the_first_report_says_when_that_is() {
    let (folder, series) = reports();
    let (path, out) = in_folder(&folder, "before.svg");
    let told = good(&["export", "-o", &out, "--day", "2025-01-20"], &series).err;
    assert!(words(&path).contains("front no report until 1 Feb 2025"), "{}", words(&path));
    assert!(told.contains("is not in the figure"), "{told}");
    good(&["export", "-o", &out, "--day", "2025-01-20", "--no", "legend", "--force"], &series);
    assert!(words(&path).contains("front: no report until 1 Feb 2025."), "{}", words(&path));
    good(&["export", "-o", &out, "--day", "2025-01-20", "--language", "uk", "--force"], &series);
    assert!(words(&path).contains("немає повідомлень раніше за 1"), "{}", words(&path));
}

/// A folder with reports of whole months.
fn months() -> (TempDir, String) {
    let folder = TempDir::new().unwrap();
    for (month, east) in [("2024-10", 37.5), ("2024-11", 37.6)] {
        let ring = json!([[37.0, 48.0], [east, 48.0], [east, 48.6], [37.0, 48.6], [37.0, 48.0]]);
        let feature = json!({
            "type": "Feature", "properties": {},
            "geometry": { "type": "Polygon", "coordinates": [ring] }
        });
        fs::write(folder.path().join(format!("rep_{month}.geojson")), feature.to_string()).unwrap();
    }
    let all = folder.path().join("rep_{YYYY-MM}.geojson").display().to_string();
    (folder, all)
}

#[test]
fn a_report_of_a_month_is_one_for_its_month() {
    let (folder, series) = months();
    let shown = ["--overlay", "rep", "--overlay", "donetsk", "--bbox", "36.8,47.9,38,48.7", "--size", "900x600"];
    let (path, out) = in_folder(&folder, "maps.svg");
    let told = run(&[&["export", "-o", &out, "--each", "month", "--reported-only", &series], &shown[..]].concat());
    assert_eq!(told.code, 0, "{}", told.err);
    let said = words(&path);
    assert!(said.contains("Oct 2024") && said.contains("Nov 2024"), "{said}");
    assert!(!said.contains("no report") && !said.contains("last reported"), "{said}");
    // What is of no day of them is told apart.
    assert!(said.contains("The same on all maps: Donetsk oblast ("), "{said}");
    assert!(told.err.contains("the same on all maps, whatever their day: “Donetsk oblast”"), "{}", told.err);

    let (sheets, out) = in_folder(&folder, "sheets");
    let atlas = ["atlas", "-o", &out, "--each", "month", "--format", "svg", "--title", "Held", &series];
    let told = run(&[&atlas, &shown[..]].concat());
    assert_eq!(told.code, 0, "{}", told.err);
    let said = words(&sheets.join("2024-11.svg"));
    assert!(said.contains("Held · map of Nov 2024") && !said.contains("no report"), "{said}");
    let told = run(&[&atlas, &shown[..], &["--force", "--language", "ar"]].concat());
    assert_eq!(told.code, 0, "{}", told.err);
}
