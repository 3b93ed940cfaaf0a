//! Which features of a file count as line of contact: by kind or by a filter, with what comes of it at once.

use std::sync::Arc;

use eframe::egui::{
    self, Align, Button, Checkbox, Context, Grid, Id, Image, Layout, Role, ScrollArea, Spinner, Ui, WidgetInfo,
};

use crate::app::latest::Latest;
use crate::app::panels::swatches::{SIZE, Swatches};
use crate::app::widgets::{choice, line_edit, outlined};
use crate::app::{chrome, theme};
use crate::dossier::counting::{Candidate, size};
use crate::dossier::{Choice, Counting, Kind, Kinds, words};
use crate::formats::filter::Filter;
use crate::scene::Scene;
use crate::scene::palette::Theme;
use crate::session::{Action, Session};

/// What the button says that puts the features in the line's place.
const APPLY: &str = "Apply";

/// What is worked out of a choice.
struct Request {
    scene: Arc<Scene>,
    overlay: String,
    counting: Counting,
}

/// A choice, and what comes of it or why nothing does.
type Answer = (Counting, Result<Outcome, String>);

/// What comes of a choice.
struct Outcome {
    sides: Vec<Side>,
    /// What was left out of it, and what is doubtful.
    said: Vec<String>,
}

/// An area on one side of the line.
struct Side {
    title: String,
    now: f64,
    former: f64,
}

/// The dialog.
pub(crate) struct LineDialog {
    overlay: String,
    title: String,
    choice: Choice,
    /// Of each candidate of the choice, whether it counts.
    chosen: Vec<bool>,
    /// Whether the filter says what counts, and not the kinds.
    by_filter: bool,
    filter: String,
    worker: Option<Latest<Request, Answer>>,
    asked: Option<Counting>,
    answer: Option<Answer>,
    swatches: Swatches,
}

impl LineDialog {
    /// For an overlay of the user's own; begins with what counts now, or else with a guess. None if it is gone.
    pub(crate) fn open(ctx: &Context, session: &Session, id: &str) -> Option<Self> {
        let overlay = session.dossier().overlay(id)?;
        let choice = session.dossier().choice_of(overlay);
        let in_use = session.document().chosen_line.as_ref().filter(|line| line.overlay == id);
        let guess = || choice.guess().map(|guess| Counting::Kinds(vec![guess.label.clone()]));
        let counting = in_use.map(|line| line.counting.clone()).or_else(guess);
        let is_chosen = |candidate: &Candidate| match &counting {
            Some(Counting::All) => true,
            Some(Counting::Kinds(labels)) => labels.contains(&candidate.label),
            Some(Counting::Where(_)) | None => false,
        };
        let filter = match &counting {
            Some(Counting::Where(filter)) => filter.to_string(),
            _ => String::new(),
        };
        let ctx = ctx.clone();
        let worker = Latest::start("line", move || ctx.request_repaint(), |request| Some(outcome(request))).ok();
        Some(Self {
            overlay: id.to_owned(),
            title: overlay.title.main().to_owned(),
            chosen: choice.candidates().iter().map(is_chosen).collect(),
            choice,
            by_filter: !filter.is_empty(),
            filter,
            worker,
            asked: None,
            answer: None,
            swatches: Swatches::default(),
        })
    }

    /// What counts as it is set; otherwise why nothing does yet.
    fn counting(&self) -> Result<Counting, String> {
        if self.by_filter {
            if self.filter.trim().is_empty() {
                return Err("Type a filter, such as name ~ occupied".to_owned());
            }
            return Filter::parse(&self.filter).map(Counting::Where).map_err(|error| error.to_string());
        }
        let labels: Vec<String> = (self.choice.candidates().iter().zip(&self.chosen))
            .filter(|(_, is_chosen)| **is_chosen)
            .map(|(candidate, _)| candidate.label.clone())
            .collect();
        if labels.is_empty() { Err("Tick the kinds that count".to_owned()) } else { Ok(Counting::Kinds(labels)) }
    }

    /// Asks for what comes of the choice, and takes what has been worked out.
    fn work(&mut self, session: &Session, counting: Result<&Counting, &String>) {
        let Some(worker) = &self.worker else { return };
        if let Some(answer) = worker.take() {
            self.answer = Some(answer);
        }
        if let Ok(counting) = counting
            && self.asked.as_ref() != Some(counting)
        {
            self.asked = Some(counting.clone());
            let (scene, overlay) = (session.scene().clone(), self.overlay.clone());
            worker.request(Request { scene, overlay, counting: counting.clone() });
        }
    }
}

/// The kind by which the map draws the features of a candidate: the same, or else what it tells no further apart.
fn drawn<'a>(of_map: &'a Kinds, candidate: &'a Candidate) -> &'a Kind {
    let of_dimension = || of_map.list().iter().filter(|kind| kind.dimension == candidate.kind.dimension);
    let titled = |kind: &&Kind| kind.title == candidate.kind.title;
    let same = of_dimension().find(|kind| kind.key == candidate.kind.key);
    let same = same.or_else(|| of_dimension().filter(titled).find(|kind| !kind.title.is_empty()));
    let only = || of_dimension().next().filter(|_| of_dimension().count() == 1);
    same.or_else(only).unwrap_or(&candidate.kind)
}

/// Works out what comes of a choice.
fn outcome(Request { scene, overlay, counting }: Request) -> Answer {
    let dossier = scene.dossier();
    let made = match dossier.overlay(&overlay) {
        Some(overlay) => dossier.with_features(overlay, &counting),
        None => Err("the file is no longer open".to_owned()),
    };
    let outcome = made.map(|made| {
        let sides = made.sides_of_own_line().into_iter().map(|(now, former)| Side {
            title: now.title.main().to_owned(),
            now: now.measure.size().km2,
            former: former.measure.size().km2,
        });
        let own = made.own_line.as_ref();
        let said = own.into_iter().flat_map(|own| {
            let left_out = own.left_out.iter().map(|problem| format!("Left out: {problem}"));
            let doubts = own.warnings.iter().map(ToString::to_string);
            own.dropped.notice().into_iter().chain(left_out).chain(doubts)
        });
        Outcome { sides: sides.collect(), said: said.collect() }
    });
    (counting, outcome)
}

/// Shows the dialog; whether it is done with.
pub(crate) fn line_ui(ui: &mut Ui, session: &Session, dialog: &mut LineDialog, actions: &mut Vec<Action>) -> bool {
    super::width_ui(ui, 560.0);
    let shade = theme::theme_of(ui.ctx());
    ui.heading("Which features count");
    ui.label(format!(
        "From {}: as the line of contact, or as the area whose outline is that line",
        words::quoted(&dialog.title)
    ));
    ui.add_space(8.0);
    choice(ui, &mut dialog.by_filter, false, "Kinds of features");
    if let Some(guess) = dialog.choice.guess() {
        let words = format!("“{}” is a guess, from the words in the file", guess.label);
        ui.indent("guess", |ui| ui.label(theme::second(words, shade)));
    }
    kinds_ui(ui, session, dialog, shade);
    ui.add_space(6.0);
    choice(ui, &mut dialog.by_filter, true, "Features that match a filter");
    let counting = filter_ui(ui, dialog);
    dialog.work(session, counting.as_ref());
    ui.add_space(10.0);
    outcome_ui(ui, dialog, counting.as_ref(), shade);
    ui.add_space(12.0);
    let is_ready = match (&counting, &dialog.answer) {
        (Ok(counting), Some((of, made))) => of == counting && made.is_ok(),
        // Without a thread nothing can be looked at beforehand.
        (Ok(_), None) => dialog.worker.is_none(),
        _ => false,
    };
    let mut is_done = false;
    let row = egui::vec2(ui.available_width(), ui.spacing().interact_size.y);
    ui.allocate_ui_with_layout(row, Layout::right_to_left(Align::Center), |ui| {
        let palette = shade.palette();
        let text = egui::RichText::new(APPLY).color(theme::ink(palette.panel));
        let apply = ui.add_enabled(is_ready, Button::new(text).fill(theme::ink(palette.accent)));
        let why_not = counting.as_ref().err().map_or("The areas are still being worked out", String::as_str);
        if apply.on_disabled_hover_text(why_not).clicked()
            && let Ok(counting) = &counting
        {
            actions.push(Action::CountAsLine(dialog.overlay.clone(), counting.clone()));
            is_done = true;
        }
        let cancel = ui.button("Cancel");
        if !ui.memory(|memory| memory.focused().is_some()) {
            cancel.request_focus();
        }
        is_done |= cancel.clicked();
    });
    is_done
}

/// A row for each kind.
fn kinds_ui(ui: &mut Ui, session: &Session, dialog: &mut LineDialog, shade: Theme) {
    let Some(overlay) = session.dossier().overlay(&dialog.overlay) else { return };
    let of_map = session.kinds(overlay);
    ui.indent("kinds", |ui| {
        ScrollArea::vertical().max_height(super::height_pt(ui, 220.0)).auto_shrink([false, true]).show(ui, |ui| {
            Grid::new("kinds that count").num_columns(3).spacing([12.0, 4.0]).min_row_height(24.0).show(ui, |ui| {
                for place in 0..dialog.chosen.len() {
                    let (candidate, is_chosen) = (&dialog.choice.candidates()[place], &mut dialog.chosen[place]);
                    let features = match candidate.kind.features {
                        1 => "1 feature".to_owned(),
                        count => format!("{} features", words::number(count as f64, 0)),
                    };
                    let size = size(candidate.kind.size);
                    let label = shortened(&candidate.label);
                    let swatch = dialog.swatches.of_kind(ui.ctx(), overlay, drawn(&of_map, candidate), shade);
                    let swatch = Image::new(&swatch).fit_to_exact_size(SIZE);
                    let row = outlined(ui, |ui| ui.add(Checkbox::new(is_chosen, (swatch, label))));
                    let on = *is_chosen;
                    row.widget_info(|| {
                        let name = format!("{}, {features}, {size}", candidate.label);
                        WidgetInfo::selected(Role::CheckBox, true, on, name)
                    });
                    if row.on_hover_text(&candidate.label).changed() {
                        dialog.by_filter = false;
                    }
                    ui.label(theme::second(features, shade));
                    ui.with_layout(Layout::right_to_left(Align::Center), |ui| ui.label(theme::second(size, shade)));
                    ui.end_row();
                }
            });
            chrome::follow_focus(ui);
        });
    });
}

/// The first letters of a long name.
fn shortened(label: &str) -> String {
    const LONGEST: usize = 44;
    if label.chars().count() <= LONGEST {
        return label.to_owned();
    }
    label.chars().take(LONGEST - 1).chain(['…']).collect()
}

/// The filter with what is wrong in it; what counts as all is set.
fn filter_ui(ui: &mut Ui, dialog: &mut LineDialog) -> Result<Counting, String> {
    ui.indent("filter", |ui| {
        let field = line_edit(&mut dialog.filter).hint_text("name ~ occupied").desired_width(f32::INFINITY);
        let field = ui.add(field.id(Id::unique("filter of the line dialog")));
        field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Filter: which features count"));
        if field.changed() {
            dialog.by_filter = true;
        }
        let counting = dialog.counting();
        if let Err(what) = &counting
            && dialog.by_filter
        {
            ui.label(egui::RichText::new(what.as_str()).monospace());
        }
        counting
    })
    .inner
}

/// What comes of the choice.
fn outcome_ui(ui: &mut Ui, dialog: &LineDialog, counting: Result<&Counting, &String>, shade: Theme) {
    ui.separator();
    let is_current = dialog.answer.as_ref().is_some_and(|(of, _)| Ok(of) == counting);
    match (counting, &dialog.answer) {
        (Err(what), _) => {
            if !dialog.by_filter {
                ui.label(theme::second(what.as_str(), shade));
            }
            return;
        }
        (Ok(_), Some((_, Err(what)))) if is_current => {
            super::error_ui(ui, what);
            return;
        }
        (Ok(_), Some((_, Ok(outcome)))) => {
            ui.add_enabled_ui(is_current, |ui| {
                Grid::new("sides of the line").num_columns(4).spacing([16.0, 4.0]).show(ui, |ui| {
                    ui.label("");
                    for title in ["With these", "With the dossier’s line", "Difference"] {
                        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                            ui.label(theme::second(title, shade))
                        });
                    }
                    ui.end_row();
                    for side in &outcome.sides {
                        ui.label(&side.title);
                        let change = side.now - side.former;
                        let sign = if change < 0.0 { "−" } else { "+" };
                        let change = format!("{sign}{}", words::km2(change.abs()));
                        for text in [words::km2(side.now), words::km2(side.former), change] {
                            ui.with_layout(Layout::right_to_left(Align::Center), |ui| ui.label(text));
                        }
                        ui.end_row();
                    }
                });
                for said in &outcome.said {
                    ui.label(theme::second(said.as_str(), shade));
                }
            });
        }
        _ => {}
    }
    if !is_current && dialog.worker.is_some() {
        ui.horizontal(|ui| {
            ui.add(Spinner::new().size(14.0));
            ui.label(theme::second("Working out the areas…", shade));
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dossier::own_layer;
    use crate::formats::geojson;

    #[test]
    fn a_kind_is_shown_as_the_map_draws_its_features() {
        let feature = |status: &str, look: &str| {
            format!(
                r#"{{"type":"Feature","properties":{{"status":"{status}"{look}}},"geometry":{{"type":"Polygon","coordinates":[[[37,48],[38,48],[38,49],[37,48]]]}}}}"#
            )
        };
        let of = |features: [String; 2]| {
            let text = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","));
            let (layer, _) = own_layer("layer", geojson::read_table(text.as_bytes()).unwrap()).unwrap();
            layer
        };
        // The map draws all alike: the colours by which the choice would tell them apart are not the map's.
        let alike = of([feature("held", ""), feature("freed", "")]);
        let choice = Choice::of(&alike, None);
        let of_map = alike.kinds_at_hand(&Arc::default()).0;
        assert_eq!((choice.candidates().len(), of_map.list().len()), (2, 1));
        for candidate in choice.candidates() {
            assert_eq!(drawn(&of_map, candidate).style, of_map.list()[0].style);
        }
        let apart = of([feature("held", r##","fill":"#d32f2f""##), feature("freed", r##","fill":"#0f9d58""##)]);
        let choice = Choice::of(&apart, None);
        let of_map = apart.kinds_at_hand(&Arc::default()).0;
        for candidate in choice.candidates() {
            assert_eq!(drawn(&of_map, candidate).style, candidate.kind.style);
        }
    }
}
