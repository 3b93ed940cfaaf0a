//! One record of a main file: a shape of a kind, its parts and its positions.

use geo::{Coord, Geometry, LineString, MultiLineString, MultiPoint, Point};

use super::rings::{self, Rings};

/// What a record says.
#[derive(Debug, Default)]
pub(super) struct Shape {
    pub(super) geometry: Option<Geometry<f64>>,
    /// How many positions have a height.
    pub(super) heights: usize,
    /// Whether positions have a measure, such as a distance along a road.
    pub(super) has_measures: bool,
    /// Whether a ring had to be closed.
    pub(super) has_open_ring: bool,
    /// Parts that cannot be drawn, in words.
    pub(super) left_out: Option<String>,
}

/// Smaller numbers stand for "none" (page 2 of the specification).
const NO_DATA: f64 = -1e38;

fn int_at(bytes: &[u8], at: usize) -> Option<i32> {
    Some(i32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn number_at(bytes: &[u8], at: usize) -> Option<f64> {
    Some(f64::from_le_bytes(bytes.get(at..at.checked_add(8)?)?.try_into().ok()?))
}

fn position_at(bytes: &[u8], at: usize) -> Option<Coord<f64>> {
    Some(Coord { x: number_at(bytes, at)?, y: number_at(bytes, at + 8)? })
}

impl Shape {
    /// Reads a record. `work` is what may still be done to sort rings.
    ///
    /// # Errors
    /// A text that says what is wrong.
    pub(super) fn of(bytes: &[u8], work: &mut usize) -> Result<Self, String> {
        Self::read(bytes, |rings| rings.areas(work))
    }

    /// The same with each ring as an area, to look at the numbers.
    pub(super) fn of_rings(bytes: &[u8]) -> Result<Self, String> {
        Self::read(bytes, |rings| Ok(rings.lines()))
    }

    fn read(
        bytes: &[u8],
        geometry_of: impl FnOnce(Rings) -> Result<Option<Geometry<f64>>, String>,
    ) -> Result<Self, String> {
        let short = || "it is cut short".to_owned();
        let kind = int_at(bytes, 0).ok_or_else(short)?;
        // 1 to 8 are flat, 11 to 18 have heights and perhaps measures, 21 to 28 measures.
        let (has_heights, always_measures) = (matches!(kind, 11..=18), matches!(kind, 21..=28));
        let count = |at: usize| {
            let count = int_at(bytes, at).ok_or_else(short)?;
            usize::try_from(count).map_err(|_| "a number of positions or parts is less than 0".to_owned())
        };
        let (parts, first) = match kind {
            0 => return Ok(Self::default()),
            1 | 11 | 21 => {
                let at = position_at(bytes, 4).ok_or_else(short)?;
                let measure = number_at(bytes, if has_heights { 28 } else { 20 });
                let has_measures = (has_heights || always_measures) && measure.is_some_and(is_measure);
                // A point without a place is written so.
                let is_empty = at.x.is_nan() && at.y.is_nan();
                let geometry = (!is_empty).then(|| Point(at).into());
                return Ok(Self { geometry, heights: usize::from(has_heights), has_measures, ..Self::default() });
            }
            8 | 18 | 28 => (None, 40),
            3 | 5 | 13 | 15 | 23 | 25 => {
                let parts = count(36)?;
                (Some(parts), parts.checked_mul(4).and_then(|bytes| bytes.checked_add(44)).ok_or_else(short)?)
            }
            31 => return Err("it is a surface in three dimensions (MultiPatch), which is not read".to_owned()),
            kind => return Err(format!("its kind, {kind}, is not one that shapefiles have")),
        };
        let total = count(if parts.is_some() { 40 } else { 36 })?;
        let end = total.checked_mul(16).and_then(|length| length.checked_add(first)).ok_or_else(short)?;
        let positions = bytes.get(first..end).ok_or_else(|| "it has fewer positions than it says".to_owned())?;
        let position = |at: usize| position_at(positions, 16 * at).ok_or_else(short);
        let has_measures = (has_heights || always_measures) && {
            // A box of two numbers stands before the heights and before the measures.
            let before = if has_heights { 16 + 8 * total } else { 0 };
            let measures = bytes.get(end + before + 16..).unwrap_or_default();
            measures.chunks_exact(8).take(total).filter_map(|one| number_at(one, 0)).any(is_measure)
        };
        let mut shape = Self { heights: if has_heights { total } else { 0 }, has_measures, ..Self::default() };
        if total == 0 {
            return Ok(shape);
        }
        let Some(parts) = parts else {
            let points = (0..total).map(|at| position(at).map(Point)).collect::<Result<_, _>>()?;
            shape.geometry = Some(MultiPoint(points).into());
            return Ok(shape);
        };
        let is_area = matches!(kind, 5 | 15 | 25);
        let fewest = if is_area { 3 } else { 2 };
        let mut lines = Vec::new();
        let mut from = if parts == 0 { 0 } else { count(44)? };
        let mut left_out = 0_usize;
        for part in 1..=parts.max(1) {
            let to = if part < parts { count(44 + 4 * part)? } else { total };
            if from > to || to > total {
                return Err("its parts overlap or lie beyond its positions".to_owned());
            }
            let mut line = (from..to).map(position).collect::<Result<Vec<_>, _>>()?;
            from = to;
            if is_area && line.len() > 1 && line.first() != line.last() {
                shape.has_open_ring = true;
                line.extend(line.first().copied());
            }
            match line.len() >= fewest + usize::from(is_area) {
                true => lines.push(LineString(line)),
                false => left_out += usize::from(!line.is_empty()),
            }
        }
        if left_out > 0 {
            let what = if is_area { "rings of fewer than three positions" } else { "lines of a single position" };
            if lines.is_empty() {
                return Err(format!("it has nothing but {what}"));
            }
            shape.left_out = Some(format!("{what} were left out: {left_out}"));
        }
        shape.geometry = match (is_area, lines.len()) {
            (_, 0) => None,
            (true, _) => geometry_of(rings::Rings(lines))?,
            (false, 1) => lines.pop().map(Geometry::from),
            (false, _) => Some(MultiLineString(lines).into()),
        };
        Ok(shape)
    }
}

fn is_measure(number: f64) -> bool {
    number > NO_DATA && number != 0.0
}
