//! What is drawn of tiles, and where it is cut.

use kurbo::{BezPath, PathEl, Shape as _};

use super::cutter::*;
use super::sheet::*;
use super::*;
use crate::basemap::*;
use crate::basemap::{Tile, TileId};
use crate::scene::display_list::*;
use crate::scene::text;
use kurbo::{Affine, Point, Rect};

fn area(path: &Path) -> f64 {
    BezPath::from(path).area().abs()
}

#[test]
fn a_ring_is_cut_to_the_rectangle() {
    let clip = Rect::new(0.0, 0.0, 10.0, 10.0);
    let mut ring = vec![Point::new(-5.0, -5.0), Point::new(5.0, -5.0), Point::new(5.0, 5.0), Point::new(-5.0, 5.0)];
    cut_ring(&mut ring, &mut Vec::new(), clip);
    let mut path = Path::new();
    add_line(&ring, &mut path);
    path.close_path();
    assert!((area(&path) - 25.0).abs() < 1e-9);
    assert!(ring.iter().all(|point| clip.contains_rect(Rect::from_points(*point, *point))));
}

#[test]
fn a_segment_is_cut_to_the_rectangle() {
    let clip = Rect::new(0.0, 0.0, 10.0, 10.0);
    let cut = cut_segment(Point::new(-10.0, 5.0), Point::new(20.0, 5.0), clip);
    assert_eq!(cut, Some((Point::new(0.0, 5.0), Point::new(10.0, 5.0))));
    assert_eq!(cut_segment(Point::new(-10.0, -5.0), Point::new(20.0, -5.0), clip), None);
    assert_eq!(cut_segment(Point::new(f64::NAN, 5.0), Point::new(20.0, 5.0), clip), None);
}

#[test]
fn widths_grow_geometrically_between_their_stops() {
    let stops = [(10.0, 1.0), (12.0, 4.0)];
    assert_eq!(width_at(8.0, &stops), 1.0);
    assert!((width_at(11.0, &stops) - 2.0).abs() < 1e-12);
    assert_eq!(width_at(20.0, &stops), 4.0);
}

fn placement(scale: f64, shift: f64, bytes: &[u8]) -> TilePlacement {
    let tile = Tile::decode(TileId { z: 0, x: 0, y: 0 }, bytes).expect("a good tile");
    TilePlacement {
        tile: Arc::new(tile),
        page_from_tile: Affine::new([scale, 0.0, 0.0, scale, shift, shift]),
        part: Rect::new(0.0, 0.0, 1.0, 1.0),
    }
}

fn drawn(tiles: &[TilePlacement], zoom: f64) -> (Vec<Item>, Vec<LabelCandidate>) {
    let view = crate::geometry::View { center: crate::geometry::Coord { x: 0.0, y: 0.0 }, zoom };
    let frame = Frame::new(view, 512.0, 512.0);
    let (mut items, mut labels) = (Vec::new(), Vec::new());
    let mut above = Vec::new();
    draw(tiles, None, &frame, BasemapStyle::default(), &mut items, &mut above);
    names(tiles, &frame, BasemapStyle::default(), &mut labels, &mut Vec::new());
    items.extend(above);
    (items, labels)
}

use crate::basemap::{TestFeature, test_layer as layer};

#[test]
fn the_cut_at_a_tile_edge_is_no_shore() {
    let sea: &[&[(i32, i32)]] = &[&[(-64, -64), (2048, -64), (2048, 4160), (-64, 4160)]];
    let bytes = layer("water", &[(3, sea, &[("kind", "ocean")])]);
    let (items, _) = drawn(&[placement(512.0, 0.0, &bytes)], 1.0);
    let shore = items.iter().rev().find_map(|item| match item {
        Item::Stroke { path, .. } => Some(path.clone()),
        _ => None,
    });
    let shore = shore.expect("the shore");
    let vertical = |point: Point| (point.x - 256.0).abs() < 1e-6;
    assert!(shore.elements().all(|element| match element {
        PathEl::MoveTo(point) | PathEl::LineTo(point) => vertical(point),
        _ => false,
    }));
}

#[test]
fn dashes_lie_still_while_the_map_is_panned() {
    let line: &[&[(i32, i32)]] = &[&[(0, 2000), (4096, 2000)]];
    let bytes = layer("boundaries", &[(2, line, &[("kind", "region")])]);
    let phase = |shift: f64| {
        let (items, _) = drawn(&[placement(5120.0, shift, &bytes)], 5.0);
        items.iter().find_map(|item| match item {
            Item::Stroke { path, stroke } => match path.elements().next() {
                Some(PathEl::MoveTo(point)) => Some((point.x - shift, stroke.dash_offset_pt)),
                _ => None,
            },
            _ => None,
        })
    };
    for shift in [-2400.0, -2401.5, -2417.25] {
        let (start, offset) = phase(shift).expect("the border is drawn");
        assert!((start.rem_euclid(8.0) - offset).abs() < 1e-6);
    }
}

#[test]
fn a_town_is_named_by_its_english_name_and_once() {
    let towns: &[TestFeature<'_>] = &[
        (
            1,
            &[&[(2048, 2048)]],
            &[("kind", "locality"), ("kind_detail", "city"), ("name:en", "Donetsk"), ("name:uk", "Донецьк")],
        ),
        (1, &[&[(4100, 2048)]], &[("kind", "locality"), ("kind_detail", "city"), ("name", "In the margin")]),
    ];
    let (_, labels) = drawn(&[placement(512.0, 0.0, &layer("places", towns))], 8.0);
    assert_eq!(labels.len(), 1);
    assert_eq!(labels[0].key, "Donetsk");
    let lines: Vec<&str> = labels[0].lines.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(lines, ["Donetsk", "Донецьк"]);
}

#[test]
fn each_view_draws_its_own_borders() {
    let line: &[&[(i32, i32)]] = &[&[(0, 2000), (4096, 2000)]];
    let words: &[(&str, &str)] = &[("kind", "country"), ("view_ru", "none")];
    let tiles = [placement(512.0, 0.0, &layer("boundaries", &[(2, line, words)]))];
    let count = |boundary_view: BoundaryView| {
        let view = crate::geometry::View { center: crate::geometry::Coord { x: 0.0, y: 0.0 }, zoom: 5.0 };
        let style = BasemapStyle { boundary_view, ..BasemapStyle::default() };
        let mut items = Vec::new();
        let mut above = Vec::new();
        draw(&tiles, None, &Frame::new(view, 512.0, 512.0), style, &mut items, &mut above);
        items.len() + above.len()
    };
    assert!(count(BoundaryView::Ukraine) > count(BoundaryView::Russia));
}

/// The paths, colours and dashes of the strokes of one map, at a zoom as web maps count.
fn strokes(bytes: &[u8], zoom: f64) -> Vec<Stroke> {
    let (items, _) = drawn(&[placement(512.0, 0.0, bytes)], zoom);
    let stroke = |item: Item| match item {
        Item::Stroke { stroke, .. } => Some(stroke),
        _ => None,
    };
    items.into_iter().filter_map(stroke).collect()
}

#[test]
fn schematic_ways_are_dashed_paler_than_others_and_fade() {
    let way = |more: &[(&str, &str)]| {
        let attributes = [&[("kind", "highway"), ("min_zoom", "5")], more].concat();
        layer("roads", &[(2, &[&[(0, 0), (4096, 4096)]], &attributes)])
    };
    let (real, schematic) = (way(&[]), way(&[("schematic", "true")]));
    let [real_far, far] = [&real, &schematic].map(|bytes| strokes(bytes, 8.0).remove(0));
    assert!(real_far.dash_pt.is_empty() && !far.dash_pt.is_empty());
    assert!(far.width_pt < real_far.width_pt && far.color.a < real_far.color.a);
    // It does not go at once.
    let opacity = |zoom: f64| strokes(&schematic, zoom).first().map_or(0, |stroke| stroke.color.a);
    let opacities = [9.0, 9.3, 9.6, 9.9, 10.19, 10.3].map(opacity);
    assert!(opacities.windows(2).all(|pair| pair[0] > pair[1] || pair == [0, 0]), "{opacities:?}");
    assert!(opacities[0] > 190 && opacities[4] < 12 && opacities[5] == 0, "{opacities:?}");
    assert_eq!(strokes(&real, 10.3).len(), 1);
}

#[test]
fn a_drained_lake_is_water_or_bed_by_the_day() {
    let square: &[&[(i32, i32)]] = &[&[(1000, 1000), (3000, 1000), (3000, 3000), (1000, 3000)]];
    let names = |name: &'static str, day: (&'static str, &'static str)| [("kind", "lake"), ("name:en", name), day];
    let (wet, dry) = (("until", "2023-06-06"), ("from", "2023-06-07"));
    let mut bytes = layer("landuse", &[(3, square, &[("kind", "dry_bed"), dry])]);
    bytes.extend(layer(
        "water",
        &[
            (3, square, &[("kind", "lake"), wet]),
            (1, &[&[(2000, 2000)]], &names("Reservoir", wet)),
            (1, &[&[(2000, 2000)]], &names("Reservoir (emptied)", dry)),
        ],
    ));
    let tiles = [placement(512.0, 0.0, &bytes)];
    let frame = Frame::new(crate::geometry::View { center: Default::default(), zoom: 8.0 }, 512.0, 512.0);
    let of_day = |day: &str| {
        let style = BasemapStyle { day: day.parse().ok(), ..BasemapStyle::default() };
        let (mut items, mut labels) = (Vec::new(), Vec::new());
        draw(&tiles, None, &frame, style.clone(), &mut items, &mut Vec::new());
        names_of(&tiles, &frame, style, &mut labels);
        let palette = Theme::Light.palette();
        let fills = items.iter().filter(|item| matches!(item, Item::Fill { color, .. } if *color == palette.water));
        let dashed = items.iter().any(|item| matches!(item, Item::Stroke { stroke, .. } if !stroke.dash_pt.is_empty()));
        let seas = shores(&tiles, &frame, day.parse().ok()).seas.len();
        (fills.count(), dashed, labels.len(), labels[0].key.clone(), seas)
    };
    assert_eq!(of_day("2023-06-06"), (1, false, 1, "Reservoir".to_owned(), 1));
    for day in ["2023-06-07", "2025-12-15", "no day"] {
        assert_eq!(of_day(day), (0, true, 1, "Reservoir (emptied)".to_owned(), 0), "{day}");
    }
}

fn names_of(tiles: &[TilePlacement], frame: &Frame, style: BasemapStyle, labels: &mut Vec<LabelCandidate>) {
    names(tiles, frame, style, labels, &mut Vec::new());
}

#[test]
fn every_name_of_the_builtin_map_of_the_world_can_be_drawn() {
    let archive = builtin().unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for z in 0..=6_u8 {
        let side = 1_u32 << z;
        for id in (0..side * side).filter_map(|index| TileId::new(z, index % side, index / side)) {
            let Some(bytes) = archive.tile_bytes(id).unwrap() else { continue };
            let tile = Tile::decode(id, &bytes).unwrap();
            let names = tile.places.iter().map(|place| &place.names);
            let names = names.chain(tile.water_names.iter().map(|water| &water.names));
            let both = names.flat_map(|names| ["en", "uk"].map(|tag| names.in_language_or_local(tag)));
            seen.extend(both.flatten().map(str::to_owned));
        }
    }
    assert!(seen.len() > 10_000, "{}", seen.len());
    for name in &seen {
        let drawn = text::without_lacking_marks(name, Face::Sans);
        assert!(text::missing_glyphs(&drawn, Face::Sans).is_empty(), "{name}");
    }
    assert!(seen.contains("Reẖovot"), "no name needs it any more");
}

#[test]
fn the_builtin_map_names_nothing_in_the_language_of_another_country() {
    let archive = builtin().unwrap();
    let mut local: std::collections::BTreeMap<(String, String), std::collections::BTreeSet<String>> =
        Default::default();
    let mut add = |kind: &str, names: &LocalNames| {
        let name = names.get(LOCAL_NAMES).unwrap_or_default().to_owned();
        local.entry((kind.to_owned(), names.get("en").unwrap_or_default().to_owned())).or_default().insert(name);
    };
    for z in 0..=10_u8 {
        // Beyond the zooms of the world only what is around Ukraine is there.
        let (from, to) = if z <= 6 {
            ([0, 0], [(1 << z) - 1; 2])
        } else {
            ([1 << (z - 1), 1 << (z - 2)], [5 << (z - 3), 3 << (z - 3)])
        };
        for (x, y) in (from[0]..=to[0]).flat_map(|x| (from[1]..=to[1]).map(move |y| (x, y))) {
            let Some(bytes) = TileId::new(z, x, y).and_then(|id| archive.tile_bytes(id).unwrap()) else { continue };
            let tile = Tile::decode(TileId::new(z, x, y).unwrap(), &bytes).unwrap();
            tile.places
                .iter()
                .filter(|place| place.kind == PlaceKind::Region)
                .for_each(|place| add("region", &place.names));
            let still = tile.water_names.iter().filter(|water| water.kind != WaterKind::River);
            still.for_each(|water| add("water", &water.names));
        }
    }
    let of =
        |kind: &str, english: &str| local[&(kind.to_owned(), english.to_owned())].iter().cloned().collect::<Vec<_>>();
    assert_eq!(of("water", "Sea of Azov"), ["Sea of Azov"]);
    assert_eq!(of("water", "Black Sea"), ["Black Sea"]);
    assert_eq!(of("water", "Kakhovka Reservoir"), ["Каховське водосховище"]);
    assert_eq!(of("region", "Rostov oblast"), ["Rostov oblast"]);
    assert_eq!(of("region", "Donetsk oblast"), ["Донецька область"]);
    let ukrainian = |name: &String| name.contains(['і', 'ї', 'є', 'ґ']);
    let of_regions: Vec<&String> =
        local.iter().filter(|((kind, _), _)| kind == "region").flat_map(|(_, names)| names).collect();
    assert!(of_regions.len() > 1_000, "{}", of_regions.len());
    assert!(of_regions.iter().filter(|name| ukrainian(name)).count() <= 25, "{of_regions:?}");
    let twice: Vec<_> = local.iter().filter(|(_, names)| names.len() > 1).collect();
    assert!(twice.is_empty(), "one thing, one name at all zooms: {twice:?}");
}
