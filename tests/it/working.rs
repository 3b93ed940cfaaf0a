//! Derivations that take too long, and work that is cancelled: what is done stands, and what is not is named.

use std::borrow::Cow;
use std::cell::Cell;

use claimline::dossier::{self, Dossier, Problem};
use claimline::geometry::work::Work;
use serde_json::{Value, json};

/// So many bars side by side in a degree, upright or lying.
fn bars(count: u32, upright: bool) -> String {
    let bar = |index: u32| {
        let (from, to) = (f64::from(index) / f64::from(count), (f64::from(index) + 0.5) / f64::from(count));
        let corners = [(from, -0.1), (to, -0.1), (to, 1.1), (from, 1.1), (from, -0.1)];
        let place = |(x, y): (f64, f64)| if upright { [37.0 + x, 48.0 + y] } else { [37.0 + y, 48.0 + x] };
        json!([corners.map(place)])
    };
    json!({ "type": "MultiPolygon", "coordinates": (0..count).map(bar).collect::<Vec<_>>() }).to_string()
}

fn drawn(id: &str, file: &str) -> Value {
    json!({ "id": id, "title": { "en": id }, "kind": "region", "geometry": { "file": file } })
}

fn shared(id: &str, of: [&str; 2]) -> Value {
    let recipe = json!({ "op": "intersection", "of": of });
    json!({ "id": id, "title": { "en": id }, "kind": "region", "recipe": recipe })
}

fn read(overlays: &[Value], open: &dyn Fn(&str) -> String) -> (Dossier, Vec<Problem>) {
    let json = json!({
        "format": "claimline-dossier/1", "id": "bars", "version": "1", "title": { "en": "Bars" }, "as_of": "2025-12-15",
        "overlays": overlays, "sources": [], "excerpts": [],
    });
    dossier::read(json.to_string().as_bytes(), &|name| Ok(Cow::Owned(open(name).into_bytes()))).expect("a dossier")
}

fn of_bars(name: &str) -> String {
    match name {
        "upright" => bars(3000, true),
        "lying" => bars(3000, false),
        "few-upright" => bars(10, true),
        _ => bars(10, false),
    }
}

#[test]
fn a_recipe_that_would_cross_millions_of_times_is_named_and_the_rest_opens() {
    let overlays = [
        drawn("upright", "upright"),
        drawn("lying", "lying"),
        shared("both", ["upright", "lying"]),
        shared("needs-both", ["both", "few"]),
        drawn("few", "few-upright"),
        drawn("others", "few-lying"),
        shared("some", ["few", "others"]),
    ];
    let (dossier, problems) = read(&overlays, &of_bars);
    let ids: Vec<&str> = dossier.overlays.iter().map(|overlay| overlay.id.as_str()).collect();
    assert_eq!(ids, ["upright", "lying", "few", "others", "some"]);
    let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert!(told.iter().any(|what| what.contains("both") && what.contains("more than 200,000 times")), "{told:?}");
    assert!(told.iter().any(|what| what.contains("needs-both") && what.contains("it needs 'both'")), "{told:?}");
}

#[test]
fn what_is_cancelled_opens_as_far_as_it_came() {
    let overlays = [
        drawn("few", "few-upright"),
        drawn("others", "few-lying"),
        shared("before", ["few", "others"]),
        drawn("last", "last"),
        shared("after", ["few", "others"]),
    ];
    let work = Work::default();
    let steps = Cell::new(String::new());
    let open = |name: &str| {
        if name == "last" {
            steps.set(work.words());
            work.cancel();
        }
        of_bars(name)
    };
    let (dossier, problems) = work.run(|| read(&overlays, &open));
    assert_eq!(steps.take(), "Reading last… 60 %");
    assert!(work.is_over());
    let ids: Vec<&str> = dossier.overlays.iter().map(|overlay| overlay.id.as_str()).collect();
    assert_eq!(ids, ["few", "others", "before", "last"]);
    let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("after") && told[0].contains("cancelled"), "{told:?}");
}
