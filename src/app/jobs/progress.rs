//! How far an export has come, and the button that ends it.

use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use eframe::egui::{self, Button, Ui};

use crate::app::widgets::tip;

/// How far an export has come, and whether it is still wanted; shared with the thread that exports.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    stage: AtomicU8,
    cancelled: AtomicBool,
}

impl Progress {
    const STAGES: [&'static str; 3] = ["Laying out the figure…", "Drawing the figure…", "Writing the figure…"];

    /// Goes on to the next stage; false if the export is no longer wanted.
    pub(crate) fn next(&self) -> bool {
        self.stage.fetch_add(1, Ordering::Relaxed);
        !self.cancelled.load(Ordering::Relaxed)
    }

    /// Says that the export is no longer wanted: what has not been written will not be.
    pub(crate) fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// What the status bar says.
    pub(crate) fn words(&self) -> &'static str {
        if self.cancelled.load(Ordering::Relaxed) {
            return "Cancelling the export…";
        }
        Self::STAGES[usize::from(self.stage.load(Ordering::Relaxed)).min(Self::STAGES.len() - 1)]
    }
}

/// The export under way in the status bar: how far it has come, and a button that ends it.
pub(crate) fn progress_ui(ui: &mut Ui, progress: &Progress) {
    ui.add(egui::Spinner::new().size(14.0));
    if tip(ui.add(Button::new("Cancel export").small()), "No file is written").clicked() {
        progress.cancel();
    }
}
