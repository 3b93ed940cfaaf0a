//! The words of the command line: commands and options, and how each is read.

use std::path::PathBuf;

use claimline::document::Names;
use claimline::dossier::series::Every;
use claimline::figure::{FigureLanguage, OutputFormat, PageSize, Piece, PlacedPiece, paper};
use claimline::files::postgis;
use claimline::formats::day::Day;
use claimline::formats::filter::Filter;
use claimline::formats::format;
use claimline::geometry::Coord;
use claimline::scene::palette::Theme;
use clap::builder::{PathBufValueParser, PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};

use super::layers::{LayerNames, OwnFiles, Reading};
use super::map::Map;
use super::spans::{Span, whole_day};
use super::{agree, animate, areas, atlas, capture, changes, convert, diff, document, dossier, find, place, published};

/// A map on which every shape answers "says who?".
#[derive(Debug, Parser)]
#[command(
    version,
    about,
    args_conflicts_with_subcommands = true,
    after_help = "Examples:\n  claimline\n  claimline my-line.geojson\n  claimline show withdrawal-area\n  claimline export -o figure.png --fit donetsk"
)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
    #[arg(value_parser = file_or_address(), help = format!("Files to open in the window, or addresses of features (https://… or postgresql://…): {}", format::expected()))]
    pub(super) files: Vec<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
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
    /// Show everything known about one overlay, with its source excerpts
    #[command(
        after_help = "Examples:\n  claimline show withdrawal-area\n  claimline show withdrawal-area --line my-line.geojson\n  claimline show control --file control.geojson --table --where 'km2 > 10'\n\nThe id of a file is its name without the ending, in small letters, with hyphens for all other characters."
    )]
    Show {
        /// Id of the overlay, as `claimline overlays` lists it
        overlay: String,
        /// Print its features instead, one per row, as CSV or, with --json, as JSON
        #[arg(long)]
        table: bool,
        #[command(flatten)]
        own: OwnFiles,
        #[command(flatten)]
        line: OwnLine,
        #[command(flatten)]
        output: Output,
    },
    /// List what a click on a place would select: all overlays there, shown or not, smallest first
    #[command(
        after_help = "Examples:\n  claimline at 37.5844,48.7389\n  claimline at 37.5844,48.7389 --file control.geojson --json\n\nLongitude comes first. Lines count within 2 km, places within 1 km."
    )]
    At {
        /// Longitude and latitude in degrees, separated by a comma
        #[arg(value_name = "LON,LAT", value_parser = lon_lat, allow_hyphen_values = true)]
        place: Coord<f64>,
        #[command(flatten)]
        own: OwnFiles,
        #[command(flatten)]
        line: OwnLine,
        #[command(flatten)]
        output: Output,
    },
    /// Find places by their names or coordinates, best first
    #[command(
        after_help = "Examples:\n  claimline find Artemivsk\n  claimline find 'Odesa, Texas' --json\n  claimline find Іванівка --near 37.58,48.74 --gazetteer UA.zip\n  claimline find '37U DQ 12345 67890'\n\nFound are places of the built-in gazetteer (all of Ukraine that GeoNames' public packages have, elsewhere from about 1,000 people on), of the dossier, and features of files. Dumps of countries, such as UA.zip, are at download.geonames.org/export/dump."
    )]
    Find(Box<find::Find>),
    /// Write a figure with legend, scale, sources and credits
    #[command(
        after_help = "Examples:\n  claimline export -o figure.png\n  claimline export -o corridor.svg --overlay line-of-contact --overlay corridor-5km --fit corridor-5km\n  claimline export -o kramatorsk.png --center 37.58,48.74 --zoom 10 --size 1200x800 --scale 2\n  claimline export -o talks.pdf --project talks.claimline.geojson --page a4-landscape"
    )]
    Export(Box<Export>),
    /// Write a figure for each overlay, each place, each position in a list, or each day, week or month
    #[command(
        after_help = "Examples:\n  claimline atlas -o towns --each places --near 15\n  claimline atlas -o sheets --each withdrawal-area,corridor-5km --format pdf\n  claimline atlas -o sites --each sites.csv\n  claimline atlas -o weeks --each week --from 2025-02 --to 2025-03 'days/front_{YYYYMMDD}.geojson'\n\nThe table has the columns title, lon and lat. Files that exist are replaced only with --force."
    )]
    Atlas(Box<atlas::Atlas>),
    /// Write a figure that shows one day after the other, as GIF, APNG or PNG frames
    #[command(
        after_help = "Examples:\n  claimline animate -o front.gif --each day 'days/front_{YYYYMMDD}.geojson'\n  claimline animate -o front.png --each week --from 2025-02 --to 2025-06 --pace 0.3s --dossier talks\n  claimline animate -o frames/ --each month --dossier talks\n\nThe page is laid out once, so that nothing on it moves but the map and its day. A film of the frames:\n  ffmpeg -framerate 2 -i frames/frame-%04d.png -c:v libvpx-vp9 -crf 24 -b:v 0 -pix_fmt yuv444p front.webm"
    )]
    Animate(Box<animate::Animate>),
    /// Write the features of a file as another kind of file
    #[command(
        after_help = "Examples:\n  claimline convert places.kmz -o places.geojson\n  claimline convert control.geojson -o held.kml --where 'status = held'\n  claimline convert map.claimline.geojson -o annotations.gpx\n\nA project gives its annotations. What the other kind of file cannot hold is named."
    )]
    Convert(convert::Convert),
    /// Work out what was gained and lost between two days, or between two accounts
    #[command(
        after_help = "Examples:\n  claimline changes front_2025*.geojson --from 2025-02-01 --to 2025-02-05\n  claimline changes --file days --each --csv > ledger.csv\n  claimline changes days --from 2025-02 --to 2025-03 --within donetsk --accuracy 500 --json\n\nThe days are read from the names of the files (the pattern is found and printed), from a day that all of a file states, or from a property of its features. Of a day that nobody reports, the last report before it is used, which is said with its age; nothing is interpolated."
    )]
    Changes(Box<changes::Changes>),
    /// Lay the accounts of one day over each other, and print who agrees on how much ground
    #[command(
        after_help = "Example:\n  claimline agree --day 2025-02-01 --file East=east.geojson --file West=west --file North=north.gpkg --origin North=East --json"
    )]
    Agree(Box<agree::Agree>),
    /// Print how much ground each report covers, day by day, and write it as a figure
    #[command(
        after_help = "Examples:\n  claimline areas days --within donetsk --stated donetsk-russian-held -o donetsk.pdf\n  claimline areas --file East=east --file West=west.gpkg --within donetsk --csv > areas.csv\n  claimline areas front_2025*.geojson --from 2025-02 --accuracy 500 --json\n  claimline areas --line control-days --within donetsk\n\nThe days are read as `claimline changes` reads them. Each report is a point of its day; nothing is interpolated. In the figure a dotted level line repeats the last report over days of which nobody reports, and stated figures stand beside the curve with the numbers of their sources."
    )]
    Areas(Box<areas::Areas>),
    /// Copy the tiles of an area out of a map archive, on the disk or on a server, to have the map without the network
    Map {
        #[command(subcommand)]
        command: Map,
    },
    /// Place a picture on the map by control points, and print how exact that is
    #[command(
        after_help = "Examples:\n  claimline place sheet.jpg --gcp 120,80,37.5,48.7 --gcp 900,95,37.9,48.7 --gcp 130,760,37.5,48.4\n  claimline place sheet.jpg --gcp … --transform thin-plate -o sheet.tif\n  claimline place survey.tif --json | jq .bounds\n\nPixels are counted from the upper left corner of the picture. Affine and thin-plate take at least 3 points, projective 4; one point more tells how exact the place is. A picture that says itself where it belongs (GeoTIFF, world file) needs no points."
    )]
    Place(Box<place::Place>),
    /// Print where a figure comes from, and whether the dossier still matches it; of a folder, which figures rest on what
    #[command(
        after_help = "Examples:\n  claimline inspect figure.pdf --json | jq .matches\n  claimline inspect published --source tfiglobal-2025-12-15\n\nTakes PNG, SVG, PDF, web pages, GeoJSON and evidence packs. Exit code 1 if the dossier in use does not match, or a file in a pack has changed; of a folder, if a file is damaged, or a figure rests on what the dossier marks as withdrawn or corrected."
    )]
    Inspect {
        /// File to look into, or folder with figures in it and in the folders within
        figure: PathBuf,
        #[command(flatten)]
        about: published::About,
        /// Project that it was made from, to compare your own annotations and excerpts too
        #[arg(long, value_name = "FILE")]
        project: Option<PathBuf>,
        /// Files of a day each, or their folder, to compare with those that a figure of what changed, or of who agrees, was made of; may be repeated
        #[arg(long = "file", value_name = "FILE")]
        files: Vec<PathBuf>,
        #[command(flatten)]
        line: OwnLine,
        #[command(flatten)]
        output: Output,
    },
    /// Begin a dossier
    #[command(
        after_help = "Example:\n  claimline new abyei --title Abyei --title fr=Abyei --day 2026-11-02 --bbox 27.5,9,29.5,10.8"
    )]
    New(dossier::New),
    /// Add a source to a dossier, and print its id
    #[command(
        after_help = "Example:\n  claimline add-source abyei --outlet 'Radio Tamazuj' --title 'Elders meet' --url https://… --published 2026-10-30 --text page.html"
    )]
    AddSource(Box<dossier::AddSource>),
    /// Add words of a source to a dossier as an excerpt, and print its id
    #[command(
        after_help = "Example:\n  claimline add-excerpt abyei --source radio-tamazuj-2026-10-30 --text page.html --exact 'the box of 10,546 square kilometres' --overlay box\n\nTheir place, what stands around them, who says them and what they do are worked out from the text; correct a guess with --said-by and --does."
    )]
    AddExcerpt(Box<dossier::AddExcerpt>),
    /// Keep a copy of a source with the dossier: its page as it is now, or a file that was saved from it
    #[command(
        after_help = "Examples:\n  claimline capture abyei radio-tamazuj-2026-10-30\n  claimline capture abyei radio-tamazuj-2026-10-30 --from page.wacz\n\nThe page is asked for at the source's address and kept as a WACZ, to the byte, with what was asked. With --from nothing is fetched: PDF, HTML, MHTML, WARC, WACZ, DOCX, ODT, RTF and plain text are kept as they are. A copy is for checking; a publisher's words are not yours to hand on."
    )]
    Capture(capture::CaptureSource),
    /// Write a dossier's folder as one file
    #[command(after_help = "Example:\n  claimline pack abyei -o abyei.claimline")]
    Pack(dossier::Pack),
    /// Write a dossier's one file as a folder
    #[command(after_help = "Example:\n  claimline unpack abyei.claimline -o abyei")]
    Unpack(dossier::Unpack),
    /// Show what differs between two dossiers, two projects, or two versions of one
    #[command(
        after_help = "Examples:\n  claimline diff old new --json | jq '.shapes'\n  claimline diff talks-1.claimline.geojson talks-2.claimline.geojson\n  claimline diff old new --map changed.png\n\nExit code 0 if nothing differs, 1 if something does."
    )]
    Diff(Box<diff::Compare>),
    /// List what rests on a source or an excerpt, as when it is withdrawn or corrected
    #[command(
        after_help = "Example:\n  claimline affected tfiglobal-2025-12-15\n\nOverlays are followed through the recipes that are worked out from them; with --project, the annotations that cite it are listed too."
    )]
    Affected {
        /// Id of the source or the excerpt
        id: String,
        /// Project whose annotations are looked at too
        #[arg(long, value_name = "FILE")]
        project: Option<PathBuf>,
        #[command(flatten)]
        output: Output,
    },
    /// Read a document from the standard input, in a process of its own
    #[command(hide = true)]
    ReadDocument(document::ReadDocument),
    /// Check the dossier: excerpts against the articles' texts, fingerprints, figures, links, credits
    #[command(
        after_help = "Example:\n  claimline verify --sources ~/articles\n\nA text is plain text, HTML, PDF, DOCX, ODT, RTF or a saved page (MHTML, WARC, WACZ). It is matched to a source by its SHA-256, otherwise by the source's id or outlet in its file name. Without one, the captures in the dossier are its texts. The excerpts of a source without either have 'no text at hand'.\n\nWith --live, and only then, the page of each source that is quoted is fetched, and each excerpt is live, reworded, gone but held in a capture, or gone. Exit code 1 if anything fails; what has become of a page is no failure of the dossier."
    )]
    Verify {
        /// Folder with the texts of the articles
        #[arg(long, value_name = "DIR")]
        sources: Option<PathBuf>,
        /// Fetch the pages of the sources, and check the excerpts in them as they are now
        #[arg(long)]
        live: bool,
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
pub(super) struct Output {
    /// Print JSON instead of text
    #[arg(long)]
    pub(super) json: bool,
    /// Another dossier than the built-in one: its folder, its dossier.json or a .claimline
    #[arg(long, value_name = "PATH")]
    pub(super) dossier: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct OwnLine {
    /// File of a line, or of occupied areas, to use instead of the dossier's line of contact; files of a day each as front_{YYYYMMDD}.geojson, or the folder that they are in, give a line of each day
    #[arg(long = "line", value_name = "FILE", value_parser = file_or_address())]
    pub(super) file: Option<PathBuf>,
    /// Which features of --line and of --file count, such as 'name ~ occupied' or 'status = occupied and km2 > 10'; without it, --line uses the one kind that says it is occupied or held
    #[arg(long = "where", value_name = "FILTER", value_parser = Filter::parse, allow_hyphen_values = true)]
    pub(super) filter: Option<Filter>,
    #[command(flatten)]
    pub(super) layers: LayerNames,
}

#[derive(Debug, Args)]
pub(super) struct Export {
    #[arg(short, long, value_name = "FILE", help = format!("File to write: {}", OutputFormat::endings()))]
    pub(super) output: PathBuf,
    /// Write a world file (.pgw) and its coordinate system (.prj, .png.aux.xml) next to the PNG, so that GIS programs can place it
    #[arg(long)]
    pub(super) world_file: bool,
    /// Formats of the figure in an evidence pack
    #[arg(long, value_delimiter = ',', value_name = "FORMATS", default_value = "png,svg,pdf", value_parser = one_of(OutputFormat::of_page()))]
    pub(super) pack: Vec<OutputFormat>,
    /// Put the dossier's captures of the sources that the figure names into an evidence pack; they are not to be passed on
    #[arg(long)]
    pub(super) with_captures: bool,
    #[command(flatten)]
    pub(super) figure: FigureArgs,
    /// Several maps in place of one, each of another day: columns x rows, such as 2x1 (before and after) or 3x2, up to 5x4
    #[arg(long, value_name = "CxR", value_parser = columns_rows, conflicts_with = "day")]
    pub(super) panels: Option<(u8, u8)>,
    /// Their days, row by row
    #[arg(long, value_name = "DAY,…", value_delimiter = ',', value_parser = whole_day, conflicts_with = "day")]
    pub(super) days: Vec<Day>,
    /// Or a map for each day, week or month from --from to --to
    #[arg(long, value_name = "WHAT", conflicts_with_all = ["days", "day"])]
    pub(super) each: Option<Every>,
    #[command(flatten)]
    pub(super) span: Span,
    /// Replace the file if it exists
    #[arg(long)]
    pub(super) force: bool,
}

/// A path, or the address of a layer: of that the password goes no further than here.
pub(super) fn file_or_address() -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().map(postgis::without_password)
}

/// One of some formats, by its name.
pub(super) fn one_of(formats: impl Iterator<Item = OutputFormat>) -> impl TypedValueParser<Value = OutputFormat> {
    PossibleValuesParser::new(formats.map(OutputFormat::name)).try_map(|name| {
        OutputFormat::all().find(|format| format.name() == name).ok_or_else(|| format!("unknown format '{name}'"))
    })
}

/// What a figure shows and how.
#[derive(Debug, Args)]
pub(super) struct FigureArgs {
    /// Files to show: a project (.claimline.geojson), features to draw as well (.geojson, .kml and others), a map (.pmtiles or .mbtiles)
    #[arg(value_name = "FILES", value_parser = file_or_address())]
    pub(super) opened: Vec<PathBuf>,
    /// Project to show, as saved in the window; the settings of its figure are used unless you give other options
    #[arg(long, value_name = "FILE")]
    pub(super) project: Option<PathBuf>,
    /// Overlay to show, instead of those that the project or the dossier shows; may be repeated
    #[arg(long = "overlay", value_name = "ID")]
    pub(super) overlays: Vec<String>,
    /// Day that the map shows, of what is reported of several days; of a day without a report the last one before it stands, as a dashed outline [default: the project's, or the last report of each overlay]
    #[arg(long, value_name = "DAY", value_parser = whole_day)]
    pub(super) day: Option<Day>,
    /// Centre of the map; needs --zoom
    #[arg(long, value_name = "LON,LAT", value_parser = lon_lat, allow_hyphen_values = true, requires = "zoom", conflicts_with_all = ["bbox", "fit"])]
    pub(super) center: Option<Coord<f64>>,
    /// Zoom in the web-map sense, 0 to 20
    #[arg(long, value_name = "Z", requires = "center", value_parser = zoom, allow_hyphen_values = true)]
    pub(super) zoom: Option<f64>,
    /// Box that the map shows, in degrees
    #[arg(long, value_name = "W,S,E,N", value_parser = bbox, allow_hyphen_values = true, conflicts_with = "fit")]
    pub(super) bbox: Option<[f64; 4]>,
    /// Overlay to fit the map to
    #[arg(long, value_name = "ID")]
    pub(super) fit: Option<String>,
    /// Paper: a4-portrait, a4-landscape, letter-portrait, letter-landscape, slide, square, column-85, column-174, view, or a size such as 174x120mm, 7x5in, 1600x1000px
    #[arg(long, value_name = "PAGE", allow_hyphen_values = true)]
    pub(super) page: Option<PageSize>,
    /// Dots per inch, 72 to 600; 300 for paper, 144 for a slide, 96 for a page in px unless given
    #[arg(long, value_name = "N", value_parser = paper::dpi, allow_hyphen_values = true, conflicts_with = "scale")]
    pub(super) dpi: Option<f64>,
    /// Margin of the page, such as 10mm
    #[arg(long, value_name = "LENGTH", value_parser = paper::length_pt, allow_hyphen_values = true)]
    pub(super) margin: Option<f64>,
    /// Size of the page in points (pixels at --scale 1); with --page view, of the map [default: 1600x1000]. A project without a figure is shown as on a map of this size [1200x800]
    #[arg(long, value_name = "WxH", value_parser = size, allow_hyphen_values = true)]
    pub(super) size: Option<(f64, f64)>,
    /// Pixels per point, for a sharper picture of the same page [default: 1]
    #[arg(long, value_name = "N", value_parser = scale, allow_hyphen_values = true)]
    pub(super) scale: Option<f64>,
    /// Headline; without it, one is suggested from what the figure is about
    #[arg(long, value_name = "T")]
    pub(super) title: Option<String>,
    /// The small line above the headline; without it, the dossier's name
    #[arg(long, value_name = "T")]
    pub(super) kicker: Option<String>,
    /// The line under the headline
    #[arg(long, value_name = "T")]
    pub(super) subtitle: Option<String>,
    /// Whom the figure credits for opened files, and for a line of contact of --line, that say nobody themselves; may be repeated
    #[arg(long, value_name = "T")]
    pub(super) credit: Vec<String>,
    /// Name of an overlay in the legend; may be repeated
    #[arg(long, value_name = "ID=NAME", value_parser = legend_name)]
    pub(super) legend_name: Vec<(String, String)>,
    /// Parts to add to the figure, with a corner of the map if you like: graticule,legend@top-right
    #[arg(long, value_name = "PART,…", value_delimiter = ',')]
    pub(super) with: Vec<PlacedPiece>,
    /// Parts to leave out
    #[arg(long, value_name = "PART,…", value_delimiter = ',')]
    pub(super) no: Vec<Piece>,
    /// Colours [default: light, or the project's]
    #[arg(long, value_enum)]
    pub(super) theme: Option<ThemeArg>,
    /// Language of the figure's own words: legend, scale, sources, notes, dates and numbers [default: en, or the project's]
    #[arg(long, value_name = "TAG")]
    pub(super) language: Option<FigureLanguage>,
    /// Language of the names on the map: a tag such as `ar` or `zh-Hant`, two with a comma (the second stands beneath), `local` for each place's own, or english, ukrainian, both [default: both, or the project's]
    #[arg(long, value_name = "LANGUAGE")]
    pub(super) names: Option<Names>,
    /// Leave out the map under the overlays
    #[arg(long)]
    pub(super) no_map: bool,
    /// Map to lay over the built-in map: a file (.pmtiles or .mbtiles), an address of one or of tiles, TileJSON, WMS or WMTS, or the id of a map of the project; may be repeated
    #[arg(long = "map", value_name = "MAP")]
    pub(super) maps: Vec<String>,
    /// File of features to draw as well, such as .geojson or .kml, or its address (https://… or postgresql://…); may be repeated
    #[arg(long = "file", value_name = "FILE", value_parser = file_or_address())]
    pub(super) files: Vec<PathBuf>,
    /// Picture to lay beneath the overlays: a GeoTIFF, a picture with a world file, a KML or KMZ of ground overlays, a Georeference Annotation (.json) beside its picture, or the address of a GeoTIFF (https://…), of which the parts that are shown are fetched; may be repeated
    #[arg(long = "picture", value_name = "FILE", value_parser = file_or_address())]
    pub(super) pictures: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) reading: Reading,
    /// Folder with the texts of the articles, to check the quotes as `verify` does
    #[arg(long, value_name = "DIR")]
    pub(super) sources: Option<PathBuf>,
    #[command(flatten)]
    pub(super) line: OwnLine,
    /// Another dossier than the built-in one: its folder, its dossier.json or a .claimline
    #[arg(long, value_name = "PATH")]
    pub(super) dossier: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum ThemeArg {
    Light,
    Dark,
    Grey,
    HighContrast,
}

impl From<ThemeArg> for Theme {
    fn from(theme: ThemeArg) -> Self {
        match theme {
            ThemeArg::Light => Self::Light,
            ThemeArg::Dark => Self::Dark,
            ThemeArg::Grey => Self::Grey,
            ThemeArg::HighContrast => Self::HighContrast,
        }
    }
}

pub(super) fn numbers<const N: usize>(text: &str, what: &str, example: &str) -> Result<[f64; N], String> {
    let parts: Vec<Option<f64>> =
        text.split(',').map(|part| part.trim().parse().ok().filter(|number: &f64| number.is_finite())).collect();
    let numbers: Option<Vec<f64>> = parts.into_iter().collect();
    numbers
        .and_then(|numbers| <[f64; N]>::try_from(numbers).ok())
        .ok_or_else(|| format!("expected {what}, such as {example}"))
}

pub(super) fn lon_lat(text: &str) -> Result<Coord<f64>, String> {
    let [x, y] = numbers(text, "longitude and latitude separated by a comma", "37.5844,48.7389")?;
    on_earth(Coord { x, y })
}

/// A position, if it is one.
pub(super) fn on_earth(Coord { x, y }: Coord<f64>) -> Result<Coord<f64>, String> {
    if (-180.0..=180.0).contains(&x) && (-90.0..=90.0).contains(&y) {
        return Ok(Coord { x, y });
    }
    let swapped =
        if (-90.0..=90.0).contains(&x) { "; longitude comes first, so they may be the wrong way round" } else { "" };
    Err(format!("longitude goes from −180 to 180 and latitude from −90 to 90{swapped}"))
}

pub(super) fn bbox(text: &str) -> Result<[f64; 4], String> {
    let bounds: [f64; 4] = numbers(text, "west, south, east and north separated by commas", "36.5,46.8,39.1,49.3")?;
    let [west, south, east, north] = bounds;
    if west < east && south < north && west >= -180.0 && east <= 180.0 && south >= -85.0 && north <= 85.0 {
        Ok(bounds)
    } else {
        Err("west must be less than east and south less than north, within −180,−85,180,85".to_owned())
    }
}

/// Columns and rows of maps.
pub(super) fn columns_rows(text: &str) -> Result<(u8, u8), String> {
    let both = text.split_once(['x', '×', 'X']);
    both.and_then(|(columns, rows)| Some((columns.trim().parse().ok()?, rows.trim().parse().ok()?)))
        .ok_or_else(|| "expected columns and rows of maps, such as 2x1 or 3x2, at most 5x4".to_owned())
}

pub(super) fn zoom(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|zoom| (0.0..=20.0).contains(zoom))
        .ok_or_else(|| "expected a number from 0 to 20".to_owned())
}

pub(super) fn scale(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|scale| (0.25..=16.0).contains(scale))
        .ok_or_else(|| "expected a number from 0.25 to 16".to_owned())
}

pub(super) fn legend_name(text: &str) -> Result<(String, String), String> {
    text.split_once('=')
        .filter(|(id, name)| !id.is_empty() && !name.trim().is_empty())
        .map(|(id, name)| (id.to_owned(), name.to_owned()))
        .ok_or_else(|| "expected an overlay and its name, such as donetsk=\"Donetsk region\"".to_owned())
}

pub(super) fn size(text: &str) -> Result<(f64, f64), String> {
    let sides =
        text.split_once(['x', '×', 'X']).and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)));
    sides
        .filter(|(width, height)| (300.0..=8000.0).contains(width) && (300.0..=8000.0).contains(height))
        .ok_or_else(|| "expected width and height from 300 to 8000, such as 1600x1000".to_owned())
}
