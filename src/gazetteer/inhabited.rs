//! Inhabited places as such: those that lie in an area.

use super::{Gazetteer, PlaceKind};
use crate::geometry::boxes::{Bounds, BoxTree};
use crate::geometry::hit::HitShape;
use crate::geometry::measure::distance_m;
use crate::geometry::{Coord, Geometry, MultiPolygon};

/// Two places of one name this near are one, in metres.
const SAME_M: f64 = 4_000.0;

/// An inhabited place, or one that was.
#[derive(Debug, Clone, PartialEq)]
pub struct Town {
    /// Its main name.
    pub name: String,
    /// Longitude and latitude in degrees, WGS 84: the place's middle, as the gazetteer has it.
    pub at: Coord<f64>,
    /// How many people, where known.
    pub population: Option<u32>,
    /// In which region and country it lies; empty where unknown.
    pub within: String,
}

/// Inhabited places, and which of them lie where.
#[derive(Debug, Default)]
pub struct Towns {
    all: Vec<Town>,
    tree: BoxTree,
}

impl Gazetteer {
    /// The inhabited places in a box of west, south, east and north, in degrees: capitals, towns and villages, and those that are
    /// abandoned or destroyed; no parts of towns.
    fn towns_within<'a>(&'a self, [west, south, east, north]: Bounds) -> impl Iterator<Item = Town> + use<'a> {
        let is_inhabited = |kind: PlaceKind| kind <= PlaceKind::Populated || kind == PlaceKind::Former;
        let count = self.places.len() as u32;
        (0..count).filter(move |place| is_inhabited(self.places[*place as usize].kind)).filter_map(move |place| {
            let at = self.at(place);
            let is_within = (west..=east).contains(&at.x) && (south..=north).contains(&at.y);
            is_within.then(|| Town {
                name: self.names_of(place).next().unwrap_or_default().to_owned(),
                at,
                population: Some(self.places[place as usize].population).filter(|people| *people > 0),
                within: self.region_words(place),
            })
        })
    }
}

impl Towns {
    /// Those of a gazetteer in a box of west, south, east and north, in degrees, and others besides. What a gazetteer has too, by
    /// its name and where it lies, is taken as the others have it.
    pub fn new(gazetteer: &Gazetteer, within: Bounds, others: impl IntoIterator<Item = Town>) -> Self {
        let mut others: Vec<Town> = others.into_iter().filter(|town| !town.name.is_empty()).collect();
        let is_same = |other: &Town, town: &Town| {
            (other.at.y - town.at.y).abs() < 0.1
                && super::key(&other.name) == super::key(&town.name)
                && distance_m(other.at, town.at) < SAME_M
        };
        let mut all: Vec<Town> = Vec::new();
        for town in gazetteer.towns_within(within) {
            let mut same = others.iter_mut().filter(|other| is_same(other, &town)).peekable();
            if same.peek().is_none() {
                all.push(town);
                continue;
            }
            // Others say nothing of regions.
            same.filter(|other| other.within.is_empty()).for_each(|other| other.within.clone_from(&town.within));
        }
        all.extend(others);
        let tree = BoxTree::new(all.iter().map(|town| [town.at.x, town.at.y, town.at.x, town.at.y]));
        Self { all, tree }
    }

    /// Those in an area, the largest first.
    pub fn within(&self, area: &MultiPolygon<f64>) -> Vec<&Town> {
        let mut found = Vec::new();
        for polygon in &area.0 {
            let corner = |at: &Coord<f64>| [at.x, at.y, at.x, at.y];
            let join = |a: Bounds, b: Bounds| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])];
            let Some(bounds) = polygon.exterior().0.iter().map(corner).reduce(join) else { continue };
            let near = self.tree.meeting(bounds);
            if near.is_empty() {
                continue;
            }
            let shape = HitShape::new(&Geometry::Polygon(polygon.clone()));
            found.extend(near.into_iter().filter(|number| shape.contains(self.all[*number].at)));
        }
        found.sort_unstable();
        found.dedup();
        let mut towns: Vec<&Town> = found.into_iter().map(|number| &self.all[number]).collect();
        towns.sort_by(|a, b| b.population.cmp(&a.population).then_with(|| a.name.cmp(&b.name)));
        towns
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gazetteer::builtin;
    use crate::geometry::Polygon;

    #[test]
    fn towns_in_an_area_come_the_largest_first() {
        let corners = vec![(37.45, 48.65), (37.75, 48.65), (37.75, 48.95), (37.45, 48.95), (37.45, 48.65)];
        let area = MultiPolygon(vec![Polygon::new(corners.into(), vec![])]);
        let gazetteer = builtin();
        let own = Town {
            name: "Kramatorsk".to_owned(),
            at: Coord { x: 37.56, y: 48.73 },
            population: Some(1),
            within: String::new(),
        };
        let towns = Towns::new(&gazetteer, [37.0, 48.0, 38.5, 49.5], []);
        let found = towns.within(&area);
        // By the atlas, as GeoNames spells them: the two cities of the agglomeration, and no other of their size.
        assert_eq!(found[..2].iter().map(|town| town.name.as_str()).collect::<Vec<_>>(), ["Kramatorsk", "Slovyansk"]);
        assert!(found.len() > 10 && found.iter().all(|town| (37.45..=37.75).contains(&town.at.x)));
        assert!(found.windows(2).all(|pair| pair[0].population >= pair[1].population));
        let with_own = Towns::new(&gazetteer, [37.0, 48.0, 38.5, 49.5], [own.clone()]);
        let kramatorsk: Vec<&Town> =
            with_own.within(&area).into_iter().filter(|town| town.name == "Kramatorsk").collect();
        // What the gazetteer knows besides is the region.
        let within = found[0].within.clone();
        assert!(within.contains("Donetsk"), "{within}");
        assert_eq!(kramatorsk, [&Town { within, ..own }]);
        assert!(towns.within(&MultiPolygon(vec![])).is_empty());
    }
}
