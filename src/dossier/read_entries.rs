//! A `dossier.json` of which parts cannot be read: these are left out, each with a problem that names it, and the rest is read.
//!
//! An entry of a list is left out alone, and of an entry the member alone that is wrong, where the format does without it.

use serde_json::{Map, Value, json};

use super::{Problem, model, schema_check};

/// So many wrong members of one entry are left out; one with more is left out itself.
const MOST_MEMBERS: usize = 16;

/// The members without which there is no dossier, and what stands for them where another one is tried.
fn bare() -> Value {
    json!({ "format": "", "id": "", "version": "", "title": {}, "as_of": "", "overlays": [] })
}

/// What a dossier says, and what of it had to be left out.
///
/// # Errors
/// In the reader's words, when nothing of it can be used.
pub(super) fn file_of(text: &str) -> Result<(model::DossierFile, Vec<Problem>), String> {
    let why = match serde_json::from_str(text) {
        Ok(file) => return Ok((file, Vec::new())),
        Err(error) => error.to_string(),
    };
    let Ok(Value::Object(mut whole)) = serde_json::from_str(text) else { return Err(why) };
    let mut mender = Mender { reasons: schema_check::all_wrong(&Value::Object(whole.clone())), problems: Vec::new() };
    let names: Vec<String> = whole.keys().cloned().collect();
    for name in names {
        let Some(value) = whole.get_mut(&name).filter(|value| wrong_alone(&name, value).is_some()) else { continue };
        let told = mender.problems.len();
        if let Value::Array(entries) = value {
            mender.mend_list(&name, entries);
        }
        if wrong_alone(&name, value).is_none() {
            continue;
        }
        // It is no list, or should be none.
        if bare().get(&name).is_some() {
            return Err(why);
        }
        mender.problems.truncate(told);
        whole.shift_remove(&name);
        mender.left_out(&name);
    }
    serde_json::from_value(Value::Object(whole)).map(|file| (file, mender.problems)).map_err(|_| why)
}

/// What is wrong with a member in a dossier that has nothing else.
fn wrong_alone(name: &str, value: &Value) -> Option<String> {
    let mut dossier = bare();
    dossier[name] = value.clone();
    serde_json::from_value::<model::DossierFile>(dossier).err().map(|error| error.to_string())
}

struct Mender {
    /// What is wrong by the schema, with paths.
    reasons: Vec<Problem>,
    problems: Vec<Problem>,
}

impl Mender {
    /// Says that a part is left out, and why.
    fn left_out(&mut self, path: &str) {
        let is_of = |problem: &&Problem| {
            let part = problem.part.to_string();
            part.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        let what = match self.reasons.iter().find(is_of) {
            Some(Problem { part, what }) if part.to_string() == path => format!("{what}; it is left out"),
            Some(Problem { part, what }) => format!("{part}: {what}; all of it is left out"),
            None => "it is not as the format has it; it is left out".to_owned(),
        };
        self.problems.push(Problem { part: path.into(), what });
    }

    /// Leaves the entries of a list out that cannot be read.
    fn mend_list(&mut self, name: &str, entries: &mut Vec<Value>) {
        let mut index = 0;
        entries.retain_mut(|entry| {
            let path = format!("{name}[{index}]");
            index += 1;
            let wrong = |entry: &Value| wrong_alone(name, &Value::Array(vec![entry.clone()]));
            if wrong(entry).is_none() {
                return true;
            }
            let before = self.problems.len();
            let is_mended = match entry {
                Value::Object(members) => self.mend_entry(&path, members, &wrong),
                _ => false,
            };
            if !is_mended {
                self.problems.truncate(before);
                self.left_out(&path);
            }
            is_mended
        });
    }

    /// Leaves the members of an entry out that cannot be read; false if it cannot be read without them either.
    fn mend_entry(
        &mut self,
        path: &str,
        members: &mut Map<String, Value>,
        wrong: &dyn Fn(&Value) -> Option<String>,
    ) -> bool {
        let wrong_with = |members: &Map<String, Value>| wrong(&Value::Object(members.clone()));
        for _ in 0..MOST_MEMBERS {
            let Some(why) = wrong_with(members) else { return true };
            let culprit = members.keys().find(|name| {
                let mut others = members.clone();
                others.shift_remove(*name);
                // Without one that is needed another thing is wrong.
                wrong_with(&others).is_none_or(|other| other != why && !other.contains(&format!("`{name}`")))
            });
            let Some(name) = culprit.cloned() else { return false };
            let path = format!("{path}.{name}");
            let Some(Value::Array(items)) = members.get(&name).cloned() else {
                members.shift_remove(&name);
                self.left_out(&path);
                continue;
            };
            // Of a list, the items that are wrong by themselves.
            let with = |items: Vec<Value>| {
                let mut changed = members.clone();
                changed.insert(name.clone(), Value::Array(items));
                wrong_with(&changed)
            };
            let without = with(Vec::new());
            let good: Vec<bool> = items.iter().map(|item| with(vec![item.clone()]) == without).collect();
            for (index, _) in good.iter().enumerate().filter(|(_, good)| !**good) {
                self.left_out(&format!("{path}[{index}]"));
            }
            if good.iter().all(|good| *good) {
                members.shift_remove(&name);
                self.left_out(&path);
            } else {
                let kept = items.into_iter().zip(good).filter_map(|(item, good)| good.then_some(item));
                members.insert(name, Value::Array(kept.collect()));
            }
        }
        wrong_with(members).is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quill() -> Value {
        serde_json::from_str(include_str!("../../tests/data/quill/dossier/dossier.json")).unwrap()
    }

    fn told(dossier: &Value) -> (model::DossierFile, Vec<String>) {
        let (file, problems) = file_of(&dossier.to_string()).unwrap();
        (file, problems.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_whole_dossier_is_read_without_a_word() {
        assert_eq!(told(&quill()).1, [""; 0]);
    }

    #[test]
    fn an_entry_that_cannot_be_read_is_left_out_alone_and_named() {
        for (list, entry, says) in [
            ("fonts", json!({}), "it has no member 'file'"),
            ("figures", json!({ "id": "x", "quantity": "area", "value": "much" }), "figures["),
            ("positions", json!("x"), "it is 'x'"),
            ("notes", json!({ "text": "no id" }), "it has no member 'id'"),
            ("acknowledged", json!([1]), "left out"),
            ("languages", json!(7), "it is 7"),
            ("groups", json!(null), "it is null"),
            ("sources", json!({ "id": "bare" }), "it has no member"),
            ("excerpts", json!({ "id": "x", "exact": "a", "does": "shouts" }), "'shouts'"),
            ("overlays", json!({ "id": "x" }), "it has no member"),
        ] {
            let whole = quill();
            let mut dossier = whole.clone();
            let entries = dossier.as_object_mut().unwrap().entry(list).or_insert(json!([])).as_array_mut().unwrap();
            entries.insert(0, entry);
            let (file, told) = told(&dossier);
            assert!(told.len() == 1 && told[0].starts_with(&format!("{list}[0]: ")), "{list}: {told:?}");
            assert!(told[0].contains(says) && told[0].contains("left out"), "{told:?}");
            let (expected, _) = file_of(&whole.to_string()).unwrap();
            assert_eq!(
                (file.sources, file.excerpts, file.figures),
                (expected.sources, expected.excerpts, expected.figures)
            );
            assert_eq!(file.overlays.len(), expected.overlays.len());
        }
    }

    #[test]
    fn of_an_entry_the_member_alone_is_left_out_that_the_format_does_without() {
        let mut dossier = quill();
        dossier["sources"][0]["author"] = json!(5);
        dossier["sources"][0]["archived"] =
            json!([{ "kind": "page", "file": 7 }, { "kind": "page", "file": "a.html" }]);
        dossier["fonts"] = json!({ "file": "a.ttf" });
        dossier["summary"] = json!(["x"]);
        let (file, told) = told(&dossier);
        assert_eq!(file.sources[0].author, None);
        assert_eq!(file.sources[0].archived.0.len(), 1);
        let has = |path: &str| told.iter().any(|told| told.starts_with(&format!("{path}: ")));
        assert!(
            has("sources[0].author") && has("sources[0].archived[0]") && has("fonts") && has("summary"),
            "{told:?}"
        );
        assert_eq!(told.len(), 4, "{told:?}");
    }

    #[test]
    fn a_version_that_cannot_be_read_leaves_the_others() {
        let mut dossier = quill();
        let version = json!({ "when": "2025-02-01", "geometry": { "file": "shapes/a.geojson" } });
        let overlay = dossier["overlays"][0].as_object_mut().unwrap();
        overlay.shift_remove("geometry");
        overlay.shift_remove("recipe");
        overlay.insert("versions".to_owned(), json!([version, { "when": "2025-02-02" }, version]));
        let (file, told) = told(&dossier);
        assert_eq!(file.overlays[0].versions.len(), 2);
        assert!(told.len() == 1 && told[0].starts_with("overlays[0].versions[1]: "), "{told:?}");
    }

    #[test]
    fn without_what_a_dossier_needs_nothing_is_read() {
        for (name, value) in [("title", json!(7)), ("overlays", json!({})), ("id", json!(null))] {
            let mut dossier = quill();
            dossier[name] = value;
            assert!(file_of(&dossier.to_string()).is_err(), "{name}");
        }
        assert!(file_of("[1]").is_err() && file_of("{").is_err());
    }
}
