//! What a figure says of the user's annotations besides drawing them: rows of the legend, references, data, provenance.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::visible;
use crate::document::annotation::{Citation, Traced};
use crate::document::{Annotation, Document, project};
use crate::dossier::{Dossier, Excerpt, Overlay};
use crate::figure::evidence::others::{Others, in_dossier};
use crate::figure::options::FigureOptions;
use crate::figure::pieces::legend::{LegendEntry, LegendGroup};
use crate::figure::pieces::references::Cited;
use crate::figure::words::Words;
use crate::formats::number::hex;
use crate::formats::source_properties::PropertySource;
use crate::geometry::Frame;
use crate::scene::annotations::{self, swatch};

/// The annotations on the map of a figure, with what they cite.
pub(in crate::figure) struct Shown<'a> {
    dossier: &'a Dossier,
    document: &'a Document,
    annotations: Vec<&'a Arc<Annotation>>,
    /// The layers from files on the map that rest on something, by their ids, top first.
    layers: Vec<(&'a str, &'a [Citation])>,
    /// The excerpts that the user added, by their ids.
    own_excerpts: HashMap<&'a str, &'a Excerpt>,
    /// Which of the annotations cite an excerpt, by its id, top first.
    citing: HashMap<&'a str, Vec<usize>>,
}

impl<'a> Shown<'a> {
    /// The visible annotations within the frame.
    pub(in crate::figure) fn new(dossier: &'a Dossier, document: &'a Document, frame: &Frame) -> Self {
        let seen = frame.lon_lat_bounds();
        let layers = document.shown(dossier).rev().filter(|it| !it.state.layer.citations.is_empty());
        let layers = layers.filter(|it| it.overlay.reaches_into(seen));
        let mut layers: Vec<(&str, &[Citation])> =
            layers.map(|it| (it.state.id.as_str(), it.state.layer.citations.as_slice())).collect();
        // The line of contact rests on what is cited for the layer that it is, whether that is shown or not.
        let line = document.chosen_line.as_ref().filter(|_| {
            let is_of_line =
                |overlay: &Overlay| dossier.own_line.as_ref().is_some_and(|own| own.takes_part_in(overlay));
            document.shown(dossier).any(|it| is_of_line(it.overlay))
        });
        let line = line.and_then(|line| document.overlay(&line.overlay));
        if let Some(state) = line.filter(|state| !layers.iter().any(|(id, _)| *id == state.id)) {
            layers.push((&state.id, &state.layer.citations));
        }
        let annotations = annotations::shown(document, frame);
        let mut own_excerpts = HashMap::new();
        for excerpt in &document.own_excerpts {
            own_excerpts.entry(excerpt.id.as_str()).or_insert(excerpt);
        }
        let mut citing: HashMap<&str, Vec<usize>> = HashMap::new();
        for (index, annotation) in annotations.iter().enumerate().rev() {
            for citation in &annotation.citations {
                let Citation::Excerpt { excerpt } = citation else { continue };
                let by = citing.entry(excerpt).or_default();
                if by.last() != Some(&index) {
                    by.push(index);
                }
            }
        }
        Self { dossier, document, annotations, layers, own_excerpts, citing }
    }

    /// Adds the sources of the excerpts that they cite, each once, in the order in which the legend meets them.
    pub(in crate::figure) fn cite(&self, cited: &mut Cited<'a>) {
        self.citations().filter_map(|citation| self.source(citation)).for_each(|source| cited.add(source));
    }

    /// The other sources that they cite, in the order of the legend, each once.
    pub(in crate::figure) fn other_sources(&self) -> Vec<&'a PropertySource> {
        let (mut others, mut known) = (Vec::new(), HashSet::new());
        for citation in self.citations() {
            let Citation::Source(source) = citation else { continue };
            if self.source(citation).is_none() && known.insert(source.key()) {
                others.push(source);
            }
        }
        others
    }

    /// Their part of the legend: what has a title that the map does not spell out, or rests on something. Those that
    /// look the same and are called the same share a row. `cited` are the sources in the order of their numbers.
    pub(in crate::figure) fn legend(
        &self,
        options: &FigureOptions,
        cited: &Cited<'_>,
        others: &Others<'_>,
    ) -> Option<LegendGroup> {
        let words = options.words();
        let mut entries: Vec<LegendEntry> = Vec::new();
        // By title and look.
        let mut rows: HashMap<(String, String), usize> = HashMap::new();
        // The top-most first, as the overlays stand.
        for annotation in self.annotations.iter().rev() {
            let titled = !annotation.title.trim().is_empty() && !annotation.shape.is_text();
            let mut references: Vec<usize> =
                annotation.citations.iter().filter_map(|citation| self.number(citation, cited, others)).collect();
            if !titled && references.is_empty() {
                continue;
            }
            // Photos are of one kind, whatever their files are called.
            let title = if annotation.photo.is_some() { words.photo.to_owned() } else { label(words, annotation) };
            let swatch = swatch(annotation, options.theme);
            let row = *rows.entry((title.clone(), format!("{swatch:?}"))).or_insert(entries.len());
            match entries.get_mut(row) {
                Some(entry) => entry.references.append(&mut references),
                None => entries.push(LegendEntry { title, second_title: None, swatch, note: None, references }),
            }
        }
        for entry in &mut entries {
            entry.references.sort_unstable();
            entry.references.dedup();
        }
        (!entries.is_empty()).then(|| LegendGroup { title: words.annotations.to_owned(), is_needed: false, entries })
    }

    /// The numbers of what a layer from a file rests on.
    pub(in crate::figure) fn numbers_of_layer(&self, id: &str, cited: &Cited<'_>, others: &Others<'_>) -> Vec<usize> {
        let citations = self.layers.iter().filter(|(layer, _)| *layer == id).flat_map(|(_, citations)| *citations);
        citations.filter_map(|citation| self.number(citation, cited, others)).collect()
    }

    /// What is said of a layer from a file that its file does not say, and what it rests on; nothing if nothing is.
    pub(in crate::figure) fn layer_provenance(&self, id: &str) -> Option<Value> {
        let layer = &self.document.overlay(id)?.layer;
        let mut said = serde_json::to_value(&layer.facts).ok()?;
        let citations: Vec<Value> = layer.citations.iter().map(named).collect();
        if !citations.is_empty() {
            said["citations"] = Value::Array(citations);
        }
        said.as_object().is_some_and(|said| !said.is_empty()).then_some(said)
    }

    /// Whether an excerpt is one that the user added.
    pub(in crate::figure) fn is_own(&self, id: &str) -> bool {
        self.own_excerpts.contains_key(id)
    }

    /// The excerpts that they cite, each once.
    pub(in crate::figure) fn excerpts(&self) -> Vec<&'a Excerpt> {
        let (mut excerpts, mut known) = (Vec::new(), HashSet::new());
        for citation in self.citations() {
            if let Citation::Excerpt { excerpt } = citation
                && let Some(excerpt) = self.excerpt(excerpt)
                && known.insert(excerpt.id.as_str())
            {
                excerpts.push(excerpt);
            }
        }
        excerpts
    }

    /// The pictures that they were traced on, each once as exact as it was, and how many on each; top first.
    pub(in crate::figure) fn traced(&self) -> Vec<(&'a Traced, usize)> {
        let mut all: Vec<(&Traced, usize)> = Vec::new();
        for traced in self.annotations.iter().rev().filter_map(|annotation| annotation.traced.as_ref()) {
            match all.iter_mut().find(|(known, _)| *known == traced) {
                Some((_, count)) => *count += 1,
                None => all.push((traced, 1)),
            }
        }
        all
    }

    /// Those that cite an excerpt, top first.
    pub(in crate::figure) fn citing(&self, excerpt: &str) -> impl Iterator<Item = &Annotation> {
        self.citing.get(excerpt).into_iter().flatten().map(|index| self.annotations[*index].as_ref())
    }

    /// The dossier's sources among the pages on the web that they cite.
    pub(in crate::figure) fn linked_sources(&self) -> impl Iterator<Item = &'a str> {
        let links = self.citations().filter(|citation| matches!(citation, Citation::Source(_)));
        links.filter_map(|link| self.source(link))
    }

    /// All of them as features of GeoJSON, top first: id, properties with simplestyle and citations, the geometry's text.
    pub(in crate::figure) fn features(&self) -> Vec<(String, Map<String, Value>, String)> {
        let feature = |annotation: &Arc<Annotation>| {
            let written = Written::of(annotation);
            let mut all = Map::new();
            all.insert("annotation".to_owned(), json!(annotation.id));
            all.insert("title".to_owned(), json!(annotation.label()));
            if !annotation.description.trim().is_empty() {
                all.insert("description".to_owned(), json!(annotation.description));
            }
            all.insert("kind".to_owned(), json!(written.kind));
            let layer = self.document.layer(annotation.layer);
            all.extend(layer.map(|layer| ("layer".to_owned(), json!(layer.title))));
            self.cited_by(annotation, &mut all);
            all.extend(annotation.traced.as_ref().map(|traced| ("traced_on".to_owned(), json!(traced))));
            all.extend(written.style);
            (format!("annotation-{}", annotation.id.0), all, written.geometry)
        };
        self.annotations.iter().rev().map(|annotation| feature(annotation)).collect()
    }

    /// What one of them rests on, in the words in which an overlay says it.
    fn cited_by(&self, annotation: &Annotation, all: &mut Map<String, Value>) {
        let (mut sources, mut excerpts, mut links) = (Vec::new(), Vec::new(), Vec::new());
        let mut known = HashSet::new();
        for citation in &annotation.citations {
            if let Some(source) = self.source(citation).and_then(|id| self.dossier.source(id))
                && known.insert(source.id.as_str())
            {
                sources.push(visible::source(source));
            }
            match citation {
                Citation::Excerpt { excerpt } => match self.excerpt(excerpt) {
                    Some(found) => excerpts.push(visible::excerpt(found)),
                    None => excerpts.push(json!({ "id": excerpt })),
                },
                Citation::Source(source) => links.push(visible::cited(source)),
            }
        }
        for (name, list) in [("sources", sources), ("excerpts", excerpts), ("links", links)] {
            if !list.is_empty() {
                all.insert(name.to_owned(), Value::Array(list));
            }
        }
    }

    /// SHA-256 over kind, words and geometry of each, bottom first: a line of compact JSON
    /// `[kind,title,description,geometry]`, the geometry as a project's file has it.
    fn sha256(&self) -> String {
        let mut digest = Sha256::new();
        for annotation in &self.annotations {
            let Written { kind, geometry, .. } = Written::of(annotation);
            let words = [json!(kind), json!(annotation.title), json!(annotation.description)];
            for word in words {
                digest.update(format!("{word},"));
            }
            digest.update(format!("{geometry}\n"));
        }
        hex(&digest.finalize())
    }

    /// How many there are, their fingerprint and what they rest on; nothing if there are none.
    pub(in crate::figure) fn provenance(&self) -> Option<Value> {
        let all = self.annotations.iter().rev().flat_map(|annotation| &annotation.citations);
        let mut known = HashSet::new();
        let citations: Vec<Value> = all.map(named).filter(|value| known.insert(value.to_string())).collect();
        let count = self.annotations.len();
        (count > 0).then(|| {
            let mut said = json!({ "count": count, "sha256": self.sha256(), "citations": citations });
            let traced = self.traced();
            if !traced.is_empty() {
                said["traced_on"] = traced.into_iter().map(|(traced, _)| json!(traced)).collect();
            }
            said
        })
    }

    fn citations(&self) -> impl Iterator<Item = &'a Citation> {
        let of_layers = self.layers.iter().flat_map(|(_, citations)| *citations);
        of_layers.chain(self.annotations.iter().rev().flat_map(|annotation| &annotation.citations))
    }

    /// The source of the dossier that a citation leads to.
    fn source(&self, citation: &Citation) -> Option<&'a str> {
        let id = match citation {
            Citation::Excerpt { excerpt } => &self.excerpt(excerpt)?.source,
            Citation::Source(source) => return in_dossier(self.dossier, source),
        };
        Some(self.dossier.source(id)?.id.as_str())
    }

    fn excerpt(&self, id: &str) -> Option<&'a Excerpt> {
        self.own_excerpts.get(id).copied().or_else(|| self.dossier.excerpt(id))
    }

    fn number(&self, citation: &Citation, cited: &Cited<'_>, others: &Others<'_>) -> Option<usize> {
        if let Some(source) = self.source(citation) {
            return cited.number(source);
        }
        match citation {
            Citation::Excerpt { .. } => None,
            Citation::Source(source) => others.number(source),
        }
    }
}

/// What an annotation is called: its title, or else what it is, with its number.
fn label(words: &Words, annotation: &Annotation) -> String {
    if annotation.title.trim().is_empty() {
        format!("{} {}", words.shape(&annotation.shape), annotation.id.0)
    } else {
        annotation.label()
    }
}

/// A citation by its name alone.
fn named(citation: &Citation) -> Value {
    match citation {
        Citation::Excerpt { excerpt } => json!({ "excerpt": excerpt }),
        Citation::Source(PropertySource { url: Some(url), .. }) => json!({ "url": url }),
        Citation::Source(words) => json!(words),
    }
}

/// An annotation as a project's file has it.
struct Written {
    kind: String,
    /// simplestyle.
    style: Map<String, Value>,
    /// GeoJSON.
    geometry: String,
}

impl Written {
    fn of(annotation: &Annotation) -> Self {
        let mut feature: Value = serde_json::from_str(&project::feature_text(annotation)).unwrap_or_default();
        let kind = feature.pointer("/properties/claimline/kind").and_then(Value::as_str).unwrap_or_default().to_owned();
        let mut style = match feature["properties"].take() {
            Value::Object(properties) => properties,
            _ => Map::new(),
        };
        style.retain(|name, _| SIMPLESTYLE.contains(&name.as_str()));
        Self { kind, style, geometry: feature["geometry"].to_string() }
    }
}

/// The properties by which other programs know how to draw a feature.
const SIMPLESTYLE: [&str; 8] = [
    "marker-size",
    "marker-symbol",
    "marker-color",
    "stroke",
    "stroke-width",
    "stroke-opacity",
    "fill",
    "fill-opacity",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::annotation::{PointKind, Shape};
    use crate::document::{AnnotationId, LayerId};
    use crate::dossier::builtin;
    use crate::figure::{FigureLanguage, PageSetup, Shows};
    use crate::geometry::{Coord, View};

    fn marker(id: u64, title: &str, citations: Vec<Citation>) -> Annotation {
        let at = Coord { x: 37.5844, y: 48.7389 };
        let shape = Shape::Point { at, kind: PointKind::Marker };
        Annotation { title: title.to_owned(), citations, ..Annotation::new(AnnotationId(id), LayerId(0), shape) }
    }

    fn link(url: &str) -> Citation {
        Citation::Source(PropertySource { date: Some("2025-12-15".to_owned()), ..PropertySource::page(url) })
    }

    #[test]
    fn citations_of_annotations_are_numbered_after_those_of_overlays() {
        let (dossier, _) = builtin::berlin().unwrap();
        let excerpt = &dossier.excerpts[0];
        let own = Excerpt { id: "own-1".to_owned(), ..excerpt.clone() };
        let source = dossier.sources.iter().find(|source| source.id != excerpt.source).unwrap();
        let mut document = Document::new(&dossier, 900.0, 700.0);
        document.view = View { center: Coord { x: 37.5844, y: 48.7389 }, zoom: 9.0 };
        document.own_excerpts.push(own);
        let of = |excerpt: &str| Citation::Excerpt { excerpt: excerpt.to_owned() };
        document.annotations = [
            marker(1, "", Vec::new()),
            marker(2, "Pin", vec![link("https://www.example.org/a/?b"), of("own-1")]),
            marker(3, "Pin", vec![of(&excerpt.id), of("no such"), link("https://www.example.org/a/?b")]),
            marker(4, "", vec![link(&source.url)]),
            marker(5, "Pin, too", Vec::new()),
        ]
        .into_iter()
        .collect();
        let frame = Frame::new(document.view, 900.0, 700.0);
        let options = FigureOptions::usual(PageSetup::default(), Shows::View(document.view));
        let shown = Shown::new(&dossier, &document, &frame);
        let mut cited = Cited::default();
        cited.add("an overlay's");
        shown.cite(&mut cited);
        assert_eq!(cited.list()[1..], [source.id.as_str(), &excerpt.source]);
        let mut others = Others::default();
        others.extend(shown.other_sources());
        others.number_from(cited.list().len() + 1);
        let links: Vec<_> = others.references(FigureLanguage::ENGLISH.words()).collect();
        assert_eq!(links.len(), 1);
        assert_eq!((links[0].number, links[0].outlet.as_str()), (4, "example.org"));
        // The address stands beside it in any case.
        assert_eq!((links[0].title.as_str(), links[0].date.as_str()), ("", "15 Dec 2025"));
        let legend = shown.legend(&options, &cited, &others).unwrap();
        let rows: Vec<_> = legend.entries.iter().map(|row| (row.title.as_str(), row.references.as_slice())).collect();
        assert_eq!(rows, [("Pin, too", &[][..]), ("Marker 4", &[2]), ("Pin", &[3, 4])]);
        let provenance = shown.provenance().unwrap();
        assert_eq!(provenance["count"], 5);
        assert_eq!(provenance["citations"].as_array().unwrap().len(), 5);
        let ids: Vec<&str> = shown.excerpts().iter().map(|cited| cited.id.as_str()).collect();
        assert_eq!(ids, [excerpt.id.as_str(), "own-1"]);
        assert!(shown.is_own("own-1") && !shown.is_own(&excerpt.id));
        assert_eq!(shown.citing("own-1").map(|cites| cites.id.0).collect::<Vec<_>>(), [2]);
        let features = shown.features();
        let ids: Vec<&str> = features.iter().map(|(id, ..)| id.as_str()).collect();
        assert_eq!(ids, ["annotation-5", "annotation-4", "annotation-3", "annotation-2", "annotation-1"]);
        let (_, properties, geometry) = &features[2];
        assert_eq!(geometry, r#"{"type":"Point","coordinates":[37.5844,48.7389]}"#);
        assert_eq!((&properties["kind"], &properties["marker-color"]), (&json!("marker"), &json!("#d55e00")));
        assert_eq!(properties["excerpts"][0]["exact"], excerpt.exact);
        assert_eq!(properties["excerpts"][1], json!({ "id": "no such" }));
        assert_eq!(properties["links"][0]["url"], "https://www.example.org/a/?b");
        assert_eq!(properties["sources"][0]["id"], excerpt.source);
        let again = Shown::new(&dossier, &document, &frame).provenance().unwrap();
        assert_eq!(again["sha256"], provenance["sha256"]);
        let mut moved = marker(1, "", Vec::new());
        moved.shape = Shape::Point { at: Coord { x: 37.584_400_1, y: 48.7389 }, kind: PointKind::Marker };
        let others = document.annotations.iter().skip(1).map(|other| Annotation::clone(other));
        document.annotations = std::iter::once(moved).chain(others).collect();
        let again = Shown::new(&dossier, &document, &frame).provenance().unwrap();
        assert_ne!(again["sha256"], provenance["sha256"]);
        document.layers[0].visible = false;
        assert!(Shown::new(&dossier, &document, &frame).provenance().is_none());
    }
}
