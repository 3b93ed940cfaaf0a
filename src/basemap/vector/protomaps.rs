//! The Protomaps basemap schema: which layers and attributes are read, and what they mean. Other schemas are brought into
//! its words, so that all are drawn by what stands here.

use std::sync::Arc;

use super::mvt::{GeometryKind, Word};
use super::tile::{
    Border, BorderRank, Days, LandArea, LandKind, LocalNames, NAME_LANGUAGES, Place, PlaceKind, Road, RoadKind, Shape,
    Tile, WaterArea, WaterKind, WaterName, Waterway,
};

/// The names of its layers, drawn or not; the last four are of version 3.
pub(super) const LAYERS: [&[u8]; 13] = [
    b"boundaries",
    b"buildings",
    b"earth",
    b"landcover",
    b"landuse",
    b"places",
    b"pois",
    b"roads",
    b"water",
    b"natural",
    b"physical_line",
    b"physical_point",
    b"transit",
];

/// Longest name kept, in bytes.
pub(super) const LONGEST_NAME: usize = 256;

/// The attributes that we read, whatever the layer.
#[derive(Debug, Clone, Copy)]
pub(super) enum Attribute {
    Kind,
    KindDetail,
    Name,
    /// In one of [`NAME_LANGUAGES`].
    NameIn(usize),
    /// In the language that the key ends with.
    NameInOther,
    Population,
    PopulationRank,
    MinZoom,
    Disputed,
    View(usize),
    Link,
    Tunnel,
    Bridge,
    Level,
    AdminLevel,
    // Our own: days, and ways that are straight between junctions.
    From,
    Until,
    Schematic,
    // Of other schemas.
    Rank,
    Maritime,
    ClaimedBy,
    Brunnel,
    Rail,
    Service,
}

impl Attribute {
    pub(super) fn from_key(key: &[u8]) -> Option<Self> {
        let key = key.strip_prefix(b"pmap:").unwrap_or(key);
        Some(match key {
            b"kind" => Self::Kind,
            // Version 3 says only `waterway` for the kind, and OpenStreetMap's own word beside it.
            b"kind_detail" | b"waterway" => Self::KindDetail,
            b"name" => Self::Name,
            b"population" => Self::Population,
            b"population_rank" => Self::PopulationRank,
            b"min_zoom" => Self::MinZoom,
            b"disputed" => Self::Disputed,
            b"view_un" => Self::View(0),
            b"view_ua" => Self::View(1),
            b"view_ru" => Self::View(2),
            b"view_ru_2022" => Self::View(3),
            b"is_link" | b"link" => Self::Link,
            b"is_tunnel" => Self::Tunnel,
            b"is_bridge" => Self::Bridge,
            b"level" => Self::Level,
            b"min_admin_level" => Self::AdminLevel,
            b"from" => Self::From,
            b"until" => Self::Until,
            b"schematic" => Self::Schematic,
            _ => {
                let tag = key.strip_prefix(b"name:")?;
                NAME_LANGUAGES.iter().position(|known| known.as_bytes() == tag).map_or(Self::NameInOther, Self::NameIn)
            }
        })
    }
}

/// The attributes of one feature.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Attributes<'a> {
    pub(super) kind: &'a str,
    pub(super) detail: &'a str,
    pub(super) detail_number: Option<f64>,
    pub(super) name: &'a str,
    pub(super) names: [&'a str; NAME_LANGUAGES.len()],
    /// In all others, as `OtherNames` writes them.
    pub(super) more_names: &'a str,
    pub(super) population: u32,
    pub(super) population_rank: u8,
    pub(super) min_zoom: u8,
    pub(super) disputed: bool,
    pub(super) views: [&'a str; 4],
    pub(super) link: bool,
    pub(super) tunnel: bool,
    pub(super) bridge: bool,
    pub(super) days: Days,
    pub(super) schematic: bool,
    /// Through the sea; of other schemas, as all that follows.
    pub(super) maritime: bool,
    pub(super) claimed_by: &'a str,
    /// How important a place is, 1 the most.
    pub(super) rank: Option<f64>,
    pub(super) rail: bool,
    pub(super) service: &'a str,
}

impl<'a> Attributes<'a> {
    pub(super) fn set(&mut self, attribute: Attribute, word: Word<'a>) {
        let small = || word.number().map_or(0, |number| number.clamp(0.0, 255.0) as u8);
        match attribute {
            Attribute::Kind => self.kind = word.text(),
            Attribute::KindDetail => {
                self.detail = word.text();
                self.detail_number = word.number();
            }
            Attribute::AdminLevel => self.detail_number = word.number(),
            Attribute::Name => self.name = word.text(),
            Attribute::NameIn(language) => self.names[language] = word.text(),
            // Gathered by the feature, with their keys.
            Attribute::NameInOther => {}
            Attribute::Population => self.population = word.number().map_or(0, |number| number.max(0.0) as u32),
            Attribute::PopulationRank => self.population_rank = small(),
            Attribute::MinZoom => self.min_zoom = small(),
            Attribute::Disputed => self.disputed = word.is_true(),
            Attribute::View(view) => self.views[view] = word.text(),
            Attribute::Link => self.link = word.is_true(),
            Attribute::Tunnel => self.tunnel |= word.is_true(),
            Attribute::Bridge => self.bridge |= word.is_true(),
            Attribute::Level => {
                let level = word.number().unwrap_or(0.0);
                self.tunnel |= level < 0.0;
                self.bridge |= level > 0.0;
            }
            Attribute::From => self.days.from = word.text().parse().ok(),
            Attribute::Until => self.days.until = word.text().parse().ok(),
            Attribute::Schematic => self.schematic = word.is_true(),
            Attribute::Rank => self.rank = word.number(),
            Attribute::Maritime => self.maritime |= word.is_true(),
            Attribute::ClaimedBy => self.claimed_by = word.text(),
            Attribute::Brunnel => {
                self.tunnel |= word.text() == "tunnel";
                self.bridge |= word.text() == "bridge";
            }
            Attribute::Rail => self.rail = word.is_true(),
            Attribute::Service => self.service = word.text(),
        }
    }

    /// The same of another kind.
    pub(super) fn of_kind(self, kind: &'a str) -> Self {
        Self { kind, ..self }
    }

    pub(super) fn names(&self) -> LocalNames {
        let others = self.names.iter().enumerate().filter_map(|(language, name)| Some((language as u8, short(name)?)));
        let more = Some(self.more_names).filter(|more| !more.is_empty()).map(Arc::from);
        LocalNames { local: short(self.name), others: others.collect(), more }
    }
}

/// A name cut to a sensible length and freed of what would upset a line of text.
pub(super) fn short(name: &str) -> Option<Arc<str>> {
    let name = name.trim();
    if name.is_empty() {
        return None;
    }
    if name.len() <= LONGEST_NAME && !name.contains(char::is_control) {
        return Some(name.into());
    }
    let mut kept = String::new();
    for character in name.chars().filter(|character| !character.is_control()) {
        if kept.len() + character.len_utf8() > LONGEST_NAME {
            break;
        }
        kept.push(character);
    }
    Some(kept.into()).filter(|kept: &Arc<str>| !kept.is_empty())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layer {
    Land,
    Water,
    WaterNames,
    Roads,
    Borders,
    Places,
    Buildings,
}

impl Layer {
    pub(super) fn from_name(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"landcover" | b"landuse" | b"natural" => Self::Land,
            b"water" | b"physical_line" => Self::Water,
            b"physical_point" => Self::WaterNames,
            b"roads" | b"transit" => Self::Roads,
            b"boundaries" => Self::Borders,
            b"places" => Self::Places,
            b"buildings" => Self::Buildings,
            _ => return None,
        })
    }
}

/// Whether a feature is of any use, asked before its geometry is decoded.
pub(super) fn is_drawn(layer: Layer, kind: GeometryKind, attributes: &Attributes<'_>) -> bool {
    match layer {
        Layer::Land => kind == GeometryKind::Polygon && LandKind::from_kind(attributes.kind).is_some(),
        Layer::Water => WaterKind::from_kind(attributes.kind).is_some(),
        Layer::WaterNames => {
            let is_still = matches!(attributes.kind, "ocean" | "sea" | "bay" | "strait" | "fjord" | "lake" | "water");
            kind == GeometryKind::Line || kind == GeometryKind::Point && is_still
        }
        Layer::Roads => {
            kind == GeometryKind::Line && RoadKind::from_kinds(attributes.kind, attributes.detail).is_some()
        }
        Layer::Borders => kind == GeometryKind::Line,
        Layer::Places => kind == GeometryKind::Point,
        // Parts of a building lie inside its outline.
        Layer::Buildings => kind == GeometryKind::Polygon && attributes.kind != "building_part",
    }
}

pub(super) fn put(layer: Layer, kind: GeometryKind, attributes: &Attributes<'_>, shape: Shape, tile: &mut Tile) {
    let Attributes { min_zoom, days, .. } = *attributes;
    match layer {
        Layer::Land => {
            if let Some(kind) = LandKind::from_kind(attributes.kind) {
                tile.land.push(LandArea { kind, days, shape });
            }
        }
        Layer::Water | Layer::WaterNames => {
            let Some(water) = water_kind(layer, kind, attributes) else {
                return;
            };
            let names = attributes.names();
            match kind {
                GeometryKind::Polygon => tile.water.push(WaterArea { kind: water, days, shape }),
                // A line to write along, of water that is drawn by other features.
                GeometryKind::Line if layer == Layer::WaterNames => {
                    if !names.is_empty() {
                        tile.water_names.push(WaterName { kind: water, names, min_zoom, days, shape });
                    }
                }
                GeometryKind::Line => {
                    if !names.is_empty() {
                        tile.water_names.push(WaterName { kind: water, names, min_zoom, days, shape: shape.clone() });
                    }
                    tile.waterways.push(Waterway { kind: water, min_zoom, shape });
                }
                GeometryKind::Point if names.is_empty() => {}
                GeometryKind::Point => tile.water_names.push(WaterName { kind: water, names, min_zoom, days, shape }),
            }
        }
        Layer::Roads => {
            if let Some(kind) = RoadKind::from_kinds(attributes.kind, attributes.detail) {
                let Attributes { tunnel, bridge, schematic, .. } = *attributes;
                let link = attributes.link || attributes.detail.ends_with("_link");
                tile.roads.push(Road { kind, link, tunnel, bridge, schematic, min_zoom, shape });
            }
        }
        Layer::Borders => {
            let own = border_rank(attributes);
            let ranks = attributes.views.map(|view| match view {
                "international" => Some(BorderRank::State),
                "region" => Some(BorderRank::Region),
                "none" => None,
                _ => own,
            });
            tile.borders.push(Border { ranks, disputed: attributes.disputed, min_zoom, days, shape });
        }
        Layer::Places => {
            let names = attributes.names();
            let Some(kind) = place_kind(attributes).filter(|_| !names.is_empty()) else {
                return;
            };
            let Attributes { population, population_rank, .. } = *attributes;
            for &at in shape.positions() {
                tile.places.push(Place { kind, names: names.clone(), population, population_rank, min_zoom, at });
            }
        }
        Layer::Buildings => tile.buildings.push(shape),
    }
}

fn water_kind(layer: Layer, kind: GeometryKind, attributes: &Attributes<'_>) -> Option<WaterKind> {
    if kind != GeometryKind::Line || layer == Layer::WaterNames {
        return WaterKind::from_kind(attributes.kind);
    }
    let word = if attributes.kind == "waterway" { attributes.detail } else { attributes.kind };
    Some(match word {
        "river" => WaterKind::River,
        "canal" => WaterKind::Canal,
        _ => WaterKind::Stream,
    })
}

pub(super) fn border_rank(attributes: &Attributes<'_>) -> Option<BorderRank> {
    match attributes.kind {
        "country" => return Some(BorderRank::State),
        "region" => return Some(BorderRank::Region),
        "" => {}
        _ => return Some(BorderRank::Local),
    }
    Some(match attributes.detail_number? {
        level if level <= 2.0 => BorderRank::State,
        level if level <= 4.0 => BorderRank::Region,
        _ => BorderRank::Local,
    })
}

pub(super) fn place_kind(attributes: &Attributes<'_>) -> Option<PlaceKind> {
    Some(match attributes.kind {
        "country" => PlaceKind::Country,
        "region" | "state" | "province" => PlaceKind::Region,
        "locality" | "city" | "town" | "village" => match (attributes.detail, attributes.kind) {
            ("city", _) | ("" | "locality", "city") => PlaceKind::City,
            ("town", _) | ("", "town") => PlaceKind::Town,
            ("", "locality") if attributes.population >= 100_000 => PlaceKind::City,
            ("", "locality") if attributes.population >= 10_000 => PlaceKind::Town,
            _ => PlaceKind::Village,
        },
        "neighbourhood" | "macrohood" | "borough" | "suburb" | "quarter" => PlaceKind::Quarter,
        _ => return None,
    })
}
