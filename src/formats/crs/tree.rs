//! Well-known text (OGC WKT 1, Esri's, and ISO 19162) as a tree of keywords and values.

use super::CrsError;

/// How deep brackets may stand within brackets: systems that are written need eight.
const MAX_DEPTH: usize = 24;

/// How many values a text may hold: the longest of the EPSG table hold about 500.
const MAX_VALUES: usize = 10_000;

/// A keyword with what stands in its brackets.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Node {
    /// In capitals.
    pub(super) keyword: String,
    pub(super) values: Vec<Item>,
}

/// What stands between commas.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Item {
    Text(String),
    Number(f64),
    /// A bare word, such as `EAST`.
    Word(String),
    Node(Node),
}

impl Node {
    pub(super) fn new(keyword: &str, values: Vec<Item>) -> Self {
        Self { keyword: keyword.to_owned(), values }
    }

    /// What stands in quotation marks at the beginning.
    pub(super) fn name(&self) -> &str {
        match self.values.first() {
            Some(Item::Text(name)) => name,
            _ => "",
        }
    }

    pub(super) fn number(&self, index: usize) -> Option<f64> {
        match self.values.get(index)? {
            Item::Number(number) => Some(*number),
            Item::Text(text) => super::super::number::of_text(text),
            _ => None,
        }
    }

    /// A text, a number or a word, as it would be written.
    pub(super) fn written(&self, index: usize) -> Option<String> {
        match self.values.get(index)? {
            Item::Text(text) | Item::Word(text) => Some(text.clone()),
            Item::Number(number) => Some(number.to_string()),
            Item::Node(_) => None,
        }
    }

    pub(super) fn nodes(&self) -> impl Iterator<Item = &Node> {
        self.values.iter().filter_map(|value| match value {
            Item::Node(node) => Some(node),
            _ => None,
        })
    }

    /// The first with one of these keywords.
    pub(super) fn child(&self, keywords: &[&str]) -> Option<&Node> {
        self.nodes().find(|node| keywords.contains(&node.keyword.as_str()))
    }
}

/// Reads a text that is one keyword with its brackets.
///
/// # Errors
/// [`CrsError::NotWkt`] says where it is broken.
pub(super) fn parse(text: &str) -> Result<Node, CrsError> {
    let mut reader = Reader { bytes: text.as_bytes(), text, at: 0, values: 0 };
    let node = match reader.item(0)? {
        Item::Node(node) => node,
        _ => return Err(reader.broken()),
    };
    reader.space();
    if reader.at < text.len() { Err(reader.broken()) } else { Ok(node) }
}

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    values: usize,
}

impl Reader<'_> {
    fn broken(&self) -> CrsError {
        CrsError::NotWkt(self.text.get(..self.at).map_or(self.at, |read| read.chars().count()) + 1)
    }

    fn space(&mut self) {
        while self.bytes.get(self.at).is_some_and(|byte| byte.is_ascii_whitespace() || *byte == 0) {
            self.at += 1;
        }
    }

    fn item(&mut self, depth: usize) -> Result<Item, CrsError> {
        self.values += 1;
        if depth > MAX_DEPTH || self.values > MAX_VALUES {
            return Err(self.broken());
        }
        self.space();
        match self.bytes.get(self.at) {
            Some(b'"') => self.quoted().map(Item::Text),
            Some(byte) if byte.is_ascii_digit() || b"+-.".contains(byte) => self.number().map(Item::Number),
            Some(byte) if byte.is_ascii_alphabetic() => self.word(depth),
            _ => Err(self.broken()),
        }
    }

    /// A quotation mark within is doubled.
    fn quoted(&mut self) -> Result<String, CrsError> {
        let mut out = String::new();
        self.at += 1;
        loop {
            let Some(length) = self.text.get(self.at..).and_then(|rest| rest.find('"')) else {
                return Err(self.broken());
            };
            out.push_str(&self.text[self.at..self.at + length]);
            self.at += length + 1;
            if self.bytes.get(self.at) != Some(&b'"') {
                return Ok(out);
            }
            out.push('"');
            self.at += 1;
        }
    }

    fn taken(&mut self, is_part: impl Fn(u8) -> bool) -> &str {
        let start = self.at;
        while self.bytes.get(self.at).is_some_and(|byte| is_part(*byte)) {
            self.at += 1;
        }
        &self.text[start..self.at]
    }

    fn number(&mut self) -> Result<f64, CrsError> {
        let text = self.taken(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte)).to_owned();
        super::super::number::of_text(&text).ok_or_else(|| self.broken())
    }

    fn word(&mut self, depth: usize) -> Result<Item, CrsError> {
        let word = self.taken(|byte| byte.is_ascii_alphanumeric() || byte == b'_').to_ascii_uppercase();
        self.space();
        let close = match self.bytes.get(self.at) {
            Some(b'[') => b']',
            Some(b'(') => b')',
            _ => return Ok(Item::Word(word)),
        };
        self.at += 1;
        let mut values = Vec::new();
        loop {
            values.push(self.item(depth + 1)?);
            self.space();
            match self.bytes.get(self.at) {
                Some(b',') => self.at += 1,
                Some(byte) if *byte == close => {
                    self.at += 1;
                    return Ok(Item::Node(Node { keyword: word, values }));
                }
                _ => return Err(self.broken()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_of_brackets_and_doubled_quotation_marks_are_read() {
        let node = parse("GeogCS (\"a \"\"b\"\"\", DATUM[\"d\"] , 1.5e3,EAST)\0\n").unwrap();
        assert_eq!((node.keyword.as_str(), node.name()), ("GEOGCS", "a \"b\""));
        assert_eq!(node.child(&["DATUM"]).unwrap().name(), "d");
        assert_eq!((node.number(2), node.written(3)), (Some(1500.0), Some("EAST".to_owned())));
    }

    #[test]
    fn broken_text_is_refused_where_it_breaks() {
        for text in [
            "", "A", "A[", "A[]", "A[1", "A[\"x", "A[1]]", "A[1)", "A[1,]", "A[ж]", "A[-inf]", "A[1x]", "A[1e999]",
            "\"a\"",
        ] {
            assert!(parse(text).is_err_and(|error| matches!(error, CrsError::NotWkt(_))), "{text}");
        }
        assert_eq!(parse("A[\"ж\",?]"), Err(CrsError::NotWkt(7)));
    }

    #[test]
    fn what_is_nested_deep_or_endless_is_refused() {
        assert!(parse(&"A[".repeat(100_000)).is_err());
        assert!(parse(&format!("{}1{}", "A[".repeat(30), "]".repeat(30))).is_err());
        assert!(parse(&format!("A[{}1]", "1,".repeat(50_000))).is_err());
    }
}
