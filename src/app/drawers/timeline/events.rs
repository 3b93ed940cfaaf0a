//! What else is of a day: sources that were published then, and annotations that say so, in a row each below the reports.

use eframe::egui::{self, Color32, Pos2, Rect, pos2};

use super::{AXIS_PT, LANE_PT, Scale, first_day, out_of_view};
use crate::session::{Action, Event, EventOf, Session};

/// How far from the middle of a mark it is still meant, and how large it is, in points.
const REACH_PT: f32 = 6.0;
const RADIUS_PT: f32 = 4.0;

/// So many of what lies on one spot are named.
const NAMED: usize = 4;

/// A row of what is of a day.
pub(super) struct Row {
    pub(super) title: &'static str,
    pub(super) events: Vec<Event>,
}

/// The rows that have something.
pub(super) fn rows(session: &Session) -> Vec<Row> {
    let all = session.events().into_iter().map(|(title, events)| Row { title, events });
    all.filter(|row| !row.events.is_empty()).collect()
}

fn x_of(scale: &Scale, event: &Event) -> Option<f32> {
    Some(scale.x_of(first_day(event.when)? as f64 + 0.5))
}

/// A round mark for each; one of a month or a year is hollow, at its first day. How many lie out of view is said at the ends.
pub(super) fn paint(painter: &egui::Painter, scale: &Scale, row: &Row, top: f32, [color, ground]: [Color32; 2]) {
    let mut last = f32::MIN;
    for event in &row.events {
        let Some(x) = x_of(scale, event).filter(|x| *x > last + 0.5) else { continue };
        last = x;
        let middle = pos2(x, top + LANE_PT / 2.0);
        if event.when.day().is_some() {
            painter.circle_filled(middle, RADIUS_PT, color);
        } else {
            painter.circle_stroke(middle, RADIUS_PT - 0.5, egui::Stroke::new(1.0, color));
        }
    }
    let out = |is_out: &dyn Fn(f32) -> bool| {
        row.events.iter().filter_map(|event| x_of(scale, event)).filter(|x| is_out(*x)).count()
    };
    let axis = scale.axis;
    let counts = [out(&|x| x < axis.left()), out(&|x| x > axis.right())];
    out_of_view(painter, scale, top, counts, [color, ground]);
}

/// What of a row lies at a place, `lanes` rows being above.
fn meant<'a>(at: Pos2, rect: Rect, scale: &'a Scale, lanes: usize, rows: &'a [Row]) -> impl Iterator<Item = &'a Event> {
    let row = ((at.y - rect.top() - AXIS_PT) / LANE_PT).floor();
    let row = (row >= lanes as f32).then(|| rows.get(row as usize - lanes)).flatten();
    let is_near = move |event: &&Event| x_of(scale, event).is_some_and(|x| (x - at.x).abs() <= REACH_PT);
    row.into_iter().flat_map(|row| &row.events).filter(is_near)
}

/// The first of what lies at a place.
pub(super) fn at<'a>(at: Pos2, rect: Rect, scale: &'a Scale, lanes: usize, rows: &'a [Row]) -> Option<&'a Event> {
    meant(at, rect, scale, lanes, rows).next()
}

/// What lies at a place, in words.
pub(super) fn told(at: Pos2, rect: Rect, scale: &Scale, lanes: usize, rows: &[Row]) -> String {
    let all: Vec<&Event> = meant(at, rect, scale, lanes, rows).collect();
    let mut told: Vec<String> = all.iter().take(NAMED).map(|event| format!("{}, {}", event.name, event.when)).collect();
    if all.len() > NAMED {
        told.push(format!("and {} more", all.len() - NAMED));
    }
    told.join("\n")
}

/// What is of a day, in words: `Sources published: Bild: …`.
pub(super) fn of_day(rows: &[Row], day: i64) -> Vec<String> {
    let mut said = Vec::new();
    for row in rows {
        let names: Vec<&str> = row
            .events
            .iter()
            .filter(|event| first_day(event.when) == Some(day))
            .map(|event| event.name.as_str())
            .collect();
        if !names.is_empty() {
            let more = if names.len() > NAMED { format!(" and {} more", names.len() - NAMED) } else { String::new() };
            said.push(format!("{}: {}{more}", row.title, names[..names.len().min(NAMED)].join(", ")));
        }
    }
    said
}

/// What is done for what was clicked.
pub(super) fn opened(event: &Event) -> Action {
    match &event.of {
        EventOf::Source(id) => Action::ReadText(id.clone()),
        EventOf::Annotation(id) => Action::SelectAnnotations(vec![*id]),
    }
}
