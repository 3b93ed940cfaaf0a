//! Runs a reader on damaged files: none may panic, hang or fill memory.
//!
//! Case for case the damage follows from the name of the target, a seed and the number of the case, so that what was
//! found can be found again. Each case has a thread of its own with a name that says which, because a stack that
//! overflows ends the process with that name and nothing else.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use super::mutator::Numbers;

/// How many cases a target has, unless seconds are given.
const CASES: u64 = 250;

/// A case that takes longer hangs: others take milliseconds.
const PATIENCE: Duration = Duration::from_secs(60);

/// A case after which the process has held this much more memory at once has filled it, in KiB.
const MOST_MEMORY_KIB: u64 = 1024 * 1024;

/// The stack of a case: that of the smallest thread of the program.
const STACK_BYTES: usize = 2 * 1024 * 1024;

/// For how many seconds each target runs, in place of its usual cases.
const SECONDS: &str = "CLAIMLINE_FUZZ_SECONDS";
/// The seed, and one case of it.
const SEED: &str = "CLAIMLINE_FUZZ_SEED";
const CASE: &str = "CLAIMLINE_FUZZ_CASE";

fn given(name: &str) -> Option<u64> {
    std::env::var(name)
        .ok()
        .map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is to be a number, not “{text}”")))
}

/// The most memory that the process has held at once, where the system says so.
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}

/// Keeps an input that a reader could not bear.
fn keep(target: &str, case: u64, input: &[u8]) -> PathBuf {
    let path = std::env::temp_dir().join(format!("claimline-fuzz-{target}-{case}"));
    std::fs::write(&path, input).unwrap();
    path
}

/// Has a reader read damaged files. `make` makes the file, `read` reads it; both from the same numbers each time.
pub(crate) fn fuzz(
    target: &'static str,
    make: impl Fn(&mut Numbers) -> Vec<u8> + Send + Sync + 'static,
    read: impl Fn(&[u8]) + Send + Sync + 'static,
) {
    let seed = given(SEED).unwrap_or(1);
    let only = given(CASE);
    let until = given(SECONDS).map(|seconds| Instant::now() + Duration::from_secs(seconds));
    let (make, read) = (Arc::new(make), Arc::new(read));
    let mut case = only.unwrap_or(0);
    loop {
        let of_target = target.bytes().fold(seed, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)));
        let input = make(&mut Numbers::new(of_target.wrapping_mul(1_000_003).wrapping_add(case)));
        run_case(target, seed, case, &input, &read);
        case += 1;
        let is_over = match until {
            _ if only.is_some() => true,
            Some(until) => Instant::now() >= until,
            None => case >= CASES,
        };
        if is_over {
            break;
        }
    }
    if until.is_some() {
        use std::io::Write as _;
        // Past what tests capture: it is the figure that whoever fuzzes wants to see.
        let _ = writeln!(std::io::stderr(), "{target}: {case} cases");
    }
}

fn run_case(
    target: &'static str,
    seed: u64,
    case: u64,
    input: &[u8],
    read: &Arc<impl Fn(&[u8]) + Send + Sync + 'static>,
) {
    let again = format!("{SEED}={seed} {CASE}={case} cargo test --test fuzz {target}");
    let before_kib = peak_kib();
    let (sender, receiver) = channel();
    let thread =
        std::thread::Builder::new().name(format!("{target} {SEED}={seed} {CASE}={case}")).stack_size(STACK_BYTES);
    let (read, bytes) = (Arc::clone(read), input.to_vec());
    let running = thread.spawn(move || {
        let result = catch_unwind(AssertUnwindSafe(|| read(&bytes)));
        // Nobody listens any more to one that hung.
        let _ = sender.send(result.is_ok());
    });
    running.unwrap();
    match receiver.recv_timeout(PATIENCE) {
        Ok(true) => {}
        Ok(false) | Err(RecvTimeoutError::Disconnected) => {
            panic!("{target} panicked on {}; again with {again}", keep(target, case, input).display())
        }
        Err(RecvTimeoutError::Timeout) => {
            panic!("{target} hangs on {}; again with {again}", keep(target, case, input).display())
        }
    }
    let more_kib = peak_kib().saturating_sub(before_kib);
    if more_kib > MOST_MEMORY_KIB {
        panic!("{target} took {more_kib} KiB for {}; again with {again}", keep(target, case, input).display());
    }
}
