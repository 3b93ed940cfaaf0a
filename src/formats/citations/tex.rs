//! Words of BibTeX as letters: accents, signs, dashes and quotation marks that TeX writes with commands.

use std::iter::Peekable;
use std::str::Chars;

use unicode_normalization::UnicodeNormalization as _;

/// Commands that put a mark on the letter after them, with the mark.
const MARKS: [(&str, char); 17] = [
    ("\"", '\u{308}'),
    ("'", '\u{301}'),
    ("`", '\u{300}'),
    ("^", '\u{302}'),
    ("~", '\u{303}'),
    ("=", '\u{304}'),
    (".", '\u{307}'),
    ("c", '\u{327}'),
    ("v", '\u{30c}'),
    ("u", '\u{306}'),
    ("H", '\u{30b}'),
    ("k", '\u{328}'),
    ("r", '\u{30a}'),
    ("d", '\u{323}'),
    ("b", '\u{331}'),
    ("t", '\u{361}'),
    ("h", '\u{309}'),
];

/// Commands that stand for signs.
const SIGNS: [(&str, &str); 26] = [
    ("ss", "ß"),
    ("ae", "æ"),
    ("AE", "Æ"),
    ("oe", "œ"),
    ("OE", "Œ"),
    ("o", "ø"),
    ("O", "Ø"),
    ("l", "ł"),
    ("L", "Ł"),
    ("aa", "å"),
    ("AA", "Å"),
    ("i", "ı"),
    ("j", "ȷ"),
    ("dh", "ð"),
    ("DH", "Ð"),
    ("th", "þ"),
    ("TH", "Þ"),
    ("dj", "đ"),
    ("DJ", "Đ"),
    ("ldots", "…"),
    ("dots", "…"),
    ("textendash", "–"),
    ("textemdash", "—"),
    ("textbackslash", "\\"),
    ("textasciitilde", "~"),
    ("textquotesingle", "'"),
];

/// Commands that say how their words look or what they are, not which they are.
const LOOKS: [&str; 11] =
    ["emph", "textit", "textbf", "textsc", "texttt", "textrm", "textsf", "mbox", "url", "enquote", "relax"];

/// The words of a field. A command that is not known stays as it stands.
pub(super) fn words(field: &str) -> String {
    let mut out = String::with_capacity(field.len());
    let mut letters = field.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '{' | '}' => {}
            '\\' => push_command(&mut letters, &mut out),
            letter if letter.is_whitespace() => out.push(' '),
            letter => out.push(letter),
        }
    }
    let plain = out.split_whitespace().collect::<Vec<_>>().join(" ");
    // An address has none of these in the sense of TeX.
    let plain = match plain.contains("://") {
        true => plain,
        false => plain.replace("---", "—").replace("--", "–").replace("``", "“").replace("''", "”"),
    };
    plain.nfc().collect()
}

fn push_command(letters: &mut Peekable<Chars<'_>>, out: &mut String) {
    let Some(&first) = letters.peek() else { return out.push('\\') };
    let mut name = String::new();
    if first.is_ascii_alphabetic() {
        while let Some(letter) = letters.next_if(char::is_ascii_alphabetic) {
            name.push(letter);
        }
    } else {
        name.extend(letters.next());
    }
    if "&%$#_{}".contains(&name) {
        out.push_str(&name);
    } else if let Some((_, mark)) = MARKS.iter().find(|(known, _)| *known == name) {
        while letters.next_if(|letter| letter.is_whitespace() || *letter == '{').is_some() {}
        match letters.next() {
            // A letter without its dot takes the mark instead of it.
            Some('\\') => {
                let mut own = String::new();
                while let Some(letter) = letters.next_if(char::is_ascii_alphabetic) {
                    own.push(letter);
                }
                match (own.as_str(), SIGNS.iter().find(|(known, _)| *known == own)) {
                    ("i" | "j", _) => out.push_str(&own),
                    (_, Some((_, sign))) => out.push_str(sign),
                    _ => out.push_str(&format!("\\{own}")),
                }
            }
            letter => out.extend(letter),
        }
        out.push(*mark);
    } else if let Some((_, sign)) = SIGNS.iter().find(|(known, _)| *known == name) {
        // A blank or braces end the command.
        let braces = letters.clone().take(2).eq(['{', '}']);
        if braces {
            letters.nth(1);
        } else {
            let _ = letters.next_if(|letter| letter.is_whitespace());
        }
        out.push_str(sign);
    } else if !LOOKS.contains(&name.as_str()) {
        out.push('\\');
        out.push_str(&name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_become_the_letters_that_they_stand_for() {
        for (field, expected) in [
            (r#"M\"uller, J\"{o}rg and {\'E}mile"#, "Müller, Jörg and Émile"),
            (r#"\"Osterreich und Wei\ss{}e"#, "Österreich und Weiße"),
            (r"\L\'od\'z, {\v C}apek, Nov\'{\i}, \c{c}a, \o st", "Łódź, Čapek, Noví, ça, øst"),
            ("The {BBC} --- ``so''  said 1--2", "The BBC — “so” said 1–2"),
            (r"50\,\% \& more \emph{now}", r"50\,% & more now"),
            (r"\url{https://a.example/x--y_z~1}", "https://a.example/x--y_z~1"),
            (r"a\textbackslash{}b \textasciitilde{}c \", r"a\b ~c \"),
        ] {
            assert_eq!(words(field), expected);
        }
    }
}
