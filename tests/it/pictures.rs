//! Pictures that are placed on the map: the real program, against GDAL's numbers in `tests/data/pictures`.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::cli::{Run, run};

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/pictures").join(name)
}

fn control() -> Value {
    serde_json::from_slice(&fs::read(data("control.json")).unwrap()).unwrap()
}

/// `--gcp` for each of the control points.
fn points() -> Vec<String> {
    let point = |row: &Value| {
        let numbers: Vec<String> = row.as_array().unwrap().iter().map(ToString::to_string).collect();
        ["--gcp".to_owned(), numbers.join(",")]
    };
    control()["points"].as_array().unwrap().iter().flat_map(point).collect()
}

fn place(picture: &Path, more: &[&str]) -> Run {
    let mut words = vec!["place".to_owned(), picture.display().to_string()];
    words.extend(more.iter().map(|word| (*word).to_owned()));
    run(&words)
}

fn place_by_points(more: &[&str]) -> Run {
    let points = points();
    let all: Vec<&str> = points.iter().map(String::as_str).chain(more.iter().copied()).collect();
    place(&data("dots.png"), &all)
}

#[test]
fn residuals_of_the_command_are_those_of_gdal() {
    for (kind, name) in
        [("affine", "affine"), ("tps", "thin-plate"), ("thin-plate", "thin-plate"), ("projective", "projective")]
    {
        let told = place_by_points(&["--transform", kind, "--json"]).json();
        let expected = &control()["fits"][name];
        assert_eq!(told["transform"], name);
        let points = told["points"].as_array().unwrap();
        assert_eq!(points.len(), 12);
        for (at, point) in points.iter().enumerate() {
            for (ours, theirs) in [("residual_m", "residuals_m"), ("left_out_m", "left_out_m")] {
                let (ours, theirs) = (point[ours].as_f64().unwrap(), expected[theirs][at].as_f64().unwrap());
                assert!((ours - theirs).abs() <= 0.01 * theirs + 0.002, "{kind} {at}: {ours} for {theirs}");
            }
        }
        let (ours, theirs) = (told["accuracy_m"].as_f64().unwrap(), expected["left_out_rms_m"].as_f64().unwrap());
        assert!((ours - theirs).abs() < 0.01 * theirs, "{kind}: {ours} for {theirs}");
    }
    let told = place_by_points(&[]);
    assert!(told.code == 0 && told.out.contains("Affine through 12 control points"), "{}", told.out);
    assert!(told.out.contains("left out one at a time"), "{}", told.out);
}

#[test]
fn what_cannot_be_placed_is_refused_with_what_to_do() {
    let dots = data("dots.png");
    place(&dots, &[]).says(1, &["nothing says where it belongs", "control points", "dots.png"]);
    let two = ["--gcp", "1,1,37,48", "--gcp", "9,9,38,49"];
    place(&dots, &two).says(1, &["affine placing takes at least 3 control points", "there are 2"]);
    let on_a_line = ["--gcp", "1,1,37,48", "--gcp", "9,9,38,49", "--gcp", "20,20,37,50"];
    place(&dots, &on_a_line).says(1, &["lie on one line of the picture"]);
    place(&dots, &["--gcp", "1,1,48,137"]).says(2, &["longitude comes first"]);
    place(&dots, &["--gcp", "1,1,48"]).says(2, &["column, row, longitude and latitude"]);
    let folder = TempDir::new().unwrap();
    let text = folder.path().join("a.png");
    fs::write(&text, "hello").unwrap();
    place(&text, &[]).says(1, &["not a PNG, JPEG, WebP or TIFF"]);
    let out = folder.path().join("a.gif").display().to_string();
    place_by_points(&["-o", &out]).says(2, &[".tif or .json"]);
    let kept = folder.path().join("kept.json");
    fs::write(&kept, "mine").unwrap();
    place_by_points(&["-o", &kept.display().to_string()]).says(2, &["--force"]);
    assert_eq!(fs::read(&kept).unwrap(), b"mine");
    place(&data("tiff/heights.tif"), &[]).says(1, &["measurements"]);
    place(&data("tiff/cog.tif"), &["--transform", "affine"]).says(2, &["--gcp"]);
}

#[test]
fn points_outside_of_the_picture_are_named_and_what_is_no_address_is_refused() {
    let far = ["--gcp", "5,5,37,49", "--gcp", "90000,5,37.5,49", "--gcp", "5,-80,37,48.7"];
    let told = place(&data("dots.png"), &far);
    assert!(told.code == 0 && told.err.contains("control points 2 and 3 are outside of the picture"), "{}", told.err);
    assert!(!place_by_points(&[]).err.contains("outside"));
    let told = place_by_points(&["--address", "sheet"]);
    assert!(told.code == 2 && told.err.contains("expected an address"), "{}", told.err);
}

#[test]
fn an_annotation_that_was_written_places_its_picture_again() {
    let folder = TempDir::new().unwrap();
    let (annotation, picture) = (folder.path().join("dots.json"), folder.path().join("dots.png"));
    let path = annotation.display().to_string();
    let told = place_by_points(&["--transform", "tps", "--json", "-o", &path]).json();
    place(&annotation, &[]).says(1, &["dots.png"]);
    fs::copy(data("dots.png"), picture).unwrap();
    let again = place(&annotation, &["--json"]).json();
    for member in ["transform", "points", "accuracy_m", "bounds", "sha256"] {
        assert_eq!(told[member], again[member], "{member}");
    }
    // One that names another machine's picture takes what was downloaded of it, and fetches nothing.
    let text = fs::read_to_string(&annotation).unwrap().replace("file:///dots.png", "https://example.org/dots.png");
    fs::write(&annotation, text).unwrap();
    assert_eq!(place(&annotation, &["--json"]).json()["sha256"], told["sha256"]);
    fs::remove_file(folder.path().join("dots.png")).unwrap();
    place(&annotation, &[]).says(1, &["is on a server and is not fetched unasked", "https://example.org/dots.png"]);
}

#[test]
fn a_written_geotiff_lies_where_the_picture_was_placed() {
    let folder = TempDir::new().unwrap();
    for (epsg, name) in [("3857", "a.tif"), ("4326", "b.tif")] {
        let path = folder.path().join(name);
        let told = place_by_points(&["--epsg", epsg, "--json", "-o", &path.display().to_string()]).json();
        let again = place(&path, &["--json"]).json();
        assert_eq!(again["crs"], format!("EPSG:{epsg}"));
        let pixel = told["pixel_m"].as_f64().unwrap() / 40_000.0;
        for (was, now) in told["bounds"].as_array().unwrap().iter().zip(again["bounds"].as_array().unwrap()) {
            let off = (was.as_f64().unwrap() - now.as_f64().unwrap()).abs();
            // Each is told with a margin of a hundredth of the picture's size.
            assert!(off < pixel + 0.01, "{epsg}: {was} is {now}");
        }
    }
}

fn figure(more: &[&str], output: &Path) -> Run {
    let mut words = vec![
        "export",
        "-o",
        output.to_str().unwrap(),
        "--bbox",
        "37.4,48.4,37.8,48.7",
        "--size",
        "1200x1000",
        "--force",
    ];
    words.extend(["--overlay", "line-of-contact"].iter().chain(more));
    run(&words)
}

/// How many pixels of a picture are of the blue of its dots.
fn blue(path: &Path) -> usize {
    let picture = image::open(path).unwrap().into_rgb8();
    picture.pixels().filter(|pixel| matches!(pixel.0, [0..80, 0..80, 180..=255])).count()
}

#[test]
fn a_figure_shows_a_placed_picture_and_says_what_is_not_said_of_it() {
    let folder = TempDir::new().unwrap();
    fs::copy(data("dots.png"), folder.path().join("dots.png")).unwrap();
    let annotation = folder.path().join("dots.json");
    place_by_points(&["-o", &annotation.display().to_string()]).says(0, &["wrote"]);
    let png = folder.path().join("figure.png");
    let bare = figure(&["--no-map"], &png);
    bare.says(0, &[]);
    let blue_before = blue(&png);
    let shown = figure(&["--no-map", "--picture", annotation.to_str().unwrap()], &png);
    shown.says(0, &["the picture “dots” has no source and no licence"]);
    // Four dots of some 9 pixels across, on a page about as fine as the picture.
    assert!(blue(&png) > blue_before + 60, "{blue_before} and {}", blue(&png));
    let svg = folder.path().join("figure.svg");
    figure(&["--no-map", "--picture", annotation.to_str().unwrap()], &svg).says(0, &[]);
    assert!(fs::read_to_string(&svg).unwrap().contains("<image"));
    let inspected = run(&["inspect", svg.to_str().unwrap(), "--json"]);
    let provenance: Value = serde_json::from_str(&inspected.out).unwrap();
    let told = &provenance["provenance"]["pictures"][0];
    assert_eq!(
        (&told["title"], &told["transform"], &told["control_points"]),
        (&json!("dots"), &json!("affine"), &json!(12))
    );
    assert!(told["accuracy_m"].as_f64().is_some_and(|accuracy_m| accuracy_m > 10.0), "{told}");
    assert!(!inspected.out.contains(folder.path().to_str().unwrap()));
}

#[test]
fn a_project_shows_its_pictures_and_says_which_are_gone() {
    let folder = TempDir::new().unwrap();
    fs::copy(data("dots.png"), folder.path().join("dots.png")).unwrap();
    let control = control();
    let project = json!({
        "type": "FeatureCollection",
        "claimline": {
            "version": 2,
            "dossier": { "id": "berlin-2025-12" },
            "view": { "center": [37.6, 48.55], "zoom": 10 },
            "pictures": [{
                "id": "picture-1",
                "title": "Sheet of dots",
                "file": { "path": "dots.png", "sha256": "00", "bytes": 1 },
                "size_px": [400, 300],
                "placement": { "by": "points", "transform": "thin-plate", "points": control["points"] },
                "source": "https://example.org/dots",
                "credit": "Example survey",
                "license": "CC BY 4.0",
            }],
        },
        "features": [],
    });
    let path = folder.path().join("a.claimline.geojson");
    fs::write(&path, project.to_string()).unwrap();
    let svg = folder.path().join("figure.svg");
    let shown = figure(&["--no-map", "--project", path.to_str().unwrap()], &svg);
    shown.says(0, &["the file of the picture “Sheet of dots” has changed since it was placed"]);
    assert!(!shown.err.contains("no licence"), "{}", shown.err);
    let text = fs::read_to_string(&svg).unwrap();
    assert!(text.contains("<image") && text.contains("Example survey"));
    assert!(text.contains("Sheet of dots"));
    fs::remove_file(folder.path().join("dots.png")).unwrap();
    let lacking = figure(&["--no-map", "--project", path.to_str().unwrap()], &svg);
    lacking.says(1, &["the picture “Sheet of dots” is not shown", "dots.png", "is missing"]);
}

#[test]
fn a_figure_does_not_replace_the_picture_that_it_shows() {
    let folder = TempDir::new().unwrap();
    let picture = folder.path().join("cog.png");
    fs::copy(data("dots.png"), &picture).unwrap();
    fs::write(folder.path().join("cog.pgw"), "0.001\n0\n0\n-0.001\n37.4\n48.7\n").unwrap();
    let before = fs::read(&picture).unwrap();
    figure(&["--picture", picture.to_str().unwrap()], &picture).says(2, &["made from this file"]);
    assert_eq!(fs::read(&picture).unwrap(), before);
}

/// A KMZ with a picture on the ground, one that is missing, and a place.
fn kmz(folder: &Path) -> PathBuf {
    let place = "<LatLonBox><north>48.9</north><south>48.6</south><east>37.9</east><west>37.4</west><rotation>8</rotation></LatLonBox>";
    let overlay = |name: &str, href: &str| {
        format!("<GroundOverlay><name>{name}</name><Icon><href>{href}</href></Icon>{place}</GroundOverlay>")
    };
    let (sheet, lost) = (overlay("Sheet", "files/dots.png"), overlay("Lost", "files/none.png"));
    let kml = format!(
        "<kml><Document>{sheet}{lost}<Placemark><name>Tower</name><Point><coordinates>37.6,48.7</coordinates></Point>\
         </Placemark></Document></kml>"
    );
    let dots = fs::read(data("dots.png")).unwrap();
    let files = [("doc.kml".to_owned(), kml.into_bytes()), ("files/dots.png".to_owned(), dots)];
    let path = folder.join("sheet.kmz");
    fs::write(&path, claimline::formats::bundle::write(&files.into()).unwrap()).unwrap();
    path
}

#[test]
fn a_kmz_that_is_drawn_brings_its_pictures_and_names_those_it_lacks() {
    let folder = TempDir::new().unwrap();
    let path = kmz(folder.path()).display().to_string();
    let out = |name: &str| folder.path().join(name).display().to_string();
    let (svg, again) = (out("a.svg"), out("b.svg"));
    run(&["export", "-o", &svg, "--file", &path, "--bbox", "37.3,48.5,38,49"])
        .says(0, &["“Lost” is left out", "files/none.png"]);
    let drawn = fs::read_to_string(&svg).unwrap();
    assert!(drawn.contains("picture-1") && drawn.contains("data:image/"), "the picture is not in the figure");
    // Named as both, it is drawn once.
    run(&["export", "-o", &again, "--file", &path, "--picture", &path, "--bbox", "37.3,48.5,38,49"])
        .says(0, &["wrote"]);
    assert!(!fs::read_to_string(&again).unwrap().contains("picture-2"));
    // Commands that draw nothing say what draws it.
    run(&["convert", &path, "-o", &out("a.geojson")]).says(0, &["2 ground overlays besides", "“Sheet”", "--picture"]);
    run(&["overlays", "--file", &path]).says(0, &["2 ground overlays besides"]);
    let alone = folder.path().join("alone.kml");
    let place = "<LatLonBox><north>1</north><south>0</south><east>1</east><west>0</west></LatLonBox>";
    let text =
        format!("<kml><GroundOverlay><name>A</name><Icon><href>dots.png</href></Icon>{place}</GroundOverlay></kml>");
    fs::write(&alone, text).unwrap();
    run(&["convert", &alone.display().to_string(), "-o", &out("b.geojson")])
        .says(2, &["no features, only ground overlays"]);
}

#[test]
fn a_geotiff_is_drawn_from_its_address_by_parts() {
    let folder = TempDir::new().unwrap();
    let (at, sent) = crate::addresses::server();
    let address = format!("{at}/cog.tif");
    let out = folder.path().join("a.png").display().to_string();
    let bbox = ["--bbox", "39.02,48.44,39.03,48.45"];
    let mut words = vec!["export", "-o", &out, "--picture", &address, "--size", "300x300"];
    words.extend(bbox);
    run(&words).says(0, &["wrote"]);
    assert!(fs::metadata(&out).unwrap().len() > 1000);
    let size = fs::metadata(data("cog.tif")).unwrap().len() as usize;
    let sent = sent.load(std::sync::atomic::Ordering::SeqCst);
    assert!(sent > 0 && sent < size, "{sent} of {size} bytes");
    let missing = format!("{at}/none.tif");
    run(&["export", "-o", &out, "--force", "--picture", &missing]).says(1, &["no such file (404)", "none.tif"]);
}

#[test]
fn what_a_camera_wrote_is_in_no_export_of_a_project_with_a_photo() {
    let folder = TempDir::new().unwrap();
    let photo = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/photos/east.jpg");
    let record = json!({ "path": photo, "sha256": "", "bytes": 1 });
    let project = json!({ "type": "FeatureCollection", "claimline": { "version": 1, "dossier": { "id": "berlin-2025-12" },
        "view": { "center": [37.5844, 48.7389], "zoom": 9 }, "layers": [{ "id": 0, "title": "Photos" }] },
        "features": [{ "type": "Feature", "geometry": { "type": "Point", "coordinates": [37.5844, 48.7389] },
            "properties": { "title": "east", "photo": "east.jpg", "time": "2025-06-01T14:03:22+03:00", "direction_deg": 90,
                "claimline": { "id": 1, "layer": 0, "kind": "marker", "direction_deg": 90, "show_title": false, "photo": record } } }] });
    let path = folder.path().join("a.claimline.geojson");
    fs::write(&path, project.to_string()).unwrap();
    let project = path.display().to_string();
    for name in ["a.png", "a.svg", "a.pdf", "a.geojson", "a.zip"] {
        let out = folder.path().join(name);
        run(&["export", "-o", &out.display().to_string(), "--project", &project]).says(0, &["wrote"]);
        let bytes = fs::read(&out).unwrap();
        let has = |word: &str| bytes.windows(word.len()).any(|part| part == word.as_bytes());
        for secret in ["SECRET", "tests/data/photos", "\u{ff}\u{d8}\u{ff}\u{e1}"] {
            assert!(!has(secret), "{name} holds {secret}");
        }
    }
    run(&[
        "export",
        "-o",
        &folder.path().join("b.png").display().to_string(),
        "--picture",
        &photo.display().to_string(),
    ])
    .says(2, &["it is a photo taken at 37.58440, 48.73890", "--project"]);
}

#[test]
fn what_is_cut_off_a_picture_is_transparent_in_its_geotiff_and_the_mask_of_its_annotation() {
    let folder = TempDir::new().unwrap();
    fs::copy(data("dots.png"), folder.path().join("dots.png")).unwrap();
    let annotation = folder.path().join("dots.json");
    place_by_points(&["-o", &annotation.display().to_string()]).says(0, &["wrote"]);
    let whole = r#"points=\"0,0 400,0 400,300 0,300\""#;
    let cut = r#"points=\"0,0 400,0 0,300\""#;
    let text = fs::read_to_string(&annotation).unwrap();
    assert!(text.contains(whole), "{text}");
    fs::write(&annotation, text.replace(whole, cut)).unwrap();
    let written = |from: &Path, name: &str| {
        let path = folder.path().join(name);
        place(from, &["-o", &path.display().to_string()]).says(0, &["wrote"]);
        path
    };
    let again = fs::read_to_string(written(&annotation, "again.json")).unwrap();
    assert!(again.contains(cut), "{again}");
    let seen = |path: &Path| {
        let mut picture = tiff::decoder::Decoder::new(fs::File::open(path).unwrap()).unwrap();
        let tiff::decoder::DecodingResult::U8(rgba) = picture.read_image().unwrap() else { panic!("bytes") };
        rgba.chunks_exact(4).filter(|pixel| pixel[3] > 0).count() as f64
    };
    let half = seen(&written(&annotation, "half.tif"));
    fs::write(&annotation, fs::read_to_string(&annotation).unwrap().replace(cut, whole)).unwrap();
    let share = half / seen(&written(&annotation, "whole.tif"));
    assert!((0.49..0.51).contains(&share), "{share} of it is shown");
}

#[test]
fn a_figure_says_what_is_traced_on_a_picture_and_how_exact_that_is() {
    let folder = TempDir::new().unwrap();
    let traced = |id: u64, lon: f64, traced: Value| {
        json!({
            "type": "Feature",
            "properties": { "claimline": { "id": id, "layer": 0, "kind": "marker", "traced": traced } },
            "geometry": { "type": "Point", "coordinates": [lon, 48.55] },
        })
    };
    let sheet = json!({ "picture": "Sheet 12", "sha256": "ab", "accuracy_m": 40 });
    let project = json!({
        "type": "FeatureCollection",
        "claimline": {
            "version": 1,
            "dossier": { "id": "berlin-2025-12" },
            "view": { "center": [37.6, 48.55], "zoom": 10 },
        },
        "features": [
            traced(1, 37.5, sheet.clone()),
            traced(2, 37.6, sheet),
            traced(3, 37.7, json!({ "picture": "Old plan" })),
        ],
    });
    let path = folder.path().join("a.claimline.geojson");
    fs::write(&path, project.to_string()).unwrap();
    let svg = folder.path().join("figure.svg");
    figure(&["--no-map", "--project", path.to_str().unwrap()], &svg).says(0, &[]);
    let text = fs::read_to_string(&svg).unwrap();
    let mut words = String::new();
    for part in text.split('<') {
        words.push_str(part.split_once('>').map_or("", |(_, words)| words));
        words.push(' ');
    }
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    for said in ["± 40 m: 2 annotations traced on Sheet 12", "Of unknown accuracy: 1 annotation traced on Old plan"] {
        assert!(words.contains(said), "{said}: {words}");
    }
    let inspected = run(&["inspect", svg.to_str().unwrap(), "--json"]);
    let provenance: Value = serde_json::from_str(&inspected.out).unwrap();
    assert_eq!(provenance["provenance"]["annotations"]["traced_on"][1]["accuracy_m"], json!(40.0));
}
