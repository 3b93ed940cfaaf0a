//! The tiles of a figure: all that it shows are fetched before it is drawn.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use crate::basemap::sources::{self, MapKey};
use crate::basemap::{Standing, TileExtent, TileId, TileSource};
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
    /// The map.
    pub map: MapKey,
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
        let (id, day) = map;
        let title = sources::find_or_builtin(id, &document.map_sources);
        let title = match day {
            Some(day) => format!("{} of {day}", title.title.main()),
            None => title.title.main().to_owned(),
        };
        if tiles == of {
            return format!("of {of} tiles of {title} none came ({why}); it is not in the figure, nor credited");
        }
        format!("{tiles} of {of} tiles of {title} did not come ({why}); what lies beneath is shown there")
    }
}

/// The work was cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cancelled;

/// Tiles of a map by their ids.
type Ids = Arc<Mutex<BTreeSet<TileId>>>;

/// Which tiles of a map were asked for, beside the map itself.
struct Noted<T> {
    tiles: Arc<dyn TileSource<T>>,
    wanted: Ids,
    /// Those that the last drawing looked for in vain.
    missed: Ids,
}

impl<T> TileSource<T> for Noted<T> {
    fn get(&self, id: TileId) -> Option<Arc<T>> {
        let tile = self.tiles.get(id);
        if tile.is_none() {
            self.missed.lock().unwrap_or_else(PoisonError::into_inner).insert(id);
        }
        tile
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
    map: MapKey,
    wanted: Ids,
    missed: Ids,
    tiles: MapTiles,
}

impl Asked {
    fn ids(&self) -> Vec<TileId> {
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().collect()
    }

    /// Whether something that the last drawing lacked is at hand now, however soon it came. Forgets what it lacked.
    fn has_come(&self) -> bool {
        let missed = std::mem::take(&mut *self.missed.lock().unwrap_or_else(PoisonError::into_inner));
        missed.into_iter().any(|id| self.standing(id) == Standing::AtHand)
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
        let one = Asked { map: map.clone(), wanted: Ids::default(), missed: Ids::default(), tiles: tiles.clone() };
        let (wanted, missed) = (Arc::clone(&one.wanted), Arc::clone(&one.missed));
        let with_note = match tiles {
            MapTiles::Raster(tiles) => MapTiles::Raster(Arc::new(Noted { tiles: Arc::clone(tiles), wanted, missed })),
            MapTiles::Vector(tiles) => MapTiles::Vector(Arc::new(Noted { tiles: Arc::clone(tiles), wanted, missed })),
        };
        asked.lock().unwrap_or_else(PoisonError::into_inner).push(one);
        with_note
    });
    let asked = asked.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mut drawn_with = ground.pictures.arrived();
    let mut drawn = draw(&noted);
    let mut waited: Vec<Vec<TileId>> = Vec::new();
    // What is drawn anew may ask for more: a label that finds its place moves nothing of the map, so twice is enough.
    for _ in 0..2 {
        let all: Vec<Vec<TileId>> = asked.iter().map(Asked::ids).collect();
        if all != waited {
            wait(&asked, &all)?;
            waited = all;
        }
        // Tiles that came while it was drawn count too: from the disk they come at once.
        if asked.iter().filter(|one| one.has_come()).count() == 0 {
            break;
        }
        drawn_with = ground.pictures.arrived();
        drawn = draw(&noted);
    }
    // Pictures that are read in parts: what one drawing wants comes before the next, or came while it was drawn.
    for _ in 0..3 {
        wait_for_pictures(ground)?;
        let arrived = ground.pictures.arrived();
        if arrived == drawn_with {
            break;
        }
        drawn_with = arrived;
        drawn = draw(&noted);
    }
    let lacking = asked.iter().filter_map(|one| {
        let ids = one.ids();
        let mut all: Vec<Standing> = ids.iter().map(|id| one.standing(*id)).collect();
        if !all.is_empty() && all.iter().all(|standing| *standing == Standing::Absent) {
            let why = "there are none of this place".to_owned();
            return Some(Lacking { map: one.map.clone(), tiles: ids.len(), of: ids.len(), why });
        }
        // Where nothing came at all, what the server does not have is missed too.
        let none_came = !all.contains(&Standing::AtHand);
        all.retain(|standing| *standing != Standing::AtHand && (none_came || *standing != Standing::Absent));
        let failed = all;
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

/// Waits until the parts of pictures that were asked for are there, or will not come.
fn wait_for_pictures(ground: &Ground) -> Result<(), Cancelled> {
    let count = ground.pictures.coming();
    if count == 0 {
        return Ok(());
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
            return Ok(());
        }
        std::thread::sleep(STEP);
    }
}

/// Waits until what was asked for is there, or will not come.
fn wait(asked: &[Asked], all: &[Vec<TileId>]) -> Result<(), Cancelled> {
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
        return Ok(());
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
                return Ok(());
            }
        }
        if changed.elapsed() > PATIENCE {
            return Ok(());
        }
        for (one, ids) in asked.iter().zip(all) {
            one.want(ids);
        }
        std::thread::sleep(STEP);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::basemap::Bitmap;

    /// A source of one tile that comes while it is looked for, or never.
    struct Late {
        looked: AtomicUsize,
        comes: bool,
    }

    impl TileSource<Bitmap> for Late {
        fn get(&self, _: TileId) -> Option<Arc<Bitmap>> {
            let before = self.looked.fetch_add(1, Ordering::SeqCst);
            (self.comes && before > 0).then(|| Arc::new(Bitmap { width: 1, height: 1, rgba: vec![0; 4] }))
        }

        fn want(&self, _: &[TileId]) {}

        fn extent(&self) -> TileExtent {
            let world_bounds = crate::geometry::Rect::new(0.0, 0.0, 1.0, 1.0);
            TileExtent { zooms: [0, 0], tile_size_px: 256, world_bounds }
        }

        fn standing(&self, _: TileId) -> Standing {
            if self.comes { Standing::AtHand } else { Standing::Absent }
        }
    }

    #[test]
    fn a_tile_that_comes_while_the_figure_is_drawn_is_in_it() {
        for (comes, drawings) in [(true, 2), (false, 1)] {
            let mut ground = Ground::blank();
            let late = Late { looked: AtomicUsize::new(0), comes };
            ground.set_tiles(("late".to_owned(), None), Some(MapTiles::Raster(Arc::new(late))));
            let count = AtomicUsize::new(0);
            let (has_tile, lacking) = draw_with_tiles(&ground, |ground| {
                count.fetch_add(1, Ordering::SeqCst);
                let id = TileId { z: 0, x: 0, y: 0 };
                let tile = std::cell::Cell::new(false);
                let _ = ground.with_tiles(|_, tiles| {
                    if let MapTiles::Raster(raster) = tiles {
                        raster.want(&[id]);
                        tile.set(raster.get(id).is_some());
                    }
                    tiles.clone()
                });
                tile.get()
            })
            .unwrap();
            assert_eq!((has_tile, count.into_inner()), (comes, drawings));
            let lacking: Vec<_> = lacking.iter().map(|lacking| (lacking.tiles, lacking.of)).collect();
            assert_eq!(lacking, if comes { vec![] } else { vec![(1, 1)] });
        }
    }
}
