//! Titles of the user's layers that would be the same, told apart by the names of their files.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use super::{OWN_GROUP, Overlay};
use crate::formats::gzip;
use crate::formats::language::Text;
use crate::formats::visible::visible;

/// Overlays, top first, of which no two layers of the user's have one title, nor one the title of a dossier's overlay. Where
/// they would, each is called after its file, the name of which stands in parentheses unless the title is that without its
/// ending; where the files too have one name, the later ones are numbered. No folder is named: it may say who the user is.
pub(super) fn told_apart(overlays: &mut [Arc<Overlay>]) {
    let is_own = |overlay: &Overlay| overlay.group == OWN_GROUP;
    let mut taken: HashMap<String, usize> = HashMap::new();
    for overlay in overlays.iter() {
        let title = if is_own(overlay) { overlay.title_alone() } else { &overlay.title };
        *taken.entry(title.main().to_owned()).or_default() += 1;
    }
    // Those that were opened first stand last and keep the plainer title.
    for place in (0..overlays.len()).rev().filter(|place| is_own(&overlays[*place])).collect::<Vec<_>>() {
        let overlay = &overlays[place];
        let alone = overlay.title_alone().clone();
        let told = if taken.get(alone.main()).is_some_and(|count| *count > 1) {
            let mut title = with_file(alone.main(), overlay.opened_from.as_deref());
            if taken.contains_key(&title) {
                let numbered = (2..).map(|number: usize| format!("{title} ({number})"));
                title = numbered.into_iter().find(|title| !taken.contains_key(title)).unwrap_or_default();
            }
            *taken.entry(title.clone()).or_default() += 1;
            Some(Text::plain(title))
        } else {
            None
        };
        let title = told.as_ref().unwrap_or(&alone);
        let title_alone = told.is_some().then(|| alone.clone());
        if overlay.title != *title || overlay.title_alone != title_alone {
            let prepared = overlay.prepared.of_same_features();
            let changed = Overlay { title: title.clone(), title_alone, prepared, ..Overlay::clone(overlay) };
            overlays[place] = Arc::new(changed);
        }
    }
}

/// A title with the name of a file; that name where it says the title already.
fn with_file(title: &str, file: Option<&str>) -> String {
    let Some(file) = file.filter(|file| *file != title) else { return title.to_owned() };
    let stem = Path::new(gzip::unpacked_name(file)).file_stem().unwrap_or_default().to_string_lossy();
    if visible(&stem) == title { visible(file) } else { format!("{title} ({})", visible(file)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dossier::{Dossier, Facts, own_layer};
    use crate::formats::geojson;

    fn layer(id: &str, name: &str, file: &str) -> Overlay {
        let text = r#"{"type":"Point","coordinates":[37,48]}"#;
        let (mut layer, _) = own_layer(name, geojson::read_table(text.as_bytes()).unwrap()).unwrap();
        layer.id = id.to_owned();
        layer.opened_from = Some(file.to_owned());
        layer
    }

    fn titles(dossier: &Dossier) -> Vec<&str> {
        dossier.own_layers().map(|layer| layer.title.main()).collect()
    }

    #[test]
    fn layers_of_one_title_are_called_after_their_files() {
        let mut dossier = Dossier::empty();
        dossier.add(layer("a", "towns", "towns.geojson"));
        assert_eq!(titles(&dossier), ["towns"]);
        dossier.add(layer("b", "towns", "towns.csv.gz"));
        dossier.add(layer("c", "towns", "towns.geojson"));
        dossier.add(layer("d", "roads", "roads.csv"));
        assert_eq!(titles(&dossier), ["roads", "towns.geojson (2)", "towns.csv.gz", "towns.geojson"]);
        // Once more of the same is the same, and who is left alone has the plain title back.
        let all: Vec<_> = dossier.own_layers().cloned().collect();
        assert!(dossier.with_own_layers(&all).is_none());
        let left = dossier.with_own_layers(&all[..2]).unwrap();
        assert_eq!(titles(&left), ["roads", "towns"]);
    }

    #[test]
    fn layers_that_were_given_one_name_say_their_files() {
        let mut dossier = Dossier::empty();
        dossier.add(layer("a", "one", "one.csv"));
        dossier.add(layer("b", "two", "two.csv"));
        let facts = Facts { title: Some("Front".to_owned()), ..Facts::default() };
        let named: Vec<_> = dossier.own_layers().map(|layer| Arc::new(layer.with_facts(&facts))).collect();
        let dossier = dossier.with_own_layers(&named).unwrap();
        assert_eq!(titles(&dossier), ["Front (two.csv)", "Front (one.csv)"]);
        let prepared = Arc::ptr_eq(&dossier.overlays[0].shape, &named[0].shape);
        assert!(prepared, "the shape is shared");
    }

    #[test]
    fn a_layer_is_not_taken_for_an_overlay_of_the_dossier() {
        let (mut dossier, _) = crate::dossier::builtin::berlin().unwrap();
        let theirs = dossier.overlays[0].title.main().to_owned();
        dossier.add(layer("mine", &theirs, "mine.csv"));
        assert_eq!(titles(&dossier), [format!("{theirs} (mine.csv)")]);
        assert!(dossier.overlays.iter().any(|overlay| overlay.title.main() == theirs));
    }
}
