//! Search everything: whatever has a name or words, by a few of them, in groups by what it is.
//!
//! Features of large layers are not among it: they are looked for beside the window, by
//! [`FeatureNames`](crate::dossier::feature_search::FeatureNames).

use super::{Action, Command, Session, found};
use crate::document::{AnnotationId, LayerId};
use crate::dossier::{OWN_GROUP, Overlay, words};
use crate::formats::coordinates::{Reading, readings};
use crate::formats::language::Text;
use crate::formats::plain::{Words, plain};
use crate::formats::visible::visible;
use crate::gazetteer::FoundPlace;
use crate::geometry::Coord;

/// So many finds of a group are given; how many there are is said.
pub const MOST_OF_GROUP: usize = 8;

/// Of a title so many letters are shown.
const MOST_LETTERS: usize = 110;

/// What a find is; the groups stand in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A place by its coordinates.
    Coordinates,
    /// A command.
    Command,
    /// An overlay of the dossier, or a layer from a file.
    Overlay,
    /// A place of the dossier.
    Place,
    /// An annotation, or a layer of them.
    Annotation,
    /// An excerpt, the dossier's or the user's own.
    Excerpt,
    /// A stated figure.
    Figure,
    /// A source.
    Source,
    /// A feature of a layer.
    Feature,
    /// A place of a gazetteer.
    Gazetteer,
}

impl Kind {
    /// What a group of several is called.
    pub fn plural(self) -> &'static str {
        match self {
            Self::Coordinates => "Coordinates",
            Self::Command => "Commands",
            Self::Overlay => "Overlays",
            Self::Place => "Places",
            Self::Annotation => "Annotations",
            Self::Excerpt => "Excerpts",
            Self::Figure => "Stated figures",
            Self::Source => "Sources",
            Self::Feature => "Features",
            Self::Gazetteer => "Gazetteer",
        }
    }
}

/// Where a find leads.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// To a place.
    Coordinates(Reading),
    /// To a new marker at a place.
    Marker(Reading),
    /// To what it does.
    Command(Command),
    /// To an overlay.
    Overlay(String),
    /// To a place of an overlay.
    Place {
        /// Id of the overlay.
        overlay: String,
        /// Which of its places.
        place: usize,
    },
    /// To an annotation.
    Annotation(AnnotationId),
    /// To the annotations of a layer.
    Layer(LayerId),
    /// To an excerpt, by its id.
    Excerpt(String),
    /// To a stated figure, by its id.
    Figure(String),
    /// To a source, by its id.
    Source(String),
    /// To a place of a gazetteer.
    Found(Box<FoundPlace>),
    /// To a feature.
    Feature {
        /// Id of its overlay.
        overlay: String,
        /// Which feature.
        feature: usize,
    },
}

/// Something that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Find {
    /// Its name or words.
    pub title: String,
    /// Where it leads.
    pub target: Target,
}

/// What was found of one kind.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Of which kind.
    pub kind: Kind,
    /// The best of them.
    pub finds: Vec<Find>,
    /// How many there are in all.
    pub count: usize,
}

/// What is found of one kind, before it is ranked.
struct Gathered {
    kind: Kind,
    finds: Vec<(u8, Find)>,
}

impl Session {
    /// What has all the words that are wanted, but for features: groups in which a name has them before groups in which
    /// only what is said beside has them, the best of a group first. Of no words, all commands.
    pub fn search(&self, wanted: &str) -> Vec<Group> {
        let words = Words::of(wanted);
        let mut gathered = vec![self.commands_of(&words)];
        if !words.is_empty() {
            gathered.extend([
                self.overlays_of(&words),
                self.places_of(&words),
                self.annotations_of(&words),
                self.excerpts_with(&words),
                self.figures_of(&words),
                self.sources_of(&words),
            ]);
        }
        let mut groups: Vec<(bool, Group)> = Vec::new();
        for Gathered { kind, mut finds } in gathered {
            if finds.is_empty() {
                continue;
            }
            // Those of one rank stay as they stand in the panels.
            finds.sort_by_key(|(rank, _)| *rank);
            let only_beside = finds[0].0 >= BESIDE;
            let count = finds.len();
            if !words.is_empty() {
                finds.truncate(MOST_OF_GROUP);
            }
            let finds = finds.into_iter().map(|(_, find)| find).collect();
            groups.push((only_beside, Group { kind, finds, count }));
        }
        groups.sort_by_key(|(only_beside, group)| (*only_beside, group.kind));
        let places = coordinates_of(wanted);
        places.into_iter().chain(groups.into_iter().map(|(_, group)| group)).collect()
    }

    /// What choosing a find does: it goes there.
    pub fn choose(&self, target: &Target) -> Vec<Action> {
        match target {
            Target::Coordinates(reading) => vec![Action::GoTo(reading.at)],
            Target::Marker(reading) => vec![Action::PlaceMarker(reading.at)],
            Target::Command(command) => vec![Action::Command(*command)],
            Target::Overlay(id) => vec![Action::Select(id.clone()), Action::ZoomTo(id.clone())],
            Target::Place { overlay, place } => vec![Action::SelectPlace { id: overlay.clone(), place: *place }],
            Target::Annotation(id) => vec![Action::SelectAnnotations(vec![*id]), Action::ZoomToAnnotations(vec![*id])],
            Target::Layer(id) => {
                let ids = self.ids_in(*id);
                vec![Action::UseLayer(*id), Action::SelectAnnotations(ids.clone()), Action::ZoomToAnnotations(ids)]
            }
            Target::Excerpt(id) => self.choose_excerpt(id),
            Target::Figure(id) => {
                let figure = self.dossier().figures.iter().find(|figure| figure.id == *id);
                let overlay = figure.and_then(|figure| figure.overlay.clone());
                let excerpt = figure.and_then(|figure| figure.excerpt.clone());
                match (figure.and_then(|figure| figure.url.clone()), overlay, excerpt) {
                    (_, Some(id), _) if self.dossier().overlay(&id).is_some() => {
                        vec![Action::Select(id.clone()), Action::ZoomTo(id)]
                    }
                    (_, _, Some(id)) => self.choose_excerpt(&id),
                    (Some(url), ..) => vec![Action::OpenUrl(url)],
                    (None, ..) => Vec::new(),
                }
            }
            Target::Source(id) if self.texts().of(id).is_some() => vec![Action::ReadText(id.clone())],
            Target::Source(id) => vec![Action::ShowSource(id.clone())],
            Target::Found(place) => vec![Action::ShowFound(place.clone())],
            Target::Feature { overlay, feature } => {
                let (id, feature) = (overlay.clone(), *feature);
                vec![Action::SelectFeature { id: id.clone(), feature }, Action::ZoomToFeature { id, feature }]
            }
        }
    }

    /// Why a find leads nowhere now; `None` if it does.
    pub fn why_not_chosen(&self, target: &Target) -> Option<&'static str> {
        match target {
            Target::Command(command) => self.why_not(*command),
            Target::Layer(id) if self.ids_in(*id).is_empty() => Some("It has no annotations yet"),
            _ => None,
        }
    }

    /// What is said of a find beside its name.
    pub fn note_on(&self, target: &Target) -> String {
        let dossier = self.dossier();
        match target {
            Target::Coordinates(reading) | Target::Marker(reading) => reading.how.phrase(),
            Target::Command(_) => String::new(),
            Target::Overlay(id) => match dossier.overlay(id).and_then(|overlay| overlay.opened_from.as_deref()) {
                Some(file) => format!("from {file}"),
                None => dossier.overlay(id).map(|overlay| words::measure(overlay.measure)).unwrap_or_default(),
            },
            Target::Place { overlay, place } => {
                let overlay = dossier.overlay(overlay);
                let place = overlay.and_then(|overlay| overlay.shape.places().get(*place));
                let second = place.and_then(|place| place.name.second()).unwrap_or_default();
                let of = overlay.map_or("", |overlay| overlay.title.main());
                if second.is_empty() { of.to_owned() } else { format!("{second} · {of}") }
            }
            Target::Annotation(id) => {
                self.document().annotations.get(*id).map(|one| one.shape.name().to_owned()).unwrap_or_default()
            }
            Target::Layer(id) => match self.ids_in(*id).len() {
                1 => "layer of 1 annotation".to_owned(),
                count => format!("layer of {} annotations", words::number(count as f64, 0)),
            },
            Target::Excerpt(id) => {
                let source = self.excerpt(id).and_then(|excerpt| dossier.source(&excerpt.source));
                source.map(|source| source.outlet.clone()).unwrap_or_default()
            }
            Target::Figure(id) => {
                let figure = dossier.figures.iter().find(|figure| figure.id == *id);
                figure.map(|figure| figure.reported_by.clone()).unwrap_or_default()
            }
            Target::Source(id) => match dossier.source(id).and_then(|source| source.published.as_deref()) {
                Some(published) => words::date(published),
                None => "undated".to_owned(),
            },
            Target::Found(place) => found::note_on(place),
            Target::Feature { overlay, .. } => {
                dossier.overlay(overlay).map(|overlay| overlay.title.main().to_owned()).unwrap_or_default()
            }
        }
    }

    fn choose_excerpt(&self, id: &str) -> Vec<Action> {
        let follow = Action::FollowExcerpt(id.to_owned());
        match self.excerpt(id).filter(|excerpt| excerpt.overlays.is_empty()) {
            // It has no place on the map, and is to be seen where its source is.
            Some(excerpt) if self.texts().of(&excerpt.source).is_some() => {
                vec![follow, Action::ReadText(excerpt.source.clone())]
            }
            Some(excerpt) => vec![follow, Action::ShowSource(excerpt.source.clone())],
            None => vec![follow],
        }
    }

    fn ids_in(&self, layer: LayerId) -> Vec<AnnotationId> {
        let within = self.document().annotations.iter().filter(|annotation| annotation.layer == layer);
        within.map(|annotation| annotation.id).collect()
    }

    fn commands_of(&self, words: &Words) -> Gathered {
        let mut gathered = Gathered::new(Kind::Command);
        for command in Command::ALL.iter().copied().filter(|command| *command != Command::Palette) {
            gathered.offer(words, command.label(), command.help(), || Target::Command(command));
        }
        gathered
    }

    fn overlays_of(&self, words: &Words) -> Gathered {
        let mut gathered = Gathered::new(Kind::Overlay);
        for overlay in &self.dossier().overlays {
            let also = format!("{} {}", all_names(&overlay.title), overlay.gist);
            gathered.offer(words, overlay.title.main(), &also, || Target::Overlay(overlay.id.clone()));
        }
        gathered
    }

    fn places_of(&self, words: &Words) -> Gathered {
        let mut gathered = Gathered::new(Kind::Place);
        // What was opened from a file has features, which are looked for beside the window.
        let of_dossier = |overlay: &&Overlay| overlay.group != OWN_GROUP;
        for overlay in self.dossier().overlays.iter().map(AsRef::as_ref).filter(of_dossier) {
            for (index, place) in overlay.shape.places().iter().enumerate() {
                if place.name.main().is_empty() {
                    continue;
                }
                let details = place.details.values().map(String::as_str).collect::<Vec<_>>().join(" ");
                let also = format!("{} {details}", all_names(&place.name));
                gathered.offer(words, place.name.main(), &also, || Target::Place {
                    overlay: overlay.id.clone(),
                    place: index,
                });
            }
        }
        self.join_twins(&mut gathered);
        gathered
    }

    /// A town that two overlays have is found once: where more is said of it.
    fn join_twins(&self, gathered: &mut Gathered) {
        const NEAR_DEG: f64 = 0.02;
        let place_of = |find: &Find| -> Option<(Coord<f64>, usize)> {
            let Target::Place { overlay, place } = &find.target else { return None };
            let place = self.dossier().overlay(overlay)?.shape.places().get(*place)?;
            Some((place.at, place.details.len()))
        };
        let mut kept: Vec<(u8, Find)> = Vec::new();
        for (rank, find) in std::mem::take(&mut gathered.finds) {
            let Some((at, details)) = place_of(&find) else { continue };
            let twin = kept.iter_mut().find(|(_, other)| {
                let near = |(other, _): (Coord<f64>, usize)| (other - at).x.abs().max((other - at).y.abs()) < NEAR_DEG;
                other.title == find.title && place_of(other).is_some_and(near)
            });
            match twin {
                Some((known, other)) => {
                    *known = rank.min(*known);
                    if place_of(other).is_some_and(|(_, fewer)| fewer < details) {
                        *other = find;
                    }
                }
                None => kept.push((rank, find)),
            }
        }
        gathered.finds = kept;
    }

    fn annotations_of(&self, words: &Words) -> Gathered {
        let mut gathered = Gathered::new(Kind::Annotation);
        let document = self.document();
        for annotation in &document.annotations {
            let also = format!("{} {} {}", annotation.title, annotation.description, annotation.shape.name());
            gathered.offer(words, &annotation.label(), &also, || Target::Annotation(annotation.id));
        }
        for layer in &document.layers {
            gathered.offer(words, &layer.title, "", || Target::Layer(layer.id));
        }
        gathered
    }

    fn excerpts_with(&self, words: &Words) -> Gathered {
        let mut gathered = Gathered::new(Kind::Excerpt);
        for excerpt in self.excerpts() {
            let source = self.dossier().source(&excerpt.source);
            let outlet = source.map_or("", |source| source.outlet.as_str());
            let also = format!("{} {outlet}", excerpt.said_by.as_deref().unwrap_or_default());
            if let Some(rank) = words.rank(&excerpt.exact, &also) {
                let title = words::quoted(&around(&excerpt.exact, words));
                gathered.finds.push((rank, Find { title, target: Target::Excerpt(excerpt.id.clone()) }));
            }
        }
        gathered
    }

    fn figures_of(&self, words: &Words) -> Gathered {
        let mut gathered = Gathered::new(Kind::Figure);
        for figure in &self.dossier().figures {
            let stated = words::figure(figure);
            let title = if figure.definition.is_empty() { stated } else { format!("{stated}: {}", figure.definition) };
            let note = figure.note.as_deref().unwrap_or_default();
            // Who types 5600 looks for 5,600 too.
            let also = format!("{} {} {note}", figure.value, figure.reported_by);
            gathered.offer(words, &title, &also, || Target::Figure(figure.id.clone()));
        }
        gathered
    }

    fn sources_of(&self, words: &Words) -> Gathered {
        let mut gathered = Gathered::new(Kind::Source);
        for source in &self.dossier().sources {
            let title = if source.title.is_empty() {
                source.outlet.clone()
            } else {
                format!("{}: {}", source.outlet, source.title)
            };
            let also = format!("{} {}", source.author.as_deref().unwrap_or_default(), source.url);
            gathered.offer(words, &title, &also, || Target::Source(source.id.clone()));
        }
        gathered
    }
}

/// From this rank on, words stand beside the name and not in it: see [`Words::rank`].
const BESIDE: u8 = 3;

impl Gathered {
    fn new(kind: Kind) -> Self {
        Self { kind, finds: Vec::new() }
    }

    fn offer(&mut self, words: &Words, title: &str, also: &str, target: impl FnOnce() -> Target) {
        if let Some(rank) = words.rank(title, also) {
            let title = visible(&shortened(title, MOST_LETTERS));
            self.finds.push((rank, Find { title, target: target() }));
        }
    }
}

/// The rows of a feature.
pub fn title_of_feature(overlay: &Overlay, feature: usize) -> String {
    visible(&shortened(&overlay.features.label(feature), MOST_LETTERS))
}

/// A place by its coordinates, in each reading: to go there, and to place a marker.
fn coordinates_of(wanted: &str) -> Option<Group> {
    let all = readings(wanted).ok()?;
    let mut finds = Vec::new();
    for reading in all {
        let place = words::position(reading.at.x, reading.at.y);
        finds.push(Find { title: format!("Go to {place}"), target: Target::Coordinates(reading) });
        finds.push(Find { title: format!("Place a marker here: {place}"), target: Target::Marker(reading) });
    }
    let count = finds.len();
    Some(Group { kind: Kind::Coordinates, finds, count })
}

fn all_names(text: &Text) -> String {
    text.iter().map(|(_, words)| words).collect::<Vec<_>>().join(" ")
}

fn shortened(text: &str, letters: usize) -> String {
    let line = text.lines().next().unwrap_or_default();
    match line.char_indices().nth(letters) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

/// The part of a longer text in which the first of the words stands, if it is in it.
fn around(text: &str, words: &Words) -> String {
    const BEFORE: usize = 30;
    let letters = text.chars().count();
    let first = words.list().first().filter(|_| letters > MOST_LETTERS);
    let is_start = |at: usize| !text[..at].ends_with(char::is_alphanumeric);
    let found = first.and_then(|first| {
        let starts = text.char_indices().filter(|(at, _)| is_start(*at));
        starts
            .map(|(at, _)| at)
            .find(|at| plain(&shortened(&text[*at..], first.len() * 2 + 4)).starts_with(first.as_str()))
    });
    let before = found.map_or(0, |at| text[..at].chars().count());
    if before <= BEFORE {
        return shortened(text, MOST_LETTERS);
    }
    let cut = text.char_indices().nth(before - BEFORE).map_or(0, |(at, _)| at);
    // From the start of a word.
    let cut = text[cut..].find(' ').map_or(cut, |space| cut + space + 1);
    format!("…{}", shortened(&text[cut..], MOST_LETTERS))
}
