//! A picture that is placed by hand, in the window: points typed and clicked, kinds of maps, crop, what is traced on it.

use claimline::document::Picture;
use claimline::formats::picture::Placement;
use claimline::geometry::world_from_lon_lat;

use super::*;

/// Control points of `dots.png` as GDAL was given them: column, row, longitude, latitude.
const POINTS: [[f64; 4]; 5] = [
    [45.782, 44.475, 37.4697803, 48.6008021],
    [366.563, 30.361, 37.7273606, 48.6192312],
    [36.693, 256.952, 37.4745917, 48.486528],
    [359.02, 279.019, 37.735149, 48.4876699],
    [158.444, 160.314, 37.567027, 48.5431008],
];

const NEW_PIXEL: &str = "Column and row of a new point";

/// A picture of which nothing says where it belongs, opened as any file is.
fn with_panel(folder: &Path, size: (f32, f32)) -> Harness<'static, ClaimlineApp> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/pictures");
    std::fs::copy(data.join("dots.png"), folder.join("sheet.png")).unwrap();
    let mut harness = window_of(size.0, size.1);
    harness.state_mut().open_files(vec![folder.join("sheet.png")]);
    wait_for_label(&mut harness, "Georeference sheet");
    settle(&mut harness);
    harness
}

fn enter(harness: &mut Harness<'static, ClaimlineApp>, field: &str, text: &str) {
    type_in(harness, field, text);
    harness.key_press(Key::Enter);
    harness.run_ok();
}

/// Types one point by the names of its fields.
fn type_point(harness: &mut Harness<'static, ClaimlineApp>, number: usize, [x, y, lon, lat]: [f64; 4]) {
    if harness.query_by_label(NEW_PIXEL).is_none() {
        harness.get_by_label("Type a new point").click();
        harness.run_ok();
    }
    enter(harness, NEW_PIXEL, &format!("{x}, {y}"));
    enter(harness, &format!("Place of point {number}"), &format!("{lat} {lon}"));
}

fn type_points(harness: &mut Harness<'static, ClaimlineApp>, points: &[[f64; 4]]) {
    points.iter().enumerate().for_each(|(at, point)| type_point(harness, at + 1, *point));
}

fn pictures(harness: &Harness<'static, ClaimlineApp>) -> Vec<Picture> {
    harness.state().session().document().pictures.iter().map(|picture| Picture::clone(picture)).collect()
}

fn place(harness: &mut Harness<'static, ClaimlineApp>) {
    harness.get_by_label("Place").click();
    harness.run_ok();
    assert!(harness.query_by_label_contains("Georeference sheet").is_none(), "the panel is still there");
}

#[test]
fn a_picture_without_a_place_is_placed_by_points_that_are_typed_and_that_is_one_step() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = with_panel(folder.path(), (1600.0, 1000.0));
    type_points(&mut harness, &POINTS[..2]);
    assert!(!harness.get_by_label("Place").is_enabled_for_click());
    harness.get_by_label_contains("Affine placing takes at least 3");
    type_point(&mut harness, 3, POINTS[2]);
    harness.get_by_label_contains("accuracy unknown");
    assert!(harness.query_by_label("Projective (4 points)").is_some(), "with three points it says what it takes");
    type_points_from(&mut harness, 4, &POINTS[3..]);
    harness.get_by_label_contains("by points left out in turn");
    harness.get_by_label("Projective").click();
    harness.run_ok();
    // Steps of the panel are its own.
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_ok();
    assert!(pictures(&harness).is_empty());
    place(&mut harness);
    let [placed] = pictures(&harness).try_into().unwrap();
    let Placement::Points { transform, points } = &placed.placement else { panic!("by points") };
    assert_eq!((transform.name(), points.len()), ("affine", 5));
    let said = harness.state().message().to_owned();
    assert!(said.contains("“sheet” is placed, ±") && said.contains("source and licence"), "{said}");
    // Within what the map is off there.
    let accuracy_m = placed.accuracy_m().unwrap();
    let [x, y, lon, lat] = POINTS[4];
    let there = placed.mapping().unwrap().world_from_pixel(Point::new(x, y)).unwrap();
    let metre = 1.0 / (std::f64::consts::TAU * 6_378_137.0 * lat.to_radians().cos());
    let off_m = there.distance(world_from_lon_lat(Coord { x: lon, y: lat })) / metre;
    assert!(off_m < 2.0 * accuracy_m && accuracy_m < 200.0, "{off_m} {accuracy_m}");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_ok();
    assert!(pictures(&harness).is_empty());
    harness.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    harness.run_ok();
    assert_eq!(pictures(&harness), [placed]);
}

fn type_points_from(harness: &mut Harness<'static, ClaimlineApp>, first: usize, points: &[[f64; 4]]) {
    points.iter().enumerate().for_each(|(at, point)| type_point(harness, first + at, *point));
}

/// Whether a control can be pressed.
trait Enabled {
    fn is_enabled_for_click(&self) -> bool;
}

impl Enabled for egui_kittest::Node<'_> {
    fn is_enabled_for_click(&self) -> bool {
        !self.accesskit_node().is_disabled()
    }
}

#[test]
fn clicks_on_the_picture_and_then_the_map_make_a_point_whose_ends_can_be_dragged() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = with_panel(folder.path(), (1600.0, 1000.0));
    let picture = harness.get_by_label("Picture").rect();
    click(&mut harness, picture.center());
    harness.get_by_label_contains("Point 1: 200.0, 150.0; not on the map yet");
    let there = on_screen(&harness, OPEN_COUNTRY);
    click(&mut harness, there);
    harness.get_by_label_contains("Point 1: 200.0, 150.0; 48.72");
    drag(&mut harness, picture.center(), picture.center() + Vec2::new(40.0, 0.0));
    assert!(harness.query_by_label_contains("Point 1: 200.0, 150.0").is_none());
    drag(&mut harness, there, there + Vec2::new(0.0, 60.0));
    assert!(harness.query_by_label_contains("48.72").is_none());
    for _ in 0..2 {
        harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
        harness.run_ok();
    }
    harness.get_by_label_contains("Point 1: 200.0, 150.0; 48.72");
    // By keys: Enter puts the other end in the middle of what has them.
    harness.get_by_label("Picture").focus();
    harness.run_ok();
    for key in [Key::ArrowRight, Key::Plus, Key::Enter] {
        harness.key_press(key);
        harness.run_ok();
    }
    harness.get_by_label("Map").focus();
    harness.run_ok();
    harness.key_press(Key::Enter);
    harness.run_ok();
    assert!(harness.query_by_label_contains("Point 2: ").is_some());
    assert!(harness.query_by_label_contains("not on the map yet").is_none());
    harness.key_press(Key::Delete);
    harness.run_ok();
    assert!(harness.query_by_label_contains("Point 2: ").is_none());
    // Escape asks before points are lost, and the way back has the keys.
    harness.key_press(Key::Escape);
    harness.run_ok();
    harness.get_by_label("Throw your points away?");
    harness.key_press(Key::Enter);
    harness.run_ok();
    harness.get_by_label_contains("Point 1: ");
    harness.key_press(Key::Escape);
    harness.run_ok();
    harness.get_by_label("Throw away").click();
    harness.run_ok();
    assert!(harness.query_by_label_contains("Georeference sheet").is_none());
    assert!(pictures(&harness).is_empty());
}

#[test]
fn a_spot_beyond_the_picture_is_refused_and_the_picture_stays_in_sight() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = with_panel(folder.path(), (1600.0, 1000.0));
    enter(&mut harness, NEW_PIXEL, "90000, 20");
    harness.get_by_label_contains("“90000, 20” is outside of the picture");
    assert!(harness.query_by_label_contains("Point 1: ").is_none());
    let points = folder.path().join("far.points");
    std::fs::write(&points, "37.5,48.7,10,-10,1\n37.6,48.7,90000,-10,1\n37.5,48.6,10,-90,1\n").unwrap();
    harness.get_by_label("Files of the picture and its points").click();
    harness.run_ok();
    harness.get_by_label("Read control points…").click();
    harness.run_ok();
    let field = "Path of the file: of QGIS (.points), or with the -gcp options of GDAL";
    type_in(&mut harness, field, &points.display().to_string());
    harness.key_press(Key::Enter);
    wait_for_label(&mut harness, "Point 3: ");
    harness.get_by_label_contains("Control point 2 is outside of the picture");
}

#[test]
fn a_jpeg_that_breaks_off_says_so_and_pictures_that_are_opened_together_say_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scan.jpg");
    image::RgbImage::from_fn(160, 120, |x, y| image::Rgb([x as u8, y as u8, 9])).save(&path).unwrap();
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, &whole[..whole.len() - 40]).unwrap();
    let mut harness = window_of(1280.0, 800.0);
    harness.state_mut().open_files(vec![path.clone()]);
    wait_for_label(&mut harness, "Georeference scan");
    harness.get_by_label_contains("The end of the JPEG is missing");
    let other = folder.path().join("other.jpg");
    std::fs::write(&other, &whole).unwrap();
    let mut harness = window_of(1280.0, 800.0);
    harness.state_mut().open_files(vec![path, other]);
    wait_for_label(&mut harness, "2 warnings");
    harness.get_by_label_contains("2 warnings").click();
    harness.run_ok();
    assert!(harness.query_all_by_label_contains("open it alone to place it by control points").count() >= 2);
}

#[test]
fn the_chosen_point_of_a_long_table_is_scrolled_to() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = with_panel(folder.path(), (1000.0, 600.0));
    for at in 0..8 {
        let [x, y, lon, lat] = POINTS[at % POINTS.len()];
        let by = at as f64;
        type_point(&mut harness, at + 1, [x + by, y + by, lon + by / 100.0, lat + by / 100.0]);
    }
    harness.run_ok();
    let field = harness.get_by_label("Place of point 8").rect();
    let kinds = harness.get_by_label("Affine").rect();
    for (at, is_seen) in [(8, true), (1, false)] {
        let row = harness.get_by_label_contains(&format!("Point {at}: ")).rect();
        assert_eq!(
            row.bottom() <= field.top() + 1.0 && row.top() > kinds.bottom(),
            is_seen,
            "{at}: {row:?} above {field:?}"
        );
    }
}

#[test]
fn a_place_of_a_point_is_found_by_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = with_panel(folder.path(), (1600.0, 1000.0));
    enter(&mut harness, NEW_PIXEL, "10, 20");
    harness.get_by_label("Find…").click();
    harness.run_ok();
    type_in(&mut harness, "Find a place", "Kramatorsk");
    wait_for_label(&mut harness, "Kramatorsk,");
    harness.key_press(Key::Enter);
    harness.run_ok();
    harness.get_by_label_contains("Point 1: 10.0, 20.0; 48.7");
    assert!(harness.state().session().found_place().is_none());
}

#[test]
fn a_crop_is_drawn_on_the_picture_kept_by_the_project_and_taken_away_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = with_panel(folder.path(), (1600.0, 1000.0));
    type_points(&mut harness, &POINTS[..3]);
    harness.get_by_label("Crop").click();
    harness.run_ok();
    let rect = harness.get_by_label("Picture").rect();
    for by in [Vec2::new(-100.0, -60.0), Vec2::new(100.0, -60.0), Vec2::new(0.0, 70.0)] {
        click(&mut harness, rect.center() + by);
    }
    harness.get_by_label_contains("A part with 3 corners is shown");
    harness.get_by_label("Corner 2 of the crop");
    harness.get_by_label("About").click();
    harness.run_ok();
    for (field, text) in [("Licence", "CC BY 4.0"), ("Source", "An archive")] {
        type_in(&mut harness, field, text);
    }
    place(&mut harness);
    let [placed] = pictures(&harness).try_into().unwrap();
    assert_eq!((placed.crop.len(), placed.license.as_str(), placed.source.as_str()), (3, "CC BY 4.0", "An archive"));
    let path = folder.path().join("a.claimline.geojson");
    save_project_as(&mut harness, &path);
    drop(harness);
    let mut harness = window();
    harness.state_mut().open_files(vec![path]);
    wait(&mut harness, "the project", |app| app.session().document().pictures.len() == 1);
    settle(&mut harness);
    let [again] = pictures(&harness).try_into().unwrap();
    assert_eq!((again.crop, again.placement), (placed.crop, placed.placement));
    harness.get_by_label("Options of sheet").click();
    harness.run_ok();
    harness.get_by_label("Show all of it").click();
    harness.run_ok();
    assert!(pictures(&harness)[0].crop.is_empty());
}

#[test]
fn points_of_a_placed_picture_are_mended_and_one_that_is_left_out_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = with_panel(folder.path(), (1600.0, 1000.0));
    type_points(&mut harness, &POINTS[..4]);
    place(&mut harness);
    let before = pictures(&harness);
    harness.get_by_label("Options of sheet").click();
    harness.run_ok();
    harness.get_by_label("Georeference…").click();
    harness.run_ok();
    wait_for_label(&mut harness, "Georeference sheet");
    assert!(!harness.get_by_label("Place").is_enabled_for_click(), "nothing has been changed");
    harness.get_by_label("Use point 4").click();
    harness.run_ok();
    place(&mut harness);
    let [mended] = pictures(&harness).try_into().unwrap();
    assert_eq!((mended.placement.points().len(), mended.unused_points.len()), (3, 1));
    assert_eq!(mended.id, before[0].id);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_ok();
    assert_eq!(pictures(&harness), before);
}

#[test]
fn control_points_are_read_from_a_file_and_the_picture_is_written_for_other_programs() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = with_panel(folder.path(), (1600.0, 1000.0));
    let lines = POINTS.map(|[x, y, lon, lat]| format!("{lon},{lat},{x},{},1\n", -y)).concat();
    let points = folder.path().join("sheet.points");
    std::fs::write(&points, format!("#CRS: EPSG:4326\nmapX,mapY,sourceX,sourceY,enable\n{lines}")).unwrap();
    let choose = |harness: &mut Harness<'static, ClaimlineApp>, item: &str| {
        harness.get_by_label("Files of the picture and its points").click();
        harness.run_ok();
        harness.get_by_label(item).click();
        harness.run_ok();
    };
    choose(&mut harness, "Read control points…");
    let field = "Path of the file: of QGIS (.points), or with the -gcp options of GDAL";
    type_in(&mut harness, field, &points.display().to_string());
    harness.key_press(Key::Enter);
    wait_for_label(&mut harness, "Point 5: ");
    for (ending, start) in [("json", &b"{"[..]), ("tif", &b"II*\0"[..])] {
        let path = folder.path().join(format!("out.{ending}"));
        choose(&mut harness, "Save as GeoTIFF or annotation…");
        let field = "Path of the file: .tif for a GeoTIFF, .json for a Georeference Annotation";
        type_in(&mut harness, field, &path.display().to_string());
        harness.key_press(Key::Enter);
        harness.run_ok();
        wait(&mut harness, "the file", |app| app.message().contains("Placed picture written"));
        settle(&mut harness);
        assert!(std::fs::read(&path).unwrap().starts_with(start), "{ending}");
    }
    // The picture itself is never written over.
    choose(&mut harness, "Save as GeoTIFF or annotation…");
    let field = "Path of the file: .tif for a GeoTIFF, .json for a Georeference Annotation";
    type_in(&mut harness, field, &folder.path().join("sheet.png").display().to_string());
    harness.key_press(Key::Enter);
    harness.run_ok();
    harness.get_by_label_contains("written as .tif or .json");
}

#[test]
fn what_is_drawn_on_a_picture_says_so_until_that_is_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = with_panel(folder.path(), (1600.0, 1000.0));
    type_points(&mut harness, &POINTS);
    place(&mut harness);
    settle(&mut harness);
    let on_it = Coord { x: 37.6, y: 48.55 };
    let traced = |harness: &Harness<'static, ClaimlineApp>| {
        harness.state().session().document().annotations.iter().last().unwrap().traced.clone()
    };
    harness.key_press(Key::M);
    harness.run_ok();
    let at = on_screen(&harness, on_it);
    click(&mut harness, at);
    let said = traced(&harness).unwrap();
    let accuracy_m = pictures(&harness)[0].accuracy_m();
    assert_eq!((said.picture.as_str(), said.accuracy_m), ("sheet", accuracy_m));
    harness.get_by_label_contains("Traced on “sheet”, ±");
    harness.get_by_label("Not traced on it").click();
    harness.run_ok();
    assert_eq!(traced(&harness), None);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_ok();
    assert_eq!(traced(&harness), Some(said));
    // What is hidden is not traced on.
    harness.get_by_label("Hide sheet").click();
    harness.run_ok();
    harness.key_press(Key::M);
    harness.run_ok();
    click(&mut harness, at + Vec2::new(60.0, 0.0));
    assert_eq!(traced(&harness), None);
}

#[test]
fn a_picture_is_cropped_to_a_polygon_on_the_map() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = with_panel(folder.path(), (1600.0, 1000.0));
    type_points(&mut harness, &POINTS[..3]);
    place(&mut harness);
    settle(&mut harness);
    harness.key_press(Key::R);
    harness.run_ok();
    let (from, to) = (Coord { x: 37.5, y: 48.59 }, Coord { x: 37.65, y: 48.5 });
    let (from, to) = (on_screen(&harness, from), on_screen(&harness, to));
    drag(&mut harness, from, to);
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, Action::Command(Command::CropPicture));
    harness.run_ok();
    let [cropped] = pictures(&harness).try_into().unwrap();
    assert_eq!(cropped.crop.len(), 32, "each edge is straight on the map");
    let inside = |place: Coord<f64>| cropped.pixel_shown_at(place).is_some();
    assert!(inside(Coord { x: 37.6, y: 48.55 }) && !inside(Coord { x: 37.7, y: 48.55 }));
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_ok();
    assert!(pictures(&harness)[0].crop.is_empty());
}

#[test]
fn the_panel_fits_a_small_window_with_every_control_in_sight() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = with_panel(folder.path(), (1000.0, 600.0));
    type_points(&mut harness, &POINTS);
    let window = egui::Rect::from_min_size(Pos2::ZERO, Vec2::new(1000.0, 600.0));
    for name in [
        "Picture",
        "Zoom in on the picture",
        "Affine",
        "Thin-plate spline",
        "Over the map",
        "Place of point 5",
        "Find…",
        "Cancel",
        "Place",
        "Files of the picture and its points",
    ] {
        let rect = harness.get_by_label(name).rect();
        assert!(window.contains_rect(rect) && rect.is_positive(), "{name}: {rect:?}");
    }
    let tabs = harness.get_by_label("Crop").rect();
    let picture = harness.get_by_label("Picture").rect();
    assert!(tabs.top() >= picture.bottom() && tabs.top() < picture.bottom() + 20.0, "{tabs:?} {picture:?}");
    let fields = harness.get_by_label("Place of point 5").rect();
    let rows = harness.query_all_by_label_contains("Point 1: ").next().unwrap().rect();
    assert!(rows.top() > tabs.bottom() && fields.bottom() <= harness.get_by_label("Place").rect().top());
    assert!(harness.state().map_rect().width() > 300.0 && harness.get_by_label("Picture").rect().height() > 120.0);
    // All of it can be read in a table that scrolls, and over the map is the picture.
    assert!(harness.query_by_label_contains("Point 1: ").is_some());
    harness.key_press(Key::O);
    harness.run_ok();
}
