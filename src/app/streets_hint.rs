//! Where streets come from, said once over the map when it is looked at more closely than the built-in map goes.

use eframe::egui::{self, Align2, Context, Id, Order, Rect, Vec2};

use super::focus::{self, Part};
use super::widgets::{icon_button, tip};
use super::{icons, theme};
use crate::document::Document;
use crate::scene::ground::Ground;
use crate::session::Command;

/// From this zoom on, as web maps count, the built-in map holds no ways and no smaller places than it showed before.
const FROM_ZOOM: f64 = 11.0;
/// A map whose tiles go as deep has streets.
const STREETS_ZOOM: u8 = 12;
/// So long it has to have been seen to count as told when the map is looked at from farther again, in seconds.
const SEEN_S: f64 = 4.0;
const WIDTH_PT: f32 = 520.0;
/// Beside it stand the map's buttons, in points.
const BESIDE_PT: f32 = 60.0;

const WORDS: &str = "The built-in map ends here: it has no streets. For those of this area, keep it offline from an \
                     archive, or add a map: a server, or any extract in the Protomaps, OpenMapTiles or Shortbread schema.";

/// The hint, until the user has had it.
#[derive(Debug)]
pub(crate) struct StreetsHint {
    /// Whether it has been given, and is not to be shown again.
    pub(crate) is_told: bool,
    /// When it was first shown, by the window's clock.
    since_s: Option<f64>,
}

/// What the user makes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// The area is to be kept offline.
    KeepOffline,
    /// A map is to be added.
    AddMap,
    /// It goes.
    Close,
}

impl StreetsHint {
    /// Not given yet, unless `is_told`.
    pub(crate) fn new(is_told: bool) -> Self {
        Self { is_told, since_s: None }
    }

    /// Shows it at the head of the map, where it is due.
    pub(crate) fn ui(&mut self, ctx: &Context, document: &Document, ground: &Ground, room: Rect) -> Option<Answer> {
        if self.is_told {
            return None;
        }
        let now_s = ctx.input(|input| input.time);
        let is_due = document.view.zoom >= FROM_ZOOM && ground.deepest_at(document) < STREETS_ZOOM;
        if !is_due {
            self.is_told = self.since_s.take().is_some_and(|since_s| now_s - since_s >= SEEN_S);
            return None;
        }
        self.since_s.get_or_insert(now_s);
        let mut answer = None;
        let area = egui::Area::new(Id::unique("streets hint")).order(Order::Middle).pivot(Align2::CENTER_TOP);
        area.fixed_pos(room.center_top() + Vec2::new(0.0, 12.0)).constrain_to(room).show(ctx, |ui| {
            focus::part(ui, Part::Banner);
            egui::Frame::popup(ui.style()).inner_margin(10).show(ui, |ui| {
                ui.set_max_width((room.width() - 2.0 * BESIDE_PT).clamp(160.0, WIDTH_PT));
                ui.horizontal_top(|ui| {
                    ui.label(theme::icon(icons::INFO, 16.0));
                    ui.vertical(|ui| {
                        ui.add(egui::Label::new(WORDS).wrap());
                        ui.horizontal_wrapped(|ui| {
                            let keep = Command::KeepOffline;
                            let add = "Show tiles of a server, or of a file, over the built-in map";
                            for (label, help, said) in
                                [(keep.label(), keep.help(), Answer::KeepOffline), ("Add a map…", add, Answer::AddMap)]
                            {
                                if tip(ui.button(label), help).clicked() {
                                    answer = Some(said);
                                }
                            }
                            if icon_button(ui, icons::X, "Close, and do not say this again", true).clicked() {
                                answer = Some(Answer::Close);
                            }
                        });
                    });
                });
            });
        });
        self.is_told = answer.is_some();
        answer
    }
}
