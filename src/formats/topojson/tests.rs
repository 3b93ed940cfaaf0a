//! Tests of `topojson.rs`.

use super::*;

fn layer(text: &str) -> Result<FeatureLayer, ReadError> {
    read(&Input::of(text.as_bytes()))
}

#[test]
fn arcs_run_both_ways_and_ids_and_digits_stay() {
    let text = r#"{"type":"Topology","transform":{"scale":[0.5,0.25],"translate":[36,47]},
        "objects":{"a b":{"type":"GeometryCollection","geometries":[
            {"type":"LineString","id":12345678901234567890,"properties":{"n":12345678901234567890},"arcs":[0,-2]},
            {"type":null,"id":"x","properties":{"name":"Nowhere"}},
            {"type":"LineString","arcs":[7]},
            {"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[2,4]},{"type":"Polygon","arcs":[[0,1,2]]}]}]}},
        "arcs":[[[0,0],[2,0]],[[4,4],[-2,-4]],[[4,4],[-4,0],[0,-4]]]}"#;
    let read = layer(text).unwrap();
    let rows = &read.features.rows;
    assert_eq!(rows.text(0), r#"{"object":"a b","n":12345678901234567890}"#);
    assert_eq!((rows.id_text(0), rows.id_text(1)), (Some("12345678901234567890"), Some("\"x\"")));
    let line: Vec<(f64, f64)> = read.features.lines.0[0].0.iter().map(|at| (at.x, at.y)).collect();
    assert_eq!(line, [(36.0, 47.0), (37.0, 47.0), (38.0, 48.0)]);
    assert_eq!((rows.count(), read.features.points.len(), read.features.areas.0.len()), (3, 1, 1));
    assert_eq!(read.warnings, ["feature 3 was skipped: there is no arc 7"]);
    assert_eq!(read.features.told_by, None, "one object tells nothing apart");
}

#[test]
fn what_is_no_topology_is_said() {
    for (text, what) in [
        ("{", "not JSON"),
        ("[]", "its type is not Topology"),
        (r#"{"type":"Topology"}"#, "it has no objects"),
        (r#"{"type":"Topology","objects":{},"arcs":[]}"#, "there is no feature in it"),
        (r#"{"type":"Topology","objects":{"a":{"type":"Point","coordinates":[1,1]}},"arcs":[[[1]]]}"#, "arc 0"),
        (r#"{"type":"Topology","objects":{"a":{"type":"Circle"}},"arcs":[]}"#, "'Circle'"),
        (r#"{"type":"Topology","transform":{"scale":[1]},"objects":{},"arcs":[]}"#, "pair of numbers"),
    ] {
        let error = layer(text).unwrap_err().to_string();
        assert!(error.contains(what), "{text}: {error}");
    }
    let crs = r#"{"type":"Topology","crs":{"type":"name","properties":{"name":"EPSG:3857"}},"objects":{"a":{"type":"Point","coordinates":[4200000,6200000]}},"arcs":[]}"#;
    let read = layer(crs).unwrap();
    // As PROJ has it.
    let at = read.features.points[0];
    assert!((at.x - 37.7292419330).abs() < 1e-6 && (at.y - 48.5568505221).abs() < 1e-6, "{at:?}");
    assert!(read.features.notes[0].contains("EPSG:3857"), "{:?}", read.features.notes);
}

#[test]
fn arcs_used_again_and_again_and_deep_collections_do_no_harm() {
    let arc = vec!["[1,1]"; 20_000].join(",");
    let uses = vec!["0"; 2_000].join(",");
    let text =
        format!(r#"{{"type":"Topology","objects":{{"a":{{"type":"LineString","arcs":[{uses}]}}}},"arcs":[[{arc}]]}}"#);
    assert!(layer(&text).unwrap_err().to_string().contains("no room in memory"));
    let deep = [r#"{"type":"GeometryCollection","geometries":["#.repeat(20_000), "]}".repeat(20_000)];
    let text = format!(r#"{{"type":"Topology","objects":{{"a":{}{}}},"arcs":[]}}"#, deep[0], deep[1]);
    assert!(layer(&text).is_err());
}
