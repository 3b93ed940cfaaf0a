//! Colours as CSS writes them, read where they are unambiguous.
//!
//! Read are the 148 names and `transparent`; `#rgb`, `#rgba`, `#rrggbb` and `#rrggbbaa`, also without the sign, as
//! simplestyle has it; `rgb()`, `rgba()`, `hsl()` and `hsla()` with commas or without. What depends on where it stands,
//! such as `currentcolor` and `var()`, is not a colour here.
//!
//! # References
//! * CSS Color Module Level 4, <https://www.w3.org/TR/css-color-4/>: §4.2 alpha, §5.1 rgb(), §5.2 hexadecimal notation,
//!   §6.1 names, §7 hsl(), §15.1 how alpha is written.

use std::fmt;

/// A colour with its opacity, not premultiplied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Rgba {
    /// Red.
    pub r: u8,
    /// Green.
    pub g: u8,
    /// Blue.
    pub b: u8,
    /// Opacity: 255 is opaque.
    pub a: u8,
}

impl Rgba {
    /// An opaque colour, `0xRRGGBB`.
    pub const fn rgb(hex: u32) -> Self {
        Self { r: (hex >> 16) as u8, g: (hex >> 8) as u8, b: hex as u8, a: 255 }
    }

    /// Reads a colour of CSS; none for what is not one or cannot be told by itself.
    ///
    /// ```
    /// use claimline::formats::color::Rgba;
    ///
    /// assert_eq!(Rgba::parse("red"), Some(Rgba::rgb(0xFF0000)));
    /// assert_eq!(Rgba::parse("rgb(220, 20, 60)"), Rgba::parse("#dc143c"));
    /// assert_eq!(Rgba::parse("reddish"), None);
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim_matches(|letter: char| letter.is_ascii_whitespace());
        if text.len() > LONGEST || !text.is_ascii() {
            return None;
        }
        match text.strip_prefix('#') {
            Some(digits) => from_digits(digits.as_bytes()),
            None if text.ends_with(')') => from_function(text),
            None => from_digits(text.as_bytes()).or_else(|| from_name(text.as_bytes())),
        }
    }

    /// The same colour, opaque.
    pub const fn opaque(self) -> Self {
        Self { a: 255, ..self }
    }

    /// `#rrggbb`, whatever the opacity: simplestyle has no other way.
    pub fn to_hex(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.r, self.g, self.b)
    }

    /// Opacity from 0 to 1, rounded as CSS writes it, so that `0.5` and `50%` come back as 0.5: two decimals if they
    /// lead to the same byte, else three.
    pub fn opacity(self) -> f64 {
        let alpha = f64::from(self.a);
        let hundredths = (alpha * 100.0 / 255.0).round();
        if (hundredths * 255.0 / 100.0).round() == alpha {
            hundredths / 100.0
        } else {
            (alpha * 1000.0 / 255.0).round() / 1000.0
        }
    }
}

impl fmt::Display for Rgba {
    /// `#rrggbb`, or `#rrggbbaa` if it is not opaque.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.to_hex())?;
        if self.a == 255 { Ok(()) } else { write!(formatter, "{:02x}", self.a) }
    }
}

/// No colour is written longer than this, in bytes.
const LONGEST: usize = 160;

/// Three, four, six or eight hexadecimal digits.
fn from_digits(digits: &[u8]) -> Option<Rgba> {
    if !matches!(digits.len(), 3 | 4 | 6 | 8) {
        return None;
    }
    let mut values = [0xF_u8; 8];
    for (value, digit) in values.iter_mut().zip(digits) {
        *value = char::from(*digit).to_digit(16)? as u8;
    }
    let channel = |index: usize| {
        if digits.len() <= 4 { values[index] * 0x11 } else { values[2 * index] << 4 | values[2 * index + 1] }
    };
    Some(Rgba { r: channel(0), g: channel(1), b: channel(2), a: channel(3) })
}

/// A name in letters of any case.
fn from_name(name: &[u8]) -> Option<Rgba> {
    const LONGEST_NAME: usize = 20; // lightgoldenrodyellow
    let mut lower = [0_u8; LONGEST_NAME];
    let lower = lower.get_mut(..name.len())?;
    lower.copy_from_slice(name);
    lower.make_ascii_lowercase();
    if *lower == *b"transparent" {
        return Some(Rgba { r: 0, g: 0, b: 0, a: 0 });
    }
    let index = NAMES.binary_search_by(|(name, _)| name.as_bytes().cmp(lower)).ok()?;
    Some(Rgba::rgb(NAMES[index].1))
}

/// A number between the parentheses of a function.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Component {
    Number(f64),
    Percent(f64),
    Degrees(f64),
}

impl Component {
    fn read(text: &str) -> Option<Self> {
        let end = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic() || letter == '%').len();
        let (digits, unit) = text.split_at(end);
        let value = number(digits)?;
        match unit.to_ascii_lowercase().as_str() {
            "" => Some(Self::Number(value)),
            "%" => Some(Self::Percent(value)),
            "deg" => Some(Self::Degrees(value)),
            "grad" => Some(Self::Degrees(value * 0.9)),
            "rad" => Some(Self::Degrees(value.to_degrees())),
            "turn" => Some(Self::Degrees(value * 360.0)),
            _ => None,
        }
    }

    /// 0 to 1, of a value whose whole as a number is `whole`.
    fn part_of(self, whole: f64) -> Option<f64> {
        match self {
            Self::Number(value) => Some((value / whole).clamp(0.0, 1.0)),
            Self::Percent(value) => Some((value / 100.0).clamp(0.0, 1.0)),
            Self::Degrees(_) => None,
        }
    }
}

/// A finite number as CSS writes it: no `inf`, and a digit after the point.
fn number(text: &str) -> Option<f64> {
    let digit_after_point =
        text.split_once('.').is_none_or(|(_, rest)| rest.starts_with(|letter: char| letter.is_ascii_digit()));
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    if !plain || !digit_after_point {
        return None;
    }
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

/// `rgb()` and `hsl()`, with or without an `a`, which means nothing since CSS Color 4.
fn from_function(text: &str) -> Option<Rgba> {
    let (name, inner) = text.strip_suffix(')')?.split_once('(')?;
    let (components, alpha, commas) = components(inner)?;
    let is = |one: &str| name.eq_ignore_ascii_case(one);
    let [r, g, b] = if is("rgb") || is("rgba") {
        let percents = components.iter().filter(|one| matches!(one, Component::Percent(_))).count();
        if commas && !matches!(percents, 0 | 3) {
            return None;
        }
        let [r, g, b] = components.map(|one| one.part_of(255.0));
        [r?, g?, b?]
    } else if is("hsl") || is("hsla") {
        let [hue, saturation, lightness] = components;
        if commas && !matches!((saturation, lightness), (Component::Percent(_), Component::Percent(_))) {
            return None;
        }
        let hue_deg = match hue {
            Component::Number(value) | Component::Degrees(value) => value.rem_euclid(360.0),
            Component::Percent(_) => return None,
        };
        rgb_from_hsl(hue_deg, saturation.part_of(100.0)?, lightness.part_of(100.0)?)
    } else {
        return None;
    };
    let byte = |part: f64| (part * 255.0 + 1e-9).round() as u8;
    Some(Rgba { r: byte(r), g: byte(g), b: byte(b), a: byte(alpha) })
}

/// The three components, the opacity, and whether they are separated by commas.
fn components(inner: &str) -> Option<([Component; 3], f64, bool)> {
    let commas = inner.contains(',');
    let (mut parts, last): (Vec<&str>, Option<&str>) = if commas {
        let mut parts: Vec<&str> = inner.split(',').map(str::trim).collect();
        let last = if parts.len() == 4 { parts.pop() } else { None };
        (parts, last)
    } else {
        let (before, last) = inner.split_once('/').map_or((inner, None), |(before, last)| (before, Some(last.trim())));
        (before.split_ascii_whitespace().collect(), last)
    };
    // `none` is 0 where a colour stands alone; the older way of writing does not know it.
    for part in &mut parts {
        if !commas && part.eq_ignore_ascii_case("none") {
            *part = "0";
        }
    }
    let [first, second, third] = parts.as_slice() else { return None };
    let alpha = match last {
        None => 1.0,
        Some(last) if !commas && last.eq_ignore_ascii_case("none") => 0.0,
        Some(last) => Component::read(last)?.part_of(1.0)?,
    };
    Some(([Component::read(first)?, Component::read(second)?, Component::read(third)?], alpha, commas))
}

/// Red, green and blue from 0 to 1, after CSS Color 4 §7.1.
fn rgb_from_hsl(hue_deg: f64, saturation: f64, lightness: f64) -> [f64; 3] {
    let reach = saturation * lightness.min(1.0 - lightness);
    [0.0, 8.0, 4.0].map(|offset| {
        let step = (offset + hue_deg / 30.0) % 12.0;
        lightness - reach * (step - 3.0).min(9.0 - step).clamp(-1.0, 1.0)
    })
}

/// The names of CSS Color 4, §6.1, in the order of their bytes.
const NAMES: [(&str, u32); 148] = [
    ("aliceblue", 0xF0F8FF),
    ("antiquewhite", 0xFAEBD7),
    ("aqua", 0x00FFFF),
    ("aquamarine", 0x7FFFD4),
    ("azure", 0xF0FFFF),
    ("beige", 0xF5F5DC),
    ("bisque", 0xFFE4C4),
    ("black", 0x000000),
    ("blanchedalmond", 0xFFEBCD),
    ("blue", 0x0000FF),
    ("blueviolet", 0x8A2BE2),
    ("brown", 0xA52A2A),
    ("burlywood", 0xDEB887),
    ("cadetblue", 0x5F9EA0),
    ("chartreuse", 0x7FFF00),
    ("chocolate", 0xD2691E),
    ("coral", 0xFF7F50),
    ("cornflowerblue", 0x6495ED),
    ("cornsilk", 0xFFF8DC),
    ("crimson", 0xDC143C),
    ("cyan", 0x00FFFF),
    ("darkblue", 0x00008B),
    ("darkcyan", 0x008B8B),
    ("darkgoldenrod", 0xB8860B),
    ("darkgray", 0xA9A9A9),
    ("darkgreen", 0x006400),
    ("darkgrey", 0xA9A9A9),
    ("darkkhaki", 0xBDB76B),
    ("darkmagenta", 0x8B008B),
    ("darkolivegreen", 0x556B2F),
    ("darkorange", 0xFF8C00),
    ("darkorchid", 0x9932CC),
    ("darkred", 0x8B0000),
    ("darksalmon", 0xE9967A),
    ("darkseagreen", 0x8FBC8F),
    ("darkslateblue", 0x483D8B),
    ("darkslategray", 0x2F4F4F),
    ("darkslategrey", 0x2F4F4F),
    ("darkturquoise", 0x00CED1),
    ("darkviolet", 0x9400D3),
    ("deeppink", 0xFF1493),
    ("deepskyblue", 0x00BFFF),
    ("dimgray", 0x696969),
    ("dimgrey", 0x696969),
    ("dodgerblue", 0x1E90FF),
    ("firebrick", 0xB22222),
    ("floralwhite", 0xFFFAF0),
    ("forestgreen", 0x228B22),
    ("fuchsia", 0xFF00FF),
    ("gainsboro", 0xDCDCDC),
    ("ghostwhite", 0xF8F8FF),
    ("gold", 0xFFD700),
    ("goldenrod", 0xDAA520),
    ("gray", 0x808080),
    ("green", 0x008000),
    ("greenyellow", 0xADFF2F),
    ("grey", 0x808080),
    ("honeydew", 0xF0FFF0),
    ("hotpink", 0xFF69B4),
    ("indianred", 0xCD5C5C),
    ("indigo", 0x4B0082),
    ("ivory", 0xFFFFF0),
    ("khaki", 0xF0E68C),
    ("lavender", 0xE6E6FA),
    ("lavenderblush", 0xFFF0F5),
    ("lawngreen", 0x7CFC00),
    ("lemonchiffon", 0xFFFACD),
    ("lightblue", 0xADD8E6),
    ("lightcoral", 0xF08080),
    ("lightcyan", 0xE0FFFF),
    ("lightgoldenrodyellow", 0xFAFAD2),
    ("lightgray", 0xD3D3D3),
    ("lightgreen", 0x90EE90),
    ("lightgrey", 0xD3D3D3),
    ("lightpink", 0xFFB6C1),
    ("lightsalmon", 0xFFA07A),
    ("lightseagreen", 0x20B2AA),
    ("lightskyblue", 0x87CEFA),
    ("lightslategray", 0x778899),
    ("lightslategrey", 0x778899),
    ("lightsteelblue", 0xB0C4DE),
    ("lightyellow", 0xFFFFE0),
    ("lime", 0x00FF00),
    ("limegreen", 0x32CD32),
    ("linen", 0xFAF0E6),
    ("magenta", 0xFF00FF),
    ("maroon", 0x800000),
    ("mediumaquamarine", 0x66CDAA),
    ("mediumblue", 0x0000CD),
    ("mediumorchid", 0xBA55D3),
    ("mediumpurple", 0x9370DB),
    ("mediumseagreen", 0x3CB371),
    ("mediumslateblue", 0x7B68EE),
    ("mediumspringgreen", 0x00FA9A),
    ("mediumturquoise", 0x48D1CC),
    ("mediumvioletred", 0xC71585),
    ("midnightblue", 0x191970),
    ("mintcream", 0xF5FFFA),
    ("mistyrose", 0xFFE4E1),
    ("moccasin", 0xFFE4B5),
    ("navajowhite", 0xFFDEAD),
    ("navy", 0x000080),
    ("oldlace", 0xFDF5E6),
    ("olive", 0x808000),
    ("olivedrab", 0x6B8E23),
    ("orange", 0xFFA500),
    ("orangered", 0xFF4500),
    ("orchid", 0xDA70D6),
    ("palegoldenrod", 0xEEE8AA),
    ("palegreen", 0x98FB98),
    ("paleturquoise", 0xAFEEEE),
    ("palevioletred", 0xDB7093),
    ("papayawhip", 0xFFEFD5),
    ("peachpuff", 0xFFDAB9),
    ("peru", 0xCD853F),
    ("pink", 0xFFC0CB),
    ("plum", 0xDDA0DD),
    ("powderblue", 0xB0E0E6),
    ("purple", 0x800080),
    ("rebeccapurple", 0x663399),
    ("red", 0xFF0000),
    ("rosybrown", 0xBC8F8F),
    ("royalblue", 0x4169E1),
    ("saddlebrown", 0x8B4513),
    ("salmon", 0xFA8072),
    ("sandybrown", 0xF4A460),
    ("seagreen", 0x2E8B57),
    ("seashell", 0xFFF5EE),
    ("sienna", 0xA0522D),
    ("silver", 0xC0C0C0),
    ("skyblue", 0x87CEEB),
    ("slateblue", 0x6A5ACD),
    ("slategray", 0x708090),
    ("slategrey", 0x708090),
    ("snow", 0xFFFAFA),
    ("springgreen", 0x00FF7F),
    ("steelblue", 0x4682B4),
    ("tan", 0xD2B48C),
    ("teal", 0x008080),
    ("thistle", 0xD8BFD8),
    ("tomato", 0xFF6347),
    ("turquoise", 0x40E0D0),
    ("violet", 0xEE82EE),
    ("wheat", 0xF5DEB3),
    ("white", 0xFFFFFF),
    ("whitesmoke", 0xF5F5F5),
    ("yellow", 0xFFFF00),
    ("yellowgreen", 0x9ACD32),
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_in_order_and_found_in_any_case() {
        assert!(NAMES.is_sorted_by(|(before, _), (after, _)| before < after));
        for (name, hex) in NAMES {
            assert_eq!(Rgba::parse(name), Some(Rgba::rgb(hex)));
            assert_eq!(Rgba::parse(&name.to_uppercase()), Some(Rgba::rgb(hex)));
        }
        assert_eq!(Rgba::parse("darkred"), Some(Rgba::rgb(0x8B0000)));
        assert_eq!(Rgba::parse("rebeccapurple"), Some(Rgba::rgb(0x663399)));
        assert_eq!(Rgba::parse("grey"), Rgba::parse("gray"));
        assert_eq!(Rgba::parse(" transparent "), Some(Rgba { r: 0, g: 0, b: 0, a: 0 }));
    }

    #[test]
    fn hexadecimal_digits_need_no_sign() {
        for (text, expected) in [
            ("#d98e04", "#d98e04"),
            ("555", "#555555"),
            ("#1AF", "#11aaff"),
            ("dc143c80", "#dc143c80"),
            ("#dc143cff", "#dc143c"),
            ("#12ab", "#1122aabb"),
        ] {
            assert_eq!(Rgba::parse(text).map(|color| color.to_string()).as_deref(), Some(expected), "{text}");
        }
        for text in ["#12345", "#", "", "#+12345", "#ggg", "жжж", "# 123", "##123", "1234567"] {
            assert_eq!(Rgba::parse(text), None, "{text}");
        }
    }

    /// The bytes are those of tinycss2 1.5.1 (`color4.parse_color`, halves rounded up).
    #[test]
    fn functions_are_read_in_both_ways_of_writing() {
        for (text, [r, g, b, a]) in [
            ("rgb(220,20,60)", [220, 20, 60, 255]),
            ("rgb(220 20 60)", [220, 20, 60, 255]),
            ("RGB( 220 , 20,60 )", [220, 20, 60, 255]),
            ("rgba(220,20,60,0.5)", [220, 20, 60, 128]),
            ("rgb(220 20 60 / 50%)", [220, 20, 60, 128]),
            ("rgb(50%,20%,10%)", [128, 51, 26, 255]),
            ("rgb(50% 20% 10%/.25)", [128, 51, 26, 64]),
            ("rgb(300,-5,12.6)", [255, 0, 13, 255]),
            ("rgb(127.5,0,0)", [128, 0, 0, 255]),
            ("rgb(none 20 60)", [0, 20, 60, 255]),
            ("rgb(1e2 20 60)", [100, 20, 60, 255]),
            ("hsl(120,100%,50%)", [0, 255, 0, 255]),
            ("hsl(120deg 100% 25%)", [0, 128, 0, 255]),
            ("hsla(210,40%,60%,0.3)", [112, 153, 194, 77]),
            ("hsl(0.5turn 40% 60% / 30%)", [112, 194, 194, 77]),
            ("hsl(-30 50 50)", [191, 64, 128, 255]),
            ("hsl(200grad,50%,50%)", [64, 191, 191, 255]),
            ("hsl(1rad,50%,50%)", [191, 186, 64, 255]),
            ("hsl(348, 83%, 47%)", [219, 20, 60, 255]),
            ("hsl(720.5 10% 90%)", [232, 227, 227, 255]),
        ] {
            assert_eq!(Rgba::parse(text), Some(Rgba { r, g, b, a }), "{text}");
        }
    }

    #[test]
    fn what_is_not_css_or_depends_on_where_it_stands_is_no_colour() {
        for text in [
            "currentcolor",
            "inherit",
            "var(--a)",
            "rgb(1,2)",
            "rgb(1 2 3 4)",
            "rgb(1,2 3)",
            "rgb(10%,2,3)",
            "rgb(none,2,3)",
            "hsl(120,100,50)",
            "hsl(50% 50% 50%)",
            "rgb(5.,1,2)",
            "rgb(1,2,3,)",
            "rgb(1 2 3 /)",
            "rgb(1 2 3 / 4 / 5)",
            "rgb (1,2,3)",
            "rgb(1deg 2 3)",
            "rgb(1,2,3)x",
            "rgb(inf,2,3)",
            "rgb(1e999,2,3)",
            "rgb()",
            ")",
            "(",
            "color(srgb 1 0 0)",
        ] {
            assert_eq!(Rgba::parse(text), None, "{text}");
        }
    }

    /// Chromium and Firefox write `#dc143c80` as `rgba(220, 20, 60, 0.5)` and `#dc143c81` with 0.506.
    #[test]
    fn opacity_is_rounded_as_css_writes_it() {
        let opacity = |a: u8| Rgba { r: 0, g: 0, b: 0, a }.opacity();
        assert_eq!([0, 0x80, 0x81, 0xFF].map(opacity), [0.0, 0.5, 0.506, 1.0]);
        for a in 0..=255 {
            assert_eq!((opacity(a) * 255.0).round(), f64::from(a));
        }
    }

    proptest! {
        #[test]
        fn every_colour_comes_back(r: u8, g: u8, b: u8, a: u8) {
            let color = Rgba { r, g, b, a };
            prop_assert_eq!(Rgba::parse(&color.to_string()), Some(color));
            prop_assert_eq!(Rgba::parse(&color.to_hex()), Some(color.opaque()));
            prop_assert_eq!(Rgba::parse(&format!("rgba({r}, {g}, {b}, {})", color.opacity())), Some(color));
        }

        #[test]
        fn no_text_does_harm(text in "\\PC{0,40}", inner in "[-+0-9a-z%,./ e()]{0,40}") {
            let _ = Rgba::parse(&text);
            let _ = Rgba::parse(&format!("rgb({inner})"));
            let _ = Rgba::parse(&format!("hsl({inner})"));
        }
    }
}
