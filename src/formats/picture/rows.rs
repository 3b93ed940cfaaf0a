//! The pixels of a picture from the top row down, each as red, green, blue and opacity of eight bits, so that no more than
//! a few rows need to be held where the format allows it: PNG that is not interlaced, and TIFF. A JPEG, a WebP and an
//! interlaced PNG can only be decoded whole, within limits.

use std::io::{BufRead, Seek};

use image::{ColorType, DynamicImage, ImageDecoder, Limits};

use super::{MOST_HELD_BYTES, PictureError, PictureFormat, check_size, damaged, image_reader, tiff_rows};
use crate::geometry::work;

/// Gives every row of a picture to `take`, from the top. The work that is going on is told of each
/// ([`work::advance`]), and ends it when it is cancelled.
///
/// # Errors
/// [`PictureError`], or what `take` says; the rows before it have been given.
pub fn rows(
    mut source: impl BufRead + Seek,
    take: &mut dyn FnMut(&[u8]) -> Result<(), PictureError>,
) -> Result<(), PictureError> {
    let format = PictureFormat::of_start(source.fill_buf()?).ok_or(PictureError::Unknown)?;
    let mut done = 0;
    let mut take = |row: &[u8]| {
        done += 1;
        if !work::advance(done) {
            return Err(PictureError::Cancelled);
        }
        take(row)
    };
    match format {
        PictureFormat::Tiff => tiff_rows::Tiff::open(source)?.rows(&mut take),
        PictureFormat::Png => png_rows(source, &mut take),
        PictureFormat::Jpeg | PictureFormat::WebP => whole(source, format, &mut take),
    }
}

fn png_rows(
    mut source: impl BufRead + Seek,
    take: &mut dyn FnMut(&[u8]) -> Result<(), PictureError>,
) -> Result<(), PictureError> {
    let limits = png::Limits { bytes: MOST_HELD_BYTES as usize };
    let mut decoder = png::Decoder::new_with_limits(&mut source, limits);
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(|error| damaged(&error))?;
    let (width_px, height_px) = (reader.info().width, reader.info().height);
    check_size(width_px, height_px)?;
    if reader.info().interlaced {
        drop(reader);
        source.rewind()?;
        return whole(source, PictureFormat::Png, take);
    }
    let (color, _) = reader.output_color_type();
    let samples = color.samples();
    let mut rgba = vec![255; width_px as usize * 4];
    for _ in 0..height_px {
        let row = reader.next_row().map_err(|error| damaged(&error))?;
        let row = row.ok_or_else(|| PictureError::Damaged("it ends too soon".to_owned()))?;
        for (to, from) in rgba.chunks_exact_mut(4).zip(row.data().chunks_exact(samples)) {
            to.copy_from_slice(&match *from {
                [grey] => [grey, grey, grey, 255],
                [grey, alpha] => [grey, grey, grey, alpha],
                [red, green, blue] => [red, green, blue, 255],
                [red, green, blue, alpha, ..] => [red, green, blue, alpha],
                [] => [0; 4],
            });
        }
        take(&rgba)?;
    }
    Ok(())
}

fn whole(
    source: impl BufRead + Seek,
    format: PictureFormat,
    take: &mut dyn FnMut(&[u8]) -> Result<(), PictureError>,
) -> Result<(), PictureError> {
    let mut reader = image_reader(source, format);
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MOST_HELD_BYTES);
    reader.limits(limits);
    let decoder = reader.into_decoder().map_err(|error| damaged(&error))?;
    let (width_px, height_px) = decoder.dimensions();
    check_size(width_px, height_px)?;
    if decoder.total_bytes() > MOST_HELD_BYTES {
        return Err(PictureError::Unsupported(format!(
            "of {} × {} pixels this {} cannot be read a part at a time; save it as a tiled TIFF or a PNG that is not interlaced",
            width_px,
            height_px,
            format.label()
        )));
    }
    let picture = DynamicImage::from_decoder(decoder).map_err(|error| damaged(&error))?;
    let width = width_px as usize;
    let mut rgba = vec![255; width * 4];
    // No second copy of the whole picture is made where it has the usual colours.
    let samples = match picture.color() {
        ColorType::L8 => 1,
        ColorType::Rgb8 => 3,
        ColorType::Rgba8 => 4,
        _ => {
            let other = picture.into_rgba8();
            return other.as_raw().chunks_exact(width * 4).try_for_each(take);
        }
    };
    for row in picture.as_bytes().chunks_exact(width * samples) {
        for (to, from) in rgba.chunks_exact_mut(4).zip(row.chunks_exact(samples)) {
            match *from {
                [grey] => to[..3].fill(grey),
                _ => to[..samples].copy_from_slice(from),
            }
        }
        take(&rgba)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn all(bytes: &[u8]) -> Result<Vec<u8>, PictureError> {
        let mut all = Vec::new();
        rows(Cursor::new(bytes), &mut |row| {
            all.extend_from_slice(row);
            Ok(())
        })?;
        Ok(all)
    }

    fn written(picture: &DynamicImage, format: image::ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn rows_are_the_picture_whatever_its_format_and_colours() {
        let rgba = image::RgbaImage::from_fn(7, 5, |x, y| image::Rgba([x as u8 * 30, y as u8 * 40, 90, 255]));
        let picture = DynamicImage::from(rgba);
        for format in [image::ImageFormat::Png, image::ImageFormat::WebP] {
            assert_eq!(all(&written(&picture, format)).unwrap(), picture.to_rgba8().into_raw(), "{format:?}");
        }
        for other in [
            DynamicImage::from(picture.to_rgb8()),
            DynamicImage::from(picture.to_luma8()),
            DynamicImage::from(picture.to_luma_alpha8()),
            DynamicImage::from(picture.to_rgb16()),
        ] {
            assert_eq!(all(&written(&other, image::ImageFormat::Png)).unwrap(), other.to_rgba8().into_raw());
        }
        let jpeg = all(&written(&DynamicImage::from(picture.to_rgb8()), image::ImageFormat::Jpeg)).unwrap();
        let far = jpeg.iter().zip(picture.to_rgba8().as_raw()).map(|(a, b)| a.abs_diff(*b)).max();
        assert!(far.is_some_and(|far| far < 40), "{far:?}");
    }

    #[test]
    fn a_picture_that_breaks_off_is_damaged() {
        let picture = DynamicImage::new_rgb8(40, 40);
        for format in [image::ImageFormat::Png, image::ImageFormat::WebP] {
            let bytes = written(&picture, format);
            let error = all(&bytes[..bytes.len() / 2]).unwrap_err();
            assert!(matches!(error, PictureError::Damaged(_) | PictureError::Io(_)), "{format:?}: {error}");
        }
        assert!(matches!(all(b"GIF89a"), Err(PictureError::Unknown)));
    }

    #[test]
    fn work_that_is_cancelled_ends_between_rows() {
        let bytes = written(&DynamicImage::new_rgb8(4, 4), image::ImageFormat::Png);
        let work = work::Work::default();
        work.cancel();
        assert!(matches!(work.run(|| all(&bytes)), Err(PictureError::Cancelled)));
    }
}
