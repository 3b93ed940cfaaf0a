//! A thread that does the latest of what it is asked for: what has been overtaken is never begun, and what is being done when
//! nobody waits any more is cancelled.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use crate::geometry::work::Work;

/// What lies between the two threads.
struct Desk<Request, Answer> {
    /// Asked for, and not begun.
    wanted: Option<Request>,
    /// Done, and not taken.
    answer: Option<Answer>,
    /// What is being done, if something is.
    busy: Option<Work>,
    /// Whether nobody will ask for anything again.
    closed: bool,
}

/// The desk, and a bell on it.
type Shared<Request, Answer> = Arc<(Mutex<Desk<Request, Answer>>, Condvar)>;

/// A worker with a thread of its own, which ends when this is dropped.
pub(crate) struct Latest<Request, Answer> {
    desk: Shared<Request, Answer>,
}

impl<Request: Send + 'static, Answer: Send + 'static> Latest<Request, Answer> {
    /// Starts the thread. `work` answers a request, or cannot: the answer before it then stays where it has not been
    /// taken. `wake` is called after each.
    ///
    /// # Errors
    /// When the system refuses the thread.
    pub(crate) fn start(
        name: &str,
        wake: impl Fn() + Send + 'static,
        mut work: impl FnMut(Request) -> Option<Answer> + Send + 'static,
    ) -> std::io::Result<Self> {
        let desk = Desk { wanted: None, answer: None, busy: None, closed: false };
        let desk: Shared<Request, Answer> = Arc::new((Mutex::new(desk), Condvar::new()));
        let shared = Arc::clone(&desk);
        std::thread::Builder::new().name(name.to_owned()).spawn(move || {
            while let Some((request, wanted)) = next(&shared) {
                // One answer that fails must not end all that come after it; what was shown before stays.
                let answer = catch_unwind(AssertUnwindSafe(|| wanted.run(|| work(request)))).ok().flatten();
                let mut desk = lock(&shared.0);
                desk.answer = answer.or(desk.answer.take());
                desk.busy = None;
                drop(desk);
                wake();
            }
        })?;
        Ok(Self { desk })
    }

    /// Asks for this in place of anything that has not been begun.
    pub(crate) fn request(&self, request: Request) {
        lock(&self.desk.0).wanted = Some(request);
        self.desk.1.notify_one();
    }

    /// The latest answer since the last call.
    pub(crate) fn take(&self) -> Option<Answer> {
        lock(&self.desk.0).answer.take()
    }

    /// Whether something is being done or waits to be.
    pub(crate) fn is_busy(&self) -> bool {
        let desk = lock(&self.desk.0);
        desk.busy.is_some() || desk.wanted.is_some()
    }
}

impl<Request, Answer> Drop for Latest<Request, Answer> {
    fn drop(&mut self) {
        let mut desk = lock(&self.desk.0);
        desk.closed = true;
        // Nobody waits for it.
        if let Some(work) = &desk.busy {
            work.cancel();
        }
        drop(desk);
        self.desk.1.notify_one();
    }
}

fn lock<Request, Answer>(desk: &Mutex<Desk<Request, Answer>>) -> MutexGuard<'_, Desk<Request, Answer>> {
    desk.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits for a request, with what its work is watched by; `None` once the worker is dropped.
fn next<Request, Answer>(shared: &(Mutex<Desk<Request, Answer>>, Condvar)) -> Option<(Request, Work)> {
    let mut desk = lock(&shared.0);
    loop {
        if desk.closed {
            return None;
        }
        if let Some(request) = desk.wanted.take() {
            let work = Work::default();
            desk.busy = Some(work.clone());
            return Some((request, work));
        }
        desk = shared.1.wait(desk).unwrap_or_else(PoisonError::into_inner);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};
    use std::time::Duration;

    use super::*;

    const LONG: Duration = Duration::from_secs(30);

    #[expect(clippy::type_complexity, reason = "it is taken apart at once")]
    /// A worker that says what it has begun, and goes on when it is let.
    fn worker() -> (Latest<u32, u32>, Receiver<u32>, Sender<Option<u32>>, Receiver<()>) {
        let (begun, has_begun) = channel();
        let (answer, answers) = channel();
        let (woken, has_woken) = channel();
        let work = move |request| {
            begun.send(request).ok();
            answers.recv_timeout(LONG).ok().flatten()
        };
        let latest = Latest::start("test", move || woken.send(()).unwrap_or_default(), work).expect("a thread");
        (latest, has_begun, answer, has_woken)
    }

    #[test]
    fn what_has_been_overtaken_is_never_begun() {
        let (latest, has_begun, answer, has_woken) = worker();
        latest.request(1);
        assert_eq!(has_begun.recv_timeout(LONG), Ok(1));
        latest.request(2);
        latest.request(3);
        assert!(latest.is_busy());
        answer.send(Some(10)).expect("it waits");
        assert_eq!(has_begun.recv_timeout(LONG), Ok(3), "2 had been overtaken");
        answer.send(Some(30)).expect("it waits");
        has_woken.recv_timeout(LONG).expect("woken by the first");
        has_woken.recv_timeout(LONG).expect("woken by the second");
        assert_eq!(latest.take(), Some(30), "the latest answer replaces the one before it");
        assert_eq!(latest.take(), None);
        assert!(!latest.is_busy());
    }

    #[test]
    fn what_cannot_be_answered_leaves_the_answer_before_it() {
        let (latest, has_begun, answer, has_woken) = worker();
        for (request, given) in [(1, Some(10)), (2, None)] {
            latest.request(request);
            assert_eq!(has_begun.recv_timeout(LONG), Ok(request));
            answer.send(given).expect("it waits");
            has_woken.recv_timeout(LONG).expect("woken");
        }
        assert_eq!(latest.take(), Some(10));
    }

    #[test]
    fn what_is_being_done_is_cancelled_with_the_worker() {
        let (begun, has_begun) = channel();
        let (ended, has_ended) = channel();
        let work = move |(): ()| {
            begun.send(()).ok();
            while !crate::geometry::work::is_cancelled() {
                std::thread::yield_now();
            }
            ended.send(()).ok();
            Some(())
        };
        let latest = Latest::start("test", || {}, work).expect("a thread");
        latest.request(());
        has_begun.recv_timeout(LONG).expect("begun");
        drop(latest);
        assert_eq!(has_ended.recv_timeout(LONG), Ok(()));
    }

    #[test]
    fn the_thread_ends_with_the_worker() {
        let (latest, has_begun, _answer, _) = worker();
        drop(latest);
        assert!(
            has_begun.recv_timeout(LONG).is_err_and(|error| error == std::sync::mpsc::RecvTimeoutError::Disconnected)
        );
    }
}
