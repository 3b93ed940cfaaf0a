//! Pictures that are placed on the map: which of them a frame shows, and how they are drawn.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::display_list::{Group, Item};
use crate::basemap::raster::placed::{PlacedPicture, WarpedPicture};
use crate::basemap::raster::pyramid::{LiveTiles, Pyramid};
use crate::document::Picture;
use crate::dossier::FileRecord;
use crate::formats::picture::Placement;
use crate::geometry::Frame;

/// The pixels of pictures, and what was made of them last. Cheap to clone; clones share.
#[derive(Clone, Default)]
pub struct PicturesAtHand {
    /// By what tells their files apart: ids are given again.
    pyramids: BTreeMap<String, Arc<Pyramid>>,
    /// By the pictures' ids.
    made: Arc<Mutex<BTreeMap<String, Made>>>,
}

/// What tells a picture's file from others: its bytes, and which picture in it is meant.
fn key(file: &FileRecord) -> String {
    let path;
    let bytes = match file.sha256.as_str() {
        // Of one that has never been read nothing else is known.
        "" => {
            path = file.path.to_string_lossy();
            &*path
        }
        sha256 => sha256,
    };
    format!("{bytes}#{}", file.layer.as_deref().unwrap_or_default())
}

/// For which frame a picture was warped, how fine, and how many of its tiles had come by then.
type Key = (Frame, f64, u64);

/// A picture where it belongs, and its last warping: a map is painted again for everything that changes on it.
struct Made {
    pyramid: Arc<Pyramid>,
    placement: Placement,
    crop: Vec<[f64; 2]>,
    placed: Option<Arc<PlacedPicture>>,
    warped: Option<(Key, Option<WarpedPicture>)>,
}

impl PicturesAtHand {
    /// Takes the pixels of pictures of this file from here.
    pub fn set(&mut self, file: &FileRecord, pyramid: Arc<Pyramid>) {
        self.pyramids.insert(key(file), pyramid);
    }

    /// The pixels of a picture, if there are any.
    pub fn pyramid(&self, picture: &Picture) -> Option<Arc<Pyramid>> {
        self.pyramids.get(&key(&picture.file)).cloned()
    }

    /// Whether there are pixels of a picture.
    pub fn has(&self, picture: &Picture) -> bool {
        self.pyramids.contains_key(&key(&picture.file))
    }

    /// What there is of a picture, made anew if it was placed or cut otherwise since.
    fn with<T>(&self, picture: &Picture, take: impl FnOnce(&mut Made) -> T) -> Option<T> {
        let pyramid = self.pyramids.get(&key(&picture.file))?;
        let mut all = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let is_same = |made: &Made| {
            Arc::ptr_eq(&made.pyramid, pyramid) && made.placement == picture.placement && made.crop == picture.crop
        };
        if !all.get(&picture.id).is_some_and(is_same) {
            // One that belongs nowhere is not drawn; who placed it so was told.
            let placed = PlacedPicture::new(Arc::clone(pyramid), &picture.placement, &picture.crop).ok().map(Arc::new);
            let (placement, crop) = (picture.placement.clone(), picture.crop.clone());
            let made = Made { pyramid: Arc::clone(pyramid), placement, crop, placed, warped: None };
            all.insert(picture.id.clone(), made);
        }
        all.get_mut(&picture.id).map(take)
    }

    /// A picture where it belongs; `None` if it has no pixels, or belongs nowhere.
    pub fn placed(&self, picture: &Picture) -> Option<Arc<PlacedPicture>> {
        self.with(picture, |made| made.placed.clone())?
    }

    fn warped(&self, picture: &Picture, frame: &Frame, pixels_per_pt: f64) -> Option<WarpedPicture> {
        // The lock is not held while it is warped: another map may be painted meanwhile.
        let (key, placed, kept) = self.with(picture, |made| {
            let come = made.pyramid.live_tiles().map_or(0, |tiles| tiles.version());
            let key = (*frame, pixels_per_pt, come);
            let kept = made.warped.as_ref().filter(|(of, _)| *of == key);
            (key, made.placed.clone(), kept.map(|(_, warped)| warped.clone()))
        })?;
        if let Some(kept) = kept {
            return kept;
        }
        let warped = placed.as_ref()?.warped(frame, pixels_per_pt);
        self.with(picture, |made| {
            if made.placed.as_ref().zip(placed.as_ref()).is_some_and(|(now, then)| Arc::ptr_eq(now, then)) {
                made.warped = Some((key, warped.clone()));
            }
        });
        warped
    }

    /// Whether the tiles of any come as they are wanted.
    pub fn are_live(&self) -> bool {
        self.pyramids.values().any(|pyramid| pyramid.live_tiles().is_some())
    }

    /// Counts the tiles of pictures that have come.
    pub fn arrived(&self) -> u64 {
        self.pyramids.values().filter_map(|pyramid| pyramid.live_tiles()).map(LiveTiles::version).sum()
    }

    /// How many tiles of pictures are still coming.
    pub fn coming(&self) -> usize {
        self.pyramids.values().filter_map(|pyramid| pyramid.live_tiles()).map(LiveTiles::coming).sum()
    }

    /// Why tiles of a picture did not come, if some did not.
    pub fn trouble(&self, picture: &Picture) -> Option<String> {
        self.pyramids.get(&key(&picture.file))?.live_tiles()?.trouble()
    }

    /// The pictures that a frame shows, top first: those that are visible and have pixels in it.
    pub fn shown<'a>(&self, pictures: &'a [Arc<Picture>], frame: &Frame) -> Vec<&'a Picture> {
        let seen = frame.world_bounds();
        let is_seen = |picture: &&Arc<Picture>| {
            let bounds = self.placed(picture).map(|placed| placed.world_bounds());
            picture.is_shown() && bounds.is_some_and(|bounds| !bounds.intersect(seen).is_zero_area())
        };
        pictures.iter().filter(is_seen).map(|picture| &**picture).collect()
    }

    /// The pictures of a frame, bottom first.
    pub(super) fn items(&self, pictures: &[Arc<Picture>], frame: &Frame, pixels_per_pt: f64) -> Vec<Item> {
        let shown = self.shown(pictures, frame);
        let item = |picture: &Picture| {
            let WarpedPicture { bitmap, to } = self.warped(picture, frame, pixels_per_pt)?;
            let image = Item::Image { image: bitmap, to, opacity: picture.opacity };
            Some(Item::Group(Group::new(picture.id.clone(), picture.title.clone(), vec![image])))
        };
        shown.into_iter().rev().filter_map(item).collect()
    }
}
