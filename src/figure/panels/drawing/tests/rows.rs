//! What the maps of a page draw and what their one legend lists are the same: told by the pixels that each thing alone changes.

use geo::Translate as _;

use super::*;
use crate::figure::panels::Moment;
use crate::figure::pieces::legend::BETWEEN_NAMES;
use crate::figure::sheet::Sheet;
use crate::figure::writers::raster;
use crate::scene::PlacedNames;

/// By so much a pixel differs at least that shows something.
const SEEN: u8 = 80;

/// So many such pixels are seen.
const ENOUGH: usize = 60;

/// How many pixels of a map show something of an overlay.
fn pixels(sheet: &Sheet, moment: &Moment, id: &str) -> usize {
    let easel = sheet.easel(moment);
    let drawn = moment.scene.overlays(&easel.look, &easel.frame, &PlacedNames::default());
    let painted = |is_left_out: &dyn Fn(&Item) -> bool| {
        let items = drawn.iter().flatten().filter(|item| !is_left_out(item)).cloned().collect();
        let list = DisplayList { width_pt: easel.frame.width_pt, height_pt: easel.frame.height_pt, items };
        raster::paint(&list, 1.0, easel.palette().land).unwrap().rgba
    };
    let is_it = |item: &Item| matches!(item, Item::Group(group) if group.id == id);
    let (with, without) = (painted(&|_| false), painted(&is_it));
    let pairs = with.chunks_exact(4).zip(without.chunks_exact(4));
    pairs.filter(|(one, other)| one.iter().zip(*other).any(|(one, other)| one.abs_diff(*other) >= SEEN)).count()
}

/// The built-in dossier with reports that shade the ground of Luhansk oblast, some of them a little off.
fn with_reports(off_deg: [f64; 3]) -> (Dossier, String) {
    let (mut dossier, _) = builtin::berlin().unwrap();
    let oblast = dossier.overlay("luhansk").unwrap().shape.areas().unwrap().clone();
    let report = |(when, off_deg): (&str, f64)| {
        let area = oblast.translate(off_deg, 0.0);
        let shape = Shape::of(area, MultiLineString(Vec::new()), Vec::new()).unwrap();
        Version::new(Some(Edtf::in_text(when).unwrap()), Arc::new(shape), when)
    };
    let reports = DAYS.into_iter().zip(off_deg).map(report).collect();
    let id = dossier.add(layer_of_reports("Front", reports).unwrap());
    (dossier, id)
}

#[test]
fn the_legend_of_a_page_lists_what_is_seen_on_any_of_its_maps() {
    let near = [36.5, 47.5, 40.3, 50.1];
    let far = [32.0, 44.0, 40.6, 50.3];
    let (mut listed, mut hidden) = (0, 0);
    for (off_deg, size, shows) in [
        ([0.0, 0.0, 0.0], (1500.0, 800.0), near),
        ([0.0, 0.03, 0.0], (1500.0, 800.0), near),
        ([0.0, 0.02, 0.04], (760.0, 480.0), far),
        ([0.0, 0.0, 0.0], (760.0, 480.0), far),
        ([0.3, 0.0, 0.0], (520.0, 640.0), far),
    ] {
        let (dossier, _) = with_reports(off_deg);
        let document = Document::new(&dossier, 900.0, 700.0);
        let scene = Arc::new(Scene::new(dossier));
        let panels = Some(Panels::of_days(3, 1, DAYS.map(day)).unwrap());
        let options = FigureOptions { panels, shows: Shows::Bounds(shows), ..options(size) };
        let sheet = Sheet::new(&scene, &Ground::blank(), &document, &options);
        let rows = sheet.spec.legend().iter().flat_map(|group| &group.entries);
        let rows: Vec<&str> = rows.flat_map(|row| row.title.split(BETWEEN_NAMES)).collect();
        // Of the outline of Donetsk oblast, which is wider than those over it, a fringe is seen.
        let areas = scene.dossier().overlays.iter().filter(|overlay| overlay.shape.areas().is_some());
        for overlay in areas.filter(|overlay| overlay.id != "donetsk") {
            let name = options.name_of(overlay);
            let seen = sheet.moments.iter().map(|moment| pixels(&sheet, moment, &overlay.id)).max().unwrap_or(0);
            let is_listed = rows.contains(&name);
            assert!(seen < ENOUGH || is_listed, "{name} is drawn and not in the legend: {off_deg:?} {size:?} {rows:?}");
            assert!(seen > 0 || !is_listed, "{name} is in the legend and not drawn: {off_deg:?} {size:?} {rows:?}");
            listed += usize::from(is_listed);
            hidden += usize::from(overlay.id == "luhansk" && !is_listed);
        }
    }
    assert!(listed > 20 && hidden > 0, "{listed} rows, {hidden} outlines under others");
}
