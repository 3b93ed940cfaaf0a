//! What the user decides about a figure: its page, its colours, what it shows, and which furniture stands where.
//!
//! All of it can be written into a project file, in the words that the command line takes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::furniture::Furniture;
use super::panels::Panels;
use super::paper::PageSetup;
use super::words::{FigureLanguage, Words};
use crate::document::{Document, Names};
use crate::dossier::Overlay;
use crate::formats::language::Language;
use crate::geometry::View;
use crate::scene::palette::Theme;

/// What the map of a figure shows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shows {
    /// Just this centre and zoom, as far as the page reaches.
    View(View),
    /// All of this box (`[west, south, east, north]`, degrees), as large as the page allows.
    Bounds([f64; 4]),
}

/// What the user decides about a figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FigureOptions {
    /// Headline; what the figure [is about](super::subject) suggests one unless it is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The small line above it; the dossier's name where that is not the headline itself, unless one is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kicker: Option<String>,
    /// The line under the headline, if one is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subtitle: Option<String>,
    /// The paper.
    #[serde(default)]
    pub page: PageSetup,
    /// Colours: any of the four, whatever the window shows.
    #[serde(default)]
    pub theme: Theme,
    /// The language of the figure's own words.
    #[serde(default, skip_serializing_if = "FigureLanguage::is_usual")]
    pub language: FigureLanguage,
    /// Languages of the names on the map and in the legend; that of a figure's own words, or in English the first of the
    /// document's alone, unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub names: Option<Names>,
    /// What the map shows.
    pub shows: Shows,
    /// Whether that was chosen for the figure and stays; otherwise it is what the window shows when a figure is made.
    #[serde(default)]
    pub own_frame: bool,
    /// Width and height in points of the view on screen, for the page that takes its size from it.
    #[serde(default = "usual_view_pt")]
    pub view_pt: (f64, f64),
    /// What stands on and around the map.
    #[serde(default)]
    pub furniture: Furniture,
    /// Names that the legend gives to overlays instead of their own, by id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub legend_names: BTreeMap<String, String>,
    /// Several maps in place of one, each of another day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub panels: Option<Panels>,
}

pub(in crate::figure) fn usual_view_pt() -> (f64, f64) {
    (1240.0, 840.0)
}

impl FigureOptions {
    /// A figure with a headline and all that it usually has.
    pub fn new(title: impl Into<String>, page: PageSetup, shows: Shows) -> Self {
        Self { title: Some(title.into()), ..Self::usual(page, shows) }
    }

    /// A figure with all that it usually has, the suggested headline too.
    pub fn usual(page: PageSetup, shows: Shows) -> Self {
        Self {
            title: None,
            kicker: None,
            subtitle: None,
            page,
            theme: Theme::default(),
            language: FigureLanguage::default(),
            names: None,
            shows,
            own_frame: false,
            view_pt: usual_view_pt(),
            furniture: Furniture::default(),
            legend_names: BTreeMap::new(),
            panels: None,
        }
    }

    /// Languages of the names on the map and in the legend: one, unless a second was asked for, since a printed figure
    /// has readers of one language and little room.
    pub fn names_of(&self, document: &Document) -> Names {
        let first = || {
            let own = Some(self.language).filter(|language| !language.is_usual());
            own.and_then(|language| Language::new(language.tag())).unwrap_or_else(|| document.names.first.clone())
        };
        self.names.clone().unwrap_or_else(|| Names { first: first(), second: None })
    }

    /// The figure's own words.
    pub(in crate::figure) fn words(&self) -> &'static Words {
        self.language.words()
    }

    /// The name that the user gave an overlay for this figure.
    pub(in crate::figure) fn own_name(&self, overlay: &Overlay) -> Option<&str> {
        self.legend_names.get(&overlay.id).map(String::as_str).filter(|name| !name.trim().is_empty())
    }

    /// How the figure names an overlay.
    pub(in crate::figure) fn name_of<'a>(&'a self, overlay: &'a Overlay) -> &'a str {
        self.own_name(overlay).unwrap_or(self.words().name_in(&overlay.title))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::paper::PageSize;
    use crate::figure::pieces::Piece;
    use crate::figure::placing::{Corner, Place, Spot};

    #[test]
    fn a_project_file_carries_all_of_it() {
        let mut options = FigureOptions::new(
            "Corridors",
            PageSetup { margin_pt: Some(20.0), ..PageSetup::of("174x120mm".parse().unwrap()) },
            Shows::Bounds([36.5, 46.8, 39.1, 49.3]),
        );
        options.theme = Theme::Grey;
        options.language = FigureLanguage::of_tag("ar").unwrap();
        options.names = Names::of_word("both");
        options.furniture.set(Piece::Inset, false);
        options.furniture.place(Piece::Legend, Some(Corner::TopLeft.into()));
        options.furniture.place(Piece::ScaleBar, Some(Place::Free(Spot::new(0.5, 0.25))));
        options.legend_names.insert("donetsk".to_owned(), "Oblast".to_owned());
        let text = serde_json::to_string(&options).unwrap();
        assert!(text.contains("\"174x120mm\"") && text.contains("\"legend\":\"top-left\""), "{text}");
        assert!(text.contains("\"scale-bar\":\"50%x25%\""), "{text}");
        assert_eq!(serde_json::from_str::<FigureOptions>(&text).unwrap(), options);
        // What an older file lacks is as usual.
        let short = r#"{"title":"T","shows":{"bounds":[1,2,3,4]},"page":{"size":"slide"}}"#;
        let read: FigureOptions = serde_json::from_str(short).unwrap();
        assert_eq!((read.page.size, &read.furniture), (PageSize::Slide, &Furniture::default()));
        assert!(serde_json::from_str::<FigureOptions>(&short.replace("slide", "slid")).is_err());
    }
}
