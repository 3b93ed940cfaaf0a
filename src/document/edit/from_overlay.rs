//! Annotations made from overlays.

use super::{open_layer, tidy_style};
use crate::document::annotation::{
    AreaKind, Citation, Dash, Hatch, MarkerSize, PathKind, PointKind, Rgb, Shape, Style, Symbol,
};
use crate::document::{Annotation, AnnotationId, Document, LayerId};
use crate::dossier::feature_sources::of_feature;
use crate::dossier::features::DESCRIPTION;
use crate::dossier::model::PatternKind;
use crate::dossier::{self, Dossier, Kind, Overlay, words};
use crate::formats::color::Rgba;
use crate::formats::simplestyle;
use crate::formats::table::SIMPLESTYLE;
use crate::geometry::reshape;
use crate::geometry::{LineString, MultiPolygon, derive};

/// Adds an overlay's shape to a layer as annotations of the user's own: an area as one, a line for each of its parts, a
/// marker for each of its places. They keep its English title and its style as far as theirs goes, cite the excerpts
/// that speak of it, and say where they come from. Their ids.
pub fn from_overlay(
    document: &mut Document,
    overlay: &Overlay,
    dossier: &Dossier,
    layer: LayerId,
) -> Vec<AnnotationId> {
    let layer = open_layer(document, layer);
    let origin = origin(overlay, dossier);
    let citations: Vec<Citation> =
        dossier.excerpts_of(&overlay.id).map(|excerpt| Citation::Excerpt { excerpt: excerpt.id.clone() }).collect();
    let style = style_of(&overlay.style);
    let mut ids = Vec::new();
    let mut add = |shape: Shape, title: &str, description: String, show_title: bool| {
        let mut annotation = Annotation::new(AnnotationId(0), layer, shape);
        title.clone_into(&mut annotation.title);
        annotation.description = description;
        annotation.style = Style { show_title, ..style.clone() };
        annotation.citations.clone_from(&citations);
        ids.push(super::add(document, annotation));
    };
    if let Some(area) = overlay.shape.areas() {
        let area = derive::oriented(area);
        if !area.0.is_empty() {
            add(Shape::Area { area, kind: AreaKind::Polygon }, overlay.title.main(), origin.clone(), true);
        }
    }
    let usable = |line: &&LineString<f64>| line.0.len() > 1 && line.0.iter().all(|at| reshape::is_place(*at));
    for (index, line) in overlay.shape.lines().iter().filter(usable).enumerate() {
        let shape = Shape::Path { line: line.clone(), kind: PathKind::Line };
        add(shape, overlay.title.main(), origin.clone(), index == 0);
    }
    for place in overlay.shape.places().iter().filter(|place| reshape::is_place(place.at)) {
        let details: String = place.details.iter().map(|(key, value)| format!("{key}: {value}\n")).collect();
        let shape = Shape::Point { at: place.at, kind: PointKind::Marker };
        add(shape, place.name.main(), format!("{details}{origin}"), true);
    }
    ids
}

/// Adds one feature of an overlay to a layer as annotations of the user's own: its area as one, a line for each of its
/// parts, a marker for each of its points. They keep its name, what it says of itself as text, the style of its kind and
/// the sources that it names. Their ids.
pub fn from_feature(
    document: &mut Document,
    overlay: &Overlay,
    feature: usize,
    kind: Option<&Kind>,
    dossier: &Dossier,
    layer: LayerId,
) -> Vec<AnnotationId> {
    let layer = open_layer(document, layer);
    let features = &overlay.features;
    let title: String = features.label(feature).chars().take(LONGEST_TITLE).collect();
    let description = description(overlay, feature, dossier);
    let mut citations: Vec<Citation> = Vec::new();
    for source in of_feature(features.rows(), feature) {
        let citation = Citation::Source(source);
        if !citations.contains(&citation) {
            citations.push(citation);
        }
    }
    let style = style_of(kind.map_or(&overlay.style, |kind| &kind.style));
    let mut ids = Vec::new();
    let mut add = |shape: Shape, show_title: bool| {
        let mut annotation = Annotation::new(AnnotationId(0), layer, shape);
        annotation.title.clone_from(&title);
        annotation.description.clone_from(&description);
        annotation.style = Style { show_title, ..style.clone() };
        annotation.citations.clone_from(&citations);
        ids.push(super::add(document, annotation));
    };
    let (areas, lines, points) = features.parts(&overlay.shape, feature);
    if !areas.is_empty() {
        let area = derive::oriented(&MultiPolygon(areas.to_vec()));
        if !area.0.is_empty() {
            add(Shape::Area { area, kind: AreaKind::Polygon }, true);
        }
    }
    let usable = |line: &&LineString<f64>| line.0.len() > 1 && line.0.iter().all(|at| reshape::is_place(*at));
    for (index, line) in lines.iter().filter(usable).enumerate() {
        add(Shape::Path { line: line.clone(), kind: PathKind::Line }, index == 0);
    }
    for at in points.into_iter().filter(|at| reshape::is_place(*at)) {
        add(Shape::Point { at, kind: PointKind::Marker }, true);
    }
    ids
}

/// A title is what the map shows.
const LONGEST_TITLE: usize = 200;

/// So many letters of what a feature says of itself are kept.
const LONGEST_WORDS: usize = 100_000;

/// What a feature says of itself, its properties line by line, and where it is from.
fn description(overlay: &Overlay, feature: usize, dossier: &Dossier) -> String {
    let features = &overlay.features;
    let mut text = features.description(feature).map_or_else(String::new, |words| words + "\n");
    for (name, value) in features.rows().written(feature) {
        let is_said = name == DESCRIPTION || SIMPLESTYLE.contains(&name.as_str());
        let words = value.words().trim().to_owned();
        if !is_said && !words.is_empty() && features.name(feature).as_ref() != Some(&words) {
            text.push_str(&format!("{name}: {words}\n"));
        }
    }
    if let Some((end, _)) = text.char_indices().nth(LONGEST_WORDS) {
        text.truncate(end);
        text.push_str("…\n");
    }
    let number = feature + 1;
    format!("{text}{} Feature {number} of {}.", origin(overlay, dossier), features.count())
}

/// Which overlay and which version of the dossier, how it was made, and what its licence asks for.
fn origin(overlay: &Overlay, dossier: &Dossier) -> String {
    let mut lines = vec![match &overlay.opened_from {
        Some(file) => format!("From {file}."),
        None => format!(
            "From the overlay {} ({}) of the dossier {} ({}, version {}).",
            words::quoted(overlay.title.main()),
            overlay.id,
            words::quoted(dossier.title.main()),
            dossier.id,
            dossier.version
        ),
    }];
    if !overlay.as_of.is_empty() {
        lines.push(format!("As of {}.", overlay.as_of));
    }
    lines.extend(overlay.method.clone());
    lines.extend(overlay.recipe.as_ref().map(|recipe| format!("Derived: {recipe}")));
    lines.extend(words::accuracy(overlay).map(|accuracy| format!("Stated accuracy: {accuracy}.")));
    lines.extend(overlay.license.as_ref().map(|license| format!("Licence: {license}")));
    lines.extend(overlay.credit.clone());
    lines.join("\n")
}

/// An overlay's style as far as an annotation's goes: casings are left out, and hatches take the nearest of ours.
fn style_of(from: &dossier::Style) -> Style {
    let usual = Style::default();
    let color = |text: &Option<String>| text.as_deref().and_then(Rgba::parse).map(Rgb::from);
    let (stroke, fill) = (color(&from.stroke), color(&from.fill));
    let dash = match from.dash.as_deref() {
        // Dashes no longer than the line is wide are dots.
        Some([dash, ..]) if *dash <= 1.2 * from.stroke_width => Dash::Dotted,
        Some([_, ..]) => Dash::Dashed,
        _ => Dash::Solid,
    };
    let hatch = match from.pattern {
        PatternKind::None => Hatch::None,
        PatternKind::Dots => Hatch::Dots,
        PatternKind::Hatch => match from.pattern_angle.rem_euclid(180.0) {
            angle if !(22.5..157.5).contains(&angle) => Hatch::Level,
            angle if angle <= 90.0 => Hatch::Rising,
            _ => Hatch::Falling,
        },
    };
    let mut style = Style {
        stroke: stroke.unwrap_or(usual.stroke),
        stroke_width_pt: if stroke.is_some() { from.stroke_width } else { 0.0 },
        stroke_opacity: from.stroke_opacity,
        dash,
        fill: fill.unwrap_or(usual.fill),
        fill_opacity: if fill.is_some() { from.fill_opacity } else { 0.0 },
        hatch,
        marker: fill.or(stroke).unwrap_or(usual.marker),
        ..usual
    };
    style.marker_size = match from.marker_size {
        Some(simplestyle::MarkerSize::Small) => MarkerSize::Small,
        Some(simplestyle::MarkerSize::Medium) | None => MarkerSize::Medium,
        Some(simplestyle::MarkerSize::Large) => MarkerSize::Large,
    };
    if let Some(symbol) = &from.marker_symbol {
        match symbol.parse() {
            Ok(number @ 0..=99) => style.number = Some(number),
            _ => style.symbol = symbol_of(symbol).unwrap_or_default(),
        }
    }
    tidy_style(&mut style);
    style
}

fn symbol_of(name: &str) -> Option<Symbol> {
    serde_json::from_value(serde_json::Value::from(name)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::edit::{invariants, remove};
    use crate::geometry::measure::area_m2;

    #[test]
    fn every_overlay_becomes_annotations_that_say_where_they_are_from() {
        let (dossier, _) = dossier::builtin::berlin().unwrap();
        let mut document = Document::new(&dossier, 1200.0, 800.0);
        for overlay in &dossier.overlays {
            let made = from_overlay(&mut document, overlay, &dossier, LayerId(0));
            assert!(!made.is_empty(), "{}", overlay.id);
            assert_eq!(invariants(&document), Ok(()), "{}", overlay.id);
            let first = document.annotations.get(made[0]).unwrap();
            assert!(first.description.contains(&dossier.version) && first.description.contains(&overlay.id));
            assert_eq!(first.citations.len(), dossier.excerpts_of(&overlay.id).count());
            match (&*overlay.shape, &first.shape) {
                (dossier::Shape::Area(area), Shape::Area { area: ours, .. }) => {
                    assert_eq!(first.title, overlay.title.main());
                    assert!((area_m2(ours) / area_m2(area) - 1.0).abs() < 1e-9);
                }
                (dossier::Shape::Line(lines), Shape::Path { .. }) => assert_eq!(made.len(), lines.0.len()),
                (dossier::Shape::Places(places), Shape::Point { .. }) => assert_eq!(made.len(), places.len()),
                _ => panic!("{} became another kind of shape", overlay.id),
            }
        }
        let line = dossier.overlay("line-of-contact").unwrap();
        assert_eq!(style_of(&line.style).dash, Dash::Dotted);
        let hatched = style_of(&dossier.overlay("withdrawal-area").unwrap().style);
        assert_eq!((hatched.hatch, hatched.fill), (Hatch::Rising, Rgb::new(0xD98E04)));
        remove(&mut document, &[AnnotationId(1)]);
        assert_eq!(invariants(&document), Ok(()));
    }
}
