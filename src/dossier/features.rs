//! The features of an overlay: which parts of its shape are whose, how large each is, and what it says of itself.

use std::borrow::Cow;
use std::sync::OnceLock;

use geo::{Geometry, LineString, MultiLineString, MultiPolygon, Polygon};

use super::feature_sources::FeatureSources;
use super::kinds::Told;
use super::{Measure, Shape, words};
use crate::formats::closest::closest;
use crate::formats::filter::{self, Filter};
use crate::formats::source_properties;
use crate::formats::table::{Owners, Rows, geometry_of, parts_of};
use crate::formats::text;
use crate::formats::written::{Finder, Written, words_of};
use crate::geometry::Coord;
use crate::geometry::measure::{line_length_m, polygon_area_m2};

/// The properties that name a feature, the first of them that has words: what simplestyle has, then what programs write.
pub const NAMES: [&str; 8] = ["title", "name", "name_en", "Name", "NAME", "name:en", "label", "Label"];

/// The property in which simplestyle has a feature described.
pub const DESCRIPTION: &str = "description";

/// The size of a feature, of several, or of a whole overlay, on the WGS 84 ellipsoid.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Size {
    /// Square kilometres of areas.
    pub km2: f64,
    /// Kilometres along lines.
    pub km: f64,
    /// How many points.
    pub points: usize,
}

impl std::ops::AddAssign for Size {
    fn add_assign(&mut self, other: Self) {
        self.km2 += other.km2;
        self.km += other.km;
        self.points += other.points;
    }
}

impl std::iter::Sum for Size {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |mut sum, one| {
            sum += one;
            sum
        })
    }
}

/// What features are drawn as: areas lie under lines, lines under points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// Areas.
    Area,
    /// Lines.
    Line,
    /// Points.
    Point,
}

/// So many of the features that something is wrong with are named.
pub(super) const NAMED: usize = 3;

/// So many features are looked at while somebody waits.
const FEW: usize = 10_000;

/// Polygons, lines and points.
pub type Parts<'a> = (&'a [Polygon<f64>], &'a [LineString<f64>], Vec<Coord<f64>>);

/// The features of an overlay, in the order of its file.
#[derive(Debug, Clone, Default)]
pub struct Features {
    owners: Owners,
    rows: Rows,
    sizes: OnceLock<Box<[Size]>>,
    sources: OnceLock<FeatureSources>,
    property_names: OnceLock<Box<[String]>>,
    /// Of some features of a layer: what tells all of them apart.
    told: Option<Told>,
}

/// What is known of a feature beside its properties: see [`Features::written`].
const BESIDE: [&str; 4] = ["$title", "$id", "km2", "km"];

impl Features {
    /// Features by the parts of a shape that each owns, and by what they say of themselves.
    pub(super) fn new(owners: Owners, rows: Rows) -> Self {
        Self { owners, rows, ..Self::default() }
    }

    /// What tells apart those of the layer of which these are a part.
    pub(super) fn told(&self) -> Option<&Told> {
        self.told.as_ref()
    }

    /// As a part of features that this tells apart.
    pub(super) fn told_by(self, told: Told) -> Self {
        Self { told: Some(told), ..self }
    }

    /// How many there are; none where an overlay's shape is one thing, such as a recipe's.
    pub fn count(&self) -> usize {
        self.rows.count()
    }

    /// What they say of themselves.
    pub fn rows(&self) -> &Rows {
        &self.rows
    }

    /// Whose the parts of the shape are.
    pub fn owners(&self) -> &Owners {
        &self.owners
    }

    /// The name that a feature gives itself. A `title` beside a `name`, an `outlet` or `author` and what names a source is that of
    /// what it cites: see [`source_properties`](crate::formats::source_properties).
    pub fn name(&self, feature: usize) -> Option<String> {
        let words = |json: &str| match words_of(json) {
            Some(words) => Some(words.trim().to_owned()).filter(|words| !words.is_empty()),
            None if json.starts_with(|first: char| first == '-' || first.is_ascii_digit()) => Some(json.to_owned()),
            None => None,
        };
        let first = self.rows.first_of(feature, &NAMES, words)?;
        let text = self.rows.text(feature).as_bytes();
        let has = |member: &str| memchr::memmem::find(text, member.as_bytes()).is_some();
        if has("\"title\"") && (has("\"outlet\"") || has("\"author\"")) {
            let is_said = |name: &str| self.rows.first_of(feature, &[name], words).is_some();
            if (is_said("outlet") || is_said("author")) && source_properties::names_one(&self.rows.properties(feature))
            {
                return self.rows.first_of(feature, &NAMES[1..], words).or(Some(first));
            }
        }
        Some(first)
    }

    /// The name that a feature gives itself, or its number, counted from 1.
    pub fn label(&self, feature: usize) -> String {
        self.name(feature).unwrap_or_else(|| format!("Feature {}", feature + 1))
    }

    /// The labels of the first few of some features, in quotation marks, and how many more there are.
    pub(super) fn some_labels(&self, some: &[usize]) -> String {
        let first: Vec<String> = some.iter().take(NAMED).map(|feature| words::quoted(&self.label(*feature))).collect();
        let more = match some.len() - first.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        first.join(", ") + &more
    }

    /// The sources that all of them name, each once: read when they are first asked for.
    pub fn sources(&self) -> &FeatureSources {
        self.sources.get_or_init(|| FeatureSources::of(&self.rows))
    }

    /// [`Self::sources`], where they have been read or few features have to be looked at: for who may not wait.
    pub fn sources_at_once(&self) -> Option<&FeatureSources> {
        if self.count() <= FEW { Some(self.sources()) } else { self.sources.get() }
    }

    /// The names of all properties, in the order in which they first come: read when they are first asked for, which takes
    /// a second for a million features.
    pub fn property_names(&self) -> &[String] {
        self.property_names.get_or_init(|| self.rows.names().into())
    }

    /// [`Self::property_names`], where they have been read or few features have to be looked at: for who may not wait.
    pub fn property_names_at_once(&self) -> Option<&[String]> {
        if self.count() <= FEW { Some(self.property_names()) } else { self.property_names.get().map(AsRef::as_ref) }
    }

    /// What a feature says at length of itself, as plain words whatever markup it is written in.
    pub fn description(&self, feature: usize) -> Option<String> {
        let written = self.rows.words(feature, DESCRIPTION)?;
        Some(text::words_of_markup(&written)).filter(|words| !words.is_empty())
    }

    /// The size of each feature of a shape.
    pub fn sizes(&self, shape: &Shape) -> &[Size] {
        self.sizes.get_or_init(|| {
            let mut sizes = vec![Size::default(); self.count()];
            let Owners { areas, lines, points } = &self.owners;
            for (polygon, owner) in shape.polygons().iter().zip(areas) {
                sizes[*owner as usize].km2 += polygon_area_m2(polygon) / 1e6;
            }
            for (line, owner) in shape.lines().iter().zip(lines) {
                sizes[*owner as usize].km += line_length_m(line) / 1000.0;
            }
            points.iter().for_each(|owner| sizes[*owner as usize].points += 1);
            sizes.into()
        })
    }

    /// The highest dimension of a feature's parts; `None` where nothing of it can be drawn.
    pub fn dimension(&self, feature: usize) -> Option<Dimension> {
        let Owners { areas, lines, points } = &self.owners;
        let has = |owners: &[u32]| !parts_of(owners, feature).is_empty();
        if has(areas) {
            Some(Dimension::Area)
        } else if has(lines) {
            Some(Dimension::Line)
        } else {
            has(points).then_some(Dimension::Point)
        }
    }

    /// The parts of a shape that belong to a feature.
    pub fn parts<'a>(&self, shape: &'a Shape, feature: usize) -> Parts<'a> {
        let Owners { areas, lines, points } = &self.owners;
        let places = shape.places().get(parts_of(points, feature)).unwrap_or_default();
        (
            shape.polygons().get(parts_of(areas, feature)).unwrap_or_default(),
            shape.lines().get(parts_of(lines, feature)).unwrap_or_default(),
            places.iter().map(|place| place.at).collect(),
        )
    }

    /// A property of a feature as it is written, or what is known of it beside: `$title`, `$id`, and its size as `km2`, `km`,
    /// where the file has no property of that name.
    pub fn written(&self, shape: &Shape, feature: usize, finder: &Finder) -> Option<Written<'_>> {
        if let Some(written) = self.rows.found(feature, finder) {
            return Some(written);
        }
        match finder.name() {
            "$title" => self.name(feature).map(|name| Written::Text(name.into())),
            "$id" => Written::of(self.rows.id_text(feature)?),
            name @ ("km2" | "km") => {
                let size = self.sizes(shape).get(feature)?;
                let number = if name == "km2" { size.km2 } else { size.km };
                (number > 0.0).then(|| Written::number(number))
            }
            _ => None,
        }
    }

    /// What to say of the names in a filter that no feature has, with the nearest that one has, and of properties that are to be
    /// less or more than a number and hold text alone: what such a filter leaves is most likely not what was meant.
    pub fn doubts_of_filter(&self, filter: &Filter) -> Vec<String> {
        let known = self.property_names();
        let is_unknown = |name: &&str| !BESIDE.contains(name) && !known.iter().any(|other| other == name);
        let told = |name: &str| {
            let all = known.iter().map(String::as_str).chain(BESIDE);
            let meant = closest(all, name)
                .map_or_else(String::new, |close| format!("; did you mean {}?", words::quoted(close)));
            format!("no feature has a property {}{meant}", words::quoted(name))
        };
        let is_known = |(name, _): &(&str, &str)| known.iter().any(|other| other == name);
        let of_text = filter.numbers_compared().into_iter().filter(is_known).filter_map(|(name, number)| {
            let one = self.text_alone(name)?;
            let one = words::quoted(&one);
            Some(format!(
                "{} holds text, such as {one}, which is neither less nor more than {number}",
                words::quoted(name)
            ))
        });
        filter.names().into_iter().filter(is_unknown).map(told).chain(of_text).collect()
    }

    /// The first value of a property of which none is a number or a day, as far as the first features tell.
    fn text_alone(&self, name: &str) -> Option<String> {
        /// So many features are looked at, for the window asks in each frame.
        const FEW: usize = 200;
        let finder = Finder::new(name);
        let mut first = None;
        for feature in 0..self.count().min(FEW) {
            match self.rows.found(feature, &finder) {
                Some(Written::Text(text)) if !filter::has_order(&text) => {
                    first = first.or_else(|| Some(text.into_owned()).filter(|text| !text.trim().is_empty()));
                }
                Some(Written::Null) | None => {}
                Some(_) => return None,
            }
        }
        first
    }

    /// Asks features whether they fit a filter, which asks for what [`Self::written`] knows.
    pub fn matcher<'a>(&'a self, shape: &'a Shape, filter: &'a Filter) -> Matcher<'a> {
        let finders = filter.names().into_iter().map(Finder::new).collect();
        Matcher { features: self, shape, filter, finders }
    }

    /// The features that are kept, with their parts of a shape; `None` where nothing of them can be drawn.
    pub fn select(&self, shape: &Shape, keep: impl Fn(usize) -> bool) -> Option<(Shape, Self)> {
        let mut number = vec![None; self.count()];
        let mut next = 0;
        for (feature, number) in number.iter_mut().enumerate() {
            if keep(feature) {
                *number = Some(next);
                next += 1;
            }
        }
        fn kept<T: Clone>(parts: &[T], owners: &[u32], number: &[Option<u32>]) -> (Vec<T>, Vec<u32>) {
            let kept = parts.iter().zip(owners);
            kept.filter_map(|(part, owner)| Some((part.clone(), number[*owner as usize]?))).unzip()
        }
        let (areas, area_owners) = kept(shape.polygons(), &self.owners.areas, &number);
        let (lines, line_owners) = kept(shape.lines(), &self.owners.lines, &number);
        let (places, point_owners) = kept(shape.places(), &self.owners.points, &number);
        let owners = Owners { areas: area_owners, lines: line_owners, points: point_owners };
        let rows = self.rows.select(|feature| number[feature].is_some());
        let shape = Shape::of(MultiPolygon(areas), MultiLineString(lines), places)?;
        Some((shape, Self::new(owners, rows)))
    }

    /// West, south, east and north of a feature, in degrees; `None` where nothing of it can be drawn.
    pub fn bounds(&self, shape: &Shape, feature: usize) -> Option<[f64; 4]> {
        let (areas, lines, points) = self.parts(shape, feature);
        let outer = areas.iter().flat_map(|polygon| &polygon.exterior().0);
        let all = outer.chain(lines.iter().flat_map(|line| &line.0)).chain(&points);
        all.map(|at| [at.x, at.y, at.x, at.y]).reduce(super::join_bounds)
    }

    /// The features that keep a point, with those points alone; the points are meant by their places in the shape.
    pub fn select_points(&self, keep: impl Fn(usize) -> bool) -> Self {
        let mut number = vec![None; self.count()];
        let kept: Vec<u32> =
            self.owners.points.iter().enumerate().filter(|(point, _)| keep(*point)).map(|(_, owner)| *owner).collect();
        kept.iter().for_each(|owner| number[*owner as usize] = Some(0));
        number.iter_mut().flatten().zip(0..).for_each(|(number, next)| *number = next);
        let points = kept.iter().filter_map(|owner| number[*owner as usize]).collect();
        let rows = self.rows.select(|feature| number[feature].is_some());
        Self::new(Owners { areas: Vec::new(), lines: Vec::new(), points }, rows)
    }

    /// The geometry of a feature; `None` where nothing of it can be drawn.
    pub fn geometry(&self, shape: &Shape, feature: usize) -> Option<Geometry<f64>> {
        let (areas, lines, points) = self.parts(shape, feature);
        geometry_of(areas, lines, &points)
    }
}

/// A filter that is asked of many features.
#[derive(Debug)]
pub struct Matcher<'a> {
    features: &'a Features,
    shape: &'a Shape,
    filter: &'a Filter,
    /// One for each name that the filter asks for.
    finders: Vec<Finder>,
}

impl Matcher<'_> {
    /// Whether a feature fits.
    pub fn matches(&self, feature: usize) -> bool {
        self.filter.matches(|name| {
            let finder = self.finders.iter().find(|finder| finder.name() == name)?;
            Some(Cow::Owned(self.features.written(self.shape, feature, finder)?.comparable()))
        })
    }
}

impl Size {
    /// As the measure of an overlay: of one kind where it has one dimension. What measures nothing is of `dimension`: an
    /// outline that crosses itself may enclose as much either way round.
    pub fn measure(self, dimension: Dimension) -> Measure {
        let Self { km2, km, points } = self;
        match (km2 > 0.0, km > 0.0, points > 0) {
            (true, false, false) => Measure::Area { km2, range_km2: None },
            (false, true, false) => Measure::Length { km },
            (false, false, false) if dimension == Dimension::Area => Measure::Area { km2: 0.0, range_km2: None },
            (false, false, false) if dimension == Dimension::Line => Measure::Length { km: 0.0 },
            (false, false, _) => Measure::Count { places: points },
            _ => Measure::Mixed(self),
        }
    }
}
