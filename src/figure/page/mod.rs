//! The page of a figure: where the map, the title, the legend, the references and the rest stand.
//!
//! Wide pages have a column beside the map; tall ones stack. Text is measured before anything is placed, so nothing
//! overlaps and nothing is cut: the map gives way first, then the text shrinks (never below [`MIN_TEXT_PT`]), and
//! only then is a list shortened, which the page then says. What each piece says and how it is set is in
//! [`super::pieces`].

mod arrange;
mod block;
mod content;
mod layout;
mod on_map;
mod setting;
mod shift;

pub(in crate::figure) use arrange::{Limits, MAX_COLUMN_PT, NARROW_PT, Room, most_references};
pub use arrange::{layout, natural_height};
pub(in crate::figure) use block::{Block, Part, bounds_of};
pub use content::{Content, FigureSpec};
pub use layout::{Layout, Standing, compose};
pub(in crate::figure) use layout::{MapOnPage, compose_all, compose_parted};
pub(in crate::figure) use on_map::Plate;
pub use setting::MIN_TEXT_PT;
pub(in crate::figure) use setting::{Run, Setting, baseline, symbol_scale};
pub use shift::{placed, shifted};

#[cfg(test)]
mod tests {
    use geo::Coord;

    use kurbo::{Rect, Shape as _};

    use super::arrange::{MAX_COLUMN_PT, most};
    use super::*;
    use crate::figure::paper::PT_PER_MM;
    use crate::figure::pieces::Piece;
    use crate::figure::pieces::comparison::{ComparisonGroup, ComparisonRow};
    use crate::figure::pieces::legend::{LegendEntry, LegendGroup};
    use crate::figure::pieces::references::{Reference, beginning, compact_numbers};
    use crate::figure::pieces::scale_bar::{plain_number, round_length, scale_bar, scale_bar_miles};
    use crate::figure::placing::Corner;
    use crate::figure::svg::{self, SvgInfo};
    use crate::formats::locale::EN;
    use crate::geometry::{Frame, View};
    use crate::scene::display_list::{Color, DisplayList, Face, Item, Mark, Stroke, Text};
    use crate::scene::palette::Theme;
    use crate::scene::style::{DotStyle, MarkStyle, OverlayStyle};
    use crate::scene::swatch::SwatchStyle;
    use crate::scene::text;

    const VIEW: View = View { center: Coord { x: 37.8, y: 48.2 }, zoom: 8.2 };

    /// An invented figure.
    fn spec(size_pt: (f64, f64), rows: usize, references: usize) -> FigureSpec {
        let color = Color::rgb(0xD98E04);
        let area = OverlayStyle {
            fill: Some(color.with_opacity(0.2)),
            mark: Some(MarkStyle { mark: Mark::Lines { angle_deg: 45.0 }, color, spacing_pt: 6.0, size_pt: 1.0 }),
            stroke: Some(Stroke::solid(color, 1.5)),
            ..OverlayStyle::default()
        };
        let line = OverlayStyle {
            stroke: Some(Stroke::solid(Color::rgb(0x1B1D20), 2.0)),
            casing: Some((Color::rgb(0xFFFFFF), 1.5)),
            ..OverlayStyle::default()
        };
        let dot = DotStyle { fill: color, outline: Color::rgb(0xFFFFFF), outline_pt: 1.0, radius_pt: 3.0 };
        let towns = OverlayStyle { dot: Some(dot), ..OverlayStyle::default() };
        let swatches = [SwatchStyle::Area(area), SwatchStyle::Line(line), SwatchStyle::Points(towns)];
        let entry = |index: usize| LegendEntry {
            title: format!("Invented overlay number {index} with a name of some length"),
            second_title: Some(format!("Вигаданий шар {index}")),
            swatch: swatches[index % 3].clone(),
            note: index.is_multiple_of(2).then(|| "approximate, ± 2 km".to_owned()),
            references: vec![1, 2, 3, index],
        };
        let group = |title: &str, from: usize, to: usize| LegendGroup {
            title: title.to_owned(),
            is_needed: false,
            entries: (from..to).map(entry).collect(),
        };
        let reference = |number: usize| Reference {
            number,
            id: None,
            outlet: "The Invented Times".to_owned(),
            title: "An article with a title that runs on for a while".to_owned(),
            date: "14 Dec 2025".to_owned(),
            url: format!("https://www.example.org/2025/12/14/an-address-that-does-not-end-soon-{number}.html"),
            quotes: Vec::new(),
        };
        let words = |words: &str| Content::Words(words.to_owned());
        let mut spec = FigureSpec {
            size_pt,
            theme: Theme::Light,
            credits: vec!["© OpenStreetMap contributors, ODbL".to_owned(), "Natural Earth".to_owned()],
            ..FigureSpec::default()
        };
        spec.contents.extend([
            (Piece::Title, words("An invented figure")),
            (Piece::Subtitle, words("With a subtitle that says what it shows")),
            (Piece::AsOf, words("15 Dec 2025")),
            (Piece::Legend, Content::Legend(vec![group("First", 0, rows / 2), group("Second", rows / 2, rows)])),
            (Piece::References, Content::References((1..=references).map(reference).collect())),
            (Piece::Disclaimer, words("Boundaries and names shown imply no opinion on legal status.")),
        ]);
        spec
    }

    fn figure(spec: &FigureSpec) -> (Layout, DisplayList) {
        let layout = layout(spec, VIEW);
        let map = DisplayList { width_pt: layout.map.width_pt, height_pt: layout.map.height_pt, items: Vec::new() };
        let list = compose(spec, &layout, map, None);
        (layout, list)
    }

    fn texts<'a>(items: &'a [Item], found: &mut Vec<&'a Text>) {
        for item in items {
            match item {
                Item::Group(group) => texts(&group.items, found),
                Item::Text(text) => found.push(text),
                _ => {}
            }
        }
    }

    /// The box of the letters themselves, without the air above and below.
    fn ink(text: &Text) -> Rect {
        text::outline(text).bounding_box()
    }

    /// As SVG without its fonts.
    fn written(list: &DisplayList, info: &SvgInfo) -> String {
        let svg = String::from_utf8(svg::write(list, info, Color::rgb(0xFFFFFF))).expect("SVG is text");
        let (before, fonts) = svg.split_once("<style>").expect("a page has words");
        format!("{before}{}", fonts.split_once("</style>").expect("a whole element").1)
    }

    #[test]
    fn only_addresses_of_pages_are_links() {
        let mut spec = spec((900.0, 500.0), 2, 3);
        spec.references_mut()[0].url = "javascript:alert(1)".to_owned();
        spec.references_mut()[1].url = "https://www.example.org/довга".to_owned();
        let (_, list) = figure(&spec);
        let mut found = Vec::new();
        texts(&list.items, &mut found);
        let links: std::collections::BTreeSet<&str> = found.iter().filter_map(|text| text.link.as_deref()).collect();
        let expected = ["https://www.example.org/%D0%B4%D0%BE%D0%B2%D0%B3%D0%B0", spec.references()[2].url.as_str()];
        assert_eq!(links, expected.into());
        assert!(found.iter().any(|text| text.text.contains("javascript:alert(1)")), "it is named all the same");
    }

    #[test]
    fn the_most_that_fits_is_found_by_halving() {
        for end in 0..40 {
            for fitting in 0..=end {
                let attempt = |count: usize| (count < fitting).then_some(count);
                assert_eq!(most(0, end, attempt), fitting.checked_sub(1), "{fitting} of {end}");
            }
        }
    }

    #[test]
    fn nothing_overlaps_and_nothing_is_cut() {
        let sizes = [
            (600.0, 400.0),
            (1200.0, 800.0),
            (1600.0, 900.0),
            (1000.0, 1000.0),
            (1000.0, 1400.0),
            (3000.0, 4000.0),
            (4000.0, 3000.0),
            (2400.0, 600.0),
        ];
        for size in sizes {
            for (rows, references) in [(0, 0), (1, 1), (3, 2), (8, 5), (12, 14), (12, 60), (40, 30)] {
                let spec = spec(size, rows, references);
                let (layout, list) = figure(&spec);
                let what = format!("{size:?}, {rows} rows, {references} references");
                let mut found = Vec::new();
                texts(&list.items, &mut found);
                let boxes: Vec<Rect> = found.iter().map(|text| ink(text)).collect();
                for (text, ink) in found.iter().zip(&boxes) {
                    assert!(text.size_pt >= MIN_TEXT_PT, "{what}: {} at {}", text.text, text.size_pt);
                    assert!(layout.page.inset(-2.0).contains_rect(*ink), "{what}: {} at {ink:?}", text.text);
                    let on_plate = layout
                        .reserved
                        .iter()
                        .any(|plate| (*plate + layout.map_frame.origin().to_vec2()).contains_rect(*ink));
                    let apart = ink.intersect(layout.map_frame).area() <= 0.0;
                    assert!(on_plate || apart, "{what}: {} lies on the map", text.text);
                }
                for (index, a) in boxes.iter().enumerate() {
                    for (other, b) in boxes.iter().enumerate().skip(index + 1) {
                        let (one, two) = (&found[index].text, &found[other].text);
                        assert!(a.intersect(*b).area() <= 0.01, "{what}: “{one}” overlaps “{two}”");
                    }
                }
                assert!(layout.map_frame.height() >= 0.3 * size.1, "{what}: the map is {:?}", layout.map_frame);
                let all: String = found.iter().map(|text| text.text.as_str()).collect::<Vec<_>>().join(" ");
                if layout.references_left_out > 0 {
                    assert!(all.contains(&layout.references_left_out.to_string()), "{what}: {all}");
                }
                if references <= 14 && rows <= 12 && size.0 > 700.0 && size.1 > 700.0 {
                    assert_eq!((layout.references_left_out, layout.legend_left_out), (0, 0), "{what}");
                }
            }
        }
    }

    #[test]
    fn the_scale_bar_is_true_at_the_centre() {
        // A degree of longitude at 48.2° N is 111.32 · cos 48.2° = 74.2 km on Mercator's sphere.
        let frame = Frame::new(VIEW, 1000.0, 700.0);
        let (km, bar_pt) = round_length(150.0, frame.meters_per_pt(48.2) / 1000.0);
        let degree_pt = frame.page_from_lon_lat(Coord { x: 38.8, y: 48.2 }).x
            - frame.page_from_lon_lat(Coord { x: 37.8, y: 48.2 }).x;
        assert!((bar_pt / degree_pt * 74.2 - km).abs() < 0.001 * km, "{km} km is {bar_pt} pt");
        assert_eq!(round_length(150.0, 0.001).0, 0.1);
        // At zoom 19.6 a point is 156,543 m · cos 48.2° / 2^19.6.
        let near = Frame::new(View { zoom: 19.6, ..VIEW }, 1000.0, 700.0);
        let per_pt = near.meters_per_pt(48.2);
        assert!((per_pt - 0.1313).abs() < 0.0001, "{per_pt}");
        let (metric, imperial) = (scale_bar(&near, 150.0), scale_bar_miles(&EN, &near, 150.0));
        assert_eq!((metric.label.as_str(), imperial.label.as_str()), ("10 m", "50 ft"));
        assert!((metric.length_pt * per_pt - 10.0).abs() < 1e-6);
        assert!((imperial.length_pt * per_pt - 50.0 * 0.3048).abs() < 1e-6);
        let labels = [scale_bar(&frame, 150.0), scale_bar_miles(&EN, &frame, 150.0)].map(|bar| bar.label);
        assert_eq!(labels, ["50 km", "20 mi"]);
        assert_eq!(plain_number(&EN, 0.1), "0.1");
        assert_eq!(plain_number(&EN, 1000.0), "1,000");
    }

    #[test]
    fn one_endless_citation_leaves_the_others_their_place() {
        let mut spec = spec((1123.0, 794.0), 6, 4);
        spec.references_mut()[0].title = "A title without end ".repeat(150);
        spec.references_mut()[0].url = format!("https://example.org/{}", "path/".repeat(200));
        let (layout, list) = figure(&spec);
        assert!(layout.references_left_out == 0 && !layout.references_outlets_alone);
        let mut found = Vec::new();
        texts(&list.items, &mut found);
        let printed = found.iter().map(|text| text.text.as_str()).collect::<Vec<_>>().join(" ");
        assert!(printed.contains('…'), "{printed}");
        assert!(found.iter().any(|text| text.link.as_deref() == Some(spec.references()[0].url.as_str())), "no link");
        assert_eq!(
            spec.references().iter().map(Reference::is_shortened).collect::<Vec<_>>(),
            [true, false, false, false]
        );
        assert_eq!((beginning("абв", 3), beginning("аб вг", 3)), ("абв".into(), "аб…".into()));
    }

    #[test]
    fn numbers_of_references_are_drawn_together() {
        assert_eq!(compact_numbers(&[5, 1, 2, 3, 3]), "1–3,\u{2009}5");
        assert_eq!(compact_numbers(&[1, 2]), "1,\u{2009}2");
        assert_eq!(compact_numbers(&[]), "");
    }

    #[test]
    fn hostile_pages_still_have_a_layout() {
        for size in [(0.0, 0.0), (f64::NAN, 500.0), (1e9, 300.0), (300.0, 1e9), (-4.0, f64::INFINITY)] {
            let (layout, _) = figure(&spec(size, 5, 5));
            assert!(layout.map_frame.width() >= 1.0 && layout.page.is_finite());
        }
        let mut empty = spec((800.0, 600.0), 0, 0);
        empty.contents.clear();
        empty.credits.clear();
        assert!(figure(&empty).0.map_frame.height() > 450.0);
    }

    #[test]
    fn furniture_in_every_corner_as_svg() {
        let mut spec = spec((620.0, 480.0), 2, 1);
        spec.legend_mut()[1].entries.clear();
        spec.legend_mut()[0].entries[0].references.clear();
        spec.places.insert(Piece::Legend, Corner::BottomRight.into());
        spec.places.insert(Piece::ScaleBar, Corner::TopRight.into());
        spec.places.insert(Piece::NorthArrow, Corner::TopLeft.into());
        spec.places.insert(Piece::Inset, Corner::BottomLeft.into());
        spec.contents.insert(Piece::Inset, Content::Inset { aspect: 1.4 });
        spec.contents.insert(Piece::Graticule, Content::Drawn);
        spec.margin_pt = Some(10.0);
        spec.symbol_scale = Some(1.0);
        let (layout, list) = figure(&spec);
        assert_eq!((layout.reserved.len(), layout.pieces_left_out.len(), layout.moved_off.len()), (4, 0, 0));
        for (index, one) in layout.reserved.iter().enumerate() {
            assert!(layout.map.page().contains_rect(*one));
            assert!(layout.reserved[..index].iter().all(|other| !other.overlaps(*one)));
        }
        insta::assert_snapshot!(written(&list, &SvgInfo::default()));
    }

    #[test]
    fn stated_figures_and_notes_in_corners_as_svg() {
        let mut spec = spec((900.0, 500.0), 0, 0);
        spec.contents.remove(&Piece::Legend);
        spec.contents.insert(Piece::Comparison, Content::Comparison(compared()));
        spec.places.insert(Piece::Comparison, Corner::TopRight.into());
        spec.places.insert(Piece::Notes, Corner::BottomRight.into());
        let (layout, list) = figure(&spec);
        assert!(layout.moved_off.is_empty() && layout.map_frame.width() > 0.9 * layout.page.width());
        insta::assert_snapshot!(written(&list, &SvgInfo::default()));
    }

    fn compared() -> Vec<ComparisonGroup> {
        let row = |who: &str, stated: &str| ComparisonRow {
            who: who.to_owned(),
            stated: stated.to_owned(),
            measured: "5,640 km²".to_owned(),
            difference: "agrees".to_owned(),
        };
        let rows = vec![row("The Invented Times, 14 Dec 2025", "about 5,600 km²"), row("Another", "5,000 km²")];
        vec![ComparisonGroup { title: "An invented area".to_owned(), rows }]
    }

    #[test]
    fn stated_figures_stand_beside_measured_ones_as_svg() {
        let mut spec = spec((400.0, 600.0), 0, 0);
        spec.contents.insert(Piece::Comparison, Content::Comparison(compared()));
        spec.places.clear();
        insta::assert_snapshot!(written(&figure(&spec).1, &SvgInfo::default()));
    }

    #[test]
    fn every_column_begins_with_a_heading_and_none_ends_with_one() {
        let mut went_on = 0;
        for rows in 3..16 {
            let mut spec = spec((900.0, 1300.0), rows, 1);
            let row = compared()[0].rows[0].clone();
            let group = ComparisonGroup { title: "Area".to_owned(), rows: vec![row; rows] };
            spec.contents.insert(Piece::Comparison, Content::Comparison(vec![group]));
            let (_, list) = figure(&spec);
            for (id, first_words) in [("legend", "Invented overlay"), ("comparison", "The Invented Times")] {
                let group = list.items.iter().find_map(|item| match item {
                    Item::Group(group) if group.id == id => Some(group),
                    _ => None,
                });
                let mut found = Vec::new();
                texts(&group.expect("it is there").items, &mut found);
                let is_heading = |text: &&&Text| text.face == Face::SansSemiBold;
                went_on += found.iter().filter(|text| text.text.ends_with("(continued)")).count();
                // Names of groups and of what is in them stand at the left of their column.
                let names = ["First", "Second", "Area"];
                let headings: Vec<&&Text> = found
                    .iter()
                    .filter(is_heading)
                    .filter(|text| names.iter().any(|name| text.text.starts_with(name)))
                    .collect();
                let rows_of = |left: f64| {
                    let right =
                        headings.iter().map(|text| text.origin.x).filter(|x| *x > left + 1.0).fold(f64::MAX, f64::min);
                    let within = move |text: &&&Text| text.origin.x >= left && text.origin.x < right;
                    found.iter().filter(within)
                };
                for heading in &headings {
                    let left = heading.origin.x;
                    let rows: Vec<f64> =
                        rows_of(left).filter(|text| !is_heading(text)).map(|text| text.origin.y).collect();
                    assert!(
                        rows.iter().any(|y| *y > heading.origin.y),
                        "{id}, {rows:?}: {} stands alone",
                        heading.text
                    );
                    let top = rows_of(left).map(|text| text.origin.y).fold(f64::MAX, f64::min);
                    assert!(rows.iter().all(|y| *y > top + 1.0), "{id}: a row stands at the head of a column");
                }
                let lefts = |mut xs: Vec<f64>| {
                    xs.sort_by(f64::total_cmp);
                    xs.dedup_by(|a, b| (*a - *b).abs() < 1.0);
                    xs.len()
                };
                let rows = found.iter().filter(|text| text.text.starts_with(first_words)).map(|text| text.origin.x);
                assert_eq!(lefts(rows.collect()), lefts(headings.iter().map(|text| text.origin.x).collect()), "{id}");
            }
        }
        assert!(went_on > 10, "{went_on} groups went on in another column");
    }

    #[test]
    fn a_legend_that_would_cover_the_map_stands_beside_it() {
        let mut spec = spec((1000.0, 700.0), 12, 1);
        spec.places.insert(Piece::Legend, Corner::TopLeft.into());
        let (layout, _) = figure(&spec);
        assert!(layout.moved_off == [Piece::Legend] && layout.legend_left_out == 0);
    }

    #[test]
    fn what_has_no_room_in_its_corner_goes_back_beside_the_map() {
        let mut spec = spec((1000.0, 700.0), 8, 3);
        spec.contents.insert(Piece::Comparison, Content::Comparison(compared()));
        for piece in Piece::beside() {
            spec.places.insert(piece, Corner::TopRight.into());
        }
        let (layout, list) = figure(&spec);
        let (on_map, beside): (Vec<&Standing>, _) = layout.standing.iter().partition(|standing| standing.on_map);
        assert!(on_map.len() > 1 && !beside.is_empty() && layout.pieces_left_out.is_empty(), "{:?}", layout.standing);
        assert!(beside.iter().all(|standing| layout.moved_off.contains(&standing.piece)));
        let mut words = Vec::new();
        texts(&list.items, &mut words);
        for part in ["An invented figure", "Invented overlay number 3", "The Invented Times", "Measured", "Boundaries"]
        {
            assert!(words.iter().any(|text| text.text.starts_with(part)), "{part} is lost");
        }
        // A column is made as high as that takes.
        spec.size_pt = (85.0 * PT_PER_MM, 100.0);
        spec.size_pt.1 = natural_height(&spec, VIEW, 1.0);
        let (layout, _) = figure(&spec);
        assert!(layout.moved_off.contains(&Piece::Notes) && layout.text_scale == 1.0, "{:?}", layout.moved_off);
    }

    #[test]
    fn a_small_page_gives_up_sizes_before_rows() {
        let mut spec = spec((105.0 * PT_PER_MM, 75.0 * PT_PER_MM), 7, 2);
        let sentence = "A sentence about the accuracy of what is shown, as long as they are.";
        spec.contents.insert(Piece::Disclaimer, Content::Words([sentence; 3].join(" ")));
        for entry in spec.legend_mut().iter_mut().flat_map(|group| &mut group.entries) {
            entry.title = "A name of some length".to_owned();
            entry.note = Some("measured 5,640 km²".to_owned());
        }
        let (layout, list) = figure(&spec);
        let what = (layout.legend_names_alone, layout.legend_left_out);
        assert_eq!(what, (true, 0));
        let mut words = Vec::new();
        texts(&list.items, &mut words);
        assert!(!words.iter().any(|text| text.text.contains("5,640")));
    }

    #[test]
    fn a_column_is_as_high_as_it_takes() {
        let mut spec = spec((85.0 * PT_PER_MM, 100.0), 5, 2);
        let height_pt = natural_height(&spec, VIEW, 1.0);
        spec.size_pt.1 = height_pt;
        let (layout, _) = figure(&spec);
        assert_eq!((layout.text_scale, layout.legend_left_out, layout.references_left_out), (1.0, 0, 0));
        // As high as the view wants, or higher where less of the page would be map.
        let (width_pt, map_pt) = (layout.map_frame.width(), layout.map_frame.height());
        let is_as_wanted = (map_pt / width_pt - 1.0).abs() < 0.03 || (map_pt / height_pt - 0.6).abs() < 0.03;
        assert!(is_as_wanted, "{:?}", layout.map_frame);
        let tall = natural_height(&spec, VIEW, 1.3);
        assert!((tall - height_pt - 0.3 * width_pt).abs() < 2.0 || tall >= height_pt, "{tall}, {height_pt}");
        // However much is to be said, it is no higher than a page.
        let many = vec![spec.references()[0].clone(); 90];
        spec.contents.insert(Piece::References, Content::References(many));
        assert!(natural_height(&spec, VIEW, 1.0) <= MAX_COLUMN_PT);
    }

    #[test]
    fn a_wide_figure_as_svg() {
        let spec = spec((900.0, 600.0), 3, 2);
        let info = SvgInfo { title: spec.words(Piece::Title).to_owned(), ..SvgInfo::default() };
        insta::assert_snapshot!(written(&figure(&spec).1, &info));
    }

    #[test]
    fn of_sources_that_no_page_holds_no_more_are_set_than_fill_one() {
        let set = |references: usize| {
            let spec = spec((900.0, 700.0), 4, references);
            let setting = super::setting::Setting::new(&spec, kurbo::Size::new(900.0, 700.0), 0.6);
            setting.references(&spec, 200.0, usize::MAX, 700.0).len()
        };
        assert_eq!(set(12), 12);
        assert!(set(2000) < 100 && set(8000) == set(2000), "{}", set(2000));
        // The page is laid out all the same, and says how many it leaves out.
        let (layout, list) = figure(&spec((900.0, 700.0), 4, 8000));
        assert!(layout.references_left_out > 7000, "{}", layout.references_left_out);
        let mut found = Vec::new();
        texts(&list.items, &mut found);
        assert!(
            found
                .iter()
                .any(|text| text.text.contains("more, not listed") || text.text.contains("sources, not listed"))
        );
    }

    #[test]
    fn a_tall_figure_as_svg() {
        let spec = spec((600.0, 900.0), 4, 3);
        let info = SvgInfo { title: spec.words(Piece::Title).to_owned(), ..SvgInfo::default() };
        insta::assert_snapshot!(written(&figure(&spec).1, &info));
    }
}
