//! Work on many rows: shared among threads, watched from another, and ended early where nobody wants it any more.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// So many rows are taken at once: between two chunks it is seen whether the work is still wanted.
pub(in crate::dossier) const CHUNK: usize = 4096;

/// More threads than this only wait for memory.
const MOST_THREADS: usize = 8;

/// How far a piece of work has come, and whether it is still wanted.
#[derive(Debug, Default)]
pub struct Work {
    done: AtomicUsize,
    whole: AtomicUsize,
    cancelled: AtomicBool,
}

impl Work {
    /// Says that nobody wants it any more: it ends soon, with nothing.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether nobody wants it any more.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// How much of the present pass over the rows is done, from 0 to 1.
    pub fn share(&self) -> f32 {
        let (done, whole) = (self.done.load(Ordering::Relaxed), self.whole.load(Ordering::Relaxed));
        (done as f32 / whole.max(1) as f32).min(1.0)
    }

    /// What comes of each chunk of so many rows, in their order; `None` once it is cancelled.
    pub(in crate::dossier) fn in_chunks<T: Send>(
        &self,
        count: usize,
        chunk: impl Fn(Range<usize>) -> T + Sync,
    ) -> Option<Vec<T>> {
        let chunks = count.div_ceil(CHUNK);
        self.done.store(0, Ordering::Relaxed);
        self.whole.store(count, Ordering::Relaxed);
        let next = AtomicUsize::new(0);
        let results: Mutex<Vec<(usize, T)>> = Mutex::new(Vec::with_capacity(chunks));
        let run = || {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= chunks || self.is_cancelled() {
                    return;
                }
                let rows = number * CHUNK..((number + 1) * CHUNK).min(count);
                let length = rows.len();
                let result = chunk(rows);
                results.lock().unwrap_or_else(PoisonError::into_inner).push((number, result));
                self.done.fetch_add(length, Ordering::Relaxed);
            }
        };
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS).min(chunks);
        std::thread::scope(|scope| {
            // This thread works too; where the system refuses another, it works alone.
            for _ in 1..threads {
                let _ = std::thread::Builder::new().name("table rows".to_owned()).spawn_scoped(scope, run);
            }
            run();
        });
        let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
        if self.is_cancelled() || results.len() < chunks {
            return None;
        }
        results.sort_unstable_by_key(|(number, _)| *number);
        Some(results.into_iter().map(|(_, result)| result).collect())
    }
}

/// Fewer entries than this are sorted before another thread has begun.
const FEW: usize = 20_000;

/// Sorts entries, none of which are equal, by a few threads: each sorts a part, and parts are merged.
pub(super) fn sorted_in_parts<T: Copy + Send + Sync>(
    mut entries: Vec<T>,
    compare: impl Fn(&T, &T) -> std::cmp::Ordering + Sync,
) -> Vec<T> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS);
    if entries.len() < FEW || threads < 2 {
        entries.sort_unstable_by(&compare);
        return entries;
    }
    let mut length = entries.len().div_ceil(threads);
    std::thread::scope(|scope| {
        let mut parts = entries.chunks_mut(length);
        let own = parts.next();
        for part in parts {
            // A part that no thread could be had for is sorted when it is merged.
            let _ = std::thread::Builder::new()
                .name("table order".to_owned())
                .spawn_scoped(scope, || part.sort_unstable_by(&compare));
        }
        if let Some(own) = own {
            own.sort_unstable_by(&compare);
        }
    });
    entries.chunks_mut(length).filter(|part| !part.is_sorted_by(|a, b| compare(a, b).is_le())).for_each(|part| {
        part.sort_unstable_by(&compare);
    });
    while length < entries.len() {
        let mut merged = Vec::with_capacity(entries.len());
        for pair in entries.chunks(2 * length) {
            let (mut one, mut other) = pair.split_at(length.min(pair.len()));
            while let ([first, one_rest @ ..], [second, other_rest @ ..]) = (one, other) {
                if compare(first, second).is_le() {
                    merged.push(*first);
                    one = one_rest;
                } else {
                    merged.push(*second);
                    other = other_rest;
                }
            }
            merged.extend_from_slice(one);
            merged.extend_from_slice(other);
        }
        entries = merged;
        length *= 2;
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_come_together_in_order() {
        for count in [0, 1, FEW - 1, FEW, FEW + 1, 7 * FEW + 5] {
            let entries: Vec<(u32, u32)> =
                (0..count as u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 20, n)).collect();
            let mut expected = entries.clone();
            expected.sort_unstable();
            assert_eq!(sorted_in_parts(entries, Ord::cmp), expected, "{count}");
        }
    }
}
