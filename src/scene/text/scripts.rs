//! What the writing systems of the world ask for: which letters join, which are spaced, which language letters speak of.

use icu_properties::props::{DefaultIgnorableCodePoint, NamedEnumeratedProperty as _, Script};
use icu_properties::{CodePointMapData, CodePointSetData};

/// The script of a character, as Unicode has it.
pub(super) fn of(letter: char) -> Script {
    CodePointMapData::<Script>::new().get(letter)
}

/// The four letters that name the script of a character, `Arab`; `Zyyy` of what is common to many.
pub(super) fn short_name(letter: char) -> &'static str {
    of(letter).short_name()
}

/// Whether a character is of no script of its own: digits, punctuation, marks.
pub(super) fn is_common(letter: char) -> bool {
    let script = of(letter);
    script == Script::Common || script == Script::Inherited
}

/// Whether a letter is Greek.
pub(super) fn is_greek(letter: char) -> bool {
    letter >= '\u{370}' && of(letter) == Script::Greek
}

/// Whether a character joins or varies others and is never drawn itself.
pub(super) fn joins(letter: char) -> bool {
    CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(letter)
}

/// Whether a letter is of one of the scripts of our own faces, whose letters stand in a row as they are stored.
pub(super) fn is_plain(letter: char) -> bool {
    if letter < '\u{590}' {
        return !matches!(letter, '\u{531}'..='\u{58F}');
    }
    let script = of(letter);
    is_common_script(script) && !is_bidi_control(letter) && !is_east_asian_mark(letter)
        || [Script::Latin, Script::Cyrillic, Script::Greek].contains(&script)
}

fn is_common_script(script: Script) -> bool {
    script == Script::Common || script == Script::Inherited
}

fn is_bidi_control(letter: char) -> bool {
    matches!(letter, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{61C}')
}

/// Punctuation and forms of East Asia.
fn is_east_asian_mark(letter: char) -> bool {
    matches!(letter, '\u{3000}'..='\u{303F}' | '\u{30FB}' | '\u{30FC}' | '\u{FE30}'..='\u{FE4F}' | '\u{FF00}'..='\u{FFEF}')
}

/// Whether a font of this computer may be looked for: letters, and the marks of East Asia; not pictures, nor rare letters
/// of Latin, Cyrillic and Greek, so that a figure does not come out otherwise on each machine for a trifle.
pub(super) fn may_be_looked_for(letter: char) -> bool {
    let script = of(letter);
    is_east_asian_mark(letter)
        || !(is_common_script(script)
            || [Script::Latin, Script::Cyrillic, Script::Greek, Script::Unknown].contains(&script))
}

/// Whether letters of this script may stand further apart than they do: not where they join, nor where marks and signs
/// make one shape with their letter.
pub(super) fn is_spaced(letter: char) -> bool {
    let script = of(letter);
    is_common_script(script)
        || [
            Script::Latin,
            Script::Cyrillic,
            Script::Greek,
            Script::Armenian,
            Script::Georgian,
            Script::Ethiopic,
            Script::Han,
            Script::Hiragana,
            Script::Katakana,
            Script::Hangul,
            Script::Bopomofo,
        ]
        .contains(&script)
}

/// Whether lines may break beside this letter without a space: between ideographs and syllables, and between words that
/// are written without spaces.
pub(super) fn breaks_without_space(letter: char) -> bool {
    if letter < '\u{E00}' {
        return false;
    }
    let script = of(letter);
    is_east_asian_mark(letter)
        || [
            Script::Han,
            Script::Hiragana,
            Script::Katakana,
            Script::Bopomofo,
            Script::Hangul,
            Script::Yi,
            Script::Thai,
            Script::Lao,
            Script::Khmer,
            Script::Myanmar,
            Script::Tibetan,
            Script::Ethiopic,
        ]
        .contains(&script)
}

/// Whether a letter is a Korean syllable: lines of Korean break at spaces.
pub(super) fn is_korean(letter: char) -> bool {
    of(letter) == Script::Hangul
}

/// The language that words are most likely in, by their letters alone, as BCP 47 has it: for shaping, and for what a file
/// says of its words. English where nothing speaks for another.
pub fn language_of(words: &str) -> &'static str {
    let mut arabic = None;
    let mut han = false;
    for letter in words.chars().filter(|letter| *letter >= '\u{370}') {
        if ('\u{400}'..'\u{530}').contains(&letter) {
            return "uk";
        }
        let language = match of(letter) {
            Script::Greek => "el",
            Script::Armenian => "hy",
            Script::Hebrew => "he",
            Script::Arabic => {
                let language = match letter {
                    'ٹ' | 'ڈ' | 'ڑ' | 'ں' | 'ے' | 'ہ' => "ur",
                    'پ' | 'چ' | 'ژ' | 'گ' | 'ک' | 'ی' => "fa",
                    _ => "ar",
                };
                // One letter of Urdu or Persian among Arabic ones tells.
                if arabic.is_none() || arabic == Some("ar") || language == "ur" {
                    arabic = Some(language);
                }
                continue;
            }
            Script::Georgian => "ka",
            Script::Devanagari => "hi",
            Script::Bengali => "bn",
            Script::Gurmukhi => "pa",
            Script::Gujarati => "gu",
            Script::Tamil => "ta",
            Script::Telugu => "te",
            Script::Kannada => "kn",
            Script::Malayalam => "ml",
            Script::Sinhala => "si",
            Script::Thai => "th",
            Script::Lao => "lo",
            Script::Khmer => "km",
            Script::Myanmar => "my",
            Script::Ethiopic => "am",
            Script::Hangul => "ko",
            Script::Hiragana | Script::Katakana => "ja",
            Script::Bopomofo => "zh",
            Script::Han => {
                han = true;
                continue;
            }
            _ => continue,
        };
        return language;
    }
    arabic.unwrap_or(if han { "zh" } else { "en" })
}
