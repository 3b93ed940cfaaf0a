use std::sync::Mutex;

use super::*;
use crate::basemap::TileId;
use crate::files::test_server::{part, server};
use crate::geometry::work::Work;

fn builtin() -> &'static [u8] {
    include_bytes!("../../../assets/basemap/builtin.pmtiles")
}

/// The east of Ukraine to zoom 6.
const WANTED: Wanted = Wanted { bounds: [33.0, 46.0, 40.3, 50.5], min_zoom: Some(2), max_zoom: None };

/// Each tile of the extract is the source's byte for byte, and each of the source's in the area is there.
fn same_tiles(made: &[u8]) {
    let (made, whole) = (Archive::open(made.to_vec()).unwrap(), Archive::open(builtin()).unwrap());
    let mut there = 0;
    for z in 0..=whole.info().max_zoom {
        let side = 1_u32 << z;
        for (x, y) in (0..side).flat_map(|x| (0..side).map(move |y| (x, y))) {
            let id = TileId { z, x, y };
            let rect = id.world_rect().intersect(made.world_bounds());
            let is_wanted = z >= 2 && rect.width() > 0.0 && rect.height() > 0.0;
            let expected = if is_wanted { whole.tile_bytes(id).unwrap() } else { None };
            assert_eq!(made.tile_bytes(id).unwrap(), expected, "{id:?}");
            there += usize::from(expected.is_some());
        }
    }
    assert!(there > 50, "{there}");
    assert_eq!(made.info().attribution, whole.info().attribution);
    assert_eq!(made.info().layers, whole.info().layers);
}

#[test]
fn an_extract_of_a_file_and_of_a_server_are_the_same_and_have_the_sources_tiles() {
    let folder = tempfile::tempdir().unwrap();
    let [from, near, far] = ["map.pmtiles", "near.pmtiles", "far.pmtiles"].map(|name| folder.path().join(name));
    fs::write(&from, builtin()).unwrap();
    prepare(&from, &WANTED).unwrap().write(&near, &mut |_| ()).unwrap();
    let (at, requests) = server(|_, text| Some(part(text, builtin(), "ETag: \"1\"\r\n")));
    let extract = prepare(Path::new(&format!("{at}/map.pmtiles")), &WANTED).unwrap();
    let for_directories = requests.lock().unwrap().len();
    let mut seen = Vec::new();
    let written = extract.write(&far, &mut |progress| seen.push(progress)).unwrap();
    let made = fs::read(&near).unwrap();
    assert_eq!(made, fs::read(&far).unwrap());
    same_tiles(&made);
    assert_eq!(made.len() as u64, extract.plan().size);
    assert_eq!(written.requests as usize, requests.lock().unwrap().len() - for_directories);
    assert_eq!(extract.asked().map(|[requests, _]| requests as usize), Some(for_directories));
    assert!(for_directories <= 4 && written.requests <= 20, "{for_directories} {written:?}");
    // Tiles of the built-in map are small: gaps of a few kilobytes cost less than another request.
    let (fetched, kept) = (extract.plan().fetched(), made.len() as u64);
    assert!(fetched < kept * 3 / 2, "{fetched} bytes for {kept}");
    assert_eq!(seen.first().map(|progress| progress.done), Some(0));
    assert_eq!(seen.last().map(|progress| progress.done), seen.last().map(|progress| progress.of));
    let names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 3, "{names:?}");
}

/// Small requests, so that there are many to be interrupted.
fn in_small_requests(mut extract: Extract) -> Extract {
    extract.plan = extract.plan.in_requests_of(10);
    extract
}

#[test]
fn what_was_interrupted_goes_on_where_it_ended() {
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("area.pmtiles");
    let (at, requests) = server(|_, text| Some(part(text, builtin(), "ETag: \"1\"\r\n")));
    let address = format!("{at}/map.pmtiles");
    let extract = || in_small_requests(prepare(Path::new(&address), &WANTED).unwrap());
    let first = extract();
    let all = first.plan.requests.len();
    assert!(all >= 4, "{all}");
    // Cancelled after two, as a window does it.
    let work = Work::default();
    let mut count = 0;
    let cancelled = work.run(|| {
        first.write(&to, &mut |_| {
            count += 1;
            if count == 3 {
                work.cancel();
            }
        })
    });
    assert!(cancelled.unwrap_err().to_string().contains("cancelled"));
    assert!(!to.exists() && part_path(&to).exists());
    drop(first);
    let next = extract();
    let before = requests.lock().unwrap().len();
    let written = next.write(&to, &mut |_| ()).unwrap();
    assert_eq!((written.resumed, written.requests), (2, all as u64 - 2));
    assert_eq!(requests.lock().unwrap().len() - before, all - 2);
    same_tiles(&fs::read(&to).unwrap());
    assert!(!part_path(&to).exists());
}

#[test]
fn a_part_of_another_extract_is_not_gone_on_with() {
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("area.pmtiles");
    let etag = Arc::new(Mutex::new(1));
    let theirs = etag.clone();
    let (at, _) =
        server(move |_, text| Some(part(text, builtin(), &format!("ETag: \"{}\"\r\n", theirs.lock().unwrap()))));
    for (state, resumed) in [(1, 0), (1, 1), (2, 0)] {
        *etag.lock().unwrap() = state;
        let extract = in_small_requests(prepare(Path::new(&format!("{at}/map.pmtiles")), &WANTED).unwrap());
        let part = Part::open(&to, &extract.plan, extract.key).unwrap();
        assert_eq!(part.done, resumed, "state {state}");
        drop(part);
        // One request is done, then the program is killed.
        let mut part = Part::open(&to, &extract.plan, extract.key).unwrap();
        let request = &extract.plan.requests[0];
        let bytes = extract.source.read(request).unwrap();
        for (at, piece) in extract.plan.pieces(request, &bytes) {
            part.put(at, piece).unwrap();
        }
        if part.done == 0 {
            part.advance().unwrap();
        }
    }
}

#[test]
fn two_at_once_do_not_write_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let [from, to] = ["map.pmtiles", "area.pmtiles"].map(|name| folder.path().join(name));
    fs::write(&from, builtin()).unwrap();
    let extract = prepare(&from, &WANTED).unwrap();
    let part = Part::open(&to, &extract.plan, extract.key).unwrap();
    let why = extract.write(&to, &mut |_| ()).unwrap_err().to_string();
    assert!(why.contains("another program writes it"), "{why}");
    drop(part);
    extract.write(&to, &mut |_| ()).unwrap();
}

#[test]
fn a_source_that_changes_while_it_is_copied_leaves_no_extract() {
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("area.pmtiles");
    let is_new = Arc::new(Mutex::new(false));
    let theirs = is_new.clone();
    let (at, _) = server(move |_, text| {
        let etag = if *theirs.lock().unwrap() { "ETag: \"2\"\r\n" } else { "ETag: \"1\"\r\n" };
        Some(part(text, builtin(), etag))
    });
    let extract = prepare(Path::new(&format!("{at}/map.pmtiles")), &WANTED).unwrap();
    *is_new.lock().unwrap() = true;
    let why = extract.write(&to, &mut |_| ()).unwrap_err().to_string();
    assert!(why.contains("changes while it is read") && !to.exists(), "{why}");
}

#[test]
fn what_no_extract_is_made_of_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.mbtiles");
    fs::write(&path, b"SQLite format 3\0").unwrap();
    let fails = |from: &Path| prepare(from, &WANTED).err().unwrap().to_string();
    assert!(fails(&path).contains("extracts are made of PMTiles"));
    assert!(fails(Path::new("https://tile.example.org/{z}/{x}/{y}.png")).contains("address of a tile server"));
    assert!(fails(&folder.path().join("none.pmtiles")).contains("No such file"));
    fs::write(&path, b"hello").unwrap();
    assert!(fails(&path).contains("not a PMTiles archive"));
}
