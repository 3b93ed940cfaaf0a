//! A manuscript as a project keeps it, so that what is not in the dossier's folder yet is not lost.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::{self, Deserializer};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Files, Manuscript};

/// The description as its text, files as text where they are, or else in the alphabet of RFC 4648.
#[derive(Serialize, Deserialize)]
struct Stored {
    json: String,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    files: Map<String, Value>,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    base64: Map<String, Value>,
}

impl Serialize for Manuscript {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (mut files, mut base64) = (Map::new(), Map::new());
        for (path, bytes) in self.files.iter() {
            match std::str::from_utf8(bytes) {
                Ok(text) => drop(files.insert(path.clone(), text.into())),
                Err(_) => drop(base64.insert(path.clone(), STANDARD.encode(bytes).into())),
            }
        }
        Stored { json: self.json(), files, base64 }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Manuscript {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Stored { json, files: texts, base64 } = Stored::deserialize(deserializer)?;
        let not_text = |path: &str| de::Error::custom(format!("the file '{path}' is not a text"));
        let mut files = Files::new();
        for (path, text) in &texts {
            let text = text.as_str().ok_or_else(|| not_text(path))?;
            files.insert(path.clone(), Arc::from(text.as_bytes()));
        }
        for (path, text) in &base64 {
            let bytes = STANDARD.decode(text.as_str().ok_or_else(|| not_text(path))?);
            let bytes = bytes.map_err(|error| de::Error::custom(format!("the file '{path}': {error}")))?;
            files.insert(path.clone(), Arc::from(bytes));
        }
        Self::open(json.as_bytes(), files).map_err(de::Error::custom)
    }
}
