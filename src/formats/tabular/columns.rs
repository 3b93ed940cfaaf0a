//! In which columns of a table its places stand: as somebody has chosen, by the names of the columns in several languages, or
//! by what stands in them.

use super::choice::{First, PlaceColumns};
use super::grid::{Grid, Kind};
use crate::formats::coordinates::{How, readings};
use crate::formats::read::shortened;
use crate::formats::wkb;

/// Where the place of a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Columns {
    /// As well-known text or GeoJSON.
    Geometry(usize),
    Two {
        lat: usize,
        lon: usize,
    },
    One(usize, First),
    /// As names of places, and of regions in which they lie.
    Names(usize, Option<usize>),
}

/// Columns that were found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) columns: Columns,
    /// What is in doubt about them, in words.
    pub(super) doubt: Option<String>,
}

/// From so many rows it is told what a column holds.
const SAMPLE: usize = 500;

/// Names of columns, the surest first; those behind the bar (`""`) may mean something else.
const LATITUDE: &[&str] = &[
    "lat",
    "latitude",
    "широта",
    "latitud",
    "breitengrad",
    "lati",
    "latitudine",
    "geografischebreite",
    "",
    "northing",
    "north",
    "hochwert",
    "breite",
    "шир",
    "y",
];
const LONGITUDE: &[&str] = &[
    "lon",
    "lng",
    "long",
    "longitude",
    "довгота",
    "долгота",
    "longitud",
    "längengrad",
    "laengengrad",
    "longi",
    "longitudine",
    "geografischelänge",
    "",
    "easting",
    "east",
    "rechtswert",
    "länge",
    "laenge",
    "довг",
    "долг",
    "x",
];
const PLACE: &[&str] = &[
    "coordinates",
    "coords",
    "coordinate",
    "coord",
    "координати",
    "координаты",
    "koordinaten",
    "coordonnées",
    "coordonnees",
    "coordenadas",
    "latlon",
    "latlng",
    "latlong",
    "latitudelongitude",
    "широтадовгота",
    "широтадолгота",
    "lonlat",
    "lnglat",
    "longlat",
    "longitudelatitude",
    "довготаширота",
    "долготаширота",
    "mgrs",
    "utm",
    "gps",
    "geolocation",
    "location",
    "position",
    "geo",
    "point",
    "геолокація",
    "геолокация",
    "ubicación",
    "ubicacion",
    "standort",
];
/// Of these, the ones that say that the longitude or the latitude is first.
const LONGITUDE_FIRST: &[&str] =
    &["lonlat", "lnglat", "longlat", "longitudelatitude", "довготаширота", "долготаширота"];
const LATITUDE_FIRST: &[&str] = &["latlon", "latlng", "latlong", "latitudelongitude", "широтадовгота", "широтадолгота"];
const GEOMETRY: &[&str] = &[
    "wkt",
    "geom",
    "geometry",
    "thegeom",
    "geometrywkt",
    "wktgeom",
    "wktgeometry",
    "wkb",
    "ewkb",
    "ewkt",
    "wkbgeometry",
    "geog",
    "geography",
    "geojson",
    "geometrie",
    "géométrie",
    "geometria",
    "геометрія",
    "геометрия",
    "shape",
];

/// Names of columns of names of places, the surest first.
const PLACE_NAME: &[&str] = &[
    "place",
    "placename",
    "settlement",
    "town",
    "city",
    "village",
    "locality",
    "населенийпункт",
    "населённыйпункт",
    "населенныйпункт",
    "місто",
    "город",
    "село",
    "місце",
    "место",
    "ort",
    "stadt",
    "gemeinde",
    "lieu",
    "ville",
    "lugar",
    "ciudad",
    "miejscowość",
    "location",
    "name",
    "назва",
    "название",
];
/// The same of the regions in which they lie: the smaller region says more.
const REGION: &[&str] = &[
    "raion",
    "rayon",
    "район",
    "district",
    "county",
    "kreis",
    "oblast",
    "область",
    "region",
    "регіон",
    "регион",
    "province",
    "state",
    "bundesland",
    "région",
    "département",
    "región",
    "provincia",
    "województwo",
    "admin1",
    "country",
    "країна",
    "страна",
    "land",
    "pays",
    "país",
];

/// What may stand in the name of a column and says nothing of which number it is.
const FILLERS: &[&str] = &[
    "deg",
    "degree",
    "degrees",
    "dd",
    "dec",
    "decimal",
    "wgs84",
    "wgs",
    "84",
    "gps",
    "coord",
    "coordinate",
    "grad",
    "град",
    "градуси",
    "градусы",
    "dms",
    "°",
    "n",
    "e",
    "м",
    "m",
];

/// A name in small letters without signs and fillers.
fn plain(name: &str) -> String {
    let small = name.to_lowercase();
    let words = || small.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    let telling: String = words().filter(|word| !FILLERS.contains(word)).collect();
    if telling.is_empty() { words().collect() } else { telling }
}

/// What each column is called where it is chosen: its name, or its number where it has none or not alone.
pub(super) fn labels(names: &[String]) -> Vec<String> {
    let count = |name: &String| names.iter().filter(|other| *other == name).count();
    // Of very many columns nobody chooses.
    let few = names.len() <= 1000;
    let label = |(index, name): (usize, &String)| match !name.is_empty() && (!few || count(name) == 1) {
        true => name.clone(),
        false => format!("column {}", index + 1),
    };
    names.iter().enumerate().map(label).collect()
}

/// The columns that are called as names of places are, and as the regions in which these lie.
pub(super) fn likely_names(names: &[String]) -> (Option<usize>, Option<usize>) {
    let plain: Vec<String> = names.iter().map(|name| plain(name)).collect();
    let called = |known: &[&str]| known.iter().find_map(|known| plain.iter().position(|own| own == known));
    let place = called(PLACE_NAME);
    (place, called(REGION).filter(|region| Some(*region) != place))
}

/// The columns that are chosen.
///
/// # Errors
/// A text that says which is not there.
pub(super) fn chosen(places: &PlaceColumns, labels: &[String]) -> Result<Columns, String> {
    let find = |wanted: &String| {
        labels.iter().position(|label| label == wanted).ok_or_else(|| {
            format!(
                "there is no column “{}” for its places, only {}; read the table anew",
                shortened(wanted),
                super::listed(labels)
            )
        })
    };
    Ok(match places {
        PlaceColumns::Two { latitude, longitude } => Columns::Two { lat: find(latitude)?, lon: find(longitude)? },
        PlaceColumns::One { column, first } => Columns::One(find(column)?, *first),
        PlaceColumns::Geometry { column } => Columns::Geometry(find(column)?),
        PlaceColumns::Names { column, within } => Columns::Names(find(column)?, within.as_ref().map(find).transpose()?),
    })
}

/// The same in the words of a choice.
pub(super) fn as_choice(columns: Columns, labels: &[String]) -> PlaceColumns {
    let label = |column: usize| labels.get(column).cloned().unwrap_or_default();
    match columns {
        Columns::Geometry(column) => PlaceColumns::Geometry { column: label(column) },
        Columns::Two { lat, lon } => PlaceColumns::Two { latitude: label(lat), longitude: label(lon) },
        Columns::One(column, first) => PlaceColumns::One { column: label(column), first },
        Columns::Names(column, within) => PlaceColumns::Names { column: label(column), within: within.map(label) },
    }
}

/// Finds the columns of places of a table whose names stand in the row `head`; `is_named` leaves aside what only the cells
/// tell.
pub(super) fn find(grid: &Grid, head: usize, names: &[String], is_named: bool) -> Option<Found> {
    let plain: Vec<String> = names.iter().map(|name| plain(name)).collect();
    // Which column, and how sure its name is.
    let by_name = |known: &[&str]| {
        let sure = known.iter().position(|name| name.is_empty()).unwrap_or(known.len());
        let of = |name: &str| plain.iter().position(|own| own == name).filter(|_| !name.is_empty());
        known.iter().enumerate().find_map(|(rank, name)| Some((of(name)?, rank < sure)))
    };
    let rows = || head + 1..grid.count().min(head + 1 + SAMPLE);
    let share = |column: usize, fits: &dyn Fn(&str) -> bool| {
        let cells = || rows().map(|row| grid.words(row, column)).filter(|words| !words.is_empty());
        (cells().filter(|words| fits(words)).count(), cells().count())
    };
    let some = |column: usize, fits: &dyn Fn(&str) -> bool| share(column, fits).0 > 0 || rows().is_empty();
    let name = |column: usize| shortened(&names[column]);
    if let (Some((lat, is_sure)), Some((lon, is_sure_too))) = (by_name(LATITUDE), by_name(LONGITUDE))
        && some(lat, &is_half)
        && some(lon, &is_half)
    {
        let doubt = format!("“{}” is taken for the latitude and “{}” for the longitude", name(lat), name(lon));
        return Some(Found { columns: Columns::Two { lat, lon }, doubt: (!is_sure || !is_sure_too).then_some(doubt) });
    }
    let all_by_name = |known: &'static [&'static str]| {
        let plain = &plain;
        known.iter().filter_map(move |name| Some((plain.iter().position(|own| own == name)?, *name)))
    };
    for (column, word) in all_by_name(PLACE) {
        if some(column, &is_place) {
            let said = match () {
                () if LONGITUDE_FIRST.contains(&word) => Some(First::Longitude),
                () if LATITUDE_FIRST.contains(&word) => Some(First::Latitude),
                () => None,
            };
            let (first, doubt) = match said {
                Some(first) => (first, None),
                None => order_of(rows().map(|row| grid.words(row, column)), &name(column)),
            };
            return Some(Found { columns: Columns::One(column, first), doubt });
        }
    }
    if let Some((column, _)) = all_by_name(GEOMETRY).find(|(column, _)| some(*column, &is_geometry)) {
        return Some(Found { columns: Columns::Geometry(column), doubt: None });
    }
    // Names that are known, whatever stands below them: what is wrong with it is said row by row.
    if let (Some((lat, _)), Some((lon, _))) = (by_name(LATITUDE), by_name(LONGITUDE)) {
        return Some(Found { columns: Columns::Two { lat, lon }, doubt: None });
    }
    if let Some((column, _)) = all_by_name(&PLACE[..16]).chain(all_by_name(&["mgrs", "utm"])).next() {
        return Some(Found { columns: Columns::One(column, First::Latitude), doubt: None });
    }
    if let Some((column, _)) = all_by_name(&GEOMETRY[..6]).next() {
        return Some(Found { columns: Columns::Geometry(column), doubt: None });
    }
    if is_named {
        return None;
    }
    by_cells(grid, head, names, &share)
}

/// How many cells of a column fit, and how many there are.
type Share<'a> = dyn Fn(usize, &dyn Fn(&str) -> bool) -> (usize, usize) + 'a;

/// A column of which nearly all cells are places of one kind, whatever it is called.
fn by_cells(grid: &Grid, head: usize, names: &[String], share: &Share<'_>) -> Option<Found> {
    /// Of so many columns the cells are looked at.
    const MOST_COLUMNS: usize = 200;
    let nearly_all = |column: usize, fits: &dyn Fn(&str) -> bool| {
        let (fit, all) = share(column, fits);
        fit > 0 && 10 * fit >= 9 * all
    };
    let columns = || 0..names.len().min(MOST_COLUMNS);
    let name = |column: usize| shortened(&labels(names)[column]);
    if let Some(column) = columns().find(|column| nearly_all(*column, &is_geometry)) {
        let doubt = format!("no column is called as places are; the geometries in “{}” are taken", name(column));
        return Some(Found { columns: Columns::Geometry(column), doubt: Some(doubt) });
    }
    let column = columns().find(|column| nearly_all(*column, &is_pair))?;
    let rows = head + 1..grid.count().min(head + 1 + SAMPLE);
    let (first, doubt) = order_of(rows.map(|row| grid.words(row, column)), &name(column));
    let mut what = format!("no column is called as places are; the coordinates in “{}” are taken", name(column));
    if let Some(doubt) = doubt {
        what = format!("{what}; {doubt}");
    }
    Some(Found { columns: Columns::One(column, first), doubt: Some(what) })
}

/// Which of two bare numbers is the latitude: the first, unless that is a place nowhere where the other way is one in more
/// rows; and what is in doubt about it.
pub(super) fn order_of<'a>(cells: impl Iterator<Item = &'a str>, name: &str) -> (First, Option<String>) {
    let (mut latitude, mut longitude, mut bare) = (0, 0, 0);
    for found in cells.filter_map(|words| readings(words).ok()) {
        let is = |how: How| found.iter().any(|reading| reading.how == how);
        let is_same = found.len() == 1 && found[0].at.x == found[0].at.y;
        if is_same || !is(How::LatitudeFirst) && !is(How::LongitudeFirst) {
            continue;
        }
        bare += 1;
        latitude += usize::from(is(How::LatitudeFirst));
        longitude += usize::from(is(How::LongitudeFirst));
    }
    let first = if longitude > latitude { First::Longitude } else { First::Latitude };
    let fits = latitude.max(longitude);
    let doubt = match first {
        _ if bare == 0 => None,
        // Some are places in one order alone, and all are in that.
        _ if fits == bare && latitude.min(longitude) < bare => None,
        First::Latitude | First::Longitude => Some(format!(
            "nothing shows which of the two numbers in “{name}” is the latitude: the {} is taken",
            if first == First::Latitude { "first" } else { "second" }
        )),
    };
    (first, doubt)
}

/// Whether it may be a latitude or a longitude, or a number of a plane.
fn is_half(words: &str) -> bool {
    words.bytes().any(|byte| byte.is_ascii_digit())
}

fn is_place(words: &str) -> bool {
    words.bytes().any(|byte| byte.is_ascii_digit()) && readings(words).is_ok()
}

/// Whether it is surely two coordinates: a place, and neither two whole numbers nor a range of days or hours.
fn is_pair(words: &str) -> bool {
    let decimals = words.bytes().filter(|byte| matches!(byte, b'.' | b',')).count();
    (decimals >= 2 || words.contains(['°', '′'])) && is_place(words)
}

fn is_geometry(words: &str) -> bool {
    let is_wkt = || {
        let kinds = ["POINT", "LINESTRING", "POLYGON", "MULTI", "GEOMETRYCOLLECTION", "SRID="];
        kinds.iter().any(|kind| words.get(..kind.len()).is_some_and(|start| start.eq_ignore_ascii_case(kind)))
    };
    let is_binary = || words.starts_with(['0']) && wkb::read_text(words).is_ok_and(|shape| shape.geometry.is_some());
    words.starts_with('{') && words.contains("\"coordinates\"") || is_wkt() || is_binary()
}

/// The row in which the names of the columns stand, of the first few: the first that has the columns that are chosen, or in which
/// places are named; else the first of text that is about as wide as the table, for a title stands in one cell or two.
pub(super) fn head_of(grid: &Grid, names_in: impl Fn(usize) -> Vec<String>, places: Option<&PlaceColumns>) -> usize {
    /// Above it, a title and a day may stand.
    const MOST_ABOVE: usize = 20;
    let is_text = |row: usize| {
        (0..grid.width(row))
            .all(|column| grid.get(row, column).is_none_or(|(kind, _)| matches!(kind, Kind::Words | Kind::Text)))
    };
    let rows = || (0..grid.count().min(MOST_ABOVE)).filter(|row| is_text(*row));
    let has_chosen = |row: &usize| places.is_some_and(|places| chosen(places, &labels(&names_in(*row))).is_ok());
    let has_places = |row: &usize| find(grid, *row, &names_in(*row), true).is_some();
    let filled = |row: usize| (0..grid.width(row)).filter(|column| grid.get(row, *column).is_some()).count();
    let widest = (0..grid.count().min(MOST_ABOVE)).map(filled).max().unwrap_or_default();
    let is_wide = |row: &usize| filled(*row) >= 2 && 2 * filled(*row) > widest;
    (0..grid.count().min(MOST_ABOVE))
        .find(has_chosen)
        .or_else(|| rows().find(has_places))
        .or_else(|| rows().find(is_wide))
        .or_else(|| rows().find(|row| filled(*row) >= 2))
        .or_else(|| rows().next())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(text: &str) -> Grid {
        let mut grid = Grid::new(1 << 20);
        for (number, line) in text.lines().enumerate() {
            grid.row(number + 1);
            line.split('|').enumerate().for_each(|(column, words)| grid.cell(column, Kind::Words, words));
        }
        grid.close();
        grid
    }

    fn found(text: &str) -> Option<Found> {
        let grid = grid(text);
        let names: Vec<String> = (0..grid.width(0)).map(|column| grid.words(0, column).to_owned()).collect();
        find(&grid, 0, &names, false)
    }

    #[test]
    fn columns_are_known_by_their_names_in_six_languages() {
        for head in [
            "name|Latitude|Longitude",
            "name|LAT_DD|LON_DD",
            "name|Latitude (WGS84)|Longitude (WGS84)",
            "назва|Широта|Довгота",
            "название|широта, град.|долгота, град.",
            "Name|Breitengrad|Längengrad",
            "nom|latitude|longitude",
            "nombre|latitud|longitud",
        ] {
            let found = found(&format!("{head}\nA|48.5|37.5")).unwrap_or_else(|| panic!("{head}"));
            assert_eq!(found, Found { columns: Columns::Two { lat: 1, lon: 2 }, doubt: None }, "{head}");
        }
        for head in ["name|y|x", "Name|Breite|Länge", "name|Northing|Easting"] {
            let found = found(&format!("{head}\nA|48.5|37.5")).unwrap();
            assert_eq!(found.columns, Columns::Two { lat: 1, lon: 2 }, "{head}");
            assert!(found.doubt.unwrap().contains("is taken for the latitude"), "{head}");
        }
    }

    #[test]
    fn the_order_of_two_numbers_in_one_column_is_that_of_all_of_its_rows() {
        let of = |head: &str, cells: &str| found(&format!("name|{head}\nA|{}", cells.replace('/', "\nA|"))).unwrap();
        let sure = of("coords", "48.5, 137.9/48.6, 37.8");
        assert_eq!(sure, Found { columns: Columns::One(1, First::Latitude), doubt: None });
        assert_eq!(of("coords", "137.9, 48.5/37.8, 48.6").columns, Columns::One(1, First::Longitude));
        assert_eq!(of("lonlat", "37.9, 48.5"), Found { columns: Columns::One(1, First::Longitude), doubt: None });
        assert_eq!(of("Широта, довгота", "48.5, 37.9").doubt, None);
        let open = of("location", "48.5, 37.9");
        assert!(open.doubt.unwrap().contains("the first is taken"));
        // A name of places in it is no place.
        assert_eq!(found("location|lat|lon\nBakhmut|48.6|38.0").unwrap().columns, Columns::Two { lat: 1, lon: 2 });
        assert_eq!(found("location|wkt\nBakhmut|POINT (38 48.6)").unwrap().columns, Columns::Geometry(1));
    }

    #[test]
    fn what_no_name_tells_is_told_by_the_cells_and_said() {
        let wkt = found("a|b\n1|POINT (38 48.6)\n2|POINT (38 48.7)").unwrap();
        assert_eq!(wkt.columns, Columns::Geometry(1));
        assert!(wkt.doubt.unwrap().contains("“b”"));
        let pair = found("a|b\n1|48.60, 38.00\n2|48.61, 38.01").unwrap();
        assert_eq!(pair.columns, Columns::One(1, First::Latitude));
        assert!(pair.doubt.unwrap().contains("no column is called"));
        for text in ["a|b\n1|12, 13\n2|14, 15", "name|day\nA|2025-01-02", "a|n\nx|12.5", "a|b"] {
            assert_eq!(found(text), None, "{text}");
        }
    }

    #[test]
    fn columns_of_names_and_regions_are_proposed() {
        let of = |names: &[&str]| likely_names(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        assert_eq!(of(&["вбито", "Місто", "область"]), (Some(1), Some(2)));
        assert_eq!(of(&["Settlement", "Oblast", "Raion", "n"]), (Some(0), Some(2)));
        assert_eq!(of(&["n", "day"]), (None, None));
    }

    #[test]
    fn names_may_stand_below_a_title_where_no_place_is_named() {
        let row_of = |text: &str, places: Option<&PlaceColumns>| {
            let grid = grid(text);
            head_of(
                &grid,
                |row| (0..grid.width(row)).map(|column| grid.words(row, column).to_owned()).collect(),
                places,
            )
        };
        let places = PlaceColumns::Names { column: "Place".to_owned(), within: None };
        for text in ["Incidents\nPlace|Region|N\nSumy|Sumy|3", "Incidents|2025\nPlace|Region|N|%\nSumy|Sumy|3|4"] {
            assert_eq!((row_of(text, Some(&places)), row_of(text, None)), (1, 1), "{text}");
        }
        assert_eq!(row_of("Place\nSumy\nKyiv", None), 0);
        assert_eq!(row_of("Place|coords\nK|48.5, 37.5|3|0.5|x", None), 0);
        assert_eq!(row_of("a|b\nPlace|c\nSumy|d", Some(&places)), 1);
    }

    #[test]
    fn names_may_stand_below_a_title() {
        let grid = grid("Damage, spring\n\nSource: a survey\nname|lat|lon\nA|48.5|37.5");
        let names_in = |row: usize| (0..grid.width(row)).map(|column| grid.words(row, column).to_owned()).collect();
        assert_eq!(head_of(&grid, names_in, None), 2);
    }
}
