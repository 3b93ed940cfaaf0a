//! Parameters of addresses that open a server's doors: they are kept in the user's settings, and stand in nothing that is
//! handed on, neither in a project nor in a figure.

use super::percent;

/// Their names in small letters, without hyphens, underscores and dots.
const NAMES: [&str; 33] = [
    "accesskey",
    "accesstoken",
    "ak",
    "apikey",
    "apitoken",
    "appcode",
    "appid",
    "appkey",
    "auth",
    "authkey",
    "authorization",
    "authtoken",
    "bearer",
    "clientsecret",
    "jwt",
    "key",
    "mapkey",
    "ocpapimsubscriptionkey",
    "passwd",
    "password",
    "pwd",
    "sas",
    "secret",
    "secretkey",
    "session",
    "sessionid",
    "sharedkey",
    "sig",
    "signature",
    "subscriptionkey",
    "ticket",
    "tk",
    "token",
];

/// So many keys can stand in one address.
pub const MOST_KEYS: usize = 20;

/// Whether a parameter of that name opens doors, however it is spelt.
pub fn is_secret(name: &str) -> bool {
    let name: String = percent::decoded(name)
        .chars()
        .filter(|letter| !matches!(letter, '-' | '_' | '.'))
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    NAMES.contains(&name.as_str()) || name.starts_with("xamz") || name.starts_with("xgoog")
}

/// What stands in an address in place of a key: `{key}` for the first, `{key2}` for the second.
pub fn placeholder(index: usize) -> String {
    if index == 0 { "{key}".to_owned() } else { format!("{{key{}}}", index + 1) }
}

/// The numbers of the keys that an address has places for.
pub fn places(address: &str) -> impl Iterator<Item = usize> {
    (0..MOST_KEYS).filter(|index| address.contains(&placeholder(*index)))
}

/// Takes all keys out of an address and puts their places there. Each key stands at its number; it is empty where the
/// address had the place already. Those that are `known` take their numbers.
pub fn take(address: &mut String, known: &[String]) -> Vec<String> {
    let mut keys: Vec<String> = known.to_vec();
    let Some((start, rest)) = address.split_once('?') else { return keys };
    let (query, fragment) = match rest.split_once('#') {
        Some((query, fragment)) => (query, Some(fragment)),
        None => (rest, None),
    };
    let mut taken: Vec<usize> = places(address).collect();
    let mut pairs: Vec<String> = Vec::new();
    for pair in query.split('&') {
        let named = pair.split_once('=').filter(|(name, value)| !value.is_empty() && is_secret(name));
        let Some((name, value)) = named.filter(|(_, value)| !is_place(value)) else {
            pairs.push(pair.to_owned());
            continue;
        };
        let value = percent::decoded(&value.replace('+', " "));
        let at = keys
            .iter()
            .position(|key| *key == value)
            .or_else(|| (0..MOST_KEYS).find(|at| !taken.contains(at) && keys.get(*at).is_none_or(String::is_empty)));
        // Of an address that is nothing but keys the last are lost, rather than kept where others see them.
        let Some(at) = at else { continue };
        if keys.len() <= at {
            keys.resize(at + 1, String::new());
        }
        keys[at] = value;
        taken.push(at);
        pairs.push(format!("{name}={}", placeholder(at)));
    }
    let fragment = fragment.map_or_else(String::new, |fragment| format!("#{fragment}"));
    *address = format!("{start}?{}{fragment}", pairs.join("&"));
    keys
}

/// Whether a value is only the place of one: `{key}`, or a part of a tile's address that is filled in.
fn is_place(value: &str) -> bool {
    value.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).is_some_and(|name| !name.contains(['{', '}']))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(address: &str) -> (String, Vec<String>) {
        let mut address = address.to_owned();
        let keys = take(&mut address, &[]);
        (address, keys)
    }

    #[test]
    fn a_secret_is_known_however_it_is_spelt() {
        for name in
            ["key", "KEY", "api-key", "api_key", "apiKey", "Access_Token", "subscription-key", "X-Amz-Signature"]
        {
            assert!(is_secret(name), "{name}");
        }
        assert!(is_secret("%6Bey") && is_secret("Ocp-Apim-Subscription-Key"));
        for name in ["", "style", "keys", "monkey", "layers", "v", "time", "map"] {
            assert!(!is_secret(name), "{name}");
        }
    }

    #[test]
    fn all_keys_leave_an_address_and_each_has_its_place() {
        assert_eq!(
            taken("https://h/{z}?key=a%2Fb&v=2&token=c&sig=a%2Fb#bbox=1"),
            ("https://h/{z}?key={key}&v=2&token={key2}&sig={key}#bbox=1".to_owned(), vec!["a/b".into(), "c".into()])
        );
        // One that is not told yet keeps its place.
        assert_eq!(
            taken("https://h/?a={key}&token=c"),
            ("https://h/?a={key}&token={key2}".to_owned(), vec![String::new(), "c".into()])
        );
        assert_eq!(taken("https://h/a?token={token}&b").1, Vec::<String>::new());
        assert_eq!(taken("https://h/a"), ("https://h/a".to_owned(), Vec::new()));
        let mut known = "https://h/?sig=new&token=two".to_owned();
        assert_eq!(take(&mut known, &["one".into(), "two".into()]), ["one", "two", "new"]);
        assert_eq!(known, "https://h/?sig={key3}&token={key2}");
        let many: String = (0..50).map(|number| format!("&key=s{number}")).collect();
        let (address, keys) = taken(&format!("https://h/?{many}"));
        assert!(keys.len() == MOST_KEYS && !address.contains("=s"), "{address}");
        assert_eq!(places(&address).count(), MOST_KEYS);
    }
}
