//! Pictures of the pages of a document, with the letters on them, so that words of its text can be found on the picture.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization as _;

use super::super::text::NormalizedText;

/// A picture of a page, its pixels row by row as red, green, blue and how opaque they are.
#[derive(Debug, Clone, PartialEq)]
pub struct PagePicture {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// How many pages the document has.
    pub pages: usize,
    /// Four bytes a pixel.
    pub rgba: Vec<u8>,
    /// The letters on it in the order in which they are read.
    pub letters: Vec<PageLetter>,
}

/// A letter on a picture, or several that are drawn as one.
#[derive(Debug, Clone, PartialEq)]
pub struct PageLetter {
    /// What it means.
    pub text: String,
    /// Left, top, right and bottom of where it stands, in pixels.
    pub at: [f32; 4],
}

/// A picture larger than this is none of ours, in pixels of a side.
const LONGEST_SIDE: u32 = 20_000;

/// The first bytes of a picture on its way between two processes.
const FIRST: &[u8; 8] = b"claimpg1";

impl PagePicture {
    /// Writes it for the way between two processes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.rgba.len() + 24 * self.letters.len() + 24);
        out.extend_from_slice(FIRST);
        for number in [self.width, self.height, u32::try_from(self.pages).unwrap_or(u32::MAX)] {
            out.extend_from_slice(&number.to_le_bytes());
        }
        out.extend_from_slice(&self.rgba);
        for letter in &self.letters {
            let text = &letter.text[..letter.text.floor_char_boundary(usize::from(u8::MAX))];
            for point in letter.at {
                out.extend_from_slice(&point.to_le_bytes());
            }
            out.push(text.len() as u8);
            out.extend_from_slice(text.as_bytes());
        }
        out
    }

    /// Reads it again; `None` where the bytes are cut short or anything else.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes.strip_prefix(FIRST)?;
        let mut number = || {
            let (first, left) = rest.split_first_chunk::<4>()?;
            rest = left;
            Some(u32::from_le_bytes(*first))
        };
        let (width, height, pages) = (number()?, number()?, number()? as usize);
        let is_size = |side: u32| (1..=LONGEST_SIDE).contains(&side);
        let size = width as usize * height as usize * 4;
        if !is_size(width) || !is_size(height) || rest.len() < size {
            return None;
        }
        let (rgba, mut rest) = rest.split_at(size);
        let mut letters = Vec::new();
        while !rest.is_empty() {
            let mut at = [0.0; 4];
            for point in &mut at {
                let (first, left) = rest.split_first_chunk::<4>()?;
                *point = f32::from_le_bytes(*first);
                rest = left;
            }
            let (length, left) = rest.split_first()?;
            let (text, left) = left.split_at_checked(usize::from(*length))?;
            rest = left;
            if at.iter().all(|point| point.is_finite()) {
                letters.push(PageLetter { text: std::str::from_utf8(text).ok()?.to_owned(), at });
            }
        }
        Some(Self { width, height, pages, rgba: rgba.to_vec(), letters })
    }

    /// Where words of the document's text stand on this page, as one rectangle for each line of them: left, top, right and
    /// bottom in pixels. `page` is the part of the text that is on it, `words` are positions in the text. Empty where that
    /// cannot be told: where the letters of the page are not those of the text, and the words not in one place among them.
    pub fn places(&self, text: &NormalizedText, page: Range<usize>, words: Range<usize>) -> Vec<[f32; 4]> {
        let words = words.start.max(page.start)..words.end.min(page.end);
        if words.is_empty() {
            return Vec::new();
        }
        let (Some(before), Some(chosen), Some(whole)) =
            (text.slice(page.start..words.start), text.slice(words.clone()), text.slice(page))
        else {
            return Vec::new();
        };
        let (before, chosen, whole) = (bare(before), bare(chosen), bare(whole));
        if chosen.is_empty() {
            return Vec::new();
        }
        // The letters without what lines and hyphens change, and of each the index among the letters of the page.
        let mut drawn = String::new();
        let mut owners = Vec::new();
        for (index, letter) in self.letters.iter().enumerate() {
            let letters = bare(&letter.text);
            owners.extend(letters.chars().map(|_| index));
            drawn.push_str(&letters);
        }
        // An article may begin or end within a page.
        let start = match drawn.find(&whole) {
            Some(at) => at + before.len(),
            None => {
                let mut places = drawn.match_indices(&chosen).map(|(at, _)| at);
                match (places.next(), places.next()) {
                    (Some(only), None) => only,
                    _ => return Vec::new(),
                }
            }
        };
        let (Some(first), Some(found)) = (drawn.get(..start), drawn.get(start..start + chosen.len())) else {
            return Vec::new();
        };
        let (from, count) = (first.chars().count(), found.chars().count());
        let Some(owners) = owners.get(from..from + count) else { return Vec::new() };
        let mut lines: Vec<[f32; 4]> = Vec::new();
        for letter in owners.iter().filter_map(|index| self.letters.get(*index)) {
            let at = letter.at;
            match lines.last_mut() {
                Some(line) if is_on_line(line, &at) => {
                    *line = [line[0].min(at[0]), line[1].min(at[1]), line[2].max(at[2]), line[3].max(at[3])];
                }
                _ => lines.push(at),
            }
        }
        lines
    }
}

/// Whether a letter goes on with a line: it stands beside it, without a gap as between columns.
fn is_on_line(line: &[f32; 4], letter: &[f32; 4]) -> bool {
    let beside = |low: usize, high: usize| {
        let shared = line[high].min(letter[high]) - line[low].max(letter[low]);
        shared > 0.5 * (letter[high] - letter[low]).min(line[high] - line[low])
    };
    let near = |low: usize, high: usize, size: f32| {
        letter[low] - line[high] < 2.0 * size && line[low] - letter[high] < 2.0 * size
    };
    let (wide, high) = (letter[2] - letter[0], letter[3] - letter[1]);
    // What runs up or down is wider than it is long: its line is as wide as its letters are high.
    beside(1, 3) && near(0, 2, high) || wide > high && beside(0, 2) && near(1, 3, wide)
}

/// Letters without white space, hyphens and other signs that the end of a line brings or takes away, in the normal form of a text.
fn bare(words: &str) -> String {
    words.nfc().filter(|letter| !letter.is_whitespace() && !matches!(letter, '-' | '\u{2010}' | '\u{ad}')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(words: &str) -> PagePicture {
        // Ten letters a line, each 8 pixels wide.
        let letters = words.chars().filter(|letter| !letter.is_whitespace()).enumerate().map(|(index, letter)| {
            let (column, row) = ((index % 10) as f32, (index / 10) as f32);
            let at = [8.0 * column, 20.0 * row, 8.0 * column + 8.0, 20.0 * row + 12.0];
            PageLetter { text: letter.to_string(), at }
        });
        PagePicture { width: 2, height: 1, pages: 3, rgba: vec![255; 8], letters: letters.collect() }
    }

    #[test]
    fn a_picture_comes_over_as_it_was_and_nothing_else_does() {
        let made = picture("Fähre am Kai");
        let bytes = made.to_bytes();
        assert_eq!(PagePicture::from_bytes(&bytes), Some(made));
        for end in [0, 7, 12, 20, 27, bytes.len() - 1] {
            assert_eq!(PagePicture::from_bytes(&bytes[..end]), None, "{end}");
        }
        let mut huge = bytes;
        huge[8..12].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(PagePicture::from_bytes(&huge), None);
    }

    #[test]
    fn words_are_found_on_the_page_where_they_stand_line_by_line() {
        // The page has a hyphen at the end of a line that the text has not.
        let text = NormalizedText::of_pages(&["The ferry is overloaded today", "The ferry"]);
        let page = picture("The ferry is over-loaded today");
        let pages = text.pages();
        // “is overloaded”: letters 8 to 20 of those without spaces; the hyphen is the 14th.
        let found = page.places(&text, pages[0].clone(), 10..23);
        assert_eq!(found, [[64.0, 0.0, 80.0, 12.0], [0.0, 20.0, 80.0, 32.0], [0.0, 40.0, 8.0, 52.0]]);
        // A line below another one is a line of its own, also where its first letter stands right below.
        let lines = page.places(&text, pages[0].clone(), 0..29);
        assert_eq!(lines.len(), 3, "{lines:?}");
        // On the second page, the first has nothing of it.
        assert!(page.places(&text, pages[0].clone(), pages[1].clone()).is_empty());
        // What is twice on a page that is not that of the text is in no place.
        let other = picture("over and over");
        assert!(other.places(&text, pages[0].clone(), 13..17).is_empty());
        assert_eq!(picture("all over").places(&text, pages[0].clone(), 13..17), [[24.0, 0.0, 56.0, 12.0]]);
    }
}
