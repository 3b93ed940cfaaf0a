//! The real program on its command line: no display, no GPU, no network.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use serde_json::{Value, json};
use tempfile::TempDir;

/// What a run of the program came to.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    /// What it printed, which must be JSON.
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.code, 0, "{}", self.err);
        serde_json::from_str(&self.out).expect("JSON")
    }

    /// Fails unless the program ended with this code and said all of these words on stderr.
    #[track_caller]
    pub(crate) fn says(&self, code: i32, words: &[&str]) {
        assert_eq!(self.code, code, "stdout: {}\nstderr: {}", self.out, self.err);
        for word in words {
            assert!(self.err.contains(word), "'{word}' is missing in: {}", self.err);
        }
        assert!(!self.err.contains("panicked"), "{}", self.err);
    }
}

/// Runs the program where there is no display and nobody at the keyboard.
pub(crate) fn run<S: AsRef<std::ffi::OsStr>>(arguments: &[S]) -> Run {
    let home = TempDir::new().unwrap();
    let Output { status, stdout, stderr } = Command::new(env!("CARGO_BIN_EXE_claimline"))
        .args(arguments)
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("WAYLAND_SOCKET")
        .env("HOME", home.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    Run {
        code: status.code().expect("ended by itself"),
        out: String::from_utf8(stdout).unwrap(),
        err: String::from_utf8(stderr).unwrap(),
    }
}

fn ids(overlays: &Value) -> Vec<&str> {
    overlays.as_array().unwrap().iter().map(|overlay| overlay["id"].as_str().unwrap()).collect()
}

const REQUIRED: [&str; 13] = [
    "donetsk",
    "withdrawal-area",
    "line-of-contact",
    "donetsk-russian-held",
    "corridor-5km",
    "corridor-10km",
    "held-towns",
    "luhansk",
    "zaporizhzhia",
    "kherson",
    "crimea",
    "sevastopol",
    "donbas",
];

// ── overlays, show, at ───────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn the_table_of_overlays_has_a_row_for_each() {
    let run = run(&["overlays"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(run.err, "", "the built-in dossier gives no warning");
    let first: Vec<&str> = run.out.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(first[0], "ID");
    for id in REQUIRED {
        assert!(first.contains(&id), "no row for {id}");
    }
    let row = run.out.lines().find(|line| line.starts_with("luhansk ")).unwrap();
    assert!(row.contains("Claimed by Russia") && row.contains("region") && row.contains("26,686 km²"), "{row}");
}

#[test]
fn the_overlays_as_json_have_id_title_kind_and_size() {
    let json = run(&["overlays", "--json"]).json();
    assert_eq!(json["dossier"], "berlin-2025-12");
    assert_eq!(json["as_of"], "2025-12-15");
    let overlays = &json["overlays"];
    for id in REQUIRED {
        assert!(ids(overlays).contains(&id), "no overlay {id}");
    }
    for overlay in overlays.as_array().unwrap() {
        for key in ["id", "title", "title_uk", "group", "kind", "as_of"] {
            assert!(overlay[key].as_str().is_some_and(|text| !text.is_empty()), "{key} of {overlay}");
        }
        let sizes = ["area_km2", "length_km", "places"].into_iter().filter(|key| overlay[key].is_number()).count();
        assert_eq!(sizes, 1, "{overlay}");
        assert!(overlay["excerpts"].as_u64().is_some_and(|excerpts| excerpts > 0), "{overlay}");
    }
    let of = |id: &str| overlays.as_array().unwrap().iter().find(|overlay| overlay["id"] == id).unwrap();
    assert!((of("donetsk")["area_km2"].as_f64().unwrap() - 26_501.0).abs() < 53.0);
    assert!(of("line-of-contact")["length_km"].as_f64().unwrap() > 100.0);
    assert_eq!(of("line-of-contact")["kind"], "line");
    assert_eq!(of("withdrawal-area")["kind"], "proposal");
    assert_eq!(of("held-towns")["kind"], "places");
}

#[test]
fn the_groups_are_donetsk_proposals_and_claimed_regions() {
    let table = run(&["overlays"]).out;
    for group in ["Donetsk", "Proposals", "Claimed by Russia"] {
        assert!(table.lines().any(|line| line.contains(&format!("  {group}  "))), "no group {group}");
    }
}

#[test]
fn an_overlay_is_shown_with_its_excerpts_and_figures() {
    let json = run(&["show", "withdrawal-area", "--json"]).json();
    assert_eq!(json["id"], "withdrawal-area");
    let excerpts = json["excerpts"].as_array().unwrap();
    let excerpt = excerpts
        .iter()
        .find(|excerpt| excerpt["exact"].as_str().unwrap().contains("approximately 5,600 square kilometres"))
        .expect("the excerpt with the figure");
    let source = &excerpt["source"];
    assert_eq!(source["outlet"], "TFIGlobal");
    assert_eq!(source["published"], "2025-12-15");
    assert!(source["url"].as_str().unwrap().starts_with("https://tfiglobalnews.com/"));
    let figures = json["figures"].as_array().unwrap();
    let figure = figures.iter().find(|figure| figure["value"] == 5600.0 && figure["unit"] == "km2").unwrap();
    let measured = figure["measured"].as_f64().unwrap();
    assert!((measured - json["area_km2"].as_f64().unwrap()).abs() < 0.02);
    assert!((figure["difference"].as_f64().unwrap() - (measured - 5600.0)).abs() < 0.02);
    assert_eq!(figure["verdict"], "agrees");
}

#[test]
fn an_overlay_is_shown_in_words() {
    let run = run(&["show", "withdrawal-area"]);
    assert_eq!(run.code, 0);
    for words in ["Measured: ", "approximately 5,600 km²", "approximately 5,600 square kilometres", "15 Dec 2025"] {
        assert!(run.out.contains(words), "'{words}' is missing in: {}", run.out);
    }
}

#[test]
fn every_overlay_can_be_shown() {
    for id in ids(&run(&["overlays", "--json"]).json()["overlays"]) {
        let json = run(&["show", id, "--json"]).json();
        assert_eq!(json["id"], id);
        assert!(!json["excerpts"].as_array().unwrap().is_empty(), "{id} has no excerpt");
        assert!(!run(&["show", id]).out.is_empty());
    }
}

#[test]
fn an_unknown_overlay_names_the_closest() {
    run(&["show", "donetk"]).says(2, &["no overlay 'donetk'; did you mean 'donetsk'?"]);
    run(&["show", "Withdrawal_area"]).says(2, &["did you mean 'withdrawal-area'?"]);
    run(&["show", "qqqqqqqqqq"]).says(2, &["no overlay 'qqqqqqqqqq'", "withdrawal-area", "sevastopol"]);
    run(&["show", ""]).says(2, &["no overlay ''"]);
}

#[test]
fn at_kramatorsk_the_smallest_overlay_comes_first() {
    let json = run(&["at", "37.5844,48.7389", "--json"]).json();
    assert_eq!((json["lon"].as_f64(), json["lat"].as_f64()), (Some(37.5844), Some(48.7389)));
    // The town itself is a point of `held-towns`; among areas the order is by size.
    let areas: Vec<&Value> =
        json["overlays"].as_array().unwrap().iter().filter(|overlay| overlay["area_km2"].is_number()).collect();
    let names: Vec<&str> = areas.iter().map(|overlay| overlay["id"].as_str().unwrap()).collect();
    assert_eq!(names, ["withdrawal-area", "donetsk", "donbas"]);
    let sizes: Vec<f64> = areas.iter().map(|overlay| overlay["area_km2"].as_f64().unwrap()).collect();
    assert!(sizes.is_sorted());
    let excerpts = areas[0]["excerpts"].as_array().unwrap();
    assert!(excerpts.iter().any(|excerpt| excerpt["exact"].as_str().unwrap().contains("5,600 square kilometres")));
    assert!(areas[0]["gist"].as_str().is_some_and(|gist| !gist.is_empty()));
}

#[test]
fn at_luhansk_city_there_is_luhansk() {
    let json = run(&["at", "39.3078,48.574", "--json"]).json();
    assert_eq!(ids(&json["overlays"]), ["luhansk", "donbas"]);
    let text = run(&["at", "39.3078,48.574"]);
    assert!(text.out.contains("Luhansk oblast (luhansk), 26,686 km²"), "{}", text.out);
}

#[test]
fn at_a_place_beyond_the_overlays_there_is_nothing() {
    let run_json = run(&["at", "24.03,49.84", "--json"]);
    assert_eq!(ids(&run_json.json()["overlays"]), Vec::<&str>::new());
    assert!(run(&["at", "24.03,49.84"]).out.contains("No overlay lies here."));
    assert_eq!(run_json.err, "");
}

#[test]
fn a_negative_longitude_is_no_option() {
    assert_eq!(run(&["at", "-37.5,-48.7", "--json"]).json()["lon"], -37.5);
    assert_eq!(run(&["at", "--json", "-37.5,-48.7"]).json()["lat"], -48.7);
}

#[test]
fn latitude_before_longitude_is_noticed() {
    run(&["at", "48.7389,37.5844"]).says(0, &["37.5844,48.7389", "longitude comes first"]);
    run(&["at", "48.7389,137.5844"]).says(2, &["longitude comes first"]);
}

#[test]
fn a_place_that_is_none_is_refused() {
    run(&["at", "200,10"]).says(2, &["longitude goes from −180 to 180"]);
    run(&["at", "37,91"]).says(2, &["latitude from −90 to 90"]);
    for nonsense in ["", "abc", "37.58", "37.58;48.73", "37.58,48.73,5", "NaN,48", "inf,48", "37,5844,48,7389"] {
        run(&["at", nonsense])
            .says(2, &["expected longitude and latitude separated by a comma, such as 37.5844,48.7389"]);
    }
}

// ── help, completions, no display ────────────────────────────────────────────────────────────────────────────────

#[test]
fn every_help_has_an_example() {
    for command in ["overlays", "show", "at", "export", "completions"] {
        let help = run(&[command, "--help"]);
        assert_eq!(help.code, 0);
        assert!(help.out.contains("Example"), "{command}: {}", help.out);
        assert!(help.out.contains(&format!("claimline {command}")), "{command}: {}", help.out);
    }
    let help = run(&["--help"]);
    assert!(help.out.contains("claimline export -o figure.png"), "{}", help.out);
}

#[test]
fn the_examples_of_the_help_are_accepted() {
    // The one of `at`; those of `export` are tried with a file to write below.
    assert_eq!(run(&["at", "37.5844,48.7389"]).code, 0);
    let folder = TempDir::new().unwrap();
    let file = |name: &str| folder.path().join(name).display().to_string();
    let corridor = file("corridor.svg");
    let arguments = ["--overlay", "line-of-contact", "--overlay", "corridor-5km", "--fit", "corridor-5km"];
    let done = run(&[&["export", "-o", &corridor][..], &arguments].concat());
    done.says(0, &["wrote", "corridor.svg"]);
    let svg = fs::read_to_string(corridor).unwrap();
    assert!(svg.contains("Corridor, 5 km each side") && !squeezed(&words_of(&svg)).contains("Luhanskoblast"));
}

#[test]
fn completions_are_printed_for_each_shell() {
    let bash = run(&["completions", "bash"]);
    assert!(bash.code == 0 && bash.out.contains("_claimline()") && bash.out.contains("--overlay"));
    for shell in ["zsh", "fish", "elvish", "powershell"] {
        assert!(run(&["completions", shell]).out.contains("claimline"), "{shell}");
    }
    run(&["completions", "cobol"]).says(2, &["bash"]);
}

#[test]
fn the_version_is_the_packages() {
    assert_eq!(run(&["--version"]).out.trim(), concat!("claimline ", env!("CARGO_PKG_VERSION")));
}

#[test]
fn without_a_display_two_lines_say_what_to_do() {
    for arguments in [&[][..], &["Cargo.toml"]] {
        let run = run(arguments);
        run.says(1, &["no display", "claimline export"]);
        assert_eq!(run.err.trim_end().lines().count(), 2, "{}", run.err);
        assert_eq!(run.out, "");
    }
}

#[test]
fn a_mistyped_command_is_not_taken_for_a_file() {
    run(&["overlay"]).says(2, &["did you mean 'claimline overlays'?"]);
    run(&["somewhere.geojson"]).says(2, &["no such file: somewhere.geojson"]);
}

#[test]
fn an_unknown_option_is_a_usage_error() {
    run(&["overlays", "--jsno"]).says(2, &["--jsno", "--json"]);
    run(&["--no-such-thing"]).says(2, &["--no-such-thing"]);
}

// ── export ───────────────────────────────────────────────────────────────────────────────────────────────────────

/// A figure that several tests look at: drawn once.
fn figure(name: &str, more: &[&str]) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("cli").join(std::process::id().to_string());
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    let file = path.display().to_string();
    run(&[&["export", "-o", &file, "--force"][..], more].concat()).says(0, &["wrote", name]);
    path
}

fn png_figure() -> &'static Path {
    static FIGURE: OnceLock<PathBuf> = OnceLock::new();
    FIGURE.get_or_init(|| figure("figure.png", &["--size", "1000x700", "--scale", "1.5", "--title", "Who says so?"]))
}

fn svg_figure() -> &'static str {
    static FIGURE: OnceLock<String> = OnceLock::new();
    FIGURE.get_or_init(|| fs::read_to_string(figure("figure.svg", &["--title", "Who says <so> & why?"])).unwrap())
}

/// The text of an SVG, piece after piece, entities resolved.
pub(crate) fn words_of(svg: &str) -> String {
    let mut words = String::new();
    for piece in svg.split("<text ").skip(1) {
        let inner = piece.split_once('>').map_or("", |(_, inner)| inner);
        let mut inside = true;
        for letter in inner.split("</text>").next().unwrap_or_default().chars() {
            match letter {
                '<' => inside = false,
                '>' => inside = true,
                letter if inside => words.push(letter),
                _ => {}
            }
        }
        words.push('\n');
    }
    words.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

/// Without white space, so that a line break does not matter.
fn squeezed(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_whitespace()).collect()
}

/// Size and text chunks of a PNG.
fn png_info(path: &Path) -> (u32, u32, Vec<(String, String)>) {
    let bytes = fs::read(path).unwrap();
    assert_eq!(&bytes[..8], b"\x89PNG\r\n\x1a\n", "the signature");
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut pixels).expect("whole pixels");
    let first = &pixels[..3];
    assert!(pixels.chunks(3).any(|pixel| pixel != first), "the picture is of one colour");
    let info = reader.info();
    let texts = info.utf8_text.iter().map(|chunk| (chunk.keyword.clone(), chunk.get_text().unwrap())).collect();
    (info.width, info.height, texts)
}

#[test]
fn a_png_has_the_size_asked_for() {
    let (width, height, _) = png_info(png_figure());
    assert_eq!((width, height), (1500, 1050));
}

#[test]
fn a_png_carries_its_title_and_where_it_comes_from() {
    let (width, height, texts) = png_info(png_figure());
    let of = |key: &str| texts.iter().find(|(keyword, _)| keyword == key).map(|(_, text)| text.as_str());
    assert_eq!(of("Title"), Some("Who says so?"));
    let provenance: Value = serde_json::from_str(of("claimline").expect("a chunk named claimline")).unwrap();
    assert_eq!(provenance["dossier"]["id"], "berlin-2025-12");
    assert_eq!(provenance["scale"], 1.5);
    assert!(provenance["program"].as_str().unwrap().starts_with("Claimline "));
    let overlays: Vec<&str> = provenance["overlays"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(overlays.contains(&"withdrawal-area") && !overlays.contains(&"corridor-5km"), "{overlays:?}");
    let frame: Vec<f64> = provenance["map_frame_px"].as_array().unwrap().iter().filter_map(Value::as_f64).collect();
    let &[x, y, across, down] = &frame[..] else { panic!("{frame:?}") };
    assert!(x >= 0.0 && y >= 0.0 && across > 100.0 && down > 100.0);
    assert!(x + across <= f64::from(width) && y + down <= f64::from(height));
    let view = &provenance["view"];
    assert!((36.0..40.0).contains(&view["center"][0].as_f64().unwrap()), "{view}");
    assert!((46.0..50.0).contains(&view["center"][1].as_f64().unwrap()), "{view}");
    assert!((5.0..10.0).contains(&view["zoom"].as_f64().unwrap()), "{view}");
}

#[test]
fn a_page_has_its_size_on_paper() {
    // 210 and 297 mm at 72 dpi are 595.3 and 841.9 pixels.
    let path = figure("a4.png", &["--page", "a4-landscape", "--dpi", "72", "--margin", "10mm"]);
    let (width, height, texts) = png_info(&path);
    assert_eq!((width, height), (842, 595));
    let provenance: Value = serde_json::from_str(&texts.iter().find(|(key, _)| key == "claimline").unwrap().1).unwrap();
    // The margin is 10 mm, of 28.35 pixels, give or take the point to which the frame is rounded.
    let left = provenance["map_frame_px"][0].as_f64().unwrap();
    assert!((left - 28.35).abs() < 0.5, "{left}");
    let svg = fs::read_to_string(figure("a4.svg", &["--page", "a4-landscape", "--theme", "grey"])).unwrap();
    assert!(svg.contains("width=\"297mm\" height=\"210mm\" viewBox=\"0 0 1122.52 793.7\""), "{}", &svg[..200]);
}

#[test]
fn the_parts_of_a_figure_are_chosen() {
    let with = "graticule,comparison,scale-bar@top-left,notes@30%x100%";
    let more = ["--with", with, "--no", "inset,quotes,disclaimer", "--no", "north-arrow"];
    let names = ["--legend-name", "donetsk=The whole oblast", "--subtitle", "As reported", "--page", "slide"];
    let path = std::env::temp_dir().join(format!("claimline-parts-{}.svg", std::process::id()));
    let file = path.display().to_string();
    let done = run(&[&["export", "-o", &file, "--force"][..], &more, &names].concat());
    done.says(0, &["wrote", "warning", "quotes have not been checked"]);
    let svg = fs::read_to_string(&path).unwrap();
    fs::remove_file(&path).unwrap();
    for id in ["graticule", "degrees", "comparison", "legend", "scale", "credits", "references", "notes"] {
        assert!(svg.contains(&format!("<g id=\"{id}\"")), "{id} is not there");
    }
    assert!(!svg.contains("<g id=\"inset\"") && !svg.contains(">N</text>"));
    let after = |id: &str| svg.find(&format!("<g id=\"{id}\""));
    assert!(after("notes") > after("map") && after("comparison") < after("map"), "the notes lie on the map");
    assert!(svg.contains("Approximate") && !svg.contains("designations"));
    let words = squeezed(&words_of(&svg));
    for text in ["The whole oblast", "As reported", "Stated", "Measured", "37°"] {
        assert!(words.contains(&squeezed(text)), "{text} is not there");
    }
    assert!(svg.contains("width=\"13.333in\" height=\"7.5in\""));
}

#[test]
fn an_svg_says_its_sources_as_text() {
    let svg = svg_figure();
    assert!(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1600\" height=\"1000\""));
    assert!(svg.trim_end().ends_with("</svg>"));
    let words = squeezed(&words_of(svg));
    for text in [
        "Who says <so> & why?",
        "15 Dec 2025",
        "Area proposed for withdrawal",
        "Line of contact",
        "Luhansk oblast",
        "TFIGlobal",
        "US–Ukraine peace talks collapse in Berlin over Donbas dispute",
        "Defence Talks",
        "U.S. Tells Ukraine Withdrawal from Donetsk Is Key to Any Peace Deal",
        "tfiglobalnews.com/2025/12/15/us-ukraine-peace-talks-collapse-in-berlin-over-donbas-dispute",
        "defencetalks.com/u-s-tells-ukraine-withdrawal-from-donetsk-is-key-to-any-peace-deal",
        "© OpenStreetMap contributors",
        "GeoNames",
        "The designations used and the boundaries shown do not imply",
        "Internationally recognised borders of Ukraine",
        "± 3.8 to 6.7 km, depending on the stretch",
    ] {
        assert!(words.contains(&squeezed(text)), "'{text}' is not among the words of the figure");
    }
    for (start, rest) in [
        ("https://tfiglobalnews.com/", "2025/12/15/us-ukraine-peace-talks-collapse-in-berlin-over-donbas-dispute"),
        ("https://defencetalks.com/", "u-s-tells-ukraine-withdrawal-from-donetsk-is-key-to-any-peace-deal"),
    ] {
        assert!(svg.contains(&format!("href=\"{start}{rest}\"")), "no link to {start}");
    }
    assert!(!words.contains("Corridor,5km"), "what is hidden is not in the legend");
}

#[test]
fn an_svg_carries_where_it_comes_from() {
    let svg = svg_figure();
    let (_, rest) = svg.split_once("<metadata id=\"claimline\">").expect("metadata");
    let text = rest.split("</metadata>").next().unwrap().replace("&quot;", "\"").replace("&amp;", "&");
    let provenance: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(provenance["dossier"]["id"], "berlin-2025-12");
    assert_eq!(provenance["map_frame_px"].as_array().map(Vec::len), Some(4));
    assert!(svg.contains("<title id=\"figure-title\">Who says &lt;so&gt; &amp; why?</title>"));
}

#[test]
fn the_same_figure_is_drawn_twice() {
    let small = |name| figure(name, &["--size", "400x300", "--center", "37.58,48.74", "--zoom", "9"]);
    assert_eq!(fs::read(small("one.png")).unwrap(), fs::read(small("two.png")).unwrap());
}

#[test]
fn the_map_of_a_figure_can_be_chosen() {
    let provenance = |name: &str, more: &[&str]| -> Value {
        let path = figure(name, &[&["--size", "500x400"][..], more].concat());
        let (_, _, texts) = png_info(&path);
        serde_json::from_str(&texts.iter().find(|(key, _)| key == "claimline").unwrap().1).unwrap()
    };
    let view = provenance("center.png", &["--center", "37.5844,48.7389", "--zoom", "10"])["view"].clone();
    assert_eq!(view, json!({ "center": [37.5844, 48.7389], "zoom": 10.0 }));
    let fitted = provenance("fit.png", &["--fit", "sevastopol"]);
    assert!((33.2..34.0).contains(&fitted["view"]["center"][0].as_f64().unwrap()), "{fitted}");
    let alone = provenance("alone.png", &["--bbox", "36.5,46.8,39.1,49.3", "--overlay", "corridor-10km"]);
    assert_eq!(alone["overlays"], json!(["corridor-10km"]));
    let bare = provenance("bare.png", &["--no-map", "--theme", "dark", "--names", "ukrainian"]);
    assert!(bare["overlays"].as_array().is_some_and(|overlays| !overlays.is_empty()));
    assert_eq!(provenance("far.png", &["--center", "-100,-40", "--zoom", "3"])["overlays"], json!([]));
}

#[test]
fn a_file_of_ones_own_is_drawn_besides() {
    let folder = TempDir::new().unwrap();
    let own = folder.path().join("My route.geojson");
    fs::write(&own, r#"{"type":"LineString","coordinates":[[37.2,48.2],[37.9,48.9]]}"#).unwrap();
    let own = own.display().to_string();
    let svg = fs::read_to_string(figure("own.svg", &["--file", &own, "--size", "900x600"])).unwrap();
    assert!(words_of(&svg).contains("My route"));
}

#[test]
fn a_figure_does_not_replace_a_file_unasked() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("kept.svg");
    fs::write(&path, "mine").unwrap();
    let file = path.display().to_string();
    run(&["export", "-o", &file]).says(2, &["kept.svg", "already exists", "--force"]);
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
    run(&["export", "-o", &file, "--force", "--size", "400x300"]).says(0, &["wrote"]);
    assert!(fs::read_to_string(&path).unwrap().starts_with("<svg"));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file stays");
}

#[test]
fn a_figure_never_replaces_what_it_is_made_from() {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (own, areas, map) = (path("own.claimline.geojson"), path("areas.geojson"), path("ground.pmtiles"));
    fs::copy("tests/data/v1/everything.claimline.geojson", &own).unwrap();
    fs::write(&areas, r#"{"type":"LineString","coordinates":[[37.2,48.2],[37.9,48.9]]}"#).unwrap();
    fs::write(&map, "a map").unwrap();
    fs::create_dir(folder.path().join("sub")).unwrap();
    let dossier = folder.path().join("quill");
    fs::create_dir_all(dossier.join("shapes")).unwrap();
    fs::copy("tests/data/quill/dossier/dossier.json", dossier.join("dossier.json")).unwrap();
    for shape in fs::read_dir("tests/data/quill/dossier/shapes").unwrap() {
        let shape = shape.unwrap();
        fs::copy(shape.path(), dossier.join("shapes").join(shape.file_name())).unwrap();
    }
    let dossier = dossier.display().to_string();
    let refused = |arguments: &[&str], output: &str| {
        let before = fs::read(output).unwrap();
        run(&[arguments, &["--force"]].concat()).says(2, &["is made from this file", "another name"]);
        assert!(fs::read(output).unwrap() == before, "{output}");
    };
    refused(&["export", "--project", &own, "-o", &own], &own);
    refused(&["export", &own, "-o", &path("sub/../own.claimline.geojson")], &own);
    refused(&["export", "--file", &areas, "-o", &areas], &areas);
    refused(&["export", "--line", &areas, "-o", &areas], &areas);
    let lake = format!("{dossier}/shapes/lake.geojson");
    refused(&["export", "--dossier", &dossier, "-o", &lake], &lake);
    refused(&["export", "--dossier", &format!("{dossier}/dossier.json"), "-o", &lake], &lake);
    fs::copy(&areas, path("donetsk.geojson")).unwrap();
    let atlas = ["atlas", "--format", "geojson", "--each", "donetsk", "--file", &path("donetsk.geojson"), "-o"];
    refused(&[&atlas[..], &[&path("")]].concat(), &path("donetsk.geojson"));
    fs::copy(&areas, path("beside.prj")).unwrap();
    let beside = ["export", "--world-file", "-o", &path("beside.png"), "--line", &path("beside.prj")];
    refused(&beside, &path("beside.prj"));
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(&own, path("link.geojson")).unwrap();
        fs::hard_link(&own, path("hard.geojson")).unwrap();
        refused(&["export", "--project", &own, "-o", &path("link.geojson")], &own);
        refused(&["export", "--project", &path("link.geojson"), "-o", &own], &own);
        refused(&["export", "--project", &own, "-o", &path("hard.geojson")], &own);
        fs::hard_link(&map, path("ground.png")).unwrap();
        refused(&["export", "--map", &map, "-o", &path("ground.png")], &map);
    }
}

#[test]
fn a_figure_of_another_kind_is_refused() {
    let folder = TempDir::new().unwrap();
    for name in ["figure.gif", "figure", "figure.ps"] {
        let file = folder.path().join(name).display().to_string();
        run(&["export", "-o", &file]).says(2, &[".png, .svg or .pdf", name]);
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    run(&["export"]).says(2, &["--output"]);
}

#[test]
fn a_folder_that_is_not_there_is_said_with_the_path_last() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("nowhere").join("figure.svg").display().to_string();
    let run = run(&["export", "-o", &file, "--size", "400x300"]);
    run.says(1, &["the figure was not written", "its folder does not exist; create it, or write elsewhere"]);
    assert!(run.err.trim_end().ends_with(&file), "{}", run.err);
    assert_eq!(run.err.matches("does not exist").count(), 1, "said once: {}", run.err);
}

#[test]
fn a_nonsense_size_or_map_is_refused() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("figure.png").display().to_string();
    let cases: [(&[&str], &str); 34] = [
        (&["--size", "big"], "such as 1600x1000"),
        (&["--size", "0x0"], "from 300 to 8000"),
        (&["--size=-5x900"], "from 300 to 8000"),
        (&["--size", "99999x900"], "from 300 to 8000"),
        (&["--size", "NaNxNaN"], "from 300 to 8000"),
        (&["--scale", "0"], "from 0.25 to 16"),
        (&["--scale", "1e9"], "from 0.25 to 16"),
        (&["--bbox", "39,46,36,49"], "west must be less than east"),
        (&["--bbox", "36,49,39,46"], "south less than north"),
        (&["--bbox", "36,46,39"], "such as 36.5,46.8,39.1,49.3"),
        (&["--bbox", "-190,46,39,49"], "within −180,−85,180,85"),
        (&["--zoom", "8"], "--center"),
        (&["--center", "37,48"], "--zoom"),
        (&["--center", "37,48", "--zoom", "99"], "from 0 to 20"),
        (&["--center", "37,48", "--zoom", "8", "--fit", "donetsk"], "--fit"),
        (&["--fit", "donetk"], "did you mean 'donetsk'?"),
        (&["--overlay", "luhnsk"], "did you mean 'luhansk'?"),
        (&["--theme", "pink"], "light"),
        (&["--size", "-5x900"], "from 300 to 8000"),
        (&["--page", "a5"], "174x120mm"),
        (&["--page", "-5x10mm"], "40 to 2100 mm"),
        (&["--margin", "-5mm"], "'-5mm'"),
        (&["--dpi", "-5"], "72 to 600"),
        (&["--legend-name", "donetsk="], "an overlay and its name"),
        (&["--page", "1x1mm"], "40 to 2100 mm"),
        (&["--page", "a4", "--size", "400x300"], "--page view"),
        (&["--dpi", "900"], "72 to 600"),
        (&["--margin", "10"], "such as 10mm"),
        (&["--margin", "200mm", "--page", "85x60mm"], "at most 12mm"),
        (&["--margin", "18mm", "--page", "column-85"], "at most 17mm"),
        (&["--margin", "300px"], "at most 52.9mm"),
        (&["--with", "insert"], "inset"),
        (&["--with", "inset@middle"], "top-left"),
        (&["--legend-name", "donetk=Oblast"], "did you mean 'donetsk'?"),
    ];
    for (more, expected) in cases {
        run(&[&["export", "-o", &file][..], more].concat()).says(2, &[expected]);
    }
    assert!(!Path::new(&file).exists());
}

#[test]
fn a_figure_too_large_to_draw_is_refused_in_words() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("figure.png").display().to_string();
    run(&["export", "-o", &file, "--size", "8000x8000", "--scale", "16"])
        .says(1, &["too large", "at most 32767 pixels", "fewer dots per inch"]);
    assert!(!Path::new(&file).exists());
}

// ── dossiers that are wrong ──────────────────────────────────────────────────────────────────────────────────────

const SQUARE: &str = r#"{"type":"Polygon","coordinates":[[[37,48],[38,48],[38,49],[37,49],[37,48]]]}"#;

/// A dossier folder of one square and what a test adds to it.
struct Folder {
    folder: TempDir,
    dossier: Value,
}

impl Folder {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("square.geojson"), SQUARE).unwrap();
        let dossier = json!({
            "format": "claimline-dossier/1", "id": "small", "version": "1.0.0", "title": { "en": "Small" },
            "as_of": "2025-12-15", "groups": [{ "id": "all", "title": { "en": "All" } }],
            "sources": [{ "id": "paper", "outlet": "Paper", "title": "News", "url": "https://example.org/" }],
            "excerpts": [{ "id": "said", "source": "paper", "overlays": ["square"], "does": "context", "exact": "so" }],
            "overlays": [{ "id": "square", "title": { "en": "Square" }, "kind": "region",
                "geometry": { "file": "square.geojson" } }],
        });
        Self { folder, dossier }
    }

    fn file(self, name: &str, text: &str) -> Self {
        fs::write(self.folder.path().join(name), text).unwrap();
        self
    }

    fn overlay(mut self, id: &str, key: &str, shape: Value) -> Self {
        let overlay = json!({ "id": id, "title": { "en": id }, "kind": "region", key: shape });
        self.dossier["overlays"].as_array_mut().unwrap().push(overlay);
        self
    }

    fn with(mut self, list: &str, entry: Value) -> Self {
        self.dossier[list].as_array_mut().unwrap().push(entry);
        self
    }

    /// Runs the program with this dossier.
    fn run(&self, arguments: &[&str]) -> Run {
        fs::write(self.folder.path().join("dossier.json"), self.dossier.to_string()).unwrap();
        let path = self.folder.path().display().to_string();
        run(&[arguments, &["--dossier", &path]].concat())
    }

    /// Fails unless the program warns of these words and shows the rest.
    #[track_caller]
    fn warns(&self, words: &[&str], rest: &[&str]) {
        let run = self.run(&["overlays", "--json"]);
        run.says(0, words);
        assert!(run.err.lines().all(|line| line.starts_with("claimline: warning: ")), "{}", run.err);
        assert_eq!(ids(&run.json()["overlays"]), rest);
    }
}

#[test]
fn a_good_dossier_of_ones_own_is_read_without_a_word() {
    let folder = Folder::new();
    let run_by_folder = folder.run(&["overlays", "--json"]);
    assert_eq!(run_by_folder.err, "");
    assert_eq!(ids(&run_by_folder.json()["overlays"]), ["square"]);
    // GeoJSON edges are straight in longitude and latitude, so the closed form of a cell of the graticule holds:
    // a² Δλ / 2 · (q(49°) − q(48°)) with q of the authalic latitude (Snyder 1987, eq. 3-12) = 8217.732 km².
    let area = run_by_folder.json()["overlays"][0]["area_km2"].as_f64().unwrap();
    assert!((area - 8217.732).abs() < 0.01, "{area}");
    let file = folder.folder.path().join("dossier.json").display().to_string();
    assert_eq!(run(&["at", "37.5,48.5", "--dossier", &file, "--json"]).json()["overlays"][0]["id"], "square");
}

#[test]
fn a_dossier_that_is_not_there_is_said_once_with_the_path_last() {
    let folder = TempDir::new().unwrap();
    let missing = folder.path().join("no-dossier").display().to_string();
    let empty = folder.path().display().to_string();
    let lacking = ["No such file or folder", "check the spelling of the path"];
    for (path, words) in [(&missing, &lacking[..]), (&empty, &["it is a folder without a dossier.json"])] {
        let run = run(&["overlays", "--dossier", path]);
        run.says(1, words);
        assert!(run.err.trim_end().ends_with(path.as_str()), "{}", run.err);
        assert_eq!(run.err.matches(words[0]).count(), 1, "{}", run.err);
    }
}

#[test]
fn a_dossier_that_breaks_off_is_said_to() {
    let folder = TempDir::new().unwrap();
    let whole = Folder::new().dossier.to_string();
    for end in [0, 1, whole.len() / 2, whole.len() - 1] {
        let path = folder.path().join("dossier.json");
        fs::write(&path, &whole[..end]).unwrap();
        let run = run(&["overlays", "--dossier", &folder.path().display().to_string()]);
        run.says(1, &["dossier.json cannot be read", "EOF", "line 1"]);
    }
}

#[test]
fn a_dossier_that_is_no_json_or_of_another_format_is_said_to_be() {
    let folder = TempDir::new().unwrap();
    let cases: [(&[u8], &str); 6] = [
        (b"hello", "dossier.json cannot be read"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"{}", "missing field `format`"),
        (b"[]", "dossier.json cannot be read"),
        (br#"{"format":"claimline-dossier/9"}"#, "this version reads 'claimline-dossier/1'"),
        (br#"{"format":"claimline-dossier/1"}"#, "it has no member 'id'"),
    ];
    for (bytes, expected) in cases {
        fs::write(folder.path().join("dossier.json"), bytes).unwrap();
        run(&["overlays", "--dossier", &folder.path().display().to_string()]).says(1, &[expected]);
    }
}

#[test]
fn a_file_that_is_no_dossier_is_a_usage_error() {
    let folder = TempDir::new().unwrap();
    let square = folder.path().join("square.geojson");
    fs::write(&square, SQUARE).unwrap();
    run(&["overlays", "--dossier", &square.display().to_string()]).says(2, &["expected a dossier"]);
}

#[test]
fn a_shape_that_is_no_geojson_is_left_out() {
    for (text, expected) in [
        ("hello", "not JSON"),
        (r#"{"type":"FeatureCollection","features":[{"type":"Fea"#, "not JSON"),
        (r#"{"hello":1}"#, "not GeoJSON"),
        (r#"{"type":"FeatureCollection","features":[]}"#, "no feature has a shape"),
        (r#"{"type":"Polygon","coordinates":[]}"#, "no feature has a shape"),
        (r#"{"type":"Polygon","coordinates":[[[37,48],[38,48]]]}"#, "no feature has a shape"),
    ] {
        let folder =
            Folder::new().file("bad.geojson", text).overlay("bad", "geometry", json!({ "file": "bad.geojson" }));
        folder.warns(&["overlay 'bad'", "bad.geojson", expected], &["square"]);
    }
}

#[test]
fn a_shape_out_of_range_is_left_out() {
    for (text, expected) in [
        (r#"{"type":"Point","coordinates":[48.7,137.5]}"#, "longitude comes first"),
        (r#"{"type":"LineString","coordinates":[[4183876.2,6230673.7],[4183976.2,6230773.7]]}"#, "look like metres"),
    ] {
        let folder =
            Folder::new().file("bad.geojson", text).overlay("bad", "geometry", json!({ "file": "bad.geojson" }));
        folder.warns(&["overlay 'bad'", "bad.geojson", expected], &["square"]);
    }
}

#[test]
fn a_shape_outside_the_folder_is_not_read() {
    for path in ["../secret.geojson", "/etc/hostname", "a/../../secret.geojson"] {
        let folder = Folder::new().overlay("secret", "geometry", json!({ "file": path }));
        folder.warns(&["overlay 'secret'", "points outside the dossier's folder"], &["square"]);
    }
    let folder = Folder::new().overlay("gone", "geometry", json!({ "file": "gone.geojson" }));
    folder.warns(&["overlay 'gone'", "No such file", "gone.geojson"], &["square"]);
}

#[test]
fn an_excerpt_of_no_source_is_left_out() {
    for (source, expected) in [
        (json!("nobody"), "its source 'nobody' is not among the sources"),
        (json!(""), "it names no source"),
        (Value::Null, "it names no source"),
    ] {
        let mut entry = json!({ "id": "rumour", "overlays": ["square"], "does": "context", "exact": "so" });
        if !source.is_null() {
            entry["source"] = source;
        }
        let folder = Folder::new().with("excerpts", entry);
        folder.warns(&["excerpt 'rumour'", expected], &["square"]);
        let shown = folder.run(&["show", "square", "--json"]).json();
        assert_eq!(ids(&shown["excerpts"]), ["said"]);
    }
}

#[test]
fn a_link_to_no_overlay_is_left_out() {
    let excerpt = json!({ "id": "lost", "source": "paper", "overlays": ["squar"], "does": "context", "exact": "so" });
    Folder::new().with("excerpts", excerpt).warns(&["excerpt 'lost'", "there is no overlay 'squar'"], &["square"]);
}

#[test]
fn recipes_that_need_themselves_are_left_out() {
    let folder = Folder::new()
        .overlay("a", "recipe", json!({ "op": "union", "of": ["square", "b"] }))
        .overlay("b", "recipe", json!({ "op": "difference", "of": ["a", "square"] }))
        .overlay("self", "recipe", json!({ "op": "union", "of": ["self"] }))
        .overlay("good", "recipe", json!({ "op": "union", "of": ["square"] }));
    folder.warns(&["overlay 'a'", "overlay 'b'", "overlay 'self'", "the recipe needs itself"], &["square", "good"]);
}

#[test]
fn a_recipe_of_an_unknown_operand_is_left_out() {
    let folder = Folder::new()
        .overlay("bad", "recipe", json!({ "op": "union", "of": ["square", "sqare"] }))
        .overlay("worse", "recipe", json!({ "op": "buffer", "of": "square", "distance_km": 5, "sides": "both" }))
        .overlay("far", "recipe", json!({ "op": "buffer", "of": "square", "distance_km": -5, "sides": "both" }));
    folder.warns(
        &["overlay 'bad'", "'sqare'", "overlay 'worse'", "'square' is not a line", "overlay 'far'"],
        &["square"],
    );
}

/// Two cells of the graticule, one of them reported as occupied, and a third that is not; two points.
const CONTROL: &str = r#"{"type":"FeatureCollection","features":[
    {"type":"Feature","properties":{"status":"occupied"},"geometry":{"type":"Polygon","coordinates":[[[37,48],[37.5,48],[37.5,48.25],[37,48.25],[37,48]]]}},
    {"type":"Feature","properties":{"status":"liberated"},"geometry":{"type":"Polygon","coordinates":[[[37.5,48],[37.75,48],[37.75,48.25],[37.5,48.25],[37.5,48]]]}},
    {"type":"Feature","properties":{"status":"occupied"},"geometry":{"type":"Polygon","coordinates":[[[37.75,48],[38,48],[38,48.25],[37.75,48.25],[37.75,48]]]}}]}"#;
const TOWNS: &str = r#"{"type":"FeatureCollection","features":[
    {"type":"Feature","properties":{"name":"A","size":"town"},"geometry":{"type":"Point","coordinates":[37.1,48.1]}},
    {"type":"Feature","properties":{"name":"B","size":"town"},"geometry":{"type":"MultiPoint","coordinates":[[37.6,48.1],[39,48.1]]}},
    {"type":"Feature","properties":{"name":"C","size":"village"},"geometry":{"type":"Point","coordinates":[37.9,48.1]}},
    {"type":"Feature","properties":{"name":"D","size":"town"},"geometry":{"type":"Point","coordinates":[39.5,48.1]}}]}"#;

impl Folder {
    /// With a file of control, its towns, and an overlay of the control with more members.
    fn control(more: &Value) -> Self {
        let folder = Self::new().file("control.geojson", CONTROL).file("towns.geojson", TOWNS);
        let mut folder = folder.overlay("control", "geometry", json!({ "file": "control.geojson" }));
        folder.dossier["layers"] = json!([{ "id": "towns", "file": "towns.geojson" }]);
        let overlay = folder.dossier["overlays"].as_array_mut().unwrap().last_mut().unwrap();
        overlay.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        folder
    }

    fn shown(&self, id: &str) -> Value {
        self.run(&["show", id, "--json"]).json()
    }
}

#[test]
fn rules_of_a_dossier_tell_kinds_of_features_apart() {
    let folder = Folder::control(&json!({
        "style": { "fill": "none" },
        "rules": [
            { "where": "status = occupied", "title": { "en": "Occupied" }, "style": { "fill": "crimson" } },
            { "title": { "en": "The rest" }, "style": { "fill": "#0f9d58" } },
        ],
    }));
    let json = folder.shown("control");
    // Cells of the graticule by the closed form: 1,034.716 km² for half a degree, half of that for a quarter.
    let kinds: Vec<(&Value, &Value, f64, &Value)> = json["kinds"]
        .as_array()
        .unwrap()
        .iter()
        .map(|kind| (&kind["title"], &kind["features"], kind["km2"].as_f64().unwrap().round(), &kind["color"]))
        .collect();
    assert_eq!(json!(kinds), json!([["Occupied", 2, 1552.0, "#dc143c"], ["The rest", 1, 517.0, "#0f9d58"]]));
    let hit = folder.run(&["at", "37.6,48.1", "--json"]).json();
    let control = hit["overlays"].as_array().unwrap().iter().find(|one| one["id"] == "control").unwrap();
    assert_eq!(control["feature"]["kind"], "The rest");
    let svg = folder.folder.path().join("rules.svg");
    folder
        .run(&["export", "-o", &svg.display().to_string(), "--overlay", "control", "--fit", "control"])
        .says(0, &["wrote"]);
    let svg = fs::read_to_string(svg).unwrap();
    assert!(svg.contains("#dc143c") && svg.contains("#0f9d58") && words_of(&svg).contains("The rest"));
}

#[test]
fn where_of_a_dossier_says_which_features_belong_to_an_overlay() {
    let folder = Folder::control(&json!({ "where": "status = occupied and km2 > 600" }));
    let json = folder.shown("control");
    assert_eq!((&json["features"], json["area_km2"].as_f64().unwrap().round()), (&json!(1), 1035.0));
    let folder = Folder::control(&json!({ "where": "status = gone" }));
    folder.warns(&["overlay 'control'", "no feature matches status = gone"], &["square"]);
}

#[test]
fn where_of_a_recipe_says_which_features_of_its_operands_count() {
    let occupied = "status = occupied";
    let line = r#"{"type":"LineString","coordinates":[[37.25,47],[37.25,50]]}"#;
    let folder = Folder::control(&json!({}))
        .file("line.geojson", line)
        .overlay("line", "geometry", json!({ "file": "line.geojson" }))
        .overlay("held", "recipe", json!({ "op": "union", "of": ["control"], "where": occupied }))
        .overlay(
            "free",
            "recipe",
            json!({ "op": "difference", "of": ["square", "control"], "where": { "control": occupied } }),
        )
        .overlay(
            "both",
            "recipe",
            json!({ "op": "intersection", "of": ["control", "square"], "where": { "control": occupied } }),
        )
        .overlay(
            "east",
            "recipe",
            json!({ "op": "side", "of": "control", "line": "line", "side": "right", "where": occupied }),
        )
        .overlay("all-east", "recipe", json!({ "op": "side", "of": "control", "line": "line", "side": "right" }))
        .overlay(
            "towns-in",
            "recipe",
            json!({ "op": "points-within", "of": "towns", "within": "square", "where": "size = town" }),
        );
    let run = folder.run(&["overlays", "--json"]);
    assert_eq!(run.err, "");
    let json = run.json();
    let area = |id: &str| {
        let overlay = json["overlays"].as_array().unwrap().iter().find(|one| one["id"] == id).unwrap();
        overlay["area_km2"].as_f64().unwrap()
    };
    // Cells of the graticule by the closed form: 1,034.716 km² for half a degree, a half and a quarter of that for less.
    for (id, expected) in [
        ("held", 1552.074),
        ("free", 8217.732 - 1552.074),
        ("both", 1552.074),
        ("east", 1034.716),
        ("all-east", 1552.074),
    ] {
        assert!((area(id) - expected).abs() < 0.02, "{id}: {} km²", area(id));
    }
    let held = folder.shown("held");
    assert!(held["recipe"].as_str().unwrap().ends_with("of features with status = occupied"), "{}", held["recipe"]);
    let towns = folder.shown("towns-in");
    let names: Vec<&Value> = towns["places_list"].as_array().unwrap().iter().map(|place| &place["name"]).collect();
    assert_eq!((json!(names), &towns["features"]), (json!(["A", "B"]), &json!(2)));
    let table = folder.run(&["show", "towns-in", "--table"]).out;
    assert_eq!(table.lines().count(), 3, "{table}");
}

#[test]
fn the_filters_of_recipes_hold_for_a_line_of_the_users_own_too() {
    let folder = Folder::control(&json!({}))
        .file("line.geojson", r#"{"type":"LineString","coordinates":[[37.25,47],[37.25,50]]}"#)
        .overlay("line", "geometry", json!({ "file": "line.geojson" }))
        .overlay("east", "recipe", json!({ "op": "side", "of": "square", "line": "line", "side": "right" }))
        .overlay(
            "held-east",
            "recipe",
            json!({ "op": "side", "of": "control", "line": "line", "side": "right", "where": "status = occupied" }),
        )
        .overlay(
            "towns-east",
            "recipe",
            json!({ "op": "points-within", "of": "towns", "within": "east", "where": "size = town" }),
        )
        .file("mine.geojson", r#"{"type":"LineString","coordinates":[[37.4,47],[37.4,50]]}"#);
    let mine = folder.folder.path().join("mine.geojson").display().to_string();
    let json = folder.run(&["overlays", "--json", "--line", &mine]).json();
    let of = |id: &str| json["overlays"].as_array().unwrap().iter().find(|one| one["id"] == id).unwrap();
    // A tenth and a quarter of a degree by a quarter: 206.943 and 517.358 km².
    assert!((of("held-east")["area_km2"].as_f64().unwrap() - 724.301).abs() < 0.02, "{}", of("held-east"));
    assert_eq!((&of("towns-east")["places"], &of("towns-east")["features"]), (&json!(1), &json!(1)));
}

#[test]
fn a_filter_of_a_dossier_that_cannot_be_read_names_its_overlay_and_its_word() {
    let folder = Folder::control(&json!({ "where": "status = occupied and or" }));
    folder.warns(&["overlay 'control': where: ", "(at “or”, character 23 of “status = occupied and or”)"], &["square"]);
    // Of what is made from it the reason is said too.
    let folder = folder.overlay("made", "recipe", json!({ "op": "union", "of": ["control"] }));
    folder.warns(&["overlay 'made': it needs 'control', but where: "], &["square"]);
    let folder = Folder::control(&json!({ "rules": [{ "where": "status ~~ x", "style": { "fill": "red" } }] }));
    folder.warns(&["overlay 'control': rules[0].where: ", "the overlay's own style"], &["square", "control"]);
    assert_eq!(folder.shown("control").get("kinds"), None);
    for (recipe, expected) in [
        (json!({ "op": "union", "of": ["control"], "where": "status =" }), "recipe.where: "),
        (
            json!({ "op": "union", "of": ["control"], "where": "status = gone" }),
            "no feature of 'control' matches status = gone",
        ),
        (json!({ "op": "union", "of": ["control"], "where": { "contrl": "a = b" } }), "recipe.where names 'contrl'"),
        (json!({ "op": "union", "of": ["made", "square"], "where": { "made": "a = b" } }), "'made' is one shape"),
    ] {
        let folder = Folder::control(&json!({}))
            .overlay("made", "recipe", json!({ "op": "union", "of": ["control"] }))
            .overlay("bad", "recipe", recipe);
        folder.warns(&["overlay 'bad'", expected], &["square", "control", "made"]);
    }
}

#[test]
fn what_of_a_style_cannot_be_read_is_named_by_its_path() {
    let folder = Folder::control(&json!({
        "style": { "fill": "reddish", "stroke-width": "wide" },
        "rules": [
            { "where": "status = occupied", "style": { "fill-opacity": 50 } },
            { "where": "status = lost", "title": { "en": "Lost" } },
        ],
    }));
    let said = [
        "overlay 'control': style.fill is \"reddish\", not a colour such as #0072b2; the default is used",
        "overlay 'control': style.stroke-width is \"wide\", not a number from 0 to 1000; the default is used",
        "overlay 'control': rules[0].style.fill-opacity is 50, not a number from 0 to 1; the overlay's own is used",
    ];
    folder.warns(&said, &["square", "control"]);
    let verified = folder.run(&["verify"]);
    assert_eq!(verified.code, 1);
    for what in said {
        assert!(verified.out.contains(&format!("error: {what}")), "'{what}' is missing in: {}", verified.out);
    }
    assert!(verified.out.contains("warning: overlay 'control': no feature matches rule “Lost”"), "{}", verified.out);
}

#[test]
fn a_dossier_that_has_only_been_begun_is_read_and_said_to_have_no_overlays() {
    let mut folder = Folder::new();
    folder.dossier["overlays"] = json!([]);
    folder.run(&["overlays"]).says(0, &[]);
    let verified = folder.run(&["verify"]);
    assert!(verified.out.contains("warning: overlays: the dossier has none yet"), "{}", verified.out);
}

#[test]
fn a_dossier_of_which_nothing_is_left_is_an_error() {
    let folder = Folder::new().file("square.geojson", "hello");
    folder.run(&["overlays"]).says(1, &["none of the dossier's overlays can be drawn", "square.geojson"]);
}

#[test]
fn a_dossier_with_warnings_still_makes_a_figure() {
    let folder = Folder::new().overlay("bad", "recipe", json!({ "op": "union", "of": ["sqare"] }));
    let file = folder.folder.path().join("figure.svg").display().to_string();
    let run = folder.run(&["export", "-o", &file, "--size", "500x400"]);
    run.says(0, &["warning: overlay 'bad'", "wrote"]);
    assert!(words_of(&fs::read_to_string(&file).unwrap()).contains("Square"));
}

#[test]
fn a_map_file_that_breaks_off_is_named() {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let whole = fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/basemap/builtin.pmtiles")).unwrap();
    fs::write(path("cut.pmtiles"), &whole[..whole.len() / 2]).unwrap();
    let figure = run(&["export", "--map", &path("cut.pmtiles"), "--size", "400x300", "-o", &path("a.svg")]);
    let what = format!("states {} bytes, but there are {};", whole.len(), whole.len() / 2);
    figure.says(0, &["cut.pmtiles: the file is cut short", &what]);
}

#[test]
fn members_and_values_that_no_dossier_has_are_named_by_their_paths() {
    let folder = TempDir::new().unwrap();
    let quill = Path::new("tests/data/quill/dossier");
    fs::create_dir(folder.path().join("shapes")).unwrap();
    for entry in fs::read_dir(quill.join("shapes")).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, folder.path().join("shapes").join(path.file_name().unwrap())).unwrap();
    }
    let json = fs::read_to_string(quill.join("dossier.json")).unwrap();
    let mut dossier: Value = serde_json::from_str(&json).unwrap();
    dossier["figures"][0]["titel"] = json!("x");
    dossier["overlays"][0]["kind"] = json!("banana");
    fs::write(folder.path().join("dossier.json"), dossier.to_string()).unwrap();
    let path = folder.path().display().to_string();
    let says =
        ["figures[0].titel: the format has no such member", "overlays[0].kind: it is 'banana'; expected 'region'"];
    let verified = run(&["verify", "--dossier", &path]);
    assert_eq!(verified.code, 1);
    for what in says {
        assert!(verified.out.contains(what), "{}", verified.out);
    }
}
