//! The colours of the map and of the pages: light and dark, and for figures also grey and high contrast.
//!
//! # References
//! * Relative luminance and contrast: WCAG 2.2, <https://www.w3.org/TR/WCAG22/#dfn-relative-luminance>.
//! * Hatching by hue where colours are not printed: S. Petra Sancta, *Tesserae gentilitiae*, 1638, as heraldry still
//!   has it: red upright, blue level, green and purple aslant.

use serde::{Deserialize, Serialize};

use super::display_list::Color;

/// Which colours are taken. The window is light or dark; a figure may have any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Hash)]
#[serde(rename_all = "kebab-case")]
pub enum Theme {
    /// Ink on paper.
    #[default]
    Light,
    /// The same order of lightness, turned.
    Dark,
    /// For print without colours: areas that colour alone told apart are hatched.
    Grey,
    /// Black on white; lines and marks with a contrast of 4.5 to 1 and more.
    HighContrast,
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
    /// Names in a second language on the map, and those of quarters.
    pub second_label: Color,
    /// Map labels of regions and countries.
    pub region_label: Color,
    /// Behind map labels, and the casing of lines.
    pub halo: Color,
}

impl Theme {
    /// All, in the order of a menu.
    pub const ALL: [Self; 4] = [Self::Light, Self::Dark, Self::Grey, Self::HighContrast];

    /// What a menu says.
    pub fn label(self) -> &'static str {
        match self {
            Self::Light => "Light",
            Self::Dark => "Dark",
            Self::Grey => "Print grey",
            Self::HighContrast => "High contrast",
        }
    }

    /// An overlay's line or mark, chosen for paper, in this theme: in the dark, ink and white change places and the rest
    /// is lightened, so that the order of strength stays; in print and for weak eyes it is darkened until it is seen.
    pub fn line(self, color: Color) -> Color {
        let palette = self.palette();
        match (self, lightness(color)) {
            (Self::Light, _) => color,
            (_, 240..=255) => Color { a: color.a, ..palette.halo },
            (Self::Grey, _) => grey(darkened(color, palette.land, 3.5)),
            (Self::HighContrast, _) => darkened(color, palette.land, 5.0),
            (Self::Dark, 0..=84) if color.r.abs_diff(color.b) < 24 => Color { a: color.a, ..palette.ink },
            (Self::Dark, _) => {
                let mix = |channel: u8| (u32::from(channel) + (255 - u32::from(channel)) * 35 / 100) as u8;
                Color { r: mix(color.r), g: mix(color.g), b: mix(color.b), a: color.a }
            }
        }
    }

    /// An overlay's fill, likewise; in grey its own lightness is kept.
    pub fn fill(self, color: Color) -> Color {
        if self == Self::Grey { grey(color) } else { self.line(color) }
    }

    /// How strong a fill of that opacity is: without hues and with white paper it has to say more.
    pub fn fill_opacity(self, opacity: f64) -> f64 {
        match self {
            Self::Light | Self::Dark => opacity,
            Self::Grey => (1.5 * opacity).min(0.6),
            Self::HighContrast => (1.15 * opacity).min(0.6),
        }
    }

    /// The angle of the lines that stand for a hue where colours are not printed, in degrees; `None` where they are, and
    /// for greys.
    pub fn hatch_for(self, color: Color) -> Option<f64> {
        let (r, g, b) = (f64::from(color.r), f64::from(color.g), f64::from(color.b));
        let (most, least) = (r.max(g).max(b), r.min(g).min(b));
        if self != Self::Grey || most - least < 32.0 {
            return None;
        }
        let sector = if most == r {
            (g - b) / (most - least)
        } else if most == g {
            2.0 + (b - r) / (most - least)
        } else {
            4.0 + (r - g) / (most - least)
        };
        Some(match (60.0 * sector).rem_euclid(360.0) {
            70.0..165.0 => 135.0,
            165.0..245.0 => 0.0,
            245.0..310.0 => 45.0,
            _ => 90.0,
        })
    }

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
                water_ink: Color::rgb(0x376177),
                rail: Color::rgb(0xB7B1A6),
                road: Color::rgb(0xDDD4C3),
                region_border: Color::rgb(0x9C9487),
                state_border: Color::rgb(0x5A4028),
                label: Color::rgb(0x2B2D30),
                second_label: Color::rgb(0x5C5954),
                region_label: Color::rgb(0x625B51),
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
                state_border: Color::rgb(0xD2B48F),
                label: Color::rgb(0xE2E0DB),
                second_label: Color::rgb(0xC2BFB9),
                region_label: Color::rgb(0xC6BFB4),
                halo: Color::rgb(0x15171A),
            },
            Self::Grey => Palette {
                panel: Color::rgb(0xFFFFFF),
                ground: Color::rgb(0xF6F6F6),
                line: Color::rgb(0xD9D9D9),
                ink: Color::rgb(0x161616),
                second: Color::rgb(0x4F4F4F),
                accent: Color::rgb(0x161616),
                land: Color::rgb(0xF7F7F7),
                water: Color::rgb(0xDEDEDE),
                shore: Color::rgb(0x9E9E9E),
                water_ink: Color::rgb(0x555555),
                rail: Color::rgb(0xB4B4B4),
                road: Color::rgb(0xD8D8D8),
                region_border: Color::rgb(0x8C8C8C),
                state_border: Color::rgb(0x3C3C3C),
                label: Color::rgb(0x1E1E1E),
                second_label: Color::rgb(0x545454),
                region_label: Color::rgb(0x5A5A5A),
                halo: Color::rgb(0xFFFFFF),
            },
            Self::HighContrast => Palette {
                panel: Color::rgb(0xFFFFFF),
                ground: Color::rgb(0xFFFFFF),
                line: Color::rgb(0x767676),
                ink: Color::rgb(0x000000),
                second: Color::rgb(0x2A2A2A),
                accent: Color::rgb(0x003C8F),
                land: Color::rgb(0xFFFFFF),
                water: Color::rgb(0xD3E8F5),
                shore: Color::rgb(0x2F6C93),
                water_ink: Color::rgb(0x0B4468),
                rail: Color::rgb(0x8C8C8C),
                road: Color::rgb(0xBDBDBD),
                region_border: Color::rgb(0x5E5E5E),
                state_border: Color::rgb(0x2A2A2A),
                label: Color::rgb(0x000000),
                second_label: Color::rgb(0x2A2A2A),
                region_label: Color::rgb(0x333333),
                halo: Color::rgb(0xFFFFFF),
            },
        }
    }
}

/// How light a colour looks, 0 to 255, roughly.
fn lightness(color: Color) -> u32 {
    (u32::from(color.r) * 30 + u32::from(color.g) * 59 + u32::from(color.b) * 11) / 100
}

/// A channel of sRGB as light: 0 to 1.
pub(crate) fn linear(channel: u8) -> f64 {
    let share = f64::from(channel) / 255.0;
    if share <= 0.040_45 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
}

/// A share of light as a channel of sRGB.
pub(crate) fn channel(light: f64) -> u8 {
    let light = light.clamp(0.0, 1.0);
    let share = if light <= 0.003_130_8 { light * 12.92 } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 };
    (255.0 * share).round() as u8
}

/// Relative luminance of an opaque colour, 0 to 1.
pub fn luminance(color: Color) -> f64 {
    0.2126 * linear(color.r) + 0.7152 * linear(color.g) + 0.0722 * linear(color.b)
}

/// Contrast of two opaque colours, 1 to 21.
pub fn contrast(a: Color, b: Color) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// The grey that is as light.
pub fn grey(color: Color) -> Color {
    let level = channel(luminance(color));
    Color { r: level, g: level, b: level, a: color.a }
}

/// The colour, as much darker as it takes to stand out from `ground` by `least`.
pub(crate) fn darkened(color: Color, ground: Color, least: f64) -> Color {
    (0..=40)
        .map(|step| {
            let dim = |part: u8| (f64::from(part) * (1.0 - f64::from(step) / 40.0)).round() as u8;
            Color { r: dim(color.r), g: dim(color.g), b: dim(color.b), a: color.a }
        })
        .find(|darker| contrast(*darker, ground) >= least)
        .unwrap_or(Color { r: 0, g: 0, b: 0, a: color.a })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_that_of_wcag() {
        assert!((contrast(Color::rgb(0), Color::rgb(0xFFFFFF)) - 21.0).abs() < 1e-9);
        // WebAIM's checker: #767676 on white is 4.54 to 1.
        assert!((contrast(Color::rgb(0x767676), Color::rgb(0xFFFFFF)) - 4.54).abs() < 0.01);
    }

    #[test]
    fn words_can_be_read_in_every_theme() {
        for theme in Theme::ALL {
            let palette = theme.palette();
            for (ink, ground) in [
                (palette.ink, palette.panel),
                (palette.second, palette.panel),
                (palette.accent, palette.panel),
                (palette.label, palette.land),
                (palette.region_label, palette.land),
            ] {
                assert!(contrast(ink, ground) >= 4.5, "{theme:?}: {ink:?} on {ground:?}");
            }
        }
    }

    #[test]
    fn names_have_a_contrast_of_four_and_a_half_on_their_ground() {
        let over = |top: Color, share: f64, under: Color| {
            let mix = |a: u8, b: u8| (f64::from(a) * share + f64::from(b) * (1.0 - share)).round() as u8;
            Color { r: mix(top.r, under.r), g: mix(top.g, under.g), b: mix(top.b, under.b), a: 255 }
        };
        for theme in Theme::ALL {
            let palette = theme.palette();
            // A held area as the built-in dossier draws it.
            let held = over(theme.fill(Color::rgb(0xA85468)), 0.18, palette.land);
            // The same of the area proposed for withdrawal, which is hatched besides; halos cover the hatch.
            let proposed = over(theme.fill(Color::rgb(0xD98E04)), theme.fill_opacity(0.28), palette.land);
            for (what, name, ground) in [
                ("a region on proposed ground", palette.region_label, proposed),
                ("a town on proposed ground", palette.label, proposed),
                ("a second name on proposed ground", palette.second_label, proposed),
                ("a second name on land", palette.second_label, palette.land),
                ("a region on land", palette.region_label, palette.land),
                ("a region on held ground", palette.region_label, held),
                ("a town on held ground", palette.label, held),
                ("a second name on held ground", palette.second_label, held),
                ("a sea", palette.water_ink, palette.water),
                ("a note", palette.second, palette.panel),
            ] {
                assert!(contrast(name, ground) >= 4.5, "{theme:?}, {what}: {}", contrast(name, ground));
            }
        }
    }

    #[test]
    fn print_grey_has_no_hue_and_high_contrast_has_contrast() {
        let palette = Theme::Grey.palette();
        for color in [palette.land, palette.water, palette.accent, palette.water_ink, palette.shore] {
            assert!(color.r == color.g && color.g == color.b, "{color:?}");
        }
        for color in [0xD98E04, 0x3E9CCB, 0xA85468, 0x6A4FA3, 0x7C8188, 0xF0E442].map(Color::rgb) {
            let grey = Theme::Grey.line(color);
            assert!(grey.r == grey.g && grey.g == grey.b && contrast(grey, palette.land) >= 3.4, "{grey:?}");
            assert!(contrast(Theme::HighContrast.line(color), Color::rgb(0xFFFFFF)) >= 4.5);
        }
    }
}
