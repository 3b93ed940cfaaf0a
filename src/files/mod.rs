//! The only room that touches the disk and the network: reading what is opened, writing what is exported, caches.

pub mod address;
pub mod archives;
pub mod capture;
pub mod citations;
pub mod comparing;
pub mod dated;
pub mod desktop;
mod disk;
pub mod documents;
pub mod dossiers;
mod error;
pub mod extract;
pub mod figures;
mod folders;
pub mod gazetteers;
pub mod journal;
pub mod layers;
pub mod map_look;
pub mod map_tiles;
pub mod own_maps;
pub mod photos;
pub mod pictures;
pub mod placed_pictures;
pub mod postgis;
mod preview;
pub mod project;
mod ranges;
pub mod recents;
pub mod series;
pub mod servers;
pub mod settings;
mod shares;
pub mod system_fonts;
#[cfg(test)]
mod test_server;
pub mod tile_server;
#[cfg(all(test, unix))]
mod umask_tests;

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::fs;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flate2::read::MultiGzDecoder;
use sha2::{Digest as _, Sha256};

use self::archives::start;
use self::disk::{folder_of, read_at_most};
use self::project::OpenedProject;
use crate::basemap::Archive;
use crate::document;
use crate::dossier::{self, About, FileRecord, KEPT_BYTES, Origin, Problem, fingerprint};
use crate::formats::bundle::Bundle;
use crate::formats::crs::Crs;
use crate::formats::document::ReadDocument;
use crate::formats::format::{self, Candidate, Holds};
use crate::formats::geojson::{self, Order};
use crate::formats::gzip;
use crate::formats::number::hex;
use crate::formats::picture::ground_overlay::Found;
use crate::formats::read::{FeatureLayer, Input, Read as FeaturesRead, ReadError};
use crate::formats::shapefile;
use crate::formats::tabular::TableChoice;
use crate::gazetteer::BuiltinNames;
use crate::geometry::work::{self, Watched};
use crate::session::Part;

pub use self::disk::{check_replaceable, exists, is_same, make_folder, read, write, write_with};
pub use self::error::FileError;
pub use self::folders::{documents_folder, expand, pictures_folder, pyramid_folder, state_folder, tile_folder};
pub use self::preview::{Preview, preview};

/// A file that was opened.
pub struct Opened {
    /// What it turned out to hold.
    pub content: Content,
    /// The files that were read for it: of a dossier, its `dossier.json` and those that it names; otherwise the file.
    pub files: Vec<PathBuf>,
    /// Pictures that a KML or KMZ lays on the ground besides; [`pictures::open_ground_overlays`] reads them.
    pub overlays: Found,
}

impl Opened {
    fn new(content: Content, files: Vec<PathBuf>) -> Self {
        Self { content, files, overlays: Found::default() }
    }
}

/// What a file turned out to hold.
pub enum Content {
    /// A dossier, or a layer of the user's own.
    Evidence(Part),
    /// Several layers of the user's own, in the order of the file.
    Layers(Vec<Part>),
    /// A map to lay over the built-in one.
    Map(Box<Archive>),
    /// A picture; [`pictures::open`] reads it, which takes longer than to know it.
    Picture,
    /// A project.
    Project(Box<OpenedProject>),
}

/// How a file is to be taken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Taken {
    /// Whether a project is features like those of any other GeoJSON.
    pub no_project: bool,
    /// Which number of a position stands first.
    pub order: Order,
    /// Whether its SHA-256 is wanted however large it is, for a layer of a project.
    pub is_layer: bool,
    /// The coordinate system of its positions, whatever it says itself, as [`Crs::parse`] reads it.
    pub crs: Option<String>,
    /// How it is read, if it is a table.
    pub table: Option<TableChoice>,
}

impl Taken {
    /// As a file was taken before.
    pub fn of(file: &FileRecord) -> Self {
        Self { order: file.order, crs: file.crs.clone(), table: file.table.clone(), ..Self::default() }
    }
}

/// The SHA-256 of a file, worked out on a thread of its own beside reading it: it takes a third as long.
struct Sum(Option<std::thread::JoinHandle<std::io::Result<String>>>);

impl Sum {
    fn start(path: &Path) -> Self {
        let path = path.to_owned();
        let work = move || {
            let mut sum = Sha256::new();
            std::io::copy(&mut disk::open(&path)?, &mut sum)?;
            Ok(hex(&sum.finalize()))
        };
        Self(std::thread::Builder::new().name("sum".to_owned()).spawn(work).ok())
    }

    /// Empty if it could not be worked out.
    fn get(self) -> String {
        self.0.and_then(|thread| thread.join().ok()?.ok()).unwrap_or_default()
    }
}

/// Opens a file: it is what its content says, or else what its name says.
///
/// # Errors
/// [`FileError`] says what is wrong, and the path last.
pub fn open(path: &Path) -> Result<Opened, FileError> {
    open_as(path, Taken::default())
}

/// As [`open`], but what a project draws is taken for shapes, as those of any GeoJSON.
///
/// # Errors
/// [`FileError`] says what is wrong, and the path last.
pub fn open_no_project(path: &Path) -> Result<Opened, FileError> {
    open_as(path, Taken { no_project: true, ..Taken::default() })
}

/// As [`open`], taking the file as it is said.
///
/// # Errors
/// [`FileError`] says what is wrong, and the path last.
pub fn open_as(path: &Path, taken: Taken) -> Result<Opened, FileError> {
    if address::is_address(path) {
        let path_alone = || vec![path.to_owned()];
        return match path {
            map if ranges::is_archive(map) => Ok(Opened::new(open_map(map)?, path_alone())),
            // Its parts are read where it is.
            picture if pictures::remote::is_tiff(picture) => Ok(Opened::new(Content::Picture, path_alone())),
            other => address::open(other, taken),
        };
    }
    if postgis::is_address(path) {
        return postgis::open(path, &taken, postgis::Waits::default());
    }
    shares::note(path);
    if dated::is_series(path) && !path.exists() {
        return dated::open(path, &taken);
    }
    let metadata = fs::metadata(path).map_err(|cause| FileError::Read { cause, path: path.to_owned() })?;
    if metadata.is_dir() {
        let json = path.join("dossier.json");
        if !json.exists() {
            let pattern = path.join("front_{YYYYMMDD}.geojson");
            let cause = std::io::Error::other(format!(
                "it is a folder without a dossier.json, and so no dossier; give a file in it, or reports of a day each by what their names have in common, such as {}",
                pattern.display()
            ));
            return Err(FileError::Read { cause, path: path.to_owned() });
        }
        return open_dossier(path, &json, read(&json)?);
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let name = gzip::unpacked_name(&name);
    let of_file = || path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    work::begin(|| format!("Reading {}", of_file()), metadata.len());
    let opened = |content| Ok(Opened::new(content, vec![path.to_owned()]));
    if metadata.is_file() {
        // A map is read in parts, and plain GeoJSON in blocks, neither as a whole.
        let bytes = start(path)?;
        let candidate = Candidate { name, bytes: &bytes };
        if archives::is_archive(&candidate) {
            return opened(open_map(path)?);
        }
        if [format::PICTURE, format::PHOTO].iter().any(|format| (format.sniff)(&candidate)) {
            return opened(Content::Picture);
        }
        if taken.order == Order::LonLat
            && taken.crs.is_none()
            && let Some(content) = plain_layer(path, name, &bytes, metadata.len(), &taken)
        {
            return opened(content?);
        }
    }
    open_bytes(path, name, read(path)?, taken)
}

/// The same path, of an address of which a part can be read with the part of the map that is wanted, as west, south, east and
/// north in degrees.
pub fn within(path: &Path, bbox: Option<[f64; 4]>) -> PathBuf {
    let path = postgis::within(path, bbox);
    match bbox {
        Some([west, south, east, north]) => address::within(&path, geo::Rect::new((west, south), (east, north))),
        None => path,
    }
}

/// Opens what has been read of a file, or fetched from an address.
fn open_bytes(path: &Path, name: &str, raw: Vec<u8>, taken: Taken) -> Result<Opened, FileError> {
    let name = gzip::unpacked_name(name);
    let opened = |content| Ok(Opened::new(content, vec![path.to_owned()]));
    let is_fetched = address::is_address(path);
    let sum = fingerprint::bytes(&raw);
    let bytes = gzip::unpack(raw.into(), geojson::MAX_BYTES)
        .map_err(|cause| FileError::Gzip { cause, path: path.to_owned() })?;
    let Some(format) = format::known(&Candidate { name, bytes: &bytes }) else {
        return Err(FileError::UnknownKind { path: path.to_owned() });
    };
    let features = |read: fn(&Input<'_>) -> Result<FeaturesRead, ReadError>| {
        let companions = |ending: &str| if is_fetched { Ok(None) } else { companion(path, ending) };
        let crs = taken.crs.as_deref().map(|text| {
            let named = || text.to_owned();
            Crs::parse(text).map_err(|why| ReadError::UnknownSystem { name: named(), why })
        });
        let failed = |cause| FileError::Features { cause, path: path.to_owned() };
        let crs = crs.transpose().map_err(failed)?;
        let input = Input::of(&bytes).in_order(taken.order).in_system(crs.as_ref());
        let input = input.as_table(taken.table.as_ref()).naming(&BuiltinNames).beside(&companions);
        let FeaturesRead { mut layers, warnings, overlays } = read(&input).map_err(failed)?;
        let opened = |content| Ok(Opened { overlays: overlays.clone(), ..Opened::new(content, vec![path.to_owned()]) });
        if layers.is_empty() && !overlays.is_empty() {
            return opened(Content::Layers(Vec::new()));
        }
        if layers.len() < 2 {
            let mut read = layers.pop().unwrap_or_default();
            read.warnings.extend(warnings);
            return opened(layer_of(path, read, || layers::origin(path, Some(&bytes), sum.clone(), &taken))?);
        }
        let several = layers.into_iter().map(|read| {
            let name = read.name.clone();
            let part = part_of(path, read, || {
                Arc::new(layers::origin(path, Some(&bytes), sum.clone(), &taken).of_layer(name))
            })?;
            Ok::<Part, FileError>(part)
        });
        let mut parts = several.collect::<Result<Vec<_>, _>>()?;
        say_of_file(path, &mut parts, warnings);
        opened(Content::Layers(parts))
    };
    match format.holds {
        Holds::Dossier | Holds::Map | Holds::Picture if is_fetched => Err(FileError::Address {
            what: format!("it is {}; from an address features are opened: download it and open the file", format.label),
            path: path.to_owned(),
        }),
        Holds::Project if taken.no_project || is_fetched => features(geojson::read_any).map_err(|error| match error {
            FileError::Empty { path, .. } => {
                let what = "the project has no annotations; its layers are written by claimline export".to_owned();
                FileError::Empty { what, path }
            }
            other => other,
        }),
        Holds::Project => opened(Content::Project(Box::new(project::from_bytes(path, &bytes)?))),
        Holds::Dossier if bytes.starts_with(b"{") || name.ends_with(".json") => {
            open_dossier(folder_of(path), path, bytes.into_owned())
        }
        Holds::Dossier => opened(open_bundle(path, bytes.into_owned())?),
        Holds::Features(read) => features(read),
        Holds::Map => opened(open_map(path)?),
        Holds::Picture => opened(Content::Picture),
    }
}

/// All that is read for a dossier in a folder, in bytes; a file counts as often as it is named.
const MOST_OF_A_DOSSIER: usize = 1 << 30;

/// A dossier whose `dossier.json` has been read from `path`, with its other files in `folder`.
fn open_dossier(folder: &Path, path: &Path, json: Vec<u8>) -> Result<Opened, FileError> {
    let total = Cell::new(json.len());
    let open = |name: &str| -> Result<Cow<'static, [u8]>, String> {
        let inside = Path::new(name);
        let plain = inside.components().all(|part| matches!(part, std::path::Component::Normal(_)));
        if !plain {
            return Err(format!("'{name}' points outside the dossier's folder"));
        }
        let bytes = read(&folder.join(inside)).map_err(|error| error.to_string())?;
        total.set(total.get() + bytes.len());
        if total.get() > MOST_OF_A_DOSSIER {
            return Err(format!("with {name}, more than {} MB would be read", MOST_OF_A_DOSSIER >> 20));
        }
        Ok(Cow::Owned(bytes))
    };
    match dossier::read(&json, &open) {
        Ok((dossier, problems)) => Ok(Opened::new(
            Content::Evidence(Part::Dossier(Box::new(dossier), problems)),
            files_of_dossier(folder, path, &json),
        )),
        Err(cause) => Err(FileError::Dossier { cause, path: path.to_owned() }),
    }
}

fn files_of_dossier(folder: &Path, path: &Path, json: &[u8]) -> Vec<PathBuf> {
    let named = dossier::files_named(json);
    std::iter::once(path.to_owned()).chain(named.iter().map(|name| folder.join(name))).collect()
}

/// A dossier's folder in one zip.
fn open_bundle(path: &Path, bytes: Vec<u8>) -> Result<Content, FileError> {
    let failed = |cause| FileError::Bundle { cause, path: path.to_owned() };
    let mut bundle = Bundle::open(bytes, "dossier.json").map_err(failed)?;
    let json = bundle.read("dossier.json").map_err(failed)?;
    let bundle = RefCell::new(bundle);
    let open = |name: &str| -> Result<Cow<'static, [u8]>, String> {
        bundle.borrow_mut().read(name).map(Cow::Owned).map_err(|error| error.to_string())
    };
    match dossier::read(&json, &open) {
        Ok((dossier, problems)) => Ok(Content::Evidence(Part::Dossier(Box::new(dossier), problems))),
        Err(cause) => Err(FileError::Dossier { cause, path: path.to_owned() }),
    }
}

/// Reads the text of an article from a file of any kind that is read.
///
/// # Errors
/// [`FileError::Read`], [`FileError::Document`].
pub fn read_text(path: &Path) -> Result<ReadDocument, FileError> {
    documents::read(path, None)
}

/// The files of a folder, by name; not those in folders within.
#[derive(Debug, Default)]
pub struct Texts {
    /// Documents of a kind that is read, by their endings ([`KINDS`](crate::formats::document::KINDS)).
    pub texts: Vec<PathBuf>,
    /// All others, but hidden ones.
    pub others: Vec<PathBuf>,
}

/// The files of a folder that may be the texts of articles, and those that cannot.
///
/// # Errors
/// [`FileError::Read`].
pub fn texts_in(folder: &Path) -> Result<Texts, FileError> {
    let failed = |cause| FileError::Read { cause, path: folder.to_owned() };
    let mut found = Texts::default();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().unwrap_or_default();
        let is_hidden = name.to_string_lossy().starts_with('.');
        if !path.is_file() {
            continue;
        } else if documents::is_named_as_one(name) {
            found.texts.push(path);
        } else if !is_hidden {
            found.others.push(path);
        }
    }
    found.texts.sort();
    found.others.sort();
    Ok(found)
}

/// Why a file among the texts of articles is not read, and what to do.
pub fn not_a_text(path: &Path) -> String {
    let kind = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    let what = match kind.as_str() {
        "doc" => "a word processor's file of before 2007; save it as .docx, .odt or .txt",
        "webarchive" => "a web archive of Safari; save the page as HTML (“page source”) instead",
        _ => "no kind of document that is read, by its name; save it as .txt or .html if it is the text of an article",
    };
    format!("it is {what}: {}", path.display())
}

/// The layer of a large plain GeoJSON file that is no project, without holding its text; others are to be read whole.
fn plain_layer(path: &Path, name: &str, start: &[u8], bytes: u64, taken: &Taken) -> Option<Result<Content, FileError>> {
    if !name.ends_with(".geojson") || bytes <= KEPT_BYTES {
        return None;
    }
    let file = Watched::new(disk::open(path).ok()?);
    // A figure of the file alone has no use for it.
    let sum = if taken.no_project && !taken.is_layer { Sum(None) } else { Sum::start(path) };
    let table = if gzip::is_gzip(start) {
        geojson::read_plain_table(MultiGzDecoder::new(BufReader::new(file)), document::project::may_be_of_project)
    } else {
        geojson::read_plain_table(file, document::project::may_be_of_project)
    }?;
    let read = FeatureLayer { features: table, ..FeatureLayer::default() };
    Some(layer_of(path, read, || layers::origin(path, None, sum.get(), taken)))
}

/// The file that has the name of another with this ending, in small letters or in capitals; where that one is a link,
/// beside it or beside what it leads to.
fn companion_of(path: &Path, ending: &str) -> Option<PathBuf> {
    let target = path.is_symlink().then(|| fs::canonicalize(path).ok()).flatten();
    let beside = |path: &Path| [ending.to_owned(), ending.to_uppercase()].map(|ending| path.with_extension(ending));
    let mut found = [Some(path), target.as_deref()].into_iter().flatten().flat_map(beside);
    found.find(|path| path.is_file())
}

/// Its bytes.
fn companion(path: &Path, ending: &str) -> Result<Option<Vec<u8>>, String> {
    let Some(path) = companion_of(path, ending) else { return Ok(None) };
    read_at_most(&path, geojson::MAX_BYTES).map(Some).map_err(|error| error.to_string())
}

/// Says something of a file of several layers, with the first of them.
fn say_of_file(path: &Path, parts: &mut [Part], warnings: Vec<String>) {
    if let Some(Part::Layer(_, problems)) = parts.first_mut() {
        let part = || About::Other(dossier::name_of(path));
        problems.extend(warnings.into_iter().map(|what| Problem { part: part(), what }));
    }
}

fn layer_of(path: &Path, read: FeatureLayer, origin: impl FnOnce() -> Arc<Origin>) -> Result<Content, FileError> {
    part_of(path, read, origin).map(Content::Evidence)
}

fn part_of(path: &Path, read: FeatureLayer, origin: impl FnOnce() -> Arc<Origin>) -> Result<Part, FileError> {
    let file = dossier::name_of(path);
    let of_file =
        || Path::new(gzip::unpacked_name(&file)).file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let name = read.name.unwrap_or_else(of_file);
    work::begin(|| format!("Preparing {file}"), 0);
    let (mut layer, mut problems) =
        dossier::own_layer(&name, read.features).map_err(|what| FileError::Empty { what, path: path.to_owned() })?;
    let part = || About::Overlay(layer.id.clone());
    problems.extend(read.warnings.into_iter().map(|what| Problem { part: part(), what }));
    layer.gist = layers::gist(path);
    layer.opened_from = Some(file);
    layer.credit = read.credit;
    let mut origin = origin();
    Arc::make_mut(&mut origin).table = read.table;
    layer.origin = Some(origin);
    Ok(Part::Layer(Box::new(layer), problems))
}

fn open_map(path: &Path) -> Result<Content, FileError> {
    let archive = archives::open_archive(path)?.into_drawable();
    let archive = archive.map_err(|cause| FileError::Map { cause, path: path.to_owned() })?;
    Ok(Content::Map(Box::new(archive)))
}

/// Whether a path is the address of an archive of tiles, whose tiles are fetched as they are shown.
pub fn is_map_address(path: &Path) -> bool {
    address::is_address(path) && ranges::is_archive(path)
}

/// The files that [`open`] would read, found without opening them: of a dossier, its `dossier.json` and those that it
/// names; of a shapefile, those beside it; otherwise the file itself.
pub fn read_with(path: &Path) -> Vec<PathBuf> {
    let (folder, json) = if path.is_dir() {
        (path, path.join("dossier.json"))
    } else if path.file_name().is_some_and(|name| name.eq_ignore_ascii_case("dossier.json")) {
        (folder_of(path), path.to_owned())
    } else {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        let endings: &[&str] = if shapefile::FORMAT.is_named(&name) { &shapefile::COMPANIONS } else { &[] };
        let beside = endings.iter().filter_map(|ending| companion_of(path, ending));
        return std::iter::once(path.to_owned()).chain(beside).collect();
    };
    // One that cannot be read names none.
    files_of_dossier(folder, &json, &read(&json).unwrap_or_default())
}

/// The first of some files about to be written that would take the place of one from which something is read, with the
/// name by which that one is known; `opened` are the paths that were opened, whatever is read with them.
pub fn input_replaced<'a, 'b>(
    written: impl Iterator<Item = &'a Path>,
    opened: impl Iterator<Item = &'b Path>,
) -> Option<(&'a Path, PathBuf)> {
    let mut written = written.filter(|path| path.exists()).peekable();
    written.peek()?;
    let inputs: Vec<PathBuf> = opened.flat_map(read_with).collect();
    written.find_map(|path| Some((path, inputs.iter().find(|input| is_same(input, path))?.clone())))
}
