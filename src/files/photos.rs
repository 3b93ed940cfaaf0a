//! Photos that say where they were taken: what they say, and their pixels as small as a panel shows them. They stay where they
//! are; nothing of them is copied.

use std::io::BufReader;
use std::path::Path;
use std::sync::Arc;

use super::pictures::record;
use super::{FileError, disk};
use crate::basemap::Bitmap;
use crate::document::edit::Photo;
use crate::dossier::FileRecord;
use crate::formats::photo::{self, PhotoFacts};
use crate::formats::picture::{self, orientation as turned};

/// Reads what a photo says of itself.
///
/// # Errors
/// [`FileError`]: it cannot be read, or, in the words of its facts, has no place.
pub fn read(path: &Path) -> Result<Photo, FileError> {
    let facts = facts(path)?;
    if facts.at.is_none() {
        return Err(FileError::NoShape { what: facts.why_not, path: path.to_owned() });
    }
    Ok(Photo { file: Arc::new(record(path, None)?), facts })
}

fn facts(path: &Path) -> Result<PhotoFacts, FileError> {
    let file = disk::open(path).map_err(|cause| FileError::Read { cause, path: path.to_owned() })?;
    Ok(photo::read(BufReader::with_capacity(1 << 16, file)))
}

/// A photo as it is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct PhotoPreview {
    /// Upright, and no larger than was asked for.
    pub bitmap: Bitmap,
    /// Whether its file has been changed since it was put on the map.
    pub is_changed: bool,
}

/// The pixels of a photo, upright, no wider or higher than so many.
///
/// # Errors
/// In words: it is gone, or of a kind that cannot be shown.
pub fn preview(file: &FileRecord, most_px: u32) -> Result<PhotoPreview, String> {
    let there = super::shares::there(file).map_err(|why| format!("the photo is not shown: {why}"))?;
    if !there.is_file() {
        return Err(format!("the photo is not where it was: {}", file.path.display()));
    }
    let path = there.as_path();
    let told = |error: &dyn std::fmt::Display| format!("the photo cannot be shown: {error}");
    let start = super::start(path).map_err(|error| told(&error))?;
    if photo::is_heif(&start) {
        return Err("a HEIC photo cannot be shown here; what it says of itself is read".to_owned());
    }
    let open = || disk::open(path).map(|file| BufReader::with_capacity(1 << 16, file)).map_err(|error| told(&error));
    let header = picture::header(open()?).map_err(|error| told(&error))?;
    let step = header.width_px.max(header.height_px).div_ceil(most_px.max(1)).max(1);
    let (width, height) = (header.width_px.div_ceil(step), header.height_px.div_ceil(step));
    let mut rgba = Vec::with_capacity(width as usize * height as usize * 4);
    let mut sums = vec![[0_u32; 4]; width as usize];
    let mut rows = 0;
    let mut flush = |sums: &mut Vec<[u32; 4]>, rows: u32, at_end: u32| {
        for (x, sum) in sums.iter_mut().enumerate() {
            let columns = step.min(at_end - x as u32 * step);
            let count = (columns * rows).max(1);
            rgba.extend(sum.map(|sum| (sum / count) as u8));
            *sum = [0; 4];
        }
    };
    picture::rows(open()?, &mut |row| {
        for (x, pixel) in row.chunks_exact(4).enumerate() {
            if let Some(sum) = sums.get_mut(x / step as usize) {
                sum.iter_mut().zip(pixel).for_each(|(sum, value)| *sum += u32::from(*value));
            }
        }
        rows += 1;
        if rows == step {
            flush(&mut sums, rows, header.width_px);
            rows = 0;
        }
        Ok(())
    })
    .map_err(|error| told(&error))?;
    if rows > 0 {
        flush(&mut sums, rows, header.width_px);
    }
    let bitmap = upright(Bitmap { width, height, rgba }, facts(path).map_or(1, |facts| facts.orientation));
    let now = record(path, None).map_err(|error| told(&error))?;
    Ok(PhotoPreview { bitmap, is_changed: now.sha256 != file.sha256 && !file.sha256.is_empty() })
}

/// Turned and mirrored as Exif's number says.
fn upright(bitmap: Bitmap, orientation: u8) -> Bitmap {
    let stored = [bitmap.width, bitmap.height];
    let [width, height] = turned::size(orientation, stored);
    let rows = (0..height).flat_map(|row| turned::upright_row(&bitmap.rgba, stored, orientation, row));
    Bitmap { width, height, rgba: rows.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::photo::tests::{jpeg, placed};

    #[test]
    fn a_photo_is_read_shown_small_and_missed_when_it_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jpg");
        let mut fields = placed();
        fields.push((exif::Tag::Orientation, exif::Value::Short(vec![6])));
        std::fs::write(&path, jpeg(&fields)).unwrap();
        let photo = read(&path).unwrap();
        assert_eq!(photo.file.sha256.len(), 64);
        let shown = preview(&photo.file, 4).unwrap();
        assert_eq!((shown.bitmap.width, shown.bitmap.height, shown.is_changed), (3, 4, false));
        assert_eq!(shown.bitmap.rgba.len(), 48);
        std::fs::write(&path, jpeg(&placed())).unwrap();
        assert!(preview(&photo.file, 4).unwrap().is_changed);
        std::fs::write(&path, b"\0\0\0\x18ftypheic").unwrap();
        assert!(preview(&photo.file, 4).unwrap_err().contains("HEIC"));
        std::fs::remove_file(&path).unwrap();
        assert!(preview(&photo.file, 4).unwrap_err().contains("not where it was"));
        assert!(read(&path).is_err());
    }
}
