//! The map under the overlays: which archives, relief and raster tiles it is drawn from.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::Look;
use super::basemap_style::{self, BasemapStyle, Relief};
use super::display_list::{Group, Item};
use super::labels::LabelCandidate;
use crate::basemap::raster::{RasterSource, raster_tiles_for};
use crate::basemap::{self, Archive, Basemap, BoundaryView, MapKind, MapSource};
use crate::dossier::Problem;
use crate::geometry::Frame;

/// The map's sources. Cheap to clone.
#[derive(Clone)]
pub struct Ground {
    basemap: Option<Basemap>,
    /// For each theme, made when it is first drawn.
    relief: Arc<[OnceLock<Option<Relief>>; 4]>,
    /// Where the tiles of maps from servers come from, by the maps' ids.
    rasters: BTreeMap<String, Arc<dyn RasterSource>>,
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
        Self { basemap: None, relief: Arc::default(), rasters: BTreeMap::new(), boundary_view: BoundaryView::default() }
    }

    /// Lays a map file over the built-in map and those that lie over it already.
    pub fn set_archive(&mut self, archive: Archive) {
        self.basemap = Some(match &self.basemap {
            Some(basemap) => basemap.with_archive(archive),
            None => Basemap::new(archive),
        });
    }

    /// Takes the raster tiles of the map of that id from here, or from nowhere.
    pub fn set_raster(&mut self, id: &str, raster: Option<Arc<dyn RasterSource>>) {
        match raster {
            Some(raster) => self.rasters.insert(id.to_owned(), raster),
            None => self.rasters.remove(id),
        };
    }

    /// Where the raster tiles of a map come from, if it has any.
    fn raster(&self, map: &MapSource) -> Option<&Arc<dyn RasterSource>> {
        self.rasters.get(&map.id).filter(|_| map.kind == MapKind::Xyz)
    }

    /// What lies beneath all maps but none.
    fn basemap(&self, map: &MapSource) -> Option<&Basemap> {
        self.basemap.as_ref().filter(|_| map.kind != MapKind::None)
    }

    /// The credits that the map asks for, each with an address or none, for a frame as it is drawn: of map files, those
    /// of which anything is drawn. Decodes the frame's tiles.
    pub fn credits(&self, frame: &Frame, map: &MapSource) -> Vec<(String, String)> {
        self.credits_with(map, |basemap| basemap.attributions(frame))
    }

    /// The same without waiting for tiles that are not decoded yet.
    pub fn credits_at_once(&self, frame: &Frame, map: &MapSource) -> Vec<(String, String)> {
        self.credits_with(map, |basemap| basemap.attributions_at_once(frame))
    }

    fn credits_with<'a>(
        &'a self,
        map: &MapSource,
        of_files: impl Fn(&'a Basemap) -> Vec<&'a str>,
    ) -> Vec<(String, String)> {
        let mut credits = Vec::new();
        if self.raster(map).is_some() && !map.attribution.is_empty() {
            credits.push((map.attribution.clone(), map.attribution_page.clone()));
        }
        if let Some(basemap) = self.basemap(map) {
            credits.extend(of_files(basemap).into_iter().map(|text| (text.to_owned(), String::new())));
        }
        credits
    }

    /// Draws the map of a frame and collects its labels.
    pub(super) fn draw(&self, look: &Look, frame: &Frame, items: &mut Vec<Item>, labels: &mut Vec<LabelCandidate>) {
        let mut drawn = Vec::new();
        if let Some(basemap) = self.basemap(&look.map) {
            let style =
                BasemapStyle { theme: look.theme, names: look.names.clone(), boundary_view: self.boundary_view };
            let kept = &self.relief[look.theme as usize];
            // Without its relief the map is flat, and no worse.
            let relief = kept.get_or_init(|| Some(Relief::new(&basemap::builtin_hillshade().ok()?, look.theme)));
            basemap_style::draw(&basemap.tiles_for(frame), relief.as_ref(), frame, style, &mut drawn, labels);
        }
        if let Some(raster) = self.raster(&look.map) {
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
