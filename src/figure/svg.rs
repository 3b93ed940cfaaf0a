//! Stub.
#![expect(missing_docs, reason = "stub")]
use crate::scene::display_list::*;
pub struct About { pub title: String, pub description: String, pub provenance: String, pub background: Color }
pub fn write(_: &DisplayList, _: &About) -> String { String::new() }
