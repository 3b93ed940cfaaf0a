//! The title of a figure, with kicker, subtitle and day.

use kurbo::Point;

use super::{Noun, Piece, PieceInfo, Set, Stands};
use crate::figure::contents::Material;
use crate::figure::page::{Block, Content, FigureSpec, Limits, Room, Run, Setting, bounds_of};
use crate::scene::display_list::Face;

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
        stack(self.paragraph(spec.words(Piece::Title), Face::SansSemiBold, title_pt, 1.18, ink, width_pt), 0.0);
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
