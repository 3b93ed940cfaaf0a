//! Work that takes long: how far it has come, whether it is still wanted, and how much it may take.
//!
//! A [`Work`] is shared between the thread that works and the window that shows it. What runs inside [`Work::run`] finds it
//! by itself, on whatever level, so that each reader and each geometric operation can be watched and cancelled without
//! being handed anything. [`within_limits`] bounds one derivation besides: its operations count the edges that they go
//! through and the crossings that they would make, and where that is too much, or the work is cancelled, they give nothing
//! and the whole derivation comes out as [`Stopped`]. What they gave is dropped with it, so that nothing half done is taken
//! for a result.

use std::cell::RefCell;
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use geo::Coord;
use thiserror::Error;

use crate::geometry::crossing::MOST_CROSSINGS;
use crate::geometry::sketch::Sketch;

/// One derivation goes through so many edges, those of operations in between counted each time: some twenty seconds, and
/// four times the largest file that is drawn fluently.
pub const MOST_EDGES: u64 = 20_000_000;

/// The same of what is derived on the spot: less than a second.
pub const MOST_AT_ONCE: u64 = 1_000_000;

/// Fewer edges than this cannot cross each other more than [`MOST_CROSSINGS`] times.
const FEW_EDGES: usize = 600;

/// So many edges are looked at to tell how often all of them cross: half of them the longest, which cross most.
const SAMPLE: usize = 16;

/// Why a derivation was not carried through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Stopped {
    /// The user no longer wants it.
    #[error("it was cancelled before it was worked out")]
    Cancelled,
    /// It goes through more edges than this.
    #[error("it would take too long: more than {} edges; simplify what it is made of", in_words(*.0))]
    TooLong(u64),
    /// What it is made of crosses more than [`MOST_CROSSINGS`] times.
    #[error("what it is made of crosses more than {} times; draw it again, or simplify it", in_words(MOST_CROSSINGS as u64))]
    Tangled,
    /// A step of it has panicked.
    #[error("it could not be worked out: a step of it failed; simplify what it is made of, or leave a part of it out")]
    BrokeDown,
}

/// A large round number.
fn in_words(number: u64) -> String {
    if number.is_multiple_of(1_000_000) {
        format!("{} million", number / 1_000_000)
    } else {
        format!("{},000", number / 1000)
    }
}

/// Some work as it is shown, shared with the thread that does it.
#[derive(Debug, Clone, Default)]
pub struct Work(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    cancelled: AtomicBool,
    over: AtomicBool,
    stage: Mutex<Stage>,
    /// What has been read so far, roughly, where that is wanted.
    sketch: Option<Mutex<Sketch>>,
}

/// What is being done, and how far that has come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Stage {
    words: String,
    done: u64,
    of: u64,
}

impl Work {
    /// Work that reads shapes, of which a sketch is wanted meanwhile.
    #[must_use]
    pub fn sketching() -> Self {
        Self(Arc::new(Shared { sketch: Some(Mutex::default()), ..Shared::default() }))
    }

    /// Looks at what has been read so far, roughly; nothing of work that does not sketch.
    pub fn look_at_sketch<T>(&self, look: impl FnOnce(&Sketch) -> T) -> Option<T> {
        let sketch = self.0.sketch.as_ref()?;
        Some(look(&sketch.lock().unwrap_or_else(PoisonError::into_inner)))
    }

    /// Says that it is no longer wanted. It ends at its next step.
    pub fn cancel(&self) {
        self.0.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether it is no longer wanted.
    pub fn is_cancelled(&self) -> bool {
        self.0.cancelled.load(Ordering::Relaxed)
    }

    /// What is being done, for the status bar: `Reading control.geojson… 45 %`. Empty before the first step.
    pub fn words(&self) -> String {
        let stage = self.0.stage.lock().unwrap_or_else(PoisonError::into_inner);
        let Stage { words, done, of } = &*stage;
        if words.is_empty() {
            return String::new();
        }
        let percent = done.saturating_mul(100).checked_div(*of).map(|percent| format!(" {} %", percent.min(100)));
        format!("{words}…{}", percent.unwrap_or_default())
    }

    /// Whether it has come to its end, one way or the other.
    pub fn is_over(&self) -> bool {
        self.0.over.load(Ordering::Relaxed)
    }

    /// Does some work that is watched by way of this; it is over then.
    pub fn run<T>(&self, work: impl FnOnce() -> T) -> T {
        let _end = End(&self.0.over);
        Context { work: Some(self.clone()), limits: Context::current().limits }.run(work)
    }
}

/// Says that work is over, also where it panics.
struct End<'a>(&'a AtomicBool);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// How much one derivation may take, and why it has ended if it has.
#[derive(Debug)]
struct Limits {
    most: u64,
    spent: AtomicU64,
    stopped: OnceLock<Stopped>,
}

impl Limits {
    fn stopped(&self) -> Option<Stopped> {
        self.stopped.get().copied()
    }

    /// The first reason stays.
    fn stop(&self, why: Stopped) {
        let _ = self.stopped.set(why);
    }
}

/// What work on this thread is watched by, to be taken along to another.
#[derive(Debug, Clone, Default)]
pub struct Context {
    work: Option<Work>,
    limits: Option<Arc<Limits>>,
}

thread_local! {
    static CURRENT: RefCell<Context> = RefCell::default();
}

/// Puts back what was before, also where the work panics.
struct Restore(Context);

impl Drop for Restore {
    fn drop(&mut self) {
        let before = std::mem::take(&mut self.0);
        CURRENT.with(|current| current.replace(before));
    }
}

impl Context {
    /// That of this thread.
    pub fn current() -> Self {
        CURRENT.with(|current| current.borrow().clone())
    }

    /// Works as if it were on the thread that this is from.
    pub fn run<T>(self, work: impl FnOnce() -> T) -> T {
        let _restore = Restore(CURRENT.with(|current| current.replace(self)));
        work()
    }

    fn is_cancelled(&self) -> bool {
        self.work.as_ref().is_some_and(Work::is_cancelled)
    }
}

/// Says what is done next, and how many steps it has, if that is known.
pub fn begin(words: impl FnOnce() -> String, of: u64) {
    if let Some(work) = Context::current().work {
        let mut stage = work.0.stage.lock().unwrap_or_else(PoisonError::into_inner);
        *stage = Stage { words: words(), done: 0, of };
    }
}

/// Says how far the work has come, in the steps that [`begin`] named; false if it is no longer wanted.
pub fn advance(done: u64) -> bool {
    CURRENT.with(|current| {
        let current = current.borrow();
        let Some(work) = &current.work else { return true };
        work.0.stage.lock().unwrap_or_else(PoisonError::into_inner).done = done;
        !work.is_cancelled()
    })
}

/// Does the same with each item, on as many threads as there are, up to 8; the results in order of the items. The work is
/// called `what` whatever doing one of them calls it. `None` once it is no longer wanted.
pub fn beside<T: Sync, R: Send>(what: &str, items: &[T], each: impl Fn(&T) -> R + Sync) -> Option<Vec<R>> {
    let (done, count, context) = (AtomicU64::new(0), items.len() as u64, Context::current());
    let some = |items: &[T]| {
        let mut results = Vec::with_capacity(items.len());
        for item in items {
            if is_cancelled() {
                return None;
            }
            results.push(each(item));
            begin(|| what.to_owned(), count);
            advance(done.fetch_add(1, Ordering::Relaxed) + 1);
        }
        Some(results)
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from).clamp(1, 8);
    let parts = std::thread::scope(|scope| {
        let start = |items| {
            let (context, some) = (context.clone(), &some);
            scope.spawn(move || context.run(|| some(items)))
        };
        let threads: Vec<_> = items.chunks(items.len().div_ceil(threads).max(1)).map(start).collect();
        let joined = threads.into_iter().map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)));
        joined.collect::<Option<Vec<_>>>()
    })?;
    Some(parts.into_iter().flatten().collect())
}

/// Adds a chain of positions that has been read to the sketch of the work on this thread, if one is wanted.
pub fn sketch(chain: &[Coord<f64>]) {
    CURRENT.with(|current| {
        let current = current.borrow();
        if let Some(sketch) = current.work.as_ref().and_then(|work| work.0.sketch.as_ref()) {
            sketch.lock().unwrap_or_else(PoisonError::into_inner).add(chain);
        }
    });
}

/// Whether the work on this thread is no longer wanted.
pub fn is_cancelled() -> bool {
    CURRENT.with(|current| current.borrow().is_cancelled())
}

/// Derives something within [`MOST_EDGES`] and [`MOST_CROSSINGS`], or not at all.
///
/// # Errors
/// [`Stopped`] says why; what the operations gave until then is dropped.
pub fn within_limits<T>(work: impl FnOnce() -> T) -> Result<T, Stopped> {
    within_edges(MOST_EDGES, work)
}

/// The same for what is derived while a user waits: within [`MOST_AT_ONCE`].
///
/// # Errors
/// As [`within_limits`].
pub fn at_once<T>(work: impl FnOnce() -> T) -> Result<T, Stopped> {
    within_edges(MOST_AT_ONCE, work)
}

fn within_edges<T>(most: u64, work: impl FnOnce() -> T) -> Result<T, Stopped> {
    let limits = Arc::new(Limits { most, spent: AtomicU64::new(0), stopped: OnceLock::new() });
    let context = Context { limits: Some(Arc::clone(&limits)), ..Context::current() };
    let made = catch_unwind(AssertUnwindSafe(|| context.run(work)));
    match limits.stopped() {
        Some(stopped) => Err(stopped),
        None => made.map_err(|_| Stopped::BrokeDown),
    }
}

/// Whether an operation over these chains of edges may go on. If not, whatever it gives is dropped by
/// [`within_limits`].
pub(super) fn may_go_on(chains: &[&[Vec<Coord<f64>>]]) -> bool {
    CURRENT.with(|current| {
        let current = current.borrow();
        let Some(limits) = &current.limits else { return true };
        if current.is_cancelled() {
            limits.stop(Stopped::Cancelled);
        }
        let edges: usize = chains.iter().flat_map(|chains| chains.iter()).map(Vec::len).sum();
        let before = limits.spent.fetch_add(edges as u64, Ordering::Relaxed);
        if before.saturating_add(edges as u64) > limits.most {
            limits.stop(Stopped::TooLong(limits.most));
        }
        if limits.stopped().is_none() && edges > FEW_EDGES && crossings_about(chains, edges) > MOST_CROSSINGS {
            limits.stop(Stopped::Tangled);
        }
        limits.stopped().is_none()
    })
}

/// Counts edges that an operation of another kind goes through; whether it may go on. If not, whatever it gives is dropped by
/// [`within_limits`].
pub(super) fn spend(edges: u64) -> bool {
    CURRENT.with(|current| {
        let current = current.borrow();
        let Some(limits) = &current.limits else { return !current.is_cancelled() };
        if current.is_cancelled() {
            limits.stop(Stopped::Cancelled);
        }
        let before = limits.spent.fetch_add(edges, Ordering::Relaxed);
        if before.saturating_add(edges) > limits.most {
            limits.stop(Stopped::TooLong(limits.most));
        }
        limits.stopped().is_none()
    })
}

type Edge<'a> = (&'a Coord<f64>, &'a Coord<f64>);

/// About how often edges cross each other, told by a sample of them in a hundredth of the time that an overlay takes.
fn crossings_about(chains: &[&[Vec<Coord<f64>>]], edges: usize) -> usize {
    let all = || {
        let chains = chains.iter().copied().flatten();
        chains.flat_map(|chain| chain.windows(2)).map(|edge| -> Edge<'_> { (&edge[0], &edge[1]) })
    };
    let length = |(a, b): &Edge<'_>| (b.x - a.x).abs() + (b.y - a.y).abs();
    let stride = (edges / (SAMPLE / 2)).max(1);
    let mut longest: Vec<Edge<'_>> = all().step_by((edges / 512).max(1)).collect();
    longest.sort_unstable_by(|a, b| length(b).total_cmp(&length(a)));
    longest.truncate(SAMPLE / 2);
    // Each half speaks for all edges, so the one that finds more is believed: too few are found of what is tangled in one
    // place alone.
    let halves = [all().step_by(stride).collect(), longest];
    let rate = |sample: &Vec<Edge<'_>>| {
        let found: usize = sample.iter().map(|one| all().filter(|other| cross(one, other)).count()).sum();
        found as f64 / sample.len().max(1) as f64
    };
    let [even, long] = halves.each_ref().map(rate);
    // A few long edges that cross all others are no tangle: their rate holds for them, and for others of their length.
    let of_length = halves[1].last().map_or(0, |least| all().filter(|edge| length(edge) >= length(least)).count());
    (even * edges as f64 / 2.0).max(long * of_length as f64 / 2.0) as usize
}

/// Whether two edges cross within both.
fn cross((a, b): &Edge<'_>, (c, d): &Edge<'_>) -> bool {
    let apart = a.x.max(b.x) <= c.x.min(d.x)
        || c.x.max(d.x) <= a.x.min(b.x)
        || a.y.max(b.y) <= c.y.min(d.y)
        || c.y.max(d.y) <= a.y.min(b.y);
    let side = |from: &Coord<f64>, to: &Coord<f64>, at: &Coord<f64>| {
        (to.x - from.x) * (at.y - from.y) - (to.y - from.y) * (at.x - from.x)
    };
    !apart && side(a, b, c) * side(a, b, d) < 0.0 && side(c, d, a) * side(c, d, b) < 0.0
}

/// Reads on, and says how far; fails once the work on this thread is cancelled.
#[derive(Debug)]
pub struct Watched<R> {
    source: R,
    bytes: u64,
}

impl<R> Watched<R> {
    /// Watches a source from here on.
    pub fn new(source: R) -> Self {
        Self { source, bytes: 0 }
    }
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.source.read(buffer)?;
        self.bytes += read as u64;
        if advance(self.bytes) { Ok(read) } else { Err(std::io::Error::other(Stopped::Cancelled)) }
    }
}

/// Reads on, and fails once the work on this thread is cancelled; how far it has come is for others to say. What unpacks a file
/// is read so: a small one may unpack to more than anybody waits for.
#[derive(Debug)]
pub struct Revocable<R>(pub R);

impl<R: Read> Read for Revocable<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if is_cancelled() { Err(std::io::Error::other(Stopped::Cancelled)) } else { self.0.read(buffer) }
    }
}

#[cfg(test)]
mod tests {
    use geo::{LineString, MultiPolygon, Polygon};

    use super::*;
    use crate::geometry::derive;

    /// So many upright or lying bars, which cross those that lie or stand.
    fn bars(count: u32, upright: bool) -> MultiPolygon<f64> {
        let bar = |index: u32| {
            let (from, to) = (f64::from(index) / f64::from(count), (f64::from(index) + 0.5) / f64::from(count));
            let corners = [(from, -0.1), (to, -0.1), (to, 1.1), (from, 1.1), (from, -0.1)];
            let corners = corners.map(|(x, y)| if upright { Coord { x, y } } else { Coord { x: y, y: x } });
            Polygon::new(LineString(corners.to_vec()), Vec::new())
        };
        MultiPolygon((0..count).map(bar).collect())
    }

    #[test]
    fn what_would_cross_too_often_is_refused_before_it_is_worked_out() {
        let (few, many) = (100, 3000);
        let grid = |count| within_limits(|| derive::intersection(&bars(count, true), &bars(count, false)));
        assert_eq!(grid(few).map(|area| area.0.len()), Ok(10_000));
        // 36 million crossings.
        assert_eq!(grid(many).map(|area| area.0.len()), Err(Stopped::Tangled));
        // One tangle among many plain parts.
        let mut plain = bars(100_000, true);
        plain.0.extend(bars(1500, false).0);
        assert_eq!(within_limits(|| derive::union_all([&plain])).map(|area| area.0.len()), Err(Stopped::Tangled));
        // Neighbours along each other are no tangle, however many.
        let side_by_side = within_limits(|| derive::union(&bars(20_000, true), &bars(20_000, true)));
        assert_eq!(side_by_side.map(|area| area.0.len()), Ok(20_000));
    }

    #[test]
    fn a_limit_of_edges_holds_over_all_operations_and_threads_of_a_derivation() {
        let one = bars(50, true);
        let twice = |most| {
            within_edges(most, || {
                let context = Context::current();
                let first = derive::union_all([&one]);
                let second = std::thread::scope(|scope| {
                    let other = scope.spawn(|| context.run(|| derive::union_all([&one])));
                    other.join().unwrap()
                });
                (first.0.len(), second.0.len())
            })
        };
        assert_eq!(twice(500), Ok((50, 50)));
        assert_eq!(twice(499), Err(Stopped::TooLong(499)));
        assert_eq!(derive::union_all([&one]).0.len(), 50, "no limit holds outside");
    }

    #[test]
    fn what_is_cancelled_ends_as_cancelled_and_not_as_an_empty_shape() {
        let work = Work::default();
        let made = work.run(|| {
            within_limits(|| {
                begin(|| "Working".to_owned(), 4);
                assert!(advance(1));
                work.cancel();
                assert!(!advance(2) && is_cancelled());
                derive::union_all([&bars(10, true)])
            })
        });
        assert_eq!(made, Err(Stopped::Cancelled));
        assert_eq!(work.words(), "Working… 50 %");
        assert!(!is_cancelled(), "it is of the work alone");
        let mut read = Vec::new();
        let failed = work.run(|| Watched::new(&b"abc"[..]).read_to_end(&mut read)).unwrap_err();
        assert_eq!(failed.to_string(), Stopped::Cancelled.to_string());
    }

    #[test]
    fn a_step_that_panics_ends_the_derivation_and_not_the_thread() {
        assert_eq!(within_limits(|| -> u8 { panic!("in the middle") }), Err(Stopped::BrokeDown));
        assert_eq!(within_limits(|| 1), Ok(1));
    }

    #[test]
    fn what_was_before_is_back_after_a_panic() {
        let work = Work::default();
        work.cancel();
        let ended = catch_unwind(|| work.run(|| -> () { panic!("in the middle") }));
        assert!(ended.is_err() && !is_cancelled() && work.is_over());
    }
}
