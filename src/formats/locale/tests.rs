//! Tests of the ways in which languages write numbers and days, against ICU and Babel: `tests/data/locale/make.py`.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::*;

#[derive(Deserialize)]
struct Recorded {
    languages: BTreeMap<String, Row>,
}

#[derive(Deserialize)]
struct Row {
    days: BTreeMap<String, String>,
    months: BTreeMap<String, String>,
    numbers: BTreeMap<String, String>,
    units: BTreeMap<String, BTreeMap<String, String>>,
    percent: String,
    plurals: Vec<String>,
    is_rtl: bool,
}

fn recorded() -> Recorded {
    serde_json::from_str(include_str!("../../../tests/data/locale/icu.json")).unwrap()
}

/// Spaces of every width alike, and no marks of direction: which are used changes from one CLDR to the next.
fn plain(words: &str) -> String {
    words.replace(['\u{a0}', '\u{202f}'], " ").replace('\u{200e}', "")
}

/// What ICU 72 (CLDR 42) writes otherwise than CLDR 48 does: language, what ICU has, what we have. Armenian numbers have groups
/// from five digits on now, and Ukrainian months without a day are cut as those with one.
const CHANGED: [(&str, &str, &str); 10] = [
    ("hy", "5 600", "5600"),
    ("hy", "5 642", "5642"),
    ("hy", "5 600 կմ", "5600 կմ"),
    ("hy", "5 600 կմ²", "5600 կմ²"),
    ("hy", "5 600 հա", "5600 հա"),
    ("hy", "5 600 մ", "5600 մ"),
    ("hy", "5 600 մղ", "5600 մղ"),
    ("uk", "бер 2025 р.", "бер. 2025 р."),
    ("uk", "гру 2025 р.", "груд. 2025 р."),
    ("uk", "тра 2025 р.", "трав. 2025 р."),
];

fn assert_same(language: &str, ours: &str, theirs: &str) {
    let theirs = plain(theirs);
    let changed = CHANGED.iter().find(|(of, from, _)| *of == language && *from == theirs);
    assert_eq!(plain(ours), changed.map_or(theirs.as_str(), |(.., to)| *to), "{language}");
}

#[test]
fn days_and_numbers_are_written_as_icu_writes_them() {
    let mut compared = 0;
    for (language, row) in recorded().languages {
        let locale = Locale::find(&language).unwrap();
        assert_eq!(locale.is_rtl, row.is_rtl, "{language}");
        for (iso, theirs) in row.days.iter().chain(&row.months) {
            assert_same(&language, &locale.date(iso), theirs);
            compared += 1;
        }
        for (number, theirs) in &row.numbers {
            let decimals = number.split_once('.').map_or(0, |(_, decimals)| decimals.len());
            assert_same(&language, &locale.number(number.parse().unwrap(), decimals), theirs);
            compared += 1;
        }
        for (unit, values) in &row.units {
            let unit = match unit.as_str() {
                "km" => Unit::Km,
                "km2" => Unit::Km2,
                "mi" => Unit::Mi,
                "ha" => Unit::Ha,
                _ => Unit::M,
            };
            for (value, theirs) in values {
                let value: f64 = value.parse().unwrap();
                assert_same(&language, &locale.in_unit(value, &locale.number(value, 0), unit), theirs);
                compared += 1;
            }
        }
        assert_same(&language, &locale.percent("80"), &row.percent);
    }
    assert!(compared > 300, "{compared}");
}

#[test]
fn counts_have_the_forms_that_babel_gives_them() {
    for (language, row) in recorded().languages {
        let locale = Locale::find(&language).unwrap();
        for (count, form) in row.plurals.iter().enumerate() {
            assert_eq!(format!("{:?}", locale.plurals.of(count as u64)).to_lowercase(), *form, "{language}: {count}");
        }
    }
}

#[test]
fn two_days_share_the_month_and_the_year_that_they_have_in_common() {
    // The patterns of CLDR 48 for intervals of yMMMd, filled in by hand.
    for (tag, iso, expected) in [
        ("en", "2025-02-03/2025-02-09", "3–9 Feb 2025"),
        ("en", "2025-01-27/2025-02-02", "27 Jan – 2 Feb 2025"),
        ("en", "2024-12-30/2025-01-05", "30 Dec 2024 – 5 Jan 2025"),
        ("en", "2025-02-03/2025-02-03", "3 Feb 2025"),
        ("en", "2024-11/2025-02", "Nov 2024 – Feb 2025"),
        ("uk", "2025-02-03/2025-02-09", "3–9 лют. 2025 р."),
        ("ru", "2024-12-30/2025-01-05", "30 дек. 2024 г. – 5 янв. 2025 г."),
        ("de", "2025-02-03/2025-02-09", "3.–9. Feb. 2025"),
        ("pl", "2025-01-27/2025-02-02", "27 sty–2 lut 2025"),
        ("hy", "2025-02-03/2025-02-09", "03–09 փտվ, 2025 թ."),
        ("zh", "2025-02-03/2025-02-09", "2025年2月3日 – 9日"),
        ("zh", "2025-01-27/2025-02-02", "2025年1月27日 – 2月2日"),
    ] {
        let written = Locale::find(tag).unwrap().date(iso).replace(['\u{2009}', '\u{202f}'], " ");
        assert_eq!(written, expected, "{tag} {iso}");
    }
}

#[test]
fn a_tag_finds_its_language() {
    assert_eq!(Locale::find("uk").map(|locale| locale.tag), Some("uk"));
    assert_eq!(Locale::find("zh-Hans-CN").map(|locale| locale.tag), Some("zh"));
    assert_eq!(Locale::find("DE").map(|locale| locale.tag), Some("de"));
    assert_eq!(Locale::find("tlh"), None);
    assert_eq!(EN.degree("48°", 0), "48°\u{a0}N");
    assert_eq!(EN.degree("48°", 9), "48°");
}
