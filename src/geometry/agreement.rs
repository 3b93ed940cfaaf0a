//! Accounts of the same ground laid over each other: into cells by which of them hold it.

use std::collections::BTreeMap;

use geo::{Coord, MultiLineString, MultiPolygon};
use thiserror::Error;

use crate::geometry::derive::{inner_point, intersection, union_all};
use crate::geometry::hit::EdgeTree;
use crate::geometry::measure::{area_m2, length_m};
use crate::geometry::planar::{self, Arrangement, oriented_rings};
use crate::geometry::work::{Stopped, within_limits};

/// No more accounts than this are laid over each other.
pub const MOST_ACCOUNTS: usize = 16;

/// Which of some accounts, by their numbers from 0 on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Accounts(u16);

impl Accounts {
    /// One alone; none for a number that no account has.
    pub fn one(account: usize) -> Self {
        Self(u32::try_from(account).ok().and_then(|account| 1_u16.checked_shl(account)).unwrap_or(0))
    }

    /// These and those of another.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether an account is one of them.
    pub fn has(self, account: usize) -> bool {
        self.0 & Self::one(account).0 != 0
    }

    /// How many.
    pub fn count(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Their numbers, ascending.
    pub fn numbers(self) -> impl Iterator<Item = usize> {
        (0..MOST_ACCOUNTS).filter(move |account| self.has(*account))
    }
}

/// Ground that the same accounts hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// Those that do.
    pub held_by: Accounts,
    /// The ground.
    pub area: MultiPolygon<f64>,
    /// Its size in square metres.
    pub area_m2: f64,
}

impl Cell {
    fn new(held_by: Accounts, area: MultiPolygon<f64>) -> Self {
        Self { held_by, area_m2: area_m2(&area), area }
    }
}

/// Why accounts cannot be laid over each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum AgreementError {
    /// More than [`MOST_ACCOUNTS`].
    #[error("{0} accounts are more than can be laid over each other ({MOST_ACCOUNTS}); choose some of them")]
    TooMany(usize),
    /// It is cancelled, or takes too long.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// The cells of some accounts, ordered by how many hold them, the most first, and then by which. Together they are all that any
/// of them covers, and no two overlap: each is cut by one arrangement of edges, so that the two sides of a cut share it to the
/// last digit. `within` is all that is looked at, if anything is.
///
/// # Errors
/// [`AgreementError`].
pub fn cells(accounts: &[&MultiPolygon<f64>], within: Option<&MultiPolygon<f64>>) -> Result<Vec<Cell>, AgreementError> {
    if accounts.len() > MOST_ACCOUNTS {
        return Err(AgreementError::TooMany(accounts.len()));
    }
    Ok(within_limits(|| worked_out(accounts, within))?)
}

fn worked_out(accounts: &[&MultiPolygon<f64>], within: Option<&MultiPolygon<f64>>) -> Vec<Cell> {
    let wholes: Vec<MultiPolygon<f64>> = accounts.iter().map(|account| union_all([*account])).collect();
    let within = within.map(|within| union_all([within]));
    let within = within.as_ref();
    let mut cells = at_once(&wholes, within);
    let grounds = match within {
        Some(within) => wholes.iter().map(|whole| intersection(whole, within)).collect(),
        None => wholes,
    };
    if !add_up(&cells, &grounds) {
        cells = one_by_one(&grounds);
    }
    cells.sort_by_key(|cell| (std::cmp::Reverse(cell.held_by.count()), cell.held_by));
    cells
}

/// The cells by one arrangement of all edges, those around what is looked at among them, each of its faces told by a place inside.
/// Where borders run along each other, rounding may make one face of two whose holders differ: see [`add_up`].
fn at_once(wholes: &[MultiPolygon<f64>], within: Option<&MultiPolygon<f64>>) -> Vec<Cell> {
    let areas: Vec<Vec<Vec<Coord<f64>>>> = wholes.iter().chain(within).map(oriented_rings).collect();
    let arrangement = Arrangement::new(&areas);
    let trees: Vec<EdgeTree> = areas.iter().map(EdgeTree::new).collect();
    let (accounts, rim) = trees.split_at(wholes.len());
    let mut holdings: BTreeMap<Accounts, Vec<usize>> = BTreeMap::new();
    for (number, face) in arrangement.faces() {
        let place = inner_point(&face);
        if rim.iter().all(|rim| rim.is_inside(place)) {
            let holders = accounts.iter().enumerate().filter(|(_, tree)| tree.is_inside(place));
            let holders = holders.fold(Accounts::default(), |all, (account, _)| all.with(Accounts::one(account)));
            holdings.entry(holders).or_default().push(number);
        }
    }
    holdings.remove(&Accounts::default());
    holdings.into_iter().map(|(held_by, faces)| Cell::new(held_by, arrangement.joined(&faces))).collect()
}

/// Whether the cells of each account are together as large as its ground: within a billionth, and a hundredth of a millimetre all
/// along its border, by which the corners of cuts are rounded.
fn add_up(cells: &[Cell], grounds: &[MultiPolygon<f64>]) -> bool {
    grounds.iter().enumerate().all(|(number, ground)| {
        let held: f64 = cells.iter().filter(|cell| cell.held_by.has(number)).map(|cell| cell.area_m2).sum();
        let rings = ground.0.iter().flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()));
        let border_m = length_m(&MultiLineString(rings.cloned().collect()));
        let whole = area_m2(ground);
        (held - whole).abs() <= 1e-9 * whole + 1e-5 * border_m
    })
}

/// The same, each account laid over the cells of those before it. The more of them, the longer that takes, and the more slivers
/// come of cuts that are cut again; but each piece goes by what covers it.
fn one_by_one(grounds: &[MultiPolygon<f64>]) -> Vec<Cell> {
    let mut cells: BTreeMap<Accounts, MultiPolygon<f64>> = BTreeMap::new();
    for (number, ground) in grounds.iter().enumerate() {
        let own = Accounts::one(number);
        let mut rest = ground.clone();
        let mut parted = BTreeMap::new();
        for (holders, area) in cells {
            let [apart, shared, left] = planar::parts(&oriented_rings(&area), &oriented_rings(&rest));
            rest = left;
            for (holders, area) in [(holders, apart), (holders.with(own), shared)] {
                if !area.0.is_empty() {
                    parted.insert(holders, area);
                }
            }
        }
        if !rest.0.is_empty() {
            parted.insert(own, rest);
        }
        cells = parted;
    }
    cells.into_iter().map(|(held_by, area)| Cell::new(held_by, area)).collect()
}

#[cfg(test)]
mod tests;
