//! The colours and widths of the map, for a theme and a zoom.

use crate::basemap::{LandKind, RoadKind};
use crate::scene::display_list::Color;
use crate::scene::palette::{Palette, Theme, grey};

/// The colours of the map that are not in the palette, because nothing else uses them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sheet {
    pub(super) palette: Palette,
    /// Thin lines of water: darker than areas, or they would not be seen.
    pub(super) stream: Color,
    pub(super) building: Color,
    pub(super) building_line: Color,
    /// Street-level roads: fill and casing.
    pub(super) street: Color,
    pub(super) main_street: Color,
    pub(super) casing: Color,
    pub(super) path: Color,
    pub(super) second_label: Color,
    /// Over the land of other countries than the one that the map is about.
    pub(super) abroad: Color,
    /// Beside the line of a state's border, on both sides.
    pub(super) border_band: Color,
    pub(super) theme: Theme,
}

impl Sheet {
    pub(super) fn new(theme: Theme) -> Self {
        let palette = theme.palette();
        let pick = |light: u32, night: u32| match theme {
            Theme::Light | Theme::HighContrast => Color::rgb(light),
            Theme::Dark => Color::rgb(night),
            Theme::Grey => grey(Color::rgb(light)),
        };
        Self {
            palette,
            stream: pick(0xABC8D7, 0x23485A),
            building: pick(0xE7E2D7, 0x272B2F),
            building_line: pick(0xD9D3C5, 0x32373C),
            street: pick(0xFFFFFF, 0x393D42),
            main_street: pick(0xFFFCF3, 0x474C51),
            casing: pick(0xD3CBBA, 0x17191C),
            path: pick(0xDAD2C2, 0x3A3E42),
            second_label: palette.second_label,
            abroad: match theme {
                Theme::Light => Color::rgb(0x6B6459).with_opacity(0.11),
                Theme::Dark => Color::rgb(0x000000).with_opacity(0.32),
                Theme::Grey | Theme::HighContrast => Color::rgb(0x000000).with_opacity(0.07),
            },
            border_band: match theme {
                Theme::Light => Color::rgb(0x7A5C3E).with_opacity(0.30),
                Theme::Dark => Color::rgb(0xD9B48A).with_opacity(0.26),
                Theme::Grey | Theme::HighContrast => Color::rgb(0x000000).with_opacity(0.22),
            },
            theme,
        }
    }

    pub(super) fn land(&self, kind: LandKind) -> Option<Color> {
        let (light, dark) = match kind {
            LandKind::Farmland | LandKind::NatureReserve => return None,
            LandKind::Grass => (0xEEEEE2, 0x1F2322),
            LandKind::Barren => (0xEFEAE0, 0x232424),
            LandKind::DryBed => (0xEFE6D0, 0x2A281F),
            LandKind::Ice => (0xF9FAFA, 0x2B3034),
            LandKind::Wood => (0xE7EADC, 0x1D2522),
            LandKind::Urban => (0xECE7DD, 0x25282B),
            LandKind::Residential => (0xEFEBE3, 0x222528),
            LandKind::Industrial => (0xEBE6DD, 0x25272A),
            LandKind::Institution => (0xEFE9DF, 0x26272A),
            LandKind::Military => (0xECE5DC, 0x282627),
            LandKind::Park => (0xE4EAD8, 0x1E2823),
            LandKind::Cemetery => (0xE5E9DC, 0x202723),
            LandKind::Sand => (0xF4EDDB, 0x28271F),
            LandKind::Aerodrome => (0xE9E7E2, 0x272A2D),
            LandKind::Pedestrian => (0xF7F5F0, 0x26292C),
            LandKind::Pitch => (0xDFE7D2, 0x202B25),
        };
        match self.theme {
            Theme::Light => Some(Color::rgb(light)),
            Theme::Dark => Some(Color::rgb(dark)),
            Theme::Grey => Some(grey(Color::rgb(light))),
            // Nothing but water and white.
            Theme::HighContrast => None,
        }
    }
}

/// Width by style zoom: geometric between the stops, as scale itself is.
pub(super) fn width_at(zoom: f64, stops: &[(f64, f64)]) -> f64 {
    let Some(&(first, narrowest)) = stops.first() else {
        return 0.0;
    };
    if zoom.is_nan() || zoom <= first {
        return narrowest;
    }
    for pair in stops.windows(2) {
        let ((from, narrow), (to, wide)) = (pair[0], pair[1]);
        if zoom < to {
            return narrow * (wide / narrow).powf((zoom - from) / (to - from));
        }
    }
    stops.last().map_or(0.0, |(_, width)| *width)
}

/// 0 before `from`, 1 after `to`.
pub(super) fn ramp(zoom: f64, from: f64, to: f64) -> f64 {
    ((zoom - from) / (to - from)).clamp(0.0, 1.0)
}

pub(super) fn mix(a: Color, b: Color, share: f64) -> Color {
    let channel = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * share.clamp(0.0, 1.0)).round() as u8;
    Color { r: channel(a.r, b.r), g: channel(a.g, b.g), b: channel(a.b, b.b), a: channel(a.a, b.a) }
}

/// How much of an area of land shows, 0 to 1. Built-up areas as seen from space end where streets are looked for.
pub(super) fn land_shown(kind: LandKind, zoom: f64) -> f64 {
    match kind {
        LandKind::Residential => ramp(zoom, 8.6, 9.4),
        LandKind::Urban => ramp(zoom, 3.5, 5.0) * (1.0 - ramp(zoom, 10.0, 11.0)),
        _ => 1.0,
    }
}

/// How much of a schematic way shows, 0 to 1: all of it until it would be taken for the way itself.
pub(super) fn schematic_shown(kind: RoadKind, zoom: f64) -> f64 {
    let last = if kind == RoadKind::Rail { 9.8 } else { 9.2 };
    0.85 * (1.0 - ramp(zoom, last - 1.2, last))
}

/// How much of a border between regions shows, 0 to 1. Those of tiles that say from which zoom are paler: many
/// countries' are there at once.
pub(super) fn region_shown(min_zoom: u8, zoom: f64) -> f64 {
    let grown = ramp(zoom, 3.0, 4.0);
    if min_zoom == 0 { grown } else { 0.6 * grown * ramp(zoom, f64::from(min_zoom) - 1.1, f64::from(min_zoom) - 0.3) }
}

/// Smallest style zoom at which a class of road shows, and its width by zoom.
pub(super) fn road_widths(kind: RoadKind) -> (f64, &'static [(f64, f64)]) {
    match kind {
        RoadKind::Motorway => (3.0, &[(4.0, 0.7), (8.0, 1.7), (11.0, 2.8), (13.0, 5.0), (15.0, 10.0), (18.0, 32.0)]),
        RoadKind::Trunk => (3.5, &[(5.0, 0.7), (8.0, 1.5), (11.0, 2.4), (13.0, 4.4), (15.0, 9.0), (18.0, 28.0)]),
        RoadKind::Primary => (6.0, &[(7.0, 0.6), (9.0, 1.1), (11.0, 1.9), (13.0, 3.8), (15.0, 8.0), (18.0, 26.0)]),
        RoadKind::Secondary => (6.0, &[(7.0, 0.5), (9.0, 0.8), (11.0, 1.5), (13.0, 3.2), (15.0, 7.0), (18.0, 24.0)]),
        RoadKind::Tertiary => (9.0, &[(10.0, 0.5), (12.0, 1.3), (13.0, 2.5), (15.0, 6.0), (18.0, 20.0)]),
        RoadKind::Minor => (11.5, &[(12.0, 0.5), (13.0, 1.3), (14.0, 2.4), (15.0, 4.4), (18.0, 16.0)]),
        RoadKind::Service => (13.5, &[(13.5, 0.6), (15.0, 2.0), (18.0, 8.0)]),
        RoadKind::Path => (13.5, &[(14.0, 0.7), (16.0, 1.1), (18.0, 2.0)]),
        RoadKind::Aeroway => (10.0, &[(10.0, 0.6), (12.0, 2.0), (14.0, 7.0), (18.0, 50.0)]),
        RoadKind::Rail => (5.0, &[(5.0, 0.55), (8.0, 0.75), (11.0, 0.9), (14.0, 1.3), (18.0, 2.4)]),
        RoadKind::Ferry => (7.0, &[(7.0, 0.6), (14.0, 1.0)]),
    }
}
