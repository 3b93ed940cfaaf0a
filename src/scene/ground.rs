//! The map under the overlays: which archives, relief and raster tiles it is drawn from.

use std::sync::{Arc, OnceLock};

use super::Look;
use super::basemap_style::{self, BasemapStyle, Relief};
use super::display_list::{Group, Item};
use super::labels::LabelCandidate;
use crate::basemap::raster::{RasterSource, raster_tiles_for};
use crate::basemap::{self, Archive, Basemap, BoundaryView};
use crate::document::MapChoice;
use crate::dossier::Problem;
use crate::geometry::Frame;

/// The map's sources. Cheap to clone.
#[derive(Clone)]
pub struct Ground {
    basemap: Option<Basemap>,
    /// For each theme, made when it is first drawn.
    relief: Arc<[OnceLock<Option<Relief>>; 4]>,
    raster: Option<Arc<dyn RasterSource>>,
    /// Whose view of borders is drawn.
    pub boundary_view: BoundaryView,
}

impl Ground {
    /// The built-in map; what of it cannot be read is reported and left out.
    pub fn builtin() -> (Self, Vec<Problem>) {
        let mut problems = Vec::new();
        let mut report = |what: String| problems.push(Problem { part: "built-in map".into(), what });
        let basemap = Basemap::builtin().map_err(|error| report(error.to_string())).ok();
        (Self { basemap, ..Self::blank() }, problems)
    }

    /// No map at all.
    pub fn blank() -> Self {
        Self { basemap: None, relief: Arc::default(), raster: None, boundary_view: BoundaryView::default() }
    }

    /// Lays a map file over the built-in map, in place of any other.
    pub fn set_archive(&mut self, archive: Archive) {
        self.basemap = Some(match &self.basemap {
            Some(basemap) => basemap.without_archive().with_archive(archive),
            None => Basemap::new(archive),
        });
    }

    /// Takes raster tiles from here, or from nowhere.
    pub fn set_raster(&mut self, raster: Option<Arc<dyn RasterSource>>) {
        self.raster = raster;
    }

    /// Whether raster tiles have a source.
    pub fn raster(&self) -> Option<&Arc<dyn RasterSource>> {
        self.raster.as_ref()
    }

    /// The credits that the map asks for, each with an address or none, for a frame as it is drawn.
    pub fn credits(&self, frame: &Frame, map: MapChoice) -> Vec<(String, String)> {
        let mut credits: Vec<(String, String)> = Vec::new();
        if map == MapChoice::OpenStreetMap
            && let Some(raster) = &self.raster
        {
            credits.push((raster.attribution().to_owned(), raster.attribution_url().to_owned()));
        }
        if map != MapChoice::Blank
            && let Some(basemap) = &self.basemap
        {
            credits.extend(basemap.attributions(frame).into_iter().map(|text| (text.to_owned(), String::new())));
        }
        credits
    }

    /// Draws the map of a frame and collects its labels.
    pub(super) fn draw(&self, look: &Look, frame: &Frame, items: &mut Vec<Item>, labels: &mut Vec<LabelCandidate>) {
        let mut drawn = Vec::new();
        if look.map != MapChoice::Blank
            && let Some(basemap) = &self.basemap
        {
            let style = BasemapStyle { theme: look.theme, names: look.names, boundary_view: self.boundary_view };
            let kept = &self.relief[look.theme as usize];
            // Without its relief the map is flat, and no worse.
            let relief = kept.get_or_init(|| Some(Relief::new(&basemap::builtin_hillshade().ok()?, look.theme)));
            basemap_style::draw(&basemap.tiles_for(frame), relief.as_ref(), frame, style, &mut drawn, labels);
        }
        if look.map == MapChoice::OpenStreetMap
            && let Some(raster) = &self.raster
        {
            let tiles = raster_tiles_for(raster.as_ref(), frame, look.pixels_per_pt);
            if tiles.missing == 0 {
                // The picture carries its own names.
                labels.clear();
            }
            basemap_style::draw_raster(&tiles.placements, &mut drawn);
        }
        items.push(Item::Group(Group::new("map", "Map", drawn)));
    }
}
