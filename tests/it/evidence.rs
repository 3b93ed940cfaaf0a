//! Evidence that holds: excerpts in hostile texts, a dossier of another place, recipes that add up.

use std::borrow::Cow;
use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use claimline::dossier::check::{Check, CheckState, Fingerprint, TextAtHand, check};
use claimline::dossier::coverage::Coverage;
use claimline::dossier::verify::{Advice, MatchedBy, NO_COPY, Severity, Texts, match_texts, verify};
use claimline::dossier::{Dossier, Excerpt, Measure, Problem, Shape, read};
use claimline::files::{self, Content};
use claimline::formats::text::NormalizedText;
use claimline::geometry::{derive, measure};
use claimline::session::Part;
use geo::{Coord, LineString, MultiLineString, MultiPolygon, Polygon};
use proptest::prelude::*;
use serde_json::{Value, json};

/// An excerpt that states where it stands in `text`.
fn quoted(text: &str, exact: &str, prefix: &str, suffix: &str) -> Excerpt {
    let text = NormalizedText::new(text);
    let byte = text.as_str().find(exact).expect("the excerpt is in its own text");
    let start = text.code_point_at(byte);
    Excerpt { start: Some(start), end: Some(start + exact.chars().count()), ..unplaced(exact, prefix, suffix) }
}

/// An excerpt that states no position.
fn unplaced(exact: &str, prefix: &str, suffix: &str) -> Excerpt {
    let value = json!({
        "id": "e", "source": "s", "does": "context", "said_by": "a shepherd",
        "exact": exact, "prefix": prefix, "suffix": suffix,
    });
    serde_json::from_value(value).expect("an excerpt")
}

fn checked(excerpt: &Excerpt, text: &str) -> Check {
    check(excerpt, Some(&TextAtHand::new(NormalizedText::new(text))))
}

fn state(excerpt: &Excerpt, text: &str) -> CheckState {
    checked(excerpt, text).state
}

const ORIGINAL: &str = "They said: “five to ten miles — no more”, and it’s 5,600 sheep.";

#[test]
fn an_excerpt_in_its_own_text_is_exact() {
    let excerpt = quoted(ORIGINAL, "“five to ten miles — no more”", "They said: ", ", and");
    let found = checked(&excerpt, ORIGINAL);
    assert_eq!(found, Check { state: CheckState::Exact { at: 11..40 }, context_agrees: true });
    // White space is not part of the normalised text.
    let spaced = ORIGINAL.replace(' ', "\u{a0}\n ");
    assert_eq!(state(&excerpt, &spaced), CheckState::Exact { at: 11..40 });
    assert_eq!(check(&excerpt, None).state, CheckState::NoText);
}

#[test]
fn other_marks_are_normalised_and_not_exact() {
    let excerpt = quoted(ORIGINAL, "“five to ten miles — no more”, and it’s", "They said: ", " 5,600");
    for other in [
        ORIGINAL.replace(['“', '”'], "\""),
        ORIGINAL.replace('“', "„").replace('”', "“"),
        ORIGINAL.replace('’', "'"),
        ORIGINAL.replace('—', "-"),
        ORIGINAL.replace('—', "--"),
        ORIGINAL.replace("ten", "te\u{ad}n"),
        ORIGINAL.replace("five", "\u{fb01}ve"),
        ORIGINAL.replace("five", "five\u{200b}"),
    ] {
        let found = checked(&excerpt, &other);
        assert!(matches!(found.state, CheckState::Normalized { .. }), "{other}: {found:?}");
        assert!(found.context_agrees, "{other}");
    }
    let dots = quoted("and then… nothing", "then… nothing", "and ", "");
    assert_eq!(state(&dots, "and then... nothing"), CheckState::Normalized { at: 4..19 });
}

#[test]
fn other_words_are_not_found() {
    let excerpt = quoted(ORIGINAL, "five to ten miles — no more", "“", "”");
    for other in [
        ORIGINAL.replace("ten", "twelve"),
        ORIGINAL.replace("five", "Five"),
        ORIGINAL.replace("miles", "miles or so"),
        ORIGINAL.replace(" — ", " "),
        String::new(),
        "   \n".to_owned(),
    ] {
        assert_eq!(state(&excerpt, &other), CheckState::NotFound, "{other}");
    }
    let number = quoted(ORIGINAL, "5,600 sheep", "", "");
    for other in ["15,600 sheep", "now 1,5,600 sheep", "5,600 sheepdogs", "5,600\u{301} sheep"] {
        assert_eq!(state(&number, other), CheckState::NotFound, "{other}");
    }
    assert_eq!(state(&quoted(ORIGINAL, "5,600", "", ""), "It is 5,600,000 sheep."), CheckState::NotFound);
    assert_eq!(state(&unplaced("", "", ""), ORIGINAL), CheckState::NotFound);
    assert_eq!(state(&unplaced(" \u{200b} ", "", ""), ORIGINAL), CheckState::NotFound);
}

#[test]
fn what_stands_elsewhere_has_moved() {
    let excerpt = quoted(ORIGINAL, "no more", "— ", "”");
    let later = format!("Correction: {ORIGINAL}");
    assert_eq!(state(&excerpt, &later), CheckState::Moved { at: 44..51, verbatim: true });
    let bent = format!("Correction: {}", ORIGINAL.replace("no more", "no\u{2060} more"));
    assert_eq!(state(&excerpt, &bent), CheckState::Moved { at: 44..52, verbatim: false });
    // Without a stated position, one place is as good as the stated one.
    assert_eq!(state(&unplaced("no more", "", ""), &later), CheckState::Exact { at: 44..51 });
    // A position that ends elsewhere is not the excerpt's either.
    let longer = Excerpt { end: excerpt.end.map(|end| end + 1), ..excerpt.clone() };
    assert!(matches!(state(&longer, ORIGINAL), CheckState::Moved { verbatim: true, .. }));
    // Positions beyond the text are no positions.
    let beyond = Excerpt { start: Some(usize::MAX), end: Some(0), ..excerpt };
    assert!(matches!(state(&beyond, ORIGINAL), CheckState::Moved { .. }));
}

#[test]
fn position_then_context_decides_among_several_places() {
    let text = "North: the line holds. South: the line holds. East: the line holds.";
    let south = quoted(text, "the line holds", "North: ", ". South");
    assert_eq!(state(&south, text), CheckState::Exact { at: 7..21 });
    // The first line went: the context names another place, which is told as moved.
    let edited = "South: the line holds. East: the line holds.";
    let east = Excerpt { start: Some(52), end: Some(66), ..unplaced("the line holds", "East: ", ".") };
    assert_eq!(state(&east, text), CheckState::Exact { at: 52..66 });
    assert_eq!(state(&east, edited), CheckState::Moved { at: 29..43, verbatim: true });
    assert_eq!(state(&unplaced("the line holds", "", ""), text), CheckState::Ambiguous { places: 3 });
    assert_eq!(state(&unplaced("the line holds", "", "."), text), CheckState::Ambiguous { places: 3 });
    assert_eq!(state(&unplaced("the line holds", "West: ", ". Up"), text), CheckState::Ambiguous { places: 3 });
    // The words stand where they should, but not among the words that they should stand among.
    let torn = Excerpt { prefix: "Nowhere: ".to_owned(), ..south };
    assert!(!checked(&torn, text).context_agrees);
}

#[test]
fn every_script_is_text() {
    let text = "Тут сказано: «п’ять кілометрів — не більше», — і крапка.";
    let excerpt = quoted(text, "п’ять кілометрів — не більше", "«", "»");
    assert_eq!(state(&excerpt, text), CheckState::Exact { at: 14..42 });
    // The Ukrainian apostrophe has three forms, й two.
    let other = text.replace('’', "ʼ").replace('«', "„");
    assert_eq!(state(&excerpt, &other), CheckState::Normalized { at: 14..42 });
    let decomposed = "Краи\u{306}нє село";
    let composed = quoted("Крайнє село", "Крайнє село", "", "");
    assert_eq!(state(&composed, decomposed), CheckState::Exact { at: 0..11 });
    // A letter is found with its marks or not at all.
    assert_eq!(state(&unplaced("cafe", "", ""), "the café"), CheckState::NotFound);
    assert_eq!(state(&unplaced("cafe", "", ""), "the cafe\u{301}"), CheckState::NotFound);
    assert_eq!(state(&unplaced("за", "", ""), "за\u{301}мок"), CheckState::NotFound);
    // Words without spaces between them.
    assert_eq!(state(&unplaced("北京", "", ""), "他在北京的家"), CheckState::Exact { at: 2..4 });
    assert!(matches!(state(&unplaced("١٢٣", "", ""), "\u{202b}١٢٣\u{202c}"), CheckState::Exact { .. }));
    assert!(matches!(state(&unplaced("🐑🐑", "", ""), "a 🐑🐑🐑"), CheckState::Exact { .. }));
}

#[test]
fn an_excerpt_cut_out_of_a_word_stays_one() {
    let text = "the riverbank of the riverbank";
    let bank = Excerpt { start: Some(9), end: Some(13), ..unplaced("bank", "the river", " of") };
    assert_eq!(state(&bank, text), CheckState::Exact { at: 9..13 });
    assert_eq!(state(&bank, &format!("On {text}")), CheckState::Moved { at: 12..16, verbatim: true });
}

#[test]
fn a_long_text_is_searched_at_once() {
    let sentence = "It’s said — by “someone” — that the path lies 5 km farther on the eastern bank of the river. ";
    let needles: Vec<String> = (0..40).map(|number| format!("witness number {number} saw “a ram” there")).collect();
    let mut long = String::new();
    for needle in &needles {
        long.push_str(&sentence.repeat(1250));
        long.push_str(needle);
        long.push_str(". ");
    }
    assert!(long.len() > 5_000_000);
    let excerpts: Vec<Excerpt> = needles.iter().map(|needle| unplaced(&needle.replace('“', "\""), "", "")).collect();
    let text = NormalizedText::new(&long);
    let started = Instant::now();
    let at_hand = TextAtHand::new(text);
    for excerpt in &excerpts {
        assert!(matches!(at_hand.check(excerpt).state, CheckState::Normalized { .. }));
    }
    let taken = started.elapsed();
    // The promise is 50 ms, for the program as it is released.
    let limit = if cfg!(debug_assertions) { Duration::from_secs(10) } else { Duration::from_millis(50) };
    assert!(taken < limit, "{taken:?}");
    eprintln!("folding {} bytes and finding {} excerpts took {taken:?}", long.len(), excerpts.len());
}

#[test]
fn hostile_texts_come_to_an_end() {
    let started = Instant::now();
    for unit in ["a", "-", "`", "\u{2060}", "\u{301}", "…", "\u{fdfa}", "a ", "🐑"] {
        let text = TextAtHand::new(NormalizedText::new(&unit.repeat(200_000)));
        for exact in ["a", "aa", "-", "…", "\u{301}", "🐑", &"a ".repeat(1000)] {
            let _ = text.check(&unplaced(exact, "a", "a"));
        }
    }
    assert!(started.elapsed() < Duration::from_secs(60));
    let many = TextAtHand::new(NormalizedText::new(&"a ".repeat(100_000)));
    assert_eq!(many.check(&unplaced("a", "", "")).state, CheckState::Ambiguous { places: 1000 });
}

#[test]
fn a_selection_becomes_an_excerpt_that_is_found_again() {
    let text = TextAtHand::new(NormalizedText::new(&format!("{ORIGINAL} {ORIGINAL}")));
    let quote = text.quote(68..80).expect("a quotation");
    assert_eq!(quote.exact, "said: “five");
    let excerpt = Excerpt {
        start: Some(quote.at.start),
        end: Some(quote.at.end),
        ..unplaced(&quote.exact, &quote.prefix, &quote.suffix)
    };
    assert_eq!(text.check(&excerpt), Check { state: CheckState::Exact { at: quote.at }, context_agrees: true });
    assert_eq!(text.quote(4..5), None);
    assert_eq!(text.quote(0..100_000), None);
}

/// Texts of the letters that are hardest to keep apart.
fn nasty() -> impl Strategy<Value = String> {
    let letters = [
        "a", "й", "e\u{301}", "ﬁ", " ", "\u{a0}", "\u{200b}", "\u{ad}", "-", "—", "…", ".", "“", "'", "5", ",", "🐑",
        "北",
    ];
    prop::collection::vec(prop::sample::select(letters.to_vec()), 0..60).prop_map(|letters| letters.concat())
}

/// Pages of what breaks readers of pages.
fn tag_soup() -> impl Strategy<Value = String> {
    let parts = [
        "<p>",
        "</p",
        ">",
        "<",
        "<!--",
        "-->",
        "<script>",
        "</script>",
        "&amp;",
        "&",
        "&#x2014;",
        "&#",
        ";",
        "\"",
        "'",
        "=",
        "word",
        " ",
        "/>",
        "<!",
        "é",
    ];
    prop::collection::vec(prop::sample::select(parts.to_vec()), 0..60).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_quotation_of_any_text_is_exact(words in nasty(), from in 0..60_usize, length in 1..20_usize) {
        let text = TextAtHand::new(NormalizedText::new(&words));
        let again = NormalizedText::new(text.text().as_str());
        prop_assert_eq!(&again, text.text(), "normalising twice is normalising once");
        if let Some(quote) = text.quote(from..from + length) {
            let excerpt = Excerpt {
                start: Some(quote.at.start),
                end: Some(quote.at.end),
                ..unplaced(&quote.exact, &quote.prefix, &quote.suffix)
            };
            let expected = Check { state: CheckState::Exact { at: quote.at }, context_agrees: true };
            prop_assert_eq!(text.check(&excerpt), expected);
        }
    }

    #[test]
    fn any_words_are_checked_in_any_text(words in nasty(), exact in nasty(), prefix in nasty(), suffix in nasty(), start in 0..80_usize) {
        let text = TextAtHand::new(NormalizedText::new(&words));
        for excerpt in [
            unplaced(&exact, &prefix, &suffix),
            Excerpt { start: Some(start), end: Some(start + 3), ..unplaced(&exact, &prefix, &suffix) },
        ] {
            if let Some(at) = text.check(&excerpt).state.at() {
                prop_assert!(text.text().slice(at).is_some_and(|found| !found.is_empty()));
            }
        }
    }

    #[test]
    fn any_page_is_read(page in tag_soup()) {
        let words = claimline::formats::text::words_of_html(&page);
        prop_assert!(words.len() <= page.len());
    }
}

// A dossier of another place.

fn quill() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/quill")
}

fn opened(path: &Path) -> (Dossier, Vec<Problem>) {
    match files::open(path).map(|opened| opened.content) {
        Ok(Content::Evidence(Part::Dossier(dossier, problems))) => (*dossier, problems),
        Ok(_) => panic!("no dossier: {}", path.display()),
        Err(error) => panic!("{error}"),
    }
}

fn texts_of_quill() -> Vec<(String, NormalizedText)> {
    let paths = files::texts_in(&quill().join("texts")).expect("a folder");
    let name = |path: &Path| path.file_name().expect("a name").to_string_lossy().into_owned();
    paths.texts.iter().map(|path| (name(path), files::read_text(path).expect("a text").normalized)).collect()
}

#[test]
fn a_dossier_of_another_place_opens() {
    let (dossier, problems) = opened(&quill().join("dossier"));
    assert_eq!(problems, []);
    let km2 = |id: &str| match dossier.overlay(id).map(|overlay| overlay.measure) {
        Some(Measure::Area { km2, .. }) => km2,
        other => panic!("{id}: {other:?}"),
    };
    let near = |a: f64, b: f64| (a - b).abs() < 1e-6 * b;
    assert!(near(km2("north-pasture") + km2("south-pasture"), km2("common")));
    assert!(near(km2("dry-common") + km2("flooded"), km2("common")));
    assert!(near(km2("lake-and-common"), km2("common") + km2("lake") - km2("flooded")));
    assert!(km2("north-verge") > 0.48 * km2("verge") && km2("north-verge") < 0.52 * km2("verge"));
    // The verge is clipped to the Common: nothing of it lies beyond, and without the clip it would be larger.
    let area = |id: &str| match dossier.overlay(id).map(|overlay| &*overlay.shape) {
        Some(Shape::Area(area)) => area.clone(),
        other => panic!("{id}: {other:?}"),
    };
    let beyond = measure::area_m2(&derive::difference(&area("verge"), &area("common"))) / 1e6;
    assert!(beyond < 1e-6 * km2("verge"), "{beyond} km² beyond the Common");
    let Some(Shape::Line(path)) = dossier.overlay("path").map(|overlay| &*overlay.shape) else { panic!("no path") };
    let unclipped = measure::area_m2(&derive::buffer_line(path, 200.0, derive::Sides::Both)) / 1e6;
    assert!(km2("verge") < 0.999 * unclipped, "{} of {unclipped} km²", km2("verge"));
    let Some(Shape::Places(huts)) = dossier.overlay("huts").map(|overlay| &*overlay.shape) else { panic!("no huts") };
    let names: Vec<&str> = huts.iter().map(|hut| hut.name.main()).collect();
    assert_eq!(names, ["Shepherd’s hut", "High hut"]);
}

#[test]
fn a_dossier_of_another_place_is_verified_and_covered() {
    let (dossier, problems) = opened(&quill().join("dossier"));
    let (texts, matched) = match_texts(&dossier, texts_of_quill());
    // The second article is found within a saved page.
    assert_eq!(matched["gazette-1908"], ("gazette.txt".to_owned(), MatchedBy::Fingerprint));
    assert_eq!(matched["parish-notes-1908"], ("parish-notes-saved.html".to_owned(), MatchedBy::Fingerprint));
    let report = verify(&dossier, &problems, &texts);
    let findings: Vec<_> = report.findings.iter().filter(|finding| finding.what != NO_COPY).collect();
    assert!(findings.is_empty() && report.findings.len() == dossier.sources.len(), "{findings:?}");
    assert!(report.sources.iter().all(|source| source.fingerprint == Some(Fingerprint::Same)));
    for found in &report.excerpts {
        assert!(matches!(found.check.state, CheckState::Exact { .. }), "{found:?}");
    }
    let coverage = Coverage::of(&dossier);
    assert!(coverage.is_complete());
    assert_eq!(coverage.context.len(), 1);
    assert_eq!(coverage.overlays.len(), 11);
}

#[test]
fn an_edited_article_is_noticed() {
    let (dossier, problems) = opened(&quill().join("dossier"));
    let gazette = texts_of_quill().remove(0).1;
    let edited = gazette.as_str().replace("two hundred metres", "three hundred metres");
    let (texts, matched) =
        match_texts(&dossier, vec![("QUILL-gazette (copy).txt".to_owned(), NormalizedText::new(&edited))]);
    assert_eq!(matched["gazette-1908"].1, MatchedBy::Outlet);
    let report = verify(&dossier, &problems, &texts);
    assert!(report.failed());
    assert_eq!(report.sources[0].fingerprint, Some(Fingerprint::Different));
    let state = |id: &str| {
        let found = report.excerpts.iter().find(|found| found.excerpt.id == id).expect("an excerpt");
        found.check.state.name()
    };
    assert_eq!((state("g-boots"), state("g-verge"), state("g-huts")), ("exact", "not found", "moved"));
    assert_eq!(state("p-dry"), "no text at hand");
}

/// The dossier of Quill with one thing changed.
fn spoilt(change: impl FnOnce(&mut Value)) -> Result<(Dossier, Vec<Problem>), String> {
    let folder = quill().join("dossier");
    let mut json: Value =
        serde_json::from_slice(&files::read(&folder.join("dossier.json")).expect("a file")).expect("JSON");
    change(&mut json);
    let open = |name: &str| files::read(&folder.join(name)).map(Cow::Owned).map_err(|error| error.to_string());
    read(json.to_string().as_bytes(), &open).map_err(|error| error.to_string())
}

fn errors(change: impl FnOnce(&mut Value)) -> Vec<String> {
    let (dossier, problems) = spoilt(change).expect("a dossier");
    let report = verify(&dossier, &problems, &Texts::new());
    assert_eq!(report.failed(), report.count(Severity::Error) > 0);
    let errors = report.findings.iter().filter(|finding| finding.severity == Severity::Error);
    errors.map(ToString::to_string).collect()
}

#[test]
fn every_promise_is_checked() {
    assert_eq!(errors(|_| {}), Vec::<String>::new());
    let changes: &[(&str, Value, &str)] = &[
        ("/as_of", json!("1908-02-30"), "expected a day"),
        ("/home", json!("nowhere"), "no overlay 'nowhere'"),
        ("/groups/1/id", json!("pasture"), "two have this id"),
        ("/layers/0/license", json!(""), "no license"),
        ("/sources/0/url", json!("ftp://quill"), "https://"),
        ("/sources/0/published", json!("May 1908"), "expected a day"),
        ("/sources/0/text/sha256", json!("abc"), "64 small hexadecimal digits"),
        ("/sources/1/id", json!("gazette-1908"), "two have this id"),
        ("/sources/1/id", json!("Parish"), "not among the sources"),
        ("/excerpts/0/end", json!(10), "code points long"),
        ("/excerpts/0/id", json!("g-boots"), "two have this id"),
        ("/excerpts/0/overlays", json!(["sea"]), "no overlay 'sea'"),
        ("/excerpts/0/overlays", json!([]), "not marked as context"),
        ("/excerpts/5/overlays", json!(["common"]), "overlay 'huts': no excerpt is about it"),
        ("/overlays/0/credit", json!(null), "no credit"),
        ("/overlays/0/group", json!("sky"), "not among the groups"),
        ("/overlays/0/as_of", json!("08-05-03"), "expected a day"),
        ("/overlays/0/accuracy_m", json!(-1), "more than 0"),
        ("/overlays/0/recipe/of", json!("buildings"), "not an area"),
        ("/overlays/0/recipe/of", json!("north-pasture"), "the recipe needs itself"),
        ("/overlays/0/recipe/line", json!("road"), "no overlay or layer 'road'"),
        ("/overlays/2/recipe/distance_km", json!(-3), "expected more than 0"),
        ("/overlays/7/recipe/of", json!(["lake", "lake"]), "leaves nothing"),
        ("/overlays/5/geometry/file", json!("shapes/none.geojson"), "none.geojson"),
        ("/positions/0/excerpt", json!("none"), "not among the excerpts"),
        ("/positions/0/overlay", json!("none"), "no overlay 'none'"),
        ("/figures/0/of", json!("none"), "not among the overlays"),
        ("/figures/0/unit", json!("acres"), "expected km2"),
        ("/figures/0/date", json!("yesterday"), "expected a day"),
        ("/notes/0/overlays", json!(["none"]), "no overlay 'none'"),
    ];
    for (pointer, value, expected) in changes {
        let errors = errors(|json| *json.pointer_mut(pointer).expect(pointer) = value.clone());
        assert!(errors.iter().any(|error| error.contains(expected)), "{pointer} = {value}: {errors:?}");
    }
}

#[test]
fn long_and_many_quotations_are_advised_against_until_a_reason_is_given() {
    let long = "word ".repeat(61);
    let told = |change: &dyn Fn(&mut Value), said: &str| {
        let (dossier, problems) = spoilt(change).expect("a dossier");
        let report = verify(&dossier, &problems, &Texts::new());
        let found = report.findings.iter().find(|finding| finding.what.contains(said));
        found.map(|finding| (finding.severity, finding.advice, finding.what.clone()))
    };
    let quote = |json: &mut Value| json["excerpts"][0]["exact"] = json!(long.trim());
    let (severity, advice, _) = told(&quote, "61 words").expect("advice");
    assert_eq!((severity, advice), (Severity::Warning, Some(Advice::LongExcerpt)));
    let answered = |json: &mut Value| {
        quote(json);
        json["acknowledged"] =
            json!([{ "part": "excerpt 'g-area'", "advice": "long-excerpt", "reason": "it is an oath" }]);
    };
    let (severity, advice, what) = told(&answered, "61 words").expect("it is still told");
    assert_eq!((severity, advice), (Severity::Info, None));
    assert!(what.ends_with("acknowledged: it is an oath"), "{what}");
    // Of a long text a large share is advised against, of a few sentences it is not.
    let of_length = |length: usize, exact: usize| {
        move |json: &mut Value| {
            json["sources"][0]["text"]["length"] = json!(length);
            json["excerpts"][0]["exact"] = json!("word ".repeat(exact).trim());
        }
    };
    let (_, advice, _) = told(&of_length(1_001, 50), "% of it is quoted").expect("advice");
    assert_eq!(advice, Some(Advice::MuchQuoted));
    assert_eq!(told(&of_length(1_000, 50), "% of it is quoted"), None);
}

#[test]
fn a_member_that_no_style_has_is_named_once() {
    let (_, problems) = spoilt(|json| json["overlays"][0]["style"]["strok-width"] = json!(3)).expect("a dossier");
    let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("style.strok-width") && told[0].contains("did you mean stroke-width?"), "{told:?}");
}

#[test]
fn a_long_chain_of_recipes_ends_in_a_message_and_the_rest_opens() {
    let with_chain = |length: usize| {
        spoilt(|json| {
            let overlays = json["overlays"].as_array_mut().expect("a list");
            let pattern = overlays[0].clone();
            for step in 0..length {
                let needed = if step + 1 == length { "common".to_owned() } else { format!("z{}", step + 1) };
                let mut entry = pattern.clone();
                entry["id"] = json!(format!("z{step}"));
                entry["recipe"] = json!({ "op": "union", "of": [needed] });
                overlays.push(entry);
            }
        })
        .expect("a dossier")
    };
    let (dossier, problems) = with_chain(200);
    assert_eq!(problems, []);
    assert_eq!(dossier.overlay("z0").expect("it is made").measure, dossier.overlay("common").expect("a field").measure);
    // On the little stack that a thread of the window has.
    let small = std::thread::Builder::new().stack_size(512 * 1024);
    let thread = small.spawn(move || with_chain(5_200)).expect("a thread");
    let (dossier, problems) = thread.join().expect("it does not overflow");
    assert!(dossier.overlay("north-pasture").is_some() && dossier.overlay("lake-and-common").is_some());
    let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert!(
        told.iter().any(|what| what.contains("depend on each other more than 256 levels deep")),
        "{:?}",
        &told[..3]
    );
    assert!(told.iter().any(|what| what.contains("more than 5000 overlays")), "{:?}", told.last());
    assert!(told.iter().all(|what| what.len() < 600), "no message grows with the chain");
}

#[test]
fn nonsense_is_named() {
    for (pointer, value, expected) in [
        ("/limits_bbox", json!([-280, 39, -27, 95]), "within ±180 and ±90"),
        ("/limits_bbox", json!([-28.2, 40.1, -27.8, 39.9]), "south less than north"),
        ("/figures/0/value", json!(1e308), "its value is 1e308, which is more than the area of the earth"),
    ] {
        let (dossier, problems) =
            spoilt(|json| *json.pointer_mut(pointer).expect(pointer) = value.clone()).expect("a dossier");
        let report = verify(&dossier, &problems, &Texts::new());
        let told: Vec<String> = report.findings.iter().map(ToString::to_string).collect();
        assert!(told.iter().any(|what| what.contains(expected)), "{pointer} = {value}: {told:?}");
    }
    // An outline of the dossier's own that is not closed.
    let folder = quill().join("dossier");
    let open = |name: &str| {
        let bytes = files::read(&folder.join(name)).map_err(|error| error.to_string())?;
        let mut json: Value = serde_json::from_slice(&bytes).map_err(|error| error.to_string())?;
        if name.ends_with("lake.geojson") {
            json["crs"] = Value::Null;
            let ring = json.pointer_mut("/features/0/geometry/coordinates/0").expect("a ring").as_array_mut();
            ring.expect("positions").pop();
        }
        Ok(Cow::Owned(json.to_string().into_bytes()))
    };
    let (_, problems) = read(&files::read(&folder.join("dossier.json")).expect("a file"), &open).expect("a dossier");
    let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
    for expected in ["does not end where it begins", "its 'crs' is null"] {
        assert!(told.iter().any(|what| what.contains("lake") && what.contains(expected)), "{told:?}");
    }
}

#[test]
fn a_line_that_is_a_tangle_and_a_buffer_of_nothing_end_in_a_message() {
    // Each of its edges crosses nearly all others.
    let corner = |index: u32| {
        let angle = f64::from(index * 151) / 304.0 * std::f64::consts::TAU;
        json!([-28.0 + 0.1 * angle.cos(), 40.0 + 0.05 * angle.sin()])
    };
    let line = json!({ "type": "Feature", "properties": {},
        "geometry": { "type": "LineString", "coordinates": (0..304).map(corner).collect::<Vec<_>>() } });
    let folder = quill().join("dossier");
    let open = |name: &str| match name {
        "shapes/path.geojson" => Ok(Cow::Owned(line.to_string().into_bytes())),
        _ => files::read(&folder.join(name)).map(Cow::Owned).map_err(|error| error.to_string()),
    };
    let json = files::read(&folder.join("dossier.json")).expect("a file");
    let (dossier, problems) = read(&json, &open).expect("a dossier");
    assert!(dossier.overlay("path").is_some() && dossier.overlay("flooded").is_some(), "the rest opens");
    let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
    for id in ["north-pasture", "verge"] {
        let is_said = |what: &String| what.contains(&format!("'{id}'")) && what.contains("'path' crosses itself");
        assert!(told.iter().any(is_said), "{id}: {told:?}");
    }
    for (distance_km, is_refused) in [(1e-9, true), (0.0009, true), (0.001, false)] {
        let told = errors(|json| json["overlays"][2]["recipe"]["distance_km"] = json!(distance_km));
        assert_eq!(told.iter().any(|what| what.contains("expected at least 0.001")), is_refused, "{told:?}");
    }
}

#[test]
fn what_is_left_over_is_listed() {
    let (dossier, _) = spoilt(|json| json["excerpts"][5]["overlays"] = json!([])).expect("a dossier");
    let coverage = Coverage::of(&dossier);
    assert!(!coverage.is_complete());
    assert_eq!(coverage.statements_left_over[0].id, "g-huts");
    assert_eq!(coverage.overlays_left_over[0].id, "huts");
}

// One zip of it.

fn zipped(prefix: &str) -> Vec<u8> {
    let folder = quill().join("dossier");
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for name in ["common", "lake", "path", "buildings"]
        .map(|name| format!("shapes/{name}.geojson"))
        .into_iter()
        .chain(["dossier.json".to_owned()])
    {
        writer.start_file(format!("{prefix}{name}"), zip::write::SimpleFileOptions::default()).expect("a file");
        writer.write_all(&files::read(&folder.join(&name)).expect("a file")).expect("bytes");
    }
    writer.finish().expect("a zip").into_inner()
}

#[test]
fn a_zip_of_a_dossier_is_the_dossier() {
    let (folder, _) = opened(&quill().join("dossier"));
    let home = tempfile::tempdir().expect("a folder");
    for (prefix, name) in [("", "quill.claimline"), ("quill/", "Quill.ZIP")] {
        let path = home.path().join(name);
        files::write(&path, &zipped(prefix)).expect("written");
        let (dossier, problems) = opened(&path);
        assert_eq!(problems, []);
        assert_eq!(dossier.overlays.len(), folder.overlays.len());
        for (one, other) in dossier.overlays.iter().zip(&folder.overlays) {
            assert_eq!((&one.id, &one.shape), (&other.id, &other.shape));
        }
    }
}

#[test]
fn what_is_no_zip_of_a_dossier_is_refused() {
    let home = tempfile::tempdir().expect("a folder");
    let path = home.path().join("a.claimline");
    let good = zipped("");
    let without = zipped("a/b/");
    for (bytes, expected) in [
        (b"no zip".as_slice(), "not a zip"),
        (&good[..good.len() / 2], "not a zip"),
        (&without, "there is no 'dossier.json'"),
    ] {
        files::write(&path, bytes).expect("written");
        let error = files::open(&path).err().expect("an error").to_string();
        assert!(error.contains(expected), "{error}");
    }
}

// The command line.

fn claimline(arguments: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_claimline")).args(arguments).output().expect("it runs");
    (output.status.code().unwrap_or(-1), String::from_utf8(output.stdout).expect("UTF-8"))
}

#[test]
fn verify_and_coverage_answer_on_the_command_line() {
    let (dossier, texts) = (quill().join("dossier"), quill().join("texts"));
    let (dossier, texts) = (dossier.to_str().expect("a path"), texts.to_str().expect("a path"));
    let (code, text) = claimline(&["verify", "--dossier", dossier, "--sources", texts]);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("10 exact, 0 errors, 0 warnings: nothing failed"), "{text}");
    let (code, text) = claimline(&["verify", "--dossier", dossier]);
    assert_eq!(code, 0);
    assert!(text.contains("no text at hand") && !text.contains("exact"), "{text}");
    let (code, text) = claimline(&["coverage", "--dossier", dossier]);
    assert_eq!(code, 0);
    assert!(text.ends_with("Nothing is left over on either side.\n"), "{text}");

    // An edited article, and a dossier of which something is left over.
    let home = tempfile::tempdir().expect("a folder");
    let article = String::from_utf8(files::read(&quill().join("texts/gazette.txt")).expect("a file")).expect("UTF-8");
    files::write(&home.path().join("gazette-1908.txt"), article.replace("boots", "shoes").as_bytes()).expect("written");
    let folder = home.path().to_str().expect("a path");
    let (code, text) = claimline(&["verify", "--json", "--dossier", dossier, "--sources", folder]);
    let json: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(code, 1);
    assert_eq!((&json["failed"], &json["sources"][0]["matched_by"]), (&json!(true), &json!("id")));
    assert_eq!(json["excerpts"][3]["state"], "not-found");
    let mut zip = json!(null);
    let broken = spoilt(|json| zip = json.take()).is_err();
    assert!(broken);
    zip["excerpts"][5]["overlays"] = json!([]);
    files::write(&home.path().join("dossier.json"), zip.to_string().as_bytes()).expect("written");
    std::fs::create_dir(home.path().join("shapes")).expect("a folder");
    for name in ["common", "lake", "path", "buildings"] {
        let name = format!("shapes/{name}.geojson");
        std::fs::copy(quill().join("dossier").join(&name), home.path().join(&name)).expect("a copy");
    }
    let (code, text) = claimline(&["coverage", "--json", "--dossier", folder]);
    let json: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(code, 1);
    assert_eq!(json["left_over"], json!({ "statements": ["g-huts"], "overlays": ["huts"], "problems": [] }));
    assert_eq!(claimline(&["verify", "--sources", "/no/such/folder"]).0, 1);
}

#[test]
fn the_built_in_dossier_is_in_order() {
    let (code, text) = claimline(&["verify"]);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("no text at hand") && !text.contains("exact"), "{text}");
    let (code, text) = claimline(&["coverage"]);
    assert_eq!(code, 0, "{text}");
}

// Recipes that add up, whatever the shapes.

/// A polygon around a place: a corner every few degrees, at random distances, and sides of one edge or of many short
/// ones, as real borders have; no edge is longer than 100 km.
fn blob() -> impl Strategy<Value = MultiPolygon<f64>> {
    (prop::collection::vec(0.5..1.5_f64, 5..40), 1..33_u32).prop_map(|(radii, parts)| {
        let step = std::f64::consts::TAU / radii.len() as f64;
        let corner = |(index, radius): (usize, &f64)| {
            let (sin, cos) = (index as f64 * step).sin_cos();
            Coord { x: 30.0 + 1.4 * radius * cos, y: 48.0 + radius * sin }
        };
        let corners: Vec<Coord<f64>> = radii.iter().enumerate().map(corner).collect();
        let sides = corners.iter().zip(corners.iter().cycle().skip(1));
        let ring = sides.flat_map(|(from, to)| {
            let parts = parts.max((measure::distance_m(*from, *to) / 100_000.0).ceil() as u32);
            (0..parts).map(move |part| *from + (*to - *from) * (f64::from(part) / f64::from(parts)))
        });
        MultiPolygon(vec![Polygon::new(LineString(ring.collect()), Vec::new())])
    })
}

/// A line that wiggles from west to east through the middle of any blob.
fn wiggle() -> impl Strategy<Value = MultiLineString<f64>> {
    prop::collection::vec((-1.2..1.2_f64, 0.0..0.9_f64), 2..60).prop_map(|steps| {
        let width = 5.0 / steps.len() as f64;
        let mut line = vec![Coord { x: 27.0, y: 48.0 }];
        let place =
            |(index, (up, on)): (usize, &(f64, f64))| Coord { x: 27.5 + (index as f64 + on) * width, y: 48.0 + up };
        line.extend(steps.iter().enumerate().map(place));
        line.push(Coord { x: 33.0, y: 48.0 });
        let middle = line.partition_point(|place| place.x <= 30.0);
        line.insert(middle, Coord { x: 30.0, y: 48.0 });
        MultiLineString(vec![LineString(line)])
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_two_sides_of_a_line_partition_the_whole(area in blob(), line in wiggle()) {
        let whole = measure::area_m2(&area);
        if let Ok(split) = derive::split_by_line(&area, &line) {
            let parts = measure::area_m2(&split.left) + measure::area_m2(&split.right);
            prop_assert!((parts - whole).abs() <= 1e-9 * whole, "{parts} of {whole}");
            let both = measure::area_m2(&derive::intersection(&split.left, &split.right));
            prop_assert!(both <= 1e-9 * whole, "{both} of {whole} is on both sides");
        } else {
            prop_assert!(false, "the line crosses: {:?}", derive::split_by_line(&area, &line));
        }
    }

    #[test]
    fn what_two_areas_share_and_do_not_share_partitions_both(one in blob(), other in blob(), by in -1.5..1.5_f64) {
        let mut other = other;
        for polygon in &mut other.0 {
            polygon.exterior_mut(|ring| ring.0.iter_mut().for_each(|place| place.x += by));
        }
        let [first, second] = [&one, &other].map(measure::area_m2);
        let shared = measure::area_m2(&derive::intersection(&one, &other));
        let [left, right] = [derive::difference(&one, &other), derive::difference(&other, &one)];
        let [left, right] = [left, right].map(|area| measure::area_m2(&area));
        prop_assert!((shared + left - first).abs() <= 1e-9 * first, "{shared} and {left} of {first}");
        prop_assert!((shared + right - second).abs() <= 1e-9 * second, "{shared} and {right} of {second}");
        let all = measure::area_m2(&derive::union(&one, &other));
        prop_assert!((shared + left + right - all).abs() <= 1e-9 * all, "{shared}, {left}, {right} of {all}");
    }

}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn corridors_grow_with_their_width(line in wiggle(), narrow_m in 200.0..8000.0_f64, times in 1.2..3.0_f64) {
        let narrow = derive::buffer_line(&line, narrow_m, derive::Sides::Both);
        let wide = derive::buffer_line(&line, narrow_m * times, derive::Sides::Both);
        let (small, large) = (measure::area_m2(&narrow), measure::area_m2(&wide));
        prop_assert!(small > 0.0 && small < large, "{small} and {large}");
        let outside = measure::area_m2(&derive::difference(&narrow, &wide));
        // Ends are cut square on the ellipsoid, and that is no straight line on the map.
        prop_assert!(outside <= 1e-4 * small, "{outside} of {small} lies outside the wider one");
    }

    #[test]
    fn recipes_come_out_the_same_every_time(area in blob(), line in wiggle()) {
        let geojson = |geometry: geojson::GeometryValue| geojson::Geometry::new(geometry).to_string();
        let (area, line) = (geojson((&area).into()), geojson((&line).into()));
        let json = json!({
            "format": "claimline-dossier/1", "id": "any", "version": "1.0.0", "title": { "en": "Any" }, "as_of": "1908-05-03",
            "overlays": [
                { "id": "area", "title": { "en": "Area" }, "kind": "region", "geometry": { "file": "area.geojson" } },
                { "id": "line", "title": { "en": "Line" }, "kind": "line", "geometry": { "file": "line.geojson" } },
                { "id": "left", "title": { "en": "Left" }, "kind": "proposal", "recipe": { "op": "side", "of": "area", "line": "line", "side": "left" } },
                { "id": "strip", "title": { "en": "Strip" }, "kind": "proposal", "recipe": { "op": "buffer", "of": "line", "distance_km": 5, "sides": "right" } },
                { "id": "rest", "title": { "en": "Rest" }, "kind": "proposal", "recipe": { "op": "difference", "of": ["left", "strip"] } },
            ],
        });
        let open = |name: &str| Ok(Cow::Owned(if name == "area.geojson" { &area } else { &line }.clone().into_bytes()));
        let first = read(json.to_string().as_bytes(), &open).expect("a dossier");
        let second = read(json.to_string().as_bytes(), &open).expect("a dossier");
        prop_assert_eq!(&first.1, &second.1);
        for (one, other) in first.0.overlays.iter().zip(&second.0.overlays) {
            prop_assert_eq!(&one.shape, &other.shape);
        }
    }
}

#[test]
fn a_word_that_a_line_divides_is_found_and_never_called_exact() {
    let text = "It covers 5,600 square kilo-\nmetres. A price-\ndetermining clause, and the soft\u{ad}\nened one. Pre- and \
                post-war. He said re-\nread twice, re-\nread.";
    let at_hand = TextAtHand::new(NormalizedText::new(text));
    let state = |exact: &str| at_hand.check(&unplaced(exact, "", "")).state;
    let words = |exact: &str| match state(exact) {
        CheckState::Divided { at } => at_hand.text().slice(at).unwrap().to_owned(),
        other => panic!("{exact}: {other:?}"),
    };
    assert_eq!(words("5,600 square kilometres"), "5,600 square kilo- metres");
    assert_eq!(words("price-determining clause"), "price- determining clause");
    assert_eq!(words("kilometres. A pricedetermining"), "kilo- metres. A price- determining");
    assert_eq!(words("the softened one"), "the soft\u{ad} ened one");
    assert_eq!(words("said reread twice"), "said re- read twice");
    assert_eq!(state("re-read"), CheckState::Ambiguous { places: 2 });
    for absent in ["600 square kilometre", "Pre-and", "square kilo-metre", "quare kilometres", "kilometers"] {
        assert_eq!(state(absent), CheckState::NotFound, "{absent}");
    }
    // As the text has it, it is exact.
    assert!(matches!(state("kilo- metres"), CheckState::Exact { .. }));
    assert_eq!(state("kilometres").name(), "divided at a line's end");
}
