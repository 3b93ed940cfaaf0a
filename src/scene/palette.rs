//! The colours of the map and of the pages, light and dark.

use serde::{Deserialize, Serialize};

use super::display_list::Color;

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Hash)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// Ink on paper.
    #[default]
    Light,
    /// The same order of lightness, turned.
    Dark,
}

/// The colours of one theme.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Palette {
    /// Panels and the page of a figure.
    pub panel: Color,
    /// Behind the panels.
    pub ground: Color,
    /// Hairlines.
    pub line: Color,
    /// Text.
    pub ink: Color,
    /// Secondary text.
    pub second: Color,
    /// Selection, focus, links.
    pub accent: Color,
    /// Land.
    pub land: Color,
    /// Sea, lakes, rivers.
    pub water: Color,
    /// Shoreline.
    pub shore: Color,
    /// Names of water.
    pub water_ink: Color,
    /// Railways.
    pub rail: Color,
    /// Roads.
    pub road: Color,
    /// Borders of regions.
    pub region_border: Color,
    /// Borders of states.
    pub state_border: Color,
    /// Map labels.
    pub label: Color,
    /// Map labels of regions and countries.
    pub region_label: Color,
    /// Behind map labels, and the casing of lines.
    pub halo: Color,
}

impl Theme {
    /// The colours of this theme.
    pub fn palette(self) -> Palette {
        match self {
            Self::Light => Palette {
                panel: Color::rgb(0xFFFFFF),
                ground: Color::rgb(0xF7F5F0),
                line: Color::rgb(0xE2DFD8),
                ink: Color::rgb(0x1B1D20),
                second: Color::rgb(0x565B62),
                accent: Color::rgb(0x1F5FA8),
                land: Color::rgb(0xF3F0E9),
                water: Color::rgb(0xCBDDE7),
                shore: Color::rgb(0xA5C0CF),
                water_ink: Color::rgb(0x3F6D86),
                rail: Color::rgb(0xB7B1A6),
                road: Color::rgb(0xDDD4C3),
                region_border: Color::rgb(0x9C9487),
                state_border: Color::rgb(0x6F675C),
                label: Color::rgb(0x2B2D30),
                region_label: Color::rgb(0x6B6459),
                halo: Color::rgb(0xFAF8F4),
            },
            Self::Dark => Palette {
                panel: Color::rgb(0x17191C),
                ground: Color::rgb(0x101214),
                line: Color::rgb(0x2C3035),
                ink: Color::rgb(0xE9E7E2),
                second: Color::rgb(0xA5ABB3),
                accent: Color::rgb(0x86B6F2),
                land: Color::rgb(0x1E2124),
                water: Color::rgb(0x10222D),
                shore: Color::rgb(0x2C4757),
                water_ink: Color::rgb(0x7FAAC1),
                rail: Color::rgb(0x4A4C4F),
                road: Color::rgb(0x34363A),
                region_border: Color::rgb(0x6A6761),
                state_border: Color::rgb(0x958F85),
                label: Color::rgb(0xE2E0DB),
                region_label: Color::rgb(0xA39C91),
                halo: Color::rgb(0x15171A),
            },
        }
    }
}
