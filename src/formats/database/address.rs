//! The address of a layer in a database: server, user, database, and the table or the query that is wanted.
//!
//! ```text
//! postgresql://reader@db.example.org/gis?table=public.roads&limit=5000
//! postgresql://reader@db.example.org/gis?query=select%20*%20from%20roads%20where%20lanes%20%3E%202
//! ```
//!
//! A password in it is taken out as it is read and stands in nothing that is written: [`Address`] has none.

use std::fmt;
use std::path::Path;

use thiserror::Error;

use crate::formats::percent;
use crate::formats::read::shortened;

/// So many rows are read where the address says nothing of it.
pub const DEFAULT_LIMIT: u64 = 100_000;

/// No address asks for more rows.
const LARGEST_LIMIT: u64 = 100_000_000;

/// The usual port of PostgreSQL.
const PORT: u16 = 5432;

const SCHEMES: [&str; 2] = ["postgresql://", "postgres://"];

/// What may stand behind the `?`.
const PARAMETERS: &str = "table, query, geometry, limit, bbox, sslmode, sslrootcert";

/// What is read of a database, and where that is.
#[derive(Debug, Clone, PartialEq)]
pub struct Address {
    /// The server's name or number.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The role; where there is none, that of the environment.
    pub user: Option<String>,
    /// The database; where there is none, that of the user's name.
    pub database: Option<String>,
    /// What is read.
    pub wanted: Option<Wanted>,
    /// Which column has the geometry, where there are several.
    pub geometry: Option<String>,
    /// So many rows at most, where it says so.
    pub limit: Option<u64>,
    /// Only what meets this box: west, south, east, north in degrees.
    pub bbox: Option<[f64; 4]>,
    /// How the connection is to be encrypted, where it says so.
    pub tls: Option<TlsMode>,
    /// A file of the certificates of those who may vouch for the server, instead of the system's.
    pub roots: Option<String>,
}

/// What is read of a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// A table or a view.
    Table {
        /// Its schema; where there is none, the first that has such a table.
        schema: Option<String>,
        /// Its name.
        name: String,
    },
    /// What a query of the user's gives.
    Query(String),
}

/// How a connection is encrypted, by the names that PostgreSQL's own programs use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TlsMode {
    /// Not at all.
    Disable,
    /// Where the server can; whoever it is.
    Prefer,
    /// Always; whoever the server is.
    Require,
    /// Always, with a certificate that is good for the server's name.
    VerifyFull,
}

impl TlsMode {
    const ALL: [Self; 4] = [Self::Disable, Self::Prefer, Self::Require, Self::VerifyFull];

    /// What an address calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Disable => "disable",
            Self::Prefer => "prefer",
            Self::Require => "require",
            Self::VerifyFull => "verify-full",
        }
    }
}

/// A password: nothing prints it.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// That of a text; none of an empty one.
    pub fn of(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| Self(text.to_owned()))
    }

    /// For the server alone.
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password")
    }
}

/// Why a text is not the address of a layer in a database.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct BadAddress(String);

/// Whether a path is the address of a database.
pub fn is_address(path: &Path) -> bool {
    path.to_str().is_some_and(|text| after_scheme(text).is_some())
}

fn after_scheme(text: &str) -> Option<&str> {
    SCHEMES.iter().find_map(|scheme| {
        let start = text.get(..scheme.len())?;
        start.eq_ignore_ascii_case(scheme).then(|| &text[scheme.len()..])
    })
}

/// A text without the passwords of the addresses in it, whether or not those can be read: what stands between the name and the
/// server.
pub fn redacted(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let Some((start, scheme)) =
        SCHEMES.iter().filter_map(|scheme| Some((lower.find(scheme)?, scheme.len()))).min_by_key(|(at, _)| *at)
    else {
        return text.to_owned();
    };
    let (before, rest) = text.split_at(start + scheme);
    let (address, after) = rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len()));
    format!("{before}{}{}", redacted_rest(address), redacted(after))
}

/// The same of one address, whatever is in it.
pub fn redacted_address(text: &str) -> String {
    match after_scheme(text) {
        Some(rest) => format!("{}{}", SCHEMES[0], redacted_rest(rest)),
        None => text.to_owned(),
    }
}

fn redacted_rest(address: &str) -> String {
    // A password that is not percent-encoded may have any letter in it.
    let authority = address.split('?').next().unwrap_or_default();
    let own = match authority.rfind('@').or_else(|| address.rfind('@')) {
        Some(at) => {
            let user = address[..at].split(':').next().unwrap_or_default();
            format!("{user}{}", &address[at..])
        }
        None => address.to_owned(),
    };
    without_parameter(&own)
}

/// The same without a `password=…` behind the `?`.
fn without_parameter(address: &str) -> String {
    let Some((place, parameters)) = address.split_once('?') else { return address.to_owned() };
    let kept = parameters.split('&').filter(|one| !one.to_ascii_lowercase().starts_with("password="));
    format!("{place}?{}", kept.collect::<Vec<_>>().join("&"))
}

impl Address {
    /// Reads an address, and the password that stands in it.
    ///
    /// # Errors
    /// [`BadAddress`] says what is wrong, without the address.
    pub fn parse(text: &str) -> Result<(Self, Option<Password>), BadAddress> {
        let bad = |what: String| BadAddress(what);
        let text =
            after_scheme(text).ok_or_else(|| bad("a database's address begins with postgresql://".to_owned()))?;
        let (place, parameters) = text.split_once('?').unwrap_or((text, ""));
        let (authority, database) = place.split_once('/').unwrap_or((place, ""));
        // Parts of a password would be taken for something else, and told.
        let is_torn = |parameter: &str| parameter.contains('@') && !parameter.starts_with("query=");
        if database.contains('@') || parameters.split('&').any(is_torn) {
            return Err(bad(
                "the address cannot be read: write / ? # @ : in a name or password as %2F %3F %23 %40 %3A".to_owned(),
            ));
        }
        let (said, server) =
            authority.rsplit_once('@').map_or((None, authority), |(said, server)| (Some(said), server));
        let (user, password) = match said.map(|said| said.split_once(':').unwrap_or((said, ""))) {
            Some((user, password)) => (decoded(user)?, decoded(password)?),
            None => Default::default(),
        };
        let (host, port) = host_and_port(server)?;
        let mut address = Self {
            host,
            port,
            user: Some(user).filter(|user| !user.is_empty()),
            database: Some(decoded(database)?).filter(|name| !name.is_empty()),
            wanted: None,
            geometry: None,
            limit: None,
            bbox: None,
            tls: None,
            roots: None,
        };
        let mut password = Password::of(&password);
        for parameter in parameters.split('&').filter(|parameter| !parameter.is_empty()) {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            let value = decoded(value)?;
            match name {
                "table" | "query" if address.wanted.is_some() => {
                    return Err(bad("the address has more than one table or query; name one".to_owned()));
                }
                "table" => {
                    address.wanted =
                        Some(Wanted::table(&value).ok_or_else(|| {
                            bad("expected a table such as table=roads or table=public.roads".to_owned())
                        })?)
                }
                "query" => {
                    let query = value.trim_start().trim_end_matches(|end: char| end == ';' || end.is_whitespace());
                    if query.is_empty() {
                        return Err(bad("the query is empty; give query=select …".to_owned()));
                    }
                    address.wanted = Some(Wanted::Query(query.to_owned()));
                }
                "geometry" => address.geometry = Some(value).filter(|value| !value.is_empty()),
                "limit" => {
                    let limit = value.parse().ok().filter(|limit| (1..=LARGEST_LIMIT).contains(limit));
                    address.limit = Some(limit.ok_or_else(|| {
                        bad(format!("the limit is a number of rows from 1 to {LARGEST_LIMIT}, such as limit=5000"))
                    })?);
                }
                "bbox" => {
                    address.bbox = Some(bbox(&value).ok_or_else(|| {
                        bad("bbox is west, south, east and north in degrees, such as bbox=36.5,46.8,39.1,49.3"
                            .to_owned())
                    })?)
                }
                "sslmode" => {
                    let mode = TlsMode::ALL.into_iter().find(|mode| mode.name() == value);
                    address.tls =
                        Some(mode.ok_or_else(|| bad("sslmode is disable, prefer, require or verify-full".to_owned()))?);
                }
                "sslrootcert" => address.roots = Some(value).filter(|value| !value.is_empty()),
                "password" => password = Password::of(&value),
                other => {
                    let other = shortened(other);
                    return Err(bad(format!("the address says '{other}', which is none of {PARAMETERS}")));
                }
            }
        }
        Ok((address, password))
    }

    /// Whether the server is this computer.
    pub fn is_here(&self) -> bool {
        let parts: Vec<&str> = self.host.split('.').collect();
        let is_loopback = matches!(parts.as_slice(), ["127", rest @ ..] if rest.len() == 3)
            && parts.iter().all(|part| part.parse::<u8>().is_ok());
        is_loopback || ["localhost", "::1"].contains(&self.host.as_str())
    }

    /// How the connection is encrypted: away from this computer, only to a server that shows who it is, unless the address says
    /// otherwise.
    pub fn tls(&self) -> TlsMode {
        self.tls.unwrap_or(if self.is_here() { TlsMode::Prefer } else { TlsMode::VerifyFull })
    }

    /// So many rows at most.
    pub fn limit(&self) -> u64 {
        self.limit.unwrap_or(DEFAULT_LIMIT)
    }

    /// The server, with its port where that is not the usual one.
    pub fn server(&self) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        if self.port == PORT { host } else { format!("{host}:{}", self.port) }
    }

    /// What the layer is called: its table, or the database for a query.
    pub fn title(&self) -> String {
        match &self.wanted {
            Some(Wanted::Table { schema: Some(schema), name }) => format!("{schema}.{name}"),
            Some(Wanted::Table { schema: None, name }) => name.clone(),
            Some(Wanted::Query(_)) | None => match &self.database {
                Some(database) => format!("query of {database}"),
                None => "query".to_owned(),
            },
        }
    }

    /// The same with the server.
    pub fn name(&self) -> String {
        format!("{} on {}", self.title(), self.server())
    }

    /// The same, within a box unless it has one of its own.
    #[must_use]
    pub fn within(self, bbox: [f64; 4]) -> Self {
        Self { bbox: self.bbox.or(Some(bbox)), ..self }
    }
}

impl Wanted {
    /// A table by its name, with its schema before a dot or not. Double quotes keep a dot in a name; two of them in such are one.
    pub fn table(text: &str) -> Option<Self> {
        let mut parts = vec![String::new()];
        let mut quoted = false;
        let mut letters = text.trim().chars().peekable();
        while let Some(letter) = letters.next() {
            match letter {
                '"' if quoted && letters.next_if_eq(&'"').is_some() => parts.last_mut()?.push('"'),
                '"' => quoted = !quoted,
                '.' if !quoted => parts.push(String::new()),
                letter => parts.last_mut()?.push(letter),
            }
        }
        if quoted || parts.iter().any(String::is_empty) {
            return None;
        }
        let name = parts.pop()?;
        let schema = parts.pop();
        parts.is_empty().then_some(Self::Table { schema, name })
    }
}

impl fmt::Display for Address {
    /// As it is written down: with everything but a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(SCHEMES[0])?;
        if let Some(user) = &self.user {
            write!(f, "{}@", encoded(user))?;
        }
        write!(f, "{}/{}", self.server(), encoded(self.database.as_deref().unwrap_or_default()))?;
        let quoted = |name: &str| match name.contains(['.', '"']) || name.trim() != name {
            true => format!("\"{}\"", name.replace('"', "\"\"")),
            false => name.to_owned(),
        };
        let wanted = self.wanted.as_ref().map(|wanted| match wanted {
            Wanted::Table { schema: Some(schema), name } => ("table", format!("{}.{}", quoted(schema), quoted(name))),
            Wanted::Table { schema: None, name } => ("table", quoted(name)),
            Wanted::Query(query) => ("query", query.clone()),
        });
        let parameters = [
            wanted,
            self.geometry.clone().map(|geometry| ("geometry", geometry)),
            self.limit.map(|limit| ("limit", limit.to_string())),
            self.bbox.map(|bbox| ("bbox", bbox.map(|number| number.to_string()).join(","))),
            self.tls.map(|mode| ("sslmode", mode.name().to_owned())),
            self.roots.clone().map(|roots| ("sslrootcert", roots)),
        ];
        for (index, (name, value)) in parameters.into_iter().flatten().enumerate() {
            write!(f, "{}{name}={}", if index == 0 { '?' } else { '&' }, encoded(&value))?;
        }
        Ok(())
    }
}

fn host_and_port(server: &str) -> Result<(String, u16), BadAddress> {
    let (host, port) = match server.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((number, port)) => (number.to_owned(), port.strip_prefix(':')),
        None => match server.rsplit_once(':') {
            Some((host, port)) => (decoded(host)?, Some(port)),
            None => (decoded(server)?, None),
        },
    };
    let port = match port.filter(|port| !port.is_empty()) {
        Some(port) => port.parse().map_err(|_| BadAddress("the port is a number from 1 to 65535".to_owned()))?,
        None => PORT,
    };
    let is_number =
        host.contains(':') && host.chars().all(|letter| letter.is_ascii_hexdigit() || ":.".contains(letter));
    if !is_number && host.contains(|letter: char| !letter.is_alphanumeric() && !"-._".contains(letter)) {
        return Err(BadAddress("the server is one name or number, such as db.example.org or 127.0.0.1".to_owned()));
    }
    Ok((if host.is_empty() { "localhost".to_owned() } else { host.to_lowercase() }, port))
}

fn bbox(text: &str) -> Option<[f64; 4]> {
    let numbers: Vec<f64> = text.split(',').map(|part| part.trim().parse().ok()).collect::<Option<_>>()?;
    let [west, south, east, north] = <[f64; 4]>::try_from(numbers).ok()?;
    let is_box = west < east && south < north && west >= -180.0 && east <= 180.0 && south >= -90.0 && north <= 90.0;
    is_box.then_some([west, south, east, north])
}

/// A part of an address as it is meant.
fn decoded(text: &str) -> Result<String, BadAddress> {
    let bad = || BadAddress("a % in the address is not followed by two hexadecimal digits; write % as %25".to_owned());
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let digits = rest.get(..2).and_then(|digits| std::str::from_utf8(digits).ok()).ok_or_else(bad)?;
        bytes.push(u8::from_str_radix(digits, 16).map_err(|_| bad())?);
        rest = &rest[2..];
    }
    let text = String::from_utf8(bytes).map_err(|_| BadAddress("the address is not UTF-8 once decoded".to_owned()))?;
    // A query may have several lines.
    if text.contains(|letter: char| letter.is_control() && !"\n\r\t".contains(letter)) {
        return Err(BadAddress("the address has a control character in it".to_owned()));
    }
    Ok(text)
}

/// The other way round: what would end a part, percent-encoded.
fn encoded(text: &str) -> String {
    percent::encoded(text.as_bytes(), |byte| percent::is_unreserved(byte) || b",*()=".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> (Address, Option<Password>) {
        Address::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn an_address_is_read_and_written_without_its_password() {
        let text = "postgresql://rea%40der:s%2Fe:cret@DB.example.org:6000/g%20is?table=a.%22b.c%22&geometry=geom&limit=7&bbox=1,2,3.5,4&sslmode=require";
        let (address, password) = parse(text);
        assert_eq!((address.host.as_str(), address.port), ("db.example.org", 6000));
        assert_eq!((address.user.as_deref(), address.database.as_deref()), (Some("rea@der"), Some("g is")));
        assert_eq!(address.wanted, Some(Wanted::Table { schema: Some("a".to_owned()), name: "b.c".to_owned() }));
        assert_eq!((address.limit(), address.bbox), (7, Some([1.0, 2.0, 3.5, 4.0])));
        assert_eq!(password.unwrap().text(), "s/e:cret");
        let written = address.to_string();
        assert!(!written.contains("cret"), "{written}");
        assert_eq!(parse(&written), (address, None));
        let odd = Wanted::Table { schema: None, name: "Odd \"one\".table".to_owned() };
        let odd = Address { wanted: Some(odd), ..parse("postgresql://h/d").0 };
        assert_eq!(parse(&odd.to_string()).0, odd);
    }

    #[test]
    fn what_is_not_said_is_as_usual() {
        let (address, password) = parse("postgres:///gis?query=select%20*%20from%20a%20where%20b%20%3E%202%3B%20");
        assert_eq!((address.server().as_str(), address.limit(), password), ("localhost", DEFAULT_LIMIT, None));
        assert_eq!(address.wanted, Some(Wanted::Query("select * from a where b > 2".to_owned())));
        assert_eq!(address.tls(), TlsMode::Prefer);
        assert_eq!(parse("postgresql://10.0.0.1/a?table=b").0.tls(), TlsMode::VerifyFull);
        assert_eq!(parse("postgresql://[::1]:5433/a?table=b").0.server(), "[::1]:5433");
        assert!(parse("postgresql://[::1]/a").0.is_here() && parse("postgresql://127.0.0.2/a").0.is_here());
        assert!(!parse("postgresql://127.0.0.1.example.org/a").0.is_here() && !parse("postgresql://127/a").0.is_here());
        assert!(Address::parse("postgresql://[::1/a").is_err() && Address::parse("postgresql://a%20b/a").is_err());
    }

    #[test]
    fn what_cannot_be_read_says_why_and_never_the_password() {
        for (text, expected) in [
            ("postgresql://u:hunter2@h/d?tabel=a", "none of table, query"),
            ("postgresql://u:hunter2@h:port/d?table=a", "the port is a number"),
            ("postgresql://u:hun/ter2@h/d?table=a", "%2F"),
            ("postgresql://u:7?hunter2@h/d?table=a", "%3F"),
            ("postgresql://u:7?table=hunter2@h/d", "%3F"),
            ("postgresql://u:hun ter2@h/d/e?tables=a", "none of"),
            ("postgresql://u:hunter2@h/d?table=a&query=b", "more than one"),
            ("postgresql://u:hunter2@h/d?table=a..b", "expected a table"),
            ("postgresql://u:hunter2@h/d?table=%00", "control character"),
            ("postgresql://u:hunter2%@h/d?table=a", "%25"),
            ("postgresql://u:hunter2@h/d?limit=0", "from 1 to"),
            ("postgresql://u:hunter2@h/d?bbox=3,2,1,4", "west, south"),
            ("postgresql://u:hunter2@h/d?sslmode=none", "verify-full"),
        ] {
            let error = Address::parse(text).unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
            assert!(!error.contains("hunter") && !error.contains("ter2"), "{error}");
            assert!(!redacted_address(text).contains("ter2"), "{}", redacted_address(text));
        }
    }

    #[test]
    fn passwords_are_taken_out_of_any_text() {
        for (text, expected) in [
            ("cannot read 'postgresql://u:p@h/d?table=a': no", "cannot read 'postgresql://u@h/d?table=a': no"),
            ("Postgres://u:p@x@h/d", "Postgres://u@h/d"),
            ("postgresql://u:p/q?r@h/d", "postgresql://u@h/d"),
            ("postgresql://h/d?password=p&table=a", "postgresql://h/d?table=a"),
            ("a postgres://u:p@h b postgres://v:q@i c", "a postgres://u@h b postgres://v@i c"),
            ("postgresql://h/d?query=select%20'a@b'", "postgresql://h/d?query=select%20'a@b'"),
            ("nothing", "nothing"),
        ] {
            assert_eq!(redacted(text), expected);
        }
    }
}
