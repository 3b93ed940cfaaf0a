//! Recipes as they are asked for: one table of operations and their parts, from which a form is made, and what comes of one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{List, Manuscript, id_of};
use crate::dossier::model::operand_and_day;
use crate::dossier::{About, Measure, Shape, words};
use crate::formats::coordinates;

/// What is asked of an operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wants {
    /// Areas.
    Areas,
    /// Lines.
    Lines,
    /// Places.
    Places,
    /// Any of these.
    Any,
}

/// What a part of a recipe holds, and so how it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartKind {
    /// The id of an overlay or a layer.
    Operand(Wants),
    /// Several of them.
    Operands(Wants),
    /// A number in this unit.
    Number(&'static str),
    /// One of a few words, each with what it means; the first is usual.
    OneOf(&'static [(&'static str, &'static str)]),
    /// Yes or no; no is usual.
    Flag,
    /// A text of several lines.
    Text,
    /// Legs, one a line.
    Legs,
    /// A place by its coordinates.
    Place,
}

/// A part of a recipe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// By which it is told from the other parts; most are members of the recipe.
    pub name: &'static str,
    /// What it is called in a form.
    pub label: &'static str,
    /// What it is for, in a few words.
    pub hint: &'static str,
    /// What it holds.
    pub kind: PartKind,
    /// Whether there is no shape without it.
    pub is_needed: bool,
}

/// An operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation {
    /// The recipe's `op`.
    pub op: &'static str,
    /// What it makes, in words.
    pub title: &'static str,
    /// What is asked for.
    pub parts: &'static [Part],
}

/// What is typed or chosen for a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// A text; also a number, a place, an id.
    Text(String),
    /// Ids in their order.
    Ids(Vec<String>),
    /// Yes or no.
    Flag(bool),
}

/// Answers by the names of the parts.
pub type Answers = BTreeMap<&'static str, Answer>;

const fn part(name: &'static str, label: &'static str, hint: &'static str, kind: PartKind) -> Part {
    Part { name, label, hint, kind, is_needed: true }
}

const fn may(name: &'static str, label: &'static str, hint: &'static str, kind: PartKind) -> Part {
    Part { name, label, hint, kind, is_needed: false }
}

const AREAS: PartKind = PartKind::Operand(Wants::Areas);
const LINES: PartKind = PartKind::Operand(Wants::Lines);
const WITHIN: Part = may("within", "Within", "outside of this area nothing counts", AREAS);
const JOIN: Part = part(
    "join",
    "Joined by",
    "",
    PartKind::OneOf(&[("geodesic", "the shortest way"), ("rhumb", "the way of one bearing")]),
);
const AREA: Part = may("area", "Area", "join the last place to the first, and take what lies within", PartKind::Flag);

/// Every operation, in the order in which they are offered.
pub const OPERATIONS: &[Operation] = &[
    Operation {
        op: "side",
        title: "Side of a line",
        parts: &[
            part("of", "Area", "", AREAS),
            part("line", "Line", "that cuts it", LINES),
            part(
                "side",
                "Side",
                "",
                PartKind::OneOf(&[
                    ("left", "left of one who walks along it"),
                    ("right", "right of one who walks along it"),
                ]),
            ),
        ],
    },
    Operation {
        op: "union",
        title: "Areas together",
        parts: &[part("of", "Areas", "", PartKind::Operands(Wants::Areas))],
    },
    Operation {
        op: "difference",
        title: "An area without others",
        parts: &[part("of", "Area", "", AREAS), part("without", "Without", "", PartKind::Operands(Wants::Areas))],
    },
    Operation {
        op: "intersection",
        title: "What areas have in common",
        parts: &[part("of", "Areas", "", PartKind::Operands(Wants::Areas))],
    },
    Operation {
        op: "buffer",
        title: "Corridor along a line",
        parts: &[
            part("of", "Line", "", LINES),
            part("distance_km", "Distance", "on the ground", PartKind::Number("km")),
            part(
                "sides",
                "On",
                "",
                PartKind::OneOf(&[("both", "both sides"), ("left", "its left side"), ("right", "its right side")]),
            ),
            may("clip", "Within", "outside of this area nothing counts, such as the land", AREAS),
        ],
    },
    Operation {
        op: "points-within",
        title: "Places within an area",
        parts: &[part("of", "Places", "", PartKind::Operand(Wants::Places)), part("within", "Area", "", AREAS)],
    },
    Operation {
        op: "parallel",
        title: "Parallel",
        parts: &[
            part("lat", "Latitude", "south is negative", PartKind::Number("°")),
            may("from", "From longitude", "west is negative; all round without both", PartKind::Number("°")),
            may("to", "To longitude", "", PartKind::Number("°")),
            WITHIN,
        ],
    },
    Operation {
        op: "meridian",
        title: "Meridian",
        parts: &[
            part("lon", "Longitude", "west is negative", PartKind::Number("°")),
            may("from", "From latitude", "south is negative; from pole to pole without both", PartKind::Number("°")),
            may("to", "To latitude", "", PartKind::Number("°")),
            WITHIN,
        ],
    },
    Operation {
        op: "bearing",
        title: "Bearings and distances",
        parts: &[
            may("start", "Begins at", "the one place of an overlay", PartKind::Operand(Wants::Places)),
            may("from", "or at", "such as 48.62, 37.55 or 48°37′12″ N 37°33′ E", PartKind::Place),
            part("legs", "Legs", "one a line, such as N 45° E for 12 miles", PartKind::Legs),
            JOIN,
            AREA,
        ],
    },
    Operation {
        op: "coordinates",
        title: "Coordinates as a treaty lists them",
        parts: &[part("text", "Text", "from 38°13′N 42°24′E, thence to 37°30′N 43°12′E", PartKind::Text), JOIN, AREA],
    },
    Operation {
        op: "median",
        title: "Median line",
        parts: &[
            part("of", "First shore", "lies to the left of the line", PartKind::Operand(Wants::Any)),
            part("other", "Second shore", "", PartKind::Operand(Wants::Any)),
            WITHIN,
        ],
    },
    Operation {
        op: "course",
        title: "Course of a river",
        parts: &[
            part("of", "River", "lines, such as those of rivers", LINES),
            part("from", "From", "such as 48.62, 37.55", PartKind::Place),
            part("to", "To", "such as 48.71, 37.61", PartKind::Place),
            may("gap_m", "Gaps up to", "count as none; 10 m where nothing is said", PartKind::Number("m")),
        ],
    },
];

impl Part {
    /// The member of the recipe that it is written to; two parts may share one.
    fn member(&self) -> &'static str {
        match self.name {
            "without" | "other" => "of",
            "start" => "from",
            name => name,
        }
    }

    /// The answer before anybody has given one.
    fn usual(&self) -> Answer {
        match self.kind {
            PartKind::Operands(_) => Answer::Ids(Vec::new()),
            PartKind::Flag => Answer::Flag(false),
            PartKind::OneOf(words) => Answer::Text(words.first().map_or("", |(word, _)| word).to_owned()),
            _ => Answer::Text(String::new()),
        }
    }

    /// What stands for a recipe's value.
    fn answer(&self, value: &Value) -> Answer {
        match (self.kind, value) {
            (PartKind::Operands(_), Value::Array(all)) => {
                let ids: Vec<String> = all.iter().filter_map(|id| id.as_str().map(str::to_owned)).collect();
                Answer::Ids(if self.name == "without" { ids.into_iter().skip(1).collect() } else { ids })
            }
            // One of the ids of a list.
            (PartKind::Operand(_), Value::Array(all)) => {
                let at = usize::from(self.name == "other");
                Answer::Text(all.get(at).and_then(Value::as_str).unwrap_or_default().to_owned())
            }
            (PartKind::Flag, Value::Bool(flag)) => Answer::Flag(*flag),
            (PartKind::Place, Value::Array(at)) => match at.as_slice() {
                [lon, lat] => {
                    let degrees = |value: &Value| value.as_f64().unwrap_or_default();
                    Answer::Text(words::exact_position(degrees(lon), degrees(lat)))
                }
                _ => self.usual(),
            },
            (PartKind::Legs, Value::Array(legs)) => {
                let leg = |leg: &Value| match leg.get("text").and_then(Value::as_str) {
                    Some(text) => text.to_owned(),
                    None => {
                        let number = |name: &str| leg.get(name).map(ToString::to_string).unwrap_or_default();
                        format!("{}° {} km", number("bearing_deg"), number("distance_km"))
                    }
                };
                Answer::Text(legs.iter().map(leg).collect::<Vec<_>>().join("\n"))
            }
            (PartKind::Number(_), Value::Number(number)) => Answer::Text(number.to_string()),
            (PartKind::Place | PartKind::Operands(_) | PartKind::Flag | PartKind::Number(_), _) => self.usual(),
            (_, Value::String(text)) => Answer::Text(text.clone()),
            _ => self.usual(),
        }
    }

    /// What is written for an answer; null for none.
    fn value(&self, answer: &Answer) -> Result<Value, String> {
        let label = self.label;
        let value = match (self.kind, answer) {
            (_, Answer::Flag(flag)) => flag.then_some(Value::Bool(true)).unwrap_or_default(),
            (_, Answer::Ids(ids)) if ids.is_empty() => Value::Null,
            (_, Answer::Ids(ids)) => json!(ids),
            (_, Answer::Text(text)) if text.trim().is_empty() => Value::Null,
            (PartKind::Number(unit), Answer::Text(text)) => {
                let number: Option<f64> = text.trim().trim_end_matches(unit).trim().parse().ok();
                let number = number.filter(|number| number.is_finite());
                number.map(whole).ok_or_else(|| format!("{label}: expected a number, such as 20 or 0.5"))?
            }
            (PartKind::Place, Answer::Text(text)) => {
                let readings = coordinates::readings(text).map_err(|why| format!("{label}: {why}"))?;
                let at = readings.first().map(|reading| reading.at);
                at.map(|at| json!([at.x, at.y])).unwrap_or_default()
            }
            (PartKind::Legs, Answer::Text(text)) => {
                text.lines().map(str::trim).filter(|line| !line.is_empty()).map(leg).collect()
            }
            // The usual way needs no word.
            (PartKind::OneOf(words), Answer::Text(text)) if self.name == "join" && *text == words[0].0 => Value::Null,
            (_, Answer::Text(text)) => json!(text.trim()),
        };
        match value {
            Value::Null if self.is_needed && self.name != "join" => Err(match self.kind {
                PartKind::Operand(_) | PartKind::Operands(_) => format!("{label}: nothing is chosen yet"),
                _ => format!("{label} is missing"),
            }),
            value => Ok(value),
        }
    }
}

impl Operation {
    /// The operation of a recipe.
    pub fn of(op: &str) -> Option<&'static Self> {
        OPERATIONS.iter().find(|operation| operation.op == op)
    }

    /// The answers that a recipe is; those of none are the usual ones.
    pub fn answers(&self, recipe: &Map<String, Value>) -> Answers {
        let is_of_it = recipe.get("op").and_then(Value::as_str) == Some(self.op);
        let answer = |part: &Part| match recipe.get(part.member()).filter(|_| is_of_it) {
            Some(value) if part.name == "start" && !value.is_string() => part.usual(),
            Some(value) => part.answer(value),
            None => part.usual(),
        };
        self.parts.iter().map(|part| (part.name, answer(part))).collect()
    }

    /// The recipe that answers are. Of one that stood, what is not asked for stays, and so does what was not changed.
    ///
    /// # Errors
    /// What is missing or not understood, in words.
    pub fn recipe(&self, answers: &Answers, stood: &Map<String, Value>) -> Result<Map<String, Value>, String> {
        let is_same = stood.get("op").and_then(Value::as_str) == Some(self.op);
        let former = if is_same { self.answers(stood) } else { Answers::new() };
        let mut recipe = if is_same { stood.clone() } else { Map::from_iter([("op".to_owned(), json!(self.op))]) };
        let members: BTreeSet<&str> = self.parts.iter().map(Part::member).collect();
        // In the order of the table, so that the first that is missing is said.
        let members = self.parts.iter().map(Part::member).filter({
            let mut left = members;
            move |member| left.remove(member)
        });
        for member in members {
            let parts = || self.parts.iter().filter(|part| part.member() == member);
            if is_same && parts().all(|part| answers.get(part.name) == former.get(part.name)) {
                continue;
            }
            let mut values = Vec::new();
            for part in parts() {
                let usual = part.usual();
                values.push(part.value(answers.get(part.name).unwrap_or(&usual))?);
            }
            match self.joined(member, values)? {
                Value::Null => drop(recipe.shift_remove(member)),
                value => drop(recipe.insert(member.to_owned(), value)),
            }
        }
        Ok(recipe)
    }

    /// One value for a member of the values of its parts.
    fn joined(&self, member: &str, values: Vec<Value>) -> Result<Value, String> {
        match (self.op, member) {
            ("difference" | "median", "of") => Ok(values
                .into_iter()
                .flat_map(|value| match value {
                    Value::Array(all) => all,
                    one => vec![one],
                })
                .collect()),
            ("union" | "intersection", "of") => match values.into_iter().next() {
                Some(Value::Array(all)) if all.len() < 2 => Err("Areas: choose two or more".to_owned()),
                value => Ok(value.unwrap_or_default()),
            },
            ("bearing", "from") => {
                let known = values.into_iter().find(|value| !value.is_null());
                known.ok_or_else(|| "Begins at: choose a place, or type its coordinates".to_owned())
            }
            _ => Ok(values.into_iter().next().unwrap_or_default()),
        }
    }
}

/// A leg as it is typed: `45° 12 km` in numbers, anything else in words.
fn leg(line: &str) -> Value {
    let measured = || {
        let (bearing, distance) = line.strip_suffix("km")?.split_once('°')?;
        let number = |text: &str| text.trim().parse().ok().filter(|number: &f64| number.is_finite());
        Some(json!({ "bearing_deg": whole(number(bearing)?), "distance_km": whole(number(distance)?) }))
    };
    measured().unwrap_or_else(|| json!({ "text": line }))
}

/// A number, without decimals where it has none.
fn whole(number: f64) -> Value {
    if number.fract() == 0.0 && number.abs() < 1e15 { json!(number as i64) } else { json!(number) }
}

/// What a recipe makes as an overlay of a manuscript, in the place of the overlay of that id or as a new one, and how large it
/// is. Nothing is worked out but what it is made of.
///
/// # Errors
/// Why nothing comes of it, in words.
pub fn made(
    manuscript: &Manuscript,
    id: Option<&str>,
    recipe: &Map<String, Value>,
) -> Result<(Arc<Shape>, Measure), String> {
    let own = id.map_or_else(|| manuscript.free_id(List::Overlays, "derived"), str::to_owned);
    let mut needed = BTreeSet::new();
    let mut pending = operands(recipe);
    while let Some(next) = pending.pop() {
        if next != own
            && needed.insert(next.clone())
            && let Some(entry) = manuscript.entry(List::Overlays, &next)
        {
            pending.extend(entry.get("recipe").and_then(Value::as_object).map(operands).unwrap_or_default());
            let band = entry.get("accuracy").and_then(|accuracy| accuracy.get("band"));
            let also = [band, entry.get("contested")].into_iter().flatten();
            pending.extend(also.filter_map(|id| id.as_str().map(str::to_owned)));
        }
    }
    let mut entry = id.and_then(|id| manuscript.entry(List::Overlays, id)).cloned().unwrap_or_else(|| {
        Map::from_iter([
            ("id".to_owned(), json!(own)),
            ("title".to_owned(), json!({ "en": own })),
            ("kind".to_owned(), json!("region")),
            ("style".to_owned(), json!({})),
        ])
    });
    entry.shift_remove("geometry");
    // Its own size with contested ground or a range is not asked for here.
    for member in ["contested", "accuracy"] {
        entry.shift_remove(member);
    }
    entry.insert("recipe".to_owned(), Value::Object(recipe.clone()));
    let others = manuscript.entries(List::Overlays).filter(|entry| needed.contains(id_of(entry))).cloned();
    let overlays: Vec<Value> = others.chain([entry]).map(Value::Object).collect();
    let mut draft = manuscript.clone();
    draft.set(List::Overlays.member(), Value::Array(overlays));
    for list in [List::Excerpts, List::Positions, List::Figures, List::Notes] {
        draft.set(list.member(), json!([]));
    }
    let (dossier, problems) = draft.dossier().map_err(|error| error.to_string())?;
    match dossier.overlay(&own) {
        Some(overlay) => Ok((Arc::clone(&overlay.shape), overlay.measure)),
        None => {
            let part = About::Overlay(own);
            let why = problems.into_iter().find(|problem| problem.part == part).map(|problem| problem.what);
            Err(why.unwrap_or_else(|| "nothing comes of it".to_owned()))
        }
    }
}

/// The ids that a recipe names, without their days.
fn operands(recipe: &Map<String, Value>) -> Vec<String> {
    let named = ["of", "line", "clip", "within", "from"].into_iter().filter_map(|member| recipe.get(member));
    named
        .flat_map(|value| match value {
            Value::Array(all) => all.iter().collect(),
            one => vec![one],
        })
        .filter_map(|id| id.as_str().map(|operand| operand_and_day(operand).0.to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dossier::model::Recipe;

    /// An answer for each part of an operation.
    fn filled(operation: &Operation) -> Answers {
        let answer = |part: &Part| match part.kind {
            PartKind::Operand(_) if part.name == "start" => Answer::Text(String::new()),
            PartKind::Operand(_) => Answer::Text("one".to_owned()),
            PartKind::Operands(_) => Answer::Ids(vec!["two".to_owned(), "three".to_owned()]),
            PartKind::Number(_) => Answer::Text(if part.name == "to" { "31.5" } else { "30" }.to_owned()),
            PartKind::OneOf(words) => Answer::Text(words[1].0.to_owned()),
            PartKind::Flag => Answer::Flag(true),
            PartKind::Text => Answer::Text("from 38°N 42°E to 37°N 43°E".to_owned()),
            PartKind::Legs => Answer::Text("45° 12.5 km\nN 45° E for 12 miles".to_owned()),
            PartKind::Place => Answer::Text("48.62, 37.55".to_owned()),
        };
        operation.parts.iter().map(|part| (part.name, answer(part))).collect()
    }

    #[test]
    fn each_form_writes_a_recipe_that_is_read_and_shown_as_it_was_typed() {
        for operation in OPERATIONS {
            let recipe = operation.recipe(&filled(operation), &Map::new()).unwrap();
            let read = serde_json::from_value::<Recipe>(Value::Object(recipe.clone()));
            assert!(read.is_ok(), "{}: {read:?} of {recipe:?}", operation.op);
            let mut shown = operation.answers(&recipe);
            for place in ["from", "to"] {
                if let Some(Answer::Text(text)) = shown.get_mut(place)
                    && text == "48.62° N 37.55° E"
                {
                    *text = "48.62, 37.55".to_owned();
                }
            }
            assert_eq!(shown, filled(operation), "{}", operation.op);
            assert!(operation.recipe(&operation.answers(&Map::new()), &Map::new()).is_err(), "{}", operation.op);
        }
    }

    #[test]
    fn what_was_not_changed_stays_as_it_stood() {
        let stood = json!({
            "op": "course", "of": "river", "from": [37.123456789, 48.0], "to": [37.5, 48.5], "gap_m": 7.0, "note": "kept",
        });
        let operation = Operation::of("course").unwrap();
        let stood = stood.as_object().unwrap();
        let mut answers = operation.answers(stood);
        assert_eq!(&operation.recipe(&answers, stood).unwrap(), stood);
        answers.insert("gap_m", Answer::Text("20".to_owned()));
        let mut expected = stood.clone();
        expected.insert("gap_m".to_owned(), json!(20));
        assert_eq!(operation.recipe(&answers, stood).unwrap(), expected);
    }

    #[test]
    fn what_is_missing_is_said_in_words() {
        let side = Operation::of("side").unwrap();
        let mut answers = filled(side);
        answers.insert("line", Answer::Text(String::new()));
        assert_eq!(side.recipe(&answers, &Map::new()), Err("Line: nothing is chosen yet".to_owned()));
        let buffer = Operation::of("buffer").unwrap();
        let mut answers = filled(buffer);
        answers.insert("distance_km", Answer::Text("far".to_owned()));
        assert_eq!(
            buffer.recipe(&answers, &Map::new()),
            Err("Distance: expected a number, such as 20 or 0.5".to_owned())
        );
    }

    #[test]
    fn the_shape_and_its_size_are_known_before_it_is_an_overlay() {
        let manuscript = Manuscript::of_quill();
        let recipe = |text: &str, area: bool| {
            json!({ "op": "coordinates", "text": text, "area": area }).as_object().unwrap().clone()
        };
        let square = recipe("0°N 0°E, 0°N 1°E, 1°N 1°E, 1°N 0°E", true);
        let (shape, measure) = made(&manuscript, None, &square).unwrap();
        assert!(matches!(&*shape, Shape::Area(_)));
        // A degree by a degree at the equator, geodesics for sides: GeographicLib's Planimeter gives 12,308,778,361.469 m².
        let Measure::Area { km2, .. } = measure else { panic!("{measure:?}") };
        assert!((km2 - 12_308.778).abs() < 0.02, "{km2}");
        let why = made(&manuscript, None, &recipe("nowhere", false)).unwrap_err();
        assert!(why.contains("recipe.text"), "{why}");
        let side = json!({ "op": "side", "of": "absent", "line": "absent", "side": "left" });
        assert!(made(&manuscript, None, side.as_object().unwrap()).unwrap_err().contains("absent"));
    }
}
