//! One map, two beside each other, or a grid of them, each of another day; there only where several days are reported of.

use eframe::egui::{DragValue, Role, Ui};

use super::ExportPanel;
use super::controls::named;
use crate::app::span_form::{SpanForm, ends, shown_lanes};
use crate::app::theme;
use crate::app::widgets::small_warning_ui;
use crate::dossier::series::Every;
use crate::figure::Panels;
use crate::figure::panels::{MOST_COLUMNS, MOST_PANELS};
use crate::formats::day::Day;
use crate::formats::edtf::Edtf;
use crate::session::{Lane, Session};

/// How many maps there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Maps {
    One,
    BeforeAndAfter,
    Grid,
}

impl Maps {
    const ALL: [(Self, &'static str, &'static str); 3] = [
        (Self::One, "One", "One map, of the day that the window shows"),
        (Self::BeforeAndAfter, "Before | after", "Two maps beside each other, each of a day"),
        (Self::Grid, "Grid", "A map for each day, week or month, at most 20 on the page"),
    ];
}

/// What of the maps is typed and chosen.
pub(super) struct MapsForm {
    maps: Maps,
    span: SpanForm,
    columns: Option<u8>,
    error: String,
    /// What the form has made of it.
    made: Option<Panels>,
}

/// The finest step by which all days have a map on the page; months where none has.
fn usual_step((first, last): (Day, Day)) -> Every {
    let fits = |every: &Every| every.periods(first, last).nth(MOST_PANELS).is_none();
    [Every::Day, Every::Week].into_iter().find(fits).unwrap_or(Every::Month)
}

impl MapsForm {
    fn of(panels: Option<&Panels>, lanes: &[Lane]) -> Option<Self> {
        let mut span = SpanForm::of(lanes, usual_step(ends(lanes)?))?;
        let whens: Vec<Edtf> = panels.into_iter().flat_map(Panels::whens).collect();
        let ends = (whens.iter().filter_map(Edtf::earliest).min(), whens.iter().filter_map(Edtf::latest).max());
        if let (Some(first), Some(last)) = ends {
            (span.from, span.to) = (first.iso(), last.iso());
            let days_of = |when: &Edtf| Some(when.latest()?.since_1970()? - when.earliest()?.since_1970()? + 1);
            span.every = match whens.iter().filter_map(days_of).max() {
                None | Some(..=1) => span.every,
                Some(2..=7) => Every::Week,
                Some(8..) => Every::Month,
            };
        }
        let maps = match panels {
            None => Maps::One,
            Some(panels) if panels.size() == (2, 1) => Maps::BeforeAndAfter,
            Some(_) => Maps::Grid,
        };
        Some(Self { maps, span, columns: None, error: String::new(), made: panels.cloned() })
    }

    /// The maps that are asked for.
    fn panels(&self, lanes: &[Lane], aspect: f64) -> Result<Option<Panels>, String> {
        match self.maps {
            Maps::One => Ok(None),
            Maps::BeforeAndAfter => {
                let (before, after) = self.span.days()?;
                Panels::before_and_after(before, after).map(Some).map_err(|error| error.to_string())
            }
            Maps::Grid => {
                let stands = self.span.stands(lanes, MOST_PANELS)?;
                let count = stands.len();
                let size = match self.columns {
                    Some(columns) => {
                        let rows = count.div_ceil(usize::from(columns.max(1)));
                        u8::try_from(rows).ok().map(|rows| (columns, rows))
                    }
                    None => Panels::size_for(count, aspect),
                };
                let (columns, rows) = size
                    .filter(|_| count <= MOST_PANELS)
                    .ok_or_else(|| format!("More than {MOST_PANELS} maps: take weeks or months, or fewer days"))?;
                let days = stands.into_iter().map(|stand| stand.when);
                Panels::of_days(columns, rows, days).map(Some).map_err(|error| error.to_string())
            }
        }
    }
}

impl ExportPanel {
    /// Whether there is anything to choose.
    pub(super) fn has_maps(&mut self, session: &Session) -> bool {
        let mut has_days = || ends(&self.lanes.get(session, shown_lanes)).is_some();
        session.comparison().is_none() && (self.options.panels.is_some() || has_days())
    }

    /// How many maps there are, and of which days.
    pub(super) fn maps_ui(&mut self, ui: &mut Ui, session: &Session) {
        let lanes = self.lanes.get(session, shown_lanes);
        if self.maps.as_ref().is_none_or(|form| form.made != self.options.panels) {
            self.maps = MapsForm::of(self.options.panels.as_ref(), &lanes);
        }
        let Some(form) = &mut self.maps else {
            // What they were of is no longer there.
            if ui.button("One map").on_hover_text("Nothing that is shown is reported of several days").clicked() {
                self.options.panels = None;
            }
            return;
        };
        let mut changed = false;
        ui.horizontal(|ui| {
            for (maps, label, help) in Maps::ALL {
                let choice = ui.selectable_label(form.maps == maps, label);
                changed |= choice.clicked() && form.maps != maps;
                if choice.on_hover_text(help).clicked() {
                    form.maps = maps;
                }
            }
        });
        match form.maps {
            Maps::One => {}
            Maps::BeforeAndAfter => changed |= form.span.days_ui(ui, ["Before", "After"]),
            Maps::Grid => {
                changed |= form.span.days_ui(ui, ["From", "To"]);
                changed |= form.span.every_ui(ui, "A map for each");
                ui.horizontal(|ui| {
                    ui.label("Columns");
                    let mut columns = form.columns.or_else(|| Some(form.made.as_ref()?.size().0)).unwrap_or(1);
                    let field = ui.add(DragValue::new(&mut columns).range(1..=MOST_COLUMNS));
                    if field.changed() {
                        form.columns = Some(columns);
                        changed = true;
                    }
                    named(field, Role::SpinButton, "Columns of maps");
                    if let Some(panels) = &form.made {
                        let shade = theme::theme_of(ui.ctx());
                        let count = panels.of().len();
                        let maps = if count == 1 { "1 map".to_owned() } else { format!("{count} maps") };
                        ui.label(theme::second(maps, shade));
                    }
                });
            }
        }
        if changed {
            let page = self.options.page.size.points();
            let aspect = page.and_then(|(width_pt, height_pt)| Some(width_pt / height_pt?)).unwrap_or(1.4);
            form.error.clear();
            match form.panels(&lanes, aspect) {
                Ok(panels) => {
                    form.made.clone_from(&panels);
                    self.options.panels = panels;
                    // Each map has other proportions.
                    self.jumped = true;
                }
                Err(error) => form.error = error,
            }
        }
        if !form.error.is_empty() {
            small_warning_ui(ui, &form.error);
        }
    }
}
