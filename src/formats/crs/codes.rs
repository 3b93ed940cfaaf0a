//! Codes of coordinate systems that the table of `proj-core` lacks or has without their prime meridian.

use proj_core::{ProjectionMethod, ellipsoid};

use super::method::Axes;
use super::{Crs, Datum, Positions};

/// The code under which the table has what another code means, and how its axes run.
pub(super) fn listed(code: u32) -> (u32, Axes) {
    match code {
        // Web Mercator, as Google, OpenLayers and Esri have called it.
        900_913 | 102_100 | 102_113 => (3857, Axes::EastNorth),
        // Krovak's grid counted to the south and west.
        5513 => (5514, Axes::SouthWest),
        2065 => (5221, Axes::SouthWest),
        5515 => (5516, Axes::SouthWest),
        5224 => (5225, Axes::SouthWest),
        8352 => (8353, Axes::SouthWest),
        _ => {
            let code = match REPLACED.binary_search_by_key(&code, |&(old, _)| u32::from(old)) {
                Ok(at) => u32::from(REPLACED[at].1),
                Err(_) => code,
            };
            (code, Axes::EastNorth)
        }
    }
}

/// Systems that the table lacks, as PROJ writes them.
pub(super) fn written(code: u32) -> Option<(&'static str, &'static str)> {
    match code {
        2163 => Some(("US National Atlas Equal Area", "+proj=laea +lat_0=45 +lon_0=-100 +R=6370997")),
        _ => None,
    }
}

/// Whether Esri has a code of its own of this number that is known here, or took it from EPSG.
pub(super) fn is_of_esri(code: u32) -> bool {
    code < 32_768 || [102_100, 102_113].contains(&code)
}

/// A system in degrees or grads that does not count from Greenwich.
#[derive(Debug, Clone, Copy)]
pub(super) struct OtherMeridian {
    pub(super) code: u32,
    /// The same datum counted from Greenwich; itself where there is none.
    pub(super) greenwich: u32,
    pub(super) prime_meridian_deg: f64,
    pub(super) unit_deg: f64,
}

pub(super) fn other_meridian(code: u32) -> Option<OtherMeridian> {
    OTHER_MERIDIANS.into_iter().find(|other| other.code == code)
}

const fn other(code: u32, greenwich: u32, prime_meridian_deg: f64, unit_deg: f64) -> OtherMeridian {
    OtherMeridian { code, greenwich, prime_meridian_deg, unit_deg }
}

/// From PROJ's database (EPSG v12.013).
const OTHER_MERIDIANS: [OtherMeridian; 24] = [
    other(4801, 4149, 7.439_583_333_333, 1.0),   // CH1903 (Bern)
    other(4802, 4218, -74.080_916_666_667, 1.0), // Bogota 1975 (Bogota)
    other(4803, 4207, -9.131_906_111_111, 1.0),  // Lisbon (Lisbon)
    other(4804, 4257, 106.807_719_444_444, 1.0), // Makassar (Jakarta)
    other(4805, 4312, -17.666_666_666_667, 1.0), // MGI (Ferro)
    other(4806, 4265, 12.452_333_333_333, 1.0),  // Monte Mario (Rome)
    other(4807, 4275, 2.337_229_17, 0.9),        // NTF (Paris)
    other(4809, 4215, 4.367_975, 1.0),           // BD50 (Brussels)
    other(4810, 4297, 2.337_229_17, 0.9),        // Tananarive (Paris)
    other(4811, 4304, 2.337_229_17, 0.9),        // Voirol 1875 (Paris)
    other(4813, 4211, 106.807_719_444_444, 1.0), // Batavia (Jakarta)
    other(4814, 4308, 18.058_277_777_778, 1.0),  // RT38 (Stockholm)
    other(4815, 4120, 23.716_337_5, 1.0),        // Greek (Athens)
    other(4816, 4223, 2.337_229_17, 0.9),        // Carthage (Paris)
    other(4817, 4273, 10.722_916_666_667, 1.0),  // NGO 1948 (Oslo)
    other(4818, 4156, -17.666_666_666_667, 1.0), // S-JTSK (Ferro)
    other(4820, 4613, 106.807_719_444_444, 1.0), // Segara (Jakarta)
    other(4821, 4671, 2.337_229_17, 0.9),        // Voirol 1879 (Paris)
    other(4901, 4901, 2.337_208_333_333, 0.9),   // ATF (Paris)
    other(4903, 4903, -3.687_375, 1.0),          // Madrid 1870 (Madrid)
    other(4904, 4666, -9.131_906_111_111, 1.0),  // Lisbon 1890 (Lisbon)
    other(5229, 5228, -17.666_666_666_667, 1.0), // S-JTSK/05 (Ferro)
    other(8042, 8042, -17.666_666_666_667, 1.0), // Gusterberg (Ferro)
    other(8043, 8043, -17.666_666_666_667, 1.0), // St. Stephen (Ferro)
];

/// Prime meridians by name, in degrees east of Greenwich: writers of WKT 1 do not agree on the unit.
pub(super) fn prime_meridian_deg(name: &str) -> Option<f64> {
    let known = [
        ("greenwich", 0.0),
        ("lisbon", -9.131_906_111_111),
        ("paris", 2.337_229_17),
        ("bogota", -74.080_916_666_667),
        ("madrid", -3.687_375),
        ("rome", 12.452_333_333_333),
        ("bern", 7.439_583_333_333),
        ("jakarta", 106.807_719_444_444),
        ("ferro", -17.666_666_666_667),
        ("brussels", 4.367_975),
        ("stockholm", 18.058_277_777_778),
        ("athens", 23.716_337_5),
        ("oslo", 10.722_916_666_667),
        ("copenhagen", 12.577_878),
    ];
    let name = name.to_ascii_lowercase();
    known.into_iter().find(|(known, _)| *known == name).map(|(_, degrees)| degrees)
}

/// South Africa's survey grids, which count to the west and south: Hartebeesthoek94 / Lo15 to Lo33, Cape / Lo15 to Lo33.
pub(super) fn south_african(code: u32) -> Option<Crs> {
    let (zone, geographic, datum, ellipsoid, name) = match code {
        2046..=2055 => (15 + 2 * (code - 2046), 4148, 6148, ellipsoid::WGS84, "Hartebeesthoek94"),
        22_275..=22_293 if code % 2 == 1 => {
            let ellipsoid = proj_core::lookup_datum_epsg(6222)?.ellipsoid();
            (code - 22_260, 4222, 6222, ellipsoid, "Cape")
        }
        _ => return None,
    };
    let method = ProjectionMethod::TransverseMercator {
        lon0: f64::from(zone),
        lat0: 0.0,
        k0: 1.0,
        false_easting: 0.0,
        false_northing: 0.0,
    };
    Some(Crs {
        name: format!("{name} / Lo{zone}"),
        epsg: Some(code),
        positions: Positions::Plane { method, unit_m: 1.0, axes: Axes::WestSouth },
        datum: Datum { name: name.to_owned(), epsg: Some(datum), geographic: Some(geographic), ellipsoid, given: None },
        prime_meridian_deg: 0.0,
    })
}

/// Codes that EPSG has withdrawn, each with the one that gives the same positions, as PROJ 9.5 does to 1 mm at three places.
#[rustfmt::skip]
const REPLACED: [(u16, u16); 148] = [
    (2036, 2953), (2037, 2960), (2038, 2961), (2091, 2395), (2092, 2396), (2140, 2945), (2141, 2946), (2142, 2947), (2143, 2948),
    (2144, 2949), (2145, 2950), (2146, 2951), (2147, 2952), (2148, 2962), (2149, 2959), (2150, 2958), (2151, 2957), (2152, 2956),
    (2153, 2955), (2166, 2397), (2167, 2398), (2168, 2399), (2199, 2462), (2214, 3119), (2292, 2954), (2400, 3021), (2600, 3346),
    (2982, 3060), (2989, 4559), (3143, 3460), (3774, 3800), (3778, 3801), (3782, 3802), (3785, 3857), (3907, 8677), (3908, 8678),
    (3909, 6316), (3910, 8679), (3911, 8686), (4635, 4750), (4640, 4558), (6980, 7136), (6987, 7139), (7088, 7133), (20064, 2463),
    (20065, 2464), (20066, 2465), (20067, 2466), (20068, 2467), (20069, 2468), (20070, 2469), (20071, 2470), (20072, 2471), (20073, 2472),
    (20074, 2473), (20075, 2474), (20076, 2475), (20077, 2476), (20078, 2477), (20079, 2478), (20080, 2479), (20081, 2480), (20082, 2481),
    (20083, 2482), (20084, 2483), (20085, 2484), (20086, 2485), (20087, 2486), (20088, 2487), (20089, 2488), (20090, 2489), (20091, 2490),
    (20092, 2491), (21473, 21453), (21474, 21454), (21475, 21455), (21476, 21456), (21477, 21457), (21478, 21458), (21479, 21459), (21480, 21460),
    (21481, 21461), (21482, 21462), (21483, 21463), (21891, 21896), (21892, 21897), (21893, 21898), (21894, 21899), (27492, 27493), (27581, 27571),
    (27582, 27572), (27583, 27573), (27584, 27574), (27591, 27561), (27592, 27562), (27593, 27563), (27594, 27564), (28402, 3833), (28403, 3333),
    (28464, 2494), (28465, 2495), (28466, 2496), (28467, 2497), (28468, 2498), (28469, 2499), (28470, 2500), (28471, 2501), (28472, 2502),
    (28473, 2503), (28474, 2504), (28475, 2505), (28476, 2506), (28477, 2507), (28478, 2508), (28479, 2509), (28480, 2510), (28481, 2511),
    (28482, 2512), (28483, 2513), (28484, 2514), (28485, 2515), (28486, 2516), (28487, 2517), (28488, 2518), (28489, 2519), (28490, 2520),
    (28491, 2521), (28492, 2522), (29700, 29702), (29900, 29902), (30800, 3027), (31291, 31281), (31292, 31282), (31293, 31283), (31294, 31284),
    (31295, 31285), (31296, 31286), (31297, 31287), (31462, 31466), (31463, 31467), (31464, 31468), (31465, 31469), (31700, 3844), (32074, 32064),
    (32075, 32065), (32076, 32066), (32077, 32067), (32663, 4087),
];

/// The system in degrees from Greenwich of a datum, or system in degrees, that counts from elsewhere.
pub(super) fn greenwich_of(datum: Option<u32>, geographic: Option<u32>) -> Option<u32> {
    let is_it = |other: &OtherMeridian| {
        Some(other.code) == geographic || datum.is_some() && proj_core::lookup_datum_code_for_crs(other.code) == datum
    };
    let found = OTHER_MERIDIANS.into_iter().find(is_it)?;
    (found.greenwich != found.code).then_some(found.greenwich)
}
