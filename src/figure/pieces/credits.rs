//! Whom a figure credits: that stands whatever is left out.

use super::Piece;
use crate::basemap::sources::LaidMap;
use crate::document::{Document, Picture};
use crate::dossier::{Overlay, words};
use crate::figure::contents::Material;
use crate::figure::own_line;
use crate::figure::page::{Block, FigureSpec, Setting};
use crate::geometry::Frame;
use crate::scene::display_list::Face;
use crate::scene::ground::Ground;

/// Whom to credit: the overlays' data first, then the pictures and the map, each once.
pub(in crate::figure) fn credits(material: &Material<'_>) -> Vec<String> {
    let Material { ground, document, frame, shown, .. } = *material;
    let lines = credit_lines((ground, &material.laid_of_days()), document, frame, shown);
    own_line::credited(material.words(), (material.dossier, shown), &material.days_of_maps(), lines)
}

/// The same with the maps of these days beneath.
pub(in crate::figure) fn credit_lines(
    (ground, days): (&Ground, &[Vec<LaidMap>]),
    document: &Document,
    frame: &Frame,
    shown: &[&Overlay],
) -> Vec<String> {
    let of_ground = ground.credits_of_days(frame, days);
    let own: Vec<String> = shown.iter().filter_map(|overlay| of_overlay(overlay)).collect();
    let pictures = ground.pictures.shown(&document.pictures, frame);
    let pictures: Vec<String> = pictures.into_iter().filter_map(Picture::credit_line).collect();
    let of_ground = of_ground.iter().map(|(credit, _)| credit.as_str());
    let all = own.iter().chain(&pictures).map(String::as_str).chain(of_ground);
    let clauses = words::credit_clauses(all);
    clauses.into_iter().map(str::to_owned).collect()
}

/// Whom an overlay's data demand to be credited. A dossier writes licences into its credits; a layer of the user's has its
/// own beside it.
pub(in crate::figure) fn of_overlay(overlay: &Overlay) -> Option<String> {
    let said = |words: &Option<String>| words.clone().filter(|words| !words.trim().is_empty());
    let license = said(&overlay.license).filter(|_| overlay.opened_from.is_some());
    match (said(&overlay.credit), license) {
        (Some(credit), Some(license)) if !credit.contains(&license) => Some(format!("{credit} ({license})")),
        (None, Some(license)) => Some(format!("{} ({license})", overlay.title.main())),
        (credit, _) => credit,
    }
}

impl FigureSpec {
    /// All of the line of credits: whom the licences demand, then dossier and program if they are wanted.
    pub(in crate::figure) fn credit_line(&self) -> Vec<&str> {
        let made_with = Some(self.words(Piece::MadeWith)).filter(|words| !words.is_empty());
        self.credits.iter().map(String::as_str).chain(made_with).collect()
    }
}

impl Setting {
    pub(in crate::figure) fn footer(&self, spec: &FigureSpec) -> Block {
        // The dot stays with what it follows.
        let parts: Vec<_> = spec.credit_line().into_iter().map(|part| self.words.apart(part.trim())).collect();
        let words = parts.join("\u{a0}\u{a0}·  ");
        self.paragraph(&words, Face::Sans, self.size(0.76), 1.35, self.palette.second, self.inner_width())
    }
}
