//! Numbers of the grids are PROJ's (9.5.1, by pyproj) and GeographicLib's (GeoConvert 2.1); all else is written by hand.

use proptest::prelude::*;

use super::*;
use crate::geometry::measure::line_length_m;
use geo::LineString;

fn first(text: &str) -> Reading {
    readings(text).unwrap_or_else(|error| panic!("{text}: {error}"))[0]
}

/// Whether the first reading of a text is this place, to a tenth of a millimetre or so.
fn is_at(text: &str, lat: f64, lon: f64) {
    let at = first(text).at;
    assert!((at.x - lon).abs() < 1e-9 && (at.y - lat).abs() < 1e-9, "{text} is read as {} {}", at.y, at.x);
}

#[test]
fn two_numbers_are_read_in_every_usual_form() {
    for text in [
        "48.62, 37.55",
        "48.62 37.55",
        "48,62; 37,55",
        "48,62 37,55",
        "48,62, 37,55",
        "48,62,37,55",
        "48.62,37.55",
        "48.62 / 37.55",
        "(48.62, 37.55)",
        "[48.62; 37.55]",
        "48.62\t37.55",
        "48.62°, 37.55°",
        "+48.62 +37.55",
        "+48.62+037.55/",
        "\u{202a}48.62, 37.55\u{202c}",
    ] {
        is_at(text, 48.62, 37.55);
        assert_eq!(first(text).how, How::LatitudeFirst, "{text}");
    }
    is_at("48, 37", 48.0, 37.0);
    is_at("48,37", 48.0, 37.0);
    is_at("-33.857, 151.215", -33.857, 151.215);
    is_at("−33.857 −151.215", -33.857, -151.215);
}

#[test]
fn letters_and_words_say_which_is_the_latitude() {
    for text in [
        "48.62N 37.55E",
        "48.62 N, 37.55 E",
        "N48.62 E37.55",
        "N 48.62° E 37.55°",
        "37.55E 48.62N",
        "E37.55, N48.62",
        "48.62° N 37.55",
        "lat 48.62 lon 37.55",
        "lat: 48.62, lng: 37.55",
        "lon=37.55 lat=48.62",
        "{\"lat\": 48.62, \"lon\": 37.55}".trim_matches(['{', '}']).replace('"', "").as_str(),
        "48.62 пн. ш. 37.55 сх. д.",
        "48,62° пн. ш., 37,55° сх. д.",
        "48.62° північної широти, 37.55° східної довготи",
        "48.62 с. ш. 37.55 в. д.",
        "широта 48.62 довгота 37.55",
        "37.55° східної довготи 48.62° північної широти",
    ] {
        is_at(text, 48.62, 37.55);
        assert_eq!(readings(text).unwrap().len(), 1, "{text}");
    }
    is_at("33.857 S 151.215 E", -33.857, 151.215);
    is_at("12.5 пд. ш. 77.1 зх. д.", -12.5, -77.1);
}

#[test]
fn minutes_and_seconds_are_read_with_all_their_marks() {
    let (lat, lon) = (48.0 + 37.0 / 60.0 + 12.0 / 3600.0, 37.0 + 33.0 / 60.0);
    for text in [
        "48°37'12\"N 37°33'00\"E",
        "48°37′12″ N 37°33′0″ E",
        "48° 37' 12'' N, 37° 33' 0'' E",
        "N 48° 37’ 12” E 37° 33’ 0”",
        "48º37´12´´N 37º33´E",
        "48°37'12\" 37°33'",
        "48 37 12, 37 33 0",
        "48 37 12 37 33 0",
        "48 37 12 N 37 33 0 E",
        "48-37-12N 37-33-00E",
        "48:37:12N 37:33:00E",
        "48° 37.2′ N 37° 33′ E",
        "48 37.2 37 33.0",
        "N 48 37.2 E 37 33.0",
        "48°37,2' пн. ш. 37°33' сх. д.",
        "48°37′12″ пн. ш. 37°33′00″ сх. д.",
        "48 deg 37 min 12 sec N 37 deg 33 min E",
    ] {
        is_at(text, lat, lon);
    }
    is_at("33°51′25.2″S 151°12′54″E", -33.857, 151.215);
    is_at("-0°30' 10°", -0.5, 10.0);
}

#[test]
fn where_nothing_says_which_is_which_both_are_offered() {
    let all = readings("48.62, 37.55").unwrap();
    let places: Vec<_> = all.iter().map(|reading| (reading.at.y, reading.at.x, reading.how)).collect();
    assert_eq!(places, [(48.62, 37.55, How::LatitudeFirst), (37.55, 48.62, How::LongitudeFirst)]);
    // What cannot be a latitude is none.
    assert_eq!(readings("151.2, -33.8").unwrap().len(), 1);
    assert_eq!(first("151.2, -33.8").how, How::LongitudeFirst);
    assert_eq!(readings("-33.8 151.2").unwrap().len(), 1);
    assert_eq!(readings("45 45").unwrap().len(), 1);
    // In well-known text the longitude stands first.
    is_at("POINT(37.55 48.62)", 48.62, 37.55);
    is_at("Point (37.55 48.62)", 48.62, 37.55);
}

#[test]
fn addresses_and_links_to_maps_are_read() {
    for (text, lat, lon) in [
        ("geo:48.62,37.55", 48.62, 37.55),
        ("GEO:48.62,37.55,120;crs=wgs84;u=35", 48.62, 37.55),
        ("geo:0,0?q=48.62,37.55(Some%20place)", 48.62, 37.55),
        ("https://www.openstreetmap.org/#map=12/48.62/37.55", 48.62, 37.55),
        ("https://www.openstreetmap.org/?mlat=48.62&mlon=37.55#map=8/50.1/30.2", 48.62, 37.55),
        ("https://www.openstreetmap.org/node/123#map=19/48.62000/37.55000&layers=H", 48.62, 37.55),
        ("openstreetmap.org/#map=12/48.62/37.55", 48.62, 37.55),
        ("https://www.google.com/maps/@48.62,37.55,12z", 48.62, 37.55),
        ("https://www.google.com/maps/@48.62,37.55,1500m/data=!3m1!1e3", 48.62, 37.55),
        ("https://www.google.com/maps?q=48.62,37.55", 48.62, 37.55),
        ("https://maps.google.com/?ll=48.62,37.55&z=10", 48.62, 37.55),
        ("https://www.google.com/maps/search/?api=1&query=48.62%2C37.55", 48.62, 37.55),
        ("https://www.google.com/maps/search/48.62,+37.55", 48.62, 37.55),
        (
            "https://www.google.com/maps/place/Town/@50.1,30.2,13z/data=!3m1!4b1!4m6!3m5!1s0x0:0x0!8m2!3d48.62!4d37.55!16s",
            48.62,
            37.55,
        ),
        ("https://www.google.com/maps/place/48%C2%B037'12.0%22N+37%C2%B033'00.0%22E/@50.1,30.2,17z", 48.62, 37.55),
        ("https://maps.apple.com/?ll=48.62,37.55&q=Pin", 48.62, 37.55),
        ("https://www.bing.com/maps?cp=48.62~37.55&lvl=11", 48.62, 37.55),
        ("https://yandex.com/maps/?ll=37.55%2C48.62&z=12", 48.62, 37.55),
        ("https://map.example/#11.5/48.62/37.55", 48.62, 37.55),
        ("https://map.example/?lat=48.62&lng=37.55", 48.62, 37.55),
    ] {
        is_at(text, lat, lon);
        assert_eq!(readings(text).unwrap().len(), 1, "{text}");
    }
    for text in ["https://maps.app.goo.gl/AbC123", "https://www.example.org/2025/12/15/page", "http://"] {
        assert_eq!(readings(text), Err(CoordinateError::Link), "{text}");
    }
    assert_eq!(readings("geo:48.62,37.55;crs=EPSG:5564"), Err(CoordinateError::System("EPSG:5564".to_owned())));
    assert_eq!(readings("geo:95,37.55"), Err(CoordinateError::Beyond));
}

#[test]
fn utm_agrees_with_proj_to_a_tenth_of_a_millimetre() {
    // pyproj: EPSG:326xx and EPSG:327xx to EPSG:4326.
    for ((zone, north, easting, northing), (lon, lat)) in [
        ((37, true, 412345.0, 5389012.0), (37.80993868533211, 48.64801616838457)),
        ((37, true, 500000.0, 0.0), (38.99999999999999, 0.0)),
        ((36, true, 233456.78, 5123456.7), (29.54439173689191, 46.212432435484736)),
        ((37, true, 166021.5, 4999999.25), (34.757001724614156, 45.07458186768979)),
        ((1, false, 833978.4, 9999999.0), (-174.0000014082499, -9.034831057253213e-06)),
        ((60, true, 700000.0, 9300000.0), (-166.9778679547818, 83.4977872748196)),
        ((31, true, 448251.8, 5411932.7), (2.294500062530659, 48.85820020126414)),
        ((19, false, 350000.0, 1200000.0), (-76.17910306298072, -79.18620820780647)),
        ((33, true, 899999.0, 6000000.0), (21.104781658242533, 53.9929202227415)),
        ((56, false, 334873.0, 6252266.0), (151.21499783431727, -33.85700079663876)),
    ] {
        let ours = lon_lat_from_utm(zone, north, easting, northing);
        let off_m = line_length_m(&LineString(vec![ours, Coord { x: lon, y: lat }]));
        assert!(off_m < 1e-4, "zone {zone}, {easting} {northing}: {off_m} m off");
    }
}

#[test]
fn utm_is_read_with_band_or_hemisphere() {
    for text in [
        "37U 412345 5389012",
        "37 U 412345 5389012",
        "37U 412345mE 5389012mN",
        "37U 412345 m E 5389012 m N",
        "UTM 37U 412345 5389012",
        "UTM 37N 412345 5389012",
        "37N 412345 5389012",
        "37 North 412345 5389012",
        "WGS 84 UTM zone 37U 412345, 5389012",
        "37u 412345,0 5389012,0",
    ] {
        let all = readings(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(all[0].how, How::Utm { zone: 37, north: true }, "{text}");
        let at = all[0].at;
        assert!((at.x - 37.80993868533211).abs() < 1e-9 && (at.y - 48.64801616838457).abs() < 1e-9, "{text}");
    }
    // S is a band, and short for south: where both are possible both are offered.
    let hows = |text: &str| readings(text).unwrap().iter().map(|reading| reading.how).collect::<Vec<_>>();
    assert_eq!(hows("56S 334873 6252266"), [How::Utm { zone: 56, north: false }]);
    assert_eq!(hows("33S 500000 4000000"), [How::Utm { zone: 33, north: true }, How::Utm { zone: 33, north: false }]);
    for (text, says) in [
        ("61U 412345 5389012", "zones are numbered 1 to 60"),
        ("37U 12345 5389012", "the easting comes first"),
        ("37U 412345 1389012", "does not lie in the band U"),
        ("37I 412345 5389012", "no latitude band I"),
    ] {
        let error = readings(text).unwrap_err().to_string();
        assert!(error.contains(says), "{text}: {error}");
    }
}

#[test]
fn mgrs_agrees_with_geographiclib() {
    // GeoConvert -g -p 9, which gives the middle of the square too.
    for (text, lat, lon, square_m) in [
        ("37UDQ1234567890", 49.35742122568181, 37.79291901912649, 1),
        ("37UCP9314086229", 48.62000389366958, 37.55000261155686, 1),
        ("37UDQ12346789", 49.35746162255287, 37.79291114473878, 10),
        ("37UDQ1267", 49.35393162734134, 37.79513192452128, 1000),
        ("37UDQ16", 49.33180228048067, 37.83008227539596, 10_000),
        ("37UDQ", 49.20075620628002, 38.31363799408127, 100_000),
        ("31NAA0000000000", 0.00000451470850, -0.59232271808141, 1),
        ("32VLR1234512345", 63.19117848691883, 5.26928881383107, 1),
        ("56HLH3487352266", -33.85699636752737, 151.215_003_330_759_8, 1),
        ("18SUJ2338306479", 38.88944729598432, -77.03638871321688, 1),
        ("33XVG7459443593", 77.86549486089795, 13.91729034866149, 1),
        ("60CWS5000000000", -80.15487948874475, 179.620_260_628_986_4, 1),
        ("37UDV1234567890", 53.85210820444885, 37.66745690413774, 1),
        ("37UDA1234567890", 54.75060613317358, 37.638_115_855_962_3, 1),
    ] {
        let spaced = format!("{} {} {}", &text[..3], &text[3..5], &text[5..]);
        for text in [text, &text.to_lowercase(), &spaced] {
            let Reading { at, how } = first(text);
            assert_eq!(how, How::Mgrs { square_m }, "{text}");
            assert!((at.x - lon).abs() < 1e-10 && (at.y - lat).abs() < 1e-10, "{text}: {} {}", at.y, at.x);
        }
    }
    is_at("37U DQ 12345 67890", 49.35742122568181, 37.79291901912649);
    for (text, says) in [
        ("37UZZ1234567890", "zone 37 has no column Z"),
        ("37UDQ123456789", "as many digits east as north"),
        ("37UDQ123456789012", "at most five of each"),
        ("37UDI1234567890", "no row I of squares"),
        ("0UDQ1234567890", "no zone 0"),
        ("37UDF1234567890", "the band U has no row of squares F"),
        ("37ADQ1234567890", "at the poles"),
    ] {
        let error = readings(text).unwrap_err().to_string();
        assert!(error.contains(says), "{text}: {error}");
    }
}

#[test]
fn what_is_wrong_is_said() {
    for (text, error) in [
        ("", CoordinateError::None),
        ("Kramatorsk", CoordinateError::Word("Kramatorsk".to_owned())),
        ("48.62", CoordinateError::One),
        ("48°37′12″ N", CoordinateError::One),
        ("48.62 37.55 120", CoordinateError::TooMany),
        ("95 200", CoordinateError::Beyond),
        ("95 N 37 E", CoordinateError::Beyond),
        ("48°62′ N 37°33′ E", CoordinateError::Sixty(62.0)),
        ("48.5°37′ N 37°33′ E", CoordinateError::Decimals(48.5)),
        ("48.62 N 37.55 S", CoordinateError::Twice("latitude")),
        ("-48.62 S 37.55 E", CoordinateError::Sign),
        ("48.62 O 37.55 N", CoordinateError::Word("O".to_owned())),
        ("5,600 km²", CoordinateError::Word("km".to_owned())),
    ] {
        assert_eq!(readings(text), Err(error), "{text}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_fail(text in "\\PC{0,60}") {
        let _ = readings(&text);
    }

    #[test]
    fn no_text_of_its_signs_makes_it_fail(text in "[0-9NSEWuUdDqQ°'\"′″.,;:/ +−@!?#=&%пншсхд-]{0,40}") {
        if let Ok(all) = readings(&text) {
            prop_assert!(!all.is_empty());
            for Reading { at, .. } in all {
                prop_assert!(at.x.abs() <= 180.0 && at.y.abs() <= 90.0, "{text}: {at:?}");
            }
        }
    }

    #[test]
    fn links_never_make_it_fail(text in "(https://|geo:|www\\.google\\.)[a-z0-9./?#=&%,@!+;-]{0,60}") {
        let _ = readings(&text);
    }

    #[test]
    fn what_is_written_is_read_again(lat in -90.0..90.0f64, lon in -180.0..180.0f64) {
        let at = first(&format!("{lat:.6}, {lon:.6}")).at;
        prop_assert!((at.y - lat).abs() < 1e-6 && (at.x - lon).abs() < 1e-6);
        let dms = |value: f64, sides: [char; 2]| {
            let seconds = (value.abs() * 36_000.0).round();
            let side = sides[usize::from(value < 0.0)];
            format!("{}°{}′{:.1}″{side}", (seconds / 36_000.0).floor(), (seconds / 600.0).floor() % 60.0, seconds % 600.0 / 10.0)
        };
        let at = first(&format!("{} {}", dms(lat, ['N', 'S']), dms(lon, ['E', 'W']))).at;
        prop_assert!((at.y - lat).abs() < 2e-5 && (at.x - lon).abs() < 2e-5);
    }
}
