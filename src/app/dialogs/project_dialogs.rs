//! What is asked about the project: what to do with unsaved work, with work that was recovered, with a file that another
//! program has changed; and distances that a command needs.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use eframe::egui::{self, DragValue, Key, Role, Ui, WidgetInfo};

use super::{height_pt, row_ui as row, width_ui};
use crate::app::{chrome, theme};
use crate::dossier::Manuscript;
use crate::files::dated::{Found, Offer};
use crate::files::project::OpenedProject;
use crate::formats::direction::in_sentence;
use crate::formats::visible::visible;
use crate::session::Command;

/// What goes on once it is settled what happens to unsaved work.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Then {
    /// The window is closed.
    Close,
    /// An empty project.
    New,
    /// This project, which has been read, is opened.
    Open(PathBuf, Arc<OpenedProject>),
    /// A new dossier is begun.
    Begin(Arc<Manuscript>),
    /// The dossier is written no longer.
    EndEditing,
}

/// Work that an earlier window left.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Left {
    /// Where it is kept.
    pub(crate) path: PathBuf,
    /// The file that it belongs to.
    pub(crate) original: Option<PathBuf>,
    /// When it was written.
    pub(crate) saved_at: SystemTime,
    /// Its size in bytes.
    pub(crate) bytes: u64,
    /// How many annotations it holds; `None` if it can't be read.
    pub(crate) annotations: Option<usize>,
    /// What the dossier is called that is edited in it.
    pub(crate) dossier: Option<String>,
}

/// A question about the project.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Question {
    /// What happens to unsaved work.
    Unsaved(Then),
    /// The file is not as it was when it was read or written here, or must not be written without a word.
    Overwrite {
        /// What is the matter.
        what: String,
    },
    /// The dossier in its place is not as it was when it was read or saved here.
    OverwriteDossier {
        /// What is the matter.
        what: String,
    },
    /// What happens to work that was recovered.
    Recover(Vec<Left>),
    /// How far, in kilometres, for this command.
    Distance(Command, f64),
    /// What happens to a picture of that name whose points are not placed yet.
    NotPlaced(String),
    /// Whether files that are named by their days are one layer, or one for each account.
    Series(Offer),
}

/// So many series are named in a question.
const MOST_SERIES: usize = 8;

/// What the user answered.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Answer {
    /// Nothing happens.
    Cancel,
    /// Save first, then go on.
    SaveFirst(Then),
    /// Go on without saving.
    Discard(Then),
    /// Write over the file all the same.
    SaveAnyway,
    /// Write another file.
    SaveAs,
    /// Write the dossier over what stands in its place.
    ReplaceDossier,
    /// Write the dossier elsewhere.
    SaveDossierAs,
    /// Open this recovered work.
    Open(PathBuf),
    /// Throw this recovered work away.
    Forget(PathBuf),
    /// Carry out the command with this distance in metres.
    Distance(Command, f64),
    /// Throw away what was done to the picture.
    ForgetPoints,
    /// Open each of these files as what it is.
    OpenEach(Vec<PathBuf>),
}

/// Shows a question; an answer once there is one.
pub(crate) fn question_ui(ui: &mut Ui, question: &mut Question, name: &str) -> Option<Answer> {
    width_ui(ui, 460.0);
    match question {
        Question::Unsaved(then) => unsaved_ui(ui, then, name),
        Question::Overwrite { what } => overwrite_ui(ui, what, (Answer::SaveAs, Answer::SaveAnyway)),
        Question::OverwriteDossier { what } => overwrite_ui(ui, what, (Answer::SaveDossierAs, Answer::ReplaceDossier)),
        Question::Recover(left) => recover_ui(ui, left),
        Question::Distance(command, km) => distance_ui(ui, *command, km),
        Question::NotPlaced(title) => not_placed_ui(ui, title),
        Question::Series(offer) => series_ui(ui, offer),
    }
}

fn series_ui(ui: &mut Ui, offer: &Offer) -> Option<Answer> {
    let number = |count: usize| crate::dossier::words::number(count as f64, 0);
    let said = |found: &Found| {
        let (name, count) = (crate::dossier::name_of(&found.path), number(found.files.len()));
        format!("{count} files are named by their days: {name}, {} to {}.", found.first, found.last)
    };
    let accounts = offer.series.len();
    ui.heading(match accounts {
        1 => "Open these files as one layer?".to_owned(),
        _ => format!("Open these files as {} series?", number(accounts)),
    });
    ui.add_space(6.0);
    for found in offer.series.iter().take(MOST_SERIES) {
        ui.label(said(found));
    }
    if accounts > MOST_SERIES {
        ui.label(format!("And {} more series.", number(accounts - MOST_SERIES)));
    }
    ui.label(match (accounts, offer.together()) {
        (1, _) => "As one layer, the timeline shows what each of them reports of its day.",
        (_, Some(_)) => {
            "If they report of the same thing, they are accounts of one layer: on each day the last report is shown, with who reports, \
             and the accounts can be compared. Otherwise each series is a layer."
        }
        (_, None) => "As one layer for each series, the timeline shows what each of them reports of its day.",
    });
    if !offer.others.is_empty() {
        ui.label(match offer.others.as_slice() {
            [only] => format!("{} is opened as a layer of its own.", crate::dossier::name_of(only)),
            others => format!("{} other files are opened each as what it is.", number(others.len())),
        });
    }
    match offer.left_out {
        0 => {}
        1 => drop(ui.label("1 file of the folder has no features and is not opened.")),
        several => {
            drop(ui.label(format!("{} files of the folder have no features and are not opened.", number(several))))
        }
    }
    ui.add_space(12.0);
    let with_others = |paths: Vec<PathBuf>| Answer::OpenEach(paths.into_iter().chain(offer.others.clone()).collect());
    let mut answer = None;
    row(ui, |ui| {
        let label = match accounts {
            1 => "One layer with a timeline".to_owned(),
            _ => format!("{} layers with a timeline", number(accounts)),
        };
        let each = primary(ui, &label);
        if !ui.memory(|memory| memory.focused().is_some()) {
            each.request_focus();
        }
        if each.clicked() {
            answer = Some(with_others(offer.series.iter().map(|found| found.path.clone()).collect()));
        }
        if let Some(path) = offer.together()
            && ui.button(format!("One layer with {} accounts", number(accounts))).clicked()
        {
            answer = Some(with_others(vec![path]));
        }
        if ui.button(format!("{} layers", number(offer.files()))).clicked() {
            answer = Some(with_others(offer.series.iter().flat_map(|found| found.files.clone()).collect()));
        }
        if ui.button("Cancel").clicked() {
            answer = Some(Answer::Cancel);
        }
    });
    answer
}

fn primary(ui: &mut Ui, text: &str) -> egui::Response {
    let palette = theme::theme_of(ui.ctx()).palette();
    let text = egui::RichText::new(text).color(theme::ink(palette.panel));
    ui.add(egui::Button::new(text).fill(theme::ink(palette.accent)))
}

fn unsaved_ui(ui: &mut Ui, then: &Then, name: &str) -> Option<Answer> {
    ui.heading("Save your changes?");
    ui.add_space(6.0);
    ui.label(format!("“{name}” has unsaved changes."));
    ui.add_space(12.0);
    let mut answer = None;
    row(ui, |ui| {
        let save = primary(ui, "Save");
        if !ui.memory(|memory| memory.focused().is_some()) {
            save.request_focus();
        }
        if save.clicked() {
            answer = Some(Answer::SaveFirst(then.clone()));
        }
        if ui.button("Don’t save").clicked() {
            answer = Some(Answer::Discard(then.clone()));
        }
        if ui.button("Cancel").clicked() {
            answer = Some(Answer::Cancel);
        }
    });
    answer
}

fn not_placed_ui(ui: &mut Ui, title: &str) -> Option<Answer> {
    ui.heading("Throw your points away?");
    ui.add_space(6.0);
    ui.label(format!("What you have done to “{title}” is not on the map yet. Place keeps it."));
    ui.add_space(12.0);
    let mut answer = None;
    row(ui, |ui| {
        let stay = primary(ui, "Keep working");
        if !ui.memory(|memory| memory.focused().is_some()) {
            stay.request_focus();
        }
        if stay.clicked() {
            answer = Some(Answer::Cancel);
        }
        if ui.button("Throw away").clicked() {
            answer = Some(Answer::ForgetPoints);
        }
    });
    answer
}

fn overwrite_ui(ui: &mut Ui, what: &str, (elsewhere, over): (Answer, Answer)) -> Option<Answer> {
    ui.heading("Replace this file?");
    ui.add_space(6.0);
    ui.label(what);
    ui.add_space(12.0);
    let mut answer = None;
    row(ui, |ui| {
        let save_as = primary(ui, "Save as…");
        if !ui.memory(|memory| memory.focused().is_some()) {
            save_as.request_focus();
        }
        if save_as.clicked() {
            answer = Some(elsewhere);
        }
        if ui.button("Replace it").clicked() {
            answer = Some(over);
        }
        if ui.button("Cancel").clicked() {
            answer = Some(Answer::Cancel);
        }
    });
    answer
}

fn recover_ui(ui: &mut Ui, left: &[Left]) -> Option<Answer> {
    let shade = theme::theme_of(ui.ctx());
    ui.heading("Recovered work");
    ui.add_space(6.0);
    ui.label("The program closed before these changes were saved. They stay here until you discard them.");
    ui.add_space(8.0);
    let mut answer = None;
    egui::ScrollArea::vertical().max_height(height_pt(ui, 280.0)).auto_shrink([false, true]).show(ui, |ui| {
        for work in left {
            let of_file = |path: &PathBuf| path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
            let title = work.dossier.as_deref().map(visible);
            let name = work.original.as_ref().map(of_file).or(title.clone()).unwrap_or_else(|| "Untitled".to_owned());
            ui.separator();
            ui.label(egui::RichText::new(&name).family(theme::semi_bold()));
            let holds = match work.annotations {
                Some(0) if title.is_some() => "no annotations".to_owned(),
                Some(0) => "no annotations, only settings of the map or a figure".to_owned(),
                Some(1) => "1 annotation".to_owned(),
                Some(count) => format!("{count} annotations"),
                None => "it cannot be read; the file is kept".to_owned(),
            };
            let holds = match &title {
                Some(title) => format!("the dossier {} as it was edited · {holds}", in_sentence(title)),
                None => holds,
            };
            let kilobytes = work.bytes.div_ceil(1024);
            ui.label(theme::second(format!("{} · {holds} · {kilobytes} kB", ago(work.saved_at)), shade));
            if let Some(path) = &work.original {
                ui.label(theme::second(path.display().to_string(), shade));
            }
            ui.horizontal(|ui| {
                if work.annotations.is_some() {
                    let open = ui.button("Open");
                    open.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Open recovered {name}")));
                    if !ui.memory(|memory| memory.focused().is_some()) {
                        open.request_focus();
                    }
                    if open.clicked() {
                        answer = Some(Answer::Open(work.path.clone()));
                    }
                }
                let forget = ui.button("Discard");
                forget.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Discard recovered {name}")));
                if forget.clicked() {
                    answer = Some(Answer::Forget(work.path.clone()));
                }
            });
        }
        chrome::follow_focus(ui);
    });
    ui.add_space(12.0);
    row(ui, |ui| {
        if ui.button("Later").on_hover_text("Ask again at the next start").clicked() {
            answer = Some(Answer::Cancel);
        }
    });
    answer
}

/// How long ago, in words; the clock may have been set back.
fn ago(then: SystemTime) -> String {
    let seconds = then.elapsed().map_or(0, |time| time.as_secs());
    match seconds {
        0..=59 => "less than a minute ago".to_owned(),
        60..=119 => "a minute ago".to_owned(),
        120..=3599 => format!("{} minutes ago", seconds / 60),
        3600..=7199 => "an hour ago".to_owned(),
        7200..=86_399 => format!("{} hours ago", seconds / 3600),
        86_400..=172_799 => "yesterday".to_owned(),
        _ => format!("{} days ago", seconds / 86_400),
    }
}

fn distance_ui(ui: &mut Ui, command: Command, km: &mut f64) -> Option<Answer> {
    ui.heading(command.label().trim_end_matches('…'));
    ui.add_space(6.0);
    ui.label(command.help());
    let mut answer = None;
    ui.horizontal(|ui| {
        let label = ui.label("Distance");
        let field = ui.add(DragValue::new(km).range(0.001..=500.0).speed(0.05).max_decimals(3).suffix(" km"));
        field.widget_info(|| WidgetInfo::labeled(Role::SpinButton, true, "Distance in kilometres"));
        let field = field.labelled_by(label.id);
        if !ui.memory(|memory| memory.focused().is_some()) {
            field.request_focus();
        }
    });
    ui.add_space(12.0);
    row(ui, |ui| {
        let enter = ui.input(|input| input.key_pressed(Key::Enter));
        if primary(ui, command.label().trim_end_matches('…')).clicked() || enter {
            answer = Some(Answer::Distance(command, *km * 1000.0));
        }
        if ui.button("Cancel").clicked() {
            answer = Some(Answer::Cancel);
        }
    });
    answer
}
