//! What is reported of the day that is shown, in words: how many layers report, and of each other one how old its last report is, as far
//! as there is room.

use eframe::egui::{Color32, FontId, Label, Role, Ui, WidgetInfo};

use super::day_of;
use crate::app::theme;
use crate::app::widgets::tip;
use crate::dossier::series::Standing;
use crate::dossier::words;
use crate::formats::day::Day;
use crate::scene::palette::Theme;
use crate::session::Lane;

/// What comes before what is said of each layer, and that.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Told {
    head: String,
    parts: Vec<String>,
}

/// Of events none lasts until the next: a day without any is nothing to be told of.
fn lasting(lanes: &[Lane]) -> Vec<&Lane> {
    lanes.iter().filter(|lane| !lane.dated.are_events()).collect()
}

impl Told {
    /// Of the latest reports, each of a day of its own.
    pub(super) fn latest(lanes: &[Lane]) -> Self {
        let last = |lane: &Lane| lane.versions().filter_map(|version| version.when).last();
        let part = |lane: &&Lane| Some(format!("{}: {}", lane.title, last(lane)?));
        Self { head: "Latest reports".to_owned(), parts: lasting(lanes).iter().filter_map(part).collect() }
    }

    /// Of a day, in days since 1970.
    pub(super) fn of_day(lanes: &[Lane], now: i64) -> Self {
        let Some(day) = day_of(now) else { return Self { head: String::new(), parts: Vec::new() } };
        let lanes = lasting(lanes);
        let parts: Vec<String> = lanes.iter().filter_map(|lane| not_reported(lane, day)).collect();
        let (date, count, reported) = (words::date(&day.iso()), lanes.len(), lanes.len() - parts.len());
        let head = match (count, reported) {
            (0, _) => date,
            (1, 0) => format!("{date}: no report"),
            (1, _) => format!("{date}: reported"),
            _ if count == reported => format!("{date}: all {count} report"),
            _ => format!("{date}: {reported} of {count} report"),
        };
        Self { head, parts }
    }

    /// The same with more said.
    pub(super) fn and(mut self, more: Vec<String>) -> Self {
        self.parts.extend(more);
        self
    }

    /// All of it.
    pub(super) fn whole(&self) -> String {
        self.first(self.parts.len())
    }

    /// What is said with so many of its parts, and how many more there are.
    fn first(&self, count: usize) -> String {
        let mut said = self.head.clone();
        for part in &self.parts[..count] {
            said.push_str(" · ");
            said.push_str(part);
        }
        match self.parts.len() - count {
            0 => said,
            more => format!("{said} · … {more} more"),
        }
    }
}

/// Why a layer does not surely report of a day, and how old its last report is; `None` where it does.
fn not_reported(lane: &Lane, day: Day) -> Option<String> {
    let left_out = |day: Day| lane.dated.series().left_out_on(day).next().is_some();
    let title = &lane.title;
    Some(match lane.on(day) {
        Some(Standing::Reported(_)) => return None,
        standing if left_out(day) => match standing {
            Some(Standing::Before(_, age)) => {
                format!("{title}: a report of the day is left out (see Warnings), the last is {age} older")
            }
            _ => format!("{title}: a report of the day is left out (see Warnings)"),
        },
        Some(Standing::Perhaps(version)) => {
            let when = version.when.map(|when| when.to_string()).unwrap_or_default();
            format!("{title}: perhaps, of {when}")
        }
        Some(Standing::Before(version, age)) => {
            let last = version.when.and_then(|when| when.latest());
            let is_later = last.is_some_and(|last| lane.dated.series().leaves_out_between(last, day));
            let later = if is_later { ", a later one is left out (see Warnings)" } else { "" };
            format!("{title}: last report {age} before{later}")
        }
        None => format!("{title}: no report yet"),
    })
}

/// Shows as much of it as there is room for; all of it where the pointer rests, and for those who hear it.
pub(super) fn told_ui(ui: &mut Ui, told: &Told, shade: Theme) {
    let room_pt = ui.available_width();
    let font = FontId::proportional(11.5);
    let width = |text: String| ui.painter().layout_no_wrap(text, font.clone(), Color32::BLACK).size().x;
    let count = (0..=told.parts.len()).rev().find(|count| width(told.first(*count)) <= room_pt);
    let shown = told.first(count.unwrap_or(0));
    let whole = told.whole();
    let label = ui.add(Label::new(theme::second(&shown, shade)).truncate());
    if shown != whole {
        label.widget_info(|| WidgetInfo::labeled(Role::Label, true, &whole));
        tip(label, told.first(told.parts.len()).replace(" · ", "\n"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_room_is_counted() {
        let told = Told { head: "3 Feb 2025: 0 of 3 report".to_owned(), parts: vec!["a".to_owned(), "b".to_owned()] };
        let told = told.and(vec!["c".to_owned()]);
        assert_eq!(told.whole(), "3 Feb 2025: 0 of 3 report · a · b · c");
        assert_eq!(told.first(1), "3 Feb 2025: 0 of 3 report · a · … 2 more");
    }
}
