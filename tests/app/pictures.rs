//! Pictures that are placed on the map, in the window.

use super::*;

/// A picture with a world file beside it, opened.
fn with_picture(folder: &Path) -> Harness<'static, ClaimlineApp> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/pictures");
    std::fs::copy(data.join("dots.png"), folder.join("sheet.png")).unwrap();
    std::fs::write(folder.join("sheet.pgw"), "0.001\n0\n0\n-0.001\n37.4\n48.7\n").unwrap();
    let mut harness = window();
    harness.state_mut().open_files(vec![folder.join("sheet.png")]);
    wait(&mut harness, "the picture", |app| app.session().document().pictures.len() == 1);
    harness.run_ok();
    harness
}

fn picture(harness: &Harness<'static, ClaimlineApp>) -> claimline::document::Picture {
    claimline::document::Picture::clone(&harness.state().session().document().pictures[0])
}

#[test]
fn a_picture_with_a_world_file_is_shown_and_listed() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = with_picture(folder.path());
    let said = harness.state().message().to_owned();
    assert!(said.contains("sheet.png") && said.contains("say where it is from"), "{said}");
    // All of it is in view.
    let frame = harness.state().session().frame();
    let [west, south, east, north] = frame.lon_lat_bounds();
    assert!(west < 37.4 && east > 37.79 && south < 48.4 && north > 48.7, "{west} {south} {east} {north}");
    harness.get_by_label("Hide sheet").click();
    harness.run_ok();
    assert!(!picture(&harness).visible);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_ok();
    assert!(picture(&harness).visible);
    harness.get_by_label("Hide sheet");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_ok();
    assert!(harness.state().session().document().pictures.is_empty());
    assert!(harness.query_by_label("Hide sheet").is_none());
}

#[test]
fn what_is_typed_of_a_picture_is_kept_in_one_step() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = with_picture(folder.path());
    harness.get_by_label("sheet").click();
    harness.run_ok();
    assert!(harness.query_by_label_contains("without a source or a licence").is_some());
    type_in(&mut harness, "Licence", "CC BY 4.0");
    harness.key_press(Key::Enter);
    harness.run_ok();
    assert_eq!(picture(&harness).license, "CC BY 4.0");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_ok();
    assert_eq!(picture(&harness).license, "");
}

#[test]
fn a_project_reads_its_pictures_again_and_says_which_are_gone() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = with_picture(folder.path());
    let path = folder.path().join("a.claimline.geojson");
    save_project_as(&mut harness, &path);
    drop(harness);
    std::fs::remove_file(folder.path().join("sheet.png")).unwrap();
    let mut harness = window();
    harness.state_mut().open_files(vec![path]);
    wait(&mut harness, "the word", |app| app.message().contains("is not shown"));
    let said = harness.state().message();
    assert!(said.contains("“sheet”") && said.contains("sheet.png"), "{said}");
    assert_eq!(picture(&harness).title, "sheet");
}

#[test]
fn a_kmz_brings_its_pictures_and_its_places_and_one_step_takes_the_pictures_back() {
    let folder = tempfile::tempdir().unwrap();
    let place = |west: f64| {
        format!(
            "<LatLonBox><north>48.9</north><south>48.6</south><east>{}</east><west>{west}</west></LatLonBox>",
            west + 0.2
        )
    };
    let overlay = |name: &str, href: &str, west: f64| {
        format!("<GroundOverlay><name>{name}</name><Icon><href>{href}</href></Icon>{}</GroundOverlay>", place(west))
    };
    let kml = format!(
        "<kml><Document>{}{}{}{}<Placemark><name>Tower</name><Point><coordinates>37.6,48.7</coordinates></Point></Placemark>\
         </Document></kml>",
        overlay("One", "files/a.png", 37.2),
        overlay("Two", "files/a.png", 37.5),
        overlay("Far", "https://example.org/a.png", 37.8),
        overlay("Lost", "files/none.png", 38.0)
    );
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/pictures");
    let dots = std::fs::read(data.join("dots.png")).unwrap();
    let files = [("doc.kml".to_owned(), kml.into_bytes()), ("files/a.png".to_owned(), dots)];
    let path = folder.path().join("sheets.kmz");
    std::fs::write(&path, claimline::formats::bundle::write(&files.into()).unwrap()).unwrap();
    let mut harness = window();
    harness.state_mut().open_files(vec![path]);
    wait(&mut harness, "the pictures", |app| app.session().document().pictures.len() == 2);
    harness.run_ok();
    let said = harness.state().message().to_owned();
    for part in ["“Far” is left out", "“Lost” is left out", "files/none.png", "sheets.kmz"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(harness.state().session().dossier().overlay("sheets").is_some(), "its places are a layer");
    harness.get_by_label("Hide One");
    harness.get_by_label("Hide Two");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_ok();
    assert!(harness.state().session().document().pictures.is_empty());
    harness.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    harness.run_ok();
    // The project finds the pictures in the zip again.
    let project = folder.path().join("a.claimline.geojson");
    save_project_as(&mut harness, &project);
    drop(harness);
    let mut harness = window();
    harness.state_mut().open_files(vec![project]);
    wait(&mut harness, "the project", |app| app.session().document().pictures.len() == 2);
    for _ in 0..60 {
        harness.step();
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(!harness.state().message().contains("is not shown"), "{}", harness.state().message());
    assert_eq!(picture(&harness).file.layer.as_deref(), Some("files/a.png"));
}

#[test]
fn an_annotation_places_its_picture_which_is_located_if_it_is_not_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let point = |x: f64, y: f64, lon: f64, lat: f64| {
        format!(
            r#"{{"type":"Feature","properties":{{"resourceCoords":[{x},{y}]}},"geometry":{{"type":"Point","coordinates":[{lon},{lat}]}}}}"#
        )
    };
    let text = format!(
        r#"{{"type":"Annotation","motivation":"georeferencing","target":{{"source":{{"id":"https://example.org/iiif/sheet",
        "type":"ImageService2","width":800,"height":600}},"selector":{{"value":"<svg><polygon points=\"0,0 800,0 800,600 0,600\" /></svg>"}}}},
        "body":{{"type":"FeatureCollection","features":[{},{},{}]}}}}"#,
        point(0.0, 0.0, 37.4, 48.9),
        point(800.0, 0.0, 37.9, 48.9),
        point(0.0, 600.0, 37.4, 48.6)
    );
    let path = folder.path().join("map.json");
    std::fs::write(&path, text).unwrap();
    let mut harness = window();
    harness.state_mut().open_files(vec![path]);
    wait(&mut harness, "the picture", |app| app.session().document().pictures.len() == 1);
    harness.run_ok();
    let said = harness.state().message().to_owned();
    assert!(said.contains("is on a server") && said.contains("/full/max/0/default.jpg"), "{said}");
    // A smaller copy is placed in proportion.
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/pictures");
    harness.get_by_label("Options of map").click();
    harness.run_ok();
    assert!(harness.query_by_label("Fetch its file…").is_some());
    harness.get_by_label("Locate its file…").click();
    harness.run_ok();
    type_in(&mut harness, "Path of the picture, wherever it is now", &data.join("dots.png").display().to_string());
    harness.key_press(Key::Enter);
    wait(&mut harness, "the file", |app| app.message().contains("is shown"));
    harness.run_ok();
    let shown = picture(&harness);
    assert_eq!((shown.size_px, shown.file.sha256.len()), ([400, 300], 64));
    let at = shown.placement.mapping().unwrap().lon_lat_from_pixel(Point::new(400.0, 0.0)).unwrap();
    assert!((at.x - 37.9).abs() < 1e-9 && (at.y - 48.9).abs() < 1e-9, "{at:?}");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_ok();
    assert_eq!(picture(&harness).size_px, [800, 600]);
}

#[test]
fn a_picture_of_a_server_is_fetched_once_the_user_agrees() {
    let mut png = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_pixel(40, 30, image::Rgb([200, 30, 200]))
        .write_to(&mut png, image::ImageFormat::Png)
        .unwrap();
    let server = servers::Counted::of("", png.into_inner());
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        r#"{{"motivation":"georeferencing","target":{{"source":{{"id":"http://{}/sheet","type":"ImageService3","width":40,"height":30}}}},
        "body":{{"features":[{{"properties":{{"resourceCoords":[0,0]}},"geometry":{{"coordinates":[37.4,48.9]}}}},
        {{"properties":{{"resourceCoords":[40,0]}},"geometry":{{"coordinates":[37.9,48.9]}}}},
        {{"properties":{{"resourceCoords":[0,30]}},"geometry":{{"coordinates":[37.4,48.6]}}}}]}}}}"#,
        server.host
    );
    let path = folder.path().join("map.json");
    std::fs::write(&path, text).unwrap();
    let mut harness = window();
    harness.state_mut().open_files(vec![path]);
    wait(&mut harness, "the picture", |app| app.session().document().pictures.len() == 1);
    harness.run_ok();
    harness.get_by_label("Options of map").click();
    harness.run_ok();
    harness.get_by_label("Fetch its file…").click();
    harness.run_ok();
    assert!(harness.query_by_label_contains("will see your address").is_some());
    assert_eq!(server.asked(), 0);
    harness.get_by_label("Ask this server").click();
    wait(&mut harness, "the picture", |app| app.message().contains("is shown"));
    assert_eq!((server.asked(), picture(&harness).file.sha256.len()), (1, 64));
}
