//! A figure from what is open: which overlays are visible in the frame, what is cited for them, whom to credit.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use geo::{Coord, Intersects};
use serde_json::{Map, Value, json};
use thiserror::Error;

use super::page::{self, FigureSpec, LegendEntry, LegendGroup, Reference};
use super::pdf::{self, PdfError, PdfInfo};
use super::png::{self, PngInfo};
use super::raster::{self, RasterError};
use super::svg::{self, SvgInfo};
use super::{georeference, pack, provenance, visible};
use crate::document::Document;
use crate::dossier::{Dossier, Measure, Overlay, OwnLine, Shape, words};
use crate::formats::bundle::{self, BundleError};
use crate::geometry::{Frame, View};
use crate::scene::display_list::{Bitmap, DisplayList};
use crate::scene::ground::Ground;
use crate::scene::palette::Theme;
use crate::scene::{Look, Scene, swatch_style};

/// What the user decides about a figure.
#[derive(Debug, Clone, PartialEq)]
pub struct FigureOptions {
    /// Title.
    pub title: String,
    /// Width and height of the page in points.
    pub size_pt: (f64, f64),
    /// Pixels a point.
    pub scale: f64,
    /// What the map shows.
    pub shows: Shows,
}

/// What the map of a figure shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Shows {
    /// Just this centre and zoom, as far as the page reaches.
    View(View),
    /// All of this box (`[west, south, east, north]`, degrees), as large as the page allows.
    Bounds([f64; 4]),
}

/// The kind of file that a figure is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputFormat {
    /// Pixels.
    Png,
    /// Vectors with real text.
    Svg,
    /// Vectors with real text on a sheet of paper.
    Pdf,
    /// The overlays that the figure shows, as data.
    GeoJson,
    /// An evidence pack: the figure in the formats asked for, with its data, excerpts and citations.
    Pack,
}

impl OutputFormat {
    /// The kind that a file name asks for.
    ///
    /// # Errors
    /// A text that says which kinds there are.
    pub fn of_path(path: &Path) -> Result<Self, String> {
        let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        match extension.as_str() {
            "png" => Ok(Self::Png),
            "svg" => Ok(Self::Svg),
            "pdf" => Ok(Self::Pdf),
            "geojson" => Ok(Self::GeoJson),
            "zip" => Ok(Self::Pack),
            _ => Err(format!(
                "A figure is written as .png, .svg or .pdf, what it shows as .geojson, and an evidence pack of all as \
                 .zip; '{}' is none of them",
                path.display()
            )),
        }
    }
}

/// Why a figure cannot become a file's bytes.
#[derive(Debug, Error)]
pub enum EncodeError {
    /// It would be too large.
    #[error(transparent)]
    Raster(#[from] RasterError),
    /// The pixels do not fit the format.
    #[error(transparent)]
    Png(#[from] ::png::EncodingError),
    /// The page does not fit the format.
    #[error(transparent)]
    Pdf(#[from] PdfError),
    /// The pack cannot be made.
    #[error(transparent)]
    Bundle(#[from] BundleError),
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
    scene: Arc<Scene>,
    /// Ids of the overlays in the frame.
    shown: Vec<String>,
    /// What of the provenance only the page knows.
    placed: Map<String, Value>,
    scale: f64,
    theme: Theme,
    title: String,
    description: String,
    credits: Vec<String>,
}

impl Drawn {
    /// The page as pixels.
    ///
    /// # Errors
    /// [`RasterError`] when it would be too large.
    pub fn paint(&self) -> Result<Bitmap, RasterError> {
        raster::paint(&self.list, self.scale, self.theme.palette().panel)
    }

    /// The page as the bytes of a file; an evidence pack with the figure in every format.
    ///
    /// # Errors
    /// [`EncodeError`] when it would be too large.
    pub fn encode(&self, format: OutputFormat) -> Result<Vec<u8>, EncodeError> {
        self.encode_one(format, &self.provenance())
    }

    /// An evidence pack with the figure in these formats.
    ///
    /// # Errors
    /// [`EncodeError`] when one of them would be too large.
    pub fn pack(&self, formats: &[OutputFormat]) -> Result<Vec<u8>, EncodeError> {
        let provenance = self.provenance();
        let mut files = BTreeMap::new();
        for format in formats.iter().chain(&[OutputFormat::GeoJson]) {
            let extension = match format {
                OutputFormat::Png => {
                    let beside = self.georeference();
                    files.extend(beside.map(|(end, text)| (format!("figure.{end}"), text.into_bytes())));
                    "png"
                }
                OutputFormat::Svg => "svg",
                OutputFormat::Pdf => "pdf",
                OutputFormat::GeoJson => "geojson",
                OutputFormat::Pack => continue,
            };
            files.insert(format!("figure.{extension}"), self.encode_one(*format, &provenance)?);
        }
        let contents = pack::Contents { title: &self.title, provenance: &provenance, credits: &self.credits, files };
        Ok(bundle::write(&pack::files(self.scene.dossier(), &self.shown(), contents))?)
    }

    /// Where the PNG lies on the ground: the ends of the names of files to stand beside it, with their texts.
    pub fn georeference(&self) -> [(&'static str, String); 3] {
        [
            ("pgw", georeference::world_file(&self.map, self.map_frame, self.scale)),
            ("prj", georeference::PRJ.to_owned()),
            ("png.aux.xml", georeference::PAM.to_owned()),
        ]
    }

    fn encode_one(&self, format: OutputFormat, provenance: &Value) -> Result<Vec<u8>, EncodeError> {
        let background = self.theme.palette().panel;
        let (title, description) = (self.title.clone(), self.description.clone());
        let text = Some(provenance.to_string());
        match format {
            OutputFormat::Png => {
                let info = PngInfo { dpi: Some(DPI * self.scale), title: Some(title), provenance: text };
                png::paint(&self.list, self.scale, background, &info)
            }
            OutputFormat::Svg => {
                Ok(svg::write(&self.list, &SvgInfo { title, description, provenance: text }, background).into_bytes())
            }
            OutputFormat::Pdf => {
                Ok(pdf::write(&self.list, &PdfInfo { title, description, provenance: text }, background)?)
            }
            OutputFormat::GeoJson => {
                let (dossier, frame) = (self.scene.dossier(), self.map.lon_lat_bounds());
                Ok(visible::geojson(dossier, &self.shown(), frame, &title, provenance).into_bytes())
            }
            OutputFormat::Pack => self.pack(&[OutputFormat::Png, OutputFormat::Svg, OutputFormat::Pdf]),
        }
    }

    fn shown(&self) -> Vec<&Overlay> {
        self.shown.iter().filter_map(|id| self.scene.dossier().overlay(id)).collect()
    }

    /// What the figure was made from. Worked out only when it is written, for it goes through every position.
    fn provenance(&self) -> Value {
        let mut all = provenance::of(self.scene.dossier(), &self.shown());
        all.extend(self.placed.clone());
        Value::Object(all)
    }
}

/// Page points in an inch.
const DPI: f64 = 96.0;

/// Lays out the figure of what a document shows.
pub fn draw(scene: &Arc<Scene>, ground: &Ground, document: &Document, theme: Theme, options: &FigureOptions) -> Drawn {
    let dossier = scene.dossier();
    let look = Look::of(document, theme, options.scale);
    // What the legend lists depends on what the map shows, and the room for the map on the legend: so twice.
    let whole = view_of(options.shows, options.size_pt.0, options.size_pt.1);
    let spec_for = |frame: &Frame| {
        let shown = shown(dossier, document, frame);
        (spec(scene, ground, document, theme, options, frame, &shown), shown)
    };
    // The places on a page do not depend on the view.
    let laid = |spec: &FigureSpec| {
        let (width_pt, height_pt) = page::layout(spec, whole).map_pt();
        page::layout(spec, view_of(options.shows, width_pt, height_pt))
    };
    let (first, _) = spec_for(&Frame::new(whole, options.size_pt.0, options.size_pt.1));
    let (spec, shown) = spec_for(&laid(&first).map);
    let layout = laid(&spec);
    let map = scene.map(&look, ground, &layout.map, &layout.reserved);
    let list = page::compose(&spec, &layout, map);
    let description = format!(
        "Map with {}; as of {}",
        shown.iter().map(|overlay| overlay.title.en.as_str()).collect::<Vec<_>>().join(", "),
        words::date(&dossier.as_of)
    );
    let View { center, zoom } = layout.map.view;
    let on_page = layout.map_frame;
    let map_frame_px = [on_page.x0, on_page.y0, on_page.width(), on_page.height()]
        .map(|length_pt| round(length_pt * options.scale, 2));
    let mut placed = Map::new();
    let mut put = |key: &str, value: Value| placed.insert(key.to_owned(), value);
    put("view", json!({ "center": [round(center.x, 7), round(center.y, 7)], "zoom": round(zoom, 6) }));
    put("map_frame_px", json!(map_frame_px));
    put("scale", json!(options.scale));
    if let Some(own) = own_line(dossier, &shown) {
        put("own_line", json!({ "overlay": own.overlay, "from": own.from }));
    }
    Drawn {
        list,
        map_frame: on_page,
        map: layout.map,
        scene: scene.clone(),
        shown: shown.iter().map(|overlay| overlay.id.clone()).collect(),
        placed,
        scale: options.scale,
        theme,
        title: options.title.clone(),
        description,
        credits: spec.credits,
    }
}

/// The view at which a map of this size shows what it should.
fn view_of(shows: Shows, width_pt: f64, height_pt: f64) -> View {
    match shows {
        Shows::View(view) => view,
        Shows::Bounds(bounds) => View::fit(bounds, width_pt, height_pt, 0.0),
    }
}

fn round(value: f64, decimals: i32) -> f64 {
    let unit = 10f64.powi(decimals);
    (value * unit).round() / unit
}

/// The visible overlays that reach into the frame, in the order of the panel.
fn shown<'a>(dossier: &'a Dossier, document: &Document, frame: &Frame) -> Vec<&'a Overlay> {
    let [west, south, east, north] = frame.lon_lat_bounds();
    let seen = geo::Rect::new(Coord { x: west, y: south }, Coord { x: east, y: north });
    dossier
        .groups
        .iter()
        .flat_map(|group| document.group(&group.id))
        .filter(|state| state.visible && state.opacity > 0.0)
        .filter_map(|state| dossier.overlay(&state.id))
        .filter(|overlay| match &overlay.shape {
            Shape::Area(area) => area.intersects(&seen),
            Shape::Line(line) => line.intersects(&seen),
            Shape::Places(places) => places.iter().any(|place| seen.intersects(&place.at)),
        })
        .collect()
}

fn spec(
    scene: &Scene,
    ground: &Ground,
    document: &Document,
    theme: Theme,
    options: &FigureOptions,
    frame: &Frame,
    shown: &[&Overlay],
) -> FigureSpec {
    let dossier = scene.dossier();
    // Sources are numbered in the order in which the legend meets them.
    let mut cited: Vec<&str> = Vec::new();
    for overlay in shown {
        for excerpt in dossier.excerpts_of(&overlay.id) {
            if !cited.contains(&excerpt.source.as_str()) {
                cited.push(&excerpt.source);
            }
        }
    }
    let number_of = |source: &str| cited.iter().position(|id| *id == source).map(|index| index + 1);
    let legend = dossier
        .groups
        .iter()
        .filter_map(|group| {
            let entries: Vec<LegendEntry> = shown
                .iter()
                .filter(|overlay| overlay.group == group.id)
                .map(|overlay| {
                    let mut references: Vec<usize> =
                        dossier.excerpts_of(&overlay.id).filter_map(|excerpt| number_of(&excerpt.source)).collect();
                    references.sort_unstable();
                    references.dedup();
                    LegendEntry {
                        title: overlay.title.en.clone(),
                        title_uk: overlay.title.uk.clone(),
                        swatch: swatch_style(
                            overlay,
                            theme,
                            document.overlay(&overlay.id).map_or(1.0, |state| state.opacity),
                        ),
                        note: note(overlay),
                        references,
                    }
                })
                .collect();
            (!entries.is_empty()).then(|| LegendGroup { title: group.title.en.clone(), entries })
        })
        .collect();
    let references = cited
        .iter()
        .enumerate()
        .filter_map(|(index, id)| {
            let source = dossier.source(id)?;
            Some(Reference {
                number: index + 1,
                outlet: source.outlet.clone(),
                title: source.title.clone(),
                date: source.published.as_deref().map(words::date).unwrap_or_else(|| "undated".to_owned()),
                url: source.url.clone(),
                quotes: Vec::new(),
            })
        })
        .collect();
    let mut notes = Vec::new();
    notes.extend(own_line(dossier, shown).map(|own| format!("{}.", own.notice())));
    let approximate: Vec<&&Overlay> = shown.iter().filter(|overlay| overlay.is_approximate()).collect();
    if let Some(worst) = approximate.iter().filter_map(|overlay| overlay.accuracy_m).reduce(f64::max) {
        let names = approximate.iter().map(|overlay| overlay.title.en.as_str()).collect::<Vec<_>>().join(", ");
        notes.push(format!("Approximate, ± {}: {names}.", words::distance(worst)));
    }
    notes.extend([&dossier.boundary_view, &dossier.disclaimer].into_iter().filter(|text| !text.is_empty()).cloned());
    FigureSpec {
        size_pt: options.size_pt,
        theme,
        title: options.title.clone(),
        subtitle: (options.title != dossier.title.en).then(|| dossier.title.en.clone()),
        as_of: words::date(&dossier.as_of),
        legend,
        references,
        notes,
        credits: credits(dossier, ground, document, frame, shown),
    }
}

/// The line of the user's own, if anything that is shown depends on it.
fn own_line<'a>(dossier: &'a Dossier, shown: &[&Overlay]) -> Option<&'a OwnLine> {
    let own = dossier.own_line.as_ref()?;
    shown.iter().any(|overlay| own.former(&overlay.id).is_some()).then_some(own)
}

/// What the legend adds to a name: the measured size, with no more digits than its accuracy bears.
fn note(overlay: &Overlay) -> Option<String> {
    let approximate = overlay.is_approximate();
    match overlay.measure {
        Measure::Area { km2, range_km2: Some((low, high)) } => {
            let (low, high) = (words::number(words::three_digits(low), 0), words::km2(words::three_digits(high)));
            Some(format!("measured {}, within its accuracy {low}–{high}", words::km2(words::three_digits(km2))))
        }
        Measure::Area { km2, .. } if approximate => {
            Some(format!("measured about {}", words::km2(words::three_digits(km2))))
        }
        Measure::Length { km } if approximate => Some(format!("measured about {}", words::km(words::three_digits(km)))),
        Measure::Area { .. } | Measure::Length { .. } => Some(format!("measured {}", words::measure(overlay.measure))),
        Measure::Count { .. } => None,
    }
}

/// Whom to credit: the overlays' data first, then the map, each once.
fn credits(dossier: &Dossier, ground: &Ground, document: &Document, frame: &Frame, shown: &[&Overlay]) -> Vec<String> {
    let ground = ground.credits(frame, document.map);
    let own = shown.iter().filter_map(|overlay| overlay.credit.as_deref());
    let clauses = words::credit_clauses(own.chain(ground.iter().map(|(credit, _)| credit.as_str())));
    let mut credits: Vec<String> = clauses.into_iter().map(str::to_owned).collect();
    let version = env!("CARGO_PKG_VERSION");
    credits.push(format!("Dossier “{}” {}, drawn with Claimline {version}", dossier.title.en, dossier.version));
    credits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_map_keeps_its_view_and_a_smaller_frame_holds_the_whole_screen() {
        let view = View { center: geo::Coord { x: 37.8, y: 48.2 }, zoom: 8.1 };
        assert_eq!(view_of(Shows::View(view), 900.0, 600.0), view);
        let screen = Frame::new(view, 1200.0, 800.0);
        let shows = Shows::Bounds(screen.lon_lat_bounds());
        assert!((view_of(shows, 1200.0, 800.0).zoom - view.zoom).abs() < 1e-9);
        let on_page = Frame::new(view_of(shows, 500.0, 700.0), 500.0, 700.0).world_bounds();
        assert!(on_page.inflate(1e-12, 1e-12).contains_rect(screen.world_bounds()));
    }
}
