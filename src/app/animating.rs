//! The animation of a figure: asked for, and given to the background.

use std::path::PathBuf;

use super::ClaimlineApp;
use super::dialogs::Dialog;
use super::dialogs::animation_dialog::{Accepted, AnimationDialog};
use crate::figure::FigureOptions;

impl ClaimlineApp {
    /// Asks for the days of an animation of the figure.
    pub(super) fn ask_animation(&mut self) {
        if self.session.comparison().is_some() {
            self.tell("What changed has no days: close the comparison first");
            return;
        }
        let folder = self.export_folder.clone().or_else(crate::files::pictures_folder).unwrap_or_default();
        let options = self.figure_options();
        let scale = options.page.scale();
        let points = options.page.size.points().and_then(|(width_pt, height_pt)| Some((width_pt, height_pt?)));
        let size_px = points.map(|(width_pt, height_pt)| (width_pt * scale, height_pt * scale));
        match AnimationDialog::new(&self.session, size_px, &folder.join(self.name_of_figure())) {
            Some(dialog) => self.dialog = Some(Dialog::Animation(Box::new(dialog))),
            None => self.tell("Nothing that is shown is reported of several days"),
        }
    }

    /// Has the animation written that the dialog asks for.
    pub(super) fn write_animation(&mut self, accepted: Accepted) {
        let opened = self.project.path().into_iter().chain(self.opened_files.iter().map(PathBuf::as_path));
        if let Some((kept, _)) = crate::files::input_replaced(std::iter::once(accepted.to.as_path()), opened) {
            self.tell(format!("{} is open here, and the animation would overwrite it", kept.display()));
            return;
        }
        self.dialog = None;
        self.export_folder = accepted.to.parent().map(PathBuf::from);
        let options = FigureOptions { panels: None, ..self.figure_options() };
        let ground = (self.ground.ground(), self.ground.day_maps());
        self.jobs.write_animation(&self.session, ground, options, accepted);
    }
}
