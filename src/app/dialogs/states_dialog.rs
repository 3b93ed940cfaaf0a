//! Which states are compared: of which layers, on which two days, or which two accounts of one day.

use eframe::egui::{self, Grid, Id, Role, ScrollArea, Ui, WidgetInfo};

use super::{Decision, buttons_unless_ui, height_pt, width_ui};
use crate::app::widgets::{choice, goes_on, line_edit, small_warning_ui, tick, tip};
use crate::app::{chrome, theme};
use crate::document::comparison::states::{Account, AskedStates, States, accounts, series};
use crate::dossier::{Dossier, words};
use crate::formats::day::Day;
use crate::formats::edtf::Edtf;
use crate::session::{Action, Session};

/// How wide the fields of days and of metres are, in points.
const DAY_PT: f32 = 96.0;

/// So many metres are the most that a border is taken to be exact to.
const MOST_M: f64 = 100_000.0;

/// An account that can be compared.
struct Offered {
    account: Account,
    title: String,
    /// Of which days it has reports, in words.
    days: String,
    is_chosen: bool,
}

/// What is chosen, while it is.
pub(crate) struct StatesDialog {
    offered: Vec<Offered>,
    /// Whether two accounts of one day are compared, not two days.
    by_accounts: bool,
    /// The day before, and the day after or of the accounts, as typed.
    days: [String; 2],
    /// The two accounts, by their places in the list.
    of: [usize; 2],
    /// The overlays within which alone it may count, with their titles.
    areas: Vec<(String, String)>,
    within: Option<usize>,
    accuracy: String,
    each: bool,
}

/// The field that has the keys at first.
pub(super) fn first_field() -> Id {
    Id::unique("day before of what changed")
}

/// The days of the reports of an account, in order, each once.
fn report_days(dossier: &Dossier, account: &Account) -> Vec<Day> {
    let Some(series) = series(dossier, account) else { return Vec::new() };
    let day = |when: Edtf| when.latest().or_else(|| when.earliest()).map(|day| day.last());
    let mut days: Vec<Day> =
        series.of(account.who.as_deref()).filter_map(|version| version.when.and_then(day)).collect();
    days.sort_unstable();
    days.dedup();
    days
}

/// Where the reports of an account begin and end, as exactly as they say.
fn report_reach(dossier: &Dossier, account: &Account) -> Option<(Day, Day)> {
    let series = series(dossier, account)?;
    Edtf::reach(series.of(account.who.as_deref()).filter_map(|version| version.when))
}

impl StatesDialog {
    /// Begins with all layers that are shown, and with the first report and the day that is shown, or with the last two reports.
    pub(crate) fn new(session: &Session) -> Self {
        let (dossier, document) = (session.dossier(), session.document());
        let all = accounts(dossier);
        let is_shown = |account: &Account| document.is_visible(&account.overlay);
        let none_is = !all.iter().any(|(account, _)| is_shown(account));
        let offered: Vec<Offered> = all
            .into_iter()
            .map(|(account, title)| {
                let days = match (report_days(dossier, &account).len(), report_reach(dossier, &account)) {
                    (1, Some(reach)) => format!("1 report, {}", words::reach(reach)),
                    (count, Some(reach)) => format!("{count} reports, {}", words::reach(reach)),
                    (_, None) => "no report of a known day".to_owned(),
                };
                let is_chosen = none_is || is_shown(&account);
                Offered { title: title.main().to_owned(), days, is_chosen, account }
            })
            .collect();
        let chosen = || offered.iter().filter(|offered| offered.is_chosen);
        let mut days: Vec<Day> = chosen().flat_map(|offered| report_days(dossier, &offered.account)).collect();
        days.sort_unstable();
        days.dedup();
        let shown = document.day;
        let (before, after) = match (days.as_slice(), shown) {
            ([first, ..], Some(shown)) if shown > *first => (Some(*first), Some(shown)),
            ([.., before, last], _) => (Some(*before), Some(*last)),
            ([only], _) => (Some(*only), Some(*only)),
            ([], _) => (None, None),
        };
        let iso = |day: Option<Day>| day.map(|day| day.iso()).unwrap_or_default();
        let areas =
            dossier.overlays.iter().filter(|overlay| overlay.shape.areas().is_some() && overlay.dated.is_none());
        Self {
            by_accounts: false,
            days: [iso(before), iso(after)],
            of: [0, offered.len().saturating_sub(1).min(1)],
            areas: areas.map(|overlay| (overlay.id.clone(), overlay.title.main().to_owned())).collect(),
            within: None,
            accuracy: String::new(),
            each: true,
            offered,
        }
    }

    /// What is asked; otherwise what is still missing.
    fn asked(&self) -> Result<AskedStates, String> {
        let day = |words: &str, which: &str| {
            let day = words.trim().parse::<Day>().map_err(|_| format!("Type {which} as 2025-02-01"))?;
            Ok::<_, String>(day)
        };
        let accuracy_m = match self.accuracy.trim() {
            "" => None,
            typed => {
                let metres = typed.parse::<f64>().ok().filter(|metres| *metres > 0.0 && *metres <= MOST_M);
                Some(metres.ok_or("Type the accuracy as a number of metres, such as 500, or leave it empty")?)
            }
        };
        let states = if self.by_accounts {
            let on = day(&self.days[1], "the day")?.last();
            let [Some(one), Some(other)] = self.of.map(|place| self.offered.get(place)) else {
                return Err("Choose two accounts".to_owned());
            };
            if one.account == other.account {
                return Err("Choose two different accounts".to_owned());
            }
            States::Accounts(on, [one.account.clone(), other.account.clone()])
        } else {
            let (before, after) =
                (day(&self.days[0], "the day before")?.first(), day(&self.days[1], "the day after")?.last());
            if before >= after {
                return Err("The day before must lie before the day after".to_owned());
            }
            let chosen: Vec<Account> = self
                .offered
                .iter()
                .filter(|offered| offered.is_chosen)
                .map(|offered| offered.account.clone())
                .collect();
            if chosen.is_empty() {
                return Err("Tick at least one layer".to_owned());
            }
            States::Days([before, after], chosen)
        };
        let within = self.within.and_then(|place| self.areas.get(place)).map(|(id, _)| id.clone());
        Ok(AskedStates { states, within, accuracy_m, each: self.each && !self.by_accounts })
    }
}

/// Shows the dialog.
pub(super) fn states_ui(
    ui: &mut Ui,
    dialog: &mut StatesDialog,
    decision: &mut Option<Decision>,
    actions: &mut Vec<Action>,
) {
    width_ui(ui, 520.0);
    ui.heading("What changed between days");
    let shade = theme::theme_of(ui.ctx());
    ui.label(theme::second("Only reports are compared: nothing is put in between them.", shade));
    ui.add_space(8.0);
    if dialog.offered.len() > 1 {
        ui.horizontal(|ui| {
            choice(ui, &mut dialog.by_accounts, false, "Two days");
            choice(ui, &mut dialog.by_accounts, true, "Two accounts of one day");
        });
        ui.add_space(4.0);
    }
    let mut enters = false;
    Grid::new("states").num_columns(2).spacing([12.0, 8.0]).show(ui, |ui| {
        if dialog.by_accounts {
            enters |= day_ui(ui, "Day of both", &mut dialog.days[1], first_field());
            for (label, place) in ["One account", "The other"].into_iter().zip(&mut dialog.of) {
                ui.label(label);
                let titles: Vec<&str> = dialog.offered.iter().map(|offered| offered.title.as_str()).collect();
                list_ui(ui, label, &titles, place);
                ui.end_row();
            }
        } else {
            enters |= day_ui(ui, "Day before", &mut dialog.days[0], first_field());
            let second = Id::unique("day after of what changed");
            enters |= day_ui(ui, "Day after", &mut dialog.days[1], second);
        }
        ui.label("Only within");
        let titles: Vec<&str> =
            std::iter::once("everywhere").chain(dialog.areas.iter().map(|(_, title)| title.as_str())).collect();
        let mut place = dialog.within.map_or(0, |place| place + 1);
        list_ui(ui, "Only within", &titles, &mut place);
        dialog.within = place.checked_sub(1);
        ui.end_row();
        let label = ui.label("Accuracy in metres");
        ui.horizontal(|ui| {
            let field = ui.add(line_edit(&mut dialog.accuracy).desired_width(DAY_PT)).labelled_by(label.id);
            enters |= goes_on(&field);
            ui.label(theme::second("of borders that do not state one: gives least and most", shade));
        });
        ui.end_row();
    });
    if !ui.memory(|memory| memory.focused().is_some()) {
        ui.memory_mut(|memory| memory.request_focus(first_field()));
    }
    if !dialog.by_accounts {
        ui.add_space(6.0);
        layers_ui(ui, dialog);
        let each = tick(ui, &mut dialog.each, "List each change from report to report");
        tip(each, "The table of all steps; takes longer where there are many reports");
    }
    let asked = dialog.asked();
    ui.add_space(8.0);
    // What is still typed is not wrong yet.
    if let Err(why) = &asked {
        small_warning_ui(ui, why);
        ui.add_space(4.0);
    }
    let why_not = asked.as_ref().err().map(String::as_str);
    let mut own = None;
    buttons_unless_ui(ui, "Compare", why_not, &mut own);
    if enters && own.is_none() {
        own = Some(Decision::Accept);
    }
    match (own, asked) {
        (Some(Decision::Accept), Ok(asked)) => {
            actions.push(Action::CompareStates(Box::new(asked)));
            *decision = Some(Decision::Close);
        }
        (Some(Decision::Accept), Err(_)) | (None, _) => {}
        (other, _) => *decision = other,
    }
}

/// A field for a day; whether Enter was pressed in it.
fn day_ui(ui: &mut Ui, label: &str, day: &mut String, id: Id) -> bool {
    let label = ui.label(label);
    let field = ui.add(line_edit(day).desired_width(DAY_PT).id(id)).labelled_by(label.id);
    ui.end_row();
    goes_on(&field)
}

fn list_ui(ui: &mut Ui, name: &str, titles: &[&str], place: &mut usize) {
    let now = titles.get(*place).copied().unwrap_or_default();
    let list = egui::ComboBox::from_id_salt(name).selected_text(now).width(280.0).truncate();
    let list = chrome::list_ui(ui, list, |ui| {
        for (index, title) in titles.iter().enumerate() {
            if chrome::choice_ui(ui, index == *place, *title) {
                *place = index;
            }
        }
    });
    list.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::ComboBox, true, name);
        info.current_text_value = Some(now.to_owned());
        info
    });
}

/// The layers that are compared, each with the days of its reports.
fn layers_ui(ui: &mut Ui, dialog: &mut StatesDialog) {
    let shade = theme::theme_of(ui.ctx());
    let most_pt = height_pt(ui, 160.0);
    ScrollArea::vertical().max_height(most_pt).auto_shrink([false, true]).show(ui, |ui| {
        for offered in &mut dialog.offered {
            ui.horizontal_wrapped(|ui| {
                tick(ui, &mut offered.is_chosen, &offered.title);
                ui.label(theme::second(offered.days.as_str(), shade));
            });
        }
    });
}
