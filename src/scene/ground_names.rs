//! Names of countries, seas and regions, each on its own ground within view.

use kurbo::{Point, Rect, Vec2};

use super::display_list::{Color, Face, Item};
use super::labels::{self, Anchor, LabelCandidate, LabelLine};
use super::{Look, Scene, text};
use crate::basemap::vector::countries::{Countries, Country};
use crate::document::shown;
use crate::dossier::{Dossier, Overlay};
use crate::geometry::simplify::Levels;
use crate::geometry::{Frame, lon_lat_from_world};

/// Above it a country that fills the view is not named, as web maps count.
const ALONE_BELOW_ZOOM: f64 = 7.5;
/// Between these zooms regions are named, as web maps count.
const REGIONS_FROM_ZOOM: f64 = 6.0;
const REGIONS_TO_ZOOM: f64 = 10.0;
/// A country that has less of the view is not named.
const LEAST_SHARE: f64 = 0.015;
/// Rows in which the view is searched for room.
const ROWS: usize = 44;
/// Between a name and what an overlay colours, in points.
const CLEAR_PT: f64 = 10.0;
/// The most places that are tried for a name.
const MOST_PLACES: usize = 160;

impl Scene {
    /// The names of the countries, seas and shown regions in a frame, each with places on its own ground, the best first:
    /// away from its edge, from towns and from what other overlays colour, those of `beside` too. Of `labels`, the names that
    /// the map has of the same are taken out.
    pub(super) fn ground_names(
        &self,
        look: &Look,
        frame: &Frame,
        labels: &mut Vec<LabelCandidate>,
        beside: &[&Overlay],
    ) -> Vec<LabelCandidate> {
        let palette = look.theme.palette();
        let known = Countries::builtin();
        let tag = look.names.first.tag();
        let mut grounds: Vec<Named> = Vec::new();
        let views: Vec<(&Country, Rows)> =
            known.list.iter().map(|country| (country, Rows::of(&country.land, frame))).collect();
        let views: Vec<_> = views.into_iter().filter(|(_, rows)| rows.share >= LEAST_SHARE).collect();
        if views.len() > 1 || frame.view.zoom < ALONE_BELOW_ZOOM {
            grounds.extend(views.into_iter().map(|(country, rows)| Named {
                key: format!("country {}", country.iso),
                name: in_capitals(country.name(tag)),
                face: Face::SansSemiBold,
                color: palette.region_label,
                halo: palette.halo,
                spacing_em: 0.3,
                sizes_pt: &[17.0, 13.5, 11.0],
                // After the places of overlays, before what the map has of its own.
                priority: 5e5,
                own: None,
                rows,
            }));
        }
        for sea in &known.seas {
            let rows = Rows::of(&sea.water, frame);
            grounds.push(Named {
                key: format!("sea {}", sea.name("en")),
                name: sea.name(tag).to_owned(),
                face: Face::SerifItalic,
                color: palette.water_ink,
                halo: palette.water,
                spacing_em: 0.12,
                sizes_pt: &[16.0, 13.0, 11.0],
                priority: 4e5,
                own: None,
                rows,
            });
        }
        if (REGIONS_FROM_ZOOM..REGIONS_TO_ZOOM).contains(&frame.view.zoom) {
            // A region that is made of others is not named: they are.
            let regions = shown(self.dossier(), &look.overlays)
                .map(|it| it.overlay)
                .filter(|overlay| overlay.is_region() && overlay.recipe.is_none() && overlay.opened_from.is_none());
            for overlay in regions {
                let country = self.dossier().country.as_deref();
                let title = overlay.title.name_at(tag, country).unwrap_or_else(|| overlay.title.main());
                let rows = Rows::of(overlay.levels(), frame);
                if rows.share < LEAST_SHARE {
                    continue;
                }
                // The map's own name of it stands at one place for all views.
                let main = overlay.title.main();
                labels.retain(|label| !(matches!(label.anchor, Anchor::AnyOf(_)) && label.key == main));
                grounds.push(Named {
                    key: main.to_owned(),
                    name: title.to_owned(),
                    face: Face::Sans,
                    color: palette.region_label,
                    halo: palette.halo,
                    spacing_em: 0.08,
                    sizes_pt: &[11.0],
                    priority: 390.0,
                    own: Some(overlay),
                    rows,
                });
            }
        }
        let towns: Vec<(Point, f64)> = labels
            .iter()
            .filter_map(|label| Some((label.place()?, label.priority)))
            .map(|(at, priority)| (at, if priority >= 600.0 { 3.0 } else { 1.0 }))
            .collect();
        let areas: Vec<&Overlay> = shown(self.dossier(), &look.overlays)
            .map(|it| it.overlay)
            .chain(beside.iter().copied())
            .filter(|overlay| !overlay.shape.polygons().is_empty() && overlay.style.fill_opacity >= 0.05)
            // A look into a large file takes too long.
            .filter(|overlay| overlay.vertices() <= 100_000)
            .collect();
        grounds.iter().flat_map(|ground| ground.candidates(frame, &towns, &areas)).collect()
    }
}

/// In capitals, where the script has such: the capitals of Georgian are in hardly any font, and seldom used.
fn in_capitals(name: &str) -> String {
    let is_georgian = name.chars().any(|letter| ('\u{10d0}'..='\u{10ff}').contains(&letter));
    if is_georgian { name.to_owned() } else { name.to_uppercase() }
}

/// The names of the countries in a frame alone, that of `home` first, where they fit clear of the `obstacles`; for a map
/// that shows nothing else.
pub fn names_of_countries(look: &Look, frame: &Frame, home: &str, obstacles: &[Rect]) -> Vec<Item> {
    let mut labels = Scene::new(Dossier::empty()).ground_names(look, frame, &mut Vec::new(), &[]);
    labels.retain(|label| label.key.starts_with("country "));
    for label in labels.iter_mut().filter(|label| label.key == format!("country {home}")) {
        label.priority += 1e5;
    }
    let placed = labels::place(&labels, obstacles, frame.page());
    labels::items(&labels, &placed)
}

/// A ground that is to be named.
struct Named<'a> {
    key: String,
    name: String,
    face: Face,
    color: Color,
    halo: Color,
    spacing_em: f64,
    sizes_pt: &'a [f64],
    priority: f64,
    /// The overlay that it is: its own colour keeps its name off nothing.
    own: Option<&'a Overlay>,
    rows: Rows,
}

impl Named<'_> {
    /// The name in each size, the largest first; only one of them finds room.
    fn candidates(&self, frame: &Frame, towns: &[(Point, f64)], areas: &[&Overlay]) -> Vec<LabelCandidate> {
        let world_from_page = frame.page_from_world().inverse();
        let is_other = |overlay: &Overlay| self.own.is_none_or(|own| own.id != overlay.id);
        let others: Vec<&&Overlay> = areas.iter().filter(|overlay| is_other(overlay)).collect();
        let mut candidates = Vec::new();
        // In a smaller size rather than on what an overlay colours.
        let mut coloured_ones: Vec<LabelCandidate> = Vec::new();
        for &size_pt in self.sizes_pt {
            let spacing_pt = self.spacing_em * size_pt;
            let metrics = text::measure(&self.name, self.face, size_pt, spacing_pt);
            let (width, height) = (metrics.advance_pt - metrics.spacing_pt, metrics.ascent_pt + metrics.descent_pt);
            let mut places: Vec<(f64, Point)> = self
                .rows
                .places(width, height)
                .into_iter()
                .map(|(free_pt, at)| {
                    let room = Rect::from_center_size(at, (width + 12.0, height + 8.0));
                    let covered: f64 =
                        towns.iter().filter(|(town, _)| room.contains(*town)).map(|(_, weight)| weight).sum();
                    (60.0 * (1.0 - (-free_pt / 60.0).exp()) - 40.0 * covered, at)
                })
                .collect();
            let best_first = |places: &mut Vec<(f64, Point)>| {
                places
                    .sort_by(|(a, at), (b, bt)| b.total_cmp(a).then(at.y.total_cmp(&bt.y)).then(at.x.total_cmp(&bt.x)));
            };
            best_first(&mut places);
            places.truncate(MOST_PLACES);
            let mut clear: Vec<Point> = Vec::new();
            let mut coloured: Vec<Point> = Vec::new();
            for (_, at) in places {
                // Its ends, its middle and a little around, so that it does not seem to begin in what it stands beside.
                let (half, up) = (width / 2.0 + CLEAR_PT, height / 2.0);
                let around =
                    [(-half, 0.0), (-half, -up), (-half, up), (0.0, 0.0), (half, -up), (half, up), (half, 0.0)];
                let around = around.map(|(x, y)| lon_lat_from_world(world_from_page * (at + Vec2::new(x, y))));
                let over = |overlay: &Overlay| around.iter().any(|place| overlay.hit().contains(*place));
                if !others.iter().any(|overlay| over(overlay)) {
                    clear.push(at);
                } else if self.own.is_some() || !others.iter().any(|overlay| overlay.is_held_area() && over(overlay)) {
                    // The name of a country across what is held would seem to say who holds it.
                    coloured.push(at);
                }
            }
            let line = LabelLine {
                text: self.name.clone(),
                face: self.face,
                size_pt,
                color: self.color,
                letter_spacing_pt: spacing_pt,
            };
            let candidate = |points: Vec<Point>, priority: f64| LabelCandidate {
                priority,
                lines: vec![line.clone()],
                anchor: Anchor::AnyOf(points.into()),
                halo: self.halo.with_opacity(0.8),
                dot: None,
                key: self.key.clone(),
                repeat_pt: f64::INFINITY,
                leader_pt: 0.0,
            };
            candidates.push(candidate(clear, self.priority + size_pt / 100.0));
            coloured_ones.push(candidate(coloured, self.priority + size_pt / 100.0 - 1.0));
        }
        candidates.extend(coloured_ones);
        candidates.retain(|it| !matches!(&it.anchor, Anchor::AnyOf(points) if points.is_empty()));
        candidates
    }
}

/// A ground on the page, row by row: from where to where it reaches.
struct Rows {
    page: Rect,
    spans: Vec<Vec<(f64, f64)>>,
    /// How much of the page it takes, 0 to 1.
    share: f64,
}

impl Rows {
    fn of(levels: &Levels, frame: &Frame) -> Self {
        let page = frame.page();
        let mut crossings: Vec<Vec<f64>> = vec![Vec::new(); ROWS];
        let step = page.height() / ROWS as f64;
        let page_from_world = frame.page_from_world();
        for ring in levels.at_zoom(frame.view.zoom).iter().filter(|ring| ring.closed) {
            for pair in ring.points.windows(2) {
                let (a, b) = (page_from_world * pair[0], page_from_world * pair[1]);
                let (top, bottom) = (a.y.min(b.y), a.y.max(b.y));
                if !(a.is_finite() && b.is_finite()) || bottom < page.y0 || top > page.y1 {
                    continue;
                }
                let row = |y: f64| ((y - page.y0) / step - 0.5).clamp(-1.0, ROWS as f64);
                let first = row(top).ceil().max(0.0) as usize;
                for (index, crossed) in crossings.iter_mut().enumerate().skip(first) {
                    let y = page.y0 + (index as f64 + 0.5) * step;
                    if y >= bottom {
                        break;
                    }
                    if y >= top {
                        crossed.push(a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x));
                    }
                }
            }
        }
        let mut taken = 0.0;
        let spans = crossings
            .into_iter()
            .map(|mut xs| {
                xs.sort_by(f64::total_cmp);
                let pairs = xs.as_chunks::<2>().0.iter();
                let spans: Vec<(f64, f64)> = pairs
                    .map(|[from, to]| (from.max(page.x0), to.min(page.x1)))
                    .filter(|(from, to)| to > from)
                    .collect();
                taken += spans.iter().map(|(from, to)| to - from).sum::<f64>();
                spans
            })
            .collect();
        Self { page, spans, share: taken / (ROWS as f64 * page.width()) }
    }

    /// Middles of rectangles of this size that lie within, and how far each is from the ground's edge or the page's at
    /// its sides.
    fn places(&self, width: f64, height: f64) -> Vec<(f64, Point)> {
        const MARGIN_PT: f64 = 8.0;
        let step = self.page.height() / ROWS as f64;
        let reach = (height / 2.0 + MARGIN_PT) / step;
        let mut places = Vec::new();
        for middle in 0..ROWS {
            let rows = (middle as f64 - reach).floor()..=(middle as f64 + reach).ceil();
            if *rows.start() < 0.0 || *rows.end() >= ROWS as f64 {
                continue;
            }
            let rows = *rows.start() as usize..=*rows.end() as usize;
            let columns = (self.page.width() / (width / 3.0).max(12.0)) as usize;
            for column in 0..columns.min(48) {
                let x = self.page.x0 + (column as f64 + 0.5) / columns.min(48) as f64 * self.page.width();
                let free = rows
                    .clone()
                    .map(|row| {
                        let span = self.spans[row].iter().find(|(from, to)| *from <= x && x <= *to);
                        span.map_or(f64::NEG_INFINITY, |(from, to)| (x - from).min(to - x))
                    })
                    .fold(f64::INFINITY, f64::min)
                    - width / 2.0;
                if free >= MARGIN_PT {
                    // How much of its own ground lies above and below counts as well.
                    let column_free = |rows: &mut dyn Iterator<Item = usize>| {
                        rows.take_while(|row| self.spans[*row].iter().any(|(from, to)| *from <= x && x <= *to)).count()
                    };
                    let up = column_free(&mut (0..middle).rev());
                    let down = column_free(&mut (middle + 1..ROWS));
                    let vertical = up.min(down) as f64 * step - height / 2.0;
                    places.push((free.min(vertical), Point::new(x, self.page.y0 + (middle as f64 + 0.5) * step)));
                }
            }
        }
        places
    }
}
