//! The map through the points, worked out anew as they change: on the spot for few of them, beside the window for many.

use eframe::egui::Context;

use crate::app::latest::Latest;
use crate::app::map::map_worker::waker;
use crate::geometry::georeference::{ControlPoint, TransformKind};
use crate::session::georeferencing::{Fit, Georeferencing, fit};

/// A spline through so many points is worked out within a frame; one through 500 takes a second.
const MOST_AT_ONCE: usize = 48;

/// What is to be fitted: points with the numbers of their pairs, and the kind of map.
#[derive(Debug, Clone, PartialEq)]
struct Asked {
    points: Vec<(usize, ControlPoint)>,
    kind: TransformKind,
    size_px: [u32; 2],
}

impl Asked {
    fn answer(&self) -> Result<Fit, String> {
        fit(&self.points, self.kind, self.size_px)
    }
}

/// What was asked, and what it came to.
type Answered = (Asked, Result<Fit, String>);

/// The latest fit, and the thread that makes it once there are many points.
#[derive(Default)]
pub(super) struct Fitting {
    asked: Option<Asked>,
    /// What `asked` came to; `None` while it is worked out.
    answer: Option<Result<Fit, String>>,
    worker: Option<Latest<Asked, Answered>>,
}

impl Fitting {
    /// Follows the points.
    pub(super) fn follow(&mut self, ctx: &Context, work: &Georeferencing) {
        if let Some((of, answer)) = self.worker.as_ref().and_then(Latest::take)
            && self.asked.as_ref() == Some(&of)
        {
            self.answer = Some(answer);
        }
        let asked = Asked { points: work.used(), kind: work.transform(), size_px: work.original().size_px };
        if self.asked.as_ref() == Some(&asked) {
            return;
        }
        self.answer = None;
        if asked.points.len() > MOST_AT_ONCE && self.worker.is_none() {
            let answer = |asked: Asked| {
                let answer = asked.answer();
                Some((asked, answer))
            };
            self.worker = Latest::start("fitting", waker(ctx), answer).ok();
        }
        match self.worker.as_ref().filter(|_| asked.points.len() > MOST_AT_ONCE) {
            Some(worker) => worker.request(asked.clone()),
            None => self.answer = Some(asked.answer()),
        }
        self.asked = Some(asked);
    }

    /// What the points come to; `None` while that is worked out.
    pub(super) fn answer(&self) -> Option<&Result<Fit, String>> {
        self.answer.as_ref()
    }

    /// The map, if there is one.
    pub(super) fn fit(&self) -> Option<&Fit> {
        self.answer.as_ref()?.as_ref().ok()
    }
}
