//! A filter as text that reads back as the same filter.

use std::fmt;

use super::lexer::{is_bare_name, is_foreign_quote, is_reserved, is_word};
use super::{Filter, Literal, Node};
use crate::formats::number;

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
        let bare = text.chars().next().is_some_and(|first| !is_foreign_quote(first))
            && text.chars().all(is_word)
            && !is_reserved(text)
            && (number::of_value(text).is_some() == self.0.number.is_some());
        if bare { formatter.write_str(text) } else { write!(formatter, "'{}'", text.replace('\'', "''")) }
    }
}
