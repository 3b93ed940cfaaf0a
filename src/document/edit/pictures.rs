//! Pictures that are placed on the map.

use std::sync::Arc;

use crate::document::Document;
use crate::document::picture::{MOST_PICTURES, Picture};
use crate::dossier::FileRecord;
use crate::formats::day::Day;
use crate::formats::picture::Placement;

/// Adds a picture above the others and gives it an id of its own, which is returned; `None` where there are so many that no
/// more are taken.
pub fn add_picture(document: &mut Document, picture: Picture) -> Option<String> {
    if document.pictures.len() >= MOST_PICTURES {
        return None;
    }
    let is_free = |id: &String| document.picture(id).is_none();
    let id = (1_u32..).map(|number| format!("picture-{number}")).find(is_free)?;
    document.pictures.insert(0, Arc::new(Picture { id: id.clone(), ..picture }));
    Some(id)
}

fn change(document: &mut Document, id: &str, change: impl FnOnce(&mut Picture)) {
    if let Some(known) = document.pictures.iter_mut().find(|picture| picture.id == id) {
        let mut picture = Picture::clone(known);
        change(&mut picture);
        if picture != **known {
            *known = Arc::new(picture);
        }
    }
}

/// Takes a picture away.
pub fn remove_picture(document: &mut Document, id: &str) {
    document.pictures.retain(|picture| picture.id != id);
}

/// Shows or hides a picture.
pub fn show_picture(document: &mut Document, id: &str, visible: bool) {
    change(document, id, |picture| picture.visible = visible);
}

/// Sets how far a picture can be seen through, 0 to 1.
pub fn set_picture_opacity(document: &mut Document, id: &str, opacity: f64) {
    change(document, id, |picture| picture.opacity = if opacity.is_finite() { opacity.clamp(0.0, 1.0) } else { 1.0 });
}

/// Places a picture anew.
pub fn place_picture(document: &mut Document, id: &str, placement: Placement) {
    change(document, id, |picture| picture.placement = placement);
}

/// Takes the pixels of a picture from another file, which has been read for it.
pub fn set_picture_file(
    document: &mut Document,
    id: &str,
    file: Arc<FileRecord>,
    size_px: [u32; 2],
    placement: Placement,
    crop: Vec<[f64; 2]>,
) {
    change(document, id, |picture| {
        (picture.file, picture.size_px, picture.placement, picture.crop) = (file, size_px, placement, crop);
    });
}

/// Places a picture anew as it has been georeferenced: where it belongs, which of its control points are used, which part of
/// it is shown and what is said of it. How exact it is, is from now on what its points tell.
pub fn georeference_picture(document: &mut Document, id: &str, placed: &Picture) {
    change(document, id, |picture| {
        *picture = Picture {
            id: picture.id.clone(),
            visible: picture.visible,
            opacity: picture.opacity,
            stated_accuracy_m: if picture.placement == placed.placement { picture.stated_accuracy_m } else { None },
            kept: std::mem::take(&mut picture.kept),
            ..placed.clone()
        };
    });
}

/// Shows a part of a picture alone; all of it where the part has fewer than three corners.
pub fn crop_picture(document: &mut Document, id: &str, crop: Vec<[f64; 2]>) {
    let is_good = crop.len() >= 3 && crop.iter().flatten().all(|number| number.is_finite());
    change(document, id, |picture| picture.crop = if is_good { crop } else { Vec::new() });
}

/// What is said of a picture.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PictureFacts {
    /// What it is called.
    pub title: String,
    /// Where it is from.
    pub source: String,
    /// Whom to credit.
    pub credit: String,
    /// Under which licence it stands.
    pub license: String,
    /// Which day it shows.
    pub as_of: Option<Day>,
}

/// Says other things of a picture. A name without letters leaves it as it was called.
pub fn describe_picture(document: &mut Document, id: &str, facts: &PictureFacts) {
    change(document, id, |picture| {
        let words = |text: &str| text.trim().to_owned();
        if !facts.title.trim().is_empty() {
            picture.title = words(&facts.title);
        }
        (picture.source, picture.credit, picture.license) =
            (words(&facts.source), words(&facts.credit), words(&facts.license));
        picture.as_of = facts.as_of.map(|day| day.iso());
    });
}

/// Moves a picture by so many rows among the others; negative is up.
pub fn move_picture_by(document: &mut Document, id: &str, steps: i64) {
    let Some(at) = document.pictures.iter().position(|picture| picture.id == id) else { return };
    let last = document.pictures.len() as i64 - 1;
    let to = (at as i64).saturating_add(steps).clamp(0, last) as usize;
    let picture = document.pictures.remove(at);
    document.pictures.insert(to, picture);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::geojson::Order;
    use crate::geometry::{Coord, View};

    fn picture(name: &str) -> Picture {
        let file = FileRecord {
            path: name.into(),
            elsewhere: None,
            sha256: String::new(),
            bytes: 1,
            modified_ms: None,
            order: Order::LonLat,
            crs: None,
            table: None,
            layer: None,
        };
        let placement = Placement::Plane { crs: "EPSG:4326".to_owned(), affine: [37.0, 0.01, 0.0, 48.0, 0.0, -0.01] };
        Picture::new(Arc::new(file), [10, 10], placement)
    }

    fn ids(document: &Document) -> Vec<&str> {
        document.pictures.iter().map(|picture| picture.id.as_str()).collect()
    }

    #[test]
    fn pictures_come_above_the_others_and_move_among_them() {
        let mut document = Document::empty("test", View { center: Coord { x: 37.0, y: 48.0 }, zoom: 7.0 });
        for name in ["a/sheet.tif", "b.png", "c.png"] {
            add_picture(&mut document, picture(name)).unwrap();
        }
        assert_eq!(ids(&document), ["picture-3", "picture-2", "picture-1"]);
        assert_eq!(document.picture("picture-1").unwrap().title, "sheet");
        move_picture_by(&mut document, "picture-1", -9);
        assert_eq!(ids(&document), ["picture-1", "picture-3", "picture-2"]);
        remove_picture(&mut document, "picture-3");
        assert_eq!(add_picture(&mut document, picture("d.png")).as_deref(), Some("picture-3"));
    }

    #[test]
    fn an_edit_that_changes_nothing_shares_the_picture() {
        let mut document = Document::empty("test", View { center: Coord { x: 37.0, y: 48.0 }, zoom: 7.0 });
        let id = add_picture(&mut document, picture("a.png")).unwrap();
        let before = Arc::clone(&document.pictures[0]);
        show_picture(&mut document, &id, true);
        set_picture_opacity(&mut document, &id, f64::NAN);
        crop_picture(&mut document, &id, vec![[0.0, 0.0], [1.0, 1.0]]);
        assert!(Arc::ptr_eq(&before, &document.pictures[0]));
        set_picture_opacity(&mut document, &id, 7.0);
        show_picture(&mut document, &id, false);
        let facts =
            PictureFacts { title: " ".to_owned(), license: " CC BY 4.0 ".to_owned(), ..PictureFacts::default() };
        describe_picture(&mut document, &id, &facts);
        let now = &document.pictures[0];
        assert_eq!(
            (now.opacity, now.visible, now.title.as_str(), now.license.as_str()),
            (1.0, false, "a", "CC BY 4.0")
        );
        assert_eq!(now.credit_line().as_deref(), Some("a (CC BY 4.0)"));
    }
}
