//! Simplestyle 1.1: how a feature looks, read from its properties.
//!
//! Colours are read as CSS writes them ([`Rgba::parse`]) and numbers also where they are text (`"0.5"`) or, for an
//! opacity, a percentage (`"50%"`). What cannot be read counts as not said, so that the reader's default is taken, and a
//! [`StyleWarning`] says so. `null` says nothing and needs no warning; nor does an empty `marker-symbol`, which is
//! simplestyle's own default.
//!
//! # References
//! * Mapbox, *simplestyle-spec 1.1.0*, <https://github.com/mapbox/simplestyle-spec/tree/master/1.1.0>.

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};

use serde_json::{Map, Value, json};

use super::color::Rgba;
use super::number;

/// No outline is read wider than this, in points: wider ones cover a page and are slips.
pub const WIDEST: f64 = 1000.0;

/// A property of simplestyle that says how a feature looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Property {
    /// `stroke`
    Stroke,
    /// `stroke-width`
    StrokeWidth,
    /// `stroke-opacity`
    StrokeOpacity,
    /// `fill`
    Fill,
    /// `fill-opacity`
    FillOpacity,
    /// `marker-color`
    MarkerColor,
    /// `marker-size`
    MarkerSize,
    /// `marker-symbol`
    MarkerSymbol,
}

impl Property {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Stroke,
        Self::StrokeWidth,
        Self::StrokeOpacity,
        Self::Fill,
        Self::FillOpacity,
        Self::MarkerColor,
        Self::MarkerSize,
        Self::MarkerSymbol,
    ];

    /// Its name in a file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stroke => "stroke",
            Self::StrokeWidth => "stroke-width",
            Self::StrokeOpacity => "stroke-opacity",
            Self::Fill => "fill",
            Self::FillOpacity => "fill-opacity",
            Self::MarkerColor => "marker-color",
            Self::MarkerSize => "marker-size",
            Self::MarkerSymbol => "marker-symbol",
        }
    }

    /// What simplestyle takes where a file says nothing.
    pub fn default(self) -> Value {
        match self {
            Self::Stroke | Self::Fill => json!("#555555"),
            Self::StrokeWidth => json!(2),
            Self::StrokeOpacity => json!(1.0),
            Self::FillOpacity => json!(0.6),
            Self::MarkerColor => json!("#7e7e7e"),
            Self::MarkerSize => json!("medium"),
            Self::MarkerSymbol => json!(""),
        }
    }

    fn of(name: &str) -> Option<Self> {
        // Most properties of most files are none of these and are told by their first letter.
        if !matches!(name.as_bytes().first(), Some(b's' | b'f' | b'm')) {
            return None;
        }
        Self::ALL.into_iter().find(|property| property.name() == name)
    }

    fn expected(self) -> &'static str {
        match self {
            Self::Stroke | Self::Fill | Self::MarkerColor => "a colour such as #0072b2",
            Self::StrokeWidth => "a number from 0 to 1000",
            Self::StrokeOpacity | Self::FillOpacity => "a number from 0 to 1",
            Self::MarkerSize => "small, medium or large",
            Self::MarkerSymbol => "a symbol's name or a number",
        }
    }
}

/// How large a marker is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MarkerSize {
    /// `small`
    Small,
    /// `medium`
    Medium,
    /// `large`
    Large,
}

impl MarkerSize {
    /// Its name in a file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Medium => "medium",
            Self::Large => "large",
        }
    }
}

/// What a feature says about how it looks; none is what it does not say, or not so that it can be read.
///
/// Two are equal if their numbers have the same bits, so that it can be a key to group features by. A colour keeps the
/// opacity that it was written with, which multiplies the property's: see [`Self::fill_opacity_or`].
#[derive(Debug, Clone, Default)]
pub struct SimpleStyle {
    /// Colour of lines and outlines.
    pub stroke: Option<Rgba>,
    /// Their width in points, 0 to [`WIDEST`].
    pub stroke_width: Option<f64>,
    /// Their opacity, 0 to 1, before that of the colour.
    pub stroke_opacity: Option<f64>,
    /// Colour of areas.
    pub fill: Option<Rgba>,
    /// Their opacity, 0 to 1, before that of the colour.
    pub fill_opacity: Option<f64>,
    /// Colour of a marker.
    pub marker_color: Option<Rgba>,
    /// Its size.
    pub marker_size: Option<MarkerSize>,
    /// Its symbol: a name of Maki's, a digit or a letter.
    pub marker_symbol: Option<String>,
}

impl SimpleStyle {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The opacity of lines and outlines with that of their colour, where `default` stands for what is not said.
    pub fn stroke_opacity_or(&self, default: f64) -> f64 {
        self.stroke_opacity.unwrap_or(default) * self.stroke.map_or(1.0, Rgba::opacity)
    }

    /// The opacity of areas with that of their colour, where `default` stands for what is not said.
    pub fn fill_opacity_or(&self, default: f64) -> f64 {
        self.fill_opacity.unwrap_or(default) * self.fill.map_or(1.0, Rgba::opacity)
    }

    /// As properties that are valid simplestyle: colours in six digits, and a colour's opacity as a property of its own,
    /// for which simplestyle's default stands where none is said. That of a marker's colour cannot be written.
    pub fn write(&self) -> Map<String, Value> {
        let mut properties = Map::new();
        let mut put = |property: Property, value: Option<Value>| {
            if let Some(value) = value {
                properties.insert(property.name().to_owned(), value);
            }
        };
        let hex = |color: Option<Rgba>| color.map(|color| json!(color.to_hex()));
        let opacity = |said: Option<f64>, color: Option<Rgba>, folded: f64| match color {
            // Opacities are rounded to what eyes and three decimals tell apart.
            Some(color) if color.a < 255 => Some(json!(number::round(folded, 3))),
            _ => said.map(|said| json!(said)),
        };
        put(Property::Stroke, hex(self.stroke));
        put(Property::StrokeWidth, self.stroke_width.map(|width| json!(width)));
        put(Property::StrokeOpacity, opacity(self.stroke_opacity, self.stroke, self.stroke_opacity_or(1.0)));
        put(Property::Fill, hex(self.fill));
        put(Property::FillOpacity, opacity(self.fill_opacity, self.fill, self.fill_opacity_or(0.6)));
        put(Property::MarkerColor, hex(self.marker_color));
        put(Property::MarkerSize, self.marker_size.map(|size| json!(size.name())));
        put(Property::MarkerSymbol, self.marker_symbol.as_ref().map(|symbol| json!(symbol)));
        properties
    }

    /// All that tells two apart, numbers as bits.
    #[expect(clippy::type_complexity, reason = "it is a key, made and compared at once")]
    fn key(&self) -> ([Option<Rgba>; 3], [Option<u64>; 3], Option<MarkerSize>, Option<&str>) {
        (
            [self.stroke, self.fill, self.marker_color],
            [self.stroke_width, self.stroke_opacity, self.fill_opacity].map(|number| number.map(f64::to_bits)),
            self.marker_size,
            self.marker_symbol.as_deref(),
        )
    }
}

impl PartialEq for SimpleStyle {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for SimpleStyle {}

impl Hash for SimpleStyle {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

/// A property that could not be read, so that the default is taken in its place.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StyleWarning {
    /// Which.
    pub property: Property,
    /// What it says, as JSON, cut short if it is long.
    pub value: String,
}

impl StyleWarning {
    fn new(property: Property, value: &Value) -> Self {
        const LONGEST: usize = 40;
        let value = match value {
            Value::String(text) if text.len() > 4 * LONGEST => {
                let start: String = text.chars().take(LONGEST).collect();
                format!("{}…", Value::from(start))
            }
            Value::Array(_) => "a list".to_owned(),
            Value::Object(_) => "an object".to_owned(),
            value => value.to_string(),
        };
        let cut = value.chars().count() > LONGEST + 2;
        let value = if cut { value.chars().take(LONGEST).chain(['…']).collect() } else { value };
        Self { property, value }
    }

    /// In words, where `taken` is what the reader takes in its place.
    pub fn message(&self, taken: &str) -> String {
        let Self { property, value } = self;
        format!("'{}' is {value}, not {}; {taken} is used", property.name(), property.expected())
    }
}

impl fmt::Display for StyleWarning {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message("the default"))
    }
}

impl std::error::Error for StyleWarning {}

/// What a feature's properties say about how it looks, and what of it cannot be read.
pub fn read(properties: &Map<String, Value>) -> (SimpleStyle, Vec<StyleWarning>) {
    let mut style = SimpleStyle::default();
    let mut warnings = Vec::new();
    // One walk over all is quicker than eight look-ups, for most features have few properties.
    for (name, value) in properties {
        if let Some(property) = Property::of(name)
            && !read_property(&mut style, property, value)
        {
            warnings.push(StyleWarning::new(property, value));
        }
    }
    warnings.sort();
    (style, warnings)
}

/// Takes one property; says whether it could be read.
fn read_property(style: &mut SimpleStyle, property: Property, value: &Value) -> bool {
    fn put<T>(place: &mut Option<T>, read: Option<T>) -> bool {
        *place = read;
        place.is_some()
    }
    if value.is_null() {
        return true;
    }
    match property {
        Property::Stroke => put(&mut style.stroke, color(value)),
        Property::StrokeWidth => put(&mut style.stroke_width, width(value)),
        Property::StrokeOpacity => put(&mut style.stroke_opacity, opacity(value)),
        Property::Fill => put(&mut style.fill, color(value)),
        Property::FillOpacity => put(&mut style.fill_opacity, opacity(value)),
        Property::MarkerColor => put(&mut style.marker_color, color(value)),
        Property::MarkerSize => put(&mut style.marker_size, marker_size(value)),
        Property::MarkerSymbol => {
            value.as_str().is_some_and(str::is_empty) || put(&mut style.marker_symbol, marker_symbol(value))
        }
    }
}

/// A colour, if the value is one.
pub fn color(value: &Value) -> Option<Rgba> {
    Rgba::parse(value.as_str()?)
}

/// An opacity from 0 to 1, also as text and in per cent.
pub fn opacity(value: &Value) -> Option<f64> {
    let opacity = match value {
        Value::String(text) => match text.trim().strip_suffix('%') {
            Some(percent) => number::of_text(percent)? / 100.0,
            None => number::of_text(text)?,
        },
        value => value.as_f64()?,
    };
    (0.0..=1.0).contains(&opacity).then_some(opacity + 0.0)
}

/// A width from 0 to [`WIDEST`], also as text.
pub fn width(value: &Value) -> Option<f64> {
    let width = match value {
        Value::String(text) => number::of_text(text)?,
        value => value.as_f64()?,
    };
    // Adding 0 makes 0 of −0, which would be another style than 0 is.
    (0.0..=WIDEST).contains(&width).then_some(width + 0.0)
}

/// A marker's size, if the value is one.
pub fn marker_size(value: &Value) -> Option<MarkerSize> {
    let text = value.as_str()?.trim();
    [MarkerSize::Small, MarkerSize::Medium, MarkerSize::Large]
        .into_iter()
        .find(|size| text.eq_ignore_ascii_case(size.name()))
}

/// A marker's symbol: short text, or a whole number, as editors write digits.
pub fn marker_symbol(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => {
            let text = text.trim();
            (!text.is_empty() && text.len() <= 100 && !text.contains(char::is_control)).then(|| text.to_owned())
        }
        Value::Number(number) => number.as_u64().map(|number| number.to_string()),
        _ => None,
    }
}

/// A feature's title, if it has one: text that is not blank, or a number.
pub fn title(properties: &Map<String, Value>) -> Option<Cow<'_, str>> {
    words(properties.get("title")?)
}

/// A feature's description, if it has one. It is text: tags in it stand for themselves.
pub fn description(properties: &Map<String, Value>) -> Option<Cow<'_, str>> {
    words(properties.get("description")?)
}

fn words(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(Cow::from(text.trim())).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(Cow::from(number.to_string())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn properties(value: Value) -> Map<String, Value> {
        match value {
            Value::Object(properties) => properties,
            other => panic!("{other} has no properties"),
        }
    }

    fn read_json(value: Value) -> (SimpleStyle, Vec<String>) {
        let (style, warnings) = read(&properties(value));
        (style, warnings.iter().map(StyleWarning::to_string).collect())
    }

    #[test]
    fn all_of_simplestyle_is_read() {
        let (style, warnings) = read_json(json!({
            "name": "A", "title": "Title", "stroke": "#dc143c", "stroke-width": 3, "stroke-opacity": 0.75,
            "fill": "rgb(220, 20, 60)", "fill-opacity": 0.25, "marker-color": "navy", "marker-size": "large",
            "marker-symbol": "harbor", "strokes": "nothing of ours",
        }));
        let crimson = Some(Rgba::rgb(0xDC143C));
        let expected = SimpleStyle {
            stroke: crimson,
            stroke_width: Some(3.0),
            stroke_opacity: Some(0.75),
            fill: crimson,
            fill_opacity: Some(0.25),
            marker_color: Some(Rgba::rgb(0x000080)),
            marker_size: Some(MarkerSize::Large),
            marker_symbol: Some("harbor".to_owned()),
        };
        assert_eq!((style, warnings), (expected, Vec::new()));
    }

    #[test]
    fn numbers_may_be_text_and_opacities_per_cent() {
        let (style, warnings) = read_json(
            json!({"fill-opacity": "0.5", "stroke-width": " 6 ", "stroke-opacity": "50%", "marker-symbol": 7}),
        );
        assert_eq!(style.fill_opacity, Some(0.5));
        assert_eq!(style.stroke_width, Some(6.0));
        assert_eq!(style.stroke_opacity, Some(0.5));
        assert_eq!(style.marker_symbol.as_deref(), Some("7"));
        assert_eq!(warnings, Vec::<String>::new());
    }

    #[test]
    fn what_cannot_be_read_is_not_said_and_warned_of() {
        let (style, warnings) = read_json(json!({
            "marker-size": 3, "fill": "", "stroke": "currentcolor", "fill-opacity": 50, "stroke-opacity": "150%",
            "stroke-width": 1e9, "marker-color": ["red"], "marker-symbol": {"a": 1},
        }));
        assert!(style.is_empty(), "{style:?}");
        assert_eq!(
            warnings,
            [
                "'stroke' is \"currentcolor\", not a colour such as #0072b2; the default is used",
                "'stroke-width' is 1000000000.0, not a number from 0 to 1000; the default is used",
                "'stroke-opacity' is \"150%\", not a number from 0 to 1; the default is used",
                "'fill' is \"\", not a colour such as #0072b2; the default is used",
                "'fill-opacity' is 50, not a number from 0 to 1; the default is used",
                "'marker-color' is a list, not a colour such as #0072b2; the default is used",
                "'marker-size' is 3, not small, medium or large; the default is used",
                "'marker-symbol' is an object, not a symbol's name or a number; the default is used",
            ]
        );
        for value in [json!(-3), json!("-3"), json!("inf"), json!("NaN"), json!("2,5"), json!(true), json!("")] {
            assert_eq!(width(&value), None, "{value}");
        }
    }

    #[test]
    fn a_warning_says_what_is_taken_and_stays_short() {
        let warning = StyleWarning::new(Property::Fill, &json!("ж".repeat(100_000)));
        assert!(warning.value.chars().count() < 50, "{}", warning.value);
        let warning = StyleWarning::new(Property::FillOpacity, &json!(50));
        assert_eq!(warning.message("0.2"), "'fill-opacity' is 50, not a number from 0 to 1; 0.2 is used");
    }

    #[test]
    fn null_and_an_empty_symbol_say_nothing() {
        let (style, warnings) = read_json(json!({"fill": null, "stroke-width": null, "marker-symbol": ""}));
        assert!(style.is_empty() && warnings.is_empty(), "{warnings:?}");
    }

    /// A painter of the web multiplies the two: SVG's `fill-opacity`, Mapbox GL's.
    #[test]
    fn the_opacity_of_a_colour_multiplies_the_property() {
        let (style, _) = read_json(json!({"fill": "#dc143c80", "stroke": "rgba(1 2 3 / 20%)", "stroke-opacity": 0.5}));
        assert_eq!(style.fill_opacity_or(0.6), 0.3);
        assert_eq!(style.stroke_opacity_or(1.0), 0.1);
        let written = json!(style.write());
        assert_eq!(
            written,
            json!({"stroke": "#010203", "stroke-opacity": 0.1, "fill": "#dc143c", "fill-opacity": 0.3})
        );
    }

    #[test]
    fn titles_are_words_or_numbers() {
        let all = properties(json!({"title": " Occupied ", "description": 7}));
        assert_eq!(title(&all).as_deref(), Some("Occupied"));
        assert_eq!(description(&all).as_deref(), Some("7"));
        assert_eq!(title(&properties(json!({"title": "  "}))), None);
        assert_eq!(title(&properties(json!({"title": ["a"]}))), None);
    }

    #[test]
    fn defaults_are_those_of_the_specification() {
        let all = Property::ALL.into_iter().map(|one| (one.name().to_owned(), one.default())).collect();
        let (style, warnings) = read(&all);
        assert_eq!(warnings, []);
        assert_eq!(style.write().len(), 7, "all but the empty symbol");
        assert_eq!((style.stroke, style.fill_opacity), (Some(Rgba::rgb(0x555555)), Some(0.6)));
    }

    fn values() -> impl Strategy<Value = Value> {
        prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<f64>().prop_map(|number| json!(number)),
            (0..2000).prop_map(Value::from),
            (0.0..1.0).prop_map(|number: f64| json!(number)),
            "#?[0-9a-f]{3,8}".prop_map(Value::from),
            "-?[0-9]{0,2}[.]?[0-9]{0,2}%?".prop_map(Value::from),
            "(red|small|LARGE|rgba?\\([0-9]{1,3},[0-9]{1,3},[0-9]{1,3}\\)|\\PC{0,9})".prop_map(Value::from),
        ]
    }

    proptest! {
        /// What is written is valid simplestyle, reads back without a warning, and stays as it is from then on.
        #[test]
        fn what_is_written_is_simplestyle(values in vec((0_usize..8, values()), 0..12)) {
            let said = values.into_iter().map(|(index, value)| (Property::ALL[index].name().to_owned(), value)).collect();
            let (style, warnings) = read(&said);
            let known = style.write();
            prop_assert!(known.len() + warnings.len() <= said.len() + 2);
            let (again, none) = read(&known);
            prop_assert_eq!(none, []);
            prop_assert_eq!(again.write(), known.clone());
            prop_assert!((again.fill_opacity_or(0.6) - style.fill_opacity_or(0.6)).abs() <= 0.0005);
            for name in ["stroke", "fill", "marker-color"] {
                let is_valid = |value: &Value| value.as_str().is_some_and(|hex| hex.len() == 7 && hex.starts_with('#'));
                prop_assert!(known.get(name).is_none_or(is_valid));
            }
            for name in ["stroke-opacity", "fill-opacity", "stroke-width"] {
                prop_assert!(known.get(name).is_none_or(Value::is_number));
            }
            let set = HashSet::from([style.clone(), again.clone()]);
            prop_assert_eq!(set.len(), if style == again { 1 } else { 2 });
        }
    }
}
