//! The schemas of vector tiles that our style draws: how each is told, and the way of each into the words of Protomaps'.

use super::mvt::GeometryKind;
use super::protomaps::{Attribute, Attributes, Layer};
use super::{openmaptiles, protomaps, shortbread};

/// What the layers and attributes of vector tiles are called, and mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Schema {
    /// <https://docs.protomaps.com/basemaps/layers>
    Protomaps,
    /// <https://openmaptiles.org/schema/>
    OpenMapTiles,
    /// <https://shortbread-tiles.org/schema/>
    Shortbread,
}

impl Schema {
    /// All that are known, in the order in which they are tried.
    pub const ALL: [Self; 3] = [Self::Protomaps, Self::OpenMapTiles, Self::Shortbread];

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Protomaps => "Protomaps",
            Self::OpenMapTiles => "OpenMapTiles",
            Self::Shortbread => "Shortbread",
        }
    }

    /// The schema that most of these layers are of, if at least half of them are.
    pub fn of_layers<'a>(names: impl Iterator<Item = &'a [u8]> + Clone) -> Option<Self> {
        let known = |schema: &Self| names.clone().filter(|name| schema.layers().contains(name)).count();
        // The first of those that know as many.
        let best = Self::ALL.into_iter().rev().max_by_key(known)?;
        let count = known(&best);
        (count > 0 && 2 * count >= names.clone().count()).then_some(best)
    }

    /// The names of its layers, drawn or not.
    fn layers(self) -> &'static [&'static [u8]] {
        match self {
            Self::Protomaps => &protomaps::LAYERS,
            Self::OpenMapTiles => &openmaptiles::LAYERS,
            Self::Shortbread => &shortbread::LAYERS,
        }
    }

    /// A layer of which something may be drawn.
    pub(super) fn layer(self, name: &[u8]) -> Option<SchemaLayer> {
        Some(match self {
            Self::Protomaps => SchemaLayer::Protomaps(Layer::from_name(name)?),
            Self::OpenMapTiles => SchemaLayer::OpenMapTiles(openmaptiles::Layer::from_name(name)?),
            Self::Shortbread => SchemaLayer::Shortbread(shortbread::Layer::from_name(name)?),
        })
    }

    /// An attribute that we read.
    pub(super) fn attribute(self, key: &[u8]) -> Option<Attribute> {
        match self {
            Self::Protomaps => Attribute::from_key(key),
            Self::OpenMapTiles => openmaptiles::attribute(key),
            Self::Shortbread => shortbread::attribute(key),
        }
    }
}

/// A layer of one of the schemas.
#[derive(Debug, Clone, Copy)]
pub(super) enum SchemaLayer {
    Protomaps(Layer),
    OpenMapTiles(openmaptiles::Layer),
    Shortbread(shortbread::Layer),
}

impl SchemaLayer {
    /// A feature in the words of Protomaps' schema, or nothing if it is not drawn.
    pub(super) fn translated<'a>(
        self,
        kind: GeometryKind,
        attributes: Attributes<'a>,
    ) -> Option<(Layer, Attributes<'a>)> {
        match self {
            Self::Protomaps(layer) => Some((layer, attributes)),
            Self::OpenMapTiles(layer) => openmaptiles::translated(layer, kind, attributes),
            Self::Shortbread(layer) => shortbread::translated(layer, kind, attributes),
        }
    }
}

/// A border by its `admin_level` as OpenStreetMap has it: of a state, of its regions, or of anything smaller. One that runs
/// through the sea is left out: coasts show where land ends.
pub(super) fn border(attributes: Attributes<'_>) -> Option<(Layer, Attributes<'_>)> {
    let level = attributes.detail_number.filter(|_| !attributes.maritime)?;
    let kind = if level <= 2.0 {
        "country"
    } else if level <= 4.0 {
        "region"
    } else {
        "local"
    };
    Some((Layer::Borders, attributes.of_kind(kind)))
}

/// A place by the value of OpenStreetMap's `place`, with the zoom from which such places are named.
pub(super) fn place<'a>(value: &str, attributes: Attributes<'a>) -> Option<(Layer, Attributes<'a>)> {
    let (kind, detail, min_zoom) = match value {
        "country" => ("country", "", 0),
        "state" | "province" => ("region", "", 4),
        "city" => ("locality", "city", 3),
        "town" => ("locality", "town", 6),
        "village" => ("locality", "village", 9),
        "hamlet" | "isolated_dwelling" | "farm" => ("locality", "village", 11),
        "suburb" | "borough" => ("neighbourhood", "", 10),
        "quarter" | "neighbourhood" => ("neighbourhood", "", 12),
        _ => return None,
    };
    Some((Layer::Places, Attributes { kind, detail, min_zoom, ..attributes }))
}

/// A way by the value of OpenStreetMap's `highway`, of links without that ending.
pub(super) fn road<'a>(value: &str, attributes: Attributes<'a>) -> Option<(Layer, Attributes<'a>)> {
    let (kind, detail) = match value {
        "motorway" => ("highway", "motorway"),
        "trunk" => ("major_road", "trunk"),
        "primary" => ("major_road", "primary"),
        "secondary" => ("major_road", "secondary"),
        "tertiary" => ("major_road", "tertiary"),
        "minor" | "unclassified" | "residential" | "living_street" | "pedestrian" | "raceway" => ("minor_road", ""),
        "service" | "busway" | "bus_guideway" => ("minor_road", "service"),
        "track" | "path" | "footway" | "cycleway" | "bridleway" | "steps" => ("path", ""),
        _ => return None,
    };
    Some((Layer::Roads, Attributes { kind, detail, ..attributes }))
}

/// A railway. Sidings and the like are left out with those of Protomaps; so is what runs underground all the way.
pub(super) fn railway<'a>(value: &str, attributes: Attributes<'a>) -> Option<(Layer, Attributes<'a>)> {
    let is_hidden = value == "subway" && attributes.tunnel;
    let detail = if attributes.service.is_empty() { "rail" } else { "service" };
    (!is_hidden).then_some((Layer::Roads, Attributes { kind: "rail", detail, ..attributes }))
}

/// A tinted area.
pub(super) fn land<'a>(kind: &'a str, attributes: Attributes<'a>) -> Option<(Layer, Attributes<'a>)> {
    Some((Layer::Land, attributes.of_kind(kind)))
}

/// The tag of a key such as `name_en`, `name:en` or, in Protomaps' version 3, `pmap:name:en`.
pub(super) fn tag_of(key: &[u8]) -> Option<&str> {
    let key = key.strip_prefix(b"pmap:").unwrap_or(key);
    std::str::from_utf8(key.strip_prefix(b"name_").or_else(|| key.strip_prefix(b"name:"))?).ok()
}

/// The language of a key such as `name_en`.
pub(super) fn language_of(key: &[u8]) -> Option<Attribute> {
    let tag = key.strip_prefix(b"name_").or_else(|| key.strip_prefix(b"name:"))?;
    let known = super::tile::NAME_LANGUAGES.iter().position(|known| known.as_bytes() == tag);
    Some(known.map_or(Attribute::NameInOther, Attribute::NameIn))
}

#[cfg(test)]
mod tests {
    use super::super::tile::tests::layer;
    use super::super::tile::*;
    use super::*;
    use crate::basemap::id::TileId;

    const ID: TileId = TileId { z: 12, x: 2476, y: 1400 };
    const SQUARE: &[&[(i32, i32)]] = &[&[(0, 0), (4096, 0), (4096, 4096), (0, 4096)]];
    const LINE: &[&[(i32, i32)]] = &[&[(0, 0), (2048, 1024)]];
    const POINT: &[&[(i32, i32)]] = &[&[(1024, 2048)]];

    fn of(names: &[&str]) -> Option<Schema> {
        Schema::of_layers(names.iter().map(|name| name.as_bytes()))
    }

    #[test]
    fn a_schema_is_told_by_the_names_of_its_layers() {
        assert_eq!(of(&["earth", "water", "roads", "places", "boundaries"]), Some(Schema::Protomaps));
        assert_eq!(of(&["natural", "physical_line", "transit"]), Some(Schema::Protomaps));
        assert_eq!(of(&["water", "landuse", "transportation", "place", "boundary"]), Some(Schema::OpenMapTiles));
        assert_eq!(of(&["ocean", "streets", "place_labels", "boundaries", "buildings"]), Some(Schema::Shortbread));
        // What several have is Protomaps' where nothing else tells.
        assert_eq!(of(&["boundaries", "buildings"]), Some(Schema::Protomaps));
        // Those of Mapbox have some names in common with OpenMapTiles, but most not.
        let mapbox =
            ["landuse", "waterway", "water", "aeroway", "structure", "admin", "road", "place_label", "poi_label"];
        assert_eq!(of(&mapbox), None);
        assert_eq!((of(&["my_points"]), of(&[])), (None, None));
    }

    /// One place in the three schemas: a river and a street on a bridge, a wood, a lake, a town, borders, a building.
    fn tiles() -> [Vec<u8>; 3] {
        let names: &[(&str, &str)] = &[("name", "Місто"), ("name:en", "Town"), ("name:uk", "Місто")];
        let with = |more: &[(&'static str, &'static str)]| [names, more].concat();
        let protomaps = [
            layer("landcover", &[(3, SQUARE, &[("kind", "forest")])]),
            layer("water", &[(3, SQUARE, &[("kind", "lake")]), (2, LINE, &with(&[("kind", "river")]))]),
            layer("buildings", &[(3, SQUARE, &[("kind", "building")])]),
            layer(
                "roads",
                &[
                    (2, LINE, &[("kind", "major_road"), ("kind_detail", "primary"), ("is_bridge", "true")]),
                    (2, LINE, &[("kind", "minor_road"), ("kind_detail", "residential")]),
                    (2, LINE, &[("kind", "rail"), ("kind_detail", "rail")]),
                ],
            ),
            layer(
                "boundaries",
                &[(2, LINE, &[("kind", "country"), ("disputed", "true")]), (2, LINE, &[("kind", "region")])],
            ),
            layer("places", &[(1, POINT, &with(&[("kind", "locality"), ("kind_detail", "town"), ("min_zoom", "6")]))]),
        ];
        let openmaptiles = [
            layer("landcover", &[(3, SQUARE, &[("class", "wood"), ("subclass", "forest")])]),
            layer("water", &[(3, SQUARE, &[("class", "lake")])]),
            layer("waterway", &[(2, LINE, &with(&[("class", "river")]))]),
            layer("building", &[(3, SQUARE, &[("render_height", "5")])]),
            layer(
                "transportation",
                &[
                    (2, LINE, &[("class", "primary"), ("brunnel", "bridge")]),
                    (2, LINE, &[("class", "minor"), ("subclass", "residential")]),
                    (2, LINE, &[("class", "rail"), ("subclass", "rail")]),
                    (2, LINE, &[("class", "primary_construction")]),
                ],
            ),
            layer(
                "boundary",
                &[
                    (2, LINE, &[("admin_level", "2"), ("disputed", "1")]),
                    (2, LINE, &[("admin_level", "4"), ("maritime", "0")]),
                    (2, LINE, &[("admin_level", "2"), ("maritime", "1")]),
                ],
            ),
            layer("place", &[(1, POINT, &with(&[("class", "town")])), (1, POINT, &[("class", "continent")])]),
        ];
        let shortbread = [
            layer("land", &[(3, SQUARE, &[("kind", "forest")])]),
            layer("water_polygons", &[(3, SQUARE, &[("kind", "water")])]),
            layer("water_lines", &[(2, LINE, &[("kind", "river")])]),
            layer("water_lines_labels", &[(2, LINE, &with(&[("kind", "river")]))]),
            layer("buildings", &[(3, SQUARE, &[("dummy", "1")])]),
            layer(
                "streets",
                &[
                    (2, LINE, &[("kind", "primary"), ("bridge", "true"), ("link", "false")]),
                    (2, LINE, &[("kind", "residential")]),
                    (2, LINE, &[("kind", "rail"), ("rail", "true")]),
                ],
            ),
            layer(
                "boundaries",
                &[
                    (2, LINE, &[("admin_level", "2"), ("disputed", "true"), ("maritime", "false")]),
                    (2, LINE, &[("admin_level", "4")]),
                    (2, LINE, &[("admin_level", "2"), ("maritime", "true")]),
                ],
            ),
            layer("place_labels", &[(1, POINT, &with(&[("kind", "town")])), (1, POINT, &[("kind", "locality")])]),
        ];
        [protomaps.concat(), openmaptiles.concat(), shortbread.concat()]
    }

    #[test]
    fn one_place_is_the_same_in_the_three_schemas() {
        let [expected, others @ ..] = tiles().map(|bytes| Tile::decode(ID, &bytes).expect("a good tile"));
        assert_eq!((expected.roads.len(), expected.borders.len(), expected.places.len()), (3, 2, 1));
        assert!(expected.roads[0].bridge && expected.borders[0].disputed && !expected.borders[1].disputed);
        for (tile, schema) in others.into_iter().zip([Schema::OpenMapTiles, Schema::Shortbread]) {
            assert_eq!(tile, expected, "{}", schema.name());
        }
    }

    #[test]
    fn a_claimed_border_is_drawn_by_those_who_recognise_the_claim() {
        let border = |claimed: &str| {
            let attributes = [("admin_level", "4"), ("disputed", "1"), ("claimed_by", claimed)];
            let bytes = [layer("boundary", &[(2, LINE, &attributes)]), layer("transportation", &[])].concat();
            Tile::decode(ID, &bytes).expect("a good tile").borders.remove(0).ranks
        };
        let (region, none) = (Some(BorderRank::Region), None);
        assert_eq!(border("UA"), [region, region, none, none]);
        assert_eq!(border("RU"), [none, none, region, region]);
        assert_eq!(border("IN"), [region; 4]);
    }

    #[test]
    fn no_damaged_byte_makes_it_panic() {
        for good in tiles() {
            for at in (0..good.len()).step_by(3) {
                let _ = Tile::decode(ID, &good[..at]);
                for byte in [0, 1, 0x7f, 0x80, 0xff] {
                    let mut bytes = good.clone();
                    bytes[at] = byte;
                    for schema in Schema::ALL {
                        let _ = Tile::decode_in(Some(schema), ID, &bytes);
                    }
                }
            }
        }
    }
}
