//! Find a place: by its name in any spelling, or by its coordinates; and the gazetteers in which it is looked for.

use std::path::PathBuf;

use eframe::egui::{self, Id, Key, Modal, Modifiers, RichText, Role, ScrollArea, Ui, WidgetInfo};

use super::row_ui;
use crate::app::focus::{self, Part};
use crate::app::icons;
use crate::app::places::{Places, Standing};
use crate::app::reading_order::words_field;
use crate::app::theme;
use crate::app::widgets::{capital, icon_button, line_edit, small_warning_ui, tip};
use crate::dossier::{self, words};
use crate::formats::coordinates::{CoordinateError, Reading, readings as readings_of};
use crate::gazetteer::FoundPlace;
use crate::session::found::{note_on, title_of};
use crate::session::{Action, Session};

/// How wide it is, and how high its list, whatever is found: so it stays where it is.
const WIDTH_PT: f32 = 560.0;
const LIST_PT: f32 = 320.0;

/// What has been typed, and which find is chosen.
#[derive(Debug, Clone, Default)]
pub(crate) struct PlaceSearch {
    wanted: String,
    chosen: usize,
    /// Whether Enter was pressed before anything was found.
    enter_waits: bool,
    /// Whether the list of gazetteers is open.
    shows_gazetteers: bool,
}

/// What the user makes of it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Answer {
    /// It goes.
    Close,
    /// A gazetteer is to be added.
    Add,
    /// This gazetteer is taken from the list.
    Remove(PathBuf),
}

/// A row of the list.
enum Row<'a> {
    Place(&'a FoundPlace),
    Reading(&'a Reading),
}

/// The field of what is looked for.
pub(crate) fn field() -> Id {
    Id::unique("place search field")
}

impl PlaceSearch {
    /// Shows it; an answer once there is one.
    pub(crate) fn ui(
        &mut self,
        ctx: &egui::Context,
        session: &Session,
        places: &mut Places,
        actions: &mut Vec<Action>,
    ) -> Option<Answer> {
        let mut answer = None;
        let modal = Modal::new(Id::unique("place search")).show(ctx, |ui| {
            focus::part(ui, Part::Dialog);
            ui.set_width(WIDTH_PT.min(ctx.content_rect().width() - 48.0));
            let step = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
            let (down, up) = (step(Key::ArrowDown), step(Key::ArrowUp));
            let enter = ui.memory(|memory| memory.has_focus(field())) && step(Key::Enter);
            let line = line_edit(&mut self.wanted)
                .hint_text("A name in any spelling, “Odesa, Texas”, coordinates, or a plus code")
                .desired_width(f32::INFINITY)
                .id(field());
            let line = words_field(ui, line, false);
            line.widget_info(|| WidgetInfo::labeled(Role::SearchInput, true, "Find a place"));
            if !ui.memory(|memory| memory.focused().is_some()) {
                line.request_focus();
            }
            if line.changed() {
                (self.chosen, self.enter_waits) = (0, false);
            }
            let is_blank = self.wanted.trim().is_empty();
            let found = if is_blank { Some((&[][..], &[][..])) } else { places.find(ctx, session, &self.wanted) };
            let is_looking = found.is_none();
            let (found, readings) = found.unwrap_or_default();
            let rows: Vec<Row<'_>> = readings.iter().map(Row::Reading).chain(found.iter().map(Row::Place)).collect();
            let mut chosen = self.chosen + usize::from(down);
            if up {
                chosen = chosen.saturating_sub(1);
            }
            chosen = chosen.min(rows.len().saturating_sub(1));
            ui.add_space(6.0);
            let mut taken = None;
            let list_pt = LIST_PT.min(ctx.content_rect().height() - 180.0).max(80.0);
            let list = ScrollArea::vertical().max_height(list_pt).min_scrolled_height(list_pt).auto_shrink(false);
            list.show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = 1.0;
                let shade = theme::theme_of(ui.ctx());
                for (index, row) in rows.iter().enumerate() {
                    if row_of_find_ui(ui, row, index == chosen, down || up) {
                        taken = Some(index);
                    }
                }
                if is_looking {
                    ui.label(theme::second("Searching…", shade));
                } else if rows.is_empty()
                    && let Err(error @ (CoordinateError::Link | CoordinateError::System(_))) = readings_of(&self.wanted)
                {
                    ui.label(format!("{}.", capital(&error.to_string())));
                } else if rows.is_empty() && !is_blank {
                    ui.label("No place is called so.");
                    ui.label(theme::second(
                        "A gazetteer of the country may have it: GeoNames offers one for each.",
                        shade,
                    ));
                }
            });
            if enter || (self.enter_waits && !rows.is_empty()) {
                taken = Some(chosen);
            }
            let taken = taken.and_then(|index| rows.get(index)).map(|row| match row {
                Row::Place(place) => Action::ShowFound(Box::new((*place).clone())),
                Row::Reading(reading) => Action::GoTo(reading.at),
            });
            self.chosen = chosen;
            self.enter_waits = (enter || self.enter_waits) && taken.is_none() && is_looking;
            ui.add_space(6.0);
            self.foot_ui(ui, places, &mut answer);
            if let Some(action) = taken {
                actions.push(action);
                answer = Some(Answer::Close);
            }
        });
        if modal.should_close() {
            answer.get_or_insert(Answer::Close);
        }
        answer
    }

    /// What is searched, and the way to more.
    fn foot_ui(&mut self, ui: &mut Ui, places: &Places, answer: &mut Option<Answer>) {
        let shade = theme::theme_of(ui.ctx());
        let files = places.files();
        row_ui(ui, |ui| {
            let add = tip(
                ui.button("Add a gazetteer…"),
                "A country’s dump from GeoNames as it is downloaded (UA.zip), or a file of features with names",
            );
            if add.clicked() {
                *answer = Some(Answer::Add);
            }
            if !files.is_empty() {
                let label =
                    if files.len() == 1 { "1 gazetteer".to_owned() } else { format!("{} gazetteers", files.len()) };
                if tip(ui.selectable_label(self.shows_gazetteers, label), "Those that you have added").clicked() {
                    self.shows_gazetteers = !self.shows_gazetteers;
                }
            }
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                ui.add(egui::Label::new(theme::second("Places: GeoNames (CC BY 4.0)", shade)).truncate());
            });
        });
        if !self.shows_gazetteers {
            return;
        }
        for path in files {
            ui.horizontal(|ui| {
                let name = dossier::name_of(path);
                if icon_button(ui, icons::X, &format!("Remove {name}"), true).clicked() {
                    *answer = Some(Answer::Remove(path.clone()));
                }
                match places.standing(path) {
                    Standing::Reading => {
                        ui.label(format!("{name}: being indexed…"));
                    }
                    Standing::Read(gazetteer) => {
                        let mut said = format!("{name}: {} places", words::number(gazetteer.count() as f64, 0));
                        if gazetteer.left_out() > 0 {
                            let all = gazetteer.count() as u64 + gazetteer.left_out();
                            said.push_str(&format!(", those that stand out most of {}", words::number(all as f64, 0)));
                        }
                        tip(ui.label(said), path.display().to_string());
                    }
                    Standing::Failed(why) => small_warning_ui(ui, &format!("{name}: {why}")),
                }
            });
        }
    }
}

/// One row; whether it was clicked.
fn row_of_find_ui(ui: &mut Ui, row: &Row<'_>, chosen: bool, scroll: bool) -> bool {
    let shade = theme::theme_of(ui.ctx());
    let (title, note) = match row {
        Row::Place(place) => (title_of(place), note_on(place)),
        Row::Reading(reading) => {
            (format!("Go to {}", words::position(reading.at.x, reading.at.y)), reading.how.phrase())
        }
    };
    let button = egui::Button::new(&title).selected(chosen).frame_when_inactive(chosen).truncate();
    let button = button.shortcut_text(RichText::new(&note).color(theme::ink(shade.palette().second)));
    let response = ui.add(button.min_size(egui::vec2(ui.available_width(), 28.0)));
    let name = format!("{title}, {note}");
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, chosen, &name));
    if chosen && scroll {
        response.scroll_to_me(None);
    }
    response.clicked()
}
