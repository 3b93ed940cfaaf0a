//! What goes wrong with a database, said with what to do.

use thiserror::Error;
use tokio_postgres::error::SqlState;

use super::guard::Shared;
use crate::formats::database::Address;

/// Why a database gave nothing.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{what}")]
pub struct DatabaseError {
    /// In words, without the address.
    pub what: String,
    /// Whether another password may help.
    pub wants_password: bool,
}

impl From<String> for DatabaseError {
    fn from(what: String) -> Self {
        Self { what, wants_password: false }
    }
}

/// Words of a server, fit to be repeated.
fn said(words: &str) -> String {
    let plain: String = words.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).take(300).collect();
    plain.trim().to_owned()
}

/// What an error of the protocol means.
pub(super) fn of(error: &tokio_postgres::Error, shared: &Shared, address: &Address) -> DatabaseError {
    if let Some(refused) = shared.refused() {
        return refused.to_string().into();
    }
    let server = address.server();
    let Some(told) = error.as_db_error() else {
        let cause = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
        if cause.contains("password missing") {
            return DatabaseError {
                what: "the server wants a password; put it into ~/.pgpass or PGPASSWORD, or type it in the window (File › \
                       Add from a database…)"
                    .to_owned(),
                wants_password: true,
            };
        }
        return match (error.is_closed(), cause.as_str()) {
            (true, _) | (_, "") => format!("the connection to {server} broke off; try again"),
            (false, cause) => {
                format!("the connection to {server} broke off, or what it sends cannot be read: {}", said(cause))
            }
        }
        .into();
    };
    let words = said(told.message());
    let code = told.code();
    let wants_password = [&SqlState::INVALID_PASSWORD, &SqlState::INVALID_AUTHORIZATION_SPECIFICATION].contains(&code);
    let advice = if *code == SqlState::INVALID_PASSWORD {
        "; check the name and the password (in the address, PGPASSWORD or ~/.pgpass)".to_owned()
    } else if *code == SqlState::INVALID_CATALOG_NAME {
        "; check the name of the database, after the server's".to_owned()
    } else if *code == SqlState::INSUFFICIENT_PRIVILEGE {
        "; ask its owner: grant select on it to you".to_owned()
    } else if *code == SqlState::QUERY_CANCELED {
        "; it took too long: take a smaller part of the map with bbox=, or a simpler query".to_owned()
    } else if *code == SqlState::READ_ONLY_SQL_TRANSACTION {
        "; Claimline only reads, so nothing was changed".to_owned()
    } else if words.contains("transform") || words.contains("spatial_ref_sys") {
        "; the server cannot bring these positions to WGS 84: check the SRID of the geometries, or take a smaller box"
            .to_owned()
    } else {
        told.hint().map(|hint| format!(" ({})", said(hint))).unwrap_or_default()
    };
    DatabaseError { what: format!("the server refuses: {words}{advice}"), wants_password }
}
