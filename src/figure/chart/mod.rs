//! The figure of areas over time: a chart in the place of the map, and all else of the page as in any figure.
//!
//! # What is drawn of which day
//! A mark is a report of its day. Reports of days that follow each other are joined, for no day lies between them. Over days
//! of which nobody reports, dots repeat the last report, level, up to the next: that is how the map shows these days too,
//! and no area is put in between. A report of all days of a stretch is a thick bar, one of some day of a month or a year a
//! thin bar with ends and a hollow mark. What is stated is a hollow diamond with the numbers of its sources.

mod plot;
#[cfg(test)]
mod tests;
mod ticks;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use self::plot::{Plot, StatedLabel};
use super::assemble::{added_fonts, unit_of};
use super::checks::{Lab, difference};
use super::evidence::{annotations, features, provenance};
use super::grey::grey;
use super::options::FigureOptions;
use super::output::{EncodeError, OutputFormat};
use super::own_line;
use super::page::{self, Content, FigureSpec, Layout, Setting};
use super::paper::{PageSize, Unit};
use super::pieces::Piece;
use super::pieces::credits;
use super::pieces::legend::{LegendEntry, LegendGroup};
use super::pieces::notes::Notes;
use super::pieces::references::Reference;
use super::words::{FigureLanguage, Words};
use super::writers::raster::{self, RasterError};
use super::written_page::WrittenPage;
use crate::document::Document;
use crate::document::annotation::Citation;
use crate::dossier::feature_sources::as_source;
use crate::dossier::series::Version;
use crate::dossier::series::curve::{AreaOverTime, Curve, Point as Report};
use crate::dossier::{Dossier, Overlay, OwnLine, USUAL_COLORS, fingerprint, words as english};
use crate::formats::day::Day;
use crate::formats::direction::without_marks;
use crate::formats::edtf::Edtf;
use crate::formats::source_properties::PropertySource;
use crate::formats::visible::visible;
use crate::geometry::{Coord, Frame, View};
use crate::scene::curve::{CurveLook, CurvePart, CurveSample};
use crate::scene::display_list::{Bitmap, Color, DisplayList};
use crate::scene::palette::{Theme, darkened};
use crate::scene::swatch::SwatchStyle;

/// The page on which a chart is drawn where a figure would take its size from the map.
const USUAL_PT: (f64, f64) = (1200.0, 760.0);

/// How many times as wide as high a chart is in a column of print.
const ASPECT: f64 = 0.62;

/// So many reports of a chart are written into the provenance of its file; of more, only how many there are.
const MOST_WRITTEN: usize = 5000;

/// What is decided about a chart besides its page.
#[derive(Debug, Clone, PartialEq)]
pub struct ChartOptions {
    /// Whether the axis of areas begins at 0.
    pub from_zero: bool,
    /// Whom to credit besides those whom the overlays name.
    pub credits: Vec<String>,
}

impl Default for ChartOptions {
    fn default() -> Self {
        Self { from_zero: true, credits: Vec::new() }
    }
}

/// A figure of areas over time, laid out and ready to be written.
#[derive(Debug, Clone)]
pub struct DrawnChart {
    /// The page.
    pub list: DisplayList,
    /// Whether the page is too small for what must be on it.
    pub is_too_small: bool,
    /// How many rows of the legend and sources found no room.
    pub rows_left_out: [usize; 2],
    provenance: Value,
    scale: f64,
    theme: Theme,
    language: FigureLanguage,
    title: String,
    description: String,
    unit: Unit,
}

impl DrawnChart {
    /// The page as the bytes of a PNG, an SVG or a PDF.
    ///
    /// # Errors
    /// [`EncodeError`] when the page is too small or too large, and for a format that holds no page.
    pub fn encode(&self, format: OutputFormat) -> Result<Vec<u8>, EncodeError> {
        let page = WrittenPage {
            list: &self.list,
            scale: self.scale,
            background: self.theme.palette().panel,
            title: &self.title,
            description: &self.description,
            language: self.language,
            unit: self.unit,
            is_too_small: self.is_too_small,
        };
        page.encode(format, &self.provenance)
    }

    /// The page as pixels.
    ///
    /// # Errors
    /// [`RasterError`] when it would be too large.
    pub fn paint(&self) -> Result<Bitmap, RasterError> {
        raster::paint(&self.list, self.scale, self.theme.palette().panel)
    }

    /// What is to be said of what found no room, in words.
    pub fn warnings(&self) -> Vec<String> {
        let [legend, references] = self.rows_left_out;
        let row = |count: usize, what: &str| (count > 0).then(|| format!("{count} {what} found no room on the page"));
        let rows = [row(legend, "rows of the legend"), row(references, "sources")];
        rows.into_iter().flatten().collect()
    }
}

/// The sources of a chart, each once, with their numbers.
#[derive(Default)]
struct Sources {
    list: Vec<Reference>,
    numbers: BTreeMap<String, usize>,
}

impl Sources {
    /// The number of a source that is known by this.
    fn number(&mut self, key: String, make: impl FnOnce(usize) -> Reference) -> usize {
        let next = self.list.len() + 1;
        let number = *self.numbers.entry(key).or_insert(next);
        if number == next {
            self.list.push(make(number));
        }
        number
    }

    fn of_dossier(&mut self, dossier: &Dossier, words: &Words, id: &str) -> Option<usize> {
        let source = dossier.source(id)?;
        Some(self.number(format!("source {id}"), |number| Reference {
            number,
            id: Some(source.id.clone()),
            outlet: source.outlet.clone(),
            title: source.title.clone(),
            date: words.published(source.published.as_deref()),
            url: source.url.clone(),
            quotes: Vec::new(),
        }))
    }

    fn of_properties(&mut self, words: &Words, source: &PropertySource) -> usize {
        self.number(format!("cited {:?}", source.key()), |number| {
            let source = as_source(source, String::new());
            Reference {
                number,
                id: None,
                outlet: source.outlet,
                title: source.title,
                date: words.published(source.published.as_deref()),
                url: source.url,
                quotes: Vec::new(),
            }
        })
    }
}

/// What a figure of areas over time is drawn from.
struct Material<'a> {
    dossier: &'a Dossier,
    document: Option<&'a Document>,
    all: &'a AreaOverTime,
    options: &'a FigureOptions,
    words: &'static Words,
}

/// Lays out the figure of areas over time. Of a document only what it says of the sources of its layers counts.
pub fn draw(
    dossier: &Dossier,
    document: Option<&Document>,
    all: &AreaOverTime,
    chart: &ChartOptions,
    options: &FigureOptions,
) -> DrawnChart {
    let words = options.words();
    let material = Material { dossier, document, all, options, words };
    let mut sources = Sources::default();
    let of_curves: Vec<Vec<usize>> = all.curves.iter().map(|curve| material.sources_of(curve, &mut sources)).collect();
    let of_stated: Vec<Option<usize>> =
        (0..all.stated.len()).map(|index| material.source_of_stated(index, &mut sources)).collect();
    let has_sources = options.furniture.has(Piece::References);
    let colors = material.colors();
    let names: Vec<String> = all.curves.iter().map(|curve| material.name(curve)).collect();
    let whole = all.within.as_ref().map(|within| words.name_in(&within.title).to_owned());
    let title = options.title.clone().unwrap_or_else(|| {
        let names = words.list(&names);
        match &whole {
            Some(whole) => words.fill(words.chart.share_over_time, &[("names", &names), ("whole", whole)]),
            None => words.fill(words.chart.over_time, &[("names", &names)]),
        }
    });
    let days = material.days();
    let description = words.fill(words.chart.described, &[("names", &words.list(&names)), ("days", &days)]);
    let description = [description].into_iter().chain(material.ends(&names)).collect::<Vec<_>>().join(" ");
    let mut contents: BTreeMap<Piece, Content> = BTreeMap::new();
    let mut put = |piece: Piece, content: Content| {
        if options.furniture.has(piece) {
            contents.insert(piece, content);
        }
    };
    put(Piece::Title, Content::Words(title.clone()));
    put(Piece::Kicker, Content::Words(options.kicker.clone().unwrap_or_default()));
    put(Piece::Subtitle, Content::Words(options.subtitle.clone().unwrap_or(days)));
    let numbers = |numbers: &[usize]| if has_sources { numbers.to_vec() } else { Vec::new() };
    let legend = material.legend(
        &colors,
        &names,
        |index| numbers(&of_curves[index]),
        |index| numbers(&of_stated[index].into_iter().collect::<Vec<_>>()),
    );
    put(Piece::Legend, Content::Legend(legend));
    put(Piece::References, Content::References(sources.list.clone()));
    let mut notes = Notes::default();
    let is_of_days = |point: &Report| !point.is_of_some_day();
    let has_days = !all.stated.is_empty() || all.curves.iter().flat_map(|curve| &curve.points).any(is_of_days);
    let nothing_between = if has_days { words.chart.nothing_between } else { words.chart.nothing_between_months };
    notes.before.push(nothing_between.to_owned());
    notes.before.extend(material.coinciding(&names));
    let shown = material.shown();
    let line = shown.iter().find_map(|overlay| material.line_of(overlay));
    notes.before.extend(
        line.map(|own| format!("{}.", words.own_line_note(own, own_line::title(words, dossier, own), &own.from))),
    );
    notes.before.extend((!chart.from_zero).then(|| words.chart.not_from_zero.to_owned()));
    put(Piece::Notes, Content::Notes(notes));
    if material.is_of_dossier() {
        put(Piece::Disclaimer, Content::Words(words.name_in(&dossier.disclaimer).to_owned()));
        put(Piece::Boundaries, Content::Words(words.name_in(&dossier.boundary_view).to_owned()));
    }
    put(Piece::MadeWith, Content::Words(material.made_with()));
    let mut spec = FigureSpec {
        size_pt: USUAL_PT,
        margin_pt: options.page.margin_pt,
        emphasis: options.page.size.emphasis(),
        symbol_scale: None,
        theme: options.theme,
        language: options.language,
        contents,
        credits: material.credits(chart),
        chart: Some(without_marks(&description).into_owned()),
        ..FigureSpec::default()
    };
    let view = View { center: Coord { x: 0.0, y: 0.0 }, zoom: 2.0 };
    spec.size_pt = match options.page.size.points() {
        Some((width_pt, Some(height_pt))) => (width_pt, height_pt),
        Some((width_pt, None)) => {
            spec.size_pt = (width_pt, 1.5 * width_pt);
            (width_pt, page::natural_height(&spec, view, ASPECT))
        }
        None => USUAL_PT,
    };
    let layout = page::layout(&spec, view);
    let setting = Setting::new(&spec, layout.page.size(), layout.text_scale);
    let labels: Vec<StatedLabel> = of_stated
        .iter()
        .zip(&all.stated)
        .map(|(number, stated)| match number.filter(|_| has_sources) {
            Some(number) => StatedLabel::Numbers(vec![number]),
            None => StatedLabel::Words(words.figure(&stated.figure, true)),
        })
        .collect();
    let plot = Plot {
        all,
        setting: &setting,
        colors: &colors,
        names: &names,
        labels: &labels,
        whole: whole.as_deref(),
        from_zero: chart.from_zero,
    };
    let mut list = page::compose(&spec, &layout, plot.draw(layout.map_frame.size()), None);
    if options.theme == Theme::Grey {
        grey(&mut list.items);
    }
    let provenance = material.provenance(&list, &sources.list, chart, &layout);
    DrawnChart {
        list,
        is_too_small: layout.is_too_small,
        rows_left_out: [layout.legend_left_out, layout.references_left_out],
        provenance,
        scale: options.page.scale(),
        theme: options.theme,
        language: options.language,
        title: without_marks(&title).into_owned(),
        description: without_marks(&description).into_owned(),
        unit: unit_of(options.page.size),
    }
}

/// Colours that differ by less are not told apart in a chart.
const LEAST_APART: f64 = 12.0;

/// A colour of Okabe and Ito by the place of a curve. Where there are more curves than colours, a mark that comes again has another
/// colour.
fn usual_color(index: usize) -> Color {
    Color::of_style(Some(USUAL_COLORS[(index + index / USUAL_COLORS.len()) % USUAL_COLORS.len()]))
        .unwrap_or(Color::rgb(0x555555))
}

/// The colour of a layer as the map draws it; `None` of one whose features are told apart by colours.
fn color_of_layer(overlay: &Overlay, document: Option<&Document>) -> Option<Color> {
    let styling = document.map(|document| document.styling(&overlay.id)).unwrap_or_default();
    let kinds = overlay.kinds(&styling);
    let kind = kinds.drawn().next().filter(|_| !kinds.is_told_apart())?;
    let stroke = || Color::of_style(kind.style.stroke.as_deref());
    Color::of_style(kind.style.fill.as_deref()).filter(|_| kind.style.is_filled()).or_else(stroke)
}

/// The colours of curves, in their order, in a theme, as dark as it takes to be seen on the page: of a curve that is the only one of
/// its layer the colour of that, where it is told apart from those before; of any other, one of Okabe and Ito that is free.
pub fn colors(dossier: &Dossier, document: Option<&Document>, all: &AreaOverTime, theme: Theme) -> Vec<Color> {
    let curves = &all.curves;
    let mut found: Vec<Option<Color>> = vec![None; curves.len()];
    let is_free = |found: &[Option<Color>], color: Color| {
        found.iter().flatten().all(|other| difference(Lab::of(*other), Lab::of(color)) >= LEAST_APART)
    };
    // With more curves than colours, colours and marks tell them apart together, by the places of the curves.
    if curves.len() <= USUAL_COLORS.len() {
        for (index, curve) in curves.iter().enumerate() {
            let is_only = curves.iter().filter(|other| other.overlay == curve.overlay).count() == 1;
            let overlay = curve.overlay.as_ref().filter(|_| is_only).and_then(|id| dossier.overlay(id));
            let color = overlay.and_then(|overlay| color_of_layer(overlay, document));
            found[index] = color.filter(|color| is_free(&found, *color));
        }
        for index in 0..found.len() {
            if found[index].is_none() {
                let others = (0..USUAL_COLORS.len()).map(|step| usual_color((index + step) % USUAL_COLORS.len()));
                found[index] = others.into_iter().find(|color| is_free(&found, *color));
            }
        }
    }
    let shaded = |(index, color): (usize, Option<Color>)| {
        let color = color.unwrap_or_else(|| usual_color(index));
        match theme {
            Theme::Light => darkened(color, theme.palette().panel, 3.2),
            other => other.line(color),
        }
    };
    found.into_iter().enumerate().map(shaded).collect()
}

impl Material<'_> {
    fn overlay(&self, id: Option<&String>) -> Option<&Overlay> {
        id.and_then(|id| self.dossier.overlay(id))
    }

    /// The overlays of which the figure tells anything.
    fn shown(&self) -> Vec<&Overlay> {
        let within = self.all.within.as_ref().and_then(|within| within.overlay.as_ref());
        let curves = self.all.curves.iter().filter_map(|curve| curve.overlay.as_ref());
        let stated = self.all.stated.iter().filter_map(|stated| stated.figure.overlay.as_ref());
        let mut ids: Vec<&String> = Vec::new();
        for id in within.into_iter().chain(curves).chain(stated) {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        ids.into_iter().filter_map(|id| self.dossier.overlay(id)).collect()
    }

    /// Whether anything of the dossier is in it, so that its disclaimer and its view of boundaries concern it.
    fn is_of_dossier(&self) -> bool {
        self.shown().iter().any(|overlay| overlay.opened_from.is_none())
    }

    fn made_with(&self) -> String {
        let words = self.words;
        let version = env!("CARGO_PKG_VERSION");
        if self.is_of_dossier() {
            let name = words.quoted(words.name_in(&self.dossier.title));
            let values = [("name", name.as_str()), ("edition", &self.dossier.version), ("version", version)];
            words.fill(words.made_with, &values)
        } else {
            words.fill(words.drawn_with, &[("version", version)])
        }
    }

    /// The colours of the curves.
    fn colors(&self) -> Vec<Color> {
        colors(self.dossier, self.document, self.all, self.options.theme)
    }

    fn name(&self, curve: &Curve) -> String {
        let words = self.words;
        let own = curve.overlay.as_ref().and_then(|id| self.options.legend_names.get(id));
        let title = own.map_or_else(|| words.name_in(&curve.title), String::as_str);
        match &curve.who {
            Some(who) if visible(who) != title => words.titled(title, &visible(who)),
            _ => title.to_owned(),
        }
    }

    /// The first and the last day of a chart.
    fn days(&self) -> String {
        match self.all.reach() {
            Some((from, to)) if from == to => self.words.date(&from.iso()),
            Some((from, to)) => self.words.date(&format!("{}/{}", from.iso(), to.iso())),
            None => String::new(),
        }
    }

    fn stretch(&self, from: i64, to: i64) -> String {
        match (Day::of_days(from), Day::of_days(to)) {
            (Some(from), Some(to)) if from == to => self.words.date(&from.iso()),
            (Some(from), Some(to)) => self.words.date(&format!("{}/{}", from.iso(), to.iso())),
            _ => String::new(),
        }
    }

    /// An area with its share of the whole.
    fn size(&self, km2: f64) -> String {
        let words = self.words;
        let size = words.unbroken(&words.locale.km2(km2));
        match self.all.percent(km2) {
            Some(percent) => format!("{size} ({})", words.percent(percent)),
            None => size,
        }
    }

    fn when(&self, report: &Report) -> String {
        let iso = report.when.iso();
        let said = self.words.date(&iso);
        if said != iso || Day::or_days_in_text(&iso).is_ok() {
            return said;
        }
        self.stretch(*report.days.start(), *report.days.end())
    }

    /// Which curves lie over each other all along, so that one of them alone is seen: a note for each such set.
    fn coinciding(&self, names: &[String]) -> Vec<String> {
        let is_same = |one: &Curve, other: &Curve| {
            !one.points.is_empty()
                && one.points.len() == other.points.len()
                && one.points.iter().zip(&other.points).all(|(a, b)| a.days == b.days && (a.km2 - b.km2).abs() < 1e-3)
        };
        let mut sets: Vec<Vec<usize>> = Vec::new();
        for (index, curve) in self.all.curves.iter().enumerate() {
            match sets.iter_mut().find(|set| is_same(&self.all.curves[set[0]], curve)) {
                Some(set) => set.push(index),
                None => sets.push(vec![index]),
            }
        }
        let several = sets.into_iter().filter(|set| set.len() > 1);
        several
            .map(|set| {
                let names = self.words.list(set.into_iter().map(|index| names[index].as_str()));
                self.words.fill(self.words.chart.coincide, &[("names", &names)])
            })
            .collect()
    }

    /// The first and the last report of each curve, for readers who do not see it.
    fn ends(&self, names: &[String]) -> Vec<String> {
        let of = |(curve, name): (&Curve, &String)| {
            let (first, last) = (curve.points.first()?, curve.points.last()?);
            let told = |report: &Report| format!("{}, {}", self.size(report.km2), self.when(report));
            let words = match curve.points.len() {
                1 => told(first),
                _ => self.words.long_list([told(first), told(last)]),
            };
            Some(format!("{}.", self.words.titled(name, &words)))
        };
        self.all.curves.iter().zip(names).filter_map(of).collect()
    }

    fn legend(
        &self,
        colors: &[Color],
        names: &[String],
        of_curve: impl Fn(usize) -> Vec<usize>,
        of_stated: impl Fn(usize) -> Vec<usize>,
    ) -> Vec<LegendGroup> {
        let (words, palette) = (self.words, self.options.theme.palette());
        let sample =
            |part: CurvePart, color: Color| SwatchStyle::Curve(CurveSample { part, color, ground: palette.panel });
        let plain = |part: CurvePart, title: &str| LegendEntry {
            title: title.to_owned(),
            second_title: None,
            swatch: sample(part, palette.second),
            note: None,
            references: Vec::new(),
        };
        let mut measured: Vec<LegendEntry> = Vec::new();
        for (index, curve) in self.all.curves.iter().enumerate() {
            let last = curve.points.last();
            let are_of_some_days = last.is_some() && curve.points.iter().all(Report::is_of_some_day);
            let part = if are_of_some_days { CurvePart::SomeDays } else { CurvePart::Reports };
            measured.push(LegendEntry {
                title: names[index].clone(),
                second_title: None,
                swatch: sample(part(CurveLook::of(index)), colors[index]),
                note: last
                    .map(|last| format!("{} · {}", words.apart(&self.size(last.km2)), words.apart(&self.when(last)))),
                references: of_curve(index),
            });
        }
        let points = || self.all.curves.iter().flat_map(|curve| &curve.points);
        let has_gaps = self.all.curves.iter().any(|curve| curve.gaps().next().is_some());
        let is_stretch = |point: &Report| !point.is_of_some_day() && point.days.start() < point.days.end();
        let range = self.range_in_words();
        let keys = [
            (has_gaps, CurvePart::Level, words.chart.level),
            (range.is_some(), CurvePart::Range, range.as_deref().unwrap_or_default()),
            (points().any(Report::is_of_some_day), CurvePart::SomeDay, words.chart.some_day),
            (points().any(is_stretch), CurvePart::Stretch, words.chart.stretch),
        ];
        measured.extend(keys.into_iter().filter(|(is_there, ..)| *is_there).map(|(_, part, title)| plain(part, title)));
        let stated = self.all.stated.iter().enumerate().map(|(index, stated)| {
            let figure = &stated.figure;
            let size = words.figure(figure, true);
            let whole = figure.of.as_ref().and_then(|id| self.dossier.overlay(id));
            let size = match whole {
                Some(whole) => words.fill(words.of_whole, &[("size", &size), ("whole", words.name_in(&whole.title))]),
                None => size,
            };
            let traced = figure.traced_to.as_deref().filter(|name| !name.trim().is_empty());
            let (phrase, source) = match traced {
                Some(name) => (words.says, name),
                None => (words.according, figure.reported_by.as_str()),
            };
            let said = words.fill(phrase, &[("size", &size), ("source", source)]);
            let said = if figure.weak { words.fill(words.weak, &[("who", &said)]) } else { said };
            LegendEntry {
                title: said,
                second_title: None,
                swatch: sample(CurvePart::Stated, palette.ink),
                note: figure.date.as_deref().map(|date| words.date(date)),
                references: of_stated(index),
            }
        });
        let stated: Vec<LegendEntry> = stated.collect();
        let group = |title: &str, entries: Vec<LegendEntry>| {
            (!entries.is_empty()).then(|| LegendGroup { title: title.to_owned(), is_needed: true, entries })
        };
        [group(words.measured_head, measured), group(words.stated_head, stated)].into_iter().flatten().collect()
    }

    /// What the ranges are, with how exact the borders are that give them; `None` where no report has a range.
    fn range_in_words(&self) -> Option<String> {
        let words = self.words;
        let points = self.all.curves.iter().flat_map(|curve| &curve.points).filter(|point| point.range_km2.is_some());
        let mut metres: Vec<f64> = points.filter_map(|point| point.accuracy_m).collect();
        metres.sort_by(f64::total_cmp);
        let (least, most) = (*metres.first()?, *metres.last()?);
        let said = if least < most {
            format!("± {}–{}", words.locale.distance(least), words.locale.distance(most))
        } else {
            format!("± {}", words.locale.distance(least))
        };
        Some(words.titled(words.chart.range, &words.unbroken(&said)))
    }

    /// The numbers of the sources on which a curve rests: the excerpts of its reports or of its overlay, what its layer
    /// cites, or else its own reports.
    fn sources_of(&self, curve: &Curve, sources: &mut Sources) -> Vec<usize> {
        let (dossier, words) = (self.dossier, self.words);
        let mut numbers: Vec<usize> = Vec::new();
        let of_reports = curve.points.iter().flat_map(|point| &point.excerpts).filter_map(|id| dossier.excerpt(id));
        numbers.extend(of_reports.filter_map(|excerpt| sources.of_dossier(dossier, words, &excerpt.source)));
        // What is worked out with a line of the user's own rests on the reports of that.
        let overlay = self.overlay(curve.overlay.as_ref());
        let line = overlay.and_then(|overlay| self.line_of(overlay));
        if let Some(overlay) = overlay.filter(|_| numbers.is_empty() && line.is_none()) {
            let own = dossier.excerpts_of(&overlay.id);
            numbers.extend(own.filter_map(|excerpt| sources.of_dossier(dossier, words, &excerpt.source)));
        }
        let layer = curve.overlay.as_ref().and_then(|id| self.document?.overlay(id));
        for citation in layer.iter().flat_map(|layer| &layer.layer.citations) {
            match citation {
                Citation::Excerpt { excerpt } => {
                    let source = dossier.excerpt(excerpt).map(|excerpt| excerpt.source.clone());
                    numbers.extend(source.and_then(|id| sources.of_dossier(dossier, words, &id)));
                }
                Citation::Source(source) => numbers.push(sources.of_properties(words, source)),
            }
        }
        if numbers.is_empty()
            && let (Some(first), Some(last)) = (curve.points.first(), curve.points.last())
        {
            // The names of files are of others.
            let reports = if first.report == last.report {
                visible(&first.report)
            } else {
                visible(&format!("{} … {}", first.report, last.report))
            };
            // Reports of months are of months, not of their first and last days.
            let reach = Edtf::reach(curve.points.iter().map(|point| point.when));
            let days = match reach {
                Some((from, to)) if from == to => words.date(&from.iso()),
                Some((from, to)) => words.date(&format!("{}/{}", from.iso(), to.iso())),
                None => self.stretch(*first.days.start(), *last.days.end()),
            };
            let outlet = line
                .map_or_else(|| self.name(curve), |line| own_line::title(self.words, self.dossier, line).to_owned());
            numbers.push(sources.number(format!("reports {outlet}"), |number| Reference {
                number,
                id: None,
                outlet,
                title: reports,
                date: days,
                url: String::new(),
                quotes: Vec::new(),
            }));
        }
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    /// The line of the user's own that takes part in an overlay.
    fn line_of(&self, overlay: &Overlay) -> Option<&OwnLine> {
        self.dossier.own_line.as_ref().filter(|own| own.takes_part_in(overlay))
    }

    fn source_of_stated(&self, index: usize, sources: &mut Sources) -> Option<usize> {
        let (dossier, words) = (self.dossier, self.words);
        let figure = &self.all.stated.get(index)?.figure;
        let excerpt = figure.excerpt.as_deref().and_then(|id| dossier.excerpt(id));
        let by_page = || figure.url.as_deref().and_then(|url| dossier.source_at(url));
        let source = excerpt.map(|excerpt| excerpt.source.as_str()).or_else(|| Some(by_page()?.id.as_str()));
        if let Some(number) = source.and_then(|id| sources.of_dossier(dossier, words, id)) {
            return Some(number);
        }
        let key = figure.url.clone().unwrap_or_else(|| figure.reported_by.clone());
        Some(sources.number(format!("stated {key}"), |number| Reference {
            number,
            id: None,
            outlet: figure.reported_by.clone(),
            title: String::new(),
            date: words.published(figure.date.as_deref()),
            url: figure.url.clone().unwrap_or_default(),
            quotes: Vec::new(),
        }))
    }

    fn credits(&self, chart: &ChartOptions) -> Vec<String> {
        let within = self.overlay(self.all.within.as_ref().and_then(|within| within.overlay.as_ref()));
        let curves = self.all.curves.iter().filter_map(|curve| self.overlay(curve.overlay.as_ref()));
        let own: Vec<String> = within.into_iter().chain(curves).filter_map(credits::of_overlay).collect();
        let all = own.iter().chain(&chart.credits).map(String::as_str);
        let all = english::credit_clauses(all).into_iter().map(str::to_owned).collect();
        own_line::credited(self.words, (self.dossier, &self.shown()), &[], all)
    }

    /// What the figure was made from.
    fn provenance(&self, list: &DisplayList, references: &[Reference], chart: &ChartOptions, layout: &Layout) -> Value {
        let bare = Document::new(self.dossier, 16.0, 16.0);
        let frame = Frame::new(layout.map.view, 16.0, 16.0);
        let drawn = annotations::Shown::new(self.dossier, &bare, &frame);
        let features = features::Shown::new(self.dossier, &bare, &frame, &[]);
        let mut all: Map<String, Value> = provenance::of(self.dossier, &self.shown(), &drawn, &features);
        let mut put = |key: &str, value: Value| all.insert(key.to_owned(), value);
        let mut areas = self.all.json();
        for (curve, written) in self.all.curves.iter().zip(areas["curves"].as_array_mut().into_iter().flatten()) {
            let versions =
                || self.overlay(curve.overlay.as_ref())?.dated.as_ref().map(|dated| dated.series().versions());
            let points = written["points"].as_array_mut().into_iter().flatten();
            for (point, written) in curve.points.iter().zip(points) {
                let is_it = |version: &&Version| version.when == Some(point.when) && version.from == point.report;
                if let Some(version) = versions().into_iter().flatten().find(is_it) {
                    written["geometry_sha256"] = json!(fingerprint::geometry(&version.shape));
                }
            }
        }
        if self.all.reports() > MOST_WRITTEN
            && let Some(curves) = areas.get_mut("curves").and_then(Value::as_array_mut)
        {
            for curve in curves {
                let count = curve.get("points").and_then(Value::as_array).map_or(0, Vec::len);
                curve["points"] = json!(count);
            }
        }
        areas["from_zero"] = json!(chart.from_zero);
        put("areas_over_time", areas);
        if let Some(own) = self.shown().into_iter().find_map(|overlay| self.line_of(overlay)) {
            let mut line = own.json();
            if !own.days().is_empty() {
                line["reports"] = own.days().iter().map(|day| json!(day.from)).collect();
            }
            put("own_line", line);
        }
        put("scale", json!(self.options.page.scale()));
        if !self.options.language.is_usual() {
            put("language", json!(self.options.language.tag()));
        }
        if !references.is_empty() {
            put("sources", references.iter().map(provenance::reference).collect());
        }
        let fonts = added_fonts(list);
        if !fonts.is_empty() {
            put("fonts", fonts.iter().map(|font| json!({ "file": font.file, "sha256": font.sha256 })).collect());
        }
        Value::Object(all)
    }
}

/// The days that are marked on an axis between two days, both counted, as many as have room for their names where a day is
/// `day_pt` wide and a letter `letter_pt`.
pub fn day_marks(span: (i64, i64), day_pt: f64, name: impl Fn(Day) -> String, letter_pt: f64) -> Vec<(i64, String)> {
    ticks::days(span, day_pt, 2.0 * letter_pt, name, |name| letter_pt * name.chars().count() as f64)
}

/// Round numbers from about one to about another, at most so many steps apart.
pub fn round_numbers(low: f64, high: f64, most: usize) -> Vec<f64> {
    ticks::numbers(low, high, most).0
}

/// The page that a chart has unless another is given.
pub fn usual_page() -> PageSize {
    PageSize::A4Landscape
}
