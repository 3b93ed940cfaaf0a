//! What stands above a map that is one of several: its day, its week or its month, and by which report each thing is shown.

use kurbo::Point;

use super::Moment;
use crate::document::Document;
use crate::dossier::{AsOn, Overlay};
use crate::figure::options::FigureOptions;
use crate::figure::page::{Block, Setting};
use crate::formats::edtf::Edtf;
use crate::scene::display_list::Face;

/// The words above a map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// The day, the week or the month, as people read it.
    pub day: String,
    /// Of a week or a month, of which day a report is; and of what nobody reports, and which report stands for it.
    pub notes: Vec<String>,
}

impl Heading {
    /// All of it in a line.
    pub fn in_line(&self) -> String {
        std::iter::once(self.day.as_str()).chain(self.notes.iter().map(String::as_str)).collect::<Vec<_>>().join(" – ")
    }
}

/// What stands above the map of a moment.
pub(in crate::figure) fn heading_of(moment: &Moment, document: &Document, options: &FigureOptions) -> Heading {
    let words = options.words();
    let day = moment.when.map_or_else(String::new, |when| words.date(&when.iso()));
    // A day is not broken over two lines.
    let whole = |day: &str| day.replace(' ', "\u{a0}");
    let of_day = |overlay: &Overlay| {
        if overlay.unreported.is_none() {
            let days = moment.when.filter(|when| when.day().is_none())?;
            let is_all = |when: &Edtf| (when.earliest(), when.latest()) == (days.earliest(), days.latest());
            let when = overlay.shown_report()?.when.filter(|when| !is_all(when))?;
            return Some(words.fill(words.report_of, &[("day", &whole(&words.date(&when.iso())))]));
        }
        Some(match &overlay.unreported.as_ref()?.as_on {
            AsOn::Perhaps(last) | AsOn::Before(last, _) => {
                words.fill(words.unreported, &[("day", &whole(&day)), ("last", &whole(&words.date(&last.iso())))])
            }
            AsOn::Nothing => {
                // Up to the end of a week; a month has a name of its own.
                let last =
                    moment.when.filter(|when| matches!(when, Edtf::Interval { .. })).and_then(|when| when.latest());
                let until = last.map_or_else(|| day.clone(), |last| words.date(&last.iso()));
                words.fill(words.no_report_yet, &[("day", &whole(&until))])
            }
        })
    };
    let note = |overlay: &Overlay| {
        // Of the days of the map there is no need to say that they are.
        let of_map = moment.when.map(|when| (when.earliest(), when.latest()));
        let events = overlay.only_of.as_ref().and_then(|days| match (days.from, Some(days.to)) {
            of_events if Some(of_events) == of_map => words.undated_of(days),
            _ => Some(words.only_of(days)),
        });
        let reporter = overlay.reporter().map(str::to_owned);
        let notes: Vec<String> = reporter.into_iter().chain(of_day(overlay)).chain(events).collect();
        (!notes.is_empty()).then(|| notes.join(", "))
    };
    let dated = moment.dossier().overlays.iter().filter(|overlay| overlay.dated.is_some());
    let told: Vec<(&str, Option<String>)> = dated
        .filter(|overlay| document.is_shown(&overlay.id))
        .map(|overlay| (options.name_of(overlay), note(overlay)))
        .collect();
    let notes = match told.first() {
        Some((_, first)) if told.iter().all(|(_, note)| note == first) => first.iter().cloned().collect(),
        _ => told.into_iter().filter_map(|(name, note)| Some(words.titled(name, &note?))).collect(),
    };
    Heading { day, notes }
}

impl Setting {
    /// A heading in the width of its map.
    pub(in crate::figure) fn panel_heading(&self, heading: &Heading, width_pt: f64) -> Block {
        let mut block =
            self.paragraph(&heading.day, Face::SansSemiBold, self.size(1.0), 1.3, self.palette.ink, width_pt);
        for note in &heading.notes {
            let note = self.paragraph(note, Face::Sans, self.size(0.8), 1.3, self.palette.second, width_pt);
            note.place(Point::new(0.0, block.height_pt), &mut block.items);
            block.height_pt += note.height_pt;
        }
        block
    }
}
