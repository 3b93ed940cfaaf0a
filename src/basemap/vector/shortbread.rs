//! The Shortbread schema (versions 1.0 and 1.1), in the words of Protomaps'.
//!
//! # References
//! <https://shortbread-tiles.org/schema/>

use super::mvt::GeometryKind;
use super::protomaps::{self, Attribute, Attributes};
use super::schema::{border, land, language_of, place, railway, road};

/// The names of its layers, drawn or not.
pub(super) const LAYERS: [&[u8]; 27] = [
    b"addresses",
    b"aerialways",
    b"boundaries",
    b"boundary_labels",
    b"bridges",
    b"buildings",
    b"dam_lines",
    b"dam_polygons",
    b"ferries",
    b"land",
    b"ocean",
    b"pier_lines",
    b"pier_polygons",
    b"place_labels",
    b"pois",
    b"public_transport",
    b"sites",
    b"street_labels",
    b"street_labels_points",
    b"street_polygons",
    b"streets",
    b"streets_polygons",
    b"streets_polygons_labels",
    b"water_lines",
    b"water_lines_labels",
    b"water_polygons",
    b"water_polygons_labels",
];

/// A layer of which something is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layer {
    Ocean,
    WaterPolygons,
    WaterPolygonNames,
    WaterLines,
    WaterLineNames,
    Dams,
    Piers,
    Boundaries,
    BoundaryNames,
    Places,
    Land,
    Sites,
    Buildings,
    Streets,
    StreetPolygons,
    Ferries,
}

impl Layer {
    pub(super) fn from_name(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"ocean" => Self::Ocean,
            b"water_polygons" => Self::WaterPolygons,
            b"water_polygons_labels" => Self::WaterPolygonNames,
            b"water_lines" => Self::WaterLines,
            b"water_lines_labels" => Self::WaterLineNames,
            b"dam_polygons" => Self::Dams,
            b"pier_polygons" => Self::Piers,
            b"boundaries" => Self::Boundaries,
            b"boundary_labels" => Self::BoundaryNames,
            b"place_labels" => Self::Places,
            b"land" => Self::Land,
            b"sites" => Self::Sites,
            b"buildings" => Self::Buildings,
            b"streets" => Self::Streets,
            // Both names are in use.
            b"street_polygons" | b"streets_polygons" => Self::StreetPolygons,
            b"ferries" => Self::Ferries,
            _ => return None,
        })
    }
}

pub(super) fn attribute(key: &[u8]) -> Option<Attribute> {
    Some(match key {
        b"kind" => Attribute::Kind,
        b"name" => Attribute::Name,
        b"population" => Attribute::Population,
        b"admin_level" => Attribute::AdminLevel,
        b"disputed" => Attribute::Disputed,
        b"maritime" | b"coastline" => Attribute::Maritime,
        b"link" => Attribute::Link,
        b"rail" => Attribute::Rail,
        b"service" => Attribute::Service,
        b"tunnel" => Attribute::Tunnel,
        b"bridge" => Attribute::Bridge,
        _ => return language_of(key),
    })
}

pub(super) fn translated<'a>(
    layer: Layer,
    geometry: GeometryKind,
    attributes: Attributes<'a>,
) -> Option<(protomaps::Layer, Attributes<'a>)> {
    let kind = attributes.kind;
    match layer {
        Layer::Ocean => Some((protomaps::Layer::Water, attributes.of_kind("ocean"))),
        Layer::WaterPolygons if kind == "glacier" => land(kind, attributes),
        Layer::WaterPolygons if matches!(kind, "river" | "canal") => Some((protomaps::Layer::Water, attributes)),
        Layer::WaterPolygons => Some((protomaps::Layer::Water, attributes.of_kind("lake"))),
        // Rivers have their names along their lines.
        Layer::WaterPolygonNames if matches!(kind, "glacier" | "river" | "canal") => None,
        Layer::WaterPolygonNames => Some((protomaps::Layer::WaterNames, attributes.of_kind("lake"))),
        // What flows in a tunnel is not seen.
        Layer::WaterLines | Layer::WaterLineNames if attributes.tunnel => None,
        Layer::WaterLines => Some((protomaps::Layer::Water, attributes)),
        Layer::WaterLineNames => Some((protomaps::Layer::WaterNames, attributes)),
        Layer::Dams => land("dam", attributes),
        Layer::Piers => land("pier", attributes),
        Layer::Boundaries => border(attributes),
        Layer::BoundaryNames => match attributes.detail_number? {
            level if level <= 2.0 => place("country", attributes),
            level if level <= 4.0 => place("state", attributes),
            _ => None,
        },
        Layer::Places => {
            let population_rank = rank_of(attributes.population);
            let value = if matches!(kind, "capital" | "state_capital") { "city" } else { kind };
            place(value, Attributes { population_rank, ..attributes })
        }
        Layer::Land => match kind {
            "grave_yard" => land("cemetery", attributes),
            "greenhouse_horticulture" | "plant_nursery" => land("farmland", attributes),
            "shingle" => land("scree", attributes),
            "swamp" | "bog" | "string_bog" | "wet_meadow" | "marsh" => land("wetland", attributes),
            "miniature_golf" => land("park", attributes),
            "garages" => land("industrial", attributes),
            "greenfield" => land("grass", attributes),
            kind => land(kind, attributes),
        },
        Layer::Sites => match kind {
            "sports_centre" | "sports_center" => land("stadium", attributes),
            "parking" => land("pedestrian", attributes),
            kind => land(kind, attributes),
        },
        Layer::Buildings => Some((protomaps::Layer::Buildings, attributes.of_kind(""))),
        Layer::Streets if attributes.rail => railway(kind, attributes),
        Layer::Streets => match kind {
            "runway" | "taxiway" => Some((protomaps::Layer::Roads, attributes.of_kind("aeroway"))),
            "rail" | "narrow_gauge" | "tram" | "light_rail" | "funicular" | "subway" | "monorail" => {
                railway(kind, attributes)
            }
            kind => road(kind.strip_suffix("_link").unwrap_or(kind), attributes),
        },
        Layer::StreetPolygons if matches!(kind, "runway" | "taxiway") => land(kind, attributes),
        Layer::StreetPolygons => land("pedestrian", attributes),
        Layer::Ferries => {
            (geometry == GeometryKind::Line).then_some((protomaps::Layer::Roads, attributes.of_kind("ferry")))
        }
    }
}

/// Protomaps' rank of a place by its people: how many of these steps it reaches.
fn rank_of(population: u32) -> u8 {
    const STEPS: [u32; 16] = [
        200,
        1000,
        2000,
        5000,
        10_000,
        50_000,
        100_000,
        200_000,
        500_000,
        1_000_000,
        5_000_000,
        10_000_000,
        20_000_000,
        50_000_000,
        100_000_000,
        1_000_000_000,
    ];
    STEPS.iter().filter(|step| **step <= population).count() as u8
}
