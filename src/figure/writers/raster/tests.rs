//! Tests of `raster.rs`.

use super::*;
use crate::scene::display_list::{Cap, Face, Text};

const WHITE: Color = Color::rgb(0xFFFFFF);
const RED: Color = Color::rgb(0xFF0000);
const BLACK: Color = Color::rgb(0x000000);

fn list(width_pt: f64, height_pt: f64, items: Vec<Item>) -> DisplayList {
    DisplayList { width_pt, height_pt, items }
}

fn painted(items: Vec<Item>) -> Bitmap {
    paint(&list(100.0, 80.0, items), 1.0, WHITE).expect("a small page")
}

fn pixel(bitmap: &Bitmap, x: u32, y: u32) -> [u8; 3] {
    let at = 4 * (y * bitmap.width + x) as usize;
    assert_eq!(bitmap.rgba[at + 3], 255, "the page is opaque");
    [bitmap.rgba[at], bitmap.rgba[at + 1], bitmap.rgba[at + 2]]
}

fn area(rect: Rect) -> Arc<Path> {
    Path::shared(rect.to_path(0.1))
}

fn polyline(points: &[(f64, f64)]) -> Arc<Path> {
    let mut path = Path::new();
    for (index, &point) in points.iter().enumerate() {
        if index == 0 { path.move_to(point) } else { path.line_to(point) }
    }
    Arc::new(path)
}

fn fill(rect: Rect, color: Color) -> Item {
    Item::Fill { path: area(rect), color }
}

fn words(text: &str, halo: Option<(Color, f64)>) -> Item {
    Item::Text(Text {
        text: text.to_owned(),
        face: Face::SansSemiBold,
        size_pt: 40.0,
        color: BLACK,
        origin: Point::new(10.0, 60.0),
        rotation_rad: 0.0,
        letter_spacing_pt: 0.0,
        halo,
        link: None,
    })
}

#[test]
fn a_fill_covers_what_it_should_and_no_more() {
    let page = painted(vec![fill(Rect::new(10.0, 10.0, 40.0, 30.0), RED)]);
    for (x, y, expected) in
        [(10, 10, [255, 0, 0]), (39, 29, [255, 0, 0]), (9, 10, [255; 3]), (40, 29, [255; 3]), (20, 30, [255; 3])]
    {
        assert_eq!(pixel(&page, x, y), expected, "at {x}, {y}");
    }
    let half = painted(vec![fill(Rect::new(10.5, 10.0, 40.0, 30.0), BLACK)]);
    assert!((126..=129).contains(&pixel(&half, 10, 20)[0]));
}

#[test]
fn bands_make_the_same_picture() {
    // Two bands of a page with a slanted line, text, a faded group within a clip, a pattern and a picture.
    let picture =
        Arc::new(Bitmap { width: 2, height: 2, rgba: [[255, 0, 0, 255], [0, 0, 255, 128]].concat().repeat(2) });
    let mut faded = Group::new("g", "", vec![fill(Rect::new(0.0, 0.0, 60.0, 1500.0), RED)]);
    (faded.opacity, faded.clip) = (0.5, Some(Rect::new(5.3, 3.7, 50.2, 990.6)));
    let hatch = Pattern {
        mark: Mark::Lines { angle_deg: 30.0 },
        color: BLACK,
        spacing_pt: 7.0,
        size_pt: 1.1,
        origin: Point::new(3.0, 4.0),
    };
    let page = list(
        4000.0,
        8000.0,
        vec![
            Item::Group(faded),
            Item::Image { image: picture, to: Rect::new(70.0, 3900.0, 180.0, 4100.0), opacity: 0.8 },
            Item::Pattern { path: area(Rect::new(200.0, 3500.0, 900.0, 4500.0)), pattern: hatch },
            Item::Stroke {
                path: polyline(&[(10.0, 20.0), (3900.0, 7900.0)]),
                stroke: Stroke { dash_pt: vec![9.0, 4.0], ..Stroke::solid(BLACK, 3.0) },
            },
            words("Слов'янськ", Some((RED, 3.0))),
        ],
    );
    let whole = paint(&page, 1.0, WHITE).expect("32 million pixels");
    let mut bands = Vec::new();
    let mut count = 0;
    paint_bands(&page, 1.0, WHITE, |band| {
        count += 1;
        bands.extend_from_slice(band);
        Ok::<(), RasterError>(())
    })
    .expect("32 million pixels");
    assert_eq!((count, bands.len()), (2, whole.rgba.len()));
    // Rows that are the same need no look at each of their bytes.
    let rows = bands.chunks(4 * 4000).zip(whole.rgba.chunks(4 * 4000)).filter(|(a, b)| a != b);
    let differ = rows.flat_map(|(a, b)| a.iter().zip(b)).map(|(a, b)| a.abs_diff(*b)).max();
    assert!(differ <= Some(1), "{differ:?}");
}

#[test]
fn areas_are_filled_even_odd() {
    let mut ring = Rect::new(10.0, 10.0, 60.0, 60.0).to_path(0.1);
    ring.extend(Rect::new(20.0, 20.0, 50.0, 50.0).to_path(0.1));
    let page = painted(vec![Item::Fill { path: Path::shared(ring), color: RED }]);
    assert_eq!(pixel(&page, 15, 15), [255, 0, 0]);
    assert_eq!(pixel(&page, 30, 30), [255; 3]);
}

#[test]
fn scale_is_pixels_for_each_point() {
    let page = paint(&list(50.0, 40.0, vec![fill(Rect::new(10.0, 10.0, 20.0, 20.0), RED)]), 2.0, WHITE);
    let page = page.expect("a small page");
    assert_eq!((page.width, page.height), (100, 80));
    assert_eq!(pixel(&page, 20, 39), [255, 0, 0]);
    assert_eq!(pixel(&page, 20, 40), [255; 3]);
}

#[test]
fn a_group_is_clipped_and_faded_as_one() {
    let clipped = Item::Group(Group {
        opacity: 0.5,
        clip: Some(Rect::new(0.0, 0.0, 30.0, 80.0)),
        ..Group::new(
            "a",
            "A",
            vec![fill(Rect::new(10.0, 10.0, 50.0, 50.0), BLACK), fill(Rect::new(20.0, 20.0, 60.0, 60.0), BLACK)],
        )
    });
    let page = painted(vec![clipped]);
    let grey = pixel(&page, 12, 12);
    assert!((126..=129).contains(&grey[0]));
    assert_eq!(pixel(&page, 25, 25), grey, "shapes inside a group do not show through each other");
    assert_eq!(pixel(&page, 31, 25), [255; 3]);
}

#[test]
fn a_line_has_its_width_and_its_dashes() {
    let stroke = Stroke { dash_pt: vec![10.0, 10.0], cap: Cap::Butt, ..Stroke::solid(RED, 4.0) };
    let page = painted(vec![Item::Stroke { path: polyline(&[(0.0, 20.0), (100.0, 20.0)]), stroke }]);
    assert_eq!(pixel(&page, 5, 18), [255, 0, 0]);
    assert_eq!(pixel(&page, 5, 21), [255, 0, 0]);
    assert_eq!(pixel(&page, 5, 17), [255; 3]);
    assert_eq!(pixel(&page, 15, 20), [255; 3]);
    assert_eq!(pixel(&page, 25, 20), [255, 0, 0]);
}

#[test]
fn dots_with_round_caps_are_drawn() {
    let stroke = Stroke { dash_pt: vec![0.0, 10.0], ..Stroke::solid(RED, 4.0) };
    let page = painted(vec![Item::Stroke { path: polyline(&[(10.5, 20.5), (90.5, 20.5)]), stroke }]);
    assert_eq!(pixel(&page, 20, 20), [255, 0, 0]);
    assert_eq!(pixel(&page, 25, 20), [255; 3]);
}

/// Everything that repeats, held to the ground at `origin`.
fn repeating(origin: Point) -> Vec<Item> {
    let here = |x: f64, y: f64| (origin.x + x, origin.y + y);
    let far = area(Rect::new(origin.x - 3e5, origin.y - 3e5, origin.x + 3e5, origin.y + 3e5));
    let hatch = |mark, color| Pattern { mark, color, spacing_pt: 7.3, size_pt: 2.1, origin };
    let dashed = Stroke { dash_pt: vec![9.0, 4.0], ..Stroke::solid(BLACK, 2.0) };
    vec![
        Item::Pattern { path: far.clone(), pattern: hatch(Mark::Lines { angle_deg: 45.0 }, RED) },
        Item::Pattern { path: far, pattern: hatch(Mark::Dots, BLACK) },
        Item::Stroke { path: polyline(&[here(-1e5, 20.0), here(1e5, 30.0)]), stroke: dashed.clone() },
        Item::Stroke {
            path: polyline(&[here(20.0, 20.0), here(30.0, 50.0), here(2e5, 50.0), here(20.0, 20.0)]),
            stroke: dashed,
        },
    ]
}

#[test]
fn patterns_and_dashes_move_with_the_map() {
    let before = painted(repeating(Point::new(3.25, 4.5)));
    let after = painted(repeating(Point::new(3.25 + 13.0, 4.5 + 8.0)));
    let mut differ = 0;
    for y in 0..72 {
        for x in 0..87 {
            let (a, b) = (pixel(&before, x, y), pixel(&after, x + 13, y + 8));
            // Half a step of 255 may round the other way after the shift.
            differ += u32::from(a.iter().zip(b).any(|(&a, b)| a.abs_diff(b) > 6));
        }
    }
    assert_eq!(differ, 0);
    assert!(before.rgba.contains(&0));
}

#[test]
fn a_pattern_stays_inside_its_area() {
    let pattern = Pattern {
        mark: Mark::Lines { angle_deg: 45.0 },
        color: RED,
        spacing_pt: 6.0,
        size_pt: 2.0,
        origin: Point::ZERO,
    };
    let page = painted(vec![Item::Pattern { path: area(Rect::new(20.0, 20.0, 60.0, 60.0)), pattern }]);
    let red = |x, y| pixel(&page, x, y) != [255; 3];
    let inside = (20..60).flat_map(|y| (20..60).map(move |x| (x, y))).filter(|&(x, y)| red(x, y)).count();
    assert!((500..1100).contains(&inside), "{inside}");
    let outside = (0..80).flat_map(|y| (0..100).map(move |x| (x, y))).filter(|&(x, y)| red(x, y)).count() - inside;
    assert_eq!(outside, 0);
    // Lines at 45° rise to the right, through the origin.
    assert!(red(30, 30) == red(31, 29) && red(30, 30) == red(40, 20));
}

#[test]
fn text_has_its_halo_beneath_it() {
    let land = || fill(Rect::new(0.0, 0.0, 100.0, 80.0), Color::rgb(0x808080));
    let bare = painted(vec![land(), words("I", None)]);
    let with_halo = painted(vec![land(), words("I", Some((WHITE, 3.0)))]);
    let count = |page: &Bitmap, wanted: [u8; 3]| {
        (0..80).flat_map(|y| (0..100).map(move |x| (x, y))).filter(|&(x, y)| pixel(page, x, y) == wanted).count()
    };
    assert_eq!(count(&bare, [255; 3]), 0);
    assert!(count(&with_halo, [255; 3]) > 100);
    assert_eq!(count(&bare, [0; 3]), count(&with_halo, [0; 3]));
    assert!(count(&bare, [0; 3]) > 100);
}

#[test]
fn pictures_are_stretched_smoothly_and_reduced_without_gaps() {
    let image = Arc::new(Bitmap { width: 2, height: 1, rgba: vec![0, 0, 0, 255, 255, 255, 255, 255] });
    let to = Rect::new(10.0, 10.0, 90.0, 70.0);
    let page = painted(vec![fill(Rect::new(0.0, 0.0, 100.0, 80.0), RED), Item::Image { image, to, opacity: 1.0 }]);
    let row: Vec<u8> = (10..90).map(|x| pixel(&page, x, 40)[0]).collect();
    assert!(row.windows(2).all(|pair| pair[0] <= pair[1]), "{row:?}");
    assert!(row[0] < 10 && row[79] > 245 && (100..156).contains(&row[40]));

    let stripes = (0..64 * 64).flat_map(|at| if at % 2 == 0 { [0, 0, 0, 255] } else { [255; 4] }).collect();
    let image = Arc::new(Bitmap { width: 64, height: 64, rgba: stripes });
    let page = painted(vec![Item::Image { image, to: Rect::new(0.0, 0.0, 16.0, 16.0), opacity: 1.0 }]);
    assert!((120..=135).contains(&pixel(&page, 8, 8)[0]));
}

#[test]
fn hostile_numbers_neither_panic_nor_hang() {
    let bad = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e9, -1e9, 1e300, f64::MIN_POSITIVE, -0.0];
    let mut items = vec![fill(Rect::new(10.0, 10.0, 20.0, 20.0), RED)];
    for a in bad {
        for b in bad {
            let path = polyline(&[(5.0, 5.0), (a, b), (60.0, 70.0), (b, a)]);
            let mut curve = BezPath::new();
            curve.move_to((a, 3.0));
            curve.curve_to((b, a), (1.0, b), (70.0, 3.0));
            let stroke = Stroke { dash_pt: vec![a, b], dash_offset_pt: b, ..Stroke::solid(BLACK, a.min(3.0)) };
            let dashed = Stroke { dash_pt: vec![3.0, 1.0], ..Stroke::solid(BLACK, 1.0) };
            let origin = Point::new(a, b);
            let pattern = Pattern {
                mark: Mark::Lines { angle_deg: b },
                color: Color { a: 2, ..RED },
                spacing_pt: a,
                size_pt: b,
                origin,
            };
            let image = Arc::new(Bitmap { width: 1, height: 1, rgba: vec![255; 4] });
            let text = Text {
                text: "Ж".to_owned(),
                face: Face::Sans,
                size_pt: a,
                color: BLACK,
                origin,
                rotation_rad: b,
                letter_spacing_pt: b,
                halo: Some((WHITE, a)),
                link: None,
            };
            let fade = Group {
                opacity: a,
                clip: Some(Rect::new(a, b, 50.0, 50.0)),
                ..Group::new("", "", vec![fill(Rect::new(0.0, 0.0, a, b), Color { a: 2, ..RED })])
            };
            items.extend([
                Item::Fill { path: path.clone(), color: Color { a: 2, ..RED } },
                Item::Fill { path: Path::shared(curve.clone()), color: Color { a: 2, ..RED } },
                Item::Stroke { path: path.clone(), stroke },
                Item::Stroke { path: path.clone(), stroke: dashed.clone() },
                Item::Stroke { path: Path::shared(curve), stroke: dashed },
                Item::Pattern { path: path.clone(), pattern },
                Item::Pattern {
                    path,
                    pattern: Pattern { mark: Mark::Dots, spacing_pt: 1e-3, size_pt: 1.0, ..pattern },
                },
                Item::Image { image, to: Rect::new(a, b, 10.0, 10.0), opacity: 0.01 },
                Item::Text(text),
                Item::Group(fade),
            ]);
        }
    }
    items.push(Item::Stroke { path: Arc::default(), stroke: Stroke::solid(RED, 1.0) });
    let page = painted(items);
    assert_eq!(page.rgba.len(), 100 * 80 * 4);
}

#[test]
fn a_shape_far_larger_than_the_page_is_cut_rightly() {
    // A star whose corners lie a million points away, and whose edge crosses the page at x = y.
    let path = polyline(&[(-1e6, -1e6), (1e6, 1e6), (-1e6, 1e6)]);
    let page = painted(vec![Item::Fill { path: path.clone(), color: RED }]);
    assert_eq!(pixel(&page, 20, 40), [255, 0, 0]);
    assert_eq!(pixel(&page, 60, 40), [255; 3]);
    let page = painted(vec![Item::Stroke { path, stroke: Stroke::solid(RED, 4.0) }]);
    assert_eq!(pixel(&page, 40, 40), [255, 0, 0]);
    assert_eq!(pixel(&page, 60, 40), [255; 3]);
}

#[test]
fn a_closed_line_that_leaves_the_page_keeps_its_first_corner() {
    let corner = [(20.0, 20.0), (1e5, 20.0), (1e5, 1e5), (20.0, 1e5)];
    let mut path = Path::clone(&polyline(&corner));
    path.close_path();
    let stroke = Stroke { cap: Cap::Butt, ..Stroke::solid(RED, 12.0) };
    let page = painted(vec![Item::Stroke { path: Arc::new(path), stroke }]);
    assert_eq!(pixel(&page, 17, 17), [255, 0, 0], "a round join, not a notch");
}

#[test]
fn painting_over_a_picture_is_painting_both_at_once() {
    let under = || repeating(Point::new(3.25, 4.5));
    let faint = Group {
        opacity: 0.6,
        clip: Some(Rect::new(20.3, 8.0, 70.0, 66.6)),
        ..Group::new("a", "A", vec![fill(Rect::new(10.0, 10.0, 50.5, 50.5), RED), words("Ж", Some((WHITE, 2.0)))])
    };
    let image = Arc::new(Bitmap { width: 2, height: 1, rgba: vec![0, 0, 0, 255, 255, 255, 255, 255] });
    let pattern = Pattern {
        mark: Mark::Lines { angle_deg: 45.0 },
        color: Color { a: 200, ..RED },
        spacing_pt: 6.0,
        size_pt: 1.2,
        origin: Point::new(1.0, 2.0),
    };
    let over = vec![
        fill(Rect::new(40.0, 20.0, 60.0, 61.7), Color { a: 90, ..BLACK }),
        Item::Group(faint),
        Item::Image { image, to: Rect::new(52.0, 12.0, 68.0, 30.0), opacity: 0.7 },
        Item::Pattern { path: area(Rect::new(30.0, 30.0, 66.0, 70.0)), pattern },
    ];
    for scale in [1.0, 1.5, 2.0] {
        let mut painter = Painter::new();
        let both: Vec<Item> = under().into_iter().chain(over.clone()).collect();
        let whole = painter.paint(&list(100.0, 80.0, both), scale, WHITE).expect("a small page");
        let mut parts = painter.paint(&list(100.0, 80.0, under()), scale, WHITE).expect("a small page");
        let before = parts.rgba.clone();
        painter.paint_over(&mut parts, &list(100.0, 80.0, over.clone()), scale).expect("the same size");
        assert!(parts.rgba != before);
        let furthest = whole.rgba.iter().zip(&parts.rgba).map(|(a, b)| a.abs_diff(*b)).max();
        assert!(furthest.is_some_and(|most| most <= 1), "{furthest:?} at {scale}");
    }
    let mut page = painted(Vec::new());
    let before = page.rgba.clone();
    let mut painter = Painter::new();
    painter.paint_over(&mut page, &list(100.0, 80.0, Vec::new()), 1.0).expect("nothing to paint");
    painter
        .paint_over(&mut page, &list(100.0, 80.0, vec![fill(Rect::new(200.0, 0.0, 300.0, 9.0), RED)]), 1.0)
        .expect("nothing on the page");
    assert_eq!(page.rgba, before);
    assert!(painter.paint_over(&mut page, &list(50.0, 80.0, Vec::new()), 1.0).is_err());
}

#[test]
fn the_same_list_gives_the_same_bytes() {
    let items = || {
        let mut items = repeating(Point::new(3.25, 4.5));
        items.push(words("Їжак", Some((WHITE, 2.0))));
        items
    };
    assert_eq!(painted(items()), painted(items()));
    let mut painter = Painter::new();
    let first = painter.paint(&list(100.0, 80.0, items()), 1.5, WHITE);
    painter.paint(&list(10.0, 8.0, repeating(Point::ZERO)), 3.0, RED).expect("a small page");
    assert_eq!(first, painter.paint(&list(100.0, 80.0, items()), 1.5, WHITE));
}

#[test]
fn sizes_beyond_the_limit_are_refused_with_the_limit() {
    let refused = |width_pt, height_pt, scale| {
        paint(&list(width_pt, height_pt, Vec::new()), scale, WHITE).expect_err("too large").to_string()
    };
    assert!(refused(40_000.0, 10.0, 1.0).contains("32767"));
    assert!(refused(25_000.0, 25_000.0, 1.0).contains("400 million"));
    for (width_pt, height_pt, scale) in
        [(0.0, 1.0, 1.0), (f64::NAN, 1.0, 1.0), (1.0, 1.0, -1.0), (1.0, 1.0, f64::INFINITY)]
    {
        assert!(refused(width_pt, height_pt, scale).contains("more than 0"));
    }
    let wide = paint(&list(32_767.0, 8.0, vec![fill(Rect::new(32_000.0, 0.0, 32_767.0, 8.0), RED)]), 1.0, WHITE);
    assert_eq!(pixel(&wide.expect("at the limit"), 32_766, 4), [255, 0, 0]);
}

/// A mark in many places, as one path each and all of them as copies.
fn in_places(of: &[Item], places: &[kurbo::Vec2]) -> [Vec<Item>; 2] {
    let with = |item: &Item, places: Vec<kurbo::Vec2>| {
        let mut item = item.clone();
        if let Item::Fill { path, .. } | Item::Stroke { path, .. } = &mut item {
            *path = Arc::new(Path::clone(path).in_places(places));
        }
        item
    };
    let alone = |item: &Item, place: kurbo::Vec2| {
        let mut item = item.clone();
        if let Item::Fill { path, .. } | Item::Stroke { path, .. } = &mut item {
            Arc::make_mut(path).apply_affine(Affine::translate(place));
        }
        item
    };
    let one_by_one = of.iter().flat_map(|item| places.iter().map(move |place| alone(item, *place)));
    [one_by_one.collect(), of.iter().map(|item| with(item, places.to_vec())).collect()]
}

#[test]
fn marks_in_many_places_are_painted_as_each_by_itself() {
    let disc = |radius_pt: f64| Path::shared(kurbo::Circle::new(Point::ZERO, radius_pt).to_path(0.01));
    let edge = Stroke::solid(BLACK.with_opacity(0.8), 1.5);
    let cross = polyline(&[(-3.0, -3.0), (3.0, 3.0)]);
    let of = [
        Item::Fill { path: disc(4.6), color: RED.with_opacity(0.4) },
        Item::Stroke { path: disc(4.6), stroke: edge.clone() },
        Item::Stroke { path: cross, stroke: edge },
    ];
    // All over the page and beyond its edges, none of which touch.
    let places: Vec<kurbo::Vec2> = (0..12 * 10)
        .map(|index| kurbo::Vec2::new(f64::from(index % 12) * 11.37 - 8.0, f64::from(index / 12) * 11.61 - 7.0))
        .collect();
    for (scale, opacity) in [(1.0, 1.0), (2.3, 1.0), (1.0, 0.6)] {
        let [one_by_one, copies] = in_places(&of, &places);
        let page = Rect::new(0.0, 0.0, 100.0 * scale, 80.0 * scale);
        let made = marks::picture(&copies, scale, page, RenderSettings::default(), &mut Stroker::default());
        assert!(made.is_some());
        let [one_by_one, copies] = [one_by_one, copies].map(|items| {
            let group = Group { opacity, ..Group::new("marks", "", items) };
            paint(&list(100.0, 80.0, vec![Item::Group(group)]), scale, WHITE).expect("a small page")
        });
        let differ = one_by_one.rgba.iter().zip(&copies.rgba).map(|(a, b)| a.abs_diff(*b));
        let mean = differ.clone().map(f64::from).sum::<f64>() / copies.rgba.len() as f64;
        assert!(differ.clone().max() <= Some(20) && mean < 2.0, "at {scale}: {:?}, {mean}", differ.max());
        assert!(copies.rgba.chunks(4).filter(|pixel| pixel[1] < 200).count() > 300);
    }
    // So few that copies would take longer, and so large that they are no marks.
    let page = Rect::new(0.0, 0.0, 1000.0, 800.0);
    for (of, places) in [(&of[..1], &places[..2]), (&[Item::Fill { path: disc(60.0), color: RED }], &places[..])] {
        let [_, copies] = in_places(of, places);
        let made = marks::picture(&copies, 1.0, page, RenderSettings::default(), &mut Stroker::default());
        assert!(made.is_none());
    }
    let [one_by_one, copies] = in_places(&of, &places[..1]).map(painted);
    assert!(one_by_one == copies);
}
