//! Tests of `assemble.rs`.

use kurbo::{Point, Shape as _};

use super::*;
use crate::document::Names;
use crate::figure::placing::{Place, Spot};
use crate::scene::display_list::{self, Color, Group, Item, texts_but};
use crate::scene::palette::contrast;

fn texts<'a>(items: &'a [Item], into: &mut Vec<&'a crate::scene::display_list::Text>) {
    for item in items {
        match item {
            Item::Group(group) => texts(&group.items, into),
            Item::Text(text) => into.push(text),
            _ => {}
        }
    }
}

fn berlin() -> (Arc<Scene>, Document) {
    let (dossier, _) = crate::dossier::builtin::berlin().expect("the built-in dossier can be read");
    let document = Document::new(&dossier, 900.0, 700.0);
    (Arc::new(Scene::new(dossier)), document)
}

#[test]
fn names_stand_in_the_figure_where_they_stand_in_the_window() {
    let (scene, document) = berlin();
    let frame = Frame::new(document.view, 900.0, 700.0);
    let shows = Shows::Bounds(frame.lon_lat_bounds());
    let mut options = FigureOptions::new("As it is", super::super::PageSetup::default(), shows);
    options.view_pt = (900.0, 700.0);
    options.names = Some(document.names.clone());
    options.furniture = super::super::Furniture::bare();
    let drawn = draw(&scene, &Ground::blank(), &document, &options);
    assert!((drawn.map_frame.width() - 900.0).abs() < 2.0 && (drawn.map_frame.height() - 700.0).abs() < 2.0);
    let window = scene.map(&Look::of(&document, Theme::Light, 1.0), &Ground::blank(), &frame, &[]);
    let (mut on_page, mut on_screen) = (Vec::new(), Vec::new());
    texts(&drawn.list.items, &mut on_page);
    texts(&window.items, &mut on_screen);
    assert!(on_screen.len() > 10);
    for name in on_screen {
        let expected = name.origin + drawn.map_frame.origin().to_vec2();
        let near = on_page.iter().any(|text| text.text == name.text && text.origin.distance(expected) < 2.0);
        assert!(near, "{} is elsewhere on the page", name.text);
    }
}

#[test]
fn numbers_of_sources_keep_off_the_dots_of_the_maps_own_towns() {
    let (scene, document) = berlin();
    let frame = Frame::new(document.view, 900.0, 700.0);
    let shown: Vec<&Overlay> = scene.dossier().overlay("withdrawal-area").into_iter().collect();
    let options = FigureOptions::new("Figure", super::super::PageSetup::default(), Shows::View(document.view));
    let numbered = [Numbered { overlay: "withdrawal-area".to_owned(), kind: None, numbers: vec![1, 2, 4] }];
    let badge_beside = |dots: Vec<Item>| {
        let items = vec![Item::Group(Group::new("labels", "Names", dots))];
        let map = DisplayList { width_pt: 900.0, height_pt: 700.0, items };
        let badges = badges(&document, &options, &frame, &shown, &numbered, Vec::new(), &map, 10.0);
        let [Item::Group(badge)] = badges.as_slice() else { panic!("one badge, not {}", badges.len()) };
        let Some(Item::Fill { path, .. }) = badge.items.first() else { panic!("a badge is filled") };
        path.bounding_box()
    };
    let alone = badge_beside(Vec::new());
    let dot = kurbo::Circle::new(alone.center(), 3.0).to_path(0.1);
    let town = Item::Fill { path: display_list::Path::shared(dot.clone()), color: Color::rgb(0) };
    assert!(!badge_beside(vec![town]).overlaps(dot.bounding_box()));
}

#[test]
fn every_preset_gives_the_map_its_room() {
    let (scene, document) = berlin();
    let shows = Shows::Bounds(scene.dossier().home);
    let mut lines = String::new();
    for size in PageSize::PRESETS {
        let options = FigureOptions::new("Berlin talks", super::super::PageSetup::of(size), shows);
        let drawn = draw(&scene, &Ground::blank(), &document, &options);
        let (width_pt, height_pt) = drawn.page_pt();
        let frame = drawn.map_frame;
        assert!(drawn.pieces_left_out.is_empty() && drawn.rows_left_out == [0; 3], "{size}: something is left out");
        let mut found = Vec::new();
        texts(&drawn.list.items, &mut found);
        assert!(found.iter().all(|text| text.size_pt >= page::MIN_TEXT_PT - 1e-9), "{size}: text is too small");
        lines.push_str(&format!(
            "{size}: page {width_pt:.0} × {height_pt:.0}, map {:.0} × {:.0} at {:.0}, {:.0}\n",
            frame.width(),
            frame.height(),
            frame.x0,
            frame.y0
        ));
    }
    insta::assert_snapshot!(lines);
}

#[test]
fn a_page_the_size_of_a_card_is_mostly_map_and_still_says_who() {
    let (scene, document) = berlin();
    let page = super::super::PageSetup::of("85x85mm".parse().expect("a page"));
    let options = FigureOptions::new("On a card", page, Shows::Bounds(scene.dossier().home));
    let drawn = draw(&scene, &Ground::blank(), &document, &options);
    assert!(drawn.map_frame.height() > 0.35 * drawn.page_pt().1, "{:?}", drawn.map_frame);
    assert!(drawn.rows_left_out[1] == 0);
    let mut found = Vec::new();
    texts(&drawn.list.items, &mut found);
    assert!(found.iter().all(|text| text.size_pt >= page::MIN_TEXT_PT - 1e-9));
    let all: String = found.iter().map(|text| format!("{} ", text.text.replace('\u{a0}', " "))).collect();
    let demanded = ["TFIGlobal", "Defence Talks", "© OpenStreetMap contributors (ODbL)", "no opinion on legal status"];
    assert!(demanded.iter().all(|words| all.contains(words)), "{all}");
}

/// All words of a figure, one after another.
fn words_of(drawn: &Drawn) -> String {
    let mut found = Vec::new();
    texts(&drawn.list.items, &mut found);
    found.iter().map(|text| format!("{} ", text.text)).collect()
}

#[test]
fn a_figure_speaks_one_language_and_gives_no_sizes_unless_asked() {
    let (scene, document) = berlin();
    let page = super::super::PageSetup::of("a4-landscape".parse().expect("a page"));
    let mut options = FigureOptions::new("One language", page, Shows::Bounds(scene.dossier().home));
    let words = |options: &FigureOptions| words_of(&draw(&scene, &Ground::builtin().0, &document, options));
    let is_cyrillic = |letter: char| ('\u{400}'..'\u{530}').contains(&letter);
    let usual = words(&options);
    assert!(!usual.contains(is_cyrillic) && usual.contains("Donetsk"), "{usual}");
    // But for the callout, which sets the measured size beside the stated one.
    assert_eq!(usual.matches("measured").count(), 1, "{usual}");
    options.names = Names::of_word("both");
    options.furniture.set(Piece::Sizes, true);
    let both = words(&options);
    assert!(both.contains("Лінія зіткнення") && both.matches("measured").count() > 3, "{both}");
}

#[test]
fn a_column_of_print_is_mostly_map() {
    let (scene, document) = berlin();
    let page = super::super::PageSetup::of("column-85".parse().expect("a page"));
    let options = FigureOptions::new("In a column", page, Shows::Bounds(scene.dossier().home));
    let drawn = draw(&scene, &Ground::blank(), &document, &options);
    let height_pt = |pieces: &[Piece]| {
        let stand = drawn.standing.iter().filter(|standing| pieces.contains(&standing.piece) && !standing.on_map);
        stand.map(|standing| standing.rect.height()).sum::<f64>()
    };
    let (map_pt, legend_pt) = (drawn.map_frame.height(), height_pt(&[Piece::Legend]));
    let notes_pt = height_pt(&[Piece::References, Piece::Notes]);
    let shared_pt = map_pt + legend_pt + notes_pt;
    assert!(map_pt >= 0.6 * shared_pt, "{map_pt} of {shared_pt}");
    assert!(legend_pt <= 0.25 * shared_pt && notes_pt <= 0.15 * shared_pt, "{legend_pt}, {notes_pt} of {shared_pt}");
    assert!(map_pt >= 0.55 * drawn.page_pt().1, "{map_pt} of {}", drawn.page_pt().1);
    let mut found = Vec::new();
    texts(&drawn.list.items, &mut found);
    assert!(found.iter().all(|text| text.size_pt >= page::MIN_TEXT_PT - 1e-9), "six points as printers count");
}

#[test]
fn a_callout_has_at_most_four_lines_in_a_column_in_two_languages() {
    let (scene, document) = berlin();
    for theme in [Theme::Light, Theme::Dark] {
        let page = super::super::PageSetup::of("column-85".parse().expect("a page"));
        let mut options = FigureOptions::new("In two languages", page, Shows::Bounds(scene.dossier().home));
        (options.theme, options.names) = (theme, Names::of_word("both"));
        let drawn = draw(&scene, &Ground::builtin().0, &document, &options);
        let mut found = Vec::new();
        let callout = callout_of(&drawn.list.items).expect("a callout");
        texts(&callout, &mut found);
        let lines: Vec<&str> = found.iter().map(|text| text.text.as_str()).collect();
        assert!(lines.len() <= 4, "{lines:?}");
        let words = lines.join(" ");
        assert!(words.starts_with("Area proposed for withdrawal ≈ 5,600 km², says Bild"), "{words}");
    }
}

fn callout_of(items: &[Item]) -> Option<Vec<Item>> {
    items.iter().find_map(|item| match item {
        Item::Group(group) if group.id == "callout" => Some(group.items.clone()),
        Item::Group(group) => callout_of(&group.items),
        _ => None,
    })
}

#[test]
fn words_are_told_from_what_lies_under_them() {
    /// WCAG 2.2, 1.4.3, of text of any size.
    const LEAST: f64 = 4.5;
    let (scene, document) = berlin();
    for theme in Theme::ALL {
        let page = super::super::PageSetup::of("174x120mm".parse().expect("a page"));
        let mut options = FigureOptions::new("Contrast", page, Shows::Bounds(scene.dossier().home));
        options.theme = theme;
        let drawn = draw(&scene, &Ground::builtin().0, &document, &options);
        let palette = theme.palette();
        let mut found = Vec::new();
        texts(&drawn.list.items, &mut found);
        for text in found.iter().filter(|text| text.color.a > 0) {
            // A halo is what a name on the map stands on.
            let is_on_map = drawn.map_frame.contains(text.origin);
            let under = text.halo.map_or(if is_on_map { palette.land } else { palette.panel }, |(halo, _)| halo);
            let found = contrast(text.color, Color { a: 255, ..under });
            assert!(found >= LEAST, "{theme:?}: '{}' at {found:.2}", text.text);
        }
    }
}

#[test]
fn a_page_on_which_things_would_lie_over_each_other_is_no_figure() {
    let (scene, document) = berlin();
    let drawn_on = |size: &str| {
        let page = super::super::PageSetup::of(size.parse().expect("a page"));
        let options = FigureOptions::new("On a stamp", page, Shows::Bounds(scene.dossier().home));
        draw(&scene, &Ground::blank(), &document, &options)
    };
    let small = drawn_on("60x40mm");
    for format in OutputFormat::all() {
        let refused = matches!(small.encode(format), Err(EncodeError::NoRoom));
        assert_eq!(refused, format.info().holds != super::super::output::Holds::Data, "{format:?}");
    }
    assert!(drawn_on("85x85mm").encode(OutputFormat::Svg).is_ok());
}

/// Names on the map, without what stands in a group of its own over it.
fn names_on_map(list: &DisplayList) -> Vec<Rect> {
    let map = list.items.iter().find_map(|item| match item {
        Item::Group(group) if group.id == "map" => Some(group),
        _ => None,
    });
    let mut found = Vec::new();
    texts(&map.expect("there is a map").items, &mut found);
    found.into_iter().map(crate::scene::text::bounds).collect()
}

#[test]
fn names_keep_off_a_piece_wherever_it_is_put() {
    let (scene, document) = berlin();
    let shows = Shows::Bounds(scene.dossier().home);
    let page = super::super::PageSetup::of(PageSize::A4Landscape);
    let mut options = FigureOptions::new("Free places", page, shows);
    for piece in [Piece::Legend, Piece::References, Piece::Title] {
        options.furniture.place(piece, None);
    }
    for (piece, across, down) in [
        (Piece::ScaleBar, 0.5, 0.4),
        (Piece::Inset, 0.31, 0.66),
        (Piece::NorthArrow, 0.9, 0.5),
        (Piece::Title, 0.0, 1.0),
    ] {
        options.furniture.place(piece, Some(Place::Free(Spot::new(across, down))));
        let drawn = draw(&scene, &Ground::blank(), &document, &options);
        assert!(drawn.pieces_left_out.is_empty() && drawn.moved_off.is_empty());
        let standing = drawn.standing.iter().find(|standing| standing.piece == piece).expect("it is there");
        assert!(standing.on_map && drawn.room.inflate(1e-6, 1e-6).contains_rect(standing.rect), "{piece}");
        // It is just where it was put.
        let at = super::super::placing::rect_at(drawn.room, standing.rect.size(), Spot::new(across, down));
        assert!(at.origin().distance(standing.rect.origin()) < 1e-6, "{piece} at {:?}", standing.rect);
        let names = names_on_map(&drawn.list);
        assert!(names.len() > 6, "{}", names.len());
        let under = names.iter().filter(|name| name.intersect(standing.rect).area() > 1.0).count();
        assert_eq!(under, 0, "names lie under the {piece}");
    }
}

#[test]
fn two_pieces_on_one_place_are_drawn_both_and_named() {
    let (scene, document) = berlin();
    let page = super::super::PageSetup::of(PageSize::A4Landscape);
    let mut options = FigureOptions::new("Over each other", page, Shows::Bounds(scene.dossier().home));
    options.furniture.place(Piece::Inset, Some(Place::Free(Spot::new(0.5, 0.5))));
    options.furniture.place(Piece::ScaleBar, Some(Place::Free(Spot::new(0.51, 0.52))));
    let drawn = draw(&scene, &Ground::blank(), &document, &options);
    assert!(drawn.pieces_left_out.is_empty());
    let texts = crate::dossier::verify::Texts::new();
    let warnings = super::super::checks::check(&scene, &document, &options, &drawn, &texts, None);
    let over: Vec<&str> =
        warnings.iter().map(|warning| warning.what.as_str()).filter(|what| what.contains("overlaps the")).collect();
    assert_eq!(over.len(), 1, "{warnings:?}");
    assert!(over[0].contains("locator map") && over[0].contains("scale bar"), "{over:?}");
    // In corners they make room for each other, and nothing is said.
    options.furniture.reset_places();
    let drawn = draw(&scene, &Ground::blank(), &document, &options);
    let warnings = super::super::checks::check(&scene, &document, &options, &drawn, &texts, None);
    assert!(!warnings.iter().any(|warning| warning.what.contains("overlaps")), "{warnings:?}");
}

#[test]
fn print_grey_has_no_hue_anywhere() {
    let (scene, document) = berlin();
    let page = super::super::PageSetup::of(PageSize::Column85);
    let mut options = FigureOptions::new("Grey", page, Shows::Bounds(scene.dossier().home));
    options.theme = Theme::Grey;
    options.page.dpi = 72.0;
    let (ground, _) = Ground::builtin();
    let bitmap = draw(&scene, &ground, &document, &options).paint().expect("a small picture");
    let spread = |pixel: &[u8]| pixel[..3].iter().max().zip(pixel[..3].iter().min()).map_or(0, |(a, b)| a - b);
    assert!(bitmap.rgba.chunks_exact(4).all(|pixel| spread(pixel) <= 2));
}

#[test]
fn credits_that_data_demand_cannot_be_left_out() {
    let (scene, document) = berlin();
    let mut options =
        FigureOptions::new("Bare", super::super::PageSetup::default(), Shows::Bounds(scene.dossier().home));
    options.furniture = super::super::Furniture::bare();
    let drawn = draw(&scene, &Ground::blank(), &document, &options);
    let mut found = Vec::new();
    texts(&drawn.list.items, &mut found);
    let all: String = found.iter().map(|text| text.text.as_str()).collect::<Vec<_>>().join(" ");
    assert!(all.contains("© OpenStreetMap contributors (ODbL)") && !all.contains("drawn with"), "{all}");
}

#[test]
fn the_map_keeps_its_view_and_a_smaller_frame_holds_the_whole_screen() {
    let view = View { center: geo::Coord { x: 37.8, y: 48.2 }, zoom: 8.1 };
    assert_eq!(Shows::View(view).view(900.0, 600.0), view);
    let screen = Frame::new(view, 1200.0, 800.0);
    let shows = Shows::Bounds(screen.lon_lat_bounds());
    assert!((shows.view(1200.0, 800.0).zoom - view.zoom).abs() < 1e-9);
    let on_page = Frame::new(shows.view(500.0, 700.0), 500.0, 700.0).world_bounds();
    assert!(on_page.inflate(1e-12, 1e-12).contains_rect(screen.world_bounds()));
}

/// The three frames in which a figure of the built-in dossier is looked at: all of the oblast, the area proposed for
/// withdrawal, and the country around it.
fn frames(scene: &Scene) -> [Shows; 3] {
    let area = scene.dossier().overlay("withdrawal-area").unwrap().bounds;
    [Shows::Bounds(scene.dossier().home), Shows::Bounds(area), Shows::Bounds([30.0, 44.5, 40.5, 51.5])]
}

#[test]
fn nothing_that_looks_for_its_place_by_itself_covers_what_the_figure_is_about() {
    let (scene, document) = berlin();
    let ground = Ground::builtin().0;
    let overlay = |id: &str| scene.dossier().overlay(id).unwrap();
    let main = overlay("withdrawal-area");
    for size in super::super::PageSize::PRESETS {
        for shows in frames(&scene) {
            let options = FigureOptions::usual(super::super::PageSetup::of(size), shows);
            let drawn = draw(&scene, &ground, &document, &options);
            let on_map: Vec<_> = drawn.standing.iter().filter(|standing| standing.on_map).collect();
            let rect_of = |piece: Piece| on_map.iter().find(|it| it.piece == piece).map(|it| it.rect);
            let callout = rect_of(Piece::Callout);
            assert!(callout.is_some(), "{size:?}, {shows:?}: no callout; left out {:?}", drawn.pieces_left_out);
            let origin = drawn.map_frame.origin().to_vec2();
            for piece in [Piece::Inset, Piece::ScaleBar, Piece::NorthArrow] {
                let Some(rect) = rect_of(piece) else {
                    assert!(drawn.pieces_left_out.contains(&piece), "{size:?}, {shows:?}: {piece} is nowhere");
                    continue;
                };
                let mut covered = 0;
                for step in 0..400 {
                    let (across, down) = (f64::from(step % 20) / 19.0, f64::from(step / 20) / 19.0);
                    let at = rect.origin() + Vec2::new(across * rect.width(), down * rect.height()) - origin;
                    covered += usize::from(main.hit().contains(drawn.map.lon_lat_from_page(at)));
                }
                assert_eq!(covered, 0, "{size:?}, {shows:?}: {piece} covers the main overlay");
                let over = callout.map_or(0.0, |callout| callout.intersect(rect).area());
                assert_eq!(over, 0.0, "{size:?}, {shows:?}: {piece} covers the callout");
            }
            let Some(callout) = callout else { continue };
            let what = format!("{size:?}, {shows:?}");
            for place in overlay("held-towns").shape.places() {
                let at = drawn.map.page_from_lon_lat(place.at) + origin;
                assert!(!callout.contains(at), "{what}: on {}", place.name.main());
            }
            for line in overlay("line-of-contact").shape.lines() {
                for at in line.coords() {
                    assert!(!callout.contains(drawn.map.page_from_lon_lat(*at) + origin), "{what}: on the line");
                }
            }
            for corner in super::super::Corner::ALL {
                let x = if corner.is_right() { callout.x1 } else { callout.x0 };
                let y = if corner.is_bottom() { callout.y1 } else { callout.y0 };
                let at = drawn.map.lon_lat_from_page(Point::new(x, y) - origin);
                assert!(!overlay("donetsk-russian-held").hit().contains(at), "{what}: on held ground");
            }
            let names = texts_but(&drawn.list.items, "callout");
            for text in names.into_iter().filter(|text| text.rotation_rad == 0.0) {
                let ink = crate::scene::text::outline(text).bounding_box();
                let both = ink.intersect(callout);
                assert!(ink.area() == 0.0 || both.width() <= 0.5 || both.height() <= 0.5, "{what}: on {}", text.text);
            }
        }
    }
}

#[test]
fn a_corner_that_was_chosen_wins_over_the_emptiest() {
    let (scene, document) = berlin();
    let page = super::super::PageSetup::of(super::super::PageSize::A4Landscape);
    let mut options = FigureOptions::usual(page, Shows::Bounds(scene.dossier().home));
    for corner in super::super::Corner::ALL {
        options.furniture.place(Piece::Inset, Some(corner.into()));
        let drawn = draw(&scene, &Ground::builtin().0, &document, &options);
        let inset = drawn.standing.iter().find(|it| it.piece == Piece::Inset).unwrap().rect;
        let middle = drawn.map_frame.center();
        assert_eq!((inset.center().x > middle.x, inset.center().y > middle.y), (corner.is_right(), corner.is_bottom()));
    }
    options.furniture.set(Piece::Callout, false);
    let drawn = draw(&scene, &Ground::builtin().0, &document, &options);
    assert!(drawn.standing.iter().all(|it| it.piece != Piece::Callout));
}

/// The group of that id, wherever it is.
fn group<'a>(items: &'a [Item], id: &str) -> Option<&'a display_list::Group> {
    items.iter().find_map(|item| match item {
        Item::Group(one) if one.id == id => Some(one),
        Item::Group(one) => group(&one.items, id),
        _ => None,
    })
}

#[test]
fn a_callouts_leader_crosses_neither_the_line_of_contact_nor_a_name() {
    let (scene, document) = berlin();
    let ground = Ground::builtin().0;
    let line = scene.dossier().overlay("line-of-contact").unwrap();
    // With some ground around, as the command line shows it.
    let [west, south, east, north] = scene.dossier().home;
    let (across, up) = (0.03 * (east - west), 0.03 * (north - south));
    let shows = Shows::Bounds([west - across, south - up, east + across, north + up]);
    for size in super::super::PageSize::PRESETS {
        for names in ["english", "ukrainian", "both"] {
            let mut options = FigureOptions::usual(super::super::PageSetup::of(size), shows);
            options.names = Names::of_word(names);
            let drawn = draw(&scene, &ground, &document, &options);
            let what = format!("{size:?}, {names}");
            let callout = group(&drawn.list.items, "callout").unwrap_or_else(|| panic!("{what}: no callout"));
            let leader = callout.items.iter().find_map(|item| match item {
                Item::Stroke { path, .. } => Some(path.points()),
                _ => None,
            });
            let Some([from, to]) = leader else { continue };
            let leader = kurbo::Line::new(*from, *to);
            let origin = drawn.map_frame.origin().to_vec2();
            for part in line.shape.lines() {
                let on_page: Vec<Point> = part.coords().map(|at| drawn.map.page_from_lon_lat(*at) + origin).collect();
                for pair in on_page.windows(2) {
                    let piece = kurbo::Line::new(pair[0], pair[1]);
                    let meets = leader.crossing_point(piece).is_some_and(|at| {
                        let (along, other) = (at.distance(leader.p0), at.distance(piece.p0));
                        let on = |line: kurbo::Line, along: f64| {
                            along <= line.length() && (at - line.p0).dot(line.p1 - line.p0) >= 0.0
                        };
                        on(leader, along) && on(piece, other)
                    });
                    assert!(!meets, "{what}: the leader {leader:?} crosses the line of contact near {piece:?}");
                }
            }
            let mut on_map = Vec::new();
            texts(&group(&drawn.list.items, "labels").expect("names").items, &mut on_map);
            for step in 0..=40 {
                let at = leader.p0.lerp(leader.p1, f64::from(step) / 40.0);
                let under = on_map.iter().find(|name| crate::scene::text::outline(name).bounding_box().contains(at));
                assert!(under.is_none(), "{what}: the leader runs through {:?}", under.map(|name| &name.text));
            }
        }
    }
}

#[test]
fn the_legend_names_no_region_that_is_only_seen_as_the_edge_of_others() {
    let (scene, mut document) = berlin();
    let options = FigureOptions::usual(super::super::PageSetup::default(), Shows::Bounds(scene.dossier().home));
    let listed = |document: &Document| {
        let drawn = draw(&scene, &Ground::blank(), document, &options);
        let mut words = Vec::new();
        texts(&group(&drawn.list.items, "legend").expect("a legend").items, &mut words);
        words.iter().any(|text| text.text == "Donetsk oblast")
    };
    assert!(!listed(&document), "the area proposed for withdrawal and the held part outline all of it");
    for state in document.overlays.iter_mut().filter(|state| state.id == "donetsk-russian-held") {
        state.visible = false;
    }
    assert!(listed(&document), "its outline is seen in the south");
}

#[test]
fn the_legend_shows_an_area_that_covers_the_map_as_faint_as_the_map_does() {
    let (scene, document) = berlin();
    let patterns = |zoom: f64| {
        let shows = Shows::View(View { center: geo::Coord { x: 37.4, y: 48.72 }, zoom });
        let options = FigureOptions::usual(super::super::PageSetup::default(), shows);
        let drawn = draw(&scene, &Ground::blank(), &document, &options);
        fn count(items: &[Item]) -> usize {
            items
                .iter()
                .map(|item| match item {
                    Item::Group(group) => count(&group.items),
                    Item::Pattern { .. } => 1,
                    _ => 0,
                })
                .sum()
        }
        count(&group(&drawn.list.items, "legend").expect("a legend").items)
    };
    assert_eq!((patterns(8.0), patterns(13.0)), (1, 0));
}

#[test]
fn leaders_to_names_cross_neither_each_other_nor_the_callouts() {
    let (scene, document) = berlin();
    let ground = Ground::builtin().0;
    let [west, south, east, north] = scene.dossier().home;
    let (across, up) = (0.03 * (east - west), 0.03 * (north - south));
    let shows = Shows::Bounds([west - across, south - up, east + across, north + up]);
    let lines = |group: &display_list::Group| -> Vec<kurbo::Line> {
        let points = group.items.iter().filter_map(|item| match item {
            Item::Stroke { path, .. } => Some(path.points()),
            _ => None,
        });
        let ends = points.filter_map(|points| Some(kurbo::Line::new(*points.first()?, *points.last()?)));
        let mut ends: Vec<kurbo::Line> = ends.collect();
        ends.dedup();
        ends
    };
    let side = |of: kurbo::Line, at: Point| (of.p1 - of.p0).cross(at - of.p0) > 0.0;
    let parts = |a: kurbo::Line, b: kurbo::Line| side(a, b.p0) != side(a, b.p1);
    let mut leaders = 0;
    for size in super::super::PageSize::PRESETS {
        for names in ["english", "ukrainian", "both"] {
            let mut options = FigureOptions::usual(super::super::PageSetup::of(size), shows);
            options.names = Names::of_word(names);
            let drawn = draw(&scene, &ground, &document, &options);
            let mut all = lines(group(&drawn.list.items, "labels").expect("names"));
            all.extend(group(&drawn.list.items, "callout").map(lines).unwrap_or_default());
            leaders += all.len();
            for (index, one) in all.iter().enumerate() {
                let crossed = all[..index].iter().find(|other| parts(*one, **other) && parts(**other, *one));
                assert!(crossed.is_none(), "{size:?}, {names}: {one:?} crosses {crossed:?}");
            }
        }
    }
    assert!(leaders > 20, "there are {leaders} leaders");
}

/// A layer of a file of squares with these properties, the first of them at a longitude.
fn squares(file: &str, lon_deg: f64, properties: &[Value]) -> Overlay {
    let square = |(index, properties): (usize, &Value)| {
        let (west, south) = (lon_deg + 0.2 * index as f64, 48.3);
        let [east, north] = [west + 0.1, south + 0.1];
        let ring = [[west, south], [east, south], [east, north], [west, north], [west, south]];
        json!({ "type": "Feature", "properties": properties, "geometry": { "type": "Polygon", "coordinates": [ring] } })
    };
    let features: Vec<Value> = properties.iter().enumerate().map(square).collect();
    let text = json!({ "type": "FeatureCollection", "features": features }).to_string();
    let table = geojson::read_table(text.as_bytes()).expect("features");
    crate::dossier::own_layer(file, table).expect("a layer").0
}

#[test]
fn layers_of_files_point_to_their_files_among_the_references() {
    let (mut dossier, _) = crate::dossier::builtin::berlin().expect("the built-in dossier can be read");
    let kinds = [json!({ "title": "Alpha", "fill": "#d55e00" }), json!({ "title": "Beta", "fill": "#0072b2" })];
    let cited = [json!({ "source_url": "https://one.example/a" })];
    for (title, file, lon_deg, properties) in [
        ("Plain", "one.gpkg", 36.9, &[json!({})][..]),
        ("Other layer", "one.gpkg", 37.1, &[json!({})]),
        ("Kinds", "kinds.geojson", 37.3, &kinds),
        ("Cited", "cited.geojson", 37.8, &cited),
    ] {
        let mut layer = squares(file, lon_deg, properties);
        layer.id = title.to_lowercase().replace(' ', "-");
        layer.title = crate::formats::language::Text::new("en", title);
        dossier.add(layer);
    }
    let document = Document::new(&dossier, 900.0, 700.0);
    let scene = Arc::new(Scene::new(dossier));
    let mut options = FigureOptions::usual(super::super::PageSetup::default(), Shows::Bounds(scene.dossier().home));
    let pointed_to = |options: &FigureOptions, row: &str| -> Vec<String> {
        let sheet = Sheet::new(&scene, &Ground::blank(), &document, options);
        let rows: Vec<_> = sheet.spec.legend().iter().flat_map(|group| &group.entries).collect();
        let row = rows.iter().find(|entry| entry.title == row).unwrap_or_else(|| panic!("{row} of {rows:?}"));
        let references = sheet.spec.references().iter();
        references
            .filter(|reference| row.references.contains(&reference.number))
            .map(|reference| if reference.url.is_empty() { &reference.outlet } else { &reference.url })
            .cloned()
            .collect()
    };
    for (row, file) in [
        ("Plain", "one.gpkg"),
        ("Other layer", "one.gpkg"),
        ("Alpha", "kinds.geojson"),
        ("Beta", "kinds.geojson"),
        ("Cited", "https://one.example/a"),
    ] {
        assert_eq!(pointed_to(&options, row), [file], "{row}");
    }
    // A number without a list says nothing.
    options.furniture.set(Piece::References, false);
    assert_eq!(pointed_to(&options, "Beta"), Vec::<String>::new());
}
