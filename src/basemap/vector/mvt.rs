//! Mapbox vector tiles (version 2.1): layers, features and geometry, as bounded as what they may take.

use super::protobuf::{Fields, Value, varint, zigzag};
use super::protomaps::{Attribute, Attributes, Layer, is_drawn, put, short};
use super::schema::{Schema, SchemaLayer, tag_of};
use super::tile::{OtherNames, Shape, Tile, TileError};

/// Most features that one tile may have: thirty times what crowded city tiles hold.
pub(super) const MOST_FEATURES: usize = 300_000;
/// Most positions that one tile may have.
pub(super) const MOST_POSITIONS: usize = 4_000_000;
/// Most bytes of names in other languages that one tile may have: ten times what the world at zoom 6 has in forty languages.
pub(super) const MOST_NAME_BYTES: usize = 4 << 20;
/// Most keys and values that one layer may have.
pub(super) const MOST_WORDS: usize = 1_000_000;

/// What may still be taken from this tile.
pub(super) struct Budget {
    pub(super) features: usize,
    pub(super) positions: usize,
    /// Bytes of names in languages other than those that are asked for most.
    pub(super) name_bytes: usize,
}

/// An attribute's value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Word<'a> {
    Text(&'a str),
    Number(f64),
}

impl<'a> Word<'a> {
    pub(super) fn parse(bytes: &'a [u8]) -> Result<Self, TileError> {
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

    pub(super) fn text(self) -> &'a str {
        match self {
            Self::Text(text) => text,
            Self::Number(_) => "",
        }
    }

    pub(super) fn number(self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(number).filter(|number| number.is_finite()),
            Self::Text(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
        }
    }

    pub(super) fn is_true(self) -> bool {
        match self {
            Self::Number(number) => number != 0.0 && !number.is_nan(),
            Self::Text(text) => matches!(text, "true" | "yes" | "1"),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GeometryKind {
    Point,
    Line,
    Polygon,
}

/// The name of a layer, empty if it has none.
pub(super) fn layer_name(bytes: &[u8]) -> &[u8] {
    let name = |field| match field {
        Ok((1, Value::Bytes(name))) => Some(name),
        _ => None,
    };
    Fields(bytes).find_map(name).unwrap_or_default()
}

pub(super) fn decode_layer(
    bytes: &[u8],
    schema: Schema,
    tile: &mut Tile,
    budget: &mut Budget,
) -> Result<(), TileError> {
    // Keys and values may come after the features that use them, so that the layer is gone through twice.
    let mut layer = None;
    let mut keys = Vec::new();
    let mut words = Vec::new();
    let mut extent = 4096_u64;
    for field in Fields(bytes) {
        match field? {
            (1, Value::Bytes(name)) => layer = schema.layer(name),
            (3, Value::Bytes(key)) => keys.push((schema.attribute(key), key)),
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

pub(super) fn decode_feature(
    bytes: &[u8],
    layer: SchemaLayer,
    keys: &[(Option<Attribute>, &[u8])],
    words: &[Word<'_>],
    scale: f64,
    tile: &mut Tile,
    budget: &mut Budget,
) -> Result<(), TileError> {
    let mut attributes = Attributes::default();
    let mut other_names: Vec<(&[u8], Word<'_>)> = Vec::new();
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
                    match (key, word) {
                        (Some((Some(Attribute::NameInOther), key)), Some(word)) => other_names.push((key, *word)),
                        (Some((Some(attribute), _)), Some(word)) => attributes.set(*attribute, *word),
                        _ => {}
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
    let Some((layer, mut attributes)) = layer.translated(kind, attributes) else { return Ok(()) };
    if !is_drawn(layer, kind, &attributes) {
        return Ok(());
    }
    let mut others = OtherNames::default();
    if matches!(layer, Layer::Places | Layer::Water | Layer::WaterNames) {
        let english = short(attributes.names[0]).unwrap_or_default();
        for (tag, name) in other_names.iter().filter_map(|(key, word)| Some((tag_of(key)?, short(word.text())?))) {
            others.add(tag, &name, &english);
        }
        // Of a tile with more of them than any has, the rest goes without.
        if let Some(left) = budget.name_bytes.checked_sub(others.text().len()) {
            budget.name_bytes = left;
            attributes.more_names = others.text();
        }
    }
    let shape = decode_shape(commands, kind, scale, budget)?;
    if !shape.positions.is_empty() {
        put(layer, kind, &attributes, shape, tile);
    }
    Ok(())
}

pub(super) fn decode_shape(
    mut commands: &[u8],
    kind: GeometryKind,
    scale: f64,
    budget: &mut Budget,
) -> Result<Shape, TileError> {
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
pub(super) const FAR: i64 = 1 << 28;
