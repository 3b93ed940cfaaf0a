//! Tests of `filter.rs`.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use serde_json::json;

use super::*;

fn holds(filter: &str, feature: &Value) -> bool {
    let filter = Filter::parse(filter).unwrap_or_else(|error| panic!("{error}"));
    filter.matches(|name| feature.get(name).map(Cow::Borrowed))
}

#[test]
fn names_stand_left_and_values_right() {
    let feature = json!({
        "status": "occupied", "km2": 12.5, "pop": "1200", "day": "2025-02-01", "name:uk": "Слов'янськ",
        "Taken back": true, "площа": 3, "tags": ["a", "b"], "nothing": null, "long": "one two", "not": 1,
    });
    for filter in [
        "status = occupied and km2 > 10",
        "status=occupied",
        "km2 = 12.50",
        "km2 = '12.5'",
        "km2 >= 12.5 and km2 <= 12.5 and not km2 < 12.5",
        "pop > 999",
        "pop = 1200.0",
        "pop = '1200'",
        "day >= 2025-01-31 and day < 2025-02-02 and day > 2025 and day < 2026",
        "name:uk = Слов'янськ",
        "name:uk ~ СЛОВʼЯН",
        "\"Taken back\" = true",
        "`Taken back` = TRUE",
        "площа < 4",
        "tags = b and tags ~ A",
        "long = \"one two\" and long = 'one two'",
        "status in (claimed, Occupied, occupied)",
        "status not in (claimed)",
        "NOT (status = claimed OR status = gone)",
        "status = gone or km2 > 10 and pop > 1",
        "\"not\" = 1 and `not` = 1 and not \"not\" = 2",
        "nothing is null and missing is null and status is not null",
        "status ~ CUPI and status !~ claim",
        "km2 ≠ 3 and km2 ≥ 2 and km2 <> 3 and km2 == 12.5",
    ] {
        assert!(holds(filter, &feature), "{filter}");
    }
    for filter in [
        "status = Occupied",
        "status = occupied and km2 > 12.5",
        "(status = gone or km2 > 10) and pop > 9999",
        "pop = '1200.0'",
        "status > 10",
        "km2 > ten",
        "km2 > '10'",
        "day = 2025",
        "\"Taken back\" = yes",
        "long = one",
    ] {
        assert!(!holds(filter, &feature), "{filter}");
    }
}

#[test]
fn a_missing_value_is_unequal_to_all_and_compares_with_none() {
    for feature in [json!({}), json!({"a": null})] {
        for filter in ["a = 1", "a < 1", "a >= 1", "a ~ x", "a in (1, x)", "a = ''", "a is not null"] {
            assert!(!holds(filter, &feature), "{filter}");
        }
        for filter in ["a != 1", "a !~ x", "a not in (1, x)", "a is null", "not a = 1"] {
            assert!(holds(filter, &feature), "{filter}");
        }
    }
}

#[test]
fn long_words_are_found_as_short_ones_are() {
    let feature = json!({"a": format!("{}B", "A".repeat(1_000_000))});
    assert!(holds(&format!("a ~ {}b", "a".repeat(5000)), &feature));
    assert!(!holds(&format!("a ~ {}c", "a".repeat(5000)), &feature));
    assert!(holds("a ~ AaB and a ~ ''", &feature));
}

#[test]
fn every_digit_of_a_number_counts() {
    let feature = json!({"id": "12345678901234567890123", "n": 0.1, "big": 1e23});
    for filter in [
        "id = 12345678901234567890123",
        "id = 12345678901234567890123.0",
        "id != 12345678901234567890124",
        "id < 12345678901234567890124 and id > 12345678901234567890122 and id >= 12345678901234567890123",
        "n = 0.1 and n = 0.10 and n < 0.1000000000000000055",
        "big = 100000000000000000000000 and big < 100000000000000000000001",
    ] {
        assert!(holds(filter, &feature), "{filter}");
    }
    for filter in ["id = 12345678901234567890124", "id in (12345678901234567890122)", "n = 0.1000000000000000055"] {
        assert!(!holds(filter, &feature), "{filter}");
    }
}

#[test]
fn a_plus_is_no_part_of_a_number() {
    let feature = json!({"code": "+380", "n": 380, "list": ["+380"]});
    for filter in ["code = 380", "code > 0", "code < 1000", "code in (380)", "n = +380", "n = '+380'", "list = 380"] {
        assert!(!holds(filter, &feature), "{filter}");
    }
    for filter in ["code = +380", "code = '+380'", "code != 380", "code ~ 380", "n = 380", "list = +380"] {
        assert!(holds(filter, &feature), "{filter}");
    }
}

#[test]
fn letters_are_equal_however_they_are_composed() {
    let feature = json!({"name": "Андрі\u{438}\u{306}"});
    assert!(holds("name = Андрі\u{439}", &feature));
    assert!(holds("name ~ РІ\u{419}", &feature));
    assert!(holds("name >= Андрі\u{439} and name <= Андрі\u{439}", &feature));
}

#[test]
fn the_caller_gives_columns_of_its_own() {
    let filter = Filter::parse("$title ~ occ and km2 > 5 and km2 < 9 or $id = 7").unwrap();
    assert_eq!(filter.names(), ["$title", "km2", "$id"]);
    let lookup = |name: &str| match name {
        "$title" => Some(Cow::Owned(json!("Occupied"))),
        "km2" => Some(Cow::Owned(json!(7.5))),
        _ => None,
    };
    assert!(filter.matches(lookup));
}

#[test]
fn errors_point_at_the_word() {
    for (text, at, what) in [
        ("", 0..0, "expected a comparison"),
        ("status", 6..6, "expected an operator after status"),
        ("status occupied", 7..15, "expected an operator before occupied"),
        ("taken back = 1", 6..10, "needs quotes"),
        ("status =", 8..8, "expected a value"),
        ("status = taken back", 15..19, "expected 'and' or 'or' before back"),
        ("status = 'taken", 9..15, "no closing '"),
        ("status = occupied and or", 22..24, "expected a comparison before 'or'"),
        ("and = 1", 0..3, "write \"and\" in quotes"),
        ("a = 1 and OR != 2", 10..12, "write \"OR\" in quotes"),
        ("not = 1", 0..3, "write \"not\" in quotes"),
        ("not not = 1", 4..7, "write \"not\" in quotes"),
        ("(null ~ x)", 1..5, "write \"null\" in quotes"),
        ("in > 3", 0..2, "write \"in\" in quotes"),
        ("is in (1)", 0..2, "expected a comparison before 'is'"),
        ("(status = occupied", 0..1, "not closed"),
        ("status = occupied)", 17..18, "has no opening one"),
        ("status = null", 9..13, "is null"),
        ("status is 5", 10..11, "'null' or 'not null'"),
        ("status in occupied", 10..18, "expected ("),
        ("status in (a b)", 13..14, "expected , or )"),
        ("status in (a", 10..11, "not closed"),
        ("10 < km2", 0..2, "not a name by itself"),
        ("'km2' < 10", 0..5, "is a text"),
        ("km2 < `a`", 6..9, "is a name"),
        ("= 3", 0..1, "expected a property's name"),
        ("a = = 3", 4..5, "expected a value before ="),
        ("a ! 3", 2..3, "no meaning"),
        ("назва = “Бахмут”", 13..16, "write ' or"),
        ("a = 1 && b = 2", 6..8, "'and' or 'or' before &&"),
    ] {
        let error = Filter::parse(text).expect_err(text);
        assert_eq!(error.at, at, "{text}: {}", error.what);
        assert!(error.what.contains(what), "{text}: {}", error.what);
    }
}

#[test]
fn an_error_shows_the_text_with_signs_under_the_word() {
    let error = Filter::parse("статус = взято назад").unwrap_err();
    let shown = error.to_string();
    let lines: Vec<&str> = shown.lines().collect();
    assert_eq!(lines[1..], ["  статус = взято назад", "                 ^^^^^"]);
    let error = Filter::parse(&format!("{} status occupied {}", "a = 1 and".repeat(50), "x".repeat(500)));
    let shown = error.unwrap_err().to_string();
    assert!(shown.lines().all(|line| line.chars().count() < 200), "{shown}");
}

#[test]
fn depth_and_length_are_limited() {
    let nested = |count: usize| format!("{}a = 1{}", "(".repeat(count), ")".repeat(count));
    assert!(Filter::parse(&nested(DEEPEST)).is_ok());
    assert!(Filter::parse(&nested(DEEPEST + 1)).unwrap_err().what.contains("deep"));
    assert!(Filter::parse(&"not ".repeat(2000)).unwrap_err().what.contains("deep"));
    assert!(Filter::parse(&"(".repeat(LONGEST)).is_err());
    assert!(Filter::parse(&"a".repeat(LONGEST + 1)).unwrap_err().what.contains("longer"));
    // 3 bytes each, and 8 with the spaces.
    let close = format!("a in({}a)", "a,".repeat(4900));
    assert!(Filter::parse(&close).unwrap_err().what.contains("longer"));
}

#[test]
fn a_filter_is_text_in_a_project() {
    let filter = Filter::parse("a<3 or(b in(x,'y z') and not c is null)").unwrap();
    let written = serde_json::to_value(&filter).unwrap();
    assert_eq!(written, json!("a < 3 or b in (x, 'y z') and c is not null"));
    assert!(serde_json::from_value::<Filter>(json!("a <")).is_err());
}

#[test]
fn a_filter_for_one_value_means_that_value() {
    for value in [
        json!("occupied"),
        json!("10"),
        json!(10),
        json!(-1e-7),
        json!(""),
        json!("it's"),
        json!(true),
        json!(null),
        json!("null"),
        json!("a, \"b\" `c`"),
        json!(["a", 1]),
        json!({"a": 1}),
        json!(u64::MAX),
        json!("\n"),
    ] {
        let filter = Filter::equal("the name", &value).unwrap();
        let again = Filter::parse(&filter.to_string()).unwrap();
        assert_eq!(again, filter);
        let feature = json!({"the name": value});
        assert!(again.matches(|name| feature.get(name).map(Cow::Borrowed)), "{filter}");
        let other = json!({"the name": "another"});
        assert!(!again.matches(|name| other.get(name).map(Cow::Borrowed)), "{filter}");
    }
    assert_eq!(Filter::equal("a", &json!("x".repeat(LONGEST))), None);
}

#[test]
fn every_example_of_the_documentation_is_a_filter() {
    let page = include_str!("../../../docs/filter.md");
    let examples: Vec<&str> =
        page.split("```").skip(1).step_by(2).filter_map(|block| block.strip_prefix("text\n")).collect();
    let lines: Vec<&str> = examples.iter().flat_map(|block| block.lines()).collect();
    assert!(lines.len() >= 8, "{lines:?}");
    for line in lines {
        Filter::parse(line).unwrap_or_else(|error| panic!("{error}"));
    }
}

fn words() -> impl Strategy<Value = String> {
    prop_oneof!["[a-zа-яІіЇї_$][a-z0-9а-я:._@-]{0,6}", "(and|or|NOT|in|is|null|2025|-5|1e3|\\.5|)", "\\PC{0,6}"]
}

fn literals() -> impl Strategy<Value = Literal> {
    (words(), any::<bool>()).prop_map(|(text, quoted)| Literal::new(text, quoted))
}

fn nodes() -> impl Strategy<Value = Node> {
    let operators = prop::sample::select(Operator::ALL.map(|(_, operator)| operator).to_vec());
    let leaf = prop_oneof![
        (words(), operators, literals()).prop_map(|(name, operator, value)| Node::Compare { name, operator, value }),
        (words(), vec(literals(), 1..4)).prop_map(|(name, values)| Node::In { name, values }),
        words().prop_map(|name| Node::IsNull { name }),
    ];
    leaf.prop_recursive(4, 20, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 2..4).prop_map(Node::Any),
            vec(inner.clone(), 2..4).prop_map(Node::All),
            inner.prop_map(|node| Node::Not(Box::new(node))),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_reads_back_as_the_same_filter(root in nodes()) {
        let filter = Filter { root };
        let written = filter.to_string();
        prop_assert_eq!(Filter::parse(&written), Ok(filter), "{}", written);
    }

    #[test]
    fn no_text_does_harm(text in "(\\PC|[-()=<>!~,'\"` ]|and|not|is|in| a){0,30}") {
        match Filter::parse(&text) {
            Ok(filter) => prop_assert_eq!(Filter::parse(&filter.to_string()), Ok(filter)),
            Err(error) => {
                prop_assert!(text.get(error.at.clone()).is_some(), "{:?}", error);
                prop_assert_eq!(error.to_string().lines().count(), 3);
            }
        }
    }

    #[test]
    fn a_filter_and_its_opposite_divide_all_features(
        root in nodes(),
        values in vec(option::of(prop_oneof![words().prop_map(Value::from), any::<i8>().prop_map(Value::from)]), 4),
    ) {
        let lookup = |name: &str| values[name.len() % 4].clone().map(Cow::Owned);
        let filter = Filter { root: root.clone() };
        let opposite = Filter { root: Node::Not(Box::new(root)) };
        prop_assert_ne!(filter.matches(lookup), opposite.matches(lookup));
    }
}

#[test]
fn a_value_that_begins_with_another_languages_quotes_is_written_in_ours() {
    let filter = Filter::parse("name in ('«')").unwrap();
    assert_eq!(Filter::parse(&filter.to_string()).unwrap(), filter);
}

#[test]
fn days_with_dots_stand_in_the_order_of_time() {
    let feature = json!({"day": "05.02.2025", "hour": "5.2.2025 10:00"});
    let fits =
        |filter: &str| Filter::parse(filter).unwrap().matches(|name| feature.get(name).map(std::borrow::Cow::Borrowed));
    for filter in [
        "day > 2025-02-04",
        "day < 10.02.2025",
        "day = 2025-02-05",
        "day = 05.02.2025",
        "day > 2025",
        "hour > 5.2.2025",
    ] {
        assert!(fits(filter), "{filter}");
    }
    assert!(!fits("day > 2025-02-05") && !fits("day < 31.01.2025") && !fits("day < 2025"));
}
