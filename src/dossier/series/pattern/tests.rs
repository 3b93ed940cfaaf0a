//! Names as people and programs give them.

use super::*;

fn days(names: &[&str]) -> Vec<String> {
    let pattern = Pattern::find(names).unwrap_or_else(|error| panic!("{names:?}: {error}"));
    names
        .iter()
        .map(|name| match pattern.when(name) {
            NameDay::When(when) => when.iso(),
            NameDay::Impossible => "impossible".to_owned(),
            NameDay::Nothing => "nothing".to_owned(),
        })
        .collect()
}

fn words(names: &[&str]) -> String {
    Pattern::find(names).unwrap().words(names)
}

#[test]
fn days_are_found_however_they_are_written() {
    for (names, expected) in [
        (["front_20250201", "front_20250213"], ["2025-02-01", "2025-02-13"]),
        (["front-2025-02-01", "front-2025-2-3"], ["2025-02-01", "2025-02-03"]),
        (["2025_02_01 v3", "2025_02_02 v3"], ["2025-02-01", "2025-02-02"]),
        (["front 2025.02.01", "front 2025.02.02"], ["2025-02-01", "2025-02-02"]),
        (["01.02.2025", "13.02.2025"], ["2025-02-01", "2025-02-13"]),
        (["02-01-2025", "02-13-2025"], ["2025-02-01", "2025-02-13"]),
        (["01022025", "13022025"], ["2025-02-01", "2025-02-13"]),
        (["front_2025_01", "front_2025_02"], ["2025-01", "2025-02"]),
        (["202501", "202502"], ["2025-01", "2025-02"]),
        (["front 2024", "front 2025"], ["2024", "2025"]),
        (["1 February 2025", "2 Feb 2025"], ["2025-02-01", "2025-02-02"]),
        (["February 1, 2025", "February 2, 2025"], ["2025-02-01", "2025-02-02"]),
        (["01Feb2025", "02Feb2025"], ["2025-02-01", "2025-02-02"]),
        (["карта 1 лютого 2025", "карта 2 лютого 2025"], ["2025-02-01", "2025-02-02"]),
        (["März 2025", "April 2025"], ["2025-03", "2025-04"]),
    ] {
        assert_eq!(days(&names), expected, "{names:?}");
    }
}

#[test]
fn hours_and_zones_are_kept() {
    for (names, expected) in [
        (["a_20250201T2100Z", "a_20250202T0900Z"], ["2025-02-01T21:00Z", "2025-02-02T09:00Z"]),
        (["a_2025-02-01T21:00+0200", "a_2025-02-02T21:00+0200"], ["2025-02-01T21:00+02:00", "2025-02-02T21:00+02:00"]),
        (["a 2025-02-01 21-00", "a 2025-02-02 22-00"], ["2025-02-01T21:00", "2025-02-02T22:00"]),
        (["20250201210005", "20250202220005"], ["2025-02-01T21:00:05", "2025-02-02T22:00:05"]),
        // Numbers that are no time of day in one name are none in the other.
        (["a_20250201_0001", "a_20250202_9002"], ["2025-02-01", "2025-02-02"]),
    ] {
        assert_eq!(days(&names), expected, "{names:?}");
    }
}

#[test]
fn what_can_be_read_in_two_ways_is_named_and_not_guessed() {
    let error = Pattern::find(&["front_01.02.2025", "front_03.02.2025"]).unwrap_err();
    let told = error.to_string();
    for part in ["DD.MM.YYYY", "MM.DD.YYYY", "1 Feb 2025", "2 Jan 2025"] {
        assert!(told.contains(part), "{told}");
    }
    // One that can be read in one way alone tells for all.
    assert_eq!(days(&["front_01.02.2025", "front_28.02.2025"]), ["2025-02-01", "2025-02-28"]);
    assert!(matches!(Pattern::find(&["250201", "250202"]), Err(PatternError::Ambiguous { .. })));
    assert_eq!(Pattern::find(&["250201", "250202"]).is_err(), Pattern::parse("YYMMDD").is_ok());
    // Two days in each name: that which is the same in all is not the day.
    assert_eq!(days(&["made 20250301 of 20250201", "made 20250301 of 20250202"]), ["2025-02-01", "2025-02-02"]);
    assert!(Pattern::find(&["made 20250301 of 20250201", "made 20250302 of 20250202"]).is_err());
    // The same day read in either way is no doubt.
    assert_eq!(days(&["02.02.2025", "03.03.2025"]), ["2025-02-02", "2025-03-03"]);
}

#[test]
fn a_day_that_there_is_not_is_named() {
    assert_eq!(days(&["a_20250228", "a_20250229", "a_20250301"]), ["2025-02-28", "impossible", "2025-03-01"]);
    assert_eq!(days(&["a 31.01.2025", "a 30.02.2025", "a 31.04.2025"]), ["2025-01-31", "impossible", "impossible"]);
    assert_eq!(days(&["a_20240229", "a_20240301"]), ["2024-02-29", "2024-03-01"]);
}

#[test]
fn days_and_months_may_stand_beside_each_other() {
    let names = ["a_2025-02-01", "a_2025-02-02", "a_2025-01", "notes"];
    assert_eq!(days(&names), ["2025-02-01", "2025-02-02", "2025-01", "nothing"]);
    assert_eq!(words(&names), "a_YYYY-MM-DD, a_YYYY-MM");
}

#[test]
fn the_pattern_is_said_as_a_name_with_letters() {
    assert_eq!(words(&["front_20250201", "front_20250202"]), "front_YYYYMMDD");
    assert_eq!(words(&["east front 01.02.2025 v1", "west front 13.02.2025 v2"]), "…st front DD.MM.YYYY v…");
    assert_eq!(words(&["a_20250201T2100Z", "a_20250202T0900Z"]), "a_YYYYMMDDThh:mm");
}

#[test]
fn a_name_says_whose_account_it_is() {
    let names = ["east_front_20250201", "west-front-20250201-final", "20250202"];
    let pattern = Pattern::find(&names).unwrap();
    let accounts: Vec<_> = names.iter().map(|name| pattern.account(name).unwrap_or_default()).collect();
    assert_eq!(accounts, ["east_front", "west-front final", ""]);
}

#[test]
fn names_without_days_say_so() {
    for names in [["front", "rear"], ["marker", "deck"], ["v1", "v2"], ["0001", "0002"], ["12345678", "87654321"]] {
        assert!(matches!(Pattern::find(&names), Err(PatternError::Nothing(_))), "{names:?}");
    }
    assert!(Pattern::find(&[]).is_err());
}

#[test]
fn somebodys_own_pattern_counts() {
    let pattern = Pattern::parse("front_MM.DD.YYYY").unwrap();
    assert_eq!(pattern.when("front_01.02.2025"), NameDay::When("2025-01-02".parse().unwrap()));
    let pattern = Pattern::parse("of YYYYMMDD").unwrap();
    assert_eq!(pattern.when("made 20250301 of 20250201"), NameDay::When("2025-02-01".parse().unwrap()));
    assert_eq!(pattern.when("made 20250301"), NameDay::Nothing);
    assert!(matches!(Pattern::parse("front"), Err(PatternError::NoDay(_))));
}

proptest::proptest! {
    #[test]
    fn no_name_makes_it_panic(names in proptest::collection::vec("[0-9T:+_. -]{0,20}|\\PC{0,20}", 0..6)) {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        if let Ok(pattern) = Pattern::find(&names) {
            for name in &names {
                let _ = (pattern.when(name), pattern.account(name));
            }
            let _ = pattern.words(&names);
        }
    }
}
