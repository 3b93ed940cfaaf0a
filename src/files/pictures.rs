//! Pictures that are placed on the map: what their files and the files beside them say, and their pixels as tiles.
//!
//! A small picture is kept in memory; a large one is turned into tiles once and kept in the cache, under the fingerprint of
//! its file. Only what is asked for is held: rows while the tiles are made, tiles while they are drawn.

mod annotated;
pub(in crate::files) mod remote;

use std::fs;
use std::io::{BufRead, BufReader, BufWriter, Cursor, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use sha2::{Digest as _, Sha256};

use super::disk::{self, FileReader, folder_of, make_private_folder};
use super::{FileError, address, companion, companion_of, shares};
use crate::basemap::raster::pyramid::{Pyramid, PyramidWriter};
use crate::document::Picture;
use crate::dossier::FileRecord;
use crate::formats::geojson::Order;
use crate::formats::number::hex;
use crate::formats::picture::geotiff::{Georeferencing, Way};
use crate::formats::picture::orientation::{self, AS_STORED};
use crate::formats::picture::{self, Header, PictureError, Placement, annotation, ground_overlay, world_file};
use crate::geometry::georeference::TransformKind;
use crate::geometry::work::{self, Watched};

/// A picture of more pixels is kept in the cache, not in memory.
const MOST_IN_MEMORY: u64 = 16 << 20;

/// The cache of pictures holds no more bytes; those used longest ago go first.
const MOST_KEPT_BYTES: u64 = 8 << 30;

/// How the names of its files end.
const ENDING: &str = "pyramid";

/// A picture as it is stored, and how its pixels are turned, as Exif counts.
type Turned<'a> = (&'a Header, u8);

/// Where the tiles of a large picture go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Store<'a> {
    /// Into this folder, to be found again.
    Cache(&'a Path),
    /// Into a file that goes with the program.
    Temporary,
}

/// What a picture is before its pixels are read.
#[derive(Debug, Clone, PartialEq)]
pub struct Looked {
    /// Size and kind.
    pub header: Header,
    /// Where it belongs by its own word or that of a file beside it, if there is one.
    pub placement: Option<Placement>,
    /// What to say of that.
    pub warnings: Vec<String>,
}

/// A picture that has been read.
#[derive(Debug, Clone)]
pub struct ReadPicture {
    /// As a document takes it; without an id.
    pub picture: Picture,
    /// Its pixels.
    pub pyramid: Arc<Pyramid>,
    /// What to say of it.
    pub warnings: Vec<String>,
}

trait ReadSeek: BufRead + Seek {}
impl<R: BufRead + Seek> ReadSeek for R {}

fn failed(path: &Path) -> impl Fn(PictureError) -> FileError + '_ {
    |cause| match cause {
        PictureError::Io(cause) => FileError::Read { cause, path: path.to_owned() },
        cause => FileError::Picture { cause, path: path.to_owned() },
    }
}

/// A picture's bytes: of its file, or of the one inside a KMZ.
fn source(path: &Path, inside: Option<&str>) -> Result<Box<dyn ReadSeek>, FileError> {
    let unread = |cause| FileError::Read { cause, path: path.to_owned() };
    if let Some(href) = inside {
        return Ok(Box::new(Cursor::new(packed(&disk::read(path)?, path, href)?)));
    }
    let file = disk::open(path).map_err(unread)?;
    let size = file.metadata().map_err(unread)?.len();
    if size > picture::MOST_BYTES {
        return Err(failed(path)(PictureError::TooManyBytes(size)));
    }
    Ok(Box::new(BufReader::with_capacity(1 << 16, file)))
}

/// A picture inside a KMZ.
fn packed(kmz: &[u8], path: &Path, href: &str) -> Result<Arc<[u8]>, FileError> {
    let picture = ground_overlay::packed_picture(kmz, href);
    picture.map(Arc::from).map_err(|cause| FileError::Features { cause, path: path.to_owned() })
}

/// Gives the bytes of a picture, from the first, as often as it is asked.
type Again<'a> = dyn Fn() -> Result<Box<dyn ReadSeek>, FileError> + 'a;

/// Whether a file is a picture by its first bytes.
pub fn is_picture(path: &Path) -> bool {
    super::start(path).is_ok_and(|bytes| picture::PictureFormat::of_start(&bytes).is_some())
}

/// Looks at the beginning of a picture and at the files beside it: a world file and a `.prj`. In `crs` whatever they say of
/// the coordinate system.
///
/// # Errors
/// [`FileError`]: it is no picture, too large, or what says where it belongs cannot be understood.
pub fn look(path: &Path, crs: Option<&str>) -> Result<Looked, FileError> {
    let failed = failed(path);
    let header = picture::header(source(path, None)?).map_err(&failed)?;
    let ending = path.extension().unwrap_or_default().to_string_lossy().into_owned();
    let beside = |ending: &str| companion(path, ending).map_err(|what| failed(PictureError::Beside(what)));
    let mut said = header.placed.clone();
    for ending in world_file::endings(&ending) {
        // What stands in the file itself is the surer word.
        if said.is_some() {
            break;
        }
        if companion_of(path, &ending).is_some()
            && let Some(bytes) = beside(&ending)?
        {
            let affine = world_file::read(&bytes).map_err(&failed)?;
            said = Some(Georeferencing { system: None, way: Way::Affine(affine) });
        }
    }
    if let Some(said) = &mut said
        && said.system.is_none()
    {
        said.system = beside("prj")?.map(|bytes| String::from_utf8_lossy(&bytes).trim().to_owned());
    }
    let Some(said) = said else { return Ok(Looked { header, placement: None, warnings: Vec::new() }) };
    let (placement, warnings) = Placement::of_file(&said, crs).map_err(&failed)?;
    Ok(Looked { header, placement: Some(placement), warnings })
}

/// Opens a picture that says where it belongs, by itself or by the files beside it; of a Georeference Annotation, the first
/// that it places.
///
/// # Errors
/// [`FileError`], with [`PictureError::NotPlaced`] of one that says nothing.
pub fn open(path: &Path, crs: Option<&str>, store: Store<'_>) -> Result<ReadPicture, FileError> {
    if address::is_address(path) {
        return remote::open(path, crs);
    }
    if is_annotation(path) {
        return annotated::open_one(path, store);
    }
    let Looked { placement, warnings, header } = look(path, crs)?;
    let placement = placement.ok_or_else(|| failed(path)(PictureError::NotPlaced))?;
    placed(path, &header, AS_STORED, placement, warnings, store)
}

fn is_named(path: &Path, endings: &[&str]) -> bool {
    let ending = path.extension().unwrap_or_default();
    endings.iter().any(|own| ending.eq_ignore_ascii_case(own))
}

/// Whether a file is a Georeference Annotation: by its beginning, or by its name where it is no picture.
fn is_annotation(path: &Path) -> bool {
    let start = super::start(path).unwrap_or_default();
    picture::PictureFormat::of_start(&start).is_none()
        && (annotation::looks_like_one(&start) || is_named(path, &["json"]))
}

/// The pictures of a file.
#[derive(Debug, Default)]
pub struct FilePictures {
    /// Those that are placed and read.
    pub read: Vec<ReadPicture>,
    /// Those that are placed and whose pixels are not at hand, with the reason and what to do.
    pub missing: Vec<(Picture, String)>,
    /// What is left out, in words.
    pub left_out: Vec<String>,
}

/// All pictures of a file: of a KML or KMZ its ground overlays, of a page of Georeference Annotations those that they place,
/// otherwise the one that [`open`] opens.
///
/// # Errors
/// [`FileError`].
pub fn open_all(path: &Path, crs: Option<&str>, store: Store<'_>) -> Result<FilePictures, FileError> {
    let is_file = !address::is_address(path);
    if is_file && is_named(path, &["kml", "kmz"]) {
        return open_ground_overlays(path, store);
    }
    if is_file && is_annotation(path) {
        return annotated::open_all(path, store);
    }
    Ok(FilePictures { read: vec![open(path, crs, store)?], ..FilePictures::default() })
}

/// Opens a picture that belongs where somebody says.
///
/// # Errors
/// [`FileError`].
pub fn open_placed(path: &Path, placement: Placement, store: Store<'_>) -> Result<ReadPicture, FileError> {
    let header = picture::header(source(path, None)?).map_err(failed(path))?;
    let orientation = match placement {
        Placement::Points { .. } => orientation::of(&header, source(path, None)?),
        Placement::Plane { .. } => AS_STORED,
    };
    placed(path, &header, orientation, placement, Vec::new(), store)
}

/// Opens a picture to be placed by hand: with the place that it or the files beside it tell, if that can be used, or with
/// none, which is control points of which there are none yet.
///
/// # Errors
/// [`FileError`]: it is no picture, or cannot be read.
pub fn open_unplaced(path: &Path, store: Store<'_>) -> Result<ReadPicture, FileError> {
    if is_annotation(path) {
        return annotated::open_one(path, store);
    }
    let header = picture::header(source(path, None)?).map_err(failed(path))?;
    let said = look(path, None).ok().and_then(|looked| looked.placement);
    let is_good = |placement: &Placement| {
        let mapping = placement.mapping();
        mapping.is_ok_and(|mapping| mapping.world_bounds(header.width_px, header.height_px).is_ok())
    };
    let (orientation, placement) = match said.filter(is_good) {
        Some(said) => (AS_STORED, said),
        None => (orientation::of(&header, source(path, None)?), Placement::of_points(&[], TransformKind::Affine)),
    };
    let file = record(path, None)?;
    let pyramid = pyramid(path, &|| source(path, None), (&header, orientation), &file.sha256, store)?;
    let size_px = orientation::size(orientation, [header.width_px, header.height_px]);
    let picture = Picture { orientation, ..Picture::new(Arc::new(file), size_px, placement) };
    Ok(ReadPicture { picture, pyramid, warnings: broken_off(source(path, None)?).into_iter().collect() })
}

/// What to say of a JPEG of which the end is missing; it is shown as far as it goes, as elsewhere.
fn broken_off(source: Box<dyn ReadSeek>) -> Option<String> {
    let breaks_off = picture::jpeg_breaks_off(source).unwrap_or(false);
    breaks_off
        .then(|| "the end of the JPEG is missing, and so is a part of the picture; fetch or save it again".to_owned())
}

fn placed(
    path: &Path,
    header: &Header,
    orientation: u8,
    placement: Placement,
    mut warnings: Vec<String>,
    store: Store<'_>,
) -> Result<ReadPicture, FileError> {
    let mapping = placement.mapping().map_err(failed(path))?;
    let size_px = orientation::size(orientation, [header.width_px, header.height_px]);
    mapping.world_bounds(size_px[0], size_px[1]).map_err(failed(path))?;
    warnings.extend(mapping.warnings().iter().cloned());
    warnings.extend(broken_off(source(path, None)?));
    let file = record(path, None)?;
    let pyramid = pyramid(path, &|| source(path, None), (header, orientation), &file.sha256, store)?;
    let picture = Picture { orientation, ..Picture::new(Arc::new(file), size_px, placement) };
    Ok(ReadPicture { picture, pyramid, warnings })
}

/// Fetches the picture of a document from its server. Somebody has asked for it.
///
/// # Errors
/// [`FileError`].
pub fn fetch(known: &Picture, store: Store<'_>) -> Result<ReadPicture, FileError> {
    remote::fetch(known, store)
}

/// Opens a picture of a document in another file, which the user says is its own: where that has other numbers of pixels,
/// the picture is placed by them in proportion.
///
/// # Errors
/// [`FileError`]: it is no picture, or one of another shape.
pub fn open_for(known: &Picture, path: &Path, store: Store<'_>) -> Result<ReadPicture, FileError> {
    let header = picture::header(source(path, None)?).map_err(failed(path))?;
    let file = record(path, None)?;
    let bytes = || source(path, None);
    for_known(known, path, &bytes, &header, file, store)
}

/// The same of bytes, wherever they are from.
fn for_known(
    known: &Picture,
    path: &Path,
    bytes: &Again<'_>,
    header: &Header,
    file: FileRecord,
    store: Store<'_>,
) -> Result<ReadPicture, FileError> {
    // One that was placed as it is stored stays so; of one that nobody has seen yet its own word counts.
    let is_new = known.file.sha256.is_empty();
    let orientation = match known.placement {
        Placement::Points { .. } if is_new || known.orientation != AS_STORED => orientation::of(header, bytes()?),
        _ => AS_STORED,
    };
    let size_px = orientation::size(orientation, [header.width_px, header.height_px]);
    let mut picture = known.clone();
    let mut warnings = Vec::new();
    if size_px != known.size_px {
        let scaled = known.scaled_to(size_px).ok_or_else(|| {
            let ([width, height], [own_width, own_height]) = (known.size_px, size_px);
            failed(path)(PictureError::Beside(format!(
                "this is another picture: it has {own_width} × {own_height} pixels, and {} was placed with {width} × {height}",
                crate::dossier::words::quoted(&known.title)
            )))
        })?;
        let ([width, height], [own_width, own_height]) = (known.size_px, size_px);
        warnings.push(format!(
            "it has {own_width} × {own_height} pixels in place of {width} × {height}: it is placed in proportion"
        ));
        picture = scaled;
    } else if !known.file.sha256.is_empty() && known.file.sha256 != file.sha256 {
        warnings.push("it differs from the file that was placed".to_owned());
    }
    let mapping = picture.placement.mapping().map_err(failed(path))?;
    mapping.world_bounds(size_px[0], size_px[1]).map_err(failed(path))?;
    let pyramid = pyramid(path, bytes, (header, orientation), &file.sha256, store)?;
    (picture.file, picture.orientation) = (Arc::new(file), orientation);
    Ok(ReadPicture { picture, pyramid, warnings })
}

/// Opens the ground overlays of a KML or KMZ, those of which the picture is in the zip or beside the file. Of the others it
/// is said why not.
///
/// # Errors
/// [`FileError`] of the file itself.
pub fn open_ground_overlays(path: &Path, store: Store<'_>) -> Result<FilePictures, FileError> {
    let bytes = crate::formats::gzip::unpack(disk::read(path)?.into(), crate::formats::geojson::MAX_BYTES)
        .map_err(|cause| FileError::Gzip { cause, path: path.to_owned() })?;
    let is_packed = bytes.starts_with(b"PK\x03\x04");
    let found = if is_packed { ground_overlay::all_packed(&bytes) } else { ground_overlay::all(&bytes) };
    let mut found = found.map_err(|cause| FileError::Features { cause, path: path.to_owned() })?;
    let kmz = if is_packed { Some(record(path, None)?) } else { None };
    // Those of a higher number lie above; others as they come.
    found.overlays.sort_by_key(|overlay| overlay.draw_order);
    let mut pictures = FilePictures::default();
    for overlay in &found.overlays {
        let one = || -> Result<ReadPicture, FileError> {
            let (file, record, inner) = match &kmz {
                Some(kmz) => {
                    let layer = Some(overlay.href.clone());
                    (path.to_owned(), FileRecord { layer, ..kmz.clone() }, Some(packed(&bytes, path, &overlay.href)?))
                }
                None => {
                    let file = beside(path, &overlay.href)?;
                    (file.clone(), record(&file, None)?, None)
                }
            };
            let again = || -> Result<Box<dyn ReadSeek>, FileError> {
                match &inner {
                    Some(bytes) => Ok(Box::new(Cursor::new(Arc::clone(bytes)))),
                    None => source(&file, None),
                }
            };
            let header = picture::header(again()?).map_err(failed(&file))?;
            let placement = overlay.placement(header.width_px, header.height_px);
            let mapping = placement.mapping().map_err(failed(&file))?;
            mapping.world_bounds(header.width_px, header.height_px).map_err(failed(&file))?;
            let pyramid = pyramid(&file, &again, (&header, AS_STORED), &pixels_of(&record), store)?;
            let mut picture = Picture::new(Arc::new(record), [header.width_px, header.height_px], placement);
            if !overlay.name.trim().is_empty() {
                picture.title.clone_from(&overlay.name);
            }
            (picture.visible, picture.opacity) = (overlay.visible, overlay.opacity);
            Ok(ReadPicture { picture, pyramid, warnings: Vec::new() })
        };
        if work::is_cancelled() {
            pictures.left_out.push(ground_overlay::left_out(&overlay.name, "it was cancelled"));
            continue;
        }
        match one() {
            Ok(picture) => pictures.read.push(picture),
            Err(FileError::Picture { cause: PictureError::Points(_), .. }) => {
                let why = "its four corners make no picture: they go counter-clockwise from the lower left";
                pictures.left_out.push(ground_overlay::left_out(&overlay.name, why));
            }
            Err(error) => pictures.left_out.push(ground_overlay::left_out(&overlay.name, &error.to_string())),
        }
    }
    pictures.left_out.extend(found.into_left_out());
    Ok(pictures)
}

/// By what the cache knows the pixels of a picture: the fingerprint of its file, and which picture in it is meant.
fn pixels_of(file: &FileRecord) -> String {
    let member = file.layer.as_deref().map(|inside| hex(&Sha256::digest(inside)[..8])).unwrap_or_default();
    format!("{}{member}", file.sha256)
}

/// A file beside a KML, by what that says: nothing outside its folder, and nothing of a server.
fn beside(path: &Path, href: &str) -> Result<PathBuf, FileError> {
    if href.contains("://") {
        let what = format!(
            "its picture is on a server, and pictures that a file names are not fetched; download it, put it beside the file \
             and name it so there ({})",
            crate::formats::read::shortened(href)
        );
        return Err(failed(path)(PictureError::Beside(what)));
    }
    // Some write names as they stand in addresses.
    let decoded = crate::formats::percent::decoded(href);
    let is_written_so = folder_of(path).join(href).exists() || !folder_of(path).join(&decoded).is_file();
    let inside = Path::new(if is_written_so { href } else { &decoded });
    let is_plain = inside.components().next().is_some()
        && inside
            .components()
            .all(|part| matches!(part, std::path::Component::Normal(_) | std::path::Component::CurDir));
    if is_plain {
        return Ok(folder_of(path).join(inside));
    }
    let what = "its picture is not in the folder of the file; pictures elsewhere are not read".to_owned();
    Err(failed(path)(PictureError::Beside(what)))
}

/// The record of a picture's file, with its fingerprint.
pub(super) fn record(path: &Path, inside: Option<&str>) -> Result<FileRecord, FileError> {
    let unread = |cause| FileError::Read { cause, path: path.to_owned() };
    let file = disk::open(path).map_err(unread)?;
    let metadata = file.metadata().map_err(unread)?;
    work::begin(|| format!("Reading {}", crate::dossier::name_of(path)), metadata.len());
    let mut sum = Sha256::new();
    std::io::copy(&mut Watched::new(file), &mut sum).map_err(unread)?;
    let modified = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    Ok(FileRecord {
        path: fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()),
        elsewhere: None,
        sha256: hex(&sum.finalize()),
        bytes: metadata.len(),
        modified_ms: modified.and_then(|time| u64::try_from(time.as_millis()).ok()),
        order: Order::LonLat,
        crs: None,
        table: None,
        layer: inside.map(str::to_owned),
    })
}

/// Reads the pixels of a picture of a document again. With them, whether its file has been changed since.
///
/// # Errors
/// [`FileError`]: it is gone, or no longer a picture, or one of another size.
pub fn load(picture: &Picture, store: Store<'_>) -> Result<(Arc<Pyramid>, bool), FileError> {
    let file = &picture.file;
    if address::is_address(&file.path) {
        return remote::kept(picture, store).map(|pyramid| (pyramid, false));
    }
    let there = shares::there(file).map_err(|why| failed(&file.path)(PictureError::Beside(why)))?;
    let path = there.as_path();
    let inside = file.layer.as_deref();
    let header = picture::header(source(path, inside)?).map_err(failed(path))?;
    let [width, height] = orientation::size(picture.orientation, [header.width_px, header.height_px]);
    if [width, height] != picture.size_px {
        let [was_width, was_height] = picture.size_px;
        return Err(failed(path)(PictureError::Beside(format!(
            "it now has {width} × {height} pixels, and was placed with {was_width} × {was_height}; 'Locate its file…' in \
             the window places it in proportion"
        ))));
    }
    let now = record(path, inside)?;
    let pyramid = pyramid(path, &|| source(path, inside), (&header, picture.orientation), &pixels_of(&now), store)?;
    Ok((pyramid, now.sha256 != file.sha256 && !file.sha256.is_empty()))
}

fn pyramid(
    path: &Path,
    bytes: &Again<'_>,
    (header, orientation): (&Header, u8),
    pixels: &str,
    store: Store<'_>,
) -> Result<Arc<Pyramid>, FileError> {
    let header = &(header, orientation);
    let size = u64::from(header.0.width_px) * u64::from(header.0.height_px);
    let made = match store {
        _ if size <= MOST_IN_MEMORY => in_memory(path, bytes, header),
        Store::Temporary => tempfile::tempfile().map_err(PictureError::Io).and_then(|file| {
            let file = write_pyramid(path, bytes, header, BufWriter::new(file))?;
            let file = file.into_inner().map_err(|error| PictureError::Io(error.into_error()))?;
            let size = file.metadata()?.len();
            Ok(Pyramid::open(FileReader { file: std::sync::Mutex::new(file), size })?)
        }),
        Store::Cache(folder) => in_cache(path, bytes, header, folder, pixels),
    };
    made.map(Arc::new).map_err(failed(path))
}

fn in_memory(path: &Path, bytes: &Again<'_>, header: &Turned<'_>) -> Result<Pyramid, PictureError> {
    Ok(Pyramid::open(write_pyramid(path, bytes, header, Vec::new())?)?)
}

fn write_pyramid<W: Write>(
    path: &Path,
    bytes: &Again<'_>,
    (header, orientation): &Turned<'_>,
    to: W,
) -> Result<W, PictureError> {
    work::begin(|| format!("Preparing {}", crate::dossier::name_of(path)), header.height_px.into());
    let stored_px = [header.width_px, header.height_px];
    let [width, height] = orientation::size(*orientation, stored_px);
    let mut writer = PyramidWriter::new(to, width, height)?;
    let source = bytes().map_err(|error| match error {
        FileError::Read { cause, .. } => PictureError::Io(cause),
        other => PictureError::Beside(other.to_string()),
    })?;
    orientation::upright_rows(source, stored_px, *orientation, &mut |row| Ok(writer.row(row)?))?;
    Ok(writer.finish()?)
}

/// By which the pixels of a picture are kept once they are turned.
fn turned_pixels(pixels: &str, orientation: u8) -> String {
    if orientation == AS_STORED { pixels.to_owned() } else { format!("{pixels}-{orientation}") }
}

/// The pyramid in the cache, if it is there whole.
fn from_cache(folder: &Path, pixels: &str, size_px: (u32, u32)) -> Option<Pyramid> {
    let kept = folder.join(format!("{pixels}.{ENDING}"));
    let pyramid = Pyramid::open(FileReader::open(&kept).ok()?).ok()?;
    if pyramid.size_px() != size_px {
        return None;
    }
    // So that it counts as used now.
    let touched = disk::private_options().open(&kept);
    let _ = touched.and_then(|file| file.set_modified(SystemTime::now()));
    Some(pyramid)
}

/// The pyramid in the cache; made and put there if it is not there whole.
fn in_cache(
    path: &Path,
    bytes: &Again<'_>,
    header: &Turned<'_>,
    folder: &Path,
    pixels: &str,
) -> Result<Pyramid, PictureError> {
    let [width, height] = orientation::size(header.1, [header.0.width_px, header.0.height_px]);
    let pixels = &turned_pixels(pixels, header.1);
    if let Some(pyramid) = from_cache(folder, pixels, (width, height)) {
        return Ok(pyramid);
    }
    make_private_folder(folder)?;
    make_room(folder);
    let part = tempfile::Builder::new().prefix(".making-").suffix(".part").tempfile_in(folder)?;
    let file = part.reopen()?;
    write_pyramid(path, bytes, header, BufWriter::with_capacity(1 << 18, file))?
        .into_inner()
        .map_err(|error| PictureError::Io(error.into_error()))?;
    let kept = folder.join(format!("{pixels}.{ENDING}"));
    part.persist(&kept).map_err(|error| PictureError::Io(error.error))?;
    Ok(Pyramid::open(FileReader::open(&kept)?)?)
}

/// Removes what was used longest ago, until the rest is small enough; and what was left half made a day ago.
fn make_room(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut kept = Vec::new();
    for entry in entries.flatten() {
        let Ok(metadata) = entry.metadata() else { continue };
        let used = metadata.modified().unwrap_or(UNIX_EPOCH);
        let path = entry.path();
        let is_old = used.elapsed().is_ok_and(|elapsed| elapsed.as_secs() > 86_400);
        match path.extension().and_then(|ending| ending.to_str()) {
            Some(ENDING) if metadata.is_file() => kept.push((used, metadata.len(), path)),
            // Of a program that was ended meanwhile.
            Some("part") if metadata.is_file() && is_old => drop(fs::remove_file(path)),
            _ => {}
        }
    }
    kept.sort();
    let mut bytes: u64 = kept.iter().map(|(_, bytes, _)| bytes).sum();
    for (_, own, path) in kept {
        if bytes <= MOST_KEPT_BYTES {
            break;
        }
        if fs::remove_file(path).is_ok() {
            bytes -= own;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(folder: &Path, name: &str, width: u32, height: u32) -> PathBuf {
        let path = folder.join(name);
        image::RgbImage::from_fn(width, height, |x, y| image::Rgb([x as u8, y as u8, 9])).save(&path).unwrap();
        path
    }

    #[test]
    fn a_picture_is_placed_by_the_world_file_and_the_prj_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = png(folder.path(), "sheet.png", 60, 40);
        let error = open(&path, None, Store::Temporary).unwrap_err();
        assert!(error.to_string().contains("nothing says where it belongs"), "{error}");
        fs::write(folder.path().join("sheet.pgw"), "20\n0\n0\n-20\n500010\n5369990\n").unwrap();
        let error = open(&path, None, Store::Temporary).unwrap_err();
        assert!(error.to_string().contains("--crs"), "{error}");
        fs::write(folder.path().join("sheet.prj"), "EPSG:32637").unwrap();
        let read = open(&path, None, Store::Temporary).unwrap();
        let expected =
            Placement::Plane { crs: "EPSG:32637".to_owned(), affine: [500_000.0, 20.0, 0.0, 5_370_000.0, 0.0, -20.0] };
        assert_eq!((read.picture.placement, read.picture.size_px), (expected, [60, 40]));
        assert_eq!((read.picture.title.as_str(), read.picture.file.sha256.len()), ("sheet", 64));
        assert_eq!(read.pyramid.size_px(), (60, 40));
    }

    #[test]
    fn a_jpeg_that_breaks_off_is_shown_as_far_as_it_goes_and_that_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sheet.jpg");
        image::RgbImage::from_fn(160, 120, |x, y| image::Rgb([x as u8, y as u8, 9])).save(&path).unwrap();
        assert!(open_unplaced(&path, Store::Temporary).unwrap().warnings.is_empty());
        let whole = fs::read(&path).unwrap();
        // What phones put behind the picture is no part of it.
        fs::write(&path, [&whole[..], &[0; 900]].concat()).unwrap();
        assert!(open_unplaced(&path, Store::Temporary).unwrap().warnings.is_empty());
        fs::write(&path, &whole[..whole.len() - 40]).unwrap();
        let placement = Placement::Plane { crs: "EPSG:4326".to_owned(), affine: [37.0, 0.01, 0.0, 48.0, 0.0, -0.01] };
        let by_hand = open_unplaced(&path, Store::Temporary).unwrap();
        let placed = open_placed(&path, placement, Store::Temporary).unwrap();
        for read in [by_hand, placed] {
            assert!(
                read.warnings.iter().any(|what| what.contains("the end of the JPEG is missing")),
                "{:?}",
                read.warnings
            );
        }
    }

    #[test]
    fn a_picture_to_be_placed_by_hand_is_opened_without_a_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = png(folder.path(), "sheet.png", 60, 40);
        let read = open_unplaced(&path, Store::Temporary).unwrap();
        assert_eq!((read.picture.placement.points().len(), read.pyramid.size_px()), (0, (60, 40)));
        // What says where it belongs and cannot be used is no reason not to place it.
        fs::write(folder.path().join("sheet.pgw"), "20\n0\n0\n-20\n500010\n5369990\n").unwrap();
        assert_eq!(open_unplaced(&path, Store::Temporary).unwrap().picture.placement.points().len(), 0);
        fs::write(folder.path().join("sheet.prj"), "EPSG:32637").unwrap();
        let read = open_unplaced(&path, Store::Temporary).unwrap();
        assert!(matches!(read.picture.placement, Placement::Plane { .. }));
        assert_eq!(read.picture.control_points().unwrap().1.len(), 4);
        fs::write(&path, "no picture").unwrap();
        assert!(open_unplaced(&path, Store::Temporary).is_err());
    }

    #[test]
    fn a_photo_that_is_placed_by_points_is_seen_upright_and_counted_so() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("photo.jpg");
        let turned = [(exif::Tag::Orientation, exif::Value::Short(vec![6]))];
        fs::write(&path, crate::formats::photo::tests::jpeg(&turned)).unwrap();
        let read = open_unplaced(&path, Store::Temporary).unwrap();
        assert_eq!((read.picture.size_px, read.picture.orientation, read.pyramid.size_px()), ([8, 12], 6, (8, 12)));
        // As the picture library turns it.
        let mut whole = image::open(&path).unwrap();
        whole.apply_orientation(image::metadata::Orientation::Rotate90);
        let seen = read.pyramid.part(crate::geometry::Rect::new(0.0, 0.0, 8.0, 12.0), 8, 12);
        assert_eq!(seen.rgba, whole.into_rgba8().into_raw());
        // QGIS counts in the file, where the upper left corner of what is seen is the lower left.
        let point = |x: f64, y: f64| {
            let pixel = crate::geometry::Point::new(x, y);
            let lon_lat = crate::geometry::Coord { x: 37.0 + x / 100.0, y: 48.0 - y / 100.0 };
            crate::geometry::georeference::ControlPoint { pixel, lon_lat }
        };
        let seen = [(point(0.0, 0.0), true), (point(8.0, 1.0), false)];
        let in_file = read.picture.points_in_file(&seen);
        assert_eq!((in_file[0].0.pixel.x, in_file[0].0.pixel.y), (0.0, 8.0));
        assert_eq!((in_file[1].0.pixel.x, in_file[1].0.pixel.y), (1.0, 0.0));
        assert_eq!(read.picture.points_of_file(&in_file), seen);
        // A project remembers it; one of before, which says nothing, is drawn as it was.
        let points = [point(0.0, 0.0), point(8.0, 0.0), point(0.0, 12.0)];
        let placement = Placement::of_points(&points, TransformKind::Affine);
        let placed = open_placed(&path, placement, Store::Temporary).unwrap().picture;
        assert_eq!((placed.size_px, placed.orientation), ([8, 12], 6));
        let written = serde_json::to_value(&placed).unwrap();
        assert_eq!(written["orientation"], 6);
        let again: Picture = serde_json::from_value(written).unwrap();
        assert_eq!(load(&again, Store::Temporary).unwrap().0.size_px(), (8, 12));
        let before = Picture { orientation: AS_STORED, size_px: [12, 8], ..again };
        assert!(serde_json::to_value(&before).unwrap().get("orientation").is_none());
        assert_eq!(load(&before, Store::Temporary).unwrap().0.size_px(), (12, 8));
        // What says itself where its pixels belong counts them as they are stored.
        fs::write(path.with_extension("jgw"), "0.01\n0\n0\n-0.01\n37\n48\n").unwrap();
        fs::write(path.with_extension("prj"), "EPSG:4326").unwrap();
        assert_eq!(open(&path, None, Store::Temporary).unwrap().picture.size_px, [12, 8]);
    }

    #[test]
    fn the_cache_keeps_a_large_picture_and_mends_what_is_damaged() {
        let folder = tempfile::tempdir().unwrap();
        let path = png(folder.path(), "sheet.png", 300, 200);
        let cache = folder.path().join("cache");
        let header = look(&path, None).unwrap().header;
        let made = in_cache(&path, &|| source(&path, None), &(&header, AS_STORED), &cache, "ab").unwrap();
        let kept = cache.join("ab.pyramid");
        let written = fs::read(&kept).unwrap();
        // What is there whole is taken as it is.
        let mark = fs::metadata(&kept).unwrap().len();
        drop(made);
        in_cache(&path, &|| source(&path, None), &(&header, AS_STORED), &cache, "ab").unwrap();
        assert_eq!(fs::metadata(&kept).unwrap().len(), mark);
        fs::write(&kept, &written[..written.len() / 2]).unwrap();
        in_cache(&path, &|| source(&path, None), &(&header, AS_STORED), &cache, "ab").unwrap();
        assert_eq!(fs::read(&kept).unwrap(), written);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&cache), mode(&kept)), (0o700, 0o600));
        }
        let work = work::Work::default();
        work.cancel();
        let stopped = work.run(|| in_cache(&path, &|| source(&path, None), &(&header, AS_STORED), &cache, "cd"));
        assert!(stopped.is_err() && fs::read_dir(&cache).unwrap().count() == 1);
    }

    #[test]
    fn a_picture_that_was_changed_is_told_from_the_one_that_was_placed() {
        let folder = tempfile::tempdir().unwrap();
        let path = png(folder.path(), "sheet.png", 30, 20);
        let placement = Placement::Plane { crs: "EPSG:4326".to_owned(), affine: [37.0, 0.01, 0.0, 48.0, 0.0, -0.01] };
        let read = open_placed(&path, placement, Store::Temporary).unwrap();
        assert!(!load(&read.picture, Store::Temporary).unwrap().1);
        image::RgbImage::new(30, 20).save(&path).unwrap();
        assert!(load(&read.picture, Store::Temporary).unwrap().1);
        image::RgbImage::new(31, 20).save(&path).unwrap();
        let error = load(&read.picture, Store::Temporary).unwrap_err();
        assert!(error.to_string().contains("31 × 20"), "{error}");
        fs::remove_file(&path).unwrap();
        assert!(load(&read.picture, Store::Temporary).is_err());
    }

    #[test]
    fn corners_that_are_exchanged_are_named_in_the_words_of_the_file() {
        let folder = tempfile::tempdir().unwrap();
        png(folder.path(), "sheet.png", 20, 10);
        let quad = "<gx:LatLonQuad><coordinates>37,48 38,48 37,49 38,49</coordinates></gx:LatLonQuad>";
        let text = format!("<kml><GroundOverlay><Icon><href>sheet.png</href></Icon>{quad}</GroundOverlay></kml>");
        let kml = folder.path().join("a.kml");
        fs::write(&kml, text).unwrap();
        let FilePictures { read, left_out, .. } = open_ground_overlays(&kml, Store::Temporary).unwrap();
        assert!(read.is_empty() && left_out[0].contains("counter-clockwise from the lower left"), "{left_out:?}");
    }

    #[test]
    fn ground_overlays_of_a_kmz_and_of_a_folder_are_read_and_no_others() {
        let folder = tempfile::tempdir().unwrap();
        png(folder.path(), "sheet.png", 20, 10);
        let place = "<LatLonBox><north>49</north><south>48</south><east>38</east><west>36</west></LatLonBox>";
        let one = |href: &str| {
            format!("<GroundOverlay><name>Sheet {href}</name><Icon><href>{href}</href></Icon>{place}</GroundOverlay>")
        };
        let hrefs = ["sheet.png", "../sheet.png", "https://example.org/sheet.png", "missing.png"];
        let text = format!("<kml><Document>{}</Document></kml>", hrefs.map(one).concat());
        let kml = folder.path().join("a.kml");
        fs::write(&kml, &text).unwrap();
        let FilePictures { read, left_out, .. } = open_ground_overlays(&kml, Store::Temporary).unwrap();
        assert_eq!((read.len(), left_out.len()), (1, 3), "{left_out:?}");
        assert_eq!(read[0].picture.title, "Sheet sheet.png");
        let picture = fs::read(folder.path().join("sheet.png")).unwrap();
        let files = [("doc.kml".to_owned(), text.into_bytes()), ("sheet.png".to_owned(), picture)];
        let kmz = folder.path().join("a.kmz");
        fs::write(&kmz, crate::formats::bundle::write(&files.into()).unwrap()).unwrap();
        let FilePictures { read, left_out, .. } = open_ground_overlays(&kmz, Store::Temporary).unwrap();
        assert_eq!((read.len(), left_out.len()), (1, 3), "{left_out:?}");
        assert_eq!(read[0].picture.file.layer.as_deref(), Some("sheet.png"));
        assert!(!load(&read[0].picture, Store::Temporary).unwrap().1);
    }
}
