//! Numbers, dates and citations in words: thin spaces, km², 15 Dec 2025; the same in window, figure and terminal.

use std::collections::BTreeSet;

use super::model::{Correction, Excerpt, Quantity, ReportedFigure, Source};
use super::reliance::Root;
use super::{
    Accuracy, AsOn, BesideLine, Comparison, Crossing, CrossingKind, Dossier, Measure, Merged, Overlay, Size, Stated,
    Unreported, Verdict,
};

use crate::formats::day::Day;
use crate::formats::locale::EN;
use crate::formats::number::is_written_as_nothing;
use crate::geometry::crossing::MOST_CROSSINGS;
pub use crate::geometry::position_in_words as position;

/// `15 Dec 2025` from a day, a month or a year in numbers, the same of two with a stroke between them; other text as it
/// stands, a day that no calendar has too.
pub fn date(iso: &str) -> String {
    match Day::or_days_in_text(iso) {
        Ok((first, Some(last))) => EN.days(first, last),
        Ok((day, None)) => day.to_string(),
        Err(_) => iso.to_owned(),
    }
}

/// `Jul 2024 to 3 Feb 2025`: from where to where reports reach, by [`Edtf::reach`].
pub fn reach((first, last): (Day, Day)) -> String {
    if first == last { first.to_string() } else { format!("{first} to {last}") }
}

/// A share in percent, with a decimal; of what is too small for that, `< 0.1`.
pub fn percent(percent: f64) -> String {
    if percent > 0.0 && percent < 0.05 { "< 0.1 %".to_owned() } else { format!("{} %", number(percent, 1)) }
}

/// That nobody surely reports of the day that is shown, and what stands for it.
pub fn unreported(unreported: &Unreported) -> String {
    let Unreported { when: day, as_on } = unreported;
    match as_on {
        AsOn::Perhaps(when) => format!("no report of {day} itself; shown is that of {when}"),
        AsOn::Before(when, age) => format!("no report of {day}; shown is the last, of {when}, {age} before"),
        AsOn::Nothing => format!("no report of {day} or earlier; nothing is shown"),
    }
}

/// A number with commas between thousands and so many decimals.
pub fn number(value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value.abs());
    let (whole, fraction) =
        text.split_once('.').map_or((text.as_str(), None), |(whole, fraction)| (whole, Some(fraction)));
    let mut out = String::new();
    if value < 0.0 && text.bytes().any(|byte| (b'1'..=b'9').contains(&byte)) {
        out.push('−');
    }
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// A number that may be of any size, as [`number`]; what has more than 15 digits before the point, and what is less than a
/// millionth, as a power of ten: `1.5 × 10³⁰⁰`. The decimals are then those of its first factor, without zeros at the end.
pub fn number_of_any_size(value: f64, decimals: usize) -> String {
    if is_power_of_ten(value) { in_powers_of_ten(value, decimals) } else { number(value, decimals) }
}

/// A number as a power of ten whatever its size, but for 0.
pub fn in_powers_of_ten(value: f64, decimals: usize) -> String {
    if value == 0.0 {
        return number(value, 0);
    }
    let text = format!("{:.decimals$e}", value.abs());
    let (factor, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let factor = if factor.contains('.') { factor.trim_end_matches('0').trim_end_matches('.') } else { factor };
    let sign = if value < 0.0 { "−" } else { "" };
    // The typefaces have no raised minus.
    let exponent = match exponent.strip_prefix('-') {
        Some(digits) => format!("^−{digits}"),
        None => exponent.chars().filter_map(|digit| Some(RAISED[digit.to_digit(10)? as usize])).collect(),
    };
    format!("{sign}{factor}\u{a0}×\u{a0}10{exponent}")
}

/// The number that [`in_powers_of_ten`] or [`number`] gives.
pub fn rounded_as_written(value: f64, decimals: usize, as_power: bool) -> f64 {
    let text = if as_power { format!("{value:.decimals$e}") } else { format!("{value:.decimals$}") };
    text.parse().unwrap_or(value)
}

/// Whether [`number_of_any_size`] gives a power of ten.
pub fn is_power_of_ten(value: f64) -> bool {
    value.is_finite() && value != 0.0 && !(1e-6..1e15).contains(&value.abs())
}

const RAISED: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];

/// The size of a file: 497 bytes, 12 kB, 3.25 MB.
pub fn bytes(count: u64) -> String {
    match count {
        1 => "1 byte".to_owned(),
        0..1000 => format!("{count} bytes"),
        1000..1_000_000 => format!("{} kB", number((count as f64 / 1e3).min(999.0), 0)),
        _ => format!("{} MB", number(count as f64 / 1e6, if count < 10_000_000 { 2 } else { 0 })),
    }
}

/// The value rounded to three digits that count: 5,642 to 5,640.
pub fn three_digits(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let step = 10f64.powf(value.abs().log10().floor() - 2.0);
    (value / step).round() * step
}

/// `5,642 km²`; decimals only below 100, so that digits imply no accuracy that is not there.
pub fn km2(km2: f64) -> String {
    EN.km2(km2)
}

/// Square kilometres with so many decimals; what these would write as nothing in square metres: `320 m²`.
pub fn area(km2: f64, decimals: usize) -> String {
    EN.area(km2, decimals)
}

/// `12.10 to 13.25 km²`, with so many decimals.
pub fn area_range([low_km2, high_km2]: [f64; 2], decimals: usize) -> String {
    format!("{} to {}", EN.area_from(low_km2, high_km2, decimals), area(high_km2, decimals))
}

/// `5,100–5,642 km²`, with decimals as of [`km2`].
pub fn km2_between((low_km2, high_km2): (f64, f64)) -> String {
    format!("{}–{}", EN.area_from(low_km2, high_km2, usize::from(high_km2.abs() < 100.0)), km2(high_km2))
}

/// A number for a table whose head says the unit: of what so many decimals would write as nothing, `< 0.01`.
pub fn number_or_less(value: f64, decimals: usize) -> String {
    if is_written_as_nothing(value, decimals) {
        format!("< {}", number(10f64.powi(-(decimals as i32)), decimals))
    } else {
        number(value, decimals)
    }
}

/// `217 km`.
pub fn km(km: f64) -> String {
    format!("{} km", number(km, usize::from(km.abs() < 100.0)))
}

/// `2 km` or `150 m`.
pub fn distance(meters: f64) -> String {
    if meters >= 1000.0 {
        let km = meters / 1000.0;
        format!("{} km", number(km, usize::from(km.fract() > 0.04)))
    } else {
        format!("{} m", number(meters, 0))
    }
}

/// What is wrong with the size of an area whose outline crosses itself or goes the long way round the world, or whose
/// parts lie over each other, where, and what to do. `by_features` says whether the parts are features that are drawn one by
/// one, so that they cover and do not cut each other.
pub fn crossing(crossing: &Crossing, measured: Measure, by_features: bool) -> String {
    let at = position(crossing.at.x, crossing.at.y);
    let (size, size_km2) = match measured {
        Measure::Area { km2: size, .. } => (format!("it measures {} as it stands", km2(size)), size),
        Measure::Mixed(size) => (format!("its areas measure {} as they stand", km2(size.km2)), size.km2),
        Measure::Length { .. } | Measure::Count { .. } => ("its size is uncertain".to_owned(), 0.0),
    };
    let (filled_km2, is_of_parts) = match crossing.kind {
        CrossingKind::LongWay => {
            return format!(
                "its outline crosses the 180° meridian near {at}, and is drawn and measured the long way round \
                 the world; {size}. Cut it in two at 180° (RFC 7946, section 3.1.9)"
            );
        }
        CrossingKind::Tangled => {
            return format!(
                "its outlines cross each other more than {} times, first near {at}; {size}, which counts parts \
                 several times or subtracts them, and what they enclose is not worked out. Correct the outlines",
                number(MOST_CROSSINGS as f64, 0)
            );
        }
        CrossingKind::Itself { filled_km2 } => (filled_km2, false),
        CrossingKind::Parts { filled_km2 } => (filled_km2, true),
    };
    let twice = size_km2 > filled_km2;
    let filled = format!("{} if everything it encloses is counted once (the non-zero rule)", km2(filled_km2));
    if is_of_parts && by_features {
        return format!(
            "its features overlap near {at}; {size}, because the overlap is counted for each of them, and \
             {filled}. They are drawn over each other, later ones on top"
        );
    }
    if is_of_parts {
        return format!(
            "its parts overlap near {at}; {size}, because the overlap is counted for each of them, and \
             {filled}. The overlap of two parts is drawn as a hole. Merge them into one"
        );
    }
    let why = if twice {
        "parts enclosed several times are counted several times"
    } else {
        "parts enclosed in the other direction are subtracted"
    };
    format!("its outline crosses itself near {at}; {size}, because {why}, and {filled}. Correct the outline there")
}

/// Whether what an area measures and what its outlines go round is the same as far as both are written down, so that nothing
/// hangs on its crossing.
pub fn counts_alike(crossing: &Crossing, measured: Measure) -> bool {
    let size_km2 = match measured {
        Measure::Area { km2, .. } => km2,
        Measure::Mixed(size) => size.km2,
        Measure::Length { .. } | Measure::Count { .. } => return false,
    };
    match crossing.kind {
        CrossingKind::Itself { filled_km2 } | CrossingKind::Parts { filled_km2 } => km2(size_km2) == km2(filled_km2),
        CrossingKind::Tangled | CrossingKind::LongWay => false,
    }
}

/// That parts of an opened file lay over each other, where, and what has become of them.
pub fn merged(merged: Merged, measured: Measure) -> String {
    format!(
        "its parts overlap near {}; they are drawn and measured as one, {}; measured one by one \
         they come to {}",
        position(merged.at.x, merged.at.y),
        measure(measured),
        km2(merged.apart_km2)
    )
}

/// `5,642 km², 217 km, 3 points`: what there is of it.
pub fn size(size: Size) -> String {
    let points = match size.points {
        0 => None,
        1 => Some("1 point".to_owned()),
        points => Some(format!("{} points", number(points as f64, 0))),
    };
    let parts = [(size.km2 > 0.0).then(|| km2(size.km2)), (size.km > 0.0).then(|| km(size.km)), points];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { km2(0.0) } else { parts.join(", ") }
}

/// `48.7389° N 37.58442° E`: with as many of six decimals (a decimetre) as say something.
pub fn exact_position(lon_deg: f64, lat_deg: f64) -> String {
    let degrees = |value: f64| {
        let text = format!("{:.6}", value.abs());
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    };
    let north = if lat_deg < 0.0 { 'S' } else { 'N' };
    let east = if lon_deg < 0.0 { 'W' } else { 'E' };
    format!("{}° {north} {}° {east}", degrees(lat_deg), degrees(lon_deg))
}

/// `48°44′20″ N 37°35′04″ E`.
pub fn position_dms(lon_deg: f64, lat_deg: f64) -> String {
    let dms = |value: f64| {
        let seconds = (value.abs() * 3600.0).round() as u64;
        format!("{}°{:02}′{:02}″", seconds / 3600, seconds / 60 % 60, seconds % 60)
    };
    let north = if lat_deg < 0.0 { 'S' } else { 'N' };
    let east = if lon_deg < 0.0 { 'W' } else { 'E' };
    format!("{} {north} {} {east}", dms(lat_deg), dms(lon_deg))
}

/// `1 feature`, `1,204 features`.
pub fn features(count: usize) -> String {
    format!("{} {}", number(count as f64, 0), if count == 1 { "feature" } else { "features" })
}

/// So many of all features have something: `1 of its 51 features has`, `2 of its 51 features have`.
pub fn of_features_have(count: usize, all: usize) -> String {
    let have = if count == 1 { "has" } else { "have" };
    format!("{} of its {} {have}", number(count as f64, 0), features(all))
}

/// An overlay's size.
pub fn measure(measure: Measure) -> String {
    match measure {
        Measure::Area { km2: area, .. } => km2(area),
        Measure::Length { km: length } => km(length),
        Measure::Count { places: 1 } => "1 place".to_owned(),
        Measure::Count { places } => format!("{} places", number(places as f64, 0)),
        Measure::Mixed(all) => size(all),
    }
}

/// `1,085 km² on the side reported as held by Ukraine`, and the other side, left first.
pub fn beside(beside: &BesideLine) -> [String; 2] {
    let side = |size: f64, name: Option<&String>, direction: &str| match name {
        Some(name) => format!("{} on the {name}", km2(size)),
        None => format!("{} to the {direction} of the line", km2(size)),
    };
    let names = beside.names.as_ref();
    [
        side(beside.left_km2, names.map(|names| &names.left), "left"),
        side(beside.right_km2, names.map(|names| &names.right), "right"),
    ]
}

/// How a size has changed, after the word “difference”: `+68 km²`, `−3 places`, `less than 1 km²`, `none`.
pub fn change(former: Measure, now: Measure) -> Option<String> {
    let (by, unit, decimals) = match (former, now) {
        (Measure::Area { km2: former, .. }, Measure::Area { km2, .. }) => (km2 - former, "km²", 0),
        (Measure::Length { km: former }, Measure::Length { km }) => (km - former, "km", 0),
        (Measure::Count { places: former }, Measure::Count { places }) => {
            (places as f64 - former as f64, if places.abs_diff(former) == 1 { "place" } else { "places" }, 0)
        }
        _ => return None,
    };
    let text = number(by, decimals);
    if text == "0" {
        return Some(if by == 0.0 { "none".to_owned() } else { format!("less than 1 {unit}") });
    }
    Some(format!("{}{text} {unit}", if by > 0.0 { "+" } else { "" }))
}

/// `as of 15 Dec 2025`; of what bears no date, that.
pub fn as_of(iso: &str) -> String {
    if iso.is_empty() { "no date stated".to_owned() } else { format!("as of {}", date(iso)) }
}

/// A value in a unit of the dossier format: `km2`, `percent`, `km`.
pub fn value(value: f64, unit: &str) -> String {
    let decimals = usize::from(value.fract().abs() > 1e-9 && value.abs() < 100.0);
    // Beyond what digits are good for; what is small is rounded.
    let number = |value: f64, decimals: usize| {
        if value.abs() >= 1e15 { number_of_any_size(value, 3) } else { number(value, decimals) }
    };
    match unit {
        "km2" if value.abs() < 1e15 => area(value, usize::from(is_written_as_nothing(value, 0))),
        "km2" => format!("{} km²", number(value, 0)),
        "percent" => format!("{} %", number(value, decimals)),
        other => format!("{} {other}", number(value, decimals)),
    }
}

/// A signed difference; of percentages in percentage points.
pub fn difference(difference: f64, unit: &str) -> String {
    let sign = if difference > 0.0 { "+" } else { "" };
    match unit {
        "km2" => format!("{sign}{}", area(difference, usize::from(is_written_as_nothing(difference, 0)))),
        "percent" => format!("{sign}{} percentage points", number(difference, 1)),
        other => format!("{sign}{} {other}", number(difference, 1)),
    }
}

/// How exact an overlay's shape is, and how that was tested: `± 2 to 5 km, depending on the stretch; 4 of 5 reports left
/// out in turn lie within it`.
pub fn accuracy(overlay: &Overlay) -> Option<String> {
    let range = accuracy_range(overlay)?;
    Some(match accuracy_tested(overlay) {
        Some(tested) => format!("{range}; {tested}"),
        None => range,
    })
}

/// How exact an overlay's shape is: `± 2 km`, or `± 2 to 5 km, depending on the stretch`.
pub fn accuracy_range(overlay: &Overlay) -> Option<String> {
    let Some(Accuracy { from_m, to_m, .. }) = overlay.accuracy else {
        return overlay.accuracy_m.map(|accuracy_m| format!("± {}", distance(accuracy_m)));
    };
    // One unit for both ends.
    Some(match from_m >= 1000.0 {
        true => {
            format!("± {} to {}, depending on the stretch", distance(from_m).trim_end_matches(" km"), distance(to_m))
        }
        false => format!("± {} to {}, depending on the stretch", distance(from_m), distance(to_m)),
    })
}

/// How exact places on a placed picture are.
pub fn picture_accuracy(accuracy_m: f64) -> String {
    format!("± {}", distance(accuracy_m))
}

/// On which picture something was traced, and how exact that was.
pub fn traced(picture: &str, accuracy_m: Option<f64>) -> String {
    let exact = accuracy_m.map_or_else(|| "accuracy unknown".to_owned(), picture_accuracy);
    format!("traced on {}, {exact}", quoted(picture))
}

/// How the accuracy of an overlay's shape was tested; `None` where no report was left out to test it.
pub fn accuracy_tested(overlay: &Overlay) -> Option<String> {
    let accuracy = overlay.accuracy.as_ref()?;
    let (within, all) = (accuracy.left_out_within?, accuracy.left_out.filter(|all| *all > 0)?);
    Some(format!("{within} of {all} reports left out in turn lie within it"))
}

/// A reported figure with its hedging word.
pub fn figure(figure: &ReportedFigure) -> String {
    let exact = match figure.unit.as_str() {
        "km2" => format!("{} km²", as_stated(figure.value)),
        "percent" => format!("{} %", as_stated(figure.value)),
        other => format!("{} {other}", as_stated(figure.value)),
    };
    let what = match figure.quantity {
        Quantity::Poll => " of those asked",
        Quantity::Area | Quantity::Share | Quantity::Width => "",
    };
    match &figure.hedge {
        Some(hedge) => format!("{hedge} {exact}{what}"),
        None => format!("{exact}{what}"),
    }
}

/// A hedging word as a sign where one has its sense: `≈ 5,600 km²`.
pub fn hedge_sign(hedge: &str) -> &str {
    match hedge {
        "approximately" | "roughly" | "about" | "around" | "circa" => "≈",
        other => other,
    }
}

/// The number that is stated of an overlay, hedged: `≈ 5,600 km²`, `more than 80 % of Donetsk oblast`.
pub fn stated_size(dossier: &Dossier, stated: &Stated<'_>) -> String {
    let signed = ReportedFigure {
        hedge: stated.figure.hedge.as_deref().map(|hedge| hedge_sign(hedge).to_owned()),
        ..stated.figure.clone()
    };
    let whole = stated.figure.of.as_deref().and_then(|id| dossier.overlay(id));
    let of = whole.map_or_else(String::new, |whole| format!(" of {}", whole.title.main()));
    format!("{}{of}", figure(&signed))
}

/// The same with who states it: `≈ 5,600 km², says Bild`.
pub fn stated(dossier: &Dossier, stated: &Stated<'_>) -> String {
    let size = stated_size(dossier, stated);
    let source = stated.source;
    match stated.other_sources {
        0 if stated.is_traced => format!("{size}, says {source}"),
        0 => format!("{size}, according to {source}"),
        1 => format!("{size}, according to {source} and another"),
        others => format!("{size}, according to {source} and {others} others"),
    }
}

/// A number with just the decimals that it was stated with.
fn as_stated(value: f64) -> String {
    let decimals = value.to_string().split_once('.').map_or(0, |(_, decimals)| decimals.len());
    number(value, decimals)
}

/// What a comparison comes to, in a few words.
pub fn verdict(comparison: &Comparison<'_>) -> String {
    match (comparison.verdict, comparison.difference) {
        (Verdict::Agrees, _) => "agrees".to_owned(),
        (Verdict::Differs, Some(by)) => {
            let why = if comparison.lost_range { "; no accuracy is stated for your line" } else { "" };
            // As it is shown beside what is measured.
            let by = comparison.shown().map_or(by, |(_, shown)| shown);
            format!("differs by {}{why}", difference(by, &comparison.figure.unit))
        }
        (Verdict::Differs, None) | (Verdict::NotComparable, _) => "not comparable".to_owned(),
    }
}

/// What a position is, as a noun: `rejects` is a rejection, whoever and however many hold it.
pub fn stance(stance: &str) -> &str {
    match stance {
        "proposes" => "proposal",
        "rejects" => "rejection",
        "demands" => "demand",
        "claims" => "claim",
        "offers" => "offer",
        "accepts under conditions" => "conditional acceptance",
        other => other,
    }
}

/// The kind of an overlay as a person would say it.
pub fn kind(kind: &str) -> String {
    match kind {
        "control" => "area by reported control".to_owned(),
        "claimed" => "claimed region".to_owned(),
        "line" => "line".to_owned(),
        "places" => "places".to_owned(),
        "uncertainty" => "band of uncertainty".to_owned(),
        other => other.replace('-', " "),
    }
}

/// Credits as single clauses, each once, in the order in which they come: `a; b` and `b; c` make `a`, `b`, `c`.
pub fn credit_clauses<'a>(credits: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut clauses: Vec<&str> = Vec::new();
    for clause in credits.into_iter().flat_map(|credit| credit.split(';')).map(str::trim) {
        if !clause.is_empty() && !clauses.contains(&clause) {
            clauses.push(clause);
        }
    }
    let all = clauses.clone();
    clauses.retain(|clause| !all.iter().any(|other| other != clause && says_the_same(clause, other)));
    clauses
}

/// Whether a credit credits the same party under the same licence as a longer one: `GeoNames (CC BY 4.0)` and
/// `places: GeoNames, geonames.org (CC BY 4.0)`.
fn says_the_same(short: &str, long: &str) -> bool {
    let parts = |clause: &str| {
        let (party, license) = clause.strip_suffix(')')?.rsplit_once(" (")?;
        Some((party.to_owned(), license.to_owned()))
    };
    let (Some((party, license)), Some((longer, same))) = (parts(short), parts(long)) else { return false };
    let whose = longer.split_once(": ").map_or(longer.as_str(), |(_, whose)| whose);
    license == same
        && longer != party
        && (whose == party || whose.strip_prefix(party.as_str()).is_some_and(|rest| rest.starts_with(", ")))
}

/// Words in quotation marks as English sets them: those within are single, those within these double again. For reading
/// only: what is kept as data stays as it was said.
pub fn quoted(words: &str) -> String {
    let words = words.trim();
    let mut set = String::from("“");
    let mut letters = words.chars().peekable();
    let mut before = ' ';
    // The marks that are open, as they were written.
    let mut open: Vec<char> = Vec::new();
    while let Some(letter) = letters.next() {
        let opens = match letter {
            '“' => open.last() != Some(&'„'),
            '"' => before.is_whitespace() || "([—–-“‘".contains(before),
            '‘' | '„' => true,
            _ => false,
        };
        let closes = match letter {
            '“' | '"' => !opens,
            '”' => true,
            // Otherwise an apostrophe.
            '’' => open.last() == Some(&'‘') && !letters.peek().is_some_and(|next| next.is_alphanumeric()),
            _ => false,
        };
        if opens {
            open.push(letter);
        }
        if closes && letter != '’' {
            // A single mark that is still open was an apostrophe.
            while open.len() > 1 && open.last() == Some(&'‘') {
                open.pop();
            }
        }
        let is_single = open.len() % 2 == 1 || open.is_empty();
        set.push(match letter {
            // Low marks are another language's, and stay.
            '„' => letter,
            '“' if closes => letter,
            _ if opens && is_single => '‘',
            _ if opens => '“',
            _ if closes && is_single => '’',
            _ if closes => '”',
            _ => letter,
        });
        if closes {
            open.pop();
        }
        before = letter;
    }
    set.push('”');
    set
}

/// Quoted words with where they stand, for the clipboard.
pub fn citation(excerpt: &Excerpt, source: &Source) -> String {
    let mut text = format!("{} — ", quoted(&excerpt.exact));
    if let Some(said_by) = &excerpt.said_by {
        text.push_str(said_by);
        text.push_str(". ");
    }
    text.push_str(&reference(source));
    if let Some(page) = excerpt.page {
        text.push_str(&format!(", p. {page}"));
    }
    if excerpt.other_text.is_some() {
        text.push_str(". ");
        text.push_str(FROM_OTHER_TEXT);
    }
    text
}

/// What is said of an excerpt that was not taken from the text of its source.
pub const FROM_OTHER_TEXT: &str = "The words were taken from a text other than this source’s";

/// A source as a reference line: outlet, title, date, address, as far as they are known.
pub fn reference(source: &Source) -> String {
    let mut text = source.outlet.clone();
    if !source.title.is_empty() {
        text.push_str(", ");
        text.push_str(&quoted(&source.title));
    }
    if let Some(published) = &source.published {
        text.push_str(", ");
        text.push_str(&date(published));
    }
    if !source.url.is_empty() {
        text.push_str(", ");
        text.push_str(&source.url);
    }
    if let Some(archived) = source.archived_url() {
        text.push_str(", archived: ");
        text.push_str(archived);
    }
    if let Some(withdrawn) = &source.withdrawn {
        text.push_str(", ");
        text.push_str(&withdrawn_on(withdrawn));
    }
    text
}

/// That a source was withdrawn, for its reference.
fn withdrawn_on(withdrawn: &Correction) -> String {
    format!("withdrawn on {}", date(&withdrawn.on))
}

/// That a source was withdrawn and why, for its card.
pub fn withdrawn(withdrawn: &Correction) -> String {
    capitalised(&format!("{}: {}", withdrawn_on(withdrawn), withdrawn.why))
}

/// That the words of an excerpt were corrected and how, for its card.
pub fn corrected(corrected: &Correction) -> String {
    format!("Corrected on {}: {}", date(&corrected.on), corrected.why)
}

fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// How many independent origins some sources have, and which: "3 sources, 1 origin: Ministry of Water". Nothing of one source
/// that is its own origin.
pub fn origins(dossier: &Dossier, origins: &BTreeSet<&Root>, sources: usize) -> Option<String> {
    let name = |root: &Root| match root {
        Root::Named(name) => name.clone(),
        Root::Source(id) => dossier.source(id).map_or_else(|| id.clone(), |source| source.outlet.clone()),
    };
    let is_plain = sources == 1 && origins.iter().all(|root| matches!(root, Root::Source(_)));
    if sources == 0 || is_plain {
        return None;
    }
    let counted = |count: usize, one: &str, more: &str| format!("{count} {}", if count == 1 { one } else { more });
    let names: Vec<String> = origins.iter().map(|root| name(root)).collect();
    let (sources, origins) =
        (counted(sources, "source", "sources"), counted(origins.len(), "independent origin", "independent origins"));
    Some(format!("{sources}, {origins}: {}", names.join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_in_quotes_are_single_and_those_in_them_double() {
        for (said, set) in [
            ("no marks", "“no marks”"),
            ("“demilitarized zone” in parts of Donbas", "“‘demilitarized zone’ in parts of Donbas”"),
            ("“collapsed,” after Kyiv’s refusal", "“‘collapsed,’ after Kyiv’s refusal”"),
            ("he said \"no\" (\"never\")", "“he said ‘no’ (‘never’)”"),
            ("“they’d call it ‘peace’, wouldn’t they”", "“‘they’d call it “peace”, wouldn’t they’”"),
            ("a ‘free zone’ there", "“a ‘free zone’ there”"),
            ("and so it ended,” he said", "“and so it ended,’ he said”"),
            ("слова „вільна зона“ там", "“слова „вільна зона“ там”"),
            ("слова «вільна зона» там", "“слова «вільна зона» там”"),
        ] {
            assert_eq!(quoted(said), set);
        }
    }

    #[test]
    fn dates_are_read_by_people() {
        assert_eq!(date("2025-12-15"), "15 Dec 2025");
        assert_eq!(date("2025-12"), "Dec 2025");
        assert_eq!(date("mid-December"), "mid-December");
        assert_eq!(date("2025-13-01"), "2025-13-01");
        assert_eq!(date("2025-02-30"), "2025-02-30");
        assert_eq!(date("2025-12-15 to 2025-12-17"), "2025-12-15 to 2025-12-17");
        assert_eq!(date(""), "");
    }

    #[test]
    fn a_crossing_is_explained_by_which_size_is_the_larger() {
        let at = geo::Coord { x: 37.5, y: 48.5 };
        let said = |measured: f64| {
            let found = Crossing { at, kind: CrossingKind::Itself { filled_km2: 119_185.0 }, features: [None; 2] };
            crossing(&found, Measure::Area { km2: measured, range_km2: None }, false)
        };
        let (less, more) = (said(60_000.0), said(119_252.0));
        assert!(less.contains("60,000 km² as it stands, because parts enclosed in the other direction are subtracted"));
        assert!(
            more.contains("119,252 km² as it stands, because parts enclosed several times are counted several times")
        );
        assert!(
            [less, more].iter().all(|text| text.contains("and 119,185 km² if everything it encloses is counted once"))
        );
    }

    #[test]
    fn nobody_is_credited_twice() {
        assert_eq!(credit_clauses(["a; b", "b;c", "", " a "]), ["a", "b", "c"]);
    }

    #[test]
    fn numbers_of_any_size_are_short() {
        for (value, text) in [
            (1e300, "1 × 10³⁰⁰"),
            (-1.5e15, "−1.5 × 10¹⁵"),
            (9.999e99, "1 × 10¹⁰⁰"),
            (2.5e-7, "2.5 × 10^−7"),
            (999_999_999_999_999.0, "999,999,999,999,999.00"),
            (0.0, "0.00"),
            (0.25, "0.25"),
        ] {
            assert_eq!(number_of_any_size(value, 2), text.replace(" × ", "\u{a0}×\u{a0}"));
        }
        assert_eq!(number_of_any_size(2.5e20, 0), "2\u{a0}×\u{a0}10²⁰");
    }

    #[test]
    fn numbers_have_commas_and_a_true_minus() {
        assert_eq!(number(5642.5, 0), "5,642");
        assert_eq!(number(-1_234_567.0, 1), "−1,234,567.0");
        assert_eq!(number(-0.2, 0), "0");
        assert_eq!(km2(863.34), "863 km²");
        assert_eq!([0.0, 0.04, -0.000_32, 3e-7].map(km2), ["0.0 km²", "40,000 m²", "−320 m²", "< 1 m²"]);
        assert_eq!([0.004, 0.005_1, 12.0].map(|km2| area(km2, 2)), ["4,000 m²", "0.01 km²", "12.00 km²"]);
        assert_eq!(area_range([0.001, 0.004], 2), "1,000 to 4,000 m²");
        assert_eq!(area_range([0.001, 3.25], 2), "0.00 to 3.25 km²");
        assert_eq!([0.0, 0.004, 0.25].map(|value| number_or_less(value, 2)), ["0.00", "< 0.01", "0.25"]);
        assert_eq!(value(0.3, "km2"), "0.3 km²");
        assert_eq!(
            [1, 497, 999_999, 3_250_000, 12_000_000].map(bytes),
            ["1 byte", "497 bytes", "999 kB", "3.25 MB", "12 MB"]
        );
        assert_eq!([5642.5, 216.94, 0.0].map(three_digits), [5640.0, 217.0, 0.0]);
        assert_eq!(distance(2000.0), "2 km");
        assert_eq!(position(37.5844, 48.7389), "48.7389° N 37.5844° E");
        assert_eq!(position_dms(37.5844, 48.7389), "48°44′20″ N 37°35′04″ E");
        assert_eq!(difference(42.5, "km2"), "+42 km²");
        assert_eq!(difference(-1.29, "percent"), "−1.3 percentage points");
    }
}
