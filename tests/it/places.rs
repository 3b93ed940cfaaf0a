//! The search for places: other people's spellings find what they mean, on the command line and in dumps of GeoNames.

use claimline::gazetteer::{builtin, search};
use claimline::geometry::Coord;
use claimline::geometry::measure::distance_m;

/// See `tests/data/gazetteer/make.py`: spelling, longitude, latitude, how far off in km, where it is from.
const SPELLINGS: &str = include_str!("../data/gazetteer/spellings.tsv");

#[test]
fn other_peoples_spellings_find_what_they_mean_first() {
    let gazetteer = builtin();
    let (mut count, mut missed) = (0, Vec::new());
    for line in SPELLINGS.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [spelling, lon, lat, km, from] = fields[..] else { panic!("{line}") };
        let number = |text: &str| text.parse::<f64>().unwrap();
        let meant = Coord { x: number(lon), y: number(lat) };
        let found = search(&[&gazetteer], spelling, None, 1);
        let off_km = found.first().map(|found| distance_m(found.at, meant) / 1000.0);
        count += 1;
        if off_km.is_none_or(|off_km| off_km > number(km)) {
            let what = found.first().map_or("nothing", |found| found.name.as_str());
            missed.push(format!("{spelling} ({from}): {what}, {off_km:?} km off"));
        }
    }
    assert!(count >= 300, "{count} spellings");
    let hits = count - missed.len();
    println!("{hits} of {count}\n{}", missed.join("\n"));
    assert!(hits * 100 >= count * 95, "{hits} of {count}:\n{}", missed.join("\n"));
}
