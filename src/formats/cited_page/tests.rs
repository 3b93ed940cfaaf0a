//! Citations as people paste them, and pages that cannot be.

use proptest::prelude::*;

use super::*;

fn page(
    title: &str,
    outlet: &str,
    author: &str,
    date: &str,
    accessed: &str,
    url: &str,
    archived: &str,
) -> PropertySource {
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    PropertySource {
        title: some(title),
        outlet: some(outlet),
        author: some(author),
        date: some(date),
        accessed: some(accessed),
        url: some(url),
        archived: some(archived),
    }
}

#[test]
fn an_address_is_an_address_and_an_archive_holds_its_original() {
    let of = |text: &str| read(text).page;
    assert_eq!(of("https://www.example.org/a?b=c"), page("", "", "", "", "", "https://www.example.org/a?b=c", ""));
    let archived = "https://web.archive.org/web/20251216101500/https://www.example.org/a";
    assert_eq!(of(archived), page("", "", "", "", "", "https://www.example.org/a", archived));
    assert_eq!(of(&format!("{archived} https://www.example.org/a")).url.as_deref(), Some("https://www.example.org/a"));
    let short = "https://archive.ph/AbC12";
    assert_eq!(of(short), page("", "", "", "", "", "", short));
    let long = "https://archive.today/20251216101500/https://www.example.org/a";
    assert_eq!(of(long), page("", "", "", "", "", "https://www.example.org/a", long));
}

#[test]
fn formats_that_name_their_fields_are_read_whole() {
    let expected = page(
        "100% of it",
        "The Post & Sons",
        "Ada Lovelace",
        "2025-12-15",
        "2025-12-16",
        "https://example.org/a_b",
        "",
    );
    let bibtex = "@misc{key,\n  author = {{Ada Lovelace}},\n  title = {{100\\% of {it}}},\n  howpublished = {The Post \\& Sons},\n  year = {2025},\n  month = dec,\n  day = 15,\n  url = {https://example.org/a_b},\n  urldate = \"2025-12-16\",\n}";
    assert_eq!(read(bibtex), Understood { page: expected.clone(), left: String::new() });
    let ris = "TY  - NEWS\nAU  - Ada Lovelace\nTI  - 100% of it\nT2  - The Post & Sons\nDA  - 2025/12/15\nY2  - 2025/12/16\nUR  - https://example.org/a_b\nER  - ";
    assert_eq!(read(ris).page, expected);
    let template = "{{cite web |url=https://example.org/a_b |title=100% of it |author=Ada Lovelace |website=The Post & Sons |date=15 December 2025 |access-date=2025-12-16 |archive-url=https://web.archive.org/web/20251217000000/https://example.org/a_b}}";
    let archived = Some("https://web.archive.org/web/20251217000000/https://example.org/a_b".to_owned());
    assert_eq!(read(template).page, PropertySource { archived, ..expected });
}

#[test]
fn of_other_words_what_is_certain_is_read_and_the_rest_is_said_to_be_left() {
    let Understood { page: found, left } = read(
        "Ada Lovelace, “A plan for the east”, The Post, 15 December 2025, https://example.org/a (accessed 16 December 2025)",
    );
    assert_eq!(
        found,
        page(
            "A plan for the east",
            "The Post",
            "Ada Lovelace",
            "2025-12-15",
            "2025-12-16",
            "https://example.org/a",
            ""
        )
    );
    assert_eq!(left, "");
    let Understood { page: found, .. } =
        read("Пошта. «План для сходу». 15 грудня 2025. https://example.org/a (дата звернення: 2025-12-16)");
    assert_eq!(found, page("План для сходу", "", "", "2025-12-15", "2025-12-16", "https://example.org/a", ""));
    // Which of two days is that of publication nobody says.
    let Understood { page: found, left } = read("The Post, 2025-12-14, updated 2025-12-15");
    assert_eq!((found.date, left.as_str()), (None, "The Post, 2025-12-14, updated 2025-12-15"));
    assert_eq!(read(""), Understood::default());
}

#[test]
fn an_outlet_stands_alone_right_after_the_title() {
    let url = "https://example.org/a";
    for (words, outlet, author, rest) in [
        ("\"A bridge stands\", The Post, 15 December 2025, URL", "The Post", "", ""),
        ("“A bridge stands”. The Post. December 15, 2025. URL", "The Post", "", ""),
        ("“A bridge stands,” The Post (15 December 2025) URL", "The Post", "", ""),
        ("«A bridge stands», Пошта, 15 грудня 2025, URL", "Пошта", "", ""),
        ("Lovelace A. “A bridge stands”, The Post, URL, 15 December 2025", "The Post", "Lovelace A", ""),
        ("Ada Lovelace: “A bridge stands”, The Post, 15 December 2025, URL", "The Post", "Ada Lovelace", ""),
        // What could be something else stays where it is.
        ("The Post, “A bridge stands”, 15 December 2025, URL", "", "", "The Post"),
        ("“A bridge stands”, Ada Lovelace, The Post, 15 December 2025, URL", "", "", "Ada Lovelace, The Post"),
        ("“A bridge stands”, Monday, 15 December 2025, URL", "", "", "Monday"),
        ("“A bridge stands”, Updated 15 December 2025, URL", "", "", "Updated"),
        ("“A bridge stands” by Ada Lovelace, 15 December 2025, URL", "", "", "by Ada Lovelace"),
    ] {
        let Understood { page: found, left } = read(&words.replace("URL", url));
        assert_eq!(found, page("A bridge stands", outlet, author, "2025-12-15", "", url, ""), "{words}");
        assert_eq!(left, rest, "{words}");
    }
}

#[test]
fn what_cannot_be_is_said() {
    let today = "2025-12-20".parse::<Day>().unwrap().since_1970();
    let good = page(
        "T",
        "O",
        "",
        "2025-12-15",
        "2025-12-16",
        "https://www.example.org/a",
        "https://web.archive.org/web/20251216101500/http://example.org/a/",
    );
    assert_eq!(warnings(&good, today), []);
    let told = |change: fn(&mut PropertySource)| {
        let mut page = good.clone();
        change(&mut page);
        warnings(&page, today).iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    type Change = fn(&mut PropertySource);
    let cases: [(Change, &str); 9] = [
        (|page| page.accessed = Some("2025-12-01".into()), "the day of access is before the day of publication"),
        (|page| page.accessed = Some("2025-12-22".into()), "the day of access, 2025-12-22, is in the future"),
        (|page| page.date = Some("2026-01".into()), "the day of publication, 2026-01, is in the future"),
        (|page| page.date = Some("2025-02-30".into()), "the day of publication, “2025-02-30”, is not a date"),
        (|page| page.date = Some("last week".into()), "the day of publication, “last week”, is not a date"),
        (|page| page.url = Some("https:///a".into()), "the address names no site"),
        (|page| page.url = Some("www.example.org".into()), "the address names no site"),
        (
            |page| page.archived = Some("https://web.archive.org/web/20251216101500/https://example.org/b".into()),
            "the archived page is that of another address: https://example.org/b",
        ),
        (
            |page| page.archived = Some("https://web.archive.org/web/20241216101500/https://example.org/a".into()),
            "the archived copy is from 16 Dec 2024, before the day of publication",
        ),
    ];
    for (change, expected) in cases {
        let told = told(change);
        assert!(told.iter().any(|told| told.starts_with(expected)), "{expected}: {told:?}");
    }
    // A month says no more than that it is not before.
    let page = PropertySource { date: Some("2025-12".into()), accessed: Some("2025-12-01".into()), ..good.clone() };
    assert_eq!(warnings(&page, today), []);
}

#[test]
fn letters_of_tex_and_links_of_wikis_are_read() {
    let tex = r#"@misc{a, author = {M\"uller, J\"org and Łu, A. and others}, title = {Za {\v C}apka --- ``so''},
        url = {https://a.example/x--y}}"#;
    let page = read(tex).page;
    assert_eq!(page.author.as_deref(), Some("Jörg Müller; A. Łu et al."));
    assert_eq!(page.title.as_deref(), Some("Za Čapka — “so”"));
    assert_eq!(page.url.as_deref(), Some("https://a.example/x--y"));
    let wiki = "{{cite news |title=On [[Kyiv|Kiev]] and ''more'' | B |work=[[BBC News]] |url=https://b.example/}}";
    let Understood { page, left } = read(wiki);
    assert_eq!(page.title.as_deref(), Some("On Kiev and more"));
    assert_eq!((page.outlet.as_deref(), left.as_str()), (Some("BBC News"), "B"));
    let year = read("https://web.archive.org/web/2025/https://other.example/x").page;
    assert_eq!(year.url.as_deref(), Some("https://other.example/x"));
    let _ = read(&format!("@misc{{a, title = {{{}}}}}", r"\'".repeat(9_000)));
}

#[test]
fn a_site_has_a_name() {
    for (address, expected) in [
        ("https://www.example.org/a", Some("www.example.org")),
        ("HTTP://user@пример.укр:8080?x", Some("пример.укр")),
        ("https://127.0.0.1/", Some("127.0.0.1")),
        ("https://localhost/", None),
        ("https://a..b/", None),
        ("https://", None),
        ("ftp://a.example", None),
        ("https://a.example/b c", None),
    ] {
        assert_eq!(host(address), expected, "{address}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_fail(text in "\\PC{0,80}") {
        let Understood { page, .. } = read(&text);
        let _ = warnings(&page, Some(20_442));
    }

    #[test]
    fn nothing_like_a_citation_makes_it_fail(text in "(@misc\\{a,|TY  - |\\{\\{cite |)[a-z={}\"|,\\\\ 0-9/:.“”\n-]{0,80}") {
        let _ = read(&text);
    }
}
