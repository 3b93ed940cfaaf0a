//! The title of a figure, with kicker, subtitle and day.

use kurbo::Point;

use crate::figure::page::{Block, FigureSpec, Run, Setting};
use crate::scene::display_list::Face;

impl Setting {
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
        let as_of = if spec.as_of.is_empty() { String::new() } else { format!("As of {}", spec.as_of) };
        let subtitle = spec.subtitle.as_deref().unwrap_or_default();
        let second = self.palette.second;
        // Without a subtitle the day stands with the kicker, and the map has the room of its line.
        let is_day_above = !spec.kicker.is_empty() && subtitle.is_empty();
        let above = [spec.kicker.as_str(), if is_day_above { as_of.as_str() } else { "" }];
        let above = above.into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>().join(" · ");
        stack(self.paragraph(&above, Face::SansSemiBold, self.size(1.0), 1.35, second, width_pt), 0.0);
        stack(self.paragraph(&spec.title, Face::SansSemiBold, title_pt, 1.18, ink, width_pt), 0.0);
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
