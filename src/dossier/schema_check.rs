//! Members and values of a `dossier.json` that its format does not know, by the schema that comes with the program: a member
//! that is misspelt would otherwise be passed over without a word.
//!
//! Of the schema are read `properties`, `additionalProperties`, `items`, `enum`, `const`, `type`, `required`, `$ref`, `anyOf`
//! and `oneOf`, which is what it says of shape; patterns and numbers are for whoever reads the values.

use std::sync::LazyLock;

use serde_json::{Map, Value};

use super::Problem;
use crate::formats::closest::closest;

/// The schema.
static SCHEMA: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../assets/dossiers/schema.json")).unwrap_or_default());

/// So many problems are told.
const MOST: usize = 100;

/// How much is asked of a dossier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Strictness {
    /// That it has no member and no value that the format does not know.
    Known,
    /// Also that each is of its type, and that none is missing.
    Whole,
}

/// The members and values that the format does not know, each by its path, such as `figures[0].titel`.
pub(super) fn unknown(dossier: &Value) -> Vec<Problem> {
    let mut walk = Walk { strictness: Strictness::Known, problems: Vec::new() };
    walk.value(&SCHEMA, dossier, &mut String::new());
    walk.problems
}

/// All that is wrong with a dossier by its schema, members that are missing included, each by its path.
pub(super) fn all_wrong(dossier: &Value) -> Vec<Problem> {
    let mut walk = Walk { strictness: Strictness::Whole, problems: Vec::new() };
    walk.value(&SCHEMA, dossier, &mut String::new());
    walk.problems.retain(|problem| !problem.what.starts_with(NO_SUCH_MEMBER));
    walk.problems
}

/// What is wrong with a dossier that cannot be read, for which the reader gives `why`, in a sentence with its path; `None` if
/// the schema knows nothing of that kind. Members that the schema wants and the reader does without are no reason.
pub(super) fn first_wrong(dossier: &Value, why: &str) -> Option<String> {
    let mut walk = Walk { strictness: Strictness::Whole, problems: Vec::new() };
    walk.value(&SCHEMA, dossier, &mut String::new());
    let missing = why.strip_prefix("missing field `").and_then(|rest| Some(rest.split_once('`')?.0));
    let is_reason = |problem: &&Problem| match missing {
        Some(name) => problem.what == no_member(name),
        None => !problem.what.starts_with(NO_MEMBER) && !problem.what.starts_with(NO_SUCH_MEMBER),
    };
    walk.problems.iter().find(is_reason).map(ToString::to_string)
}

/// What is said of a member that is missing begins so.
const NO_MEMBER: &str = "it has no member";

/// What is said of one that the format does not know begins so.
const NO_SUCH_MEMBER: &str = "the format has no such member, so it is ignored";

fn no_member(name: &str) -> String {
    format!("{NO_MEMBER} '{name}'")
}

struct Walk {
    strictness: Strictness,
    problems: Vec<Problem>,
}

impl Walk {
    fn wrong(&mut self, path: &str, what: String) {
        if self.problems.len() < MOST {
            let part = if path.is_empty() { "dossier".into() } else { path.into() };
            self.problems.push(Problem { part, what });
        }
    }

    fn value(&mut self, schema: &Value, value: &Value, path: &mut String) {
        let schema = resolved(schema);
        for any in ["anyOf", "oneOf"].iter().filter_map(|name| schema.get(name)?.as_array()) {
            // An overlay has one of two members, which says nothing of what those are.
            if any.iter().all(|branch| {
                resolved(branch).as_object().is_some_and(|branch| branch.len() > 1 || branch.contains_key("type"))
            }) {
                self.branches(any, value, path);
            }
        }
        // Who reads styles tells of their members and values.
        if self.strictness == Strictness::Known && path.ends_with("style") {
            return;
        }
        if let Some(all) = schema.get("enum").and_then(Value::as_array)
            && !all.contains(value)
            && (self.strictness == Strictness::Whole || !value.is_null())
        {
            self.wrong(path, format!("it is {}; expected {}", shown(value), list(all)));
            return;
        }
        if let Some(only) = schema.get("const")
            && only != value
        {
            self.wrong(path, format!("it is {}; expected {}", shown(value), shown(only)));
            return;
        }
        if self.strictness == Strictness::Whole
            && let Some(types) = schema.get("type")
            && !is_of_type(value, types)
        {
            self.wrong(path, format!("it is {}; expected {}", shown(value), type_in_words(types)));
            return;
        }
        match value {
            Value::Object(members) => self.members(schema, members, path),
            Value::Array(list) => {
                if let Some(items) = schema.get("items") {
                    for (index, item) in list.iter().enumerate() {
                        let length = path.len();
                        path.push_str(&format!("[{index}]"));
                        self.value(items, item, path);
                        path.truncate(length);
                    }
                }
            }
            _ => {}
        }
    }

    fn members(&mut self, schema: &Value, members: &Map<String, Value>, path: &mut String) {
        let known = schema.get("properties").and_then(Value::as_object);
        let others = schema.get("additionalProperties");
        for (name, value) in members {
            let length = path.len();
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(name);
            match (known.and_then(|known| known.get(name)), others) {
                (Some(known), _) => self.value(known, value, path),
                (None, Some(Value::Bool(false))) => {
                    let known = known.into_iter().flat_map(Map::keys).filter(|known| !members.contains_key(*known));
                    let what = match closest(known.map(String::as_str), name) {
                        Some(close) => {
                            format!("{NO_SUCH_MEMBER}; did you mean '{close}'?")
                        }
                        None => NO_SUCH_MEMBER.to_owned(),
                    };
                    self.wrong(path, what);
                }
                (None, Some(others @ Value::Object(_))) => self.value(others, value, path),
                (None, _) => {}
            }
            path.truncate(length);
        }
        if self.strictness == Strictness::Whole {
            let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
            for name in required.filter_map(Value::as_str).filter(|name| !members.contains_key(*name)) {
                self.wrong(path, no_member(name));
            }
        }
    }

    /// What is wrong by the branch that is meant: of recipes by `op`, of others the one that fits best.
    fn branches(&mut self, branches: &[Value], value: &Value, path: &mut String) {
        let op_of = |branch: &Value| -> Vec<Value> {
            let op = resolved(branch).pointer("/properties/op");
            let all = op.and_then(|op| op.get("enum")).and_then(Value::as_array).cloned();
            all.or_else(|| op.and_then(|op| op.get("const")).map(|only| vec![only.clone()])).unwrap_or_default()
        };
        let ops: Vec<Value> = branches.iter().flat_map(op_of).collect();
        if !ops.is_empty()
            && let Some(op) = value.get("op")
        {
            match branches.iter().find(|branch| op_of(branch).contains(op)) {
                Some(branch) => self.value(branch, value, path),
                None => self.wrong(&format!("{path}.op"), format!("it is {}; expected {}", shown(op), list(&ops))),
            }
            return;
        }
        let tried = branches.iter().map(|branch| {
            let mut walk = Self { strictness: Strictness::Whole, problems: Vec::new() };
            walk.value(branch, value, path);
            walk.problems
        });
        let best = tried.min_by_key(Vec::len).unwrap_or_default();
        if self.strictness == Strictness::Whole {
            self.problems.extend(best);
        }
    }
}

fn resolved(schema: &Value) -> &Value {
    let mut schema = schema;
    // As deep as references of references may go; none of the schema's goes round.
    for _ in 0..8 {
        let target = schema.get("$ref").and_then(Value::as_str).and_then(|to| SCHEMA.pointer(to.strip_prefix('#')?));
        match target {
            Some(target) => schema = target,
            None => break,
        }
    }
    schema
}

fn is_of_type(value: &Value, types: &Value) -> bool {
    let is = |name: &Value| match name.as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("number") => value.is_number(),
        Some("integer") => value.is_u64() || value.is_i64(),
        Some("boolean") => value.is_boolean(),
        Some("null") => value.is_null(),
        _ => true,
    };
    match types {
        Value::Array(all) => all.iter().any(is),
        one => is(one),
    }
}

fn type_in_words(types: &Value) -> String {
    let word = |name: &Value| match name.as_str() {
        Some("object") => "an object, in { }",
        Some("array") => "a list, in [ ]",
        Some("string") => "text, in quotation marks",
        Some("number") => "a number",
        Some("integer") => "a whole number",
        Some("boolean") => "true or false",
        _ => "null",
    };
    match types {
        Value::Array(all) => all.iter().map(word).collect::<Vec<_>>().join(" or "),
        one => word(one).to_owned(),
    }
}

/// A value as a sentence has it, cut short if it is long.
fn shown(value: &Value) -> String {
    const LONGEST: usize = 40;
    let text = match value {
        Value::String(text) => format!("'{text}'"),
        Value::Object(_) => return "an object".to_owned(),
        Value::Array(_) => return "a list".to_owned(),
        other => other.to_string(),
    };
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn list(all: &[Value]) -> String {
    let all: Vec<String> = all.iter().map(shown).collect();
    match all.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        all => all.concat(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn quill() -> Value {
        let text = include_str!("../../tests/data/quill/dossier/dossier.json");
        serde_json::from_str(text).unwrap()
    }

    fn told(dossier: &Value) -> Vec<String> {
        unknown(dossier).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_dossiers_that_come_with_the_program_have_nothing_unknown() {
        let berlin = include_str!("../../assets/dossiers/berlin-2025-12/dossier.json");
        assert_eq!(told(&serde_json::from_str(berlin).unwrap()), [""; 0]);
        assert_eq!(told(&quill()), [""; 0]);
        assert_eq!(first_wrong(&quill(), "invalid type"), None);
        assert!(SCHEMA.is_object());
    }

    #[test]
    fn unknown_members_and_values_are_named_with_their_paths() {
        for (pointer, member, value, expected) in [
            ("", "titel", json!("x"), "titel: the format has no such member, so it is ignored"),
            ("/figures/0", "qantity", json!(1), "figures[0].qantity: the format has no such member, so it is ignored"),
            ("/overlays/0", "kind", json!("banana"), "overlays[0].kind: it is 'banana'; expected 'region', 'proposal'"),
            ("/excerpts/0", "does", json!("shouts"), "excerpts[0].does: it is 'shouts'; expected 'states-figure'"),
            ("/sources/0/text", "md5", json!("1"), "sources[0].text.md5: the format has no such member"),
        ] {
            let mut dossier = quill();
            let whole = if pointer.is_empty() { Some(&mut dossier) } else { dossier.pointer_mut(pointer) };
            whole.and_then(Value::as_object_mut).unwrap().insert(member.to_owned(), value);
            let told = told(&dossier);
            assert!(told.len() == 1 && told[0].starts_with(expected), "{told:?}");
        }
        let mut dossier = quill();
        let title = dossier.as_object_mut().unwrap().remove("title").unwrap();
        dossier["titel"] = title;
        assert!(told(&dossier)[0].ends_with("did you mean 'title'?"), "{:?}", told(&dossier));
        let mut dossier = quill();
        let overlays = dossier["overlays"].as_array_mut().unwrap();
        let index = overlays.iter().position(|overlay| overlay.get("recipe").is_some()).unwrap();
        overlays[index]["recipe"]["op"] = json!("melt");
        let told = told(&dossier);
        let expected =
            format!("overlays[{index}].recipe.op: it is 'melt'; expected 'union', 'intersection', 'difference'");
        assert!(told.len() == 1 && told[0].starts_with(&expected), "{told:?}");
    }

    #[test]
    fn what_keeps_a_dossier_from_being_read_is_named() {
        for (pointer, value, expected) in [
            ("/figures/0/value", json!("5600"), "figures[0].value: it is '5600'; expected a number"),
            ("/excerpts/0/does", json!("shouts"), "excerpts[0].does: it is 'shouts'; expected"),
            ("/overlays", json!({}), "overlays: it is an object; expected a list, in [ ]"),
        ] {
            let mut dossier = quill();
            // What the reader does without is not taken for the reason.
            dossier["overlays"][0].as_object_mut().unwrap().remove("gist");
            *dossier.pointer_mut(pointer).unwrap() = value;
            let wrong = first_wrong(&dossier, "invalid type").unwrap();
            assert!(wrong.starts_with(expected), "{wrong}");
        }
        let mut dossier = quill();
        dossier["sources"][0].as_object_mut().unwrap().remove("outlet");
        dossier["excerpts"][0].as_object_mut().unwrap().remove("id");
        let why = "missing field `outlet` at line 1 column 9";
        assert_eq!(first_wrong(&dossier, why).unwrap(), "sources[0]: it has no member 'outlet'");
    }
}
