//! The title of a figure, with kicker, subtitle and day.

use kurbo::Point;

use super::{Noun, Piece, PieceInfo, Set, Stands};
use crate::figure::contents::Material;
use crate::figure::page::{Block, Content, FigureSpec, Limits, Room, Run, Setting, bounds_of};
use crate::scene::display_list::Face;
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
    set: Set::Block { title: "Title", block },
};

fn says(material: &Material<'_>) -> Option<Content> {
    Some(Content::Words(material.subject.title(material.options)))
}

fn block(setting: &Setting, spec: &FigureSpec, room: Room, _: Limits) -> (f64, Block) {
    match room {
        Room::OnMap(map_width_pt) => {
            let block = setting.header(spec, 0.44 * map_width_pt);
            (bounds_of(&block.items).map_or(0.0, |bounds| bounds.x1), block)
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
            day => format!("As of {day}"),
        };
        let (kicker, subtitle) = (spec.words(Piece::Kicker), spec.words(Piece::Subtitle));
        let second = self.palette.second;
        // Without a subtitle the day stands with the kicker, and the map has the room of its line.
        let is_day_above = !kicker.is_empty() && subtitle.is_empty();
        let above = [kicker, if is_day_above { as_of.as_str() } else { "" }];
        let above = above.into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>().join(" · ");
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
        block
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
}
