//! Copies of a source as it was on a day, in an archive on the web or in the dossier's folder.

use serde::de::{self, Deserializer};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A copy of a source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Capture {
    /// What it is: `web-archive` for one that is on the web alone, or else by its file: `wacz`, `warc`, `mhtml`, `page`, `pdf`,
    /// `document`, `text`.
    pub kind: String,
    /// Its file, by its path within the dossier's folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Its address in an archive on the web; of a file, the address that it was saved from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// When it was made, ISO 8601.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// SHA-256 of the file's bytes, hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

impl Capture {
    /// The kind of a copy that is on the web alone.
    pub const WEB_ARCHIVE: &'static str = "web-archive";

    /// The day on which it was made, `2026-11-29`.
    pub fn day(&self) -> Option<&str> {
        self.at.as_deref().and_then(|at| at.get(..10))
    }

    /// Whether its address leads to it, and not to what it was saved from.
    pub fn is_on_the_web(&self) -> bool {
        self.url.is_some() && (self.file.is_none() || self.kind == Self::WEB_ARCHIVE)
    }

    /// What the kind of a file is called here, by the name that the reader of documents gives it.
    pub fn kind_of_file(id: &str) -> &'static str {
        match id {
            "wacz" => "wacz",
            "warc" | "warc-gz" => "warc",
            "mhtml" => "mhtml",
            "html" => "page",
            "pdf" => "pdf",
            "docx" | "odt" | "rtf" => "document",
            _ => "text",
        }
    }

    /// A copy on the web alone.
    pub fn on_the_web(url: impl Into<String>) -> Self {
        Self { kind: Self::WEB_ARCHIVE.to_owned(), url: Some(url.into()), ..Self::default() }
    }
}

/// The copies of a source, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Captures(pub Vec<Capture>);

impl Captures {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One on the web alone, of which nothing but its address is known; none without an address.
    pub fn at(url: Option<String>) -> Self {
        Self(url.map(Capture::on_the_web).into_iter().collect())
    }

    /// The first that is in an archive on the web.
    pub fn on_the_web(&self) -> Option<&Capture> {
        self.0.iter().find(|capture| capture.is_on_the_web())
    }

    /// Those whose bytes lie in the dossier's folder.
    pub fn kept(&self) -> impl Iterator<Item = &Capture> {
        self.0.iter().filter(|capture| capture.file.is_some())
    }
}

impl Serialize for Captures {
    /// As a list, or as an address where nothing else is known, which earlier versions read too.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.as_slice() {
            [only] if only.url.as_ref().is_some_and(|url| *only == Capture::on_the_web(url)) => {
                only.url.serialize(serializer)
            }
            all => all.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Captures {
    /// From a list, or from an address.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Null => Ok(Self::default()),
            Value::String(url) => Ok(Self::at(Some(url))),
            list @ Value::Array(_) => serde_json::from_value(list).map(Self).map_err(de::Error::custom),
            _ => Err(de::Error::custom("expected the address of a copy in quotation marks, or a list of copies")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_address_alone_is_read_and_written_as_before() {
        let captures: Captures = serde_json::from_value(json!("https://archive.example/1")).unwrap();
        assert_eq!(captures, Captures::at(Some("https://archive.example/1".to_owned())));
        assert_eq!(serde_json::to_value(&captures).unwrap(), json!("https://archive.example/1"));
        assert!(serde_json::from_value::<Captures>(json!(7)).is_err());
    }

    #[test]
    fn a_list_of_copies_is_read_and_written_as_a_list() {
        let list = json!([
            { "kind": "wacz", "file": "captures/post.wacz", "at": "2026-11-02T10:00:00Z", "sha256": "ab" },
            { "kind": "web-archive", "url": "https://archive.example/1" }
        ]);
        let captures: Captures = serde_json::from_value(list.clone()).unwrap();
        assert_eq!(captures.kept().count(), 1);
        assert_eq!(serde_json::to_value(&captures).unwrap(), list);
    }
}
