//! What a figure says of a line of contact of the user's own: from which file it is, or from which of several days, and whom to
//! credit for it.

use super::contents::{Material, own_line};
use super::words::Words;
use crate::dossier::own_line::OwnLine;
use crate::dossier::series::Version;
use crate::dossier::words::credit_clauses;
use crate::dossier::{Dossier, Overlay};
use crate::formats::day::Day;

/// What the dossier calls the line, in the figure's language.
pub(in crate::figure) fn title<'a>(words: &Words, dossier: &'a Dossier, own: &'a OwnLine) -> &'a str {
    dossier.overlay(&own.overlay).map_or(&own.title, |line| words.name_in(&line.title))
}

/// The file that it is from; of maps of several days, the first and the last of the files with their days.
fn files(words: &Words, dossier: &Dossier, own: &OwnLine, days: &[Day]) -> String {
    let series = dossier.overlay(&own.overlay).and_then(|line| line.dated.as_ref()).map(|dated| dated.series());
    let report = |day: &Day| Some(series?.on(day.last(), None).standing()?.version());
    let mut reports: Vec<&Version> = days.iter().filter_map(report).collect();
    reports.sort_by_key(|version| version.when.and_then(|when| when.earliest()));
    let day = |version: &Version| version.when.map(|when| words.date(&when.iso())).unwrap_or_default();
    match reports.as_slice() {
        [first, .., last] if first.from != last.from => {
            format!("{} … {} ({} – {})", first.from, last.from, day(first), day(last))
        }
        [only, ..] => only.from.clone(),
        [] => own.from.clone(),
    }
}

impl Material<'_> {
    /// The days of several maps; none of one map.
    pub(in crate::figure) fn days_of_maps(&self) -> Vec<Day> {
        self.options.panels.iter().flat_map(|panels| panels.days()).collect()
    }

    /// What the notes have to say of the line: that it is not the dossier's, and which features of its file count.
    pub(in crate::figure) fn note_of_line(&self) -> Option<String> {
        // Of a line that nobody has reported yet nothing is drawn.
        let is_drawn = |own: &&OwnLine| !self.dossier.overlay(&own.overlay).is_some_and(Overlay::is_before_reports);
        let own = own_line(self.dossier, self.shown).filter(is_drawn)?;
        let file = files(self.words(), self.dossier, own, &self.days_of_maps());
        Some(self.words().own_line_note(own, title(self.words(), self.dossier, own), &file))
    }
}

/// Credits that say once, in the figure's language, that the line is not the dossier's, and whom to credit for it; `days` are
/// those of several maps.
pub(in crate::figure) fn credited(
    words: &Words,
    (dossier, shown): (&Dossier, &[&Overlay]),
    days: &[Day],
    mut credits: Vec<String>,
) -> Vec<String> {
    let Some(own) = own_line(dossier, shown) else { return credits };
    let notices: Vec<String> = std::iter::once(own).chain(own.days()).map(OwnLine::notice).collect();
    let Some(place) = credits.iter().position(|clause| notices.contains(clause)) else { return credits };
    credits.retain(|clause| !notices.contains(clause));
    let said = words.own_line(title(words, dossier, own), &files(words, dossier, own, days));
    let clauses = credit_clauses(own.credit.as_deref()).into_iter().map(str::to_owned);
    let clauses: Vec<String> = clauses.filter(|clause| !credits.contains(clause)).collect();
    credits.splice(place..place, std::iter::once(said).chain(clauses));
    credits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dossier::{builtin, own_layer};
    use crate::figure::FigureLanguage;
    use crate::formats::geojson;

    #[test]
    fn the_line_is_called_as_the_dossier_calls_it_in_the_language() {
        let (berlin, _) = builtin::berlin().unwrap();
        let text =
            r#"{"type":"Polygon","coordinates":[[[37.9,46.5],[39.5,46.5],[39.5,49.5],[37.9,49.5],[37.9,46.5]]]}"#;
        let (own, _) = own_layer("mine", geojson::read_table(text.as_bytes()).unwrap()).unwrap();
        let line = berlin.with_features(&own, &crate::dossier::Counting::All).unwrap();
        let words = "uk".parse::<FigureLanguage>().unwrap().words();
        let own = line.own_line.as_ref().unwrap();
        let said = words.own_line(title(words, &line, own), &files(words, &line, own, &[]));
        assert!(!said.contains("Line of contact") && said.contains("власна лінія з mine"), "{said}");
    }
}
