//! A page that is laid out, with the map or the maps still to be drawn on it.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use kurbo::Rect;

use super::assemble::{drawn_map, size_of_page};
use super::contents::{said_of, spec};
use super::crowd::Crowd;
use super::grey::grey;
use super::options::FigureOptions;
use super::own_line;
use super::page::{self, Content, FigureSpec, Layout, MapOnPage};
use super::panels::{Common, Grid, Grounds, Moment, Panels, heading_of, merged};
use super::pieces::Piece;
use super::pieces::as_of::as_of_all;
use super::pieces::credits::credit_lines;
use super::pieces::inset::{Located, locator};
use super::subject::Subject;
use crate::basemap::sources::{self, LaidMap};
use crate::document::Document;
use crate::dossier::{Dossier, Overlay};
use crate::formats::day::Day;
use crate::geometry::{Frame, work};
use crate::scene::display_list::DisplayList;
use crate::scene::ground::{DrawnGround, Ground};
use crate::scene::palette::Theme;
use crate::scene::{Look, Scene, rings};

/// A page that is laid out for all that its maps show.
#[derive(Debug, Clone)]
pub(in crate::figure) struct Sheet {
    /// What each map shows; at least one.
    pub(in crate::figure) moments: Vec<Moment>,
    /// What the user made, with the names that the figure shows.
    pub(in crate::figure) document: Document,
    pub(in crate::figure) options: FigureOptions,
    pub(in crate::figure) spec: FigureSpec,
    pub(in crate::figure) layout: Layout,
    /// Pieces that are left out because what they say differs from map to map.
    pub(in crate::figure) differ: Vec<Piece>,
    /// What several maps have in common, once one is drawn.
    pub(in crate::figure) common: OnceLock<Common>,
    /// Of how many towns the dots have no room on the map that was drawn last.
    pub(in crate::figure) hidden_towns: Arc<AtomicUsize>,
    /// What the day of each of several maps in turn is called beside the headline, where it is not the same on all.
    as_of: Vec<String>,
    /// The wider region, once it is drawn.
    inset: OnceLock<Option<DisplayList>>,
}

/// A page in two parts.
#[derive(Debug, Default)]
pub(in crate::figure) struct Parted {
    pub(in crate::figure) ground: Arc<DrawnGround>,
    /// What lies under all overlays, with what stands beside the map, unless it is known already.
    pub(in crate::figure) under: Option<DisplayList>,
    /// What is drawn over that.
    pub(in crate::figure) over: DisplayList,
}

/// The moments of which what a page says is not the same: the last, then others in order. Days on which the same reports stand
/// differ in their headings alone.
fn distinct(moments: &[Moment]) -> Vec<usize> {
    let mut known = HashSet::new();
    let mut state_of = |index: &usize| {
        let overlays = moments.get(*index).into_iter().flat_map(|moment| &moment.dossier().overlays);
        let dated = overlays.filter(|overlay| overlay.dated.is_some());
        let state: Vec<(usize, bool, bool)> = dated
            .map(|overlay| {
                let shape = Arc::as_ptr(&overlay.shape).addr();
                (shape, overlay.unreported.is_some(), overlay.is_before_reports())
            })
            .collect();
        known.insert(state)
    };
    let last = moments.len().saturating_sub(1);
    std::iter::once(last).chain(0..last).filter(|index| state_of(index)).collect()
}

/// What the maps of these moments show, the last one's first: each overlay once, or more often where its accuracy is another.
fn of_one_accuracy<'a>(
    moments: &[&'a Moment],
    options: &FigureOptions,
    document: &'a Document,
    frame: &Frame,
) -> Vec<&'a Overlay> {
    let mut known = HashSet::new();
    let all = moments.iter().flat_map(|moment| moment.overlays(document, frame));
    all.filter(|overlay| known.insert((overlay.id.as_str(), options.words().accuracy_range(overlay)))).collect()
}

/// So many maps of one page are large enough for a callout.
const MOST_WITH_CALLOUT: u8 = 2;

impl Sheet {
    /// Of what is open, as the options have it.
    pub(in crate::figure) fn new(
        scene: &Arc<Scene>,
        ground: &Ground,
        document: &Document,
        options: &FigureOptions,
    ) -> Self {
        let moments = match &options.panels {
            Some(panels) => panels.whens().map(|when| Moment::on(scene, when)).collect(),
            None => Vec::new(),
        };
        let moments = if moments.is_empty() { vec![Moment::shown(scene)] } else { moments };
        // The window may show a second language of names that the figure does not.
        let document = Document { names: options.names_of(document), ..document.clone() };
        let headings = |columns: u8, rows: u8| {
            let headings = moments.iter().map(|moment| heading_of(moment, &document, options)).collect();
            Grid { columns, rows, headings }
        };
        let grid = options.panels.as_ref().map(|panels| headings(panels.size().0, panels.size().1));
        let base = moments.last().cloned().unwrap_or_else(|| Moment::shown(scene));
        let distinct = distinct(&moments);
        // Each map has its own day above it; what has no days is of the dossier's.
        let undated_as_of = |dossiers: &[&Dossier], moment: &Moment, frame: &Frame| {
            let shown = moment.overlays(&document, frame);
            let undated: Vec<&Overlay> = shown.into_iter().filter(|overlay| overlay.dated.is_none()).collect();
            as_of_all(options.words(), dossiers, &undated)
        };
        let own_as_of = |moment: &Moment, frame: &Frame| undated_as_of(&[moment.dossier()], moment, frame);
        // On the map there is no room for other words than those for which it was looked for.
        let is_in_turn = options.panels.as_ref().is_some_and(Panels::is_in_turn)
            && options.furniture.place_of(Piece::Title).is_none();
        let spec_for = |size_pt: (f64, f64), frame: &Frame| {
            let of = |moment: &Moment| {
                let shown = moment.overlays(&document, frame);
                spec((&moment.scene, ground, &document), options, size_pt, frame, &shown)
            };
            // Work that is no longer wanted is not gone on with: what comes of it is dropped.
            let wanted = distinct.iter().enumerate().filter(|(place, _)| *place == 0 || !work::is_cancelled());
            let wanted: Vec<&Moment> = wanted.filter_map(|(_, index)| moments.get(*index)).collect();
            let mut specs: Vec<FigureSpec> = wanted.iter().copied().map(of).collect();
            // Those in time go before the last, which came first.
            specs.rotate_left(1);
            let (mut spec, mut differ) = merged(specs);
            spec.grid.clone_from(&grid);
            // On one of many small maps a callout stands against the edge; the legend has its sizes too.
            let is_small = grid.as_ref().is_some_and(|grid| grid.columns * grid.rows > MOST_WITH_CALLOUT);
            if is_small && !spec.places.contains_key(&Piece::Callout) {
                spec.contents.remove(&Piece::Callout);
            }
            if wanted.len() > 1 && spec.contents.contains_key(&Piece::Accuracy) {
                let of_all = of_one_accuracy(&wanted, options, &document, frame);
                let open = (&*base.scene, ground, &document);
                let said = said_of(Piece::Accuracy, open, options, size_pt, frame, &of_all);
                spec.contents.extend(said.map(|said| (Piece::Accuracy, said)));
            }
            let is_of_each = differ.contains(&Piece::AsOf) && is_in_turn;
            if differ.contains(&Piece::AsOf) {
                differ.retain(|piece| *piece != Piece::AsOf);
                let day = if is_of_each {
                    // The longest, so that there is room for each.
                    let each = wanted.iter().map(|moment| own_as_of(moment, frame));
                    each.max_by_key(|words| words.chars().count()).unwrap_or_default()
                } else {
                    let dossiers: Vec<&Dossier> = moments.iter().map(Moment::dossier).collect();
                    undated_as_of(&dossiers, &base, frame)
                };
                if !day.is_empty() {
                    spec.contents.insert(Piece::AsOf, Content::Words(day));
                }
            }
            (spec, differ, is_of_each)
        };
        let size_pt = size_of_page(options, &|size_pt| {
            let frame = Frame::new(options.shows.view(size_pt.0, size_pt.1), size_pt.0, size_pt.1);
            spec_for(size_pt, &frame).0
        });
        // What the legend lists depends on what the map shows, and the room for the map on the legend: so twice.
        let whole = options.shows.view(size_pt.0, size_pt.1);
        let laid = |spec: &FigureSpec| {
            let mut layout = page::layout(spec, whole);
            // The places on a page do not depend on the view, but for what the scale bar crowds out: its length does.
            for _ in 0..2 {
                let (width_pt, height_pt) = layout.map_pt();
                layout = page::layout(spec, options.shows.view(width_pt, height_pt));
                if layout.map_pt() == (width_pt, height_pt) {
                    break;
                }
            }
            layout
        };
        let (first, ..) = spec_for(size_pt, &Frame::new(whole, size_pt.0, size_pt.1));
        let (mut spec, differ, is_of_each) = spec_for(size_pt, &laid(&first).map);
        let mut layout = laid(&spec);
        if Piece::all().any(|piece| spec.looks_for_place(piece)) || spec.contents.contains_key(&Piece::Callout) {
            let shown = base.overlays(&document, &layout.map);
            let main = Subject::of(options.words(), base.dossier(), &shown).main;
            // What looks for its place by itself goes by what the map shows without it.
            let bare = Layout { reserved: Vec::new(), ..layout.clone() };
            let numbers = (shown.as_slice(), spec.numbers());
            let draw = Scene::names_and_annotations;
            let seen = drawn_map(&base.scene, ground, &document, options, &bare, numbers, draw);
            let rings_of = |overlay: &&Overlay| {
                let state = document.overlay(&overlay.id);
                state.map(|state| rings(overlay, &state.styling, &layout.map)).unwrap_or_default()
            };
            let rings: Vec<_> = shown.iter().flat_map(rings_of).collect();
            spec.crowd = Crowd::of(&layout.map, (&shown, &rings), main, &seen.items);
            layout = laid(&spec);
        }
        let as_of = moments.iter().filter(|_| is_of_each).map(|moment| own_as_of(moment, &layout.map)).collect();
        let (common, inset) = (OnceLock::new(), OnceLock::new());
        let hidden_towns = Arc::default();
        Self { moments, document, options: options.clone(), spec, layout, differ, common, hidden_towns, as_of, inset }
    }

    /// The moment by which goes what is said once of the whole page: the last.
    pub(in crate::figure) fn base(&self) -> Option<&Moment> {
        self.moments.last()
    }

    /// The page with the maps of these moments, by their numbers, each in the next place.
    pub(in crate::figure) fn page(&self, ground: &Ground, moments: &[usize]) -> DisplayList {
        let Self { document, options, spec, .. } = self;
        let layout = &*moments.first().map_or(Cow::Borrowed(&self.layout), |index| self.titled(*index));
        let mut maps = Vec::new();
        if let ([moment], None) = (self.moments.as_slice(), &spec.grid) {
            let shown = moment.overlays(document, &layout.map);
            let numbers = (shown.as_slice(), spec.numbers());
            let draw = |scene: &Scene, look: &Look, ground: &Ground, frame: &Frame, reserved: &[Rect]| {
                let (list, hidden) = scene.map_and_hidden(look, ground, frame, reserved);
                self.hidden_towns.store(hidden, Ordering::Relaxed);
                list
            };
            let map = drawn_map(&moment.scene, ground, document, options, layout, numbers, draw);
            maps.push(MapOnPage { under: map.items, ..MapOnPage::default() });
        } else {
            let mut grounds = Grounds::default();
            for (place, index) in moments.iter().enumerate() {
                let Some((drawn, map)) = self.map_over(ground, (place, *index), &mut grounds) else { continue };
                maps.push(MapOnPage { under: self.ground_items(&drawn), ..map });
            }
        }
        let mut list = page::compose_all(spec, layout, maps, self.inset(ground));
        if options.theme == Theme::Grey {
            grey(&mut list.items);
        }
        list
    }

    /// The page with the map of one moment, in two parts; without the lower one where its ground is known already.
    pub(in crate::figure) fn frame(
        &self,
        ground: &Ground,
        index: usize,
        grounds: &mut Grounds,
        is_known: impl Fn(&Arc<DrawnGround>) -> bool,
    ) -> Parted {
        let Some((drawn, map)) = self.map_over(ground, (0, index), grounds) else { return Parted::default() };
        let is_known = is_known(&drawn);
        let under = if is_known { Vec::new() } else { self.ground_items(&drawn) };
        let layout = self.layout_of(ground, index);
        let has_own_title = !self.as_of.is_empty();
        let map = MapOnPage { under, ..map };
        let mut parts = page::compose_parted(&self.spec, &layout, map, has_own_title, self.inset(ground));
        if self.options.theme == Theme::Grey {
            parts.iter_mut().for_each(|part| grey(&mut part.items));
        }
        let [under, over] = parts;
        Parted { ground: drawn, under: (!is_known).then_some(under), over }
    }

    /// The layout with the day of a moment beside the headline, where each has another.
    fn titled(&self, index: usize) -> Cow<'_, Layout> {
        let Some(day) = self.as_of.get(index) else { return Cow::Borrowed(&self.layout) };
        let mut spec = self.spec.clone();
        spec.contents.insert(Piece::AsOf, Content::Words(day.clone()));
        Cow::Owned(self.layout.with_title(&spec))
    }

    /// The same with the credits of the moment, where each has maps of its own.
    fn layout_of(&self, ground: &Ground, index: usize) -> Cow<'_, Layout> {
        let titled = self.titled(index);
        let Some(moment) = self.moments.get(index).filter(|_| self.is_by_day()) else { return titled };
        let document = moment.document(&self.document);
        let laid = [sources::laid(&document.maps, &document.map_sources, document.day)];
        let shown = moment.overlays(&document, &self.layout.map);
        let credits = credit_lines((ground, &laid), &document, &self.layout.map, &shown);
        let days: Vec<Day> = self.options.panels.iter().flat_map(|panels| panels.days()).collect();
        let credits = own_line::credited(self.options.words(), (moment.dossier(), &shown), &days, credits);
        Cow::Owned(titled.with_credits(&FigureSpec { credits, ..self.spec.clone() }))
    }

    /// The maps beneath on all days, each once.
    pub(in crate::figure) fn laid_of_all(&self) -> Vec<LaidMap> {
        let mut all: Vec<LaidMap> = Vec::new();
        for moment in self.moments.iter().take(if self.is_by_day() { usize::MAX } else { 1 }) {
            let document = moment.document(&self.document);
            let laid = sources::laid(&document.maps, &document.map_sources, document.day);
            all.extend(laid.into_iter().filter(|map| !all.contains(map)).collect::<Vec<_>>());
        }
        all
    }

    /// Whether a map is another one on each day.
    fn is_by_day(&self) -> bool {
        sources::are_by_day(&self.document.maps, &self.document.map_sources)
    }

    fn inset(&self, ground: &Ground) -> Option<DisplayList> {
        match ground.is_live() {
            true => self.drawn_inset(ground),
            false => self.inset.get_or_init(|| self.drawn_inset(ground)).clone(),
        }
    }

    fn drawn_inset(&self, ground: &Ground) -> Option<DisplayList> {
        let Self { document, options, layout, .. } = self;
        layout.inset.zip(self.base()).map(|(rect, base)| {
            let shown = base.overlays(document, &layout.map);
            let main = Subject::of(options.words(), base.dossier(), &shown).main;
            let located = Located { map: &layout.map, country: base.dossier().country.as_deref(), main };
            locator(ground, document, options, &located, rect, layout.symbol_scale)
        })
    }
}
