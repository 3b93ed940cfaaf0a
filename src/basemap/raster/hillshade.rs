//! Shaded relief: one grey picture of slopes, tinted for the theme and laid under the map.

use std::sync::Arc;

use kurbo::Rect;
use serde::Deserialize;
use thiserror::Error;

use super::{Bitmap, BitmapError, decoded};
use crate::geometry::world_rect_of;

/// Why relief could not be read.
#[derive(Debug, Error)]
pub enum HillshadeError {
    /// The picture.
    #[error("the relief picture could not be read: {0}")]
    Picture(#[from] BitmapError),
    /// Its description.
    #[error("the description of the relief could not be read: {0}")]
    Description(#[from] serde_json::Error),
    /// The bounds are not those of any place.
    #[error("the description of the relief has impossible bounds")]
    Bounds,
}

/// How strong shadow and light are: opacity of black and of white on the steepest slopes, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HillshadeTone {
    /// Opacity of black.
    pub shadow: f64,
    /// Opacity of white.
    pub light: f64,
}

/// Shaded relief of a part of the world.
#[derive(Debug, Clone)]
pub struct Hillshade {
    grey: Arc<Vec<u8>>,
    width: u32,
    height: u32,
    neutral: u8,
    world_rect: Rect,
}

#[derive(Deserialize)]
struct Description {
    bounds: [f64; 4],
    #[serde(default = "middle_grey")]
    neutral: u8,
}

fn middle_grey() -> u8 {
    128
}

impl Hillshade {
    /// Largest picture of relief, in pixels each way.
    const LARGEST_PX: u32 = 8192;

    /// Reads a grey picture, whose rows are equally spaced in Web Mercator, and its description: a JSON object with
    /// `bounds` as `[west, south, east, north]` and, if it is not 128, the grey of level ground as `neutral`.
    pub fn read(picture: &[u8], description: &[u8]) -> Result<Self, HillshadeError> {
        let Description { bounds: [west, south, east, north], neutral } = serde_json::from_slice(description)?;
        if !(-180.0 <= west && west < east && east <= 180.0 && -90.0 <= south && south < north && north <= 90.0) {
            return Err(HillshadeError::Bounds);
        }
        let grey = decoded(picture, Self::LARGEST_PX)?.into_luma8();
        let world_rect = world_rect_of([west, south, east, north]);
        let (width, height) = grey.dimensions();
        Ok(Self { grey: Arc::new(grey.into_raw()), width, height, neutral, world_rect })
    }

    /// Where it lies in the unit square of Web Mercator.
    pub fn world_rect(&self) -> Rect {
        self.world_rect
    }

    /// Black and white of varying opacity, to be laid over the ground. Do this once for a theme, not for each frame.
    pub fn bitmap(&self, tone: HillshadeTone) -> Bitmap {
        let neutral = f64::from(self.neutral);
        // One step for each grey: the picture is larger than the table.
        let table: Vec<[u8; 4]> = (0..=255_u8)
            .map(|grey| {
                let away = f64::from(grey) - neutral;
                let (ink, most, share) = if away < 0.0 {
                    (0, tone.shadow, -away / neutral.max(1.0))
                } else {
                    (255, tone.light, away / (255.0 - neutral).max(1.0))
                };
                // Gentle slopes fill most of the map: they show a little more than in proportion.
                let alpha = 255.0 * most.clamp(0.0, 1.0) * share.clamp(0.0, 1.0).powf(0.8);
                [ink, ink, ink, alpha.round() as u8]
            })
            .collect();
        let rgba: Vec<[u8; 4]> = self.grey.iter().map(|grey| table[usize::from(*grey)]).collect();
        Bitmap { width: self.width, height: self.height, rgba: rgba.into_flattened() }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn picture() -> Vec<u8> {
        let mut png = Vec::new();
        let grey = image::GrayImage::from_raw(3, 1, vec![0, 128, 255]).expect("three pixels");
        grey.write_to(&mut Cursor::new(&mut png), image::ImageFormat::Png).expect("into memory");
        png
    }

    #[test]
    fn shadow_is_black_light_is_white_and_level_ground_is_clear() {
        let relief = Hillshade::read(&picture(), br#"{"bounds":[32,44,41,50],"neutral":128}"#).expect("good");
        let bitmap = relief.bitmap(HillshadeTone { shadow: 0.12, light: 0.05 });
        assert_eq!(bitmap.rgba, [0, 0, 0, 31, 255, 255, 255, 0, 255, 255, 255, 13]);
        assert!((relief.world_rect().x0 - (32.0 / 360.0 + 0.5)).abs() < 1e-12);
    }

    #[test]
    fn impossible_bounds_are_refused() {
        for bounds in ["[41,44,32,50]", "[0,0,0,0]", "[0,0,1e400,1]", "[0,0]"] {
            let json = format!(r#"{{"bounds":{bounds}}}"#);
            assert!(Hillshade::read(&picture(), json.as_bytes()).is_err(), "{bounds}");
        }
    }
}
