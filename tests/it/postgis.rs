//! Layers of a real PostgreSQL with PostGIS, of servers that break off, and of those that are none.
//!
//! `CLAIMLINE_TEST_POSTGIS` names one, as `.ci/postgis start FOLDER` prints it: a role that may do everything. Without it, what
//! needs one says so and passes.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

use claimline::document::project::Reference;
use claimline::files::layers::{self, From, Standing};
use claimline::files::postgis::{self, Waits};
use claimline::files::project::Over;
use claimline::files::{self, Content};
use claimline::formats::database::Address;
use claimline::geometry::work::Work;
use claimline::scene::Scene;
use claimline::session::{Part, Session};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio_postgres::{NoTls, SimpleQueryMessage};

use super::cli::{Run, run};

const PASSWORD: &str = "hunter2-is-told-to-nobody";

/// What the tests ask for.
const SETUP: &str = r#"
create extension postgis;
do $$ begin create role reader login; exception when duplicate_object then null; end $$;
alter role reader password 'hunter2-is-told-to-nobody';
create table places (
    id bigint primary key, name text, lanes smallint, length numeric(10, 2), share float8, open boolean, day date,
    at timestamptz, local timestamp, key uuid, more jsonb, list int[], raw bytea, kind varchar(9), place geometry(Point, 32637)
);
insert into places select
    9007199254740992 + g, 'place ' || g, g % 5, g * 1.10, g / 3.0, g % 2 = 0, date '2024-02-28' + (g % 300),
    timestamptz '2024-01-01 00:00:00+02' + g * interval '1 minute', timestamp '2024-01-01 12:00:00.5',
    '3f333df6-90a4-4fda-8dd3-9485d27cee36', jsonb_build_object('k', g), array[1, g], '\x00ff', 'a',
    ST_Transform(ST_SetSRID(ST_MakePoint(36 + (g % 100) / 50.0, 47 + (g / 100) / 50.0), 4326), 32637)
from generate_series(1, 6000) g;
create index on places using gist (place);
analyze places;
create table bare as select g as id, ST_SetSRID(ST_MakePoint(36 + g / 1000.0, 48), 4326) as geom from generate_series(1, 2000) g;
create table unplaced as select 1 as id, ST_MakePoint(36, 48) as geom;
create table two as select 1 as id, ST_SetSRID(ST_MakePoint(36, 48), 4326) as a, ST_SetSRID(ST_MakePoint(37, 48), 4326)::geography as b;
create table "Odd ""one"".table" as select
    E'\x1b[31mred\x1b[0m' as "a""b", 'it''s "quoted" \ ' || chr(8238) || ' <b>' as words, 'NaN'::float8 as nan,
    ST_SetSRID(ST_MakePoint(36, 48), 4326) as "ge om";
create table shapes as select 1 as id, ST_GeomFromText('POLYGON Z ((36 48 5, 37 48 5, 37 49 5, 36 48 5))', 4326) as geom
    union all select 2, ST_GeomFromText('GEOMETRYCOLLECTION (POINT (36 48), LINESTRING (36 48, 37 49))', 4326)
    union all select 3, null union all select 4, ST_GeomFromText('POINT EMPTY', 4326);
create table hidden as select 1 as id, ST_SetSRID(ST_MakePoint(36, 48), 4326) as geom;
create table counted (n int);
create function counts() returns int language sql volatile as 'insert into counted values (1) returning n';
grant select on places, bare, unplaced, two, "Odd ""one"".table", shapes, counted to reader;
grant insert, delete on bare, counted to reader;
"#;

/// The address of the server that the tests may use, with another role and database, each made once.
fn server() -> Option<&'static str> {
    static SERVER: OnceLock<Option<String>> = OnceLock::new();
    let server = SERVER.get_or_init(|| {
        let admin = env::var("CLAIMLINE_TEST_POSTGIS").ok()?;
        let database = format!("claimline_{}", std::process::id());
        ask(&admin, &format!("create database {database}"));
        let (server, _) = admin.rsplit_once('/')?;
        let own = format!("{server}/{database}");
        ask(&own, SETUP);
        Some(own)
    });
    #[expect(clippy::print_stderr, reason = "what was not tested is said")]
    if server.is_none() {
        eprintln!("skipped: CLAIMLINE_TEST_POSTGIS names no PostgreSQL; `.ci/postgis start FOLDER` makes one");
    }
    server.as_deref()
}

/// What a server answers, as the role that may do everything.
fn ask(address: &str, sql: &str) -> Vec<String> {
    let config: tokio_postgres::Config = address.parse().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let stream = tokio::net::TcpStream::connect(("127.0.0.1", config.get_ports()[0])).await.unwrap();
        let (client, connection) = config.connect_raw(stream, NoTls).await.unwrap();
        tokio::spawn(connection);
        let rows = client.simple_query(sql).await.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
        let first = |row: SimpleQueryMessage| match row {
            SimpleQueryMessage::Row(row) => Some(row.get(0).unwrap_or_default().to_owned()),
            _ => None,
        };
        rows.into_iter().filter_map(first).collect()
    })
}

/// The address of a layer as the role that may only read; `said` is what stands behind the `?`.
fn layer(server: &str, said: &str) -> String {
    let place = server.rsplit_once('@').unwrap().1;
    format!("postgresql://reader:{PASSWORD}@{place}?{said}")
}

/// The same with a query of the user's.
fn query(server: &str, sql: &str) -> String {
    let encoded: String = sql.bytes().map(|byte| format!("%{byte:02X}")).collect();
    layer(server, &format!("query={encoded}"))
}

/// What `claimline convert` makes of a layer, and how it went.
fn converted(address: &str, more: &[&str]) -> (Value, Run) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.geojson");
    let arguments = [&["convert", address, "-o", path.to_str().unwrap()], more].concat();
    let run = run(&arguments);
    for words in [&run.out, &run.err] {
        assert!(!words.contains("hunter2"), "{words}");
        assert!(!words.contains('\u{1b}') && !words.contains("panicked"), "{words}");
    }
    let made = fs::read_to_string(path).map_or(Value::Null, |text| serde_json::from_str(&text).unwrap());
    (made, run)
}

fn features(made: &Value) -> &Vec<Value> {
    made["features"].as_array().unwrap()
}

#[test]
fn every_type_of_column_comes_as_it_is() {
    let Some(server) = server() else { return };
    let (made, run) = converted(&query(server, "select * from places where id = 9007199254740993"), &[]);
    run.says(0, &["left out, as bytes and further geometries are no properties: raw", "EPSG:32637"]);
    let feature = &features(&made)[0];
    let expected = json!({
        "id": 9_007_199_254_740_993_u64, "name": "place 1", "lanes": 1, "length": 1.10, "share": 1.0 / 3.0, "open": false,
        "day": "2024-02-29", "at": "2023-12-31T22:01:00+00:00", "local": "2024-01-01T12:00:00.5",
        "key": "3f333df6-90a4-4fda-8dd3-9485d27cee36", "more": {"k": 1}, "list": [1, 1], "kind": "a"
    });
    assert_eq!(feature["properties"], expected);
    let names: Vec<&String> = feature["properties"].as_object().unwrap().keys().collect();
    assert_eq!(names[..4], ["id", "name", "lanes", "length"]);
    let at = |index: usize| feature["geometry"]["coordinates"][index].as_f64().unwrap();
    assert!((at(0) - 36.02).abs() < 1e-7 && (at(1) - 47.0).abs() < 1e-7, "{feature}");
}

#[test]
fn only_what_meets_the_box_is_asked_for_by_the_index() {
    let Some(server) = server() else { return };
    let scans = || -> i64 {
        let sql = "select coalesce(sum(idx_scan), 0) from pg_stat_user_indexes where indexrelname = 'places_place_idx'";
        ask(server, sql)[0].parse().unwrap()
    };
    let before = scans();
    let (made, run) = converted(&layer(server, "table=public.places"), &["--bbox", "36.495,47.195,36.705,47.405"]);
    run.says(0, &[]);
    assert!(!run.err.contains("no spatial index") && !run.err.contains("rows were read"), "{}", run.err);
    let ids: BTreeSet<String> = features(&made).iter().map(|one| one["properties"]["id"].to_string()).collect();
    // In degrees, by another function than the one that reads.
    let sql = "select id from places where ST_Intersects(ST_Transform(place, 4326), ST_MakeEnvelope(36.495, 47.195, 36.705, \
               47.405, 4326))";
    let expected: BTreeSet<String> = ask(server, sql).into_iter().collect();
    assert!(expected.len() > 50 && expected.len() < 200, "{}", expected.len());
    assert_eq!(ids, expected);
    let start = Instant::now();
    while scans() == before {
        assert!(start.elapsed() < Duration::from_secs(10), "the index was not used");
        thread::sleep(Duration::from_millis(200));
    }
    converted(&layer(server, "table=places&bbox=10,10,11,11"), &[])
        .1
        .says(1, &["no row of places lies within the box"]);
}

#[test]
fn what_a_limit_leaves_out_is_counted() {
    let Some(server) = server() else { return };
    let (made, run) = converted(&layer(server, "table=places&limit=1000"), &[]);
    run.says(0, &["1,000 of 6,000 rows were read", "the limit is reached"]);
    assert_eq!(features(&made).len(), 1000);
    let (made, run) = converted(&layer(server, "table=places&limit=6000"), &[]);
    assert!(features(&made).len() == 6000 && !run.err.contains("rows were read"), "{}", run.err);
    let (_, run) = converted(&layer(server, "table=bare"), &[]);
    run.says(0, &["no spatial index", "create index on bare using gist (geom)"]);
}

#[test]
fn geometries_of_every_kind_are_placed_or_named() {
    let Some(server) = server() else { return };
    let (made, run) = converted(&layer(server, "table=shapes"), &[]);
    run.says(0, &["heights are left out", "have no shape that can be drawn"]);
    let kinds: Vec<&Value> = features(&made).iter().map(|one| &one["geometry"]["type"]).collect();
    assert_eq!(kinds, [&json!("Polygon"), &json!("GeometryCollection"), &Value::Null, &Value::Null]);
    let (made, _) = converted(&layer(server, "table=two&geometry=b&bbox=36.5,47,38,49"), &[]);
    assert_eq!(features(&made)[0]["geometry"]["coordinates"], json!([37.0, 48.0]));
}

#[test]
fn words_and_names_that_mean_harm_are_words_and_names() {
    let Some(server) = server() else { return };
    let (made, run) = converted(&layer(server, "table=%22Odd one%22"), &[]);
    run.says(1, &["does not exist", "tables with geometries are public.Odd"]);
    assert_eq!(made, Value::Null);
    let (made, run) = converted(&layer(server, "table=%22Odd%20%22%22one%22%22.table%22"), &[]);
    run.says(0, &[]);
    assert_eq!(features(&made).len(), 1);
    let (made, run) = converted(&query(server, "select * from \"Odd \"\"one\"\".table\" -- all of it"), &[]);
    run.says(0, &[]);
    let said = &features(&made)[0]["properties"];
    assert_eq!(said["a\"b"], "\u{1b}[31mred\u{1b}[0m");
    assert_eq!(said["words"], "it's \"quoted\" \\ \u{202e} <b>");
    assert_eq!(said["nan"], "NaN");
}

#[test]
fn what_cannot_be_read_says_what_to_do() {
    let Some(server) = server() else { return };
    let place = server.rsplit_once('@').unwrap().1;
    let (host, _) = place.split_once('/').unwrap();
    for (address, words) in [
        (layer(server, "table=unplaced"), &["SRID 0", "ST_SetSRID(geom, 4326)"][..]),
        (layer(server, "table=two"), &["several columns have geometries: a, b", "&geometry=a"]),
        (layer(server, "table=counted"), &["no column has geometries", "n. A query can make one"]),
        (layer(server, "table=hidden"), &["permission denied", "grant select"]),
        (layer(server, "table=nowhere.places"), &["does not exist", "public.places"]),
        (layer(server, "limit=5"), &["names no table"]),
        (layer(server, "tabel=places"), &["none of table, query"]),
        (query(server, "select places"), &["the server refuses: column"]),
        (query(server, "select 1 as a, 2 as a"), &["two columns of the query are called a"]),
        (query(server, "select 1; select 2"), &["the server refuses: syntax error"]),
        (query(server, "select id, ST_SetSRID(place, 999999) as g from places"), &["the server refuses"]),
        (
            format!("postgresql://reader:hunter2-wrong@{place}?table=places"),
            &["password authentication failed", "~/.pgpass"],
        ),
        (format!("postgresql://reader@{place}?table=places"), &["wants a password", "PGPASSWORD"]),
        (
            format!("postgresql://reader:{PASSWORD}@{host}/nowhere?table=places"),
            &["does not exist", "name of the database"],
        ),
        (format!("postgresql://reader:{PASSWORD}@127.0.0.1:1/a?table=places"), &["no server answers at 127.0.0.1:1"]),
        (format!("postgresql://reader:{PASSWORD}@no.invalid/a?table=places"), &["no.invalid cannot be reached"]),
    ] {
        let (_, run) = converted(&address, &[]);
        run.says(1, words);
    }
    // Where the command line itself is wrong, its words are repeated.
    let address = layer(server, "table=places");
    for arguments in
        [vec!["show", &address], vec!["overlays", &address], vec!["at", "x", "--file", &address], vec![&address, "b.x"]]
    {
        let run = run(&arguments);
        assert!(run.code != 0 && !run.err.contains("hunter2"), "{}", run.err);
    }
}

#[test]
fn a_password_is_found_where_postgresql_keeps_it() {
    let Some(server) = server() else { return };
    let place = server.rsplit_once('@').unwrap().1;
    let address = format!("postgresql://reader@{place}?table=shapes");
    let folder = TempDir::new().unwrap();
    let list = folder.path().join("list");
    fs::write(&list, format!("*:*:*:other:no\n127.0.0.1:*:*:reader:{PASSWORD}\n")).unwrap();
    let command = |name: &str, value: &Path| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_claimline"));
        command.args(["overlays", "--file", &address]).env(name, value).output().unwrap()
    };
    assert!(command("PGPASSWORD", Path::new(PASSWORD)).status.success());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(&list, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(!command("PGPASSFILE", &list).status.success(), "others can read it");
        fs::set_permissions(&list, fs::Permissions::from_mode(0o600)).unwrap();
    }
    assert!(command("PGPASSFILE", &list).status.success());
}

#[test]
fn nothing_that_writes_is_ever_done() {
    let Some(server) = server() else { return };
    for sql in [
        "delete from bare returning *",
        "with gone as (delete from bare returning *) select * from gone",
        "select counts(), ST_SetSRID(ST_MakePoint(1, 2), 4326) as geom",
        "select set_config('transaction_read_only', 'off', false), ST_SetSRID(ST_MakePoint(1, 2), 4326) as geom",
        "select 1) as q; delete from bare; --",
        "select * from bare) as q; commit; delete from bare; select * from (select * from bare",
    ] {
        let (_, run) = converted(&query(server, sql), &[]);
        run.says(1, &["the server refuses"]);
    }
    assert_eq!(ask(server, "select (select count(*) from bare) || ' ' || (select count(*) from counted)"), ["2000 0"]);
    // By the server's own record, each statement begins as one that reads.
    let log = ask(server, "select pg_read_file(pg_current_logfile())").concat();
    let sent = log.lines().filter_map(|line| line.strip_prefix("Claimline: LOG:  "));
    let sent = sent.filter(|line| ["statement: ", "execute "].iter().any(|word| line.starts_with(word)));
    let statements: Vec<&str> =
        sent.filter_map(|line| line.split_once(": ")).map(|(_, sql)| sql.trim_start()).collect();
    assert!(statements.len() > 5, "{log}");
    for sql in statements {
        assert!(
            ["select", "begin", "set local", "rollback"].iter().any(|word| sql.to_lowercase().starts_with(word)),
            "{sql}"
        );
    }
    assert!(!log.contains("hunter2-is-told") || !log.contains("Claimline: LOG:  statement: create role"), "not by us");
}

#[test]
fn encryption_is_as_the_address_says() {
    let Some(server) = server() else { return };
    let folder = TempDir::new().unwrap();
    let root = folder.path().join("root.crt");
    fs::write(&root, ask(server, "select pg_read_file('server.crt')").concat()).unwrap();
    let sql = "select ssl::int as on, ST_SetSRID(ST_MakePoint(1, 2), 4326) as geom from pg_stat_ssl where pid = pg_backend_pid()";
    let encrypted = |more: &str| {
        let (made, run) = converted(&format!("{}{more}", query(server, sql)), &[]);
        (made["features"][0]["properties"]["on"].as_i64(), run)
    };
    assert_eq!(encrypted("").0, Some(1));
    assert_eq!(encrypted("&sslmode=require").0, Some(1));
    assert_eq!(encrypted("&sslmode=disable").0, Some(0));
    encrypted("&sslmode=verify-full").1.says(1, &["certificate", "sslrootcert=FILE"]);
    let (on, run) = encrypted(&format!("&sslmode=verify-full&sslrootcert={}", root.display()));
    assert_eq!(on, Some(1), "{}", run.err);
}

#[test]
fn a_long_query_is_cancelled_here_and_there() {
    let Some(server) = server() else { return };
    let sql = "select pg_sleep(60)::text as slept, ST_SetSRID(ST_MakePoint(1, 2), 4326) as geom";
    let address = query(server, sql);
    let work = Work::default();
    let theirs = work.clone();
    let reading = thread::spawn(move || theirs.run(|| files::open(Path::new(&address)).map(|_| ())));
    thread::sleep(Duration::from_millis(1500));
    assert!(!reading.is_finished());
    let start = Instant::now();
    work.cancel();
    let error = reading.join().unwrap().unwrap_err().to_string();
    assert!(error.contains("cancelled") && start.elapsed() < Duration::from_secs(4), "{error}");
    let active = "select count(*) from pg_stat_activity where application_name = 'Claimline' and query like '%pg_sleep%' and state = 'active'";
    let start = Instant::now();
    while ask(server, active) != ["0"] {
        assert!(start.elapsed() < Duration::from_secs(5), "the server goes on");
        thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn tables_are_listed_with_what_is_known_of_them() {
    let Some(server) = server() else { return };
    let (address, password) = Address::parse(&layer(server, "")).unwrap();
    postgis::use_password(&address, password.unwrap().text());
    let tables = postgis::tables(&address, Waits::default()).unwrap();
    let named = |name: &str| tables.iter().filter(|table| table.name == name).collect::<Vec<_>>();
    assert_eq!((named("places")[0].srid, named("places")[0].rows), (32637, Some(6000.0)));
    assert_eq!(named("two").len(), 2);
    assert!(named("hidden").is_empty() && named("counted").is_empty());
    postgis::use_password(&address, "");
}

#[test]
fn a_project_keeps_the_data_and_no_password_and_asks_nobody() {
    let Some(server) = server() else { return };
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.claimline.geojson");
    let address = layer(server, "table=shapes&bbox=30,40,40,50");
    let Content::Evidence(part) = files::open(Path::new(&address)).unwrap().content else { panic!("a layer") };
    let dossier = claimline::dossier::builtin::berlin().unwrap().0;
    let session = || Session::new(std::sync::Arc::new(Scene::new(dossier.clone())), Vec::new());
    let mut first = session();
    let id = first.open(vec![part]).0.added.remove(0);
    let all: Vec<_> = first.dossier().own_layers().cloned().collect();
    let data = layers::to_keep(first.document(), &all, &Default::default());
    let reference = Reference { data, ..Reference::default() };
    files::project::save(&path, first.document(), &reference, &Over::Agreed).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    assert!(!text.contains("hunter2") && text.contains("table=shapes&bbox=30"), "{text}");
    assert!(text.contains("\"sha256\"") && text.contains("\"modified_ms\""), "{text}");
    // On another machine: a server that listens, and must hear nothing.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    let own = server.rsplit_once('@').unwrap().1.split('/').next().unwrap().to_owned();
    fs::write(&path, text.replace(&own, &format!("127.0.0.1:{port}"))).unwrap();
    let opened = files::project::open(&path).unwrap();
    assert!(opened.project.warnings.is_empty(), "{:?}", opened.project.warnings);
    let mut wanted = layers::wanted(&opened.project.document, &opened.project.reference.data, |_| false);
    wanted.retain(|wanted| wanted.from == From::Anywhere && wanted.id == id);
    let read = layers::read_layer(wanted.remove(0));
    assert_eq!(read.standing, Standing::Unasked);
    assert!(read.notice().unwrap().contains("was not asked again"), "{:?}", read.notice());
    let Some(Part::Layer(layer, _)) = read.part else { panic!("a layer") };
    assert_eq!((layer.features.count(), layer.title.main()), (2, "shapes"));
    let run =
        run(&["export", "--project", path.to_str().unwrap(), "-o", folder.path().join("a.svg").to_str().unwrap()]);
    run.says(0, &["is from a database, which was not asked again"]);
    assert!(!fs::read_to_string(folder.path().join("a.svg")).unwrap().contains("hunter2"));
    assert!(listener.accept().is_err(), "nobody connects because a project says so");
    // Without the data that it keeps, the layer is missing, and still nobody is asked.
    let mut wanted = layers::wanted(&opened.project.document, &Default::default(), |_| false);
    let read = layers::read_layer(wanted.remove(0));
    assert!(matches!(read.standing, Standing::Missing(_)) && listener.accept().is_err(), "{:?}", read.standing);
}

// ── servers that are none, or break off ──────────────────────────────────────────────────────────────────────────

/// A server on this machine that does this with each connection.
fn serving(serve: impl Fn(TcpStream) + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            serve(stream.unwrap());
        }
    });
    port
}

#[test]
fn a_connection_that_breaks_off_in_the_middle_is_said() {
    let Some(server) = server() else { return };
    let behind = server.rsplit_once('@').unwrap().1.split('/').next().unwrap().to_owned();
    for most in [0, 1, 30, 3000, 60_000] {
        let behind = behind.clone();
        let port = serving(move |stream| {
            let other = TcpStream::connect(&behind).unwrap();
            let (mut from, mut to) = (stream.try_clone().unwrap(), other.try_clone().unwrap());
            thread::spawn(move || std::io::copy(&mut from, &mut to));
            let mut part = other.take(most);
            let _ = std::io::copy(&mut part, &mut &stream);
            let _ = stream.shutdown(std::net::Shutdown::Both);
        });
        let address = layer(server, "table=places").replace(&behind_of(server), &format!("127.0.0.1:{port}"));
        let start = Instant::now();
        let (made, run) = converted(&format!("{address}&sslmode=disable"), &[]);
        assert!(run.code == 1 && start.elapsed() < Duration::from_secs(10), "{most}: {}", run.err);
        assert!(run.err.contains("broke off") || run.err.contains("not a PostgreSQL"), "{most}: {}", run.err);
        assert_eq!(made, Value::Null);
    }
}

fn behind_of(server: &str) -> String {
    server.rsplit_once('@').unwrap().1.split('/').next().unwrap().to_owned()
}

/// What becomes of a server that answers so.
fn told(mode: &str, answers: &'static [&'static [u8]]) -> String {
    let port = serving(move |mut stream| {
        let mut asked = [0; 4096];
        for answer in answers {
            if !stream.read(&mut asked).is_ok_and(|count| count > 0) || stream.write_all(answer).is_err() {
                return;
            }
        }
        // It hangs.
        thread::sleep(Duration::from_secs(5));
    });
    let (address, _) = Address::parse(&format!("postgresql://me@127.0.0.1:{port}/a?sslmode={mode}")).unwrap();
    postgis::use_password(&address, "pw");
    let waits =
        Waits { connect: Duration::from_millis(700), statement: Duration::from_millis(700), ..Waits::default() };
    let start = Instant::now();
    let error = postgis::tables(&address, waits).unwrap_err().to_string();
    assert!(start.elapsed() < Duration::from_secs(5), "{error}");
    error
}

#[test]
fn what_is_no_postgresql_ends_in_words_and_in_time() {
    let says = |told: String, words: &str| assert!(told.contains(words), "'{words}' is missing in: {told}");
    const LET_IN: &[u8] = b"R\0\0\0\x08\0\0\0\0K\0\0\0\x0c\0\0\0\x01\0\0\0\x02Z\0\0\0\x05I";
    says(told("prefer", &[]), "has not answered as PostgreSQL does");
    says(told("prefer", &[b"HTTP/1.1 400 Bad Request\r\n\r\n"]), "not a PostgreSQL server");
    says(told("disable", &[b"HTTP/1.1 400 Bad Request\r\n\r\n"]), "not a PostgreSQL server");
    says(told("disable", &[b"\xff\xfe\x00garbage"]), "not a PostgreSQL server");
    says(told("require", &[b"N"]), "cannot encrypt");
    says(told("prefer", &[b"N", b""]), "has not answered");
    says(told("prefer", &[b"S", b"garbage that is no TLS"]), "encrypted connection");
    says(told("disable", &[b"R\x7f\xff\xff\xff"]), "PostgreSQL");
    says(told("disable", &[b"R\0\0\0\x08\0\0\0\x63"]), "cannot be read");
    says(told("disable", &[LET_IN]), "does not answer any more");
    says(told("disable", &[LET_IN, b"D\x7f\xff\xff\xff"]), "2147483647 bytes");
    says(told("disable", &[LET_IN, b"T\0\0\0\x06\xff\xff"]), "does not answer any more");
    const BEGUN: &[u8] = b"C\0\0\0\nBEGIN\0Z\0\0\0\x05T";
    assert!(
        !told("disable", &[LET_IN, BEGUN, b"1\0\0\0\x04t\0\0\0\x06\0\0T\0\0\0\x06\xff\xffZ\0\0\0\x05T"]).is_empty()
    );
    const ROUNDS: &[u8] = b"R\0\0\0\x21\0\0\0\x0br=abc,s=QUJD,i=4294967295";
    says(told("disable", &[b"R\0\0\0\x17\0\0\0\x0aSCRAM-SHA-256\0\0", ROUNDS]), "rounds of hashing");
}
