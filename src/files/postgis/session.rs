//! One connection to a database, on which everything is asked inside one read-only transaction.

use std::env;
use std::future::Future;
use std::pin::pin;
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_postgres::config::SslMode;
use tokio_postgres::{Client, Config, NoTls, Row};

use super::guard::{Guard, Shared};
use super::{DatabaseError, Listed, Waits, column, failure, passwords, tls};
use crate::formats::database::{Address, Column, LayerOfRows, Statement, Wanted};
use crate::geometry::caught::caught;
use crate::geometry::work;

/// How often it is looked whether the work is still wanted.
const TICK: Duration = Duration::from_millis(50);
/// So many tables are listed.
const MOST_TABLES: usize = 1000;
/// A server is told to end a statement, and has so long to hear it.
const LAST_WORD: Duration = Duration::from_secs(2);

/// Before all else: nothing may be written, and texts come in one form whatever the server's habits. All of it ends with the
/// transaction, for the connection may be one that others use after us.
const BEGIN: &str = "begin isolation level repeatable read, read only; \
    set local default_transaction_read_only = on; \
    set local datestyle = 'ISO'; set local intervalstyle = 'iso_8601'; set local timezone = 'UTC'; \
    set local extra_float_digits = 1; set local synchronize_seqscans = off; set local lock_timeout = '10s'";

/// Does some asking on this thread, until its end.
pub(super) fn run<T>(asking: impl Future<Output = Result<T, DatabaseError>>) -> Result<T, DatabaseError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| format!("the connection could not be set up: {error}"))?;
    let done = caught(|| runtime.block_on(asking));
    runtime.shutdown_background();
    done.unwrap_or_else(|| Err("what the server sends cannot be read".to_owned().into()))
}

/// Why something did not come to its end.
enum Ended {
    Cancelled,
    Late,
}

/// Waits for something, but no longer than it is wanted.
async fn watched<T>(something: impl Future<Output = T>, longest: Duration) -> Result<T, Ended> {
    let mut something = pin!(something);
    let start = Instant::now();
    loop {
        if let Ok(done) = timeout(TICK, &mut something).await {
            return Ok(done);
        }
        if work::is_cancelled() {
            return Err(Ended::Cancelled);
        }
        if start.elapsed() > longest {
            return Err(Ended::Late);
        }
    }
}

fn cancelled() -> DatabaseError {
    "it was cancelled".to_owned().into()
}

/// A connection that has logged in.
pub(super) struct Session<'a> {
    client: Client,
    connection: JoinHandle<()>,
    shared: Shared,
    address: &'a Address,
    waits: Waits,
}

impl<'a> Session<'a> {
    /// Connects, logs in, and begins the transaction.
    pub(super) async fn open(address: &'a Address, waits: Waits) -> Result<Self, DatabaseError> {
        let server = address.server();
        let said = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
        let user =
            address.user.clone().or_else(|| said("PGUSER")).or_else(|| said("USER")).or_else(|| said("USERNAME"));
        let user = user.ok_or_else(|| "the address names no user: postgresql://USER@…".to_owned())?;
        let database = address.database.clone().or_else(|| said("PGDATABASE")).unwrap_or_else(|| user.clone());
        let mut config = Config::new();
        config.user(&user).dbname(&database).application_name("Claimline").ssl_mode(SslMode::Disable);
        if let Some(password) = passwords::password_for(address, &user, &database) {
            config.password(password.text());
        }
        let shared = Shared::default();
        let connecting = async {
            let transport = tls::connect(address).await?;
            let is_overheard = !transport.is_encrypted() && !address.is_here();
            let guard = Guard::new(transport, is_overheard, shared.clone());
            config.connect_raw(guard, NoTls).await.map_err(|error| failure::of(&error, &shared, address))
        };
        let (client, connection) = match watched(connecting, waits.connect).await {
            Ok(connected) => connected?,
            Err(Ended::Cancelled) => return Err(cancelled()),
            Err(Ended::Late) => {
                let seconds = waits.connect.as_secs_f32();
                return Err(format!(
                    "{server} has not answered as PostgreSQL does within {seconds} seconds; check the name and the port"
                )
                .into());
            }
        };
        // What ends it is told to the client, or by the guard.
        let connection = tokio::spawn(async {
            let _ = connection.await;
        });
        let session = Self { client, connection, shared, address, waits };
        let longest = waits.statement.as_millis();
        session.ask(session.client.batch_execute(&format!("{BEGIN}; set local statement_timeout = {longest}"))).await?;
        Ok(session)
    }

    /// Ends the connection as is polite.
    pub(super) async fn close(self) {
        drop(self.client);
        let _ = timeout(LAST_WORD, self.connection).await;
    }

    /// Waits for an answer.
    async fn ask<T>(&self, asked: impl Future<Output = Result<T, tokio_postgres::Error>>) -> Result<T, DatabaseError> {
        // The server itself ends what takes too long, and says so.
        match watched(asked, self.waits.statement + LAST_WORD.min(self.waits.statement)).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(self.failed(&error).await),
            Err(ended) => Err(self.given_up(&ended).await),
        }
    }

    async fn failed(&self, error: &tokio_postgres::Error) -> DatabaseError {
        // Why the connection ended is known once its own task has seen it.
        if error.is_closed() {
            let _ = timeout(TICK, async {
                while !self.connection.is_finished() {
                    tokio::task::yield_now().await;
                }
            })
            .await;
        }
        failure::of(error, &self.shared, self.address)
    }

    /// Tells the server that nobody waits any longer.
    async fn given_up(&self, ended: &Ended) -> DatabaseError {
        let token = self.client.cancel_token();
        let _ = timeout(LAST_WORD, async {
            if let Ok(transport) = tls::connect(self.address).await {
                let _ = token.cancel_query_raw(transport, NoTls).await;
            }
        })
        .await;
        match ended {
            Ended::Cancelled => cancelled(),
            Ended::Late => format!("{} does not answer any more; try again", self.address.server()).into(),
        }
    }

    /// A few rows.
    async fn few(&self, sql: &str, texts: &[&str]) -> Result<Vec<Row>, DatabaseError> {
        let asked = async {
            let statement = self.client.prepare(sql).await?;
            let rows = self.client.query_raw(&statement, texts).await?;
            rows.take(MOST_TABLES).collect::<Vec<_>>().await.into_iter().collect::<Result<Vec<_>, _>>()
        };
        self.ask(asked).await
    }

    /// The schema of PostGIS.
    pub(super) async fn postgis(&self) -> Result<String, DatabaseError> {
        let rows = self
            .few(
                "select n.nspname::text from pg_catalog.pg_extension e join pg_catalog.pg_namespace n on n.oid = \
                 e.extnamespace where e.extname = 'postgis'",
                &[],
            )
            .await?;
        rows.first().and_then(|row| row.try_get(0).ok()).ok_or_else(|| {
            "PostGIS is not installed in this database; its owner can: create extension postgis".to_owned().into()
        })
    }

    /// The columns of what stands behind `from`.
    pub(super) async fn columns(&self, source: &str) -> Result<Vec<Column>, DatabaseError> {
        let statement = self.ask(self.client.prepare(&format!("select * from {source}"))).await?;
        Ok(statement.columns().iter().map(|one| column(one.name(), one.type_().name())).collect())
    }

    /// The number of the coordinate system.
    pub(super) async fn srid(&self, wanted: &Wanted, geometry: &Column, postgis: &str) -> Result<i32, DatabaseError> {
        let rows = self.few(&Statement::srid_of_first(wanted, geometry, postgis), &[]).await?;
        let Some(row) = rows.first() else {
            return Err(format!("no row has a geometry in {}; nothing can be drawn", geometry.name).into());
        };
        match row.try_get(0) {
            Ok(srid) if srid > 0 => Ok(srid),
            Ok(_) => Err(format!(
                "the geometries in {0} do not say which coordinate system they are in (SRID 0); say it in a query: select \
                 ST_SetSRID({0}, 4326) as {0}, … with the number of the right system, or have the owner set it",
                geometry.name
            )
            .into()),
            Err(error) => Err(self.failed(&error).await),
        }
    }

    /// Reads the rows; whether memory was full before their end.
    pub(super) async fn rows(
        &self,
        statement: &Statement,
        address: &Address,
        into: &mut LayerOfRows,
    ) -> Result<bool, DatabaseError> {
        let limit = address.limit();
        let asked = self.ask(self.client.prepare(&statement.rows(limit))).await?;
        self.shared.want_rows();
        let rows = self.ask(self.client.query_raw(&asked, std::iter::empty::<&str>())).await?;
        let mut rows = pin!(rows);
        while into.count() < limit {
            let Some(row) = self.next(rows.next()).await? else { return Ok(false) };
            let parts = (row.try_get::<_, Option<&[u8]>>(0), row.try_get::<_, Option<&str>>(1));
            let (Ok(geometry), Ok(properties)) = parts else {
                return Err("what the server sends cannot be read".to_owned().into());
            };
            if !into.add(geometry, properties) {
                let _ = self.given_up(&Ended::Cancelled).await;
                return Ok(true);
            }
            if into.count().is_multiple_of(1000) {
                let read = crate::dossier::words::number(into.count() as f64, 0);
                work::begin(|| format!("Reading {}: {read} rows", address.name()), 0);
                if work::is_cancelled() {
                    return Err(self.given_up(&Ended::Cancelled).await);
                }
            }
        }
        // The end is still to come, and may be a word on what went wrong.
        self.next(rows.next()).await.map(|_| false)
    }

    async fn next(
        &self,
        next: impl Future<Output = Option<Result<Row, tokio_postgres::Error>>>,
    ) -> Result<Option<Row>, DatabaseError> {
        self.ask(async { next.await.transpose() }).await
    }

    /// How many rows there are in all, if they can be counted in time.
    pub(super) async fn count(&self, statement: &Statement) -> Option<u64> {
        let longest = format!("set local statement_timeout = {}", self.waits.count.as_millis());
        self.ask(self.client.batch_execute(&longest)).await.ok()?;
        let rows = self.few(&statement.count(), &[]).await.ok()?;
        u64::try_from(rows.first()?.try_get::<_, i64>(0).ok()?).ok()
    }

    /// Whether a table has no index on its geometries; a view has none of its own.
    pub(super) async fn lacks_index(&self, wanted: &Wanted, geometry: &Column) -> bool {
        let Wanted::Table { schema, name } = wanted else { return false };
        let rows = self
            .few(
                "select not exists (select from pg_catalog.pg_index i join pg_catalog.pg_class x on x.oid = i.indexrelid \
                 join pg_catalog.pg_am m on m.oid = x.relam join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and \
                 a.attnum = any (i.indkey) where i.indrelid = c.oid and m.amname in ('gist', 'spgist', 'brin') and \
                 a.attname = $3) from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace \
                 where c.relname = $1 and (n.nspname = $2 or $2 = '' and pg_catalog.pg_table_is_visible(c.oid)) and \
                 c.relkind in ('r', 'p', 'm')",
                &[name, schema.as_deref().unwrap_or_default(), &geometry.name],
            )
            .await;
        rows.ok().and_then(|rows| rows.first()?.try_get(0).ok()).unwrap_or(false)
    }

    /// The tables and views that have geometries and may be read.
    pub(super) async fn tables(&self, postgis: &str) -> Result<Vec<Listed>, DatabaseError> {
        let schema = format!("\"{}\"", postgis.replace('"', "\"\""));
        let rows = self
            .few(
                &format!(
                    "select n.nspname::text, c.relname::text, a.attname::text, case when t.typname = 'geography' and \
                     a.atttypmod < 0 then 4326 else {schema}.postgis_typmod_srid(a.atttypmod) end, c.reltuples::float8, \
                     c.relkind in ('v', 'f') from pg_catalog.pg_attribute a join pg_catalog.pg_class c on c.oid = \
                     a.attrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace join pg_catalog.pg_type t on \
                     t.oid = a.atttypid where t.typname in ('geometry', 'geography') and c.relkind in ('r', 'p', 'v', \
                     'm', 'f') and a.attnum > 0 and not a.attisdropped and not c.relispartition and \
                     pg_catalog.has_schema_privilege(n.oid, 'usage') and pg_catalog.has_table_privilege(c.oid, 'select') \
                     order by 1, 2, a.attnum limit {MOST_TABLES}"
                ),
                &[],
            )
            .await?;
        let listed = |row: &Row| {
            let is_view: bool = row.try_get(5).ok()?;
            let rows: f64 = row.try_get(4).ok()?;
            Some(Listed {
                schema: row.try_get(0).ok()?,
                name: row.try_get(1).ok()?,
                geometry: row.try_get(2).ok()?,
                srid: row.try_get(3).ok()?,
                rows: (rows >= 0.0 && !is_view).then_some(rows),
            })
        };
        Ok(rows.iter().filter_map(listed).collect())
    }

    /// The same error, with the tables that there are if the one that is wanted is not among them.
    pub(super) async fn with_tables(&self, error: DatabaseError, wanted: &Wanted, postgis: &str) -> DatabaseError {
        let Wanted::Table { .. } = wanted else { return error };
        // After an error nothing is answered before the transaction has ended.
        if self.ask(self.client.batch_execute(&format!("rollback; {BEGIN}"))).await.is_err() {
            return error;
        }
        let Ok(tables) = self.tables(postgis).await else { return error };
        let is_there = |table: &&Listed| match wanted {
            Wanted::Table { schema, name } => {
                table.name == *name && schema.as_ref().is_none_or(|schema| *schema == table.schema)
            }
            Wanted::Query(_) => false,
        };
        if tables.iter().any(|table| is_there(&table)) {
            return error;
        }
        const MOST: usize = 12;
        let mut names: Vec<String> = tables.iter().take(MOST).map(|it| format!("{}.{}", it.schema, it.name)).collect();
        names.dedup();
        let more = if tables.len() > MOST { format!(" and {} more", tables.len() - MOST) } else { String::new() };
        let there = match names.as_slice() {
            [] => "you may read no table with geometries there".to_owned(),
            names => format!("tables with geometries are {}{more}", names.join(", ")),
        };
        DatabaseError { what: format!("{}; {there}", error.what), ..error }
    }
}
