//! Fonts that a dossier brings for letters that the program's own lack, such as Chinese, Japanese and Korean ones: read, bounded
//! and looked at before anything is drawn with them.
//!
//! Their tables are read by skrifa and shaped by harfrust, which are written for fonts from anywhere, in memory-safe code with
//! bounds of their own; so they need no process of their own, as documents do.

use std::sync::Arc;

use skrifa::{FontRef, MetadataProvider as _};

use super::model::FontEntry;
use super::read::Open;
use super::{About, Problem, fingerprint};

/// A larger font is not taken, in bytes: one of all of Chinese takes some 16 MB.
pub const MOST_FONT_BYTES: usize = 32 << 20;

/// More fonts than these are not taken of one dossier.
pub(super) const MOST_FONTS: usize = 8;

/// A font that a dossier brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DossierFont {
    /// The path of its file within the dossier.
    pub file: String,
    /// The file.
    pub bytes: Arc<[u8]>,
    /// Whether licence and credit are stated.
    pub is_credited: bool,
}

/// The fonts that can be used; what is wrong with the others is added to the problems.
pub(super) fn read(entries: &[FontEntry], open: Open<'_>, problems: &mut Vec<Problem>) -> Vec<DossierFont> {
    let mut fonts = Vec::new();
    for entry in entries {
        let checked = if fonts.len() < MOST_FONTS {
            checked(entry, open)
        } else {
            Err(format!("a dossier brings at most {MOST_FONTS} fonts; this one is left out"))
        };
        match checked {
            Ok(font) => fonts.push(font),
            Err(what) => problems.push(Problem { part: About::from(format!("font {}", entry.file)), what }),
        }
    }
    fonts
}

fn checked(entry: &FontEntry, open: Open<'_>) -> Result<DossierFont, String> {
    let bytes = open(&entry.file)?;
    if bytes.len() > MOST_FONT_BYTES {
        return Err(format!("it is larger than {} MB; bring the letters that are needed alone", MOST_FONT_BYTES >> 20));
    }
    let sha256 = fingerprint::bytes(&bytes);
    if entry.sha256.as_ref().is_some_and(|stated| !stated.eq_ignore_ascii_case(&sha256)) {
        return Err(format!("its bytes are not those that the dossier states: their SHA-256 is {sha256}"));
    }
    let has_letters = FontRef::from_index(&bytes, 0).is_ok_and(|font| font.charmap().mappings().next().is_some());
    if !has_letters {
        return Err("it is no TrueType or OpenType font with letters (.ttf, .otf, .ttc)".to_owned());
    }
    let is_said = |words: &Option<String>| words.as_ref().is_some_and(|words| !words.trim().is_empty());
    let is_credited = is_said(&entry.license) && is_said(&entry.credit);
    Ok(DossierFont { file: entry.file.clone(), bytes: Arc::from(&*bytes), is_credited })
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;

    #[test]
    fn fonts_are_looked_at_before_they_are_used() {
        let goose: &[u8] = include_bytes!("../../tests/data/fonts/goose.ttf");
        let large = vec![0; MOST_FONT_BYTES + 1];
        let open = |name: &str| match name {
            "goose.ttf" => Ok(Cow::Borrowed(goose)),
            "large.ttf" => Ok(Cow::Owned(large.clone())),
            "no.ttf" => Ok(Cow::Borrowed(&b"no font"[..])),
            _ => Err("it is not there".to_owned()),
        };
        let entry =
            |file: &str, sha256: Option<String>| FontEntry { file: file.to_owned(), sha256, ..FontEntry::default() };
        let read = |entries: &[FontEntry]| {
            let mut problems = Vec::new();
            let fonts = read(entries, &open, &mut problems);
            (fonts.len(), problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
        };
        let sum = fingerprint::bytes(goose);
        assert_eq!(read(&[entry("goose.ttf", None), entry("goose.ttf", Some(sum.to_uppercase()))]), (2, String::new()));
        for (file, stated, says) in [
            ("goose.ttf", Some("00"), sum.as_str()),
            ("large.ttf", None, "larger than 32 MB"),
            ("no.ttf", None, "no TrueType or OpenType font"),
            ("away.ttf", None, "not there"),
        ] {
            let (count, problems) = read(&[entry(file, stated.map(str::to_owned))]);
            assert!(count == 0 && problems.contains(says) && problems.contains(file), "{problems}");
        }
        let many: Vec<FontEntry> = (0..9).map(|_| entry("goose.ttf", None)).collect();
        let (count, problems) = read(&many);
        assert!(count == 8 && problems.contains("at most 8"), "{problems}");
    }
}
