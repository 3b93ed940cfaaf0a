//! *Export animation…*: which days, how fast, and where it goes. The page is that of the figure.

use std::path::{Path, PathBuf};

use eframe::egui::{DragValue, Id, Key, RichText, Role, Ui, WidgetInfo};

use super::{Decision, REPLACE, buttons_ui, error_ui, width_ui};
use crate::app::span_form::{SpanForm, shown_lanes};
use crate::app::theme;
use crate::app::widgets::line_edit;
use crate::dossier::series::Every;
use crate::dossier::words;
use crate::figure::animation::{AnimationKind, MOST_FRAMES, PACE_MS, Timing};
use crate::formats::edtf::Edtf;
use crate::session::{Lane, Session};

/// What has been typed and chosen.
pub(crate) struct AnimationDialog {
    span: SpanForm,
    lanes: Vec<Lane>,
    /// The days, weeks or months of the frames of a span, as it was typed last: of three years these take longer than a frame of the window.
    days: Option<(SpanForm, Result<Vec<Edtf>, String>)>,
    pace_ms: u32,
    kind: AnimationKind,
    to: String,
    /// Width and height of a frame in pixels, where the page has its own.
    size_px: Option<(f64, f64)>,
    /// Whether the user has been told that the file exists.
    overwrite: bool,
    error: String,
}

/// What is to be written.
pub(crate) struct Accepted {
    pub(crate) days: Vec<Edtf>,
    pub(crate) timing: Timing,
    pub(crate) kind: AnimationKind,
    pub(crate) to: PathBuf,
}

impl AnimationDialog {
    /// Of all that is shown and reported of several days; `None` where that is nothing.
    pub(crate) fn new(session: &Session, size_px: Option<(f64, f64)>, to: &Path) -> Option<Self> {
        let lanes = shown_lanes(session);
        let span = SpanForm::of(&lanes, Every::Day)?;
        let kind = AnimationKind::Gif;
        let to = kind.at(to).display().to_string();
        Some(Self { span, lanes, days: None, pace_ms: 500, kind, to, size_px, overwrite: false, error: String::new() })
    }

    fn days(&mut self) -> Result<Vec<Edtf>, String> {
        if self.days.as_ref().is_none_or(|(span, _)| *span != self.span) {
            self.days = Some((self.span.clone(), self.work_out_days()));
        }
        self.days.as_ref().map_or_else(|| Ok(Vec::new()), |(_, days)| days.clone())
    }

    fn work_out_days(&self) -> Result<Vec<Edtf>, String> {
        let stands = self.span.stands(&self.lanes, MOST_FRAMES)?;
        if stands.len() > MOST_FRAMES {
            return Err(format!("More than {MOST_FRAMES} frames: take weeks or months, or fewer days"));
        }
        Ok(stands.into_iter().map(|stand| stand.when).collect())
    }

    /// What is to be written; what is wrong is shown.
    pub(crate) fn accepted(&mut self) -> Option<Accepted> {
        self.error.clear();
        // What is wrong with the days is said while they are typed.
        let days = self.days().ok()?;
        if self.to.trim().is_empty() {
            self.error = "Type a path first".to_owned();
            return None;
        }
        let to = crate::files::expand(self.to.trim());
        match AnimationKind::of_path(&to, to.is_dir()) {
            Ok(kind) => self.kind = kind,
            Err(error) => {
                self.error = error;
                return None;
            }
        }
        let first = if self.kind == AnimationKind::Frames { frame_file(&to, 1) } else { to.clone() };
        if crate::files::exists(&first) && !self.overwrite {
            self.error = format!("{} is there already. It will be replaced", first.display());
            self.overwrite = true;
            return None;
        }
        Some(Accepted { days, timing: Timing::of_pace(self.pace_ms), kind: self.kind, to })
    }
}

/// The file of a frame, from 1.
pub(crate) fn frame_file(folder: &Path, number: usize) -> PathBuf {
    folder.join(format!("frame-{number:04}.png"))
}

/// Shows the dialog.
pub(super) fn animation_ui(ui: &mut Ui, dialog: &mut AnimationDialog, decision: &mut Option<Decision>) {
    let shade = theme::theme_of(ui.ctx());
    width_ui(ui, 620.0);
    ui.heading("Export animation");
    ui.label(theme::second("The figure as it is set up, one day after the other. Nothing is put in between.", shade));
    ui.add_space(8.0);
    let days_changed = dialog.span.days_ui(ui, ["From", "To"]);
    if dialog.span.every_ui(ui, "A frame for each") || days_changed {
        dialog.overwrite = false;
        dialog.error.clear();
    }
    ui.horizontal(|ui| {
        ui.label("Shown for");
        let mut seconds = f64::from(dialog.pace_ms) / 1000.0;
        let range = f64::from(*PACE_MS.start()) / 1000.0..=f64::from(*PACE_MS.end()) / 1000.0;
        let field = DragValue::new(&mut seconds).range(range).speed(0.05).max_decimals(2).suffix(" s");
        let field = ui.add(field);
        if field.changed() {
            dialog.pace_ms = (seconds * 1000.0).round() as u32;
        }
        field.widget_info(|| WidgetInfo::labeled(Role::SpinButton, true, "Seconds that a frame is shown"));
        ui.label(theme::second("each, the last one 2 s longer", shade));
    });
    ui.horizontal(|ui| {
        ui.label("As");
        for kind in AnimationKind::ALL {
            let help = match kind {
                AnimationKind::Gif => "Shown everywhere; 255 colours",
                AnimationKind::Apng => "All colours; browsers show it",
                AnimationKind::Frames => "A folder with a PNG for each frame, to make a film of",
            };
            if ui.selectable_label(dialog.kind == kind, kind.label()).on_hover_text(help).clicked() {
                dialog.kind = kind;
                dialog.to = kind.at(Path::new(dialog.to.trim())).display().to_string();
                dialog.overwrite = false;
                dialog.error.clear();
            }
        }
    });
    ui.add_space(6.0);
    let label = ui.label(if dialog.kind == AnimationKind::Frames { "Folder to write to" } else { "File to write" });
    let field = line_edit(&mut dialog.to).desired_width(f32::INFINITY).id(to_field());
    let field = ui.add(field).labelled_by(label.id);
    if field.changed() {
        dialog.overwrite = false;
        dialog.error.clear();
    }
    let goes_on = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    if !ui.memory(|memory| memory.focused().is_some()) {
        field.request_focus();
    }
    ui.add_space(6.0);
    match dialog.days() {
        Ok(days) => {
            let size = dialog
                .size_px
                .map_or_else(String::new, |(width, height)| format!(" of {width:.0} × {height:.0} pixels"));
            let frames = if days.len() == 1 { "frame" } else { "frames" };
            let seconds = f64::from(dialog.pace_ms) / 1000.0 * days.len() as f64 + 2.0;
            let words = format!(
                "{} {frames}{size}, {} s long",
                words::number(days.len() as f64, 0),
                words::number(seconds, usize::from(seconds < 10.0))
            );
            ui.label(RichText::new(words).family(theme::semi_bold()));
        }
        Err(error) => error_ui(ui, &error),
    }
    error_ui(ui, &dialog.error);
    ui.add_space(12.0);
    buttons_ui(ui, if dialog.overwrite { REPLACE } else { "Export" }, decision);
    if goes_on && decision.is_none() {
        *decision = Some(Decision::Accept);
    }
}

/// The field for the path.
pub(super) fn to_field() -> Id {
    Id::unique("file of the animation")
}
