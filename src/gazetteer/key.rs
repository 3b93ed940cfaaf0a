//! Names as the search compares them: one key for the ways in which a name is written in Latin and in Cyrillic letters.

use std::cell::RefCell;

use crate::formats::plain::push_plain;

/// A key has no more bytes.
pub const LONGEST_KEY: usize = 48;

/// Letters in a row that begin with a letter, and what stands for them, the longest first. Spellings of one sound in English,
/// Ukrainian, Russian, German, Polish and French come out alike.
fn sounds(first: u8) -> &'static [(&'static [u8], &'static [u8])] {
    match first {
        b'a' => &[(b"ae", b"a")],
        b'c' => &[(b"ch", b"c"), (b"cz", b"c")],
        b'g' => &[(b"gh", b"h"), (b"g", b"h")],
        b'j' | b'y' => &[(b"j", b"i"), (b"y", b"i")],
        b'k' => &[(b"kh", b"h")],
        b'o' => &[(b"oe", b"o"), (b"ou", b"u")],
        b'p' => &[(b"ph", b"f")],
        b'q' => &[(b"q", b"k")],
        b'r' => &[(b"rz", b"z")],
        b's' => {
            &[(b"schtsch", b"sc"), (b"shch", b"sc"), (b"szcz", b"sc"), (b"sch", b"s"), (b"sh", b"s"), (b"sz", b"s")]
        }
        b't' => &[(b"tsch", b"c"), (b"tch", b"c"), (b"ts", b"c"), (b"tz", b"c")],
        b'u' => &[(b"ue", b"u")],
        b'w' => &[(b"w", b"v")],
        b'x' => &[(b"x", b"ks")],
        b'z' => &[(b"zh", b"z")],
        _ => &[],
    }
}

/// A Cyrillic letter, already without marks and small, in Latin letters.
fn latin(letter: char) -> Option<&'static str> {
    Some(match letter {
        'а' => "a",
        'б' => "b",
        'в' => "v",
        'г' => "h",
        'д' => "d",
        'е' | 'є' | 'э' => "e",
        'ж' => "zh",
        'з' | 'ѕ' => "z",
        'и' | 'і' | 'ы' | 'ј' => "i",
        'к' => "k",
        'л' | 'љ' => "l",
        'м' => "m",
        'н' | 'њ' => "n",
        'о' => "o",
        'п' => "p",
        'р' => "r",
        'с' => "s",
        'т' => "t",
        'у' | 'ў' => "u",
        'ф' => "f",
        'х' => "kh",
        'ц' => "ts",
        'ч' | 'ћ' => "ch",
        'ш' => "sh",
        'щ' => "shch",
        'ђ' => "d",
        'џ' => "zh",
        'ю' => "iu",
        'я' => "ia",
        'ъ' | 'ь' => "",
        _ => return None,
    })
}

thread_local! {
    static SCRATCH: RefCell<(String, Vec<u8>)> = const { RefCell::new((String::new(), Vec::new())) };
}

/// The key of a name: small Latin letters, digits and single spaces, and the letters of scripts other than Latin and
/// Cyrillic as they are. At most [`LONGEST_KEY`] bytes; empty of a name without letters and digits.
///
/// ```
/// use claimline::gazetteer::key;
///
/// assert_eq!(key("Харків"), key("Kharkiv"));
/// assert_eq!(key("Запоріжжя"), key("Zaporizhzhia"));
/// assert_eq!(key("Лисичанск"), key("Lysychans'k"));
/// ```
pub fn key(name: &str) -> String {
    let mut out = Vec::new();
    push_key(name, &mut out);
    // Cut between letters only, and made of ASCII and whole letters.
    String::from_utf8(out).unwrap_or_default()
}

/// The same, added as bytes of UTF-8 to what is there.
pub(super) fn push_key(name: &str, out: &mut Vec<u8>) {
    SCRATCH.with_borrow_mut(|(plain, letters)| {
        plain.clear();
        letters.clear();
        // No name of a place is longer, and what is cut off could not be in the key.
        let end = name.char_indices().nth(4 * LONGEST_KEY).map_or(name.len(), |(end, _)| end);
        push_plain(&name[..end], plain);
        for letter in plain.chars() {
            match latin(letter) {
                Some(latin) => letters.extend_from_slice(latin.as_bytes()),
                None if letter.is_alphanumeric() => {
                    let mut bytes = [0; 4];
                    letters.extend_from_slice(letter.encode_utf8(&mut bytes).as_bytes());
                }
                None => letters.push(b' '),
            }
        }
        sound(letters, out);
    });
}

/// Spellings of one sound made one; letters doubled or not, and spaces, made single.
fn sound(letters: &[u8], out: &mut Vec<u8>) {
    let start = out.len();
    let mut at = 0;
    while at < letters.len() {
        let rest = &letters[at..];
        let found = sounds(rest[0]).iter().find(|(many, _)| rest.starts_with(many));
        let (taken, sound): (usize, &[u8]) = match found {
            Some((many, one)) => (many.len(), one),
            None if rest[0] < 0x80 => (1, &rest[..1]),
            None => {
                let length = 1 + rest[1..].iter().take_while(|byte| **byte & 0xc0 == 0x80).count();
                (length, &rest[..length])
            }
        };
        at += taken;
        if sound[0] >= 0x80 {
            if out.len() - start + sound.len() > LONGEST_KEY {
                break;
            }
            out.extend_from_slice(sound);
            continue;
        }
        for byte in sound {
            let last = (out.len() > start).then(|| out[out.len() - 1]);
            match (byte, last) {
                (b' ', None) => {}
                (byte, Some(last)) if *byte == last && !b"aou".contains(byte) => {}
                // Ye, je and ie: е of Russian and є of Ukrainian.
                (b'e', Some(b'i')) => {
                    out.pop();
                    if out.len() == start || out[out.len() - 1] != b'e' {
                        out.push(b'e');
                    }
                }
                (byte, _) => out.push(*byte),
            }
        }
        if out.len() - start >= LONGEST_KEY {
            out.truncate(start + LONGEST_KEY);
            break;
        }
    }
    if out.len() > start && out[out.len() - 1] == b' ' {
        out.pop();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_name_in_two_alphabets_has_one_key() {
        for (one, other) in [
            ("Kharkiv", "Харків"),
            ("Zaporizhzhia", "Запоріжжя"),
            ("Zaporozhye", "Запорожье"),
            ("Krywyj Rih", "Кривий Ріг"),
            ("Kryvyi Rih", "Кривий Ріг"),
            ("Krivoy Rog", "Кривой Рог"),
            ("Yalta", "Ялта"),
            ("Jalta", "Ялта"),
            ("Yevpatoria", "Євпаторія"),
            ("Bakhmout", "Бахмут"),
            ("Bachmut", "Bacmut"),
            ("Louhansk", "Луганськ"),
            ("Lugansk", "Luhans’k"),
            ("Szczecin", "Щецин"),
            ("Köln", "Koeln"),
            ("München", "Munchen"),
            ("Winnica", "Винница"),
            ("Donets'k", "Донецк"),
            ("Nowa Kachowka", "Nova Kacovka"),
            ("Ivano-Frankivsk", "Івано Франківськ"),
            ("Lodz", "Łódź"),
        ] {
            assert_eq!(key(one), key(other), "{one} and {other}");
        }
        assert_eq!(key("’-. "), "");
        assert_eq!(key("東京"), "東京");
        assert_ne!(key("Sumy"), key("Suma"));
    }

    proptest! {
        #[test]
        fn keys_are_short_and_nothing_breaks_them(name in "\\PC{0,80}") {
            let key = key(&name);
            prop_assert!(key.len() <= LONGEST_KEY);
            prop_assert!(!key.starts_with(' ') && !key.ends_with(' ') && !key.contains("  "));
        }
    }
}
