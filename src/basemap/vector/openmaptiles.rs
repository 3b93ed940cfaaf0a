//! The OpenMapTiles schema, in the words of Protomaps'.
//!
//! # References
//! <https://openmaptiles.org/schema/>

use super::mvt::GeometryKind;
use super::protomaps::{self, Attribute, Attributes};
use super::schema::{border, land, language_of, place, railway, road};
use super::tile::LandKind;

/// The names of its layers, drawn or not.
pub(super) const LAYERS: [&[u8]; 16] = [
    b"aerodrome_label",
    b"aeroway",
    b"boundary",
    b"building",
    b"housenumber",
    b"landcover",
    b"landuse",
    b"mountain_peak",
    b"park",
    b"place",
    b"poi",
    b"transportation",
    b"transportation_name",
    b"water",
    b"water_name",
    b"waterway",
];

/// A layer of which something is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layer {
    Cover,
    Use,
    Park,
    Aeroway,
    Water,
    Waterway,
    WaterName,
    Transportation,
    Boundary,
    Place,
    Building,
}

impl Layer {
    pub(super) fn from_name(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"landcover" => Self::Cover,
            b"landuse" => Self::Use,
            b"park" => Self::Park,
            b"aeroway" => Self::Aeroway,
            b"water" => Self::Water,
            b"waterway" => Self::Waterway,
            b"water_name" => Self::WaterName,
            b"transportation" => Self::Transportation,
            b"boundary" => Self::Boundary,
            b"place" => Self::Place,
            b"building" => Self::Building,
            _ => return None,
        })
    }
}

pub(super) fn attribute(key: &[u8]) -> Option<Attribute> {
    Some(match key {
        b"class" => Attribute::Kind,
        b"subclass" => Attribute::KindDetail,
        b"name" => Attribute::Name,
        b"rank" => Attribute::Rank,
        b"admin_level" => Attribute::AdminLevel,
        b"disputed" => Attribute::Disputed,
        b"maritime" => Attribute::Maritime,
        b"claimed_by" => Attribute::ClaimedBy,
        b"brunnel" => Attribute::Brunnel,
        b"ramp" => Attribute::Link,
        b"service" => Attribute::Service,
        _ => return language_of(key),
    })
}

pub(super) fn translated<'a>(
    layer: Layer,
    geometry: GeometryKind,
    attributes: Attributes<'a>,
) -> Option<(protomaps::Layer, Attributes<'a>)> {
    let Attributes { kind: class, detail: subclass, .. } = attributes;
    match layer {
        // The finer word where it says more than whose class it is.
        Layer::Cover if LandKind::from_kind(subclass).is_some() => land(subclass, attributes),
        Layer::Cover => match class {
            "ice" => land("glacier", attributes),
            "rock" => land("bare_rock", attributes),
            class => land(class, attributes),
        },
        Layer::Use => match class {
            "suburb" | "quarter" | "neighbourhood" => land("residential", attributes),
            "garages" | "bus_station" => land("industrial", attributes),
            "library" => land("university", attributes),
            "theme_park" => land("park", attributes),
            class => land(class, attributes),
        },
        Layer::Park if class == "national_park" => land(class, attributes),
        Layer::Park => land("nature_reserve", attributes),
        Layer::Aeroway if geometry == GeometryKind::Polygon => land(class, attributes),
        Layer::Aeroway => Some((protomaps::Layer::Roads, attributes.of_kind("aeroway"))),
        // What flows in a tunnel is not seen.
        Layer::Water | Layer::Waterway if attributes.tunnel => None,
        Layer::Water => Some((protomaps::Layer::Water, attributes.of_kind(class))),
        Layer::Waterway => (geometry == GeometryKind::Line).then_some((protomaps::Layer::Water, attributes)),
        Layer::WaterName => {
            let kind = if matches!(class, "ocean" | "sea" | "bay" | "strait") { class } else { "lake" };
            Some((protomaps::Layer::WaterNames, attributes.of_kind(kind)))
        }
        Layer::Transportation if geometry == GeometryKind::Polygon => match (class, subclass) {
            ("pier", _) => land("pier", attributes),
            ("path" | "minor", "pedestrian") | ("path", "footway" | "platform") => land("pedestrian", attributes),
            _ => None,
        },
        Layer::Transportation => match class {
            "rail" | "transit" => railway(subclass, attributes),
            "ferry" => Some((protomaps::Layer::Roads, attributes.of_kind("ferry"))),
            "path" if subclass == "pedestrian" => road(subclass, attributes),
            class => road(class, attributes),
        },
        Layer::Boundary => border(Attributes { views: views(&attributes), ..attributes }),
        // Of cities and towns alike: 1 is the most important, beyond 14 there is nothing to tell apart.
        Layer::Place => {
            let population_rank = attributes.rank.map_or(0, |rank| (15.0 - rank).clamp(0.0, 14.0) as u8);
            place(class, Attributes { population_rank, ..attributes })
        }
        Layer::Building => Some((protomaps::Layer::Buildings, attributes)),
    }
}

/// Who draws a border that a state claims, by what the makers of the schema give: who wants to see it, as ISO 3166 has it.
/// The General Assembly's resolutions (68/262, ES-11/4) recognise Ukraine's.
fn views(attributes: &Attributes<'_>) -> [&'static str; 4] {
    let own = if attributes.detail_number.is_some_and(|level| level <= 2.0) { "international" } else { "region" };
    match attributes.claimed_by {
        "UA" => [own, own, "none", "none"],
        "RU" => ["none", "none", own, own],
        _ => [""; 4],
    }
}
