//! What a page that is captured needs to look as it did: its pictures and style sheets, fetched with the manners of the page itself.
//!
//! Scripts are not fetched, and nothing of the page is run.

use std::collections::{BTreeSet, VecDeque};

use reqwest::Url;

use super::{Address, Exchange, Fetcher, Wanted, location, may_follow};
use crate::formats::document::resources::{self, Resource};
use crate::geometry::work;

/// So many are fetched, and so many bytes of them together; and of each.
const MOST: usize = 150;
const MOST_BYTES: usize = 32 << 20;
const MOST_BYTES_EACH: u64 = 8 << 20;

/// A style sheet names others, and those others again: so far this is followed.
const DEEPEST: usize = 3;

/// How often a server sends on to elsewhere.
const MOST_REDIRECTS: usize = 3;

/// What came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Beside {
    /// What was asked and answered, in the order in which it came.
    pub exchanges: Vec<Exchange>,
    /// How many pictures and style sheets were had.
    pub had: usize,
    /// How many were not: they are gone, too large, too many, or on a server that is not asked.
    pub missed: usize,
}

impl Beside {
    /// In words; nothing where there was nothing to be had.
    pub fn words(&self) -> Option<String> {
        match (self.had, self.missed) {
            (0, 0) => None,
            (had, 0) => Some(format!("with {had} of its pictures and style sheets")),
            (had, missed) => Some(format!("with {had} of its {} pictures and style sheets", had + missed)),
        }
    }
}

/// Fetches what a page names.
pub(super) async fn fetch(fetcher: &Fetcher, page: &Exchange) -> Beside {
    let mut beside = Beside::default();
    let Ok(base) = Url::parse(&page.url) else { return beside };
    let mut seen: BTreeSet<String> = [page.url.clone()].into();
    let mut waiting: VecDeque<(Resource, Url, usize)> = VecDeque::new();
    let html = String::from_utf8_lossy(&page.body);
    wait_for(&resources::of_page(&html), &base, 0, &mut seen, &mut waiting);
    let mut bytes = 0;
    let all = waiting.len();
    work::begin(|| format!("Fetching {all} pictures and style sheets"), all as u64);
    while let Some((kind, url, depth)) = waiting.pop_front() {
        if work::is_cancelled() || beside.had + beside.missed >= MOST || bytes >= MOST_BYTES {
            beside.missed += 1 + waiting.len();
            break;
        }
        let room = (MOST_BYTES - bytes) as u64;
        let Some(exchanges) = one(fetcher, &base, url, room.min(MOST_BYTES_EACH)).await else {
            beside.missed += 1;
            continue;
        };
        beside.had += 1;
        work::advance((beside.had + beside.missed) as u64);
        bytes += exchanges.iter().map(|exchange| exchange.body.len()).sum::<usize>();
        if let Some(last) = exchanges.last().filter(|_| kind == Resource::Style && depth < DEEPEST)
            && let Ok(at) = Url::parse(&last.url)
        {
            let named = resources::of_style(&String::from_utf8_lossy(&last.body));
            wait_for(&named, &at, depth + 1, &mut seen, &mut waiting);
        }
        beside.exchanges.extend(exchanges);
    }
    beside
}

fn wait_for(
    named: &[(Resource, String)],
    base: &Url,
    depth: usize,
    seen: &mut BTreeSet<String>,
    waiting: &mut VecDeque<(Resource, Url, usize)>,
) {
    for (kind, address) in named {
        let Ok(mut url) = base.join(address) else { continue };
        url.set_fragment(None);
        if matches!(url.scheme(), "http" | "https") && seen.insert(url.as_str().to_owned()) {
            waiting.push_back((*kind, url, depth));
        }
    }
}

/// One of them, after those that led to it; none where it is not to be had, or not to be asked for.
async fn one(fetcher: &Fetcher, page: &Url, first: Url, most_bytes: u64) -> Option<Vec<Exchange>> {
    let mut exchanges = Vec::new();
    let mut url = first;
    loop {
        let is_secret = match Address::of(std::path::Path::new(url.as_str())) {
            Some(Ok(Address::Web(address))) => address.secret_names().is_some(),
            _ => true,
        };
        if is_secret || !may_follow(page, &url) {
            return None;
        }
        let exchange = fetcher.exchange(&url, Wanted::Beside(most_bytes)).await.ok()?;
        let status = exchange.status;
        let next = matches!(status, 301 | 302 | 303 | 307 | 308).then(|| location(&exchange)).flatten();
        exchanges.push(exchange);
        match next {
            _ if status == 200 => return Some(exchanges),
            Some(to) if exchanges.len() <= MOST_REDIRECTS => url = url.join(&to).ok()?,
            _ => return None,
        }
    }
}
