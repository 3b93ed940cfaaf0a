//! Tests of `kinds.rs`.

use std::collections::BTreeMap;

use super::*;
use crate::dossier::classes::Method;
use crate::dossier::own_layer;
use crate::dossier::styling::{By, Categories, Graduated, KindChange};
use crate::formats::geojson;

/// Twenty areas of different names, in the colours given in turn, each with a status and the same note.
fn many(colors: &[&str]) -> Vec<String> {
    let feature = |index: usize| {
        let (west, color) = (20.0 + index as f64, colors[index % colors.len()]);
        serde_json::json!({
            "type": "Feature",
            "properties": { "note": "by one hand", "name": format!("no. {index}"), "status": format!("{color} ground"), "fill": color },
            "geometry": { "type": "Polygon", "coordinates": [[[west, 0], [west + 0.5, 0], [west, 1], [west, 0]]] },
        })
    };
    let features: Vec<_> = (0..20).map(feature).collect();
    let text = serde_json::json!({ "type": "FeatureCollection", "features": features }).to_string();
    let (layer, _) = own_layer("many", geojson::read_table(text.as_bytes()).unwrap()).unwrap();
    kinds(&layer, &Styling::default()).list().iter().map(|kind| kind.title.clone()).collect()
}

#[test]
fn colours_are_named_by_what_tells_them_apart_and_one_colour_by_nothing() {
    assert_eq!(many(&["red", "green"]), ["red ground", "green ground"]);
    assert_eq!(many(&["red"]), [""]);
}

/// Points with these values of `status` and of `n`.
fn points(values: &[(Option<&str>, Option<f64>)]) -> Overlay {
    let feature = |(index, (status, n)): (usize, &(Option<&str>, Option<f64>))| {
        let properties = serde_json::json!({ "status": status, "n": n });
        let geometry = serde_json::json!({ "type": "Point", "coordinates": [30.0 + index as f64 / 1e4, 48.0] });
        serde_json::json!({ "type": "Feature", "properties": properties, "geometry": geometry }).to_string()
    };
    let features: Vec<String> = values.iter().enumerate().map(feature).collect();
    let text = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","));
    own_layer("layer", geojson::read_table(text.as_bytes()).unwrap()).unwrap().0
}

fn styled(by: By) -> Styling {
    Styling { by, ..Styling::default() }
}

fn titles(kinds: &Kinds) -> Vec<(&str, usize)> {
    kinds.list().iter().map(|kind| (kind.title.as_str(), kind.features)).collect()
}

#[test]
fn features_without_a_value_are_of_a_kind_of_their_own_and_take_no_colour() {
    let layer = points(&[(None, None), (Some("held"), None), (Some(" "), None), (Some("free"), None)]);
    let found = kinds(&layer, &styled(By::Property(Categories::of("status"))));
    assert_eq!(titles(&found), [("free", 1), ("held", 1), ("no value", 2)]);
    let fills: Vec<_> = found.list().iter().map(|kind| kind.style.fill.as_deref().unwrap()).collect();
    assert_eq!(fills, ["#e69f00", "#0072b2", "#9a9a9a"], "the first value in the file has the first colour");
    assert_eq!([0, 1, 2, 3].map(|feature| found.index_of(feature)), [2, 1, 2, 0].map(Some));
    let none = kinds(&layer, &styled(By::Property(Categories::of("nothing"))));
    assert_eq!(titles(&none), [("no value", 4)]);
    assert!(none.problems()[0].what.contains("no feature has a value"), "{:?}", none.problems());
}

#[test]
fn kinds_of_a_property_stand_in_the_order_of_its_values() {
    let values = ["no. 10", "100", "no. 9", "20", "", "9"].map(|status| (Some(status), None));
    let found = kinds(&points(&values), &styled(By::Property(Categories::of("status"))));
    let names: Vec<_> = titles(&found).into_iter().map(|(title, _)| title).collect();
    assert_eq!(names, ["9", "20", "100", "no. 9", "no. 10", "no value"]);
    let of = |feature: usize| found.of(feature).map(|kind| kind.title.as_str());
    assert_eq!((of(0), of(4), of(5)), (Some("no. 10"), Some("no value"), Some("9")));
}

#[test]
fn classes_are_those_of_the_features_that_a_filter_lets_pass() {
    let values: Vec<_> = [1.0, 2.0, 3.0, 4.0, 1000.0].map(|n| (Some("x"), Some(n))).to_vec();
    let layer = points(&values);
    let graduated = Graduated { classes: 2, method: Method::EqualIntervals, ..Graduated::of("n") };
    let by = styled(By::Graduated(graduated));
    assert_eq!(titles(&kinds(&layer, &by)).iter().map(|(_, count)| *count).collect::<Vec<_>>(), [4, 1]);
    let filtered = Styling { filter: Some(Filter::parse("n < 10").unwrap()), ..by };
    let found = kinds(&layer, &filtered);
    assert_eq!(titles(&found).iter().map(|(_, count)| *count).collect::<Vec<_>>(), [2, 2]);
    assert_eq!((found.left_out(), found.features()), (1, 4));
    assert_eq!(found.of(4), None);
}

#[test]
fn classes_of_what_is_no_number_say_so() {
    let layer = points(&[(Some("a"), None), (Some("b"), Some(-3.0)), (Some("b"), Some(-1.0))]);
    let none = kinds(&layer, &styled(By::Graduated(Graduated::of("status"))));
    assert!(none.problems()[0].what.contains("no feature has a number"), "{:?}", none.problems());
    let two = Graduated { classes: 2, ..Graduated::of("n") };
    let found = kinds(&layer, &styled(By::Graduated(two)));
    assert_eq!(titles(&found).last(), Some(&("no value", 1)), "what has none stands below the classes");
    assert!(found.list().iter().all(|kind| !kind.title.contains("−3–")), "{:?}", titles(&found));
}

#[test]
fn classes_of_numbers_of_any_size_have_short_names() {
    let named = |values: &[f64]| {
        let values: Vec<_> = values.iter().map(|n| (None, Some(*n))).collect();
        let graduated = Graduated { classes: 3, method: Method::EqualIntervals, ..Graduated::of("n") };
        let found = kinds(&points(&values), &styled(By::Graduated(graduated)));
        titles(&found).iter().map(|(title, _)| title.replace('\u{a0}', " ")).collect::<Vec<_>>()
    };
    assert_eq!(
        named(&[0.0, 1.5e300, 3e300]),
        ["0 to 1 × 10³⁰⁰", "over 1 × 10³⁰⁰ to 2 × 10³⁰⁰", "over 2 × 10³⁰⁰ to 3 × 10³⁰⁰"]
    );
    assert_eq!(named(&[-1e-9, 5e-9])[..2], ["−1 × 10^−9 to 1 × 10^−9", "over 1 × 10^−9 to 3 × 10^−9"]);
    // One value has all of its digits, and bounds are not moved past values.
    assert_eq!(named(&[0.4, 0.4]), ["0.4"]);
    assert_eq!(named(&[12_345.678]), ["12,345.678"]);
    let whole: Vec<f64> = (0..=13).map(|n| 1e6 + f64::from(n)).collect();
    assert_eq!(named(&whole)[0], "1,000,000.00–1,000,004.33");
    // More digits than six tell them apart.
    let close = [1e16, 1.000_000_000_2e16, 1.000_000_000_4e16];
    assert_eq!(named(&close)[2], "over 1.000000000267 × 10¹⁶ to 1.0000000004 × 10¹⁶");
    assert!(named(&[f64::MIN, 0.0, f64::MAX]).iter().all(|title| title.chars().count() < 70));
    assert_eq!(named(&[0.0, 1.0, 3.0]), ["0–1", "over 1 to 2", "over 2 to 3"]);
}

#[test]
fn colours_that_begin_anew_bring_a_pattern() {
    let names: Vec<String> = (0..7).map(|n| format!("s{n}")).collect();
    let values: Vec<_> = names.iter().map(|name| (Some(name.as_str()), None)).collect();
    let layer = points(&values);
    let by = By::Property(Categories { property: "status".to_owned(), colors: "dark2".to_owned() });
    let found = kinds(&layer, &styled(by));
    for (index, one) in found.list().iter().enumerate() {
        assert!(found.list()[index + 1..].iter().all(|other| other.style != one.style), "{one:?}");
    }
}

#[test]
fn more_values_than_can_be_told_apart_share_the_last_kind() {
    let names: Vec<String> = (0..MOST + 5).map(|n| format!("s{n}")).collect();
    let values: Vec<_> = names.iter().map(|name| (Some(name.as_str()), None)).collect();
    let layer = points(&values);
    let found = kinds(&layer, &styled(By::Property(Categories::of("status"))));
    assert_eq!(found.list().len(), MOST);
    assert_eq!(titles(&found).last(), Some(&(FURTHER, 6)));
    assert_eq!(found.features(), MOST + 5);
    assert!(found.problems()[0].what.contains("more values"), "{:?}", found.problems());
}

#[test]
fn another_look_of_the_same_kinds_takes_no_look_at_the_features() {
    let layer = points(&[(Some("held"), None), (Some("free"), None)]);
    let by = styled(By::Property(Categories::of("status")));
    let first = layer.kinds(&Arc::new(by.clone()));
    let change = KindChange { title: Some("Held by".to_owned()), ..KindChange::default() };
    let kinds_of = BTreeMap::from([("held".to_owned(), change)]);
    let second = layer.kinds(&Arc::new(Styling { kinds: kinds_of, ..by.clone() }));
    assert_eq!(titles(&second), [("free", 1), ("Held by", 1)]);
    assert!(Arc::ptr_eq(&first.of, &second.of));
    // And the change is of this styling alone.
    assert_eq!(titles(&layer.kinds(&Arc::new(by))), [("free", 1), ("held", 1)]);
}

#[test]
fn one_style_holds_for_an_overlay_without_features() {
    let (dossier, _) = crate::dossier::builtin::berlin().unwrap();
    let overlay = dossier.overlay("withdrawal-area").unwrap();
    assert_eq!(overlay.features.count(), 0);
    let change = StylePart { fill: Some("#123456".to_owned()), ..StylePart::default() };
    let found = kinds(overlay, &Styling { by: By::One, change, ..Styling::default() });
    assert_eq!(found.list()[0].style.fill.as_deref(), Some("#123456"));
    assert!(found.is_one() && !found.is_told_apart());
}

#[test]
fn what_has_no_value_has_a_row_and_points_are_opaque_in_every_round() {
    let names: Vec<String> = (0..ROWS + 4).map(|n| format!("s{n}")).collect();
    let mut values: Vec<_> = names.iter().chain(&names).map(|name| (Some(name.as_str()), None)).collect();
    values.push((None, None));
    let found = kinds(&points(&values), &styled(By::Property(Categories::of("status"))));
    let own: Vec<&str> = (found.rows().iter())
        .filter_map(|row| if let Row::Kind(index) = row { Some(found.list()[*index].title.as_str()) } else { None })
        .collect();
    assert_eq!((own.len(), own.last()), (ROWS, Some(&"no value")));
    assert!(found.list().iter().all(|kind| kind.style.fill_opacity == 1.0));
    assert!(found.list().iter().any(|kind| kind.style.marker_symbol.is_some()));
}

/// A layer of areas and points with a title and a colour each, every one of them thrice, under a name of its own.
fn thrice(kinds: &[(&str, &str, bool)]) -> Overlay {
    let features: Vec<_> = (0..3 * kinds.len())
        .map(|index| {
            let ((title, color, is_area), west) = (kinds[index / 3], 20.0 + index as f64 / 10.0);
            let geometry = match is_area {
                true => {
                    serde_json::json!({ "type": "Polygon", "coordinates": [[[west, 0], [west + 0.05, 0], [west, 1], [west, 0]]] })
                }
                false => serde_json::json!({ "type": "Point", "coordinates": [west, 0] }),
            };
            let properties = serde_json::json!({
                "title": title, "name": format!("no. {index}"), "outlet": "Post", "source": "https://a.example/1",
                "fill": color, "marker-color": color,
            });
            serde_json::json!({ "type": "Feature", "properties": properties, "geometry": geometry })
        })
        .collect();
    let text = serde_json::json!({ "type": "FeatureCollection", "features": features }).to_string();
    let (mut layer, _) = own_layer("layer", geojson::read_table(text.as_bytes()).unwrap()).unwrap();
    layer.opened_from = Some("layer.geojson".to_owned());
    layer
}

#[test]
fn no_two_kinds_of_a_layer_have_one_name() {
    let titles = |layer: &Overlay| -> Vec<String> {
        layer.kinds(&Arc::new(Styling::default())).list().iter().map(|kind| kind.title.clone()).collect()
    };
    let kinds = [("a", "#c8102e", true), ("b", "#0057b7", true), ("c", "#ffd500", true), ("d", "#555555", false)];
    let two = [("e", "#00a651", true), ("f", "#9b59b6", false)];
    assert_eq!(titles(&thrice(&[&kinds[..], &two].concat())), ["a", "b", "c", "d", "e", "f"]);
    // Where no property tells them apart, colours do.
    let alike: Vec<_> = kinds.iter().chain(&two).map(|(_, color, is_area)| ("same", *color, *is_area)).collect();
    assert_eq!(
        titles(&thrice(&alike)),
        ["red areas", "blue areas", "yellow areas", "grey points", "green areas", "purple points"]
    );
}
