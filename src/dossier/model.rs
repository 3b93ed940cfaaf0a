//! The words of a dossier as they stand in `dossier.json`; `assets/dossiers/schema.json` describes them.

mod recipe;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use super::captures::{Capture, Captures};
use crate::formats::language::Text;
use crate::formats::simplestyle::MarkerSize;

pub use recipe::{Choice, JoinBy, Leg, Recipe, Side, Start, operand_and_day};

/// The format that this version reads.
pub const FORMAT: &str = "claimline-dossier/1";

/// The whole of `dossier.json`.
#[derive(Debug, Clone, Deserialize)]
pub struct DossierFile {
    /// [`FORMAT`].
    pub format: String,
    /// Stable name.
    pub id: String,
    /// Version of the dossier.
    pub version: String,
    /// Name.
    pub title: Text,
    /// What it is about.
    #[serde(default)]
    pub summary: String,
    /// Day that the whole describes, ISO 8601.
    pub as_of: String,
    /// Overlay that the opening view fits.
    #[serde(default)]
    pub home: Option<String>,
    /// Country that it is about, ISO 3166-1 alpha-2: the map tells its ground from that of others.
    #[serde(default)]
    pub country: Option<String>,
    /// `[west, south, east, north]` of what the dossier is about.
    #[serde(default)]
    pub limits_bbox: Option<[f64; 4]>,
    /// Printed under every figure, by language; bare words are in none that is stated, as they were in older dossiers.
    #[serde(default)]
    pub disclaimer: Text,
    /// The same in one short sentence, for narrow columns.
    #[serde(default)]
    pub disclaimer_short: Option<Text>,
    /// Whose borders are drawn.
    #[serde(default)]
    pub boundary_view: Text,
    /// Groups of overlays, top first.
    #[serde(default)]
    pub groups: Vec<Group>,
    /// Geometry that recipes use and that is no overlay itself.
    #[serde(default)]
    pub layers: Vec<HiddenLayer>,
    /// Sources.
    #[serde(default)]
    pub sources: Vec<Source>,
    /// Excerpts of the sources.
    #[serde(default)]
    pub excerpts: Vec<Excerpt>,
    /// Overlays, top first.
    pub overlays: Vec<OverlayEntry>,
    /// Who holds what about which overlay.
    #[serde(default)]
    pub positions: Vec<Position>,
    /// Figures that others report.
    #[serde(default)]
    pub figures: Vec<ReportedFigure>,
    /// Editor's notes.
    #[serde(default)]
    pub notes: Vec<Note>,
    /// Advice of `verify` that the author has answered.
    #[serde(default)]
    pub acknowledged: Vec<Acknowledged>,
    /// Fonts for letters that the program's own lack.
    #[serde(default)]
    pub fonts: Vec<FontEntry>,
    /// Languages in which its titles are given, as tags of BCP 47.
    #[serde(default)]
    pub languages: Vec<String>,
}

/// A piece of advice that does not fit here, and why.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledged {
    /// What the advice is about, as `verify` names it, such as `excerpt 'a'`.
    pub part: String,
    /// Which advice: its name in [`super::verify::Advice`].
    pub advice: String,
    /// Why it does not fit.
    pub reason: String,
}

/// A font that lies in the dossier's folder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct FontEntry {
    /// TrueType file in the dossier's folder.
    pub file: String,
    /// SHA-256 of its bytes, in hexadecimal digits: another file is not taken for it.
    #[serde(default)]
    pub sha256: Option<String>,
    /// Licence of the font.
    #[serde(default)]
    pub license: Option<String>,
    /// Credit that the licence asks for.
    #[serde(default)]
    pub credit: Option<String>,
}

/// A group of overlays.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Group {
    /// Stable name.
    pub id: String,
    /// Name.
    pub title: Text,
    /// What a legend says of all of them.
    #[serde(default)]
    pub note: Option<Text>,
}

/// Geometry that recipes use and that is no overlay itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct HiddenLayer {
    /// Stable name.
    pub id: String,
    /// GeoJSON file in the dossier's folder.
    pub file: String,
    /// Licence of the data.
    #[serde(default)]
    pub license: Option<String>,
    /// Credit that the licence asks for.
    #[serde(default)]
    pub credit: Option<String>,
}

/// An article, report or page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Stable name.
    pub id: String,
    /// Who publishes it.
    pub outlet: String,
    /// Title.
    pub title: String,
    /// Where the title comes from, if not from the page itself.
    #[serde(default)]
    pub title_note: Option<String>,
    /// Address.
    pub url: String,
    /// Author, if named.
    #[serde(default)]
    pub author: Option<String>,
    /// Day of publication, ISO 8601.
    #[serde(default)]
    pub published: Option<String>,
    /// How that day is known.
    #[serde(default)]
    pub published_note: Option<String>,
    /// Day on which it was read, ISO 8601.
    #[serde(default)]
    pub retrieved: Option<String>,
    /// Copies of it as it was on a day: those in archives on the web, and those that lie in the dossier's folder.
    #[serde(default, skip_serializing_if = "Captures::is_empty")]
    pub archived: Captures,
    /// Whom it relies on in turn: ids of sources of the dossier, or names of others.
    #[serde(default)]
    pub cites: Vec<String>,
    /// That its publisher, or the dossier's author, does not stand by it any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<Correction>,
    /// The text that the positions of the excerpts count in.
    #[serde(default)]
    pub text: Option<SourceText>,
}

impl Source {
    /// The address of a copy of it in an archive on the web.
    pub fn archived_url(&self) -> Option<&str> {
        self.archived.on_the_web().and_then(|capture| capture.url.as_deref())
    }
}

/// That a source was withdrawn, or the words of an excerpt corrected.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// On which day, ISO 8601.
    pub on: String,
    /// Why, and what stands instead, in neutral words.
    pub why: String,
    /// Address of the notice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// A fingerprint of a source's normalised text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceText {
    /// SHA-256 of its UTF-8, hexadecimal.
    pub sha256: String,
    /// Length in Unicode code points.
    pub length: usize,
}

/// What an excerpt does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Does {
    /// States a figure.
    StatesFigure,
    /// Proposes something.
    Proposes,
    /// Rejects something.
    Rejects,
    /// Demands something.
    Demands,
    /// Claims a territory.
    Claims,
    /// Reports who holds what.
    ReportsControl,
    /// Says something with no place on the map.
    Context,
}

impl Does {
    /// A short phrase for a card.
    pub fn phrase(self) -> &'static str {
        match self {
            Self::StatesFigure => "states a figure",
            Self::Proposes => "reports a proposal",
            Self::Rejects => "reports a rejection",
            Self::Demands => "reports a demand",
            Self::Claims => "reports a claim",
            Self::ReportsControl => "reports control",
            Self::Context => "context",
        }
    }
}

/// The number of a page, or an error that says what one is.
fn page_number<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<usize>, D::Error> {
    let said = serde_json::Value::deserialize(deserializer)?;
    match said.as_u64().and_then(|page| usize::try_from(page).ok()) {
        None if !said.is_null() => {
            Err(serde::de::Error::custom(format!("page is {said}; expected the number of a page, counted from 1")))
        }
        page => Ok(page),
    }
}

/// Words quoted from a source, with W3C Web Annotation selectors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excerpt {
    /// Stable name.
    pub id: String,
    /// Id of the source.
    #[serde(default)]
    pub source: String,
    /// Ids of the overlays it speaks of.
    #[serde(default)]
    pub overlays: Vec<String>,
    /// What it does.
    pub does: Does,
    /// Who says it.
    #[serde(default)]
    pub said_by: Option<String>,
    /// The quoted words, verbatim.
    pub exact: String,
    /// What stands before them.
    #[serde(default)]
    pub prefix: String,
    /// What stands after them.
    #[serde(default)]
    pub suffix: String,
    /// First code point in the normalised text.
    #[serde(default)]
    pub start: Option<usize>,
    /// One past the last code point.
    #[serde(default)]
    pub end: Option<usize>,
    /// The page on which it stands, counted from 1, where the source has pages.
    #[serde(default, deserialize_with = "page_number", skip_serializing_if = "Option::is_none")]
    pub page: Option<usize>,
    /// That the source has corrected these words, or that they were quoted wrongly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrected: Option<Correction>,
    /// Of an excerpt of the user's own that was not taken from the text of its source: the SHA-256 of the text that it was
    /// taken from. It is never called exact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_text: Option<String>,
}

/// An overlay as the file describes it.
#[derive(Debug, Clone, Deserialize)]
pub struct OverlayEntry {
    /// Stable name, used on the command line too.
    pub id: String,
    /// Name.
    pub title: Text,
    /// One line for a hover tip.
    #[serde(default)]
    pub gist: String,
    /// What a figure about it has for its headline.
    #[serde(default)]
    pub headline: Option<Text>,
    /// What kind of thing it is, such as `proposal` or `region`.
    pub kind: String,
    /// Id of its group.
    #[serde(default)]
    pub group: Option<String>,
    /// Day that it describes, ISO 8601.
    #[serde(default)]
    pub as_of: Option<String>,
    /// Whether it is shown at first.
    #[serde(default = "yes")]
    pub visible: bool,
    /// How it is drawn: a [`Style`], as it was written, so that what of it cannot be read spoils nothing else.
    #[serde(default)]
    pub style: Value,
    /// Kinds of its features, each drawn in its own style: a list of [`Rule`](super::styling::Rule), as it was written.
    #[serde(default)]
    pub rules: Value,
    /// Which features of the file or of the recipe's points count: a filter, as it was written.
    #[serde(rename = "where", default)]
    pub when: Value,
    /// A file of its own …
    #[serde(default)]
    pub geometry: Option<GeometryFile>,
    /// … or a shape derived from others …
    #[serde(default)]
    pub recipe: Option<Recipe>,
    /// … or as reports of several days have it.
    #[serde(default)]
    pub versions: Vec<VersionEntry>,
    /// Of a line: what lies on its sides, for the sizes of corridors.
    #[serde(default)]
    pub side_names: Option<SideNames>,
    /// Stated accuracy, in metres, where it is the same everywhere.
    #[serde(default)]
    pub accuracy_m: Option<f64>,
    /// Stated accuracy where it differs from stretch to stretch.
    #[serde(default)]
    pub accuracy: Option<Accuracy>,
    /// Id of an overlay of contested ground: the size of an area without it and with it is said beside its own.
    #[serde(default)]
    pub contested: Option<String>,
    /// How it was made.
    #[serde(default)]
    pub method: Option<String>,
    /// Licence of the geometry.
    #[serde(default)]
    pub license: Option<String>,
    /// Credit that the licence asks for.
    #[serde(default)]
    pub credit: Option<String>,
}

/// An overlay as one report has it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct VersionEntry {
    /// Of which day or days, as EDTF has it; one that cannot be read is kept as unknown.
    #[serde(default)]
    pub when: Option<String>,
    /// Who reports it.
    #[serde(default)]
    pub who: Option<String>,
    /// Its file.
    pub geometry: GeometryFile,
    /// Ids of the excerpts that say so.
    #[serde(default)]
    pub excerpts: Vec<String>,
    /// Stated accuracy, in metres, where it differs from that of the overlay.
    #[serde(default)]
    pub accuracy_m: Option<f64>,
}

/// How exact an outline is that is not equally exact everywhere, as measured by leaving reports out in turn.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Accuracy {
    /// Half the width of the band of uncertainty where it is narrowest, in metres.
    pub from_m: f64,
    /// The same where it is widest.
    pub to_m: f64,
    /// Id of the overlay that is that band.
    pub band: String,
    /// How many reports were left out in turn, the outline drawn without each.
    #[serde(default)]
    pub left_out: Option<u32>,
    /// Of how many of these the place lay within the band of the outline that was drawn without it.
    #[serde(default)]
    pub left_out_within: Option<u32>,
}

/// What lies on the sides of a directed line, such as `side reported as held by Ukraine`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SideNames {
    /// To the left of one who walks along it.
    pub left: String,
    /// To the right.
    pub right: String,
}

fn yes() -> bool {
    true
}

/// A GeoJSON file in the dossier's folder.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct GeometryFile {
    /// Path within the folder.
    pub file: String,
}

/// simplestyle 1.1 with a pattern, a dash and a casing of our own.
#[derive(Debug, Clone, PartialEq)]
pub struct Style {
    /// Outline colour.
    pub stroke: Option<String>,
    /// Outline width in points.
    pub stroke_width: f64,
    /// Outline opacity.
    pub stroke_opacity: f64,
    /// Fill colour.
    pub fill: Option<String>,
    /// Fill opacity.
    pub fill_opacity: f64,
    /// `none`, `hatch` or `dots`.
    pub pattern: PatternKind,
    /// Angle of the hatch, in degrees, anticlockwise from east.
    pub pattern_angle: f64,
    /// Dash and gap lengths in points.
    pub dash: Option<Vec<f64>>,
    /// Colour of the casing under a line.
    pub casing: Option<String>,
    /// How large points are drawn.
    pub marker_size: Option<MarkerSize>,
    /// What stands in a point: a digit, a letter, or the name of a symbol.
    pub marker_symbol: Option<String>,
}

impl Style {
    /// Whether it has a fill that is strong enough to be seen.
    pub fn is_filled(&self) -> bool {
        self.fill.is_some() && self.fill_opacity >= 0.05
    }
}

impl Default for Style {
    /// The defaults of simplestyle 1.1.
    fn default() -> Self {
        Self {
            stroke: Some("#555555".to_owned()),
            stroke_width: 2.0,
            stroke_opacity: 1.0,
            fill: Some("#555555".to_owned()),
            fill_opacity: 0.6,
            pattern: PatternKind::None,
            pattern_angle: 45.0,
            dash: None,
            casing: None,
            marker_size: None,
            marker_symbol: None,
        }
    }
}

/// What of a [`Style`] is to be otherwise: `none` for a colour takes it away, an empty dash makes a line whole.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct StylePart {
    /// Outline colour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stroke: Option<String>,
    /// Outline width in points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stroke_width: Option<f64>,
    /// Outline opacity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stroke_opacity: Option<f64>,
    /// Fill colour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fill: Option<String>,
    /// Fill opacity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fill_opacity: Option<f64>,
    /// `none`, `hatch` or `dots`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern: Option<PatternKind>,
    /// Angle of the hatch, in degrees, anticlockwise from east.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern_angle: Option<f64>,
    /// Dash and gap lengths in points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dash: Option<Vec<f64>>,
    /// Colour of the casing under a line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub casing: Option<String>,
    /// How large points are drawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marker_size: Option<MarkerSize>,
    /// What stands in a point.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marker_symbol: Option<String>,
}

impl StylePart {
    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// How an area is filled besides its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PatternKind {
    /// Colour only.
    #[serde(alias = "solid-bands")]
    None,
    /// Parallel lines.
    Hatch,
    /// Sparse dots.
    Dots,
}

/// Who holds what about an overlay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Stable name.
    pub id: String,
    /// Who.
    pub who: String,
    /// Proposes, rejects, demands …
    pub stance: String,
    /// Id of the overlay.
    pub overlay: String,
    /// In our own words.
    pub summary: String,
    /// Id of the excerpt that says so.
    #[serde(default)]
    pub excerpt: Option<String>,
}

/// A figure that somebody reports about an overlay.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReportedFigure {
    /// Stable name.
    pub id: String,
    /// Id of the overlay; `None` for figures with no place.
    #[serde(default)]
    pub overlay: Option<String>,
    /// What it counts.
    pub quantity: Quantity,
    /// For a share: the overlay that it is a share of.
    #[serde(default)]
    pub of: Option<String>,
    /// The number.
    pub value: f64,
    /// `km2`, `percent` or `km`.
    pub unit: String,
    /// Hedging word, such as `approximately`.
    #[serde(default)]
    pub hedge: Option<String>,
    /// What it is a figure of, in our own words.
    #[serde(default)]
    pub definition: String,
    /// Who reports it.
    pub reported_by: String,
    /// Who stated it first, as far as the reports say.
    #[serde(default)]
    pub traced_to: Option<String>,
    /// Day of the report, ISO 8601.
    #[serde(default)]
    pub date: Option<String>,
    /// Address of the report.
    #[serde(default)]
    pub url: Option<String>,
    /// Id of the excerpt that states it.
    #[serde(default)]
    pub excerpt: Option<String>,
    /// Whether the report is weak.
    #[serde(default)]
    pub weak: bool,
    /// Remark.
    #[serde(default)]
    pub note: Option<String>,
}

impl ReportedFigure {
    /// Whether two figures count the same thing in the same unit, so that their numbers can be compared.
    pub fn is_of_one_quantity(&self, other: &Self) -> bool {
        (self.quantity, &self.of, &self.unit) == (other.quantity, &other.of, &other.unit)
    }
}

/// What a reported figure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Quantity {
    /// Square kilometres.
    Area,
    /// Percent of another overlay.
    Share,
    /// Kilometres across.
    Width,
    /// Percent of people asked.
    #[serde(other)]
    Poll,
}

/// An editor's note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Stable name.
    pub id: String,
    /// Ids of the overlays it belongs to.
    #[serde(default)]
    pub overlays: Vec<String>,
    /// Ids of excerpts that give different accounts of one thing: shown side by side, none before the other.
    #[serde(default)]
    pub accounts: Vec<String>,
    /// The note.
    pub text: String,
}
