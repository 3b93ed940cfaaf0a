//! Names of held towns stand wholly on their own side of the line of contact, on pages and in windows of all sizes.
//!
//! The sides are those of the dossier's own shapes in full, not of what the placing of names takes for them.

use std::sync::Arc;

use claimline::document::annotation::{PointKind, Shape};
use claimline::document::{Annotation, AnnotationId, Document, LayerId, Names, edit};
use claimline::dossier::Dossier;
use claimline::figure::{self, FigureOptions, PageSetup, PageSize, Shows};
use claimline::geometry::{Coord, Frame, LineString, MultiPolygon, Point, Rect, View};
use claimline::scene::display_list::{Item, Text};
use claimline::scene::ground::Ground;
use claimline::scene::labels::{Anchor, PlacedLabel};
use claimline::scene::palette::Theme;
use claimline::scene::text;
use claimline::scene::{Look, PlacedNames, Scene};
use geo::{Contains as _, Intersects as _};
use kurbo::Shape as _;

use super::common::{berlin, overlay};

/// What tells sides.
struct Sides {
    lines: Vec<LineString<f64>>,
    russian_held: MultiPolygon<f64>,
    held: Vec<(Coord<f64>, String, Option<String>)>,
}

impl Sides {
    fn of(dossier: &Dossier) -> Self {
        let held = overlay(dossier, "held-towns").shape.places().iter();
        Self {
            lines: overlay(dossier, "line-of-contact").shape.lines().to_vec(),
            russian_held: MultiPolygon(overlay(dossier, "donetsk-russian-held").shape.polygons().to_vec()),
            held: held.map(|it| (it.at, it.name.main().to_owned(), it.name.get("uk").map(str::to_owned))).collect(),
        }
    }

    /// Whether a rectangle on the ground keeps off the line and off what lies beyond it.
    fn is_own_side(&self, rect: geo::Rect<f64>) -> bool {
        self.is_off_line(rect) && !self.is_beyond(rect)
    }

    fn is_off_line(&self, rect: geo::Rect<f64>) -> bool {
        !crosses(self.lines.iter(), rect)
    }

    fn is_beyond(&self, rect: geo::Rect<f64>) -> bool {
        let rings = self.russian_held.iter().flat_map(|area| std::iter::once(area.exterior()).chain(area.interiors()));
        crosses(rings, rect) || self.russian_held.contains(&geo::Point(rect.center()))
    }
}

/// Whether lines run through a rectangle; those far off are passed over quickly.
fn crosses<'a>(lines: impl Iterator<Item = &'a LineString<f64>>, rect: geo::Rect<f64>) -> bool {
    let (low, high) = (rect.min(), rect.max());
    let is_near = |a: Coord<f64>, b: Coord<f64>| {
        !(a.x < low.x && b.x < low.x
            || a.x > high.x && b.x > high.x
            || a.y < low.y && b.y < low.y
            || a.y > high.y && b.y > high.y)
    };
    let mut pairs = lines.flat_map(|line| line.0.windows(2));
    pairs.any(|pair| is_near(pair[0], pair[1]) && geo::Line::new(pair[0], pair[1]).intersects(&rect))
}

fn on_ground(frame: &Frame, rect: Rect) -> geo::Rect<f64> {
    let corner = |x: f64, y: f64| frame.lon_lat_from_page(Point::new(x, y));
    geo::Rect::new(corner(rect.x0, rect.y0), corner(rect.x1, rect.y1))
}

/// Numbers from a seed: splitmix64, by S. Vigna, <https://prng.di.unimi.it/splitmix64.c>.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// The dot of a name that is shown, with its radius.
fn dot(names: &PlacedNames, label: &PlacedLabel) -> Option<(Point, f64)> {
    match names.candidates[label.candidate].anchor {
        Anchor::Around { point, radius_pt } => Some((point, radius_pt)),
        _ => None,
    }
}

/// How far the edge of a dot is from a rectangle.
fn apart(rect: Rect, (at, radius_pt): (Point, f64)) -> f64 {
    at.distance(Point::new(at.x.clamp(rect.x0, rect.x1), at.y.clamp(rect.y0, rect.y1))) - radius_pt
}

fn checked(sides: &Sides, frame: &Frame, names: &PlacedNames) -> (usize, usize) {
    let (mut named, mut others) = (0, 0);
    let dots: Vec<(Point, f64)> = names.placed.iter().filter_map(|label| dot(names, label)).collect();
    for label in &names.placed {
        let candidate = &names.candidates[label.candidate];
        let Some(at) = candidate.place() else { continue };
        if let (Some(own), None) = (dot(names, label), label.leader) {
            for other in dots.iter().filter(|other| other.0.distance(own.0) > other.1 + own.1) {
                let (to_own, to_other) = (apart(label.bounds, own), apart(label.bounds, *other));
                assert!(to_own < to_other, "{} is nearer to {other:?} than to its dot in {frame:?}", candidate.key);
            }
        }
        let ground = on_ground(frame, label.bounds);
        if sides.held.iter().any(|(town, ..)| frame.page_from_lon_lat(*town).distance(at) < 0.5) {
            named += 1;
            assert!(sides.is_own_side(ground), "{} at {:?} in {frame:?}", candidate.key, label.bounds);
            if let Some(leader) = label.leader {
                let ends = [leader.p0, leader.p1].map(|at| frame.lon_lat_from_page(at));
                let leader = LineString(ends.to_vec());
                assert!(!sides.lines.iter().any(|line| line.intersects(&leader)), "{}: leader", candidate.key);
            }
        } else if sides.russian_held.contains(&geo::Point(frame.lon_lat_from_page(at))) {
            others += 1;
            assert!(sides.is_off_line(ground), "{} in {frame:?}", candidate.key);
        }
    }
    (named, others)
}

/// Two halves, which run beside each other.
#[test]
fn names_of_held_towns_stand_on_their_side_in_a_thousand_frames() {
    frames(20_251_215);
}

#[test]
fn names_of_held_towns_stand_on_their_side_in_the_other_half_of_them() {
    frames(20_251_216);
}

fn frames(seed: u64) {
    let dossier = berlin();
    let sides = Sides::of(&dossier);
    let (ground, _) = Ground::builtin();
    let mut document = Document::new(&dossier, 900.0, 760.0);
    let scene = Scene::new(dossier);
    let mut numbers = Numbers(seed);
    let (mut named, mut others) = (0, 0);
    for round in 0..500 {
        document.names = Names::of_word(["both", "english", "ukrainian"][round % 3]).unwrap();
        let (town, ..) = sides.held[numbers.next() as usize % sides.held.len()];
        let zoom = numbers.between(6.0, 13.0);
        let reach = 0.4 * (9.0 - zoom).exp2();
        let center = Coord {
            x: town.x + numbers.between(-reach, reach),
            y: town.y + numbers.between(-0.6 * reach, 0.6 * reach),
        };
        // From a newspaper's column, 85 mm wide, to a screen of 3840 × 2160 points.
        let width_pt = 241.0 * (3840.0_f64 / 241.0).powf(numbers.between(0.0, 1.0).powi(2));
        let frame = Frame::new(View { center, zoom }, width_pt, (width_pt * numbers.between(0.5, 1.4)).min(2160.0));
        let look = Look::of(&document, Theme::Light, 1.0);
        let corner = Rect::new(0.0, 0.0, numbers.between(0.0, 0.3) * width_pt, 60.0);
        let names = scene.names_of(&look, &ground, &frame, &[corner]);
        let (of_held, of_others) = checked(&sides, &frame, &names);
        named += of_held;
        others += of_others;
    }
    assert!(named > 1500 && others > 1500, "too few names to show anything: {named} and {others}");
}

/// The texts of the map's names, and how many dots the held towns have.
fn texts_and_dots<'a>(items: &'a [Item], within: &str, texts: &mut Vec<&'a Text>, dots: &mut usize) {
    for item in items {
        match item {
            Item::Group(group) => texts_and_dots(&group.items, &group.id, texts, dots),
            Item::Text(text) if within == "labels" => texts.push(text),
            Item::Fill { .. } if within == "held-towns" => *dots += 1,
            _ => {}
        }
    }
}

fn figure_of(document: &Document, scene: &Arc<Scene>, page: PageSize) -> figure::Drawn {
    let shows = Shows::Bounds(scene.dossier().home);
    // Of itself a figure has the first language alone.
    let names = Some(document.names.clone());
    let options = FigureOptions { names, ..FigureOptions::new("Held towns", PageSetup::of(page), shows) };
    figure::draw(scene, &Ground::builtin().0, document, &options)
}

/// Names of held towns on the page, each checked; there are at least as many dots of them.
fn held_names(sides: &Sides, drawn: &figure::Drawn) -> Vec<String> {
    let (mut texts, mut dots) = (Vec::new(), 0);
    texts_and_dots(&drawn.list.items, "", &mut texts, &mut dots);
    let mut found = Vec::new();
    for (_, name, second) in &sides.held {
        let Some(first) = texts.iter().find(|text| text.text == *name) else { continue };
        let of_town = texts.iter().filter(|text| Some(&text.text) == second.as_ref()).chain([first]);
        for text in of_town {
            let ink = text::outline(text).bounding_box();
            let bounds = ink.inflate(1.0, 1.0) - drawn.map_frame.origin().to_vec2();
            assert!(sides.is_own_side(on_ground(&drawn.map, bounds)), "{name} on {:?}", drawn.page_pt());
        }
        found.push(name.clone());
    }
    // A disc and its ring for each, and for those towns besides for whose names there is no room.
    assert!(dots >= 2 * found.len(), "names without dots on {:?}: {found:?}", drawn.page_pt());
    found
}

#[test]
fn names_of_held_towns_stand_on_their_side_on_every_page() {
    let dossier = berlin();
    let sides = Sides::of(&dossier);
    let mut document = Document::new(&dossier, 900.0, 760.0);
    let scene = Arc::new(Scene::new(dossier));
    for page in PageSize::PRESETS {
        for names in ["both", "english"] {
            document.names = Names::of_word(names).unwrap();
            let found = held_names(&sides, &figure_of(&document, &scene, page));
            for town in ["Kramatorsk", "Sloviansk", "Kostiantynivka", "Druzhkivka"] {
                assert!(found.iter().any(|name| name == town), "{page}, {names}: {town} is missing from {found:?}");
            }
        }
    }
}

/// All texts of a page.
fn all_texts<'a>(items: &'a [Item], texts: &mut Vec<&'a str>) {
    for item in items {
        match item {
            Item::Group(group) => all_texts(&group.items, texts),
            Item::Text(text) => texts.push(&text.text),
            _ => {}
        }
    }
}

#[test]
fn with_english_names_no_second_language_stands_anywhere_on_any_page() {
    let dossier = berlin();
    let mut document = Document::new(&dossier, 900.0, 760.0);
    let scene = Arc::new(Scene::new(dossier));
    let mut second = 0;
    let is_cyrillic = |text: &&str| text.chars().any(|letter| ('\u{400}'..'\u{530}').contains(&letter));
    for page in PageSize::PRESETS {
        let mut count = |names: &str| {
            document.names = Names::of_word(names).unwrap();
            let drawn = figure_of(&document, &scene, page);
            let mut texts = Vec::new();
            all_texts(&drawn.list.items, &mut texts);
            texts.into_iter().filter(is_cyrillic).map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(count("english"), [""; 0], "{page}");
        second += count("both").len();
    }
    assert!(second > 100, "{second}");
}

/// One on Kramatorsk, the others around Druzhkivka.
const MARKS: [(f64, f64); 5] = [(37.58, 48.74), (37.20, 48.45), (37.95, 48.60), (37.25, 48.80), (37.75, 48.30)];

#[test]
fn five_points_of_a_file_make_no_main_town_vanish_from_a_column() {
    let folder = tempfile::TempDir::new().unwrap();
    let points = MARKS.map(|(x, y)| {
        format!(r#"{{"type":"Feature","properties":{{}},"geometry":{{"type":"Point","coordinates":[{x},{y}]}}}}"#)
    });
    let file = folder.path().join("points.geojson");
    std::fs::write(&file, format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, points.join(","))).unwrap();
    let figure = folder.path().join("figure.svg");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_claimline"))
        .args(["export", "--page", "column-85", "--names", "english", "-o"])
        .args([&figure, &file])
        .env("HOME", folder.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let svg = std::fs::read_to_string(figure).unwrap();
    for town in ["Druzhkivka", "Kramatorsk", "Sloviansk", "Kostiantynivka"] {
        assert!(svg.contains(&format!(">{town}<")), "{town} is missing");
    }
}

#[test]
fn markers_of_the_users_make_no_main_town_vanish() {
    let dossier = berlin();
    let sides = Sides::of(&dossier);
    let mut document = Document::new(&dossier, 900.0, 760.0);
    let scene = Arc::new(Scene::new(dossier));
    document.names = Names::of_word("english").unwrap();
    for page in [PageSize::Column174, PageSize::Square, PageSize::A4Landscape] {
        let mut document = document.clone();
        let before = held_names(&sides, &figure_of(&document, &scene, page));
        for (x, y) in MARKS.into_iter().skip(1) {
            let shape = Shape::Point { at: Coord { x, y }, kind: PointKind::Marker };
            edit::add(&mut document, Annotation::new(AnnotationId(0), LayerId(0), shape));
        }
        let after = held_names(&sides, &figure_of(&document, &scene, page));
        for town in ["Druzhkivka", "Kramatorsk", "Sloviansk", "Kostiantynivka"] {
            let named = |names: &[String]| names.iter().any(|name| name == town);
            assert!(named(&before) && named(&after), "{page}: {town} is missing: {before:?}, {after:?}");
        }
    }
}
