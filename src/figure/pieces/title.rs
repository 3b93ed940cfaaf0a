//! The title of a figure, with kicker, subtitle and day.

use kurbo::Point;

use super::{Noun, Piece, PieceInfo, Set, Stands};
use crate::figure::contents::Material;
use crate::figure::page::{Block, Content, FigureSpec, Limits, Room, Run, Setting, bounds_of};
use crate::scene::display_list::{Face, Item, Text};
use crate::scene::text;

/// Its row of the table.
pub(super) const INFO: PieceInfo = PieceInfo {
    piece: Piece::Title,
    name: "title",
    label: "Title",
    noun: Noun::One("the title"),
    stands: Stands::Beside { off: "above the map" },
    is_usual: true,
    says,
    set: Set::Block { title: |parts| parts.title, block },
};

fn says(material: &Material<'_>) -> Option<Content> {
    Some(Content::Words(material.subject.title(material.options)))
}

fn block(setting: &Setting, spec: &FigureSpec, room: Room, _: Limits) -> (f64, Block) {
    match room {
        Room::OnMap(map_width_pt) => {
            let mut block = setting.header(spec, 0.44 * map_width_pt);
            let bounds = bounds_of(&block.items).unwrap_or_default();
            // Words that are read from the right stand at the right of the room that they need.
            let unused_pt = if !setting.words.is_rtl() && text::is_rtl(spec.words(Piece::Title)) {
                bounds.x0.max(0.0)
            } else {
                0.0
            };
            if unused_pt > 0.0 {
                texts_of(&mut block).for_each(|text| text.origin.x -= unused_pt);
            }
            (bounds.x1 - unused_pt, block)
        }
        Room::Column(width_pt) | Room::Band(width_pt) | Room::Below(width_pt) => {
            (width_pt, setting.header(spec, width_pt))
        }
    }
}

impl Setting {
    /// Kicker, title, subtitle and day.
    pub(in crate::figure) fn header(&self, spec: &FigureSpec, width_pt: f64) -> Block {
        let ink = self.palette.ink;
        let title_pt = self.size(2.05);
        let mut block = Block::default();
        let mut stack = |part: Block, before_pt: f64| {
            if part.height_pt > 0.0 {
                let at = if block.height_pt > 0.0 { block.height_pt + before_pt } else { 0.0 };
                part.place(Point::new(0.0, at), &mut block.items);
                block.height_pt = at + part.height_pt;
            }
        };
        let as_of = match spec.words(Piece::AsOf) {
            "" => String::new(),
            day => self.words.fill(self.words.as_of, &[("day", day)]),
        };
        let (kicker, subtitle) = (spec.words(Piece::Kicker), spec.words(Piece::Subtitle));
        let second = self.palette.second;
        // Without a subtitle the day stands with the kicker, and the map has the room of its line.
        let is_day_above = !kicker.is_empty() && subtitle.is_empty();
        let above = [kicker, if is_day_above { as_of.as_str() } else { "" }];
        let above = above.into_iter().filter(|words| !words.is_empty());
        let above = if is_day_above {
            above.map(|words| self.words.apart(words)).collect::<Vec<_>>().join(" · ")
        } else {
            above.collect()
        };
        stack(self.paragraph(&above, Face::SansSemiBold, self.size(1.0), 1.35, second, width_pt), 0.0);
        let title = spec.words(Piece::Title);
        let even_pt = even_width_pt(title, Face::SansSemiBold, title_pt, width_pt);
        stack(self.paragraph(title, Face::SansSemiBold, title_pt, 1.18, ink, even_pt), 0.0);
        let sub_pt = self.size(1.12);
        let as_of = if is_day_above { String::new() } else { as_of };
        let dot = if subtitle.is_empty() || as_of.is_empty() { "" } else { " ·" };
        let (line, _) = self.rich(
            &[
                Run { words: subtitle, face: Face::Sans, color: second, link: None },
                Run { words: dot, face: Face::Sans, color: second, link: None },
                Run { words: &format!(" {as_of}"), face: Face::SansSemiBold, color: second, link: None },
            ],
            sub_pt,
            1.35,
            width_pt,
        );
        stack(line, 0.25 * self.base_pt);
        // A page that is read from the right is mirrored as a whole.
        if !self.words.is_rtl() {
            to_reading_side(&mut block, width_pt);
        }
        block
    }
}

fn texts_of(block: &mut Block) -> impl Iterator<Item = &mut Text> {
    block.items.iter_mut().filter_map(|item| if let Item::Text(text) = item { Some(text) } else { None })
}

/// Rows that begin with words which are read from the right stand at the right, their parts from there to the left.
fn to_reading_side(block: &mut Block, width_pt: f64) {
    let mut row = (f64::NAN, false);
    for line in texts_of(block) {
        if line.origin.y != row.0 {
            row = (line.origin.y, text::is_rtl(&line.text));
        }
        if row.1 {
            let advance_pt = text::measure(&line.text, line.face, line.size_pt, line.letter_spacing_pt).advance_pt;
            line.origin.x = width_pt - line.origin.x - advance_pt;
        }
    }
}

/// The least width at which words take no more lines than they do at `width_pt`: their lines are then about as long as
/// each other, and none is left with a single word.
fn even_width_pt(words: &str, face: Face, size_pt: f64, width_pt: f64) -> f64 {
    let lines = |width_pt: f64| text::wrap(words, face, size_pt, width_pt).len();
    let count = lines(width_pt);
    if count < 2 {
        return width_pt;
    }
    let longest = words.split_whitespace().map(|word| text::measure(word, face, size_pt, 0.0).advance_pt);
    let (mut narrow, mut wide) = (longest.fold(0.5 * width_pt, f64::max).min(width_pt), width_pt);
    for _ in 0..10 {
        let middle = (narrow + wide) / 2.0;
        if lines(middle) > count { narrow = middle } else { wide = middle }
    }
    wide
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_of_a_headline_is_left_with_a_single_word() {
        let words = "Bild: US proposes that Ukraine withdraw from about 5,600 km² of Donetsk oblast";
        let set = |width_pt: f64| text::wrap(words, Face::SansSemiBold, 20.0, width_pt);
        let all_pt = text::measure(words, Face::SansSemiBold, 20.0, 0.0).advance_pt;
        let width_pt = all_pt - 10.0;
        assert_eq!(set(width_pt).last().map(String::as_str), Some("oblast"));
        let even = set(even_width_pt(words, Face::SansSemiBold, 20.0, width_pt));
        assert_eq!(even, ["Bild: US proposes that Ukraine withdraw", "from about 5,600 km² of Donetsk oblast"]);
        assert_eq!(
            even_width_pt(words, Face::SansSemiBold, 20.0, all_pt + 1.0),
            all_pt + 1.0,
            "one line stays as it is"
        );
    }

    #[test]
    fn words_that_are_read_from_the_right_stand_at_the_right() {
        let line = |words: &str, x: f64, y: f64| {
            Item::Text(Text {
                text: words.to_owned(),
                face: Face::Sans,
                size_pt: 10.0,
                color: crate::scene::display_list::Color::rgb(0),
                origin: Point::new(x, y),
                rotation_rad: 0.0,
                letter_spacing_pt: 0.0,
                halo: None,
                link: None,
            })
        };
        let rows = [("Kyiv", 0.0, 10.0), ("אזור", 0.0, 20.0), ("As of", 40.0, 20.0)];
        let items = rows.map(|(words, x, y)| line(words, x, y)).to_vec();
        let mut block = Block { height_pt: 30.0, items };
        to_reading_side(&mut block, 200.0);
        let ends: Vec<(f64, f64)> = texts_of(&mut block)
            .map(|text| (text.origin.x, text.origin.x + text::measure(&text.text, text.face, 10.0, 0.0).advance_pt))
            .collect();
        assert_eq!(ends[0].0, 0.0);
        assert!((ends[1].1 - 200.0).abs() < 1e-9 && (ends[2].1 - 160.0).abs() < 1e-9, "{ends:?}");
    }
}
