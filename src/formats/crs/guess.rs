//! Which coordinate system numbers may be in that are no degrees: those of the well-known grids that put them where they may
//! be.

use geo::{Coord, Rect};

use crate::geometry::measure::distance_m;

use super::Crs;

/// How many are offered.
const OFFERED: usize = 20;

/// How far beyond the area of its use a grid is still likely, in degrees: files reach over borders.
const BEYOND_DEG: f64 = 0.5;

/// The region of the dossier that the program opens with, west and south, east and north: near to it systems are likely where no
/// other region is known.
const USUAL_REGION: [[f64; 2]; 2] = [[36.5, 46.8], [39.1, 49.3]];

/// A system in which positions would stand on the earth, where that system is used.
#[derive(Debug, Clone)]
pub struct Guess {
    /// The system.
    pub crs: Crs,
    /// Whether the first number of each position is the northing.
    pub exchanged: bool,
    /// Where the middle of the positions would be, longitude first.
    pub middle: Coord<f64>,
    /// How far that is from the region of the map; 0 within.
    pub away_m: f64,
}

/// Whether numbers may be longitudes and latitudes in degrees, whichever stands first.
pub fn looks_like_degrees(bounds: Rect<f64>) -> bool {
    let (low, high) = (bounds.min(), bounds.max());
    let reach = |a: f64, b: f64| a.abs().max(b.abs());
    let (x, y) = (reach(low.x, high.x), reach(low.y, high.y));
    x.max(y) <= 360.0 && x.min(y) <= 90.0
}

/// The area in which a well-known grid is used, by its code of EPSG.
pub fn area_of_use(code: u32) -> Option<Rect<f64>> {
    let (_, [west, south, east, north]) = utm_zones().chain(GRIDS).find(|(known, _)| *known == code)?;
    Some(Rect::new((west, south), (east, north)))
}

/// The systems that put positions, of which all are within `bounds`, where the system is used; those nearest to the region of
/// the map first (without one, to that of the dossier that comes with the program), then those that most files are in, then those
/// that are used in the smallest area.
pub fn guesses(bounds: Rect<f64>, region: Option<Rect<f64>>) -> Vec<Guess> {
    let [south_west, north_east] = USUAL_REGION;
    let region = region.unwrap_or_else(|| Rect::new(south_west, north_east));
    let mut found: Vec<(f64, Guess)> = Vec::new();
    for (code, [west, south, east, north]) in utm_zones().chain(GRIDS) {
        let Ok(crs) = Crs::from_epsg(code) else { continue };
        let Ok(transform) = crs.transform(None) else { continue };
        for exchanged in [false, true] {
            let placed = |place: Coord<f64>| {
                let place = if exchanged { Coord { x: place.y, y: place.x } } else { place };
                let place = transform.converted(place)?;
                let is_within = (west - BEYOND_DEG..=east + BEYOND_DEG).contains(&place.x)
                    && (south - BEYOND_DEG..=north + BEYOND_DEG).contains(&place.y);
                is_within.then_some(place)
            };
            let (low, high) = (bounds.min(), bounds.max());
            let corners = [low, high, Coord { x: low.x, y: high.y }, Coord { x: high.x, y: low.y }];
            let Some(middle) = placed(bounds.center()) else { continue };
            if corners.into_iter().any(|corner| placed(corner).is_none()) {
                continue;
            }
            let (low, high) = (region.min(), region.max());
            let nearest = Coord { x: middle.x.clamp(low.x, high.x), y: middle.y.clamp(low.y, high.y) };
            let away_m = distance_m(middle, nearest);
            found.push(((east - west) * (north - south), Guess { crs: crs.clone(), exchanged, middle, away_m }));
        }
    }
    // To 100 km: neighbouring zones put positions about as near.
    let step = |guess: &Guess| (guess.away_m / 1e5) as u32;
    let is_rare = |guess: &Guess| !guess.crs.epsg().is_some_and(is_of_most_files);
    found.sort_by(|(area, a), (other, b)| {
        (step(a), a.exchanged, is_rare(a)).cmp(&(step(b), b.exchanged, is_rare(b))).then(area.total_cmp(other))
    });
    found.truncate(OFFERED);
    found.into_iter().map(|(_, guess)| guess).collect()
}

/// Whether it is a system that most files with metres are in: the zones of UTM, Web Mercator, and the zones of Pulkovo 1942.
fn is_of_most_files(code: u32) -> bool {
    matches!(code, 32_601..=32_660 | 32_701..=32_760 | 3857 | 28_403..=28_408)
}

/// Those of WGS 84, north and south.
fn utm_zones() -> impl Iterator<Item = (u32, [f64; 4])> {
    (1..=60).flat_map(|zone| {
        let west = f64::from(zone) * 6.0 - 186.0;
        [(32_600 + zone, [west, 0.0, west + 6.0, 84.0]), (32_700 + zone, [west, -80.0, west + 6.0, 0.0])]
    })
}

/// Grids that files are seen in, with the box of the area in which EPSG says that they are used: west, south, east, north.
#[rustfmt::skip]
const GRIDS: [(u32, [f64; 4]); 106] = [
    (28403, [12.0, 45.8, 18.0, 54.9]), // Pulkovo 1942 / Gauss-Kruger zone 3
    (28404, [19.6, 48.0, 24.0, 59.4]), // Pulkovo 1942 / Gauss-Kruger zone 4
    (28405, [24.0, 45.2, 30.0, 69.5]), // Pulkovo 1942 / Gauss-Kruger zone 5
    (28406, [30.0, 44.3, 36.0, 70.0]), // Pulkovo 1942 / Gauss-Kruger zone 6
    (28407, [36.0, 41.4, 42.0, 69.2]), // Pulkovo 1942 / Gauss-Kruger zone 7
    (28408, [42.0, 38.8, 48.0, 80.9]), // Pulkovo 1942 / Gauss-Kruger zone 8
    (7825, [22.1, 47.7, 25.0, 51.9]), // Pulkovo 1942 / CS63 zone X1
    (7826, [25.0, 47.7, 28.0, 52.0]), // Pulkovo 1942 / CS63 zone X2
    (7827, [28.0, 45.2, 31.0, 52.1]), // Pulkovo 1942 / CS63 zone X3
    (7828, [31.0, 44.3, 34.0, 52.4]), // Pulkovo 1942 / CS63 zone X4
    (7829, [34.0, 44.3, 37.0, 52.2]), // Pulkovo 1942 / CS63 zone X5
    (7830, [37.0, 46.8, 40.0, 50.4]), // Pulkovo 1942 / CS63 zone X6
    (7831, [40.0, 48.8, 40.2, 49.6]), // Pulkovo 1942 / CS63 zone X7
    (5562, [22.1, 48.0, 24.0, 51.7]), // UCS-2000 / Gauss-Kruger zone 4
    (5563, [24.0, 45.1, 30.0, 52.0]), // UCS-2000 / Gauss-Kruger zone 5
    (5564, [30.0, 43.2, 36.0, 52.4]), // UCS-2000 / Gauss-Kruger zone 6
    (5565, [36.0, 43.4, 40.2, 50.4]), // UCS-2000 / Gauss-Kruger zone 7
    (6381, [22.1, 48.2, 22.5, 49.0]), // UCS-2000 / Ukraine TM zone 7
    (6382, [22.5, 47.7, 25.5, 52.0]), // UCS-2000 / Ukraine TM zone 8
    (6383, [25.5, 45.3, 28.5, 51.9]), // UCS-2000 / Ukraine TM zone 9
    (6384, [28.5, 43.4, 31.5, 52.1]), // UCS-2000 / Ukraine TM zone 10
    (6385, [31.5, 43.2, 34.5, 52.4]), // UCS-2000 / Ukraine TM zone 11
    (6386, [34.5, 43.2, 37.5, 51.2]), // UCS-2000 / Ukraine TM zone 12
    (6387, [37.5, 46.8, 40.2, 50.4]), // UCS-2000 / Ukraine TM zone 13
    (2583, [22.5, 47.7, 25.5, 59.8]), // Pulkovo 1942 / 3-degree Gauss-Kruger CM 24E
    (2584, [25.5, 45.3, 28.5, 68.9]), // Pulkovo 1942 / 3-degree Gauss-Kruger CM 27E
    (2585, [28.5, 45.2, 31.5, 69.8]), // Pulkovo 1942 / 3-degree Gauss-Kruger CM 30E
    (2586, [31.5, 44.3, 34.5, 70.0]), // Pulkovo 1942 / 3-degree Gauss-Kruger CM 33E
    (27700, [-9.0, 49.8, 2.0, 61.0]), // OSGB36 / British National Grid
    (29903, [-10.6, 51.4, -5.3, 55.4]), // TM75 / Irish Grid
    (2157, [-10.6, 51.4, -5.3, 55.4]), // IRENET95 / Irish Transverse Mercator
    (2154, [-9.9, 41.1, 10.4, 51.6]), // RGF93 v1 / Lambert-93
    (27572, [-4.9, 42.3, 8.2, 51.1]), // NTF (Paris) / Lambert zone II
    (31370, [2.5, 49.5, 6.4, 51.5]), // BD72 / Belgian Lambert 72
    (3812, [2.5, 49.5, 6.4, 51.5]), // ETRS89 / Belgian Lambert 2008
    (28992, [3.2, 50.8, 7.2, 53.7]), // Amersfoort / RD New
    (31466, [5.9, 49.1, 7.5, 53.8]), // DHDN / 3-degree Gauss-Kruger zone 2
    (31467, [7.5, 47.3, 10.5, 55.1]), // DHDN / 3-degree Gauss-Kruger zone 3
    (31468, [10.5, 47.4, 13.5, 54.6]), // DHDN / 3-degree Gauss-Kruger zone 4
    (25829, [-12.0, 34.9, -6.0, 74.1]), // ETRS89 / UTM zone 29N
    (25830, [-6.0, 35.3, 0.0, 80.5]), // ETRS89 / UTM zone 30N
    (25831, [0.0, 37.0, 6.0, 82.5]), // ETRS89 / UTM zone 31N
    (25832, [6.0, 36.5, 12.0, 84.0]), // ETRS89 / UTM zone 32N
    (25833, [12.0, 34.8, 18.0, 84.0]), // ETRS89 / UTM zone 33N
    (25834, [18.0, 34.8, 24.0, 84.0]), // ETRS89 / UTM zone 34N
    (25835, [24.0, 41.2, 30.0, 84.0]), // ETRS89 / UTM zone 35N
    (25836, [30.0, 42.6, 36.0, 84.0]), // ETRS89 / UTM zone 36N
    (25837, [36.0, 73.0, 38.0, 79.1]), // ETRS89 / UTM zone 37N
    (31287, [9.5, 46.4, 17.2, 49.0]), // MGI / Austria Lambert
    (2056, [6.0, 45.8, 10.5, 47.8]), // CH1903+ / LV95
    (21781, [6.0, 45.8, 10.5, 47.8]), // CH1903 / LV03
    (3003, [5.9, 36.5, 12.0, 47.0]), // Monte Mario / Italy zone 1
    (3004, [12.0, 34.8, 19.0, 47.1]), // Monte Mario / Italy zone 2
    (2180, [14.1, 49.0, 24.1, 55.9]), // ETRF2000-PL / CS92
    (2176, [14.1, 50.3, 16.5, 55.4]), // ETRF2000-PL / CS2000/15
    (2177, [16.5, 49.4, 19.5, 55.9]), // ETRF2000-PL / CS2000/18
    (2178, [19.5, 49.1, 22.5, 54.5]), // ETRF2000-PL / CS2000/21
    (2179, [22.5, 49.0, 24.1, 54.4]), // ETRF2000-PL / CS2000/24
    (5514, [12.1, 47.7, 22.6, 51.1]), // S-JTSK / Krovak East North
    (8353, [16.8, 47.7, 22.6, 49.6]), // S-JTSK [JTSK03] / Krovak East North
    (23700, [16.1, 45.7, 22.9, 48.6]), // HD72 / EOV
    (3844, [20.3, 43.4, 31.4, 48.3]), // Pulkovo 1942(58) / Stereo70
    (3346, [19.0, 53.9, 26.8, 56.5]), // LKS94 / Lithuania TM
    (3059, [19.1, 55.7, 28.2, 58.1]), // LKS-92 / Latvia TM
    (3301, [20.4, 57.5, 28.2, 60.0]), // Estonian Coordinate System of 1997
    (3067, [19.1, 58.8, 31.6, 70.1]), // ETRS89 / TM35FIN(E,N)
    (3006, [10.0, 55.0, 24.2, 69.1]), // SWEREF99 TM
    (25884, [19.0, 53.9, 28.2, 60.0]), // ETRS89 / TM Baltic93
    (2100, [19.6, 34.9, 28.3, 41.8]), // GGRS87 / Greek Grid
    (3765, [13.4, 42.3, 19.4, 46.5]), // HTRS96 / Croatia TM
    (3794, [13.4, 45.4, 16.6, 46.9]), // Slovenia 1996 / Slovene National Grid
    (6316, [19.5, 41.9, 22.5, 46.2]), // MGI 1901 / Balkans zone 7
    (8677, [13.4, 43.0, 16.5, 46.9]), // MGI 1901 / Balkans zone 5
    (7801, [22.4, 41.2, 28.7, 44.2]), // BGS2005 / CCS2005
    (2039, [34.2, 29.4, 35.7, 33.3]), // Israel 1993 / Israeli TM Grid
    (28191, [34.2, 29.2, 39.3, 33.4]), // Palestine 1923 / Palestine Grid
    (22770, [35.0, 32.3, 42.4, 37.3]), // Deir ez Zor / Syria Lambert
    (22780, [35.0, 32.3, 42.4, 37.3]), // Deir ez Zor / Levant Stereographic
    (2326, [113.8, 22.1, 114.5, 22.6]), // Hong Kong 1980 Grid System
    (3826, [120.0, 20.4, 122.1, 26.7]), // TWD97 / TM2 zone 121
    (6669, [128.2, 27.0, 130.5, 34.7]), // JGD2011 / Japan Plane Rectangular CS I
    (6673, [133.1, 34.1, 135.5, 35.7]), // JGD2011 / Japan Plane Rectangular CS V
    (6677, [138.4, 29.3, 141.1, 38.0]), // JGD2011 / Japan Plane Rectangular CS IX
    (5179, [122.7, 28.6, 134.3, 40.3]), // KGD2002 / Unified CS
    (5186, [126.0, 33.1, 128.0, 38.3]), // KGD2002 / Central Belt 2010
    (7845, [112.8, -43.7, 153.7, -9.9]), // GDA2020 / GA LCC
    (2193, [166.4, -47.3, 178.6, -34.1]), // NZGD2000 / New Zealand Transverse Mercator 2000
    (3035, [-35.6, 24.6, 44.8, 84.7]), // ETRS89-extended / LAEA Europe
    (3034, [-35.6, 24.6, 44.8, 84.7]), // ETRS89-extended / LCC Europe
    (5070, [-124.8, 24.4, -66.9, 49.4]), // NAD83 / Conus Albers
    (3857, [-180.0, -85.1, 180.0, 85.1]), // WGS 84 / Pseudo-Mercator
    (31985, [-36.0, -23.8, -30.0, 4.2]), // SIRGAS 2000 / UTM zone 25S
    (20137, [36.0, 3.4, 42.0, 22.0]), // Adindan / UTM zone 37N
    (3116, [-75.6, -2.5, -72.6, 11.8]), // MAGNA-SIRGAS / Colombia Bogota zone
    (5880, [-74.0, -35.7, -25.3, 7.0]), // SIRGAS 2000 / Brazil Polyconic
    (2263, [-74.3, 40.5, -71.8, 41.3]), // NAD83 / New York Long Island (ftUS)
    (2229, [-121.4, 32.8, -114.1, 35.8]), // NAD83 / California zone 5 (ftUS)
    (2272, [-80.5, 39.7, -74.7, 41.2]), // NAD83 / Pennsylvania South (ftUS)
    (3310, [-124.5, 32.5, -114.1, 42.0]), // NAD83 / California Albers
    (2283, [-80.1, 37.8, -76.5, 39.5]), // NAD83 / Virginia North (ftUS)
    (3347, [-141.0, 38.2, -40.7, 86.5]), // NAD83 / Statistics Canada Lambert
    (3978, [-141.0, 38.2, -40.7, 86.5]), // NAD83 / Canada Atlas Lambert
    (26191, [-9.8, 31.5, -1.0, 36.0]), // Merchich / Nord Maroc
    (30791, [-2.2, 34.6, 8.6, 37.1]), // Nord Sahara 1959 / Nord Algerie
    (2318, [34.5, 16.4, 55.7, 32.2]), // Ain el Abd / Aramco Lambert
    (3448, [-78.4, 17.6, -76.2, 18.6]), // JAD2001 / Jamaica Metric Grid
];

#[cfg(test)]
mod tests {
    use super::*;

    fn around(x: f64, y: f64, reach: f64) -> Rect<f64> {
        Rect::new((x - reach, y - reach), (x + reach, y + reach))
    }

    #[test]
    fn metres_do_not_look_like_degrees() {
        assert!(looks_like_degrees(around(37.8, 48.0, 2.0)) && looks_like_degrees(around(48.0, 137.8, 2.0)));
        assert!(!looks_like_degrees(around(7_410_000.0, 5_320_000.0, 100.0)));
        assert!(!looks_like_degrees(around(f64::INFINITY, 0.0, 0.0)) && !looks_like_degrees(around(200.0, 200.0, 1.0)));
    }

    /// Donetsk, 37.8 E 48.0 N, by PROJ 9.5: 410 486 and 5 316 997 in zone 37 of UTM, 7 410 563 and 5 319 225 in zone 7 of
    /// Pulkovo 1942.
    #[test]
    fn the_grids_of_the_region_are_offered_first() {
        let ukraine = Rect::new((22.0, 44.0), (40.3, 52.4));
        let codes = |x, y| -> Vec<(u32, bool)> {
            let found = guesses(around(x, y, 5000.0), Some(ukraine));
            found.iter().map(|guess| (guess.crs.epsg().unwrap(), guess.exchanged)).collect()
        };
        let soviet = codes(7_410_563.0, 5_319_225.0);
        assert!(soviet.contains(&(28_407, false)) && soviet.contains(&(5565, false)), "{soviet:?}");
        assert!(codes(5_319_225.0, 7_410_563.0).contains(&(28_407, true)));
        assert!(codes(410_486.0, 5_316_997.0).contains(&(32_637, false)));
        let best = &guesses(around(7_410_563.0, 5_319_225.0, 5000.0), Some(ukraine))[0];
        assert!((best.middle.x - 37.8).abs() < 0.01 && (best.middle.y - 48.0).abs() < 0.01, "{best:?}");
        assert_eq!(best.away_m, 0.0);
    }

    #[test]
    fn without_a_region_the_systems_that_most_files_are_in_come_first() {
        let best = |x, y| guesses(around(x, y, 1000.0), None)[0].crs.epsg();
        assert_eq!(best(412_345.0, 5_389_012.0), Some(32_637));
        assert_eq!(best(4_200_000.0, 6_100_000.0), Some(3857));
        assert_eq!(best(7_410_563.0, 5_319_225.0), Some(28_407));
    }

    #[test]
    fn nothing_is_offered_for_numbers_that_are_nowhere() {
        for bounds in [around(1e12, 1e12, 1.0), around(f64::NAN, 0.0, 0.0), around(1e308, -1e308, 0.0)] {
            assert!(guesses(bounds, None).is_empty());
        }
    }
}
