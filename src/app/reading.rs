//! Asking how files are to be read, one after the other, and reading them so.

use std::collections::BTreeMap;

use eframe::egui::{Context, Pos2, Rect, Stroke, Vec2};
use geo::Coord;

use super::dialogs::Dialog;
use super::dialogs::layers_dialog::LayersDialog;
use super::dialogs::project_dialogs::Question;
use super::dialogs::reading_dialog::{Asked, ReadingDialog, places_on_map_ui};
use super::dialogs::recipe_dialog::shape_on_map_ui;
use super::jobs::SKETCHED_AFTER;
use super::{ClaimlineApp, chrome, theme};
use crate::dossier::Shape;
use crate::files::{Taken, layers};
use crate::geometry::View;
use crate::geometry::work::Work;
use crate::session::Action;

/// How much wider the map is shown than what lies on it: the dialog lies on the right.
const BESIDE: f64 = 1.3;

impl ClaimlineApp {
    /// Asks about the next file, unless another dialog is open.
    pub(super) fn ask(&mut self, ctx: &Context) {
        if self.dialog.is_some() {
            return;
        }
        if let Some(several) = self.several.pop_front() {
            self.dialog = Some(Dialog::Layers(LayersDialog::new(several)));
            ctx.request_repaint();
            return;
        }
        if let Some(offer) = self.found_series.pop_front() {
            self.dialog = Some(Dialog::Question(Question::Series(offer)));
            ctx.request_repaint();
            return;
        }
        if self.ask_text() {
            ctx.request_repaint();
            return;
        }
        let Some(asked) = self.asked.pop_front() else { return };
        ctx.request_repaint();
        let [west, south, east, north] = self.session.dossier().home;
        let region = geo::Rect::new(Coord { x: west, y: south }, Coord { x: east, y: north });
        let view = self.session.document().view;
        self.dialog = Some(Dialog::Reading(Box::new(ReadingDialog::open(ctx, asked, Some(region), view))));
    }

    /// Asks how the file of a layer is to be read anew.
    pub(super) fn ask_anew(&mut self, id: &str) {
        let Some(file) = self.session.layer_info(id).and_then(|info| info.file.clone()) else { return };
        let origin = self.session.dossier().overlay(id).and_then(|layer| layer.origin.as_ref());
        let read = origin.and_then(|origin| origin.table.as_ref()).map(|table| table.choice.clone());
        let mut taken = Taken::of(&file);
        taken.table = taken.table.or(read);
        let (path, layer) = (file.path.clone(), file.layer.clone());
        let why = String::new();
        self.asked.push_front(Asked { path, taken, layer, bounds: None, of: Some(id.to_owned()), why });
    }

    /// Opens the layers that were chosen of a file.
    pub(super) fn open_chosen_layers(&mut self, ctx: &Context) {
        let Some(Dialog::Layers(dialog)) = self.dialog.take() else { return };
        let (name, parts) = dialog.chosen();
        let merged = self.open_parts(ctx, parts);
        let layers = match merged.added.len() {
            1 => "1 layer".to_owned(),
            several => format!("{several} layers"),
        };
        self.tell(format!("Opened {layers} of {name}{}", chrome::first_of(&merged.problems)));
    }

    /// Opens none of the layers of a file.
    pub(super) fn leave_layers(&mut self) {
        let Some(Dialog::Layers(dialog)) = self.dialog.take() else { return };
        self.tell(format!("{} was not opened: none of its layers was chosen", dialog.name()));
    }

    /// Leaves a file as it is.
    pub(super) fn leave_reading(&mut self, ctx: &Context) {
        let Some(Dialog::Reading(dialog)) = self.dialog.take() else { return };
        self.act(ctx, Action::SetView(dialog.view));
        if dialog.asked.of.is_none() {
            let why = if dialog.asked.why.is_empty() { String::new() } else { format!(": {}", dialog.asked.why) };
            self.tell(format!("{} was not opened{why}", dialog.asked.path.display()));
        }
    }

    /// Reads a file as it was chosen in the dialog.
    pub(super) fn read_as_chosen(&mut self) {
        let Some(Dialog::Reading(dialog)) = self.dialog.take() else { return };
        let Some(taken) = dialog.settled() else { return };
        match &dialog.asked.of {
            Some(id) => {
                self.tell("Reading the table anew…");
                self.read_layer_as(id, &taken);
            }
            None => {
                self.tell("Opening…");
                let path = dialog.asked.path.clone();
                self.jobs.open(vec![path.clone()], BTreeMap::from([(layers::place(&path), taken)]));
            }
        }
    }

    /// Whether something of a file that is being read is on the map, roughly.
    pub fn shows_sketch(&self) -> bool {
        let is_drawn = |work: &Work| work.look_at_sketch(|sketch| sketch.chains().next().is_some()) == Some(true);
        self.jobs.sketching().any(is_drawn)
    }

    /// Shows roughly what has been read so far of files, until the map shows it.
    pub(super) fn sketch_ui(&mut self, ui: &eframe::egui::Ui) {
        // What else is under way, such as the days of a line of contact, changes nothing of what has been read.
        if !self.jobs.is_reading() && self.map.shows_all(&self.session) {
            self.jobs.forget_sketches();
            return;
        }
        let (frame, rect) = (self.session.frame(), self.map.rect);
        let painter = ui.painter_at(rect);
        let ink = theme::ink(theme::theme_of(ui.ctx()).palette().accent);
        for work in self.jobs.sketching() {
            work.look_at_sketch(|sketch| {
                for chain in sketch.chains() {
                    let on_screen = |place: &Coord<f64>| {
                        let at = frame.page_from_lon_lat(*place);
                        rect.min + Vec2::new(at.x as f32, at.y as f32)
                    };
                    let points: Vec<Pos2> = chain.iter().map(on_screen).collect();
                    if !Rect::from_points(&points).intersects(rect) {
                        continue;
                    }
                    match points[..] {
                        [only] => drop(painter.circle_filled(only, 1.5, ink)),
                        _ => drop(painter.line(points, Stroke::new(1.0, ink))),
                    }
                }
            });
            ui.ctx().request_repaint_after(SKETCHED_AFTER);
        }
    }

    /// Shows on the map what would come of a choice; where the map is to go for that.
    pub(super) fn preview_ui(&mut self, ui: &eframe::egui::Ui) -> Option<Action> {
        let rect = self.map.rect;
        let frame = self.session.frame();
        if let Some(Dialog::Recipe(dialog)) = &mut self.dialog {
            if let Some(shape) = dialog.shape() {
                shape_on_map_ui(ui, rect, shape, |place| {
                    let at = frame.page_from_lon_lat(place);
                    Vec2::new(at.x as f32, at.y as f32)
                });
            }
            let bounds = bounds_of(&*dialog.shape_to_show()?)?;
            let [west, south, east, north] = frame.lon_lat_bounds();
            let is_seen = bounds[0] < east && bounds[2] > west && bounds[1] < north && bounds[3] > south;
            return (!is_seen).then(|| Action::SetView(beside_dialog(bounds, rect)));
        }
        let Some(Dialog::Reading(dialog)) = &mut self.dialog else { return None };
        let at = dialog.places().iter().map(|place| {
            let at = frame.page_from_lon_lat(*place);
            Vec2::new(at.x as f32, at.y as f32)
        });
        places_on_map_ui(ui, rect, at);
        Some(Action::SetView(beside_dialog(dialog.bounds_to_show()?, rect)))
    }
}

/// At least so many degrees are seen of what a choice puts on the map.
const LEAST_DEG: f64 = 0.5;

/// The view in which a box of the earth is seen on the left of a dialog.
fn beside_dialog([west, south, east, north]: [f64; 4], rect: Rect) -> View {
    // Places close together are seen with what is around them, so that names say where they are.
    let (wide, high) = ((east - west).max(LEAST_DEG), (north - south).max(LEAST_DEG));
    let bounds = [west - 0.1 * wide, south - 0.1 * high, (east + BESIDE * wide).min(180.0), north + 0.1 * high];
    View::fit(bounds, f64::from(rect.width()), f64::from(rect.height()), 24.0)
}

/// The box of a shape.
fn bounds_of(shape: &Shape) -> Option<[f64; 4]> {
    let rings = shape.polygons().iter().flat_map(|polygon| &polygon.exterior().0);
    let lines = shape.lines().iter().flat_map(|line| &line.0);
    let places = shape.places().iter().map(|place| &place.at);
    let mut all = rings.chain(lines).chain(places);
    let first = all.next()?;
    Some(all.fold([first.x, first.y, first.x, first.y], |[west, south, east, north], at| {
        [west.min(at.x), south.min(at.y), east.max(at.x), north.max(at.y)]
    }))
}
