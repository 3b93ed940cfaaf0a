//! PMTiles that tests make, and what the reader says of them.

use std::io::Write;

use super::super::archive::{MIB, TILE_LIMIT};
use super::layout::{HEADER_LENGTH, Packing, parse_directory};
use super::*;
use crate::basemap::{Archive, TileFormat};

pub(crate) fn varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("into memory");
    encoder.finish().expect("into memory")
}

fn directory(entries: &[Entry]) -> Vec<u8> {
    let mut out = Vec::new();
    varint(entries.len() as u64, &mut out);
    let mut last = 0;
    for entry in entries {
        varint(entry.tile - last, &mut out);
        last = entry.tile;
    }
    entries.iter().for_each(|entry| varint(entry.run.into(), &mut out));
    entries.iter().for_each(|entry| varint(entry.length.into(), &mut out));
    entries.iter().for_each(|entry| varint(entry.offset + 1, &mut out));
    out
}

/// An archive of these tiles, whose directory has one leaf.
pub(crate) fn archive(tiles: &[(TileId, &[u8])], bounds: [f64; 4]) -> Vec<u8> {
    let mut tiles = tiles.to_vec();
    tiles.sort_by_key(|(id, _)| id.hilbert());
    let mut data = Vec::new();
    let mut entries = Vec::new();
    for (id, bytes) in &tiles {
        let packed = gzip(bytes);
        entries.push(Entry { tile: id.hilbert(), offset: data.len() as u64, length: packed.len() as u32, run: 1 });
        data.extend(packed);
    }
    let leaf = gzip(&directory(&entries));
    let first = entries.first().map_or(0, |entry| entry.tile);
    let root = gzip(&directory(&[Entry { tile: first, offset: 0, length: leaf.len() as u32, run: 0 }]));
    let metadata = gzip(
        br#"{"name":"Test","attribution":"<a href=\"x\">&copy; OpenStreetMap</a>","vector_layers":[{"id":"earth"}]}"#,
    );
    let mut out = b"PMTiles\x03".to_vec();
    let mut at = HEADER_LENGTH as u64;
    for length in [root.len(), metadata.len(), leaf.len(), data.len()] {
        out.extend(at.to_le_bytes());
        out.extend((length as u64).to_le_bytes());
        at += length as u64;
    }
    out.extend([0; 24]);
    let zooms = tiles.iter().map(|(id, _)| id.z);
    out.extend([1, 2, 2, 1, zooms.clone().min().unwrap_or(0), zooms.max().unwrap_or(0)]);
    bounds.iter().for_each(|degrees| out.extend(((degrees * 1e7) as i32).to_le_bytes()));
    out.extend([0; 9]);
    assert_eq!(out.len(), HEADER_LENGTH);
    for part in [root, metadata, leaf, data] {
        out.extend(part);
    }
    out
}

const WORLD: [f64; 4] = [-180.0, -85.0, 180.0, 85.0];

#[test]
fn tiles_come_back_through_a_leaf_directory() {
    let (a, b) = (TileId { z: 3, x: 4, y: 2 }, TileId { z: 5, x: 19, y: 10 });
    let archive = Archive::open(archive(&[(a, b"one"), (b, b"two")], WORLD)).expect("a good archive");
    assert_eq!(archive.tile_bytes(a).expect("a").as_deref(), Some(&b"one"[..]));
    assert_eq!(archive.tile_bytes(b).expect("b").as_deref(), Some(&b"two"[..]));
    assert!(archive.tile_bytes(TileId { z: 5, x: 0, y: 0 }).expect("none").is_none());
    assert_eq!((archive.info().min_zoom, archive.info().max_zoom), (3, 5));
    assert_eq!(archive.info().attribution, "© OpenStreetMap");
    assert_eq!(archive.info().layers, ["earth"]);
}

#[test]
fn an_archive_that_breaks_off_says_so() {
    let id = TileId { z: 3, x: 4, y: 2 };
    let whole = archive(&[(id, b"one")], WORLD);
    let good = Archive::open(whole.clone()).expect("a good archive");
    assert_eq!((good.warning(), good.may_have_whole(id)), (None, true));
    let cut = Archive::open(whole[..whole.len() - 1].to_vec()).expect("its directories are there");
    let what = cut.warning().expect("a warning");
    assert!(what.contains(&format!("states {} bytes, but there are {};", whole.len(), whole.len() - 1)), "{what}");
    assert!(!cut.may_have_whole(id) && cut.tile_bytes(id).is_err());
}

#[test]
fn other_files_are_refused_with_a_reason() {
    let good = archive(&[(TileId { z: 0, x: 0, y: 0 }, b"x")], WORLD);
    let with = |at: usize, byte: u8| {
        let mut bytes = good.clone();
        bytes[at] = byte;
        Archive::open(bytes).expect_err("refused")
    };
    assert!(matches!(Archive::open(b"GIF89a".to_vec()), Err(ArchiveError::NotPmtiles)));
    assert!(matches!(with(0, b'X'), ArchiveError::NotPmtiles));
    assert!(matches!(with(7, 2), ArchiveError::Version(2)));
    assert!(matches!(with(99, 5), ArchiveError::UnknownTiles(_)));
    assert!(matches!(with(98, 4), ArchiveError::Compression { packing: "zstd", .. }));
}

#[test]
fn no_damaged_byte_makes_it_panic() {
    let good = archive(&[(TileId { z: 0, x: 0, y: 0 }, b"x"), (TileId { z: 2, x: 1, y: 3 }, b"yy")], WORLD);
    for at in 0..good.len() {
        for byte in [0, 1, 0x7f, 0x80, 0xff] {
            let mut bytes = good.clone();
            bytes[at] = byte;
            if let Ok(archive) = Archive::open(bytes) {
                let _ = archive.tile_bytes(TileId { z: 2, x: 1, y: 3 });
            }
        }
        if let Ok(archive) = Archive::open(good[..at].to_vec()) {
            let _ = archive.tile_bytes(TileId { z: 0, x: 0, y: 0 });
        }
    }
}

#[test]
fn a_directory_cannot_ask_for_more_than_it_holds() {
    let mut bytes = Vec::new();
    varint(u64::MAX / 2, &mut bytes);
    bytes.extend([1; 64]);
    assert!(parse_directory(&bytes).is_err());
}

#[test]
fn a_gzip_bomb_is_cut_off() {
    let bomb = gzip(&vec![0; TILE_LIMIT + 1]);
    assert!(bomb.len() < MIB);
    let refused = Packing::Gzip.unpack(Cow::Owned(bomb), TILE_LIMIT, "tile");
    assert!(matches!(refused, Err(ArchiveError::TooLarge { .. })));
}

/// The same archive, saying that its tiles are of another kind.
pub(crate) fn with_format(mut bytes: Vec<u8>, format: crate::basemap::TileFormat) -> Vec<u8> {
    let mut header = Header::parse(&bytes[..HEADER_LENGTH]).expect("a good header");
    header.tiles = format;
    bytes[..HEADER_LENGTH].copy_from_slice(&header.bytes());
    bytes
}

#[test]
fn pictures_are_read_as_they_are() {
    let id = TileId { z: 0, x: 0, y: 0 };
    for format in [TileFormat::Png, TileFormat::Jpeg, TileFormat::Webp] {
        let archive = Archive::open(with_format(archive(&[(id, b"picture")], WORLD), format)).expect("a good archive");
        assert_eq!(archive.info().tiles, format);
        assert_eq!(archive.tile_bytes(id).expect("good").as_deref(), Some(&b"picture"[..]));
        let why = archive.into_drawable().expect_err("pictures").to_string();
        assert!(why.contains(format.name()), "{why}");
    }
}
