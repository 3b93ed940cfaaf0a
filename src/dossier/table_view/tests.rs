use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;
use crate::dossier::own_layer;
use crate::formats::columns::ColumnKind;
use crate::formats::feature::Feature;
use crate::formats::filter::{Filter, folded};
use crate::formats::geojson;
use crate::formats::order::Rule;
use crate::formats::table::FeatureTable;

/// A layer of points with these properties each.
fn layer_of(rows: &[Value]) -> Arc<Overlay> {
    let feature = |(index, properties): (usize, &Value)| Feature {
        geometry: Some(geo::Point::new(37.0 + index as f64 / 1e4, 48.0).into()),
        properties: properties.as_object().cloned().unwrap_or_default(),
        id: None,
        members: Map::new(),
    };
    let table = FeatureTable::of(rows.iter().enumerate().map(feature).collect());
    let (overlay, problems) = own_layer("points.geojson", table).unwrap();
    assert!(problems.is_empty(), "{problems:?}");
    Arc::new(overlay)
}

fn wanted(overlay: &Arc<Overlay>) -> Wanted {
    Wanted { overlay: Arc::clone(overlay), styling: Arc::default(), search: String::new(), filter: None, sort: None }
}

fn arrange(wanted: Wanted) -> Vec<usize> {
    let arranged = Arranger::default().arrange(wanted, &Work::default()).unwrap();
    (0..arranged.count()).map(|row| arranged.feature(row).unwrap()).collect()
}

fn sorted(overlay: &Arc<Overlay>, name: &str, descending: bool) -> Vec<usize> {
    let sort = Some(Sort { column: ColumnId::Property(name.to_owned()), descending });
    arrange(Wanted { sort, ..wanted(overlay) })
}

fn column(values: &[Value]) -> Arc<Overlay> {
    layer_of(&values.iter().map(|value| json!({ "a": value })).collect::<Vec<_>>())
}

#[test]
fn numbers_days_and_text_each_have_their_own_order_and_what_is_empty_comes_last() {
    let numbers = column(&[json!(10), json!("9"), Value::Null, json!(-1.5), json!(10)]);
    assert_eq!(sorted(&numbers, "a", false), [3, 1, 0, 4, 2]);
    assert_eq!(sorted(&numbers, "a", true), [0, 4, 1, 3, 2], "equal ones keep the order of the file");
    let days = column(&[json!("2025-02-10"), json!("2025-2-9"), json!("2024"), json!("2025-02-10T08:00"), json!("")]);
    assert_eq!(sorted(&days, "a", false), [2, 1, 0, 3, 4]);
    let words =
        column(&[json!("Бахмут"), json!("авдіївка"), json!("zeta"), json!("Alpha"), json!("АВДІЇВКА"), json!(" ")]);
    assert_eq!(sorted(&words, "a", false), [3, 2, 1, 4, 0, 5]);
    let mixed = column(&[json!("b"), json!(2), json!(true), json!(10), json!(["x"]), json!("A")]);
    assert_eq!(sorted(&mixed, "a", false), [1, 3, 2, 5, 0, 4]);
    let codes = column(&[json!("010"), json!("9"), json!("1")]);
    assert_eq!(sorted(&codes, "a", false), [2, 1, 0], "a code of digits stands where its number does");
    let text = column(&[json!("no. 10"), json!("No. 9"), json!("no. 100"), json!("8 b"), json!("12")]);
    assert_eq!(sorted(&text, "a", false), [4, 3, 1, 0, 2], "digits in a text are numbers");
}

#[test]
fn a_search_finds_text_in_any_property_whatever_its_case() {
    let layer = layer_of(&[
        json!({"name": "Краматорськ", "n": 12.5}),
        json!({"name": "Sloviansk \"north\"", "note": "HELD"}),
        json!({"held": "no", "list": ["x", "Held by"]}),
        json!({"url": "https://a.example/b"}),
    ]);
    let find = |search: &str| arrange(Wanted { search: search.to_owned(), ..wanted(&layer) });
    assert_eq!(find("held"), [1, 2], "the name of a property is none of its values");
    assert_eq!(find("КРАМА"), [0]);
    assert_eq!(find("12.5"), [0]);
    assert_eq!(find("\"NORTH\""), [1]);
    assert_eq!(find("example/B"), [3]);
    assert_eq!(find("  "), [0, 1, 2, 3]);
    assert_eq!(find("none of them"), [] as [usize; 0]);
}

/// A layer of the features that a file has, with numbers beyond 64 bits.
fn long_numbers() -> Arc<Overlay> {
    let feature = |n: &str| {
        format!(r#"{{"type":"Feature","properties":{{"n":{n}}},"geometry":{{"type":"Point","coordinates":[37,48]}}}}"#)
    };
    let numbers = ["12345678901234567890124", "12345678901234567890123", "3", "12345678901234567890122.5"];
    let text = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, numbers.map(feature).join(","));
    Arc::new(own_layer("long", geojson::read_table(text.as_bytes()).unwrap()).unwrap().0)
}

#[test]
fn every_digit_of_a_number_is_shown_found_copied_and_counts_in_the_order() {
    let overlay = long_numbers();
    assert_eq!(sorted(&overlay, "n", false), [2, 3, 1, 0]);
    assert_eq!(sorted(&overlay, "n", true), [0, 1, 3, 2]);
    let n = ColumnId::Property("n".to_owned());
    let layer = Layer::new(Arc::clone(&overlay), &Arc::default());
    assert_eq!(layer.written(1, &n).unwrap().words(), "12345678901234567890123");
    let text = csv_text(&layer, std::slice::from_ref(&n), Some(&[1, 3]), &Work::default()).unwrap().unwrap();
    assert_eq!(text, "n\r\n12345678901234567890123\r\n12345678901234567890122.5\r\n");
    let search = "7890124".to_owned();
    assert_eq!(arrange(Wanted { search, ..wanted(&overlay) }), [0]);
    assert_eq!(statistics(&layer, &n, None, &Work::default()).unwrap().column.distinct, 4);
}

#[test]
fn search_filter_and_order_work_together_and_are_remembered() {
    let layer = layer_of(&(0..10_000).map(|n| json!({"n": n % 100, "word": format!("w{n}")})).collect::<Vec<_>>());
    let mut arranger = Arranger::default();
    let sort = Some(Sort { column: ColumnId::Property("n".to_owned()), descending: true });
    let filter = Some(Filter::parse("n >= 98").unwrap());
    let all = Wanted { search: "w5".to_owned(), filter, sort, ..wanted(&layer) };
    let first = arranger.arrange(all.clone(), &Work::default()).unwrap();
    let again = arranger.arrange(all, &Work::default()).unwrap();
    assert_eq!(first.rows, again.rows);
    let features = first.features_in(0..=first.count());
    assert_eq!(features.len(), 22, "two of each hundred: 598 to 599, 5098 to 5999");
    assert_eq!((features[0], features[11]), (599, 598));
    assert_eq!(first.row_of(598), Some(11));
    assert_eq!(first.row_of(0), None);
    let plain = arranger.arrange(wanted(&layer), &Work::default()).unwrap();
    assert!(plain.rows.is_none(), "all rows in the order of the file need no list");
}

#[test]
fn the_title_stands_apart_only_where_no_property_says_it_and_styles_are_hidden() {
    let shown = |rows: &[Value]| {
        let layer = Layer::new(layer_of(rows), &Arc::default());
        let columns = layer.columns(&Work::default()).unwrap();
        assert_eq!(columns, layer.first_columns());
        columns.iter().filter(|column| is_shown_at_first(column, &columns)).map(|one| one.name().to_owned()).collect()
    };
    let names: Vec<String> = shown(&[json!({"name": "a", "stroke": "#f00"}), json!({"n": 1})]);
    assert_eq!(names, ["kind", "name", "n"]);
    let names: Vec<String> = shown(&[json!({"n": 1}), json!({"n": 2})]);
    assert_eq!(names, ["title", "n"]);
}

#[test]
fn statistics_are_of_the_rows_that_are_meant() {
    let layer = Layer::new(column(&[json!(1), json!(2), json!("x"), json!(9)]), &Arc::default());
    let a = ColumnId::Property("a".to_owned());
    let all = statistics(&layer, &a, None, &Work::default()).unwrap();
    assert_eq!((all.column.kind, all.features, all.size.points), (ColumnKind::Mixed, 4, 4));
    let some = statistics(&layer, &a, Some(&[0, 1, 3]), &Work::default()).unwrap();
    assert_eq!(
        some.column.numbers.map(|numbers| (numbers.sum, numbers.least, numbers.greatest)),
        Some((12.0, 1.0, 9.0))
    );
    assert_eq!((some.mean(), some.features, some.size.points), (Some(4.0), 3, 3));
}

#[test]
fn csv_has_a_head_and_quotes_what_needs_it() {
    let layer = Layer::new(
        layer_of(&[json!({"name": "a, \"b\"", "n": 1.5}), json!({"name": "line\nend", "n": null})]),
        &Arc::default(),
    );
    let columns = ["name", "n"].map(|name| ColumnId::Property(name.to_owned()));
    let text = csv_text(&layer, &columns, Some(&[1, 0]), &Work::default()).unwrap().unwrap();
    assert_eq!(text, "name,n\r\n\"line\nend\",\r\n\"a, \"\"b\"\"\",1.5\r\n");
}

#[test]
fn cancelled_work_comes_to_nothing() {
    let layer = layer_of(&(0..20_000).map(|n| json!({ "n": n })).collect::<Vec<_>>());
    let work = Work::default();
    work.cancel();
    let sort = Some(Sort { column: ColumnId::Property("n".to_owned()), descending: false });
    let mut arranger = Arranger::default();
    assert!(arranger.arrange(Wanted { sort: sort.clone(), ..wanted(&layer) }, &work).is_none());
    let done = arranger.arrange(Wanted { sort, ..wanted(&layer) }, &Work::default()).unwrap();
    assert_eq!(done.count(), 20_000, "what was cancelled has left nothing half done");
}

fn values() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<i16>().prop_map(Value::from),
        (-1e3..1e3f64).prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        "(|[0-9]{1,3}|2025-0[1-9]|\\PC{0,12})".prop_map(Value::from),
    ]
}

proptest! {
    #[test]
    fn a_sort_is_a_permutation_in_order(values in vec(values(), 1..40), descending in any::<bool>()) {
        let layer = column(&values);
        let order = sorted(&layer, "a", descending);
        let mut all = order.clone();
        all.sort_unstable();
        prop_assert_eq!(all, (0..values.len()).collect::<Vec<_>>());
        let texts: Vec<String> = values.iter().map(Value::to_string).collect();
        let written: Vec<Written<'_>> = texts.iter().map(|text| Written::of(text).unwrap()).collect();
        let rule = Rule::of(&written);
        for pair in order.windows(2) {
            let (one, other) = (&written[pair[0]], &written[pair[1]]);
            match (one.is_blank(), other.is_blank()) {
                (false, false) => {
                    let order = if descending { rule.compare(other, one) } else { rule.compare(one, other) };
                    prop_assert!(order.is_le(), "{:?} {:?} {:?}", rule, one, other);
                    if order.is_eq() {
                        prop_assert!(pair[0] < pair[1], "equal ones keep their order: {:?} {:?}", one, other);
                    }
                }
                (true, false) => prop_assert!(false, "an empty cell before {:?}", other),
                (true, true) => prop_assert!(pair[0] < pair[1]),
                (false, true) => {}
            }
        }
    }

    #[test]
    fn the_rows_of_a_filter_are_those_that_fit_it(
        values in vec(values(), 1..30),
        text in "(a (=|!=|<|>=|~) ('x'|5|true|2025)|a is null|not a in \\(1, 2, x\\))( or a ~ 1)?",
    ) {
        let layer = column(&values);
        let filter = Filter::parse(&text).unwrap();
        let fits: Vec<usize> =
            (0..values.len()).filter(|feature| layer.matches(&filter, *feature)).collect();
        prop_assert_eq!(arrange(Wanted { filter: Some(filter), ..wanted(&layer) }), fits);
    }

    #[test]
    fn a_search_agrees_with_a_plain_look_at_every_value(
        values in vec(values(), 1..30),
        search in "(a|1|[a-z]|true|\\.|-|\\PC{1,2})",
    ) {
        let layer = column(&values);
        let wanted_text = folded(search.trim());
        prop_assume!(!wanted_text.is_empty());
        let has = |value: &Value| match value {
            Value::Null => false,
            Value::String(text) => folded(text).contains(&wanted_text),
            other => folded(&other.to_string()).contains(&wanted_text),
        };
        let found: Vec<usize> = (0..values.len()).filter(|row| has(&values[*row])).collect();
        prop_assert_eq!(arrange(Wanted { search, ..wanted(&layer) }), found);
    }
}
