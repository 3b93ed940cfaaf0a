//! Kinds of features kept apart where a theme has no hues: by hatches of areas, dashes of lines and symbols of points.

use std::borrow::Cow;

use super::display_list::Color;
use super::palette::{Theme, luminance};
use crate::dossier::kinds::{DASHES, PATTERNS, SYMBOLS};
use crate::dossier::model::PatternKind;
use crate::dossier::{Dimension, Kind, Kinds, Style};
use crate::formats::simplestyle::MarkerSize;

/// Two greys whose lightness differs by less are not told apart in a legend: CIE L*, 0 to 100.
const LEAST_LIGHTNESS: f64 = 10.0;

/// The kinds of an overlay as a theme draws them: where colours are not printed, kinds that are then alike get another
/// hatch, dash or symbol each. Classes that go from light to dark stay as they are.
pub fn kinds_in(kinds: &Kinds, theme: Theme) -> Cow<'_, [Kind]> {
    let list = kinds.list();
    if theme != Theme::Grey || list.len() < 2 {
        return Cow::Borrowed(list);
    }
    let mut made: Vec<Kind> = Vec::with_capacity(list.len());
    // Only those are compared that a legend names one by one; further ones share a row.
    for kind in list {
        let mut kind = kind.clone();
        let mut taken = made.iter().rev().take(COMPARED).filter(|other| other.dimension == kind.dimension);
        if kind.features > 0 && taken.any(|other| other.features > 0 && are_alike(&kind, other, theme)) {
            let free = (0..MOST_TRIED).map(|index| marked(&kind.style, kind.dimension, index)).find(|style| {
                let tried = Kind { style: style.clone(), ..kind.clone() };
                !made.iter().rev().take(COMPARED).any(|other| other.features > 0 && are_alike(&tried, other, theme))
            });
            if let Some(style) = free {
                kind.style = style;
            }
        }
        made.push(kind);
    }
    Cow::Owned(made)
}

/// With how many kinds before it each is compared.
const COMPARED: usize = 24;

/// How many marks are tried.
const MOST_TRIED: usize = 6;

/// A style with one of the marks that are told apart without colours.
fn marked(style: &Style, dimension: Dimension, index: usize) -> Style {
    match dimension {
        Dimension::Area => {
            let (pattern, pattern_angle) = PATTERNS[index % PATTERNS.len()];
            Style { pattern, pattern_angle, ..style.clone() }
        }
        Dimension::Line => Style { dash: Some(DASHES[index % DASHES.len()].to_vec()), ..style.clone() },
        // As small as the dots beside them.
        Dimension::Point => Style {
            marker_symbol: Some(SYMBOLS[index % SYMBOLS.len()].to_owned()),
            marker_size: style.marker_size.or(Some(MarkerSize::Small)),
            ..style.clone()
        },
    }
}

fn are_alike(one: &Kind, other: &Kind, theme: Theme) -> bool {
    one.dimension == other.dimension
        && mark_of(&one.style, one.dimension, theme) == mark_of(&other.style, other.dimension, theme)
        && (lightness(&one.style, one.dimension, theme) - lightness(&other.style, other.dimension, theme)).abs()
            < LEAST_LIGHTNESS
}

/// What tells a style from others besides its lightness.
fn mark_of(style: &Style, dimension: Dimension, theme: Theme) -> Option<String> {
    match dimension {
        Dimension::Area => {
            let sector = |angle: f64| (angle.rem_euclid(180.0) / 22.5).round() as i64 % 8;
            match style.pattern {
                PatternKind::Dots => Some("dots".to_owned()),
                PatternKind::Hatch => Some(format!("lines {}", sector(style.pattern_angle))),
                // The same as `style_of` does of what has a colour and no pattern.
                PatternKind::None => color(&style.fill)
                    .filter(|_| style.fill_opacity >= super::LEAST_HATCHED)
                    .and_then(|color| theme.hatch_for(color))
                    .map(|angle| format!("fine lines {}", sector(angle))),
            }
        }
        Dimension::Line => style.dash.as_ref().map(|dash| format!("{dash:?}")),
        Dimension::Point => style.marker_symbol.clone(),
    }
}

fn lightness(style: &Style, dimension: Dimension, theme: Theme) -> f64 {
    let land = theme.palette().land;
    let drawn = match dimension {
        Dimension::Area => color(&style.fill)
            .map(|color| theme.fill(color).with_opacity(super::fill_opacity(style, theme)))
            .map_or(land, |color| over(color, land)),
        Dimension::Line => {
            color(&style.stroke).map_or(land, |color| over(theme.line(color).with_opacity(style.stroke_opacity), land))
        }
        Dimension::Point => color(&style.fill).map_or(land, |color| theme.line(color)),
    };
    let y = luminance(drawn);
    if y > 216.0 / 24389.0 { 116.0 * y.cbrt() - 16.0 } else { y * 24389.0 / 27.0 }
}

fn color(text: &Option<String>) -> Option<Color> {
    Color::of_style(text.as_deref())
}

fn over(color: Color, ground: Color) -> Color {
    let share = f64::from(color.a) / 255.0;
    let mix = |top: u8, under: u8| (f64::from(top) * share + f64::from(under) * (1.0 - share)).round() as u8;
    Color { r: mix(color.r, ground.r), g: mix(color.g, ground.g), b: mix(color.b, ground.b), a: 255 }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::dossier::styling::{By, Categories, Graduated};
    use crate::dossier::{Overlay, Styling, own_layer};
    use crate::formats::geojson;

    /// Eight features of each dimension with a value and a number of their own.
    fn layer(kind: &str) -> Overlay {
        let features: Vec<String> = (0..8)
            .map(|n| {
                let x = 30.0 + f64::from(n);
                let coordinates = match kind {
                    "Polygon" => format!("[[[{x},48],[{},48],[{x},49],[{x},48]]]", x + 0.5),
                    "LineString" => format!("[[{x},48],[{x},49]]"),
                    _ => format!("[{x},48]"),
                };
                format!(
                    r#"{{"type":"Feature","properties":{{"status":"s{n}","n":{n}}},"geometry":{{"type":"{kind}","coordinates":{coordinates}}}}}"#
                )
            })
            .collect();
        let text = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","));
        own_layer("layer", geojson::read_table(text.as_bytes()).unwrap()).unwrap().0
    }

    #[test]
    fn eight_categories_stay_apart_without_hues() {
        for kind in ["Polygon", "LineString", "Point"] {
            let overlay = layer(kind);
            let by = By::Property(Categories::of("status"));
            let kinds = overlay.kinds(&Arc::new(Styling { by, ..Styling::default() }));
            let grey = kinds_in(&kinds, Theme::Grey);
            assert_eq!(grey.len(), 8);
            for (index, one) in grey.iter().enumerate() {
                for other in &grey[index + 1..] {
                    assert!(!are_alike(one, other, Theme::Grey), "{kind}: {one:?} and {other:?}");
                }
            }
            assert_eq!(*kinds_in(&kinds, Theme::Light), *kinds.list());
        }
    }

    #[test]
    fn classes_from_light_to_dark_stay_as_they_are_without_hues() {
        let overlay = layer("Polygon");
        let graduated = Graduated { ramp: "blues".to_owned(), classes: 4, ..Graduated::of("n") };
        let kinds = overlay.kinds(&Arc::new(Styling { by: By::Graduated(graduated), ..Styling::default() }));
        let grey = kinds_in(&kinds, Theme::Grey);
        let lightness: Vec<f64> = grey.iter().map(|kind| lightness(&kind.style, kind.dimension, Theme::Grey)).collect();
        assert!(lightness.is_sorted_by(|before, after| before > after), "{lightness:?}");
    }
}
