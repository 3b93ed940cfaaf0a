//! Tests of what the maps of several days have in common.

mod rows;

use std::sync::Arc;

use kurbo::Vec2;

use crate::basemap::{Bitmap, MapSource, Standing, TileExtent, TileId, TileSource};
use crate::document::{Document, edit};
use crate::dossier::series::Version;
use crate::dossier::{Counting, Dated, Dossier, Overlay, Shape, builtin, layer_of_reports, own_layer};
use crate::figure::animation::Reel;
use crate::figure::panels::{Moment, heading_of};
use crate::figure::pieces::Piece;
use crate::figure::words::FigureLanguage;
use crate::figure::{FigureOptions, PageSetup, Panels, Shows, draw};
use crate::formats::day::Day;
use crate::formats::direction::without_marks;
use crate::formats::edtf::Edtf;
use crate::formats::geojson;
use crate::formats::map_source::ShownMap;
use crate::geometry::{LineString, MultiLineString, MultiPolygon, Polygon, Rect};
use crate::scene::Scene;
use crate::scene::display_list::{DisplayList, Group, Item, texts_but};
use crate::scene::ground::{Ground, MapTiles};
use crate::scene::palette::Theme;

const DAYS: [&str; 3] = ["2025-02-01", "2025-02-03", "2025-02-06"];

fn day(iso: &str) -> Day {
    iso.parse().unwrap()
}

/// A square that grows to the east.
fn report(when: &str, east: f64) -> Version {
    let ring: LineString<f64> = vec![(36.9, 47.9), (east, 47.9), (east, 48.6), (36.9, 48.6), (36.9, 47.9)].into();
    let area = MultiPolygon(vec![Polygon::new(ring, vec![])]);
    let shape = Shape::of(area, MultiLineString(Vec::new()), Vec::new()).unwrap();
    Version::new(Some(Edtf::in_text(when).unwrap()), Arc::new(shape), "1")
}

/// The built-in dossier with reports of the first and the last of [`DAYS`], and the id of their layer.
fn opened() -> (Dossier, String) {
    let (mut dossier, _) = builtin::berlin().unwrap();
    let reports = vec![report(DAYS[0], 37.4), report(DAYS[2], 38.1)];
    let id = dossier.add(layer_of_reports("Front", reports).unwrap());
    (dossier, id)
}

fn options(size_pt: (f64, f64)) -> FigureOptions {
    let shows = Shows::Bounds([36.5, 47.5, 38.6, 49.2]);
    FigureOptions::usual(PageSetup::points(size_pt.0, size_pt.1, 1.0), shows)
}

fn groups<'a>(items: &'a [Item], id: &str, found: &mut Vec<&'a Group>) {
    for item in items {
        if let Item::Group(group) = item {
            if group.id == id {
                found.push(group);
            } else {
                groups(&group.items, id, found);
            }
        }
    }
}

fn of_id<'a>(list: &'a DisplayList, id: &str) -> Vec<&'a Group> {
    let mut found = Vec::new();
    groups(&list.items, id, &mut found);
    found
}

/// The names of a map with their places on it in hundredths of a point, and how many towns have a dot.
type Named = (Vec<(String, i64, i64)>, usize);

/// The names of each map of a page.
fn names(list: &DisplayList) -> Vec<Named> {
    let maps = of_id(list, "map").into_iter().filter(|map| map.clip.is_some());
    let named = maps.map(|map| {
        let origin: Vec2 = map.clip.map_or(Vec2::ZERO, |clip: Rect| clip.origin().to_vec2());
        let mut labels = Vec::new();
        groups(&map.items, "labels", &mut labels);
        let [labels] = labels.as_slice() else { panic!("{} groups of names", labels.len()) };
        let place = |at: f64| (100.0 * at).round() as i64;
        let texts = texts_but(&labels.items, "");
        let texts = texts.iter().map(|text| (text, text.origin - origin));
        let named = texts.map(|(text, at)| (text.text.clone(), place(at.x), place(at.y))).collect();
        (named, labels.items.iter().filter(|item| matches!(item, Item::Fill { .. })).count())
    });
    named.collect()
}

#[test]
fn names_and_towns_are_the_same_on_all_maps_and_in_all_frames() {
    let (dossier, _) = opened();
    let document = Document::new(&dossier, 900.0, 700.0);
    let scene = Arc::new(Scene::new(dossier));
    let ground = Ground::builtin().0;
    let options = options((1500.0, 800.0));
    let page = FigureOptions { panels: Some(Panels::of_days(3, 1, DAYS.map(day)).unwrap()), ..options.clone() };
    let drawn = draw(&scene, &ground, &document, &page);
    let on_maps = names(&drawn.list);
    assert_eq!(on_maps.len(), 3);
    assert!(on_maps[0].0.len() > 10 && on_maps.iter().all(|names| *names == on_maps[0]), "{on_maps:?}");
    // No town of note is hidden by what stands on the first map.
    for town in ["Kramatorsk", "Sloviansk", "Druzhkivka", "Kostiantynivka"] {
        assert!(on_maps[0].0.iter().any(|(name, ..)| name == town), "{town}: {on_maps:?}");
    }

    let reel = Reel::new(&scene, &ground, &document, &options, &DAYS.map(|iso| day(iso).into())).unwrap();
    let frames: Vec<_> = (0..3).map(|index| reel.page(&ground, index)).collect();
    let in_frames: Vec<_> = frames.iter().map(|frame| names(frame.parts()[1])).collect();
    assert!(in_frames[0][0].0.len() > 10 && in_frames.iter().all(|names| *names == in_frames[0]), "{in_frames:?}");
    // Nothing dated lies under the overlays: all frames have one ground.
    assert!(frames.iter().all(|frame| frame.shares_ground(&frames[0])));
    let over: Vec<&DisplayList> = frames.iter().map(|frame| frame.parts()[1]).collect();
    assert!(over[0] != over[2], "the front moves");
    // In two parts a frame is what it is in one, to the last item.
    let under = of_id(frames[0].parts()[0], "map");
    assert!(under.len() == 1 && !under[0].items.is_empty());
}

#[test]
fn the_callout_hides_no_town_where_it_is_short_of_room() {
    let (dossier, _) = opened();
    let document = Document::new(&dossier, 900.0, 700.0);
    let scene = Arc::new(Scene::new(dossier));
    let shows = Shows::Bounds([36.8, 47.9, 38.0, 48.7]);
    for size in [(1400.0, 700.0), (1200.0, 700.0), (1600.0, 800.0)] {
        let options = FigureOptions {
            panels: Some(Panels::of_days(3, 1, DAYS.map(day)).unwrap()),
            ..FigureOptions { shows, ..options(size) }
        };
        let without = |piece: Piece| {
            let mut options = options.clone();
            options.furniture.set(piece, false);
            options
        };
        let large = |options: &FigureOptions| {
            let drawn = draw(&scene, &Ground::blank(), &document, options);
            let all = names(&drawn.list).swap_remove(0).0.into_iter().map(|(name, ..)| name);
            let mut all: Vec<String> = all.collect();
            all.sort();
            all.retain(|name| ["Kramatorsk", "Sloviansk", "Druzhkivka", "Kostiantynivka"].contains(&name.as_str()));
            all
        };
        assert_eq!(large(&options), large(&without(Piece::Callout)), "{size:?}");
    }
}

#[test]
fn the_legend_of_several_maps_has_the_samples_of_one() {
    let (dossier, _) = opened();
    let document = Document::new(&dossier, 900.0, 700.0);
    let scene = Arc::new(Scene::new(dossier));
    for theme in [Theme::Light, Theme::Grey] {
        let one = FigureOptions { theme, ..options((1500.0, 800.0)) };
        let several =
            FigureOptions { panels: Some(Panels::of_days(2, 1, [day(DAYS[0]), day(DAYS[2])]).unwrap()), ..one.clone() };
        let samples = |options: &FigureOptions| {
            let sheet = crate::figure::sheet::Sheet::new(&scene, &Ground::blank(), &document, options);
            let rows = sheet.spec.legend().iter().flat_map(|group| &group.entries);
            rows.map(|row| row.swatch.clone()).collect::<Vec<_>>()
        };
        assert_eq!(samples(&several), samples(&one), "{theme:?}");
    }
}

#[test]
fn what_covers_all_maps_is_named_once() {
    let (dossier, _) = opened();
    let document = Document::new(&dossier, 900.0, 700.0);
    let scene = Arc::new(Scene::new(dossier));
    let near = |shows: [f64; 4], days: [&str; 2]| {
        let options = FigureOptions {
            panels: Some(Panels::of_days(2, 1, days.map(day)).unwrap()),
            shows: Shows::Bounds(shows),
            ..options((1400.0, 700.0))
        };
        let drawn = draw(&scene, &Ground::blank(), &document, &options);
        of_id(&drawn.list, "covering").len()
    };
    assert_eq!(near([37.4, 48.62, 37.7, 48.8], [DAYS[0], DAYS[2]]), 1);
    // Where what covers them differs, each says what does.
    assert_eq!(near([37.5, 48.3, 37.6, 48.4], [DAYS[0], DAYS[2]]), 2);
}

#[test]
fn a_figure_of_a_day_before_the_first_report_says_so_in_every_language() {
    let (dossier, id) = opened();
    let document = Document::new(&dossier, 900.0, 700.0);
    let scene = Arc::new(Scene::new(dossier.all_on(Some(day("2025-01-20"))).unwrap()));
    for language in FigureLanguage::all() {
        let words = language.words();
        let first = words.date(DAYS[0]);
        for has_legend in [true, false] {
            let mut options = FigureOptions { language, ..options((1500.0, 900.0)) };
            options.furniture.set(Piece::Legend, has_legend);
            let drawn = draw(&scene, &Ground::blank(), &document, &options);
            let texts = texts_but(&drawn.list.items, "map").iter().map(|text| text.text.clone()).collect::<Vec<_>>();
            let page = without_marks(&texts.join(" ")).replace(['\u{a0}', '\u{202f}'], " ");
            let first = without_marks(&first).replace(['\u{a0}', '\u{202f}'], " ");
            assert!(page.contains("Front") && page.contains(&first), "{}: {first}: {page}", language.tag());
        }
    }
    // What is hidden is not missed.
    let mut hidden = document.clone();
    edit::set_visible(&mut hidden, &id, false);
    let drawn = draw(&scene, &Ground::blank(), &hidden, &options((1500.0, 900.0)));
    assert!(texts_but(&drawn.list.items, "").iter().all(|text| !text.text.contains("Front")));
}

/// A picture of one colour in each tile.
struct Plain(u8);

impl TileSource<Bitmap> for Plain {
    fn get(&self, _: TileId) -> Option<Arc<Bitmap>> {
        Some(Arc::new(Bitmap { width: 1, height: 1, rgba: vec![self.0, 9, 9, 255] }))
    }

    fn want(&self, _: &[TileId]) {}

    fn extent(&self) -> TileExtent {
        TileExtent { zooms: [0, 19], tile_size_px: 256, world_bounds: Rect::new(0.0, 0.0, 1.0, 1.0) }
    }

    fn standing(&self, _: TileId) -> Standing {
        Standing::AtHand
    }
}

fn reds(items: &[Item], found: &mut Vec<u8>) {
    for item in items {
        match item {
            Item::Group(group) if group.id != "inset" => reds(&group.items, found),
            Item::Image { image, .. } if image.width == 1 => found.extend(image.rgba.first()),
            _ => {}
        }
    }
    found.dedup();
}

#[test]
fn each_map_shows_the_pictures_of_its_day_and_the_credit_says_which() {
    let (dossier, _) = opened();
    let mut document = Document::new(&dossier, 900.0, 700.0);
    let source = MapSource {
        id: "daily".to_owned(),
        kind: crate::basemap::MapKind::Xyz,
        address: "https://h/{YYYY}-{MM}-{DD}/{z}/{x}/{y}.png".to_owned(),
        attribution: "© Daily".to_owned(),
        ..MapSource::builtin()
    };
    document.map_sources.push(Arc::new(source));
    document.maps.push(ShownMap::plain("daily"));
    let scene = Arc::new(Scene::new(dossier));
    let mut ground = Ground::blank();
    // Of the second day there are none.
    for (index, red) in [(0, 50), (2, 200)] {
        let tiles = MapTiles::Raster(Arc::new(Plain(red)));
        ground.set_tiles(("daily".to_owned(), Some(day(DAYS[index]))), Some(tiles));
    }
    let page =
        FigureOptions { panels: Some(Panels::of_days(3, 1, DAYS.map(day)).unwrap()), ..options((1500.0, 800.0)) };
    let drawn = draw(&scene, &ground, &document, &page);
    let maps = of_id(&drawn.list, "map").into_iter().filter(|map| map.clip.is_some());
    let of_maps: Vec<Vec<u8>> = maps
        .map(|map| {
            let mut found = Vec::new();
            reds(&map.items, &mut found);
            found
        })
        .collect();
    assert_eq!(of_maps, [vec![50], vec![], vec![200]]);
    assert!(
        drawn.credits.iter().any(|credit| credit == "© Daily (imagery: 2025-02-01, 2025-02-06)"),
        "{:?}",
        drawn.credits
    );
    let provenance = drawn.provenance();
    let days: Vec<&str> =
        provenance["maps"].as_array().unwrap().iter().filter_map(|map| map["imagery_date"].as_str()).collect();
    assert_eq!(days, [DAYS[0], DAYS[2]]);

    let reel =
        Reel::new(&scene, &ground, &document, &options((1500.0, 800.0)), &DAYS.map(|iso| day(iso).into())).unwrap();
    let said = |index: usize| {
        let frame = reel.page(&ground, index);
        let [under, _] = frame.parts();
        let mut found = Vec::new();
        reds(&under.items, &mut found);
        let credits: Vec<String> = of_id(under, "credits")
            .iter()
            .flat_map(|group| texts_but(&group.items, "").iter().map(|text| text.text.clone()).collect::<Vec<_>>())
            .collect();
        (found, credits.join(" "))
    };
    let (first, second, last) = (said(0), said(1), said(2));
    assert_eq!((first.0, last.0), (vec![50], vec![200]));
    assert!(first.1.contains("imagery: 2025-02-01") && !first.1.contains("2025-02-06"), "{}", first.1);
    assert!(last.1.contains("imagery: 2025-02-06") && !last.1.contains("2025-02-01"), "{}", last.1);
    assert!(second.0.is_empty() && !second.1.contains("imagery"), "{}", second.1);
}

/// All of Donetsk oblast east of a meridian.
fn held(from: &str, when: &str, west: f64) -> (Version, Overlay) {
    let ring = serde_json::json!([[[west, 46.5], [39.5, 46.5], [39.5, 49.5], [west, 49.5], [west, 46.5]]]);
    let text = serde_json::json!({ "type": "Polygon", "coordinates": ring }).to_string();
    let (layer, _) = own_layer(from, geojson::read_table(text.as_bytes()).unwrap()).unwrap();
    (Version::new(Edtf::in_text(when).ok(), Arc::clone(&layer.shape), from), layer)
}

#[test]
fn each_frame_says_of_which_day_its_own_line_is() {
    let (berlin, _) = builtin::berlin().unwrap();
    let reports = [held("a.geojson", DAYS[0], 37.9), held("b.geojson", DAYS[2], 37.7)];
    let own = reports[0].1.clone().dated_by(Dated::new(reports.into(), Vec::new()).unwrap());
    let counting = Counting::All;
    let line = berlin.with_features(&own, &counting).unwrap().with_days_of_line(&own, &counting);
    let mut document = Document::new(&line, 900.0, 700.0);
    edit::set_visible(&mut document, "withdrawal-area", true);
    let (scene, ground) = (Arc::new(Scene::new(line)), Ground::builtin().0);
    let reel =
        Reel::new(&scene, &ground, &document, &options((1500.0, 800.0)), &DAYS.map(|iso| day(iso).into())).unwrap();
    let said = |list: &DisplayList| {
        let texts =
            |group: &&Group| texts_but(&group.items, "").iter().map(|text| text.text.clone()).collect::<Vec<_>>();
        of_id(list, "title").iter().flat_map(texts).collect::<Vec<_>>().join(" ")
    };
    let frames: Vec<String> = (0..3)
        .map(|index| {
            let page = reel.page(&ground, index);
            let [under, over] = page.parts();
            assert!(of_id(under, "title").is_empty(), "the headline is not the same on all");
            said(over)
        })
        .collect();
    assert!(frames[0].contains("own, 1 Feb 2025") && !frames[0].contains("6 Feb"), "{frames:?}");
    // Nobody reports of the third of February.
    assert!(frames[1].contains("own, 1 Feb 2025") && frames[2].contains("own, 6 Feb 2025"), "{frames:?}");
    assert_eq!(said(&reel.last().list), frames[2]);
}

#[test]
fn a_week_is_headed_by_its_days_and_says_of_which_day_its_report_is() {
    let (dossier, id) = opened();
    let document = Document::new(&dossier, 900.0, 700.0);
    let scene = Arc::new(Scene::new(dossier));
    let heading = |when: &str, tag: &str| {
        let options = FigureOptions { language: FigureLanguage::of_tag(tag).unwrap(), ..options((1500.0, 800.0)) };
        let moment = Moment::on(&scene, when.parse::<Edtf>().unwrap());
        let heading = heading_of(&moment, &document, &options);
        let plain = |words: String| without_marks(&words).replace(['\u{a0}', '\u{2009}', '\u{202f}'], " ");
        (plain(heading.day), heading.notes.into_iter().map(plain).collect::<Vec<_>>().join("; "))
    };
    let said = |when: &str| heading(when, "en");
    let (day, note) = said("2025-02-03/2025-02-09");
    assert_eq!((day.as_str(), note.contains("report of 6 Feb 2025")), ("3–9 Feb 2025", true), "{note}");
    let (day, note) = said("2025-02-10/2025-02-16");
    assert_eq!(day, "10–16 Feb 2025");
    assert!(note.contains("no report for 10–16 Feb 2025; shown as of 6 Feb 2025"), "{note}");
    let (day, note) = said("2025-01-20/2025-01-26");
    assert!(day == "20–26 Jan 2025" && note.contains("no report up to 26 Jan 2025"), "{day} {note}");
    let (day, note) = said("2025-02");
    assert!(day == "Feb 2025" && note.contains("report of 6 Feb 2025"), "{day} {note}");
    assert_eq!(heading("2025-02-03/2025-02-09", "de").0, "3.–9. Feb. 2025");
    // A report of the first day of the week alone is a report of the week, and nothing is put in between.
    let week = scene.dossier().all_of("2025-02-06/2025-02-12".parse().unwrap());
    let front = week.overlay(&id).unwrap();
    assert!(front.unreported.is_none() && front.as_of == DAYS[2], "{:?}", front.unreported);
}
