//! Tests of `checks`.

use kurbo::Rect;

use super::looks::Appearance;
use super::*;
use crate::document::annotation::{self, PathKind, PointKind};
use crate::document::{Annotation, AnnotationId, LayerId, edit};
use crate::dossier::builtin;
use crate::dossier::check::TextAtHand;
use crate::dossier::gaps::days_of;
use crate::figure::pieces::Piece;
use crate::figure::{self, PageSetup, PageSize, Place, Shows};
use crate::formats::text::NormalizedText;
use crate::geometry::Coord;
use crate::scene::display_list::{Item, texts_but};
use crate::scene::ground::Ground;
use crate::scene::palette::Theme;

fn warned(
    change: impl Fn(&mut crate::dossier::Dossier, &mut FigureOptions),
    texts: &Texts,
    today: Option<i64>,
) -> Vec<FigureWarning> {
    let (mut dossier, _) = builtin::berlin().expect("the built-in dossier can be read");
    let page = PageSetup::of(PageSize::A4Landscape);
    let mut options = FigureOptions::new("Figure", page, Shows::Bounds(dossier.home));
    change(&mut dossier, &mut options);
    let document = Document::new(&dossier, 900.0, 700.0);
    let scene = std::sync::Arc::new(Scene::new(dossier));
    let drawn = figure::draw(&scene, &Ground::blank(), &document, &options);
    check(&scene, &document, &options, &drawn, texts, today)
}

fn concerns(warnings: &[FigureWarning]) -> Vec<Concern> {
    warnings.iter().map(|warning| warning.concern).collect()
}

#[test]
fn of_the_built_in_dossier_only_the_quotes_are_unchecked() {
    for theme in Theme::ALL {
        let warnings = warned(|_, options| options.theme = theme, &Texts::new(), None);
        assert_eq!(concerns(&warnings), [Concern::UncheckedQuotes], "{theme:?}: {warnings:?}");
    }
}

#[test]
fn a_quote_that_is_not_in_its_text_is_named() {
    let texts: Texts = ["tfi", "dt"]
        .into_iter()
        .chain(
            builtin::berlin()
                .unwrap()
                .0
                .sources
                .iter()
                .map(|source| source.id.clone())
                .collect::<Vec<_>>()
                .iter()
                .map(String::as_str),
        )
        .map(|id| (id.to_owned(), TextAtHand::new(NormalizedText::new("another text"))))
        .collect();
    let warnings = warned(|_, _| {}, &texts, None);
    assert!(concerns(&warnings).iter().all(|concern| *concern == Concern::BrokenQuotes), "{warnings:?}");
    assert!(warnings[0].what.contains("not found"), "{warnings:?}");
}

#[test]
fn what_is_past_its_day_or_has_none_is_named() {
    let day = days_of("2025-12-15");
    let late = warned(|_, _| {}, &Texts::new(), day.map(|day| day + 91));
    assert!(late.iter().any(|w| w.concern == Concern::Dates && w.what.contains("15 Dec 2025")), "{late:?}");
    let undated =
        warned(|dossier, _| std::sync::Arc::make_mut(&mut dossier.overlays[0]).as_of.clear(), &Texts::new(), day);
    assert!(undated.iter().any(|w| w.what.contains("Area proposed for withdrawal")), "{undated:?}");
}

#[test]
fn a_stated_figure_that_the_edited_shape_does_not_fit_is_named() {
    let said = |km2: f64| -> Vec<String> {
        let edit = |dossier: &mut crate::dossier::Dossier, _: &mut FigureOptions| {
            let area =
                dossier.overlays.iter_mut().find(|overlay| overlay.id == "withdrawal-area").expect("it is there");
            std::sync::Arc::make_mut(area).measure = crate::dossier::Measure::Area { km2, range_km2: None };
        };
        let warnings = warned(edit, &Texts::new(), None);
        warnings.into_iter().filter(|one| one.concern == Concern::Stated).map(|one| one.what).collect()
    };
    // 5 % of 5,600 km² are 280 km².
    assert_eq!(said(5_879.0), Vec::<String>::new());
    let told = said(4_100.0);
    let start = "“Area proposed for withdrawal” measures 4,100 km², which does not fit what is stated of it (≈ 5,600 km², says Bild)";
    assert!(told.len() == 1 && told[0].starts_with(start), "{told:?}");
}

#[test]
fn shapes_that_look_alike_and_data_without_credit_are_named() {
    let warnings = warned(
        |dossier, _| {
            let style = dossier.overlay("donetsk-russian-held").map(|overlay| overlay.style.clone()).unwrap();
            let area = dossier.overlays.iter_mut().find(|overlay| overlay.id == "withdrawal-area").unwrap();
            let area = std::sync::Arc::make_mut(area);
            area.style = style;
            area.credit = None;
        },
        &Texts::new(),
        None,
    );
    assert!(concerns(&warnings).contains(&Concern::Colors) && concerns(&warnings).contains(&Concern::Credits));
}

#[test]
fn an_outline_that_crosses_itself_is_named() {
    let bow = |dossier: &mut crate::dossier::Dossier| {
        let [west, south, east, north] = dossier.home;
        let (x, y) = ((west + east) / 2.0, (south + north) / 2.0);
        let ring = serde_json::json!([[x, y], [x + 1.0, y + 1.0], [x + 1.0, y], [x, y + 1.0], [x, y]]);
        let text = serde_json::json!({ "type": "Polygon", "coordinates": [ring] }).to_string();
        let table = crate::formats::geojson::read_table(text.as_bytes()).expect("it can be read");
        dossier.add(crate::dossier::own_layer("bow", table).expect("it can be drawn").0);
    };
    let warnings = warned(|dossier, _| bow(dossier), &Texts::new(), None);
    let named = warnings.iter().find(|warning| warning.concern == Concern::Crossings);
    let what = named.map_or("", |warning| warning.what.as_str());
    assert!(what.starts_with("“bow”: its outline crosses itself near"), "{warnings:?}");
}

#[test]
fn titles_with_commas_or_marks_of_their_own_are_told_apart() {
    let own = |dossier: &mut crate::dossier::Dossier| {
        for (id, title) in [("withdrawal-area", "“a demilitarized zone”"), ("line-of-contact", "own, lines")] {
            let overlay = dossier.overlays.iter_mut().find(|overlay| overlay.id == id).expect("it is there");
            let overlay = std::sync::Arc::make_mut(overlay);
            overlay.title = crate::formats::language::Text::new("en", title);
            overlay.as_of.clear();
        }
    };
    let warnings = warned(|dossier, _| own(dossier), &Texts::new(), None);
    let dates = warnings.iter().find(|warning| warning.what.starts_with("no date is given for"));
    let what = dates.map_or("", |warning| warning.what.as_str());
    assert!(what.contains("“‘a demilitarized zone’”") && what.contains("“own, lines”"), "{warnings:?}");
}

#[test]
fn one_line_that_is_too_small_is_one() {
    let (dossier, _) = builtin::berlin().expect("the built-in dossier can be read");
    let scene = std::sync::Arc::new(Scene::new(dossier));
    let set_up = FigureOptions::new("F", PageSetup::of(PageSize::A4Landscape), Shows::Bounds(scene.dossier().home));
    let document = Document::new(scene.dossier(), 900.0, 700.0);
    let mut drawn = figure::draw(&scene, &Ground::blank(), &document, &set_up);
    let mut small = texts_but(&drawn.list.items, "")[0].clone();
    let mut wide = small.clone();
    (small.size_pt, small.text) = (3.0, "tiny".to_owned());
    (wide.origin, wide.text) = (kurbo::Point::new(-5.0, 30.0), "beyond".to_owned());
    let mut map = crate::scene::display_list::Group::new("m", "M", vec![Item::Text(wide.clone())]);
    map.clip = Some(Rect::new(0.0, 0.0, 50.0, 50.0));
    let said = |items: Vec<Item>, drawn: &mut Drawn| {
        drawn.list.items = items;
        let mut said = Vec::new();
        super::texts::texts(drawn, &mut |_, what| said.push(what));
        said.join("\n")
    };
    let words = said(vec![Item::Text(small)], &mut drawn);
    assert!(words.starts_with("a line of text is smaller than") && words.ends_with("“tiny”"), "{words}");
    assert_eq!(said(vec![Item::Text(wide)], &mut drawn), "text runs over the edge of the page: “beyond”");
    assert_eq!(said(vec![Item::Group(map)], &mut drawn), "the edge of the map cuts off text: “beyond”");
}

#[test]
fn an_outline_that_jumps_over_the_180_degree_meridian_is_named() {
    let across = |dossier: &mut crate::dossier::Dossier| {
        let [_, south, _, north] = dossier.home;
        let ring = serde_json::json!([[170, south], [-170, south], [-170, north], [170, north], [170, south]]);
        let text = serde_json::json!({ "type": "Polygon", "coordinates": [ring] }).to_string();
        let table = crate::formats::geojson::read_table(text.as_bytes()).expect("it can be read");
        dossier.add(crate::dossier::own_layer("across", table).expect("it can be drawn").0);
    };
    let warnings = warned(|dossier, _| across(dossier), &Texts::new(), None);
    let named = warnings.iter().find(|warning| warning.concern == Concern::Crossings);
    let what = named.map_or("", |warning| warning.what.as_str());
    assert!(what.starts_with("“across”: its outline crosses the 180° meridian near"), "{warnings:?}");
    assert!(what.contains("180.0000° E") && what.contains("Cut it in two at 180°"), "{what}");
}

/// What is said of a figure of the built-in dossier with these annotations.
fn said(concern: Concern, options: impl Fn(&mut FigureOptions), drawn: &[(annotation::Shape, &str)]) -> Vec<String> {
    let (dossier, _) = builtin::berlin().expect("the built-in dossier can be read");
    let page = PageSetup::of(PageSize::A4Landscape);
    let mut set_up = FigureOptions::new("Figure", page, Shows::Bounds(dossier.home));
    options(&mut set_up);
    let mut document = Document::new(&dossier, 900.0, 700.0);
    for (shape, title) in drawn {
        let mut annotation = Annotation::new(AnnotationId(0), LayerId(0), shape.clone());
        annotation.title = (*title).to_owned();
        annotation.style.show_title = true;
        edit::add(&mut document, annotation);
    }
    let scene = std::sync::Arc::new(Scene::new(dossier));
    let drawn = figure::draw(&scene, &Ground::blank(), &document, &set_up);
    let warnings = check(&scene, &document, &set_up, &drawn, &Texts::new(), None);
    warnings.into_iter().filter(|warning| warning.concern == concern).map(|warning| warning.what).collect()
}

fn words_at(x: f64, y: f64) -> annotation::Shape {
    annotation::Shape::Point { at: Coord { x, y }, kind: PointKind::Text }
}

#[test]
fn no_preset_covers_what_the_figure_is_about() {
    for size in PageSize::PRESETS {
        let warned = said(Concern::Covered, |options| options.page = PageSetup::of(size), &[]);
        assert!(warned.is_empty(), "{size}: {warned:?}");
    }
}

#[test]
fn furniture_over_overlays_and_annotations_is_named() {
    let with = |place: &str| {
        let place: Place = place.parse().expect("a place");
        let drawn = [(words_at(37.6, 48.7), "Said here")];
        said(Concern::Covered, |options| options.furniture.place(Piece::Inset, Some(place)), &drawn)
    };
    let over = with("45%x20%");
    assert!(
        over.len() == 2 && over[0].starts_with("the locator map covers much of “Area proposed for withdrawal” ("),
        "{over:?}"
    );
    assert_eq!(over[1], "the locator map covers “Said here”: move it elsewhere");
    assert!(with("top-right").is_empty());
    // Of what the figure is about a little is named as well, of others not.
    let little = said(
        Concern::Covered,
        |options| options.furniture.place(Piece::ScaleBar, Some("26%x13%".parse().expect("a place"))),
        &[],
    );
    assert_eq!(little.len(), 1, "{little:?}");
    let words = "the scale bar covers some of “Area proposed for withdrawal” (";
    assert!(little[0].starts_with(words) && little[0].contains("what the figure is about"), "{little:?}");
    let beside = |options: &mut FigureOptions| {
        options.furniture.place(Piece::Notes, Some("45%x20%".parse().expect("a place")));
    };
    assert!(said(Concern::Covered, beside, &[])[0].ends_with(": move it elsewhere or off the map"));
}

#[test]
fn words_of_annotations_over_each_other_are_named_however_they_are_turned() {
    let line = |from: (f64, f64), to: (f64, f64)| annotation::Shape::Path {
        line: geo::LineString::from(vec![from, to]),
        kind: PathKind::Line,
    };
    let aslant = line((36.6, 47.2), (38.8, 48.7));
    let across = line((36.6, 48.7), (38.8, 47.2));
    let drawn =
        [(aslant, "Along a line that climbs"), (across, "Along a line that falls"), (words_at(37.7, 47.4), "Apart")];
    let crossing = said(Concern::Overlap, |_| {}, &drawn);
    assert_eq!(
        crossing,
        ["the text of “Along a line that falls” overlaps that of “Along a line that climbs”: move one of them"]
    );
    assert!(said(Concern::Overlap, |_| {}, &drawn[1..]).is_empty());
    let heap: Vec<_> = ["One", "Two", "Three", "Four"].map(|title| (words_at(37.7, 47.4), title)).to_vec();
    let warned = said(Concern::Overlap, |_| {}, &heap);
    assert!(warned.len() == 5 && warned[4].ends_with("in 2 more places"), "{warned:?}");
}

#[test]
fn pieces_that_hide_much_only_together_are_named_together() {
    let placed = |piece: Piece, place: &'static str| {
        move |options: &mut FigureOptions| options.furniture.place(piece, Some(place.parse().expect("a place")))
    };
    let (bar, locator) = (placed(Piece::ScaleBar, "34%x30%"), placed(Piece::Inset, "50%x2%"));
    let of_oblast = |options: &dyn Fn(&mut FigureOptions)| -> Vec<String> {
        let warned = said(Concern::Covered, options, &[]);
        warned.into_iter().filter(|what| what.contains("“Donetsk oblast”")).collect()
    };
    assert!(of_oblast(&locator).is_empty() && of_oblast(&bar).is_empty());
    let both = of_oblast(&|options| {
        bar(options);
        locator(options);
    });
    assert_eq!(both.len(), 1, "{both:?}");
    let words = "the scale bar and the locator map together cover much of “Donetsk oblast” (";
    assert!(both[0].starts_with(words) && both[0].ends_with(": move one of them elsewhere"), "{both:?}");
}

#[test]
fn words_over_marks_and_words_that_the_map_cuts_are_named() {
    let marker = |x: f64, y: f64| annotation::Shape::Point { at: Coord { x, y }, kind: PointKind::Marker };
    let pinned = [(marker(37.7, 47.4), "Pin"), (words_at(37.7, 47.4), "Over the pin")];
    let warned = said(Concern::Overlap, |_| {}, &pinned);
    assert_eq!(warned, ["the text of “Over the pin” overlaps the mark of “Pin”: move one of them"]);
    let callout = |text_at: f64| annotation::Shape::Callout {
        target: Coord { x: 38.6, y: 47.4 },
        text_at: Coord { x: text_at, y: 47.6 },
    };
    assert!(said(Concern::Overlap, |_| {}, &[(callout(38.2), "Whole")]).is_empty());
    let warned = said(Concern::Overlap, |_| {}, &[(callout(47.0), "Beyond the map"), (words_at(37.6, 47.5), "Whole")]);
    assert_eq!(
        warned,
        ["the edge of the map cuts off the text of “Beyond the map”: move the text or show more of the map"]
    );
}

#[test]
fn letters_that_no_font_has_are_named_wherever_they_stand() {
    let here = [(words_at(37.7, 47.4), "Harvest 🌾")];
    assert_eq!(
        said(Concern::Letters, |_| {}, &here),
        ["no font on this computer has 🌾, which are drawn as boxes: in “Harvest 🌾”"]
    );
    let named = |options: &mut FigureOptions| {
        options.subtitle = Some("A tab\tand ᜀᜁᜂᜃ".to_owned());
        options.legend_names.insert("withdrawal-area".to_owned(), "漢".to_owned());
    };
    let warned = said(Concern::Letters, named, &[]);
    assert!(
        warned[0]
            .starts_with("no font on this computer has ᜀ, ᜁ, ᜂ, ᜃ and 1 more, which are drawn as boxes: in “A tab and"),
        "{warned:?}"
    );
    assert!(warned[0].ends_with(", and 1 more"), "{warned:?}");
    assert!(said(Concern::Letters, |options| options.subtitle = Some("A\ttab".to_owned()), &[]).is_empty());
}

#[test]
fn what_found_no_room_is_named() {
    let warnings = warned(
        |_, options| {
            options.page = PageSetup::of("60x50mm".parse().unwrap());
            options.furniture.set(Piece::Comparison, true);
        },
        &Texts::new(),
        None,
    );
    let left_out: Vec<&str> =
        warnings.iter().filter(|w| w.concern == Concern::LeftOut).map(|w| w.what.as_str()).collect();
    assert!(left_out.iter().any(|what| what.contains("stated figures")), "{warnings:?}");
    assert!(left_out.iter().any(|what| what.contains("locator map")), "{warnings:?}");
    // Text is never smaller than can be printed, whatever the page.
    assert!(!concerns(&warnings).contains(&Concern::SmallText), "{warnings:?}");
}

#[test]
fn a_citation_without_end_is_shortened_and_named() {
    let long = |dossier: &mut crate::dossier::Dossier, _: &mut FigureOptions| {
        dossier.sources.iter_mut().for_each(|source| source.title = "A title without end ".repeat(150));
    };
    let warnings = warned(long, &Texts::new(), None);
    let left_out: Vec<_> = warnings.iter().filter(|warning| warning.concern == Concern::LeftOut).collect();
    assert_eq!(left_out.len(), 1, "{warnings:?}");
    assert_eq!(left_out[0].what, "title or address of sources 1, 2 shortened: too long to print in full");
}

#[test]
fn hatches_survive_without_colour() {
    let (dossier, _) = builtin::berlin().unwrap();
    let ids = [
        "withdrawal-area",
        "corridor-5km",
        "corridor-10km",
        "line-uncertainty",
        "donetsk-russian-held",
        "donetsk",
        "donbas",
        "luhansk",
    ];
    let looks: Vec<(&str, Appearance)> = ids
        .into_iter()
        .map(|id| {
            (id, {
                let overlay = dossier.overlay(id).expect("it is built in");
                Appearance::of(&overlay.style, overlay.shape.dimension(), 1.0, Theme::Grey)
            })
        })
        .collect();
    for (index, (one, a)) in looks.iter().enumerate() {
        assert!(a.fill.r == a.fill.g && a.fill.g == a.fill.b, "{one} has a hue");
        for (two, b) in &looks[index + 1..] {
            assert!(!a.is_like(b, |color| color), "{one} and {two} are one on paper: {a:?}, {b:?}");
        }
    }
    let pattern = |id: &str| looks.iter().find(|(other, _)| *other == id).and_then(|(_, look)| look.pattern);
    // The withdrawal area aslant, what Russia holds upright, the corridors level, claimed regions outlined alone.
    assert_eq!(
        ["withdrawal-area", "donetsk-russian-held", "corridor-5km", "luhansk"].map(pattern),
        [Some(2), Some(3), Some(0), None]
    );
}
