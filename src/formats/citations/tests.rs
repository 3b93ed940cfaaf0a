//! A made-up library in several scripts as BibLaTeX, and what pandoc and bibutils make of it; citations as people paste them.

use proptest::prelude::*;

use super::*;
use crate::formats::day::Day;

const BIB: &str = include_str!("../../../tests/data/citations/library.bib");
const CSL: &str = include_str!("../../../tests/data/citations/library.pandoc.json");
const PANDOC_BIB: &str = include_str!("../../../tests/data/citations/library.pandoc.bib");
const RIS: &str = include_str!("../../../tests/data/citations/library.ris");

fn works(name: &str, text: &str) -> (Vec<CitedWork>, Vec<CitationWarning>) {
    read(name, text.as_bytes()).unwrap()
}

/// Letters without what programs do to them: capitals of titles, kinds of quotation marks, TeX's dotless i.
fn plain(words: &Option<String>) -> String {
    let small = words.as_deref().unwrap_or_default().to_lowercase();
    let small: String = small.chars().filter(|letter| !"'’‘“”\"`,".contains(*letter)).collect();
    small.replace("ı\u{301}", "í").replace('ı', "i").replace("i\u{307}", "i")
}

fn same(one: &CitedWork, other: &CitedWork) {
    assert_eq!(one.key, other.key);
    assert_eq!(plain(&one.title), plain(&other.title), "{}", one.key);
    assert_eq!(plain(&one.author), plain(&other.author), "{}", one.key);
    assert_eq!(plain(&one.outlet), plain(&other.outlet), "{}", one.key);
}

#[test]
fn a_library_says_the_same_as_pandoc_reads_in_it() {
    let (own, warnings) = works("library.bib", BIB);
    assert_eq!(warnings, []);
    let (pandoc, warnings) = works("library.json", CSL);
    assert_eq!(warnings, []);
    assert_eq!((own.len(), pandoc.len()), (21, 21));
    for (one, other) in own.iter().zip(&pandoc) {
        same(one, other);
        assert_eq!((one.published, one.retrieved), (other.published, other.retrieved), "{}", one.key);
        assert_eq!((&one.url, &one.archived), (&other.url, &other.archived), "{}", one.key);
    }
}

#[test]
fn what_pandoc_writes_as_bibtex_is_read() {
    let (own, _) = works("library.bib", BIB);
    let (pandoc, warnings) = works("pandoc.bib", PANDOC_BIB);
    assert_eq!((pandoc.len(), warnings), (21, vec![]));
    for (one, other) in own.iter().zip(&pandoc) {
        // Pandoc takes Łukasz for a particle, because his name begins with a command, and glues it to the family's name.
        let author = other.author.as_ref().map(|names| names.replace("NowakŁukasz", "Łukasz Nowak"));
        same(one, &CitedWork { author, ..other.clone() });
        // BibTeX has no days.
        let month = one.published.and_then(|day| Day::new(day.year(), day.month(), None));
        // Of a range pandoc's BibTeX has the years alone.
        if one.key != "range2020" {
            assert_eq!(month, other.published, "{}", one.key);
        }
    }
}

#[test]
fn what_bibutils_write_as_ris_is_read() {
    let (own, _) = works("library.bib", BIB);
    let (ris, warnings) = works("library.ris", RIS);
    assert_eq!((ris.len(), warnings), (21, vec![]));
    for (one, other) in own.iter().zip(&ris) {
        // Bibutils leave out subtitles, days of access and, of reports and theses, the institution.
        assert_eq!((&one.key, plain(&one.author)), (&other.key, plain(&other.author)));
        assert!(plain(&one.title).starts_with(&plain(&other.title)) && other.title.is_some(), "{}", one.key);
        if other.outlet.is_some() || !["un1998", "celik2016"].contains(&one.key.as_str()) {
            assert_eq!(plain(&one.outlet), plain(&other.outlet), "{}", one.key);
        }
        assert_eq!((one.published, &one.archived), (other.published, &other.archived), "{}", one.key);
        // They write the whole address of a DOI after that of its site once more.
        if one.key != "junior2008" {
            assert_eq!(one.url, other.url, "{}", one.key);
        }
    }
}

/// `(title, outlet, author, published, retrieved, url, archived)`.
fn said(work: &CitedWork) -> [String; 7] {
    let words = |words: &Option<String>| words.clone().unwrap_or_default();
    let day = |day: Option<Day>| day.map(|day| day.iso()).unwrap_or_default();
    [
        words(&work.title),
        words(&work.outlet),
        words(&work.author),
        day(work.published),
        day(work.retrieved),
        words(&work.url),
        words(&work.archived),
    ]
}

#[test]
fn entries_that_cannot_be_used_are_named_with_the_reason() {
    let text = "@misc{a, title = {One},}\n@misc{b, title = {Two, year = 2020}\n@misc{c, title = {Three}}\n@misc{d, year = 2020}\n\
                @misc{e title = {x}}\n@article{f, title = {Five} year = 2020}\n@misc{, title = {Six}}\n\
                @misc{g, title = {Seven}, journal = nowhere, date = {soon}}\n@misc{a, title = {One again}, url = {here}}\n\
                @misc{h, title = {Eight";
    let (works, warnings) = works("x.bib", text);
    let titles: Vec<String> = works.iter().map(|work| said(work)[0].clone()).collect();
    assert_eq!(titles, ["One", "Three", "Six", "Seven", "One again"]);
    let mut named: Vec<(&str, &Fault)> =
        warnings.iter().map(|warning| (warning.entry.as_str(), &warning.what)).collect();
    named.sort_by_key(|(entry, _)| *entry);
    let missing = Fault::Malformed("a comma is missing between two of its fields");
    let keyless = Fault::Malformed("it has no key; write one after the first brace, with a comma after it");
    assert_eq!(
        named,
        [
            ("a", &Fault::Address("here".to_owned())),
            ("a", &Fault::Twice),
            ("b", &Fault::Unclosed),
            ("d", &Fault::Nothing),
            ("f", &missing),
            ("g", &Fault::Unknown("nowhere".to_owned())),
            ("g", &Fault::Date("soon".to_owned())),
            ("h", &Fault::Unclosed),
            ("the entry in line 5", &keyless),
        ]
    );
    for warning in &warnings {
        assert!(warning.to_string().contains(&warning.entry), "{warning}");
    }
}

#[test]
fn what_stands_between_entries_is_a_comment() {
    let text = "Mail to me@example.org @ noon.\n@comment{ @misc{no, title = {No}} }\n@misc(yes, title = \"A {\"}B\" # { and C})\n";
    let (works, warnings) = works("x.bib", text);
    assert_eq!((works.len(), said(&works[0])[0].as_str(), warnings.len()), (1, "A \"B and C", 0));
}

#[test]
fn the_lists_of_zotero_are_read() {
    let archived = "https://web.archive.org/web/20251217000000/https://post.example/plan";
    let expected = [
        "A plan for the east",
        "The Post",
        "Ada Lovelace; United Islands",
        "2025-12-15",
        "2025-12-16",
        "https://post.example/plan",
        archived,
    ];
    let csl = format!(
        r#"[{{"id":"http://zotero.org/users/1/items/ABC","type":"webpage","container-title":"The Post",
        "title":"A plan for the <i>east</i>","URL":"https://post.example/plan","note":"Archived: {archived}\nPlace: Quill",
        "author":[{{"family":"Lovelace","given":"Ada"}},{{"literal":"United Islands"}}],
        "accessed":{{"date-parts":[["2025",12,"16"]]}},"issued":{{"raw":"2025-12-15"}}}}]"#
    );
    assert_eq!(said(&works("x", &csl).0[0]), expected);
    let ris = format!(
        "TY  - ELEC\r\nTI  - A plan for the east\r\nT2  - The Post\r\nAU  - Lovelace, Ada\r\nAU  - United Islands\r\nDA  - 2025/12/15/\r\n\
         PY  - 2025\r\nUR  - https://post.example/plan\r\nY2  - 2025/12/16/10:00:00\r\nN1  - Archived at\r\n{archived}\r\nER  - \r\n\r\n"
    );
    assert_eq!(said(&works("x", &ris).0[0]), expected);
    let bib = format!(
        "@online{{lovelace, title = {{A Plan for the East}}, author = {{Lovelace, Ada and {{United Islands}}}}, date = {{2025-12-15}},\n\
         url = {{https://post.example/plan}}, urldate = {{2025-12-16}}, organization = {{The Post}}, addendum = {{{archived}}}}}"
    );
    let mut found = said(&works("x", &bib).0[0]);
    found[0] = found[0].replace("Plan", "plan").replace("East", "east");
    assert_eq!(found, expected);
}

#[test]
fn pasted_citations_are_read_as_far_as_they_are_certain() {
    let of = |text: &str| said(&works("", text).0[0]);
    let whole = ["A plan for the east", "The Post", "Ada Lovelace", "2025-12-15", "", "https://post.example/plan", ""];
    for text in [
        "Lovelace, Ada. “A plan for the east.” The Post, December 15, 2025. https://post.example/plan.",
        "Ada Lovelace, “A plan for the east,” The Post, December 15, 2025, https://post.example/plan.",
        "Lovelace, Ada. \"A plan for the east.\" The Post, 15 Dec. 2025, https://post.example/plan.",
        "Lovelace, Ada. (2025, December 15). A plan for the east. The Post. https://post.example/plan",
        "Ada Lovelace, „A plan for the east“, The Post, 15. Dezember 2025, https://post.example/plan",
    ] {
        assert_eq!(of(text), whole, "{text}");
    }
    let mla = "Lovelace, Ada. “A plan for the east.” The Post, 15 Dec. 2025, https://post.example/plan. Accessed 16 Dec. 2025.";
    assert_eq!(of(mla)[3..5], ["2025-12-15", "2025-12-16"]);
    let apa = "Lovelace, A., & Byron, G. (n.d.). Who holds the well? The Post. Retrieved December 16, 2025, from https://post.example/well";
    assert_eq!(
        of(apa),
        ["Who holds the well?", "The Post", "A. Lovelace; G. Byron", "", "2025-12-16", "https://post.example/well", ""]
    );
    assert_eq!(of("A plan for the east https://post.example/plan")[..2], ["A plan for the east", ""]);
    assert_eq!(of("https://post.example/plan"), ["", "", "", "", "", "https://post.example/plan", ""]);
    assert_eq!(of("Minutes of the parish, book 3")[0], "Minutes of the parish, book 3");
    let list = works("", "One https://a.example/1\nTwo https://a.example/2\n\n“Three,” The Post, 2 May 2020").0;
    assert_eq!(list.iter().map(|work| said(work)[0].clone()).collect::<Vec<_>>(), ["One", "Two", "Three"]);
}

#[test]
fn a_text_that_cites_and_nothing_else_is_told_from_an_article() {
    let apa = "Lovelace, Ada. (2025, December 15). A plan for the east. The Post. https://post.example/plan";
    let chicago = "Lovelace, Ada. “A plan for the east.” The Post, December 15, 2025. https://post.example/plan.";
    let bib = "@misc{a, title={T}, howpublished={O}, url={https://o.example/1}}";
    for text in [apa.to_owned(), chicago.to_owned(), format!("{apa}\n\n{chicago}\n"), bib.to_owned()] {
        assert!(read_if_certain(text.as_bytes()).is_some_and(|(works, _)| !works.is_empty()), "{text}");
    }
    for text in [
        "",
        "A plan for the east",
        "https://post.example/plan",
        "The ferry runs again from 3 May, says the mayor. Tickets cost two crowns.",
        "A plan for the east\n\nBy Ada Lovelace, The Post, 15 December 2025\n\nThe council of the parish met on Friday.",
        "The council met on 15 December 2025. “We agreed on all of it,” the mayor said. More at https://post.example/plan.",
        "As she writes: @misc{a, title={T}, url={https://o.example/1}}",
        "@mayor wrote: {nothing}",
        "{\"type\": \"FeatureCollection\", \"features\": []}",
    ] {
        assert_eq!(read_if_certain(text.as_bytes()), None, "{text}");
    }
    let article = format!("{apa}\n\nThe council of the parish met on Friday, and nobody was surprised.");
    assert_eq!(read_if_certain(article.as_bytes()), None);
}

#[test]
fn what_is_no_list_says_what_it_should_be() {
    assert_eq!(read("x.bib", b"  \n "), Err(CitationError::Empty));
    assert_eq!(read("x.json", b"{\"a\": 1}"), Err(CitationError::Json));
    assert_eq!(read("x.json", b"[1, 2]"), Err(CitationError::Json));
    assert_eq!(read("x.json", b"[]"), Err(CitationError::None));
    assert_eq!(read("x", b"[{\"title\": "), Err(CitationError::Json));
    let deep = "[".repeat(100_000);
    assert_eq!(read("x", deep.as_bytes()), Err(CitationError::Json));
    let latin = b"@misc{a, title = {M\xfcller \xfcber Stra\xdfen in K\xf6ln}}";
    let (works, warnings) = read("a.bib", latin).unwrap();
    assert_eq!(works[0].title.as_deref(), Some("Müller über Straßen in Köln"));
    assert!(matches!(warnings[0].what, Fault::Encoding(_)));
}

#[test]
fn lists_that_are_hostile_take_little_time() {
    let bomb: String = (0..60).map(|index| format!("@string{{s{} = s{index} # s{index}}}\n", index + 1)).collect();
    let texts = [
        ("x.bib", format!("@string{{s0 = {{lol}}}}\n{bomb}@misc{{a, title = s60}}")),
        ("x.bib", "@misc{a, title = {\n".repeat(50_000)),
        ("x.bib", "@misc{a, title = {".repeat(50_000)),
        ("x.bib", "{".repeat(1_000_000)),
        ("x.bib", format!("@misc{{a, author = {{{}}}, title = {{t}}}}", "a and ".repeat(200_000))),
        ("x.bib", "@".repeat(1_000_000)),
        ("x.bib", "@misc{=\n".repeat(100_000)),
        ("x.ris", "TY  - A\n".repeat(200_000)),
        ("x.txt", "(2020). ".repeat(100_000)),
        ("x.txt", "“".repeat(300_000)),
        ("x.txt", "a.\n\n".repeat(200_000)),
        ("x.txt", "https://a.example/ ".repeat(50_000)),
    ];
    for (name, text) in texts {
        let start = std::time::Instant::now();
        let _ = read(name, text.as_bytes());
        let took = start.elapsed();
        println!("{took:?} {:.30}", text.replace('\n', " "));
        assert!(took.as_secs() < 20, "{took:?}: {:.40}", text);
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_fail(bytes in proptest::collection::vec(any::<u8>(), 0..300), name in "[a-z]{0,3}(\\.bib|\\.ris|\\.json)?") {
        let _ = read(&name, &bytes);
    }

    #[test]
    fn no_order_of_its_own_signs_makes_it_fail(parts in proptest::collection::vec(proptest::sample::select(vec![
        "@misc", "@string", "@comment", "@article{", "{", "}", "(", ")", "\"", ",", "=", "#", "\\", "\\'", "\\i", "title", "author",
        " and ", "others", "date", "2025", "2025-12-15", "é", "岛", "\n", " ", "TY  - ", "UR  - ", "ER  - ", "DA  - 2025/1/1", "“", "”",
        "https://web.archive.org/web/2020/https://a.example", "(2025).", "Lovelace, Ada.", "~", "-", "jan", "url",
    ]), 0..40), name in "(a|a\\.bib|a\\.ris|a\\.txt)") {
        let text: String = parts.concat();
        if let Ok((works, warnings)) = read(&name, text.as_bytes()) {
            prop_assert!(works.len() + warnings.len() > 0);
            for work in works {
                prop_assert!(work.title.is_some() || work.url.is_some() || work.archived.is_some());
            }
        }
    }
}
