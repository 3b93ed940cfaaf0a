//! Mapbox vector tiles in the Protomaps basemap schema, decoded into what our style draws and no more.
//!
//! Version 4 of the schema is meant; the names of version 3 (`pmap:kind`, the layers `natural`, `physical_line`,
//! `physical_point` and `transit`) are understood too. Geometry is in tile units: the tile is the unit square, x east,
//! y south, with a margin of neighbouring ground around it.
//!
//! # References
//! * Vector tile specification 2.1: <https://github.com/mapbox/vector-tile-spec/tree/master/2.1>
//! * Schema: <https://docs.protomaps.com/basemaps/layers>

use std::sync::Arc;

use thiserror::Error;

use super::id::TileId;
use super::protobuf::{Fields, Malformed, Value, varint, zigzag};

/// Why a tile could not be decoded.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TileError {
    /// The bytes are not a vector tile.
    #[error("the tile is not a vector tile, or is damaged")]
    Malformed,
    /// It holds more than can sensibly be drawn.
    #[error("the tile holds too many {0}")]
    TooMany(&'static str),
}

impl From<Malformed> for TileError {
    fn from(_: Malformed) -> Self {
        Self::Malformed
    }
}

/// Most features that one tile may have: thirty times what crowded city tiles hold.
const MOST_FEATURES: usize = 300_000;
/// Most positions that one tile may have.
const MOST_POSITIONS: usize = 4_000_000;
/// Most keys and values that one layer may have.
const MOST_WORDS: usize = 1_000_000;
/// Longest name kept, in bytes.
const LONGEST_NAME: usize = 256;

/// Positions in tile units, in one or more parts: points, lines or rings.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Shape {
    positions: Vec<[f32; 2]>,
    /// Where each part ends in `positions`.
    ends: Vec<u32>,
}

impl Shape {
    /// The parts in turn. Rings are not closed: the last position is not the first again.
    pub fn parts(&self) -> impl Iterator<Item = &[[f32; 2]]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| &self.positions[start as usize..*end as usize])
    }

    /// All positions.
    pub fn positions(&self) -> &[[f32; 2]] {
        &self.positions
    }

    fn bytes(&self) -> usize {
        self.positions.len() * 8 + self.ends.len() * 4
    }
}

/// A faintly tinted area of land, most specific last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names say it all")]
pub enum LandKind {
    Farmland,
    Grass,
    Barren,
    Ice,
    Wood,
    Urban,
    Residential,
    Industrial,
    Institution,
    Military,
    Park,
    NatureReserve,
    Cemetery,
    Sand,
    Aerodrome,
    Pedestrian,
    Pitch,
}

impl LandKind {
    fn from_kind(kind: &str) -> Option<Self> {
        Some(match kind {
            "farmland" | "orchard" | "vineyard" | "farmyard" => Self::Farmland,
            "grassland" | "grass" | "meadow" | "scrub" | "village_green" | "heath" | "wetland" => Self::Grass,
            "barren" | "bare_rock" | "scree" | "quarry" | "landfill" | "brownfield" => Self::Barren,
            "glacier" | "ice" => Self::Ice,
            "wood" | "forest" | "garden" => Self::Wood,
            "urban_area" => Self::Urban,
            "residential" | "neighbourhood" => Self::Residential,
            "industrial" | "railway" | "commercial" | "retail" | "port" => Self::Industrial,
            "university" | "college" | "school" | "kindergarten" | "hospital" | "zoo" => Self::Institution,
            "military" | "naval_base" | "airfield" | "danger_area" => Self::Military,
            "park" | "golf_course" | "recreation_ground" | "allotments" | "dog_park" => Self::Park,
            "national_park" | "nature_reserve" | "protected_area" => Self::NatureReserve,
            "cemetery" => Self::Cemetery,
            "sand" | "beach" | "dune" => Self::Sand,
            "aerodrome" | "runway" | "taxiway" | "apron" => Self::Aerodrome,
            "pedestrian" | "footway" | "pier" | "dam" | "platform" => Self::Pedestrian,
            "pitch" | "playground" | "stadium" | "track" => Self::Pitch,
            _ => return None,
        })
    }
}

/// An area or line of water.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names say it all")]
pub enum WaterKind {
    Ocean,
    Sea,
    Bay,
    Lake,
    River,
    Canal,
    Stream,
    Pool,
}

impl WaterKind {
    fn from_kind(kind: &str) -> Option<Self> {
        Some(match kind {
            "ocean" => Self::Ocean,
            "sea" | "gulf" => Self::Sea,
            "bay" | "strait" | "fjord" | "sound" | "channel" => Self::Bay,
            "lake" | "water" | "reservoir" | "basin" | "lagoon" | "dock" => Self::Lake,
            "river" | "riverbank" => Self::River,
            "canal" => Self::Canal,
            "stream" | "ditch" | "drain" => Self::Stream,
            "swimming_pool" | "fountain" | "pond" => Self::Pool,
            // Dry lakes and the like are not water.
            "playa" | "other" => return None,
            _ => Self::Lake,
        })
    }
}

/// A class of way, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names say it all")]
pub enum RoadKind {
    Ferry,
    Path,
    Service,
    Minor,
    Aeroway,
    Tertiary,
    Secondary,
    Primary,
    Trunk,
    Motorway,
    Rail,
}

impl RoadKind {
    fn from_kinds(kind: &str, detail: &str) -> Option<Self> {
        let detailed = match detail {
            "motorway" | "motorway_link" => Some(Self::Motorway),
            "trunk" | "trunk_link" => Some(Self::Trunk),
            "primary" | "primary_link" => Some(Self::Primary),
            "secondary" | "secondary_link" => Some(Self::Secondary),
            "tertiary" | "tertiary_link" => Some(Self::Tertiary),
            "service" => Some(Self::Service),
            _ => None,
        };
        Some(match kind {
            "highway" => detailed.unwrap_or(Self::Trunk),
            "major_road" | "medium_road" => detailed.unwrap_or(Self::Secondary),
            "minor_road" => detailed.unwrap_or(Self::Minor),
            "path" => Self::Path,
            "rail" if !matches!(detail, "service" | "yard" | "siding" | "spur") => Self::Rail,
            "ferry" => Self::Ferry,
            "aeroway" | "runway" | "taxiway" => Self::Aeroway,
            _ => return None,
        })
    }
}

/// A road, railway or ferry line.
#[derive(Debug, Clone, PartialEq)]
pub struct Road {
    /// Class.
    pub kind: RoadKind,
    /// A slip road between others.
    pub link: bool,
    /// Underground.
    pub tunnel: bool,
    /// On a bridge.
    pub bridge: bool,
    /// Smallest tile zoom at which it should show.
    pub min_zoom: u8,
    /// Lines.
    pub shape: Shape,
}

/// How a border counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BorderRank {
    /// A border of a district or smaller; not drawn on overview maps.
    Local,
    /// A border between regions of a state.
    Region,
    /// A border between states.
    State,
}

/// Whose view of a border counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BoundaryView {
    /// Resolutions of the United Nations General Assembly.
    #[default]
    UnitedNations,
    /// The law of Ukraine.
    Ukraine,
    /// Russian law as it was before October 2022.
    Russia,
    /// Russian law with the claims of October 2022.
    Russia2022,
}

impl BoundaryView {
    /// All views.
    pub const ALL: [Self; 4] = [Self::UnitedNations, Self::Ukraine, Self::Russia, Self::Russia2022];
}

/// A border.
#[derive(Debug, Clone, PartialEq)]
pub struct Border {
    /// How it counts, in each of [`BoundaryView::ALL`]; none where that view knows no such border.
    pub ranks: [Option<BorderRank>; 4],
    /// Some state disputes it.
    pub disputed: bool,
    /// Lines.
    pub shape: Shape,
}

/// Names of one thing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LocalNames {
    /// In the language of the place.
    pub local: Option<Arc<str>>,
    /// In others: the place of each among [`NAME_LANGUAGES`], and the name.
    others: Box<[(u8, Arc<str>)]>,
}

/// The languages of which tiles' names are kept, besides that of the place: each costs memory for every name.
pub const NAME_LANGUAGES: [&str; 2] = ["en", "uk"];

impl LocalNames {
    fn is_empty(&self) -> bool {
        self.local.is_none() && self.others.is_empty()
    }

    /// The name in the language of a tag.
    pub fn get(&self, tag: &str) -> Option<&str> {
        let is_of = |language: u8| NAME_LANGUAGES.get(usize::from(language)) == Some(&tag);
        self.others.iter().find(|(language, _)| is_of(*language)).map(|(_, name)| &**name)
    }

    /// The name in the language of a tag, or else in that of the place, or else in any.
    pub fn in_language_or_local(&self, tag: &str) -> Option<&str> {
        self.get(tag).or(self.local.as_deref()).or_else(|| self.others.first().map(|(_, name)| &**name))
    }
}

/// What sort of place a name belongs to, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names say it all")]
pub enum PlaceKind {
    Quarter,
    Village,
    Town,
    City,
    Region,
    Country,
}

/// A named place.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// What it is.
    pub kind: PlaceKind,
    /// Its names.
    pub names: LocalNames,
    /// People, or 0 if not known.
    pub population: u32,
    /// Protomaps' rank by population, 0 to 17.
    pub population_rank: u8,
    /// Smallest tile zoom at which it should show.
    pub min_zoom: u8,
    /// Where, in tile units.
    pub at: [f32; 2],
}

/// A named body of water.
#[derive(Debug, Clone, PartialEq)]
pub struct WaterName {
    /// What it is.
    pub kind: WaterKind,
    /// Its names.
    pub names: LocalNames,
    /// Smallest tile zoom at which it should show.
    pub min_zoom: u8,
    /// A point to stand on, or the line of a river to stand along.
    pub shape: Shape,
}

/// A line of water.
#[derive(Debug, Clone, PartialEq)]
pub struct Waterway {
    /// What it is.
    pub kind: WaterKind,
    /// Smallest tile zoom at which it should show.
    pub min_zoom: u8,
    /// Lines.
    pub shape: Shape,
}

/// A decoded tile.
#[derive(Debug, Clone, PartialEq)]
pub struct Tile {
    /// Which tile it is.
    pub id: TileId,
    /// Tinted areas of land: land cover first, then land use.
    pub land: Vec<(LandKind, Shape)>,
    /// Areas of water.
    pub water: Vec<(WaterKind, Shape)>,
    /// Rivers, canals and streams.
    pub waterways: Vec<Waterway>,
    /// Names of water.
    pub water_names: Vec<WaterName>,
    /// Roads, railways and ferry lines.
    pub roads: Vec<Road>,
    /// Borders.
    pub borders: Vec<Border>,
    /// Names of places.
    pub places: Vec<Place>,
    /// Outlines of buildings.
    pub buildings: Vec<Shape>,
}

impl Tile {
    /// Decodes the unpacked bytes of a vector tile.
    pub fn decode(id: TileId, bytes: &[u8]) -> Result<Self, TileError> {
        let mut tile = Self {
            id,
            land: Vec::new(),
            water: Vec::new(),
            waterways: Vec::new(),
            water_names: Vec::new(),
            roads: Vec::new(),
            borders: Vec::new(),
            places: Vec::new(),
            buildings: Vec::new(),
        };
        let mut budget = Budget { features: MOST_FEATURES, positions: MOST_POSITIONS };
        for field in Fields(bytes) {
            if let (3, Value::Bytes(layer)) = field? {
                decode_layer(layer, &mut tile, &mut budget)?;
            }
        }
        tile.land.sort_by_key(|(kind, _)| *kind);
        Ok(tile)
    }

    /// Whether there is nothing in it to draw.
    pub fn is_empty(&self) -> bool {
        let Self { id: _, land, water, waterways, water_names, roads, borders, places, buildings } = self;
        land.is_empty()
            && water.is_empty()
            && waterways.is_empty()
            && water_names.is_empty()
            && roads.is_empty()
            && borders.is_empty()
            && places.is_empty()
            && buildings.is_empty()
    }

    /// About how much memory it takes.
    pub fn bytes(&self) -> usize {
        fn sum<T>(items: &[T], shape: impl Fn(&T) -> &Shape) -> usize {
            items.iter().map(|item| size_of::<T>() + shape(item).bytes()).sum()
        }
        let names = 96 * (self.places.len() + self.water_names.len());
        size_of::<Self>()
            + names
            + sum(&self.land, |(_, shape)| shape)
            + sum(&self.water, |(_, shape)| shape)
            + sum(&self.waterways, |line| &line.shape)
            + sum(&self.water_names, |name| &name.shape)
            + sum(&self.roads, |road| &road.shape)
            + sum(&self.borders, |border| &border.shape)
            + sum(&self.buildings, |shape| shape)
            + self.places.len() * size_of::<Place>()
    }
}

/// What may still be taken from this tile.
struct Budget {
    features: usize,
    positions: usize,
}

/// The attributes that we read, whatever the layer.
#[derive(Debug, Clone, Copy)]
enum Attribute {
    Kind,
    KindDetail,
    Name,
    /// In one of [`NAME_LANGUAGES`].
    NameIn(usize),
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
}

impl Attribute {
    fn from_key(key: &[u8]) -> Option<Self> {
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
            _ => {
                let tag = key.strip_prefix(b"name:")?;
                Self::NameIn(NAME_LANGUAGES.iter().position(|known| known.as_bytes() == tag)?)
            }
        })
    }
}

/// An attribute's value.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Word<'a> {
    Text(&'a str),
    Number(f64),
}

impl<'a> Word<'a> {
    fn parse(bytes: &'a [u8]) -> Result<Self, TileError> {
        let mut word = Self::Number(f64::NAN);
        for field in Fields(bytes) {
            word = match field? {
                // Text that is not UTF-8 is taken as none.
                (1, Value::Bytes(text)) => Self::Text(std::str::from_utf8(text).unwrap_or_default()),
                (2, Value::Fixed32(bits)) => Self::Number(f32::from_bits(bits).into()),
                (3, Value::Fixed64(bits)) => Self::Number(f64::from_bits(bits)),
                (4, Value::Varint(value)) => Self::Number(value as i64 as f64),
                (5 | 7, Value::Varint(value)) => Self::Number(value as f64),
                (6, Value::Varint(value)) => Self::Number(zigzag(value) as f64),
                _ => word,
            };
        }
        Ok(word)
    }

    fn text(self) -> &'a str {
        match self {
            Self::Text(text) => text,
            Self::Number(_) => "",
        }
    }

    fn number(self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(number).filter(|number| number.is_finite()),
            Self::Text(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
        }
    }

    fn is_true(self) -> bool {
        match self {
            Self::Number(number) => number != 0.0 && !number.is_nan(),
            Self::Text(text) => matches!(text, "true" | "yes" | "1"),
        }
    }
}

/// The attributes of one feature.
#[derive(Debug, Clone, Copy, Default)]
struct Attributes<'a> {
    kind: &'a str,
    detail: &'a str,
    detail_number: Option<f64>,
    name: &'a str,
    names: [&'a str; NAME_LANGUAGES.len()],
    population: u32,
    population_rank: u8,
    min_zoom: u8,
    disputed: bool,
    views: [&'a str; 4],
    link: bool,
    tunnel: bool,
    bridge: bool,
}

impl<'a> Attributes<'a> {
    fn set(&mut self, attribute: Attribute, word: Word<'a>) {
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
        }
    }

    fn names(&self) -> LocalNames {
        let others = self.names.iter().enumerate().filter_map(|(language, name)| Some((language as u8, short(name)?)));
        LocalNames { local: short(self.name), others: others.collect() }
    }
}

/// A name cut to a sensible length and freed of what would upset a line of text.
fn short(name: &str) -> Option<Arc<str>> {
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
enum Layer {
    Land,
    Water,
    WaterNames,
    Roads,
    Borders,
    Places,
    Buildings,
}

impl Layer {
    fn from_name(name: &[u8]) -> Option<Self> {
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

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum GeometryKind {
    Point,
    Line,
    Polygon,
}

fn decode_layer(bytes: &[u8], tile: &mut Tile, budget: &mut Budget) -> Result<(), TileError> {
    // Keys and values may come after the features that use them, so that the layer is gone through twice.
    let mut layer = None;
    let mut keys = Vec::new();
    let mut words = Vec::new();
    let mut extent = 4096_u64;
    for field in Fields(bytes) {
        match field? {
            (1, Value::Bytes(name)) => layer = Layer::from_name(name),
            (3, Value::Bytes(key)) => keys.push(Attribute::from_key(key)),
            (4, Value::Bytes(value)) => words.push(Word::parse(value)?),
            (5, Value::Varint(value)) => extent = value,
            _ => {}
        }
        if keys.len().max(words.len()) > MOST_WORDS {
            return Err(TileError::TooMany("attributes"));
        }
    }
    let Some(layer) = layer else { return Ok(()) };
    if !(1..=1 << 20).contains(&extent) {
        return Err(TileError::Malformed);
    }
    let scale = 1.0 / extent as f64;
    for field in Fields(bytes) {
        if let (2, Value::Bytes(feature)) = field? {
            budget.features = budget.features.checked_sub(1).ok_or(TileError::TooMany("features"))?;
            decode_feature(feature, layer, &keys, &words, scale, tile, budget)?;
        }
    }
    Ok(())
}

fn decode_feature(
    bytes: &[u8],
    layer: Layer,
    keys: &[Option<Attribute>],
    words: &[Word<'_>],
    scale: f64,
    tile: &mut Tile,
    budget: &mut Budget,
) -> Result<(), TileError> {
    let mut attributes = Attributes::default();
    let mut kind = None;
    let mut commands: &[u8] = &[];
    for field in Fields(bytes) {
        match field? {
            (2, Value::Bytes(mut tags)) => {
                while !tags.is_empty() {
                    let (Some(key), Some(word)) = (varint(&mut tags), varint(&mut tags)) else {
                        return Err(TileError::Malformed);
                    };
                    let (key, word) = (keys.get(key as usize), words.get(word as usize));
                    if let (Some(Some(attribute)), Some(word)) = (key, word) {
                        attributes.set(*attribute, *word);
                    }
                }
            }
            (3, Value::Varint(value)) => {
                kind = match value {
                    1 => Some(GeometryKind::Point),
                    2 => Some(GeometryKind::Line),
                    3 => Some(GeometryKind::Polygon),
                    _ => None,
                }
            }
            (4, Value::Bytes(geometry)) => commands = geometry,
            _ => {}
        }
    }
    let Some(kind) = kind else { return Ok(()) };
    if !is_drawn(layer, kind, &attributes) {
        return Ok(());
    }
    let shape = decode_shape(commands, kind, scale, budget)?;
    if !shape.positions.is_empty() {
        put(layer, kind, &attributes, shape, tile);
    }
    Ok(())
}

/// Whether a feature is of any use, asked before its geometry is decoded.
fn is_drawn(layer: Layer, kind: GeometryKind, attributes: &Attributes<'_>) -> bool {
    match layer {
        Layer::Land => kind == GeometryKind::Polygon && LandKind::from_kind(attributes.kind).is_some(),
        Layer::Water => WaterKind::from_kind(attributes.kind).is_some(),
        Layer::WaterNames => {
            kind == GeometryKind::Point
                && matches!(attributes.kind, "ocean" | "sea" | "bay" | "strait" | "fjord" | "lake" | "water")
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

fn put(layer: Layer, kind: GeometryKind, attributes: &Attributes<'_>, shape: Shape, tile: &mut Tile) {
    let min_zoom = attributes.min_zoom;
    match layer {
        Layer::Land => {
            if let Some(land) = LandKind::from_kind(attributes.kind) {
                tile.land.push((land, shape));
            }
        }
        Layer::Water | Layer::WaterNames => {
            let Some(water) = water_kind(kind, attributes) else {
                return;
            };
            let names = attributes.names();
            match kind {
                GeometryKind::Polygon => tile.water.push((water, shape)),
                GeometryKind::Line => {
                    if !names.is_empty() {
                        tile.water_names.push(WaterName { kind: water, names, min_zoom, shape: shape.clone() });
                    }
                    tile.waterways.push(Waterway { kind: water, min_zoom, shape });
                }
                GeometryKind::Point if names.is_empty() => {}
                GeometryKind::Point => tile.water_names.push(WaterName { kind: water, names, min_zoom, shape }),
            }
        }
        Layer::Roads => {
            if let Some(kind) = RoadKind::from_kinds(attributes.kind, attributes.detail) {
                let Attributes { tunnel, bridge, .. } = *attributes;
                let link = attributes.link || attributes.detail.ends_with("_link");
                tile.roads.push(Road { kind, link, tunnel, bridge, min_zoom, shape });
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
            tile.borders.push(Border { ranks, disputed: attributes.disputed, shape });
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

fn water_kind(kind: GeometryKind, attributes: &Attributes<'_>) -> Option<WaterKind> {
    if kind != GeometryKind::Line {
        return WaterKind::from_kind(attributes.kind);
    }
    let word = if attributes.kind == "waterway" { attributes.detail } else { attributes.kind };
    Some(match word {
        "river" => WaterKind::River,
        "canal" => WaterKind::Canal,
        _ => WaterKind::Stream,
    })
}

fn border_rank(attributes: &Attributes<'_>) -> Option<BorderRank> {
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

fn place_kind(attributes: &Attributes<'_>) -> Option<PlaceKind> {
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

fn decode_shape(mut commands: &[u8], kind: GeometryKind, scale: f64, budget: &mut Budget) -> Result<Shape, TileError> {
    let mut shape = Shape::default();
    let (mut x, mut y) = (0_i64, 0_i64);
    let mut begin = 0_usize;
    // Ends the part begun at `begin`, or drops it if it is too short to draw.
    let finish = |shape: &mut Shape, begin: &mut usize| {
        let least = match kind {
            GeometryKind::Point => 1,
            GeometryKind::Line => 2,
            GeometryKind::Polygon => 3,
        };
        if shape.positions.len() - *begin >= least {
            shape.ends.push(shape.positions.len() as u32);
        } else {
            shape.positions.truncate(*begin);
        }
        *begin = shape.positions.len();
    };
    while !commands.is_empty() {
        let command = varint(&mut commands).ok_or(TileError::Malformed)?;
        let (operation, count) = (command & 7, command >> 3);
        match operation {
            1 | 2 => {
                for _ in 0..count {
                    let (Some(dx), Some(dy)) = (varint(&mut commands), varint(&mut commands)) else {
                        return Err(TileError::Malformed);
                    };
                    if operation == 1 && kind != GeometryKind::Point {
                        finish(&mut shape, &mut begin);
                    }
                    budget.positions = budget.positions.checked_sub(1).ok_or(TileError::TooMany("positions"))?;
                    x = x.saturating_add(zigzag(dx)).clamp(-FAR, FAR);
                    y = y.saturating_add(zigzag(dy)).clamp(-FAR, FAR);
                    shape.positions.push([(x as f64 * scale) as f32, (y as f64 * scale) as f32]);
                }
            }
            7 => finish(&mut shape, &mut begin),
            _ => return Err(TileError::Malformed),
        }
    }
    finish(&mut shape, &mut begin);
    Ok(shape)
}

/// Positions farther away than this, in units of the tile's grid, are brought in: they can only be damage.
const FAR: i64 = 1 << 28;

#[cfg(test)]
pub(crate) mod tests {
    use super::super::archive::tests::varint as put_varint;
    use super::*;

    fn field(number: u32, bytes: &[u8], out: &mut Vec<u8>) {
        put_varint(u64::from(number) << 3 | 2, out);
        put_varint(bytes.len() as u64, out);
        out.extend(bytes);
    }

    /// One feature of a test tile: geometry type, positions in parts, text attributes.
    pub(crate) type TestFeature<'a> = (u8, &'a [&'a [(i32, i32)]], &'a [(&'a str, &'a str)]);

    /// A layer as a writer of vector tiles would put it.
    pub(crate) fn layer(name: &str, features: &[TestFeature<'_>]) -> Vec<u8> {
        let mut layer = Vec::new();
        field(1, name.as_bytes(), &mut layer);
        // Each pair of key and value is its own: both are numbered alike.
        let mut pairs = 0;
        for (kind, parts, attributes) in features {
            let mut feature = Vec::new();
            let mut tags = Vec::new();
            for (key, value) in *attributes {
                put_varint(pairs, &mut tags);
                put_varint(pairs, &mut tags);
                pairs += 1;
                let mut packed = Vec::new();
                field(1, value.as_bytes(), &mut packed);
                field(3, key.as_bytes(), &mut layer);
                field(4, &packed, &mut layer);
            }
            field(2, &tags, &mut feature);
            feature.extend([3 << 3, *kind]);
            let mut commands = Vec::new();
            let (mut x, mut y) = (0, 0);
            for part in *parts {
                for (at, (px, py)) in part.iter().enumerate() {
                    match at {
                        0 => put_varint(9, &mut commands),
                        1 => put_varint((part.len() as u64 - 1) << 3 | 2, &mut commands),
                        _ => {}
                    }
                    for step in [px - x, py - y] {
                        put_varint(((step << 1) ^ (step >> 31)) as u32 as u64, &mut commands);
                    }
                    (x, y) = (*px, *py);
                }
                if *kind == 3 {
                    put_varint(15, &mut commands);
                }
            }
            field(4, &commands, &mut feature);
            field(2, &feature, &mut layer);
        }
        let mut tile = Vec::new();
        field(3, &layer, &mut tile);
        tile
    }

    const ID: TileId = TileId { z: 6, x: 38, y: 22 };
    const SQUARE: &[&[(i32, i32)]] = &[&[(0, 0), (4096, 0), (4096, 4096), (0, 4096)]];

    #[test]
    fn areas_lines_and_names_are_read() {
        let mut bytes = layer("water", &[(3, SQUARE, &[("kind", "ocean")])]);
        bytes.extend(layer(
            "roads",
            &[(2, &[&[(0, 0), (2048, 1024)]], &[("kind", "major_road"), ("kind_detail", "primary")])],
        ));
        bytes.extend(layer(
            "places",
            &[(
                1,
                &[&[(1024, 2048)]],
                &[
                    ("kind", "locality"),
                    ("kind_detail", "city"),
                    ("name:en", "Donetsk"),
                    ("name:uk", "Донецьк"),
                    ("population", "901645"),
                ],
            )],
        ));
        let tile = Tile::decode(ID, &bytes).expect("a good tile");
        assert_eq!(tile.water[0].1.parts().next(), Some(&[[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]][..]));
        assert_eq!(tile.roads[0].kind, RoadKind::Primary);
        assert_eq!(tile.roads[0].shape.positions(), [[0.0, 0.0], [0.5, 0.25]]);
        let place = &tile.places[0];
        assert_eq!((place.kind, place.at, place.population), (PlaceKind::City, [0.25, 0.5], 901_645));
        assert_eq!(place.names.get("uk"), Some("Донецьк"));
    }

    #[test]
    fn the_names_of_version_3_are_read_too() {
        let mut bytes = layer("natural", &[(3, SQUARE, &[("pmap:kind", "wood")])]);
        bytes.extend(layer("transit", &[(2, &[&[(0, 0), (9, 9)]], &[("pmap:kind", "rail")])]));
        bytes.extend(layer("boundaries", &[(2, &[&[(0, 0), (9, 9)]], &[("pmap:min_admin_level", "2")])]));
        let tile = Tile::decode(ID, &bytes).expect("a good tile");
        assert_eq!(tile.land[0].0, LandKind::Wood);
        assert_eq!(tile.roads[0].kind, RoadKind::Rail);
        assert_eq!(tile.borders[0].ranks, [Some(BorderRank::State); 4]);
    }

    #[test]
    fn each_view_has_its_own_borders() {
        let attributes: &[(&str, &str)] = &[
            ("kind", "region"),
            ("disputed", "true"),
            ("view_ua", "region"),
            ("view_ru", "international"),
            ("view_ru_2022", "none"),
        ];
        let tile = Tile::decode(ID, &layer("boundaries", &[(2, &[&[(0, 0), (9, 9)]], attributes)])).expect("good");
        let border = &tile.borders[0];
        assert!(border.disputed);
        assert_eq!(border.ranks, [Some(BorderRank::Region), Some(BorderRank::Region), Some(BorderRank::State), None]);
    }

    #[test]
    fn no_damaged_byte_makes_it_panic() {
        let mut good = layer("water", &[(3, SQUARE, &[("kind", "lake"), ("name", "Сиваш")])]);
        good.extend(layer("places", &[(1, &[&[(5, 5)]], &[("kind", "locality"), ("name", "Бахмут")])]));
        for at in 0..good.len() {
            let _ = Tile::decode(ID, &good[..at]);
            for byte in 0..=255 {
                let mut bytes = good.clone();
                bytes[at] = byte;
                let _ = Tile::decode(ID, &bytes);
            }
        }
    }

    #[test]
    fn a_false_count_asks_for_nothing() {
        // A feature that says it moves 2^28 times but has no positions.
        let mut feature = vec![3 << 3, 2];
        let mut commands = Vec::new();
        put_varint(u64::from(!7_u32 | 1), &mut commands);
        field(4, &commands, &mut feature);
        let mut road = Vec::new();
        field(1, b"boundaries", &mut road);
        field(2, &feature, &mut road);
        let mut tile = Vec::new();
        field(3, &road, &mut tile);
        assert_eq!(Tile::decode(ID, &tile), Err(TileError::Malformed));
    }
}
