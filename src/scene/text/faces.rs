//! The fonts that words are set in: our own faces, those for other scripts that come with the program, and what a
//! computer or a dossier adds.
//!
//! A letter that the face of a text lacks is taken from the first font of this list that has it: Noto's for the scripts of the
//! world, and for what even these lack (Chinese, Japanese and Korean above all) the fonts that dossiers bring, of the one opened
//! last first, and then a font of this computer, which a finder names when such letters occur. Fonts are never asked for by name, so that the
//! same words look the same on every machine as far as the program's own fonts reach.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, OnceLock, PoisonError, RwLock};

use harfrust::{Shaper, ShaperData};
use kurbo::BezPath;
use sha2::{Digest as _, Sha256};
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, GlyphId, MetadataProvider as _};

use super::shaping::{KnownPlan, ShapedLine};
use super::{scripts, woff};
use crate::scene::display_list::Face;

/// Every face, in the order of [`Face`].
pub const FACES: [Face; 5] = [Face::Sans, Face::SansSemiBold, Face::Serif, Face::SerifItalic, Face::Mono];

/// One font: a face of ours, a font for other scripts, or one that was added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FontId(u16);

impl FontId {
    /// The font of a face, which has Latin, Cyrillic and Greek.
    pub const fn of(face: Face) -> Self {
        Self(face as u16)
    }

    /// The face whose font it is, if it is one of ours.
    pub fn face(self) -> Option<Face> {
        FACES.get(usize::from(self.0)).copied()
    }
}

/// What writers of files and the window need of a font.
#[derive(Debug, Clone, Copy)]
pub struct FontFile {
    /// The TrueType or OpenType file, or a collection of some.
    pub bytes: &'static [u8],
    /// Which font of a collection.
    pub index: u32,
    /// Font units in the em.
    pub units_per_em: f64,
    /// The same font in the web's container, where it comes with the program so.
    pub woff: Option<&'static [u8]>,
    /// A name for styles: one word that says what the font is, such as `noto-sans-arabic-600`.
    pub name: &'static str,
    /// Whether it is no font of the program: what is drawn with it looks so only where it is.
    pub is_added: bool,
}

/// A font of this computer or of a dossier that something was drawn with.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AddedFont {
    /// Name of its file.
    pub file: String,
    /// SHA-256 of its bytes, in hexadecimal digits.
    pub sha256: String,
}

/// A font that a finder has found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundFont {
    /// Name of its file.
    pub file: String,
    /// The whole file.
    pub bytes: Vec<u8>,
    /// Which font of a collection.
    pub index: u32,
}

/// Looks for a font on this computer that has a letter; the text around it says which of several serves best.
pub type FontFinder = fn(letter: char, text: &str) -> Option<FoundFont>;

/// Why a font could not be added.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FontError {
    /// The bytes are no font.
    #[error("{0} is no TrueType or OpenType font")]
    NotAFont(String),
    /// There are too many.
    #[error("{0} was not added: there are {MOST_ADDED} fonts already")]
    TooMany(String),
}

/// More fonts than this are not added: what is added stays in memory.
const MOST_ADDED: usize = 64;

macro_rules! noto {
    ($($name:literal $script:literal),* $(,)?) => {
        /// The fonts for other scripts, Regular and SemiBold of each: a name for styles, the script's short name, the file.
        static NOTO: [(&str, &str, &[u8]); 2 * [$($name),*].len()] = [$(
            (
                concat!("noto-sans-", $name, "-400"),
                $script,
                include_bytes!(concat!("../../../assets/fonts/NotoSans-", $name, "-400.woff")),
            ),
            (
                concat!("noto-sans-", $name, "-600"),
                $script,
                include_bytes!(concat!("../../../assets/fonts/NotoSans-", $name, "-600.woff")),
            ),
        )*];
    };
}

noto! {
    "greek" "Grek", "greek-ext" "Grek", "arabic" "Arab", "hebrew" "Hebr", "armenian" "Armn", "georgian" "Geor",
    "devanagari" "Deva", "bengali" "Beng", "tamil" "Taml", "thai" "Thai", "khmer" "Khmr", "myanmar" "Mymr",
    "ethiopic" "Ethi", "sinhala" "Sinh", "lao" "Laoo", "gujarati" "Gujr", "gurmukhi" "Guru", "telugu" "Telu",
    "kannada" "Knda", "malayalam" "Mlym",
}

/// A parsed font with what has been worked out about it so far.
pub(super) struct Typeface {
    pub(super) font: FontRef<'static>,
    pub(super) shaper: Shaper<'static>,
    pub(super) units_per_em: f64,
    pub(super) ascent: f64,
    pub(super) descent: f64,
    pub(super) cap_height: f64,
    file: FontFile,
    pub(super) plans: RwLock<Vec<KnownPlan>>,
    // Three hundred labels are measured in less than 0.05 ms from here.
    pub(super) shaped: [RwLock<HashMap<String, Arc<ShapedLine>>>; 2],
    pub(super) outlines: RwLock<HashMap<u32, Arc<BezPath>>>,
    pub(super) halos: RwLock<HashMap<(u32, u32), Arc<BezPath>>>,
}

impl Typeface {
    /// A font that stays for as long as the program runs, as do all that are ever used.
    fn new(mut file: FontFile) -> Option<Self> {
        let font = FontRef::from_index(file.bytes, file.index).ok()?;
        let data: &'static ShaperData = Box::leak(Box::new(ShaperData::new(&font)));
        // The shaper borrows its font for as long as it lives.
        let kept: &'static FontRef<'static> = Box::leak(Box::new(font.clone()));
        let metrics = font.metrics(Size::unscaled(), LocationRef::default());
        file.units_per_em = f64::from(metrics.units_per_em);
        (metrics.units_per_em > 0).then(|| Self {
            shaper: data.shaper(kept).build(),
            units_per_em: f64::from(metrics.units_per_em),
            ascent: f64::from(metrics.ascent),
            descent: f64::from(-metrics.descent),
            cap_height: f64::from(metrics.cap_height.unwrap_or(0.7 * f32::from(metrics.units_per_em))),
            font,
            file,
            plans: RwLock::default(),
            shaped: Default::default(),
            outlines: RwLock::default(),
            halos: RwLock::default(),
        })
    }

    pub(super) fn has(&self, letter: char) -> bool {
        self.font.charmap().map(letter).is_some_and(|id| id != GlyphId::NOTDEF)
    }
}

/// The bytes of the TrueType file of a face, for the window and for formats that embed fonts.
pub fn font_bytes(face: Face) -> &'static [u8] {
    match face {
        Face::Sans => include_bytes!("../../../assets/fonts/IBMPlexSans-Regular.ttf"),
        Face::SansSemiBold => include_bytes!("../../../assets/fonts/IBMPlexSans-SemiBold.ttf"),
        Face::Serif => include_bytes!("../../../assets/fonts/IBMPlexSerif-Regular.ttf"),
        Face::SerifItalic => include_bytes!("../../../assets/fonts/IBMPlexSerif-Italic.ttf"),
        Face::Mono => include_bytes!("../../../assets/fonts/IBMPlexMono-Regular.ttf"),
    }
}

/// Font units in the em of a face.
pub fn units_per_em(face: Face) -> f64 {
    typeface(FontId::of(face)).units_per_em
}

/// The file of a font.
pub fn font_file(font: FontId) -> FontFile {
    typeface(font).file
}

/// The font that draws a letter in words of a face.
pub fn font_of(letter: char, face: Face) -> FontId {
    let mut bytes = [0; 4];
    let cluster: &str = letter.encode_utf8(&mut bytes);
    font_for(cluster, face, cluster, false)
}

/// The same font in Regular or SemiBold, if it comes with the program in both.
pub fn in_weight(font: FontId, is_semi_bold: bool) -> FontId {
    match usize::from(font.0).checked_sub(FACES.len()).filter(|index| *index < NOTO.len()) {
        Some(index) => bundled_id(index - index % 2 + usize::from(is_semi_bold)),
        None => font,
    }
}

/// A font that words are drawn in, if it was added: name and fingerprint of its file.
pub fn added_font(font: FontId) -> Option<AddedFont> {
    let index = usize::from(font.0).checked_sub(FACES.len() + NOTO.len())?;
    let added = ADDED.read().unwrap_or_else(PoisonError::into_inner);
    added.fonts.get(index).map(|(_, about)| about.clone())
}

/// How many fonts were added so far: those who keep what they drew draw it anew when this changes.
pub fn added_count() -> usize {
    ADDED.read().unwrap_or_else(PoisonError::into_inner).fonts.len()
}

fn bundled_id(index: usize) -> FontId {
    FontId((FACES.len() + index) as u16)
}

/// Fonts that were added, with what a finder was asked for and did not find.
#[derive(Default)]
struct Added {
    fonts: Vec<(&'static Typeface, AddedFont)>,
    /// The places of those that dossiers brought, of the one opened last at the end.
    of_dossiers: Vec<usize>,
    finder: Option<FontFinder>,
    lacking: std::collections::HashSet<char>,
}

static ADDED: LazyLock<RwLock<Added>> = LazyLock::new(RwLock::default);

/// Adds a font, for letters that neither our faces nor the fonts for other scripts have; `file` is the name under which
/// figures say what they were drawn with. The same bytes twice are one font.
///
/// # Errors
/// If the bytes are no font, or there are too many.
pub fn add_font(file: &str, bytes: Vec<u8>, index: u32) -> Result<FontId, FontError> {
    let sha256: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let known = |added: &Added| {
        added.fonts.iter().position(|(typeface, about)| about.sha256 == sha256 && typeface.file.index == index)
    };
    let id = |place: usize| FontId((FACES.len() + NOTO.len() + place) as u16);
    let mut added = ADDED.write().unwrap_or_else(PoisonError::into_inner);
    if let Some(place) = known(&added) {
        return Ok(id(place));
    }
    if added.fonts.len() >= MOST_ADDED {
        return Err(FontError::TooMany(file.to_owned()));
    }
    let units = FontRef::from_index(&bytes, index).map(|font| font.metrics(Size::unscaled(), LocationRef::default()));
    if !units.is_ok_and(|metrics| metrics.units_per_em > 0) {
        return Err(FontError::NotAFont(file.to_owned()));
    }
    let font = FontFile {
        bytes: Box::leak(bytes.into_boxed_slice()),
        index,
        units_per_em: 0.0,
        woff: None,
        name: Box::leak(format!("added-{}", added.fonts.len()).into_boxed_str()),
        is_added: true,
    };
    let typeface = Typeface::new(font).ok_or_else(|| FontError::NotAFont(file.to_owned()))?;
    added.fonts.push((Box::leak(Box::new(typeface)), AddedFont { file: file.to_owned(), sha256 }));
    added.lacking.clear();
    let place = added.fonts.len() - 1;
    drop(added);
    forget_lines();
    Ok(id(place))
}

/// Adds a font that a dossier brings, or, where it is known already, lets it come before those of other dossiers and of this
/// computer. It has been looked at when the dossier was read.
///
/// # Errors
/// If the bytes are no font, or there are too many.
pub fn add_font_of_dossier(file: &str, bytes: &[u8]) -> Result<FontId, FontError> {
    let id = add_font(file, bytes.to_vec(), 0)?;
    let place = usize::from(id.0) - FACES.len() - NOTO.len();
    let mut added = ADDED.write().unwrap_or_else(PoisonError::into_inner);
    if added.of_dossiers.last() != Some(&place) {
        added.of_dossiers.retain(|other| *other != place);
        added.of_dossiers.push(place);
        drop(added);
        forget_lines();
    }
    Ok(id)
}

fn forget_lines() {
    for face in FACES {
        for shaped in &typeface_of(face).shaped {
            shaped.write().unwrap_or_else(PoisonError::into_inner).clear();
        }
    }
}

/// Sets who looks for fonts on this computer. Nothing is looked for before such letters occur.
pub fn set_font_finder(finder: FontFinder) {
    let mut added = ADDED.write().unwrap_or_else(PoisonError::into_inner);
    added.finder = Some(finder);
    added.lacking.clear();
}

fn typeface_of(face: Face) -> &'static Typeface {
    typeface(FontId::of(face))
}

pub(super) fn typeface(font: FontId) -> &'static Typeface {
    static BUILT_IN: [OnceLock<Typeface>; FACES.len() + NOTO.len()] = [const { OnceLock::new() }; _];
    let index = usize::from(font.0);
    let Some(place) = BUILT_IN.get(index) else {
        let added = ADDED.read().unwrap_or_else(PoisonError::into_inner);
        return added.fonts.get(index - BUILT_IN.len()).map_or_else(|| typeface_of(Face::Sans), |(font, _)| font);
    };
    place.get_or_init(|| {
        let (bytes, woff, name) = match FACES.get(index) {
            Some(face) => (font_bytes(*face), None, ""),
            None => {
                let (name, _, woff) = NOTO[index - FACES.len()];
                let bytes = woff::unpacked(woff).expect("the bundled fonts are sound");
                (&*Box::leak(bytes.into_boxed_slice()), Some(woff), name)
            }
        };
        let file = FontFile { bytes, index: 0, units_per_em: 0.0, woff, name, is_added: false };
        Typeface::new(file).expect("the bundled fonts are sound")
    })
}

/// The font that draws some characters that belong together (a letter and its marks) in words of a face: the face's own
/// if it has them all, or the first other that does; for what none has, the face's own, which draws a box. Greek is taken
/// from elsewhere as a whole if the face lacks any of it, as faces do that have no accents of old Greek.
pub(super) fn font_for(cluster: &str, face: Face, text: &str, is_greek_foreign: bool) -> FontId {
    let own = typeface_of(face);
    let drawn = || cluster.chars().map(super::as_set).filter(|letter| !scripts::joins(*letter));
    if is_greek_foreign
        && let Some(first) = drawn().find(|letter| scripts::is_greek(*letter))
        && let Some(found) = bundled_for(drawn(), first, face)
    {
        return found;
    }
    if drawn().all(|letter| own.has(letter)) {
        return FontId::of(face);
    }
    let Some(first) = drawn().find(|letter| !own.has(*letter) || !scripts::is_common(*letter)) else {
        return FontId::of(face);
    };
    let bundled = bundled_for(drawn(), first, face);
    if let Some(found) = bundled {
        return found;
    }
    if own.has(first) || !scripts::may_be_looked_for(first) {
        return FontId::of(face);
    }
    added_for(first, text).unwrap_or(FontId::of(face))
}

fn bundled_for(drawn: impl Iterator<Item = char> + Clone, first: char, face: Face) -> Option<FontId> {
    let script = scripts::short_name(first);
    let weight = usize::from(face == Face::SansSemiBold);
    let of_script = (weight..NOTO.len()).step_by(2).filter(|index| NOTO[*index].1 == script).map(bundled_id);
    // What is common to several scripts, such as the danda of India: every font is asked.
    let all = (weight..NOTO.len()).step_by(2).filter(|_| scripts::is_common(first)).map(bundled_id);
    let fonts = of_script.chain(all);
    let has_all = |font: &FontId| drawn.clone().all(|letter| typeface(*font).has(letter));
    fonts.clone().find(has_all).or_else(|| fonts.clone().find(|font| typeface(*font).has(first)))
}

fn added_for(letter: char, text: &str) -> Option<FontId> {
    let known = |added: &Added| {
        let of_dossiers = added.of_dossiers.iter().rev().copied();
        let place = of_dossiers.chain(0..added.fonts.len()).find(|place| added.fonts[*place].0.has(letter))?;
        Some(FontId((FACES.len() + NOTO.len() + place) as u16))
    };
    let finder = {
        let added = ADDED.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known(&added) {
            return Some(found);
        }
        if added.lacking.contains(&letter) {
            return None;
        }
        added.finder?
    };
    let found = finder(letter, text).and_then(|font| add_font(&font.file, font.bytes, font.index).ok());
    // A font without the letter after all must not be asked for again and again.
    found.filter(|font| typeface(*font).has(letter)).or_else(|| {
        ADDED.write().unwrap_or_else(PoisonError::into_inner).lacking.insert(letter);
        None
    })
}

/// Whether words of a face have a font for a letter.
pub(super) fn has_font(letter: char, face: Face) -> bool {
    typeface(font_of(letter, face)).has(super::as_set(letter))
}

/// Looks in a cache, or works the value out and keeps it. A poisoned lock still guards a sound map: entries are whole.
pub(super) fn cached<K, Q, V: Clone>(
    cache: &RwLock<HashMap<K, V>>,
    key: &Q,
    limit: usize,
    make: impl FnOnce() -> V,
) -> V
where
    K: std::hash::Hash + Eq + std::borrow::Borrow<Q>,
    Q: std::hash::Hash + Eq + ToOwned<Owned = K> + ?Sized,
{
    if let Some(found) = cache.read().unwrap_or_else(PoisonError::into_inner).get(key) {
        return found.clone();
    }
    let made = make();
    let mut cache = cache.write().unwrap_or_else(PoisonError::into_inner);
    if cache.len() >= limit {
        cache.clear();
    }
    cache.insert(key.to_owned(), made.clone());
    made
}
