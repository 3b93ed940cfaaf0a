//! How alike two colours look, to most eyes and to those without the pigment for green.
//!
//! # References
//! * G. Sharma, W. Wu, E. Dalal: *The CIEDE2000 color-difference formula*, Color Research & Application 30 (2005),
//!   doi:10.1002/col.20070; the test takes pairs of its table 1.
//! * G. Machado, M. Oliveira, L. Fernandes: *A physiologically-based model for simulation of color vision deficiency*,
//!   IEEE TVCG 15 (2009), doi:10.1109/TVCG.2009.113; the matrix is that of deuteranopia, severity 1.

use crate::scene::display_list::Color;
use crate::scene::palette::{channel, linear};

/// A colour in CIE Lab under D65.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::figure) struct Lab {
    l: f64,
    a: f64,
    b: f64,
}

impl Lab {
    /// An opaque colour.
    pub(in crate::figure) fn of(color: Color) -> Self {
        let [r, g, b] = [color.r, color.g, color.b].map(linear);
        let f = |share: f64| if share > 0.008_856 { share.cbrt() } else { 7.787 * share + 16.0 / 116.0 };
        let x = f((0.412_456 * r + 0.357_576 * g + 0.180_438 * b) / 0.950_47);
        let y = f(0.212_673 * r + 0.715_152 * g + 0.072_175 * b);
        let z = f((0.019_334 * r + 0.119_192 * g + 0.950_304 * b) / 1.088_83);
        Self { l: 116.0 * y - 16.0, a: 500.0 * (x - y), b: 200.0 * (y - z) }
    }
}

/// The difference of two colours by CIEDE2000: about 1 can just be seen side by side, 10 at a glance.
pub(in crate::figure) fn difference(one: Lab, two: Lab) -> f64 {
    let (c1, c2) = (one.a.hypot(one.b), two.a.hypot(two.b));
    let seventh = |c: f64| (c.powi(7) / (c.powi(7) + 25_f64.powi(7))).sqrt();
    let g = 0.5 * (1.0 - seventh((c1 + c2) / 2.0));
    let (a1, a2) = ((1.0 + g) * one.a, (1.0 + g) * two.a);
    let (c1, c2) = (a1.hypot(one.b), a2.hypot(two.b));
    let hue = |a: f64, b: f64| if a == 0.0 && b == 0.0 { 0.0 } else { b.atan2(a).to_degrees().rem_euclid(360.0) };
    let (h1, h2) = (hue(a1, one.b), hue(a2, two.b));
    let colourless = c1 * c2 == 0.0;
    let turn = match h2 - h1 {
        _ if colourless => 0.0,
        turn if turn > 180.0 => turn - 360.0,
        turn if turn < -180.0 => turn + 360.0,
        turn => turn,
    };
    let (dl, dc) = (two.l - one.l, c2 - c1);
    let dh = 2.0 * (c1 * c2).sqrt() * (turn / 2.0).to_radians().sin();
    let (l, c) = ((one.l + two.l) / 2.0, (c1 + c2) / 2.0);
    let h = match h1 + h2 {
        sum if colourless => sum,
        sum if (h1 - h2).abs() <= 180.0 => sum / 2.0,
        sum if sum < 360.0 => (sum + 360.0) / 2.0,
        sum => (sum - 360.0) / 2.0,
    };
    let cos = |degrees: f64| degrees.to_radians().cos();
    let t = 1.0 - 0.17 * cos(h - 30.0) + 0.24 * cos(2.0 * h) + 0.32 * cos(3.0 * h + 6.0) - 0.20 * cos(4.0 * h - 63.0);
    let from_50 = (l - 50.0).powi(2);
    let sl = 1.0 + 0.015 * from_50 / (20.0 + from_50).sqrt();
    let (sc, sh) = (1.0 + 0.045 * c, 1.0 + 0.015 * c * t);
    let around_blue = 30.0 * (-((h - 275.0) / 25.0).powi(2)).exp();
    let rotation = -2.0 * seventh(c) * (2.0 * around_blue).to_radians().sin();
    let (dl, dc, dh) = (dl / sl, dc / sc, dh / sh);
    (dl * dl + dc * dc + dh * dh + rotation * dc * dh).max(0.0).sqrt()
}

/// A colour as eyes without the pigment for green see it.
pub(in crate::figure) fn without_green(color: Color) -> Color {
    let [r, g, b] = [color.r, color.g, color.b].map(linear);
    Color {
        r: channel(0.367_322 * r + 0.860_646 * g - 0.227_968 * b),
        g: channel(0.280_085 * r + 0.672_501 * g + 0.047_413 * b),
        b: channel(-0.011_820 * r + 0.042_940 * g + 0.968_881 * b),
        a: color.a,
    }
}

/// A colour with opacity over an opaque one.
pub(in crate::figure) fn over(color: Color, ground: Color) -> Color {
    let share = f64::from(color.a) / 255.0;
    let mix = |top: u8, under: u8| (f64::from(top) * share + f64::from(under) * (1.0 - share)).round() as u8;
    Color { r: mix(color.r, ground.r), g: mix(color.g, ground.g), b: mix(color.b, ground.b), a: 255 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_those_of_the_paper() {
        let lab = |[l, a, b]: [f64; 3]| Lab { l, a, b };
        for (one, two, expected) in [
            ([50.0, 2.6772, -79.7751], [50.0, 0.0, -82.7485], 2.0425),
            ([50.0, 2.5, 0.0], [73.0, 25.0, -18.0], 27.1492),
            ([50.0, -1.0, 2.0], [50.0, 0.0, 0.0], 2.3669),
            ([60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644),
            ([2.0776, 0.0795, -1.1350], [0.9033, -0.0636, -0.5514], 0.9082),
        ] {
            let found = difference(lab(one), lab(two));
            assert!((found - expected).abs() < 1e-4, "{one:?} and {two:?}: {found}, not {expected}");
        }
    }

    #[test]
    fn red_and_green_of_one_lightness_are_alike_without_green() {
        let (red, green) = (Color::rgb(0xC8553D), Color::rgb(0x7F8A2E));
        let apart = |a: Color, b: Color| difference(Lab::of(a), Lab::of(b));
        assert!(apart(red, green) > 30.0);
        assert!(apart(without_green(red), without_green(green)) < 0.45 * apart(red, green));
        assert!((Lab::of(Color::rgb(0xFFFFFF)).l - 100.0).abs() < 0.01);
        // What has no hue stays as it is.
        assert_eq!(without_green(Color::rgb(0x808080)), Color::rgb(0x808080));
    }
}
