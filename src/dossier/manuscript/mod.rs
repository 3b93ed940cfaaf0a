//! A dossier while it is written: the members of its `dossier.json` as they stand, and the files beside it.
//!
//! A [`Manuscript`] holds what is written, a [`Dossier`] what is read from it: [`Manuscript::dossier`] reads it as any
//! dossier is read, so that what is edited is checked, measured and drawn by the same code. Members that the format does not
//! know stay where they are, and what did not change is written again letter for letter ([`text`]).
//!
//! Manuscripts share what they have in common, so that each step of an edit can be kept.

mod beginning;
mod capture;
pub mod cited_sources;
pub mod fields;
mod geometry;
pub mod guess;
mod quoted;
pub mod recipes;
pub mod stated_figures;
mod stored;
mod style;
mod text;
mod twins;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value};
use thiserror::Error;

use super::model::{FORMAT, operand_and_day};
use super::{Dossier, DossierError, Problem, fingerprint, read};
use crate::formats::language::Text as Title;

pub use beginning::Beginning;
pub use capture::{CAPTURES, KeptFile, NewCapture};
pub use geometry::geometry_text;
pub use quoted::quoted_entry;
pub use style::{DRAWN_BY_HAND, Drawn, begun_overlay, own_rights, own_style, rights_of_recipe};

/// The name of the file that describes a dossier.
pub const DESCRIPTION: &str = "dossier.json";

/// The files of a dossier by their paths within its folder, its description aside.
pub type Files = BTreeMap<String, Arc<[u8]>>;

/// A list of a dossier's entries, each of which has an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum List {
    /// Groups of overlays.
    Groups,
    /// Geometry for recipes alone.
    Layers,
    /// Sources.
    Sources,
    /// Excerpts.
    Excerpts,
    /// Overlays.
    Overlays,
    /// Positions.
    Positions,
    /// Figures that others report.
    Figures,
    /// Editor's notes.
    Notes,
}

impl List {
    /// Every list, in the order of the format.
    pub const ALL: [Self; 8] = [
        Self::Groups,
        Self::Layers,
        Self::Sources,
        Self::Excerpts,
        Self::Overlays,
        Self::Positions,
        Self::Figures,
        Self::Notes,
    ];

    /// The member of `dossier.json`.
    pub fn member(self) -> &'static str {
        match self {
            Self::Groups => "groups",
            Self::Layers => "layers",
            Self::Sources => "sources",
            Self::Excerpts => "excerpts",
            Self::Overlays => "overlays",
            Self::Positions => "positions",
            Self::Figures => "figures",
            Self::Notes => "notes",
        }
    }

    /// What one entry is called.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Groups => "group",
            Self::Layers => "layer",
            Self::Sources => "source",
            Self::Excerpts => "excerpt",
            Self::Overlays => "overlay",
            Self::Positions => "position",
            Self::Figures => "figure",
            Self::Notes => "note",
        }
    }

    /// The members of other lists that name entries of this one, by their ids.
    fn named_by(self) -> &'static [(Self, &'static str)] {
        match self {
            Self::Groups => &[(Self::Overlays, "group")],
            Self::Sources => &[(Self::Excerpts, "source")],
            Self::Excerpts => &[(Self::Positions, "excerpt"), (Self::Figures, "excerpt"), (Self::Notes, "accounts")],
            Self::Overlays => &[
                (Self::Excerpts, "overlays"),
                (Self::Positions, "overlay"),
                (Self::Figures, "overlay"),
                (Self::Figures, "of"),
                (Self::Notes, "overlays"),
            ],
            Self::Layers | Self::Positions | Self::Figures | Self::Notes => &[],
        }
    }
}

/// Why a manuscript cannot be changed so. It is as it was.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EditError {
    /// No entry of that id.
    #[error("there is no {} '{id}'", list.noun())]
    Absent {
        /// Of which list.
        list: List,
        /// Its id.
        id: String,
    },
    /// Other entries would be without what they rest on.
    #[error("{} '{id}' is used by {by}: change or remove that first", list.noun())]
    InUse {
        /// Of which list.
        list: List,
        /// Its id.
        id: String,
        /// What rests on it, in words.
        by: String,
    },
    /// An entry without an id, or with one that is not of small letters, digits and hyphens.
    #[error("'{0}' is not an id: an id has small letters, digits and hyphens")]
    Id(String),
    /// A path that leads out of the folder.
    #[error("'{0}' is not a path within the dossier's folder")]
    Path(String),
}

/// A dossier while it is written.
#[derive(Debug, Clone)]
pub struct Manuscript {
    /// The text that was read or written last.
    written: Arc<str>,
    members: Arc<Map<String, Value>>,
    files: Arc<Files>,
}

impl PartialEq for Manuscript {
    /// Whether both are written alike; quick where they share what they hold.
    fn eq(&self, other: &Self) -> bool {
        let alike = |ours: &Arc<[u8]>, theirs: &Arc<[u8]>| Arc::ptr_eq(ours, theirs) || ours == theirs;
        let files = || {
            self.files.len() == other.files.len()
                && self.files.iter().zip(other.files.iter()).all(|(a, b)| a.0 == b.0 && alike(a.1, b.1))
        };
        (Arc::ptr_eq(&self.members, &other.members) || self.members == other.members)
            && (Arc::ptr_eq(&self.files, &other.files) || files())
    }
}

impl Manuscript {
    /// Of a description as it was read, and the files that lie beside it.
    ///
    /// # Errors
    /// [`DossierError`] if the description is none of a dossier that this version reads.
    pub fn open(json: &[u8], files: Files) -> Result<Self, DossierError> {
        let text = std::str::from_utf8(json).map_err(|error| DossierError::Json(format!("not UTF-8: {error}")))?;
        let members: Map<String, Value> =
            serde_json::from_str(text).map_err(|error| DossierError::Json(error.to_string()))?;
        match members.get("format").and_then(Value::as_str) {
            Some(FORMAT) => {}
            other => return Err(DossierError::Format(other.unwrap_or_default().to_owned())),
        }
        Ok(Self { written: text.into(), members: Arc::new(members), files: Arc::new(files) })
    }

    fn of(members: Map<String, Value>) -> Self {
        Self { written: text::fresh(&members).into(), members: Arc::new(members), files: Arc::default() }
    }

    /// Its `dossier.json`.
    pub fn json(&self) -> String {
        match serde_json::from_str::<Map<String, Value>>(&self.written) {
            Ok(written) if written == *self.members => self.written.as_ref().to_owned(),
            _ => text::rewritten(&self.written, &self.members),
        }
    }

    /// The files beside it.
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// All that its folder holds: the description and the files, by their paths.
    pub fn folder(&self) -> BTreeMap<String, Vec<u8>> {
        let files = self.files.iter().map(|(path, bytes)| (path.clone(), bytes.to_vec()));
        std::iter::once((DESCRIPTION.to_owned(), self.json().into_bytes())).chain(files).collect()
    }

    /// The fingerprint of all that its folder holds.
    pub fn sha256(&self) -> String {
        let files = self.files.iter().map(|(path, bytes)| (path.clone(), fingerprint::bytes(bytes)));
        let description = (DESCRIPTION.to_owned(), fingerprint::bytes(self.json().as_bytes()));
        fingerprint::folder(&files.chain([description]).collect())
    }

    /// Reads it as a dossier. One that has no overlay yet can be read too.
    ///
    /// # Errors
    /// [`DossierError`] when nothing of it can be used.
    pub fn dossier(&self) -> Result<(Dossier, Vec<Problem>), DossierError> {
        read::read_unfinished(self.json().as_bytes(), &|path| self.file(path))
    }

    /// The same, where the dossier as it was read before a change is at hand: only what was changed and what is made of it is
    /// worked out.
    ///
    /// # Errors
    /// [`DossierError`] when nothing of it can be used.
    pub fn dossier_after(&self, former: &Dossier) -> Result<(Dossier, Vec<Problem>), DossierError> {
        read::read_after(self.json().as_bytes(), &|path| self.file(path), Some(former))
    }

    fn file(&self, path: &str) -> Result<Cow<'static, [u8]>, String> {
        let file = self.files.get(path).map(|bytes| Cow::Owned(bytes.to_vec()));
        file.ok_or_else(|| format!("{path} is not among the dossier's files"))
    }

    /// The dossier that was read from `former`, as this manuscript says it, where both have the same overlays, layers and files,
    /// so that no shape has to be worked out; `None` where they have not. It keeps the layers of the user's own.
    pub fn restated(&self, former: &Self, dossier: &Dossier) -> Option<(Dossier, Vec<Problem>)> {
        let is_same = |name: &str| self.member(name) == former.member(name);
        // An overlay that says no day or no group has that of the dossier, or its first.
        let shapes = [List::Overlays.member(), List::Layers.member(), List::Groups.member(), "as_of", "fonts"];
        if !shapes.into_iter().all(is_same) || !(Arc::ptr_eq(&self.files, &former.files) || self.files == former.files)
        {
            return None;
        }
        let json = self.json();
        let named = read::files_named(json.as_bytes());
        let sums = named.into_iter().filter_map(|name| Some((fingerprint::bytes(self.files.get(&name)?), name)));
        let mut sums: BTreeMap<String, String> = sums.map(|(sum, name)| (name, sum)).collect();
        sums.insert(DESCRIPTION.to_owned(), fingerprint::bytes(json.as_bytes()));
        read::restate(dossier, json.as_bytes(), &sums).ok()
    }

    /// All members of its description.
    pub fn members(&self) -> &Map<String, Value> {
        &self.members
    }

    /// A member of the dossier as a whole.
    pub fn member(&self, name: &str) -> Option<&Value> {
        self.members.get(name)
    }

    /// Its id.
    pub fn id(&self) -> &str {
        self.member("id").and_then(Value::as_str).unwrap_or_default()
    }

    /// What it is called; its id where it has no title.
    pub fn title(&self) -> String {
        let title = self.member("title").cloned().and_then(|title| serde_json::from_value::<Title>(title).ok());
        let title = title.unwrap_or_default().visible();
        if title.main().trim().is_empty() { self.id().to_owned() } else { title.main().to_owned() }
    }

    /// The languages in which words are asked for, as tags of BCP 47: those that it states, or else those of its title.
    pub fn languages(&self) -> Vec<String> {
        let stated = self.member("languages").and_then(Value::as_array);
        let stated: Vec<String> =
            stated.into_iter().flatten().filter_map(|tag| tag.as_str().map(str::to_owned)).collect();
        match self.member("title") {
            _ if !stated.is_empty() => stated,
            Some(Value::Object(title)) => title.keys().cloned().collect(),
            _ => Vec::new(),
        }
    }

    /// The entries of a list, in their order.
    pub fn entries(&self, list: List) -> impl Iterator<Item = &Map<String, Value>> {
        let entries = self.members.get(list.member()).and_then(Value::as_array);
        entries.into_iter().flatten().filter_map(Value::as_object)
    }

    /// The entry of that id.
    pub fn entry(&self, list: List, id: &str) -> Option<&Map<String, Value>> {
        self.entries(list).find(|entry| id_of(entry) == id)
    }

    /// Sets a member of the dossier as a whole; null takes it away.
    pub fn set(&mut self, name: &str, value: Value) {
        let members = Arc::make_mut(&mut self.members);
        match value {
            Value::Null => drop(members.shift_remove(name)),
            value => drop(members.insert(name.to_owned(), value)),
        }
    }

    /// Adds an entry at the end of its list, or changes the one of the same id: members that are given take the place of those
    /// that stand there, null takes one away, and what is not given stays.
    ///
    /// # Errors
    /// [`EditError::Id`].
    pub fn put(&mut self, list: List, entry: Map<String, Value>) -> Result<(), EditError> {
        let id = id_of(&entry).to_owned();
        // Ids that stand in a file may have any form.
        if !is_id(&id) && self.entry(list, &id).is_none() {
            return Err(EditError::Id(id));
        }
        let entries = self.list_mut(list);
        let stood = entries.iter_mut().filter_map(Value::as_object_mut).find(|stood| id_of(stood) == id);
        match stood {
            Some(stood) => {
                for (name, value) in entry {
                    match value {
                        Value::Null if !stood.get(&name).is_some_and(Value::is_null) => drop(stood.shift_remove(&name)),
                        value => drop(stood.insert(name, value)),
                    }
                }
            }
            None => {
                let given = entry.into_iter().filter(|(_, value)| !value.is_null());
                entries.push(Value::Object(given.collect()));
            }
        }
        Ok(())
    }

    /// Moves an entry by so many places; negative is up.
    ///
    /// # Errors
    /// [`EditError::Absent`].
    pub fn shift(&mut self, list: List, id: &str, by: isize) -> Result<(), EditError> {
        let at = self.place(list, id)?;
        let entries = self.list_mut(list);
        let to = at.saturating_add_signed(by).min(entries.len() - 1);
        let entry = entries.remove(at);
        entries.insert(to, entry);
        Ok(())
    }

    /// Takes an entry away, with what only links to it: the mention of an overlay or of an excerpt elsewhere goes along, but
    /// a source with excerpts, and an overlay or a layer of which a recipe is made, stay.
    ///
    /// # Errors
    /// [`EditError::Absent`], [`EditError::InUse`].
    pub fn remove(&mut self, list: List, id: &str) -> Result<(), EditError> {
        let at = self.place(list, id)?;
        if let Some(by) = self.users(list, id).first() {
            return Err(EditError::InUse { list, id: id.to_owned(), by: by.clone() });
        }
        let entry = self.list_mut(list).remove(at);
        for (other, member) in list.named_by() {
            self.forget(*other, member, id);
        }
        if list == List::Overlays && self.member("home").and_then(Value::as_str) == Some(id) {
            self.set("home", Value::Null);
        }
        // A file that nothing else names goes along.
        let files: Vec<String> = files_of(&entry).collect();
        let still: Vec<String> = self.files_named().collect();
        let files_now = Arc::make_mut(&mut self.files);
        for file in files.iter().filter(|file| !still.contains(file)) {
            files_now.remove(file);
        }
        Ok(())
    }

    /// What would be left without its ground if an entry went, each in words.
    pub fn users(&self, list: List, id: &str) -> Vec<String> {
        let is_it = |one: &str| one == id || operand_and_day(one).0 == id;
        let names = |value: Option<&Value>| match value {
            Some(Value::String(one)) => is_it(one),
            Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).any(is_it),
            _ => false,
        };
        let of = |list: List, is_user: &dyn Fn(&Map<String, Value>) -> bool| -> Vec<String> {
            let users = self.entries(list).filter(|entry| id_of(entry) != id && is_user(entry));
            users.map(|entry| format!("{} '{}'", list.noun(), id_of(entry))).collect()
        };
        match list {
            List::Sources => of(List::Excerpts, &|excerpt| names(excerpt.get("source"))),
            List::Overlays | List::Layers => of(List::Overlays, &|overlay| {
                let recipe = overlay.get("recipe").and_then(Value::as_object);
                let band = overlay.get("accuracy").and_then(|accuracy| accuracy.get("band"));
                names(band)
                    || names(overlay.get("contested"))
                    || recipe.is_some_and(|recipe| {
                        ["of", "line", "clip", "within", "from", "to"].iter().any(|member| names(recipe.get(*member)))
                    })
            }),
            _ => Vec::new(),
        }
    }

    /// Keeps a file beside the description.
    ///
    /// # Errors
    /// [`EditError::Path`].
    pub fn put_file(&mut self, path: &str, bytes: impl Into<Arc<[u8]>>) -> Result<(), EditError> {
        let is_plain =
            path.split('/').all(|part| !matches!(part, "" | "." | "..")) && !path.contains(['\\', ':', '\0']);
        if !is_plain || path == DESCRIPTION {
            return Err(EditError::Path(path.to_owned()));
        }
        Arc::make_mut(&mut self.files).insert(path.to_owned(), bytes.into());
        Ok(())
    }

    /// The paths of the files that the description names.
    pub fn files_named(&self) -> impl Iterator<Item = String> {
        let fonts = self.members.get("fonts").and_then(Value::as_array).into_iter().flatten().flat_map(files_of);
        self.files_of_lists(&[List::Overlays, List::Layers, List::Sources]).chain(fonts.collect::<Vec<_>>())
    }

    /// The paths of the files that hold shapes.
    pub fn shape_files(&self) -> impl Iterator<Item = String> {
        self.files_of_lists(&[List::Overlays, List::Layers])
    }

    fn files_of_lists(&self, lists: &[List]) -> impl Iterator<Item = String> + use<> {
        let entries = lists.iter().filter_map(|list| self.members.get(list.member())?.as_array()).flatten();
        entries.flat_map(files_of).collect::<Vec<_>>().into_iter()
    }

    /// An id made of words that no entry of a list has; overlays and layers share their ids.
    pub fn free_id(&self, list: List, words: &str) -> String {
        let lists: &[List] = match list {
            List::Overlays | List::Layers => &[List::Overlays, List::Layers],
            ref other => std::slice::from_ref(other),
        };
        let is_free = |id: &String| lists.iter().all(|list| self.entry(*list, id).is_none());
        // A day alone, of words in other letters, would be the id of whatever is of that day.
        let is_of_letters = |id: &str| id.bytes().any(|byte| byte.is_ascii_lowercase());
        let base = match id_from(words) {
            Some(id) if !is_of_letters(&id) && words.chars().any(char::is_alphabetic) => {
                format!("{}-{id}", list.noun())
            }
            id => id.unwrap_or_else(|| list.noun().to_owned()),
        };
        // What is asked of a source or an excerpt by its id, such as what rests on it, is asked of one of them.
        let base = match list {
            List::Excerpts if self.entry(List::Sources, &base).is_some() => format!("{base}-excerpt"),
            _ => base,
        };
        let numbered = (2..).map(|number: usize| format!("{base}-{number}"));
        std::iter::once(base.clone()).chain(numbered).find(is_free).unwrap_or_default()
    }

    fn place(&self, list: List, id: &str) -> Result<usize, EditError> {
        let entries = self.members.get(list.member()).and_then(Value::as_array);
        let at = entries
            .and_then(|all| all.iter().position(|entry| entry.as_object().is_some_and(|entry| id_of(entry) == id)));
        at.ok_or_else(|| EditError::Absent { list, id: id.to_owned() })
    }

    fn list_mut(&mut self, list: List) -> &mut Vec<Value> {
        let members = Arc::make_mut(&mut self.members);
        let value = members.entry(list.member()).or_insert_with(|| Value::Array(Vec::new()));
        if !value.is_array() {
            *value = Value::Array(Vec::new());
        }
        match value {
            Value::Array(list) => list,
            _ => unreachable!("it has just been made a list"),
        }
    }

    /// Takes an id out of a member of all entries of a list.
    fn forget(&mut self, list: List, member: &str, id: &str) {
        let names = |value: &Value| match value {
            Value::String(one) => one == id,
            Value::Array(all) => all.iter().any(|one| one.as_str() == Some(id)),
            _ => false,
        };
        if !self.entries(list).any(|entry| entry.get(member).is_some_and(names)) {
            return;
        }
        for entry in self.list_mut(list).iter_mut().filter_map(Value::as_object_mut) {
            match entry.get_mut(member) {
                Some(Value::String(one)) if one == id => drop(entry.shift_remove(member)),
                Some(Value::Array(all)) => all.retain(|one| one.as_str() != Some(id)),
                _ => {}
            }
        }
        // A position is one about an overlay.
        if list == List::Positions && member == "overlay" {
            self.list_mut(list).retain(|entry| entry.get(member).is_some());
        }
    }
}

/// The id of an entry; empty if it has none.
pub fn id_of(entry: &Map<String, Value>) -> &str {
    entry.get("id").and_then(Value::as_str).unwrap_or_default()
}

/// Whether a text has the form of an id: small letters, digits and hyphens.
pub fn is_id(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 64
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// An id made of words, as far as they have letters or digits of ASCII.
pub(in crate::dossier) fn id_from(words: &str) -> Option<String> {
    let mut id = String::new();
    for letter in words.chars().flat_map(char::to_lowercase) {
        match letter {
            'a'..='z' | '0'..='9' => id.push(letter),
            _ if !id.is_empty() && !id.ends_with('-') => id.push('-'),
            _ => {}
        }
        if id.len() >= 40 {
            break;
        }
    }
    let id = id.trim_end_matches('-');
    (!id.is_empty()).then(|| id.to_owned())
}

/// The files that an entry of a list names.
fn files_of(entry: &Value) -> impl Iterator<Item = String> {
    let geometry = |entry: &'_ Value| entry.get("geometry").and_then(|geometry| geometry.get("file")).cloned();
    let versions = entry.get("versions").and_then(Value::as_array).into_iter().flatten();
    let geometry = geometry(entry).into_iter().chain(versions.filter_map(geometry));
    let captures = entry.get("archived").and_then(Value::as_array).into_iter().flatten();
    let captures = captures.filter_map(|capture| capture.get("file"));
    let all: Vec<String> = geometry
        .chain(entry.get("file").cloned())
        .chain(captures.cloned())
        .filter_map(|file| file.as_str().map(str::to_owned))
        .collect();
    all.into_iter()
}

#[cfg(test)]
mod tests;
