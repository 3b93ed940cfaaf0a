//! Layers that a PostgreSQL database with PostGIS holds: how they are named, asked for, and what comes of their rows.

mod address;
mod rows;
mod statement;

pub use address::{
    Address, BadAddress, DEFAULT_LIMIT, Password, TlsMode, Wanted, is_address, redacted, redacted_address,
};
pub use rows::{LayerOfRows, MOST_ROW_BYTES};
pub use statement::{Column, ColumnKind, Statement, sorted, source_of};
