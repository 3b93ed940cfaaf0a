//! What a figure says of what is open: which overlays are visible in the frame, and what each piece has to say of them.

use super::assemble::as_drawn;
use super::crowd::Crowd;
use super::evidence::others::{Others, in_dossier};
use super::evidence::{annotations, features};
use super::options::FigureOptions;
use super::page::{Content, FigureSpec, symbol_scale};
use super::paper::PageSize;
use super::pieces::Piece;
use super::pieces::credits::credits;
use super::pieces::legend::kinds_of;
use super::pieces::references::{Cited, numbers_of};
use super::subject::Subject;
use super::words::Words;
use crate::basemap::sources::{self, LaidMap};
use crate::document::{Document, Picture};
use crate::dossier::agreed::AGREED_GROUP;
use crate::dossier::{Dossier, Overlay, OwnLine};
use crate::formats::day::Day;
use crate::formats::source_properties::PropertySource;
use crate::geometry::Frame;
use crate::scene::ground::Ground;
use crate::scene::{Look, Scene, rings};

/// The visible overlays that reach into the frame, in the order of the panel.
pub(in crate::figure) fn shown<'a>(dossier: &'a Dossier, document: &'a Document, frame: &Frame) -> Vec<&'a Overlay> {
    let seen = frame.lon_lat_bounds();
    let top_first: Vec<_> = document.shown(dossier).rev().collect();
    let of_group = |id: &str| {
        let found: Vec<&Overlay> = top_first.iter().filter(|it| it.state.group == id).map(|it| it.overlay).collect();
        found
    };
    dossier.groups.iter().flat_map(|group| of_group(&group.id)).filter(|overlay| overlay.reaches_into(seen)).collect()
}

/// Which of an overlay's features alone are drawn, in words; `None` where all are.
pub(in crate::figure) fn filter_of(words: &Words, document: &Document, overlay: &Overlay) -> Option<String> {
    let filter = features_where(words, document, overlay);
    let days = overlay.only_of.as_ref().map(|days| words.only_of(days));
    let said: Vec<String> = days.into_iter().chain(filter).collect();
    (!said.is_empty()).then(|| words.long_list(said))
}

/// The same without the days of events.
fn features_where(words: &Words, document: &Document, overlay: &Overlay) -> Option<String> {
    let styled = document.overlay(&overlay.id).and_then(|state| state.styling.filter.as_ref());
    match (&overlay.only, styled) {
        (None, None) => None,
        (Some(only), None) => Some(words.only_where(only)),
        (None, Some(filter)) => Some(words.only_where(&filter.to_string())),
        (Some(only), Some(filter)) => Some(words.only_where(&format!("({only}) and ({filter})"))),
    }
}

/// What is to be said of how an overlay is drawn, in words; `None` where nothing is.
pub(in crate::figure) fn note_of(
    options: &FigureOptions,
    document: &Document,
    overlay: &Overlay,
    frame: &Frame,
) -> Option<String> {
    let words = options.words();
    let is_in_rings =
        document.overlay(&overlay.id).is_some_and(|state| !rings(overlay, &state.styling, frame).is_empty());
    let clusters = is_in_rings.then(|| words.rings.to_owned());
    // Where a map is one of several, its heading says of which days it is.
    let filter = match options.panels {
        None => filter_of(words, document, overlay),
        Some(_) => features_where(words, document, overlay),
    };
    let notes: Vec<String> = filter.into_iter().chain(clusters).collect();
    (!notes.is_empty()).then(|| words.long_list(notes))
}

/// What a figure is made of, for its pieces to say what they have to say of it.
pub(in crate::figure) struct Material<'a> {
    pub(in crate::figure) dossier: &'a Dossier,
    pub(in crate::figure) document: &'a Document,
    pub(in crate::figure) options: &'a FigureOptions,
    pub(in crate::figure) ground: &'a Ground,
    /// Width and height of the page in points.
    pub(in crate::figure) size_pt: (f64, f64),
    /// What the map shows.
    pub(in crate::figure) frame: &'a Frame,
    /// The overlays that it shows, in the order of the panel.
    pub(in crate::figure) shown: &'a [&'a Overlay],
    /// The dossier's sources that it rests on.
    pub(in crate::figure) cited: Cited<'a>,
    /// What the user drew.
    pub(in crate::figure) drawn: annotations::Shown<'a>,
    /// What the features rest on.
    pub(in crate::figure) features: features::Shown<'a>,
    /// What the figure is about.
    pub(in crate::figure) subject: Subject<'a>,
    /// Ids of the regions whose own look is seen nowhere, for other areas outline them.
    pub(in crate::figure) outlined: Vec<&'a str>,
    /// Sources that are none of the dossier's.
    pub(in crate::figure) others: Others<'a>,
}

impl<'a> Material<'a> {
    fn new(
        (scene, ground, document): (&'a Scene, &'a Ground, &'a Document),
        options: &'a FigureOptions,
        size_pt: (f64, f64),
        frame: &'a Frame,
        shown: &'a [&'a Overlay],
    ) -> Self {
        let dossier = scene.dossier();
        let subject = Subject::of(options.words(), dossier, shown);
        let mut cited = Cited::of(dossier, shown);
        let drawn = annotations::Shown::new(dossier, document, frame);
        let features = features::Shown::new(dossier, document, frame, shown);
        features.cite(&mut cited);
        drawn.cite(&mut cited);
        let of_line = of_line(dossier, shown);
        of_line.iter().filter_map(|source| in_dossier(dossier, source)).for_each(|id| cited.add(id));
        let not_in_dossier = of_line.iter().filter(|source| in_dossier(dossier, source).is_none());
        let mut others = Others::new(not_in_dossier, &features, &drawn, cited.list().len() + 1);
        let rests_on_nothing = |overlay: &Overlay| {
            let drawn_for_it = || drawn.numbers_of_layer(&overlay.id, &cited, &others);
            drawn_for_it().is_empty() && features.numbers(overlay, None, &cited, &others).is_empty()
        };
        // What a filter leaves nothing of has no row to point from.
        let is_drawn = |overlay: &Overlay| kinds_of(document, overlay).drawn().next().is_some();
        let of_files = shown.iter().copied().filter(|overlay| overlay.opened_from.is_some());
        let of_files: Vec<&Overlay> =
            of_files.filter(|overlay| is_drawn(overlay) && rests_on_nothing(overlay)).collect();
        others.rest_on_files(of_files);
        let look = Look::of(document, options.theme, 1.0);
        let size = options.page.size;
        let symbol_scale = symbol_scale(symbol_scale_of(size), size.emphasis(), size_pt.into());
        let outlined = scene.outlined_by_others(&look, &as_drawn(frame, symbol_scale));
        let outlined = outlined.into_iter().map(|overlay| overlay.id.as_str()).collect();
        Self {
            dossier,
            document,
            options,
            ground,
            size_pt,
            frame,
            shown,
            cited,
            drawn,
            features,
            subject,
            outlined,
            others,
        }
    }

    /// The figure's own words.
    pub(in crate::figure) fn words(&self) -> &'static Words {
        self.options.words()
    }

    /// The maps beneath, on each of the days that the page shows; where one map shows all in turn, on the last.
    pub(in crate::figure) fn laid_of_days(&self) -> Vec<Vec<LaidMap>> {
        let Document { maps, map_sources, day, .. } = self.document;
        let on = |day: Option<Day>| sources::laid(maps, map_sources, day);
        match &self.options.panels {
            Some(panels) if sources::are_by_day(maps, map_sources) => {
                let kept = if panels.is_in_turn() { panels.of().len() - 1 } else { 0 };
                panels.days().skip(kept).map(|day| on(Some(day.last()))).collect()
            }
            _ => vec![on(*day)],
        }
    }

    /// The placed pictures that the map shows, top first.
    pub(in crate::figure) fn pictures(&self) -> Vec<&'a Picture> {
        self.ground.pictures.shown(&self.document.pictures, self.frame)
    }

    /// Whether the figure has a piece.
    pub(in crate::figure) fn has(&self, piece: Piece) -> bool {
        self.options.furniture.has(piece)
    }

    /// The numbers of the sources that an overlay as a whole rests on, and what was drawn for it.
    pub(in crate::figure) fn numbers(&self, overlay: &Overlay) -> Vec<usize> {
        let mut numbers = numbers_of(self.dossier, &self.cited, overlay);
        numbers.extend(self.drawn.numbers_of_layer(&overlay.id, &self.cited, &self.others));
        numbers.extend(self.numbers_of_line(overlay));
        numbers.extend(self.others.number_of_file(&overlay.id));
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    /// The numbers of the sources of a line of the user's own, of what it takes part in: of its file, and of what the user cites for
    /// the layer of it.
    fn numbers_of_line(&self, overlay: &Overlay) -> Vec<usize> {
        let Some(own) = self.dossier.own_line.as_ref().filter(|own| own.takes_part_in(overlay)) else {
            return Vec::new();
        };
        let number = |source| match in_dossier(self.dossier, source) {
            Some(id) => self.cited.number(id),
            None => self.others.number(source),
        };
        let mut numbers: Vec<usize> = own.sources().iter().filter_map(number).collect();
        if let Some(line) = &self.document.chosen_line {
            numbers.extend(self.drawn.numbers_of_layer(&line.overlay, &self.cited, &self.others));
        }
        numbers
    }

    /// The numbers of the sources of an overlay's features of some kinds, or of all.
    pub(in crate::figure) fn numbers_of_kinds(&self, overlay: &Overlay, kinds: Option<&[usize]>) -> Vec<usize> {
        self.features.numbers(overlay, kinds, &self.cited, &self.others)
    }

    /// As [`Self::numbers`], where the figure lists its sources: a number without a list says nothing.
    pub(in crate::figure) fn listed_numbers(&self, overlay: &Overlay) -> Vec<usize> {
        if self.has(Piece::References) { self.numbers(overlay) } else { Vec::new() }
    }

    /// As [`Self::numbers_of_kinds`], where the figure lists its sources.
    pub(in crate::figure) fn listed_numbers_of_kinds(&self, overlay: &Overlay, kinds: Option<&[usize]>) -> Vec<usize> {
        if self.has(Piece::References) { self.numbers_of_kinds(overlay, kinds) } else { Vec::new() }
    }
}

/// How a kind of page has lines and names on its map drawn: where it shows the view, as there and no smaller.
pub(in crate::figure) fn symbol_scale_of(size: PageSize) -> Option<f64> {
    (size == PageSize::View).then_some(1.0)
}

/// What one piece says of these overlays.
pub(in crate::figure) fn said_of(
    piece: Piece,
    open: (&Scene, &Ground, &Document),
    options: &FigureOptions,
    size_pt: (f64, f64),
    frame: &Frame,
    shown: &[&Overlay],
) -> Option<Content> {
    (piece.info().says)(&Material::new(open, options, size_pt, frame, shown))
}

pub(in crate::figure) fn spec(
    open: (&Scene, &Ground, &Document),
    options: &FigureOptions,
    size_pt: (f64, f64),
    frame: &Frame,
    shown: &[&Overlay],
) -> FigureSpec {
    let material = Material::new(open, options, size_pt, frame, shown);
    // What an own line demands of the notes stands whatever is left out.
    let asked = Piece::all().filter(|piece| *piece == Piece::Notes || material.has(*piece));
    FigureSpec {
        size_pt,
        margin_pt: options.page.margin_pt,
        emphasis: options.page.size.emphasis(),
        symbol_scale: symbol_scale_of(options.page.size),
        theme: options.theme,
        language: options.language,
        contents: asked.filter_map(|piece| Some((piece, (piece.info().says)(&material)?))).collect(),
        places: Piece::all().filter_map(|piece| Some((piece, options.furniture.place_of(piece)?))).collect(),
        crowd: Crowd::default(),
        credits: credits(&material),
        chart: None,
        grid: None,
    }
}

/// The ground of accounts laid over each other that the user has taken off the map, and of how many pieces; `None` where all is
/// shown, or nothing is laid over each other.
pub(in crate::figure) fn hidden_cells<'a>(
    dossier: &'a Dossier,
    document: &Document,
) -> Option<(Vec<&'a Overlay>, usize)> {
    dossier.agreed.as_ref()?;
    let cells: Vec<&Overlay> =
        dossier.overlays.iter().map(|cell| &**cell).filter(|cell| cell.group == AGREED_GROUP).collect();
    let hidden: Vec<&Overlay> = cells.iter().copied().filter(|cell| !document.is_shown(&cell.id)).collect();
    (!hidden.is_empty()).then_some((hidden, cells.len()))
}

/// On what a line of the user's own rests, if it takes part in anything that is shown.
pub(in crate::figure) fn of_line<'a>(dossier: &'a Dossier, shown: &[&Overlay]) -> &'a [PropertySource] {
    let own = dossier.own_line.as_ref();
    let own = own.filter(|own| shown.iter().any(|overlay| own.takes_part_in(overlay)));
    own.map(OwnLine::sources).unwrap_or_default()
}

/// The line of the user's own, if anything that is shown depends on it.
pub(in crate::figure) fn own_line<'a>(dossier: &'a Dossier, shown: &[&Overlay]) -> Option<&'a OwnLine> {
    let own = dossier.own_line.as_ref()?;
    shown.iter().any(|overlay| own.concerns(overlay)).then_some(own)
}
