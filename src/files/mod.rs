//! The only room that touches the disk and the network: reading what is opened, writing what is exported, caches.

pub mod desktop;
pub mod journal;
pub mod layers;
pub mod project;
pub mod recents;
pub mod tile_server;

use std::borrow::Cow;
use std::cell::RefCell;
use std::fs;
use std::io::{BufReader, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use flate2::read::MultiGzDecoder;
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use crate::basemap::{Archive, ArchiveError, ReadAt};
use crate::document::{self, project::ProjectError};
use crate::dossier::{self, About, DossierError, KEPT_BYTES, Origin, Problem, fingerprint};
use crate::formats::bundle::{Bundle, BundleError};
use crate::formats::format::{self, Candidate, Holds, Read as FeaturesRead};
use crate::formats::geojson::{self, GeoJsonError, Order};
use crate::formats::gzip::{self, GzipError};
use crate::formats::number::hex;
use crate::formats::text::{self, ReadText, TextError};
use crate::session::Part;

use self::project::OpenedProject;

/// Why a file cannot be used. The text holds its cause, so the cause is not given a second time as the error's source.
#[derive(Debug, Error)]
pub enum FileError {
    /// It cannot be read.
    #[error("cannot read it: {}: {}", to_read(cause), path.display())]
    Read {
        /// The system's word.
        cause: std::io::Error,
        /// Which file.
        path: PathBuf,
    },
    /// It cannot be written.
    #[error("cannot write it: {}: {}", to_write(cause), path.display())]
    Write {
        /// The system's word.
        cause: std::io::Error,
        /// Which file.
        path: PathBuf,
    },
    /// Its name does not tell what it is.
    #[error("expected {}; this is none of them: {}", format::expected(), path.display())]
    UnknownKind {
        /// Which file.
        path: PathBuf,
    },
    /// It is no GeoJSON that can be drawn.
    #[error("{cause}: {}", path.display())]
    GeoJson {
        /// What is wrong.
        cause: GeoJsonError,
        /// Which file.
        path: PathBuf,
    },
    /// It is packed, and cannot be unpacked.
    #[error("{cause}: {}", path.display())]
    Gzip {
        /// What is wrong.
        cause: GzipError,
        /// Which file.
        path: PathBuf,
    },
    /// It is no project.
    #[error("{cause}: {}", path.display())]
    Project {
        /// What is wrong.
        cause: ProjectError,
        /// Which file.
        path: PathBuf,
    },
    /// It is GeoJSON, but nothing in it can be drawn.
    #[error("{what}: {}", path.display())]
    NoShape {
        /// What is wrong.
        what: String,
        /// Which file.
        path: PathBuf,
    },
    /// It is no dossier.
    #[error("{cause}: {}", path.display())]
    Dossier {
        /// What is wrong.
        cause: DossierError,
        /// Which file.
        path: PathBuf,
    },
    /// It is no zip of a folder.
    #[error("{cause}: {}", path.display())]
    Bundle {
        /// What is wrong.
        cause: BundleError,
        /// Which file.
        path: PathBuf,
    },
    /// It is no text.
    #[error("{cause}: {}", path.display())]
    Text {
        /// What is wrong.
        cause: TextError,
        /// Which file.
        path: PathBuf,
    },
    /// It is no map file.
    #[error("{cause}: {}", path.display())]
    Map {
        /// What is wrong.
        cause: ArchiveError,
        /// Which file.
        path: PathBuf,
    },
}

/// Why something cannot be read, and what to do, where the system's word says too little.
fn to_read(cause: &std::io::Error) -> String {
    match cause.kind() {
        ErrorKind::NotFound => "No such file or folder; look whether its path is spelt right".to_owned(),
        ErrorKind::PermissionDenied => "there is no permission to read it; allow it, or copy it elsewhere".to_owned(),
        ErrorKind::IsADirectory => "it is a folder; name a file in it".to_owned(),
        _ => cause.to_string(),
    }
}

/// The same of what cannot be written.
fn to_write(cause: &std::io::Error) -> String {
    match cause.kind() {
        ErrorKind::NotFound => "its folder does not exist; make it, or write elsewhere".to_owned(),
        ErrorKind::NotADirectory => "what should be its folder is a file; write elsewhere".to_owned(),
        ErrorKind::IsADirectory => "a folder has that name; write under another".to_owned(),
        ErrorKind::PermissionDenied => "there is no permission to write there; write elsewhere".to_owned(),
        ErrorKind::ReadOnlyFilesystem => "the disk can only be read; write elsewhere".to_owned(),
        ErrorKind::StorageFull => "the disk is full; make room, or write elsewhere".to_owned(),
        _ => cause.to_string(),
    }
}

/// A file that was opened.
pub struct Opened {
    /// What it turned out to hold.
    pub content: Content,
    /// The files that were read for it: of a dossier, its `dossier.json` and those that it names; otherwise the file.
    pub files: Vec<PathBuf>,
}

/// What a file turned out to hold.
pub enum Content {
    /// A dossier, or a layer of the user's own.
    Evidence(Part),
    /// A map to lay over the built-in one.
    Map(Box<Archive>),
    /// A project.
    Project(Box<OpenedProject>),
}

/// How a file is to be taken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Taken {
    /// Whether a project is features like those of any other GeoJSON.
    pub no_project: bool,
    /// Which number of a position stands first.
    pub order: Order,
    /// Whether its SHA-256 is wanted however large it is, for a layer of a project.
    pub is_layer: bool,
}

/// The SHA-256 of a file, worked out on a thread of its own beside reading it: it takes a third as long.
struct Sum(Option<std::thread::JoinHandle<std::io::Result<String>>>);

impl Sum {
    fn start(path: &Path) -> Self {
        let path = path.to_owned();
        let work = move || {
            let mut sum = Sha256::new();
            std::io::copy(&mut fs::File::open(path)?, &mut sum)?;
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
    let metadata = fs::metadata(path).map_err(|cause| FileError::Read { cause, path: path.to_owned() })?;
    if metadata.is_dir() {
        let json = path.join("dossier.json");
        return open_dossier(path, &json, read(&json)?);
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let name = gzip::unpacked_name(&name);
    let opened = |content| Ok(Opened { content, files: vec![path.to_owned()] });
    if metadata.is_file() {
        // A map is read in parts, and plain GeoJSON in blocks, neither as a whole.
        let bytes = start(path)?;
        let candidate = Candidate { name, bytes: &bytes };
        if format::PMTILES.is_named(name) || (format::PMTILES.sniff)(&candidate) {
            return opened(open_map(path)?);
        }
        if taken.order == Order::LonLat
            && let Some(content) = plain_layer(path, name, &bytes, metadata.len(), taken)
        {
            return opened(content?);
        }
    }
    let raw = read(path)?;
    let sum = fingerprint::bytes(&raw);
    let bytes = gzip::unpack(raw.into(), geojson::MAX_BYTES)
        .map_err(|cause| FileError::Gzip { cause, path: path.to_owned() })?;
    let Some(format) = format::known(&Candidate { name, bytes: &bytes }) else {
        return Err(FileError::UnknownKind { path: path.to_owned() });
    };
    let features = |read: fn(&[u8], Order) -> Result<FeaturesRead, GeoJsonError>| {
        let read = read(&bytes, taken.order).map_err(|cause| FileError::GeoJson { cause, path: path.to_owned() })?;
        opened(layer_of(path, read, || layers::origin(path, Some(&bytes), sum.clone(), taken.order))?)
    };
    match format.holds {
        Holds::Project if taken.no_project => features(geojson::read_all),
        Holds::Project => opened(Content::Project(Box::new(project::from_bytes(path, &bytes)?))),
        Holds::Dossier if bytes.starts_with(b"{") || name.ends_with(".json") => {
            open_dossier(folder_of(path), path, bytes.into_owned())
        }
        Holds::Dossier => opened(open_bundle(path, bytes.into_owned())?),
        Holds::Features(read) => features(read),
        Holds::Map => opened(open_map(path)?),
    }
}

/// The first bytes of a file.
fn start(path: &Path) -> Result<Vec<u8>, FileError> {
    let failed = |cause| FileError::Read { cause, path: path.to_owned() };
    let mut bytes = Vec::new();
    fs::File::open(path).map_err(failed)?.take(64).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

/// A dossier whose `dossier.json` has been read from `path`, with its other files in `folder`.
fn open_dossier(folder: &Path, path: &Path, json: Vec<u8>) -> Result<Opened, FileError> {
    let open = |name: &str| -> Result<Cow<'static, [u8]>, String> {
        let inside = Path::new(name);
        let plain = inside.components().all(|part| matches!(part, std::path::Component::Normal(_)));
        if !plain {
            return Err(format!("'{name}' leads out of the dossier's folder"));
        }
        read(&folder.join(inside)).map(Cow::Owned).map_err(|error| error.to_string())
    };
    match dossier::read(&json, &open) {
        Ok((dossier, problems)) => Ok(Opened {
            content: Content::Evidence(Part::Dossier(Box::new(dossier), problems)),
            files: files_of_dossier(folder, path, &json),
        }),
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

/// Reads the text of an article from a plain-text or HTML file.
///
/// # Errors
/// [`FileError::Read`], [`FileError::Text`].
pub fn read_text(path: &Path) -> Result<ReadText, FileError> {
    let bytes = read_at_most(path, text::MAX_BYTES).map_err(|error| {
        // What kind of file it is says more than that it is too large.
        let kind = start(path).ok().and_then(|bytes| text::binary_kind(&bytes));
        kind.map_or(error, |kind| FileError::Text { cause: TextError::Binary(kind), path: path.to_owned() })
    })?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    text::read(&name, &bytes).map_err(|cause| FileError::Text { cause, path: path.to_owned() })
}

/// The files of a folder, by name; not those in folders within.
#[derive(Debug, Default)]
pub struct Texts {
    /// Plain text and HTML, by their endings ([`text::EXTENSIONS`]).
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
        let is_hidden = path.file_name().unwrap_or_default().to_string_lossy().starts_with('.');
        let kind = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        if !path.is_file() {
            continue;
        } else if text::EXTENSIONS.contains(&kind.as_str()) {
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
        "pdf" => "a PDF; save its text as a .txt file, as pdftotext or a reader's “Save as text” does",
        "mht" | "mhtml" => "a page saved as one file; save it from the browser as HTML instead",
        "doc" | "docx" | "odt" | "rtf" => "a word processor's file; save it as plain text or HTML",
        "webarchive" => "a web archive; save the page as HTML (“page source”) instead",
        _ => "neither plain text nor HTML by its name; save it as .txt or .html if it is the text of an article",
    };
    format!("it is {what}: {}", path.display())
}

/// The layer of a large plain GeoJSON file that is no project, without holding its text; others are to be read whole.
fn plain_layer(path: &Path, name: &str, start: &[u8], bytes: u64, taken: Taken) -> Option<Result<Content, FileError>> {
    if !name.ends_with(".geojson") || bytes <= KEPT_BYTES {
        return None;
    }
    let file = fs::File::open(path).ok()?;
    // A figure of the file alone has no use for it.
    let sum = if taken.no_project && !taken.is_layer { Sum(None) } else { Sum::start(path) };
    let table = if gzip::is_gzip(start) {
        geojson::read_plain_table(MultiGzDecoder::new(BufReader::new(file)), document::project::may_be_of_project)
    } else {
        geojson::read_plain_table(file, document::project::may_be_of_project)
    }?;
    let read = FeaturesRead { features: table, warnings: Vec::new() };
    Some(layer_of(path, read, || layers::origin(path, None, sum.get(), taken.order)))
}

fn layer_of(path: &Path, read: FeaturesRead, origin: impl FnOnce() -> Arc<Origin>) -> Result<Content, FileError> {
    let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let name = Path::new(gzip::unpacked_name(&file)).file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let (mut layer, mut problems) =
        dossier::own_layer(&name, read.features).map_err(|what| FileError::NoShape { what, path: path.to_owned() })?;
    let part = || About::Overlay(layer.id.clone());
    problems.extend(read.warnings.into_iter().map(|what| Problem { part: part(), what }));
    layer.opened_from = Some(file);
    layer.origin = Some(origin());
    Ok(Content::Evidence(Part::Layer(Box::new(layer), problems)))
}

fn open_map(path: &Path) -> Result<Content, FileError> {
    let failed = |cause| FileError::Read { cause, path: path.to_owned() };
    let file = FileReader::open(path).map_err(failed)?;
    let archive = Archive::open(file).map_err(|cause| FileError::Map { cause, path: path.to_owned() })?;
    Ok(Content::Map(Box::new(archive)))
}

/// A file that is read in parts, as an archive of tiles is.
#[derive(Debug)]
struct FileReader {
    file: std::sync::Mutex<fs::File>,
    size: u64,
}

impl FileReader {
    fn open(path: &Path) -> std::io::Result<Self> {
        let file = fs::File::open(path)?;
        let size = file.metadata()?.len();
        Ok(Self { file: std::sync::Mutex::new(file), size })
    }
}

impl ReadAt for FileReader {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_at(&self, offset: u64, length: usize) -> std::io::Result<Cow<'_, [u8]>> {
        use std::io::{Seek as _, SeekFrom};
        if offset.checked_add(length as u64).is_none_or(|end| end > self.size) {
            return Err(std::io::Error::new(std::io::ErrorKind::UnexpectedEof, "beyond the end of the file"));
        }
        let mut file = self.file.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        file.seek(SeekFrom::Start(offset))?;
        let mut bytes = vec![0; length];
        file.read_exact(&mut bytes)?;
        Ok(Cow::Owned(bytes))
    }
}

/// Reads a whole file of at most [`geojson::MAX_BYTES`] bytes.
///
/// # Errors
/// [`FileError::Read`].
pub fn read(path: &Path) -> Result<Vec<u8>, FileError> {
    read_at_most(path, geojson::MAX_BYTES)
}

fn read_at_most(path: &Path, most: usize) -> Result<Vec<u8>, FileError> {
    let failed = |cause| FileError::Read { cause, path: path.to_owned() };
    let file = fs::File::open(path).map_err(failed)?;
    // Room for all of it at once, and for the byte that tells that there is no more.
    let size = file.metadata().map_or(0, |metadata| metadata.len()).min(most as u64);
    let mut bytes = Vec::with_capacity(size as usize + 1);
    file.take(most as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() > most {
        return Err(failed(std::io::Error::other(format!("larger than {} MB", most >> 20))));
    }
    Ok(bytes)
}

/// Writes a file whole or not at all: beside its place first, synced, then renamed. Where a link stands, what it leads
/// to is replaced; permissions stay.
///
/// # Errors
/// [`FileError::Write`].
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    replace(path, bytes).map_err(|cause| FileError::Write { cause, path: path.to_owned() })
}

fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let target = target_of(path);
    let folder = folder_of(&target);
    let name = target.file_name().ok_or_else(|| std::io::Error::other("the path names no file"))?;
    let mut temporary = std::ffi::OsString::from(".");
    temporary.push(name);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    temporary.push(format!(".{}-{count}.part", std::process::id()));
    let temporary = folder.join(temporary);
    let before = fs::metadata(&target).ok();
    let written = fs::File::create(&temporary).and_then(|mut file| {
        file.write_all(bytes)?;
        if let Some(before) = &before {
            keep_owner(&temporary, before);
            file.set_permissions(before.permissions())?;
        }
        file.sync_all()
    });
    let renamed = written.and_then(|()| fs::rename(&temporary, &target));
    if renamed.is_err() {
        // What is half written must not stay; that it was never there is no further error.
        let _ = fs::remove_file(&temporary);
    }
    renamed?;
    remove_stale(folder, name);
    sync_folder(folder);
    Ok(())
}

/// Removes what programs that were ended in the midst of writing a file of this name left beside it: their process is
/// gone, or nothing was written for an hour.
fn remove_stale(folder: &Path, name: &std::ffi::OsStr) {
    let start = format!(".{}.", name.to_string_lossy());
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let part = entry.file_name();
        let part = part.to_string_lossy();
        let numbers = part.strip_prefix(&start).and_then(|rest| rest.strip_suffix(".part")?.split_once('-'));
        let Some((Ok(process), Ok(_))) = numbers.map(|(a, b)| (a.parse::<u32>(), b.parse::<u32>())) else { continue };
        let Ok(metadata) = entry.metadata() else { continue };
        let idle_s = metadata.modified().ok().and_then(|at| at.elapsed().ok()).map_or(0, |idle| idle.as_secs());
        // On a shared disk the process may be another machine's, which is still writing.
        let is_stale = process != std::process::id() && (idle_s >= 3600 || idle_s >= 60 && is_gone(process));
        if is_stale && metadata.is_file() {
            // What cannot be removed harms nobody.
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Whether no such process runs, where the system shows its processes as files.
fn is_gone(process: u32) -> bool {
    let processes = Path::new("/proc");
    processes.join("self").exists() && !processes.join(process.to_string()).exists()
}

/// What a path leads to, by way of links, even where nothing is there yet.
fn target_of(path: &Path) -> PathBuf {
    let mut target = path.to_owned();
    // As many as Linux follows.
    for _ in 0..40 {
        match fs::read_link(&target) {
            Ok(next) => target = folder_of(&target).join(next),
            Err(_) => break,
        }
    }
    target
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Gives the new file to whom the old one belonged, as far as the system allows it.
fn keep_owner(temporary: &Path, before: &fs::Metadata) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt as _, chown};
        // Only the administrator may give files away; for others the file is their own already.
        let _ = chown(temporary, Some(before.uid()), Some(before.gid()));
    }
    #[cfg(not(unix))]
    let _ = (temporary, before);
}

/// Makes sure that a rename or a removal outlives a power cut.
fn sync_folder(folder: &Path) {
    if let Ok(folder) = fs::File::open(folder) {
        // Some file systems cannot sync a folder; the file itself is safe.
        let _ = folder.sync_all();
    }
}

/// Makes a folder, and those that it lies in, unless it is there.
///
/// # Errors
/// [`FileError::Write`].
pub fn make_folder(path: &Path) -> Result<(), FileError> {
    fs::create_dir_all(path).map_err(|cause| FileError::Write { cause, path: path.to_owned() })
}

/// Whether something is at this path, so that writing would replace it.
pub fn exists(path: &Path) -> bool {
    path.exists()
}

/// The files that [`open`] would read, found without opening them: of a dossier, its `dossier.json` and those that it
/// names; otherwise the file itself.
pub fn read_with(path: &Path) -> Vec<PathBuf> {
    let (folder, json) = if path.is_dir() {
        (path, path.join("dossier.json"))
    } else if path.file_name().is_some_and(|name| name.eq_ignore_ascii_case("dossier.json")) {
        (folder_of(path), path.to_owned())
    } else {
        return vec![path.to_owned()];
    };
    // One that cannot be read names none.
    files_of_dossier(folder, &json, &read(&json).unwrap_or_default())
}

/// Whether two paths lead to one file, by links of either kind or by other names of its folders.
pub fn is_same(a: &Path, b: &Path) -> bool {
    let (Ok(there), Ok(other)) = (fs::canonicalize(a), fs::canonicalize(b)) else { return false };
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        if let (Ok(there), Ok(other)) = (fs::metadata(&there), fs::metadata(&other)) {
            return (there.dev(), there.ino()) == (other.dev(), other.ino());
        }
    }
    there == other
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

/// A path with `~` for the home folder made whole.
pub fn expand(path: &str) -> PathBuf {
    match (path.strip_prefix("~/"), directories::UserDirs::new()) {
        (Some(rest), Some(user)) => user.home_dir().join(rest),
        _ => PathBuf::from(path),
    }
}

/// Where figures are usually put.
pub fn pictures_folder() -> Option<PathBuf> {
    let user = directories::UserDirs::new()?;
    let folder = user.picture_dir().filter(|folder| folder.is_dir()).unwrap_or_else(|| user.home_dir());
    Some(folder.to_owned())
}

/// Where tiles from servers are kept.
pub fn cache_folder() -> Option<PathBuf> {
    Some(directories::ProjectDirs::from("", "", "claimline")?.cache_dir().to_owned())
}

/// Where what must not be lost is kept: recovery, recent files.
pub fn state_folder() -> Option<PathBuf> {
    let folders = directories::ProjectDirs::from("", "", "claimline")?;
    Some(folders.state_dir().unwrap_or_else(|| folders.data_local_dir()).to_owned())
}

/// The user's folder of documents.
pub fn documents_folder() -> Option<PathBuf> {
    let folders = directories::UserDirs::new()?;
    Some(folders.document_dir().unwrap_or_else(|| folders.home_dir()).to_owned())
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;

    #[test]
    fn what_a_program_that_was_ended_left_goes_with_the_next_write() {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str, idle_s: u64| {
            let file = fs::File::create(folder.path().join(name)).unwrap();
            file.set_modified(SystemTime::now() - Duration::from_secs(idle_s)).unwrap();
        };
        // No system numbers a process so high; process 1 always runs.
        for (name, idle_s) in [
            (".figure.png.4294967295-0.part", 4000),
            (".figure.png.1-0.part", 4000),
            (".figure.png.4294967294-0.part", 0),
            (".figure.png.1-1.part", 120),
            (".other.png.4294967295-0.part", 4000),
            (".figure.png.mine.part", 4000),
        ] {
            put(name, idle_s);
        }
        if cfg!(target_os = "linux") {
            put(".figure.png.4294967293-7.part", 120);
        }
        write(&folder.path().join("figure.png"), b"a picture").unwrap();
        let mut left: Vec<String> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        left.sort();
        let kept = [
            ".figure.png.1-1.part",
            ".figure.png.4294967294-0.part",
            ".figure.png.mine.part",
            ".other.png.4294967295-0.part",
            "figure.png",
        ];
        assert_eq!(left, kept);
    }
}
