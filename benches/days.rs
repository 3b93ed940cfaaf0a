//! A series of 778 days of 1,500 vertices each, beside reading the JSON of its files alone: `cargo bench --bench days`.

#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::fs;
use std::hint::black_box;
use std::path::Path;

use claimline::dossier::series::{Series, ledger};
use claimline::files::series::{Making, make};
use claimline::formats::day::Day;
use claimline::geometry::agreement::cells;
use claimline::geometry::{Coord, MultiPolygon};
use criterion::{Criterion, criterion_group, criterion_main};

const DAYS: usize = 778;
const VERTICES: usize = 1_500;

/// Numbers from 0 to 1 that are the same each time (Marsaglia 2003, *Xorshift RNGs*, doi:10.18637/jss.v008.i14).
struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// The rings of an area whose east side moves a little every day, in six places.
fn rings() -> Vec<Vec<Coord<f64>>> {
    let mut random = Random(1);
    let micro = |value: f64| (value * 1e6).round() / 1e6;
    let front = VERTICES - 100;
    let mut lon = 37.0;
    let mut lons: Vec<f64> = (0..front)
        .map(|_| {
            lon += (random.next() - 0.5) * 0.02;
            micro(lon)
        })
        .collect();
    let day = |_| {
        for _ in 0..6 {
            let (first, count) = ((random.next() * (front - 40) as f64) as usize, 5 + (random.next() * 30.0) as usize);
            let far = (random.next() - 0.4) * 0.03;
            for lon in &mut lons[first..first + count] {
                *lon = micro(*lon + far * (0.5 + random.next()));
            }
        }
        let north = |at: usize| micro(46.0 + at as f64 * 4.0 / front as f64);
        let east = lons.iter().enumerate().map(|(at, lon)| Coord { x: *lon, y: north(at) });
        let west =
            (0..100).map(|at| Coord { x: 40.0 + (at as f64 * 0.7).sin() * 0.1, y: micro(50.0 - at as f64 * 0.04) });
        let mut ring: Vec<Coord<f64>> = east.chain(west).collect();
        ring.push(ring[0]);
        ring
    };
    (0..DAYS).map(day).collect()
}

fn write(folder: &Path) {
    let first = Day::new(2023, Some(1), Some(1)).and_then(|day| day.since_1970()).expect("a day");
    for (number, ring) in rings().iter().enumerate() {
        let corners: Vec<String> = ring.iter().map(|at| format!("[{},{}]", at.x, at.y)).collect();
        let text = format!(
            r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{{}},"geometry":{{"type":"MultiPolygon","coordinates":[[[{}]]]}}}}]}}"#,
            corners.join(",")
        );
        let day = Day::of_days(first + number as i64).expect("a day").iso();
        fs::write(folder.join(format!("front_{}.geojson", day.replace('-', ""))), text).expect("a file");
    }
}

/// The most memory that this process has had, in MB.
fn peak_mb() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().trim_end_matches(" kB").parse::<u64>().ok()? / 1024)
}

fn days(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path());
    let paths = [folder.path().to_owned()];
    let open = || make(&paths, &Making::default()).expect("a series").series;
    let mut group = criterion.benchmark_group("778 days of 1,500 vertices");
    group.sample_size(10);
    group.bench_function("baseline: parse the JSON of all files", |bencher| {
        bencher.iter(|| {
            for entry in fs::read_dir(folder.path()).into_iter().flatten().flatten() {
                let text = fs::read(entry.path()).unwrap_or_default();
                black_box(serde_json::from_slice::<serde_json::Value>(&text).ok());
            }
        });
    });
    group.bench_function("open", |bencher| bencher.iter(|| black_box(open())));
    let series = open();
    assert_eq!((series.versions().len(), series.faults().len()), (DAYS, 0), "{:?}", series.faults());
    let changes =
        |series: &Series, accuracy_m| ledger(series, None, (None, None), None, accuracy_m).map(|rows| rows.len());
    group.bench_function("ledger of all changes", |bencher| bencher.iter(|| black_box(changes(&series, None))));
    group.bench_function("the same with ranges of 500 m", |bencher| {
        bencher.iter(|| black_box(changes(&series, Some(500.0))));
    });
    let last: Vec<&MultiPolygon<f64>> =
        series.versions().iter().rev().step_by(30).take(6).filter_map(|version| version.shape.areas()).collect();
    group.bench_function("six accounts laid over each other", |bencher| {
        bencher.iter(|| black_box(cells(&last, None).map(|cells| cells.len())));
    });
    group.finish();
    if let Some(peak_mb) = peak_mb() {
        println!("at most {peak_mb} MB of memory");
    }
}

criterion_group!(benches, days);
criterion_main!(benches);
