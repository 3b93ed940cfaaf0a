//! A figure from what is open: laid out, drawn, and ready to be written in every format.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use geo::Coord;
use kurbo::{Rect, Vec2};
use serde_json::{Map, Value, json};

use super::contents::{filter_of, own_line, shown};
use super::evidence::maps::maps;
use super::evidence::{annotations, features, pack, pictures, provenance, visible};
use super::options::{FigureOptions, Shows};
use super::output::{EncodeError, Holds, OutputFormat};
use super::page::{self, FigureSpec, Layout, Standing};
use super::panels::{Moment, Panels};
use super::paper::{PageSize, Unit};
use super::pieces::Piece;
use super::pieces::as_of::as_of;
use super::pieces::covering::covering_line;
use super::pieces::numbers::{Numbered, badges};
use super::sheet::Sheet;
use super::subject::{Subject, Suggested};
use super::words::FigureLanguage;
use super::writers::georeference;
use super::writers::raster::{self, RasterError};
use super::written_page::WrittenPage;
use crate::document::Document;
use crate::dossier::{Dossier, Overlay, OwnLine};
use crate::formats::direction::without_marks;
use crate::formats::number::round;
use crate::formats::write::{Outgoing, WrittenFile, features_of};
use crate::formats::{bundle, geojson};
use crate::geometry::{Frame, View};
use crate::scene::display_list::{Bitmap, Color, DisplayList, texts_but};
use crate::scene::ground::Ground;
use crate::scene::palette::{Palette, Theme};
use crate::scene::text::{AddedFont, added_fonts_of};
use crate::scene::{Look, Scene};

/// The placed pictures of a figure, by their ids.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DrawnPictures {
    /// Those whose pixels were at hand.
    pub at_hand: Vec<String>,
    /// Those that the map shows.
    pub shown: Vec<String>,
}

/// A figure, laid out and ready to be written.
#[derive(Debug, Clone)]
pub struct Drawn {
    /// The page.
    pub list: DisplayList,
    /// Where the map lies on it, in points.
    pub map_frame: kurbo::Rect,
    /// The map as it lies there.
    pub map: Frame,
    /// Pieces that were asked for and found no room.
    pub pieces_left_out: Vec<Piece>,
    /// Pieces that stand beside the map, where there was no room on it.
    pub moved_off: Vec<Piece>,
    /// Whether the legend had no room for sizes or second names.
    pub legend_names_alone: bool,
    /// Whether the references had no room for titles and addresses.
    pub references_outlets_alone: bool,
    /// Whether the page is too small for what must be on it.
    pub is_too_small: bool,
    /// Numbers of the references of which title or address are too long to be printed whole.
    pub references_shortened: Vec<usize>,
    /// The pieces that can be told apart by eye, where they stand; those drawn last at the end.
    pub standing: Vec<Standing>,
    /// The part of the page, in points, in which pieces on the map have their places.
    pub room: kurbo::Rect,
    /// How many rows of the legend, sources and stated figures found no room.
    pub rows_left_out: [usize; 3],
    /// Of how many towns of overlays the dots are not drawn for want of room.
    pub hidden_towns: usize,
    /// Whom the page credits.
    pub credits: Vec<String>,
    /// Ids of the overlays that the map shows.
    pub shown: Vec<String>,
    /// What each of several maps shows; nothing where there is one.
    pub panels: Vec<Moment>,
    /// Pieces that are left out because what they say differs from map to map.
    pub differ: Vec<Piece>,
    /// The placed pictures that it shows.
    pub pictures: DrawnPictures,
    /// The headline and the line above it that the figure has unless others are given.
    pub suggested: Suggested,
    scene: Arc<Scene>,
    document: Document,
    /// What of the provenance only the page knows.
    placed: Map<String, Value>,
    unit: Unit,
    scale: f64,
    theme: Theme,
    language: FigureLanguage,
    title: String,
    description: String,
}

impl Drawn {
    /// The page as pixels.
    ///
    /// # Errors
    /// [`RasterError`] when it would be too large.
    pub fn paint(&self) -> Result<Bitmap, RasterError> {
        raster::paint(&self.list, self.scale, self.theme.palette().panel)
    }

    /// Width and height of the page in points.
    pub fn page_pt(&self) -> (f64, f64) {
        (self.list.width_pt, self.list.height_pt)
    }

    /// The headline.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The colour under the page.
    pub fn background(&self) -> Color {
        self.theme.palette().panel
    }

    /// The page as the bytes of a file; an evidence pack with the figure in every format.
    ///
    /// # Errors
    /// [`EncodeError`] when it would be too large, or the page is too small for it.
    pub fn encode(&self, format: OutputFormat) -> Result<Vec<u8>, EncodeError> {
        self.encode_one(format, &self.provenance())
    }

    /// An evidence pack with the figure in these formats.
    ///
    /// # Errors
    /// [`EncodeError`] as for each of them.
    pub fn pack(&self, formats: &[OutputFormat]) -> Result<Vec<u8>, EncodeError> {
        self.pack_with(formats, &BTreeMap::new())
    }

    /// The same with copies of the sources that it names, of those that are given by their paths within the dossier.
    ///
    /// # Errors
    /// [`EncodeError`] as for each of them.
    pub fn pack_with(
        &self,
        formats: &[OutputFormat],
        captures: &BTreeMap<String, Arc<[u8]>>,
    ) -> Result<Vec<u8>, EncodeError> {
        let provenance = self.provenance();
        let mut files = BTreeMap::new();
        let data = [OutputFormat::GeoJson];
        let data = if self.panels.is_empty() { &data[..] } else { &[] };
        for moment in &self.panels {
            let (Some(when), of_day) = (moment.when, self.of_moment(moment)) else { continue };
            let text = of_day.geojson(&of_day.provenance());
            // ISO 8601-1, 5.5.2.2: two hyphens in place of the stroke, where that means something else.
            files.insert(format!("figure-{}.geojson", when.iso().replace('/', "--")), text.into_bytes());
        }
        for format in formats.iter().chain(data) {
            match format {
                OutputFormat::Png if self.panels.is_empty() => {
                    let beside = self.georeference();
                    files.extend(beside.map(|(end, text)| (format!("figure.{end}"), text.into_bytes())));
                }
                OutputFormat::Png
                | OutputFormat::Svg
                | OutputFormat::Pdf
                | OutputFormat::GeoJson
                | OutputFormat::GeoJsonLines
                | OutputFormat::Kml
                | OutputFormat::Gpx
                | OutputFormat::Csv
                | OutputFormat::GeoPackage
                | OutputFormat::FlatGeobuf
                | OutputFormat::Shapefile => {}
                OutputFormat::Pack => continue,
            }
            files.insert(format!("figure.{}", format.extension()), self.encode_one(*format, &provenance)?);
        }
        let contents =
            pack::Contents { title: &self.title, provenance: &provenance, credits: &self.credits, files, captures };
        Ok(bundle::write(&pack::files(
            self.scene.dossier(),
            &self.overlays(),
            &self.annotations(),
            &self.features(),
            contents,
        ))?)
    }

    /// Where the PNG lies on the ground: the ends of the names of files to stand beside it, with their texts.
    pub fn georeference(&self) -> [(&'static str, String); 3] {
        let [world, prj, pam] = georeference::ENDS;
        [
            (world, georeference::world_file(&self.map, self.map_frame, self.scale)),
            (prj, georeference::PRJ.to_owned()),
            (pam, georeference::PAM.to_owned()),
        ]
    }

    fn encode_one(&self, format: OutputFormat, provenance: &Value) -> Result<Vec<u8>, EncodeError> {
        let background = self.background();
        self.check_data(format)?;
        match format {
            OutputFormat::Png | OutputFormat::Svg | OutputFormat::Pdf => {
                let page = WrittenPage {
                    list: &self.list,
                    scale: self.scale,
                    background,
                    title: &self.title,
                    description: &self.description,
                    language: self.language,
                    unit: self.unit,
                    is_too_small: self.is_too_small,
                };
                page.encode(format, provenance)
            }
            OutputFormat::Pack if self.is_too_small => Err(EncodeError::NoRoom),
            OutputFormat::GeoJson => Ok(self.geojson(provenance).into_bytes()),
            OutputFormat::GeoJsonLines
            | OutputFormat::Kml
            | OutputFormat::Gpx
            | OutputFormat::Csv
            | OutputFormat::GeoPackage
            | OutputFormat::FlatGeobuf
            | OutputFormat::Shapefile => Ok(self.data(format, format.extension()).bytes),
            OutputFormat::Pack => self.pack(&OutputFormat::of_page().collect::<Vec<_>>()),
        }
    }

    /// Looks whether what the figure shows can be one file of data.
    ///
    /// # Errors
    /// [`EncodeError::SeveralDays`] where it shows several days.
    pub fn check_data(&self, format: OutputFormat) -> Result<(), EncodeError> {
        let is_data = format.info().holds == Holds::Data;
        if is_data && !self.panels.is_empty() { Err(EncodeError::SeveralDays) } else { Ok(()) }
    }

    /// The figure with one of its maps alone, as far as its data go.
    pub(in crate::figure) fn of_moment(&self, moment: &Moment) -> Self {
        let shown = moment.overlays(&self.document, &self.map).into_iter().map(|overlay| overlay.id.clone()).collect();
        Self { scene: Arc::clone(&moment.scene), shown, panels: Vec::new(), ..self.clone() }
    }

    fn geojson(&self, provenance: &Value) -> String {
        let (dossier, frame) = (self.scene.dossier(), self.map.lon_lat_bounds());
        let (shown, drawn) = (self.overlays(), self.annotations());
        visible::geojson(dossier, &self.document, &drawn, &shown, frame, &self.title, provenance)
    }

    /// What the figure shows as a file of features whose name ends so, and what such a file cannot hold; nothing of a format
    /// that has no features, and of GeoJSON, which the figure writes with all that goes with it.
    pub fn data(&self, format: OutputFormat, ending: &str) -> WrittenFile {
        let Some(write) = format.of_features().and_then(|format| format.write) else { return WrittenFile::default() };
        let text = self.geojson(&Value::Null);
        // What has just been written can be read.
        let features = geojson::read_table(text.as_bytes()).map(|table| features_of(&table)).unwrap_or_default();
        write(&Outgoing { title: &self.title, ending, features: &features })
    }

    fn overlays(&self) -> Vec<&Overlay> {
        self.shown.iter().filter_map(|id| self.scene.dossier().overlay(id)).collect()
    }

    /// The maps beneath that credit nobody, as far as their records tell: archives and the built-in map name their makers
    /// themselves.
    pub(super) fn maps_without_credit(&self) -> Vec<&str> {
        let maps = self.placed.get("maps").and_then(Value::as_array).into_iter().flatten();
        maps.filter(|map| map.get("credit").is_none()).filter_map(|map| map.get("title")?.as_str()).collect()
    }

    /// What the user drew on the map.
    pub(super) fn annotations(&self) -> annotations::Shown<'_> {
        annotations::Shown::new(self.scene.dossier(), &self.document, &self.map)
    }

    /// What the features on the map rest on.
    pub(super) fn features(&self) -> features::Shown<'_> {
        features::Shown::new(self.scene.dossier(), &self.document, &self.map, &self.overlays())
    }

    /// What the figure was made from. Worked out only when it is written, for it goes through every position.
    pub(in crate::figure) fn provenance(&self) -> Value {
        let mut all = provenance::of(self.scene.dossier(), &self.overlays(), &self.annotations(), &self.features());
        all.extend(self.placed.clone());
        Value::Object(all)
    }
}

/// The fonts that are no part of the program and that the page's words are drawn with, each once: the same bytes come out
/// only where these fonts are.
pub(in crate::figure) fn added_fonts(list: &DisplayList) -> Vec<AddedFont> {
    let mut fonts: Vec<AddedFont> =
        texts_but(&list.items, "").into_iter().flat_map(|text| added_fonts_of(&text.text, text.face)).collect();
    fonts.sort_unstable();
    fonts.dedup();
    fonts
}

/// Lays out the figure of what a document shows.
pub fn draw(scene: &Arc<Scene>, ground: &Ground, document: &Document, options: &FigureOptions) -> Drawn {
    let sheet = Sheet::new(scene, ground, document, options);
    let all: Vec<usize> = (0..sheet.moments.len()).collect();
    let list = sheet.page(ground, &all);
    of_sheet(&sheet, ground, list)
}

/// A page that has been drawn, with all that is said of it.
pub(in crate::figure) fn of_sheet(sheet: &Sheet, ground: &Ground, list: DisplayList) -> Drawn {
    let Sheet { moments, document, options, spec, layout, differ, .. } = sheet;
    let scene = sheet.base().map_or_else(|| Arc::new(Scene::new(Dossier::empty())), |base| Arc::clone(&base.scene));
    let (dossier, words) = (scene.dossier(), options.words());
    let (theme, scale) = (options.theme, options.page.scale());
    let shown = shown(dossier, document, &layout.map);
    let subject = Subject::of(words, dossier, &shown);
    let names = words.list(shown.iter().map(|overlay| words.name_in(&overlay.title)));
    let days: Vec<String> = moments.iter().filter_map(|moment| Some(words.date(&moment.when?.iso()))).collect();
    let day = if days.is_empty() { as_of(words, dossier, &shown) } else { words.long_list(days) };
    let phrase = if day.is_empty() { words.parts.map_with } else { words.parts.map_with_as_of };
    let description = words.fill(phrase, &[("names", &names), ("day", &day)]);
    let description = without_marks(&description).into_owned();
    let View { center, zoom } = layout.map.view;
    let on_page = layout.map_frame;
    let map_frame_px =
        [on_page.x0, on_page.y0, on_page.width(), on_page.height()].map(|length_pt| round(length_pt * scale, 2));
    let mut placed = Map::new();
    let mut put = |key: &str, value: Value| placed.insert(key.to_owned(), value);
    put("view", json!({ "center": [round(center.x, 7), round(center.y, 7)], "zoom": round(zoom, 6) }));
    put("map_frame_px", json!(map_frame_px));
    put("scale", json!(scale));
    let maps = maps(ground, &sheet.laid_of_all(), &layout.map);
    if !maps.is_empty() {
        put("maps", Value::Array(maps));
    }
    let pictures = ground.pictures.shown(&document.pictures, &layout.map);
    if !pictures.is_empty() {
        let all: Vec<Value> = pictures.iter().map(|picture| pictures::provenance(picture)).collect();
        put("pictures", json!(all));
    }
    let drawn_pictures = DrawnPictures {
        at_hand: document
            .pictures
            .iter()
            .filter(|picture| ground.pictures.has(picture))
            .map(|picture| picture.id.clone())
            .collect(),
        shown: pictures.iter().map(|picture| picture.id.clone()).collect(),
    };
    if !options.language.is_usual() {
        put("language", json!(options.language.tag()));
    }
    if let Some(own) = own_line(dossier, &shown) {
        put("own_line", own_line_json(own, sheet));
    }
    let references: Vec<Value> = spec.references().iter().map(provenance::reference).collect();
    if !references.is_empty() {
        put("sources", json!(references));
    }
    if options.panels.is_some() {
        put("maps_of_days", panels_json(sheet));
    }
    let fonts = added_fonts(&list);
    if !fonts.is_empty() {
        put(
            "fonts",
            json!(fonts.iter().map(|font| json!({ "file": font.file, "sha256": font.sha256 })).collect::<Vec<_>>()),
        );
    }
    let filters: Map<String, Value> = (shown.iter())
        .filter_map(|overlay| {
            Some((overlay.id.clone(), json!(filter_of(FigureLanguage::ENGLISH.words(), document, overlay)?)))
        })
        .collect();
    if !filters.is_empty() {
        put("filters", Value::Object(filters));
    }
    let ids = shown.iter().map(|overlay| overlay.id.clone()).collect();
    Drawn {
        list,
        map_frame: on_page,
        map: layout.map,
        pieces_left_out: layout.pieces_left_out.clone(),
        moved_off: layout.moved_off.clone(),
        legend_names_alone: layout.legend_names_alone,
        references_outlets_alone: layout.references_outlets_alone,
        is_too_small: layout.is_too_small,
        references_shortened: (spec.references().iter())
            .filter(|reference| reference.is_shortened() && !layout.references_outlets_alone)
            .map(|reference| reference.number)
            .collect(),
        standing: layout.standing.clone(),
        room: layout.room,
        rows_left_out: [layout.legend_left_out, layout.references_left_out, layout.comparison_left_out],
        hidden_towns: sheet.hidden_towns.load(Ordering::Relaxed),
        credits: spec.credit_line().into_iter().map(str::to_owned).collect(),
        shown: ids,
        panels: if options.panels.is_some() { moments.clone() } else { Vec::new() },
        differ: differ.clone(),
        pictures: drawn_pictures,
        scene: Arc::clone(&scene),
        document: document.clone(),
        placed,
        unit: unit_of(options.page.size),
        scale,
        theme,
        language: options.language,
        title: subject.title(options),
        suggested: subject.suggested(),
        description,
    }
}

/// What is known of the line of the user's own, and of several maps the files of its reports in the order of their days.
fn own_line_json(own: &OwnLine, sheet: &Sheet) -> Value {
    let lines = sheet.moments.iter().filter_map(|moment| moment.scene.dossier().own_line.as_ref());
    let mut reports: Vec<&str> = lines.map(|line| line.from.as_str()).collect();
    reports.dedup();
    let mut all = own.json();
    if sheet.options.panels.is_some() && !own.days().is_empty() {
        all["reports"] = json!(reports);
    }
    all
}

/// What each of several maps shows: its day, of which day each overlay is that has several, and the sums of all shapes.
fn panels_json(sheet: &Sheet) -> Value {
    let of = |moment: &Moment| {
        let shown = moment.overlays(&sheet.document, &sheet.layout.map);
        json!({
            "day": moment.when.map(|when| when.iso()),
            "days": provenance::days(&shown),
            "geometry_sha256": provenance::geometries(&shown),
        })
    };
    sheet.moments.iter().map(of).collect()
}

/// The unit in which the size of a page is given to programs that take one.
pub(in crate::figure) fn unit_of(size: PageSize) -> Unit {
    match size {
        PageSize::Own { unit, .. } => unit,
        PageSize::View => Unit::Px,
        PageSize::LetterPortrait | PageSize::LetterLandscape | PageSize::Slide | PageSize::Square => Unit::In,
        PageSize::A4Portrait | PageSize::A4Landscape | PageSize::Column85 | PageSize::Column174 => Unit::Mm,
    }
}

/// Width and height of the page in points: those of its preset, or what it takes to hold the figure, of which `spec_at` is
/// the content on a page of some size.
pub(in crate::figure) fn size_of_page(
    options: &FigureOptions,
    spec_at: &dyn Fn((f64, f64)) -> FigureSpec,
) -> (f64, f64) {
    match options.page.size.points() {
        Some((width_pt, Some(height_pt))) => (width_pt, height_pt),
        Some((width_pt, None)) => {
            let aspect = match options.shows {
                Shows::View(_) => options.view_pt.1 / options.view_pt.0,
                Shows::Bounds(bounds) => {
                    let fitted = Frame::new(View::fit(bounds, 1000.0, 1000.0, 0.0), 1000.0, 1000.0);
                    let [west, south, east, north] = bounds;
                    let corner = |x: f64, y: f64| fitted.page_from_lon_lat(Coord { x, y });
                    let across = corner(east, south) - corner(west, north);
                    across.y / across.x
                }
            };
            // Two columns are wide enough to lie down; one stands.
            let (least, most) = if width_pt < 400.0 { (0.75, 1.15) } else { (0.55, 0.8) };
            let (columns, rows) = options.panels.as_ref().map_or((1, 1), Panels::size);
            let aspect = aspect * f64::from(rows) / f64::from(columns);
            let aspect = if aspect.is_finite() { aspect.clamp(least, most) } else { most };
            let guess = (width_pt, 1.5 * width_pt);
            (width_pt, page::natural_height(&spec_at(guess), options.shows.view(guess.0, guess.1), aspect))
        }
        None => {
            let bounded = |side: f64| if side.is_finite() { side.clamp(160.0, 8000.0) } else { 1000.0 };
            let (map_width, map_height) = (bounded(options.view_pt.0), bounded(options.view_pt.1));
            let mut size_pt = (map_width + 360.0, map_height + 160.0);
            // Text grows with the page, and lists are wrapped anew: a few rounds bring the map to its size.
            let mut spec = spec_at(size_pt);
            for _ in 0..4 {
                spec.size_pt = size_pt;
                let layout = page::layout(&spec, options.shows.view(map_width, map_height));
                let all = layout.map_frames.iter().copied().reduce(|a, b| a.union(b)).unwrap_or(layout.map_frame);
                let (width_pt, height_pt) = (all.width(), all.height());
                size_pt = (size_pt.0 + map_width - width_pt, size_pt.1 + map_height - height_pt);
            }
            (size_pt.0.clamp(300.0, 12_000.0).round(), size_pt.1.clamp(300.0, 12_000.0).round())
        }
    }
}

/// How the map of a page is drawn: on a small page its lines, marks and names are drawn smaller, so on a larger frame that is
/// made smaller.
#[derive(Debug, Clone)]
pub(in crate::figure) struct Easel {
    pub(in crate::figure) frame: Frame,
    pub(in crate::figure) look: Look,
    /// What stands on the map.
    pub(in crate::figure) reserved: Vec<Rect>,
    /// The smallest letters.
    pub(in crate::figure) least_pt: f64,
}

/// The frame in which a map is drawn that is then made smaller by `symbol_scale`.
pub(in crate::figure) fn as_drawn(map: &Frame, symbol_scale: f64) -> Frame {
    let View { center, zoom } = map.view;
    let view = View { center, zoom: zoom - symbol_scale.log2() };
    Frame::new(view, map.width_pt / symbol_scale, map.height_pt / symbol_scale)
}

impl Easel {
    pub(in crate::figure) fn new(document: &Document, options: &FigureOptions, layout: &Layout) -> Self {
        let k = layout.symbol_scale;
        Self {
            frame: as_drawn(&layout.map, k),
            look: Look {
                locale: options.words().locale,
                most_marks: layout.legend_rows,
                ..Look::of(document, options.theme, options.page.scale() * k)
            },
            reserved: layout.reserved.iter().map(|rect| rect.scale_from_origin(1.0 / k)).collect(),
            least_pt: (page::MIN_TEXT_PT / k).max(10.0),
        }
    }

    pub(in crate::figure) fn palette(&self) -> Palette {
        self.look.theme.palette()
    }

    /// The numbers of the sources beside the shapes that rest on them, where they are wanted.
    pub(in crate::figure) fn add_numbers(
        &self,
        (document, options): (&Document, &FigureOptions),
        shown: &[&Overlay],
        numbers: &[Numbered],
        reserved: Vec<Rect>,
        list: &mut DisplayList,
    ) {
        if options.furniture.has(Piece::Numbers) {
            let badges = badges(document, options, &self.frame, shown, numbers, reserved, list, self.least_pt);
            list.items.extend(badges);
        }
    }
}

/// The map of the page in the page's points, or what `draw` takes of it.
pub(in crate::figure) fn drawn_map(
    scene: &Scene,
    ground: &Ground,
    document: &Document,
    options: &FigureOptions,
    layout: &Layout,
    (shown, numbers): (&[&Overlay], &[Numbered]),
    draw: impl Fn(&Scene, &Look, &Ground, &Frame, &[Rect]) -> DisplayList,
) -> DisplayList {
    let k = layout.symbol_scale;
    let easel = Easel::new(document, options, layout);
    let Easel { frame, look, reserved, least_pt } = &easel;
    let covering = scene.covering(look, frame);
    let covering = covering_line(&covering, options, frame, reserved, *least_pt, &easel.palette());
    let mut reserved = reserved.clone();
    reserved.extend(covering.iter().map(|(rect, _)| *rect));
    let mut list = draw(scene, look, ground, frame, &reserved);
    list.items.extend(covering.map(|(_, line)| line));
    easel.add_numbers((document, options), shown, numbers, reserved, &mut list);
    let items = if k == 1.0 { list.items } else { page::placed(list.items, k, Vec2::ZERO) };
    DisplayList { width_pt: layout.map.width_pt, height_pt: layout.map.height_pt, items }
}

#[cfg(test)]
mod tests;
