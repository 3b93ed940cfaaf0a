//! The tiles of a figure: all that it shows are fetched before it is drawn.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use crate::basemap::{Standing, TileExtent, TileId, TileSource, sources};
use crate::document::Document;
use crate::geometry::work;
use crate::scene::ground::{Ground, MapTiles};

/// How often is looked what has come.
const STEP: Duration = Duration::from_millis(20);
/// For so long what has failed is tried again.
const SECOND_TRIES: Duration = Duration::from_secs(6);
/// For so long nothing may come at all.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a figure lacks of a map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lacking {
    /// Id of the map.
    pub map: String,
    /// How many tiles did not come.
    pub tiles: usize,
    /// Of how many.
    pub of: usize,
    /// Why, as far as that is known.
    pub why: String,
}

impl Lacking {
    /// What is said of it.
    pub fn words(&self, document: &Document) -> String {
        let Self { map, tiles, of, why } = self;
        let title = sources::find_or_builtin(map, &document.map_sources);
        let title = title.title.main();
        format!("{tiles} of {of} tiles of {title} did not come ({why}); what lies beneath is shown there")
    }
}

/// The work was cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cancelled;

/// Which tiles of a map were asked for, beside the map itself.
struct Noted<T> {
    tiles: Arc<dyn TileSource<T>>,
    wanted: Arc<Mutex<BTreeSet<TileId>>>,
}

impl<T> TileSource<T> for Noted<T> {
    fn get(&self, id: TileId) -> Option<Arc<T>> {
        self.tiles.get(id)
    }

    fn want(&self, ids: &[TileId]) {
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner).extend(ids);
        self.tiles.want(ids);
    }

    fn extent(&self) -> TileExtent {
        self.tiles.extent()
    }

    fn standing(&self, id: TileId) -> Standing {
        self.tiles.standing(id)
    }

    fn fetched_at(&self, id: TileId) -> Option<SystemTime> {
        self.tiles.fetched_at(id)
    }

    fn fetched_between(&self) -> Option<(SystemTime, SystemTime)> {
        let wanted = self.wanted.lock().unwrap_or_else(PoisonError::into_inner);
        let mut times: Vec<SystemTime> = wanted.iter().filter_map(|id| self.tiles.fetched_at(*id)).collect();
        times.sort_unstable();
        times.first().copied().zip(times.last().copied())
    }
}

/// The tiles that were asked for of one map, and how each stands.
struct Asked {
    map: String,
    wanted: Arc<Mutex<BTreeSet<TileId>>>,
    tiles: MapTiles,
}

impl Asked {
    fn ids(&self) -> Vec<TileId> {
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().collect()
    }

    fn standing(&self, id: TileId) -> Standing {
        match &self.tiles {
            MapTiles::Raster(tiles) => tiles.standing(id),
            MapTiles::Vector(tiles) => tiles.standing(id),
        }
    }

    fn want(&self, ids: &[TileId]) {
        match &self.tiles {
            MapTiles::Raster(tiles) => tiles.want(ids),
            MapTiles::Vector(tiles) => tiles.want(ids),
        }
    }
}

/// Draws something with all tiles that it shows: draws it, waits for what it asked for, and draws it again. What does not
/// come is told; what lies beneath shows there. Reports progress to the work of its thread.
///
/// # Errors
/// [`Cancelled`]: nobody wants it any more.
pub fn draw_with_tiles<R>(ground: &Ground, draw: impl Fn(&Ground) -> R) -> Result<(R, Vec<Lacking>), Cancelled> {
    let asked: Mutex<Vec<Asked>> = Mutex::default();
    let noted = ground.with_tiles(|map, tiles| {
        let wanted = Arc::default();
        let with_note = match tiles {
            MapTiles::Raster(tiles) => {
                MapTiles::Raster(Arc::new(Noted { tiles: Arc::clone(tiles), wanted: Arc::clone(&wanted) }))
            }
            MapTiles::Vector(tiles) => {
                MapTiles::Vector(Arc::new(Noted { tiles: Arc::clone(tiles), wanted: Arc::clone(&wanted) }))
            }
        };
        let one = Asked { map: map.to_owned(), wanted, tiles: tiles.clone() };
        asked.lock().unwrap_or_else(PoisonError::into_inner).push(one);
        with_note
    });
    let asked = asked.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mut drawn = draw(&noted);
    // What is drawn anew may ask for more: a label that finds its place moves nothing of the map, so twice is enough.
    for _ in 0..2 {
        let all: Vec<Vec<TileId>> = asked.iter().map(Asked::ids).collect();
        if !wait(&asked, &all)? {
            break;
        }
        drawn = draw(&noted);
    }
    // Pictures that are read in parts: what one drawing wants comes before the next.
    for _ in 0..3 {
        if !wait_for_pictures(ground)? {
            break;
        }
        drawn = draw(&noted);
    }
    let lacking = asked.iter().filter_map(|one| {
        let ids = one.ids();
        let failed: Vec<Standing> = ids
            .iter()
            .map(|id| one.standing(*id))
            .filter(|standing| !matches!(standing, Standing::AtHand | Standing::Absent))
            .collect();
        let why = failed.iter().find_map(|standing| match standing {
            Standing::Failed(why) => Some(why.clone()),
            _ => None,
        });
        let why = why.unwrap_or_else(|| "they did not come in time".to_owned());
        (!failed.is_empty()).then(|| Lacking { map: one.map.clone(), tiles: failed.len(), of: ids.len(), why })
    });
    let lacking = lacking.collect();
    Ok((drawn, lacking))
}

/// Waits until the parts of pictures that were asked for are there, or will not come; whether any was waited for.
fn wait_for_pictures(ground: &Ground) -> Result<bool, Cancelled> {
    let count = ground.pictures.coming();
    if count == 0 {
        return Ok(false);
    }
    work::begin(|| "Fetching parts of pictures".to_owned(), count as u64);
    let (mut before, mut changed) = (count, Instant::now());
    loop {
        let now = ground.pictures.coming();
        if now != before {
            (before, changed) = (now, Instant::now());
        }
        if !work::advance(count.saturating_sub(now) as u64) || work::is_cancelled() {
            return Err(Cancelled);
        }
        if now == 0 || changed.elapsed() > PATIENCE {
            return Ok(true);
        }
        std::thread::sleep(STEP);
    }
}

/// Waits until what was asked for is there, or will not come; whether anything came.
fn wait(asked: &[Asked], all: &[Vec<TileId>]) -> Result<bool, Cancelled> {
    let count: usize = all.iter().map(Vec::len).sum();
    let coming = || {
        let (mut coming, mut failed) = (0, 0);
        for (one, ids) in asked.iter().zip(all) {
            for id in ids {
                match one.standing(*id) {
                    Standing::Coming => coming += 1,
                    Standing::Failed(_) => failed += 1,
                    Standing::AtHand | Standing::Absent => {}
                }
            }
        }
        (coming, failed)
    };
    let mut before = coming();
    if before == (0, 0) {
        return Ok(false);
    }
    work::begin(|| "Fetching map tiles".to_owned(), count as u64);
    let (mut changed, mut all_tried) = (Instant::now(), None);
    loop {
        let now = coming();
        if now != before {
            (before, changed) = (now, Instant::now());
        }
        let (coming, failed) = now;
        if !work::advance((count - coming - failed) as u64) || work::is_cancelled() {
            return Err(Cancelled);
        }
        if coming == 0 {
            let tried = *all_tried.get_or_insert_with(Instant::now);
            if failed == 0 || tried.elapsed() > SECOND_TRIES {
                return Ok(true);
            }
        }
        if changed.elapsed() > PATIENCE {
            return Ok(true);
        }
        for (one, ids) in asked.iter().zip(all) {
            one.want(ids);
        }
        std::thread::sleep(STEP);
    }
}
