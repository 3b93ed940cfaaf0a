//! No host is asked for more than four tiles or parts of archives at a time, however many maps come from it.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use reqwest::Url;
use tokio::sync::Semaphore;

/// Requests in flight at a time to a host.
pub(in crate::files) const PARALLEL: usize = 4;
/// Hosts whose requests are counted; of more than these nobody has that many maps.
const MOST_HOSTS: usize = 1000;

/// Whose turn it is.
pub(in crate::files) enum Gate {
    /// One permit for each request that may be in flight.
    Open(Arc<Semaphore>),
    /// The address has no host, or there are too many: nothing is counted.
    None,
}

/// The gate of an address's host.
pub(in crate::files) fn gate(url: &Url) -> Gate {
    static GATES: LazyLock<Mutex<BTreeMap<String, Arc<Semaphore>>>> = LazyLock::new(Mutex::default);
    let Some(host) = url.host_str() else { return Gate::None };
    let host = format!("{host}:{}", url.port_or_known_default().unwrap_or_default());
    let mut gates = GATES.lock().unwrap_or_else(PoisonError::into_inner);
    if gates.len() >= MOST_HOSTS && !gates.contains_key(&host) {
        return Gate::None;
    }
    Gate::Open(Arc::clone(gates.entry(host).or_insert_with(|| Arc::new(Semaphore::new(PARALLEL)))))
}
