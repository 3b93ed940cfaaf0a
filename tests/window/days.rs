//! Files of several days in the real window: one layer, the days gone through by keys, what changed, the areas as a curve, a figure
//! and an animation.

use super::*;

/// A strip that somebody reports of a day, so many degrees wide.
fn report(folder: &Path, day: &str, wide: f64) {
    let (west, east) = (37.0, 37.0 + wide);
    let ring = format!("[[[{west},48],[{east},48],[{east},48.5],[{west},48.5],[{west},48]]]");
    let text =
        format!(r#"{{"type":"Feature","properties":{{}},"geometry":{{"type":"Polygon","coordinates":{ring}}}}}"#);
    fs::write(folder.join(format!("front_{day}.geojson")), text).unwrap();
}

/// Runs a command by its name, as a person would.
fn command(window: &Window, name: &str) {
    window.key("ctrl+k");
    sleep(Duration::from_millis(500));
    window.text(name);
    sleep(Duration::from_millis(700));
    window.key("Return");
    sleep(Duration::from_millis(700));
}

#[test]
#[ignore = "needs a display, xdotool and ImageMagick: .ci/window-check gives it them"]
fn files_of_several_days_are_gone_through_compared_plotted_and_animated() {
    let folder = folder_for("days");
    let home = tempfile::TempDir::new().unwrap();
    let reports = tempfile::TempDir::new().unwrap();
    for (day, wide) in [("20250201", 0.5), ("20250202", 0.625), ("20250206", 0.75)] {
        report(reports.path(), day, wide);
    }
    let mut window = Window::open_with(&folder, home.path(), &[reports.path()]);
    xdotool(&["windowsize", &window.id, "1400", "900"]);
    let asked = window.shot("01-asked");
    window.key("Return");
    let layer = window.shot_after("02-layer", &asked);

    // The timeline, and the day before the last report: by its keys alone.
    window.key("shift+F6");
    let timeline = window.shot_after("03-timeline", &layer);
    window.click(Point::new(700.0, 743.0));
    let dragged = window.shot_after("04-clicked", &timeline);
    window.key("ctrl+Prior");
    let first = window.shot_after("05-first-report", &dragged);
    window.key("Next");
    let second = window.shot_after("06-second-report", &first);
    window.key("Right");
    let none = window.shot_after("07-nobody-reports", &second);
    let project = folder.join("days.claimline.geojson");
    let text = days_saved(&mut window, &project);
    assert!(text.contains("front_{YYYYMMDD}.geojson") && text.contains(r#""day":"2025-02-03""#), "{text}");

    // What changed from the first report to the day that is shown, for which the last report stands: a figure that names both.
    command(&window, "what changed between days");
    window.key("ctrl+Return");
    let _ = window.shot_after("08-what-changed", &none);
    let (_, provenance) = window.export("what-changed");
    let of = |side: &str, what: &str| provenance["compared_with"]["reports"]["front"][side][what].clone();
    assert_eq!((of("before", "reported"), of("after", "reported")), ("2025-02-01".into(), "2025-02-02".into()));
    assert_eq!(of("after", "day"), "2025-02-03", "the day that was asked for");
    let overlays = provenance["overlays"].to_string();
    assert!(overlays.contains("gained-front") && !overlays.contains("lost-front"), "{overlays}");
    let compared = window.shot("09-compared");
    window.key("Escape");

    command(&window, "area over time");
    let areas = window.shot_after("10-areas", &compared);
    command(&window, "export animation");
    let _ = window.shot_after("11-animation", &areas);
    let film = folder.join("days.gif");
    let _ = fs::remove_file(&film);
    window.key("ctrl+a");
    window.text(&film.display().to_string());
    window.key("Return");
    // It is written under another name first, and is whole when it bears its own.
    let started = Instant::now();
    while !film.exists() {
        assert!(started.elapsed() < Duration::from_secs(120), "no animation within 120 s: {}", window.log());
        sleep(Duration::from_millis(100));
    }
    let bytes = fs::read(&film).unwrap();
    let frames = gif_frames(&bytes);
    assert_eq!(frames, 6, "a frame for each day from the first report to the last");
    window.shot("12-animated");
    let log = window.log();
    assert!(!log.contains("panicked"), "{log}");
}

/// Saves the project under a path, and gives its text.
fn days_saved(window: &mut Window, path: &Path) -> String {
    let _ = fs::remove_file(path);
    window.key("ctrl+s");
    sleep(Duration::from_millis(700));
    window.key("ctrl+a");
    window.text(&path.display().to_string());
    window.key("Return");
    let started = Instant::now();
    while !path.exists() {
        assert!(started.elapsed() < Duration::from_secs(60), "not saved within 60 s: {}", window.log());
        sleep(Duration::from_millis(50));
    }
    sleep(Duration::from_millis(700));
    fs::read_to_string(path).unwrap()
}

/// How many frames an animated picture has.
fn gif_frames(bytes: &[u8]) -> usize {
    let mut decoder = gif::DecodeOptions::new().read_info(bytes).expect("it is a GIF");
    std::iter::from_fn(|| decoder.read_next_frame().expect("it is whole").map(|_| ())).count()
}
