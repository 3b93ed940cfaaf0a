//! The signs and words of a filter's text.

use std::ops::Range;

use super::Operator;

/// What the text is made of.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Open,
    Close,
    Comma,
    Operator(Operator),
    /// A bare word or a number.
    Word,
    /// In `'…'`: text.
    Text(String),
    /// In `"…"`: text on the right of an operator, a name on its left.
    Either(String),
    /// In backticks: a name.
    Name(String),
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) at: Range<usize>,
}

pub(super) type Problem = (String, Range<usize>);

pub(super) struct Parser<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    pub(super) depth: usize,
}

/// Whether a letter is a quotation mark that quotes nothing in a filter.
pub(super) fn is_foreign_quote(letter: char) -> bool {
    "“”„«»‘".contains(letter)
}

/// Whether a letter can stand in a bare word.
pub(super) fn is_word(letter: char) -> bool {
    !letter.is_whitespace() && !letter.is_control() && !"()=<>!~≠≤≥,'\"`".contains(letter)
}

/// How long the bare word is that a text begins with. An apostrophe between two letters belongs to it: `Слов'янськ`.
fn word_length(text: &str) -> usize {
    let mut before = ' ';
    for (index, letter) in text.char_indices() {
        let joins = || {
            let after = text[index + letter.len_utf8()..].chars().next();
            letter == '\'' && before.is_alphabetic() && after.is_some_and(char::is_alphabetic)
        };
        if !is_word(letter) && !joins() {
            return index;
        }
        before = letter;
    }
    text.len()
}

impl Parser<'_> {
    /// The next token and where the text goes on after it.
    pub(super) fn look(&self) -> Result<Option<(Token, usize)>, Problem> {
        let rest = &self.text[self.at..];
        let start = self.at + (rest.len() - rest.trim_start().len());
        let rest = &self.text[start..];
        let Some(first) = rest.chars().next() else { return Ok(None) };
        let token = |kind: Kind, length: usize| {
            let at = start..start + length;
            Ok(Some((Token { at: at.clone(), kind }, at.end)))
        };
        if let Some((sign, operator)) = Operator::ALL.into_iter().find(|(sign, _)| rest.starts_with(sign)) {
            return token(Kind::Operator(operator), sign.len());
        }
        match first {
            '(' => token(Kind::Open, 1),
            ')' => token(Kind::Close, 1),
            ',' => token(Kind::Comma, 1),
            '\'' | '"' | '`' => {
                // A quote within is written twice.
                let mut text = String::new();
                let mut letters = rest.char_indices().skip(1).peekable();
                while let Some((index, letter)) = letters.next() {
                    if letter != first {
                        text.push(letter);
                    } else if letters.next_if(|(_, next)| *next == first).is_some() {
                        text.push(first);
                    } else {
                        let kind = match first {
                            '\'' => Kind::Text(text),
                            '"' => Kind::Either(text),
                            _ => Kind::Name(text),
                        };
                        return token(kind, index + 1);
                    }
                }
                Err((format!("this {first} has no closing {first}"), start..self.text.len()))
            }
            first if is_foreign_quote(first) => Err((
                format!("{first} cannot be used as a quotation mark here; write ' or \""),
                start..start + first.len_utf8(),
            )),
            letter if is_word(letter) => token(Kind::Word, word_length(rest)),
            letter => {
                let hint = if letter == '!' { "; did you mean 'not' or '!='?" } else { "" };
                let shown = if letter.is_control() { "this sign".to_owned() } else { letter.to_string() };
                Err((format!("{shown} has no meaning here{hint}"), start..start + letter.len_utf8()))
            }
        }
    }

    pub(super) fn peek(&self) -> Result<Option<Token>, Problem> {
        Ok(self.look()?.map(|(token, _)| token))
    }

    pub(super) fn next(&mut self) -> Result<Option<Token>, Problem> {
        let looked = self.look()?;
        Ok(looked.map(|(token, end)| {
            self.at = end;
            token
        }))
    }

    pub(super) fn end(&self) -> Range<usize> {
        self.text.len()..self.text.len()
    }

    pub(super) fn is_keyword(&self, token: &Token, keyword: &str) -> bool {
        token.kind == Kind::Word && self.text[token.at.clone()].eq_ignore_ascii_case(keyword)
    }

    /// Takes the next token if it is this keyword.
    pub(super) fn take_keyword(&mut self, keyword: &str) -> Result<bool, Problem> {
        match self.look()? {
            Some((token, end)) if self.is_keyword(&token, keyword) => {
                self.at = end;
                Ok(true)
            }
            _ => Ok(false),
        }
    }
}

/// Words of the grammar.
const RESERVED: [&str; 6] = ["and", "or", "not", "in", "is", "null"];

pub(super) fn is_reserved(word: &str) -> bool {
    RESERVED.into_iter().any(|reserved| word.eq_ignore_ascii_case(reserved))
}

/// Whether a name needs no quotes: letters, digits and `_ - : . @ $ #`, not beginning with a digit, `-` or `.`.
pub(super) fn is_bare_name(name: &str) -> bool {
    name.starts_with(|letter: char| letter.is_alphabetic() || "_:@$#".contains(letter))
        && name.chars().all(|letter| is_mark(letter) || letter.is_alphanumeric() || "_-:.@$#".contains(letter))
}

/// Whether it is a mark that makes one letter with the one before, as `й` may be written.
fn is_mark(letter: char) -> bool {
    unicode_normalization::char::is_combining_mark(letter)
}
