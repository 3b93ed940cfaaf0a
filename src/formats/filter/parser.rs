//! From the words of a filter's text to what is asked of a feature; `docs/filter.md` has the grammar.

use std::ops::Range;

use super::lexer::{Kind, Parser, Problem, Token, is_bare_name, is_reserved};
use super::{DEEPEST, Literal, Node};

impl Parser<'_> {
    pub(super) fn any(&mut self) -> Result<Node, Problem> {
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
            return Err((format!("parentheses and 'not' are nested more than {DEEPEST} deep"), at));
        }
        Ok(())
    }

    fn unary(&mut self) -> Result<Node, Problem> {
        let Some(token) = self.next()? else {
            return Err(("expected a comparison such as 'status = occupied'".to_owned(), self.end()));
        };
        let is_compared = matches!(self.peek(), Ok(Some(Token { kind: Kind::Operator(_), .. })));
        if !is_compared && self.is_keyword(&token, "not") {
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
        self.comparison(token, is_compared)
    }

    fn comparison(&mut self, token: Token, is_compared: bool) -> Result<Node, Problem> {
        let word = &self.text[token.at.clone()];
        let name = match token.kind {
            Kind::Name(name) | Kind::Either(name) => name,
            Kind::Text(_) => {
                let what = format!("{word} is a text, but a name is needed here; if it needs quotes, use \"…\" or `…`");
                return Err((what, token.at));
            }
            Kind::Word if is_compared && is_reserved(word) => {
                let what =
                    format!("'{word}' is a word of filters; write \"{word}\" in quotes if a property is called that");
                return Err((what, token.at));
            }
            Kind::Word if is_reserved(word) => {
                return Err((format!("expected a comparison before '{word}', such as 'status = occupied'"), token.at));
            }
            Kind::Word if !is_bare_name(word) => {
                let what = format!("{word} is not a name by itself; write \"{word}\" if a property is called that");
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
            Kind::Name(_) => Err((
                format!("{word} is a name, but a value is needed here; if it needs quotes, use '…' or \"…\""),
                token.at,
            )),
            _ => Err((format!("expected a value before {word}"), token.at)),
        }
    }
}

const OPERATORS: &str = "= != < <= > >= ~ !~, in (…), is null";

fn one_or(mut nodes: Vec<Node>, several: fn(Vec<Node>) -> Node) -> Node {
    if nodes.len() == 1 { nodes.remove(0) } else { several(nodes) }
}
