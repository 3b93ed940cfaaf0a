//! On what shapes rest that are drawn with a line of the user's own: on its file, not on what the dossier's sources say of the
//! dossier's line.

use super::OwnLine;
use crate::dossier::{Dossier, Excerpt, Overlay};
use crate::formats::source_properties::PropertySource;
use crate::formats::visible::visible;

/// So many sources that the features of the file name are cited for the line.
const MOST_SOURCES: usize = 10;

/// The file of a line as a source, with its day where that is known.
pub(super) fn of_file(from: &str, as_of: &str) -> PropertySource {
    let date = Some(as_of.to_owned()).filter(|day| !day.is_empty());
    PropertySource { title: Some(visible(from)), date, ..PropertySource::default() }
}

impl OwnLine {
    /// On what the line rests: its file, and then the sources that the features of that name.
    pub fn sources(&self) -> &[PropertySource] {
        &self.sources
    }

    /// Whether the line takes part in the shape of an overlay: in the line itself, in what is worked out with it, and in the ground on
    /// which it and the dossier's line differ.
    pub fn takes_part_in(&self, overlay: &Overlay) -> bool {
        self.former(&overlay.id).is_some() || (overlay.is_comparison() && overlay.recipe.is_some())
    }
}

impl Dossier {
    /// Notes whom to credit for the own line, and the sources that the features of the own line's file name.
    pub fn cite_line(&mut self, own: &Overlay) {
        if let Some(line) = &mut self.own_line {
            line.credit.clone_from(&own.credit);
            line.sources.truncate(1);
            line.sources.extend(own.features.sources().list().iter().take(MOST_SOURCES).cloned());
        }
    }

    /// The excerpts on which an overlay rests as it is drawn: those that speak of it. Of a shape in which a line of the user's own
    /// takes part, that is the one of the figure that is stated of it alone, for the others speak of the dossier's shape. What compares
    /// the two lines rests on what speaks of the dossier's.
    pub fn rests_on<'a>(&'a self, overlay: &Overlay) -> impl Iterator<Item = &'a Excerpt> + use<'a> {
        let own = self.own_line.as_ref().filter(|own| own.concerns(overlay));
        let about = own.filter(|_| overlay.is_comparison()).map_or(&overlay.id, |own| &own.overlay).clone();
        let stated = own
            .filter(|_| !overlay.is_comparison())
            .map(|_| self.stated(overlay).and_then(|stated| stated.figure.excerpt.as_deref()));
        let is_behind = move |excerpt: &&Excerpt| {
            excerpt.overlays.contains(&about) && stated.is_none_or(|stated| stated == Some(excerpt.id.as_str()))
        };
        self.excerpts.iter().filter(is_behind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dossier::{builtin, own_layer};
    use crate::formats::geojson;

    #[test]
    fn what_is_drawn_with_an_own_line_rests_on_its_file() {
        let (berlin, _) = builtin::berlin().unwrap();
        let ring = [[37.9, 46.5], [39.5, 46.5], [39.5, 49.5], [37.9, 49.5], [37.9, 46.5]];
        let properties = serde_json::json!({ "sources_url": "https://a.example/day", "sources_date": "2025-02-01" });
        let geometry = serde_json::json!({ "type": "Polygon", "coordinates": [ring] });
        let feature = serde_json::json!({ "type": "Feature", "properties": properties, "geometry": geometry });
        let text = serde_json::json!({ "type": "FeatureCollection", "features": [feature] }).to_string();
        let own = own_layer("front.geojson", geojson::read_table(text.as_bytes()).unwrap()).unwrap().0;
        let dossier = berlin.with_own(&own).unwrap();
        let line = dossier.own_line.as_ref().unwrap();
        let [file, page] = line.sources() else { panic!("{:?}", line.sources()) };
        assert_eq!((file.title.as_deref(), file.date.as_deref()), (Some("front.geojson"), Some("2025-02-01")));
        assert_eq!(page.url.as_deref(), Some("https://a.example/day"));
        let ids = |dossier: &Dossier, id: &str| -> Vec<String> {
            dossier.rests_on(dossier.overlay(id).unwrap()).map(|excerpt| excerpt.id.clone()).collect()
        };
        for id in ["line-of-contact", "corridor-5km", "donetsk-russian-held"] {
            assert!(ids(&dossier, id).is_empty() && !ids(&berlin, id).is_empty(), "{id}");
            assert!(line.takes_part_in(dossier.overlay(id).unwrap()), "{id}");
        }
        // "About 5,600 km²" is still said by whom the dossier quotes.
        assert_eq!(ids(&dossier, "withdrawal-area"), ["tfi-5600"]);
        // The outline of the oblast, and the dossier's line beside the own one, are the dossier's.
        assert_eq!(ids(&dossier, "donetsk"), ids(&berlin, "donetsk"));
        assert_eq!(ids(&dossier, "line-before"), ids(&berlin, "line-of-contact"));
        assert!(!line.takes_part_in(dossier.overlay("line-before").unwrap()));
        assert!(line.takes_part_in(dossier.overlay("line-gained").unwrap()));
    }
}
