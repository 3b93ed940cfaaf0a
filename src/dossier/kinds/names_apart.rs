//! Names for kinds that would be called alike: by what they are, their colour, or a number.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::Kind;
use crate::dossier::features::Dimension;
use crate::formats::color::Rgba;

/// What qualifies a name, from the shortest on. A number is the last resort.
const QUALIFIERS: [fn(&Kind) -> String; 2] =
    [|kind| what(kind.dimension).to_owned(), |kind| format!("{}{}", color_words(kind), what(kind.dimension))];

/// Gives every kind a name of its own where several have features and one name, or none; `unnamed_alone` leaves those alone
/// that somebody has named. One kind alone, and the only one without a name, keep it: the layer's says what they are.
pub(super) fn name_apart(list: &mut [Kind], unnamed_alone: bool) {
    let mut of_name: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (place, kind) in list.iter().enumerate().filter(|(_, kind)| kind.features > 0) {
        if !unnamed_alone || kind.title.is_empty() {
            of_name.entry(kind.title.clone()).or_default().push(place);
        }
    }
    let mut taken: HashSet<String> = list.iter().map(|kind| kind.title.clone()).collect();
    for (name, places) in of_name.into_iter().filter(|(_, places)| places.len() > 1) {
        let said = QUALIFIERS.iter().map(|of| places.iter().map(|place| of(&list[*place])).collect::<Vec<String>>());
        let mut said: Vec<Vec<String>> = said.collect();
        let is_enough = |said: &Vec<String>| said.iter().collect::<HashSet<_>>().len() == said.len();
        let enough = said.iter().position(is_enough).unwrap_or(said.len() - 1);
        let said = said.swap_remove(enough);
        let mut uses: HashMap<&str, usize> = HashMap::new();
        said.iter().for_each(|words| *uses.entry(words).or_default() += 1);
        let mut numbers: HashMap<&str, usize> = HashMap::new();
        for (place, words) in places.iter().zip(&said) {
            let number = numbers.entry(words).or_default();
            let is_shared = uses[words.as_str()] > 1;
            loop {
                *number += 1;
                let words = if is_shared || *number > 1 { format!("{words} {number}") } else { words.clone() };
                let title = if name.is_empty() { words } else { format!("{name} ({words})") };
                if taken.insert(title.clone()) {
                    list[*place].title = title;
                    break;
                }
            }
        }
    }
}

fn what(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Area => "areas",
        Dimension::Line => "lines",
        Dimension::Point => "points",
    }
}

/// The colour that a kind is drawn in, as words before a noun; empty where it has none.
fn color_words(kind: &Kind) -> String {
    let color = match kind.dimension {
        Dimension::Area | Dimension::Point => kind.style.fill.as_ref().or(kind.style.stroke.as_ref()),
        Dimension::Line => kind.style.stroke.as_ref(),
    };
    color.and_then(|color| Rgba::parse(color)).map(|color| format!("{} ", color_name(color))).unwrap_or_default()
}

/// A colour as people call it, by its hue, saturation and lightness.
fn color_name(Rgba { r, g, b, .. }: Rgba) -> String {
    let [r, g, b] = [r, g, b].map(|part| f64::from(part) / 255.0);
    let (most, least) = (r.max(g).max(b), r.min(g).min(b));
    let (chroma, lightness) = (most - least, (most + least) / 2.0);
    let shade = match lightness {
        ..0.3 => "dark ",
        0.75.. => "light ",
        _ => "",
    };
    if chroma < 0.08 {
        return match lightness {
            ..0.1 => "black".to_owned(),
            0.95.. => "white".to_owned(),
            _ => format!("{shade}grey"),
        };
    }
    let sixth = match most {
        most if most == r => ((g - b) / chroma).rem_euclid(6.0),
        most if most == g => (b - r) / chroma + 2.0,
        _ => (r - g) / chroma + 4.0,
    };
    let name = match 60.0 * sixth {
        0.0..48.0 if lightness < 0.45 && chroma < 0.4 => "brown",
        12.0..48.0 if lightness < 0.42 => "brown",
        12.0..42.0 => "orange",
        42.0..70.0 => "yellow",
        70.0..160.0 => "green",
        160.0..195.0 => "turquoise",
        195.0..255.0 => "blue",
        255.0..295.0 => "purple",
        295.0..345.0 => "pink",
        _ => "red",
    };
    format!("{shade}{name}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dossier::features::Size;
    use crate::dossier::model::Style;

    fn named(kinds: &[(&str, Dimension, &str)], unnamed_alone: bool) -> Vec<String> {
        let kind = |(title, dimension, color): &(&str, Dimension, &str)| Kind {
            key: String::new(),
            title: (*title).to_owned(),
            style: Style { fill: Some((*color).to_owned()), stroke: Some((*color).to_owned()), ..Style::default() },
            dimension: *dimension,
            features: 1,
            size: Size::default(),
            shown: true,
        };
        let mut list: Vec<Kind> = kinds.iter().map(kind).collect();
        name_apart(&mut list, unnamed_alone);
        list.into_iter().map(|kind| kind.title).collect()
    }

    #[test]
    fn kinds_of_one_name_are_told_apart_by_the_least_that_does() {
        use Dimension::{Area, Line, Point};
        assert_eq!(named(&[("", Area, "red")], false), [""]);
        assert_eq!(named(&[("", Area, "red"), ("b", Area, "red")], false), ["", "b"]);
        assert_eq!(named(&[("a", Area, "red"), ("a", Point, "red")], false), ["a (areas)", "a (points)"]);
        assert_eq!(named(&[("", Line, "red"), ("", Line, "#0057b7")], false), ["red lines", "blue lines"]);
        assert_eq!(named(&[("a", Area, "red"), ("a", Area, "#f00001")], false), ["a (red areas 1)", "a (red areas 2)"]);
        assert_eq!(
            named(&[("", Area, "red"), ("", Line, "red"), ("areas", Line, "red")], false),
            ["areas 2", "lines", "areas"]
        );
        assert_eq!(named(&[("a", Area, "red"), ("a", Point, "red")], true), ["a", "a"]);
    }

    #[test]
    fn colours_have_the_names_that_people_give_them() {
        let names = ["#c8102e", "#0057b7", "#ffd500", "#555555", "#00a651", "#9b59b6", "#8c564b", "#ff7f0e", "#17becf"];
        let names: Vec<String> = names.iter().filter_map(|color| Rgba::parse(color)).map(color_name).collect();
        let expected = ["red", "blue", "yellow", "grey", "green", "purple", "brown", "orange", "turquoise"];
        assert_eq!(names, expected);
        assert_eq!(
            ["black", "white", "navy"].map(|color| color_name(Rgba::parse(color).unwrap())),
            ["black", "white", "dark blue"]
        );
    }
}
