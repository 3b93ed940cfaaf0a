//! Mapbox vector tiles, decoded into what our style draws and no more: in the Protomaps basemap schema, or in another that
//! [`super::schema`] brings into its words.
//!
//! Version 4 of Protomaps' schema is meant; the names of version 3 (`pmap:kind`, the layers `natural`, `physical_line`,
//! `physical_point` and `transit`) are understood too. Geometry is in tile units: the tile is the unit square, x east,
//! y south, with a margin of neighbouring ground around it.
//!
//! # References
//! * Vector tile specification 2.1: <https://github.com/mapbox/vector-tile-spec/tree/master/2.1>
//! * Schema: <https://docs.protomaps.com/basemaps/layers>

use std::sync::Arc;

use thiserror::Error;

use super::mvt::{Budget, MOST_FEATURES, MOST_NAME_BYTES, MOST_POSITIONS, decode_layer, layer_name};
use super::protobuf::{Fields, Malformed, Value};
use super::schema::Schema;
use crate::basemap::id::TileId;
use crate::formats::day::Day;
use crate::formats::language::Language;

/// So many layers are looked at to tell the schema; the largest has thirty.
const MOST_LAYERS: usize = 200;

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

/// Positions in tile units, in one or more parts: points, lines or rings.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Shape {
    pub(super) positions: Vec<[f32; 2]>,
    /// Where each part ends in `positions`.
    pub(super) ends: Vec<u32>,
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

    pub(super) fn bytes(&self) -> usize {
        self.positions.len() * 8 + self.ends.len() * 4
    }
}

/// The days on which a thing is on the map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Days {
    /// The first, if it was not always there.
    pub from: Option<Day>,
    /// The last, if it is no longer there.
    pub until: Option<Day>,
}

impl Days {
    /// Whether it is there at the end of a day, a month or a year; without one, whether it is there today.
    pub fn hold(&self, day: Option<Day>) -> bool {
        let Some(day) = day.map(|day| day.last()) else { return self.until.is_none() };
        self.from.is_none_or(|from| from.first() <= day) && self.until.is_none_or(|until| day <= until.last())
    }
}

/// A faintly tinted area of land, most specific last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names say it all")]
pub enum LandKind {
    Farmland,
    Grass,
    Barren,
    DryBed,
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
    pub(super) fn from_kind(kind: &str) -> Option<Self> {
        Some(match kind {
            "farmland" | "orchard" | "vineyard" | "farmyard" => Self::Farmland,
            "grassland" | "grass" | "meadow" | "scrub" | "village_green" | "heath" | "wetland" => Self::Grass,
            "barren" | "bare_rock" | "scree" | "quarry" | "landfill" | "brownfield" => Self::Barren,
            // Of a lake that has been drained; the word is ours.
            "dry_bed" => Self::DryBed,
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
    pub(super) fn from_kind(kind: &str) -> Option<Self> {
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
    pub(super) fn from_kinds(kind: &str, detail: &str) -> Option<Self> {
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

/// An area of land of one kind.
#[derive(Debug, Clone, PartialEq)]
pub struct LandArea {
    /// What it is.
    pub kind: LandKind,
    /// When.
    pub days: Days,
    /// Rings.
    pub shape: Shape,
}

/// An area of water.
#[derive(Debug, Clone, PartialEq)]
pub struct WaterArea {
    /// What it is.
    pub kind: WaterKind,
    /// When.
    pub days: Days,
    /// Rings.
    pub shape: Shape,
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
    /// Straight between junctions: where it leads, but not the way that it takes.
    pub schematic: bool,
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
    /// Smallest tile zoom at which it should show; 0 where the tiles do not say.
    pub min_zoom: u8,
    /// When.
    pub days: Days,
    /// Lines.
    pub shape: Shape,
}

/// Names of one thing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LocalNames {
    /// In the language of the place.
    pub local: Option<Arc<str>>,
    /// In those that are asked for most: the place of each among [`NAME_LANGUAGES`], and the name.
    pub(super) others: Box<[(u8, Arc<str>)]>,
    /// In all others, as [`OtherNames`] writes them: one piece of memory for all.
    pub(super) more: Option<Arc<str>>,
}

/// The languages in which names are asked for most.
pub const NAME_LANGUAGES: [&str; 2] = ["en", "uk"];

/// Stands in the place of a language tag for the name that a place has where it is.
pub const LOCAL_NAMES: &str = "local";

/// Names by language tag as one text: each a tag and a name, both led by a control character, which names do not have. A name
/// that is the English one, as most in Latin letters are, stands as none: Protomaps gives a city forty names.
#[derive(Debug, Default)]
pub(super) struct OtherNames(String);

impl OtherNames {
    /// More of them than this are not kept of one thing, in bytes.
    const MOST: usize = 8192;

    /// Adds a name, if its tag is one.
    pub(super) fn add(&mut self, tag: &str, name: &str, english: &str) {
        let is_language = tag.split('-').next().is_some_and(|first| (2..=3).contains(&first.len()));
        if !is_language || Language::new(tag).is_none() || self.0.len() + tag.len() + name.len() + 2 > Self::MOST {
            return;
        }
        let name = if name == english { "" } else { name };
        self.0.extend(["\u{1}", tag, "\u{2}", name]);
    }

    /// The text, if there are any.
    pub(super) fn text(&self) -> &str {
        &self.0
    }

    fn all(text: &str) -> impl Iterator<Item = (&str, &str)> {
        text.split('\u{1}').filter_map(|one| one.split_once('\u{2}'))
    }
}

impl LocalNames {
    pub(super) fn is_empty(&self) -> bool {
        self.local.is_none() && self.others.is_empty() && self.more.is_none()
    }

    /// The name in the language of a tag: of exactly that tag, or else of its language alone (`zh` of `zh-Hant`), or else of
    /// the first tag that says more (`zh-Hans` of `zh`). That of [`LOCAL_NAMES`] is the name where the place is.
    pub fn get(&self, tag: &str) -> Option<&str> {
        if tag == LOCAL_NAMES {
            return self.local.as_deref();
        }
        let known = |tag: &str| {
            let language = NAME_LANGUAGES.iter().position(|known| *known == tag)?;
            self.others.iter().find(|(other, _)| usize::from(*other) == language).map(|(_, name)| &**name)
        };
        let primary = tag.split('-').next().unwrap_or(tag);
        let more = |is: &dyn Fn(&str) -> bool| {
            let text = self.more.as_deref()?;
            let (_, name) = OtherNames::all(text).find(|(other, _)| is(other))?;
            if name.is_empty() { known("en") } else { Some(name) }
        };
        known(tag)
            .or_else(|| more(&|other| other.eq_ignore_ascii_case(tag)))
            .or_else(|| known(primary))
            .or_else(|| more(&|other| other.eq_ignore_ascii_case(primary)))
            .or_else(|| more(&|other| other.split('-').next().is_some_and(|one| one.eq_ignore_ascii_case(primary))))
    }

    /// The name in the language of a tag, or else, of all but English, Ukrainian and that of the place itself, in English, which
    /// more readers can read than that of the place; or else as [`Self::in_language_or_local`].
    pub fn in_language_or_its_fallback(&self, tag: &str) -> Option<&str> {
        let english = if OWN_FALLBACK.contains(&tag) { None } else { self.get("en") };
        self.get(tag).or(english).or_else(|| self.in_language_or_local(tag))
    }

    /// The name in the language of a tag, or else in that of the place, or else in any.
    pub fn in_language_or_local(&self, tag: &str) -> Option<&str> {
        let any = || self.others.first().map(|(_, name)| &**name);
        let more = || {
            self.more
                .as_deref()
                .and_then(|text| OtherNames::all(text).map(|(_, name)| name).find(|name| !name.is_empty()))
        };
        self.get(tag).or(self.local.as_deref()).or_else(any).or_else(more)
    }
}

/// The languages without which a name stands in that of its place.
const OWN_FALLBACK: [&str; 3] = ["en", "uk", LOCAL_NAMES];

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
    /// When.
    pub days: Days,
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
    pub land: Vec<LandArea>,
    /// Areas of water.
    pub water: Vec<WaterArea>,
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
    /// Of when those of its things are that may not always be there.
    pub fn days(&self) -> impl Iterator<Item = Days> + '_ {
        let areas = self.land.iter().map(|area| area.days).chain(self.water.iter().map(|area| area.days));
        let names = self.water_names.iter().map(|name| name.days);
        areas.chain(names).chain(self.borders.iter().map(|border| border.days))
    }

    /// Decodes the unpacked bytes of a vector tile, whose schema is told by the names of its layers.
    ///
    /// # Errors
    /// [`TileError`].
    pub fn decode(id: TileId, bytes: &[u8]) -> Result<Self, TileError> {
        Self::decode_in(None, id, bytes)
    }

    /// The same of a tile whose schema is known, as an archive's metadata tell it: one tile alone may have too few layers.
    ///
    /// # Errors
    /// [`TileError`].
    pub fn decode_in(schema: Option<Schema>, id: TileId, bytes: &[u8]) -> Result<Self, TileError> {
        let schema = schema.unwrap_or_else(|| {
            let names = Fields(bytes).filter_map(|field| match field {
                Ok((3, Value::Bytes(layer))) => Some(layer_name(layer)),
                _ => None,
            });
            let names: Vec<&[u8]> = names.take(MOST_LAYERS).collect();
            Schema::of_layers(names.iter().copied()).unwrap_or(Schema::Protomaps)
        });
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
        let mut budget = Budget { features: MOST_FEATURES, positions: MOST_POSITIONS, name_bytes: MOST_NAME_BYTES };
        for field in Fields(bytes) {
            if let (3, Value::Bytes(layer)) = field? {
                decode_layer(layer, schema, &mut tile, &mut budget)?;
            }
        }
        tile.land.sort_by_key(|area| area.kind);
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
        let names = self.places.iter().map(|place| &place.names).chain(self.water_names.iter().map(|name| &name.names));
        let names: usize = names.map(|names| 96 + names.more.as_ref().map_or(0, |more| more.len())).sum();
        size_of::<Self>()
            + names
            + sum(&self.land, |area| &area.shape)
            + sum(&self.water, |area| &area.shape)
            + sum(&self.waterways, |line| &line.shape)
            + sum(&self.water_names, |name| &name.shape)
            + sum(&self.roads, |road| &road.shape)
            + sum(&self.borders, |border| &border.shape)
            + sum(&self.buildings, |shape| shape)
            + self.places.len() * size_of::<Place>()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::basemap::sources::pmtiles::tests::varint as put_varint;

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
        assert_eq!(tile.water[0].shape.parts().next(), Some(&[[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]][..]));
        assert_eq!(tile.roads[0].kind, RoadKind::Primary);
        assert_eq!(tile.roads[0].shape.positions(), [[0.0, 0.0], [0.5, 0.25]]);
        let place = &tile.places[0];
        assert_eq!((place.kind, place.at, place.population), (PlaceKind::City, [0.25, 0.5], 901_645));
        assert_eq!(place.names.get("uk"), Some("Донецьк"));
    }

    #[test]
    fn names_are_kept_in_every_language() {
        let names: &[(&str, &str)] = &[
            ("kind", "locality"),
            ("kind_detail", "city"),
            ("name", "دونيتسك"),
            ("name:en", "Donetsk"),
            ("name:de", "Donezk"),
            ("name:nl", "Donetsk"),
            ("name:he", "דונצק"),
            ("name:zh-Hans", "顿涅茨克"),
            ("name:not a tag", "x"),
            ("name:latin", "y"),
            ("pgf:name:hi", "0a0b"),
        ];
        let tile = Tile::decode(ID, &layer("places", &[(1, &[&[(1, 2)]], names)])).expect("a good tile");
        let names = &tile.places[0].names;
        for (tag, name) in [
            ("de", Some("Donezk")),
            ("de-AT", Some("Donezk")),
            ("HE", Some("דונצק")),
            ("zh", Some("顿涅茨克")),
            ("zh-Hant", Some("顿涅茨克")),
            // Kept as the English one, which it is.
            ("nl", Some("Donetsk")),
            ("local", Some("دونيتسك")),
            ("uk", None),
            ("hi", None),
            ("latin", None),
        ] {
            assert_eq!(names.get(tag), name, "{tag}");
        }
        let shown = |tag: &str| names.in_language_or_its_fallback(tag);
        assert_eq!((shown("ka"), shown("uk")), (Some("Donetsk"), Some("دونيتسك")));
        // A tile cannot fill memory with names.
        let long = "n".repeat(200);
        let keys: Vec<String> = (0..80)
            .map(|n| format!("name:{}{}", char::from(b'a' + (n / 26) as u8), char::from(b'a' + (n % 26) as u8)))
            .collect();
        let mut many: Vec<(&str, &str)> = vec![("kind", "locality"), ("name", "x")];
        many.extend(keys.iter().map(|key| (key.as_str(), long.as_str())));
        let tile = Tile::decode(ID, &layer("places", &[(1, &[&[(1, 2)]], &many)])).expect("a good tile");
        assert!(tile.places[0].names.more.as_ref().is_some_and(|more| (4000..=8192).contains(&more.len())));
    }

    #[test]
    fn the_names_of_version_3_are_read_too() {
        let mut bytes = layer("natural", &[(3, SQUARE, &[("pmap:kind", "wood")])]);
        bytes.extend(layer("transit", &[(2, &[&[(0, 0), (9, 9)]], &[("pmap:kind", "rail")])]));
        bytes.extend(layer("boundaries", &[(2, &[&[(0, 0), (9, 9)]], &[("pmap:min_admin_level", "2")])]));
        let tile = Tile::decode(ID, &bytes).expect("a good tile");
        assert_eq!(tile.land[0].kind, LandKind::Wood);
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
    fn what_changed_on_a_day_is_there_before_or_after() {
        let wet: &[(&str, &str)] = &[("kind", "reservoir"), ("until", "2023-06-06")];
        let dry: &[(&str, &str)] = &[("kind", "dry_bed"), ("from", "2023-06-07")];
        let mut bytes = layer("water", &[(3, SQUARE, wet), (3, SQUARE, &[("kind", "lake"), ("until", "one day")])]);
        bytes.extend(layer("landuse", &[(3, SQUARE, dry)]));
        let tile = Tile::decode(ID, &bytes).expect("a good tile");
        let [wet, always] = [&tile.water[0].days, &tile.water[1].days];
        let dry = &tile.land[0].days;
        let day = |text: &str| Some(text.parse::<Day>().expect("a day"));
        for (at, is_wet) in
            [("2022-02-24", true), ("2023-06-06", true), ("2023-06-07", false), ("2023-06", false), ("2025", false)]
        {
            assert_eq!((wet.hold(day(at)), dry.hold(day(at))), (is_wet, !is_wet), "{at}");
        }
        assert!(wet.hold(day("2023-05")) && !wet.hold(None) && dry.hold(None));
        // What is no day says nothing.
        assert!(always.hold(None) && always.hold(day("1990")));
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
