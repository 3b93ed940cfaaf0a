//! Pictures on a server: GeoTIFFs, of which the parts that are looked at are read by range requests in the background; and
//! others, which are fetched whole. Nothing is asked of a server unless somebody has named its address or has said so.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Cursor, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sha2::{Digest as _, Sha256};

use super::{FileError, ReadPicture, ReadSeek, Store, for_known, from_cache, pixels_of, turned_pixels};
use crate::basemap::raster::pyramid::{LiveTiles, Pyramid, TILE_PX, levels};
use crate::basemap::{BoundedCache, ReadAt as _};
use crate::document::Picture;
use crate::dossier::{FileRecord, name_of};
use crate::files::address::{Address, AddressError, Client, told};
use crate::files::ranges::RemoteFile;
use crate::formats::geojson::Order;
use crate::formats::number::hex;
use crate::formats::picture::tiff_parts::TiffParts;
use crate::formats::picture::{self, Header, PictureError, Placement};
use crate::geometry::work;

/// Pictures that are fetched whole have no more bytes.
const MOST_WHOLE_BYTES: u64 = 256 << 20;
/// For so long a server may send nothing.
const PATIENCE: Duration = Duration::from_secs(20);
/// So many bytes of tiles are kept of a picture.
const KEPT_TILES: usize = 96 << 20;
/// So many tiles are waited for; of more, those that were asked for first are given up.
const MOST_WANTED: usize = 512;
/// For so long a tile that did not come is not asked for again.
const REST: Duration = Duration::from_secs(10);
/// Where nothing says what comes next, so much is fetched.
const AHEAD: u64 = 16 << 10;
/// No more is fetched at a time.
const MOST_AHEAD: u64 = 8 << 20;

/// Whether an address is one of a TIFF, by its name.
pub(in crate::files) fn is_tiff(path: &Path) -> bool {
    let name = name_of(path).to_lowercase();
    [".tif", ".tiff"].iter().any(|ending| name.ends_with(ending))
}

fn web(path: &Path) -> Result<crate::files::address::WebAddress, FileError> {
    let failed = |what: String, path: PathBuf| FileError::Address { what, path };
    match Address::of(path) {
        Some(Ok(Address::Web(address))) => Ok(address),
        Some(Err(error)) => Err(failed(error.to_string(), told(path))),
        None => Err(failed(AddressError::Broken.to_string(), path.to_owned())),
    }
}

/// The pixels of a picture on a server, as far as they have been kept; of a project, nothing else is done.
pub(super) fn kept(picture: &Picture, store: Store<'_>) -> Result<Arc<Pyramid>, FileError> {
    let [width, height] = picture.size_px;
    let kept = match store {
        Store::Cache(folder) if !picture.file.sha256.is_empty() => {
            from_cache(folder, &turned_pixels(&pixels_of(&picture.file), picture.orientation), (width, height))
        }
        _ => None,
    };
    kept.map(Arc::new).ok_or_else(|| {
        let server = Address::of(&picture.file.path).and_then(|address| address.ok()?.server());
        let server = server.map_or_else(|| "its server".to_owned(), |server| server.name().to_owned());
        let what = format!("{server} is asked only if you say so; Fetch its file… in the list of overlays asks it");
        FileError::Address { what, path: told(&picture.file.path) }
    })
}

/// Opens a GeoTIFF on a server. Somebody has asked for it.
pub(super) fn open(path: &Path, crs: Option<&str>) -> Result<ReadPicture, FileError> {
    open_within(path, crs, PATIENCE)
}

pub(super) fn open_within(path: &Path, crs: Option<&str>, patience: Duration) -> Result<ReadPicture, FileError> {
    let (header, pyramid, file, notes) = live(path, patience)?;
    let wrong = |cause: PictureError| FileError::Picture { cause, path: file.path.clone() };
    let said = header.placed.as_ref().ok_or_else(|| wrong(PictureError::NotPlaced))?;
    let (placement, mut warnings) = Placement::of_file(said, crs).map_err(&wrong)?;
    let mapping = placement.mapping().map_err(&wrong)?;
    mapping.world_bounds(header.width_px, header.height_px).map_err(&wrong)?;
    warnings.extend(mapping.warnings().iter().cloned());
    warnings.extend(notes);
    let picture = Picture::new(Arc::new(file), [header.width_px, header.height_px], placement);
    Ok(ReadPicture { picture, pyramid, warnings })
}

type Live = (Header, Arc<Pyramid>, FileRecord, Vec<String>);

fn live(path: &Path, patience: Duration) -> Result<Live, FileError> {
    let address = web(path)?;
    work::begin(|| format!("Looking at {}", name_of(path)), 0);
    let remote = Arc::new(RemoteFile::open_within(path, http::HeaderMap::new(), patience)?);
    let file = FileRecord {
        path: address.told(),
        elsewhere: None,
        sha256: hex(&remote.fingerprint()),
        bytes: remote.size(),
        modified_ms: None,
        order: Order::LonLat,
        crs: None,
        table: None,
        layer: None,
    };
    let wrong = |cause: PictureError| FileError::Picture { cause, path: file.path.clone() };
    let next: Arc<Mutex<Range<u64>>> = Arc::default();
    let hint = Arc::clone(&next);
    let reader = RemoteReader { file: remote, at: 0, buffer: Vec::new(), from: 0, next };
    let note = Box::new(move |range| *hint.lock().unwrap_or_else(PoisonError::into_inner) = range);
    let (parts, header) = TiffParts::open(reader, note).map_err(wrong)?;
    let tiles = LiveTiff::start(parts, &header).map_err(wrong)?;
    let pyramid = Pyramid::live(header.width_px, header.height_px, Arc::new(tiles));
    Ok((header, Arc::new(pyramid), file, address.secrets_note().into_iter().collect()))
}

/// Fetches the picture of a document from its server: a TIFF in parts, others whole; an address that a IIIF service does not
/// know is tried as older ones have it. Somebody has asked for it.
pub(super) fn fetch(known: &Picture, store: Store<'_>) -> Result<ReadPicture, FileError> {
    let path = &known.file.path;
    if is_tiff(path) {
        let (header, pyramid, file, mut warnings) = live(path, PATIENCE)?;
        let size_px = [header.width_px, header.height_px];
        let mut picture = known.scaled_to(size_px).ok_or_else(|| FileError::Picture {
            cause: PictureError::Beside(format!(
                "it now has {} × {} pixels, and was placed with {} × {}; open it anew",
                size_px[0], size_px[1], known.size_px[0], known.size_px[1]
            )),
            path: file.path.clone(),
        })?;
        if !known.file.sha256.is_empty() && known.file.sha256 != file.sha256 {
            warnings.push("the file on the server has changed since it was placed".to_owned());
        }
        picture.file = Arc::new(file);
        return Ok(ReadPicture { picture, pyramid, warnings });
    }
    let text = path.to_string_lossy();
    let older = text.strip_suffix("/full/max/0/default.jpg").map(|base| format!("{base}/full/full/0/default.jpg"));
    let bytes = match (whole(path), older) {
        (Err(_), Some(older)) if !work::is_cancelled() => whole(Path::new(&older))?,
        (fetched, _) => fetched?,
    };
    let bytes: Arc<[u8]> = bytes.into();
    let again = || -> Result<Box<dyn ReadSeek>, FileError> { Ok(Box::new(Cursor::new(Arc::clone(&bytes)))) };
    let header = picture::header(again()?).map_err(|cause| FileError::Picture { cause, path: told(path) })?;
    let file = FileRecord {
        path: path.clone(),
        sha256: hex(&Sha256::digest(&bytes)),
        bytes: bytes.len() as u64,
        ..FileRecord::clone(&known.file)
    };
    for_known(known, path, &again, &header, file, store)
}

fn whole(path: &Path) -> Result<Vec<u8>, FileError> {
    let address = web(path)?;
    let name = name_of(path);
    let says = move |of| work::begin(|| format!("Fetching {name}"), of);
    Client::new(address.url(), PATIENCE, Some(Box::new(says)))
        .and_then(|client| client.whole(address.url(), MOST_WHOLE_BYTES))
        .map_err(|what| FileError::Address { what, path: address.told() })
}

/// A file on a server as a stream: what is wanted next is fetched in one piece.
struct RemoteReader {
    file: Arc<RemoteFile>,
    at: u64,
    buffer: Vec<u8>,
    /// Where in the file the buffer begins.
    from: u64,
    /// What is said to be wanted next.
    next: Arc<Mutex<Range<u64>>>,
}

impl BufRead for RemoteReader {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let is_there = |from: u64, length: usize, at: u64| at >= from && at - from < length as u64;
        if !is_there(self.from, self.buffer.len(), self.at) {
            if work::is_cancelled() {
                return Err(io::Error::other("it was cancelled"));
            }
            let next = self.next.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let end = if next.contains(&self.at) { next.end } else { self.at.saturating_add(AHEAD) };
            let end = end.min(self.at.saturating_add(MOST_AHEAD)).min(self.file.size());
            self.buffer = match end.checked_sub(self.at) {
                Some(length) if length > 0 => self.file.read_at(self.at, length as usize)?.into_owned(),
                _ => Vec::new(),
            };
            self.from = self.at;
        }
        Ok(self.buffer.get((self.at - self.from) as usize..).unwrap_or_default())
    }

    fn consume(&mut self, amount: usize) {
        self.at = self.at.saturating_add(amount as u64);
    }
}

impl Read for RemoteReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let there = self.fill_buf()?;
        let count = there.len().min(buffer.len());
        buffer[..count].copy_from_slice(&there[..count]);
        self.consume(count);
        Ok(count)
    }
}

impl Seek for RemoteReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.file.size().checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

type Key = (u8, u32, u32);

/// The tiles of a TIFF on a server, fetched in a thread of the background as they are wanted.
struct LiveTiff {
    shared: Arc<Shared>,
    /// The whole as its coarsest tile, which stands for what has not come.
    coarsest: (u8, Arc<[u8]>),
}

struct Shared {
    state: Mutex<State>,
    wake: Condvar,
    version: AtomicU64,
    call: Mutex<Option<Box<dyn Fn() + Send + Sync>>>,
}

struct State {
    tiles: BoundedCache<Key, Arc<[u8]>>,
    /// What was asked for last stands last and comes first.
    wanted: Vec<Key>,
    under_way: Option<Key>,
    /// What did not come, and when that was.
    lost: BTreeMap<Key, Instant>,
    trouble: Option<String>,
    is_over: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl LiveTiff {
    fn start(mut parts: TiffParts<RemoteReader>, header: &Header) -> Result<Self, PictureError> {
        let sizes = levels(header.width_px, header.height_px);
        let last = (sizes.len() - 1) as u8;
        let coarsest = tile(&mut parts, &sizes, (last, 0, 0))?;
        let state = State {
            tiles: BoundedCache::new(KEPT_TILES),
            wanted: Vec::new(),
            under_way: None,
            lost: BTreeMap::new(),
            trouble: None,
            is_over: false,
        };
        let shared = Arc::new(Shared {
            state: Mutex::new(state),
            wake: Condvar::new(),
            version: AtomicU64::new(0),
            call: Mutex::new(None),
        });
        let theirs = Arc::clone(&shared);
        std::thread::Builder::new()
            .name("picture parts".to_owned())
            .spawn(move || bring(&theirs, &mut parts, &sizes))
            .map_err(PictureError::Io)?;
        Ok(Self { shared, coarsest: (last, coarsest) })
    }
}

/// Brings what is wanted until nobody wants anything any more.
fn bring(shared: &Shared, parts: &mut TiffParts<RemoteReader>, sizes: &[(u32, u32)]) {
    loop {
        let key = {
            let mut state = shared.lock();
            loop {
                if state.is_over {
                    return;
                }
                if let Some(key) = state.wanted.pop() {
                    state.under_way = Some(key);
                    break key;
                }
                state = shared.wake.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
        };
        let made = tile(parts, sizes, key);
        {
            let mut state = shared.lock();
            state.under_way = None;
            match made {
                Ok(tile) => {
                    state.lost.remove(&key);
                    let bytes = tile.len();
                    state.tiles.insert(key, tile, bytes);
                }
                Err(why) => {
                    if state.lost.len() > MOST_WANTED {
                        state.lost.clear();
                    }
                    state.lost.insert(key, Instant::now());
                    state.trouble = Some(why.to_string());
                }
            }
            shared.version.fetch_add(1, Ordering::Relaxed);
        }
        if let Some(call) = &*shared.call.lock().unwrap_or_else(PoisonError::into_inner) {
            call();
        }
    }
}

/// A tile, from the picture in the file that is just fine enough.
fn tile<R: BufRead + Seek>(
    parts: &mut TiffParts<R>,
    sizes: &[(u32, u32)],
    (level, column, row): Key,
) -> Result<Arc<[u8]>, PictureError> {
    let (width, height) = sizes[usize::from(level)];
    let own = parts.levels();
    // A copy may be a pixel smaller than the halves of halves.
    let source = own.iter().rposition(|(own_width, _)| own_width + 1 >= width).unwrap_or(0);
    let (own_width, own_height) = own[source];
    let (x, y) = (column * TILE_PX, row * TILE_PX);
    let (right, bottom) = ((x + TILE_PX).min(width), (y + TILE_PX).min(height));
    let (across, down) = (f64::from(own_width) / f64::from(width), f64::from(own_height) / f64::from(height));
    let at = |place: u32, scale: f64, most: u32| ((f64::from(place) * scale).round() as u32).min(most);
    let left = at(x, across, own_width.saturating_sub(1));
    let top = at(y, down, own_height.saturating_sub(1));
    let (end_x, end_y) = (at(right, across, own_width).max(left + 1), at(bottom, down, own_height).max(top + 1));
    let region = parts.region(source, left..end_x, top..end_y)?;
    let (from_width, from_height) = ((end_x - left) as usize, (end_y - top) as usize);
    let (to_width, to_height) = ((right - x) as usize, (bottom - y) as usize);
    if (from_width, from_height) == (to_width, to_height) {
        return Ok(region.into());
    }
    Ok(shrunk(&region, (from_width, from_height), (to_width, to_height)).into())
}

/// A picture in another number of pixels: each the mean of those that it covers, by their opacity.
fn shrunk(from: &[u8], (width, height): (usize, usize), (to_width, to_height): (usize, usize)) -> Vec<u8> {
    let mut out = Vec::with_capacity(to_width * to_height * 4);
    let span = |at: usize, to: usize, from: usize| {
        let start = (at * from / to).min(from - 1);
        start..((at + 1) * from / to).clamp(start + 1, from)
    };
    for y in 0..to_height {
        let rows = span(y, to_height, height);
        for x in 0..to_width {
            let columns = span(x, to_width, width);
            let (mut sum, mut opacity, mut count) = ([0_u64; 3], 0_u64, 0_u64);
            for row in rows.clone() {
                let line = &from[(row * width + columns.start) * 4..(row * width + columns.end) * 4];
                for pixel in line.chunks_exact(4) {
                    let alpha = u64::from(pixel[3]);
                    sum.iter_mut().zip(pixel).for_each(|(sum, channel)| *sum += u64::from(*channel) * alpha);
                    opacity += alpha;
                    count += 1;
                }
            }
            out.extend(sum.map(|sum| (sum + opacity / 2).checked_div(opacity).unwrap_or(0) as u8));
            out.push((opacity + count / 2).checked_div(count).unwrap_or(0) as u8);
        }
    }
    out
}

impl LiveTiles for LiveTiff {
    fn tile(&self, level: u8, column: u32, row: u32) -> Option<Arc<[u8]>> {
        if (level, column, row) == (self.coarsest.0, 0, 0) {
            return Some(Arc::clone(&self.coarsest.1));
        }
        let key = (level, column, row);
        let mut state = self.shared.lock();
        if let Some(tile) = state.tiles.get(&key) {
            return Some(tile);
        }
        if state.under_way == Some(key) || state.lost.get(&key).is_some_and(|at| at.elapsed() < REST) {
            return None;
        }
        if let Some(at) = state.wanted.iter().position(|wanted| *wanted == key) {
            state.wanted.remove(at);
        } else if state.wanted.len() >= MOST_WANTED {
            state.wanted.remove(0);
        }
        state.wanted.push(key);
        self.shared.wake.notify_one();
        None
    }

    fn version(&self) -> u64 {
        self.shared.version.load(Ordering::Relaxed)
    }

    fn coming(&self) -> usize {
        let state = self.shared.lock();
        state.wanted.len() + usize::from(state.under_way.is_some())
    }

    fn trouble(&self) -> Option<String> {
        let state = self.shared.lock();
        state.trouble.clone().filter(|_| !state.lost.is_empty())
    }

    fn on_arrival(&self, call: Box<dyn Fn() + Send + Sync>) {
        *self.shared.call.lock().unwrap_or_else(PoisonError::into_inner) = Some(call);
    }
}

impl Drop for LiveTiff {
    fn drop(&mut self) {
        self.shared.lock().is_over = true;
        self.shared.wake.notify_one();
    }
}

#[cfg(test)]
mod tests;
