//! The map under the overlays: which archives, relief and raster tiles it is drawn from.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use kurbo::Line;

use super::Look;
use super::basemap_style::{self, BasemapStyle, Relief, Shores};
use super::display_list::{Group, Item};
use super::labels::LabelCandidate;
use super::pictures::PicturesAtHand;
use crate::basemap::raster::{RasterSource, raster_tiles_for};
use crate::basemap::vector::countries::Countries;
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
    /// The pixels of pictures that are placed on it.
    pub pictures: PicturesAtHand,
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
        Self {
            basemap: None,
            relief: Arc::default(),
            rasters: BTreeMap::new(),
            pictures: PicturesAtHand::default(),
            boundary_view: BoundaryView::default(),
        }
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

    /// Draws the map of a frame and collects its labels. It tells the ground of a country from that of others.
    pub(super) fn draw(&self, look: &Look, frame: &Frame, country: Option<&str>) -> DrawnGround {
        let mut ground = DrawnGround::default();
        let mut drawn = Vec::new();
        if let Some(basemap) = self.basemap(&look.map) {
            let style = self.style(look, frame, country);
            ground.wants_grounds = style.grounds_named;
            let kept = &self.relief[look.theme as usize];
            // Without its relief the map is flat, and no worse.
            let relief = kept.get_or_init(|| Some(Relief::new(&basemap::builtin_hillshade().ok()?, look.theme)));
            let tiles = basemap.tiles_for(frame);
            let DrawnGround { borders, labels, border_pieces, shores, .. } = &mut ground;
            basemap_style::draw(&tiles, relief.as_ref(), frame, style.clone(), &mut drawn, borders);
            basemap_style::names(&tiles, frame, style, labels, border_pieces);
            *shores = basemap_style::shores(&tiles, frame);
        }
        if let Some(raster) = self.raster(&look.map) {
            let tiles = raster_tiles_for(raster.as_ref(), frame, look.pixels_per_pt);
            if tiles.missing == 0 {
                // The picture carries its own names and borders.
                ground.labels.clear();
                ground.border_pieces.clear();
                ground.shores = Shores::default();
                ground.wants_grounds = false;
            }
            // The borders of what shows between its tiles lie under it.
            drawn.append(&mut ground.borders);
            basemap_style::draw_raster(&tiles.placements, &mut drawn);
        }
        ground.map = Some(Item::Group(Group::new("map", "Map", drawn)));
        ground.pictures = self.pictures.items(&look.pictures, frame, look.pixels_per_pt);
        ground
    }

    /// The names of a frame without the map that [`Self::draw`] makes; those of a raster map are in its picture.
    pub(super) fn names(&self, look: &Look, frame: &Frame, country: Option<&str>) -> DrawnGround {
        let mut ground = DrawnGround::default();
        if let Some(basemap) = self.basemap(&look.map).filter(|_| self.raster(&look.map).is_none()) {
            let style = self.style(look, frame, country);
            ground.wants_grounds = style.grounds_named;
            let DrawnGround { labels, border_pieces, shores, .. } = &mut ground;
            let tiles = basemap.tiles_for(frame);
            basemap_style::names(&tiles, frame, style, labels, border_pieces);
            *shores = basemap_style::shores(&tiles, frame);
        }
        ground
    }

    fn style(&self, look: &Look, frame: &Frame, country: Option<&str>) -> BasemapStyle {
        BasemapStyle {
            theme: look.theme,
            names: look.names.clone(),
            boundary_view: self.boundary_view,
            country: country.map(str::to_owned),
            grounds_named: Countries::builtin().are_known_in(frame.lon_lat_bounds()),
        }
    }
}

/// The map of a frame.
#[derive(Default)]
pub(super) struct DrawnGround {
    /// The map itself, under all overlays.
    pub(super) map: Option<Item>,
    /// The pictures that are placed on it.
    pub(super) pictures: Vec<Item>,
    /// The borders of states, which lie over the areas of overlays.
    pub(super) borders: Vec<Item>,
    /// Names that want a place.
    pub(super) labels: Vec<LabelCandidate>,
    /// Whether countries, seas and regions are to be named besides.
    pub(super) wants_grounds: bool,
    /// The borders of states in short pieces, which names do well not to cover.
    pub(super) border_pieces: Vec<Line>,
    /// The shores that the names of towns on them keep off.
    pub(super) shores: Shores,
}
