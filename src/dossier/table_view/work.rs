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
