//! Tests of EDTF: its own examples, bounds as another program has them, and the round trip.

use proptest::prelude::*;

use super::*;

fn edtf(text: &str) -> Edtf {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn bounds(text: &str) -> (String, String) {
    let day = |day: Option<Day>| day.map_or_else(String::new, |day| day.iso());
    let when = edtf(text);
    (day(when.earliest()), day(when.latest()))
}

#[test]
fn the_examples_of_the_specification_come_out_as_they_went_in() {
    // The Library of Congress's page, levels 0 and 1, but for its years beyond 9999 and before 0.
    for text in [
        "1985-04-12",
        "1985-04",
        "1985",
        "1985-04-12T23:20:30",
        "1985-04-12T23:20:30Z",
        "1985-04-12T23:20:30-04",
        "1985-04-12T23:20:30+04:30",
        "1964/2008",
        "2004-06/2006-08",
        "2004-02-01/2005-02-08",
        "2004-02-01/2005-02",
        "2004-02-01/2005",
        "2005/2006-02",
        "2001-21",
        "1984?",
        "2004-06~",
        "2004-06-11%",
        "201X",
        "20XX",
        "2004-XX",
        "1985-04-XX",
        "1985-XX-XX",
        "1985-04-12/..",
        "1985-04/..",
        "1985/..",
        "../1985-04-12",
        "../1985-04",
        "../1985",
        "1985-04-12/",
        "1985-04/",
        "1985/",
        "/1985-04-12",
        "/1985-04",
        "/1985",
        "1984~/2004-06",
        "1984/2004-06~",
        "1984?/2004%",
        "../..",
        "/",
    ] {
        assert_eq!(edtf(text).iso(), text);
    }
}

#[test]
fn the_bounds_are_those_of_the_calendar() {
    // edtf 5.0.2 of PyPI: lower_strict and upper_strict; at an unknown end it guesses ten years, and at a winter it gives December
    // alone, which are not taken from it.
    for (text, earliest, latest) in [
        ("1985-04-12", "1985-04-12", "1985-04-12"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2023-02", "2023-02-01", "2023-02-28"),
        ("1985", "1985-01-01", "1985-12-31"),
        ("201X", "2010-01-01", "2019-12-31"),
        ("20XX", "2000-01-01", "2099-12-31"),
        ("2004-XX", "2004-01-01", "2004-12-31"),
        ("2025-02-XX", "2025-02-01", "2025-02-28"),
        ("2025-XX-XX", "2025-01-01", "2025-12-31"),
        ("2001-21", "2001-03-01", "2001-05-31"),
        ("2004-02-01/2005-02", "2004-02-01", "2005-02-28"),
        ("2004-06-11%", "2004-06-11", "2004-06-11"),
        ("1985-04-12/..", "1985-04-12", ""),
        ("/1985-04", "", "1985-04-30"),
    ] {
        assert_eq!(bounds(text), (earliest.to_owned(), latest.to_owned()), "{text}");
    }
    assert_eq!(bounds("2023-24"), ("2023-12-01".to_owned(), "2024-02-29".to_owned()));
    assert_eq!(bounds("9999-24").1, "9999-12-31");
}

#[test]
fn what_is_wrong_is_named_with_its_place() {
    let told = |text: &str| text.parse::<Edtf>().map_err(|error| error.to_string());
    for (text, what) in [
        ("2025-13", "letter 6: there is no such month or season"),
        ("2025-02-29", "letter 9: there is no such day in that month"),
        ("2025-2-1", "letter 7: expected a month or a season of two digits, or XX"),
        ("25-02-01", "letter 3: expected a year of four digits, such as 2025"),
        ("", "letter 1: expected a year of four digits, such as 2025"),
        ("2025-02-01 ", "letter 11: expected the end of the date"),
        ("2025-02-01/2025-01-31", "letter 12: the end lies before the beginning"),
        ("2025-02-01/202", "letter 15: expected a year of four digits, such as 2025"),
        ("2025-02-01T25:00", "letter 12: there is no such hour"),
        ("2025-02-01T10:00+19:00", "letter 18: there is no such time zone"),
        ("2025-XX-04", "letter 9: expected XX, because the month is unspecified too"),
        (
            "{2025,2026}",
            "letter 1: sets of dates are not read; only levels 0 and 1 of EDTF are, with years from 0000 to 9999",
        ),
        ("1 лютого", "letter 2: expected a year of four digits, such as 2025"),
    ] {
        assert_eq!(told(text), Err(what.to_owned()), "{text}");
    }
}

#[test]
fn people_read_words() {
    for (text, words) in [
        ("2025-12-05", "5 Dec 2025"),
        ("2025-12", "Dec 2025"),
        ("2025", "2025"),
        ("2025?", "perhaps 2025"),
        ("2025-02-XX", "a day in Feb 2025"),
        ("2025-XX", "a month in 2025"),
        ("202X", "2020s"),
        ("20XX", "2000 to 2099"),
        ("2025-24~", "about winter 2025"),
        ("2025-02-01/2025-02-03", "1 Feb 2025 to 3 Feb 2025"),
        ("2025-02-01/..", "1 Feb 2025 and ever since"),
        ("2025-02-01/", "1 Feb 2025 to an unknown day"),
        ("2025-02-01T21:05:00+02:00", "1 Feb 2025, 21:05 UTC+2"),
        ("2025-02-01T21:05Z", "1 Feb 2025, 21:05 UTC"),
    ] {
        assert_eq!(edtf(text).to_string(), words, "{text}");
    }
}

#[test]
fn an_hour_has_another_day_at_greenwich() {
    for (text, day) in [
        ("2025-02-01T01:30+02:00", "2025-01-31"),
        ("2025-02-01T22:30-03", "2025-02-02"),
        ("2025-02-01T22:30Z", "2025-02-01"),
    ] {
        assert_eq!(edtf(text).day_in_utc().unwrap().iso(), day, "{text}");
    }
    assert_eq!(edtf("2025-02-01T22:30").day_in_utc(), None);
}

#[test]
fn people_and_programs_write_days_in_other_ways() {
    for (text, iso) in [
        ("20250201", "2025-02-01"),
        ("2025-2-1", "2025-02-01"),
        ("2025-02-01 10:00", "2025-02-01T10:00"),
        ("2025-02-01 10:00:00 +02", "2025-02-01T10:00:00+02"),
        ("2025-02-01T10:00:00.000Z", "2025-02-01T10:00:00.000Z"),
        ("1 лютого 2025", "2025-02-01"),
        ("February 2025", "2025-02"),
    ] {
        assert_eq!(Edtf::in_text(text).unwrap().iso(), iso, "{text}");
    }
    assert_eq!(Edtf::in_text("20250229"), Err(DayError::Impossible));
    assert_eq!(Edtf::in_text("2025-02-29"), Err(DayError::Impossible));
    assert_eq!(Edtf::in_text("soon"), Err(DayError::NotADay));
}

#[test]
fn what_is_stated_stands_in_order_of_time() {
    let order =
        ["../2024", "2024-12-31", "2025", "2025-01-01T09:00", "2025-01-01T10:00", "2025-01-01/..", "2025-01-02"];
    for pair in order.windows(2) {
        let (a, b) = (edtf(pair[0]), edtf(pair[1]));
        // A year goes after its first day: its end lies later.
        let expected = if pair[0] == "2025" { Ordering::Greater } else { Ordering::Less };
        assert_eq!(a.in_time(&b), expected, "{} {}", pair[0], pair[1]);
    }
}

fn date() -> impl Strategy<Value = String> {
    let year = prop_oneof!["[0-2][0-9]{3}", "[0-2][0-9]{2}X", "[0-2][0-9]XX"];
    let day = (0_u16..=9999, 1_u8..=12, 1_u8..=28);
    let whole = day.clone().prop_map(|(year, month, day)| format!("{year:04}-{month:02}-{day:02}"));
    let hour =
        (whole.clone(), 0_u8..24, 0_u8..60, "(:[0-5][0-9](\\.[0-9]{1,9})?)?(Z|[+-](0[1-9]|1[0-2])(:[0-5][0-9])?)?");
    let hour = hour.prop_map(|(day, hour, minute, rest)| format!("{day}T{hour:02}:{minute:02}{rest}"));
    let part = day.prop_flat_map(|(year, month, _)| {
        let year = format!("{year:04}");
        prop_oneof![
            Just(format!("{year}-{month:02}")),
            Just(format!("{year}-{month:02}-XX")),
            Just(format!("{year}-XX")),
            Just(format!("{year}-XX-XX")),
            (21..=24).prop_map(move |season| format!("{year}-{season}")),
        ]
    });
    (prop_oneof![year, whole, hour, part], "[?~%]?").prop_map(|(date, qualifier)| date + &qualifier)
}

proptest! {
    #[test]
    fn what_is_read_is_written_letter_for_letter(one in date(), other in date(), kind in 0..6) {
        let text = match kind {
            0 => format!("{one}/.."),
            1 => format!("../{one}"),
            2 => format!("{one}/"),
            3 => format!("/{one}"),
            4 => format!("{one}/{other}"),
            _ => one,
        };
        match text.parse::<Edtf>() {
            Ok(when) => {
                prop_assert_eq!(when.iso(), text);
                if let (Some(earliest), Some(latest)) = (when.earliest(), when.latest()) {
                    prop_assert!(earliest <= latest && earliest.is_whole() && latest.is_whole());
                }
            }
            Err(error) => prop_assert!(kind == 4 && error.what == EdtfFault::Backwards, "{}: {}", text, error),
        }
    }

    #[test]
    fn nothing_that_is_typed_is_read_as_something_else(text in "[0-9XTZ:/.?~%+ -]{0,24}|\\PC{0,12}") {
        if let Ok(when) = text.parse::<Edtf>() {
            prop_assert_eq!(when.iso(), text.clone());
        }
        let _ = Edtf::in_text(&text);
    }
}
