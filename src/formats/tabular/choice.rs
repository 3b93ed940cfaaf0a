//! How a table is to be read where somebody has chosen it: nothing of what is chosen is guessed.

use serde::{Deserialize, Serialize};

/// What is chosen of a table; what is not is guessed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TableChoice {
    /// The encoding, by the name that the WHATWG gives it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// What stands between the fields of a text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub separator: Option<char>,
    /// Where the places stand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub places: Option<PlaceColumns>,
    /// Which of two bare numbers in one column is the latitude, where the column itself is not chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<First>,
    /// Whether `3,5` in text is a number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decimal_comma: Option<bool>,
}

/// The columns in which places stand, by their names; `column 3` is one that has none or not alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceColumns {
    /// In two columns, each with one number.
    Two {
        /// The one of latitudes or northings.
        latitude: String,
        /// The one of longitudes or eastings.
        longitude: String,
    },
    /// Both numbers in one column.
    One {
        /// Which.
        column: String,
        /// Which of two bare numbers is the latitude.
        first: First,
    },
    /// As well-known text or as a geometry of GeoJSON.
    Geometry {
        /// Which.
        column: String,
    },
    /// By their names, which are looked up in the gazetteer.
    Names {
        /// Which.
        column: String,
        /// The one that says in which region or country each lies.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        within: Option<String>,
    },
}

/// Which of two numbers in one column stands first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum First {
    /// As people write coordinates.
    #[default]
    Latitude,
    /// As programs write them.
    Longitude,
}

impl First {
    /// The other one.
    #[must_use]
    pub fn exchanged(self) -> Self {
        match self {
            Self::Latitude => Self::Longitude,
            Self::Longitude => Self::Latitude,
        }
    }

    /// In a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Latitude => "latitude",
            Self::Longitude => "longitude",
        }
    }
}
