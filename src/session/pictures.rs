//! Pictures that are placed on the map, as the user changes them.

use std::sync::Arc;

use super::Session;
use crate::document::edit::{Photo, PictureFacts};
use crate::document::step::PicturePart;
use crate::document::{Picture, Step, edit};
use crate::dossier::FileRecord;
use crate::formats::picture::Placement;
use crate::geometry::{Point, lon_lat_from_world};

/// A change of a placed picture.
#[derive(Debug, Clone, PartialEq)]
pub enum PictureChange {
    /// Draw it, or no longer.
    Show(bool),
    /// How far it can be seen through, 0 to 1.
    Opacity(f64),
    /// Another place.
    Place(Placement),
    /// Take its pixels from this file, which may have another size: as a picture that was read has it.
    File(Arc<FileRecord>, [u32; 2], Placement, Vec<[f64; 2]>),
    /// Show a part of it alone: corners in pixels; all of it without any.
    Crop(Vec<[f64; 2]>),
    /// Say other things of it.
    Describe(PictureFacts),
    /// Move it by so many rows among the others; negative is up.
    MoveBy(i64),
    /// Take it away.
    Remove,
}

impl Session {
    /// Places a picture above the others.
    pub(super) fn add_picture(&mut self, picture: Picture) {
        let step = Step::Picture(PicturePart::Added, picture.title.clone());
        self.history.edit(step, |document| {
            edit::add_picture(document, picture);
        });
    }

    /// Places pictures, the last above the others, in one step.
    pub(super) fn add_pictures(&mut self, pictures: Vec<Picture>) {
        let step = match pictures.as_slice() {
            [] => return,
            [one] => Step::Picture(PicturePart::Added, one.title.clone()),
            several => Step::Pictures(several.len()),
        };
        self.history.edit(step, |document| {
            for picture in pictures {
                edit::add_picture(document, picture);
            }
        });
    }

    /// Puts photos on the map as points, selects the only one, and goes where they are unless that is in view.
    pub(super) fn add_photos(&mut self, photos: &[Photo]) {
        let mut ids = Vec::new();
        self.history.edit(Step::Photos(photos.len()), |document| ids = edit::add_photos(document, photos));
        let [west, south, east, north] = self.frame().lon_lat_bounds();
        let is_seen = |photo: &Photo| {
            photo.facts.at.is_some_and(|at| (west..=east).contains(&at.x) && (south..=north).contains(&at.y))
        };
        if !ids.is_empty() && !photos.iter().all(is_seen) {
            self.zoom_to_annotations(&ids);
        }
        if let [_] = ids[..] {
            self.select_annotations(ids);
        }
    }

    /// Shows the whole of a picture; one that belongs nowhere is passed over.
    pub(super) fn zoom_to_picture(&mut self, id: &str) {
        let Some(picture) = self.document().picture(id) else { return };
        let [width, height] = picture.size_px;
        let Some(world) = picture.placement.mapping().ok().and_then(|mapping| mapping.world_bounds(width, height).ok())
        else {
            return;
        };
        let (north_west, south_east) =
            (lon_lat_from_world(world.origin()), lon_lat_from_world(Point::new(world.x1, world.y1)));
        self.fit([north_west.x, south_east.y, south_east.x, north_west.y]);
    }

    /// Changes a placed picture; one that is not there is passed over.
    pub(super) fn change_picture(&mut self, id: &str, change: PictureChange) {
        let Some(picture) = self.document().picture(id) else { return };
        let part = match &change {
            PictureChange::Show(visible) => PicturePart::Shown(*visible),
            PictureChange::Opacity(_) => PicturePart::Opacity,
            PictureChange::Place(_) => PicturePart::Placement,
            PictureChange::File(..) => PicturePart::File,
            PictureChange::Crop(_) => PicturePart::Crop,
            PictureChange::Describe(_) => PicturePart::Facts,
            PictureChange::MoveBy(_) => PicturePart::Order,
            PictureChange::Remove => PicturePart::Removed,
        };
        let step = Step::Picture(part, picture.title.clone());
        self.history.edit(step, |document| match change {
            PictureChange::Show(visible) => edit::show_picture(document, id, visible),
            PictureChange::Opacity(opacity) => edit::set_picture_opacity(document, id, opacity),
            PictureChange::Place(placement) => edit::place_picture(document, id, placement),
            PictureChange::File(file, size_px, placement, crop) => {
                edit::set_picture_file(document, id, file, size_px, placement, crop);
            }
            PictureChange::Crop(crop) => edit::crop_picture(document, id, crop),
            PictureChange::Describe(facts) => edit::describe_picture(document, id, &facts),
            PictureChange::MoveBy(steps) => edit::move_picture_by(document, id, steps),
            PictureChange::Remove => edit::remove_picture(document, id),
        });
    }
}
