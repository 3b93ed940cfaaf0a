//! An annotation from a feature, ours or another program's.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::LARGEST_NUMBER;
use super::fields::{Fields, Problems};
use super::shape::{placed, shape};
use super::style::style;
use crate::document::annotation::{Citation, Kept, Traced};
use crate::document::project::{GEOMETRY_MEMBERS, MEMBER, ProjectError};
use crate::document::{Annotation, AnnotationId, Document, LayerId};
use crate::dossier::FileRecord;
use crate::dossier::verify::is_impossible_date;
use crate::formats::source_properties;
use crate::formats::wire::Object;

/// More letters than this in a title are cut off: a map cannot show them, and laying them out takes seconds.
const TITLE_LETTERS: usize = 10_000;

/// More letters than this in a description are cut off.
const DESCRIPTION_LETTERS: usize = 1_000_000;

/// An annotation, and the number that the file gives it, if it does.
pub(super) struct Numbered {
    part: String,
    annotation: Annotation,
    number: Option<u64>,
}

/// Sees to it that every annotation has a number and a layer, and no two the same number.
pub(super) fn number(document: &mut Document, annotations: Vec<Numbered>, ours: bool, problems: &mut Problems) {
    let mut taken = BTreeSet::new();
    let firsts: Vec<bool> = annotations
        .iter()
        .map(|numbered| numbered.number.is_some_and(|number| number <= LARGEST_NUMBER && taken.insert(number)))
        .collect();
    let layer_ids: BTreeSet<LayerId> = document.layers.iter().map(|layer| layer.id).collect();
    let largest = taken.last().copied().max(layer_ids.last().map(|id| id.0)).unwrap_or_default();
    if document.next_number > LARGEST_NUMBER || document.next_number <= largest {
        document.next_number = largest + 1;
    }
    let bottom = document.layers.first().map_or(LayerId(0), |layer| layer.id);
    let numbered = annotations.into_iter().zip(firsts).map(|(Numbered { part, mut annotation, number }, first)| {
        annotation.id = AnnotationId(match number {
            Some(number) if first => number,
            _ => {
                let next = document.next_number;
                document.next_number += 1;
                if let Some(number) = number {
                    problems.add(&part, format!("another has the number {number}; it is now {next}"));
                }
                next
            }
        });
        if !layer_ids.contains(&annotation.layer) {
            if ours {
                let LayerId(missing) = annotation.layer;
                problems.add(&part, format!("there is no layer {missing}; it is now on the bottom layer"));
            }
            annotation.layer = bottom;
        }
        annotation
    });
    document.annotations = numbered.collect();
}

/// What a person calls a feature in a warning.
fn part(index: usize, properties: &Map<String, Value>) -> String {
    let title = properties.get("title").or_else(|| properties.get("name")).and_then(Value::as_str).unwrap_or_default();
    match title.lines().next() {
        Some(line) if !line.trim().is_empty() => {
            format!("feature {index} '{}'", line.trim().chars().take(40).collect::<String>())
        }
        _ => format!("feature {index}"),
    }
}

pub(super) fn annotation(
    index: usize,
    feature: Object,
    ours: bool,
    problems: &mut Problems,
) -> Result<Numbered, ProjectError> {
    let Object { geometry, mut properties, id, rest, mut unread, .. } = feature;
    let part = part(index, &properties);
    let (is_own, own) = match properties.shift_remove(MEMBER) {
        Some(Value::Object(own)) => (true, own),
        // Our own member takes its place when it is written.
        Some(other) => {
            unread.insert(MEMBER.to_owned(), other);
            (false, Map::new())
        }
        None => (false, Map::new()),
    };
    let mut own = Fields::new(&part, own);
    let geometry = match geometry {
        Some(mut geometry) => {
            let mut foreign = std::mem::take(&mut geometry.rest);
            foreign.shift_remove("crs");
            if !foreign.is_empty() {
                own.map.insert(GEOMETRY_MEMBERS.to_owned(), Value::Object(foreign));
            }
            match geometry.into_geometry() {
                Ok(geometry) => Some(placed(index, &part, geometry, ours || is_own, problems)?),
                Err(what) => {
                    problems.add(&part, format!("it has no shape that can be drawn: {what}"));
                    None
                }
            }
        }
        None => None,
    };
    if !unread.is_empty() {
        let names: Vec<&str> = unread.keys().map(String::as_str).collect();
        problems.add(&part, format!("not understood and set aside: {}", names.join(", ")));
        own.unread.append(&mut unread);
    }

    let shape = shape(geometry, &mut own, problems);
    let style = style(&shape, &mut properties, &mut own, problems);
    let named = |properties: &Map<String, Value>| properties.get("name").and_then(Value::as_str).map(str::to_owned);
    let mut title = words("title", &mut properties);
    if title.is_empty() && !is_own && !properties.contains_key("title") {
        title = named(&properties).unwrap_or_default();
    }
    let title = shortened("title", title, TITLE_LETTERS, &mut own, problems);
    let description = words("description", &mut properties);
    let description = shortened("description", description, DESCRIPTION_LETTERS, &mut own, problems);
    let number = own.take::<u64>("id", problems);
    let layer = own.take("layer", problems).unwrap_or(LayerId(0));
    let visible = own.take("visible", problems).unwrap_or(true);
    let locked = own.take("locked", problems).unwrap_or(false);
    let photo = own.take::<FileRecord>("photo", problems).map(Arc::new);
    let citations = if is_own { own.list("citations", problems) } else { cited(&properties) };
    let mut traced = own.take::<Traced>("traced", problems);
    if let Some(traced) = &mut traced
        && traced.accuracy_m.take_if(|accuracy_m| *accuracy_m < 0.0).is_some()
    {
        problems.add(&part, "the accuracy of the picture that it was traced on is less than nothing; it has none now");
    }
    for citation in &citations {
        if let Citation::Source(source) = citation
            && let Some(date) = source.date.as_deref().filter(|date| is_impossible_date(date))
        {
            let url = source.url.as_deref().or(source.outlet.as_deref()).or(source.title.as_deref());
            let url = url.unwrap_or("a source");
            let what = format!(
                "the date of {url}, which it cites, is '{date}', which is not in the calendar; correct it, because \
                 figures print it as it is"
            );
            problems.add(&part, what);
        }
    }
    let id = match id {
        Some(Value::Number(id)) if id.as_u64().is_some() && id.as_u64() == number => None,
        Some(id @ (Value::Number(_) | Value::String(_))) => Some(id),
        _ => None,
    };
    let left = own.rest();
    if !left.is_empty() {
        properties.insert(MEMBER.to_owned(), Value::Object(left));
    }
    let annotation = Annotation {
        id: AnnotationId(0),
        layer,
        shape,
        title,
        description,
        style,
        visible,
        locked,
        citations,
        photo,
        traced,
        kept: Kept { id, properties, members: rest },
    };
    Ok(Numbered { part, annotation, number })
}

/// A text property; what is no text stays where it is.
fn words(name: &str, properties: &mut Map<String, Value>) -> String {
    if !properties.get(name).is_some_and(Value::is_string) {
        return String::new();
    }
    match properties.shift_remove(name) {
        Some(Value::String(words)) => words,
        _ => String::new(),
    }
}

fn shortened(name: &str, words: String, most: usize, own: &mut Fields<'_>, problems: &mut Problems) -> String {
    match words.char_indices().nth(most) {
        None => words,
        Some((end, _)) => {
            problems.add(own.part, format!("its {name} is cut off after {most} characters; the file keeps all of it"));
            let short = words[..end].to_owned();
            own.unread.insert(name.to_owned(), Value::String(words));
            short
        }
    }
}

/// Other programs' sources as citations.
fn cited(properties: &Map<String, Value>) -> Vec<Citation> {
    source_properties::read(properties).0.into_iter().map(Citation::Source).collect()
}
