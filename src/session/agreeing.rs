//! Accounts of a day laid over each other: while they are shown, the map and the figure show the cells, and nothing of the
//! document is otherwise.

use std::sync::Arc;

use super::Session;
use super::inhabited::towns_about_shapes;
use crate::document::Document;
use crate::document::agreement::{Account, Agreement, Within};
use crate::dossier::series::told::told_apart;
use crate::dossier::{Dossier, OWN_GROUP, Overlay};
use crate::figure::{FigureLanguage, FigureOptions, PageSetup, agreement};
use crate::formats::day::Day;
use crate::gazetteer::Town;
use crate::geometry::Point;
use crate::scene::Scene;
use crate::scene::hit::Reach;

/// Of so many inhabited places in a cell the names are kept; all are counted.
pub const MOST_PLACES: usize = 200;

/// Whose account is meant: an overlay, or what one of several says of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AccountId {
    /// Id of the overlay.
    pub overlay: String,
    /// Who says so, where several do.
    pub who: Option<String>,
}

/// What can be laid over others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Which.
    pub id: AccountId,
    /// What it is called.
    pub title: String,
    /// Whether there are reports of days.
    pub is_dated: bool,
    /// Whether the map shows it.
    pub is_shown: bool,
}

/// What is to be laid over each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreementWish {
    /// The accounts, and whom each relies on where the user says so.
    pub accounts: Vec<(AccountId, Option<String>)>,
    /// The day.
    pub day: Option<Day>,
    /// The overlay within which alone is looked at, by its id.
    pub within: Option<String>,
}

/// Accounts laid over each other while they are shown.
#[derive(Debug, Clone)]
pub struct ShownAgreement {
    /// The cells.
    pub agreement: Arc<Agreement>,
    /// Of what they were made, to be made anew.
    pub wish: AgreementWish,
    /// The inhabited places in each cell, the largest first, at most [`MOST_PLACES`], and how many there are.
    pub places: Vec<(Vec<Town>, usize)>,
    /// What the map shows of it; nothing where no cell can be drawn.
    pub map: Option<(Arc<Scene>, Document)>,
    /// The cell whose reports are set side by side.
    pub selected: Option<usize>,
    /// Fingerprint of the dossier of which it was made.
    base_sha256: String,
}

impl AgreementWish {
    /// Works it out, of a dossier and a document that are not changed.
    ///
    /// # Errors
    /// In words: what is not there any more, who has no report, and what [`Agreement::between`] refuses.
    pub fn work_out(self, dossier: &Dossier, document: &Document) -> Result<ShownAgreement, String> {
        let find = |id: &str| dossier.overlay(id).ok_or_else(|| format!("the overlay “{id}” is no longer open"));
        let mut accounts = Vec::new();
        for (AccountId { overlay, who }, origin) in &self.accounts {
            let overlay = find(overlay)?;
            let mut account = Account::of_overlay((dossier, document), overlay, who.as_deref(), self.day)?;
            if let Some(origin) = origin.as_ref().map(|origin| origin.trim()).filter(|origin| !origin.is_empty()) {
                account.origins = std::iter::once(origin.to_owned()).collect();
            }
            accounts.push(account);
        }
        // What one says of several overlays is told apart by these.
        let names: Vec<String> = accounts.iter().map(|account| account.name.clone()).collect();
        for account in &mut accounts {
            if names.iter().filter(|name| **name == account.name).count() > 1 {
                let of = account.wording.clone().unwrap_or_else(|| account.from.clone());
                account.name = format!("{} ({of})", account.name);
            }
        }
        let within = match &self.within {
            None => None,
            Some(id) => {
                let overlay = find(id)?;
                Some(Within {
                    title: overlay.title.clone(),
                    overlay: Some(id.clone()).filter(|_| overlay.group != OWN_GROUP),
                    shape: Arc::clone(&overlay.shape),
                })
            }
        };
        let agreement = Arc::new(Agreement::between(accounts, self.day, within)?);
        let places = places(&agreement, dossier);
        let map = agreement.map(dossier, Some(document), &agreement::titles(&agreement));
        let map = map.map(|(dossier, document)| (Arc::new(Scene::new(dossier)), document));
        let base_sha256 = dossier.sha256.clone();
        Ok(ShownAgreement { agreement, wish: self, places, map, selected: None, base_sha256 })
    }
}

/// The inhabited places in each cell, of the built-in gazetteer and the dossier's overlays, the largest first, at most
/// [`MOST_PLACES`], and how many there are. Those of one name are called by their regions too.
pub fn places(agreement: &Agreement, dossier: &Dossier) -> Vec<(Vec<Town>, usize)> {
    let towns = towns_about_shapes(dossier, agreement.cells.iter().map(|cell| &*cell.shape));
    let in_cell = |cell: &crate::document::agreement::Cell| {
        let found = cell.shape.areas().map(|area| towns.within(area)).unwrap_or_default();
        (found.iter().take(MOST_PLACES).map(|town| (*town).clone()).collect(), found.len())
    };
    let mut all: Vec<(Vec<Town>, usize)> = agreement.cells.iter().map(in_cell).collect();
    let named = all.iter().flat_map(|(towns, _)| towns);
    let named: Vec<_> = named.map(|town| (town.name.as_str(), town.within.as_str(), town.at)).collect();
    let labels = told_apart(&named);
    for (town, label) in all.iter_mut().flat_map(|(towns, _)| towns).zip(labels) {
        town.name = label;
    }
    all
}

impl ShownAgreement {
    /// Whether the map shows a cell.
    pub fn is_on_map(&self, cell: usize) -> bool {
        let id = Agreement::overlay_id(cell);
        self.map.as_ref().is_some_and(|(_, document)| document.is_visible(&id))
    }

    /// Whether a cell is large enough for the map.
    pub fn can_be_on_map(&self, cell: usize) -> bool {
        let id = Agreement::overlay_id(cell);
        self.map.as_ref().is_some_and(|(_, document)| document.overlay(&id).is_some())
    }

    /// The overlay of a cell.
    pub fn overlay(&self, cell: usize) -> Option<&Overlay> {
        self.map.as_ref()?.0.dossier().overlay(&Agreement::overlay_id(cell))
    }

    /// The names of the inhabited places in each cell.
    pub fn place_names(&self) -> Vec<Vec<String>> {
        self.places.iter().map(|(towns, _)| towns.iter().map(|town| town.name.clone()).collect()).collect()
    }
}

impl Session {
    /// What has areas and can be laid over others, in the order of the panel: an overlay, or, where several report on it, each of
    /// these.
    pub fn agreement_candidates(&self) -> Vec<Candidate> {
        let mut all = Vec::new();
        for id in self.rows() {
            let Some(overlay) = self.dossier().overlay(&id).filter(|overlay| overlay.shape.areas().is_some()) else {
                continue;
            };
            let series = overlay.dated.as_ref().map(|dated| dated.series());
            let whos: Vec<&str> =
                series.map(|series| series.accounts()).filter(|whos| whos.len() > 1).unwrap_or_default();
            let candidate = |who: Option<&str>| Candidate {
                title: who
                    .map_or_else(|| overlay.title.main().to_owned(), |who| format!("{who}: {}", overlay.title.main())),
                id: AccountId { overlay: id.clone(), who: who.map(str::to_owned) },
                is_dated: series.is_some(),
                is_shown: self.document().is_visible(&id),
            };
            if whos.is_empty() {
                all.push(candidate(None));
            } else {
                all.extend(whos.into_iter().map(|who| candidate(Some(who))));
            }
        }
        all
    }

    /// How many of those are reported by day.
    pub fn dated_accounts(&self) -> usize {
        self.agreement_candidates().iter().filter(|candidate| candidate.is_dated).count()
    }

    /// The overlays within which one can look.
    pub fn agreement_bounds(&self) -> Vec<(String, String)> {
        let areas = self.dossier().overlays.iter().filter(|overlay| overlay.shape.areas().is_some());
        areas
            .filter(|overlay| overlay.group != OWN_GROUP || overlay.dated.is_none())
            .map(|overlay| (overlay.id.clone(), overlay.title.main().to_owned()))
            .collect()
    }

    /// The accounts that are laid over each other, while they are.
    pub fn agreement(&self) -> Option<&ShownAgreement> {
        self.agreement.as_deref()
    }

    /// Shows accounts laid over each other, and flies to them.
    pub fn agree(&mut self, shown: ShownAgreement) {
        self.end_comparison();
        let bounds = shown.map.as_ref().and_then(|(scene, _)| shown.agreement.bounds(scene.dossier()));
        if let Some(bounds) = bounds {
            self.fit_with_room(bounds);
        }
        self.clear_selection();
        self.agreement = Some(Box::new(shown));
    }

    /// Takes them away: map and figure show what is open again.
    pub fn end_agreement(&mut self) {
        self.agreement = None;
    }

    /// Shows or hides a cell on the map.
    pub(super) fn show_cell(&mut self, cell: usize, on: bool) {
        let id = Agreement::overlay_id(cell);
        if let Some((_, document)) = self.agreement.as_mut().and_then(|shown| shown.map.as_mut())
            && let Some(state) = document.overlays.iter_mut().find(|state| state.id == id)
        {
            state.visible = on;
        }
    }

    /// Sets the reports on a cell side by side; `None` those of no cell.
    pub(super) fn select_cell(&mut self, cell: Option<usize>) {
        if let Some(shown) = &mut self.agreement {
            shown.selected = cell.filter(|cell| *cell < shown.agreement.cells.len());
        }
    }

    /// Sets no reports side by side any more; whether any were.
    pub fn leave_cell(&mut self) -> bool {
        self.agreement.as_mut().and_then(|shown| shown.selected.take()).is_some()
    }

    /// Flies to a cell.
    pub(super) fn go_to_cell(&mut self, cell: usize) {
        let bounds = self.agreement().and_then(|shown| shown.overlay(cell)).map(|overlay| overlay.bounds);
        if let Some(bounds) = bounds {
            self.fit_with_room(bounds);
        }
    }

    /// The cell at a place of the page, of those that the map shows.
    pub fn cell_at(&self, page: Point) -> Option<usize> {
        let shown = self.agreement()?;
        let (scene, document) = shown.map.as_ref()?;
        let at = self.frame().lon_lat_from_page(page);
        let hits = scene.hits(at, Reach::ON_THE_GROUND, |id| {
            document.overlay(id).filter(|state| state.is_shown()).map(|state| Arc::clone(&state.styling))
        });
        hits.iter().find_map(|hit| shown.agreement.cell_of(&hit.overlay))
    }

    /// Whether what is open is no longer what was laid over each other.
    pub fn is_agreement_old(&self) -> bool {
        self.agreement().is_some_and(|shown| shown.base_sha256 != self.dossier().sha256)
    }

    /// The figure of it, while it is shown.
    pub fn figure_of_agreement(&self, page: PageSetup, language: FigureLanguage) -> Option<FigureOptions> {
        let shown = self.agreement()?;
        let (scene, _) = shown.map.as_ref()?;
        Some(agreement::usual(&shown.agreement, scene.dossier(), page, language))
    }

    /// Says in another language what the figure of it still says as it was proposed.
    pub fn retell_figure(&self, former: FigureLanguage, options: &mut FigureOptions) {
        if let Some(shown) = self.agreement() {
            agreement::retell(&shown.agreement, former, options);
        }
    }
}
