//! What changed between two days or two accounts, in numbers: how much with its range, how far the border moved, which places
//! changed hands, who reports both states, and each step from one report to the next.

use eframe::egui::{self, Align, Button, Grid, Label, Layout, Rect, Role, Ui, WidgetInfo, vec2};

use super::changes::{Changes, row_button};
use crate::app::theme;
use crate::app::widgets::{capital, ended, small_warning_ui, tip};
use crate::document::comparison::states::{Ledger, ShownLedgers, State};
use crate::dossier::series::Version;
use crate::dossier::series::told::{Place, SAME_REPORT, ToldChange, place_words};
use crate::dossier::{Dossier, Excerpt, words};
use crate::session::{Action, Session, ShownComparison};

/// So many places are named, and so many excerpts of a state are shown, at most; the JSON has all.
const MOST_PLACES: usize = 24;
const MOST_EXCERPTS: usize = 12;

/// So many rows are all there, whether they are in sight or not.
const FEW_STEPS: usize = 100;

/// How wide the columns of the table are, in points.
const DAYS_PT: f32 = 196.0;
const SIZE_PT: f32 = 76.0;

/// What stands at the right of the header, from the right.
pub(super) fn header_ui(ui: &mut Ui, shown: &ShownLedgers, actions: &mut Vec<Action>) {
    if tip(ui.button("Save table…"), "Write all of it as a table (CSV) or as JSON, as claimline changes does").clicked()
    {
        actions.push(Action::SaveChanges);
    }
    if tip(ui.button("Copy table"), "Copy all of it to the clipboard as a table (CSV)").clicked() {
        actions.push(Action::CopyText(shown.ledgers.table()));
    }
}

impl Changes {
    /// All ledgers, one below the other.
    pub(super) fn ledgers_ui(
        &mut self,
        ui: &mut Ui,
        session: &Session,
        shown: &ShownComparison,
        ledgers: &ShownLedgers,
        actions: &mut Vec<Action>,
    ) {
        for note in &ledgers.ledgers.notes {
            small_warning_ui(ui, &ended(&capital(note)));
        }
        for (number, ledger) in ledgers.ledgers.all.iter().enumerate() {
            ui.push_id(&ledger.id, |ui| {
                ui.add_space(4.0);
                match shown.comparison.shaded.iter().find(|shaded| shaded.id == ledger.id) {
                    Some(shaded) => self.shape_row_ui(ui, shown, shaded, actions),
                    None => drop(ui.label(ledger.title.main())),
                }
                let step = ledgers.step.filter(|(of, _)| *of == number).map(|(_, step)| step);
                let told = step.and_then(|step| ledger.steps.get(step)).or(ledger.whole.as_ref());
                let states =
                    ledgers.states.iter().find(|(id, _)| *id == ledger.id).map_or(&ledger.states, |(_, states)| states);
                self.sizes_ui(ui, shown, ledgers, (&ledger.id, states), told);
                reports_ui(ui, session.dossier(), states, actions);
                steps_ui(ui, ledgers, number, ledger, actions);
            });
        }
    }

    fn sizes_ui(
        &mut self,
        ui: &mut Ui,
        shown: &ShownComparison,
        ledgers: &ShownLedgers,
        (id, states): (&str, &[State; 2]),
        told: Option<&ToldChange>,
    ) {
        let shade = theme::theme_of(ui.ctx());
        let names = states.each_ref().map(|state| state.title.main());
        let (heads, parts) = if ledgers.is_of_accounts() {
            (names.map(str::to_owned), [format!("Only {}", names[1]), format!("Only {}", names[0])])
        } else {
            (["Before", "After"].map(str::to_owned), ["Gained", "Lost"].map(str::to_owned))
        };
        Grid::new("sizes").num_columns(2).spacing([12.0, 3.0]).show(ui, |ui| {
            let mut row = |ui: &mut Ui, head: &str, sample: Option<String>, words: &str| {
                ui.horizontal(|ui| {
                    if let (Some(id), Some((scene, _))) = (sample, &shown.map) {
                        self.sample_ui(ui, scene, &id);
                    }
                    ui.label(theme::second(head, shade));
                });
                ui.add(Label::new(words).wrap());
                ui.end_row();
            };
            for (head, state) in heads.iter().zip(states) {
                let who = state.version.who.as_ref().map(|who| format!("{who}: ")).unwrap_or_default();
                row(ui, head, None, &(who + &state.words()));
            }
            if let Some(within) = &ledgers.ledgers.within {
                row(ui, "Only within", None, within.main());
            }
            let Some(told) = told else { return };
            if told.is_same_report() {
                row(ui, "Reports", None, SAME_REPORT);
                return;
            }
            let [gained, lost, net] = told.size_words();
            row(ui, &parts[0], Some(format!("gained-{id}")), &gained);
            row(ui, &parts[1], Some(format!("lost-{id}")), &lost);
            row(ui, "Net", None, &net);
            if let Some(moved) = told.moved_words() {
                row(ui, "Border", None, &moved);
            }
            for (head, places) in parts.iter().zip([&told.gained, &told.lost]) {
                if !places.is_empty() {
                    let said = place_words(places, MOST_PLACES, "which the JSON lists");
                    row(ui, &format!("{head}: places"), None, &said);
                }
            }
            if told.change.ranges.is_none() {
                row(ui, "Range", None, "none: it is not stated how exact both borders are");
            }
        });
    }
}

/// What speaks of a report: the excerpts that it names, or else those that speak of its overlay.
fn excerpts_of<'a>(dossier: &'a Dossier, state: &'a State) -> Vec<&'a Excerpt> {
    let Version { excerpts, .. } = &state.version;
    if excerpts.is_empty() {
        dossier.excerpts_of(&state.overlay).collect()
    } else {
        excerpts.iter().filter_map(|id| dossier.excerpt(id)).collect()
    }
}

/// The excerpts that speak of both states, each a way to its source.
fn reports_ui(ui: &mut Ui, dossier: &Dossier, states: &[State; 2], actions: &mut Vec<Action>) {
    let shade = theme::theme_of(ui.ctx());
    let [before, after] = states.each_ref().map(|state| excerpts_of(dossier, state));
    let is_same = before.iter().map(|excerpt| &excerpt.id).eq(after.iter().map(|excerpt| &excerpt.id));
    let all = match is_same {
        true => vec![("Both rest on", after)],
        false => vec![("Before rests on", before), ("After rests on", after)],
    };
    for (head, excerpts) in all {
        if excerpts.is_empty() {
            continue;
        }
        ui.push_id(head, |ui| {
            ui.label(theme::second(head, shade));
            for excerpt in excerpts.iter().take(MOST_EXCERPTS) {
                let outlet = dossier.source(&excerpt.source).map_or(excerpt.source.as_str(), |source| &source.outlet);
                let text = format!("{outlet}: {}", words::quoted(&excerpt.exact));
                ui.horizontal_wrapped(|ui| {
                    let follow = || vec![Action::FollowExcerpt(excerpt.id.clone())];
                    row_button(ui, &text, &format!("Go to what {outlet} says"), follow, actions);
                });
            }
            if excerpts.len() > MOST_EXCERPTS {
                let more = format!("{} more, in the inspector of the layer", excerpts.len() - MOST_EXCERPTS);
                ui.label(theme::second(more, shade));
            }
        });
    }
}

/// The table of each change from one report to the next, with the whole above them; a click shows it on the map.
fn steps_ui(ui: &mut Ui, ledgers: &ShownLedgers, number: usize, ledger: &Ledger, actions: &mut Vec<Action>) {
    let Some(whole) = ledger.whole.as_ref().filter(|_| ledger.steps.len() > 1) else { return };
    let shade = theme::theme_of(ui.ctx());
    ui.add_space(6.0);
    let head = format!("From report to report {}", ledger.steps.len());
    ui.label(theme::section(head, shade));
    head_ui(ui);
    let now = ledgers.step.filter(|(of, _)| *of == number).map(|(_, step)| step);
    step_ui(ui, whole, true, ledgers.step.is_none(), || Action::ShowStep(None), actions);
    // Of many, rows out of sight keep their room alone; one more on each side can be reached by the keyboard.
    let row_pt = ui.spacing().interact_size.y;
    let seen = ui.clip_rect().expand(1.5 * row_pt);
    for (place, told) in ledger.steps.iter().enumerate() {
        let rect = Rect::from_min_size(ui.cursor().min, vec2(ui.available_width(), row_pt));
        if ledger.steps.len() <= FEW_STEPS || seen.intersects(rect) {
            ui.push_id(place, |ui| {
                step_ui(ui, told, false, now == Some(place), || Action::ShowStep(Some((number, place))), actions);
            });
        } else {
            ui.allocate_space(vec2(ui.available_width(), row_pt));
        }
    }
}

const HEADS: [&str; 4] = ["gained km²", "lost km²", "moved km", "most km"];

fn cell_ui(ui: &mut Ui, width_pt: f32, align: Align, add: impl FnOnce(&mut Ui)) {
    let layout = match align {
        Align::Max => Layout::right_to_left(Align::Center),
        _ => Layout::left_to_right(Align::Center),
    };
    ui.allocate_ui_with_layout(vec2(width_pt, ui.spacing().interact_size.y), layout, |ui| {
        ui.set_min_width(width_pt);
        add(ui);
    });
}

fn head_ui(ui: &mut Ui) {
    let shade = theme::theme_of(ui.ctx());
    ui.horizontal(|ui| {
        cell_ui(ui, DAYS_PT, Align::Min, |ui| drop(ui.label(theme::second("from one report to the next", shade))));
        for head in HEADS {
            cell_ui(ui, SIZE_PT, Align::Max, |ui| drop(ui.label(theme::second(head, shade))));
        }
    });
}

/// One change: its days as a button, and its numbers.
fn step_ui(
    ui: &mut Ui,
    told: &ToldChange,
    is_whole: bool,
    is_shown: bool,
    does: impl FnOnce() -> Action,
    actions: &mut Vec<Action>,
) {
    let day = |version: &Version| version.when.map_or_else(String::new, |when| when.to_string());
    let (before, after) = (day(&told.before), day(&told.after));
    let change = &told.change;
    let number = words::number_or_less;
    let cells = [
        number(change.gained_m2 / 1e6, 2),
        number(change.lost_m2 / 1e6, 2),
        number(change.moved.before_m / 1e3, 1),
        change.moved.largest_m.map_or_else(|| "–".to_owned(), |metres| number(metres / 1e3, 1)),
    ];
    ui.horizontal(|ui| {
        cell_ui(ui, DAYS_PT, Align::Min, |ui| {
            let text = if is_whole { format!("all, {before} to {after}") } else { format!("{before} to {after}") };
            let row = ui.add(Button::selectable(is_shown, &text));
            let [gained, lost, ..] = &cells;
            let name = format!("Show the change of {text} on the map, gained {gained} km², lost {lost} km²");
            row.widget_info(|| WidgetInfo::selected(Role::Button, true, is_shown, &name));
            if row.on_hover_cursor(egui::CursorIcon::PointingHand).on_hover_text("Show it on the map").clicked() {
                actions.push(does());
            }
        });
        for cell in &cells {
            cell_ui(ui, SIZE_PT, Align::Max, |ui| drop(ui.label(cell)));
        }
        let names = |sign: &str, places: &[Place]| {
            let names = place_words(places, 3, "in the JSON");
            (!names.is_empty()).then(|| format!("{sign} {names}"))
        };
        let places: Vec<String> = [names("+", &told.gained), names("−", &told.lost)].into_iter().flatten().collect();
        let places = theme::second(places.join("  "), theme::theme_of(ui.ctx()));
        ui.add(Label::new(places).truncate());
    });
}
