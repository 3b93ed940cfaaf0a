//! The command line: the library without a window, a GPU or the network.

#![expect(clippy::print_stderr, reason = "this is where the program speaks to a terminal")]

mod atlas;
mod checks;
mod features;
mod inspect;
mod layers;
mod project;
mod text;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, anyhow, bail};
use claimline::basemap::{Archive, MapSource, sources};
use claimline::document::{Document, Names, edit};
use claimline::dossier::coverage::Coverage;
use claimline::dossier::{self, Counting, Dossier, Problem, verify, words};
use claimline::figure::{
    self, FigureOptions, OutputFormat, PageSetup, PageSize, Piece, PlacedPiece, Shows, georeference, paper, provenance,
    saved,
};
use claimline::files::{self, Content};
use claimline::formats::filter::Filter;
use claimline::formats::format::{self, Holds};
use claimline::formats::geojson::Order;
use claimline::geometry::{Coord, Frame, View};
use claimline::scene::Scene;
use claimline::scene::ground::Ground;
use claimline::scene::hit::Reach;
use claimline::scene::palette::Theme;
use claimline::session::Part;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};

use checks::Checked;
use layers::OwnFiles;
use project::Laid;

/// A map on which every shape answers "says who?".
#[derive(Debug, Parser)]
#[command(
    version,
    about,
    args_conflicts_with_subcommands = true,
    after_help = "Examples:\n  claimline\n  claimline my-line.geojson\n  claimline show withdrawal-area\n  claimline export -o figure.png --fit donetsk"
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[arg(help = format!("Files to open in the window: {}", format::expected()))]
    files: Vec<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the overlays: id, title, group, kind, size, number of excerpts
    #[command(
        after_help = "Examples:\n  claimline overlays --json | jq -r '.overlays[].id'\n  claimline overlays --file control.geojson"
    )]
    Overlays {
        #[command(flatten)]
        own: OwnFiles,
        #[command(flatten)]
        line: OwnLine,
        #[command(flatten)]
        output: Output,
    },
    /// Show all that is known of one overlay, with its source excerpts
    #[command(
        after_help = "Examples:\n  claimline show withdrawal-area\n  claimline show withdrawal-area --line my-line.geojson\n  claimline show control --file control.geojson --table --where 'km2 > 10'\n\nThe id of a file is its name without the ending, in small letters, with hyphens for all other signs."
    )]
    Show {
        /// Id of the overlay, as `claimline overlays` lists it
        overlay: String,
        /// Print its features instead: a row each, as CSV or, with --json, as JSON
        #[arg(long)]
        table: bool,
        #[command(flatten)]
        own: OwnFiles,
        #[command(flatten)]
        line: OwnLine,
        #[command(flatten)]
        output: Output,
    },
    /// What a click at a place would select: all overlays there, shown or not, smallest first
    #[command(
        after_help = "Examples:\n  claimline at 37.5844,48.7389\n  claimline at 37.5844,48.7389 --file control.geojson --json\n\nLongitude comes first. Lines count within 2 km, places within 1 km."
    )]
    At {
        /// Longitude and latitude in degrees, joined by a comma
        #[arg(value_name = "LON,LAT", value_parser = lon_lat, allow_hyphen_values = true)]
        place: Coord<f64>,
        #[command(flatten)]
        own: OwnFiles,
        #[command(flatten)]
        line: OwnLine,
        #[command(flatten)]
        output: Output,
    },
    /// Write a figure with legend, scale, sources and credits
    #[command(
        after_help = "Examples:\n  claimline export -o figure.png\n  claimline export -o corridor.svg --overlay line-of-contact --overlay corridor-5km --fit corridor-5km\n  claimline export -o kramatorsk.png --center 37.58,48.74 --zoom 10 --size 1200x800 --scale 2\n  claimline export -o talks.pdf --project talks.claimline.geojson --page a4-landscape"
    )]
    Export(Box<Export>),
    /// Write a figure for each overlay, place, or position of a list
    #[command(
        after_help = "Examples:\n  claimline atlas -o towns --each places --near 15\n  claimline atlas -o sheets --each withdrawal-area,corridor-5km --format pdf\n  claimline atlas -o sites --each sites.csv\n\nThe table has the columns title, lon and lat. Files that exist are replaced only with --force."
    )]
    Atlas(Box<atlas::Atlas>),
    /// Print where a figure comes from, and whether the dossier still matches it
    #[command(
        after_help = "Example:\n  claimline inspect figure.pdf --json | jq .matches\n\nTakes PNG, SVG, PDF, GeoJSON and evidence packs. Exit code 1 if the dossier at hand does not match, or a file of a pack has changed."
    )]
    Inspect {
        /// File to look into
        figure: PathBuf,
        /// Project that it was made from, to compare annotations and excerpts of the user's own too
        #[arg(long, value_name = "FILE")]
        project: Option<PathBuf>,
        #[command(flatten)]
        line: OwnLine,
        #[command(flatten)]
        output: Output,
    },
    /// Check the dossier: excerpts against the articles' texts, fingerprints, figures, links, credits
    #[command(
        after_help = "Example:\n  claimline verify --sources ~/articles\n\nA text is plain text or HTML. It is taken for a source's by its SHA-256, otherwise by the source's id or outlet in the name of its file. Without it, its excerpts have 'no text at hand'. Exit code 1 if anything fails."
    )]
    Verify {
        /// Folder with the texts of the articles
        #[arg(long, value_name = "DIR")]
        sources: Option<PathBuf>,
        #[command(flatten)]
        output: Output,
    },
    /// List the statements with their overlays, and the overlays with their statements
    #[command(
        after_help = "Example:\n  claimline coverage --json | jq '.left_over'\n\nExit code 1 if a statement or an overlay is left over."
    )]
    Coverage {
        #[command(flatten)]
        output: Output,
    },
    /// Print completions for a shell
    #[command(
        after_help = "Example:\n  claimline completions bash > ~/.local/share/bash-completion/completions/claimline"
    )]
    Completions {
        /// Shell
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, Args)]
struct Output {
    /// Print JSON instead of text
    #[arg(long)]
    json: bool,
    /// Another dossier than the built-in one: its folder, its dossier.json or a .claimline
    #[arg(long, value_name = "PATH")]
    dossier: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct OwnLine {
    /// GeoJSON file of a line, or of occupied areas, to take the place of the dossier's line of contact
    #[arg(long = "line", value_name = "FILE")]
    file: Option<PathBuf>,
    /// Which features of --line and of --file count, such as 'name ~ occupied' or 'status = occupied and km2 > 10'; without it, of --line the only kind that says it is occupied or held
    #[arg(long = "where", value_name = "FILTER", value_parser = Filter::parse, allow_hyphen_values = true)]
    filter: Option<Filter>,
}

#[derive(Debug, Args)]
struct Export {
    #[arg(short, long, value_name = "FILE", help = format!("File to write: {}", OutputFormat::endings()))]
    output: PathBuf,
    /// Write a world file (.pgw) and its coordinate system (.prj, .png.aux.xml) beside the PNG, so that GIS programs place it
    #[arg(long)]
    world_file: bool,
    /// Formats of the figure in an evidence pack
    #[arg(long, value_delimiter = ',', value_name = "FORMATS", default_value = "png,svg,pdf", value_parser = one_of(OutputFormat::of_page()))]
    pack: Vec<OutputFormat>,
    #[command(flatten)]
    figure: FigureArgs,
    /// Replace the file if it exists
    #[arg(long)]
    force: bool,
}

/// One of some formats, by its name.
fn one_of(formats: impl Iterator<Item = OutputFormat>) -> impl TypedValueParser<Value = OutputFormat> {
    PossibleValuesParser::new(formats.map(OutputFormat::name)).try_map(|name| {
        OutputFormat::all().find(|format| format.name() == name).ok_or_else(|| format!("no format '{name}'"))
    })
}

/// What a figure shows and how.
#[derive(Debug, Args)]
struct FigureArgs {
    /// Files to show: a project (.claimline.geojson), GeoJSON to draw besides, a map (.pmtiles)
    #[arg(value_name = "FILES")]
    opened: Vec<PathBuf>,
    /// Project to show, as the window saves it; how its figure is set up there counts, option by option, unless another is given
    #[arg(long, value_name = "FILE")]
    project: Option<PathBuf>,
    /// Overlay to show, instead of those that the project or the dossier shows at first; may be repeated
    #[arg(long = "overlay", value_name = "ID")]
    overlays: Vec<String>,
    /// Centre of the map; needs --zoom
    #[arg(long, value_name = "LON,LAT", value_parser = lon_lat, allow_hyphen_values = true, requires = "zoom", conflicts_with_all = ["bbox", "fit"])]
    center: Option<Coord<f64>>,
    /// Zoom in the web-map sense, 0 to 20
    #[arg(long, value_name = "Z", requires = "center", value_parser = zoom, allow_hyphen_values = true)]
    zoom: Option<f64>,
    /// Box that the map shows, in degrees
    #[arg(long, value_name = "W,S,E,N", value_parser = bbox, allow_hyphen_values = true, conflicts_with = "fit")]
    bbox: Option<[f64; 4]>,
    /// Overlay that the map fits
    #[arg(long, value_name = "ID")]
    fit: Option<String>,
    /// Paper: a4-portrait, a4-landscape, letter-portrait, letter-landscape, slide, square, column-85, column-174, view, or a size such as 174x120mm, 7x5in, 1600x1000px
    #[arg(long, value_name = "PAGE", allow_hyphen_values = true)]
    page: Option<PageSize>,
    /// Dots an inch, 72 to 600; 300 for paper, 144 for a slide, 96 for a page in px unless given
    #[arg(long, value_name = "N", value_parser = paper::dpi, allow_hyphen_values = true, conflicts_with = "scale")]
    dpi: Option<f64>,
    /// Free edge of the page, such as 10mm
    #[arg(long, value_name = "LENGTH", value_parser = paper::length_pt, allow_hyphen_values = true)]
    margin: Option<f64>,
    /// Size of the page in points (pixels at --scale 1); with --page view, of the map [default: 1600x1000]. The view of a project without a figure counts as seen on a map of this size [1200x800]
    #[arg(long, value_name = "WxH", value_parser = size, allow_hyphen_values = true)]
    size: Option<(f64, f64)>,
    /// Pixels a point, for a sharper picture of the same page [default: 1]
    #[arg(long, value_name = "N", value_parser = scale, allow_hyphen_values = true)]
    scale: Option<f64>,
    /// Headline; suggested by what the figure is about unless given
    #[arg(long, value_name = "T")]
    title: Option<String>,
    /// The small line above it; the dossier's name unless given
    #[arg(long, value_name = "T")]
    kicker: Option<String>,
    /// The line under it
    #[arg(long, value_name = "T")]
    subtitle: Option<String>,
    /// Name that the legend gives to an overlay; may be repeated
    #[arg(long, value_name = "ID=NAME", value_parser = legend_name)]
    legend_name: Vec<(String, String)>,
    /// Parts that the figure shall have, some in a corner of the map: graticule,legend@top-right
    #[arg(long, value_name = "PART,…", value_delimiter = ',')]
    with: Vec<PlacedPiece>,
    /// Parts that it shall not have
    #[arg(long, value_name = "PART,…", value_delimiter = ',')]
    no: Vec<Piece>,
    /// Colours [default: light, or the project's]
    #[arg(long, value_enum)]
    theme: Option<ThemeArg>,
    /// Languages of the names on the map [default: both, or the project's]
    #[arg(long, value_enum)]
    names: Option<NamesArg>,
    /// Leave out the map under the overlays
    #[arg(long)]
    no_map: bool,
    /// Map file (.pmtiles) to lay over the built-in map
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// GeoJSON file to draw besides; may be repeated
    #[arg(long = "file", value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The files to draw have latitude before longitude: exchange the two
    #[arg(long)]
    lat_first: bool,
    /// Folder with the texts of the articles, to check the quotes against as `verify` does
    #[arg(long, value_name = "DIR")]
    sources: Option<PathBuf>,
    #[command(flatten)]
    line: OwnLine,
    /// Another dossier than the built-in one: its folder, its dossier.json or a .claimline
    #[arg(long, value_name = "PATH")]
    dossier: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ThemeArg {
    Light,
    Dark,
    Grey,
    HighContrast,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum NamesArg {
    English,
    Ukrainian,
    Both,
}

fn numbers<const N: usize>(text: &str, what: &str, example: &str) -> Result<[f64; N], String> {
    let parts: Vec<Option<f64>> =
        text.split(',').map(|part| part.trim().parse().ok().filter(|number: &f64| number.is_finite())).collect();
    let numbers: Option<Vec<f64>> = parts.into_iter().collect();
    numbers
        .and_then(|numbers| <[f64; N]>::try_from(numbers).ok())
        .ok_or_else(|| format!("expected {what}, such as {example}"))
}

fn lon_lat(text: &str) -> Result<Coord<f64>, String> {
    let [x, y] = numbers(text, "longitude and latitude joined by a comma", "37.5844,48.7389")?;
    on_earth(Coord { x, y })
}

/// A position, if it is one.
fn on_earth(Coord { x, y }: Coord<f64>) -> Result<Coord<f64>, String> {
    if (-180.0..=180.0).contains(&x) && (-90.0..=90.0).contains(&y) {
        return Ok(Coord { x, y });
    }
    let swapped =
        if (-90.0..=90.0).contains(&x) { "; longitude comes first, perhaps they are the other way round" } else { "" };
    Err(format!("longitude goes from −180 to 180 and latitude from −90 to 90{swapped}"))
}

fn bbox(text: &str) -> Result<[f64; 4], String> {
    let bounds: [f64; 4] = numbers(text, "west, south, east and north joined by commas", "36.5,46.8,39.1,49.3")?;
    let [west, south, east, north] = bounds;
    if west < east && south < north && west >= -180.0 && east <= 180.0 && south >= -85.0 && north <= 85.0 {
        Ok(bounds)
    } else {
        Err("west must be less than east and south less than north, within −180,−85,180,85".to_owned())
    }
}

fn zoom(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|zoom| (0.0..=20.0).contains(zoom))
        .ok_or_else(|| "expected a number from 0 to 20".to_owned())
}

fn scale(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|scale| (0.25..=16.0).contains(scale))
        .ok_or_else(|| "expected a number from 0.25 to 16".to_owned())
}

fn legend_name(text: &str) -> Result<(String, String), String> {
    text.split_once('=')
        .filter(|(id, name)| !id.is_empty() && !name.trim().is_empty())
        .map(|(id, name)| (id.to_owned(), name.to_owned()))
        .ok_or_else(|| "expected an overlay and its name, such as donetsk=\"Donetsk region\"".to_owned())
}

fn size(text: &str) -> Result<(f64, f64), String> {
    let sides =
        text.split_once(['x', '×', 'X']).and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)));
    sides
        .filter(|(width, height)| (300.0..=8000.0).contains(width) && (300.0..=8000.0).contains(height))
        .ok_or_else(|| "expected width and height from 300 to 8000, such as 1600x1000".to_owned())
}

/// An error that is the user's to mend: exit code 2.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Usage(String);

/// Runs the command line; the exit code is 0, 1 for failure, 2 for usage.
pub(crate) fn run() -> ExitCode {
    let cli = Cli::parse();
    match dispatch(cli) {
        Ok(Outcome::Good) => ExitCode::SUCCESS,
        Ok(Outcome::Failed) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("claimline: {error:#}");
            ExitCode::from(if error.is::<Usage>() { 2 } else { 1 })
        }
    }
}

/// What a command that did its work comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Good,
    /// What was checked is not in order.
    Failed,
}

fn dispatch(cli: Cli) -> anyhow::Result<Outcome> {
    let done = match cli.command {
        None => {
            check_files(&cli.files)?;
            claimline::app::launch::run(cli.files).map_err(|error| anyhow!(error))
        }
        Some(Command::Overlays { own, line, output }) => {
            let dossier = laid(&own, &line, &output)?;
            print(&if output.json { text::json(&text::overlays_json(&dossier)) } else { text::overlays(&dossier) })
        }
        Some(Command::Show { overlay, table, own, line, output }) => {
            let dossier = laid(&own, &line, &output)?;
            let overlay = known(&dossier, &overlay)?;
            if table && overlay.features.count() == 0 {
                let id = &overlay.id;
                bail!(Usage(format!(
                    "'{id}' is one shape, derived by a recipe; it has no features to print as a table"
                )));
            }
            print(&if table && output.json {
                text::json(&features::table_json(overlay))
            } else if table {
                features::table_csv(overlay)
            } else if output.json {
                text::json(&text::overlay_json(&dossier, overlay))
            } else {
                text::overlay(&dossier, overlay)
            })
        }
        Some(Command::At { place, own, line, output }) => {
            let scene = Scene::new(laid(&own, &line, &output)?);
            let hits = scene.hits_of_all(place, Reach::ON_THE_GROUND);
            let swapped = Coord { x: place.y, y: place.x };
            if hits.is_empty() && !scene.hits_of_all(swapped, Reach::ON_THE_GROUND).is_empty() {
                eprintln!(
                    "claimline: no overlay lies at longitude {}, latitude {}; the other way round, at {},{}, there is one: longitude comes first",
                    place.x, place.y, swapped.x, swapped.y
                );
            }
            print(&if output.json {
                text::json(&text::at_json(&scene, place, &hits))
            } else {
                text::at(&scene, place, &hits)
            })
        }
        Some(Command::Export(options)) => return export(*options),
        Some(Command::Atlas(options)) => return atlas::run(*options),
        Some(Command::Inspect { figure, project, line, output }) => {
            return inspect(&figure, project.as_deref(), &line, &output);
        }
        Some(Command::Completions { shell }) => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "claimline", &mut script);
            print(&String::from_utf8_lossy(&script))
        }
        Some(Command::Verify { sources, output }) => return verify(sources.as_deref(), &output),
        Some(Command::Coverage { output }) => return coverage(&output),
    };
    done.map(|()| Outcome::Good)
}

/// The texts of a folder, those that fit a source of the dossier.
#[derive(Default)]
struct TextsAtHand {
    texts: verify::Texts,
    /// By source: the file and how it was matched.
    matched: BTreeMap<String, (String, verify::MatchedBy)>,
    /// By file: the encoding in which it was read.
    encodings: BTreeMap<String, &'static str>,
    /// Files that could not be read, and why.
    unread: Vec<String>,
}

fn texts_at_hand(dossier: &Dossier, folder: Option<&Path>) -> anyhow::Result<TextsAtHand> {
    let Some(folder) = folder else { return Ok(TextsAtHand::default()) };
    let mut files = Vec::new();
    let files::Texts { texts, others } = files::texts_in(folder)?;
    let mut unread: Vec<String> = others.iter().map(|path| files::not_a_text(path)).collect();
    let mut encodings = BTreeMap::new();
    for path in texts {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        match files::read_text(&path) {
            Ok(text) => {
                encodings.insert(name.clone(), text.encoding);
                files.push((name, text.normalized));
            }
            Err(error) => unread.push(error.to_string()),
        }
    }
    let (texts, matched) = verify::match_texts(dossier, files);
    Ok(TextsAtHand { texts, matched, encodings, unread })
}

fn verify(sources: Option<&Path>, output: &Output) -> anyhow::Result<Outcome> {
    let (dossier, problems) = read_dossier(output.dossier.as_deref())?;
    let TextsAtHand { texts, matched, encodings, unread } = texts_at_hand(&dossier, sources)?;
    for overlay in &dossier.overlays {
        overlay.crossing();
    }
    let report = verify::verify(&dossier, &problems, &texts);
    let (texts, matched, encodings, unread) = (&texts, &matched, &encodings, &unread);
    let checked = Checked { dossier: &dossier, report: &report, texts, matched, encodings, unread };
    print(&if output.json { text::json(&checks::verify_json(&checked)) } else { checks::verify(&checked) })?;
    Ok(if report.failed() { Outcome::Failed } else { Outcome::Good })
}

fn coverage(output: &Output) -> anyhow::Result<Outcome> {
    let (dossier, problems) = read_dossier(output.dossier.as_deref())?;
    let coverage = Coverage::of(&dossier);
    print(&if output.json {
        text::json(&checks::coverage_json(&dossier, &coverage, &problems))
    } else {
        checks::coverage(&dossier, &coverage, &problems)
    })?;
    Ok(if coverage.is_complete() && problems.is_empty() { Outcome::Good } else { Outcome::Failed })
}

/// A word that is no file is most likely a mistyped command.
fn check_files(files: &[PathBuf]) -> anyhow::Result<()> {
    let Some(missing) = files.iter().find(|path| !path.exists()) else {
        return Ok(());
    };
    let word = missing.display().to_string();
    let command = Cli::command();
    let close = command
        .get_subcommands()
        .map(|command| (strsim::damerau_levenshtein(command.get_name(), &word), command.get_name()))
        .min()
        .filter(|(distance, _)| *distance <= 2);
    match close {
        Some((_, name)) => bail!(Usage(format!("no command or file '{word}'; did you mean 'claimline {name}'?"))),
        None => bail!(Usage(format!("no such file: {word}"))),
    }
}

/// Prints; a reader that has gone away (`| head`) is no error.
fn print(text: &str) -> anyhow::Result<()> {
    use std::io::Write as _;
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error).context("cannot write the output"),
        _ => Ok(()),
    }
}

fn warn(problems: &[Problem]) {
    for problem in problems {
        eprintln!("claimline: warning: {problem}");
    }
}

/// Lays a map file over the built-in map, with a word if it is not whole.
fn lay_over(ground: &mut Ground, archive: Archive, path: &Path) {
    if let Some(what) = archive.warning() {
        warn(&[Problem { part: path.display().to_string().into(), what }]);
    }
    ground.set_archive(archive);
}

fn open_dossier(path: Option<&Path>) -> anyhow::Result<Dossier> {
    let (dossier, problems) = read_dossier(path)?;
    warn(&problems);
    Ok(dossier)
}

/// Says what of an own line was left out as a border drawn by another hand: by rule, so that it is no warning.
fn note_dropped(own: &dossier::OwnLine) {
    if let Some(notice) = own.dropped.notice() {
        eprintln!("claimline: the line from {}: {notice}", own.from);
    }
}

/// The dossier with files of the user's own, and with a line of the user's own if one is given.
fn laid(own: &OwnFiles, line: &OwnLine, output: &Output) -> anyhow::Result<Dossier> {
    line.check(!own.is_empty())?;
    let mut dossier = line.put_into(open_dossier(output.dossier.as_deref())?)?;
    own.put_into(&mut dossier, line.filter.as_ref())?;
    Ok(dossier)
}

impl OwnLine {
    /// Refuses a filter that there is nothing to be filtered by.
    fn check(&self, has_files: bool) -> anyhow::Result<()> {
        if self.filter.is_some() && self.file.is_none() && !has_files {
            bail!(Usage("--where says which features of --line or --file count; give one of them".to_owned()));
        }
        Ok(())
    }

    /// The dossier with the line of the file in place of its own, if a file is given.
    fn put_into(&self, dossier: Dossier) -> anyhow::Result<Dossier> {
        let Some(path) = &self.file else {
            return Ok(dossier);
        };
        let Content::Evidence(Part::Layer(own, _)) = files::open_no_project(path)?.content else {
            bail!(Usage(format!("expected a .geojson file of a line or of areas: {}", path.display())))
        };
        let choice = dossier.choice_of(&own);
        let counting = match &self.filter {
            Some(filter) => Counting::Where(filter.clone()),
            None => choice.counting().map_err(|what| {
                let is_area = |one: &dossier::counting::Candidate| one.kind.dimension == dossier::Dimension::Area;
                let all = if choice.candidates().iter().any(is_area) { "km2 > 0" } else { "km > 0" };
                Usage(format!(
                    "{what}. Choose with --where, such as --where 'name ~ occupied', or --where '{all}' for all of them: {}",
                    path.display()
                ))
            })?,
        };
        if let Counting::Kinds(labels) = &counting {
            let name = own.opened_from.as_deref().unwrap_or(own.title.main());
            eprintln!("claimline: the line from {name}: {}; choose with --where", choice.told(labels));
        }
        let dossier = dossier.with_features(&own, &counting).map_err(|what| anyhow!("{what}: {}", path.display()))?;
        if let Some(own) = &dossier.own_line {
            warn(&own.left_out);
            warn(&own.warnings);
            note_dropped(own);
        }
        Ok(dossier)
    }
}

/// The dossier at a path, or the built-in one, with what is wrong in it.
fn read_dossier(path: Option<&Path>) -> anyhow::Result<(Dossier, Vec<Problem>)> {
    let Some(path) = path else {
        return Ok(dossier::builtin::berlin()?);
    };
    match files::open(path)?.content {
        Content::Evidence(Part::Dossier(dossier, problems)) => Ok((*dossier, problems)),
        Content::Evidence(Part::Layer(..)) | Content::Map(_) | Content::Project(_) => {
            bail!(Usage(format!(
                "expected {}: {}",
                format::expected_of(|holds| matches!(holds, Holds::Dossier)),
                path.display()
            )))
        }
    }
}

fn known<'a>(dossier: &'a Dossier, id: &str) -> anyhow::Result<&'a dossier::Overlay> {
    if let Some(overlay) = dossier.overlay(id) {
        return Ok(overlay);
    }
    let hint = match dossier.closest_overlay(id) {
        Some(close) => format!("did you mean '{close}'?"),
        None => {
            let ids: Vec<_> = dossier.overlays.iter().map(|overlay| overlay.id.as_str()).collect();
            format!("there are {}", ids.join(", "))
        }
    };
    bail!(Usage(format!("no overlay '{id}'; {hint}")))
}

fn export(options: Export) -> anyhow::Result<Outcome> {
    let format = OutputFormat::of_path(&options.output).map_err(Usage)?;
    if options.world_file && format != OutputFormat::Png {
        bail!(Usage(format!("--world-file goes with a .png: {}", options.output.display())));
    }
    let beside = georeference::beside(&options.output);
    let mut paths = vec![&options.output];
    if options.world_file {
        paths.extend(&beside);
    }
    options.figure.spare_inputs(paths.iter().map(|path| path.as_path()), None)?;
    if let Some(taken) = paths.iter().find(|path| path.exists() && !options.force) {
        bail!(Usage(format!("{} exists already; give --force to replace it", taken.display())));
    }
    let prepared = options.figure.prepared()?;
    prepared.spare_layers(paths.iter().map(|path| path.as_path()))?;
    let outcome = prepared.outcome();
    let Prepared { scene, ground, document, options: figure, texts, .. } = prepared;
    let drawn = figure::draw(&scene, &ground, &document, &figure);
    for warning in figure::checks::check(&scene, &document, &figure, &drawn, &texts, None) {
        eprintln!("claimline: warning: {}", warning.what);
    }
    let bytes = match format {
        OutputFormat::Pack => drawn.pack(&options.pack),
        format => drawn.encode(format),
    };
    let not_written = "the figure was not written";
    files::write(&options.output, &bytes.context(not_written)?).context(not_written)?;
    if options.world_file {
        for (path, (_, text)) in beside.iter().zip(drawn.georeference()) {
            files::write(path, text.as_bytes()).context("the world file was not written")?;
        }
    }
    eprintln!("claimline: wrote {}", options.output.display());
    // The system takes the memory of a program that ends at once; to give it back shape by shape takes longer.
    std::mem::forget((drawn, scene));
    Ok(outcome)
}

fn inspect(file: &Path, project: Option<&Path>, line: &OwnLine, output: &Output) -> anyhow::Result<Outcome> {
    let found = provenance::find(files::read(file)?).map_err(|error| anyhow!("{error}: {}", file.display()))?;
    line.check(false)?;
    let dossier = line.put_into(open_dossier(output.dossier.as_deref())?)?;
    let laid = match project {
        Some(path) => Some(project::lay(project::open(path)?, dossier.clone(), line.file.is_some())),
        None => None,
    };
    let (dossier, document) = match &laid {
        Some(laid) => (laid.scene.dossier(), Some(&laid.document)),
        None => (&dossier, None),
    };
    let findings =
        provenance::compare(&found, dossier, document).map_err(|error| anyhow!("{error}: {}", file.display()))?;
    print(&if output.json { text::json(&inspect::json(&found, &findings)) } else { inspect::text(&found, &findings) })?;
    Ok(if inspect::matches(&found, &findings) { Outcome::Good } else { Outcome::Failed })
}

/// All that a figure is drawn from.
struct Prepared {
    scene: Arc<Scene>,
    ground: Ground,
    document: Document,
    options: FigureOptions,
    /// Texts of sources to check the quotes against.
    texts: verify::Texts,
    /// Whether a layer that the project shows could not be read.
    lacks_layers: bool,
    /// The files of the project's layers.
    layer_files: Vec<PathBuf>,
}

impl Prepared {
    /// What a figure comes to that lacks a layer of its project, which has been told.
    fn outcome(&self) -> Outcome {
        if self.lacks_layers { Outcome::Failed } else { Outcome::Good }
    }

    /// Refuses to write over the file of a layer.
    fn spare_layers<'a>(&self, outputs: impl Iterator<Item = &'a Path>) -> anyhow::Result<()> {
        match files::input_replaced(outputs, self.layer_files.iter().map(PathBuf::as_path)) {
            Some((output, _)) => bail!(Usage(format!(
                "the project has a layer from this file; write the figure under another name: {}",
                output.display()
            ))),
            None => Ok(()),
        }
    }
}

/// Says so where a file seems to have longitude and latitude exchanged, by the boxes around what is in it.
fn warn_exchanged(dossier: &Dossier, path: &Path, mut bounds: impl Iterator<Item = [f64; 4]>) {
    if bounds.any(|bounds| dossier.looks_exchanged(bounds)) {
        let what = format!("{}; --lat-first exchanges them", dossier::EXCHANGED);
        warn(&[Problem { part: path.display().to_string().into(), what }]);
    }
}

impl FigureArgs {
    /// Which number of a position stands first in the files to draw.
    fn order(&self) -> Order {
        if self.lat_first { Order::LatLon } else { Order::LonLat }
    }

    /// Refuses to write over a file that the figure is made from, or over a further one.
    fn spare_inputs<'a>(&self, outputs: impl Iterator<Item = &'a Path>, further: Option<&Path>) -> anyhow::Result<()> {
        let files = [&self.project, &self.map, &self.line.file, &self.dossier].into_iter().flatten();
        let texts = self.sources.as_deref().map(files::texts_in).transpose()?.unwrap_or_default().texts;
        let opened = files.chain(&self.files).chain(&self.opened).chain(&texts).map(PathBuf::as_path).chain(further);
        let Some((output, input)) = files::input_replaced(outputs, opened) else { return Ok(()) };
        let by = if input == output { String::new() } else { format!(" (as {})", input.display()) };
        bail!(Usage(format!(
            "the figure is made from this file{by} and would take its place; write it under another name: {}",
            output.display()
        )))
    }

    fn prepared(&self) -> anyhow::Result<Prepared> {
        self.line.check(!self.files.is_empty() || !self.opened.is_empty())?;
        let mut dossier = self.line.put_into(open_dossier(self.dossier.as_deref())?)?;
        let (mut ground, problems) = Ground::builtin();
        warn(&problems);
        let mut project = self.project.as_deref().map(project::open).transpose()?;
        let mut own = Vec::new();
        let all: Vec<&PathBuf> = self.files.iter().chain(&self.opened).collect();
        for (index, path) in all.iter().copied().enumerate() {
            if all[..index].contains(&path) {
                continue;
            }
            let is_positional = self.opened.contains(path);
            let opened = files::open_as(
                path,
                files::Taken { no_project: !is_positional, order: self.order(), ..files::Taken::default() },
            )?;
            match opened.content {
                Content::Evidence(Part::Layer(layer, problems)) => {
                    let id = layers::add(&mut dossier, *layer, &problems, path, self.line.filter.as_ref())?;
                    if let Some(overlay) = dossier.overlay(&id) {
                        // Of what is small, the figure's own checks tell.
                        if overlay.warning().is_none() && overlay.may_cross() {
                            // It would take as long as the figure.
                            let what = format!(
                                "{} vertices: whether its outline crosses itself or its parts lie over each other has not been looked at; the window does",
                                words::number(overlay.vertices() as f64, 0)
                            );
                            warn(&[Problem { part: dossier::About::Overlay(overlay.id.clone()), what }]);
                        }
                    }
                    own.push(id);
                }
                Content::Project(opened) => {
                    warn(&opened.project.warnings);
                    if project.replace(opened.project).is_some() {
                        bail!(Usage(format!("a figure shows one project, and here is another: {}", path.display())));
                    }
                }
                Content::Map(archive) if is_positional => lay_over(&mut ground, *archive, path),
                Content::Evidence(Part::Dossier(..)) if is_positional => {
                    bail!(Usage(format!("give a dossier with --dossier: {}", path.display())))
                }
                Content::Evidence(Part::Dossier(..)) | Content::Map(_) => {
                    bail!(Usage(format!(
                        "expected {}: {}",
                        format::expected_of(|holds| matches!(holds, Holds::Features(_))),
                        path.display()
                    )))
                }
            }
        }
        if let Some(path) = &self.map {
            match files::open(path)?.content {
                Content::Map(archive) => lay_over(&mut ground, *archive, path),
                Content::Evidence(_) | Content::Project(_) => {
                    bail!(Usage(format!(
                        "expected {}: {}",
                        format::expected_of(|holds| matches!(holds, Holds::Map)),
                        path.display()
                    )))
                }
            }
        }
        let usual_size = if project.is_some() { (1200.0, 800.0) } else { (1600.0, 1000.0) };
        let (width_pt, height_pt) = self.size.unwrap_or(usual_size);
        let Laid { scene, mut document, view, lacks_layers, files: layer_files } = match project {
            Some(project) => project::lay(project, dossier, self.line.file.is_some()),
            None => {
                let document = Document::new(&dossier, width_pt, height_pt);
                let scene = Arc::new(Scene::new(dossier));
                Laid { scene, document, view: None, lacks_layers: false, files: Vec::new() }
            }
        };
        let dossier = scene.dossier();
        let shows = match (self.center, self.zoom, self.bbox, &self.fit) {
            (Some(center), Some(zoom), ..) => Some(Shows::View(View { center, zoom })),
            (_, _, Some(bounds), _) => Some(Shows::Bounds(bounds)),
            (.., Some(id)) => Some(Shows::Bounds(with_margin(known(dossier, id)?.bounds))),
            _ => None,
        };
        let usual_shows = match view {
            Some(view) => Shows::Bounds(Frame::new(view, width_pt, height_pt).lon_lat_bounds()),
            None => Shows::Bounds(with_margin(dossier.home)),
        };
        let names = match self.names {
            Some(NamesArg::English) => Names::of_word("english"),
            Some(NamesArg::Ukrainian) => Names::of_word("ukrainian"),
            Some(NamesArg::Both) => Names::of_word("both"),
            None => None,
        };
        let chosen = sources::find_or_builtin(&document.map, &document.map_sources);
        if chosen.kind.is_online() {
            eprintln!(
                "claimline: warning: the built-in map stands in for the project's tiles of {}, which need the network",
                chosen.title.main()
            );
            document.map = MapSource::BUILTIN.to_owned();
        }
        if self.no_map {
            document.map = MapSource::NONE.to_owned();
        }
        if !self.overlays.is_empty() {
            for id in &self.overlays {
                known(dossier, id)?;
            }
            for overlay in &dossier.overlays {
                edit::set_visible(
                    &mut document,
                    &overlay.id,
                    self.overlays.contains(&overlay.id) || own.contains(&overlay.id),
                );
            }
        }
        let is_set_up = !document.figure.is_empty();
        let usual = FigureOptions::usual(PageSetup::default(), usual_shows);
        let (mut options, problems) =
            saved::read(&document.figure, FigureOptions { view_pt: (width_pt, height_pt), ..usual });
        warn(&problems);
        options.page = self.page(is_set_up.then_some(options.page))?;
        options.shows = shows.unwrap_or(options.shows);
        options.view_pt = self.size.unwrap_or(options.view_pt);
        let most_pt = options.page.size.most_margin_pt(options.view_pt);
        // As it is said, so it can be given.
        let most_mm = (most_pt / paper::PT_PER_MM * 10.0 + 1e-6).floor() / 10.0;
        if self.margin.is_some_and(|margin_pt| margin_pt > most_pt + 1e-6) {
            bail!(Usage(format!(
                "--margin is too large: on the page {} the free edge can be at most {most_mm}mm wide",
                options.page.size
            )));
        }
        options.theme = match self.theme {
            Some(ThemeArg::Light) => Theme::Light,
            Some(ThemeArg::Dark) => Theme::Dark,
            Some(ThemeArg::Grey) => Theme::Grey,
            Some(ThemeArg::HighContrast) => Theme::HighContrast,
            None => options.theme,
        };
        options.names = names.or(options.names);
        options.title = self.title.clone().or(options.title);
        options.kicker = self.kicker.clone().or(options.kicker);
        options.subtitle = self.subtitle.clone().or(options.subtitle);
        for (id, name) in &self.legend_name {
            known(dossier, id)?;
            options.legend_names.insert(id.clone(), name.clone());
        }
        for PlacedPiece { piece, place } in &self.with {
            match place {
                // Where it stands already, it stays.
                None if options.furniture.has(*piece) && is_set_up => {}
                place => {
                    if !options.furniture.has(*piece) {
                        options.furniture.set(*piece, true);
                    }
                    options.furniture.place(*piece, *place);
                }
            }
        }
        for piece in &self.no {
            options.furniture.set(*piece, false);
        }
        let TextsAtHand { texts, unread, .. } = texts_at_hand(dossier, self.sources.as_deref())?;
        for unread in unread {
            eprintln!("claimline: warning: not read: {unread}");
        }
        Ok(Prepared { scene, ground, document, options, texts, lacks_layers, layer_files })
    }

    /// The paper that the options ask for; what they leave open is as the project has it, if it has a figure set up.
    fn page(&self, saved: Option<PageSetup>) -> anyhow::Result<PageSetup> {
        let mut page = match (self.page, self.size, saved) {
            (Some(size), Some(_), _) if size != PageSize::View => {
                bail!(Usage(format!("--page {size} has a size of its own; leave --size out, or give --page view")))
            }
            // Another paper has its own usual resolution, as in the window.
            (Some(size), _, Some(saved)) if size == saved.size => saved,
            (Some(size), ..) => PageSetup::of(size),
            (None, Some((width_pt, height_pt)), _) => PageSetup::points(width_pt, height_pt, 1.0),
            (None, None, Some(saved)) => saved,
            (None, None, None) => PageSetup::points(1600.0, 1000.0, 1.0),
        };
        if let Some(scale) = self.scale {
            page.dpi = scale * paper::PT_PER_INCH;
        }
        page.dpi = self.dpi.unwrap_or(page.dpi);
        page.margin_pt = self.margin.or(saved.and_then(|saved| saved.margin_pt));
        Ok(page)
    }
}

/// Bounds with a little room around them.
fn with_margin([west, south, east, north]: [f64; 4]) -> [f64; 4] {
    let (across, down) = ((east - west) * 0.03, (north - south) * 0.03);
    [west - across, south - down, east + across, north + down]
}
