//! How numbers, units and hedges stand together.

use super::lexicon::{Factor, Lexicon, Meaning, WORDS};
use super::number::{self, Style};
use super::tokens::{Kind, Token};
use super::{StatedFigure, Unit};

/// No number in words has more tokens.
const LONGEST_NUMBER: usize = 16;

/// So many words may stand between a part and what it is part of.
const REACH_OF_SHARE: usize = 4;

/// Below this many kilometres, metres are no figure.
const LEAST_METRES_KM: f64 = 0.1;

/// Below this many square kilometres, square metres are no figure.
const LEAST_SQUARE_METRES_KM2: f64 = 0.01;

const FRACTIONS: [(&str, f64); 9] = [
    ("½", 0.5),
    ("¼", 0.25),
    ("¾", 0.75),
    ("⅓", 1.0 / 3.0),
    ("⅔", 2.0 / 3.0),
    ("⅕", 0.2),
    ("⅖", 0.4),
    ("⅛", 0.125),
    ("⅒", 0.1),
];

/// Reads the figures of a text.
pub(super) struct Reader<'a> {
    text: &'a str,
    tokens: &'a [Token],
    lexicon: &'a Lexicon,
    style: Style,
    is_german: bool,
}

/// A number as decimals and a power of ten, so that `5.6 thousand` is exactly 5600.
#[derive(Debug, Clone)]
struct Quantity {
    /// Decimals, which parse.
    plain: String,
    other: Option<String>,
    /// Of words such as "thousand".
    power: i32,
    /// The token after it.
    next: usize,
    /// Whether the number itself says that it is rough.
    is_rough: bool,
}

impl Quantity {
    fn value(&self, power: i32) -> Option<f64> {
        of_decimals(&self.plain, self.power + power)
    }
}

fn of_decimals(plain: &str, power: i32) -> Option<f64> {
    format!("{plain}e{power}").parse::<f64>().ok().filter(|value| value.is_finite())
}

/// The product of decimals, a power of ten and a factor, rounded once.
fn product(plain: &str, power: i32, factor: Factor) -> Option<f64> {
    let decimals = plain.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let digits: u128 = plain.replace('.', "").parse().ok()?;
    let whole = digits.checked_mul(u128::from(factor.whole))?;
    of_decimals(&whole.to_string(), power + factor.power - i32::try_from(decimals).ok()?)
}

/// A unit where it stands.
#[derive(Debug, Clone, Copy)]
struct UnitAt {
    unit: Unit,
    factor: Factor,
    start: usize,
    next: usize,
    /// "And a half" after it.
    has_half: bool,
}

impl UnitAt {
    fn is_same(&self, other: &Self) -> bool {
        (self.unit, self.factor) == (other.unit, other.factor)
    }
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str, tokens: &'a [Token], lexicon: &'a Lexicon, style: Style, is_german: bool) -> Self {
        Self { text, tokens, lexicon, style, is_german }
    }

    /// All of them.
    pub(super) fn figures(&self) -> Vec<StatedFigure> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < self.tokens.len() {
            match self.bounds(at).or_else(|| self.part(at)).or_else(|| self.single(at)) {
                Some((figure, next)) => {
                    found.extend(figure);
                    at = next.max(at + 1);
                }
                None => at += 1,
            }
        }
        found
    }

    fn written(&self, token: &Token) -> &'a str {
        &self.text[token.start..token.end]
    }

    fn means(&self, at: usize, wanted: Meaning) -> Option<usize> {
        self.lexicon.at(self.tokens, at, |meaning| (meaning == wanted).then_some(())).map(|(_, next)| next)
    }

    fn sign(&self, at: usize) -> Option<&'a str> {
        self.tokens.get(at).filter(|token| token.kind == Kind::Sign).map(|token| self.written(token))
    }

    fn is_dash(&self, at: usize) -> bool {
        self.sign(at).is_some_and(|sign| matches!(sign, "-" | "–" | "—" | "−" | "‑" | "‒"))
    }

    fn is_glued(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.glued)
    }

    /// Two bounds with words around them: `between 5 and 10 km`. An empty figure is none, but read.
    fn bounds(&self, at: usize) -> Option<(Option<StatedFigure>, usize)> {
        let (is_between, first) = self.lexicon.at(self.tokens, at, |meaning| match meaning {
            Meaning::Between => Some(true),
            Meaning::From => Some(false),
            _ => None,
        })?;
        let (inner, from) = self.after_hedge(first);
        let low = self.quantity(from)?;
        let low_unit = self.unit(low.next);
        let after = low_unit.map_or(low.next, |unit| unit.next);
        let to = self.lexicon.at(self.tokens, after, |meaning| match meaning {
            Meaning::And if is_between => Some(()),
            Meaning::To | Meaning::ToLed if !is_between => Some(()),
            _ => None,
        });
        let (_, to) = to.or_else(|| (self.is_dash(after) && is_between).then_some(((), after + 1)))?;
        let (_, to) = self.after_hedge(to);
        let high = self.quantity(to)?;
        let unit = self.unit(high.next)?;
        if low_unit.is_some_and(|low| !low.is_same(&unit)) {
            return None;
        }
        let hedge =
            self.hedge_before(at).or_else(|| self.hedge_before(first)).or_else(|| inner.map(|start| (start, from)));
        self.figure(at, hedge, &low, Some(&high), &unit)
    }

    /// A hedge that begins here, and the token after it.
    fn after_hedge(&self, at: usize) -> (Option<usize>, usize) {
        match self.means(at, Meaning::Hedge) {
            Some(next) => (Some(at), next),
            None => (None, at),
        }
    }

    /// The first token of a hedge before a token and the one after its last.
    fn hedge_before(&self, at: usize) -> Option<(usize, usize)> {
        let direct = |end: usize| self.lexicon.before(self.tokens, end, Meaning::Hedge).map(|start| (start, end));
        direct(at).or_else(|| direct(self.lexicon.before(self.tokens, at, Meaning::Determiner)?))
    }

    /// A number, or two with a dash or "to" between them, and a unit.
    fn single(&self, at: usize) -> Option<(Option<StatedFigure>, usize)> {
        if let Some(next) = self.means(at, Meaning::HalfOf) {
            let half = Quantity { plain: "0.5".to_owned(), other: None, power: 0, next, is_rough: false };
            let unit = self.unit(next)?;
            return self.figure(at, self.hedge_before(at), &half, None, &unit);
        }
        if let Some((number, unit)) = self.compound(at) {
            return self.figure(at, self.hedge_before(at), &number, None, &unit);
        }
        let low = self.quantity(at)?;
        let low_unit = self.unit(low.next);
        let after = low_unit.map_or(low.next, |unit| unit.next);
        let between = self.lexicon.at(self.tokens, after, |meaning| match meaning {
            Meaning::To if low_unit.is_none_or(|unit| unit.unit == Unit::Percent) => Some(()),
            Meaning::Or if low_unit.is_none() => Some(()),
            _ => None,
        });
        let to = between.map(|(_, next)| next).or_else(|| self.is_dash(after).then_some(after + 1));
        if let Some(to) = to {
            let (_, to) = self.after_hedge(to);
            if let Some(high) = self.quantity(to)
                && let Some(unit) = self.unit(high.next)
                && low_unit.is_none_or(|low| low.is_same(&unit))
                && let Some(figure) = self.figure(at, self.hedge_before(at), &low, Some(&high), &unit)
            {
                return Some(figure);
            }
        }
        let unit = low_unit?;
        self.figure(at, self.hedge_before(at), &low, None, &unit)
    }

    /// A number and its unit in one Russian or Ukrainian word: `двадцатикилометровая`.
    fn compound(&self, at: usize) -> Option<(Quantity, UnitAt)> {
        // "П'ятикілометрова" is two tokens, of which the second has the unit.
        let first = self.tokens.get(at).filter(|token| token.kind == Kind::Word)?;
        let last_at = if self.is_elided(at) && self.is_glued(at + 1) { at + 1 } else { at };
        let last = self.tokens.get(last_at).filter(|token| token.kind == Kind::Word && token.id == 0)?;
        let written = self.written(last);
        let cut = ["километров", "кілометров"].iter().find_map(|stem| written.find(stem))?;
        let small = written.get(..cut).filter(|number| !number.is_empty() && number.len() <= 64)?.to_lowercase();
        let mut number = if last_at > at { vec![*first] } else { Vec::new() };
        number.push(Token { id: WORDS.id(&small), ..*last });
        let (value, next) = self.lexicon.at(&number, 0, |meaning| match meaning {
            Meaning::Small(value) | Meaning::Ten(value) | Meaning::Hundreds(value) => Some(value),
            _ => None,
        })?;
        if next != number.len() {
            return None;
        }
        let number = Quantity { plain: value.to_string(), other: None, power: 0, next: last_at + 1, is_rough: false };
        let unit = UnitAt {
            unit: Unit::Kilometres,
            factor: Factor { whole: 1, power: 0 },
            start: last_at,
            next: last_at + 1,
            has_half: false,
        };
        Some((number, unit))
    }

    /// A part of something that has a size on the ground.
    fn part(&self, at: usize) -> Option<(Option<StatedFigure>, usize)> {
        let token = self.tokens.get(at)?;
        let skip_hyphen = |at: usize| if self.is_dash(at) && self.is_glued(at) { at + 1 } else { at };
        let fraction = |at: usize| {
            self.lexicon.at(self.tokens, at, |meaning| match meaning {
                Meaning::Fraction(of) => Some(of),
                _ => None,
            })
        };
        let with_numerator = || -> Option<(f64, f64, usize)> {
            if token.kind == Kind::Number {
                let numerator: f64 = self.written(token).parse().ok()?;
                if self.sign(at + 1) == Some("/") && self.is_glued(at + 1) && self.is_glued(at + 2) {
                    let of = self.tokens.get(at + 2).filter(|token| token.kind == Kind::Number)?;
                    let of: f64 = self.written(of).parse().ok()?;
                    return Some((numerator, of, at + 3));
                }
                return None;
            }
            let (numerator, next) = self
                .lexicon
                .at(self.tokens, at, |meaning| match meaning {
                    Meaning::Small(value) | Meaning::Numerator(value) => Some(value),
                    _ => None,
                })
                .or_else(|| Some((self.german(at)?, at + 1)))?;
            let (of, next) = fraction(skip_hyphen(next))?;
            Some((numerator, of, next))
        };
        let bare = || {
            let (of, next) = fraction(at)?;
            let is_certain = match self.lexicon.hyphen_joins || self.is_german {
                // English, German and French have ordinals in the same form.
                true => of == 2.0,
                false if self.lexicon.links => of == 2.0 || next - at > 1,
                false => of <= 4.0 || next - at > 1,
            };
            is_certain.then_some((1.0, of, next))
        };
        let (numerator, of, next) = with_numerator().or_else(bare)?;
        if !(numerator >= 1.0 && of >= 2.0 && numerator < of && of <= 1000.0) {
            return None;
        }
        self.share_after(next)?;
        if self.is_no_size_before(at) {
            return None;
        }
        let hedge = self.hedge_before(at);
        let (start, end) = (token.start, self.tokens.get(next - 1)?.end);
        let value = numerator * 100.0 / of;
        let figure = StatedFigure {
            range: hedge.and_then(|(first, _)| self.tokens.get(first)).map_or(start, |first| first.start)..end,
            low: value,
            high: None,
            unit: Unit::Percent,
            stated_unit: self.text[start..end].to_owned(),
            stated_low: numerator / of,
            stated_high: None,
            hedge: hedge.and_then(|hedge| self.words(hedge)),
            other_reading: None,
        };
        Some((Some(figure), next))
    }

    /// Whether what a part is of has a size on the ground.
    fn share_after(&self, next: usize) -> Option<()> {
        let of = self.means(next, Meaning::Of);
        // Ukrainian, Russian and German have a case for it.
        let first = match of {
            Some(at) => at,
            None if self.has_cases() => next,
            None => return None,
        };
        for at in first..first + REACH_OF_SHARE {
            if self.means(at, Meaning::Share).is_some() {
                // "Of Ukraine's voters" is of the voters.
                let possessive = |end: usize| {
                    let last = self.tokens.get(end).map(|token| self.written(token));
                    last.is_some_and(|word| word.ends_with(['\'', '’']))
                };
                return (!possessive(at)).then_some(());
            }
            let is_word = self.tokens.get(at).is_some_and(|token| token.kind == Kind::Word);
            let is_hyphen = self.is_dash(at) && self.is_glued(at);
            if !(is_word || is_hyphen) {
                return None;
            }
        }
        None
    }

    fn has_cases(&self) -> bool {
        // The tables of languages with cases join no tens and units by a word or a hyphen.
        !self.lexicon.hyphen_joins && !self.lexicon.links
    }

    /// A number, in digits or in words.
    fn quantity(&self, at: usize) -> Option<Quantity> {
        let token = self.tokens.get(at)?;
        let mut quantity = match token.kind {
            Kind::Number => {
                let digits = number::digits(self.written(token), self.style)?;
                Quantity { plain: digits.plain, other: digits.other, power: 0, next: at + 1, is_rough: false }
            }
            Kind::Sign => {
                let (_, value) = FRACTIONS.iter().find(|(sign, _)| *sign == self.written(token))?;
                Quantity { plain: value.to_string(), other: None, power: 0, next: at + 1, is_rough: false }
            }
            Kind::Word => self.in_words(at)?,
        };
        if token.kind == Kind::Number
            && let Some((_, value)) =
                self.sign(quantity.next).and_then(|sign| FRACTIONS.iter().find(|(known, _)| *known == sign))
            && let Ok(whole) = quantity.plain.parse::<u64>()
        {
            quantity.plain = (whole as f64 + value).to_string();
            quantity.next += 1;
        }
        if let Some(next) = self.means(quantity.next, Meaning::Half)
            && let Ok(whole) = quantity.plain.parse::<u64>()
        {
            quantity.plain = format!("{whole}.5");
            quantity.next = next;
        }
        let times = |at: usize| {
            self.lexicon.at(self.tokens, at, |meaning| match meaning {
                Meaning::Times(power) => Some(power),
                _ => None,
            })
        };
        // Numbers in words have counted their thousands already.
        while let Some((power, next)) = times(quantity.next).filter(|_| quantity.power < 12) {
            // "Two and a half thousand".
            quantity.power += power;
            quantity.next = next;
        }
        Some(quantity)
    }

    fn german(&self, at: usize) -> Option<f64> {
        let token = self.tokens.get(at).filter(|token| self.is_german && token.kind == Kind::Word)?;
        let written = self.written(token);
        if written.len() > 64
            || !written.starts_with([
                'e', 'z', 'd', 'v', 'f', 's', 'a', 'n', 'h', 't', 'E', 'Z', 'D', 'V', 'F', 'S', 'A', 'N', 'H', 'T',
            ])
        {
            return None;
        }
        number::german(&written.to_lowercase())
    }

    /// A number in words.
    fn in_words(&self, start: usize) -> Option<Quantity> {
        let (mut total, mut current, mut at) = (0.0_f64, 0.0_f64, start);
        // By how much the last word of thousands or millions multiplied: the next has to be less.
        let mut last_times = f64::INFINITY;
        let (mut any, mut is_rough) = (false, false);
        while at - start < LONGEST_NUMBER {
            let word = |at: usize| {
                let known = self.lexicon.at(self.tokens, at, |meaning| match meaning {
                    Meaning::Small(_)
                    | Meaning::Full(_)
                    | Meaning::Ten(_)
                    | Meaning::Hundred
                    | Meaning::Hundreds(_)
                    | Meaning::About(_)
                    | Meaning::Times(_) => Some(meaning),
                    _ => None,
                });
                // Below a hundred thousand, German writes numbers in one word.
                known.or_else(|| Some((Meaning::About(self.german(at)?), at + 1)))
            };
            let mut from = at;
            if any {
                // "One hundred and five", "treinta y cinco", "twenty-five".
                let is_tens = current % 10.0 == 0.0 && current % 100.0 >= 20.0;
                if let Some(next) = self.means(at, Meaning::Join)
                    && (current >= 20.0 || total > 0.0)
                {
                    from = next;
                } else if self.lexicon.hyphen_joins
                    && is_tens
                    && self.is_dash(at)
                    && self.is_glued(at)
                    && self.is_glued(at + 1)
                {
                    from = at + 1;
                }
            }
            let Some((meaning, next)) = word(from) else { break };
            let rest = current % 100.0;
            let is_joined = from > at;
            let fits = match meaning {
                Meaning::Small(value) if current.fract() == 0.0 => {
                    let after_tens = rest >= 20.0 && rest % 10.0 == 0.0 && value > 0.0;
                    let is_vigesimal = (rest == 60.0 || rest == 80.0) && value < 20.0 && self.lexicon.links;
                    let fits = (rest == 0.0 && (!is_joined || current > 0.0 || total > 0.0))
                        || after_tens && (value < 10.0 || is_vigesimal);
                    // "Five five" is no number.
                    let fits = fits && (current == 0.0 && (!any || total > 0.0) || current > 0.0);
                    fits.then(|| current += value)
                }
                Meaning::Full(value) | Meaning::Ten(value) => {
                    (rest == 0.0 && (!any || current >= 100.0 || total > 0.0)).then(|| current += value)
                }
                Meaning::Hundred => {
                    let times = if current == 0.0 { 1.0 } else { current };
                    (times < 100.0 && !is_joined).then(|| current = times * 100.0)
                }
                Meaning::Hundreds(value) => (current == 0.0).then(|| current = value),
                Meaning::About(value) => {
                    is_rough |= !self.is_german;
                    (current == 0.0).then(|| current = value)
                }
                Meaning::Times(power) => {
                    let times = 10_f64.powi(power);
                    (times < last_times && !is_joined && (any || power < 6)).then(|| {
                        total += if current == 0.0 { 1.0 } else { current } * times;
                        current = 0.0;
                        last_times = times;
                    })
                }
                _ => None,
            };
            if fits.is_none() {
                break;
            }
            any = true;
            at = next;
        }
        let value = total + current;
        (any && value > 0.0).then(|| Quantity { plain: value.to_string(), other: None, power: 0, next: at, is_rough })
    }

    /// The unit after a number.
    fn unit(&self, at: usize) -> Option<UnitAt> {
        let known = |at: usize| {
            let ((unit, factor), next) = self.lexicon.at(self.tokens, at, |meaning| match meaning {
                Meaning::Unit(unit, factor) => Some((unit, factor)),
                Meaning::Symbol(unit, factor) => {
                    let written = self.written(self.tokens.get(at)?);
                    let is_small = !written.contains(char::is_uppercase) || matches!(written, "Km" | "KM");
                    is_small.then_some((unit, factor))
                }
                _ => None,
            })?;
            Some(UnitAt { unit, factor, start: at, next, has_half: false })
        };
        let linked = || self.means(at, Meaning::Link);
        let hyphened = || (self.is_dash(at) && self.is_glued(at) && self.is_glued(at + 1)).then_some(at + 1);
        let mut unit = known(at).or_else(|| known(hyphened()?)).or_else(|| known(linked()?))?;
        if let Some(next) = self.means(unit.next, Meaning::Half).filter(|_| self.lexicon.links) {
            unit.has_half = true;
            unit.next = next;
        }
        Some(unit)
    }

    /// Whether what stands before a number makes it no size.
    fn is_no_size_before(&self, at: usize) -> bool {
        let start = self.hedge_before(at).map_or(at, |(start, _)| start);
        [Meaning::NotBefore, Meaning::Per]
            .iter()
            .any(|wanted| [at, start].iter().any(|end| self.lexicon.before(self.tokens, *end, *wanted).is_some()))
            || {
                let Some(before) = at.checked_sub(1) else { return false };
                let is_stuck = self.is_glued(at);
                let is_money =
                    self.sign(before).is_some_and(|sign| matches!(sign, "$" | "€" | "£" | "¥" | "₴" | "₽" | "₪" | "₺"));
                // `T-72`, `2014-15`, and numbers below zero.
                let is_part = is_stuck
                    && (self.is_dash(before)
                        || matches!(self.tokens[before].kind, Kind::Word | Kind::Number)
                        || matches!(self.sign(before), Some("/" | "." | "," | ":" | "#" | "№")));
                // "30 by 50 km" is a size of two numbers, of which one alone says nothing.
                let by = self.lexicon.before(self.tokens, at, Meaning::By);
                let is_second =
                    by.and_then(|by| self.tokens.get(by.checked_sub(1)?)).is_some_and(|it| it.kind == Kind::Number);
                is_money || is_second || is_part && !self.is_elided(before)
            }
    }

    /// Whether a token is a short word with an apostrophe: `d'un`, `l'un`.
    fn is_elided(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.kind == Kind::Word && self.written(token).ends_with(['\'', '’']))
    }

    /// Whether what stands after a unit makes it no size.
    fn is_no_size_after(&self, at: usize) -> bool {
        if self.is_glued(at) && matches!(self.sign(at), Some("/" | "³" | "·" | "*")) {
            return true;
        }
        // `km³` and `km3` in letters of another kind.
        let is_letter = |at: usize| self.tokens.get(at).is_some_and(|token| token.kind != Kind::Sign && token.glued);
        if is_letter(at) && !self.is_elided(at.saturating_sub(1)) {
            return true;
        }
        let next = if self.is_dash(at) && self.is_glued(at) { at + 1 } else { at };
        self.means(at, Meaning::Not).or_else(|| self.means(next, Meaning::Not)).is_some()
    }

    fn words(&self, (first, next): (usize, usize)) -> Option<String> {
        let (first, last) = (self.tokens.get(first)?, self.tokens.get(next.checked_sub(1)?)?);
        Some(self.text.get(first.start..last.end)?.to_owned())
    }

    fn figure(
        &self,
        at: usize,
        hedge: Option<(usize, usize)>,
        low: &Quantity,
        high: Option<&Quantity>,
        unit: &UnitAt,
    ) -> Option<(Option<StatedFigure>, usize)> {
        let mut low = low.clone();
        let mut high = high.cloned();
        if let Some(high) = &high
            && low.power == 0
            && high.power > 0
        {
            // "5 to 6 thousand"; but of "800 to 1.2 thousand" the first is whole.
            let is_below = low.value(0)? < of_decimals(&high.plain, 0)?;
            if is_below {
                low.power = high.power;
            }
        }
        if unit.has_half {
            let last = high.as_mut().unwrap_or(&mut low);
            if last.power == 0 && last.plain.parse::<u64>().is_ok() {
                last.plain.push_str(".5");
            }
        }
        let scaled = |plain: &str, power: i32| product(plain, power, unit.factor);
        let low_value = scaled(&low.plain, low.power)?;
        let high_value = match &high {
            Some(high) => Some(scaled(&high.plain, high.power)?),
            None => None,
        };
        if high_value.is_some_and(|high| high <= low_value) {
            return None;
        }
        let next = unit.next;
        let most = high_value.unwrap_or(low_value);
        let is_small = match (unit.unit, unit.factor) {
            (Unit::Kilometres, Factor { whole: 1, power: -3 }) => most < LEAST_METRES_KM,
            (Unit::SquareKilometres, Factor { whole: 1, power: -6 }) => most < LEAST_SQUARE_METRES_KM2,
            (Unit::SquareKilometres | Unit::Kilometres, _) => most <= 0.0,
            (Unit::Percent, _) => false,
        };
        if is_small || self.is_no_size_after(next) || self.is_no_size_before(at) {
            return Some((None, next));
        }
        let after = self.means(next, Meaning::After).filter(|_| hedge.is_none() && !low.is_rough);
        let rough = low.is_rough.then_some((at, low.next));
        let hedge_at = hedge.or(rough).or(after.map(|end| (next, end)));
        let start = self.tokens.get(hedge.map_or(at, |(start, _)| start.min(at)))?.start;
        let end = self.tokens.get(after.unwrap_or(next).checked_sub(1)?)?.end;
        let unit_end = self.tokens.get(unit.next.checked_sub(1)?)?;
        let figure = StatedFigure {
            range: start..end,
            low: low_value,
            high: high_value,
            unit: unit.unit,
            stated_unit: self.text.get(self.tokens.get(unit.start)?.start..unit_end.end)?.to_owned(),
            stated_low: low.value(0)?,
            stated_high: match &high {
                Some(high) => Some(high.value(0)?),
                None => None,
            },
            hedge: hedge_at.and_then(|hedge| self.words(hedge)),
            other_reading: low.other.as_ref().and_then(|other| scaled(other, low.power)),
        };
        Some((Some(figure), after.unwrap_or(next)))
    }
}
