//! A text as words, numbers and signs, each with its place.

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Letters; an apostrophe after them belongs to them and ends them, so that `d'hectares` and `п'ять` are two.
    Word,
    /// Digits, with the signs between them.
    Number,
    /// Any other letter.
    Sign,
}

/// A word, a number or a sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    /// First byte.
    pub(super) start: usize,
    /// One past the last byte.
    pub(super) end: usize,
    /// What it is.
    pub(super) kind: Kind,
    /// Whether nothing stands between the token before and this one.
    pub(super) glued: bool,
    /// Its number in the tables; 0 where they do not have it.
    pub(super) id: u32,
}

/// Spaces that part the digits of one number.
fn is_space(letter: char) -> bool {
    matches!(letter, ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}')
}

fn is_apostrophe(letter: char) -> bool {
    matches!(letter, '\'' | '’' | 'ʼ')
}

fn is_letter(letter: char) -> bool {
    letter.is_alphabetic() && !matches!(letter, 'ʼ' | 'ª' | 'º') || matches!(letter, '\u{300}'..='\u{36f}' | '\u{ad}')
}

/// The end of the number that begins here.
fn number_end(text: &str, start: usize) -> usize {
    let digits = |from: usize| text.as_bytes()[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let lead = digits(start);
    let mut at = start + lead;
    let mut spaces_alone = true;
    while let Some(sign) = text[at..].chars().next() {
        let next = at + sign.len_utf8();
        let count = digits(next);
        let goes_on = match sign {
            ',' | '.' => count > 0,
            '\'' | '’' => count == 3,
            sign if is_space(sign) => spaces_alone && lead <= 3 && count == 3 && text.as_bytes()[start] != b'0',
            _ => false,
        };
        if !goes_on {
            break;
        }
        // After a comma or a point no space parts digits any more.
        spaces_alone &= is_space(sign);
        at = next + count;
    }
    at
}

/// The tokens of a text; `id` finds their numbers by their words in small letters.
pub(super) fn tokens(text: &str, mut id: impl FnMut(&str) -> u32) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::new();
    let mut small = String::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let start = at;
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let kind = if first.is_ascii_digit() {
            at = number_end(text, start);
            Kind::Number
        } else if is_letter(first) {
            let mut letters = text[start..].char_indices().skip_while(|(_, letter)| is_letter(*letter));
            match letters.next() {
                Some((end, letter))
                    if is_apostrophe(letter) && letters.next().is_some_and(|(_, next)| is_letter(next)) =>
                {
                    at = start + end + letter.len_utf8();
                }
                Some((end, _)) => at = start + end,
                None => at = text.len(),
            }
            Kind::Word
        } else {
            at += first.len_utf8();
            Kind::Sign
        };
        let written = &text[start..at];
        small.clear();
        // No word of the tables is longer.
        if written.len() <= 64 {
            match kind {
                Kind::Word => {
                    small.extend(written.chars().flat_map(char::to_lowercase).filter(|letter| *letter != '\u{ad}').map(
                        |letter| {
                            if is_apostrophe(letter) { '\'' } else { letter }
                        },
                    ))
                }
                Kind::Number | Kind::Sign => small.push_str(written),
            }
        }
        let glued = out.last().is_some_and(|last| last.end == start);
        out.push(Token { start, end: at, kind, glued, id: id(&small) });
    }
    out
}
