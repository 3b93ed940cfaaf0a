//! The map servers that the user has allowed, or will not have asked: a list of the user's own, in one file.
//!
//! A server learns the address of who asks it and the area that is looked at. What a project names is therefore fetched
//! only from a server that the user has chosen or has said yes to.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use reqwest::Url;
use serde::{Deserialize, Serialize};

use super::disk::{Access, make_private_folder, read_if_there, replace};
use super::{FileError, state_folder};

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
            let address = ["{z}", "{x}", "{y}"].iter().zip(tile).fold(address.to_owned(), |a, (p, v)| a.replace(p, v));
            let url = Url::parse(&address).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
            let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
            Some(Self(format!("{}://{}{port}", url.scheme(), url.host_str()?)))
        };
        let server = at(["1", "0", "0"])?;
        (at(["17", "9", "5"])? == server).then_some(server)
    }

    /// What it is called: its host, and its port where that is not the usual one.
    pub fn name(&self) -> &str {
        self.0.split_once("://").map_or(&self.0, |(_, name)| name)
    }

    /// Whether others on the way see what is asked of it.
    pub fn is_open_to_others(&self) -> bool {
        self.0.starts_with("http://")
    }
}

/// What the user has said of servers: whether each may be asked for maps.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Servers {
    servers: BTreeMap<Server, bool>,
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

    /// Notes what the user says of a server, or with `None` that nothing is said of it any longer, and writes the list. What
    /// other windows have noted is kept.
    ///
    /// # Errors
    /// [`FileError::Write`].
    pub fn note(file: &Path, server: &Server, said: Option<bool>) -> Result<Self, FileError> {
        let (mut servers, _) = Self::load(file);
        servers.say(server, said);
        let failed = |cause| FileError::Write { cause, path: file.to_owned() };
        if let Some(folder) = file.parent() {
            make_private_folder(folder).map_err(failed)?;
        }
        let mut bytes = serde_json::to_vec_pretty(&servers).map_err(|cause| failed(cause.into()))?;
        bytes.push(b'\n');
        replace(file, &bytes, Access::Private).map_err(failed)?;
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
    fn what_is_said_of_servers_is_kept_and_can_be_taken_back() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("state/map-servers.json");
        assert_eq!(Servers::load(&file), (Servers::default(), None));
        let server = |name: &str| Server::of(&format!("https://{name}/{{z}}/{{x}}/{{y}}")).unwrap();
        let (a, b) = (server("a.example"), server("b.example"));
        Servers::note(&file, &a, Some(true)).unwrap();
        Servers::note(&file, &b, Some(false)).unwrap();
        let (servers, problem) = Servers::load(&file);
        assert_eq!((servers.said(&a), servers.said(&b), problem), (Some(true), Some(false), None));
        assert_eq!(servers.iter().count(), 2);
        // With encryption or without is not the same.
        assert_eq!(servers.said(&Server::of("http://a.example/{z}/{x}/{y}").unwrap()), None);
        let servers = Servers::note(&file, &a, None).unwrap();
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
