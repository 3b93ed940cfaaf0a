//! A figure from what is open: laid out, drawn, and ready to be written in every format.

use std::collections::BTreeMap;
use std::sync::Arc;

use geo::Coord;
use kurbo::{Rect, Vec2};
use serde_json::{Map, Value, json};

use super::contents::{as_of, own_line, shown, spec};
use super::evidence::{annotations, features, pack, provenance, visible};
use super::grey::grey;
use super::options::{FigureOptions, Shows};
use super::output::{EncodeError, OutputFormat};
use super::page::{self, FigureSpec, Layout, Standing};
use super::paper::{PT_PER_INCH, PageSize, Unit};
use super::pieces::Piece;
use super::pieces::inset::locator;
use super::pieces::numbers::badges;
use super::writers::georeference;
use super::writers::pdf::{self, PdfInfo};
use super::writers::png::{self, PngInfo};
use super::writers::raster::{self, RasterError};
use super::writers::svg::{self, SvgInfo};
use crate::document::Document;
use crate::dossier::Overlay;
use crate::formats::bundle;
use crate::formats::number::round;
use crate::geometry::{Frame, View};
use crate::scene::display_list::{Bitmap, Color, DisplayList};
use crate::scene::ground::Ground;
use crate::scene::palette::Theme;
use crate::scene::{Look, Scene};

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
    /// Whom the page credits.
    pub credits: Vec<String>,
    /// Ids of the overlays that the map shows.
    pub shown: Vec<String>,
    scene: Arc<Scene>,
    document: Document,
    /// What of the provenance only the page knows.
    placed: Map<String, Value>,
    unit: Unit,
    scale: f64,
    theme: Theme,
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
        let provenance = self.provenance();
        let mut files = BTreeMap::new();
        for format in formats.iter().chain(&[OutputFormat::GeoJson]) {
            match format {
                OutputFormat::Png => {
                    let beside = self.georeference();
                    files.extend(beside.map(|(end, text)| (format!("figure.{end}"), text.into_bytes())));
                }
                OutputFormat::Svg | OutputFormat::Pdf | OutputFormat::GeoJson => {}
                OutputFormat::Pack => continue,
            }
            files.insert(format!("figure.{}", format.extension()), self.encode_one(*format, &provenance)?);
        }
        let contents = pack::Contents { title: &self.title, provenance: &provenance, credits: &self.credits, files };
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
        let (title, description) = (self.title.clone(), self.description.clone());
        let text = Some(provenance.to_string());
        if self.is_too_small && format != OutputFormat::GeoJson {
            return Err(EncodeError::NoRoom);
        }
        match format {
            OutputFormat::Png => {
                let info = PngInfo { dpi: Some(PT_PER_INCH * self.scale), title: Some(title), provenance: text };
                png::paint(&self.list, self.scale, background, &info)
            }
            OutputFormat::Svg => {
                let info = SvgInfo { title, description, provenance: text, unit: self.unit };
                Ok(svg::write(&self.list, &info, background))
            }
            OutputFormat::Pdf => {
                Ok(pdf::write(&self.list, &PdfInfo { title, description, provenance: text }, background)?)
            }
            OutputFormat::GeoJson => {
                let (dossier, frame) = (self.scene.dossier(), self.map.lon_lat_bounds());
                let (shown, drawn) = (self.overlays(), self.annotations());
                Ok(visible::geojson(dossier, &self.document, &drawn, &shown, frame, &title, provenance).into_bytes())
            }
            OutputFormat::Pack => self.pack(&OutputFormat::of_page().collect::<Vec<_>>()),
        }
    }

    fn overlays(&self) -> Vec<&Overlay> {
        self.shown.iter().filter_map(|id| self.scene.dossier().overlay(id)).collect()
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
    fn provenance(&self) -> Value {
        let mut all = provenance::of(self.scene.dossier(), &self.overlays(), &self.annotations(), &self.features());
        all.extend(self.placed.clone());
        Value::Object(all)
    }
}

/// Lays out the figure of what a document shows.
pub fn draw(scene: &Arc<Scene>, ground: &Ground, document: &Document, options: &FigureOptions) -> Drawn {
    let dossier = scene.dossier();
    let theme = options.theme;
    let scale = options.page.scale();
    let size_pt = size_of_page(scene, ground, document, options);
    // What the legend lists depends on what the map shows, and the room for the map on the legend: so twice.
    let whole = options.shows.view(size_pt.0, size_pt.1);
    let spec_for = |frame: &Frame| {
        let shown = shown(dossier, document, frame);
        (spec(scene, ground, document, options, size_pt, frame, &shown), shown)
    };
    let laid = |spec: &FigureSpec| {
        let mut layout = page::layout(spec, whole);
        // The places on a page do not depend on the view, but for what the scale bar crowds out: its length does.
        for _ in 0..2 {
            let (width_pt, height_pt) = layout.map_pt();
            layout = page::layout(spec, options.shows.view(width_pt, height_pt));
            if layout.map_pt() == (width_pt, height_pt) {
                break;
            }
        }
        layout
    };
    let (first, _) = spec_for(&Frame::new(whole, size_pt.0, size_pt.1));
    let (spec, shown) = spec_for(&laid(&first).map);
    let layout = laid(&spec);
    let map = drawn_map(scene, ground, document, options, &layout, &shown);
    let locator = layout.inset.map(|rect| locator(ground, document, options, &layout.map, rect, layout.symbol_scale));
    let mut list = page::compose(&spec, &layout, map, locator);
    if theme == Theme::Grey {
        grey(&mut list.items);
    }
    let description = format!(
        "Map with {}; as of {}",
        shown.iter().map(|overlay| overlay.title.main()).collect::<Vec<_>>().join(", "),
        as_of(dossier, &shown)
    );
    let View { center, zoom } = layout.map.view;
    let on_page = layout.map_frame;
    let map_frame_px =
        [on_page.x0, on_page.y0, on_page.width(), on_page.height()].map(|length_pt| round(length_pt * scale, 2));
    let mut placed = Map::new();
    let mut put = |key: &str, value: Value| placed.insert(key.to_owned(), value);
    put("view", json!({ "center": [round(center.x, 7), round(center.y, 7)], "zoom": round(zoom, 6) }));
    put("map_frame_px", json!(map_frame_px));
    put("scale", json!(scale));
    if let Some(own) = own_line(dossier, &shown) {
        put("own_line", own.json());
    }
    Drawn {
        list,
        map_frame: on_page,
        map: layout.map,
        pieces_left_out: layout.pieces_left_out.clone(),
        moved_off: layout.moved_off.clone(),
        legend_names_alone: layout.legend_names_alone,
        references_outlets_alone: layout.references_outlets_alone,
        is_too_small: layout.is_too_small,
        references_shortened: (spec.references.iter())
            .filter(|reference| reference.is_shortened() && !layout.references_outlets_alone)
            .map(|reference| reference.number)
            .collect(),
        standing: layout.standing.clone(),
        room: layout.room,
        rows_left_out: [layout.legend_left_out, layout.references_left_out, layout.comparison_left_out],
        credits: spec.credits,
        shown: shown.iter().map(|overlay| overlay.id.clone()).collect(),
        scene: scene.clone(),
        document: document.clone(),
        placed,
        unit: unit_of(options.page.size),
        scale,
        theme,
        title: options.title.clone(),
        description,
    }
}

/// The unit in which the size of a page is given to programs that take one.
fn unit_of(size: PageSize) -> Unit {
    match size {
        PageSize::Own { unit, .. } => unit,
        PageSize::View => Unit::Px,
        PageSize::LetterPortrait | PageSize::LetterLandscape | PageSize::Slide | PageSize::Square => Unit::In,
        PageSize::A4Portrait | PageSize::A4Landscape | PageSize::Column85 | PageSize::Column174 => Unit::Mm,
    }
}

/// Width and height of the page in points: those of its preset, or what it takes to hold the figure.
fn size_of_page(scene: &Scene, ground: &Ground, document: &Document, options: &FigureOptions) -> (f64, f64) {
    let spec_at = |size_pt: (f64, f64)| {
        let frame = Frame::new(options.shows.view(size_pt.0, size_pt.1), size_pt.0, size_pt.1);
        spec(scene, ground, document, options, size_pt, &frame, &shown(scene.dossier(), document, &frame))
    };
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
                let (width_pt, height_pt) = layout.map_pt();
                size_pt = (size_pt.0 + map_width - width_pt, size_pt.1 + map_height - height_pt);
            }
            (size_pt.0.clamp(300.0, 12_000.0).round(), size_pt.1.clamp(300.0, 12_000.0).round())
        }
    }
}

/// The map of the page in the page's points. On a small page its lines, marks and names are drawn smaller.
fn drawn_map(
    scene: &Scene,
    ground: &Ground,
    document: &Document,
    options: &FigureOptions,
    layout: &Layout,
    shown: &[&Overlay],
) -> DisplayList {
    let k = layout.symbol_scale;
    let View { center, zoom } = layout.map.view;
    let large = Frame::new(View { center, zoom: zoom - k.log2() }, layout.map.width_pt / k, layout.map.height_pt / k);
    let look = Look::of(document, options.theme, options.page.scale() * k);
    let reserved: Vec<Rect> = layout.reserved.iter().map(|rect| rect.scale_from_origin(1.0 / k)).collect();
    let mut list = scene.map(&look, ground, &large, &reserved);
    if options.furniture.has(Piece::Numbers) {
        let badges = badges(scene, options, &large, shown, reserved, &list, (page::MIN_TEXT_PT / k).max(10.0));
        list.items.extend(badges);
    }
    let items = if k == 1.0 { list.items } else { page::placed(list.items, k, Vec2::ZERO) };
    DisplayList { width_pt: layout.map.width_pt, height_pt: layout.map.height_pt, items }
}

#[cfg(test)]
mod tests {
    use kurbo::Shape as _;

    use super::*;
    use crate::figure::placing::{Place, Spot};
    use crate::scene::display_list::{self, Group, Item};

    fn texts<'a>(items: &'a [Item], into: &mut Vec<&'a crate::scene::display_list::Text>) {
        for item in items {
            match item {
                Item::Group(group) => texts(&group.items, into),
                Item::Text(text) => into.push(text),
                _ => {}
            }
        }
    }

    fn berlin() -> (Arc<Scene>, Document) {
        let (dossier, _) = crate::dossier::builtin::berlin().expect("the built-in dossier can be read");
        let document = Document::new(&dossier, 900.0, 700.0);
        (Arc::new(Scene::new(dossier)), document)
    }

    #[test]
    fn names_stand_in_the_figure_where_they_stand_in_the_window() {
        let (scene, document) = berlin();
        let frame = Frame::new(document.view, 900.0, 700.0);
        let shows = Shows::Bounds(frame.lon_lat_bounds());
        let mut options = FigureOptions::new("As it is", super::super::PageSetup::default(), shows);
        options.view_pt = (900.0, 700.0);
        options.furniture = super::super::Furniture::bare();
        let drawn = draw(&scene, &Ground::blank(), &document, &options);
        assert!((drawn.map_frame.width() - 900.0).abs() < 2.0 && (drawn.map_frame.height() - 700.0).abs() < 2.0);
        let window = scene.map(&Look::of(&document, Theme::Light, 1.0), &Ground::blank(), &frame, &[]);
        let (mut on_page, mut on_screen) = (Vec::new(), Vec::new());
        texts(&drawn.list.items, &mut on_page);
        texts(&window.items, &mut on_screen);
        assert!(on_screen.len() > 10);
        for name in on_screen {
            let expected = name.origin + drawn.map_frame.origin().to_vec2();
            let near = on_page.iter().any(|text| text.text == name.text && text.origin.distance(expected) < 2.0);
            assert!(near, "{} is elsewhere on the page", name.text);
        }
    }

    #[test]
    fn numbers_of_sources_keep_off_the_dots_of_the_maps_own_towns() {
        let (scene, document) = berlin();
        let frame = Frame::new(document.view, 900.0, 700.0);
        let shown: Vec<&Overlay> = scene.dossier().overlay("withdrawal-area").into_iter().collect();
        let options = FigureOptions::new("Figure", super::super::PageSetup::default(), Shows::View(document.view));
        let badge_beside = |dots: Vec<Item>| {
            let items = vec![Item::Group(Group::new("labels", "Names", dots))];
            let map = DisplayList { width_pt: 900.0, height_pt: 700.0, items };
            let badges = badges(&scene, &options, &frame, &shown, Vec::new(), &map, 10.0);
            let [Item::Group(badge)] = badges.as_slice() else { panic!("one badge, not {}", badges.len()) };
            let Some(Item::Fill { path, .. }) = badge.items.first() else { panic!("a badge is filled") };
            path.bounding_box()
        };
        let alone = badge_beside(Vec::new());
        let dot = kurbo::Circle::new(alone.center(), 3.0).to_path(0.1);
        let town = Item::Fill { path: display_list::Path::shared(dot.clone()), color: Color::rgb(0) };
        assert!(!badge_beside(vec![town]).overlaps(dot.bounding_box()));
    }

    #[test]
    fn every_preset_gives_the_map_its_room() {
        let (scene, document) = berlin();
        let shows = Shows::Bounds(scene.dossier().home);
        let mut lines = String::new();
        for size in PageSize::PRESETS {
            let options = FigureOptions::new("Berlin talks", super::super::PageSetup::of(size), shows);
            let drawn = draw(&scene, &Ground::blank(), &document, &options);
            let (width_pt, height_pt) = drawn.page_pt();
            let frame = drawn.map_frame;
            assert!(drawn.pieces_left_out.is_empty() && drawn.rows_left_out == [0; 3], "{size}: something is left out");
            let mut found = Vec::new();
            texts(&drawn.list.items, &mut found);
            assert!(found.iter().all(|text| text.size_pt >= page::MIN_TEXT_PT - 1e-9), "{size}: text is too small");
            lines.push_str(&format!(
                "{size}: page {width_pt:.0} × {height_pt:.0}, map {:.0} × {:.0} at {:.0}, {:.0}\n",
                frame.width(),
                frame.height(),
                frame.x0,
                frame.y0
            ));
        }
        insta::assert_snapshot!(lines);
    }

    #[test]
    fn a_page_the_size_of_a_card_is_mostly_map_and_still_says_who() {
        let (scene, document) = berlin();
        let page = super::super::PageSetup::of("85x60mm".parse().expect("a page"));
        let options = FigureOptions::new("On a card", page, Shows::Bounds(scene.dossier().home));
        let drawn = draw(&scene, &Ground::blank(), &document, &options);
        assert!(drawn.map_frame.height() > 0.4 * drawn.page_pt().1, "{:?}", drawn.map_frame);
        assert!(drawn.references_outlets_alone && drawn.legend_names_alone && drawn.rows_left_out[1] == 0);
        let mut found = Vec::new();
        texts(&drawn.list.items, &mut found);
        assert!(found.iter().all(|text| text.size_pt >= page::MIN_TEXT_PT - 1e-9));
        let all: String = found.iter().map(|text| format!("{} ", text.text)).collect();
        let demanded =
            ["TFIGlobal", "Defence Talks", "© OpenStreetMap contributors (ODbL)", "The designations used and"];
        assert!(demanded.iter().all(|words| all.contains(words)), "{all}");
        let texts = crate::dossier::verify::Texts::new();
        let warnings = super::super::checks::check(&scene, &document, &options, &drawn, &texts, None);
        let short = |warning: &super::super::checks::FigureWarning| warning.what.contains("titles and addresses");
        assert!(warnings.iter().any(short), "{warnings:?}");
    }

    #[test]
    fn a_page_on_which_things_would_lie_over_each_other_is_no_figure() {
        let (scene, document) = berlin();
        let drawn_on = |size: &str| {
            let page = super::super::PageSetup::of(size.parse().expect("a page"));
            let options = FigureOptions::new("On a stamp", page, Shows::Bounds(scene.dossier().home));
            draw(&scene, &Ground::blank(), &document, &options)
        };
        let small = drawn_on("60x40mm");
        for format in OutputFormat::all() {
            let refused = matches!(small.encode(format), Err(EncodeError::NoRoom));
            assert_eq!(refused, format != OutputFormat::GeoJson, "{format:?}");
        }
        assert!(drawn_on("85x60mm").encode(OutputFormat::Svg).is_ok());
    }

    /// Names on the map, without what stands in a group of its own over it.
    fn names_on_map(list: &DisplayList) -> Vec<Rect> {
        let map = list.items.iter().find_map(|item| match item {
            Item::Group(group) if group.id == "map" => Some(group),
            _ => None,
        });
        let mut found = Vec::new();
        texts(&map.expect("there is a map").items, &mut found);
        found.into_iter().map(crate::scene::text::bounds).collect()
    }

    #[test]
    fn names_keep_off_a_piece_wherever_it_is_put() {
        let (scene, document) = berlin();
        let shows = Shows::Bounds(scene.dossier().home);
        let page = super::super::PageSetup::of(PageSize::A4Landscape);
        let mut options = FigureOptions::new("Free places", page, shows);
        for piece in [Piece::Legend, Piece::References, Piece::Title] {
            options.furniture.place(piece, None);
        }
        for (piece, across, down) in [
            (Piece::ScaleBar, 0.5, 0.4),
            (Piece::Inset, 0.31, 0.66),
            (Piece::NorthArrow, 0.9, 0.5),
            (Piece::Title, 0.0, 1.0),
        ] {
            options.furniture.place(piece, Some(Place::Free(Spot::new(across, down))));
            let drawn = draw(&scene, &Ground::blank(), &document, &options);
            assert!(drawn.pieces_left_out.is_empty() && drawn.moved_off.is_empty());
            let standing = drawn.standing.iter().find(|standing| standing.piece == piece).expect("it is there");
            assert!(standing.on_map && drawn.room.inflate(1e-6, 1e-6).contains_rect(standing.rect), "{piece}");
            // It is just where it was put.
            let at = super::super::placing::rect_at(drawn.room, standing.rect.size(), Spot::new(across, down));
            assert!(at.origin().distance(standing.rect.origin()) < 1e-6, "{piece} at {:?}", standing.rect);
            let names = names_on_map(&drawn.list);
            assert!(names.len() > 10);
            let under = names.iter().filter(|name| name.intersect(standing.rect).area() > 1.0).count();
            assert_eq!(under, 0, "names lie under the {piece}");
        }
    }

    #[test]
    fn two_pieces_on_one_place_are_drawn_both_and_named() {
        let (scene, document) = berlin();
        let page = super::super::PageSetup::of(PageSize::A4Landscape);
        let mut options = FigureOptions::new("Over each other", page, Shows::Bounds(scene.dossier().home));
        options.furniture.place(Piece::Inset, Some(Place::Free(Spot::new(0.5, 0.5))));
        options.furniture.place(Piece::ScaleBar, Some(Place::Free(Spot::new(0.51, 0.52))));
        let drawn = draw(&scene, &Ground::blank(), &document, &options);
        assert!(drawn.pieces_left_out.is_empty());
        let texts = crate::dossier::verify::Texts::new();
        let warnings = super::super::checks::check(&scene, &document, &options, &drawn, &texts, None);
        let over: Vec<&str> = warnings
            .iter()
            .map(|warning| warning.what.as_str())
            .filter(|what| what.contains("lies over the"))
            .collect();
        assert_eq!(over.len(), 1, "{warnings:?}");
        assert!(over[0].contains("locator map") && over[0].contains("scale bar"), "{over:?}");
        // In corners they make room for each other, and nothing is said.
        options.furniture.reset_places();
        let drawn = draw(&scene, &Ground::blank(), &document, &options);
        let warnings = super::super::checks::check(&scene, &document, &options, &drawn, &texts, None);
        assert!(!warnings.iter().any(|warning| warning.what.contains("lies over")), "{warnings:?}");
    }

    #[test]
    fn print_grey_has_no_hue_anywhere() {
        let (scene, document) = berlin();
        let page = super::super::PageSetup::of(PageSize::Column85);
        let mut options = FigureOptions::new("Grey", page, Shows::Bounds(scene.dossier().home));
        options.theme = Theme::Grey;
        options.page.dpi = 72.0;
        let (ground, _) = Ground::builtin();
        let bitmap = draw(&scene, &ground, &document, &options).paint().expect("a small picture");
        let spread = |pixel: &[u8]| pixel[..3].iter().max().zip(pixel[..3].iter().min()).map_or(0, |(a, b)| a - b);
        assert!(bitmap.rgba.chunks_exact(4).all(|pixel| spread(pixel) <= 2));
    }

    #[test]
    fn credits_that_data_demand_cannot_be_left_out() {
        let (scene, document) = berlin();
        let mut options =
            FigureOptions::new("Bare", super::super::PageSetup::default(), Shows::Bounds(scene.dossier().home));
        options.furniture = super::super::Furniture::bare();
        let drawn = draw(&scene, &Ground::blank(), &document, &options);
        let mut found = Vec::new();
        texts(&drawn.list.items, &mut found);
        let all: String = found.iter().map(|text| text.text.as_str()).collect::<Vec<_>>().join(" ");
        assert!(all.contains("© OpenStreetMap contributors (ODbL)") && !all.contains("drawn with"), "{all}");
    }

    #[test]
    fn the_map_keeps_its_view_and_a_smaller_frame_holds_the_whole_screen() {
        let view = View { center: geo::Coord { x: 37.8, y: 48.2 }, zoom: 8.1 };
        assert_eq!(Shows::View(view).view(900.0, 600.0), view);
        let screen = Frame::new(view, 1200.0, 800.0);
        let shows = Shows::Bounds(screen.lon_lat_bounds());
        assert!((shows.view(1200.0, 800.0).zoom - view.zoom).abs() < 1e-9);
        let on_page = Frame::new(shows.view(500.0, 700.0), 500.0, 700.0).world_bounds();
        assert!(on_page.inflate(1e-12, 1e-12).contains_rect(screen.world_bounds()));
    }
}
