//! How the map under the overlays looks: quiet paper, in ink or in white, drawn from vector tiles.
//!
//! The overlays are the only colour. Everything here is a shade of the page, so that a shape laid over it is read
//! first; water is the one hue. Ways, borders and names come by scale as on a printed atlas: few and thin from afar.
//!
//! # Seams
//! Each tile carries a margin of its neighbours' ground. Areas are cut to the tile and a hair beyond, and their
//! colours are opaque, so that neighbours overlap unseen and no seam shows; outlines are not drawn along the cut.

mod cutter;
mod painter;
mod sheet;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use kurbo::{Line, PathEl, Point, Rect};

use crate::basemap::raster::RasterPlacement;
use crate::basemap::{BoundaryView, Hillshade, HillshadeTone, TilePlacement, WaterArea, WaterKind};
use crate::document::Names;
use crate::formats::day::Day;
use crate::geometry::Frame;
use crate::scene::display_list::{Bitmap, Group, Item, Path};
use crate::scene::labels::{LabelCandidate, Sea};
use crate::scene::palette::Theme;

use painter::{Painter, cut_tiles};
use sheet::Sheet;

/// Choices that the reader makes about the map.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct BasemapStyle {
    /// Light or dark.
    pub theme: Theme,
    /// Language of the labels.
    pub names: Names,
    /// Whose view of the borders is drawn.
    pub boundary_view: BoundaryView,
    /// Country of which the ground is told from that of others: its code, if its ground is known.
    pub country: Option<String>,
    /// Whether countries and seas are named from elsewhere.
    pub grounds_named: bool,
    /// The day of which the map shows what has changed since or before; none for today.
    pub day: Option<Day>,
}

/// Relief tinted for one theme. Made once and kept: see [`Relief::new`].
#[derive(Debug, Clone)]
pub struct Relief {
    bitmap: Arc<Bitmap>,
    world_rect: Rect,
}

impl Relief {
    /// Tints relief for a theme.
    pub fn new(hillshade: &Hillshade, theme: Theme) -> Self {
        let tone = match theme {
            Theme::Light => HillshadeTone { shadow: 0.12, light: 0.10 },
            Theme::Dark => HillshadeTone { shadow: 0.20, light: 0.035 },
            Theme::Grey => HillshadeTone { shadow: 0.09, light: 0.10 },
            Theme::HighContrast => HillshadeTone { shadow: 0.05, light: 0.0 },
        };
        Self { bitmap: Arc::new(hillshade.bitmap(tone)), world_rect: hillshade.world_rect() }
    }
}

/// Draws the tiles of a frame into `out`, bottom first, but for the borders of states, which are for `above`: what lies
/// over the areas of overlays.
pub fn draw(
    tiles: &[TilePlacement],
    relief: Option<&Relief>,
    frame: &Frame,
    style: BasemapStyle,
    out: &mut Vec<Item>,
    above: &mut Vec<Item>,
) {
    let painter = painter(tiles, frame, style);
    painter.ground(out);
    painter.land(out);
    painter.abroad(out);
    painter.relief(relief, out);
    over_land(&painter, out, above);
}

/// Draws the tiles of a map that lies over others, as far as it has them, on land of its own: where it lacks a tile, what lies
/// beneath is seen. What is not drawn tile by tile, the relief and the shade over other countries, only where it covers the
/// frame as a `whole`. Bottom first, but for the borders of states, which are for `above`.
pub fn draw_over(
    tiles: &[TilePlacement],
    relief: Option<&Relief>,
    frame: &Frame,
    style: BasemapStyle,
    whole: bool,
    out: &mut Vec<Item>,
    above: &mut Vec<Item>,
) {
    let painter = painter(tiles, frame, style);
    painter.ground_of_tiles(out);
    painter.land(out);
    if whole {
        painter.abroad(out);
        painter.relief(relief, out);
    }
    over_land(&painter, out, above);
}

fn painter<'a>(tiles: &'a [TilePlacement], frame: &'a Frame, style: BasemapStyle) -> Painter<'a> {
    // Style zooms are those of 512-point tiles, as map makers count them.
    Painter { tiles, frame, zoom: frame.view.zoom - 1.0, sheet: Sheet::new(style.theme), style }
}

/// Waters, buildings, ways and borders: what lies over the land and its relief.
fn over_land(painter: &Painter<'_>, out: &mut Vec<Item>, above: &mut Vec<Item>) {
    painter.waterways(out);
    painter.water(out);
    painter.buildings(out);
    painter.roads(out);
    painter.borders(out, above);
}

/// Adds the names of a frame that want a place, and the borders of states in short pieces.
pub fn names(
    tiles: &[TilePlacement],
    frame: &Frame,
    style: BasemapStyle,
    labels: &mut Vec<LabelCandidate>,
    borders: &mut Vec<Line>,
) {
    let painter = painter(tiles, frame, style);
    painter.labels(labels);
    painter.border_pieces(borders);
}

/// The seas and larger lakes of a frame.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Shores {
    /// Their shores in pieces, as the tiles have them.
    pub pieces: Vec<Line>,
    /// They themselves, tile by tile.
    pub seas: Vec<Sea>,
}

/// Collects the shores of a frame, of a day.
pub fn shores(tiles: &[TilePlacement], frame: &Frame, day: Option<Day>) -> Shores {
    let mut shores = Shores::default();
    for (placement, mut cutter) in cut_tiles(tiles, frame, 0.0) {
        for WaterArea { kind, shape, .. } in placement.tile.water.iter().filter(|area| area.days.hold(day)) {
            let mut path = Path::new();
            let Some(bounds) = cutter.area(shape, &mut path) else { continue };
            let is_large = bounds.width().max(bounds.height()) >= LEAST_LAKE_PT;
            if !matches!(kind, WaterKind::Ocean | WaterKind::Sea | WaterKind::Bay) && !is_large {
                continue;
            }
            let mut rings: Vec<Vec<Point>> = Vec::new();
            for element in path.elements() {
                match element {
                    PathEl::MoveTo(at) => rings.push(vec![at]),
                    PathEl::LineTo(at) => rings.last_mut().into_iter().for_each(|ring| ring.push(at)),
                    _ => {}
                }
            }
            shores.seas.push(Sea { bounds, rings });
            cutter.runs(shape, true, |run, _| {
                shores.pieces.extend(run.windows(2).map(|pair| Line::new(pair[0], pair[1])));
            });
        }
    }
    shores
}

/// Names need not keep off the shores of smaller waters: the longer side, in points.
const LEAST_LAKE_PT: f64 = 60.0;

/// Draws raster tiles over what is there. Each is cut to its own square, where an ancestor stands in for it.
pub fn draw_raster(tiles: &[RasterPlacement], out: &mut Vec<Item>) {
    for tile in tiles {
        // A hair larger than it is, so that no seam shows between neighbours.
        let image = Item::Image { image: tile.bitmap.clone(), to: tile.to.inflate(0.15, 0.15), opacity: 1.0 };
        if tile.to == tile.clip {
            out.push(image);
        } else {
            let mut group = Group::new("raster-tile", "Map tile", vec![image]);
            group.clip = Some(tile.clip);
            out.push(Item::Group(group));
        }
    }
}
