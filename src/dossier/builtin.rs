//! The dossier that is built into the program: the Berlin talks of December 2025.
//!
//! Its disclaimers and its view of boundaries are given in every language of figures; of the translations from English no native
//! speaker has read any yet.

use std::borrow::Cow;
use std::sync::LazyLock;

use super::{Dossier, DossierError, Problem, fingerprint, read};
use crate::formats::language::Text;

const FOLDER: &[(&str, &[u8])] = &[
    ("dossier.json", include_bytes!("../../assets/dossiers/berlin-2025-12/dossier.json")),
    (
        "overlays/contact-places.geojson",
        include_bytes!("../../assets/dossiers/berlin-2025-12/overlays/contact-places.geojson"),
    ),
    (
        "overlays/contested-ground.geojson",
        include_bytes!("../../assets/dossiers/berlin-2025-12/overlays/contested-ground.geojson"),
    ),
    ("overlays/crimea.geojson", include_bytes!("../../assets/dossiers/berlin-2025-12/overlays/crimea.geojson")),
    (
        "overlays/donetsk-places.geojson",
        include_bytes!("../../assets/dossiers/berlin-2025-12/overlays/donetsk-places.geojson"),
    ),
    ("overlays/donetsk.geojson", include_bytes!("../../assets/dossiers/berlin-2025-12/overlays/donetsk.geojson")),
    ("overlays/kherson.geojson", include_bytes!("../../assets/dossiers/berlin-2025-12/overlays/kherson.geojson")),
    ("overlays/land.geojson", include_bytes!("../../assets/dossiers/berlin-2025-12/overlays/land.geojson")),
    (
        "overlays/line-of-contact.geojson",
        include_bytes!("../../assets/dossiers/berlin-2025-12/overlays/line-of-contact.geojson"),
    ),
    (
        "overlays/line-uncertainty.geojson",
        include_bytes!("../../assets/dossiers/berlin-2025-12/overlays/line-uncertainty.geojson"),
    ),
    ("overlays/luhansk.geojson", include_bytes!("../../assets/dossiers/berlin-2025-12/overlays/luhansk.geojson")),
    ("overlays/sevastopol.geojson", include_bytes!("../../assets/dossiers/berlin-2025-12/overlays/sevastopol.geojson")),
    (
        "overlays/zaporizhzhia.geojson",
        include_bytes!("../../assets/dossiers/berlin-2025-12/overlays/zaporizhzhia.geojson"),
    ),
];

/// Whether a dossier is the built-in one, whatever has been opened beside it.
pub fn is_builtin(dossier: &Dossier) -> bool {
    static SHA256: LazyLock<String> = LazyLock::new(|| {
        let sums = FOLDER.iter().map(|(name, bytes)| ((*name).to_owned(), fingerprint::bytes(bytes)));
        fingerprint::folder(&sums.collect())
    });
    dossier.sha256 == *SHA256
}

/// Its files, by their paths within its folder.
pub fn files() -> impl Iterator<Item = (&'static str, &'static [u8])> {
    FOLDER.iter().copied()
}

/// Its disclaimer, in every language of figures.
pub(super) fn disclaimer() -> Text {
    #[derive(serde::Deserialize)]
    struct Disclaimer {
        disclaimer: Text,
    }
    let json = files().find(|(name, _)| *name == "dossier.json").map_or(&[][..], |(_, bytes)| bytes);
    serde_json::from_slice::<Disclaimer>(json).map(|said| said.disclaimer).unwrap_or_default()
}

/// Reads the built-in dossier.
///
/// # Errors
/// None in a program that passes its tests; the type is that of any dossier.
pub fn berlin() -> Result<(Dossier, Vec<Problem>), DossierError> {
    let open = |path: &str| {
        FOLDER
            .iter()
            .find(|(name, _)| *name == path)
            .map(|(_, bytes)| Cow::Borrowed(*bytes))
            .ok_or_else(|| format!("no file '{path}' in the built-in dossier"))
    };
    read(&open("dossier.json").map_err(DossierError::Missing)?, &open)
}
