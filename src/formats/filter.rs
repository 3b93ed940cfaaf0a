//! A filter on a feature's properties, such as `status = occupied and km2 > 10`; `docs/filter.md` has its grammar.
//!
//! On the left of an operator stands a name, on its right a value: so neither needs quotes in the usual case. What a
//! name means is the caller's: [`Filter::matches`] asks for each, so that sizes and titles can be had like properties.

mod evaluation;
mod lexer;
mod parser;
mod written;

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

use self::lexer::{Kind, Parser};
use super::day::Day;
use super::number;
#[cfg(doc)]
use super::written::Written;

pub use self::evaluation::{folded, has_order};

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
    /// Normalised; a day with dots as ISO 8601 has it.
    normal: String,
    /// Normalised and folded, for what is contained.
    folded: String,
    /// As a number, if it is one and stands without quotes: in quotes it is text, whatever it looks like.
    number: Option<f64>,
    /// Whether that has not all of its digits.
    is_long: bool,
}

impl PartialEq for Literal {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text && self.number.is_some() == other.number.is_some()
    }
}

impl Literal {
    fn new(text: String, quoted: bool) -> Self {
        let normal: String = Day::iso_of_dotted(&text).unwrap_or_else(|| text.nfc().collect());
        let number = if quoted { None } else { number::of_value(&text) };
        let is_long = number.is_some() && number::is_lossy(&text);
        Self { folded: folded(&text), normal, number, is_long, text }
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
                    Kind::Close => "this parenthesis has no opening one".to_owned(),
                    _ => format!("expected 'and' or 'or' before {word}; a value of several words needs quotes"),
                };
                Err(fail((what, token.at)))
            }
        }
    }

    /// Whether a feature is meant. `lookup` gives the value of each name; none if the feature has no such property. A number
    /// with more digits than a computer reckons with is best given as text: [`Written::comparable`].
    pub fn matches<'a>(&self, lookup: impl Fn(&str) -> Option<Cow<'a, Value>>) -> bool {
        self.root.matches(&lookup)
    }

    /// The names that it asks for, each once, in the order in which they stand.
    pub fn names(&self) -> Vec<&str> {
        let mut names = Vec::new();
        for question in self.questions() {
            if let Node::Compare { name, .. } | Node::In { name, .. } | Node::IsNull { name } = question
                && !names.contains(&name.as_str())
            {
                names.push(name.as_str());
            }
        }
        names
    }

    /// The names of which something is to be less or more than a number, each with the number as it was written.
    pub fn numbers_compared(&self) -> Vec<(&str, &str)> {
        use Operator::{AtLeast, AtMost, Greater, Less};
        let compared = |question| match question {
            &Node::Compare { ref name, operator: Less | AtMost | Greater | AtLeast, ref value } => {
                value.number.is_some().then_some((name.as_str(), value.text.as_str()))
            }
            _ => None,
        };
        self.questions().into_iter().filter_map(compared).collect()
    }

    /// What it asks of single names, in the order in which it stands.
    fn questions(&self) -> Vec<&Node> {
        let mut questions = Vec::new();
        let mut pending = vec![&self.root];
        while let Some(node) = pending.pop() {
            match node {
                Node::Any(nodes) | Node::All(nodes) => pending.extend(nodes.iter().rev()),
                Node::Not(node) => pending.push(node),
                Node::Compare { .. } | Node::In { .. } | Node::IsNull { .. } => questions.push(node),
            }
        }
        questions
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

#[cfg(test)]
mod tests;
