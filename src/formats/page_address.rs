//! Addresses of pages on the web: the sites that they name, and what those of archives hold.

use super::day::Day;
use super::source_properties::PropertySource;

/// The site that an address of a web page names: a name with a dot, or numbers.
pub fn host(address: &str) -> Option<&str> {
    let rest = ["https://", "http://"].iter().find_map(|scheme| {
        address.get(..scheme.len()).filter(|start| start.eq_ignore_ascii_case(scheme)).map(|_| &address[scheme.len()..])
    })?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let name = if host.starts_with('[') { host } else { host.split(':').next()? };
    let labels = || name.split('.');
    let is_name = name.starts_with('[') && name.ends_with(']')
        || labels().count() > 1
            && labels().all(|label| {
                !label.is_empty()
                    && label.chars().all(|letter| letter.is_alphanumeric() || letter == '-' || letter == '_')
            });
    (is_name && !address.contains(char::is_whitespace)).then_some(name)
}

/// An address of an archive.
pub(super) struct Archive {
    /// The address that it holds, if it says.
    pub(super) original: Option<String>,
    /// The day of the copy, if it says.
    pub(super) day: Option<Day>,
}

/// What an address of the Internet Archive or of archive.today says; `None` for any other.
pub(super) fn archive(address: &str) -> Option<Archive> {
    let host = host(address)?.trim_start_matches("www.").to_ascii_lowercase();
    let path = address.split_once("://")?.1.split_once('/').map_or("", |(_, path)| path);
    let rest = match host.as_str() {
        "web.archive.org" => path.strip_prefix("web/")?,
        "archive.today" | "archive.ph" | "archive.is" | "archive.li" | "archive.vn" | "archive.fo" | "archive.md" => {
            path
        }
        _ => return None,
    };
    let (stamp, original) = rest.split_once('/').unwrap_or((rest, ""));
    let digits: String = stamp.chars().filter(char::is_ascii_digit).collect();
    let part = |range: std::ops::Range<usize>| digits.get(range).and_then(|part| part.parse::<u16>().ok());
    let day = match (part(0..4), part(4..6), part(6..8)) {
        (Some(year), Some(month), Some(day)) => Day::new(year, Some(month as u8), Some(day as u8)),
        _ => None,
    };
    // A year alone leads to a copy too, and a star to all of them.
    let is_stamp = day.is_some() || part(0..4).is_some() || stamp == "*";
    let original = original.trim_start_matches('/');
    let original = (is_stamp && !original.is_empty()).then(|| {
        let whole = original.contains("://");
        if whole { original.to_owned() } else { format!("http://{original}") }
    });
    Some(Archive { original, day })
}

/// Of an address of an archive, the address that it holds, if it says one; `None` for any other address.
pub(super) fn archive_in(address: &str) -> Option<Option<String>> {
    archive(address).map(|archive| archive.original)
}

/// An address as it is compared with others: how it is fetched, `www.`, a last slash and a place on the page make no other page
/// of it.
pub fn page_key(address: &str) -> String {
    let address = address.trim();
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let rest = rest.split('#').next().unwrap_or(rest);
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = host.to_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host).trim_end_matches(":80").trim_end_matches(":443");
    format!("{host}/{}", path.trim_end_matches('/'))
}

/// Whether two addresses lead to one page.
pub(super) fn is_same(a: &str, b: &str) -> bool {
    page_key(a) == page_key(b)
}

/// Puts an address where it belongs: that of an archive beside the original that it holds.
pub(super) fn add_address(page: &mut PropertySource, address: &str) {
    match archive(address) {
        Some(archive) => {
            page.archived.get_or_insert_with(|| address.to_owned());
            if let Some(original) = archive.original {
                page.url.get_or_insert(original);
            }
        }
        None => {
            page.url = Some(address.to_owned());
        }
    }
}
