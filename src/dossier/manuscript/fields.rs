//! What is asked of each entry of a dossier: one table, from which forms are made.

use super::List;

/// What a member holds, and so how it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// One line.
    Line,
    /// Several lines.
    Lines,
    /// Words by language.
    Words,
    /// Words by language, of several lines; bare ones are in none that is stated.
    Paragraphs,
    /// A day, ISO 8601.
    Day,
    /// The address of a page.
    Address,
    /// A number.
    Number,
    /// The code of a country.
    Country,
    /// Yes or no; the value where nothing is said.
    Flag(bool),
    /// One of a few words, each with what it means.
    OneOf(&'static [(&'static str, &'static str)]),
    /// The id of an entry.
    Entry(List),
    /// The ids of entries.
    Entries(List),
    /// Ids of entries or other names, one a line.
    Names(List),
    /// The address of a copy in an archive on the web, among copies that lie in the folder.
    Archived,
    /// That something was withdrawn or corrected: day, reason, address of the notice.
    Correction,
}

/// A member of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its name in `dossier.json`.
    pub member: &'static str,
    /// What it is called in a form.
    pub label: &'static str,
    /// What it is for, in a few words.
    pub hint: &'static str,
    /// What it holds.
    pub kind: FieldKind,
    /// Whether an entry without it is of no use.
    pub is_needed: bool,
}

const fn needed(member: &'static str, label: &'static str, hint: &'static str, kind: FieldKind) -> Field {
    Field { member, label, hint, kind, is_needed: true }
}

const fn field(member: &'static str, label: &'static str, hint: &'static str, kind: FieldKind) -> Field {
    Field { member, label, hint, kind, is_needed: false }
}

/// What an excerpt does.
pub const DOES: &[(&str, &str)] = &[
    ("context", "gives context"),
    ("states-figure", "states a figure"),
    ("proposes", "proposes"),
    ("rejects", "rejects"),
    ("demands", "demands"),
    ("claims", "claims a territory"),
    ("reports-control", "reports who holds what"),
];

/// What a party does about an overlay.
pub const STANCES: &[(&str, &str)] = &[
    ("claims", "claims"),
    ("proposes", "proposes"),
    ("offers", "offers"),
    ("demands", "demands"),
    ("rejects", "rejects"),
    ("accepts under conditions", "accepts under conditions"),
];

const KINDS: &[(&str, &str)] = &[
    ("region", "a region"),
    ("proposal", "a proposal"),
    ("line", "a line"),
    ("control", "who holds what"),
    ("places", "places"),
    ("uncertainty", "how uncertain a line is"),
];

const QUANTITIES: &[(&str, &str)] = &[
    ("area", "an area"),
    ("share", "a share of another overlay"),
    ("width", "a width"),
    ("poll", "a share of the people asked"),
];

const UNITS: &[(&str, &str)] = &[("km2", "km²"), ("percent", "%"), ("km", "km")];

/// What is asked of the dossier as a whole.
pub const WHOLE: &[Field] = &[
    needed("title", "Title", "what a figure calls it", FieldKind::Words),
    needed("as_of", "Day", "that it describes, such as 2026-11-02", FieldKind::Day),
    field("summary", "Summary", "what it is about, in neutral words", FieldKind::Lines),
    field("version", "Version", "raised with every change, such as 1.0.0", FieldKind::Line),
    field("home", "Opening view", "the overlay that it fits", FieldKind::Entry(List::Overlays)),
    field("country", "Country", "two letters (ISO 3166-1); maps shade the ground of others", FieldKind::Country),
    field("boundary_view", "View of borders", "which view of borders the map follows", FieldKind::Paragraphs),
    field("disclaimer", "Disclaimer", "goes with every figure", FieldKind::Paragraphs),
    field("disclaimer_short", "In short", "the same for narrow figures", FieldKind::Words),
];

impl List {
    /// What is asked of an entry.
    pub fn fields(self) -> &'static [Field] {
        match self {
            Self::Groups => {
                const {
                    &[
                        needed("title", "Title", "heads the group in panel and legend", FieldKind::Words),
                        field("note", "Note", "what a legend says of all of them", FieldKind::Words),
                    ]
                }
            }
            Self::Layers => {
                const {
                    &[
                        needed("file", "File", "GeoJSON in the dossier’s folder", FieldKind::Line),
                        field("license", "Licence", "SPDX identifier, such as CC-BY-4.0", FieldKind::Line),
                        field("credit", "Credit", "as the licence asks for it", FieldKind::Line),
                    ]
                }
            }
            Self::Sources => {
                const {
                    &[
                        needed("title", "Title", "", FieldKind::Line),
                        needed("outlet", "Outlet", "who publishes it", FieldKind::Line),
                        field("author", "Author", "if one is named", FieldKind::Line),
                        field("published", "Published on", "such as 2025-12-15", FieldKind::Day),
                        field("published_note", "How that is known", "if the page does not say it", FieldKind::Line),
                        field("retrieved", "Read on", "such as 2025-12-16", FieldKind::Day),
                        needed("url", "Address", "https://…", FieldKind::Address),
                        field(
                            "archived",
                            "Archived address",
                            "of a copy in an archive on the web",
                            FieldKind::Archived,
                        ),
                        field(
                            "cites",
                            "Relies on",
                            "the sources that it relies on in turn, one a line",
                            FieldKind::Names(Self::Sources),
                        ),
                        field("withdrawn", "Withdrawn", "by its publisher or by you", FieldKind::Correction),
                    ]
                }
            }
            Self::Excerpts => {
                const {
                    &[
                        needed("source", "Source", "", FieldKind::Entry(Self::Sources)),
                        needed("exact", "Words", "as they stand in the source", FieldKind::Lines),
                        field("said_by", "Said by", "who says it, and by way of whom", FieldKind::Line),
                        needed("does", "What it does", "", FieldKind::OneOf(DOES)),
                        field(
                            "overlays",
                            "Is about",
                            "the overlays that it speaks of",
                            FieldKind::Entries(Self::Overlays),
                        ),
                        field(
                            "corrected",
                            "Corrected",
                            "by the source, or because it was quoted wrongly",
                            FieldKind::Correction,
                        ),
                    ]
                }
            }
            Self::Overlays => {
                const {
                    &[
                        needed("title", "Title", "", FieldKind::Words),
                        field("gist", "In one line", "neutral, for a hover tip", FieldKind::Line),
                        field("headline", "Headline", "of a figure about it", FieldKind::Words),
                        needed("kind", "Kind", "", FieldKind::OneOf(KINDS)),
                        field("group", "Group", "in the panel", FieldKind::Entry(Self::Groups)),
                        field("as_of", "Day", "that it describes", FieldKind::Day),
                        field("accuracy_m", "Accuracy, ± m", "of its outline, in metres", FieldKind::Number),
                        field("method", "Method", "how it was made, and what it does not say", FieldKind::Lines),
                        field("license", "Licence", "SPDX identifier, such as CC-BY-4.0", FieldKind::Line),
                        field("credit", "Credit", "as the licence asks for it", FieldKind::Line),
                        field(
                            "contested",
                            "Contested ground",
                            "the size is given without it and with it",
                            FieldKind::Entry(Self::Overlays),
                        ),
                        field("visible", "Shown at first", "when the dossier opens", FieldKind::Flag(true)),
                    ]
                }
            }
            Self::Positions => {
                const {
                    &[
                        needed("who", "Who", "a state, leaders, or the public as polled", FieldKind::Line),
                        needed("stance", "Does what", "", FieldKind::OneOf(STANCES)),
                        needed("overlay", "About", "", FieldKind::Entry(Self::Overlays)),
                        needed("summary", "Summary", "one short neutral sentence", FieldKind::Lines),
                        field("excerpt", "Excerpt", "that says so", FieldKind::Entry(Self::Excerpts)),
                    ]
                }
            }
            Self::Figures => {
                const {
                    &[
                        field("overlay", "About", "", FieldKind::Entry(Self::Overlays)),
                        needed("quantity", "Counts", "", FieldKind::OneOf(QUANTITIES)),
                        field("of", "Share of", "the overlay that is the whole", FieldKind::Entry(Self::Overlays)),
                        needed("value", "Value", "", FieldKind::Number),
                        needed("unit", "Unit", "", FieldKind::OneOf(UNITS)),
                        field("hedge", "Hedge", "the source’s own word, such as roughly", FieldKind::Line),
                        field("definition", "Is a figure of", "in your words", FieldKind::Lines),
                        needed("reported_by", "Reported by", "", FieldKind::Line),
                        field("traced_to", "First stated by", "as far as the reports say", FieldKind::Line),
                        field("date", "Day of the report", "such as 2025-12-15", FieldKind::Day),
                        field("url", "Address", "of the report", FieldKind::Address),
                        field("excerpt", "Excerpt", "that states it", FieldKind::Entry(Self::Excerpts)),
                        field(
                            "weak",
                            "The report is weak",
                            "a copy, second hand, or without a method",
                            FieldKind::Flag(false),
                        ),
                        field("note", "Remark", "", FieldKind::Lines),
                    ]
                }
            }
            Self::Notes => {
                const {
                    &[
                        needed("text", "Note", "where a source is unclear, or reports differ", FieldKind::Lines),
                        field("overlays", "Belongs to", "", FieldKind::Entries(Self::Overlays)),
                        field(
                            "accounts",
                            "Accounts that differ",
                            "shown side by side",
                            FieldKind::Entries(Self::Excerpts),
                        ),
                    ]
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    /// The schema that dossiers are checked by knows each member that is asked for, and its words.
    #[test]
    fn each_field_is_a_member_of_the_format() {
        let schema: Value = serde_json::from_str(include_str!("../../../assets/dossiers/schema.json")).unwrap();
        let check = |properties: &Value, fields: &[Field], of: &str| {
            for field in fields {
                let known = properties.get(field.member).unwrap_or_else(|| panic!("{of} has no {}", field.member));
                if let FieldKind::OneOf(words) = field.kind {
                    let mut ours: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
                    let mut theirs: Vec<&str> =
                        known["enum"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
                    ours.sort_unstable();
                    theirs.sort_unstable();
                    assert_eq!(ours, theirs, "{of}.{}", field.member);
                }
            }
        };
        check(&schema["properties"], WHOLE, "the dossier");
        for list in List::ALL {
            let items = &schema["properties"][list.member()]["items"];
            let items = if items.get("$ref").is_some() { &schema["$defs"]["overlay"] } else { items };
            check(&items["properties"], list.fields(), list.member());
        }
    }
}
