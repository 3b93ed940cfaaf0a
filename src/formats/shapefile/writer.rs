//! Features as shapefiles in a zip: one of points, one of lines and one of areas, as far as there are such.

use std::collections::{BTreeMap, HashMap, HashSet};

use geo::{BoundingRect as _, Coord, LineString, Rect, Winding as _};

use super::{HEAD, MAGIC};
use crate::formats::bundle;
use crate::formats::converter::joined;
use crate::formats::dbf::writer as dbf;
use crate::formats::feature::Feature;
use crate::formats::parts::Parts;
use crate::formats::read::shortened;
use crate::formats::typed::{self, Kind};
use crate::formats::write::{CannotHold, Outgoing, WrittenFile};

/// WGS 84 as Esri writes it.
const PRJ: &str = "GEOGCS[\"GCS_WGS_1984\",DATUM[\"D_WGS_1984\",SPHEROID[\"WGS_1984\",6378137.0,298.257223563]],\
                   PRIMEM[\"Greenwich\",0.0],UNIT[\"Degree\",0.0174532925199433]]";

/// The longest main file, in bytes: its length stands in 31 bits, and many programs read no longer one.
const MOST_BYTES: usize = i32::MAX as usize;

/// What the shapes of a main file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    Points,
    Lines,
    Areas,
}

/// As [`crate::formats::write::Write`] has it.
pub(super) fn write(outgoing: &Outgoing<'_>) -> WrittenFile {
    let mut cannot_hold = CannotHold::default();
    let mut groups: BTreeMap<Group, Vec<(&Feature, Parts)>> = BTreeMap::new();
    let mut without = Vec::new();
    for feature in outgoing.features {
        let mut parts = Parts::default();
        feature.geometry.iter().for_each(|geometry| parts.add(geometry));
        let split = parts.split();
        if split.len() > 1 {
            cannot_hold.change(("holds no points, lines and areas together", "each part is in the file of its kind"));
        }
        if split.is_empty() {
            without.push(feature);
        }
        split.into_iter().for_each(|(group, parts)| groups.entry(group).or_default().push((feature, parts)));
    }
    // What has no place goes with the first of the others.
    let first = groups.keys().next().copied().unwrap_or(Group::Points);
    groups.entry(first).or_default().extend(without.into_iter().map(|feature| (feature, Parts::default())));
    if groups.len() > 1 {
        let all = outgoing.features.iter().filter(|feature| feature.geometry.is_some());
        all.for_each(|_| cannot_hold.change(("is of one kind of shape", "points, lines and areas are in a file each")));
    }
    let columns = typed::columns(outgoing.features);
    let names = dbf::Names::of(&columns, outgoing.features);
    let several = groups.len() > 1;
    let mut files = BTreeMap::new();
    for (group, shapes) in groups {
        let suffix = match group {
            _ if !several => "",
            Group::Points => "_points",
            Group::Lines => "_lines",
            Group::Areas => "_areas",
        };
        let name = format!("{}{suffix}", file_name(outgoing.title));
        let (shp, shx, written) = main_file(group, shapes, &mut cannot_hold);
        for (ending, bytes) in [
            ("shp", shp),
            ("shx", shx),
            ("dbf", dbf::table(&written, &columns, &names, &mut cannot_hold)),
            ("prj", PRJ.as_bytes().to_vec()),
            ("cpg", b"UTF-8".to_vec()),
        ] {
            files.insert(format!("{name}.{ending}"), bytes);
        }
    }
    // There are no columns of lists.
    let kind = |kind| if kind == Kind::Nested { Kind::Text } else { kind };
    let kinds: HashMap<_, _> = columns.iter().map(|column| (column.name, kind(column.kind))).collect();
    outgoing.features.iter().for_each(|feature| typed::count_losses(feature, &kinds, &mut cannot_hold));
    let mut words = cannot_hold.words("A shapefile", outgoing.features.len());
    words.extend(names.words());
    let bytes = bundle::write(&files).unwrap_or_else(|why| {
        words.push(format!("no shapefile was written: {}", shortened(&why.to_string())));
        Vec::new()
    });
    WrittenFile { bytes, cannot_hold: words }
}

/// What the files are called: by what the features are, as far as a file may be called so on every system.
fn file_name(title: &str) -> String {
    let is_good = |letter: char| !letter.is_control() && !"/\\:*?\"<>|.".contains(letter);
    let name: String = title.chars().take(80).map(|letter| if is_good(letter) { letter } else { '_' }).collect();
    match name.trim() {
        "" => "features".to_owned(),
        name => name.to_owned(),
    }
}

impl Parts {
    /// The points, lines and areas apart, those that there are.
    fn split(self) -> Vec<(Group, Self)> {
        let Self { points, lines, areas } = self;
        let mut all = Vec::new();
        if !points.is_empty() {
            all.push((Group::Points, Self { points, ..Self::default() }));
        }
        if !lines.is_empty() {
            all.push((Group::Lines, Self { lines, ..Self::default() }));
        }
        if !areas.is_empty() {
            all.push((Group::Areas, Self { areas, ..Self::default() }));
        }
        all
    }

    /// The parts of a line or an area: outlines run clockwise, holes the other way (page 8 of the specification).
    fn rings(self) -> Vec<LineString<f64>> {
        let mut rings = self.lines;
        for area in self.areas {
            let (mut outline, holes) = area.into_inner();
            outline.make_cw_winding();
            rings.push(outline);
            rings.extend(holes.into_iter().map(|mut hole| {
                hole.make_ccw_winding();
                hole
            }));
        }
        rings
    }
}

/// The main file, its index, and the features that are in it.
fn main_file<'a>(
    group: Group,
    shapes: Vec<(&'a Feature, Parts)>,
    cannot_hold: &mut CannotHold,
) -> (Vec<u8>, Vec<u8>, Vec<&'a Feature>) {
    let has_several = shapes.iter().any(|(_, parts)| parts.points.len() > 1);
    let kind: i32 = match group {
        Group::Points if has_several => 8,
        Group::Points => 1,
        Group::Lines => 3,
        Group::Areas => 5,
    };
    let (mut main, mut index) = (vec![0; HEAD], vec![0; HEAD]);
    let (mut written, mut bounds) = (Vec::with_capacity(shapes.len()), None);
    for (feature, parts) in shapes {
        let own = if parts.points.is_empty() && parts.lines.is_empty() && parts.areas.is_empty() {
            None
        } else {
            feature.geometry.as_ref()
        };
        let record = match own {
            None => 0_i32.to_le_bytes().to_vec(),
            Some(_) => record(kind, parts, &mut bounds),
        };
        if main.len() + record.len() + 8 > MOST_BYTES {
            cannot_hold.add("holds no more than 2 GB");
            continue;
        }
        written.push(feature);
        let words = (record.len() / 2) as u32;
        let place = (main.len() / 2) as u32;
        index.extend_from_slice(&place.to_be_bytes());
        index.extend_from_slice(&words.to_be_bytes());
        main.extend_from_slice(&(written.len() as u32).to_be_bytes());
        main.extend_from_slice(&words.to_be_bytes());
        main.extend_from_slice(&record);
    }
    for file in [&mut main, &mut index] {
        let words = (file.len() / 2) as u32;
        file[..4].copy_from_slice(&MAGIC);
        file[24..28].copy_from_slice(&words.to_be_bytes());
        file[28..32].copy_from_slice(&1000_u32.to_le_bytes());
        file[32..36].copy_from_slice(&kind.to_le_bytes());
        let mut corners = Vec::new();
        push_box(bounds, &mut corners);
        file[36..68].copy_from_slice(&corners);
    }
    (main, index, written)
}

/// The content of a record of a kind; all that is in it widens `bounds`.
fn record(kind: i32, parts: Parts, bounds: &mut Option<Rect<f64>>) -> Vec<u8> {
    let mut out = kind.to_le_bytes().to_vec();
    let positions = |all: &[Coord<f64>], out: &mut Vec<u8>| {
        for Coord { x, y } in all {
            out.extend_from_slice(&x.to_le_bytes());
            out.extend_from_slice(&y.to_le_bytes());
        }
    };
    if kind == 1 || kind == 8 {
        let own = geo::MultiPoint::from(parts.points.clone()).bounding_rect();
        *bounds = joined(*bounds, own);
        if kind == 8 {
            push_box(own, &mut out);
            out.extend_from_slice(&(parts.points.len() as u32).to_le_bytes());
        }
        positions(&parts.points, &mut out);
        return out;
    }
    let rings = parts.rings();
    let own = rings.iter().filter_map(LineString::bounding_rect).fold(None, |all, one| joined(all, Some(one)));
    *bounds = joined(*bounds, own);
    push_box(own, &mut out);
    out.extend_from_slice(&(rings.len() as u32).to_le_bytes());
    out.extend_from_slice(&(rings.iter().map(|ring| ring.0.len()).sum::<usize>() as u32).to_le_bytes());
    let mut first = 0_u32;
    for ring in &rings {
        out.extend_from_slice(&first.to_le_bytes());
        first += ring.0.len() as u32;
    }
    rings.iter().for_each(|ring| positions(&ring.0, &mut out));
    out
}

fn push_box(bounds: Option<Rect<f64>>, out: &mut Vec<u8>) {
    let numbers = bounds.map_or([0.0; 4], |rect| [rect.min().x, rect.min().y, rect.max().x, rect.max().y]);
    numbers.iter().for_each(|number| out.extend_from_slice(&number.to_le_bytes()));
}

/// The names that fields get: no longer than a table can have, and each once.
pub(in crate::formats) fn short_names<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    const MOST: usize = 10;
    let cut = |name: &str, most: usize| -> String {
        let end = (0..=most.min(name.len())).rev().find(|end| name.is_char_boundary(*end)).unwrap_or_default();
        name[..end].to_owned()
    };
    let mut taken = HashSet::new();
    // From where to count on if a name comes again.
    let mut next: HashMap<String, usize> = HashMap::new();
    let one = |name: &str| {
        let plain: String = name.chars().map(|letter| if letter.is_control() { '_' } else { letter }).collect();
        let plain = cut(plain.trim(), MOST).trim().to_owned();
        let plain = if plain.is_empty() { "field".to_owned() } else { plain };
        let mut own = plain.clone();
        let number = next.entry(plain.to_lowercase()).or_insert(1);
        while !taken.insert(own.to_lowercase()) {
            let end = format!("_{number}");
            own = format!("{}{end}", cut(&plain, MOST - end.len()));
            *number += 1;
        }
        own
    };
    names.map(one).collect()
}
