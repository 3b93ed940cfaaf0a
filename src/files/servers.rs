//! The map servers that the user has allowed, or will not have asked: a list of the user's own, in one file.
//!
//! A server learns the address of who asks it and the area that is looked at. What a project names is therefore fetched
//! only from a server that the user has chosen or has said yes to.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use http::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::Url;
use serde::{Deserialize, Serialize};

use super::disk::{read_if_there, write_private_json};
use super::{FileError, state_folder};
use crate::basemap::MapSource;
use crate::formats::{percent, secrets};

/// A list longer than this is none of ours, in bytes.
const MOST_BYTES: usize = 1 << 20;
/// How many servers are remembered.
const MOST: usize = 1000;

/// A server, as far as it matters whom one talks to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Server(String);

impl Server {
    /// The server of an address of tiles. `None` where that is no address, or where which server it is depends on the tile:
    /// nobody could say yes to that.
    pub fn of(address: &str) -> Option<Self> {
        // Of two tiles that differ in everything.
        let at = |tile: [&str; 3]| {
            let parts =
                ["{z}", "{x}", "{y}", "{-y}", "{q}", "{bbox-epsg-3857}", "{TileMatrix}", "{TileRow}", "{TileCol}"];
            let address = parts.iter().zip(tile.iter().cycle()).fold(address.to_owned(), |a, (p, v)| a.replace(p, v));
            let url = Url::parse(&address).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
            let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
            Some(Self(format!("{}://{}{port}", url.scheme(), url.host_str()?)))
        };
        let server = at(["1", "0", "0"])?;
        (at(["17", "9", "5"])? == server).then_some(server)
    }

    /// All servers that a map comes from: the one of its address, or one for each of its subdomains. None where one of them
    /// cannot be told, so that nobody could say yes to it.
    pub fn all_of(map: &MapSource) -> Vec<Self> {
        if !map.is_online() {
            return Vec::new();
        }
        // Another machine that has a file of a map is asked for it under the user's name.
        if let Some(machine) = map.share() {
            return vec![Self(format!("file://{machine}"))];
        }
        let addresses = match map.subdomains.as_slice() {
            [] => vec![map.address.clone()],
            hosts => hosts.iter().map(|host| map.address.replace("{s}", host)).collect(),
        };
        let mut servers: Vec<Self> = Vec::new();
        for address in addresses {
            let Some(server) = Self::of(&address.replace("{key}", "key")) else { return Vec::new() };
            if !servers.contains(&server) {
                servers.push(server);
            }
        }
        servers
    }

    /// Whether it is this computer.
    pub fn is_here(&self) -> bool {
        let host = self.name().rsplit_once(':').map_or(self.name(), |(host, port)| {
            if port.bytes().all(|byte| byte.is_ascii_digit()) { host } else { self.name() }
        });
        matches!(host, "localhost" | "[::1]")
            || host.starts_with("127.") && host.bytes().all(|b| b == b'.' || b.is_ascii_digit())
    }

    /// What it is called: its host, and its port where that is not the usual one.
    pub fn name(&self) -> &str {
        self.0.split_once("://").map_or(&self.0, |(_, name)| name)
    }

    /// Whether it is another machine that has a file, and no server of the web.
    pub fn is_share(&self) -> bool {
        self.0.starts_with("file://")
    }

    /// Whether others on the way see what is asked of it.
    pub fn is_open_to_others(&self) -> bool {
        self.0.starts_with("http://")
    }
}

/// What opens the doors of a server: kept in the user's settings, and in nothing that is handed on.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Secret {
    /// What stands for `{key}` in addresses of the server.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub key: String,
    /// What stands for `{key2}`, `{key3}` and so on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub more_keys: Vec<String>,
    /// Headers that are sent to it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
}

impl Secret {
    /// Its keys in their order; one that is not known is empty.
    pub fn keys(&self) -> Vec<String> {
        let mut keys = vec![self.key.clone()];
        keys.extend(self.more_keys.iter().cloned());
        while keys.last().is_some_and(String::is_empty) {
            keys.pop();
        }
        keys
    }

    /// The same with other keys in the place of those that it has; where one is empty, the one that it has stays.
    #[must_use]
    pub fn with_keys(mut self, keys: &[String]) -> Self {
        for (index, key) in keys.iter().take(secrets::MOST_KEYS).enumerate().filter(|(_, key)| !key.is_empty()) {
            match index.checked_sub(1) {
                None => self.key.clone_from(key),
                Some(index) => {
                    if self.more_keys.len() <= index {
                        self.more_keys.resize(index + 1, String::new());
                    }
                    self.more_keys[index].clone_from(key);
                }
            }
        }
        self
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

/// What the user has said of servers: whether each may be asked for maps, and what opens their doors.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Servers {
    servers: BTreeMap<Server, bool>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    secrets: BTreeMap<Server, Secret>,
    /// Those whose pages are captured without asking again.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    captured: BTreeSet<Server>,
    /// Whom servers can write to about what this program asks of them: an address of mail or a page.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    contact: String,
}

/// Where that is usually kept.
pub fn default_file() -> Option<PathBuf> {
    Some(state_folder()?.join("map-servers.json"))
}

impl Servers {
    /// Reads the list; none where there is no such file. One that cannot be read allows nothing, and a word on it comes
    /// back.
    pub fn load(file: &Path) -> (Self, Option<String>) {
        let bytes = match read_if_there(file, MOST_BYTES) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return (Self::default(), None),
            Err(error) => {
                return (Self::default(), Some(format!("cannot read which map servers are allowed: {error}")));
            }
        };
        match serde_json::from_slice(&bytes) {
            Ok(servers) => (servers, None),
            Err(cause) => {
                let what = format!(
                    "which map servers are allowed cannot be read, so each will be asked about again: {cause}: {}",
                    file.display()
                );
                (Self::default(), Some(what))
            }
        }
    }

    /// Changes the list and writes it. What other windows have noted is kept.
    ///
    /// # Errors
    /// [`FileError::Write`].
    pub fn change(file: &Path, change: impl FnOnce(&mut Self)) -> Result<Self, FileError> {
        let (mut servers, _) = Self::load(file);
        change(&mut servers);
        write_private_json(file, &servers)?;
        Ok(servers)
    }

    /// Takes what the user says of a server, or with `None` that nothing is said of it any longer.
    pub fn say(&mut self, server: &Server, said: Option<bool>) {
        match said {
            Some(said) if self.servers.len() < MOST || self.servers.contains_key(server) => {
                self.servers.insert(server.clone(), said);
            }
            Some(_) => {}
            None => {
                self.servers.remove(server);
            }
        }
    }

    /// What the user has said of a server, if anything.
    pub fn said(&self, server: &Server) -> Option<bool> {
        self.servers.get(server).copied()
    }

    /// Whether the user has said that a server may be asked.
    pub fn may_ask(&self, server: &Server) -> bool {
        self.said(server) == Some(true)
    }

    /// Takes whether pages of a server are captured without asking again.
    pub fn say_captured(&mut self, server: &Server, may: bool) {
        if !may {
            self.captured.remove(server);
        } else if self.captured.len() < MOST {
            self.captured.insert(server.clone());
        }
    }

    /// Whether the user has said that pages of a server are captured without asking again.
    pub fn may_capture(&self, server: &Server) -> bool {
        self.captured.contains(server)
    }

    /// The servers whose pages are captured without asking again.
    pub fn captured(&self) -> impl Iterator<Item = &Server> {
        self.captured.iter()
    }

    /// Takes what opens a server's doors, or nothing.
    pub fn set_secret(&mut self, server: &Server, secret: Secret) {
        if secret == Secret::default() {
            self.secrets.remove(server);
        } else if self.secrets.len() < MOST || self.secrets.contains_key(server) {
            self.secrets.insert(server.clone(), secret);
        }
    }

    /// What opens a server's doors.
    pub fn secret(&self, server: &Server) -> Option<&Secret> {
        self.secrets.get(server)
    }

    /// Takes whom servers can write to: an address of mail or a page.
    pub fn set_contact(&mut self, contact: &str) {
        contact.trim().clone_into(&mut self.contact);
    }

    /// Whom servers can write to; empty until the user has said so.
    pub fn contact(&self) -> &str {
        &self.contact
    }

    /// An address with the keys for its server in the places of `{key}`, `{key2}` and so on, and the headers that are sent to it.
    ///
    /// # Errors
    /// In words: it is no address, or there is no key for its server.
    pub fn with_key(&self, address: &str) -> Result<(Url, HeaderMap), String> {
        let server =
            Server::of(&address.replace("{key}", "key")).ok_or_else(|| "the address names no server".to_owned())?;
        let secret = self.secret(&server);
        let keys = secret.map(Secret::keys).unwrap_or_default();
        let mut filled = address.to_owned();
        for index in secrets::places(address) {
            let key = keys.get(index).filter(|key| !key.is_empty()).ok_or_else(|| {
                format!("there is no key for {}; add the map again with its key in the address", server.name())
            })?;
            let key = percent::encoded(key.as_bytes(), percent::is_unreserved);
            filled = filled.replace(&secrets::placeholder(index), &key);
        }
        let url = Url::parse(&filled).map_err(|error| format!("the address cannot be asked: {error}"))?;
        let mut headers = HeaderMap::new();
        for (name, value) in secret.iter().flat_map(|secret| &secret.headers) {
            let header = (HeaderName::try_from(name.as_str()), HeaderValue::try_from(value.as_str()));
            let (Ok(name), Ok(mut value)) = header else {
                return Err(format!("a header for {} has a name or a value that none can have", server.name()));
            };
            value.set_sensitive(true);
            headers.insert(name, value);
        }
        Ok((url, headers))
    }

    /// All of which the user has said something, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&Server, bool)> {
        self.servers.iter().map(|(server, said)| (server, *said))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_server_is_where_the_tiles_come_from_whatever_else_the_address_says() {
        for (address, name, is_open) in [
            ("https://tile.openstreetmap.org/{z}/{x}/{y}.png", "tile.openstreetmap.org", false),
            ("https://TILE.OpenStreetMap.org:443/{z}/{x}/{y}.png", "tile.openstreetmap.org", false),
            ("http://maps.example:8080/{z}/{x}/{y}", "maps.example:8080", true),
            // What stands before the @ is no server.
            ("https://tile.openstreetmap.org@evil.example/{z}/{x}/{y}", "evil.example", false),
            // A Cyrillic letter is not the Latin one.
            ("https://tile.openstreetmаp.org/{z}/{x}/{y}", "tile.xn--openstreetmp-79j.org", false),
            ("http://2130706433/{z}/{x}/{y}", "127.0.0.1", true),
        ] {
            let server = Server::of(address).unwrap_or_else(|| panic!("{address}"));
            assert_eq!((server.name(), server.is_open_to_others()), (name, is_open), "{address}");
        }
        for address in [
            "https://{x}.example/{z}/{y}",
            "https://{z}{x}.{y}.example/",
            "https://a.example:{z}0/{x}/{y}",
            "http{z}://a.example/{x}/{y}",
            "file:///{z}/{x}/{y}",
            "tiles/{z}/{x}/{y}",
        ] {
            assert_eq!(Server::of(address), None, "{address}");
        }
    }

    #[test]
    fn a_machine_that_has_the_file_of_a_map_is_a_server_too() {
        let map = |address: &str| MapSource {
            kind: crate::basemap::MapKind::Mbtiles,
            address: address.to_owned(),
            ..MapSource::builtin()
        };
        let servers = Server::all_of(&map(r"\\NAS\maps\a.mbtiles"));
        assert_eq!(servers.iter().map(Server::name).collect::<Vec<_>>(), ["nas"]);
        assert!(servers[0].is_share() && !servers[0].is_here() && !servers[0].is_open_to_others());
        assert!(Server::all_of(&map("/maps/a.mbtiles")).is_empty());
    }

    #[test]
    fn a_key_is_sent_to_its_own_server_and_stands_nowhere_else() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("map-servers.json");
        let server = |name: &str| Server::of(&format!("https://{name}/{{z}}/{{x}}/{{y}}?k={{key}}")).unwrap();
        let headers = [("X-Api-Key".to_owned(), "h&idden".to_owned())].into();
        let secret = Secret { key: "s e/cret".to_owned(), headers, ..Secret::default() };
        let servers = Servers::change(&file, |servers| {
            servers.set_secret(&server("a.example"), secret);
            servers.set_contact(" desk@paper.example ");
        });
        let servers = servers.unwrap();
        assert_eq!((Servers::load(&file).0, servers.contact()), (servers.clone(), "desk@paper.example"));
        let (url, sent) = servers.with_key("https://a.example/1/2/3?k={key}").unwrap();
        assert_eq!(url.as_str(), "https://a.example/1/2/3?k=s%20e%2Fcret");
        assert_eq!(sent["x-api-key"], "h&idden");
        let two = servers.clone();
        let missing = two.with_key("https://a.example/1/2/3?k={key}&sig={key2}").unwrap_err();
        assert!(missing.contains("no key for a.example"), "{missing}");
        let mut two = two;
        let secret = two.secret(&server("a.example")).cloned().unwrap().with_keys(&[String::new(), "se&cond".into()]);
        two.set_secret(&server("a.example"), secret);
        let (url, _) = two.with_key("https://a.example/1/2/3?k={key}&sig={key2}").unwrap();
        assert_eq!(url.as_str(), "https://a.example/1/2/3?k=s%20e%2Fcret&sig=se%26cond");
        // Neither to another server, nor without encryption.
        for other in ["https://b.example/1/2/3", "http://a.example/1/2/3", "https://a.example:8080/1"] {
            let (url, sent) = servers.with_key(other).unwrap();
            assert_eq!((url.as_str(), sent.len()), (other, 0));
        }
        let why = servers.with_key("https://b.example/?k={key}").unwrap_err();
        assert!(why.contains("no key for b.example"), "{why}");
        assert!(!format!("{servers:?}").contains("s e/cret"));
        let mut gone = servers;
        gone.set_secret(&server("a.example"), Secret::default());
        assert!(gone.with_key("https://a.example/?k={key}").is_err());
    }

    #[test]
    fn what_is_said_of_servers_is_kept_and_can_be_taken_back() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("state/map-servers.json");
        assert_eq!(Servers::load(&file), (Servers::default(), None));
        let server = |name: &str| Server::of(&format!("https://{name}/{{z}}/{{x}}/{{y}}")).unwrap();
        let (a, b) = (server("a.example"), server("b.example"));
        Servers::change(&file, |servers| servers.say(&a, Some(true))).unwrap();
        Servers::change(&file, |servers| servers.say(&b, Some(false))).unwrap();
        let (servers, problem) = Servers::load(&file);
        assert_eq!((servers.said(&a), servers.said(&b), problem), (Some(true), Some(false), None));
        assert_eq!(servers.iter().count(), 2);
        // To be captured is another question than to be asked for maps.
        let servers = Servers::change(&file, |servers| servers.say_captured(&b, true)).unwrap();
        assert!(servers.may_capture(&b) && !servers.may_capture(&a) && servers.said(&b) == Some(false));
        let servers = Servers::change(&file, |servers| servers.say_captured(&b, false)).unwrap();
        assert_eq!(servers.captured().count(), 0);
        // With encryption or without is not the same.
        assert_eq!(servers.said(&Server::of("http://a.example/{z}/{x}/{y}").unwrap()), None);
        let servers = Servers::change(&file, |servers| servers.say(&a, None)).unwrap();
        assert_eq!((servers.said(&a), Servers::load(&file).0), (None, servers));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&file), mode(file.parent().unwrap())), (0o600, 0o700));
        }
        for damaged in ["", "{\"servers\": {\"https://a.example\": 1}}", "[]"] {
            fs::write(&file, damaged).unwrap();
            let (servers, problem) = Servers::load(&file);
            assert!(servers == Servers::default() && problem.unwrap().contains("asked about again"), "{damaged}");
        }
    }
}
