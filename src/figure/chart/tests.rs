//! Charts of areas over time on pages of many sizes, themes and languages.

use std::sync::Arc;

use geo::{MultiPolygon, Polygon};
use kurbo::{Rect, Shape as _};

use super::*;
use crate::dossier::Shape;
use crate::dossier::builtin;
use crate::dossier::series::curve::{Track, Whole, over_time};
use crate::dossier::series::{Series, Version};
use crate::figure::{PageSetup, Shows};
use crate::formats::language::Text;
use crate::scene::display_list::{Item, Text as Line};
use crate::scene::text;

fn area(east: f64) -> Arc<Shape> {
    let ring = vec![(37.0, 47.0), (east, 47.0), (east, 49.0), (37.0, 49.0), (37.0, 47.0)];
    Arc::new(Shape::Area(MultiPolygon(vec![Polygon::new(ring.into(), vec![])])))
}

fn series() -> Series {
    let reports = [
        ("2025-11-01", "East", 38.0),
        ("2025-11-02", "East", 38.01),
        ("2025-11-20", "East", 38.1),
        ("2025-12-01", "East", 38.2),
        ("2025-10", "West", 37.6),
        ("2025-11-05/2025-11-12", "West", 37.7),
        ("2025-12-10", "West", 37.9),
    ];
    let version = |(when, who, east): (&str, &str, f64)| Version {
        who: Some(who.to_owned()),
        accuracy_m: Some(1000.0),
        ..Version::new(Some(when.parse().unwrap()), area(east), format!("{who} {when}.geojson"))
    };
    Series::new(reports.map(version).to_vec())
}

fn areas(dossier: &Dossier) -> AreaOverTime {
    let series = series();
    let track = |who: &str| Track {
        title: Text::plain("Front"),
        overlay: None,
        who: Some(who.to_owned()),
        series: &series,
        accuracy_m: None,
    };
    let donetsk = dossier.overlay("donetsk").unwrap();
    let within = Whole::new(donetsk.title.clone(), Some(donetsk.id.clone()), donetsk.shape.areas().unwrap());
    let all = over_time(&[track("East"), track("West")], Some(within), (None, None)).unwrap();
    all.with_figures(dossier, &["donetsk-russian-held"])
}

fn texts<'a>(items: &'a [Item], found: &mut Vec<&'a Line>) {
    for item in items {
        match item {
            Item::Group(group) => texts(&group.items, found),
            Item::Text(text) => found.push(text),
            _ => {}
        }
    }
}

fn options(page: &str, language: &str, theme: Theme) -> FigureOptions {
    let shows = Shows::Bounds([37.0, 47.0, 38.0, 48.0]);
    let mut options = FigureOptions::usual(PageSetup::of(page.parse().unwrap()), shows);
    (options.language, options.theme) = (FigureLanguage::of_tag(language).unwrap(), theme);
    options
}

#[test]
fn no_words_overlap_or_leave_the_page_on_any_page_and_in_any_language() {
    let dossier = builtin::berlin().unwrap().0;
    let all = areas(&dossier);
    for (page, language) in [
        ("a4-landscape", "en"),
        ("a4-portrait", "de"),
        ("slide", "fr"),
        ("column-85", "en"),
        ("column-174", "uk"),
        ("square", "ar"),
        ("a4-landscape", "he"),
        ("1600x1000px", "zh"),
        ("174x120mm", "ka"),
        ("view", "hy"),
    ] {
        let drawn = draw(&dossier, None, &all, &ChartOptions::default(), &options(page, language, Theme::Light));
        let mut found = Vec::new();
        texts(&drawn.list.items, &mut found);
        let whole = Rect::new(-1.0, -1.0, drawn.list.width_pt + 1.0, drawn.list.height_pt + 1.0);
        let boxes: Vec<Rect> = found.iter().map(|line| text::outline(line).bounding_box()).collect();
        for (index, one) in boxes.iter().enumerate() {
            assert!(whole.contains_rect(*one), "{page} {language}: {} at {one:?}", found[index].text);
            assert!(found[index].size_pt >= page::MIN_TEXT_PT, "{page} {language}: {}", found[index].text);
            for (other, two) in boxes.iter().enumerate().skip(index + 1) {
                let (a, b) = (&found[index].text, &found[other].text);
                // The superscripts of a legend reach between the lowest letters of the line above.
                let common = one.intersect(*two);
                let overlaps = common.area() > 0.01 && common.height() > 1.5;
                assert!(!overlaps, "{page} {language}: “{a}” overlaps “{b}”");
            }
        }
        let said: String = found.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join(" ");
        assert!(said.contains("East 2025-11-01.geojson") || page.starts_with("column-85"), "{page}: {said}");
    }
}

#[test]
fn every_format_carries_what_it_was_made_from() {
    let dossier = builtin::berlin().unwrap().0;
    let all = areas(&dossier);
    for theme in Theme::ALL {
        let drawn = draw(&dossier, None, &all, &ChartOptions::default(), &options("a4-landscape", "en", theme));
        for format in OutputFormat::of_page() {
            let bytes = drawn.encode(format).unwrap();
            let found = crate::figure::provenance::find(bytes).unwrap();
            let areas = &found.provenance["areas_over_time"];
            assert_eq!(areas["curves"].as_array().map(Vec::len), Some(2), "{format:?}");
            assert_eq!(areas["within"]["overlay"], "donetsk");
            assert!(found.provenance["sources"].as_array().is_some_and(|sources| sources.len() > 2));
            let findings = crate::figure::provenance::compare(&found, &dossier, None).unwrap();
            assert!(findings.iter().all(|finding| finding.state.is_good()), "{findings:?}");
        }
        assert!(drawn.encode(OutputFormat::Csv).is_err());
    }
}

#[test]
fn days_without_a_report_are_dotted_and_level_and_the_axis_says_where_it_begins() {
    let dossier = builtin::berlin().unwrap().0;
    let all = areas(&dossier);
    let chart = ChartOptions { from_zero: false, credits: vec!["By East and West".to_owned()] };
    let drawn = draw(&dossier, None, &all, &chart, &options("a4-landscape", "en", Theme::Light));
    fn dotted(items: &[Item], found: &mut Vec<Rect>) {
        for item in items {
            match item {
                Item::Group(group) => dotted(&group.items, found),
                Item::Stroke { path, stroke } if !stroke.dash_pt.is_empty() => found.push(path.bounding_box()),
                _ => {}
            }
        }
    }
    let mut found = Vec::new();
    dotted(&drawn.list.items, &mut found);
    // East: 3 to 19 November and 21 to 30; West: 1 to 4 November, 13 November to 9 December; one sample in the legend.
    assert_eq!(found.len(), 5, "{found:?}");
    assert!(found.iter().all(|line| line.height() < 1e-6));
    let mut lines = Vec::new();
    texts(&drawn.list.items, &mut lines);
    let said: String = lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join(" ");
    for words in ["does not begin at 0", "By East and West", "Share of Donetsk oblast (%)", "Area (km²)"] {
        assert!(said.contains(words), "{words}: {said}");
    }
}

#[test]
fn nothing_at_all_is_still_a_page() {
    let dossier = builtin::berlin().unwrap().0;
    let drawn =
        draw(&dossier, None, &AreaOverTime::default(), &ChartOptions::default(), &options("slide", "en", Theme::Dark));
    assert!(drawn.encode(OutputFormat::Svg).is_ok());
}
