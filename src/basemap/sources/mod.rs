//! The maps that can be chosen: those that come with the program, and a document's own; and archives of tiles.

pub(super) mod archive;
pub mod mbtiles;
pub mod pmtiles;
mod tile_address;
pub mod tilejson;
pub mod typed;

use std::sync::{Arc, LazyLock};

use crate::formats::day::Day;

pub use crate::formats::map_source::{MapKind, MapSource, MapSourceError, ServiceRequest, ShownMap, TileContent};
pub use tile_address::TileAddresses;

/// The maps that come with the program, in the order of the menu; the built-in map first.
pub fn supplied() -> &'static [Arc<MapSource>] {
    static LIST: LazyLock<Vec<Arc<MapSource>>> = LazyLock::new(|| {
        let list: Vec<MapSource> =
            serde_json::from_str(include_str!("../../../assets/basemap/maps.json")).unwrap_or_default();
        // A test sees to it that the list can be read; without it there is still a map.
        let list = if list.is_empty() { vec![MapSource::builtin()] } else { list };
        list.into_iter().map(Arc::new).collect()
    });
    &LIST
}

/// All maps that can be chosen: those that come with the program, and of a document's `own` those with an id of their own.
pub fn all(own: &[Arc<MapSource>]) -> impl Iterator<Item = &Arc<MapSource>> {
    supplied().iter().chain(own.iter().filter(|map| !is_supplied(&map.id)))
}

/// Whether a map comes with the program.
pub fn is_supplied(id: &str) -> bool {
    supplied().iter().any(|source| source.id == id)
}

/// The map of that id among those that come with the program and a document's `own`, which cannot take the place of
/// those; `None` if there is none such.
pub fn find(id: &str, own: &[Arc<MapSource>]) -> Option<Arc<MapSource>> {
    let supplied = supplied().iter().find(|source| source.id == id).cloned();
    supplied.or_else(|| own.iter().find(|source| source.id == id).cloned())
}

/// The map of that id, or the built-in one.
pub fn find_or_builtin(id: &str, own: &[Arc<MapSource>]) -> Arc<MapSource> {
    find(id, own).or_else(|| find(MapSource::BUILTIN, &[])).unwrap_or_else(|| Arc::new(MapSource::builtin()))
}

/// A map under the overlays: its record, and how it is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct LaidMap {
    /// Its record.
    pub source: Arc<MapSource>,
    /// How it is shown.
    pub shown: ShownMap,
    /// The day that it is of, where it is another one on each day.
    pub day: Option<Day>,
}

/// What tells maps apart that tiles are fetched of: the id of one, and the day where it is another one on each day.
pub type MapKey = (String, Option<Day>);

impl LaidMap {
    /// What tells it from others.
    pub fn key(&self) -> MapKey {
        (self.source.id.clone(), self.day)
    }
}

/// The maps of a document, bottom first, hidden ones too; in the place of one that is not known, the built-in one. Each frame
/// asks for them: records are shared, and copied only where a map is another one [on each day](MapSource::on).
pub fn laid(maps: &[ShownMap], own: &[Arc<MapSource>], day: Option<Day>) -> Vec<LaidMap> {
    let laid = |shown: &ShownMap| {
        let source = find_or_builtin(&shown.id, own);
        let shown = shown.clone();
        match source.on(day) {
            Some(then) => LaidMap { source: Arc::new(then), shown, day },
            None => LaidMap { source, shown, day: None },
        }
    };
    maps.iter().map(laid).collect()
}

/// Whether one of a document's maps is another one on each day.
pub fn are_by_day(maps: &[ShownMap], own: &[Arc<MapSource>]) -> bool {
    maps.iter().any(|shown| shown.visible && find_or_builtin(&shown.id, own).is_by_day())
}

/// The page to which a credit leads: by the records of the maps in use, or by that of one that comes with the program, whose
/// makers files of the user's and dossiers credit too.
pub fn page_of<'a>(credit: &str, mut maps: impl Iterator<Item = &'a MapSource>) -> Option<&'a str> {
    maps.find_map(|map| map.page_of(credit)).or_else(|| supplied().iter().find_map(|map| map.page_of(credit)))
}

/// What is wrong with the maps that a document names: maps that are not there, and maps that can never be chosen since
/// another has their id.
pub fn problems(maps: &[ShownMap], own: &[Arc<MapSource>]) -> Vec<String> {
    let mut problems = Vec::new();
    for ShownMap { id, .. } in maps {
        if find(id, own).is_none() {
            problems.push(format!("the map '{id}' is not known here; the built-in map is used instead"));
        }
    }
    for (index, source) in own.iter().enumerate() {
        if is_supplied(&source.id) || own[..index].iter().any(|earlier| earlier.id == source.id) {
            problems.push(format!(
                "another map has the same id as '{}' ('{}'); give it its own id to have it shown",
                source.title.main(),
                source.id
            ));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_that_comes_with_the_program_can_be_read() {
        let ids: Vec<&str> = supplied().iter().map(|source| source.id.as_str()).collect();
        let known = ["open-street-map", "open-topo-map", "open-free-map", "versatiles", "sentinel-2-cloudless"];
        assert_eq!(ids, [&[MapSource::BUILTIN][..], &known, &[MapSource::NONE]].concat());
        let credit_pages = supplied()[0].credit_pages.clone();
        assert_eq!(*supplied()[0], MapSource { credit_pages, ..MapSource::builtin() });
        // OpenStreetMap asks for a page of its own.
        for map in supplied() {
            let page = page_of("© OpenStreetMap contributors, ODbL", std::iter::once(&**map));
            assert_eq!(page, Some("https://www.openstreetmap.org/copyright"));
        }
        assert_eq!(page_of("© Nobody", std::iter::once(&*supplied()[0])), None);
        let online: Vec<&str> =
            supplied().iter().filter(|source| source.is_online()).map(|source| source.id.as_str()).collect();
        assert_eq!(online, known);
        // What asks for much at once takes no tiles of servers that people pay for with gifts.
        for map in supplied().iter().filter(|map| map.is_online()) {
            assert!(!map.attribution.is_empty() && map.attribution_page.starts_with("https://"), "{}", map.id);
            assert!(map.terms_page.starts_with("https://") && map.check().is_ok(), "{}", map.id);
            assert!(!map.headless_allowed || map.tiles == TileContent::Vector, "{}", map.id);
        }
    }

    #[test]
    fn a_document_cannot_put_a_map_of_its_own_in_the_place_of_another() {
        let own = |id: &str, title: &str| {
            Arc::new(MapSource {
                id: id.to_owned(),
                title: crate::formats::language::Text::plain(title),
                ..MapSource::builtin()
            })
        };
        let list = [own("blank", "Trick"), own("topo", "Topo"), own("topo", "Second")];
        assert_eq!(find("blank", &list).unwrap().title.main(), "No map");
        assert_eq!(find("topo", &list).unwrap().title.main(), "Topo");
        assert!(Arc::ptr_eq(&laid(&[ShownMap::plain("topo")], &list, None)[0].source, &list[1]), "no copy is made");
        assert_eq!(find("gone", &list), None);
        assert_eq!(find_or_builtin("gone", &list).id, "built-in");
        let problems = problems(&[ShownMap::plain("gone")], &list);
        assert!(
            problems.len() == 3 && problems[0].contains("'gone'") && problems[1].contains("'Trick'"),
            "{problems:?}"
        );
    }
}
