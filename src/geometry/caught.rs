//! Calls of crates that may panic on odd input: caught, and said nothing of on the terminal.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    static IS_QUIET: Cell<bool> = const { Cell::new(false) };
}

/// What `work` gives; none where it panics, which whoever calls has to say in words of his own. What it changed by then stays as
/// it is. Threads that it starts are not quiet.
pub(crate) fn caught<T>(work: impl FnOnce() -> T) -> Option<T> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |panic| {
            if !IS_QUIET.get() {
                before(panic);
            }
        }));
    });
    let before = IS_QUIET.replace(true);
    let done = catch_unwind(AssertUnwindSafe(work));
    IS_QUIET.set(before);
    done.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_panics_gives_nothing_and_the_thread_goes_on_aloud() {
        assert_eq!(caught(|| 1), Some(1));
        assert_eq!(caught(|| -> u8 { caught(|| panic!("within")).unwrap_or(2) }), Some(2));
        assert_eq!(caught(|| -> u8 { panic!("without") }), None);
        assert!(!IS_QUIET.get());
    }
}
