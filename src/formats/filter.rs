//! A filter on a feature's properties, such as `status = occupied and km2 > 10`; `docs/filter.md` has its grammar.
//!
//! On the left of an operator stands a name, on its right a value: so neither needs quotes in the usual case. What a
//! name means is the caller's: [`Filter::matches`] asks for each, so that sizes and titles can be had like properties.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

use super::number;

/// No filter is longer, in bytes.
pub const LONGEST: usize = 10_000;

/// Parentheses and `not` lie no deeper within each other.
pub const DEEPEST: usize = 50;

/// A filter: which features of a layer are meant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Filter {
    root: Node,
}

/// What is wrong with a filter's text, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterError {
    /// What is wrong, and what could stand there.
    pub what: String,
    /// The word that is wrong, in bytes of the text; empty at the end of it.
    pub at: Range<usize>,
    /// The text.
    pub text: String,
}

impl fmt::Display for FilterError {
    /// What is wrong; then the text; then signs under the word.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        const AROUND: usize = 60;
        let before = self.text.get(..self.at.start).unwrap_or_default();
        let word = self.text.get(self.at.clone()).unwrap_or_default();
        let after = self.text.get(self.at.end..).unwrap_or_default();
        let plain = |text: &str| text.replace(char::is_control, " ");
        // Of a long text only what lies around the word is shown.
        let skipped = before.chars().count().saturating_sub(AROUND);
        let start: String = before.chars().skip(skipped).collect();
        let lead = if skipped > 0 { "…" } else { "" };
        let (word, rest): (String, String) =
            (word.chars().take(AROUND).collect(), after.chars().take(AROUND).collect());
        writeln!(formatter, "{}", self.what)?;
        writeln!(formatter, "  {lead}{}{}{}", plain(&start), plain(&word), plain(&rest))?;
        let column = lead.chars().count() + start.chars().count();
        write!(formatter, "  {}{}", " ".repeat(column), "^".repeat(word.chars().count().max(1)))
    }
}

impl std::error::Error for FilterError {}

/// How a property and a value are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equal,
    Unequal,
    Less,
    AtMost,
    Greater,
    AtLeast,
    Contains,
    ContainsNot,
}

impl Operator {
    const ALL: [(&str, Self); 13] = [
        // Longer signs first, so that they are not read as shorter ones.
        ("!=", Self::Unequal),
        ("<>", Self::Unequal),
        ("!~", Self::ContainsNot),
        ("<=", Self::AtMost),
        (">=", Self::AtLeast),
        ("==", Self::Equal),
        ("=", Self::Equal),
        ("~", Self::Contains),
        ("<", Self::Less),
        (">", Self::Greater),
        ("≠", Self::Unequal),
        ("≤", Self::AtMost),
        ("≥", Self::AtLeast),
    ];

    fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::Unequal => "!=",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Greater => ">",
            Self::AtLeast => ">=",
            Self::Contains => "~",
            Self::ContainsNot => "!~",
        }
    }
}

/// A value in a filter, with what comparing it needs, made once.
#[derive(Debug, Clone)]
struct Literal {
    /// As it was written, without quotes.
    text: String,
    /// Normalised.
    normal: String,
    /// Normalised and folded, for what is contained.
    folded: String,
    /// As a number, if it is one and stands without quotes: in quotes it is text, whatever it looks like.
    number: Option<f64>,
}

impl PartialEq for Literal {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text && self.number.is_some() == other.number.is_some()
    }
}

impl Literal {
    fn new(text: String, quoted: bool) -> Self {
        let normal: String = text.nfc().collect();
        let number = if quoted { None } else { number::of_text(&text) };
        Self { folded: folded(&text), normal, number, text }
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Node {
    Any(Vec<Node>),
    All(Vec<Node>),
    Not(Box<Node>),
    Compare { name: String, operator: Operator, value: Literal },
    In { name: String, values: Vec<Literal> },
    IsNull { name: String },
}

impl Filter {
    /// Reads a filter.
    ///
    /// ```
    /// use std::borrow::Cow;
    ///
    /// use claimline::formats::filter::Filter;
    /// use serde_json::json;
    ///
    /// let filter = Filter::parse("status = occupied and km2 > 10")?;
    /// let feature = json!({"status": "occupied", "km2": 12.5});
    /// assert!(filter.matches(|name| feature.get(name).map(Cow::Borrowed)));
    ///
    /// let error = Filter::parse("status = occupied and or").unwrap_err();
    /// assert_eq!(error.at, 22..24);
    /// # Ok::<(), claimline::formats::filter::FilterError>(())
    /// ```
    ///
    /// # Errors
    /// What is wrong and where: a word that cannot stand there, a quote that does not end, a text that is longer than
    /// [`LONGEST`] or nested deeper than [`DEEPEST`].
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        let fail = |(what, at): (String, Range<usize>)| FilterError { what, at, text: text.to_owned() };
        if text.len() > LONGEST {
            return Err(fail((format!("the filter is longer than {LONGEST} bytes"), text.len()..text.len())));
        }
        let mut parser = Parser { text, at: 0, depth: 0 };
        let root = parser.any().map_err(fail)?;
        match parser.peek().map_err(fail)? {
            None => {
                let filter = Self { root };
                // Written anew it may be longer, with spaces about its signs, and must be readable then as well.
                if text.len() > LONGEST / 4 && filter.to_string().len() > LONGEST {
                    return Err(fail((format!("the filter is longer than {LONGEST} bytes"), 0..text.len())));
                }
                Ok(filter)
            }
            Some(token) => {
                let word = &text[token.at.clone()];
                let what = match token.kind {
                    Kind::Close => "this parenthesis closes nothing".to_owned(),
                    _ => format!("expected 'and' or 'or' before {word}; a value of several words needs quotes"),
                };
                Err(fail((what, token.at)))
            }
        }
    }

    /// Whether a feature is meant. `lookup` gives the value of each name; none if the feature has no such property.
    pub fn matches<'a>(&self, lookup: impl Fn(&str) -> Option<Cow<'a, Value>>) -> bool {
        self.root.matches(&lookup)
    }

    /// The names that it asks for, each once, in the order in which they stand.
    pub fn names(&self) -> Vec<&str> {
        let mut names = Vec::new();
        let mut pending = vec![&self.root];
        while let Some(node) = pending.pop() {
            match node {
                Node::Any(nodes) | Node::All(nodes) => pending.extend(nodes.iter().rev()),
                Node::Not(node) => pending.push(node),
                Node::Compare { name, .. } | Node::In { name, .. } | Node::IsNull { name } => {
                    if !names.contains(&name.as_str()) {
                        names.push(name.as_str());
                    }
                }
            }
        }
        names
    }

    /// The features that have this value; of `null`, those without one. None if it is too long for a filter.
    pub fn equal(name: &str, value: &Value) -> Option<Self> {
        let name = name.to_owned();
        let root = match value {
            Value::Null => Node::IsNull { name },
            value => {
                let quoted = matches!(value, Value::String(_));
                let text = match value {
                    Value::String(text) => text.clone(),
                    value => value.to_string(),
                };
                Node::Compare { name, operator: Operator::Equal, value: Literal::new(text, quoted) }
            }
        };
        let filter = Self { root };
        (filter.to_string().len() <= LONGEST).then_some(filter)
    }
}

impl FromStr for Filter {
    type Err = FilterError;

    fn from_str(text: &str) -> Result<Self, FilterError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Filter {
    type Error = FilterError;

    fn try_from(text: String) -> Result<Self, FilterError> {
        Self::parse(&text)
    }
}

impl From<Filter> for String {
    fn from(filter: Filter) -> Self {
        filter.to_string()
    }
}

impl Node {
    fn matches<'a>(&self, lookup: &dyn Fn(&str) -> Option<Cow<'a, Value>>) -> bool {
        match self {
            Self::Any(nodes) => nodes.iter().any(|node| node.matches(lookup)),
            Self::All(nodes) => nodes.iter().all(|node| node.matches(lookup)),
            Self::Not(node) => !node.matches(lookup),
            Self::IsNull { name } => lookup(name).is_none_or(|value| value.is_null()),
            Self::Compare { name, operator, value } => {
                let found = lookup(name);
                let found = found.as_deref().filter(|found| !found.is_null());
                match operator {
                    Operator::Unequal => !found.is_some_and(|found| is_equal(found, value)),
                    Operator::ContainsNot => !found.is_some_and(|found| contains(found, value)),
                    Operator::Equal => found.is_some_and(|found| is_equal(found, value)),
                    Operator::Contains => found.is_some_and(|found| contains(found, value)),
                    Operator::Less => found.is_some_and(|found| order(found, value) == Some(Ordering::Less)),
                    Operator::Greater => found.is_some_and(|found| order(found, value) == Some(Ordering::Greater)),
                    Operator::AtMost => found.is_some_and(|found| order(found, value).is_some_and(Ordering::is_le)),
                    Operator::AtLeast => found.is_some_and(|found| order(found, value).is_some_and(Ordering::is_ge)),
                }
            }
            Self::In { name, values } => {
                let found = lookup(name);
                let found = found.as_deref().filter(|found| !found.is_null());
                found.is_some_and(|found| values.iter().any(|value| is_equal(found, value)))
            }
        }
    }
}

/// Text without the differences that search and order do not look at: case, ways to write an accent, kinds of apostrophe.
pub fn folded(text: &str) -> String {
    // Case is folded before the last normalisation, for folding can take letters apart.
    let one = |letter| match letter {
        'ς' => 'σ',
        '’' | 'ʼ' => '\'',
        letter => letter,
    };
    text.nfc().flat_map(char::to_lowercase).nfc().map(one).collect()
}

fn is_ascii_or_normal(text: &str) -> bool {
    text.is_ascii() || unicode_normalization::is_nfc(text)
}

fn is_equal(found: &Value, value: &Literal) -> bool {
    match (found, value.number) {
        (Value::Number(found), Some(number)) => found.as_f64() == Some(number),
        (Value::Number(found), None) => {
            number::of_text(&value.text).is_some_and(|number| found.as_f64() == Some(number))
        }
        (Value::String(found), number) => {
            let same = if is_ascii_or_normal(found) {
                found.as_str() == value.normal
            } else {
                found.nfc().eq(value.normal.chars())
            };
            same || number.is_some_and(|number| number::of_text(found) == Some(number))
        }
        (Value::Bool(found), _) => value.folded == if *found { "true" } else { "false" },
        (Value::Array(_) | Value::Object(_), _) if value.text.starts_with(['[', '{']) => {
            let found = found.to_string();
            found == value.text
        }
        // A list is equal to what one of its values is equal to.
        (Value::Array(found), _) => found.iter().any(|one| !one.is_array() && is_equal(one, value)),
        _ => false,
    }
}

fn contains(found: &Value, value: &Literal) -> bool {
    match found {
        Value::String(found) => {
            if found.is_ascii() && value.folded.is_ascii() {
                contains_ascii(found.as_bytes(), value.folded.as_bytes())
            } else {
                folded(found).contains(&value.folded)
            }
        }
        Value::Number(found) => found.to_string().contains(&value.folded),
        Value::Bool(found) => (if *found { "true" } else { "false" }).contains(&value.folded),
        Value::Array(found) => found.iter().any(|one| !one.is_array() && contains(one, value)),
        _ => false,
    }
}

/// Whether small letters of `part` stand in `text` in any case.
fn contains_ascii(text: &[u8], part: &[u8]) -> bool {
    match part.len() {
        0 => true,
        1..=32 => text.windows(part.len()).any(|window| window.eq_ignore_ascii_case(part)),
        // In time that does not grow with the length of both.
        _ => memchr::memmem::find(&text.to_ascii_lowercase(), part).is_some(),
    }
}

/// Numbers by size, else text by its letters: so `2025-02-01` is before `2025-02-02`. None where one is a number and the
/// other is not.
fn order(found: &Value, value: &Literal) -> Option<Ordering> {
    match (found, value.number) {
        (Value::Number(found), Some(number)) => found.as_f64()?.partial_cmp(&number),
        // A year is compared with a day as text is.
        (Value::String(found), Some(_)) if is_year(&value.text) && begins_with_year(found) => {
            Some(found.as_str().cmp(&value.text))
        }
        (Value::String(found), Some(number)) => number::of_text(found)?.partial_cmp(&number),
        (Value::String(found), None) => {
            if is_ascii_or_normal(found) {
                Some(found.as_str().cmp(&value.normal))
            } else {
                Some(found.nfc().cmp(value.normal.chars()))
            }
        }
        _ => None,
    }
}

fn is_year(text: &str) -> bool {
    text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether it is a day or a month as ISO 8601 has it, such as `2025-02-01T10:00`.
fn begins_with_year(text: &str) -> bool {
    text.get(..4).is_some_and(is_year) && text[4..].starts_with('-')
}

/// What the text is made of.
#[derive(Debug, Clone, PartialEq)]
enum Kind {
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
struct Token {
    kind: Kind,
    at: Range<usize>,
}

type Problem = (String, Range<usize>);

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

/// Whether a letter can stand in a bare word.
fn is_word(letter: char) -> bool {
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
    fn look(&self) -> Result<Option<(Token, usize)>, Problem> {
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
                Err((format!("this {first} has no {first} that ends it"), start..self.text.len()))
            }
            '“' | '”' | '„' | '«' | '»' | '‘' => {
                Err((format!("{first} quotes nothing here; write ' or \""), start..start + first.len_utf8()))
            }
            letter if is_word(letter) => token(Kind::Word, word_length(rest)),
            letter => {
                let hint = if letter == '!' { "; 'not' or '!=' may be meant" } else { "" };
                let shown = if letter.is_control() { "this sign".to_owned() } else { letter.to_string() };
                Err((format!("{shown} has no meaning here{hint}"), start..start + letter.len_utf8()))
            }
        }
    }

    fn peek(&self) -> Result<Option<Token>, Problem> {
        Ok(self.look()?.map(|(token, _)| token))
    }

    fn next(&mut self) -> Result<Option<Token>, Problem> {
        let looked = self.look()?;
        Ok(looked.map(|(token, end)| {
            self.at = end;
            token
        }))
    }

    fn end(&self) -> Range<usize> {
        self.text.len()..self.text.len()
    }

    fn is_keyword(&self, token: &Token, keyword: &str) -> bool {
        token.kind == Kind::Word && self.text[token.at.clone()].eq_ignore_ascii_case(keyword)
    }

    /// Takes the next token if it is this keyword.
    fn take_keyword(&mut self, keyword: &str) -> Result<bool, Problem> {
        match self.look()? {
            Some((token, end)) if self.is_keyword(&token, keyword) => {
                self.at = end;
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    fn any(&mut self) -> Result<Node, Problem> {
        let mut nodes = vec![self.all()?];
        while self.take_keyword("or")? {
            nodes.push(self.all()?);
        }
        Ok(one_or(nodes, Node::Any))
    }

    fn all(&mut self) -> Result<Node, Problem> {
        let mut nodes = vec![self.unary()?];
        while self.take_keyword("and")? {
            nodes.push(self.unary()?);
        }
        Ok(one_or(nodes, Node::All))
    }

    fn deeper(&mut self, at: Range<usize>) -> Result<(), Problem> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err((format!("parentheses and 'not' lie more than {DEEPEST} deep within each other"), at));
        }
        Ok(())
    }

    fn unary(&mut self) -> Result<Node, Problem> {
        let Some(token) = self.next()? else {
            return Err(("expected a comparison such as 'status = occupied'".to_owned(), self.end()));
        };
        // `not = 1` compares a property of that name.
        let is_name = matches!(self.peek(), Ok(Some(Token { kind: Kind::Operator(_), .. })));
        if !is_name && self.is_keyword(&token, "not") {
            self.deeper(token.at)?;
            let node = Node::Not(Box::new(self.unary()?));
            self.depth -= 1;
            return Ok(node);
        }
        if token.kind == Kind::Open {
            self.deeper(token.at.clone())?;
            let node = self.any()?;
            self.depth -= 1;
            return match self.next()? {
                Some(Token { kind: Kind::Close, .. }) => Ok(node),
                Some(other) => {
                    let word = &self.text[other.at.clone()];
                    Err((format!("expected 'and', 'or' or ) before {word}"), other.at))
                }
                None => Err(("this parenthesis is not closed".to_owned(), token.at)),
            };
        }
        self.comparison(token, is_name)
    }

    fn comparison(&mut self, token: Token, is_name: bool) -> Result<Node, Problem> {
        let word = &self.text[token.at.clone()];
        let name = match token.kind {
            Kind::Name(name) | Kind::Either(name) => name,
            Kind::Text(_) => {
                let what = format!("{word} is a text; a name stands here, if it needs quotes in \"…\" or `…`");
                return Err((what, token.at));
            }
            Kind::Word if !is_name && is_reserved(word) => {
                return Err((format!("expected a comparison before '{word}', such as 'status = occupied'"), token.at));
            }
            Kind::Word if !is_bare_name(word) => {
                let what = format!("{word} is no bare name; write \"{word}\" if a property is called so");
                return Err((what, token.at));
            }
            Kind::Word => word.to_owned(),
            Kind::Operator(_) => return Err((format!("expected a property's name before {word}"), token.at)),
            _ => return Err((format!("expected a comparison before {word}, such as 'status = occupied'"), token.at)),
        };
        let Some(operator) = self.next()? else {
            return Err((format!("expected an operator after {name}: {OPERATORS}"), self.end()));
        };
        if let Kind::Operator(operator) = operator.kind {
            return Ok(Node::Compare { name, operator, value: self.value()? });
        }
        if self.is_keyword(&operator, "is") {
            let negated = self.take_keyword("not")?;
            if !self.take_keyword("null")? {
                let at = self.peek()?.map_or(self.end(), |token| token.at);
                return Err(("expected 'null' or 'not null' after 'is'; values are compared with =".to_owned(), at));
            }
            let node = Node::IsNull { name };
            return Ok(if negated { Node::Not(Box::new(node)) } else { node });
        }
        if self.is_keyword(&operator, "in") {
            return Ok(Node::In { name, values: self.list()? });
        }
        if self.is_keyword(&operator, "not") && self.take_keyword("in")? {
            return Ok(Node::Not(Box::new(Node::In { name, values: self.list()? })));
        }
        let word = &self.text[operator.at.clone()];
        let hint = match operator.kind {
            Kind::Word if !is_reserved(word) => "; a name of several words needs quotes: \"…\"",
            _ => "",
        };
        Err((format!("expected an operator before {word}: {OPERATORS}{hint}"), operator.at))
    }

    fn list(&mut self) -> Result<Vec<Literal>, Problem> {
        let open = match self.next()? {
            Some(Token { kind: Kind::Open, at }) => at,
            other => {
                let at = other.map_or(self.end(), |token| token.at);
                return Err(("expected ( after 'in', as in 'status in (occupied, claimed)'".to_owned(), at));
            }
        };
        let mut values = Vec::new();
        loop {
            values.push(self.value()?);
            match self.next()? {
                Some(Token { kind: Kind::Comma, .. }) => {}
                Some(Token { kind: Kind::Close, .. }) => return Ok(values),
                Some(other) => {
                    let what = "expected , or ) here; a value of several words needs quotes".to_owned();
                    return Err((what, other.at));
                }
                None => return Err(("this parenthesis is not closed".to_owned(), open)),
            }
        }
    }

    fn value(&mut self) -> Result<Literal, Problem> {
        let Some(token) = self.next()? else {
            return Err(("expected a value, such as occupied, 10 or 'taken back'".to_owned(), self.end()));
        };
        let word = &self.text[token.at.clone()];
        match token.kind {
            Kind::Text(text) | Kind::Either(text) => Ok(Literal::new(text, true)),
            Kind::Word if is_reserved(word) => {
                let what = if word.eq_ignore_ascii_case("null") {
                    "nothing is equal to null; write 'is null' or 'is not null'".to_owned()
                } else {
                    format!("expected a value before '{word}'; write '{word}' in quotes if it is the value")
                };
                Err((what, token.at))
            }
            Kind::Word => Ok(Literal::new(word.to_owned(), false)),
            Kind::Name(_) => {
                Err((format!("{word} is a name; a value stands here, if it needs quotes in '…' or \"…\""), token.at))
            }
            _ => Err((format!("expected a value before {word}"), token.at)),
        }
    }
}

const OPERATORS: &str = "= != < <= > >= ~ !~, in (…), is null";

/// Words of the grammar.
const RESERVED: [&str; 6] = ["and", "or", "not", "in", "is", "null"];

fn is_reserved(word: &str) -> bool {
    RESERVED.into_iter().any(|reserved| word.eq_ignore_ascii_case(reserved))
}

/// Whether a name needs no quotes: letters, digits and `_ - : . @ $ #`, not beginning with a digit, `-` or `.`.
fn is_bare_name(name: &str) -> bool {
    name.starts_with(|letter: char| letter.is_alphabetic() || "_:@$#".contains(letter))
        && name.chars().all(|letter| is_mark(letter) || letter.is_alphanumeric() || "_-:.@$#".contains(letter))
}

/// Whether it is a mark that makes one letter with the one before, as `й` may be written.
fn is_mark(letter: char) -> bool {
    unicode_normalization::char::is_combining_mark(letter)
}

fn one_or(mut nodes: Vec<Node>, several: fn(Vec<Node>) -> Node) -> Node {
    if nodes.len() == 1 { nodes.remove(0) } else { several(nodes) }
}

impl fmt::Display for Filter {
    /// A text that reads back as the same filter.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_node(&self.root, 0, formatter)
    }
}

/// `tightness` is 0 where anything may stand, 1 within `and`, 2 after `not`.
fn write_node(node: &Node, tightness: u8, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    let (nodes, word, own) = match node {
        Node::Any(nodes) => (nodes, " or ", 0),
        Node::All(nodes) => (nodes, " and ", 1),
        Node::Not(node) => {
            return match node.as_ref() {
                Node::IsNull { name } => write!(formatter, "{} is not null", Name(name)),
                Node::In { name, values } => write_in(name, "not in", values, formatter),
                node => {
                    formatter.write_str("not ")?;
                    write_node(node, 2, formatter)
                }
            };
        }
        Node::Compare { name, operator, value } => {
            return write!(formatter, "{} {} {}", Name(name), operator.sign(), Written(value));
        }
        Node::In { name, values } => return write_in(name, "in", values, formatter),
        Node::IsNull { name } => return write!(formatter, "{} is null", Name(name)),
    };
    let closed = own < tightness;
    if closed {
        formatter.write_str("(")?;
    }
    for (index, node) in nodes.iter().enumerate() {
        if index > 0 {
            formatter.write_str(word)?;
        }
        // One of the same kind within keeps its parentheses, so that the filter comes back as it was.
        write_node(node, own + 1, formatter)?;
    }
    if closed { formatter.write_str(")") } else { Ok(()) }
}

fn write_in(name: &str, word: &str, values: &[Literal], formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(formatter, "{} {word} (", Name(name))?;
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            formatter.write_str(", ")?;
        }
        write!(formatter, "{}", Written(value))?;
    }
    formatter.write_str(")")
}

/// A name as it is written.
struct Name<'a>(&'a str);

impl fmt::Display for Name<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if is_bare_name(self.0) && !is_reserved(self.0) {
            formatter.write_str(self.0)
        } else {
            write!(formatter, "\"{}\"", self.0.replace('"', "\"\""))
        }
    }
}

/// A value as it is written: in quotes if it needs them or was written so and looks like a number.
struct Written<'a>(&'a Literal);

impl fmt::Display for Written<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.text.as_str();
        let bare = !text.is_empty()
            && text.chars().all(is_word)
            && !is_reserved(text)
            && (number::of_text(text).is_some() == self.0.number.is_some());
        if bare { formatter.write_str(text) } else { write!(formatter, "'{}'", text.replace('\'', "''")) }
    }
}

#[cfg(test)]
mod tests;
