//! Words against HarfBuzz, Unicode and the eye.

use kurbo::{Point, Shape};

use super::*;
use crate::scene::display_list::Color;

fn text(words: &str) -> Text {
    Text {
        text: words.to_owned(),
        face: Face::Sans,
        size_pt: 20.0,
        color: Color::rgb(0),
        origin: Point::new(100.0, 50.0),
        rotation_rad: 0.0,
        letter_spacing_pt: 0.0,
        halo: None,
        link: None,
    }
}

#[test]
fn widths_agree_with_harfbuzz() {
    // HarfBuzz 15.0.0 on the same files: sums of the advances, in thousandths of an em.
    for (words, face, units) in WIDTHS {
        let width = measure(words, face, 1000.0, 0.0).advance_pt;
        assert!((width - units).abs() < 0.5, "{words}: {width} is not {units}");
    }
}

const WIDTHS: [(&str, Face, f64); 5] = [
    ("Kramatorsk", Face::Sans, 5216.0),
    ("AVATAR To fi", Face::Sans, 5638.0),
    ("Донецька область", Face::SansSemiBold, 8879.0),
    ("Sea of Azov", Face::SerifItalic, 4788.0),
    ("48.7389° N", Face::Mono, 6000.0),
];

#[test]
fn letter_spacing_follows_every_letter() {
    let plain = measure("Donetsk", Face::Sans, 10.0, 0.0).advance_pt;
    let spaced = measure("Donetsk", Face::Sans, 10.0, 2.0).advance_pt;
    assert!((spaced - plain - 14.0).abs() < 1e-9);
}

#[test]
fn an_outline_stands_on_its_baseline_and_turns_about_its_origin() {
    let flat = outline(&text("HH")).bounding_box();
    assert!(flat.x0 > 100.0 && flat.x1 < 132.0 && (flat.y1 - 50.0).abs() < 0.01);
    assert!((flat.height() - measure("H", Face::Sans, 20.0, 0.0).cap_height_pt).abs() < 0.1);
    let turned = outline(&Text { rotation_rad: std::f64::consts::FRAC_PI_2, ..text("HH") }).bounding_box();
    assert!(turned.y0 > 50.0 && (turned.x0 - 100.0).abs() < 0.01);
}

#[test]
fn a_halo_reaches_its_width_beyond_the_glyphs() {
    let with_halo = Text { halo: Some((Color::rgb(0xFFFFFF), 2.0)), ..text("Краматорськ") };
    let (ink, around) = (outline(&with_halo).bounding_box(), halo(&with_halo).bounding_box());
    for difference in [ink.x0 - around.x0, ink.y0 - around.y0, around.x1 - ink.x1, around.y1 - ink.y1] {
        assert!((1.8..2.2).contains(&difference), "{difference}");
    }
    assert!(bounds(&with_halo).contains_rect(around));
    assert!(halo(&text("x")).is_empty());
}

#[test]
fn lines_break_at_spaces_and_long_words_where_they_must() {
    let words = "The area of roughly 5,600 km² that Ukraine would leave";
    let lines = wrap(words, Face::Sans, 10.0, 90.0);
    assert!(lines.len() > 2);
    assert_eq!(lines.join(" "), words);
    for line in &lines {
        assert!(measure(line, Face::Sans, 10.0, 0.0).advance_pt <= 90.5, "{line}");
    }
    let url = "https://example.org/2025/12/15/a-very-long-address-that-goes-on-and-on.html";
    let lines = wrap(url, Face::Sans, 10.0, 110.0);
    assert_eq!(lines.concat(), url);
    assert_eq!(lines[0], "https://example.org/");
    assert!(lines.iter().all(|line| measure(line, Face::Sans, 10.0, 0.0).advance_pt <= 110.5));
    assert_eq!(wrap("a\nb", Face::Sans, 10.0, 90.0), ["a", "b"]);
    assert_eq!(wrap("абв", Face::Sans, 10.0, 0.0), ["а", "б", "в"]);
    assert!(wrap("", Face::Sans, 10.0, 90.0).is_empty());
    assert!(wrap("   ", Face::Sans, 10.0, 90.0).is_empty());
}

#[test]
fn numbers_stay_with_their_units_and_signs_with_their_numbers() {
    let width = |words: &str| measure(words, Face::Sans, 10.0, 0.0).advance_pt + 0.1;
    let set = |words: &str, widest: &str| wrap(words, Face::Sans, 10.0, width(widest)).join("|");
    assert_eq!(set("measured 5,650 km²", "measured 5,650"), "measured|5,650 km²");
    assert_eq!(set("says ≈ 5,600 km² and", "says ≈ 5,600"), "says|≈ 5,600 km²|and");
    assert_eq!(set("about 20 sq km of it", "about 20 sq"), "about|20 sq km of|it");
    assert_eq!(set("(5 km each side)", "(5 km each"), "(5 km each|side)");
    // Only what is a number and a unit: a year and a word may part.
    assert_eq!(set("In 2025 many", "In 2025"), "In 2025|many");
    let note = "Approximate, ± 3.8 to 6.7 km, by stretch (≈ 5 %): area of about 5,600 km² and 12 million people";
    for width_pt in 60..300 {
        for line in wrap(note, Face::Sans, 10.0, f64::from(width_pt)) {
            let parts = ["km", "%", "million"].iter().any(|unit| line.starts_with(unit));
            assert!(!parts && !line.ends_with(['±', '≈']), "{width_pt} pt: {line}");
        }
    }
    // What is wider than a line still breaks, and there.
    assert_eq!(set("5,600 km²", "5,600"), "5,600|km²");
    assert_eq!(words("a  ± 2 km, b").collect::<Vec<_>>(), ["a", "± 2 km,", "b"]);
    assert!(words("").next().is_none());
}

#[test]
fn a_mark_that_the_face_lacks_is_left_out_and_its_letter_stays() {
    for (name, drawn) in [
        ("Reẖovot", "Rehovot"),
        ("Rehi\u{331}ovot", "Rehiovot"),
        ("Ar Ramthā", "Ar Ramthā"),
        ("Слов’янськ", "Слов’янськ"),
        ("Białystok", "Białystok"),
        ("שלום", "שלום"),
    ] {
        assert_eq!(without_lacking_marks(name, Face::Sans), drawn);
    }
}

#[test]
fn every_face_draws_ukrainian_and_says_what_it_lacks() {
    for face in FACES {
        let all = "АаБбВвГгҐґДдЕеЄєЖжЗзИиІіЇїЙйКкЛлМмНнОоПпРрСсТтУуФфХхЦцЧчШшЩщЬьЮюЯя ’“”≈≤²→′″";
        assert!(missing_glyphs(all, face).is_empty(), "{face:?}");
    }
    assert_eq!(missing_glyphs("a漢字", Face::Sans), ['字', '漢']);
    assert_eq!(missing_glyphs("שלום 🧑\u{200d}🌾", Face::Sans), ['🌾', '🧑']);
    assert!(missing_glyphs("a\tb\u{85}c, и\u{306}", Face::Sans).is_empty());
}

#[test]
fn control_characters_are_set_as_spaces() {
    let wide = |words: &str| measure(words, Face::Sans, 10.0, 0.0).advance_pt;
    assert_eq!(wide("a\tb\u{85}c\u{2028}d"), wide("a b c d"));
    assert_eq!(wrap("one\ttwo\u{7}three", Face::Sans, 10.0, 30.0), ["one", "two", "three"]);
}

#[test]
fn numbers_that_are_not_finite_draw_nothing() {
    for bad in [f64::NAN, f64::INFINITY, -1.0] {
        assert!(outline(&Text { size_pt: bad, ..text("x") }).is_empty());
    }
    assert!(outline(&Text { origin: Point::new(f64::NAN, 0.0), ..text("x") }).is_empty());
    assert_eq!(measure("x", Face::Sans, f64::NAN, 0.0), TextMetrics::default());
}

#[derive(serde::Deserialize)]
struct Recorded {
    phrases: Vec<RecordedPhrase>,
    mixed: Vec<RecordedOrder>,
    /// Texts that are written without spaces, with their words.
    spaceless: Vec<(String, Vec<String>)>,
}

#[derive(serde::Deserialize)]
struct RecordedPhrase {
    font: String,
    phrase: String,
    words: Vec<(String, Vec<RecordedGlyph>)>,
}

/// Number, byte, offsets, advance.
type RecordedGlyph = (u32, usize, i32, i32, i32);

#[derive(serde::Deserialize)]
struct RecordedOrder {
    line: String,
    order: Vec<usize>,
}

fn recorded() -> Recorded {
    serde_json::from_str(include_str!("../../../tests/data/scripts/shaped.json")).expect("as make.py writes it")
}

#[test]
fn words_of_many_scripts_are_shaped_as_harfbuzz_shapes_them() {
    let mut different = Vec::new();
    for RecordedPhrase { font, phrase, words } in recorded().phrases {
        let line = shape(&phrase, Face::Sans, true);
        let mut start = 0;
        for (word, glyphs) in words {
            let end = start + word.len();
            let inside = |run: &&GlyphRun| run.bytes.start < end && run.bytes.end > start;
            let [run] = line.runs.iter().filter(inside).collect::<Vec<_>>()[..] else {
                panic!("{word} is not one run: {:?}", line.runs);
            };
            assert_eq!(font_file(run.font).name, font, "{word}");
            assert_eq!(run.bytes, start..end, "{word}");
            let mut pen = run.x;
            let expected: Vec<_> = glyphs
                .iter()
                .map(|&(id, byte, x, y, advance)| {
                    pen += advance;
                    Glyph { id, x: pen - advance + x, y, byte: start + byte }
                })
                .collect();
            if line.glyphs[run.glyphs.clone()] != expected || pen != run.x + run.advance {
                different.push(format!("{word}\n  {:?}\n  {expected:?}", &line.glyphs[run.glyphs.clone()]));
            }
            start = end + 1;
        }
    }
    assert!(different.is_empty(), "{} words:\n{}", different.len(), different.join("\n"));
}

#[test]
fn mixed_lines_stand_in_the_order_that_fribidi_gives() {
    for RecordedOrder { line, order } in recorded().mixed {
        let bytes: Vec<usize> = line.char_indices().map(|(byte, _)| byte).collect();
        let mut ours = Vec::new();
        for run in visual_runs(&line) {
            let mut places: Vec<usize> = (0..bytes.len()).filter(|place| run.bytes.contains(&bytes[*place])).collect();
            if run.is_rtl {
                places.reverse();
            }
            ours.extend(places);
        }
        assert_eq!(ours, order, "{line}");
    }
}

#[test]
fn lines_without_spaces_break_between_words() {
    let (mut at_words, mut all) = (0, 0);
    for (text, words) in recorded().spaceless {
        let ends: Vec<usize> = words
            .iter()
            .scan(0, |end, word| {
                *end += word.len();
                Some(*end)
            })
            .collect();
        for width_pt in [60.0, 80.0, 110.0] {
            let lines = wrap(&text, Face::Sans, 10.0, width_pt);
            assert_eq!(lines.concat(), text);
            assert!(lines.len() > 1);
            let mut at = 0;
            for line in &lines {
                assert!(measure(line, Face::Sans, 10.0, 0.0).advance_pt <= width_pt + 0.5, "{line}");
                at += line.len();
                (at_words, all) = (at_words + usize::from(ends.contains(&at)), all + 1);
            }
        }
    }
    // ICU goes by dictionaries here, and we by its models: they differ on a few words.
    assert!(at_words * 100 >= all * 85, "{at_words} of {all}");
}

#[test]
fn lines_of_words_with_dots_apart_are_no_wider_than_they_may_be() {
    // Dots of Arabic letters are glyphs of their own.
    let words =
        "حدود أوكرانيا المعترف بها دوليًا، كما في قراري الجمعية العامة للأمم المتحدة 68/262 وES-11/4. لا تعني التسميات";
    for width_pt in [80.0, 150.0, 300.0, 420.0] {
        for line in wrap(words, Face::Sans, 8.0, width_pt) {
            let wide = measure(&line, Face::Sans, 8.0, 0.0).advance_pt;
            assert!(wide <= width_pt + 0.5, "{wide} of {width_pt}: {line}");
        }
    }
}

#[test]
fn no_line_of_chinese_begins_with_a_full_stop_and_korean_breaks_at_spaces() {
    // The letters themselves are boxes here, each an em wide or so.
    let chinese = "拟议的撤离区域,包括全部城市。显示接触线「顿涅茨克」。";
    for width_pt in 20..120 {
        let lines = wrap(chinese, Face::Sans, 10.0, f64::from(width_pt));
        assert_eq!(lines.concat(), chinese);
        let starts_badly = |line: &String| line.starts_with([',', '。', '」']);
        assert!(!lines.iter().skip(1).any(starts_badly) || width_pt < 30, "{width_pt}: {lines:?}");
    }
    let korean = "제안된 철수 구역";
    let widest = measure("제안된 철수", Face::Sans, 10.0, 0.0).advance_pt + 0.1;
    assert_eq!(wrap(korean, Face::Sans, 10.0, widest), ["제안된 철수", "구역"]);
}

#[test]
fn a_paragraph_keeps_its_direction_on_each_line() {
    let words = "منطقة الانسحاب المقترحة Donetsk بمساحة";
    let width = measure("منطقة الانسحاب المقترحة", Face::Sans, 10.0, 0.0).advance_pt + 1.0;
    let lines = wrap(words, Face::Sans, 10.0, width);
    assert_eq!(lines, ["منطقة الانسحاب المقترحة", "\u{200F}Donetsk بمساحة"]);
    // The second line is read from the right as well: its Latin word stands at the right end.
    let order: Vec<&str> = visual_runs(&lines[1]).iter().map(|run| lines[1][run.bytes.clone()].trim()).collect();
    assert!(order.first().is_some_and(|left| left.contains("بمساحة")), "{order:?}");
}

#[test]
fn letters_that_join_are_never_spaced() {
    for words in ["منطقة", "क्षेत्र", "ខ្សែ"] {
        let plain = measure(words, Face::Sans, 10.0, 0.0).advance_pt;
        assert_eq!(measure(words, Face::Sans, 10.0, 4.0).advance_pt, plain, "{words}");
        let spaced = Text { letter_spacing_pt: 4.0, ..text(words) };
        assert_eq!(outline(&spaced).elements(), outline(&text(words)).elements(), "{words}");
    }
    assert!(measure("Ֆք", Face::Sans, 10.0, 4.0).advance_pt > measure("Ֆք", Face::Sans, 10.0, 0.0).advance_pt + 7.9);
}

#[test]
fn a_font_is_added_once_and_what_is_none_is_refused() {
    let thai = font_file(font_of('ก', Face::Sans));
    let first = add_font("thai.ttf", thai.bytes.to_vec(), 0).expect("a font");
    assert_eq!(add_font("again.ttf", thai.bytes.to_vec(), 0), Ok(first));
    let about = added_font(first).expect("an added font");
    assert_eq!((about.file.as_str(), about.sha256.len()), ("thai.ttf", 64));
    assert_eq!(add_font("no.ttf", b"no font".to_vec(), 0), Err(FontError::NotAFont("no.ttf".to_owned())));
    // The program's own fonts come first, so that a figure names no font that it could do without.
    assert!(added_fonts_of("กขค", Face::Sans).is_empty());
}

#[test]
fn semi_bold_words_stay_so_in_other_scripts() {
    let name = |letter: char, face: Face| font_file(font_of(letter, face)).name;
    assert_eq!(name('ש', Face::SansSemiBold), "noto-sans-hebrew-600");
    assert_eq!(name('ש', Face::SerifItalic), "noto-sans-hebrew-400");
    assert_eq!(in_weight(font_of('ש', Face::Sans), true), font_of('ש', Face::SansSemiBold));
}

#[test]
fn languages_are_known_by_their_letters() {
    for (words, language) in [
        ("Kyiv", "en"),
        ("Київ", "uk"),
        ("پیشنهادی", "fa"),
        ("مجوزہ", "ur"),
        ("منطقة", "ar"),
        ("אזור", "he"),
        ("漢字", "zh"),
        ("漢字かな", "ja"),
        ("한국", "ko"),
        ("የታቀደው", "am"),
    ] {
        assert_eq!(language_of(words), language, "{words}");
    }
}
