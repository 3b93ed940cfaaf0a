//! The maps of the user's own, kept between starts: a list of the user's, in one file. No key is in it.

use std::path::Path;

use crate::basemap::MapSource;

use super::FileError;
use super::disk::{read_if_there, write_private_json};

/// A list longer than this is none of ours, in bytes.
const MOST_BYTES: usize = 4 << 20;
/// How many maps are kept; the oldest go first.
const MOST: usize = 200;

/// Reads the list; none where there is no such file. What of it cannot be read is left out, and a word on it comes back.
pub fn load(file: &Path) -> (Vec<MapSource>, Option<String>) {
    let bytes = match read_if_there(file, MOST_BYTES) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return (Vec::new(), None),
        Err(error) => return (Vec::new(), Some(format!("cannot read your list of maps: {error}"))),
    };
    match serde_json::from_slice::<Vec<serde_json::Value>>(&bytes) {
        Ok(records) => {
            let count = records.len();
            let maps: Vec<MapSource> =
                records.into_iter().filter_map(|record| serde_json::from_value(record).ok()).collect();
            let lost = count - maps.len();
            let word = (lost > 0).then(|| format!("{lost} of your maps cannot be read: {}", file.display()));
            (maps, word)
        }
        Err(cause) => (Vec::new(), Some(format!("your list of maps cannot be read: {cause}: {}", file.display()))),
    }
}

/// Keeps a map in the place of one of the same id, or takes away the one of an id; the list as it is then. What other windows
/// have noted is kept.
///
/// # Errors
/// [`FileError::Write`].
pub fn note(file: &Path, id: &str, map: Option<&MapSource>) -> Result<Vec<MapSource>, FileError> {
    let (mut maps, _) = load(file);
    maps.retain(|known| known.id != id);
    maps.extend(map.cloned());
    if maps.len() > MOST {
        maps.drain(..maps.len() - MOST);
    }
    write_private_json(file, &maps)?;
    Ok(maps)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::basemap::MapKind;

    #[test]
    fn maps_are_kept_and_forgotten_one_by_one() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("state/maps.json");
        assert_eq!(load(&file), (Vec::new(), None));
        let map = |id: &str, address: &str| MapSource {
            id: id.to_owned(),
            kind: MapKind::Xyz,
            address: address.to_owned(),
            ..MapSource::builtin()
        };
        note(&file, "a", Some(&map("a", "https://a/{z}/{x}/{y}"))).unwrap();
        note(&file, "b", Some(&map("b", "https://b/{z}/{x}/{y}"))).unwrap();
        let maps = note(&file, "a", Some(&map("a", "https://c/{z}/{x}/{y}"))).unwrap();
        assert_eq!(
            maps.iter().map(|map| map.address.as_str()).collect::<Vec<_>>(),
            ["https://b/{z}/{x}/{y}", "https://c/{z}/{x}/{y}"]
        );
        assert_eq!((note(&file, "b", None).unwrap().len(), load(&file).0.len()), (1, 1));
        std::fs::write(&file, r#"[{"id":"x","kind":"sketch"},{"id":"y","kind":"none"}]"#).unwrap();
        let (maps, word) = load(&file);
        assert_eq!(maps.len(), 1);
        assert!(word.unwrap().contains("1 of your maps"));
        std::fs::write(&file, "{").unwrap();
        assert!(load(&file).1.is_some());
    }
}
