//! Layers of a PostgreSQL database with PostGIS: read only, one statement a layer, within bounds of rows, memory and time.
//!
//! Nothing that is sent can write: the transaction is read-only from its beginning, and what is asked for stands inside a
//! `select`. A password goes to the server and nowhere else.

mod failure;
mod guard;
mod passwords;
mod session;
mod tls;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

pub use self::failure::DatabaseError;
use self::session::Session;
use super::{Content, FileError, Opened, Taken};
use crate::dossier::words::number;
use crate::dossier::{FileRecord, Origin};
use crate::formats::database::{
    self, Address, Column, ColumnKind, LayerOfRows, MOST_ROW_BYTES, Password, Statement, Wanted, sorted, source_of,
};
use crate::formats::geojson::Order;
use crate::formats::read::{FeatureLayer, ReadError};
use crate::geometry::work;

pub use crate::formats::database::is_address;

/// How long a server is waited for.
#[derive(Debug, Clone, Copy)]
pub struct Waits {
    /// Until it has let us in.
    pub connect: Duration,
    /// Until it has answered one statement.
    pub statement: Duration,
    /// Until it has counted the rows that were not read.
    pub count: Duration,
}

impl Default for Waits {
    fn default() -> Self {
        Self { connect: Duration::from_secs(15), statement: Duration::from_secs(300), count: Duration::from_secs(10) }
    }
}

/// A table that has geometries.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// The column that has the geometries.
    pub geometry: String,
    /// The number of their coordinate system; 0 where the table does not say.
    pub srid: i32,
    /// About how many rows it has, if the server knows.
    pub rows: Option<f64>,
}

/// The same path, of an address without its password: that is remembered until the program ends, and is in no message, project
/// or figure.
pub fn without_password(path: PathBuf) -> PathBuf {
    let Some(text) = path.to_str().filter(|_| is_address(&path)) else { return path };
    match Address::parse(text) {
        Ok((address, password)) => {
            if let Some(password) = password {
                passwords::remember(&address, password);
            }
            PathBuf::from(address.to_string())
        }
        // What is wrong with it is said when it is opened.
        Err(_) => PathBuf::from(database::redacted_address(text)),
    }
}

/// The same path, of an address that has no box of its own within this one.
pub fn within(path: &Path, bbox: Option<[f64; 4]>) -> PathBuf {
    let parsed = path.to_str().and_then(|text| Address::parse(text).ok());
    match parsed.zip(bbox) {
        Some(((address, _), bbox)) => PathBuf::from(address.within(bbox).to_string()),
        None => path.to_owned(),
    }
}

/// Takes what the user has typed as the password for a server, until the program ends.
pub fn use_password(address: &Address, password: &str) {
    match Password::of(password) {
        Some(password) => passwords::remember(address, password),
        None => passwords::forget(address),
    }
}

/// The addresses that the user has named since the program was started.
static ASKED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// Whether the user has named this address since the program was started: then it may be asked again for what was taken away.
pub(super) fn was_asked(path: &Path) -> bool {
    ASKED.lock().unwrap_or_else(PoisonError::into_inner).contains(path)
}

/// Opens the layer of an address.
///
/// # Errors
/// [`FileError::Features`] says what is wrong, and the address last, without its password.
pub(super) fn open(path: &Path, taken: &Taken, waits: Waits) -> Result<Opened, FileError> {
    let path = without_password(path.to_owned());
    let failed = |what: String| FileError::Features { cause: ReadError::Unusable(what), path: path.clone() };
    let text = path.to_string_lossy();
    let (address, _) = Address::parse(&text).map_err(|error| failed(error.to_string()))?;
    ASKED.lock().unwrap_or_else(PoisonError::into_inner).insert(path.clone());
    let (layer, sha256, bytes) = read(&address, taken.order, waits).map_err(|error| failed(error.what))?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).ok();
    let file = FileRecord {
        path: path.clone(),
        elsewhere: None,
        sha256,
        bytes,
        modified_ms: now.and_then(|since| u64::try_from(since.as_millis()).ok()),
        order: taken.order,
        crs: None,
        table: None,
        layer: None,
    };
    let origin = || Arc::new(Origin { file: Arc::new(file), text: None, from_kept: false, table: None });
    let content = super::part_of(&path, layer, origin).map(Content::Evidence)?;
    Ok(Opened::new(content, vec![path]))
}

/// The tables of a database that have geometries and may be read, by name.
///
/// # Errors
/// [`DatabaseError`] says why they cannot be listed.
pub fn tables(address: &Address, waits: Waits) -> Result<Vec<Listed>, DatabaseError> {
    session::run(async {
        work::begin(|| format!("Asking {}", address.server()), 0);
        let session = Session::open(address, waits).await?;
        let postgis = session.postgis().await?;
        session.tables(&postgis).await
    })
}

/// The features of a layer, the SHA-256 of what was sent, and how many bytes that was.
///
/// # Errors
/// [`DatabaseError`] says what is wrong.
pub fn read(address: &Address, order: Order, waits: Waits) -> Result<(FeatureLayer, String, u64), DatabaseError> {
    let Some(wanted) = &address.wanted else {
        return Err("the address names no table; add ?table=schema.name or ?query=select …".to_owned().into());
    };
    session::run(async {
        work::begin(|| format!("Connecting to {}", address.server()), 0);
        let session = Session::open(address, waits).await?;
        work::begin(|| format!("Reading {}", address.name()), 0);
        let postgis = session.postgis().await?;
        let columns = match session.columns(&source_of(wanted)).await {
            Ok(columns) => columns,
            Err(error) => return Err(session.with_tables(error, wanted, &postgis).await),
        };
        let sorted = sorted(&columns, address.geometry.as_deref())?;
        let srid = session.srid(wanted, &sorted.geometry, &postgis).await?;
        let statement = Statement::new(address, wanted, &sorted, &postgis, srid);
        let mut rows = LayerOfRows::new(order);
        let is_full = session.rows(&statement, address, &mut rows).await?;
        let title = address.title();
        if !sorted.left_out.is_empty() {
            rows.warn(format!(
                "left out, as bytes and further geometries are no properties: {}",
                sorted.left_out.join(", ")
            ));
        }
        if srid != 4326 {
            rows.warn(format!("its positions are in EPSG:{srid}, and the server has converted them to WGS 84"));
        }
        let read = rows.count();
        if is_full || read >= address.limit() {
            match session.count(&statement).await {
                Some(all) if all <= read => {}
                all => rows.warn(cut_short(read, all, is_full)),
            }
        }
        if let Wanted::Table { .. } = wanted
            && (statement.is_bounded() || read > 1000)
            && session.lacks_index(wanted, &sorted.geometry).await
        {
            rows.warn(format!(
                "the table has no spatial index, so that the server looks through all of it each time; its owner can make \
                 one: create index on {title} using gist ({})",
                sorted.geometry.name
            ));
        }
        if read == 0 && statement.is_bounded() {
            return Err(format!("no row of {title} lies within the box").into());
        }
        let (layer, sha256, bytes) = rows.finished(&title).map_err(|error| DatabaseError::from(error.to_string()))?;
        session.close().await;
        Ok((layer, sha256, bytes))
    })
}

/// That not all rows were read, and why.
fn cut_short(read: u64, all: Option<u64>, is_full: bool) -> String {
    let of = match all {
        Some(all) => format!("{} of {} rows", number(read as f64, 0), number(all as f64, 0)),
        None => format!("{} rows of more than the server could count in time", number(read as f64, 0)),
    };
    let why = match is_full {
        true => format!("they take {} MB, and no more is held", MOST_ROW_BYTES >> 20),
        false => "the limit is reached".to_owned(),
    };
    format!("{of} were read, whichever the server sent first: {why}; take a smaller part of the map, or another limit=")
}

/// A column by the name of its type.
fn column(name: &str, type_name: &str) -> Column {
    Column { name: name.to_owned(), kind: ColumnKind::of(type_name) }
}
