//! Which maps a figure shows, for its provenance: what each is, when it was fetched, and of when its pictures are.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value, json};

use crate::basemap::sources::LaidMap;
use crate::basemap::{MapKind, MapSource};
use crate::dossier::name_of;
use crate::formats::day::Day;
use crate::geometry::Frame;
use crate::scene::ground::Ground;

/// The maps of which anything is drawn under a figure besides the built-in one, bottom first. No key and no folder is in it.
pub(in crate::figure) fn maps(ground: &Ground, laid: &[LaidMap], frame: &Frame) -> Vec<Value> {
    let drawn = laid.iter().filter(|map| map.shown.visible && ground.has_tiles_in(map, frame));
    drawn.map(|map| one(ground, map)).collect()
}

fn one(ground: &Ground, map: &LaidMap) -> Value {
    let LaidMap { source, shown, .. } = map;
    let mut out = Map::new();
    let mut put = |name: &str, value: Value| out.insert(name.to_owned(), value);
    put("id", json!(source.id));
    put("title", json!(source.title.main()));
    put("kind", json!(source.kind.name()));
    put("address", json!(told_address(source)));
    let asked = &source.request;
    for (name, value) in [
        ("layers", asked.layers.join(",")),
        ("styles", asked.styles.join(",")),
        ("time", asked.time.clone()),
        ("credit", source.attribution.clone()),
        ("imagery_date", source.imagery_date.clone()),
    ] {
        if !value.is_empty() {
            put(name, json!(value));
        }
    }
    if shown.opacity < 1.0 {
        put("opacity", json!(shown.opacity));
    }
    if let Some((first, last)) = ground.fetched_between(map)
        && let (Some(first), Some(last)) = (day_of(first), day_of(last))
    {
        // Of when the tiles are that the figure shows: the days on which their server was asked for them.
        put("fetched", json!([first.iso(), last.iso()]));
    }
    Value::Object(out)
}

/// The address of a map as it may be told: of a file on this computer its name alone.
fn told_address(source: &MapSource) -> String {
    match source.kind {
        MapKind::Pmtiles | MapKind::Mbtiles if !source.address.contains("://") => name_of(source.address.as_ref()),
        _ => source.address.clone(),
    }
}

fn day_of(time: SystemTime) -> Option<Day> {
    let seconds = time.duration_since(UNIX_EPOCH).ok()?.as_secs();
    Day::of_days(i64::try_from(seconds / 86_400).ok()?)
}
