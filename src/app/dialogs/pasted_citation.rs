//! A citation that is pasted into the form of a source, to fill its fields.

use eframe::egui::{Id, TextEdit, Ui};

use crate::app::theme;
use crate::formats::citations::{self, CitedWork};
use crate::formats::day::Day;
use crate::formats::visible::visible;

/// The field of what is pasted.
pub(super) fn field() -> Id {
    Id::unique("pasted citation of a source")
}

/// What is pasted.
#[derive(Default)]
pub(super) struct PastedCitation {
    text: String,
    /// What came of it, in words.
    said: String,
}

impl PastedCitation {
    /// Shows the field as a row of a form of two columns; what it cites once that changes.
    pub(super) fn ui(&mut self, ui: &mut Ui, width: f32) -> Option<CitedWork> {
        let label = ui.label("Paste a citation");
        let mut cited = None;
        ui.vertical(|ui| {
            let field = TextEdit::multiline(&mut self.text)
                .desired_rows(2)
                .desired_width(width)
                .hint_text(
                    "An address, BibTeX, RIS, or a line such as: Author, “Title”, Outlet, 15 December 2025, https://…",
                )
                .id(field());
            if ui.add(field).labelled_by(label.id).changed() {
                cited = self.read();
            }
            if !self.said.is_empty() {
                ui.label(theme::second(self.said.as_str(), theme::theme_of(ui.ctx())));
            }
        });
        ui.end_row();
        cited
    }

    fn read(&mut self) -> Option<CitedWork> {
        self.said.clear();
        if self.text.trim().is_empty() {
            return None;
        }
        match citations::read("", self.text.as_bytes()) {
            Ok((works, warnings)) => {
                self.said = match (works.as_slice(), warnings.first()) {
                    ([_, _, ..], _) => "The first of several is in the fields; add a list as a file.".to_owned(),
                    (_, Some(warning)) => visible(&warning.to_string()),
                    ([CitedWork { left: Some(left), .. }], None) => {
                        format!("Not understood and not used: “{}”", visible(left))
                    }
                    _ => "What it says is in the fields below.".to_owned(),
                };
                works.into_iter().next()
            }
            Err(why) => {
                self.said = why.to_string();
                None
            }
        }
    }
}

/// What a work says of each field of a source.
pub(super) fn said(work: &CitedWork) -> [(&'static str, Option<String>); 8] {
    let whole = |day: Option<Day>| day.filter(|day| day.is_whole()).map(|day| day.iso());
    let partly = work.published.filter(|day| !day.is_whole());
    [
        ("title", work.title.clone()),
        ("outlet", work.outlet.clone()),
        ("author", work.author.clone()),
        ("published", whole(work.published)),
        ("published_note", partly.map(|day| format!("{}, says the citation", day.iso()))),
        ("retrieved", whole(work.retrieved)),
        ("url", work.url.clone().or_else(|| work.archived.clone())),
        ("archived", work.archived.clone()),
    ]
}
