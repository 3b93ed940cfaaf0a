//! Areas worked out in a thread of their own: a new wish ends the one before it.

use std::sync::Arc;
use std::time::Duration;

use eframe::egui::{Context, Spinner, Ui};

use crate::app::latest::Latest;
use crate::app::map::map_worker::waker;
use crate::app::theme;
use crate::app::widgets::tip;
use crate::dossier::series::curve::{AreaOverTime, Track, Whole, over_time};
use crate::dossier::{Dated, Overlay};
use crate::formats::language::Text;
use crate::geometry::work::Work;
use crate::scene::Scene;

/// How often it is shown how far it has come.
const LOOK: Duration = Duration::from_millis(150);

/// A curve that is wanted.
#[derive(Clone)]
pub(super) struct TrackWish {
    pub(super) overlay: String,
    pub(super) title: String,
    pub(super) who: Option<String>,
    pub(super) dated: Arc<Dated>,
    /// How exact the borders are of reports that do not say so themselves.
    pub(super) accuracy_m: Option<f64>,
}

impl TrackWish {
    /// By which it is told from others.
    pub(super) fn key(&self) -> super::Track {
        (self.overlay.clone(), self.who.clone())
    }

    /// What a menu says.
    pub(super) fn name(&self) -> String {
        match &self.who {
            Some(who) if *who != self.title => format!("{}: {who}", self.title),
            _ => self.title.clone(),
        }
    }
}

/// What is to be worked out.
#[derive(Clone)]
pub(super) struct Wish {
    pub(super) tracks: Vec<TrackWish>,
    pub(super) within: Option<Arc<Overlay>>,
    /// Ids of the overlays whose stated figures are wanted.
    pub(super) stated: Vec<String>,
    pub(super) scene: Arc<Scene>,
}

/// The scene is another on each day; what counts of it here is the dossier with its figures.
impl PartialEq for Wish {
    fn eq(&self, other: &Self) -> bool {
        let is_same_track = |(one, other): (&TrackWish, &TrackWish)| {
            one.key() == other.key()
                && one.title == other.title
                && one.accuracy_m == other.accuracy_m
                && Arc::ptr_eq(&one.dated, &other.dated)
        };
        let is_same_whole = match (&self.within, &other.within) {
            (None, None) => true,
            (Some(one), Some(other)) => one.id == other.id && Arc::ptr_eq(&one.shape, &other.shape),
            _ => false,
        };
        let (dossier, another) = (self.scene.dossier(), other.scene.dossier());
        is_same_whole
            && self.stated == other.stated
            && self.tracks.len() == other.tracks.len()
            && self.tracks.iter().zip(&other.tracks).all(is_same_track)
            && (dossier.id == another.id && dossier.sha256 == another.sha256)
            && dossier.figures.len() == another.figures.len()
    }
}

/// The thread, which starts with the first wish, and the latest wish.
#[derive(Default)]
pub(super) struct Worker {
    thread: Option<Latest<(Wish, Work), Arc<AreaOverTime>>>,
    asked: Option<Wish>,
    work: Work,
}

impl Worker {
    /// Asks for this, unless it is what was asked for last.
    pub(super) fn ask(&mut self, ctx: &Context, wish: Wish) {
        if self.asked.as_ref() == Some(&wish) {
            return;
        }
        self.work.cancel();
        self.work = Work::default();
        if self.thread.is_none() {
            let work_out = |(wish, work): (Wish, Work)| work.run(|| work_out(&wish));
            // Where the system refuses the thread, the next wish tries again.
            self.thread = Latest::start("area over time", waker(ctx), work_out).ok();
        }
        if let Some(thread) = &self.thread {
            thread.request((wish.clone(), self.work.clone()));
            self.asked = Some(wish);
        }
    }

    /// What has come since the last call.
    pub(super) fn take(&self) -> Option<Arc<AreaOverTime>> {
        self.thread.as_ref()?.take()
    }

    /// How far it has come, and the button that ends it; nothing while nothing is done.
    pub(super) fn progress_ui(&self, ui: &mut Ui) {
        let is_busy = self.thread.as_ref().is_some_and(Latest::is_busy);
        let words = self.work.words();
        if self.work.is_cancelled() && !is_busy {
            let shade = theme::theme_of(ui.ctx());
            ui.label(theme::second("Cancelled; choose other curves to work out areas again.", shade));
        } else if is_busy {
            ui.ctx().request_repaint_after(LOOK);
            ui.horizontal(|ui| {
                ui.add(Spinner::new().size(14.0));
                ui.label(if words.is_empty() { "Measuring areas over time…" } else { &words });
                if tip(ui.small_button("Cancel"), "Stop, and keep the curves that are shown").clicked() {
                    self.work.cancel();
                }
            });
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.work.cancel();
    }
}

fn work_out(wish: &Wish) -> Option<Arc<AreaOverTime>> {
    let dossier = wish.scene.dossier();
    let title_of = |track: &TrackWish| match dossier.overlay(&track.overlay) {
        Some(overlay) => overlay.title.clone(),
        None => Text::plain(&track.title),
    };
    let tracks: Vec<Track<'_>> = wish
        .tracks
        .iter()
        .map(|track| Track {
            title: title_of(track),
            overlay: Some(track.overlay.clone()),
            who: track.who.clone(),
            series: track.dated.series(),
            accuracy_m: track.accuracy_m,
        })
        .collect();
    let within = wish
        .within
        .as_ref()
        .and_then(|overlay| Some(Whole::new(overlay.title.clone(), Some(overlay.id.clone()), overlay.shape.areas()?)));
    let stated: Vec<&str> = wish.stated.iter().map(String::as_str).collect();
    let all = over_time(&tracks, within, (None, None)).ok()?;
    Some(Arc::new(all.with_figures(dossier, &stated)))
}
