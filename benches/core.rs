//! What a user waits for without a window, beside a baseline in the same run:
//! `cargo bench --bench core`.

#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]

mod data;

use std::hint::black_box;
use std::sync::Arc;

use claimline::document::annotation::{AreaKind, PathKind, Shape as Drawn};
use claimline::document::{Annotation, AnnotationId, Document, LayerId, edit};
use claimline::dossier::model::StylePart;
use claimline::dossier::table_view::{Arranger, ColumnId, Layer, Order, Sort, Wanted, Work, statistics};
use claimline::dossier::{self, Shape, Styling};
use claimline::figure::raster::Painter;
use claimline::figure::{self, FigureOptions, OutputFormat, PageSetup, Shows, png};
use claimline::files::gazetteers;
use claimline::formats::crs::Crs;
use claimline::formats::feature::Feature;
use claimline::formats::filter::Filter;
use claimline::formats::geojson;
use claimline::formats::table::FeatureTable;
use claimline::gazetteer::{builtin, seal, search, unseal};
use claimline::geometry::{Coord, Frame, LineString, MultiLineString, MultiPolygon, Point, Polygon};
use claimline::scene::annotations as drawn;
use claimline::scene::ground::Ground;
use claimline::scene::hit::Reach;
use claimline::scene::palette::Theme;
use claimline::scene::{Look, Scene};
use criterion::{Criterion, criterion_group, criterion_main};
use data::{islands, points, text_of};
use geo::Contains as _;
use serde_json::{Map, Value};

fn scene() -> Scene {
    let (dossier, problems) = dossier::builtin::berlin().expect("the built-in dossier");
    assert!(problems.is_empty(), "{problems:?}");
    Scene::new(dossier)
}

/// Reading, deriving and measuring the whole dossier, beside parsing its JSON alone.
fn open(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("open");
    let json = include_str!("../assets/dossiers/berlin-2025-12/dossier.json");
    group.bench_function("baseline: parse dossier.json", |bencher| {
        bencher.iter(|| serde_json::from_str::<serde_json::Value>(black_box(json)));
    });
    group.bench_function("read, derive and measure the dossier", |bencher| {
        bencher.iter(|| dossier::builtin::berlin().map(|(dossier, _)| Scene::new(dossier)));
    });
    group.finish();
}

/// A line of the user's own in place of the dossier's, of 3,000 vertices: the withdrawal area, the corridors and their
/// sides, worked out and measured. Beside the dossier's own line of 72 vertices, a finely drawn one and zigzags.
fn own_line(criterion: &mut Criterion) {
    let (dossier, _) = dossier::builtin::berlin().expect("the built-in dossier");
    let Some(Shape::Line(theirs)) = dossier.line_of_recipes().map(|line| (*line.shape).clone()) else {
        return;
    };
    let edges: usize = theirs.0.iter().map(|line| line.0.len() - 1).sum();
    let pieces = 3000 / edges + 1;
    // Every edge in pieces, and the vertices between moved aside.
    let fine = |aside: &dyn Fn(usize) -> f64| {
        let line = |line: &LineString<f64>| -> LineString<f64> {
            let between = line.0.windows(2).enumerate().flat_map(|(number, edge)| {
                (0..pieces).map(move |piece| {
                    let aside = if piece == 0 { 0.0 } else { aside(number * pieces + piece) };
                    edge[0] + (edge[1] - edge[0]) * (piece as f64 / pieces as f64) + Coord { x: aside, y: aside }
                })
            });
            between.chain(line.0.last().copied()).collect()
        };
        Shape::Line(MultiLineString(theirs.0.iter().map(line).collect()))
    };
    let turn = |index: usize| if index.is_multiple_of(2) { 1.0 } else { -1.0 };
    let mut group = criterion.benchmark_group("own line of 3,000 vertices");
    group.sample_size(20);
    for (name, line) in [
        ("baseline: the dossier's line", Shape::Line(theirs.clone())),
        ("bends of 4 km", fine(&|index| 0.003 * (index as f64 / 10.0).sin())),
        ("zigzag of 50 m", fine(&|index| 0.0004 * turn(index))),
        ("zigzag of 200 m", fine(&|index| 0.0016 * turn(index))),
    ] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| dossier.with_own_shape(black_box(&line), "a file", "").map(|own| own.overlays.len()));
        });
    }
    group.finish();
}

/// A million positions brought to WGS 84 from each kind of system, beside their copying.
fn coordinate_systems(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("a million positions to WGS 84");
    group.sample_size(10);
    let grid = |east: f64, north: f64| -> Vec<Coord<f64>> {
        (0..1_000_000).map(|at| Coord { x: east + f64::from(at % 1000), y: north + f64::from(at / 1000) }).collect()
    };
    let copied = grid(500_000.0, 5_300_000.0);
    group.bench_function("baseline: copy them", |bencher| bencher.iter(|| black_box(&copied).clone()));
    for (code, name, east, north) in [
        (3857, "Web Mercator", 4.2e6, 6.1e6),
        (32_636, "UTM", 500_000.0, 5_300_000.0),
        (28_407, "Pulkovo 1942, with a shift", 7_410_000.0, 5_300_000.0),
        (2154, "Lambert-93", 700_000.0, 6_600_000.0),
        (5514, "Krovak, with a shift", -700_000.0, -1_000_000.0),
    ] {
        let positions = grid(east, north);
        let crs = Crs::from_epsg(code).expect("a code of the table");
        let transform = crs.transform(positions.first().copied()).expect("a way to WGS 84");
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let mut positions = positions.clone();
                assert_eq!(transform.convert(&mut positions).count, 0);
                positions
            });
        });
    }
    group.finish();
}

/// A click at Kramatorsk through all overlays, beside `geo`'s own test of one oblast.
fn hit(criterion: &mut Criterion) {
    let scene = scene();
    let place = Coord { x: 37.5844, y: 48.7389 };
    let mut group = criterion.benchmark_group("hit");
    let Some(Shape::Area(donetsk)) = scene.dossier().overlay("donetsk").map(|overlay| (*overlay.shape).clone()) else {
        return;
    };
    group.bench_function("baseline: geo Contains, Donetsk only", |bencher| {
        bencher.iter(|| donetsk.contains(black_box(&place)));
    });
    group.bench_function("all overlays", |bencher| {
        bencher.iter(|| scene.hits_of_all(black_box(place), Reach::ON_THE_GROUND));
    });
    group.finish();
}

/// What a toggle sets off: a new picture of the map, 1200 × 800, beside a picture with no overlay at all.
fn toggle(criterion: &mut Criterion) {
    let scene = scene();
    let (ground, _) = Ground::builtin();
    let document = Document::new(scene.dossier(), 1200.0, 800.0);
    let frame = Frame::new(document.view, 1200.0, 800.0);
    let all = Look::of(&document, Theme::Light, 1.0);
    let mut none = all.clone();
    none.overlays.iter_mut().for_each(|state| state.visible = false);
    let mut group = criterion.benchmark_group("toggle");
    for (name, look) in [("baseline: the map without overlays", none), ("the map with overlays", all)] {
        let mut painter = Painter::new();
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let list = scene.map(&look, &ground, &frame, &[]);
                painter.paint(&list, 1.0, Theme::Light.palette().ground).map(|bitmap| bitmap.rgba.len())
            });
        });
    }
    group.finish();
}

/// A figure of 1920 × 1080 from document to the bytes of a PNG, beside encoding a picture of that size alone.
fn export(criterion: &mut Criterion) {
    let scene = Arc::new(scene());
    let (ground, _) = Ground::builtin();
    let document = Document::new(scene.dossier(), 1920.0, 1080.0);
    let page = PageSetup::points(1920.0, 1080.0, 1.0);
    let options = FigureOptions::new("Berlin talks", page, Shows::Bounds(scene.dossier().home));
    let drawn = figure::draw(&scene, &ground, &document, &options);
    let bitmap = drawn.paint().expect("a picture of 1920 × 1080");
    let mut group = criterion.benchmark_group("export 1920x1080");
    group.sample_size(20);
    group.bench_function("baseline: encode the PNG", |bencher| {
        bencher.iter(|| png::encode(black_box(&bitmap), &png::PngInfo::default()).map(|bytes| bytes.len()));
    });
    group.bench_function("document to PNG", |bencher| {
        bencher.iter(|| {
            let drawn = figure::draw(&scene, &ground, &document, &options);
            drawn.encode(OutputFormat::Png).map(|bytes| bytes.len())
        });
    });
    group.bench_function("document to SVG", |bencher| {
        bencher.iter(|| {
            let drawn = figure::draw(&scene, &ground, &document, &options);
            drawn.encode(OutputFormat::Svg).map(|bytes| bytes.len())
        });
    });
    group.bench_function("document to PDF", |bencher| {
        bencher.iter(|| {
            let drawn = figure::draw(&scene, &ground, &document, &options);
            drawn.encode(OutputFormat::Pdf).map(|bytes| bytes.len())
        });
    });
    group.finish();
}

/// Ten thousand annotations of fifty vertices, all on the page: their display list, the map's own beside it, a click
/// among them, and what an edit of one of them costs the next picture.
fn annotations(criterion: &mut Criterion) {
    let scene = scene();
    let (ground, _) = Ground::builtin();
    let mut document = Document::new(scene.dossier(), 1200.0, 800.0);
    let frame = Frame::new(document.view, 1200.0, 800.0);
    let bare = Look::of(&document, Theme::Light, 1.0);
    let shape = |index: u32| {
        let (x, y) = (f64::from(index % 100) * 12.0 + 6.0, f64::from(index / 100) * 8.0 + 4.0);
        let corner = |step: u32| {
            let angle = f64::from(step) / 50.0 * std::f64::consts::TAU;
            let radius = 14.0 + 3.0 * (f64::from(step) * 1.7).sin();
            frame.lon_lat_from_page(Point::new(x + radius * angle.cos(), y + radius * angle.sin()))
        };
        let line: LineString<f64> = (0..50).map(corner).collect();
        if index.is_multiple_of(2) {
            return Drawn::Path { line, kind: PathKind::Line };
        }
        Drawn::Area { area: MultiPolygon(vec![Polygon::new(line, Vec::new())]), kind: AreaKind::Polygon }
    };
    let made = |index: u32| Annotation {
        title: if index.is_multiple_of(10) { format!("Shape {index}") } else { String::new() },
        ..Annotation::new(AnnotationId(u64::from(index) + 1), LayerId(0), shape(index))
    };
    document.annotations = (0..10_000).map(made).collect();
    let look = Look::of(&document, Theme::Light, 1.0);
    let (ground_list, names) = scene.ground_map(&bare, &ground, &frame, &[]);
    let mut group = criterion.benchmark_group("10,000 annotations");
    group.sample_size(20);
    group.bench_function("baseline: the map's display list", |bencher| {
        bencher.iter(|| scene.ground_map(&bare, &ground, &frame, &[]).0.items.len());
    });
    group.bench_function("their display list", |bencher| {
        bencher.iter(|| scene.annotations(&look, &frame, names.clone()).items.len());
    });
    group.bench_function("the same after an edit of one", |bencher| {
        bencher.iter(|| {
            if let Some(annotation) = document.annotations.get_mut(AnnotationId(5000)) {
                annotation.style.stroke_width_pt = 4.0 - annotation.style.stroke_width_pt;
            }
            scene.annotations(&Look::of(&document, Theme::Light, 1.0), &frame, names.clone()).items.len()
        });
    });
    group.bench_function("a click among them", |bencher| {
        bencher.iter(|| drawn::hits(&document, &frame, black_box(Point::new(601.0, 401.0))).len());
    });
    let reference = claimline::document::project::Reference::default();
    group.bench_function("writing them as a project", |bencher| {
        bencher.iter(|| claimline::document::project::write(&document, &reference).len());
    });
    let written = claimline::document::project::write(&document, &reference);
    group.bench_function("reading them again", |bencher| {
        bencher.iter(|| claimline::document::project::read(&written).map(|read| read.document.annotations.len()));
    });
    group.bench_function("comparing their looks", |bencher| {
        let again = Look::of(&document, Theme::Light, 1.0);
        bencher.iter(|| black_box(&again) == black_box(&look));
    });
    group.finish();

    let mut group = criterion.benchmark_group("paint over");
    let mut painter = Painter::new();
    let under = painter.paint(&ground_list, 1.0, Theme::Light.palette().ground).expect("a picture of 1200 × 800");
    group.bench_function("baseline: the map alone", |bencher| {
        bencher
            .iter(|| painter.paint(&ground_list, 1.0, Theme::Light.palette().ground).map(|bitmap| bitmap.rgba.len()));
    });
    let mut few = document.clone();
    few.annotations = (0..10_000).step_by(997).map(made).collect();
    let list = scene.annotations(&Look::of(&few, Theme::Light, 1.0), &frame, names);
    group.bench_function("11 annotations over its picture", |bencher| {
        let mut picture = painter.paint(&ground_list, 1.0, Theme::Light.palette().ground).expect("as before");
        bencher.iter(|| {
            picture.rgba.copy_from_slice(&under.rgba);
            painter.paint_over(&mut picture, &list, 1.0)
        });
    });
    group.finish();
}

/// Opening files of the user's with all that their features say, beside reading their text as any JSON.
fn open_large(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("open files");
    group.sample_size(10);
    for (name, features) in [("a million vertices", islands(1000)), ("100,000 points", points())] {
        let text = text_of(&features);
        drop(features);
        group.bench_function(format!("baseline: {name}, as serde_json reads them"), |bencher| {
            bencher.iter(|| serde_json::from_str::<Value>(black_box(&text)).is_ok());
        });
        group.bench_function(format!("{name}, as a layer"), |bencher| {
            bencher.iter(|| {
                let table = geojson::read_table(black_box(text.as_bytes())).map_err(|error| error.to_string())?;
                dossier::own_layer(name, table).map(|(layer, _)| layer.vertices())
            });
        });
    }
    group.finish();
}

/// Many points on a figure, beside a thousandth of them.
fn many_points(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("export 100,000 points");
    group.sample_size(10);
    for (name, features) in [("baseline: 100 of them", points().split_off(99_900)), ("all", points())] {
        let mut dossier = scene().dossier().clone();
        let (layer, _) = dossier::own_layer("points", FeatureTable::of(features)).expect("points can be drawn");
        dossier.add(layer);
        let scene = Arc::new(Scene::new(dossier));
        let mut document = Document::new(scene.dossier(), 1920.0, 1080.0);
        document.maps = vec![claimline::formats::map_source::ShownMap::plain(claimline::basemap::MapSource::NONE)];
        let page = PageSetup::points(1920.0, 1080.0, 1.0);
        let options = FigureOptions::new("Points", page, Shows::Bounds([36.4, 46.7, 39.5, 49.3]));
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let drawn = figure::draw(&scene, &Ground::blank(), &document, &options);
                drawn.encode(OutputFormat::Png).map(|bytes| bytes.len())
            });
        });
    }
    group.finish();
}

/// A layer of a million vertices in use: a click on it, and what the window's thread does to show, restyle or filter it
/// before another one draws the map anew, which comes last.
fn large_in_use(criterion: &mut Criterion) {
    let mut dossier = scene().dossier().clone();
    let (layer, _) = dossier::own_layer("islands", FeatureTable::of(islands(1000))).expect("islands are areas");
    let id = layer.id.clone();
    dossier.add(layer);
    let scene = Scene::new(dossier);
    scene.prepare();
    let (ground, _) = Ground::builtin();
    let mut document = Document::new(scene.dossier(), 1200.0, 800.0);
    let frame = Frame::new(document.view, 1200.0, 800.0);
    let island = islands(1000).swap_remove(500).geometry.expect("an island");
    let place = Coord { x: 36.5 + 2.9 / 32.0 * 20.0 + 0.001, y: 46.8 + 2.4 / 32.0 * 15.0 + 0.001 };
    let overlay = scene.dossier().overlay(&id).expect("it was added");
    let mut group = criterion.benchmark_group("a million vertices in use");
    group.bench_function("baseline: geo Contains, one island of a thousand", |bencher| {
        bencher.iter(|| island.contains(black_box(&place)));
    });
    let seen = |document: &Document| {
        let styling_of = |id: &str| document.overlay(id).map(|state| Arc::clone(&state.styling));
        scene.hits(black_box(place), Reach::OnScreen(frame), styling_of).len()
    };
    group.bench_function("a click", |bencher| bencher.iter(|| seen(&document)));
    group.bench_function("toggle", |bencher| {
        bencher.iter(|| {
            let visible = !document.is_visible(&id);
            edit::set_visible(&mut document, &id, visible);
            Look::of(&document, Theme::Light, 1.0)
        });
    });
    edit::set_visible(&mut document, &id, true);
    let mut turn = 0;
    group.bench_function("restyle", |bencher| {
        bencher.iter(|| {
            turn += 1;
            let change = StylePart { stroke_width: Some(1.0 + 0.01 * f64::from(turn % 97)), ..StylePart::default() };
            let styling = Arc::new(Styling { change, ..Styling::default() });
            edit::set_styling(&mut document, &id, Arc::clone(&styling));
            (Look::of(&document, Theme::Light, 1.0), overlay.kinds_at_hand(&styling).1)
        });
    });
    group.bench_function("filter", |bencher| {
        bencher.iter(|| {
            turn += 1;
            let filter = Filter::parse(&format!("confidence > 0.{:02}", turn % 97)).ok();
            let styling = Arc::new(Styling { filter, ..Styling::default() });
            edit::set_styling(&mut document, &id, Arc::clone(&styling));
            (Look::of(&document, Theme::Light, 1.0), overlay.kinds_at_hand(&styling).1)
        });
    });
    edit::set_styling(&mut document, &id, Arc::default());
    let look = Look::of(&document, Theme::Light, 1.0);
    let mut painter = Painter::new();
    group.sample_size(20);
    group.bench_function("the picture after each", |bencher| {
        bencher.iter(|| {
            let list = scene.map(&look, &ground, &frame, &[]);
            painter.paint(&list, 1.0, Theme::Light.palette().ground).map(|bitmap| bitmap.rgba.len())
        });
    });
    group.finish();
}

/// A file of a million vertices on a figure of 3840 × 2160, in each format.
fn large(criterion: &mut Criterion) {
    let mut dossier = scene().dossier().clone();
    let (layer, _) = dossier::own_layer("islands", FeatureTable::of(islands(1000))).expect("islands are areas");
    dossier.add(layer);
    let scene = Arc::new(Scene::new(dossier));
    let (ground, _) = Ground::builtin();
    let document = Document::new(scene.dossier(), 1920.0, 1080.0);
    let page = PageSetup::points(1920.0, 1080.0, 2.0);
    let options = FigureOptions::new("A million vertices", page, Shows::Bounds([36.4, 46.7, 39.5, 49.3]));
    let mut group = criterion.benchmark_group("export a million vertices");
    group.sample_size(10);
    let formats = [
        ("baseline: PNG", OutputFormat::Png),
        ("SVG", OutputFormat::Svg),
        ("PDF", OutputFormat::Pdf),
        ("GeoJSON", OutputFormat::GeoJson),
    ];
    for (name, format) in formats {
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let drawn = figure::draw(&scene, &ground, &document, &options);
                drawn.encode(format).map(|bytes| bytes.len())
            });
        });
    }
    group.finish();
}

/// A layer of a million points with ten properties each, as the table arranges it: sorted by numbers and by text, filtered,
/// searched, and a column typed. Nothing that the table remembers is used.
fn table(criterion: &mut Criterion) {
    const ROWS: usize = 1_000_000;
    let mut state = 1_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state >> 33
    };
    let features = (0..ROWS).map(|index| {
        let properties = serde_json::json!({
            "name": format!("Place {}", next() % 900_000), "status": (["occupied", "liberated", "contested"])[(next() % 3) as usize],
            "day": format!("2025-{:02}-{:02}", next() % 12 + 1, next() % 28 + 1), "value": next() as f64 / 1e4,
            "count": next() % 1000, "code": format!("{:06}", next() % 1_000_000), "note": "as reported by both sides",
            "url": format!("https://reports.example/{index}"), "checked": next() % 2 == 0, "city": "Kramatorsk",
        });
        let place = geo::Point::new(37.0 + next() as f64 / 1e10, 48.0 + next() as f64 / 1e10);
        let properties = properties.as_object().cloned().unwrap_or_default();
        Feature { geometry: Some(place.into()), properties, id: None, members: Map::new() }
    });
    let Ok((overlay, _)) = dossier::own_layer("points.geojson", FeatureTable::of(features.collect())) else { return };
    let overlay = Arc::new(overlay);
    let styling = Arc::default();
    let wanted = Wanted { overlay: overlay.clone(), styling, search: String::new(), filter: None, sort: None };
    let mut group = criterion.benchmark_group("table of 1,000,000 rows");
    group.sample_size(10);
    let by = |name: &str| Some(Sort { column: ColumnId::Property(name.to_owned()), descending: false });
    let layer = Layer::new(overlay, &Arc::default());
    for (name, column) in [("numbers", "value"), ("text", "name"), ("days", "day")] {
        group.bench_function(format!("sort by {name}"), |bencher| {
            bencher.iter(|| {
                let order = Order::of(&layer, &ColumnId::Property(column.to_owned()), &Work::default());
                let mut rows: Vec<u32> = (0..ROWS as u32).collect();
                if let Some(order) = order {
                    order.sort(&mut rows, false);
                }
                rows
            });
        });
    }
    let mut arranger = Arranger::default();
    drop(arranger.arrange(wanted.clone(), &Work::default()));
    let filters = ["status = occupied and value > 1000", "status = contested and value > 1000"];
    let filters = filters.map(|text| Filter::parse(text).ok());
    let mut turn = 0;
    // By turns, for the last find is remembered.
    group.bench_function("filter", |bencher| {
        bencher.iter(|| {
            turn += 1;
            arranger.arrange(Wanted { filter: filters[turn % 2].clone(), ..wanted.clone() }, &Work::default())
        });
    });
    group.bench_function("search", |bencher| {
        bencher.iter(|| {
            turn += 1;
            let search = ["place 77", "place 88"][turn % 2].to_owned();
            arranger.arrange(Wanted { search, ..wanted.clone() }, &Work::default())
        });
    });
    group.bench_function("sort again by a column that was sorted", |bencher| {
        drop(arranger.arrange(Wanted { sort: by("value"), ..wanted.clone() }, &Work::default()));
        bencher.iter(|| arranger.arrange(Wanted { sort: by("value"), ..wanted.clone() }, &Work::default()));
    });
    group.bench_function("type a column", |bencher| {
        bencher.iter(|| statistics(&layer, &ColumnId::Property("value".to_owned()), None, &Work::default()));
    });
    group.bench_function("names of the columns", |bencher| bencher.iter(|| layer.columns(&Work::default())));
    group.finish();
}

/// A key stroke of the search for places: each beginning of some names, misspelt ones too, in the built-in gazetteer.
/// `CLAIMLINE_BENCH_GAZETTEER` names a dump to be timed as well.
fn places(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("find a place");
    group.sample_size(20);
    group.bench_function("put the built-in gazetteer in order", |bencher| {
        let sealed = seal(&builtin());
        bencher.iter(|| unseal(black_box(&sealed)));
    });
    let mut gazetteers = vec![("built-in".to_owned(), builtin())];
    if let Some(path) = std::env::var_os("CLAIMLINE_BENCH_GAZETTEER").map(std::path::PathBuf::from) {
        group.bench_function("index a dump", |bencher| bencher.iter(|| gazetteers::open(&path, None)));
        if let Ok(gazetteer) = gazetteers::open(&path, None) {
            gazetteers.push((path.display().to_string(), gazetteer.into()));
        }
    }
    let words = [
        "Bakhmut",
        "Krmatorsk",
        "Дніпропетровськ",
        "Zaporizhzhia",
        "Ivanivka",
        "Sankt Peterburg",
        "Wolgogrd",
        "San Francsico",
    ];
    let strokes: Vec<String> = words
        .iter()
        .flat_map(|word| (1..=word.chars().count()).map(|letters| word.chars().take(letters).collect()))
        .collect();
    let near = Some(Coord { x: 37.5, y: 48.5 });
    for (name, gazetteer) in &gazetteers {
        let mut times: Vec<_> = strokes
            .iter()
            .map(|stroke| {
                let mut of_stroke: Vec<_> = (0..15)
                    .map(|_| {
                        let started = std::time::Instant::now();
                        black_box(search(&[gazetteer], black_box(stroke), near, 30));
                        started.elapsed()
                    })
                    .collect();
                of_stroke.sort();
                (of_stroke[7], stroke)
            })
            .collect();
        times.sort();
        let (worst, stroke) = times[times.len() - 1];
        println!(
            "{name}: {} places, {} names, {} MB; of {} strokes median {:?}, 95 % {:?}, slowest {worst:?} ({stroke})",
            gazetteer.count(),
            gazetteer.name_count(),
            gazetteer.bytes() >> 20,
            times.len(),
            times[times.len() / 2].0,
            times[times.len() * 95 / 100].0,
        );
        group.bench_function(format!("all strokes, {name}"), |bencher| {
            bencher.iter(|| strokes.iter().map(|stroke| search(&[gazetteer], stroke, near, 30).len()).sum::<usize>());
        });
    }
    group.finish();
}

criterion_group!(
    benches,
    places,
    open,
    open_large,
    coordinate_systems,
    own_line,
    hit,
    toggle,
    export,
    large,
    large_in_use,
    many_points,
    annotations,
    table
);
criterion_main!(benches);
