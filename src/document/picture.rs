//! A picture that the user has placed on the map: a scan, a photograph of a map, a chart.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::dossier::FileRecord;
use crate::formats::day::Day;
use crate::formats::picture::Placement;
use crate::formats::picture::annotation::MOST_CORNERS;
use crate::geometry::georeference::{Georeference, MOST_POINTS};

/// So many pictures lie on one map at most.
pub const MOST_PICTURES: usize = 200;

/// A picture where it belongs. It lies above the map and beneath the overlays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Picture {
    /// By which the document knows it.
    pub id: String,
    /// What it is called.
    #[serde(default)]
    pub title: String,
    /// Its file; of one inside a KMZ, its place there is the file's layer.
    pub file: Arc<FileRecord>,
    /// Pixels across and down.
    pub size_px: [u32; 2],
    /// Where it belongs.
    pub placement: Placement,
    /// Whether it is drawn.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub visible: bool,
    /// 0 to 1.
    #[serde(default = "whole", skip_serializing_if = "is_whole")]
    pub opacity: f64,
    /// The part that is shown: corners in pixels; all of it where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub crop: Vec<[f64; 2]>,
    /// Where it is from: an address, or words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// Whom to credit.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub credit: String,
    /// Under which licence it stands.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub license: String,
    /// Which day it shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
    /// How exact places on it are, in metres, as somebody has said; otherwise its control points tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stated_accuracy_m: Option<f64>,
    /// What its record says besides, kept for when it is written again.
    #[serde(flatten)]
    pub kept: Map<String, Value>,
}

fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_yes(visible: &bool) -> bool {
    *visible
}

fn whole() -> f64 {
    1.0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_whole(opacity: &f64) -> bool {
    *opacity == 1.0
}

impl Picture {
    /// A picture as it was opened, with nothing said of it.
    pub fn new(file: Arc<FileRecord>, size_px: [u32; 2], placement: Placement) -> Self {
        let title = match &file.layer {
            Some(inside) => inside.rsplit('/').next().unwrap_or_default().to_owned(),
            None => file.title(),
        };
        Self {
            id: String::new(),
            title,
            file,
            size_px,
            placement,
            visible: true,
            opacity: 1.0,
            crop: Vec::new(),
            source: String::new(),
            credit: String::new(),
            license: String::new(),
            as_of: None,
            stated_accuracy_m: None,
            kept: Map::new(),
        }
    }

    /// The same picture of another size, placed and cut in proportion; `None` where its sides are not in proportion.
    pub fn scaled_to(&self, size_px: [u32; 2]) -> Option<Self> {
        let [was_width, was_height] = self.size_px.map(f64::from);
        let [width, height] = size_px.map(f64::from);
        // An annotation may not say how large its picture is.
        if self.size_px == [0, 0] {
            return Some(Self { size_px, ..self.clone() });
        }
        let (across, down) = (width / was_width, height / was_height);
        // A side is rounded to whole pixels.
        let off = (was_width * height - was_height * width).abs();
        if !(across > 0.0 && down > 0.0) || off > was_width.max(was_height).max(width).max(height) {
            return None;
        }
        let mut scaled = Self { size_px, ..self.clone() };
        match &mut scaled.placement {
            Placement::Points { points, .. } => {
                for [x, y, ..] in points {
                    (*x, *y) = (*x * across, *y * down);
                }
            }
            Placement::Plane { affine: [_, a, b, _, c, d], .. } => {
                (*a, *c) = (*a / across, *c / across);
                (*b, *d) = (*b / down, *d / down);
            }
        }
        for [x, y] in &mut scaled.crop {
            (*x, *y) = (*x * across, *y * down);
        }
        Some(scaled)
    }

    /// Whether anything of it can be seen.
    pub fn is_shown(&self) -> bool {
        self.visible && self.opacity > 0.0
    }

    /// The map through its control points, if it has any that fit one.
    pub fn georeference(&self) -> Option<Georeference> {
        match &self.placement {
            Placement::Points { transform, .. } => Georeference::fit(&self.placement.points(), *transform).ok(),
            Placement::Plane { .. } => None,
        }
    }

    /// How exact places on it are, in metres: as somebody has said, or as its control points tell.
    pub fn accuracy_m(&self) -> Option<f64> {
        self.stated_accuracy_m.or_else(|| self.georeference()?.accuracy_m())
    }

    /// Whom to credit, with the licence; nobody where neither is said.
    pub fn credit_line(&self) -> Option<String> {
        match (self.credit.trim(), self.license.trim()) {
            ("", "") => None,
            (credit, "") => Some(credit.to_owned()),
            ("", license) => Some(format!("{} ({license})", self.title)),
            (credit, license) if credit.contains(license) => Some(credit.to_owned()),
            (credit, license) => Some(format!("{credit} ({license})")),
        }
    }

    /// What is absurd in a record that was read, in words; the record as it can be used.
    ///
    /// # Errors
    /// In words, if it cannot be used at all.
    pub(super) fn mended(mut self) -> Result<(Self, Vec<String>), String> {
        let mut mended = Vec::new();
        if self.id.is_empty() || self.id.len() > 200 {
            return Err("it has no id, or too long a one".to_owned());
        }
        if self.size_px.contains(&0) {
            return Err("it has no pixels".to_owned());
        }
        if let Placement::Points { points, .. } = &self.placement
            && points.len() > MOST_POINTS
        {
            return Err(format!("it has {} control points; at most {MOST_POINTS} are taken", points.len()));
        }
        if !(0.0..=1.0).contains(&self.opacity) {
            mended.push("its opacity is not between 0 and 1; it is now 1".to_owned());
            self.opacity = 1.0;
        }
        if self.crop.len() > MOST_CORNERS || (1..3).contains(&self.crop.len()) {
            mended.push("its crop has too few or too many corners; all of it is shown".to_owned());
            self.crop = Vec::new();
        }
        if self.as_of.as_deref().is_some_and(|day| day.parse::<Day>().is_err()) {
            mended.push("its day is not one such as 2025-12-15, 2025-12 or 2025; it has none now".to_owned());
            self.as_of = None;
        }
        if self.stated_accuracy_m.is_some_and(|accuracy_m| accuracy_m < 0.0) {
            mended.push("its accuracy is less than nothing; it has none now".to_owned());
            self.stated_accuracy_m = None;
        }
        Ok((self, mended))
    }
}
