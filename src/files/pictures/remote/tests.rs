//! Tests of `remote.rs`, with a server on the loopback that behaves and misbehaves.

use super::*;
use crate::files::test_server::{Requests, answer, part, server};
use crate::formats::picture::geotiff::{Grid, write};

/// A GeoTIFF of strips without smaller copies.
fn tiff(width_px: u32, height_px: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let grid = Grid { width_px, height_px, affine: [37.0, 0.001, 0.0, 49.0, 0.0, -0.001], epsg: 4326 };
    // Noise does not pack, so that strips are as large as they are.
    let noise = |x: u32, y: u32| (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503)) as u8;
    let row = |y: u32| (0..width_px).flat_map(move |x| [(x / 4) as u8, (y / 4) as u8, noise(x, y), 255]);
    write(&mut bytes, &grid, &mut |first, count| Ok((first..first + count).flat_map(row).collect())).unwrap();
    bytes.into_inner()
}

fn serve(
    bytes: Vec<u8>,
    reply: impl Fn(usize, &str, &[u8]) -> Option<Vec<u8>> + Send + 'static,
) -> (PathBuf, Requests) {
    let (address, requests) = server(move |count, request| reply(count, request, &bytes));
    (PathBuf::from(format!("{address}/sheet.tif")), requests)
}

fn open_now(path: &Path) -> Result<ReadPicture, String> {
    open_within(path, None, Duration::from_millis(600)).map_err(|error| error.to_string())
}

/// Waits for a tile.
fn tile_of(pyramid: &Pyramid, key: Key) -> Option<Arc<[u8]>> {
    let tiles = pyramid.live_tiles().unwrap();
    for _ in 0..400 {
        if let Some(tile) = tiles.tile(key.0, key.1, key.2) {
            return Some(tile);
        }
        if tiles.coming() == 0 && tiles.trouble().is_some() {
            return None;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    None
}

#[test]
fn parts_of_a_geotiff_are_read_where_it_is() {
    let bytes = tiff(1024, 2048);
    let size = bytes.len() as u64;
    let (path, requests) = serve(bytes, |_, request, all| Some(part(request, all, "ETag: \"a\"\r\n")));
    let read = open_now(&path).unwrap();
    assert_eq!((read.picture.size_px, read.picture.title.as_str()), ([1024, 2048], "sheet"));
    assert_eq!((read.picture.file.path.clone(), read.picture.file.bytes), (path, size));
    let tile = tile_of(&read.pyramid, (0, 3, 7)).unwrap();
    assert_eq!(tile[..2], [(768 / 4) as u8, (1792 / 4_u32) as u8]);
    let half = tile_of(&read.pyramid, (1, 1, 3)).unwrap();
    assert!(half[0].abs_diff((512 / 4) as u8) <= 1, "{}", half[0]);
    assert_eq!(tile_of(&read.pyramid, (0, 3, 7)).unwrap(), tile);
    assert!(requests.lock().unwrap().iter().all(|request| request.to_lowercase().contains("range: bytes=")));
}

#[test]
fn only_what_is_looked_at_is_fetched_of_a_file_with_copies() {
    // GDAL's own: tiled, with smaller copies.
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/pictures/cog.tif");
    let bytes = std::fs::read(file).unwrap();
    let size = bytes.len();
    let (path, requests) = serve(bytes, |_, request, all| Some(part(request, all, "ETag: \"a\"\r\n")));
    let read = open_now(&path).unwrap();
    tile_of(&read.pyramid, (0, 1, 1)).unwrap();
    let asked: usize = requests
        .lock()
        .unwrap()
        .iter()
        .filter_map(|request| crate::files::test_server::range_of(request))
        .map(|range| range.end.min(size).saturating_sub(range.start))
        .sum();
    assert!(asked * 3 < size * 2, "{asked} of {size} bytes");
}

#[test]
fn what_misbehaves_is_named_and_harms_nothing() {
    let whole = tiff(300, 200);
    type Reply = fn(usize, &str, &[u8]) -> Option<Vec<u8>>;
    let cases: [(&str, Reply); 6] = [
        ("sends no parts", |_, _, all| Some(answer("200 OK", "", all))),
        ("404", |_, _, _| Some(answer("404 Not Found", "", b""))),
        ("it is not a", |_, request, all| Some(part(request, &vec![b'<'; all.len()], ""))),
        ("nothing for", |_, _, _| None),
        ("may be damaged", |_, request, all| Some(part(request, &all[..40], ""))),
        ("another part", |_, _, _| Some(answer("206 Partial Content", "Content-Range: bytes 5-9/100\r\n", b"12345"))),
    ];
    for (said, reply) in cases {
        let (path, _) = serve(whole.clone(), reply);
        let error = open_now(&path).unwrap_err();
        assert!(error.contains(said) && error.contains("sheet.tif"), "{said}: {error}");
    }
}

#[test]
fn a_file_that_changes_meanwhile_is_told_and_what_has_come_stays() {
    let changed = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let theirs = Arc::clone(&changed);
    let (path, _) = serve(tiff(1024, 6000), move |_, request, all| {
        let etag = if theirs.load(Ordering::Relaxed) { "ETag: \"b\"\r\n" } else { "ETag: \"a\"\r\n" };
        Some(part(request, all, etag))
    });
    let read = open_now(&path).unwrap();
    changed.store(true, Ordering::Relaxed);
    // What has been kept of it is still there; the rest says why it is not.
    let mut lost = false;
    for row in 0..20 {
        lost |= tile_of(&read.pyramid, (0, 3, row)).is_none();
    }
    if lost {
        let why = read.pyramid.live_tiles().unwrap().trouble().unwrap();
        assert!(why.contains("changes while it is read"), "{why}");
    }
    assert!(read.pyramid.live_tiles().unwrap().tile(5, 0, 0).is_some(), "the coarsest stays");
}

#[test]
fn a_huge_file_without_copies_is_refused_before_it_is_fetched() {
    // 60,000 × 60,000 pixels in one directory, and nothing behind it.
    let mut bytes = b"II*\0\x08\0\0\0".to_vec();
    let entries: [(u16, u16, u32, u32); 9] = [
        (256, 4, 1, 60_000),
        (257, 4, 1, 60_000),
        (258, 3, 1, 8),
        (259, 3, 1, 1),
        (262, 3, 1, 1),
        (273, 4, 1, 8),
        (277, 3, 1, 1),
        (278, 4, 1, 60_000),
        (279, 4, 1, 3_600_000_000),
    ];
    bytes.extend((entries.len() as u16).to_le_bytes());
    for (tag, kind, count, value) in entries {
        bytes.extend(tag.to_le_bytes());
        bytes.extend(kind.to_le_bytes());
        bytes.extend(count.to_le_bytes());
        bytes.extend(value.to_le_bytes());
    }
    bytes.extend([0; 4]);
    let (path, requests) = serve(bytes, |_, request, all| Some(part(request, all, "")));
    let error = open_now(&path).unwrap_err();
    assert!(error.contains("no smaller copies"), "{error}");
    assert!(requests.lock().unwrap().len() < 4);
}

#[test]
fn a_project_asks_no_server_and_a_fetched_picture_is_kept() {
    let picture = || image::RgbImage::from_fn(40, 30, |x, y| image::Rgb([x as u8, y as u8, 9]));
    let mut png = Cursor::new(Vec::new());
    picture().write_to(&mut png, image::ImageFormat::Png).unwrap();
    let bytes = png.into_inner();
    let (address, requests) = server(move |_, request| {
        // As a service of before 2.1 has it.
        Some(if request.contains("/full/full/0/") {
            answer("200 OK", "", &bytes)
        } else {
            answer("400 Bad Request", "", b"")
        })
    });
    let path = PathBuf::from(format!("{address}/iiif/2/a/full/max/0/default.jpg"));
    let placement = Placement::Plane { crs: "EPSG:4326".to_owned(), affine: [37.0, 0.001, 0.0, 48.0, 0.0, -0.001] };
    let file = FileRecord {
        path,
        elsewhere: None,
        sha256: String::new(),
        bytes: 0,
        modified_ms: None,
        order: Order::LonLat,
        crs: None,
        table: None,
        layer: None,
    };
    let known = Picture::new(Arc::new(file), [400, 300], placement);
    let error = super::super::load(&known, Store::Temporary).unwrap_err().to_string();
    assert!(error.contains("asked only if you say so"), "{error}");
    assert!(requests.lock().unwrap().is_empty());
    let read = fetch(&known, Store::Temporary).unwrap();
    assert_eq!((read.picture.size_px, read.warnings.len()), ([40, 30], 1));
    let Placement::Plane { affine, .. } = &read.picture.placement else { panic!() };
    assert!((affine[1] - 0.01).abs() < 1e-12, "{affine:?}");
    assert_eq!(read.picture.file.sha256.len(), 64);
}
