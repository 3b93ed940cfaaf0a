//! Lines of a made-up treaty beside what GeographicLib's programs find: `tests/data/lines` has both.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::*;
use crate::dossier::{Dossier, Measure, Problem, read};
use crate::geometry::measure::distance_m;

fn treaty() -> Value {
    serde_json::from_str(include_str!("../../../../tests/data/lines/dossier/dossier.json")).unwrap()
}

fn open(path: &str) -> Result<Cow<'static, [u8]>, String> {
    Ok(Cow::Borrowed(match path {
        "shapes/west.geojson" => include_bytes!("../../../../tests/data/lines/dossier/shapes/west.geojson").as_slice(),
        "shapes/east.geojson" => include_bytes!("../../../../tests/data/lines/dossier/shapes/east.geojson").as_slice(),
        "shapes/sea.geojson" => include_bytes!("../../../../tests/data/lines/dossier/shapes/sea.geojson").as_slice(),
        "shapes/stone.geojson" => {
            include_bytes!("../../../../tests/data/lines/dossier/shapes/stone.geojson").as_slice()
        }
        "shapes/stream.geojson" => {
            include_bytes!("../../../../tests/data/lines/dossier/shapes/stream.geojson").as_slice()
        }
        other => return Err(format!("there is no {other}")),
    }))
}

fn opened(treaty: &Value) -> (Dossier, Vec<Problem>) {
    read(treaty.to_string().as_bytes(), &open).unwrap()
}

fn km(dossier: &Dossier, id: &str) -> f64 {
    match dossier.overlay(id).unwrap().measure {
        Measure::Length { km } => km,
        Measure::Area { km2, .. } => km2,
        _ => f64::NAN,
    }
}

fn line(dossier: &Dossier, id: &str) -> Vec<Coord<f64>> {
    dossier.overlay(id).unwrap().shape.lines()[0].0.clone()
}

#[test]
fn lines_of_a_treaty_measure_what_geographiclib_says() {
    let (dossier, problems) = opened(&treaty());
    assert_eq!(problems, []);
    // RhumbSolve, GeodSolve and Planimeter.
    for (id, expected, within) in [
        ("parallel", 131.390_079_051, 2e-5),
        ("meridian", 210.891_557_236, 1e-6),
        ("deed", 19.312_128 + 5.0, 1e-6),
        ("treaty-line", 106.224_492_098, 1e-6),
        ("treaty-area", 16_576.566_068_4, 0.1),
        ("course", 65.603_107_004, 1e-4),
    ] {
        let found = km(&dossier, id);
        assert!((found - expected).abs() < within, "{id}: {found}, not {expected}");
    }
    let deed = line(&dossier, "deed");
    let last = Coord { x: -76.820_564_846_941_34, y: 38.144_587_016_634_3 };
    assert!(distance_m(deed[deed.len() - 1], last) < 0.001);
    let corner = Coord { x: -76.877_603_582_517_13, y: 38.144_600_865_320_54 };
    assert!(deed.iter().any(|at| distance_m(*at, corner) < 0.001));
    assert!(line(&dossier, "parallel").iter().all(|at| at.y == 38.2 && (24.5..=26.0).contains(&at.x)));
    // The course goes by the mouth of one arm into the other, against the way in which that is drawn.
    let course = line(&dossier, "course");
    assert!(course.contains(&Coord { x: 25.4, y: 38.0 }) && course.contains(&Coord { x: 25.6, y: 38.1 }));
    // The west shore lies to the left of the median, which is as far from both.
    let median = line(&dossier, "median");
    assert!(median[0].y < median[median.len() - 1].y);
    assert!(median.iter().all(|at| (37.0..=38.9).contains(&at.y)));
}

#[test]
fn recipes_of_lines_say_in_words_what_they_are() {
    let (dossier, _) = opened(&treaty());
    let words = |id: &str| dossier.overlay(id).unwrap().recipe.clone().unwrap();
    assert_eq!(words("parallel"), "the parallel of 38.2° N from 24° E to 26.5° E, within sea");
    assert_eq!(words("meridian"), "the meridian of 25.25° E, within sea");
    assert_eq!(
        words("deed"),
        "the line from stone, then “N 33°45′ E for 12 miles”, then 5 km at a bearing of 90°; by geodesics of WGS 84, drawn to 0.1 m"
    );
    assert!(words("treaty-line").contains("“from 38°13′N 42°24′E (point 1), thence"), "{}", words("treaty-line"));
    assert!(words("treaty-line").contains("by lines of one bearing"));
    assert!(words("treaty-area").starts_with("the area within the line through the places of"));
    assert!(words("median").starts_with("the line as far from west as from east, within sea;"));
    assert!(words("course").starts_with("the shortest way along stream from 38.0600° N 25.1000° E to"));
}

#[test]
fn recipes_that_cannot_be_followed_say_what_to_do() {
    for (recipe, expected) in [
        (json!({ "op": "parallel", "lat": 95 }), "recipe.lat is 95; expected -90 to 90 degrees"),
        (json!({ "op": "parallel", "lat": 60, "within": "sea" }), "nothing of the parallel lies within the area"),
        (json!({ "op": "parallel", "lat": 38, "from": 3 }), "give both or neither"),
        (json!({ "op": "parallel", "lat": 38, "from": 3, "to": 3 }), "are both 3; give two"),
        (json!({ "op": "meridian", "lon": 25, "within": "median" }), "'median' is not an area"),
        (json!({ "op": "meridian", "lon": 25, "from": 0, "to": 91 }), "recipe.to is 91"),
        (json!({ "op": "bearing", "from": [0, 0], "legs": [] }), "recipe.legs has 0 legs"),
        (json!({ "op": "bearing", "from": [0, 99], "legs": [{ "text": "N 5 km" }] }), "recipe.from is [0, 99]"),
        (json!({ "op": "bearing", "from": "west", "legs": [{ "text": "N 5 km" }] }), "'west' has no places"),
        (
            json!({ "op": "bearing", "from": "nowhere", "legs": [{ "text": "N 5 km" }] }),
            "there is no overlay or layer 'nowhere'",
        ),
        (
            json!({ "op": "bearing", "from": [0, 0], "legs": [{ "text": "north 5 km" }, { "text": "a while" }] }),
            "recipe.legs[1]: “a while” is not understood",
        ),
        (
            json!({ "op": "bearing", "from": [0, 0], "legs": [{ "bearing_deg": 4, "distance_km": 0 }] }),
            "recipe.legs[0]: a distance of 0 km",
        ),
        (
            json!({ "op": "bearing", "from": [0, 89], "legs": [{ "bearing_deg": 0, "distance_km": 900 }], "join": "rhumb" }),
            "ends at a pole",
        ),
        (json!({ "op": "coordinates", "text": "from here to there" }), "recipe.text: there are no coordinates in it"),
        (json!({ "op": "coordinates", "text": "38°13′N 42°24′E, 39°N" }), "recipe.text: “39°N” stands alone"),
        (json!({ "op": "coordinates", "text": "38°13′N 42°24′E" }), "names 1 place(s); a line needs at least 2"),
        (json!({ "op": "coordinates", "text": "80°N 0°E 80°N 120°E 80°N 120°W", "area": true }), "goes round a pole"),
        (json!({ "op": "median", "of": ["west"] }), "recipe.of names 1 shapes"),
        (json!({ "op": "median", "of": ["west", "west"] }), "have a border or ground in common"),
        (json!({ "op": "median", "of": ["west", "stone"], "within": "sea" }), "no place in the area is as near"),
        (json!({ "op": "course", "of": "stream", "from": [25.1, 38.06], "to": [24, 38] }), "km from its nearest line"),
        (json!({ "op": "course", "of": "sea", "from": [25.1, 38.06], "to": [24, 38] }), "'sea' is not a line"),
        (
            json!({ "op": "course", "of": "stream", "from": [25.1, 38.06], "to": [25.4, 37.9], "gap_m": -1 }),
            "recipe.gap_m is -1",
        ),
    ] {
        let mut treaty = treaty();
        treaty["overlays"][0]["recipe"] = recipe.clone();
        let (dossier, problems) = opened(&treaty);
        let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
        // The schema says of some the same in its own way.
        assert!(told.iter().any(|what| what.contains("'parallel'") && what.contains(expected)), "{recipe}: {told:?}");
        assert!(dossier.overlay("parallel").is_none() && dossier.overlay("sea").is_some());
    }
}

#[test]
fn lines_across_the_date_line_run_on() {
    let mut treaty = treaty();
    treaty["overlays"][0]["recipe"] = json!({ "op": "parallel", "lat": -10, "from": 170, "to": -170 });
    treaty["overlays"][1]["recipe"] = json!({ "op": "coordinates", "text": "10°S 175°E, 10°S 175°W, 20°S 175°W, 20°S 175°E", "area": true, "join": "rhumb" });
    let (dossier, problems) = opened(&treaty);
    assert_eq!(problems, []);
    // RhumbSolve: 20° of the parallel of 10° are 2,192,800 m or so; twice what 10° are.
    let parallel = line(&dossier, "parallel");
    assert_eq!((parallel[0].x, parallel[parallel.len() - 1].x), (170.0, 190.0));
    let area = &dossier.overlay("meridian").unwrap().shape;
    let [west, .., east, _] = [0, 1, 2, 3].map(|side| dossier.overlay("meridian").unwrap().bounds[side]);
    assert_eq!((west, east, area.polygons().len()), (175.0, 185.0, 1));
}
