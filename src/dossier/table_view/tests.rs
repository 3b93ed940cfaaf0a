use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;
use crate::dossier::own_layer;
use crate::formats::columns::{ColumnKind, is_null};
use crate::formats::feature::Feature;
use crate::formats::filter::{Filter, folded};
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
    assert_eq!(sorted(&codes, "a", false), [0, 2, 1], "digits after a leading 0 are a code");
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

/// How two values of a column compare, told in another way than by keys.
fn is_in_order(kind: ColumnKind, one: &Value, other: &Value) -> bool {
    use crate::formats::columns::number_of;
    let text = |value: &Value| match value {
        Value::String(text) => folded(text.trim()),
        other => folded(&other.to_string()),
    };
    let class = |value: &Value| match value {
        Value::Number(_) => 1,
        Value::Bool(_) => 2,
        Value::String(_) => 3,
        _ => 4,
    };
    match kind {
        ColumnKind::Number => number_of(one) <= number_of(other),
        ColumnKind::Date => {
            let day = |value: &Value| crate::formats::day::Day::in_text(value.as_str().unwrap_or_default()).unwrap();
            day(one) <= day(other)
        }
        ColumnKind::Mixed if class(one) != class(other) => class(one) < class(other),
        ColumnKind::Mixed if one.is_number() => one.as_f64() <= other.as_f64(),
        _ => text(one) <= text(other),
    }
}

proptest! {
    #[test]
    fn a_sort_is_a_permutation_in_order(values in vec(values(), 1..40), descending in any::<bool>()) {
        let layer = column(&values);
        let order = sorted(&layer, "a", descending);
        let mut all = order.clone();
        all.sort_unstable();
        prop_assert_eq!(all, (0..values.len()).collect::<Vec<_>>());
        let kind = Order::of(&Layer::new(layer, &Arc::default()), &ColumnId::Property("a".to_owned()), &Work::default())
            .unwrap()
            .kind;
        for pair in order.windows(2) {
            let (one, other) = (&values[pair[0]], &values[pair[1]]);
            match (is_null(one), is_null(other)) {
                (false, false) => {
                    let (least, greatest) = if descending { (other, one) } else { (one, other) };
                    prop_assert!(is_in_order(kind, least, greatest), "{:?} {} {}", kind, one, other);
                    if is_in_order(kind, greatest, least) && kind != ColumnKind::Date {
                        prop_assert!(pair[0] < pair[1], "equal ones keep their order: {} {}", one, other);
                    }
                }
                (true, false) => prop_assert!(false, "an empty cell before {}", other),
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
