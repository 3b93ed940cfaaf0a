//! Databases of SQLite that come from anywhere: nothing of what they say is trusted, nothing is written, and what takes too
//! long is stopped. GeoPackages and archives of tiles are such databases.

use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;
use rusqlite::{Connection, ErrorCode};

use crate::geometry::work;

/// With what a database of SQLite begins.
pub(crate) const MAGIC: &[u8] = b"SQLite format 3\0";

/// So many steps are taken between two looks at the clock.
const STEPS: i32 = 20_000;

/// Takes from a connection what a hostile database could turn against who reads it. No value may be longer than `longest`
/// bytes. To be called before anything of the database is read.
pub(crate) fn contain(connection: &Connection, longest: i32) -> rusqlite::Result<()> {
    for (what, on) in [
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
        (DbConfig::SQLITE_DBCONFIG_WRITABLE_SCHEMA, false),
    ] {
        connection.set_db_config(what, on)?;
    }
    for (limit, most) in [
        (Limit::SQLITE_LIMIT_LENGTH, longest),
        (Limit::SQLITE_LIMIT_SQL_LENGTH, 1 << 20),
        (Limit::SQLITE_LIMIT_EXPR_DEPTH, 200),
        (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 100),
        (Limit::SQLITE_LIMIT_ATTACHED, 0),
        (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 100),
        (Limit::SQLITE_LIMIT_WORKER_THREADS, 0),
    ] {
        connection.set_limit(limit, most)?;
    }
    Ok(())
}

/// From now on rows are chosen and read, and nothing else.
pub(crate) fn close(connection: &mut Connection) -> rusqlite::Result<()> {
    connection.execute_batch("PRAGMA cell_size_check = ON; PRAGMA query_only = ON;")?;
    connection.authorizer(Some(may))
}

/// What comes next may take so long.
pub(crate) fn within(connection: &mut Connection, time: Duration) -> rusqlite::Result<()> {
    let end = Instant::now() + time;
    connection.progress_handler(STEPS, Some(move || Instant::now() > end || work::is_cancelled()))
}

/// The functions that a view may use: none that makes much of nothing, none that gathers without end
/// (`json_group_array` takes all memory), none that reaches out.
const FUNCTIONS: &str = "-> ->> abs avg ceil ceiling char coalesce concat concat_ws count date datetime dense_rank first_value floor \
    format glob group_concat hex ifnull iif if instr json json_array_length json_extract json_type json_valid \
    julianday lag last_value lead length like likelihood likely lower ltrim max min mod nth_value ntile nullif \
    octet_length pi pow power printf quote rank replace round row_number rtrim sign sqrt strftime string_agg \
    substr substring sum time total trim trunc typeof upper";

/// Rows are chosen and read, and nothing else.
fn may(context: AuthContext<'_>) -> Authorization {
    match context.action {
        AuthAction::Select | AuthAction::Read { .. } => Authorization::Allow,
        AuthAction::Function { function_name } if FUNCTIONS.split(' ').any(|one| one == function_name) => {
            Authorization::Allow
        }
        AuthAction::Pragma { pragma_name: "table_xinfo", .. } => Authorization::Allow,
        _ => Authorization::Deny,
    }
}

/// What has gone wrong.
pub(crate) fn words(error: &rusqlite::Error) -> String {
    let what = match error.sqlite_error_code() {
        Some(ErrorCode::OperationInterrupted) if work::is_cancelled() => "it was cancelled",
        Some(ErrorCode::OperationInterrupted) => {
            "it takes too long to be worked out; if it is a view, save what it shows as a table (in QGIS: Export, Save \
             Features As)"
        }
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            "its database is damaged; download or copy it again, or mend it with “sqlite3 FILE .recover”"
        }
        Some(ErrorCode::TooBig) => "a value in it is larger than the file can hold",
        Some(ErrorCode::OutOfMemory) => "there is no room for it in memory",
        Some(ErrorCode::AuthorizationForStatementDenied) => {
            "it is a view that does more than choose and join rows; save what it shows as a table (in QGIS: Export, Save \
             Features As)"
        }
        _ => {
            "its database cannot be read: a table or view in it is broken, or asks for \
              functions that are not read here"
        }
    };
    what.to_owned()
}
