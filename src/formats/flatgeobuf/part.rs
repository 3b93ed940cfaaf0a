//! The features of a large file that lie in a view, found by its index, so that only the bytes of these have to be got.

use std::cell::RefCell;
use std::ops::Range;

use geo::{Coord, Rect};
use thiserror::Error;

use super::buffer::u32_at;
use super::header::{Header, MAGIC, head_length};
use super::index::{NODE_BYTES, Node, Tree};
use crate::formats::geojson::MAX_BYTES;
use crate::formats::read::ReadError;

/// What stands this near to what is needed is got along with it, in bytes: asking again takes longer.
const NEAR: u64 = 64 << 10;

/// So often is asked at a time at most.
const MOST_RANGES: usize = 12;

/// Gets the bytes at a place of the file.
pub type Get<'a> = dyn FnMut(Range<u64>) -> Result<Vec<u8>, String> + 'a;

/// Features of a file.
#[derive(Debug)]
pub struct Part {
    /// A file of these features alone.
    pub bytes: Vec<u8>,
    /// How many they are.
    pub count: usize,
    /// How many features the whole file has.
    pub of: u64,
}

/// Why the features in a view cannot be got alone.
#[derive(Debug, Error)]
pub enum PartError {
    /// The file has no index, or is none of this kind: it can only be read as a whole.
    #[error("it has no index")]
    NoIndex,
    /// It cannot be read at all.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// Bytes could not be got.
    #[error("{0}")]
    Get(String),
    /// The index and the features do not fit each other.
    #[error("its index does not fit its features; download it and open the file")]
    Damaged,
    /// Nothing is in the view.
    #[error("none of its {0} features lies in the part of the map that was asked for")]
    Nothing(u64),
    /// The view holds too much.
    #[error("the part that was asked for has more than {} MB; ask for a smaller one", MAX_BYTES >> 20)]
    TooLarge,
}

/// Whether a file begins as one of this kind.
pub fn is_start(start: &[u8]) -> bool {
    start.starts_with(&MAGIC[..3]) && start.get(4..7) == Some(&MAGIC[4..7])
}

/// The features that lie in a view in degrees (by their boxes), of a file of `length` bytes that begins with `start`.
///
/// # Errors
/// [`PartError`].
pub fn part(start: &[u8], length: u64, view: Rect<f64>, get: &mut Get<'_>) -> Result<Part, PartError> {
    let mut source = Source { start, length, get };
    if !is_start(start) {
        return Err(PartError::NoIndex);
    }
    let head = source.get(0..head_length(start)? as u64)?;
    let header = Header::of(&head)?;
    let Some(tree) = header.tree().filter(|tree| tree.end() < length) else { return Err(PartError::NoIndex) };
    let meets = meets(&header, view)?;
    let mut nodes = vec![tree.top()];
    for level in (1..tree.height()).rev() {
        let mut below = Vec::new();
        for (_, bytes) in source.all(nodes.iter().map(|nodes| tree.bytes_of(nodes)).collect())? {
            for node in Node::all(&bytes).filter(|node| meets(node.bounds)) {
                below.push(tree.below(&node, level).ok_or(PartError::Damaged)?);
            }
        }
        below.sort_by_key(|nodes| nodes.start);
        nodes = below;
    }
    let places = places(&mut source, &tree, &nodes, &*meets)?;
    if places.is_empty() {
        return Err(PartError::Nothing(header.count));
    }
    let total: u64 = places.iter().map(|place| place.end - place.start).sum();
    if total > MAX_BYTES as u64 {
        return Err(PartError::TooLarge);
    }
    let count = places.len();
    let mut bytes = header.of_part(count).written();
    for (_, feature) in source.all(places)? {
        // What stands behind it up to the next one is not its own.
        let own = u32_at(&feature, 0).and_then(|length| feature.get(..length.checked_add(4)?));
        bytes.extend(own.ok_or(PartError::Damaged)?);
    }
    Ok(Part { bytes, count, of: header.count })
}

/// Where the features of leaves in a view stand in the file, in its order.
fn places(
    source: &mut Source<'_, '_>,
    tree: &Tree,
    nodes: &[Range<u64>],
    meets: &Meets,
) -> Result<Vec<Range<u64>>, PartError> {
    let features_at = tree.end();
    // With the next leaf, which says where the last feature ends.
    let wider = |nodes: &Range<u64>| {
        let bytes = tree.bytes_of(nodes);
        bytes.start..(bytes.end + NODE_BYTES).min(features_at)
    };
    let mut places = Vec::new();
    for ((_, bytes), nodes) in source.all(nodes.iter().map(wider).collect())?.into_iter().zip(nodes) {
        let leaves: Vec<Node> = Node::all(&bytes).collect();
        for (index, leaf) in leaves.iter().take((nodes.end - nodes.start) as usize).enumerate() {
            if !meets(leaf.bounds) {
                continue;
            }
            let start = features_at.checked_add(leaf.at);
            let end = leaves.get(index + 1).map_or(Some(source.length), |next| features_at.checked_add(next.at));
            match start.zip(end) {
                Some((start, end)) if start < end && end <= source.length => places.push(start..end),
                _ => return Err(PartError::Damaged),
            }
        }
    }
    places.sort_by_key(|place| place.start);
    if places.windows(2).any(|two| two[0].end > two[1].start) {
        return Err(PartError::Damaged);
    }
    Ok(places)
}

/// Whether a box may have something in a view.
type Meets = dyn Fn([f64; 4]) -> bool;

/// Whether a box of the file's numbers may have something in a view in degrees.
fn meets(header: &Header, view: Rect<f64>) -> Result<Box<Meets>, PartError> {
    let plain = move |[west, south, east, north]: [f64; 4]| {
        west <= view.max().x && east >= view.min().x && south <= view.max().y && north >= view.min().y
    };
    let Some(crs) = header.crs().transpose()?.filter(|crs| !crs.is_wgs84()) else { return Ok(Box::new(plain)) };
    let middle = header.bounds.map(|bounds| bounds.center());
    let Ok(transform) = crs.transform(middle) else { return Err(PartError::NoIndex) };
    let transform = RefCell::new(transform);
    Ok(Box::new(move |[west, south, east, north]: [f64; 4]| {
        // The box around five by five of its places, and a tenth more: the sides of a box are curves in degrees.
        if west > east {
            return false;
        }
        let share = |low: f64, high: f64, part: u32| low + (high - low) * f64::from(part) / 4.0;
        let all = (0..25).map(|one| Coord { x: share(west, east, one % 5), y: share(south, north, one / 5) });
        let mut bounds = Node::NOWHERE;
        for at in all {
            let Some(Coord { x, y }) = transform.borrow_mut().converted(at) else { return true };
            bounds = super::index::around(bounds, [x, y, x, y]);
        }
        let more = 1e-6 + 0.1 * (bounds[2] - bounds[0]).max(bounds[3] - bounds[1]);
        plain([bounds[0] - more, bounds[1] - more, bounds[2] + more, bounds[3] + more])
    }))
}

/// Where bytes of the file come from.
struct Source<'a, 'b> {
    /// The first ones, which are at hand.
    start: &'a [u8],
    length: u64,
    get: &'a mut Get<'b>,
}

impl Source<'_, '_> {
    fn get(&mut self, range: Range<u64>) -> Result<Vec<u8>, PartError> {
        if range.start > range.end || range.end > self.length {
            return Err(PartError::Damaged);
        }
        let wanted = usize::try_from(range.end - range.start).map_err(|_| PartError::TooLarge)?;
        if wanted > MAX_BYTES {
            return Err(PartError::TooLarge);
        }
        let at_hand = usize::try_from(range.start).ok().and_then(|at| self.start.get(at..at.checked_add(wanted)?));
        if let Some(bytes) = at_hand {
            return Ok(bytes.to_vec());
        }
        let bytes = (self.get)(range).map_err(PartError::Get)?;
        if bytes.len() == wanted {
            Ok(bytes)
        } else {
            Err(PartError::Get("the server sends less than it was asked for".to_owned()))
        }
    }

    /// The bytes at several places, in their order, got in few steps.
    fn all(&mut self, ranges: Vec<Range<u64>>) -> Result<Vec<(u64, Vec<u8>)>, PartError> {
        let mut found = Vec::with_capacity(ranges.len());
        for run in runs(&ranges) {
            let (Some(first), Some(end)) =
                (ranges[run.clone()].first(), ranges[run.clone()].iter().map(|one| one.end).max())
            else {
                continue;
            };
            let bytes = self.get(first.start..end)?;
            for range in &ranges[run] {
                let from = (range.start - first.start) as usize;
                let own = bytes.get(from..from + (range.end - range.start) as usize).ok_or(PartError::Damaged)?;
                found.push((range.start, own.to_vec()));
            }
        }
        Ok(found)
    }
}

/// Sorted ranges in runs, each of which is got at once.
fn runs(ranges: &[Range<u64>]) -> Vec<Range<usize>> {
    let gap = |index: usize| ranges[index].start.saturating_sub(ranges[index - 1].end);
    let mut cuts: Vec<usize> = (1..ranges.len()).filter(|index| gap(*index) > NEAR).collect();
    cuts.sort_by_key(|index| std::cmp::Reverse(gap(*index)));
    cuts.truncate(MOST_RANGES - 1);
    cuts.sort_unstable();
    let starts = std::iter::once(0).chain(cuts.iter().copied());
    let ends = cuts.iter().copied().chain(std::iter::once(ranges.len()));
    starts.zip(ends).filter(|(start, end)| start < end).map(|(start, end)| start..end).collect()
}
