//! The names of a frame: what wants to be named, what names keep clear of, and which find a place.

use kurbo::{Line, Rect};

use super::basemap_style::Shores;
use super::cell_marks::place_all;
use super::display_list::{Color, Face, Group, Item};
use super::ground::DrawnGround;
use super::labels::{self, Anchor, Barrier, LabelCandidate, LabelLine, PlacedLabel, Surroundings};
use super::overlays::Dot;
use super::{Look, Scene, annotations, is_named, radius_pt};
use crate::document::shown;
use crate::dossier::Overlay;
use crate::geometry::{Frame, Point};

/// From this zoom on the names of towns keep to their side of the borders of states, as web maps count.
const SIDES_FROM_ZOOM: f64 = 6.0;
/// How far names keep from the middle of such a border, in points.
const BORDER_CLEAR_PT: f64 = 2.0;

/// What names keep clear of in a frame, besides each other and what covers the page.
#[derive(Default)]
pub(super) struct Around {
    /// The dots of overlays.
    pub(super) dots: Vec<Dot>,
    /// What the user drew.
    pub(super) drawn: Vec<Rect>,
    pub(super) lines: Vec<Line>,
    pub(super) outlines: Vec<Line>,
    pub(super) barriers: Vec<Barrier>,
    pub(super) shores: Shores,
}

/// What other maps of a frame show beside one of them, for names that all have.
#[derive(Default)]
pub(super) struct Beside<'a> {
    /// The dots of their towns.
    pub(super) dots: Vec<Dot>,
    /// Their overlays, which colour ground.
    pub(super) overlays: &'a [&'a Overlay],
}

impl Scene {
    /// The names that the ground brings and those of countries and overlays, in their places; with or without giving names the
    /// room of the dots of towns that find none for their own.
    pub(super) fn names(
        &self,
        look: &Look,
        frame: &Frame,
        reserved: &[Rect],
        ground: &mut DrawnGround,
        lets_dots_go: bool,
    ) -> PlacedNames {
        let of_overlays = |candidates: &mut Vec<_>| self.overlay_names(look, frame, candidates);
        let (candidates, around) = self.gathered(look, frame, ground, Beside::default(), of_overlays);
        around.placed(candidates, frame, reserved, lets_dots_go)
    }

    /// What wants to be named in a frame, and what names keep clear of: the names that the ground brings, which it then has no
    /// more, those of countries and regions where it wants them, and `of_overlays`, which come beside their own dots as they are.
    pub(super) fn gathered(
        &self,
        look: &Look,
        frame: &Frame,
        ground: &mut DrawnGround,
        beside: Beside<'_>,
        of_overlays: impl FnOnce(&mut Vec<LabelCandidate>),
    ) -> (Vec<LabelCandidate>, Around) {
        let mut candidates = std::mem::take(&mut ground.labels);
        if ground.wants_grounds {
            let grounds = self.ground_names(look, frame, &mut candidates, beside.overlays);
            candidates.extend(grounds);
        }
        let mut around = self.around(look, frame);
        around.add_ground(self, frame, std::mem::take(&mut ground.border_pieces), std::mem::take(&mut ground.shores));
        around.dots.extend(beside.dots);
        name_overlaid_dots(&mut candidates, &around.dots);
        of_overlays(&mut candidates);
        name_marked_dots(&mut candidates, &annotations::markers(look, frame));
        (candidates, around)
    }

    /// The names of the places and of the features of visible overlays, and the letters of cells.
    pub(super) fn overlay_names(&self, look: &Look, frame: &Frame, candidates: &mut Vec<LabelCandidate>) {
        self.place_labels(look, frame, candidates);
        self.feature_names(look, frame, candidates);
    }

    /// The same without the names of places.
    pub(super) fn feature_names(&self, look: &Look, frame: &Frame, candidates: &mut Vec<LabelCandidate>) {
        self.feature_labels(look, frame, candidates);
        self.cell_marks(look, frame, candidates);
    }

    /// What names keep clear of in a frame, but for what the ground has of it.
    pub(super) fn around(&self, look: &Look, frame: &Frame) -> Around {
        Around {
            dots: self.dots(look, frame),
            drawn: annotations::obstacles(look, frame),
            lines: self.lines_kept_clear(look, frame),
            outlines: self.outlines_kept_clear(look, frame),
            barriers: self.barriers(look, frame),
            shores: Shores::default(),
        }
    }

    /// Names of the places of visible overlays; they go before the map's own.
    pub(super) fn place_labels(&self, look: &Look, frame: &Frame, labels: &mut Vec<LabelCandidate>) {
        let palette = look.theme.palette();
        for it in shown(self.dossier(), &look.overlays).rev() {
            // Those of the user's files without inhabitants have no names by which to choose.
            for place in it
                .overlay
                .shape
                .places()
                .iter()
                .filter(|place| place.population.is_some() || it.overlay.opened_from.is_none())
            {
                let page = frame.page_from_lon_lat(place.at);
                if !frame.page().inflate(40.0, 40.0).contains(page) {
                    continue;
                }
                if !is_named(place, frame) {
                    continue;
                }
                let population = place.population.unwrap_or(0) as f64;
                let city = population >= 50_000.0;
                let size_pt = if city { 13.0 } else { 11.5 };
                let line = |text: &str, size_pt: f64, color: Color, bold: bool| LabelLine {
                    text: text.to_owned(),
                    face: if bold { Face::SansSemiBold } else { Face::Sans },
                    size_pt,
                    color,
                    letter_spacing_pt: 0.0,
                };
                // A file of the user's may be about anywhere.
                let country = self.dossier.country.as_deref().filter(|_| it.overlay.opened_from.is_none());
                let name_in = |tag: &str| place.name.name_at(tag, country);
                let name = name_in(look.names.first.tag()).unwrap_or_else(|| place.name.main());
                let second = look.names.second.as_ref().and_then(|language| name_in(language.tag()));
                let second = second.filter(|second| *second != name);
                let mut lines = vec![line(name, size_pt, palette.label, city)];
                lines.extend(second.map(|second| line(second, size_pt - 2.0, palette.second_label, false)));
                labels.push(LabelCandidate {
                    priority: labels::MAIN + population,
                    lines,
                    anchor: Anchor::Around { point: page, radius_pt: radius_pt(place, frame) },
                    halo: palette.halo,
                    dot: None,
                    key: place.name.main().to_owned(),
                    repeat_pt: labels::SAME_PLACE_PT,
                    leader_pt: if population >= 30_000.0 { 90.0 } else { 58.0 },
                });
            }
        }
    }
}

impl Around {
    /// The borders of states and the shores of the ground.
    pub(super) fn add_ground(&mut self, scene: &Scene, frame: &Frame, mut border_pieces: Vec<Line>, shores: Shores) {
        // From afar names are wider than countries; from near no town is named on another state's ground.
        if frame.view.zoom >= SIDES_FROM_ZOOM && scene.dossier().country.is_some() {
            let pieces = border_pieces.clone();
            self.barriers.push(Barrier { pieces, clear_pt: BORDER_CLEAR_PT, area: None });
        }
        self.lines.append(&mut border_pieces);
        self.shores = shores;
    }

    /// The names in their places; with or without giving names the room of the dots of towns that find none for their own.
    /// A dot without a name is drawn unless another name has come to lie on it.
    pub(super) fn placed(
        &self,
        candidates: Vec<LabelCandidate>,
        frame: &Frame,
        reserved: &[Rect],
        lets_dots_go: bool,
    ) -> PlacedNames {
        let Self { dots: marked, drawn, lines, outlines, barriers, shores } = self;
        let Shores { pieces: shores, seas } = shores;
        let place = |candidates: &[LabelCandidate], dots: &mut dyn Iterator<Item = &Dot>| {
            let (towns, marks): (Vec<&Dot>, Vec<&Dot>) = dots.partition(|dot| dot.goes_with_name);
            let [dots, marks] = [towns, marks].map(|dots| dots.iter().map(|dot| dot.rect).collect::<Vec<_>>());
            let (dots, marks) = (&dots, &marks);
            let around =
                Surroundings { covering: reserved, dots, marks, drawn, lines, outlines, barriers, shores, seas };
            place_all(candidates, &around, frame.page())
        };
        let placed = place(&candidates, &mut marked.iter());
        let mut names = PlacedNames { candidates, placed, hidden: Vec::new() };
        if !lets_dots_go {
            return names;
        }
        // What the dot of a town that finds no room for its name kept free is the other names', those of large towns first,
        // which small ones give way to.
        let is_large = |dot: &Dot| dot.population as f64 >= labels::LARGE;
        // The map's own name beside a dot, in smaller letters, is a makeshift.
        let is_named = |names: &PlacedNames, dot: &Dot| !dot.goes_with_name || names.main_names(dot.rect.center());
        let gain = |names: &PlacedNames| {
            let named = || marked.iter().filter(|dot| is_named(names, dot));
            (named().filter(|dot| is_large(dot)).count(), named().map(|dot| dot.population + 3000).sum::<u64>())
        };
        let keeps: [fn(bool, bool) -> bool; 3] = [|named, large| named || large, |_, large| large, |named, _| named];
        for (pass, keeps) in keeps.into_iter().enumerate() {
            let is_kept = |dot: &&Dot| !dot.goes_with_name || keeps(is_named(&names, dot), is_large(dot));
            let lacks_large = marked.iter().any(|dot| is_large(dot) && !is_named(&names, dot));
            if marked.iter().all(|dot| is_kept(&dot)) || pass == 1 && !lacks_large {
                continue;
            }
            let placed = place(&names.candidates, &mut marked.iter().filter(is_kept));
            let next = PlacedNames { candidates: names.candidates.clone(), placed, hidden: Vec::new() };
            if gain(&next) >= gain(&names) {
                names = next;
            }
        }
        let is_under = |dot: &&Dot| {
            let is_bare = dot.goes_with_name && !names.names(dot.rect.center());
            is_bare && names.placed.iter().any(|label| label.bounds.overlaps(dot.rect))
        };
        names.hidden = marked.iter().filter(is_under).map(|dot| dot.rect.center()).collect();
        names
    }
}

/// Names that want a place on a page, and which found one.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PlacedNames {
    /// All of them.
    pub candidates: Vec<LabelCandidate>,
    /// Those that are shown.
    pub placed: Vec<PlacedLabel>,
    /// The middles of dots of towns on the page that are not drawn, because the name of another place lies on them.
    pub hidden: Vec<Point>,
}

impl PlacedNames {
    /// Whether the name of a dot at that place of the page is shown.
    pub fn names(&self, dot: Point) -> bool {
        self.of(dot).next().is_some()
    }

    /// Whether a dot at that place of the page gives way to the name of another.
    pub fn hides(&self, dot: Point) -> bool {
        self.hidden.iter().any(|hidden| hidden.distance(dot) < 0.5)
    }

    /// The same as [`Self::names`] of the name that its overlay gives it.
    fn main_names(&self, dot: Point) -> bool {
        self.of(dot).any(|name| name.priority >= labels::MAIN)
    }

    fn of(&self, dot: Point) -> impl Iterator<Item = &LabelCandidate> {
        let shown = self.placed.iter().filter_map(|label| self.candidates.get(label.candidate));
        shown.filter(move |name| name.place().is_some_and(|at| at.distance(dot) < 0.5))
    }
}

/// The map's name of a town that an overlay marks stands beside the overlay's dot and brings none of its own, which
/// would look like another class of place.
pub(super) fn name_overlaid_dots(labels: &mut [LabelCandidate], dots: &[Dot]) {
    for label in labels {
        let Anchor::Around { point, radius_pt } = &mut label.anchor else { continue };
        if let Some(dot) =
            dots.iter().map(|dot| dot.rect).find(|dot| dot.center().distance(*point) < dot.width() / 2.0 + *radius_pt)
        {
            (*point, *radius_pt) = (dot.center(), dot.width() / 2.0);
            label.dot = None;
        }
    }
}

/// A town's name stands beside a marker of the user's that covers its dot, and the dot is not drawn over it.
pub(super) fn name_marked_dots(labels: &mut [LabelCandidate], markers: &[Rect]) {
    for label in labels {
        let Anchor::Around { point, radius_pt } = &mut label.anchor else { continue };
        if let Some(marker) = markers.iter().find(|marker| marker.contains(*point)) {
            *radius_pt = radius_pt.max(marker.width() / 2.0);
            label.dot = None;
        }
    }
}

/// Names in their places, as one group of a drawing.
pub(super) fn group_of(names: &PlacedNames) -> Item {
    Item::Group(Group::new("labels", "Names", labels::items(&names.candidates, &names.placed)))
}
