//! Which accounts are laid over each other, of which day, and within what.

use eframe::egui::{ComboBox, Grid, Id, ScrollArea, Ui, WidgetInfo};

use super::{Decision, buttons_unless_ui, goes_on_by_keys, height_pt, width_ui};
use crate::app::widgets::{line_edit, tick};
use crate::app::{chrome, theme};
use crate::formats::day::Day;
use crate::geometry::agreement::MOST_ACCOUNTS;
use crate::session::{AgreementWish, Candidate, Session};

/// The dialog.
pub(crate) struct AgreeDialog {
    rows: Vec<Row>,
    day: String,
    /// What one can look within, and which of it is chosen.
    bounds: Vec<(String, String)>,
    within: Option<String>,
    /// Whether it has not been shown yet: the list begins at its top, wherever it was left last.
    is_new: bool,
}

/// One that can be laid over others.
struct Row {
    candidate: Candidate,
    is_chosen: bool,
    /// Whom it relies on, as typed.
    origin: String,
}

impl AgreeDialog {
    /// Begins with what is reported by day, where there are two such accounts, or else with the layers of the user's that are shown.
    pub(crate) fn new(session: &Session) -> Self {
        let candidates = session.agreement_candidates();
        let dated = |one: &Candidate| one.is_dated;
        let own = |one: &Candidate| one.is_shown && session.is_own_layer(&one.id.overlay);
        let several = |is_it: &dyn Fn(&Candidate) -> bool| candidates.iter().filter(|one| is_it(one)).count() > 1;
        let chosen: &dyn Fn(&Candidate) -> bool = if several(&dated) {
            &dated
        } else if several(&own) {
            &own
        } else {
            &|_| false
        };
        let rows = candidates.iter().enumerate().map(|(number, candidate)| Row {
            is_chosen: chosen(candidate) && number < MOST_ACCOUNTS,
            candidate: candidate.clone(),
            origin: String::new(),
        });
        let last = || {
            let lanes = session.dated_overlays();
            lanes.iter().filter_map(|lane| Some(lane.dated.series().span()?.1)).max()
        };
        Self {
            rows: rows.collect(),
            day: session.document().day.or_else(last).map(|day| day.iso()).unwrap_or_default(),
            bounds: session.agreement_bounds(),
            within: None,
            is_new: true,
        }
    }

    fn chosen(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.is_chosen)
    }

    fn needs_day(&self) -> bool {
        self.chosen().any(|row| row.candidate.is_dated)
    }

    /// What is wished for, or why nothing can be yet.
    pub(crate) fn wish(&self) -> Result<AgreementWish, String> {
        let count = self.chosen().count();
        if !(2..=MOST_ACCOUNTS).contains(&count) {
            let chosen = if count == 1 { "1 is chosen".to_owned() } else { format!("{count} are chosen") };
            return Err(format!("Choose 2 to {MOST_ACCOUNTS} accounts; {chosen}"));
        }
        let day = if self.needs_day() {
            let day = self.day.trim().parse::<Day>().ok().filter(Day::is_whole);
            Some(day.ok_or_else(|| "Type a whole day, such as 2025-02-01".to_owned())?)
        } else {
            None
        };
        let origin = |row: &Row| Some(row.origin.trim().to_owned()).filter(|origin| !origin.is_empty());
        let accounts = self.chosen().map(|row| (row.candidate.id.clone(), origin(row))).collect();
        Ok(AgreementWish { accounts, day, within: self.within.clone() })
    }
}

/// Shows the dialog.
pub(crate) fn agree_ui(ui: &mut Ui, dialog: &mut AgreeDialog, decision: &mut Option<Decision>) {
    // Before the ticks, one of which has the keys and would take them for its own.
    if goes_on_by_keys(ui) && dialog.wish().is_ok() {
        *decision = Some(Decision::Accept);
    }
    width_ui(ui, 560.0);
    let shade = theme::theme_of(ui.ctx());
    ui.heading("Who agrees");
    ui.label("Lay accounts over each other: what all of them shade, and what only some do.");
    ui.add_space(8.0);
    ui.label(theme::section("Accounts", shade));
    let list_pt = height_pt(ui, 260.0) - 60.0;
    let mut list = ScrollArea::vertical().max_height(list_pt.max(72.0)).auto_shrink([false, true]);
    if std::mem::take(&mut dialog.is_new) {
        list = list.vertical_scroll_offset(0.0);
    }
    list.show(ui, |ui| {
        Grid::new("accounts").num_columns(2).spacing([12.0, 4.0]).min_row_height(24.0).show(ui, |ui| {
            for (number, row) in dialog.rows.iter_mut().enumerate() {
                let title = &row.candidate.title;
                let ticked = tick(ui, &mut row.is_chosen, title);
                if number == 0 && ui.memory(|memory| memory.focused().is_none()) {
                    ticked.request_focus();
                }
                if row.is_chosen {
                    let field = line_edit(&mut row.origin).hint_text("relies on…").desired_width(180.0);
                    let field = ui.add(field.id(Id::unique(("origin of an account", number))));
                    let name = format!("Whom {title} relies on");
                    let text = row.origin.clone();
                    field.widget_info(|| {
                        let mut info = WidgetInfo::text_edit(true, &text, &text, "");
                        info.label = Some(name.clone());
                        info
                    });
                    field.on_hover_text(
                        "Accounts of one origin count once. Left empty, it is what the sources of its excerpts rely on.",
                    );
                } else if row.candidate.is_dated {
                    ui.label(theme::second("reported by day", shade));
                } else {
                    ui.label("");
                }
                ui.end_row();
            }
        });
        chrome::follow_focus(ui);
    });
    ui.add_space(6.0);
    Grid::new("day and bounds").num_columns(2).spacing([12.0, 6.0]).show(ui, |ui| {
        let needs_day = dialog.needs_day();
        if needs_day {
            let label = ui.label("Day");
            let field = line_edit(&mut dialog.day).hint_text("2025-02-01").desired_width(110.0);
            ui.add(field.id(Id::unique("day of the accounts"))).labelled_by(label.id);
            ui.end_row();
        }
        let label = ui.label("Within");
        let everything = "Everything that any of them shades";
        let now = dialog.within.as_ref().and_then(|within| dialog.bounds.iter().find(|(id, _)| id == within));
        let selected = now.map_or_else(|| everything.to_owned(), |(_, title)| title.clone());
        let list = ComboBox::from_id_salt("within").selected_text(selected).width(320.0);
        let list = chrome::list_ui(ui, list, |ui| {
            if chrome::choice_ui(ui, dialog.within.is_none(), everything) {
                dialog.within = None;
            }
            for (id, title) in &dialog.bounds {
                if chrome::choice_ui(ui, dialog.within.as_ref() == Some(id), title.as_str()) {
                    dialog.within = Some(id.clone());
                }
            }
        });
        list.labelled_by(label.id);
        ui.end_row();
    });
    let wish = dialog.wish();
    if let Err(why) = &wish {
        ui.label(theme::second(why.as_str(), shade));
    }
    ui.add_space(12.0);
    buttons_unless_ui(ui, "Show who agrees", wish.as_ref().err().map(String::as_str), decision);
}
