//! World files: six lines that say how the pixels of a picture come to a plane, as Esri has them, and the `.prj` beside
//! them.

use super::PictureError;
use crate::formats::number;

/// A world file has no more bytes.
pub const MOST_BYTES: usize = 4096;

/// The endings of the world file of a picture, by the ending of the picture: its first and last letter and a w, all of it
/// and a w, or wld.
pub fn endings(picture: &str) -> Vec<String> {
    let picture = picture.to_lowercase();
    let mut all = Vec::new();
    let mut letters = picture.chars();
    if let (Some(first), Some(last)) = (letters.next(), letters.next_back()) {
        all.push(format!("{first}{last}w"));
    }
    all.extend([format!("{picture}w"), "wld".to_owned()]);
    all
}

/// Reads a world file: the numbers of [`Way::Affine`](super::geotiff::Way::Affine).
///
/// # Errors
/// [`PictureError::Beside`] says which line is wrong.
pub fn read(bytes: &[u8]) -> Result<[f64; 6], PictureError> {
    let text = String::from_utf8_lossy(bytes.get(..MOST_BYTES).unwrap_or(bytes));
    let mut lines = text.trim_start_matches('\u{feff}').lines().map(str::trim).filter(|line| !line.is_empty());
    let mut next = |at: usize| {
        let line = lines.next().unwrap_or_default();
        // Programs in some languages write a comma for the point.
        let value = number::of_text(line).or_else(|| number::of_text(&line.replace(',', ".")));
        value.filter(|value| value.is_finite()).ok_or_else(|| {
            PictureError::Beside(format!(
                "line {at} of its world file is not a number; six are needed: the size of a pixel, two turns, the size again, \
                 and the place of the first pixel"
            ))
        })
    };
    let [across, turn_y, turn_x, down, x, y] = [next(1)?, next(2)?, next(3)?, next(4)?, next(5)?, next(6)?];
    if across * down - turn_x * turn_y == 0.0 {
        return Err(PictureError::Beside("its world file puts all pixels on one line".to_owned()));
    }
    // The place is that of the middle of the first pixel.
    Ok([x - (across + turn_x) / 2.0, across, turn_x, y - (turn_y + down) / 2.0, turn_y, down])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_lines_place_the_middle_of_the_first_pixel() {
        let affine = read(b"2.0\n0\n0\n-3\n100\n200\n").unwrap();
        assert_eq!(affine, [99.0, 2.0, 0.0, 201.5, 0.0, -3.0]);
        assert_eq!(read("\u{feff}2,5\r\n0\r\n0\r\n-2,5\r\n1e3\r\n2e3".as_bytes()).unwrap()[1], 2.5);
    }

    #[test]
    fn a_world_file_that_is_none_says_which_line() {
        for (text, part) in
            [("1\n0\n0\n-1\nx\n0", "line 5"), ("1\n0", "line 3"), ("", "line 1"), ("0\n0\n0\n0\n1\n1", "one line")]
        {
            assert!(read(text.as_bytes()).unwrap_err().to_string().contains(part), "{text:?}");
        }
        assert!(read(b"nan\n0\n0\n1\n0\n0").is_err() && read(&[0xFF; 9999]).is_err());
    }

    #[test]
    fn the_endings_follow_the_pictures() {
        assert_eq!(endings("PNG"), ["pgw", "pngw", "wld"]);
        assert_eq!(endings("jpeg"), ["jgw", "jpegw", "wld"]);
        assert_eq!(endings("tif"), ["tfw", "tifw", "wld"]);
    }
}
