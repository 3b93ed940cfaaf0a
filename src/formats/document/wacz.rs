//! WACZ: archives of the web with a list of the pages that were looked at, in one zip.
//!
//! # References
//! Web Archive Collection Zipped 1.1.1 (Webrecorder), “pages” and “datapackage.json”.

use serde_json::Value;

use super::super::bundle::Files;
use super::warc::{self, Found, Wanted};
use super::{Content, DocumentError, Input, Kind, Other, Said};

/// A collection of saved pages.
pub(super) const KIND: Kind = Kind {
    id: "wacz",
    label: "Web archive (WACZ)",
    extensions: &["wacz"],
    sniff: |candidate| {
        candidate.bytes.starts_with(b"PK\x03\x04")
            && (candidate.is_named(&["wacz"])
                || memchr::memmem::find(candidate.start(), b"archive/").is_some()
                    && super::super::bundle::has_file(candidate.bytes, &|name| name == "datapackage.json"))
    },
    read,
    most_bytes: super::MAX_BYTES,
    is_apart: true,
};

/// All that is unpacked together, in bytes.
const MOST_UNPACKED: u64 = 512 << 20;

/// Pages that are listed.
const MOST_PAGES: usize = 5000;

fn read(input: &Input<'_>) -> Result<Content, DocumentError> {
    let mut files = Files::open(input.bytes, MOST_UNPACKED)?;
    let names = files.names();
    let place = |wanted: &str| names.iter().find(|(_, name)| name == wanted).map(|(index, _)| *index);
    let mut text = |name: &str| {
        let bytes = place(name).and_then(|index| files.read(index).ok())?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    };
    let package: Value = text("datapackage.json").and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    let mut pages = text("pages/pages.jsonl").map(|text| listed(&text)).unwrap_or_default();
    let main = package["mainPageUrl"].as_str().or_else(|| package["mainPageURL"].as_str()).map(str::to_owned);
    let main = input.address.map(str::to_owned).or(main).or_else(|| pages.first().map(|page| page.address.clone()));
    if pages.len() < MOST_PAGES
        && let Some(more) = text("pages/extraPages.jsonl")
    {
        pages.extend(listed(&more));
        pages.truncate(MOST_PAGES);
    }
    let date = main.as_deref().and_then(|main| pages.iter().find(|page| warc::is_same(&page.address, main)));
    let date = date.map(|page| page.saved.clone());
    let wanted = main.as_deref().map_or(Wanted::First, |main| Wanted::From(main, date.as_deref()));
    let mut found = Found::default();
    let (mut archives, mut fault) = (0, None);
    for (index, name) in names.iter().filter(|(_, name)| is_archive(name)) {
        archives += 1;
        match files.read(*index).map_err(DocumentError::from).and_then(|bytes| warc::find(&bytes, wanted)) {
            Ok(more) => {
                found.page = found.page.or(more.page);
                found.others.extend(more.others);
                found.others.truncate(MOST_PAGES);
                found.warnings.extend(more.warnings);
            }
            Err(error) => fault = Some((name, error)),
        }
        // With a list of its pages there is nothing else to look for.
        if found.page.is_some() && !pages.is_empty() {
            break;
        }
    }
    if archives == 0 {
        return Err(DocumentError::Broken("it holds no archive of the web".into()));
    }
    let Some(page) = found.page else {
        return Err(fault.map_or_else(|| warc::none(main.as_deref()), |(_, error)| error));
    };
    let mut content = page.read(input.depth)?;
    if let Some((name, error)) = fault {
        content.warnings.push(format!("its archive {name} was not read: {error}"));
    }
    content.warnings.extend(found.warnings);
    let others = if pages.is_empty() { found.others } else { pages.clone() };
    let title =
        pages.iter().find(|other| warc::is_same(&other.address, &page.address)).map(|other| other.title.clone());
    content.others = others.into_iter().filter(|other| !warc::is_same(&other.address, &page.address)).collect();
    content.said = content.said.or(Said { title, ..Said::default() }).tidied();
    Ok(content)
}

fn is_archive(name: &str) -> bool {
    name.starts_with("archive/") && (name.ends_with(".warc") || name.ends_with(".warc.gz"))
}

/// The pages of a list, one a line; the first line says what list it is.
fn listed(text: &str) -> Vec<Other> {
    let page = |line: &str| {
        let page: Value = serde_json::from_str(line).ok()?;
        let word = |name: &str| page[name].as_str().unwrap_or_default().to_owned();
        Some(Other { address: word("url"), title: word("title"), saved: word("ts") })
            .filter(|page| !page.address.is_empty())
    };
    text.lines().filter_map(page).take(MOST_PAGES).collect()
}
