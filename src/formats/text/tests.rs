//! Tests of `text.rs`.

use super::*;

#[test]
fn a_description_is_read_as_words_whatever_it_is_written_in() {
    for (written, words) in [
        ("Held since May", "Held since May"),
        ("fewer than 5 < 6 &amp; more", "fewer than 5 < 6 & more"),
        ("first\n\n\n\nsecond ", "first\n\nsecond"),
        (
            "<div><b>Held</b> since <a href=\"https://a.example\" onclick='x()'>May</a></div><p>Two&nbsp;towns</p>",
            "Held since May\n\nTwo\u{a0}towns",
        ),
        ("<script>alert(1)</script><img src=x onerror=alert(1)>seen", "seen"),
        ("&lt;b&gt;bold&lt;/b&gt;", "<b>bold</b>"),
        ("", ""),
    ] {
        assert_eq!(words_of_markup(written), words, "{written}");
    }
}

#[test]
fn white_space_of_every_kind_becomes_one_space() {
    let text = NormalizedText::new("\u{a0} five\u{a0}\u{202f}to\r\n\t ten\u{2028}km \u{3000}");
    assert_eq!(text.as_str(), "five to ten km");
    assert_eq!(text.length(), 14);
    // Zero-width characters are no white space and stay.
    assert_eq!(normalize("a\u{200b}b \u{ad}c"), "a\u{200b}b \u{ad}c");
}

#[test]
fn the_fingerprint_is_that_of_the_standard() {
    // FIPS 180-4 example: SHA-256 of "abc".
    let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(NormalizedText::new("\n abc ").sha256(), abc);
    // The same word composed and decomposed is one text.
    let (one, other) = (NormalizedText::new("Märket"), NormalizedText::new("Ma\u{308}rket"));
    assert_eq!((one.length(), one.sha256()), (6, other.sha256()));
}

#[test]
fn positions_are_code_points_over_any_length() {
    let long = "річка Öre — ".repeat(5000);
    let text = NormalizedText::new(&long);
    let letters: Vec<char> = text.as_str().chars().collect();
    assert_eq!(text.length(), letters.len());
    for position in [0, 1, 4095, 4096, 4097, 20_000, letters.len() - 9] {
        let expected: String = letters[position..position + 9].iter().collect();
        assert_eq!(text.slice(position..position + 9), Some(expected.as_str()));
        assert_eq!(text.byte_at(position).map(|byte| text.code_point_at(byte)), Some(position));
    }
    assert_eq!(text.slice(0..letters.len() + 1), None);
    assert_eq!(text.slice(Range { start: 5, end: 4 }), None);
}

#[test]
fn paragraphs_are_those_of_the_file() {
    let pieces = |text: &NormalizedText| -> Vec<String> {
        text.pieces().into_iter().map(|piece| text.slice(piece).unwrap().to_owned()).collect()
    };
    // Lines are paragraphs, unless empty lines part them.
    assert_eq!(pieces(&NormalizedText::new("Річка\r\n one two\nthree")), ["Річка ", "one two ", "three"]);
    let broken = NormalizedText::new("one\ntwo\n \nthree four");
    assert_eq!(pieces(&broken), ["one two ", "three four"]);
    assert_eq!(pieces(&broken.part(4..13).unwrap()), ["two ", "three"]);
    let page = words_of_html("<h1>One</h1>\n<p>two\nthree</p>\n<p>four</p>");
    assert_eq!(pieces(&NormalizedText::new(&page)), ["One ", "two three ", "four"]);
    // What has no paragraphs is cut at sentences, words, or anywhere, and nothing is lost.
    for text in ["Два слова. ".repeat(2000), "слово ".repeat(2000), "і".repeat(9000), String::new()] {
        let text = NormalizedText::new(&text);
        assert!(pieces(&text).iter().all(|piece| piece.len() <= LONG_PIECE));
        assert_eq!(pieces(&text).concat(), text.as_str());
    }
}

#[test]
fn a_word_is_found_at_each_of_its_letters() {
    let text = NormalizedText::new("річка Öre, so");
    let word = |at| text.word_at(at).and_then(|word| text.slice(word));
    assert_eq!((word(0), word(4), word(5)), (Some("річка"), Some("річка"), Some("річка")));
    assert_eq!((word(6), word(9), word(13), word(99)), (Some("Öre,"), Some("Öre,"), Some("so"), Some("so")));
    assert_eq!(NormalizedText::new("").word_at(0), None);
}

#[test]
fn a_page_is_read_for_its_words() {
    let page = "<!DOCTYPE html><html><head><title>Site &mdash; page</title><style>p{color:red}</style>\
            <script>if (a < b) { document.write('<p>no</p>') }</SCRIPT ></head><body><!-- not <p>this</p> -->\
            <h1>The ferry</h1><p class=\"a > b\">It&rsquo;s 4&nbsp;km,<br>or <em>near</em>ly&#46;</p>\
            <ul><li>one<li>two</ul>3 &lt; 4 &amp; 5 < 6 &unknown; &#150; &#x439;</body>";
    let text = NormalizedText::new(&words_of_html(page));
    assert_eq!(text.as_str(), "The ferry It’s 4 km, or nearly. one two 3 < 4 & 5 < 6 &unknown; – й");
}

#[test]
fn broken_pages_end_somewhere() {
    for page in ["<", "<p", "a<script>b", "<!--", "</", "<a href=\"x", "<!", "&", "&#", "&#x110000;", "<svg", "<é>"] {
        let words = words_of_html(page);
        assert!(words.len() <= page.len() + 3, "{page}: {words}");
    }
    assert_eq!(words_of_html("x &#0; &#xD800;"), "x \u{fffd} \u{fffd}");
    let deep = "<div>".repeat(200_000) + &"<script>".repeat(100_000);
    assert!(words_of_html(&deep).trim().is_empty());
}

#[test]
fn the_ends_of_lines_that_may_divide_a_word_are_kept() {
    let text = NormalizedText::new("square kilo-\nmetres, pre- and post-war, 5-\n6, a -\nb, soft\u{ad}\r\nly so");
    let divided: Vec<&str> = text.divided().iter().map(|at| &text.as_str()[at - 4..at + 4]).collect();
    assert_eq!(divided, ["ilo- met", "ft\u{ad} ly "]);
    let part = text.part(7..40).unwrap();
    assert_eq!(part.divided(), [5]);
}

#[test]
fn encodings_are_told_apart() {
    let words = |name: &str, bytes: &[u8]| read(name, bytes).unwrap().normalized.as_str().to_owned();
    assert_eq!(words("a.txt", b"\xef\xbb\xbfword"), "word");
    assert_eq!(words("a.txt", b"\xff\xfew\0o\0"), "wo");
    assert_eq!(words("a.txt", b"\xfe\xff\0w\0o"), "wo");
    let guessed = read("a.txt", b"caf\xe9").unwrap();
    assert_eq!((guessed.normalized.as_str(), guessed.encoding), ("café", "windows-1252"));
    assert!(guessed.note().unwrap().contains("read as windows-1252, guessed"));
    assert_eq!(read("a.txt", "café".as_bytes()).unwrap().note(), None);
    assert!(matches!(read("a.txt", &vec![b' '; MAX_BYTES + 1]), Err(TextError::TooLarge(_))));
    assert_eq!(words("page", b" <HTML><p>word</p>"), "word");
    assert_eq!(words("a.txt", b"1 < 2 <p>"), "1 < 2 <p>");
}

#[test]
fn a_page_is_read_in_the_encoding_that_it_declares_and_a_plain_text_in_one_that_is_named_as_guessed() {
    // “Київ” as the tables of the encodings have it.
    let cyrillic: [(&str, &[u8], &str); 4] = [
        ("windows-1251", b"\xca\xe8\xbf\xe2", "windows-1251"),
        ("cp1251", b"\xca\xe8\xbf\xe2", "windows-1251"),
        ("KOI8-U", b"\xeb\xc9\xa7\xd7", "KOI8-U"),
        ("iso-8859-5", b"\xba\xd8\xf7\xd2", "ISO-8859-5"),
    ];
    for (label, bytes, name) in cyrillic {
        let pages = [
            format!("<!doctype html><!-- <meta charset=utf-8> --><meta charset=\"{label}\"><p>"),
            format!("<html><META http-equiv=Content-Type content='text/html; charset={label}'><p>"),
            format!("<?xml version=\"1.0\" encoding=\"{label}\"?><html><p>"),
        ];
        for page in pages {
            let read = read("a.html", &[page.as_bytes(), bytes].concat()).unwrap();
            assert_eq!((read.normalized.as_str(), read.encoding, read.is_guessed), ("Київ", name, false), "{page}");
        }
        assert!(read("a.txt", bytes).unwrap().is_guessed, "{label}");
    }
    let wrong = |page: &[u8]| read("a.html", page).unwrap_err();
    assert!(matches!(wrong(b"<meta charset=martian><p>\xe9"), TextError::UnknownEncoding(_)));
    assert_eq!(wrong(b"<meta charset=windows-1253><p>\xaa"), TextError::NotAsDeclared("windows-1253"));
    for page in [&b"<p>\xe9"[..], b"<meta charset=utf-16><p>\xe9"] {
        assert!(read("a.html", page).unwrap().is_guessed);
    }
    // A page that says one thing and is UTF-8 throughout is UTF-8.
    let utf8 = read("a.html", "<meta charset=windows-1251><p>Київ".as_bytes()).unwrap();
    assert_eq!((utf8.normalized.as_str(), utf8.encoding), ("Київ", "UTF-8"));
}
