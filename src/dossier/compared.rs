//! What changed between two as overlays of its own: what was gained, what was lost, the outline as it is and as it was, so that
//! the map, the legend and the figure of it are made by the code that makes all others.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use geo::{MultiLineString, MultiPolygon};
use serde_json::{Value, json};

use super::diff::{ShapeChange, name_of_place};
use super::model::{Excerpt, Group, PatternKind, Source, Style};
use super::{Dossier, Measure, Overlay, Place, Shape, fingerprint, resolve, words};
use crate::formats::language::Text;
use crate::formats::simplestyle::MarkerSize;

/// The group of these overlays.
pub const CHANGED_GROUP: &str = "what-changed";

/// What one of several accounts has in a figure of what changed of all of them.
struct Shades {
    /// Colours of what was gained and lost.
    colors: [&'static str; 2],
    /// The angles of their hatches in degrees; dots where there is none.
    angles_deg: [Option<f64>; 2],
    /// Colours of the outlines: as it is, and as it was.
    outlines: [&'static str; 2],
    /// The width of the outlines in points.
    outline_pt: f64,
}

/// Of the first account, and of others beside it: no two alike in colour or, in grey, in pattern. The colours are those of Okabe and
/// Ito (2008), which colour-blind readers tell apart.
const SHADES: [Shades; 3] = [
    Shades {
        colors: ["#0072B2", "#D55E00"],
        angles_deg: [Some(45.0), Some(135.0)],
        outlines: ["#30363D", "#7C8188"],
        outline_pt: 1.5,
    },
    Shades {
        colors: ["#009E73", "#CC79A7"],
        angles_deg: [Some(0.0), Some(90.0)],
        outlines: ["#005A42", "#5F9C8A"],
        outline_pt: 2.5,
    },
    Shades {
        colors: ["#56B4E9", "#E69F00"],
        angles_deg: [None, None],
        outlines: ["#2B5F80", "#86A9BD"],
        outline_pt: 0.8,
    },
];

/// Less than this is rounding, in square kilometres and in kilometres.
const LEAST_KM2: f64 = 1e-6;
const LEAST_KM: f64 = 1e-3;

/// One of the two that are compared, as a figure and a panel name it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edition {
    /// Id of the dossier.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Day that it describes, ISO 8601.
    pub as_of: String,
    /// Its fingerprint.
    pub sha256: String,
    /// What it is called.
    pub title: String,
}

impl Edition {
    /// Of a dossier.
    pub fn of(dossier: &Dossier) -> Self {
        Self {
            id: dossier.id.clone(),
            version: dossier.version.clone(),
            as_of: dossier.as_of.clone(),
            sha256: dossier.sha256.clone(),
            title: dossier.title.main().to_owned(),
        }
    }
}

/// What a part of what changed is called: the figure has the words of it.
#[derive(Debug, Clone, Copy)]
pub enum PartName<'a> {
    /// What an overlay of this title has now and had not.
    Gained(&'a Text),
    /// What it had and has not.
    Lost(&'a Text),
    /// An overlay that came.
    Added(&'a Text),
    /// An overlay that went.
    Removed(&'a Text),
    /// What only an account of this title has.
    OnlyBy(&'a Text),
    /// The overlay, as it is.
    Now(&'a Text),
    /// The overlay, as it was.
    Formerly(&'a Text),
    /// The overlay, as it was on a day, ISO 8601.
    OfDay(&'a Text, &'a str),
    /// By its title alone.
    Alone(&'a Text),
}

/// The words of a map of what changed, in all languages that a figure speaks.
pub struct Wording<'a> {
    /// What its overlays are called.
    pub name: &'a dyn Fn(PartName<'_>) -> Text,
    /// What they are called together.
    pub group: Text,
    /// What a figure has for its headline.
    pub headline: Text,
    /// What it says under that: the two states.
    pub subtitle: Text,
}

/// Which report of what a change is of, as a figure's provenance has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReportedState {
    /// Id of the overlay.
    pub overlay: String,
    /// The day that was asked for, ISO 8601.
    pub asked: String,
    /// The day or the days of the report.
    pub when: Option<String>,
    /// Who reports.
    pub who: Option<String>,
    /// Whether the overlay is a file of the user's own.
    pub is_own: bool,
    /// From which file or which features the report is.
    pub from: String,
    /// The sum of all of its shape.
    pub geometry_sha256: String,
}

/// A shape that differs: an overlay's, or an annotation's.
#[derive(Debug, Clone)]
pub struct Shaded {
    /// Id of the overlay, or what else it is called, such as `annotation-3`.
    pub id: String,
    /// The overlays whose states these are, where they have other ids: of an account, or of two.
    pub of: Option<[String; 2]>,
    /// Whether it is an overlay of the dossiers.
    pub is_overlay: bool,
    /// What it is called.
    pub title: Text,
    /// The shape before and after; `None` where it was not there.
    pub shapes: [Option<Arc<Shape>>; 2],
    /// Whether the later of the two shows it at first.
    pub visible: bool,
    /// The days of which these are, ISO 8601; empty where nothing says so.
    pub days: [String; 2],
    /// What the accounts are called, where these are two of one day.
    pub accounts: Option<[Text; 2]>,
    /// Least and most of what was gained and lost, in square kilometres, where it is known how exact both are.
    pub ranges_km2: Option<[(f64, f64); 2]>,
    /// How they differ.
    pub change: ShapeChange,
}

/// What a dossier of changes is of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Compared {
    /// What was before.
    pub before: Edition,
    /// What is now.
    pub after: Edition,
    /// By overlay of the comparison, the overlay whose change it shows.
    pub derived: BTreeMap<String, String>,
    /// By overlay whose change is shown, the fingerprints of its shape before and after, where there is one.
    pub geometry: BTreeMap<String, [Option<String>; 2]>,
    /// Ids that sources of before have here, where the dossier of now has another of the same id, with their own.
    pub sources: BTreeMap<String, String>,
    /// By the id that it has here, an excerpt of before that the dossier of now lacks or has otherwise: its own id and its
    /// fingerprint.
    pub excerpts: BTreeMap<String, (String, String)>,
    /// By overlay whose change is shown, of which reports that is, where it has several.
    pub reports: BTreeMap<String, [ReportedState; 2]>,
    /// What a figure of it has for its headline.
    pub headline: Text,
    /// What it says under that.
    pub subtitle: Text,
}

impl Compared {
    /// As a figure's provenance has it.
    pub fn json(&self) -> Value {
        let Edition { id, version, as_of, sha256, title } = &self.before;
        let geometry: BTreeMap<&String, Value> = self
            .geometry
            .iter()
            .map(|(id, [before, after])| (id, json!({ "before": before, "after": after })))
            .collect();
        let excerpts: BTreeMap<&String, &String> = self.excerpts.values().map(|(id, sum)| (id, sum)).collect();
        let mut all = json!({
            "excerpts_sha256": excerpts,
            "dossier": { "id": id, "version": version, "as_of": as_of, "sha256": sha256, "title": title },
            "derived": self.derived,
            "geometry_sha256": geometry,
        });
        if !self.reports.is_empty() {
            let state = |state: &ReportedState| {
                let ReportedState { overlay, asked, when, who, is_own, from, geometry_sha256 } = state;
                json!({
                    "overlay": overlay, "day": asked, "reported": when, "account": who, "own_file": is_own,
                    "from": from, "geometry_sha256": geometry_sha256,
                })
            };
            let reports: BTreeMap<&String, Value> = (self.reports.iter())
                .map(|(id, [before, after])| (id, json!({ "before": state(before), "after": state(after) })))
                .collect();
            all["reports"] = json!(reports);
        }
        all
    }
}

/// Where a shape lies in what is drawn of it, top first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Gained,
    Lost,
    Now,
    Before,
}

impl Part {
    fn id(self, of: &str) -> String {
        let part = match self {
            Self::Gained => "gained",
            Self::Lost => "lost",
            Self::Now => "now",
            Self::Before => "before",
        };
        format!("{part}-{of}")
    }

    /// How it is drawn of an account by its place among those that are compared.
    fn style(self, shape: &Shape, account: usize) -> Style {
        let Shades { colors, angles_deg, outlines, outline_pt } = &SHADES[account % SHADES.len()];
        let is_line = shape.areas().is_none();
        let outline = |color: &str, width: f64, dash: Option<Vec<f64>>| Style {
            stroke: Some(color.to_owned()),
            stroke_width: width,
            fill: None,
            fill_opacity: 0.0,
            dash,
            ..Style::default()
        };
        // Strong with lines that rise, and faint with lines that fall: so they are told apart in grey too, and one over the other.
        let shade = |of: usize, opacity: f64, dash: Option<Vec<f64>>, symbol: &str| Style {
            fill: Some(colors[of].to_owned()),
            fill_opacity: if shape.places().is_empty() { opacity } else { 1.0 },
            pattern: if angles_deg[of].is_some() { PatternKind::Hatch } else { PatternKind::Dots },
            pattern_angle: angles_deg[of].unwrap_or_default(),
            marker_size: Some(MarkerSize::Medium),
            marker_symbol: Some(symbol.to_owned()),
            ..outline(colors[of], if is_line { 4.0 } else { 1.0 }, dash)
        };
        match self {
            Self::Gained => shade(0, 0.45, None, "circle"),
            Self::Lost => shade(1, 0.12, Some(vec![6.0, 4.0]), "cross"),
            Self::Now => outline(outlines[0], *outline_pt, None),
            Self::Before => outline(outlines[1], *outline_pt, Some(vec![2.0, 3.0])),
        }
    }

    fn name(self, shaded: &Shaded) -> PartName<'_> {
        let title = &shaded.title;
        if let Some([one, other]) = &shaded.accounts {
            return match self {
                Self::Gained => PartName::OnlyBy(other),
                Self::Lost => PartName::OnlyBy(one),
                Self::Now => PartName::Alone(other),
                Self::Before => PartName::Alone(one),
            };
        }
        let [before, after] = shaded.days.each_ref().map(String::as_str);
        let has_days = before != after;
        match (self, &shaded.shapes) {
            (Self::Gained, [None, _]) => PartName::Added(title),
            (Self::Lost, [_, None]) => PartName::Removed(title),
            (Self::Gained, _) => PartName::Gained(title),
            (Self::Lost, _) => PartName::Lost(title),
            (Self::Now, _) if has_days && !after.is_empty() => PartName::OfDay(title, after),
            (Self::Now, _) => PartName::Now(title),
            (Self::Before, _) if has_days && !before.is_empty() => PartName::OfDay(title, before),
            (Self::Before, _) => PartName::Formerly(title),
        }
    }

    /// What it measures: of what was gained and lost between which bounds, where that is known.
    fn measure(self, shaded: &Shaded, measure: Measure) -> Measure {
        let of = match self {
            Self::Gained => 0,
            Self::Lost => 1,
            Self::Now | Self::Before => return measure,
        };
        match (measure, shaded.ranges_km2) {
            (Measure::Area { .. }, Some(ranges)) => {
                let km2 = [shaded.change.gained_km2, shaded.change.lost_km2][of];
                Measure::Area { km2, range_km2: Some(ranges[of]) }
            }
            _ => measure,
        }
    }
}

impl Dossier {
    /// An excerpt as the dossier had it before what changed was laid over it, where that is of this dossier.
    pub fn uncompared<'a>(&self, excerpt: &'a Excerpt) -> Option<Cow<'a, Excerpt>> {
        let Some(compared) = &self.compared else { return Some(Cow::Borrowed(excerpt)) };
        if compared.excerpts.contains_key(&excerpt.id) {
            return None;
        }
        let mut own = excerpt.clone();
        own.overlays.retain(|id| self.overlay(id).is_none_or(|overlay| overlay.group != CHANGED_GROUP));
        Some(Cow::Owned(own))
    }
}

/// What is drawn of a shape that differs.
fn parts(shaded: &Shaded) -> Vec<(Part, Arc<Shape>)> {
    let change = &shaded.change;
    let [gained, lost] = change.shapes();
    let [before, after] = &shaded.shapes;
    let whole = |shape: &Option<Arc<Shape>>| shape.clone().filter(|shape| shape.places().is_empty());
    let mut parts: Vec<(Part, Arc<Shape>)> = Vec::new();
    let mut add = |part, shape: Option<Arc<Shape>>| parts.extend(shape.map(|shape| (part, shape)));
    let places = |wanted: bool, shape: &Option<Arc<Shape>>, names: &[String]| {
        let all = shape.as_ref().filter(|_| wanted)?.places();
        // An annotation that was moved keeps its name.
        let is_new = |place: &&Place| !shaded.is_overlay || names.contains(&name_of_place(place));
        Shape::of(MultiPolygon(Vec::new()), MultiLineString(Vec::new()), all.iter().filter(is_new).cloned().collect())
            .map(Arc::new)
    };
    let (came, went) = (&change.places_gained, &change.places_lost);
    let is_large = |km2: f64, km: f64| km2 >= LEAST_KM2 || km >= LEAST_KM;
    add(Part::Gained, gained.filter(|_| is_large(change.gained_km2, change.gained_km)).map(Arc::new));
    add(Part::Lost, lost.filter(|_| is_large(change.lost_km2, change.lost_km)).map(Arc::new));
    match (before, after) {
        (Some(_), Some(_)) => {
            add(Part::Now, whole(after));
            // Of a line, what it was is what was lost and what stayed.
            add(Part::Before, whole(before).filter(|before| before.areas().is_some()));
            add(Part::Gained, places(true, after, came));
            add(Part::Lost, places(true, before, went));
        }
        _ => {
            add(Part::Gained, places(before.is_none(), after, came));
            add(Part::Lost, places(after.is_none(), before, went));
        }
    }
    parts
}

impl Dossier {
    /// The dossier of `self` as it is now, with what changed on top, in a group of its own; what the shapes rest on now, and what
    /// they rested on in the `former` dossier, is cited.
    #[must_use]
    pub fn with_changes<'a>(
        &self,
        former: Option<&Self>,
        editions: [Edition; 2],
        all: impl IntoIterator<Item = &'a Shaded>,
        wording: Wording<'_>,
    ) -> Self {
        let mut made = self.clone();
        let [before, after] = editions;
        let Wording { name, group, headline, subtitle } = wording;
        let mut compared = Compared { before, after, headline, subtitle, ..Compared::default() };
        let mut overlays = Vec::new();
        for (account, shaded) in all.into_iter().enumerate() {
            // Overlays of two dossiers are of one sort; what several accounts report is to be told apart.
            let account = if shaded.of.is_some() { account } else { 0 };
            let old = former.and_then(|former| former.overlay(&shaded.id)).filter(|_| shaded.is_overlay);
            let new = self.overlay(&shaded.id).filter(|_| shaded.is_overlay);
            let parts = parts(shaded);
            for (part, shape) in parts.iter().map(|(part, shape)| (*part, Arc::clone(shape))) {
                let Ok((bounds, measure)) = resolve::size_of(&shape) else { continue };
                let mut id = part.id(&shaded.id);
                while made.overlay(&id).is_some() || overlays.iter().any(|overlay: &Overlay| overlay.id == id) {
                    id.push_str("-changed");
                }
                let of_day = usize::from(!matches!(part, Part::Before | Part::Lost));
                let rests_on = match part {
                    Part::Now => [None, new],
                    Part::Before => [old, None],
                    Part::Gained | Part::Lost => [old, new],
                };
                if let Some(old) = rests_on[0].zip(former) {
                    made.cite_former(old.1, &old.0.id, &id, &mut compared);
                }
                if let Some(new) = rests_on[1] {
                    made.cite_same(&new.id, &id);
                }
                let said = rests_on.iter().flatten();
                let credits = words::credit_clauses(said.clone().filter_map(|overlay| overlay.credit.as_deref()));
                let licenses: Vec<&str> = said.clone().filter_map(|overlay| overlay.license.as_deref()).collect();
                if shaded.is_overlay {
                    let of = shaded.of.as_ref().map_or(&shaded.id, |[_, after]| after);
                    compared.derived.insert(id.clone(), of.clone());
                    let sum = |shape: &Option<Arc<Shape>>| shape.as_ref().map(|shape| fingerprint::geometry(shape));
                    let sums = || [sum(&shaded.shapes[0]), sum(&shaded.shapes[1])];
                    compared.geometry.entry(shaded.id.clone()).or_insert_with(sums);
                }
                // Said once of each shape.
                let says_doubt = part == Part::Now || !parts.iter().any(|(part, _)| *part == Part::Now);
                let doubt =
                    said.clone().filter_map(|overlay| overlay.accuracy_m).reduce(f64::max).filter(|_| says_doubt);
                overlays.push(Overlay {
                    title: name(part.name(shaded)),
                    gist: format!("What changed of {}", shaded.title.main()),
                    kind: CHANGED_GROUP.to_owned(),
                    group: CHANGED_GROUP.to_owned(),
                    as_of: shaded.days[of_day].clone(),
                    style: part.style(&shape, account),
                    measure: part.measure(shaded, measure),
                    // What rounding leaves of a difference is nothing that anyone could correct.
                    crossing: Arc::new(OnceLock::from(None)),
                    recipe: Some(format!("what of {} differs between the two", words::quoted(shaded.title.main()))),
                    accuracy_m: doubt,
                    method: Some(
                        "Worked out from the shape before and the shape after. It shows what the two put otherwise, not that \
                         anything has changed hands."
                            .to_owned(),
                    ),
                    license: licenses.first().map(|license| (*license).to_owned()),
                    credit: (!credits.is_empty()).then(|| credits.join("; ")),
                    unreported: match part {
                        Part::Now | Part::Before => said.clone().find_map(|overlay| overlay.unreported.clone()),
                        Part::Gained | Part::Lost => None,
                    },
                    ..Overlay::bare(id, shape, (bounds, measure))
                });
            }
        }
        made.groups.insert(0, Group { id: CHANGED_GROUP.to_owned(), title: group, note: None });
        made.overlays.splice(0..0, overlays.into_iter().map(Arc::new));
        made.compared = Some(Arc::new(compared));
        made
    }

    /// Has the excerpts that speak of an overlay speak of another too.
    fn cite_same(&mut self, overlay: &str, also: &str) {
        for excerpt in self.excerpts.iter_mut().filter(|excerpt| excerpt.overlays.iter().any(|id| id == overlay)) {
            if !excerpt.overlays.iter().any(|id| id == also) {
                excerpt.overlays.push(also.to_owned());
            }
        }
    }

    /// Has the excerpts of a former dossier that speak of an overlay speak of another here; those that are still the same are not
    /// brought twice.
    fn cite_former(&mut self, former: &Self, overlay: &str, also: &str, compared: &mut Compared) {
        for old in former.excerpts_of(overlay) {
            let Some(source) = former.source(&old.source) else { continue };
            let id = self.with_former_source(source, &mut compared.sources);
            let is_same = |one: &&mut Excerpt| one.source == id && one.exact == old.exact;
            match self.excerpts.iter_mut().find(is_same) {
                Some(same) => {
                    if !same.overlays.iter().any(|id| id == also) {
                        same.overlays.push(also.to_owned());
                    }
                }
                None => {
                    let mut id_of_it = old.id.clone();
                    while self.excerpt(&id_of_it).is_some() {
                        id_of_it = format!("before-{id_of_it}");
                    }
                    compared.excerpts.insert(id_of_it.clone(), (old.id.clone(), fingerprint::excerpt(old)));
                    let overlays = vec![also.to_owned()];
                    self.excerpts.push(Excerpt { id: id_of_it, source: id, overlays, ..old.clone() });
                }
            }
        }
    }

    /// The id under which a source of a former dossier stands here.
    fn with_former_source(&mut self, source: &Source, renamed: &mut BTreeMap<String, String>) -> String {
        let is_same =
            |one: &&Source| one.url == source.url && one.title == source.title && one.published == source.published;
        if let Some(same) = self.sources.iter().find(is_same) {
            return same.id.clone();
        }
        let mut id = source.id.clone();
        while self.source(&id).is_some() {
            id = format!("before-{id}");
        }
        if id != source.id {
            renamed.insert(id.clone(), source.id.clone());
        }
        self.sources.push(Source { id: id.clone(), ..source.clone() });
        id
    }
}
