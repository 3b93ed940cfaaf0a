//! How a figure is set up, as a project file keeps it: JSON in the words of [`FigureOptions`], read forgivingly.
//!
//! What cannot be understood is named and taken to be as usual, one by one; it is never a reason not to open the rest.
//! Members that we do not know are left as they are when the set-up is written again, so that a newer version finds them.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::furniture::Furniture;
use super::options::{FigureOptions, Shows};
use super::paper::{DPI, PageSetup, PageSize};
use super::pieces::Piece;
use super::placing::PlaceError;
use crate::document::project::{plain, short};
use crate::dossier::Problem;
use crate::geometry::frame::MAX_LAT_DEG;
use crate::scene::palette::Theme;

/// More letters than this in a title or a name are cut off: no page has room for them, and laying them out takes seconds.
const LETTERS: usize = 2000;

/// The widest free edge, in points; a page clamps it further.
const MARGIN_PT: std::ops::RangeInclusive<f64> = 0.0..=4000.0;

/// The sides that the map of a page made for it can have, in points.
const VIEW_PT: std::ops::RangeInclusive<f64> = 160.0..=8000.0;

/// The zooms that a frame can have.
const ZOOM: std::ops::RangeInclusive<f64> = 0.0..=24.0;

/// What the set-up says.
const NAMES: [&str; 13] = [
    "title",
    "kicker",
    "subtitle",
    "page",
    "theme",
    "language",
    "names",
    "shows",
    "own_frame",
    "view_pt",
    "furniture",
    "legend_names",
    "panels",
];

/// What its `page` says.
const PAGE_NAMES: [&str; 3] = ["size", "dpi", "margin_pt"];

/// What was mended.
struct Reader {
    problems: Vec<Problem>,
}

impl Reader {
    fn warn(&mut self, what: impl Into<String>) {
        self.problems.push(Problem { part: "figure".into(), what: what.into() });
    }

    /// A member of that type, if it is there and can be understood.
    fn member<T: DeserializeOwned>(&mut self, of: &Map<String, Value>, name: &str) -> Option<T> {
        let value = of.get(name).filter(|value| !value.is_null())?;
        match T::deserialize(value) {
            Ok(read) => Some(read),
            Err(error) => {
                self.warn(format!("'{name}' is not understood, so the usual setting is used: {}", plain(&error)));
                None
            }
        }
    }

    /// A number within bounds; one beyond them is taken for the nearest.
    fn number(&mut self, of: &Map<String, Value>, name: &str, bounds: &std::ops::RangeInclusive<f64>) -> Option<f64> {
        let number: f64 = self.member(of, name)?;
        Some(self.within(name, number, bounds))
    }

    fn within(&mut self, name: &str, number: f64, bounds: &std::ops::RangeInclusive<f64>) -> f64 {
        if bounds.contains(&number) {
            return number;
        }
        let (least, most) = (*bounds.start(), *bounds.end());
        let mended = if number.is_nan() { least } else { number.clamp(least, most) };
        let number = short(number);
        self.warn(format!("'{name}' is {number}, which is not between {least} and {most}; it is now {mended}"));
        mended
    }

    fn words(&mut self, of: &Map<String, Value>, name: &str) -> Option<String> {
        let words = self.member(of, name)?;
        Some(self.shortened(name, words))
    }

    fn shortened(&mut self, name: &str, words: String) -> String {
        match words.char_indices().nth(LETTERS) {
            Some((at, _)) => {
                self.warn(format!("'{name}' is cut off after {LETTERS} characters"));
                words[..at].to_owned()
            }
            None => words,
        }
    }

    fn page(&mut self, of: &Map<String, Value>) -> PageSetup {
        let Some(page) = self.member::<Map<String, Value>>(of, "page") else { return PageSetup::default() };
        let size = match self.member::<String>(&page, "size").map(|size| size.parse::<PageSize>()) {
            Some(Ok(size)) => size,
            Some(Err(error)) => {
                self.warn(format!("'size' is not understood, so the usual size is used: {error}"));
                PageSize::default()
            }
            None => PageSize::default(),
        };
        let mut setup = PageSetup::of(size);
        setup.dpi = self.number(&page, "dpi", &DPI).unwrap_or(setup.dpi);
        setup.margin_pt = self.number(&page, "margin_pt", &MARGIN_PT);
        setup
    }

    fn shows(&mut self, of: &Map<String, Value>) -> Option<Shows> {
        let shows = self.member::<Shows>(of, "shows")?;
        let good = match shows {
            Shows::View(view) => {
                (-180.0..=180.0).contains(&view.center.x)
                    && (-MAX_LAT_DEG..=MAX_LAT_DEG).contains(&view.center.y)
                    && ZOOM.contains(&view.zoom)
            }
            Shows::Bounds([west, south, east, north]) => {
                // The world itself may be a hair wider than it is.
                let (lon, lat) = (180.0 + 1e-6, MAX_LAT_DEG + 1e-6);
                -lon <= west && west < east && east <= lon && -lat <= south && south < north && north <= lat
            }
        };
        if !good {
            self.warn("'shows' is not an area of the map; the figure shows what the window shows");
        }
        good.then_some(shows)
    }

    fn furniture(&mut self, of: &Map<String, Value>) -> Furniture {
        let Some(pieces) = self.member::<Map<String, Value>>(of, "furniture") else { return Furniture::default() };
        let mut furniture = Furniture::bare();
        for (name, place) in &pieces {
            let Ok(piece) = name.parse::<Piece>() else {
                self.warn(format!("a figure has no part '{name}'; it is left out"));
                continue;
            };
            let place = match place {
                Value::Null => Ok(None),
                Value::String(place) => place.parse().map(Some).map_err(|error: PlaceError| error.to_string()),
                other => Err(format!("not a place on the map: {}", shown(other))),
            };
            match place {
                Ok(place) => furniture.place(piece, place),
                Err(what) => {
                    self.warn(format!("{name} is at its usual place: {what}"));
                    furniture.place(piece, None);
                }
            }
        }
        furniture
    }

    fn legend_names(&mut self, of: &Map<String, Value>) -> BTreeMap<String, String> {
        let names = self.member::<Map<String, Value>>(of, "legend_names").unwrap_or_default();
        let mut read = BTreeMap::new();
        for (id, name) in names {
            match name {
                Value::String(name) => {
                    let name = self.shortened(&id, name);
                    read.insert(id, name);
                }
                other => self.warn(format!("the name of '{id}' in the legend is not a text: {}", shown(&other))),
            }
        }
        read
    }
}

/// The beginning of a value that is not understood.
fn shown(value: &Value) -> String {
    value.to_string().chars().take(60).collect()
}

/// The set-up that a project has kept, and what was wrong in it. `usual` is what holds where nothing is said or what is
/// said makes no sense, as far as it depends on what is open: title, frame and the size of the view.
pub fn read(saved: &Map<String, Value>, usual: FigureOptions) -> (FigureOptions, Vec<Problem>) {
    if saved.is_empty() {
        return (usual, Vec::new());
    }
    let mut reader = Reader { problems: Vec::new() };
    let shows = reader.shows(saved);
    let view_pt = match reader.member::<[f64; 2]>(saved, "view_pt") {
        Some(sides) => {
            let [width, height] = sides.map(|side| reader.within("view_pt", side, &VIEW_PT));
            (width, height)
        }
        None => usual.view_pt,
    };
    let options = FigureOptions {
        title: reader.words(saved, "title").or(usual.title),
        kicker: reader.words(saved, "kicker"),
        subtitle: reader.words(saved, "subtitle"),
        page: reader.page(saved),
        theme: reader.member::<Theme>(saved, "theme").unwrap_or_default(),
        language: reader.member(saved, "language").unwrap_or_default(),
        names: reader.member(saved, "names"),
        own_frame: reader.member(saved, "own_frame").unwrap_or_default() && shows.is_some(),
        shows: shows.unwrap_or(usual.shows),
        view_pt,
        furniture: reader.furniture(saved),
        legend_names: reader.legend_names(saved),
        panels: reader.member(saved, "panels"),
    };
    (options, reader.problems)
}

/// A set-up as a project keeps it, with what of the `former` one is not ours to know.
pub fn write(options: &FigureOptions, former: &Map<String, Value>) -> Map<String, Value> {
    // What it is made of can all be written.
    let mut saved = match serde_json::to_value(options) {
        Ok(Value::Object(saved)) => saved,
        _ => Map::new(),
    };
    keep_unknown(&mut saved, former, |name| NAMES.contains(&name));
    for (name, is_known) in [
        ("page", &(|name: &str| PAGE_NAMES.contains(&name)) as &dyn Fn(&str) -> bool),
        ("furniture", &|name: &str| name.parse::<Piece>().is_ok()),
    ] {
        if let (Some(Value::Object(saved)), Some(Value::Object(former))) = (saved.get_mut(name), former.get(name)) {
            keep_unknown(saved, former, is_known);
        }
    }
    saved
}

fn keep_unknown(saved: &mut Map<String, Value>, former: &Map<String, Value>, is_known: impl Fn(&str) -> bool) {
    let unknown = former.iter().filter(|(name, _)| !is_known(name));
    saved.extend(unknown.map(|(name, value)| (name.clone(), value.clone())));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::document::Names;
    use crate::figure::panels::Panels;
    use crate::figure::placing::{Corner, Place, Spot};
    use crate::figure::words::FigureLanguage;
    use crate::geometry::{Coord, View};

    fn usual() -> FigureOptions {
        FigureOptions::new("Usual", PageSetup::default(), Shows::Bounds([36.0, 47.0, 39.0, 49.0]))
    }

    fn object(value: Value) -> Map<String, Value> {
        match value {
            Value::Object(object) => object,
            other => panic!("{other} is no object"),
        }
    }

    fn everything() -> FigureOptions {
        let page = PageSetup { margin_pt: Some(12.5), dpi: 150.0, ..PageSetup::of("174x120mm".parse().unwrap()) };
        let shows =
            Shows::View(View { center: Coord { x: 37.123_456_789_012_3, y: 48.1 }, zoom: 8.333_333_333_333_334 });
        let mut options = FigureOptions::new("Corridors", page, shows);
        options.kicker = Some("Talks".to_owned());
        options.subtitle = Some("As reported".to_owned());
        options.theme = Theme::HighContrast;
        options.language = FigureLanguage::of_tag("uk").unwrap();
        options.names = Names::of_word("both");
        options.own_frame = true;
        options.view_pt = (812.5, 611.0);
        options.furniture.set(Piece::Inset, false);
        options.furniture.set(Piece::Graticule, true);
        options.furniture.place(Piece::Legend, Some(Corner::TopLeft.into()));
        options.furniture.place(Piece::Notes, Some(Corner::BottomRight.into()));
        options.furniture.place(Piece::Comparison, Some(Place::Free(Spot::new(0.5, 0.0))));
        options.furniture.place(Piece::ScaleBar, Some(Place::Free(Spot::new(0.3125, 0.704))));
        options.legend_names.insert("donetsk".to_owned(), "Oblast".to_owned());
        let day = |iso: &str| iso.parse::<crate::formats::day::Day>().unwrap();
        options.panels = Some(Panels::of_days(3, 1, ["2025-02-01", "2025-02-03", "2025-02-04"].map(day)).unwrap());
        options
    }

    #[test]
    fn all_of_it_comes_back_to_the_last_bit() {
        let saved = write(&everything(), &Map::new());
        let text = serde_json::to_string(&saved).unwrap();
        let (read, problems) = read(&serde_json::from_str(&text).unwrap(), usual());
        assert_eq!((read, problems), (everything(), Vec::new()));
        for name in saved.keys() {
            assert!(NAMES.contains(&name.as_str()), "{name} is not among the names");
        }
        assert_eq!(saved.len(), NAMES.len());
    }

    #[test]
    fn where_nothing_is_said_all_is_as_usual() {
        assert_eq!(read(&Map::new(), usual()), (usual(), Vec::new()));
        let (read, problems) = read(&object(json!({ "page": { "size": "slide" } })), usual());
        assert!(problems.is_empty());
        assert_eq!(read, FigureOptions { page: PageSetup::of(PageSize::Slide), ..usual() });
        // A file from before the notes had a place has them all the same, off the map.
        let former = json!({ "furniture": { "legend": null, "comparison": null, "disclaimer": null } });
        let (read, problems) = super::read(&object(former), usual());
        assert!(problems.is_empty() && read.furniture.has(Piece::Notes) && read.furniture.is_usual());
    }

    #[test]
    fn what_makes_no_sense_is_named_and_as_usual() {
        for (wrong, word) in [
            (json!({ "title": 7 }), "'title'"),
            (json!({ "title": "x".repeat(5000) }), "cut off"),
            (json!({ "subtitle": ["a"] }), "'subtitle'"),
            (json!({ "page": "a4" }), "'page'"),
            (json!({ "page": { "size": "a5" } }), "a4-landscape"),
            (json!({ "page": { "size": "1e9x1mm" } }), "too small or too large"),
            (json!({ "page": { "size": 4 } }), "'size'"),
            (json!({ "page": { "dpi": 1e300 } }), "not between 72 and 600"),
            (json!({ "page": { "dpi": -1 } }), "it is now 72"),
            (json!({ "page": { "dpi": "fine" } }), "'dpi'"),
            (json!({ "page": { "margin_pt": -3.0 } }), "'margin_pt'"),
            (json!({ "theme": "sepia" }), "'theme'"),
            (json!({ "language": "tlh" }), "'language'"),
            (json!({ "language": 4 }), "'language'"),
            (json!({ "shows": { "bounds": [1, 2, 3] } }), "'shows'"),
            (json!({ "shows": { "bounds": [39, 46, 36, 49] } }), "not an area of the map"),
            (json!({ "shows": { "bounds": [-1e300, 46, 1e300, 49] } }), "not an area of the map"),
            (json!({ "shows": { "view": { "center": { "x": 37, "y": 97 }, "zoom": 8 } } }), "not an area of the map"),
            (json!({ "shows": { "view": { "center": { "x": 37, "y": 47 }, "zoom": 1e9 } } }), "not an area of the map"),
            (json!({ "shows": "everything" }), "'shows'"),
            (json!({ "own_frame": "yes" }), "'own_frame'"),
            (json!({ "view_pt": [1e308, 4] }), "not between 160 and 8000"),
            (json!({ "view_pt": { "width": 4 } }), "'view_pt'"),
            (json!({ "furniture": ["legend"] }), "'furniture'"),
            (json!({ "furniture": { "mirror": null } }), "'mirror'"),
            (json!({ "furniture": { "legend": "middle" } }), "top-left"),
            (json!({ "furniture": { "legend": "1e999%x0%" } }), "top-left"),
            (json!({ "furniture": { "legend": { "deep": [1] } } }), "not a place on the map"),
            (json!({ "legend_names": 4 }), "'legend_names'"),
            (json!({ "title": ["a"] }), "a list is here instead of text"),
            (json!({ "title": { "en": "a" } }), "an object is here instead of text"),
            (json!({ "page": [] }), "a list is here instead of an object"),
            (json!({ "page": { "dpi": "NaN" } }), "the text “NaN” is here instead of a number"),
            (json!({ "page": { "margin_pt": 1e308 } }), "'margin_pt' is 1e308, which"),
            (json!({ "own_frame": 1e300 }), "the number 1e300 is here instead of true or false"),
            (json!({ "legend_names": { "donetsk": 4 } }), "'donetsk'"),
            (json!({ "panels": { "columns": 2 } }), "'panels'"),
            (json!({ "panels": { "columns": 200, "rows": 2, "of": [{ "day": "2025-02-01" }] } }), "'panels'"),
            (json!({ "panels": { "columns": 2, "rows": 2, "of": [{ "day": "2025-02-30" }] } }), "'panels'"),
        ] {
            let (read, problems) = read(&object(wrong.clone()), usual());
            assert!(!problems.is_empty(), "{wrong} is taken without a word");
            assert!(problems.iter().any(|problem| problem.to_string().contains(word)), "{wrong}: {problems:?}");
            // Whatever came of it can be written, and is then understood.
            let (again, problems) = super::read(&write(&read, &Map::new()), usual());
            assert_eq!((again, problems), (read, Vec::new()), "{wrong}");
        }
        // A frame that is none is not the figure's own.
        let (read, _) = read(&object(json!({ "own_frame": true, "shows": { "bounds": [1, 2, 1, 3] } })), usual());
        assert!(!read.own_frame && read.shows == usual().shows);
    }

    #[test]
    fn what_we_do_not_know_stays() {
        let former = object(json!({
            "title": "Old", "subtitle": "Gone", "watermark": { "a": [1, 2] },
            "page": { "size": "a4-portrait", "bleed_mm": 3 },
            "furniture": { "legend": "top-left", "mirror": "left" },
        }));
        let saved = write(&everything(), &former);
        assert_eq!(saved["watermark"], json!({ "a": [1, 2] }));
        assert_eq!(saved["page"]["bleed_mm"], 3);
        assert_eq!(saved["furniture"]["mirror"], "left");
        assert_eq!(saved["title"], "Corridors");
        let mut without = everything();
        without.subtitle = None;
        assert!(!write(&without, &former).contains_key("subtitle"), "what was taken away comes back");
    }
}
