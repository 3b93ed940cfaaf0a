//! The inhabited places about what was reported, and those of them that change hands.

use crate::dossier::series::Version;
use crate::dossier::series::told::Place;
use crate::dossier::{Dossier, Shape};
use crate::gazetteer::{Town, Towns, builtin};
use crate::geometry::{Coord, MultiPolygon};

/// The inhabited places about some reports: those of the built-in gazetteer, and of a dossier's overlays.
pub fn towns_about<'a>(dossier: &Dossier, versions: impl Iterator<Item = &'a Version>) -> Towns {
    towns_about_shapes(dossier, versions.map(|version| &*version.shape))
}

/// The same about some shapes.
pub(super) fn towns_about_shapes<'a>(dossier: &Dossier, shapes: impl Iterator<Item = &'a Shape>) -> Towns {
    let corners = |shape: &'a Shape| shape.polygons().iter().flat_map(|polygon| polygon.exterior().0.iter().copied());
    let join = |[west, south, east, north]: [f64; 4], at: Coord<f64>| {
        [west.min(at.x), south.min(at.y), east.max(at.x), north.max(at.y)]
    };
    let nothing = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
    let bounds = shapes.flat_map(corners).fold(nothing, join);
    let own = dossier.overlays.iter().flat_map(|overlay| {
        let towns = overlay.shape.places().iter().filter(|place| overlay.is_town(place));
        towns.map(|place| Town {
            name: place.name.main().to_owned(),
            at: place.at,
            population: place.population.and_then(|people| u32::try_from(people).ok()),
            within: String::new(),
        })
    });
    Towns::new(&builtin(), bounds, own)
}

/// Those of them in an area, the largest first.
pub fn places_in(towns: &Towns, area: &MultiPolygon<f64>) -> Vec<Place> {
    let place = |Town { name, at, population, within }: &Town| Place {
        name: name.clone(),
        label: name.clone(),
        region: within.clone(),
        population: *population,
        at: *at,
        is_in_doubt: None,
    };
    towns.within(area).into_iter().map(place).collect()
}
