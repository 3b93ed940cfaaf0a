//! What a photo says of where, when and which way it was taken: Exif 3.0 (CIPA DC-008, JEITA CP-3451), in JPEG, PNG, WebP,
//! TIFF and HEIF. Nothing else of what its camera wrote, such as serial numbers or owners, is read.

use std::io::{BufRead, Read, Seek, SeekFrom};

use exif::{Exif, In, Rational, Tag, Value};
use serde_json::{Map, Number, Value as Json};

use super::day::Day;
use super::read::shortened;
use crate::geometry::Coord;

/// No more of a file is read: what is looked for stands before the pixels, or beside them in a box of its own.
const MOST_BYTES: u64 = 64 << 20;

/// What directions are counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum North {
    /// The pole.
    True,
    /// Where a compass points; how far that is from the pole depends on place and year.
    Magnetic,
    /// It is not said.
    Unsaid,
}

/// What a photo says of itself.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PhotoFacts {
    /// Where it was taken.
    pub at: Option<Coord<f64>>,
    /// When, as it is recorded: `2025-06-01T14:03:22`, with the zone behind it where one is recorded.
    pub time: Option<String>,
    /// Which way, in degrees clockwise.
    pub direction: Option<(f64, North)>,
    /// How high above the sea, in metres.
    pub altitude_m: Option<f64>,
    /// How exact the place is by the receiver's own word, in metres.
    pub accuracy_m: Option<f64>,
    /// How its pixels lie, 1 to 8 as Exif counts; 1 where nothing is said.
    pub orientation: u8,
    /// What is doubtful, in words.
    pub notes: Vec<String>,
    /// Why it has no place.
    pub why_not: String,
}

/// Whether a file is of the HEIF kind, by its first bytes.
pub fn is_heif(bytes: &[u8]) -> bool {
    const BRANDS: [&[u8]; 8] = [b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif"];
    bytes.get(4..8) == Some(b"ftyp") && bytes.get(8..12).is_some_and(|brand| BRANDS.contains(&brand))
}

/// A reader of no more than so many bytes.
struct Capped<R> {
    inner: R,
    left: u64,
}

impl<R: BufRead> Read for Capped<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        let count = self.inner.read(&mut buffer[..most])?;
        self.left -= count as u64;
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Capped<R> {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        let there = self.inner.fill_buf()?;
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(there.len());
        Ok(&there[..most])
    }

    fn consume(&mut self, amount: usize) {
        self.left = self.left.saturating_sub(amount as u64);
        self.inner.consume(amount);
    }
}

impl<R: Seek> Seek for Capped<R> {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.inner.seek(to)
    }
}

/// Reads what a photo says of itself. One that says nothing has no place, and says why.
pub fn read(source: impl BufRead + Seek) -> PhotoFacts {
    let mut reader = exif::Reader::new();
    reader.continue_on_error(true);
    let read = reader.read_from_container(&mut Capped { inner: source, left: MOST_BYTES });
    let mut damaged = false;
    let read = read.or_else(|error| error.distill_partial_result(|errors| damaged = !errors.is_empty()));
    match read {
        Ok(exif) => {
            let mut facts = facts(&exif);
            // Much that is not looked for here is often damaged, such as thumbnails.
            if damaged && facts.at.is_none() {
                facts.why_not.push_str("; some of them are damaged");
            }
            facts
        }
        Err(exif::Error::NotFound(_)) => nothing("it has no Exif data, which hold the position"),
        Err(_) => nothing("its Exif data cannot be read; they may be damaged"),
    }
}

fn nothing(why_not: &str) -> PhotoFacts {
    PhotoFacts { orientation: 1, why_not: why_not.to_owned(), ..PhotoFacts::default() }
}

fn facts(exif: &Exif) -> PhotoFacts {
    let mut notes = Vec::new();
    let (at, why_not) = match place(exif, &mut notes) {
        Ok(at) => (Some(at), String::new()),
        Err(why) => (None, why),
    };
    let direction = number(exif, Tag::GPSImgDirection).and_then(|direction| {
        let north = match letter(exif, Tag::GPSImgDirectionRef) {
            Some('T') => North::True,
            Some('M') => North::Magnetic,
            _ => North::Unsaid,
        };
        let is_good = (0.0..=360.0).contains(&direction);
        if !is_good {
            notes.push(format!("its direction, {direction}, is none and is left out"));
        }
        is_good.then_some((direction % 360.0, north))
    });
    let altitude_m = number(exif, Tag::GPSAltitude).map(|altitude_m| {
        let is_below = exif.get_field(Tag::GPSAltitudeRef, In::PRIMARY).and_then(|field| field.value.get_uint(0));
        if matches!(is_below, Some(1 | 3)) { -altitude_m } else { altitude_m }
    });
    let altitude_m = altitude_m.filter(|altitude_m| (-12_000.0..=50_000.0).contains(altitude_m));
    let accuracy_m = number(exif, Tag::GPSHPositioningError).filter(|metres| (0.0..=1e7).contains(metres));
    if letter(exif, Tag::GPSStatus) == Some('V') {
        notes.push("its receiver had no fix when it was taken: the place may be an earlier one".to_owned());
    }
    if let Some(datum) = words(exif, Tag::GPSMapDatum)
        && !datum.to_uppercase().replace(['-', ' ', '_'], "").starts_with("WGS84")
    {
        notes.push(format!("its place is counted in {}, and is taken for WGS 84", shortened(&datum)));
    }
    let orientation = exif.get_field(Tag::Orientation, In::PRIMARY).and_then(|field| field.value.get_uint(0));
    let orientation =
        orientation.and_then(|number| u8::try_from(number).ok()).filter(|number| (1..=8).contains(number));
    let time = time(exif, &mut notes);
    PhotoFacts { at, time, direction, altitude_m, accuracy_m, orientation: orientation.unwrap_or(1), notes, why_not }
}

fn rationals(exif: &Exif, tag: Tag) -> Option<&[Rational]> {
    match &exif.get_field(tag, In::PRIMARY)?.value {
        Value::Rational(all) => Some(all),
        _ => None,
    }
}

fn of_rational(rational: &Rational) -> Option<f64> {
    (rational.denom != 0).then(|| f64::from(rational.num) / f64::from(rational.denom))
}

fn number(exif: &Exif, tag: Tag) -> Option<f64> {
    rationals(exif, tag)?.first().and_then(of_rational)
}

fn words(exif: &Exif, tag: Tag) -> Option<String> {
    match &exif.get_field(tag, In::PRIMARY)?.value {
        Value::Ascii(all) => {
            let text = String::from_utf8_lossy(all.first()?).trim_matches(['\0', ' ']).to_owned();
            (!text.is_empty()).then_some(text)
        }
        _ => None,
    }
}

fn letter(exif: &Exif, tag: Tag) -> Option<char> {
    words(exif, tag)?.chars().next().map(|letter| letter.to_ascii_uppercase())
}

fn place(exif: &Exif, notes: &mut Vec<String>) -> Result<Coord<f64>, String> {
    let (Some(lat), Some(lon)) = (rationals(exif, Tag::GPSLatitude), rationals(exif, Tag::GPSLongitude)) else {
        return Err("its Exif data hold no position".to_owned());
    };
    let lat = degrees(lat).filter(|lat| *lat <= 90.0).ok_or("its latitude is not a number of degrees")?;
    let lon = degrees(lon).filter(|lon| *lon <= 180.0).ok_or("its longitude is not a number of degrees")?;
    if lat == 0.0 && lon == 0.0 {
        return Err("its position is 0°, 0°, which cameras write that know none".to_owned());
    }
    let mut sign = |tag: Tag, [plus, minus]: [char; 2], what: &str, usual: &str| match letter(exif, tag) {
        Some(letter) if letter == plus => 1.0,
        Some(letter) if letter == minus => -1.0,
        _ => {
            notes.push(format!("it does not say whether its {what}; it is taken for {usual}"));
            1.0
        }
    };
    let lat = lat * sign(Tag::GPSLatitudeRef, ['N', 'S'], "latitude is north or south", "north");
    let lon = lon * sign(Tag::GPSLongitudeRef, ['E', 'W'], "longitude is east or west", "east");
    Ok(Coord { x: lon, y: lat })
}

/// Degrees, minutes and seconds, of which the last may be missing, or be nothing of nothing.
fn degrees(parts: &[Rational]) -> Option<f64> {
    let whole = of_rational(parts.first()?)?;
    let mut sum = whole;
    for (part, unit) in parts.iter().skip(1).zip([60.0, 3600.0]) {
        let value = match of_rational(part) {
            Some(value) if (0.0..=60.0).contains(&value) => value,
            None if part.num == 0 => 0.0,
            _ => return None,
        };
        sum += value / unit;
    }
    Some(sum)
}

/// When it was taken, with the zone that is recorded; what the receiver says in its own time only where the camera says
/// nothing.
fn time(exif: &Exif, notes: &mut Vec<String>) -> Option<String> {
    for (tag, zone) in
        [(Tag::DateTimeOriginal, Tag::OffsetTimeOriginal), (Tag::DateTimeDigitized, Tag::OffsetTimeDigitized)]
    {
        let Some(text) = words(exif, tag) else { continue };
        let Some(time) = date_time(&text) else {
            // Cameras whose clock was never set write noughts.
            if text.bytes().any(|byte| (b'1'..=b'9').contains(&byte)) {
                notes.push(format!("its time, {}, is none and is left out", shortened(&text)));
            }
            continue;
        };
        let zone = words(exif, zone)
            .filter(|zone| is_zone(zone))
            .or_else(|| words(exif, Tag::OffsetTime).filter(|zone| is_zone(zone)));
        return Some(format!("{time}{}", zone.unwrap_or_default()));
    }
    let day = words(exif, Tag::GPSDateStamp)?;
    let clock = rationals(exif, Tag::GPSTimeStamp)?;
    let [hour, minute, second] = clock else { return None };
    let [hour, minute, second] = [hour, minute, second].map(|part| of_rational(part).unwrap_or(99.0).floor());
    let time = date_time(&format!("{day} {hour:02}:{minute:02}:{second:02}"))?;
    notes.push("its time is that of its receiver, in UTC: its camera recorded none".to_owned());
    Some(format!("{time}Z"))
}

/// `2025:06:01 14:03:22` as `2025-06-01T14:03:22`; nothing of a day or an hour that there is not.
fn date_time(text: &str) -> Option<String> {
    let (day, clock) = text.trim().split_once([' ', 'T'])?;
    let day = day.replace(':', "-");
    day.parse::<Day>().ok().filter(|_| day.len() == 10)?;
    let clock = clock.get(..8)?;
    let parts: Vec<u8> =
        clock.split(':').map(|part| part.parse().ok().filter(|_| part.len() == 2)).collect::<Option<_>>()?;
    let [hour, minute, second] = parts[..] else { return None };
    (hour < 24 && minute < 60 && second <= 60).then(|| format!("{day}T{clock}"))
}

fn is_zone(zone: &str) -> bool {
    zone == "Z"
        || matches!(zone.as_bytes(), [b'+' | b'-', h, i, b':', m, n] if [h, i, m, n].into_iter().all(u8::is_ascii_digit))
}

impl North {
    /// As properties have it; nothing where it is not said.
    pub fn word(self) -> Option<&'static str> {
        match self {
            Self::True => Some("true"),
            Self::Magnetic => Some("magnetic"),
            Self::Unsaid => None,
        }
    }
}

/// The names of the properties that a photo's point has.
pub const PROPERTIES: [&str; 7] =
    ["photo", "time", "direction_deg", "direction_reference", "altitude_m", "position_accuracy_m", "photo_notes"];

impl PhotoFacts {
    /// What of it stands in the properties of its point: all that is shown of it, and no more.
    pub fn properties(&self, file_name: &str) -> Map<String, Json> {
        let mut properties = Map::new();
        let number = |value: f64, scale: f64| Number::from_f64((value * scale).round() / scale).map(Json::from);
        let mut put = |name: &str, value: Option<Json>| {
            properties.extend(value.map(|value| (name.to_owned(), value)));
        };
        put("photo", Some(file_name.into()));
        put("time", self.time.clone().map(Json::from));
        put("direction_deg", self.direction.and_then(|(degrees, _)| number(degrees, 100.0)));
        put("direction_reference", self.direction.and_then(|(_, north)| north.word()).map(Json::from));
        put("altitude_m", self.altitude_m.and_then(|metres| number(metres, 10.0)));
        put("position_accuracy_m", self.accuracy_m.and_then(|metres| number(metres, 10.0)));
        put("photo_notes", (!self.notes.is_empty()).then(|| self.notes.join("; ").into()));
        properties
    }
}

/// The time of a photo's point in words.
pub fn time_words(time: &str) -> String {
    let (day, clock) = time.split_once('T').unwrap_or((time, ""));
    let day = day.parse::<Day>().map_or_else(|_| shortened(day), |day| day.to_string());
    let zone_at = clock.find(['+', '-', 'Z']).unwrap_or(clock.len());
    let (clock, zone) = clock.split_at(zone_at);
    let zone = match zone {
        "" => "by the camera’s clock, zone not recorded".to_owned(),
        "Z" => "UTC".to_owned(),
        zone => format!("UTC{}", zone.replace('-', "−")),
    };
    format!("{day}, {}, {zone}", shortened(clock))
}

/// A direction in words: 271° (west), from magnetic north.
pub fn direction_words(degrees: f64, reference: Option<&str>) -> String {
    const NAMES: [&str; 8] = ["north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west"];
    let name = NAMES[((degrees.rem_euclid(360.0) / 45.0).round() as usize) % 8];
    let from = match reference {
        Some("true") => "counted from true north",
        Some("magnetic") => "counted from magnetic north, not corrected",
        _ => "it is not said whether from true or magnetic north",
    };
    format!("{degrees:.0}° ({name}); {from}")
}

#[cfg(test)]
pub(crate) mod tests {
    use std::io::Cursor;

    use exif::Field;
    use exif::experimental::Writer;

    use super::*;

    /// Exif data with these fields.
    pub(crate) fn exif_bytes(fields: &[(Tag, Value)]) -> Vec<u8> {
        let fields: Vec<Field> =
            fields.iter().map(|(tag, value)| Field { tag: *tag, ifd_num: In::PRIMARY, value: value.clone() }).collect();
        let mut writer = Writer::new();
        fields.iter().for_each(|field| writer.push_field(field));
        let mut bytes = Cursor::new(Vec::new());
        writer.write(&mut bytes, false).unwrap();
        bytes.into_inner()
    }

    /// A JPEG of a few pixels with these fields.
    pub(crate) fn jpeg(fields: &[(Tag, Value)]) -> Vec<u8> {
        let mut plain = Cursor::new(Vec::new());
        let picture = image::RgbImage::from_fn(12, 8, |x, y| image::Rgb([x as u8 * 20, y as u8 * 30, 90]));
        picture.write_to(&mut plain, image::ImageFormat::Jpeg).unwrap();
        let plain = plain.into_inner();
        let body = [b"Exif\0\0", &*exif_bytes(fields)].concat();
        let length = (body.len() as u16 + 2).to_be_bytes();
        [&plain[..2], b"\xff\xe1", &length, &body, &plain[2..]].concat()
    }

    pub(crate) fn text(words: &str) -> Value {
        Value::Ascii(vec![words.as_bytes().to_vec()])
    }

    pub(crate) fn parts(all: &[(u32, u32)]) -> Value {
        Value::Rational(all.iter().map(|(num, denom)| Rational { num: *num, denom: *denom }).collect())
    }

    pub(crate) fn placed() -> Vec<(Tag, Value)> {
        vec![
            (Tag::GPSLatitudeRef, text("N")),
            (Tag::GPSLatitude, parts(&[(48, 1), (44, 1), (2004, 100)])),
            (Tag::GPSLongitudeRef, text("E")),
            (Tag::GPSLongitude, parts(&[(37, 1), (35, 1), (384, 100)])),
        ]
    }

    fn of(fields: &[(Tag, Value)]) -> PhotoFacts {
        read(Cursor::new(jpeg(fields)))
    }

    #[test]
    fn a_photo_says_where_when_and_which_way() {
        let mut fields = placed();
        fields.extend([
            (Tag::DateTimeOriginal, text("2025:06:01 14:03:22")),
            (Tag::OffsetTimeOriginal, text("+03:00")),
            (Tag::GPSImgDirection, parts(&[(27_150, 100)])),
            (Tag::GPSImgDirectionRef, text("M")),
            (Tag::GPSAltitude, parts(&[(1435, 10)])),
            (Tag::GPSAltitudeRef, Value::Byte(vec![0])),
            (Tag::GPSHPositioningError, parts(&[(48, 10)])),
            (Tag::Orientation, Value::Short(vec![6])),
        ]);
        let facts = of(&fields);
        let at = facts.at.unwrap();
        assert!((at.x - 37.5844).abs() < 1e-9 && (at.y - 48.738_9).abs() < 1e-9, "{at:?}");
        assert_eq!(facts.time.as_deref(), Some("2025-06-01T14:03:22+03:00"));
        assert_eq!((facts.direction, facts.altitude_m), (Some((271.5, North::Magnetic)), Some(143.5)));
        assert_eq!((facts.accuracy_m, facts.orientation, facts.notes.len()), (Some(4.8), 6, 0));
        let properties = facts.properties("a.jpg");
        assert_eq!(properties["direction_reference"], "magnetic");
        assert!(properties.keys().all(|name| PROPERTIES.contains(&name.as_str())));
    }

    #[test]
    fn south_and_west_are_minus_and_what_is_not_said_is_told() {
        let mut fields = placed();
        fields[0].1 = text("S");
        fields[2].1 = text("W");
        let at = of(&fields).at.unwrap();
        assert!(at.x < -37.0 && at.y < -48.0);
        let unsaid: Vec<_> = placed().into_iter().filter(|(tag, _)| *tag != Tag::GPSLongitudeRef).collect();
        let facts = of(&unsaid);
        assert!(facts.at.unwrap().x > 37.0 && facts.notes[0].contains("east or west"), "{:?}", facts.notes);
    }

    #[test]
    fn numbers_that_are_none_are_no_place_and_no_time() {
        for (lat, part) in [
            (vec![(0, 0), (0, 0), (0, 0)], "latitude"),
            (vec![(91, 1), (0, 1), (0, 1)], "latitude"),
            (vec![(48, 1), (99, 1), (0, 1)], "latitude"),
            (vec![], "latitude"),
        ] {
            let mut fields = placed();
            fields[1].1 = parts(&lat);
            let facts = of(&fields);
            assert!(facts.at.is_none() && facts.why_not.contains(part), "{lat:?}: {}", facts.why_not);
        }
        let mut fields = placed();
        fields[1].1 = parts(&[(0, 1), (0, 1), (0, 1)]);
        fields[3].1 = parts(&[(0, 1), (0, 1), (0, 1)]);
        assert!(of(&fields).why_not.contains("0°, 0°"));
        // Seconds that are nothing of nothing are none.
        let mut fields = placed();
        fields[1].1 = parts(&[(48, 1), (30, 1), (0, 0)]);
        assert_eq!(of(&fields).at.unwrap().y, 48.5);
        for (time, note) in
            [("0000:00:00 00:00:00", false), ("2025:02:30 10:00:00", true), ("    :  :     :  :  ", false)]
        {
            let mut fields = placed();
            fields.push((Tag::DateTimeOriginal, text(time)));
            fields.push((Tag::GPSImgDirection, parts(&[(7, 0)])));
            let facts = of(&fields);
            assert_eq!((facts.time, facts.direction, !facts.notes.is_empty()), (None, None, note), "{time}");
        }
    }

    #[test]
    fn a_time_without_a_zone_has_none_and_a_receivers_is_utc() {
        let mut fields = placed();
        fields.push((Tag::DateTimeOriginal, text("2025:06:01 14:03:22")));
        let facts = of(&fields);
        assert_eq!(facts.time.as_deref(), Some("2025-06-01T14:03:22"));
        assert!(time_words("2025-06-01T14:03:22").contains("zone not recorded"));
        assert_eq!(time_words("2025-06-01T14:03:22-05:00"), "1 Jun 2025, 14:03:22, UTC−05:00");
        let mut fields = placed();
        fields.push((Tag::GPSDateStamp, text("2025:06:01")));
        fields.push((Tag::GPSTimeStamp, parts(&[(11, 1), (3, 1), (2299, 100)])));
        let facts = of(&fields);
        assert_eq!(facts.time.as_deref(), Some("2025-06-01T11:03:22Z"));
        assert!(facts.notes[0].contains("UTC"));
        assert!(direction_words(271.5, Some("magnetic")).starts_with("272° (west)"));
    }

    #[test]
    fn what_is_no_photo_says_why() {
        assert!(read(Cursor::new(b"GIF89a".to_vec())).why_not.contains("cannot be read"));
        let mut plain = Cursor::new(Vec::new());
        image::RgbImage::new(2, 2).write_to(&mut plain, image::ImageFormat::Jpeg).unwrap();
        let facts = read(Cursor::new(plain.into_inner()));
        assert!(facts.at.is_none() && facts.why_not.contains("no Exif"), "{}", facts.why_not);
        let whole = jpeg(&placed());
        for end in [3, 20, 60, 120] {
            assert!(read(Cursor::new(&whole[..end])).at.is_none());
        }
    }
}
