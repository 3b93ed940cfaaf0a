//! Tests of `labels.rs`.

use super::*;

const PAGE: Rect = Rect::new(0.0, 0.0, 400.0, 300.0);
const INK: Color = Color::rgb(0x202020);

fn candidate(name: &str, priority: f64, anchor: Anchor) -> LabelCandidate {
    let line = LabelLine { text: name.into(), face: Face::Sans, size_pt: 12.0, color: INK, letter_spacing_pt: 0.0 };
    LabelCandidate {
        priority,
        lines: vec![line],
        anchor,
        halo: Color::rgb(0xFFFFFF),
        dot: None,
        key: name.into(),
        repeat_pt: SAME_PLACE_PT,
        leader_pt: 0.0,
    }
}

fn town(name: &str, priority: f64, x: f64, y: f64) -> LabelCandidate {
    candidate(name, priority, Anchor::Around { point: Point::new(x, y), radius_pt: 2.0 })
}

#[test]
fn a_dot_keeps_off_other_names_but_not_its_own() {
    let dot = |x: f64, y: f64| Rect::from_center_size((x, y), (6.0, 6.0));
    let towns = [town("Near", 2.0, 100.0, 100.0), town("Far", 1.0, 100.0, 200.0)];
    let placed = place(&towns, &[dot(100.0, 100.0), dot(115.0, 100.0)], PAGE);
    assert_eq!(names(&towns, &placed), ["Near", "Far"]);
    assert!(placed[0].bounds.intersect(dot(115.0, 100.0)).is_zero_area());
}

fn names(candidates: &[LabelCandidate], placed: &[PlacedLabel]) -> Vec<String> {
    placed.iter().map(|label| candidates[label.candidate].key.clone()).collect()
}

#[test]
fn no_label_covers_another_or_leaves_the_page() {
    let candidates: Vec<LabelCandidate> = (0..300)
        .map(|i| town(&format!("Town {i}"), f64::from(i % 7), f64::from(i * 37 % 400), f64::from(i * 91 % 300)))
        .collect();
    let placed = place(&candidates, &[Rect::new(100.0, 100.0, 200.0, 200.0)], PAGE);
    assert!(placed.len() > 20);
    for (index, label) in placed.iter().enumerate() {
        assert!(PAGE.contains_rect(label.bounds));
        assert!(placed[..index].iter().all(|other| other.bounds.intersect(label.bounds).is_zero_area()));
    }
}

#[test]
fn the_order_of_candidates_does_not_matter() {
    let mut candidates: Vec<LabelCandidate> =
        (0..80).map(|i| town(&format!("Town {i}"), 1.0, f64::from(i * 37 % 400), f64::from(i * 91 % 300))).collect();
    let before = names(&candidates, &place(&candidates, &[], PAGE));
    candidates.reverse();
    assert_eq!(names(&candidates, &place(&candidates, &[], PAGE)), before);
}

#[test]
fn an_obstacle_moves_a_label_to_the_other_side() {
    let candidates = [town("Donetsk", 1.0, 200.0, 150.0)];
    let free = place(&candidates, &[], PAGE);
    assert!(free[0].texts[0].origin.x > 200.0);
    let moved = place(&candidates, &[Rect::new(204.0, 100.0, 300.0, 200.0)], PAGE);
    assert!(moved[0].bounds.x1 < 204.0);
    let edge = [town("Donetsk", 1.0, 395.0, 150.0)];
    assert!(place(&edge, &[], PAGE)[0].texts[0].origin.x < 395.0);
}

/// A line from north to south across the page.
fn down(x: f64) -> Vec<Line> {
    (0..40).map(|i| Line::new((x, 7.5 * f64::from(i)), (x, 7.5 * f64::from(i + 1)))).collect()
}

fn beside(candidates: &[LabelCandidate], covering: &[Rect], lines: &[Line]) -> Vec<PlacedLabel> {
    place_clear_of(candidates, &Surroundings { covering, lines, ..Surroundings::default() }, PAGE)
}

#[test]
fn a_name_leaves_a_line_clear_if_it_can() {
    let candidates = [town("Kostiantynivka", 1.0, 200.0, 150.0)];
    let line = down(223.0);
    let placed = beside(&candidates, &[], &line);
    assert!(placed[0].bounds.x1 < 200.0, "{:?}", placed[0].bounds);
    // On the line rather than nowhere.
    let left =
        [Rect::new(0.0, 0.0, 190.0, 300.0), Rect::new(0.0, 0.0, 400.0, 130.0), Rect::new(0.0, 170.0, 400.0, 300.0)];
    assert!(beside(&candidates, &left, &line)[0].bounds.x1 > 220.0);
}

#[test]
fn a_name_stands_on_its_dots_own_side_of_a_line() {
    let candidates = [town("Kostiantynivka", 1.0, 200.0, 150.0)];
    let line = down(203.5);
    // The left is taken: what is free lies on the line or beyond it.
    let taken = [Rect::new(0.0, 0.0, 150.0, 300.0)];
    let placed = beside(&candidates, &taken, &line);
    assert!(placed[0].bounds.center().x < 203.5, "{:?}", placed[0].bounds);
    // Beyond it rather than nowhere.
    let taken =
        [Rect::new(0.0, 0.0, 196.0, 300.0), Rect::new(0.0, 0.0, 400.0, 138.0), Rect::new(0.0, 162.0, 400.0, 300.0)];
    assert!(beside(&candidates, &taken, &line)[0].bounds.x0 > 203.0);
}

#[test]
fn one_place_is_named_once_but_namesakes_apart_are_both_named() {
    let candidates =
        [town("Ivanivka", 2.0, 100.0, 100.0), town("Ivanivka", 1.0, 105.0, 104.0), town("Ivanivka", 1.0, 300.0, 200.0)];
    assert_eq!(place(&candidates, &[], PAGE).len(), 2);
}

#[test]
fn a_river_is_named_along_its_course_and_upright() {
    let course: Arc<[Point]> = (0..40).map(|i| Point::new(390.0 - f64::from(i) * 10.0, 150.0 + f64::from(i))).collect();
    let candidates = [candidate("Dnipro", 1.0, Anchor::Along(course))];
    let placed = place(&candidates, &[], PAGE);
    let texts = &placed[0].texts;
    assert_eq!(texts.iter().map(|text| text.text.as_str()).collect::<String>(), "Dnipro");
    assert!(texts.windows(2).all(|pair| pair[0].origin.x < pair[1].origin.x));
    assert!(texts.iter().all(|text| text.rotation_rad.abs() < 0.2));
    let crooked: Arc<[Point]> =
        (0..40).map(|i| Point::new(200.0 + f64::from(i % 2) * 3.0, 100.0 + f64::from(i))).collect();
    assert!(place(&[candidate("Dnipro", 1.0, Anchor::Along(crooked))], &[], PAGE).is_empty());
}

#[test]
fn a_river_whose_letters_join_has_its_name_in_one_piece() {
    let course: Arc<[Point]> = (0..40).map(|i| Point::new(390.0 - f64::from(i) * 10.0, 150.0 + f64::from(i))).collect();
    for name in ["نهر دنيبر", "द्नीपर नदी"] {
        let mut river = candidate(name, 1.0, Anchor::Along(course.clone()));
        river.lines[0].letter_spacing_pt = 3.0;
        let placed = place(&[river], &[], PAGE);
        let [text] = &placed[0].texts[..] else { panic!("{:?}", placed[0].texts) };
        assert_eq!(text.text, name);
        // Its room is as long as the words, unspaced as they are.
        let wide = crate::scene::text::measure(name, text.face, text.size_pt, 0.0).advance_pt;
        assert!((placed[0].bounds.width() - wide).abs() < text.size_pt, "{:?} {wide}", placed[0].bounds);
    }
}

#[test]
fn impossible_positions_place_nothing() {
    let candidates = [
        town("A", f64::NAN, f64::NAN, 1.0),
        town("B", 1.0, f64::INFINITY, 1.0),
        candidate("C", 1.0, Anchor::Along(Arc::from([Point::new(f64::NAN, 0.0), Point::new(1e300, 0.0)]))),
        candidate("D", 1.0, Anchor::Along(Arc::from([]))),
    ];
    assert!(place(&candidates, &[], PAGE).is_empty());
}

fn parted(candidates: &[LabelCandidate], covering: &[Rect], barriers: &[Barrier]) -> Vec<PlacedLabel> {
    place_clear_of(candidates, &Surroundings { covering, barriers, ..Surroundings::default() }, PAGE)
}

fn barrier(x: f64) -> Barrier {
    Barrier { pieces: down(x), clear_pt: 2.0, area: None }
}

#[test]
fn a_name_never_stands_across_a_barrier() {
    let town = |x: f64, leader_pt: f64| LabelCandidate { leader_pt, ..town("Kostiantynivka", 1.0, x, 150.0) };
    // All of the dot's own side is taken but for a stripe some way off.
    let taken = [Rect::new(0.0, 110.0, 165.0, 300.0), Rect::new(120.0, 0.0, 400.0, 60.0)];
    assert_eq!(parted(&[town(200.0, 0.0)], &taken, &[barrier(204.0)]), []);
    let candidates = [town(200.0, 120.0)];
    let placed = parted(&candidates, &taken, &[barrier(204.0)]);
    assert!(placed[0].bounds.x1 < 202.0 && placed[0].bounds.y1 < 110.0, "{:?}", placed[0].bounds);
    let leader = placed[0].leader.expect("a leader");
    assert!(leader.p0.distance(Point::new(200.0, 150.0)) < 6.0 && leader.p1.x < 202.0);
    assert!(items(&candidates, &placed).iter().any(|item| matches!(item, Item::Stroke { .. })));
    // With no room at all it is left out.
    assert_eq!(parted(&candidates, &[Rect::new(0.0, 0.0, 196.0, 300.0)], &[barrier(204.0)]), []);
}

#[test]
fn a_place_without_a_dot_is_named_on_its_side_of_a_barrier() {
    let candidates = [candidate("Lyman", 1.0, Anchor::Over(Point::new(196.0, 150.0)))];
    assert!(parted(&candidates, &[], &[barrier(204.0)])[0].bounds.x1 < 202.0);
    assert!((parted(&candidates, &[], &[])[0].bounds.center().x - 196.0).abs() < 1.0);
}

#[test]
fn a_name_may_reach_out_of_an_area_and_not_into_it() {
    let ring = [(200.0, 0.0), (400.0, 0.0), (400.0, 300.0), (200.0, 300.0), (200.0, 0.0)].map(Point::from);
    let area = Barrier { area: Some(vec![ring.to_vec()]), ..barrier(200.0) };
    let right = [Rect::new(212.0, 0.0, 400.0, 300.0)];
    let inside = [town("Mariupol", 1.0, 204.0, 150.0)];
    assert!(parted(&inside, &right, std::slice::from_ref(&area))[0].bounds.x0 < 200.0);
    let left = [Rect::new(0.0, 0.0, 188.0, 300.0)];
    let outside = [town("Taganrog", 1.0, 196.0, 150.0)];
    assert_eq!(parted(&outside, &left, &[area]), []);
    assert_eq!(parted(&outside, &left, &[]).len(), 1);
}

#[test]
fn a_region_is_named_at_the_first_place_with_room_clear_of_barriers() {
    let places: Arc<[Point]> = [Point::new(200.0, 150.0), Point::new(100.0, 150.0), Point::new(100.0, 250.0)].into();
    let region = [candidate("Donetsk oblast", 1.0, Anchor::AnyOf(places))];
    assert!((parted(&region, &[], &[barrier(204.0)])[0].bounds.center().y - 150.0).abs() < 1.0);
    let placed = parted(&region, &[Rect::new(80.0, 140.0, 120.0, 160.0)], &[barrier(204.0)]);
    assert!((placed[0].bounds.center().y - 250.0).abs() < 1.0);
}

#[test]
fn main_names_are_placed_so_that_most_find_room() {
    // The larger town's name would stand on the only place that the smaller one has.
    let at =
        |name: &str, priority: f64, x: f64, y: f64| LabelCandidate { leader_pt: 1.0, ..town(name, priority, x, y) };
    let towns = [at("Kramatorsk", MAIN + 150_000.0, 200.0, 150.0), at("Yasnohirka", MAIN + 10_000.0, 290.0, 150.0)];
    let walls =
        [Rect::new(0.0, 0.0, 400.0, 130.0), Rect::new(0.0, 170.0, 400.0, 300.0), Rect::new(297.0, 0.0, 400.0, 300.0)];
    assert_eq!(parted(&towns, &walls, &[]).len(), 2);
}

#[test]
fn no_dot_is_cut_by_the_frame_and_no_two_names_read_as_one() {
    let towns = [town("Cut", 3.0, 1.0, 100.0), town("Whole", 2.0, 20.0, 100.0)];
    assert_eq!(names(&towns, &place(&towns, &[], PAGE)), ["Whole"]);
    // Side by side on one line there is at least a space and a half between them.
    for apart in 40..120 {
        let towns = [town("First", 2.0, 100.0, 100.0), town("Second", 1.0, 100.0 + f64::from(apart), 100.0)];
        let placed = place(&towns, &[], PAGE);
        let [first, second] = placed.as_slice() else { continue };
        let is_level = (first.bounds.center().y - second.bounds.center().y).abs() < 4.0;
        let gap = (second.bounds.x0 - first.bounds.x1).max(first.bounds.x0 - second.bounds.x1);
        assert!(!is_level || gap >= BESIDE_PT - 1e-9, "{apart}: {gap} pt");
    }
}

/// A shore from side to side at that height, with the sea under it.
fn coast(y: f64) -> (Vec<Line>, Vec<Sea>) {
    let pieces = (0..40).map(|step| 10.0 * f64::from(step)).map(|x| Line::new((x, y), (x + 10.0, y))).collect();
    let bounds = Rect::new(0.0, y, 400.0, 300.0);
    let ring = [(0.0, y), (400.0, y), (400.0, 300.0), (0.0, 300.0)].map(Point::from).to_vec();
    (pieces, vec![Sea { bounds, rings: vec![ring] }])
}

#[test]
fn the_name_of_a_town_on_a_shore_stands_wholly_on_the_sea_or_else_on_land() {
    let (shores, seas) = coast(104.0);
    let towns = [town("Mariupol", 2.0, 200.0, 100.0)];
    let on = |covering: &[Rect], shores: &[Line]| {
        let around = Surroundings { covering, shores, seas: &seas, ..Surroundings::default() };
        place_clear_of(&towns, &around, PAGE)[0].bounds
    };
    let without = on(&[], &[]);
    assert!(without.y0 < 104.0 && without.y1 > 104.0, "beside the dot it would lie over the shore: {without:?}");
    let at_sea = on(&[], &shores);
    assert!(at_sea.y0 >= 105.0 && at_sea.y0 < 112.0, "{at_sea:?}");
    let on_land = on(&[seas[0].bounds], &shores);
    assert!(on_land.y1 <= 103.0, "{on_land:?}");
}

#[test]
fn a_town_inland_is_named_beside_its_dot_and_off_the_shore_where_it_can() {
    let (shores, seas) = coast(104.0);
    let around = Surroundings { shores: &shores, seas: &seas, ..Surroundings::default() };
    let towns = [town("Inland", 2.0, 200.0, 80.0)];
    let placed = place_clear_of(&towns, &around, PAGE);
    assert_eq!(placed, place(&towns, &[], PAGE), "no shore is near");
}

/// How far the edge of a dot of 2 points is from a rectangle.
fn apart(rect: Rect, dot: Point) -> f64 {
    dot.distance(Point::new(dot.x.clamp(rect.x0, rect.x1), dot.y.clamp(rect.y0, rect.y1))) - 2.0
}

/// Towns in disorder, half of them large, all with leaders and with names in two languages.
fn crowd(seed: usize) -> Vec<LabelCandidate> {
    let towns = (0..40).map(|i| {
        let n = i * 7919 + seed * 104_729;
        let (x, y) = ((n * 37 % 380 + 10) as f64, (n * 91 % 280 + 10) as f64);
        let weight = if i % 2 == 0 { 50_000.0 } else { 5_000.0 };
        let mut town = town(&format!("Town {i}"), MAIN + weight, x, y);
        town.lines.push(LabelLine { text: "Місто".into(), size_pt: 10.0, ..town.lines[0].clone() });
        LabelCandidate { leader_pt: 58.0, ..town }
    });
    towns.collect()
}

fn dots_of(towns: &[LabelCandidate]) -> Vec<Rect> {
    towns.iter().filter_map(LabelCandidate::place).map(|at| Rect::from_center_size(at, (4.0, 4.0))).collect()
}

#[test]
fn a_name_is_nearer_to_its_own_dot_than_to_any_other() {
    let (mut beside, mut led) = (0, 0);
    for seed in 0..12 {
        let towns = crowd(seed);
        let dots = dots_of(&towns);
        let placed = place_clear_of(&towns, &Surroundings { dots: &dots, ..Surroundings::default() }, PAGE);
        for label in &placed {
            let own = towns[label.candidate].place().unwrap();
            let others = || towns.iter().filter_map(LabelCandidate::place).filter(|at| at.distance(own) > 4.0);
            let first = Rect { y1: label.texts[0].origin.y, ..label.bounds };
            if label.leader.is_some() {
                led += 1;
                assert!(others().all(|other| apart(label.bounds, other) > 5.9), "{label:?}");
                continue;
            }
            beside += 1;
            for other in others() {
                assert!(apart(label.bounds, own) < apart(label.bounds, other), "{label:?} and {other:?}");
                assert!(apart(first, own) <= apart(first, other) + 0.1, "{label:?} and {other:?}");
            }
        }
    }
    assert!(beside > 100 && led > 10, "{beside} and {led}");
}

#[test]
fn no_leader_runs_over_the_dot_of_another_town() {
    let mut leaders = 0;
    for seed in 0..12 {
        let towns = crowd(seed);
        let dots = dots_of(&towns);
        // What the user drew all over the page: a large town's leader may run over it.
        let drawn: Vec<Rect> =
            (0..40).map(|i| Rect::from_center_size((10.0 * f64::from(i), 150.0), (4.0, 300.0))).collect();
        for drawn in [&drawn[..], &[]] {
            let around = Surroundings { dots: &dots, drawn, ..Surroundings::default() };
            for label in place_clear_of(&towns, &around, PAGE) {
                let Some(leader) = label.leader else { continue };
                leaders += 1;
                let own = towns[label.candidate].place().unwrap();
                for other in dots.iter().map(Rect::center).filter(|other| other.distance(own) > 4.0) {
                    let nearest = kurbo::ParamCurveNearest::nearest(&leader, other, 0.01).distance_sq.sqrt();
                    assert!(nearest > 2.0, "{leader:?} and {other:?}");
                }
            }
        }
    }
    assert!(leaders > 10, "{leaders}");
}

#[test]
fn an_outline_is_covered_rather_than_a_language_left_out() {
    let mut town = town("Donetsk", 1.0, 200.0, 150.0);
    town.lines.push(LabelLine { text: "Донецьк".into(), size_pt: 10.0, ..town.lines[0].clone() });
    let towns = [town];
    let place = |outlines: &[Line]| place_clear_of(&towns, &Surroundings { outlines, ..Surroundings::default() }, PAGE);
    // Off one outline, and over many rather than without the second name.
    let clear = place(&down(223.0));
    assert!(clear[0].bounds.x1 < 223.0 && clear[0].texts.len() == 2, "{:?}", clear[0]);
    let many: Vec<Line> = (0..20).flat_map(|i| down(20.0 * f64::from(i))).collect();
    assert_eq!(place(&many)[0].texts.len(), 2);
}
