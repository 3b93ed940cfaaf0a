//! Something that takes long, done in a thread of its own: a new wish ends the one before it.

use std::sync::Arc;
use std::time::Duration;

use eframe::egui::Context;

use crate::app::latest::Latest;
use crate::app::map::map_worker::waker;
use crate::dossier::table_view::Work;

/// How often it is shown how far something has come.
const LOOK: Duration = Duration::from_millis(100);

type Do<Wish, Answer> = Box<dyn FnMut(Wish, &Work) -> Option<Answer> + Send>;

/// A thread, which starts with the first wish, and the latest wish.
pub(super) struct Task<Wish, Answer> {
    name: &'static str,
    make: fn() -> Do<Wish, Answer>,
    worker: Option<Latest<(Wish, Arc<Work>), Answer>>,
    asked: Option<Wish>,
    work: Arc<Work>,
}

impl<Wish: Clone + PartialEq + Send + 'static, Answer: Send + 'static> Task<Wish, Answer> {
    pub(super) fn new(name: &'static str, make: fn() -> Do<Wish, Answer>) -> Self {
        Self { name, make, worker: None, asked: None, work: Arc::default() }
    }

    /// Asks for this, unless it is what was asked for last.
    pub(super) fn ask(&mut self, ctx: &Context, wish: Wish) {
        if self.asked.as_ref() == Some(&wish) {
            if self.is_busy() {
                ctx.request_repaint_after(LOOK);
            }
            return;
        }
        self.work.cancel();
        self.work = Arc::default();
        if self.worker.is_none() {
            let mut work = (self.make)();
            let each = move |(wish, progress): (Wish, Arc<Work>)| work(wish, &progress);
            // Where the system refuses the thread, what was shown before stays, and the next wish tries again.
            self.worker = Latest::start(self.name, waker(ctx), each).ok();
        }
        if let Some(worker) = &self.worker {
            worker.request((wish.clone(), Arc::clone(&self.work)));
            self.asked = Some(wish);
            ctx.request_repaint_after(LOOK);
        }
    }

    /// What has come since the last call.
    pub(super) fn take(&self) -> Option<Answer> {
        self.worker.as_ref()?.take()
    }

    pub(super) fn is_busy(&self) -> bool {
        self.worker.as_ref().is_some_and(Latest::is_busy)
    }

    /// How far it has come, while it is under way.
    pub(super) fn share(&self) -> Option<f32> {
        self.is_busy().then(|| self.work.share())
    }

    /// Ends it without an answer.
    pub(super) fn cancel(&self) {
        self.work.cancel();
    }
}

impl<Wish, Answer> Drop for Task<Wish, Answer> {
    fn drop(&mut self) {
        self.work.cancel();
    }
}
