//! Accounts of one day laid over each other: whose they are, what each rests on, which ground how many of them speak of, and the
//! dossier and the document of which the map of it is drawn.

mod account;
mod out;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use geo::{MultiPolygon, Polygon};
use serde_json::json;

use super::annotation::Citation;
use super::{Document, LayerInfo};
use crate::dossier::agreed::{AGREED_GROUP, Agreed, AgreedCell, AgreedTerms, TOLD_BY_PATTERN, mark, style};
use crate::dossier::{Dossier, Shape, fingerprint, join_bounds, words};
use crate::formats::day::Day;
use crate::formats::language::Text;
use crate::geometry::agreement::{Accounts, MOST_ACCOUNTS, cells};
use crate::geometry::{View, work};

pub use self::account::Account;

/// Less than this is rounding, in square kilometres: no overlay is made of it.
const LEAST_KM2: f64 = 1e-6;

/// Cells that are smaller, in square kilometres, are slivers, which no map of a front shows: one overlay has all of them, unless there
/// is nothing larger.
const SLIVER_KM2: f64 = 0.1;

/// The same where all that is laid over each other is smaller than [`SMALL_KM2`].
const SLIVER_OF_SMALL_KM2: f64 = 1e-3;

/// What is smaller in all, in square kilometres, is seen from nearby.
const SMALL_KM2: f64 = 100.0;

/// The id of the overlay of all slivers.
const SLIVERS_ID: &str = "agreed-slivers";

/// Areas within which accounts are laid over each other.
#[derive(Debug, Clone)]
pub struct Within {
    /// What they are called.
    pub title: Text,
    /// The overlay of the dossier that they are, if they are one.
    pub overlay: Option<String>,
    /// The areas as they are given.
    pub shape: Arc<Shape>,
}

/// Ground of which the same accounts say the same.
#[derive(Debug, Clone)]
pub struct Cell {
    /// Those that shade it.
    pub says: Accounts,
    /// The ground.
    pub shape: Arc<Shape>,
    /// Its size in square kilometres.
    pub km2: f64,
    /// Where what these accounts say comes from first, each origin once.
    pub origins: BTreeSet<String>,
}

/// Accounts laid over each other.
#[derive(Debug, Clone)]
pub struct Agreement {
    /// The day, if the accounts are of one.
    pub day: Option<Day>,
    /// The accounts in the order in which they were given.
    pub accounts: Vec<Account>,
    /// All that is looked at, if not everything is.
    pub within: Option<Within>,
    /// The cells, ordered by how many accounts shade them, the most first. They do not overlap, and together they are all that
    /// any account shades.
    pub cells: Vec<Cell>,
}

/// What the cells and their group are called, in all languages in which a figure speaks.
#[derive(Debug, Clone, Default)]
pub struct Titles {
    /// The group.
    pub group: Text,
    /// The cells in their order.
    pub cells: Vec<Text>,
    /// All slivers together.
    pub slivers: Text,
}

impl Agreement {
    /// Lays 2 to 16 accounts over each other.
    ///
    /// # Errors
    /// In words: too few or too many, two of one name, one without areas, none within, or the work was cancelled.
    pub fn between(accounts: Vec<Account>, day: Option<Day>, within: Option<Within>) -> Result<Self, String> {
        if !(2..=MOST_ACCOUNTS).contains(&accounts.len()) {
            return Err(format!("2 to {MOST_ACCOUNTS} accounts can be laid over each other, not {}", accounts.len()));
        }
        let mut names = BTreeSet::new();
        if let Some(twice) = accounts.iter().find(|account| !names.insert(account.name.as_str())) {
            return Err(format!("two accounts are called {}: rename one of them", words::quoted(&twice.name)));
        }
        let without = |shape: &Shape| shape.areas().is_none();
        if let Some(account) = accounts.iter().find(|account| without(&account.shape)) {
            return Err(format!("{} has no areas, so that nothing can be said of its ground", account.name));
        }
        if let Some(within) = within.as_ref().filter(|within| without(&within.shape)) {
            return Err(format!("{} is no area to look within", words::quoted(within.title.main())));
        }
        work::begin(|| format!("Laying {} accounts over each other", accounts.len()), 0);
        let areas: Vec<&MultiPolygon<f64>> = accounts.iter().filter_map(|account| account.shape.areas()).collect();
        let found = cells(&areas, within.as_ref().and_then(|within| within.shape.areas()));
        let cell = |cell: crate::geometry::agreement::Cell| {
            let says = || cell.held_by.numbers().filter_map(|number| accounts.get(number));
            Cell {
                origins: says().flat_map(|account| account.origins.iter().cloned()).collect(),
                says: cell.held_by,
                km2: cell.area_m2 / 1e6,
                shape: Arc::new(Shape::Area(cell.area)),
            }
        };
        let cells = found.map_err(|error| error.to_string())?.into_iter().map(cell).collect();
        Ok(Self { day, cells, accounts, within })
    }

    /// The accounts that shade a cell.
    pub fn saying(&self, cell: &Cell) -> impl Iterator<Item = &Account> {
        self.parted(cell, true)
    }

    /// Those that do not.
    pub fn not_saying(&self, cell: &Cell) -> impl Iterator<Item = &Account> {
        self.parted(cell, false)
    }

    fn parted(&self, cell: &Cell, wanted: bool) -> impl Iterator<Item = &Account> {
        let says = cell.says;
        self.accounts
            .iter()
            .enumerate()
            .filter(move |(number, _)| says.has(*number) == wanted)
            .map(|(_, account)| account)
    }

    /// Whether all accounts shade a cell.
    pub fn is_agreed(&self, cell: &Cell) -> bool {
        cell.says.count() == self.accounts.len()
    }

    /// Square kilometres that all accounts shade, and that some shade and others do not.
    pub fn agreed_and_contested_km2(&self) -> [f64; 2] {
        let sum = |wanted: bool| -> f64 {
            self.cells.iter().filter(|cell| self.is_agreed(cell) == wanted).map(|cell| cell.km2).sum()
        };
        [sum(true), sum(false)]
    }

    /// Square kilometres that any account shades.
    pub fn union_km2(&self) -> f64 {
        self.cells.iter().map(|cell| cell.km2).sum()
    }

    /// The part of what any account shades that a cell is, from 0 to 1.
    pub fn share(&self, cell: &Cell) -> f64 {
        let union = self.union_km2();
        if union > 0.0 { cell.km2 / union } else { 0.0 }
    }

    /// Pairs of accounts with the very same shape that share no origin: one of them may rely on the other.
    pub fn alike(&self) -> Vec<[&Account; 2]> {
        let mut pairs = Vec::new();
        for (number, one) in self.accounts.iter().enumerate() {
            let others = self.accounts.iter().skip(number + 1);
            let is_alike = |other: &&Account| one.shape == other.shape && one.origins.is_disjoint(&other.origins);
            pairs.extend(others.filter(is_alike).map(|other| [one, other]));
        }
        pairs
    }

    /// What all accounts call what they shade, if they call it the same.
    pub fn wording(&self) -> Option<&str> {
        let first = self.accounts.first()?.wording.as_deref()?;
        self.accounts.iter().all(|account| account.wording.as_deref() == Some(first)).then_some(first)
    }

    /// The cells that are large enough to be drawn, each by itself, with their places among all.
    pub fn drawn(&self) -> impl Iterator<Item = (usize, &Cell)> {
        let least_km2 = self.least_km2();
        self.cells.iter().enumerate().filter(move |(_, cell)| cell.km2 >= least_km2)
    }

    /// The cells that are drawn together, for each is too small to be told from its border.
    pub fn slivers(&self) -> impl Iterator<Item = &Cell> {
        let least_km2 = self.least_km2();
        self.cells.iter().filter(move |cell| cell.km2 >= LEAST_KM2 && cell.km2 < least_km2)
    }

    /// Below which size a cell is a sliver, in square kilometres.
    pub fn sliver_km2(&self) -> f64 {
        if self.union_km2() < SMALL_KM2 { SLIVER_OF_SMALL_KM2 } else { SLIVER_KM2 }
    }

    fn least_km2(&self) -> f64 {
        let sliver_km2 = self.sliver_km2();
        let has_larger = self.cells.iter().any(|cell| cell.km2 >= sliver_km2);
        if has_larger { sliver_km2 } else { LEAST_KM2 }
    }

    /// The overlay of all slivers, with the style of a contested cell of this place.
    fn of_slivers(&self, title: &Text, contested: usize) -> Option<AgreedCell> {
        let parts: Vec<Polygon<f64>> = self.slivers().flat_map(|cell| cell.shape.polygons()).cloned().collect();
        let in_words = || format!("Slivers below {} km²: {}", self.sliver_km2(), self.slivers().count());
        (!parts.is_empty()).then(|| AgreedCell {
            id: SLIVERS_ID.to_owned(),
            title: if title.main().is_empty() { Text::new("en", in_words()) } else { title.clone() },
            gist: in_words(),
            shape: Arc::new(Shape::Area(MultiPolygon(parts))),
            style: style(contested, 1, self.accounts.len()),
        })
    }

    /// The letters of the cells that are drawn, on the map and beside their names, by the cells' places; none unless more are contested
    /// than patterns tell apart without colours.
    pub fn marks(&self) -> BTreeMap<usize, String> {
        let has_marks = self.drawn().filter(|(_, cell)| !self.is_agreed(cell)).nth(TOLD_BY_PATTERN).is_some();
        let drawn = self.drawn().filter(|_| has_marks).enumerate();
        drawn.map(|(letter, (place, _))| (place, mark(letter))).collect()
    }

    /// The id of the overlay of a cell.
    pub fn overlay_id(cell: usize) -> String {
        format!("agreed-{}", cell + 1)
    }

    /// The cell whose overlay has an id.
    pub fn cell_of(&self, id: &str) -> Option<usize> {
        let place = id.strip_prefix("agreed-")?.parse::<usize>().ok()?.checked_sub(1)?;
        (place < self.cells.len()).then_some(place)
    }

    /// All of so many accounts, in English.
    pub fn all_in_words(count: usize) -> String {
        if count == 2 { "Both accounts".to_owned() } else { format!("All {count} accounts") }
    }

    /// Whether anything is known of the origins of those who shade a cell: else each counts as its own, which nobody has said.
    pub fn states_origins(&self, cell: &Cell) -> bool {
        self.saying(cell).any(Account::states_origins)
    }

    /// Of how many origins a cell is, in English.
    pub fn origins_in_words(&self, cell: &Cell) -> String {
        match cell.origins.len() {
            _ if !self.states_origins(cell) => "origins not stated".to_owned(),
            1 => "1 independent origin".to_owned(),
            count => format!("{count} independent origins"),
        }
    }

    /// A cell in one English line: how many accounts, which, and of how many origins.
    pub fn in_words(&self, cell: &Cell) -> String {
        let names = |accounts: Vec<&Account>| -> String {
            accounts.iter().map(|account| account.name.as_str()).collect::<Vec<_>>().join(", ")
        };
        let origins = self.origins_in_words(cell);
        let all = self.accounts.len();
        if self.is_agreed(cell) {
            return format!("{} say so; {origins}", Self::all_in_words(all));
        }
        let (says, not) = (names(self.saying(cell).collect()), names(self.not_saying(cell).collect()));
        let verb = if cell.says.count() == 1 { "says" } else { "say" };
        format!("{says} {verb} so, {not} not ({} of {all} accounts; {origins})", cell.says.count())
    }

    /// What the map of it is drawn of: a dossier with the cells in it, and a document that shows nothing else. `of` is the
    /// document whose sources and names hold. `None` where no cell is large enough to be drawn.
    pub fn map(&self, base: &Dossier, of: Option<&Document>, titles: &Titles) -> Option<(Dossier, Document)> {
        let mut contested = 0;
        let mut cells: Vec<AgreedCell> = Vec::new();
        for (place, cell) in self.drawn() {
            let style = style(contested, cell.says.count(), self.accounts.len());
            contested += usize::from(!self.is_agreed(cell));
            cells.push(AgreedCell {
                id: Self::overlay_id(place),
                title: titles.cells.get(place).cloned().unwrap_or_else(|| Text::new("en", self.in_words(cell))),
                gist: self.in_words(cell),
                shape: Arc::clone(&cell.shape),
                style,
            });
        }
        cells.extend(self.of_slivers(&titles.slivers, contested));
        let made = base.with_agreed(&self.terms(titles), cells, self.record());
        let mut document = Document::new(&made, 1000.0, 700.0);
        document.overlays.retain(|state| state.group == AGREED_GROUP);
        if document.overlays.is_empty() {
            return None;
        }
        for state in &mut document.overlays {
            let cell = self.cell_of(&state.id).and_then(|place| self.cells.get(place));
            let mut citations: Vec<Citation> = Vec::new();
            // Slivers are of any of the accounts.
            let of_any =
                |account: &&Account| cell.is_none_or(|cell| self.saying(cell).any(|one| one.name == account.name));
            for citation in self.accounts.iter().filter(of_any).flat_map(Account::cited) {
                if !citations.contains(&citation) {
                    citations.push(citation);
                }
            }
            state.layer = Arc::new(LayerInfo { citations, ..LayerInfo::default() });
        }
        if let Some(of) = of {
            document.own_sources.clone_from(&of.own_sources);
            document.own_excerpts.clone_from(&of.own_excerpts);
            document.names = of.names.clone();
        }
        document.view = View::fit(self.bounds(&made)?, 1000.0, 700.0, 24.0);
        Some((made, document))
    }

    /// The box around all cells that are drawn.
    pub fn bounds(&self, made: &Dossier) -> Option<[f64; 4]> {
        let cells = made.overlays.iter().filter(|overlay| overlay.group == AGREED_GROUP);
        cells.map(|overlay| overlay.bounds).reduce(join_bounds)
    }

    fn terms(&self, titles: &Titles) -> AgreedTerms {
        let all = || self.accounts.iter();
        // A dossier writes licences into its credits; a layer of the user's has its own beside it.
        let credit = |account: &Account| match (&account.credit, account.license.as_ref().filter(|_| account.is_own)) {
            (Some(credit), Some(license)) if !credit.contains(license) => Some(format!("{credit} ({license})")),
            (None, Some(license)) => Some(format!("{} ({license})", account.name)),
            (credit, _) => credit.clone(),
        };
        let credits: Vec<String> = all().filter_map(credit).collect();
        let credits = words::credit_clauses(credits.iter().map(String::as_str));
        let licenses: BTreeSet<&str> = all().filter_map(|account| account.license.as_deref()).collect();
        AgreedTerms {
            title: titles.group.clone(),
            day: self.day_in_figure(),
            accuracy_m: all().filter_map(|account| account.accuracy_m).reduce(f64::max),
            credit: (!credits.is_empty()).then(|| credits.join("; ")),
            license: (!licenses.is_empty()).then(|| licenses.into_iter().collect::<Vec<_>>().join("; ")),
        }
    }

    /// The day that is asked for, or the one of which all accounts are, ISO 8601; empty where there is none.
    fn day_in_figure(&self) -> String {
        let first = self.accounts.first().map(|account| account.as_of.as_str()).unwrap_or_default();
        match self.day {
            Some(day) => day.iso(),
            None if self.accounts.iter().all(|account| account.as_of == first) => first.to_owned(),
            None => String::new(),
        }
    }

    /// What the provenance of a figure keeps of it.
    fn record(&self) -> Agreed {
        let within = self.within.as_ref().map(|within| {
            json!({ "title": within.title.main(), "overlay": within.overlay, "geometry_sha256": fingerprint::geometry(&within.shape) })
        });
        let accounts: Vec<_> = self
            .accounts
            .iter()
            .map(|account| {
                let mut value = account.json(self.day);
                // A figure tells nobody where files are.
                value["from"] = json!(account.file_name());
                value["overlay"] = json!(account.overlay.as_ref().filter(|_| !account.is_own));
                value["geometry_sha256"] = json!(fingerprint::geometry(&account.shape));
                value
            })
            .collect();
        let names = |cell: &Cell| self.saying(cell).map(|account| account.name.as_str()).collect::<Vec<_>>();
        let mut cells: BTreeMap<String, _> =
            self.drawn().map(|(place, cell)| (Self::overlay_id(place), json!(names(cell)))).collect();
        if self.slivers().next().is_some() {
            let each: Vec<_> = self.slivers().flat_map(names).collect::<BTreeSet<_>>().into_iter().collect();
            cells.insert(SLIVERS_ID.to_owned(), json!(each));
        }
        Agreed {
            uncredited: self
                .accounts
                .iter()
                .filter(|account| account.credit.is_none() && account.license.is_none())
                .map(|account| account.name.clone())
                .collect(),
            dossier_as_of: String::new(),
            is_own: self.accounts.iter().all(|account| account.is_own),
            marks: self.marks().into_iter().map(|(place, mark)| (Self::overlay_id(place), mark)).collect(),
            json: json!({ "day": self.day.map(|day| day.iso()), "within": within, "accounts": accounts, "cells": cells }),
        }
    }
}

#[cfg(test)]
mod tests;
