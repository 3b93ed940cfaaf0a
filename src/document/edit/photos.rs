//! Photos that say where they were taken, as points of a layer of their own.

use std::sync::Arc;

use serde_json::Value;

use super::add_layer;
use crate::document::annotation::{MarkerSize, PointKind, SAFE_COLORS, Shape, Style, Symbol};
use crate::document::{Annotation, AnnotationId, Document, LayerId};
use crate::dossier::FileRecord;
use crate::formats::photo::PhotoFacts;

/// What the layer of photos is called.
pub const PHOTOS: &str = "Photos";

/// A photo that says where it was taken.
#[derive(Debug, Clone, PartialEq)]
pub struct Photo {
    /// Its file.
    pub file: Arc<FileRecord>,
    /// What it says of itself.
    pub facts: PhotoFacts,
}

/// Adds photos as points to the layer of photos, which is made if there is none that is open; their ids. Those without a
/// place, and those that are there already, are passed over.
pub fn add_photos(document: &mut Document, photos: &[Photo]) -> Vec<AnnotationId> {
    let mut known: Vec<String> = document
        .annotations
        .iter()
        .filter_map(|annotation| annotation.photo.as_ref().map(|photo| photo.sha256.clone()))
        .collect();
    let mut ids = Vec::new();
    for Photo { file, facts } in photos {
        let Some(at) = facts.at else { continue };
        if known.contains(&file.sha256) {
            continue;
        }
        known.push(file.sha256.clone());
        let layer = layer_of_photos(document);
        let mut annotation = Annotation::new(AnnotationId(0), layer, Shape::Point { at, kind: PointKind::Marker });
        annotation.title = file.title();
        annotation.style = Style {
            symbol: Symbol::Circle,
            marker_size: MarkerSize::Small,
            marker: SAFE_COLORS[1].1,
            show_title: false,
            direction_deg: facts.direction.map(|(degrees, _)| degrees),
            ..Style::default()
        };
        annotation.kept.properties = facts.properties(&file.name());
        annotation.photo = Some(Arc::clone(file));
        ids.push(super::add(document, annotation));
    }
    ids
}

fn layer_of_photos(document: &mut Document) -> LayerId {
    let open = document.layers.iter().find(|layer| layer.title == PHOTOS && !layer.locked);
    match open.map(|layer| layer.id) {
        Some(layer) => layer,
        None => add_layer(document, PHOTOS),
    }
}

impl Annotation {
    /// A property of a photo's point, as text.
    pub fn photo_words(&self, name: &str) -> Option<&str> {
        self.kept.properties.get(name).and_then(Value::as_str)
    }

    /// A property of a photo's point, as a number.
    pub fn photo_number(&self, name: &str) -> Option<f64> {
        self.kept.properties.get(name).and_then(Value::as_f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::edit::{lock_layer, remove};
    use crate::document::project::features_text;
    use crate::formats::geojson::Order;
    use crate::formats::photo::North;
    use crate::geometry::{Coord, View};

    fn photo(sha256: &str) -> Photo {
        let file = FileRecord {
            path: format!("/photos/{sha256}.jpg").into(),
            elsewhere: None,
            sha256: sha256.to_owned(),
            bytes: 1,
            modified_ms: None,
            order: Order::LonLat,
            crs: None,
            table: None,
            layer: None,
        };
        let facts = PhotoFacts {
            at: Some(Coord { x: 37.5, y: 48.7 }),
            direction: Some((90.0, North::True)),
            ..PhotoFacts::default()
        };
        Photo { file: Arc::new(file), facts }
    }

    #[test]
    fn photos_come_into_one_layer_each_once() {
        let mut document = Document::empty("test", View { center: Coord { x: 37.0, y: 48.0 }, zoom: 7.0 });
        let ids = add_photos(&mut document, &[photo("a"), photo("b"), photo("a")]);
        assert_eq!(ids.len(), 2);
        assert_eq!(document.layers.iter().filter(|layer| layer.title == PHOTOS).count(), 1);
        assert_eq!(add_photos(&mut document, &[photo("b"), photo("c")]).len(), 1);
        let one = document.annotations.get(ids[0]).unwrap();
        assert_eq!((one.title.as_str(), one.style.direction_deg), ("a", Some(90.0)));
        assert_eq!((one.photo_words("photo"), one.photo_words("direction_reference")), (Some("a.jpg"), Some("true")));
        // What is saved of the features is what is seen, not where the photo lies.
        let text = features_text(&document, &ids);
        assert!(text.contains("direction_reference") && text.contains("a.jpg"), "{text}");
        assert!(!text.contains("/photos") && !text.contains("sha256"), "{text}");
        // What was taken away may come back; a locked layer takes none.
        remove(&mut document, &ids);
        let layer = one_layer(&document);
        lock_layer(&mut document, layer, true);
        assert_eq!(add_photos(&mut document, &[photo("a")]).len(), 1);
        assert_eq!(document.layers.iter().filter(|layer| layer.title == PHOTOS).count(), 2);
    }

    fn one_layer(document: &Document) -> LayerId {
        document.layers.iter().find(|layer| layer.title == PHOTOS).unwrap().id
    }
}
