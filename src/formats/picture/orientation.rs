//! How the pixels of a photo lie in its file, by Exif's number (CIPA DC-008, 4.6.5: 1 to 8), and the way to where they are seen.
//! World files and GeoTIFF count pixels as they are stored, as GDAL and QGIS do; who reads a photo sees it upright.

use std::io::{BufRead, Seek};

use super::{Header, MOST_HELD_BYTES, PictureError, PictureFormat, rows};
use crate::formats::photo;
use crate::geometry::Point;

/// Pixels as they are stored.
pub const AS_STORED: u8 = 1;

/// How the pixels of a picture lie: as stored, of one that says where it belongs and of TIFF.
pub fn of(header: &Header, source: impl BufRead + Seek) -> u8 {
    match header {
        Header { placed: Some(_), .. } | Header { format: PictureFormat::Tiff, .. } => AS_STORED,
        _ => photo::read(source).orientation,
    }
}

/// Columns and rows once it is upright.
pub fn size(orientation: u8, [width, height]: [u32; 2]) -> [u32; 2] {
    if (5..=8).contains(&orientation) { [height, width] } else { [width, height] }
}

/// Where a spot of the upright picture is in the file, in a picture that has so many columns and rows there.
pub fn stored(orientation: u8, stored_px: [u32; 2], at: Point) -> Point {
    let [width, height] = stored_px.map(f64::from);
    let Point { x, y } = at;
    match orientation {
        2 => Point::new(width - x, y),
        3 => Point::new(width - x, height - y),
        4 => Point::new(x, height - y),
        5 => Point::new(y, x),
        6 => Point::new(y, height - x),
        7 => Point::new(width - y, height - x),
        8 => Point::new(width - y, x),
        _ => at,
    }
}

/// Where a spot of the file is in the upright picture, in a picture that has so many columns and rows in the file.
pub fn upright(orientation: u8, stored_px: [u32; 2], at: Point) -> Point {
    // Turned by a quarter one way, it is turned back the other way; all else undoes itself.
    let back = match orientation {
        6 => 8,
        8 => 6,
        other => other,
    };
    stored(back, size(orientation, stored_px), at)
}

/// One row of the upright picture, of the whole as it is stored: four bytes a pixel.
pub fn upright_row(rgba: &[u8], stored_px: [u32; 2], orientation: u8, row: u32) -> Vec<u8> {
    let [width, _] = size(orientation, stored_px);
    let pixel = |column: u32| {
        // The middle of a pixel stays the middle of one.
        let middle = Point::new(f64::from(column) + 0.5, f64::from(row) + 0.5);
        let at = stored(orientation, stored_px, middle);
        let first = (at.y as usize * stored_px[0] as usize + at.x as usize) * 4;
        rgba.get(first..first + 4).unwrap_or(&[0; 4])
    };
    (0..width).flat_map(pixel).copied().collect()
}

/// As [`rows`], of the upright picture: one that is turned is held whole.
///
/// # Errors
/// [`PictureError`], or what `take` says; the rows before it have been given.
pub fn upright_rows(
    source: impl BufRead + Seek,
    stored_px: [u32; 2],
    orientation: u8,
    take: &mut dyn FnMut(&[u8]) -> Result<(), PictureError>,
) -> Result<(), PictureError> {
    if !(2..=8).contains(&orientation) {
        return rows(source, take);
    }
    let bytes = u64::from(stored_px[0]) * u64::from(stored_px[1]) * 4;
    if bytes > MOST_HELD_BYTES {
        return Err(PictureError::Unsupported("it is too large to be turned upright; save it upright".to_owned()));
    }
    let mut whole = Vec::with_capacity(bytes as usize);
    rows(source, &mut |row| {
        whole.extend_from_slice(row);
        Ok(())
    })?;
    let [_, height] = size(orientation, stored_px);
    (0..height).try_for_each(|row| take(&upright_row(&whole, stored_px, orientation, row)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_orientation_is_turned_as_the_picture_library_does() {
        let picture = image::RgbaImage::from_fn(3, 2, |x, y| image::Rgba([x as u8, y as u8, 9, 255]));
        let mut png = std::io::Cursor::new(Vec::new());
        picture.write_to(&mut png, image::ImageFormat::Png).unwrap();
        for orientation in 1..=8 {
            let mut theirs = image::DynamicImage::from(picture.clone());
            theirs.apply_orientation(image::metadata::Orientation::from_exif(orientation).unwrap());
            let mut ours = Vec::new();
            let bytes = std::io::Cursor::new(png.get_ref().clone());
            upright_rows(bytes, [3, 2], orientation, &mut |row| {
                ours.extend_from_slice(row);
                Ok(())
            })
            .unwrap();
            assert_eq!(size(orientation, [3, 2]), [theirs.width(), theirs.height()], "{orientation}");
            assert_eq!(ours, theirs.into_rgba8().into_raw(), "{orientation}");
            let at = Point::new(0.5, 1.25);
            let seen = upright(orientation, [3, 2], at);
            assert!(stored(orientation, [3, 2], seen).distance(at) < 1e-12, "{orientation}");
        }
    }
}
