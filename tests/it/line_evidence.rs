//! The line of contact against the reports that it is drawn from, and its stated accuracy against what was measured.

use std::collections::BTreeMap;
use std::path::Path;

use claimline::dossier::{Dossier, Measure, Shape, words};
use claimline::files;
use claimline::geometry::{derive, measure};
use geo::{Contains as _, Coord, Distance as _, Euclidean, Line, MultiPolygon, Point};
use serde_json::Value;

use crate::common::{berlin, km2, overlay};

fn bytes(file: &str) -> Vec<u8> {
    files::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/dossiers/berlin-2025-12").join(file)).unwrap()
}

/// The rows of a table, by the names of its columns.
fn table(file: &str) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_reader(bytes(file).as_slice()).deserialize().map(Result::unwrap).collect()
}

fn area<'a>(dossier: &'a Dossier, id: &str) -> &'a MultiPolygon<f64> {
    match &*overlay(dossier, id).shape {
        Shape::Area(area) => area,
        _ => panic!("{id} is no area"),
    }
}

fn segments(dossier: &Dossier) -> Vec<Line<f64>> {
    match &*overlay(dossier, "line-of-contact").shape {
        Shape::Line(line) => line.0.iter().flat_map(|line| line.lines()).collect(),
        _ => panic!("the line of contact is no line"),
    }
}

/// Kilometres on a plane that touches WGS 84 at a place; good to a few metres at 5 km.
struct Plane {
    at: Coord<f64>,
    east_km: f64,
    north_km: f64,
}

impl Plane {
    fn at(at: Coord<f64>) -> Self {
        let (sin, cos) = at.y.to_radians().sin_cos();
        let e2 = 0.006_694_379_990_14;
        let w = (1.0 - e2 * sin * sin).sqrt();
        let degree = 1f64.to_radians();
        let north_km = 6378.137 * (1.0 - e2) / w.powi(3) * degree;
        Self { at, east_km: 6378.137 / w * cos * degree, north_km }
    }

    fn km(&self, at: Coord<f64>) -> Coord<f64> {
        Coord { x: (at.x - self.at.x) * self.east_km, y: (at.y - self.at.y) * self.north_km }
    }

    /// Distance to the nearest of some segments, and that segment, on the plane.
    fn nearest(&self, segments: &[Line<f64>]) -> (f64, Line<f64>) {
        segments
            .iter()
            .map(|line| Line::new(self.km(line.start), self.km(line.end)))
            .map(|line| (Euclidean.distance(&Point::new(0.0, 0.0), &line), line))
            .min_by(|a, b| a.0.total_cmp(&b.0))
            .unwrap()
    }
}

/// A place as the overlay shows it.
struct Place {
    name: String,
    status: String,
    is_weak: bool,
    at: Coord<f64>,
}

fn places() -> Vec<Place> {
    let json: Value = serde_json::from_slice(&bytes("overlays/contact-places.geojson")).unwrap();
    let place = |feature: &Value| {
        let text = |name: &str| feature["properties"][name].as_str().unwrap_or_default().to_owned();
        let at = &feature["geometry"]["coordinates"];
        let at = Coord { x: at[0].as_f64().unwrap(), y: at[1].as_f64().unwrap() };
        Place { name: text("name_en"), status: text("status"), is_weak: text("weight") == "low", at }
    };
    json["features"].as_array().unwrap().iter().map(place).collect()
}

/// Whether a place lies west of the line, on its right; by the nearest stretch, and within the oblast by the areas too.
fn is_west(dossier: &Dossier, at: Coord<f64>) -> bool {
    for (id, is_west) in [("withdrawal-area", true), ("donetsk-russian-held", false)] {
        if area(dossier, id).contains(&Point(at)) {
            return is_west;
        }
    }
    let (_, near) = Plane::at(at).nearest(&segments(dossier));
    let (along, from) = (near.end - near.start, near.start * -1.0);
    along.x * from.y - along.y * from.x < 0.0
}

#[test]
fn every_report_of_some_weight_lies_on_its_side_of_the_line() {
    let dossier = berlin();
    let segments = segments(&dossier);
    let places = places();
    assert_eq!(places.len(), 119);
    let (mut weak, mut weak_that_fit, mut tested) = (0, 0, BTreeMap::<&str, u32>::new());
    for place in &places {
        let (distance_km, _) = Plane::at(place.at).nearest(&segments);
        let fits = match place.status.as_str() {
            "held by Ukraine" => is_west(&dossier, place.at),
            "held by Russia" | "claimed by Russia" => !is_west(&dossier, place.at),
            "contested" => distance_km <= 3.0,
            "disputed" => continue,
            other => panic!("{}: a status '{other}' that this test does not know", place.name),
        };
        if place.is_weak {
            weak += 1;
            weak_that_fit += u32::from(fits);
        } else {
            assert!(fits, "{} is reported as {}, {distance_km:.2} km from the line", place.name, place.status);
            *tested.entry(place.status.as_str()).or_default() += 1;
        }
    }
    // No weak report binds the line alone; most do.
    assert!(weak > 20 && 3 * weak_that_fit >= 2 * weak, "{weak_that_fit} of {weak}");
    assert!(tested["held by Ukraine"] > 30 && tested["held by Russia"] > 10 && tested["contested"] > 35, "{tested:?}");
}

#[test]
fn the_places_shown_are_those_of_the_table_with_their_sources() {
    let dossier = berlin();
    let shown = overlay(&dossier, "contact-places");
    let Measure::Count { places: count } = shown.measure else { panic!("contact-places are no places") };
    let rows = table("places.csv");
    assert_eq!((count, rows.len()), (119, 119));
    let json: Value = serde_json::from_slice(&bytes("overlays/contact-places.geojson")).unwrap();
    for (row, feature) in rows.iter().zip(json["features"].as_array().unwrap()) {
        let properties = feature["properties"].as_object().unwrap();
        assert_eq!(properties["name_en"], row["name_en"]);
        assert_eq!(properties["status"], row["status"]);
        let (sources, warnings) = claimline::formats::source_properties::read(properties);
        assert_eq!(warnings, [], "{}", row["name_en"]);
        let urls: Vec<&str> = row["source_urls"].split(" ; ").filter(|url| !url.is_empty()).collect();
        let read: Vec<&str> = sources.iter().filter_map(|source| source.url.as_deref()).collect();
        assert_eq!(read, urls, "{}", row["name_en"]);
        assert!(sources.iter().all(|source| source.outlet.is_some()), "{}", row["name_en"]);
        assert!(!urls.is_empty() || row["weight"] == "low" || row["name_en"] == "Riznykivka", "{}", row["name_en"]);
    }
}

#[test]
fn the_band_holds_four_of_five_reports_that_are_left_out() {
    let dossier = berlin();
    let rows = table("leave-one-out.csv");
    let left_out: Vec<&str> = rows.iter().map(|row| row["name_en"].as_str()).collect();
    let places = places();
    let expected: Vec<&str> =
        places.iter().filter(|place| place.status != "disputed").map(|place| place.name.as_str()).collect();
    assert_eq!(left_out, expected, "every place but the disputed ones is left out once");
    let number = |row: &BTreeMap<String, String>, column: &str| row[column].parse::<f64>().unwrap();
    let is_within = |row: &&BTreeMap<String, String>| number(row, "off_km") <= number(row, "half_width_km");
    let contested = || rows.iter().filter(|row| row["status"] == "contested");
    let (within, all) = (contested().filter(is_within).count(), contested().count());
    assert!(5 * within >= 4 * all, "{within} of {all} contested places");
    assert!(5 * rows.iter().filter(is_within).count() >= 4 * rows.len());
    for row in &rows {
        assert_eq!(row["within"] == "yes", is_within(&row), "{}", row["name_en"]);
    }
    // What is stated is what was measured.
    let accuracy = overlay(&dossier, "line-of-contact").accuracy.clone().unwrap();
    assert_eq!((accuracy.left_out_within, accuracy.left_out), (Some(within as u32), Some(all as u32)));
    assert!(1000.0 <= accuracy.from_m && accuracy.from_m * 1.2 < accuracy.to_m, "{accuracy:?}");
    let words = words::accuracy(overlay(&dossier, "withdrawal-area")).unwrap();
    assert!(words.contains("depending on the stretch") && words.contains(&format!("{within} of {all}")), "{words}");
}

#[test]
fn the_band_is_as_wide_as_it_says_and_the_line_lies_within() {
    let dossier = berlin();
    let accuracy = overlay(&dossier, "line-of-contact").accuracy.clone().unwrap();
    let band = area(&dossier, &accuracy.band);
    let segments = segments(&dossier);
    assert!(segments.iter().all(|line| band.contains(&Point(line.start)) && band.contains(&Point(line.end))));
    // How far the band's edge is from the line; a fifth of a kilometre, for the half-width is taken
    // at points 1 km apart and the edge is simplified.
    let outlines = band.0.iter().map(geo::Polygon::exterior);
    let edge: Vec<f64> =
        outlines.flat_map(|ring| ring.coords()).map(|at| Plane::at(*at).nearest(&segments).0).collect();
    let (least, most) = edge.iter().fold((f64::INFINITY, 0f64), |(least, most), km| (least.min(*km), most.max(*km)));
    assert!((least - accuracy.from_m / 1000.0).abs() < 0.2, "{least} km");
    assert!((most - accuracy.to_m / 1000.0).abs() < 0.2, "{most} km");
}

#[test]
fn ranges_follow_from_the_band_and_from_contested_ground() {
    let dossier = berlin();
    let whole = km2(&dossier, "donetsk");
    for id in ["withdrawal-area", "donetsk-russian-held"] {
        let part = overlay(&dossier, id);
        let Measure::Area { km2: measured, range_km2: Some((low, high)) } = part.measure else { panic!("no range") };
        for (ground, (least, most)) in
            [("line-uncertainty", (low, high)), ("contested-ground", part.contested_km2.unwrap())]
        {
            let ground = area(&dossier, ground);
            let inside = measure::area_m2(&derive::intersection(ground, area(&dossier, "donetsk"))) / 1e6;
            let shared = measure::area_m2(&derive::intersection(ground, area(&dossier, id))) / 1e6;
            assert!((measured - least - shared).abs() < 0.01, "{id}: {least} km² without {shared} of {measured}");
            assert!((most - least - inside).abs() < 0.01, "{id}: {least} to {most} km², {inside} between");
        }
        assert!(part.contested_km2.unwrap().0 > low && part.contested_km2.unwrap().1 < high && high < whole);
    }
}

#[test]
fn the_line_runs_through_contested_ground_and_every_part_of_it_is_reached() {
    let dossier = berlin();
    let Shape::Line(line) = &*overlay(&dossier, "line-of-contact").shape else { panic!("no line") };
    let ground = area(&dossier, "contested-ground");
    for part in &ground.0 {
        let touches = line.0.iter().flat_map(|line| line.lines()).any(|line| geo::Intersects::intersects(part, &line));
        assert!(touches, "a part at {:?} lies apart from the line", part.exterior().0[0]);
    }
    let (mut near, mut within) = (0, 0);
    for place in places().iter().filter(|place| place.status == "contested" && !place.is_weak) {
        near += 1;
        within += u32::from(ground.contains(&Point(place.at)));
    }
    assert_eq!(within, near, "every place reported as contested lies on contested ground");
}
