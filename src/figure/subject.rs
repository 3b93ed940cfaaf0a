//! What a figure is about: its main overlay, by a stated rule, and the words that follow from it for headline and kicker.
//!
//! # The main overlay
//! Of the dossier's overlays that the frame shows, in the order of the panel, the first that there is of these:
//! 1. a proposal of which a size is stated (see [`crate::dossier::stated`]),
//! 2. a proposal,
//! 3. anything with a stated size,
//! 4. the first overlay of the group with the most overlays shown.
//!
//! A figure that shows none of the dossier's overlays has no main one; its headline is the name of the first file that it
//! shows.

use super::options::FigureOptions;
use super::pieces::callout::Callout;
use super::words::Words;
use crate::dossier::{Dossier, Overlay};

/// The kind of an overlay that somebody proposes.
const PROPOSAL: &str = "proposal";

/// What a figure is about.
#[derive(Debug, Clone, Copy)]
pub(in crate::figure) struct Subject<'a> {
    /// The overlay that it is about, if it shows any of the dossier's.
    pub(in crate::figure) main: Option<&'a Overlay>,
    /// The first file of the user's that it shows.
    own: Option<&'a Overlay>,
    dossier: &'a Dossier,
    words: &'static Words,
}

/// The words that a figure proposes of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Suggested {
    /// The headline.
    pub title: String,
    /// The small line above it.
    pub kicker: String,
    /// The sentence under it.
    pub subtitle: String,
}

impl<'a> Subject<'a> {
    /// Of the overlays that a figure shows, in the order of the panel.
    pub(in crate::figure) fn of(words: &'static Words, dossier: &'a Dossier, shown: &[&'a Overlay]) -> Self {
        let own = shown.iter().find(|overlay| overlay.opened_from.is_some()).copied();
        Self { main: main_overlay(dossier, shown), own, dossier, words }
    }

    /// Whether the figure shows anything of the dossier, so that its name, its day and its view of boundaries concern it.
    pub(in crate::figure) fn is_of_dossier(&self) -> bool {
        self.is_of_new_dossier() || self.main.is_some_and(|main| !self.is_of_file(main))
    }

    /// Whether it is a map of a dossier that has no overlays yet.
    fn is_of_new_dossier(&self) -> bool {
        self.main.is_none() && self.own.is_none() && self.dossier.overlays.is_empty()
    }

    /// Whether it shows what changed of a file of the user's.
    fn is_of_file(&self, overlay: &Overlay) -> bool {
        let of = self.dossier.compared.as_ref().and_then(|compared| compared.derived.get(&overlay.id));
        of.and_then(|of| self.dossier.overlay(of)).is_some_and(|of| of.opened_from.is_some())
    }

    /// The words that the figure proposes of itself.
    pub(in crate::figure) fn suggested(&self) -> Suggested {
        if let Some(compared) = &self.dossier.compared {
            let [title, subtitle] =
                [&compared.headline, &compared.subtitle].map(|text| self.words.name_in(text).to_owned());
            return Suggested { title, kicker: String::new(), subtitle };
        }
        let Some(main) = self.main else {
            let named = self.own.map(|own| &own.title).or(self.is_of_new_dossier().then_some(&self.dossier.title));
            let title = named.map_or_else(String::new, |title| self.words.name_in(title).to_owned());
            return Suggested { title, ..Suggested::default() };
        };
        let headline =
            main.headline.as_ref().map(|text| self.words.name_in(text)).filter(|words| !words.trim().is_empty());
        Suggested {
            title: headline.unwrap_or(self.words.name_in(&main.title)).to_owned(),
            kicker: self.words.name_in(&self.dossier.title).to_owned(),
            subtitle: String::new(),
        }
    }

    /// The headline, as the user has it or as it is proposed.
    pub(in crate::figure) fn title(&self, options: &FigureOptions) -> String {
        options.title.clone().unwrap_or_else(|| self.suggested().title)
    }

    /// The small line above the headline, as the user has it or as it is proposed; none that says the same as that.
    pub(in crate::figure) fn kicker(&self, options: &FigureOptions) -> String {
        let proposed = || Some(self.suggested().kicker).filter(|kicker| *kicker != self.title(options));
        options.kicker.clone().or_else(proposed).unwrap_or_default()
    }

    /// The sentence under the headline, as the user has it or as it is proposed.
    pub(in crate::figure) fn subtitle(&self, options: &FigureOptions) -> String {
        options.subtitle.clone().unwrap_or_else(|| self.suggested().subtitle)
    }

    /// What the callout says of the main overlay, if that is an area: its name, the size that is stated of it and the
    /// measured one.
    pub(in crate::figure) fn callout(&self) -> Option<Callout> {
        let main = self.main.filter(|main| main.shape.areas().is_some())?;
        let stated = self.dossier.stated(main).map(|stated| self.words.stated(self.dossier, &stated));
        let sizes = stated.into_iter().chain(self.words.measured_of(main)).collect();
        Some(Callout { name: self.words.name_in(&main.title).to_owned(), sizes })
    }
}

/// See the rule of [this module](self).
fn main_overlay<'a>(dossier: &Dossier, shown: &[&'a Overlay]) -> Option<&'a Overlay> {
    if dossier.agreed.as_ref().is_some_and(|agreed| agreed.is_own) {
        return None;
    }
    let evidence: Vec<&Overlay> = shown.iter().filter(|overlay| overlay.opened_from.is_none()).copied().collect();
    let is_proposal = |overlay: &Overlay| overlay.kind == PROPOSAL;
    let is_stated = |overlay: &Overlay| dossier.stated(overlay).is_some();
    let first = |is_it: &dyn Fn(&Overlay) -> bool| evidence.iter().copied().find(|overlay| is_it(overlay));
    let of_group = |id: &str| evidence.iter().filter(|overlay| overlay.group == id).count();
    let largest = || {
        let largest = evidence.iter().map(|overlay| of_group(&overlay.group)).max()?;
        first(&|overlay| of_group(&overlay.group) == largest)
    };
    first(&|overlay| is_proposal(overlay) && is_stated(overlay))
        .or_else(|| first(&is_proposal))
        .or_else(|| first(&is_stated))
        .or_else(largest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dossier::builtin;
    use crate::figure::{FigureLanguage, PageSetup, Shows};

    fn berlin() -> Dossier {
        builtin::berlin().unwrap().0
    }

    fn of<'a>(dossier: &'a Dossier, ids: &[&str]) -> Subject<'a> {
        let shown: Vec<&Overlay> = ids.iter().map(|id| dossier.overlay(id).unwrap()).collect();
        Subject::of(FigureLanguage::ENGLISH.words(), dossier, &shown)
    }

    #[test]
    fn the_main_overlay_is_the_first_proposal_with_a_stated_size() {
        let dossier = berlin();
        let main = |ids: &[&str]| of(&dossier, ids).main.map(|overlay| overlay.id.as_str());
        assert_eq!(main(&["corridor-5km", "withdrawal-area", "line-of-contact"]), Some("withdrawal-area"));
        assert_eq!(main(&["line-of-contact", "corridor-10km", "donetsk"]), Some("corridor-10km"), "a proposal");
        // Of Luhansk, Zaporizhzhia and Donetsk no size is stated that a shape measures; the claimed are more.
        assert_eq!(main(&["donetsk", "luhansk", "zaporizhzhia"]), Some("luhansk"));
        assert_eq!(main(&[]), None);
    }

    #[test]
    fn headline_and_kicker_follow_from_what_is_shown_unless_they_are_given() {
        let dossier = berlin();
        let mut options = FigureOptions::usual(PageSetup::default(), Shows::Bounds(dossier.home));
        let subject = of(&dossier, &["withdrawal-area", "donetsk"]);
        assert_eq!(
            subject.title(&options),
            "Bild: US proposes that Ukraine withdraw from about 5,600 km² of Donetsk oblast"
        );
        assert_eq!(subject.kicker(&options), "Berlin talks, December 2025");
        assert_eq!(of(&dossier, &["donetsk"]).title(&options), "Donetsk oblast", "without a headline its name");
        options.title = Some("Berlin talks, December 2025".to_owned());
        assert_eq!(subject.kicker(&options), "", "not twice the same");
        (options.title, options.kicker) = (Some(String::new()), Some("Ours".to_owned()));
        assert_eq!((subject.title(&options), subject.kicker(&options)), (String::new(), "Ours".to_owned()));
    }

    #[test]
    fn a_figure_of_the_users_files_alone_says_nothing_of_the_dossier() {
        let mut dossier = berlin();
        let mut own = dossier.overlay("luhansk").unwrap().clone();
        (own.id, own.opened_from) = ("own".to_owned(), Some("own.geojson".to_owned()));
        own.title = crate::formats::language::Text::plain("Control in May");
        dossier.add(own);
        let options = FigureOptions::usual(PageSetup::default(), Shows::Bounds(dossier.home));
        let subject = of(&dossier, &["own"]);
        assert!(!subject.is_of_dossier() && subject.callout().is_none());
        assert_eq!(subject.suggested(), Suggested { title: "Control in May".to_owned(), ..Suggested::default() });
        assert_eq!(of(&dossier, &["own", "donetsk"]).kicker(&options), "Berlin talks, December 2025");
    }

    #[test]
    fn the_callout_gives_the_stated_size_before_the_measured_one() {
        let dossier = berlin();
        let said = of(&dossier, &["withdrawal-area"]).callout().unwrap();
        assert_eq!(said.name, "Area proposed for withdrawal");
        assert!(said.sizes[0] == "≈ 5,600 km², says Bild" && said.sizes[1].starts_with("measured 5,"), "{said:?}");
        assert_eq!(of(&dossier, &["held-towns"]).callout(), None);
    }
}
