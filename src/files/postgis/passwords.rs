//! Where the password for a server comes from: what the user has typed while the program runs, `PGPASSWORD`, or the user's own
//! list `~/.pgpass`. It is written nowhere.

use std::collections::BTreeMap;
use std::env;
use std::path::PathBuf;
use std::sync::{LazyLock, Mutex, PoisonError};

use crate::files::disk::read_if_there;
use crate::formats::database::{Address, Password};

/// What the user has typed, by server, database and role, for as long as the program runs.
static TYPED: LazyLock<Mutex<BTreeMap<String, Password>>> = LazyLock::new(Mutex::default);

/// A list longer than this is none of passwords, in bytes.
const MOST_BYTES: usize = 1 << 20;

fn key(address: &Address) -> String {
    let part = |part: &Option<String>| part.clone().unwrap_or_default();
    [address.server(), part(&address.user), part(&address.database)].join("\n")
}

/// Remembers a password until the program ends.
pub(super) fn remember(address: &Address, password: Password) {
    TYPED.lock().unwrap_or_else(PoisonError::into_inner).insert(key(address), password);
}

/// Forgets what was typed: the server has refused it.
pub(super) fn forget(address: &Address) {
    TYPED.lock().unwrap_or_else(PoisonError::into_inner).remove(&key(address));
}

/// The password for a server, if there is one anywhere.
pub(super) fn password_for(address: &Address, user: &str, database: &str) -> Option<Password> {
    let typed = TYPED.lock().unwrap_or_else(PoisonError::into_inner).get(&key(address)).cloned();
    typed.or_else(|| Password::of(&env::var("PGPASSWORD").ok()?)).or_else(|| {
        let path = match env::var_os("PGPASSFILE") {
            Some(path) => PathBuf::from(path),
            None => directories::BaseDirs::new()?.home_dir().join(".pgpass"),
        };
        // One that others can read is passed over, as PostgreSQL's own programs do.
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(&path).ok()?.permissions().mode();
            if mode & 0o077 != 0 {
                return None;
            }
        }
        let bytes = read_if_there(&path, MOST_BYTES).ok()??;
        listed(&String::from_utf8_lossy(&bytes), [&address.host, &address.port.to_string(), database, user])
    })
}

/// The password of the first line of a `~/.pgpass` that fits: `host:port:database:user:password`, where `*` fits all and `\`
/// takes away the meaning of what follows.
fn listed(text: &str, wanted: [&str; 4]) -> Option<Password> {
    let fits = |line: &str| {
        let mut parts = vec![String::new()];
        let mut letters = line.chars();
        while let Some(letter) = letters.next() {
            match letter {
                '\\' => parts.last_mut()?.extend(letters.next()),
                ':' if parts.len() < 5 => parts.push(String::new()),
                letter => parts.last_mut()?.push(letter),
            }
        }
        let password = parts.pop().filter(|_| parts.len() == 4)?;
        let is_fit = parts.iter().zip(wanted).all(|(part, wanted)| part == "*" || part == wanted);
        is_fit.then(|| Password::of(&password))?
    };
    text.lines().filter(|line| !line.starts_with('#')).find_map(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_that_fits_has_the_password() {
        let text = "# mine\nh:5432:d:other:no\nh:*:d:me:a\\:b\\\\c\n*:*:*:me:later\nbroken\n";
        let found = |host| listed(text, [host, "5432", "d", "me"]).map(|password| password.text().to_owned());
        assert_eq!(found("h").as_deref(), Some("a:b\\c"));
        assert_eq!(found("i").as_deref(), Some("later"));
        assert_eq!(listed(text, ["i", "5432", "d", "you"]), None);
    }
}
