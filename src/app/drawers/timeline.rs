//! The days of which anybody reports, on lanes, and the day that the map shows: it is dragged, gone to by keys, or runs.

mod axis;
mod events;
mod told;

use std::time::{Duration, Instant};

use eframe::egui::{
    self, Align2, Color32, CursorIcon, FontId, Id, Key, Modifiers, Pos2, Rect, RectAlign, Response, ScrollArea, Sense,
    Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2, vec2,
};

use self::axis::axis_marks;
use self::events::Row;
use self::told::{Told, told_ui};
use crate::app::dialogs::gaps_window::today;
use crate::app::of_days::OfDays;
use crate::app::widgets::{elided_middle, line_edit, small_warning_ui, tip};
use crate::app::{chrome, focus, theme};
use crate::dossier::series::{Standing, Version};
use crate::formats::day::{Day, DayError};
use crate::formats::edtf::Edtf;
use crate::formats::visible::visible;
use crate::scene::palette::Theme;
use crate::session::{Action, Command, Lane, Session};

/// By which the drawer is opened and remembered.
pub(super) const ID: &str = "timeline";

/// How wide the names of the lanes are, how high a lane is, and how high the axis above them, in points.
const NAMES_PT: f32 = 168.0;
const LANE_PT: f32 = 24.0;
const AXIS_PT: f32 = 34.0;
/// How wide the mark of a report is at least.
const MARK_PT: f32 = 2.0;
/// How much room there is at the ends of the days.
const ENDS_PT: f32 = 10.0;

/// So many days before today are offered of maps with pictures of each day.
const YEAR: i64 = 365;

/// Where what can be made of the days has no room beside what is said of a day, in points.
const NARROW_PT: f32 = 720.0;

/// How many days pass in a second while they run.
const PACES: [f32; 6] = [1.0, 2.0, 5.0, 10.0, 30.0, 60.0];

/// A stretch of days, in days since 1970; the second is counted.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Stretch {
    from: f64,
    to: f64,
}

/// What is reported of all days, and what else is of a day.
struct Known {
    lanes: Vec<Lane>,
    /// The days of all dated reports, in order, each once.
    days: Vec<i64>,
    rows: Vec<Row>,
    /// The first and the last day that can be shown.
    extent: Option<(i64, i64)>,
}

impl Known {
    fn of(session: &Session) -> Self {
        let lanes = session.lanes();
        let days = report_days(&lanes);
        let rows = events::rows(session);
        let extent = extent(session, &days, &rows);
        Self { lanes, days, rows, extent }
    }
}

/// What the drawer holds.
pub(crate) struct Timeline {
    /// Whether the days take the keys, once they are drawn.
    pub(super) takes_keys: bool,
    known: OfDays<Known>,
    /// What is in view; `None` is all.
    stretch: Option<Stretch>,
    /// When the last day came while they run.
    runs_since: Option<Instant>,
    pace: f32,
    /// The day as it is typed.
    typed: Option<String>,
    /// What is wrong with what was typed, and the day that was shown then.
    wrong: Option<(i64, String)>,
}

impl Default for Timeline {
    fn default() -> Self {
        Self {
            takes_keys: false,
            known: OfDays::default(),
            stretch: None,
            runs_since: None,
            pace: 5.0,
            typed: None,
            wrong: None,
        }
    }
}

fn field_id() -> Id {
    Id::unique("day of the timeline")
}

fn day_of(days: i64) -> Option<Day> {
    Day::of_days(days)
}

/// Days since 1970 of the day that the map shows, or of the last that anybody reports of.
fn shown(session: &Session, last: i64) -> i64 {
    session.document().day.and_then(|day| day.since_1970()).unwrap_or(last)
}

/// Days since 1970 of the first day that is meant.
fn first_day(when: Edtf) -> Option<i64> {
    when.earliest().or_else(|| when.latest())?.first().since_1970()
}

/// The days of all dated reports, in order, each once: of a stretch its first.
fn report_days(lanes: &[Lane]) -> Vec<i64> {
    let versions = lanes.iter().flat_map(Lane::versions);
    let mut days: Vec<i64> = versions.filter_map(|version| version.when.and_then(first_day)).collect();
    days.sort_unstable();
    days.dedup();
    days
}

/// The first and the last day that can be shown, in days since 1970: of reports and of what else is of a day, and of maps with
/// pictures of each day those of the last year. `None` where nothing is another on another day.
fn extent(session: &Session, days: &[i64], rows: &[Row]) -> Option<(i64, i64)> {
    if !session.has_days() {
        return None;
    }
    let events = rows.iter().flat_map(|row| row.events.iter().filter_map(|event| first_day(event.when)));
    let of_maps = if days.is_empty() { today().map(|today| [today - YEAR, today]) } else { None };
    let all = || days.iter().copied().chain(events.clone()).chain(of_maps.into_iter().flatten());
    all().min().zip(all().max())
}

impl Timeline {
    /// What stands at the right of the header, from the right.
    pub(super) fn header_ui(&mut self, ui: &mut Ui, session: &Session, actions: &mut Vec<Action>) {
        let known = self.known.get(session, Known::of);
        let days = &known.days;
        let Some((first, last)) = known.extent else { return };
        let now = shown(session, days.last().copied().unwrap_or(last));
        let go = |to: Option<i64>, actions: &mut Vec<Action>| {
            if let Some(day) = to.and_then(day_of) {
                actions.push(Action::ShowDay(Some(day)));
            }
        };
        // From the right: what is read last comes first.
        let is_last = session.document().day.is_none();
        let latest = ui.add_enabled(!is_last, egui::Button::new("Latest"));
        let why = "Each layer and each map is the latest that there is already";
        if tip(latest.on_disabled_hover_text(why), "Show each layer as it was last reported").clicked() {
            self.runs_since = None;
            actions.push(Action::ShowDay(None));
        }
        let pace = egui::ComboBox::from_id_salt("pace of the days").selected_text(pace_words(self.pace)).width(96.0);
        let pace = chrome::list_ui(ui, pace, |ui| {
            for pace in PACES {
                if chrome::choice_ui(ui, (pace - self.pace).abs() < f32::EPSILON, pace_words(pace)) {
                    self.pace = pace;
                }
            }
        });
        pace.widget_info(|| {
            WidgetInfo::labeled(egui::Role::ComboBox, true, format!("Pace: {}", pace_words(self.pace)))
        });
        let runs = self.runs_since.is_some();
        let play = ui.button(if runs { "Pause" } else { "Play" });
        if tip(play, "Let the days run, one after the other; stops at the last report").clicked() {
            self.runs_since = if runs { None } else { Some(Instant::now()) };
            if !runs && now >= days.last().copied().unwrap_or(last) {
                go(Some(days.first().copied().unwrap_or(first)), actions);
            }
        }
        let next = days.iter().copied().find(|day| *day > now);
        let before = days.iter().rev().copied().find(|day| *day < now);
        let button = ui.add_enabled(next.is_some(), egui::Button::new("Next report"));
        if tip(button.on_disabled_hover_text("There is no later report"), "The next day that anybody reports of")
            .clicked()
        {
            go(next, actions);
        }
        self.field_ui(ui, now, actions);
        let button = ui.add_enabled(before.is_some(), egui::Button::new("Previous report"));
        let button = button.on_disabled_hover_text("There is no earlier report");
        if tip(button, "The last day before that anybody reports of").clicked() {
            go(before, actions);
        }
    }

    /// What can be made of the days, as far as there is anything to make it of.
    fn uses_ui(&mut self, ui: &mut Ui, session: &Session, actions: &mut Vec<Action>) {
        let uses = [
            (Command::Animate, "Animation…"),
            (Command::Agree, "Who agrees…"),
            (Command::AreaOverTime, "Area over time"),
            (Command::CompareDays, "What changed…"),
        ];
        for (command, name) in uses {
            let is_of_days = command != Command::Agree || session.dated_accounts() > 1;
            if !is_of_days || session.why_not(command).is_some() {
                continue;
            }
            let button = ui.add(egui::Button::new(egui::RichText::new(name).size(12.0)).small());
            if tip(button, command.help()).clicked() {
                self.runs_since = None;
                actions.push(Action::Command(command));
            }
        }
    }

    /// The day, to be typed.
    fn field_ui(&mut self, ui: &mut Ui, now: i64, actions: &mut Vec<Action>) {
        // Another day is shown: what was typed is of no account any more.
        if self.wrong.as_ref().is_some_and(|(then, _)| *then != now) {
            (self.wrong, self.typed) = (None, None);
        }
        let shown = day_of(now).map(|day| day.iso()).unwrap_or_default();
        let mut text = self.typed.clone().unwrap_or_else(|| shown.clone());
        let field = ui.add(line_edit(&mut text).desired_width(96.0).id(field_id()));
        field.widget_info(|| {
            let mut info = WidgetInfo::text_edit(true, &shown, &text, "");
            info.label = Some("Day that the map shows".to_owned());
            info
        });
        if field.changed() {
            (self.typed, self.wrong) = (Some(text.clone()), None);
        }
        if field.lost_focus() {
            self.typed = None;
            let is_left = text.trim().is_empty() || text == shown || ui.input(|input| input.key_pressed(Key::Escape));
            match Day::in_text(&text) {
                _ if is_left => self.wrong = None,
                Ok(day) if day.is_whole() => actions.push(Action::ShowDay(Some(day))),
                // It stays to be put right.
                Ok(several) => {
                    let (first, last) = (several.first().iso(), several.last().iso());
                    let wrong = format!("{several} is no single day; type one of it, from {first} to {last}.");
                    (self.wrong, self.typed) = (Some((now, wrong)), Some(text));
                }
                Err(error) => {
                    self.wrong = Some((now, no_day_words(&text, error)));
                    self.typed = Some(text);
                }
            }
        }
    }

    /// What stands below the header.
    pub(super) fn ui(&mut self, ui: &mut Ui, session: &Session, actions: &mut Vec<Action>) {
        let shade = theme::theme_of(ui.ctx());
        let known = self.known.get(session, Known::of);
        let Known { lanes, days, rows, .. } = &*known;
        let Some((first, last)) = known.extent else {
            let words = "Nothing is reported on several days. Open files that are named by their days together, such as \
                         control_20250201.geojson and control_20250202.geojson.";
            ui.label(theme::second(words, shade));
            return;
        };
        let last_report = days.last().copied().unwrap_or(last);
        let now = shown(session, last_report);
        self.run(ui, now, last_report, actions);
        let is_latest = session.document().day.is_none();
        let told = match is_latest {
            true => Told::latest(lanes),
            false => Told::of_day(lanes, now),
        };
        let told = told.and(events::of_day(rows, now));
        let row = vec2(ui.available_width(), ui.spacing().interact_size.y);
        let said_ui = |ui: &mut Ui, wrong: Option<&str>| match wrong {
            Some(wrong) => small_warning_ui(ui, wrong),
            None => told_ui(ui, &told, shade),
        };
        let wrong = self.wrong.as_ref().map(|(_, wrong)| wrong.clone());
        if row.x < NARROW_PT {
            said_ui(ui, wrong.as_deref());
            ui.horizontal_wrapped(|ui| self.uses_ui(ui, session, actions));
        } else {
            ui.allocate_ui_with_layout(row, egui::Layout::right_to_left(egui::Align::Center), |ui| {
                self.uses_ui(ui, session, actions);
                ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| said_ui(ui, wrong.as_deref()));
            });
        }
        let stretch_of = |first: i64, last: i64| Stretch { from: first as f64 - 0.5, to: last as f64 + 1.5 };
        let whole = stretch_of(first, last);
        // At first the reports are in view, and the day that is shown.
        let ends =
            days.first().zip(days.last()).map_or((first, last), |(first, last)| (*first.min(&now), *last.max(&now)));
        let usual = stretch_of(ends.0, ends.1);
        let area = ScrollArea::vertical().auto_shrink(false).id_salt("lanes");
        area.show(ui, |ui| {
            let size = vec2(ui.available_width(), AXIS_PT + LANE_PT * (lanes.len() + rows.len()) as f32);
            let (rect, response) = ui.allocate_exact_size(size, Sense::click_and_drag());
            if std::mem::take(&mut self.takes_keys) {
                response.request_focus();
            }
            let axis = Rect::from_min_max(rect.min + vec2(NAMES_PT, 0.0), rect.max);
            self.zoom(ui, &response, axis, [usual, whole]);
            let scale = Scale { axis: axis.shrink2(vec2(ENDS_PT, 0.0)), stretch: self.stretch.unwrap_or(usual) };
            self.zoom_keys(ui, &response, now, [usual, whole]);
            self.keys(ui, &response, now, days, (first, last), actions);
            if let Some(at) = response.interact_pointer_pos().filter(|at| at.x >= axis.left() - ENDS_PT)
                && (response.dragged_by(egui::PointerButton::Primary) || response.clicked())
            {
                self.runs_since = None;
                response.request_focus();
                let mut day = (scale.day_at(at.x).floor() as i64).clamp(first, last.max(first));
                if response.clicked()
                    && let Some(event) = events::at(at, rect, &scale, lanes.len(), rows)
                {
                    actions.push(events::opened(event));
                    day = first_day(event.when).unwrap_or(day);
                }
                if day != now || session.document().day.is_none() {
                    actions.extend(day_of(day).map(|day| Action::ShowDay(Some(day))));
                }
            }
            let date = day_of(now).map(|day| day.to_string()).unwrap_or_default();
            response.widget_info(|| {
                let mut info = WidgetInfo::slider(true, now as f64, format!("Day that the map shows: {date}"));
                info.current_text_value = Some(told.whole());
                info
            });
            paint(ui, rect, &scale, (lanes, rows), (now, is_latest), shade);
            hover_ui(ui, &response, rect, &scale, lanes, rows);
            chrome::follow_focus(ui);
        });
    }

    /// Goes on to the next day, once its time has come.
    fn run(&mut self, ui: &Ui, now: i64, last: i64, actions: &mut Vec<Action>) {
        let Some(since) = self.runs_since else { return };
        let wait = Duration::from_secs_f32(1.0 / self.pace);
        let gone = since.elapsed();
        // In the frame in which it begins the last day is still shown.
        if now >= last && gone >= wait {
            self.runs_since = None;
        } else if gone >= wait {
            // What the window was too slow for is left out, so that the pace holds.
            let days = ((gone.as_secs_f32() * self.pace) as i64).max(1);
            self.runs_since = Some(Instant::now());
            actions.extend(day_of((now + days).min(last)).map(|day| Action::ShowDay(Some(day))));
            ui.ctx().request_repaint_after(wait);
        } else {
            ui.ctx().request_repaint_after(wait - gone);
        }
    }

    /// The wheel over the days takes more or fewer of them into view, about where the pointer is.
    fn zoom(&mut self, ui: &Ui, response: &Response, axis: Rect, [usual, whole]: [Stretch; 2]) {
        let Some(at) = response.hover_pos().filter(|at| at.x >= axis.left()) else { return };
        let (turned, across, zoomed) =
            ui.input(|input| (input.smooth_scroll_delta.y, input.smooth_scroll_delta.x, input.zoom_delta()));
        let factor = if (zoomed - 1.0).abs() > f32::EPSILON { zoomed } else { (turned / 200.0).exp() };
        let factor = f64::from(factor);
        if (factor - 1.0).abs() < 1e-6 && across == 0.0 {
            return;
        }
        let scale = Scale { axis, stretch: self.stretch.unwrap_or(usual) };
        let moved = f64::from(across / axis.width().max(1.0));
        self.take_into_view(scale.day_at(at.x), factor, moved, [usual, whole]);
        ui.ctx().input_mut(|input| input.smooth_scroll_delta = Vec2::ZERO);
    }

    /// Takes fewer days into view, or more, about one of them, and goes along them by a share of what is in view.
    fn take_into_view(&mut self, middle: f64, factor: f64, moved: f64, [usual, whole]: [Stretch; 2]) {
        let now = self.stretch.unwrap_or(usual);
        let (from, to) = (middle - (middle - now.from) / factor, middle + (now.to - middle) / factor);
        let moved = moved * (to - from);
        let (from, to) = ((from - moved).max(whole.from), (to - moved).min(whole.to));
        // Less than a week is taken no closer.
        if to - from >= 7.0_f64.min(now.to - now.from) {
            self.stretch = Some(Stretch { from, to });
        }
    }

    /// Plus and minus take fewer days into view, or more; 0 takes the reports.
    fn zoom_keys(&mut self, ui: &Ui, response: &Response, now: i64, stretches: [Stretch; 2]) {
        if !response.has_focus() {
            return;
        }
        let pressed =
            |keys: &[Key]| ui.input_mut(|input| keys.iter().any(|key| input.consume_key(Modifiers::NONE, *key)));
        if pressed(&[Key::Plus, Key::Equals]) {
            self.take_into_view(now as f64 + 0.5, 1.5, 0.0, stretches);
        } else if pressed(&[Key::Minus]) {
            self.take_into_view(now as f64 + 0.5, 1.0 / 1.5, 0.0, stretches);
        } else if pressed(&[Key::Num0]) {
            self.stretch = None;
        }
    }

    /// The arrows go a day on or back, with Shift a week; Page up and down from report to report, with Ctrl
    /// to the first and the last.
    fn keys(
        &mut self,
        ui: &Ui,
        response: &Response,
        now: i64,
        days: &[i64],
        (first, last): (i64, i64),
        actions: &mut Vec<Action>,
    ) {
        if !response.has_focus() {
            return;
        }
        // The arrows do not lead to the next control.
        let filter = egui::EventFilter { horizontal_arrows: true, ..Default::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        let to = ui.input_mut(|input| {
            let mut pressed = |modifiers, key| input.consume_key(modifiers, key);
            if pressed(Modifiers::SHIFT, Key::ArrowLeft) {
                Some(now - 7)
            } else if pressed(Modifiers::SHIFT, Key::ArrowRight) {
                Some(now + 7)
            } else if pressed(Modifiers::NONE, Key::ArrowLeft) {
                Some(now - 1)
            } else if pressed(Modifiers::NONE, Key::ArrowRight) {
                Some(now + 1)
            } else if pressed(Modifiers::COMMAND, Key::PageUp) {
                Some(days.first().copied().unwrap_or(first))
            } else if pressed(Modifiers::COMMAND, Key::PageDown) {
                Some(days.last().copied().unwrap_or(last))
            } else if pressed(Modifiers::NONE, Key::PageUp) {
                days.iter().rev().copied().find(|day| *day < now)
            } else if pressed(Modifiers::NONE, Key::PageDown) {
                days.iter().copied().find(|day| *day > now)
            } else {
                None
            }
        });
        if let Some(day) = to.and_then(|to| day_of(to.clamp(first, last))) {
            self.runs_since = None;
            actions.push(Action::ShowDay(Some(day)));
        }
    }
}

/// Why what was typed is no day.
fn no_day_words(text: &str, error: DayError) -> String {
    let (text, how) = (visible(text.trim()), "write one such as 2025-02-01");
    match error {
        DayError::Impossible => format!("The calendar has no “{text}”; {how}."),
        DayError::NotADay => format!("“{text}” is not understood as a day; {how}."),
    }
}

fn pace_words(pace: f32) -> String {
    if pace <= 1.0 { "1 day a second".to_owned() } else { format!("{pace:.0} days a second") }
}

/// Where days stand.
struct Scale {
    axis: Rect,
    stretch: Stretch,
}

impl Scale {
    fn x_of(&self, day: f64) -> f32 {
        let share = (day - self.stretch.from) / (self.stretch.to - self.stretch.from);
        self.axis.left() + self.axis.width() * share as f32
    }

    fn day_at(&self, x: f32) -> f64 {
        let share = f64::from((x - self.axis.left()) / self.axis.width().max(1.0));
        self.stretch.from + (self.stretch.to - self.stretch.from) * share
    }

    fn day_pt(&self) -> f32 {
        self.axis.width() / (self.stretch.to - self.stretch.from) as f32
    }
}

fn paint(
    ui: &Ui,
    rect: Rect,
    scale: &Scale,
    (lanes, rows): (&[Lane], &[Row]),
    (now, is_latest): (i64, bool),
    shade: Theme,
) {
    let palette = shade.palette();
    let painter = ui.painter().with_clip_rect(rect.expand(1.0).intersect(ui.clip_rect()));
    let (line, second, ink, accent) =
        (theme::ink(palette.line), theme::ink(palette.second), theme::ink(palette.ink), theme::ink(palette.accent));
    let days = painter.with_clip_rect(scale.axis.expand2(vec2(ENDS_PT, 1.0)).intersect(ui.clip_rect()));
    let foot = rect.top() + AXIS_PT;
    let (bounds, mut taken) = (days.clip_rect(), Vec::new());
    // What says the year before the names of months, and these before those of days.
    for axis::Mark { day, name, rank } in axis_marks(scale) {
        let x = scale.x_of(day as f64);
        let top = if rank == axis::Rank::Year { rect.top() + 2.0 } else { foot - 8.0 };
        days.line_segment([pos2(x, top), pos2(x, rect.bottom())], Stroke::new(1.0, line));
        let galley = days.layout_no_wrap(name, FontId::proportional(11.0), second);
        // A name that has no room is left out: half a number is another number.
        if let Some(left) = beside_mark(x, galley.size().x, bounds.x_range(), &taken) {
            taken.push(egui::Rangef::new(left, left + galley.size().x));
            days.galley(pos2(left, foot - 5.0 - galley.size().y), galley, second);
        }
    }
    let named = |index: usize, title: &str, color: Color32| {
        let top = foot + LANE_PT * index as f32;
        painter.line_segment([pos2(rect.left(), top), pos2(rect.right(), top)], Stroke::new(1.0, line));
        // What differs between the accounts of an overlay stands at the end.
        let font = FontId::proportional(13.0);
        let elided = elided_middle(ui, title, &font, NAMES_PT - 18.0);
        let galley = painter.layout_no_wrap(elided.unwrap_or_else(|| title.to_owned()), font, color);
        painter.galley(pos2(rect.left() + 6.0, top + (LANE_PT - galley.size().y) / 2.0), galley, color);
        top
    };
    for (index, lane) in lanes.iter().enumerate() {
        let color = if lane.is_shown { ink } else { second };
        let top = named(index, &lane.title, color);
        reports_ui(&days, scale, lane, top, color);
    }
    let panel = theme::ink(palette.panel);
    now_ui(&days, scale, rect, (now, is_latest), accent, panel);
    for (index, lane) in lanes.iter().enumerate() {
        let color = if lane.is_shown { ink } else { second };
        out_of_view(&days, scale, foot + LANE_PT * index as f32, lane_out_of_view(scale, lane), [color, panel]);
    }
    for (index, row) in rows.iter().enumerate() {
        let top = named(lanes.len() + index, row.title, second);
        events::paint(&days, scale, row, top, [ink, panel]);
    }
}

/// Where the name of a mark begins: to its right, or to its left where it would be cut off there; `None` where neither has room
/// beside what is `taken`.
fn beside_mark(x: f32, width: f32, within: egui::Rangef, taken: &[egui::Rangef]) -> Option<f32> {
    const GAP_PT: f32 = 4.0;
    let is_free = |left: &f32| {
        let name = egui::Rangef::new(*left, *left + width);
        let is_apart = |other: &egui::Rangef| name.min >= other.max + GAP_PT || name.max + GAP_PT <= other.min;
        name.min >= within.min && name.max <= within.max && taken.iter().all(is_apart)
    };
    [x + GAP_PT, x - GAP_PT - width].into_iter().filter(|_| within.contains(x)).find(is_free)
}

/// The marks of the reports of a lane: one for each that is seen apart from the one before it. A stretch of days is hollow
/// where it leaves open which of them is meant.
fn reports_ui(painter: &egui::Painter, scale: &Scale, lane: &Lane, top: f32, color: Color32) {
    let (high, low) = (top + 6.0, top + LANE_PT - 6.0);
    let mut taken = f32::MIN;
    // Reports of just one day lie over those of a month or another stretch of days, which may hold them.
    let is_exact = |version: &&Version| version.when.is_some_and(|when| when.day().is_some());
    let stretches = lane.versions().filter(|version| !is_exact(version));
    let mut was_exact = false;
    for version in stretches.chain(lane.versions().filter(is_exact)) {
        let Some(when) = version.when else { continue };
        if when.day().is_some() && !was_exact {
            (was_exact, taken) = (true, f32::MIN);
        }
        let days = |day: Option<Day>| day.and_then(|day| day.since_1970()).map(|days| days as f64);
        let from = days(when.earliest().map(|day| day.first())).unwrap_or(scale.stretch.from);
        let to = days(when.latest().map(|day| day.last())).map_or(scale.stretch.to, |day| day + 1.0);
        if to < scale.stretch.from || from > scale.stretch.to {
            continue;
        }
        let (left, right) = (scale.x_of(from), scale.x_of(to));
        // A day has a gap to the next where there is room.
        let right = if right - left > 4.0 { right - 1.0 } else { right.max(left + MARK_PT) };
        if right <= taken + 0.5 {
            continue;
        }
        taken = right;
        let mark = Rect::from_min_max(pos2(left, high), pos2(right, low));
        if when.day().is_some() {
            painter.rect_filled(mark, 1.0, color);
        } else {
            painter.rect_filled(mark, 1.0, color.gamma_multiply(0.25));
            painter.rect_stroke(mark, 1.0, Stroke::new(1.0, color), StrokeKind::Inside);
        }
    }
}

/// How many reports of a lane lie wholly before what is in view, and after it.
fn lane_out_of_view(scale: &Scale, lane: &Lane) -> [usize; 2] {
    let days = |day: Option<Day>| day.and_then(|day| day.since_1970()).map(|days| days as f64);
    let whens = || lane.versions().filter_map(|version| version.when);
    let to = |when: &Edtf| days(when.latest().map(|day| day.last()));
    let from = |when: &Edtf| days(when.earliest().map(|day| day.first()));
    let before = whens().filter(|when| to(when).is_some_and(|to| to + 1.0 <= scale.stretch.from)).count();
    [before, whens().filter(|when| from(when).is_some_and(|from| from >= scale.stretch.to)).count()]
}

/// How much of a row lies out of view, at the ends of it.
fn out_of_view(
    painter: &egui::Painter,
    scale: &Scale,
    top: f32,
    [before, after]: [usize; 2],
    [color, ground]: [Color32; 2],
) {
    let axis = scale.axis;
    let ends = [
        (before, format!("{before} earlier"), axis.left(), Align2::LEFT_CENTER),
        (after, format!("{after} later"), axis.right(), Align2::RIGHT_CENTER),
    ];
    for (_, words, at, align) in ends.into_iter().filter(|(count, ..)| *count > 0) {
        let galley = painter.layout_no_wrap(words, FontId::proportional(11.0), color);
        let place = align.anchor_size(pos2(at, top + LANE_PT / 2.0), galley.size());
        // Clear of the day that is shown and of the marks.
        painter.rect_filled(place.expand2(vec2(3.0, 1.0)), 2.0, ground);
        painter.galley(place.min, galley, color);
    }
}

/// The day that the map shows, or an arrow to where it lies out of view.
fn now_ui(
    painter: &egui::Painter,
    scale: &Scale,
    rect: Rect,
    (now, is_latest): (i64, bool),
    accent: Color32,
    panel: Color32,
) {
    let (left, right) = (scale.x_of(now as f64), scale.x_of(now as f64 + 1.0));
    let x = (left + right) / 2.0;
    let band =
        Rect::from_min_max(pos2(left.min(x - 1.0), rect.top() + AXIS_PT), pos2(right.max(x + 1.0), rect.bottom()));
    let day = day_of(now).map(|day| day.to_string()).unwrap_or_default();
    let day = if is_latest { format!("Latest, {day}") } else { day };
    let (is_before, is_after) = (right < scale.axis.left() - ENDS_PT, left > scale.axis.right() + ENDS_PT);
    let name = match (is_before, is_after) {
        (true, _) => format!("← {day}"),
        (_, true) => format!("{day} →"),
        _ => {
            painter.rect_filled(band, 0.0, accent.gamma_multiply(0.18));
            painter.line_segment([pos2(x, rect.top() + 14.0), pos2(x, rect.bottom())], Stroke::new(2.0, accent));
            day
        }
    };
    let galley = painter.layout_no_wrap(name, FontId::proportional(11.0), panel);
    let wide = galley.size().x + 10.0;
    let bounds = painter.clip_rect();
    let middle = x.clamp(bounds.left() + wide / 2.0, (bounds.right() - wide / 2.0).max(bounds.left() + wide / 2.0));
    let flag = Rect::from_center_size(pos2(middle, rect.top() + 8.0), vec2(wide, 16.0));
    painter.rect_filled(flag, 3.0, accent);
    painter.galley(flag.center() - galley.size() / 2.0, galley, panel);
}

/// What is reported where the pointer is.
fn hover_ui(ui: &Ui, response: &Response, rect: Rect, scale: &Scale, lanes: &[Lane], rows: &[Row]) {
    let Some(at) = response.hover_pos() else { return };
    if at.x < scale.axis.left() - ENDS_PT {
        // The whole name, where a part of it had no room.
        let row = ((at.y - rect.top() - AXIS_PT) / LANE_PT).floor();
        let lane = (row >= 0.0).then(|| lanes.get(row as usize)).flatten();
        if let Some(lane) = lane {
            egui::Tooltip::for_enabled(response).at_pointer().gap(14.0).show(|ui| ui.label(&lane.title));
        }
        return;
    }
    ui.ctx().set_cursor_icon(CursorIcon::ResizeHorizontal);
    if focus::is_at(response) || response.dragged() {
        return;
    }
    let text = match events::told(at, rect, scale, lanes.len(), rows) {
        text if text.is_empty() => hovered(at, rect, scale, lanes),
        text => text,
    };
    if !text.is_empty() {
        // Beside the pointer: above it are the buttons, and below it the drawer ends.
        let mut tip = egui::Tooltip::for_enabled(response).at_pointer().gap(14.0);
        tip.popup = tip.popup.align(RectAlign::RIGHT).align_alternatives(&[RectAlign::LEFT]);
        tip.show(|ui| ui.label(text));
    }
}

fn hovered(at: Pos2, rect: Rect, scale: &Scale, lanes: &[Lane]) -> String {
    let Some(day) = day_of(scale.day_at(at.x).floor() as i64) else { return String::new() };
    let row = ((at.y - rect.top() - AXIS_PT) / LANE_PT).floor();
    let lane = (row >= 0.0).then(|| lanes.get(row as usize)).flatten();
    let Some(lane) = lane else { return day.to_string() };
    match lane.on(day) {
        Some(Standing::Reported(version) | Standing::Perhaps(version)) => {
            let who = version.who.as_deref().map(|who| format!(" by {who}")).unwrap_or_default();
            let when = version.when.map(|when| when.to_string()).unwrap_or_default();
            format!("{}: reported{who} for {when}", lane.title)
        }
        Some(Standing::Before(..)) | None if lane.dated.are_events() => format!("{}: nothing of {day}", lane.title),
        Some(Standing::Before(_, age)) => {
            format!("{}: nobody reports of {day}; the last report is {age} older", lane.title)
        }
        None => format!("{}: nobody reports of {day} or earlier", lane.title),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_on_the_axis_are_whole_and_apart() {
        let within = egui::Rangef::new(100.0, 200.0);
        let other = |min: f32, max: f32| [egui::Rangef::new(min, max)];
        assert_eq!(beside_mark(120.0, 30.0, within, &[]), Some(124.0));
        assert_eq!(
            beside_mark(180.0, 30.0, within, &other(100.0, 140.0)),
            Some(146.0),
            "it would be cut off at its right"
        );
        assert_eq!(beside_mark(180.0, 30.0, within, &other(100.0, 150.0)), None);
        assert_eq!(beside_mark(120.0, 30.0, within, &other(156.0, 170.0)), None, "too near to the next");
        assert_eq!(beside_mark(98.0, 30.0, within, &[]), None, "its mark is out of view");
        assert_eq!(beside_mark(110.0, 95.0, within, &[]), None);
    }

    #[test]
    fn what_is_no_day_is_named() {
        assert!(no_day_words("2025-02-30", DayError::Impossible).contains("“2025-02-30”"));
        assert!(no_day_words(" soon ", DayError::NotADay).starts_with("“soon” is not understood"));
    }
}
