//! The real window on a real display server, driven by keys and clicks: what it shows is what it exports.
//!
//! `.ci/window-check` gives it a virtual display. It needs `xdotool` and ImageMagick's `import`; pictures of each step
//! go to `target/check`. Nothing in the program helps it: it finds the map by its pixels.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "what was measured is worth reading")]

#[path = "window/days.rs"]
mod days;
#[path = "window/writing.rs"]
mod writing;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use claimline::dossier::{Dossier, Shape, builtin};
use claimline::geometry::{Coord, Frame, Point, View};
use geo::{BoundingRect as _, Contains as _};
use serde_json::Value;

/// How much of the overlay's pixels the window and the figure must share (intersection over union).
const SHARED: f64 = 0.97;

/// Height of the strip of credits that lies over the map's lower edge, in pixels, with some to spare.
const CREDITS: usize = 28;

/// How far from a shape's edge outlines and the closing of gaps reach, in pixels.
const EDGE: usize = 6;

/// An 8-bit RGB picture.
#[derive(Clone, PartialEq)]
struct Picture {
    width: usize,
    height: usize,
    rgb: Vec<u8>,
}

impl Picture {
    fn read(path: &Path) -> (Self, Option<Value>) {
        let bytes = fs::read(path).unwrap_or_else(|error| panic!("{error}: {}", path.display()));
        let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let frame = reader.next_frame(&mut pixels).unwrap();
        let info = reader.info();
        let provenance = info
            .utf8_text
            .iter()
            .find(|chunk| chunk.keyword == "claimline")
            .map(|chunk| serde_json::from_str(&chunk.get_text().unwrap()).unwrap());
        let channels = frame.color_type.samples();
        assert_eq!(frame.bit_depth, png::BitDepth::Eight);
        let rgb =
            pixels.chunks(channels).flat_map(|pixel| [pixel[0], pixel[1 % channels], pixel[2 % channels]]).collect();
        (Self { width: frame.width as usize, height: frame.height as usize, rgb }, provenance)
    }

    /// Whether two pictures of the window differ by a blinking caret at most: a few columns, as high as a line of text.
    fn is_as_still_as(&self, other: &Self) -> bool {
        if (self.width, self.height) != (other.width, other.height) {
            return false;
        }
        let rows = self.rgb.chunks_exact(self.width * 3).zip(other.rgb.chunks_exact(self.width * 3));
        let (mut left, mut right, mut top, mut bottom) = (usize::MAX, 0, usize::MAX, 0);
        for (y, (row, before)) in rows.enumerate().filter(|(_, (row, before))| row != before) {
            let changed = |x: &usize| row[x * 3..x * 3 + 3] != before[x * 3..x * 3 + 3];
            let columns = || (0..self.width).filter(changed);
            left = left.min(columns().next().unwrap_or(left));
            right = right.max(columns().next_back().unwrap_or(right));
            top = top.min(y);
            bottom = y;
        }
        top == usize::MAX || (right - left < 6 && bottom - top < 40)
    }

    fn at(&self, x: usize, y: usize) -> [u8; 3] {
        let start = (y * self.width + x) * 3;
        [self.rgb[start], self.rgb[start + 1], self.rgb[start + 2]]
    }

    /// The mean colour of a box of pixels around a position, as a smaller picture would have it.
    fn mean(&self, x: f64, y: f64, side: f64) -> Option<[f64; 3]> {
        let (x0, x1) = ((x - side / 2.0).round(), (x + side / 2.0).round().max((x - side / 2.0).round() + 1.0));
        let (y0, y1) = ((y - side / 2.0).round(), (y + side / 2.0).round().max((y - side / 2.0).round() + 1.0));
        if x0 < 0.0 || y0 < 0.0 || x1 > self.width as f64 || y1 > self.height as f64 {
            return None;
        }
        let mut sum = [0.0; 3];
        for row in y0 as usize..y1 as usize {
            for column in x0 as usize..x1 as usize {
                for (sum, value) in sum.iter_mut().zip(self.at(column, row)) {
                    *sum += f64::from(value);
                }
            }
        }
        Some(sum.map(|sum| sum / ((x1 - x0) * (y1 - y0))))
    }

    fn count(&self, color: [u8; 3], tolerance: u8) -> usize {
        self.rgb.chunks(3).filter(|pixel| near([pixel[0], pixel[1], pixel[2]], color, tolerance)).count()
    }
}

fn near(a: [u8; 3], b: [u8; 3], tolerance: u8) -> bool {
    a.iter().zip(b).all(|(a, b)| a.abs_diff(b) <= tolerance)
}

/// A rectangle of pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Area {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

/// Which pixels of the map on screen show something.
#[derive(Clone)]
struct Mask {
    width: usize,
    height: usize,
    set: Vec<bool>,
}

impl Mask {
    fn new(width: usize, height: usize, is_set: impl Fn(usize, usize) -> bool) -> Self {
        let set = (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| is_set(x, y)).collect();
        Self { width, height, set }
    }

    /// Grown by `radius` pixels and shrunk again, which closes the gaps that letters and thin lines leave.
    fn closed(&self, radius: usize) -> Self {
        self.grown(radius, true).grown(radius, false)
    }

    /// Grown, or shrunk, by a square of `radius`: first along rows, then along columns.
    fn grown(&self, radius: usize, to: bool) -> Self {
        let mut set = self.set.clone();
        let lines = |count: usize, first_step: usize, length: usize, step: usize, set: &mut Vec<bool>| {
            let mut sums = vec![0_usize; length + 1];
            for line in 0..count {
                let first = line * first_step;
                for at in 0..length {
                    sums[at + 1] = sums[at] + usize::from(set[first + at * step] == to);
                }
                for at in 0..length {
                    let found = sums[(at + radius + 1).min(length)] > sums[at.saturating_sub(radius)];
                    set[first + at * step] = found == to;
                }
            }
        };
        lines(self.height, self.width, self.width, 1, &mut set);
        lines(self.width, 1, self.height, self.width, &mut set);
        Self { width: self.width, height: self.height, set }
    }

    fn count(&self) -> usize {
        self.set.iter().filter(|set| **set).count()
    }

    /// What of it lies in another.
    fn within(&self, other: &Self) -> Self {
        let set = self.set.iter().zip(&other.set).map(|(a, b)| *a && *b).collect();
        Self { width: self.width, height: self.height, set }
    }

    fn shared_with(&self, other: &Self) -> f64 {
        let pairs = || self.set.iter().zip(&other.set);
        let both = pairs().filter(|(a, b)| **a && **b).count();
        let either = pairs().filter(|(a, b)| **a || **b).count();
        both as f64 / either.max(1) as f64
    }

    /// How many pixels differ from a shape, those aside that an outline or a line along its edge can account for.
    fn off(&self, shape: &Self) -> usize {
        let (most, least) = (shape.grown(EDGE, true), shape.grown(EDGE, false));
        (0..self.set.len()).filter(|&at| if self.set[at] { !most.set[at] } else { least.set[at] }).count()
    }

    /// This mask red, the other blue, both grey: to look at when they differ.
    fn write_beside(&self, other: &Self, path: &Path) {
        let pixels: Vec<u8> = self
            .set
            .iter()
            .zip(&other.set)
            .flat_map(|pair| match pair {
                (true, true) => [150, 150, 150],
                (true, false) => [220, 30, 30],
                (false, true) => [30, 60, 220],
                (false, false) => [255, 255, 255],
            })
            .collect();
        let mut encoder = png::Encoder::new(fs::File::create(path).unwrap(), self.width as u32, self.height as u32);
        encoder.set_color(png::ColorType::Rgb);
        encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
    }
}

/// The program's window.
struct Window {
    program: Child,
    id: String,
    folder: PathBuf,
}

impl Drop for Window {
    fn drop(&mut self) {
        // It has ended already when all went well.
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

fn xdotool(arguments: &[&str]) -> String {
    let output = Command::new("xdotool").args(arguments).stdin(Stdio::null()).output().expect("xdotool is installed");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

impl Window {
    fn open(folder: &Path, home: &Path) -> Self {
        Self::open_with(folder, home, &[])
    }

    /// The same with further arguments, where files that a program makes are open to all unless it says otherwise.
    fn open_with(folder: &Path, home: &Path, arguments: &[&Path]) -> Self {
        let program = std::env::var_os("CLAIMLINE_PROGRAM")
            .map_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_claimline")), PathBuf::from);
        let runtime = home.join("runtime");
        fs::create_dir_all(&runtime).unwrap();
        #[cfg(unix)]
        fs::set_permissions(&runtime, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
        let started = Instant::now();
        let log = fs::File::create(folder.join("program.log")).unwrap();
        let program = Command::new("sh")
            .args(["-c", "umask 0; exec \"$0\" \"$@\""])
            .arg(program)
            .args(arguments)
            .env("HOME", home)
            .env("XDG_RUNTIME_DIR", &runtime)
            .env_remove("XDG_CONFIG_HOME")
            .env_remove("XDG_DATA_HOME")
            .env_remove("XDG_CACHE_HOME")
            .env_remove("XDG_STATE_HOME")
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("WAYLAND_SOCKET")
            .current_dir(home)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut window = Self { program, id: String::new(), folder: folder.to_owned() };
        while window.id.is_empty() {
            assert!(window.program.try_wait().unwrap().is_none(), "the program ended: {}", window.log());
            assert!(started.elapsed() < Duration::from_secs(60), "no window within 60 s: {}", window.log());
            sleep(Duration::from_millis(50));
            let found = xdotool(&["search", "--onlyvisible", "--name", "Claimline$"]);
            window.id = found.lines().next().unwrap_or_default().to_owned();
        }
        println!("window after {} ms", started.elapsed().as_millis());
        xdotool(&["windowmove", &window.id, "0", "0"]);
        xdotool(&["windowfocus", &window.id]);
        window.away();
        window
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.join("program.log")).unwrap_or_default()
    }

    /// The pointer where it hovers over nothing: below the window.
    fn away(&self) {
        xdotool(&["mousemove", "1395", "895"]);
    }

    fn key(&self, key: &str) {
        xdotool(&["key", "--clearmodifiers", key]);
    }

    fn click(&self, at: Point) {
        let (x, y) = (at.x.round().to_string(), at.y.round().to_string());
        xdotool(&["mousemove", &x, &y]);
        sleep(Duration::from_millis(150));
        xdotool(&["click", "1"]);
        sleep(Duration::from_millis(150));
        self.away();
    }

    /// Draws from one place to another.
    fn drag(&self, from: Point, to: Point) {
        let go = |at: Point| {
            xdotool(&["mousemove", &at.x.round().to_string(), &at.y.round().to_string()]);
            sleep(Duration::from_millis(120));
        };
        go(from);
        xdotool(&["mousedown", "1"]);
        sleep(Duration::from_millis(120));
        go(from.midpoint(to));
        go(to);
        xdotool(&["mouseup", "1"]);
        sleep(Duration::from_millis(200));
    }

    fn text(&self, words: &str) {
        xdotool(&["type", "--clearmodifiers", "--delay", "12", words]);
        sleep(Duration::from_millis(200));
    }

    /// Puts an end to the program without a word of warning.
    fn kill(&mut self) {
        self.program.kill().unwrap();
        self.program.wait().unwrap();
    }

    /// A picture of the window once it has changed from `before` and holds still again.
    fn shot_after(&mut self, name: &str, before: &Picture) -> Picture {
        let started = Instant::now();
        loop {
            let now = self.shot(name);
            if !now.is_as_still_as(before) {
                return now;
            }
            assert!(started.elapsed() < Duration::from_secs(20), "{name}: nothing changed in the window");
        }
    }

    /// A picture of the window as it is now.
    fn picture(&self, name: &str) -> Picture {
        let path = self.folder.join(format!("{name}.png"));
        let taken = Command::new("import")
            .args(["-silent", "-window", &self.id, "-depth", "8"])
            .arg(format!("png24:{}", path.display()))
            .status()
            .expect("ImageMagick is installed");
        assert!(taken.success(), "import failed");
        Picture::read(&path).0
    }

    /// A picture of the window once it holds still.
    fn shot(&mut self, name: &str) -> Picture {
        let take = || self.picture(name);
        sleep(Duration::from_millis(400));
        let started = Instant::now();
        let (mut last, mut same) = (take(), 0);
        while same < 2 {
            sleep(Duration::from_millis(250));
            let now = take();
            same = if now.is_as_still_as(&last) { same + 1 } else { 0 };
            last = now;
            assert!(started.elapsed() < Duration::from_secs(60), "the window does not come to rest");
        }
        assert!(self.program.try_wait().unwrap().is_none(), "the program ended: {}", self.log());
        last
    }

    /// Exports by the dialog, as a person would.
    fn export(&self, name: &str) -> (Picture, Value) {
        let path = self.folder.join(format!("{name}.png"));
        let _ = fs::remove_file(&path);
        self.key("ctrl+e");
        sleep(Duration::from_millis(700));
        self.key("ctrl+a");
        xdotool(&["type", "--clearmodifiers", "--delay", "8", &path.display().to_string()]);
        sleep(Duration::from_millis(200));
        self.key("Return");
        let started = Instant::now();
        while !path.exists() {
            if started.elapsed() > Duration::from_secs(60) {
                let _ = Command::new("import")
                    .args(["-silent", "-window", &self.id])
                    .arg(self.folder.join("export-failed.png"))
                    .status();
                panic!("no figure within 60 s: see export-failed.png; {}", self.log());
            }
            sleep(Duration::from_millis(50));
        }
        println!("{name} exported after {} ms", started.elapsed().as_millis());
        // The notice of it lies over the map until it is closed.
        sleep(Duration::from_millis(700));
        self.key("Escape");
        sleep(Duration::from_millis(300));
        let (picture, provenance) = Picture::read(&path);
        (picture, provenance.expect("a figure says where it comes from"))
    }
}

/// Where the map lies in a window without side panels: the rows at whose ends no panel is painted.
fn find_map(shot: &Picture) -> Area {
    let panel = shot.at(3, 3);
    let columns = [2, 5, shot.width / 2 + 1, shot.width - 6, shot.width - 3];
    let is_map = |y: usize| columns.iter().filter(|x| !near(shot.at(**x, y), panel, 2)).count() >= 4;
    let (mut best, mut start) = ((0, 0), 0);
    for y in 0..=shot.height {
        if y == shot.height || !is_map(y) {
            if y - start > best.1 - best.0 {
                best = (start, y);
            }
            start = y + 1;
        }
    }
    // The hairlines of the panels above and below are of one colour throughout.
    let is_line = |y: usize| (1..shot.width).all(|x| shot.at(x, y) == shot.at(0, y));
    while best.0 < best.1 && is_line(best.0) {
        best.0 += 1;
    }
    while best.0 < best.1 && is_line(best.1 - 1) {
        best.1 -= 1;
    }
    // The credits at its foot are set on a plate through which little of it shows, but something.
    while best.1 < shot.height && !is_line(best.1) {
        best.1 += 1;
    }
    let area = Area { x: 0.0, y: best.0 as f64, width: shot.width as f64, height: (best.1 - best.0) as f64 };
    assert!(area.height > shot.height as f64 * 0.7, "the map was not found: {area:?}");
    area
}

/// Where the map lies on a figure, its scale in pixels a point, and the view.
fn map_of(provenance: &Value) -> (Area, f64, View) {
    let frame: Vec<f64> = provenance["map_frame_px"].as_array().unwrap().iter().filter_map(Value::as_f64).collect();
    let view = &provenance["view"];
    let number = |value: &Value| value.as_f64().unwrap();
    let center = Coord { x: number(&view["center"][0]), y: number(&view["center"][1]) };
    let area = Area { x: frame[0], y: frame[1], width: frame[2], height: frame[3] };
    (area, number(&provenance["scale"]), View { center, zoom: number(&view["zoom"]) })
}

/// The window and a figure of the same view, and how pixels of one lie on the other.
struct Pair {
    on_screen: Area,
    on_page: Area,
    /// Pixels of the figure to one of the window.
    ratio: f64,
    /// The map as it lies on screen.
    frame: Frame,
}

impl Pair {
    fn new(on_screen: Area, provenance: &Value) -> Self {
        let (on_page, scale, view) = map_of(provenance);
        // The figure shows all that the window shows, as large as its frame allows.
        let ratio = (on_page.width / on_screen.width).min(on_page.height / on_screen.height);
        let zoom = view.zoom - (ratio / scale).log2();
        let frame = Frame::new(View { zoom, ..view }, on_screen.width, on_screen.height);
        Self { on_screen, on_page, ratio, frame }
    }

    /// Width and height of what is compared: the strip of credits at the map's lower edge is left out.
    fn size(&self) -> (usize, usize) {
        (self.on_screen.width as usize, self.on_screen.height as usize - CREDITS)
    }

    /// What differs between two shots.
    fn screen_mask(&self, with: &Picture, without: &Picture, threshold: f64) -> Mask {
        let (width, height) = self.size();
        let top = self.on_screen.y as usize;
        Mask::new(width, height, |x, y| {
            differ(with.at(x, top + y).map(f64::from), without.at(x, top + y).map(f64::from), threshold)
        })
    }

    /// What differs between two figures, seen at the pixels of the window.
    fn page_mask(&self, with: &Picture, without: &Picture, threshold: f64) -> Mask {
        let (width, height) = self.size();
        let (middle_x, middle_y) =
            (self.on_page.x + self.on_page.width / 2.0, self.on_page.y + self.on_page.height / 2.0);
        Mask::new(width, height, |x, y| {
            let at_x = middle_x + (x as f64 + 0.5 - self.on_screen.width / 2.0) * self.ratio;
            let at_y = middle_y + (y as f64 + 0.5 - self.on_screen.height / 2.0) * self.ratio;
            match (with.mean(at_x, at_y, self.ratio), without.mean(at_x, at_y, self.ratio)) {
                (Some(with), Some(without)) => differ(with, without, threshold),
                _ => false,
            }
        })
    }

    /// What the dossier's own shape covers.
    fn true_mask(&self, dossier: &Dossier, id: &str) -> Mask {
        let Some(Shape::Area(area)) = dossier.overlay(id).map(|overlay| &*overlay.shape) else {
            panic!("no area {id}")
        };
        let bounds = area.bounding_rect().unwrap();
        let (width, height) = self.size();
        Mask::new(width, height, |x, y| {
            let at = self.frame.lon_lat_from_page(Point::new(x as f64 + 0.5, y as f64 + 0.5));
            bounds.contains(&at) && area.contains(&at)
        })
    }

    /// Where a place lies in the window.
    fn in_window(&self, place: Coord<f64>) -> Point {
        let page = self.frame.page_from_lon_lat(place);
        Point::new(page.x + self.on_screen.x, page.y + self.on_screen.y)
    }
}

fn differ(a: [f64; 3], b: [f64; 3], threshold: f64) -> bool {
    a.iter().zip(b).any(|(a, b)| (a - b).abs() > threshold)
}

/// The kinds of annotations in a project's file, bottom first.
fn kinds_in(path: &Path) -> Vec<&'static str> {
    let project = claimline::document::project::read(&fs::read(path).unwrap()).unwrap();
    assert!(project.ours && project.warnings.is_empty(), "{:?}", project.warnings);
    project.document.annotations.iter().map(|annotation| annotation.shape.name()).collect()
}

/// Waits until a file is there and has so many annotations.
fn saved(window: &mut Window, path: &Path, count: usize) -> Vec<&'static str> {
    let started = Instant::now();
    loop {
        if path.exists() && kinds_in(path).len() == count {
            return kinds_in(path);
        }
        if started.elapsed() > Duration::from_secs(20) {
            window.shot("not-saved");
            panic!("{count} annotations are not in {}: see not-saved.png", path.display());
        }
        sleep(Duration::from_millis(100));
    }
}

/// An empty folder for the pictures of a test, below those of all.
fn folder_for(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/check").join(test);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
#[ignore = "needs a display, xdotool and ImageMagick: .ci/window-check gives it them"]
fn what_is_drawn_is_undone_saved_and_survives_a_kill() {
    let folder = folder_for("draw");
    let home = tempfile::TempDir::new().unwrap();
    let file = home.path().join("advance.claimline.geojson");
    let mut window = Window::open(&folder, home.path());
    let first = window.shot("01-window");
    let at = |x: f64, y: f64| Point::new(first.width as f64 * x, first.height as f64 * y);

    // An arrow by dragging, a polygon by clicks, words by typing.
    window.key("a");
    window.drag(at(0.58, 0.62), at(0.50, 0.48));
    window.key("p");
    for place in [at(0.36, 0.42), at(0.44, 0.40), at(0.45, 0.52)] {
        window.click(place);
    }
    window.key("Return");
    window.key("t");
    window.click(at(0.66, 0.36));
    window.text("Reported on 15 Dec");
    window.key("Return");
    let drawn = window.shot("02-drawn");
    let blue = drawn.count([0x00, 0x72, 0xB2], 12);
    assert!(blue > first.count([0x00, 0x72, 0xB2], 12) + 400, "{blue} pixels in the colour of what was drawn");

    // The last three steps are taken back and made again.
    window.key("Escape");
    for _ in 0..3 {
        window.key("ctrl+z");
    }
    let undone = window.shot_after("03-undone", &drawn);
    assert!(undone.count([0x00, 0x72, 0xB2], 12) < blue / 2, "undo leaves what was drawn on the map");
    for _ in 0..3 {
        window.key("ctrl+shift+z");
    }
    let redone = window.shot_after("04-redone", &undone);
    assert!(redone.count([0x00, 0x72, 0xB2], 12) > blue / 2, "redo does not bring back what was drawn");

    window.key("ctrl+s");
    sleep(Duration::from_millis(700));
    window.key("ctrl+a");
    window.text(&file.display().to_string());
    window.key("Return");
    assert_eq!(saved(&mut window, &file, 3), ["Arrow", "Polygon", "Text"]);

    // More work, which is in no file when the program ends from one moment to the next.
    window.shot("05-saved");
    window.key("m");
    window.click(at(0.52, 0.72));
    sleep(Duration::from_millis(1500));
    window.shot("06-before-the-kill");
    window.kill();
    assert_eq!(kinds_in(&file).len(), 3);

    let mut window = Window::open(&folder, home.path());
    let offered = window.shot("07-recovery-is-offered");
    window.key("Return");
    window.shot_after("08-recovered", &offered);
    window.key("ctrl+s");
    assert_eq!(saved(&mut window, &file, 4), ["Arrow", "Polygon", "Text", "Marker"]);
    window.key("ctrl+q");
    let started = Instant::now();
    while window.program.try_wait().unwrap().is_none() {
        if started.elapsed() > Duration::from_secs(20) {
            window.shot("09-not-closed");
            panic!("the window does not close: see 09-not-closed.png");
        }
        sleep(Duration::from_millis(100));
    }
    let left: Vec<_> =
        walk(home.path()).into_iter().filter(|path| path.extension() == Some("recovery".as_ref())).collect();
    assert_eq!(left, Vec::<PathBuf>::new(), "recovered work stays although it is saved");
}

#[cfg(unix)]
#[test]
#[ignore = "needs a display, xdotool and ImageMagick: .ci/window-check gives it them"]
fn what_the_window_keeps_can_be_read_by_its_user_alone() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = folder_for("private");
    let home = tempfile::TempDir::new().unwrap();
    // As an earlier version has left them.
    let settings = home.path().join(".local/share/claimline");
    let tiles = home.path().join(".cache/claimline/tiles");
    for made in [&settings, &tiles] {
        fs::create_dir_all(made).unwrap();
        fs::set_permissions(made, fs::Permissions::from_mode(0o755)).unwrap();
    }
    fs::write(settings.join("app.ron"), "{}").unwrap();
    fs::set_permissions(settings.join("app.ron"), fs::Permissions::from_mode(0o644)).unwrap();
    // A project of a map on a server that nobody may ask.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let project = home.path().join("topo.claimline.geojson");
    let text = format!(
        r#"{{"type":"FeatureCollection","features":[],"claimline":{{"version":1,"dossier":{{"id":"berlin-2025-12"}},"map":"topo",
        "map_sources":[{{"id":"topo","kind":"xyz","address":"http://{}/{{z}}/{{x}}/{{y}}.png"}}]}}}}"#,
        listener.local_addr().unwrap()
    );
    fs::write(&project, text).unwrap();

    let mut window = Window::open_with(&folder, home.path(), &[&project]);
    let first = window.shot("01-asks");
    window.key("m");
    window.click(Point::new(first.width as f64 * 0.5, first.height as f64 * 0.6));
    sleep(Duration::from_millis(1500));
    window.shot("02-unsaved");
    assert!(listener.accept().is_err(), "a server was asked although nobody said so");
    // Unsaved work is there still.
    let recovery = |path: &PathBuf| path.extension() == Some("recovery".as_ref());
    assert!(walk(home.path()).iter().any(recovery), "nothing is kept for recovery");
    let look = |when: &str| {
        let mut kept = 0;
        for below in [".local/share/claimline", ".local/state/claimline", ".cache/claimline"] {
            for path in walk(&home.path().join(below)) {
                let mode = |path: &Path| fs::symlink_metadata(path).unwrap().permissions().mode() & 0o777;
                assert_eq!(mode(&path), 0o600, "{when}: {}", path.display());
                assert_eq!(mode(path.parent().unwrap()), 0o700, "{when}: {}", path.display());
                kept += 1;
            }
            assert_eq!(fs::metadata(home.path().join(below)).unwrap().permissions().mode() & 0o777, 0o700, "{below}");
        }
        println!("{when}: {kept} files, all for the user alone");
        assert!(kept >= 3, "{when}: only {kept} files");
    };
    look("with unsaved work");
    assert_eq!(fs::metadata(&tiles).unwrap().permissions().mode() & 0o777, 0o700);
    window.key("ctrl+z");
    sleep(Duration::from_millis(1500));
    window.key("ctrl+q");
    let started = Instant::now();
    while window.program.try_wait().unwrap().is_none() {
        assert!(started.elapsed() < Duration::from_secs(20), "the window does not close");
        sleep(Duration::from_millis(100));
    }
    assert!(fs::metadata(settings.join("app.ron")).unwrap().len() > 100, "nothing was remembered");
    let kept = walk(&settings).into_iter().chain(walk(&home.path().join(".local/state/claimline")));
    for path in kept {
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600, "{}", path.display());
    }
}

/// All files below a folder.
fn walk(folder: &Path) -> Vec<PathBuf> {
    let entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    let below = entries.iter().filter(|path| path.is_dir()).flat_map(|path| walk(path));
    below.chain(entries.iter().filter(|path| path.is_file()).cloned()).collect()
}

#[test]
#[ignore = "needs a display, xdotool and ImageMagick: .ci/window-check gives it them"]
fn the_window_shows_what_it_exports() {
    let folder = folder_for("export");
    let home = tempfile::TempDir::new().unwrap();
    let dossier = builtin::berlin().unwrap().0;
    let mut window = Window::open(&folder, home.path());

    // As a person finds it: panels on both sides, overlays on the map.
    let first = window.shot("01-window");
    assert!(first.width >= 1200 && first.height >= 700, "{} × {}", first.width, first.height);

    // Light, and the map alone, so that its place can be found by pixels.
    window.key("F9");
    let dark = window.shot_after("02-dark", &first);
    assert!(near(dark.at(3, 3), [23, 25, 28], 12), "a dark panel, not {:?}", dark.at(3, 3));
    window.key("F9");
    let light = window.shot_after("02-light", &dark);
    assert!(near(light.at(3, 3), [255, 255, 255], 12), "a light panel, not {:?}", light.at(3, 3));
    window.key("F7");
    window.key("F8");
    let all = window.shot_after("03-map-alone", &light);
    let map = find_map(&all);
    let (figure, provenance) = window.export("figure");
    let pair = Pair::new(map, &provenance);
    println!("map in the window {map:?}; in the figure {:?}; view {:?}", pair.on_page, pair.frame.view);
    let shown: Vec<&str> = provenance["overlays"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    for id in ["withdrawal-area", "line-of-contact", "donetsk-russian-held", "donetsk"] {
        assert!(shown.contains(&id), "{id} is not in the figure: {shown:?}");
    }

    // The window's picture after an export is the one before it.
    let again = window.shot("04-after-export");
    let changed = pair.screen_mask(&again, &all, 8.0).count();
    assert!(changed < 200, "{changed} pixels of the map changed by exporting");

    // Amber, the withdrawal area's colour, is in both.
    for (picture, name) in [(&all, "window"), (&figure, "figure")] {
        let amber = picture.count([0xD9, 0x8E, 0x04], 24);
        assert!(amber > 300, "{amber} amber pixels in the {name}");
    }

    // Hidden by its digit, an overlay leaves window and figure alike; shown again, it is back.
    for (digit, id, threshold) in [("1", "withdrawal-area", 20.0), ("9", "donetsk-russian-held", 10.0)] {
        window.key(digit);
        let without = window.shot_after(&format!("05-without-{id}"), &all);
        let (figure_without, provenance) = window.export(&format!("figure-without-{id}"));
        let hidden = !provenance["overlays"].as_array().unwrap().iter().any(|shown| shown == id);
        assert!(hidden, "{id} is in the figure although its digit hid it");
        window.key(digit);
        let back = window.shot_after("06-back", &without);
        assert!(pair.screen_mask(&back, &all, 8.0).count() < 200, "{id} did not come back as it was");

        // The legend and thereby the map's frame may change with what is shown: the overlay's figure is taken anew.
        let other = Pair::new(map, &provenance);
        assert!((other.ratio - pair.ratio).abs() < 1e-6 && other.on_page == pair.on_page, "the map moved on the page");

        // Names that keep to a side of an overlay move when it goes: they are left out, as what stands beyond its edge is.
        let around = pair.true_mask(&dossier, id).grown(EDGE, true);
        let on_screen = pair.screen_mask(&all, &without, threshold).closed(5).within(&around);
        // The figure alone has a callout and a locator, which go with the overlay: beyond its edge they are left out.
        let on_page = pair.page_mask(&figure, &figure_without, threshold).closed(5);
        let on_page = on_page.within(&around);
        let truly = pair.true_mask(&dossier, id);
        on_screen.write_beside(&on_page, &folder.join(format!("compare-{id}.png")));
        on_screen.write_beside(&truly, &folder.join(format!("compare-{id}-shape.png")));
        let shared = on_screen.shared_with(&on_page);
        let (screen_off, page_off) = (on_screen.off(&truly), on_page.off(&truly));
        println!(
            "{id}: window and figure share {shared:.4} of {} pixels; off the shape are {screen_off} of the window, {page_off} of the figure",
            on_screen.count()
        );
        assert!(on_screen.count() > 10_000, "{id} covers {} pixels only", on_screen.count());
        assert!(shared >= SHARED, "{id}: window and figure share {shared:.4} only; see compare-{id}.png");
        let few = on_screen.count() / 200;
        assert!(screen_off <= few && page_off <= few, "{id} is not where its shape is; see compare-{id}-shape.png");
    }

    // An overlay that was hidden appears.
    window.key("2");
    let corridor = window.shot_after("07-corridor", &again);
    let appeared = pair.screen_mask(&corridor, &all, 8.0).closed(3);
    // The line of contact lies over its middle, so only what is outside of it counts as wrong.
    let shape = pair.true_mask(&dossier, "corridor-5km");
    let around = shape.grown(EDGE, true);
    let outside = appeared.set.iter().zip(&around.set).filter(|(set, around)| **set && !**around).count();
    let shared = appeared.shared_with(&shape);
    println!("corridor-5km: window and shape share {shared:.4}; {outside} of {} pixels lie outside", appeared.count());
    assert!(shared > 0.75 && outside * 100 < appeared.count(), "the corridor is not where its shape is");
    window.key("2");
    let before = window.shot_after("08-before-click", &corridor);

    // A click on Kramatorsk selects the town; a second one steps down to the area around it, outlined in the accent colour.
    let kramatorsk = Coord { x: 37.5844, y: 48.7389 };
    let accent = [0x1F, 0x5F, 0xA8];
    let (width, height) = pair.size();
    let top = map.y as usize;
    let outline_in = |after: &Picture| {
        Mask::new(width, height, |x, y| {
            near(after.at(x, top + y), accent, 40) && !near(before.at(x, top + y), accent, 40)
        })
    };
    window.click(pair.in_window(kramatorsk));
    let town = window.shot_after("09-kramatorsk", &before);
    let at = pair.frame.page_from_lon_lat(kramatorsk);
    let near_town = Mask::new(width, height, |x, y| at.distance(Point::new(x as f64, y as f64)) < 16.0);
    let ring = outline_in(&town);
    let (ring, elsewhere) = (ring.count(), ring.set.iter().zip(&near_town.set).filter(|(a, b)| **a && !**b).count());
    println!("first click: {ring} pixels of a ring, {elsewhere} of them elsewhere");
    assert!(ring > 40 && elsewhere == 0, "the first click did not select Kramatorsk");
    window.click(pair.in_window(kramatorsk));
    let outline = outline_in(&window.shot_after("10-around-kramatorsk", &town));
    let around = pair.true_mask(&dossier, "withdrawal-area").grown(EDGE, true);
    let outside = outline.set.iter().zip(&around.set).filter(|(outline, around)| **outline && !**around).count();
    println!("second click: {} pixels of outline, {outside} of them elsewhere", outline.count());
    assert!(outline.count() > 400 && outside * 20 < outline.count(), "the second click did not select the area");

    // After a click on the map the export's dialog still takes the path.
    let (_, provenance) = window.export("figure-after-click");
    assert_eq!(provenance["dossier"]["id"], "berlin-2025-12");

    // With the inspector: for people to look at.
    window.key("F7");
    window.key("F8");
    window.shot("11-inspector");

    window.key("ctrl+q");
    let started = Instant::now();
    let status = loop {
        if let Some(status) = window.program.try_wait().unwrap() {
            break status;
        }
        assert!(started.elapsed() < Duration::from_secs(15), "Ctrl+Q does not close the window");
        sleep(Duration::from_millis(50));
    };
    assert!(status.success(), "{status}: {}", window.log());
    assert!(!window.log().contains("panicked"), "{}", window.log());
}

impl Picture {
    /// The box around all pixels of a colour in a part of the picture: left, top, right, bottom.
    fn bounds_of(&self, color: [u8; 3], columns: std::ops::Range<usize>) -> Option<[usize; 4]> {
        let found = (0..self.height).flat_map(|y| columns.clone().map(move |x| (x, y)));
        let found = found.filter(|(x, y)| near(self.at(*x, *y), color, 6));
        found.fold(None, |bounds, (x, y)| {
            let [left, top, right, bottom] = bounds.unwrap_or([x, y, x, y]);
            Some([left.min(x), top.min(y), right.max(x), bottom.max(y)])
        })
    }
}

impl Window {
    /// Opens a file by the dialog.
    fn open_file(&self, path: &Path) {
        self.key("ctrl+o");
        sleep(Duration::from_millis(700));
        self.text(&path.display().to_string());
        self.key("Return");
        sleep(Duration::from_millis(1500));
    }

    /// Exports to a file of any format; its text once all of it is there.
    fn export_text(&self, path: &Path) -> String {
        self.key("ctrl+e");
        sleep(Duration::from_millis(900));
        self.key("ctrl+a");
        self.text(&path.display().to_string());
        self.key("Return");
        let started = Instant::now();
        while !path.exists() {
            assert!(started.elapsed() < Duration::from_secs(60), "no {} within 60 s; {}", path.display(), self.log());
            sleep(Duration::from_millis(50));
        }
        fs::read_to_string(path).unwrap()
    }

    /// Closes the window by its key, and sees that it ends well.
    fn quit(mut self) {
        self.key("ctrl+q");
        let started = Instant::now();
        while self.program.try_wait().unwrap().is_none() {
            if started.elapsed() > Duration::from_secs(20) {
                self.shot("not-closed");
                panic!("the window does not close: see not-closed.png");
            }
            sleep(Duration::from_millis(100));
        }
        assert!(!self.log().contains("panicked"), "{}", self.log());
    }
}

/// The members that a saved project has of its uppermost overlay, once they are as wanted.
fn overlay_saved(window: &mut Window, path: &Path, is_wanted: impl Fn(&Value) -> bool) -> Value {
    let started = Instant::now();
    loop {
        let project: Value =
            fs::read(path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
        if is_wanted(&project["claimline"]["overlays"][0]) {
            return project;
        }
        if started.elapsed() > Duration::from_secs(20) {
            window.shot("not-saved");
            panic!("not saved as wanted, see not-saved.png: {}", project["claimline"]["overlays"][0]);
        }
        sleep(Duration::from_millis(100));
    }
}

#[test]
#[ignore = "needs a display, xdotool and ImageMagick: .ci/window-check gives it them"]
fn a_file_is_opened_styled_filtered_saved_reopened_and_exported() {
    const GREEN: [u8; 3] = [0x0F, 0x9D, 0x58];
    const RED: [u8; 3] = [0xD3, 0x2F, 0x2F];
    /// Where the panel on the left ends.
    const PANEL: usize = 330;
    let folder = folder_for("features");
    let home = tempfile::TempDir::new().unwrap();
    let (own, file) = (home.path().join("control.geojson"), home.path().join("may.claimline.geojson"));
    let given = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/features/control.geojson");
    fs::copy(&given, &own).unwrap();
    let mut window = Window::open(&folder, home.path());
    let first = window.shot("01-window");
    assert_eq!(first.bounds_of(GREEN, 0..PANEL), None, "nothing in the panel is of the file's colour before");

    // The row of the file has the colour of what lies uppermost in its legend; it opens into its kinds.
    window.open_file(&own);
    let opened = window.shot_after("02-opened", &first);
    let [_, top, _, bottom] = opened.bounds_of(GREEN, 0..PANEL).expect("the file has a row");
    let row_y = (top + bottom) as f64 / 2.0;
    assert_eq!(opened.bounds_of(RED, 0..PANEL), None, "the kinds are folded");
    window.click(Point::new(17.0, row_y));
    let kinds = window.shot_after("03-kinds", &opened);
    let [_, held_top, _, held_bottom] = kinds.bounds_of(RED, 0..PANEL).expect("a row for each kind");
    let held_y = (held_top + held_bottom) as f64 / 2.0;

    // A click on the map selects one feature, outlined in the accent colour.
    let map = PANEL + 20..first.width - 345;
    let [left, top, _, _] = kinds.bounds_of(RED, map.clone()).expect("the features are on the map");
    let accent = [0x1F, 0x5F, 0xA8];
    window.click(Point::new(left as f64 + 60.0, top as f64 + 30.0));
    let selected = window.shot_after("04-feature", &kinds);
    assert!(selected.count(accent, 6) > kinds.count(accent, 6) + 400, "the click selected nothing");

    // What tells them apart is chosen below the kinds: the second property of the file, its status.
    window.click(Point::new(110.0, held_y + 29.0));
    let menu = window.shot_after("05-told-apart-by", &selected);
    window.click(Point::new(85.0, held_y + 170.0));
    let styled = window.shot_after("06-by-status", &menu);
    assert_eq!(styled.bounds_of(RED, 0..PANEL), None, "the kinds have colours of their own now");

    // The table, and its filter put to use on the map.
    window.key("F6");
    let table = window.shot_after("07-table", &styled);
    let below = first.height as f64 - 243.0;
    let filter = Point::new(725.0, below);
    window.click(filter);
    window.text("status = held");
    window.key("Return");
    let filtered = window.shot_after("08-filter", &table);
    window.click(Point::new(first.width as f64 - 406.0, below));
    let on_map = window.shot_after("09-filter-on-the-map", &filtered);
    window.key("F9");
    let dark = window.shot_after("10-dark", &on_map);
    window.key("F9");
    window.shot_after("11-light", &dark);

    // The project has it all, and names nothing of the folders around it.
    window.key("ctrl+s");
    sleep(Duration::from_millis(700));
    window.key("ctrl+a");
    window.text(&file.display().to_string());
    window.key("Return");
    let project = overlay_saved(&mut window, &file, |overlay| overlay["id"] == "control");
    let control = &project["claimline"]["overlays"][0];
    assert_eq!(control["styling"]["by"]["property"]["property"], "status");
    assert_eq!(control["styling"]["filter"], "status = held");
    let known = &control["layer"]["file"];
    assert_eq!((&known["path"], &known["absolute"]), (&"control.geojson".into(), &Value::Null));
    let given: Value = serde_json::from_slice(&fs::read(&given).unwrap()).unwrap();
    assert_eq!(project["claimline_data"]["control"], given, "what the file holds is kept inside");
    window.shot("12-saved");
    window.quit();

    // Another window shows the project as it was, and a figure of it says so in words.
    let mut window = Window::open(&folder, home.path());
    let empty = window.shot("13-another-window");
    window.open_file(&file);
    let again = window.shot_after("14-reopened", &empty);
    assert_eq!(again.bounds_of(GREEN, map), None, "what the filter leaves out is not drawn");
    let (_, provenance) = window.export("figure");
    let overlays: Vec<&str> = provenance["overlays"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(overlays.contains(&"control"), "{overlays:?}");
    let others = &provenance["feature_sources"]["others"];
    assert_eq!(others[0]["url"], "https://reports.example/june", "the source of what is shown: {others}");
    assert_eq!(others.as_array().map(Vec::len), Some(1), "and of nothing else");
    let figure = window.export_text(&folder.join("figure.svg"));
    for words in ["control: status", "control: only features where status = held.", "reports.example"] {
        assert!(figure.contains(words), "the figure does not say “{words}”");
    }
    assert!(!figure.contains("freed"), "the legend names a kind that is not drawn");
    // The figure that went out is asked about at closing, for the project keeps how it was set up.
    window.kill();
    assert!(!window.log().contains("panicked"), "{}", window.log());
}
