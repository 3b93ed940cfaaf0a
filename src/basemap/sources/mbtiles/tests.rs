use super::*;
use crate::basemap::sources::pmtiles::tests::gzip as packed;

/// A database of tiles in a file, with what else a test wants in it.
fn database(format: &str, tiles: &[(u8, u32, u32, Vec<u8>)], more: &str) -> (tempfile::TempDir, Connect) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.mbtiles");
    let connection = Connection::open(&path).unwrap();
    connection
        .execute_batch(
            "CREATE TABLE metadata (name text, value text);
             CREATE TABLE tiles (zoom_level integer, tile_column integer, tile_row integer, tile_data blob);
             CREATE UNIQUE INDEX tile_index ON tiles (zoom_level, tile_column, tile_row);",
        )
        .unwrap();
    for (z, x, row, data) in tiles {
        connection.execute("INSERT INTO tiles VALUES (?1, ?2, ?3, ?4)", (z, x, row, data)).unwrap();
    }
    if !format.is_empty() {
        connection.execute("INSERT INTO metadata VALUES ('format', ?1)", [format]).unwrap();
    }
    connection.execute_batch(more).unwrap();
    let connect: Connect = Box::new(move || Connection::open(&path));
    (folder, connect)
}

#[test]
fn a_tile_is_found_by_its_row_from_the_north() {
    let more = "INSERT INTO metadata VALUES ('name', 'Town'), ('bounds', '37.5,48,38,49'), ('minzoom', '2'), ('maxzoom', '9'),
        ('attribution', '<a href=\"x\">&copy; OpenStreetMap</a>'), ('json', '{\"vector_layers\":[{\"id\":\"roads\"}]}')";
    // Row 0 is the southernmost.
    let tiles = [(2, 1, 0, packed(b"south")), (2, 1, 3, packed(b"north")), (3, 0, 0, b"unpacked".to_vec())];
    let (_folder, connect) = database("pbf", &tiles, more);
    let archive = Mbtiles::open(connect, None).unwrap();
    let bytes = |z, x, y| archive.tile_bytes(TileId { z, x, y }).unwrap().map(Cow::into_owned);
    assert_eq!(bytes(2, 1, 0).as_deref(), Some(&b"north"[..]));
    assert_eq!(bytes(2, 1, 3).as_deref(), Some(&b"south"[..]));
    assert_eq!(bytes(3, 0, 7).as_deref(), Some(&b"unpacked"[..]));
    assert_eq!((bytes(2, 0, 0), bytes(9, 1, 1)), (None, None));
    assert!(archive.contains(TileId { z: 2, x: 1, y: 0 }).unwrap());
    assert!(!archive.contains(TileId { z: 2, x: 2, y: 0 }).unwrap());
    assert!(!archive.may_have_whole(TileId { z: 1, x: 0, y: 0 }));
    let expected = ArchiveInfo {
        tiles: TileFormat::Vector,
        name: "Town".to_owned(),
        attribution: "© OpenStreetMap".to_owned(),
        min_zoom: 2,
        max_zoom: 3,
        bounds: [37.5, 48.0, 38.0, 49.0],
        layers: vec!["roads".to_owned()],
    };
    assert_eq!(*archive.info(), expected);
}

#[test]
fn pictures_are_known_by_the_format_and_otherwise_by_their_first_bytes() {
    let png = b"\x89PNG\r\n\x1a\n".to_vec();
    let open = |format: &str, first: &[u8]| {
        let (_folder, connect) = database(format, &[(0, 0, 0, first.to_vec())], "");
        Mbtiles::open(connect, None).map(|archive| archive.info().tiles)
    };
    assert_eq!(open("jpg", b"x").unwrap(), TileFormat::Jpeg);
    assert_eq!(open("", &png).unwrap(), TileFormat::Png);
    assert_eq!(open("", &packed(b"x")).unwrap(), TileFormat::Vector);
    assert!(matches!(open("", b"x"), Err(ArchiveError::UnknownTiles(_))));
    assert!(open("avif", b"x").unwrap_err().to_string().contains("holds avif tiles"));
}

#[test]
fn several_threads_read_at_once() {
    let tiles: Vec<(u8, u32, u32, Vec<u8>)> = (0..256).map(|at| (4, at % 16, at / 16, vec![at as u8; 40])).collect();
    let (_folder, connect) = database("png", &tiles, "");
    let archive = Mbtiles::open(connect, None).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for (z, x, row, data) in &tiles {
                    let read = archive.tile_bytes(TileId { z: *z, x: *x, y: 15 - row }).unwrap();
                    assert_eq!(read.as_deref(), Some(&data[..]));
                }
            });
        }
    });
    assert!(archive.idle.lock().unwrap().len() <= 4);
}

#[test]
fn a_view_that_never_ends_or_reaches_out_is_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.mbtiles");
    let connection = Connection::open(&path).unwrap();
    let endless = "CREATE VIEW tiles AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
        SELECT i AS zoom_level, i AS tile_column, i AS tile_row, zeroblob(10) AS tile_data FROM n";
    connection.execute_batch(endless).unwrap();
    let connect: Connect = Box::new(move || Connection::open(&path));
    assert!(matches!(Mbtiles::open(connect, None), Err(ArchiveError::NotMbtiles(_))));
}

#[test]
fn a_database_of_other_things_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.mbtiles");
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE places (name text)").unwrap();
    let connect: Connect = Box::new(move || Connection::open(&path));
    let why = Mbtiles::open(connect, None).unwrap_err().to_string();
    assert!(why.contains("without the table of tiles"), "{why}");
    let (_folder, connect) = database("png", &[], "");
    assert!(Mbtiles::open(connect, None).unwrap_err().to_string().contains("no tiles"));
}
