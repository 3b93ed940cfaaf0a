//! A copy of a source that is kept with the dossier: where its file lies, and what is written of it.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{EditError, List, Manuscript};
use crate::dossier::captures::{Capture, Captures};
use crate::dossier::fingerprint;

/// The folder within the dossier's in which copies lie.
pub const CAPTURES: &str = "captures";

/// A copy that is to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCapture {
    /// As [`Capture::kind`].
    pub kind: String,
    /// How its file's name ends, without the dot.
    pub ending: String,
    /// Its file.
    pub bytes: Arc<[u8]>,
    /// The address that it was saved from, if that is known.
    pub url: Option<String>,
    /// When it was made, ISO 8601.
    pub at: String,
}

/// A source with one more copy: the members that change, and the file by its path. Both are one edit.
pub type KeptFile = (Map<String, Value>, (String, Arc<[u8]>));

impl Manuscript {
    /// What is written where a copy of a source is kept.
    ///
    /// # Errors
    /// [`EditError::Absent`].
    pub fn with_capture(&self, source: &str, new: &NewCapture) -> Result<KeptFile, EditError> {
        let absent = || EditError::Absent { list: List::Sources, id: source.to_owned() };
        let entry = self.entry(List::Sources, source).ok_or_else(absent)?;
        let archived = entry.get("archived").cloned().unwrap_or_default();
        let mut captures: Captures = serde_json::from_value(archived).unwrap_or_default();
        let path = self.free_capture_path(source, new);
        let sha256 = fingerprint::bytes(&new.bytes);
        let capture = Capture {
            kind: new.kind.clone(),
            file: Some(path.clone()),
            url: new.url.clone(),
            at: Some(new.at.clone()),
            sha256: Some(sha256),
        };
        captures.0.push(capture);
        let members = [("id".to_owned(), json!(source)), ("archived".to_owned(), json!(captures))];
        Ok((members.into_iter().collect(), (path, Arc::clone(&new.bytes))))
    }

    /// `captures/ID-YYYYMMDD.wacz`, with a number where another file lies there.
    fn free_capture_path(&self, source: &str, new: &NewCapture) -> String {
        let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '-' };
        let id: String = source.chars().map(plain).take(80).collect();
        let day: String = new.at.chars().filter(char::is_ascii_digit).take(8).collect();
        let at = |number: usize| match number {
            1 => format!("{CAPTURES}/{id}-{day}.{}", new.ending),
            _ => format!("{CAPTURES}/{id}-{day}-{number}.{}", new.ending),
        };
        let named: Vec<String> = self.files_named().collect();
        let is_free = |path: &String| !self.files().contains_key(path) && !named.contains(path);
        (1..).map(at).find(is_free).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dossier::manuscript::Files;

    #[test]
    fn a_copy_is_a_file_of_its_own_and_an_entry_beside_those_that_were_there() {
        let json = r#"{"format":"claimline-dossier/1","id":"d","sources":[
            {"id":"Radio 1","outlet":"Radio","archived":"https://archive.example/1"}]}"#;
        let mut manuscript = Manuscript::open(json.as_bytes(), Files::new()).unwrap();
        let new = NewCapture {
            kind: "wacz".to_owned(),
            ending: "wacz".to_owned(),
            bytes: b"abc".to_vec().into(),
            url: Some("https://radio.example/a".to_owned()),
            at: "2026-11-29T12:00:00Z".to_owned(),
        };
        for path in ["captures/radio-1-20261129.wacz", "captures/radio-1-20261129-2.wacz"] {
            let (entry, (file, bytes)) = manuscript.with_capture("Radio 1", &new).unwrap();
            assert_eq!(file, path);
            manuscript.put_file(&file, bytes).unwrap();
            manuscript.put(List::Sources, entry).unwrap();
        }
        let archived = &manuscript.entry(List::Sources, "Radio 1").unwrap()["archived"];
        let captures: Captures = serde_json::from_value(archived.clone()).unwrap();
        assert_eq!(captures.on_the_web().unwrap().url.as_deref(), Some("https://archive.example/1"));
        assert_eq!(captures.kept().count(), 2);
        // The SHA-256 of "abc" as FIPS 180-2 gives it, B.1.
        let sum = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(captures.0[2].sha256.as_deref(), Some(sum));
        assert_eq!(manuscript.files_named().count(), 2);
        // With the source go its copies.
        manuscript.remove(List::Sources, "Radio 1").unwrap();
        assert!(manuscript.files().is_empty());
        assert!(manuscript.with_capture("none", &new).is_err());
    }
}
