//! Tests of the words of figures: that every language has them all, and that nothing English is left in a figure.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kurbo::{Rect, Shape as _};

use super::*;
use crate::document::Document;
use crate::figure::pieces::Piece;
use crate::figure::{Drawn, FigureOptions, PageSetup, PageSize, Shows, draw};
use crate::formats::locale::{EN, LOCALES};
use crate::scene::display_list::{Item, Text};
use crate::scene::ground::Ground;
use crate::scene::{Scene, text};

/// All phrases by the name of their field; those that count have a phrase for each form.
fn phrases(words: &Words) -> BTreeMap<String, Vec<String>> {
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let (mut field, mut is_locale) = (String::new(), false);
    for line in format!("{words:#?}").lines() {
        let indent = line.len() - line.trim_start().len();
        let (name, value) = line.trim().split_once(": ").unwrap_or(("", line.trim()));
        if indent == 4 {
            is_locale = name == "locale";
        }
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        // The forms of a phrase that counts belong to it.
        if is_name && name != "forms" && name != "other" {
            name.clone_into(&mut field);
        }
        let value = if is_name { value } else { line.trim() };
        let value = value.trim_end_matches(',');
        if let Some(value) = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).filter(|_| !is_locale) {
            all.entry(field.clone()).or_default().push(unescaped(value));
        } else if !is_locale && is_name {
            all.entry(field.clone()).or_default();
        }
    }
    all.retain(|_, phrases| !phrases.is_empty());
    all
}

/// A text without the escapes that [`std::fmt::Debug`] has for spaces and marks.
fn unescaped(text: &str) -> String {
    let mut parts = text.split("\\u{");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (code, rest) = part.split_once('}').unwrap();
        out.push(u32::from_str_radix(code, 16).ok().and_then(char::from_u32).unwrap());
        out.push_str(rest);
    }
    out
}

/// What a template has in braces.
fn holes(template: &str) -> BTreeSet<&str> {
    template.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect()
}

#[test]
fn every_language_fills_in_the_same() {
    let english = phrases(&en::WORDS);
    assert!(english.len() > 80, "{}: {:?}", english.len(), english.keys());
    for words in ALL {
        let (tag, own) = (words.locale.tag, phrases(words));
        assert_eq!(own.keys().collect::<Vec<_>>(), english.keys().collect::<Vec<_>>(), "{tag}");
        for (field, phrases) in &own {
            let wanted = holes(english[field].last().unwrap());
            for phrase in phrases {
                assert_eq!(holes(phrase), wanted, "{tag}, {field}: {phrase}");
                assert!(!phrase.trim().is_empty(), "{tag}, {field}");
            }
        }
    }
}

#[test]
fn the_languages_are_those_of_the_table_and_each_is_found_by_its_tag() {
    let tags: Vec<&str> = ALL.iter().map(|words| words.locale.tag).collect();
    assert_eq!(tags, LOCALES.map(|locale| locale.tag));
    assert_eq!(tags.len(), 13);
    for tag in tags {
        assert_eq!(FigureLanguage::of_tag(tag).map(FigureLanguage::tag), Some(tag));
    }
    assert_eq!("de-AT".parse::<FigureLanguage>().map(FigureLanguage::tag), Ok("de"));
    assert!("tlh".parse::<FigureLanguage>().unwrap_err().contains("en, uk, ru"));
    assert!("".parse::<FigureLanguage>().is_err() && "../../x".parse::<FigureLanguage>().is_err());
}

#[test]
fn other_scripts_have_no_latin_words_but_the_name_of_the_program() {
    for words in ALL.into_iter().filter(|words| !["en", "de", "fr", "es", "pl", "az"].contains(&words.locale.tag)) {
        for (field, phrases) in phrases(words) {
            for phrase in phrases.iter().filter(|_| !["tag", "english_name"].contains(&field.as_str())) {
                let mut bare = phrase.replace("Claimline", "");
                for hole in holes(phrase) {
                    bare = bare.replace(&format!("{{{hole}}}"), "");
                }
                assert!(
                    !bare.bytes().any(|byte| byte.is_ascii_alphabetic()),
                    "{}, {field}: {phrase}",
                    words.locale.tag
                );
            }
        }
    }
}

#[test]
fn a_count_takes_the_form_of_its_language() {
    let said = |tag: &str, count: usize| {
        let words = FigureLanguage::of_tag(tag).unwrap().words();
        words.counted(&words.points, count, &[])
    };
    assert_eq!(
        [1, 2, 5, 11, 21, 22].map(|count| said("uk", count)),
        ["1 точка", "2 точки", "5 точок", "11 точок", "21 точка", "22 точки"]
    );
    assert_eq!(
        [1, 2, 5, 22, 25].map(|count| said("pl", count)),
        ["1 punkt", "2 punkty", "5 punktów", "22 punkty", "25 punktów"]
    );
    assert_eq!([1, 2].map(|count| said("en", count)), ["1 point", "2 points"]);
}

#[test]
fn what_is_filled_in_is_taken_as_it_is() {
    assert_eq!(fill("{a}, {b}", &[("a", "{b}"), ("b", "x")]), "{b}, x");
    assert_eq!(fill("{a", &[("a", "x")]), "{a");
    assert_eq!(fill("no holes", &[]), "no holes");
}

#[test]
fn english_is_written_as_the_window_writes_it() {
    use crate::dossier::words;
    for value in [0.0, 0.25, -0.2, 7.0, 99.94, 100.0, 5642.5, -1_234_567.0, 119_252.4] {
        for decimals in 0..3 {
            assert_eq!(EN.number(value, decimals), words::number(value, decimals));
        }
        assert_eq!((EN.km2(value), EN.km(value)), (words::km2(value), words::km(value)));
        assert_eq!(EN.distance(value), words::distance(value));
    }
    for iso in ["2025-12-15", "2025-09", "2025", "2025-12-15/2025-12-17", "mid-December", "2025-02-30", ""] {
        assert_eq!(EN.date(iso), words::date(iso));
    }
}

fn berlin() -> (Arc<Scene>, Document) {
    let (dossier, _) = crate::dossier::builtin::berlin().expect("the built-in dossier can be read");
    let document = Document::new(&dossier, 900.0, 700.0);
    (Arc::new(Scene::new(dossier)), document)
}

/// A figure with all that it can have.
fn full(language: FigureLanguage, size: PageSize) -> Drawn {
    let (scene, document) = berlin();
    let mut options = FigureOptions::usual(PageSetup::of(size), Shows::Bounds(scene.dossier().home));
    options.language = language;
    for piece in Piece::all() {
        if !options.furniture.has(piece) && piece != Piece::Quotes {
            options.furniture.set(piece, true);
        }
    }
    draw(&scene, &Ground::builtin().0, &document, &options)
}

/// The words of a page but for the names on its map, and what its groups are called.
fn said<'a>(items: &'a [Item], texts: &mut Vec<&'a Text>, titles: &mut Vec<&'a str>) {
    for item in items {
        match item {
            Item::Group(group) if ["map", "inset"].contains(&group.id.as_str()) => titles.push(&group.title),
            Item::Group(group) => {
                titles.push(&group.title);
                said(&group.items, texts, titles);
            }
            Item::Text(text) => texts.push(text),
            _ => {}
        }
    }
}

fn words_of(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| word.chars().count() > 2).map(str::to_lowercase)
}

#[test]
fn no_english_word_is_left_in_a_figure_but_what_dossier_and_sources_say() {
    let (scene, _) = berlin();
    let dossier = scene.dossier();
    let mut data: Vec<&str> = vec![dossier.title.main(), &dossier.version];
    for overlay in &dossier.overlays {
        data.extend(
            [Some(overlay.title.main()), overlay.headline.as_ref().map(|text| text.main()), overlay.credit.as_deref()]
                .into_iter()
                .flatten(),
        );
    }
    data.extend(
        dossier
            .groups
            .iter()
            .flat_map(|group| [Some(group.title.main()), group.note.as_ref().map(|text| text.main())])
            .flatten(),
    );
    data.extend(dossier.sources.iter().flat_map(|source| [source.outlet.as_str(), &source.title, &source.url]));
    data.extend(dossier.figures.iter().map(|figure| figure.reported_by.as_str()));
    let ground = Ground::builtin().0;
    let credits = ground.credits(
        &crate::geometry::Frame::new(crate::geometry::View::fit(dossier.home, 900.0, 700.0, 0.0), 900.0, 700.0),
        &[],
    );
    data.extend(credits.iter().map(|(credit, _)| credit.as_str()));
    let data: BTreeSet<String> = data.into_iter().flat_map(words_of).collect();
    let english: BTreeSet<String> =
        phrases(&en::WORDS).values().flatten().flat_map(|phrase| words_of(phrase)).collect();
    for language in FigureLanguage::all().filter(|language| !language.is_usual()) {
        let own: BTreeSet<String> =
            phrases(language.words()).values().flatten().flat_map(|phrase| words_of(phrase)).collect();
        let drawn = full(language, PageSize::A4Landscape);
        let (mut texts, mut titles) = (Vec::new(), Vec::new());
        said(&drawn.list.items, &mut texts, &mut titles);
        assert!(texts.len() > 40, "{}", texts.len());
        let all: Vec<&str> = texts.iter().map(|text| text.text.as_str()).chain(titles).collect();
        for text in &all {
            for word in words_of(text).filter(|word| !data.contains(word) && !own.contains(word)) {
                assert!(!english.contains(&word), "{}: “{word}” in “{text}”", language.tag());
            }
        }
        // What says so is there, in the language.
        let page = all.join(" ");
        for phrase in [language.words().measured_head, language.words().parts.legend] {
            assert!(page.contains(phrase), "{}: {phrase}", language.tag());
        }
    }
}

#[test]
fn nothing_overlaps_and_nothing_is_cut_in_any_language() {
    for language in FigureLanguage::all() {
        for size in [PageSize::A4Landscape, PageSize::A4Portrait, PageSize::Column174] {
            let drawn = full(language, size);
            let what = format!("{}, {size:?}", language.tag());
            assert!(!drawn.is_too_small, "{what}");
            let mut found = Vec::new();
            for item in &drawn.list.items {
                if let Item::Group(group) = item
                    && !["map", "inset", "callout"].contains(&group.id.as_str())
                {
                    said(&group.items, &mut found, &mut Vec::new());
                }
            }
            let page = Rect::new(0.0, 0.0, drawn.list.width_pt, drawn.list.height_pt);
            let boxes: Vec<Rect> = found.iter().map(|line| text::outline(line).bounding_box()).collect();
            for (index, (line, a)) in found.iter().zip(&boxes).enumerate() {
                assert!(page.inset(-1.0).contains_rect(*a), "{what}: “{}” at {a:?}", line.text);
                for (other, b) in boxes.iter().enumerate().skip(index + 1) {
                    let common = a.intersect(*b);
                    let is_apart = common.width() <= 0.6 || common.height() <= 0.6;
                    assert!(is_apart, "{what}: “{}” overlaps “{}”", line.text, found[other].text);
                }
            }
        }
    }
}

#[test]
fn a_figure_that_is_read_from_the_right_is_mirrored() {
    let english = full(FigureLanguage::ENGLISH, PageSize::A4Landscape);
    for tag in ["ar", "he"] {
        let drawn = full(FigureLanguage::of_tag(tag).unwrap(), PageSize::A4Landscape);
        let of = |drawn: &Drawn, piece: Piece| drawn.standing.iter().find(|it| it.piece == piece).unwrap().rect;
        assert!(of(&english, Piece::Legend).x0 > english.map_frame.x1);
        assert!(of(&drawn, Piece::Legend).x1 < drawn.map_frame.x0, "{tag}");
        let margin_pt = english.list.width_pt - of(&english, Piece::Legend).x1;
        assert!(drawn.map_frame.x1 > drawn.list.width_pt - margin_pt - 60.0, "{tag}");
        // The words of the header end where the map does.
        let title = of(&drawn, Piece::Title);
        assert!((title.x1 - drawn.map_frame.x1).abs() < 6.0, "{tag}: {title:?}, {:?}", drawn.map_frame);
        // The sample stands right of its words.
        let legend = drawn.list.items.iter().find_map(|item| match item {
            Item::Group(group) if group.id == "legend" => Some(&group.items),
            _ => None,
        });
        let (mut words_x, mut sample_x) = (f64::MIN, f64::MIN);
        for item in legend.unwrap() {
            match item {
                Item::Text(line) => words_x = words_x.max(line.origin.x),
                Item::Fill { path, .. } | Item::Stroke { path, .. } => sample_x = sample_x.max(path.bounding_box().x0),
                _ => {}
            }
        }
        assert!(sample_x > words_x, "{tag}");
    }
}

/// What changed of a layer of two reports, of which nothing is in Latin letters, and the layer itself.
fn changed() -> (crate::document::comparison::Comparison, crate::dossier::Dossier) {
    use crate::document::comparison::Comparison;
    use crate::document::comparison::states::{Account, AskedStates, Ledgers, States};
    use crate::dossier::series::Version;
    use crate::dossier::{Dossier, Shape, layer_of_reports};
    use crate::geometry::{LineString, MultiLineString, MultiPolygon, Polygon};
    let report = |day: &str, east: f64| {
        let ring: LineString<f64> =
            vec![(37.0, 48.0), (east, 48.0), (east, 49.0), (37.0, 49.0 + (38.0 - east)), (37.0, 48.0)].into();
        let area = MultiPolygon(vec![Polygon::new(ring, vec![])]);
        let shape = Shape::of(area, MultiLineString(Vec::new()), Vec::new()).unwrap();
        let when = crate::formats::edtf::Edtf::in_text(day).unwrap();
        Version {
            accuracy_m: Some(500.0),
            who: Some("Пост".to_owned()),
            ..Version::new(Some(when), Arc::new(shape), "1")
        }
    };
    let mut dossier = Dossier::empty();
    let reports = vec![report("2025-02-01", 37.5), report("2025-02-06", 37.75)];
    let overlay = dossier.add(layer_of_reports("Фронт", reports).unwrap());
    let within = dossier.add(layer_of_reports("Ґміна", vec![report("2025-02-01", 37.7)]).unwrap());
    let day = |text: &str| text.parse().unwrap();
    let states = States::Days([day("2025-02-02"), day("2025-02-06")], vec![Account { overlay, who: None }]);
    let asked = AskedStates { states, within: Some(within), accuracy_m: None, each: false };
    let document = Document::new(&dossier, 900.0, 700.0);
    let ledgers = Ledgers::work_out(&Arc::new(dossier.clone()), &Arc::new(document), asked, &|_| Vec::new());
    (Comparison::of_ledgers(Arc::new(ledgers.unwrap()), None), dossier)
}

#[test]
fn no_english_word_is_left_in_a_figure_of_what_changed_nor_over_what_was_opened() {
    use crate::figure::changes;
    let (comparison, opened) = changed();
    let (made, document) = changes::map(&comparison, |_| true).unwrap();
    let usual = changes::usual(&comparison, &made, PageSetup::of(PageSize::A4Landscape));
    let scene = Arc::new(Scene::new(made));
    let english: BTreeSet<String> =
        phrases(&en::WORDS).values().flatten().flat_map(|phrase| words_of(phrase)).collect();
    let ground = Ground::builtin().0;
    let frame = crate::geometry::Frame::new(
        crate::geometry::View::fit([37.0, 48.0, 38.0, 49.5], 900.0, 700.0, 0.0),
        900.0,
        700.0,
    );
    let credits = ground.credits(&frame, &[]);
    let data: BTreeSet<String> = credits.iter().flat_map(|(credit, _)| words_of(credit)).collect();
    let mut headlines = BTreeSet::new();
    for language in FigureLanguage::all() {
        let options = FigureOptions { language, ..usual.clone() };
        let drawn = draw(&scene, &ground, &document, &options);
        let own_document = Document::new(&opened, 900.0, 700.0);
        let own_options =
            FigureOptions { language, ..FigureOptions::usual(PageSetup::of(PageSize::A4Landscape), usual.shows) };
        let own = draw(&Arc::new(Scene::new(opened.clone())), &ground, &own_document, &own_options);
        let (mut texts, mut titles) = (Vec::new(), Vec::new());
        said(&drawn.list.items, &mut texts, &mut titles);
        said(&own.list.items, &mut texts, &mut titles);
        let all: Vec<&str> = texts.iter().map(|text| text.text.as_str()).chain(titles).collect();
        let words = language.words();
        let page = all.join(" ");
        for phrase in [words.changes.gained, words.own_files] {
            assert!(page.contains(phrase), "{}: {phrase}: {page}", language.tag());
        }
        assert!(headlines.insert(drawn.suggested.title.clone()), "{}", drawn.suggested.title);
        let known: BTreeSet<String> = phrases(words).values().flatten().flat_map(|phrase| words_of(phrase)).collect();
        for word in all.iter().flat_map(|text| words_of(text)).filter(|_| !language.is_usual()) {
            let is_known = data.contains(&word) || known.contains(&word);
            assert!(is_known || !english.contains(&word), "{}: {word}: {page}", language.tag());
        }
    }
}

#[test]
fn a_figure_of_what_changed_says_both_states_and_which_stands_for_a_day_without_a_report() {
    use crate::figure::changes::{map, states_in_words};
    let (comparison, _) = changed();
    assert_eq!(
        states_in_words(&comparison, FigureLanguage::ENGLISH),
        "From 1 Feb 2025, according to Пост (no report for 2 Feb 2025; shown as of 1 Feb 2025) to 6 Feb 2025, according to \
         Пост; only within Ґміна"
    );
    let (made, _) = map(&comparison, |_| true).unwrap();
    let gained = made.overlays.iter().find(|overlay| overlay.id.starts_with("gained-")).unwrap();
    let note = en::WORDS.measured_note(gained).unwrap();
    assert!(note.starts_with("measured ") && note.contains("(accuracy range "), "{note}");
    assert_eq!(gained.title.main(), "Gained: Фронт");
    assert_eq!(gained.title.get("uk"), Some("Приріст: Фронт"));
}

#[test]
fn the_days_of_events_are_told_in_each_language() {
    use crate::dossier::EventDays;
    use crate::formats::direction::without_marks;
    let day = |iso: &str| iso.parse().unwrap();
    for words in ALL {
        let date = |iso: &str| without_marks(&words.date(iso)).into_owned();
        for from in [None, Some("2025-02-01"), Some("2025-02-03")] {
            let days =
                EventDays { property: "seen".to_owned(), from: from.map(day), to: day("2025-02-03"), undated: 0 };
            let said = without_marks(&words.only_of(&days)).into_owned();
            let told = [from, Some("2025-02-03")].into_iter().flatten().all(|iso| said.contains(&date(iso)));
            assert!(told && said.contains("seen"), "{}: {said}", words.locale.tag);
            assert_eq!(said.contains("features"), words.locale.tag == "en", "{said}");
            let more = without_marks(&words.only_of(&EventDays { undated: 7, ..days })).into_owned();
            assert!(more.len() > said.len() && more.contains('7'), "{}: {more}", words.locale.tag);
            assert_eq!(more.contains("not shown"), words.locale.tag == "en", "{more}");
        }
    }
}
