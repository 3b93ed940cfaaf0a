//! Fonts of this computer, for letters that those of the program lack: Chinese, Japanese and Korean above all.
//!
//! The usual folders of fonts are looked through once, and only when such a letter occurs. Of each file the tables that
//! say which letters it has are read, no more; the one that is chosen is read whole.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

use skrifa::raw::FileRef;
use skrifa::{FontRef, MetadataProvider as _};

use crate::scene::text::FoundFont;

/// Files that are looked at, folders within folders, and the size of a font that is read: bounds against a computer on
/// which a folder of fonts is something else.
const MOST_FILES: usize = 4000;
const MOST_DEPTH: usize = 5;
const MOST_BYTES: u64 = 64 << 20;
/// The longest table of letters that is read.
const MOST_TABLE: u32 = 4 << 20;

/// Names by which good fonts of East Asia are known, best first; by spelling of letters in the name of a file.
const KNOWN: [&str; 20] = [
    "notosanscjk",
    "sourcehansans",
    "notosanssc",
    "notosansjp",
    "notosanskr",
    "notosanstc",
    "pingfang",
    "hiraginosans",
    "hiragino",
    "msyh",
    "yugoth",
    "meiryo",
    "malgun",
    "applesdgothic",
    "wqy",
    "droidsansfallback",
    "nanumgothic",
    "ipag",
    "takao",
    "notosans",
];

/// A font file, where its table of letters is.
#[derive(Debug)]
struct Candidate {
    path: PathBuf,
    rank: usize,
}

/// A font of this computer that has `letter`; of several the one best known, and of a collection the one for the language
/// that `text` speaks of. Nothing where none has it.
pub fn find(letter: char, text: &str) -> Option<FoundFont> {
    static CANDIDATES: OnceLock<Vec<Candidate>> = OnceLock::new();
    let candidates = CANDIDATES.get_or_init(|| candidates_in(&folders()));
    find_among(candidates, letter, text)
}

fn find_among(candidates: &[Candidate], letter: char, text: &str) -> Option<FoundFont> {
    // One search at a time: each reads the disk.
    static SEARCH: Mutex<()> = Mutex::new(());
    let _search = SEARCH.lock().unwrap_or_else(PoisonError::into_inner);
    candidates.iter().find_map(|candidate| {
        if !has_letter(&candidate.path, letter).unwrap_or(false) {
            return None;
        }
        let mut bytes = Vec::new();
        File::open(&candidate.path).ok()?.take(MOST_BYTES).read_to_end(&mut bytes).ok()?;
        let index = index_for(&bytes, letter, text)?;
        let file = candidate.path.file_name()?.to_string_lossy().into_owned();
        Some(FoundFont { file, bytes, index })
    })
}

/// Which font of a collection: the first that has the letter, or the one whose name says the language of the text.
fn index_for(bytes: &[u8], letter: char, text: &str) -> Option<u32> {
    let fonts = match FileRef::new(bytes).ok()? {
        FileRef::Font(_) => 1,
        FileRef::Collection(collection) => collection.len().min(64),
    };
    let place = match crate::scene::text::language_of(text) {
        "ja" => " JP",
        "ko" => " KR",
        _ => " SC",
    };
    let has = |index: &u32| {
        let font = FontRef::from_index(bytes, *index).ok();
        font.is_some_and(|font| font.charmap().map(letter).is_some_and(|glyph| glyph.to_u32() != 0))
    };
    let named = |index: &u32| {
        let Ok(font) = FontRef::from_index(bytes, *index) else { return false };
        font.localized_strings(skrifa::string::StringId::FAMILY_NAME)
            .any(|name| name.chars().collect::<String>().contains(place))
    };
    (0..fonts).filter(has).find(named).or_else(|| (0..fonts).find(has))
}

/// Whether a font file has a letter, by its table of letters alone.
fn has_letter(path: &Path, letter: char) -> Option<bool> {
    let mut file = File::open(path).ok()?;
    let mut start = [0; 16];
    file.read_exact(&mut start).ok()?;
    let u32_at = |bytes: &[u8], at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    // Of a collection the first font: all of one have much the same letters.
    let font_at = if &start[..4] == b"ttcf" { u32_at(&start, 12)? } else { 0 };
    file.seek(SeekFrom::Start(u64::from(font_at))).ok()?;
    let mut header = [0; 12];
    file.read_exact(&mut header).ok()?;
    let tables = usize::from(u16::from_be_bytes([header[4], header[5]])).min(200);
    let mut directory = vec![0; 16 * tables];
    file.read_exact(&mut directory).ok()?;
    let entry = directory.chunks_exact(16).find(|entry| &entry[..4] == b"cmap")?;
    let (offset, length) = (u32_at(entry, 8)?, u32_at(entry, 12)?.min(MOST_TABLE));
    file.seek(SeekFrom::Start(u64::from(offset))).ok()?;
    let mut table = Vec::new();
    file.take(u64::from(length)).read_to_end(&mut table).ok()?;
    let cmap: skrifa::raw::tables::cmap::Cmap<'_> = skrifa::raw::FontRead::read(table.as_slice().into()).ok()?;
    Some(cmap.map_codepoint(letter).is_some_and(|glyph| glyph.to_u32() != 0))
}

/// Where this system keeps its fonts and those of the user.
fn folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = Vec::new();
    let home = directories::BaseDirs::new().map(|base| base.home_dir().to_owned());
    if cfg!(target_os = "windows") {
        let windows = std::env::var_os("WINDIR").map_or_else(|| PathBuf::from(r"C:\Windows"), PathBuf::from);
        folders.push(windows.join("Fonts"));
        folders.extend(directories::BaseDirs::new().map(|base| base.data_local_dir().join(r"Microsoft\Windows\Fonts")));
    } else if cfg!(target_os = "macos") {
        folders.extend(["/System/Library/Fonts", "/Library/Fonts"].map(PathBuf::from));
        folders.extend(home.map(|home| home.join("Library/Fonts")));
    } else {
        folders.extend(home.iter().flat_map(|home| [home.join(".local/share/fonts"), home.join(".fonts")]));
        folders.extend(["/usr/local/share/fonts", "/usr/share/fonts"].map(PathBuf::from));
    }
    folders
}

/// Font files below some folders, those first that are known to be good, then by name: the same on each run.
fn candidates_in(folders: &[PathBuf]) -> Vec<Candidate> {
    let mut found = Vec::new();
    let mut pending: Vec<(PathBuf, usize)> = folders.iter().map(|folder| (folder.clone(), 0)).collect();
    while let Some((folder, depth)) = pending.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.flatten().take(MOST_FILES) {
            let path = entry.path();
            // By what a link leads to.
            let Ok(about) = std::fs::metadata(&path) else { continue };
            if about.is_dir() && depth < MOST_DEPTH {
                pending.push((path, depth + 1));
            } else if about.is_file() && about.len() <= MOST_BYTES && found.len() < MOST_FILES && is_font(&path) {
                let rank = rank(&path);
                found.push(Candidate { path, rank });
            }
        }
    }
    found.sort_by(|a, b| a.rank.cmp(&b.rank).then_with(|| a.path.cmp(&b.path)));
    found
}

fn is_font(path: &Path) -> bool {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    ["ttf", "otf", "ttc", "otc"].contains(&ending.as_str())
}

/// How well a font is known: less is better; upright ones of usual weight before others.
fn rank(path: &Path) -> usize {
    let name: String = path.file_stem().map(|stem| stem.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let known = KNOWN.iter().position(|known| name.starts_with(known)).unwrap_or(KNOWN.len());
    let is_other = ["bold", "light", "thin", "black", "italic", "heavy", "mono", "serif", "medium"];
    2 * known + usize::from(is_other.iter().any(|word| name.contains(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        let inner = folder.path().join("truetype");
        std::fs::create_dir(&inner).expect("a folder");
        let fonts = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/fonts");
        for name in ["IBMPlexMono-Regular.ttf", "IBMPlexSans-SemiBold.ttf", "IBMPlexSans-Regular.ttf"] {
            std::fs::copy(fonts.join(name), inner.join(name)).expect("a font");
        }
        std::fs::write(inner.join("broken.ttf"), b"ttcf\0\0\0\x02\0\0\0\x01\xff\xff\xff\xff").expect("room");
        std::fs::write(inner.join("empty.otf"), b"").expect("room");
        folder
    }

    #[test]
    fn the_best_known_font_that_has_the_letter_is_read() {
        let folder = folder();
        let candidates = candidates_in(&[folder.path().to_owned(), PathBuf::from("/nowhere")]);
        assert_eq!(candidates.len(), 5);
        // IBM Plex Mono has no Greek.
        let found = find_among(&candidates, 'π', "π").expect("in IBM Plex Sans");
        assert_eq!((found.file.as_str(), found.index), ("IBMPlexSans-Regular.ttf", 0));
        assert_eq!(find_among(&candidates, '漢', "漢"), None);
    }

    #[test]
    fn fonts_of_east_asia_stand_before_others_and_bold_ones_after() {
        let rank = |name: &str| rank(Path::new(name));
        assert!(rank("NotoSansCJK-Regular.ttc") < rank("NotoSansCJK-Bold.ttc"));
        assert!(rank("NotoSansCJK-Bold.ttc") < rank("DroidSansFallbackFull.ttf"));
        assert!(rank("DroidSansFallbackFull.ttf") < rank("AAA.ttf"));
    }
}
