//! Accounts of the same ground laid over each other: into cells by which of them hold it.

use std::collections::BTreeMap;

use geo::{Coord, MultiPolygon};
use thiserror::Error;

use crate::geometry::derive::{inner_point, intersection, union_all};
use crate::geometry::hit::EdgeTree;
use crate::geometry::measure::area_m2;
use crate::geometry::planar::{Arrangement, oriented_rings};
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
    let ground = |account: &&MultiPolygon<f64>| {
        let whole = union_all([*account]);
        oriented_rings(&within.map_or(whole.clone(), |within| intersection(&whole, within)))
    };
    let areas: Vec<Vec<Vec<Coord<f64>>>> = accounts.iter().map(ground).collect();
    let arrangement = Arrangement::new(&areas);
    let trees: Vec<EdgeTree> = areas.iter().map(EdgeTree::new).collect();
    let mut holdings: BTreeMap<Accounts, Vec<usize>> = BTreeMap::new();
    for (number, face) in arrangement.faces() {
        let place = inner_point(&face);
        let holders = trees.iter().enumerate().filter(|(_, tree)| tree.is_inside(place));
        let holders = holders.fold(Accounts::default(), |all, (account, _)| all.with(Accounts::one(account)));
        holdings.entry(holders).or_default().push(number);
    }
    holdings.remove(&Accounts::default());
    let cell = |(held_by, faces): (Accounts, Vec<usize>)| {
        let area = arrangement.joined(&faces);
        Cell { held_by, area_m2: area_m2(&area), area }
    };
    let mut cells: Vec<Cell> = holdings.into_iter().map(cell).collect();
    cells.sort_by_key(|cell| (std::cmp::Reverse(cell.held_by.count()), cell.held_by));
    cells
}

#[cfg(test)]
mod tests;
