//! Where a piece of furniture stands on the map: in a corner, or at a place of its own.
//!
//! A free place is kept as a share of the room that the piece leaves, not as a distance: 0 is at the left or upper edge,
//! 100 % at the right or lower one, whatever the size of page and piece. So a piece never leaves the map, and what stood
//! at the lower right still does when another paper is chosen.

use std::fmt;
use std::str::FromStr;

use kurbo::{Point, Rect, Size, Vec2};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A text that is no place on the map.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "unknown corner '{0}'; use top-left, top-right, bottom-left, bottom-right, or a place of its own such as 25%x40%"
)]
pub struct PlaceError(String);

/// A corner of the map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Corner {
    /// Upper left.
    TopLeft,
    /// Upper right.
    TopRight,
    /// Lower left.
    BottomLeft,
    /// Lower right.
    BottomRight,
}

impl Corner {
    /// All, in reading order.
    pub const ALL: [Self; 4] = [Self::TopLeft, Self::TopRight, Self::BottomLeft, Self::BottomRight];

    /// How it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::TopLeft => "top-left",
            Self::TopRight => "top-right",
            Self::BottomLeft => "bottom-left",
            Self::BottomRight => "bottom-right",
        }
    }

    /// Whether it is one of the two on the right.
    pub fn is_right(self) -> bool {
        matches!(self, Self::TopRight | Self::BottomRight)
    }

    /// Whether it is one of the two at the foot.
    pub fn is_bottom(self) -> bool {
        matches!(self, Self::BottomLeft | Self::BottomRight)
    }
}

impl FromStr for Corner {
    type Err = PlaceError;

    fn from_str(text: &str) -> Result<Self, PlaceError> {
        let word = text.trim().to_lowercase();
        Self::ALL.into_iter().find(|corner| corner.name() == word).ok_or_else(|| PlaceError(text.trim().to_owned()))
    }
}

/// A hundredth of a per cent: finer than a printer's dot on any page.
const WHOLE: u16 = 10_000;

/// A free place on the map, in shares of the room that the piece leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Spot {
    across: u16,
    down: u16,
}

impl Spot {
    /// From shares of 0 to 1, from the left and from the top; what lies beyond is taken for the edge.
    pub fn new(across: f64, down: f64) -> Self {
        let whole = |share: f64| (share * f64::from(WHOLE)).round().clamp(0.0, f64::from(WHOLE)) as u16;
        Self { across: whole(across), down: whole(down) }
    }

    /// How far across the room, 0 to 1.
    pub fn across(self) -> f64 {
        f64::from(self.across) / f64::from(WHOLE)
    }

    /// How far down, 0 to 1.
    pub fn down(self) -> f64 {
        f64::from(self.down) / f64::from(WHOLE)
    }
}

/// Where a piece stands on the map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Place {
    /// In a corner, beside what else stands there.
    Corner(Corner),
    /// Where it was put.
    Free(Spot),
}

impl Place {
    /// The corner, if it is one.
    pub fn corner(self) -> Option<Corner> {
        match self {
            Self::Corner(corner) => Some(corner),
            Self::Free(_) => None,
        }
    }
}

impl From<Corner> for Place {
    fn from(corner: Corner) -> Self {
        Self::Corner(corner)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Corner(corner) => f.write_str(corner.name()),
            Self::Free(spot) => write!(f, "{}%x{}%", f64::from(spot.across) / 100.0, f64::from(spot.down) / 100.0),
        }
    }
}

impl FromStr for Place {
    type Err = PlaceError;

    fn from_str(text: &str) -> Result<Self, PlaceError> {
        let wrong = || PlaceError(text.trim().to_owned());
        let share = |part: &str| -> Option<f64> {
            let percent: f64 = part.trim().strip_suffix('%')?.trim_end().parse().ok()?;
            (0.0..=100.0).contains(&percent).then_some(percent / 100.0)
        };
        match text.split_once(['x', '×']).filter(|_| text.contains('%')) {
            Some((across, down)) => {
                let spot = share(across).zip(share(down)).ok_or_else(wrong)?;
                Ok(Self::Free(Spot::new(spot.0, spot.1)))
            }
            None => text.parse().map(Self::Corner),
        }
    }
}

impl TryFrom<String> for Place {
    type Error = PlaceError;

    fn try_from(text: String) -> Result<Self, PlaceError> {
        text.parse()
    }
}

impl From<Place> for String {
    fn from(place: Place) -> Self {
        place.to_string()
    }
}

/// What of `room` a piece of that size leaves, never negative.
fn left_over(room: Rect, size: Size) -> Size {
    Size::new((room.width() - size.width).max(0.0), (room.height() - size.height).max(0.0))
}

/// Where in `room` a piece of that size stands; all in points.
pub fn rect_at(room: Rect, size: Size, spot: Spot) -> Rect {
    let left = left_over(room, size);
    let origin = Point::new(room.x0 + spot.across() * left.width, room.y0 + spot.down() * left.height);
    Rect::from_origin_size(origin, size)
}

/// The free place of a piece with its upper left corner at `origin`, held within `room`.
pub fn spot_at(room: Rect, size: Size, origin: Point) -> Spot {
    let left = left_over(room, size);
    let share = |offset: f64, left: f64| if left > 0.0 { offset / left } else { 0.0 };
    Spot::new(share(origin.x - room.x0, left.width), share(origin.y - room.y0, left.height))
}

/// Where a piece goes that is let go with its upper left corner at `origin`: into a corner of `room` within `reach_pt` of
/// it, along an edge or on a middle line within that of one, and else where it is.
pub fn dropped(room: Rect, size: Size, origin: Point, reach_pt: f64) -> Place {
    let left = left_over(room, size);
    let at = Point::new(
        origin.x.clamp(room.x0, room.x0 + left.width) - room.x0,
        origin.y.clamp(room.y0, room.y0 + left.height) - room.y0,
    );
    let near = |offset: f64, target: f64| (offset - target).abs() <= reach_pt;
    let (is_left, is_right) = (near(at.x, 0.0), near(at.x, left.width));
    let (is_top, is_bottom) = (near(at.y, 0.0), near(at.y, left.height));
    // A piece that fills the room is near both sides: the nearer one counts.
    let right = is_right && (!is_left || at.x > left.width / 2.0);
    let bottom = is_bottom && (!is_top || at.y > left.height / 2.0);
    if (is_left || is_right) && (is_top || is_bottom) {
        return Place::Corner(match (bottom, right) {
            (false, false) => Corner::TopLeft,
            (false, true) => Corner::TopRight,
            (true, false) => Corner::BottomLeft,
            (true, true) => Corner::BottomRight,
        });
    }
    let aligned = |offset: f64, length: f64| {
        [0.0, length, length / 2.0].into_iter().find(|target| near(offset, *target)).unwrap_or(offset)
    };
    let origin = room.origin() + Vec2::new(aligned(at.x, left.width), aligned(at.y, left.height));
    Place::Free(spot_at(room, size, origin))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: Rect = Rect { x0: 10.0, y0: 20.0, x1: 610.0, y1: 420.0 };
    const SIZE: Size = Size { width: 100.0, height: 50.0 };

    #[test]
    fn a_spot_is_a_share_of_the_room_that_is_left() {
        let spot = spot_at(ROOM, SIZE, Point::new(135.0, 195.0));
        // 125 of 500 points across, 175 of 350 down.
        assert_eq!((spot.across(), spot.down()), (0.25, 0.5));
        assert_eq!(rect_at(ROOM, SIZE, spot), Rect::new(135.0, 195.0, 235.0, 245.0));
        // On a room twice as wide it is still a quarter of the way.
        let wide = Rect::new(0.0, 0.0, 1100.0, 400.0);
        assert_eq!(rect_at(wide, SIZE, spot).x0, 250.0);
    }

    #[test]
    fn no_spot_is_outside_the_room() {
        for at in [(-1e9, 1e9), (f64::INFINITY, f64::NEG_INFINITY), (f64::NAN, 30.0), (1e300, 1e300)] {
            let rect = rect_at(ROOM, SIZE, spot_at(ROOM, SIZE, Point::new(at.0, at.1)));
            assert!(ROOM.contains_rect(rect), "{at:?} gives {rect:?}");
        }
        // Larger than the room, it begins at its edge.
        let large = Size::new(900.0, 900.0);
        assert_eq!(rect_at(ROOM, large, Spot::new(0.7, 0.7)).origin(), ROOM.origin());
    }

    #[test]
    fn a_piece_snaps_into_corners_along_edges_and_on_middles() {
        let drop = |x: f64, y: f64| dropped(ROOM, SIZE, Point::new(x, y), 12.0);
        assert_eq!(drop(15.0, 28.0), Place::Corner(Corner::TopLeft));
        assert_eq!(drop(505.0, 360.0), Place::Corner(Corner::BottomRight));
        assert_eq!(drop(-400.0, 900.0), Place::Corner(Corner::BottomLeft));
        assert_eq!(drop(700.0, -50.0), Place::Corner(Corner::TopRight));
        // Just out of reach of the corner, but along the upper edge.
        assert_eq!(drop(60.0, 28.0), Place::Free(Spot::new(0.1, 0.0)));
        // On the middle line.
        assert_eq!(drop(265.0, 100.0), Place::Free(Spot::new(0.5, 80.0 / 350.0)));
        assert_eq!(drop(160.0, 125.0), Place::Free(Spot::new(0.3, 0.3)));
    }

    #[test]
    fn places_are_read_as_they_are_written() {
        for place in
            [Place::Corner(Corner::TopRight), Place::Free(Spot::new(0.3125, 0.704)), Place::Free(Spot::new(0.0, 1.0))]
        {
            assert_eq!(place.to_string().parse(), Ok(place));
        }
        assert_eq!(Place::Free(Spot::new(0.3125, 0.704)).to_string(), "31.25%x70.4%");
        assert_eq!(" 25% × 40 %".parse(), Ok(Place::Free(Spot::new(0.25, 0.4))));
        for text in ["", "25x40", "25%", "101%x0%", "-1%x0%", "NaN%x0%", "middle", "25%x40%x1%"] {
            let error = text.parse::<Place>().unwrap_err().to_string();
            assert!(error.contains("top-left") && error.contains("25%x40%"), "{text}: {error}");
        }
    }
}
