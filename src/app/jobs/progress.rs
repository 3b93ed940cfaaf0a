//! How far work in the background has come, in the status bar, and the button that ends it.

use std::time::{Duration, Instant};

use eframe::egui::{Button, Context, Ui};

use crate::app::widgets::tip;
use crate::geometry::work::Work;

/// What takes less time than this is not worth a button that comes and goes.
const SHOWN_AFTER: Duration = Duration::from_millis(300);

/// What has been read so far of a file is first shown so soon; what is opened sooner is seen whole.
pub(crate) const SKETCHED_AFTER: Duration = Duration::from_millis(150);

/// The words in the status bar are renewed this often.
const RENEWED_AFTER: Duration = Duration::from_millis(200);

/// Some work in the background that can be cancelled.
#[derive(Debug)]
pub(crate) struct Watched {
    work: Work,
    since: Instant,
    /// What happens if it is cancelled.
    then: &'static str,
}

impl Watched {
    pub(super) fn new(work: Work, then: &'static str) -> Self {
        Self { work, since: Instant::now(), then }
    }

    pub(super) fn is_over(&self) -> bool {
        self.work.is_over()
    }

    /// What the status bar says; nothing of what ends at once.
    pub(crate) fn words(&self) -> Option<String> {
        if self.work.is_cancelled() {
            return Some("Cancelling…".to_owned());
        }
        let words = self.work.words();
        (self.since.elapsed() >= SHOWN_AFTER && !words.is_empty()).then_some(words)
    }

    /// The button that ends it.
    pub(crate) fn cancel_ui(&self, ui: &mut Ui) {
        ui.ctx().request_repaint_after(RENEWED_AFTER);
        if self.words().is_none() || self.work.is_cancelled() {
            return;
        }
        if tip(ui.add(Button::new("Cancel").small()), self.then).clicked() {
            self.work.cancel();
        }
    }
}

/// Asks for a frame in which the words of new work can be seen.
pub(super) fn look_again(ctx: &Context) {
    ctx.request_repaint_after(SHOWN_AFTER);
}
