use std::collections::BTreeMap;

use super::super::tests::archive;
use super::*;
use crate::basemap::Archive;

/// A world of tiles to zoom `deepest`; every third is the same as others.
pub(crate) fn world(deepest: u8) -> Vec<u8> {
    let mut tiles = Vec::new();
    for z in 0..=deepest {
        for (x, y) in (0..1_u32 << z).flat_map(|x| (0..1_u32 << z).map(move |y| (x, y))) {
            let bytes = if (x + y) % 3 == 0 { b"sea".to_vec() } else { format!("{z}/{x}/{y}").into_bytes() };
            tiles.push((TileId { z, x, y }, bytes));
        }
    }
    let tiles: Vec<(TileId, &[u8])> = tiles.iter().map(|(id, bytes)| (*id, &bytes[..])).collect();
    archive(&tiles, [-180.0, -85.0, 180.0, 85.0])
}

/// The extract as a file.
pub(crate) fn written(source: &[u8], plan: &Plan) -> Vec<u8> {
    let mut out = plan.start.clone();
    out.resize(plan.size as usize, 0);
    for request in &plan.requests {
        let bytes = &source[request.source.start as usize..request.source.end as usize];
        for (at, piece) in plan.pieces(request, bytes) {
            out[at as usize..at as usize + piece.len()].copy_from_slice(piece);
        }
    }
    out
}

fn wanted(bounds: [f64; 4]) -> Wanted {
    Wanted { bounds, min_zoom: None, max_zoom: None }
}

#[test]
fn an_extract_has_the_tiles_that_share_ground_with_the_area_and_no_others() {
    let source = world(6);
    let bounds = [20.0, 40.0, 45.5, 60.0];
    let plan = Pmtiles::open(source.clone()).unwrap().plan(&Wanted { max_zoom: Some(5), ..wanted(bounds) }).unwrap();
    let made = Archive::open(written(&source, &plan)).unwrap();
    let whole = Archive::open(source).unwrap();
    let area = world_rect_of(bounds);
    let mut tiles = 0;
    for z in 0..=6 {
        for (x, y) in (0..1_u32 << z).flat_map(|x| (0..1_u32 << z).map(move |y| (x, y))) {
            let id = TileId { z, x, y };
            let both = id.world_rect().intersect(area);
            let is_wanted = z <= 5 && both.width() > 0.0 && both.height() > 0.0;
            let expected = if is_wanted { whole.tile_bytes(id).unwrap() } else { None };
            assert_eq!(made.tile_bytes(id).unwrap(), expected, "{id:?}");
            tiles += u64::from(is_wanted);
        }
    }
    assert_eq!((plan.tiles, plan.zooms, made.info().bounds), (tiles, [0, 5], bounds));
    assert_eq!(made.info().attribution, whole.info().attribution);
    assert!(made.warning().is_none());
}

#[test]
fn an_extract_is_what_the_specification_and_its_verifier_ask_for() {
    let source = world(7);
    let plan = Pmtiles::open(source.clone()).unwrap().plan(&wanted([-10.0, -50.0, 170.0, 70.0])).unwrap();
    let bytes = written(&source, &plan);
    let made = Pmtiles::open(bytes.clone()).unwrap();
    let header = &made.header;
    assert!(header.is_clustered && header.root.0 == 127 && header.root.0 + header.root.1 <= 16_384);
    let parts = [header.root, header.metadata, header.leaves, header.data];
    assert_eq!(127 + parts.iter().map(|(_, length)| length).sum::<u64>(), bytes.len() as u64);
    assert!(header.zooms[0] <= header.center_zoom && header.center_zoom <= header.zooms[1]);
    let rows = made.rows_in(std::slice::from_ref(&(0..u64::MAX))).unwrap();
    let (mut next, mut contents) = (0, BTreeMap::new());
    for row in &rows {
        // Clustered: a content is new and follows all before it, or is one of those.
        if contents.insert(row.offset, row.length).is_none() {
            assert_eq!(row.offset, next);
            next += u64::from(row.length);
        }
    }
    assert_eq!(next, header.data.1);
    let tiles: u64 = rows.iter().map(|row| u64::from(row.run)).sum();
    assert_eq!(header.counts, [tiles, rows.len() as u64, contents.len() as u64]);
}

#[test]
fn the_numbers_of_an_area_are_those_of_its_tiles() {
    let bounds = [30.1, 46.2, 40.3, 51.4];
    let area = world_rect_of(bounds);
    let runs = runs_in(bounds, 3, 9).unwrap();
    assert!(runs.windows(2).all(|pair| pair[0].end < pair[1].start));
    for z in 3..=9 {
        let side = f64::from(z).exp2();
        for (x, y) in (0..1_u32 << z).flat_map(|x| (0..1_u32 << z).map(move |y| (x, y))) {
            let number = TileId { z, x, y }.hilbert();
            let is_in = f64::from(x) < area.x1 * side
                && f64::from(x + 1) > area.x0 * side
                && f64::from(y) < area.y1 * side
                && f64::from(y + 1) > area.y0 * side;
            assert_eq!(runs.iter().any(|run| run.contains(&number)), is_in, "{z}/{x}/{y}");
            assert_eq!(zoom_of(number), z);
        }
    }
    let whole = runs_in([-180.0, -85.06, 180.0, 85.06], 0, 26).unwrap();
    assert_eq!((whole.len(), whole[0].start, whole[0].end), (1, 0, first_of(26) + (1 << 52)));
}

#[test]
fn neighbours_are_read_at_once_and_the_smallest_gaps_with_them() {
    let parts = [(0, 10), (10, 10), (25, 5), (100, 10), (130, 10), (1000, 10)];
    let reads = |small, budget| merged(parts.into_iter(), small, budget);
    assert_eq!(reads(0, 0).len(), 5);
    assert_eq!(reads(5, 0), [(0..30, 0..3), (100..110, 3..4), (130..140, 4..5), (1000..1010, 5..6)]);
    assert_eq!(reads(5, 89), [(0..30, 0..3), (100..140, 3..5), (1000..1010, 5..6)]);
    assert_eq!(reads(5, 90), [(0..140, 0..5), (1000..1010, 5..6)]);
    let long = [(0, LONGEST_REQUEST), (LONGEST_REQUEST, 1)];
    assert_eq!(merged(long.into_iter(), 0, 0).len(), 2);
}

#[test]
fn what_cannot_be_had_is_said() {
    let source = Pmtiles::open(archive(&[(TileId { z: 3, x: 4, y: 2 }, b"one")], [0.0, 40.0, 45.0, 67.0])).unwrap();
    let fails = |wanted: Wanted| source.plan(&wanted).unwrap_err().to_string();
    let here = [1.0, 41.0, 2.0, 42.0];
    assert!(fails(wanted([2.0, 41.0, 1.0, 42.0])).contains("W,S,E,N"));
    assert!(fails(wanted([f64::NAN; 4])).contains("W,S,E,N"));
    assert!(fails(wanted([100.0, 41.0, 101.0, 42.0])).contains("covers 0.000,40.000,45.000,67.000"));
    assert!(fails(Wanted { max_zoom: Some(1), ..wanted(here) }).contains("zooms 3 to 3"));
    assert!(source.plan(&wanted([10.0, 50.0, 11.0, 51.0])).is_ok());
}

#[test]
fn directories_that_lie_are_refused() {
    let tile = TileId { z: 0, x: 0, y: 0 };
    let good = archive(&[(tile, b"x"), (TileId { z: 1, x: 0, y: 0 }, b"yy")], [-180.0, -85.0, 180.0, 85.0]);
    for at in 0..good.len() {
        for byte in [0, 1, 0x7f, 0x80, 0xff] {
            let mut bytes = good.clone();
            bytes[at] = byte;
            if let Ok(archive) = Pmtiles::open(bytes.clone())
                && let Ok(plan) = archive.plan(&wanted([-180.0, -85.0, 180.0, 85.0]))
            {
                assert!(plan.size <= 2 * bytes.len() as u64 + 1000);
                let _ = written(&bytes, &plan);
            }
        }
    }
}
