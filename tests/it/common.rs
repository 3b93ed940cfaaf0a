//! The built-in dossier, as several tests look into it.

use claimline::dossier::{Dossier, Measure, Overlay, builtin};

pub(crate) fn berlin() -> Dossier {
    builtin::berlin().unwrap().0
}

pub(crate) fn overlay<'a>(dossier: &'a Dossier, id: &str) -> &'a Overlay {
    dossier.overlay(id).unwrap_or_else(|| panic!("no overlay {id}"))
}

pub(crate) fn km2(dossier: &Dossier, id: &str) -> f64 {
    match overlay(dossier, id).measure {
        Measure::Area { km2, .. } => km2,
        other => panic!("{id} is no area: {other:?}"),
    }
}
