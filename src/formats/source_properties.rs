//! What a feature's properties say about where it comes from, as other programs write it.
//!
//! Read are `source`, `sources`, `source_url`, `sources_url`, `url` and `link`, with `sources_date` or `date`, `outlet`,
//! `author` and `title`. Nothing is guessed:
//!
//! * Only `http://` and `https://` are addresses. Several in a text, separated by white space, commas, semicolons or bars, or
//!   in a list, are several sources, each once. Other text where an address should stand is kept as words, with a warning.
//! * Words of `source` or `sources` name the outlet of the one address there is; without an address, or with several,
//!   they are a source of their own. `outlet` and `author` beside one of several are a source of their own likewise; beside
//!   none of these properties they say nothing of a source, for they may be those of anything.
//! * An object in the list of `source` or `sources` is a source of its own, with `url`, `title`, `outlet`, `author`,
//!   `date`, `accessed` and `archived`; without a `date` it is of the day of them all.
//! * `title` is the feature's own by simplestyle. It is the source's only where `outlet` or `author` show that the
//!   properties describe a publication, and one alone; `source_title` is always the source's.
//! * `sources_date`, else `date`, is the day of them all, as it was given; `accessed` the day on which they were read.
//! * `archived` is the address of a copy in an archive, of one source alone.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::sync::LazyLock;

use memchr::memmem::Finder;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// No feature has more sources; further ones are left out, with a warning.
pub const MOST: usize = 500;

/// A source that a feature's properties name, or an annotation cites; has at least an address or words.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PropertySource {
    /// Its address: of a file's feature one that begins with `http://` or `https://`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// What it is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Who published it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outlet: Option<String>,
    /// Who wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// Its day, as it was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// The day on which it was read, as it was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accessed: Option<String>,
    /// The address of a copy of it in an archive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archived: Option<String>,
}

impl PropertySource {
    /// A page on the web, of which no more is known.
    pub fn page(url: impl Into<String>) -> Self {
        Self { url: Some(url.into()), ..Self::default() }
    }

    /// What makes it the same source as another: the address, or, without one, the words; not the day.
    pub fn key(&self) -> SourceKey<'_> {
        match &self.url {
            Some(url) => SourceKey::Address(Cow::Borrowed(url)),
            None => {
                let words = [&self.outlet, &self.title, &self.author];
                SourceKey::Words(words.map(|words| Cow::Borrowed(words.as_deref().unwrap_or_default())))
            }
        }
    }

    /// Whether it has an address or words, so that somebody could find it.
    pub fn says_anything(&self) -> bool {
        let all = [&self.url, &self.title, &self.outlet, &self.author];
        all.into_iter().flatten().any(|words| !words.trim().is_empty())
    }
}

/// By which a source is told from others.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum SourceKey<'a> {
    /// Its address.
    Address(Cow<'a, str>),
    /// Outlet, title and author.
    Words([Cow<'a, str>; 3]),
}

impl SourceKey<'_> {
    /// One that stands by itself.
    pub fn into_owned(self) -> SourceKey<'static> {
        match self {
            Self::Address(url) => SourceKey::Address(Cow::Owned(url.into_owned())),
            Self::Words(words) => SourceKey::Words(words.map(|words| Cow::Owned(words.into_owned()))),
        }
    }
}

/// Whether properties may name a source at all: quicker than to read them.
pub fn may_name_one(properties: &str) -> bool {
    static FINDERS: LazyLock<[Finder<'static>; 3]> = LazyLock::new(|| NEEDLES.map(Finder::new));
    FINDERS.iter().any(|finder| finder.find(properties.as_bytes()).is_some())
}

/// What the name of a property that holds a source begins with in JSON text. Programs write these letters as they are.
const NEEDLES: [&str; 3] = ["\"source", "\"url\"", "\"link\""];

/// Whether properties name a source: the title beside an outlet or an author is then that of what is cited.
pub fn names_one(properties: &Map<String, Value>) -> bool {
    !read(properties).0.is_empty()
}

/// What of a feature's sources could not be taken as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum SourceWarning {
    /// Words stand where an address should; they are kept as words.
    NotAnAddress {
        /// The property.
        property: &'static str,
        /// The words, cut short if they are many.
        words: String,
    },
    /// Neither text nor a list of texts; it is ignored.
    NotText {
        /// The property.
        property: &'static str,
    },
    /// More than [`MOST`].
    TooMany {
        /// How many were left out.
        left_out: usize,
    },
}

impl fmt::Display for SourceWarning {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAnAddress { property, words } => {
                write!(
                    formatter,
                    "'{property}' is \"{words}\", not an address that begins with https:// or http://; it is kept as words"
                )
            }
            Self::NotText { property } => {
                write!(formatter, "'{property}' is neither text nor a list of texts; it is ignored")
            }
            Self::TooMany { left_out } => {
                write!(formatter, "more than {MOST} sources; {left_out} are left out")
            }
        }
    }
}

/// The addresses in a text, in their order.
pub(super) fn addresses_in(text: &str) -> Vec<&str> {
    split(text).0
}

/// Properties that hold a source, and whether it should be an address.
const PROPERTIES: [(&str, bool); 6] =
    [("source", false), ("sources", false), ("source_url", true), ("sources_url", true), ("url", true), ("link", true)];

/// All properties that [`read`] looks at.
pub const NAMES: [&str; 14] = [
    "source",
    "sources",
    "source_url",
    "sources_url",
    "url",
    "link",
    "outlet",
    "author",
    "title",
    "source_title",
    "sources_date",
    "date",
    "accessed",
    "archived",
];

/// The sources that a feature's properties name, in the order of [this module's](self) list, and what could not be taken.
pub fn read(properties: &Map<String, Value>) -> (Vec<PropertySource>, Vec<SourceWarning>) {
    let mut warnings = Vec::new();
    let mut addresses = Vec::new();
    let mut words = Vec::new();
    let mut described = Vec::new();
    for (property, is_address) in PROPERTIES {
        if !is_address {
            described.extend(objects(properties, property, &mut warnings));
        }
        for text in texts(properties, property, is_address, &mut warnings) {
            let (found, rest) = split(text);
            addresses.extend(found);
            if !rest.is_empty() {
                if is_address {
                    let words = shortened(&rest);
                    warnings.push(SourceWarning::NotAnAddress { property, words });
                }
                words.push(rest);
            }
        }
    }
    let mut seen = HashSet::new();
    addresses.retain(|address| seen.insert(*address));
    let mut seen = HashSet::new();
    words.retain(|one| seen.insert(one.clone()));

    if addresses.is_empty() && words.is_empty() && described.is_empty() {
        return (Vec::new(), warnings);
    }
    let said = |name: &str| word(properties.get(name)?);
    let (outlet, author) = (said("outlet"), said("author"));
    let is_publication = outlet.is_some() || author.is_some();
    let mut sources: Vec<PropertySource> = Vec::new();
    if addresses.len() == 1 && words.len() <= 1 {
        let mut source = PropertySource { url: Some(addresses[0].to_owned()), outlet, author, ..Default::default() };
        let place = if source.outlet.is_none() { &mut source.outlet } else { &mut source.title };
        *place = words.pop();
        sources.push(source);
    } else {
        let only = addresses.is_empty() && words.len() <= 1;
        if is_publication {
            let words = if only { words.pop() } else { None };
            let (outlet, title) = if outlet.is_none() { (words, None) } else { (outlet, words) };
            sources.push(PropertySource { outlet, title, author, ..Default::default() });
        }
        sources.extend(words.into_iter().map(|words| PropertySource { outlet: Some(words), ..Default::default() }));
        let of_address = |url: &str| PropertySource { url: Some(url.to_owned()), ..Default::default() };
        sources.extend(addresses.into_iter().map(of_address));
    }
    let of_words = sources.len();
    sources.extend(described);
    if sources.len() > MOST {
        warnings.push(SourceWarning::TooMany { left_out: sources.len() - MOST });
        sources.truncate(MOST);
    }
    if let [source] = sources.as_mut_slice()
        && source.title.is_none()
    {
        source.title = said("source_title").or_else(|| said("title").filter(|_| is_publication));
    }
    let date = said("sources_date").or_else(|| said("date"));
    let accessed = said("accessed");
    for (index, source) in sources.iter_mut().enumerate() {
        if index < of_words || source.date.is_none() {
            source.date.clone_from(&date);
        }
        if index < of_words || source.accessed.is_none() {
            source.accessed.clone_from(&accessed);
        }
    }
    if let [source] = sources.as_mut_slice() {
        // Of several it cannot be told whose copy it is.
        source.archived = said("archived").filter(|address| is_address(address)).or_else(|| source.archived.take());
    }
    (sources, warnings)
}

/// The sources that a property describes with an object for each. What has neither address nor words is passed over.
fn objects(
    properties: &Map<String, Value>,
    property: &'static str,
    warnings: &mut Vec<SourceWarning>,
) -> Vec<PropertySource> {
    let mut sources: Vec<PropertySource> = Vec::new();
    for object in list(properties, property).iter().filter_map(Value::as_object) {
        let said = |name: &str| word(object.get(name)?);
        let [mut title, outlet, author, date, accessed] = ["title", "outlet", "author", "date", "accessed"].map(said);
        let url = said("url");
        let has_address = url.as_deref().is_some_and(|url| is_address(url) && address_length(url) == url.len());
        if let Some(words) = url.as_deref().filter(|_| !has_address) {
            warnings.push(SourceWarning::NotAnAddress { property, words: shortened(words) });
            title = title.or_else(|| Some(words.to_owned()));
        }
        let url = url.filter(|_| has_address);
        let archived = said("archived").filter(|address| is_address(address));
        let source = PropertySource { url, title, outlet, author, date, accessed, archived };
        if !source.says_anything() {
            warnings.push(SourceWarning::NotText { property });
        } else if !sources.contains(&source) {
            sources.push(source);
        }
    }
    sources
}

/// What a property holds: one, or a list.
fn list<'a>(properties: &'a Map<String, Value>, property: &str) -> &'a [Value] {
    match properties.get(property) {
        None | Some(Value::Null) => &[],
        Some(Value::Array(list)) => list,
        Some(one) => std::slice::from_ref(one),
    }
}

/// The texts of a property: one, or a list of them. Objects are read elsewhere, unless an address should stand here.
fn texts<'a>(
    properties: &'a Map<String, Value>,
    property: &'static str,
    is_address: bool,
    warnings: &mut Vec<SourceWarning>,
) -> Vec<&'a str> {
    let list = list(properties, property);
    let texts: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
    let is_read = |one: &&Value| one.is_null() || one.is_string() || one.is_object() && !is_address;
    if !list.iter().all(|one| is_read(&one)) {
        warnings.push(SourceWarning::NotText { property });
    }
    texts
}

/// Text that is not blank, or a number.
fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Whether an address begins here: its scheme, and a letter or a digit of its host.
fn is_address(text: &str) -> bool {
    ["https://", "http://"].into_iter().any(|scheme| {
        let has_scheme = text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
        has_scheme && text[scheme.len()..].starts_with(|letter: char| letter.is_alphanumeric() || letter == '[')
    })
}

/// The addresses in a text, and the words that are left, without the signs that joined the two.
fn split(text: &str) -> (Vec<&str>, String) {
    let mut addresses = Vec::new();
    let mut words = String::new();
    let mut rest = text;
    // Whether an address may begin: not within a word or another address.
    let mut free = true;
    while let Some(letter) = rest.chars().next() {
        if free && is_address(rest) {
            let address = &rest[..address_length(rest)];
            addresses.push(address);
            words.push(' ');
            rest = &rest[address.len()..];
        } else {
            words.push(letter);
            rest = &rest[letter.len_utf8()..];
        }
        free = !letter.is_alphanumeric() || rest.is_empty();
        // What follows an address is a separator.
        free |= words.ends_with(' ');
    }
    if addresses.is_empty() {
        return (addresses, text.trim().to_owned());
    }
    let joined = words.split_whitespace().collect::<Vec<&str>>().join(" ");
    let is_joint = |letter: char| letter.is_whitespace() || ",;|:<>()[]\"'.–—-".contains(letter);
    (addresses, joined.trim_matches(is_joint).to_owned())
}

/// How long the address is that a text begins with. Commas, semicolons and bars belong to it unless another address or
/// nothing follows, brackets unless they were not opened in it.
fn address_length(text: &str) -> usize {
    let separates = |index: usize, letter: char| {
        let after = &text[index + letter.len_utf8()..];
        matches!(letter, ',' | ';' | '|') && is_address(after)
    };
    let ends = |(index, letter): &(usize, char)| {
        letter.is_whitespace() || letter.is_control() || "<>\"".contains(*letter) || separates(*index, *letter)
    };
    let end = text.char_indices().find(ends).map_or(text.len(), |(index, _)| index);
    let mut address = &text[..end];
    let count = |bracket: char| address.matches(bracket).count();
    // How many more brackets of either kind are closed than were opened.
    let (mut round, mut square) = (count(')').saturating_sub(count('(')), count(']').saturating_sub(count('[')));
    loop {
        match address.as_bytes().last() {
            Some(b',' | b';' | b'|' | b'.' | b'\'') => {}
            Some(b')') if round > 0 => round -= 1,
            Some(b']') if square > 0 => square -= 1,
            _ => return address.len(),
        }
        address = &address[..address.len() - 1];
    }
}

fn shortened(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut short: String = text.chars().take(LONGEST).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn read_json(properties: Value) -> (Vec<PropertySource>, Vec<SourceWarning>) {
        match properties {
            Value::Object(properties) => read(&properties),
            other => panic!("{other} has no properties"),
        }
    }

    /// Title, outlet, author, address, date; empty for none.
    fn source([title, outlet, author, url, date]: [&str; 5]) -> PropertySource {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        PropertySource {
            title: some(title),
            outlet: some(outlet),
            author: some(author),
            url: some(url),
            date: some(date),
            ..PropertySource::default()
        }
    }

    #[test]
    fn nothing_but_the_names_is_looked_at() {
        let value = |name: &str| match name {
            "source" => json!([{"url": "https://a.example/1", "title": "One"}, "words"]),
            "sources" | "source_url" | "sources_url" | "url" | "link" => json!("https://a.example/2"),
            other => json!(other),
        };
        let others = ["name", "fill", "source_id", "urls"];
        for left_out in NAMES.iter().chain(&others) {
            let names = NAMES.iter().chain(&others).filter(|name| *name != left_out);
            let all: Map<String, Value> = names.map(|name| ((*name).to_owned(), value(name))).collect();
            let named = all.clone().into_iter().filter(|(name, _)| NAMES.contains(&name.as_str())).collect();
            assert_eq!(read(&all), read(&named));
        }
    }

    #[test]
    fn several_addresses_are_several_sources_of_one_day() {
        let expected =
            ["https://a.example/1", "https://b.example/2"].map(|url| source(["", "", "", url, "2025-12-15"]));
        for addresses in [
            json!("https://a.example/1, https://b.example/2"),
            json!("https://a.example/1,https://b.example/2"),
            json!("https://a.example/1;\nhttps://b.example/2;"),
            json!("https://a.example/1|https://b.example/2 https://a.example/1"),
            json!(["https://a.example/1", "https://b.example/2", null]),
            json!("<https://a.example/1> (https://b.example/2)."),
        ] {
            let (sources, warnings) =
                read_json(json!({"sources_url": addresses, "sources_date": "2025-12-15", "title": "Bakhmut"}));
            assert_eq!((sources.as_slice(), warnings), (&expected[..], Vec::new()), "{addresses}");
        }
    }

    #[test]
    fn an_object_is_a_source_with_a_day_of_its_own() {
        let (sources, warnings) = read_json(json!({
            "title": "Bakhmut",
            "sources": [
                {"url": "https://a.example/1", "outlet": "Reuters", "title": "ISW", "date": "2025-12-14"},
                {"outlet": "Field notes"},
                {"outlet": "Field notes"},
                "https://b.example/2",
            ],
            "date": "2025-12-15",
        }));
        let expected = [
            source(["", "", "", "https://b.example/2", "2025-12-15"]),
            source(["ISW", "Reuters", "", "https://a.example/1", "2025-12-14"]),
            source(["", "Field notes", "", "", "2025-12-15"]),
        ];
        assert_eq!((sources.as_slice(), warnings), (&expected[..], Vec::new()));

        let (sources, warnings) = read_json(json!({
            "source": {"url": "javascript:alert(1)"},
            "sources": [{"page": 5}, {"url": "https://a.example/1 and more"}],
            "url": {"url": "https://b.example/2"},
        }));
        let expected =
            [source(["javascript:alert(1)", "", "", "", ""]), source(["https://a.example/1 and more", "", "", "", ""])];
        assert_eq!((sources.as_slice(), warnings.len()), (&expected[..], 4));
    }

    #[test]
    fn an_address_keeps_what_belongs_to_it() {
        for address in [
            "https://a.example/page;id=1,2?b=c&d=e|f#g",
            "HTTP://Пример.example/стаття_(2025)",
            "https://[2001:db8::1]/",
            "https://web.example/2025/https://a.example/1",
        ] {
            let (sources, _) = read_json(json!({"link": address}));
            assert_eq!(sources, [source(["", "", "", address, ""])]);
        }
    }

    #[test]
    fn a_feature_without_sources_has_none() {
        for properties in [
            json!({}),
            json!({"title": "Occupied", "date": "2025-02-01", "fill": "#ff0000"}),
            json!({"source": "", "url": null, "sources": [], "link": "  "}),
            json!({"title": "Bridge", "author": "A. B.", "outlet": "Post", "date": "2025-02-01"}),
            json!({"title": "Bridge", "author": "A. B.", "source": " ", "url": []}),
            json!({"source_title": "The battle", "archived": "https://a.example/1"}),
        ] {
            assert_eq!(read_json(properties), (Vec::new(), Vec::new()));
        }
    }

    #[test]
    fn words_name_the_outlet_of_the_one_address() {
        for properties in [
            json!({"source": "Reuters", "url": "https://a.example/1", "date": "2025-02-01"}),
            json!({"source": "Reuters: https://a.example/1", "date": "2025-02-01"}),
            json!({"source": "Reuters (https://a.example/1)", "url": "https://a.example/1", "date": "2025-02-01"}),
            json!({"source": "https://a.example/1", "outlet": "Reuters", "sources_date": "2025-02-01", "date": "1999"}),
        ] {
            let (sources, warnings) = read_json(properties);
            assert_eq!(sources, [source(["", "Reuters", "", "https://a.example/1", "2025-02-01"])]);
            assert_eq!(warnings, []);
        }
    }

    #[test]
    fn words_without_their_address_stand_alone() {
        assert_eq!(read_json(json!({"source": "Field notes"})).0, [source(["", "Field notes", "", "", ""])]);
        let (sources, _) =
            read_json(json!({"source": "ISW", "sources_url": "https://a.example/1 https://b.example/2"}));
        assert_eq!(
            sources,
            [
                source(["", "ISW", "", "", ""]),
                source(["", "", "", "https://a.example/1", ""]),
                source(["", "", "", "https://b.example/2", ""]),
            ]
        );
        let (sources, _) = read_json(json!({"sources": ["ISW", "Reuters"], "date": 2025}));
        assert_eq!(sources, [source(["", "ISW", "", "", "2025"]), source(["", "Reuters", "", "", "2025"])]);
    }

    #[test]
    fn a_title_is_the_feature_s_unless_a_publication_is_described() {
        let title = |properties: Value| read_json(properties).0.into_iter().map(|one| one.title).collect::<Vec<_>>();
        assert_eq!(title(json!({"title": "Bakhmut", "url": "https://a.example/1"})), [None]);
        assert_eq!(title(json!({"title": "Bakhmut", "source": "ISW"})), [None]);
        let article = json!({"title": "The battle", "outlet": "ISW", "author": "A. B.", "url": "https://a.example/1"});
        assert_eq!(read_json(article).0, [source(["The battle", "ISW", "A. B.", "https://a.example/1", ""])]);
        let several = json!({"title": "T", "outlet": "ISW", "url": ["https://a.example/1", "https://b.example/2"]});
        assert_eq!(title(several), [None, None, None]);
    }

    #[test]
    fn what_is_no_address_is_kept_as_words_and_warned_of() {
        for address in ["javascript:alert(1)", "www.example.org/a", "ftp://a.example", "https://", "file:///etc/passwd"]
        {
            let (sources, warnings) = read_json(json!({"url": address}));
            assert_eq!(sources, [source(["", address, "", "", ""])]);
            let words = address.to_owned();
            assert_eq!(warnings, [SourceWarning::NotAnAddress { property: "url", words }]);
        }
        let (sources, warnings) = read_json(json!({"sources": {"a": 1}, "link": [5, "https://a.example/1"]}));
        assert_eq!(sources, [source(["", "", "", "https://a.example/1", ""])]);
        let not_text = |property| SourceWarning::NotText { property };
        assert_eq!(warnings, [not_text("sources"), not_text("link")]);
    }

    #[test]
    fn a_feature_has_so_many_sources_and_no_more() {
        let many: Vec<String> = (0..MOST + 7).map(|index| format!("https://a.example/{index}")).collect();
        let (sources, warnings) = read_json(json!({"sources_url": many.join(",")}));
        assert_eq!(sources.len(), MOST);
        assert_eq!(warnings, [SourceWarning::TooMany { left_out: 7 }]);
    }

    #[test]
    fn a_long_text_is_read_at_once() {
        let long = format!("https://a.example/{}", ")".repeat(2_000_000));
        assert_eq!(read_json(json!({"url": long})).0[0].url.as_deref(), Some("https://a.example/"));
    }

    proptest! {
        #[test]
        fn an_address_is_always_of_the_web_and_from_the_text(text in "(\\PC|https?://|[,;|() ]|a\\.example){0,30}") {
            let (sources, _) = read_json(json!({"source": text, "url": [text.clone()]}));
            for source in sources {
                prop_assert!(source.url.is_some() || source.outlet.is_some());
                if let Some(url) = source.url {
                    prop_assert!(text.contains(&url));
                    let lower = url.to_lowercase();
                    prop_assert!(lower.starts_with("http://") || lower.starts_with("https://"));
                    prop_assert!(!url.contains(char::is_whitespace));
                }
            }
        }
    }
}
