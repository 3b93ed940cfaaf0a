//! The tiles of an area as an archive of their own: which they are, in which few requests their bytes are read, and where
//! each goes. Nothing of the tiles is read here; see [`crate::files`] for who does.
//!
//! Each zoom's tiles in the area are a few runs of numbers along the Hilbert curve. Directories are read where they speak of
//! such a run, neighbours in one request; so are the tiles, gaps between them included as long as these are small.

use std::collections::HashMap;
use std::ops::Range;

use thiserror::Error;

use super::layout::{
    DIRECTORY_LIMIT, Entry, HEADER_LENGTH, Header, Packing, directories, gzip, parse_directory, range_of,
};
use super::{DIRECTORY_DEPTH, METADATA_LIMIT, Pmtiles, read_part};
use crate::basemap::id::{DEEPEST_ZOOM, TileId};
use crate::basemap::sources::archive::{ArchiveError, TILE_LIMIT};
use crate::geometry::{share_ground, work, world_rect_of};

/// Most rows that an extract's directories may have: a country of the size of Ukraine to zoom 15 has a third of it.
const MOST_ROWS: usize = 8_000_000;
/// Most runs along the curve that an area may be: its outline is cut into them.
const MOST_RUNS: usize = 1_000_000;
/// Most directories that are read for one.
const MOST_DIRECTORIES: usize = 500_000;
/// Most bytes that these may unpack to.
const MOST_OF_DIRECTORIES: usize = 2 << 30;
/// Gaps so small are read rather than left out: to ask anew takes longer.
const SMALL_GAP: u64 = 8 << 10;
/// Directories lie near each other and are small.
const DIRECTORY_GAP: u64 = 64 << 10;
/// Of the tiles' bytes so much more may be read to have fewer requests.
const OVERFETCH: f64 = 0.05;
/// Longest request, unless one tile is longer.
pub const LONGEST_REQUEST: u64 = 8 << 20;

/// Which part of an archive is wanted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wanted {
    /// `[west, south, east, north]` in degrees.
    pub bounds: [f64; 4],
    /// Smallest zoom, if not that of the archive.
    pub min_zoom: Option<u8>,
    /// Largest zoom, if not that of the archive.
    pub max_zoom: Option<u8>,
}

/// Why there is no extract.
#[derive(Debug, Error)]
pub enum ExtractError {
    /// The archive cannot be read.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The bounds are none.
    #[error("the area is not W,S,E,N in degrees, west before east and south before north")]
    Bounds,
    /// The zooms are out of order, or the archive has none of them.
    #[error("there are no tiles from zoom {from} to {to}: the archive has zooms {} to {}", has[0], has[1])]
    Zooms {
        /// The smallest that is wanted.
        from: u8,
        /// The largest.
        to: u8,
        /// What there is.
        has: [u8; 2],
    },
    /// The archive has nothing in that area.
    #[error("the archive has no tiles there; it covers {}", .0.map(|one| format!("{one:.3}")).join(","))]
    Empty([f64; 4]),
    /// It would be too large.
    #[error("that is too much at once: {0}; take a smaller area or a smaller --max-zoom")]
    TooMuch(&'static str),
    /// Nobody wants it any more.
    #[error("it was cancelled")]
    Cancelled,
}

/// Bytes that go from one place to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Piece {
    source: u64,
    target: u64,
    length: u64,
}

/// One read of the source, and which pieces it brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Where in the source.
    pub source: Range<u64>,
    pieces: Range<usize>,
}

impl Request {
    /// How many bytes it brings.
    pub fn bytes(&self) -> u64 {
        self.source.end - self.source.start
    }
}

/// An extract before its tiles are there.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Header, directories and metadata of the extract: its first bytes.
    pub start: Vec<u8>,
    /// What is to be read, in this order.
    pub requests: Vec<Request>,
    /// How many tiles it has.
    pub tiles: u64,
    /// How many different ones.
    pub contents: u64,
    /// How large it will be, in bytes.
    pub size: u64,
    /// Its zooms.
    pub zooms: [u8; 2],
    /// Its bounds, `[west, south, east, north]` in degrees.
    pub bounds: [f64; 4],
    pieces: Vec<Piece>,
}

impl Plan {
    /// How many bytes the requests bring.
    pub fn fetched(&self) -> u64 {
        self.requests.iter().map(Request::bytes).sum()
    }

    /// The same with so many pieces to a request at most, for tests: real ones are too few to be interrupted.
    #[cfg(test)]
    pub(crate) fn in_requests_of(&self, pieces: usize) -> Self {
        let mut plan = self.clone();
        plan.requests = plan
            .pieces
            .chunks(pieces)
            .enumerate()
            .map(|(at, part)| Request {
                source: part[0].source..part.iter().map(|piece| piece.source + piece.length).max().unwrap_or(0),
                pieces: at * pieces..at * pieces + part.len(),
            })
            .collect();
        plan
    }

    /// What of the bytes that a request brought goes where in the extract.
    pub fn pieces<'a>(&'a self, request: &'a Request, bytes: &'a [u8]) -> impl Iterator<Item = (u64, &'a [u8])> + 'a {
        self.pieces.get(request.pieces.clone()).unwrap_or_default().iter().filter_map(|piece| {
            let from = usize::try_from(piece.source - request.source.start).ok()?;
            Some((piece.target, bytes.get(from..from + piece.length as usize)?))
        })
    }
}

impl Pmtiles {
    /// What an extract needs. Reads directories, and no tile.
    ///
    /// # Errors
    /// [`ExtractError`].
    pub fn plan(&self, wanted: &Wanted) -> Result<Plan, ExtractError> {
        let has = [self.info.min_zoom, self.info.max_zoom];
        let from = wanted.min_zoom.unwrap_or(has[0]).max(has[0]);
        let to = wanted.max_zoom.unwrap_or(has[1]).min(has[1]);
        if from > to {
            let (from, to) = (wanted.min_zoom.unwrap_or(has[0]), wanted.max_zoom.unwrap_or(has[1]));
            return Err(ExtractError::Zooms { from, to, has });
        }
        let bounds = within(wanted.bounds, self.info.bounds)?;
        let found = self.rows_in(&runs_in(bounds, from, to)?)?;
        let [Some(first), Some(last)] = [found.first(), found.last()] else {
            return Err(ExtractError::Empty(self.info.bounds));
        };
        let zooms = [zoom_of(first.tile), zoom_of(last.tile + u64::from(last.run) - 1)];
        let Moved { rows, pieces, contents, bytes } = self.moved(&found)?;
        // Without metadata the tiles can still be drawn.
        let metadata = read_part(
            self.bytes.as_ref(),
            self.header.metadata,
            self.header.directory_packing,
            METADATA_LIMIT,
            "metadata",
        );
        let metadata = gzip(&metadata.unwrap_or_else(|_| b"{}".as_slice().into()));
        let (root, leaves) = directories(&rows);
        let mut at = HEADER_LENGTH as u64;
        let mut place = |length: usize| {
            let place = (at, length as u64);
            at += length as u64;
            place
        };
        let tiles = rows.iter().map(|row| u64::from(row.run)).sum();
        let header = Header {
            root: place(root.len()),
            metadata: place(metadata.len()),
            leaves: place(leaves.len()),
            data: (place(0).0, bytes),
            counts: [tiles, rows.len() as u64, contents],
            is_clustered: true,
            directory_packing: Packing::Gzip,
            zooms,
            bounds,
            center_zoom: self.header.center_zoom.clamp(zooms[0], zooms[1]),
            center: [(bounds[0] + bounds[2]) / 2.0, (bounds[1] + bounds[3]) / 2.0],
            ..self.header.clone()
        };
        let start = [header.bytes(), root, metadata, leaves].concat();
        let base = start.len() as u64;
        let pieces: Vec<Piece> =
            pieces.into_iter().map(|piece| Piece { target: piece.target + base, ..piece }).collect();
        let budget = (bytes as f64 * OVERFETCH) as u64;
        let requests = merged(pieces.iter().map(|piece| (piece.source, piece.length)), SMALL_GAP, budget);
        let requests = requests.into_iter().map(|(source, pieces)| Request { source, pieces }).collect();
        Ok(Plan { requests, tiles, contents, size: base + bytes, zooms, bounds, pieces, start })
    }

    /// The rows of the directories that speak of tiles in these runs, cut to them, in the order of the tiles.
    fn rows_in(&self, runs: &[Range<u64>]) -> Result<Vec<Entry>, ExtractError> {
        let mut found = Vec::new();
        let mut next = look_through(&self.root, runs, &mut found)?;
        let (mut read, mut unpacked) = (0, 0);
        work::begin(|| "Reading the directories".to_owned(), next.len() as u64);
        for _ in 1..DIRECTORY_DEPTH {
            let mut places = Vec::new();
            for pointer in next.drain(..) {
                places.push(range_of(self.leaf_place(pointer)?).ok_or(TOO_FAR)?);
            }
            places.sort_unstable_by_key(|place| (place.start, place.end));
            places.dedup();
            for (range, inside) in
                merged(places.iter().map(|place| (place.start, place.end - place.start)), DIRECTORY_GAP, 0)
            {
                let length = usize::try_from(range.end - range.start).map_err(|_| TOO_FAR)?;
                if range.end > self.bytes.size() || length > DIRECTORY_LIMIT.max(LONGEST_REQUEST as usize) {
                    return Err(TOO_FAR.into());
                }
                let bytes = self.bytes.read_at(range.start, length).map_err(ArchiveError::Read)?;
                for place in &places[inside] {
                    let (from, to) = ((place.start - range.start) as usize, (place.end - range.start) as usize);
                    let packed = bytes.get(from..to).ok_or(TOO_FAR)?;
                    let packing = self.header.directory_packing;
                    let directory = packing.unpack(packed.into(), DIRECTORY_LIMIT, "directory")?;
                    unpacked += directory.len();
                    next.extend(look_through(&parse_directory(&directory)?, runs, &mut found)?);
                    read += 1;
                    if read > MOST_DIRECTORIES || next.len() > MOST_DIRECTORIES || unpacked > MOST_OF_DIRECTORIES {
                        return Err(ExtractError::TooMuch("too many directories would be read"));
                    }
                    if !work::advance(read as u64) {
                        return Err(ExtractError::Cancelled);
                    }
                }
            }
            if next.is_empty() {
                break;
            }
        }
        if !next.is_empty() {
            return Err(ArchiveError::Damaged("its directories are nested too deeply").into());
        }
        found.sort_unstable_by_key(|entry| entry.tile);
        let overlap = |pair: &[Entry]| pair[0].tile + u64::from(pair[0].run) > pair[1].tile;
        if found.windows(2).any(overlap) {
            return Err(ArchiveError::Damaged("its directories speak of a tile twice").into());
        }
        Ok(found)
    }

    /// Where the contents of rows go: in the order of their tiles, each once.
    fn moved(&self, found: &[Entry]) -> Result<Moved, ExtractError> {
        let mut targets: HashMap<(u64, u32), u64> = HashMap::new();
        let mut moved = Moved::default();
        for entry in found {
            let source = self.header.data.0.checked_add(entry.offset).ok_or(TOO_FAR)?;
            let length = u64::from(entry.length);
            if length == 0 || length > TILE_LIMIT as u64 {
                return Err(ArchiveError::Damaged("a tile has no bytes, or too many").into());
            }
            if source.checked_add(length).is_none_or(|end| end > self.bytes.size()) {
                return Err(TOO_FAR.into());
            }
            let target = *targets.entry((entry.offset, entry.length)).or_insert_with(|| {
                let target = moved.bytes;
                moved.bytes += length;
                moved.pieces.push(Piece { source, target, length });
                target
            });
            match moved.rows.last_mut() {
                Some(last)
                    if (last.offset, last.length) == (target, entry.length)
                        && last.tile + u64::from(last.run) == entry.tile
                        && last.run.checked_add(entry.run).is_some() =>
                {
                    last.run += entry.run;
                }
                _ => moved.rows.push(Entry { offset: target, ..*entry }),
            }
        }
        if moved.bytes > self.bytes.size() {
            return Err(ArchiveError::Damaged("its tiles lie over each other").into());
        }
        moved.contents = moved.pieces.len() as u64;
        moved.pieces.sort_unstable_by_key(|piece| piece.source);
        // What follows on both sides is one piece.
        moved.pieces.dedup_by(|next, kept| {
            let follows = kept.source + kept.length == next.source && kept.target + kept.length == next.target;
            let joins = follows && kept.length + next.length <= LONGEST_REQUEST;
            if joins {
                kept.length += next.length;
            }
            joins
        });
        Ok(moved)
    }
}

const TOO_FAR: ArchiveError = ArchiveError::Damaged("a part of it lies beyond the end");

/// The rows of an extract, and what is copied for them.
#[derive(Default)]
struct Moved {
    rows: Vec<Entry>,
    /// By their places in the source; those in the extract count from its first tile.
    pieces: Vec<Piece>,
    contents: u64,
    bytes: u64,
}

/// The part of some bounds that lies within others.
fn within(wanted: [f64; 4], has: [f64; 4]) -> Result<[f64; 4], ExtractError> {
    let [west, south, east, north] = wanted;
    if !(wanted.iter().all(|one| one.is_finite()) && west < east && south < north) {
        return Err(ExtractError::Bounds);
    }
    let both = [west.max(has[0]), south.max(has[1]), east.min(has[2]), north.min(has[3])];
    if both[0] >= both[2] || both[1] >= both[3] { Err(ExtractError::Empty(has)) } else { Ok(both) }
}

/// The numbers of all tiles of some zooms that share ground with bounds, as runs in order.
fn runs_in(bounds: [f64; 4], from: u8, to: u8) -> Result<Vec<Range<u64>>, ExtractError> {
    let area = world_rect_of(bounds);
    let mut runs: Vec<Range<u64>> = Vec::new();
    for z in from..=to.min(DEEPEST_ZOOM) {
        let before = runs.len();
        let mut next = vec![TileId { z: 0, x: 0, y: 0 }];
        while let Some(id) = next.pop() {
            let rect = id.world_rect();
            if !share_ground(rect, area) {
                continue;
            }
            if id.z == z || area.contains_rect(rect) {
                let count = 1_u64 << (2 * u64::from(z - id.z));
                // The tiles within another follow each other along the curve.
                let first = TileId { z, x: 0, y: 0 }.hilbert() + (id.hilbert() - first_of(id.z)) * count;
                runs.push(first..first + count);
                if runs.len() > MOST_RUNS {
                    return Err(ExtractError::TooMuch("its outline is too long at that zoom"));
                }
                continue;
            }
            next.extend((0..4).map(|part| TileId { z: id.z + 1, x: 2 * id.x + part % 2, y: 2 * id.y + part / 2 }));
        }
        runs[before..].sort_unstable_by_key(|run| run.start);
    }
    runs.dedup_by(|next, kept| {
        let joins = kept.end == next.start;
        if joins {
            kept.end = next.end;
        }
        joins
    });
    Ok(runs)
}

/// The number of the first tile of a zoom.
fn first_of(z: u8) -> u64 {
    ((1_u64 << (2 * u64::from(z))) - 1) / 3
}

/// The zoom of a tile by its number.
fn zoom_of(number: u64) -> u8 {
    (0..=DEEPEST_ZOOM).rev().find(|z| first_of(*z) <= number).unwrap_or(0)
}

/// Takes the rows of a directory that speak of tiles in the runs, cut to them; and those that lead to directories which may.
fn look_through(directory: &[Entry], runs: &[Range<u64>], found: &mut Vec<Entry>) -> Result<Vec<Entry>, ExtractError> {
    let mut pointers = Vec::new();
    for (at, entry) in directory.iter().enumerate() {
        let end = match entry.run {
            0 => directory.get(at + 1).map_or(u64::MAX, |next| next.tile),
            run => entry.tile.checked_add(run.into()).ok_or(TOO_FAR)?,
        };
        let first = runs.partition_point(|run| run.end <= entry.tile);
        for run in runs[first..].iter().take_while(|run| run.start < end) {
            if entry.run == 0 {
                pointers.push(*entry);
                break;
            }
            let (tile, end) = (entry.tile.max(run.start), end.min(run.end));
            found.push(Entry { tile, run: (end - tile) as u32, ..*entry });
            if found.len() > MOST_ROWS {
                return Err(ExtractError::TooMuch("it has more than 8 million tiles"));
            }
        }
    }
    Ok(pointers)
}

/// Reads that bring parts which are in the order of their places: neighbours at once, with gaps up to `small` and, the
/// smallest first, as many others as add up to `budget`. Each is at most [`LONGEST_REQUEST`] long, or one part.
fn merged(parts: impl Iterator<Item = (u64, u64)>, small: u64, mut budget: u64) -> Vec<(Range<u64>, Range<usize>)> {
    let mut reads: Vec<(Range<u64>, Range<usize>)> = Vec::new();
    for (index, (start, length)) in parts.enumerate() {
        let end = start.saturating_add(length);
        match reads.last_mut() {
            Some((range, inside))
                if start.saturating_sub(range.end) <= small && end.max(range.end) - range.start <= LONGEST_REQUEST =>
            {
                range.end = end.max(range.end);
                inside.end = index + 1;
            }
            _ => reads.push((start..end, index..index + 1)),
        }
    }
    let mut gaps: Vec<(u64, usize)> = reads
        .windows(2)
        .enumerate()
        .map(|(at, pair)| (pair[1].0.start.saturating_sub(pair[0].0.end), at + 1))
        .filter(|(gap, _)| *gap <= budget)
        .collect();
    gaps.sort_unstable();
    let mut is_closed = vec![false; reads.len()];
    for (gap, at) in gaps {
        if gap > budget {
            break;
        }
        budget -= gap;
        is_closed[at] = true;
    }
    let mut joined: Vec<(Range<u64>, Range<usize>)> = Vec::new();
    for ((range, inside), is_closed) in reads.into_iter().zip(is_closed) {
        match joined.last_mut() {
            Some((before, earlier)) if is_closed && range.end.max(before.end) - before.start <= LONGEST_REQUEST => {
                before.end = range.end.max(before.end);
                earlier.end = inside.end;
            }
            _ => joined.push((range, inside)),
        }
    }
    joined
}

#[cfg(test)]
mod tests;
