//! Whom a figure credits: that stands whatever is left out.

use crate::basemap::sources;
use crate::document::Document;
use crate::dossier::{Dossier, Overlay, words};
use crate::figure::page::{Block, FigureSpec, Setting};
use crate::figure::subject::Subject;
use crate::geometry::Frame;
use crate::scene::display_list::Face;
use crate::scene::ground::Ground;

/// Whom to credit: the overlays' data first, then the map, each once. These always stand; dossier and program stand
/// after them if they are wanted.
pub(in crate::figure) fn credits(
    dossier: &Dossier,
    ground: &Ground,
    document: &Document,
    frame: &Frame,
    shown: &[&Overlay],
    made_with: bool,
) -> Vec<String> {
    let ground = ground.credits(frame, &sources::find_or_builtin(&document.map, &document.map_sources));
    let own = shown.iter().filter_map(|overlay| overlay.credit.as_deref());
    let clauses = words::credit_clauses(own.chain(ground.iter().map(|(credit, _)| credit.as_str())));
    let mut credits: Vec<String> = clauses.into_iter().map(str::to_owned).collect();
    if made_with {
        let version = env!("CARGO_PKG_VERSION");
        let (name, edition) = (words::quoted(dossier.title.main()), &dossier.version);
        credits.push(if Subject::of(dossier, shown).is_of_dossier() {
            format!("Dossier {name} {edition}, drawn with Claimline {version}")
        } else {
            format!("Drawn with Claimline {version}")
        });
    }
    credits
}

impl Setting {
    pub(in crate::figure) fn footer(&self, spec: &FigureSpec) -> Block {
        // The dot stays with what it follows.
        let words = spec.credits.iter().map(|credit| credit.trim()).collect::<Vec<_>>().join("\u{a0}\u{a0}·  ");
        self.paragraph(&words, Face::Sans, self.size(0.76), 1.35, self.palette.second, self.inner_width())
    }
}
