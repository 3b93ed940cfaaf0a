//! A database of SQLite, read in memory: never written, with nothing of what it says trusted, and stopped where it takes too
//! long.

use std::io::Read as _;
use std::time::Duration;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, MAIN_DB, OpenFlags};

pub(super) use super::super::sqlite::words;
use super::super::sqlite::{self, MAGIC};

pub(super) struct Database {
    connection: Connection,
    megabytes: u64,
}

/// What of a row is read as text, of the tables that say what is in a database.
const MOST_ROWS: usize = 10_000;

impl Database {
    /// Opens a copy in memory.
    ///
    /// # Errors
    /// A text that says what is wrong.
    pub(super) fn open(bytes: &[u8]) -> Result<Self, String> {
        let head = head(bytes)?;
        let failed = |error: rusqlite::Error| words(&error);
        // No file is opened by a name, and no other thread has it.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_in_memory_with_flags(flags).map_err(failed)?;
        let length = i32::try_from(bytes.len().max(1 << 20)).unwrap_or(i32::MAX);
        sqlite::contain(&connection, length).map_err(failed)?;
        let all = head.chain(&bytes[HEAD..]);
        connection.deserialize_read_exact(MAIN_DB, all, bytes.len(), true).map_err(failed)?;
        sqlite::close(&mut connection).map_err(failed)?;
        let mut database = Self { connection, megabytes: bytes.len() as u64 >> 20 };
        database.within(Duration::from_secs(20))?;
        Ok(database)
    }

    /// What comes next may take so long, and longer in a large file.
    pub(super) fn within(&mut self, time: Duration) -> Result<(), String> {
        let time = time + Duration::from_millis(100 * self.megabytes);
        sqlite::within(&mut self.connection, time).map_err(|error| words(&error))
    }

    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Whether there is a table or view of a name.
    pub(super) fn has(&self, name: &str) -> Result<bool, String> {
        self.kind(name).map(|kind| kind.is_some())
    }

    /// What a name stands for.
    pub(super) fn kind(&self, name: &str) -> Result<Option<Kind>, String> {
        let of_name =
            "SELECT type, rootpage FROM sqlite_master WHERE name = ?1 COLLATE NOCASE AND type IN ('table', 'view')";
        let found = self.connection.query_row(of_name, [name], |row| {
            let is_view = matches!(row.get_ref(0)?, ValueRef::Text(b"view"));
            let has_page = matches!(row.get_ref(1)?, ValueRef::Integer(1..));
            Ok(if is_view {
                Kind::View
            } else if has_page {
                Kind::Table
            } else {
                Kind::Virtual
            })
        });
        match found {
            Ok(kind) => Ok(Some(kind)),
            Err(rusqlite::Error::QueryReturnedNoRows) => Ok(None),
            Err(error) => Err(words(&error)),
        }
    }

    /// The rows of a query, each value as text; nothing of what is null or bytes.
    pub(super) fn texts<const N: usize>(&self, query: &str) -> Result<Vec<[Option<String>; N]>, String> {
        let read = || -> rusqlite::Result<Vec<[Option<String>; N]>> {
            let mut statement = self.connection.prepare(query)?;
            let mut rows = statement.query([])?;
            let mut all = Vec::new();
            while let Some(row) = rows.next()? {
                if all.len() >= MOST_ROWS {
                    break;
                }
                let mut texts = [const { None }; N];
                for (index, text) in texts.iter_mut().enumerate() {
                    *text = match row.get_ref(index)? {
                        ValueRef::Text(text) => Some(String::from_utf8_lossy(text).into_owned()),
                        ValueRef::Integer(number) => Some(number.to_string()),
                        _ => None,
                    };
                }
                all.push(texts);
            }
            Ok(all)
        };
        read().map_err(|error| words(&error))
    }
}

/// What a name in a database stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Table,
    View,
    /// A table that a program makes up.
    Virtual,
}

/// A name as SQL has it.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The length of the head of a database in bytes.
const HEAD: usize = 100;

/// The head of a database, as one that has no log of changes beside it.
fn head(bytes: &[u8]) -> Result<std::io::Cursor<[u8; HEAD]>, String> {
    let head = bytes.first_chunk::<HEAD>().filter(|head| head.starts_with(MAGIC));
    let mut head = *head.ok_or("it is cut short, or no database of SQLite")?;
    let page = match u16::from_be_bytes([head[16], head[17]]) {
        1 => 65_536,
        size => usize::from(size),
    };
    let int_at = |at: usize| u32::from_be_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
    // Programs before SQLite 3.7 do not say how many pages there are.
    let is_said = int_at(24) == int_at(92);
    let said = (int_at(28) as usize).saturating_mul(page);
    if is_said && said > bytes.len() {
        let there = bytes.len();
        return Err(format!("the file is cut short: of its {said} bytes {there} are there; download or copy it again"));
    }
    // A database in memory has no such log.
    if head[18] == 2 && head[19] == 2 {
        (head[18], head[19]) = (1, 1);
    }
    Ok(std::io::Cursor::new(head))
}
