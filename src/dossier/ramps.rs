//! Colour ramps for graduated and categorical styles, all of them safe for colour-blind readers.
//!
//! # Credits
//! * *Scientific colour maps* 8: F. Crameri, <https://doi.org/10.5281/zenodo.1243862>, MIT, © 2020 Fabio Crameri; taken
//!   from PyPI cmcrameri 1.10 at 17 even steps. Ramps that end near black or white lose 5 % at both ends, so that no
//!   class is the colour of paper or ink. F. Crameri, G. E. Shephard, P. J. Heron, *The misuse of colour in science
//!   communication*, 2020, <https://doi.org/10.1038/s41467-020-19160-7>.
//! * ColorBrewer 2: this product includes color specifications and designs developed by Cynthia Brewer
//!   (<https://colorbrewer2.org/>). © 2002 Cynthia Brewer, Mark Harrower and The Pennsylvania State University, Apache
//!   License 2.0. From the schemes of nine or eleven classes other numbers are had by even steps between them; of the
//!   qualitative schemes only the sizes are here that ColorBrewer marks as colour-blind safe.
//! * M. Okabe, K. Ito, *Color Universal Design*, 2008, <https://jfly.uni-koeln.de/color/>: free.
//!
//! The licences are in `assets/LICENSE-MIT-Crameri.txt` and `assets/LICENSE-ColorBrewer.txt`.

use crate::formats::color::Rgba;

/// What a ramp is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RampKind {
    /// From little to much: from light to dark.
    Sequential,
    /// From one side over a light middle to another.
    Diverging,
    /// For kinds without an order.
    Qualitative,
}

impl RampKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Sequential, Self::Diverging, Self::Qualitative];

    /// What a person calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sequential => "Sequential",
            Self::Diverging => "Diverging",
            Self::Qualitative => "Qualitative",
        }
    }
}

/// A ramp of colours.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ramp {
    /// Its name in a file, for good.
    pub id: &'static str,
    /// What its makers call it.
    pub title: &'static str,
    /// What it is good for.
    pub kind: RampKind,
    /// Who made it.
    pub credit: &'static str,
    stops: &'static [u32],
}

impl Ramp {
    /// The usual one for kinds without an order.
    pub const CATEGORIES: &'static Self = &RAMPS[16];
    /// The usual one for classes of numbers.
    pub const CLASSES: &'static Self = &RAMPS[0];

    /// The ramp of an id.
    pub fn find(id: &str) -> Option<&'static Self> {
        RAMPS.iter().find(|ramp| ramp.id == id)
    }

    /// How many colours it has at most: a qualitative ramp has no others than its own.
    pub fn most(&self) -> Option<usize> {
        (self.kind == RampKind::Qualitative).then_some(self.stops.len())
    }

    /// So many colours, from the first to the last; fewer if it has no more ([`Self::most`]). One alone is the middle
    /// one, or the first of a qualitative ramp.
    pub fn colors(&self, count: usize) -> Vec<Rgba> {
        match self.kind {
            RampKind::Qualitative => self.stops.iter().take(count).copied().map(Rgba::rgb).collect(),
            _ if count == 1 => vec![self.at(0.5)],
            _ => (0..count).map(|index| self.at(index as f64 / (count - 1) as f64)).collect(),
        }
    }

    /// The colour so far along the ramp, 0 to 1; of a qualitative ramp the nearest.
    pub fn at(&self, part: f64) -> Rgba {
        let last = self.stops.len() - 1;
        let place = if part.is_nan() { 0.0 } else { part.clamp(0.0, 1.0) * last as f64 };
        if self.kind == RampKind::Qualitative {
            return Rgba::rgb(self.stops[place.round() as usize]);
        }
        let before = place.floor() as usize;
        let (from, to) = (Rgba::rgb(self.stops[before]), Rgba::rgb(self.stops[(before + 1).min(last)]));
        let mixed =
            |from: u8, to: u8| (f64::from(from) + (f64::from(to) - f64::from(from)) * place.fract()).round() as u8;
        Rgba { r: mixed(from.r, to.r), g: mixed(from.g, to.g), b: mixed(from.b, to.b), a: 255 }
    }
}

const CRAMERI: &str = "Scientific colour maps, Fabio Crameri";
const BREWER: &str = "ColorBrewer, Cynthia Brewer";

const fn ramp(
    id: &'static str,
    title: &'static str,
    kind: RampKind,
    credit: &'static str,
    stops: &'static [u32],
) -> Ramp {
    Ramp { id, title, kind, credit, stops }
}

/// All of them, in the order of a list to choose from.
pub const RAMPS: [Ramp; 19] = [
    ramp("batlow", "batlow", RampKind::Sequential, CRAMERI, &BATLOW),
    ramp("lajolla", "lajolla", RampKind::Sequential, CRAMERI, &LAJOLLA),
    ramp("oslo", "oslo", RampKind::Sequential, CRAMERI, &OSLO),
    ramp("bilbao", "bilbao", RampKind::Sequential, CRAMERI, &BILBAO),
    ramp("davos", "davos", RampKind::Sequential, CRAMERI, &DAVOS),
    ramp("yl-gn-bu", "YlGnBu", RampKind::Sequential, BREWER, &YL_GN_BU),
    ramp("or-rd", "OrRd", RampKind::Sequential, BREWER, &OR_RD),
    ramp("blues", "Blues", RampKind::Sequential, BREWER, &BLUES),
    ramp("purples", "Purples", RampKind::Sequential, BREWER, &PURPLES),
    ramp("greens", "Greens", RampKind::Sequential, BREWER, &GREENS),
    ramp("vik", "vik", RampKind::Diverging, CRAMERI, &VIK),
    ramp("roma", "roma", RampKind::Diverging, CRAMERI, &ROMA),
    ramp("broc", "broc", RampKind::Diverging, CRAMERI, &BROC),
    ramp("pu-or", "PuOr", RampKind::Diverging, BREWER, &PU_OR),
    ramp("rd-bu", "RdBu", RampKind::Diverging, BREWER, &RD_BU),
    ramp("br-bg", "BrBG", RampKind::Diverging, BREWER, &BR_BG),
    ramp("okabe-ito", "Okabe–Ito", RampKind::Qualitative, "Masataka Okabe and Kei Ito", &OKABE_ITO),
    ramp("dark2", "Dark2", RampKind::Qualitative, BREWER, &DARK2),
    ramp("paired", "Paired", RampKind::Qualitative, BREWER, &PAIRED),
];

// The first colours are those that differ most, yellow and black last: areas are named in black ink.
const OKABE_ITO: [u32; 8] = [0x0072B2, 0xE69F00, 0x009E73, 0xD55E00, 0x56B4E9, 0xCC79A7, 0xF0E442, 0x000000];
const DARK2: [u32; 3] = [0x1B9E77, 0xD95F02, 0x7570B3];
const PAIRED: [u32; 4] = [0xA6CEE3, 0x1F78B4, 0xB2DF8A, 0x33A02C];

const BATLOW: [u32; 17] = [
    0xFACCFA, 0xFCC0D8, 0xFDB4B6, 0xFCA993, 0xF29D6D, 0xDD954D, 0xC09036, 0xA18A2B, 0x828231, 0x677B3E, 0x4D734D,
    0x356A59, 0x226061, 0x175262, 0x114360, 0x0D315D, 0x011959,
];
const LAJOLLA: [u32; 17] = [
    0xFDF3AB, 0xF8E07F, 0xF3CB60, 0xEFB856, 0xEBA553, 0xE89552, 0xE48351, 0xE0724F, 0xD9604E, 0xC7504B, 0xAD4746,
    0x8D403C, 0x72382F, 0x592F22, 0x432817, 0x32220F, 0x241D06,
];
const OSLO: [u32; 17] = [
    0xECEDEE, 0xD5D8DC, 0xC0C6D0, 0xADB8CB, 0x9AACC9, 0x8AA1CA, 0x7896C9, 0x658AC7, 0x507BBC, 0x3869A8, 0x295A91,
    0x1E4B7A, 0x183E64, 0x13324F, 0x0F253A, 0x0D1A28, 0x080E16,
];
const BILBAO: [u32; 17] = [
    0xEAEAE9, 0xD4D3CF, 0xC8C6BA, 0xC3BEA6, 0xBCB48D, 0xB5A874, 0xAF9864, 0xAC8D61, 0xA9825E, 0xA6775C, 0xA36D5A,
    0xA06157, 0x9C5453, 0x93454B, 0x83333A, 0x722328, 0x5E1115,
];
const DAVOS: [u32; 17] = [
    0xFBFBEC, 0xF3F4D4, 0xE4E8BA, 0xCDD5A1, 0xB0BF8E, 0x9AAE88, 0x88A089, 0x79968D, 0x6C8E93, 0x5E8598, 0x517B9C,
    0x426F9D, 0x356199, 0x285190, 0x1B3E82, 0x112B70, 0x05175B,
];
const VIK: [u32; 17] = [
    0x02256D, 0x033C7C, 0x05528A, 0x1C6D9C, 0x4289AF, 0x6DA6C2, 0x9DC4D6, 0xC9DDE7, 0xEBE6E2, 0xEACEBD, 0xDFB298,
    0xD39572, 0xC87C51, 0xBC622F, 0xA74310, 0x892606, 0x6D1007,
];
const ROMA: [u32; 17] = [
    0x7E1700, 0x8F3C0C, 0x9D5818, 0xA97223, 0xB68C32, 0xC4AA4A, 0xD0CA72, 0xD1E2A1, 0xC0EAC3, 0x9FE4D4, 0x76D1D7,
    0x51B7D0, 0x389CC6, 0x2B82BB, 0x2269B0, 0x184DA4, 0x033198,
];
const BROC: [u32; 17] = [
    0x2A2C5E, 0x284375, 0x2F5A8B, 0x49749F, 0x688CB0, 0x89A5C1, 0xACC0D3, 0xCED9E5, 0xEAEEEC, 0xE8E8D2, 0xD8D8B1,
    0xC3C38C, 0xA8A86D, 0x898952, 0x6E6E3C, 0x545426, 0x393911,
];
const YL_GN_BU: [u32; 9] = [0xFFFFD9, 0xEDF8B1, 0xC7E9B4, 0x7FCDBB, 0x41B6C4, 0x1D91C0, 0x225EA8, 0x253494, 0x081D58];
const OR_RD: [u32; 9] = [0xFFF7EC, 0xFEE8C8, 0xFDD49E, 0xFDBB84, 0xFC8D59, 0xEF6548, 0xD7301F, 0xB30000, 0x7F0000];
const BLUES: [u32; 9] = [0xF7FBFF, 0xDEEBF7, 0xC6DBEF, 0x9ECAE1, 0x6BAED6, 0x4292C6, 0x2171B5, 0x08519C, 0x08306B];
const PURPLES: [u32; 9] = [0xFCFBFD, 0xEFEDF5, 0xDADAEB, 0xBCBDDC, 0x9E9AC8, 0x807DBA, 0x6A51A3, 0x54278F, 0x3F007D];
const GREENS: [u32; 9] = [0xF7FCF5, 0xE5F5E0, 0xC7E9C0, 0xA1D99B, 0x74C476, 0x41AB5D, 0x238B45, 0x006D2C, 0x00441B];
const PU_OR: [u32; 11] =
    [0x7F3B08, 0xB35806, 0xE08214, 0xFDB863, 0xFEE0B6, 0xF7F7F7, 0xD8DAEB, 0xB2ABD2, 0x8073AC, 0x542788, 0x2D004B];
const RD_BU: [u32; 11] =
    [0x67001F, 0xB2182B, 0xD6604D, 0xF4A582, 0xFDDBC7, 0xF7F7F7, 0xD1E5F0, 0x92C5DE, 0x4393C3, 0x2166AC, 0x053061];
const BR_BG: [u32; 11] =
    [0x543005, 0x8C510A, 0xBF812D, 0xDFC27D, 0xF6E8C3, 0xF5F5F5, 0xC7EAE5, 0x80CDC1, 0x35978F, 0x01665E, 0x003C30];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn linear(color: Rgba) -> [f64; 3] {
        [color.r, color.g, color.b].map(|byte| {
            let part = f64::from(byte) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        })
    }

    /// CIE L*a*b* under D65 of linear sRGB.
    fn lab([r, g, b]: [f64; 3]) -> [f64; 3] {
        let f = |t: f64| if t > 216.0 / 24389.0 { t.cbrt() } else { (24389.0 / 27.0 * t + 16.0) / 116.0 };
        let x = f((0.412_456_4 * r + 0.357_576_1 * g + 0.180_437_5 * b) / 0.950_47);
        let y = f(0.212_672_9 * r + 0.715_152_2 * g + 0.072_175 * b);
        let z = f((0.019_333_9 * r + 0.119_192 * g + 0.950_304_1 * b) / 1.088_83);
        [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
    }

    /// How those see colours who lack one kind of cones: G. M. Machado et al., *A Physiologically-based Model for
    /// Simulation of Color Vision Deficiency*, 2009, severity 1.
    const SEEN: [[[f64; 3]; 3]; 4] = [
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    ];

    fn seen(color: Rgba, by: &[[f64; 3]; 3]) -> [f64; 3] {
        let from = linear(color);
        lab(by.map(|row| (row[0] * from[0] + row[1] * from[1] + row[2] * from[2]).clamp(0.0, 1.0)))
    }

    fn distance(one: [f64; 3], other: [f64; 3]) -> f64 {
        (0..3).map(|index| (one[index] - other[index]).powi(2)).sum::<f64>().sqrt()
    }

    #[test]
    fn lightness_is_that_of_the_textbook() {
        let lightness = |hex| lab(linear(Rgba::rgb(hex)))[0];
        assert!((lightness(0xFFFFFF) - 100.0).abs() < 1e-3);
        assert!((lightness(0x777777) - 50.034).abs() < 0.01, "{}", lightness(0x777777));
        assert!((lightness(0xFF0000) - 53.24).abs() < 0.01, "{}", lightness(0xFF0000));
    }

    #[test]
    fn every_sequential_ramp_grows_darker_for_all_readers() {
        for ramp in RAMPS.iter().filter(|ramp| ramp.kind == RampKind::Sequential) {
            for count in 2..=12 {
                for by in &SEEN {
                    let colors: Vec<[f64; 3]> = ramp.colors(count).into_iter().map(|color| seen(color, by)).collect();
                    assert!(colors.is_sorted_by(|before, after| before[0] > after[0]), "{} {count}", ramp.id);
                }
            }
        }
    }

    #[test]
    fn every_diverging_ramp_is_lightest_near_its_middle() {
        for ramp in RAMPS.iter().filter(|ramp| ramp.kind == RampKind::Diverging) {
            let lightness: Vec<f64> = ramp.colors(11).into_iter().map(|color| lab(linear(color))[0]).collect();
            assert!(lightness[..5].is_sorted_by(|before, after| before < after), "{} {lightness:?}", ramp.id);
            assert!(lightness[6..].is_sorted_by(|before, after| before > after), "{} {lightness:?}", ramp.id);
            for by in &SEEN {
                let [one, other] = [0.1, 0.9].map(|part| seen(ramp.at(part), by));
                assert!(distance(one, other) > 20.0, "{}: the two sides look alike", ramp.id);
            }
        }
    }

    #[test]
    fn neighbours_and_kinds_stay_apart_for_all_readers() {
        for ramp in RAMPS {
            let colors = ramp.colors(ramp.most().unwrap_or(7));
            for by in &SEEN {
                for (index, one) in colors.iter().enumerate() {
                    let others = if ramp.kind == RampKind::Qualitative {
                        &colors[index + 1..]
                    } else {
                        colors.get(index + 1..=index + 1).unwrap_or_default()
                    };
                    for other in others {
                        let apart = distance(seen(*one, by), seen(*other, by));
                        assert!(apart > 6.0, "{}: {one:?} and {other:?} are {apart} apart", ramp.id);
                    }
                }
            }
        }
    }

    #[test]
    fn as_many_colours_come_as_are_asked_for() {
        for ramp in RAMPS {
            for count in 0..=12 {
                let colors = ramp.colors(count);
                assert_eq!(colors.len(), count.min(ramp.most().unwrap_or(12)), "{}", ramp.id);
            }
            assert_eq!(Ramp::find(ramp.id), Some(&ramp));
        }
        let ids: BTreeSet<&str> = RAMPS.iter().map(|ramp| ramp.id).collect();
        assert_eq!(ids.len(), RAMPS.len());
        assert_eq!(Ramp::find("rainbow"), None);
    }

    /// The ends and the middle are those of cmcrameri 1.10 and of palettable 3.3.3.
    #[test]
    fn ramps_have_the_colours_of_their_makers() {
        let colors = |id: &str, count: usize| Ramp::find(id).map(|ramp| ramp.colors(count)).unwrap_or_default();
        assert_eq!(colors("batlow", 3), [0xFACCFA, 0x828231, 0x011959].map(Rgba::rgb));
        assert_eq!(colors("yl-gn-bu", 9)[3], Rgba::rgb(0x7FCDBB));
        assert_eq!(colors("rd-bu", 11)[5], Rgba::rgb(0xF7F7F7));
        assert_eq!(colors("blues", 1), [Rgba::rgb(0x6BAED6)]);
    }

    #[test]
    fn no_part_of_a_ramp_does_harm() {
        for ramp in RAMPS {
            for part in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, 0.0, 0.333, 1.0, 2.0] {
                assert_eq!(ramp.at(part).a, 255);
            }
        }
    }
}
